//! The two templates as text, in the style of the one.

use super::super::literal::{Flow, Writer};
use super::super::style::{Style, has_blank_lines};
use super::super::tree::{PairAt, Tree};
use super::wiring::{Input, Wiring};
use model::{Literal, Resource, SmolStr, SourceMap, Stack};
use std::sync::Arc;
use text::{Edits, TextEdit, TextRange, range, size};

/// Writes templates with parts of another.
pub(super) struct Pages<'a> {
    tree: &'a Tree<'a>,
    style: &'a Style,
    writer: Writer<'a>,
    /// The indentation of entries of sections.
    indent: String,
    /// Blank lines stand between resources.
    blank: bool,
}

/// What is written under a key.
enum Field {
    Value(String),
    Map(Vec<(String, Field)>),
}

impl<'a> Pages<'a> {
    /// `None` for a file in a style that text cannot be moved in: all on one line, or in braces where others are not.
    pub(super) fn new(tree: &'a Tree<'a>, style: &'a Style, map: &'a SourceMap) -> Option<Pages<'a>> {
        let section = tree.section("Resources")?;
        let entries = tree.entries(section);
        let is_apart = |it: &PairAt<'_>| tree.starts_line(it.range().start());
        let frame = tree.entry_frame(section, 0)?;
        let is_plain = frame.siblings.flow == style.json && tree.flow == style.json;
        let starts = tree.sections.iter().all(|it| style.json || tree.column(it.range.start()) == 0);
        if !is_plain || !starts || !entries.iter().all(is_apart) {
            return None;
        }
        let indent = tree.indent(entries.first()?.range().start()).to_owned();
        let blank = has_blank_lines(tree, &frame.siblings.ranges).unwrap_or(false);
        Some(Pages { tree, style, writer: Writer { style, original: tree, map }, indent, blank })
    }

    /// The template of the nested stack.
    pub(super) fn template(
        &self,
        stack: &Stack,
        selected: &[&Arc<Resource>],
        wiring: &Wiring,
        inner: &Edits,
    ) -> Option<String> {
        let none = Edits::default();
        let mut sections = Vec::new();
        let version = stack.sections.iter().find(|it| it.name.text == "AWSTemplateFormatVersion");
        if let Some(version) = version.and_then(|it| it.node.as_ref()).and_then(|it| it.as_str()) {
            let key = self.key("AWSTemplateFormatVersion");
            let quoted =
                if self.style.json { super::super::literal::quote_double(version) } else { self.writer.quote(version) };
            sections.push(format!("{}{key}{}{quoted}", self.outer(), self.style.colon));
        }
        let parameters: Option<Vec<String>> = wiring
            .parameters
            .iter()
            .map(|it| match &it.ty {
                Some(ty) => {
                    let ty = self.flow(&Literal::text(ty.as_str()))?;
                    Some(self.entry(&it.name, vec![("Type".to_owned(), Field::Value(ty))]))
                }
                None => self.copy("Parameters", &it.name, &none),
            })
            .collect();
        self.section("Parameters", parameters?, &mut sections);
        let copies = |section, names: &[SmolStr]| -> Option<Vec<String>> {
            names.iter().map(|it| self.copy(section, it, &none)).collect()
        };
        self.section("Mappings", copies("Mappings", &wiring.mappings)?, &mut sections);
        self.section("Conditions", copies("Conditions", &wiring.conditions)?, &mut sections);
        let resources: Option<Vec<String>> = selected.iter().map(|it| self.copy("Resources", &it.key, inner)).collect();
        self.section("Resources", resources?, &mut sections);
        let outputs: Option<Vec<String>> = wiring
            .outputs
            .iter()
            .map(|it| {
                let mut fields = Vec::new();
                if let Some(condition) = &it.condition {
                    fields.push(("Condition".to_owned(), Field::Value(self.flow(&Literal::text(condition.as_str()))?)));
                }
                fields.push(("Value".to_owned(), Field::Value(self.flow(&it.value)?)));
                Some(self.entry(&it.name, fields))
            })
            .collect();
        self.section("Outputs", outputs?, &mut sections);
        let newline = self.style.newline;
        Some(match self.style.json {
            true => format!("{{{newline}{}{newline}}}{newline}", sections.join(&format!(",{newline}"))),
            false => format!("{}{newline}", sections.join(&format!("{newline}{newline}"))),
        })
    }

    /// The resource that stands for the nested stack.
    pub(super) fn nested_stack(&self, name: &str, path: &str, wiring: &Wiring) -> Option<String> {
        let value = |it: &Literal| self.flow(it).map(Field::Value);
        let mut fields = vec![("Type".to_owned(), value(&Literal::text("AWS::CloudFormation::Stack"))?)];
        if let Some(condition) = &wiring.condition {
            fields.push(("Condition".to_owned(), value(&Literal::text(condition.as_str()))?));
        }
        match wiring.depends_on.as_slice() {
            [] => (),
            [one] => fields.push(("DependsOn".to_owned(), value(&Literal::text(one.as_str()))?)),
            several => {
                let items = several.iter().map(|it| Literal::text(it.as_str())).collect();
                fields.push(("DependsOn".to_owned(), value(&Literal::List(items))?));
            }
        }
        let mut properties = vec![("TemplateURL".to_owned(), value(&Literal::text(format!("./{path}")))?)];
        let given: Option<Vec<(String, Field)>> =
            wiring.parameters.iter().map(|it| Some((it.name.to_string(), Field::Value(self.given(it)?)))).collect();
        if let Some(given) = given.filter(|it| !it.is_empty()) {
            properties.push(("Parameters".to_owned(), Field::Map(given)));
        }
        fields.push(("Properties".to_owned(), Field::Map(properties)));
        Some(self.entry(name, fields))
    }

    /// What is given for a parameter.
    fn given(&self, input: &Input) -> Option<String> {
        let call = |short: &str, full: &str, items: Vec<Literal>| match self.style.short {
            true => {
                let items: Option<Vec<String>> = items.iter().map(|it| self.flow(it)).collect();
                Some(format!("!{short} [{}]", items?.join(", ")))
            }
            false => self.flow(&Literal::Map(vec![(full.to_owned(), Literal::List(items))])),
        };
        let value = input.value.clone();
        if input.is_list {
            return call("Join", "Fn::Join", vec![Literal::text(","), value]);
        }
        match &input.condition {
            Some(condition) => call("If", "Fn::If", vec![Literal::text(condition.as_str()), value, Literal::text("")]),
            None => self.flow(&value),
        }
    }

    /// The edits that take what moves out of the template, and put `nested` in the place of the first resource.
    pub(super) fn moved(&self, selected: &[&Arc<Resource>], wiring: &Wiring, nested: &str) -> Option<Vec<TextEdit>> {
        let mut edits = Vec::new();
        let section = self.tree.section("Resources")?;
        let first = self.position(section, &selected.first()?.key)?;
        let place = if self.style.json { self.range(section, first)? } else { self.extent(section, first)? };
        let text = if self.style.json { nested.trim_start() } else { nested };
        edits.push(TextEdit::replace(place, text));
        for resource in &selected[1..] {
            edits.push(self.deletion(section, self.position(section, &resource.key)?)?);
        }
        for (name, gone) in [("Mappings", &wiring.unneeded_mappings), ("Conditions", &wiring.unneeded_conditions)] {
            if gone.is_empty() {
                continue;
            }
            let section = self.tree.section(name)?;
            if self.tree.entries(section).len() == gone.len() {
                edits.push(self.without_section(section)?);
                continue;
            }
            for name in gone {
                edits.push(self.deletion(section, self.position(section, name)?)?);
            }
        }
        Some(edits)
    }

    fn position(&self, section: usize, key: &str) -> Option<usize> {
        self.tree.entries(section).iter().rposition(|it| it.key() == key)
    }

    fn range(&self, section: usize, index: usize) -> Option<TextRange> {
        self.tree.entries(section).get(index).map(|it| it.range())
    }

    /// An entry with the comments that belong to it, in whole lines.
    fn extent(&self, section: usize, index: usize) -> Option<TextRange> {
        let entries = self.tree.entries(section);
        let own = entries.get(index)?.range();
        let text = self.tree.text;
        let floor = match index.checked_sub(1) {
            Some(last) => self.end_with_comments(entries[last].range(), Some(own)),
            None => self.tree.line_end(self.tree.sections[section].pair.key_range().end()),
        };
        let mut start = self.tree.line_start(own.start());
        while start > floor + 1 {
            let above = self.tree.line_start(size(start - 1));
            if above <= floor || !text[above..start].trim_start().starts_with('#') {
                break;
            }
            start = above;
        }
        Some(range(start, self.end_with_comments(own, entries.get(index + 1).map(|it| it.range()))))
    }

    /// The end of the last line of an entry, and of the comments below it that are indented deeper than it is.
    fn end_with_comments(&self, own: TextRange, next: Option<TextRange>) -> usize {
        let text = self.tree.text;
        let column = self.tree.column(own.start());
        let limit = next.map_or(text.len(), |it| self.tree.line_start(it.start()));
        let mut end = self.tree.line_end(own.end());
        let mut at = end;
        while at < limit {
            let Some(start) = text[at..limit].find('\n').map(|it| at + it + 1).filter(|it| *it < limit) else { break };
            let line_end = self.tree.line_end(size(start));
            let line = &text[start..line_end];
            let content = line.trim_start();
            if content.starts_with('#') && line.len() - content.len() > column {
                end = line_end;
            } else if !content.is_empty() {
                break;
            }
            at = line_end;
        }
        end
    }

    /// Takes an entry out, with its lines or its comma.
    fn deletion(&self, section: usize, index: usize) -> Option<TextEdit> {
        if self.style.json {
            let own = self.range(section, index)?;
            return Some(TextEdit::delete(match (index.checked_sub(1), self.range(section, index + 1)) {
                (Some(last), _) => TextRange::new(self.range(section, last)?.end(), own.end()),
                (None, Some(next)) => TextRange::new(own.start(), next.start()),
                (None, None) => return None,
            }));
        }
        Some(TextEdit::delete(self.lines(self.extent(section, index)?)))
    }

    /// Takes a whole section out.
    fn without_section(&self, index: usize) -> Option<TextEdit> {
        let sections = &self.tree.sections;
        let own = sections[index].range;
        if self.style.json {
            return Some(TextEdit::delete(match (index.checked_sub(1), sections.get(index + 1)) {
                (_, Some(next)) => TextRange::new(own.start(), next.range.start()),
                (Some(last), None) => TextRange::new(sections[last].range.end(), own.end()),
                (None, None) => return None,
            }));
        }
        let end = self.end_with_comments(own, sections.get(index + 1).map(|it| it.range));
        Some(TextEdit::delete(self.lines(range(self.tree.line_start(own.start()), end))))
    }

    /// Whole lines, with the blank ones below them; above them at the end of the file.
    fn lines(&self, extent: TextRange) -> TextRange {
        let text = self.tree.text;
        let (mut start, mut end) = (usize::from(extent.start()), usize::from(extent.end()));
        let rest = text[end..].len() - text[end..].trim_start_matches([' ', '\t', '\r', '\n']).len();
        if end + rest == text.len() {
            let kept = text[..start].trim_end().len();
            start = kept + text[kept..start].find('\n').map_or(0, |it| it + 1);
            return range(start, text.len());
        }
        end += text[end..end + rest].rfind('\n').map_or(rest, |it| it + 1);
        range(start, end)
    }

    /// An entry of this template as it is, but for `edits`.
    fn copy(&self, section: &str, key: &str, edits: &Edits) -> Option<String> {
        let section = self.tree.section(section)?;
        let index = self.position(section, key)?;
        let place = match self.style.json {
            true => {
                let own = self.range(section, index)?;
                range(self.tree.line_start(own.start()), own.end().into())
            }
            false => self.extent(section, index)?,
        };
        let mut out = String::new();
        let mut at = usize::from(place.start());
        // What goes at the end of an entry goes with the line break behind it.
        let touches = |it: &&TextEdit| place.contains(it.range.start());
        for edit in edits.iter().filter(touches) {
            out.push_str(self.tree.text.get(at..usize::from(edit.range.start()))?);
            out.push_str(&edit.text);
            at = edit.range.end().min(place.end()).into();
        }
        out.push_str(self.tree.text.get(at..usize::from(place.end()))?);
        out.truncate(out.trim_end_matches(['\r', '\n']).len());
        Some(out)
    }

    fn section(&self, name: &str, entries: Vec<String>, out: &mut Vec<String>) {
        if entries.is_empty() {
            return;
        }
        let (newline, outer, key) = (self.style.newline, self.outer(), self.key(name));
        let blank = if self.blank && name == "Resources" { newline } else { "" };
        out.push(match self.style.json {
            true => {
                let entries = entries.join(&format!(",{newline}{blank}"));
                format!("{outer}{key}{}{{{newline}{entries}{newline}{outer}}}", self.style.colon)
            }
            false => format!("{key}:{newline}{}", entries.join(&format!("{newline}{blank}"))),
        });
    }

    /// An entry of a section, in whole lines.
    fn entry(&self, name: &str, fields: Vec<(String, Field)>) -> String {
        let mut out = String::new();
        self.field(name, &Field::Map(fields), &self.indent, &mut out);
        out
    }

    fn field(&self, key: &str, field: &Field, indent: &str, out: &mut String) {
        let (newline, colon) = (self.style.newline, &self.style.colon);
        out.push_str(indent);
        out.push_str(&self.key(key));
        match field {
            Field::Value(text) => out.push_str(&format!("{colon}{text}")),
            Field::Map(fields) => {
                out.push_str(if self.style.json { colon } else { ":" });
                out.push_str(if self.style.json { "{" } else { "" });
                let inner = format!("{indent}{}", self.style.unit);
                for (i, (key, field)) in fields.iter().enumerate() {
                    out.push_str(if self.style.json && i > 0 { "," } else { "" });
                    out.push_str(newline);
                    self.field(key, field, &inner, out);
                }
                if self.style.json {
                    out.push_str(&format!("{newline}{indent}}}"));
                }
            }
        }
    }

    fn key(&self, key: &str) -> String {
        if self.style.json { format!("\"{key}\"") } else { key.to_owned() }
    }

    fn outer(&self) -> &str {
        match self.style.json {
            true => self.indent.strip_suffix(&*self.style.unit).unwrap_or(""),
            false => "",
        }
    }

    fn flow(&self, literal: &Literal) -> Option<String> {
        self.writer.flow(literal, Flow { lines: None, quoted: self.style.json })
    }
}
