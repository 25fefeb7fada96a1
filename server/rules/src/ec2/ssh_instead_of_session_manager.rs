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
    /// neither that policy nor one with actions of `ssmmessages`, and those that have no instance profile at all.
    ///
    /// ## What is not reported
    ///
    /// Machines whose profile, roles or policies are not known, and launch templates without a profile, since an instance may bring
    /// one.
    ///
    /// ## Fix
    ///
    /// Attaches the policy to the role and takes out the key pair. It replaces the instance, so it is applied only on request.
    name: "ec2-ssh-instead-of-session-manager",
    category: Security,
    severity: Info,
    default_on: false,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F05"],
    check: Check::Resources(&["AWS::EC2::Instance", "AWS::EC2::LaunchTemplate"], check),
}

const POLICY: &str = "AmazonSSMManagedInstanceCore";

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let is_instance = resource.ty.text == "AWS::EC2::Instance";
    let (key, profiles): (&str, &[&str]) = if is_instance {
        ("KeyName", &["IamInstanceProfile"])
    } else {
        (
            "LaunchTemplateData.KeyName",
            &["LaunchTemplateData.IamInstanceProfile.Arn", "LaunchTemplateData.IamInstanceProfile.Name"],
        )
    };
    let key = resource.property(key);
    let Some(place) = key.span().filter(|_| !key.may_be_absent()) else { return };
    let profile = profiles.iter().map(|it| resource.property(it)).find(|it| it.may_be_set());
    let role = match profile {
        Some(profile) => {
            let Some(profile) = profile.target().and_then(|it| cx.target(&it.text)) else { return };
            let roles = cx.view(profile).property("Roles");
            let items = roles.items();
            let [only] = &items[..] else { return };
            let Some(role) = only.target().and_then(|it| cx.target(&it.text)) else { return };
            if role.ty.text != "AWS::IAM::Role" || !roles.is_complete() || lets_in(&cx.view(role), cx) {
                return;
            }
            Some(role)
        }
        // An instance may take the profile of its launch template.
        None if is_instance && resource.property("LaunchTemplate").is_absent() => None,
        None => return,
    };
    let message = format!(
        "`{}` is logged in to with a key pair, which needs an open port and cannot be taken back. Let its role use Session Manager \
         instead (`{POLICY}`).",
        resource.id.text
    );
    let mut draft = cx.report(place, message);
    if let Some(role) = role {
        draft = draft.related(role.id.span, "The role of the machine.");
        let arn = Literal::Sub(vec![
            Literal::text("arn:"),
            Literal::Ref("AWS::Partition".into()),
            Literal::Text(format!(":iam::aws:policy/{POLICY}")),
        ]);
        let changes = vec![
            Change::Append { origin: role.origin, path: "ManagedPolicyArns".to_owned(), value: arn },
            key.remove(),
        ];
        draft.fix(format!("Attach `{POLICY}` to `{}` and take out the key pair", role.id.text), changes);
    }
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
    found || role.resource().properties.as_map().is_none_or(|it| it.open)
}
