use crate::Tag;
use crate::facts::names::free_name;
use crate::facts::origin_access::{
    self, BUCKET_POLICY, add_control, condition_of, control_id, depends_on, service, source_arns,
};
use crate::facts::origins::{Grant, IDENTITY, SignedOrigin, grants, signed_origins};
use crate::prelude::*;
use crate::rule::rule;
use std::sync::Arc;

rule! {
    /// A CloudFront distribution reads from S3 through an origin access identity, which origin access control replaces.
    ///
    /// An origin access identity cannot read objects that are encrypted with AWS KMS, cannot send `PUT`, `POST` or `DELETE` in
    /// newer Regions, and does not work at all with buckets of Regions opened after December 2022. Its grants say nothing
    /// about which distribution may use them. AWS calls it legacy and recommends origin access control, which signs
    /// requests with short-lived credentials for one distribution ("Restrict access to an Amazon S3 origin", Amazon CloudFront
    /// Developer Guide; control CloudFront.13 of Security Hub).
    ///
    /// Reported are the identity itself and each origin that uses one.
    ///
    /// ## What is not reported
    ///
    /// An empty `OriginAccessIdentity`, which is how an origin with origin access control has to say that it has no identity; an
    /// identity that is not known, such as a parameter that may be empty.
    ///
    /// ## Fix
    ///
    /// Does the whole migration in one step: adds an origin access control, lets the origins use it, changes the bucket policies
    /// that let in the identity so that they let in CloudFront for these distributions (`AWS:SourceArn`), and takes out the identity
    /// when nothing else names it. It is offered when identity, distribution and bucket policy stand in one stack. CloudFront needs some minutes to
    /// use the new setting, and a bucket that is encrypted with a customer managed key needs `kms:Decrypt` for
    /// CloudFront in the key's policy, so it is applied only on request.
    name: "cloudfront-legacy-origin-access-identity",
    category: Deprecation,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cdk_nag:CloudFrontDistributionS3OriginAccessControl",
        "cdk_nag:AwsSolutions-CFR7",
        "security_hub:CloudFront.13",
    ],
    founding: ["F22"],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let origins = signed_origins(stack);
    let mut reported: Vec<Span> = Vec::new();
    for origin in &origins {
        let (span, id) = (origin.identity.case.span, &origin.distribution.id.text);
        if reported.contains(&span) {
            continue;
        }
        reported.push(span);
        let message = format!(
            "{}`{id}` reads from S3 through an origin access identity, which AWS has replaced: it cannot read what KMS encrypts, \
             nor buckets in newer Regions. Use origin access control.",
            origin.identity.circumstances(origin.distribution)
        );
        let identity = origin.name.as_ref().and_then(|it| stack.resource(it));
        let fix = origin.name.as_ref().and_then(|it| migration(stack, it, &origins));
        let intent = intent(Some(origin.distribution), identity);
        let mut draft = cx.report(span, message).about(origin.distribution).tag(Tag::Deprecated);
        if let Some(identity) = identity.filter(|it| it.id.span != span) {
            draft = draft.related(identity.id.span, "The identity is declared here.");
        }
        offer(draft, stack, fix, intent);
    }
    for identity in stack.resources_of(IDENTITY) {
        let span = identity.id.span;
        // A construct that makes both has been reported where it is written.
        if reported.contains(&span) {
            continue;
        }
        let users: Vec<_> = origins.iter().filter(|it| it.name.as_ref() == Some(&identity.key)).collect();
        let message = format!(
            "`{}` is an origin access identity, which AWS has replaced: it cannot read what KMS encrypts, nor buckets in newer \
             Regions. Use origin access control.",
            identity.id.text
        );
        let fix = migration(stack, &identity.key, &origins);
        let intent = intent(users.first().map(|it| it.distribution), Some(identity));
        let mut draft = cx.report(span, message).about(identity).tag(Tag::Deprecated);
        for user in &users {
            draft = draft.related(user.identity.case.span, format!("`{}` uses it here.", user.distribution.id.text));
        }
        offer(draft, stack, fix, intent);
    }
}

fn offer(draft: crate::Draft<'_>, stack: &Stack, fix: Option<Migration>, intent: Intent) {
    let title = "Migrate to origin access control";
    match fix {
        Some(Migration { changes, keeps_identity }) => {
            let rest = if keeps_identity { ", and keep the identity for its other uses" } else { "" };
            draft.fix_as(Unsafe, format!("{title}{rest}"), changes, Some(intent));
        }
        // A construct may know more of its own grants than its resources show.
        None if stack.source == Source::Cdk => {
            draft.fix_as(Unsafe, title, Vec::new(), Some(intent));
        }
        None => (),
    }
}

fn intent(distribution: Option<&Arc<Resource>>, identity: Option<&Arc<Resource>>) -> Intent {
    Intent::OriginAccessControl {
        distribution: distribution.map(|it| it.origin),
        identity: identity.map(|it| it.origin),
    }
}

/// All changes that replace one identity.
struct Migration {
    changes: Vec<Change>,
    keeps_identity: bool,
}

/// Replaces the identity that is the resource `name`, when all that depends on it can be changed.
fn migration(stack: &Stack, name: &SmolStr, origins: &[SignedOrigin<'_>]) -> Option<Migration> {
    let users: Vec<&SignedOrigin<'_>> = origins.iter().filter(|it| it.name.as_ref() == Some(name)).collect();
    let first = users.first()?;
    // One that a parameter brings has its grants, and whoever passes it, somewhere else.
    let identity = stack.resource(name)?;
    let distributions = distinct(&users);
    let grants = grants(stack, name);
    // What names a resource under a condition must stand under that condition itself.
    let condition = condition_of(first.distribution);
    let is_under_it = |it: &Resource| condition.is_none() || condition_of(it) == condition;
    if users.iter().any(|it| !it.certain)
        || distributions.iter().any(|it| condition_of(it) != condition)
        || grants.iter().any(|it| !is_under_it(it.policy))
    {
        return None;
    }
    let control = free_name(stack, &control_id(name, &first.distribution.key));
    let mut changes = vec![add_control(&control, first.distribution, condition.clone())];
    for user in &users {
        let set = |path: &str, value| Change::SetIn { map: user.origin, path: path.to_owned(), value };
        changes.push(set("S3OriginConfig.OriginAccessIdentity", Literal::text("")));
        changes.push(set("OriginAccessControlId", Literal::GetAtt(control.clone(), "Id".into())));
    }
    let sources = source_arns(&distributions);
    for grant in &grants {
        changes.extend(changed_grant(grant, &sources)?);
    }
    changes.extend(missing_grants(stack, &users, &grants, &sources)?);
    // The policies now name the distributions, so these must not wait for the policies.
    let policies = grants.iter().map(|it| it.policy);
    for policy in policies {
        if distributions.iter().any(|it| depends_on(stack, it, &policy.key)) {
            return None;
        }
    }

    let replaced = users.iter().map(|it| it.identity.node.span);
    let replaced: Vec<Span> =
        replaced.chain(grants.iter().flat_map(|it| &it.principals).map(|it| it.node.span)).collect();
    let mut keeps_identity = false;
    let mut removals = Vec::new();
    for (resource, reference) in stack.all_references().filter(|(_, it)| it.target.text == *name) {
        if replaced.iter().any(|it| it.contains(reference.target.span)) {
            continue;
        }
        match resource.filter(|_| reference.kind == ReferenceKind::DependsOn) {
            Some(resource) => removals.push(without_dependency(resource, reference)?),
            None => keeps_identity = true,
        }
    }
    if !keeps_identity {
        changes.extend(removals);
        changes.push(Change::RemoveResource { origin: identity.origin });
    }
    Some(Migration { changes, keeps_identity })
}

fn distinct<'a>(users: &[&SignedOrigin<'a>]) -> Vec<&'a Arc<Resource>> {
    let mut out: Vec<&Arc<Resource>> = Vec::new();
    for user in users {
        if !out.iter().any(|it| it.key == user.distribution.key) {
            out.push(user.distribution);
        }
    }
    out
}

/// Lets in CloudFront for the distributions, in the place of the identity.
fn changed_grant(grant: &Grant<'_>, sources: &Literal) -> Option<Vec<Change>> {
    let statement = grant.statement.node.as_map()?;
    let get = |key: &str| statement.get(key);
    if get("Effect")?.as_str() != Some("Allow") {
        return None;
    }
    if grant.alone {
        let condition = get("Condition");
        if condition
            .is_some_and(|it| it.as_map().is_none() || it.get("StringEquals").is_some_and(|it| it.as_map().is_none()))
        {
            return None;
        }
        let set = Change::SetIn {
            map: grant.statement.node.span,
            path: "Condition.StringEquals.AWS:SourceArn".into(),
            value: sources.clone(),
        };
        return Some(vec![Change::Replace { span: get("Principal")?.span, value: service() }, set]);
    }
    // The others stay as they are; a condition must not shut them out.
    if get("Condition").is_some() {
        return None;
    }
    let mut changes: Vec<Change> = grant.principals.iter().map(|it| Change::Delete { span: it.removal }).collect();
    let (action, objects) = (Literal::Existing(get("Action")?.span), Literal::Existing(get("Resource")?.span));
    let value = origin_access::read_statement(action, objects, sources);
    changes.push(Change::Append { origin: grant.policy.origin, path: "PolicyDocument.Statement".into(), value });
    Some(changes)
}

/// Sees to it that each bucket lets in CloudFront. `None` where that cannot be known.
fn missing_grants(
    stack: &Stack,
    users: &[&SignedOrigin<'_>],
    grants: &[Grant<'_>],
    sources: &Literal,
) -> Option<Vec<Change>> {
    let mut changes = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    let of = |policy: &Arc<Resource>| {
        let target = ResourceView::new(policy, &stack.declarations).property("Bucket");
        target.target().map(|it| it.text.clone())
    };
    for user in users {
        let Some(bucket) = user.bucket(stack) else {
            if !grants.iter().any(|it| user.reads_from_bucket_of(it.policy)) {
                return None;
            }
            continue;
        };
        if seen.contains(&bucket.key.as_str()) || grants.iter().any(|it| of(it.policy).as_ref() == Some(&bucket.key)) {
            continue;
        }
        seen.push(&bucket.key);
        let has_policy = stack.resources_of(BUCKET_POLICY).any(|it| of(it).is_none_or(|it| it == bucket.key));
        // Another policy may let everyone in, or be meant for something else.
        if has_policy || (bucket.condition.is_some() && condition_of(bucket) != condition_of(user.distribution)) {
            return None;
        }
        let statement = origin_access::read_statement_of(bucket, sources);
        changes.push(origin_access::add_policy(stack, bucket, statement, condition_of(user.distribution)));
    }
    Some(changes)
}

/// Takes a name out of `DependsOn`.
fn without_dependency(resource: &Resource, reference: &Reference) -> Option<Change> {
    let written = resource.attributes.get("DependsOn")?;
    let span = match &written.value {
        Value::List(list) if list.items.len() > 1 => {
            list.items.iter().find(|it| it.span.contains(reference.target.span))?.span
        }
        _ => written.span,
    };
    Some(Change::Delete { span })
}
