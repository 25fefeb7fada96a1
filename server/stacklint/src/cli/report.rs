//! What a run found, for all formats alike.

use ide::{Analysis, Applicability, Encoding, Finding, Severity, TextRange};
use serde::Serialize;

/// A file that was checked.
#[derive(Debug)]
pub(super) struct Checked {
    /// The path as it is shown, with `/` between its parts.
    pub(super) path: String,
    /// What was found.
    pub(super) analysis: Analysis,
    /// The rules whose findings were fixed, one for each finding.
    pub(super) fixed: Vec<&'static str>,
    /// The differences that fixes make, where they are to be shown.
    pub(super) diff: Option<String>,
}

/// All that a run found.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// The files that we speak about, by path.
    pub(super) files: Vec<Checked>,
    /// What could not be done, in sentences.
    pub(super) failures: Vec<String>,
}

/// The run in numbers.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    files: usize,
    files_with_findings: usize,
    findings: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    hints: usize,
    fixable: usize,
    unsafely_fixable: usize,
    fixed: usize,
}

/// A zero-based place as the Language Server Protocol has it by default: columns are UTF-16 code units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Place {
    pub(super) start: Point,
    pub(super) end: Point,
}

/// One end of a [`Place`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Point {
    pub(super) line: u32,
    pub(super) character: u32,
}

impl Checked {
    /// The zero-based place of a range, in UTF-16.
    pub(super) fn place(&self, range: TextRange) -> Place {
        let point = |offset| {
            let position = self.analysis.text.position(offset, Encoding::Utf16);
            Point { line: position.line, character: position.column }
        };
        Place { start: point(range.start()), end: point(range.end()) }
    }

    /// The one-based line and column of a range's start, as people and editors count: columns are characters.
    pub(super) fn line_and_column(&self, range: TextRange) -> (u32, u32) {
        let position = self.analysis.text.position(range.start(), Encoding::Utf32);
        (position.line + 1, position.column + 1)
    }

    /// The best fix of a finding that can be written here and may be applied on request.
    pub(super) fn fix<'a>(&self, finding: &'a Finding) -> Option<&'a ide::Fix> {
        let applicable = |it: &&ide::Fix| it.preferred && it.applicability >= Applicability::Unsafe;
        finding.fixes().iter().filter(applicable).find(|it| self.analysis.edits(it).is_some())
    }
}

impl Report {
    /// All findings, each with its file.
    pub(super) fn findings(&self) -> impl Iterator<Item = (&Checked, &Finding)> {
        self.files.iter().flat_map(|file| file.analysis.findings.iter().map(move |it| (file, it)))
    }

    /// True when some finding is at least this grave.
    pub(super) fn reaches(&self, severity: Severity) -> bool {
        self.findings().any(|(_, it)| it.severity >= severity)
    }

    /// Counts.
    pub(super) fn summary(&self) -> Summary {
        let mut summary = Summary { files: self.files.len(), ..Summary::default() };
        summary.files_with_findings = self.files.iter().filter(|it| !it.analysis.findings.is_empty()).count();
        summary.fixed = self.files.iter().map(|it| it.fixed.len()).sum();
        for (file, finding) in self.findings() {
            summary.findings += 1;
            *match finding.severity {
                Severity::Error => &mut summary.errors,
                Severity::Warning => &mut summary.warnings,
                Severity::Info => &mut summary.infos,
                Severity::Hint => &mut summary.hints,
            } += 1;
            match file.fix(finding).map(|it| it.applicability) {
                Some(Applicability::Safe) => summary.fixable += 1,
                Some(Applicability::Unsafe) => summary.unsafely_fixable += 1,
                _ => {}
            }
        }
        summary
    }
}

impl Summary {
    /// In words: `3 findings (1 error, 2 warnings) in 2 of 10 files; 2 can be fixed with --fix`.
    pub(super) fn sentence(&self) -> String {
        let files = match self.files {
            1 => "1 file".to_owned(),
            count => format!("{count} files"),
        };
        let fixed = match self.fixed {
            0 => String::new(),
            count => format!("{} fixed; ", counted(count, "finding")),
        };
        if self.findings == 0 {
            return format!("{fixed}no findings in {files}");
        }
        let severities =
            [(self.errors, "error"), (self.warnings, "warning"), (self.infos, "info"), (self.hints, "hint")];
        let severities = severities.iter().filter(|it| it.0 > 0).map(|(count, name)| counted(*count, name));
        let severities = severities.collect::<Vec<_>>().join(", ");
        let mut out = format!("{fixed}{} ({severities}) in ", counted(self.findings, "finding"));
        out += &if self.files == 1 { files } else { format!("{} of {files}", self.files_with_findings) };
        match (self.fixable, self.unsafely_fixable) {
            (0, 0) => {}
            (0, unsafely) => out += &format!("; {unsafely} can be fixed with --unsafe-fixes"),
            (safely, 0) => out += &format!("; {safely} can be fixed with --fix"),
            (safely, unsafely) => {
                out += &format!("; {safely} can be fixed with --fix, {unsafely} more with --unsafe-fixes");
            }
        }
        out
    }
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 || what == "info" { "" } else { "s" };
    format!("{count} {what}{plural}")
}
