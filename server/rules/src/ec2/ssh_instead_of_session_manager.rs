use crate::facts::ingress::{self, ingress};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A machine is logged in to with a key pair, not through Session Manager.
    ///
    /// A key pair is a secret that lies on laptops, cannot be taken back from those who have a copy, and needs an open port 22.
    /// Session Manager needs neither: IAM says who may log in, and every session is logged. "AWS Systems Manager Session Manager"
    /// in the AWS Systems Manager User Guide; the instance needs the managed policy `AmazonSSMManagedInstanceCore`.
    ///
    /// Reported are instances and launch templates with `KeyName` whose instance profile is in the stack, with roles that have
    /// neither that policy nor one with actions of `ssmmessages`, and those that have no instance profile at all; and ingress
    /// rules for port 22 alone, of security groups that such machines have without a key pair of their own.
    ///
    /// ## What is not reported
    ///
    /// Machines whose profile, roles or policies are not known, and launch templates without a profile, since an instance may bring
    /// one.
    ///
    /// ## Fix
    ///
    /// Attaches the policy to the role and takes out the key pair, which replaces the instance, or the ingress rule. It changes who
    /// can log in, so it is applied only on request. There is none for the role that a
    /// construct of the CDK makes for its machines: give the construct `ssmSessionPermissions: true`.
    name: "ec2-ssh-instead-of-session-manager",
    category: Security,
    severity: Info,
    default_on: false,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F05"],
    check: Check::Resources(
        &[INSTANCE, TEMPLATE, ingress::TYPES[0], ingress::TYPES[1]],
        check,
    ),
}

const POLICY: &str = "AmazonSSMManagedInstanceCore";

const INSTANCE: &str = "AWS::EC2::Instance";
const TEMPLATE: &str = "AWS::EC2::LaunchTemplate";
const GROUP: &str = ingress::TYPES[0];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if ingress::TYPES.contains(&resource.ty.text.as_str()) {
        return check_ingress(resource, cx);
    }
    let key = key_pair(resource);
    let Some(place) = key.span().filter(|_| !key.may_be_absent()) else { return };
    let Some(machine) = unmanaged(resource, cx) else { return };
    let message = format!(
        "`{}` is logged in to with a key pair, which needs an open port and cannot be taken back. Let its role use Session Manager \
         instead (`{POLICY}`).",
        resource.id.text
    );
    // A key pair of the CDK may be that of several machines.
    let place = if resource.origin.contains(place) { place } else { resource.id.span };
    let mut draft = cx.report(place, message);
    if let Some(role) = machine.role {
        draft = draft.related(role.id.span, "The role of the machine.");
        let changes = vec![attach(role), key.remove()];
        draft.fix(format!("Attach `{POLICY}` to `{}` and take out the key pair", role.id.text), changes);
    }
}

/// Looks at the rules that let in SSH alone, to machines of which no key pair is reported.
fn check_ingress(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let mut rules = ingress(resource);
    rules.retain(|it| it.is_for(22));
    if rules.is_empty() {
        return;
    }
    let group = match resource.ty.text == GROUP {
        true => Some(resource.key.clone()),
        false => resource.property("GroupId").target().map(|it| it.text.clone()),
    };
    let Some(group) = group else { return };
    // Of what else has the group it is not known what is logged in to.
    let users = cx.dependents(&group).filter(|it| !it.ty.text.starts_with(GROUP)).collect::<Vec<_>>();
    let [member] = users[..] else { return };
    if !has(&cx.view(member), &group) {
        return;
    }
    let view = cx.view(member);
    if key_pair(&view).may_be_set() {
        return;
    }
    let Some(machine) = unmanaged(&view, cx) else { return };
    for rule in rules {
        let message = format!(
            "`{}` opens port 22, by which `{}` is logged in to. Let its role use Session Manager instead (`{POLICY}`), which needs \
             no open port and logs every session.",
            resource.id.text, member.id.text
        );
        let mut draft = cx.report(rule.span, message).related(member.id.span, "This is what is logged in to.");
        if let Some(role) = machine.role {
            draft = draft.related(role.id.span, "The role of the machine.");
            if let Some(item) = rule.item.filter(|it| it.always && !it.only) {
                let changes = vec![attach(role), Change::Delete { span: item.span }];
                draft.fix(format!("Attach `{POLICY}` to `{}` and take out the rule", role.id.text), changes);
            }
        }
    }
}

/// The property that says who logs in to a machine, or to those that a template makes.
fn key_pair<'a>(machine: &ResourceView<'a>) -> Property<'a> {
    machine.property(if machine.ty.text == INSTANCE { "KeyName" } else { "LaunchTemplateData.KeyName" })
}

/// True for a machine that has the group.
fn has(machine: &ResourceView<'_>, group: &str) -> bool {
    let path = match machine.ty.text.as_str() {
        INSTANCE => "SecurityGroupIds",
        TEMPLATE => "LaunchTemplateData.SecurityGroupIds",
        _ => return false,
    };
    machine.property(path).items().iter().any(|it| it.target().is_some_and(|it| it.text == group))
}

/// A machine that Session Manager certainly cannot reach.
struct Unmanaged<'a> {
    role: Option<&'a Resource>,
}

fn unmanaged<'a>(machine: &ResourceView<'_>, cx: &Context<'a>) -> Option<Unmanaged<'a>> {
    let is_instance = machine.ty.text == INSTANCE;
    let profiles: &[&str] = match is_instance {
        true => &["IamInstanceProfile"],
        false => &["LaunchTemplateData.IamInstanceProfile.Arn", "LaunchTemplateData.IamInstanceProfile.Name"],
    };
    match profiles.iter().map(|it| machine.property(it)).find(|it| it.may_be_set()) {
        Some(profile) => {
            let profile = cx.target(&profile.target()?.text)?;
            let roles = cx.view(profile).property("Roles");
            let items = roles.items();
            let [only] = &items[..] else { return None };
            let role = cx.target(&only.target()?.text)?;
            let is_certain = role.ty.text == "AWS::IAM::Role" && roles.is_complete() && !lets_in(&cx.view(role), cx);
            is_certain.then_some(Unmanaged { role: Some(role) })
        }
        // An instance may take the profile of its launch template.
        None => (is_instance && machine.property("LaunchTemplate").is_absent()).then_some(Unmanaged { role: None }),
    }
}

/// Attaches the policy to the role.
fn attach(role: &Resource) -> Change {
    let arn = Literal::Sub(vec![
        Literal::text("arn:"),
        Literal::Ref("AWS::Partition".into()),
        Literal::Text(format!(":iam::aws:policy/{POLICY}")),
    ]);
    Change::Append { origin: role.origin, path: "ManagedPolicyArns".to_owned(), value: arn }
}

/// True unless it is certain that no policy of the role lets Session Manager in.
fn lets_in(role: &ResourceView<'_>, cx: &Context<'_>) -> bool {
    let managed = role.property("ManagedPolicyArns");
    let is_foreign = |it: &Property<'_>| {
        let texts = it.texts();
        let own = texts.iter().filter_map(|it| match it.pieces.last() {
            Some(Piece::Literal(text)) => text.rsplit('/').next(),
            _ => None,
        });
        let names: Vec<&str> = own.collect();
        // A policy that is not known may say anything.
        names.is_empty() || names.iter().any(|it| it.contains("SSM") || it.contains("AdministratorAccess"))
    };
    let others =
        cx.dependents(&role.key).any(|it| it.ty.text.starts_with("AWS::IAM::") && it.ty.text.ends_with("Policy"));
    if !managed.is_complete() || managed.items().iter().any(is_foreign) || others || cx.is_open() {
        return true;
    }
    let mut found = false;
    if let Some(node) = role.resource().properties.get("Policies") {
        node.walk(&mut |it| {
            found |= it.as_str().is_some_and(|it| it.starts_with("ssm") || it == "*");
            found |= matches!(it.value, Value::Unknown | Value::Missing);
        });
    }
    // A role that a machine's construct makes has no policies within it; others are resources.
    let is_of_machine = role.construct.as_ref().is_some_and(|it| it != "aws-iam.Role");
    found || !is_of_machine && role.resource().properties.as_map().is_none_or(|it| it.open)
}
