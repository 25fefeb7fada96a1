use crate::facts::functions::{self, Site};
use crate::prelude::*;
use crate::rule::rule;
use schema::template::{PSEUDO_PARAMETERS, is_substitution};

/// Properties whose text has variables of its own: scripts, documents, definitions and commands.
const OTHER_LANGUAGES: &[&str] = &[
    "ApiDefinition",
    "Body",
    "BuildSpec",
    "Buildspec",
    "Code",
    "Command",
    "Commands",
    "Configuration",
    "ConfigurationJson",
    "Content",
    "DashboardBody",
    "Definition",
    "DefinitionBody",
    "DefinitionString",
    "Document",
    "EntryPoint",
    "FunctionCode",
    "InitConfig",
    "InlineCode",
    "InputTemplate",
    "LaunchScript",
    "MappingTemplate",
    "Query",
    "QueryString",
    "RequestMappingTemplate",
    "RequestTemplates",
    "ResponseMappingTemplate",
    "ResponseTemplates",
    "Script",
    "Sql",
    "TemplateBody",
    "UserData",
    "ZipFile",
];

rule! {
    /// A string holds `${Name}` of something that the template declares, but `Fn::Sub` is missing.
    ///
    /// CloudFormation puts values into a string only where `Fn::Sub` says so. Without it the resource gets the text `${Name}`
    /// itself, and fails or carries a wrong name. See "Fn::Sub" in the AWS CloudFormation User Guide.
    ///
    /// ## What is not reported
    ///
    /// Names that the template does not declare: `${aws:username}` in a policy and `${stageVariables.Name}` of an API are read
    /// by others. Scripts, definitions of state machines, build specifications, mapping templates and other texts with variables
    /// of their own, unless the name is a pseudo parameter. Templates that a macro reads.
    ///
    /// ## Fix
    ///
    /// Makes it an `Fn::Sub`, with the declared names as variables and all else as the text that it is; a reference alone becomes
    /// `Ref` or `Fn::GetAtt`.
    name: "missing-sub",
    category: Correctness,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E1029"],
    founding: [],
    check: functions::at_sites!(check),
}

fn check(site: &Site<'_, '_>, cx: &mut Context<'_>) {
    if !site.is_value() || !functions::is_plain(cx.declarations()) {
        return;
    }
    let Some((text, span)) = functions::literal(site.node).filter(|(text, _)| text.contains("${")) else { return };
    if site.path.contains(&"TemplateBody") || is_literal_argument(site) {
        return;
    }
    let is_of_others = text.contains('\n') || site.path.iter().any(|it| OTHER_LANGUAGES.contains(it));
    let mut found: Option<&str> = None;
    let mut parts = Vec::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find("${") {
        let Some(end) = rest[start..].find('}').map(|it| it + start) else { break };
        let name = &rest[start + 2..end];
        match reference(name, is_of_others, cx) {
            Some(value) => {
                if start > 0 {
                    parts.push(Literal::text(&rest[..start]));
                }
                parts.push(value);
                found = found.or(Some(name));
            }
            None => parts.push(Literal::text(&rest[..=end])),
        }
        rest = &rest[end + 1..];
    }
    let Some(name) = found else { return };
    if !rest.is_empty() {
        parts.push(Literal::text(rest));
    }
    let message = format!("Without `Fn::Sub` this string holds the text `${{{name}}}`, not the value of `{name}`.");
    // A reference alone needs no string around it.
    let (title, value) = match &parts[..] {
        [only @ Literal::Ref(_)] => ("Write `Ref`", only.clone()),
        [only @ Literal::GetAtt(..)] => ("Write `Fn::GetAtt`", only.clone()),
        _ => ("Write `Fn::Sub`", Literal::Sub(parts)),
    };
    cx.report(span, message).fix(title, vec![Change::Replace { span, value }]);
}

/// What `${name}` stands for in `Fn::Sub`, if the template declares it.
fn reference(name: &str, is_of_others: bool, cx: &Context<'_>) -> Option<Literal> {
    if PSEUDO_PARAMETERS.contains(&name) {
        return Some(Literal::Ref(name.into()));
    }
    if is_of_others || name.is_empty() || !is_substitution(name) {
        return None;
    }
    match name.split_once('.') {
        None => {
            let is_declared = cx.declarations().parameter(name).is_some() || cx.target(name).is_some();
            is_declared.then(|| Literal::Ref(name.into()))
        }
        Some((resource, attribute)) => {
            let is_declared = !attribute.is_empty() && cx.target(resource).is_some();
            is_declared.then(|| Literal::GetAtt(resource.into(), attribute.into()))
        }
    }
}

/// True for an argument that must be written out.
fn is_literal_argument(site: &Site<'_, '_>) -> bool {
    site.within.is_some_and(|it| {
        let is_first = it.argument == 0 && !it.is_item;
        is_first && matches!(it.function, "Fn::If" | "Fn::Join" | "Fn::Split" | "Condition" | "Ref")
            || matches!(it.function, "Fn::FindInMap")
    })
}
