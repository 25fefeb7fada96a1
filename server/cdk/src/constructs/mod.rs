//! The classes of the library: what resources they make, by subject.

pub(crate) mod access_logs;
pub(crate) mod appsync;
pub(crate) mod attribute;
pub(crate) mod calls;
pub(crate) mod cloudfront;
pub(crate) mod cognito;
pub(crate) mod containers;
pub(crate) mod custom_resources;
pub(crate) mod databases;
pub(crate) mod delivery;
pub(crate) mod distribution;
pub(crate) mod domains;
pub(crate) mod dynamodb;
pub(crate) mod ec2;
pub(crate) mod ecs_patterns;
pub(crate) mod elbv2;
pub(crate) mod escapes;
pub(crate) mod event_sources;
pub(crate) mod events;
pub(crate) mod grants;
pub(crate) mod handed;
pub(crate) mod health_checks;
pub(crate) mod iam;
pub(crate) mod images;
pub(crate) mod inner;
pub(crate) mod integrations;
pub(crate) mod key_grants;
pub(crate) mod kms;
pub(crate) mod lambda;
pub(crate) mod made;
pub(crate) mod metrics;
pub(crate) mod nag;
pub(crate) mod notifications;
pub(crate) mod others;
pub(crate) mod overrides;
pub(crate) mod oversight;
pub(crate) mod policies;
pub(crate) mod principals;
pub(crate) mod rest_api;
pub(crate) mod rest_method;
pub(crate) mod rotation;
pub(crate) mod rules;
pub(crate) mod s3;
pub(crate) mod scaling_groups;
pub(crate) mod security_group;
pub(crate) mod services;
pub(crate) mod shared;
pub(crate) mod target_groups;
pub(crate) mod user_data;
pub(crate) mod vpc;
pub(crate) mod vpc_cidr;
pub(crate) mod vpc_plan;
pub(crate) mod vpc_select;

use crate::ast::{CallExpression, Expression, Kind};
use crate::evaluate::{Given, Props};
use crate::l1;
use crate::library;
use crate::lower::Lowering;
use crate::scope::{At, Place};
use crate::table::{self, Class};
use model::{List, Map, Name, Node, Overridden, Parameter, SmolStr, Span, Value};

/// Every class that has a table.
fn classes() -> impl Iterator<Item = &'static Class> {
    let all: [&'static [Class]; 12] = [
        appsync::CLASSES,
        cloudfront::CLASSES,
        delivery::CLASSES,
        dynamodb::CLASSES,
        ec2::CLASSES,
        ecs_patterns::CLASSES,
        elbv2::CLASSES,
        health_checks::CLASSES,
        iam::CLASSES,
        kms::CLASSES,
        lambda::CLASSES,
        s3::CLASSES,
    ];
    all.into_iter().flatten()
}

/// The class called `name`.
pub(crate) fn class(name: &str) -> Option<&'static Class> {
    classes().find(|it| it.name == name)
}

/// The type of the resource that constructs of `class` are for, where that was written by hand.
pub(crate) fn main_type(class_name: &str) -> Option<&'static str> {
    class(class_name).map(|it| it.ty).or_else(|| others::resource_type(class_name))
}

/// The type of the resource that a construct of the class is, or is for.
pub(crate) fn type_of(class_name: &str) -> Option<SmolStr> {
    l1::resource_type(class_name).map(Into::into).or_else(|| main_type(class_name).map(Into::into))
}

/// True when what `prop` does to a construct of `class` is followed by hand, whatever the tables say of it.
pub(crate) fn covers(class_name: &str, prop: &str) -> bool {
    let in_rows = || class(class_name).is_some_and(|it| it.rows.iter().any(|it| it.prop == prop));
    let is_lambda = class_name.starts_with("aws-lambda") && BESIDE_FUNCTIONS.contains(&prop);
    let is_rule = class_name == rules::RULE && rules::PROPS.contains(&prop);
    is_lambda || is_rule || FOLLOWED.contains(&(class_name, prop)) || in_rows()
}

/// Props that are always there.
const REQUIRED: &[&str] = &["code", "runtime"];

/// Props of functions that make something beside the function.
const BESIDE_FUNCTIONS: &[&str] =
    &["allowAllIpv6Outbound", "allowAllOutbound", "currentVersionOptions", "events", "logRemovalPolicy"];

/// Props that no row speaks of, since more than their value decides.
const FOLLOWED: &[(&str, &str)] = &[
    ("aws-elasticloadbalancingv2.ApplicationListenerRule", "action"),
    ("aws-elasticloadbalancingv2.ApplicationListenerRule", "targetGroups"),
    ("aws-elasticloadbalancingv2.ApplicationTargetGroup", "port"),
    ("aws-elasticloadbalancingv2.ApplicationTargetGroup", "targets"),
    ("aws-elasticloadbalancingv2.NetworkTargetGroup", "targets"),
    ("aws-rds.DatabaseInstance", "credentials"),
    ("aws-events.Rule", "targets"),
    ("aws-ec2.Vpc", "natGatewaySubnets"),
    ("aws-iam.Role", "assumedBy"),
    ("aws-iam.Policy", "statements"),
    ("aws-iam.Policy", "document"),
    ("aws-iam.ManagedPolicy", "statements"),
    ("aws-iam.ManagedPolicy", "document"),
];

/// True when `class` is one of the library's constructs that is understood here, at least by name.
pub(crate) fn is_construct(class_name: &str) -> bool {
    class(class_name).is_some()
        || is_l1(class_name)
        || class_name == "core.CfnParameter"
        || class_name == RESOURCE
        || library::has_class(class_name)
        || others::resource_type(class_name).is_some()
}

/// True for a class that is a resource as it is.
pub(crate) fn is_l1(class: &str) -> bool {
    l1::resource_type(class).is_some()
}

/// True for what is a construct but is made by a method of another one.
pub(crate) fn is_made_by_method(class: &str) -> bool {
    class.ends_with("Listener") || class == elbv2::REDIRECT
}

/// A call of a method, taken apart.
#[derive(Clone, Copy)]
pub(crate) struct MethodCall<'a> {
    pub(crate) place: Place<'a>,
    pub(crate) object: At<'a>,
    pub(crate) method: &'a Name,
    pub(crate) call: &'a CallExpression,
}

impl<'a> MethodCall<'a> {
    pub(crate) fn of(place: Place<'a>) -> Option<MethodCall<'a>> {
        let Kind::Call(call) = &place.at.expression.kind else { return None };
        let Kind::Member { object, property, .. } = &call.callee.kind else { return None };
        Some(MethodCall { place, object: At { expression: object, frame: place.at.frame }, method: property, call })
    }

    /// The argument at `index`.
    pub(crate) fn argument(&self, index: usize) -> Option<At<'a>> {
        let expression = Expression::argument(&self.call.arguments, index)?;
        Some(At { expression, frame: self.place.at.frame })
    }

    /// The whole call.
    pub(crate) fn span(&self) -> Span {
        self.place.at.span()
    }
}

/// Finds the constructs that others make and show, by a method or as a member.
pub(crate) fn find_parts<'a>(lowering: &mut Lowering<'a>, calls: &[Place<'a>]) {
    ecs_patterns::find_parts(lowering);
    elbv2::find_parts(lowering, calls);
    vpc::find_parts(lowering, calls);
    rest_api::find_parts(lowering, calls);
    made::find_parts(lowering, calls);
    for call in calls.iter().filter_map(|it| MethodCall::of(*it)) {
        target_groups::find_part(lowering, call);
        containers::find_part(lowering, call);
        services::find_part(lowering, call);
    }
    event_sources::find_parts(lowering, calls);
    metrics::find_parts(lowering, calls);
}

/// Adds the resources of the construct at `index`.
pub(crate) fn lower(lowering: &mut Lowering<'_>, index: usize) {
    let class_name = lowering.constructs[index].class.clone();
    let id = lowering.constructs[index].id.span;
    if rest_api::lower(lowering, index) {
        return;
    }
    if class_name == "core.CfnParameter" {
        parameter(lowering, index);
    } else if class_name == services::TASK_COUNT {
        services::lower_task_count(lowering, index);
    } else if class_name == elbv2::REDIRECT {
        elbv2::lower_redirect(lowering, index);
    } else if class_name == RESOURCE {
        resource(lowering, index);
    } else if let Some(ty) = l1::resource_type(&class_name) {
        let properties = l1_properties(lowering, index, &ty);
        let draft = lowering.add(index, &ty, properties, &class_name);
        lowering.drafts[draft].resource.attributes = Map::default();
    } else if ecs_patterns::lower(lowering, index) {
        // Its parts are lowered as what they are.
    } else if let Some(table) = table_of(&class_name) {
        by_table(lowering, index, table);
    } else if let Some(class) = class(&class_name) {
        let props = lowering.props_of(index);
        let mut properties = table::lower(lowering, class.rows, &props, id);
        iam::complete(lowering, index, &props, &mut properties);
        let draft = lowering.add(index, class.ty, properties, class.name);
        if !class.retention.is_empty() {
            let policy = match props.get("removalPolicy") {
                Given::Value(at) => policy_of(lowering, at),
                Given::Absent => Node::text(class.retention, id),
                Given::Unknown => Node::unknown(id),
            };
            lowering.set_attribute(index, "DeletionPolicy", policy.clone());
            lowering.set_attribute(index, "UpdateReplacePolicy", policy);
        }
        complete(lowering, index, draft, &props);
    } else if let Some(ty) = others::resource_type(&class_name) {
        let properties = Map { entries: Vec::new(), open: true };
        let draft = lowering.add(index, ty, properties, &class_name);
        scaling_groups::name_groups(lowering, index, draft);
    }
}

/// The table that constructs of `class` are lowered by.
fn table_of(class_name: &str) -> Option<&'static library::Class> {
    let by_hand = BY_HAND.iter().any(|it| match it.strip_suffix('*') {
        Some(start) => class_name.starts_with(start),
        None => class_name == *it,
    });
    library::class(class_name).filter(|it| !by_hand && !it.resources.is_empty())
}

/// Classes of which what is written by hand says more than their tables: in them most depends on several props together,
/// or on calls.
const BY_HAND: &[&str] = &[
    "aws-cloudfront.CloudFrontWebDistribution",
    "aws-cloudfront.Distribution",
    "aws-dynamodb.TableV2",
    "aws-ecs-patterns.ApplicationLoadBalanced*",
    "aws-ecs-patterns.ApplicationMultipleTargetGroups*",
    "aws-ecs-patterns.NetworkLoadBalanced*",
    "aws-elasticloadbalancingv2.ApplicationListener",
    "aws-elasticloadbalancingv2.NetworkListener",
];

/// Adds the resources that the table of its class gives the construct at `index`.
fn by_table<'a>(lowering: &mut Lowering<'a>, index: usize, table: &'static library::Class) {
    let mut made = library::lower(lowering, index, table);
    if table.name == vpc_select::VPC {
        made.retain(|it| vpc::is_of_table(&table.resources[it.resource].path));
    }
    made.retain(|it| databases::has(lowering, index, table, it));
    made.retain(|it| oversight::has(lowering, index, table, it));
    made.retain(|it| lambda::has(lowering, index, table, it));
    made.retain(|it| !rest_api::replaces(table.name, it) && cognito::has(lowering, index, it));
    let drafts: Vec<usize> = made.into_iter().map(|it| lowering.add_made(index, it)).collect();
    let Some(draft) = drafts.first().copied() else { return };
    let props = lowering.props_of(index);
    vpc::complete(lowering, index, table, &drafts);
    made::complete(lowering, index, draft);
    event_sources::complete(lowering, index, draft);
    rules::complete(lowering, index, draft);
    metrics::complete(lowering, index, draft);
    rest_api::complete(lowering, index, draft);
    access_logs::complete(lowering, index, draft, &props);
    cognito::complete(lowering, index, draft, &props);
    domains::complete(lowering, index, draft, &props);
    target_groups::complete(lowering, index, draft, &props);
    databases::complete(lowering, index, draft, &props);
    oversight::complete(lowering, index, &drafts, &props);
    scaling_groups::complete(lowering, index, &drafts, &props);
    images::complete(lowering, &drafts, &props);
    scaling_groups::name_groups(lowering, index, draft);
    custom_resources::complete(lowering, index, draft, &props);
    let Some(class) = class(table.name) else { return };
    // What no table can say.
    let id = lowering.constructs[index].id.span;
    for row in class.rows {
        let is_code = matches!(row.form, table::Form::Code(_));
        if table.tells(row.prop) && !is_code {
            continue;
        }
        let (name, node) = match table::given(lowering, &props, row.prop) {
            // Nobody leaves out what has to be given.
            Given::Absent if REQUIRED.contains(&row.prop) => continue,
            Given::Value(at) => (at.span(), table::value(lowering, row.form, at)),
            Given::Absent if is_code || table::has(lowering.properties(draft), row.path) => continue,
            Given::Absent => (id, table::default(row.default, id)),
            Given::Unknown if is_code => continue,
            Given::Unknown => (id, Node::unknown(id)),
        };
        if !(is_code && matches!(node.value, Value::Unknown)) {
            table::insert(lowering.properties(draft), row.path, name, node);
        }
    }
    drafts.iter().for_each(|it| vpc_select::place(lowering, index, table, *it));
    let mut properties = std::mem::take(lowering.properties(draft));
    iam::complete(lowering, index, &props, &mut properties);
    *lowering.properties(draft) = properties;
    complete(lowering, index, draft, &props);
}

/// What goes beyond tables.
fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    s3::complete(lowering, index, draft, props);
    dynamodb::complete(lowering, index, draft);
    elbv2::complete(lowering, index, draft, props);
    ecs_patterns::complete(lowering, index, draft, props);
    cloudfront::complete(lowering, index, draft, props);
    delivery::complete(lowering, index, draft, props);
}

/// Applies what the methods of constructs do, once all constructs are there.
pub(crate) fn apply_calls<'a>(lowering: &mut Lowering<'a>, calls: &[Place<'a>]) {
    for (index, statement) in std::mem::take(&mut lowering.bucket_statements) {
        s3::add_statement(lowering, index, statement);
    }
    containers::complete(lowering);
    containers::find_roles(lowering);
    target_groups::register_targets(lowering);
    for index in 0..lowering.constructs.len() {
        handed::complete(lowering, index);
    }
    for place in calls {
        let Some(call) = MethodCall::of(*place) else { continue };
        target_groups::apply(lowering, call);
        services::apply(lowering, call);
        scaling_groups::apply(lowering, call);
        if !overrides::apply(lowering, call) {
            policies::apply(lowering, call);
            grants::apply(lowering, call);
            events::apply(lowering, call);
            event_sources::apply(lowering, call);
            metrics::apply(lowering, call);
            calls::apply(lowering, call);
            notifications::apply(lowering, call);
            oversight::apply(lowering, call);
            rotation::apply(lowering, call);
            ec2::apply(lowering, call);
            handed::apply(lowering, call);
            s3::apply(lowering, call);
        }
    }
    user_data::complete(lowering, calls);
    rules::apply(lowering, calls);
    shared::complete(lowering);
    // When the policies are there too that methods make.
    for call in calls.iter().filter_map(|it| MethodCall::of(*it)) {
        nag::apply(lowering, call);
    }
}

/// The `DeletionPolicy` that a `RemovalPolicy` is.
pub(crate) fn policy_of<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    lowering.alternatives(at, &|at| {
        let made = lowering.made(at);
        let word = made.as_ref().and_then(|it| {
            it.path.strip_prefix("core.RemovalPolicy.").or_else(|| it.path.strip_prefix("core.CfnDeletionPolicy."))
        });
        match word {
            Some("DESTROY" | "DELETE") => Node::text("Delete", at.span()),
            Some("RETAIN") => Node::text("Retain", at.span()),
            Some("SNAPSHOT") => Node::text("Snapshot", at.span()),
            Some("RETAIN_ON_UPDATE_OR_DELETE" | "RETAIN_EXCEPT_ON_CREATE") => {
                Node::text("RetainExceptOnCreate", at.span())
            }
            _ => Node::unknown(at.span()),
        }
    })
}

/// The properties of an L1, which are its props by other names.
fn l1_properties(lowering: &Lowering<'_>, index: usize, ty: &str) -> Map {
    let props_known = lowering.props_of(index);
    let mut map = Map { entries: Vec::new(), open: props_known.open };
    for (name, value) in props_known.iter() {
        let key = l1::property(ty, &name.text, &[]);
        let node = match value {
            Some(value) => lowering.node_renamed(value, &|key, path| l1::member(ty, &name.text, key, path)),
            None => Node::unknown(name.span),
        };
        map.entries.push((Name::new(key, name.span), node));
    }
    map
}

/// The class of a resource whose type and properties are given as CloudFormation has them.
const RESOURCE: &str = "core.CfnResource";

fn resource(lowering: &mut Lowering<'_>, index: usize) {
    let props = lowering.props_of(index);
    let ty = props.value("type").map(|it| lowering.node(it));
    let Some(ty) = ty.as_ref().and_then(|it| it.as_str()) else { return };
    let node = match props.get("properties") {
        Given::Value(at) => lowering.node(at),
        Given::Absent => Node::empty_map(lowering.constructs[index].id.span),
        Given::Unknown => Node::unknown(lowering.constructs[index].id.span),
    };
    let draft = lowering.add(index, ty, Map::default(), RESOURCE);
    let resource = &mut lowering.drafts[draft].resource;
    resource.properties = node;
    resource.attributes = Map::default();
    resource.overridden.push(Overridden { path: SmolStr::default(), is_verbatim: true });
}

fn parameter(lowering: &mut Lowering<'_>, index: usize) {
    let construct = &lowering.constructs[index];
    let props = lowering.props_of(index);
    let value = |name: &str| props.value(name).map(|it| lowering.node(it));
    let ty = value("type").and_then(|it| it.as_str().map(SmolStr::new)).unwrap_or_else(|| "String".into());
    let allowed_values = value("allowedValues").and_then(|it| match it.value {
        Value::List(List { items, open: false }) => Some(items),
        _ => None,
    });
    let name = Name::new(construct.key.clone(), construct.id.span);
    let node = match construct.props {
        Some(at) => lowering.node(at),
        None => Node::empty_map(construct.id.span),
    };
    let parameter = Parameter { name, ty, default: value("default"), allowed_values, node };
    let stack = construct.place.stack;
    lowering.add_parameter(stack, parameter);
}
