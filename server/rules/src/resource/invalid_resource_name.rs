use crate::facts::resource_names::{FIFO, Known, Naming, namings};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The service refuses this name.
    ///
    /// Each service has its own idea of a name: how long it may be, which characters it has, what it starts and ends with. A
    /// name that breaks it is found out when the resource is created, after all that is created before it, and everything is
    /// rolled back.
    ///
    /// ## What is judged
    ///
    /// - Names that are written out, and the texts in `Fn::Sub` and `Fn::Join`: these may be too long by themselves already, or
    ///   hold a character that is refused.
    /// - Each value that the parameters in a name are allowed to have, and what conditions and mappings give.
    /// - The defaults of parameters, as a warning, where nothing decides whether they are used.
    ///
    /// ## What is not reported
    ///
    /// What is only known when the stack is deployed: other parameters, attributes, dynamic references. Names with `${` in a
    /// plain text, which another tool fills in or `Fn::Sub` was forgotten for. Names that CDK constructs complete.
    ///
    /// The limits are those of the pages of the resource types in the AWS CloudFormation Template Reference and of the API
    /// references of the services.
    name: "invalid-resource-name",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3031", "cfn_lint:E3033", "cfn_lint:W2031"],
    founding: ["F77"],
    check: Check::EveryResource(check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    for naming in namings(&resource.ty.text) {
        let is_other = naming.unless().is_some_and(|it| resource.property(it).may_be_set());
        let is_completed = naming.is_completed_by_cdk() && resource.construct.is_some();
        if !is_other && !is_completed {
            judge(naming, resource, cx);
        }
    }
}

fn judge(naming: &Naming, resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let property = resource.property(naming.property);
    let mut judged: Vec<Span> = Vec::new();
    for text in property.texts().iter().filter(|it| it.literal().is_none()) {
        let Some(refusal) = refusal(naming, resource, &known(text)) else { continue };
        if !judged.contains(&text.span) {
            judged.push(text.span);
            cx.report(text.span, format!("The name of {} {refusal}.", naming.whose));
        }
    }
    for case in property.cases() {
        let Some(text) = case.node().and_then(Node::as_str).filter(|_| !judged.contains(&case.span)) else { continue };
        let Some(refusal) = refusal(naming, resource, &Known::whole(text)) else { continue };
        let values: Vec<String> = case.assumptions().iter().filter_map(value).collect();
        let is_default = matches!(case.state, State::Default(_));
        let is_certain = match is_default {
            // Whether a default is used may be what a condition decides.
            true => case.is_unconditional() && resource.condition.is_none(),
            // A mapping may hold more than any deployment looks up.
            false => !values.is_empty() || is_only(case, &property),
        };
        if !is_certain {
            continue;
        }
        judged.push(case.span);
        let asked = format!("name of {} {refusal}", naming.whose);
        if values.is_empty() && !is_default {
            cx.report(case.span, format!("The {asked}."));
            continue;
        }
        let (gravest, when) = match is_default {
            true => (Warning, "With the defaults of its parameters".to_owned()),
            false => (Error, format!("Where {}", values.join(" and "))),
        };
        let message = format!("{when}, this name is `{text}`, which is refused: the {asked}.");
        cx.report(case.span, message).at_most(gravest);
    }
}

/// True when `case` is the only value that comes from where it is written.
fn is_only(case: &Case<'_>, property: &Property<'_>) -> bool {
    property.cases().iter().filter(|it| it.span == case.span).count() == 1
}

/// ``` `Stage` is `test` ```, for a parameter that has one of several values.
fn value(assumption: &Assumption<'_>) -> Option<String> {
    match assumption {
        Assumption::Value(parameter, value) => Some(format!("`{}` is `{}`", parameter.name.text, value.as_str()?)),
        Assumption::Condition(..) => None,
    }
}

fn refusal(naming: &Naming, resource: &ResourceView<'_>, name: &Known) -> Option<String> {
    let texts = || name.pieces.iter().flatten();
    // Nothing at all is as if no name was given. An ARN may stand in the place of some names. What another tool fills in is
    // not known.
    let is_filled_in = |it: &String| ["${", "{{", "arn:"].iter().any(|mark| it.contains(mark));
    if texts().all(String::is_empty) || texts().any(is_filled_in) {
        return None;
    }
    naming.refusal(name).or_else(|| fifo(naming, resource, name))
}

/// Queues and topics that are FIFO say so in their names, and no others. Constructs of the CDK see to it themselves.
fn fifo(naming: &Naming, resource: &ResourceView<'_>, name: &Known) -> Option<String> {
    if !naming.is_fifo_by_name() || resource.construct.is_some() {
        return None;
    }
    let (kind, flag) = match naming.property {
        "QueueName" => ("queue", resource.property("FifoQueue")),
        _ => ("topic", resource.property("FifoTopic")),
    };
    let end = name.pieces.last()?.as_deref()?;
    // A short end may belong to a parameter that holds the start of the suffix.
    let is_known = name.pieces.len() == 1 || end.len() >= FIFO.len();
    if end.ends_with(FIFO) {
        (!flag.may_be("true")).then(|| format!("must not end in `{FIFO}`, as the {kind} is not FIFO"))
    } else {
        (flag.is("true") && is_known).then(|| format!("must end in `{FIFO}`, as the {kind} is FIFO"))
    }
}

/// What is known of a text: what stands in it, and how long pseudo parameters are at least.
fn known(text: &Interpolated) -> Known {
    let mut out = Known::default();
    for piece in &text.pieces {
        let (text, least) = match piece {
            Piece::Literal(text) => (Some(text.clone()), 0),
            Piece::Ref(name) => match name.as_str() {
                // Any account will do: all are twelve digits.
                "AWS::AccountId" => (Some("123456789012".to_owned()), 0),
                "AWS::Region" => (None, "us-east-1".len()),
                "AWS::Partition" => (None, "aws".len()),
                "AWS::URLSuffix" => (None, "amazonaws.com".len()),
                "AWS::StackName" => (None, 1),
                _ => (None, 0),
            },
            Piece::GetAtt(..) | Piece::Unknown => (None, 0),
        };
        out.unknown += least;
        match (out.pieces.last_mut(), text) {
            (Some(Some(last)), Some(text)) => last.push_str(&text),
            (_, text) => out.pieces.push(text),
        }
    }
    out
}
