use crate::diagnostic::Tag;
use crate::facts::rewriting::{for_each_node, is_begun, is_being_typed, is_for_a_tool, may_name_anything};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Nothing in the template looks anything up in this mapping.
    ///
    /// A mapping that no `Fn::FindInMap` names is what is left of something that is gone: it is read, kept up to date, and means
    /// nothing.
    ///
    /// ## What is not reported
    ///
    /// Mappings of templates in which the name of some mapping is computed, or which a macro or `AWS::Include` completes.
    ///
    /// ## Fix
    ///
    /// Takes the mapping out. It is unsafe only because what a template says may be read by people too.
    name: "unused-mapping",
    category: Maintainability,
    severity: Info,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W7001"],
    founding: ["F76"],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let mappings = &stack.declarations.mappings;
    if mappings.is_empty() || is_begun(stack) {
        return;
    }
    let is_named = |name: &str| {
        stack.all_references().any(|(_, it)| it.kind == ReferenceKind::FindInMap && it.target.text == name)
    };
    let unused: Vec<&Mapping> = mappings
        .iter()
        .map(|it| &**it)
        .filter(|it| !is_named(&it.name.text) && !is_being_typed(stack, &it.name.text))
        .collect();
    if unused.is_empty() || may_name_anything(stack) || is_for_a_tool(stack) || computes_a_name(stack) {
        return;
    }
    for mapping in unused {
        let name = &mapping.name;
        let change = Change::Delete { span: mapping.node.span };
        let draft = cx.report(name.span, format!("Nothing looks anything up in the mapping `{}`.", name.text));
        draft.tag(Tag::Unnecessary).fix(format!("Remove the mapping `{}`", name.text), vec![change]);
    }
}

/// True when some `Fn::FindInMap` may name any mapping.
fn computes_a_name(stack: &Stack) -> bool {
    let mut found = false;
    for_each_node(stack, &mut |node| {
        let Value::Call(call) = &node.value else { return };
        found |= match &**call {
            Call::FindInMap { map, .. } => map.as_str().is_none(),
            Call::Other { function, .. } => function.text == "Fn::FindInMap",
            _ => false,
        };
    });
    found
}
