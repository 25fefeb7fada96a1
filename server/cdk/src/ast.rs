//! What a program says, as far as infrastructure is concerned.
//!
//! A tree of its own, because lowering goes from a use to its definition and back again and again: here that is a
//! match on an enum, and a statement whose text did not change keeps its tree from one keystroke to the next.

use model::{Name, SmolStr, Span};
use std::sync::Arc;

/// A list of statements that form one scope.
pub(crate) type Body = Vec<Arc<Statement>>;

/// A statement.
#[derive(Debug)]
pub(crate) enum Statement {
    /// `const`, `let`, `var`.
    Declare(Vec<Declarator>),
    /// An expression for its effect.
    Expression(Expression),
    /// `return`.
    Return(Option<Expression>),
    /// `{ ... }`, and what has a scope of its own and always runs.
    Block(Body),
    /// Statements that run under a condition, many times, or not at all; and the expressions that decide it.
    Sometimes { bindings: Vec<Name>, deciders: Vec<Expression>, bodies: Vec<Body> },
    /// A named function.
    Function(Name, Function),
    /// A class.
    Class(Class),
    /// An enum: its name and members.
    Enum(Name, Vec<(Name, Option<Expression>)>),
    /// Types, imports and whatever else makes nothing.
    Nothing,
}

/// One `name = value` of a declaration.
#[derive(Debug)]
pub(crate) struct Declarator {
    pub(crate) pattern: Pattern,
    pub(crate) value: Option<Expression>,
}

/// What a declaration binds.
#[derive(Debug)]
pub(crate) enum Pattern {
    Name(Name),
    /// `{ key: local }`.
    Object(Vec<(Name, Name)>),
    /// Names that are bound to something which is not followed.
    Opaque(Vec<Name>),
}

/// A class.
#[derive(Debug)]
pub(crate) struct Class {
    pub(crate) head: Arc<ClassHead>,
    pub(crate) fields: Vec<Arc<Field>>,
    pub(crate) methods: Vec<Method>,
}

/// `class Name extends Base`.
#[derive(Debug)]
pub(crate) struct ClassHead {
    pub(crate) name: Option<Name>,
    pub(crate) base: Option<Expression>,
}

/// A field of a class.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: Name,
    pub(crate) value: Option<Expression>,
}

/// A method, an accessor or the constructor of a class.
#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) head: Arc<MethodHead>,
    pub(crate) body: Body,
}

/// `name(parameters)`.
#[derive(Debug)]
pub(crate) struct MethodHead {
    pub(crate) name: SmolStr,
    pub(crate) parameters: Vec<Name>,
}

/// A function's parameters and body.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) parameters: Vec<Name>,
    pub(crate) body: Body,
}

/// An expression and its place. Parentheses, casts and `!` are not in the tree.
#[derive(Debug)]
pub(crate) struct Expression {
    pub(crate) span: Span,
    pub(crate) kind: Kind,
    /// A piece of it does not parse.
    pub(crate) broken: bool,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Text(SmolStr),
    Number(SmolStr),
    Bool(bool),
    Null,
    Undefined,
    /// A template string.
    Template(Vec<TemplatePart>),
    Array(Vec<Element>),
    Object(Vec<Member>),
    Identifier(SmolStr),
    This,
    /// `object.property`; `optional` with `?.`.
    Member {
        object: Box<Expression>,
        property: Name,
        optional: bool,
    },
    Index {
        object: Box<Expression>,
        index: Box<Expression>,
    },
    Call(Box<CallExpression>),
    New(Box<NewExpression>),
    /// `test ? then : otherwise`.
    Ternary {
        test: Box<Expression>,
        then: Box<Expression>,
        otherwise: Box<Expression>,
    },
    /// `left ?? right`, `left || right`.
    Or {
        left: Box<Expression>,
        right: Box<Expression>,
        nullish: bool,
    },
    /// `left + right`.
    Plus {
        left: Box<Expression>,
        right: Box<Expression>,
    },
    /// `!operand`.
    Not(Box<Expression>),
    Function(Box<Function>),
    /// `target = value`.
    Assign {
        target: Box<Expression>,
        value: Box<Expression>,
    },
    /// What is not followed, with the expressions in it.
    Opaque(Vec<Expression>),
}

#[derive(Debug)]
pub(crate) enum TemplatePart {
    Text(Name),
    Value(Expression),
}

/// An item of an array or an argument of a call.
#[derive(Debug)]
pub(crate) enum Element {
    Item(Expression),
    Spread(Expression),
}

/// A member of an object.
#[derive(Debug)]
pub(crate) enum Member {
    Pair {
        key: Name,
        value: Expression,
    },
    Spread(Expression),
    /// A method, or a member whose name is computed.
    Opaque {
        value: Option<Expression>,
    },
}

#[derive(Debug)]
pub(crate) struct CallExpression {
    pub(crate) callee: Expression,
    pub(crate) arguments: Vec<Element>,
}

#[derive(Debug)]
pub(crate) struct NewExpression {
    pub(crate) class: Expression,
    pub(crate) arguments: Vec<Element>,
    /// True when it has the shape of a construct: a scope, an id and perhaps props.
    pub(crate) construct: bool,
}

impl Expression {
    /// The argument at `index`, unless a spread before it makes that uncertain.
    pub(crate) fn argument(arguments: &[Element], index: usize) -> Option<&Expression> {
        if arguments.iter().take(index + 1).any(|it| matches!(it, Element::Spread(_))) {
            return None;
        }
        match arguments.get(index)? {
            Element::Item(it) => Some(it),
            Element::Spread(_) => None,
        }
    }

    /// Calls `visit` with each expression directly in this one. Bodies of functions are not entered.
    pub(crate) fn children<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        fn elements<'a>(elements: &'a [Element], visit: &mut dyn FnMut(&'a Expression)) {
            for it in elements {
                match it {
                    Element::Item(it) | Element::Spread(it) => visit(it),
                }
            }
        }
        match &self.kind {
            Kind::Template(parts) => {
                for part in parts {
                    if let TemplatePart::Value(it) = part {
                        visit(it);
                    }
                }
            }
            Kind::Array(items) => elements(items, visit),
            Kind::Object(members) => {
                for member in members {
                    match member {
                        Member::Pair { value, .. } | Member::Spread(value) | Member::Opaque { value: Some(value) } => {
                            visit(value);
                        }
                        Member::Opaque { value: None } => (),
                    }
                }
            }
            Kind::Member { object, .. } => visit(object),
            Kind::Index { object, index } => [object, index].into_iter().for_each(|it| visit(it)),
            Kind::Call(call) => {
                visit(&call.callee);
                elements(&call.arguments, visit);
            }
            Kind::New(new) => {
                visit(&new.class);
                elements(&new.arguments, visit);
            }
            Kind::Ternary { test, then, otherwise } => [test, then, otherwise].into_iter().for_each(|it| visit(it)),
            Kind::Or { left, right, .. } | Kind::Plus { left, right } => {
                [left, right].into_iter().for_each(|it| visit(it));
            }
            Kind::Not(it) => visit(it),
            Kind::Assign { target, value } => [target, value].into_iter().for_each(|it| visit(it)),
            Kind::Opaque(items) => items.iter().for_each(visit),
            Kind::Text(_)
            | Kind::Number(_)
            | Kind::Bool(_)
            | Kind::Null
            | Kind::Undefined
            | Kind::Identifier(_)
            | Kind::This
            | Kind::Function(_) => (),
        }
    }
}
