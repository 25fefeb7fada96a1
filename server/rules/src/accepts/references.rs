//! What stands where a resource refers to something, and what such a reference comes to.
//!
//! A reference has no value before the stack is deployed. But what is referred to has a type, and its schema says what `Ref`
//! and each attribute return: a list or a text, the id of a subnet or the ARN of a role. Where a schema asks for something
//! else, the deployment fails, whatever the value will be.

use super::format::{self, Nature};
use super::walk::{Fit, fit};
use super::{is_judged, pattern};
use crate::engine::Context;
use crate::facts::when;
use model::{Assumption, Call, Name, Node, Part, ResourceView, Span, Value};
use schema::resources::{Keyword, ResourceType, Schema, Types, resource_type};

/// Values nested deeper than this are not looked at.
const MAX_DEPTH: u32 = 48;

/// A place where a resource refers to something.
pub(crate) struct Use<'a> {
    /// The reference: the call of `Ref` or `Fn::GetAtt`, or what stands for one in `${}`.
    pub(crate) node: &'a Node,
    /// What it names.
    pub(crate) named: Named<'a>,
    /// The value that it is all of, as it was written: the reference itself, or the `Fn::Sub` around it alone.
    pub(crate) whole: &'a Node,
    /// What must stand there.
    pub(crate) place: Place<'a>,
}

/// What a reference names.
#[derive(Clone, Copy)]
pub(crate) enum Named<'a> {
    /// `Ref`
    Ref(&'a Name),
    /// `Fn::GetAtt`
    Attribute(&'a Name, &'a Name),
}

/// What must stand in a place.
#[derive(Clone)]
pub(crate) enum Place<'a> {
    /// The value of a property, which fulfils all of these.
    Value(&'a Name, Schemas),
    /// A list, an item of which becomes the value of a property, which fulfils all of these.
    ListOf(&'a Name, Schemas),
    /// A text that a function puts together with others.
    Text(&'static str),
    /// A list that a function takes.
    List(&'static str),
}

type Schemas = Vec<Schema>;

/// A value as far as its shape goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    List,
    Map,
}

/// What is known of the text that a reference returns, or of each item of a list.
pub(crate) enum Identity {
    /// It has one of these formats.
    Formats(Vec<&'static str>),
    /// It is the ARN of a resource of this type.
    Arn(&'static str),
    /// It is a name or an address, and certainly no ARN.
    Name,
    /// It has none of the formats that ids and ARNs of resources have.
    Other,
    /// It can be anything.
    Unknown,
}

/// What a reference returns.
pub(crate) struct Returned {
    pub(crate) shape: Option<Shape>,
    pub(crate) identity: Identity,
    /// Words for what is referred to: ``"`Ref` of `Role`"``.
    pub(crate) words: String,
    /// The type of the resource, where it is one.
    pub(crate) ty: Option<ResourceType>,
}

/// The places in the properties of `resource` where something is referred to by name, with what must stand there.
pub(crate) fn uses<'a>(resource: &ResourceView<'a>) -> Vec<Use<'a>> {
    let mut walk = Walk { resource: *resource, found: Vec::new() };
    let names_values = |it: &model::Reference| {
        use model::ReferenceKind::{GetAtt, Ref, Sub, SubGetAtt};
        matches!(it.kind, Ref | GetAtt | Sub | SubGetAtt)
    };
    if !is_judged(resource) || !resource.references.iter().any(names_values) {
        return walk.found;
    }
    if let Some(ty) = resource_type(&resource.ty.text) {
        let schemas = vec![ty.schema()];
        walk.value(&resource.resource().properties, &Place::Value(&resource.resource().ty, schemas), 0);
    }
    walk.found
}

/// False for a place that no deployment has: the conditions around it exclude each other.
pub(crate) fn is_possible(resource: &ResourceView<'_>, span: Span) -> bool {
    let around = when::around(resource.resource(), span);
    if around.is_empty() {
        return true;
    }
    let own = resource.resource().condition.iter().map(|it| (it, true));
    let all: Vec<_> = own.chain(around).map(|(name, holds)| Assumption::Condition(name, holds)).collect();
    resource.declarations().can_hold(&all)
}

struct Walk<'a> {
    resource: ResourceView<'a>,
    found: Vec<Use<'a>>,
}

impl<'a> Walk<'a> {
    fn value(&mut self, node: &'a Node, place: &Place<'a>, depth: u32) {
        if depth > MAX_DEPTH {
            return;
        }
        match &node.value {
            Value::Either(branches) => branches.iter().for_each(|it| self.value(&it.node, place, depth + 1)),
            Value::Call(call) => self.call(node, call, place, depth),
            Value::Map(map) => {
                let Place::Value(_, schemas) = place else { return };
                let at = node;
                for (name, node) in &map.entries {
                    let below = self.each(schemas, at, |it| property(it, &name.text));
                    self.value(node, &Place::Value(name, below), depth + 1);
                }
            }
            Value::List(list) => {
                let below = match place {
                    Place::Value(name, schemas) => Place::Value(name, self.each(schemas, node, items)),
                    Place::ListOf(name, schemas) => Place::Value(name, schemas.clone()),
                    Place::List(function) => Place::Text(function),
                    Place::Text(_) => return,
                };
                list.items.iter().for_each(|it| self.value(it, &below, depth + 1));
            }
            _ => (),
        }
    }

    fn call(&mut self, node: &'a Node, call: &'a Call, place: &Place<'a>, depth: u32) {
        let mut text = |node, function| self.value(node, &Place::Text(function), depth + 1);
        match call {
            Call::Ref(_) | Call::GetAtt { .. } => self.reference(node, node, place),
            Call::Sub(parts) => {
                if let [Part::Value(only)] = &parts[..]
                    && named(only).is_some()
                    && matches!(place, Place::Value(..))
                {
                    // It is what stands in it; but a list it is not.
                    self.reference(only, node, &Place::Text("Fn::Sub"));
                    return self.reference(only, node, place);
                }
                for part in parts {
                    if let Part::Value(node) | Part::Unused(_, node) = part {
                        text(node, "Fn::Sub");
                    }
                }
            }
            Call::Join { items, .. } => self.value(items, &Place::List("Fn::Join"), depth + 1),
            Call::Select { list, .. } => {
                let list_place = match place {
                    Place::Value(name, schemas) => Place::ListOf(name, schemas.clone()),
                    _ => Place::List("Fn::Select"),
                };
                self.value(list, &list_place, depth + 1);
            }
            Call::Split { text: node, .. } => text(node, "Fn::Split"),
            Call::Base64(node) => text(node, "Fn::Base64"),
            _ => (),
        }
    }

    /// What stands below `node`, which fulfils `schemas`.
    fn each(&self, schemas: &Schemas, node: &Node, below: impl Fn(Schema) -> Option<Schema>) -> Schemas {
        let mut out = Schemas::new();
        for schema in schemas {
            self.certain(*schema, node, 0, &mut |it| out.extend(below(it)));
        }
        out
    }

    /// Calls `visit` with `schema` and all that `node` must fulfil with it.
    fn certain(&self, schema: Schema, node: &Node, depth: u32, visit: &mut dyn FnMut(Schema)) {
        visit(schema);
        if depth > 4 {
            return;
        }
        let mut condition = None;
        for keyword in schema.keywords() {
            match keyword {
                Keyword::AllOf(all) => all.into_iter().for_each(|it| self.certain(it, node, depth + 1, visit)),
                Keyword::If(schema) => condition = Some(fit(node, schema, &self.resource)),
                Keyword::Then(schema) if condition == Some(Fit::Yes) => self.certain(schema, node, depth + 1, visit),
                Keyword::Else(schema) if condition == Some(Fit::No) => self.certain(schema, node, depth + 1, visit),
                _ => (),
            }
        }
    }

    fn reference(&mut self, node: &'a Node, whole: &'a Node, place: &Place<'a>) {
        if let Some(named) = named(node) {
            self.found.push(Use { node, named, whole, place: place.clone() });
        }
    }
}

fn named(node: &Node) -> Option<Named<'_>> {
    let Value::Call(call) = &node.value else { return None };
    match &**call {
        Call::Ref(name) => Some(Named::Ref(name)),
        Call::GetAtt { resource, attribute: Some(attribute) } => Some(Named::Attribute(resource, attribute)),
        _ => None,
    }
}

fn property(schema: Schema, name: &str) -> Option<Schema> {
    if let Some(found) = schema.property(name) {
        return Some(found);
    }
    // One pattern for all names says what stands under each.
    schema.keywords().find_map(|it| match it {
        Keyword::Additional(schema) => Some(schema),
        Keyword::PatternProperties(all) if all.len() == 1 => {
            all.into_iter().find(|it| pattern::may_match(it.0, name)).map(|it| it.1)
        }
        _ => None,
    })
}

fn items(schema: Schema) -> Option<Schema> {
    schema.items()
}

impl Place<'_> {
    /// What may stand there, by its shape; `None` where that is not known.
    pub(crate) fn shapes(&self) -> Option<Vec<Shape>> {
        match self {
            Place::Text(_) => Some(vec![Shape::Text]),
            Place::List(_) | Place::ListOf(..) => Some(vec![Shape::List]),
            Place::Value(_, schemas) => {
                let types = schemas.iter().find_map(|it| types(*it, 0))?;
                let all = [
                    (Shape::Text, Types::STRING.union(Types::INTEGER).union(Types::NUMBER).union(Types::BOOLEAN)),
                    (Shape::List, Types::ARRAY),
                    (Shape::Map, Types::OBJECT),
                ];
                Some(all.into_iter().filter(|(_, it)| types.intersects(*it)).map(|it| it.0).collect())
            }
        }
    }

    /// The property that the reference becomes a value of.
    pub(crate) fn property(&self) -> &str {
        match self {
            Place::Value(name, _) | Place::ListOf(name, _) => &name.text,
            Place::Text(_) | Place::List(_) => "",
        }
    }

    /// The formats of which what stands there must have one, of each item where a list stands there; none where any will do.
    pub(crate) fn formats(&self) -> Vec<&'static str> {
        match self {
            Place::Text(_) | Place::List(_) => Vec::new(),
            Place::Value(_, schemas) | Place::ListOf(_, schemas) => {
                let own = schemas.iter().map(|it| formats(*it));
                let of_items = schemas.iter().filter_map(|it| it.items()).map(formats);
                own.chain(of_items).find(|it| !it.is_empty()).unwrap_or_default()
            }
        }
    }

    /// True where only a text that begins with `arn:` can stand, whatever the ARN is of.
    pub(crate) fn takes_arn(&self) -> bool {
        match self {
            Place::Text(_) | Place::List(_) => false,
            Place::Value(_, schemas) | Place::ListOf(_, schemas) => {
                schemas.iter().any(|it| it.pattern().is_some_and(begins_with_arn))
            }
        }
    }

    /// What takes the reference: the property, or the function.
    pub(crate) fn words(&self) -> String {
        match self {
            Place::Value(name, _) => format!("`{}`", name.text),
            Place::ListOf(..) => "`Fn::Select`".to_owned(),
            Place::Text(function) | Place::List(function) => format!("`{function}`"),
        }
    }
}

/// True for a pattern that only texts match in which `arn` stands first: `^(arn:aws:iam::...)$`.
fn begins_with_arn(pattern: &str) -> bool {
    let inner = pattern.trim_start_matches("^").trim_start_matches("(?:").trim_start_matches('(');
    let depth = pattern.len() - inner.len();
    if !inner.starts_with("arn:") || !pattern.starts_with('^') {
        return false;
    }
    // Within the groups that are open at the start, there may be no other way.
    let opened = pattern[..depth].matches('(').count();
    let mut level = opened;
    let mut letters = inner.chars();
    let mut is_class = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '[' => is_class = true,
            ']' => is_class = false,
            _ if is_class => (),
            '(' => level += 1,
            ')' => level = level.saturating_sub(1),
            '|' if level <= opened => return false,
            _ => (),
        }
    }
    // A group at the start that may be missing says nothing.
    opened == 0 || !inner.contains(")?") && !inner.contains(")*")
}

/// The types that a schema accepts; `None` for any.
fn types(schema: Schema, depth: u32) -> Option<Types> {
    let own = schema.types();
    if !own.is_empty() {
        return Some(own);
    }
    if depth > 4 {
        return None;
    }
    schema.keywords().find_map(|it| match it {
        Keyword::AnyOf(all) | Keyword::OneOf(all) => {
            all.into_iter().map(|it| types(it, depth + 1)).try_fold(Types::default(), |sum, it| Some(sum.union(it?)))
        }
        Keyword::AllOf(all) => all.into_iter().find_map(|it| types(it, depth + 1)),
        _ => None,
    })
}

/// The formats of which a text must have one; none where any will do.
pub(crate) fn formats(schema: Schema) -> Vec<&'static str> {
    if let Some(format) = schema.format() {
        return vec![format::of_item(format)];
    }
    let found = schema.keywords().find_map(|it| match it {
        Keyword::AnyOf(all) | Keyword::OneOf(all) => {
            all.into_iter().map(|it| it.format().map(format::of_item)).collect::<Option<Vec<_>>>()
        }
        _ => None,
    });
    found.unwrap_or_default()
}

impl<'a> Use<'a> {
    /// What it comes to; `None` where nothing is known of that.
    pub(crate) fn returned(&self, cx: &Context<'_>) -> Option<Returned> {
        match self.named {
            Named::Ref(name) => match cx.declarations().parameter(&name.text) {
                Some(parameter) => of_parameter(&name.text, &parameter.ty),
                None => of_pseudo_parameter(&name.text).or_else(|| of_resource(name, cx)),
            },
            Named::Attribute(resource, attribute) => of_attribute(resource, attribute, cx),
        }
    }

    /// The name of the resource or parameter.
    pub(crate) fn target(&self) -> &'a Name {
        match self.named {
            Named::Ref(name) | Named::Attribute(name, _) => name,
        }
    }
}

fn of_parameter(name: &str, ty: &str) -> Option<Returned> {
    if schema::parameter::known(ty) != schema::parameter::Known::Documented {
        return None;
    }
    let shape = if schema::parameter::is_list(ty) { Shape::List } else { Shape::Text };
    let stored = ty.strip_prefix("AWS::SSM::Parameter::Value<").and_then(|it| it.strip_suffix('>')).unwrap_or(ty);
    let single = stored.strip_prefix("List<").and_then(|it| it.strip_suffix('>')).unwrap_or(stored);
    let identity = match single {
        "AWS::EC2::SecurityGroup::Id" => Identity::Formats(vec!["AWS::EC2::SecurityGroup.Id"]),
        "AWS::EC2::SecurityGroup::GroupName" => Identity::Formats(vec!["AWS::EC2::SecurityGroup.Name"]),
        "AWS::EC2::Subnet::Id" => Identity::Formats(vec!["AWS::EC2::Subnet.Id"]),
        "AWS::EC2::VPC::Id" => Identity::Formats(vec!["AWS::EC2::VPC.Id"]),
        "AWS::EC2::Image::Id" => Identity::Formats(vec!["AWS::EC2::Image.Id"]),
        "AWS::Route53::HostedZone::Id" => Identity::Formats(vec!["AWS::Route53::HostedZone.Id"]),
        "AWS::EC2::AvailabilityZone::Name"
        | "AWS::EC2::Instance::Id"
        | "AWS::EC2::KeyPair::KeyName"
        | "AWS::EC2::Volume::Id" => Identity::Other,
        _ => Identity::Unknown,
    };
    Some(Returned { shape: Some(shape), identity, words: format!("`{name}`, a parameter of type `{ty}`,"), ty: None })
}

fn of_pseudo_parameter(name: &str) -> Option<Returned> {
    if !name.starts_with("AWS::") || name == "AWS::NoValue" {
        return None;
    }
    let shape = if name == "AWS::NotificationARNs" { Shape::List } else { Shape::Text };
    Some(Returned { shape: Some(shape), identity: Identity::Other, words: format!("`{name}`"), ty: None })
}

/// The type of the resource called `name`, when it is known what its resources return.
pub(crate) fn type_of(name: &Name, cx: &Context<'_>) -> Option<ResourceType> {
    let resource = cx.target(&name.text)?;
    // What a transform has not been asked to make is no resource of CloudFormation.
    let ty = resource_type(&resource.ty.text).filter(|it| !it.name().starts_with("AWS::Serverless::"))?;
    (!ty.has_open_attributes()).then_some(ty)
}

fn of_resource(name: &Name, cx: &Context<'_>) -> Option<Returned> {
    let ty = type_of(name, cx)?;
    let identity = match ty.name() {
        "AWS::EC2::SecurityGroup" => {
            let resource = cx.target(&name.text)?;
            let vpc = cx.view(resource).property("VpcId");
            match vpc.may_be_absent() {
                // In a default VPC, `Ref` returns the name.
                true => Identity::Formats(vec!["AWS::EC2::SecurityGroup.Id", "AWS::EC2::SecurityGroup.Name"]),
                false => Identity::Formats(vec!["AWS::EC2::SecurityGroup.Id"]),
            }
        }
        "AWS::KMS::ReplicaKey" => Identity::Formats(vec!["AWS::KMS::Key.Id"]),
        _ => match ty.reference().map(formats).filter(|it| !it.is_empty()) {
            Some(formats) => Identity::Formats(formats),
            None => match ty.identifier() {
                Some(it) if it.ends_with("Arn") || it.ends_with("ARN") => Identity::Arn(ty.name()),
                Some(it) if it.ends_with("Name") || it.ends_with("Url") => Identity::Name,
                _ => Identity::Other,
            },
        },
    };
    let words = format!("`Ref` of `{}`, an `{}`,", name.text, ty.name());
    Some(Returned { shape: Some(Shape::Text), identity, words, ty: Some(ty) })
}

fn of_attribute(resource: &Name, attribute: &Name, cx: &Context<'_>) -> Option<Returned> {
    let ty = type_of(resource, cx)?;
    let schema = ty.attribute(&attribute.text)?;
    let shape = types(schema, 0).and_then(shape_of);
    let found = schema.items().map_or_else(|| formats(schema), formats);
    let identity = match attribute.text.as_str() {
        _ if !found.is_empty() => Identity::Formats(found),
        "Arn" => Identity::Arn(ty.name()),
        _ => Identity::Unknown,
    };
    let words = format!("`{}.{}`", resource.text, attribute.text);
    Some(Returned { shape, identity, words, ty: Some(ty) })
}

/// The one shape that a value of these types has.
fn shape_of(types: Types) -> Option<Shape> {
    let is_list = types.intersects(Types::ARRAY);
    let is_map = types.intersects(Types::OBJECT);
    let is_text = types.intersects(Types::STRING.union(Types::INTEGER).union(Types::NUMBER).union(Types::BOOLEAN));
    match (is_text, is_list, is_map) {
        (true, false, false) => Some(Shape::Text),
        (false, true, false) => Some(Shape::List),
        (false, false, true) => Some(Shape::Map),
        _ => None,
    }
}

impl Identity {
    /// True when it certainly is no ARN of anything.
    pub(crate) fn is_no_arn(&self) -> bool {
        match self {
            Identity::Name => true,
            Identity::Formats(all) => {
                all.iter().all(|it| matches!(format::nature(it), Some(Nature::Id | Nature::Name)))
            }
            Identity::Arn(_) | Identity::Other | Identity::Unknown => false,
        }
    }

    /// True when it certainly has none of the formats of `wanted`.
    pub(crate) fn contradicts(&self, wanted: &[&'static str]) -> bool {
        if wanted.is_empty() || !wanted.iter().all(|it| format::nature(it).is_some()) {
            return false;
        }
        let all = |is: Nature| wanted.iter().all(|it| format::nature(it) == Some(is));
        match self {
            Identity::Unknown => false,
            Identity::Formats(own) => {
                let is_arn = own.iter().all(|it| format::nature(it) == Some(Nature::Arn));
                let is_known = own.iter().all(|it| format::nature(it).is_some());
                is_known && !own.iter().any(|it| wanted.contains(it)) && (is_arn || !all(Nature::Name))
            }
            Identity::Arn(ty) => wanted.iter().all(|it| is_no_arn_of(ty, it)),
            Identity::Name | Identity::Other => {
                wanted.iter().all(|it| matches!(format::nature(it), Some(Nature::Id | Nature::Arn)))
            }
        }
    }
}

/// True when the ARN of a resource of type `ty` certainly has another format.
fn is_no_arn_of(ty: &str, format: &str) -> bool {
    let service = |it: &str| it.split("::").nth(1).map(str::to_owned);
    match format::nature(format) {
        // Servers take the certificates of IAM as well.
        Some(Nature::Arn) if format == "AWS::ACM::Certificate.Arn" => false,
        Some(Nature::Arn) if format == "AWS::IAM::Role.Arn" => ty != "AWS::IAM::Role",
        Some(Nature::Arn) => service(ty) != service(format),
        // An access point stands for its bucket.
        Some(Nature::Name) => ty == "AWS::S3::Bucket" || !ty.starts_with("AWS::S3"),
        Some(Nature::Id) => true,
        None => false,
    }
}

/// What of a resource of type `ty` has one of the `wanted` formats: `None` for nothing, an empty text for `Ref`.
pub(crate) fn fitting(ty: ResourceType, wanted: &[&'static str]) -> Option<&'static str> {
    let fits = |schema: Schema| {
        let own = formats(schema);
        !own.is_empty() && own.iter().all(|it| wanted.contains(it))
    };
    if ty.reference().is_some_and(fits) {
        return Some("");
    }
    ty.attributes().find(|it| ty.attribute(it).is_some_and(fits))
}

/// The attribute of a resource of type `ty` that is its ARN.
pub(crate) fn arn_of(ty: ResourceType) -> Option<&'static str> {
    let is_arn = |it: &&str| !it.contains('.') && (it.ends_with("Arn") || it.ends_with("ARN"));
    let all: Vec<&str> = ty.attributes().filter(is_arn).collect();
    match &all[..] {
        [only] => Some(only),
        all => all.iter().find(|it| **it == "Arn").copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_take_arns_alone() {
        assert!(begins_with_arn(r"^arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+$"));
        assert!(begins_with_arn("^(arn:aws:s3:::(a|b))$"));
        assert!(!begins_with_arn("^(arn:aws:lambda:)?[a-z]+$"));
        assert!(!begins_with_arn("^arn:a|b$"));
        assert!(!begins_with_arn("^[a-z]+$"));
    }
}
