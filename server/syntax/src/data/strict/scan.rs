//! Tokens of YAML.

use crate::data::Style;
use crate::data::yaml::MAX_DEPTH;
use text::{TextRange, range};

/// What a token is. Those of block collections without a character of their own are told by the indentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    DocumentStart,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar {
        style: Style,
        /// The column of the block collection around it, -1 for none.
        indent: i32,
    },
    End,
}

/// A token and its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The tokens of a text that stands in a collection at the column `indent`, and its comments; or the byte at which
/// something stands that cannot be a token.
pub(super) fn tokens(text: &str, indent: i32) -> Result<(Vec<Token>, Vec<TextRange>), usize> {
    let mut scanner = Scanner {
        text: text.as_bytes(),
        at: 0,
        line_start: 0,
        line: 0,
        tokens: Vec::with_capacity(text.len() / 6 + 2),
        comments: Vec::new(),
        indent,
        indents: Vec::new(),
        flow: 0,
        may_be_key: true,
        keys: vec![None],
    };
    while scanner.next().ok_or(scanner.at)? {}
    Ok((scanner.tokens, scanner.comments))
}

/// The longest key without a `?`.
const MAX_KEY: usize = 1024;

/// A token that is a key if a colon follows on its line.
#[derive(Clone, Copy, Debug)]
struct PossibleKey {
    token: usize,
    start: usize,
    line: usize,
    column: i32,
    /// True where nothing but a key can stand.
    required: bool,
}

struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
    line_start: usize,
    line: usize,
    tokens: Vec<Token>,
    comments: Vec<TextRange>,
    /// The column of the innermost block collection.
    indent: i32,
    /// Those of the ones around it.
    indents: Vec<i32>,
    /// The number of flow collections that are open.
    flow: usize,
    may_be_key: bool,
    /// For the block context and each open flow collection.
    keys: Vec<Option<PossibleKey>>,
}

impl Scanner<'_> {
    fn byte(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn is_end(&self, ahead: usize) -> bool {
        self.at + ahead >= self.text.len()
    }

    fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t')
    }

    fn is_break(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b'\n' | b'\r')
    }

    /// True for white space, a line break, and the end.
    fn is_space(&self, ahead: usize) -> bool {
        self.is_end(ahead) || self.is_blank(ahead) || self.is_break(ahead)
    }

    fn column(&self) -> i32 {
        i32::try_from(self.at - self.line_start).unwrap_or(i32::MAX)
    }

    fn take_break(&mut self) {
        self.at += if self.byte(0) == b'\r' && self.byte(1) == b'\n' { 2 } else { 1 };
        self.line_start = self.at;
        self.line += 1;
    }

    fn is_document_marker(&self) -> bool {
        self.column() == 0
            && [b"---".as_slice(), b"..."].iter().any(|it| self.text[self.at..].starts_with(it))
            && self.is_space(3)
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        self.tokens.push(Token { kind, start, end: self.at });
    }

    /// Reads one token, and those that the indentation tells before it. False at the end; `None` for a fault.
    fn next(&mut self) -> Option<bool> {
        self.skip()?;
        self.drop_stale_key()?;
        self.close_blocks(self.column());
        if self.is_end(0) {
            self.close_blocks(i32::MIN);
            self.drop_key()?;
            if self.flow > 0 {
                return None;
            }
            self.push(TokenKind::End, self.at);
            return Some(false);
        }
        if self.is_document_marker() {
            // Pieces are of one document; only the first may start on the line of its marker.
            if !self.tokens.is_empty() || self.byte(0) != b'-' {
                return None;
            }
            self.at += 3;
            self.may_be_key = false;
            self.push(TokenKind::DocumentStart, self.at - 3);
            return Some(true);
        }
        let start = self.at;
        match self.byte(0) {
            b'[' => self.open_flow(TokenKind::FlowSequenceStart)?,
            b'{' => self.open_flow(TokenKind::FlowMappingStart)?,
            b']' => self.close_flow(TokenKind::FlowSequenceEnd)?,
            b'}' => self.close_flow(TokenKind::FlowMappingEnd)?,
            b',' if self.flow > 0 => {
                self.drop_key()?;
                self.may_be_key = true;
                self.at += 1;
                self.push(TokenKind::FlowEntry, start);
            }
            b'-' if self.is_space(1) => {
                self.open_block(TokenKind::BlockSequenceStart)?;
                self.drop_key()?;
                self.may_be_key = true;
                self.at += 1;
                self.push(TokenKind::BlockEntry, start);
            }
            b'?' if self.is_space(1) => {
                if self.flow == 0 {
                    self.open_block(TokenKind::BlockMappingStart)?;
                }
                self.drop_key()?;
                self.may_be_key = self.flow == 0;
                self.at += 1;
                self.push(TokenKind::Key, start);
            }
            b':' if self.flow > 0 || self.is_space(1) => self.value()?,
            b'*' | b'&' => {
                self.note_key()?;
                self.may_be_key = false;
                self.anchor()?;
            }
            b'!' => {
                self.note_key()?;
                self.may_be_key = false;
                self.tag()?;
            }
            b'|' | b'>' if self.flow == 0 => {
                self.drop_key()?;
                self.may_be_key = true;
                self.block_scalar()?;
            }
            b'"' | b'\'' => {
                self.note_key()?;
                self.may_be_key = false;
                self.quoted()?;
            }
            first => {
                let is_indicator = b"-?:,[]{}#&*!|>'\"%@`".contains(&first);
                let is_plain = !is_indicator
                    || first == b'-' && !self.is_blank(1)
                    || self.flow == 0 && matches!(first, b'?' | b':') && !self.is_space(1);
                // A control character is no text.
                if !is_plain || self.is_space(0) || first < b' ' {
                    return None;
                }
                self.note_key()?;
                self.may_be_key = false;
                self.plain();
            }
        }
        Some(true)
    }

    /// Skips white space, line breaks and comments.
    fn skip(&mut self) -> Option<()> {
        loop {
            while self.byte(0) == b' ' || self.byte(0) == b'\t' && (self.flow > 0 || !self.may_be_key) {
                self.at += 1;
            }
            if self.byte(0) == b'\t' && self.rest_is_blank() {
                // A line of nothing but white space.
                while self.is_blank(0) {
                    self.at += 1;
                }
            }
            if self.byte(0) == b'#' {
                self.comment();
            }
            if self.is_end(0) || !self.is_break(0) {
                return Some(());
            }
            self.take_break();
            if self.flow == 0 {
                self.may_be_key = true;
            }
        }
    }

    fn rest_is_blank(&self) -> bool {
        let rest = self.text[self.at..].iter().find(|it| !matches!(it, b' ' | b'\t'));
        rest.is_none_or(|it| matches!(it, b'\n' | b'\r' | b'#'))
    }

    fn comment(&mut self) {
        let start = self.at;
        while !self.is_end(0) && !self.is_break(0) {
            self.at += 1;
        }
        self.comments.push(range(start, self.at));
    }

    /// Forgets the key whose line has ended without a colon.
    fn drop_stale_key(&mut self) -> Option<()> {
        let is_stale = |it: &PossibleKey| it.line < self.line || it.start + MAX_KEY < self.at;
        if self.keys.last()?.as_ref().is_some_and(is_stale) {
            return self.drop_key();
        }
        Some(())
    }

    /// What comes next may be a key.
    fn note_key(&mut self) -> Option<()> {
        if self.may_be_key {
            self.drop_key()?;
            let required = self.flow == 0 && self.indent == self.column();
            let key = PossibleKey {
                token: self.tokens.len(),
                start: self.at,
                line: self.line,
                column: self.column(),
                required,
            };
            *self.keys.last_mut()? = Some(key);
        }
        Some(())
    }

    fn drop_key(&mut self) -> Option<()> {
        match self.keys.last_mut()?.take() {
            Some(key) if key.required => None,
            _ => Some(()),
        }
    }

    fn open_flow(&mut self, kind: TokenKind) -> Option<()> {
        if self.flow > MAX_DEPTH {
            return None;
        }
        self.note_key()?;
        self.keys.push(None);
        self.flow += 1;
        self.may_be_key = true;
        self.at += 1;
        self.push(kind, self.at - 1);
        Some(())
    }

    fn close_flow(&mut self, kind: TokenKind) -> Option<()> {
        self.drop_key()?;
        self.flow = self.flow.checked_sub(1)?;
        self.keys.pop();
        self.may_be_key = false;
        self.at += 1;
        self.push(kind, self.at - 1);
        Some(())
    }

    /// An item or an explicit key stands here: it opens a collection if it stands right of the last one.
    fn open_block(&mut self, kind: TokenKind) -> Option<()> {
        if self.flow > 0 || !self.may_be_key {
            return None;
        }
        self.indent_to(self.column(), self.tokens.len(), kind, self.at);
        Some(())
    }

    fn indent_to(&mut self, column: i32, token: usize, kind: TokenKind, start: usize) {
        if self.indent < column {
            self.indents.push(self.indent);
            self.indent = column;
            self.tokens.insert(token, Token { kind, start, end: start });
        }
    }

    /// Closes the block collections right of `column`.
    fn close_blocks(&mut self, column: i32) {
        while self.flow == 0 && self.indent > column {
            let Some(outer) = self.indents.pop() else { return };
            self.indent = outer;
            self.push(TokenKind::BlockEnd, self.at);
        }
    }

    fn value(&mut self) -> Option<()> {
        let start = self.at;
        match self.keys.last_mut()?.take() {
            Some(key) => {
                self.tokens.insert(key.token, Token { kind: TokenKind::Key, start: key.start, end: key.start });
                if self.flow == 0 {
                    self.indent_to(key.column, key.token, TokenKind::BlockMappingStart, key.start);
                }
                self.may_be_key = false;
            }
            None => {
                if self.flow == 0 {
                    self.open_block(TokenKind::BlockMappingStart)?;
                }
                self.may_be_key = self.flow == 0;
            }
        }
        self.at += 1;
        self.push(TokenKind::Value, start);
        Some(())
    }

    fn anchor(&mut self) -> Option<()> {
        let start = self.at;
        let kind = if self.byte(0) == b'*' { TokenKind::Alias } else { TokenKind::Anchor };
        self.at += 1;
        while self.byte(0).is_ascii_alphanumeric() || matches!(self.byte(0), b'-' | b'_') {
            self.at += 1;
        }
        if self.at == start + 1 || !(self.is_space(0) || b"?:,]}%@`".contains(&self.byte(0))) {
            return None;
        }
        self.push(kind, start);
        Some(())
    }

    fn tag(&mut self) -> Option<()> {
        let start = self.at;
        self.at += 1;
        let is_verbatim = self.byte(0) == b'<';
        while !self.is_space(0) {
            let byte = self.byte(0);
            let is_uri = byte.is_ascii_alphanumeric() || b"-_;/?:@&=+$.%!~*'()#<>".contains(&byte);
            if !(is_uri || is_verbatim && b"[],".contains(&byte)) {
                break;
            }
            self.at += 1;
        }
        if !(self.is_space(0) || self.flow > 0 && matches!(self.byte(0), b',' | b']' | b'}')) {
            return None;
        }
        self.push(TokenKind::Tag, start);
        Some(())
    }

    fn plain(&mut self) {
        let start = self.at;
        let indent = self.indent + 1;
        let mut end = self.at;
        let mut has_breaks = false;
        loop {
            if self.is_document_marker() || self.byte(0) == b'#' {
                break;
            }
            while !self.is_space(0) {
                let ends_flow = |byte: u8| self.flow > 0 && b",[]{}".contains(&byte);
                let is_colon = self.byte(0) == b':' && (self.is_space(1) || ends_flow(self.byte(1)));
                if is_colon || ends_flow(self.byte(0)) {
                    break;
                }
                has_breaks = false;
                self.at += 1;
                end = self.at;
            }
            if self.is_end(0) || !(self.is_blank(0) || self.is_break(0)) {
                break;
            }
            while !self.is_end(0) && (self.is_blank(0) || self.is_break(0)) {
                if self.is_blank(0) {
                    self.at += 1;
                } else {
                    self.take_break();
                    has_breaks = true;
                }
            }
            if self.flow == 0 && self.column() < indent {
                break;
            }
        }
        self.may_be_key |= has_breaks;
        let kind = TokenKind::Scalar { style: Style::Plain, indent: self.indent };
        self.tokens.push(Token { kind, start, end });
        if has_breaks {
            // What comes next is looked at from the start of its line.
            while self.at > self.line_start {
                self.at -= 1;
            }
        }
    }

    fn quoted(&mut self) -> Option<()> {
        let start = self.at;
        let quote = self.byte(0);
        let style = if quote == b'"' { Style::Double } else { Style::Single };
        self.at += 1;
        loop {
            if self.is_end(0) || self.is_document_marker() {
                return None;
            }
            match self.byte(0) {
                b'\\' if quote == b'"' => self.escape()?,
                b'\'' if quote == b'\'' && self.byte(1) == b'\'' => self.at += 2,
                byte if byte == quote => break,
                b'\n' | b'\r' => self.take_break(),
                _ => self.at += 1,
            }
        }
        self.at += 1;
        let kind = TokenKind::Scalar { style, indent: self.indent };
        self.push(kind, start);
        Some(())
    }

    fn escape(&mut self) -> Option<()> {
        self.at += 1;
        let digits = match self.byte(0) {
            b'\n' | b'\r' => {
                self.take_break();
                return Some(());
            }
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            byte if b"0abt\tnvfre \"/\\N_LP".contains(&byte) && !self.is_end(0) => 0,
            _ => return None,
        };
        let is_hex = (1..=digits).all(|it| self.byte(it).is_ascii_hexdigit());
        self.at += 1 + digits;
        is_hex.then_some(())
    }

    fn block_scalar(&mut self) -> Option<()> {
        let start = self.at;
        let style = if self.byte(0) == b'>' { Style::Folded } else { Style::Literal };
        self.at += 1;
        let mut digit = None;
        let mut has_chomping = false;
        loop {
            match self.byte(0) {
                b'+' | b'-' if !has_chomping => has_chomping = true,
                it @ b'1'..=b'9' if digit.is_none() => digit = Some(i32::from(it - b'0')),
                _ => break,
            }
            self.at += 1;
        }
        while self.is_blank(0) {
            self.at += 1;
        }
        if self.byte(0) == b'#' {
            self.comment();
        }
        if !self.is_end(0) {
            if !self.is_break(0) {
                return None;
            }
            self.take_break();
        }
        let parent = self.indent;
        let mut end = self.at;
        let indent = match digit {
            Some(digit) => parent.max(0) + digit,
            None => self.detect_indent().max(parent + 1).max(1),
        };
        loop {
            // Lines that are blank belong to it, whatever comes behind them.
            let mut spaces = 0;
            while spaces < indent as usize && self.byte(spaces) == b' ' {
                spaces += 1;
            }
            if self.is_end(0) {
                break;
            }
            if self.is_break(spaces) {
                self.at += spaces;
                self.take_break();
                end = self.at;
                continue;
            }
            if spaces < indent as usize || self.is_end(spaces) {
                break;
            }
            while !self.is_end(0) && !self.is_break(0) {
                self.at += 1;
            }
            end = self.at;
            if !self.is_end(0) {
                self.take_break();
            }
        }
        let kind = TokenKind::Scalar { style, indent: parent };
        self.tokens.push(Token { kind, start, end });
        Some(())
    }

    /// The indentation of the first line that is not blank; of the deepest blank line, if that is more.
    fn detect_indent(&self) -> i32 {
        let mut deepest = 0;
        let mut at = self.at;
        loop {
            let spaces = self.text[at..].iter().take_while(|it| **it == b' ').count();
            deepest = deepest.max(i32::try_from(spaces).unwrap_or(i32::MAX));
            at += spaces;
            match self.text.get(at) {
                Some(b'\r') if self.text.get(at + 1) == Some(&b'\n') => at += 2,
                Some(b'\n' | b'\r') => at += 1,
                _ => return deepest,
            }
        }
    }
}
