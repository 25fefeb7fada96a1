use crate::Severity;
use crate::facts::rewriting::{is_for_a_tool, may_be_rewritten};
use crate::facts::spelling::nearest;
use crate::facts::wording::{is_nothing, kind_of, rename};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A rule in the `Rules` section of the template has not the shape that CloudFormation asks for.
    ///
    /// A rule has `Assertions`, a list of maps with an `Assert` and, if wanted, an `AssertDescription`; and a `RuleCondition`,
    /// without which it always applies. What is asserted and the condition are made with the functions for rules alone: `Fn::And`,
    /// `Fn::Contains`, `Fn::EachMemberEquals`, `Fn::EachMemberIn`, `Fn::Equals`, `Fn::Not`, `Fn::Or`, `Fn::RefAll`, `Fn::ValueOf`
    /// and `Fn::ValueOfAll` ("Rules" and "Rule-specific intrinsic functions", AWS CloudFormation User Guide).
    ///
    /// ## What is not reported
    ///
    /// Templates that a macro completes, and keys beside these that are like none of them.
    ///
    /// ## Fix
    ///
    /// Writes the key that is meant.
    name: "invalid-rules-section",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E1700", "cfn_lint:E1701", "cfn_lint:E1702"],
    founding: [],
    check: Check::Stack(check),
}

/// The functions that say yes or no.
const PREDICATES: &[&str] =
    &["Fn::And", "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn", "Fn::Equals", "Fn::Not", "Fn::Or"];

fn check(stack: &Stack, cx: &mut Context<'_>) {
    if stack.rules.is_empty() || may_be_rewritten(stack) || is_for_a_tool(stack) {
        return;
    }
    for rule in &stack.rules {
        let name = &rule.name;
        if !name.text.chars().all(char::is_alphanumeric) {
            let message =
                format!("The name `{}` is refused: the name of a rule has only letters and digits.", name.text);
            cx.report(name.span, message);
        }
        let map = match &rule.node.value {
            Value::Map(map) => map,
            Value::Unknown => continue,
            _ if is_nothing(&rule.node) => {
                cx.report(name.span, format!("The rule `{}` is empty. It must have `Assertions`.", name.text));
                continue;
            }
            _ => {
                let kind = kind_of(&rule.node);
                let message =
                    format!("The rule `{}` is {kind}, where a map with its `Assertions` must stand.", name.text);
                cx.report(rule.node.span, message);
                continue;
            }
        };
        let meant = misspelled(map, &["Assertions", "RuleCondition"], cx);
        if let Some((key, node)) = map.entry("RuleCondition") {
            predicate(key, node, cx);
        }
        match map.entry("Assertions") {
            Some((key, node)) => assertions(key, node, cx),
            None if map.open || meant.contains(&"Assertions") => (),
            None => {
                let message =
                    format!("The rule `{}` has no `Assertions`, so it asks for nothing and is refused.", name.text);
                cx.report(name.span, message);
            }
        }
    }
}

fn assertions(key: &Name, node: &Node, cx: &mut Context<'_>) {
    let list = match &node.value {
        Value::List(list) => list,
        Value::Unknown => return,
        _ if is_nothing(node) => {
            cx.report(key.span, "`Assertions` has no value, which CloudFormation refuses.");
            return;
        }
        _ => {
            cx.report(node.span, format!("`Assertions` is {}, where a list of maps must stand.", kind_of(node)));
            return;
        }
    };
    for item in list.items.iter().filter(|it| !is_nothing(it) && !matches!(it.value, Value::Unknown)) {
        let Some(map) = item.as_map() else {
            cx.report(
                item.span,
                format!("An assertion is {}, where a map with its `Assert` must stand.", kind_of(item)),
            );
            continue;
        };
        let meant = misspelled(map, &["Assert", "AssertDescription"], cx);
        match map.entry("Assert") {
            Some((key, node)) => predicate(key, node, cx),
            None if map.open || meant.contains(&"Assert") => (),
            None => {
                cx.report(item.span, "An assertion must have an `Assert`.");
            }
        }
        if let Some((key, node)) = map.entry("AssertDescription") {
            if is_nothing(node) {
                cx.report(key.span, "`AssertDescription` has no value, which CloudFormation refuses.");
            } else if !matches!(node.value, Value::Scalar(_) | Value::Bool(_) | Value::Unknown) {
                cx.report(node.span, format!("`AssertDescription` is {}, where text must stand.", kind_of(node)));
            }
        }
    }
}

/// Something that must say yes or no.
fn predicate(key: &Name, node: &Node, cx: &mut Context<'_>) {
    let key = match &node.value {
        Value::Unknown => return,
        _ if node.as_bool().is_some() => return,
        Value::Call(call) if PREDICATES.contains(&call.name()) || call.name() == "Condition" => return,
        _ if is_nothing(node) => {
            cx.report(key.span, format!("`{}` has no value, which CloudFormation refuses.", key.text));
            return;
        }
        _ => &key.text,
    };
    let message = format!(
        "`{key}` is {}, where a function for rules that says yes or no must stand, such as `Fn::Equals` or `Fn::Contains`.",
        kind_of(node)
    );
    cx.report(node.span, message);
}

/// Reports keys that are almost one of `known`; gives those that were meant.
fn misspelled<'a>(map: &Map, known: &[&'a str], cx: &mut Context<'_>) -> Vec<&'a str> {
    let mut meant = Vec::new();
    for (name, _) in map.entries.iter().filter(|(name, _)| !known.contains(&name.text.as_str())) {
        let Some(word) = nearest(&name.text, known.iter().copied().filter(|it| map.get(it).is_none())) else {
            continue;
        };
        let message = format!("There is no key `{}` here. Did you mean `{word}`?", name.text);
        // A description that goes astray keeps no stack from being made.
        let severity = if word == "AssertDescription" { Severity::Warning } else { Severity::Error };
        cx.report(name.span, message).at_most(severity).fix(format!("Write `{word}`"), vec![rename(name, word)]);
        meant.push(word);
    }
    meant
}
