//! What can be read of a piece of YAML that does not parse.
//!
//! A piece is split by its indentation into entries, and each is tried by itself, down to the lines. What stands in
//! front of a value, a key or a dash, is blanked in a copy for that, so that every offset stays true. Each line that
//! still makes no sense is one problem; the rest keeps its values.

use super::blocks::Parsed;
use super::explain::{self, Fault};
use super::lines::{self, Line, LineKind, WHITE};
use super::split::{content, is_attribute, is_leaf, lone_tag, region_indent, split_key, split_region};
use super::{Kind, Node, Pair, Problem, ProblemKind, Role, Word, scalar, strict, yaml};
use smol_str::SmolStr;
use std::ops::Range;
use text::{TextRange, TextSize, range, size};
use tree_sitter::Parser;

/// Reads what it can of `text`, whose lines these are; `joined` is what [`flow::joined`](super::flow::joined) says of it.
pub(super) fn recover(
    parser: &mut Parser,
    text: &str,
    lines: &[Line],
    role: Role,
    joined: Option<(String, Vec<usize>)>,
) -> Parsed {
    let mut lines = lines.to_vec();
    let scratch = match joined {
        None => text.as_bytes().to_vec(),
        Some((copy, continued)) => {
            continued.into_iter().for_each(|it| lines[it].kind = LineKind::Blank);
            copy.into_bytes()
        }
    };
    let count = lines.len();
    let mut recovery = Recovery {
        parser,
        text,
        scratch,
        lines,
        parsed: Parsed::default(),
        lost: Vec::new(),
        // Each level of nesting is parsed a few times; hostile nesting is not worth more.
        budget: 40 * text.len() + (64 << 10),
        depth: 0,
        garbage: None,
    };
    let all = 0..count;
    if role == Role::Root {
        let root = recovery.region(all, -1, false);
        recovery.parsed.root = Some(root);
    } else if let Some(first) = recovery.first_text(all.clone()) {
        recovery.blank_strays(first);
        recovery.parsed.pairs = recovery.entry(first..count).into_iter().collect();
        recovery.parsed.pairs.append(&mut recovery.lost);
    }
    recovery.finish()
}

/// The grammar counts lines in 16 bits: it takes a longer text for one error, so that reading it in pieces is no sign of
/// a fault.
const MAX_LINES: usize = i16::MAX as usize - 8;

/// A line amid items that is none.
fn not_an_item(content: &str) -> Fault {
    match split_key(content) {
        Some((key, _)) if !key.is_empty() => Fault {
            range: 0..key.len(),
            message: format!("`{key}` is no item: indent it to belong to the one above, or put `- ` in front"),
        },
        _ => Fault { range: 0..usize::MAX, message: "expected `- ` in front of an item".to_owned() },
    }
}

/// True for a single word behind a key: what may have been typed in front of a value that begins below.
fn is_word(value: &str) -> bool {
    let value = value.split(" #").next().unwrap_or_default().trim_matches(WHITE);
    !value.contains([' ', '\t']) && !value.starts_with(['!', '&', '*', '|', '>'])
}

struct Recovery<'a> {
    parser: &'a mut Parser,
    text: &'a str,
    /// The text, with what was already read blanked.
    scratch: Vec<u8>,
    lines: Vec<Line>,
    parsed: Parsed,
    /// What could not be put anywhere.
    lost: Vec<Pair>,
    /// The bytes that may still be parsed.
    budget: usize,
    depth: usize,
    /// The last line that was no pair, and where the problem of the lines like it starts.
    garbage: Option<(usize, TextSize)>,
}

impl Recovery<'_> {
    fn finish(mut self) -> Parsed {
        let mut scalars: Vec<TextRange> = Vec::new();
        let mut collect = |node: &Node| {
            if matches!(node.kind, Kind::Scalar { .. }) {
                scalars.push(node.inner);
            }
        };
        self.parsed.pairs.iter().for_each(|it| it.value.walk(&mut collect));
        self.parsed.root.iter().for_each(|it| it.walk(&mut collect));
        scalars.sort_by_key(|it| it.start());
        let is_content = |offset: usize| {
            let after = scalars.partition_point(|it| usize::from(it.start()) <= offset);
            after > 0 && usize::from(scalars[after - 1].end()) > offset
        };
        let comments = self.lines.iter().filter(|it| it.kind == LineKind::Comment && !is_content(it.content()));
        self.parsed.comments.extend(comments.map(|it| range(it.content(), it.end as usize)));
        self.parsed.comments.sort_by_key(|it| (it.start(), it.end()));
        self.parsed.comments.dedup_by_key(|it| it.start());

        if self.lines.len() <= MAX_LINES
            && self.parsed.problems.iter().all(|it| it.kind == ProblemKind::DuplicateKey)
            && let Some(first) = self.first_text(0..self.lines.len())
        {
            // Each line makes sense by itself.
            let at = strict::fault(self.text);
            let number = self.lines.partition_point(|it| it.start as usize <= at).saturating_sub(1).max(first);
            let number = (first..=number).rev().find(|it| self.lines[*it].has_text()).unwrap_or(first);
            let message = match self.lines[number].dash {
                true => "this item does not line up with what is above it: check the indentation",
                false => "this line does not fit the ones above it: check the indentation",
            };
            self.fault(number, Fault { range: 0..usize::MAX, message: message.to_owned() });
        }
        self.parsed.problems.sort_by_key(|it| (it.range.start(), it.range.end()));
        self.parsed.problems.dedup_by(|b, a| a.kind == b.kind && a.range.contains_range(b.range));
        self.parsed
    }

    /// Reports and blanks the lines that stand left of the whole block: they were typed amid it. Attributes of a resource
    /// stay, and what stands deeper below another key than anything before goes with it.
    fn blank_strays(&mut self, first: usize) {
        let indent = self.lines[first].indent;
        // The indentations that lines below may go on with.
        let mut open = vec![indent];
        let mut number = first;
        while number + 1 < self.lines.len() {
            number += 1;
            let line = self.lines[number];
            if line.kind != LineKind::Text {
                continue;
            }
            if line.indent >= indent || line.closes_flow() {
                open.retain(|it| *it < line.indent);
                open.push(line.indent);
                continue;
            }
            let content = content(self.text, &line);
            let below = self.first_text(number + 1..self.lines.len()).map_or(0, |it| self.lines[it].indent);
            let is_own = below > indent && !open.contains(&below);
            let (fault, is_parent) = match split_key(content) {
                None => (explain::key(content), false),
                Some((key, after)) => {
                    let value = content[after..].trim_start_matches(WHITE);
                    if is_attribute(key, value) && (is_own || !value.is_empty()) {
                        continue;
                    }
                    let message = format!("`{key}` is indented less than the lines around it");
                    (Fault { range: 0..key.len(), message }, value.is_empty())
                }
            };
            self.fault(number, fault);
            let mut end = number + 1;
            while is_own && is_parent && end < self.lines.len() {
                let line = &self.lines[end];
                if line.has_text() && line.indent < below {
                    break;
                }
                end += 1;
            }
            for it in number..end {
                let line = self.lines[it];
                self.scratch[line.start as usize..line.end as usize].fill(b' ');
                self.lines[it].kind = LineKind::Blank;
            }
            if end > number + 1 {
                let start = line.content();
                let range = range(start, self.lines[end - 1].end as usize);
                let word = Word { text: SmolStr::default(), range: TextRange::empty(range.start()) };
                let value = Node { kind: Kind::Broken, tag: None, anchor: None, range, inner: range };
                self.lost.push(Pair { key: word, value, range, incomplete: true });
            }
            number = end - 1;
        }
    }

    /// The value in these lines.
    fn region(&mut self, lines: Range<usize>, parent: i32, attempt: bool) -> Node {
        let Some(first) = self.first_text(lines.clone()) else {
            return yaml::nothing(self.lines.get(lines.start).map_or(self.text.len(), |it| it.start as usize));
        };
        if attempt && let Some(node) = self.attempt(lines.clone(), parent) {
            return node;
        }
        if self.depth > lines::MAX_BLOCK_DEPTH {
            return self.broken(lines);
        }
        self.depth += 1;
        let indent = region_indent(&self.scratch, &self.lines[lines.clone()], 0);
        let (is_sequence, entries) = split_region(&self.scratch, &self.lines[lines.clone()], indent);
        let entries: Vec<Range<usize>> =
            entries.into_iter().map(|(from, to)| lines.start + from..lines.start + to).collect();
        let kind = if is_sequence {
            Kind::Sequence { items: self.items(entries), flow: false }
        } else if entries.len() == 1 && split_key(self.rest(first)).is_none() && !self.lines[first].dash {
            // A lone scalar.
            let node = self.value(lines, parent, false);
            self.depth -= 1;
            return node;
        } else {
            let pairs = self.pairs(entries, indent);
            let problems = &mut self.parsed.problems;
            yaml::duplicate_keys(pairs.iter(), &mut |pair| problems.push(yaml::duplicate_key(&pair.key)));
            Kind::Mapping { pairs, flow: false }
        };
        self.depth -= 1;
        let range = self.extent(lines);
        Node { kind, tag: None, anchor: None, range, inner: range }
    }

    /// The items in these lines.
    fn items(&mut self, entries: Vec<Range<usize>>) -> Vec<Node> {
        let mut items: Vec<Node> = Vec::new();
        let mut last: Option<Range<usize>> = None;
        for entry in entries {
            if !self.lines[entry.start].dash
                && let Some(before) = &last
                && let Some(below) = self.below_typed(&entry)
                && let Some(Kind::Sequence { items: mut joined, .. }) = self.rejoin(before.start, &entry, below)
                && joined.len() == 1
            {
                items.pop();
                items.append(&mut joined);
                items.push(self.item(entry.start..below));
                last = None;
                continue;
            }
            items.push(self.item(entry.clone()));
            last = Some(entry);
        }
        items
    }

    /// The pairs in these lines, most of which are indented by `indent`.
    fn pairs(&mut self, entries: Vec<Range<usize>>, indent: u32) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = Vec::new();
        let mut last: Option<Range<usize>> = None;
        for entry in entries {
            let Some(below) = self.below_typed(&entry) else {
                pairs.extend(self.pair(entry.clone(), indent));
                last = Some(entry);
                continue;
            };
            let joined = last.take().and_then(|it| self.rejoin(it.start, &entry, below));
            if let Some(Kind::Mapping { pairs: mut joined, .. }) = joined
                && joined.len() == 1
            {
                pairs.pop();
                pairs.append(&mut joined);
                pairs.extend(self.pair(entry.start..below, indent));
            } else if let Some((key, after)) = split_key(self.rest(entry.start)) {
                let is_owner = self.lines[below].dash || is_attribute(key, "");
                if is_owner && is_word(&self.rest(entry.start)[after..]) {
                    pairs.extend(self.pair(entry, indent));
                    continue;
                }
                // Siblings that are indented too much. The first of them tells it for all.
                pairs.extend(self.pair(entry.start..below, indent));
                let rest = &self.lines[below..entry.end];
                let own = region_indent(&self.scratch, rest, 0);
                let (_, rest) = split_region(&self.scratch, rest, own);
                for (number, (from, to)) in rest.into_iter().enumerate() {
                    pairs.extend(self.pair(below + from..below + to, if number == 0 { indent } else { own }));
                }
            } else {
                pairs.extend(self.pair(entry, indent));
            }
        }
        pairs
    }

    /// The pair in these lines, which should be indented by `indent`.
    fn pair(&mut self, lines: Range<usize>, indent: u32) -> Option<Pair> {
        let line = self.lines[lines.start];
        let problems = self.parsed.problems.len();
        let start = lines.start;
        let pair = self.entry(lines)?;
        if line.indent != indent && self.parsed.problems.len() == problems {
            let how = if line.indent < indent { "less" } else { "more" };
            let message = format!("`{}` is indented {how} than its siblings", pair.key.text);
            let length = usize::from(pair.key.range.end()).saturating_sub(line.content());
            self.fault(start, Fault { range: 0..length, message });
        }
        Some(pair)
    }

    /// Where the lines start that stand below a line which can have nothing below it, as it has a value or no colon.
    fn below_typed(&mut self, lines: &Range<usize>) -> Option<usize> {
        let line = self.lines[lines.start];
        let below = self.first_text(lines.start + 1..lines.end)?;
        let is_key = |it: &Self, at: usize| it.lines[at].dash || split_key(it.rest(at)).is_some();
        if line.kind != LineKind::Text || line.dash || self.lines[below].indent <= line.indent || !is_key(self, below) {
            return None;
        }
        let is_typed = is_leaf(&self.scratch, &line) && self.attempt_quietly(lines.start..lines.start + 1).is_some();
        (is_typed && self.attempt_quietly(lines.clone()).is_none()).then_some(below)
    }

    /// What the lines from `start` say without the line that was typed amid them at the start of `typed`; `below` is the
    /// line that goes on after it.
    fn rejoin(&mut self, start: usize, typed: &Range<usize>, below: usize) -> Option<Kind> {
        if self.lines[below].indent <= self.lines[start].indent {
            return None;
        }
        let line = self.lines[typed.start];
        let bytes = line.start as usize..line.end as usize;
        let saved = self.scratch[bytes.clone()].to_vec();
        self.scratch[bytes.clone()].fill(b' ');
        let node = self.attempt(start..typed.end, -1);
        self.scratch[bytes].copy_from_slice(&saved);
        node.map(|it| it.kind)
    }

    /// The item of a sequence in these lines.
    fn item(&mut self, lines: Range<usize>) -> Node {
        let line = self.lines[lines.start];
        if let Some(Node { kind: Kind::Sequence { mut items, flow: false }, .. }) = self.attempt(lines.clone(), -1)
            && items.len() == 1
        {
            return items.remove(0);
        }
        if !line.dash {
            let content = content(self.text, &line);
            let fault = if explain::starts_badly(content) { explain::value(content) } else { not_an_item(content) };
            self.fault(lines.start, fault);
            return self.broken(lines);
        }
        let dash = line.content();
        self.blank(lines.start, dash..dash + 1);
        let node = match self.first_text(lines.clone()) {
            None => yaml::nothing(dash + 1),
            Some(_) => self.value(lines.clone(), line.indent as i32, false),
        };
        self.restore(lines.start, line, dash..dash + 1);
        node
    }

    /// The pair in these lines.
    fn entry(&mut self, lines: Range<usize>) -> Option<Pair> {
        if let Some(Node { kind: Kind::Mapping { mut pairs, flow: false }, .. }) = self.attempt(lines.clone(), -1)
            && pairs.len() == 1
        {
            return pairs.pop();
        }
        let lines = self.without_junk(lines);
        if self.lines[lines.start].kind == LineKind::Tab {
            self.fault(lines.start, explain::value(content(self.text, &self.lines[lines.start])));
            self.blank_tabs(lines.start);
        }
        let line = self.lines[lines.start];
        let content = content(self.text, &line);
        let start = line.content();
        let Some((key, after)) = split_key(content).filter(|_| !line.dash) else { return self.incomplete(lines) };

        let key_start = start + content.find(key).unwrap_or(0);
        let key_range = range(key_start, key_start + key.len());
        let key = match content.as_bytes()[0] {
            b'"' => scalar::double_quoted(key),
            b'\'' => scalar::single_quoted(key),
            _ => SmolStr::new(key),
        };
        let parent = line.indent as i32;
        self.blank(lines.start, start..start + after);
        let value = match self.lines[lines.start].kind {
            LineKind::Text | LineKind::Tab => self.value(lines.clone(), parent, true),
            _ if self.first_text(lines.clone()).is_some() => self.region(lines.start + 1..lines.end, parent, true),
            _ => yaml::nothing(start + after),
        };
        if self.lines[lines.start].kind == LineKind::Comment {
            self.parsed.comments.push(range(self.lines[lines.start].content(), line.end as usize));
        }
        self.restore(lines.start, line, start..start + after);
        let end = value.range.end().max(size(start + after));
        let range = TextRange::new(size(start), end);
        Some(Pair { key: Word { text: key, range: key_range }, value, range, incomplete: false })
    }

    /// The pair of a line that has no colon yet.
    fn incomplete(&mut self, lines: Range<usize>) -> Option<Pair> {
        let line = self.lines[lines.start];
        let content = content(self.text, &line).trim_end_matches(WHITE);
        let rest = lines.start + 1..lines.end;
        self.garbage(&lines, explain::key(content));
        let value = match self.first_text(rest.clone()) {
            Some(_) => self.region(rest, -1, true),
            None => yaml::nothing(line.content() + content.len()),
        };
        let key = content.split(" #").next().unwrap_or_default().trim_end_matches(WHITE);
        let word = Word { text: SmolStr::new(key), range: range(line.content(), line.content() + key.len()) };
        let end = value.range.end().max(word.range.end());
        let range = TextRange::new(word.range.start(), end);
        Some(Pair { key: word, value, range, incomplete: true })
    }

    /// Reports a line that is no pair, together with such lines right above it.
    fn garbage(&mut self, lines: &Range<usize>, fault: Fault) {
        let number = lines.start;
        let is_alone = self.first_text(number + 1..lines.end).is_none();
        if let Some((last, first)) = self.garbage
            && is_alone
            && self.first_text(last + 1..number).is_none()
            && let Some(problem) = self.parsed.problems.iter_mut().find(|it| it.range.start() == first)
        {
            let line = self.lines[number];
            let end = line.content() + content(self.text, &line).trim_end_matches(WHITE).len();
            problem.range = TextRange::new(first, size(end));
            problem.message =
                "these lines are no pairs of keys and values, nor do they go on with the one above".to_owned();
            self.garbage = Some((number, first));
            return;
        }
        let is_plain = fault.message.starts_with("expected `:`");
        self.fault(number, fault);
        let start = self.parsed.problems.last().map(|it| it.range.start());
        self.garbage = start.filter(|_| is_alone && is_plain).map(|it| (number, it));
    }

    /// The value in these lines, whose key or dash has been blanked; `inline` behind a key on the same line.
    fn value(&mut self, lines: Range<usize>, parent: i32, inline: bool) -> Node {
        let Some(first) = self.first_text(lines.clone()) else {
            return yaml::nothing(self.lines[lines.start].end as usize);
        };
        // Behind a key, neither a pair nor an item can start on the same line.
        let opens_block = self.lines[first].dash || split_key(self.rest(first)).is_some();
        if !(inline && opens_block)
            && let Some(node) = self.attempt(lines.clone(), parent)
        {
            return node;
        }
        if self.depth > lines::MAX_BLOCK_DEPTH {
            return self.broken(lines);
        }
        if !inline && opens_block {
            return self.region(lines, parent, false);
        }
        let line = self.lines[first];
        let rest_of_line = self.rest(first).to_owned();
        let is_flow = rest_of_line.starts_with(['[', '{']);
        // A value on the line itself, which does not parse with what follows.
        let start = line.content();
        let below = first + 1..lines.end;
        let has_below = self.first_text(below.clone()).is_some();
        let tag = lone_tag(&rest_of_line)
            .map(|length| Word { text: SmolStr::new(&rest_of_line[..length]), range: range(start, start + length) });
        if tag.is_none()
            && !opens_block
            && has_below
            && let Some(node) = self.attempt(first..first + 1, parent)
        {
            let next = self.first_text(below.clone()).unwrap_or(first);
            let is_owner = (self.lines[next].dash || split_key(self.rest(next)).is_some())
                && self.lines[next].indent as i32 > parent;
            let whole = self.text[line.start as usize..line.end as usize].trim_start_matches(WHITE);
            if let Some((key, after)) = split_key(whole).filter(|_| inline && first == lines.start)
                && is_owner
                && is_word(&whole[after..])
            {
                let message = format!("nothing can stand here: the value of `{key}` begins on the next line");
                self.fault(
                    first,
                    Fault {
                        range: 0..rest_of_line.split(" #").next().unwrap_or_default().trim_end_matches(WHITE).len(),
                        message,
                    },
                );
                return self.region(below, parent, true);
            }
            let message = "this stands below a value that is already complete: check the indentation".to_owned();
            self.fault(next, Fault { range: 0..usize::MAX, message });
            return node;
        }
        if is_flow {
            let source = &self.text[start..self.extent(lines.clone()).end().into()];
            let fault = explain::flow(source);
            let problem = range(start + fault.range.start, start + fault.range.end.min(source.len()));
            self.problem(problem, fault.message);
            return self.broken_from(start, lines);
        }
        let mut fault = explain::value(&rest_of_line);
        if tag.is_some() && has_below {
            let mut node = self.region(below, parent, true);
            node.range = TextRange::new(size(start), node.range.end().max(size(start)));
            node.tag = tag;
            return node;
        }
        if has_below && explain::is_open_quote(&rest_of_line) {
            fault.range.end = fault.range.end.min(rest_of_line.trim_end_matches(WHITE).len());
        }
        self.fault(first, fault);
        if has_below {
            return self.region(below, parent, true);
        }
        let inner = range(start, start + rest_of_line.trim_end_matches(WHITE).len());
        Node { kind: Kind::Broken, tag, anchor: None, range: inner, inner }
    }

    /// Drops lines at the end that are nothing but junk: lone brackets, dashes, tabs.
    fn without_junk(&mut self, lines: Range<usize>) -> Range<usize> {
        let indent = self.lines[lines.start].indent;
        let mut end = lines.end;
        while let Some(last) = (lines.start + 1..end).rev().find(|it| self.lines[*it].has_text()) {
            let line = self.lines[last];
            let is_short = line.end - line.start - line.indent <= 2;
            let is_junk = line.indent <= indent && is_short && (line.dash || line.closes_flow() || line.first == b':');
            if line.kind != LineKind::Tab && !is_junk {
                break;
            }
            self.fault(last, explain::value(content(self.text, &line)));
            end = last;
        }
        lines.start..end
    }

    /// Parses these lines as they are in the copy; `None` when they do not parse.
    fn attempt(&mut self, lines: Range<usize>, parent: i32) -> Option<Node> {
        let from = self.lines[lines.start].start as usize;
        let to = self.lines[lines.end - 1].next as usize;
        self.budget = self.budget.checked_sub(to - from)?;
        let source = std::str::from_utf8(&self.scratch[from..to]).ok()?;
        let tree = self.parser.parse(source, None).filter(|it| !it.root_node().has_error())?;
        let mut reading = yaml::read(&tree, self.text, from, parent);
        let value = reading.values.pop()?;
        if !reading.values.is_empty() {
            return None;
        }
        self.parsed.problems.append(&mut reading.problems);
        self.parsed.comments.append(&mut reading.comments);
        self.parsed.has_aliases |= reading.has_aliases;
        Some(value)
    }

    /// True for lines that parse, without a word about what they say.
    fn attempt_quietly(&mut self, lines: Range<usize>) -> Option<()> {
        let from = self.lines[lines.start].start as usize;
        let to = self.lines[lines.end - 1].next as usize;
        self.budget = self.budget.checked_sub(to - from)?;
        let source = std::str::from_utf8(&self.scratch[from..to]).ok()?;
        self.parser.parse(source, None).filter(|it| !it.root_node().has_error()).map(|_| ())
    }

    fn blank(&mut self, number: usize, bytes: Range<usize>) {
        self.scratch[bytes].fill(b' ');
        let line = self.lines[number];
        self.lines[number] = lines::line(&self.scratch, line.start as usize, line.end as usize, line.next as usize);
    }

    fn blank_tabs(&mut self, number: usize) {
        let line = self.lines[number];
        let white =
            self.scratch[line.start as usize..line.end as usize].iter().take_while(|it| matches!(it, b' ' | b'\t'));
        let white = white.count();
        self.blank(number, line.start as usize..line.start as usize + white);
    }

    fn restore(&mut self, number: usize, line: Line, bytes: Range<usize>) {
        self.scratch[bytes.clone()].copy_from_slice(&self.text.as_bytes()[bytes]);
        self.lines[number] = line;
    }

    fn first_text(&self, lines: Range<usize>) -> Option<usize> {
        lines.into_iter().find(|it| self.lines[*it].has_text())
    }

    /// What is not yet read of a line.
    fn rest(&self, number: usize) -> &str {
        let line = &self.lines[number];
        std::str::from_utf8(&self.scratch[line.content()..line.end as usize]).unwrap_or_default()
    }

    /// From the first to the last character of these lines.
    fn extent(&self, lines: Range<usize>) -> TextRange {
        let texts = || lines.clone().filter(|it| self.lines[*it].has_text());
        let start = texts().next().map_or(0, |it| self.lines[it].content());
        let end = texts().next_back().map_or(start, |it| {
            let line = &self.lines[it];
            line.content() + content(self.text, line).trim_end_matches(WHITE).len()
        });
        range(start, end)
    }

    fn broken(&self, lines: Range<usize>) -> Node {
        let range = self.extent(lines);
        Node { kind: Kind::Broken, tag: None, anchor: None, range, inner: range }
    }

    fn broken_from(&self, start: usize, lines: Range<usize>) -> Node {
        let range = range(start, self.extent(lines).end().into());
        Node { kind: Kind::Broken, tag: None, anchor: None, range, inner: range }
    }

    /// Reports a fault in what is not yet read of a line.
    fn fault(&mut self, number: usize, fault: Fault) {
        let line = self.lines[number];
        let start = line.content();
        let end = start + content(self.text, &line).trim_end_matches(WHITE).len();
        let from = (start + fault.range.start).min(end);
        let to = start.saturating_add(fault.range.end).min(end);
        let (from, to) = if from < to { (from, to) } else { (start, end.max(line.end as usize)) };
        self.problem(range(from, to), fault.message);
    }

    fn problem(&mut self, range: TextRange, message: String) {
        self.parsed.problems.push(Problem { range, message, kind: ProblemKind::Syntax });
    }
}
