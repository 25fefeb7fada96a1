use crate::facts::functions::{self, Kind};
use crate::facts::spelling::nearest;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// `DeletionPolicy` or `UpdateReplacePolicy` has a value that CloudFormation does not know, or not for this type.
    ///
    /// `DeletionPolicy` may be `Delete`, `Retain`, `RetainExceptOnCreate` and, for types that take snapshots, `Snapshot`;
    /// `UpdateReplacePolicy` the same without `RetainExceptOnCreate` ("DeletionPolicy attribute" and "UpdateReplacePolicy
    /// attribute", AWS CloudFormation User Guide). The words are case-sensitive. With any other CloudFormation refuses the
    /// template: "Unrecognized DeletionPolicy".
    ///
    /// ## What is not reported
    ///
    /// A value that a function computes, which `AWS::LanguageExtensions` allows, unless it is certain.
    ///
    /// ## Fix
    ///
    /// Writes the one word that differs by a letter or two, or by case. For a type that takes no snapshots `Retain` keeps the
    /// data too, which a person has to decide.
    name: "invalid-deletion-policy",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3035", "cfn_lint:E3036"],
    founding: [],
    check: Check::EveryResource(check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.made.is_some() {
        return;
    }
    for attribute in ["DeletionPolicy", "UpdateReplacePolicy"] {
        let property = resource.attribute(attribute);
        if let Some((span, found)) = misfit(resource, attribute) {
            cx.report(span, format!("`{attribute}` takes one word, such as `Retain`, and this is {found}."));
            continue;
        }
        let Some(value) = property.as_str() else { continue };
        let Some(span) = property.span() else { continue };
        let known: &[&str] = match attribute {
            "DeletionPolicy" => &["Delete", "Retain", "RetainExceptOnCreate"],
            _ => &["Delete", "Retain"],
        };
        let ty = &resource.ty.text;
        let takes_snapshots = schema::template::takes_snapshots(ty);
        if known.contains(&value) || (value == "Snapshot" && (takes_snapshots || !ty.starts_with("AWS::"))) {
            continue;
        }
        let set = |to: &str| Change::SetAttribute {
            origin: resource.origin,
            attribute: attribute.into(),
            path: String::new(),
            value: Literal::text(to),
        };
        if value == "Snapshot" {
            let message = format!(
                "CloudFormation takes no snapshots of `{ty}`, so it refuses this {attribute}. `Retain` keeps the resource."
            );
            let title = "Write `Retain`";
            cx.report(span, message).fix_as(crate::Applicability::Unsafe, title, vec![set("Retain")], None);
            continue;
        }
        let snapshot = takes_snapshots.then_some("Snapshot");
        let nearest = nearest(value, known.iter().copied().chain(snapshot));
        let all = known.iter().copied().chain(snapshot).map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
        let draft = cx.report(span, format!("`{value}` is no {attribute}; CloudFormation knows {all} here."));
        if let Some(nearest) = nearest {
            draft.fix(format!("Write `{nearest}`"), vec![set(nearest)]);
        }
    }
}

/// What stands in the place of a word, and cannot give one.
fn misfit(resource: &ResourceView<'_>, attribute: &str) -> Option<(Span, String)> {
    let node = resource.attributes.get(attribute)?;
    match functions::kind(node, resource.declarations())? {
        (Kind::List | Kind::Map, found) => Some((node.span, found)),
        (Kind::Text, _) => None,
    }
}
