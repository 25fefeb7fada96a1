//! What CDK programs look like while they are being typed.

use crate::typing::{SAMPLE, Share, TYPED, scatter};
use cdk::{CdkFile, Dialect};
use ide::{Document, Text};
use model::Lowered;
use rules::Selection;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;
use syntax::typescript::Program;
use tests::shape;

/// Lines as they are half-way, by what they are. Each is put where a statement may stand and within literals too.
const LINES: &[(&str, &[&str])] = &[
    (
        "line: open construct",
        &[
            "const it = new s3.Bucket(this, 'It', {",
            "new s3.Bucket(this, 'It', {",
            "new s3.Bucket(this, 'It",
            "new s3.Bucket(",
            "new s3.",
            "new ",
        ],
    ),
    ("line: open call", &["bucket.grantRead(", "this.table.grant(role, '", "cdk.Tags.of(this).add(", "f(a, b => {"]),
    (
        "line: word",
        &["f", "foo", "foo.", "foo?.", "this.", "const", "const it", "const it =", "return", "new", "await "],
    ),
    ("line: property", &["foo:", "foo: ", "foo: tr", "foo: cdk.", "foo: 'a", "foo: [", "foo: {", "foo: new ", "..."]),
    ("line: quote", &["'", "\"", "`", "'abc", "`a ${", "\"a\": "]),
    ("line: bracket", &["{", "}", "[", "]", "(", ")", "});", "},", "({", "<"]),
    (
        "line: block",
        &["if (", "if (a) {", "for (const it of ", "for (const it of all) {", "else {", "try {", "switch (a) {"],
    ),
    (
        "line: declaration",
        &["interface It {", "class It extends ", "export ", "function it(", "type It =", "private it(", "enum It {"],
    ),
    ("line: import", &["import", "import {", "import * as it", "import * as it from '", "import { A, "]),
    ("line: whole", &["", "// note", "const it = 1;", "foo();"]),
    ("line: operator", &["=>", "?", ":", "&&", "=", ",", ";", "<T", "a ? b"]),
];

/// A program before anything is typed.
struct Source {
    name: String,
    text: String,
    /// Where each line starts, and where it ends without its break.
    lines: Vec<Range<usize>>,
    constructs: Vec<Construct>,
}

/// What one call makes.
struct Construct {
    /// Where its id stands.
    name: usize,
    lines: Range<usize>,
    /// What is said of its resources.
    resources: BTreeSet<(String, String)>,
}

struct Edit {
    form: &'static str,
    range: Range<usize>,
    text: String,
}

/// What was counted for one form.
#[derive(Clone, Copy, Default)]
struct Row {
    edits: usize,
    /// Edits after which the program is well-formed and says something else: what it says counts then.
    legal: usize,
    /// Intact constructs that are still there, with the same types.
    there: Share,
    /// ... of which the same is said.
    same: Share,
    /// Edits after which no finding about an intact construct came or went.
    quiet: Share,
    /// Intact constructs that are found where the file is opened in this state: nothing better was seen before.
    opened: Share,
}

/// A program in an editor.
struct Editor {
    file: CdkFile,
    document: Document,
    lowered: Lowered,
    findings: Vec<(Range<usize>, &'static str, String)>,
}

#[test]
fn what_is_being_typed_in_a_program_spoils_nothing_else() {
    let is_slow = std::env::var_os("SLOW").is_some();
    let sample = if is_slow { u64::MAX } else { SAMPLE / 4 };
    let mut rows: BTreeMap<&'static str, Row> = BTreeMap::new();
    let mut lost = Vec::new();
    let folder = tests::root().join("tests/cdk");
    for path in tests::files(&folder) {
        let name = path.strip_prefix(&folder).unwrap_or(&path).to_string_lossy().into_owned();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        if !name.ends_with("stack.ts") || !cdk::is_cdk(&text) {
            continue;
        }
        let source = Source::new(name, text);
        let mut editor = Editor::new(&source);
        let mut forms: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
        source.edits().into_iter().for_each(|it| forms.entry(it.form).or_default().push(it));
        for (form, edits) in forms {
            for (number, edit) in edits.iter().enumerate() {
                let chance = scatter(number as u64);
                if chance % edits.len() as u64 > sample {
                    continue;
                }
                let is_typed = (chance >> 32).is_multiple_of(TYPED);
                source.look(&mut editor, edit, is_typed, rows.entry(form).or_default(), &mut lost);
            }
        }
    }
    let total = rows.values().fold(Row::default(), |mut total, it| {
        total.edits += it.edits;
        total.legal += it.legal;
        for (of, it) in [
            (&mut total.there, it.there),
            (&mut total.same, it.same),
            (&mut total.quiet, it.quiet),
            (&mut total.opened, it.opened),
        ] {
            of.add(it.kept, it.of);
        }
        total
    });
    let mut table = format!(
        "{:<36} {:>7} {:>7} {:>8} {:>8} {:>8} {:>8}\n",
        "form", "edits", "legal", "there", "same", "quiet", "opened"
    );
    for (form, it) in rows.iter().map(|(form, it)| (*form, it)).chain([("all", &total)]) {
        let Row { edits, legal, there, same, quiet, opened } = it;
        let _ = writeln!(table, "{form:<36} {edits:>7} {legal:>7} {there:>8} {same:>8} {quiet:>8} {opened:>8}");
    }
    let shown = std::env::var("SHOWN").ok().and_then(|it| it.parse().ok()).unwrap_or(12);
    let lost: Vec<&str> = lost.iter().step_by(lost.len().div_ceil(shown).max(1)).map(String::as_str).collect();
    let lost = lost.join("\n");
    eprintln!("{table}");
    if std::env::var_os("SHOWN").is_some() {
        eprintln!("{lost}");
    }
    assert!(total.there.is_at_least(99.0), "intact constructs are lost:\n{lost}");
    assert!(total.same.is_at_least(96.0), "something else is said of intact constructs:\n{lost}");
    assert!(total.quiet.is_at_least(98.0), "findings about intact constructs came or went:\n{lost}");
    assert!(total.opened.is_at_least(92.0), "intact constructs of files that are opened are not found:\n{lost}");
}

impl Source {
    fn new(name: String, text: String) -> Source {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            lines.push(start..start + line.trim_end().len());
            start += line.len();
        }
        let mut source = Source { name, text, lines, constructs: Vec::new() };
        let lowered = CdkFile::new(Dialect::TypeScript).lower(&source.text.as_str().into());
        source.constructs = source.constructs(&lowered);
        source
    }

    /// The constructs that a state of this program shows, at the places where they are in it.
    fn constructs(&self, lowered: &Lowered) -> Vec<Construct> {
        let mut constructs: BTreeMap<usize, Construct> = BTreeMap::new();
        for resource in lowered.stacks.iter().flat_map(|it| &it.resources) {
            let places = (lowered.map.resolve(resource.id.span), lowered.map.resolve(resource.origin));
            let (Some(id), Some(origin)) = places else { continue };
            let name = usize::from(id.start());
            let lines = self.line_of(origin.start().into())..self.line_of(usize::from(origin.end()) - 1) + 1;
            let construct = constructs.entry(name).or_insert_with(|| Construct {
                name,
                lines: lines.clone(),
                resources: BTreeSet::new(),
            });
            construct.lines = construct.lines.start.min(lines.start)..construct.lines.end.max(lines.end);
            construct.resources.insert((resource.ty.text.to_string(), shape::resource(resource)));
        }
        constructs.into_values().collect()
    }

    fn line_of(&self, offset: usize) -> usize {
        self.lines.partition_point(|it| it.start <= offset).saturating_sub(1)
    }

    fn edits(&self) -> Vec<Edit> {
        let mut edits = Vec::new();
        for (number, line) in self.lines.iter().enumerate() {
            let text = &self.text[line.clone()];
            let indent = &text[..text.len() - text.trim_start().len()];
            for (form, lines) in LINES {
                for typed in *lines {
                    edits.push(Edit { form, range: line.start..line.start, text: format!("{indent}{typed}\n") });
                }
            }
            let mut push = |form, range, text: &str| edits.push(Edit { form, range, text: text.to_owned() });
            for (at, found) in text.char_indices().map(|(at, found)| (line.start + at, found)) {
                match found {
                    '\'' | '"' | '`' => push("a quote taken out", at..at + 1, ""),
                    '{' | '}' | '[' | ']' | '(' | ')' => push("a bracket taken out", at..at + 1, ""),
                    ',' | ';' | ':' | '.' => push("a mark taken out", at..at + 1, ""),
                    _ => (),
                }
            }
            let content = line.start + indent.len();
            for cut in [content + 1, content + (line.end.saturating_sub(content)) / 2, line.end.saturating_sub(1)] {
                if cut > content && cut < line.end && self.text.is_char_boundary(cut) {
                    push("half a line", cut..line.end, "");
                }
            }
            for typed in ["'", "{", "(", "x", ".", ",", ")", "}"] {
                push("appended", line.end..line.end, typed);
            }
            if number % 5 == 0 {
                push("a line taken out", line.start..line.end, "");
            }
        }
        edits
    }

    /// Makes an edit and counts what is left of what it does not touch.
    fn look(&self, editor: &mut Editor, edit: &Edit, is_typed: bool, row: &mut Row, lost: &mut Vec<String>) {
        let text = format!("{}{}{}", &self.text[..edit.range.start], edit.text, &self.text[edit.range.end..]);
        editor.set(&self.text);
        let before = self.by_construct(&editor.findings, Some);
        if is_typed {
            let typed = edit.text.trim_end_matches('\n');
            for (at, _) in typed.char_indices() {
                let end = &edit.text[typed.len()..];
                let (start, rest) = (&self.text[..edit.range.start], &self.text[edit.range.end..]);
                editor.set(&format!("{start}{}{end}{rest}", &typed[..at]));
            }
        }
        editor.set(&text);
        row.edits += 1;
        if !Program::parse(syntax::typescript::Dialect::TypeScript, &text.as_str().into()).root().has_error() {
            row.legal += 1;
            return;
        }
        // What stands behind an edit moves with it.
        let place = |offset: usize| {
            let moved = edit.range.start + edit.text.len();
            match offset {
                _ if offset < edit.range.start => Some(offset),
                _ if offset >= moved => Some(offset - moved + edit.range.end),
                _ => None,
            }
        };
        let after = self.by_construct(&editor.findings, place);
        let says = |lowered: &Lowered| {
            let mut out: BTreeMap<usize, BTreeSet<(String, String)>> = BTreeMap::new();
            for resource in lowered.stacks.iter().flat_map(|it| &it.resources) {
                let id = lowered.map.resolve(resource.id.span).and_then(|it| place(it.start().into()));
                let said = (resource.ty.text.to_string(), shape::resource(resource));
                if let Some(id) = id {
                    out.entry(id).or_default().insert(said);
                }
            }
            out
        };
        let now = says(&editor.lowered);
        let opened = says(&CdkFile::new(Dialect::TypeScript).lower(&text.as_str().into()));
        let types = |it: &BTreeSet<(String, String)>| it.iter().map(|it| it.0.clone()).collect::<BTreeSet<_>>();
        let none = BTreeSet::new();
        let (mut gone, mut changed, mut flickers) = (Vec::new(), Vec::new(), Vec::new());
        for (index, construct) in self.constructs.iter().enumerate().filter(|(_, it)| !self.touches(edit, it)) {
            let found = now.get(&construct.name).unwrap_or(&none);
            let is_there = types(found) == types(&construct.resources);
            row.there.add(usize::from(is_there), 1);
            row.same.add(usize::from(*found == construct.resources), 1);
            let found_anew = opened.get(&construct.name).unwrap_or(&none);
            row.opened.add(usize::from(types(found_anew) == types(&construct.resources)), 1);
            let line = || format!("line {}", construct.lines.start + 1);
            if !is_there {
                gone.push(line());
            } else if *found != construct.resources {
                changed.push(line());
            }
            let (was, is) = (before.get(&index).unwrap_or(&none), after.get(&index).unwrap_or(&none));
            flickers
                .extend(was.symmetric_difference(is).map(|(rule, message)| format!("{}: {rule} {message}", line())));
        }
        row.quiet.add(usize::from(flickers.is_empty()), 1);
        if gone.len() + changed.len() + flickers.len() > 0 {
            let shown = text.lines().enumerate().skip(self.line_of(edit.range.start).saturating_sub(3)).take(7);
            let shown: String = shown.map(|(number, it)| format!("  {:>4} {it}\n", number + 1)).collect();
            let what = format!("gone: {gone:?}, changed: {changed:?}, findings: {flickers:#?}");
            lost.push(format!("{}, {}:\n{shown}{what}\n", self.name, edit.form));
        }
    }

    /// True when an edit is made in the lines of a construct.
    fn touches(&self, edit: &Edit, construct: &Construct) -> bool {
        let first = self.line_of(edit.range.start);
        let is_inserted = edit.range.is_empty() && edit.text.ends_with('\n');
        // A line that is put in pushes this one down.
        let from = construct.lines.start + usize::from(is_inserted);
        (from..construct.lines.end).contains(&first)
    }

    /// Findings by the construct that they stand in.
    fn by_construct(
        &self,
        findings: &[(Range<usize>, &'static str, String)],
        place: impl Fn(usize) -> Option<usize>,
    ) -> BTreeMap<usize, BTreeSet<(String, String)>> {
        let mut out: BTreeMap<usize, BTreeSet<(String, String)>> = BTreeMap::new();
        for (range, rule, message) in findings {
            let Some(line) = place(range.start).map(|it| self.line_of(it)) else { continue };
            let inner = self.constructs.iter().enumerate().filter(|(_, it)| it.lines.contains(&line));
            if let Some((index, _)) = inner.min_by_key(|(_, it)| it.lines.len()) {
                out.entry(index).or_default().insert(((*rule).to_owned(), message.clone()));
            }
        }
        out
    }
}

impl Editor {
    fn new(source: &Source) -> Editor {
        let mut editor = Editor {
            file: CdkFile::new(Dialect::TypeScript),
            document: Document::new(source.name.as_str(), Arc::new(Selection::default())),
            lowered: Lowered::default(),
            findings: Vec::new(),
        };
        editor.set(&source.text);
        editor
    }

    fn set(&mut self, text: &str) {
        let text: Arc<str> = text.into();
        self.lowered = self.file.lower(&text);
        let findings = self.document.analyse(&Text::new(&text, 0)).findings;
        let found = findings.iter().map(|it| (it.range.into(), it.rule.name, it.message.clone()));
        self.findings = found.collect();
    }
}
