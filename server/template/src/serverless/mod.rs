//! What `AWS::Serverless-2016-10-31` makes of a template: the resources that are deployed in place of its own.
//!
//! Each becomes a resource of the stack like those that someone wrote, so that every rule sees it; its values stand where
//! the author wrote them, in the resource or in `Globals`. What the transform adds of its own stands where the name of the
//! SAM resource does. What cannot be known before the transform runs is left unknown, or named in `Stack::generated`.
//!
//! See "Generated CloudFormation resources for AWS SAM" in the AWS Serverless Application Model Developer Guide.

mod api;
mod events;
mod function;
mod globals;
mod maker;
mod others;
mod publish;
mod role;
mod shared;
mod table;

use maker::Sam;
use model::{Entry, Node, Resource, SmolStr, Span, Stack, Value};
use rustc_hash::FxHashMap;
use schema::serverless::{PREFIX, TRANSFORM};
use shared::Implicit;
use smol_str::format_smolstr;
use std::sync::Arc;

/// Expands the resources of one template over time, each again only when it or its `Globals` change.
#[derive(Debug, Default)]
pub(crate) struct Expander {
    kept: FxHashMap<(Span, SmolStr), Kept>,
    rest: Implicit,
    http: Implicit,
}

/// What was made of one resource, and of what.
#[derive(Debug)]
struct Kept {
    resource: Arc<Resource>,
    globals: Option<Arc<Entry>>,
    /// The other resources that were looked at, under the names that were looked for.
    others: Vec<(SmolStr, Option<Arc<Resource>>)>,
    expansion: Arc<Expansion>,
}

/// What is made of one resource.
#[derive(Debug, Default)]
struct Expansion {
    resources: Vec<Arc<Resource>>,
    /// What the names of others start with that are made of it too.
    generated: Vec<SmolStr>,
    /// Where a route of the REST API stands that the transform makes for the template as a whole.
    rest: Option<Span>,
    /// The same for the HTTP API.
    http: Option<Span>,
}

impl Kept {
    fn is_of(&self, resource: &Arc<Resource>, globals: Option<&Arc<Entry>>, template: &[Arc<Resource>]) -> bool {
        let is_as_before = |(key, kept): &(SmolStr, Option<Arc<Resource>>)| {
            is_same(kept.as_ref(), template.iter().find(|it| it.key == *key))
        };
        Arc::ptr_eq(&self.resource, resource)
            && is_same(self.globals.as_ref(), globals)
            && self.others.iter().all(is_as_before)
    }
}

impl Expander {
    /// Adds what the transform makes of the resources of `stack`. It does so whether or not the template names the
    /// transform: without it nothing can be deployed, and with it all of this is.
    pub(crate) fn expand(&mut self, stack: &mut Stack) {
        let mut last = std::mem::take(&mut self.kept);
        let mut made = Vec::new();
        let mut is_serverless = stack.declarations.has_transform(TRANSFORM);
        for resource in &stack.resources {
            is_serverless |= resource.ty.text.starts_with(PREFIX);
            // `Connectors` may stand in any resource.
            if let Some(Node { value: Value::Map(map), .. }) = resource.attributes.get("Connectors") {
                let names = map.entries.iter().map(|(name, _)| format_smolstr!("{}{}", resource.key, name.text));
                stack.generated.extend(names);
            }
        }
        if !is_serverless {
            return;
        }
        let (mut rest, mut http) = (Routes::default(), Routes::default());
        for resource in &stack.resources {
            let Some(kind) = resource.ty.text.strip_prefix(PREFIX) else { continue };
            let globals = stack.globals.iter().find(|it| it.name.text == kind);
            let place = (resource.origin, resource.key.clone());
            let template = &stack.resources;
            let kept = last.remove(&place).filter(|it| it.is_of(resource, globals, template)).unwrap_or_else(|| {
                let mut sam = Sam::new(resource, globals::merge(resource, globals.map(|it| &it.node)), template);
                expand(&mut sam);
                let (expansion, others) = sam.finish();
                let (resource, globals) = (Arc::clone(resource), globals.cloned());
                Kept { resource, globals, others, expansion: Arc::new(expansion) }
            });
            made.extend(kept.expansion.resources.iter().cloned());
            stack.generated.extend(kept.expansion.generated.iter().cloned());
            rest.add(resource, kept.expansion.rest);
            http.add(resource, kept.expansion.http);
            self.kept.insert(place, kept);
        }
        for (kept, is_http, routes) in [(&mut self.rest, false, rest), (&mut self.http, true, http)] {
            let expansion = shared::implicit(kept, is_http, routes.of, routes.first, stack);
            made.extend(expansion.resources.iter().cloned());
            stack.generated.extend(expansion.generated.iter().cloned());
        }
        stack.resources.append(&mut made);
    }
}

/// The resources that have routes of an API which the template does not declare.
#[derive(Default)]
struct Routes {
    of: Vec<Arc<Resource>>,
    first: Option<Span>,
}

impl Routes {
    fn add(&mut self, resource: &Arc<Resource>, place: Option<Span>) {
        if place.is_some() {
            self.of.push(Arc::clone(resource));
            self.first = self.first.or(place);
        }
    }
}

fn is_same<T>(kept: Option<&Arc<T>>, now: Option<&Arc<T>>) -> bool {
    match (kept, now) {
        (Some(kept), Some(now)) => Arc::ptr_eq(kept, now),
        (None, None) => true,
        _ => false,
    }
}

fn expand(sam: &mut Sam<'_>) {
    match sam.kind() {
        "Api" => api::rest(sam),
        "Application" => others::application(sam),
        "Function" => function::expand(sam),
        "HttpApi" => api::http(sam),
        "LayerVersion" => others::layer(sam),
        "SimpleTable" => table::expand(sam),
        "StateMachine" => others::state_machine(sam),
        // What becomes of the others is named after them.
        _ => sam.generates(""),
    }
}
