use crate::facts::images::{self, From, Image, Known};
use crate::facts::names::free_name;
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;
use schema::images::System;

/// The type of a parameter that CloudFormation looks up the newest image for.
const IMAGE: &str = "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>";

rule! {
    /// A machine starts from an image that is named by its id.
    ///
    /// An id such as `ami-0abcdef1234567890` stands for one build of one image in one region. It gets no patches, so machines start
    /// with every hole that was found since; its owner may take it down, and then nothing starts any more; and in another region
    /// there is no such image. AWS publishes the id of the newest image of each system as a public parameter of Systems
    /// Manager, which CloudFormation looks up at each deployment: "Reference the latest AMIs using Systems Manager public
    /// parameters" in the Amazon EC2 User Guide, "SSM parameter types" in the AWS CloudFormation User Guide.
    ///
    /// Reported are ids in instances, launch templates, launch configurations, spot fleets and compute environments, in a mapping
    /// that such a resource looks its image up in, and in the maps of `MachineImage.genericLinux` and
    /// `MachineImage.genericWindows`. An id that is the default of a parameter is reported as advice: whoever deploys can give
    /// another one.
    ///
    /// ## What is not reported
    ///
    /// Parameters without a default, public parameters and dynamic references; `MachineImage.lookup`, which finds the newest image
    /// of an owner; what only looks like an id, such as `ami-xxxxxxxx`.
    ///
    /// ## Fix
    ///
    /// Takes the image from a public parameter: by a parameter of the type `AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>`
    /// whose default is its name, or by a dynamic reference; in CDK by `MachineImage.latestAmazonLinux2023()` and what is like
    /// it. Mappings that nothing uses any more go. The system is that which the user data and the names speak of; where they do
    /// not tell, choose one. An image of a system without public parameters, such as Red Hat
    /// Enterprise Linux, comes from a parameter without a default. It is applied
    /// only on request, since instances are replaced and start with other packages.
    name: "ec2-hardcoded-ami",
    category: Maintainability,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F81"],
    check: Check::Resources(images::TYPES, check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let mut images = images::written(resource);
    // A map of images by region is one image.
    let rest = if cx.source() == Source::Cdk && images.len() > 1 { images.split_off(1) } else { Vec::new() };
    for image in images {
        report(resource, &image, &rest, cx);
    }
}

fn report(resource: &ResourceView<'_>, image: &Image<'_>, others: &[Image<'_>], cx: &mut Context<'_>) {
    let id = &resource.id.text;
    let circumstances = when::before(&image.case, resource);
    let system = images::system(resource, image.from);
    let advice = match system {
        Known::Other => "Let a parameter bring the image.",
        Known::Is(_) | Known::Nothing => "Take the newest image from a public parameter of Systems Manager.",
    };
    let message = match image.from {
        From::Literal(node) => format!(
            "{circumstances}`{id}` starts from `{}`, one build of an image that exists in one region and gets no patches. {advice}",
            node.as_str().unwrap_or_default()
        ),
        From::Mapping(mapping) => format!(
            "{circumstances}`{id}` starts from an image that the mapping `{}` names by its id, which gets no patches. {advice}",
            mapping.name.text
        ),
        From::Parameter(parameter, default) => format!(
            "{circumstances}`{id}` starts from `{}` unless a deployment gives `{}`: one build of an image that exists in one \
             region and gets no patches.",
            default.as_str().unwrap_or_default(),
            parameter.name.text
        ),
    };
    let fixes = if cx.wants_fixes() { fixes(resource, image, cx) } else { Vec::new() };
    let mut draft = cx.report(image.case.span, message);
    match image.from {
        From::Mapping(mapping) => draft = draft.related(mapping.name.span, "The ids are listed here."),
        From::Parameter(_, default) => draft = draft.related(default.span, "The id is written here.").at_most(Info),
        From::Literal(_) => (),
    }
    for other in others {
        draft = draft.related(other.case.span, "And this is its image elsewhere.");
    }
    for fix in fixes {
        draft = draft.fix_as(Unsafe, fix.title, fix.changes, fix.intent);
    }
    if system == Known::Nothing {
        draft.ambiguous();
    }
}

/// A way to mend it.
struct Mend {
    title: String,
    changes: Vec<Change>,
    intent: Option<Intent>,
}

fn fixes(resource: &ResourceView<'_>, image: &Image<'_>, cx: &Context<'_>) -> Vec<Mend> {
    let systems = match images::system(resource, image.from) {
        Known::Is(system) => vec![system],
        Known::Other => return given(resource, image, cx).into_iter().collect(),
        Known::Nothing => vec![System::AmazonLinux, System::Ubuntu, System::Windows],
    };
    let architecture = images::architecture(resource, image.path);
    let mut out = Vec::new();
    for system in systems {
        let Some(name) = system.parameter(architecture) else { continue };
        let title = format!("Start from the newest {}, which a public parameter names", system.name());
        if let From::Parameter(parameter, default) = image.from {
            out.extend(looked_up(parameter, default, name).map(|changes| Mend { title, changes, intent: None }));
            continue;
        }
        let by_parameter = by_parameter(resource, image, name, cx.stack());
        if cx.source() == Source::Template {
            out.push(Mend { title, changes: by_parameter, intent: None });
            let value = Literal::Text(format!("{{{{resolve:ssm:{name}}}}}"));
            let title = format!("Start from the newest {}, by a dynamic reference", system.name());
            out.push(Mend { title, changes: instead(image, value, cx.stack()), intent: None });
        } else if !image.path.contains('*') {
            let intent = Intent::PublicImage {
                resource: resource.origin,
                path: image.path.replace('/', ".").into(),
                parameter: name.into(),
            };
            out.push(Mend { title, changes: by_parameter, intent: Some(intent) });
        }
    }
    out
}

/// Lets each deployment say which image it is, where no public parameter does.
fn given(resource: &ResourceView<'_>, image: &Image<'_>, cx: &Context<'_>) -> Option<Mend> {
    if matches!(image.from, From::Parameter(..)) || cx.source() != Source::Template {
        return None;
    }
    let stack = cx.stack();
    let name = free_name(stack, &format!("{}ImageId", resource.key));
    let mut changes = vec![Change::AddParameter {
        name: name.clone(),
        ty: "AWS::EC2::Image::Id".into(),
        description: format!("The image that {} starts from", resource.id.text),
        default: None,
        near: resource.origin,
    }];
    changes.extend(instead(image, Literal::Ref(name.clone()), stack));
    let title = format!("Start from the image that a new parameter `{name}` gives, without a default");
    Some(Mend { title, changes, intent: None })
}

/// Lets CloudFormation look up what a parameter is, by default in the public parameter `name`.
fn looked_up(parameter: &Parameter, default: &Node, name: &str) -> Option<Vec<Change>> {
    let ty = parameter.node.get("Type")?;
    // These speak of ids, and what is given would be the name of a parameter.
    if ["AllowedValues", "AllowedPattern", "MinLength", "MaxLength"].iter().any(|it| parameter.node.get(it).is_some()) {
        return None;
    }
    let write = |span, text: &str| Change::Replace { span, value: Literal::text(text) };
    Some(vec![write(ty.span, IMAGE), write(default.span, name)])
}

/// Takes the image from a parameter of the template, a new one where there is none yet that looks up `name`.
fn by_parameter(resource: &ResourceView<'_>, image: &Image<'_>, name: &str, stack: &Stack) -> Vec<Change> {
    let is_it = |it: &Parameter| it.ty == IMAGE && it.default.as_ref().and_then(Node::as_str) == Some(name);
    let existing = stack.declarations.parameters.iter().find(|it| is_it(it));
    let mut changes = Vec::new();
    let parameter = match existing {
        Some(it) => it.name.text.clone(),
        None => {
            let free = free_name(stack, "LatestAmiId");
            changes.push(Change::AddParameter {
                name: free.clone(),
                ty: IMAGE.into(),
                description: "The public parameter that names the newest image".to_owned(),
                default: Some(name.into()),
                near: resource.origin,
            });
            free
        }
    };
    changes.extend(instead(image, Literal::Ref(parameter), stack));
    changes
}

/// Writes `value` where the image is named, and takes out the mappings that nothing else looks anything up in.
fn instead(image: &Image<'_>, value: Literal, stack: &Stack) -> Vec<Change> {
    let written = image.case.span;
    let mut changes = vec![Change::Replace { span: written, value }];
    let names = |it: &Reference| it.kind == ReferenceKind::FindInMap;
    let lookups = || stack.all_references().map(|it| it.1).filter(|it| names(it));
    let is_gone = |name: &str| {
        let mut here = lookups().filter(|it| it.target.text == name).peekable();
        here.peek().is_some() && here.all(|it| written.contains(it.target.span))
    };
    if matches!(image.from, From::Mapping(_)) {
        let unused = stack.declarations.mappings.iter().filter(|it| is_gone(&it.name.text));
        changes.extend(unused.map(|it| Change::Delete { span: it.node.span }));
    }
    changes
}
