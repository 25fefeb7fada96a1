//! The families of machines that AWS has replaced, and by which.
//!
//! No package says so, so this table is kept by hand, as known on 2026-11-22. What tells it: "Previous Generation Instances"
//! (https://aws.amazon.com/ec2/previous-generation/) and "Amazon EC2 instance types", section "Previous generation instances", in the
//! Amazon EC2 User Guide. T2, whose successors are named in "Burstable performance instances" there, is among them because T3
//! gives more for a lower price.

/// A family, and the current ones that run the same programs, the newest first. The last of them runs wherever the old one does,
/// with every version of every engine.
const SUCCESSORS: &[(&str, &[&str])] = &[
    ("a1", &["m7g", "m6g"]),
    ("c1", &["c7i", "c6i", "c5", "t3"]),
    ("c3", &["c7i", "c6i", "c5"]),
    ("c4", &["c7i", "c6i", "c5"]),
    ("cc2", &["c7i", "c6i", "c5"]),
    ("cg1", &["g5", "g4dn"]),
    ("cr1", &["r7i", "r6i", "r5"]),
    ("g2", &["g5", "g4dn"]),
    ("g3", &["g5", "g4dn"]),
    ("hi1", &["i4i", "i3"]),
    ("hs1", &["d3"]),
    ("i2", &["i4i", "i3"]),
    ("m1", &["m7i", "m6i", "m5", "t3"]),
    ("m2", &["r7i", "r6i", "r5"]),
    ("m3", &["m7i", "m6i", "m5", "t3"]),
    ("m4", &["m7i", "m6i", "m5"]),
    ("r3", &["r7i", "r6i", "r5"]),
    ("r4", &["r7i", "r6i", "r5"]),
    ("t1", &["t3"]),
    ("t2", &["t3"]),
];

/// A class of machines of a family that AWS has replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Previous<'c> {
    /// Its name.
    pub class: &'c str,
    family: &'c str,
    /// The current families that do the same, the newest first.
    pub successors: &'static [&'static str],
}

/// What `class`, such as `m3.large`, `db.t2.micro` or `r3.large.search`, is; `None` for one of a current family, or none that
/// is known.
pub fn previous(class: &str) -> Option<Previous<'_>> {
    let mut words = class.split('.').take(2);
    let found = words.find_map(|family| Some((family, SUCCESSORS.iter().find(|it| it.0 == family)?.1)));
    found.map(|(family, successors)| Previous { class, family, successors })
}

impl Previous<'_> {
    /// The class of the same size in another family.
    pub fn in_family(&self, family: &str) -> String {
        let words = self.class.split('.').map(|it| if it == self.family { family } else { it });
        words.collect::<Vec<_>>().join(".")
    }

    /// True for the name of an instance of EC2, without what other services write around it.
    pub fn is_plain(&self) -> bool {
        self.class.split('.').count() == 2 && self.class.starts_with(self.family)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offers;

    #[test]
    fn classes_of_services_have_something_around_them() {
        let class = |name| previous(name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(class("t2.micro").in_family("t3"), "t3.micro");
        assert_eq!(class("db.m4.large").in_family("m5"), "db.m5.large");
        assert_eq!(class("r3.large.search").in_family("r5"), "r5.large.search");
        assert!(class("t2.micro").is_plain() && !class("cache.t2.micro").is_plain());
        assert!(!class("r3.large.search").is_plain());
        for name in ["t3.micro", "db.r5.large", "large", "", "m5.t2"] {
            assert_eq!(previous(name).map(|it| it.family), (name == "m5.t2").then_some("t2"), "{name}");
        }
    }

    #[test]
    fn successors_are_offered_and_current() {
        let instances = offers::places("AWS::EC2::Instance").find(|it| it.0 == "InstanceType").unwrap().1;
        for successor in SUCCESSORS.iter().flat_map(|it| it.1) {
            assert!(instances.values().any(|it| it.split('.').next() == Some(successor)), "{successor}");
            assert!(!SUCCESSORS.iter().any(|it| it.0 == *successor), "{successor}");
        }
    }
}
