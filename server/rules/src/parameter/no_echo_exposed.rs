use crate::facts::rewriting::is_for_a_tool;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The value of a parameter with `NoEcho` is shown to everyone who may look at the stack.
    ///
    /// `NoEcho` hides the value of a parameter where CloudFormation lists the parameters of a stack. It does not hide it in
    /// `Outputs`, in the `Metadata` of the template and in that of a resource, where everyone who may describe the stack reads it:
    /// see "Parameters" in the AWS CloudFormation User Guide, which advises against it. Keep secrets in AWS Secrets Manager or
    /// Systems Manager, and name them with dynamic references.
    ///
    /// ## What is not reported
    ///
    /// Conditions which compare the value: they say no more than whether it is the same.
    name: "no-echo-exposed",
    category: Security,
    severity: Warning,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W2010"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let is_hidden = |it: &&std::sync::Arc<Parameter>| it.node.get("NoEcho").and_then(Node::as_bool) == Some(true);
    let hidden: Vec<&Parameter> = stack.declarations.parameters.iter().filter(is_hidden).map(|it| &**it).collect();
    if hidden.is_empty() || is_for_a_tool(stack) {
        return;
    }
    for output in &stack.outputs {
        for key in ["Value", "Description", "Export"] {
            let Some(node) = output.node.get(key) else { continue };
            exposed(node, &hidden, "an output", None, cx);
        }
    }
    for resource in stack.resources.iter().filter(|it| it.made.is_none()) {
        if let Some(node) = resource.attributes.get("Metadata") {
            exposed(node, &hidden, "the metadata of a resource", Some(resource), cx);
        }
    }
    if let Some(node) = &stack.metadata {
        exposed(node, &hidden, "the metadata of the template", None, cx);
    }
}

/// Reports the parameters that show in `node`.
fn exposed(node: &Node, hidden: &[&Parameter], place: &str, resource: Option<&Resource>, cx: &mut Context<'_>) {
    node.walk(&mut |node| {
        let Value::Call(call) = &node.value else { return };
        let Call::Ref(name) = &**call else { return };
        let Some(parameter) = hidden.iter().find(|it| it.name.text == name.text) else { return };
        let message = format!(
            "`{}` has `NoEcho`, but everyone who may describe the stack reads it in {place}. Leave it out there.",
            name.text
        );
        let draft = cx.report(name.span, message).related(parameter.name.span, "The parameter is declared here.");
        if let Some(resource) = resource {
            draft.about(resource);
        }
    });
}
