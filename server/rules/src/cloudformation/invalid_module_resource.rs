use crate::prelude::*;
use crate::rule::rule;

/// The attributes that say how one resource is created and updated.
const POLICIES: [&str; 2] = ["CreationPolicy", "UpdatePolicy"];
/// The key under which CloudFormation notes where a resource comes from.
const RESERVED: &str = "AWS::CloudFormation::Module";

rule! {
    /// A module is given an attribute that only a resource may have.
    ///
    /// A resource whose type ends with `::MODULE` stands for all resources of a module of the CloudFormation registry.
    /// `Condition`, `DependsOn`, `DeletionPolicy`, `UpdateReplacePolicy` and `Metadata` count for each of them;
    /// `CreationPolicy` and `UpdatePolicy` are not permitted there, and the key `AWS::CloudFormation::Module` of `Metadata`
    /// is CloudFormation's own.
    ///
    /// ## Why
    ///
    /// CloudFormation refuses the template when it puts in what the module holds.
    ///
    /// ## Fix
    ///
    /// Takes the attribute or the key out.
    name: "invalid-module-resource",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E3001", "cfn_lint:E5001"],
    founding: [],
    check: Check::EveryResource(check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if !resource.ty.text.ends_with("::MODULE") {
        return;
    }
    for policy in POLICIES {
        if let Some((name, node)) = resource.attributes.entry(policy) {
            let message = format!("`{policy}` is not permitted on a module, which stands for several resources.");
            let change = Change::Delete { span: node.span };
            cx.report(name.span, message).fix(format!("Take `{policy}` out"), vec![change]);
        }
    }
    let metadata = resource.attributes.get("Metadata").and_then(Node::as_map);
    if let Some((name, node)) = metadata.and_then(|it| it.entry(RESERVED)) {
        let message =
            format!("`{RESERVED}` is the key under which CloudFormation itself writes on the resources of a module.");
        cx.report(name.span, message).fix(format!("Take `{RESERVED}` out"), vec![Change::Delete { span: node.span }]);
    }
}
