use crate::facts::functions;
use crate::facts::rewriting::is_for_a_tool;
use crate::facts::wording::kind_of;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// An entry of `Conditions` is no condition.
    ///
    /// A condition is made by `Fn::Equals`, `Fn::And`, `Fn::Or` or `Fn::Not`, or is another one: `Condition: Name`. Anything
    /// else, a text, a list, a function that gives a value, CloudFormation refuses with the whole template. See "Conditions"
    /// in the AWS CloudFormation User Guide.
    ///
    /// ## What is not reported
    ///
    /// A plain `true` or `false`; an entry that is being typed; templates that a macro or another tool reads first. What the
    /// functions take is told by `wrong-function-argument`.
    ///
    /// ## Fix
    ///
    /// Where the text is the name of another condition, `Condition:` before it makes it one. That is safe: the template does
    /// not deploy as it is.
    name: "malformed-condition",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E8001"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let declarations = &stack.declarations;
    let malformed: Vec<_> = declarations.conditions.iter().filter(|it| is_malformed(&it.node)).collect();
    if malformed.is_empty() || !functions::is_plain(declarations) || is_for_a_tool(stack) {
        return;
    }
    for condition in malformed {
        let (name, node) = (&condition.name.text, &condition.node);
        let other = node.as_str().and_then(|it| declarations.condition(it)).filter(|it| it.name.text != *name);
        let function = match (other, &node.value) {
            (Some(other), _) => format!("To be the same as `{0}`, write `Condition: {0}`", other.name.text),
            (None, Value::Call(_)) => "Compare what it gives with something, by `Fn::Equals`".to_owned(),
            (None, Value::Either(_)) => "Put its parts together by `Fn::And` and `Fn::Or`".to_owned(),
            _ => "Make it by `Fn::Equals`, `Fn::And`, `Fn::Or` or `Fn::Not`".to_owned(),
        };
        let message = format!("`{name}` is {}, and a condition must be a comparison. {function}.", kind_of(node));
        let draft = cx.report(node.span, message);
        if let Some(other) = other {
            let value = Literal::map([("Condition", Literal::text(other.name.text.as_str()))]);
            let title = format!("Make it the same as `{}`", other.name.text);
            draft
                .related(other.name.span, format!("`{}` is declared here", other.name.text))
                .fix(title, vec![Change::Replace { span: node.span, value }]);
        }
    }
}

fn is_malformed(node: &Node) -> bool {
    match &node.value {
        Value::Null | Value::Scalar(_) | Value::List(_) | Value::Either(_) => true,
        Value::Map(map) => !map.open,
        // Functions that do not exist, and such as only other places know, are told by other rules.
        Value::Call(call) => !matches!(**call, Call::Other { .. }),
        Value::Bool(_) | Value::Absent | Value::Unknown | Value::Missing => false,
    }
}
