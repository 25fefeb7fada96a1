//! Command lines: what they print, in every format, and how they end.

mod check;
mod configuration;
mod fix;
mod formats;
mod input;
mod nested;
mod rules;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;
use tests::client::binary;

/// A template with an error that has a safe fix, and a suppression of no use.
const MISTAKEN: &str = "\
Resources:
  Topic:
    Type: AWS::SNS::Topic
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      PolicyDocument: {Version: 2012-10-17, Statement: {Effect: Deny, Principal: '*', Action: 'sns:Publish', Resource: '*'}}
      # stacklint: allow syntax-error -- there is none
      Topics:
        - !Ref Topik
";

/// The same after all safe fixes.
const MENDED: &str = "\
Resources:
  Topic:
    Type: AWS::SNS::Topic
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      PolicyDocument: {Version: 2012-10-17, Statement: {Effect: Deny, Principal: '*', Action: 'sns:Publish', Resource: '*'}}
      Topics:
        - !Ref Topic
";

/// A folder with files, to run in.
struct Folder(TempDir);

/// What a command line came to.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Folder {
    fn new(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).expect("a file")
    }

    /// Runs `stacklint` with these arguments, divided by spaces, in the folder.
    fn run(&self, arguments: &str) -> Ran {
        self.run_with(arguments, "")
    }

    /// The same, with something on standard input.
    fn run_with(&self, arguments: &str, input: &str) -> Ran {
        let mut child = Command::new(binary())
            .args(arguments.split_whitespace())
            .current_dir(self.path())
            .env_remove("CLICOLOR_FORCE")
            .env_remove("FORCE_COLOR")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("stacklint runs");
        let mut standard_input = child.stdin.take().expect("a pipe");
        let input = input.to_owned();
        let writer = std::thread::spawn(move || {
            // It may end without reading everything.
            let _ = standard_input.write_all(input.as_bytes());
        });
        let output = child.wait_with_output().expect("stacklint ends");
        writer.join().expect("the writer ends");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is UTF-8");
        Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}
