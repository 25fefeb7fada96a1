//! What runs where an instance is made or a function is called.

use super::bind::Arguments;
use super::walk::Context;
use super::{At, Bound, ConstructNode, Frame, Instance, MAX_DEPTH, Place, Scopes};
use crate::ast::{Body, CallExpression, Expression, Function, Kind, Method, NewExpression, Parameter, Role};

/// Calls within calls are followed no deeper than this.
const MAX_CALLS: u32 = 32;
/// Code that calls itself is followed no deeper than this.
const MAX_RECURSION: usize = 3;
/// Base classes are followed over no more steps than this.
const MAX_BASES: u32 = 16;

/// Code that is called.
#[derive(Clone, Copy)]
pub(super) struct Code<'a> {
    parameters: &'a [Parameter],
    body: &'a Body,
    /// The scope around it.
    scope: Frame,
    /// What `this` is in it, where that is not what it is around it.
    instance: Option<usize>,
    identity: *const (),
}

/// An instance whose constructor has not run.
#[derive(Clone, Debug)]
pub(super) struct Asleep<'a> {
    class: usize,
    arguments: Arguments<'a>,
    at: At<'a>,
    node: Option<usize>,
    context: Context,
}

impl<'a> Scopes<'a> {
    /// `new Class(...)`.
    pub(super) fn make(&mut self, at: At<'a>, new: &'a NewExpression, context: Context) {
        let arguments = self.arguments(&new.arguments, at.frame);
        let scope = arguments.known.first().and_then(|it| self.construct_at(*it));
        let class_at = At { expression: &new.class, frame: at.frame };
        let region = context.region;
        match self.class_at(class_at) {
            Some(class) => {
                let stack = scope.map_or(context.stack, |it| self.nodes[it].stack);
                self.news.push(Place { at, stack, region });
                self.instantiate(class, &arguments, at, context);
            }
            None => {
                let path = self.path(class_at);
                let stack = scope.map_or(context.stack, |it| self.nodes[it].stack);
                self.news.push(Place { at, stack, region });
                match path.as_deref() {
                    Some("core.App" | "core.Stage") => {
                        let node = self.node(scope, &arguments, 0);
                        if path.as_deref() == Some("core.App") {
                            self.nodes[node].root = true;
                            self.nodes[node].props = arguments.known.first().copied();
                        }
                        self.made.insert(at.key(), node);
                    }
                    Some("core.Stack" | "core.NestedStack") => {
                        let node = self.node(scope, &arguments, 0);
                        let stack = self.stack(None, Some(node), true, at.frame);
                        self.stacks[stack].nested = path.as_deref() == Some("core.NestedStack");
                        self.nodes[node].stack = stack;
                        self.made.insert(at.key(), node);
                    }
                    _ if new.construct => {
                        let node = self.node(scope, &arguments, stack);
                        self.made.insert(at.key(), node);
                    }
                    _ => (),
                }
                self.hand_over(&new.arguments, context);
            }
        }
    }

    /// A construct with the arguments that all constructs have.
    fn node(&mut self, scope: Option<usize>, arguments: &Arguments<'a>, stack: usize) -> usize {
        let (id, props) = (arguments.known.get(1).copied(), arguments.known.get(2).copied());
        self.nodes.push(ConstructNode { scope, id, props, root: false, stack });
        self.nodes.len() - 1
    }

    /// The app that a construct is in.
    pub(crate) fn root_of(&self, node: usize) -> Option<usize> {
        let mut node = node;
        for _ in 0..MAX_DEPTH {
            if self.nodes[node].root {
                return Some(node);
            }
            node = self.nodes[node].scope?;
        }
        None
    }

    /// The construct that the value at `at` is, among all constructs.
    pub(super) fn construct_at(&self, at: At<'a>) -> Option<usize> {
        let at = self.follow(at);
        match &at.expression.kind {
            Kind::This => self.instances[self.instance_of(at.frame)?].node,
            Kind::New(_) => self.made.get(&at.key()).copied(),
            _ => None,
        }
    }

    /// Walks a class for an instance that `at` makes.
    fn instantiate(&mut self, class: usize, arguments: &Arguments<'a>, at: At<'a>, context: Context) {
        let identity = std::ptr::from_ref(self.classes[class].class).cast();
        if !self.enters(identity, context) {
            self.cut.insert(context.stack);
            return;
        }
        let base = self.library_base(class);
        let scope = arguments.known.first().and_then(|it| self.construct_at(*it));
        let ast = self.classes[class].class;
        let is_stack = matches!(base.as_deref(), Some("core.Stack" | "core.NestedStack"));
        let stack = match &base {
            Some(_) if is_stack => self.stack(Some(ast), None, true, self.classes[class].frame),
            Some(_) => scope.map_or(context.stack, |it| self.nodes[it].stack),
            None => context.stack,
        };
        let node = base.as_ref().map(|_| self.node(scope, arguments, stack));
        if let Some(node) = node {
            self.made.insert(at.key(), node);
            if matches!(base.as_deref(), Some("core.App")) {
                self.nodes[node].root = true;
            }
            if is_stack {
                self.stacks[stack].node = Some(node);
                self.stacks[stack].nested = base.as_deref() == Some("core.NestedStack");
            }
        }
        let is_apart = is_stack || base.as_deref() == Some("core.Stage");
        // Whether there is such a stack is another question than what is in it.
        let region = if is_stack { 0 } else { context.region };
        let asleep =
            Asleep { class, arguments: arguments.clone(), at, node, context: Context { stack, region, ..context } };
        if is_apart && !self.module(self.classes[class].frame).reaches {
            // A stack that the file at hand has no part in.
            self.cut.insert(stack);
            self.stacks[stack].aside |= is_stack;
            self.asleep.insert(at.key(), asleep);
            return;
        }
        self.run_constructor(&asleep);
    }

    /// Walks the stack that the value at `at` is, if it was passed over, since something of it is asked for.
    pub(super) fn wake(&mut self, at: At<'a>) {
        if self.asleep.is_empty() {
            return;
        }
        let at = self.follow(at);
        if let Some(asleep) = self.asleep.remove(&at.key()) {
            self.cut.remove(&asleep.context.stack);
            self.run_constructor(&asleep);
        }
    }

    fn run_constructor(&mut self, it: &Asleep<'a>) {
        let Asleep { class, at, node, context, .. } = *it;
        let instance = self.instances.len();
        self.instances.push(Instance::new(class, context.stack, node));
        self.objects.insert(at.key(), instance);
        self.active.push(std::ptr::from_ref(self.classes[class].class).cast());
        self.construct(class, instance, &it.arguments, at, Context { calls: context.calls + 1, ..context });
        self.active.pop();
    }

    /// Walks a class that nobody makes an instance of, with arguments of which nothing is known.
    pub(super) fn instantiate_unknown(&mut self, class: usize, context: Context) {
        let base = self.library_base(class);
        let ast = self.classes[class].class;
        let stack = self.stack(Some(ast), None, base.is_some(), context.frame);
        let node = base.as_ref().map(|_| self.node(None, &Arguments::unknown(), stack));
        self.stacks[stack].node = node;
        let instance = self.instances.len();
        self.instances.push(Instance::new(class, stack, node));
        let at = At { expression: self.undefined, frame: context.frame };
        self.construct(class, instance, &Arguments::unknown(), at, Context { stack, ..context });
    }

    /// Runs the constructor of `class` for an instance of it, or of a class that extends it.
    fn construct(&mut self, class: usize, instance: usize, arguments: &Arguments<'a>, at: At<'a>, context: Context) {
        self.classes[class].instance.get_or_insert(instance);
        self.instances[instance].region = context.region;
        let frame = self.frame(Some(self.classes[class].frame), Some(instance), context.stack);
        let context = Context { frame, constructing: Some(class), ..context };
        let extends = self.classes[class].class.head.base.is_some();
        match self.constructor_of_own(class) {
            Some(method) => {
                // The fields of what extends something get their values when that is there.
                if !extends {
                    self.fields(class, instance, context);
                }
                self.bind_parameters(&method.head.parameters, arguments, at, context);
                if arguments.open {
                    self.open_fields(method, instance);
                }
                self.returned.push(Vec::new());
                self.body(&method.body, context);
                self.returned.pop();
            }
            None => {
                if extends {
                    self.extend(class, instance, arguments, at, context);
                }
                self.fields(class, instance, context);
            }
        }
    }

    /// What a constructor gives to fields without saying so, when nothing is known of its arguments.
    fn open_fields(&mut self, method: &'a Method, instance: usize) {
        for parameter in method.head.parameters.iter().filter(|it| it.field) {
            if let crate::ast::Pattern::Name(name) = &parameter.pattern {
                self.instances[instance].members.entry(&name.text).or_insert(None);
            }
        }
    }

    fn fields(&mut self, class: usize, instance: usize, context: Context) {
        let ast = self.classes[class].class;
        // Parameters are no names in the values of fields.
        let frame = self.frame(Some(self.classes[class].frame), Some(instance), context.stack);
        let context = Context { frame, constructing: None, ..context };
        for field in ast.fields.iter().filter(|it| !it.fixed) {
            if let Some(value) = &field.value {
                self.instances[instance].members.insert(&field.name.text, Some(At { expression: value, frame }));
                self.expression(value, context);
            }
        }
    }

    /// Runs the constructor of the class that `class` extends.
    fn extend(&mut self, class: usize, instance: usize, arguments: &Arguments<'a>, at: At<'a>, context: Context) {
        if let Some(base) = self.base_class(class) {
            if context.calls < MAX_CALLS {
                self.construct(base, instance, arguments, at, Context { calls: context.calls + 1, ..context });
            }
            return;
        }
        let Some(node) = self.instances[instance].node else { return };
        let scope = arguments.known.first().and_then(|it| self.construct_at(*it));
        let node = &mut self.nodes[node];
        node.scope = scope.or(node.scope);
        node.id = arguments.known.get(1).copied();
        node.props = arguments.known.get(2).copied();
        if !std::ptr::eq(at.expression, self.undefined) {
            self.instances[instance].library.get_or_insert(at);
        }
    }

    pub(super) fn constructor_of_own(&self, class: usize) -> Option<&'a Method> {
        self.classes[class].class.methods.iter().find(|it| it.head.role == Role::Constructor)
    }

    /// The constructor that makes an instance of a class, where it is one of the program's.
    pub(super) fn constructor_of(&self, class: usize) -> Option<&'a Method> {
        let mut class = class;
        for _ in 0..MAX_BASES {
            if let Some(own) = self.constructor_of_own(class) {
                return Some(own);
            }
            class = self.base_class(class)?;
        }
        None
    }

    /// A method of a class or of its base classes, and the class that has it.
    fn method_of(&self, class: usize, name: &str, fits: impl Fn(&Method) -> bool) -> Option<(&'a Method, usize)> {
        let mut class = class;
        for _ in 0..MAX_BASES {
            let mut methods = self.classes[class].class.methods.iter();
            if let Some(method) = methods.find(|it| it.head.name == name && fits(it)) {
                return Some((method, class));
            }
            class = self.base_class(class)?;
        }
        None
    }

    /// `callee(...)`.
    pub(super) fn call(&mut self, at: At<'a>, call: &'a CallExpression, context: Context) {
        let frame = at.frame;
        if let Kind::Identifier(name) = &call.callee.kind
            && name == "super"
        {
            self.call_super(at, call, context);
            return;
        }
        let callee = At { expression: &call.callee, frame };
        if let Some(code) = self.code_of(callee) {
            let arguments = self.arguments(&call.arguments, frame);
            self.run(code, &arguments, at, context);
            return;
        }
        if let Some(value) = self.context_of(call, frame) {
            self.returns.insert(at.key(), Some(value));
            return;
        }
        if !self.call_on_list(at, call, context) {
            self.hand_over(&call.arguments, context);
        }
    }

    /// `this.node.tryGetContext('stage')`, where `cdk.json` or the app itself has an answer.
    fn context_of(&self, call: &'a CallExpression, frame: Frame) -> Option<At<'a>> {
        let Kind::Member { object, property, .. } = &call.callee.kind else { return None };
        let Kind::Member { property: node, .. } = &object.kind else { return None };
        if node.text != "node" || !matches!(&*property.text, "tryGetContext" | "getContext") {
            return None;
        }
        let key = Expression::argument(&call.arguments, 0)?;
        let key = self.text(At { expression: key, frame })?;
        // What comes from outside goes before what the app says by itself.
        if let Some(expression) = self.program.context(key) {
            return Some(At { expression, frame: self.modules.last()?.top });
        }
        let Kind::Member { object, .. } = &object.kind else { return None };
        let app = self.root_of(self.construct_at(At { expression: object, frame })?)?;
        let given = self.entry(self.entry(self.nodes[app].props?, "context")?, key)?;
        // The command line may have it still.
        (!matches!(given.expression.kind, Kind::Undefined)).then_some(given)
    }

    fn call_super(&mut self, at: At<'a>, call: &'a CallExpression, context: Context) {
        let (Some(class), Some(instance)) = (context.constructing, self.instance_of(at.frame)) else { return };
        let arguments = self.arguments(&call.arguments, at.frame);
        if self.base_class(class).is_none() && self.instances[instance].node.is_some() {
            let place = Place { at, stack: context.stack, region: context.region };
            self.supers.push(place);
        }
        self.extend(class, instance, &arguments, at, context);
        self.fields(class, instance, context);
    }

    /// What a call of `callee` runs.
    fn code_of(&self, callee: At<'a>) -> Option<Code<'a>> {
        let followed = self.follow(callee);
        match &followed.expression.kind {
            Kind::Function(function) => return Some(self.code(function, followed.frame)),
            Kind::Identifier(name) => {
                let Bound::Function(function, frame) = self.lookup(name, followed.frame)? else { return None };
                return Some(self.code(function, frame));
            }
            _ => (),
        }
        let Kind::Member { object, property, .. } = &callee.expression.kind else { return None };
        let object = At { expression: object, ..callee };
        if let Kind::Identifier(name) = &object.expression.kind
            && name == "super"
        {
            let instance = self.instance_of(callee.frame)?;
            // Good enough where no class in the middle has it too.
            let base = self.base_class(self.instances[instance].class)?;
            let (method, class) = self.method_of(base, &property.text, |it| it.head.role == Role::Method)?;
            return Some(self.code_of_method(method, class, Some(instance)));
        }
        if let Some(instance) = self.instance_at(object) {
            let class = self.instances[instance].class;
            let is_method = |it: &Method| it.head.role == Role::Method && !it.head.fixed;
            let (method, class) = self.method_of(class, &property.text, is_method)?;
            return Some(self.code_of_method(method, class, Some(instance)));
        }
        let class = self.class_at(object)?;
        let (method, class) = self.method_of(class, &property.text, |it| it.head.fixed)?;
        Some(self.code_of_method(method, class, None))
    }

    pub(super) fn code(&self, function: &'a Function, scope: Frame) -> Code<'a> {
        Code {
            parameters: &function.parameters,
            body: &function.body,
            scope,
            instance: None,
            identity: std::ptr::from_ref(function).cast(),
        }
    }

    fn code_of_method(&self, method: &'a Method, class: usize, instance: Option<usize>) -> Code<'a> {
        Code {
            parameters: &method.head.parameters,
            body: &method.body,
            scope: self.classes[class].frame,
            instance,
            identity: std::ptr::from_ref(method).cast(),
        }
    }

    fn enters(&self, identity: *const (), context: Context) -> bool {
        let recursion = self.active.iter().filter(|it| **it == identity).count();
        context.calls < MAX_CALLS && recursion < MAX_RECURSION && self.budget > 0
    }

    /// Walks what a call runs, and takes note of what it gives.
    fn run(&mut self, code: Code<'a>, arguments: &Arguments<'a>, at: At<'a>, context: Context) {
        let result = self.run_code(code, arguments, at, context);
        self.returns.insert(at.key(), result);
    }

    pub(super) fn run_code(
        &mut self,
        code: Code<'a>,
        arguments: &Arguments<'a>,
        at: At<'a>,
        context: Context,
    ) -> Option<At<'a>> {
        if !self.enters(code.identity, context) {
            self.cut.insert(context.stack);
            return None;
        }
        match code.instance {
            Some(_) => drop(self.methods_ran.insert(code.identity.cast())),
            None => {
                self.ran.insert((code.identity.cast(), code.scope));
                self.methods_ran.insert(code.identity.cast());
            }
        }
        let stack = code.instance.map_or(context.stack, |it| self.instances[it].stack);
        let frame = self.frame(Some(code.scope), code.instance, stack);
        let context = Context { frame, stack, calls: context.calls + 1, constructing: None, ..context };
        self.bind_parameters(code.parameters, arguments, at, context);
        self.active.push(code.identity);
        self.returned.push(Vec::new());
        self.body(code.body, context);
        self.active.pop();
        let returned = self.returned.pop().unwrap_or_default();
        match &returned[..] {
            [] => Some(self.invent(Kind::Undefined, at)),
            [(value, region)] if *region == context.region => Some(*value),
            [(first, region), (second, _)] => {
                let (test, holds) = self.regions[*region].decider?;
                if self.regions[*region].parent != context.region {
                    return None;
                }
                let (then, otherwise) = if holds { (*first, *second) } else { (*second, *first) };
                let [test, then, otherwise] = [test, then, otherwise].map(|it| Box::new(self.refer(it)));
                Some(self.invent(Kind::Ternary { test, then, otherwise }, at))
            }
            _ => None,
        }
    }

    /// Reads a member: where that is a getter, it runs.
    pub(super) fn read(&mut self, at: At<'a>, context: Context) {
        let Kind::Member { object, property, .. } = &at.expression.kind else { return };
        let object = At { expression: object, ..at };
        self.wake(object);
        let is_getter = |it: &Method| it.head.role == Role::Getter;
        let found = match self.instance_at(object) {
            Some(instance) => {
                let class = self.instances[instance].class;
                let method = self.method_of(class, &property.text, |it| is_getter(it) && !it.head.fixed);
                method.map(|(method, class)| self.code_of_method(method, class, Some(instance)))
            }
            None => self.class_at(object).and_then(|class| {
                let (method, class) = self.method_of(class, &property.text, |it| is_getter(it) && it.head.fixed)?;
                Some(self.code_of_method(method, class, None))
            }),
        };
        if let Some(code) = found {
            self.run(code, &Arguments { known: Vec::new(), open: false }, at, context);
        }
    }

    /// The stack that a call of a method is about.
    pub(super) fn stack_of_callee(&self, callee: &'a Expression, context: Context) -> usize {
        let Kind::Member { object, .. } = &callee.kind else { return context.stack };
        let node = self.construct_at(At { expression: object, frame: context.frame });
        node.map(|it| self.nodes[it].stack).filter(|it| *it != 0).unwrap_or(context.stack)
    }
}
