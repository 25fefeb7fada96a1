//! YAML of every form, made from a list of choices.
//!
//! A test draws the list, so that a failure shrinks to the fewest and plainest choices: the first of each is the
//! simplest, and a list that has run out goes on with it.

use std::fmt::Write;

/// A text made from `choices`: one that libyaml accepts.
pub(crate) fn yaml(choices: &[u8]) -> String {
    let mut generator = Generator { choices: choices.iter(), out: String::new(), anchors: Vec::new(), names: 0 };
    generator.stream();
    generator.out
}

/// Values deeper than this are scalars.
const MAX_DEPTH: usize = 4;

struct Generator<'c> {
    choices: std::slice::Iter<'c, u8>,
    out: String,
    /// The anchors so far.
    anchors: Vec<String>,
    /// The number of names that were given, so that no two are alike.
    names: usize,
}

/// Where a value is written.
#[derive(Clone, Copy)]
struct Place {
    /// The column of the collection around it; -1 for none.
    parent: i32,
    depth: usize,
    /// True behind a key or a dash: the value starts on that line.
    inline: bool,
}

impl Generator<'_> {
    /// One of `count` choices; 0 is the plainest.
    fn pick(&mut self, count: usize) -> usize {
        usize::from(self.choices.next().copied().unwrap_or(0)) % count
    }

    fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.pick(words.len())]
    }

    fn name(&mut self) -> usize {
        self.names += 1;
        self.names
    }

    fn stream(&mut self) {
        let start = self.one_of(&[
            "",
            "",
            "",
            "---\n",
            "# first\n",
            "%YAML 1.1\n---\n",
            "--- # a comment\n",
            "\n\n",
            "\u{feff}",
        ]);
        self.out.push_str(start);
        match self.pick(8) {
            0..=3 => self.template(),
            4 | 5 => self.block_mapping(0, 1),
            6 => self.block_sequence(0, 1),
            _ => self.value(Place { parent: -1, depth: 1, inline: false }),
        }
        let end = self.one_of(&["", "", "", "...\n", "---\nother: document\n", "# last\n", "\n \n"]);
        self.end_line();
        self.out.push_str(end);
        match self.pick(5) {
            0..=2 => {}
            3 => self.out = self.out.replace('\n', "\r\n"),
            _ => {
                let length = self.out.trim_end_matches('\n').len();
                self.out.truncate(length);
            }
        }
    }

    /// A mapping that is split into blocks.
    fn template(&mut self) {
        let sections =
            ["Resources", "Parameters", "Mappings", "Description", "Outputs", "Metadata", "Conditions", "Custom"];
        let root = self.one_of(&["", "", "", "  "]);
        for section in &sections[..=self.pick(sections.len())] {
            let column = root.len();
            self.between(column);
            match self.pick(6) {
                // The header of a section.
                0..=4 if *section != "Description" => {
                    let space = self.one_of(&["", "", " ", " # about it"]);
                    let _ = writeln!(self.out, "{root}{section}:{space}");
                    let step = [2, 2, 4, 1, 3][self.pick(5)];
                    self.block_mapping(column + step, 1);
                }
                _ => {
                    let _ = write!(self.out, "{root}{section}:");
                    self.value(Place { parent: column as i32, depth: 1, inline: true });
                }
            }
        }
    }

    /// Ends the line that was begun.
    fn end_line(&mut self) {
        if !(self.out.is_empty() || self.out.ends_with(['\n', '\u{feff}'])) {
            self.out.push('\n');
        }
    }

    /// What may stand between two entries.
    fn between(&mut self, column: usize) {
        self.end_line();
        match self.pick(10) {
            7 => self.out.push('\n'),
            8 => {
                let indent = [0, column, column + 2, 1][self.pick(4)];
                let _ = writeln!(self.out, "{}# a comment: {{", " ".repeat(indent));
            }
            9 => {
                let spaces = self.pick(12);
                let _ = writeln!(self.out, "{}", " ".repeat(spaces));
            }
            _ => {}
        }
    }

    fn pad(&mut self, column: usize) {
        self.end_line();
        self.out.push_str(&" ".repeat(column));
    }

    /// A block mapping whose keys stand at `column`; the first at the end of the text so far, if that is a line begun.
    fn block_mapping(&mut self, column: usize, depth: usize) {
        for number in 0..=self.pick(4) {
            if number > 0 || self.out.ends_with('\n') || self.out.is_empty() || self.out.ends_with('\u{feff}') {
                self.between(column);
                self.pad(column);
            }
            let place = Place { parent: column as i32, depth: depth + 1, inline: true };
            if self.pick(12) == 11 {
                self.complex_pair(column, place);
                continue;
            }
            let number = self.name();
            let key = match self.pick(14) {
                6 => format!("\"k{number}\""),
                7 => format!("'k{number}'"),
                8 => format!("k {number}"),
                9 => format!("Fn::K{number}"),
                10 => format!("\"k: \\\"{number}\\u00e9\" "),
                11 => format!("'it''s # {number}'"),
                12 => format!("-k#{number}"),
                13 => format!("é{number} "),
                _ => format!("k{number}"),
            };
            let colon = self.one_of(&[":", ":", ":", ":", ": ", ":\t"]);
            let _ = write!(self.out, "{key}{colon}");
            self.value(place);
        }
    }

    /// `? key` and `: value`.
    fn complex_pair(&mut self, column: usize, place: Place) {
        let number = self.name();
        match self.pick(5) {
            0 => {
                let _ = write!(self.out, "? k{number}");
            }
            1 => {
                let _ = write!(self.out, "? [a, k{number}]");
            }
            2 => {
                let _ = write!(self.out, "? 'k\n{}{number}'", " ".repeat(column + 3));
            }
            3 => {
                let _ = write!(self.out, "? |\n{}k{number}\n", " ".repeat(column + 2));
            }
            _ => {
                let _ = write!(self.out, "? k{number} # about the key");
            }
        }
        if self.pick(4) > 0 {
            self.pad(column);
            self.out.push(':');
            self.value(place);
        }
    }

    fn block_sequence(&mut self, column: usize, depth: usize) {
        for number in 0..=self.pick(4) {
            if number > 0 || self.out.ends_with('\n') || self.out.is_empty() || self.out.ends_with('\u{feff}') {
                self.between(column);
                self.pad(column);
            }
            let dash = self.one_of(&["- ", "- ", "-   "]);
            match self.pick(8) {
                // `- key: value` and `- - item`.
                1 | 2 if depth < MAX_DEPTH => {
                    self.out.push_str(dash);
                    self.block_mapping(column + dash.len(), depth + 1);
                }
                3 if depth < MAX_DEPTH => {
                    self.out.push_str(dash);
                    self.block_sequence(column + dash.len(), depth + 1);
                }
                _ => {
                    self.out.push('-');
                    self.value(Place { parent: column as i32, depth: depth + 1, inline: true });
                }
            }
        }
    }

    /// A value behind a colon or a dash, or alone; up to, but without its last line break.
    fn value(&mut self, place: Place) {
        let mut has_tag = false;
        let mut anchor = None;
        for _ in 0..2 {
            match self.pick(16) {
                14 if !has_tag => {
                    let tag = self.one_of(&["!Sub", "!Ref", "!Foo::Bar", "!!str", "!a.b-c"]);
                    self.word(place, tag);
                    has_tag = true;
                }
                15 if anchor.is_none() => {
                    let name = format!("a{}", self.name());
                    self.word(place, &format!("&{name}"));
                    anchor = Some(name);
                }
                _ => {}
            }
        }
        self.bare_value(place, has_tag || anchor.is_some());
        // An alias may name it only when it is complete.
        self.anchors.extend(anchor);
    }

    /// A value behind its tag and anchor.
    fn bare_value(&mut self, place: Place, is_decorated: bool) {
        match self.pick(20) {
            7 => self.quoted_single(place),
            8 | 9 => self.quoted_double(place),
            10 | 11 if !has_tag_str(&self.out) => self.flow(place),
            12 | 13 => self.block_scalar(place),
            14 | 15 if place.depth < MAX_DEPTH && !has_tag_str(&self.out) => {
                self.comment(place, is_decorated);
                let column = (place.parent + 1) as usize + [1, 1, 0, 3][self.pick(4)];
                if place.parent >= 0 || is_decorated {
                    self.out.push('\n');
                }
                self.block_mapping(column, place.depth);
            }
            16 | 17 if place.depth < MAX_DEPTH && !has_tag_str(&self.out) => {
                self.comment(place, is_decorated);
                let is_in_mapping = place.inline && !self.last_line().trim_start().starts_with('-');
                // A dash at the column of the sections is taken for one that is being typed amid the entries.
                let is_section = place.depth == 1;
                let least = if is_in_mapping && !is_section { place.parent } else { place.parent + 1 };
                let column = least.max(0) as usize + self.pick(3);
                if place.parent >= 0 || is_decorated {
                    self.out.push('\n');
                }
                self.block_sequence(column, place.depth);
            }
            18 if !self.anchors.is_empty() && !is_decorated => {
                let number = self.pick(self.anchors.len());
                let name = format!("*{}", self.anchors[number]);
                self.word(place, &name);
            }
            19 if place.inline => {}
            _ => self.plain(place),
        }
    }

    fn last_line(&self) -> &str {
        self.out.rsplit('\n').next().unwrap_or_default()
    }

    /// A comment at the end of a line that goes on below.
    fn comment(&mut self, place: Place, is_decorated: bool) {
        if (place.inline || is_decorated) && self.pick(6) == 5 {
            self.out.push_str(" # about it");
        }
    }

    /// Puts a word behind what is there.
    fn word(&mut self, place: Place, word: &str) {
        let is_start = !place.inline && (self.out.is_empty() || self.out.ends_with(['\n', '\u{feff}']));
        if !is_start && !self.out.ends_with([' ', '\t']) {
            self.out.push(' ');
        }
        self.out.push_str(word);
    }

    /// A line break within a flow scalar, with the indentation of what follows.
    fn fold(&mut self, place: Place) -> String {
        let blank = ["", "", "\n", "\n\n", "  \n"][self.pick(5)];
        let more = self.pick(4);
        format!("\n{blank}{}", " ".repeat((place.parent + 1) as usize + 1 + more))
    }

    fn plain(&mut self, place: Place) {
        let words = [
            "a",
            "word",
            "12",
            "true",
            "null",
            "~",
            "1.10",
            "a b",
            "http://x.y/z?q=1#f",
            "a:b",
            "-x",
            "?x",
            ":x",
            "a#b",
            "it's",
            "say \"x\"",
            "é🎉",
            "a, b",
            "b}",
            "c]",
            "yes",
            "0x1F",
            "012",
            "<<",
            "=",
            "2010-09-09",
            "a  b",
            "x!y",
            "x&y",
            "x*y",
            "--",
            "-1",
            "a\\nb",
            "%",
        ];
        let mut text = self.one_of(&words).to_owned();
        if text == "%" {
            text = "x%".to_owned();
        }
        if !has_tag_str(&self.out) && self.pick(6) == 5 {
            let fold = self.fold(place);
            let _ = write!(text, "{fold}next# - line");
            if self.pick(3) == 2 {
                let fold = self.fold(place);
                let _ = write!(text, "{fold}- third?");
            }
        }
        let end = self.one_of(&["", "", "", "", " ", " # a comment", "\t", "   # it's"]);
        self.word(place, &text);
        self.out.push_str(end);
    }

    fn quoted_single(&mut self, place: Place) {
        let text = self.one_of(&["", "a", "it''s", "a: b", "# no", " a ", "\\n", "\"", "- a", "{", "é🎉", "''''"]);
        let mut text = format!("'{text}");
        if self.pick(5) == 4 {
            let fold = self.fold(place);
            let white = self.one_of(&["", " ", "\t"]);
            let _ = write!(text, "{white}{fold}it''s more # no comment");
        }
        text.push('\'');
        self.word(place, &text);
        let end = self.one_of(&["", "", "", " ", " # a comment"]);
        self.out.push_str(end);
    }

    fn quoted_double(&mut self, place: Place) {
        let words = [
            "",
            "a",
            "a: b",
            "# no",
            " a ",
            "\\n\\t\\\"\\\\",
            "\\x41\\u00e9\\U0001F600",
            "\\0\\a\\b\\v\\f\\r\\e\\N\\_\\L\\P",
            "\\/",
            "\\ x",
            "it's",
            "}",
            "é🎉",
            "a\\  ",
        ];
        let mut text = format!("\"{}", self.one_of(&words));
        match self.pick(8) {
            5 => {
                let fold = self.fold(place);
                let white = self.one_of(&["", " ", "\t"]);
                let _ = write!(text, "{white}{fold}more # no comment");
            }
            6 => {
                let fold = self.fold(place);
                let _ = write!(text, "\\{fold}joined");
            }
            7 => {
                let fold = self.fold(place);
                let _ = write!(text, " \\{fold}\\ joined \\t{fold}x");
            }
            _ => {}
        }
        text.push('"');
        self.word(place, &text);
        let end = self.one_of(&["", "", "", " ", " # a comment"]);
        self.out.push_str(end);
    }

    /// A flow collection, maybe over several lines.
    fn flow(&mut self, place: Place) {
        let mut text = String::new();
        self.flow_value(place, &mut text, 0);
        self.word(place, &text);
        let end = self.one_of(&["", "", "", " ", " # a comment"]);
        self.out.push_str(end);
    }

    fn flow_value(&mut self, place: Place, text: &mut String, depth: usize) {
        let is_mapping = self.pick(2) == 1;
        text.push(if is_mapping { '{' } else { '[' });
        let count = self.pick(4);
        for number in 0..count {
            self.flow_space(place, text);
            let pair = is_mapping || self.pick(6) == 5;
            if pair {
                let name = self.name();
                let key = match self.pick(6) {
                    3 => format!("\"k{name}\": "),
                    4 => format!("'k{name}' : "),
                    5 => format!("? k{name} : "),
                    _ => format!("k{name}: "),
                };
                text.push_str(&key);
            }
            match self.pick(12) {
                1 if depth < 3 => self.flow_value(place, text, depth + 1),
                2 => text.push_str("'it''s, }'"),
                3 => text.push_str("\"x]\\\"\""),
                4 => text.push_str("!Ref B"),
                5 if pair => {}
                6 => text.push_str("a:b"),
                7 => text.push_str("a b"),
                8 => {
                    let fold = self.fold(place);
                    let _ = write!(text, "'two{fold}lines'");
                }
                9 if depth < 3 => {
                    text.push_str("!Join ");
                    self.flow_value(place, text, depth + 1);
                }
                _ => text.push_str("12"),
            }
            self.flow_space(place, text);
            if number + 1 < count || self.pick(5) == 4 {
                text.push(',');
            }
        }
        self.flow_space(place, text);
        text.push(if is_mapping { '}' } else { ']' });
    }

    fn flow_space(&mut self, place: Place, text: &mut String) {
        match self.pick(10) {
            6 => text.push(' '),
            7 => {
                let fold = self.fold(place);
                text.push_str(&fold);
            }
            8 => {
                let fold = self.fold(place);
                let _ = write!(text, " # with }} and \"{fold}");
            }
            // Lines in flow collections need no indentation, as long as they are in the mapping around.
            9 if place.parent > 0 => {
                let _ = write!(text, "\n{}", " ".repeat(place.parent as usize));
            }
            _ => {}
        }
    }

    fn block_scalar(&mut self, place: Place) {
        let style = self.one_of(&["|", ">"]);
        let chomp = self.one_of(&["", "-", "+"]);
        let step = [1, 2, 4][self.pick(3)];
        let explicit = self.pick(4) == 3;
        let parent = place.parent.max(0) as usize;
        let column = if explicit { parent + step } else { (place.parent + 1) as usize + step };
        let digit = if explicit { step.to_string() } else { String::new() };
        let header =
            if self.pick(2) == 0 { format!("{style}{chomp}{digit}") } else { format!("{style}{digit}{chomp}") };
        self.word(place, &header);
        let end = self.one_of(&["", "", "", " ", " # a comment"]);
        self.out.push_str(end);
        self.out.push('\n');
        let pad = " ".repeat(column);
        let lines = self.pick(6);
        let mut has_content = false;
        for _ in 0..lines {
            match self.pick(10) {
                4 => self.out.push('\n'),
                5 if has_content || explicit => {
                    let _ = writeln!(self.out, "{pad}  further");
                }
                6 => {
                    let _ = writeln!(self.out, "{}", " ".repeat(self.names % (column + 1)));
                    continue;
                }
                7 if has_content => {
                    let _ = writeln!(self.out, "{pad}\ttab");
                }
                8 => {
                    let _ = writeln!(self.out, "{pad}# - no: 'comment");
                    has_content = true;
                }
                9 => {
                    let _ = writeln!(self.out, "{pad}trailing  ");
                    has_content = true;
                }
                _ => {
                    let _ = writeln!(self.out, "{pad}text: {{");
                    has_content = true;
                }
            }
        }
    }
}

/// True when the value that comes next is a string by its tag: only a scalar can be.
fn has_tag_str(out: &str) -> bool {
    out.rsplit('\n').next().is_some_and(|it| it.contains("!!str"))
}
