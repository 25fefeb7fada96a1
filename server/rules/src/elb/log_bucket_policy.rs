use crate::facts::attributes;
use crate::facts::listeners::{self, BALANCER, Kind};
use crate::facts::log_delivery::{Verdict, Writer};
use crate::facts::names::free_name;
use crate::prelude::*;
use crate::rule::rule;

const CLASSIC: &str = "AWS::ElasticLoadBalancing::LoadBalancer";
const BUCKET: &str = "AWS::S3::Bucket";
const POLICY: &str = "AWS::S3::BucketPolicy";
const ENCRYPTION: &str = "BucketEncryption.ServerSideEncryptionConfiguration";

rule! {
    /// A load balancer cannot write its access logs into their bucket.
    ///
    /// A balancer logs to a bucket of the same stack, and no policy of that lets the writer of the logs put objects: for
    /// Application and Classic Load Balancers `logdelivery.elasticloadbalancing.amazonaws.com` or the account of Elastic Load
    /// Balancing in their region, for Network Load Balancers `delivery.logs.amazonaws.com`. Or the bucket encrypts with AWS KMS,
    /// with which Application and Classic Load Balancers cannot write at all. Elastic Load Balancing tries to write when the logs
    /// are turned on: "Access Denied for bucket", and the deployment rolls back. See "Enable access logs for your
    /// Application Load Balancer" in the Elastic Load Balancing User Guide.
    ///
    /// An account of another region counts as nobody's where a program says which region the stack is for; the accounts are in
    /// stacklint's data.
    ///
    /// ## What is not reported
    ///
    /// A bucket of which a policy may let the writer in: with a principal, an action or a statement that is not known, or for
    /// everyone; a bucket that is handed to a nested stack or to custom code; a bucket of another stack.
    /// `logAccessLogs` of the CDK writes the policy itself.
    ///
    /// ## Fix
    ///
    /// Adds the statement to the policy, or a policy for which the balancer waits; or encrypts the bucket with keys of
    /// Amazon S3. Who may write to a bucket is for a person to say, so this is applied only on request.
    name: "load-balancer-log-bucket-policy",
    category: Correctness,
    severity: Error,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F56"],
    check: Check::Resources(&[BALANCER, CLASSIC], check),
}

/// Where a balancer logs to.
struct Logs<'a> {
    writer: Writer,
    /// The name of the bucket.
    bucket: Property<'a>,
    /// What the names of objects begin with there, where that is known; empty for nothing.
    prefix: Option<SmolStr>,
}

fn check(balancer: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(logs) = logs(balancer) else { return };
    let Some(name) = logs.bucket.target().map(|it| it.text.clone()) else { return };
    let Some(bucket) = cx.target(&name).filter(|it| it.ty.text == BUCKET).map(|it| cx.view(it)) else { return };
    let place = logs.bucket.span().unwrap_or(balancer.id.span);
    check_encryption(balancer, &bucket, &logs, place, cx);
    check_policy(balancer, &bucket, &logs, place, cx);
}

fn logs<'a>(balancer: &ResourceView<'a>) -> Option<Logs<'a>> {
    let (writer, enabled, bucket, prefix) = if balancer.ty.text == CLASSIC {
        let policy = balancer.property("AccessLoggingPolicy");
        (Writer::Balancers, policy.get("Enabled"), policy.get("S3BucketName"), Some(policy.get("S3BucketPrefix")))
    } else {
        let writer = match listeners::kind(balancer)? {
            Kind::Application => Writer::Balancers,
            Kind::Network => Writer::Logs,
        };
        let value = |key| attributes::value(balancer, key);
        (writer, value(attributes::LOGS)?, value(attributes::BUCKET)?, value(attributes::PREFIX))
    };
    let prefix = match prefix {
        Some(prefix) if !prefix.is_absent() => prefix.as_str().map(|it| it.trim_matches('/').into()),
        _ => Some(SmolStr::default()),
    };
    enabled.can_be_seen_as("true").then_some(Logs { writer, bucket, prefix })
}

/// Reports a bucket that encrypts with a key which the balancer cannot use.
fn check_encryption(
    balancer: &ResourceView<'_>,
    bucket: &ResourceView<'_>,
    logs: &Logs<'_>,
    place: Span,
    cx: &mut Context<'_>,
) {
    // A Network Load Balancer writes with a key that lets it.
    if logs.writer != Writer::Balancers {
        return;
    }
    let rules = bucket.property(ENCRYPTION).items();
    let algorithms = rules.iter().map(|it| it.get("ServerSideEncryptionByDefault.SSEAlgorithm"));
    let found = algorithms.into_iter().find_map(|it| it.seen_as("aws:kms").or_else(|| it.seen_as("aws:kms:dsse")));
    let Some(found) = found else { return };
    let (id, name) = (&balancer.id.text, &bucket.id.text);
    let message = format!(
        "`{id}` cannot write its logs to `{name}`, which encrypts with AWS KMS: load balancers of its kind can write with keys of \
         Amazon S3 only. Encrypt with `AES256`, or log to another bucket."
    );
    let by_default = Literal::map([("SSEAlgorithm", Literal::text("AES256"))]);
    let rule = Literal::map([("ServerSideEncryptionByDefault", by_default)]);
    let change = bucket.property(ENCRYPTION).set(Literal::List(vec![rule]));
    cx.report(place, message)
        .about(bucket)
        .related(found.span, format!("`{name}` encrypts with AWS KMS."))
        .fix(format!("Encrypt `{name}` with keys of Amazon S3"), vec![change]);
}

/// Reports a bucket that does not let the balancer write.
fn check_policy(
    balancer: &ResourceView<'_>,
    bucket: &ResourceView<'_>,
    logs: &Logs<'_>,
    place: Span,
    cx: &mut Context<'_>,
) {
    let is_handed_on = |it: &Resource| listeners::takes(&it.ty.text) && listeners::is_given(it, &bucket.key);
    if cx.is_open() || cx.dependents(&bucket.key).any(|it| is_handed_on(it)) {
        return;
    }
    let mut verdict = Verdict::No;
    let mut own = None;
    for policy in cx.resources_of(POLICY).map(|it| cx.view(it)).filter(|it| may_be_of(it, bucket)) {
        match logs.writer.may_write(&policy, || cx.stack().region.clone()) {
            Verdict::May => return,
            Verdict::No => (),
            other => verdict = other,
        }
        own = Some(policy);
    }
    let (id, name) = (&balancer.id.text, &bucket.id.text);
    let principal = logs.writer.principal();
    let fault = match verdict {
        Verdict::OtherRegion(region) => {
            format!("which lets the load balancers of {region} write, and none of its own region")
        }
        _ => "which does not let load balancers write".to_owned(),
    };
    let message = format!(
        "`{id}` logs to `{name}`, {fault}: Elastic Load Balancing refuses that. Let `{principal}` put objects there."
    );
    let changes = if cx.wants_fixes() { fix(balancer, bucket, own.as_ref(), logs, cx) } else { Vec::new() };
    let mut draft = cx.report(place, message).about(bucket);
    if let Some(policy) = &own {
        draft = draft.related(policy.id.span, format!("`{}` says who may write to `{name}`.", policy.id.text));
    }
    if !changes.is_empty() {
        draft.fix(format!("Let load balancers write to `{name}`"), changes);
    }
}

/// True when a policy is, or may be, that of `bucket`.
fn may_be_of(policy: &ResourceView<'_>, bucket: &ResourceView<'_>) -> bool {
    let named = policy.property("Bucket");
    let is_named_alike = || {
        let name = bucket.property("BucketName").texts();
        named.texts().iter().any(|it| name.iter().any(|other| other.pieces == it.pieces))
    };
    listeners::is_out_of_sight(&policy.properties, "Bucket")
        || named.targets().iter().any(|it| it.text == bucket.key)
        || is_named_alike()
}

fn fix(
    balancer: &ResourceView<'_>,
    bucket: &ResourceView<'_>,
    policy: Option<&ResourceView<'_>>,
    logs: &Logs<'_>,
    cx: &Context<'_>,
) -> Vec<Change> {
    let statements = logs.writer.statements(&bucket.key, logs.prefix.as_deref());
    if let Some(policy) = policy {
        let append =
            |value| Change::Append { origin: policy.origin, path: "PolicyDocument.Statement".to_owned(), value };
        return statements.into_iter().map(append).collect();
    }
    let id = free_name(cx.stack(), &format!("{}Policy", bucket.key));
    let document = Literal::map([("Version", Literal::text("2012-10-17")), ("Statement", Literal::List(statements))]);
    let added = Change::AddResource {
        id: id.clone(),
        ty: POLICY.into(),
        properties: Literal::map([("Bucket", Literal::Ref(bucket.key.clone())), ("PolicyDocument", document)]),
        condition: bucket.condition.as_ref().map(|it| it.text.clone()),
        after: bucket.origin,
    };
    // Elastic Load Balancing tries the bucket when the balancer is made.
    let waits = Change::AppendAttribute {
        origin: balancer.origin,
        attribute: "DependsOn".into(),
        value: Literal::text(id.as_str()),
    };
    match (cx.source(), &bucket.condition) {
        (Source::Template, None) => vec![added, waits],
        _ => vec![added],
    }
}
