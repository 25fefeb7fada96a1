//! Which files to read, and reading and replacing them.

use ide::Kind;
use ignore::{DirEntry, WalkBuilder};
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Folders of what others wrote or what is generated.
const SKIPPED: [&str; 3] = ["node_modules", "cdk.out", ".git"];

/// A file to check.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    /// Where it is.
    pub(super) path: PathBuf,
    /// It was named, not found in a folder: what is wrong with it is to be said.
    pub(super) named: bool,
}

/// Why a file has no text for us.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// The system says so.
    Io(io::Error),
    /// It is not text.
    Binary,
    /// It is not UTF-8, from this one-based line and column on.
    Encoding(usize, usize),
    /// It has more bytes than the limit.
    TooLong(u64, u64),
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unreadable::Io(error) => write!(f, ": {error}"),
            Unreadable::Binary => f.write_str(": this is not a text file"),
            Unreadable::Encoding(line, column) => write!(f, ":{line}:{column}: this is not UTF-8"),
            Unreadable::TooLong(length, limit) => {
                write!(
                    f,
                    ": {length} bytes are more than the limit of {limit}, which `max-file-size` in stacklint.yaml sets"
                )
            }
        }
    }
}

/// The files that `paths` name, and those in the folders that they name, by path, each once. What could not be looked at
/// comes second.
pub(super) fn find(paths: &[PathBuf]) -> (Vec<Candidate>, Vec<String>) {
    let mut found = Vec::new();
    let mut failures = Vec::new();
    for path in paths {
        match fs::metadata(path) {
            Err(error) => failures.push(format!("{}: {error}", path.display())),
            Ok(it) if it.is_dir() => walk(path, &mut found, &mut failures),
            Ok(_) => found.push(Candidate { path: path.clone(), named: true }),
        }
    }
    // A file that is both named and in a folder is a named one.
    found.sort_by(|a, b| a.path.cmp(&b.path).then(b.named.cmp(&a.named)));
    found.dedup_by(|a, b| a.path == b.path);
    (found, failures)
}

fn walk(folder: &Path, found: &mut Vec<Candidate>, failures: &mut Vec<String>) {
    let is_skipped = |it: &DirEntry| {
        let is_folder = it.file_type().is_some_and(|it| it.is_dir());
        it.depth() > 0 && is_folder && SKIPPED.iter().any(|name| it.file_name() == *name)
    };
    let walk = WalkBuilder::new(folder).require_git(false).filter_entry(move |it| !is_skipped(it)).build();
    for entry in walk {
        match entry {
            Ok(entry) => {
                let is_file = entry.file_type().is_some_and(|it| it.is_file())
                    || (entry.path_is_symlink() && entry.path().is_file());
                if is_file && Kind::may_be(&entry.path().to_string_lossy()) {
                    let path = entry.path();
                    // `.` is where everybody is; nobody writes it.
                    let path = path.strip_prefix("./").unwrap_or(path).to_owned();
                    found.push(Candidate { path, named: false });
                }
            }
            Err(error) => failures.push(error.to_string()),
        }
    }
}

/// The text of a file of no more than `limit` bytes.
pub(super) fn read(path: &Path, limit: u64) -> Result<String, Unreadable> {
    let file = fs::File::open(path).map_err(Unreadable::Io)?;
    let length = file.metadata().map_err(Unreadable::Io)?.len();
    if length > limit {
        return Err(Unreadable::TooLong(length, limit));
    }
    text(file, limit)
}

/// The text that `source` has, of no more than `limit` bytes.
pub(super) fn text(source: impl Read, limit: u64) -> Result<String, Unreadable> {
    // Places in texts are of 32 bits.
    let limit = limit.min(u64::from(u32::MAX) - 1);
    let mut bytes = Vec::new();
    source.take(limit + 1).read_to_end(&mut bytes).map_err(Unreadable::Io)?;
    if bytes.len() as u64 > limit {
        return Err(Unreadable::TooLong(bytes.len() as u64, limit));
    }
    if bytes.contains(&0) {
        return Err(Unreadable::Binary);
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        let line = good.matches('\n').count() + 1;
        let column = good.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Unreadable::Encoding(line, column)
    })
}

/// Replaces the file at `path`, whose text was `old`, by `new`: wholly or not at all.
pub(super) fn replace(path: &Path, old: &str, new: &str) -> io::Result<()> {
    // A link stays one: what it leads to is replaced.
    let target = path.canonicalize()?;
    let metadata = fs::metadata(&target)?;
    if metadata.permissions().readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    // For those who own the file system's checks: the permissions of the file itself count too.
    drop(fs::OpenOptions::new().write(true).open(&target)?);
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".stacklint-").tempfile_in(folder)?;
    file.write_all(new.as_bytes())?;
    file.as_file().set_permissions(metadata.permissions())?;
    file.as_file().sync_all()?;
    if fs::read(&target)? != old.as_bytes() {
        return Err(io::Error::other("the file was changed meanwhile, so it was left alone"));
    }
    file.persist(&target).map_err(|it| it.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.yaml");
        fs::write(&path, "theirs").expect("a file");
        let error = replace(&path, "old", "ours").expect_err("it changed");
        assert!(error.to_string().contains("changed meanwhile"), "{error}");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "theirs");
        replace(&path, "theirs", "ours").expect("it did not change");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "ours");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing else is left behind");
    }

    #[test]
    fn what_is_no_text_is_told_apart() {
        assert!(matches!(text(&b"a\0b"[..], 10), Err(Unreadable::Binary)));
        assert!(matches!(text(&b"a\nb\xffc"[..], 10), Err(Unreadable::Encoding(2, 2))));
        assert!(matches!(text(&b"abc"[..], 2), Err(Unreadable::TooLong(3, 2))));
        assert_eq!(text(&b"\xef\xbb\xbfa"[..], 10).expect("text"), "\u{feff}a");
    }
}
