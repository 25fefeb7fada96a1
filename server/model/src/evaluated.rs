//! A home for values that evaluation makes, so that they can be handed out like those that were written.

use crate::Node;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The first shelf has this many places, each further one twice as many as the one before.
const FIRST: usize = 64;
const SHELVES: usize = 14;

/// Values that were made for one state of a file, kept as long as its declarations.
///
/// It grows through a shared reference and never moves what it holds: shelves are added, none is ever enlarged.
#[derive(Debug, Default)]
pub(crate) struct Evaluated {
    count: AtomicUsize,
    shelves: [OnceLock<Box<[OnceLock<Node>]>>; SHELVES],
}

impl Evaluated {
    /// Keeps `node`; `None` when there is no more room, after a million.
    pub(crate) fn keep(&self, node: Node) -> Option<&Node> {
        let at = self.count.fetch_add(1, Ordering::Relaxed);
        let shelf = (at / FIRST + 1).ilog2() as usize;
        let size = FIRST << shelf;
        let place = at - (size - FIRST);
        let places = self.shelves.get(shelf)?.get_or_init(|| (0..size).map(|_| OnceLock::new()).collect());
        Some(places.get(place)?.get_or_init(|| node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BlockId, Span};

    #[test]
    fn keeps_everything_apart_and_in_place() {
        let span = Span::new(BlockId::fresh(), text::range(0, 0));
        let evaluated = Evaluated::default();
        let all: Vec<&Node> = (0..1_000).filter_map(|it| evaluated.keep(Node::text(it.to_string(), span))).collect();
        assert_eq!(all.len(), 1_000);
        for (i, node) in all.iter().enumerate() {
            assert_eq!(node.as_int(), Some(i as i64));
        }
    }
}
