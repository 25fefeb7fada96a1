//! User pools: what depends on several props together.

use super::rest_api::is_on;
use crate::ast::Kind;
use crate::evaluate::{Given, Props};
use crate::library;
use crate::lower::Lowering;
use model::{List, Node, Value};

const POOL: &str = "aws-cognito.UserPool";
const CLIENT: &str = "aws-cognito.UserPoolClient";

/// The flows of a client, in the order in which the library lists them.
const FLOWS: &[(&str, &str)] = &[
    ("userPassword", "ALLOW_USER_PASSWORD_AUTH"),
    ("adminUserPassword", "ALLOW_ADMIN_USER_PASSWORD_AUTH"),
    ("custom", "ALLOW_CUSTOM_AUTH"),
    ("userSrp", "ALLOW_USER_SRP_AUTH"),
    ("user", "ALLOW_USER_AUTH"),
];

/// False for a resource of the table of a pool that the pool does not have: the role to send messages to telephones
/// with, where none are sent.
pub(crate) fn has(lowering: &Lowering<'_>, index: usize, made: &library::Made) -> bool {
    let is_role = lowering.constructs[index].class == POOL && made.ty == "AWS::IAM::Role";
    !is_role || sends_messages(lowering, &lowering.props_of(index)) != Some(false)
}

/// Whether a pool with these props sends messages to telephones.
fn sends_messages<'a>(lowering: &Lowering<'a>, props: &Props<'a>) -> Option<bool> {
    let is = |given: Given<'a>, name: &str, default: bool| match given {
        Given::Absent => Some(default),
        Given::Value(at) => is_on(lowering, lowering.props(Some(at)).get(name), false),
        Given::Unknown => None,
    };
    if let Some(is_enabled) = is_on(lowering, props.get("enableSmsRole"), false)
        && !props.is_absent("enableSmsRole")
    {
        return Some(is_enabled);
    }
    let verifies = [is(props.get("signInAliases"), "phone", false), is(props.get("autoVerify"), "phone", false)];
    let has_factors = match props.get("mfa") {
        Given::Absent => Some(false),
        Given::Value(at) => match lowering.made(at).as_ref().map(|it| &*it.path) {
            Some("aws-cognito.Mfa.OFF") => Some(false),
            Some("aws-cognito.Mfa.OPTIONAL" | "aws-cognito.Mfa.REQUIRED") => Some(true),
            // Any but the first, or one of several.
            _ => None,
        },
        Given::Unknown => None,
    };
    let by_message = is(props.get("mfaSecondFactor"), "sms", true);
    let is_factor = match (has_factors, by_message) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    };
    let all = [verifies[0], verifies[1], is_factor];
    if all.contains(&Some(true)) {
        return Some(true);
    }
    all.iter().all(|it| *it == Some(false)).then_some(false)
}

/// What goes beyond tables.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    match &*lowering.constructs[index].class {
        POOL if sends_messages(lowering, props) == Some(false) && props.is_absent("smsRole") => {
            let span = lowering.constructs[index].id.span;
            lowering.properties(draft).insert("SmsConfiguration", span, Node { value: Value::Absent, span });
        }
        CLIENT => {
            let Given::Value(at) = props.get("authFlows") else { return };
            let flows = lowering.props(Some(at));
            let span = at.span();
            let is_object = matches!(lowering.scopes.follow(at).expression.kind, Kind::Object(_));
            if !is_object || (!flows.open && flows.iter().next().is_none()) {
                return;
            }
            let mut list = List { items: Vec::new(), open: flows.open };
            for (name, flow) in FLOWS {
                match is_on(lowering, flows.get(name), false) {
                    Some(true) => list.items.push(Node::text(*flow, flows.value(name).map_or(span, |it| it.span()))),
                    Some(false) => (),
                    None => list.open = true,
                }
            }
            match props.get("refreshTokenRotationGracePeriod") {
                Given::Absent => list.items.push(Node::text("ALLOW_REFRESH_TOKEN_AUTH", span)),
                Given::Value(_) => (),
                Given::Unknown => list.open = true,
            }
            let node = Node { value: Value::List(list), span };
            lowering.properties(draft).insert("ExplicitAuthFlows", span, node);
        }
        _ => (),
    }
}
