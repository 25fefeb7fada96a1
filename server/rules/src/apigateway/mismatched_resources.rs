use crate::facts::identity;
use crate::facts::related;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A stage or a method uses what belongs to another API, or an authorizer of another kind.
    ///
    /// The deployment of a stage and the authorizer of a method belong to the same API. A method with the authorization
    /// `CUSTOM` has an authorizer of the type `TOKEN` or `REQUEST`, one with `COGNITO_USER_POOLS` one of that type. Amazon API
    /// Gateway refuses the rest.
    name: "apigateway-mismatched-resources",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3698", "cfn_lint:E3699", "cfn_lint:E3708"],
    founding: [],
    check: Check::Resources(&["AWS::ApiGateway::Method", "AWS::ApiGateway::Stage"], check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let (path, ty, what) = match resource.ty.text.as_str() {
        "AWS::ApiGateway::Stage" => ("DeploymentId", "AWS::ApiGateway::Deployment", "deployment"),
        _ => ("AuthorizerId", "AWS::ApiGateway::Authorizer", "authorizer"),
    };
    if resource.property(path).target().is_none() {
        return;
    }
    let Some(own) = related::itself(resource, cx) else { return };
    let property = own.property(path);
    let Some((other, span)) = related::resource(&property, ty, cx).zip(property.span()) else { return };
    let api = |it: &ResourceView<'_>| it.property("RestApiId").target().map(|it| it.text.clone());
    if let (Some(here), Some(there)) = (api(&own), api(&other))
        && here != there
        && identity::given(own.resource(), "RestApiId").len() == 1
    {
        let message = format!("The {what} `{}` is of `{there}`, and this is of `{here}`.", other.id.text);
        cx.report(span, message).related(other.id.span, format!("the {what}"));
    }
    let (kind, of_authorizer) = (own.property("AuthorizationType"), other.property("Type"));
    let wanted: &[&str] = match kind.as_str() {
        Some("CUSTOM") => &["REQUEST", "TOKEN"],
        Some("COGNITO_USER_POOLS") => &["COGNITO_USER_POOLS"],
        _ => return,
    };
    if let Some(found) = of_authorizer.as_str().filter(|it| what == "authorizer" && !wanted.contains(it)) {
        let message = format!(
            "The method is authorized by `{}`, and its authorizer `{}` is of the type `{found}`.",
            kind.as_str().unwrap_or_default(),
            other.id.text
        );
        let draft = cx.report(kind.span().unwrap_or(span), message);
        if let Some(span) = of_authorizer.span() {
            draft.related(span, "the authorizer");
        }
    }
}
