//! The configuration file, `stacklint.yaml`.

use globset::{Glob, GlobSet, GlobSetBuilder};
use rules::{ALL, Category, Options, Rule, Selection, Severity};
use serde::Deserialize;
use serde_yaml::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The default of [`Config::max_file_size`], in bytes.
const MAX_FILE_SIZE: u64 = 10_000_000;

/// One configuration file (or an editor's settings), read but not yet joined with those that it extends.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    raw: Raw,
}

/// What a configuration comes to: which rules run on which files.
#[derive(Clone, Debug)]
pub struct Config {
    base: Raw,
    exclude: GlobSet,
    overrides: Vec<(GlobSet, Raw)>,
    plain: Arc<Selection>,
    /// Files of more bytes than this are not read.
    pub max_file_size: u64,
}

/// A fault in a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// What is wrong and what would be right.
    pub message: String,
    /// The one-based line, where it is known.
    pub line: Option<usize>,
    /// The one-based column, in characters.
    pub column: Option<usize>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, "{line}:{column}: {}", self.message),
            (Some(line), None) => write!(f, "{line}: {}", self.message),
            _ => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for ConfigError {}

/// The file as it is written. The doc comments become the manual and the JSON schema.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Raw {
    /// Files to read first, relative to this one; this one's words win.
    extends: OneOrMany,
    /// Rules to run besides those that are on by default: names, categories, subjects, aliases, or `all`.
    select: OneOrMany,
    /// Rules not to run: names, categories, subjects, aliases, or `all`. Stronger than `select`.
    ignore: OneOrMany,
    /// Severity and options by rule. A rule that is named here with a severity runs.
    rules: BTreeMap<String, RuleEntry>,
    /// Tag keys that every taggable resource must have; `key=value` says the value that a fix gives it.
    required_tags: OneOrMany,
    /// The regions that code may name.
    allowed_regions: OneOrMany,
    /// The regions that everything is deployed to.
    regions: OneOrMany,
    /// Files not to check, as globs.
    exclude: OneOrMany,
    /// Files of more bytes than this are not read.
    max_file_size: Option<u64>,
    /// Other words for some files. Later ones win.
    overrides: Vec<RawOverride>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct RawOverride {
    files: OneOrMany,
    select: OneOrMany,
    ignore: OneOrMany,
    rules: BTreeMap<String, RuleEntry>,
    required_tags: OneOrMany,
    allowed_regions: OneOrMany,
    regions: OneOrMany,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "OneOrManyRaw")]
struct OneOrMany(Vec<String>);

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a word or a list of words")]
enum OneOrManyRaw {
    One(String),
    Many(Vec<String>),
    Nothing(()),
}

impl From<OneOrManyRaw> for OneOrMany {
    fn from(raw: OneOrManyRaw) -> OneOrMany {
        OneOrMany(match raw {
            OneOrManyRaw::One(word) => vec![word],
            OneOrManyRaw::Many(words) => words,
            OneOrManyRaw::Nothing(()) => Vec::new(),
        })
    }
}

/// `off`, a severity, or a map of `severity` and the rule's options.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "expected a severity, or a map of `severity` and options")]
enum RuleEntry {
    Level(String),
    /// YAML 1.1 reads `off` as a boolean.
    Switch(bool),
    Options(BTreeMap<String, Value>),
}

impl Layer {
    /// Reads a configuration file.
    ///
    /// # Errors
    ///
    /// For text that is not YAML, an unknown key, rule, group, option or severity (with the nearest known one), a value of
    /// the wrong type, a glob that is none.
    pub fn parse(text: &str) -> Result<Layer, ConfigError> {
        if text.lines().all(|it| it.trim().is_empty() || it.trim_start().starts_with('#')) {
            return Ok(Layer::default());
        }
        let raw: Raw = serde_yaml::from_str(text).map_err(|it| yaml_error(&it))?;
        let layer = Layer { raw };
        layer.validate().map_err(|it| locate(it, text))?;
        Ok(layer)
    }

    /// The files that it extends, relative to it.
    pub fn extends(&self) -> &[String] {
        &self.raw.extends.0
    }

    /// Joins `over` in: its words win over this one's.
    pub fn extend_with(&mut self, over: Layer) {
        self.raw.join(over.raw);
    }

    fn validate(&self) -> Result<(), (String, String)> {
        let parts = std::iter::once((&self.raw.select, &self.raw.ignore, &self.raw.rules))
            .chain(self.raw.overrides.iter().map(|it| (&it.select, &it.ignore, &it.rules)));
        for (select, ignore, rules) in parts {
            for word in select.0.iter().chain(&ignore.0) {
                if matching(word).is_empty() && word != "all" {
                    return Err((word.clone(), unknown_rule(word)));
                }
            }
            for (name, entry) in rules {
                let Some(rule) = rules::find(name) else { return Err((name.clone(), unknown_rule(name))) };
                validate_entry(rule, entry)?;
            }
        }
        for glob in self.raw.exclude.0.iter().chain(self.raw.overrides.iter().flat_map(|it| &it.files.0)) {
            Glob::new(glob).map_err(|it| (glob.clone(), format!("`{glob}` is not a glob: {}", it.kind())))?;
        }
        Ok(())
    }
}

impl Raw {
    fn join(&mut self, over: Raw) {
        let add = |mine: &mut OneOrMany, theirs: OneOrMany| mine.0.extend(theirs.0);
        let replace = |mine: &mut OneOrMany, theirs: OneOrMany| {
            if !theirs.0.is_empty() {
                *mine = theirs;
            }
        };
        // What one layer ignores, a later one may select again.
        self.ignore.0.retain(|it| !over.select.0.contains(it));
        add(&mut self.select, over.select);
        add(&mut self.ignore, over.ignore);
        self.rules.extend(over.rules);
        replace(&mut self.required_tags, over.required_tags);
        replace(&mut self.allowed_regions, over.allowed_regions);
        replace(&mut self.regions, over.regions);
        add(&mut self.exclude, over.exclude);
        self.max_file_size = over.max_file_size.or(self.max_file_size);
        self.overrides.extend(over.overrides);
    }

    fn selection(&self) -> Selection {
        let mut options = Options::default();
        let mut chosen = Vec::new();
        let named = |words: &OneOrMany, rule: &Rule| words.0.iter().any(|word| is_in(rule, word));
        for &rule in ALL {
            let mut severity = rule.severity;
            let mut on = rule.default_on || named(&self.select, rule);
            let mut explicit = None;
            for (name, entry) in &self.rules {
                if rules::find(name).is_none_or(|it| it.name != rule.name) {
                    continue;
                }
                match entry {
                    RuleEntry::Switch(switch) => explicit = Some(*switch),
                    RuleEntry::Level(word) if word == "off" => explicit = Some(false),
                    RuleEntry::Level(word) => {
                        severity = Severity::parse(word).unwrap_or(severity);
                        explicit = Some(true);
                    }
                    RuleEntry::Options(map) => {
                        for (key, value) in map {
                            match (key.as_str(), value.as_str()) {
                                ("severity", Some("off")) | ("severity", None) => {
                                    explicit = Some(value.as_bool().unwrap_or(false));
                                }
                                ("severity", Some(word)) => {
                                    severity = Severity::parse(word).unwrap_or(severity);
                                    explicit = Some(true);
                                }
                                _ => {
                                    options.values.insert((rule.name.to_owned(), key.clone()), words(value));
                                }
                            }
                        }
                    }
                }
            }
            // A rule that is named by itself is stronger than a group that it is in.
            on = explicit.unwrap_or(on && !named(&self.ignore, rule));
            if on {
                chosen.push((rule, severity));
            }
        }
        let global = |key: &str, values: &OneOrMany, options: &mut Options| {
            if !values.0.is_empty() {
                options.values.insert((String::new(), key.to_owned()), values.0.clone());
            }
        };
        global("required-tags", &self.required_tags, &mut options);
        global("allowed-regions", &self.allowed_regions, &mut options);
        global("regions", &self.regions, &mut options);
        Selection::new(chosen, options)
    }
}

impl Config {
    /// What `layer` comes to.
    ///
    /// # Errors
    ///
    /// When its globs together are too large.
    pub fn new(layer: Layer) -> Result<Config, ConfigError> {
        let globs = |globs: &OneOrMany| {
            let mut set = GlobSetBuilder::new();
            for glob in &globs.0 {
                set.add(Glob::new(glob)?);
            }
            set.build()
        };
        let error = |it: globset::Error| ConfigError { message: it.to_string(), line: None, column: None };
        let exclude = globs(&layer.raw.exclude).map_err(error)?;
        let mut overrides = Vec::new();
        for it in &layer.raw.overrides {
            let raw = Raw {
                select: it.select.clone(),
                ignore: it.ignore.clone(),
                rules: it.rules.clone(),
                required_tags: it.required_tags.clone(),
                allowed_regions: it.allowed_regions.clone(),
                regions: it.regions.clone(),
                ..Raw::default()
            };
            overrides.push((globs(&it.files).map_err(error)?, raw));
        }
        let plain = Arc::new(layer.raw.selection());
        let max_file_size = layer.raw.max_file_size.unwrap_or(MAX_FILE_SIZE);
        Ok(Config { base: layer.raw, exclude, overrides, plain, max_file_size })
    }

    /// The rules for the file at `path`, relative to the configuration file, with `/` between its parts.
    pub fn selection(&self, path: &str) -> Arc<Selection> {
        let mut fitting = self.overrides.iter().filter(|(globs, _)| globs.is_match(path)).peekable();
        if fitting.peek().is_none() {
            return Arc::clone(&self.plain);
        }
        let mut raw = self.base.clone();
        fitting.for_each(|(_, over)| raw.join(over.clone()));
        Arc::new(raw.selection())
    }

    /// True for a file that is not to be checked; `path` as in [`Config::selection`].
    pub fn excludes(&self, path: &str) -> bool {
        self.exclude.is_match(path)
    }
}

impl Default for Config {
    fn default() -> Config {
        Config {
            base: Raw::default(),
            exclude: GlobSet::empty(),
            overrides: Vec::new(),
            plain: Arc::new(Selection::default()),
            max_file_size: MAX_FILE_SIZE,
        }
    }
}

/// The rules that a word of `select` or `ignore` stands for.
fn matching(word: &str) -> Vec<&'static Rule> {
    ALL.iter().copied().filter(|it| is_in(it, word)).collect()
}

fn is_in(rule: &Rule, word: &str) -> bool {
    word == "all"
        || rule.name == word
        || rule.category.name() == word
        || rule.subject() == word
        || rule.aliases.contains(&word)
}

fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Sequence(items) => items.iter().flat_map(words).collect(),
        Value::String(text) => vec![text.clone()],
        Value::Bool(value) => vec![value.to_string()],
        Value::Number(value) => vec![value.to_string()],
        _ => Vec::new(),
    }
}

fn validate_entry(rule: &Rule, entry: &RuleEntry) -> Result<(), (String, String)> {
    let level = |word: &str| {
        if word == "off" || Severity::parse(word).is_some() {
            return Ok(());
        }
        let message = format!("`{word}` is no severity: use error, warning, info, hint or off");
        Err((word.to_owned(), message))
    };
    match entry {
        RuleEntry::Switch(_) => Ok(()),
        RuleEntry::Level(word) => level(word),
        RuleEntry::Options(map) => map.iter().try_for_each(|(key, value)| match (key.as_str(), value) {
            ("severity", Value::String(word)) => level(word),
            ("severity", Value::Bool(_)) => Ok(()),
            ("severity", _) => Err((key.clone(), "a severity is error, warning, info, hint or off".to_owned())),
            _ if rule.options.iter().any(|it| it.name == key) => Ok(()),
            _ => {
                let names = std::iter::once("severity").chain(rule.options.iter().map(|it| it.name));
                Err((key.clone(), format!("`{}` has no option `{key}`{}", rule.name, did_you_mean(key, names))))
            }
        }),
    }
}

fn unknown_rule(word: &str) -> String {
    let groups = Category::ALL.iter().map(|it| it.name());
    let names = ALL.iter().flat_map(|it| [it.name, it.subject()]).chain(groups);
    format!("no rule or group is called `{word}`{}", did_you_mean(word, names))
}

fn did_you_mean<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let score = |it: &str| strsim::jaro_winkler(word, it);
    match known.max_by(|a, b| score(a).total_cmp(&score(b))) {
        Some(best) if score(best) > 0.75 => format!(": did you mean `{best}`?"),
        _ => String::new(),
    }
}

/// Finds the place of a word that the text certainly contains.
fn locate((word, message): (String, String), text: &str) -> ConfigError {
    let place = text.lines().enumerate().find_map(|(line, content)| {
        let content_without_comment = content.split(" #").next().unwrap_or(content);
        let at = content_without_comment.find(&word)?;
        Some((line + 1, content[..at].chars().count() + 1))
    });
    ConfigError { message, line: place.map(|it| it.0), column: place.map(|it| it.1) }
}

/// serde's own words, with the nearest known key behind an unknown one.
fn yaml_error(error: &serde_yaml::Error) -> ConfigError {
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
    let mut quoted = message.split('`').skip(1).step_by(2);
    let suggestion = match quoted.next() {
        Some(unknown) if message.contains("unknown field") => did_you_mean(unknown, quoted),
        _ => String::new(),
    };
    let message = match message.split_once(", expected") {
        Some((start, _)) if !suggestion.is_empty() => {
            format!("{}{suggestion}", start.replace("unknown field", "there is no key"))
        }
        _ => message,
    };
    let place = error.location();
    ConfigError { message, line: place.as_ref().map(|it| it.line()), column: place.map(|it| it.column()) }
}
