use crate::facts::packaging;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A template cannot be deployed as it stands, because it names local files.
    ///
    /// A property that CloudFormation reads from S3 holds a path: `TemplateURL: ./network.yaml`, `Code: ./src`.
    /// `aws cloudformation package` (or `rain pkg`) uploads the file and writes its address in the place of the path.
    ///
    /// ## Why
    ///
    /// Whoever deploys the template without that step gets an error: "TemplateURL must be a supported URL". Where every
    /// template is deployed as it stands, a path is a mistake; so this rule is off unless it is asked for.
    ///
    /// ## What is not reported
    ///
    /// Templates for the SAM CLI, which packages all that it deploys.
    name: "local-path-needs-packaging",
    category: Deployment,
    severity: Warning,
    default_on: false,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W3002"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    if packaging::is_for_sam(stack) {
        return;
    }
    for (resource, node) in packaging::local_paths(stack) {
        let path = node.as_str().unwrap_or_default();
        let message =
            format!("`{path}` is a local path: CloudFormation takes it only after `aws cloudformation package`.");
        cx.report(node.span, message).about(resource);
    }
}
