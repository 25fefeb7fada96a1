//! Statements of a constructor become a class of their own that extends `Construct`.
//!
//! What they use of the code around them becomes members of the props of that class, what the code behind them uses of
//! them becomes fields of it. They stay in the order in which they run, so that the program makes the same; only the paths
//! of the constructs, and with them their logical ids, gain a level.

mod select;
mod write;

use super::infer::{Types, has_token, is_optional};
use super::names::{
    Declared, Names, around, children, declared_by, descendants, has_own_this, is_class, is_function, is_use, source,
};
use super::types::{Ask, Type, Typed, extends, library_member};
use super::{capitalized, classes};
use crate::file::Source;
use crate::raise::{Importer, Style};
use model::Refactor;
use select::Selected;
use std::collections::BTreeMap;
use syntax::typescript::{Node, range};
use text::TextRange;

/// What every construct has by these names already.
const MEMBERS_OF_CONSTRUCT: [&str; 3] = ["node", "toString", "with"];
/// The parameters of the new constructor.
const PARAMETERS: [&str; 3] = ["scope", "id", "props"];
/// A line of props that is longer is broken.
const LINE: usize = 80;

pub(super) fn extract(file: &Source, range: TextRange) -> Option<Refactor> {
    let syntax = file.syntax();
    let text: &str = syntax.text();
    let imports = file.converted().0;
    let selected = Selected::at(syntax.root(), text, range)?;
    // The first version of the library had a class of its own for constructs.
    if imports.all.iter().any(|it| text[it.module].starts_with("@aws-cdk/core")) {
        return None;
    }
    let names = Names::new(text);
    let types = Types { text, root: syntax.root(), imports, names: &names, class: selected.class };
    let importer = Importer {
        text,
        root: syntax.root(),
        imports,
        style: Style::of(text),
        edits: Vec::new(),
        imported: Vec::new(),
    };
    let mut extraction = Extraction {
        text,
        file,
        selected,
        names: &names,
        types,
        importer,
        fields: BTreeMap::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        rewrites: Vec::new(),
        ids: Vec::new(),
        made: Vec::new(),
    };
    extraction.read()?;
    extraction.write()
}

/// What is used of the code around.
#[derive(Debug)]
struct Input<'r> {
    /// How the code around says it.
    key: String,
    name: String,
    typed: Typed,
    /// Every use, as a node of the expression that is replaced.
    places: Vec<Node<'r>>,
}

/// What is declared among the statements and used behind them.
#[derive(Debug)]
struct Output<'r> {
    declared: Node<'r>,
    typed: Typed,
    /// The uses behind.
    places: Vec<Node<'r>>,
}

struct Extraction<'r, 'a> {
    text: &'r str,
    file: &'a Source,
    selected: Selected<'r>,
    names: &'a Names<'r>,
    types: Types<'r>,
    importer: Importer<'r>,
    /// The fields of `this` that the statements assign, and what.
    fields: BTreeMap<&'r str, Node<'r>>,
    inputs: Vec<Input<'r>>,
    outputs: Vec<Output<'r>>,
    /// What changes in the text that moves.
    rewrites: Vec<(TextRange, String)>,
    /// The ids of the constructs that move.
    ids: Vec<&'r str>,
    /// The names of their classes.
    made: Vec<&'r str>,
}

impl<'r> Extraction<'r, '_> {
    fn source(&self, node: Node<'_>) -> &'r str {
        source(self.text, node)
    }

    /// Finds what the statements have to do with the code around them; `None` where that cannot be kept.
    fn read(&mut self) -> Option<()> {
        if self.is_stage() {
            return None;
        }
        let nodes: Vec<Node<'r>> = self.selected.statements.iter().flat_map(|it| descendants(*it)).collect();
        for node in &nodes {
            if node.kind() == "assignment_expression" {
                self.read_assignment(*node)?;
            }
        }
        for node in &nodes {
            match node.kind() {
                "this" => self.read_this(*node)?,
                "super" | "yield_expression" | "meta_property" | "variable_declaration" => return None,
                "return_statement" | "await_expression" if !self.is_in_function(*node) => return None,
                "new_expression" => self.read_new(*node)?,
                _ if is_use(*node) => self.read_name(*node)?,
                _ => {}
            }
        }
        if self.ids.is_empty() || self.are_found_by_id() {
            return None;
        }
        self.read_outputs()
    }

    /// `this.bucket = ...`, which then is a field of the new class.
    fn read_assignment(&mut self, node: Node<'r>) -> Option<()> {
        let left = node.child_by_field_name("left")?;
        if left.kind() != "member_expression" || left.child_by_field_name("object")?.kind() != "this" {
            return Some(());
        }
        let name = self.source(left.child_by_field_name("property")?);
        // Only what surely runs assigns surely.
        let statement = node.parent().filter(|it| it.kind() == "expression_statement")?;
        let is_own = self.selected.statements.contains(&statement);
        let is_first = self.fields.insert(name, node.child_by_field_name("right")?).is_none();
        let is_only = self.assignments_of_field(name) == 1;
        (is_own && is_first && is_only && !MEMBERS_OF_CONSTRUCT.contains(&name)).then_some(())
    }

    /// How often the class assigns a field of its own.
    fn assignments_of_field(&self, name: &str) -> usize {
        self.assignments(|it| self.is_field(it, name)).count()
    }

    /// The places in the class that assign something for which `is` holds.
    fn assignments(&self, is: impl Fn(Node<'r>) -> bool) -> impl Iterator<Item = Node<'r>> {
        let assigns = move |it: &Node<'r>| match it.kind() {
            "assignment_expression" | "augmented_assignment_expression" => {
                it.child_by_field_name("left").is_some_and(&is)
            }
            "update_expression" => it.child_by_field_name("argument").is_some_and(&is),
            "unary_expression" => {
                it.child_by_field_name("argument").is_some_and(|argument| has_token(*it, "delete") && is(argument))
            }
            _ => false,
        };
        descendants(self.selected.class).into_iter().filter(assigns)
    }

    fn is_field(&self, node: Node<'r>, name: &str) -> bool {
        node.kind() == "member_expression"
            && node.child_by_field_name("object").is_some_and(|it| it.kind() == "this")
            && node.child_by_field_name("property").is_some_and(|it| self.source(it) == name)
    }

    /// True for code of a function among the statements.
    fn is_in_function(&self, node: Node<'r>) -> bool {
        self.has_around(node, is_function)
    }

    fn has_around(&self, node: Node<'r>, is: fn(&str) -> bool) -> bool {
        let mut node = node.parent();
        while let Some(it) = node.filter(|it| self.selected.contains(*it)) {
            if is(it.kind()) {
                return true;
            }
            node = it.parent();
        }
        false
    }

    fn read_this(&mut self, this: Node<'r>) -> Option<()> {
        if self.has_around(this, has_own_this) {
            return None;
        }
        let parent = this.parent()?;
        match parent.kind() {
            "member_expression" => self.read_member_of_this(parent, this),
            // As a scope it is the new construct from now on.
            "arguments" if children(parent).first() == Some(&this) => {
                let call = parent.parent()?;
                match call.kind() {
                    "new_expression" => Some(()),
                    "call_expression" => self.is_scope_of_call(call).then_some(()),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// True for `Stack.of(this)`, and for calls that make something below `this` by an id: what is done to `this` itself,
    /// as by `Tags.of(this)`, would be done to less than before.
    fn is_scope_of_call(&self, call: Node<'r>) -> bool {
        let Some(path) = call.child_by_field_name("function").and_then(|it| self.types.library_path(it)) else {
            return false;
        };
        let second = call.child_by_field_name("arguments").and_then(|it| children(it).get(1).copied());
        let has_id = second.is_some_and(|it| matches!(it.kind(), "string" | "template_string"));
        has_id || matches!(&*path, "core.Stack.of" | "core.App.of" | "core.Stage.of")
    }

    fn read_member_of_this(&mut self, node: Node<'r>, this: Node<'r>) -> Option<()> {
        let name = self.source(node.child_by_field_name("property")?);
        let parent = node.parent()?;
        if self.fields.contains_key(name) {
            return Some(());
        }
        if name == "node" {
            let method = parent.child_by_field_name("property").map(|it| self.source(it));
            return matches!(method, Some("tryGetContext" | "getContext")).then_some(());
        }
        let is_called = parent.kind() == "call_expression" && parent.child_by_field_name("function") == Some(node);
        if self.declares(self.selected.class, name, 0) {
            let is_settled =
                self.assignments(|it| self.is_field(it, name)).all(|it| range(it).end() <= self.selected.start());
            if is_called || !is_settled {
                return None;
            }
            let typed = self.types.of_field(name)?;
            return self.input(node, format!("this.{name}"), name.to_owned(), typed);
        }
        let ask = if is_called { Ask::Method(name) } else { Ask::Property(name) };
        library_member("core.Stack", ask)?;
        let is_stack = self.base().is_none_or(|it| extends(&it, "core.Stack"));
        let stack = is_stack.then(|| self.importer.value("core.Stack")).flatten()?;
        self.rewrites.push((range(this), format!("{stack}.of(this)")));
        Some(())
    }

    /// The class of the library that the class extends in the end; `None` where another file says.
    fn base(&self) -> Option<String> {
        let mut class = self.selected.class;
        for _ in 0..20 {
            let base = self.types.base_of(class)?;
            if let Some(path) = self.types.library_path(base) {
                return Some(path.to_string());
            }
            class = self.types.global(self.source(base))?.parent().filter(|it| is_class(it.kind()))?;
        }
        None
    }

    fn is_stage(&self) -> bool {
        self.base().is_some_and(|it| extends(&it, "core.Stage"))
    }

    /// True when a class, or one that it extends in this file, has a member of its own that is called so.
    fn declares(&self, class: Node<'r>, name: &str, depth: u32) -> bool {
        let members = class.child_by_field_name("body").into_iter().flat_map(children);
        let is_here = members.into_iter().any(|it| {
            let own = it.child_by_field_name("name").map(|it| self.source(it));
            let is_constructor = it.kind() == "method_definition" && own == Some("constructor");
            let mut parameters =
                it.child_by_field_name("parameters").filter(|_| is_constructor).into_iter().flat_map(children);
            own == Some(name)
                || parameters.any(|it| {
                    let is_field = has_token(it, "readonly") || has_token(it, "accessibility_modifier");
                    is_field && it.child_by_field_name("pattern").is_some_and(|it| self.source(it) == name)
                })
        });
        let base = || {
            let base = self.types.base_of(class).filter(|it| it.kind() == "identifier" && depth < 20)?;
            self.types.global(self.source(base))?.parent().filter(|it| is_class(it.kind()))
        };
        is_here || base().is_some_and(|it| self.declares(it, name, depth + 1))
    }

    /// A construct that is made: the new class has to be a scope that it takes.
    fn read_new(&mut self, node: Node<'r>) -> Option<()> {
        let class = node.child_by_field_name("constructor")?;
        let arguments = node.child_by_field_name("arguments").map(children).unwrap_or_default();
        if arguments.first().is_none_or(|it| it.kind() != "this") {
            return Some(());
        }
        let path = self.types.library_path(class);
        // The id of a parameter is what people give its value by.
        if path.as_deref() == Some("core.CfnParameter") {
            return None;
        }
        if path.is_none() && !classes::all(self.file, &self.types, class, classes::takes_construct) {
            return None;
        }
        let id = arguments.get(1).filter(|it| it.kind() == "string");
        self.ids.push(id.map_or("", |it| self.source(*it).trim_matches(['\'', '"'])));
        self.made.push(self.source(class).rsplit('.').next().unwrap_or_default());
        Some(())
    }

    fn read_name(&mut self, node: Node<'r>) -> Option<()> {
        let name = self.source(node);
        let Some(declared) = self.names.declared(node) else {
            return (name != "arguments").then_some(());
        };
        if self.selected.contains(declared.name) {
            let clashes = match declared.scope == self.selected.body {
                true => PARAMETERS.contains(&name),
                false => name == "props",
            };
            return (!clashes).then_some(());
        }
        if declared.is_global() {
            return (!PARAMETERS.contains(&name)).then_some(());
        }
        // A type of the constructor's own, or what is not there yet.
        if node.kind() == "type_identifier" || range(declared.name).start() >= self.selected.start() {
            return None;
        }
        let is_it = |it: Node<'r>| {
            it.kind() == "identifier" && self.names.declared(it).is_some_and(|it| it.name == declared.name)
        };
        let is_settled = self.assignments(is_it).all(|it| range(it).end() <= self.selected.start());
        if !is_settled || self.is_in_type(node) {
            return None;
        }
        let parent = node.parent()?;
        let typed = self.types.of_declared(declared.name);
        let is_member = parent.kind() == "member_expression" && parent.child_by_field_name("object") == Some(node);
        let is_called = parent.parent().is_some_and(|it| it.child_by_field_name("function") == Some(parent));
        if is_member && !is_called && self.is_settings(declared, typed.as_ref()) {
            let property = self.source(parent.child_by_field_name("property")?);
            let member = self.types.of(parent)?.or_undefined(is_optional(parent));
            if self.is_assigned(parent) {
                return None;
            }
            return self.input(parent, format!("{name}.{property}"), property.to_owned(), member);
        }
        self.input(node, name.to_owned(), name.to_owned(), typed?)
    }

    /// True for what only holds values together, so that each of them is handed over and not the whole.
    fn is_settings(&self, declared: Declared<'r>, typed: Option<&Typed>) -> bool {
        let is_parameter = declared.scope == self.selected.constructor;
        match typed.map(|it| &it.ty) {
            Some(Type::Object(_)) => true,
            Some(Type::Own(name)) => {
                let declaration = self.types.global(name).and_then(|it| it.parent());
                is_parameter || declaration.is_some_and(|it| it.kind() == "interface_declaration")
            }
            Some(Type::Library(path)) => path.ends_with("Props"),
            _ => false,
        }
    }

    fn is_in_type(&self, node: Node<'r>) -> bool {
        self.has_around(node, |it| matches!(it, "type_annotation" | "type_arguments" | "type_query"))
    }

    fn is_assigned(&self, node: Node<'r>) -> bool {
        self.assignments(|it| it == node).next().is_some()
    }

    /// Something that the new class is given.
    fn input(&mut self, node: Node<'r>, key: String, name: String, typed: Typed) -> Option<()> {
        if self.is_assigned(node) {
            return None;
        }
        let is_narrowed = typed.optional && (self.is_surely_there(node, &key) || self.is_checked_before(&key));
        let typed = Typed { optional: typed.optional && !is_narrowed, ..typed };
        match self.inputs.iter_mut().find(|it| it.key == key) {
            Some(known) => {
                known.typed.optional &= typed.optional;
                known.places.push(node);
            }
            None => {
                let is_taken = |name: &str| self.inputs.iter().any(|it| it.name == name);
                let name = match key.split_once('.').filter(|_| is_taken(&name)) {
                    Some((object, _)) => format!("{object}{}", capitalized(&name)),
                    None => name,
                };
                if is_taken(&name) {
                    return None;
                }
                self.inputs.push(Input { key, name, typed, places: vec![node] });
            }
        }
        Some(())
    }

    /// True where something that may be undefined is used as if it were not, so that code before must have made sure.
    fn is_surely_there(&self, node: Node<'r>, key: &str) -> bool {
        let Some(parent) = node.parent() else { return false };
        let is_object = matches!(parent.kind(), "member_expression" | "subscript_expression")
            && parent.child_by_field_name("object") == Some(node)
            && !is_optional(parent);
        if !is_object {
            return false;
        }
        let mut inner = node;
        while let Some(outer) = inner.parent().filter(|it| self.selected.contains(*it)) {
            let test = outer.child_by_field_name("condition").or_else(|| outer.child_by_field_name("left"));
            if test.is_some_and(|it| it != inner && says(self.source(it), key)) {
                return false;
            }
            inner = outer;
        }
        true
    }

    /// True when a statement before ends the constructor where it is not there.
    fn is_checked_before(&self, key: &str) -> bool {
        let before =
            children(self.selected.body).into_iter().take_while(|it| range(*it).end() <= self.selected.start());
        before.into_iter().any(|it| {
            let test = it.child_by_field_name("condition").filter(|_| it.kind() == "if_statement");
            test.is_some_and(|test| says(self.source(test), key))
                && descendants(it).iter().any(|it| matches!(it.kind(), "throw_statement" | "return_statement"))
        })
    }

    /// True when the class looks constructs up by their ids, or speaks of them by their paths.
    fn are_found_by_id(&self) -> bool {
        let text = self.source(self.selected.class);
        ["findChild(", "tryFindChild(", "tryRemoveChild(", "ByPath("].iter().any(|it| text.contains(it))
    }

    /// What is declared among the statements and used behind them.
    fn read_outputs(&mut self) -> Option<()> {
        let mut declared = Vec::new();
        self.selected.statements.iter().for_each(|it| declared_by(*it, &mut declared));
        for name in declared {
            let is_it = |it: &Node<'r>| is_use(*it) && self.names.declared(*it).is_some_and(|it| it.name == name);
            let all = descendants(self.selected.constructor);
            let places: Vec<Node<'r>> =
                all.into_iter().filter(|it| !self.selected.contains(*it) && is_it(it)).collect();
            if places.is_empty() {
                continue;
            }
            // A value, not a function or a type; one that stays the same.
            let declarator = around(name, &["variable_declarator"]).filter(|it| self.selected.contains(*it))?;
            let is_assigned = self.assignments(|it| is_it(&it)).next().is_some();
            let is_before = places.iter().any(|it| range(*it).start() < self.selected.start());
            let is_type = places.iter().any(|it| it.kind() == "type_identifier" || has_type_around(*it));
            let is_function = declarator.child_by_field_name("value").is_some_and(|it| is_function(it.kind()));
            if is_assigned || is_before || is_type || is_function || MEMBERS_OF_CONSTRUCT.contains(&self.source(name)) {
                return None;
            }
            let typed = self.types.of_declared(name)?;
            self.outputs.push(Output { declared: name, typed, places });
        }
        Some(())
    }
}

fn has_type_around(node: Node<'_>) -> bool {
    around(node, &["type_annotation", "type_arguments", "type_query", "statement_block"])
        .is_some_and(|it| it.kind() != "statement_block")
}

/// True when `text` says the name or path `key`, with `?.` or `.` between its parts.
fn says(text: &str, key: &str) -> bool {
    let text = text.replace("?.", ".");
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '$');
    text.match_indices(key).any(|(at, _)| {
        !text[..at].ends_with(|it| is_part(it) || it == '.') && !text[at + key.len()..].starts_with(is_part)
    })
}
