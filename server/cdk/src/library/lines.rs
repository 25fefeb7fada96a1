//! Lines of JSON that are unpacked and read when they are asked for.

use schema::packed::Packed;
use std::sync::OnceLock;

/// A file with a line for each of some names, as `build.rs` packs it.
pub(super) struct Lines<T: 'static> {
    packed: &'static [u8],
    read: fn(&'static str) -> serde_json::Result<T>,
    opened: OnceLock<Opened<T>>,
}

struct Opened<T> {
    packed: Packed,
    lines: Vec<OnceLock<Option<T>>>,
}

impl<T> Lines<T> {
    pub(super) const fn new(packed: &'static [u8], read: fn(&'static str) -> serde_json::Result<T>) -> Lines<T> {
        Lines { packed, read, opened: OnceLock::new() }
    }

    /// What the line called `name` says.
    pub(super) fn get(&'static self, name: &str) -> Option<&'static T> {
        let opened = self.opened();
        let position = opened.packed.position(name)?;
        let read = || {
            // What is read of a line refers to its text: both stay for as long as the process.
            let text: &'static str = String::from_utf8(opened.packed.unpack(position)?).ok()?.leak();
            (self.read)(text).ok()
        };
        opened.lines[position].get_or_init(read).as_ref()
    }

    /// True when there is a line called `name`. It is not read for that.
    pub(super) fn has(&'static self, name: &str) -> bool {
        self.opened().packed.position(name).is_some()
    }

    fn opened(&'static self) -> &'static Opened<T> {
        self.opened.get_or_init(|| {
            let packed = Packed::open(self.packed);
            let lines = packed.names().map(|_| OnceLock::new()).collect();
            Opened { packed, lines }
        })
    }

    /// The names of all lines.
    pub(super) fn names(&'static self) -> impl Iterator<Item = &'static str> {
        self.opened().packed.names()
    }
}
