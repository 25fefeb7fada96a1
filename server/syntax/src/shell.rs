//! Shell scripts: the commands in them, and what becomes of their failures.
//!
//! A script is read as a whole and given as plain data: nothing that reads it needs to know the grammar.

use std::ops::Range;
use tree_sitter::{Node, Parser};

/// Stands in a [`Word`] for what is known when the script runs only: a variable, the output of a command.
pub const EXPANSION: char = '\u{fffc}';

/// Statements nested deeper than this are not read.
const MAX_DEPTH: u32 = 100;

/// What a script does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The simple commands, in the order in which they are written.
    pub commands: Vec<Command>,
    /// The variables that are read where nothing is put in their place when they are not set.
    pub reads: Vec<String>,
    /// The variables that are given a value.
    pub writes: Vec<String>,
    /// A part of it is not understood: there may be more commands.
    pub broken: bool,
}

/// A simple command: its name and arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The words, the first of which is its name. Assignments before it are none of them.
    pub words: Vec<Word>,
    /// All of it, without redirections.
    pub range: Range<usize>,
    /// The statement that it is, with redirections, and with the rest of its pipeline.
    pub statement: Range<usize>,
    /// What becomes of it when it fails.
    pub failure: Failure,
    /// The choices and loops that it stands in, from outside to inside.
    pub way: Vec<Step>,
    /// True where its standard output is read by another command, which may stop reading.
    pub feeds: bool,
}

/// A word of a command, without quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What it comes to, with an [`EXPANSION`] for each part that is not known.
    pub text: String,
    /// Where it is written, with its quotes.
    pub range: Range<usize>,
}

/// What becomes of a command's failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The script goes on, unless it was told to stop at failures.
    Plain,
    /// The script asks for it: `if command`, `command || ...`, `command && ...`, `! command`.
    Tested,
    /// It is lost: the command is not the last of a pipeline.
    Piped,
    /// It is lost: the command runs in the background.
    Background,
    /// It is that of a part of a word: `$(command)`.
    Captured,
}

/// A part of a script that runs or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where the choice starts.
    pub start: usize,
    /// Which of its branches.
    pub branch: u32,
}

impl Word {
    /// The text, when all of it is known.
    pub fn known(&self) -> Option<&str> {
        (!self.text.contains(EXPANSION)).then_some(&*self.text)
    }
}

impl Command {
    /// The name, when it is known.
    pub fn name(&self) -> &str {
        self.words.first().and_then(Word::known).unwrap_or_default()
    }

    /// The words behind the name.
    pub fn arguments(&self) -> &[Word] {
        self.words.get(1..).unwrap_or_default()
    }
}

impl Script {
    /// Reads a script for a shell like bash.
    pub fn parse(text: &str) -> Script {
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_bash::LANGUAGE.into()).expect("the grammar is built for this library");
        let tree = parser.parse(text, None).expect("a parser with a language and without a time limit gives a tree");
        let mut reader = Reader { text, script: Script::default() };
        let root = tree.root_node();
        reader.script.broken = root.has_error();
        reader.children(root, &Around::default(), 0);
        reader.script.commands.sort_by_key(|it| it.range.start);
        reader.script
    }
}

/// What a statement stands in.
#[derive(Clone, Debug)]
struct Around {
    failure: Failure,
    way: Vec<Step>,
    /// The whole statement, where that is more than the command.
    statement: Option<Range<usize>>,
    feeds: bool,
}

impl Default for Around {
    fn default() -> Around {
        Around { failure: Failure::Plain, way: Vec::new(), statement: None, feeds: false }
    }
}

impl Around {
    fn failing(&self, failure: Failure) -> Around {
        Around { failure, ..self.clone() }
    }

    /// One branch of the choice that `node` is.
    fn branch(&self, node: Node<'_>, branch: u32) -> Around {
        let mut inner = Around { statement: None, feeds: false, ..self.clone() };
        inner.way.push(Step { start: node.start_byte(), branch });
        inner
    }
}

struct Reader<'t> {
    text: &'t str,
    script: Script,
}

impl<'t> Reader<'t> {
    fn source(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// Reads the statements among the children of `node`.
    fn children(&mut self, node: Node<'_>, around: &Around, depth: u32) {
        let mut cursor = node.walk();
        node.children(&mut cursor).for_each(|it| self.statement(it, around, depth + 1));
    }

    fn statement(&mut self, node: Node<'_>, around: &Around, depth: u32) {
        if depth > MAX_DEPTH {
            self.script.broken = true;
            return;
        }
        let is_background = node.is_named() && node.next_sibling().is_some_and(|it| it.kind() == "&");
        let background = around.failing(Failure::Background);
        let around = if is_background { &background } else { around };
        match node.kind() {
            "command" => self.command(node, around, depth),
            "declaration_command" | "unset_command" | "test_command" => self.builtin(node, around, depth),
            "redirected_statement" => self.redirected(node, around, depth),
            "list" => self.list(node, around, depth),
            "pipeline" => self.pipeline(node, around, depth),
            "negated_command" => self.children(node, &around.failing(Failure::Tested), depth),
            "if_statement" | "case_statement" => self.choice(node, around, depth),
            "while_statement" | "for_statement" | "c_style_for_statement" => self.repeated(node, around, depth),
            "function_definition" => {
                if let Some(body) = node.child_by_field_name("body") {
                    // It fails where it is called.
                    self.statement(body, &around.branch(node, 0), depth + 1);
                }
            }
            "heredoc_body" => self.parts(node, depth),
            "comment" => (),
            _ => {
                if matches!(node.kind(), "variable_assignment") {
                    self.assigned(node);
                }
                if matches!(node.kind(), "simple_expansion" | "expansion") {
                    self.read(node);
                }
                let inner = match node.kind() {
                    "command_substitution" | "process_substitution" => {
                        Around { failure: Failure::Captured, statement: None, feeds: false, ..around.clone() }
                    }
                    _ => around.clone(),
                };
                self.children(node, &inner, depth);
            }
        }
    }

    fn command(&mut self, node: Node<'_>, around: &Around, depth: u32) {
        let mut words = Vec::new();
        let (mut start, mut end) = (node.start_byte(), node.start_byte());
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "command_name" => start = child.start_byte(),
                "variable_assignment" => {
                    self.parts(child, depth);
                    continue;
                }
                "file_redirect" | "heredoc_redirect" | "herestring_redirect" | "comment" => {
                    self.parts(child, depth);
                    continue;
                }
                _ => (),
            }
            words.push(Word { text: self.word(child, depth), range: child.byte_range() });
            end = child.end_byte();
            self.parts(child, depth);
        }
        let broken = node.has_error();
        self.script.broken |= broken;
        if !words.is_empty() {
            self.push(words, start..end.max(start), node, around);
        }
    }

    /// `export`, `[` and their like, which have nodes of their own.
    fn builtin(&mut self, node: Node<'_>, around: &Around, depth: u32) {
        let mut words = Vec::new();
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            words.push(Word { text: self.word(child, depth), range: child.byte_range() });
            if child.kind() == "variable_assignment" {
                self.assigned(child);
            }
            self.parts(child, depth);
        }
        self.push(words, node.byte_range(), node, around);
    }

    fn push(&mut self, words: Vec<Word>, range: Range<usize>, node: Node<'_>, around: &Around) {
        if let Some(Word { text, .. }) = words.first()
            && text == "read"
        {
            let names = words[1..].iter().filter_map(Word::known).filter(|it| !it.starts_with('-'));
            self.script.writes.extend(names.map(str::to_owned));
        }
        let statement = around.statement.clone().unwrap_or_else(|| node.byte_range());
        let (failure, way, feeds) = (around.failure, around.way.clone(), around.feeds);
        self.script.commands.push(Command { words, range, statement, failure, way, feeds });
    }

    /// What runs or is read within the words of a command.
    fn parts(&mut self, node: Node<'_>, depth: u32) {
        let captured = Around { failure: Failure::Captured, ..Around::default() };
        match node.kind() {
            "variable_assignment"
            | "simple_expansion"
            | "expansion"
            | "command_substitution"
            | "process_substitution" => self.statement(node, &captured, depth + 1),
            _ if depth > MAX_DEPTH => self.script.broken = true,
            _ => {
                let mut cursor = node.walk();
                node.named_children(&mut cursor).for_each(|it| self.parts(it, depth + 1));
            }
        }
    }

    /// Whose redirections belong to the statement. Behind the start of a here-document the rest of a pipeline or of a list
    /// may stand.
    fn redirected(&mut self, node: Node<'_>, around: &Around, depth: u32) {
        let mut inner = around.clone();
        let mut cursor = node.walk();
        let redirects: Vec<Node<'_>> = node.children_by_field_name("redirect", &mut cursor).collect();
        let heredoc = redirects.iter().find(|it| it.kind() == "heredoc_redirect");
        // The text of a here-document is below the line of its command.
        let end = heredoc.and_then(|it| self.text[it.start_byte()..].find('\n').map(|line| it.start_byte() + line));
        let range = node.start_byte()..end.unwrap_or(node.end_byte());
        inner.statement.get_or_insert(range);
        if let Some(heredoc) = heredoc {
            let mut cursor = heredoc.walk();
            for child in heredoc.children(&mut cursor) {
                match child.kind() {
                    "||" | "&&" => inner.failure = Failure::Tested,
                    "pipeline" => {
                        inner.failure = Failure::Piped;
                        inner.feeds = true;
                    }
                    _ => (),
                }
            }
        }
        if let Some(body) = node.child_by_field_name("body") {
            self.statement(body, &inner, depth + 1);
        }
        for redirect in redirects {
            let mut cursor = redirect.walk();
            for child in redirect.children(&mut cursor) {
                match child.kind() {
                    "pipeline" | "command" | "list" | "subshell" | "compound_statement" => {
                        let rest = Around { statement: None, feeds: false, ..around.clone() };
                        self.statement(child, &rest, depth + 1);
                    }
                    _ => self.parts(child, depth + 1),
                }
            }
        }
    }

    fn list(&mut self, node: Node<'_>, around: &Around, depth: u32) {
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.children(&mut cursor).collect();
        let operator = children.iter().position(|it| matches!(it.kind(), "&&" | "||"));
        let alone = Around { statement: None, ..around.clone() };
        for (i, child) in children.iter().enumerate() {
            match operator {
                Some(at) if i < at => self.statement(*child, &alone.failing(Failure::Tested), depth + 1),
                // It runs only if what stands before it says so.
                Some(at) if i > at => {
                    let mut inner = alone.branch(node, 1);
                    inner.failure = around.failure;
                    if children[at].kind() == "&&" {
                        inner.way.pop();
                    }
                    self.statement(*child, &inner, depth + 1);
                }
                _ => (),
            }
        }
    }

    fn pipeline(&mut self, node: Node<'_>, around: &Around, depth: u32) {
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.named_children(&mut cursor).filter(|it| it.kind() != "comment").collect();
        let mut inner = around.clone();
        inner.statement.get_or_insert(node.byte_range());
        for (i, child) in children.iter().enumerate() {
            let is_last = i + 1 == children.len();
            inner.feeds = !is_last;
            inner.failure = match is_last {
                true => around.failure,
                false if around.failure == Failure::Tested => Failure::Tested,
                false => Failure::Piped,
            };
            self.statement(*child, &inner, depth + 1);
        }
    }

    /// `if` and `case`.
    fn choice(&mut self, node: Node<'_>, around: &Around, depth: u32) {
        let tested = Around { failure: Failure::Tested, statement: None, feeds: false, ..around.clone() };
        let mut branch = 0;
        let mut in_condition = node.kind() == "if_statement";
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "then" => in_condition = false,
                "elif_clause" | "else_clause" | "case_item" => {
                    branch += 1;
                    self.clause(child, &around.branch(node, branch), depth + 1);
                }
                _ if in_condition => self.statement(child, &tested, depth + 1),
                _ => self.statement(child, &around.branch(node, 0), depth + 1),
            }
        }
    }

    /// `elif`, `else`, and one case.
    fn clause(&mut self, clause: Node<'_>, around: &Around, depth: u32) {
        if depth > MAX_DEPTH {
            self.script.broken = true;
            return;
        }
        let mut in_condition = clause.kind() == "elif_clause";
        let tested = around.failing(Failure::Tested);
        let mut cursor = clause.walk();
        for child in clause.children(&mut cursor) {
            match child.kind() {
                "then" => in_condition = false,
                _ if in_condition => self.statement(child, &tested, depth + 1),
                _ => self.statement(child, around, depth + 1),
            }
        }
    }

    fn repeated(&mut self, node: Node<'_>, around: &Around, depth: u32) {
        let body = node.child_by_field_name("body");
        let tested = Around { failure: Failure::Tested, statement: None, feeds: false, ..around.clone() };
        if let Some(name) = node.child_by_field_name("variable") {
            self.script.writes.push(self.source(name).to_owned());
        }
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            if Some(child) == body {
                self.statement(child, &around.branch(node, 0), depth + 1);
            } else if node.kind() == "while_statement" {
                self.statement(child, &tested, depth + 1);
            } else {
                self.parts(child, depth + 1);
            }
        }
    }

    fn assigned(&mut self, node: Node<'_>) {
        if let Some(name) = node.child_by_field_name("name") {
            let name = self.source(name);
            self.script.writes.push(name.split('[').next().unwrap_or(name).to_owned());
        }
    }

    /// `$name` and `${name}`, but not `${name:-default}`.
    fn read(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.children(&mut cursor).collect();
        let has_default =
            children.iter().any(|it| matches!(it.kind(), ":-" | "-" | ":=" | "=" | ":+" | "+" | ":?" | "?"));
        let name = children.iter().find(|it| matches!(it.kind(), "variable_name" | "subscript"));
        // What a script or a function is given goes by numbers.
        if let Some(name) = name.filter(|_| !has_default) {
            let name = self.source(*name);
            let name = name.split('[').next().unwrap_or(name);
            if !name.starts_with(|it: char| it.is_ascii_digit()) {
                self.script.reads.push(name.to_owned());
            }
        }
    }

    /// What a word comes to.
    fn word(&self, node: Node<'_>, depth: u32) -> String {
        let mut out = String::new();
        self.add_word(node, &mut out, depth);
        out
    }

    fn add_word(&self, node: Node<'_>, out: &mut String, depth: u32) {
        if depth > MAX_DEPTH {
            return out.push(EXPANSION);
        }
        let source = self.source(node);
        match node.kind() {
            "string" => {
                let inner = source.strip_prefix('"').unwrap_or(source);
                let inner = inner.strip_suffix('"').unwrap_or(inner);
                let base = node.start_byte() + usize::from(source.starts_with('"'));
                let mut at = 0;
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).filter(|it| it.kind() != "string_content") {
                    let start = child.start_byte().saturating_sub(base);
                    unescape(inner.get(at..start).unwrap_or_default(), out, true);
                    self.add_word(child, out, depth + 1);
                    at = child.end_byte().saturating_sub(base);
                }
                unescape(inner.get(at..).unwrap_or_default(), out, true);
            }
            "raw_string" => {
                let inner = source.strip_prefix('\'').unwrap_or(source);
                out.push_str(inner.strip_suffix('\'').unwrap_or(inner));
            }
            "concatenation" | "command_name" | "variable_assignment" if node.child_count() > 0 => {
                let mut cursor = node.walk();
                node.children(&mut cursor).for_each(|it| self.add_word(it, out, depth + 1));
            }
            "word" | "number" | "extglob_pattern" | "regex" => unescape(source, out, false),
            "command_name" | "variable_name" => out.push_str(source),
            _ if !node.is_named() => out.push_str(source),
            _ => out.push(EXPANSION),
        }
    }
}

/// Adds `source` without its backslashes; in double quotes these stand for themselves before most letters.
fn unescape(source: &str, out: &mut String, is_quoted: bool) {
    let mut letters = source.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('\n') | None => (),
                Some(next) if is_quoted && !matches!(next, '$' | '`' | '"' | '\\') => out.extend(['\\', next]),
                Some(next) => out.push(next),
            },
            letter => out.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(text: &str) -> Vec<(String, Failure)> {
        let script = Script::parse(text);
        let line =
            |it: &Command| it.words.iter().map(|it| it.text.replace(EXPANSION, "*")).collect::<Vec<_>>().join(" ");
        script.commands.iter().map(|it| (line(it), it.failure)).collect()
    }

    fn lines(text: &str) -> Vec<String> {
        commands(text).into_iter().map(|it| it.0).collect()
    }

    #[test]
    fn words_lose_their_quotes() {
        assert_eq!(
            lines("yum install -y 'a b' \"c $X d\" e\\ f \"$(date +%s)\" g\"h\"$I 2>&1 > /dev/null\n"),
            ["yum install -y a b c * d e f * gh*", "date +%s"]
        );
        assert_eq!(
            lines("A=1 B=$(curl -s x) run \"\\$HOME \\n\"\nexport C=2\n"),
            ["curl -s x", "run $HOME \\n", "export C=2"]
        );
        assert_eq!(lines("mount \\\n  -t nfs \\\n  host:/ /mnt\n"), ["mount -t nfs host:/ /mnt"]);
    }

    #[test]
    fn failures_are_followed() {
        use Failure::*;
        let of = |text: &str| commands(text).into_iter().map(|it| it.1).collect::<Vec<_>>();
        assert_eq!(of("a\nb || c\nd && e\n! f\n"), [Plain, Tested, Plain, Tested, Plain, Tested]);
        assert_eq!(of("if a; then b; elif c; then d; else e; fi\n"), [Tested, Plain, Tested, Plain, Plain]);
        assert_eq!(of("until a; do b; done\nfor x in 1 2; do c; done\n"), [Tested, Plain, Plain]);
        assert_eq!(of("a | b\nc &\nd=$(e)\n"), [Piped, Plain, Background, Captured]);
        assert_eq!(of("a | b || c\n"), [Tested, Tested, Plain]);
        assert_eq!(of("(a; b) || c\n{ d; } || e\n"), [Tested, Tested, Plain, Tested, Plain]);
        assert_eq!(of("cat <<X > f || a\nb\nX\nc\n"), [Tested, Plain, Plain]);
    }

    #[test]
    fn a_statement_has_its_redirections() {
        let text = "a > b 2>&1\nc | d >> e\ncat > f <<'END'\nx\nEND\n";
        let script = Script::parse(text);
        let statements: Vec<&str> = script.commands.iter().map(|it| &text[it.statement.clone()]).collect();
        assert_eq!(statements, ["a > b 2>&1", "c | d >> e", "c | d >> e", "cat > f <<'END'"]);
    }

    #[test]
    fn branches_are_told_apart() {
        let script = Script::parse("a\nif t; then b; else c; fi\ncase $x in 1) d;; *) e;; esac\nf() { g; }\n");
        let ways: Vec<(&str, Vec<u32>)> =
            script.commands.iter().map(|it| (it.name(), it.way.iter().map(|it| it.branch).collect())).collect();
        let expected: Vec<(&str, Vec<u32>)> = vec![
            ("a", vec![]),
            ("t", vec![]),
            ("b", vec![0]),
            ("c", vec![1]),
            ("d", vec![1]),
            ("e", vec![2]),
            ("g", vec![0]),
        ];
        assert_eq!(ways, expected);
    }

    #[test]
    fn variables_are_read_and_written() {
        let script = Script::parse("A=1\nread B\nfor C in x; do echo $A ${B} ${D:-1} \"$E\" $? $1; done\n");
        assert_eq!(script.writes, ["A", "B", "C"]);
        assert_eq!(script.reads, ["A", "B", "E"]);
    }

    #[test]
    fn any_text_is_read() {
        for text in
            ["(".repeat(30_000), "$(".repeat(5_000), "if a; then ".repeat(3_000), "<<".repeat(500), "`".repeat(999)]
        {
            Script::parse(&text);
        }
        let text = "#!/bin/bash\nif [ -f \"$X\" ]; then\n  cat <<-EOF > y\n\t$(c \u{fffc})\n\tEOF\nfi\ncase x in a) b;; esac\n";
        for (end, _) in text.char_indices() {
            for command in Script::parse(&text[..end]).commands {
                assert!(text.get(command.range.clone()).is_some() && text.get(command.statement.clone()).is_some());
            }
        }
        assert!(!Script::parse(text).broken);
    }
}
