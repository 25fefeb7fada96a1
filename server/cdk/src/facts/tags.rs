//! Which stacks get tags, and which tags nobody applies.

use super::deployments::{self, Found};
use super::{Facts, visit};
use crate::ast::{Element, Expression, Kind, Member, Pattern, Statement};
use crate::constructs::MethodCall;
use crate::evaluate::Given;
use crate::links::Names;
use crate::lower::Construct;
use crate::scope::At;
use crate::scope::Place;
use model::program::{Certainty, UnreadTags};
use model::{Name, SmolStr, Span};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// What is tagged in a program.
#[derive(Default)]
pub(super) struct Tagging {
    /// Constructs that get tags.
    tagged: FxHashSet<usize>,
    /// Constructs that are handed to code which cannot be seen.
    handed_out: FxHashSet<usize>,
    /// What gets tags, each with the key of one; `None` for keys that are not known.
    keys: Vec<(usize, Option<SmolStr>)>,
    /// Something gets tags, and what that is cannot be said.
    unclear: bool,
    everything: bool,
}

impl Tagging {
    pub(super) fn of(facts: &Facts<'_, '_>) -> Tagging {
        let lowering = facts.lowering;
        let scopes = &lowering.scopes;
        let mut out = Tagging { everything: lowering.program().setting("tags").is_some(), ..Tagging::default() };
        for place in &scopes.calls {
            let Kind::Call(call) = &place.at.expression.kind else { continue };
            let frame = place.at.frame;
            let target = || {
                let argument = Expression::argument(&call.arguments, 0)?;
                node_at(facts, At { expression: argument, frame })
            };
            match scopes.path(At { expression: &call.callee, frame }).as_deref() {
                Some("core.Tags.of" | "core.Tag.add") => {
                    let node = target();
                    out.keys.extend(node.into_iter().flat_map(|it| keys_added(facts, place.at, it)));
                    out.tag(node);
                    continue;
                }
                Some("core.Aspects.of") if !is_harmless(facts, place.at) => {
                    let node = target();
                    out.keys.extend(node.map(|it| (it, None)));
                    out.tag(node);
                    continue;
                }
                Some(_) => continue,
                None => (),
            }
            if let Some(method) = MethodCall::of(*place) {
                // `stack.tags.setTag('owner', 'shop')`
                if let Kind::Member { object, property, .. } = &method.object.expression.kind
                    && property.text == "tags"
                {
                    out.tag(node_at(facts, At { expression: object, frame }));
                }
                let is_construct = node_at(facts, method.object).is_some();
                let of_nag = matches!(&method.object.expression.kind, Kind::Identifier(it) if it == "NagSuppressions");
                if is_construct || of_nag {
                    continue;
                }
            }
            let is_super = matches!(&call.callee.kind, Kind::Identifier(it) if it == "super");
            if !is_super && !scopes.is_followed(place.at) {
                out.hand_out(facts, &call.arguments, frame);
            }
        }
        for place in &scopes.news {
            let Kind::New(new) = &place.at.expression.kind else { continue };
            let class = At { expression: &new.class, frame: place.at.frame };
            // A construct that cannot be seen is given the scope that it is in: that is not to do something to it.
            let is_seen = new.construct || scopes.is_followed(place.at) || scopes.path(class).is_some();
            if !is_seen {
                out.hand_out(facts, &new.arguments, place.at.frame);
            }
        }
        out
    }

    fn tag(&mut self, node: Option<usize>) {
        match node {
            Some(node) => drop(self.tagged.insert(node)),
            None => self.unclear = true,
        }
    }

    fn hand_out<'a>(&mut self, facts: &Facts<'_, 'a>, arguments: &'a [Element], frame: crate::scope::Frame) {
        for argument in arguments {
            let (Element::Item(expression) | Element::Spread(expression)) = argument;
            let mut todo = vec![expression];
            while let Some(expression) = todo.pop() {
                match &expression.kind {
                    Kind::Object(_) | Kind::Array(_) => expression.children(&mut |it| todo.push(it)),
                    _ => self.handed_out.extend(node_at(facts, At { expression, frame })),
                }
            }
        }
    }

    /// The keys of the tags that a stack, what is around it and what is in it gets; `None` where that cannot be said.
    pub(super) fn keys_of_stack<'a>(&self, facts: &Facts<'_, 'a>, found: &Found<'a>) -> Option<Vec<SmolStr>> {
        match self.of_stack(facts, found) {
            Certainty::No => return Some(Vec::new()),
            Certainty::Unknown => return None,
            Certainty::Yes => (),
        }
        let scopes = &facts.lowering.scopes;
        let (around, reached) = deployments::ancestors(facts, found.node);
        let stack = scopes.stack_of_node(found.node);
        let has_tags =
            |it: &Construct<'a>| it.place.stack == stack && !facts.lowering.props(it.props).is_absent("tags");
        let is_handed_out = around.iter().any(|it| self.handed_out.contains(it));
        if self.everything || self.unclear || !reached || is_handed_out || scopes.cut.contains(&stack) {
            return None;
        }
        if facts.lowering.constructs.iter().any(has_tags) {
            return None;
        }
        let concerns = |it: usize| around.contains(&it) || deployments::ancestors(facts, it).0.contains(&found.node);
        let said = self.keys.iter().filter(|it| concerns(it.0)).map(|it| it.1.clone());
        let mut keys: Vec<SmolStr> = said.collect::<Option<_>>()?;
        // A place that is tagged by other means than calls says nothing of its keys.
        let is_said = |it: &usize| self.keys.iter().any(|(node, _)| node == it);
        if self.tagged.iter().any(|it| concerns(*it) && !is_said(it)) {
            return None;
        }
        match deployments::given(facts, found.at, found.node, "tags") {
            Given::Unknown => None,
            Given::Absent => Some(keys),
            Given::Value(at) => {
                let at = scopes.follow(at);
                let Kind::Object(_) = &at.expression.kind else { return None };
                let tags = facts.lowering.props(Some(at));
                keys.extend(tags.iter().map(|(name, _)| name.text.clone()));
                (!tags.open).then_some(keys)
            }
        }
    }

    /// Whether a stack gets a tag.
    pub(super) fn of_stack<'a>(&self, facts: &Facts<'_, 'a>, found: &Found<'a>) -> Certainty {
        if self.everything {
            return Certainty::Yes;
        }
        let scopes = &facts.lowering.scopes;
        let (around, reached) = deployments::ancestors(facts, found.node);
        // Who tags a part of a stack knows of tags.
        let stack = scopes.stack_of_node(found.node);
        let has_tags =
            |it: &Construct<'a>| it.place.stack == stack && !facts.lowering.props(it.props).is_absent("tags");
        if facts.lowering.constructs.iter().any(has_tags) {
            return Certainty::Yes;
        }
        let is_within = |it: &usize| deployments::ancestors(facts, *it).0.contains(&found.node);
        if around.iter().any(|it| self.tagged.contains(it)) || self.tagged.iter().any(is_within) {
            return Certainty::Yes;
        }
        match deployments::given(facts, found.at, found.node, "tags") {
            Given::Value(_) => return Certainty::Yes,
            Given::Unknown => return Certainty::Unknown,
            Given::Absent => (),
        }
        let is_cut = scopes.cut.contains(&scopes.stack_of_node(found.node));
        let injects = |it: &usize| !facts.lowering.props(scopes.nodes[*it].props).is_absent("propertyInjectors");
        if self.unclear
            || !reached
            || is_cut
            || around.iter().any(|it| self.handed_out.contains(it))
            || around.iter().skip(1).any(injects)
        {
            return Certainty::Unknown;
        }
        Certainty::No
    }
}

/// The keys that are added to what `of` (`Tags.of(node)`) is about.
fn keys_added<'a>(facts: &Facts<'_, 'a>, of: At<'a>, node: usize) -> Vec<(usize, Option<SmolStr>)> {
    let added = facts.lowering.scopes.calls.iter().filter_map(|it| MethodCall::of(*it));
    let added = added.filter(|it| std::ptr::eq(it.object.expression, of.expression));
    let added = added.filter(|it| it.method.text == "add");
    added.map(|it| (node, it.argument(0).and_then(|it| facts.lowering.node(it).as_str().map(SmolStr::new)))).collect()
}

/// The construct that the value at `at` is, be it one of the program's or of the library's.
fn node_at<'a>(facts: &Facts<'_, 'a>, at: At<'a>) -> Option<usize> {
    let scopes = &facts.lowering.scopes;
    let by_library = || {
        let (index, _) = facts.lowering.construct_of(at)?;
        scopes.node_of(facts.lowering.constructs[index].place.at)
    };
    scopes.node_at(at).or_else(by_library)
}

/// True for `Aspects.of(app).add(new AwsSolutionsChecks())`: what only looks.
fn is_harmless<'a>(facts: &Facts<'_, 'a>, of: At<'a>) -> bool {
    let added = facts.lowering.scopes.calls.iter().filter_map(|it| MethodCall::of(*it));
    let mut added = added.filter(|it| std::ptr::eq(it.object.expression, of.expression));
    added.all(|it| {
        let aspect = it.argument(0).map(|it| facts.lowering.scopes.follow(it));
        aspect.is_some_and(|it| match &it.expression.kind {
            Kind::New(new) => facts.last_name(&new.class).text.ends_with("Checks"),
            _ => false,
        })
    })
}

/// True when configuration objects of the file have members called `tags`.
pub(super) fn are_given(facts: &Facts<'_, '_>) -> bool {
    settings_with_tags(&facts.tree.body).iter().any(|it| !it.1.is_empty())
}

/// The members called `tags` of configuration objects that nothing in the program reads.
pub(super) fn unread<'a>(facts: &Facts<'_, 'a>, stacks: &[Found<'a>]) -> Vec<UnreadTags> {
    let scopes = &facts.lowering.scopes;
    let of_file = settings_with_tags(&facts.tree.body);
    let names = of_file.into_iter().flat_map(|it| it.1);
    let mut found: Vec<UnreadTags> = names.map(|it| UnreadTags { span: it.span, settings: None }).collect();
    // A file that has nothing to do with the library is not looked at: who makes the app of it hears of it.
    let makes_app = |it: &Place<'a>| facts.is_own(it.at) && scopes.base_of(it.at).as_deref() == Some("core.App");
    if scopes.news.iter().any(makes_app) {
        for (link, tree, imports) in scopes.own_links() {
            let Names::One { name, local } = &link.names else { continue };
            let is_listed = imports.all.is_empty()
                && settings_with_tags(&tree.body).iter().any(|it| it.0.text == *name && !it.1.is_empty());
            if is_listed && let Some(span) = first_use(facts, local) {
                found.push(UnreadTags { span, settings: Some(local.clone()) });
            }
        }
    }
    if found.is_empty() {
        return found;
    }
    let gets = |it: &Found<'a>| !matches!(deployments::given(facts, it.at, it.node, "tags"), Given::Absent);
    // Who makes nothing of it may be another program.
    if stacks.is_empty() || stacks.iter().any(gets) || scopes.bodies().any(visit::reads_tags) {
        return Vec::new();
    }
    found
}

/// The objects at the top of a file, each with the members called `tags` in it.
fn settings_with_tags(body: &[Arc<Statement>]) -> Vec<(&Name, Vec<Name>)> {
    let mut out = Vec::new();
    for statement in body {
        let Statement::Declare(declarators) = &**statement else { continue };
        for declarator in declarators {
            if let (Pattern::Name(name), Some(value)) = (&declarator.pattern, &declarator.value) {
                let mut found = Vec::new();
                members_called_tags(value, 0, &mut found);
                out.push((name, found));
            }
        }
    }
    out
}

/// The first place of the file that uses `name`.
fn first_use(facts: &Facts<'_, '_>, name: &str) -> Option<Span> {
    let mut uses = Vec::new();
    visit::all(&facts.tree.body, &mut |part| {
        if let visit::Part::Expression(Expression { kind: Kind::Identifier(it), span, .. }) = part
            && it == name
        {
            uses.push(*span);
        }
    });
    uses.into_iter().min_by_key(|it| facts.lowering.absolute(*it).start())
}

fn members_called_tags(value: &Expression, depth: u32, out: &mut Vec<Name>) {
    const MAX_DEPTH: u32 = 6;
    let Kind::Object(members) = &value.kind else { return };
    for member in members {
        let Member::Pair { key, value } = member else { continue };
        match &value.kind {
            Kind::Object(members) if key.text == "tags" && !members.is_empty() => out.push(key.clone()),
            Kind::Array(items) if key.text == "tags" && !items.is_empty() => out.push(key.clone()),
            _ if depth < MAX_DEPTH => members_called_tags(value, depth + 1, out),
            _ => (),
        }
    }
}
