//! The runtimes of AWS Lambda, and for how long AWS takes care of them.

use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// The header says where it is from. Written by `cargo xtask refresh-schemas`.
const DATA: &str = include_str!("../data/runtimes.txt");

/// A runtime. The dates are written as `2026-01-31`; `None` for one that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// From then on AWS does not patch it.
    pub deprecated: Option<&'static str>,
    /// From then on AWS refuses new functions with it.
    pub without_creation: Option<&'static str>,
    /// From then on AWS refuses to change functions with it.
    pub without_update: Option<&'static str>,
    /// The newest one of its language.
    pub successor: Option<&'static str>,
}

/// What AWS still does for a runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Support {
    /// All.
    Full,
    /// It is not patched any more.
    Deprecated,
    /// There can be no new functions with it.
    NoCreation,
    /// No function with it can be changed.
    NoUpdate,
}

impl Runtime {
    /// What AWS does for it on a day (`2026-01-31`). Of days behind [`as_of`] that is a guess: AWS puts dates off.
    pub fn support(&self, day: &str) -> Support {
        let is_over = |date: Option<&str>| date.is_some_and(|it| it <= day);
        match self {
            it if is_over(it.without_update) => Support::NoUpdate,
            it if is_over(it.without_creation) => Support::NoCreation,
            it if is_over(it.deprecated) => Support::Deprecated,
            _ => Support::Full,
        }
    }
}

/// The runtime called `name`.
pub fn runtime(name: &str) -> Option<Runtime> {
    table().1.get(name).copied()
}

/// The day on which the dates were read.
pub fn as_of() -> &'static str {
    table().0
}

fn table() -> &'static (&'static str, FxHashMap<&'static str, Runtime>) {
    static TABLE: OnceLock<(&'static str, FxHashMap<&'static str, Runtime>)> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut lines = DATA.lines().filter(|it| !it.starts_with('#'));
        let date = lines.next().unwrap_or_default();
        (date, lines.filter_map(read).collect())
    })
}

fn read(line: &'static str) -> Option<(&'static str, Runtime)> {
    let mut words = line.split(' ');
    let name = words.next()?;
    let mut next = || words.next().filter(|it| *it != "-");
    let (deprecated, without_creation, without_update, successor) = (next(), next(), next(), next());
    Some((name, Runtime { deprecated, without_creation, without_update, successor }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_read() {
        assert!(as_of().starts_with("20") && as_of().len() == 10);
        assert!(table().1.len() > 40);
        let successors = table().1.values().filter_map(|it| it.successor);
        assert!(successors.into_iter().all(|it| runtime(it).is_some_and(|it| it.support(as_of()) == Support::Full)));
    }

    #[test]
    fn what_is_over_stays_over() {
        let support = |name: &str, day: &str| runtime(name).map(|it| it.support(day));
        assert_eq!(support("nodejs4.3", as_of()), Some(Support::NoUpdate));
        assert_eq!(support("nodejs14.x", "2023-12-03"), Some(Support::Full));
        assert_eq!(support("nodejs14.x", "2023-12-04"), Some(Support::Deprecated));
        assert_eq!(support("nodejs14.x", "2024-01-09"), Some(Support::NoCreation));
        assert_eq!(support("ruby2.5", "2022-03-31"), Some(Support::NoUpdate));
        assert_eq!(runtime("cobol"), None);
    }
}
