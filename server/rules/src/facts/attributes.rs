//! The attributes of a load balancer: a list of keys and values.
//!
//! See "LoadBalancerAttribute" in the Elastic Load Balancing API Reference.

use super::branches;
use model::{Case, Change, Literal, Property, ResourceView, Span, State};

/// Whether access logs are kept.
pub(crate) const LOGS: &str = "access_logs.s3.enabled";
/// The bucket that they go to.
pub(crate) const BUCKET: &str = "access_logs.s3.bucket";
/// What their names begin with there.
pub(crate) const PREFIX: &str = "access_logs.s3.prefix";

const LIST: &str = "LoadBalancerAttributes";

/// Why an attribute that is off unless it is asked for is off.
pub(crate) struct Off<'a> {
    /// Where to point at.
    pub(crate) span: Span,
    /// When; `None` for always.
    pub(crate) case: Option<Case<'a>>,
}

/// The value of the attribute called `key`, where an item of the list says it; `None` where none does.
pub(crate) fn value<'a>(balancer: &ResourceView<'a>, key: &str) -> Option<Property<'a>> {
    let items = balancer.property(LIST).items();
    items.iter().find(|it| it.get("Key").is(key)).map(|it| it.get("Value"))
}

/// Why the attribute called `key`, a boolean, is off in some deployment; `None` where it is on, or may be.
pub(crate) fn off<'a>(balancer: &ResourceView<'a>, key: &str) -> Option<Off<'a>> {
    for list in balancer.property(LIST).alternatives() {
        let items = list.items();
        // An item whose key is not known may be the one.
        if !list.is_complete() || items.iter().any(|it| !it.get("Key").is(key) && it.get("Key").may_be(key)) {
            continue;
        }
        let case = Some(&list.cases()[0]).filter(|it| !it.is_unconditional()).cloned();
        let own: Vec<&Property<'a>> = items.iter().filter(|it| it.get("Key").is(key)).collect();
        if own.is_empty() {
            return Some(Off { span: balancer.id.span, case });
        }
        let off = own.iter().flat_map(|it| branches::all(&it.get("Value"))).find(|it| it.is_off());
        if let Some(off) = off {
            let span = if matches!(off.state, State::Absent) { balancer.id.span } else { off.span };
            let case = off.property().cases().first().filter(|it| !it.is_unconditional()).cloned();
            return Some(Off { span, case });
        }
    }
    None
}

/// The changes that give attributes these values; `None` where the list does not stand in one place.
pub(crate) fn set(balancer: &ResourceView<'_>, attributes: &[(&str, Literal)]) -> Option<Vec<Change>> {
    let list = balancer.property(LIST);
    let item = |key: &str, value: &Literal| Literal::map([("Key", Literal::text(key)), ("Value", value.clone())]);
    if list.is_absent() {
        let items = attributes.iter().map(|(key, value)| item(key, value)).collect();
        return Some(vec![list.set(Literal::List(items))]);
    }
    if list.cases().len() > 1 {
        return None;
    }
    let items = list.items();
    let change = |(key, value): &(&str, Literal)| match items.iter().find(|it| it.get("Key").is(key)) {
        Some(known) => {
            let map = known.written()?.span;
            Some(Change::SetIn { map, path: "Value".to_owned(), value: value.clone() })
        }
        None => Some(Change::Append { origin: balancer.origin, path: LIST.to_owned(), value: item(key, value) }),
    };
    attributes.iter().map(change).collect()
}
