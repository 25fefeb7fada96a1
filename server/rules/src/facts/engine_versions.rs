//! Versions of the engines of databases and caches: which are offered, and which come nearest to one that is not.

use schema::offers::Version;

/// What is wrong with a version.
pub(crate) enum Fault {
    /// The service gives it up.
    Deprecated,
    /// It is not among those that the service offers.
    NotOffered,
}

/// What is wrong with `version` of an engine that has `versions`; `None` for one that is offered, is a series of those, or is
/// newer than the list.
pub(crate) fn fault(version: &str, engine: &str, versions: &[Version]) -> Option<Fault> {
    if !is_plain(version) || is_series(version, versions) {
        return None;
    }
    match versions.iter().find(|it| it.name == version) {
        Some(known) => known.is_deprecated.then_some(Fault::Deprecated),
        None if versions.is_empty() || is_newer(version, engine, versions) => None,
        None => Some(Fault::NotOffered),
    }
}

/// A sentence about a fault.
pub(crate) fn sentence(fault: &Fault, version: &str, engine: &str) -> String {
    match fault {
        Fault::Deprecated => {
            format!("AWS gives up version {version} of `{engine}`: it can no longer be chosen, or not for long.")
        }
        Fault::NotOffered => format!("Version {version} of `{engine}` is not among those that AWS offers."),
    }
}

/// The version that is offered and comes nearest to `version`: of the same major version the first above it, else the last
/// below.
pub(crate) fn nearest(version: &str, engine: &str, versions: &[Version]) -> Option<&'static str> {
    let own = numbers(version);
    let same = offered(versions).filter(|it| major(it.name, engine) == major(version, engine));
    let (mut below, mut above): (Option<&Version>, Option<&Version>) = (None, None);
    for it in same {
        if numbers(it.name) < own {
            below = Some(it);
        } else if above.is_none() {
            above = Some(it);
        }
    }
    above.or(below).map(|it| it.name)
}

/// The newest version that is offered.
pub(crate) fn newest(versions: &[Version]) -> Option<&'static str> {
    offered(versions).last().map(|it| it.name)
}

/// False for what a tool or a macro replaces.
pub(crate) fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it))
}

/// The versions that are offered, the lowest first, without those that only name a series.
fn offered(versions: &[Version]) -> impl Iterator<Item = &Version> {
    versions.iter().filter(|it| !it.is_deprecated && numbers(it.name).len() > 1)
}

/// True for a version above all of its series, or of a series above all.
fn is_newer(version: &str, engine: &str, versions: &[Version]) -> bool {
    let (own, series) = (numbers(version), major(version, engine));
    let of_series = |it: &&Version| major(it.name, engine) == series;
    let highest = versions.iter().filter(of_series).map(|it| numbers(it.name)).max();
    match highest {
        Some(highest) => own > highest,
        None => versions.iter().map(|it| major(it.name, engine)).max().is_none_or(|it| series > it),
    }
}

/// The major version: for MySQL and MariaDB the first two numbers.
fn major(version: &str, engine: &str) -> Vec<u64> {
    let has_two = ["mysql", "mariadb", "aurora-mysql"].iter().any(|it| engine.eq_ignore_ascii_case(it));
    let mut numbers = numbers(version);
    numbers.truncate(if has_two { 2 } else { 1 });
    numbers
}

/// True for the beginning of a version that is offered: `8.0` of `8.0.36`.
fn is_series(version: &str, versions: &[Version]) -> bool {
    let mut offered = versions.iter().filter(|it| !it.is_deprecated);
    offered.any(|it| it.name.strip_prefix(version).is_some_and(|rest| rest.starts_with(['.', '-'])))
}

fn numbers(version: &str) -> Vec<u64> {
    version.split(|it: char| !it.is_ascii_digit()).filter_map(|it| it.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSIONS: &[Version] = &[
        Version { name: "13.4", is_deprecated: true },
        Version { name: "13.20", is_deprecated: false },
        Version { name: "13.23", is_deprecated: false },
        Version { name: "17.6", is_deprecated: false },
    ];

    #[test]
    fn the_nearest_keeps_the_major_version() {
        assert_eq!(nearest("13.4", "postgres", VERSIONS), Some("13.20"));
        assert_eq!(nearest("13.21", "postgres", VERSIONS), Some("13.23"));
        assert_eq!(nearest("13.99", "postgres", VERSIONS), Some("13.23"));
        assert_eq!(nearest("9.6.1", "postgres", VERSIONS), None);
        assert_eq!(newest(VERSIONS), Some("17.6"));
    }

    #[test]
    fn what_is_newer_than_the_list_is_not_judged() {
        assert!(fault("13.24", "postgres", VERSIONS).is_none() && fault("18.1", "postgres", VERSIONS).is_none());
        assert!(fault("13", "postgres", VERSIONS).is_none() && fault("13.20", "postgres", VERSIONS).is_none());
        assert!(matches!(fault("13.4", "postgres", VERSIONS), Some(Fault::Deprecated)));
        assert!(matches!(fault("13.5", "postgres", VERSIONS), Some(Fault::NotOffered)));
    }

    #[test]
    fn two_numbers_make_a_major_version_of_mysql() {
        let versions = ["8.0.42", "8.4.3", "8.4.5"].map(|name| Version { name, is_deprecated: false });
        assert!(fault("8.0.50", "mysql", &versions).is_none());
        assert_eq!(nearest("8.0.20", "mysql", &versions), Some("8.0.42"));
        assert_eq!(nearest("8.4.4", "mysql", &versions), Some("8.4.5"));
        assert_eq!(nearest("5.7.44", "mysql", &versions), None);
    }
}
