use crate::facts::ingress::{self, Ingress, Logins, ingress, is_the_whole_internet};
use crate::facts::names::free_name;
use crate::facts::reach::{Reached, Through};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A security group lets the whole internet reach SSH (port 22) or Remote Desktop (port 3389).
    ///
    /// An ingress rule admits `0.0.0.0/0` or `::/0` to a range of ports that holds 22 or 3389. Addresses of EC2 are
    /// scanned all the time: within minutes, strangers try passwords and every known hole of the service. AWS asks to
    /// "authorize only specific IP address ranges" for these ports ("Security group rules for different use cases",
    /// Amazon EC2 User Guide; controls EC2.13, EC2.14, EC2.53 and EC2.54 of Security Hub).
    ///
    /// Read are rules within a group and `AWS::EC2::SecurityGroupIngress`; the protocols TCP (`tcp`, `6`) and all (`-1`),
    /// for Remote Desktop UDP too; ranges of ports written as numbers or strings; each branch of `Fn::If` and each value of a
    /// mapping that may be met. The default of a parameter counts as well, because it is what a deployment gets that does
    /// not say otherwise.
    ///
    /// ## What is not reported
    ///
    /// A source that is not known: a parameter without a default, an import, a prefix list, another security group. That
    /// the allowed values of a parameter hold `0.0.0.0/0` is not reported either, unless it is the default: someone then
    /// chooses it on purpose. Nor is port 22 of a group that guards servers of AWS Transfer Family and nothing else: they take
    /// files there (SFTP), from whoever has a key, and give nobody a shell.
    ///
    /// ## Fix
    ///
    /// Takes the range from a parameter without a default, so that each deployment has to say who may log in; or takes the
    /// rule out, for instances that are reached through Session Manager. Where a parameter's default is the cause, takes out
    /// the default. All of them change who can connect, so they are applied only on request.
    name: "security-group-ssh-open-to-world",
    category: Security,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_24",
        "checkov:CKV_AWS_25",
        "cdk_nag:EC2RestrictedSSH",
        "cdk_nag:HIPAA.Security-EC2RestrictedSSH",
        "cdk_nag:NIST.800.53.R4-EC2RestrictedSSH",
        "cdk_nag:NIST.800.53.R5-EC2RestrictedSSH",
        "cdk_nag:PCI.DSS.321-EC2RestrictedSSH",
        "cdk_nag:EC2RestrictedCommonPorts",
        "cdk_nag:HIPAA.Security-EC2RestrictedCommonPorts",
        "cdk_nag:NIST.800.53.R4-EC2RestrictedCommonPorts",
        "cdk_nag:NIST.800.53.R5-EC2RestrictedCommonPorts",
        "cdk_nag:PCI.DSS.321-EC2RestrictedCommonPorts",
        "guard:INCOMING_SSH_DISABLED",
        "guard:RESTRICTED_INCOMING_TRAFFIC",
        "security_hub:EC2.13",
        "security_hub:EC2.14",
        "security_hub:EC2.53",
        "security_hub:EC2.54",
    ],
    founding: ["F03"],
    check: Check::Resources(ingress::TYPES, check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    for rule in ingress(resource) {
        let mut reported: Vec<Span> = Vec::new();
        for source in rule.sources() {
            let Some(range) = source.node.as_str().filter(|it| is_the_whole_internet(it)) else { continue };
            let Some(opened) = Logins::by(&rule, &source) else { continue };
            if reported.contains(&source.case.span)
                || (opened.is_ssh_alone() && ingress::is_of_file_transfers(resource, cx))
            {
                continue;
            }
            reported.push(source.case.span);
            report(resource, &rule, &source, range, &opened, cx);
        }
    }
}

fn report(
    resource: &ResourceView<'_>,
    rule: &Ingress<'_>,
    source: &Reached<'_>,
    range: &str,
    opened: &Logins<'_>,
    cx: &mut Context<'_>,
) {
    let id = &resource.id.text;
    let what = opened.words();
    let circumstances = match source.parameter().or_else(|| opened.admitted.by.parameter()) {
        Some(parameter) => format!("By the default of `{}`, ", parameter.name.text),
        None => source.circumstances(resource),
    };
    let message = format!(
        "{circumstances}`{id}` opens {what} to the whole internet ({range}), and anyone may try to log in. \
         Let in only the addresses that need it."
    );
    let fixes = if cx.wants_fixes() { fixes(resource, rule, source, range, opened, cx) } else { Vec::new() };
    // A constant is written somewhere else and may be fine for other uses; the fault is in this one.
    let place = if rule.holds(source.case.span) { source.case.span } else { rule.span };
    let mut draft = cx.report(place, message);
    if place != source.case.span {
        draft = draft.related(source.case.span, format!("`{range}` comes from here."));
    }
    if opened.admitted.by.case.span != source.case.span {
        let word = if opened.admitted.every_port { "This opens every port." } else { "This opens the port." };
        draft = draft.related(opened.admitted.by.case.span, word);
    }
    if let Some(place) = source.source() {
        draft = draft.related(place, format!("`{range}` comes from here."));
    }
    if let Some(place) = opened.admitted.by.source() {
        draft = draft.related(place, "The port comes from here.");
    }
    let keeps_access = fixes.first().is_some_and(|it| it.keeps_access);
    for fix in fixes {
        draft = draft.fix(fix.title, fix.changes);
    }
    if !keeps_access {
        draft.ambiguous();
    }
}

/// A way to mend it.
struct Mend {
    title: String,
    changes: Vec<Change>,
    /// True when those who need it can still log in. Only such a fix is applied for someone who asks for all.
    keeps_access: bool,
}

/// The ways to mend it; the first keeps the access that was wanted, where one can.
fn fixes(
    resource: &ResourceView<'_>,
    rule: &Ingress<'_>,
    source: &Reached<'_>,
    range: &str,
    opened: &Logins<'_>,
    cx: &Context<'_>,
) -> Vec<Mend> {
    let mut out = Vec::new();
    let mut keep = |title, changes| out.push(Mend { title, changes, keeps_access: true });
    match source.through {
        Through::Written if rule.holds(source.case.span) => {
            let (name, exists) = parameter_for(range, opened, cx.stack());
            let value = Change::Replace { span: source.case.span, value: Literal::Ref(name.clone()) };
            if exists {
                keep(format!("Let in the addresses that the parameter `{name}` gives"), vec![value]);
            } else {
                let parameter = Change::AddParameter {
                    name: name.clone(),
                    ty: "String".into(),
                    description: format!("Addresses that may reach {}, in CIDR notation", opened.service()),
                    // Code that adds a rule may be far from the group.
                    default: None,
                    near: rule.item.map_or(resource.origin, |it| it.span),
                };
                let title = format!("Let in the addresses that a new parameter `{name}` gives, without a default");
                keep(title, vec![parameter, value]);
            }
        }
        Through::Parameter(parameter) => {
            if let Some(default) = &parameter.default {
                let title =
                    format!("Take out the default of `{}`, so that each deployment gives one", parameter.name.text);
                keep(title, vec![Change::Delete { span: default.span }]);
            }
        }
        Through::Written | Through::Mapping => (),
    }
    out.extend(removal(resource, rule, cx));
    out
}

fn removal(resource: &ResourceView<'_>, rule: &Ingress<'_>, cx: &Context<'_>) -> Option<Mend> {
    let title = "Take out the rule, for instances that Session Manager reaches".to_owned();
    let change = match rule.item {
        Some(item) if !item.always => Change::Replace { span: item.span, value: Literal::Ref("AWS::NoValue".into()) },
        Some(item) if item.only && cx.source() == Source::Template => {
            resource.property("SecurityGroupIngress").remove()
        }
        Some(item) => Change::Delete { span: item.span },
        None => {
            let is_named = cx.stack().all_references().any(|(_, it)| it.target.text == resource.key);
            if is_named {
                return None;
            }
            Change::RemoveResource { origin: resource.origin }
        }
    };
    Some(Mend { title, changes: vec![change], keeps_access: false })
}

/// A name for the parameter that takes the range; and true when the stack has it already, without a default.
fn parameter_for(range: &str, opened: &Logins<'_>, stack: &Stack) -> (SmolStr, bool) {
    let service = match (opened.ssh, opened.rdp) {
        (true, true) => "Admin",
        (true, false) => "Ssh",
        _ => "Rdp",
    };
    let version = if range.contains(':') { "Ipv6" } else { "" };
    let wanted = format!("{service}Cidr{version}");
    match stack.item(&wanted) {
        Some(Item::Parameter(it)) if it.default.is_none() && it.ty == "String" => (wanted.into(), true),
        _ => (free_name(stack, &wanted), false),
    }
}
