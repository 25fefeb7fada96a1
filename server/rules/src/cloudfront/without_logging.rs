use crate::facts::origins::DISTRIBUTION;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A CloudFront distribution keeps no record of the requests that it answers.
    ///
    /// A distribution has no `Logging`, no cache behaviour with a real-time log configuration, and no log delivery of Amazon
    /// CloudWatch Logs that takes its access logs (standard logging v2: an `AWS::Logs::DeliverySource` with its ARN). For a streaming
    /// distribution `Logging.Enabled` counts.
    ///
    /// ## Why
    ///
    /// Requests that CloudFront answers from its cache never reach the origin, so its logs do not show them. Without
    /// access logs nobody can say afterwards who fetched what, where errors came from or what an attack looked like. See
    /// "Configure standard logging" in the Amazon CloudFront Developer Guide, and control CloudFront.5 of AWS Security Hub.
    ///
    /// ## What is not reported
    ///
    /// - Logging that a parameter or a condition turns on: that is a decision for each deployment.
    /// - A configuration that is not known before deployment; a stack to which macros or loops may add resources.
    ///
    /// There is no fix: where the logs go, and for how long, is a decision.
    name: "cloudfront-without-logging",
    category: Security,
    severity: Info,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_86",
        "cfn_nag:W10",
        "cdk_nag:CloudFrontDistributionAccessLogging",
        "cdk_nag:AwsSolutions-CFR3",
        "guard:CLOUDFRONT_ACCESSLOGS_ENABLED",
        "security_hub:CloudFront.5",
    ],
    founding: ["F57"],
    check: Check::Resources(&[DISTRIBUTION, STREAMING], check),
}

const STREAMING: &str = "AWS::CloudFront::StreamingDistribution";
const SOURCE: &str = "AWS::Logs::DeliverySource";

fn check(distribution: &ResourceView<'_>, cx: &mut Context<'_>) {
    let is_silent = match distribution.ty.text == STREAMING {
        true => {
            let enabled = distribution.property("StreamingDistributionConfig.Logging.Enabled");
            !enabled.may_be("true")
        }
        false => {
            let config = distribution.property("DistributionConfig");
            config.get("Logging").is_absent() && !may_log_in_real_time(&config)
        }
    };
    if !is_silent || cx.is_open() || is_delivered(distribution, cx) {
        return;
    }
    let message = format!(
        "`{}` keeps no record of the requests that it answers, and its origins do not see those that come from the cache. Turn \
         on logging, to a bucket or by a log delivery.",
        distribution.id.text
    );
    cx.report(distribution.id.span, message);
}

fn may_log_in_real_time(config: &Property<'_>) -> bool {
    let others = config.get("CacheBehaviors");
    let mut behaviors = vec![config.get("DefaultCacheBehavior")];
    behaviors.extend(others.items());
    !others.is_complete() || behaviors.iter().any(|it| it.get("RealtimeLogConfigArn").may_be_set())
}

/// True when CloudWatch Logs may take the logs of the distribution.
fn is_delivered(distribution: &ResourceView<'_>, cx: &Context<'_>) -> bool {
    if cx.dependents(&distribution.key).any(|it| it.ty.text == SOURCE) {
        return true;
    }
    // One whose resource is not known, from a parameter for instance, may be for this one.
    cx.resources_of(SOURCE).any(|it| {
        let kind = cx.view(it).property("LogType");
        kind.may_be("ACCESS_LOGS")
            && cx.view(it).property("ResourceArn").targets().iter().all(|it| cx.target(&it.text).is_none())
    })
}
