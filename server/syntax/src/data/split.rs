//! Where a YAML text falls into blocks.

use super::lines::{Line, LineKind, WHITE};
use super::{Kind, Node, Pair, Problem, ProblemKind, Role, strict};
use text::{TextRange, range};

/// The keys that a template's root may have.
const ROOT_KEYS: [&str; 12] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

/// True for a key that a template's root may have.
pub(super) fn is_root_key(key: &str) -> bool {
    ROOT_KEYS.contains(&key)
}

/// True for a word that differs from a root key in one letter or in case.
fn is_almost_root_key(key: &str) -> bool {
    ROOT_KEYS.iter().any(|it| it.eq_ignore_ascii_case(key) || strsim::osa_distance(it, key) == 1)
}

/// No more lines than this are looked at to tell what one of them is.
const MAX_LOOK: usize = 400;

/// True for a key that stands directly in a resource, and its value.
pub(super) fn is_attribute(key: &str, value: &str) -> bool {
    match key {
        "Type" => names_type(value),
        "Properties" | "Metadata" | "CreationPolicy" | "UpdatePolicy" => value.is_empty(),
        "Condition" => !value.is_empty(),
        "DependsOn" | "DeletionPolicy" | "UpdateReplacePolicy" => true,
        _ => false,
    }
}

/// True for the value of the key `Type` of a resource, as far as its line shows it.
fn names_type(value: &str) -> bool {
    value.contains("::") || value.starts_with(['|', '>'])
}

/// True for a key that stands directly in an entry of the section `section`, and its value.
fn is_part(section: &str, key: &str, value: &str) -> bool {
    match section {
        "Resources" => is_attribute(key, value),
        "Parameters" => PARTS_OF_PARAMETERS.contains(&key) && (key == "AllowedValues" || !value.is_empty()),
        "Outputs" => {
            matches!(key, "Value" | "Export") || matches!(key, "Description" | "Condition") && !value.is_empty()
        }
        _ => false,
    }
}

/// The keys that a parameter may have.
const PARTS_OF_PARAMETERS: [&str; 11] = [
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Type",
];

/// True for a section whose entries are independent of each other.
pub(super) fn has_entries(key: &str) -> bool {
    matches!(key, "Resources" | "Parameters" | "Mappings" | "Conditions" | "Outputs" | "Rules")
}

/// A piece of a text that becomes a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) role: Role,
}

/// The pieces of a text; together they are the whole.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Pieces {
    pub(super) pieces: Vec<Piece>,
    /// What comes behind the first document.
    pub(super) ignored: Option<TextRange>,
    /// Faults in how the pieces stand to each other.
    pub(super) problems: Vec<Problem>,
    /// A fault that matters only if no piece shows one.
    pub(super) fallback: Option<Problem>,
}

impl Pieces {
    /// Adds the piece from the end of the last one to `end`, unless it is empty.
    pub(super) fn push(&mut self, end: usize, role: Role) {
        let start = self.pieces.last().map_or(0, |it| it.end);
        if end > start {
            self.pieces.push(Piece { start, end, role });
        }
    }
}

/// Splits a YAML text, whose lines these are.
pub(super) fn split(text: &str, lines: &[Line]) -> Pieces {
    let mut pieces = Pieces::default();
    let Some(first_line) = lines.first() else {
        pieces.push(text.len(), Role::Trivia);
        return pieces;
    };
    // The byte order mark, if there is one.
    pieces.push(first_line.start as usize, Role::Trivia);

    let (first, end) = first_document(text, lines);
    let line_start = |at: usize| lines.get(at).map_or(text.len(), |it| it.start as usize);
    let document = &lines[first..end];
    pieces.push(line_start(first), Role::Trivia);
    if document.iter().any(Line::has_text) {
        match root_indent(text, document) {
            Some(indent) => Splitter { text, lines: document, pieces: &mut pieces }.root(indent),
            None => {
                let tail = trailing_comments(document, 0, document.len(), 0);
                pieces.push(line_start(first + tail), Role::Root);
            }
        }
    }
    tail(text, lines, end, &mut pieces);
    pieces
}

/// Splits a YAML text, whose lines these are, by the places of its values; `None` where it is broken, or is no template.
///
/// [`split`] goes by the indentation of lines, which serves broken text, and is wrong about a value whose lines stand as
/// far left as the entries of a section, or look like entries. But text may also be good by chance while a line is being
/// typed: `Foo:` takes all that is indented more. So of what `split` made, the parts that are `sound` must stay what they
/// are, unless brackets say that they are none.
pub(super) fn split_by_values(text: &str, lines: &[Line], sound: impl Iterator<Item = usize>) -> Option<Pieces> {
    let (first, end) = first_document(text, lines);
    root_indent(text, &lines[first..end])?;
    let line_start = |at: usize| lines.get(at).map_or(text.len(), |it| it.start as usize);
    let start = line_start(first);
    let (root, _) = strict::read(&text[start..line_start(end)], -1)?;
    let Kind::Mapping { pairs, flow: false } = &root.kind else { return None };

    let mut pieces = Pieces::default();
    pieces.push(lines.first()?.start as usize, Role::Trivia);
    pieces.push(start, Role::Trivia);
    let mut splitter = Splitter { text, lines: &lines[..end], pieces: &mut pieces };
    let line_of = |pair: &Pair| {
        let at = start + usize::from(pair.range.start());
        lines.partition_point(|it| it.start as usize <= at).saturating_sub(1)
    };
    for (number, pair) in pairs.iter().enumerate() {
        let from = line_of(pair);
        let to = pairs.get(number + 1).map_or(end, line_of);
        let indent = lines[from].indent;
        let entries = match &pair.value.kind {
            Kind::Mapping { pairs, flow: false } if pair.value.range == pair.value.inner => pairs.as_slice(),
            _ => &[],
        };
        // These belong to a resource, and are none.
        let is_type = |it: &Pair| it.key.text == "Type" && matches!(&it.value.kind, Kind::Scalar { .. });
        if pair.key.text == "Resources" && entries.iter().any(is_type) {
            return None;
        }
        if !has_entries(&pair.key.text) || entries.is_empty() {
            splitter.push(from, to, indent, Role::Section);
            continue;
        }
        splitter.pieces.push(splitter.start_of(from + 1), Role::Header);
        splitter.pieces.push(splitter.start_of(line_of(&entries[0])), Role::Trivia);
        for (number, entry) in entries.iter().enumerate() {
            let from = line_of(entry);
            let to = entries.get(number + 1).map_or(to, line_of);
            splitter.push(from, to, lines[from].indent, Role::Entry);
        }
    }
    tail(text, lines, end, &mut pieces);
    let is_kept = |at: usize| {
        let piece = pieces.pieces.binary_search_by_key(&at, |it| it.start);
        piece.is_ok_and(|it| pieces.pieces[it].role != Role::Trivia) || at >= start && is_in_flow(&root, at - start)
    };
    sound.into_iter().all(is_kept).then_some(pieces)
}

/// True when the line that starts at `offset` is within a flow collection of `node`.
fn is_in_flow(node: &Node, offset: usize) -> bool {
    let (start, end) = (usize::from(node.inner.start()), usize::from(node.inner.end()));
    match &node.kind {
        _ if offset < start || offset >= end => false,
        Kind::Sequence { flow: true, .. } | Kind::Mapping { flow: true, .. } => true,
        Kind::Sequence { items, .. } => items.iter().any(|it| is_in_flow(it, offset)),
        Kind::Mapping { pairs, .. } => pairs.iter().any(|it| is_in_flow(&it.value, offset)),
        _ => false,
    }
}

/// What stands behind the first document.
fn tail(text: &str, lines: &[Line], end: usize, pieces: &mut Pieces) {
    pieces.push(lines.get(end).map_or(text.len(), |it| it.start as usize), Role::Trivia);
    if let Some(text_line) = lines[end..].iter().find(|it| it.kind == LineKind::Text && !is_marker(text, it)) {
        pieces.ignored = Some(text::range(text_line.start as usize, text.trim_end().len()));
    }
    pieces.push(text.len(), Role::Trivia);
}

/// The content of a line without the spaces in front.
pub(super) fn content<'t>(text: &'t str, line: &Line) -> &'t str {
    &text[line.content()..line.end as usize]
}

/// `---` or `...` at the start of a line.
fn is_marker(text: &str, line: &Line) -> bool {
    let content = content(text, line);
    let is_marker = |it: &str| content.strip_prefix(it).is_some_and(|it| it.is_empty() || it.starts_with([' ', '\t']));
    line.indent == 0 && matches!(line.first, b'-' | b'.') && (is_marker("---") || is_marker("..."))
}

/// The lines of the first document, without markers, directives and comments in front of it.
fn first_document(text: &str, lines: &[Line]) -> (usize, usize) {
    let mut first = 0;
    let mut is_open = false;
    for (number, line) in lines.iter().enumerate() {
        if !line.has_text() {
            continue;
        }
        if line.indent == 0 && line.first == b'%' && !is_open {
            first = number + 1;
        } else if is_marker(text, line) {
            let content = content(text, line);
            if is_open || content.starts_with("...") {
                return (first, number);
            }
            let inline = content[3..].trim_start_matches(WHITE);
            if !(inline.is_empty() || inline.starts_with('#')) {
                // The value starts on the line of the marker.
                return (number, document_end(text, lines, number + 1));
            }
            first = number + 1;
            is_open = true;
        } else {
            // Comments in front belong to no value.
            let first = lines[first..number]
                .iter()
                .rposition(|it| it.kind == LineKind::Comment)
                .map_or(first, |it| first + it + 1);
            return (first, document_end(text, lines, number));
        }
    }
    (lines.len(), lines.len())
}

fn document_end(text: &str, lines: &[Line], from: usize) -> usize {
    let found = lines[from..].iter().position(|it| is_marker(text, it));
    found.map_or(lines.len(), |it| from + it)
}

/// The indentation of the root mapping: that of the first key that only a template's root has; `None` for anything
/// that is not a block mapping with such a key.
fn root_indent(text: &str, lines: &[Line]) -> Option<u32> {
    let mut texts = lines.iter().filter(|it| it.has_text());
    let first = texts.next()?;
    let last = texts.next_back().unwrap_or(first);
    let is_flow = matches!(first.first, b'{' | b'[') && (last.closes_flow() || std::ptr::eq(first, last));
    if is_flow || is_marker(text, first) {
        return None;
    }
    let is_root_line = |line: &&Line| {
        let content = content(text, line);
        line.kind == LineKind::Text
            && line.first.is_ascii_uppercase()
            && split_key(content).map_or(is_root_key(content.trim_end_matches(WHITE)), |(key, _)| is_root_key(key))
    };
    let root = lines.iter().find(is_root_line)?;
    // Such a key below another key is no root.
    let is_nested = first.indent < root.indent && split_key(content(text, first)).is_some();
    (!is_nested).then_some(root.indent)
}

/// The start of the comments at the end of `lines[from..to]` that stand left enough to belong to what follows.
fn trailing_comments(lines: &[Line], from: usize, to: usize, indent: u32) -> usize {
    let text_end = lines[from..to].iter().rposition(Line::has_text).map_or(from, |it| from + it + 1);
    let comment = lines[text_end..to].iter().position(|it| it.kind == LineKind::Comment && it.indent <= indent);
    comment.map_or(to, |it| text_end + it)
}

/// The functions that make conditions.
const CONDITIONS: [&str; 5] = ["And", "Condition", "Equals", "Not", "Or"];

/// No longer text is read as a whole to find out whether a line is being typed in it.
const MAX_READ: usize = 1 << 18;

struct Splitter<'a> {
    text: &'a str,
    lines: &'a [Line],
    pieces: &'a mut Pieces,
}

impl Splitter<'_> {
    fn key(&self, number: usize) -> Option<(&str, &str)> {
        let content = content(self.text, &self.lines[number]);
        split_key(content).map(|(key, after)| (key, content[after..].trim_start_matches(WHITE)))
    }

    /// Adds the piece up to the line `to`; comments at its end that stand at most at `indent` become trivia.
    fn push(&mut self, from: usize, to: usize, indent: u32, role: Role) {
        let tail = trailing_comments(self.lines, from, to, indent);
        self.pieces.push(self.start_of(tail), role);
        self.pieces.push(self.start_of(to), Role::Trivia);
    }

    fn start_of(&self, number: usize) -> usize {
        match self.lines.get(number) {
            Some(line) => line.start as usize,
            None => self.lines.last().map_or(0, |it| it.next as usize),
        }
    }

    fn root(&mut self, indent: u32) {
        let mut sections: Vec<(usize, usize)> = Vec::new();
        for number in 0..self.lines.len() {
            let line = &self.lines[number];
            let starts = line.kind == LineKind::Text
                && line.indent <= indent
                && !line.dash
                && !line.closes_flow()
                && line.first != b':';
            let is_first = sections.is_empty() && line.has_text();
            if !(starts || is_first) {
                continue;
            }
            if starts && self.is_stray(number, indent, &sections) {
                continue;
            }
            if let Some(last) = sections.last_mut() {
                last.1 = number;
            }
            sections.push((number, self.lines.len()));
        }
        for (from, to) in sections {
            self.section(from, to);
        }
    }

    /// True for a line at the root's indentation that a person is typing amid the entries of a section: the lines
    /// below it go on with that section.
    fn is_stray(&self, number: usize, indent: u32, sections: &[(usize, usize)]) -> bool {
        let Some(&(section, _)) = sections.last() else { return false };
        let Some((owner, _)) = self.key(section) else { return false };
        let key = self.key(number);
        if content(self.text, &self.lines[number]).starts_with("? ") {
            return false;
        }
        let is_root = |it: usize| {
            let line = &self.lines[it];
            line.indent <= indent && self.key(it).is_some_and(|(key, _)| is_root_key(key))
        };
        let texts = (number + 1..self.lines.len()).filter(|it| self.lines[*it].kind == LineKind::Text);
        let below = || texts.clone().take_while(|it| !is_root(*it)).take(MAX_LOOK);
        if !has_entries(owner) {
            return key.is_none() && below().next().is_some_and(|it| self.lines[it].indent > indent);
        }
        let Some((key, value)) = key else { return true };
        let next = below().next().map_or(0, |it| self.lines[it].indent);
        // The entries above tell how deep those below would be; without any, those below do.
        let is_first = !self.lines[section + 1..number].iter().any(Line::has_text);
        let from = if is_first { number } else { section + 1 };
        let to = (from + 2 * MAX_LOOK).min(if is_first { self.lines.len() } else { number });
        let entry = self.entry_indent(from..to, owner, indent);
        let goes_on = || below().any(|it| self.lines[it].indent == entry && self.is_entry(it, owner));
        let is_complete = !value.is_empty() && !value.starts_with(['#', '&', '!', '|', '>']);
        // A misspelled one is meant as a section; nobody names an entry like that.
        if is_root_key(key) || is_almost_root_key(key) {
            // A word that is known as a section, too, where what is below stands too deep for one.
            return next > if is_complete { indent } else { entry } && number > section + 1 && goes_on();
        }
        // An unknown root key is what it seems to be, unless it has a value already or the section goes on below.
        let goes_on = goes_on();
        let is_sure = goes_on && matches!(owner, "Resources" | "Parameters" | "Outputs" | "Rules");
        let may_go_on =
            if is_complete { below().any(|it| self.lines[it].indent > indent) } else { goes_on || next > entry };
        is_sure || may_go_on && !self.is_well_formed()
    }

    /// True when the whole is YAML as it stands, so that nothing tells that it is amid being typed.
    fn is_well_formed(&self) -> bool {
        let text = &self.text[self.start_of(0)..self.start_of(self.lines.len())];
        text.len() <= MAX_READ && strict::read(text, -1).is_some()
    }

    /// True for a line that certainly begins an entry of the section `owner`.
    fn is_entry(&self, number: usize, owner: &str) -> bool {
        let Some((key, value)) = self.key(number) else { return false };
        if value.starts_with('{') {
            return match owner {
                // What a resource has may name types too.
                "Resources" => !is_attribute(key, "") && value.contains("Type") && value.contains("::"),
                "Outputs" => value.contains("Value"),
                "Parameters" => value.contains("Type"),
                _ => true,
            };
        }
        let indent = self.lines[number].indent;
        let below = self.lines[number + 1..].iter().zip(number + 1..).filter(|(it, _)| it.has_text());
        let mut children = below.take_while(|(it, _)| it.indent > indent).filter_map(|(_, it)| self.key(it));
        let is_parent = value.is_empty() || value.starts_with(['#', '&']);
        match owner {
            "Resources" => is_parent && children.any(|(key, value)| key == "Type" && names_type(value)),
            "Outputs" => is_parent && children.any(|(key, _)| key == "Value"),
            "Parameters" => is_parent && children.any(|(key, _)| key == "Type"),
            "Rules" => is_parent && children.any(|(key, _)| key == "Assertions"),
            "Conditions" if is_parent => children.next().is_some_and(|(key, _)| {
                key == "Condition" || key.strip_prefix("Fn::").is_some_and(|it| CONDITIONS.contains(&it))
            }),
            "Conditions" => value
                .strip_prefix('!')
                .is_some_and(|it| CONDITIONS.contains(&it.split([' ', '\t', '[']).next().unwrap_or_default())),
            _ => is_parent && children.next().is_some_and(|(_, value)| value.is_empty() || value.starts_with('{')),
        }
    }

    fn section(&mut self, from: usize, to: usize) {
        let section = from;
        let indent = self.lines[from].indent;
        let body = from + 1;
        let is_header =
            self.key(from).is_some_and(|(key, after)| has_entries(key) && (after.is_empty() || after.starts_with('#')));
        let first = (body..to).find(|it| self.lines[*it].has_text());
        let Some(first) = first.filter(|_| is_header) else { return self.push(from, to, indent, Role::Section) };
        let lines = &self.lines[body..to];
        let last = lines.iter().rev().find(|it| it.has_text()).unwrap_or(&self.lines[first]);
        let is_flow = matches!(self.lines[first].first, b'{' | b'[')
            && (last.closes_flow() || last.start == self.lines[first].start)
            && !(body..to).any(|it| self.is_parent(it));
        let entry_indent = self.entry_indent(body..to, self.key(from).map_or("", |it| it.0), indent);
        let (is_sequence, entries) = split_region(self.text.as_bytes(), lines, entry_indent);
        if is_flow || is_sequence || entry_indent <= indent {
            return self.push(from, to, indent, Role::Section);
        }
        self.pieces.push(self.start_of(body), Role::Header);
        self.pieces.push(self.start_of(body + entries[0].0), Role::Trivia);
        let entries = entries.into_iter().map(|(from, to)| (body + from, body + to));
        for (from, to) in self.regroup(entries, entry_indent, from) {
            self.check_indent(from, to, section, entry_indent);
            self.push(from, to, self.lines[from].indent, Role::Entry);
        }
    }

    /// The indentation of the entries of `section` in these lines, which is more than `indent`.
    fn entry_indent(&self, lines: std::ops::Range<usize>, section: &str, indent: u32) -> u32 {
        let own = region_indent(self.text.as_bytes(), &self.lines[lines.clone()], indent + 1);
        let mut texts = lines.filter(|it| self.lines[*it].kind == LineKind::Text && self.lines[*it].indent > indent);
        let Some(first) = texts.next() else { return own };
        let depth = self.lines[first].indent;
        let is_least = !texts.clone().any(|it| self.lines[it].indent < depth);
        if depth == own && is_least && self.is_entry(first, section) {
            return own;
        }
        // A line that is being typed in front of all others says little, and neither does a first entry that stands
        // wrong: go by what is an entry for sure.
        let is_sure = matches!(section, "Resources" | "Parameters" | "Outputs" | "Rules");
        let texts = texts.filter(|_| is_sure);
        let entries = texts.take(2 * MAX_LOOK).filter(|it| self.is_entry(*it, section)).map(|it| &self.lines[it]);
        let Some(voted) = most_common(entries, own) else {
            // A value that is typed behind the key of the only entry makes it seem no entry.
            return if depth < own && !self.is_parent(first) { depth } else { own };
        };
        voted
    }

    /// Mends what wrong indentation has done to the entries of `section`.
    fn regroup(
        &self,
        entries: impl Iterator<Item = (usize, usize)>,
        indent: u32,
        section: usize,
    ) -> Vec<(usize, usize)> {
        let section = self.key(section).map_or("", |(key, _)| key);
        let mut groups: Vec<(usize, usize)> = Vec::new();
        for (from, to) in entries {
            let first = &self.lines[from];
            if let Some(last) = groups.last_mut() {
                let owner = &self.lines[last.0];
                let is_amid =
                    first.indent < indent && owner.indent >= indent && self.is_amid_entry(from, to, last.0, section);
                let is_attribute = owner.indent < indent && first.indent == indent && self.is_attribute(from);
                if is_amid || is_attribute || self.is_flat(section, last.0, from) {
                    last.1 = to;
                    continue;
                }
            }
            groups.push((from, to));
            self.split_deeper_entries(&mut groups, section);
        }
        groups
    }

    /// True when a line that stands left of the entries was typed within the entry `owner`: what stands below it has
    /// no other owner.
    fn is_amid_entry(&self, from: usize, to: usize, owner: usize, section: &str) -> bool {
        if self.is_attribute(from) {
            return true;
        }
        if (from + 1..to).all(|it| !self.lines[it].has_text()) {
            return self.key(from).is_none_or(|(_, value)| !value.is_empty()) && !self.is_entry(from, section);
        }
        // Nothing but a line typed in between can part a key from all that it had.
        let is_first = self.lines[owner + 1..from].iter().all(|it| !it.has_text());
        is_first && self.is_parent(owner) || !self.is_entry(from, section)
    }

    /// True for what is part of the entry at `owner` and stands as far left as its name, at `number`.
    fn is_flat(&self, section: &str, owner: usize, number: usize) -> bool {
        let indent = self.lines[owner].indent;
        let is_part = |it: usize| self.key(it).is_some_and(|(key, value)| is_part(section, key, value));
        let mut below = (owner + 1..=number).filter(|it| self.lines[*it].has_text());
        self.is_parent(owner)
            && self.lines[number].indent == indent
            && below.clone().next().is_some_and(|it| self.lines[it].indent == indent)
            && below.all(|it| self.lines[it].indent > indent || self.lines[it].indent == indent && is_part(it))
    }

    /// True for a line that only stands directly in a resource.
    fn is_attribute(&self, number: usize) -> bool {
        self.key(number).is_some_and(|(key, value)| is_attribute(key, value))
    }

    /// Splits the last entry before entries that stand deeper than it but not as deep as its own content.
    fn split_deeper_entries(&self, groups: &mut Vec<(usize, usize)>, section: &str) {
        while let Some(&(from, to)) = groups.last() {
            let mut below = (from + 1..to).filter(|it| self.lines[*it].has_text());
            let Some(child) = below.next().filter(|_| self.is_parent(from)) else { return };
            let own = self.lines[from].indent;
            // A child that is indented too much says nothing of how deep the content of its owner is.
            let depth = match self.is_attribute(child) {
                true => (from + 1..to).filter(|it| self.is_attribute(*it)).map(|it| self.lines[it].indent).min(),
                false => None,
            };
            let between = own + 1..depth.unwrap_or(self.lines[child].indent);
            let deeper = below.find(|it| {
                let line = &self.lines[*it];
                line.kind == LineKind::Text
                    && !line.dash
                    && between.contains(&line.indent)
                    && self.is_parent(*it)
                    && (section != "Resources" || self.is_entry(*it, section))
            });
            // Or as deep as its content, where they bring a type of their own.
            let Some(next) = deeper.or_else(|| self.indented_entry(from, to)) else { return };
            groups.pop();
            groups.push((from, next));
            groups.push((next, to));
        }
    }

    /// The key of a resource that is indented like its attributes, or by tabs, amid the lines of another resource.
    fn indented_entry(&self, from: usize, to: usize) -> Option<usize> {
        let is_type = |it: usize| matches!(self.key(it), Some(("Type", value)) if names_type(value));
        let is_tabbed_name = |it: usize| {
            let content = content(self.text, &self.lines[it]).trim_matches(WHITE);
            split_key(content).is_some_and(|(key, after)| after == content.len() && !is_attribute(key, ""))
        };
        let mut texts = (from + 1..to).filter(|it| self.lines[*it].has_text()).peekable();
        let mut has_type = false;
        while let Some(it) = texts.next() {
            has_type |= is_type(it);
            let line = &self.lines[it];
            let is_name = match line.kind {
                LineKind::Tab => is_tabbed_name(it),
                _ => {
                    let is_as_deep = texts.peek().is_some_and(|next| self.lines[*next].indent == line.indent);
                    is_as_deep && self.is_parent(it) && !self.is_attribute(it)
                }
            };
            if has_type && is_name && texts.peek().is_some_and(|it| is_type(*it)) {
                return Some(it);
            }
        }
        None
    }

    /// True for a key with nothing behind it.
    fn is_parent(&self, number: usize) -> bool {
        self.key(number).is_some_and(|(_, value)| value.is_empty() || value.starts_with('#'))
    }

    /// Reports an entry that stands alone at its indentation; without a key it has a problem of its own.
    fn check_indent(&mut self, number: usize, to: usize, section: usize, indent: u32) {
        let line = &self.lines[number];
        let Some((key, _)) = self.key(number).filter(|_| line.kind == LineKind::Text) else { return };
        if line.indent == indent {
            self.check_flat(number, to, section);
            return;
        }
        let how = if line.indent < indent { "less" } else { "more" };
        let message = format!("`{key}` is indented {how} than its siblings");
        self.report(number, message);
    }

    /// Reports the first part of an entry that stands as far left as its name.
    fn check_flat(&mut self, number: usize, to: usize, section: usize) {
        let section = self.key(section).map_or("", |it| it.0);
        let next = (number + 1..to).find(|it| self.lines[*it].has_text());
        if let Some(next) = next.filter(|it| self.is_flat(section, number, *it))
            && let (Some((owner, _)), Some((key, _))) = (self.key(number), self.key(next))
        {
            let message = format!("`{key}` must be indented more than `{owner}`, which it belongs to");
            self.report(next, message);
        }
    }

    /// Reports the key of a line.
    fn report(&mut self, number: usize, message: String) {
        let line = &self.lines[number];
        let Some((key, _)) = self.key(number) else { return };
        let start = line.content() + content(self.text, line).find(key).unwrap_or(0);
        let range = range(start, start + key.len().max(1));
        self.pieces.problems.push(Problem { range, message, kind: ProblemKind::Syntax });
    }
}

/// The indentation of the entries in a region: that of its first line, or a lesser one that more lines have. Lines that
/// stand left of `least` do not count.
pub(super) fn region_indent(text: &[u8], lines: &[Line], least: u32) -> u32 {
    let counts = |it: &&Line| it.kind == LineKind::Text && it.indent >= least && !it.closes_flow();
    let mut candidates = lines.iter().filter(counts);
    let own = candidates.clone().next().map_or(0, |it| it.indent);
    let first = match (candidates.next(), candidates.next()) {
        // A first line that cannot have children does not decide, unless others stand there too, nor one too deep for an
        // entry of a section.
        (Some(a), Some(b)) if b.indent > a.indent && is_leaf(text, a) && is_entry(text, b) => {
            let is_alone = lines.iter().filter(counts).skip(1).all(|it| it.indent > a.indent);
            if is_alone { b.indent } else { a.indent }
        }
        (Some(a), Some(b)) if b.indent < a.indent && least > 0 => b.indent,
        (Some(a), _) => a.indent,
        // Tabs behind spaces: the spaces tell.
        (None, _) => return lines.iter().filter(|it| it.has_text()).map(|it| it.indent).min().unwrap_or(0),
    };
    most_common(lines.iter().filter(counts).filter(|it| it.indent <= first), own).unwrap_or(first)
}

/// The indentation that most of these lines have; of several `own`, or the least.
fn most_common<'l>(lines: impl Iterator<Item = &'l Line>, own: u32) -> Option<u32> {
    let mut indents: Vec<(u32, u32)> = Vec::new();
    for line in lines {
        match indents.iter_mut().find(|it| it.0 == line.indent) {
            Some(count) => count.1 += 1,
            None => indents.push((line.indent, 1)),
        }
    }
    indents.iter().max_by_key(|(indent, count)| (*count, *indent == own, std::cmp::Reverse(*indent))).map(|it| it.0)
}

/// True for a line that starts with a key or a dash; any other may go on with the value above it.
fn is_entry(text: &[u8], line: &Line) -> bool {
    let content = std::str::from_utf8(&text[line.content()..line.end as usize]).unwrap_or_default();
    line.dash || split_key(content).is_some()
}

/// True for a line that cannot have children: one without a colon, or with a value.
pub(super) fn is_leaf(text: &[u8], line: &Line) -> bool {
    if line.dash {
        return false;
    }
    let content = std::str::from_utf8(&text[line.content()..line.end as usize]).unwrap_or_default();
    match split_key(content) {
        None => true,
        Some((_, after)) => {
            let value = content[after..].trim_matches(WHITE);
            !(value.is_empty()
                || value.starts_with(['#', '|', '>', '&'])
                || lone_tag(value).is_some()
                || value.starts_with('!') && value.ends_with(['|', '>', '-', '+']))
        }
    }
}

/// Splits a region into the lines of its entries; true when they are the items of a sequence.
pub(super) fn split_region(text: &[u8], lines: &[Line], indent: u32) -> (bool, Vec<(usize, usize)>) {
    let mut dashes = 0;
    let mut keys = 0;
    let mut starts_with_dash = None;
    // Items right below a key without a value are its value, as deep as it is.
    let mut is_owned = false;
    let mut is_behind_key = false;
    for line in lines.iter().filter(|it| it.kind == LineKind::Text && it.indent >= indent) {
        if line.indent > indent {
            is_owned &= !is_behind_key;
            continue;
        }
        starts_with_dash.get_or_insert(line.dash);
        if line.dash {
            dashes += usize::from(!is_owned);
        } else {
            keys += 1;
            is_owned = text[line.content()..line.end as usize].trim_ascii_end().ends_with(b":");
        }
        is_behind_key = !line.dash;
    }
    let is_sequence = dashes > keys || dashes == keys && starts_with_dash == Some(true);
    let mut entries: Vec<(usize, usize)> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        // A tab behind the indentation of an entry hides that it is one; a tab elsewhere hides how deep its line is.
        let is_line = line.kind == LineKind::Text || line.kind == LineKind::Tab && line.indent == indent && indent > 0;
        let starts = is_line
            && line.indent <= indent
            && !line.closes_flow()
            && (is_sequence || !line.dash || line.indent < indent)
            && (line.first != b':' || entries.is_empty());
        match entries.last_mut() {
            None if starts || line.has_text() => entries.push((number, number + 1)),
            None => {}
            Some(_) if starts => entries.push((number, number + 1)),
            Some(last) => last.1 = number + 1,
        }
    }
    (is_sequence, entries)
}

/// The length of the tag, where `content` is a tag and nothing else.
pub(super) fn lone_tag(content: &str) -> Option<usize> {
    if !content.starts_with('!') {
        return None;
    }
    let end = content.find([' ', '\t']).unwrap_or(content.len());
    let rest = content[end..].trim_start_matches(WHITE);
    (rest.is_empty() || rest.starts_with('#')).then_some(end)
}

/// The key that `content` starts with, without quotes but with its escapes, and the byte behind the colon.
pub(super) fn split_key(content: &str) -> Option<(&str, usize)> {
    let bytes = content.as_bytes();
    let is_colon = |at: usize| bytes.get(at) == Some(&b':') && matches!(bytes.get(at + 1), None | Some(b' ' | b'\t'));
    match *bytes.first()? {
        quote @ (b'"' | b'\'') => {
            let mut close = 1;
            while close < bytes.len() {
                let is_doubled = quote == b'\'' && bytes[close] == quote && bytes.get(close + 1) == Some(&quote);
                let is_escape = quote == b'"' && bytes[close] == b'\\';
                if bytes[close] == quote && !is_doubled {
                    break;
                }
                close += if is_doubled || is_escape { 2 } else { 1 };
            }
            if close >= bytes.len() {
                return None;
            }
            let colon = close + 1 + bytes[close + 1..].iter().take_while(|it| **it == b' ').count();
            is_colon(colon).then(|| (&content[1..close], colon + 1))
        }
        b'{' | b'[' | b'|' | b'>' | b'#' | b'%' | b'@' | b'`' | b'}' | b']' | b'!' => None,
        _ => {
            for at in 0..bytes.len() {
                if bytes[at] == b'#' && at > 0 && bytes[at - 1] == b' ' {
                    return None;
                }
                if bytes[at] == b':' && is_colon(at) {
                    return Some((content[..at].trim_end_matches(WHITE), at + 1));
                }
            }
            None
        }
    }
}
