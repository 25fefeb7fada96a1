use crate::facts::identity::{self, Given, can_meet, given};
use crate::facts::when;
use crate::facts::wording::listed;
use crate::facts::written::is_own;
use crate::prelude::*;
use crate::rule::rule;
use rustc_hash::FxHashMap;
use schema::identifiers::identifiers;

rule! {
    /// Two resources of a type have the same name, or whatever else tells its resources apart.
    ///
    /// Many types are told apart by properties that the template sets: the name of a bucket, the API and the name of a stage.
    /// Where two resources have the same, the second fails because it exists already. Usually something was not changed when a
    /// resource was copied.
    ///
    /// ## What is not reported
    ///
    /// Resources whose conditions exclude each other, and values that are not certainly the same.
    name: "duplicate-identifier",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E3019"],
    founding: [],
    check: Check::Stack(check),
}

/// No more ways in which one resource may be called are told apart.
const MAX_WAYS: usize = 16;

/// One way in which a resource is called.
struct Called<'a> {
    resource: &'a Resource,
    parts: Vec<Given<'a>>,
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    for ty in stack.types() {
        let resources: Vec<&Resource> = stack.resources_of(ty).filter(|it| it.made.is_none()).map(|it| &**it).collect();
        if resources.len() < 2 {
            continue;
        }
        let properties: Vec<&str> = identifiers(ty).collect();
        // Most resources leave their names to CloudFormation.
        let says_all = |it: &&Resource| properties.iter().all(|name| it.properties.get(name).is_some());
        let named: Vec<&Resource> = resources.into_iter().filter(says_all).collect();
        if !properties.is_empty() && named.len() > 1 {
            compare(stack, &named, &properties, cx);
        }
    }
}

fn compare(stack: &Stack, resources: &[&Resource], properties: &[&str], cx: &mut Context<'_>) {
    let mut seen: FxHashMap<String, Vec<Called<'_>>> = FxHashMap::default();
    for resource in resources.iter().filter(|it| is_own(stack, it)) {
        let mut is_told = false;
        for called in ways(resource, properties) {
            let key: Vec<&str> = called.parts.iter().map(|it| it.identity.as_str()).collect();
            let others = seen.entry(key.join("\u{0}")).or_default();

            let meets = |other: &&Called<'_>| {
                let both: Vec<&Given<'_>> = other.parts.iter().chain(&called.parts).collect();
                other.resource.key != resource.key && can_meet(&stack.declarations, &both)
            };
            if let Some(other) = others.iter().find(meets).filter(|_| !is_told) {
                is_told = true;
                let conditions: Vec<&Given<'_>> = other.parts.iter().chain(&called.parts).collect();
                let message = format!(
                    "`{}` has the same {}, and no two of `{}` can: the second is refused.",
                    other.resource.id.text,
                    listed(properties),
                    resource.ty.text
                );
                let span = called.parts.last().map_or(resource.id.span, |it| it.span);
                let there = other.parts.last().map_or(other.resource.id.span, |it| it.span);
                cx.report(span, when::said(&identity::when(&conditions), message))
                    .about(resource)
                    .related(there, "the other one");
            }
            others.push(called);
        }
    }
}

/// The ways in which a resource is called; none where some part of its identifier is not known.
fn ways<'a>(resource: &'a Resource, properties: &[&str]) -> Vec<Called<'a>> {
    let mut out = vec![Called { resource, parts: Vec::new() }];
    for property in properties {
        let values = given(resource, property);
        if values.is_empty() || out.len() * values.len() > MAX_WAYS {
            return Vec::new();
        }
        out = out
            .iter()
            .flat_map(|called| {
                values.iter().map(|value| {
                    let parts = called.parts.iter().chain([value]).cloned().collect();
                    Called { resource, parts }
                })
            })
            .collect();
    }
    out
}
