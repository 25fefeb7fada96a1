//! Values as text.

use super::style::Style;
use super::tree::{At, Tree};
use model::{Literal, SourceMap, Span, renamed};
use syntax::data::{Kind, Style as ScalarStyle};
use text::TextRange;

/// Writes values in the style of a file.
pub(super) struct Writer<'a> {
    pub(super) style: &'a Style,
    /// The file before all changes, from which [`Literal::Existing`] copies.
    pub(super) original: &'a Tree<'a>,
    pub(super) map: &'a SourceMap,
}

/// How flow collections are laid out.
#[derive(Clone, Copy)]
pub(super) struct Flow<'a> {
    /// The indentation of the line that they start on, when each entry gets a line of its own.
    pub(super) lines: Option<&'a str>,
    /// Everything in double quotes, as in JSON.
    pub(super) quoted: bool,
}

impl Flow<'_> {
    fn on_one_line(self) -> Flow<'static> {
        Flow { lines: None, quoted: self.quoted }
    }
}

impl Writer<'_> {
    /// What follows the colon of a key at `column` in block style: with the space, or the line break, before it.
    /// `alone`: nothing else follows on the line, so that it may end in a block scalar.
    pub(super) fn after_colon(&self, literal: &Literal, column: usize, alone: bool) -> Option<String> {
        let below = |column: usize, text: String| format!("{}{}{text}", self.style.newline, self.style.pad(column));
        let inner = column + self.style.step();
        Some(match literal {
            Literal::Map(entries) if !entries.is_empty() => below(inner, self.block_map(entries, inner, alone)?),
            Literal::List(items) if !items.is_empty() => {
                let dash = column + self.style.dash;
                below(dash, self.block_list(items, dash, alone)?)
            }
            Literal::Ref(_) | Literal::GetAtt(..) if !self.style.short => {
                let Literal::Map(entries) = long_form(literal) else { return None };
                below(inner, self.block_map(&entries, inner, alone)?)
            }
            Literal::Sub(parts) if !self.style.short && self.sub_text(parts)?.1 => {
                let text = self.scalar(&self.sub_text(parts)?.0, inner, alone);
                below(inner, format!("Fn::Sub: {text}"))
            }
            Literal::Existing(span) => self.existing_after_colon(self.existing(*span)?, self.original, column)?,
            Literal::Renamed { existing, from, to } => {
                renamed(&self.existing_after_colon(self.existing(*existing)?, self.original, column)?, from, to)
            }
            _ => format!(" {}", self.inline(literal, column, alone)?),
        })
    }

    /// A value in block style that starts at `column`, where it stands; its other lines are indented accordingly.
    pub(super) fn inline(&self, literal: &Literal, column: usize, alone: bool) -> Option<String> {
        Some(match literal {
            Literal::Text(text) => self.scalar(text, column, alone),
            Literal::Bool(it) => it.to_string(),
            Literal::Number(it) => it.to_string(),
            Literal::Map(entries) if entries.is_empty() => "{}".to_owned(),
            Literal::List(items) if items.is_empty() => "[]".to_owned(),
            Literal::Map(entries) => self.block_map(entries, column, alone)?,
            Literal::List(items) => self.block_list(items, column, alone)?,
            Literal::Ref(name) if self.style.short => format!("!Ref {name}"),
            Literal::GetAtt(resource, attribute) if self.style.short => format!("!GetAtt {resource}.{attribute}"),
            Literal::Ref(name) => format!("Ref: {name}"),
            Literal::GetAtt(..) => {
                let Literal::Map(entries) = long_form(literal) else { return None };
                self.block_map(&entries, column, alone)?
            }
            Literal::Sub(parts) => {
                let (text, is_sub) = self.sub_text(parts)?;
                let text = self.scalar(&text, column, alone);
                match (is_sub, self.style.short) {
                    (false, _) => text,
                    (true, true) => format!("!Sub {text}"),
                    (true, false) => format!("Fn::Sub: {text}"),
                }
            }
            Literal::Existing(span) => self.existing_inline(self.existing(*span)?, self.original, column)?,
            Literal::Renamed { existing, from, to } => {
                renamed(&self.existing_inline(self.existing(*existing)?, self.original, column)?, from, to)
            }
        })
    }

    fn block_map(&self, entries: &[(String, Literal)], column: usize, alone: bool) -> Option<String> {
        let mut out = String::new();
        for (i, (key, value)) in entries.iter().enumerate() {
            if i > 0 {
                out.push_str(self.style.newline);
                out.push_str(&self.style.pad(column));
            }
            out.push_str(&self.key(key, false));
            out.push(':');
            out.push_str(&self.after_colon(value, column, alone || i + 1 < entries.len())?);
        }
        Some(out)
    }

    fn block_list(&self, items: &[Literal], column: usize, alone: bool) -> Option<String> {
        let mut out = String::new();
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                out.push_str(self.style.newline);
                out.push_str(&self.style.pad(column));
            }
            out.push_str("- ");
            out.push_str(&self.inline(item, column + 2, alone || i + 1 < items.len())?);
        }
        Some(out)
    }

    /// A value in flow style.
    pub(super) fn flow(&self, literal: &Literal, flow: Flow<'_>) -> Option<String> {
        let long = !self.style.short;
        Some(match literal {
            Literal::Text(text) => self.flow_scalar(text, flow),
            Literal::Bool(it) => it.to_string(),
            Literal::Number(it) => it.to_string(),
            Literal::Map(entries) => {
                let made = entries.iter().map(|(key, value)| self.flow_entry(key, value, inside(flow, self).flow()));
                self.enclose('{', '}', made.collect::<Option<Vec<_>>>()?, flow)
            }
            Literal::List(items) => {
                let made = items.iter().map(|it| self.flow(it, inside(flow, self).flow()));
                self.enclose('[', ']', made.collect::<Option<Vec<_>>>()?, flow)
            }
            Literal::Ref(_) | Literal::GetAtt(..) if long => self.flow(&long_form(literal), flow.on_one_line())?,
            Literal::Ref(name) => format!("!Ref {name}"),
            Literal::GetAtt(resource, attribute) => format!("!GetAtt {resource}.{attribute}"),
            Literal::Sub(parts) => {
                let (text, is_sub) = self.sub_text(parts)?;
                match is_sub {
                    false => self.flow_scalar(&text, flow),
                    true if long => {
                        let map = Literal::Map(vec![("Fn::Sub".to_owned(), Literal::Text(text))]);
                        self.flow(&map, flow.on_one_line())?
                    }
                    true => format!("!Sub {}", self.flow_scalar(&text, flow)),
                }
            }
            Literal::Existing(span) => self.existing_flow(self.existing(*span)?, flow.lines)?,
            Literal::Renamed { existing, from, to } => {
                renamed(&self.existing_flow(self.existing(*existing)?, flow.lines)?, from, to)
            }
        })
    }

    /// An entry of a flow mapping.
    pub(super) fn flow_entry(&self, key: &str, value: &Literal, flow: Flow<'_>) -> Option<String> {
        let key = if flow.quoted { quote_double(key) } else { self.key(key, true) };
        Some(format!("{key}{}{}", self.style.colon, self.flow(value, flow)?))
    }

    fn enclose(&self, open: char, close: char, parts: Vec<String>, flow: Flow<'_>) -> String {
        if parts.is_empty() {
            return format!("{open}{close}");
        }
        match flow.lines {
            Some(indent) => {
                let newline = self.style.newline;
                let break_ = format!("{newline}{indent}{}", self.style.unit);
                format!("{open}{break_}{}{newline}{indent}{close}", parts.join(&format!(",{break_}")))
            }
            None => {
                let comma = if self.style.json && !self.style.lines && self.style.colon == ":" { "," } else { ", " };
                let space = if open == '{' { self.style.brace } else { "" };
                format!("{open}{space}{}{space}{close}", parts.join(comma))
            }
        }
    }

    fn flow_scalar(&self, text: &str, flow: Flow<'_>) -> String {
        if flow.quoted {
            quote_double(text)
        } else if is_plain(text, true) {
            text.to_owned()
        } else {
            self.quote(text)
        }
    }

    /// A key.
    pub(super) fn key(&self, key: &str, flow: bool) -> String {
        if is_plain(key, flow) { key.to_owned() } else { self.quote(key) }
    }

    /// A string in block style, whose other lines, if it needs any, are one step deeper than `column`.
    fn scalar(&self, text: &str, column: usize, alone: bool) -> String {
        let body = text.strip_suffix('\n').unwrap_or(text);
        let is_block = alone
            && body.contains('\n')
            && !body.starts_with([' ', '\n', '\t'])
            && !body.ends_with('\n')
            && !text.contains(|it: char| it.is_control() && it != '\n' && it != '\t');
        if is_block {
            let pad = self.style.pad(column + self.style.step());
            let lines = body.split('\n').map(|it| if it.is_empty() { String::new() } else { format!("{pad}{it}") });
            let lines = lines.collect::<Vec<_>>().join(self.style.newline);
            let chomp = if text.ends_with('\n') { "" } else { "-" };
            return format!("|{chomp}{}{lines}", self.style.newline);
        }
        if is_plain(text, false) { text.to_owned() } else { self.quote(text) }
    }

    /// `text` in the file's quotes.
    pub(super) fn quote(&self, text: &str) -> String {
        let needs_escape = text.contains(|it: char| it.is_control());
        let single = match self.style.quote {
            '\'' => true,
            _ => text.contains(['"', '\\']) && !text.contains('\''),
        };
        if single && !needs_escape { format!("'{}'", text.replace('\'', "''")) } else { quote_double(text) }
    }

    /// The template string of `Fn::Sub`, and whether it has anything to substitute.
    fn sub_text(&self, parts: &[Literal]) -> Option<(String, bool)> {
        let mut out = String::new();
        let mut is_sub = false;
        for part in parts {
            let text = self.sub_part(part)?;
            is_sub |= !matches!(part, Literal::Text(_) | Literal::Bool(_) | Literal::Number(_));
            out.push_str(&text);
        }
        match is_sub {
            true => Some((out, true)),
            // A string without references needs no escapes either.
            false => Some((out.replace("${!", "${"), false)),
        }
    }

    /// A value within a template string.
    pub(super) fn sub_part(&self, part: &Literal) -> Option<String> {
        Some(match part {
            Literal::Text(text) => text.replace("${", "${!"),
            Literal::Bool(it) => it.to_string(),
            Literal::Number(it) => it.to_string(),
            Literal::Ref(name) => format!("${{{name}}}"),
            Literal::GetAtt(resource, attribute) => format!("${{{resource}.{attribute}}}"),
            Literal::Sub(parts) => parts.iter().map(|it| self.sub_part(it)).collect::<Option<String>>()?,
            Literal::Existing(span) => {
                let range = self.map.resolve(*span)?;
                let source = self.original.text.get(usize::from(range.start())..usize::from(range.end()))?;
                if source.starts_with("${") && source.ends_with('}') {
                    return Some(source.to_owned());
                }
                sub_source(self.existing(*span)?)?
            }
            Literal::List(_) | Literal::Map(_) | Literal::Renamed { .. } => return None,
        })
    }

    // What stands elsewhere in the file.

    /// The value at `span` of the original.
    fn existing(&self, span: Span) -> Option<At<'_>> {
        let range = self.map.resolve(span)?;
        let value = self.original.find(range.start())?.pop()?.value;
        let is_whole = [value.range(), value.inner()].contains(&range);
        (is_whole && !matches!(value.node.kind, Kind::Alias(_)) && !value.has_anchor()).then_some(value)
    }

    /// `text` without the values in it that `literal` copies: what is in these is not lost.
    pub(super) fn without_existing(&self, text: &str, literal: &Literal) -> String {
        match literal {
            Literal::Existing(span) | Literal::Renamed { existing: span, .. } => {
                let range = self.map.resolve(*span);
                let copied =
                    range.and_then(|it| self.original.text.get(usize::from(it.start())..usize::from(it.end())));
                copied.map_or_else(|| text.to_owned(), |it| text.replacen(it, "", 1))
            }
            Literal::List(items) | Literal::Sub(items) => {
                items.iter().fold(text.to_owned(), |text, it| self.without_existing(&text, it))
            }
            Literal::Map(entries) => {
                entries.iter().fold(text.to_owned(), |text, (_, it)| self.without_existing(&text, it))
            }
            _ => text.to_owned(),
        }
    }

    fn existing_after_colon(&self, value: At<'_>, tree: &Tree<'_>, column: usize) -> Option<String> {
        let inner = column + self.style.step();
        let newline = self.style.newline;
        match &value.node.kind {
            Kind::Mapping { flow: false, .. } | Kind::Sequence { flow: false, .. } if value.node.tag.is_none() => {
                let column = match value.node.kind {
                    Kind::Sequence { .. } => column + self.style.dash,
                    _ => inner,
                };
                Some(format!("{newline}{}{}", self.style.pad(column), self.existing_inline(value, tree, column)?))
            }
            _ => Some(format!(" {}", shift_to(source(value, tree)?, inner))),
        }
    }

    /// What stands at `value` of `tree`, to stand at `column`.
    pub(super) fn existing_inline(&self, value: At<'_>, tree: &Tree<'_>, column: usize) -> Option<String> {
        let text = source(value, tree)?;
        match &value.node.kind {
            Kind::Mapping { flow: false, .. } | Kind::Sequence { flow: false, .. } if value.node.tag.is_none() => {
                let from = tree.column(value.range().start());
                Some(shift(text, column as isize - from as isize))
            }
            _ => Some(shift_to(text, column + self.style.step())),
        }
    }

    /// What stands at `span`, in flow style on lines indented by `indent`.
    fn existing_flow(&self, value: At<'_>, indent: Option<&str>) -> Option<String> {
        let text = source(value, self.original)?;
        let is_flow = match &value.node.kind {
            Kind::Mapping { flow, .. } | Kind::Sequence { flow, .. } => *flow,
            Kind::Scalar { text, style: ScalarStyle::Plain } => self.style.json || is_plain(text, true) || typed(text),
            Kind::Scalar { style, .. } => !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded),
            _ => false,
        };
        if !is_flow {
            return None;
        }
        if !text.contains('\n') {
            return Some(text.to_owned());
        }
        let old = self.original.indent(value.range().start());
        let new = indent?;
        let lines = text.split('\n').enumerate().map(|(i, line)| match line.strip_prefix(old) {
            Some(rest) if i > 0 => format!("{new}{rest}"),
            _ => line.to_owned(),
        });
        Some(lines.collect::<Vec<_>>().join("\n"))
    }
}

/// The layout one level further in.
struct Inside {
    indent: Option<String>,
    quoted: bool,
}

impl Inside {
    fn flow(&self) -> Flow<'_> {
        Flow { lines: self.indent.as_deref(), quoted: self.quoted }
    }
}

fn inside(flow: Flow<'_>, writer: &Writer<'_>) -> Inside {
    Inside { indent: flow.lines.map(|it| format!("{it}{}", writer.style.unit)), quoted: flow.quoted }
}

/// The source of a value.
pub(super) fn source<'a>(value: At<'_>, tree: &Tree<'a>) -> Option<&'a str> {
    let text: &'a str = tree.text;
    let range: TextRange = value.range();
    text.get(usize::from(range.start())..usize::from(range.end()))
}

/// Moves all lines but the first by so many columns.
fn shift(text: &str, by: isize) -> String {
    let move_line = |(i, line): (usize, &str)| {
        let content = line.trim_start_matches(' ');
        if i == 0 || content.trim().is_empty() {
            return line.to_owned();
        }
        let indent = (line.len() - content.len()) as isize + by;
        format!("{}{content}", " ".repeat(indent.max(0) as usize))
    };
    text.split('\n').enumerate().map(move_line).collect::<Vec<_>>().join("\n")
}

/// Moves all lines but the first so that the least indented of them stands at `column`.
fn shift_to(text: &str, column: usize) -> String {
    let lines = text.split('\n').skip(1).filter(|it| !it.trim().is_empty());
    match lines.map(|it| it.len() - it.trim_start_matches(' ').len()).min() {
        Some(least) => shift(text, column as isize - least as isize),
        None => text.to_owned(),
    }
}

/// What a value is within a template string.
fn sub_source(value: At<'_>) -> Option<String> {
    let tag = value.node.tag.as_ref().map(|it| it.text.as_str());
    match (&value.node.kind, tag) {
        (Kind::Scalar { text, .. }, None) => Some(text.replace("${", "${!")),
        (Kind::Scalar { text, .. }, Some("!Sub")) => Some(text.to_string()),
        (Kind::Scalar { text, .. }, Some("!Ref" | "!GetAtt")) => Some(format!("${{{text}}}")),
        (Kind::Sequence { items, .. }, Some("!GetAtt")) => att(items),
        (Kind::Mapping { pairs, .. }, None) => match pairs.as_slice() {
            [pair] => match (pair.key.text.as_str(), &pair.value.kind) {
                ("Ref" | "Fn::GetAtt", Kind::Scalar { text, .. }) => Some(format!("${{{text}}}")),
                ("Fn::Sub", Kind::Scalar { text, .. }) => Some(text.to_string()),
                ("Fn::GetAtt", Kind::Sequence { items, .. }) => att(items),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

fn att(items: &[syntax::data::Node]) -> Option<String> {
    let words = items.iter().map(|it| match &it.kind {
        Kind::Scalar { text, .. } if it.tag.is_none() => Some(text.as_str()),
        _ => None,
    });
    Some(format!("${{{}}}", words.collect::<Option<Vec<_>>>()?.join(".")))
}

/// The map that a reference is in the long form.
fn long_form(literal: &Literal) -> Literal {
    let entry = |key: &str, value| Literal::Map(vec![(key.to_owned(), value)]);
    match literal {
        Literal::Ref(name) => entry("Ref", Literal::text(name.as_str())),
        Literal::GetAtt(resource, attribute) => entry(
            "Fn::GetAtt",
            Literal::List(vec![Literal::text(resource.as_str()), Literal::text(attribute.as_str())]),
        ),
        other => other.clone(),
    }
}

/// `text` in double quotes, by the rules of JSON, which YAML reads alike.
pub(super) fn quote_double(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// True when `text` without quotes is read as this very string.
pub(super) fn is_plain(text: &str, flow: bool) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let second_is_space = text[first.len_utf8()..].chars().next().is_none_or(char::is_whitespace);
    let starts_well = match first {
        '-' | '?' | ':' => !second_is_space && !flow,
        ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' | '=' => false,
        _ => true,
    };
    starts_well
        && text.trim() == text
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && !text.contains(|it: char| it.is_control() || matches!(it, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}'))
        && !(flow && text.contains(['{', '}', '[', ']', ',']))
        && !typed(text)
}

/// True when YAML 1.1 reads a plain `text` as something else than a string.
fn typed(text: &str) -> bool {
    const WORDS: &[&str] =
        &["~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "<<", ".inf", "-.inf", "+.inf", ".nan"];
    if WORDS.iter().any(|it| text.eq_ignore_ascii_case(it)) || text.starts_with("---") || text.starts_with("...") {
        return true;
    }
    // Numbers, with sexagesimals and underscores, and dates: all that starts like one and has nothing else in it.
    let body = text.trim_start_matches(['+', '-']);
    let is_number = body.starts_with(|it: char| it.is_ascii_digit() || it == '.')
        && body.contains(|it: char| it.is_ascii_digit())
        && body
            .chars()
            .all(|it| it.is_ascii_digit() || matches!(it, '.' | '_' | ':' | '-' | '+' | 'e' | 'E' | 'T' | 't' | 'Z'));
    let is_radix = ["0x", "0X", "0o", "0b"].iter().any(|it| {
        body.strip_prefix(it)
            .is_some_and(|it| !it.is_empty() && it.chars().all(|it| it.is_ascii_hexdigit() || it == '_'))
    });
    is_number || is_radix
}
