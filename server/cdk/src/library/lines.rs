//! Lines of JSON that are read when they are asked for.

use std::sync::OnceLock;

/// A file with a line for each of some names, sorted by name, which each line begins with.
pub(super) struct Lines<T: 'static> {
    text: &'static str,
    /// What stands before the name.
    mark: &'static str,
    read: fn(&'static str) -> serde_json::Result<T>,
    lines: OnceLock<Vec<Line<T>>>,
}

struct Line<T> {
    name: &'static str,
    text: &'static str,
    read: OnceLock<Option<T>>,
}

impl<T> Lines<T> {
    pub(super) const fn new(
        text: &'static str,
        mark: &'static str,
        read: fn(&'static str) -> serde_json::Result<T>,
    ) -> Lines<T> {
        Lines { text, mark, read, lines: OnceLock::new() }
    }

    /// What the line called `name` says.
    pub(super) fn get(&'static self, name: &str) -> Option<&'static T> {
        let line = self.line(name)?;
        line.read.get_or_init(|| (self.read)(line.text).ok()).as_ref()
    }

    /// True when there is a line called `name`. It is not read for that.
    pub(super) fn has(&'static self, name: &str) -> bool {
        self.line(name).is_some()
    }

    fn line(&'static self, name: &str) -> Option<&'static Line<T>> {
        let lines = self.lines();
        lines.binary_search_by(|it| it.name.cmp(name)).ok().map(|it| &lines[it])
    }

    fn lines(&'static self) -> &'static [Line<T>] {
        self.lines.get_or_init(|| {
            let line = |text: &'static str| {
                let name = text.strip_prefix(self.mark)?.split('"').next()?;
                Some(Line { name, text, read: OnceLock::new() })
            };
            self.text.lines().filter_map(line).collect()
        })
    }

    /// The names of all lines.
    pub(super) fn names(&'static self) -> impl Iterator<Item = &'static str> {
        self.lines().iter().map(|it| it.name)
    }
}
