use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A permission names one service as the caller of a function, and a resource of another.
    ///
    /// `SourceArn` says which resource may call the function, `Principal` the service that does. A bucket calls as
    /// `s3.amazonaws.com`, a topic as `sns.amazonaws.com`: with another principal the permission never applies, and nothing says
    /// why the function is not called.
    ///
    /// ## Fix
    ///
    /// Writes the service of the resource.
    name: "lambda-mismatched-permission",
    category: Correctness,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:W3664"],
    founding: [],
    check: Check::Resources(&["AWS::Lambda::Permission"], check),
}

/// The service as which resources of a type call a function.
fn caller(ty: &str) -> Option<&'static str> {
    Some(match ty {
        "AWS::ApiGateway::RestApi" | "AWS::ApiGatewayV2::Api" => "apigateway",
        "AWS::Cognito::UserPool" => "cognito-idp",
        "AWS::Config::ConfigRule" => "config",
        "AWS::ElasticLoadBalancingV2::TargetGroup" => "elasticloadbalancing",
        "AWS::Events::Rule" => "events",
        "AWS::IoT::TopicRule" => "iot",
        "AWS::Logs::LogGroup" => "logs",
        "AWS::S3::Bucket" => "s3",
        "AWS::SNS::Topic" => "sns",
        _ => return None,
    })
}

fn check(permission: &ResourceView<'_>, cx: &mut Context<'_>) {
    let principal = permission.property("Principal");
    let Some((name, span)) = principal.as_str().zip(principal.span()) else { return };
    let source = permission.property("SourceArn");
    let targets = source.targets();
    if targets.is_empty() {
        return;
    }
    let Some(service) = name.strip_suffix(".amazonaws.com").or(name.strip_suffix(".amazonaws.com.cn")) else { return };
    let stack = cx.stack();
    let mut named = targets.iter().filter_map(|it| stack.resource(&it.text));
    let (Some(resource), None) = (named.next(), named.next()) else { return };
    let Some(caller) = caller(&resource.ty.text) else { return };
    let service = service.split('.').next().unwrap_or_default();
    if service == caller {
        return;
    }
    let message = format!(
        "`{}` calls functions as `{caller}.amazonaws.com`, so a permission for `{name}` lets it do nothing.",
        resource.id.text
    );
    let wanted = format!("{caller}.amazonaws.com");
    cx.report(span, message)
        .related(resource.id.span, "the caller")
        .fix(format!("Write `{wanted}`"), vec![principal.set(Literal::text(wanted.as_str()))]);
}
