use crate::facts::web_acls;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// No web ACL filters what a stage of a REST API takes.
    ///
    /// No `AWS::WAFv2::WebACLAssociation` (or one of `AWS::WAFRegional`) of the same stack names the stage, by itself or by its
    /// API and its name. Requests that try known faults, and floods of them, then reach what is behind the API, and are paid
    /// for. See "Use AWS WAF to protect your REST APIs in API Gateway" in the Amazon API Gateway Developer Guide, and control
    /// APIGateway.4 of AWS Security Hub.
    ///
    /// Off by default: web ACLs are often associated by another stack, or by AWS Firewall Manager.
    ///
    /// ## What is not reported
    ///
    /// Stages of private APIs; HTTP and WebSocket APIs, which have no web ACLs; a stage or an API that is handed to a nested stack
    /// or to custom code, or exported; a stack with an association of which it is not known what it names.
    ///
    /// There is no fix: which rules fit the application is for a person to say.
    name: "apigateway-stage-without-waf",
    category: Security,
    severity: Info,
    default_on: false,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: [
        "cdk_nag:APIGWAssociatedWithWAF",
        "cdk_nag:AwsSolutions-APIG3",
        "cdk_nag:NIST.800.53.R5-APIGWAssociatedWithWAF",
        "cdk_nag:PCI.DSS.321-APIGWAssociatedWithWAF",
        "security_hub:APIGateway.4",
    ],
    founding: ["F10"],
    check: Check::Resources(&["AWS::ApiGateway::Stage"], check),
}

fn check(stage: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(api) = stage.property("RestApiId").target().and_then(|it| cx.target(&it.text)) else { return };
    if may_be_private(&cx.view(api)) || web_acls::may_filter_stage(stage, cx) {
        return;
    }
    let message = format!(
        "`{}` takes requests that no web ACL filters. Associate one that keeps known attacks and floods away from what is \
         behind it.",
        stage.id.text
    );
    cx.report(stage.id.span, message);
}

/// True when an API may be reached from within a VPC only.
fn may_be_private(api: &ResourceView<'_>) -> bool {
    let types = api.property("EndpointConfiguration.Types");
    !types.is_complete() || types.items().iter().any(|it| it.may_be("PRIVATE"))
}
