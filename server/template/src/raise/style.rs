//! How a file is written, so that what is added looks like what is there.

use super::tree::{At, PairAt, Tree};
use syntax::data::{Format, Kind, Style as ScalarStyle};
use text::TextRange;

/// The habits of a file.
#[derive(Clone, Debug)]
pub(super) struct Style {
    pub(super) json: bool,
    pub(super) newline: &'static str,
    /// One step of indentation.
    pub(super) unit: String,
    /// How much deeper than their key the dashes of a sequence stand.
    pub(super) dash: usize,
    /// The quote of strings that need one.
    pub(super) quote: char,
    /// Functions in the short form.
    pub(super) short: bool,
    /// What stands behind `{` and before `}` on one line.
    pub(super) brace: &'static str,
    /// What stands between the key and the value in JSON.
    pub(super) colon: &'static str,
    /// JSON over many lines.
    pub(super) lines: bool,
}

#[derive(Default)]
struct Counts {
    steps: [usize; 9],
    tabs: bool,
    dashes: [usize; 9],
    single: usize,
    double: usize,
    short: usize,
    long: usize,
    spaced: usize,
    tight: usize,
}

impl Style {
    pub(super) fn of(tree: &Tree<'_>, format: Format) -> Style {
        let json = format == Format::Json;
        let mut counts = Counts::default();
        for (index, section) in tree.sections.iter().enumerate() {
            if section.entries.is_some() {
                for entry in tree.entries(index) {
                    counts.step(tree, section.pair, entry);
                    counts.pair(tree, entry, 0);
                }
            } else {
                counts.pair(tree, section.pair, 0);
            }
        }
        let best = |counts: &[usize], default: usize| {
            let best = (0..counts.len()).max_by_key(|it| (counts[*it], *it == default)).unwrap_or(default);
            if counts[best] == 0 { default } else { best }
        };
        let step = best(&counts.steps, 2).max(1);
        let text = tree.text;
        let count = |what: &str| text.matches(what).take(200).count();
        let colon = match (count("\": "), count("\" : "), count("\":")) {
            (spaced, wide, _) if wide > spaced => " : ",
            (0, _, tight) if tight > 0 => ":",
            _ => ": ",
        };
        Style {
            json,
            newline: if text.find('\n').is_some_and(|it| text[..it].ends_with('\r')) { "\r\n" } else { "\n" },
            unit: if counts.tabs { "\t".to_owned() } else { " ".repeat(step) },
            dash: best(&counts.dashes, step),
            quote: if counts.single > counts.double { '\'' } else { '"' },
            short: !json && !tree.flow && counts.short >= counts.long,
            brace: if counts.spaced > counts.tight { " " } else { "" },
            colon: if json { colon } else { ": " },
            lines: text.trim().contains('\n'),
        }
    }

    /// The indentation of `column` spaces.
    pub(super) fn pad(&self, column: usize) -> String {
        " ".repeat(column)
    }

    /// The width of one step.
    pub(super) fn step(&self) -> usize {
        self.unit.len()
    }
}

impl Counts {
    fn step(&mut self, tree: &Tree<'_>, outer: PairAt<'_>, inner: PairAt<'_>) {
        let (outer, inner) = (outer.range().start(), inner.range().start());
        if tree.starts_line(outer) && tree.starts_line(inner) {
            self.tabs |= tree.indent(inner).starts_with('\t');
            let step = tree.column(inner).saturating_sub(tree.column(outer));
            if let Some(count) = self.steps.get_mut(step).filter(|_| step > 0) {
                *count += 1;
            }
        }
    }

    fn pair(&mut self, tree: &Tree<'_>, pair: PairAt<'_>, depth: u32) {
        if schema::template::is_function_key(pair.key()) {
            self.long += 1;
        }
        let value = pair.value();
        if let (Some(inner), None) = (value.pairs().and_then(|it| it.first().copied()), &value.node.tag) {
            self.step(tree, pair, inner);
        }
        if let Kind::Sequence { flow: false, .. } = &value.node.kind
            && value.node.tag.is_none()
        {
            let dash = tree.column(value.range().start()).saturating_sub(tree.column(pair.range().start()));
            if let Some(count) = self.dashes.get_mut(dash) {
                *count += 1;
            }
        }
        self.value(tree, value, depth);
    }

    fn value(&mut self, tree: &Tree<'_>, value: At<'_>, depth: u32) {
        if depth > 100 {
            return;
        }
        if let Some(tag) = &value.node.tag {
            self.short += usize::from(!tag.text.starts_with("!!"));
        }
        match &value.node.kind {
            Kind::Scalar { style: ScalarStyle::Single, .. } => self.single += 1,
            Kind::Scalar { style: ScalarStyle::Double, .. } => self.double += 1,
            Kind::Mapping { flow, pairs } => {
                if *flow && !pairs.is_empty() {
                    match tree.text.as_bytes().get(usize::from(value.inner().start()) + 1) {
                        Some(b' ') => self.spaced += 1,
                        Some(b'\n' | b'\r') => (),
                        _ => self.tight += 1,
                    }
                }
                value.pairs().unwrap_or_default().into_iter().for_each(|it| self.pair(tree, it, depth + 1));
            }
            Kind::Sequence { .. } => {
                value.items().unwrap_or_default().into_iter().for_each(|it| self.value(tree, it, depth + 1));
            }
            _ => (),
        }
    }
}

/// Whether blank lines stand between neighbours, most of the time; `None` when there are not two.
pub(super) fn has_blank_lines(tree: &Tree<'_>, ranges: &[TextRange]) -> Option<bool> {
    let is_apart = |pair: &[TextRange]| {
        let (from, to) = (usize::from(pair[0].end()), usize::from(pair[1].start()));
        let between = tree.text.get(from..to).unwrap_or_default();
        // The first is the rest of the line of one, the last the indentation of the other.
        let lines: Vec<&str> = between.split('\n').collect();
        lines.len() > 2 && lines[1..lines.len() - 1].iter().any(|it| it.trim().is_empty())
    };
    let apart = ranges.windows(2).filter(|it| is_apart(it)).count();
    (ranges.len() > 1).then_some(apart * 2 >= ranges.len() - 1)
}
