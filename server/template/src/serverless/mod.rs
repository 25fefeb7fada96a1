//! What `AWS::Serverless-2016-10-31` makes of a template: the resources that are deployed in place of its own.
//!
//! Each becomes a resource of the stack like those that someone wrote, so that every rule sees it; its values stand where
//! the author wrote them, in the resource or in `Globals`. What the transform adds of its own stands where the name of the
//! SAM resource does. What cannot be known before the transform runs is left unknown, or named in `Stack::generated`.
//!
//! See "Generated CloudFormation resources for AWS SAM" in the AWS Serverless Application Model Developer Guide.

mod function;
mod globals;
mod maker;
mod role;
mod table;

use maker::Sam;
use model::{Entry, Node, Resource, SmolStr, Span, Stack, Value};
use rustc_hash::FxHashMap;
use schema::serverless::{PREFIX, SHARED, TRANSFORM};
use smol_str::format_smolstr;
use std::sync::Arc;

/// Expands the resources of one template over time, each again only when it or its `Globals` change.
#[derive(Debug, Default)]
pub(crate) struct Expander {
    kept: FxHashMap<(Span, SmolStr), Kept>,
}

/// What was made of one resource, and of what.
#[derive(Debug)]
struct Kept {
    resource: Arc<Resource>,
    globals: Option<Arc<Entry>>,
    expansion: Arc<Expansion>,
}

/// What is made of one resource.
#[derive(Debug, Default)]
struct Expansion {
    resources: Vec<Arc<Resource>>,
    /// What the names of others start with that are made of it too.
    generated: Vec<SmolStr>,
}

impl Kept {
    fn is_of(&self, resource: &Arc<Resource>, globals: Option<&Arc<Entry>>) -> bool {
        let same_globals = match (&self.globals, globals) {
            (Some(kept), Some(now)) => Arc::ptr_eq(kept, now),
            (None, None) => true,
            _ => false,
        };
        same_globals && Arc::ptr_eq(&self.resource, resource)
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
        stack.generated.extend(SHARED.iter().map(|it| SmolStr::new_static(it)));
        for resource in &stack.resources {
            let Some(kind) = resource.ty.text.strip_prefix(PREFIX) else { continue };
            let globals = stack.globals.iter().find(|it| it.name.text == kind);
            let place = (resource.origin, resource.key.clone());
            let kept = last.remove(&place).filter(|it| it.is_of(resource, globals)).unwrap_or_else(|| Kept {
                resource: Arc::clone(resource),
                globals: globals.cloned(),
                expansion: Arc::new(expand(resource, globals)),
            });
            made.extend(kept.expansion.resources.iter().cloned());
            stack.generated.extend(kept.expansion.generated.iter().cloned());
            self.kept.insert(place, kept);
        }
        stack.resources.append(&mut made);
    }
}

/// What is made of `resource`.
fn expand(resource: &Resource, globals: Option<&Arc<Entry>>) -> Expansion {
    let mut sam = Sam::new(resource, globals::merge(resource, globals.map(|it| &it.node)));
    match sam.kind() {
        "Function" => function::expand(&mut sam),
        "SimpleTable" => table::expand(&mut sam),
        // What becomes of the others is named after them.
        _ => sam.generates(""),
    }
    sam.expansion
}
