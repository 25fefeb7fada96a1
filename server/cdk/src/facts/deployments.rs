//! The stacks that a program makes.

use super::Facts;
use super::tags::Tagging;
use crate::ast::{Element, Expression, Kind, Member};
use crate::constructs::{MethodCall, vpc_plan};
use crate::evaluate::Given;
use crate::scope::{At, Key, Place};
use model::program::{Certainty, Deployment, StackClass, Use, Zones};
use model::{Call, Name, Node, Part, SmolStr, Span, Value};
use rustc_hash::FxHashMap;

/// Constructs nested deeper than this are not followed to their app.
const MAX_DEPTH: usize = 32;

/// What is known of more stacks than this is not told.
const MAX_STACKS: usize = 200;

/// Texts that are shorter than this name nothing by themselves.
const MIN_NAME: usize = 6;

#[derive(Default)]
pub(super) struct Deployments<'a> {
    pub(super) stacks: Vec<Found<'a>>,
}

pub(super) struct Found<'a> {
    pub(super) deployment: Deployment,
    /// The `new`.
    pub(super) at: At<'a>,
    /// Where it is among the constructs.
    pub(super) node: usize,
    /// Its resources' stack.
    stack: usize,
}

/// Finds the stacks that the program makes; `classes` are those of the file.
pub(super) fn find<'a>(facts: &Facts<'_, 'a>, classes: &[StackClass]) -> Deployments<'a> {
    let scopes = &facts.lowering.scopes;
    let mut out = Deployments::default();
    let mut sites: FxHashMap<*const Expression, usize> = FxHashMap::default();
    for place in &scopes.news {
        if out.stacks.len() >= MAX_STACKS {
            break;
        }
        if scopes.base_of(place.at).as_deref() != Some("core.Stack") {
            continue;
        }
        let Some(node) = scopes.node_of(place.at) else { continue };
        let next = sites.len();
        let site = *sites.entry(std::ptr::from_ref(place.at.expression)).or_insert(next);
        out.stacks.push(describe(facts, *place, node, site, classes));
    }
    if out.stacks.is_empty() {
        return out;
    }
    let tagging = Tagging::of(facts);
    for found in &mut out.stacks {
        found.deployment.tagged = tagging.of_stack(facts, found);
        found.deployment.tag_keys = tagging.keys_of_stack(facts, found);
    }
    find_order(facts, &mut out);
    find_uses(facts, &mut out);
    find_names(facts, &mut out);
    find_zones(facts, &mut out);
    out
}

fn describe<'a>(
    facts: &Facts<'_, 'a>,
    place: Place<'a>,
    node: usize,
    site: usize,
    classes: &[StackClass],
) -> Found<'a> {
    let scopes = &facts.lowering.scopes;
    let at = place.at;
    let Kind::New(new) = &at.expression.kind else { unreachable!("a stack is made by a `new`") };
    let name = facts.last_name(&new.class);
    let class = scopes.class_of(at).and_then(|it| it.head.name.as_ref());
    let mut deployment = Deployment {
        id: scopes.nodes[node].id.and_then(|it| facts.text(it)),
        class: class.map_or_else(|| name.text.clone(), |it| it.text.clone()),
        declared: class.and_then(|it| classes.iter().position(|class| class.name.span == it.span)),
        labels: labels(facts, at, node),
        region: facts.lowering.environment(node, "region"),
        region_at: region_at(facts, node),
        account: account(facts, node),
        site,
        ..Deployment::default()
    };
    deployment.plain = class.is_none() && scopes.class_of(at).is_none();
    deployment.props = props_place(facts, at);
    if facts.is_own(at) {
        deployment.made = Some((at.span(), name));
    }
    deployment.termination_protection = prop(facts, at, node, "terminationProtection");
    deployment.cross_region_references = prop(facts, at, node, "crossRegionReferences");
    let stack = scopes.stack_of_node(node);
    Found { deployment, at, node, stack }
}

/// What the library is told for a prop of the stack that `at` makes.
fn prop<'a>(facts: &Facts<'_, 'a>, at: At<'a>, node: usize, key: &str) -> Certainty {
    let scopes = &facts.lowering.scopes;
    for place in &scopes.assignments {
        let Kind::Assign { target, value } = &place.at.expression.kind else { continue };
        let Kind::Member { object, property, .. } = &target.kind else { continue };
        let frame = place.at.frame;
        if property.text == key && scopes.node_at(At { expression: object, frame }) == Some(node) {
            return facts.certainty(At { expression: value, frame });
        }
    }
    match given(facts, at, node, key) {
        Given::Value(it) => facts.certainty(it),
        Given::Absent => Certainty::No,
        Given::Unknown => Certainty::Unknown,
    }
}

/// Where the file says what the library is to do with the stack that `at` makes.
fn props_place<'a>(facts: &Facts<'_, 'a>, at: At<'a>) -> Option<(Span, usize)> {
    const INDEX: usize = 2;
    let scopes = &facts.lowering.scopes;
    if scopes.class_of(at).is_none() || facts.is_own(at) && scopes.base_call(at).is_none_or(|it| it.key() == at.key()) {
        return facts.is_own(at).then(|| (at.span(), INDEX));
    }
    let base = scopes.base_call(at)?;
    let Kind::Call(call) = &base.expression.kind else { return None };
    let given = Expression::argument(&call.arguments, INDEX);
    // What is given to the class goes to the library.
    let is_passed_on = match given.map(|it| &it.kind) {
        Some(Kind::Identifier(_)) => true,
        Some(Kind::Object(members)) => {
            members.iter().any(|it| matches!(it, Member::Spread(it) if matches!(it.kind, Kind::Identifier(_))))
        }
        _ => false,
    };
    match is_passed_on && facts.is_own(at) {
        true => Some((at.span(), INDEX)),
        false => facts.is_own(base).then(|| (base.span(), INDEX)),
    }
}

/// The prop `key` as the library gets it.
pub(super) fn given<'a>(facts: &Facts<'_, 'a>, at: At<'a>, node: usize, key: &str) -> Given<'a> {
    let scopes = &facts.lowering.scopes;
    let is_spread = |at: At<'a>| {
        let arguments = match &at.expression.kind {
            Kind::New(new) => &new.arguments,
            Kind::Call(call) => &call.arguments,
            _ => return false,
        };
        arguments.iter().any(|it| matches!(it, Element::Spread(_)))
    };
    if !scopes.is_seen(at) || is_spread(at) || scopes.base_call(at).is_some_and(is_spread) {
        return Given::Unknown;
    }
    facts.lowering.props(scopes.nodes[node].props).get(key)
}

/// The nodes from `node` outwards, up to the app; and whether that was reached.
pub(super) fn ancestors(facts: &Facts<'_, '_>, node: usize) -> (Vec<usize>, bool) {
    let nodes = &facts.lowering.scopes.nodes;
    let mut out = vec![node];
    while out.len() < MAX_DEPTH {
        let last = &nodes[out[out.len() - 1]];
        match last.scope {
            Some(scope) => out.push(scope),
            None => return (out, last.root),
        }
    }
    (out, false)
}

/// The words that may say which environment the construct at `node`, which `at` makes, is for.
pub(super) fn labels<'a>(facts: &Facts<'_, 'a>, at: At<'a>, node: usize) -> Vec<SmolStr> {
    let scopes = &facts.lowering.scopes;
    let mut out = Vec::new();
    for it in ancestors(facts, node).0 {
        let node = &scopes.nodes[it];
        if !node.root {
            out.extend(node.id.and_then(|it| facts.text(it)));
        }
        speaking(facts, node.props, &mut out);
    }
    // What the class hands on to the library need not be all that it was given.
    if let Kind::New(new) = &at.expression.kind
        && let Some(props) = Expression::argument(&new.arguments, 2)
    {
        speaking(facts, Some(At { expression: props, frame: at.frame }), &mut out);
    }
    out
}

fn speaking<'a>(facts: &Facts<'_, 'a>, props: Option<At<'a>>, out: &mut Vec<SmolStr>) {
    for (name, value) in facts.lowering.props(props).iter() {
        let word: String = name.text.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_lowercase();
        let speaks = matches!(
            &*word,
            "stage"
                | "stagename"
                | "env"
                | "envname"
                | "environment"
                | "environmentname"
                | "environmenttype"
                | "envtype"
                | "deployenv"
                | "deploymentstage"
                | "deploymentenvironment"
        );
        if let Some(value) = value.filter(|_| speaks) {
            out.extend(facts.text(value).filter(|it| !out.contains(it)));
        }
    }
}

/// The account that `env` names: a value, or the words that the program has for it.
fn account(facts: &Facts<'_, '_>, node: usize) -> Option<Name> {
    for it in ancestors(facts, node).0 {
        let props = facts.lowering.props(facts.lowering.scopes.nodes[it].props);
        match props.get("env") {
            Given::Value(env) => match facts.lowering.props(Some(env)).get("account") {
                Given::Value(at) => return account_at(facts, at),
                Given::Unknown => return None,
                Given::Absent => (),
            },
            Given::Unknown => return None,
            Given::Absent => (),
        }
    }
    None
}

/// The place of the region of the stack at `node`, where the file writes it out.
fn region_at(facts: &Facts<'_, '_>, node: usize) -> Option<Span> {
    let Given::Value(at) = facts.lowering.environment_given(node, "region") else { return None };
    let at = facts.lowering.scopes.follow(at);
    (facts.is_own(at) && matches!(at.expression.kind, Kind::Text(_))).then(|| at.span())
}

/// The account that the value at `at` is, or falls back to.
pub(super) fn account_at<'a>(facts: &Facts<'_, 'a>, at: At<'a>) -> Option<Name> {
    const MAX_STEPS: usize = 8;
    let mut at = at;
    let span = at.span();
    for _ in 0..MAX_STEPS {
        at = facts.lowering.scopes.follow(at);
        match &at.expression.kind {
            Kind::Or { right, .. } => at = At { expression: right, ..at },
            Kind::Text(text) if !text.is_empty() => return Some(Name::new(text.clone(), span)),
            Kind::Member { .. } => {
                let source = facts.lowering.source(at.span());
                let is_variable = source.starts_with("process.env.") && !source.contains(char::is_whitespace);
                return is_variable.then(|| Name::new(source, span));
            }
            _ => return None,
        }
    }
    None
}

/// `second.addDependency(first)`.
fn find_order(facts: &Facts<'_, '_>, out: &mut Deployments<'_>) {
    let scopes = &facts.lowering.scopes;
    let index = |out: &Deployments<'_>, node: Option<usize>| out.stacks.iter().position(|it| Some(it.node) == node);
    for call in scopes.calls.iter().filter_map(|it| MethodCall::of(*it)) {
        if !matches!(&*call.method.text, "addDependency" | "addStackDependency") {
            continue;
        }
        // `second.node.addDependency(first)` too.
        let object = match &call.object.expression.kind {
            Kind::Member { object, property, .. } if property.text == "node" => {
                At { expression: object, frame: call.object.frame }
            }
            _ => call.object,
        };
        let first = call.argument(0).and_then(|it| scopes.node_at(it));
        if let (Some(second), Some(first)) = (index(out, scopes.node_at(object)), index(out, first)) {
            out.stacks[second].deployment.after.push(first);
        }
    }
}

/// The constructs of other stacks that code of a stack uses, where the two may be in different regions.
fn find_uses<'a>(facts: &Facts<'_, 'a>, out: &mut Deployments<'a>) {
    let regions = |out: &Deployments<'_>| out.stacks.iter().filter_map(|it| it.deployment.region.clone()).collect();
    let regions: Vec<SmolStr> = regions(out);
    if regions.iter().all(|it| *it == regions[0]) {
        return;
    }
    let lowering = facts.lowering;
    let scopes = &lowering.scopes;
    let by_stack: FxHashMap<usize, usize> = out.stacks.iter().enumerate().map(|(i, it)| (it.stack, i)).collect();
    let mut seen: Vec<(usize, Key)> = Vec::new();
    for place in scopes.news.iter().chain(&scopes.calls) {
        let Some(user) = by_stack.get(&scopes.stack_of(place.at.frame)).copied() else { continue };
        let mut used = Vec::new();
        if let Some(of) = read_by_library(facts, *place) {
            of.iter().for_each(|it| constructs_in(facts, At { expression: it, frame: place.at.frame }, &mut used));
        }
        for (at, construct) in used {
            let construct = &lowering.constructs[construct];
            let Some(other) = by_stack.get(&construct.place.stack).copied().filter(|it| *it != user) else { continue };
            // A name that is given can be used from anywhere.
            let props = lowering.props(construct.props);
            let is_named = props.open || props.iter().any(|(name, _)| is_physical_name(&name.text));
            if is_named || seen.contains(&(user, at.key())) {
                continue;
            }
            seen.push((user, at.key()));
            let always_refused = NAMED.contains(&&*construct.class);
            let construct = construct.id.text.clone();
            out.stacks[user].deployment.uses.push(Use { stack: other, construct, span: at.span(), always_refused });
        }
    }
}

/// Classes whose constructs are named by a name of their own in another region, whichever version the library is of.
const NAMED: &[&str] = &[
    "aws-dynamodb.Table",
    "aws-iam.Role",
    "aws-kinesis.Stream",
    "aws-lambda.Function",
    "aws-lambda-nodejs.NodejsFunction",
    "aws-s3.Bucket",
    "aws-secretsmanager.Secret",
    "aws-sns.Topic",
    "aws-sqs.Queue",
];

/// The expressions that the library reads values from when `place` runs.
fn read_by_library<'a>(facts: &Facts<'_, 'a>, place: Place<'a>) -> Option<Vec<&'a Expression>> {
    let scopes = &facts.lowering.scopes;
    if scopes.is_followed(place.at) {
        return None;
    }
    let is_of_library = |expression| {
        let path = scopes.path(At { expression, frame: place.at.frame });
        // The core asks constructs for their stack more often than for their values.
        path.is_some_and(|it| !it.starts_with("core.") || it.starts_with("core.Cfn"))
    };
    let items = |elements: &'a [Element]| {
        elements.iter().map(|it| match it {
            Element::Item(it) | Element::Spread(it) => it,
        })
    };
    match &place.at.expression.kind {
        Kind::New(new) => is_of_library(&new.class).then(|| items(&new.arguments).skip(1).collect()),
        Kind::Call(call) => {
            let method = MethodCall::of(place).filter(|it| it.method.text.starts_with("grant"));
            match method.filter(|it| facts.lowering.construct_of(it.object).is_some()) {
                Some(it) => Some(vec![it.object.expression]),
                None => is_of_library(&call.callee).then(|| items(&call.arguments).collect()),
            }
        }
        _ => None,
    }
}

/// The constructs whose values the value at `at` holds, each with the place that names it.
fn constructs_in<'a>(facts: &Facts<'_, 'a>, at: At<'a>, out: &mut Vec<(At<'a>, usize)>) {
    let lowering = facts.lowering;
    let construct_of = |expression| lowering.construct_of(At { expression, ..at }).map(|it| it.0);
    let mut todo = vec![at.expression];
    while let Some(expression) = todo.pop() {
        match &expression.kind {
            Kind::Identifier(_) | Kind::Member { .. } if construct_of(expression).is_some() => {
                out.extend(construct_of(expression).map(|it| (At { expression, ..at }, it)));
            }
            Kind::Member { object, property, .. } => {
                let is_value = ["Arn", "Name", "Url", "Id"].iter().any(|it| property.text.ends_with(it));
                if let Some(construct) = construct_of(object).filter(|_| is_value && property.text != "stackName") {
                    out.push((At { expression, ..at }, construct));
                }
            }
            Kind::New(_) | Kind::Call(_) | Kind::Function(_) => (),
            _ => expression.children(&mut |it| todo.push(it)),
        }
    }
}

/// True for a prop by which a resource gets a name of its own, as far as that can be told from its name.
fn is_physical_name(prop: &str) -> bool {
    let is_of_something_else = matches!(prop, "domainName" | "displayName" | "recordName" | "zoneName");
    (prop.ends_with("Name") || prop.ends_with("Identifier")) && !is_of_something_else
}

/// The names that stacks of one `new` give to their resources, and where such may occur.
fn find_names(facts: &Facts<'_, '_>, out: &mut Deployments<'_>) {
    for i in 0..out.stacks.len() {
        let site = out.stacks[i].deployment.site;
        if out.stacks.iter().filter(|it| it.deployment.site == site).count() < 2 {
            continue;
        }
        let stack = out.stacks[i].stack;
        let deployment = &mut out.stacks[i].deployment;
        for draft in facts.lowering.drafts.iter().filter(|it| it.stack == stack) {
            let Value::Map(properties) = &draft.resource.properties.value else { continue };
            for (name, value) in properties.entries.iter() {
                if name.text.ends_with("Name")
                    && let Some(text) = value.as_str().filter(|it| it.len() >= MIN_NAME)
                {
                    deployment.names.push(text.into());
                }
            }
            draft.resource.properties.walk(&mut |node| texts(node, &mut deployment.texts));
        }
    }
}

fn texts(node: &Node, out: &mut Vec<SmolStr>) {
    if let Some(text) = node.as_str() {
        out.extend((text.len() >= MIN_NAME).then(|| SmolStr::new(text)));
        return;
    }
    if let Value::Call(call) = &node.value
        && let Call::Sub(parts) = &**call
    {
        out.extend(parts.iter().filter_map(|it| match it {
            Part::Text(text) if text.text.len() >= MIN_NAME => Some(text.text.clone()),
            _ => None,
        }));
    }
}

/// Finds how many zones the networks of the stacks are to lie in.
fn find_zones(facts: &Facts<'_, '_>, out: &mut Deployments<'_>) {
    let lowering = facts.lowering;
    for (index, network) in lowering.constructs.iter().enumerate().filter(|(_, it)| it.class == "aws-ec2.Vpc") {
        let Some(value) = lowering.props_of(index).value("maxAzs") else { continue };
        let mut zones = zones_at(facts, value, &network.id.text);
        if let Some(zones) = zones.as_mut().filter(|_| vpc_plan::is_for_any_region(lowering, index)) {
            zones.count = zones.count.min(vpc_plan::ZONES_OF_ANY_REGION);
        }
        for found in out.stacks.iter_mut().filter(|it| it.stack == network.place.stack) {
            found.deployment.zones.extend(zones.clone());
        }
    }
}

/// The number of zones that the value at `at` certainly is.
pub(super) fn zones_at<'a>(facts: &Facts<'_, 'a>, at: At<'a>, network: &str) -> Option<Zones> {
    let written = facts.lowering.scopes.follow(at);
    let count = facts.lowering.node(at).as_int().and_then(|it| u32::try_from(it).ok())?;
    let span = facts.is_own(written).then(|| written.span());
    Some(Zones { network: network.into(), count, span })
}
