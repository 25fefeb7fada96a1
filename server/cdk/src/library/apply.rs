//! The props of a construct → its resources, by the table of its class.

use super::cursor::Cursor;
use super::function::{Context, Scene, attribute_node, settled};
use super::path::{self, Step, Taken, Turn, put, steps};
use super::read::{Class, Effect, Function, Guard, Member, Resource, Row, Trust};
use super::value;
use super::{class, method};
use crate::ast::Kind;
use crate::constructs as hand;
use crate::evaluate::Given;
use crate::lower::{Construct, Lowering};
use crate::scope::At;
use model::{Map, Name, Node, SmolStr, Span, Value};
use rustc_hash::FxHashMap;

/// No list of props makes more resources than this.
const MAX_INSTANCES: usize = 64;

/// Rows try an argument at a time, of which a text is made here.
const INSTANCE_TYPE: &str = "(aws-ec2.InstanceType.of).$";

/// Properties that stacks and applications add to.
const TAGS: &[&str] = &["FileSystemTags", "HostedZoneTags", "TagList", "TagSpecifications", "Tags", "UserPoolTags"];

/// Texts that the library makes of where the construct is and of what is added to it.
const GENERATED: &[(&str, &[&str])] = &[
    ("AWS::CloudFront::Distribution", &["DistributionConfig", "Origins", "Id"]),
    ("AWS::CloudWatch::Dashboard", &["DashboardBody"]),
];

/// Props of which no table says what they do, but which leave alone what they are not about.
const HARMLESS: &[(&str, &[&str])] = &[
    ("aws-lambda.", &["filesystem", "securityGroups", "vpcSubnets"]),
    ("aws-rds.DatabaseInstance", &["storageThroughput", "timezone"]),
];

/// What other constructs add to when they are given this one.
const SHARED: &[(&str, &[&str])] = &[
    // Listeners and containers that are given them.
    ("AWS::ECS::Service", &["DeploymentController", "HealthCheckGracePeriodSeconds", "LoadBalancers"]),
    ("AWS::ECS::TaskDefinition", &["ExecutionRoleArn"]),
    ("AWS::EC2::SecurityGroup", &["SecurityGroupEgress", "SecurityGroupIngress"]),
    ("AWS::IAM::ManagedPolicy", &["Groups", "Roles", "Users"]),
    ("AWS::IAM::Policy", &["Groups", "Roles", "Users"]),
];

/// A resource that the table gives the construct.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// Its index in the table.
    pub(crate) resource: usize,
    pub(crate) ty: &'static str,
    pub(crate) key: SmolStr,
    pub(crate) properties: Map,
    pub(crate) attributes: Map,
    /// What decides whether it is there, where that is not known.
    pub(crate) condition: Option<Name>,
}

/// What the table of its class says of the construct at `index`: its resources, its own one first.
pub(super) fn lower(lowering: &Lowering<'_>, index: usize, class: &'static Class) -> Vec<Made> {
    Application::new(lowering, index, class).run()
}

/// What the resource at `resource` in the table of its class is called, of a construct.
pub(crate) fn key_of(construct: &Construct<'_>, class: &Class, resource: usize) -> SmolStr {
    let key = &construct.key;
    if let Some(key) = class.resources.get(resource).and_then(|it| hand::shared::key_of(&it.path)) {
        return key;
    }
    match class.resources.get(resource).map(|it| it.path.strip_suffix("/Resource").unwrap_or(&it.path)) {
        None | Some("Resource") => key.clone(),
        Some(_) if resource == class.main => key.clone(),
        Some(path) => format!("{key}/{}", path.trim_start_matches(['/', '@'])).into(),
    }
}

/// What the member `name` of the construct at `at` stands for.
pub(super) fn member_at<'a>(lowering: &Lowering<'a>, at: At<'a>, name: &str, span: Span) -> Option<Node> {
    let (index, _) = lowering.construct_of(at)?;
    let construct = &lowering.constructs[index];
    let (producer, consumer) = (construct.place.stack, lowering.stack_of(at));
    let own = |it: &Lowering<'a>| {
        member(it, index, name, span).or_else(|| {
            Some(match hand::attribute::of_construct(&construct.class, name)? {
                hand::attribute::Attribute::Ref => attribute_node(&construct.key, "Ref", span),
                hand::attribute::Attribute::Of(name) => attribute_node(&construct.key, &name, span),
            })
        })
    };
    lowering.across(lowering.in_stack(Some(producer), own)?, producer, consumer)
}

/// What the member `name` of the construct at `index` stands for, written at `span`.
pub(crate) fn member(lowering: &Lowering<'_>, index: usize, name: &str, span: Span) -> Option<Node> {
    let construct = &lowering.constructs[index];
    let class = class(&construct.class).filter(|_| lowering.spend())?;
    match class.attributes.get(name)? {
        Member::Attribute(resource, attribute) => {
            let is_there = is_certain(lowering, index, class, *resource);
            is_there.then(|| attribute_node(&key_of(construct, class, *resource), attribute, span))
        }
        Member::Value(json) => {
            let node = Scene::of(lowering, index, class).node(json, Context { span, taken: &[], value: None }, 0);
            (!matches!(node.value, Value::Unknown)).then_some(node)
        }
    }
}

/// What the member `name` stands for of a construct that is itself the member `part` of the construct at `index`.
pub(crate) fn member_of_part(
    lowering: &Lowering<'_>,
    index: usize,
    part: &str,
    name: &str,
    span: Span,
) -> Option<Node> {
    let construct = &lowering.constructs[index];
    let own = class(&construct.class)?;
    let part = own.parts.get(part)?;
    let resource = part.resource.filter(|it| is_certain(lowering, index, own, *it))?;
    match class(part.class)?.attributes.get(name)? {
        Member::Attribute(of, attribute) if *of == class(part.class)?.main => {
            Some(attribute_node(&key_of(construct, own, resource), attribute, span))
        }
        _ => None,
    }
}

/// True when the construct at `index` certainly makes the resource.
fn is_certain(lowering: &Lowering<'_>, index: usize, class: &'static Class, resource: usize) -> bool {
    let Some(entry) = class.resources.get(resource) else { return false };
    entry.is_own() && entry.each.is_none() && {
        let scene = || Scene::of(lowering, index, class);
        entry.when.is_empty() || {
            let scene = scene();
            entry.when.iter().any(|it| scene.all(it, &[]) == Some(true))
        }
    }
}

impl<'l, 'a> Scene<'l, 'a> {
    pub(super) fn of(lowering: &'l Lowering<'a>, index: usize, class: &'static Class) -> Scene<'l, 'a> {
        let construct = &lowering.constructs[index];
        let mut scene = Scene {
            lowering,
            class,
            props: lowering.props_of(index),
            keys: Vec::new(),
            stack: construct.place.stack,
            id: construct.id.span,
        };
        let is_made = |it: &Resource| it.is_own() || hand::shared::key_of(&it.path).is_some();
        let is_there = |it: &Resource| is_made(it) && scene.exists(&it.when, &[]).is_some();
        let keys = class.resources.iter().enumerate();
        scene.keys = keys.map(|(index, it)| is_there(it).then(|| key_of(construct, class, index))).collect();
        scene
    }

    /// Whether a resource is there: `Some(None)` for certainly, `Some` with what decides it where the program says that.
    fn exists(&self, when: &[Vec<Guard>], taken: &[Taken]) -> Option<Option<Name>> {
        if when.is_empty() {
            return Some(None);
        }
        let mut decider = None;
        for guards in when {
            match self.all(guards, taken) {
                Some(true) => return Some(None),
                Some(false) => (),
                None => {
                    let open = guards.iter().find(|it| self.all(std::slice::from_ref(*it), taken).is_none());
                    decider = decider.or(open.and_then(|it| self.decider(it)));
                }
            }
        }
        decider.map(Some)
    }

    /// What the program says where `guard` is decided, where that is something that may hold or not. What is decided
    /// elsewhere is not spoken of.
    fn decider(&self, guard: &Guard) -> Option<Name> {
        let prop = match guard {
            Guard::Given(prop, true) => prop,
            Guard::Is(prop, values, true) if values.iter().all(|it| it.as_str() == Some("true")) => prop,
            _ => return None,
        };
        if prop.contains('(') {
            return None;
        }
        let Given::Value(at) = self.props.get(path::first(prop)) else { return None };
        let words: Vec<&str> = self.lowering.source(at.span()).split_whitespace().collect();
        Some(Name::new(words.join(" "), at.span()))
    }
}

struct Application<'l, 'a> {
    scene: Scene<'l, 'a>,
    class: &'static Class,
    /// The properties of each resource: one for each item of a prop, where there are several. None where the resource is
    /// not there.
    instances: Vec<Vec<Draft>>,
    /// Where in the lists of properties the items went that come from props.
    items: FxHashMap<(usize, usize, String), usize>,
    /// The values that rows have made of parts of a text, and which prop each was made for.
    templates: FxHashMap<(usize, usize, &'static str), &'static str>,
    /// What the methods do that are called on it.
    methods: Vec<method::Effect<'l>>,
}

struct Draft {
    properties: Node,
    attributes: Node,
    condition: Option<Name>,
}

impl<'l, 'a> Application<'l, 'a> {
    fn new(lowering: &'l Lowering<'a>, index: usize, class: &'static Class) -> Application<'l, 'a> {
        let scene = Scene::of(lowering, index, class);
        let called = lowering.methods.get(&index).into_iter().flatten();
        let methods = called.map(|it| method::effect(class, &it.text)).collect();
        let mut application = Application {
            scene,
            class,
            instances: Vec::new(),
            items: FxHashMap::default(),
            templates: FxHashMap::default(),
            methods,
        };
        application.instances = class.resources.iter().map(|it| application.instances_of(it)).collect();
        application.doubt_defaults();
        application
    }

    /// Makes unknown what a prop may change that no table knows: what is there without it, and whether it is there.
    fn doubt_defaults(&mut self) {
        let class = self.class;
        let is_harmless =
            |name: &str| HARMLESS.iter().any(|(of, props)| class.name.starts_with(of) && props.contains(&name));
        let strange = self.scene.props.iter().find(|(name, value)| {
            let is_known = match class.trust.get(name.text.as_str()) {
                Some(Trust::Full | Trust::None) => true,
                Some(Trust::Except(paths)) => {
                    !paths.iter().any(|it| it.is_empty()) || self.has_rows(&name.text, *value)
                }
                Some(Trust::Opaque) | None => false,
            };
            !is_known
                && !hand::covers(class.name, &name.text)
                && !is_harmless(&name.text)
                && value.is_none_or(|it| !super::cursor::is_nothing(self.scene.lowering, it))
        });
        let Some((name, _)) = strange else { return };
        for (resource, drafts) in self.instances.iter_mut().enumerate() {
            for draft in drafts {
                forget(&mut draft.properties);
                forget(&mut draft.attributes);
                if resource != class.main && draft.condition.is_none() {
                    draft.condition = Some(Name::clone(name));
                }
            }
        }
    }

    /// True unless `value` shows a member that the rows of the prop called `name` do not speak of.
    fn has_rows(&self, name: &str, value: Option<At<'a>>) -> bool {
        let members = self.scene.lowering.props(value);
        let speaks = |member: &str| {
            self.class.rows_of(name).iter().any(|it| {
                let rest = self.class.rows[*it].prop.strip_prefix(name).and_then(|it| it.strip_prefix('.'));
                rest.is_some_and(|it| path::first(it) == member)
            })
        };
        members.iter().all(|(member, _)| speaks(&member.text))
    }

    /// The resource as it is before any prop is looked at; once for each item that it is made for.
    fn instances_of(&self, resource: &Resource) -> Vec<Draft> {
        if !resource.is_own() {
            return Vec::new();
        }
        let Some(each) = &resource.each else { return self.instance(resource, &[]).into_iter().collect() };
        let root = Cursor::from(self.scene.props.get(path::first(each)));
        let rest: Vec<Step<'_>> = steps(each).skip(1).collect();
        let mut all = Vec::new();
        self.scene.each(root, &rest, &mut Vec::new(), &mut |_, taken| {
            if all.len() < MAX_INSTANCES && !taken.contains(&Taken::Some) {
                all.extend(self.instance(resource, taken));
            }
        });
        all
    }

    fn instance(&self, resource: &Resource, taken: &[Taken]) -> Option<Draft> {
        let condition = self.scene.exists(&resource.when, taken)?;
        let context = Context { span: self.scene.id, taken, value: None };
        let node = |json: &serde_json::Value| match json {
            serde_json::Value::Null => Node::empty_map(self.scene.id),
            json => self.scene.node(json, context, 0),
        };
        let mut properties = node(&resource.properties);
        // What is there only without a feature flag was seen once, with the samples that its class must be given.
        let is_old = |guards: &Vec<Guard>| guards.iter().any(|it| matches!(it, Guard::Flag(_, false, _)));
        if !resource.when.is_empty() && resource.when.iter().all(is_old) && !self.is_decided(resource) {
            forget(&mut properties);
        }
        Some(Draft { properties, attributes: node(&resource.attributes), condition })
    }

    /// True when any prop has a row for the resource.
    fn is_decided(&self, resource: &Resource) -> bool {
        let index = self.class.resources.iter().position(|it| std::ptr::eq(it, resource));
        index.is_some_and(|it| self.class.decided(it).next().is_some())
    }

    fn run(mut self) -> Vec<Made> {
        let class = self.class;
        let mut rows: Vec<usize> = Vec::new();
        for (name, _) in self.scene.props.iter() {
            rows.extend(class.rows_of(&name.text));
        }
        // What does not depend on a prop.
        rows.extend(class.rows_of(""));
        rows.sort_unstable();
        rows.dedup();
        for index in rows {
            self.row(&class.rows[index]);
        }
        self.doubt();
        self.finish()
    }

    /// Applies a row to each value that it is for.
    fn row(&mut self, row: &'static Row) {
        let first = path::first(&row.prop);
        let root = match first {
            "" => Cursor::Unknown,
            first => self.scene.props.get(first).into(),
        };
        let rest: Vec<Step<'_>> = steps(&row.prop).skip(1).collect();
        let mut found = Vec::new();
        self.scene.each(root, &rest, &mut Vec::new(), &mut |cursor, taken| {
            found.push((cursor, taken.to_vec()));
        });
        if found.is_empty() && self.is_empty_list(row) {
            self.forget_list(row);
        }
        for (cursor, taken) in found {
            match (self.scene.all(&row.when, &taken), &cursor) {
                (Some(false), _) | (_, Cursor::Absent) => (),
                (Some(true), _) => self.effects(row, &cursor, &taken),
                (None, _) => self.effects(row, &Cursor::Unknown, &taken),
            }
        }
    }

    /// True for a row about the items of a list that is given and has none: it takes away what is there by default.
    fn is_empty_list(&self, row: &Row) -> bool {
        let Some((prop, "")) = row.prop.split_once("[]") else { return false };
        let Cursor::Value(at) = self.scene.find(prop, &[]) else { return false };
        matches!(&self.scene.lowering.scopes.follow(at).expression.kind, Kind::Array(items) if items.is_empty())
    }

    /// Makes unknown the lists that the items of a list would be put into.
    fn forget_list(&mut self, row: &'static Row) {
        for Effect(resource, target, _) in &row.set {
            for instance in 0..self.instances.get(*resource).map_or(0, Vec::len) {
                let turns = self.turns(*resource, instance, row, target, &[Taken::Some], self.scene.id);
                let end = turns.iter().position(|it| *it == Turn::Some).unwrap_or(turns.len());
                if (1..turns.len()).contains(&end) {
                    put(
                        &mut self.instances[*resource][instance].properties,
                        &turns[..end],
                        Node::unknown(self.scene.id),
                    );
                }
            }
        }
    }

    fn effects(&mut self, row: &'static Row, cursor: &Cursor<'a>, taken: &[Taken]) {
        let name = match cursor {
            Cursor::Value(at) => at.span(),
            _ => self.scene.id,
        };
        for Effect(resource, target, function) in &row.set {
            let Some(instance) = self.instance_at(*resource, taken) else { continue };
            let turns = self.turns(*resource, instance, row, target, taken, name);
            let mut node = self.scene.apply(function, cursor, taken);
            match row.prop.split_once(INSTANCE_TYPE) {
                Some((_, "0")) => {
                    if let Some((class, span)) = self.scene.instance_class(&row.prop, taken)
                        && let Function::Map(samples) = function
                    {
                        node = value::instance_type(samples, &class, span);
                    }
                    let size = self.scene.find(&row.prop.replace(".$0", ".$1"), taken);
                    value::resize(&mut node, &size, self.scene.lowering);
                }
                // It was tried with one family.
                Some(_) => continue,
                None => (),
            }
            // What it begins with is not put before what begins with it.
            if let (Function::Template(serde_json::Value::Array(parts)), Some(text)) = (function, node.as_str())
                && let Some(start) = parts.first().and_then(serde_json::Value::as_str)
                && text.strip_prefix(start).is_some_and(|it| it.starts_with(start))
            {
                node.value = Value::Unknown;
            }
            // Of a text that several props make a part of, each row knows its own only.
            if let Function::Template(serde_json::Value::Array(_)) = function {
                let before = self.templates.entry((*resource, instance, target)).or_insert(&row.prop);
                if **before != *row.prop {
                    node.value = Value::Unknown;
                }
            }
            let draft = &mut self.instances[*resource][instance];
            let (tree, turns) = match turns.split_first() {
                Some((Turn::Key(key), rest)) if key.text.starts_with('@') => {
                    let key = Turn::Key(Name::new(&key.text[1..], key.span));
                    let turns = std::iter::once(key).chain(rest.iter().cloned()).collect();
                    (&mut draft.attributes, turns)
                }
                _ => (&mut draft.properties, turns),
            };
            let before = path::get(tree, &turns);
            let node = match (function, before) {
                // Items are made in parts.
                (Function::Template(_), Some(before)) => joined(before, node),
                (_, before) => settled(node, before),
            };
            // What is kept as it is, of items that are not shown.
            if matches!((&node.value, before, turns.last()), (Value::Absent, None, Some(Turn::Index(_)))) {
                continue;
            }
            put(tree, &turns, node);
        }
    }

    /// Which instance of a resource the value with these steps is about.
    fn instance_at(&self, resource: usize, taken: &[Taken]) -> Option<usize> {
        let count = self.instances.get(resource)?.len();
        let index = match (&self.class.resources[resource].each, taken.first()) {
            (Some(_), Some(Taken::Item(index))) => *index,
            (Some(_), _) => return None,
            (None, _) => 0,
        };
        (index < count).then_some(index)
    }

    /// The way to the property at `target` for a value that was come to by `taken`.
    fn turns(
        &mut self,
        resource: usize,
        instance: usize,
        row: &'static Row,
        target: &'static str,
        taken: &[Taken],
        name: Span,
    ) -> Vec<Turn> {
        let mut turns = Vec::new();
        let mut left = taken.iter();
        // A resource for each item has used the first of them up.
        if self.class.resources[resource].each.is_some() {
            left.next();
        }
        let mut lists = 0;
        for step in steps(target) {
            lists += usize::from(matches!(step, Step::Item | Step::Entry));
            let turn = match step {
                Step::Name(text) => Turn::Key(Name::new(path::plain(text), name)),
                // Of the statements of a policy the order means nothing, and several props may make the first.
                Step::At(index) if self.is_set(resource, &turns, index) => match taken.contains(&Taken::Some) {
                    true => Turn::Some,
                    false => self.item(resource, instance, &turns, &format!("{} {index}", row.prop), taken),
                },
                Step::At(index) => Turn::Index(index),
                Step::Item => match left.next() {
                    // What is there without the prop is there no longer, or is not where it was.
                    Some(Taken::Item(_)) if self.is_default(resource, &turns) => Turn::Some,
                    Some(Taken::Item(index)) => self.item(
                        resource,
                        instance,
                        &turns,
                        path::until_list(&row.prop, lists),
                        &[Taken::Item(*index)],
                    ),
                    _ => Turn::Some,
                },
                Step::Entry => match left.next() {
                    Some(Taken::Entry(name)) => Turn::Key(name.clone()),
                    _ => Turn::Some,
                },
                Step::Added(_) if taken.contains(&Taken::Some) => Turn::Some,
                // Without that prop, the first one is what others say more of.
                Step::Added(prop) if path::first(prop) != path::first(&row.prop) && self.is_absent(prop) => {
                    if self.is_default(resource, &turns) { Turn::Some } else { Turn::Index(0) }
                }
                Step::Added(prop) => self.item(resource, instance, &turns, prop, taken),
                Step::MadeBy(..) | Step::Argument(_) => continue,
            };
            turns.push(turn);
        }
        turns
    }

    fn is_absent(&self, prop: &str) -> bool {
        matches!(self.scene.props.get(path::first(prop)), Given::Absent)
    }

    /// True when the list at the end of `turns` has items without any prop.
    fn is_default(&self, resource: usize, turns: &[Turn]) -> bool {
        let mut at = &self.class.resources[resource].properties;
        for turn in turns {
            let Turn::Key(name) = turn else { return false };
            at = &at[name.text.as_str()];
        }
        let is_statement = matches!(turns.last(), Some(Turn::Key(name)) if name.text == "Statement");
        !is_statement && at.as_array().is_some_and(|it| !it.is_empty())
    }

    /// True for an item of a list of statements that is none of the defaults.
    fn is_set(&self, resource: usize, turns: &[Turn], index: usize) -> bool {
        let mut at = &self.class.resources[resource].properties;
        for turn in turns {
            let Turn::Key(name) = turn else { return false };
            at = &at[name.text.as_str()];
        }
        let is_statement = matches!(turns.last(), Some(Turn::Key(name)) if name.text == "Statement");
        is_statement && at.as_array().is_none_or(|it| it.len() <= index)
    }

    /// The item of the list at the end of `turns` that `prop` has added, or adds now.
    fn item(&mut self, resource: usize, instance: usize, turns: &[Turn], prop: &str, taken: &[Taken]) -> Turn {
        let mut place = String::new();
        for turn in turns {
            match turn {
                Turn::Key(name) => place.push_str(&name.text),
                Turn::Index(index) => place.push_str(&index.to_string()),
                Turn::Some => (),
            }
            place.push('.');
        }
        place.push_str(prop);
        for taken in taken {
            match taken {
                Taken::Item(index) => place.push_str(&format!(" {index}")),
                Taken::Entry(name) => place.push_str(&format!(" {}", name.text)),
                Taken::Some => (),
            }
        }
        let key = (resource, instance, place);
        let length = path::get(&self.instances[resource][instance].properties, turns)
            .and_then(Node::as_list)
            .map_or(0, |it| it.items.len());
        Turn::Index(*self.items.entry(key).or_insert(length))
    }

    /// Makes unknown what a prop that is not seen or not understood, or a method, may say otherwise.
    fn doubt(&mut self) {
        let class = self.class;
        let mut open = self.scene.props.open || self.methods.iter().any(|it| matches!(it, method::Effect::Anything));
        let mut partial = Vec::new();
        for (name, _) in self.scene.props.iter() {
            match class.trust.get(name.text.as_str()) {
                Some(Trust::Full | Trust::None) => (),
                Some(Trust::Except(paths)) if self.scene.uses(&name.text, paths) => {
                    // Where it is not told which of its members are not known, most are.
                    partial.push((Name::clone(name), paths.iter().any(|it| it.is_empty())));
                }
                Some(Trust::Except(_)) => (),
                Some(Trust::Opaque) if hand::covers(class.name, &name.text) => (),
                Some(Trust::Opaque) | None => open = true,
            }
        }
        for (prop, is_whole) in partial {
            for index in class.rows_of(&prop.text) {
                for Effect(resource, target, _) in &class.rows[*index].set {
                    for draft in self.instances.get_mut(*resource).into_iter().flatten() {
                        if is_whole {
                            loosen_entry(&mut draft.properties, path::first(target));
                        } else {
                            forget_entry(&mut draft.properties, path::first(target));
                        }
                    }
                }
            }
            // What it makes may be somebody else's.
            for (resource, drafts) in self.instances.iter_mut().enumerate() {
                let decides = |it: &Guard| matches!(it, Guard::Is(path, ..) | Guard::Given(path, _) if path::first(path) == prop.text);
                if !is_whole && class.resources[resource].when.iter().flatten().any(decides) {
                    drafts.iter_mut().for_each(|it| it.condition = it.condition.take().or_else(|| Some(prop.clone())));
                }
            }
        }
        if open {
            for row in &class.rows {
                if matches!(self.scene.props.get(path::first(&row.prop)), Given::Absent | Given::Unknown) {
                    self.unknown(row);
                }
            }
        }
    }

    /// Makes unknown what `row` may do, when its prop is not seen.
    fn unknown(&mut self, row: &'static Row) {
        if self.scene.all(&row.when, &[]) == Some(false) {
            return;
        }
        for Effect(resource, target, _) in &row.set {
            for instance in 0..self.instances.get(*resource).map_or(0, Vec::len) {
                let turns = self.turns(*resource, instance, row, target, &[Taken::Some], self.scene.id);
                let end = turns.iter().position(|it| *it == Turn::Some).map_or(turns.len(), |it| it + 1);
                let draft = &mut self.instances[*resource][instance];
                if target.starts_with('@') {
                    draft.attributes = Node::unknown(self.scene.id);
                } else {
                    put(&mut draft.properties, &turns[..end], Node::unknown(self.scene.id));
                }
            }
        }
    }

    fn finish(self) -> Vec<Made> {
        let mut all = Vec::new();
        for (resource, instances) in self.instances.into_iter().enumerate() {
            for (number, draft) in instances.into_iter().enumerate() {
                let mut node = draft.properties;
                open_policies(&mut node);
                let Value::Map(mut properties) = node.value else { continue };
                let id = self.scene.id;
                for name in self.class.decided(resource) {
                    if properties.get(name).is_none() {
                        properties.entries.push((Name::new(name, id), Node { value: Value::Absent, span: id }));
                    }
                }
                loosen_tags(&mut properties);
                let shared = SHARED.iter().find(|(ty, _)| *ty == self.class.resources[resource].ty);
                for name in shared.iter().flat_map(|it| it.1) {
                    loosen_in(&mut properties, name);
                    drop_placeholder(&mut properties, name);
                }
                // What no prop decides can still be said otherwise: by an aspect, by a stack's tags.
                properties.open = true;
                if resource == self.class.main {
                    for effect in &self.methods {
                        if let method::Effect::Changes(names) = effect {
                            names.iter().for_each(|it| change_in(&mut properties, it));
                        }
                    }
                }
                for (_, path) in GENERATED.iter().filter(|it| it.0 == self.class.resources[resource].ty) {
                    generate(&mut properties, path);
                }
                let attributes = match draft.attributes.value {
                    Value::Map(map) => map,
                    _ => Map { entries: Vec::new(), open: true },
                };
                let Some(key) = self.scene.keys[resource].clone() else { continue };
                let key = if number == 0 { key } else { format!("{key}~{}", number + 1).into() };
                let ty = self.class.resources[resource].ty;
                all.push(Made { resource, ty, key, properties, attributes, condition: draft.condition });
            }
        }
        // The one that it is for comes first.
        if let Some(main) = all.iter().position(|it| it.resource == self.class.main) {
            all[..=main].rotate_right(1);
        }
        all
    }
}

/// Lets tags have others beside them: stacks and applications tag what is in them.
fn loosen_tags(properties: &mut Map) {
    for (name, node) in &mut properties.entries {
        if TAGS.contains(&name.text.as_str()) {
            loosen(node);
        } else if name.text == "LaunchTemplateData"
            && let Value::Map(data) = &mut node.value
        {
            loosen_tags(data);
        }
    }
}

/// What `node` makes of `before`: a map brings the entries that it has.
fn joined(before: &Node, node: Node) -> Node {
    match (&before.value, node.value) {
        (Value::Map(before), Value::Map(new)) => {
            let mut map = before.clone();
            for (name, node) in new.entries {
                match map.entries.iter_mut().find(|(it, _)| it.text == name.text) {
                    Some((_, old)) => *old = joined(old, node),
                    None => map.entries.push((name, node)),
                }
            }
            Node { value: Value::Map(map), span: node.span }
        }
        (_, value) => settled(Node { value, span: node.span }, Some(before)),
    }
}

/// Lets the policies in `node` have other statements: grants add them, in this file or elsewhere.
fn open_policies(node: &mut Node) {
    match &mut node.value {
        Value::Map(map) => {
            for (name, node) in &mut map.entries {
                if name.text == "Statement"
                    && let Value::List(list) = &mut node.value
                {
                    list.open = true;
                } else {
                    open_policies(node);
                }
            }
        }
        Value::List(list) => list.items.iter_mut().for_each(open_policies),
        _ => (),
    }
}

/// Takes out the rule that a security group has only for as long as it has no other.
fn drop_placeholder(map: &mut Map, name: &str) {
    for (_, node) in map.entries.iter_mut().filter(|(it, _)| it.text == name) {
        if let Value::List(list) = &mut node.value {
            list.items.retain(|it| it.get("CidrIp").and_then(Node::as_str) != Some("255.255.255.255/32"));
        }
    }
}

fn loosen_entry(node: &mut Node, name: &str) {
    if let Value::Map(map) = &mut node.value {
        loosen_in(map, name);
    }
}

/// Makes a property unknown with everything in it.
fn forget_entry(node: &mut Node, name: &str) {
    loosen_entry(node, name);
    if let Value::Map(map) = &mut node.value {
        map.entries.iter_mut().filter(|(it, _)| it.text == name).for_each(|(_, it)| forget(it));
    }
}

/// Lets a property have more than it shows, or be there although it is not shown.
fn loosen_in(map: &mut Map, name: &str) {
    let span = map.entries.first().map(|(_, it)| it.span);
    match map.entries.iter_mut().find(|(it, _)| it.text == name) {
        Some((_, node)) => loosen(node),
        None => map.entries.extend(span.map(|it| (Name::new(name, it), Node::unknown(it)))),
    }
}

/// Makes every value in `node` unknown.
fn forget(node: &mut Node) {
    match &mut node.value {
        Value::Map(map) => {
            map.open = true;
            map.entries.iter_mut().for_each(|(_, it)| forget(it));
        }
        _ => node.value = Value::Unknown,
    }
}

/// Makes unknown what is at the path, in each item of the lists on the way.
fn generate(map: &mut Map, path: &[&str]) {
    let Some((first, rest)) = path.split_first() else { return };
    for (_, node) in map.entries.iter_mut().filter(|(it, _)| it.text == *first) {
        if rest.is_empty() {
            node.value = Value::Unknown;
            continue;
        }
        match &mut node.value {
            Value::Map(map) => generate(map, rest),
            Value::List(list) => list.items.iter_mut().for_each(|it| {
                if let Value::Map(map) = &mut it.value {
                    generate(map, rest);
                }
            }),
            _ => (),
        }
    }
}

/// Lets a property be another one, which has what it shows where it is a list or a map.
fn change_in(map: &mut Map, name: &str) {
    loosen_in(map, name);
    for (_, node) in map.entries.iter_mut().filter(|(it, _)| it.text == name) {
        if !matches!(node.value, Value::List(_) | Value::Map(_)) {
            node.value = Value::Unknown;
        }
    }
}

/// Lets everything in `node` have more than it shows.
fn loosen(node: &mut Node) {
    match &mut node.value {
        Value::Map(map) => {
            map.open = true;
            map.entries.retain(|(_, it)| !matches!(it.value, Value::Absent));
            map.entries.iter_mut().for_each(|(_, it)| loosen(it));
        }
        Value::List(list) => {
            list.open = true;
            list.items.iter_mut().for_each(loosen);
        }
        Value::Absent => node.value = Value::Unknown,
        _ => (),
    }
}
