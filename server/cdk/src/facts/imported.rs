//! What is done in vain to constructs that only stand for what exists elsewhere.

use super::Facts;
use crate::ast::{Expression, Kind};
use crate::constructs::MethodCall;
use crate::evaluate::Given;
use crate::scope::At;
use model::program::{Ineffective, Why};
use model::{Name, SmolStr};

pub(super) fn find(facts: &Facts<'_, '_>) -> Vec<Ineffective> {
    let scopes = &facts.lowering.scopes;
    let mut out: Vec<Ineffective> = Vec::new();
    let mut add = |it: Ineffective| {
        if !out.iter().any(|known| known.span == it.span) {
            out.push(it);
        }
    };
    for place in scopes.calls.iter().filter(|it| facts.is_own(it.at)) {
        let Some(call) = MethodCall::of(*place) else { continue };
        if let Some(import) = import_at(facts, call.object)
            && let Some(why) = effect(facts, &import, call)
        {
            add(import.in_vain(facts, call.method, why));
        }
        // `bucket.node.defaultChild as CfnBucket`, whatever is then called on it.
        default_children(facts, place.at.expression, place.at.frame, &mut add);
    }
    for place in scopes.assignments.iter().chain(&scopes.news).filter(|it| facts.is_own(it.at)) {
        default_children(facts, place.at.expression, place.at.frame, &mut add);
    }
    let values: Vec<At<'_>> = scopes.own_values().collect();
    for at in values {
        if let Kind::Member { .. } = at.expression.kind {
            default_children(facts, at.expression, at.frame, &mut add);
        }
    }
    out.sort_by_key(|it| facts.lowering.absolute(it.span).start());
    out
}

/// A construct that was looked up.
struct Import<'a> {
    /// `aws-s3.Bucket.fromBucketName`.
    path: SmolStr,
    at: At<'a>,
}

impl<'a> Import<'a> {
    fn in_vain(&self, facts: &Facts<'_, 'a>, what: &Name, why: Why) -> Ineffective {
        let (_, imported_by) = self.path.split_once('.').unwrap_or_default();
        Ineffective {
            span: what.span,
            what: what.text.clone(),
            imported_by: imported_by.into(),
            imported: facts.is_own(self.at).then(|| self.at.span()),
            why,
        }
    }

    fn class(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |it| it.0)
    }

    fn method(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |it| it.1)
    }

    fn option(&self, facts: &Facts<'_, 'a>, key: &str) -> Option<bool> {
        let Kind::Call(call) = &self.at.expression.kind else { return None };
        let options = Expression::argument(&call.arguments, 3)?;
        match facts.lowering.props(Some(At { expression: options, frame: self.at.frame })).get(key) {
            Given::Value(at) => facts.lowering.scopes.truth(at),
            _ => None,
        }
    }
}

/// The lookup that the value at `at` comes from.
fn import_at<'a>(facts: &Facts<'_, 'a>, at: At<'a>) -> Option<Import<'a>> {
    let scopes = &facts.lowering.scopes;
    let at = scopes.follow(at);
    let Kind::Call(call) = &at.expression.kind else { return None };
    let path = scopes.path(At { expression: &call.callee, frame: at.frame })?;
    let import = Import { path, at };
    let is_lookup = import.path.starts_with("aws-")
        && import.method().strip_prefix("from").is_some_and(|it| it.starts_with(char::is_uppercase))
        && LOOKED_UP.contains(&import.class())
        // What another construct of the program is, by another name.
        && !import.method().starts_with("fromCfn");
    // A lookup is a construct of its own: it has a scope and an id.
    (is_lookup && call.arguments.len() >= 3).then_some(import)
}

/// Classes of which something that exists can be looked up.
const LOOKED_UP: &[&str] = &[
    "aws-codebuild.Project",
    "aws-dynamodb.Table",
    "aws-dynamodb.TableV2",
    "aws-ec2.SecurityGroup",
    "aws-ec2.Vpc",
    "aws-ecr.Repository",
    "aws-efs.FileSystem",
    "aws-elasticloadbalancingv2.ApplicationListener",
    "aws-elasticloadbalancingv2.ApplicationLoadBalancer",
    "aws-elasticloadbalancingv2.NetworkLoadBalancer",
    "aws-events.EventBus",
    "aws-iam.Role",
    "aws-iam.User",
    "aws-kinesis.Stream",
    "aws-kms.Key",
    "aws-lambda.Function",
    "aws-logs.LogGroup",
    "aws-rds.DatabaseCluster",
    "aws-rds.DatabaseInstance",
    "aws-route53.HostedZone",
    "aws-s3.Bucket",
    "aws-secretsmanager.Secret",
    "aws-sns.Topic",
    "aws-sqs.Queue",
];

/// Classes whose resource policy is not the program's when they are looked up.
const WITHOUT_POLICY: &[&str] = &[
    "aws-dynamodb.Table",
    "aws-ecr.Repository",
    "aws-efs.FileSystem",
    "aws-kinesis.Stream",
    "aws-kms.Key",
    "aws-s3.Bucket",
    "aws-secretsmanager.Secret",
    "aws-sns.Topic",
    "aws-sqs.Queue",
];

/// Why a call on a construct that was looked up has no effect; `None` when it has one.
fn effect<'a>(facts: &Facts<'_, 'a>, import: &Import<'a>, call: MethodCall<'a>) -> Option<Why> {
    match (&*call.method.text, import.class()) {
        ("applyRemovalPolicy", _) => Some(Why::Fails),
        ("addToResourcePolicy", class) if WITHOUT_POLICY.contains(&class) => Some(Why::Ignored),
        ("addToRolePolicy", "aws-lambda.Function")
            if matches!(import.method(), "fromFunctionName" | "fromFunctionArn") =>
        {
            Some(Why::Ignored)
        }
        ("addToRolePolicy", "aws-codebuild.Project") => Some(Why::Ignored),
        ("addIngressRule" | "addEgressRule", "aws-ec2.SecurityGroup")
            if import.option(facts, "mutable") == Some(false) =>
        {
            Some(Why::Ignored)
        }
        ("addToPolicy" | "addToPrincipalPolicy" | "addManagedPolicy" | "attachInlinePolicy", "aws-iam.Role")
            if import.option(facts, "mutable") == Some(false) =>
        {
            Some(Why::Ignored)
        }
        // A managed policy that is none of the program's does not know of the roles that it is attached to.
        ("addManagedPolicy", "aws-iam.Role") => {
            let policy = facts.lowering.scopes.follow(call.argument(0)?);
            let Kind::Call(made) = &policy.expression.kind else { return None };
            let path = facts.lowering.scopes.path(At { expression: &made.callee, frame: policy.frame })?;
            path.starts_with("aws-iam.ManagedPolicy.from").then_some(Why::Ignored)
        }
        _ => None,
    }
}

/// Finds `imported.node.defaultChild` in `expression`.
fn default_children<'a>(
    facts: &Facts<'_, 'a>,
    expression: &'a Expression,
    frame: crate::scope::Frame,
    add: &mut impl FnMut(Ineffective),
) {
    if !facts.written.has_default_child {
        return;
    }
    let mut todo = vec![expression];
    while let Some(expression) = todo.pop() {
        if let Kind::Member { object, property, optional: false } = &expression.kind
            && property.text == "defaultChild"
            && let Kind::Member { object, property: node, .. } = &object.kind
            && node.text == "node"
            && let Some(import) = import_at(facts, At { expression: object, frame })
        {
            add(import.in_vain(facts, property, Why::NoResource));
        }
        expression.children(&mut |it| todo.push(it));
    }
}
