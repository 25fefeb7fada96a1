use crate::facts::scripts::{Called, Command, Failure, MACHINES, Runner, Script, Shell, scripts};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A user data script goes on after commands that failed.
    ///
    /// A shell script with more than three commands that can fail does not stop at failures (`set -e`), does not look at any
    /// (`||`, `&&`, `if command`, `$?`, `trap`, `exit 1`), and signals nothing (`cfn-signal`, or the end of a lifecycle
    /// action).
    ///
    /// ## Why
    ///
    /// A shell goes on with the next command. When a repository cannot be reached, the instance starts all the same, passes
    /// for healthy and lacks what was to be installed; the first to notice are its users. A script that stops at the first
    /// failure leaves the failing command as the last line of `/var/log/cloud-init-output.log`, and together with
    /// `cfn-signal` and a `CreationPolicy` it fails the deployment. See "Run commands when you launch an EC2 instance with user
    /// data input" in the Amazon EC2 User Guide and `set` in the Bash Reference Manual.
    ///
    /// ## What is not reported
    ///
    /// - Short scripts, and commands that cannot fail in a way that matters: `echo`, `export`, `sleep` and their like.
    /// - Scripts for other interpreters, `#cloud-config`, and what cloud-init takes for no script.
    /// - Scripts of which a part is put in at deployment, where the check may be; `cfn-init` commands, which `cfn-init` checks.
    ///
    /// ## Fix
    ///
    /// Puts `set -euo pipefail` below the first line. A part that may do harm is left out: `pipefail` for `sh`, which does not
    /// have it on Debian and Ubuntu, and where a pipeline ends early by intent (`head`, `grep -q`); `-u` where a variable is
    /// read that the script does not set (cloud-init sets no `HOME`), or another script is sourced. Where a command is used
    /// whose failure may be no fault (`grep`, `diff`, `yum check-update`, `mkdir` without `-p`) the fix is for a person to
    /// choose, and so it is where it replaces the resource, as with launch configurations.
    name: "user-data-without-error-handling",
    category: Reliability,
    severity: Info,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    founding: ["F46"],
    check: Check::Resources(MACHINES, check),
}

/// A script of up to this many commands is told from its log at a glance.
const FEW: usize = 3;

/// Commands that cannot fail, or whose failure changes nothing.
const HARMLESS: &[&str] = &[
    "", ":", "true", "echo", "printf", "export", "declare", "typeset", "readonly", "local", "set", "unset", "exec",
    "sleep", "date", "shopt", "umask", "exit", "return", "break", "continue", "[", "[[", "test", "function", "wait",
    "alias",
];

/// Commands that ask how things are.
const QUESTIONS: &[&str] = &[
    "[",
    "[[",
    "test",
    "grep",
    "egrep",
    "command",
    "which",
    "type",
    "id",
    "rpm",
    "dpkg",
    "mountpoint",
    "hash",
    "true",
];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    for script in scripts(resource).iter().filter(|it| it.runner == Runner::UserData) {
        if !is_careless(script) {
            continue;
        }
        let Some(placed) = script.placed(resource) else { continue };
        let Some(span) = placed.span(script.shebang.clone()) else { continue };
        let line = stopping(script);
        let message = format!(
            "This script goes on after a command that failed, so the instance looks healthy and lacks what was to be set up. \
             Let it stop at the first failure with `{line}`, or check the commands that matter."
        );
        let draft = cx.report(span, message);
        if let Some(change) = placed.insert_line_after(script.shebang.end, &line) {
            let applicability = if may_fail_by_intent(script) { Unsafe } else { Safe };
            draft.fix_as(applicability, format!("Stop at the first failure with `{line}`"), vec![change], None);
        }
    }
}

/// True when nothing in the script cares about failures.
fn is_careless(script: &Script) -> bool {
    if script.is_open || script.stops_at_all() || script.traps() {
        return false;
    }
    let body = script.body();
    const SIGNALS: [&str; 6] =
        ["cfn-signal", "complete-lifecycle-action", "set-instance-health", "signal-resource", "$?", "PIPESTATUS"];
    if SIGNALS.iter().any(|it| body.contains(it)) {
        return false;
    }
    let name = |it: &Command| Called::of(it).map_or(SmolStr::default(), |it| it.name.into());
    let checks = |it: &Command| {
        let exits = it.name() == "exit" && it.arguments().first().is_some_and(|it| it.text != "0");
        exits || it.failure == Failure::Tested && !QUESTIONS.contains(&&*name(it))
    };
    // The agent is configured by a line that its own rule puts in.
    let is_harmless = |name: &str| HARMLESS.contains(&name) || name.ends_with("amazon-cloudwatch-agent-ctl");
    let can_fail = |it: &&Command| it.failure != Failure::Captured && !is_harmless(&name(it));
    !script.commands.iter().any(checks) && script.commands.iter().filter(can_fail).count() > FEW
}

/// The `set` that the script can take.
fn stopping(script: &Script) -> String {
    let unset = if script.reads_what_may_be_unset() { "" } else { "u" };
    match script.shell == Shell::Bash && !ends_pipelines_early(script) {
        true => format!("set -e{unset}o pipefail"),
        false => format!("set -e{unset}"),
    }
}

/// True when a command of a pipeline is not to be read to its end, or may find nothing.
fn ends_pipelines_early(script: &Script) -> bool {
    let stops = |it: &Command| match it.name() {
        "head" | "yes" => true,
        "grep" | "egrep" | "fgrep" => {
            it.feeds || it.arguments().iter().any(|it| it.text.starts_with("-q") || it.text.starts_with("-m"))
        }
        "sed" => it.arguments().iter().any(|it| it.text.ends_with('q')),
        "awk" => it.arguments().iter().any(|it| it.text.contains("exit")),
        _ => false,
    };
    script.commands.iter().any(stops)
}

/// True for a script in which something may fail without being a fault.
fn may_fail_by_intent(script: &Script) -> bool {
    script.commands.iter().filter(|it| it.failure != Failure::Tested).filter_map(Called::of).any(|it| {
        let lacks = |letter: char| !it.arguments.iter().any(|it| it.text.starts_with('-') && it.text.contains(letter));
        match it.name {
            "grep" | "egrep" | "fgrep" | "diff" | "cmp" | "expr" | "let" | "pkill" | "killall" | "kill" | "pgrep"
            | "pidof" | "which" | "type" | "command" | "[" | "[[" | "test" | "read" | "userdel" | "groupdel"
            | "umount" | "rmdir" | "setenforce" | "timeout" | "unlink" => true,
            "mkdir" => lacks('p'),
            "rm" => lacks('f'),
            "yum" | "dnf" => it.has(&["check-update", "remove", "erase"]),
            "systemctl" => it.has(&["status", "is-active", "is-enabled", "is-failed", "stop", "disable"]),
            "service" => it.has(&["status", "stop"]),
            "docker" => it.has(&["stop", "rm", "kill", "rmi"]),
            _ => false,
        }
    })
}
