//! Which environments an entry file makes stacks for, and by which statements.

use super::{Body, EnvironmentOf, Prop, unify};
use crate::raise::Importer;
use crate::refactor::infer::Types;
use crate::refactor::names::{bound, children, descendants, is_use, source};
use crate::refactor::types::{Type, annotation};
use crate::refactor::{above, behind};
use syntax::typescript::{Node, range};
use text::TextRange;

/// `const app = new App();` at the top of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct App<'r> {
    pub(super) statement: Node<'r>,
    pub(super) declared: Node<'r>,
    pub(super) name: &'r str,
}

impl<'r> App<'r> {
    /// The only app of the file.
    pub(super) fn of(types: &Types<'r>) -> Option<App<'r>> {
        let mut apps = children(types.root).into_iter().filter_map(|statement| {
            let declarator = sole_declarator(statement)?;
            let value = declarator.child_by_field_name("value").filter(|it| it.kind() == "new_expression")?;
            let path = types.library_path(value.child_by_field_name("constructor")?)?;
            let declared = declarator.child_by_field_name("name").filter(|it| it.kind() == "identifier")?;
            (path == "core.App").then(|| App { statement, declared, name: source(types.text, declared) })
        });
        apps.next().filter(|_| apps.next().is_none())
    }

    /// True for `new X(app, ...)`.
    pub(super) fn is_scope_of(&self, text: &str, node: Node<'_>) -> bool {
        node.kind() == "new_expression"
            && node
                .child_by_field_name("arguments")
                .and_then(|it| children(it).first().copied())
                .is_some_and(|it| it.kind() == "identifier" && source(text, it) == self.name)
    }
}

/// The environments, and what is made for them.
#[derive(Debug)]
pub(super) struct Environments<'r> {
    names: Vec<String>,
    /// The statements at the top of the file that go.
    pub(super) statements: Vec<Node<'r>>,
    form: Form<'r>,
}

#[derive(Debug)]
enum Form<'r> {
    /// A loop: its statement, its items as they are written.
    Loop(Node<'r>, Vec<Item<'r>>),
    /// For each environment its statements, and the words that all ids of one construct have in common.
    Each(Vec<Vec<Node<'r>>>),
}

/// One turn of a loop.
#[derive(Clone, Debug)]
struct Item<'r> {
    key: &'r str,
    /// What holds an entry for the key.
    table: Option<&'r str>,
}

impl<'r> Environments<'r> {
    pub(super) fn of(types: &Types<'r>, app: &App<'r>, environment_of: EnvironmentOf<'_>) -> Option<Environments<'r>> {
        let makes = |it: &Node<'r>| {
            let is_code = !it.kind().ends_with("_declaration") || it.kind() == "lexical_declaration";
            is_code && descendants(*it).into_iter().any(|it| app.is_scope_of(types.text, it))
        };
        let making: Vec<Node<'r>> = children(types.root).into_iter().filter(makes).collect();
        if let [one] = making.as_slice()
            && one.kind() == "for_in_statement"
        {
            let items = items(types, *one)?;
            let names: Option<Vec<String>> = items.iter().map(|it| environment_of(it.key)).collect();
            let names = names.filter(|it| are_several(it))?;
            return Some(Environments { names, statements: vec![*one], form: Form::Loop(*one, items) });
        }
        Environments::each(types, app, &making, environment_of)
    }

    /// Statements that make the same for each environment.
    fn each(
        types: &Types<'r>,
        app: &App<'r>,
        making: &[Node<'r>],
        environment_of: EnvironmentOf<'_>,
    ) -> Option<Environments<'r>> {
        let mut names: Vec<String> = Vec::new();
        let mut groups: Vec<Vec<Node<'r>>> = Vec::new();
        let mut variables: Vec<(Node<'r>, usize)> = Vec::new();
        for statement in children(types.root) {
            let group = if making.contains(&statement) {
                let made = made_by(statement).filter(|it| app.is_scope_of(types.text, *it))?;
                let id = children(made.child_by_field_name("arguments")?).get(1).copied()?;
                let name = environment_of(source(types.text, id).trim_matches(['\'', '"']));
                let name = name.filter(|_| id.kind() == "string")?;
                let index = names.iter().position(|it| *it == name).unwrap_or_else(|| {
                    names.push(name);
                    groups.push(Vec::new());
                    names.len() - 1
                });
                variables.extend(declared_name(statement).map(|it| (it, index)));
                index
            } else if statement.kind() == "expression_statement" {
                // `prodApi.addDependency(prodData);`
                let used = descendants(statement).into_iter().filter(|it| is_use(*it)).filter_map(|it| {
                    let declared = types.names.declared(it)?.name;
                    variables.iter().find(|it| it.0 == declared).map(|it| it.1)
                });
                let mut used: Vec<usize> = used.collect();
                used.dedup();
                match used.as_slice() {
                    [] => continue,
                    [one] => *one,
                    _ => return None,
                }
            } else {
                continue;
            };
            groups[group].push(statement);
        }
        let statements: Vec<Node<'r>> = {
            let mut all: Vec<Node<'r>> = groups.iter().flatten().copied().collect();
            all.sort_by_key(|it| it.start_byte());
            all
        };
        // What is made for an environment is not used elsewhere.
        let is_elsewhere = |node: &Node<'r>| !statements.iter().any(|it| range(*it).contains_range(range(*node)));
        let used = descendants(types.root).into_iter().filter(|it| is_use(*it)).filter(is_elsewhere);
        let mut used = used.filter_map(|it| types.names.declared(it));
        if used.any(|it| variables.iter().any(|variable| variable.0 == it.name)) {
            return None;
        }
        let is_even = groups.iter().all(|it| it.len() == groups[0].len());
        (are_several(&names) && is_even).then_some(Environments { names, statements, form: Form::Each(groups) })
    }

    /// The environments with their numbers, production last.
    pub(super) fn in_order(&self) -> Vec<(usize, &str)> {
        let all = self.names.iter().map(String::as_str).enumerate();
        let (last, mut first): (Vec<_>, Vec<_>) = all.partition(|it| super::is_production(it.1));
        first.extend(last);
        first
    }

    /// The code of the stage.
    pub(super) fn body(&self, types: &Types<'r>, importer: &mut Importer<'r>) -> Option<Body<'r>> {
        match &self.form {
            Form::Loop(statement, items) => body_of_loop(types, *statement, items, importer),
            Form::Each(groups) => unify::body(types, groups, &self.names, importer),
        }
    }

    /// What is taken out with a statement: comments go where it goes.
    pub(super) fn place_of(&self, text: &str, statement: Node<'r>) -> TextRange {
        let first = if matches!(self.form, Form::Loop(..)) { statement } else { above(text, statement) };
        text::range(first.start_byte(), behind(statement).end_byte())
    }

    /// The comments at the statements of an environment that none of the stage's code is written from.
    pub(super) fn comments(&self, text: &'r str, index: usize) -> Vec<&'r str> {
        let Form::Each(groups) = &self.form else { return Vec::new() };
        let mut comments = Vec::new();
        for statement in groups.get(index).filter(|_| index > 0).into_iter().flatten() {
            let place = self.place_of(text, *statement);
            let (before, rest) = (&text[usize::from(place.start())..statement.start_byte()], statement.end_byte());
            let lines = before.lines().chain(text[rest..usize::from(place.end())].lines());
            comments.extend(lines.map(str::trim).filter(|it| !it.is_empty()));
        }
        comments
    }

    /// What a stack with this id is called now, as an expression of the stage.
    pub(super) fn name_of(&self, text: &'r str, id: Node<'r>, body: &Body<'r>) -> Option<String> {
        let prop = body.props.iter().find(|it| it.values.first().map(String::as_str) == Some(source(text, id)));
        if let (Form::Each(_), Some(prop)) = (&self.form, prop) {
            return Some(format!("props.{}", prop.name));
        }
        let start = range(id).start();
        let edits = body.rewrites.iter().filter(|it| range(id).contains_range(it.0));
        let edits = edits.map(|it| text::TextEdit::replace(it.0 - start, it.1.clone())).collect();
        Some(text::Edits::new(edits).ok()?.apply(source(text, id)))
    }
}

/// True for two or more, all of them different.
fn are_several(names: &[String]) -> bool {
    names.len() > 1 && names.iter().enumerate().all(|(index, it)| !names[..index].contains(it))
}

fn sole_declarator(statement: Node<'_>) -> Option<Node<'_>> {
    let declaration =
        if statement.kind() == "export_statement" { statement.child_by_field_name("declaration")? } else { statement };
    let declarators = Some(children(declaration)).filter(|_| declaration.kind() == "lexical_declaration")?;
    Some(*declarators.first()?).filter(|_| declarators.len() == 1)
}

/// The `new` that is all that a statement does.
fn made_by(statement: Node<'_>) -> Option<Node<'_>> {
    let value = match statement.kind() {
        "expression_statement" => statement.named_child(0),
        "lexical_declaration" => sole_declarator(statement)?.child_by_field_name("value"),
        _ => None,
    };
    value.filter(|it| it.kind() == "new_expression")
}

fn declared_name(statement: Node<'_>) -> Option<Node<'_>> {
    sole_declarator(statement)?.child_by_field_name("name").filter(|it| it.kind() == "identifier")
}

/// The keys that a loop goes over.
fn items<'r>(types: &Types<'r>, statement: Node<'r>) -> Option<Vec<Item<'r>>> {
    let text = types.text;
    let over = value_of(types, statement.child_by_field_name("right")?)?;
    if over.kind() == "array" {
        let keys = children(over);
        let is_text = |it: &Node<'_>| it.kind() == "string";
        let keys = keys.iter().all(is_text).then_some(keys)?;
        return Some(keys.into_iter().map(|it| Item { key: unquoted(text, it), table: None }).collect());
    }
    let function = over.child_by_field_name("function").map(|it| source(text, it))?;
    let table = children(over.child_by_field_name("arguments")?).first().copied()?;
    let object = value_of(types, table).filter(|it| it.kind() == "object")?;
    let keys: Option<Vec<&str>> = children(object)
        .into_iter()
        .map(|it| Some(unquoted(text, it.child_by_field_name("key").filter(|_| it.kind() == "pair")?)))
        .collect();
    let table = (table.kind() == "identifier").then(|| source(text, table));
    let table = match function {
        "Object.entries" => Some(table?),
        "Object.keys" => None,
        _ => return None,
    };
    Some(keys?.into_iter().map(|key| Item { key, table }).collect())
}

/// An expression without casts, or the value of the constant that it names.
fn value_of<'r>(types: &Types<'r>, node: Node<'r>) -> Option<Node<'r>> {
    match node.kind() {
        "as_expression" | "satisfies_expression" | "parenthesized_expression" => value_of(types, node.named_child(0)?),
        "identifier" => {
            let declared = types.names.declared(node).filter(|it| it.is_global())?;
            let value = declared.name.parent()?.child_by_field_name("value")?;
            if value.kind() == "identifier" { None } else { value_of(types, value) }
        }
        _ => Some(node),
    }
}

fn unquoted<'r>(text: &'r str, node: Node<'_>) -> &'r str {
    source(text, node).trim_matches(['\'', '"'])
}

fn body_of_loop<'r>(
    types: &Types<'r>,
    statement: Node<'r>,
    items: &[Item<'r>],
    importer: &mut Importer<'r>,
) -> Option<Body<'r>> {
    let text = types.text;
    let block = statement.child_by_field_name("body").filter(|it| it.kind() == "statement_block")?;
    let mut body = Body { statements: children(block), ..Body::default() };
    let left = statement.child_by_field_name("left")?;
    let over = statement.child_by_field_name("right")?;
    let style = importer.style;
    let names = bound(left);
    let is_of = descendants(statement).iter().any(|it| it.kind() == "of");
    if !is_of || names.len() > 2 {
        return None;
    }
    for name in children(left).is_empty().then_some(left).into_iter().chain(children(left)) {
        if name.kind() != "identifier" {
            return None;
        }
        let is_value = left.kind() == "array_pattern" && children(left).get(1) == Some(&name);
        let (ty, values) = match (left.kind(), items.first()?.table) {
            ("identifier", None) => {
                let ty = match over.kind() {
                    "array" => "string".to_owned(),
                    "identifier" => format!("(typeof {})[number]", source(text, over)),
                    "as_expression" if over.named_child(0).is_some_and(|it| it.kind() == "array") => {
                        let keys: Vec<String> = items.iter().map(|it| style.quoted(it.key)).collect();
                        keys.join(" | ")
                    }
                    "call_expression" => "string".to_owned(),
                    _ => return None,
                };
                (ty, items.iter().map(|it| style.quoted(it.key)).collect())
            }
            ("array_pattern", Some(table)) if is_value => {
                let values = items.iter().map(|it| {
                    let is_name = it.key.chars().all(|it| it.is_alphanumeric() || it == '_');
                    if is_name { format!("{table}.{}", it.key) } else { format!("{table}[{}]", style.quoted(it.key)) }
                });
                (type_of_entries(types, table), values.collect())
            }
            ("array_pattern", Some(_)) => ("string".to_owned(), items.iter().map(|it| style.quoted(it.key)).collect()),
            _ => return None,
        };
        let word = source(text, name);
        let uses = body.statements.iter().flat_map(|it| descendants(*it)).filter(|it| {
            is_use(*it) && source(text, *it) == word && types.names.declared(*it).is_some_and(|it| it.name == name)
        });
        let uses: Vec<Node<'r>> = uses.collect();
        if uses.is_empty() {
            continue;
        }
        for node in uses {
            let key = if node.kind() == "shorthand_property_identifier" { format!("{word}: ") } else { String::new() };
            body.rewrites.push((range(node), format!("{key}props.{word}")));
        }
        body.props.push(Prop { name: word.to_owned(), ty, values });
    }
    Some(body)
}

/// The type of the entries of a table of the file.
fn type_of_entries(types: &Types<'_>, table: &str) -> String {
    let written = types.global(table).and_then(|it| annotation(it.parent()?));
    let arguments = written.and_then(|it| it.child_by_field_name("type_arguments")).map(children).unwrap_or_default();
    match arguments.as_slice() {
        [_, entry] if written.is_some_and(|it| source(types.text, it).starts_with("Record<")) => {
            source(types.text, *entry).to_owned()
        }
        _ => format!("(typeof {table})[keyof typeof {table}]"),
    }
}

/// A type that code says, for props.
pub(super) fn rendered(ty: &Type, importer: &mut Importer<'_>) -> Option<String> {
    ty.render(&mut |path| importer.library(path))
}
