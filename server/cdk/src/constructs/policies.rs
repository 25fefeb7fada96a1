//! Policies that methods make: what a role, a user or a group may do, and what may be done with a resource.
//!
//! All statements that a role is given by methods are in one policy of its own, as the library has it. What only code
//! under a condition gives is in one for that condition.

use super::{MethodCall, iam};
use crate::ast::Kind;
use crate::evaluate::{Given, get_att, reference};
use crate::library;
use crate::lower::{Draft, Level, Lowering};
use crate::scope::{At, Place};
use model::{List, Map, Name, Node, Resource, SmolStr, Span, Value};

const STATEMENT: &str = "aws-iam.PolicyStatement";

/// A construct's own role is found through no more constructs than this.
const MAX_STEPS: u32 = 4;

/// A role, a user or a group of the program.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    /// What its resource is called in its stack.
    pub(crate) key: SmolStr,
    /// The construct that it is, or that makes it.
    index: usize,
    /// Its path in the tree of constructs.
    path: Option<SmolStr>,
    /// The property of policies that names it.
    list: &'static str,
}

/// The holder of what the construct at `index` may do; by the member `member` of it, where that is said.
pub(crate) fn holder(lowering: &Lowering<'_>, index: usize, member: Option<&str>) -> Option<Holder> {
    holder_within(lowering, index, member, MAX_STEPS)
}

fn holder_within(lowering: &Lowering<'_>, index: usize, member: Option<&str>, steps: u32) -> Option<Holder> {
    let steps = steps.checked_sub(1)?;
    let construct = &lowering.constructs[index];
    let list = match &*construct.class {
        "aws-iam.Role" => "Roles",
        "aws-iam.User" => "Users",
        "aws-iam.Group" => "Groups",
        _ => "",
    };
    if !list.is_empty() {
        let own = || Holder { key: construct.key.clone(), index, path: construct.path.clone(), list };
        return member.is_none_or(|it| it == "grantPrincipal").then(own);
    }
    let names: &[&str] = match &member {
        Some("grantPrincipal") | None => &["grantPrincipal", "role", "taskRole"],
        Some(name) => std::slice::from_ref(name),
    };
    let parts = library::class(&construct.class).map(|it| &it.parts);
    for name in names {
        let part = parts.and_then(|it| it.get(name)).filter(|it| it.class == "aws-iam.Role");
        let made = part
            .and_then(|it| it.resource)
            .and_then(|resource| lowering.drafts.iter().find(|it| it.table == Some((index, resource))));
        if let Some(draft) = made {
            let path = draft.resource.path.as_ref().and_then(|it| it.strip_suffix("/Resource")).map(SmolStr::new);
            return Some(Holder { key: draft.resource.key.clone(), index, path, list: "Roles" });
        }
        // Made when it is needed first.
        let wanted = format!("{}/ExecutionRole", lowering.constructs[index].key);
        let is_it = |it: &&Draft| it.construct == Some(index) && it.resource.key == *wanted;
        if *name == "executionRole"
            && let Some(draft) = lowering.drafts.iter().find(is_it)
        {
            let path = draft.resource.path.as_ref().and_then(|it| it.strip_suffix("/Resource")).map(SmolStr::new);
            return Some(Holder { key: draft.resource.key.clone(), index, path, list: "Roles" });
        }
        if let Some(at) = lowering.props_of(index).value(name)
            && let Some((role, Level::Construct)) = lowering.construct_of(at)
        {
            return holder_within(lowering, role, None, steps);
        }
    }
    None
}

/// The holder of what the value at `at` may do: of a construct, or of a member of one.
pub(crate) fn holder_at<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<Holder> {
    if let Some((index, level)) = lowering.construct_of(at) {
        return holder(lowering, index, None).filter(|_| level == Level::Construct);
    }
    let at = lowering.scopes.follow(at);
    let Kind::Member { object, property, .. } = &at.expression.kind else { return None };
    let (index, level) = lowering.construct_of(At { expression: object, frame: at.frame })?;
    holder(lowering, index, Some(&property.text)).filter(|_| level == Level::Construct)
}

/// Methods that add a statement to what a principal may do, each with the member that is the principal.
const OF_PRINCIPALS: &[(&str, Option<&str>)] = &[
    ("addToPolicy", None),
    ("addToPrincipalPolicy", None),
    ("addToRolePolicy", None),
    ("addToTaskRolePolicy", Some("taskRole")),
    ("addToExecutionRolePolicy", Some("executionRole")),
    ("addToInstanceRolePolicy", None),
];
/// Methods that add a statement to what may be done with a resource.
const OF_RESOURCES: &[&str] =
    &["addToResourcePolicy", "addToAccessPolicy", "addAccessPolicies", "addToKeyPolicy", "grantAssumeRole"];

/// Statements that a method gives to a principal.
pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let method = &*call.method.text;
    if OF_RESOURCES.contains(&method) {
        // Of a resource that is not followed; a bucket takes its own.
        if method == "addToResourcePolicy"
            && let Some((index, Level::Construct)) = lowering.construct_of(call.object)
            && let Some(statement) = call.argument(0).and_then(|it| iam::statement(lowering, it))
        {
            add_to_resource(lowering, call.place, index, statement);
        }
        if let Some(made) = call.argument(0).and_then(|it| lowering.made(it))
            && made.path.starts_with(STATEMENT)
        {
            lowering.consumed.borrow_mut().insert(made.at.key());
        }
        return;
    }
    match method {
        "addManagedPolicy" => return add_managed_policy(lowering, call),
        "attachInlinePolicy" => return attach(lowering, call),
        _ => (),
    }
    if method.starts_with("addToPrincipal") && grant(lowering, call) {
        return;
    }
    let Some((_, member)) = OF_PRINCIPALS.iter().find(|(it, _)| *it == method) else { return };
    let Some(argument) = call.argument(0) else { return };
    let receiver = lowering.construct_of(call.object).map(|it| it.0);
    let holder = match (receiver, member) {
        (Some(index), member) => holder(lowering, index, *member),
        (None, _) => holder_at(lowering, call.object),
    };
    let class = class_span(lowering, argument);
    let stack = holder.as_ref().map(|it| lowering.constructs[it.index].place.stack);
    let Some(node) = lowering.in_stack(stack, |it| iam::statement(it, argument)) else { return };
    match holder {
        Some(holder) => add_statement(lowering, call.place, &holder, class, node),
        None => own_policy(lowering, call.place, receiver, class, node),
    }
}

/// `role.attachInlinePolicy(policy)`
fn attach<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let Some(holder) = holder_at(lowering, call.object) else { return };
    let Some((policy, Level::Construct)) = call.argument(0).and_then(|it| lowering.construct_of(it)) else { return };
    let construct = &lowering.constructs[policy];
    let (stack, region) = (construct.place.stack, construct.place.region);
    let Some(draft) = construct.resource.filter(|_| stack == holder.stack(lowering)) else { return };
    let span = call.span();
    let is_certain = lowering.scopes.covers(call.place.region, region);
    let item = is_certain.then(|| reference(&holder.key, span));
    let properties = lowering.properties(draft);
    let entry = properties.entries.iter_mut().find(|(it, _)| it.text == holder.list);
    let list = List { open: item.is_none(), items: item.into_iter().collect() };
    match entry.map(|it| &mut it.1.value) {
        Some(Value::List(known)) => {
            known.open |= list.open;
            known.items.extend(list.items);
        }
        // What else it is attached to is not known.
        Some(value @ Value::Unknown) => *value = Value::List(List { open: true, ..list }),
        Some(value @ Value::Absent) => *value = Value::List(list),
        Some(_) => (),
        None => properties.insert(holder.list, span, Node { value: Value::List(list), span }),
    }
}

/// `role.addManagedPolicy(policy)`
fn add_managed_policy<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let Some(holder) = holder_at(lowering, call.object) else { return };
    let Some(policy) = call.argument(0) else { return };
    let (stack, region) = (holder.stack(lowering), lowering.constructs[holder.index].place.region);
    let node = lowering.in_stack(Some(stack), |it| it.alternatives(policy, &|at| iam::managed_policy(it, at)));
    let is_certain = lowering.scopes.covers(call.place.region, region);
    let drafts = lowering.drafts.iter();
    let Some(draft) = drafts.map(|it| (it.stack, &it.resource.key)).position(|it| it == (stack, &holder.key)) else {
        return;
    };
    let properties = lowering.properties(draft);
    let mut list = match properties.get("ManagedPolicyArns").map(|it| it.value.clone()) {
        Some(Value::List(list)) => list,
        _ => List::default(),
    };
    list.open = true;
    if is_certain {
        list.items.push(node);
    }
    let span = call.span();
    properties.insert("ManagedPolicyArns", span, Node { value: Value::List(list), span });
}

/// `Grant.addToPrincipal({ grantee, actions, resourceArns })`; false for another method.
fn grant<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) -> bool {
    let Some(made) = lowering.made(call.place.at) else { return false };
    // Where the resource's policy may take it instead, the principal may get nothing.
    if !matches!(&*made.path, "aws-iam.Grant.addToPrincipal" | "aws-iam.Grant.addToPrincipalAndResource") {
        return made.path.starts_with("aws-iam.Grant.");
    }
    let span = call.span();
    let props = lowering.props(made.argument(0));
    let mut statement = Map { entries: Vec::new(), open: true };
    statement.insert("Effect", span, Node::text("Allow", span));
    for (prop, name) in [("actions", "Action"), ("resourceArns", "Resource"), ("conditions", "Condition")] {
        match props.get(prop) {
            Given::Value(at) => statement.insert(name, at.span(), lowering.node(at)),
            Given::Unknown => statement.insert(name, span, Node::unknown(span)),
            Given::Absent => (),
        }
    }
    let node = Node { value: Value::Map(statement), span };
    let class = call.call.callee.span;
    let grantee = props.value("grantee");
    match grantee.and_then(|it| holder_at(lowering, it)) {
        Some(holder) => add_statement(lowering, call.place, &holder, class, node),
        None => {
            let receiver = grantee.and_then(|it| lowering.construct_of(it)).map(|it| it.0);
            own_policy(lowering, call.place, receiver, class, node);
        }
    }
    true
}

/// Where to point at for a statement as such: the name of its class.
pub(crate) fn class_span<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Span {
    let at = lowering.scopes.follow(at);
    match &at.expression.kind {
        Kind::New(new) => new.class.span,
        Kind::Call(call) => call.callee.span,
        _ => at.span(),
    }
}

/// Adds a statement to the policy that the library makes for `holder`, which code at `place` asks for.
pub(crate) fn add_statement<'a>(
    lowering: &mut Lowering<'a>,
    place: Place<'a>,
    holder: &Holder,
    class: Span,
    statement: Node,
) {
    let construct = &lowering.constructs[holder.index];
    let (stack, id) = (construct.place.stack, construct.id.text.clone());
    let region = construct.place.region;
    let is_certain = lowering.scopes.covers(place.region, region);
    let wanted = SmolStr::from(format!("{}/DefaultPolicy", holder.key));
    let known = match is_certain {
        // The construct may have been given one as soon as it was made.
        true => lowering.drafts.iter().position(|it| it.stack == stack && it.resource.key == wanted),
        false => lowering.policies.get(&(stack, wanted.clone(), place.region)).copied(),
    };
    if let Some(draft) = known {
        return push_statement(lowering, draft, "PolicyDocument", statement);
    }
    let key = if is_certain { wanted.clone() } else { format!("{wanted}~{}", lowering.policies.len() + 1).into() };
    let key = lowering.key(stack, &key);
    let span = statement.span;
    let mut properties = policy_properties(statement);
    properties.insert(holder.list, span, list_of(vec![reference(&holder.key, span)], span));
    let condition = if is_certain { lowering.condition(region) } else { lowering.condition(place.region) };
    // It is the same resource as the one that is there anyway.
    let is_other = lowering.drafts.iter().any(|it| it.stack == stack && it.resource.key == wanted);
    let path = holder.path.as_ref().filter(|_| !is_other);
    let path = path.map(|it| SmolStr::from(format!("{it}/DefaultPolicy/Resource")));
    let draft = Draft { stack, ..draft(place, key, Name::new(id, class), properties, span) };
    let resource = Resource { condition, path, ..draft.resource };
    lowering.drafts.push(Draft { resource, ..draft });
    if !is_certain {
        lowering.policies.insert((stack, wanted, place.region), lowering.drafts.len() - 1);
    }
}

/// Adds a statement to the document at `property` of a draft.
pub(crate) fn push_statement(lowering: &mut Lowering<'_>, draft: usize, property: &str, statement: Node) {
    let properties = lowering.properties(draft);
    let entry = properties.entries.iter_mut().find(|(it, _)| it.text == property);
    let Some((_, node)) = entry else { return };
    // Of a document that is not known this much is.
    let document = match &mut node.value {
        Value::Map(document) => document,
        Value::Unknown => {
            node.value = Value::Map(Map { entries: Vec::new(), open: true });
            let Value::Map(document) = &mut node.value else { return };
            document
        }
        _ => return,
    };
    let span = statement.span;
    match document.entries.iter_mut().find(|(it, _)| it.text == "Statement") {
        Some((_, Node { value: Value::List(list), .. })) => list.items.push(statement),
        Some((_, node)) if matches!(node.value, Value::Unknown) => {
            let list = List { items: vec![statement], open: true };
            *node = Node { value: Value::List(list), span };
        }
        Some(_) => (),
        None => {
            let list = List { items: vec![statement], open: document.open };
            document.insert("Statement", span, Node { value: Value::List(list), span });
        }
    }
}

/// Where what may be done with a resource is said: the class, the type and name of a policy beside it, the property that
/// names it there and whether that is a list; or, without a type, the property of its own.
const POLICIES_OF_RESOURCES: &[(&str, &str, &str, bool)] = &[
    ("aws-ecr.Repository", "", "RepositoryPolicyText", false),
    ("aws-kms.Key", "", "KeyPolicy", false),
    ("aws-secretsmanager.Secret", "AWS::SecretsManager::ResourcePolicy", "SecretId", false),
    ("aws-sns.Topic", "AWS::SNS::TopicPolicy", "Topics", true),
    ("aws-sqs.Queue", "AWS::SQS::QueuePolicy", "Queues", true),
];

/// Adds a statement to what may be done with the resource of the construct at `index`.
pub(crate) fn add_to_resource<'a>(lowering: &mut Lowering<'a>, place: Place<'a>, index: usize, statement: Node) {
    let construct = &lowering.constructs[index];
    let Some((_, ty, name, is_list)) = POLICIES_OF_RESOURCES.iter().find(|it| *it.0 == *construct.class) else {
        return;
    };
    let span = place.at.span();
    let is_certain = lowering.scopes.covers(place.region, construct.place.region);
    if ty.is_empty() {
        let Some(draft) = construct.resource else { return };
        if !is_certain {
            lowering.override_property(index, name, place, Node::unknown(span));
        } else if lowering.properties(draft).get(name).is_none_or(|it| matches!(it.value, Value::Absent)) {
            let document = document(statement);
            lowering.properties(draft).insert(name, span, document);
        } else {
            push_statement(lowering, draft, name, statement);
        }
        return;
    }
    let (stack, key) = (construct.place.stack, construct.key.clone());
    let path = construct.path.as_ref().map(|it| SmolStr::from(format!("{it}/Policy/Resource")));
    let document_name = if *name == "SecretId" { "ResourcePolicy" } else { "PolicyDocument" };
    let wanted = SmolStr::from(format!("{key}/Policy"));
    let known = lowering.drafts.iter().position(|it| it.stack == stack && it.resource.key == wanted);
    match known.filter(|_| is_certain) {
        Some(draft) => push_statement(lowering, draft, document_name, statement),
        None => {
            let draft = lowering.add(index, ty, Map { entries: Vec::new(), open: true }, "");
            let own = reference(&key, span);
            let own = if *is_list { list_of(vec![own], span) } else { own };
            let properties = lowering.properties(draft);
            properties.insert(name, span, own);
            properties.insert(document_name, span, document(statement));
            let condition = if is_certain { None } else { lowering.condition(place.region) };
            let key = if known.is_none() {
                lowering.key(stack, &wanted)
            } else {
                lowering.drafts[draft].resource.key.clone()
            };
            let resource = &mut lowering.drafts[draft].resource;
            resource.origin = span;
            resource.path = path;
            resource.key = key;
            resource.condition = condition.or(resource.condition.take());
        }
    }
}

/// A policy of one statement, for a principal of which no more is known than the construct that it may come from.
pub(crate) fn own_policy<'a>(
    lowering: &mut Lowering<'a>,
    place: Place<'a>,
    receiver: Option<usize>,
    class: Span,
    statement: Node,
) {
    let span = statement.span;
    let id = match receiver {
        Some(index) => Name::new(lowering.constructs[index].id.text.clone(), class),
        None => Name::new("PolicyStatement", class),
    };
    let key = lowering.key(place.stack, &format!("{}/Policy", id.text));
    lowering.drafts.push(draft(place, key, id, policy_properties(statement), span));
}

fn policy_properties(statement: Node) -> Map {
    let span = statement.span;
    let mut properties = Map { entries: Vec::new(), open: true };
    properties.insert("PolicyDocument", span, document(statement));
    properties
}

/// A document that has this statement, and others where other code adds them.
fn document(statement: Node) -> Node {
    let span = statement.span;
    iam::whole(List { items: vec![statement], open: true }, span)
}

fn list_of(items: Vec<Node>, span: Span) -> Node {
    Node { value: Value::List(List { items, open: false }), span }
}

/// Adds a resource that code at `place` makes.
pub(crate) fn add_draft<'a>(
    lowering: &mut Lowering<'a>,
    place: Place<'a>,
    stack: usize,
    (key, id, ty): (SmolStr, Name, &str),
    properties: Map,
) {
    let span = place.at.span();
    let mut draft = Draft { stack, ..draft(place, key, id, properties, span) };
    draft.resource.ty.text = ty.into();
    lowering.drafts.push(draft);
}

fn draft(place: Place<'_>, key: SmolStr, id: Name, properties: Map, span: Span) -> Draft {
    Draft {
        resource: Resource {
            key,
            ty: Name::new("AWS::IAM::Policy", id.span),
            properties: Node { value: Value::Map(properties), span },
            condition: None,
            attributes: Map::default(),
            references: Vec::new(),
            origin: place.at.span(),
            construct: Some(STATEMENT.into()),
            path: None,
            logical_id: None,
            overridden: Vec::new(),
            misfits: Vec::new(),
            texts: model::Texts::default(),
            made: None,
            id,
        },
        stack: place.stack,
        props_index: 0,
        words: STATEMENT.into(),
        table: None,
        construct: None,
    }
}

/// `Ref` of the construct's resource, or an attribute of it, for code of `stack`; unknown where that
/// is another stack that cannot import it.
pub(crate) fn attribute(lowering: &Lowering<'_>, index: usize, name: &str, stack: usize, span: Span) -> Node {
    let construct = &lowering.constructs[index];
    let node = match name {
        "Ref" => reference(&construct.key, span),
        _ => get_att(&construct.key, name, span),
    };
    lowering.across(node, construct.place.stack, stack).unwrap_or_else(|| Node::unknown(span))
}

impl Holder {
    /// The stack that the policies of the holder are in.
    pub(crate) fn stack(&self, lowering: &Lowering<'_>) -> usize {
        lowering.constructs[self.index].place.stack
    }
}
