//! Puts together the resources that are made of one.

use super::Expansion;
use model::{
    BlockId, Call, List, Made, Map, Name, Node, Part, Reference, ReferenceKind, Resource, Scalar, SmolStr, Span, Value,
};
use smol_str::format_smolstr;
use std::sync::Arc;
use text::TextRange;

/// The attributes that everything which is made of a resource takes over from it.
const INHERITED: &[&str] = &["Condition", "DeletionPolicy", "UpdateReplacePolicy"];

/// A resource of SAM with its properties, those of `Globals` among them, and what is made of it so far.
pub(super) struct Sam<'a> {
    pub(super) resource: &'a Resource,
    pub(super) properties: Map,
    /// Where everything stands that the transform adds.
    pub(super) at: Span,
    pub(super) expansion: Expansion,
}

/// A resource that is being made.
pub(super) struct Maker {
    resource: Resource,
    properties: Map,
    made: Made,
    at: Span,
}

/// What is known of something that may be written.
pub(super) enum Presence<'n> {
    /// It is not there.
    Absent,
    /// It may be there, or not.
    Uncertain,
    /// It is there.
    Present(&'n Node),
}

impl<'a> Sam<'a> {
    pub(super) fn new(resource: &'a Resource, properties: Map) -> Sam<'a> {
        Sam { resource, properties, at: resource.id.span, expansion: Expansion::default() }
    }

    /// The type without what all types of SAM start with.
    pub(super) fn kind(&self) -> &'a str {
        self.resource.ty.text.strip_prefix(schema::serverless::PREFIX).unwrap_or_default()
    }

    /// The logical id with a suffix.
    pub(super) fn named(&self, suffix: &str) -> SmolStr {
        format_smolstr!("{}{suffix}", self.resource.key)
    }

    /// The property at a dotted path, where it is written without alternatives on the way.
    pub(super) fn get(&self, path: &str) -> Option<&Node> {
        match path.split_once('.') {
            Some((first, rest)) => self.properties.get(first)?.get(rest),
            None => self.properties.get(path),
        }
    }

    /// Whether a property is there.
    pub(super) fn presence(&self, name: &str) -> Presence<'_> {
        presence(&self.properties, name)
    }

    /// True when the property is certainly not there.
    pub(super) fn is_absent(&self, name: &str) -> bool {
        matches!(self.presence(name), Presence::Absent)
    }

    /// Says that more may be made under names that start with the logical id and this.
    pub(super) fn generates(&mut self, suffix: &str) {
        let prefix = self.named(suffix);
        self.expansion.generated.push(prefix);
    }

    /// Starts a resource whose logical id is that of this one and a suffix. It shares its condition and policies.
    pub(super) fn make(&self, suffix: &str, ty: &str) -> Maker {
        let origin = Span::new(BlockId::fresh(), TextRange::default());
        let inherited = |name: &&(Name, Node)| INHERITED.contains(&name.0.text.as_str());
        let attributes = &self.resource.attributes;
        let attributes = match suffix {
            "" => Map { entries: attributes.entries.clone(), open: attributes.open },
            _ => Map { entries: attributes.entries.iter().filter(inherited).cloned().collect(), open: attributes.open },
        };
        let resource = Resource {
            key: self.named(suffix),
            id: self.resource.id.clone(),
            ty: Name::new(ty, self.resource.ty.span),
            properties: Node::empty_map(self.at),
            condition: self.resource.condition.clone(),
            attributes,
            references: Vec::new(),
            misfits: Vec::new(),
            texts: self.resource.texts.clone(),
            made: None,
            origin,
            construct: None,
        };
        let made = Made { of: self.resource.key.clone(), origin: self.resource.origin, paths: Vec::new() };
        Maker { resource, properties: Map { entries: Vec::new(), open: self.properties.open }, made, at: self.at }
    }

    /// Adds a resource that is complete.
    pub(super) fn add(&mut self, maker: Maker) {
        let depends_on = maker.resource.key == self.resource.key;
        let mut resource = maker.finish();
        if depends_on {
            let written = self.resource.references.iter().filter(|it| it.kind == ReferenceKind::DependsOn);
            resource.references.extend(written.cloned());
        }
        self.expansion.resources.push(Arc::new(resource));
    }

    // Values that the transform adds.

    /// A string.
    pub(super) fn text(&self, text: impl Into<SmolStr>) -> Node {
        Node::text(text, self.at)
    }

    /// A map.
    pub(super) fn map<const N: usize>(&self, entries: [(&str, Node); N]) -> Node {
        let entries = entries.into_iter().map(|(key, node)| (Name::new(key, self.at), node)).collect();
        Node { value: Value::Map(Map { entries, open: false }), span: self.at }
    }

    /// A list.
    pub(super) fn list(&self, items: Vec<Node>) -> Node {
        Node { value: Value::List(List { items, open: false }), span: self.at }
    }

    /// What is not known.
    pub(super) fn unknown(&self) -> Node {
        Node::unknown(self.at)
    }

    /// `Ref` of the resource with this suffix.
    pub(super) fn reference(&self, suffix: &str) -> Node {
        self.call(Call::Ref(Name::new(self.named(suffix), self.at)))
    }

    /// An attribute of the resource with this suffix.
    pub(super) fn attribute(&self, suffix: &str, attribute: &str) -> Node {
        let resource = Name::new(self.named(suffix), self.at);
        self.call(Call::GetAtt { resource, attribute: Some(Name::new(attribute, self.at)) })
    }

    /// The ARN of a managed policy of AWS, of which `name` is the part after `policy/`.
    pub(super) fn managed_policy(&self, name: &str, span: Span) -> Node {
        let text = |it: &str| Part::Text(Name::new(it, span));
        let partition = Node { value: Value::Call(Box::new(Call::Ref(Name::new("AWS::Partition", span)))), span };
        let tail = format_smolstr!(":iam::aws:policy/{name}");
        let parts = vec![text("arn:"), Part::Value(partition), Part::Text(Name::new(tail, span))];
        Node { value: Value::Call(Box::new(Call::Sub(parts))), span }
    }

    /// The tags, as a list: the transform's own first.
    pub(super) fn tags(&self, own: bool) -> Option<Node> {
        let mut list = List::default();
        let tag = |key: Node, value: Node| {
            let span = key.span;
            let name = |it: &str| Name::new(it, span);
            let entries = vec![(name("Key"), key), (name("Value"), value)];
            Node { value: Value::Map(Map { entries, open: false }), span: self.at }
        };
        if own {
            list.items.push(tag(self.text("lambda:createdBy"), self.text("SAM")));
        }
        let mut span = self.at;
        match self.properties.entry("Tags") {
            Some((_, Node { value: Value::Map(map), span: written })) => {
                span = *written;
                list.open = map.open;
                let tags =
                    map.entries.iter().map(|(name, node)| tag(Node::text(name.text.clone(), name.span), node.clone()));
                list.items.extend(tags);
            }
            Some((_, Node { value: Value::Null | Value::Missing | Value::Absent, .. })) => (),
            Some((_, node)) => return Some(Node::unknown(node.span)),
            None => list.open = self.properties.open,
        }
        (!list.items.is_empty() || list.open).then_some(Node { value: Value::List(list), span })
    }

    fn call(&self, call: Call) -> Node {
        Node { value: Value::Call(Box::new(call)), span: self.at }
    }
}

impl Maker {
    /// Takes over properties under their own names, and lets changes of them be written there.
    pub(super) fn pass(&mut self, sam: &Sam<'_>, names: &[&str]) {
        for name in names {
            self.pass_as(sam, name, name);
        }
    }

    /// Takes over the property at the path `from` as the one at `to`.
    pub(super) fn pass_as(&mut self, sam: &Sam<'_>, from: &str, to: &str) {
        self.made.paths.push((to.into(), from.into()));
        let (container, last) = match from.rsplit_once('.') {
            Some((path, last)) => (sam.get(path).and_then(Node::as_map), last),
            None => (Some(&sam.properties), from),
        };
        if let Some((name, node)) = container.and_then(|it| it.entry(last)) {
            self.put(to, name.span, node.clone());
        }
    }

    /// Says where changes of the property at the path `to` are written.
    pub(super) fn writes(&mut self, to: &str, from: &str) {
        self.made.paths.push((to.into(), from.into()));
    }

    /// Gives the property at a path this value.
    pub(super) fn set(&mut self, path: &str, node: Node) {
        self.put(path, self.at, node);
    }

    /// Says that it may have more properties than are known.
    pub(super) fn open(&mut self) {
        self.properties.open = true;
    }

    /// Gives it an attribute beside its type.
    pub(super) fn set_attribute(&mut self, name: &str, node: Node) {
        self.resource.attributes.entries.retain(|(it, _)| it.text != name);
        self.resource.attributes.entries.push((Name::new(name, self.at), node));
    }

    /// True for one that has this attribute.
    pub(super) fn has_attribute(&self, name: &str) -> bool {
        self.resource.attributes.get(name).is_some()
    }

    fn put(&mut self, path: &str, name: Span, node: Node) {
        self.properties.insert(path, name, node);
    }

    fn finish(mut self) -> Resource {
        self.resource.properties.value = Value::Map(self.properties);
        self.resource.made = Some(self.made);
        let mut references = Vec::new();
        let refer = |kind, target: &Name, attribute: Option<&Name>| Reference {
            kind,
            target: target.clone(),
            attribute: attribute.cloned(),
        };
        self.resource.properties.walk(&mut |node| {
            if let Value::Call(call) = &node.value {
                match &**call {
                    Call::Ref(name) if !name.text.starts_with("AWS::") => {
                        references.push(refer(ReferenceKind::Ref, name, None))
                    }
                    Call::GetAtt { resource, attribute } => {
                        references.push(refer(ReferenceKind::GetAtt, resource, attribute.as_ref()));
                    }
                    _ => (),
                }
            }
        });
        let condition = self.resource.condition.iter();
        references.extend(condition.map(|it| refer(ReferenceKind::Condition, it, None)));
        self.resource.references = references;
        self.resource
    }
}

/// Whether `name` is an entry of `map`.
pub(super) fn presence<'n>(map: &'n Map, name: &str) -> Presence<'n> {
    match map.get(name) {
        None if map.open => Presence::Uncertain,
        None => Presence::Absent,
        Some(node) => match &node.value {
            Value::Absent | Value::Null => Presence::Absent,
            Value::Either(_) | Value::Unknown | Value::Missing => Presence::Uncertain,
            _ => Presence::Present(node),
        },
    }
}

/// The text of a scalar that is not a boolean.
pub(super) fn literal(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar(Scalar { text, .. }) => Some(text),
        _ => None,
    }
}
