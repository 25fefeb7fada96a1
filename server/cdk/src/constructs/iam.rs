//! Roles, users, groups, policies and the statements of all policies.

use super::principals::Principals;
use super::{MethodCall, policies, principals};
use crate::ast::{Element, Kind, Member};
use crate::evaluate::{Given, Made, Props};
use crate::lower::{Level, Lowering, sub};
use crate::scope::{At, Place};
use crate::table::{Class, Form, row};
use model::{List, Map, Name, Node, Part, Span, Value};

pub(crate) const CLASSES: &[Class] = &[
    Class {
        name: "aws-iam.Role",
        ty: "AWS::IAM::Role",
        retention: "",
        rows: &[
            row("roleName", "RoleName", Form::Same),
            row("path", "Path", Form::Same),
            row("description", "Description", Form::Same),
            row("permissionsBoundary", "PermissionsBoundary", Form::Reference("Ref")),
            row("managedPolicies", "ManagedPolicyArns", Form::Code(managed_policies)),
            row("inlinePolicies", "Policies", Form::Code(inline_policies)),
        ],
    },
    Class {
        name: "aws-iam.User",
        ty: "AWS::IAM::User",
        retention: "",
        rows: &[
            row("userName", "UserName", Form::Same),
            row("path", "Path", Form::Same),
            row("permissionsBoundary", "PermissionsBoundary", Form::Reference("Ref")),
            row("managedPolicies", "ManagedPolicyArns", Form::Code(managed_policies)),
        ],
    },
    Class {
        name: "aws-iam.Group",
        ty: "AWS::IAM::Group",
        retention: "",
        rows: &[
            row("groupName", "GroupName", Form::Same),
            row("path", "Path", Form::Same),
            row("managedPolicies", "ManagedPolicyArns", Form::Code(managed_policies)),
        ],
    },
    Class {
        name: "aws-iam.ManagedPolicy",
        ty: "AWS::IAM::ManagedPolicy",
        retention: "",
        rows: &[
            row("managedPolicyName", "ManagedPolicyName", Form::Same),
            row("path", "Path", Form::Same),
            row("description", "Description", Form::Same),
        ],
    },
    Class {
        name: "aws-iam.Policy",
        ty: "AWS::IAM::Policy",
        retention: "",
        rows: &[row("policyName", "PolicyName", Form::Same)],
    },
    Class {
        name: "aws-iam.InstanceProfile",
        ty: "AWS::IAM::InstanceProfile",
        retention: "",
        rows: &[row("instanceProfileName", "InstanceProfileName", Form::Same), row("path", "Path", Form::Same)],
    },
];

const STATEMENT: &str = "aws-iam.PolicyStatement";

/// What goes beyond rows: the document of a policy, and who may assume a role.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, props: &Props<'a>, map: &mut Map) {
    let id = lowering.constructs[index].id.span;
    match &*lowering.constructs[index].class {
        "aws-iam.Policy" | "aws-iam.ManagedPolicy" => {
            if props.is_absent("policyName") {
                // It is made of the policy's id.
                map.entries.retain(|(it, _)| it.text != "PolicyName");
            }
            let mut statements = List::default();
            let mut span = id;
            for (name, is_document) in [("statements", false), ("document", true)] {
                match props.get(name) {
                    Given::Absent => (),
                    Given::Unknown => statements.open = true,
                    Given::Value(at) => {
                        let list = if is_document { statements_of_document(lowering, at) } else { list(lowering, at) };
                        statements.items.extend(list.items);
                        statements.open |= list.open;
                        span = at.span();
                    }
                }
            }
            let calls: Vec<_> = lowering.scopes.calls.iter().filter_map(|it| MethodCall::of(*it)).collect();
            for call in calls.into_iter().filter(|it| it.method.text == "addStatements") {
                if lowering.construct_of(call.object).is_none_or(|it| it.0 != index) {
                    continue;
                }
                let added = elements(lowering, &call.call.arguments, call.place.at);
                statements.items.extend(added.items);
                statements.open |= added.open;
            }
            map.insert("PolicyDocument", span, whole(statements, span));
        }
        "aws-iam.Role" => {
            if let Some(node) = principals::trust(lowering, props) {
                map.insert("AssumeRolePolicyDocument", node.span, node);
            }
        }
        _ => (),
    }
}

fn managed_policies<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    lowering.alternatives(at, &|at| {
        let span = at.span();
        let Kind::Array(items) = &at.expression.kind else { return Node::unknown(span) };
        let mut list = List { items: Vec::new(), open: at.expression.broken };
        for item in items {
            match item {
                Element::Spread(_) => list.open = true,
                Element::Item(item) => {
                    let item = At { expression: item, frame: at.frame };
                    list.items.push(lowering.alternatives(item, &|at| managed_policy(lowering, at)));
                }
            }
        }
        Node { value: Value::List(list), span }
    })
}

/// The ARN of a managed policy.
pub(crate) fn managed_policy<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    let span = at.span();
    if let Some((index, Level::Construct)) = lowering.construct_of(at) {
        return crate::evaluate::reference(&lowering.constructs[index].key, span);
    }
    let made = lowering.made(at);
    match made.as_ref().map(|it| (it.path.as_str(), it.argument(0))) {
        Some(("aws-iam.ManagedPolicy.fromAwsManagedPolicyName", Some(name))) => {
            let node = lowering.node(name);
            let Some(name) = node.as_str() else { return Node::unknown(span) };
            sub(
                vec![
                    Part::Text(Name::new("arn:", node.span)),
                    Part::Value(crate::evaluate::reference("AWS::Partition", node.span)),
                    Part::Text(Name::new(format!(":iam::aws:policy/{name}"), node.span)),
                ],
                node.span,
            )
        }
        _ => Node::unknown(span),
    }
}

/// `{ name: new PolicyDocument(...) }` as a role has it.
fn inline_policies<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    lowering.alternatives(at, &|at| {
        let span = at.span();
        if !matches!(at.expression.kind, Kind::Object(_)) {
            return Node::unknown(span);
        }
        let props = lowering.props(Some(at));
        let mut list = List { items: Vec::new(), open: props.open };
        for (name, value) in props.iter() {
            let Some(value) = value else {
                list.open = true;
                continue;
            };
            let mut policy = Map::default();
            policy.insert("PolicyName", name.span, Node::text(name.text.clone(), name.span));
            policy.insert("PolicyDocument", name.span, document(lowering, value));
            list.items.push(Node { value: Value::Map(policy), span: value.span() });
        }
        Node { value: Value::List(list), span }
    })
}

/// A `PolicyDocument`.
pub(crate) fn document<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    lowering.alternatives(at, &|at| {
        let span = at.span();
        if let Some(made) = lowering.made(at)
            && made.path == "aws-iam.PolicyDocument.fromJson"
        {
            return made.argument(0).map_or_else(|| Node::unknown(span), |it| lowering.node(it));
        }
        whole(statements_of_document(lowering, at), span)
    })
}

/// A document of `statements`, all made at `span`.
pub(crate) fn document_of(statements: Vec<Node>, span: Span) -> Node {
    whole(List { items: statements, open: false }, span)
}

/// A document as the library writes it.
pub(super) fn whole(statements: List, span: Span) -> Node {
    let mut document = Map::default();
    document.insert("Statement", span, Node { value: Value::List(statements), span });
    document.insert("Version", span, Node::text("2012-10-17", span));
    Node { value: Value::Map(document), span }
}

fn statements_of_document<'a>(lowering: &Lowering<'a>, at: At<'a>) -> List {
    let unknown = List { items: Vec::new(), open: true };
    let Some(made) = lowering.made(at) else { return unknown };
    match &*made.path {
        "aws-iam.PolicyDocument" => {
            let props = lowering.props(made.argument(0));
            let mut statements = match props.get("statements") {
                Given::Value(at) => list(lowering, at),
                Given::Absent => List::default(),
                Given::Unknown => unknown,
            };
            for place in lowering.statement_calls.get(&made.at.key()).into_iter().flatten() {
                let Some(call) = MethodCall::of(*place) else { continue };
                let added = elements(lowering, &call.call.arguments, call.place.at);
                statements.items.extend(added.items);
                statements.open |= added.open;
            }
            statements
        }
        "aws-iam.PolicyDocument.fromJson" => {
            let node = made.argument(0).map(|it| lowering.node(it));
            match node.as_ref().and_then(|it| it.get("Statement")).map(|it| it.value.clone()) {
                Some(Value::List(list)) => list,
                Some(Value::Map(map)) => {
                    let span = made.at.span();
                    List { items: vec![Node { value: Value::Map(map), span }], open: false }
                }
                _ => unknown,
            }
        }
        _ => unknown,
    }
}

/// A document of the statements in the array at `at`.
pub(crate) fn document_node<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    whole(list(lowering, at), at.span())
}

/// An array of statements.
fn list<'a>(lowering: &Lowering<'a>, at: At<'a>) -> List {
    let at = lowering.scopes.follow(at);
    match &at.expression.kind {
        Kind::Array(items) => elements(lowering, items, at),
        Kind::Undefined => List::default(),
        _ => List { items: Vec::new(), open: true },
    }
}

fn elements<'a>(lowering: &Lowering<'a>, items: &'a [Element], at: At<'a>) -> List {
    let mut list = List { items: Vec::new(), open: at.expression.broken };
    for item in items {
        match item {
            Element::Item(expression) => match statement(lowering, At { expression, frame: at.frame }) {
                Some(node) => list.items.push(node),
                None => list.open = true,
            },
            Element::Spread(expression) => {
                let inner = self::list(lowering, At { expression, frame: at.frame });
                list.items.extend(inner.items);
                list.open |= inner.open;
            }
        }
    }
    list
}

/// The statement at `at`; `None` when it is none that can be seen.
pub(crate) fn statement<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<Node> {
    let made = lowering.made(at)?;
    let key = made.at.key();
    let span = made.at.span();
    let mut map = match &*made.path {
        STATEMENT => statement_of_props(lowering, &made),
        "aws-iam.PolicyStatement.fromJson" => {
            let node = lowering.node(made.argument(0)?);
            let map = node.as_map()?.clone();
            // The object itself is what the author wrote.
            lowering.consumed.borrow_mut().insert(key);
            return Some(Node { value: Value::Map(map), span: node.span });
        }
        _ => return None,
    };
    lowering.consumed.borrow_mut().insert(key);
    for place in lowering.statement_calls.get(&key).into_iter().flatten() {
        change_statement(lowering, *place, &made, &mut map);
    }
    Some(Node { value: Value::Map(map), span })
}

fn statement_of_props<'a>(lowering: &Lowering<'a>, made: &Made<'a>) -> Map {
    let span = made.at.span();
    let props = lowering.props(made.argument(0));
    let mut map = Map { entries: Vec::new(), open: false };
    let effect = match props.get("effect") {
        Given::Absent => Node::text("Allow", span),
        Given::Unknown => Node::unknown(span),
        Given::Value(at) => lowering.alternatives(at, &|at| {
            let made = lowering.made(at);
            match made.as_ref().and_then(|it| it.path.strip_prefix("aws-iam.Effect.")) {
                Some("ALLOW") => Node::text("Allow", at.span()),
                Some("DENY") => Node::text("Deny", at.span()),
                _ => match lowering.node(at) {
                    node @ Node { value: Value::Scalar(_), .. } => node,
                    _ => Node::unknown(at.span()),
                },
            }
        }),
    };
    map.insert("Effect", effect.span, effect);
    for (prop, name) in [
        ("sid", "Sid"),
        ("actions", "Action"),
        ("notActions", "NotAction"),
        ("resources", "Resource"),
        ("notResources", "NotResource"),
        ("conditions", "Condition"),
    ] {
        match props.get(prop) {
            Given::Absent => (),
            Given::Unknown => map.insert(name, span, Node::unknown(span)),
            Given::Value(at) => map.insert(name, at.span(), lowering.node(at)),
        }
    }
    for (prop, name) in [("principals", "Principal"), ("notPrincipals", "NotPrincipal")] {
        match props.get(prop) {
            Given::Absent => (),
            Given::Unknown => map.insert(name, span, Node::unknown(span)),
            Given::Value(at) => {
                let at = lowering.scopes.follow(at);
                let mut who = Principals::default();
                match &at.expression.kind {
                    Kind::Array(items) => items.iter().for_each(|it| match it {
                        Element::Item(expression) => who.add(lowering, At { expression, frame: at.frame }),
                        Element::Spread(_) => who.open = true,
                    }),
                    _ => who.open = true,
                }
                who.finish(name, at.span(), &mut map);
            }
        }
    }
    map
}

/// What a method called on a statement adds to it.
fn change_statement<'a>(lowering: &Lowering<'a>, place: Place<'a>, made: &Made<'a>, map: &mut Map) {
    let Some(call) = MethodCall::of(place) else { return };
    let span = call.span();
    let certain = lowering.scopes.covers(place.region, region_of(lowering, made));
    let list = match &*call.method.text {
        "addActions" => Some("Action"),
        "addNotActions" => Some("NotAction"),
        "addResources" => Some("Resource"),
        "addNotResources" => Some("NotResource"),
        _ => None,
    };
    if let Some(name) = list {
        let values = lowering.list(&call.call.arguments, place.at, &|key, _| key.clone(), 0);
        append(map, name, values, certain, span);
        return;
    }
    let mut who = Principals::default();
    match &*call.method.text {
        "addAllResources" => {
            let all = List { items: vec![Node::text("*", span)], open: false };
            append(map, "Resource", all, certain, span);
            return;
        }
        "addCondition" | "addConditions" => {
            let mut condition = map.get("Condition").and_then(|it| it.as_map()).cloned().unwrap_or_default();
            condition.open = true;
            if let (Some(key), Some(value)) = (call.argument(0), call.argument(1)) {
                let key = lowering.node(key);
                if let Some(text) = key.as_str() {
                    condition.entries.push((Name::new(text, key.span), lowering.node(value)));
                }
            }
            put(map, "Condition", Node { value: Value::Map(condition), span });
            return;
        }
        "addPrincipals" => call.call.arguments.iter().for_each(|it| match it {
            Element::Item(expression) => who.add(lowering, At { expression, frame: place.at.frame }),
            Element::Spread(_) => who.open = true,
        }),
        "addAnyPrincipal" => who.aws.push(Node::text("*", span)),
        "addArnPrincipal" => who.aws.extend(call.argument(0).map(|it| lowering.node(it))),
        "addServicePrincipal" => who.service.extend(call.argument(0).map(|it| lowering.node(it))),
        "addAwsAccountPrincipal"
        | "addAccountRootPrincipal"
        | "addFederatedPrincipal"
        | "addCanonicalUserPrincipal"
        | "addNotPrincipals" => who.open = true,
        // Copies and questions.
        "toStatementJson" | "toJSON" | "copy" => return,
        _ => {
            map.open = true;
            return;
        }
    }
    who.open |= !certain;
    let before = map.get("Principal").cloned();
    let mut added = Map::default();
    who.finish("Principal", span, &mut added);
    let Some(mut node) = added.get("Principal").cloned() else { return };
    if let (Some(Node { value: Value::Map(old), .. }), Value::Map(new)) = (before, &mut node.value) {
        new.entries.extend(old.entries);
        new.open |= old.open;
    }
    put(map, "Principal", node);
}

fn region_of<'a>(lowering: &Lowering<'a>, made: &Made<'a>) -> usize {
    let mut news = lowering.scopes.news.iter();
    news.find(|it| it.at.key() == made.at.key()).map_or(0, |it| it.region)
}

fn put(map: &mut Map, name: &str, node: Node) {
    map.entries.retain(|(it, _)| it.text != name);
    map.entries.push((Name::new(name, node.span), node));
}

fn append(map: &mut Map, name: &str, values: List, certain: bool, span: Span) {
    let (values, open) = if certain { (values.items, values.open) } else { (Vec::new(), true) };
    match map.entries.iter_mut().find(|(it, _)| it.text == name) {
        Some((_, node)) => match &mut node.value {
            Value::List(list) => {
                list.items.extend(values);
                list.open |= open;
            }
            _ => *node = Node::unknown(span),
        },
        None => {
            let node = Node { value: Value::List(List { items: values, open }), span };
            map.entries.push((Name::new(name, span), node));
        }
    }
}

/// Takes note of the calls that change a statement or a document.
pub(crate) fn find_statement_calls<'a>(lowering: &mut Lowering<'a>, calls: &[Place<'a>]) {
    for place in calls {
        let Some(call) = MethodCall::of(*place) else { continue };
        if !call.method.text.starts_with("add") {
            continue;
        }
        let Some(made) = lowering.made(call.object) else { continue };
        if matches!(&*made.path, STATEMENT | "aws-iam.PolicyDocument") {
            let key = made.at.key();
            lowering.statement_calls.entry(key).or_default().push(*place);
        }
    }
}

/// Statements that are made and given to something that is not followed: most likely they say what someone may do.
pub(crate) fn lower_loose_statements(lowering: &mut Lowering<'_>) {
    let trusted = trust_statements(lowering);
    let news = lowering.scopes.news.clone();
    let calls = lowering.scopes.calls.clone();
    for place in news.into_iter().chain(calls) {
        let key = place.at.key();
        let Some(made) = lowering.made(place.at) else { continue };
        if !std::ptr::eq(made.at.expression, place.at.expression)
            || !matches!(&*made.path, STATEMENT | "aws-iam.PolicyStatement.fromJson")
            || lowering.consumed.borrow().contains(&key)
            || trusted.contains(&place.at.expression.span)
        {
            continue;
        }
        if let Some(node) = statement(lowering, place.at) {
            // With a principal it is of a resource's policy.
            if node.get("Principal").is_none() && node.get("NotPrincipal").is_none() {
                let class = policies::class_span(lowering, place.at);
                policies::own_policy(lowering, place, None, class, node);
            }
        }
    }
}

/// Statements given under a name that says that they are of a resource's policy.
fn trust_statements(lowering: &Lowering<'_>) -> Vec<Span> {
    let mut out = Vec::new();
    for place in &lowering.scopes.news {
        let Kind::New(new) = &place.at.expression.kind else { continue };
        let mut todo: Vec<_> = new
            .arguments
            .iter()
            .map(|it| match it {
                Element::Item(it) | Element::Spread(it) => it,
            })
            .collect();
        while let Some(expression) = todo.pop() {
            let Kind::Object(members) = &expression.kind else { continue };
            for member in members {
                let Member::Pair { key, value } = member else { continue };
                if matches!(
                    &*key.text,
                    "policy" | "accessPolicies" | "resourcePolicy" | "assumeRolePolicy" | "fileSystemPolicy"
                ) {
                    spans(value, &mut out, 0);
                }
            }
        }
    }
    out
}

fn spans(expression: &crate::ast::Expression, out: &mut Vec<Span>, depth: u32) {
    out.push(expression.span);
    if depth < 16 {
        expression.children(&mut |it| spans(it, out, depth + 1));
    }
}
