use crate::diagnostic::Tag;
use crate::facts::graph;
use crate::facts::written::{is_own, is_synthesised};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// `DependsOn` names a resource that the properties refer to anyway.
    ///
    /// A resource is created after everything that its properties refer to by `Ref`, `Fn::GetAtt` or `Fn::Sub`. An entry of
    /// `DependsOn` for the same resource changes nothing; it makes a reader look for a reason, and stays behind when the
    /// reference goes. The same holds for a name that stands twice. See "DependsOn attribute" in the AWS CloudFormation
    /// User Guide: use it "to override the default parallelism", where nothing else says so.
    ///
    /// ## What is not reported
    ///
    /// - A reference in a branch of `Fn::If`, unless the branch is taken in every deployment that has both resources.
    /// - A reference that reaches the resource by way of others: the next change there may take it away.
    /// - What the CDK wrote, which nobody maintains by hand, and what loops repeat.
    /// - References in attributes such as `Metadata`, those that `AWS::Serverless` moves to resources of their own, and
    ///   templates that a macro changes.
    ///
    /// ## Fix
    ///
    /// Takes the entry out; the attribute with it, when nothing else is in it.
    name: "redundant-depends-on",
    category: Maintainability,
    severity: Info,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W3005"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let depends = |it: &Resource| it.attributes.get(graph::DEPENDS_ON).is_some();
    let is_written = |it: &Resource| depends(it) && !is_synthesised(it) && is_own(stack, it);
    for resource in stack.resources.iter().filter(|it| is_written(it)) {
        let mut seen: Vec<&str> = Vec::new();
        let names = resource.references.iter().filter(|it| it.kind == ReferenceKind::DependsOn).map(|it| &it.target);
        for name in names {
            let Some(target) = stack.resource(&name.text) else { continue };
            let is_again = seen.contains(&name.text.as_str());
            seen.push(&name.text);
            // One that names itself is a circle, and reported as that.
            let is_implied = || target.key != resource.key && refers(stack, resource, target);
            let message = if is_again {
                format!("`{}` stands in this `DependsOn` already. Remove it.", name.text)
            } else if is_implied() {
                format!(
                    "`{}` refers to `{}` in its properties, which orders the two already. Remove it here.",
                    resource.id.text, name.text
                )
            } else {
                continue;
            };
            let draft = cx.report(name.span, message).about(resource).tag(Tag::Unnecessary);
            if let Some(change) = graph::without_dependency(resource, name) {
                draft.fix(format!("Remove `{}` from `DependsOn`", name.text), vec![change]);
            }
        }
    }
}

fn refers(stack: &Stack, resource: &Resource, target: &Resource) -> bool {
    let is_named = |it: &Reference| it.kind != ReferenceKind::DependsOn && it.target.text == target.key;
    // `AWS::Serverless` hands `DependsOn` to what it deploys under the same logical id, and only that counts.
    let deployed = || stack.resource(&resource.key).map_or(resource, |it| it);
    resource.references.iter().any(is_named)
        && graph::says_all(stack)
        && graph::always_refers(deployed(), target, &stack.declarations)
}
