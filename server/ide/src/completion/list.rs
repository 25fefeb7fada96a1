//! A list of completions in the making: each is written in the language and style of the place.

use super::context::{Context, Spot};
use super::properties;
use super::{Completion, CompletionKind, Completions, Options, Topic};
use schema::resources::ResourceType;
use std::fmt::Write;
use template::Format;
use text::{range, size};

/// As many are sent at once. Where there are more, those that fit what has been typed.
pub(super) const LIMIT: usize = 150;

/// The completions of a place.
pub(super) struct List<'c, 't> {
    pub(super) context: &'c Context<'t>,
    options: Options,
    /// What a level of indentation is made of.
    unit: String,
    /// Dashes are indented below their key.
    indents_dashes: bool,
    drafts: Vec<Draft>,
    /// Some that are possible are not among them.
    is_cut: bool,
}

/// A completion in the making.
pub(super) struct Draft {
    label: String,
    kind: CompletionKind,
    detail: Option<String>,
    rank: u8,
    /// The words by which it is found, the best first.
    words: Vec<String>,
    writing: Writing,
    topic: Option<Topic>,
    is_deprecated: bool,
}

/// What is written.
enum Writing {
    /// A string, in quotes where it needs some.
    Text(String),
    /// Something that stands as it is.
    Raw(String),
    /// The start of a string, which goes on behind it.
    Start(String),
    /// The same as plain text and as a snippet.
    Snippet(String, String),
    /// A type of resource; with what a resource of it must have, in lines of their own.
    Type(ResourceType, bool),
    /// A key, and what its value looks like.
    Key(String, Skeleton),
}

/// What a value looks like before anything is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Skeleton {
    /// A string.
    Text,
    /// A number, a boolean, or something of which no more is known.
    Other,
    /// This string.
    Given(&'static str),
    /// A map with these entries; where there are none they are to be typed.
    Map(Vec<(String, Skeleton)>),
    /// A list of items like this.
    List(Box<Skeleton>),
}

/// The ranks of completions: what fits stands before what is possible.
pub(super) mod rank {
    /// Must be there.
    pub(in super::super) const REQUIRED: u8 = 10;
    /// Is just what is wanted.
    pub(in super::super) const FITTING: u8 = 20;
    /// Is a way to write something.
    pub(in super::super) const FUNCTION: u8 = 25;
    /// Is possible.
    pub(in super::super) const USUAL: u8 = 30;
    /// Is possible too.
    pub(in super::super) const OTHER: u8 = 40;
    /// Is hardly meant.
    pub(in super::super) const UNLIKELY: u8 = 60;
}

impl Draft {
    fn new(label: String, kind: CompletionKind, writing: Writing) -> Draft {
        let words = vec![label.clone()];
        Draft { label, kind, detail: None, rank: rank::USUAL, words, writing, topic: None, is_deprecated: false }
    }

    /// A string.
    pub(super) fn text(text: impl Into<String>, kind: CompletionKind) -> Draft {
        let text = text.into();
        Draft::new(text.clone(), kind, Writing::Text(text))
    }

    /// Something that stands as it is, a number or a boolean.
    pub(super) fn raw(text: impl Into<String>, kind: CompletionKind) -> Draft {
        let text = text.into();
        Draft::new(text.clone(), kind, Writing::Raw(text))
    }

    /// The start of a string: more is to be typed behind it.
    pub(super) fn start(text: impl Into<String>, kind: CompletionKind) -> Draft {
        let text = text.into();
        Draft::new(text.clone(), kind, Writing::Start(text))
    }

    /// A text of two forms.
    pub(super) fn snippet(label: impl Into<String>, plain: String, snippet: String, kind: CompletionKind) -> Draft {
        Draft::new(label.into(), kind, Writing::Snippet(plain, snippet))
    }

    /// A type of resource, with what a resource of it must have or without.
    pub(super) fn ty(ty: ResourceType, with_properties: bool) -> Draft {
        Draft::new(ty.name().to_owned(), CompletionKind::Type, Writing::Type(ty, with_properties))
    }

    /// A key.
    pub(super) fn key(name: impl Into<String>, value: Skeleton, kind: CompletionKind) -> Draft {
        let name = name.into();
        Draft::new(name.clone(), kind, Writing::Key(name, value))
    }

    pub(super) fn label(self, label: impl Into<String>) -> Draft {
        Draft { label: label.into(), ..self }
    }

    pub(super) fn detail(self, detail: impl Into<String>) -> Draft {
        Draft { detail: Some(detail.into()).filter(|it| !it.is_empty()), ..self }
    }

    pub(super) fn rank(self, rank: u8) -> Draft {
        Draft { rank, ..self }
    }

    /// It is found by these too.
    pub(super) fn also(mut self, words: impl IntoIterator<Item = String>) -> Draft {
        self.words.extend(words);
        self
    }

    pub(super) fn topic(self, topic: Topic) -> Draft {
        Draft { topic: Some(topic), ..self }
    }

    pub(super) fn deprecated(self, is_deprecated: bool) -> Draft {
        Draft { is_deprecated, ..self }
    }
}

impl<'c, 't> List<'c, 't> {
    pub(super) fn new(context: &'c Context<'t>, options: Options) -> List<'c, 't> {
        let indents_dashes = indents_dashes(context.text);
        List { context, options, unit: unit(context.text), indents_dashes, drafts: Vec::new(), is_cut: false }
    }

    pub(super) fn add(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }

    /// Says that there are more.
    pub(super) fn cut(&mut self) {
        self.is_cut = true;
    }

    /// What has been typed, without a quote.
    pub(super) fn typed(&self) -> &'t str {
        let typed = self.context.typed();
        if self.context.format == Format::Json { typed.trim_start_matches('"') } else { typed }
    }

    /// The list, the best first.
    pub(super) fn finish(mut self) -> Completions {
        let typed = self.typed();
        let mut drafts: Vec<(u8, usize, Draft)> = Vec::with_capacity(self.drafts.len());
        let is_incomplete = self.is_cut || self.drafts.len() > LIMIT;
        for (index, draft) in std::mem::take(&mut self.drafts).into_iter().enumerate() {
            let score = draft.words.iter().filter_map(|it| score(typed, it)).min();
            if let Some(score) = score.or((!is_incomplete).then_some(u8::MAX)) {
                drafts.push((score, index, draft));
            }
        }
        if is_incomplete {
            // What merely has the letters in it is for those who find nothing else.
            let is_found = drafts.iter().any(|it| it.0 < SCATTERED);
            drafts.retain(|it| it.0 < SCATTERED || !is_found);
            drafts.sort_by_key(|(score, index, it)| (*score, it.rank, *index));
            drafts.truncate(LIMIT);
        } else {
            drafts.sort_by_key(|(_, index, it)| (it.rank, *index));
        }
        let drafts: Vec<Draft> = drafts.into_iter().map(|it| it.2).collect();
        Completions { items: drafts.into_iter().map(|it| self.write(it, typed)).collect(), is_incomplete }
    }

    fn write(&self, draft: Draft, typed: &str) -> Completion {
        let word = &self.context.word;
        let (plain, snippet) = match &draft.writing {
            Writing::Text(text) => (self.quote(text) + word.trail, None),
            Writing::Raw(text) => (text.clone() + word.trail, None),
            Writing::Start(text) if self.context.format == Format::Yaml => (text.clone(), None),
            Writing::Start(text) => {
                (format!("\"{text}\"{}", word.trail), Some(format!("\"{}$0\"{}", escape(text), word.trail)))
            }
            Writing::Snippet(plain, snippet) => (plain.clone() + word.trail, Some(snippet.clone() + word.trail)),
            Writing::Type(ty, with_properties) => {
                let text = self.quote(ty.name());
                let required = if *with_properties { properties::required(ty.schema(), 0) } else { Vec::new() };
                let snippet = (!required.is_empty()).then(|| self.ty(&text, required) + word.trail);
                (text + word.trail, snippet)
            }
            Writing::Key(name, value) => self.key(name, value),
        };
        let snippet = snippet.filter(|it| self.options.snippets && *it != plain);
        let is_snippet = snippet.is_some();
        let text = format!("{}{}", word.lead, snippet.unwrap_or(plain));
        let is_prefix = |it: &&String| it.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed));
        let filter = draft.words.iter().find(is_prefix).or_else(|| {
            let scored = draft.words.iter().filter_map(|it| Some((score(typed, it)?, it)));
            scored.min_by_key(|it| it.0).map(|it| it.1)
        });
        let filter = filter.unwrap_or(&draft.label);
        let quoted = self.context.format == Format::Json && self.context.typed().starts_with('"');
        Completion {
            filter: if quoted { format!("\"{filter}\"") } else { filter.clone() },
            label: draft.label,
            kind: draft.kind,
            detail: draft.detail,
            insert: range(word.range.start().into(), self.context.cursor),
            replace: range(word.range.start().into(), usize::from(word.range.end().max(size(self.context.cursor)))),
            text,
            is_snippet,
            comma: word.comma,
            topic: draft.topic,
            is_deprecated: draft.is_deprecated,
        }
    }

    /// A string as a scalar of the place.
    fn quote(&self, text: &str) -> String {
        match (self.context.format, self.context.word.quote) {
            (Format::Json, _) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            (Format::Yaml, Some('\'')) => text.replace('\'', "''"),
            (Format::Yaml, Some(_)) => text.replace('\\', "\\\\").replace('"', "\\\""),
            (Format::Yaml, None) if needs_quotes(text) => {
                format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
            }
            (Format::Yaml, None) => text.to_owned(),
        }
    }

    /// A key with what follows it.
    fn key(&self, name: &str, value: &Skeleton) -> (String, Option<String>) {
        let context = self.context;
        let word = &context.word;
        let has_colon = context.spot == Spot::Key { has_colon: true };
        match context.format {
            Format::Json if has_colon => (format!("\"{name}\""), None),
            Format::Json => {
                let mut out = format!("\"{}\": ", escape(name));
                self.writer(&mut out).json(value, 0);
                (format!("\"{name}\": "), Some(out + word.trail))
            }
            Format::Yaml if has_colon || word.quote.is_some() => (name.to_owned(), None),
            Format::Yaml => {
                let mut out = format!("{}:", escape(name));
                let mut writer = self.writer(&mut out);
                let is_flow = context.container().column == usize::MAX;
                if is_flow {
                    writer.flow(value);
                } else {
                    writer.yaml(value, &self.pad(word.lead.contains('-')));
                }
                let plain = match value {
                    Skeleton::Map(_) | Skeleton::List(_) => format!("{name}:"),
                    Skeleton::Given(text) => format!("{name}: {}", self.quote(text)),
                    Skeleton::Text | Skeleton::Other => format!("{name}: "),
                };
                let is_scalar = matches!(value, Skeleton::Text | Skeleton::Other | Skeleton::Given(_));
                (plain, Some(out).filter(|_| !is_scalar))
            }
        }
    }

    /// The text of a type, and `Properties` with what they must have.
    fn ty(&self, text: &str, required: Vec<(String, Skeleton)>) -> String {
        let properties = Skeleton::Map(required);
        let mut out = escape(text);
        let mut writer = self.writer(&mut out);
        match self.context.format {
            Format::Yaml => {
                let margin = " ".repeat(self.context.margin.content - self.context.margin.line);
                let _ = write!(writer.out, "\n{margin}Properties:");
                writer.yaml(&properties, &format!("{margin}{}", self.unit));
            }
            Format::Json => {
                let _ = write!(writer.out, ",\n\"Properties\": ");
                writer.json(&properties, 0);
            }
        }
        out
    }

    fn writer<'o>(&'o self, out: &'o mut String) -> Writer<'o> {
        Writer { unit: &self.unit, indents_dashes: self.indents_dashes, stops: 0, out }
    }

    /// What lines below a key begin with, counted from where its own line does: editors add that.
    fn pad(&self, behind_dash: bool) -> String {
        let margin = self.context.margin;
        let content = margin.content - margin.line + if behind_dash { 2 } else { 0 };
        format!("{}{}", " ".repeat(content), self.unit)
    }
}

/// Writes the skeletons of values as snippets.
struct Writer<'o> {
    unit: &'o str,
    indents_dashes: bool,
    stops: usize,
    out: &'o mut String,
}

impl Writer<'_> {
    fn stop(&mut self) -> String {
        self.stops += 1;
        format!("${}", self.stops)
    }

    /// The value behind a colon.
    fn yaml(&mut self, value: &Skeleton, pad: &str) {
        match value {
            Skeleton::Given(text) => {
                let text = if needs_quotes(text) { format!("\"{text}\"") } else { (*text).to_owned() };
                let _ = write!(self.out, " {}", escape(&text));
            }
            Skeleton::Text | Skeleton::Other => {
                let stop = self.stop();
                let _ = write!(self.out, " {stop}");
            }
            Skeleton::Map(entries) if entries.is_empty() => {
                let stop = self.stop();
                let _ = write!(self.out, "\n{pad}{stop}");
            }
            Skeleton::Map(entries) => {
                for (name, value) in entries {
                    let _ = write!(self.out, "\n{pad}{}:", escape(name));
                    self.yaml(value, &format!("{pad}{}", self.unit));
                }
            }
            Skeleton::List(item) => {
                let outer = pad.strip_suffix(self.unit).filter(|_| !self.indents_dashes);
                self.yaml_list(item, outer.unwrap_or(pad));
            }
        }
    }

    fn yaml_list(&mut self, item: &Skeleton, pad: &str) {
        match item {
            Skeleton::Map(entries) if !entries.is_empty() => {
                for (index, (name, value)) in entries.iter().enumerate() {
                    let dash = if index == 0 { "- " } else { "  " };
                    let _ = write!(self.out, "\n{pad}{dash}{}:", escape(name));
                    self.yaml(value, &format!("{pad}  {}", self.unit));
                }
            }
            _ => {
                let stop = self.stop();
                let _ = write!(self.out, "\n{pad}- {stop}");
            }
        }
    }

    /// The value behind a colon between braces.
    fn flow(&mut self, value: &Skeleton) {
        let stop = self.stop();
        let _ = match value {
            Skeleton::Given(text) => write!(self.out, " {}", escape(text)),
            Skeleton::Text | Skeleton::Other => write!(self.out, " {stop}"),
            Skeleton::Map(_) => write!(self.out, " {{ {stop} }}"),
            Skeleton::List(_) => write!(self.out, " [{stop}]"),
        };
    }

    fn json(&mut self, value: &Skeleton, depth: usize) {
        let (outer, inner) = (self.unit.repeat(depth), self.unit.repeat(depth + 1));
        match value {
            Skeleton::Given(text) => {
                let _ = write!(self.out, "\"{}\"", escape(text));
            }
            Skeleton::Text => {
                let stop = self.stop();
                let _ = write!(self.out, "\"{stop}\"");
            }
            Skeleton::Other => {
                let stop = self.stop();
                let _ = write!(self.out, "{stop}");
            }
            Skeleton::Map(entries) if entries.is_empty() => {
                let stop = self.stop();
                let _ = write!(self.out, "{{\n{inner}{stop}\n{outer}}}");
            }
            Skeleton::Map(entries) => {
                self.out.push('{');
                for (index, (name, value)) in entries.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    let _ = write!(self.out, "{comma}\n{inner}\"{}\": ", escape(name));
                    self.json(value, depth + 1);
                }
                let _ = write!(self.out, "\n{outer}}}");
            }
            Skeleton::List(item) => {
                self.out.push('[');
                match &**item {
                    Skeleton::List(_) => {
                        let stop = self.stop();
                        self.out.push_str(&stop);
                    }
                    _ => self.json(item, depth),
                }
                self.out.push(']');
            }
        }
    }
}

/// `text` within a snippet, outside of what stands for a tab stop.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$")
}

/// How well what has been typed fits a word: the less the better. `None` when its letters are not in it in this order.
pub(super) fn score(typed: &str, word: &str) -> Option<u8> {
    let (typed, bytes) = (typed.as_bytes(), word.as_bytes());
    if typed.is_empty() {
        return Some(0);
    }
    let is_here = |at: usize| bytes.get(at..at + typed.len()).is_some_and(|it| it.eq_ignore_ascii_case(typed));
    if is_here(0) {
        return Some(0);
    }
    let mut places = (1..bytes.len()).filter(|at| is_here(*at)).peekable();
    if places.peek().is_some() {
        let starts_part = places.any(|at| matches!(bytes[at - 1], b':' | b'.' | b' ' | b'-'));
        return Some(if starts_part { 1 } else { 2 });
    }
    let mut letters = bytes.iter();
    typed.iter().all(|it| letters.any(|letter| letter.eq_ignore_ascii_case(it))).then_some(SCATTERED)
}

/// The score of a word that has the letters in it, but not next to each other.
const SCATTERED: u8 = 3;

/// True when a plain scalar cannot be this text, or would not be read as a string.
fn needs_quotes(text: &str) -> bool {
    let first = text.chars().next();
    let is_special = first.is_none_or(|it| "!&*{}[]|>@`\"'#%,?:-= ".contains(it));
    let is_date = text.len() == 10 && text.bytes().all(|it| it.is_ascii_digit() || it == b'-');
    is_special || is_date || text.contains(": ") || text.contains(" #") || text.ends_with([':', ' '])
}

/// False where a dash stands right below the key of its list.
fn indents_dashes(text: &str) -> bool {
    let width = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let mut lines = text.lines().take(400).filter(|it| !it.trim().is_empty()).peekable();
    while let Some(line) = lines.next() {
        let Some(next) = lines.peek() else { break };
        if line.ends_with(':') && !line.trim_start().starts_with('-') && next.trim_start().starts_with("- ") {
            return width(next) > width(line);
        }
    }
    true
}

/// What the first line that is indented is indented with.
fn unit(text: &str) -> String {
    let first = text.lines().take(400).find_map(|line| {
        let content = line.trim_start_matches([' ', '\t']);
        let is_content = !content.is_empty() && !content.starts_with(['#', '*', '-']);
        let width = line.len() - content.len();
        (is_content && width > 0 && width <= 8).then(|| line[..width].to_owned())
    });
    first.unwrap_or_else(|| "  ".to_owned())
}
