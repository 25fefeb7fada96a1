use crate::diagnostic::Applicability;
use crate::facts::rewriting::is_for_a_tool;
use crate::facts::spelling::{distance, is_other_of_its_sort};
use crate::prelude::*;
use crate::rule::rule;
use schema::template::{PSEUDO_PARAMETERS, is_substitution};

/// More names than this are no help.
const MAX_SUGGESTIONS: usize = 3;

rule! {
    /// A reference names something that the template does not declare.
    ///
    /// `Ref`, `Fn::GetAtt`, `${...}` in `Fn::Sub` and `DependsOn` must name a resource of the same template, the first and
    /// the third also a parameter or a pseudo parameter; `Condition` and `Fn::If` name a condition, `Fn::FindInMap` a
    /// mapping. CloudFormation checks this before anything else and refuses the whole template: "Template format error:
    /// Unresolved resource dependencies" ("Troubleshooting CloudFormation", AWS CloudFormation User Guide). The names are
    /// case-sensitive.
    ///
    /// A name of the wrong kind is reported with what it is: a parameter has no attributes, a condition has no value.
    ///
    /// ## What is not reported
    ///
    /// Anything that may be declared out of sight: names in a template that a macro, `AWS::Include` or a loop completes, or
    /// a tool with functions of its own (`!Rain::S3`);
    /// names that `AWS::Serverless` makes for a function or an API, what a module holds, and names that occur in a part of
    /// the text that does not parse at the moment. Names that are computed are not read.
    ///
    /// ## Fix
    ///
    /// Writes the one name of a fitting kind that differs by a letter or two, or by case. It is safe, because a template that
    /// does not deploy cannot get worse; where names differ only in a number (`Subnet1`, `Subnet2`), or there are several,
    /// a person has to choose. Where nothing in `Fn::Sub` is like the name, `${!Name}` keeps it as text, for a variable of a
    /// shell script for instance.
    name: "undefined-reference",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: [
        "cfn_lint:E1010",
        "cfn_lint:E1011",
        "cfn_lint:E1012",
        "cfn_lint:E1016",
        "cfn_lint:E1017",
        "cfn_lint:E1019",
        "cfn_lint:E1020",
        "cfn_lint:E1021",
        "cfn_lint:E1022",
        "cfn_lint:E1028",
        "cfn_lint:E1030",
        "cfn_lint:E1031",
        "cfn_lint:E3005",
        "cfn_lint:E3015",
        "cfn_lint:E6005",
        "cfn_lint:E6101",
        "cfn_lint:E8002",
        "cfn_lint:E8003",
        "cfn_lint:E8004",
        "cfn_lint:E8005",
        "cfn_lint:E8006",
        "cfn_lint:E8007",
    ],
    founding: ["F74"],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    if stack.open || stack.open_networks {
        return;
    }
    let mut is_source = None;
    for (resource, reference) in stack.all_references() {
        let name = &reference.target;
        // What no name can be is not a wrong one; `wrong-function-argument` speaks of it.
        let is_sub = matches!(reference.kind, ReferenceKind::Sub | ReferenceKind::SubGetAtt);
        let is_name = !name.text.is_empty() && (!is_sub || is_substitution(&name.text));
        if !is_name || is_declared(stack, reference) || stack.may_declare(&name.text) {
            continue;
        }
        if *is_source.get_or_insert_with(|| is_for_a_tool(stack)) {
            return;
        }
        let own = resource.map(|it| it.key.as_str());
        let suggestions = suggestions(stack, reference, own);
        let mut draft = cx.report(name.span, message(stack, reference, &suggestions));
        if let Some(resource) = resource {
            draft = draft.about(resource);
        }
        let several = suggestions.len() > 1;
        for suggestion in &suggestions {
            if let Some(place) = suggestion.place {
                draft = draft.related(place, format!("`{}` is declared here.", suggestion.name));
            }
            let applicability = if several || suggestion.other_number { Unsafe } else { Safe };
            let change = Change::Rename { span: name.span, to: suggestion.name.clone() };
            draft = draft.fix_as(applicability, format!("Write `{}`", suggestion.name), vec![change], None);
        }
        if several {
            draft.ambiguous();
        } else if suggestions.is_empty()
            && reference.kind == ReferenceKind::Sub
            && other_kind(stack, &name.text).is_none()
        {
            let change = Change::Rename { span: name.span, to: format!("!{}", name.text).into() };
            let title = format!("Keep `${{{}}}` as text", name.text);
            draft.fix_as(Applicability::Unsafe, title, vec![change], None);
        }
    }
}

fn is_declared(stack: &Stack, reference: &Reference) -> bool {
    let name = reference.target.text.as_str();
    match reference.kind {
        ReferenceKind::Ref | ReferenceKind::Sub => PSEUDO_PARAMETERS.contains(&name) || stack.item(name).is_some(),
        ReferenceKind::GetAtt | ReferenceKind::SubGetAtt | ReferenceKind::DependsOn => stack.resource(name).is_some(),
        ReferenceKind::Condition => stack.declarations.condition(name).is_some(),
        ReferenceKind::FindInMap => stack.declarations.mapping(name).is_some(),
    }
}

/// What else the template calls so, when it is nothing that the reference could name.
fn other_kind(stack: &Stack, name: &str) -> Option<&'static str> {
    match stack.item(name) {
        Some(Item::Resource(_)) => Some("a resource"),
        Some(Item::Parameter(_)) => Some("a parameter"),
        None if PSEUDO_PARAMETERS.contains(&name) => Some("a pseudo parameter"),
        None if stack.declarations.condition(name).is_some() => Some("a condition"),
        None if stack.declarations.mapping(name).is_some() => Some("a mapping"),
        None => None,
    }
}

fn message(stack: &Stack, reference: &Reference, suggestions: &[Suggestion]) -> String {
    let name = &reference.target.text;
    let (way, wanted) = match reference.kind {
        ReferenceKind::Ref => ("`Ref`", "a resource or a parameter"),
        ReferenceKind::Sub => ("`Fn::Sub`", "a resource or a parameter"),
        ReferenceKind::GetAtt | ReferenceKind::SubGetAtt => ("`Fn::GetAtt`", "a resource"),
        ReferenceKind::DependsOn => ("`DependsOn`", "a resource"),
        ReferenceKind::Condition => ("a condition", "a condition"),
        ReferenceKind::FindInMap => ("`Fn::FindInMap`", "a mapping"),
    };
    if let Some(kind) = other_kind(stack, name) {
        return match reference.kind {
            ReferenceKind::Condition => format!("`{name}` is {kind}, where the name of a condition must stand."),
            ReferenceKind::SubGetAtt => format!("`{name}` is {kind}, and only a resource has attributes."),
            ReferenceKind::GetAtt => {
                format!("`{name}` is {kind}, and `Fn::GetAtt` reads attributes of resources only.")
            }
            _ => format!("`{name}` is {kind}, and {way} must name {wanted}."),
        };
    }
    let mut message = match name.strip_prefix("AWS::") {
        Some(_) => format!("There is no pseudo parameter `{name}`, so the template cannot be deployed."),
        None => {
            let wanted = wanted.trim_start_matches("a ").replace("or a", "or");
            format!("The template declares no {wanted} `{name}`, so it cannot be deployed.")
        }
    };
    match suggestions {
        [] if reference.kind == ReferenceKind::Sub => {
            message += &format!(" For the text itself, write `${{!{name}}}`.");
        }
        [] => (),
        [only] => message += &format!(" Did you mean `{}`?", only.name),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|it| format!("`{}`", it.name)).collect();
            message += &format!(" Did you mean {} or `{}`?", first.join(", "), last.name);
        }
    }
    message
}

/// A name that may have been meant.
struct Suggestion {
    name: SmolStr,
    place: Option<Span>,
    /// True when it differs in a number or a letter that counts, so that another thing of the same sort may be meant.
    other_number: bool,
    distance: usize,
}

/// The names of a fitting kind that are most like the one that is written, the likeliest first.
fn suggestions(stack: &Stack, reference: &Reference, own: Option<&str>) -> Vec<Suggestion> {
    let written = reference.target.text.as_str();
    if other_kind(stack, written).is_some() {
        return Vec::new();
    }
    let mut out: Vec<Suggestion> = candidates(stack, reference.kind)
        .into_iter()
        .filter(|(name, _)| own != Some(name.as_str()))
        .filter_map(|(name, place)| {
            let distance = distance(written, &name)?;
            let other_number = is_other_of_its_sort(written, &name);
            Some(Suggestion { name, place, other_number, distance })
        })
        .collect();
    out.sort_by(|a, b| (a.distance, &a.name).cmp(&(b.distance, &b.name)));
    // One that differs only in case is meant, whatever else is like it.
    if out.first().is_some_and(|it| it.distance == 0) && out.get(1).is_none_or(|it| it.distance > 0) {
        out.truncate(1);
    }
    out.truncate(MAX_SUGGESTIONS);
    out
}

/// The names that a reference of this kind may name, and where they are declared.
fn candidates(stack: &Stack, kind: ReferenceKind) -> Vec<(SmolStr, Option<Span>)> {
    let declarations = &stack.declarations;
    let named = |name: &Name| (name.text.clone(), Some(name.span));
    // A name that a transform makes up is not what an author meant to write.
    let resources = stack.resources.iter().filter(|it| it.made.is_none());
    let resources = resources.map(|it| (it.key.clone(), Some(it.id.span)));
    match kind {
        ReferenceKind::Ref | ReferenceKind::Sub => {
            let parameters = declarations.parameters.iter().map(|it| named(&it.name));
            let pseudo = PSEUDO_PARAMETERS.iter().map(|it| (SmolStr::from(*it), None));
            resources.chain(parameters).chain(pseudo).collect()
        }
        ReferenceKind::GetAtt | ReferenceKind::SubGetAtt | ReferenceKind::DependsOn => resources.collect(),
        ReferenceKind::Condition => declarations.conditions.iter().map(|it| named(&it.name)).collect(),
        ReferenceKind::FindInMap => declarations.mappings.iter().map(|it| named(&it.name)).collect(),
    }
}
