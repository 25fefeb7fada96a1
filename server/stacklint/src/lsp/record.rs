//! Sessions as files: `--record` writes what the client sends, `--replay` plays it again. A bug report is a file, and a
//! benchmark is a replay.

use serde::Deserialize;
use serde_json::Value;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::time::Instant;

/// Writes each message on a line of its own, with the milliseconds since the start.
#[derive(Debug)]
pub(super) struct Recorder {
    file: File,
    start: Instant,
}

#[derive(Deserialize)]
struct Line {
    message: Value,
}

impl Recorder {
    /// Writes to the file at `path`, anew.
    pub(super) fn create(path: &Path) -> io::Result<Recorder> {
        Ok(Recorder { file: File::create(path)?, start: Instant::now() })
    }

    /// Writes one message, which is valid JSON, down.
    pub(super) fn record(&mut self, message: &str) {
        let at = self.start.elapsed().as_secs_f64() * 1e3;
        // Between tokens line breaks are spaces; within strings they are escaped.
        let message = message.replace(['\n', '\r'], " ");
        // Unbuffered, so that the record of a session that ends badly is complete.
        let _ = self.file.write_all(format!("{{\"at\":{at:.3},\"message\":{message}}}\n").as_bytes());
    }
}

/// The bytes that the client of a recorded session sent.
pub(super) fn recorded(path: &Path) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    for (number, line) in BufReader::new(File::open(path)?).lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&line)
            .map_err(|it| io::Error::new(io::ErrorKind::InvalidData, format!("line {}: {it}", number + 1)))?;
        let message = line.message.to_string();
        write!(out, "Content-Length: {}\r\n\r\n{message}", message.len())?;
    }
    Ok(out)
}
