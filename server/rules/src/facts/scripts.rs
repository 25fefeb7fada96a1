//! The shell scripts that instances run: user data, and what `cfn-init` runs for `AWS::CloudFormation::Init`.
//!
//! A script is read once for each state of its resource. Cloud-init runs what starts with `#!`, also as a part of a multipart
//! archive; what is a script for another interpreter, a `#cloud-config` or a list of addresses is left alone (see "User-data
//! formats" in the cloud-init documentation).

mod cloud_init;
mod failures;
mod installs;
mod lines;

pub(crate) use installs::{Channel, Install, installs, is_removed_between};

use model::{Change, Embedded, HOLE, Node, Resource, ResourceView, Span, Value};
use std::ops::Range;
use std::sync::Arc;
pub(crate) use syntax::shell::{Command, Failure, Word};

/// The types whose instances run scripts.
pub(crate) const MACHINES: &[&str] = &[
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::AutoScaling::LaunchConfiguration",
    "AWS::EC2::Instance",
    "AWS::EC2::LaunchTemplate",
    "AWS::EC2::SpotFleet",
];

/// A script, as its shell sees it.
#[derive(Debug)]
pub(crate) struct Script {
    /// Who runs it.
    pub(crate) runner: Runner,
    /// The text that holds it, with a hole for each value that is not known.
    pub(crate) text: String,
    /// Where in the text it is.
    pub(crate) range: Range<usize>,
    /// Its first line, which names the shell; empty for one that has none.
    pub(crate) shebang: Range<usize>,
    /// The shell.
    pub(crate) shell: Shell,
    /// The commands, by their places in the text.
    pub(crate) commands: Vec<Command>,
    /// There may be other commands: a value is put in where one would stand, or a part is not understood.
    pub(crate) is_open: bool,
    reads: Vec<String>,
    writes: Vec<String>,
    node: Span,
}

/// Who runs a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runner {
    /// Cloud-init, once, when the instance first starts. Of its failure it writes a log.
    UserData,
    /// `cfn-init`, which fails when the script does.
    Init,
    /// `cfn-init`, which is told to go on.
    InitIgnoringErrors,
}

/// A shell, as far as scripts differ by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shell {
    /// Bash, and those that have `pipefail` too.
    Bash,
    /// Whatever `sh` is: on Debian and Ubuntu one without `pipefail`.
    Posix,
}

/// The scripts of a resource.
pub(crate) fn scripts(resource: &ResourceView<'_>) -> Arc<Vec<Script>> {
    let resource = resource.resource();
    resource.texts.scripts(|| find(resource)).unwrap_or_default()
}

/// A script with the places of its words.
pub(crate) struct Placed<'a> {
    pub(crate) script: &'a Script,
    embedded: Embedded<'a>,
}

impl Script {
    /// The script with the places of its words, for a report.
    pub(crate) fn placed<'a>(&'a self, resource: &ResourceView<'a>) -> Option<Placed<'a>> {
        let resource = resource.resource();
        let mut found = None;
        let mut visit = |node: &'a Node| {
            if found.is_none() && node.span == self.node {
                found = Embedded::of(node, resource).filter(|it| it.text == self.text);
            }
        };
        resource.properties.walk(&mut visit);
        resource.attributes.entries.iter().for_each(|(_, node)| node.walk(&mut visit));
        Some(Placed { script: self, embedded: found? })
    }

    /// The text of a command and what belongs to it.
    pub(crate) fn source(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// The script's own text.
    pub(crate) fn body(&self) -> &str {
        self.source(self.range.clone())
    }
}

/// What a command runs, without `sudo` and the like before it.
pub(crate) struct Called<'c> {
    /// The program, without the folder that programs of the system are in.
    pub(crate) name: &'c str,
    /// What it is given.
    pub(crate) arguments: &'c [Word],
}

impl<'c> Called<'c> {
    /// What `command` runs; `None` when that is not known.
    pub(crate) fn of(command: &'c Command) -> Option<Called<'c>> {
        const FOLDERS: [&str; 5] = ["/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/", "/usr/local/bin/"];
        let mut words = &command.words[..];
        loop {
            let name = words.first()?.known()?;
            let rest = &words[1..];
            let skipped = match name {
                "sudo" | "env" | "nohup" | "time" | "nice" | "command" => {
                    rest.iter().take_while(|it| it.text.starts_with('-') || it.text.contains('=')).count()
                }
                _ => {
                    // What is called by another path may be a program of its own: that of a virtual environment.
                    let program = FOLDERS.iter().find_map(|it| name.strip_prefix(it));
                    return Some(Called { name: program.unwrap_or(name), arguments: rest });
                }
            };
            // `command -v name` asks, and runs nothing.
            if name == "command" && skipped > 0 {
                return Some(Called { name, arguments: rest });
            }
            words = rest.get(skipped..)?;
        }
    }

    /// True when one of the arguments is one of these.
    pub(crate) fn has(&self, words: &[&str]) -> bool {
        self.arguments.iter().any(|it| words.contains(&&*it.text))
    }
}

/// Reads all scripts of a resource.
fn find(resource: &Resource) -> Vec<Script> {
    let mut out = Vec::new();
    for path in ["UserData", "LaunchTemplateData.UserData"] {
        if let Some(node) = resource.properties.get(path) {
            each_text(node, 0, &mut |node| user_data(node, resource, &mut out));
        }
    }
    let specifications = resource.properties.get("SpotFleetRequestConfigData.LaunchSpecifications");
    for item in specifications.and_then(Node::as_list).map(|it| it.items.as_slice()).unwrap_or_default() {
        if let Some(node) = item.get("UserData") {
            each_text(node, 0, &mut |node| user_data(node, resource, &mut out));
        }
    }
    init_commands(resource, &mut out);
    out
}

/// Calls `visit` with each text that `node` may be.
fn each_text<'n>(node: &'n Node, depth: u32, visit: &mut dyn FnMut(&'n Node)) {
    /// Conditions within conditions deeper than this are not followed.
    const MAX_DEPTH: u32 = 16;
    match &node.value {
        Value::Either(branches) if depth < MAX_DEPTH => {
            branches.iter().for_each(|it| each_text(&it.node, depth + 1, visit));
        }
        Value::Call(call) => match &**call {
            model::Call::Base64(inner) => each_text(inner, depth + 1, visit),
            _ => visit(node),
        },
        Value::Scalar(_) => visit(node),
        _ => (),
    }
}

fn user_data(node: &Node, resource: &Resource, out: &mut Vec<Script>) {
    let Some(embedded) = Embedded::of(node, resource) else { return };
    for range in cloud_init::scripts(&embedded.text) {
        out.extend(read(&embedded.text, range, Runner::UserData, node.span));
    }
}

/// The commands of all configurations below `AWS::CloudFormation::Init`.
fn init_commands(resource: &Resource, out: &mut Vec<Script>) {
    let metadata = resource.attributes.get("Metadata").and_then(Node::as_map);
    let Some(init) = metadata.and_then(|it| it.get("AWS::CloudFormation::Init")).and_then(Node::as_map) else { return };
    for (_, config) in init.entries.iter().filter(|(name, _)| name.text != "configSets") {
        let members = |key: &str| config.get(key).and_then(Node::as_map).map(|it| it.entries.as_slice()).unwrap_or(&[]);
        for (_, command) in members("commands") {
            let ignores = command.get("ignoreErrors").and_then(Node::as_bool) == Some(true);
            let runner = if ignores { Runner::InitIgnoringErrors } else { Runner::Init };
            // A list is the words of one command, which no shell sees.
            let Some(node) = command.get("command").filter(|it| !matches!(it.value, Value::List(_))) else { continue };
            if let Some(embedded) = Embedded::of(node, resource) {
                out.extend(read(&embedded.text, 0..embedded.text.len(), runner, node.span));
            }
        }
    }
}

/// Reads the script at `range` of a text; `None` when it is for no shell.
fn read(text: &str, range: Range<usize>, runner: Runner, node: Span) -> Option<Script> {
    /// User data has no more than 16 KB, packed or not; what is much longer is not read while somebody types.
    const MAX_LENGTH: usize = 64 * 1024;
    let body = text.get(range.clone()).filter(|it| it.len() <= MAX_LENGTH)?;
    let first = body.lines().next().unwrap_or_default();
    let (shell, shebang) = match first.strip_prefix("#!") {
        Some(interpreter) => (shell_of(interpreter)?, range.start..range.start + first.trim_end().len()),
        None if runner == Runner::UserData => return None,
        None => (Shell::Posix, range.start..range.start),
    };
    let parsed = syntax::shell::Script::parse(body);
    let shift = |it: &Range<usize>| it.start + range.start..it.end + range.start;
    let mut commands = parsed.commands;
    for command in &mut commands {
        command.range = shift(&command.range);
        command.statement = shift(&command.statement);
        command.words.iter_mut().for_each(|it| it.range = shift(&it.range));
        command.way.iter_mut().for_each(|it| it.start += range.start);
    }
    let is_value = |it: &Command| it.words.first().is_some_and(|it| it.text.contains(HOLE));
    let is_open = parsed.broken || commands.iter().any(is_value);
    let (reads, writes) = (parsed.reads, parsed.writes);
    Some(Script { runner, text: text.to_owned(), range, shebang, shell, commands, is_open, reads, writes, node })
}

/// The shell that a first line calls.
fn shell_of(interpreter: &str) -> Option<Shell> {
    let mut words = interpreter.split_whitespace();
    let mut name = words.next()?.rsplit('/').next()?;
    if name == "env" {
        name = words.find(|it| !it.starts_with('-') && !it.contains('='))?;
    }
    match name {
        "bash" | "ksh" | "zsh" => Some(Shell::Bash),
        "sh" | "dash" | "ash" => Some(Shell::Posix),
        _ => None,
    }
}

impl Placed<'_> {
    /// Where the bytes `range` of the text were written.
    pub(crate) fn span(&self, range: Range<usize>) -> Option<Span> {
        self.embedded.span(range)
    }

    /// Puts `text` in at `offset`.
    pub(crate) fn insert(&self, offset: usize, text: impl Into<String>) -> Option<Change> {
        Some(Change::EditText { span: self.embedded.exact(offset..offset)?, text: text.into() })
    }

    /// Takes the bytes `range` out.
    pub(crate) fn delete(&self, range: Range<usize>) -> Option<Change> {
        Some(Change::EditText { span: self.embedded.exact(range)?, text: String::new() })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Rules see the model alone, and of syntax what scripts come to, which is plain data.
    #[test]
    fn nothing_else_reads_syntax() {
        fn visit(folder: &Path) {
            let is_ours = |it: &Path| it.ends_with("facts/scripts") || it.ends_with("facts/scripts.rs");
            for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
                let path = entry.path();
                if path.is_dir() && !is_ours(&path) {
                    visit(&path);
                } else if path.is_file() && !is_ours(&path) {
                    let text = std::fs::read_to_string(&path).expect("a file").replace("regex_syntax::", "");
                    assert!(!text.contains("syntax::"), "{} reads syntax", path.display());
                }
            }
        }
        visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    }
}
