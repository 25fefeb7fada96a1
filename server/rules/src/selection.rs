//! Which rules run, how grave they are, and with which options.

use crate::{ALL, Rule, Severity};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Which rules run, how grave they are, and with which options.
#[derive(Clone, Debug)]
pub struct Selection {
    rules: Vec<(&'static Rule, Severity)>,
    options: Arc<Options>,
}

/// Values of rule options, by rule and option. Those that are not here have their declared defaults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Lists of words, single values as lists of one.
    pub values: FxHashMap<(String, String), Vec<String>>,
}

impl Selection {
    /// These rules, with these severities, in the order of [`ALL`].
    pub fn new(mut rules: Vec<(&'static Rule, Severity)>, options: Options) -> Selection {
        let order = |rule: &Rule| ALL.iter().position(|it| std::ptr::eq(*it, rule));
        rules.sort_by_key(|(rule, _)| order(rule));
        Selection { rules, options: Arc::new(options) }
    }

    /// The rules that run.
    pub fn rules(&self) -> &[(&'static Rule, Severity)] {
        &self.rules
    }

    /// The severity of a rule; `None` when it does not run.
    pub fn severity(&self, name: &str) -> Option<Severity> {
        self.rules.iter().find(|(rule, _)| rule.name == name).map(|(_, severity)| *severity)
    }

    /// What the configuration says for all rules under this key; nothing where it says nothing.
    pub fn setting(&self, key: &str) -> &[String] {
        self.options.values.get(&(String::new(), key.to_owned())).map(Vec::as_slice).unwrap_or_default()
    }

    /// The value of an option of `rule`: the configured one, else the declared default.
    pub fn option(&self, rule: &Rule, option: &str) -> Vec<String> {
        if let Some(values) = self.options.values.get(&(rule.name.to_owned(), option.to_owned())) {
            return values.clone();
        }
        let declared = rule.options.iter().find(|it| it.name == option);
        let default = declared.map_or("", |it| it.default).trim_matches(['[', ']']);
        default.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
    }
}

impl Default for Selection {
    /// All rules that are on by default, at their own severities.
    fn default() -> Selection {
        let rules = ALL.iter().filter(|it| it.default_on).map(|it| (*it, it.severity)).collect();
        Selection { rules, options: Arc::default() }
    }
}
