//! Endpoints that speak versions of TLS which can be broken.
//!
//! RFC 8996 of 2021 takes back TLS 1.0 and 1.1: they rest on MD5 and SHA-1, and have no cipher that authenticates what it
//! encrypts.

use super::reach::{self, Reached};
use super::{branches, mending, when};
use crate::engine::Context;
use model::{Case, Change, Literal, Property, ResourceView, Span, State};
use schema::tls::{self, Endpoint, Policy};

/// A policy that lets in clients which speak less than TLS 1.2.
pub(crate) struct Weak<'a> {
    /// The policy.
    pub(crate) policy: Policy,
    /// When the endpoint has it.
    pub(crate) case: Case<'a>,
    /// What names it; `None` where nothing does, and AWS chooses.
    named: Option<Reached<'a>>,
}

/// The weak policies that `endpoint` of a resource has by `property`: those that are named, and the one that it has where
/// none is.
pub(crate) fn weak<'a>(property: &Property<'a>, endpoint: Endpoint, resource: &ResourceView<'a>) -> Vec<Weak<'a>> {
    let named = reach::reached(property, resource.declarations()).into_iter().filter_map(|it| {
        let policy = tls::policy(endpoint, it.node.as_str()?)?;
        Some(Weak { policy, case: it.case.clone(), named: Some(it) })
    });
    let absent = branches::all(property).into_iter().filter(|it| matches!(it.state, State::Absent)).filter_map(|it| {
        let case = it.property().cases().first()?.clone();
        Some(Weak { policy: tls::default(endpoint)?, case, named: None })
    });
    named.chain(absent).filter(|it| it.policy.is_weak()).collect()
}

impl Weak<'_> {
    /// Where to point at: what names the policy, or `id` of the endpoint where nothing does.
    pub(crate) fn span(&self, id: Span) -> Span {
        self.named.as_ref().map_or(id, |it| it.case.span)
    }

    /// What is wrong with the endpoint of a resource, and which policy to use.
    pub(crate) fn message(&self, resource: &ResourceView<'_>, clients: &str, policy: &str) -> String {
        let (id, weak, version) = (&resource.id.text, self.policy.name, self.policy.version());
        let circumstances = match self.named.as_ref().and_then(Reached::parameter) {
            Some(parameter) => format!("By the default of `{}`, ", parameter.name.text),
            None => when::before(&self.case, resource),
        };
        let fault = match &self.named {
            Some(_) => format!("`{id}` lets {clients} speak {version} (`{weak}`)"),
            None => format!("`{id}` names no policy for TLS, so it gets `{weak}` and lets {clients} speak {version}"),
        };
        format!(
            "{circumstances}{fault}, which can be broken: others may read what they send. Use `{policy}`, which asks for TLS 1.2 \
             or newer."
        )
    }

    /// True where something names it.
    pub(crate) fn is_named(&self) -> bool {
        self.named.is_some()
    }

    /// The place that brings the policy, where that is another than the one which is reported.
    pub(crate) fn origin(&self) -> Option<(Span, String)> {
        mending::origin(self.named.as_ref()?)
    }

    /// The change that gives the endpoint a policy which asks for TLS 1.2.
    pub(crate) fn fix(&self, property: &Property<'_>, value: &str, cx: &Context<'_>) -> Option<Change> {
        match &self.named {
            Some(named) => mending::mended(property, named, value, cx),
            None => Some(property.set(Literal::text(value))),
        }
    }
}
