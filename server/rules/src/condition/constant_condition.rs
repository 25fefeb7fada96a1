use crate::facts::functions;
use crate::facts::spelling::nearest;
use crate::facts::wording::listed;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A condition has the same truth in every deployment.
    ///
    /// What depends on it is then never there, or always. Mostly a value is compared with one that it cannot have: a
    /// parameter with `AllowedValues` with something else than these, in another spelling for instance. Sometimes the parts
    /// of a condition contradict each other. The finding is at the comparison that decides it, or at the name of the
    /// condition where all of it together does.
    ///
    /// Two literals, as in `!Equals [true, false]`, are mostly meant as a switch that is turned by editing the template. That
    /// is a hint only: a parameter can be turned without a change to the template, and shows in the stack how it is set.
    /// The same is true of a condition that the values in mappings decide: they are often tables that others keep.
    ///
    /// ## What is not reported
    ///
    /// Conditions that are constant because another one is, which is reported itself; comparisons of `True` with `true` and of
    /// `1` with `1.0`, where it depends on quotes whether they are the same.
    ///
    /// ## Fix
    ///
    /// Writes the allowed value that is most like the one that is written. It is unsafe, since the condition then holds in
    /// some deployments.
    name: "constant-condition",
    category: Correctness,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W8003"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let declarations = &stack.declarations;
    if !functions::is_plain(declarations) {
        return;
    }
    // A contradiction is that of the first condition in which it shows, not of all that are made of it.
    let is_constant = |it: &Condition| truth(&it.name, declarations).is_some();
    for condition in &declarations.conditions {
        let mut has_reason = false;
        condition.node.walk(&mut |it| has_reason |= comparison(it, declarations, cx));
        let named = condition.references.iter().filter(|it| it.kind == ReferenceKind::Condition);
        let mut parts = named.filter_map(|it| declarations.condition(&it.target.text));
        if has_reason || parts.any(|it| is_constant(it)) {
            continue;
        }
        if let Some(holds) = truth(&condition.name, declarations) {
            let name = &condition.name.text;
            let by_mapping = reads_mapping(condition);
            let message = match (holds, by_mapping) {
                (false, false) => {
                    format!("`{name}` never holds: whatever the parameters are, its parts contradict each other.")
                }
                (true, false) => {
                    format!("`{name}` always holds, whatever the parameters are, so nothing depends on it.")
                }
                (false, true) => format!("`{name}` never holds with the values that the mappings have."),
                (true, true) => format!("`{name}` always holds with the values that the mappings have."),
            };
            cx.report(condition.name.span, message).at_most(if by_mapping { Hint } else { Warning });
        }
    }
}

/// The truth that a condition has in all deployments.
fn truth(name: &Name, declarations: &Declarations) -> Option<bool> {
    [true, false].into_iter().find(|it| declarations.implies(&[], name, *it))
}

/// True when it is decided by values in mappings, which are often tables that are kept for more than this.
fn reads_mapping(condition: &Condition) -> bool {
    let mut found = false;
    condition.node.walk(&mut |it| {
        found |= matches!(&it.value, Value::Call(call) if matches!(**call, Call::FindInMap { .. }));
    });
    found
}

/// Reports an `Fn::Equals` whose result is always the same. True when it was one.
fn comparison(node: &Node, declarations: &Declarations, cx: &mut Context<'_>) -> bool {
    let Some((function, argument)) = functions::other(node) else { return false };
    let Some([left, right]) = argument.as_list().map(|it| it.items.as_slice()) else { return false };
    if function.text != "Fn::Equals" {
        return false;
    }
    if let (Some(a), Some(b)) = (left.as_str(), right.as_str()) {
        let outcome = if a == b { "always" } else { "never" };
        let message = format!(
            "This {outcome} holds, until someone edits the template. A parameter would make it a choice of each deployment."
        );
        cx.report(node.span, message).at_most(Hint);
        return true;
    }
    if let (Some(a), Some(b)) = (reference(left), reference(right)) {
        if a.text == b.text {
            cx.report(node.span, format!("This always holds: it compares `{}` with itself.", a.text));
        }
        return a.text == b.text;
    }
    not_allowed(left, right, declarations, cx) || not_allowed(right, left, declarations, cx)
}

/// A parameter that is compared with a value which it cannot have.
fn not_allowed(node: &Node, other: &Node, declarations: &Declarations, cx: &mut Context<'_>) -> bool {
    let Some(parameter) = reference(node).and_then(|it| declarations.parameter(&it.text)) else { return false };
    let (Some(domain), Some(value)) = (parameter.domain(), other.as_str()) else { return false };
    let Some(allowed) = domain.iter().map(Node::as_str).collect::<Option<Vec<&str>>>() else { return false };
    // Spellings that CloudFormation may take for the same.
    let is_alike = |it: &&str| {
        let same_number = it.parse::<f64>().is_ok_and(|it| value.parse() == Ok(it));
        let same_boolean =
            ["true", "false"].iter().any(|word| word.eq_ignore_ascii_case(it)) && it.eq_ignore_ascii_case(value);
        *it == value || same_number || same_boolean
    };
    if allowed.iter().any(is_alike) {
        return false;
    }
    let name = &parameter.name.text;
    let mut different: Vec<&str> = Vec::new();
    different.extend(allowed.iter().enumerate().filter(|(at, it)| !allowed[..*at].contains(it)).map(|it| it.1));
    let values = match different.len() {
        ..=8 => format!(": it allows {} only", listed(&different)),
        _ => String::new(),
    };
    let value_in_words = if value.is_empty() { "empty".to_owned() } else { format!("`{value}`") };
    let mut message = format!("This never holds, since `{name}` is never {value_in_words}{values}.");
    let meant = nearest(value, allowed.iter().copied());
    if let Some(meant) = meant {
        message += &format!(" Did you mean `{meant}`?");
    }
    let place =
        parameter.node.as_map().and_then(|it| it.entry("AllowedValues")).map_or(parameter.name.span, |it| it.0.span);
    let draft = cx.report(other.span, message).related(place, format!("what `{name}` may be"));
    if let Some(meant) = meant {
        let change = Change::Replace { span: other.span, value: Literal::text(meant) };
        draft.fix(format!("Write `{meant}`"), vec![change]);
    }
    true
}

fn reference(node: &Node) -> Option<&Name> {
    match &node.value {
        Value::Call(call) => match &**call {
            Call::Ref(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}
