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
    /// `if`.
    If { test: Expression, then: Body, otherwise: Option<Body> },
    /// `for (const item of items)`.
    ForOf { item: Pattern, items: Expression, body: Body },
    /// `for (let i = 0; i < 3; i++)`.
    Count(Box<Count>),
    /// Statements that run under a condition, many times, or not at all; and the expressions that decide it.
    Sometimes { bindings: Vec<Name>, deciders: Vec<Expression>, bodies: Vec<Body> },
    /// `throw`: a program that is deployed does not come here.
    Throw(Option<Expression>),
    /// `break`, `continue`.
    Jump,
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

/// A loop over numbers.
#[derive(Debug)]
pub(crate) struct Count {
    pub(crate) name: Name,
    pub(crate) from: Expression,
    /// It goes on as long as the name is less than this; or equal.
    pub(crate) until: Expression,
    pub(crate) inclusive: bool,
    pub(crate) body: Body,
}

/// What a declaration or a parameter binds.
#[derive(Debug)]
pub(crate) enum Pattern {
    Name(Name),
    /// `{ key: local = default, ...rest }`.
    Object(Vec<Slot>, Option<Name>),
    /// `[first, , third]`.
    Array(Vec<Option<Slot>>),
    /// Names that are bound to something which is not followed.
    Opaque(Vec<Name>),
}

/// One place of a pattern.
#[derive(Debug)]
pub(crate) struct Slot {
    /// The key; empty in an array.
    pub(crate) key: SmolStr,
    pub(crate) pattern: Pattern,
    /// What is bound where nothing is there.
    pub(crate) default: Option<Expression>,
}

/// A parameter of a function.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) pattern: Pattern,
    pub(crate) default: Option<Expression>,
    /// `...rest`.
    pub(crate) rest: bool,
    /// `private readonly name`: it is a field too.
    pub(crate) field: bool,
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
    /// It belongs to the class itself.
    pub(crate) fixed: bool,
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
    pub(crate) parameters: Arc<[Parameter]>,
    pub(crate) role: Role,
    /// It belongs to the class itself.
    pub(crate) fixed: bool,
}

/// What a method is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Constructor,
    Method,
    Getter,
    Setter,
}

/// A function's parameters and body.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) parameters: Arc<[Parameter]>,
    pub(crate) body: Body,
}

/// What a piece of code changes after it was declared, and which classes it uses.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    /// Names that are assigned again.
    pub(crate) assigned: Vec<SmolStr>,
    /// Names of which a member is assigned, or which a call may change.
    pub(crate) changed: Vec<SmolStr>,
    /// Names of classes of which an instance is made, or another class.
    pub(crate) made: Vec<SmolStr>,
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
    /// `left && right`.
    And {
        left: Box<Expression>,
        right: Box<Expression>,
    },
    /// `left === right` and its like.
    Compare {
        operator: Operator,
        left: Box<Expression>,
        right: Box<Expression>,
    },
    /// `left + right`.
    Plus {
        left: Box<Expression>,
        right: Box<Expression>,
    },
    /// `left - right` and its like.
    Arithmetic {
        operator: Arithmetic,
        left: Box<Expression>,
        right: Box<Expression>,
    },
    /// `-operand`.
    Negative(Box<Expression>),
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
    /// Another expression, in a scope of its own: what the program puts together while it runs.
    Elsewhere(usize),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// How two numbers make a third. A sum is [`Kind::Plus`]: of texts it is something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Minus,
    Times,
    Divide,
    Remainder,
    Power,
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
    /// `[key]: value`.
    Computed {
        key: Expression,
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

    /// The name at the very left of `a.b.c`.
    pub(crate) fn root_name(&self) -> Option<&SmolStr> {
        let mut expression = self;
        loop {
            match &expression.kind {
                Kind::Identifier(name) => return Some(name),
                Kind::Member { object, .. } | Kind::Index { object, .. } => expression = object,
                _ => return None,
            }
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
                        Member::Computed { key, value } => {
                            visit(key);
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
            Kind::Or { left, right, .. }
            | Kind::And { left, right }
            | Kind::Compare { left, right, .. }
            | Kind::Arithmetic { left, right, .. }
            | Kind::Plus { left, right } => {
                [left, right].into_iter().for_each(|it| visit(it));
            }
            Kind::Not(it) | Kind::Negative(it) => visit(it),
            Kind::Assign { target, value } => [target, value].into_iter().for_each(|it| visit(it)),
            Kind::Opaque(items) => items.iter().for_each(visit),
            Kind::Text(_)
            | Kind::Number(_)
            | Kind::Bool(_)
            | Kind::Null
            | Kind::Undefined
            | Kind::Identifier(_)
            | Kind::This
            | Kind::Elsewhere(_)
            | Kind::Function(_) => (),
        }
    }
}
