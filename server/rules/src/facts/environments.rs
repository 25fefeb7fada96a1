//! Which environment something is for, by the words that a program uses for it.

use crate::engine::Context;
use model::{ResourceView, SmolStr};
use std::collections::BTreeSet;

/// What environments are called, unless the configuration says otherwise.
pub(crate) const ENVIRONMENTS: &str =
    "[dev, development, test, testing, qa, uat, staging, stg, preprod, sandbox, beta, gamma, prod, production, prd]";

/// What the environment is called that counts, unless the configuration says otherwise.
pub(crate) const PRODUCTION: &str = "[prod, production, prd]";

/// The environment that a name speaks of, by the words that programs use for them: `prod` of `ShopProduction`.
pub fn environment_of(label: &str) -> Option<String> {
    let names = ENVIRONMENTS.trim_matches(['[', ']']).split(", ");
    let names: Vec<String> = names.map(str::to_owned).collect();
    of_labels([&SmolStr::new(label)], &names)
}

/// The one of `names` that `labels` speak of; `None` when they speak of none, or of several.
pub(crate) fn of_labels<'l>(labels: impl IntoIterator<Item = &'l SmolStr>, names: &[String]) -> Option<String> {
    let mut found = BTreeSet::new();
    for label in labels {
        found.extend(of_label(label, names));
    }
    if found.len() == 1 { found.pop_first() } else { None }
}

/// True when one of `labels` speaks of one of `names`.
pub(crate) fn is_one_of<'l>(labels: impl IntoIterator<Item = &'l SmolStr>, names: &[String]) -> bool {
    labels.into_iter().any(|it| !of_label(it, names).is_empty())
}

/// The environments that a label speaks of: `Shop-prod`, `ProdShop` and `production` of one.
fn of_label(label: &str, names: &[String]) -> Vec<String> {
    let words = words(label);
    let mut out = Vec::new();
    for (i, word) in words.iter().enumerate() {
        // `NonProd`, `pre-prod`
        let is_negated = i > 0 && matches!(&*words[i - 1], "pre" | "non" | "no" | "not");
        let word = if is_negated { format!("{}{word}", words[i - 1]) } else { word.clone() };
        if names.iter().any(|it| it.eq_ignore_ascii_case(&word)) {
            out.push(canonical(&word).to_owned());
        }
    }
    out
}

/// Several words mean one environment.
fn canonical(word: &str) -> &str {
    match word {
        "development" => "dev",
        "testing" => "test",
        "stg" => "staging",
        "production" | "prd" => "prod",
        other => other,
    }
}

/// The words of a name, in lower case: it is split at signs, digits and capital letters.
fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in name.chars() {
        if c.is_alphabetic() {
            let starts = !before.is_alphabetic() || (c.is_uppercase() && !before.is_uppercase());
            if starts {
                out.push(String::new());
            }
            if let Some(word) = out.last_mut() {
                word.extend(c.to_lowercase());
            }
        }
        before = c;
    }
    out
}

/// True for a name such as `Environment`, `EnvType` or `DeployStage`: what it names chooses among environments.
pub(crate) fn is_environment(name: &str) -> bool {
    let words = words(name);
    words.iter().any(|it| matches!(it.as_str(), "env" | "environment" | "stage" | "tier"))
}

/// True where something says that the resource is for production, as the rule's option `production` calls it.
pub(crate) fn is_of_production(resource: &ResourceView<'_>, cx: &Context<'_>) -> bool {
    let production = cx.option("production");
    let mut labels: Vec<SmolStr> = vec![resource.id.text.clone()];
    labels.extend(resource.condition.iter().map(|it| it.text.clone()));
    for tag in resource.property("Tags").items() {
        let is_environment =
            |it: &str| ["env", "environment", "stage"].iter().any(|word| it.eq_ignore_ascii_case(word));
        if tag.get("Key").as_str().is_some_and(is_environment) {
            labels.extend(tag.get("Value").as_str().map(SmolStr::from));
        }
    }
    let stack = cx.stack();
    labels.extend(stack.name.iter().map(|it| it.text.clone()).chain(stack.path.clone()));
    is_one_of(&labels, &production)
}
