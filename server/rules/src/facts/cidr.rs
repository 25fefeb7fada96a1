//! Ranges of addresses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

/// How many bits the addresses of a range have in common, and true for a range of IPv6: 8 for `10.0.0.0/8`. Works for both
/// versions.
pub(crate) fn prefix_length(text: &str) -> Option<(u32, bool)> {
    let (address, length) = text.trim().split_once('/')?;
    let is_v6 = address.parse::<IpAddr>().ok()?.is_ipv6();
    let length = length.parse().ok().filter(|it| *it <= if is_v6 { 128 } else { 32 })?;
    Some((length, is_v6))
}

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
    use super::{Range, prefix_length};

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
    fn prefixes_have_lengths() {
        assert_eq!(prefix_length("10.0.0.0/8"), Some((8, false)));
        assert_eq!(prefix_length("2001:db8::/32"), Some((32, true)));
        for text in ["10.0.0.0", "10.0.0.0/33", "::/129", "x/8"] {
            assert_eq!(prefix_length(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_range_is_none() {
        for text in ["", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "::/0", "10.0.0.0/x"] {
            assert_eq!(Range::parse(text), None, "{text}");
        }
    }
}
