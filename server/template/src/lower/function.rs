//! Intrinsic functions, in their short and long forms.

use super::value::{Values, content, scalar};
use model::{Branch, Call, Name, Node, ReferenceKind, Value};
use syntax::data::{self, Kind};

impl<'a> Values<'a> {
    /// The call of `function` with `argument`. In the short form the argument carries the function's tag, in the long
    /// form any tag that it carries is its own.
    pub(super) fn function(&mut self, function: Name, argument: &'a data::Node, short: bool) -> Value {
        if matches!(argument.kind, Kind::Alias(_)) {
            return self.resolve(argument, |it, target| it.function(function, target, false)).unwrap_or(Value::Unknown);
        }
        // Itself computed, so not what the functions below want to see.
        let is_literal = short || argument.tag.is_none() && !is_null(argument);
        let made = if is_literal { self.known(&function, argument) } else { None };
        made.unwrap_or_else(|| self.other(function, argument, short))
    }

    /// The call, when the argument has a shape that the function takes.
    fn known(&mut self, function: &Name, argument: &'a data::Node) -> Option<Value> {
        let items = match &argument.kind {
            Kind::Sequence { items, .. } => items.as_slice(),
            _ => &[],
        };
        let call = match (function.text.as_str(), items) {
            ("Ref", _) => {
                let name = self.scalar_name(argument).filter(|it| !it.text.is_empty())?;
                self.refer(ReferenceKind::Ref, &name, None);
                if name.text == "AWS::NoValue" {
                    return Some(Value::Absent);
                }
                Call::Ref(name)
            }
            ("Fn::GetAtt", _) => self.get_att(argument)?,
            ("Fn::Sub", []) => return self.sub(argument, None),
            ("Fn::Sub", [template, variables]) if template.tag.is_none() => {
                return self.sub(template, Some(variables));
            }
            ("Fn::If", [condition, yes, no]) => {
                let name = self.scalar_name(condition)?;
                self.refer(ReferenceKind::Condition, &name, None);
                let yes = Branch { condition: Some((name.clone(), true)), node: self.node(yes) };
                let no = Branch { condition: Some((name, false)), node: self.node(no) };
                return Some(Value::Either(vec![yes, no]));
            }
            ("Fn::Join", [delimiter, items]) => Call::Join { delimiter: self.node(delimiter), items: self.node(items) },
            ("Fn::Select", [index, list]) => Call::Select { index: self.node(index), list: self.node(list) },
            ("Fn::Split", [delimiter, text]) => Call::Split { delimiter: self.node(delimiter), text: self.node(text) },
            ("Fn::FindInMap", [map, first, second, rest @ ..])
                if rest.len() <= 1 && rest.iter().all(may_be_default) =>
            {
                if map.tag.is_none()
                    && let Some(name) = self.scalar_name(map)
                {
                    self.refer(ReferenceKind::FindInMap, &name, None);
                }
                let (map, first, second) = (self.node(map), self.node(first), self.node(second));
                let default = rest.first().map(|it| self.node(it));
                let default =
                    default.map(|it| it.get("DefaultValue").cloned().unwrap_or_else(|| Node::unknown(it.span)));
                Call::FindInMap { map, first, second, default }
            }
            ("Condition", _) => {
                let name = self.scalar_name(argument)?;
                self.refer(ReferenceKind::Condition, &name, None);
                let argument = Node::text(name.text, name.span);
                Call::Other { function: function.clone(), argument }
            }
            _ => return None,
        };
        Some(Value::Call(Box::new(call)))
    }

    /// The functions of one argument, and everything else.
    fn other(&mut self, function: Name, argument: &'a data::Node, short: bool) -> Value {
        let is_condition = matches!(function.text.as_str(), "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" | "Fn::If");
        let was_condition = self.in_condition;
        self.in_condition |= is_condition;
        let argument = if short { self.untagged(argument) } else { self.node(argument) };
        self.in_condition = was_condition;
        let is_written = !matches!(argument.value, Value::Missing | Value::Null);
        Value::Call(Box::new(match function.text.as_str() {
            "Fn::ImportValue" if is_written => Call::ImportValue(argument),
            "Fn::Base64" if is_written => Call::Base64(argument),
            // An empty string means the region of the stack, and so does nothing behind the tag.
            "Fn::GetAZs" if short || is_written => Call::GetAzs(argument),
            _ => Call::Other { function, argument },
        }))
    }

    /// `Resource.Attribute`, or a list of the two. An attribute may have dots, a resource may not.
    fn get_att(&mut self, argument: &'a data::Node) -> Option<Call> {
        let (resource, attribute) = match &argument.kind {
            Kind::Scalar { .. } => {
                let whole = self.scalar_name(argument).filter(|it| !it.text.is_empty())?;
                let range = content(argument, self.source());
                let is_verbatim = self.slice(range) == whole.text;
                let dot = whole.text.find('.');
                let part = |from: usize, to: usize| {
                    let start = usize::from(range.start());
                    let span = if is_verbatim { self.span(text::range(start + from, start + to)) } else { whole.span };
                    Name::new(&whole.text[from..to], span)
                };
                match dot {
                    Some(dot) => (part(0, dot), Some(part(dot + 1, whole.text.len()))),
                    None => (whole.clone(), Some(Name::new("", whole.span.end()))),
                }
            }
            Kind::Sequence { items, .. } => match items.as_slice() {
                [resource, attribute] if resource.tag.is_none() => {
                    let resource = self.scalar_name(resource)?;
                    let name = if attribute.tag.is_none() { self.scalar_name(attribute) } else { None };
                    if name.is_none() {
                        // Computed: only what it names is known.
                        self.node(attribute);
                    }
                    (resource, name)
                }
                [resource, first, .., last] if items.iter().all(|it| it.tag.is_none()) => {
                    let resource = self.scalar_name(resource)?;
                    let names: Option<Vec<_>> = items[1..].iter().map(|it| self.scalar_name(it)).collect();
                    let text = names?.iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join(".");
                    (resource, Some(Name::new(text, self.span(first.range.cover(last.range)))))
                }
                _ => return None,
            },
            _ => return None,
        };
        self.refer(ReferenceKind::GetAtt, &resource, attribute.as_ref());
        Some(Call::GetAtt { resource, attribute })
    }
}

/// True for a null that is written out, which names nothing. Behind a tag the same word is text.
fn is_null(node: &data::Node) -> bool {
    matches!(&node.kind, Kind::Scalar { text, style } if matches!(scalar(text, *style), Value::Null))
}

/// True for `{DefaultValue: ...}`, and what may turn out to be one.
fn may_be_default(node: &data::Node) -> bool {
    match &node.kind {
        Kind::Mapping { pairs, .. } => match pairs.as_slice() {
            [pair] => pair.incomplete || pair.key.text == "DefaultValue" || pair.key.text.starts_with("Fn::"),
            _ => false,
        },
        Kind::Scalar { .. } | Kind::Sequence { .. } => node.tag.is_some(),
        Kind::Alias(_) | Kind::Nothing | Kind::Broken => true,
    }
}
