use crate::facts::below;
use crate::facts::reach::{Reached, Through, reached};
use crate::facts::region::Regions;
use crate::facts::rewriting::for_each_node;
use crate::prelude::*;
use crate::rule::rule;
use schema::generations::{self, Previous};
use schema::offers::{self, Offer};

rule! {
    /// A machine is of a generation that AWS has replaced.
    ///
    /// Machines of a current generation do more for less: a `t3.micro` costs a tenth less than a `t2.micro` and has twice the
    /// processors. AWS keeps the old ones for those who have tuned their programs to them, in few regions and zones, and capacity
    /// of them runs out first. See "Previous Generation Instances" on the site of Amazon EC2; which family follows which is in
    /// `server/schema/src/generations.rs`.
    ///
    /// Looked at are instances, launch templates and configurations, hosts, databases, caches, search domains, brokers, notebooks,
    /// clusters of EMR and node groups of EKS, and what a parameter has as its default.
    ///
    /// ## What is not reported
    ///
    /// Types that are not known before the deployment, and those that a parameter allows but does not have as its default; lists
    /// of several types from which Auto Scaling, a fleet or AWS Batch may choose, since old types are there for more Spot capacity.
    ///
    /// ## Fix
    ///
    /// Writes the current class of the same size: the newest that each region in question offers, as far as it is known where
    /// the stack goes; of the other services the one that runs all versions of their engines. There is none where no current
    /// family has that size. It stops and starts, or replaces, what runs, and old images may lack the drivers for new machines, so
    /// it is applied only on request.
    name: "ec2-previous-generation-instance",
    category: Cost,
    severity: Info,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:I3100"],
    founding: ["F28"],
    check: Check::EveryResource(check),
}

/// Where classes of machines stand that no list of offers has, or not for this type: the type, and the path.
const PLACES: &[(&str, &str)] = &[
    ("AWS::AutoScaling::LaunchConfiguration", "InstanceType"),
    ("AWS::EC2::CapacityReservation", "InstanceType"),
    ("AWS::EC2::Host", "InstanceType"),
    ("AWS::EKS::Nodegroup", "InstanceTypes/*"),
    ("AWS::ElastiCache::GlobalReplicationGroup", "CacheNodeType"),
    ("AWS::ElastiCache::ReplicationGroup", "CacheNodeType"),
    ("AWS::RDS::DBInstance", "DBInstanceClass"),
    ("AWS::SageMaker::NotebookInstance", "InstanceType"),
];

/// What the names of regions begin with that are a world of their own. Who does not say that a stack goes there means others.
const CHINA: &str = "cn-";

/// The words of paths to lists of types from which a service chooses.
const CHOICES: [&str; 3] = ["Overrides", "InstanceTypeConfigs", "InstanceTypeSpecifications"];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.made.is_some() && cx.source() == Source::Template {
        return;
    }
    let ty = resource.ty.text.as_str();
    let of_offers = offers::places(ty).map(|it| it.0.split('=').next().unwrap_or_default());
    let listed = PLACES.iter().filter(|it| it.0 == ty).map(|it| it.1);
    let mut paths: Vec<&str> = of_offers.chain(listed).collect();
    paths.sort_unstable();
    paths.dedup();
    for path in paths.into_iter().filter(|it| !CHOICES.iter().any(|word| it.contains(word))) {
        let properties = below::at(&resource.all(), path);
        if path.ends_with("/*") && properties.len() > 1 {
            continue;
        }
        for property in properties {
            let mut seen: Vec<Span> = Vec::new();
            for class in reached(&property, resource.declarations()) {
                let Some(previous) = class.node.as_str().and_then(generations::previous) else { continue };
                if !seen.contains(&class.case.span) {
                    seen.push(class.case.span);
                    report(resource, path, &class, &previous, cx);
                }
            }
        }
    }
}

fn report(resource: &ResourceView<'_>, path: &str, class: &Reached<'_>, previous: &Previous<'_>, cx: &mut Context<'_>) {
    let name = previous.class;
    let circumstances = class.circumstances(resource);
    let configured: Vec<SmolStr> = cx.setting("regions").iter().map(SmolStr::from).collect();
    let current = current(resource, path, previous, &configured);
    let advice = match &current {
        Some(it) => format!("`{it}` does more for less."),
        None => "A current one does more for less.".to_owned(),
    };
    let message = match class.parameter() {
        Some(parameter) => format!(
            "{circumstances}`{name}`, the default of `{}`, is of a generation that AWS has replaced. {advice}",
            parameter.name.text
        ),
        None => format!("{circumstances}`{name}` is of a generation that AWS has replaced. {advice}"),
    };
    let fix = match current {
        Some(current) if cx.wants_fixes() => {
            let stack = cx.stack();
            let regions = Regions::of_stack(stack).certain(cx.setting("regions"));
            let newest = self::current(resource, path, previous, &regions).unwrap_or(current);
            changes(resource, path, class, &newest, stack).map(|it| (newest, it))
        }
        _ => None,
    };
    let mut draft = cx.report(class.case.span, message);
    if let Some(place) = class.source() {
        draft = draft.related(place, format!("`{name}` comes from here."));
    }
    if let Some((newest, changes)) = fix {
        draft.fix(format!("Write `{newest}`"), changes);
    }
}

/// The class of the same size that takes the place of an old one: of the newest family that all of `regions` offer, or, where
/// none are known, all regions outside of China that have the old one.
fn current(resource: &ResourceView<'_>, path: &str, previous: &Previous<'_>, regions: &[SmolStr]) -> Option<String> {
    let offer = offer(resource, path);
    let is_offered = |class: &str| {
        let Some(offer) = offer else { return true };
        let Some(with) = offer.regions_with(class) else { return false };
        if regions.is_empty() {
            let mut old = offer.regions_with(previous.class).into_iter().flat_map(|it| it.names());
            old.all(|it| with.contains(it) || it.starts_with(CHINA))
        } else {
            regions.iter().all(|it| with.contains(it))
        }
    };
    let classes = previous.successors.iter().map(|it| previous.in_family(it));
    let mut fitting = classes.filter(|it| is_offered(it));
    // Other services take the newest families with the newest versions of their engines only.
    let is_instance = previous.is_plain() && !resource.ty.text.starts_with("AWS::EMR") && offer.is_some();
    if is_instance { fitting.next() } else { fitting.next_back() }
}

/// What AWS offers at a place.
fn offer(resource: &ResourceView<'_>, path: &str) -> Option<Offer> {
    let ty = resource.ty.text.as_str();
    let engine = resource.property("Engine");
    let own = offers::places(ty).find(|(place, _)| match place.split_once('=') {
        Some((place, wanted)) => place == path && engine.as_str().is_some_and(|it| it.eq_ignore_ascii_case(wanted)),
        None => *place == path,
    });
    let borrowed = || {
        let (ty, place) = match ty {
            "AWS::ElastiCache::GlobalReplicationGroup" | "AWS::ElastiCache::ReplicationGroup" => {
                ("AWS::ElastiCache::CacheCluster", "CacheNodeType")
            }
            "AWS::AutoScaling::LaunchConfiguration"
            | "AWS::EC2::CapacityReservation"
            | "AWS::EC2::Host"
            | "AWS::EKS::Nodegroup" => ("AWS::EC2::Instance", "InstanceType"),
            _ => return None,
        };
        offers::places(ty).find(|it| it.0 == place)
    };
    own.or_else(borrowed).map(|it| it.1)
}

fn changes(
    resource: &ResourceView<'_>,
    path: &str,
    class: &Reached<'_>,
    current: &str,
    stack: &Stack,
) -> Option<Vec<Change>> {
    let value = || Literal::text(current);
    if stack.source == Source::Cdk {
        // The construct has its own words for it.
        let path = (!path.contains('*')).then(|| path.replace('/', "."))?;
        return Some(vec![Change::Set { origin: resource.origin, path, value: value() }]);
    }
    if class.case.is_evaluated() {
        return None;
    }
    let mut changes = vec![Change::Replace { span: class.node.span, value: value() }];
    if let Through::Parameter(parameter) = class.through {
        let default = parameter.default.as_ref()?;
        changes = vec![Change::Replace { span: default.span, value: value() }];
        if let Some(allowed) = &parameter.allowed_values
            && !allowed.iter().any(|it| it.as_str() == Some(current))
        {
            let old = allowed.iter().find(|it| it.as_str() == default.as_str())?;
            changes.push(Change::Replace { span: old.span, value: value() });
        }
        if parameter.node.get("AllowedPattern").is_some() || !is_found(stack, &parameter.name.text, current) {
            return None;
        }
    }
    Some(changes)
}

/// True unless some mapping is asked for what it has for the value of `parameter`, and has nothing for `value`.
fn is_found(stack: &Stack, parameter: &str, value: &str) -> bool {
    let is_it = |node: &Node| match &node.value {
        Value::Call(call) => matches!(&**call, Call::Ref(name) if name.text == parameter),
        _ => false,
    };
    let mut found = true;
    for_each_node(stack, &mut |node| {
        let Value::Call(call) = &node.value else { return };
        let Call::FindInMap { map, first, second, .. } = &**call else { return };
        if !is_it(first) && !is_it(second) {
            return;
        }
        let mapping = map.as_str().and_then(|it| stack.declarations.mapping(it));
        let Some(entries) = mapping.and_then(|it| it.node.as_map()) else { return };
        let has = |it: &Map| it.get(value).is_some();
        found &=
            if is_it(first) { has(entries) } else { entries.entries.iter().all(|it| it.1.as_map().is_some_and(has)) };
    });
    found
}
