//! The images that machines start from, and the systems that these hold.

use super::below;
use model::{Call, Case, Embedded, Mapping, Node, Parameter, Resource, ResourceView, Span, State, Value};
use schema::images::{Architecture, System};

/// Where resources name an image: the type, its path from the properties, and that of the type of machine, with `*` for the items
/// of a list.
const PLACES: &[(&str, &str, &str)] = &[
    ("AWS::AutoScaling::LaunchConfiguration", "ImageId", "InstanceType"),
    ("AWS::Batch::ComputeEnvironment", "ComputeResources/ImageId", ""),
    ("AWS::Batch::ComputeEnvironment", "ComputeResources/Ec2Configuration/*/ImageIdOverride", ""),
    ("AWS::EC2::Instance", "ImageId", "InstanceType"),
    ("AWS::EC2::LaunchTemplate", "LaunchTemplateData/ImageId", "LaunchTemplateData/InstanceType"),
    ("AWS::EC2::SpotFleet", "SpotFleetRequestConfigData/LaunchSpecifications/*/ImageId", ""),
];

/// The types that name images.
pub(crate) const TYPES: &[&str] = &[
    "AWS::AutoScaling::LaunchConfiguration",
    "AWS::Batch::ComputeEnvironment",
    "AWS::EC2::Instance",
    "AWS::EC2::LaunchTemplate",
    "AWS::EC2::SpotFleet",
];

/// An image that a resource names by its id.
#[derive(Debug)]
pub(crate) struct Image<'a> {
    /// How it is seen: the place that says so, and the condition.
    pub(crate) case: Case<'a>,
    /// The path of the property, with `*` for the items of a list.
    pub(crate) path: &'static str,
    /// Where the id is.
    pub(crate) from: From<'a>,
}

/// Where the id of an image is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum From<'a> {
    /// Where it is used, or in a constant.
    Literal(&'a Node),
    /// In a mapping.
    Mapping(&'a Mapping),
    /// In the default of a parameter.
    Parameter(&'a Parameter, &'a Node),
}

/// The images that `resource`, of one of [`TYPES`], names by their ids in some deployment: one for each place that says so.
pub(crate) fn written<'a>(resource: &ResourceView<'a>) -> Vec<Image<'a>> {
    let mut out: Vec<Image<'a>> = Vec::new();
    let places = PLACES.iter().filter(|it| it.0 == resource.ty.text);
    for (_, path, _) in places {
        for property in below::at(&resource.all(), path) {
            for case in property.cases() {
                if out.iter().any(|it| it.case.span == case.span) {
                    continue;
                }
                if let Some(from) = source(resource, case) {
                    out.push(Image { case: case.clone(), path, from });
                }
            }
        }
    }
    out
}

/// True for what names an image of EC2: `ami-` and hexadecimal digits.
pub(crate) fn is_image_id(text: &str) -> bool {
    text.strip_prefix("ami-").is_some_and(|it| it.len() >= 8 && it.bytes().all(|it| it.is_ascii_hexdigit()))
}

fn source<'a>(resource: &ResourceView<'a>, case: &Case<'a>) -> Option<From<'a>> {
    let declarations = resource.declarations();
    let written = at(&resource.resource().properties, case.span);
    if let Some(Value::Call(call)) = written.map(|it| &it.value) {
        return match &**call {
            Call::Ref(name) => {
                let parameter = declarations.parameter(&name.text)?;
                let default = parameter.default.as_ref().filter(|it| it.as_str().is_some_and(is_image_id))?;
                Some(From::Parameter(parameter, default))
            }
            Call::FindInMap { map, .. } => {
                let mapping = declarations.mapping(map.as_str()?)?;
                holds_image(&mapping.node).then_some(From::Mapping(mapping))
            }
            _ => None,
        };
    }
    match case.state {
        State::Known(node) => node.as_str().is_some_and(is_image_id).then_some(From::Literal(node)),
        State::Absent | State::Unknown | State::Default(_) => None,
    }
}

fn holds_image(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |it| found |= it.as_str().is_some_and(is_image_id));
    found
}

/// The value that is written at `span`.
fn at(node: &Node, span: Span) -> Option<&Node> {
    let mut found = None;
    node.walk(&mut |it| {
        if it.span == span && !matches!(it.value, Value::Either(_)) {
            found = found.or(Some(it));
        }
    });
    found
}

/// The processors of the machines that start from the image at `path`, as far as their type is known; else those that most
/// have.
pub(crate) fn architecture(resource: &ResourceView<'_>, path: &str) -> Architecture {
    let place = PLACES.iter().find(|it| it.0 == resource.ty.text && it.1 == path).filter(|it| !it.2.is_empty());
    let types = place.map(|it| below::at(&resource.all(), it.2)).unwrap_or_default();
    let name = types.iter().flat_map(|it| it.nodes()).find_map(Node::as_str).unwrap_or_default();
    Architecture::of_instance_type(name)
}

/// What is known of the system that a machine starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// It is this one.
    Is(System),
    /// It is one of which no public parameter names images.
    Other,
    /// Nothing says which it is.
    Nothing,
}

/// The system that the scripts of a machine, and the names around its image, speak of.
pub(crate) fn system(resource: &Resource, from: From<'_>) -> Known {
    let mut names = format!("{} ", resource.key);
    match from {
        From::Mapping(mapping) => names += &mapping.name.text,
        From::Parameter(parameter, _) => names += &parameter.name.text,
        From::Literal(_) => (),
    }
    let names = names.to_ascii_lowercase();
    let script = script(resource);
    // Amazon Linux has the helper scripts of CloudFormation; other systems install them first.
    let installs_helpers =
        script.contains("aws-cfn-bootstrap") && (script.contains(".tar.gz") || script.contains(".zip"));
    let says = |words: &[&str]| words.iter().any(|it| names.contains(it) || script.contains(it));
    let runs = |words: &[&str]| words.iter().any(|it| script.contains(it));
    if resource.ty.text == "AWS::Batch::ComputeEnvironment" {
        return Known::Is(System::Ecs);
    }
    // What belongs to one system alone goes before what several have.
    if runs(&["<powershell>", "<script>"]) || names.contains("windows") {
        Known::Is(System::Windows)
    } else if runs(&["/etc/eks/", "nodeadm"])
        || says(&["rhel", "redhat", "centos", "rocky", "suse", "zypper", "debian"])
    {
        Known::Other
    } else if runs(&["ecs_cluster", "/etc/ecs/"]) {
        Known::Is(System::Ecs)
    } else if runs(&["apt-get ", "apt install", "/home/ubuntu"]) || names.contains("ubuntu") {
        Known::Is(System::Ubuntu)
    } else if installs_helpers {
        Known::Other
    } else if runs(&["yum ", "dnf ", "amazon-linux-extras", "/home/ec2-user", "/opt/aws/bin/"])
        || says(&["amazonlinux", "amzn"])
    {
        Known::Is(System::AmazonLinux)
    } else {
        Known::Nothing
    }
}

/// All scripts that a resource gives its machines, in small letters.
fn script(resource: &Resource) -> String {
    let mut out = String::new();
    let mut add = |node: &Node| {
        if let Some(text) = Embedded::of(node, resource) {
            out += &text.text.to_ascii_lowercase();
        }
    };
    for path in ["UserData", "LaunchTemplateData.UserData"] {
        if let Some(node) = resource.properties.get(path) {
            add(node);
        }
    }
    out
}
