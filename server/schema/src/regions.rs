//! Which types of resources are offered in which regions.
//!
//! Services reach new regions all the time, so what is missing here may have come since; what is said to be there is.

use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// The header says where it is from. Written by `cargo xtask refresh-schemas`.
const DATA: &str = include_str!("../data/regions.txt");

#[derive(Debug, Default)]
struct Table {
    regions: Vec<&'static str>,
    /// The types that some region does not have, by service and name, with a bit for each region that does.
    types: FxHashMap<(&'static str, &'static str), u64>,
}

/// True when the type `ty` is known not to be offered in `region`.
pub fn lacks(region: &str, ty: &str) -> bool {
    let bit = table().regions.iter().position(|it| *it == region);
    bit.zip(mask(ty)).is_some_and(|(bit, mask)| mask >> bit & 1 == 0)
}

/// True when some region lacks the type `ty`.
pub fn is_partial(ty: &str) -> bool {
    mask(ty).is_some()
}

/// The regions that are known to have the type `ty`, sorted; all of them for a type that is not known.
pub fn with(ty: &str) -> impl Iterator<Item = &'static str> {
    let mask = mask(ty).unwrap_or(u64::MAX);
    table().regions.iter().enumerate().filter(move |(bit, _)| mask >> bit & 1 == 1).map(|it| *it.1)
}

fn mask(ty: &str) -> Option<u64> {
    table().types.get(&ty.rsplit_once("::")?).copied()
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| read(DATA))
}

fn read(data: &'static str) -> Table {
    let mut lines = data.lines().filter(|it| !it.starts_with('#'));
    let mut table = Table { regions: lines.next().unwrap_or_default().split(' ').collect(), ..Table::default() };
    let mut service = "";
    for line in lines {
        let Some(group) = line.strip_prefix(' ') else {
            service = line;
            continue;
        };
        let mut words = group.split(' ');
        let mask = words.next().and_then(|it| u64::from_str_radix(it, 16).ok()).unwrap_or(u64::MAX);
        table.types.extend(words.map(|it| ((service, it), mask)));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_read() {
        let table = table();
        assert!(table.regions.len() > 30 && table.regions.is_sorted());
        assert!(table.types.len() > 1_000);
        let everywhere = u64::MAX >> (64 - table.regions.len());
        assert!(table.types.values().all(|it| *it != 0 && *it < everywhere), "a type that no or every region has");
    }

    #[test]
    fn types_are_missing_in_some_regions_only() {
        assert!(lacks("us-gov-west-1", "AWS::CloudFront::Distribution"));
        assert!(!lacks("us-east-1", "AWS::CloudFront::Distribution"));
        assert!(with("AWS::CloudFront::Distribution").any(|it| it == "us-east-1"));
        assert!(!is_partial("AWS::Lambda::Function"));
        // What is not known may be there.
        assert!(!lacks("nowhere-1", "AWS::CloudFront::Distribution"));
        assert!(!lacks("us-gov-west-1", "AWS::Unknown::Type"));
    }
}
