//! The editor's settings.

use super::log::{Log, LogLevel};
use clap::ValueEnum;
use ide::Layer;
use serde_json::{Map, Value};
use std::sync::{Mutex, PoisonError};

/// The keys that `stacklint.yaml` has too.
const SHARED: [&str; 9] = [
    "select",
    "ignore",
    "rules",
    "required-tags",
    "allowed-regions",
    "regions",
    "exclude",
    "max-file-size",
    "overrides",
];

/// The keys that concern the client alone.
const CLIENT: [&str; 7] = ["path", "server", "trace", "enable", "args", "env", "binary"];

/// The editor's settings, in the words of `stacklint.yaml`.
#[derive(Debug, Default)]
pub(super) struct Settings {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// From `initialize`.
    initial: Layer,
    /// What the client told later, which replaces that. Clients that know nothing of settings tell an empty object.
    told: Option<Layer>,
}

impl Settings {
    /// Takes the options of `initialize` over. True when they can be understood.
    pub(super) fn begin(&self, value: &Value, log: &Log) -> bool {
        let Some((layer, _)) = read(value, log) else { return false };
        self.state.lock().unwrap_or_else(PoisonError::into_inner).initial = layer;
        true
    }

    /// Takes over what the client tells later. True when that may change something.
    pub(super) fn take(&self, value: &Value, log: &Log) -> bool {
        let Some((layer, is_empty)) = read(value, log) else { return false };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if is_empty && state.told.is_none() {
            return false;
        }
        state.told = Some(layer);
        true
    }

    /// The settings in force.
    pub(super) fn layer(&self) -> Layer {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.told.as_ref().unwrap_or(&state.initial).clone()
    }
}

/// Reads settings, and tells whether there are none. `None`: they cannot be understood, which is shown.
fn read(value: &Value, log: &Log) -> Option<(Layer, bool)> {
    let value = value.get("stacklint").unwrap_or(value);
    let mut words = Map::new();
    let mut is_empty = true;
    for (key, value) in value.as_object().into_iter().flatten() {
        let key = kebab_case(key);
        let known = SHARED.contains(&key.as_str()) || key == "severity" || key == "log";
        is_empty &= !known;
        match key.as_str() {
            // A setting that the editor knows but its user has not set.
            _ if value.is_null() => {}
            "log" => match value.as_str().and_then(|it| LogLevel::from_str(it, true).ok()) {
                Some(level) => log.set_level(level),
                None => log.warn(format!("stacklint.log is off, error, warn, info or debug, not {value}")),
            },
            "severity" | "rules" => add_severities(&mut words, value),
            _ if known => drop(words.insert(key, value.clone())),
            _ if CLIENT.contains(&key.split('.').next().unwrap_or_default()) => {}
            _ => log.warn(format!("the setting stacklint.{key} is not known")),
        }
    }
    match Layer::parse(&Value::Object(words).to_string()) {
        Ok(layer) => Some((layer, is_empty)),
        Err(error) => {
            log.show(LogLevel::Error, &format!("stacklint: in the editor's settings: {}", error.message));
            None
        }
    }
}

/// `severity` is the short way to say only that of `rules`.
fn add_severities(words: &mut Map<String, Value>, value: &Value) {
    let rules = words.entry("rules").or_insert_with(|| Value::Object(Map::new()));
    match (rules, value) {
        (Value::Object(rules), Value::Object(more)) => rules.extend(more.clone()),
        // Whatever it is: it is said when it is read.
        (rules, other) => *rules = other.clone(),
    }
}

/// `maxFileSize` and `max-file-size` are the same word.
fn kebab_case(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 4);
    for c in key.chars() {
        if c.is_ascii_uppercase() {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}
