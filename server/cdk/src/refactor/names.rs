//! What the names in a file mean: where each is declared.

use crate::convert::slice;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;
use syntax::typescript::{Node, range};

/// The names of a file, looked up from where they are used, outwards.
pub(super) struct Names<'r> {
    text: &'r str,
    /// What each scope declares that was asked about, by the number of its node.
    scopes: RefCell<FxHashMap<usize, Rc<FxHashMap<&'r str, Node<'r>>>>>,
}

/// Where a name is declared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declared<'r> {
    /// The name there.
    pub(super) name: Node<'r>,
    /// The file, the block, the function.
    pub(super) scope: Node<'r>,
}

impl Declared<'_> {
    /// True for what the whole file sees.
    pub(super) fn is_global(&self) -> bool {
        self.scope.kind() == "program"
    }
}

impl<'r> Names<'r> {
    pub(super) fn new(text: &'r str) -> Names<'r> {
        Names { text, scopes: RefCell::default() }
    }

    /// Where the name that `node` is, is declared; `None` for what no file declares.
    pub(super) fn declared(&self, node: Node<'r>) -> Option<Declared<'r>> {
        self.look_up(node, source(self.text, node))
    }

    /// What `name` stands for at `node`.
    pub(super) fn look_up(&self, node: Node<'r>, name: &str) -> Option<Declared<'r>> {
        let mut scope = node.parent();
        while let Some(it) = scope {
            if is_scope(it.kind())
                && let Some(name) = self.declares(it).get(name)
            {
                return Some(Declared { name: *name, scope: it });
            }
            scope = it.parent();
        }
        None
    }

    fn declares(&self, scope: Node<'r>) -> Rc<FxHashMap<&'r str, Node<'r>>> {
        if let Some(known) = self.scopes.borrow().get(&scope.id()) {
            return Rc::clone(known);
        }
        let mut nodes = Vec::new();
        declarations(scope, &mut nodes);
        let mut names = FxHashMap::default();
        for node in nodes {
            names.entry(source(self.text, node)).or_insert(node);
        }
        let names = Rc::new(names);
        self.scopes.borrow_mut().insert(scope.id(), Rc::clone(&names));
        names
    }
}

/// The text of a node.
pub(super) fn source<'r>(text: &'r str, node: Node<'_>) -> &'r str {
    slice(text, range(node))
}

/// What stands in a node and is no comment.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|it| it.kind() != "comment").collect()
}

/// All nodes below `node`, itself first, in the order of the text. Without recursion: text nests without limit.
pub(super) fn descendants(node: Node<'_>) -> Vec<Node<'_>> {
    let mut out = Vec::new();
    let mut cursor = node.walk();
    loop {
        out.push(cursor.node());
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return out;
            }
        }
    }
}

/// The closest node around `node`, itself included, of one of these kinds.
pub(super) fn around<'r>(node: Node<'r>, kinds: &[&str]) -> Option<Node<'r>> {
    let mut node = node;
    while !kinds.contains(&node.kind()) {
        node = node.parent()?;
    }
    Some(node)
}

/// True for the nodes that say a name which is looked up.
pub(super) fn is_use(node: Node<'_>) -> bool {
    matches!(node.kind(), "identifier" | "shorthand_property_identifier" | "type_identifier")
}

/// True for what has a `this` of its own.
pub(super) fn has_own_this(kind: &str) -> bool {
    kind == "class" || is_class(kind) || (is_function(kind) && kind != "arrow_function")
}

pub(super) fn is_class(kind: &str) -> bool {
    matches!(kind, "class_declaration" | "abstract_class_declaration")
}

pub(super) fn is_function(kind: &str) -> bool {
    matches!(
        kind,
        "arrow_function"
            | "function_expression"
            | "generator_function"
            | "function_declaration"
            | "generator_function_declaration"
            | "method_definition"
    )
}

fn is_scope(kind: &str) -> bool {
    is_function(kind)
        || matches!(
            kind,
            "program"
                | "statement_block"
                | "class_static_block"
                | "switch_body"
                | "for_in_statement"
                | "for_statement"
                | "catch_clause"
                | "class"
        )
}

/// The names that a scope declares.
fn declarations<'r>(scope: Node<'r>, out: &mut Vec<Node<'r>>) {
    match scope.kind() {
        "program" | "statement_block" | "class_static_block" => {
            children(scope).into_iter().for_each(|it| declared_by(it, out));
        }
        "switch_body" => {
            for case in children(scope) {
                children(case).into_iter().for_each(|it| declared_by(it, out));
            }
        }
        "for_in_statement" if scope.child_by_field_name("kind").is_some() => {
            out.extend(scope.child_by_field_name("left").into_iter().flat_map(bound));
        }
        "for_statement" => {
            if let Some(it) = scope.child_by_field_name("initializer") {
                declared_by(it, out);
            }
        }
        "catch_clause" => out.extend(scope.child_by_field_name("parameter").into_iter().flat_map(bound)),
        "class" => out.extend(scope.child_by_field_name("name")),
        kind if is_function(kind) => {
            if kind == "function_expression" {
                out.extend(scope.child_by_field_name("name"));
            }
            out.extend(scope.child_by_field_name("parameter").into_iter().flat_map(bound));
            for parameter in scope.child_by_field_name("parameters").into_iter().flat_map(children) {
                out.extend(parameter.child_by_field_name("pattern").into_iter().flat_map(bound));
            }
        }
        _ => {}
    }
}

/// The names that a statement declares in the scope it stands in.
pub(super) fn declared_by<'r>(statement: Node<'r>, out: &mut Vec<Node<'r>>) {
    match statement.kind() {
        "lexical_declaration" | "variable_declaration" => {
            for declarator in children(statement) {
                out.extend(declarator.child_by_field_name("name").into_iter().flat_map(bound));
            }
        }
        "import_statement" => {
            for node in descendants(statement) {
                match node.kind() {
                    "import_specifier" => {
                        let local = node.child_by_field_name("alias").or_else(|| node.child_by_field_name("name"));
                        out.extend(local);
                    }
                    "import_clause" | "namespace_import" => {
                        out.extend(children(node).into_iter().filter(|it| it.kind() == "identifier"));
                    }
                    _ => {}
                }
            }
        }
        "export_statement" => {
            if let Some(it) = statement.child_by_field_name("declaration") {
                declared_by(it, out);
            }
        }
        kind if kind.ends_with("_declaration") => out.extend(statement.child_by_field_name("name")),
        _ => {}
    }
}

/// The names that a pattern binds.
pub(super) fn bound(pattern: Node<'_>) -> Vec<Node<'_>> {
    let (mut out, mut todo) = (Vec::new(), vec![pattern]);
    while let Some(node) = todo.pop() {
        match node.kind() {
            "identifier" | "shorthand_property_identifier_pattern" => out.push(node),
            "assignment_pattern" | "object_assignment_pattern" => todo.extend(node.child_by_field_name("left")),
            "pair_pattern" => todo.extend(node.child_by_field_name("value")),
            "object_pattern" | "array_pattern" | "rest_pattern" => todo.extend(children(node)),
            _ => {}
        }
    }
    out
}
