//! What a person feels: the real binary, through pipes. Keystroke to published diagnostics, pointer to hover, letter to
//! completions, process start to the answer to `initialize` and to the first diagnostics, memory with ten templates open,
//! the check of a whole folder.
//!
//! `cargo bench -p tests --bench latency` builds the release binary first; `STACKLINT` names another one to measure. Times
//! are wall-clock.

#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tests::generate;

fn main() {
    let binary = build();
    println!("{:<44}{:>10}{:>10}{:>10}", "", "median", "p99", "worst");
    for (name, uri, text) in [
        ("YAML, 1,000 lines", "file:///bench/a.yaml", generate::yaml(1_000)),
        ("YAML, 10,000 lines", "file:///bench/b.yaml", generate::yaml(10_000)),
        ("JSON, 1,000 lines", "file:///bench/c.json", generate::json(1_000)),
        ("CDK, 1,000 lines", "file:///bench/d.ts", generate::cdk(1_000)),
    ] {
        for (place, share) in [("start", 0.05), ("middle", 0.5), ("end", 0.95)] {
            report(&format!("keystroke: {name}, {place}"), keystrokes(&binary, uri, &text, share));
        }
    }
    for (name, uri, text) in [
        ("YAML, 10,000 lines", "file:///bench/b.yaml", generate::yaml(10_000)),
        ("CDK, 1,000 lines", "file:///bench/d.ts", generate::cdk(1_000)),
    ] {
        report(&format!("hover: {name}"), hovers(&binary, uri, &text));
    }
    for lines in [1_000, 10_000] {
        let uri = "file:///bench/completion.yaml";
        report(
            &format!("letter to completions, YAML, {lines} lines"),
            completions(&binary, uri, &generate::yaml(lines)),
        );
    }
    let starts: Vec<(Duration, Duration)> = (0..30).map(|_| cold(&binary)).collect();
    report("start to the answer to initialize", starts.iter().map(|it| it.0).collect());
    report("start to first diagnostics, 1,000 lines", starts.iter().map(|it| it.1).collect());
    memory(&binary);
    folder(&binary);
    program(&binary);
}

fn build() -> PathBuf {
    if let Some(path) = std::env::var_os("STACKLINT") {
        return path.into();
    }
    let root = tests::root();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let done = Command::new(cargo)
        .args(["build", "--release", "--package", "stacklint"])
        .current_dir(&root)
        .status()
        .expect("cargo runs");
    assert!(done.success(), "the release build failed");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    target.join("release").join(format!("stacklint{}", std::env::consts::EXE_SUFFIX))
}

fn report(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    let ms = |it: Duration| format!("{:.2} ms", it.as_secs_f64() * 1e3);
    println!("{name:<44}{:>10}{:>10}{:>10}", ms(at(0.5)), ms(at(0.99)), ms(at(1.0)));
}

struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Server {
    fn start(binary: &PathBuf) -> Server {
        let mut child = Command::new(binary)
            .args(["lsp", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let input = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut server = Server { child, input, output };
        server.send(&json!({"id": 1, "method": "initialize", "params": {"capabilities": {}, "processId": null, "rootUri": null}}));
        while server.receive()["id"] != 1 {}
        server.send(&json!({"method": "initialized", "params": {}}));
        server
    }

    fn send(&mut self, message: &Value) {
        let mut message = message.clone();
        message["jsonrpc"] = "2.0".into();
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("the server reads");
        self.input.flush().expect("the server reads");
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).expect("the server writes") > 0, "the server ended");
            if line == "\r\n" {
                break;
            }
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("a body");
        serde_json::from_slice(&body).expect("JSON")
    }

    fn open(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "yaml", "version": 0, "text": text});
        self.send(&json!({"method": "textDocument/didOpen", "params": {"textDocument": document}}));
    }

    /// Waits for the diagnostics of this version of a document.
    fn diagnostics(&mut self, uri: &str, version: i64) {
        loop {
            let message = self.receive();
            let params = &message["params"];
            if message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri
                && params["version"] == version
            {
                return;
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How long checks of a folder take.
fn checks(binary: &PathBuf, folder: &Path) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..15 {
        let start = Instant::now();
        let done = Command::new(binary).arg("check").arg(folder).stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(done.is_ok_and(|it| it.code().is_some_and(|it| it < 2)), "the check failed");
        times.push(start.elapsed());
    }
    times
}

/// A program of several files, on the disk.
fn program(binary: &PathBuf) {
    let write = |name: &str, files: &[(String, String)]| {
        let folder = std::env::temp_dir().join(format!("stacklint-bench-{name}-{}", std::process::id()));
        for (path, text) in files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder for the benchmark");
            std::fs::write(path, text).expect("a file for the benchmark");
        }
        folder
    };
    let files = generate::program(50, 1_000);
    let (path, text) = files.iter().find(|it| it.0.ends_with("large-stack.ts")).expect("it is there");
    let folder = write("keystrokes", &files);
    let uri = format!("file://{}", folder.join(path).display());
    for (place, share) in [("start", 0.05), ("middle", 0.5), ("end", 0.95)] {
        report(&format!("keystroke: 1,000 lines among 50 files, {place}"), keystrokes(binary, &uri, text, share));
    }
    let _ = std::fs::remove_dir_all(&folder);
    let folder = write("check", &generate::program(200, 400));
    report("check of a program of 200 files", checks(binary, &folder));
    let _ = std::fs::remove_dir_all(&folder);
}

/// What is shown under the pointer, at places all over a text.
fn hovers(binary: &PathBuf, uri: &str, text: &str) -> Vec<Duration> {
    let mut server = Server::start(binary);
    server.open(uri, text);
    server.diagnostics(uri, 0);
    let lines: Vec<&str> = text.lines().collect();
    let mut times = Vec::new();
    for id in 2..=401_usize {
        let line = id * 7_919 % lines.len();
        let character = lines[line].len() - lines[line].trim_start().len() + 2;
        let params = json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}});
        let start = Instant::now();
        server.send(&json!({"id": id, "method": "textDocument/hover", "params": params}));
        while server.receive()["id"] != id {}
        times.push(start.elapsed());
    }
    times
}

/// Each keystroke breaks or mends a name, so that each changes the diagnostics and the answer cannot be left out.
fn keystrokes(binary: &PathBuf, uri: &str, source: &str, share: f64) -> Vec<Duration> {
    let text = with_fault(uri, source, share);
    let line = text.lines().position(|it| it.contains(MARK)).expect("the mark is there");
    let column = text.lines().nth(line).and_then(|it| it.find(MARK)).expect("the mark is there") + MARK.len();
    let mut server = Server::start(binary);
    server.open(uri, &text);
    server.diagnostics(uri, 0);
    let mut times = Vec::new();
    for version in 1..=400_i64 {
        let (end, new) = if version % 2 == 1 { (column, "x") } else { (column + 1, "") };
        let range = json!({"start": {"line": line, "character": column}, "end": {"line": line, "character": end}});
        let change = json!({"method": "textDocument/didChange", "params": {
            "textDocument": {"uri": uri, "version": version}, "contentChanges": [{"range": range, "text": new}]}});
        let start = Instant::now();
        server.send(&change);
        server.diagnostics(uri, version);
        times.push(start.elapsed());
        std::thread::sleep(Duration::from_millis(2));
    }
    times
}

/// Each letter changes a type that is being typed, and asks what it may become.
fn completions(binary: &PathBuf, uri: &str, source: &str) -> Vec<Duration> {
    let text = with_fault(uri, source, 0.5)
        .replace("    Type: AWS::IAM::Role\n    Properties:\n      RoleName: ssh", "    Type: ssh");
    let line = text.lines().position(|it| it.contains(MARK)).expect("the mark is there");
    let column = text.lines().nth(line).and_then(|it| it.find(MARK)).expect("the mark is there");
    let mut server = Server::start(binary);
    server.open(uri, &text);
    server.diagnostics(uri, 0);
    let mut times = Vec::new();
    let mut end = column + MARK.len();
    for version in 1..=400_i64 {
        let new = ["b", "bu", "buck"][version as usize % 3];
        let range = json!({"start": {"line": line, "character": column}, "end": {"line": line, "character": end}});
        end = column + new.len();
        let change = json!({"method": "textDocument/didChange", "params": {
            "textDocument": {"uri": uri, "version": version}, "contentChanges": [{"range": range, "text": new}]}});
        let id = 1000 + version;
        let ask = json!({"id": id, "method": "textDocument/completion", "params": {
            "textDocument": {"uri": uri}, "position": {"line": line, "character": end}}});
        let start = Instant::now();
        server.send(&change);
        server.send(&ask);
        while server.receive()["id"] != id {}
        times.push(start.elapsed());
        std::thread::sleep(Duration::from_millis(2));
    }
    times
}

const MARK: &str = "ssh-rule-from-0";

/// Puts a resource with a fault whose message names `MARK` at a place of the text.
fn with_fault(uri: &str, source: &str, share: f64) -> String {
    let at = (source.len() as f64 * share) as usize;
    let is_start = |line: &str| {
        if uri.ends_with(".yaml") {
            line.starts_with("  ")
                && line.as_bytes().get(2).is_some_and(u8::is_ascii_uppercase)
                && !line.contains("Environment")
        } else if uri.ends_with(".json") {
            line.starts_with("    \"") && line.ends_with('{') && !line.contains("Environment")
        } else {
            line.trim_start().starts_with("new kms.Key(")
        }
    };
    let mut offset = 0;
    let mut best = None;
    let resources = source.find("Resources").unwrap_or(0);
    for line in source.split_inclusive('\n') {
        if is_start(line.trim_end()) && offset > resources && (best.is_none() || offset <= at) {
            best = Some(offset);
        }
        offset += line.len();
    }
    let best = best.expect("a resource starts somewhere");
    let fault = if uri.ends_with(".yaml") {
        format!("  Marked:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: {MARK}\n")
    } else if uri.ends_with(".json") {
        format!(
            "    \"Marked\": {{\n      \"Type\": \"AWS::IAM::Role\",\n      \"Properties\": {{ \"RoleName\": \"{MARK}\" }}\n    }},\n"
        )
    } else {
        format!("    new iam.User(this, 'Marked', {{ userName: '{MARK}' }});\n")
    };
    format!("{}{fault}{}", &source[..best], &source[best..])
}

fn cold(binary: &PathBuf) -> (Duration, Duration) {
    let text = generate::yaml(1_000);
    let start = Instant::now();
    let mut server = Server::start(binary);
    let initialized = start.elapsed();
    server.open("file:///bench/cold.yaml", &text);
    server.diagnostics("file:///bench/cold.yaml", 0);
    (initialized, start.elapsed())
}

fn memory(binary: &PathBuf) {
    let mut server = Server::start(binary);
    let text = generate::yaml(1_000);
    for n in 0..10 {
        let uri = format!("file:///bench/memory{n}.yaml");
        server.open(&uri, &text);
        server.diagnostics(&uri, 0);
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.child.id())).unwrap_or_default();
    for key in ["VmRSS", "VmHWM"] {
        if let Some(line) = status.lines().find(|it| it.starts_with(key)) {
            println!("{:<44}{:>20}", format!("ten templates of 1,000 lines open, {key}"), line[key.len() + 1..].trim());
        }
    }
}

fn folder(binary: &PathBuf) {
    let folder = std::env::temp_dir().join(format!("stacklint-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the benchmark");
    for n in 0..100 {
        let (name, text) = match n % 4 {
            0 | 1 => (format!("{n}.yaml"), generate::yaml(400 + n * 5)),
            2 => (format!("{n}.json"), generate::json(400 + n * 5)),
            _ => (format!("{n}.ts"), generate::cdk(400)),
        };
        std::fs::write(folder.join(name), text).expect("a file for the benchmark");
    }
    report("check of 100 files, 55,000 lines", checks(binary, &folder));
    let _ = std::fs::remove_dir_all(&folder);
}
