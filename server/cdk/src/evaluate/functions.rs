//! What calls of the library's functions, and of methods of values, stand for.

use super::{get_att, get_att_named, joined, json, reference};
use crate::ast::{CallExpression, Expression, Kind};
use crate::evaluate::{Given, Made};
use crate::library::value;
use crate::lower::{Level, Lowering};
use crate::scope::{At, digits};
use model::{Branch, Call, List, Name, Node, Part, Scalar, Span, Value};

impl<'a> Lowering<'a> {
    /// The value of a call that was not followed.
    pub(super) fn call(&self, at: At<'a>, call: &'a CallExpression, depth: u32) -> Option<Node> {
        if self.scopes.is_followed(at) {
            return None;
        }
        if let Some(path) = self.scopes.path(At { expression: &call.callee, frame: at.frame }) {
            let made = Made { path, arguments: &call.arguments, at };
            let (of, function) = made.path.strip_prefix("core.")?.split_once('.')?;
            return match of {
                "Fn" => self.intrinsic(function, &made, depth),
                "Token" => {
                    let node = self.given(&made, 0, depth)?;
                    let is_token = matches!(&node.value, Value::Call(_) | Value::Either(_));
                    let fits = match function {
                        "asString" => is_text(&node),
                        "asNumber" => is_token || matches!(&node.value, Value::Scalar(it) if it.plain),
                        "asList" => is_token || matches!(&node.value, Value::List(_)),
                        "asAny" => true,
                        _ => false,
                    };
                    fits.then(|| Node { span: at.span(), ..node })
                }
                "Arn" if function == "format" => self.arn(&made, depth),
                "SecretValue" => self.secret(function, &made, depth),
                _ => None,
            };
        }
        let (object, method) = match &call.callee.kind {
            Kind::Member { object, property, .. } => (At { expression: object, frame: at.frame }, &property.text),
            // What it is given is a text already, or becomes one when the stack is deployed.
            Kind::Identifier(name) if name == "String" && self.scopes.is_global(name, at) => {
                let made = Made { path: name.clone(), arguments: &call.arguments, at };
                return self.given(&made, 0, depth).filter(is_text);
            }
            _ => return None,
        };
        let made = Made { path: method.clone(), arguments: &call.arguments, at };
        if let Kind::Identifier(name) = &object.expression.kind
            && name == "JSON"
            && self.scopes.is_global(name, at)
        {
            return (method == "stringify").then(|| self.stringify(&made, json::indent(self, &made)?, depth))?;
        }
        match &**method {
            "toString" | "unsafeUnwrap" if call.arguments.is_empty() => self.value_of(object, depth).filter(is_text),
            "join" => self.join(object, &made, depth),
            "concat" => {
                let first = self.value_of(object, depth);
                let is_text = |it: &Node| match &it.value {
                    Value::Scalar(it) => !it.plain,
                    Value::Call(call) => matches!(**call, Call::Sub(_)),
                    _ => false,
                };
                let mut parts = Vec::new();
                push(first.filter(is_text)?, &mut parts)?;
                for index in 0..call.arguments.len() {
                    push(self.given(&made, index, depth)?, &mut parts)?;
                }
                Some(Node { value: joined(parts), span: at.span() })
            }
            "formatArn" if self.is_of_stack(object) => self.arn(&made, depth),
            "toJsonString" if self.is_of_stack(object) => self.stringify(&made, json::indent(self, &made)?, depth),
            "toIsoString" => Some(Node::text(value::iso(value::seconds(self, object)?), at.span())),
            _ if method.starts_with("to") && call.arguments.is_empty() => self.amount(object, method, at.span()),
            "arnForObjects" | "getAtt" => self.call_of_construct(object, &made, depth),
            _ => None,
        }
    }

    /// `Duration.days(1).toSeconds()`, `Size.gibibytes(1).toMebibytes()`
    fn amount(&self, object: At<'a>, method: &str, span: Span) -> Option<Node> {
        let seconds = |unit: f64| Some(value::seconds(self, object)? / unit);
        let mebibytes = |unit: f64| Some(value::mebibytes(self, object)? / unit);
        let amount = match method {
            "toMilliseconds" => seconds(0.001),
            "toSeconds" => seconds(1.0),
            "toMinutes" => seconds(60.0),
            "toHours" => seconds(3600.0),
            "toDays" => seconds(86_400.0),
            "toKibibytes" => mebibytes(1.0 / 1024.0),
            "toMebibytes" => mebibytes(1.0),
            "toGibibytes" => mebibytes(1024.0),
            "toTebibytes" => mebibytes(1_048_576.0),
            _ => None,
        }?;
        // Without what fractions of seconds leave; the library itself refuses to round.
        let amount = (amount * 1e6).round() / 1e6;
        let text = digits(amount).filter(|_| amount.fract() == 0.0)?;
        Some(Node { value: Value::Scalar(Scalar { text: text.into(), plain: true }), span })
    }

    fn value_of(&self, at: At<'a>, depth: u32) -> Option<Node> {
        Some(self.node_within(at, &|key, _| key.clone(), depth))
    }

    /// The value of an argument.
    fn given(&self, made: &Made<'a>, index: usize, depth: u32) -> Option<Node> {
        self.value_of(made.argument(index)?, depth)
    }

    /// `Fn.join(...)` and its like.
    fn intrinsic(&self, function: &str, made: &Made<'a>, depth: u32) -> Option<Node> {
        let span = made.at.span();
        let value = |index| self.given(made, index, depth);
        let result = match function {
            "join" => Call::Join { delimiter: value(0)?, items: value(1)? },
            "select" => Call::Select { index: value(0)?, list: value(1)? },
            "split" => Call::Split { delimiter: value(0)?, text: value(1)? },
            "importValue" => Call::ImportValue(value(0)?),
            "base64" => Call::Base64(value(0)?),
            "getAzs" => Call::GetAzs(if made.arguments.is_empty() { Node::text("", span) } else { value(0)? }),
            "cidr" => {
                let items = (0..made.arguments.len().min(3)).map(value).collect::<Option<Vec<_>>>()?;
                let argument = Node { value: Value::List(List { items, open: false }), span };
                Call::Other { function: Name::new("Fn::Cidr", span), argument }
            }
            "sub" => return self.substituted(made, depth),
            "ref" => {
                if let Some(key) = self.logical_id(made.argument(0)?) {
                    return Some(reference(&key, span));
                }
                let name = value(0)?;
                return name.as_str().filter(|it| it.starts_with("AWS::")).map(|it| pseudo(it, span));
            }
            "getAtt" => {
                let key = self.logical_id(made.argument(0)?)?;
                let attribute = value(1)?;
                return Some(get_att_named(&key, Name::new(attribute.as_str()?, attribute.span), span));
            }
            "conditionIf" => {
                let branch = |index| Some(Branch { condition: None, node: value(index)? });
                return Some(Node { value: Value::Either(vec![branch(1)?, branch(2)?]), span });
            }
            _ => return None,
        };
        Some(Node { value: Value::Call(Box::new(result)), span })
    }

    /// The resource that `resource.logicalId` names, in the stack at hand.
    fn logical_id(&self, at: At<'a>) -> Option<model::SmolStr> {
        let at = self.scopes.follow(at);
        let Kind::Member { object, property, .. } = &at.expression.kind else { return None };
        let (index, _) = self.construct_of(At { expression: object, frame: at.frame })?;
        let construct = &self.constructs[index];
        let is_near = construct.resource.is_some() && construct.place.stack == self.stack_of(at);
        (is_near && property.text == "logicalId").then(|| construct.key.clone())
    }

    /// `Fn.sub('arn:${AWS::Partition}:s3:::${Name}', { Name: name })`
    fn substituted(&self, made: &Made<'a>, depth: u32) -> Option<Node> {
        let span = made.at.span();
        let body = self.given(made, 0, depth)?;
        let Value::Scalar(body) = &body.value else { return None };
        let variables = self.props(made.argument(1));
        let mut parts = Vec::new();
        let mut rest = body.text.as_str();
        while let Some((before, (name, after))) = rest.split_once("${").and_then(|(a, b)| Some((a, b.split_once('}')?)))
        {
            parts.push(Part::Text(Name::new(before, span)));
            rest = after;
            match (name.strip_prefix('!'), variables.get(name)) {
                (Some(literal), _) => parts.push(Part::Text(Name::new(format!("${{{literal}}}"), span))),
                (None, Given::Value(value)) => push(self.value_of(value, depth)?, &mut parts)?,
                (None, Given::Absent) if name.starts_with("AWS::") => parts.push(Part::Value(pseudo(name, span))),
                // By its logical id: the program alone does not know these.
                _ => parts.push(Part::Value(Node::unknown(span))),
            }
        }
        parts.push(Part::Text(Name::new(rest, span)));
        parts.retain(|it| !matches!(it, Part::Text(name) if name.text.is_empty()));
        Some(Node { value: joined(parts), span })
    }

    /// `stack.formatArn({ service: 's3', resource: 'name' })`, `Arn.format(...)`
    fn arn(&self, made: &Made<'a>, depth: u32) -> Option<Node> {
        let span = made.at.span();
        let components = self.props(Some(made.argument(0)?));
        let part = |key: &str, otherwise: Option<&str>| match components.get(key) {
            Given::Value(at) => self.value_of(at, depth),
            Given::Absent => otherwise.map(|it| if it.is_empty() { Node::text("", span) } else { reference(it, span) }),
            Given::Unknown => None,
        };
        let name = part("resourceName", Some(""))?;
        let format = match (components.get("arnFormat"), components.get("sep")) {
            (Given::Value(at), Given::Absent) => self.scopes.path(self.scopes.follow(at))?,
            (Given::Absent, Given::Absent) => "core.ArnFormat.SLASH_RESOURCE_NAME".into(),
            _ => return None,
        };
        let (before, between) = match format.strip_prefix("core.ArnFormat.")? {
            "SLASH_RESOURCE_NAME" => ("", "/"),
            "SLASH_RESOURCE_SLASH_RESOURCE_NAME" => ("/", "/"),
            "COLON_RESOURCE_NAME" => ("", ":"),
            "NO_RESOURCE_NAME" => ("", ""),
            _ => return None,
        };
        let has_name = !matches!(components.get("resourceName"), Given::Absent) && !between.is_empty();
        let mut parts = vec![Part::Text(Name::new("arn:", span))];
        let text = |parts: &mut Vec<Part>, text: &str| parts.push(Part::Text(Name::new(text, span)));
        for (key, otherwise) in [
            ("partition", Some("AWS::Partition")),
            ("service", None),
            ("region", Some("AWS::Region")),
            ("account", Some("AWS::AccountId")),
        ] {
            push(part(key, otherwise)?, &mut parts)?;
            text(&mut parts, ":");
        }
        text(&mut parts, before);
        push(part("resource", None)?, &mut parts)?;
        if has_name {
            text(&mut parts, between);
            push(name, &mut parts)?;
        }
        Some(Node { value: joined(parts), span })
    }

    /// `SecretValue.secretsManager('id')` and its like.
    fn secret(&self, function: &str, made: &Made<'a>, depth: u32) -> Option<Node> {
        let span = made.at.span();
        let mut parts = Vec::new();
        let text = |parts: &mut Vec<Part>, text: &str| parts.push(Part::Text(Name::new(text, span)));
        match function {
            "unsafePlainText" | "plainText" | "resourceAttribute" => return self.given(made, 0, depth),
            "secretsManager" => {
                text(&mut parts, "{{resolve:secretsmanager:");
                push(self.given(made, 0, depth)?, &mut parts)?;
                text(&mut parts, ":SecretString");
                let options = self.props(made.argument(1));
                for key in ["jsonField", "versionStage", "versionId"] {
                    text(&mut parts, ":");
                    match options.get(key) {
                        Given::Value(at) => push(self.value_of(at, depth)?, &mut parts)?,
                        Given::Absent => (),
                        Given::Unknown => return None,
                    }
                }
            }
            "ssmSecure" => {
                text(&mut parts, "{{resolve:ssm-secure:");
                push(self.given(made, 0, depth)?, &mut parts)?;
                if made.arguments.len() > 1 {
                    text(&mut parts, ":");
                    push(self.given(made, 1, depth)?, &mut parts)?;
                }
            }
            _ => return None,
        }
        text(&mut parts, "}}");
        Some(Node { value: joined(parts), span })
    }

    /// `[a, b].join('-')`, where the texts are not all known.
    fn join(&self, list: At<'a>, made: &Made<'a>, depth: u32) -> Option<Node> {
        let span = made.at.span();
        let separator = match made.argument(0) {
            Some(it) => self.scopes.key_text(it)?,
            None if made.arguments.is_empty() => ",".to_owned(),
            None => return None,
        };
        let mut parts = Vec::new();
        for (i, item) in self.scopes.items(list)?.into_iter().enumerate() {
            if i > 0 && !separator.is_empty() {
                parts.push(Part::Text(Name::new(separator.as_str(), span)));
            }
            match self.value_of(item, depth)? {
                Node { value: Value::Null | Value::Absent, .. } => (),
                node => push(node, &mut parts)?,
            }
        }
        Some(Node { value: joined(parts), span })
    }

    /// `JSON.stringify(value)`, `stack.toJsonString(value)`
    fn stringify(&self, made: &Made<'a>, indent: String, depth: u32) -> Option<Node> {
        let span = made.at.span();
        let parts = json::written(&self.given(made, 0, depth)?, &indent, span)?;
        Some(Node { value: joined(parts), span })
    }

    fn call_of_construct(&self, object: At<'a>, made: &Made<'a>, depth: u32) -> Option<Node> {
        let span = made.at.span();
        let (index, level) = self.construct_of(object)?;
        let construct = &self.constructs[index];
        let (producer, consumer) = (construct.place.stack, self.stack_of(made.at));
        let argument = self.given(made, 0, depth)?;
        let attribute = |name: &str| self.across(get_att(&construct.key, name, span), producer, consumer);
        let named = |name: Name| self.across(get_att_named(&construct.key, name, span), producer, consumer);
        match (&*made.path, level) {
            ("getAtt", Level::Resource) => named(Name::new(argument.as_str()?, argument.span)),
            ("arnForObjects", _) if construct.class == "aws-s3.Bucket" => {
                let mut parts = vec![Part::Value(attribute("Arn")?), Part::Text(Name::new("/", span))];
                match argument {
                    Node { value: Value::Scalar(it), span } => parts.push(Part::Text(Name::new(it.text, span))),
                    other => parts.push(Part::Value(other)),
                }
                Some(Node { value: joined(parts), span })
            }
            _ => None,
        }
    }

    /// True when the value at `at` is the stack at hand: `this` in a stack, `Stack.of(this)`, `bucket.stack`.
    pub(super) fn is_of_stack(&self, at: At<'a>) -> bool {
        let at = self.scopes.follow(at);
        match &at.expression.kind {
            Kind::This => self.scopes.is_stack(at.frame),
            Kind::Call(_) => self.made(at).is_some_and(|it| it.path == "core.Stack.of"),
            Kind::Member { object, property, .. } if property.text == "stack" => {
                let object = At { expression: object, frame: at.frame };
                let is_own = matches!(self.scopes.follow(object).expression.kind, Kind::This)
                    && self.scopes.base_in(object.frame).is_some();
                let is_near = |index: usize| self.constructs[index].place.stack == self.stack_of(at);
                is_own || self.construct_of(object).is_some_and(|it| is_near(it.0))
            }
            _ => false,
        }
    }
}

/// A pseudo parameter.
pub(super) fn pseudo(name: &str, span: Span) -> Node {
    match name {
        "AWS::NoValue" => Node { value: Value::Absent, span },
        _ => reference(name, span),
    }
}

/// True when the value is a text, or becomes one.
fn is_text(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(_) | Value::Call(_) => true,
        Value::Either(branches) => {
            branches.iter().all(|it| matches!(it.node.value, Value::Absent) || is_text(&it.node))
        }
        _ => false,
    }
}

/// Adds a value to a text; `None` when it is none that stands in a text as it is.
pub(super) fn push(node: Node, out: &mut Vec<Part>) -> Option<()> {
    match node.value {
        Value::Scalar(it) => out.push(Part::Text(Name::new(it.text, node.span))),
        Value::Bool(it) => out.push(Part::Text(Name::new(if it { "true" } else { "false" }, node.span))),
        Value::Call(call) => match *call {
            Call::Sub(parts) | Call::Dynamic(parts) => out.extend(parts),
            call => out.push(Part::Value(Node { value: Value::Call(Box::new(call)), span: node.span })),
        },
        Value::Unknown | Value::Either(_) => out.push(Part::Value(node)),
        Value::Null | Value::Absent | Value::Missing | Value::List(_) | Value::Map(_) => return None,
    }
    Some(())
}

/// The argument at `index` is not given.
pub(super) fn lacks(made: &Made<'_>, index: usize) -> bool {
    made.arguments.len() <= index && Expression::argument(made.arguments, 0).is_some()
}
