//! Puts together the resources that are made of one.

use super::Expansion;
use model::{
    BlockId, Call, List, Made, Map, Name, Node, Part, Reference, ReferenceKind, Resource, Scalar, SmolStr, Span, Value,
};
use smol_str::format_smolstr;
use std::cell::RefCell;
use std::sync::Arc;
use text::TextRange;

/// What was made under a key, when something was.
pub(super) type Slot = (SmolStr, Option<Arc<Resource>>);

/// The attributes that what is deployed in place of a resource takes over from it; it drops all others.
const KEPT: &[&str] = &["Condition", "DeletionPolicy", "DependsOn", "Metadata", "UpdatePolicy", "UpdateReplacePolicy"];

/// The attributes that everything which is made of a resource takes over from it.
const INHERITED: &[&str] = &["Condition", "DeletionPolicy", "UpdateReplacePolicy"];

/// A resource of SAM with its properties, those of `Globals` among them, and what is made of it so far.
pub(super) struct Sam<'a> {
    pub(super) resource: &'a Resource,
    pub(super) properties: Written,
    /// Where everything stands that the transform adds.
    pub(super) at: Span,
    pub(super) expansion: Expansion,
    template: &'a [Arc<Resource>],
    seen: RefCell<Vec<(SmolStr, Option<Arc<Resource>>)>>,
}

/// Properties that are written somewhere: those of a resource, those of an event.
pub(super) struct Written {
    pub(super) map: Map,
    /// The path from the properties of the resource, with a dot at its end unless it is empty.
    base: SmolStr,
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
    /// `resource`, one of those of a template, with all of its properties.
    pub(super) fn new(resource: &'a Resource, properties: Map, template: &'a [Arc<Resource>]) -> Sam<'a> {
        Sam {
            resource,
            properties: Written { map: properties, base: SmolStr::default() },
            at: resource.id.span,
            expansion: Expansion::default(),
            template,
            seen: RefCell::default(),
        }
    }

    /// Another resource of the template. What is made depends on it from now on.
    pub(super) fn other(&self, key: &str) -> Option<&'a Arc<Resource>> {
        let found = self.template.iter().find(|it| it.key == key);
        self.seen.borrow_mut().push((key.into(), found.cloned()));
        found
    }

    /// What was made, and the other resources that it depends on.
    pub(super) fn finish(self) -> (Expansion, Vec<Slot>) {
        (self.expansion, self.seen.into_inner())
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
        self.properties.get(path)
    }

    /// Whether a property is there.
    pub(super) fn presence(&self, name: &str) -> Presence<'_> {
        presence(&self.properties.map, name)
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
        let kept = if suffix.is_empty() { KEPT } else { INHERITED };
        let attributes = &self.resource.attributes;
        let entries = attributes.entries.iter().filter(|it| kept.contains(&it.0.text.as_str())).cloned();
        let attributes = Map { entries: entries.collect(), open: attributes.open };
        let resource = Resource {
            key: self.named(suffix),
            id: Name::new(self.resource.id.text.clone(), self.at),
            ty: Name::new(ty, self.resource.ty.span),
            properties: Node::empty_map(self.at),
            condition: self.resource.condition.clone(),
            attributes,
            references: Vec::new(),
            logical_id: None,
            overridden: Vec::new(),
            misfits: Vec::new(),
            texts: self.resource.texts.clone(),
            made: None,
            origin,
            construct: None,
            path: None,
        };
        let made = Made { of: self.resource.key.clone(), origin: self.resource.origin, paths: Vec::new() };
        Maker { resource, properties: Map::default(), made, at: self.at }
    }

    /// Starts a resource with a logical id of its own.
    pub(super) fn make_called(&self, key: SmolStr, ty: &str) -> Maker {
        let mut maker = self.make("-", ty);
        maker.resource.key = key;
        maker
    }

    /// Says that something of this resource is a route of the API that the transform makes for the template as a whole: the
    /// HTTP API or the REST API.
    pub(super) fn uses_implicit_api(&mut self, http: bool) {
        let place = if http { &mut self.expansion.http } else { &mut self.expansion.rest };
        place.get_or_insert(self.at);
    }

    /// Adds a resource, in place of one with the same logical id.
    pub(super) fn replace(&mut self, maker: Maker) {
        self.expansion.resources.retain(|it| it.key != maker.resource.key);
        self.add(maker);
    }

    /// Adds a resource that is complete.
    pub(super) fn add(&mut self, maker: Maker) {
        let is_main = maker.resource.key == self.resource.key;
        let mut maker = maker;
        maker.properties.open |= match self.presence("PropagateTags") {
            Presence::Absent => false,
            Presence::Present(node) => node.as_bool() != Some(false),
            Presence::Uncertain => true,
        };
        let mut resource = maker.finish();
        if is_main {
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
        self.ref_to(&self.named(suffix))
    }

    /// `Ref` of something.
    pub(super) fn ref_to(&self, name: &str) -> Node {
        self.call(Call::Ref(Name::new(name, self.at)))
    }

    /// An ARN in the account and region of the stack, of a service and what follows.
    pub(super) fn arn(&self, service: &str, rest: Vec<Part>) -> Node {
        let text = |it: String| Part::Text(Name::new(it, self.at));
        let pseudo = |it: &str| Part::Value(self.ref_to(it));
        let mut parts = vec![
            text("arn:".to_owned()),
            pseudo("AWS::Partition"),
            text(format!(":{service}:")),
            pseudo("AWS::Region"),
            text(":".to_owned()),
            pseudo("AWS::AccountId"),
            text(":".to_owned()),
        ];
        parts.extend(rest);
        self.call(Call::Sub(parts))
    }

    /// An attribute of the resource with this suffix.
    pub(super) fn attribute(&self, suffix: &str, attribute: &str) -> Node {
        self.attribute_of(&self.named(suffix), attribute)
    }

    /// An attribute of a resource.
    pub(super) fn attribute_of(&self, key: &str, attribute: &str) -> Node {
        let resource = Name::new(key, self.at);
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
        // What is propagated takes the place of all others.
        let own = match self.presence("PropagateTags") {
            Presence::Absent => own,
            Presence::Present(node) => match node.as_bool() {
                Some(propagates) => own && !(propagates && self.properties.get("Tags").is_some()),
                None => return Some(self.unknown()),
            },
            Presence::Uncertain => return Some(self.unknown()),
        };
        let tag = |key: Node, value: Node| {
            let span = key.span;
            let name = |it: &str| Name::new(it, span);
            let entries = vec![(name("Key"), key), (name("Value"), value)];
            Node { value: Value::Map(Map { entries, open: false }), span: self.at }
        };
        if own {
            let key = if self.kind() == "StateMachine" { "stateMachine:createdBy" } else { "lambda:createdBy" };
            list.items.push(tag(self.text(key), self.text("SAM")));
        }
        let mut span = self.at;
        match self.properties.map.entry("Tags") {
            Some((_, Node { value: Value::Map(map), span: written })) => {
                span = *written;
                list.open = map.open;
                let tags =
                    map.entries.iter().map(|(name, node)| tag(Node::text(name.text.clone(), name.span), node.clone()));
                list.items.extend(tags);
            }
            Some((_, Node { value: Value::Null | Value::Missing | Value::Absent, .. })) => (),
            Some((_, node)) => return Some(Node::unknown(node.span)),
            None => list.open = self.properties.map.open,
        }
        (!list.items.is_empty() || list.open).then_some(Node { value: Value::List(list), span })
    }

    fn call(&self, call: Call) -> Node {
        Node { value: Value::Call(Box::new(call)), span: self.at }
    }
}

impl Maker {
    /// Takes over properties under their own names, and lets changes of them be written there.
    pub(super) fn pass(&mut self, written: &Written, names: &[&str]) {
        for name in names {
            self.pass_as(written, name, name);
        }
    }

    /// Takes over the property at the path `from` as the one at `to`.
    pub(super) fn pass_as(&mut self, written: &Written, from: &str, to: &str) {
        self.made.paths.push((to.into(), format_smolstr!("{}{from}", written.base)));
        self.properties.open |= written.map.open;
        let (container, last) = match from.rsplit_once('.') {
            Some((path, last)) => (written.get(path).and_then(Node::as_map), last),
            None => (Some(&written.map), from),
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

    /// Gives an attribute beside the properties this value, unless the author gives it one.
    pub(super) fn set_default(&mut self, name: &str, node: Node) {
        if self.resource.attributes.get(name).is_none() {
            self.set_attribute(name, node);
        }
    }

    /// Gives an attribute beside the properties this value.
    pub(super) fn set_attribute(&mut self, name: &str, node: Node) {
        self.resource.attributes.insert(name, self.at, node);
    }

    /// Lets it be there under this condition.
    pub(super) fn condition(&mut self, name: Name) {
        self.resource.condition = Some(name);
    }

    /// Takes a part of a property out.
    pub(super) fn remove(&mut self, path: &str) {
        let mut map = &mut self.properties;
        let mut keys = path.split('.').peekable();
        while let Some(key) = keys.next() {
            if keys.peek().is_none() {
                map.entries.retain(|(it, _)| it.text != key);
                return;
            }
            match map.entries.iter_mut().find(|(it, _)| it.text == key) {
                Some((_, Node { value: Value::Map(inner), .. })) => map = inner,
                _ => return,
            }
        }
    }

    /// Lets it wait for the resource with this key.
    pub(super) fn depend_on(&mut self, key: SmolStr) {
        self.resource.attributes.entries.push((Name::new("DependsOn", self.at), Node::text(key, self.at)));
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

impl Written {
    /// The properties that stand in `node`, at a path from the properties of the resource.
    pub(super) fn at(node: Option<&Node>, base: &str) -> Written {
        let map = match node.map(|it| &it.value) {
            Some(Value::Map(map)) => map.clone(),
            None | Some(Value::Missing | Value::Null | Value::Absent) => Map::default(),
            Some(_) => Map { entries: Vec::new(), open: true },
        };
        Written { map, base: format_smolstr!("{base}.") }
    }

    /// The property at a dotted path, where it is written without alternatives on the way.
    pub(super) fn get(&self, path: &str) -> Option<&Node> {
        match path.split_once('.') {
            Some((first, rest)) => self.map.get(first)?.get(rest),
            None => self.map.get(path),
        }
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
