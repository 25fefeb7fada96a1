//! Pieces of text become blocks, or stay the blocks that they were.

use super::flow;
use super::lines::{self, Line, LineKind};
use super::split::{self, Piece};
use super::{Block, Document, Kind, Node, Pair, Placed, Problem, ProblemKind, Role, Word, recover, strict, yaml};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use text::{TextRange, range, size};
use tree_sitter::Parser;

/// What a block says; [`Block`] adds text and identity.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) pairs: Vec<Pair>,
    pub(super) root: Option<Node>,
    pub(super) problems: Vec<Problem>,
    pub(super) comments: Vec<TextRange>,
    pub(super) has_aliases: bool,
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// Makes blocks of `pieces`, using each block of `last` with the same role and text again, once.
pub(super) fn place(
    text: &str,
    pieces: &[Piece],
    last: Vec<Placed>,
    mut parse: impl FnMut(&str, Role) -> Parsed,
) -> Vec<Placed> {
    let source = |piece: &Piece| &text[piece.start..piece.end];
    let is_same = |piece: &Piece, placed: &Placed| placed.role == piece.role && *placed.block.text == *source(piece);

    // Nearly always one block in the middle has changed.
    let front = pieces.iter().zip(&last).take_while(|(piece, placed)| is_same(piece, placed)).count();
    let back = pieces[front..]
        .iter()
        .rev()
        .zip(last[front..].iter().rev())
        .take_while(|(piece, placed)| is_same(piece, placed))
        .count();
    let mut middle: FxHashMap<(Role, &str), Vec<&Arc<Block>>> = FxHashMap::default();
    for placed in last[front..last.len() - back].iter().rev() {
        middle.entry((placed.role, &placed.block.text)).or_default().push(&placed.block);
    }

    let place = |(number, piece): (usize, &Piece)| {
        let old = if number < front {
            Some(&last[number].block)
        } else if number >= pieces.len() - back {
            Some(&last[last.len() - (pieces.len() - number)].block)
        } else {
            middle.get_mut(&(piece.role, source(piece))).and_then(Vec::pop)
        };
        let block = match old {
            Some(block) => Arc::clone(block),
            None => Arc::new(finish(source(piece), parse(source(piece), piece.role))),
        };
        Placed { start: size(piece.start), role: piece.role, block }
    };
    pieces.iter().enumerate().map(place).collect()
}

fn finish(text: &str, parsed: Parsed) -> Block {
    let Parsed { pairs, root, problems, comments, has_aliases } = parsed;
    let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
    Block { id, text: Arc::from(text), pairs, root, problems, comments, has_aliases }
}

/// Problems that are seen only across blocks: keys that stand twice, aliases without an anchor.
pub(super) fn problems_between(document: &Document) -> Vec<(TextRange, Problem)> {
    let mut problems = Vec::new();
    let mut report = |placed: &Placed, mut problem: Problem| {
        problem.range += placed.start;
        problems.push((problem.range, problem));
    };
    let mut sections: FxHashSet<&str> = FxHashSet::default();
    let mut entries: FxHashSet<&str> = FxHashSet::default();
    for placed in &document.blocks {
        if matches!(placed.role, Role::Header | Role::Section) {
            entries.clear();
        }
        let seen = match placed.role {
            Role::Header | Role::Section => &mut sections,
            Role::Entry => &mut entries,
            Role::Trivia | Role::Root => continue,
        };
        for pair in placed.block.pairs.iter().filter(|it| yaml::counts(it)) {
            if !seen.insert(&pair.key.text) {
                report(placed, yaml::duplicate_key(&pair.key));
            }
        }
    }
    if document.blocks.iter().any(|it| it.block.has_aliases) {
        let mut anchors: FxHashSet<&str> = FxHashSet::default();
        for placed in &document.blocks {
            placed.block.walk(&mut |node| {
                anchors.extend(node.anchor.as_deref());
                if let Kind::Alias(name) = &node.kind
                    && !anchors.contains(name.as_str())
                {
                    let is_word = name.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '-'));
                    let message = match is_word {
                        true => format!("no anchor `&{name}` stands before this alias"),
                        false => "`*` begins an alias; put the value in quotes".to_owned(),
                    };
                    report(placed, Problem { range: node.range, message, kind: ProblemKind::UnknownAlias });
                }
            });
        }
    }
    problems
}

/// Parses a piece of YAML.
pub(super) fn parse_yaml(parser: &mut Parser, text: &str, role: Role) -> Parsed {
    let lines = lines::scan(text.as_bytes(), 0);
    match role {
        Role::Trivia => Parsed { comments: comments(text, &lines), ..Parsed::default() },
        Role::Header => header(text, &lines),
        Role::Section | Role::Entry | Role::Root => {
            let mut parsed = value(parser, text, role, &lines);
            if role == Role::Entry {
                nest(&mut parsed.pairs);
            }
            parsed.problems.extend(control_character(text));
            parsed
        }
    }
}

/// Puts what stands beside the name of an entry where it belongs; the splitter has reported it.
fn nest(pairs: &mut Vec<Pair>) {
    let [name, rest @ ..] = pairs.as_slice() else { return };
    let (Some(first), Some(last)) = (rest.first(), rest.last()) else { return };
    // What was typed amid an entry has no key.
    if !matches!(name.value.kind, Kind::Nothing) || rest.iter().any(|it| it.key.text.is_empty()) {
        return;
    }
    let range = TextRange::new(first.range.start(), last.range.end());
    let attributes = pairs.split_off(1);
    let kind = Kind::Mapping { pairs: attributes, flow: false };
    pairs[0].value = Node { kind, tag: None, anchor: None, range, inner: range };
    pairs[0].range = TextRange::new(pairs[0].range.start(), range.end());
}

/// The first character that no YAML may hold, where there is one.
fn control_character(text: &str) -> Option<Problem> {
    let at = text.bytes().position(|it| it < b' ' && !matches!(it, b'\t' | b'\n' | b'\r') || it == 0x7f)?;
    let message = match text.as_bytes()[at] {
        0 => "this is no text in UTF-8: save the file as UTF-8".to_owned(),
        byte => format!("this character cannot stand in YAML: write `\\x{byte:02x}` in double quotes"),
    };
    Some(Problem { range: range(at, at + 1), message, kind: ProblemKind::Syntax })
}

fn comments(text: &str, lines: &[Line]) -> Vec<TextRange> {
    let comment = |line: &Line| match line.kind {
        LineKind::Comment => Some(range(line.content(), line.end as usize)),
        // Behind a document marker or a directive.
        LineKind::Text => {
            trailing_comment(split::content(text, line)).map(|it| range(line.content() + it, line.end as usize))
        }
        LineKind::Blank | LineKind::Tab => None,
    };
    lines.iter().filter_map(comment).collect()
}

/// Where the comment at the end of a line without quotes starts.
fn trailing_comment(content: &str) -> Option<usize> {
    content.find(" #").or_else(|| content.find("\t#")).map(|it| it + 1)
}

fn header(text: &str, lines: &[Line]) -> Parsed {
    let mut parsed = Parsed::default();
    let Some(first) = lines.iter().position(|it| it.kind == LineKind::Text) else { return parsed };
    let line = &lines[first];
    parsed.comments = comments(text, &lines[..first]);
    let content = split::content(text, line);
    if let Some((key, after)) = split::split_key(content) {
        let start = line.content() + content.find(key).unwrap_or(0);
        let word = Word { text: SmolStr::new(key), range: range(start, start + key.len()) };
        let value = yaml::nothing(line.content() + after);
        let range = TextRange::new(size(line.content()), value.range.end());
        parsed.pairs.push(Pair { key: word, value, range, incomplete: false });
        parsed
            .comments
            .extend(content[after..].find('#').map(|it| text::range(line.content() + after + it, line.end as usize)));
    }
    parsed
}

fn value(parser: &mut Parser, text: &str, role: Role, lines: &[Line]) -> Parsed {
    let mut parsed = Parsed::default();
    if lines::is_too_deep(text.as_bytes(), lines) {
        let line = lines.iter().find(|it| it.has_text()).unwrap_or(&lines[0]);
        let message = "this is nested too deeply to be read".to_owned();
        let range = range(line.content(), line.end as usize);
        parsed.problems.push(Problem { range, message, kind: ProblemKind::Limit });
        return parsed;
    }
    if let Some(parsed) = whole(parser, text, role) {
        return parsed;
    }
    if let Some((value, parsed)) = strict::read(text, -1)
        && let Some(parsed) = of_role(role, value, parsed)
    {
        return parsed;
    }
    recover::recover(parser, text, lines, role, flow::joined(text, lines))
}

/// What `text` says as a whole; `None` when the grammar does not take it.
fn whole(parser: &mut Parser, text: &str, role: Role) -> Option<Parsed> {
    let tree = parser.parse(text, None).filter(|it| !it.root_node().has_error())?;
    let mut reading = yaml::read(&tree, text, 0, -1);
    let value = reading.values.pop().filter(|_| reading.values.is_empty())?;
    let parsed = Parsed {
        problems: reading.problems,
        comments: reading.comments,
        has_aliases: reading.has_aliases,
        ..Parsed::default()
    };
    of_role(role, value, parsed)
}

/// `parsed` with the value of a block.
fn of_role(role: Role, value: Node, mut parsed: Parsed) -> Option<Parsed> {
    match value.kind {
        _ if role == Role::Root => parsed.root = Some(value),
        Kind::Mapping { pairs, flow: false } if value.tag.is_none() && value.anchor.is_none() => parsed.pairs = pairs,
        // A key alone parses, as a scalar.
        _ => return None,
    }
    Some(parsed)
}
