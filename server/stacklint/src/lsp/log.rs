//! What the server tells of itself: to the client's log, and to a file when asked.

use super::convert;
use super::output::Output;
use clap::ValueEnum;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum LogLevel {
    /// Nothing.
    Off,
    /// What went wrong.
    Error,
    /// What may surprise.
    Warn,
    /// What happened once.
    Info,
    /// What happens all the time.
    Debug,
}

/// The log of a session.
#[derive(Clone, Debug)]
pub(super) struct Log {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    output: Output,
    /// A [`LogLevel`], which the settings may change.
    level: AtomicU8,
    file: Option<Mutex<File>>,
    start: Instant,
    /// The client is ready to hear from us.
    connected: AtomicBool,
}

impl Log {
    /// Tells what is at least as grave as `level`, also to the file at `path`.
    pub(super) fn new(output: Output, level: LogLevel, path: Option<&Path>) -> io::Result<Log> {
        let file = path.map(File::create).transpose()?.map(Mutex::new);
        let inner = Inner {
            output,
            level: AtomicU8::new(level as u8),
            file,
            start: Instant::now(),
            connected: AtomicBool::new(false),
        };
        Ok(Log { inner: Arc::new(inner) })
    }

    /// From now on the client is told too.
    pub(super) fn connect(&self) {
        self.inner.connected.store(true, Ordering::Relaxed);
    }

    /// Tells this much from now on.
    pub(super) fn set_level(&self, level: LogLevel) {
        self.inner.level.store(level as u8, Ordering::Relaxed);
    }

    pub(super) fn error(&self, message: impl Display) {
        self.write(LogLevel::Error, &message);
    }

    pub(super) fn warn(&self, message: impl Display) {
        self.write(LogLevel::Warn, &message);
    }

    pub(super) fn info(&self, message: impl Display) {
        self.write(LogLevel::Info, &message);
    }

    pub(super) fn debug(&self, message: impl Display) {
        self.write(LogLevel::Debug, &message);
    }

    /// Shows a message to the person, and keeps it in the log file.
    pub(super) fn show(&self, level: LogLevel, message: &str) {
        self.inner.output.notify("window/showMessage", convert::message(level, message));
        self.to_file(level, &message);
    }

    fn write(&self, level: LogLevel, message: &dyn Display) {
        if level as u8 > self.inner.level.load(Ordering::Relaxed) {
            return;
        }
        self.to_file(level, message);
        if self.inner.connected.load(Ordering::Relaxed) {
            self.inner.output.notify("window/logMessage", convert::message(level, &message.to_string()));
        }
    }

    fn to_file(&self, level: LogLevel, message: &dyn Display) {
        if let Some(file) = &self.inner.file {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            let at = self.inner.start.elapsed().as_secs_f64() * 1e3;
            let _ = writeln!(file, "{at:10.3} {:5} {message}", format!("{level:?}").to_lowercase());
        }
    }
}
