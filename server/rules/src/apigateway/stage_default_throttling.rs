use crate::facts::listeners;
use crate::prelude::*;
use crate::rule::rule;

const REST: &str = "AWS::ApiGateway::Stage";
const HTTP: &str = "AWS::ApiGatewayV2::Stage";
const PLAN: &str = "AWS::ApiGateway::UsagePlan";

/// What an account may take in a Region unless it asked for more: requests a second, and how many at once. See "Amazon API
/// Gateway quotas" in the Amazon API Gateway Developer Guide, read on 2026-11-22.
const RATE: i64 = 10_000;
const BURST: i64 = 5_000;

rule! {
    /// A stage of an API has no limits of its own.
    ///
    /// No entry of `MethodSettings` of a stage of a REST API, and neither `DefaultRouteSettings` nor `RouteSettings` of a stage of an
    /// HTTP or WebSocket API, sets `ThrottlingRateLimit` or `ThrottlingBurstLimit`, and no usage plan names the stage. What
    /// holds then is the limit that all APIs of the account share in a Region, 10,000 requests a second: one client
    /// that runs wild shuts out the clients of every other API, and what is behind this one gets all that it
    /// sends. See "Throttle requests to your REST APIs for better throughput in API Gateway" in the Amazon API Gateway
    /// Developer Guide.
    ///
    /// ## What is not reported
    ///
    /// A stage with any limit, also for some methods only, or with settings that are not known before deployment; one whose
    /// API a usage plan names, unless that names another stage; one that is handed to a nested stack or to custom code.
    ///
    /// ## Fix
    ///
    /// Writes out the limits that hold anyway, 10,000 requests a second and 5,000 at once, where they can be lowered to what is
    /// behind the API can bear.
    name: "apigateway-stage-default-throttling",
    category: Reliability,
    severity: Info,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cdk_nag:APIGWDefaultThrottling", "cdk_nag:Serverless-APIGWDefaultThrottling"],
    founding: ["F38"],
    check: Check::Resources(&[REST, HTTP], check),
}

fn check(stage: &ResourceView<'_>, cx: &mut Context<'_>) {
    let is_rest = stage.ty.text == REST;
    let settings = match is_rest {
        true => may_limit_methods(stage),
        false => may_limit_routes(stage),
    };
    if settings || may_be_limited_elsewhere(stage, is_rest, cx) {
        return;
    }
    let message = format!(
        "`{}` has no limits of its own, so one client may use up the 10,000 requests per second that all APIs of the \
         account share. Set limits that what is behind it can bear.",
        stage.id.text
    );
    let changes = if cx.wants_fixes() { fix(stage, is_rest) } else { Vec::new() };
    let draft = cx.report(stage.id.span, message);
    if !changes.is_empty() {
        let intent = Intent::LimitStage { stage: stage.origin, rate: RATE, burst: BURST };
        draft.fix_as(Safe, "Write out the limits of the account", changes, Some(intent));
    }
}

/// True when an entry of the settings of methods may set a limit.
fn may_limit_methods(stage: &ResourceView<'_>) -> bool {
    let settings = stage.property("MethodSettings");
    !settings.is_complete() || settings.items().iter().any(may_limit)
}

/// True when the settings of all routes, or of one, may set a limit.
fn may_limit_routes(stage: &ResourceView<'_>) -> bool {
    let routes = stage.property("RouteSettings");
    may_limit(&stage.property("DefaultRouteSettings"))
        // No construct has a prop for single routes.
        || (!routes.is_complete() && (stage.construct.is_none() || routes.written().is_some()))
        || routes.entries().iter().any(|(_, it)| may_limit(it))
}

fn may_limit(settings: &Property<'_>) -> bool {
    ["ThrottlingRateLimit", "ThrottlingBurstLimit"].iter().any(|it| settings.get(it).may_be_set())
}

/// True when a usage plan names the stage, or something out of sight may do so.
fn may_be_limited_elsewhere(stage: &ResourceView<'_>, is_rest: bool, cx: &Context<'_>) -> bool {
    if cx.is_open() {
        return true;
    }
    let names = |key: &str| {
        cx.dependents(key).any(|it| match it.ty.text.as_str() {
            PLAN => may_limit_stage(&cx.view(it), stage),
            ty => listeners::takes(ty) && listeners::is_given(it, key),
        })
    };
    let api = stage.property(if is_rest { "RestApiId" } else { "ApiId" });
    let plans = || cx.resources_of(PLAN).any(|it| listeners::is_out_of_sight(&it.properties, "ApiStages"));
    names(&stage.key) || api.target().is_some_and(|it| names(&it.text)) || (is_rest && plans())
}

/// True when a usage plan that names the API of the stage, or the stage, may mean this stage.
fn may_limit_stage(plan: &ResourceView<'_>, stage: &ResourceView<'_>) -> bool {
    let stages = plan.property("ApiStages");
    let name = stage.property("StageName");
    let is_meant = |it: &Property<'_>| {
        let (named, api) = (it.get("Stage"), it.get("ApiId"));
        let is_of_api = match (api.target(), stage.property("RestApiId").target()) {
            (Some(one), Some(other)) => one.text == other.text,
            _ => true,
        };
        is_of_api && named.as_str().is_none_or(|it| name.may_be(it))
    };
    !stages.is_complete() || stages.items().iter().any(is_meant)
}

fn fix(stage: &ResourceView<'_>, is_rest: bool) -> Vec<Change> {
    let limits = [("ThrottlingRateLimit", RATE), ("ThrottlingBurstLimit", BURST)];
    if !is_rest {
        let settings = stage.property("DefaultRouteSettings");
        return limits.iter().map(|(name, limit)| settings.get(name).set(Literal::Number(*limit))).collect();
    }
    let settings = stage.property("MethodSettings");
    let is_of_all = |it: &Property<'_>| it.get("HttpMethod").is("*") && it.get("ResourcePath").is("/*");
    let items = settings.items();
    if let Some(map) = items.iter().find(|it| is_of_all(it)).and_then(Property::written) {
        let set = |(name, limit): &(&str, i64)| Change::SetIn {
            map: map.span,
            path: (*name).to_owned(),
            value: Literal::Number(*limit),
        };
        return limits.iter().map(set).collect();
    }
    let mut entry =
        vec![("HttpMethod".to_owned(), Literal::text("*")), ("ResourcePath".to_owned(), Literal::text("/*"))];
    entry.extend(limits.iter().map(|(name, limit)| ((*name).to_owned(), Literal::Number(*limit))));
    let entry = Literal::Map(entry);
    match settings.is_absent() {
        true => vec![settings.set(Literal::List(vec![entry]))],
        false => vec![Change::Append { origin: stage.origin, path: "MethodSettings".to_owned(), value: entry }],
    }
}
