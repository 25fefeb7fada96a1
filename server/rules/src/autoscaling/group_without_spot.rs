use crate::facts::branches;
use crate::facts::environments::{self, ENVIRONMENTS, PRODUCTION};
use crate::facts::related;
use crate::facts::scaling_groups::GROUP;
use crate::prelude::*;
use crate::rule::{RuleOption, rule};

rule! {
    /// An Auto Scaling group that is not for production pays the full price for its machines.
    ///
    /// Spot Instances are "available at up to a 90% discount compared to On-Demand prices" (Spot Instances, Amazon EC2 User
    /// Guide); EC2 may take them back with two minutes' notice, which test environments bear well. A group uses them by a
    /// `MixedInstancesPolicy` whose `OnDemandPercentageAboveBaseCapacity` is below 100, its default.
    ///
    /// An opinion, so it is off unless the configuration turns it on.
    ///
    /// A group is known not to be for production by its environment: a word such as `dev` or `staging` in its id, its tags, the
    /// path of its stack in a CDK program, or in the default of a parameter that is called like an environment.
    ///
    /// ## What is not reported
    ///
    /// A group of which no environment is known, or several; one with spot in its launch template or launch configuration, or
    /// with a policy or template that is not known.
    ///
    /// ## Fix
    ///
    /// None: which other classes of machines will do, so that there are enough of them, is not in the text.
    name: "autoscaling-group-without-spot",
    category: Cost,
    severity: Hint,
    default_on: false,
    fix: None,
    front_ends: FrontEnds::Both,
    founding: ["F50"],
    options: &[
        RuleOption { name: "environments", docs: "What environments are called.", default: ENVIRONMENTS },
        RuleOption { name: "production", docs: "What production is called.", default: PRODUCTION },
    ],
    check: Check::Resources(&[GROUP], check),
}

fn check(group: &ResourceView<'_>, cx: &mut Context<'_>) {
    if may_use_spot(group) {
        return;
    }
    let (environments, production) = (cx.option("environments"), cx.option("production"));
    let labels = labels(group, cx);
    let Some(environment) = environments::of_labels(&labels, &environments) else { return };
    if environments::is_one_of(&labels, &production) || template_may_use_spot(group, cx) {
        return;
    }
    let message = format!(
        "The machines of `{}` are for `{environment}` and cost the full price. Spot Instances cost a fraction of it: add a \
         `MixedInstancesPolicy` that uses them.",
        group.id.text
    );
    cx.report(group.id.span, message);
}

/// True when the group itself may ask for Spot Instances.
fn may_use_spot(group: &ResourceView<'_>) -> bool {
    let policy = group.property("MixedInstancesPolicy");
    let share = branches::all(&policy.get("InstancesDistribution.OnDemandPercentageAboveBaseCapacity"));
    // A construct says nothing of a policy that it is not given, where its other props are known.
    let is_given =
        |span| group.construct.is_none() || span != group.id.span || group.property("MinSize").is_uncertain();
    share.iter().any(|it| match it.state {
        State::Absent => false,
        State::Unknown => is_given(it.span),
        State::Known(node) | State::Default(node) => node.as_int().is_none_or(|it| it < 100),
    })
}

/// True when what the group makes its machines of may ask for Spot Instances.
fn template_may_use_spot(group: &ResourceView<'_>, cx: &Context<'_>) -> bool {
    let sources = [
        ("LaunchConfigurationName", "AWS::AutoScaling::LaunchConfiguration", "SpotPrice"),
        (
            "LaunchTemplate.LaunchTemplateId",
            "AWS::EC2::LaunchTemplate",
            "LaunchTemplateData.InstanceMarketOptions.MarketType",
        ),
        (
            "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId",
            "AWS::EC2::LaunchTemplate",
            "LaunchTemplateData.InstanceMarketOptions.MarketType",
        ),
    ];
    let Some(group) = related::itself(group, cx) else { return true };
    sources.iter().any(|(path, ty, property)| {
        let named = group.property(path);
        match related::resource(&named, ty, cx) {
            Some(template) => template.property(property).may_be_set(),
            // Of one that is elsewhere nothing is known.
            None => named.may_be_set() && group.construct.is_none(),
        }
    })
}

/// The words that may say which environment the group is for.
fn labels(group: &ResourceView<'_>, cx: &Context<'_>) -> Vec<SmolStr> {
    let mut out = vec![group.id.text.clone()];
    out.extend(group.path.clone());
    for tag in group.property("Tags").items() {
        out.extend(tag.get("Value").as_str().map(SmolStr::new));
    }
    for parameter in &cx.declarations().parameters {
        let default = parameter.default.as_ref().and_then(Node::as_str);
        out.extend(default.filter(|_| environments::is_environment(&parameter.name.text)).map(SmolStr::new));
    }
    out
}
