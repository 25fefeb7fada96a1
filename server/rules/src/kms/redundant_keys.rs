use crate::facts::policy::{self, Kind};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Several keys are open to the same callers, and each is paid for.
    ///
    /// Three or more symmetric customer keys of a stack have the default policy, which leaves it to IAM who may use them: no
    /// `KeyPolicy`, or one that allows `kms:*` to the account and nothing else.
    ///
    /// ## Why
    ///
    /// Keys separate data where their policies differ: who may decrypt the one may not decrypt the other. Keys with the same default
    /// policy separate nothing by themselves; each costs a monthly fee, which grows with every rotation, and is one more to
    /// care for. One key with an alias for each use, or the keys that AWS manages, do as much. See "AWS Key Management
    /// Service pricing" and "Default key policy" in the AWS KMS Developer Guide.
    ///
    /// Some teams want one key for each data store on purpose, so that each can be disabled by itself: the rule is off by default.
    ///
    /// ## What is not reported
    ///
    /// Asymmetric, HMAC, multi-Region and imported keys, keys of key stores, keys under a condition, and keys whose policy is not
    /// known before deployment.
    ///
    /// There is no fix: what was encrypted with a key needs that key.
    name: "kms-redundant-keys",
    category: Cost,
    severity: Hint,
    default_on: false,
    fix: None,
    front_ends: FrontEnds::Both,
    founding: ["F53"],
    check: Check::Resources(&[KEY], check),
}

const KEY: &str = "AWS::KMS::Key";
/// So many keys are one too many.
const TOO_MANY: usize = 3;

fn check(key: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(callers) = default_callers(key) else { return };
    let alike: Vec<_> =
        cx.resources_of(KEY).filter(|it| default_callers(&cx.view(it)).as_ref() == Some(&callers)).collect();
    if alike.len() < TOO_MANY || alike[0].key != key.key {
        return;
    }
    let message = format!(
        "{} keys of this stack have the same default policy, so they keep nobody apart and each is paid for. Use one, or say in \
         their policies who may use which.",
        alike.len()
    );
    let mut draft = cx.report(key.id.span, message);
    for other in &alike[1..] {
        draft = draft.related(other.id.span, format!("`{}` is open to the same callers", other.id.text));
    }
}

/// The account that the default policy of a key is for; `None` for a key that is not like others.
fn default_callers(key: &ResourceView<'_>) -> Option<String> {
    let has_default = |path, default| {
        let property = key.property(path);
        property.is_absent() || property.is(default)
    };
    let is_plain = has_default("KeySpec", "SYMMETRIC_DEFAULT")
        && has_default("Origin", "AWS_KMS")
        && has_default("MultiRegion", "false")
        && key.condition.is_none();
    if !is_plain {
        return None;
    }
    if key.property("KeyPolicy").is_absent() {
        return Some(OWN_ACCOUNT.to_owned());
    }
    let documents = policy::documents(key, Kind::Resource);
    let [document] = &documents[..] else { return None };
    let statements = policy::statements(document, key.declarations());
    let [statement] = &statements[..] else { return None };
    // A construct may be given more statements by code that is not here; grants to the account's own identities add none.
    if !document.get("Statement").is_complete() && key.resource().construct.is_none() {
        return None;
    }
    let principals = statement.principals("AWS");
    let ([principal], [action]) = (&principals[..], &statement.texts("Action")[..]) else { return None };
    let is_default = statement.is_closed()
        && statement.element("Effect").is("Allow")
        && statement.element("Condition").is_absent()
        && action.value.literal() == Some("kms:*");
    let principal = principal.filled('?');
    let account = principal.strip_suffix(":root").and_then(|it| it.rsplit(':').next()).unwrap_or(&principal);
    let is_account = account.len() == OWN_ACCOUNT.len() && account.bytes().all(|it| it.is_ascii_digit());
    (is_default && is_account).then(|| account.to_owned())
}

/// What stands for the account of the stack in [`policy::Text::filled`].
const OWN_ACCOUNT: &str = "111122223333";
