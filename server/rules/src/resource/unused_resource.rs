use crate::diagnostic::Tag;
use crate::facts::graph;
use crate::facts::rewriting::may_name_anything;
use crate::facts::written::is_own;
use crate::prelude::*;
use crate::rule::rule;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

rule! {
    /// Nothing uses a resource that exists only to be used.
    ///
    /// A launch template starts nothing, a target group receives nothing, a security group protects nothing until another
    /// resource refers to it. One that nothing in the template refers to is left over, or a reference to it was
    /// forgotten: then the group, the role or the profile that was written does not count, and a default does.
    ///
    /// Looked at are resources that others find by a reference alone, because CloudFormation chooses their names:
    /// launch templates and configurations, target groups, security groups, instance profiles, roles of services, log groups,
    /// parameter groups, subnet groups, option groups, DHCP options, internet gateways and identities of CloudFront.
    ///
    /// ## What is not reported
    ///
    /// - A resource with a name of its own, in an output or a `DependsOn`, whose logical id occurs in a text, with tags (besides
    ///   `Name`) that a controller may look for, or kept when the stack goes (`DeletionPolicy: Retain`).
    /// - A role that anyone else than a service may assume, or a service which takes roles for what no template makes, or one
    ///   that nothing in the template belongs to.
    /// - Templates which hold nothing that could use it: they prepare it for others.
    /// - Templates that a macro, a loop that is not known, or a part that does not parse may complete.
    ///
    /// ## Fix
    ///
    /// Takes out the resource, and those of the same kind that only it used, with the conditions and mappings that only they
    /// named. A parameter that nothing uses any more stays, and is reported: whoever deploys gives it a value. Not applied
    /// unasked, because a reference may be what is missing.
    name: "unused-resource",
    category: Maintainability,
    severity: Info,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Template,
    founding: ["F76"],
    check: Check::Stack(check),
}

const ROLE: &str = "AWS::IAM::Role";

/// The types that are looked at, with the property that gives a name, empty where there is none, and the word for it.
const TYPES: &[(&str, &str, &str)] = &[
    ("AWS::AutoScaling::LaunchConfiguration", "LaunchConfigurationName", "launch configuration"),
    ("AWS::CloudFront::CloudFrontOriginAccessIdentity", "", "origin access identity"),
    ("AWS::CloudFront::OriginAccessControl", "", "origin access control"),
    ("AWS::DAX::ParameterGroup", "ParameterGroupName", "parameter group"),
    ("AWS::DAX::SubnetGroup", "SubnetGroupName", "subnet group"),
    ("AWS::DMS::ReplicationSubnetGroup", "ReplicationSubnetGroupIdentifier", "replication subnet group"),
    ("AWS::DocDB::DBClusterParameterGroup", "Name", "cluster parameter group"),
    ("AWS::DocDB::DBSubnetGroup", "DBSubnetGroupName", "subnet group"),
    ("AWS::EC2::DHCPOptions", "", "set of DHCP options"),
    ("AWS::EC2::InternetGateway", "", "internet gateway"),
    ("AWS::EC2::LaunchTemplate", "LaunchTemplateName", "launch template"),
    ("AWS::EC2::SecurityGroup", "GroupName", "security group"),
    ("AWS::ElastiCache::ParameterGroup", "CacheParameterGroupName", "parameter group"),
    ("AWS::ElastiCache::SubnetGroup", "CacheSubnetGroupName", "subnet group"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "Name", "target group"),
    ("AWS::IAM::InstanceProfile", "InstanceProfileName", "instance profile"),
    (ROLE, "RoleName", "role"),
    ("AWS::Logs::LogGroup", "LogGroupName", "log group"),
    ("AWS::Neptune::DBClusterParameterGroup", "Name", "cluster parameter group"),
    ("AWS::Neptune::DBParameterGroup", "Name", "parameter group"),
    ("AWS::Neptune::DBSubnetGroup", "DBSubnetGroupName", "subnet group"),
    ("AWS::RDS::DBClusterParameterGroup", "DBClusterParameterGroupName", "cluster parameter group"),
    ("AWS::RDS::DBParameterGroup", "DBParameterGroupName", "parameter group"),
    ("AWS::RDS::DBSubnetGroup", "DBSubnetGroupName", "subnet group"),
    ("AWS::RDS::OptionGroup", "OptionGroupName", "option group"),
    ("AWS::Redshift::ClusterParameterGroup", "ParameterGroupName", "cluster parameter group"),
    ("AWS::Redshift::ClusterSubnetGroup", "ClusterSubnetGroupName", "cluster subnet group"),
];

/// The resources of Amazon EC2 that use others; most make up a network that others use.
const USERS_OF_EC2: [&str; 6] =
    ["EC2Fleet", "Instance", "LaunchTemplate", "NetworkInterface", "SpotFleet", "VPCEndpoint"];

/// The services whose roles are given to a resource when it is made, and what their types start with. Others take a role
/// with each request, or for what is made outside of templates.
const SERVICES: &[(&str, &str)] = &[
    ("codebuild", "AWS::CodeBuild::"),
    ("codepipeline", "AWS::CodePipeline::"),
    ("ecs-tasks", "AWS::ECS::"),
    ("firehose", "AWS::KinesisFirehose::"),
    ("lambda", "AWS::Lambda::Function"),
    ("lambda", "AWS::Serverless::Function"),
    ("pipes", "AWS::Pipes::"),
    ("scheduler", "AWS::Scheduler::"),
    ("states", "AWS::StepFunctions::"),
    ("states", "AWS::Serverless::StateMachine"),
];

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let candidates = || stack.resources.iter().enumerate().filter(|it| is_nameless(stack, it.1));
    if candidates().next().is_none()
        || stack.open
        || !graph::says_all(stack)
        || !stack.resources.iter().any(|it| uses(it))
    {
        return;
    }
    let used = Users::of(stack);
    let mut unused: Vec<(usize, &Arc<Resource>)> = candidates()
        .filter(|(index, resource)| used.of_resource(*index).is_empty() && !used.elsewhere(resource))
        .filter(|it| !is_looked_for(cx, it.1) && (it.1.ty.text != ROLE || is_role_of_used_service(stack, it.1)))
        .collect();
    if unused.is_empty() {
        return;
    }
    let meant = graph::in_texts(stack, &unused.iter().map(|it| it.1.key.as_str()).collect());
    unused.retain(|it| !meant.contains(it.1.key.as_str()));
    for (index, resource) in unused {
        let kind = TYPES.iter().find(|it| it.0 == resource.ty.text).map_or("resource", |it| it.2);
        let message = format!(
            "Nothing in this template refers to the {kind} `{}`, so it has no effect. Remove it, or refer to it where it was meant \
             to be used.",
            resource.id.text
        );
        let gone = if cx.wants_fixes() { used.gone_with(stack, index) } else { BTreeSet::new() };
        let title = match gone.len() {
            1 => format!("Remove `{}`", resource.id.text),
            _ => format!("Remove `{}` and what only it uses", resource.id.text),
        };
        let mut changes: Vec<Change> =
            gone.iter().map(|it| Change::RemoveResource { origin: stack.resources[*it].origin }).collect();
        changes.extend(used.declared_for(stack, &gone).into_iter().map(|span| Change::Delete { span }));
        let draft = cx.report(resource.id.span, message).about(resource).tag(Tag::Unnecessary);
        if !changes.is_empty() {
            draft.fix(title, changes);
        }
    }
}

/// What refers to what, whichever way.
struct Users<'a> {
    stack: &'a Stack,
    /// The names that are referred to outside of resources.
    outside: FxHashSet<&'a str>,
    /// How often resources refer to each name.
    counts: OnceCell<FxHashMap<&'a str, usize>>,
}

impl<'a> Users<'a> {
    fn of(stack: &'a Stack) -> Users<'a> {
        let references = stack.all_references().filter(|it| it.0.is_none());
        let outside = references.map(|it| it.1.target.text.as_str()).collect();
        Users { stack, outside, counts: OnceCell::new() }
    }

    /// The other resources that refer to the one with this index.
    fn of_resource(&self, index: usize) -> Vec<usize> {
        self.stack.dependencies().on(index).iter().copied().filter(|it| *it != index).collect()
    }

    /// True when something else than a resource may refer to it.
    fn elsewhere(&self, resource: &Resource) -> bool {
        self.outside.contains(resource.key.as_str()) || self.stack.broken.iter().any(|it| it.contains(&*resource.key))
    }

    /// The resource and those that are of no use without it.
    fn gone_with(&self, stack: &Stack, index: usize) -> BTreeSet<usize> {
        let mut gone = BTreeSet::from([index]);
        loop {
            let is_left = |it: usize| {
                let (resource, users) = (&stack.resources[it], self.of_resource(it));
                let is_free = resource.ty.text != ROLE || services_of(stack, resource).is_some();
                is_nameless(stack, resource)
                    && is_free
                    && !users.is_empty()
                    && users.iter().all(|user| gone.contains(user))
                    && !self.elsewhere(resource)
            };
            let named = gone.iter().flat_map(|it| stack.dependencies().of(*it)).map(|it| it.to);
            let next: Vec<usize> = named.filter(|it| !gone.contains(it) && is_left(*it)).collect();
            if next.is_empty() {
                return gone;
            }
            gone.extend(next);
        }
    }

    /// The conditions and mappings that nothing else than these names.
    fn declared_for(&self, stack: &Stack, gone: &BTreeSet<usize>) -> Vec<Span> {
        if gone.is_empty() || may_name_anything(stack) {
            return Vec::new();
        }
        let counts = self.counts.get_or_init(|| count(&mut self.stack.resources.iter()));
        let own = count(&mut gone.iter().map(|it| &stack.resources[*it]));
        let is_left = |name: &Name| {
            let is_of_loop = stack.loops.iter().any(|it| it.node.span.contains(name.span));
            let name = name.text.as_str();
            own.contains_key(name) && counts.get(name) == own.get(name) && !self.outside.contains(name) && !is_of_loop
        };
        let conditions = stack.declarations.conditions.iter().map(|it| (&it.name, it.node.span));
        let mappings = stack.declarations.mappings.iter().map(|it| (&it.name, it.node.span));
        conditions.chain(mappings).filter(|it| is_left(it.0)).map(|it| it.1).collect()
    }
}

/// How often these resources refer to each name.
fn count<'a>(resources: &mut dyn Iterator<Item = &'a Arc<Resource>>) -> FxHashMap<&'a str, usize> {
    let mut counts = FxHashMap::default();
    for reference in resources.flat_map(|it| &it.references) {
        *counts.entry(reference.target.text.as_str()).or_default() += 1;
    }
    counts
}

/// True for a resource of one of [`TYPES`] that nobody can know by its name, and that goes with its stack.
fn is_nameless(stack: &Stack, resource: &Resource) -> bool {
    let Some((_, name, _)) = TYPES.iter().find(|it| it.0 == resource.ty.text) else { return false };
    let view = ResourceView::new(resource, &stack.declarations);
    let is_kept = || {
        let policies = [view.attribute("DeletionPolicy"), view.attribute("UpdateReplacePolicy")];
        policies.iter().any(|it| it.may_be("Retain") && it.may_be_set())
    };
    is_own(stack, resource)
        && resource.properties.as_map().is_some_and(|it| !it.open)
        && (name.is_empty() || !view.property(name).may_be_set())
        && !is_kept()
}

/// True when it has tags by which something out of sight may find it.
fn is_looked_for(cx: &Context<'_>, resource: &Resource) -> bool {
    let tags = cx.view(resource).property("Tags");
    !tags.is_complete() || tags.items().iter().any(|it| !it.get("Key").is("Name"))
}

/// True for what may use a resource that is there to be used.
fn uses(resource: &Resource) -> bool {
    let ty = resource.ty.text.as_str();
    match ty.strip_prefix("AWS::EC2::") {
        Some(word) => USERS_OF_EC2.contains(&word),
        None => !ty.starts_with("AWS::IAM::") && !TYPES.iter().any(|it| it.0 == ty),
    }
}

/// True for a role that only services can assume, with something in the template for each of them.
fn is_role_of_used_service(stack: &Stack, role: &Resource) -> bool {
    let services = services_of(stack, role);
    let is_used = |service: &String| {
        let mut starts = SERVICES.iter().filter(|it| it.0 == service).map(|it| it.1);
        starts.any(|start| stack.resources.iter().any(|it| it.ty.text.starts_with(start)))
    };
    services.is_some_and(|it| !it.is_empty() && it.iter().all(is_used))
}

/// The services that may assume a role; `None` when anyone else may, or when that is not known.
fn services_of(stack: &Stack, role: &Resource) -> Option<Vec<String>> {
    let statements = ResourceView::new(role, &stack.declarations).property("AssumeRolePolicyDocument.Statement");
    let mut out = Vec::new();
    for statement in statements.items() {
        let principal = statement.get("Principal");
        let entries = principal.entries();
        if !principal.is_complete() || entries.is_empty() {
            return None;
        }
        for (name, services) in entries {
            for service in services.items() {
                let text = service.texts().first()?.render(|_| String::new());
                out.push(text.split('.').next().unwrap_or_default().to_owned());
            }
            if name.text != "Service" || !services.is_complete() {
                return None;
            }
        }
    }
    statements.is_complete().then_some(out)
}
