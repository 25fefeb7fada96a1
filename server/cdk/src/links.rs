//! What a file takes from other files of its program, and what it passes on from them.

use crate::convert::slice;
use model::SmolStr;
use syntax::typescript::{Node, range};

/// A name that a file gets from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The module, as it is written; `None` for the file itself.
    pub(crate) module: Option<SmolStr>,
    pub(crate) names: Names,
}

/// What is taken from a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// It is only run.
    Nothing,
    /// Everything, under the same names: `export * from './table'`.
    Everything,
    /// The module itself, under this name.
    Itself(SmolStr),
    /// One thing, and the name that it has here.
    One { name: SmolStr, local: SmolStr },
}

/// Everything that the file below `root` gets from other files.
pub(crate) fn of(root: Node<'_>, text: &str) -> Vec<Link> {
    let mut out = Vec::new();
    let mut cursor = root.walk();
    for statement in root.named_children(&mut cursor) {
        match statement.kind() {
            "import_statement" => import(statement, text, &mut out),
            "export_statement" => export(statement, text, &mut out),
            "lexical_declaration" | "variable_declaration" => require(statement, text, &mut out),
            _ => (),
        }
    }
    // The library is no file of the program.
    out.retain(|it| it.module.as_ref().is_none_or(|it| !is_of_library(it)));
    out
}

fn is_of_library(module: &str) -> bool {
    matches!(module, "constructs" | "aws-cdk-lib" | "path" | "fs" | "os")
        || module.starts_with("aws-cdk-lib/")
        || module.starts_with("@aws-cdk/")
        || module.starts_with("node:")
}

fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

fn source(node: Node<'_>, text: &str) -> Option<SmolStr> {
    let fragment = node.child_by_field_name("source")?.named_child(0)?;
    Some(slice(text, range(fragment)).into())
}

fn word(node: Node<'_>, text: &str) -> SmolStr {
    slice(text, range(node)).trim_matches(['\'', '"']).into()
}

fn import(statement: Node<'_>, text: &str, out: &mut Vec<Link>) {
    let module = source(statement, text);
    let clause = children(statement).into_iter().find(|it| it.kind().starts_with("import_"));
    let Some(clause) = clause else {
        out.extend(module.map(|it| Link { module: Some(it), names: Names::Nothing }));
        return;
    };
    if clause.kind() == "import_require_clause" {
        if let (Some(module), Some(name)) = (source(clause, text), clause.named_child(0)) {
            out.push(Link { module: Some(module), names: Names::Itself(word(name, text)) });
        }
        return;
    }
    for part in children(clause) {
        let mut add = |names| out.push(Link { module: module.clone(), names });
        match part.kind() {
            "identifier" => add(Names::One { name: "default".into(), local: word(part, text) }),
            "namespace_import" => {
                if let Some(name) = part.named_child(0) {
                    add(Names::Itself(word(name, text)));
                }
            }
            "named_imports" => {
                for specifier in children(part) {
                    let Some(name) = specifier.child_by_field_name("name") else { continue };
                    let local = specifier.child_by_field_name("alias").unwrap_or(name);
                    add(Names::One { name: word(name, text), local: word(local, text) });
                }
            }
            _ => (),
        }
    }
}

fn export(statement: Node<'_>, text: &str, out: &mut Vec<Link>) {
    let module = source(statement, text);
    let mut any = false;
    for part in children(statement) {
        match part.kind() {
            "export_clause" => {
                any = true;
                for specifier in children(part) {
                    let Some(name) = specifier.child_by_field_name("name") else { continue };
                    let local = specifier.child_by_field_name("alias").unwrap_or(name);
                    let (name, local) = (word(name, text), word(local, text));
                    if module.is_some() || name != local {
                        out.push(Link { module: module.clone(), names: Names::One { name, local } });
                    }
                }
            }
            "namespace_export" => {
                any = true;
                if let Some(name) = part.named_child(0) {
                    out.push(Link { module: module.clone(), names: Names::Itself(word(name, text)) });
                }
            }
            _ => (),
        }
    }
    if module.is_some() && !any {
        out.push(Link { module, names: Names::Everything });
        return;
    }
    // `export default class Table`
    let mut cursor = statement.walk();
    let is_default = statement.children(&mut cursor).any(|it| it.kind() == "default");
    let declaration = statement.child_by_field_name("declaration").or_else(|| statement.child_by_field_name("value"));
    if is_default
        && let Some(name) = declaration.and_then(|it| it.child_by_field_name("name"))
        && name.kind().ends_with("identifier")
    {
        out.push(Link { module: None, names: Names::One { name: word(name, text), local: "default".into() } });
    }
}

/// `const table = require('./table')`.
fn require(statement: Node<'_>, text: &str, out: &mut Vec<Link>) {
    for declarator in children(statement) {
        let (Some(name), Some(value)) =
            (declarator.child_by_field_name("name"), declarator.child_by_field_name("value"))
        else {
            continue;
        };
        let Some(module) = required(value, text) else { continue };
        if name.kind() == "identifier" {
            out.push(Link { module: Some(module), names: Names::Itself(word(name, text)) });
        } else {
            for part in children(name) {
                let names = match part.kind() {
                    "shorthand_property_identifier_pattern" => (part, part),
                    "pair_pattern" => match (part.child_by_field_name("key"), part.child_by_field_name("value")) {
                        (Some(key), Some(value)) if value.kind() == "identifier" => (key, value),
                        _ => continue,
                    },
                    _ => continue,
                };
                let names = Names::One { name: word(names.0, text), local: word(names.1, text) };
                out.push(Link { module: Some(module.clone()), names });
            }
        }
    }
}

fn required(value: Node<'_>, text: &str) -> Option<SmolStr> {
    let function = value.child_by_field_name("function").filter(|_| value.kind() == "call_expression")?;
    let argument = value.child_by_field_name("arguments")?.named_child(0)?;
    let is_require = slice(text, range(function)) == "require" && argument.kind() == "string";
    is_require.then(|| word(argument, text))
}
