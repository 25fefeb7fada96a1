//! Who may write the access logs of load balancers into a bucket.
//!
//! See "Enable access logs for your Application Load Balancer" and "Enable access logs for your Network Load Balancer" in the
//! Elastic Load Balancing User Guide, read on 2026-11-22. Application and Classic Load Balancers write as a service, or, in
//! the regions from before August 2022, as an account of Elastic Load Balancing too; Network Load Balancers as CloudWatch Logs.

use super::policy::{self, Kind, Statement};
use model::{Case, Interpolated, Literal, Node, Property, ResourceView, SmolStr, State};
use schema::accounts;

/// The service that writes for Application and Classic Load Balancers.
const BALANCERS: &str = "logdelivery.elasticloadbalancing.amazonaws.com";
/// The service that writes for Network Load Balancers.
const LOGS: &str = "delivery.logs.amazonaws.com";

/// Stands for what is not written out.
const HOLE: &str = "?";

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writer {
    /// Elastic Load Balancing, for Application and Classic Load Balancers.
    Balancers,
    /// CloudWatch Logs, for Network Load Balancers.
    Logs,
}

/// What a bucket's policies say of a writer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// They let it write, or may do so.
    May,
    /// They let the balancers of this other region write.
    OtherRegion(&'static str),
    /// They do not.
    No,
}

impl Writer {
    /// Its name as a principal.
    pub(crate) fn principal(self) -> &'static str {
        match self {
            Writer::Balancers => BALANCERS,
            Writer::Logs => LOGS,
        }
    }

    /// Whether `policy` lets it write. `region` is asked for where an account of one region is named.
    pub(crate) fn may_write(self, policy: &ResourceView<'_>, region: impl Fn() -> Option<SmolStr>) -> Verdict {
        let mut out = Verdict::No;
        for document in policy::documents(policy, Kind::Resource) {
            if !document.get("Statement").is_complete() {
                return Verdict::May;
            }
            for statement in policy::statements(&document, policy.declarations()) {
                match self.is_let_in(&statement, &region) {
                    Verdict::No => (),
                    Verdict::May => return Verdict::May,
                    other => out = other,
                }
            }
        }
        out
    }

    fn is_let_in(self, statement: &Statement<'_>, region: &impl Fn() -> Option<SmolStr>) -> Verdict {
        let allows = statement.element("Effect").may_be("Allow");
        if !allows || !may_put(statement) {
            return Verdict::No;
        }
        let principal = statement.element("Principal");
        let is_known =
            statement.is_closed() && statement.element("NotPrincipal").is_absent() && principal.is_complete();
        if !is_known || principal.may_be("*") || principal.get("CanonicalUser").may_be_set() {
            return Verdict::May;
        }
        let is_named = |it: &str| match self {
            // What is written for the one is often written for the other too.
            Writer::Balancers => it.starts_with("logdelivery.elasticloadbalancing.") || it == LOGS,
            Writer::Logs => it == LOGS,
        };
        if !is_complete(&principal.get("Service")) {
            return Verdict::May;
        }
        let services = statement.principals("Service");
        if services.iter().any(|it| it.value.literal().is_none_or(is_named)) {
            return Verdict::May;
        }
        if self == Writer::Logs {
            return Verdict::No;
        }
        if !is_complete(&principal.get("AWS")) {
            return Verdict::May;
        }
        let mut out = Verdict::No;
        for text in statement.principals("AWS") {
            match of_account(&text.value, region) {
                Verdict::No => (),
                Verdict::May => return Verdict::May,
                other => out = other,
            }
        }
        out
    }

    /// The statements that let it write to `bucket`, below `prefix` where that is known.
    pub(crate) fn statements(self, bucket: &SmolStr, prefix: Option<&str>) -> Vec<Literal> {
        let arn = || Literal::GetAtt(bucket.clone(), "Arn".into());
        let mut objects = vec![arn()];
        match prefix {
            Some(prefix) => {
                let folder = if prefix.is_empty() { "/AWSLogs/".to_owned() } else { format!("/{prefix}/AWSLogs/") };
                objects.extend([Literal::text(folder), Literal::Ref("AWS::AccountId".into()), Literal::text("/*")]);
            }
            None => objects.push(Literal::text("/*")),
        }
        let statement = |action: &str, resource: Literal, condition: Option<Literal>| {
            let mut entries = vec![
                ("Effect".to_owned(), Literal::text("Allow")),
                ("Principal".to_owned(), Literal::map([("Service", Literal::text(self.principal()))])),
                ("Action".to_owned(), Literal::text(action)),
                ("Resource".to_owned(), resource),
            ];
            entries.extend(condition.map(|it| ("Condition".to_owned(), it)));
            Literal::Map(entries)
        };
        let objects = Literal::Sub(objects);
        match self {
            Writer::Balancers => vec![statement("s3:PutObject", objects, None)],
            Writer::Logs => {
                let owned = Literal::map([("s3:x-amz-acl", Literal::text("bucket-owner-full-control"))]);
                let owned = Literal::map([("StringEquals", owned)]);
                vec![statement("s3:GetBucketAcl", arn(), None), statement("s3:PutObject", objects, Some(owned))]
            }
        }
    }
}

/// True when a statement may be about putting objects.
fn may_put(statement: &Statement<'_>) -> bool {
    let actions = statement.element("Action");
    if !is_complete(&actions) || actions.is_absent() {
        return true;
    }
    let is_meant = |it: &str| policy::matches(&it.to_ascii_lowercase(), "s3:putobject");
    statement.texts("Action").iter().any(|it| it.value.literal().is_none_or(is_meant))
}

/// True when every text of an element is known, or put together of parts.
fn is_complete(element: &Property<'_>) -> bool {
    let is_known = |it: &Case<'_>| matches!(it.state, State::Known(_) | State::Absent);
    let is_closed = |it: &Node| it.as_list().is_none_or(|it| !it.open);
    element.cases().iter().all(is_known)
        && element.nodes().all(is_closed)
        && element.items().iter().all(|it| it.cases().iter().all(is_known))
}

/// Whether a principal, an ARN or an account, is that of Elastic Load Balancing in the region of the stack.
fn of_account(principal: &Interpolated, region: &impl Fn() -> Option<SmolStr>) -> Verdict {
    // The partition is of no account.
    let text = principal.render(|_| HOLE.to_owned());
    let account = text.split(':').nth(4).unwrap_or(&text);
    if account.contains(HOLE) {
        return Verdict::May;
    }
    match accounts::region_of_load_balancer_logs(account) {
        Some(known) if region().is_some_and(|it| it != known) => Verdict::OtherRegion(known),
        Some(_) => Verdict::May,
        None if text == "*" => Verdict::May,
        None => Verdict::No,
    }
}
