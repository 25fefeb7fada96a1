use crate::facts::scripts::{Channel, MACHINES, Placed, Script, installs, is_removed_between, scripts};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A script installs one package twice, through two package managers or channels.
    ///
    /// `yum install nginx` and `amazon-linux-extras install nginx1`, `apt-get install awscli` and `pip install awscli`,
    /// `yum install amazon-cloudwatch-agent` and an RPM file of it. `yum` and `dnf` are one manager.
    ///
    /// ## Why
    ///
    /// Two managers know nothing of each other's packages, and two channels hold different versions. Which version runs then
    /// depends on the order of lines and on the search path, and security updates reach one of the two. See "Extras library
    /// (Amazon Linux 2)" in the Amazon Linux 2 User Guide.
    ///
    /// ## What is not reported
    ///
    /// - Installations in different branches, as for different distributions, and one that is there for when the other
    ///   fails.
    /// - A package that is taken away again in between, and a manager that brings itself up to date (`npm install -g npm`).
    /// - `amazon-linux-extras enable`, after which `yum install` takes the package from there.
    ///
    /// ## Fix
    ///
    /// Takes the earlier out. Where the earlier is `amazon-linux-extras`, it takes out the later: the repository of Amazon Linux
    /// 2 itself has an older version, or none.
    name: "user-data-conflicting-install",
    category: Maintainability,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F47"],
    check: Check::Resources(MACHINES, check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    for script in scripts(resource).iter() {
        let all = installs(script);
        let mut said: Vec<&str> = Vec::new();
        for (i, earlier) in all.iter().enumerate() {
            let conflicts = |it: &&crate::facts::scripts::Install| {
                it.package == earlier.package
                    && it.channel != earlier.channel
                    && script.commands[it.command].way == script.commands[earlier.command].way
                    && !is_removed_between(script, &it.package, earlier.command..it.command)
            };
            let Some(later) = all[i + 1..].iter().find(conflicts) else { continue };
            if said.contains(&&*earlier.package) {
                continue;
            }
            said.push(&earlier.package);
            let Some(placed) = script.placed(resource) else { continue };
            let (Some(span), Some(other)) = (placed.span(earlier.word.clone()), placed.span(later.word.clone())) else {
                continue;
            };
            let message = format!(
                "`{}` is installed by {} here and by {} below, which know nothing of each other: which version runs depends on \
                 the order and the search path. Install it once.",
                earlier.package,
                earlier.channel.name(),
                later.channel.name()
            );
            let spare = if earlier.channel == Channel::Extras { later } else { earlier };
            let draft = cx.report(span, message).related(other, "it is installed again here");
            if let Some(change) = taken_out(script, &placed, spare) {
                let title = format!("Install `{}` once: remove it from {}", spare.package, spare.channel.name());
                draft.fix(title, vec![change]);
            }
        }
    }
}

/// The command without the package, or nothing where that was all that it installed.
fn taken_out(script: &Script, placed: &Placed<'_>, spare: &crate::facts::scripts::Install) -> Option<Change> {
    if !spare.is_alone {
        let before = &script.text[..spare.word.start];
        let start = before.trim_end_matches([' ', '\t']).len();
        return placed.delete(start..spare.word.end);
    }
    let statement = script.commands[spare.command].statement.clone();
    placed.has_own_lines(statement.clone()).then(|| placed.delete(statement)).flatten()
}
