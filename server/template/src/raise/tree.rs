//! The syntax of a whole file, as raising needs it: every entry with its neighbours, in bytes of the file.

use super::loops::parts;
use syntax::data::{Document, Kind, Node, Pair, Role, Style};
use text::{TextRange, TextSize};

/// A value and where its block starts.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<'a> {
    pub(super) node: &'a Node,
    pub(super) start: TextSize,
}

/// A pair and where its block starts.
#[derive(Clone, Copy, Debug)]
pub(super) struct PairAt<'a> {
    pub(super) pair: &'a Pair,
    pub(super) start: TextSize,
}

/// A root pair.
#[derive(Clone, Debug)]
pub(super) struct Section<'a> {
    pub(super) pair: PairAt<'a>,
    /// Its entries, when they are blocks of their own; its value has them otherwise.
    pub(super) entries: Option<Vec<PairAt<'a>>>,
    /// All of it, from the key to the end of the last entry.
    pub(super) range: TextRange,
}

/// The entries of one mapping or the items of one sequence.
#[derive(Clone, Debug)]
pub(super) struct Siblings {
    /// Each of them; items of a block sequence with their dashes.
    pub(super) ranges: Vec<TextRange>,
    /// True for `{...}` and `[...]`.
    pub(super) flow: bool,
    /// True where the keys are in double quotes, as in JSON.
    pub(super) quoted: bool,
}

/// One step on the way from the root to a value.
#[derive(Clone, Debug)]
pub(super) struct Frame<'a> {
    pub(super) siblings: Siblings,
    pub(super) index: usize,
    /// The value; for a section whose entries are blocks of their own, only its place.
    pub(super) value: At<'a>,
    /// The pair; `None` for an item of a sequence.
    pub(super) pair: Option<PairAt<'a>>,
}

/// A file.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    pub(super) text: &'a str,
    pub(super) sections: Vec<Section<'a>>,
    /// True when the root is `{...}`.
    pub(super) flow: bool,
}

impl<'a> At<'a> {
    pub(super) fn range(self) -> TextRange {
        self.node.range + self.start
    }

    pub(super) fn inner(self) -> TextRange {
        self.node.inner + self.start
    }

    /// The pairs, when it is a mapping.
    pub(super) fn pairs(self) -> Option<Vec<PairAt<'a>>> {
        match &self.node.kind {
            Kind::Mapping { pairs, .. } => Some(pairs.iter().map(|pair| PairAt { pair, start: self.start }).collect()),
            _ => None,
        }
    }

    /// The items, when it is a sequence.
    pub(super) fn items(self) -> Option<Vec<At<'a>>> {
        match &self.node.kind {
            Kind::Sequence { items, .. } => Some(items.iter().map(|node| At { node, start: self.start }).collect()),
            _ => None,
        }
    }

    /// True for `{...}` and `[...]`.
    pub(super) fn is_flow(self) -> bool {
        matches!(self.node.kind, Kind::Mapping { flow: true, .. } | Kind::Sequence { flow: true, .. })
    }

    /// True for a value that is not there: nothing at all, or an explicit null.
    pub(super) fn is_empty(self) -> bool {
        match &self.node.kind {
            Kind::Nothing => self.node.tag.is_none(),
            Kind::Scalar { text, style: Style::Plain } => {
                self.node.tag.is_none() && matches!(text.as_str(), "null" | "Null" | "NULL" | "~")
            }
            Kind::Mapping { pairs, .. } => pairs.is_empty() && self.node.tag.is_none(),
            _ => false,
        }
    }

    /// True for a function, in its short or long form.
    pub(super) fn is_function(self) -> bool {
        let is_tagged = self.node.tag.as_ref().is_some_and(|it| !it.text.starts_with("!!"));
        is_tagged
            || match &self.node.kind {
                Kind::Mapping { pairs, .. } => match pairs.as_slice() {
                    [pair] => schema::template::is_function_key(&pair.key.text),
                    _ => false,
                },
                _ => false,
            }
    }

    /// True when an anchor stands on it or in it, so that an alias elsewhere may need it.
    pub(super) fn has_anchor(self) -> bool {
        fn has(node: &Node) -> bool {
            node.anchor.is_some()
                || match &node.kind {
                    Kind::Sequence { items, .. } => items.iter().any(has),
                    Kind::Mapping { pairs, .. } => pairs.iter().any(|it| has(&it.value)),
                    _ => false,
                }
        }
        has(self.node)
    }
}

impl<'a> PairAt<'a> {
    pub(super) fn key(self) -> &'a str {
        &self.pair.key.text
    }

    pub(super) fn key_range(self) -> TextRange {
        self.pair.key.range + self.start
    }

    pub(super) fn range(self) -> TextRange {
        self.pair.range + self.start
    }

    pub(super) fn value(self) -> At<'a> {
        At { node: &self.pair.value, start: self.start }
    }
}

impl<'a> Tree<'a> {
    pub(super) fn new(document: &'a Document) -> Tree<'a> {
        let text: &str = &document.text;
        let mut sections: Vec<Section<'a>> = Vec::new();
        let mut flow = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        for placed in &document.blocks {
            let pairs = placed.block.pairs.iter().map(|pair| PairAt { pair, start: placed.start });
            let section = |pair: PairAt<'a>| Section { pair, entries: None, range: pair.range() };
            match placed.role {
                Role::Trivia => (),
                Role::Root => {
                    if let Some(node) = &placed.block.root {
                        let root = At { node, start: placed.start };
                        flow = root.is_flow();
                        sections.extend(root.pairs().unwrap_or_default().into_iter().map(section));
                    }
                }
                Role::Section => sections.extend(pairs.map(section)),
                Role::Header => {
                    sections.extend(pairs.map(section).map(|it| Section { entries: Some(Vec::new()), ..it }));
                }
                Role::Entry => {
                    if let Some(section) = sections.last_mut() {
                        section.entries.get_or_insert_default().extend(pairs);
                    }
                }
            }
        }
        for section in &mut sections {
            if let Some(last) = section.entries.as_ref().and_then(|it| it.last()) {
                let mut end = usize::from(last.range().end());
                if flow && let Some(brace) = text[end..].find('}') {
                    end += brace + 1;
                }
                section.range = text::range(section.range.start().into(), end);
            }
        }
        Tree { text, sections, flow }
    }

    pub(super) fn section(&self, name: &str) -> Option<usize> {
        self.sections.iter().position(|it| it.pair.key() == name && !it.pair.pair.incomplete)
    }

    /// The entries of a section.
    pub(super) fn entries(&self, section: usize) -> Vec<PairAt<'a>> {
        let section = &self.sections[section];
        section.entries.clone().or_else(|| section.pair.value().pairs()).unwrap_or_default()
    }

    /// The step from the root to a section.
    pub(super) fn section_frame(&self, index: usize) -> Frame<'a> {
        let pair = self.sections[index].pair;
        let siblings = Siblings {
            ranges: self.sections.iter().map(|it| it.range).collect(),
            flow: self.flow,
            quoted: self.is_quoted(pair),
        };
        Frame { siblings, index, value: pair.value(), pair: Some(pair) }
    }

    /// The step from a section to one of its entries.
    pub(super) fn entry_frame(&self, section: usize, index: usize) -> Option<Frame<'a>> {
        let entries = self.entries(section);
        let is_flow = match &self.sections[section].entries {
            Some(_) => self.flow,
            None => self.sections[section].pair.value().is_flow(),
        };
        self.pair_frame(&entries, is_flow, index)
    }

    /// The step into `node`, to one of its entries or items.
    pub(super) fn child(&self, node: At<'a>, index: usize) -> Option<Frame<'a>> {
        if let Some(pairs) = node.pairs() {
            return self.pair_frame(&pairs, node.is_flow(), index);
        }
        let items = node.items()?;
        let ranges = items.iter().map(|it| if node.is_flow() { it.range() } else { self.with_dash(it.range()) });
        let siblings = Siblings { ranges: ranges.collect(), flow: node.is_flow(), quoted: false };
        Some(Frame { siblings, index, value: *items.get(index)?, pair: None })
    }

    fn pair_frame(&self, pairs: &[PairAt<'a>], flow: bool, index: usize) -> Option<Frame<'a>> {
        let pair = *pairs.get(index)?;
        let siblings = Siblings {
            ranges: pairs.iter().map(|it| it.range()).collect(),
            flow,
            quoted: pairs.iter().any(|it| self.is_quoted(*it)),
        };
        Some(Frame { siblings, index, value: pair.value(), pair: Some(pair) })
    }

    /// The steps from the root to the value at `offset`: the one that starts there, or the scalar around it.
    pub(super) fn find(&self, offset: TextSize) -> Option<Vec<Frame<'a>>> {
        let section = self.sections.iter().rposition(|it| it.range.start() <= offset)?;
        let mut frames = vec![self.section_frame(section)];
        let holds = |range: TextRange| range.contains_inclusive(offset);
        if let Some(entries) = &self.sections[section].entries {
            let index = entries.iter().rposition(|it| it.range().start() <= offset)?;
            frames.push(self.entry_frame(section, index)?);
        }
        loop {
            let value = frames.last()?.value;
            if value.range().start() == offset || value.inner().start() == offset {
                return Some(frames);
            }
            let index = match (value.pairs(), value.items()) {
                (Some(pairs), _) => pairs.iter().rposition(|it| holds(it.range()) && it.key_range().end() < offset),
                (_, Some(items)) => items.iter().rposition(|it| holds(it.range())),
                _ => return holds(value.range()).then_some(frames),
            };
            frames.push(self.child(value, index?)?);
        }
    }

    /// The resource whose declaration or name starts at `offset`: the steps to it, through loops too.
    pub(super) fn resource(&self, offset: TextSize) -> Option<Vec<Frame<'a>>> {
        let section = self.section("Resources")?;
        let starts = |it: &PairAt<'_>| it.range().start() == offset || it.key_range().start() == offset;
        let holds = |it: &PairAt<'_>| it.range().contains(offset);
        let mut frames = vec![self.section_frame(section)];
        let entries = self.entries(section);
        if let Some(index) = entries.iter().position(starts) {
            frames.push(self.entry_frame(section, index)?);
            return Some(frames);
        }
        let index = entries.iter().position(holds)?;
        frames.push(self.entry_frame(section, index)?);
        loop {
            let frame = frames.last()?;
            let (_, body) = parts(frame.pair?)?;
            let body_frame = self.child(frame.value, 2)?;
            let pairs = body.pairs()?;
            frames.push(body_frame);
            if let Some(index) = pairs.iter().position(starts) {
                frames.push(self.child(body, index)?);
                return Some(frames);
            }
            frames.push(self.child(body, pairs.iter().position(holds)?)?);
        }
    }

    fn is_quoted(&self, pair: PairAt<'_>) -> bool {
        self.text[..usize::from(pair.key_range().start())].ends_with('"')
    }

    /// The range of an item of a block sequence, with its dash.
    fn with_dash(&self, range: TextRange) -> TextRange {
        let dash = self.text[..usize::from(range.start())].rfind('-').unwrap_or(range.start().into());
        text::range(dash, range.end().into())
    }

    // Lines and columns.

    /// The first byte of the line of `offset`.
    pub(super) fn line_start(&self, offset: TextSize) -> usize {
        self.text[..usize::from(offset)].rfind('\n').map_or(0, |it| it + 1)
    }

    /// The end of the line of `offset`, before its line break.
    pub(super) fn line_end(&self, offset: TextSize) -> usize {
        let rest = &self.text[usize::from(offset)..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        usize::from(offset) + line.strip_suffix('\r').unwrap_or(line).len()
    }

    /// The zero-based column of `offset`, in characters.
    pub(super) fn column(&self, offset: TextSize) -> usize {
        let line = &self.text[self.line_start(offset)..usize::from(offset)];
        line.trim_start_matches('\u{feff}').chars().count()
    }

    /// The white space that the line of `offset` starts with.
    pub(super) fn indent(&self, offset: TextSize) -> &'a str {
        let start = self.line_start(offset);
        let line: &'a str = self.document_text();
        let line = &line[start..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// True when nothing but white space stands before `offset` on its line.
    pub(super) fn starts_line(&self, offset: TextSize) -> bool {
        let before = &self.text[self.line_start(offset)..usize::from(offset)];
        before.trim_start_matches('\u{feff}').trim().is_empty()
    }

    fn document_text(&self) -> &'a str {
        self.text
    }
}
