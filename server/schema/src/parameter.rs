//! The types of the parameters of a template.
//!
//! See "CloudFormation-supplied parameter types" in the AWS CloudFormation User Guide.

/// The types of one value each.
pub const SINGLE_TYPES: &[&str] = &[
    "AWS::EC2::AvailabilityZone::Name",
    "AWS::EC2::Image::Id",
    "AWS::EC2::Instance::Id",
    "AWS::EC2::KeyPair::KeyName",
    "AWS::EC2::SecurityGroup::GroupName",
    "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::Subnet::Id",
    "AWS::EC2::VPC::Id",
    "AWS::EC2::Volume::Id",
    "AWS::Route53::HostedZone::Id",
    "AWS::SSM::Parameter::Name",
    "Number",
    "String",
];

/// The type of a list without a type of its items.
pub const LIST_TYPE: &str = "CommaDelimitedList";

/// What authors write who know types from elsewhere, and what CloudFormation calls it.
pub const FOREIGN_TYPES: &[(&str, &str)] = &[
    ("Array", LIST_TYPE),
    ("Bool", "String"),
    ("Boolean", "String"),
    ("CommaSeparatedList", LIST_TYPE),
    ("Double", "Number"),
    ("Float", "Number"),
    ("Int", "Number"),
    ("Integer", "Number"),
    ("List", LIST_TYPE),
    ("SecureString", "String"),
    ("Str", "String"),
    ("StringList", LIST_TYPE),
    ("Text", "String"),
];

const LIST_PREFIX: &str = "List<";
const STORED_PREFIX: &str = "AWS::SSM::Parameter::Value<";

/// What is known of a type by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// It is documented.
    Documented,
    /// CloudFormation takes it for a list or a stored value, but of what, it does not know: it checks nothing.
    Unchecked,
    /// There is no such type.
    No,
}

/// What is known of the type called `name`.
pub fn known(name: &str) -> Known {
    match inner(name, STORED_PREFIX) {
        Some(stored) if is_plain(stored) => Known::Documented,
        Some(_) => Known::Unchecked,
        None if is_plain(name) => Known::Documented,
        None if name.starts_with(LIST_PREFIX) || name.starts_with(STORED_PREFIX) => Known::Unchecked,
        None => Known::No,
    }
}

/// True for a type of several values.
pub fn is_list(name: &str) -> bool {
    let name = inner(name, STORED_PREFIX).unwrap_or(name);
    name == LIST_TYPE || name.starts_with(LIST_PREFIX)
}

/// True for a type whose value is the name of a parameter in Systems Manager, which holds the value that is meant.
pub fn is_stored(name: &str) -> bool {
    name.starts_with(STORED_PREFIX)
}

/// All documented types.
pub fn all() -> impl Iterator<Item = String> {
    let lists = || {
        let of = SINGLE_TYPES.iter().filter(|it| may_be_listed(it)).map(|it| format!("{LIST_PREFIX}{it}>"));
        of.chain([LIST_TYPE.to_owned()])
    };
    let plain = || SINGLE_TYPES.iter().map(|it| (*it).to_owned()).chain(lists());
    plain().chain(plain().map(|it| format!("{STORED_PREFIX}{it}>")))
}

/// A type that is not stored elsewhere.
fn is_plain(name: &str) -> bool {
    name == LIST_TYPE
        || SINGLE_TYPES.contains(&name)
        || inner(name, LIST_PREFIX).is_some_and(|it| SINGLE_TYPES.contains(&it) && may_be_listed(it))
}

fn may_be_listed(name: &str) -> bool {
    !matches!(name, "AWS::EC2::KeyPair::KeyName" | "AWS::SSM::Parameter::Name")
}

/// What stands between `prefix` and `>`.
fn inner<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    name.strip_prefix(prefix)?.strip_suffix('>')
}
