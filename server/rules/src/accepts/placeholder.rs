//! Values for properties that are missing: what was certainly meant, else something of the right form.

use super::Violation;
use super::walk::fits;
use crate::Applicability;
use crate::facts::secrets::{self, Named};
use crate::facts::wording::listed;
use model::{Change, Literal, Name, Node, Resource, ResourceView, Scalar, Span, Stack, Value};
use schema::resources::{Keyword, Schema, Types, resource_type};

/// Maps are not made up deeper than this.
const MAX_DEPTH: u32 = 6;

/// What a reference to a secret starts with.
const SECRET: &str = "{{resolve:secretsmanager:";

/// A fix that adds properties.
#[derive(Debug)]
pub(crate) struct Addition {
    pub(crate) title: String,
    pub(crate) changes: Vec<Change>,
    pub(crate) applicability: Applicability,
}

/// The fix that adds `names` to the map that lacks them; `None` where one of them cannot be made up.
pub(crate) fn addition(
    violation: &Violation<'_>,
    names: &[&'static str],
    resource: &ResourceView<'_>,
    stack: &Stack,
) -> Option<Addition> {
    let placeholders = Placeholders { stack, resource };
    let mut is_meant = true;
    let mut changes = Vec::new();
    for name in names {
        let schema = violation.schema.at(name)?;
        let (value, is_sure) = placeholders.value(name, schema, 0)?;
        if !fits(&node(&value, resource.id.span), schema, resource) {
            return None;
        }
        is_meant &= is_sure;
        let path = (*name).to_owned();
        changes.push(match violation.path.is_empty() {
            true => Change::Set { origin: resource.origin, path, value },
            false => Change::SetIn { map: violation.node.span, path, value },
        });
    }
    let applicability = if is_meant { Applicability::Unsafe } else { Applicability::Manual };
    Some(Addition { title: format!("Add {}", listed(names)), changes, applicability })
}

/// The changes that give a resource the properties of `names` that its type requires; `None` where one of them cannot be made up.
pub(crate) fn required(resource: &ResourceView<'_>, names: &[&str], stack: &Stack) -> Option<Vec<Change>> {
    let schema = resource_type(&resource.ty.text)?.schema();
    let placeholders = Placeholders { stack, resource };
    let mut changes = Vec::new();
    for name in schema.required().into_iter().filter(|it| names.is_empty() || names.contains(it)) {
        let schema = schema.at(name)?;
        let (value, _) = placeholders.value(name, schema, 0)?;
        if !fits(&node(&value, resource.id.span), schema, resource) {
            return None;
        }
        changes.push(Change::Set { origin: resource.origin, path: name.to_owned(), value });
    }
    (!changes.is_empty()).then_some(changes)
}

/// The change that gives the map at `map`, which has this schema, a value for `name`.
pub(crate) fn within(
    resource: &ResourceView<'_>,
    (map, schema): (Span, Schema),
    name: &str,
    stack: &Stack,
) -> Option<Change> {
    let schema = schema.at(name)?;
    let (value, _) = Placeholders { stack, resource }.value(name, schema, 0)?;
    let fits = fits(&node(&value, resource.id.span), schema, resource);
    fits.then(|| Change::SetIn { map, path: name.to_owned(), value })
}

/// Makes up values for properties of one resource.
struct Placeholders<'a> {
    stack: &'a Stack,
    resource: &'a ResourceView<'a>,
}

impl Placeholders<'_> {
    /// A value, and whether it is the only one that can be meant.
    fn value(&self, name: &str, schema: Schema, depth: u32) -> Option<(Literal, bool)> {
        if depth > MAX_DEPTH {
            return None;
        }
        if let Some(reference) = self.reference(schema) {
            return Some((reference, true));
        }
        let values = schema.enum_values();
        if let Some(first) = values.into_iter().next() {
            return Some((typed(first, schema.types()), values.len() == 1));
        }
        if let Some(only) = schema.keywords().find_map(constant) {
            return Some((typed(only, schema.types()), true));
        }
        let types = schema.types();
        if types.is_empty() {
            let first = schema.keywords().find_map(first_form)?;
            return self.value(name, first, depth + 1).map(|it| (it.0, false));
        }
        let value = match () {
            () if types.contains(Types::OBJECT) && name.contains("Policy") => return Some((self.policy(name)?, false)),
            () if types.contains(Types::OBJECT) => return self.map(schema, depth),
            () if types.contains(Types::ARRAY) => {
                let item = schema.items().and_then(|it| self.value(name, it, depth + 1));
                let item = item.filter(|it| it.1 || schema.keywords().any(is_least_one));
                let is_meant = item.as_ref().is_some_and(|it| it.1);
                return Some((Literal::List(item.into_iter().map(|it| it.0).collect()), is_meant));
            }
            () if types.contains(Types::STRING) => Literal::text(self.text(name, schema)?),
            () if types.contains(Types::BOOLEAN) => Literal::Bool(false),
            () => Literal::Number(self.number(schema)?),
        };
        Some((value, false))
    }

    /// A policy that allows nothing that was not asked for; `None` for one of a resource, which could lock everybody out.
    fn policy(&self, name: &str) -> Option<Literal> {
        let text = |it: &str| Literal::text(it);
        let statement = match name {
            "AssumeRolePolicyDocument" => Literal::map([
                ("Effect", text("Allow")),
                ("Principal", Literal::map([("Service", text("lambda.amazonaws.com"))])),
                ("Action", text("sts:AssumeRole")),
            ]),
            _ if self.resource.ty.text.starts_with("AWS::IAM::") => {
                Literal::map([("Effect", text("Deny")), ("Action", text("*")), ("Resource", text("*"))])
            }
            _ => return None,
        };
        Some(Literal::map([("Version", text("2012-10-17")), ("Statement", Literal::List(vec![statement]))]))
    }

    fn map(&self, schema: Schema, depth: u32) -> Option<(Literal, bool)> {
        let mut entries = Vec::new();
        let mut is_meant = true;
        for name in schema.required() {
            let (value, meant) = self.value(name, schema.at(name)?, depth + 1)?;
            is_meant &= meant;
            entries.push((name.to_owned(), value));
        }
        let is_meant = is_meant && !entries.is_empty();
        let map = Literal::Map(entries);
        fits(&node(&map, self.resource.id.span), schema, self.resource).then_some((map, is_meant))
    }

    /// A reference to the one parameter or resource of the stack that gives what is asked for.
    fn reference(&self, schema: Schema) -> Option<Literal> {
        let format = schema.keywords().find_map(format_of)?;
        let mut found = Vec::new();
        for parameter in &self.stack.declarations.parameters {
            if parameter.ty.replace("::Id", ".Id").eq_ignore_ascii_case(format) {
                found.push(Literal::Ref(parameter.name.text.clone()));
            }
        }
        let others = self.stack.resources.iter().filter(|it| it.made.is_none() && it.key != self.resource.key);
        for resource in others {
            found.extend(gives(resource, format));
        }
        match found.len() {
            1 => found.pop(),
            _ => None,
        }
    }

    /// A text that is accepted.
    fn text(&self, name: &str, schema: Schema) -> Option<String> {
        // A secret that is written out would be the next mistake.
        if matches!(secrets::named(name), Some(Named::Password | Named::Key)) {
            return Some(format!("{SECRET}{}:SecretString:{name}}}}}", split_words(name)));
        }
        let words = split_words(name);
        let stack = [
            "",
            "1",
            "text",
            "default",
            "us-east-1",
            "10.0.0.0/16",
            "example.com",
            "arn:aws:iam::123456789012:role/name",
        ];
        let more = [
            "https://example.com",
            "s3://bucket/key",
            "2030-01-01T00:00:00Z",
            "{}",
            "123456789012",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ];
        let least =
            schema.keywords().find_map(|it| if let Keyword::MinLength(it) = it { Some(it as usize) } else { None });
        let candidates = [
            words.clone(),
            words.replace('-', ""),
            format!("my-{words}"),
            format!("/{words}"),
            format!("alias/{words}"),
        ];
        let padded = least.filter(|it| *it < 200).map(|it| "a".repeat(it));
        let mut all =
            candidates.into_iter().chain(stack[1..].iter().chain(&more).map(|it| (*it).to_owned())).chain(padded);
        all.find(|it| fits(&Node::text(it.as_str(), self.resource.id.span), schema, self.resource))
    }

    fn number(&self, schema: Schema) -> Option<i64> {
        let bounds = schema.keywords().filter_map(|it| match it {
            Keyword::Minimum(it) | Keyword::Maximum(it) => Some(it as i64),
            _ => None,
        });
        let mut candidates = [1, 0, 10, 100, 60, 443].into_iter().chain(bounds);
        candidates.find(|it| fits(&Node::text(it.to_string(), self.resource.id.span), schema, self.resource))
    }
}

/// What of `resource` has this format: itself, or an attribute.
fn gives(resource: &Resource, format: &str) -> Option<Literal> {
    // Many a type tells what it belongs to: a subnet its VPC. What is meant is the thing itself.
    let ty =
        resource_type(&resource.ty.text).filter(|it| format.rsplit_once('.').is_some_and(|of| of.0 == it.name()))?;
    let is_it = |it: Option<Schema>| it.is_some_and(|it| it.format() == Some(format));
    if is_it(ty.reference()) {
        return Some(Literal::Ref(resource.key.clone()));
    }
    let attribute = ty.attributes().find(|it| is_it(ty.attribute(it)))?;
    Some(Literal::GetAtt(resource.key.clone(), attribute.into()))
}

fn format_of(keyword: Keyword) -> Option<&'static str> {
    match keyword {
        Keyword::Format(format) if format.starts_with("AWS::") => Some(format),
        // Where no format is noted, the pattern tells.
        Keyword::Pattern(pattern) if pattern.contains(":iam::") && pattern.contains(":role/") => {
            Some("AWS::IAM::Role.Arn")
        }
        _ => None,
    }
}

fn constant(keyword: Keyword) -> Option<&'static str> {
    match keyword {
        Keyword::Const(value) => Some(value),
        _ => None,
    }
}

fn first_form(keyword: Keyword) -> Option<Schema> {
    match keyword {
        Keyword::AllOf(all) | Keyword::AnyOf(all) | Keyword::OneOf(all) => all.into_iter().next(),
        _ => None,
    }
}

fn is_least_one(keyword: Keyword) -> bool {
    matches!(keyword, Keyword::MinItems(1..))
}

/// `table-name` for `TableName`.
fn split_words(name: &str) -> String {
    let mut out = String::new();
    let mut was_lower = false;
    for it in name.chars() {
        if it.is_ascii_uppercase() && was_lower {
            out.push('-');
        }
        was_lower = it.is_ascii_lowercase() || it.is_ascii_digit();
        out.push(it.to_ascii_lowercase());
    }
    out
}

fn typed(text: &str, types: Types) -> Literal {
    match text {
        "true" | "false" if types.contains(Types::BOOLEAN) => Literal::Bool(text == "true"),
        _ if types.contains(Types::STRING) => Literal::text(text),
        _ => text.parse().map_or_else(|_| Literal::text(text), Literal::Number),
    }
}

/// The value as if it were written.
fn node(literal: &Literal, span: Span) -> Node {
    let value = match literal {
        Literal::Text(text) if text.starts_with(SECRET) => Value::Unknown,
        Literal::Text(text) => Value::Scalar(Scalar { text: text.into(), plain: false }),
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Number(value) => Value::Scalar(Scalar { text: value.to_string().into(), plain: false }),
        Literal::List(items) => {
            Value::List(model::List { items: items.iter().map(|it| node(it, span)).collect(), open: false })
        }
        Literal::Map(entries) => {
            let entries = entries.iter().map(|(key, it)| (Name::new(key.as_str(), span), node(it, span)));
            Value::Map(model::Map { entries: entries.collect(), open: false })
        }
        Literal::Ref(_) | Literal::GetAtt(..) | Literal::Sub(_) | Literal::Existing(_) | Literal::Renamed { .. } => {
            Value::Unknown
        }
    };
    Node { value, span }
}
