use crate::facts::bucket_candidates::{Candidate, candidates};
use crate::facts::bucket_pattern::Pattern;
use crate::facts::policy::{self, Kind, Statement, Text};
use crate::facts::s3_actions::Reach;
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A policy allows actions on S3 buckets that it does not name.
    ///
    /// An `Allow` statement with S3 actions has a resource which covers more than certain buckets: `*`,
    /// `arn:aws:s3:::*`, or a name with a wildcard in it, such as `arn:aws:s3:::content-*`. Identity policies (inline,
    /// managed, of roles, users and groups, of SAM functions and permission sets) and bucket policies are looked at.
    ///
    /// ## Why
    ///
    /// Bucket names are shared by all accounts of a partition. A pattern does not stop at the buckets of a stack, nor at
    /// those of its account: anyone may create a bucket called `content-stolen`, and code that runs with the policy may
    /// then be led to read from it or to write to it. With `*` alone, one leaked credential opens every bucket of the
    /// account, the logs and backups of other teams included. AWS asks for least privilege in "Security best practices
    /// in IAM" and shows policies for one bucket in "Identity-based policy examples for Amazon S3".
    ///
    /// The same is true of `my-bucket*`, often written for "the bucket and its objects": it is also every other bucket
    /// whose name starts with `my-bucket`.
    ///
    /// ## What is not reported
    ///
    /// - `arn:aws:s3:::bucket/*`: a wildcard among the objects of one bucket.
    /// - Actions on the account, on jobs, access points and the like, such as `s3:ListAllMyBuckets`, and
    ///   `s3:GetBucketLocation` and `s3:CreateBucket`: they need `*` or a pattern, or do no harm with it. Which actions
    ///   work on buckets and objects is taken from the "Service Authorization Reference".
    /// - Patterns for access points, S3 on Outposts and S3 Express.
    /// - A statement with a condition on `aws:ResourceAccount`, `aws:ResourceOrgID`, a tag of the resource or an access
    ///   point: it holds the pattern to buckets that are one's own.
    /// - `Deny`, `NotResource`, and permissions boundaries (policies that the stack uses as such, or whose names say so),
    ///   which allow nothing.
    /// - Buckets of AWS under `.amazonaws.com`, such as the package repositories of Amazon Linux.
    /// - `*` on `*`, which `iam-policy-service-wildcard-action` reports, and `NotAction` on `*`.
    ///
    /// ## Fix
    ///
    /// Where the stack declares a bucket that the pattern can mean, its ARN takes the pattern's place: the bucket's own
    /// for actions on buckets, `/*` below it for actions on objects, both where both are needed. Several such buckets
    /// are offered one by one. Where the bucket itself waits for the policy, as one that sends events to the function does,
    /// the ARN is put together from the bucket's name instead. The fix takes permissions away, so it is never applied
    /// unasked; there is none where the statement has actions that need the `*`.
    name: "s3-wildcard-arn",
    category: Security,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_nag:W11",
        "cfn_nag:W12",
        "cfn_nag:W13",
        "cdk_nag:IAMNoWildcardPermissions",
        "cdk_nag:AwsSolutions-IAM5",
        "guard:IAM_POLICYDOCUMENT_NO_WILDCARD_RESOURCE",
        "cfn_lint:I3510",
        "checkov:CKV_AWS_108",
    ],
    founding: ["F01"],
    check: Check::Resources(
        &[
            "AWS::IAM::Group",
            "AWS::IAM::GroupPolicy",
            "AWS::IAM::ManagedPolicy",
            "AWS::IAM::Policy",
            "AWS::IAM::Role",
            "AWS::IAM::RolePolicy",
            "AWS::IAM::User",
            "AWS::IAM::UserPolicy",
            "AWS::S3::BucketPolicy",
            "AWS::SSO::PermissionSet",
            "AWS::Serverless::Function",
            "AWS::Serverless::StateMachine",
        ],
        check,
    ),
}

/// Policy templates of SAM that take the name of a bucket.
///
/// See "AWS SAM policy template list" in the AWS Serverless Application Model Developer Guide.
const SAM_TEMPLATES: [&str; 4] = ["S3CrudPolicy", "S3FullAccessPolicy", "S3ReadPolicy", "S3WritePolicy"];

fn check(resource: &ResourceView<'_>, context: &mut Context<'_>) {
    // The other policies of a serverless resource are those of the role that is made of it.
    if resource.ty.text.starts_with(schema::serverless::PREFIX) {
        resource.property("Policies").items().iter().for_each(|it| check_sam_templates(resource, it, context));
        return;
    }
    let identity = policy::documents(resource, Kind::Identity);
    for document in identity.into_iter().chain(policy::documents(resource, Kind::Resource)) {
        for statement in policy::statements(&document, resource.declarations()) {
            check_statement(resource, &statement, context);
        }
    }
}

fn check_statement(resource: &ResourceView<'_>, statement: &Statement<'_>, context: &mut Context<'_>) {
    if !statement.allows() {
        return;
    }
    let granted = Granted::by(statement);
    if granted.reach.is_nothing() {
        return;
    }
    let resources = statement.texts("Resource");
    let patterns: Vec<Option<Pattern>> = resources.iter().map(|it| Pattern::parse(&it.value)).collect();
    for (text, pattern) in resources.iter().zip(&patterns) {
        let Some(pattern) = pattern.as_ref().filter(|it| it.has_wildcard()) else { continue };
        // A key after the bucket's name leaves nothing for actions on buckets.
        if pattern.key.is_some() && !granted.reach.objects {
            continue;
        }
        if pattern.whole && (granted.everything || granted.excepts) {
            continue;
        }
        if pattern.whole_arn && !is_bucket(&text.value, context) {
            continue;
        }
        if statement.is_limited_by(keeps_to_own_buckets) || policy::is_boundary(resource, context) {
            return;
        }
        let beside = resources.iter().zip(&patterns).any(|(other, it)| {
            !std::ptr::eq(other, text) && it.as_ref().is_some_and(|it| it.bucket == pattern.bucket && it.key.is_some())
        });
        let covers = Covers { reach: granted.reach, objects_beside: beside };
        report(resource, text, pattern, &granted, covers, context);
    }
}

/// What a statement allows, as far as buckets are concerned.
struct Granted {
    reach: Reach,
    /// The first action that reaches buckets, as written.
    on_buckets: Option<String>,
    /// The first action that reaches objects, as written.
    on_objects: Option<String>,
    /// All actions of all services.
    everything: bool,
    /// All actions but some.
    excepts: bool,
    /// Some action works on nothing but `*`, so far as S3 goes.
    needs_account: bool,
    /// Some action is one of another service.
    has_others: bool,
}

impl Granted {
    fn by(statement: &Statement<'_>) -> Granted {
        let mut granted = Granted {
            reach: Reach::default(),
            on_buckets: None,
            on_objects: None,
            everything: false,
            excepts: false,
            needs_account: false,
            has_others: false,
        };
        let excepted = statement.texts("NotAction");
        if !excepted.is_empty() && statement.element("NotAction").is_complete() {
            let literals: Vec<String> = excepted.iter().map(|it| it.with_holes("*")).collect();
            return Granted { reach: Reach::except(&literals), excepts: true, has_others: true, ..granted };
        }
        for text in statement.texts("Action") {
            let Some(action) = text.value.literal() else {
                granted.has_others = true;
                continue;
            };
            let reach = Reach::of(action);
            if reach.buckets && granted.on_buckets.is_none() {
                granted.on_buckets = Some(action.to_owned());
            }
            if reach.objects && granted.on_objects.is_none() {
                granted.on_objects = Some(action.to_owned());
            }
            granted.reach = granted.reach.or(reach);
            granted.everything |= matches!(action, "*" | "*:*");
            let is_s3 = action.get(..3).is_some_and(|it| it.eq_ignore_ascii_case("s3:"));
            granted.has_others |= !is_s3;
            granted.needs_account |=
                is_s3 && reach.is_nothing() && !action.eq_ignore_ascii_case("s3:GetBucketLocation");
        }
        granted.has_others |= !statement.element("Action").is_complete();
        granted
    }
}

/// Condition keys that hold a statement to certain resources, whatever their ARN.
fn keeps_to_own_buckets(key: &str) -> bool {
    matches!(key, "aws:resourceaccount" | "s3:resourceaccount" | "aws:resourceorgid" | "aws:resourceorgpaths")
        || ["aws:resourcetag/", "s3:buckettag/", "s3:existingobjecttag/", "s3:dataaccesspoint", "s3:accesspoint"]
            .iter()
            .any(|it| key.starts_with(it))
}

fn is_bucket(text: &Interpolated, context: &Context<'_>) -> bool {
    let Some(Piece::GetAtt(key, _)) = text.pieces.first() else { return false };
    context.stack().resource(key).is_some_and(|it| it.ty.text == "AWS::S3::Bucket")
}

/// What must take a pattern's place, as far as the statement tells.
#[derive(Clone, Copy)]
struct Covers {
    reach: Reach,
    /// Another resource of the statement covers the objects of the same buckets.
    objects_beside: bool,
}

fn report(
    resource: &ResourceView<'_>,
    text: &Text<'_>,
    pattern: &Pattern,
    granted: &Granted,
    covers: Covers,
    context: &mut Context<'_>,
) {
    let shown = text.shown();
    // Objects are what matters, and all that a pattern for keys is about.
    let action = granted.on_objects.as_ref().or(granted.on_buckets.as_ref());
    let action = action.map_or("all actions but some".to_owned(), |it| format!("`{it}`"));
    let message = if pattern.is_all() {
        format!(
            "`{shown}` lets {action} reach every bucket, not only those of this stack. Name the bucket's ARN instead."
        )
    } else {
        format!(
            "`{shown}` lets {action} reach any bucket whose name fits, in other accounts too, since all accounts share \
             the names. Name the bucket's ARN instead."
        )
    };
    let keeps_star = granted.needs_account || (pattern.whole && granted.has_others);
    let buckets = match !keeps_star && context.wants_fixes() {
        true => candidates(resource, &text.value, pattern, context.stack()),
        false => Vec::new(),
    };
    let around = when::around(resource.resource(), text.span());
    let mut draft = context.report(text.span(), when::said(&around, message));
    for it in &buckets {
        if let Some(change) = it.arn.as_ref().and_then(|arn| replacement(text, pattern, covers, arn)) {
            draft = draft.fix(format!("Name the ARN of `{}`", it.bucket.id.text), vec![change]);
        }
    }
    if buckets.len() > 1 {
        draft.ambiguous();
    }
}

/// The change that puts `arn`, a bucket's, or the one of its objects, in the pattern's place.
fn replacement(text: &Text<'_>, pattern: &Pattern, covers: Covers, arn: &[Literal]) -> Option<Change> {
    let own = match arn {
        [single] => single.clone(),
        parts => Literal::Sub(joined(parts.to_vec())),
    };
    let below = |key: Vec<Literal>| {
        let slash = std::iter::once(Literal::text("/"));
        Literal::Sub(joined(arn.iter().cloned().chain(slash).chain(key).collect()))
    };
    let mut arns = Vec::new();
    match &pattern.key {
        Some(key) => arns.push(below(Pattern::key_literals(key, &text.value)?)),
        None => {
            if covers.reach.buckets {
                arns.push(own.clone());
            }
            if covers.reach.objects && !(covers.reach.buckets && covers.objects_beside) {
                arns.push(below(vec![Literal::text("*")]));
            }
        }
    }
    let span = text.span();
    if let [_] = &arns[..] {
        return Some(Change::Replace { span, value: arns.pop()? });
    }
    let Some(list) = text.list else { return Some(Change::Replace { span, value: Literal::List(arns) }) };
    // Two take the place of one, which only works for an item of the list itself.
    let items = &list.as_list().filter(|it| !it.open)?.items;
    let index = items.iter().position(|it| it.span == span)?;
    let existing = |it: &Node| Literal::Existing(it.span);
    let (before, after) = (items[..index].iter().map(existing), items[index + 1..].iter().map(existing));
    Some(Change::Replace { span: list.span, value: Literal::List(before.chain(arns).chain(after).collect()) })
}

/// The same with neighbouring texts as one.
fn joined(parts: Vec<Literal>) -> Vec<Literal> {
    let mut out: Vec<Literal> = Vec::new();
    for part in parts {
        match (out.last_mut(), part) {
            (Some(Literal::Text(last)), Literal::Text(text)) => last.push_str(&text),
            (_, part) => out.push(part),
        }
    }
    out
}

/// `S3ReadPolicy: { BucketName: '*' }` and its like in a list of SAM policies.
fn check_sam_templates(resource: &ResourceView<'_>, policy: &Property<'_>, context: &mut Context<'_>) {
    for template in SAM_TEMPLATES {
        for text in policy.get(template).get("BucketName").texts() {
            let Some(name) = text.literal().filter(|it| it.contains(['*', '?'])) else { continue };
            let message = format!(
                "`{name}` opens any bucket whose name fits to `{template}`, in other accounts too, since all accounts \
                 share the names. Name the bucket instead."
            );
            let pattern = Pattern::of_name(name);
            let buckets = match context.wants_fixes() {
                true => candidates(resource, &text, &pattern, context.stack()),
                false => Vec::new(),
            };
            let around = when::around(resource.resource(), text.span);
            let mut draft = context.report(text.span, when::said(&around, message));
            for Candidate { bucket, arn } in &buckets {
                // The template takes a name; a bucket that has to be named by its parts is left to a person.
                if let Some([Literal::GetAtt(key, _)]) = arn.as_deref() {
                    let change = Change::Replace { span: text.span, value: Literal::Ref(key.clone()) };
                    draft = draft.fix(format!("Name `{}`", bucket.id.text), vec![change]);
                }
            }
            if buckets.len() > 1 {
                draft.ambiguous();
            }
        }
    }
}
