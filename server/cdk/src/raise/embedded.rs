//! Changes of texts that are read in another language, such as scripts, in the strings and argument lists that hold them.

use super::{Raiser, object};
use syntax::typescript::{Node, range};
use text::{TextEdit, TextRange, size};

impl<'r> Raiser<'r, '_> {
    /// Puts `text` in the place of what stands at `place`, a part of a string.
    pub(super) fn edit_text(&mut self, place: TextRange, text: &str) -> Option<()> {
        let (start, end) = (usize::from(place.start()), usize::from(place.end()));
        let mut node = self.root.descendant_for_byte_range(start, end)?;
        while !matches!(node.kind(), "string" | "template_string") {
            node = node.parent().filter(|it| it.start_byte() <= start)?;
        }
        let whole = range(node);
        let inner = TextRange::new(whole.start() + size(1), whole.end() - size(1));
        if !inner.contains_range(place) {
            return None;
        }
        // Among arguments and items each is a line.
        let list = node.parent().filter(|it| matches!(it.kind(), "arguments" | "array") && self.holds_lines(*it));
        if let Some(list) = list {
            if text.is_empty() && place == inner {
                return self.delete_item(list, node);
            }
            if let Some(line) = text.strip_prefix('\n').filter(|_| place.start() == inner.end()) {
                return self.insert_line(node, line, false);
            }
            if let Some(line) = text.strip_suffix('\n').filter(|_| place.start() == inner.start()) {
                return self.insert_line(node, line, true);
            }
        }
        let quote = self.text[whole].chars().next()?;
        let mut place = place;
        if text.is_empty() {
            place = self.with_break(inner, place);
        }
        self.edits.push(TextEdit::replace(place, escaped(text, quote)));
        Some(())
    }

    /// True for the arguments of `addCommands`, and for a list that line breaks join.
    fn holds_lines(&self, list: Node<'r>) -> bool {
        let Some(parent) = list.parent() else { return false };
        let name = |call: Node<'r>| {
            let function = call.child_by_field_name("function")?;
            function.child_by_field_name("property").map(|it| self.source(it))
        };
        if list.kind() == "arguments" {
            return matches!(name(parent), Some("addCommands" | "addOnExitCommands" | "addUserData"));
        }
        // `[...].join('\n')`
        let Some(call) = parent.parent().filter(|it| it.kind() == "call_expression") else { return false };
        let argument = call.child_by_field_name("arguments").and_then(|it| object::items(it).first().copied());
        name(call) == Some("join")
            && argument.is_some_and(|it| matches!(self.source(it), "'\\n'" | "\"\\n\"" | "`\\n`"))
    }

    /// Writes another item before or behind one.
    fn insert_line(&mut self, item: Node<'r>, line: &str, before: bool) -> Option<()> {
        let text = self.style.quoted(line);
        let separator = match object::stands_alone(self.text, item) || object::ends_line(self.text, item) {
            true => format!("{}{}", self.style.newline, object::indent_of(self.text, item.start_byte())),
            false => " ".to_owned(),
        };
        self.edits.push(match before {
            true => TextEdit::insert(range(item).start(), format!("{text},{separator}")),
            false => TextEdit::insert(range(item).end(), format!(",{separator}{text}")),
        });
        Some(())
    }

    /// `place` with the line break behind it, when it is a whole line of a string.
    fn with_break(&self, inner: TextRange, place: TextRange) -> TextRange {
        let before = &self.text[TextRange::new(inner.start(), place.start())];
        let after = &self.text[TextRange::new(place.end(), inner.end())];
        let indent = before.len() - before.trim_end_matches([' ', '\t']).len();
        let before = before.trim_end_matches([' ', '\t']);
        if !(before.is_empty() || before.ends_with('\n') || before.ends_with("\\n")) {
            return place;
        }
        let Some(length) = ["\r\n", "\n", "\\n"].iter().find(|it| after.starts_with(**it)).map(|it| it.len()) else {
            return place;
        };
        TextRange::new(place.start() - size(indent), place.end() + size(length))
    }
}

/// `text` within a string in these quotes.
fn escaped(text: &str, quote: char) -> String {
    let mut out = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\n' if quote != '`' => out.push_str("\\n"),
            '\\' => out.push_str("\\\\"),
            '$' if quote == '`' && letters.peek() == Some(&'{') => out.push_str("\\$"),
            it if it == quote => out.extend(['\\', it]),
            it => out.push(it),
        }
    }
    out
}
