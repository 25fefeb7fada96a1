//! Writes the class, what makes one, and the uses of what it makes.

use super::{Extraction, LINE, Output};
use crate::raise::{uses, variable_name};
use crate::refactor::infer::{has_token, is_optional};
use crate::refactor::names::{children, descendants, has_own_this, is_use};
use crate::refactor::types::Typed;
use crate::refactor::{capitalized, indent_of};
use model::{Refactor, RefactorKind};
use syntax::typescript::{Node, range};
use text::{Edits, TextEdit, TextRange};

impl<'r> Extraction<'r, '_> {
    /// The declarator of a name that can be assigned as a field right where it is declared.
    fn sole_declarator(&self, output: &Output<'r>) -> Option<Node<'r>> {
        let declarator = output.declared.parent().filter(|it| it.kind() == "variable_declarator")?;
        let statement = declarator.parent().filter(|it| children(*it).len() == 1)?;
        let value = declarator.child_by_field_name("value")?;
        let before = &self.text[statement.start_byte()..value.start_byte()];
        let is_in_own_this = self.uses_of(output.declared).into_iter().any(|it| self.has_around(it, has_own_this));
        let is_commented = before.contains("//") || before.contains("/*");
        (!is_in_own_this && !is_commented).then_some(declarator)
    }

    /// The lines that declare a private field which only the statements use.
    fn unused_field(&self, name: &str) -> Option<TextRange> {
        let members = self.selected.class.child_by_field_name("body").map(children)?;
        let field = members.into_iter().find(|it| {
            it.kind() == "public_field_definition"
                && it.child_by_field_name("name").is_some_and(|it| self.source(it) == name)
        })?;
        let is_private =
            children(field).iter().any(|it| it.kind() == "accessibility_modifier" && self.source(*it) == "private");
        let is_used = |it: Node<'r>| self.is_field(it, name) && !self.selected.contains(it);
        if !is_private || descendants(self.selected.class).into_iter().any(is_used) {
            return None;
        }
        let start = self.text[..field.start_byte()].rfind('\n')? + 1;
        let end = field.end_byte() + self.text[field.end_byte()..].find('\n')? + 1;
        let (before, behind) = (&self.text[start..field.start_byte()], &self.text[field.end_byte()..end]);
        let is_alone = before.trim().is_empty() && matches!(behind.trim(), "" | ";");
        is_alone.then(|| text::range(start, end))
    }

    /// The uses among the statements of what is declared there.
    fn uses_of(&self, declared: Node<'r>) -> Vec<Node<'r>> {
        let nodes = self.selected.statements.iter().flat_map(|it| descendants(*it));
        let is_it = |it: &Node<'r>| {
            is_use(*it) && *it != declared && self.names.declared(*it).is_some_and(|it| it.name == declared)
        };
        nodes.filter(is_it).collect()
    }

    /// Writes the class, what makes one, and the uses of what it makes.
    pub(super) fn write(mut self) -> Option<Refactor> {
        let class = self.class_name()?;
        let props = format!("{class}Props");
        let id = self.id(&class);
        let construct = self.importer.value("constructs.Construct")?;
        let mut edits = Vec::new();
        let mut fields: Vec<(String, Typed)> = Vec::new();
        let mut behind: Vec<String> = Vec::new();
        let end = self.importer.style.end();
        let variable = self.variable(&class)?;

        for (name, value) in &self.fields {
            fields.push(((*name).to_owned(), self.types.of_field(name)?));
            // What nobody else may see and nothing else reads is the new class's alone.
            if let Some(lines) = self.unused_field(name) {
                edits.push(TextEdit::delete(lines));
                continue;
            }
            behind.push(format!("this.{name} = {variable}.{name}{end}"));
            let is_its = |it: &&Output<'r>| self.source(it.declared) == *name;
            let same = self.outputs.iter().find(is_its);
            if same.is_some() && self.source(*value) != *name {
                return None;
            }
        }
        let mut last = Vec::new();
        for output in &self.outputs {
            let name = self.source(output.declared);
            for place in &output.places {
                let key =
                    if place.kind() == "shorthand_property_identifier" { format!("{name}: ") } else { String::new() };
                edits.push(TextEdit::replace(range(*place), format!("{key}{variable}.{name}")));
            }
            if self.fields.contains_key(name) {
                continue;
            }
            fields.push((name.to_owned(), output.typed.clone()));
            match self.sole_declarator(output) {
                Some(declarator) => {
                    let (statement, value) = (declarator.parent()?, declarator.child_by_field_name("value")?);
                    let head = text::range(statement.start_byte(), value.start_byte());
                    self.rewrites.push((head, format!("this.{name} = ")));
                    for place in self.uses_of(output.declared) {
                        self.rewrites.push((range(place), said(place, name, &format!("this.{name}"))));
                    }
                }
                None => last.push(format!("this.{name} = {name}{end}")),
            }
        }
        for input in &self.inputs {
            for place in &input.places {
                let name = self.source(*place);
                self.rewrites.push((range(*place), said(*place, name, &format!("props.{}", input.name))));
            }
        }

        let mut declaration = String::new();
        let style = self.importer.style;
        let (newline, step) = (style.newline, style.step);
        let statement = self.selected.class.parent().filter(|it| it.kind() == "export_statement");
        let is_exported = statement.is_some_and(|it| !has_token(it, "default"));
        let export = if is_exported { "export " } else { "" };
        if !self.inputs.is_empty() {
            declaration += &format!("{newline}{newline}{export}interface {props} {{{newline}");
            for input in &self.inputs {
                let sign = if input.typed.optional { "?" } else { "" };
                let ty = input.typed.ty.render(&mut |path| self.importer.library(path))?;
                declaration += &format!("{step}readonly {}{sign}: {ty}{end}{newline}", input.name);
            }
            declaration += "}";
        }
        declaration += &format!("{newline}{newline}{export}class {class} extends {construct} {{{newline}");
        for (name, typed) in &fields {
            let ty = typed.ty.render(&mut |path| self.importer.library(path))?;
            let nothing = if typed.optional { " | undefined" } else { "" };
            declaration += &format!("{step}public readonly {name}: {ty}{nothing}{end}{newline}");
        }
        if !fields.is_empty() {
            declaration += newline;
        }
        let parameter = if self.inputs.is_empty() { String::new() } else { format!(", props: {props}") };
        declaration += &format!("{step}constructor(scope: {construct}, id: string{parameter}) {{{newline}");
        let indent = indent_of(self.text, self.selected.place.start().into());
        declaration += &format!("{indent}super(scope, id){end}{newline}{newline}{indent}{}", self.moved()?);
        for line in last {
            declaration += &format!("{newline}{indent}{line}");
        }
        declaration += &format!("{newline}{step}}}{newline}}}");

        let made = self.made(&class, &id, indent);
        let keeps = !self.outputs.is_empty() || !behind.is_empty();
        let mut replacement = if keeps { format!("const {variable} = {made}") } else { made };
        for line in behind {
            replacement += &format!("{newline}{indent}{line}");
        }
        edits.push(TextEdit::replace(self.selected.place, replacement));
        let whole = statement.unwrap_or(self.selected.class);
        edits.push(TextEdit::insert(range(whole).end(), declaration));
        edits.append(&mut self.importer.edits);
        Some(Refactor {
            title: format!("Extract to construct class `{class}`"),
            kind: RefactorKind::Extract,
            edits: Edits::new(edits).ok()?,
            files: Vec::new(),
        })
    }

    /// The statements, as they read in the new class.
    fn moved(&mut self) -> Option<String> {
        let (start, text) = (self.selected.place.start(), &self.text[self.selected.place]);
        let edits = self.rewrites.drain(..).map(|(place, new)| TextEdit::replace(place - start, new)).collect();
        Some(Edits::new(edits).ok()?.apply(text))
    }

    /// `new Uploads(this, 'Uploads', { ... });`
    fn made(&self, class: &str, id: &str, indent: &str) -> String {
        let style = self.importer.style;
        let head = format!("new {class}(this, {}", style.quoted(id));
        if self.inputs.is_empty() {
            return format!("{head}){}", style.end());
        }
        let members: Vec<String> = self
            .inputs
            .iter()
            .map(|it| {
                let is_optional = it.places.iter().any(|place| is_optional(*place));
                let value = if is_optional { it.key.replacen('.', "?.", 1) } else { it.key.clone() };
                if it.name == value { value } else { format!("{}: {value}", it.name) }
            })
            .collect();
        let line = format!("{head}, {{ {} }}){}", members.join(", "), style.end());
        if indent.len() + line.len() <= LINE {
            return line;
        }
        let (newline, step) = (style.newline, style.step);
        let lines: String = members.iter().map(|it| format!("{indent}{step}{it},{newline}")).collect();
        format!("{head}, {{{newline}{lines}{indent}}}){}", style.end())
    }

    /// A free name for the class: what the ids of its constructs have in common, or the first of them.
    fn class_name(&self) -> Option<String> {
        let base = pascal(common_words(&self.ids)).or_else(|| self.ids.iter().find_map(|it| pascal(it)));
        let base = base.unwrap_or_else(|| "Part".to_owned());
        let is_free = |name: &str| {
            let props = format!("{name}Props");
            uses(self.importer.root, self.text, name) == 0
                && uses(self.importer.root, self.text, &props) == 0
                && !self.made.contains(&name)
        };
        let others = (2..20).map(|it| format!("{base}Construct{it}"));
        let mut all = [base.clone(), format!("{base}Construct")].into_iter().chain(others);
        all.find(|it| is_free(it))
    }

    /// A free id for the construct among those that stay beside it.
    fn id(&self, class: &str) -> String {
        let short = class.strip_suffix("Construct").filter(|it| !it.is_empty()).unwrap_or(class);
        let beside: Vec<&str> = descendants(self.selected.class)
            .into_iter()
            .filter(|it| it.kind() == "string" && !self.selected.contains(*it))
            .map(|it| self.source(it).trim_matches(['\'', '"']))
            .collect();
        // These two are left out of logical ids.
        let is_free = |it: &str| !beside.contains(&it) && !matches!(it, "Resource" | "Default");
        if is_free(short) { short.to_owned() } else { class.to_owned() }
    }

    /// A free name for the variable that holds it.
    fn variable(&self, class: &str) -> Option<String> {
        let name = variable_name(class.strip_suffix("Construct").filter(|it| !it.is_empty()).unwrap_or(class))?;
        let stays = |name: &str| {
            descendants(self.selected.constructor).into_iter().any(|it| {
                let is_name = is_use(it) || it.kind() == "shorthand_property_identifier_pattern";
                is_name && !self.selected.contains(it) && self.source(it) == name && !self.is_output(it)
            }) || self.types.global(name).is_some()
        };
        let others = (2..20).map(|it| format!("{name}{it}"));
        let mut all = [name.clone(), format!("{name}Construct")].into_iter().chain(others);
        all.find(|it| !stays(it))
    }

    fn is_output(&self, node: Node<'r>) -> bool {
        self.outputs.iter().any(|it| it.places.contains(&node))
    }
}

/// What stands at the place of a name now: in `{ name }` the key stays.
fn said(place: Node<'_>, name: &str, now: &str) -> String {
    if place.kind() == "shorthand_property_identifier" { format!("{name}: {now}") } else { now.to_owned() }
}

/// The words that all ids begin with; nothing where there are fewer than two ids.
fn common_words<'i>(ids: &[&'i str]) -> &'i str {
    let [first, rest @ ..] = ids else { return "" };
    if rest.is_empty() {
        return first;
    }
    let shared = |a: &str, b: &str| {
        a.char_indices()
            .zip(b.chars())
            .take_while(|((_, a), b)| a == b)
            .last()
            .map_or(0, |((at, it), _)| at + it.len_utf8())
    };
    let mut length = rest.iter().map(|it| shared(first, it)).min().unwrap_or_default();
    // Not within a word.
    while length > 0 {
        let ends_word = |id: &&str| id[length..].chars().next().is_none_or(|it| !it.is_lowercase() && !it.is_numeric());
        if ids.iter().all(ends_word) {
            break;
        }
        length -= 1;
        while !first.is_char_boundary(length) {
            length -= 1;
        }
    }
    &first[..length]
}

/// `uploads-bucket` as `UploadsBucket`; `None` where that is no name.
fn pascal(id: &str) -> Option<String> {
    let words = id.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    let name: String = words.map(capitalized).collect();
    (name.len() > 1 && name.starts_with(|it: char| it.is_ascii_uppercase())).then_some(name)
}
