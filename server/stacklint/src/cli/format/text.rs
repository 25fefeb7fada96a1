//! For people: where it is, the source with carets, and what can be done.

use crate::cli::report::{Checked, Report};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use ide::{Applicability, Finding, Severity, Text, TextRange, TextSize};

/// More lines than this of one place are not shown: the first line says where it is.
const MAX_LINES: u32 = 4;
/// Of lines that are longer, as in minified JSON, only a part around the place is shown.
const MAX_LINE: usize = 400;
/// Places that are no more lines than this apart are shown together.
const NEAR: u32 = 30;

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
    let main = Mark { range: finding.range, kind: AnnotationKind::Primary, label: None };
    let mut near = vec![main];
    let mut far = Vec::new();
    let line = |range: TextRange| file.analysis.text.line_of(range.start());
    for (range, label) in &finding.related {
        let mark = Mark { range: *range, kind: AnnotationKind::Context, label: Some(label) };
        let is_near = line(*range).abs_diff(line(finding.range)) <= NEAR;
        if is_near { near.push(mark) } else { far.push(mark) }
    }
    let mut group = show(Group::with_title(title), file, &near);
    for mark in far {
        group = show(group, file, &[mark]);
    }
    if let Some(fix) = file.fix(finding) {
        let flag = if fix.applicability == Applicability::Safe { "--fix" } else { "--unsafe-fixes" };
        group = group.element(Level::HELP.message(format!("{} ({flag})", fix.title)));
    } else if let Some(fix) = finding.fixes().iter().find(|it| file.analysis.edits(it).is_some()) {
        group = group.element(Level::HELP.message(format!("{} (in the editor)", fix.title)));
    }
    group
}

/// A place to underline.
#[derive(Clone, Copy)]
struct Mark<'a> {
    range: TextRange,
    kind: AnnotationKind,
    label: Option<&'a str>,
}

/// Adds the source of places that are near each other, the first of which is the main one.
fn show<'a>(group: Group<'a>, file: &'a Checked, marks: &[Mark<'a>]) -> Group<'a> {
    let text = &file.analysis.text;
    let (first, last) = marks
        .iter()
        .map(|it| lines(text, it.range))
        .fold((u32::MAX, 0), |(first, last), it| (first.min(it.0), last.max(it.1)));
    // Only these lines are given to the renderer, which would otherwise read the whole file for each finding.
    let mut starts = Vec::new();
    let mut source = String::new();
    for line in first..=last {
        starts.push(source.len());
        source += &text.line(line);
        source.push('\n');
    }
    let offset = |offset: TextSize, line: u32| {
        let start = starts[(line - first) as usize];
        let length = source[start..].find('\n').unwrap_or_default();
        start + usize::from(offset.checked_sub(text.line_start(line)).unwrap_or_default()).min(length)
    };
    let spans = marks.iter().map(|it| {
        let (first, last) = lines(text, it.range);
        let start = floor(&source, offset(it.range.start(), first));
        start..floor(&source, offset(it.range.end(), last)).max(start)
    });
    let spans: Vec<_> = spans.collect();
    if let ([mark], [span], true) = (marks, &spans[..], source.len() > MAX_LINE && first == last) {
        let (part, span) = around(source.trim_end(), span.clone());
        let snippet = Snippet::source(part).line_start(first as usize + 1);
        // The renderer would count the column in the part.
        let (line, column) = file.line_and_column(mark.range);
        let origin = Origin::path(file.path.as_str()).line(line as usize).char_column(column as usize);
        return group.element(origin).element(snippet.annotation(mark.kind.span(span).label(mark.label)));
    }
    source.truncate(source.trim_end_matches('\n').len().max(spans.iter().map(|it| it.end).max().unwrap_or_default()));
    let annotations = marks.iter().zip(spans).map(|(mark, span)| mark.kind.span(span).label(mark.label));
    let snippet = Snippet::source(source).line_start(first as usize + 1).path(file.path.as_str());
    group.element(snippet.annotations(annotations))
}

/// The first and the last line to show of a range.
fn lines(text: &Text, range: TextRange) -> (u32, u32) {
    let first = text.line_of(range.start());
    let mut last = text.line_of(range.end());
    // A range that ends at the start of a line does not mean that line.
    if last > first && text.line_start(last) == range.end() {
        last -= 1;
    }
    if last - first >= MAX_LINES { (first, first) } else { (first, last) }
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
