use crate::diagnostic::Tag;
use crate::facts::interface;
use crate::facts::rewriting::{for_each_node, is_begun, is_being_typed, is_for_a_tool, may_name_anything};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Nothing in the template uses this parameter.
    ///
    /// A parameter that no `Ref` and no `Fn::Sub` names asks everyone who deploys for a value that changes nothing. Often it is
    /// what is left of a resource that is gone, or the value that was to be used is written out somewhere.
    ///
    /// ## What is not reported
    ///
    /// Parameters of templates that a macro or `AWS::Include` completes anywhere, as these may name any parameter, and those
    /// whose name stands in some text as `${Name}`. Where a reference to nothing is almost the name, it is the reference that
    /// is reported. Where the console shows the parameter (`AWS::CloudFormation::Interface`) is no use of it. Parameters that
    /// the CDK's older synthesizer writes for each asset: its toolkit gives them values, the hash that nothing uses included.
    ///
    /// ## Fix
    ///
    /// Takes the parameter out, and what the interface says of it. Whoever gives it a value when deploying must stop doing so,
    /// as CloudFormation refuses values for parameters that do not exist: so the fix is unsafe.
    name: "unused-parameter",
    category: Maintainability,
    severity: Info,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W2001"],
    founding: ["F76"],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let parameters = &stack.declarations.parameters;
    if parameters.is_empty() || is_begun(stack) {
        return;
    }
    let is_named = |it: &Parameter| {
        let names = |reference: &Reference| reference.target.text == it.name.text;
        stack.all_references().any(|(_, it)| matches!(it.kind, ReferenceKind::Ref | ReferenceKind::Sub) && names(it))
    };
    let mut unused: Vec<&Parameter> =
        parameters.iter().map(|it| &**it).filter(|it| !is_named(it) && !is_of_asset(it)).collect();
    if unused.is_empty() || may_name_anything(stack) || is_for_a_tool(stack) {
        return;
    }
    unused.retain(|it| !is_being_typed(stack, &it.name.text));
    for_each_node(stack, &mut |node| unused.retain(|it| !may_use(node, it)));
    for parameter in unused {
        let name = &parameter.name;
        let mut changes = vec![Change::Delete { span: parameter.node.span }];
        let mentions = interface::parameters(stack).filter(|it| it.name.text == name.text);
        changes.extend(mentions.map(|it| Change::Delete { span: it.whole }));
        let message = format!("Nothing uses the parameter `{}`.", name.text);
        cx.report(name.span, message)
            .tag(Tag::Unnecessary)
            .fix(format!("Remove the parameter `{}`", name.text), changes);
    }
}

/// True for a parameter that the CDK writes for an asset and its toolkit gives a value: `AssetParameters`, the hash in
/// hexadecimal digits and what it brings.
fn is_of_asset(parameter: &Parameter) -> bool {
    let hash = parameter.name.text.strip_prefix("AssetParameters").and_then(|it| it.get(..64));
    hash.is_some_and(|it| it.bytes().all(|it| it.is_ascii_hexdigit()))
}

/// True when `node` itself may name the parameter in a way that is no reference.
fn may_use(node: &Node, parameter: &Parameter) -> bool {
    let name = parameter.name.text.as_str();
    let in_text = |text: &str| {
        text.match_indices("${")
            .any(|(at, it)| is_or_makes(text[at + it.len()..].split(['}', '.']).next().unwrap_or_default(), name))
    };
    match &node.value {
        Value::Scalar(scalar) => in_text(&scalar.text),
        Value::Call(call) => match &**call {
            // In the template's metadata and in loops, where references are not resolved.
            Call::Ref(target) => is_or_makes(&target.text, name),
            Call::Sub(parts) | Call::Dynamic(parts) => {
                parts.iter().any(|it| matches!(it, Part::Text(it) if in_text(&it.text)))
            }
            Call::Other { function, argument } => match function.text.as_str() {
                "Fn::ValueOf" => argument
                    .as_list()
                    .is_none_or(|it| it.items.first().is_none_or(|it| it.as_str().is_none_or(|it| it == name))),
                // All parameters of a type.
                "Fn::RefAll" | "Fn::ValueOfAll" => true,
                // `Ref` of something that is put together.
                "Ref" | "Fn::Sub" | "Fn::ForEach" => true,
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}

/// True when `written` is `name`, or is put together in a loop and may come to it.
fn is_or_makes(written: &str, name: &str) -> bool {
    match written.find(['$', '&']) {
        Some(at) => name.starts_with(&written[..at]),
        None => written.trim() == name,
    }
}
