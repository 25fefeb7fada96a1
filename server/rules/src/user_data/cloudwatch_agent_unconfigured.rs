use crate::facts::scripts::{Called, MACHINES, Runner, Script, installs, scripts};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A script installs the CloudWatch agent and never starts it with a configuration.
    ///
    /// User data installs `amazon-cloudwatch-agent` and has neither `fetch-config` (or `append-config`) nor a configuration
    /// file below `/opt/aws/amazon-cloudwatch-agent/etc`.
    ///
    /// ## Why
    ///
    /// The package brings no configuration and does not start the agent. The instance sends neither memory nor disk metrics
    /// nor logs, and alarms on them wait for data that never comes. `amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c
    /// ssm:NAME` reads a configuration from Parameter Store and starts the agent with it; `file:PATH` reads one from the
    /// instance. See "Start the CloudWatch agent" in the Amazon CloudWatch User Guide.
    ///
    /// ## What is not reported
    ///
    /// - A script that runs something which may configure the agent: `cfn-init`, Ansible, another script, a program.
    /// - A script of which a part is put in at deployment.
    /// - A template with an `AWS::SSM::Association`, which may configure the agents of all instances.
    ///
    /// ## Fix
    ///
    /// Starts the agent with the configuration in the parameter `AmazonCloudWatch-linux`, which is what the configuration
    /// wizard of the agent calls it. The parameter has to be there, and the instance needs the policy
    /// `CloudWatchAgentServerPolicy`.
    name: "user-data-cloudwatch-agent-unconfigured",
    category: Reliability,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F58"],
    check: Check::Resources(MACHINES, check),
}

const AGENT: &str = "amazon-cloudwatch-agent";

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    for script in scripts(resource).iter().filter(|it| it.runner == Runner::UserData) {
        let Some(install) = installs(script).into_iter().find(|it| it.package == AGENT) else { continue };
        if script.is_open || may_be_configured(script) || cx.resources_of("AWS::SSM::Association").next().is_some() {
            continue;
        }
        let Some(placed) = script.placed(resource) else { continue };
        let Some(span) = placed.span(install.word.clone()) else { continue };
        let message = "The CloudWatch agent is installed and never gets a configuration, without which it does not start: the \
                       instance sends no metrics and no logs. Start it with `amazon-cloudwatch-agent-ctl -a fetch-config`.";
        let draft = cx.report(span, message);
        let command = &script.commands[install.command];
        let sudo = if command.name() == "sudo" { "sudo " } else { "" };
        let line = format!(
            "{}{sudo}/opt/aws/{AGENT}/bin/{AGENT}-ctl -a fetch-config -m ec2 -s -c ssm:AmazonCloudWatch-linux",
            placed.indent(command.statement.start)
        );
        let change = placed.insert_line_after(command.statement.end, &line);
        if let Some(change) = change.filter(|_| !script.source(command.statement.clone()).contains("<<")) {
            draft.fix("Start the agent with a configuration from Parameter Store", vec![change]);
        }
    }
}

/// True when something in the script configures the agent, or may do so out of sight.
fn may_be_configured(script: &Script) -> bool {
    let body = script.body();
    let speaks =
        ["fetch-config", "append-config", "amazon-cloudwatch-agent/etc", "amazon-cloudwatch-agent.json", "cfn-init"];
    if speaks.iter().any(|it| body.contains(it)) {
        return true;
    }
    script.commands.iter().any(|command| {
        let Some(it) = Called::of(command) else { return true };
        match it.name.rsplit('/').next().unwrap_or(it.name) {
            "bash" | "sh" | "source" | "." | "eval" | "su" | "make" | "ansible-playbook" | "ansible-pull"
            | "ansible" | "puppet" | "chef-client" | "chef-solo" | "salt-call" | "terraform" => true,
            "python" | "python3" | "perl" | "ruby" | "node" => !it.has(&["-m", "-c", "-e"]),
            "aws" => it.has(&["send-command", "start-automation-execution"]),
            "cfn-signal" | "cfn-hup" => false,
            // A program that the script brings itself.
            _ => it.name.contains('/'),
        }
    })
}
