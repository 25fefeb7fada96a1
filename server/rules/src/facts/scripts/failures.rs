//! What becomes of failures in a script.

use super::{Command, Failure, Runner, Script};

impl Script {
    /// True where the script stops when the command at `index` fails.
    pub(crate) fn stops_at(&self, index: usize) -> bool {
        let mut stops = options_of_shebang(self.source(self.shebang.clone())).any(sets_errexit);
        for command in &self.commands[..index] {
            stops = errexit(command).unwrap_or(stops);
        }
        stops
    }

    /// True where it stops at failures somewhere.
    pub(crate) fn stops_at_all(&self) -> bool {
        options_of_shebang(self.source(self.shebang.clone())).any(sets_errexit)
            || self.commands.iter().any(|it| errexit(it) == Some(true))
    }

    /// True when it has something done when it ends or fails.
    pub(crate) fn traps(&self) -> bool {
        self.commands.iter().any(|it| it.name() == "trap")
    }

    /// True when the script reads a variable that may have no value.
    pub(crate) fn reads_what_may_be_unset(&self) -> bool {
        /// What the shell itself sets.
        const SET: &[&str] = &["PATH", "PWD", "IFS", "UID", "EUID", "PPID", "HOSTNAME", "RANDOM", "SECONDS", "LINENO"];
        let is_set = |name: &String| {
            self.writes.contains(name)
                || SET.contains(&&**name)
                || name.starts_with("BASH_")
                || !name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
        };
        let brings_others = |it: &Command| {
            matches!(it.name(), "source" | "." | "eval" | "mapfile" | "readarray" | "getopts")
                || it.name() == "printf" && it.arguments().first().is_some_and(|it| it.text == "-v")
        };
        self.commands.iter().any(brings_others) || !self.reads.iter().all(is_set)
    }

    /// True when the failure of the command at `index` goes unnoticed, as far as can be seen.
    pub(crate) fn is_unnoticed(&self, index: usize) -> bool {
        let command = &self.commands[index];
        let is_accepted = self.runner == Runner::InitIgnoringErrors;
        if command.failure != Failure::Plain || is_accepted || self.traps() || self.stops_at(index) {
            return false;
        }
        let is_last = !self.commands[index + 1..].iter().any(|it| it.failure != Failure::Captured);
        !(is_last && self.runner == Runner::Init)
    }
}

fn options_of_shebang(line: &str) -> impl Iterator<Item = &str> {
    line.split_whitespace().skip(1)
}

/// What a `set` does to the option that stops a script at the first failure.
fn errexit(command: &Command) -> Option<bool> {
    if command.name() != "set" {
        return None;
    }
    let words: Vec<&str> = command.arguments().iter().filter_map(|it| it.known()).collect();
    let mut state = None;
    for (i, word) in words.iter().enumerate() {
        let named = i > 0 && *word == "errexit";
        if sets_errexit(word) || named && words[i - 1].starts_with('-') && words[i - 1].ends_with('o') {
            state = Some(true);
        } else if word.starts_with('+') && word.contains('e') || named && words[i - 1].starts_with('+') {
            state = Some(false);
        }
    }
    state
}

/// True for `-e`, `-xe`, `-euo`.
fn sets_errexit(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|it| !it.starts_with('-') && it.contains('e') && it.len() < 8)
}
