//! A converted file → stacks.

mod drafts;

pub(crate) use drafts::{Draft, Drafts, StackDraft};

use crate::ast::{Element, Expression, Kind, Member};
use crate::constructs;
use crate::constructs::vpc_plan::Network;
use crate::convert::{Tree, slice};
use crate::evaluate::Props;
use crate::facts::{self, Written};
use crate::imports::Imports;
use crate::l1;
use crate::library;
use crate::program::{Module, Program};
use crate::scope::{Arena, At, Frame, Key, Place, Scopes};
use crate::table;
use model::{BlockId, Call, Map, Name, Node, Overridden, Parameter, Part, SmolStr, Span, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use text::TextRange;

/// No file makes more values than this; what comes after is unknown.
const BUDGET: u32 = 400_000;

/// Of constructs that other files make no more are told than this.
const MAX_CONTEXT: usize = 1_000;

/// A construct of the library, made somewhere in the file.
#[derive(Debug)]
pub(crate) struct Construct<'a> {
    pub(crate) place: Place<'a>,
    pub(crate) class: SmolStr,
    pub(crate) id: Name,
    /// Where to point at for its class.
    pub(crate) class_span: Span,
    /// What its main resource is called in the stack.
    pub(crate) key: SmolStr,
    /// Its path in the tree of constructs.
    pub(crate) path: Option<SmolStr>,
    pub(crate) props: Option<At<'a>>,
    /// Its main resource: an index into [`Lowering::drafts`].
    pub(crate) resource: Option<usize>,
    /// The constructs that it makes and shows as members.
    pub(crate) parts: Vec<(&'static str, usize)>,
    /// It is being typed, or something about it is.
    pub(crate) doubtful: bool,
    /// The construct that makes it, where no `new` of the program does.
    pub(crate) outer: Option<usize>,
    /// Nobody wrote its props: it was put together of those of the construct around it.
    pub(crate) inner: bool,
}

impl<'a> Construct<'a> {
    /// A construct of which no more is known than what its code says.
    pub(crate) fn new(place: Place<'a>, class: SmolStr, id: Name, class_span: Span, key: SmolStr) -> Construct<'a> {
        Construct {
            place,
            class,
            id,
            class_span,
            key,
            path: None,
            props: None,
            resource: None,
            parts: Vec::new(),
            doubtful: false,
            outer: None,
            inner: false,
        }
    }
}

/// How a construct is spoken of: as itself, or as the resource that it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Construct,
    Resource,
}

pub(crate) struct Lowering<'a> {
    text: &'a str,
    starts: FxHashMap<BlockId, usize>,
    program: &'a Program,
    pub(crate) scopes: Scopes<'a>,
    pub(crate) constructs: Vec<Construct<'a>>,
    by_expression: FxHashMap<Key, usize>,
    pub(crate) drafts: Vec<Draft>,
    keys: FxHashSet<(usize, SmolStr)>,
    parameters: Vec<(usize, Parameter)>,
    metadata: FxHashMap<usize, Node>,
    /// Stacks in which constructs go where the text cannot be followed.
    open: FxHashSet<usize>,
    open_networks: FxHashSet<usize>,
    /// Statements of policies whose place is known.
    pub(crate) consumed: RefCell<FxHashSet<Key>>,
    /// Calls that change a statement, by the `new` that made it.
    pub(crate) statement_calls: FxHashMap<Key, Vec<Place<'a>>>,
    /// The stack of what is being lowered: what a value refers to is said as it is said in there.
    consumer: Cell<Option<usize>>,
    /// The constructs that have others made, by those.
    pub(crate) owners: FxHashMap<usize, usize>,
    /// What is below REST APIs, by construct.
    pub(crate) rest: FxHashMap<usize, constructs::rest_api::Part<'a>>,
    /// The methods that are called on each construct.
    pub(crate) methods: FxHashMap<usize, Vec<&'a Name>>,
    /// The policies that code under a condition gives: by stack, by the key that they would have without it, and by the
    /// region of that code.
    pub(crate) policies: FxHashMap<(usize, SmolStr, usize), usize>,
    /// Statements for the policies of buckets, by construct, for when all buckets are there.
    pub(crate) bucket_statements: Vec<(usize, Node)>,
    /// How many resources have a place that is part of this one.
    pub(crate) origins: FxHashMap<Span, usize>,
    /// What each condition asked about, each time that it was another thing.
    conditions: RefCell<FxHashMap<Span, Vec<Vec<usize>>>>,
    /// Whether one stack can import from another.
    pub(crate) imports: RefCell<FxHashMap<(usize, usize), bool>>,
    budget: Cell<u32>,
    /// What the tables said before.
    pub(crate) memory: Option<&'a library::Memory>,
    /// The networks that VPCs are, as far as somebody asked.
    pub(crate) networks: RefCell<FxHashMap<usize, Option<Rc<Network>>>>,
    /// For what a VPC makes of itself, the VPC.
    pub(crate) vpcs: FxHashMap<usize, usize>,
}

/// What is not to be relied on while a text does not parse.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Doubts<'t> {
    /// Text that is being typed: what it names may be changed by it.
    pub(crate) hidden: &'t str,
    /// Anything may be said where it cannot be read.
    pub(crate) all: bool,
}

/// Lowers a file, with what it shows of its program.
pub(crate) fn lower(
    text: &str,
    tree: &Tree,
    imports: &Imports,
    program: &Program,
    doubts: Doubts<'_>,
    memory: &library::Memory,
    written: &Written,
) -> Drafts {
    let arena = Arena::default();
    let lowering = Lowering::with(text, tree, imports, program, &arena, doubts, Some(memory));
    let readable = !doubts.all && doubts.hidden.is_empty();
    let program = facts::of(&lowering, tree, written, readable);
    Drafts { program, ..lowering.finish() }
}

/// Lowers all files of a program, of which this is the first. `None` when that is too much for once.
pub(crate) fn lower_whole(
    first: &Module,
    program: &Program,
    module_of: &dyn Fn(BlockId) -> usize,
) -> Option<WholeDrafts> {
    let arena = Arena::default();
    let (text, tree, imports) = (&**first.text(), &*first.tree, &*first.imports);
    let mut lowering = Lowering::with(text, tree, imports, program, &arena, Doubts::default(), None);
    if !lowering.spend() || !lowering.scopes.is_complete() {
        return None;
    }
    let mut facts = Vec::new();
    let common = OnceCell::new();
    let modules = std::iter::once(first).chain(program.files.iter().map(|it| &*it.module));
    for (number, module) in modules.enumerate() {
        lowering.scopes.set_focus(number);
        lowering.text = module.text();
        lowering.starts = starts(&module.tree);
        let written = Written::of(module.syntax.root(), module.text());
        facts.push(Arc::new(facts::of_many(&lowering, &module.tree, &written, &common)));
    }
    Some(WholeDrafts { facts, stacks: lowering.finish_whole(module_of) })
}

fn starts(tree: &Tree) -> FxHashMap<BlockId, usize> {
    tree.chunks.iter().map(|it| (it.block, usize::from(it.range.start()))).collect()
}

/// What a program was lowered to, for all of its files.
pub(crate) struct WholeDrafts {
    /// Its stacks, each with the number of the file that declares it.
    pub(crate) stacks: Vec<(StackDraft, Option<usize>)>,
    /// What each file shows of it.
    pub(crate) facts: Vec<Arc<model::Program>>,
}

impl<'a> Lowering<'a> {
    /// Lowers a file, keeping everything that is known of it.
    pub(crate) fn of(
        text: &'a str,
        tree: &'a Tree,
        imports: &'a Imports,
        program: &'a Program,
        arena: &'a Arena,
        doubts: Doubts<'_>,
    ) -> Lowering<'a> {
        Lowering::with(text, tree, imports, program, arena, doubts, None)
    }

    fn with(
        text: &'a str,
        tree: &'a Tree,
        imports: &'a Imports,
        program: &'a Program,
        arena: &'a Arena,
        doubts: Doubts<'_>,
        memory: Option<&'a library::Memory>,
    ) -> Lowering<'a> {
        let starts = starts(tree);
        let mut lowering = Lowering {
            text,
            starts,
            program,
            scopes: Scopes::of(tree, imports, program, arena),
            constructs: Vec::new(),
            by_expression: FxHashMap::default(),
            drafts: Vec::new(),
            keys: FxHashSet::default(),
            parameters: Vec::new(),
            metadata: FxHashMap::default(),
            open: FxHashSet::default(),
            open_networks: FxHashSet::default(),
            consumed: RefCell::default(),
            statement_calls: FxHashMap::default(),
            consumer: Cell::new(None),
            owners: FxHashMap::default(),
            rest: FxHashMap::default(),
            methods: FxHashMap::default(),
            policies: FxHashMap::default(),
            bucket_statements: Vec::new(),
            origins: FxHashMap::default(),
            conditions: RefCell::default(),
            imports: RefCell::default(),
            budget: Cell::new(BUDGET),
            memory,
            networks: RefCell::default(),
            vpcs: FxHashMap::default(),
        };
        lowering.run(doubts);
        lowering
    }

    fn run(&mut self, doubts: Doubts<'_>) {
        for place in self.scopes.news.clone() {
            self.find_construct(place);
        }
        for place in self.scopes.supers.clone() {
            self.find_base(place);
        }
        let calls = self.scopes.calls.clone();
        constructs::find_parts(self, &calls);
        self.doubt(doubts);
        self.find_escapes();
        constructs::iam::find_statement_calls(self, &calls);
        self.find_methods(&calls);
        for index in 0..self.constructs.len() {
            // It may have been lowered with the construct that makes it; and nobody sees what a stack makes that is aside.
            let stack = self.constructs[index].place.stack;
            if self.constructs[index].resource.is_none() && !self.scopes.stacks[stack].aside {
                self.consumer.set(Some(stack));
                constructs::lower(self, index);
            }
        }
        self.consumer.set(None);
        constructs::apply_calls(self, &calls);
        self.apply_assignments();
        constructs::escapes::apply(self, &calls);
        constructs::iam::lower_loose_statements(self);
        crate::tags::apply(self, &calls);
    }

    /// Takes note of what is called on constructs.
    fn find_methods(&mut self, calls: &[Place<'a>]) {
        for call in calls.iter().filter_map(|it| constructs::MethodCall::of(*it)) {
            if let Some((index, Level::Construct)) = self.construct_of(call.object) {
                self.methods.entry(index).or_default().push(call.method);
            }
        }
    }

    /// Opens what the text that cannot be read may speak of.
    fn doubt(&mut self, doubts: Doubts<'_>) {
        let words: FxHashSet<&str> =
            doubts.hidden.split(|it: char| !it.is_alphanumeric() && it != '_' && it != '$').collect();
        let is_hidden = !doubts.hidden.is_empty();
        if is_hidden || doubts.all {
            self.open.extend(0..self.scopes.stacks.len());
        }
        for construct in &mut self.constructs {
            construct.doubtful = doubts.all || construct.place.at.expression.broken;
            if is_hidden && !construct.doubtful {
                let variable = self.scopes.variable_of(construct.place.at.expression, construct.place.at.frame);
                let name = variable.as_ref().map(|(it, _)| it.strip_prefix("this.").unwrap_or(it));
                construct.doubtful = name.is_some_and(|it| words.contains(it));
            }
        }
    }

    /// Takes note of a `new` of a class of the library that has the shape of a construct.
    fn find_construct(&mut self, place: Place<'a>) {
        let Kind::New(new) = &place.at.expression.kind else { return };
        let class_at = At { expression: &new.class, frame: place.at.frame };
        let Some(class) = self.scopes.library_class(class_at) else { return };
        if !new.construct || !constructs::is_construct(&class) {
            return;
        }
        self.find_construct_of(place, class, &new.arguments, new.class.span);
    }

    /// Takes note of what `super(scope, id, props)` makes in a class that extends a construct of the library.
    fn find_base(&mut self, place: Place<'a>) {
        let Kind::Call(call) = &place.at.expression.kind else { return };
        let Some(class) = self.scopes.base_in(place.at.frame) else { return };
        if constructs::is_construct(&class) {
            self.find_construct_of(place, class, &call.arguments, call.callee.span);
        }
    }

    fn find_construct_of(&mut self, place: Place<'a>, class: SmolStr, arguments: &'a [Element], class_span: Span) {
        let frame = place.at.frame;
        // What other files make is told as long as it is not too much; what is missing then may be anything.
        let is_own = self.scopes.is_looked_at(place.at.frame);
        if !is_own && self.constructs.len() >= MAX_CONTEXT {
            self.open.insert(place.stack);
            return;
        }
        let Some(id) = Expression::argument(arguments, 1) else { return };
        let id = self.id(At { expression: id, frame });
        let props = usize::try_from(library::class(&class).map_or(2, |it| it.props));
        let props = match props.ok().and_then(|it| Expression::argument(arguments, it)) {
            Some(expression) => Some(At { expression, frame }),
            // Arguments that are spread may be anything.
            None => arguments.iter().find_map(|it| match it {
                Element::Spread(expression) => Some(At { expression, frame }),
                Element::Item(_) => None,
            }),
        };
        self.add_construct(place, class, id, class_span, props);
    }

    /// Adds a construct that the expression at `place` makes.
    pub(crate) fn add_construct(
        &mut self,
        place: Place<'a>,
        class: SmolStr,
        id: Name,
        class_span: Span,
        props: Option<At<'a>>,
    ) -> usize {
        let node = self.scopes.node_of(place.at);
        // A second one of this name is told apart by where it is.
        let wanted = match self.keys.contains(&(place.stack, id.text.clone())) {
            true => node.and_then(|it| self.path_in_stack(it)),
            false => None,
        };
        let key = self.key(place.stack, wanted.as_deref().unwrap_or(&id.text));
        let path = node.and_then(|it| self.path(it));
        self.push_construct(Construct { path, props, ..Construct::new(place, class, id, class_span, key) })
    }

    /// Adds a construct, which the expression at its place stands for.
    pub(crate) fn push_construct(&mut self, construct: Construct<'a>) -> usize {
        let index = self.constructs.len();
        self.by_expression.entry(construct.place.at.key()).or_insert(index);
        self.constructs.push(construct);
        index
    }

    /// Adds a construct that another one or a method of it makes, with a key and a path of its own.
    pub(crate) fn add_part(
        &mut self,
        place: Place<'a>,
        class: &str,
        id: Name,
        class_span: Span,
        props: Option<At<'a>>,
        (key, path): (&str, Option<SmolStr>),
    ) -> usize {
        let key = self.key(place.stack, key);
        self.constructs.push(Construct { path, props, ..Construct::new(place, class.into(), id, class_span, key) });
        self.constructs.len() - 1
    }

    /// Lets the expression at `at` stand for the construct at `index`.
    pub(crate) fn stands_for(&mut self, at: At<'a>, index: usize) {
        self.by_expression.entry(at.key()).or_insert(index);
    }

    /// A construct's id: its text where it is a literal, else its source.
    pub(crate) fn id(&self, at: At<'a>) -> Name {
        let span = at.span();
        let node = self.node(at);
        let quoted = matches!(at.expression.kind, Kind::Text(_) | Kind::Template(_));
        let place = if quoted { crate::convert::inside(span) } else { span };
        let text = match node.as_str() {
            Some(text) => SmolStr::new(text),
            None => SmolStr::new(self.source(place)),
        };
        Name::new(text, place)
    }

    /// A name for a resource that no other of the stack has.
    pub(crate) fn key(&mut self, stack: usize, wanted: &str) -> SmolStr {
        let mut key = SmolStr::new(wanted);
        let mut number = 2;
        while !self.keys.insert((stack, key.clone())) {
            key = format!("{wanted}~{number}").into();
            number += 1;
        }
        key
    }

    /// Where `span` is in the file; behind everything when it is in another one.
    pub(crate) fn absolute(&self, span: Span) -> TextRange {
        match self.starts.get(&span.block) {
            Some(start) => span.range + text::size(*start),
            None => TextRange::empty(u32::MAX.into()),
        }
    }

    /// The source text at `span`.
    pub(crate) fn source(&self, span: Span) -> &str {
        match self.starts.get(&span.block) {
            Some(start) => slice(self.text, span.range + text::size(*start)),
            None => self.program.source(span).unwrap_or_default(),
        }
    }

    /// True when the program has a feature flag of the library, which is `unset` where nobody speaks of it.
    pub(crate) fn flag(&self, name: &str, unset: bool) -> Option<bool> {
        self.program.flag(name, unset)
    }

    /// Says that there may be more subnets in the stack at `stack` than are seen, and more of what belongs to them.
    pub(crate) fn open_networks(&mut self, stack: usize) {
        self.open_networks.insert(stack);
    }

    /// True while the file has not used up what it may cost.
    pub(crate) fn spend(&self) -> bool {
        let left = self.budget.get();
        self.budget.set(left.saturating_sub(1));
        left > 0
    }

    /// The files around the one that is lowered.
    pub(crate) fn program(&self) -> &'a Program {
        self.program
    }

    /// The stack that the code at `at` belongs to.
    pub(crate) fn stack_of(&self, at: At<'a>) -> usize {
        self.consumer.get().unwrap_or_else(|| self.scopes.stack_of(at.frame))
    }

    /// Runs `ask` for something that goes into `stack`, whichever stack the code belongs to that says it.
    pub(crate) fn in_stack<T>(&self, stack: Option<usize>, ask: impl FnOnce(&Self) -> T) -> T {
        let before = self.consumer.replace(stack.or(self.consumer.get()));
        let answer = ask(self);
        self.consumer.set(before);
        answer
    }

    /// The construct that the expression at `at` makes.
    pub(crate) fn construct_at(&self, at: At<'a>) -> Option<usize> {
        let made = self.scopes.library_of(at).unwrap_or(at);
        self.by_expression.get(&made.key()).copied()
    }

    /// The construct that the value at `at` is.
    pub(crate) fn construct_of(&self, at: At<'a>) -> Option<(usize, Level)> {
        self.construct_within(at, 8)
    }

    fn construct_within(&self, at: At<'a>, steps: u32) -> Option<(usize, Level)> {
        let steps = steps.checked_sub(1)?;
        let at = self.scopes.follow(at);
        let made = self.scopes.library_of(at).unwrap_or(at);
        if let Some(index) = self.by_expression.get(&made.key()) {
            let level =
                if constructs::is_l1(&self.constructs[*index].class) { Level::Resource } else { Level::Construct };
            return Some((*index, level));
        }
        match &at.expression.kind {
            Kind::Member { object, property, .. } => {
                if property.text == "defaultChild"
                    && let Kind::Member { object, property, .. } = &object.kind
                    && property.text == "node"
                {
                    let (index, _) = self.construct_within(At { expression: object, frame: at.frame }, steps)?;
                    return Some((index, Level::Resource));
                }
                let (index, _) = self.construct_within(At { expression: object, frame: at.frame }, steps)?;
                let (_, part) = self.constructs[index].parts.iter().find(|(name, _)| *name == property.text)?;
                Some((*part, Level::Construct))
            }
            Kind::Call(call) => {
                let Kind::Member { object, property, .. } = &call.callee.kind else { return None };
                let Kind::Member { object, property: node, .. } = &object.kind else { return None };
                if node.text != "node" || !matches!(&*property.text, "findChild" | "tryFindChild") {
                    return None;
                }
                let name = Expression::argument(&call.arguments, 0)?;
                if !matches!(&name.kind, Kind::Text(it) if it == "Resource") {
                    return None;
                }
                let (index, _) = self.construct_within(At { expression: object, frame: at.frame }, steps)?;
                Some((index, Level::Resource))
            }
            _ => None,
        }
    }

    /// What decides whether what is made in `region` exists, under the name that the program has for it.
    pub(crate) fn condition(&self, region: usize) -> Option<Name> {
        let (decider, holds) = self.scopes.decider(region)?;
        let span = decider.span();
        let words: Vec<&str> = self.source(span).split_whitespace().collect();
        let mut text = words.join(" ");
        // The same words may ask about something else each time that they run.
        let asked = self.scopes.bindings_of(decider);
        let mut conditions = self.conditions.borrow_mut();
        let known = conditions.entry(span).or_default();
        let number = known.iter().position(|it| *it == asked).unwrap_or_else(|| {
            known.push(asked);
            known.len() - 1
        });
        if number > 0 {
            text = format!("{text} ({})", number + 1);
        }
        Some(Name::new(if holds { text } else { format!("!({text})") }, span))
    }

    /// Adds a parameter of the stack at `stack`.
    pub(crate) fn add_parameter(&mut self, stack: usize, parameter: Parameter) {
        self.parameters.push((stack, parameter));
    }

    /// Adds rules that cdk-nag is not to apply to the stack at `stack`.
    pub(crate) fn add_metadata(&mut self, stack: usize, rules: Vec<Node>, span: Span) {
        let before = self.metadata.remove(&stack);
        self.metadata.insert(stack, constructs::nag::metadata(before, rules, span));
    }

    /// The properties of a draft.
    pub(crate) fn properties(&mut self, draft: usize) -> &mut Map {
        let node = &mut self.drafts[draft].resource.properties;
        if !matches!(node.value, Value::Map(_)) {
            // Of what was not known more may be there.
            node.value = Value::Map(Map { entries: Vec::new(), open: matches!(node.value, Value::Unknown) });
        }
        match &mut node.value {
            Value::Map(map) => map,
            _ => unreachable!("it was made a map just now"),
        }
    }

    /// Gives a property of the main resource of the construct at `index` a value, as code at `place` does.
    pub(crate) fn override_property(&mut self, index: usize, path: &str, place: Place<'a>, node: Node) {
        self.override_property_at(index, (path, node.span), place, node);
    }

    /// As [`Lowering::override_property`], for a path that is written somewhere.
    pub(crate) fn override_property_at(&mut self, index: usize, path: (&str, Span), place: Place<'a>, node: Node) {
        let Some(draft) = self.constructs[index].resource else { return };
        let certain = self.scopes.covers(place.region, self.constructs[index].place.region);
        let node = if certain { node } else { Node::unknown(node.span) };
        table::insert(self.properties(draft), path.0, path.1, node);
    }

    /// A balancer that is handed to code which is not followed may get listeners there, and so may anything be added
    /// by a function that is given the scope itself.
    fn find_escapes(&mut self) {
        let mut open = Vec::new();
        for place in self.scopes.news.iter().chain(&self.scopes.calls) {
            let frame = place.at.frame;
            let (callee, arguments) = match &place.at.expression.kind {
                Kind::New(new) => (&new.class, &new.arguments),
                Kind::Call(call) => (&call.callee, &call.arguments),
                _ => continue,
            };
            if self.scopes.is_followed(place.at) {
                continue;
            }
            if matches!(callee.kind, Kind::Opaque(_)) || self.scopes.path(At { expression: callee, frame }).is_some() {
                continue;
            }
            let is_new = matches!(place.at.expression.kind, Kind::New(_));
            let on_construct = match &callee.kind {
                Kind::Member { object, .. } => self.construct_of(At { expression: object, frame }).is_some(),
                // `super(scope, id)`
                Kind::Identifier(name) => name == "super",
                _ => false,
            };
            if on_construct {
                continue;
            }
            let hands_on = arguments.iter().any(|it| match it {
                Element::Item(it) | Element::Spread(it) => {
                    (!is_new && matches!(it.kind, Kind::This)) || self.hands_on(At { expression: it, frame }, 0)
                }
            });
            if hands_on {
                open.push(place.stack);
            }
        }
        self.open.extend(open);
    }

    /// True when the value at `at` is or holds a load balancer.
    fn hands_on(&self, at: At<'a>, depth: u32) -> bool {
        if depth > 3 {
            return false;
        }
        if let Kind::Object(members) = &at.expression.kind {
            return members.iter().any(|it| match it {
                Member::Pair { value, .. } | Member::Computed { value, .. } => {
                    self.hands_on(At { expression: value, frame: at.frame }, depth + 1)
                }
                Member::Spread(_) | Member::Opaque { .. } => false,
            });
        }
        self.construct_of(at).is_some_and(|(index, _)| {
            let class = &self.constructs[index].class;
            class.contains("LoadBalancer") || class.starts_with("aws-ecs-patterns.")
        })
    }

    /// `bucket.node.defaultChild.versioningConfiguration = { ... }`.
    fn apply_assignments(&mut self) {
        for place in self.scopes.assignments.clone() {
            let Kind::Assign { target, value } = &place.at.expression.kind else { continue };
            let Kind::Member { object, property, .. } = &target.kind else { continue };
            let frame = place.at.frame;
            let value = At { expression: value, frame };
            if let Kind::Member { object, property: options, .. } = &object.kind
                && options.text == "cfnOptions"
                && let Some((index, Level::Resource)) = self.construct_of(At { expression: object, frame })
            {
                constructs::overrides::set_option(self, index, property, place, value);
                continue;
            }
            let Some((index, Level::Resource)) = self.construct_of(At { expression: object, frame }) else {
                self.open_assigned(object, frame, place);
                continue;
            };
            let Some(draft) = self.constructs[index].resource else { continue };
            let ty = self.drafts[draft].resource.ty.text.clone();
            let name = l1::property(&ty, &property.text, &[]);
            let node = self.node_renamed(value, &|key, path| l1::member(&ty, &property.text, key, path));
            self.override_property(index, &name, place, node);
            if self.drafts[draft].resource.construct.is_some() {
                self.drafts[draft].resource.overridden.push(Overridden { path: name.into(), is_verbatim: false });
            }
        }
    }

    /// Makes a property of a plain resource unknown of which something is assigned to a member.
    fn open_assigned(&mut self, member: &'a Expression, frame: Frame, place: Place<'a>) {
        let mut member = member;
        while let Kind::Member { object, property, .. } = &member.kind {
            if let Some((index, Level::Resource)) = self.construct_of(At { expression: object, frame })
                && let Some(draft) = self.constructs[index].resource
            {
                let name = l1::property(&self.drafts[draft].resource.ty.text, &property.text, &[]);
                let node = Node::unknown(place.at.span());
                return self.override_property(index, &name, place, node);
            }
            member = object;
        }
    }

    /// Gives an attribute beside `Type` of the main resource of the construct at `index` a value, as code at `place` does.
    pub(crate) fn override_attribute(&mut self, index: usize, name: &str, place: Place<'a>, node: Node) {
        let certain = self.scopes.covers(place.region, self.constructs[index].place.region);
        let node = if certain { node } else { Node::unknown(node.span) };
        self.set_attribute(index, name, node);
    }

    /// Gives an attribute beside `Type` a value.
    pub(crate) fn set_attribute(&mut self, index: usize, name: &str, node: Node) {
        let Some(draft) = self.constructs[index].resource else { return };
        let span = node.span;
        self.drafts[draft].resource.attributes.insert(name, span, node);
    }

    /// The members of the props of the construct at `index`.
    pub(crate) fn props_of(&self, index: usize) -> Props<'a> {
        let mut props = self.props(self.constructs[index].props);
        props.open |= self.constructs[index].doubtful;
        props
    }
}

/// A string with references in it.
pub(crate) fn sub(parts: Vec<Part>, span: Span) -> Node {
    Node { value: Value::Call(Box::new(Call::Sub(parts))), span }
}
