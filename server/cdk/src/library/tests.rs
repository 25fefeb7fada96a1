use super::read::{Effect, Guard, Row};
use super::{CLASSES, class, path, value};

#[test]
fn every_line_is_read_and_speaks_of_its_own_resources() {
    let names: Vec<_> = CLASSES.names().collect();
    assert!(names.is_sorted(), "the lines are sorted by class");
    for name in names {
        let class = class(name).unwrap_or_else(|| panic!("the line of {name} cannot be read"));
        let count = class.resources.len();
        for Row { prop, set, .. } in &class.rows {
            assert!(!prop.contains('^'), "{name}: {prop} is not spelled out");
            for Effect(resource, path, _) in set {
                assert!(*resource < count, "{name}: {prop} speaks of resource {resource}");
                assert!(path::steps(path).count() > 0, "{name}: {prop} has an empty path");
            }
        }
        let guards = class.rows.iter().flat_map(|it| &it.when);
        let guards = guards.chain(class.resources.iter().flat_map(|it| &it.when).flatten());
        for guard in guards {
            if let Guard::Is(prop, ..) | Guard::Given(prop, _) | Guard::Suffix(prop, _) = guard {
                let first = path::first(prop);
                assert!(class.trust.contains_key(first), "{name}: nothing is said of {first}, which decides something");
            }
        }
    }
}

#[test]
fn constants_are_read() {
    for name in value::types() {
        assert!(value::constants(name).is_some(), "the line of {name} cannot be read");
    }
}

#[test]
fn the_data_is_less_than_two_megabytes() {
    let all = [
        include_str!("../../data/attributes.txt"),
        include_str!("../../data/classes.jsonl"),
        include_str!("../../data/spellings.txt"),
        include_str!("../../data/tags.txt"),
        include_str!("../../data/values.jsonl"),
    ];
    assert!(all.iter().map(|it| it.len()).sum::<usize>() < 2_000_000);
}
