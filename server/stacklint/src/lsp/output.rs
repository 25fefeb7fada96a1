//! What we send, message by message.
//!
//! The transport and the workers write whole messages into one queue, and a thread of its own writes the queue out. So
//! diagnostics go from their structures to bytes once, and a client that reads slowly stops nobody.

use serde::Serialize;
use std::io::{self, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::AsyncWrite;

/// The queue of messages to the client.
#[derive(Clone, Debug)]
pub(super) struct Output {
    queue: Sender<Message>,
    waiting: Arc<AtomicUsize>,
}

#[derive(Debug)]
enum Message {
    Bytes(Vec<u8>),
    /// Everything before this was written when it is answered.
    Flush(Sender<()>),
}

#[derive(Serialize)]
struct Notification<'a, P> {
    jsonrpc: &'static str,
    method: &'a str,
    params: P,
}

#[derive(Serialize)]
struct Failure<'a> {
    jsonrpc: &'static str,
    id: Option<()>,
    error: FailureBody<'a>,
}

#[derive(Serialize)]
struct FailureBody<'a> {
    code: i64,
    message: &'a str,
}

impl Output {
    /// Writes to `target`, in a thread of its own.
    pub(super) fn write(mut target: impl Write + Send + 'static) -> Output {
        let (queue, messages) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&waiting);
        let write = move || {
            for message in messages {
                match message {
                    // A client that is gone is noticed by the end of its input.
                    Message::Bytes(bytes) => {
                        let _ = target.write_all(&bytes).and_then(|()| target.flush());
                        counter.fetch_sub(bytes.len(), Ordering::Relaxed);
                    }
                    Message::Flush(done) => drop(done.send(())),
                }
            }
        };
        let thread = std::thread::Builder::new().name("output".to_owned()).spawn(write);
        debug_assert!(thread.is_ok());
        Output { queue, waiting }
    }

    /// Sends a notification.
    pub(super) fn notify(&self, method: &str, params: impl Serialize) {
        self.send(&Notification { jsonrpc: "2.0", method, params });
    }

    /// Answers something that was not even a message.
    pub(super) fn send_error(&self, code: i64, message: &str) {
        self.send(&Failure { jsonrpc: "2.0", id: None, error: FailureBody { code, message } });
    }

    /// Bytes that the client has yet to read.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Waits until everything was written, but not for ever: a client that does not read cannot be waited for.
    pub(super) fn flush(&self, at_most: Duration) {
        let (done, wait) = channel();
        if self.queue.send(Message::Flush(done)).is_ok() {
            let _ = wait.recv_timeout(at_most);
        }
    }

    fn send(&self, message: &impl Serialize) {
        // Room for the header, which is known only afterwards.
        const ROOM: usize = 40;
        let mut frame = vec![0; ROOM];
        if serde_json::to_writer(&mut frame, message).is_err() {
            return;
        }
        let header = format!("Content-Length: {}\r\n\r\n", frame.len() - ROOM);
        let start = ROOM - header.len();
        frame[start..ROOM].copy_from_slice(header.as_bytes());
        frame.drain(..start);
        self.push(frame);
    }

    fn push(&self, bytes: Vec<u8>) {
        self.waiting.fetch_add(bytes.len(), Ordering::Relaxed);
        let _ = self.queue.send(Message::Bytes(bytes));
    }
}

/// The transport writes here. It hands over whole messages only, since everything is taken at once.
impl AsyncWrite for Output {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        self.push(buffer.to_vec());
        Poll::Ready(Ok(buffer.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
