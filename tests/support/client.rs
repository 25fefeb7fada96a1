//! A client of the language server: a real process, real pipes, and a deadline for everything.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up. Generous, for machines with much else to do.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The binary under test: `STACKLINT_BINARY`, or the one that belongs to this build, built now if it is not there yet.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(path) = std::env::var_os("STACKLINT_BINARY") {
            return PathBuf::from(path);
        }
        // This program is `target/<profile>/deps/it-<hash>`.
        let this = std::env::current_exe().expect("a program knows where it is");
        let profile = this.ancestors().nth(2).expect("tests are two folders below their profile");
        // Cargo builds the binaries of other packages only when told to, so that a stale one may lie there.
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--package", "stacklint"]).current_dir(crate::root());
        if profile.ends_with("release") {
            build.arg("--release");
        }
        let done = build.status().expect("cargo runs");
        assert!(done.success(), "stacklint does not build");
        profile.join(format!("stacklint{}", std::env::consts::EXE_SUFFIX))
    })
}

/// A session with a server.
#[derive(Debug)]
pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// Messages that came while another was waited for.
    passed: Vec<Value>,
    next_id: i64,
}

impl Client {
    /// Starts a server with these arguments behind `lsp`; says nothing yet.
    pub fn spawn(arguments: &[&str]) -> Client {
        let mut child = Command::new(binary())
            .arg("lsp")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the server starts");
        let input = child.stdin.take();
        let output = child.stdout.take().expect("a pipe");
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = receive(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Client { child, input, messages, passed: Vec::new(), next_id: 0 }
    }

    /// A session with a client that can do this.
    pub fn start(capabilities: Value) -> Client {
        Client::start_with(json!({ "capabilities": capabilities })).0
    }

    /// A session that begins with these parameters, and the answer to them.
    pub fn start_with(params: Value) -> (Client, Value) {
        let mut client = Client::spawn(&["--stdio"]);
        let answer = client.request("initialize", params);
        client.notify("initialized", json!({}));
        (client, answer)
    }

    /// Sends bytes as they are.
    pub fn send_raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the input is open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server reads");
    }

    /// Sends a message, with its header and version.
    pub fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = "2.0".into();
        let body = message.to_string();
        self.send_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({ "method": method, "params": params }));
    }

    /// Sends a request and does not wait. Gives its id.
    pub fn post(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(json!({ "id": id, "method": method, "params": params }));
        id
    }

    /// Sends a request and waits for its result.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.post(method, params);
        let mut answer = self.answer(id);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    /// The answer to the request with this id: its result or its error.
    pub fn answer(&mut self, id: i64) -> Value {
        self.wait(&format!("the answer to request {id}"), |it| it["id"] == id && it.get("method").is_none())
    }

    /// The parameters of the next notification or request of the server with this method.
    pub fn next(&mut self, method: &str) -> Value {
        let mut message = self.wait(method, |it| it["method"] == method);
        message["params"].take()
    }

    /// The next message that `is_wanted`. Others are kept for later.
    pub fn wait(&mut self, what: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.passed.iter().position(&is_wanted) {
            return self.passed.remove(at);
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.messages.recv_timeout(left) {
                Ok(message) if is_wanted(&message) => return message,
                Ok(message) => self.passed.push(message),
                Err(RecvTimeoutError::Timeout) => panic!("no sign of {what}; instead: {:?}", self.passed),
                Err(RecvTimeoutError::Disconnected) => panic!("the server left before {what}: {:?}", self.passed),
            }
        }
    }

    /// Everything that came and was not waited for, up to the answer to a request that is sent now. What the server had
    /// to say before is among it.
    pub fn settle(&mut self) -> Vec<Value> {
        let id = self.post("stacklint/settle", Value::Null);
        self.answer(id);
        std::mem::take(&mut self.passed)
    }

    /// Opens a document.
    pub fn open(&mut self, uri: &str, version: i32, text: &str) {
        let document = json!({ "uri": uri, "languageId": "yaml", "version": version, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Gives a document another text.
    pub fn replace(&mut self, uri: &str, version: i32, text: &str) {
        let document = json!({ "uri": uri, "version": version });
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [{ "text": text }] }),
        );
    }

    /// Replaces what is between two places, each `(line, character)`.
    pub fn edit(&mut self, uri: &str, version: i32, start: (u32, u32), end: (u32, u32), text: &str) {
        let point = |(line, character)| json!({ "line": line, "character": character });
        let change = json!({ "range": { "start": point(start), "end": point(end) }, "text": text });
        let document = json!({ "uri": uri, "version": version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
    }

    /// Closes a document.
    pub fn close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }

    /// The diagnostics that are published next for a document.
    pub fn published(&mut self, uri: &str) -> Value {
        let method = "textDocument/publishDiagnostics";
        let mut message = self.wait(method, |it| it["method"] == method && it["params"]["uri"] == uri);
        message["params"].take()
    }

    /// The diagnostics that are published for a version of a document. Those for older ones are passed over.
    pub fn published_for(&mut self, uri: &str, version: i32) -> Vec<Value> {
        loop {
            let mut params = self.published(uri);
            if params["version"] == version {
                return serde_json::from_value(params["diagnostics"].take()).expect("a list");
            }
        }
    }

    /// Asks for the diagnostics of a document.
    pub fn pull(&mut self, uri: &str) -> Vec<Value> {
        let mut report = self.request("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
        assert_eq!(report["kind"], "full", "{report}");
        serde_json::from_value(report["items"].take()).expect("a list")
    }

    /// Asks for the actions at the range of a diagnostic.
    pub fn actions(&mut self, uri: &str, diagnostic: &Value) -> Vec<Value> {
        let context = json!({ "diagnostics": [diagnostic], "only": ["quickfix"] });
        let params = json!({ "textDocument": { "uri": uri }, "range": diagnostic["range"], "context": context });
        let actions = self.request("textDocument/codeAction", params);
        serde_json::from_value(actions).expect("a list")
    }

    /// Ends the session as the protocol has it.
    pub fn shut_down(mut self) -> ExitStatus {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.ended()
    }

    /// Closes the server's input.
    pub fn hang_up(&mut self) {
        self.input = None;
    }

    /// How the server ended, which it must soon.
    pub fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be asked") {
                return status;
            }
            assert!(Instant::now() < deadline, "the server does not end");
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A test that failed must not leave a process behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn receive(output: &mut BufReader<ChildStdout>) -> Option<Value> {
    let mut length = None;
    let mut line = String::new();
    loop {
        line.clear();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim() {
            "" => break,
            header => length = header.strip_prefix("Content-Length: ").and_then(|it| it.parse().ok()).or(length),
        }
    }
    let mut body = vec![0; length?];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// The text after the edits that a workspace edit makes in a document whose columns are UTF-16.
pub fn apply(text: &str, edit: &Value, uri: &str) -> String {
    let edits = match edit["documentChanges"].as_array() {
        Some(changes) => {
            let of_document = changes.iter().find(|it| it["textDocument"]["uri"] == uri);
            &of_document.expect("the edit is of the document")["edits"]
        }
        None => &edit["changes"][uri],
    };
    let offset = |point: &Value| {
        let number = |key: &str| point[key].as_u64().expect("a number") as u32;
        let position = text::Position { line: number("line"), column: number("character") };
        text::Text::new(text, 0).offset(position, text::Encoding::Utf16)
    };
    let edits = edits.as_array().expect("a list of edits").iter().map(|it| {
        let range = text::TextRange::new(offset(&it["range"]["start"]), offset(&it["range"]["end"]));
        text::TextEdit::replace(range, it["newText"].as_str().expect("a text"))
    });
    text::Edits::new(edits.collect()).expect("edits do not overlap").apply(text)
}
