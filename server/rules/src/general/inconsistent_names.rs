use crate::facts::environments;
use crate::facts::resource_names::namings;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Names of one stack follow different patterns.
    ///
    /// When most names of a template carry the environment, the Region or the name of the stack (`orders-${Stage}`), one that
    /// does not is easily taken for something that all environments share, and a second stack of the template fails on it alone:
    /// the name is taken. Give it the same part, or leave the name to CloudFormation.
    ///
    /// Names are compared by what is put into them: `AWS::Region`, `AWS::StackName`, `AWS::AccountId` and parameters that are
    /// called like an environment (`Stage`, `EnvironmentName`). A name is reported when two or more others of the stack have a
    /// part that it lacks, they are the majority, and nothing else is put into it. Names of inline policies are not compared: they
    /// count within their role alone.
    ///
    /// There is no fix: another name replaces the resource, and whether it is meant to be shared its author knows.
    name: "inconsistent-names",
    category: Maintainability,
    severity: Hint,
    default_on: false,
    fix: None,
    front_ends: FrontEnds::Both,
    founding: ["F90"],
    check: Check::Stack(check),
}

/// A name that somebody gave.
struct Given<'a> {
    resource: &'a Resource,
    span: Span,
    parts: Vec<SmolStr>,
    is_literal: bool,
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let mut names: Vec<Given<'_>> = Vec::new();
    // The name of an inline policy belongs to its role or user: no other stack takes it.
    let is_of_account = |it: &Resource| it.made.is_none() && it.ty.text != "AWS::IAM::Policy";
    for resource in stack.resources.iter().filter(|it| is_of_account(it)) {
        for naming in namings(&resource.ty.text) {
            let property = cx.view(resource).property(naming.property);
            let (Some(written), [text]) = (property.written(), &property.texts()[..]) else { continue };
            // What is a parameter alone is chosen by whoever deploys.
            let has_literal = text.pieces.iter().any(|it| matches!(it, Piece::Literal(_)));
            let is_known = !text.pieces.iter().any(|it| matches!(it, Piece::Unknown));
            // What a construct makes up is not the author's.
            let is_written = match &written.value {
                Value::Scalar(scalar) => {
                    let length = scalar.text.len();
                    (length..=length + 2).contains(&usize::from(written.span.range.len()))
                }
                _ => true,
            };
            let is_own = stack.source == Source::Template || is_written;
            if has_literal && is_known && is_own && property.cases().len() == 1 {
                let is_literal = text.literal().is_some();
                names.push(Given { resource, span: written.span, parts: parts(text), is_literal });
            }
        }
    }
    let mut all: Vec<SmolStr> = names.iter().flat_map(|it| it.parts.iter().cloned()).collect();
    all.sort();
    all.dedup();
    for part in all {
        let (with, without): (Vec<_>, Vec<_>) = names.iter().partition(|it| it.parts.contains(&part));
        if with.len() < 2 || with.len() <= without.len() {
            continue;
        }
        // A name that something else is put into is one of this stack, too.
        for name in without.into_iter().filter(|it| it.is_literal) {
            let message = format!(
                "This name is without `${{{part}}}`, which {} other names of the stack have: a second stack fails on it. Give it the \
                 same part, or leave the name to CloudFormation.",
                with.len()
            );
            cx.report(name.span, message).about(name.resource).related(with[0].span, "a name with it");
        }
    }
}

/// What tells the names of one stack from those of another.
fn parts(text: &Interpolated) -> Vec<SmolStr> {
    let refs = text.pieces.iter().filter_map(|it| match it {
        Piece::Ref(name) => Some(name),
        _ => None,
    });
    let is_part = |it: &&SmolStr| {
        matches!(it.as_str(), "AWS::Region" | "AWS::StackName" | "AWS::AccountId") || environments::is_environment(it)
    };
    let mut out: Vec<SmolStr> = refs.filter(is_part).cloned().collect();
    out.dedup();
    out
}
