//! Which classes of machines each region offers, and which versions of engines there are.
//!
//! The lists are those of one day: what they do not name may have come since. Those who ask decide what that means.

use std::sync::OnceLock;

/// Written by `cargo xtask refresh-schemas`. Regions, sets of them as bits, then lists: `values` of places with the number of
/// the set of regions that has each, `engines`, and `versions` of each engine, the lowest first.
const LISTS: &str = include_str!("../data/offers.txt");

/// The values that a property can have in some region.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    lines: &'static str,
}

/// A set of regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Regions(u64);

/// A version of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// As the service writes it: `8.0.36`, `8.0.mysql_aurora.3.04.1`.
    pub name: &'static str,
    /// It can still be written, but the service gives it up.
    pub is_deprecated: bool,
}

/// The places of a type whose values are listed, as paths: `LaunchTemplateData/InstanceType`. A place that depends on the
/// engine has it behind: `DBInstanceClass=mysql`.
pub fn places(resource_type: &str) -> impl Iterator<Item = (&'static str, Offer)> {
    lists("values").flat_map(move |(places, lines)| {
        let own = places.split(' ').filter_map(move |it| it.strip_prefix(resource_type)?.strip_prefix('/'));
        own.map(move |it| (it, Offer { lines }))
    })
}

/// The versions of an engine of `AWS::RDS::DBInstance`, `AWS::RDS::DBCluster` or `AWS::ElastiCache::CacheCluster`, the lowest
/// first; none for an engine that is not listed.
pub fn versions(resource_type: &str, engine: &str) -> impl Iterator<Item = Version> {
    let list = lists("versions").find(|(place, _)| {
        place.strip_prefix(resource_type).and_then(|it| it.strip_prefix('=')).is_some_and(|it| it == engine)
    });
    list.map_or("", |it| it.1).lines().map(|line| match line.split_once(' ') {
        Some((name, _)) => Version { name, is_deprecated: true },
        None => Version { name: line, is_deprecated: false },
    })
}

/// The engines of a type: all that there are, also those whose versions are not listed.
pub fn engines(resource_type: &str) -> impl Iterator<Item = &'static str> {
    lists("engines").filter(move |it| it.0 == resource_type).flat_map(|it| it.1.lines())
}

/// True for a region whose offers are listed.
pub fn knows(region: &str) -> bool {
    regions().any(|it| it == region)
}

impl Offer {
    /// The values, sorted.
    pub fn values(self) -> impl Iterator<Item = &'static str> {
        self.lines.lines().map(|it| it.split(' ').next().unwrap_or_default())
    }

    /// The regions that have `value`; `None` where no region has it.
    pub fn regions_with(self, value: &str) -> Option<Regions> {
        let line = self.lines.lines().find(|it| it.split(' ').next() == Some(value))?;
        let set = usize::from_str_radix(line.split(' ').nth(1)?, 16).ok()?;
        u64::from_str_radix(header("sets").nth(set)?, 16).ok().map(Regions)
    }

    /// The regions that have any of the values: of the others nothing is known.
    pub fn all_regions(self) -> Regions {
        let mut sets: Vec<&str> = self.lines.lines().filter_map(|it| it.split(' ').nth(1)).collect();
        sets.sort_unstable();
        sets.dedup();
        let known: Vec<&str> = header("sets").collect();
        let bits = sets.iter().filter_map(|it| {
            let set = known.get(usize::from_str_radix(it, 16).ok()?)?;
            u64::from_str_radix(set, 16).ok()
        });
        Regions(bits.fold(0, |all, it| all | it))
    }
}

impl Regions {
    /// True when the region is one of them.
    pub fn contains(self, region: &str) -> bool {
        regions().position(|it| it == region).is_some_and(|it| self.0 >> it & 1 == 1)
    }

    /// Their names.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        regions().enumerate().filter(move |(bit, _)| self.0 >> bit & 1 == 1).map(|it| it.1)
    }
}

fn regions() -> impl Iterator<Item = &'static str> {
    header("regions")
}

/// The words of the line at the head of the file that begins with `name`.
fn header(name: &'static str) -> impl Iterator<Item = &'static str> {
    let line = LISTS.lines().take(4).find_map(|it| it.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_default().split(' ').filter(|it| !it.is_empty())
}

/// The lists of a kind: what stands behind the word at the head of each, and its lines.
fn lists(kind: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    static ALL: OnceLock<Vec<(&str, &str)>> = OnceLock::new();
    let all = ALL.get_or_init(|| LISTS.split("\n\n").filter_map(|it| it.split_once('\n')).collect());
    all.iter().filter_map(move |(head, lines)| Some((head.strip_prefix(kind)?.strip_prefix(' ')?, *lines)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(resource_type: &str, place: &str) -> Offer {
        places(resource_type).find(|it| it.0 == place).unwrap_or_else(|| panic!("{resource_type} {place}")).1
    }

    #[test]
    fn classes_are_offered_in_regions() {
        let instances = offer("AWS::EC2::Instance", "InstanceType");
        assert!(instances.regions_with("m5.large").is_some_and(|it| it.contains("us-east-1")));
        assert!(instances.regions_with("m5.enormous").is_none());
        assert!(instances.regions_with("c3.large").is_some_and(|it| !it.contains("af-south-1")));
        assert!(instances.all_regions().contains("eu-central-1"));
        assert!(instances.values().is_sorted());
        assert!(offer("AWS::RDS::DBInstance", "DBInstanceClass=mysql").regions_with("db.t3.micro").is_some());
        assert!(offer("AWS::EC2::LaunchTemplate", "LaunchTemplateData/InstanceType").values().count() > 1_000);
        assert_eq!(places("AWS::EC2").count(), 0);
    }

    #[test]
    fn regions_have_names() {
        assert!(knows("eu-west-1") && !knows("xx-west-1"));
        let all = offer("AWS::EC2::Instance", "InstanceType").all_regions();
        assert!(all.names().count() > 30);
        assert!(all.names().all(|it| all.contains(it)));
    }

    #[test]
    fn versions_are_in_order() {
        let names: Vec<&str> = versions("AWS::RDS::DBInstance", "mysql").map(|it| it.name).collect();
        let place = |name: &str| names.iter().position(|it| *it == name).unwrap_or_else(|| panic!("{name}"));
        assert!(place("5.7.44") < place("8.0.36"));
        assert!(versions("AWS::RDS::DBInstance", "mysql").any(|it| it.is_deprecated));
        assert_eq!(versions("AWS::RDS::DBInstance", "none").count(), 0);
        assert!(engines("AWS::ElastiCache::CacheCluster").any(|it| it == "valkey"));
    }
}
