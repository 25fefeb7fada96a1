//! The blocks of addresses that the library gives to the subnets of a VPC.

use super::vpc_plan::Mask;
use model::SmolStr;
use smol_str::format_smolstr;

/// Subnets are no larger and no smaller than this.
const MASKS: std::ops::RangeInclusive<u32> = 16..=28;

/// A block: its first address, and how many bits of it are fixed.
#[derive(Clone, Copy, Debug)]
struct Block {
    first: u64,
    mask: u32,
}

impl Block {
    fn parse(text: &str) -> Option<Block> {
        let (address, mask) = text.split_once('/')?;
        let mask = mask.parse().ok().filter(|it| *it <= 32)?;
        let mut value = 0;
        let mut count = 0;
        for part in address.split('.') {
            value = value * 256 + u64::from(part.parse::<u8>().ok()?);
            count += 1;
        }
        (count == 4).then(|| Block::at(value, mask))
    }

    /// The first block of this size that begins at `address` or behind it.
    fn at(address: u64, mask: u32) -> Block {
        let size = size(mask);
        Block { first: address.div_ceil(size) * size, mask }
    }

    /// The first address behind it.
    fn end(self) -> u64 {
        self.first + size(self.mask)
    }

    fn text(self) -> SmolStr {
        let part = |shift: u32| (self.first >> shift) & 255;
        format_smolstr!("{}.{}.{}.{}/{}", part(24), part(16), part(8), part(0), self.mask)
    }
}

fn size(mask: u32) -> u64 {
    1 << (32 - mask)
}

/// A block as the library writes it.
pub(super) fn normal(block: &str) -> Option<SmolStr> {
    Block::parse(block).map(Block::text)
}

/// The blocks of the subnets of each group, one for each zone. First come those of a given size, in their order; the others
/// share what is left in equal parts. `None` where there is not room enough.
pub(super) fn allocate(block: &str, groups: &[Mask], zones: usize) -> Option<Vec<Vec<Option<SmolStr>>>> {
    let network = Block::parse(block)?;
    let mut next = network.first;
    let mut add = |mask: u32| {
        if !MASKS.contains(&mask) || next + size(mask) > network.end() {
            return None;
        }
        let block = Block::at(next, mask);
        next = block.end();
        Some((block.text(), next))
    };
    let mut blocks: Vec<Vec<Option<SmolStr>>> = vec![vec![None; zones]; groups.len()];
    let mut last = network.first;
    for (number, group) in groups.iter().enumerate() {
        match group {
            Mask::Rest => (),
            // It is in the way of all that come behind it.
            Mask::Unknown => return Some(blocks),
            Mask::Bits(mask) => {
                for block in &mut blocks[number] {
                    let (text, end) = add(*mask)?;
                    (*block, last) = (Some(text), end);
                }
            }
        }
    }
    let count = groups.iter().filter(|it| **it == Mask::Rest).count() * zones;
    let each = network.end().saturating_sub(last).checked_div(u64::try_from(count).ok()?).filter(|it| *it > 0);
    let Some(each) = each else { return (count == 0).then_some(blocks) };
    let mask = 32 - each.ilog2();
    for blocks in groups.iter().zip(&mut blocks).filter(|it| *it.0 == Mask::Rest).map(|it| it.1) {
        for block in blocks {
            *block = Some(add(mask)?.0);
        }
    }
    Some(blocks)
}

#[cfg(test)]
mod tests {
    use super::{Mask, allocate, normal};

    fn texts(block: &str, groups: &[Mask], zones: usize) -> Option<Vec<Vec<String>>> {
        let text = |it: Option<model::SmolStr>| it.map_or("?".to_owned(), |it| it.to_string());
        let blocks = allocate(block, groups, zones)?;
        Some(blocks.into_iter().map(|it| it.into_iter().map(text).collect()).collect())
    }

    #[test]
    fn equal_parts() {
        let blocks = texts("10.0.0.0/16", &[Mask::Rest, Mask::Rest], 2).unwrap();
        assert_eq!(blocks, [["10.0.0.0/18", "10.0.64.0/18"], ["10.0.128.0/18", "10.0.192.0/18"]]);
        let blocks = texts("10.0.0.0/16", &[Mask::Rest, Mask::Rest], 3).unwrap();
        assert_eq!(blocks[1], ["10.0.96.0/19", "10.0.128.0/19", "10.0.160.0/19"]);
    }

    #[test]
    fn given_sizes_come_first() {
        let blocks = texts("10.20.0.0/16", &[Mask::Bits(24), Mask::Rest, Mask::Bits(22)], 2).unwrap();
        assert_eq!(blocks[0], ["10.20.0.0/24", "10.20.1.0/24"]);
        assert_eq!(blocks[2], ["10.20.4.0/22", "10.20.8.0/22"]);
        assert_eq!(blocks[1], ["10.20.64.0/18", "10.20.128.0/18"]);
    }

    #[test]
    fn what_does_not_fit() {
        assert_eq!(texts("10.0.0.0/24", &[Mask::Bits(24)], 2), None);
        assert_eq!(texts("10.0.0.0/16", &[Mask::Bits(8)], 1), None);
    }

    #[test]
    fn a_size_that_is_not_known() {
        let blocks = texts("10.0.0.0/16", &[Mask::Bits(24), Mask::Unknown, Mask::Bits(24)], 2).unwrap();
        assert_eq!(blocks, [["10.0.0.0/24", "10.0.1.0/24"], ["?", "?"], ["?", "?"]]);
    }

    #[test]
    fn the_library_rounds_up() {
        assert_eq!(normal("10.0.0.1/16").as_deref(), Some("10.1.0.0/16"));
        assert_eq!(normal("10.0.0.0").as_deref(), None);
        assert_eq!(normal("10.0.0.0/64").as_deref(), None);
    }
}
