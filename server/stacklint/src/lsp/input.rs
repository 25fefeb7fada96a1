//! What the client sends, message by message.
//!
//! The transport gives up when a message cannot be decoded. So the stream is cut into messages here, in a thread of its
//! own: what is no message is answered with an error and left out, and everything else reaches the transport whole.

use super::output::Output;
use super::record::Recorder;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use std::io::{self, BufRead, Read};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Messages that wait between the reading thread and the session.
const WAITING: usize = 256;
/// A longer message is not read into memory but passed over.
const MAX_MESSAGE: usize = 512 << 20;
/// The transport's JSON parser goes no deeper.
const MAX_DEPTH: usize = 120;

/// The stream of well-formed messages that the transport reads.
#[derive(Debug)]
pub(super) struct Input {
    messages: Receiver<Vec<u8>>,
    current: Vec<u8>,
    at: usize,
}

impl Input {
    /// Reads `source` to its end in a thread of its own; `ended` is called there when it is.
    pub(super) fn read(
        source: impl Read + Send + 'static,
        output: Output,
        recorder: Option<Recorder>,
        ended: impl FnOnce() + Send + 'static,
    ) -> Input {
        let (sender, messages) = channel(WAITING);
        let read = move || {
            let source = io::BufReader::with_capacity(64 << 10, source);
            // A source that fails has ended: there is nobody left to tell.
            let _ = pump(source, &sender, &output, recorder);
            drop(sender);
            ended();
        };
        let thread = std::thread::Builder::new().name("input".to_owned()).spawn(read);
        debug_assert!(thread.is_ok());
        Input { messages, current: Vec::new(), at: 0 }
    }
}

impl AsyncRead for Input {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.at == self.current.len() {
            match self.messages.poll_recv(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(Ok(())),
                Poll::Ready(Some(message)) => {
                    self.current = message;
                    self.at = 0;
                }
            }
        }
        let count = buffer.remaining().min(self.current.len() - self.at);
        buffer.put_slice(&self.current[self.at..self.at + count]);
        self.at += count;
        Poll::Ready(Ok(()))
    }
}

fn pump(
    mut source: impl BufRead,
    sender: &Sender<Vec<u8>>,
    output: &Output,
    mut recorder: Option<Recorder>,
) -> io::Result<()> {
    loop {
        let body = match next(&mut source)? {
            Next::End => return Ok(()),
            Next::Message(body) => body,
            Next::Garbage(what) => {
                output.send_error(-32700, what);
                continue;
            }
        };
        let text = match std::str::from_utf8(&body) {
            Ok(text) => text,
            Err(_) => {
                output.send_error(-32700, "Parse error: a message is UTF-8");
                continue;
            }
        };
        if let Err((code, what)) = validate(text) {
            output.send_error(code, what);
            continue;
        }
        if let Some(recorder) = &mut recorder {
            recorder.record(text);
        }
        let mut frame = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
        frame.extend_from_slice(&body);
        if sender.blocking_send(frame).is_err() {
            return Ok(());
        }
    }
}

enum Next {
    Message(Vec<u8>),
    Garbage(&'static str),
    End,
}

/// Reads the headers and the body of one message. Lines that are no headers are passed over.
fn next(source: &mut impl BufRead) -> io::Result<Next> {
    let mut length = None;
    let mut line = Vec::new();
    let mut garbage = false;
    loop {
        line.clear();
        // A line without end is no header either.
        if source.by_ref().take(64 << 10).read_until(b'\n', &mut line)? == 0 {
            return Ok(Next::End);
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if text.is_empty() {
            match length {
                Some(length) => return body(source, length),
                None if garbage => return Ok(Next::Garbage("Parse error: a message without Content-Length")),
                None => continue,
            }
        }
        // What stands before a header on its line is what is left of a broken message.
        let lower = text.to_ascii_lowercase();
        match lower.rfind("content-length:") {
            Some(at) => {
                length = lower[at + "content-length:".len()..].trim().parse::<usize>().ok();
                garbage = true;
            }
            None => garbage |= !lower.starts_with("content-type:"),
        }
    }
}

fn body(source: &mut impl BufRead, length: usize) -> io::Result<Next> {
    if length > MAX_MESSAGE {
        io::copy(&mut source.by_ref().take(length as u64), &mut io::sink())?;
        return Ok(Next::Garbage("Parse error: the message is too long"));
    }
    // Grows as the bytes come: a wrong length must not take the memory at once.
    let mut body = Vec::with_capacity(length.min(1 << 20));
    source.by_ref().take(length as u64).read_to_end(&mut body)?;
    Ok(if body.len() < length { Next::End } else { Next::Message(body) })
}

/// The shape that JSON-RPC asks for.
#[derive(Deserialize)]
struct Envelope {
    jsonrpc: Option<String>,
    method: Option<String>,
    id: Option<IdShape>,
    #[serde(default, deserialize_with = "present")]
    result: bool,
    #[serde(default, deserialize_with = "present")]
    error: bool,
}

/// An answer of `null` is an answer.
fn present<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(value).map(|_| true)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum IdShape {
    #[expect(dead_code)]
    Number(i64),
    #[expect(dead_code)]
    Word(String),
}

fn validate(text: &str) -> Result<(), (i64, &'static str)> {
    if depth(text) > MAX_DEPTH {
        return Err((-32700, "Parse error: nested too deeply"));
    }
    let envelope: Envelope = serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => (-32600, "Invalid request"),
        _ => (-32700, "Parse error"),
    })?;
    let is_call = envelope.method.is_some();
    let is_answer = envelope.id.is_some() && (envelope.result || envelope.error);
    if envelope.jsonrpc.as_deref() != Some("2.0") || !(is_call || is_answer) {
        return Err((-32600, "Invalid request"));
    }
    Ok(())
}

/// How deep arrays and objects nest.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0usize);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                while let Some(byte) = bytes.next() {
                    match byte {
                        b'\\' => drop(bytes.next()),
                        b'"' => break,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(mut source: &[u8]) -> Vec<String> {
        let mut out = Vec::new();
        loop {
            match next(&mut source).expect("a slice can be read") {
                Next::End => return out,
                Next::Message(body) => out.push(String::from_utf8_lossy(&body).into_owned()),
                Next::Garbage(what) => out.push(format!("! {what}")),
            }
        }
    }

    #[test]
    fn messages_are_cut_by_their_length() {
        let source = b"Content-Length: 2\r\n\r\n{}content-length: 4\r\nContent-Type: x\r\n\r\n[{}]";
        assert_eq!(messages(source), ["{}", "[{}]"]);
    }

    #[test]
    fn what_is_no_message_is_passed_over() {
        let source = b"hello\r\n\r\nContent-Length: x\r\n\r\nleftContent-Length: 2\r\n\r\n{}";
        let missing = "! Parse error: a message without Content-Length";
        assert_eq!(messages(source), [missing, missing, "{}"]);
        assert_eq!(messages(b"Content-Length: 20\r\n\r\n{}"), [""; 0]);
    }

    #[test]
    fn messages_have_the_shape_of_json_rpc() {
        let valid = |text| validate(text).is_ok();
        assert!(valid(r#"{"jsonrpc":"2.0","method":"a"}"#));
        assert!(valid(r#"{"jsonrpc":"2.0","id":1,"result":null}"#));
        assert!(valid(r#"{"jsonrpc":"2.0","id":"a","error":{"code":1,"message":""}}"#));
        assert!(!valid(r#"{"jsonrpc":"2.0","id":1}"#));
        assert!(!valid(r#"{"jsonrpc":"1.0","method":"a"}"#));
        assert!(!valid(r#"{"jsonrpc":"2.0","id":1.5,"method":"a"}"#));
        assert!(!valid(r#"[]"#));
        assert!(!valid(r#"{"#));
        let deep = format!(r#"{{"jsonrpc":"2.0","method":"a","params":{}{}}}"#, "[".repeat(500), "]".repeat(500));
        assert!(!valid(&deep));
    }
}
