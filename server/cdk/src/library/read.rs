//! The tables as they are written. `data/README.md` describes them for people.

use super::path;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// What a class of constructs makes.
#[derive(Debug, Deserialize)]
pub(crate) struct Class {
    /// Its name in the library: `aws-s3.Bucket`.
    #[serde(rename = "class")]
    pub(crate) name: &'static str,
    /// Which argument its props are.
    #[serde(default = "third")]
    pub(crate) props: isize,
    /// Every resource that it may make.
    pub(crate) resources: Vec<Resource>,
    /// Its members that are values of the template.
    #[serde(default)]
    pub(crate) attributes: FxHashMap<&'static str, Member>,
    /// Its members that are constructs.
    #[serde(default)]
    pub(crate) parts: FxHashMap<&'static str, Part>,
    /// What its props do, in the order in which it is done.
    #[serde(default)]
    pub(crate) rows: Vec<Row>,
    /// How much of what a prop does is in the rows. Of a prop that is not here nothing is known.
    #[serde(default, deserialize_with = "read_trust")]
    pub(crate) trust: FxHashMap<&'static str, Trust>,
    /// What calls on it do, where that was tried. One that is not here does nothing.
    #[serde(default)]
    methods: Option<Vec<Method>>,
    /// The resource that it is for, among all of them.
    #[serde(skip)]
    pub(crate) main: usize,
    /// The rows of each prop, by the first name of its path.
    #[serde(skip)]
    by_prop: FxHashMap<Box<str>, Vec<usize>>,
    /// The calls that rows know, each with the path that it makes a value at.
    #[serde(skip)]
    calls: FxHashSet<Box<str>>,
    /// The properties that rows decide, for each resource.
    #[serde(skip)]
    decided: Vec<Vec<Box<str>>>,
}

/// A resource that a construct makes.
#[derive(Debug, Deserialize)]
pub(crate) struct Resource {
    /// Its place below the construct (`Resource`, `ServiceRole/Resource`); in the stack, with a slash before it; in the
    /// construct that a prop is, with an at sign and the prop before it.
    pub(crate) path: Box<str>,
    #[serde(rename = "type")]
    pub(crate) ty: &'static str,
    /// Its properties when only what must be given is given.
    #[serde(default)]
    pub(crate) properties: Value,
    /// Its `DeletionPolicy` and so on then.
    #[serde(default)]
    pub(crate) attributes: Value,
    /// It is there when all of one of these hold; always, when there is none.
    #[serde(default)]
    pub(crate) when: Vec<Vec<Guard>>,
    /// There is one for each item of this prop.
    pub(crate) each: Option<Box<str>>,
}

/// A member of a construct.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Member {
    /// An attribute of a resource, or `Ref` of it.
    Attribute(usize, &'static str),
    /// A value with such attributes in it.
    Value(Value),
}

/// A construct that another one makes and shows.
#[derive(Debug, Deserialize)]
pub(crate) struct Part {
    pub(crate) class: &'static str,
    /// Its main resource among those of the class that makes it.
    pub(crate) resource: Option<usize>,
}

/// What a prop does.
#[derive(Debug, Deserialize)]
#[serde(from = "WrittenRow")]
pub(crate) struct Row {
    /// The path of the prop.
    pub(crate) prop: Box<str>,
    /// What must hold for it besides.
    pub(crate) when: Vec<Guard>,
    pub(crate) set: Vec<Effect>,
}

/// What a call on a construct does.
#[derive(Debug, Deserialize)]
pub(crate) struct Method {
    pub(crate) name: &'static str,
    /// What its arguments do. Resources that it makes are numbered after those of the class.
    #[serde(default)]
    pub(crate) rows: Vec<Row>,
    #[serde(default)]
    pub(crate) resources: Vec<Resource>,
    /// How much of what an argument does is in the rows.
    #[serde(default)]
    pub(crate) trust: FxHashMap<Box<str>, Trust>,
    /// The class of the construct that it makes.
    pub(crate) returns: Option<Box<str>>,
}

/// A leaf that a prop decides: the resource, the path of the property (`@DeletionPolicy` for what stands beside the
/// properties), and its value.
#[derive(Debug, Deserialize)]
pub(crate) struct Effect(pub(crate) usize, pub(crate) Box<str>, pub(crate) Function);

/// How the value of a prop becomes that of a property.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Value")]
pub(crate) enum Function {
    /// As it is.
    Same,
    /// As text.
    Text,
    /// One of few values, each with what becomes of it.
    Map(serde_json::Map<String, Value>),
    /// A duration in this unit, as text or as a number.
    Duration(String, bool),
    /// A size in this unit, as text or as a number.
    Size(String, bool),
    /// A number, times something and something added.
    Linear(f64, f64),
    /// A constant of the library or a field of one, as text or as it is.
    Enum(Option<String>, bool),
    /// A construct, of which this is an attribute.
    Ref(String),
    /// A value with that of the prop in it.
    Template(Value),
    /// The same whatever the prop is.
    Const(Value),
    /// An object as text.
    JsonText,
    /// Something that is not known.
    Unknown,
}

/// What must be so.
#[derive(Debug, Deserialize)]
#[serde(try_from = "WrittenGuard")]
pub(crate) enum Guard {
    /// The prop has one of these values, or has none of them.
    Is(Box<str>, Vec<Value>, bool),
    /// The prop is given, or is not.
    Given(Box<str>, bool),
    /// The prop is a text that ends so.
    Suffix(Box<str>, Box<str>),
    /// The program has this feature flag, or has not; and whether it has it where it does not speak of it.
    Flag(Box<str>, bool, bool),
}

/// How much the rows of a prop tell.
#[derive(Debug, Deserialize)]
#[serde(from = "WrittenTrust")]
pub(crate) enum Trust {
    /// Everything.
    Full,
    /// Everything: it does nothing.
    None,
    /// Not what is at these paths of it.
    Except(Vec<Box<str>>),
    /// Little or nothing.
    Opaque,
}

impl Class {
    /// Reads a line.
    pub(super) fn read(line: &'static str) -> serde_json::Result<Class> {
        let mut class: Class = serde_json::from_str(line)?;
        spell_out(&mut class.rows);
        class.rows.iter_mut().for_each(narrow);
        class.methods.iter_mut().flatten().for_each(|it| spell_out(&mut it.rows));
        if let Some(ty) = crate::constructs::main_type(class.name) {
            class.main = class.resources.iter().position(|it| it.ty == ty).unwrap_or_default();
        }
        for resource in &mut class.resources {
            // The policy of a role is one, however many items of a list add to it.
            if resource.path.ends_with("DefaultPolicy/Resource") && !resource.path.contains(['*', '{']) {
                resource.each = None;
            }
        }
        class.decided = vec![Vec::new(); class.resources.len()];
        for (index, row) in class.rows.iter().enumerate() {
            class.by_prop.entry(path::first(&row.prop).into()).or_default().push(index);
            for step in path::steps(&row.prop) {
                if let path::Step::MadeBy(_, until) = step
                    && !class.calls.contains(until)
                {
                    class.calls.insert(until.into());
                }
            }
            for Effect(resource, path, _) in &row.set {
                let first = path::first(path);
                if let Some(names) = class.decided.get_mut(*resource)
                    && !first.starts_with('@')
                    && !names.iter().any(|it| **it == *first)
                {
                    names.push(first.into());
                }
            }
        }
        Ok(class)
    }

    /// True when the rows say what the prop at `path` does.
    pub(crate) fn tells(&self, path: &str) -> bool {
        let first = path::first(path);
        match self.trust.get(first) {
            Some(Trust::Full | Trust::None | Trust::Except(_)) => true,
            Some(Trust::Opaque) => !self.rows_of(first).is_empty(),
            None => false,
        }
    }

    /// The rows of the prop called `name` and of its members, by index.
    pub(crate) fn rows_of(&self, name: &str) -> &[usize] {
        self.by_prop.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// True when rows say what becomes of the value that `call` makes at the path `at`.
    pub(crate) fn knows_call(&self, at: &str, call: &str) -> bool {
        self.calls.contains(&*format!("{at}({call})"))
    }

    /// The member that is this attribute of its own resource.
    pub(crate) fn member_for(&self, attribute: &str) -> Option<&'static str> {
        let is = |it: &Member| matches!(it, Member::Attribute(of, name) if *of == self.main && *name == attribute);
        self.attributes.iter().filter(|(_, it)| is(it)).map(|(name, _)| *name).min()
    }

    /// What is known of the method called `name`.
    pub(super) fn method(&self, name: &str) -> Option<&Method> {
        self.methods.as_ref()?.iter().find(|it| it.name == name)
    }

    /// The properties of its own resource that the method called `name` changes; `None` where methods were not tried.
    pub(crate) fn changed_by<'c>(&'c self, name: &'c str) -> Option<impl Iterator<Item = &'c str>> {
        let methods = self.methods.as_ref()?.iter().filter(move |it| it.name == name);
        Some(methods.flat_map(|it| it.sets(self.main)))
    }

    /// The properties of a resource that some prop decides.
    pub(crate) fn decided(&self, resource: usize) -> impl Iterator<Item = &str> {
        self.decided[resource].iter().map(|it| &**it)
    }
}

impl Resource {
    /// True for what the construct makes for itself alone, and not for its stack or for a construct that it is given.
    /// What subnets a network has and what leads to them depends on the zones of its region and on several props at once.
    pub(crate) fn is_own(&self) -> bool {
        let in_subnet = || self.ty.starts_with("AWS::EC2::") && self.path.contains("Subnet");
        let is_gateway = || matches!(self.ty, "AWS::EC2::InternetGateway" | "AWS::EC2::VPCGatewayAttachment");
        !self.path.starts_with(['/', '@']) && !in_subnet() && !is_gateway()
    }
}

impl TryFrom<Value> for Function {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Function, &'static str> {
        let mut map = match value {
            Value::Object(map) => map,
            // One that needs no more than its name.
            Value::String(name) => std::iter::once((name, Value::from(1))).collect(),
            _ => return Err("a function of no known form"),
        };
        let as_text = map.contains_key("text");
        let mut text = |name: &str| match map.remove(name) {
            Some(Value::String(it)) => Some(it),
            Some(_) => Some(String::new()),
            None => None,
        };
        if let Some(unit) = text("duration") {
            return Ok(Function::Duration(unit, as_text));
        }
        if let Some(unit) = text("size") {
            return Ok(Function::Size(unit, as_text));
        }
        if let Some(field) = text("enum") {
            return Ok(Function::Enum((!field.is_empty()).then_some(field), as_text));
        }
        if let Some(attribute) = text("ref") {
            return Ok(Function::Ref(attribute));
        }
        let Some((name, value)) = map.into_iter().next() else { return Err("an empty function") };
        Ok(match (&*name, value) {
            ("same" | "json", _) => Function::Same,
            ("text", _) => Function::Text,
            ("map", Value::Object(map)) => Function::Map(map),
            ("template", value) => Function::Template(value),
            ("const", value) => Function::Const(value),
            ("jsonText", _) => Function::JsonText,
            ("linear", Value::Array(numbers)) => match &numbers[..] {
                [factor, offset] => {
                    Function::Linear(factor.as_f64().unwrap_or(1.0), offset.as_f64().unwrap_or_default())
                }
                _ => return Err("a line of other than two numbers"),
            },
            ("unknown", _) => Function::Unknown,
            _ => return Err("a function of no known form"),
        })
    }
}

/// Gives the paths in `rows` the beginnings that they share with the ones before: `12^rest` has twelve letters of it.
fn spell_out(rows: &mut [Row]) {
    fn spell<'r>(text: &'r mut Box<str>, last: &mut &'r str) {
        if let Some((count, rest)) = text.split_once('^')
            && let Some(shared) = count.parse().ok().and_then(|it: usize| last.get(..it))
        {
            *text = [shared, rest].concat().into();
        }
        *last = text;
    }
    let (mut prop, mut path) = ("", "");
    for row in rows {
        spell(&mut row.prop, &mut prop);
        row.set.iter_mut().for_each(|it| spell(&mut it.1, &mut path));
    }
}

/// Props of which the experiment does not tell what they do, but for the property: the members of that which they decide
/// (`LaunchTemplate` of aws-cdk-lib).
const NARROWER: &[(&str, &str, &[&str])] =
    &[("machineImage", "LaunchTemplateData", &["LaunchTemplateData.ImageId", "LaunchTemplateData.UserData"])];

/// Puts the members that a prop decides in the place of the whole property.
fn narrow(row: &mut Row) {
    for (_, property, members) in NARROWER.iter().filter(|it| *it.0 == *row.prop) {
        let is_whole = |it: &Effect| *it.1 == **property && matches!(it.2, Function::Unknown);
        if let Some(at) = row.set.iter().position(is_whole) {
            let Effect(resource, ..) = row.set.remove(at);
            row.set.extend(members.iter().map(|it| Effect(resource, Box::from(*it), Function::Unknown)));
        }
    }
}

#[derive(Deserialize)]
struct WrittenRow(Box<str>, Vec<Effect>, #[serde(default)] Vec<Guard>);

impl From<WrittenRow> for Row {
    fn from(WrittenRow(prop, set, when): WrittenRow) -> Row {
        Row { prop, when, set }
    }
}

/// The props of a class, by how much is known of them.
#[derive(Deserialize)]
struct Trusted<'l> {
    #[serde(borrow, default)]
    full: Vec<&'l str>,
    #[serde(borrow, default)]
    none: Vec<&'l str>,
    #[serde(borrow, default)]
    opaque: Vec<&'l str>,
    #[serde(borrow, default)]
    except: FxHashMap<&'l str, Vec<Box<str>>>,
}

fn read_trust<'l, D: Deserializer<'l>>(deserializer: D) -> Result<FxHashMap<&'l str, Trust>, D::Error> {
    let Trusted { full, none, opaque, except } = Trusted::deserialize(deserializer)?;
    let mut all = FxHashMap::default();
    all.extend(full.into_iter().map(|it| (it, Trust::Full)));
    all.extend(none.into_iter().map(|it| (it, Trust::None)));
    all.extend(opaque.into_iter().map(|it| (it, Trust::Opaque)));
    all.extend(except.into_iter().map(|(it, paths)| (it, Trust::Except(paths))));
    Ok(all)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenTrust {
    Whole(WholeTrust),
    Except(Vec<Box<str>>),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum WholeTrust {
    Full,
    None,
    Opaque,
}

impl From<WrittenTrust> for Trust {
    fn from(it: WrittenTrust) -> Trust {
        match it {
            WrittenTrust::Whole(WholeTrust::Full) => Trust::Full,
            WrittenTrust::Whole(WholeTrust::None) => Trust::None,
            WrittenTrust::Whole(WholeTrust::Opaque) => Trust::Opaque,
            WrittenTrust::Except(paths) => Trust::Except(paths),
        }
    }
}

#[derive(Deserialize)]
struct WrittenGuard {
    prop: Option<Box<str>>,
    flag: Option<Box<str>>,
    #[serde(default)]
    on: bool,
    #[serde(default)]
    unset: bool,
    is: Option<Vec<Value>>,
    not: Option<Vec<Value>>,
    given: Option<bool>,
    suffix: Option<Box<str>>,
}

impl TryFrom<WrittenGuard> for Guard {
    type Error = &'static str;

    fn try_from(it: WrittenGuard) -> Result<Guard, &'static str> {
        Ok(match it {
            WrittenGuard { prop: Some(prop), is: Some(values), .. } => Guard::Is(prop, values, true),
            WrittenGuard { prop: Some(prop), not: Some(values), .. } => Guard::Is(prop, values, false),
            WrittenGuard { prop: Some(prop), given: Some(given), .. } => Guard::Given(prop, given),
            WrittenGuard { prop: Some(prop), suffix: Some(suffix), .. } => Guard::Suffix(prop, suffix),
            WrittenGuard { flag: Some(name), on, unset, .. } => Guard::Flag(name, on, unset),
            _ => return Err("a guard of no known form"),
        })
    }
}

fn third() -> isize {
    2
}
