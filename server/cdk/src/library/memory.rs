//! What the tables said of the constructs of the last state of a program.
//!
//! A construct whose props say the same as before is given the same resources, and most keystrokes change one construct.
//! What props say is told by a transcript: everything in their text and in whatever that names, with its places. Where
//! the transcript is the same, so is the answer; of what has none, the tables are asked again.

use super::{Class, Made, apply};
use crate::ast::{Element, Expression, Kind, Member, TemplatePart};
use crate::imports::Imports;
use crate::links::Link;
use crate::lower::Lowering;
use crate::program::Program;
use crate::scope::At;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Values nested deeper than this have no transcript.
const MAX_DEPTH: u32 = 64;

/// A transcript is no longer than this, in bytes.
const MAX_LENGTH: usize = 64 * 1024;

/// What is kept from one state of a program to the next.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// What names stand for in every value: with other imports or other files everything is asked again.
    imports: Imports,
    links: Vec<Link>,
    program: Arc<Program>,
    before: RefCell<FxHashMap<Transcript, Vec<Made>>>,
    now: RefCell<FxHashMap<Transcript, Vec<Made>>>,
}

impl Memory {
    /// Begins a state of the program; what the last one did not ask for is forgotten.
    pub(crate) fn begin(&mut self, imports: &Imports, links: &[Link], program: &Arc<Program>) {
        self.before.swap(&self.now);
        self.now.get_mut().clear();
        if !self.imports.names_the_same(imports) || self.links != links || !self.program.is(program) {
            self.before.get_mut().clear();
            self.imports = imports.clone();
            self.links = links.to_vec();
        }
        self.program = Arc::clone(program);
    }

    fn recall(&self, transcript: &Transcript) -> Option<Vec<Made>> {
        let mut now = self.now.borrow_mut();
        if let Some(made) = now.get(transcript) {
            return Some(made.clone());
        }
        let (transcript, made) = self.before.borrow_mut().remove_entry(transcript)?;
        Some(now.entry(transcript).or_insert(made).clone())
    }
}

/// What the table of its class says of the construct at `index`: its resources, its own one first.
pub(crate) fn lower(lowering: &Lowering<'_>, index: usize, class: &'static Class) -> Vec<Made> {
    let Some(memory) = lowering.memory else { return apply::lower(lowering, index, class) };
    let mut writer = Writer { lowering, stack: lowering.constructs[index].place.stack, out: Transcript::default() };
    if writer.construct(index, 0).is_none() {
        return apply::lower(lowering, index, class);
    }
    let methods = lowering.methods.get(&index);
    methods.into_iter().flatten().for_each(|it| it.text.hash(&mut writer.out));
    let transcript = writer.out;
    memory.recall(&transcript).unwrap_or_else(|| {
        let made = apply::lower(lowering, index, class);
        // What came when too much was asked already says nothing of the next time.
        if lowering.spend() {
            memory.now.borrow_mut().insert(transcript, made.clone());
        }
        made
    })
}

/// Everything that decides what the tables say, byte by byte.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Transcript {
    bytes: Vec<u8>,
}

impl Hasher for Transcript {
    fn write(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Nothing is to be found by it: the transcript is compared as a whole.
    fn finish(&self) -> u64 {
        0
    }
}

struct Writer<'l, 'a> {
    lowering: &'l Lowering<'a>,
    stack: usize,
    out: Transcript,
}

impl<'a> Writer<'_, 'a> {
    fn write(&mut self, what: impl Hash) {
        what.hash(&mut self.out);
    }

    fn construct(&mut self, index: usize, depth: u32) -> Option<()> {
        let lowering = self.lowering;
        let construct = &lowering.constructs[index];
        if !construct.parts.is_empty() {
            return None;
        }
        // What is in another stack is spoken of in other ways.
        if construct.place.stack != self.stack {
            self.write((self.stack, lowering.imports(construct.place.stack, self.stack)));
        }
        self.write((construct.place.at.span(), &construct.class, &construct.key, construct.id.span));
        self.write((
            construct.place.stack,
            construct.doubtful,
            construct.resource.is_some(),
            construct.props.is_some(),
        ));
        match construct.props {
            Some(props) => self.value(props, depth),
            None => Some(()),
        }
    }

    fn value(&mut self, at: At<'a>, depth: u32) -> Option<()> {
        if depth > MAX_DEPTH || self.out.bytes.len() > MAX_LENGTH || at.expression.broken {
            return None;
        }
        let (scopes, frame, depth) = (&self.lowering.scopes, at.frame, depth + 1);
        let kind = &at.expression.kind;
        self.write((at.span(), scopes.module_of(frame), std::mem::discriminant(kind)));
        if let Kind::Identifier(name) = kind {
            self.write((name, scopes.is_changed(name, frame)));
        }
        let next = scopes.step(at);
        self.write(next.is_some());
        if let Some(next) = next {
            self.value(next, depth)?;
            // Of a condition the parts are asked too.
            return match kind {
                Kind::Identifier(_) | Kind::Member { .. } | Kind::Index { .. } | Kind::Call(_) | Kind::Elsewhere(_) => {
                    Some(())
                }
                _ => self.content(at, depth),
            };
        }
        self.content(at, depth)
    }

    /// What is written of an expression that is no name for another one.
    fn content(&mut self, at: At<'a>, depth: u32) -> Option<()> {
        let (lowering, frame) = (self.lowering, at.frame);
        match &at.expression.kind {
            Kind::Text(text) | Kind::Number(text) => self.write(text),
            Kind::Bool(it) => self.write(it),
            Kind::Null | Kind::Undefined => (),
            Kind::Template(parts) => {
                self.write(parts.len());
                for part in parts {
                    match part {
                        TemplatePart::Text(name) => self.write((true, name.span, &name.text)),
                        TemplatePart::Value(value) => {
                            self.write(false);
                            self.value(At { expression: value, frame }, depth)?;
                        }
                    }
                }
            }
            Kind::Array(elements) => self.elements(elements, at, depth)?,
            Kind::Object(members) => {
                self.write(members.len());
                for member in members {
                    self.write(std::mem::discriminant(member));
                    match member {
                        Member::Pair { key, value } => {
                            self.write((key.span, &key.text));
                            self.value(At { expression: value, frame }, depth)?;
                        }
                        Member::Computed { key, value } => {
                            self.value(At { expression: key, frame }, depth)?;
                            self.value(At { expression: value, frame }, depth)?;
                        }
                        Member::Spread(value) => self.value(At { expression: value, frame }, depth)?,
                        Member::Opaque { .. } => return None,
                    }
                }
            }
            Kind::Identifier(name) => {
                let path = lowering.scopes.path(at);
                if path.is_none() && !lowering.scopes.is_unbound(name, frame) {
                    return None;
                }
                self.write(path);
            }
            Kind::Member { object, property, optional } => {
                let path = lowering.scopes.path(at);
                let is_of_library = path.is_some();
                self.write((path, property.span, &property.text, optional));
                if !is_of_library {
                    self.value(At { expression: object, frame }, depth)?;
                }
            }
            Kind::New(new) => match lowering.construct_at(at) {
                Some(index) => self.construct(index, depth)?,
                None => self.made(&new.class, &new.arguments, at, depth)?,
            },
            Kind::Call(call) => {
                if lowering.construct_at(at).is_some() || lowering.scopes.is_followed(at) {
                    return None;
                }
                match &call.callee.kind {
                    Kind::Member { object, property, .. }
                        if lowering.scopes.path(At { expression: &call.callee, frame }).is_none() =>
                    {
                        self.write((property.span, &property.text));
                        self.value(At { expression: object, frame }, depth)?;
                        self.elements(&call.arguments, at, depth)?;
                    }
                    _ => self.made(&call.callee, &call.arguments, at, depth)?,
                }
            }
            // Functions, and what the program does besides.
            Kind::This | Kind::Function(_) | Kind::Assign { .. } | Kind::Opaque(_) | Kind::Elsewhere(_) => return None,
            Kind::Compare { operator, .. } => {
                self.write(std::mem::discriminant(operator));
                self.children(at, depth)?;
            }
            Kind::Arithmetic { operator, .. } => {
                self.write(std::mem::discriminant(operator));
                self.children(at, depth)?;
            }
            Kind::Or { nullish, .. } => {
                self.write(nullish);
                self.children(at, depth)?;
            }
            Kind::Index { .. }
            | Kind::Ternary { .. }
            | Kind::And { .. }
            | Kind::Plus { .. }
            | Kind::Negative(_)
            | Kind::Not(_) => self.children(at, depth)?,
        }
        Some(())
    }

    /// What `of`, something of the library, makes of `arguments`.
    fn made(&mut self, of: &'a Expression, arguments: &'a [Element], at: At<'a>, depth: u32) -> Option<()> {
        let path = self.lowering.scopes.path(At { expression: of, frame: at.frame })?;
        // Statements of policies are taken note of when they are read, and calls add to them.
        if path.starts_with("aws-iam.") {
            return None;
        }
        self.write(path);
        self.elements(arguments, at, depth)
    }

    fn elements(&mut self, elements: &'a [Element], at: At<'a>, depth: u32) -> Option<()> {
        self.write(elements.len());
        for element in elements {
            let (Element::Item(expression) | Element::Spread(expression)) = element;
            self.write(std::mem::discriminant(element));
            self.value(At { expression, frame: at.frame }, depth)?;
        }
        Some(())
    }

    fn children(&mut self, at: At<'a>, depth: u32) -> Option<()> {
        let mut children = Vec::new();
        at.expression.children(&mut |it| children.push(it));
        children.into_iter().try_for_each(|expression| self.value(At { expression, frame: at.frame }, depth))
    }
}
