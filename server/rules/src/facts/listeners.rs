//! Load balancers with the listeners that their stack gives them.
//!
//! See "Listeners for your Application Load Balancers" in the Elastic Load Balancing User Guide.

use super::reach::reached;
use model::{Node, Property, Resource, ResourceView, Span, Stack, State, Value};

/// The type of a load balancer.
pub(crate) const BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
/// The type of a listener.
pub(crate) const LISTENER: &str = "AWS::ElasticLoadBalancingV2::Listener";
/// The type of a listener's rule.
pub(crate) const LISTENER_RULE: &str = "AWS::ElasticLoadBalancingV2::ListenerRule";

/// The kinds of load balancer that speak to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// HTTP and HTTPS.
    Application,
    /// TCP, UDP and TLS.
    Network,
}

/// What a listener does with a request that no rule takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// In some deployment it redirects, or what it does is not known.
    MayRedirect,
    /// It forwards to targets; the place that says so.
    Forwards(Span),
    /// Something else, such as a fixed response.
    Other,
}

/// A balancer's listeners, as far as the stack shows them.
#[derive(Debug, Default)]
pub(crate) struct Listeners<'a> {
    /// Those that are certainly its own.
    pub(crate) own: Vec<ResourceView<'a>>,
    /// Those that may be its own.
    pub(crate) possible: Vec<ResourceView<'a>>,
    /// True when nothing out of sight can give it more.
    pub(crate) complete: bool,
}

/// A balancer that clients reach without encryption only.
#[derive(Debug)]
pub(crate) struct Unencrypted<'a> {
    /// When it is open to the internet, for the start of a sentence.
    pub(crate) circumstances: String,
    /// Its kind.
    pub(crate) kind: Kind,
    /// The listeners that speak plainly.
    pub(crate) listeners: Vec<ResourceView<'a>>,
}

/// The balancer's kind, when it is certain and one of these.
pub(crate) fn kind(balancer: &ResourceView<'_>) -> Option<Kind> {
    let ty = balancer.property("Type");
    if ty.is_absent() || ty.is("application") {
        Some(Kind::Application)
    } else {
        ty.is("network").then_some(Kind::Network)
    }
}

/// When the balancer is open to the internet, for the start of a sentence; `None` where it never is, or may not be.
pub(crate) fn internet_facing(balancer: &ResourceView<'_>) -> Option<String> {
    let scheme = balancer.property("Scheme");
    if scheme.cases().iter().any(|it| matches!(it.state, State::Unknown)) {
        return None;
    }
    // Without a scheme, CloudFormation makes it internet-facing.
    if let Some(absent) = scheme.cases().iter().find(|it| matches!(it.state, State::Absent)) {
        return Some(super::when::before(absent, balancer));
    }
    let values = reached(&scheme, balancer.declarations());
    let open = values.iter().find(|it| it.node.as_str() == Some("internet-facing"))?;
    match open.parameter() {
        // Either is allowed: then the default says what a deployment gets.
        Some(parameter) if scheme.may_be("internal") => Some(format!("By the default of `{}`, ", parameter.name.text)),
        _ => Some(open.circumstances(balancer)),
    }
}

/// The listeners of a balancer.
pub(crate) fn listeners<'a>(balancer: &Resource, stack: &'a Stack) -> Listeners<'a> {
    let mut out = Listeners { complete: !stack.open && !is_handed_on(balancer, stack), ..Listeners::default() };
    for listener in stack.resources_of(LISTENER) {
        let view = ResourceView::new(listener, &stack.declarations);
        let arn = view.property("LoadBalancerArn");
        if arn.target().is_some_and(|it| it.text == balancer.key) {
            out.own.push(view);
        } else if may_name(&arn, &listener.properties, balancer) {
            out.possible.push(view);
        }
    }
    out
}

/// True when the balancer is given to something that may add listeners out of sight: a nested stack, custom code.
fn is_handed_on(balancer: &Resource, stack: &Stack) -> bool {
    let mut takers = stack.resources.iter().filter(|it| takes(&it.ty.text));
    takers.any(|it| is_given(it, &balancer.key))
}

/// True for the types of what acts out of sight: nested stacks, modules and custom code.
pub(crate) fn takes(ty: &str) -> bool {
    matches!(ty, "AWS::CloudFormation::Stack" | "AWS::CloudFormation::CustomResource" | "AWS::Serverless::Application")
        || ty.starts_with("Custom::")
        || ty.ends_with("::MODULE")
}

/// True when `taker` is given what is called `key`. An attribute, the DNS name for instance, is not enough to change it.
pub(crate) fn is_given(taker: &Resource, key: &str) -> bool {
    taker.references.iter().any(|it| it.target.text == key && it.attribute.is_none())
}

/// True when a listener's ARN of a balancer may be that of `balancer`.
fn may_name(arn: &Property<'_>, properties: &Node, balancer: &Resource) -> bool {
    is_out_of_sight(properties, "LoadBalancerArn") || arn.targets().iter().any(|it| it.text == balancer.key)
}

/// True when what a property refers to may be anything in the stack. A parameter or an import is not: it comes from outside.
pub(crate) fn is_out_of_sight(properties: &Node, name: &str) -> bool {
    let Some(map) = properties.as_map() else { return true };
    let Some(written) = map.get(name) else { return map.open };
    let mut unknown = false;
    written.walk(&mut |it| {
        unknown |= match &it.value {
            Value::Unknown | Value::Missing => true,
            Value::Call(call) => matches!(**call, model::Call::Dynamic(_)),
            _ => false,
        };
    });
    unknown
}

/// What a listener does with a request that no rule takes.
pub(crate) fn answer(listener: &ResourceView<'_>) -> Answer {
    let actions = listener.property("DefaultActions");
    let items = actions.items();
    if !actions.is_complete() || items.iter().any(|it| it.get("Type").may_be("redirect")) {
        return Answer::MayRedirect;
    }
    let forward = items.iter().find_map(|it| it.get("Type").seen_as("forward"));
    forward.map_or(Answer::Other, |it| Answer::Forwards(it.span))
}

/// Whether clients on the internet reach `balancer` without encryption only.
pub(crate) fn unencrypted<'a>(balancer: &ResourceView<'_>, stack: &'a Stack) -> Option<Unencrypted<'a>> {
    let kind = kind(balancer)?;
    let circumstances = internet_facing(balancer)?;
    let Listeners { own, possible, complete } = listeners(balancer, stack);
    if !complete {
        return None;
    }
    let mut all = own.iter().chain(&possible);
    let listeners: Vec<ResourceView<'a>> = match kind {
        Kind::Application => {
            let serves = |it: &&ResourceView<'_>| answer(it) != Answer::MayRedirect;
            // One that only redirects has its HTTPS listener somewhere, in another stack perhaps.
            if all.any(|it| !it.property("Protocol").is("HTTP")) || !own.iter().any(|it| serves(&it)) {
                return None;
            }
            own
        }
        Kind::Network => {
            // TCP on other ports may carry TLS through to the targets.
            let may_be_encrypted = |it: &ResourceView<'_>| {
                let (protocol, port) = (it.property("Protocol"), it.property("Port"));
                protocol.is_uncertain() || port.is_uncertain() || protocol.may_be("TLS") || port.may_be("443")
            };
            if all.any(may_be_encrypted) {
                return None;
            }
            own.into_iter().filter(|it| it.property("Protocol").is("TCP") && it.property("Port").is("80")).collect()
        }
    };
    (!listeners.is_empty()).then_some(Unencrypted { circumstances, kind, listeners })
}
