use crate::diagnostic::Tag;
use crate::facts::rewriting::{is_begun, is_being_typed, is_for_a_tool, may_name_anything};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Nothing depends on a condition.
    ///
    /// No resource, no output, no `Fn::If` and no condition that is used itself names it. It costs a reader's time, and often
    /// shows that something which should depend on it does not. A condition that only unused ones are made of counts as
    /// unused.
    ///
    /// ## What is not reported
    ///
    /// Templates in which text out of sight may name it: with macros, `AWS::Include`, loops that put names together, or a
    /// part that does not parse at the moment.
    ///
    /// ## Fix
    ///
    /// Takes the condition out, with those that are made of it. It is unsafe, because what should have been done may be to
    /// use it.
    name: "unused-condition",
    category: Maintainability,
    severity: Info,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W8001"],
    founding: ["F76"],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let conditions = &stack.declarations.conditions;
    if conditions.is_empty() || is_begun(stack) {
        return;
    }
    let mut unused = unused(stack);
    if unused.is_empty() || may_name_anything(stack) || is_for_a_tool(stack) {
        return;
    }
    unused.retain(|it| !is_being_typed(stack, &it.name.text));
    for condition in &unused {
        let name = &condition.name.text;
        let users = users(condition, &unused);
        let message = match users.first().filter(|it| it.name.text != *name) {
            None => format!("Nothing depends on `{name}`. Remove the condition, or use it."),
            Some(user) => format!(
                "Nothing depends on `{name}` but `{}`, on which nothing depends. Remove both, or use them.",
                user.name.text
            ),
        };
        let draft = cx.report(condition.name.span, message).tag(Tag::Unnecessary);
        let removed = with_users(condition, &unused);
        let title = match removed.len() {
            1 => format!("Remove `{name}`"),
            _ => format!("Remove `{name}` and what is made of it"),
        };
        let changes = removed.iter().map(|it| Change::Delete { span: it.node.span }).collect();
        draft.fix(title, changes);
    }
}

/// The conditions that nothing depends on, however it gets there.
fn unused(stack: &Stack) -> Vec<&Condition> {
    let conditions = &stack.declarations.conditions;
    let is_condition = |it: &&Reference| it.kind == ReferenceKind::Condition;
    let resources = stack.resources.iter().flat_map(|it| &it.references);
    let outputs = stack.outputs.iter().flat_map(|it| &it.references);
    let entries = stack.rules.iter().chain(&stack.hooks).chain(&stack.globals).chain(&stack.loops);
    let all = resources.chain(outputs).chain(entries.flat_map(|it| &it.references)).chain(&stack.references);
    let mut waiting: Vec<&str> = all.filter(is_condition).map(|it| it.target.text.as_str()).collect();
    let mut used: Vec<&str> = Vec::new();
    while let Some(name) = waiting.pop() {
        if used.contains(&name) {
            continue;
        }
        used.push(name);
        let of_it = stack.declarations.condition(name).into_iter().flat_map(|it| &it.references);
        waiting.extend(of_it.filter(is_condition).map(|it| it.target.text.as_str()));
    }
    let is_of_loop = |it: &Condition| stack.loops.iter().any(|around| around.node.span.contains(it.name.span));
    conditions.iter().map(|it| &**it).filter(|it| !used.contains(&it.name.text.as_str()) && !is_of_loop(it)).collect()
}

/// The others among `unused` that are made of `condition`.
fn users<'a>(condition: &Condition, unused: &[&'a Condition]) -> Vec<&'a Condition> {
    let names = |it: &Condition| {
        let mut references = it.references.iter();
        references.any(|it| it.kind == ReferenceKind::Condition && it.target.text == condition.name.text)
    };
    unused.iter().copied().filter(|it| names(it)).collect()
}

/// `condition`, and all that falls with it.
fn with_users<'a>(condition: &'a Condition, unused: &[&'a Condition]) -> Vec<&'a Condition> {
    let mut out = vec![condition];
    let mut at = 0;
    while let Some(condition) = out.get(at).copied() {
        at += 1;
        for user in users(condition, unused) {
            if out.iter().all(|it| it.name.text != user.name.text) {
                out.push(user);
            }
        }
    }
    out
}
