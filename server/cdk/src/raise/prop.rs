//! Where a prop is written: in the call itself, or wherever the value that it has there comes from.

use super::{Raiser, object};
use crate::evaluate::{Given, Props};
use crate::imports;
use crate::library::class as table_of;
use crate::library::invert::{self, Words};
use crate::library::value;
use crate::lower::Draft;
use model::Literal;
use syntax::typescript::{Node, range};
use text::{TextEdit, TextRange};

/// The methods by which code has the last word on a property.
const OVERRIDES: [&str; 2] = ["addPropertyOverride", "addOverride"];

impl<'r, 'a> Raiser<'r, 'a> {
    /// Gives the prop at `path` of what `call` makes a value: where it is written, when it says something for nothing
    /// else; else in the call, over whatever else says.
    pub(super) fn set_prop(&mut self, call: Node<'r>, index: usize, path: &[String], value: String) -> Option<()> {
        let may_follow = !self.names_locals(&value);
        if object::has_member(self.text, call, index, path) {
            return self.objects.set_argument(self.text, (call, index), path, value, may_follow);
        }
        let given = self.given(call, path);
        let elsewhere = given.written.filter(|it| !range(call).contains_range(range(*it)));
        if let Some(written) = elsewhere.filter(|it| may_follow && self.is_only_for(*it, call, path)) {
            self.edits.push(TextEdit::replace(range(written), value));
            return Some(());
        }
        if given.is_said && self.hands_on_parameter(call, index) {
            // Who hands it in would no longer have a say.
            return None;
        }
        if !given.is_absent {
            self.objects.insist(self.argument(call, index));
        }
        // An object put over a part of another one would take the rest of it away.
        if !given.is_absent && path.len() > 1 && self.argument(call, index).is_some_and(|it| it.kind() != "object") {
            return None;
        }
        self.objects.set_argument(self.text, (call, index), path, value, may_follow)
    }

    /// Sets the prop of which one constant stands for a whole map of properties.
    pub(super) fn set_by_constant(&mut self, draft: &Draft, call: Node<'r>, path: &str, value: &Literal) -> Option<()> {
        let class = table_of(&draft.words)?;
        let (_, resource) = draft.table?;
        let (row, constant) = invert::rows(class, resource, path).find_map(|(row, function)| {
            let words = invert::words(class, resource, path, function, value)?;
            match words {
                Words::Constant(constant) if row.when.is_empty() => Some((row, constant)),
                _ => None,
            }
        })?;
        let names: Vec<String> = row.prop.split('.').map(str::to_owned).collect();
        let text = self.member_of_library(&constant)?;
        self.set_prop(call, draft.props_index, &names, text)
    }

    /// Says what becomes of a resource that the program writes out itself: `new CfnTable(...).applyRemovalPolicy(...)`, or a line
    /// of its own for one that has a name. One call says it for deletion and for replacement.
    pub(super) fn apply_removal_policy(&mut self, made: Node<'r>, value: &Literal) -> Option<()> {
        let word = match value {
            Literal::Text(it) if it == "Retain" => "RETAIN",
            Literal::Text(it) if it == "Snapshot" => "SNAPSHOT",
            Literal::Text(it) if it == "Delete" => "DESTROY",
            _ => return None,
        };
        let parent = made.parent().filter(|_| made.kind() == "new_expression")?;
        let (place, name) = match parent.kind() {
            "expression_statement" => (range(made).end(), None),
            "variable_declarator" => {
                let name = parent.child_by_field_name("name").filter(|it| it.kind() == "identifier")?;
                let statement = parent.parent().filter(|it| object::items(*it).len() == 1)?;
                (range(statement).end(), Some((self.source(name), statement.start_byte())))
            }
            _ => return None,
        };
        let is_said = |it: &TextEdit| it.range.start() == place && it.text.contains("applyRemovalPolicy");
        if self.edits.iter().any(is_said) {
            return Some(());
        }
        let policy = self.library("core.RemovalPolicy")?;
        let call = format!(".applyRemovalPolicy({policy}.{word})");
        let text = match name {
            None => call,
            Some((name, start)) => {
                let indent = object::indent_of(self.text, start);
                format!("{}{indent}{name}{call}{}", self.style.newline, self.style.end())
            }
        };
        self.edits.push(TextEdit::insert(place, text));
        Some(())
    }

    /// Puts another constant of the same class in the place of one: the one that stands for `wanted`.
    pub(super) fn replace_constant(&mut self, node: Node<'r>, wanted: &str) -> Option<()> {
        let class = self.source(node.child_by_field_name("object")?);
        let mut names = class.split('.');
        let first = self.imports.get(names.next()?)?.clone();
        let path = names.fold(first, |path, name| imports::member(&path, name));
        let constant = value::constant_of(&path, wanted)?;
        self.edits.push(TextEdit::replace(range(node.child_by_field_name("property")?), constant.to_owned()));
        Some(())
    }

    /// The call of the function of the library that describes a volume, `BlockDeviceVolume.ebs`, of whose size or options
    /// `node` is: what else is said of the volume are the options.
    pub(super) fn volume_around(&self, node: Node<'r>) -> Option<Node<'r>> {
        let call = node.parent().filter(|it| it.kind() == "arguments")?.parent()?;
        let function = call.child_by_field_name("function").filter(|it| it.kind() == "member_expression")?;
        let name = self.source(function.child_by_field_name("property")?);
        let class = self.source(function.child_by_field_name("object")?);
        (matches!(name, "ebs" | "ebsFromSnapshot") && class.ends_with("BlockDeviceVolume")).then_some(call)
    }

    /// True for an expression that names something of the code around it, and not only of the library.
    fn names_locals(&self, expression: &str) -> bool {
        let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '$');
        let mut rest = expression;
        let mut before = ' ';
        while let Some(next) = rest.chars().next() {
            let length = match next {
                '\'' | '"' => rest[1..].find(next).map_or(rest.len(), |it| it + 2),
                '`' => return true,
                _ if is_part(next) => rest.find(|it| !is_part(it)).unwrap_or(rest.len()),
                _ => next.len_utf8(),
            };
            let (word, after) = rest.split_at(length);
            let is_own = next.is_alphabetic() && before != '.' && !after.trim_start().starts_with(':');
            if is_own && !matches!(word, "true" | "false" | "undefined" | "new") && !self.is_of_library(word) {
                return true;
            }
            before = if next.is_whitespace() { before } else { next };
            rest = after;
        }
        false
    }

    /// True for a name that an import gives, also one that is added on the way.
    fn is_of_library(&self, name: &str) -> bool {
        self.imports.get(name).is_some() || self.imported.iter().any(|(_, local)| local == name)
    }

    /// What is known of a prop in everything that `call` makes.
    fn given(&self, call: Node<'r>, path: &[String]) -> GivenProp<'r> {
        let lowering = self.lowering;
        let mut out = GivenProp { is_absent: true, is_said: false, written: None };
        let Some((first, rest)) = path.split_first() else { return out };
        for props in self.props_of(range(call)) {
            let at = match props.get(first) {
                Given::Absent => continue,
                Given::Unknown => {
                    out.is_absent = false;
                    continue;
                }
                Given::Value(at) => at,
            };
            out.is_absent = false;
            out.is_said = true;
            let at = rest.iter().try_fold(at, |at, name| lowering.props(Some(at)).value(name));
            let place = at.map(|it| lowering.absolute(lowering.scopes.follow(it).span()));
            out.written = out.written.or_else(|| self.node(place?));
        }
        out
    }

    /// The props of the constructs that the expression at `place` makes.
    fn props_of(&self, place: TextRange) -> impl Iterator<Item = Props<'a>> + use<'r, 'a> {
        let lowering = self.lowering;
        let made = lowering.constructs.iter().enumerate();
        let made = made.filter(move |(_, it)| lowering.absolute(it.place.at.span()) == place);
        made.map(|(index, _)| lowering.props_of(index))
    }

    /// True when the value that stands at `written` is that of the prop of what `call` makes, and of nothing else.
    fn is_only_for(&self, written: Node<'r>, call: Node<'r>, path: &[String]) -> bool {
        if !matches!(written.kind(), "true" | "false" | "number" | "string" | "member_expression") {
            return false;
        }
        let mut node = written;
        while let Some(parent) = node.parent() {
            match parent.kind() {
                "pair" | "object" | "as_expression" | "satisfies_expression" | "parenthesized_expression" => (),
                "variable_declarator" => return self.is_used_once(parent),
                // Given to a class or function of the program's: each instance has its own, unless others have it too.
                "arguments" => break,
                _ => return false,
            }
            node = parent;
        }
        let (place, own) = (range(written), range(call));
        let lowering = self.lowering;
        let Some((last, before)) = path.split_last() else { return false };
        (0..lowering.constructs.len()).all(|index| {
            let props = before
                .iter()
                .try_fold(lowering.props_of(index), |props, name| Some(lowering.props(Some(props.value(name)?))));
            let value = props.and_then(|it| it.value(last)).map(|it| lowering.scopes.follow(it));
            let is_same = value.is_some_and(|it| lowering.absolute(it.span()) == place);
            !is_same || lowering.absolute(lowering.constructs[index].place.at.span()) == own
        })
    }

    /// True for a constant of the file that nothing but one expression names.
    fn is_used_once(&self, declarator: Node<'r>) -> bool {
        let Some(name) = declarator.child_by_field_name("name").filter(|it| it.kind() == "identifier") else {
            return false;
        };
        object::is_constant(declarator) && self.uses(self.source(name)) == 2
    }

    /// The argument at `index`, or the object in a variable that is only for it.
    fn argument(&self, call: Node<'r>, index: usize) -> Option<Node<'r>> {
        object::argument(self.text, call, index)
    }

    /// True when the props are, or take in, what the function or constructor around is given.
    fn hands_on_parameter(&self, call: Node<'r>, index: usize) -> bool {
        let Some(argument) = self.argument(call, index) else { return false };
        if argument.kind() != "object" {
            return object::is_parameter(self.text, argument);
        }
        object::items(argument).into_iter().any(|it| {
            it.kind() == "spread_element" && it.named_child(0).is_some_and(|it| object::is_parameter(self.text, it))
        })
    }

    /// Writes a value where code has the last word on the property at `path`: in `addPropertyOverride` or what is like it.
    /// `None`: nothing does.
    pub(super) fn set_override(&mut self, written: TextRange, value: &Literal) -> Option<()> {
        let node = self.node(written)?;
        let text = match value {
            Literal::Bool(it) => it.to_string(),
            Literal::Number(it) => it.to_string(),
            Literal::Text(it) => self.style.quoted(it),
            _ => return None,
        };
        let is_plain = matches!(node.kind(), "true" | "false" | "number" | "string");
        (is_plain && self.is_override(node)).then(|| self.edits.push(TextEdit::replace(range(node), text)))
    }

    /// True for a value, or a part of one, that is given to a method that overrides.
    pub(super) fn is_override(&self, node: Node<'r>) -> bool {
        let mut node = node;
        while let Some(parent) = node.parent() {
            match parent.kind() {
                "pair" | "object" => node = parent,
                "arguments" => {
                    let method = parent.parent().and_then(|it| it.child_by_field_name("function"));
                    let method = method.and_then(|it| it.child_by_field_name("property"));
                    return method.is_some_and(|it| OVERRIDES.contains(&self.source(it)));
                }
                "assignment_expression" => {
                    return parent.child_by_field_name("left").is_some_and(|it| it.kind() == "member_expression");
                }
                _ => return false,
            }
        }
        false
    }
}

/// What is known of a prop.
struct GivenProp<'r> {
    /// Nothing says it.
    is_absent: bool,
    /// Something says it for certain.
    is_said: bool,
    /// Where it is written, in this file.
    written: Option<Node<'r>>,
}
