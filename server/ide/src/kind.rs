//! What a file is, by its name and its text.

use cdk::Dialect;
use template::Format;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A CloudFormation template.
    Template(Format),
    /// A file of a CDK program.
    Cdk(Dialect),
}

impl Kind {
    /// Decides by `path`, of which only the ending counts, and `text`. `None`: nothing that we speak about.
    ///
    /// Editors' language ids are not asked: they are wrong too often for templates.
    pub fn of(path: &str, text: &str) -> Option<Kind> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        match ending.as_str() {
            "ts" | "mts" | "cts" => Kind::cdk(Dialect::TypeScript, text),
            "tsx" => Kind::cdk(Dialect::Tsx, text),
            // JSON is nearly YAML, but what opens with a brace is better served, and mended, as JSON.
            "json" | "yaml" | "yml" | "template" | "cfn" | "cform" | "jsonc" => Kind::template(text),
            // No ending that says anything: an unsaved buffer, standard input.
            "" | "txt" | "stdin" => Kind::template(text).or_else(|| Kind::cdk(Dialect::TypeScript, text)),
            _ => None,
        }
    }

    /// True when a file with this name may be something that we speak about.
    pub fn may_be(path: &str) -> bool {
        let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        const ENDINGS: &[&str] = &["ts", "mts", "cts", "tsx", "json", "yaml", "yml", "template", "cfn", "cform"];
        ENDINGS.contains(&ending.as_str()) && !path.ends_with(".d.ts")
    }

    /// The language's name for people and editors: `yaml`, `json`, `typescript`.
    pub fn language(self) -> &'static str {
        match self {
            Kind::Template(Format::Yaml) => "yaml",
            Kind::Template(Format::Json) => "json",
            Kind::Cdk(_) => "typescript",
        }
    }

    /// How a comment begins, where the language has comments.
    pub(crate) fn comment(self) -> Option<&'static str> {
        match self {
            Kind::Template(Format::Yaml) => Some("#"),
            Kind::Template(Format::Json) => None,
            Kind::Cdk(_) => Some("//"),
        }
    }

    fn template(text: &str) -> Option<Kind> {
        let start = text.trim_start_matches('\u{feff}').trim_start();
        let format = if start.starts_with(['{', '[']) { Format::Json } else { Format::Yaml };
        template::is_template(text, format).then_some(Kind::Template(format))
    }

    fn cdk(dialect: Dialect, text: &str) -> Option<Kind> {
        cdk::is_cdk(text).then_some(Kind::Cdk(dialect))
    }
}
