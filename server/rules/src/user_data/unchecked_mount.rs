use crate::facts::scripts::{Called, Command, MACHINES, Script, scripts};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A script mounts a file system and does not notice when that fails.
    ///
    /// `mount`, `mount-s3` (Mountpoint for Amazon S3), `s3fs` or `goofys` runs in user data or for `cfn-init`, and its failure
    /// is not looked at: no `||`, no `if`, no `set -e` before it, no `trap`, and nothing below it that asks (`$?`,
    /// `mountpoint`, `findmnt`).
    ///
    /// ## Why
    ///
    /// Mounting over the network fails for many reasons: a mount target that is not there yet, a security group, a name that
    /// does not resolve. The directory is there all the same, and everything that follows writes to the root volume: data
    /// that other instances never see, and that is gone with the instance. See "Troubleshooting mount issues" in the Amazon
    /// EFS User Guide.
    ///
    /// ## What is not reported
    ///
    /// - A mount in the background, or whose failure is expected (`|| true`).
    /// - The last command that `cfn-init` runs for one of its keys: it fails when that does; and one
    ///   that it is told to ignore (`ignoreErrors`).
    /// - `mount` without anything to mount, which lists what is there.
    ///
    /// ## Fix
    ///
    /// Adds `|| { echo "..." >&2; exit 1; }`: the script says what is wrong in its log, and stops before something writes to
    /// the wrong place.
    name: "user-data-unchecked-mount",
    category: Reliability,
    severity: Info,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    founding: ["F48"],
    check: Check::Resources(MACHINES, check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    for script in scripts(resource).iter() {
        for (index, command) in script.commands.iter().enumerate() {
            let Some(mount) = Mount::of(command) else { continue };
            if !script.is_unnoticed(index) || is_asked_about(script, index) {
                continue;
            }
            let Some(placed) = script.placed(resource) else { continue };
            let Some(span) = placed.span(command.range.clone()) else { continue };
            let what = mount.point.map_or("the directory".to_owned(), |it| format!("`{it}`"));
            let message = format!(
                "Nobody notices when this mount fails: what follows then writes to {what} on the root volume, where no other \
                 instance sees it. Stop the script when it fails."
            );
            let draft = cx.report(span, message);
            let words = mount.point.map_or("the file system".to_owned(), str::to_owned);
            let stop = format!(" || {{ echo \"Cannot mount {words}\" >&2; exit 1; }}");
            // Behind the start of a here-document stands its text.
            let is_plain = !script.source(command.statement.clone()).contains("<<");
            if let Some(change) = placed.insert(command.statement.end, stop).filter(|_| is_plain) {
                draft.fix("Stop the script when the mount fails", vec![change]);
            }
        }
    }
}

/// A command that mounts something.
struct Mount<'c> {
    /// Where, when that is written out.
    point: Option<&'c str>,
}

impl<'c> Mount<'c> {
    fn of(command: &'c Command) -> Option<Mount<'c>> {
        let Called { name, arguments } = Called::of(command)?;
        if !(name == "mount" || name.starts_with("mount.") || matches!(name, "mount-s3" | "s3fs" | "goofys")) {
            return None;
        }
        let asks = |it: &str| matches!(it, "-l" | "--help" | "-h" | "-V" | "--version" | "--show-labels");
        if arguments.is_empty() || arguments.iter().any(|it| asks(&it.text)) {
            return None;
        }
        let operands: Vec<&str> = operands(arguments.iter().map(|it| &*it.text));
        let mounts_all = arguments.iter().any(|it| it.text == "-a" || it.text == "--all");
        // `mount -t nfs` lists what is mounted so.
        if operands.is_empty() && !mounts_all {
            return None;
        }
        let is_simple =
            |it: &&str| it.starts_with('/') && it.chars().all(|it| it.is_ascii_alphanumeric() || "/-_.".contains(it));
        let point = operands.last().copied().filter(|_| operands.len() > 1 && !mounts_all || name == "mount");
        Some(Mount { point: point.filter(is_simple).filter(|it| !mounts_all && !it.starts_with("/dev/")) })
    }
}

/// The words that are no options and no values of options.
fn operands<'w>(words: impl Iterator<Item = &'w str>) -> Vec<&'w str> {
    let mut out = Vec::new();
    let mut is_value = false;
    for word in words {
        match word {
            _ if is_value => is_value = false,
            "-t" | "-o" | "-O" | "-L" | "-U" | "--types" | "--options" => is_value = true,
            _ if word.starts_with('-') => (),
            _ => out.push(word),
        }
    }
    out
}

/// True when something below asks whether it worked.
fn is_asked_about(script: &Script, index: usize) -> bool {
    /// A check that comes later than this many commands is one of something else.
    const NEAR: usize = 6;
    let below = script.commands[index + 1..].iter().take(NEAR);
    let asks = |it: &Command| {
        let names = |names: &[&str]| it.words.iter().any(|it| names.contains(&&*it.text));
        names(&["mountpoint", "findmnt"])
            || script.source(it.range.clone()).contains("$?")
            || it.name() == "grep" && names(&["/proc/mounts", "/etc/mtab"])
    };
    below.clone().any(asks)
}
