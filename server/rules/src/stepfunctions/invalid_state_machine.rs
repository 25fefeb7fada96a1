use crate::facts::spelling::nearest;
use crate::facts::state_machine::{self, Flow, certain_name, transitions};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The definition of a state machine does not hold together.
    ///
    /// A flow starts at a state that it does not have, a transition leads to none, a state neither ends nor goes on, or has
    /// a type that the language does not know ("Amazon States Language", states-language.net). AWS Step Functions refuses
    /// such a definition: "Invalid State Machine Definition". A state that no transition leads to is reported as a warning.
    ///
    /// The definition is read however it is written: as a map (`Definition`), as JSON in a text (`DefinitionString`), put
    /// together by `Fn::Sub` or `Fn::Join`.
    ///
    /// ## What is not reported
    ///
    /// Definitions in other files (`DefinitionUri`, `DefinitionS3Location`), texts that are no JSON once their parts are put
    /// in, and names that a substitution gives.
    ///
    /// ## Fix
    ///
    /// Writes the name of the one state that is nearest, in a definition that is a map.
    name: "stepfunctions-invalid-state-machine",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3601"],
    founding: [],
    check: Check::Resources(state_machine::TYPES, check),
}

/// See "States" in the Amazon States Language.
const STATE_TYPES: &[&str] = &["Choice", "Fail", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait"];
/// The states that neither go on nor have to say that they end.
const WITHOUT_END: &[&str] = &["Choice", "Fail", "Succeed"];

fn check(machine: &ResourceView<'_>, cx: &mut Context<'_>) {
    for flow in state_machine::flows(machine) {
        check_flow(&flow, cx);
    }
}

fn check_flow(flow: &Flow<'_>, cx: &mut Context<'_>) {
    let is_open = flow.open || flow.node.as_map().is_none_or(|it| it.open);
    match flow.start {
        Some(start) => names_a_state(flow, "StartAt", start, cx),
        None if !is_open => {
            let place = flow.name.map_or_else(|| flow.states.first().map(|it| it.0.span), |it| Some(it.span));
            if let Some(place) = place {
                cx.report(
                    place,
                    "This flow of states has no `StartAt`, so Step Functions cannot tell where it begins.",
                );
            }
        }
        None => (),
    }
    for (name, state) in &flow.states {
        let ty = state.get("Type");
        let ty_name = ty.and_then(certain_name).map(|it| it.as_str());
        match (ty, ty_name) {
            (None, _) if !state.open => {
                cx.report(name.span, format!("The state `{}` has no `Type`.", name.text));
            }
            (Some(node), Some(ty)) if !STATE_TYPES.contains(&ty) => {
                let known = STATE_TYPES.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
                let draft = cx.report(node.span, format!("There is no state of type `{ty}`; there are {known}."));
                if let Some(nearest) = nearest(ty, STATE_TYPES.iter().copied()) {
                    let change = Change::Replace { span: node.span, value: Literal::text(nearest) };
                    draft.fix(format!("Write `{nearest}`"), vec![change]);
                }
                continue;
            }
            _ => (),
        }
        let goes_on = state.get("Next").is_some() || state.get("End").is_some();
        if let Some(ty) = ty_name
            && !goes_on
            && !state.open
            && !WITHOUT_END.contains(&ty)
        {
            let message =
                format!("The state `{}` neither goes on with `Next` nor ends with `\"End\": true`.", name.text);
            cx.report(name.span, message);
        }
        for transition in transitions(state) {
            names_a_state(flow, &transition.key.text, transition.to, cx);
        }
    }
    unreachable(flow, is_open, cx);
}

/// Reports `node` where it names no state of the flow.
fn names_a_state(flow: &Flow<'_>, key: &str, node: &Node, cx: &mut Context<'_>) {
    let Some(name) = certain_name(node) else { return };
    if flow.open || flow.states.iter().any(|it| it.0.text == *name) {
        return;
    }
    let message = format!("`{key}` leads to `{name}`, which is no state of this flow.");
    match nearest(name, flow.states.iter().map(|it| it.0.text.as_str())) {
        Some(nearest) => {
            let change = Change::Replace { span: node.span, value: Literal::text(nearest) };
            cx.report(node.span, format!("{message} Did you mean `{nearest}`?"))
                .fix(format!("Write `{nearest}`"), vec![change]);
        }
        None => {
            cx.report(node.span, message);
        }
    }
}

/// Reports the states that nothing leads to, unless a name on the way is not known.
fn unreachable(flow: &Flow<'_>, is_open: bool, cx: &mut Context<'_>) {
    let Some(start) = flow.start.and_then(certain_name).filter(|_| !is_open) else { return };
    let index_of = |name: &str| flow.states.iter().position(|it| it.0.text == name);
    let mut seen = vec![false; flow.states.len()];
    let Some(first) = index_of(start) else { return };
    let mut waiting = vec![first];
    while let Some(index) = waiting.pop() {
        if std::mem::replace(&mut seen[index], true) {
            continue;
        }
        let state = flow.states[index].1;
        if state.open {
            return;
        }
        for transition in transitions(state) {
            // A name that is not known may be any, one that is wrong is reported.
            match certain_name(transition.to).and_then(|it| index_of(it)) {
                Some(next) => waiting.push(next),
                None => return,
            }
        }
    }
    for ((name, _), _) in flow.states.iter().zip(seen).filter(|it| !it.1) {
        cx.report(name.span, format!("No transition leads to the state `{}`, so it is never run.", name.text))
            .at_most(Warning);
    }
}
