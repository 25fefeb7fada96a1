//! YAML as libyaml and SnakeYAML read it, and so PyYAML, the AWS CLI and CloudFormation.
//!
//! The grammar of tree-sitter follows the specification where these do not, in the indentation of flow values for
//! instance, and takes some comments for faults. So what it refuses is read again, by the two steps that the readers
//! above have in common: tokens, of which some are put in later (a key is known by its colon), and values. What this
//! refuses too is broken.

mod scan;

use super::blocks::Parsed;
use super::{Kind, Node, Pair, Style, Word, scalar, yaml};
use scan::{Token, TokenKind};
use smol_str::SmolStr;
use text::{TextRange, range};

/// The value that `text` is, in a collection at the column `parent` (-1 for none), with everything that belongs to it;
/// `None` when it is no YAML.
pub(super) fn read(text: &str, parent: i32) -> Option<(Node, Parsed)> {
    let (tokens, comments) = scan::tokens(text, parent).ok()?;
    let mut reader = Reader::new(text, tokens);
    reader.parsed.comments = comments;
    let node = reader.all(parent)?;
    Some((node, reader.parsed))
}

/// Where `text`, which is no YAML, goes wrong: the byte up to which it makes sense.
pub(super) fn fault(text: &str) -> usize {
    let tokens = match scan::tokens(text, -1) {
        Ok((tokens, _)) => tokens,
        Err(at) => return at,
    };
    let mut reader = Reader::new(text, tokens);
    reader.all(-1);
    reader.token().start
}

struct Reader<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    parsed: Parsed,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, tokens: Vec<Token>) -> Reader<'t> {
        Reader { text, tokens, at: 0, depth: 0, parsed: Parsed::default() }
    }

    /// The one value that all tokens are.
    fn all(&mut self, parent: i32) -> Option<Node> {
        if self.peek() == TokenKind::DocumentStart {
            self.at += 1;
        }
        let node = match self.peek() {
            TokenKind::End => yaml::nothing(self.text.len()),
            _ => self.node(true, parent >= 0)?,
        };
        (self.peek() == TokenKind::End).then_some(node)
    }

    fn token(&self) -> Token {
        self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn peek(&self) -> TokenKind {
        self.token().kind
    }

    fn take(&mut self) -> Token {
        let token = self.token();
        self.at += 1;
        token
    }

    fn expect(&mut self, kind: TokenKind) -> Option<()> {
        (self.peek() == kind).then(|| self.at += 1)
    }

    fn source(&self, token: Token) -> &str {
        &self.text[token.start..token.end]
    }

    /// The value at the next token. `block`: it may be a block collection; `indentless`: a sequence may stand at the
    /// column of the key that it belongs to.
    fn node(&mut self, block: bool, indentless: bool) -> Option<Node> {
        if self.depth > yaml::MAX_DEPTH {
            return None;
        }
        let first = self.token();
        if first.kind == TokenKind::Alias {
            self.at += 1;
            self.parsed.has_aliases = true;
            let range = range(first.start, first.end);
            let kind = Kind::Alias(SmolStr::new(&self.source(first)[1..]));
            return Some(Node { kind, tag: None, anchor: None, range, inner: range });
        }
        let (mut tag, mut anchor) = (None, None);
        let mut end = first.start;
        loop {
            let token = self.token();
            match token.kind {
                TokenKind::Anchor if anchor.is_none() => anchor = Some(SmolStr::new(&self.source(token)[1..])),
                TokenKind::Tag if tag.is_none() => {
                    let range = range(token.start, token.end);
                    tag = Some(Word { text: SmolStr::new(self.source(token)), range });
                }
                _ => break,
            }
            end = token.end;
            self.at += 1;
        }
        let is_decorated = tag.is_some() || anchor.is_some();
        self.depth += 1;
        let (kind, inner) = match self.peek() {
            TokenKind::BlockEntry if indentless => self.block_sequence(true)?,
            TokenKind::Scalar { style, indent } => self.scalar(style, indent),
            TokenKind::FlowSequenceStart => self.flow_sequence()?,
            TokenKind::FlowMappingStart => self.flow_mapping()?,
            TokenKind::BlockSequenceStart if block => self.block_sequence(false)?,
            TokenKind::BlockMappingStart if block => self.block_mapping()?,
            _ if is_decorated => (Kind::Nothing, range(end, end)),
            _ => return None,
        };
        self.depth -= 1;
        let range = match is_decorated {
            true => TextRange::new(range(first.start, first.start).start(), inner.end()),
            false => inner,
        };
        Some(Node { kind, tag, anchor, range, inner })
    }

    fn scalar(&mut self, style: Style, indent: i32) -> (Kind, TextRange) {
        let token = self.take();
        let source = self.source(token);
        let inner = || source.get(1..source.len() - 1).unwrap_or_default();
        let text = match style {
            Style::Plain => scalar::plain(source),
            Style::Single => scalar::single_quoted(inner()),
            Style::Double => scalar::double_quoted(inner()),
            Style::Literal | Style::Folded => {
                let text = scalar::block(&self.text[token.start..], indent);
                let end = token.start + source.trim_end().len();
                return (Kind::Scalar { text, style }, range(token.start, end));
            }
        };
        (Kind::Scalar { text, style }, range(token.start, token.end))
    }

    /// A value, unless the next token is one of `ends`; then nothing, at `place`.
    fn node_or_nothing(&mut self, ends: &[TokenKind], place: usize, block: bool, indentless: bool) -> Option<Node> {
        if ends.contains(&self.peek()) { Some(yaml::nothing(place)) } else { self.node(block, indentless) }
    }

    fn block_sequence(&mut self, indentless: bool) -> Option<(Kind, TextRange)> {
        if !indentless {
            self.at += 1;
        }
        let start = self.token().start;
        let mut items: Vec<Node> = Vec::new();
        while self.peek() == TokenKind::BlockEntry {
            let dash = self.take();
            let ends: &[TokenKind] = match indentless {
                true => &[TokenKind::BlockEntry, TokenKind::Key, TokenKind::Value, TokenKind::BlockEnd, TokenKind::End],
                false => &[TokenKind::BlockEntry, TokenKind::BlockEnd],
            };
            items.push(self.node_or_nothing(ends, dash.end, true, false)?);
        }
        if !indentless {
            self.expect(TokenKind::BlockEnd)?;
        }
        let end = items.last()?.range.end();
        Some((Kind::Sequence { items, flow: false }, TextRange::new(range(start, start).start(), end)))
    }

    fn block_mapping(&mut self) -> Option<(Kind, TextRange)> {
        const ENDS: &[TokenKind] = &[TokenKind::Key, TokenKind::Value, TokenKind::BlockEnd];
        self.at += 1;
        let mut pairs = Vec::new();
        while self.peek() == TokenKind::Key {
            let mark = self.take();
            let key = self.node_or_nothing(ENDS, mark.end, true, true)?;
            pairs.push(self.pair(key, ENDS, true)?);
        }
        self.expect(TokenKind::BlockEnd)?;
        let extent = TextRange::new(pairs.first()?.range.start(), pairs.last()?.range.end());
        self.report_duplicates(&pairs);
        Some((Kind::Mapping { pairs, flow: false }, extent))
    }

    /// What comes behind a key, if it has a value.
    fn pair(&mut self, key: Node, ends: &[TokenKind], block: bool) -> Option<Pair> {
        let value = match self.peek() {
            TokenKind::Value => {
                let colon = self.take();
                self.node_or_nothing(ends, colon.end, block, block)?
            }
            _ => yaml::nothing(key.range.end().into()),
        };
        Some(yaml::join(self.text, key, value, &mut self.parsed.problems))
    }

    fn flow_sequence(&mut self) -> Option<(Kind, TextRange)> {
        const ENDS: &[TokenKind] = &[TokenKind::Value, TokenKind::FlowEntry, TokenKind::FlowSequenceEnd];
        let open = self.take();
        let mut items = Vec::new();
        while self.peek() != TokenKind::FlowSequenceEnd {
            items.push(if self.peek() == TokenKind::Key {
                let mark = self.take();
                let key = self.node_or_nothing(ENDS, mark.end, false, false)?;
                let pair = self.pair(key, &ENDS[1..], false)?;
                let range = pair.range;
                let kind = Kind::Mapping { pairs: vec![pair], flow: true };
                Node { kind, tag: None, anchor: None, range, inner: range }
            } else {
                self.node(false, false)?
            });
            match self.peek() {
                TokenKind::FlowEntry => self.at += 1,
                TokenKind::FlowSequenceEnd => {}
                _ => return None,
            }
        }
        let close = self.take();
        Some((Kind::Sequence { items, flow: true }, range(open.start, close.end)))
    }

    fn flow_mapping(&mut self) -> Option<(Kind, TextRange)> {
        const ENDS: &[TokenKind] = &[TokenKind::Value, TokenKind::FlowEntry, TokenKind::FlowMappingEnd];
        let open = self.take();
        let mut pairs = Vec::new();
        while self.peek() != TokenKind::FlowMappingEnd {
            let key = if self.peek() == TokenKind::Key {
                let mark = self.take();
                self.node_or_nothing(ENDS, mark.end, false, false)?
            } else {
                self.node(false, false)?
            };
            pairs.push(self.pair(key, &ENDS[1..], false)?);
            match self.peek() {
                TokenKind::FlowEntry => self.at += 1,
                TokenKind::FlowMappingEnd => {}
                _ => return None,
            }
        }
        let close = self.take();
        self.report_duplicates(&pairs);
        Some((Kind::Mapping { pairs, flow: true }, range(open.start, close.end)))
    }

    fn report_duplicates(&mut self, pairs: &[Pair]) {
        let problems = &mut self.parsed.problems;
        yaml::duplicate_keys(pairs.iter(), &mut |pair| problems.push(yaml::duplicate_key(&pair.key)));
    }
}
