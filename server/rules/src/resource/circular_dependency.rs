use crate::diagnostic::Applicability;
use crate::facts::graph::{self, Component, Edge};
use crate::facts::names::free_name;
use crate::facts::written::is_own;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Resources wait for each other in a circle.
    ///
    /// CloudFormation creates a resource after those that it refers to by `Ref`, `Fn::GetAtt` or `Fn::Sub`, anywhere in its
    /// properties and attributes, and after those that its `DependsOn` names. Where that leads back to where it started,
    /// nothing can be created first: "Circular dependency between resources". A resource that names itself is the smallest
    /// circle: what it is called is only known once it exists. See "Handling circular dependency errors in AWS
    /// CloudFormation" (AWS Infrastructure & Automation blog).
    ///
    /// The message shows a shortest circle; every reference on it is a related place. Resources that are tangled in more than
    /// one way get one finding at a time.
    ///
    /// ## What is not reported
    ///
    /// - Circles whose references stand in branches, or on resources, with conditions that exclude each other.
    /// - References that a transform moves elsewhere: those in the events of an `AWS::Serverless` function go to resources of
    ///   their own. A template with a macro may become anything.
    /// - In CDK, circles through anything but L1 constructs.
    ///
    /// ## Fix
    ///
    /// Where taking out an entry of `DependsOn` undoes the circle, that is the safe fix: the other references are needed for
    /// their values. Security groups that name each other get the rule as a resource of its own, an
    /// `AWS::EC2::SecurityGroupIngress` or `AWS::EC2::SecurityGroupEgress`. That is not applied unasked, because a stack that
    /// exists with the rule made by hand would then have it twice. In CDK the rule must stand in the props of an L1
    /// construct; L2 constructs do so by themselves.
    name: "circular-dependency",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3004"],
    founding: ["F75"],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    // The copies that a loop makes have the same circle at the same place.
    let mut seen = Vec::new();
    for component in graph::circles(stack) {
        let place = component.cycle[0].name.span;
        if !seen.contains(&place) {
            seen.push(place);
            report(stack, &component, cx);
        }
    }
}

fn report(stack: &Stack, component: &Component<'_>, cx: &mut Context<'_>) {
    let mut cycle = component.cycle.clone();
    // What is there for nothing but the order is the first to doubt.
    let first = cycle.iter().position(|it| it.is_explicit).unwrap_or(0);
    cycle.rotate_left(first);
    let explicit = fixes_by_order(stack, component, &cycle);
    let separate = cycle.iter().find_map(|it| fix_by_separate_rule(stack, component, it));

    let first = &cycle[0];
    let message = message(stack, &cycle, !explicit.is_empty(), separate.is_some());
    let mut draft = cx.report(first.name.span, message).about(&stack.resources[first.from]);
    for edge in &cycle[1..] {
        let (from, to) = (&stack.resources[edge.from].id.text, &stack.resources[edge.to].id.text);
        let verb = if edge.is_explicit { "depends on" } else { "refers to" };
        draft = draft.related(edge.name.span, format!("`{from}` {verb} `{to}` here"));
    }
    let several = explicit.len() > 1;
    for (title, change) in explicit {
        draft = draft.fix_as(if several { Unsafe } else { Safe }, title, vec![change], None);
    }
    if let Some((title, changes)) = separate {
        draft = draft.fix_as(Applicability::Unsafe, title, changes, None);
    }
    if several {
        draft.ambiguous();
    }
}

fn message(stack: &Stack, cycle: &[Edge<'_>], by_order: bool, by_separate_rule: bool) -> String {
    let name = |it: usize| stack.resources[it].id.text.as_str();
    let advice = if by_order {
        "Remove the `DependsOn`."
    } else if by_separate_rule {
        "Move a rule out of its group, into a resource of its own."
    } else {
        "Take out one of the references, or write the value that it stands for."
    };
    if let [edge] = cycle {
        let from = name(edge.from);
        return format!(
            "`{from} -> {from}`: a resource cannot refer to itself, since it must exist before it has a value. {advice}"
        );
    }
    let mut way: Vec<&str> = cycle.iter().map(|it| name(it.from)).collect();
    way.push(name(cycle[0].from));
    format!("`{}`: these resources wait for each other, so the stack cannot be deployed. {advice}", way.join(" -> "))
}

/// The entries of `DependsOn` each of which makes the circle alone.
fn fixes_by_order(stack: &Stack, component: &Component<'_>, cycle: &[Edge<'_>]) -> Vec<(String, Change)> {
    let is_enough =
        |edge: &Edge<'_>| component.is_undone(stack, |it| it.is_explicit && (it.from, it.to) == (edge.from, edge.to));
    cycle
        .iter()
        .filter(|it| it.is_explicit && is_enough(it))
        .filter_map(|it| {
            let resource = &stack.resources[it.from];
            if !is_own(stack, resource) {
                return None;
            }
            let title = format!("Remove `DependsOn: {}` from `{}`", it.name.text, resource.id.text);
            Some((title, graph::without_dependency(resource, it.name)?))
        })
        .collect()
}

/// The way out for security groups: the rules of one that name the other as resources of their own, which come after both.
fn fix_by_separate_rule(stack: &Stack, component: &Component<'_>, edge: &Edge<'_>) -> Option<(String, Vec<Change>)> {
    let (group, other) = (&stack.resources[edge.from], &stack.resources[edge.to]);
    let ty = match edge.part {
        "SecurityGroupIngress" => "AWS::EC2::SecurityGroupIngress",
        "SecurityGroupEgress" => "AWS::EC2::SecurityGroupEgress",
        _ => return None,
    };
    if !is_own(stack, group) || group.ty.text != "AWS::EC2::SecurityGroup" {
        return None;
    }
    let is_moved = |it: &Edge<'_>| (it.from, it.to, it.part) == (edge.from, edge.to, edge.part);
    if !component.is_undone(stack, is_moved) {
        return None;
    }
    let condition = match (&group.condition, &other.condition) {
        (Some(a), Some(b)) if a.text != b.text => return None,
        (a, b) => a.as_ref().or(b.as_ref()).map(|it| it.text.clone()),
    };
    let rules = &group.properties.get(edge.part)?.as_list()?.items;
    let moved: Vec<&Node> = rules.iter().filter(|it| names(it, &other.key)).collect();
    if stack.source == Source::Cdk && !is_of_one_expression(stack, group, &moved) {
        return None;
    }

    let mut changes = Vec::new();
    let mut taken: Vec<SmolStr> = Vec::new();
    for rule in &moved {
        let map = rule.as_map().filter(|it| !it.open)?;
        let mut properties = vec![("GroupId".to_owned(), Literal::GetAtt(group.key.clone(), "GroupId".into()))];
        properties.extend(map.entries.iter().map(|(name, node)| (name.text.to_string(), Literal::Existing(node.span))));
        let way = if ty.ends_with("Ingress") { "IngressFrom" } else { "EgressTo" };
        let target = if edge.from == edge.to { "Itself" } else { other.key.as_str() };
        let wanted = format!("{}{way}{target}", group.key);
        let numbered = std::iter::once(wanted.clone()).chain((2..100).map(|it| format!("{wanted}{it}")));
        let id = numbered.map(|it| free_name(stack, &it)).find(|it| !taken.contains(it))?;
        taken.push(id.clone());
        changes.push(Change::AddResource {
            id,
            ty: ty.into(),
            properties: Literal::Map(properties),
            condition: condition.clone(),
            after: group.origin,
        });
    }
    if moved.len() == rules.len() {
        changes.push(Change::Remove { origin: group.origin, path: edge.part.to_owned() });
    } else {
        changes.extend(moved.iter().map(|it| Change::Delete { span: it.span }));
    }
    let word = ty.trim_start_matches("AWS::EC2::");
    Some((format!("Move what `{}` says of `{}` into a `{word}`", group.id.text, target_name(edge, other)), changes))
}

/// True when a program makes the group once, with all of these rules in the same expression: what they are made of is
/// known where a statement can follow.
fn is_of_one_expression(stack: &Stack, group: &Resource, rules: &[&Node]) -> bool {
    let is_within = |rule: &Node| {
        let values = rule.as_map().map(|it| it.entries.as_slice()).unwrap_or_default();
        group.origin.contains(rule.span) && values.iter().all(|(_, it)| rule.span.contains(it.span))
    };
    stack.resources.iter().filter(|it| it.origin == group.origin).count() == 1 && rules.iter().all(|it| is_within(it))
}

fn target_name<'a>(edge: &Edge<'_>, other: &'a Resource) -> &'a str {
    if edge.from == edge.to { "itself" } else { &other.id.text }
}

fn names(node: &Node, key: &str) -> bool {
    let mut found = false;
    node.walk(&mut |it| {
        if let Value::Call(call) = &it.value {
            found |= matches!(&**call, Call::Ref(name) | Call::GetAtt { resource: name, .. } if name.text == key);
        }
    });
    found
}
