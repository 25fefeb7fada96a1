//! For people: where it is, the source with carets, and what can be done.

use crate::cli::report::{Checked, Report};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use ide::{Applicability, Finding, Severity, TextRange};

/// More lines than this of one place are not shown: the first line says where it is.
const MAX_LINES: u32 = 4;
/// Of lines that are longer, as in minified JSON, only a part around the place is shown.
const MAX_LINE: usize = 400;

pub(super) fn render(report: &Report) -> String {
    // What is printed loses its colours where they are not wanted.
    let renderer = Renderer::styled();
    let mut out = String::new();
    for (file, finding) in report.findings() {
        out += &renderer.render(&[group(file, finding)]);
        out += "\n\n";
    }
    out
}

fn group<'a>(file: &'a Checked, finding: &'a Finding) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
        Severity::Hint => Level::NOTE.with_name("hint"),
    };
    let title = level.primary_title(finding.message.as_str()).id(finding.rule.name).id_url(finding.rule.url());
    let mut group = show(Group::with_title(title), file, finding.range, AnnotationKind::Primary, None);
    for (range, message) in &finding.related {
        group = show(group, file, *range, AnnotationKind::Context, Some(message));
    }
    if let Some(fix) = file.fix(finding) {
        let flag = if fix.applicability == Applicability::Safe { "--fix" } else { "--unsafe-fixes" };
        group = group.element(Level::HELP.message(format!("{} ({flag})", fix.title)));
    } else if let Some(fix) = finding.fixes.iter().find(|it| file.analysis.edits(it).is_some()) {
        group = group.element(Level::HELP.message(format!("{} (in the editor)", fix.title)));
    }
    group
}

/// Adds the source of a place.
fn show<'a>(
    group: Group<'a>,
    file: &'a Checked,
    range: TextRange,
    kind: AnnotationKind,
    label: Option<&'a str>,
) -> Group<'a> {
    let text = &file.analysis.text;
    let first = text.line_of(range.start());
    let mut last = text.line_of(range.end());
    // A range that ends at the start of a line does not mean that line.
    if last > first && text.line_start(last) == range.end() {
        last -= 1;
    }
    if last - first >= MAX_LINES {
        last = first;
    }
    // Only these lines are given to the renderer, which would otherwise read the whole file for each finding.
    let mut source = String::new();
    let mut span = 0..0;
    for line in first..=last {
        let content = text.line(line);
        let start = usize::from(text.line_start(line));
        let within = |offset: usize| source.len() + floor(&content, offset.saturating_sub(start).min(content.len()));
        if line == first {
            span.start = within(usize::from(range.start()));
        }
        span.end = within(usize::from(range.end()));
        source += &content;
        if line < last {
            source.push('\n');
        }
    }
    let is_long = first == last && source.len() > MAX_LINE;
    if is_long {
        (source, span) = around(&source, span);
    }
    let snippet = Snippet::source(source).line_start(first as usize + 1).annotation(kind.span(span).label(label));
    if is_long {
        // The renderer would count the column in the part.
        let (line, column) = file.line_and_column(range);
        let origin = Origin::path(file.path.as_str()).line(line as usize).char_column(column as usize);
        return group.element(origin).element(snippet);
    }
    group.element(snippet.path(file.path.as_str()))
}

/// The part of a long line that the span is in.
fn around(line: &str, span: std::ops::Range<usize>) -> (String, std::ops::Range<usize>) {
    let start = floor(line, span.start.saturating_sub(MAX_LINE / 4));
    let end = floor(line, (start + MAX_LINE).min(line.len()));
    (line[start..end].to_owned(), span.start - start..span.end.clamp(span.start, end) - start)
}

/// The start of the character at `offset`.
fn floor(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|it| text.is_char_boundary(*it)).unwrap_or_default()
}
