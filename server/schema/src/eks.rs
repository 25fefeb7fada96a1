//! The versions of Kubernetes that Amazon EKS has, and for how long AWS takes care of them.

use std::sync::OnceLock;

/// The header says where it is from.
const DATA: &str = include_str!("../data/eks.txt");

/// A version of Kubernetes. The dates are written as `2026-01-31`; `None` for one that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// `1.34`.
    pub name: &'static str,
    /// The last day on which it costs no more than others.
    pub standard_until: Option<&'static str>,
    /// The last day on which there is such a cluster.
    pub extended_until: Option<&'static str>,
}

/// What AWS does for a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// All.
    Standard,
    /// All, for more money, until the date.
    Extended(Option<&'static str>),
    /// There are no clusters of it any more, since the date where that is known.
    Ended(Option<&'static str>),
}

/// What AWS does for the version called `name` on a day (`2026-01-31`); `None` for what is no version, or newer than the list.
pub fn support(name: &str, day: &str) -> Option<Support> {
    let minor = minor(name)?;
    let all = &table().1;
    if all.iter().all(|it| self::minor(it.name).is_none_or(|it| it > minor)) {
        return Some(Support::Ended(None));
    }
    let version = all.iter().find(|it| it.name == name)?;
    let is_over = |until: Option<&str>| until.is_some_and(|it| it < day);
    Some(match version {
        it if is_over(it.extended_until) => Support::Ended(it.extended_until),
        it if is_over(it.standard_until) => Support::Extended(it.extended_until),
        _ => Support::Standard,
    })
}

/// The newest version.
pub fn newest() -> Option<&'static str> {
    table().1.last().map(|it| it.name)
}

/// The number behind the dot: versions of Kubernetes go up by one.
pub fn minor(name: &str) -> Option<u32> {
    name.strip_prefix("1.")?.parse().ok()
}

/// The day on which the dates were read.
pub fn as_of() -> &'static str {
    table().0
}

fn table() -> &'static (&'static str, Vec<Version>) {
    static TABLE: OnceLock<(&'static str, Vec<Version>)> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut lines = DATA.lines().filter(|it| !it.starts_with('#'));
        let date = lines.next().unwrap_or_default();
        (date, lines.filter_map(read).collect())
    })
}

fn read(line: &'static str) -> Option<Version> {
    let mut words = line.split(' ');
    let name = words.next()?;
    let mut next = || words.next().filter(|it| *it != "-");
    Some(Version { name, standard_until: next(), extended_until: next() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_read() {
        assert!(as_of().starts_with("20") && as_of().len() == 10);
        let minors: Vec<u32> = table().1.iter().filter_map(|it| minor(it.name)).collect();
        assert_eq!(minors.len(), table().1.len());
        assert!(minors.windows(2).all(|it| it[0] + 1 == it[1]));
        assert_eq!(newest().and_then(|it| support(it, as_of())), Some(Support::Standard));
    }

    #[test]
    fn support_ends_in_two_steps() {
        assert_eq!(support("1.34", "2026-12-02"), Some(Support::Standard));
        assert_eq!(support("1.34", "2026-12-03"), Some(Support::Extended(Some("2027-12-02"))));
        assert_eq!(support("1.34", "2027-12-03"), Some(Support::Ended(Some("2027-12-02"))));
        assert_eq!(support("1.12", "2026-12-03"), Some(Support::Ended(None)));
        assert_eq!(support("1.99", "2026-12-03"), None);
        assert_eq!(support("latest", "2026-12-03"), None);
    }
}
