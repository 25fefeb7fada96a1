//! What the classes of a program take, also those of its other files.

use super::infer::Types;
use super::names::{children, is_class, source};
use super::types::annotation;
use crate::file::Source;
use syntax::typescript::Node;

/// A class, with the file that declares it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Class<'r> {
    text: &'r str,
    root: Node<'r>,
    node: Node<'r>,
}

/// True when `is` holds for the class that `name` is, in this file or in another of the program: of several with this name
/// for all. What a package brings along is taken to do as constructs do.
pub(super) fn all<'r>(file: &Source, types: &Types<'r>, name: Node<'r>, is: impl Fn(&Class<'_>) -> bool) -> bool {
    let Some(declared) = types.names.declared(name).filter(|it| it.is_global()) else { return false };
    if let Some(node) = declared.name.parent().filter(|it| is_class(it.kind())) {
        return is(&Class { text: types.text, root: types.root, node });
    }
    let Some(module) = types.imported_from(declared.name) else { return false };
    if !module.starts_with(['.', '/']) && !module.starts_with("@/") && !module.starts_with("~/") {
        return true;
    }
    let name = source(types.text, name);
    let mut found = false;
    for file in &file.program().files {
        let (root, text) = (file.module.syntax.root(), file.module.text());
        if let Some(node) = declaration(text, root, name).filter(|it| is_class(it.kind())) {
            found = true;
            if !is(&Class { text, root, node }) {
                return false;
            }
        }
    }
    found
}

/// True when the constructor of a class, or of what it extends, takes any construct as its scope.
pub(super) fn takes_construct(class: &Class<'_>) -> bool {
    match constructor(class) {
        Some(it) => parameter_type(it, 0)
            .is_some_and(|it| matches!(last_word(source(class.text, it)), "Construct" | "IConstruct")),
        None => matches!(base(class), "Construct" | "Stack" | "NestedStack"),
    }
}

/// True when a class extends `Stack`, in the end.
pub(super) fn is_stack(class: &Class<'_>) -> bool {
    let mut class = *class;
    for _ in 0..20 {
        let base = base(&class);
        if base == "Stack" {
            return true;
        }
        match declaration(class.text, class.root, base).filter(|it| is_class(it.kind())) {
            Some(node) => class = Class { node, ..class },
            // Of what another file declares only the name says it.
            None => return base.ends_with("Stack") && base != "NestedStack",
        }
    }
    false
}

/// True when the constructor of a class, or of `Stack`, takes the props of a stack.
pub(super) fn takes_stack_props(class: &Class<'_>) -> bool {
    let text = class.text;
    let Some(constructor) = constructor(class) else { return base(class) == "Stack" };
    let Some(ty) = parameter_type(constructor, 2) else { return false };
    let parts = if ty.kind() == "intersection_type" { children(ty) } else { vec![ty] };
    parts.into_iter().any(|it| {
        let name = last_word(source(text, it));
        let interface =
            declaration(text, class.root, name).filter(|it| it.kind() == "interface_declaration").map(children);
        let clauses = interface.into_iter().flatten().filter(|it| it.kind() == "extends_type_clause");
        name == "StackProps" || clauses.flat_map(children).any(|it| last_word(source(text, it)) == "StackProps")
    })
}

/// What a file declares at its top under this name.
fn declaration<'r>(text: &str, root: Node<'r>, name: &str) -> Option<Node<'r>> {
    let mut statements = children(root).into_iter().filter_map(|it| match it.kind() {
        "export_statement" => it.child_by_field_name("declaration"),
        _ => Some(it),
    });
    statements.find(|it| it.child_by_field_name("name").is_some_and(|it| source(text, it) == name))
}

fn constructor<'r>(class: &Class<'r>) -> Option<Node<'r>> {
    let members = class.node.child_by_field_name("body").map(children).unwrap_or_default();
    members.into_iter().find(|it| {
        let name = it.child_by_field_name("name").map(|it| source(class.text, it));
        it.kind() == "method_definition" && name == Some("constructor")
    })
}

/// The words for the type of a parameter.
fn parameter_type(constructor: Node<'_>, index: usize) -> Option<Node<'_>> {
    let parameters = constructor.child_by_field_name("parameters").map(children)?;
    annotation(*parameters.get(index)?)
}

/// The last word of the name of what a class extends.
fn base<'r>(class: &Class<'r>) -> &'r str {
    let heritage = children(class.node).into_iter().find(|it| it.kind() == "class_heritage");
    let clause = heritage.map(children).and_then(|it| it.into_iter().find(|it| it.kind() == "extends_clause"));
    let value = clause.and_then(|it| it.child_by_field_name("value"));
    value.map_or("", |it| last_word(source(class.text, it)))
}

fn last_word(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or_default().trim()
}
