use crate::Applicability;
use crate::facts::policy::{self, Need};
use crate::facts::{spelling, when};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A policy names a principal that cannot be one.
    ///
    /// Under `AWS` stand accounts and ARNs of roles, users and sessions, under `Service` names such as
    /// `lambda.amazonaws.com`. See "AWS JSON policy elements: Principal" in the AWS Identity and Access Management User
    /// Guide. Groups are no principals, and wildcards stand for all principals or none: `role/*` is refused.
    ///
    /// ## Why
    ///
    /// AWS refuses the policy when the stack is deployed: "Invalid principal in policy".
    ///
    /// ## What is not reported
    ///
    /// Principals that are known at deployment only, and ids of users and roles such as `AIDA...`, which AWS writes in the
    /// place of those that were deleted.
    ///
    /// ## Fix
    ///
    /// Writes the domain of service names, `amazonaws.com`, where it is missing or misspelt, and the ARN of a role of the stack
    /// where a reference gives its name.
    name: "iam-policy-invalid-principal",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3512", "cfn_lint:E3513", "cfn_lint:E3530"],
    founding: [],
    check: Check::Resources(policy::TYPES, check),
}

/// Stands for what is not known.
const HOLE: char = '\u{fffc}';
const DOMAIN: &str = "amazonaws.com";

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    for document in policy::all_documents(resource) {
        if document.principals() != Need::Required {
            continue;
        }
        for statement in policy::statements(&document.property, resource.declarations()) {
            for element in ["Principal", "NotPrincipal"] {
                for kind in ["AWS", "Service"] {
                    let texts = policy::certain_texts(&statement.element(element).get(kind), resource.declarations());
                    for text in texts {
                        if kind == "AWS"
                            && let Some((ty, arn)) = text.begins_with_name(cx)
                        {
                            let message = format!(
                                "`{}` is what `Ref` gives of `{ty}`, and no principal: AWS refuses the policy. The ARN is \
                                 the attribute `Arn`.",
                                text.shown()
                            );
                            let around = when::around(resource.resource(), text.span());
                            let change = Change::Replace { span: text.span(), value: arn };
                            cx.report(text.span(), when::said(&around, message)).fix("Give the ARN", vec![change]);
                            continue;
                        }
                        let name = text.filled(HOLE);
                        if name.contains(HOLE) || name.contains("{{resolve:") {
                            continue;
                        }
                        let fault = if kind == "AWS" { identity(&name) } else { service(&name) };
                        let Some((message, fix)) = fault else { continue };
                        let around = when::around(resource.resource(), text.span());
                        let draft = cx.report(text.span(), when::said(&around, message));
                        if let Some((applicability, to)) = fix
                            && text.value.literal().is_some()
                        {
                            let change = Change::Replace { span: text.span(), value: Literal::text(to.as_str()) };
                            draft.fix_as(applicability, format!("Write `{to}`"), vec![change], None);
                        }
                    }
                }
            }
        }
    }
}

/// A message, and what was meant.
type Fault = (String, Option<(Applicability, String)>);

/// What is wrong with a principal under `AWS`.
fn identity(text: &str) -> Option<Fault> {
    let refused = |message: String| Some((message, None));
    let is_digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    if text == "*" || is_digits(text) && text.len() == 12 || is_id(text) {
        return None;
    }
    if is_digits(text) {
        return refused(format!("`{text}` is no account: the id of an account has 12 digits. AWS refuses the policy."));
    }
    let mut parts = text.splitn(6, ':');
    let mut part = || parts.next().unwrap_or_default();
    let (arn, partition, service, region, account, name) = (part(), part(), part(), part(), part(), part());
    if text.ends_with(DOMAIN) && arn != "arn" {
        return refused(format!(
            "`{text}` is a service: it stands under `Service`, not under `AWS`. AWS refuses the policy."
        ));
    }
    let is_account = is_digits(account) && account.len() == 12 || account == "cloudfront";
    if arn != "arn"
        || !partition.starts_with("aws")
        || !matches!(service, "iam" | "sts")
        || !region.is_empty()
        || !is_account
    {
        return refused(format!(
            "`{text}` is no principal, so AWS refuses the policy. Under `AWS` stands `*`, an account, or the ARN of a role, a \
             user or a session."
        ));
    }
    if name.contains(['*', '?']) {
        return refused(format!(
            "AWS refuses wildcards in the ARN of a principal, as in `{text}`. Name the account, and hold `aws:PrincipalArn` \
             to the pattern in a condition."
        ));
    }
    if name.starts_with("group/") {
        return refused(format!("`{text}` is a group, and groups are no principals: AWS refuses the policy."));
    }
    let kinds: &[&str] =
        if service == "iam" { &["role/", "user/"] } else { &["assumed-role/", "federated-user/", "self"] };
    if name != "root" && !kinds.iter().any(|it| name.starts_with(it)) {
        return refused(format!("`{text}` is neither a role nor a user nor a session, so AWS refuses the policy."));
    }
    None
}

/// True for what AWS writes in the place of a user or role that is no more, and for canonical ids of users.
fn is_id(text: &str) -> bool {
    let is_unique = text.len() >= 16
        && text.starts_with('A')
        && text.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit());
    is_unique || text.len() == 64 && text.bytes().all(|it| it.is_ascii_hexdigit())
}

/// What is wrong with the name of a service.
fn service(text: &str) -> Option<Fault> {
    if text == "*" || text.is_empty() {
        return None;
    }
    let is_name = text.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.'));
    let message = |text: &str| {
        format!(
            "`{text}` is no name of a service, so AWS refuses the policy. Such a name is like `lambda.amazonaws.com`."
        )
    };
    if !is_name {
        return Some((message(text), None));
    }
    if !text.contains('.') {
        let meant = format!("{}.{DOMAIN}", text.to_ascii_lowercase());
        return Some((message(text), Some((Safe, meant))));
    }
    let mut labels = text.rsplitn(3, '.');
    let (last, before, service) = (labels.next()?, labels.next()?, labels.next()?);
    let domain = format!("{before}.{last}");
    // Other domains exist: `alexa-appkit.amazon.com`, and those of other partitions.
    let is_misspelt = spelling::distance(&domain, DOMAIN).is_some_and(|it| it > 0);
    is_misspelt.then(|| (message(text), Some((Safe, format!("{service}.{DOMAIN}")))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_have_a_domain() {
        let meant = |text| service(text).map(|it| it.1.map(|it| it.1));
        assert_eq!(meant("lambda"), Some(Some("lambda.amazonaws.com".to_owned())));
        assert_eq!(meant("lambda.amazonaws.con"), Some(Some("lambda.amazonaws.com".to_owned())));
        assert_eq!(meant("arn:aws:lambda"), Some(None));
        for good in [
            "lambda.amazonaws.com",
            "ec2.amazonaws.com.cn",
            "states.us-east-1.amazonaws.com",
            "alexa-appkit.amazon.com",
            "ecs.aws.internal",
            "*",
        ] {
            assert_eq!(meant(good), None, "{good}");
        }
    }

    #[test]
    fn identities_are_accounts_and_arns() {
        for good in [
            "*",
            "111122223333",
            "arn:aws:iam::111122223333:root",
            "arn:aws-cn:iam::111122223333:role/path/name",
            "arn:aws:sts::111122223333:assumed-role/role/session",
            "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1",
            "AIDACKCEVSQ6C2EXAMPLE",
        ] {
            assert!(identity(good).is_none(), "{good}");
        }
        for bad in [
            "lambda.amazonaws.com",
            "11112222333",
            "arn:aws:iam::111122223333:group/admins",
            "arn:aws:iam::111122223333:role/*",
            "arn:aws:iam:111122223333:root",
            "root",
        ] {
            assert!(identity(bad).is_some(), "{bad}");
        }
    }
}
