//! While something is being typed, everything else stays understood.
//!
//! Half of a key, an open quote, a line at another indentation: each is put at very many places of our templates, as an
//! editor would see it, and what is left of the model and of the findings is counted. `cargo test -p tests --test it typing
//! -- --nocapture` prints the figures by form; `SLOW=1` looks at every place instead of a sample, and at real templates
//! too where this machine has them; `SHOWN=100` prints as many examples of what is lost, `USUAL=1` only those where somebody
//! types at the indentation that an editor proposes.

mod json;
mod program;
mod state;
mod yaml;

use state::{Edit, State, Template};
use std::collections::BTreeMap;
use std::fmt::Write;
use template::Format;

const TEMPLATES: &[(&str, &str)] = &[
    ("network.json", include_str!("typing/network.json")),
    ("network.yaml", include_str!("typing/network.yaml")),
    ("orders.yaml", include_str!("typing/orders.yaml")),
    ("website.json", include_str!("typing/website.json")),
    ("website.yaml", include_str!("typing/website.yaml")),
];

/// The edits of each form that are tried in each template, about; all of them with `SLOW=1`.
const SAMPLE: u64 = 20;

/// One edit in this many is typed character by character.
const TYPED: u64 = 12;

#[test]
fn what_is_being_typed_spoils_nothing_else() {
    let is_slow = std::env::var_os("SLOW").is_some();
    let mut figures = Figures::default();
    for (name, text) in TEMPLATES {
        figures.measure(&Template::new(name, text), if is_slow { u64::MAX } else { SAMPLE });
    }
    if is_slow && let Some(corpus) = tests::corpus() {
        for path in tests::files(&corpus) {
            let name = path.to_string_lossy();
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            if matches!(ide::Kind::of(&name, &text), Some(ide::Kind::Template(_))) {
                figures.measure(&Template::new(&name, &text), SAMPLE / 3);
            }
        }
    }
    eprintln!("{}", figures.table());
    let total = figures.total();
    let shown = figures.shown();
    if std::env::var_os("SHOWN").is_some() {
        eprintln!("{shown}");
    }
    let usual = figures.usual;
    assert!(usual.intact.is_at_least(100.0), "intact entries changed:\n{shown}");
    assert!(usual.identity.is_at_least(99.8), "the edited resource is lost:\n{shown}");
    assert!(usual.properties.is_at_least(98.3), "properties beside the edit are lost:\n{shown}");
    assert!(total.intact.is_at_least(99.95), "intact entries changed:\n{shown}");
    assert!(total.identity.is_at_least(98.5), "the edited resource is lost:\n{shown}");
    assert!(total.properties.is_at_least(95.8), "properties beside the edit are lost:\n{shown}");
    // What is pasted into a resource can make it another, which what refers to it is told.
    assert!(total.quiet.is_at_least(99.4), "findings about intact entries came or went:\n{shown}");
}

/// How often something held.
#[derive(Clone, Copy, Default)]
struct Share {
    kept: usize,
    of: usize,
}

impl Share {
    fn add(&mut self, kept: usize, of: usize) {
        self.kept += kept;
        self.of += of;
    }

    fn is_at_least(self, percent: f64) -> bool {
        self.kept as f64 * 100.0 >= percent * self.of as f64
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.of {
            0 => f.pad("-"),
            _ => f.pad(&format!("{:.2}", self.kept as f64 * 100.0 / self.of as f64)),
        }
    }
}

/// What was counted for one form.
#[derive(Clone, Copy, Default)]
struct Row {
    edits: usize,
    /// Edits after which the text is well-formed and says something else: what it says counts then.
    legal: usize,
    intact: Share,
    identity: Share,
    properties: Share,
    quiet: Share,
}

#[derive(Default)]
struct Figures {
    rows: BTreeMap<&'static str, Row>,
    /// What is typed where it is usual, of all forms.
    usual: Row,
    lost: Vec<String>,
}

impl Figures {
    fn measure(&mut self, template: &Template, sample: u64) {
        let edits = match template.format {
            Format::Yaml => yaml::edits(template),
            Format::Json => json::edits(template),
        };
        let mut forms: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
        edits.iter().for_each(|it| forms.entry(it.form).or_default().push(it));
        let mut state = State::new(template);
        for edits in forms.into_values() {
            for (number, edit) in edits.iter().enumerate() {
                let chance = scatter(number as u64);
                if chance % edits.len() as u64 <= sample {
                    self.edit(&mut state, template, edit, (chance >> 32).is_multiple_of(TYPED));
                }
            }
        }
    }

    fn edit(&mut self, state: &mut State, template: &Template, edit: &Edit, is_typed: bool) {
        if is_typed {
            state.start();
            for step in edit.steps() {
                let seen = state.look(template, &step);
                let row = self.rows.entry("(every step)").or_default();
                row.edits += 1;
                row.intact.add(seen.intact - seen.changed.len(), seen.intact);
                row.quiet.add(usize::from(seen.flickers.is_empty()), 1);
                Figures::note(&mut self.lost, template, &step, &seen);
            }
        }
        let seen = state.look(template, edit);
        let is_legal = !seen.lost.is_empty() && template.is_legal(&edit.apply(&template.text));
        let usual = edit.is_usual(template).then_some(&mut self.usual);
        for row in usual.into_iter().chain([self.rows.entry(edit.form).or_default()]) {
            row.edits += 1;
            row.intact.add(seen.intact - seen.changed.len(), seen.intact);
            row.quiet.add(usize::from(seen.flickers.is_empty()), 1);
            if is_legal {
                row.legal += 1;
            } else {
                row.identity.add(usize::from(seen.identity), usize::from(seen.has_identity));
                row.properties.add(seen.properties - seen.lost.len(), seen.properties);
            }
        }
        if !is_legal && (edit.is_usual(template) || std::env::var_os("USUAL").is_none()) {
            Figures::note(&mut self.lost, template, edit, &seen);
        }
        if is_typed {
            let fresh = State::new(template).fresh(template, edit);
            assert_eq!(state.describe(), fresh, "{}: what was kept differs after {edit:?}", template.name);
        }
    }

    fn note(lost: &mut Vec<String>, template: &Template, edit: &Edit, seen: &state::Seen) {
        let what = seen.what();
        if !what.is_empty() {
            lost.push(format!("{}, {}:\n{}{}", template.name, edit.form, what, edit.show(&template.text)));
        }
    }

    fn total(&self) -> Row {
        self.rows.values().fold(Row::default(), |mut total, it| {
            total.edits += it.edits;
            total.legal += it.legal;
            total.intact.add(it.intact.kept, it.intact.of);
            total.identity.add(it.identity.kept, it.identity.of);
            total.properties.add(it.properties.kept, it.properties.of);
            total.quiet.add(it.quiet.kept, it.quiet.of);
            total
        })
    }

    fn table(&self) -> String {
        let mut out = format!(
            "{:<44} {:>7} {:>6} {:>8} {:>9} {:>8} {:>8}\n",
            "form", "edits", "legal", "intact", "id, type", "props", "quiet"
        );
        let total = self.total();
        for (form, it) in
            self.rows.iter().map(|(form, it)| (*form, it)).chain([("usual", &self.usual), ("all", &total)])
        {
            let _ = writeln!(
                out,
                "{form:<44} {:>7} {:>6} {:>8} {:>9} {:>8} {:>8}",
                it.edits, it.legal, it.intact, it.identity, it.properties, it.quiet
            );
        }
        out
    }

    /// Some of what was lost, from everywhere.
    fn shown(&self) -> String {
        let most = std::env::var("SHOWN").ok().and_then(|it| it.parse().ok()).unwrap_or(12);
        let step = self.lost.len().div_ceil(most).max(1);
        let shown: Vec<&str> = self.lost.iter().step_by(step).map(String::as_str).collect();
        format!("{} of {} losses:\n\n{}", shown.len(), self.lost.len(), shown.join("\n"))
    }
}

/// A number that looks like chance and is the same each time.
fn scatter(number: u64) -> u64 {
    let mut it = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    it ^ (it >> 31)
}
