//! The fixes that there are to try.

use ide::{Analysis, Applicability, Document, Text};
use rules::Selection;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tests::programs::{Disk, Modules, programs, sources};
use tests::spec::{self, Setting, Spec};

/// A file and what a fix makes of it.
#[derive(Debug)]
pub(crate) struct Case {
    /// Where it comes from, and the title of the fix.
    pub(crate) name: String,
    /// What to synthesise: the folder of a program, or a file that stands for itself.
    pub(crate) program: PathBuf,
    /// The file.
    pub(crate) path: PathBuf,
    pub(crate) before: Arc<str>,
    pub(crate) after: String,
    /// The rule whose finding is fixed; `None` for all findings together.
    pub(crate) rule: Option<&'static str>,
    /// The ids of the resources that this place makes and the rule has something about.
    pub(crate) resources: Vec<String>,
    pub(crate) expected: Expected,
}

/// What is to become of what a program makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Something is another than before, and better.
    Mended,
    /// The same, under other ids.
    Same,
    /// The same and more.
    More,
}

impl Case {
    /// The lines that are others than before.
    pub(crate) fn difference(&self) -> String {
        let (before, after): (Vec<&str>, Vec<&str>) = (self.before.lines().collect(), self.after.lines().collect());
        let same = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
        let shorter = before.len().min(after.len()) - same;
        let end = before.iter().rev().zip(after.iter().rev()).take(shorter).take_while(|(a, b)| a == b).count();
        let old = before[same..before.len() - end].iter().map(|it| format!("    - {it}\n"));
        let new = after[same..after.len() - end].iter().map(|it| format!("    + {it}\n"));
        old.chain(new).collect()
    }
}

/// What there is to try.
#[derive(Debug, Default)]
pub(crate) struct Cases {
    pub(crate) all: Vec<Case>,
    /// The fixes that cannot be written where they are wanted.
    pub(crate) unwritten: Vec<String>,
}

/// The fixes in the files of the programs below a folder.
pub(crate) fn of_programs(cases: &mut Cases, folder: &Path) {
    for program in programs(folder) {
        let modules = Modules::default();
        for path in sources(&program, &["ts"]) {
            let Ok(text) = fs::read_to_string(&path) else { continue };
            if !cdk::is_cdk(&text) {
                continue;
            }
            let file = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
            let document = || {
                let disk = Disk::around(&path, &modules);
                Document::new(path.to_string_lossy(), Arc::new(Selection::default()))
                    .with_neighbours(Some(Arc::new(disk)))
            };
            cases.collect(&file, &program, &path, &text, document);
        }
    }
}

/// The fixes in the blocks of specifications that are TypeScript, which are written to files below `folder`.
pub(crate) fn of_specifications(cases: &mut Cases, folder: &Path) {
    fs::remove_dir_all(folder).ok();
    for &rule in rules::ALL {
        let stem = Path::new(rule.file).file_stem().and_then(|it| it.to_str()).unwrap_or_default().replace('_', "-");
        let path = tests::root().join("tests/rules").join(rule.subject()).join(&stem).with_extension("md");
        if !path.is_file() {
            continue;
        }
        for section in Spec::read(&path).sections {
            let setting = Setting::of(rule, &section);
            for block in section.blocks.iter().filter(|it| it.is_source() && it.language == "ts") {
                let text = spec::strip(&block.body).0;
                let name = format!("{}/{stem}-{}", rule.subject(), block.lines.start);
                let file = folder.join(&name).with_extension("ts");
                fs::create_dir_all(file.parent().expect("it is in a folder")).expect("the target folder is writable");
                fs::write(&file, &text).expect("the target folder is writable");
                let document = || setting.document("ts", &setting.selection);
                cases.collect(&name, &file, &file, &text, document);
            }
        }
    }
}

impl Cases {
    /// Each fix alone, and all that may be applied together.
    fn collect(&mut self, name: &str, program: &Path, path: &Path, text: &str, document: impl Fn() -> Document) {
        let before: Arc<str> = text.into();
        let text = Text::new(text, 0);
        let analysis: Analysis = document().analyse(&text);
        let mut seen = BTreeSet::new();
        let mut push = |what: String, after: String, rule, resources| {
            if *after != *before && seen.insert(after.clone()) {
                let (program, path, before) = (program.to_owned(), path.to_owned(), Arc::clone(&before));
                let name = format!("{name}: {what}");
                self.all.push(Case { name, program, path, before, after, rule, resources, expected: Expected::Mended });
            }
        };
        for finding in &analysis.findings {
            let line = text.position(finding.range.start(), ide::Encoding::Utf8).line;
            for fix in finding.fixes() {
                let what = format!("{}: {}: {}", line + 1, finding.rule.name, fix.title);
                let Some(edits) = analysis.edits(fix) else {
                    self.unwritten.push(format!("{name}: {what}\n    {}\n", text.line(line).trim()));
                    continue;
                };
                let same = analysis
                    .findings
                    .iter()
                    .filter(|it| (it.range, it.rule.name) == (finding.range, finding.rule.name));
                let resources = same.filter_map(|it| Some(it.resource.as_ref()?.to_string())).collect();
                push(what, edits.apply(&before), Some(finding.rule.name), resources);
            }
        }
        for applicability in [Applicability::Safe, Applicability::Unsafe] {
            push(
                format!("all {} fixes", applicability.name()),
                document().fix(&text, applicability).text,
                None,
                Vec::new(),
            );
        }
    }
}
