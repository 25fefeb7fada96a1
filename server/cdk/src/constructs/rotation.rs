//! `secret.addRotationSchedule('Rotation', { rotationLambda, automaticallyAfter })`: a schedule below the secret, which from
//! then on nobody can delete, and a function that may change it.

use super::inner::{self, list, map, node};
use super::{MethodCall, policies};
use crate::evaluate::{Given, reference};
use crate::library::value::seconds;
use crate::lower::{Level, Lowering, sub};
use model::{Map, Name, Node, Part, Span};

const SECRET: &str = "aws-secretsmanager.Secret";

/// Where the program does not say when.
const DEFAULT_DAYS: f64 = 30.0;

pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    if call.method.text != "addRotationSchedule" {
        return;
    }
    let Some((secret, Level::Construct)) = lowering.construct_of(call.object) else { return };
    if lowering.constructs[secret].class != SECRET {
        return;
    }
    let span = call.span();
    let Some(id) = call.argument(0).and_then(|it| lowering.node(it).as_str().map(str::to_owned)) else { return };
    let props = lowering.props(call.argument(1));
    let stack = lowering.constructs[secret].place.stack;
    let function = match props.value("rotationLambda").and_then(|it| lowering.construct_of(it)) {
        Some((function, Level::Construct)) => Some(function),
        _ => None,
    };
    let arn = function.map_or_else(
        || Node::unknown(span),
        |it| lowering.in_stack(Some(stack), |lowering| policies::attribute(lowering, it, "Arn", stack, span)),
    );
    let arn = if props.is_absent("rotationLambda") { inner::absent(span) } else { arn };
    let days = match props.get("automaticallyAfter") {
        Given::Absent => Some(DEFAULT_DAYS),
        Given::Value(at) => seconds(lowering, at).map(|it| it / 86_400.0),
        Given::Unknown => None,
    };
    let rule = match days.filter(|it| it.fract() == 0.0 && *it > 0.0) {
        Some(1.0) => Node::text("rate(1 day)", span),
        Some(days) => Node::text(format!("rate({days} days)"), span),
        None => Node::unknown(span),
    };
    let rules = Map { open: true, ..map(vec![("ScheduleExpression", rule)], span) };
    let own = policies::attribute(lowering, secret, "Ref", stack, span);
    let entries = vec![("RotationLambdaARN", arn), ("RotationRules", node(rules, span)), ("SecretId", own.clone())];
    let properties = Map { open: true, ..map(entries, span) };
    let below = format!("{}/Resource", id.replace('/', "--"));
    inner::resource(lowering, secret, call.place, &below, "AWS::SecretsManager::RotationSchedule", properties);
    let deny = statement("Deny", &["secretsmanager:DeleteSecret"], Node::text("*", span), span);
    let mut deny = Map { open: true, ..deny };
    deny.insert("Principal.AWS", span, root(span));
    policies::add_to_resource(lowering, call.place, secret, node(deny, span));
    if let Some(holder) = function.and_then(|it| policies::holder(lowering, it, None)) {
        let stack = holder.stack(lowering);
        let own = policies::attribute(lowering, secret, "Ref", stack, span);
        let actions = &[
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecretVersionStage",
        ];
        let change = Map { open: true, ..statement("Allow", actions, own, span) };
        let generate = statement("Allow", &["secretsmanager:GetRandomPassword"], Node::text("*", span), span);
        for it in [change, generate] {
            policies::add_statement(lowering, call.place, &holder, call.method.span, node(it, span));
        }
    }
}

fn statement(effect: &str, actions: &[&str], resource: Node, span: Span) -> Map {
    let actions = actions.iter().map(|it| Node::text(*it, span)).collect();
    map(vec![("Action", list(actions, span)), ("Effect", Node::text(effect, span)), ("Resource", resource)], span)
}

/// All of the account.
fn root(span: Span) -> Node {
    let text = |it: &str| Part::Text(Name::new(it, span));
    let value = |it: &str| Part::Value(reference(it, span));
    sub(vec![text("arn:"), value("AWS::Partition"), text(":iam::"), value("AWS::AccountId"), text(":root")], span)
}
