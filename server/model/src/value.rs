//! Values, as far as they are known before deployment.

use crate::{Name, Span};
use smol_str::SmolStr;

/// A value and the place where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// The whole written value, with its tag and quotes.
    pub span: Span,
}

/// What an author wrote, in CloudFormation's terms.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An explicit null.
    Null,
    /// A boolean. In YAML only a plain `true` or `false`; see [`Node::as_bool`] for the other spellings.
    Bool(bool),
    /// A string or a number: CloudFormation converts freely between the two.
    Scalar(Scalar),
    /// A list.
    List(List),
    /// A map.
    Map(Map),
    /// `Fn::If` or a ternary: one of several, decided at deployment.
    Either(Vec<Branch>),
    /// A reference or a function over known parts, kept for navigation and typing.
    Call(Box<Call>),
    /// `AWS::NoValue`, `undefined`: as if it had not been written.
    Absent,
    /// Written, but not known before deployment.
    Unknown,
    /// Not written yet, or not understood: the hole the user is typing in.
    Missing,
}

/// A string or a number, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text, after escapes and folding.
    pub text: SmolStr,
    /// True when it was written without quotes (or as a number), so that a reader of YAML 1.1 may type it.
    pub plain: bool,
}

/// A list of values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct List {
    /// The items that the text shows.
    pub items: Vec<Node>,
    /// Other items may exist that the text does not show, as with `...rules`.
    pub open: bool,
}

/// A map from names to values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    /// The entries that the text shows, in their order; of two with one name the last counts.
    pub entries: Vec<(Name, Node)>,
    /// Other entries may exist that the text does not show, as with `...props`.
    pub open: bool,
}

/// One of the values that something may have.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// The condition under which it has this one, and whether that must hold (`true`) or fail; `None` where the
    /// condition has no name.
    pub condition: Option<(Name, bool)>,
    /// The value.
    pub node: Node,
}

/// A function of CloudFormation, or what stands for one in CDK.
///
/// See "Intrinsic function reference" in the AWS CloudFormation User Guide.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// `Ref`: of a parameter, a pseudo parameter or a resource.
    Ref(Name),
    /// `Fn::GetAtt`; the attribute is `None` when it is itself computed.
    GetAtt {
        /// The resource's key.
        resource: Name,
        /// The attribute, dots included.
        attribute: Option<Name>,
    },
    /// `Fn::Sub`, a template string, a concatenation: literal text and values in turn. Variables of the long form of
    /// `Fn::Sub` are already in their places.
    Sub(Vec<Part>),
    /// A string with dynamic references (`{{resolve:ssm:Name}}`) as written, in the parts of [`Call::Sub`]. What they stand
    /// for is looked up when the stack is deployed.
    Dynamic(Vec<Part>),
    /// `Fn::Join`.
    Join {
        /// What goes between the items.
        delimiter: Node,
        /// The list.
        items: Node,
    },
    /// `Fn::Select`.
    Select {
        /// The zero-based index.
        index: Node,
        /// The list.
        list: Node,
    },
    /// `Fn::Split`.
    Split {
        /// Where to split.
        delimiter: Node,
        /// The string.
        text: Node,
    },
    /// `Fn::FindInMap`.
    FindInMap {
        /// The mapping's name.
        map: Node,
        /// Its first key.
        first: Node,
        /// Its second key.
        second: Node,
        /// The value where the keys are not found (language extensions).
        default: Option<Node>,
    },
    /// `Fn::ImportValue`.
    ImportValue(Node),
    /// `Fn::Base64`.
    Base64(Node),
    /// `Fn::GetAZs`.
    GetAzs(Node),
    /// Any other function with its argument, `Fn::Cidr` or `Fn::Transform` for instance.
    Other {
        /// The function's full name, with `Fn::`.
        function: Name,
        /// What it is given.
        argument: Node,
    },
}

/// A part of an interpolated string.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text that stands for itself.
    Text(Name),
    /// A value, put in as text.
    Value(Node),
    /// A variable of the long form of `Fn::Sub` which no text asks for. It adds nothing.
    Unused(Name, Node),
}

impl Node {
    /// A node that was written, whose value cannot be known.
    pub fn unknown(span: Span) -> Node {
        Node { value: Value::Unknown, span }
    }

    /// A string that stands quoted at `span`.
    pub fn text(text: impl Into<SmolStr>, span: Span) -> Node {
        Node { value: Value::Scalar(Scalar { text: text.into(), plain: false }), span }
    }

    /// An empty map at `span`.
    pub fn empty_map(span: Span) -> Node {
        Node { value: Value::Map(Map::default()), span }
    }

    /// The map, when it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list, when it is one.
    pub fn as_list(&self) -> Option<&List> {
        match &self.value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// The text of a string or number; `true` and `false` for a boolean.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) => Some(&scalar.text),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            _ => None,
        }
    }

    /// The boolean that CloudFormation takes this for: a boolean, or the string `true` or `false` in any case, or a
    /// plain scalar that YAML 1.1 reads as one (`yes`, `no`, `on`, `off`).
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(value) => Some(*value),
            Value::Scalar(scalar) => {
                let is = |words: &[&str]| words.iter().any(|it| scalar.text.eq_ignore_ascii_case(it));
                if is(&["true"]) || (scalar.plain && is(&["yes", "on"])) {
                    Some(true)
                } else if is(&["false"]) || (scalar.plain && is(&["no", "off"])) {
                    Some(false)
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    /// The whole number that this is or spells.
    pub fn as_int(&self) -> Option<i64> {
        self.as_str()?.trim().parse().ok()
    }

    /// The value at a dotted path of map keys, where it is written without alternatives on the way.
    pub fn get(&self, path: &str) -> Option<&Node> {
        path.split('.').try_fold(self, |node, key| node.as_map()?.get(key))
    }

    /// Calls `visit` on this node and all below it.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        visit(self);
        match &self.value {
            Value::List(list) => list.items.iter().for_each(|it| it.walk(visit)),
            Value::Map(map) => map.entries.iter().for_each(|(_, it)| it.walk(visit)),
            Value::Either(branches) => branches.iter().for_each(|it| it.node.walk(visit)),
            Value::Call(call) => call.arguments(&mut |it| it.walk(visit)),
            _ => (),
        }
    }
}

impl Call {
    /// The function's full name.
    pub fn name(&self) -> &str {
        match self {
            Call::Ref(_) => "Ref",
            Call::GetAtt { .. } => "Fn::GetAtt",
            Call::Sub(_) | Call::Dynamic(_) => "Fn::Sub",
            Call::Join { .. } => "Fn::Join",
            Call::Select { .. } => "Fn::Select",
            Call::Split { .. } => "Fn::Split",
            Call::FindInMap { .. } => "Fn::FindInMap",
            Call::ImportValue(_) => "Fn::ImportValue",
            Call::Base64(_) => "Fn::Base64",
            Call::GetAzs(_) => "Fn::GetAZs",
            Call::Other { function, .. } => &function.text,
        }
    }

    /// Calls `visit` on each argument that is a value of its own.
    pub fn arguments<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        match self {
            Call::Ref(_) | Call::GetAtt { .. } => (),
            Call::Sub(parts) | Call::Dynamic(parts) => parts.iter().for_each(|it| match it {
                Part::Value(node) | Part::Unused(_, node) => visit(node),
                Part::Text(_) => (),
            }),
            Call::Join { delimiter: a, items: b }
            | Call::Select { index: a, list: b }
            | Call::Split { delimiter: a, text: b } => [a, b].into_iter().for_each(visit),
            Call::FindInMap { map, first, second, default } => {
                [map, first, second].into_iter().chain(default).for_each(visit);
            }
            Call::ImportValue(node) | Call::Base64(node) | Call::GetAzs(node) => visit(node),
            Call::Other { argument, .. } => visit(argument),
        }
    }
}

impl Map {
    /// The value under `key`, when the text shows one.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, node)| node)
    }

    /// The entry under `key`, with the name as written.
    pub fn entry(&self, key: &str) -> Option<&(Name, Node)> {
        self.entries.iter().rfind(|(name, _)| name.text == key)
    }

    /// Puts `node` at a dotted path, making the maps on the way; replaces what is there.
    pub fn insert(&mut self, path: &str, name: Span, node: Node) {
        let (key, rest) = match path.split_once('.') {
            Some((key, rest)) => (key, Some(rest)),
            None => (path, None),
        };
        let index = match self.entries.iter().position(|(it, _)| it.text == key) {
            Some(index) => index,
            None => {
                self.entries.push((Name::new(key, name), Node::empty_map(node.span)));
                self.entries.len() - 1
            }
        };
        let entry = &mut self.entries[index].1;
        match rest {
            None => *entry = node,
            Some(rest) => {
                if !matches!(entry.value, Value::Map(_)) {
                    *entry = Node::empty_map(node.span);
                }
                if let Value::Map(map) = &mut entry.value {
                    map.insert(rest, name, node);
                }
            }
        }
    }
}
