//! The walk itself: statements and expressions, in the order in which they run.

use super::{At, Bound, ClassData, Frame, FrameData, Instance, MAX_DEPTH, Place, Region, Scopes, StackData};
use crate::ast::{Body, Class, Count, Element, Expression, Function, Kind, Role, Statement};
use crate::links::Names;
use rustc_hash::FxHashMap;

/// A loop over numbers is walked no more often than this.
const MAX_TURNS: i64 = 32;

/// Where the walk is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    pub(super) frame: Frame,
    pub(super) stack: usize,
    pub(super) region: usize,
    pub(super) depth: u32,
    /// How many calls are being followed.
    pub(super) calls: u32,
    /// The class whose constructor it is in.
    pub(super) constructing: Option<usize>,
}

impl Context {
    pub(super) fn outermost(frame: Frame) -> Context {
        Context { frame, stack: 0, region: 0, depth: 0, calls: 0, constructing: None }
    }

    fn deeper(self) -> Context {
        Context { depth: self.depth + 1, ..self }
    }
}

/// A function that is called later, or never.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending<'a> {
    function: &'a Function,
    context: Context,
}

/// How code ends before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Throw,
    Return,
    Jump,
}

/// Whether what comes after a statement runs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Flow<'a> {
    Next,
    /// Unless this holds, or fails.
    Maybe(Option<(At<'a>, bool)>, Exit),
    Never(Exit),
}

impl<'a> Scopes<'a> {
    /// Walks what nobody called: classes that have no instance, functions, methods.
    pub(super) fn walk_the_rest(&mut self) {
        self.walk_classes(false);
        self.walk_classes(true);
        // What is walked here may hold more of it.
        let mut methods = 0;
        loop {
            self.walk_pending();
            while methods < self.classes.len() {
                self.walk_methods(methods);
                methods += 1;
            }
            self.walk_classes(true);
            if methods == self.classes.len() && self.pending.is_empty() {
                break;
            }
        }
        if self.budget == 0 {
            self.cut.extend(0..self.stacks.len());
        }
    }

    /// Walks the classes that have no instance; all, or first those that no other class makes.
    fn walk_classes(&mut self, all: bool) {
        let mut index = 0;
        while index < self.classes.len() {
            let data = &self.classes[index];
            let name = data.class.head.name.as_ref();
            let is_made =
                || name.is_some_and(|name| self.modules.iter().any(|it| it.effects().made.contains(&name.text)));
            if data.instance.is_none() && self.is_looked_at(data.frame) && (all || !is_made()) {
                let context = Context::outermost(data.frame);
                self.instantiate_unknown(index, context);
            }
            index += 1;
        }
    }

    fn walk_pending(&mut self) {
        while !self.pending.is_empty() {
            for it in std::mem::take(&mut self.pending) {
                if self.is_looked_at(it.context.frame) {
                    self.run_unknown(it.function, it.context);
                }
            }
        }
    }

    fn walk_methods(&mut self, class: usize) {
        let data = &self.classes[class];
        let (ast, Some(instance)) = (data.class, data.instance) else { return };
        if !self.is_looked_at(data.frame) {
            return;
        }
        for method in &ast.methods {
            if method.head.role == Role::Constructor || !self.methods_ran.insert(method) {
                continue;
            }
            let stack = self.instances[instance].stack;
            let frame = self.frame(Some(self.classes[class].frame), Some(instance), stack);
            method.head.parameters.iter().for_each(|it| self.bind_unknown(&it.pattern, frame));
            // Whether it runs at all is not known.
            let region = self.region(0);
            let context = Context { stack, region, ..Context::outermost(frame) };
            self.returned.push(Vec::new());
            self.body(&method.body, context);
            self.returned.pop();
        }
    }

    /// Walks a function of whose arguments nothing is known, unless it was walked with others.
    pub(super) fn run_unknown(&mut self, function: &'a Function, context: Context) {
        if !self.ran.insert((function, context.frame)) {
            return;
        }
        let frame = self.frame(Some(context.frame), None, context.stack);
        let region = self.region(context.region);
        function.parameters.iter().for_each(|it| self.bind_unknown(&it.pattern, frame));
        self.returned.push(Vec::new());
        self.body(&function.body, Context { frame, region, ..context.deeper() });
        self.returned.pop();
    }

    /// Walks a file, after those that it names.
    pub(super) fn walk_module(&mut self, module: usize) {
        if std::mem::replace(&mut self.modules[module].walked, true) {
            return;
        }
        let top = self.modules[module].top;
        for (link, target) in self.modules[module].links() {
            if let Some(target) = target {
                self.walk_module(target);
            }
            let bound = match (&link.names, target, &link.module) {
                (Names::One { name, local }, Some(target), _) => Some((local, Bound::Import(target, name))),
                (Names::One { name, local }, None, None) => Some((local, Bound::Import(module, name))),
                (Names::Itself(local), Some(target), _) => Some((local, Bound::Namespace(target))),
                _ => None,
            };
            if let Some((local, bound)) = bound {
                self.bind(top, local, bound);
            }
        }
        let tree = self.modules[module].tree;
        self.body(&tree.body, Context::outermost(top));
    }

    /// The scope of the outermost names of the next file.
    pub(super) fn top_frame(&mut self) -> Frame {
        let module = self.modules.len();
        self.frames.push(FrameData { parent: None, instance: None, stack: 0, module, names: FxHashMap::default() });
        self.frames.len() - 1
    }

    pub(super) fn frame(&mut self, parent: Option<Frame>, instance: Option<usize>, stack: usize) -> Frame {
        let module = parent.map_or(0, |it| self.frames[it].module);
        self.frames.push(FrameData { parent, instance, stack, module, names: FxHashMap::default() });
        self.frames.len() - 1
    }

    /// A scope within that of `context`.
    fn inner(&mut self, context: Context) -> Context {
        Context { frame: self.frame(Some(context.frame), None, context.stack), ..context }
    }

    pub(super) fn region(&mut self, parent: usize) -> usize {
        self.regions.push(Region { parent, decider: None });
        self.regions.len() - 1
    }

    fn region_if(&mut self, parent: usize, decider: Option<(At<'a>, bool)>) -> usize {
        self.regions.push(Region { parent, decider });
        self.regions.len() - 1
    }

    pub(super) fn body(&mut self, body: &'a Body, context: Context) -> Flow<'a> {
        if context.depth >= MAX_DEPTH {
            return Flow::Next;
        }
        let mut context = context.deeper();
        for statement in body {
            // They can be called from above.
            if let Statement::Function(name, function) = &**statement {
                self.bind(context.frame, &name.text, Bound::Function(function, context.frame));
                self.pending.push(Pending { function, context });
            }
        }
        let mut maybe = None;
        for statement in body {
            match self.statement(statement, context) {
                Flow::Next => (),
                Flow::Maybe(decider, exit) => {
                    let decider = decider.map(|(at, holds)| (at, !holds));
                    context.region = self.region_if(context.region, decider);
                    maybe = maybe.or(Some(exit));
                }
                Flow::Never(exit) => {
                    return match maybe {
                        Some(before) if exit == Exit::Throw => Flow::Maybe(None, before),
                        _ => Flow::Never(exit),
                    };
                }
            }
        }
        maybe.map_or(Flow::Next, |exit| Flow::Maybe(None, exit))
    }

    fn statement(&mut self, statement: &'a Statement, context: Context) -> Flow<'a> {
        let frame = context.frame;
        match statement {
            Statement::Declare(declarators) => {
                for declarator in declarators {
                    match &declarator.value {
                        Some(value) => {
                            self.bind_pattern(&declarator.pattern, At { expression: value, frame }, frame);
                            self.expression(value, context);
                        }
                        None => self.bind_unknown(&declarator.pattern, frame),
                    }
                }
                Flow::Next
            }
            Statement::Expression(it) => {
                self.expression(it, context);
                Flow::Next
            }
            Statement::Return(value) => {
                if let Some(expression) = value {
                    self.expression(expression, context);
                }
                let expression = value.as_ref().unwrap_or(self.undefined);
                if let Some(returned) = self.returned.last_mut() {
                    returned.push((At { expression, frame }, context.region));
                }
                Flow::Never(Exit::Return)
            }
            Statement::Throw(value) => {
                if let Some(value) = value {
                    self.expression(value, context);
                }
                Flow::Never(Exit::Throw)
            }
            Statement::Jump => Flow::Never(Exit::Jump),
            Statement::Block(body) => {
                let inner = self.inner(context);
                self.body(body, inner)
            }
            Statement::If { test, then, otherwise } => self.choose(test, then, otherwise.as_ref(), context),
            Statement::ForOf { item, items, body } => {
                self.expression(items, context);
                let items = At { expression: items, frame };
                if let Some(items) = self.items(items) {
                    return self.turns(items.len(), context, body, |scopes, turn, frame| {
                        scopes.bind_pattern(item, items[turn], frame);
                    });
                }
                let inner = self.inner(context);
                let region = self.region_if(context.region, Some((items, true)));
                self.bind_unknown(item, inner.frame);
                let flow = self.body(body, Context { region, ..inner });
                self.perhaps(flow)
            }
            Statement::Count(count) => self.count(count, context),
            Statement::Sometimes { bindings, deciders, bodies } => {
                deciders.iter().for_each(|it| self.expression(it, context));
                let mut left = Flow::Next;
                for (i, body) in bodies.iter().enumerate() {
                    let inner = self.inner(context);
                    let decider = deciders.first().map(|expression| (At { expression, frame }, i == 0));
                    let region = self.region_if(context.region, decider);
                    bindings.iter().for_each(|it| self.bind(inner.frame, &it.text, Bound::Opaque));
                    let flow = self.body(body, Context { region, ..inner });
                    if let Flow::Maybe(..) = self.perhaps(flow) {
                        left = Flow::Maybe(None, Exit::Return);
                    }
                }
                left
            }
            Statement::Class(class) => {
                self.class(class, context);
                Flow::Next
            }
            Statement::Enum(name, members) => {
                self.bind(frame, &name.text, Bound::Enum(members, frame));
                Flow::Next
            }
            // They were bound before.
            Statement::Function(..) | Statement::Nothing => Flow::Next,
        }
    }

    /// What follows a loop, or a part of a `switch`, of which nobody knows whether it runs.
    fn perhaps(&self, flow: Flow<'a>) -> Flow<'a> {
        match flow {
            Flow::Never(Exit::Return) | Flow::Maybe(_, Exit::Return) => Flow::Maybe(None, Exit::Return),
            _ => Flow::Next,
        }
    }

    fn choose(
        &mut self,
        test: &'a Expression,
        then: &'a Body,
        otherwise: Option<&'a Body>,
        context: Context,
    ) -> Flow<'a> {
        self.expression(test, context);
        let test = At { expression: test, frame: context.frame };
        let inner = self.inner(context);
        match self.truth(test) {
            Some(true) => return self.body(then, inner),
            Some(false) => return otherwise.map_or(Flow::Next, |it| self.body(it, inner)),
            None => (),
        }
        let region = self.region_if(context.region, Some((test, true)));
        let first = self.body(then, Context { region, ..inner });
        let mut second = Flow::Next;
        if let Some(otherwise) = otherwise {
            let inner = self.inner(context);
            let region = self.region_if(context.region, Some((test, false)));
            second = self.body(otherwise, Context { region, ..inner });
        }
        match (first, second) {
            (Flow::Next | Flow::Never(Exit::Throw), Flow::Next) | (Flow::Next, Flow::Never(Exit::Throw)) => Flow::Next,
            (Flow::Never(Exit::Throw), Flow::Never(exit)) | (Flow::Never(exit), Flow::Never(_)) => Flow::Never(exit),
            (Flow::Never(exit), Flow::Next) => Flow::Maybe(Some((test, true)), exit),
            (Flow::Next, Flow::Never(exit)) => Flow::Maybe(Some((test, false)), exit),
            (Flow::Maybe(_, exit), _) | (_, Flow::Maybe(_, exit)) => Flow::Maybe(None, exit),
        }
    }

    /// Walks a body so many times, each with a scope of its own.
    fn turns(
        &mut self,
        turns: usize,
        context: Context,
        body: &'a Body,
        bind: impl Fn(&mut Scopes<'a>, usize, Frame),
    ) -> Flow<'a> {
        let mut context = context;
        for turn in 0..turns {
            let inner = self.inner(context);
            bind(self, turn, inner.frame);
            match self.body(body, inner) {
                Flow::Never(Exit::Return) => return Flow::Never(Exit::Return),
                Flow::Maybe(decider, Exit::Return) => return Flow::Maybe(decider, Exit::Return),
                // It may be the end of the loop, or of this turn of it only.
                Flow::Never(Exit::Jump) | Flow::Maybe(_, Exit::Jump) => {
                    context.region = self.region(context.region);
                }
                Flow::Next | Flow::Never(Exit::Throw) | Flow::Maybe(_, Exit::Throw) => (),
            }
        }
        Flow::Next
    }

    fn count(&mut self, count: &'a Count, context: Context) -> Flow<'a> {
        self.expression(&count.from, context);
        self.expression(&count.until, context);
        let number = |expression| {
            let at = self.follow(At { expression, frame: context.frame });
            match &at.expression.kind {
                Kind::Number(number) => number.parse::<i64>().ok(),
                _ => None,
            }
        };
        let bounds = number(&count.from).zip(number(&count.until));
        let bounds = bounds.map(|(from, until)| (from, until.saturating_add(i64::from(count.inclusive))));
        if let Some((from, until)) = bounds.filter(|(from, until)| until.saturating_sub(*from) <= MAX_TURNS) {
            let turns = usize::try_from(until.saturating_sub(from)).unwrap_or_default();
            let start = At { expression: &count.from, frame: context.frame };
            return self.turns(turns, context, &count.body, |scopes, turn, frame| {
                let number = from.saturating_add(i64::try_from(turn).unwrap_or_default());
                let value = scopes.invent(Kind::Number(number.to_string().into()), start);
                scopes.bind(frame, &count.name.text, Bound::Fixed(value));
            });
        }
        let inner = self.inner(context);
        let region = self.region(context.region);
        self.bind(inner.frame, &count.name.text, Bound::Opaque);
        let flow = self.body(&count.body, Context { region, ..inner });
        self.perhaps(flow)
    }

    fn class(&mut self, class: &'a Class, context: Context) {
        let index = self.classes.len();
        let frame = context.frame;
        self.classes.push(ClassData { class, frame, fixed: FxHashMap::default(), instance: None });
        if let Some(name) = &class.head.name {
            self.bind(frame, &name.text, Bound::Class(index));
        }
        if let Some(base) = &class.head.base {
            self.expression(base, context);
        }
        for field in class.fields.iter().filter(|it| it.fixed) {
            if let Some(value) = &field.value {
                self.classes[index].fixed.insert(&field.name.text, At { expression: value, frame });
                self.expression(value, context);
            }
        }
    }

    /// A stack of its own for the instance of a class.
    pub(super) fn stack(
        &mut self,
        class: Option<&'a Class>,
        node: Option<usize>,
        of_library: bool,
        frame: Frame,
    ) -> usize {
        let module = self.frames[frame].module;
        self.stacks.push(StackData { class, node, of_library, module, ..StackData::default() });
        self.stacks.len() - 1
    }

    pub(super) fn expression(&mut self, expression: &'a Expression, context: Context) {
        if context.depth >= MAX_DEPTH || self.budget == 0 {
            return;
        }
        self.budget -= 1;
        let context = context.deeper();
        let at = At { expression, frame: context.frame };
        let place = Place { at, stack: context.stack, region: context.region };
        match &expression.kind {
            Kind::Function(function) => self.pending.push(Pending { function, context }),
            Kind::New(new) => {
                expression.children(&mut |it| self.expression(it, context));
                self.make(at, new, context);
            }
            Kind::Call(call) => {
                expression.children(&mut |it| self.expression(it, context));
                let stack = self.stack_of_callee(&call.callee, context);
                self.calls.push(Place { stack, ..place });
                self.call(at, call, context);
            }
            Kind::Member { object, .. } => {
                self.expression(object, context);
                self.read(at, context);
            }
            Kind::Assign { target, value } => {
                expression.children(&mut |it| self.expression(it, context));
                if let Kind::Member { object, property, .. } = &target.kind {
                    if let Some(instance) = self.instance_at(At { expression: object, frame: context.frame }) {
                        let value = At { expression: value, frame: context.frame };
                        self.assign_member(instance, &property.text, value, context.region);
                    }
                    self.assignments.push(place);
                }
            }
            // Both sides of a choice run only sometimes, unless it is decided.
            Kind::Ternary { test, then, otherwise } => {
                self.expression(test, context);
                let test = At { expression: test, frame: context.frame };
                match self.truth(test) {
                    Some(true) => self.expression(then, context),
                    Some(false) => self.expression(otherwise, context),
                    None => {
                        for (it, holds) in [(then, true), (otherwise, false)] {
                            let region = self.region_if(context.region, Some((test, holds)));
                            self.expression(it, Context { region, ..context });
                        }
                    }
                }
            }
            Kind::Or { left, right, nullish } => {
                self.expression(left, context);
                let left = At { expression: left, frame: context.frame };
                let needed = if *nullish { self.is_nothing(left) } else { self.truth(left).map(|it| !it) };
                self.right_side(needed, right, None, context);
            }
            Kind::And { left, right } => {
                self.expression(left, context);
                let left = At { expression: left, frame: context.frame };
                self.right_side(self.truth(left), right, Some((left, true)), context);
            }
            Kind::Opaque(items) => {
                let region = self.region(context.region);
                items.iter().for_each(|it| self.expression(it, Context { region, ..context }));
            }
            _ => expression.children(&mut |it| self.expression(it, context)),
        }
    }

    fn right_side(
        &mut self,
        runs: Option<bool>,
        right: &'a Expression,
        decider: Option<(At<'a>, bool)>,
        context: Context,
    ) {
        match runs {
            Some(true) => self.expression(right, context),
            Some(false) => (),
            None => {
                let region = self.region_if(context.region, decider);
                self.expression(right, Context { region, ..context });
            }
        }
    }

    fn assign_member(&mut self, instance: usize, name: &'a str, value: At<'a>, region: usize) {
        // What may not happen leaves a member without a value. Whoever uses a construct that is there sometimes has
        // seen to it that it is.
        let is_plain = matches!(
            value.expression.kind,
            Kind::Text(_)
                | Kind::Number(_)
                | Kind::Bool(_)
                | Kind::Template(_)
                | Kind::Plus { .. }
                | Kind::Array(_)
                | Kind::Object(_)
                | Kind::Null
                | Kind::Undefined
        );
        let is_certain = !is_plain || self.covers(region, self.instances[instance].region);
        let members = &mut self.instances[instance].members;
        let value = if members.contains_key(name) || !is_certain { None } else { Some(value) };
        members.insert(name, value);
    }

    /// Functions that are handed to code which cannot be seen run, if they do, with anything.
    pub(super) fn hand_over(&mut self, arguments: &'a [Element], context: Context) {
        for argument in arguments {
            if let Element::Item(Expression { kind: Kind::Function(function), .. }) = argument {
                self.run_unknown(function, context);
            }
        }
    }
}

impl Instance<'_> {
    pub(super) fn new(class: usize, stack: usize, node: Option<usize>) -> Self {
        Instance { class, members: FxHashMap::default(), stack, region: 0, node, library: None }
    }
}
