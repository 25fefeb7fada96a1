//! S3 origins of CloudFront distributions, the identities that sign their requests, and the policies that let these in.
//!
//! See "Restrict access to an Amazon S3 origin" in the Amazon CloudFront Developer Guide.

use super::policy::{Kind, Statement, documents, statements};
use super::reach::{Reached, reached};
use model::{Call, Node, Property, Resource, ResourceView, SmolStr, Span, Stack, Value};
use std::sync::Arc;

/// The type of a distribution.
pub(crate) const DISTRIBUTION: &str = "AWS::CloudFront::Distribution";
/// The type of an origin access identity.
pub(crate) const IDENTITY: &str = "AWS::CloudFront::CloudFrontOriginAccessIdentity";
/// The type of an origin access control.
pub(crate) const CONTROL: &str = "AWS::CloudFront::OriginAccessControl";

/// An origin whose requests an origin access identity signs.
#[derive(Debug)]
pub(crate) struct SignedOrigin<'a> {
    /// Its distribution.
    pub(crate) distribution: &'a Arc<Resource>,
    /// The whole origin, a map.
    pub(crate) origin: Span,
    /// What names the identity.
    pub(crate) identity: Reached<'a>,
    /// The resource or parameter that the identity comes from; `None` for a literal or something computed.
    pub(crate) name: Option<SmolStr>,
    /// True when no condition decides about it.
    pub(crate) certain: bool,
    /// Where the objects come from.
    pub(crate) domain: Property<'a>,
}

/// A statement of a bucket policy that lets an identity in.
#[derive(Debug)]
pub(crate) struct Grant<'a> {
    /// The policy.
    pub(crate) policy: &'a Arc<Resource>,
    /// The statement.
    pub(crate) statement: Statement<'a>,
    /// The values that name the identity, each with the place to take out for it.
    pub(crate) principals: Vec<Principal<'a>>,
    /// True when the statement lets in nobody else.
    pub(crate) alone: bool,
}

/// A principal of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Principal<'a> {
    /// The value that names it.
    pub(crate) node: &'a Node,
    /// The place to take out for it to go: its list item, or its entry.
    pub(crate) removal: Span,
}

/// Every origin of the stack whose requests an identity signs.
pub(crate) fn signed_origins(stack: &Stack) -> Vec<SignedOrigin<'_>> {
    let mut out = Vec::new();
    for distribution in stack.resources_of(DISTRIBUTION) {
        let view = ResourceView::new(distribution, &stack.declarations);
        let origins = view.property("DistributionConfig.Origins").items();
        for origin in origins.iter().flat_map(|it| it.alternatives().collect::<Vec<_>>()) {
            let property = origin.get("S3OriginConfig.OriginAccessIdentity");
            let certain = property.cases().len() == 1 && property.cases()[0].is_unconditional();
            for identity in reached(&property, &stack.declarations).into_iter().filter(is_set) {
                let name = only_name(identity.node);
                let origin_span = origin.cases()[0].span;
                let domain = origin.get("DomainName");
                out.push(SignedOrigin { distribution, origin: origin_span, identity, name, certain, domain });
            }
        }
    }
    out
}

impl SignedOrigin<'_> {
    /// The bucket of this stack that the objects come from.
    pub(crate) fn bucket<'s>(&self, stack: &'s Stack) -> Option<&'s Arc<Resource>> {
        let names = self.domain.targets();
        names.iter().filter_map(|it| stack.resource(&it.text)).find(|it| it.ty.text == "AWS::S3::Bucket")
    }

    /// True when the bucket of `policy`, which this stack does not declare, is the one that the objects come from.
    pub(crate) fn reads_from_bucket_of(&self, policy: &Resource) -> bool {
        let Some(bucket) = policy.properties.as_map().and_then(|it| it.get("Bucket")) else { return false };
        match (only_name(bucket), bucket.as_str()) {
            (Some(name), _) => self.domain.targets().iter().any(|it| it.text == name),
            (None, Some(literal)) => {
                let domain = self.domain.as_str().and_then(|it| it.strip_prefix(literal));
                domain.is_some_and(|rest| rest.starts_with(".s3"))
            }
            _ => false,
        }
    }
}

/// The statements of the stack's bucket policies that let in the identity that comes from `name`.
pub(crate) fn grants<'a>(stack: &'a Stack, name: &str) -> Vec<Grant<'a>> {
    let mut out = Vec::new();
    for policy in stack.resources_of("AWS::S3::BucketPolicy") {
        let view = ResourceView::new(policy, &stack.declarations);
        let documents = documents(&view, Kind::Resource);
        for statement in documents.iter().flat_map(|it| statements(it, &stack.declarations)) {
            let Some(principal) = statement.node.as_map().and_then(|it| it.get("Principal")) else { continue };
            let Some(kinds) = principal.as_map() else { continue };
            let (mut principals, mut others) = (Vec::new(), kinds.open);
            for (_, value) in &kinds.entries {
                let items: Vec<&Node> = match &value.value {
                    Value::List(list) => list.items.iter().collect(),
                    _ => vec![value],
                };
                let (own, foreign): (Vec<_>, Vec<_>) = items.into_iter().partition(|it| names(it, name));
                others |= !foreign.is_empty();
                let whole = foreign.is_empty();
                principals.extend(
                    own.iter()
                        .enumerate()
                        .filter(|(i, _)| !whole || *i == 0)
                        .map(|(_, node)| Principal { node, removal: if whole { value.span } else { node.span } }),
                );
            }
            if !principals.is_empty() {
                out.push(Grant { policy, statement, principals, alone: !others });
            }
        }
    }
    out
}

/// True for a value that names an identity: not for the empty one, by which an origin says that it has none.
fn is_set(identity: &Reached<'_>) -> bool {
    match &identity.node.value {
        Value::Scalar(text) => !text.text.is_empty(),
        Value::Call(_) => true,
        _ => false,
    }
}

/// The only resource or parameter that a value names.
fn only_name(node: &Node) -> Option<SmolStr> {
    let mut names = Vec::new();
    visit_names(node, &mut |it| names.push(it.clone()));
    names.retain(|it| !it.starts_with("AWS::"));
    names.dedup();
    match &names[..] {
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn names(node: &Node, name: &str) -> bool {
    let mut found = false;
    visit_names(node, &mut |it| found |= it == name);
    found
}

fn visit_names(node: &Node, visit: &mut dyn FnMut(&SmolStr)) {
    node.walk(&mut |it| {
        if let Value::Call(call) = &it.value {
            match &**call {
                Call::Ref(name) | Call::GetAtt { resource: name, .. } => visit(&name.text),
                _ => (),
            }
        }
    });
}
