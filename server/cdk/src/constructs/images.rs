//! The images that machines start from: `MachineImage` of aws-cdk-lib.

use crate::evaluate::{Given, Props};
use crate::lower::Lowering;
use crate::scope::At;
use crate::table;
use model::{Branch, Call, Node, Value};

/// The prop that is one.
const PROP: &str = "machineImage";

/// The system that an image holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum System {
    Linux,
    Windows,
}

/// True for what makes an image of Windows alone, or of Linux alone, as `wants_windows` asks for.
pub(crate) fn fits(path: &str, wants_windows: bool) -> bool {
    system(path).is_none_or(|it| (it == System::Windows) == wants_windows)
}

/// Says which images a machine starts from that are listed by region, and what script it runs that has none of its own.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, drafts: &[usize], props: &Props<'a>) {
    let Given::Value(at) = props.get(PROP) else { return };
    let Some((system, image)) = listed(lowering, at) else { return };
    let has_script = !props.is_absent("userData");
    let of_type = |ty: &str| drafts.iter().copied().find(|it| lowering.drafts[*it].resource.ty.text == ty);
    // The launch template of an instance says something about its metadata service only.
    let (draft, path, script) = if let Some(draft) = of_type("AWS::EC2::Instance") {
        (draft, "ImageId", Some("UserData"))
    } else if let Some(draft) = of_type("AWS::AutoScaling::LaunchConfiguration") {
        (draft, "ImageId", Some("UserData"))
    } else if let Some(draft) = of_type("AWS::EC2::LaunchTemplate") {
        (draft, "LaunchTemplateData.ImageId", None)
    } else {
        return;
    };
    let properties = lowering.properties(draft);
    table::insert(properties, path, image.span, image.clone());
    if let Some(script) = script.filter(|_| !has_script) {
        let text = match system {
            System::Linux => "#!/bin/bash",
            System::Windows => "<powershell></powershell>",
        };
        let encoded = Value::Call(Box::new(Call::Base64(Node::text(text, image.span))));
        table::insert(properties, script, image.span, Node { value: encoded, span: image.span });
    }
}

fn system(path: &str) -> Option<System> {
    match path {
        "aws-ec2.MachineImage.genericLinux" | "aws-ec2.GenericLinuxImage" => Some(System::Linux),
        "aws-ec2.MachineImage.genericWindows" | "aws-ec2.GenericWindowsImage" => Some(System::Windows),
        _ => None,
    }
}

/// The image that a map lists for each region.
fn listed<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<(System, Node)> {
    let made = lowering.made(at)?;
    let system = system(&made.path)?;
    let map = lowering.node(made.argument(0)?);
    let map = map.as_map()?;
    let mut branches: Vec<Branch> =
        map.entries.iter().map(|(_, node)| Branch { condition: None, node: node.clone() }).collect();
    let span = at.span();
    if map.open || branches.is_empty() {
        branches.push(Branch { condition: None, node: Node::unknown(span) });
    }
    let image = match branches.len() {
        1 => branches.remove(0).node,
        _ => Node { value: Value::Either(branches), span },
    };
    Some((system, image))
}
