use crate::facts::rewriting::{is_for_a_tool, may_be_rewritten};
use crate::prelude::*;
use crate::rule::rule;
use schema::serverless::{PREFIX, TRANSFORM, find};
use schema::template::SERVERLESS_ATTRIBUTES;

rule! {
    /// A template uses AWS SAM without naming its transform.
    ///
    /// The types `AWS::Serverless::Function` and their like are not CloudFormation's own: the transform
    /// `AWS::Serverless-2016-10-31` makes resources of them, if the template asks for it. Without it CloudFormation refuses the
    /// template: "Unresolved resource types". The same goes for the section `Globals`, and for `Connectors` and
    /// `IgnoreGlobals` beside the type of a resource. See "AWS SAM template anatomy" in the AWS Serverless Application Model
    /// Developer Guide.
    ///
    /// The first such resource is reported, else the section.
    ///
    /// ## What is not reported
    ///
    /// Templates that a macro or another tool reads first, which may put the transform in.
    ///
    /// ## Fix
    ///
    /// Adds the transform, behind others: `AWS::LanguageExtensions` has to be done before it.
    name: "serverless-missing-transform",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E3038", "cfn_lint:E3066", "cfn_lint:E3724"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    if stack.declarations.transforms.iter().any(|it| it.text.starts_with("AWS::Serverless-")) {
        return;
    }
    let of_type =
        |it: &Resource| find(&it.ty.text).is_some().then(|| (it.ty.span, format!("`{}` is a type", it.ty.text)));
    let of_attribute = |it: &Resource| {
        // What has a type of SAM is found by that.
        let attribute = it.attributes.entries.iter().find(|it| SERVERLESS_ATTRIBUTES.contains(&it.0.text.as_str()));
        let (name, _) = attribute.filter(|_| !it.ty.text.starts_with(PREFIX))?;
        Some((name.span, format!("`{}` is an attribute", name.text)))
    };
    let mut written = stack.resources.iter().filter(|it| it.made.is_none());
    let resource = written.find_map(|it| Some((Some(&**it), of_type(it).or_else(|| of_attribute(it))?)));
    let section = || {
        let globals = stack.sections.iter().find(|it| it.name.text == "Globals")?;
        Some((None, (globals.name.span, "`Globals` is a section".to_owned())))
    };
    let Some((resource, (span, what))) = resource.or_else(section) else { return };
    if stack.open || may_be_rewritten(stack) || is_for_a_tool(stack) {
        return;
    }
    let message = format!("{what} of AWS SAM, which CloudFormation knows only with `Transform: {TRANSFORM}`.");
    let change = Change::AddTransform { name: TRANSFORM.into(), last: true };
    let draft = cx.report(span, message).fix(format!("Add the transform `{TRANSFORM}`"), vec![change]);
    if let Some(resource) = resource {
        draft.about(resource);
    }
}
