//! What the names of a file stand for, and where in it things happen.
//!
//! One walk collects the scopes, and with them every `new`, every method call and every assignment to a member. All
//! questions are asked afterwards, when every name is known.

use crate::ast::{Body, Class, Expression, Function, Kind, Member, Pattern, Statement};
use crate::convert::Tree;
use crate::imports::{self, Imports};
use model::{Name, SmolStr, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::Cell;

/// A name is followed over no more steps than this.
const MAX_STEPS: u32 = 24;
const MAX_DEPTH: u32 = 200;
/// Members of members are followed no deeper than this.
const MAX_NESTING: u32 = 12;

/// A scope: an index into [`Scopes::frames`].
pub(crate) type Frame = usize;

/// An expression, and the scope that its names are to be looked up in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'a> {
    pub(crate) expression: &'a Expression,
    pub(crate) frame: Frame,
}

/// A place where something happens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) at: At<'a>,
    /// The stack that it belongs to: an index into [`Scopes::stacks`].
    pub(crate) stack: usize,
    /// The innermost region that runs under a condition or repeatedly.
    pub(crate) region: usize,
}

/// Code that runs as a whole or not at all.
#[derive(Debug)]
struct Region<'a> {
    /// The region around it.
    parent: usize,
    /// What decides whether it runs, and whether that must hold.
    decider: Option<(&'a Expression, bool)>,
}

/// The scopes of a file, and what happens in them.
#[derive(Debug)]
pub(crate) struct Scopes<'a> {
    pub(crate) imports: &'a Imports,
    frames: Vec<FrameData<'a>>,
    classes: Vec<ClassData<'a>>,
    /// The class of each stack; the first is that of code outside of classes.
    pub(crate) stacks: Vec<Option<&'a Class>>,
    /// Region 0 always runs.
    regions: Vec<Region<'a>>,
    /// Every `new`.
    pub(crate) news: Vec<Place<'a>>,
    /// Every call.
    pub(crate) calls: Vec<Place<'a>>,
    /// Every assignment to a member.
    pub(crate) assignments: Vec<Place<'a>>,
    /// Names that are assigned again after their declaration.
    assigned: FxHashSet<&'a str>,
    /// Names of which a member is assigned, or which a call may change.
    changed: FxHashSet<&'a str>,
    /// How many members are being followed right now: `const a = a.b` never ends by itself.
    nesting: Cell<u32>,
}

#[derive(Debug)]
struct FrameData<'a> {
    parent: Option<Frame>,
    class: Option<usize>,
    stack: usize,
    names: FxHashMap<&'a str, Bound<'a>>,
}

/// What a name is bound to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound<'a> {
    Value(At<'a>),
    /// A member of a value, by destructuring.
    MemberOf(At<'a>, &'a str),
    Enum(&'a [(Name, Option<Expression>)], Frame),
    Class(usize),
    /// A parameter, a loop variable, a function.
    Opaque,
}

#[derive(Debug)]
struct ClassData<'a> {
    class: &'a Class,
    frame: Frame,
    /// Fields with a value, or with the one value that a method gives them; `None` with several.
    members: FxHashMap<&'a str, Option<At<'a>>>,
}

impl<'a> Scopes<'a> {
    pub(crate) fn of(tree: &'a Tree, imports: &'a Imports) -> Scopes<'a> {
        let mut scopes = Scopes {
            imports,
            frames: Vec::new(),
            classes: Vec::new(),
            stacks: vec![None],
            regions: vec![Region { parent: 0, decider: None }],
            news: Vec::new(),
            calls: Vec::new(),
            assignments: Vec::new(),
            assigned: FxHashSet::default(),
            changed: FxHashSet::default(),
            nesting: Cell::new(0),
        };
        let top = scopes.frame(None, None);
        scopes.body(&tree.body, Context { frame: top, stack: 0, region: 0, depth: 0 });
        scopes
    }

    /// What `at` stands for after following names to the one expression that gives them their value.
    pub(crate) fn follow(&self, at: At<'a>) -> At<'a> {
        let mut at = at;
        for _ in 0..MAX_STEPS {
            match self.step(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    fn step(&self, at: At<'a>) -> Option<At<'a>> {
        match &at.expression.kind {
            Kind::Identifier(name) => match self.lookup(name, at.frame)? {
                Bound::Value(value) if !self.is_reassigned(name, value) => Some(value),
                Bound::MemberOf(object, key) if !self.assigned.contains(name.as_str()) => self.entry(object, key),
                _ => None,
            },
            Kind::Member { object, property, optional: false } => {
                self.entry(At { expression: object, ..at }, &property.text)
            }
            Kind::Index { object, index } => {
                let index = self.follow(At { expression: index, ..at });
                match &index.expression.kind {
                    Kind::Text(key) => self.entry(At { expression: object, ..at }, key),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn is_reassigned(&self, name: &str, value: At<'a>) -> bool {
        self.assigned.contains(name)
            || (self.changed.contains(name) && matches!(value.expression.kind, Kind::Object(_) | Kind::Array(_)))
    }

    /// The value of `key` in `object`, where `object` is a literal, an enum, a class or `this`.
    fn entry(&self, object: At<'a>, key: &str) -> Option<At<'a>> {
        if let Kind::This = object.expression.kind {
            return self.member_of_class(self.class_of(object.frame)?, key, 0);
        }
        if let Kind::Identifier(name) = &object.expression.kind {
            match self.lookup(name, object.frame) {
                Some(Bound::Enum(members, frame)) => {
                    let (_, value) = members.iter().find(|(name, _)| name.text == key)?;
                    return Some(At { expression: value.as_ref()?, frame });
                }
                Some(Bound::Class(class)) => return self.member_of_class(class, key, 0),
                Some(Bound::Value(_) | Bound::MemberOf(..)) if self.changed.contains(name.as_str()) => return None,
                _ => (),
            }
        }
        if self.nesting.get() >= MAX_NESTING {
            return None;
        }
        self.nesting.set(self.nesting.get() + 1);
        let object = self.follow(object);
        self.nesting.set(self.nesting.get() - 1);
        match &object.expression.kind {
            Kind::Object(members) => {
                // From the last: what comes later wins, and a spread may bring anything.
                for member in members.iter().rev() {
                    match member {
                        Member::Pair { key: name, value } if name.text == key => {
                            return Some(At { expression: value, frame: object.frame });
                        }
                        Member::Pair { .. } => (),
                        Member::Spread(_) | Member::Opaque { .. } => return None,
                    }
                }
                None
            }
            _ => None,
        }
    }

    fn member_of_class(&self, class: usize, key: &str, depth: u32) -> Option<At<'a>> {
        let data = &self.classes[class];
        if let Some(value) = data.members.get(key) {
            return *value;
        }
        let Some(Expression { kind: Kind::Identifier(base), .. }) = &data.class.head.base else { return None };
        match self.lookup(base, data.frame) {
            Some(Bound::Class(base)) if depth < 16 => self.member_of_class(base, key, depth + 1),
            _ => None,
        }
    }

    /// The class whose `this` is meant in `frame`.
    fn class_of(&self, frame: Frame) -> Option<usize> {
        let mut frame = Some(frame);
        while let Some(it) = frame {
            if let Some(class) = self.frames[it].class {
                return Some(class);
            }
            frame = self.frames[it].parent;
        }
        None
    }

    /// What `name` is bound to in `frame` or around it, imports aside.
    pub(crate) fn lookup(&self, name: &str, frame: Frame) -> Option<Bound<'a>> {
        let mut frame = Some(frame);
        while let Some(it) = frame {
            if let Some(bound) = self.frames[it].names.get(name) {
                return Some(*bound);
            }
            frame = self.frames[it].parent;
        }
        None
    }

    /// The part of the library that an expression names: `aws-s3.Bucket`, `aws-s3.BucketEncryption.KMS`.
    pub(crate) fn path(&self, at: At<'a>) -> Option<SmolStr> {
        self.path_within(at, MAX_STEPS)
    }

    fn path_within(&self, at: At<'a>, steps: u32) -> Option<SmolStr> {
        let steps = steps.checked_sub(1)?;
        match &at.expression.kind {
            Kind::Identifier(name) => match self.lookup(name, at.frame) {
                // A `require` binds a name too; the imports know what it stands for.
                Some(Bound::Value(value)) => match self.imports.get(name) {
                    Some(path) if matches!(value.expression.kind, Kind::Call(_)) => Some(path.clone()),
                    _ if self.assigned.contains(name.as_str()) => None,
                    _ => self.path_within(value, steps),
                },
                Some(Bound::MemberOf(object, key)) => match self.imports.get(name) {
                    Some(path) if matches!(object.expression.kind, Kind::Call(_)) => Some(path.clone()),
                    _ => Some(imports::member(&self.path_within(object, steps)?, key)),
                },
                Some(_) => None,
                None => self.imports.get(name).cloned(),
            },
            Kind::Member { object, property, .. } => match self.path_within(At { expression: object, ..at }, steps) {
                Some(object) => Some(imports::member(&object, &property.text)),
                None => self.path_within(self.step(at)?, steps),
            },
            _ => None,
        }
    }

    /// The library class that a class of this file comes from, over its base classes in this file.
    pub(crate) fn base_of(&self, class: &'a Class) -> Option<SmolStr> {
        let mut data = self.classes.iter().find(|it| std::ptr::eq(it.class, class))?;
        for _ in 0..16 {
            let base = data.class.head.base.as_ref()?;
            if let Kind::Identifier(name) = &base.kind
                && let Some(Bound::Class(next)) = self.lookup(name, data.frame)
            {
                data = &self.classes[next];
                continue;
            }
            return self.path(At { expression: base, frame: data.frame });
        }
        None
    }

    /// The stack that code in `frame` belongs to.
    pub(crate) fn stack_of(&self, frame: Frame) -> usize {
        self.frames[frame].stack
    }

    /// True when the class around `frame` is, or may be, a stack itself, so that `this.region` is the stack's.
    pub(crate) fn is_stack(&self, frame: Frame) -> bool {
        let class = self.class_of(frame).map(|it| self.classes[it].class);
        let base = class.and_then(|it| self.base_of(it));
        matches!(base.as_deref(), Some("core.Stack" | "core.NestedStack"))
    }

    /// The name by which code in `frame` reaches the value that `expression` gives, and the scope that declares it.
    pub(crate) fn variable_of(&self, expression: &Expression, frame: Frame) -> Option<(String, Frame)> {
        let is = |at: &At<'_>| std::ptr::eq(at.expression, expression);
        let mut next = Some(frame);
        while let Some(it) = next {
            let data = &self.frames[it];
            let mut names: Vec<&str> = data
                .names
                .iter()
                .filter(|(name, bound)| matches!(bound, Bound::Value(at) if is(at)) && !self.assigned.contains(*name))
                .map(|(name, _)| *name)
                .collect();
            names.sort_unstable();
            if let Some(name) = names.first() {
                return Some(((*name).to_owned(), it));
            }
            if let Some(class) = data.class {
                let members = &self.classes[class].members;
                if let Some((name, _)) = members.iter().find(|(_, at)| at.as_ref().is_some_and(is)) {
                    return Some((format!("this.{name}"), it));
                }
            }
            next = data.parent;
        }
        None
    }

    /// True when `outer` is `inner` or around it.
    pub(crate) fn encloses(&self, outer: Frame, inner: Frame) -> bool {
        let mut next = Some(inner);
        while let Some(it) = next {
            if it == outer {
                return true;
            }
            next = self.frames[it].parent;
        }
        false
    }

    /// True when code in `frame` is in a class.
    pub(crate) fn has_this(&self, frame: Frame) -> bool {
        self.class_of(frame).is_some()
    }

    /// True when what happens in region `outer` certainly happens too whenever `inner` runs.
    pub(crate) fn covers(&self, outer: usize, inner: usize) -> bool {
        let mut at = inner;
        for _ in 0..MAX_DEPTH {
            if at == outer {
                return true;
            }
            if at == 0 {
                return false;
            }
            at = self.regions[at].parent;
        }
        false
    }

    /// The expression that decides whether what happens in `region` happens at all, and whether it must hold.
    pub(crate) fn decider(&self, region: usize) -> Option<(&'a Expression, bool)> {
        let mut at = region;
        for _ in 0..MAX_DEPTH {
            let region = &self.regions[at];
            if region.decider.is_some() || at == 0 {
                return region.decider;
            }
            at = region.parent;
        }
        None
    }

    fn frame(&mut self, parent: Option<Frame>, class: Option<usize>) -> Frame {
        let stack = match (class, parent) {
            (Some(_), _) => self.stacks.len() - 1,
            (None, Some(parent)) => self.frames[parent].stack,
            (None, None) => 0,
        };
        self.frames.push(FrameData { parent, class, stack, names: FxHashMap::default() });
        self.frames.len() - 1
    }

    fn region(&mut self, parent: usize) -> usize {
        self.regions.push(Region { parent, decider: None });
        self.regions.len() - 1
    }

    fn bind(&mut self, frame: Frame, name: &'a str, bound: Bound<'a>) {
        // `var` twice, or two declarations in blocks that share a frame: not one value.
        let names = &mut self.frames[frame].names;
        let bound = if names.contains_key(name) { Bound::Opaque } else { bound };
        names.insert(name, bound);
    }

    fn body(&mut self, body: &'a Body, context: Context) {
        if context.depth < MAX_DEPTH {
            body.iter().for_each(|it| self.statement(it, context.deeper()));
        }
    }

    fn statement(&mut self, statement: &'a Statement, context: Context) {
        let frame = context.frame;
        match statement {
            Statement::Declare(declarators) => {
                for declarator in declarators {
                    let value = declarator.value.as_ref();
                    match (&declarator.pattern, value) {
                        (Pattern::Name(name), Some(value)) => {
                            self.bind(frame, &name.text, Bound::Value(At { expression: value, frame }));
                        }
                        (Pattern::Object(entries), Some(value)) => {
                            for (key, local) in entries {
                                let object = At { expression: value, frame };
                                self.bind(frame, &local.text, Bound::MemberOf(object, &key.text));
                            }
                        }
                        (Pattern::Name(name), None) => self.bind(frame, &name.text, Bound::Opaque),
                        (Pattern::Object(entries), None) => {
                            entries.iter().for_each(|(_, local)| self.bind(frame, &local.text, Bound::Opaque));
                        }
                        (Pattern::Opaque(names), _) => {
                            names.iter().for_each(|it| self.bind(frame, &it.text, Bound::Opaque));
                        }
                    }
                    if let Some(value) = value {
                        self.expression(value, context);
                    }
                }
            }
            Statement::Expression(it) | Statement::Return(Some(it)) => self.expression(it, context),
            Statement::Return(None) | Statement::Nothing => (),
            Statement::Block(body) => {
                let frame = self.frame(Some(frame), None);
                self.body(body, Context { frame, ..context });
            }
            Statement::Sometimes { bindings, deciders, bodies } => {
                deciders.iter().for_each(|it| self.expression(it, context));
                for (i, body) in bodies.iter().enumerate() {
                    let frame = self.frame(Some(frame), None);
                    let region = self.region(context.region);
                    self.regions[region].decider = deciders.first().map(|it| (it, i == 0));
                    bindings.iter().for_each(|it| self.bind(frame, &it.text, Bound::Opaque));
                    self.body(body, Context { frame, region, ..context });
                }
            }
            Statement::Function(name, function) => {
                self.bind(frame, &name.text, Bound::Opaque);
                self.function(function, context);
            }
            Statement::Class(class) => self.class(class, context),
            Statement::Enum(name, members) => self.bind(frame, &name.text, Bound::Enum(members, frame)),
        }
    }

    fn class(&mut self, class: &'a Class, context: Context) {
        let index = self.classes.len();
        self.classes.push(ClassData { class, frame: context.frame, members: FxHashMap::default() });
        if let Some(name) = &class.head.name {
            self.bind(context.frame, &name.text, Bound::Class(index));
        }
        self.stacks.push(Some(class));
        let stack = self.stacks.len() - 1;
        let frame = self.frame(Some(context.frame), Some(index));
        let inner = Context { frame, stack, ..context };
        for field in &class.fields {
            if let Some(value) = &field.value {
                self.classes[index].members.insert(&field.name.text, Some(At { expression: value, frame }));
                self.expression(value, inner);
            }
        }
        for method in &class.methods {
            let frame = self.frame(Some(frame), None);
            method.head.parameters.iter().for_each(|it| self.bind(frame, &it.text, Bound::Opaque));
            // The constructor runs; whether another method does is not followed.
            let region = if method.head.name == "constructor" { context.region } else { self.region(context.region) };
            self.body(&method.body, Context { frame, region, ..inner });
        }
    }

    fn function(&mut self, function: &'a Function, context: Context) {
        let frame = self.frame(Some(context.frame), None);
        let region = self.region(context.region);
        function.parameters.iter().for_each(|it| self.bind(frame, &it.text, Bound::Opaque));
        self.body(&function.body, Context { frame, region, ..context });
    }

    fn expression(&mut self, expression: &'a Expression, context: Context) {
        if context.depth >= MAX_DEPTH {
            return;
        }
        let context = context.deeper();
        let at = At { expression, frame: context.frame };
        let place = Place { at, stack: context.stack, region: context.region };
        match &expression.kind {
            Kind::New(_) => self.news.push(place),
            Kind::Call(call) => {
                if let Kind::Member { object, property, .. } = &call.callee.kind {
                    if let Kind::Identifier(name) = &object.kind
                        && matches!(&*property.text, "push" | "unshift" | "splice" | "pop" | "shift" | "sort" | "fill")
                    {
                        self.changed.insert(name);
                    }
                    if property.text == "assign"
                        && let Some(Expression { kind: Kind::Identifier(name), .. }) =
                            Expression::argument(&call.arguments, 0)
                    {
                        self.changed.insert(name);
                    }
                }
                self.calls.push(place);
            }
            Kind::Assign { target, value } => match &target.kind {
                Kind::Identifier(name) => {
                    self.assigned.insert(name);
                }
                Kind::Member { object, property, .. } => {
                    if let Kind::This = object.kind {
                        self.assign_member(&property.text, At { expression: value, frame: context.frame });
                    }
                    if let Some(root) = root_name(object) {
                        self.changed.insert(root);
                    }
                    self.assignments.push(place);
                }
                Kind::Index { object, .. } => {
                    if let Some(root) = root_name(object) {
                        self.changed.insert(root);
                    }
                }
                _ => (),
            },
            Kind::Function(function) => self.function(function, context),
            _ => (),
        }
        match &expression.kind {
            // Both sides of a choice run only sometimes.
            Kind::Ternary { test, then, otherwise } => {
                self.expression(test, context);
                for it in [then, otherwise] {
                    let region = self.region(context.region);
                    self.expression(it, Context { region, ..context });
                }
            }
            Kind::Or { left, right, .. } => {
                self.expression(left, context);
                let region = self.region(context.region);
                self.expression(right, Context { region, ..context });
            }
            Kind::Opaque(items) => {
                let region = self.region(context.region);
                items.iter().for_each(|it| self.expression(it, Context { region, ..context }));
            }
            _ => expression.children(&mut |it| self.expression(it, context)),
        }
    }

    fn assign_member(&mut self, name: &'a str, value: At<'a>) {
        if let Some(class) = self.class_of(value.frame) {
            let members = &mut self.classes[class].members;
            let value = if members.contains_key(name) { None } else { Some(value) };
            members.insert(name, value);
        }
    }
}

/// The name at the very left of `a.b.c`.
fn root_name(expression: &Expression) -> Option<&SmolStr> {
    let mut expression = expression;
    for _ in 0..MAX_DEPTH {
        match &expression.kind {
            Kind::Identifier(name) => return Some(name),
            Kind::Member { object, .. } | Kind::Index { object, .. } => expression = object,
            _ => return None,
        }
    }
    None
}

#[derive(Clone, Copy)]
struct Context {
    frame: Frame,
    stack: usize,
    region: usize,
    depth: u32,
}

impl Context {
    fn deeper(self) -> Context {
        Context { depth: self.depth + 1, ..self }
    }
}

impl At<'_> {
    pub(crate) fn span(self) -> Span {
        self.expression.span
    }
}
