use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Conditions are made of each other in a circle.
    ///
    /// A condition is evaluated after the conditions that it names. Where that leads back to where it started, none of them
    /// has a value, and CloudFormation refuses the template: "Circular dependencies for condition". See "Conditions" in the
    /// AWS CloudFormation User Guide.
    ///
    /// Each circle gets one finding; every further name on it is a related place.
    ///
    /// ## Fix
    ///
    /// None: which of the names is wrong, only its author knows.
    name: "circular-condition",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Template,
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let conditions = &stack.declarations.conditions;
    let mut done: Vec<&str> = Vec::new();
    for condition in conditions {
        // The way from here, depth first, with what is still to try at each step.
        let mut way: Vec<(&Condition, Vec<&Name>)> = vec![(condition, named(condition))];
        while let Some((last, rest)) = way.last_mut() {
            let Some(name) = rest.pop() else {
                done.push(&last.name.text);
                way.pop();
                continue;
            };
            if done.contains(&name.text.as_str()) {
                continue;
            }
            if let Some(start) = way.iter().position(|(it, _)| it.name.text == name.text) {
                let circle: Vec<&Condition> = way[start..].iter().map(|it| it.0).collect();
                report(&circle, cx);
                // All that leads into the circle has no value either.
                done.extend(way.drain(..).map(|it| it.0.name.text.as_str()));
            } else if let Some(next) = stack.declarations.condition(&name.text) {
                way.push((next, named(next)));
            }
        }
    }
}

/// The conditions that this one is made of, the first one last.
fn named(condition: &Condition) -> Vec<&Name> {
    let references = condition.references.iter().rev().filter(|it| it.kind == ReferenceKind::Condition);
    references.map(|it| &it.target).collect()
}

fn report(circle: &[&Condition], cx: &mut Context<'_>) {
    let place = |at: usize| {
        let next = &circle[(at + 1) % circle.len()].name.text;
        circle[at]
            .references
            .iter()
            .find(|it| it.target.text == *next)
            .map_or(circle[at].name.span, |it| it.target.span)
    };
    let message = match circle {
        [only] => format!("`{}` is made of itself, so it has no value. Take its name out.", only.name.text),
        _ => {
            let mut names: Vec<&str> = circle.iter().map(|it| it.name.text.as_str()).collect();
            names.push(names[0]);
            format!(
                "`{}`: these conditions are made of each other, so none of them has a value. Take one of the names out.",
                names.join(" -> ")
            )
        }
    };
    let mut draft = cx.report(place(0), message);
    for at in 1..circle.len() {
        let next = &circle[(at + 1) % circle.len()].name.text;
        draft = draft.related(place(at), format!("`{}` is made of `{next}` here", circle[at].name.text));
    }
}
