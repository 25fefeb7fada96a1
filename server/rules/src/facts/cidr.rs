//! Ranges of IPv4 addresses.

use std::fmt;
use std::net::Ipv4Addr;

/// A range as CIDR notation has it: `10.0.0.0/16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    first: u32,
    length: u32,
}

impl Range {
    /// The range that `text` stands for.
    pub(crate) fn parse(text: &str) -> Option<Range> {
        let (address, length) = text.trim().split_once('/')?;
        let length = length.parse().ok().filter(|it| *it <= 32)?;
        let address = u32::from(address.parse::<Ipv4Addr>().ok()?);
        Some(Range { first: address & mask(length), length })
    }

    /// True when all of `other` is in it.
    pub(crate) fn contains(self, other: Range) -> bool {
        self.length <= other.length && other.first & mask(self.length) == self.first
    }

    /// True when they share an address: of two ranges that do, one contains the other.
    pub(crate) fn overlaps(self, other: Range) -> bool {
        self.contains(other) || other.contains(self)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.first), self.length)
    }
}

fn mask(length: u32) -> u32 {
    u32::MAX.checked_shl(32 - length).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Range;

    fn range(text: &str) -> Range {
        Range::parse(text).unwrap()
    }

    #[test]
    fn ranges_contain_what_has_their_prefix() {
        assert!(range("0.0.0.0/0").contains(range("10.1.2.3/32")));
        assert!(range("10.0.0.0/16").contains(range("10.0.255.0/24")));
        assert!(!range("10.0.0.0/16").contains(range("10.1.0.0/24")));
        assert!(!range("10.0.0.0/24").contains(range("10.0.0.0/16")));
        assert!(range("10.0.0.0/24").overlaps(range("10.0.0.0/16")));
        assert!(!range("10.0.0.0/25").overlaps(range("10.0.0.128/25")));
    }

    #[test]
    fn what_is_no_range_is_none() {
        for text in ["", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "::/0", "10.0.0.0/x"] {
            assert_eq!(Range::parse(text), None, "{text}");
        }
    }
}
