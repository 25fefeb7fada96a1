use crate::facts::functions;
use crate::facts::graph::{self, Use};
use crate::facts::when::circumstances;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A reference names a resource that some deployments do not have.
    ///
    /// A resource with a `Condition` exists only where that holds. A `Ref`, `Fn::GetAtt` or `Fn::Sub` that counts in other
    /// deployments too then names nothing, and CloudFormation refuses the template: "Unresolved resource dependencies". What
    /// counts is the condition of the resource or the output that refers, and each `Fn::If` around the reference. The rule
    /// asks whether some values of the parameters let the reference count and the resource be missing, with regard to
    /// `AllowedValues` and to how the conditions are made of each other. Where the two can never be together, the finding is
    /// an error.
    ///
    /// ## What is not reported
    ///
    /// - Conditions whose relation cannot be told.
    /// - Conditions on parameters that the template's `Rules` speak of, which may forbid the deployment in question.
    /// - `DependsOn`, and references in `Metadata` and the other attributes.
    /// - References that `AWS::Serverless` moves elsewhere, and templates that a macro reads first.
    ///
    /// ## Fix
    ///
    /// An output without a condition gets that of the resource. It is unsafe, because the output is then gone in deployments
    /// that do not have the resource. What else a property should be there, only its author knows: write `Fn::If`.
    name: "reference-to-conditional-resource",
    category: Correctness,
    severity: Error,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W1001"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let is_conditional = |it: &Resource| it.condition.is_some();
    let none = !stack.resources.iter().any(|it| is_conditional(it));
    if none || !functions::is_plain(&stack.declarations) {
        return;
    }
    let Some(ruled) = ruled(stack) else { return };
    for resource in &stack.resources {
        let names = |it: &Reference| stack.resource(&it.target.text).is_some_and(|it| is_conditional(it));
        if resource.made.is_some() || !resource.references.iter().any(names) {
            continue;
        }
        for at in graph::uses(resource).iter().filter(|it| it.certain && !it.is_attribute) {
            if let Some(missing) = missing(stack, at, resource.condition.as_ref(), &ruled) {
                report(&missing, at, &resource.id.text, resource.condition.is_some(), cx).about(resource);
            }
        }
    }
    for output in &stack.outputs {
        let Some(value) = output.node.get("Value") else { continue };
        for at in graph::uses_within(value).iter().filter(|it| it.certain) {
            let Some(missing) = missing(stack, at, output.condition.as_ref(), &ruled) else { continue };
            let draft = report(&missing, at, &output.name.text, output.condition.is_some(), cx);
            if output.condition.is_none() && at.conditions.is_empty() {
                let value = Literal::text(missing.condition.text.as_str());
                let change = Change::SetIn { map: output.node.span, path: "Condition".to_owned(), value };
                let title = format!("Make the output under `{}` too", missing.condition.text);
                draft.fix(title, vec![change]);
            }
        }
    }
}

/// A resource that is not there where it is named.
struct Missing<'a> {
    condition: &'a Name,
    /// It is there in none of the deployments in which it is named.
    always: bool,
}

fn missing<'a>(stack: &'a Stack, at: &Use<'_>, given: Option<&Name>, ruled: &[&str]) -> Option<Missing<'a>> {
    let target = stack.resource(&at.name.text).filter(|it| it.made.is_none())?;
    let condition = target.condition.as_ref()?;
    let given = given.into_iter().map(|it| (it, true));
    let here = given.chain(at.conditions.iter().copied()).map(|(name, holds)| Assumption::Condition(name, holds));
    let mut all: Vec<Assumption<'_>> = here.collect();
    all.push(Assumption::Condition(condition, false));
    if !stack.declarations.surely_can_hold(&all) {
        return None;
    }
    let mut named = all.iter().filter_map(|it| match it {
        Assumption::Condition(name, _) => Some(name.text.as_str()),
        Assumption::Value(..) => None,
    });
    if !ruled.is_empty() && named.any(|it| depends_on_any(it, ruled, &stack.declarations)) {
        return None;
    }
    all.pop();
    Some(Missing { condition, always: stack.declarations.implies(&all, condition, false) })
}

/// What the rules of the template speak of: these may forbid the deployments that would fail. `None` for anything.
fn ruled(stack: &Stack) -> Option<Vec<&str>> {
    let mut out = Vec::new();
    let mut is_anything = false;
    for rule in &stack.rules {
        out.extend(rule.references.iter().map(|it| it.target.text.as_str()));
        rule.node.walk(&mut |it| match &it.value {
            // `Fn::ValueOf` takes the name of a parameter as text.
            Value::Scalar(scalar) => out.push(scalar.text.as_str()),
            Value::Call(call) => is_anything |= matches!(call.name(), "Fn::RefAll" | "Fn::ValueOfAll"),
            Value::Unknown | Value::Missing => is_anything = true,
            _ => (),
        });
    }
    (!is_anything).then_some(out)
}

/// True when the condition called `name`, or one that it is made of, refers to one of `names`.
fn depends_on_any(name: &str, names: &[&str], declarations: &Declarations) -> bool {
    let mut waiting = vec![name];
    let mut seen: Vec<&str> = Vec::new();
    while let Some(name) = waiting.pop() {
        let Some(condition) = declarations.condition(name).filter(|it| !seen.contains(&it.name.text.as_str())) else {
            continue;
        };
        seen.push(name);
        for reference in &condition.references {
            let target = reference.target.text.as_str();
            match reference.kind {
                ReferenceKind::Condition => waiting.push(target),
                _ if names.contains(&target) => return true,
                _ => (),
            }
        }
    }
    false
}

fn report<'c>(
    missing: &Missing<'_>,
    at: &Use<'_>,
    user: &str,
    is_conditional: bool,
    cx: &'c mut Context<'_>,
) -> crate::engine::Draft<'c> {
    let (name, condition) = (&at.name.text, &missing.condition.text);
    let here = match (circumstances(&at.conditions), is_conditional) {
        (words, _) if !words.is_empty() => format!("{words} here"),
        (_, true) => format!("in every stack that has `{user}`"),
        (_, false) => "in every stack".to_owned(),
    };
    let message = match missing.always {
        true => format!(
            "`{name}` exists only when `{condition}` holds, which is never so where this names it: the stack cannot be \
             deployed. Take the reference out, or change one of the conditions."
        ),
        false => format!(
            "`{name}` exists only when `{condition}` holds, and this names it {here}: where it does not hold, the stack cannot \
             be deployed. Choose another value there by `Fn::If`, or use the same condition."
        ),
    };
    let severity = if missing.always { Error } else { Warning };
    cx.report(at.name.span, message)
        .at_most(severity)
        .related(missing.condition.span, format!("`{name}` is made under this condition"))
}
