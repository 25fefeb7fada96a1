//! Markdown, short and well-formed whatever is put into it.

use std::fmt::Write;

/// A value is cut to this many characters within a line.
const MAX_CODE: usize = 160;
/// A text is cut to about this many bytes.
const MAX_TEXT: usize = 500;
/// No more items than this are listed.
pub(super) const MAX_ITEMS: usize = 12;

/// A page: what it is about, sentences, facts.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
    is_in_list: bool,
    /// Where more is said.
    link: Option<String>,
}

impl Page {
    /// A page about the thing that `title` says.
    pub(super) fn new(title: impl Into<String>) -> Page {
        Page { text: title.into(), ..Page::default() }
    }

    /// Adds a paragraph.
    pub(super) fn paragraph(&mut self, text: &str) -> &mut Page {
        if !text.trim().is_empty() {
            self.begin_paragraph();
            self.text.push_str(text.trim());
        }
        self
    }

    /// Adds a fact to the list.
    pub(super) fn fact(&mut self, fact: impl AsRef<str>) -> &mut Page {
        if !self.is_in_list {
            self.begin_paragraph();
            self.is_in_list = true;
        } else {
            self.text.push('\n');
        }
        let _ = write!(self.text, "- {}", fact.as_ref());
        self
    }

    /// Adds a block of code.
    pub(super) fn block(&mut self, language: &str, code: &str) -> &mut Page {
        self.begin_paragraph();
        let fence = "`".repeat(longest_run(code).max(2) + 1);
        let _ = write!(self.text, "{fence}{language}\n{}\n{fence}", code.trim_end());
        self
    }

    /// Adds, at the end, a link to what AWS says.
    pub(super) fn link(&mut self, link: String) -> &mut Page {
        self.link = Some(link);
        self
    }

    /// How much of it there is.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    fn begin_paragraph(&mut self) {
        self.is_in_list = false;
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
    }

    /// The text.
    pub(super) fn finish(mut self) -> String {
        if let Some(link) = self.link.take() {
            self.paragraph(&format!("[AWS documentation]({link})"));
        }
        self.text + "\n"
    }
}

/// `text` as code within a line, cut where it is long.
pub(super) fn code(text: &str) -> String {
    let mut short: String = text.chars().take(MAX_CODE).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    let line = short.replace(['\r', '\n'], "⏎");
    if line.trim().is_empty() {
        return if text.is_empty() { "an empty text".to_owned() } else { "white space".to_owned() };
    }
    let fence = "`".repeat(longest_run(&line) + 1);
    // A backtick at either end would be taken for part of the fence.
    let space = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{line}{space}{fence}")
}

/// ``` `a`, `b`, `c` ```, cut where it is long.
pub(super) fn codes<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut words: Vec<String> = words.map(code).collect();
    cut(&mut words);
    words.join(", ")
}

/// Leaves the first of many, and says how many more there are.
pub(super) fn cut(words: &mut Vec<String>) {
    let count = words.len();
    if count > MAX_ITEMS {
        words.truncate(MAX_ITEMS - 1);
        words.push(format!("and {} more", count - words.len()));
    }
}

/// `one place`, `3 places`.
pub(super) fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("one {thing}") } else { format!("{count} {thing}s") }
}

/// `text` as it is, with nothing in it that Markdown takes for anything.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for it in text.trim().chars() {
        match it {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' => out.extend(['\\', it]),
            '\r' | '\n' => out.push(' '),
            it => out.push(it),
        }
    }
    out
}

/// The beginning of a text that is Markdown already: whole paragraphs, or whole sentences of the first.
pub(super) fn shortened(text: &str) -> String {
    let mut out = String::new();
    for paragraph in text.split("\n\n") {
        if out.is_empty() && paragraph.len() > MAX_TEXT {
            return sentences(paragraph);
        }
        // A list is of no use without its end.
        let is_extra = paragraph.ends_with(':') || out.len() + paragraph.len() > MAX_TEXT / 2;
        if !out.is_empty() && is_extra {
            break;
        }
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str(paragraph);
    }
    // What is announced does not come.
    if out.ends_with(':') {
        let end = out.rfind("\n\n").unwrap_or(0);
        if end > 0 {
            out.truncate(end);
        } else {
            out.pop();
            out.push('.');
        }
    }
    out
}

/// As many whole sentences as fit: one never ends within code, a link or emphasis.
fn sentences(text: &str) -> String {
    let ends = text.match_indices(". ").map(|it| it.0 + 1).filter(|it| is_balanced(&text[..*it]));
    let end = ends.take_while(|it| *it <= MAX_TEXT).last().or_else(|| {
        let mut ends = text.match_indices(". ").map(|it| it.0 + 1).filter(|it| is_balanced(&text[..*it]));
        ends.next()
    });
    text[..end.unwrap_or(text.len())].to_owned()
}

fn is_balanced(text: &str) -> bool {
    let count = |it: char| text.matches(it).count();
    count('`') % 2 == 0 && count('*') % 2 == 0 && count('[') == count(']') && count('(') == count(')')
}

/// Markdown as text for those who cannot show it: without marks, with the addresses of links behind them.
pub(super) fn without_marks(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut is_block = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            is_block = !is_block;
            continue;
        }
        if is_block {
            out += line;
        } else {
            let line = line.trim_start_matches('#').trim_start_matches(' ');
            write_without_marks(line, &mut out);
        }
        out.push('\n');
    }
    out
}

fn write_without_marks(line: &str, out: &mut String) {
    let mut rest = line;
    let mut is_code = false;
    while let Some(it) = rest.chars().next() {
        let link = rest.strip_prefix('[').filter(|_| !is_code).and_then(|it| it.split_once("]("));
        if let Some((text, (address, behind))) = link.and_then(|(text, it)| Some((text, it.split_once(')')?))) {
            write_without_marks(text, out);
            out.push_str(": ");
            out.push_str(address);
            rest = behind;
            continue;
        }
        rest = &rest[it.len_utf8()..];
        match it {
            '`' => is_code = !is_code,
            '*' if !is_code => (),
            '\\' if !is_code && rest.starts_with(|it: char| it.is_ascii_punctuation()) => {
                out.extend(rest.chars().next());
                rest = &rest[1..];
            }
            _ => out.push(it),
        }
    }
}

fn longest_run(text: &str) -> usize {
    text.split(|it| it != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stays_code() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a``"), "``` `a`` ```");
        assert_eq!(code("a\nb"), "`a⏎b`");
        assert_eq!(code(""), "an empty text");
        assert_eq!(code(&"ä".repeat(200)).chars().count(), MAX_CODE + 3);
    }

    #[test]
    fn texts_are_cut_between_sentences_and_paragraphs() {
        assert_eq!(shortened("One.\n\nTwo."), "One.\n\nTwo.");
        let long = "A sentence with [a. link](https://example.com) in it. ".repeat(20);
        let short = shortened(&long);
        assert!(short.len() < MAX_TEXT && short.ends_with("in it."), "{short}");
        assert_eq!(shortened(&format!("One:\n\n{}", "- item\n".repeat(100))), "One.");
    }

    #[test]
    fn marks_can_be_left_out() {
        let markdown = "# a-rule\n\n**A** of `B*`, [more](https://example.com) \\*here\\*\n\n```yaml\n- *a\n```\n";
        let plain = "a-rule\n\nA of B*, more: https://example.com *here*\n\n- *a\n";
        assert_eq!(without_marks(markdown), plain);
    }

    #[test]
    fn pages_are_paragraphs_and_lists() {
        let mut page = Page::new("**A**");
        page.paragraph("").fact("one").fact("two").link("https://example.com".to_owned()).block("yaml", "a: ```");
        assert_eq!(
            page.finish(),
            "**A**\n\n- one\n- two\n\n````yaml\na: ```\n````\n\n[AWS documentation](https://example.com)\n"
        );
    }
}
