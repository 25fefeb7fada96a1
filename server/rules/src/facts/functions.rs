//! Functions, and the places where they stand.

use model::{Call, Declarations, Name, Node, Part, Resource, SmolStr, Span, Stack, Value};
use schema::template::CLOSED_TRANSFORMS;

/// The part of a template that a value stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// `Properties` of a resource.
    Properties,
    /// Anything else of a resource.
    Attribute,
    /// The entries of the sections.
    Parameter,
    Mapping,
    Condition,
    Rule,
    Hook,
    Globals,
    Output,
    /// The template's `Metadata`.
    Metadata,
    /// What stands under any other root key, or instead of the map of a section.
    Root,
}

/// A value, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site<'a, 's> {
    pub(crate) node: &'a Node,
    pub(crate) place: Place,
    /// The keys that lead to it from the entry of the section; functions and lists add none.
    pub(crate) path: &'s [&'a str],
    /// The function that it is an argument of.
    pub(crate) within: Option<Within<'a>>,
    /// True within a branch of `Fn::If`.
    pub(crate) in_branch: bool,
}

impl Site<'_, '_> {
    /// True where CloudFormation works out a value: in properties, in conditions, and in what outputs show.
    pub(crate) fn is_value(&self) -> bool {
        match self.place {
            Place::Properties | Place::Condition => true,
            Place::Output => !matches!(self.path, ["Description" | "Condition"]),
            _ => false,
        }
    }
}

/// The way in which a value is given to a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Within<'a> {
    pub(crate) function: &'a str,
    /// Which argument it is.
    pub(crate) argument: usize,
    /// True for an item of a list that is this argument.
    pub(crate) is_item: bool,
}

/// A check of every [`Site`], of resources and of the rest of the stack.
macro_rules! at_sites {
    ($check:ident) => {
        Check::Everywhere(
            |resource, cx| $crate::facts::functions::of_resource(resource.resource(), &mut |site| $check(site, cx)),
            |stack, cx| $crate::facts::functions::of_rest(stack, &mut |site| $check(site, cx)),
        )
    };
}
pub(crate) use at_sites;

/// Calls `visit` on every value of a resource.
pub(crate) fn of_resource<'a>(resource: &'a Resource, visit: &mut dyn FnMut(&Site<'a, '_>)) {
    // What a transform makes is nothing that someone wrote.
    if resource.made.is_some() {
        return;
    }
    let mut walk = Walk { place: Place::Properties, path: vec!["Properties"], branches: 0, visit };
    walk.node(&resource.properties, None);
    for (name, node) in &resource.misfits {
        walk.entry(if name.text == "Properties" { Place::Properties } else { Place::Attribute }, &name.text, node);
    }
    for (name, node) in &resource.attributes.entries {
        walk.entry(Place::Attribute, &name.text, node);
    }
}

/// Calls `visit` on every value of a stack that is in no resource.
pub(crate) fn of_rest<'a>(stack: &'a Stack, visit: &mut dyn FnMut(&Site<'a, '_>)) {
    let mut walk = Walk { place: Place::Root, path: Vec::new(), branches: 0, visit };
    let declarations = &stack.declarations;
    declarations.parameters.iter().for_each(|it| walk.item(Place::Parameter, &it.node));
    declarations.mappings.iter().for_each(|it| walk.item(Place::Mapping, &it.node));
    declarations.conditions.iter().for_each(|it| walk.item(Place::Condition, &it.node));
    stack.rules.iter().for_each(|it| walk.item(Place::Rule, &it.node));
    stack.hooks.iter().for_each(|it| walk.item(Place::Hook, &it.node));
    stack.globals.iter().for_each(|it| walk.item(Place::Globals, &it.node));
    stack.outputs.iter().for_each(|it| walk.item(Place::Output, &it.node));
    for section in &stack.sections {
        let place = if section.name.text == "Metadata" { Place::Metadata } else { Place::Root };
        if let Some(node) = &section.node {
            walk.entry(place, &section.name.text, node);
        }
    }
}

struct Walk<'a, 'v> {
    place: Place,
    path: Vec<&'a str>,
    /// How many branches of `Fn::If` are around.
    branches: usize,
    visit: &'v mut dyn FnMut(&Site<'a, '_>),
}

impl<'a> Walk<'a, '_> {
    fn item(&mut self, place: Place, node: &'a Node) {
        self.place = place;
        self.path.clear();
        self.node(node, None);
    }

    fn entry(&mut self, place: Place, key: &'a str, node: &'a Node) {
        self.place = place;
        self.path.clear();
        self.path.push(key);
        self.node(node, None);
    }

    fn node(&mut self, node: &'a Node, within: Option<Within<'a>>) {
        let in_branch = self.branches > 0;
        (self.visit)(&Site { node, place: self.place, path: &self.path, within, in_branch });
        match &node.value {
            Value::List(list) => {
                let within = within.filter(|it| !it.is_item).map(|it| Within { is_item: true, ..it });
                list.items.iter().for_each(|it| self.node(it, within));
            }
            Value::Map(map) => {
                for (name, node) in &map.entries {
                    self.path.push(&name.text);
                    self.node(node, None);
                    self.path.pop();
                }
            }
            Value::Either(branches) => {
                self.branches += 1;
                for (index, branch) in branches.iter().enumerate() {
                    self.node(&branch.node, Some(Within { function: "Fn::If", argument: index + 1, is_item: false }));
                }
                self.branches -= 1;
            }
            Value::Call(call) => self.call(call),
            _ => (),
        }
    }

    fn call(&mut self, call: &'a Call) {
        let function = call.name();
        let within = |argument| Some(Within { function, argument, is_item: false });
        if let Call::Other { argument, .. } = call {
            match &argument.value {
                // Each item is an argument of its own.
                Value::List(list) if !takes_one(function) => {
                    list.items.iter().enumerate().for_each(|(index, it)| self.node(it, within(index)));
                }
                _ => self.node(argument, within(0)),
            }
            return;
        }
        let mut index = 0;
        call.arguments(&mut |it| {
            self.node(it, within(index));
            index += 1;
        });
    }
}

/// True for the functions whose one argument may be a list.
pub(crate) fn takes_one(function: &str) -> bool {
    matches!(function, "Fn::Length" | "Fn::ToJsonString" | "Fn::Base64" | "Fn::ImportValue" | "Fn::GetAZs")
}

/// What a value certainly is, where that is certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    List,
    Map,
}

/// What `node` certainly is, and words for it.
pub(crate) fn kind(node: &Node, declarations: &Declarations) -> Option<(Kind, String)> {
    match &node.value {
        Value::Bool(_) | Value::Scalar(_) => Some((Kind::Text, "a string".to_owned())),
        Value::List(_) => Some((Kind::List, "a list".to_owned())),
        // A function was meant, and stands beside other keys: `function-not-allowed-here`.
        Value::Map(map) if map.entries.iter().any(|(key, _)| key.text.starts_with("Fn::")) => None,
        Value::Map(_) => Some((Kind::Map, "a map".to_owned())),
        Value::Either(branches) => {
            let mut kinds = branches.iter().map(|it| kind(&it.node, declarations));
            let (first, _) = kinds.next()??;
            let of_both = match first {
                Kind::Text => "a string",
                Kind::List => "a list",
                Kind::Map => "a map",
            };
            let is_same = kinds.all(|it| it.is_some_and(|(it, _)| it == first));
            is_same.then(|| (first, format!("{of_both} on both sides of `Fn::If`")))
        }
        Value::Call(call) => match &**call {
            Call::Ref(name) => kind_of_name(&name.text, declarations),
            Call::Sub(_) | Call::Dynamic(_) | Call::Join { .. } | Call::Base64(_) | Call::ImportValue(_) => {
                let is_text = matches!(**call, Call::Dynamic(_));
                let word = if is_text { "a dynamic reference".to_owned() } else { returns(call.name(), "a string") };
                Some((Kind::Text, word))
            }
            Call::GetAzs(_) | Call::Split { .. } => Some((Kind::List, returns(call.name(), "a list"))),
            Call::Other { function, .. } => match function.text.as_str() {
                "Fn::Cidr" | "Fn::RefAll" | "Fn::ValueOfAll" => Some((Kind::List, returns(&function.text, "a list"))),
                "Fn::Length" | "Fn::ToJsonString" => Some((Kind::Text, returns(&function.text, "a string"))),
                _ => None,
            },
            _ => None,
        },
        Value::Null | Value::Absent | Value::Unknown | Value::Missing => None,
    }
}

fn returns(function: &str, what: &str) -> String {
    format!("`{function}`, which returns {what}")
}

fn kind_of_name(name: &str, declarations: &Declarations) -> Option<(Kind, String)> {
    if name == "AWS::NotificationARNs" {
        return Some((Kind::List, format!("`{name}`, which is a list")));
    }
    if name.starts_with("AWS::") {
        return Some((Kind::Text, format!("`{name}`, which is a string")));
    }
    let ty = &declarations.parameter(name)?.ty;
    let is_list = ty == "CommaDelimitedList" || ty.contains("List<") || ty.contains("<CommaDelimitedList>");
    let kind = match ty.as_str() {
        _ if is_list => Kind::List,
        "String" | "Number" => Kind::Text,
        it if it.starts_with("AWS::") => Kind::Text,
        // What is no type says nothing of the value that was meant.
        _ => return None,
    };
    Some((kind, format!("`{name}`, a parameter of type `{ty}`")))
}

/// True when nothing out of sight may understand more than CloudFormation does: all transforms are known.
pub(crate) fn is_plain(declarations: &Declarations) -> bool {
    declarations.transforms.iter().all(|it| CLOSED_TRANSFORMS.iter().any(|known| it.text.starts_with(known)))
}

/// True when the template uses the language extensions.
pub(crate) fn has_language_extensions(declarations: &Declarations) -> bool {
    declarations.has_transform("AWS::LanguageExtensions")
}

/// The string that `node` is, and where, when it is one without functions.
pub(crate) fn literal(node: &Node) -> Option<(&SmolStr, Span)> {
    match &node.value {
        Value::Scalar(scalar) => Some((&scalar.text, node.span)),
        _ => None,
    }
}

/// The function that is called in a way that no other call of the model stands for, with its argument.
pub(crate) fn other(node: &Node) -> Option<(&Name, &Node)> {
    match &node.value {
        Value::Call(call) => match &**call {
            Call::Other { function, argument } => Some((function, argument)),
            _ => None,
        },
        _ => None,
    }
}

/// True where nothing is written. What does not parse is no hole: it is reported as such.
pub(crate) fn is_hole(node: &Node) -> bool {
    match node.value {
        Value::Null => true,
        Value::Missing => node.span.range.is_empty(),
        _ => false,
    }
}

/// True for the functions that make conditions.
pub(crate) fn is_condition(function: &str) -> bool {
    matches!(function, "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" | "Condition")
}

/// True for the functions that only `Rules` read.
pub(crate) fn is_of_rules(function: &str) -> bool {
    matches!(
        function,
        "Fn::Contains" | "Fn::EachMemberEquals" | "Fn::EachMemberIn" | "Fn::RefAll" | "Fn::ValueOf" | "Fn::ValueOfAll"
    )
}

/// True for a function that a tool reads before CloudFormation does, such as `!Rain::S3`.
pub(crate) fn is_foreign(function: &str) -> bool {
    let vendor = function.strip_prefix("Fn::").unwrap_or(function).split_once("::").map(|it| it.0);
    vendor
        .is_some_and(|it| !matches!(it, "ForEach" | "AWS" | "Fn") && it.starts_with(|it: char| it.is_ascii_uppercase()))
}

/// True for the call of a function of a tool, in any form.
pub(crate) fn is_for_a_tool(node: &Node) -> bool {
    match &node.value {
        Value::Call(call) => is_foreign(call.name()),
        Value::Map(map) => matches!(&map.entries[..], [(key, _)] if is_foreign(&key.text)),
        _ => false,
    }
}

/// What a value calls: the name of the function, and where it stands where that is known.
pub(crate) fn called(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Call(call) => Some(call.name()),
        Value::Either(_) => Some("Fn::If"),
        Value::Absent => Some("Ref"),
        _ => None,
    }
}

/// The parts of `Fn::Sub`, with or without dynamic references.
pub(crate) fn sub_parts(node: &Node) -> Option<&[Part]> {
    match &node.value {
        Value::Call(call) => match &**call {
            Call::Sub(parts) | Call::Dynamic(parts) => Some(parts),
            _ => None,
        },
        _ => None,
    }
}
