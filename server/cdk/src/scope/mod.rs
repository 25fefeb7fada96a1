//! What the names of a program stand for, and what happens in it.
//!
//! One walk goes through the program as it would run, as far as that is certain: a class is walked once for each
//! instance of it, a function once for each call, a loop over a known array once for each item, always with names of
//! their own. On its way it takes note of every `new`, every call and every assignment to a member. All questions are
//! asked afterwards, when every name is known; what code nobody calls means is found out last, with parameters of which
//! nothing is known.

mod arena;
mod ask;
mod bind;
mod compute;
mod known;
mod list;
mod run;
mod structure;
mod walk;

pub(crate) use arena::Arena;
pub(crate) use known::digits;

use crate::ast::{Class, Element, Expression, Function, Kind, Member, Method};
use crate::convert::{AllEffects, Tree};
use crate::imports::{self, Imports};
use crate::links::{Link, Names};
use crate::program::Program;
use model::{BlockId, Name, SmolStr, Span};
use run::Asleep;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell, RefCell};
use std::sync::LazyLock;
use text::TextRange;
use walk::Pending;

/// A name is followed over no more steps than this.
const MAX_STEPS: u32 = 32;
const MAX_DEPTH: u32 = 200;
/// Members of members are followed no deeper than this.
const MAX_NESTING: u32 = 12;
/// A program is walked over no more expressions than this; what comes after is unknown.
const BUDGET: u32 = 300_000;

/// A scope: an index into [`Scopes::frames`].
pub(crate) type Frame = usize;

/// An expression, and the scope that its names are to be looked up in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'a> {
    pub(crate) expression: &'a Expression,
    pub(crate) frame: Frame,
}

/// What tells an expression from all others, and from itself at another time that it runs.
pub(crate) type Key = (*const Expression, Frame);

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
    decider: Option<(At<'a>, bool)>,
}

/// A stack of the program.
#[derive(Debug, Default)]
pub(crate) struct StackData<'a> {
    /// Its class, where that is one of the program's.
    pub(crate) class: Option<&'a Class>,
    /// Where it is among the constructs.
    pub(crate) node: Option<usize>,
    /// It is made by a class that extends one of the library's, or is one of these.
    pub(crate) of_library: bool,
    /// The file that declares it.
    pub(crate) module: usize,
    /// It is part of the template of another one by reference only.
    pub(crate) nested: bool,
    /// The file that is looked at has no part in it: it is there for what others take from it.
    pub(crate) aside: bool,
}

/// A construct, among all constructs.
#[derive(Debug, Default)]
pub(crate) struct ConstructNode<'a> {
    /// The construct that it is in.
    pub(crate) scope: Option<usize>,
    pub(crate) id: Option<At<'a>>,
    pub(crate) props: Option<At<'a>>,
    /// It is an app, which no path names.
    pub(crate) root: bool,
    pub(crate) stack: usize,
}

/// The scopes of a program, and what happens in them.
#[derive(Debug)]
pub(crate) struct Scopes<'a> {
    arena: &'a Arena,
    program: &'a Program,
    /// The first is the file that is looked at, the last `cdk.json`, if there is one.
    modules: Vec<Module<'a>>,
    frames: Vec<FrameData<'a>>,
    classes: Vec<ClassData<'a>>,
    instances: Vec<Instance<'a>>,
    /// The first is that of code outside of classes.
    pub(crate) stacks: Vec<StackData<'a>>,
    pub(crate) nodes: Vec<ConstructNode<'a>>,
    /// Region 0 always runs.
    regions: Vec<Region<'a>>,
    /// Every `new`.
    pub(crate) news: Vec<Place<'a>>,
    /// Every call.
    pub(crate) calls: Vec<Place<'a>>,
    /// Every assignment to a member.
    pub(crate) assignments: Vec<Place<'a>>,
    /// Every call of the constructor of a class of the library by a class of the program that extends it.
    pub(crate) supers: Vec<Place<'a>>,
    /// Stacks in which something happens that was not followed.
    pub(crate) cut: FxHashSet<usize>,
    /// The instance that an expression makes.
    objects: FxHashMap<Key, usize>,
    /// The construct that an expression makes.
    made: FxHashMap<Key, usize>,
    /// What a call that was followed gives.
    returns: FxHashMap<Key, Option<At<'a>>>,
    /// What [`Kind::Elsewhere`] stands for.
    elsewhere: RefCell<Vec<At<'a>>>,
    /// What was computed: it is asked for again and again.
    computed: RefCell<FxHashMap<Key, Option<At<'a>>>>,
    /// The parts of the library that expressions name, for the same reason.
    paths: RefCell<FxHashMap<Key, Option<SmolStr>>>,
    /// Every name is known that there is to know.
    is_walked: bool,
    names: RefCell<FxHashMap<Key, &'a Name>>,
    undefined: &'a Expression,
    /// The file that questions about one file are about.
    focus: usize,
    /// How many members are being followed right now: `const a = a.b` never ends by itself.
    nesting: Cell<u32>,

    // Only while walking.
    budget: u32,
    active: Vec<*const ()>,
    returned: Vec<Vec<(At<'a>, usize)>>,
    pending: Vec<Pending<'a>>,
    /// Stacks that the file at hand has no part in, until somebody asks for something of them.
    asleep: FxHashMap<Key, Asleep<'a>>,
    ran: FxHashSet<(*const Function, Frame)>,
    methods_ran: FxHashSet<*const Method>,
}

/// A file of the program.
#[derive(Debug)]
struct Module<'a> {
    imports: &'a Imports,
    tree: &'a Tree,
    /// For each link of it, the number of the file that it names.
    targets: &'a [Option<usize>],
    /// The scope of its outermost names.
    top: Frame,
    walked: bool,
    /// It may run code of the file that is looked at.
    reaches: bool,
}

#[derive(Debug)]
struct FrameData<'a> {
    parent: Option<Frame>,
    /// What `this` is.
    instance: Option<usize>,
    stack: usize,
    module: usize,
    names: FxHashMap<&'a str, Bound<'a>>,
}

/// What a name is bound to.
#[derive(Clone, Copy, Debug)]
enum Bound<'a> {
    Value(At<'a>),
    /// A member of a value, by destructuring.
    MemberOf(At<'a>, &'a str),
    /// What no assignment in the text changes: the variable of a loop that is walked once for each value.
    Fixed(At<'a>),
    Enum(&'a [(Name, Option<Expression>)], Frame),
    Class(usize),
    Function(&'a Function, Frame),
    /// What another file calls so.
    Import(usize, &'a str),
    /// Everything that another file shows.
    Namespace(usize),
    /// A parameter of which nothing is known, a variable of a loop.
    Opaque,
}

/// A class, as a scope declares it.
#[derive(Debug)]
struct ClassData<'a> {
    class: &'a Class,
    frame: Frame,
    /// Members of the class itself.
    fixed: FxHashMap<&'a str, At<'a>>,
    /// An instance of it, or of a class that extends it.
    instance: Option<usize>,
}

/// An instance of a class of the program.
#[derive(Debug)]
struct Instance<'a> {
    class: usize,
    /// Fields with a value, or with the one value that a method gives them; `None` with several.
    members: FxHashMap<&'a str, Option<At<'a>>>,
    stack: usize,
    /// Where it is made.
    region: usize,
    /// Where it is among the constructs.
    node: Option<usize>,
    /// The call that makes the construct of the library that it extends.
    library: Option<At<'a>>,
}

impl<'a> Scopes<'a> {
    /// Walks a program of which one file is looked at, or all.
    pub(crate) fn of(tree: &'a Tree, imports: &'a Imports, program: &'a Program, arena: &'a Arena) -> Scopes<'a> {
        // The same in each state: what is kept tells values apart by their places.
        static NOWHERE: LazyLock<BlockId> = LazyLock::new(BlockId::fresh);
        let nowhere = Span::new(*NOWHERE, TextRange::default());
        let undefined = arena.add(Expression { span: nowhere, kind: Kind::Undefined, broken: false });
        let mut scopes = Scopes {
            arena,
            program,
            modules: Vec::new(),
            frames: Vec::new(),
            classes: Vec::new(),
            instances: Vec::new(),
            stacks: vec![StackData::default()],
            nodes: Vec::new(),
            regions: vec![Region { parent: 0, decider: None }],
            news: Vec::new(),
            calls: Vec::new(),
            assignments: Vec::new(),
            supers: Vec::new(),
            cut: FxHashSet::default(),
            objects: FxHashMap::default(),
            made: FxHashMap::default(),
            returns: FxHashMap::default(),
            elsewhere: RefCell::default(),
            computed: RefCell::default(),
            paths: RefCell::default(),
            is_walked: false,
            names: RefCell::default(),
            undefined,
            focus: 0,
            nesting: Cell::new(0),
            budget: BUDGET,
            active: Vec::new(),
            returned: Vec::new(),
            pending: Vec::new(),
            asleep: FxHashMap::default(),
            ran: FxHashSet::default(),
            methods_ran: FxHashSet::default(),
        };
        let own = (tree, imports, &program.targets[..], true);
        let others = program.files.iter();
        let others = others.map(|it| (&*it.module.tree, &*it.module.imports, &it.targets[..], it.reaches));
        let settings = program.settings.iter().map(|it| (&*it.tree, &*it.imports, &[][..], false));
        for (tree, imports, targets, reaches) in std::iter::once(own).chain(others).chain(settings) {
            let top = scopes.top_frame();
            scopes.modules.push(Module { imports, tree, targets, top, walked: false, reaches });
        }
        for entry in &program.entries {
            scopes.walk_module(*entry);
        }
        scopes.walk_module(0);
        scopes.walk_the_rest();
        scopes.is_walked = true;
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

    /// The expression that the one at `at` gets its value from, if it is a name for it or is computed.
    pub(crate) fn step(&self, at: At<'a>) -> Option<At<'a>> {
        let part = |expression| At { expression, ..at };
        match &at.expression.kind {
            Kind::Elsewhere(index) => self.elsewhere.borrow().get(*index).copied(),
            Kind::Identifier(name) => {
                let (bound, frame) = self.lookup_in(name, at.frame)?;
                match bound {
                    Bound::Value(value) if !self.is_reassigned(name, value, frame) => Some(value),
                    Bound::Fixed(value) => Some(value),
                    Bound::MemberOf(object, key) if !self.module(frame).effects().assigned.contains(name.as_str()) => {
                        self.entry(object, key)
                    }
                    _ => None,
                }
            }
            Kind::Call(_) => match self.returns.get(&at.key()) {
                Some(value) => *value,
                None => self.computed(at),
            },
            Kind::Member { object, property, optional } => {
                if let Some(value) = self.returns.get(&at.key()) {
                    return *value;
                }
                let object = part(object);
                match self.within(|| self.follow(object))?.expression.kind {
                    Kind::Undefined | Kind::Null if *optional => Some(part(self.undefined)),
                    _ => self.entry(object, &property.text).or_else(|| self.computed(at)),
                }
            }
            Kind::Index { object, index } => {
                let index = self.within(|| self.follow(part(index)))?;
                match &index.expression.kind {
                    Kind::Text(key) => self.entry(part(object), key),
                    Kind::Number(number) => {
                        let Some(items) = self.items(part(object)) else { return self.entry(part(object), number) };
                        let index = number.parse::<usize>().ok()?;
                        Some(items.get(index).copied().unwrap_or(part(self.undefined)))
                    }
                    _ => None,
                }
            }
            Kind::Ternary { test, then, otherwise } => {
                let holds = self.within(|| self.truth(part(test)))??;
                Some(part(if holds { then } else { otherwise }))
            }
            Kind::Or { left, right, nullish } => {
                let left = part(left);
                let skips = self.within(|| match nullish {
                    true => self.is_nothing(left),
                    false => self.truth(left).map(|it| !it),
                })??;
                Some(if skips { part(right) } else { left })
            }
            Kind::And { left, right } => {
                let left = part(left);
                let holds = self.within(|| self.truth(left))??;
                Some(if holds { part(right) } else { left })
            }
            Kind::Template(_)
            | Kind::Plus { .. }
            | Kind::Arithmetic { .. }
            | Kind::Negative(_)
            | Kind::Not(_)
            | Kind::Compare { .. } => self.computed(at),
            _ => None,
        }
    }

    /// Runs `ask` one level deeper, unless that is too deep already.
    fn within<T>(&self, ask: impl FnOnce() -> T) -> Option<T> {
        if self.nesting.get() >= MAX_NESTING {
            return None;
        }
        self.nesting.set(self.nesting.get() + 1);
        let answer = ask();
        self.nesting.set(self.nesting.get() - 1);
        Some(answer)
    }

    fn module(&self, frame: Frame) -> &Module<'a> {
        &self.modules[self.frames[frame].module]
    }

    fn is_reassigned(&self, name: &str, value: At<'a>, frame: Frame) -> bool {
        let effects = self.module(frame).effects();
        effects.assigned.contains(name)
            || (effects.changed.contains(name) && matches!(value.expression.kind, Kind::Object(_) | Kind::Array(_)))
    }

    /// The value of `key` in `object`, where `object` is a literal, an enum, a class, or an instance of one.
    fn entry(&self, object: At<'a>, key: &str) -> Option<At<'a>> {
        let value = self.entry_as_made(object, key)?;
        // What is put into it later is not followed.
        let is_changed = |frame| self.module(frame).effects().changed.contains(key);
        let is_container = matches!(value.expression.kind, Kind::Array(_) | Kind::Object(_));
        (!is_container || !(is_changed(object.frame) || is_changed(value.frame))).then_some(value)
    }

    /// The value that `key` in `object` begins with.
    fn entry_as_made(&self, object: At<'a>, key: &str) -> Option<At<'a>> {
        if let Kind::Identifier(name) = &object.expression.kind
            && let Some((bound, frame)) = self.lookup_in(name, object.frame)
        {
            match bound {
                Bound::Value(_) | Bound::Fixed(_) | Bound::MemberOf(..)
                    if self.module(frame).effects().changed.contains(name.as_str())
                        && self.instance_at(object).is_none() =>
                {
                    return None;
                }
                _ => (),
            }
        }
        let object = self.within(|| self.follow(object))?;
        match &object.expression.kind {
            Kind::Identifier(name) => match self.lookup(name, object.frame)? {
                Bound::Enum(members, frame) => self.member_of_enum_at(members, key, frame, object),
                // What is assigned to it later is not followed.
                Bound::Class(_) if self.modules.iter().any(|it| it.effects().changed.contains(name.as_str())) => None,
                Bound::Class(class) => self.fixed_member(class, key),
                Bound::Namespace(module) => match self.exported(module, key) {
                    Some((Bound::Value(value), frame)) if !self.is_reassigned(key, value, frame) => Some(value),
                    Some((_, frame)) => {
                        let name =
                            Expression { span: object.span(), kind: Kind::Identifier(key.into()), broken: false };
                        Some(At { expression: self.arena.add(name), frame })
                    }
                    // All of a JSON file.
                    None => match self.exported(module, "default")? {
                        (Bound::Value(value), _) => self.within(|| self.entry(value, key))?,
                        _ => None,
                    },
                },
                _ => None,
            },
            Kind::This | Kind::New(_) => {
                let instance = self.instance_at(object)?;
                *self.instances[instance].members.get(key)?
            }
            Kind::Object(members) => self.within(|| self.member_of_object(members, object, key))?,
            _ => None,
        }
    }

    fn member_of_object(&self, members: &'a [Member], object: At<'a>, key: &str) -> Option<At<'a>> {
        // From the last: what comes later wins, and a spread may bring anything.
        for member in members.iter().rev() {
            match member {
                Member::Pair { key: name, value } if name.text == key => {
                    return Some(At { expression: value, frame: object.frame });
                }
                Member::Pair { .. } => (),
                Member::Computed { key: name, value } => {
                    if self.key_text(At { expression: name, frame: object.frame })? == key {
                        return Some(At { expression: value, frame: object.frame });
                    }
                }
                Member::Spread(other) => {
                    let other = self.follow(At { expression: other, frame: object.frame });
                    match &other.expression.kind {
                        Kind::Object(members) => {
                            let found = self.within(|| self.member_of_object(members, other, key))??;
                            if !matches!(found.expression.kind, Kind::Undefined) {
                                return Some(found);
                            }
                        }
                        Kind::Undefined | Kind::Null | Kind::Bool(_) | Kind::Number(_) => (),
                        _ => return None,
                    }
                }
                Member::Opaque { .. } => return None,
            }
        }
        // What is being typed may bring it.
        (!object.expression.broken).then_some(At { expression: self.undefined, frame: object.frame })
    }

    /// The value of a member of an enum: a number, where it has none of its own.
    fn member_of_enum_at(
        &self,
        members: &'a [(Name, Option<Expression>)],
        key: &str,
        frame: Frame,
        at: At<'a>,
    ) -> Option<At<'a>> {
        let index = members.iter().position(|(name, _)| name.text == key)?;
        if let Some(expression) = &members[index].1 {
            return Some(At { expression, frame });
        }
        // It counts on from the last one that has a value.
        let before = members[..index].iter().rposition(|(_, value)| value.is_some());
        let number = match before {
            None => index.to_string(),
            Some(before) => {
                let start = self.follow(At { expression: members[before].1.as_ref()?, frame });
                let Kind::Number(start) = &start.expression.kind else { return None };
                (start.parse::<i64>().ok()?.checked_add(i64::try_from(index - before).ok()?)?).to_string()
            }
        };
        Some(self.invent(Kind::Number(number.into()), at))
    }

    /// The text that the value at `at` certainly is.
    fn text(&self, at: At<'a>) -> Option<&'a str> {
        match &self.follow(at).expression.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    fn fixed_member(&self, class: usize, key: &str) -> Option<At<'a>> {
        let mut class = Some(class);
        for _ in 0..16 {
            let data = &self.classes[class?];
            if let Some(value) = data.fixed.get(key) {
                return Some(*value);
            }
            class = self.base_class(class?);
        }
        None
    }

    /// The class of the program that a class extends.
    fn base_class(&self, class: usize) -> Option<usize> {
        let data = &self.classes[class];
        let expression = data.class.head.base.as_ref()?;
        self.class_at(At { expression, frame: data.frame })
    }

    /// The class of the program that an expression names.
    fn class_at(&self, at: At<'a>) -> Option<usize> {
        let at = self.follow(at);
        match &at.expression.kind {
            Kind::Identifier(name) => match self.lookup(name, at.frame)? {
                Bound::Class(class) => Some(class),
                _ => None,
            },
            _ => None,
        }
    }

    /// The instance of a class of the program that the value at `at` is.
    fn instance_at(&self, at: At<'a>) -> Option<usize> {
        let at = self.follow(at);
        match &at.expression.kind {
            Kind::This => self.instance_of(at.frame),
            Kind::New(_) => self.objects.get(&at.key()).copied(),
            _ => None,
        }
    }

    /// The instance that is `this` in `frame`.
    fn instance_of(&self, frame: Frame) -> Option<usize> {
        let mut frame = Some(frame);
        while let Some(it) = frame {
            if let Some(instance) = self.frames[it].instance {
                return Some(instance);
            }
            frame = self.frames[it].parent;
        }
        None
    }

    fn lookup(&self, name: &str, frame: Frame) -> Option<Bound<'a>> {
        self.lookup_in(name, frame).map(|it| it.0)
    }

    /// What `name` is bound to in `frame` or around it, imports aside, and the scope that binds it.
    fn lookup_in(&self, name: &str, frame: Frame) -> Option<(Bound<'a>, Frame)> {
        let mut frame = Some(frame);
        while let Some(it) = frame {
            let data = &self.frames[it];
            match data.names.get(name) {
                Some(Bound::Import(module, name)) => return self.within(|| self.exported(*module, name))?,
                Some(bound) => return Some((*bound, it)),
                None => frame = data.parent,
            }
        }
        None
    }

    /// What a file calls `name`, and the scope that binds it.
    fn exported(&self, module: usize, name: &str) -> Option<(Bound<'a>, Frame)> {
        let data = &self.modules[module];
        match self.frames[data.top].names.get(name) {
            Some(Bound::Import(module, name)) => self.within(|| self.exported(*module, name))?,
            Some(bound) => Some((*bound, data.top)),
            // Everything but that is passed on.
            None if name == "default" => None,
            None => data.links().find_map(|(link, target)| match (&link.names, target) {
                (Names::Everything, Some(target)) => self.within(|| self.exported(target, name))?,
                _ => None,
            }),
        }
    }

    /// The part of the library that an expression names: `aws-s3.Bucket`, `aws-s3.BucketEncryption.KMS`.
    pub(crate) fn path(&self, at: At<'a>) -> Option<SmolStr> {
        // What is deep in another question may be cut short.
        if !matches!(at.expression.kind, Kind::Member { .. }) || !self.is_walked || self.nesting.get() > 0 {
            return self.path_within(at, MAX_STEPS);
        }
        if let Some(path) = self.paths.borrow().get(&at.key()) {
            return path.clone();
        }
        let path = self.path_within(at, MAX_STEPS);
        self.paths.borrow_mut().insert(at.key(), path.clone());
        path
    }

    fn path_within(&self, at: At<'a>, steps: u32) -> Option<SmolStr> {
        let steps = steps.checked_sub(1)?;
        let imports = self.module(at.frame).imports;
        match &at.expression.kind {
            Kind::Identifier(name) => match self.lookup_in(name, at.frame) {
                // A `require` binds a name too; the imports know what it stands for.
                Some((Bound::Value(value) | Bound::Fixed(value), frame)) => match imports.get(name) {
                    Some(path) if matches!(value.expression.kind, Kind::Call(_)) => Some(path.clone()),
                    _ if self.module(frame).effects().assigned.contains(name.as_str()) => None,
                    _ => self.path_within(value, steps),
                },
                Some((Bound::MemberOf(object, key), _)) => match imports.get(name) {
                    Some(path) if matches!(object.expression.kind, Kind::Call(_)) => Some(path.clone()),
                    _ => match self.path_within(object, steps) {
                        Some(path) => Some(imports::member(&path, key)),
                        None => self.path_within(self.entry(object, key)?, steps),
                    },
                },
                Some(_) => None,
                None => imports.get(name).cloned(),
            },
            Kind::Member { object, property, .. } => match self.path_within(At { expression: object, ..at }, steps) {
                Some(object) => Some(imports::member(&object, &property.text)),
                None => self.path_within(self.step(at)?, steps),
            },
            Kind::Elsewhere(_) | Kind::Index { .. } | Kind::Ternary { .. } | Kind::Or { .. } => {
                self.path_within(self.step(at)?, steps)
            }
            // Of a function that was followed; one of the library itself names nothing.
            Kind::Call(_) => self.path_within(self.returns.get(&at.key()).copied().flatten()?, steps),
            _ => None,
        }
    }

    /// An expression for the value at `at`, usable in any scope.
    pub(crate) fn refer(&self, at: At<'a>) -> Expression {
        let mut elsewhere = self.elsewhere.borrow_mut();
        elsewhere.push(at);
        Expression { span: at.span(), kind: Kind::Elsewhere(elsewhere.len() - 1), broken: false }
    }

    /// Adds an expression of this kind, as if it stood in the place of the one at `at`.
    pub(crate) fn invent(&self, kind: Kind, at: At<'a>) -> At<'a> {
        At { expression: self.arena.add(Expression { span: at.span(), kind, broken: false }), frame: at.frame }
    }

    /// The items of the array that the value at `at` is, when all are known.
    pub(crate) fn items(&self, at: At<'a>) -> Option<Vec<At<'a>>> {
        const MAX_ITEMS: usize = 200;
        if let Kind::Identifier(name) = &at.expression.kind
            && let Some((Bound::Value(_) | Bound::MemberOf(..), frame)) = self.lookup_in(name, at.frame)
            && self.module(frame).effects().changed.contains(name.as_str())
        {
            return None;
        }
        let at = self.follow(at);
        let Kind::Array(elements) = &at.expression.kind else { return None };
        let mut items = Vec::new();
        for element in elements {
            match element {
                Element::Item(expression) => items.push(At { expression, ..at }),
                Element::Spread(expression) => {
                    items.extend(self.within(|| self.items(At { expression, ..at }))??);
                }
            }
        }
        (items.len() <= MAX_ITEMS && !at.expression.broken).then_some(items)
    }
}

impl<'a> Module<'a> {
    fn effects(&self) -> &'a AllEffects {
        &self.tree.effects
    }

    /// Its links, with the numbers of the files that they name.
    fn links(&self) -> impl Iterator<Item = (&'a Link, Option<usize>)> + use<'a> {
        self.tree.links.iter().zip(self.targets.iter().copied().chain(std::iter::repeat(None)))
    }
}

impl At<'_> {
    pub(crate) fn span(self) -> Span {
        self.expression.span
    }

    pub(crate) fn key(self) -> Key {
        (std::ptr::from_ref(self.expression), self.frame)
    }
}
