//! One piece of a file → its tree.

use super::literal::{arithmetic, is_followed, number, operator, unescape};
use crate::ast::{
    CallExpression, Class, ClassHead, Count, Declarator, Effects, Element, Expression, Field, Function, Kind, Member,
    Method, MethodHead, NewExpression, Parameter, Pattern, Role, Slot, Statement, TemplatePart,
};
use model::{BlockId, Name, SmolStr, Span};
use rustc_hash::FxHashSet;
use std::sync::Arc;
use syntax::typescript::Node;
use text::TextRange;

/// Code nested deeper than this is not followed.
const MAX_DEPTH: u32 = 150;

/// Converts one chunk.
pub(super) struct Builder<'a> {
    pub(super) text: &'a str,
    pub(super) block: BlockId,
    /// The chunk's first byte in the file.
    pub(super) start: usize,
    pub(super) constructs: FxHashSet<usize>,
    pub(super) holes: &'a [TextRange],
    pub(super) effects: Effects,
}

pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

impl Builder<'_> {
    pub(super) fn span(&self, node: Node<'_>) -> Span {
        let (start, end) = (node.start_byte().max(self.start), node.end_byte().max(self.start));
        Span::new(self.block, text::range(start - self.start, end - self.start))
    }

    /// True when something in `node` is hidden.
    fn has_hole(&self, node: Node<'_>) -> bool {
        !self.holes.is_empty() && self.holes.iter().any(|it| syntax::typescript::range(node).contains_range(*it))
    }

    pub(super) fn text_of(&self, node: Node<'_>) -> &str {
        self.text.get(node.start_byte()..node.end_byte()).unwrap_or_default()
    }

    pub(super) fn name(&self, node: Node<'_>) -> Name {
        match node.kind() {
            "string" => Name::new(self.string(node), inside(self.span(node))),
            _ => Name::new(self.text_of(node), self.span(node)),
        }
    }

    pub(super) fn empty_name(&self) -> Name {
        Name::new("", Span::new(self.block, TextRange::default()))
    }

    fn body(&mut self, node: Node<'_>, depth: u32) -> Vec<Arc<Statement>> {
        if node.kind() == "statement_block" || node.kind() == "program" {
            return self.statements(node, depth);
        }
        vec![Arc::new(self.statement(node, depth))]
    }

    fn statements(&mut self, node: Node<'_>, depth: u32) -> Vec<Arc<Statement>> {
        if depth > MAX_DEPTH {
            return Vec::new();
        }
        let children = children(node).into_iter().filter(|it| it.kind() != "comment");
        children.map(|it| Arc::new(self.statement(it, depth + 1))).collect()
    }

    pub(super) fn statement(&mut self, node: Node<'_>, depth: u32) -> Statement {
        if depth > MAX_DEPTH {
            return Statement::Nothing;
        }
        let depth = depth + 1;
        let field = |name| node.child_by_field_name(name);
        match node.kind() {
            "lexical_declaration" | "variable_declaration" => {
                let declarators = children(node).into_iter().filter(|it| it.kind() == "variable_declarator");
                let declarators = declarators
                    .map(|it| Declarator {
                        pattern: self.pattern(it.child_by_field_name("name"), depth),
                        value: it.child_by_field_name("value").map(|it| self.expression(it, depth)),
                    })
                    .collect();
                Statement::Declare(declarators)
            }
            "break_statement" | "continue_statement" => Statement::Jump,
            "throw_statement" => Statement::Throw(node.named_child(0).map(|it| self.expression(it, depth))),
            "expression_statement" => match node.named_child(0) {
                Some(it) => Statement::Expression(self.expression(it, depth)),
                None => Statement::Nothing,
            },
            "return_statement" => Statement::Return(node.named_child(0).map(|it| self.expression(it, depth))),
            "statement_block" => Statement::Block(self.statements(node, depth)),
            "export_statement" => match field("declaration") {
                Some(it) => self.statement(it, depth),
                None => Statement::Nothing,
            },
            "if_statement" => {
                let test = field("condition").map(|it| self.expression(it, depth));
                let then = field("consequence").map(|it| self.branch(it, depth)).unwrap_or_default();
                let otherwise = field("alternative").map(|it| self.branch(it, depth));
                match test {
                    Some(test) => Statement::If { test, then, otherwise },
                    None => {
                        let bodies = [Some(then), otherwise].into_iter().flatten().collect();
                        Statement::Sometimes { bindings: Vec::new(), deciders: Vec::new(), bodies }
                    }
                }
            }
            "for_in_statement" => {
                let is_of = field("operator").is_some_and(|it| it.kind() == "of");
                if let (true, Some(left), Some(right), Some(body)) =
                    (is_of, field("left"), field("right"), field("body"))
                {
                    let item = self.pattern(Some(left), depth);
                    let items = self.expression(right, depth);
                    return Statement::ForOf { item, items, body: self.body(body, depth) };
                }
                let bindings = field("left").map(|it| self.bound(it)).unwrap_or_default();
                let deciders = field("right").map(|it| self.expression(it, depth)).into_iter().collect();
                let bodies = field("body").map(|it| self.body(it, depth)).into_iter().collect();
                Statement::Sometimes { bindings, deciders, bodies }
            }
            "for_statement" => {
                if let Some(count) = self.count(node, depth) {
                    return Statement::Count(Box::new(count));
                }
                let bindings = field("initializer").map(|it| self.bound(it)).unwrap_or_default();
                let bodies = field("body").map(|it| self.body(it, depth)).into_iter().collect();
                Statement::Sometimes { bindings, deciders: Vec::new(), bodies }
            }
            "while_statement" | "do_statement" => {
                let deciders = field("condition").map(|it| self.expression(it, depth)).into_iter().collect();
                let bodies = field("body").map(|it| self.body(it, depth)).into_iter().collect();
                Statement::Sometimes { bindings: Vec::new(), deciders, bodies }
            }
            "try_statement" => {
                let mut all: Vec<Arc<Statement>> =
                    field("body").map(|it| Arc::new(self.statement(it, depth))).into_iter().collect();
                for part in [field("handler"), field("finalizer")].into_iter().flatten() {
                    let bodies = part.child_by_field_name("body").map(|it| self.body(it, depth));
                    let bodies = bodies.into_iter().collect();
                    let bindings = part.child_by_field_name("parameter").map(|it| self.bound(it)).unwrap_or_default();
                    all.push(Arc::new(Statement::Sometimes { bindings, deciders: Vec::new(), bodies }));
                }
                Statement::Block(all)
            }
            "switch_statement" => {
                let deciders = field("value").map(|it| self.expression(it, depth)).into_iter().collect();
                let cases = field("body").map(children).unwrap_or_default();
                let bodies = cases
                    .into_iter()
                    .filter(|it| it.kind() != "comment")
                    .map(|case| {
                        let mut cursor = case.walk();
                        let statements: Vec<_> = case.children_by_field_name("body", &mut cursor).collect();
                        statements.into_iter().map(|it| Arc::new(self.statement(it, depth))).collect()
                    })
                    .collect();
                Statement::Sometimes { bindings: Vec::new(), deciders, bodies }
            }
            "labeled_statement" => match field("body") {
                Some(it) => self.statement(it, depth),
                None => Statement::Nothing,
            },
            "function_declaration" | "generator_function_declaration" => match field("name") {
                Some(name) => {
                    let name = self.name(name);
                    Statement::Function(name, self.function(node, depth))
                }
                None => Statement::Nothing,
            },
            "class_declaration" | "abstract_class_declaration" => Statement::Class(self.class(node, depth)),
            "enum_declaration" => {
                let Some(name) = field("name") else { return Statement::Nothing };
                let members = field("body").map(children).unwrap_or_default();
                let members = members
                    .into_iter()
                    .filter_map(|it| match it.kind() {
                        "enum_assignment" => {
                            let value = it.child_by_field_name("value").map(|it| self.expression(it, depth));
                            Some((self.name(it.child_by_field_name("name")?), value))
                        }
                        "property_identifier" | "string" => Some((self.name(it), None)),
                        _ => None,
                    })
                    .collect();
                Statement::Enum(self.name(name), members)
            }
            "internal_module" | "module" => match field("body") {
                Some(it) => Statement::Block(self.statements(it, depth)),
                None => Statement::Nothing,
            },
            "import_statement"
            | "empty_statement"
            | "interface_declaration"
            | "type_alias_declaration"
            | "ambient_declaration"
            | "debugger_statement"
            | "comment" => Statement::Nothing,
            "ERROR" => Statement::Block(self.statements(node, depth)),
            _ => Statement::Expression(self.expression(node, depth)),
        }
    }

    fn branch(&mut self, node: Node<'_>, depth: u32) -> Vec<Arc<Statement>> {
        match node.kind() {
            "else_clause" => node.named_child(0).map(|it| self.body(it, depth)).unwrap_or_default(),
            _ => self.body(node, depth),
        }
    }

    fn class(&mut self, node: Node<'_>, depth: u32) -> Class {
        let mut class = Class { head: Arc::new(self.class_head(node)), fields: Vec::new(), methods: Vec::new() };
        for member in node.child_by_field_name("body").map(children).unwrap_or_default() {
            match member.kind() {
                "public_field_definition" => class.fields.push(Arc::new(self.field(member))),
                "method_definition" => {
                    let head = Arc::new(self.method_head(member));
                    let body = member.child_by_field_name("body");
                    let body = body.map(|it| self.statements(it, depth + 1)).unwrap_or_default();
                    class.methods.push(Method { head, body });
                }
                _ => (),
            }
        }
        class
    }

    pub(super) fn class_head(&mut self, node: Node<'_>) -> ClassHead {
        let name = node.child_by_field_name("name").map(|it| self.name(it));
        let heritage = children(node).into_iter().find(|it| it.kind() == "class_heritage");
        let clause = heritage.and_then(|it| children(it).into_iter().find(|it| it.kind() == "extends_clause"));
        let base = clause.and_then(|it| it.child_by_field_name("value")).map(|it| self.expression(it, 0));
        if let Some(base) = &base {
            self.makes(base);
        }
        ClassHead { name, base }
    }

    pub(super) fn field(&mut self, node: Node<'_>) -> Field {
        let name = node.child_by_field_name("name").map_or_else(|| self.empty_name(), |it| self.name(it));
        let value = node.child_by_field_name("value").map(|it| self.expression(it, 0));
        Field { name, value, fixed: has_word(node, "static") }
    }

    /// Of a method, or a function.
    pub(super) fn method_head(&mut self, node: Node<'_>) -> MethodHead {
        let name = node.child_by_field_name("name").map(|it| SmolStr::new(self.text_of(it))).unwrap_or_default();
        let fixed = has_word(node, "static");
        let role = match () {
            () if name == "constructor" && !fixed => Role::Constructor,
            () if has_word(node, "get") => Role::Getter,
            () if has_word(node, "set") => Role::Setter,
            () => Role::Method,
        };
        MethodHead { name, parameters: self.parameters(node), role, fixed }
    }

    /// Takes note that `class` is used.
    fn makes(&mut self, class: &Expression) {
        match &class.kind {
            Kind::Identifier(name) => self.effects.made.push(name.clone()),
            Kind::Member { property, .. } => self.effects.made.push(property.text.clone()),
            _ => (),
        }
    }

    /// `for (let i = 0; i < 3; i++)`, or the like.
    fn count(&mut self, node: Node<'_>, depth: u32) -> Option<Count> {
        let field = |name| node.child_by_field_name(name);
        let declarations = children(field("initializer")?);
        let [declarator] = &declarations[..] else { return None };
        let name = declarator.child_by_field_name("name").filter(|it| it.kind() == "identifier")?;
        let from = declarator.child_by_field_name("value")?;
        let step = field("increment")?;
        let variable = self.text_of(name);
        let counts = match step.kind() {
            "update_expression" => {
                step.child_by_field_name("operator")?.kind() == "++"
                    && self.text_of(step.child_by_field_name("argument")?) == variable
            }
            _ => {
                let text: String = self.text_of(step).split_whitespace().collect();
                text == format!("{variable}+=1")
            }
        };
        let mut condition = field("condition")?;
        while matches!(condition.kind(), "expression_statement" | "parenthesized_expression") {
            condition = condition.named_child(0)?;
        }
        let inclusive = match condition.child_by_field_name("operator")?.kind() {
            "<" => false,
            "<=" => true,
            _ => return None,
        };
        if !counts || self.text_of(condition.child_by_field_name("left")?) != variable {
            return None;
        }
        let until = condition.child_by_field_name("right")?;
        let (name, body) = (self.name(name), field("body")?);
        let (from, until) = (self.expression(from, depth), self.expression(until, depth));
        Some(Count { name, from, until, inclusive, body: self.body(body, depth) })
    }

    fn function(&mut self, node: Node<'_>, depth: u32) -> Function {
        let parameters = self.parameters(node);
        let body = match node.child_by_field_name("body") {
            Some(body) if body.kind() == "statement_block" => self.statements(body, depth + 1),
            Some(body) => vec![Arc::new(Statement::Return(Some(self.expression(body, depth + 1))))],
            None => Vec::new(),
        };
        Function { parameters, body }
    }

    fn parameters(&mut self, node: Node<'_>) -> Arc<[Parameter]> {
        let plain = |pattern| Parameter { pattern, default: None, rest: false, field: false };
        if let Some(one) = node.child_by_field_name("parameter") {
            return Arc::new([plain(Pattern::Name(self.name(one)))]);
        }
        let Some(list) = node.child_by_field_name("parameters") else { return Arc::default() };
        let parameters = children(list).into_iter().filter(|it| {
            // `this` among the parameters is only a type.
            it.child_by_field_name("pattern").is_some_and(|it| it.kind() != "this")
        });
        let parameters = parameters.map(|it| {
            let mut pattern = it.child_by_field_name("pattern");
            let rest = pattern.is_some_and(|it| it.kind() == "rest_pattern");
            if rest {
                pattern = pattern.and_then(|it| it.named_child(0));
            }
            let pattern = self.pattern(pattern, 0);
            let default = it.child_by_field_name("value").map(|it| self.expression(it, 0));
            let field = children(it).iter().any(|it| it.kind() == "accessibility_modifier") || has_word(it, "readonly");
            Parameter { pattern, default, rest, field }
        });
        parameters.collect()
    }

    /// Every name that a pattern binds.
    fn bound(&self, node: Node<'_>) -> Vec<Name> {
        let mut out = Vec::new();
        let mut todo = vec![(node, 0)];
        while let Some((node, depth)) = todo.pop() {
            match node.kind() {
                "identifier" | "shorthand_property_identifier_pattern" => out.push(self.name(node)),
                "variable_declarator" => todo.extend(node.child_by_field_name("name").map(|it| (it, depth + 1))),
                "pair_pattern" => todo.extend(node.child_by_field_name("value").map(|it| (it, depth + 1))),
                "assignment_pattern" | "object_assignment_pattern" => {
                    todo.extend(node.child_by_field_name("left").map(|it| (it, depth + 1)));
                }
                _ if depth > MAX_DEPTH => (),
                _ => todo.extend(children(node).into_iter().map(|it| (it, depth + 1))),
            }
        }
        out
    }

    fn pattern(&mut self, node: Option<Node<'_>>, depth: u32) -> Pattern {
        let Some(node) = node else { return Pattern::Opaque(Vec::new()) };
        if depth > MAX_DEPTH {
            return Pattern::Opaque(Vec::new());
        }
        let found = match node.kind() {
            "identifier" => Some(Pattern::Name(self.name(node))),
            "object_pattern" => self.object_pattern(node, depth + 1),
            "array_pattern" => self.array_pattern(node, depth + 1),
            _ => None,
        };
        found.unwrap_or_else(|| Pattern::Opaque(self.bound(node)))
    }

    fn object_pattern(&mut self, node: Node<'_>, depth: u32) -> Option<Pattern> {
        let mut slots = Vec::new();
        let mut rest = None;
        for member in children(node) {
            match member.kind() {
                "comment" => (),
                "shorthand_property_identifier_pattern" => {
                    let name = self.name(member);
                    slots.push(Slot { key: name.text.clone(), pattern: Pattern::Name(name), default: None });
                }
                "object_assignment_pattern" => {
                    let left = member.child_by_field_name("left")?;
                    if left.kind() != "shorthand_property_identifier_pattern" {
                        return None;
                    }
                    let name = self.name(left);
                    let default = member.child_by_field_name("right").map(|it| self.expression(it, depth));
                    slots.push(Slot { key: name.text.clone(), pattern: Pattern::Name(name), default });
                }
                "pair_pattern" => {
                    let key = member.child_by_field_name("key").filter(|it| it.kind() != "computed_property_name")?;
                    let key = self.name(key).text;
                    let (pattern, default) = self.slot(member.child_by_field_name("value")?, depth);
                    slots.push(Slot { key, pattern, default });
                }
                "rest_pattern" => {
                    let name = member.named_child(0).filter(|it| it.kind() == "identifier")?;
                    rest = Some(self.name(name));
                }
                _ => return None,
            }
        }
        Some(Pattern::Object(slots, rest))
    }

    fn array_pattern(&mut self, node: Node<'_>, depth: u32) -> Option<Pattern> {
        let mut slots = Vec::new();
        let mut cursor = node.walk();
        // Between two commas with nothing between them an item is passed over.
        let mut empty = true;
        for child in node.children(&mut cursor) {
            match child.kind() {
                "[" | "]" | "comment" => (),
                "," => {
                    if std::mem::replace(&mut empty, true) {
                        slots.push(None);
                    }
                }
                "rest_pattern" => return None,
                _ => {
                    let (pattern, default) = self.slot(child, depth);
                    slots.push(Some(Slot { key: SmolStr::default(), pattern, default }));
                    empty = false;
                }
            }
        }
        Some(Pattern::Array(slots))
    }

    fn slot(&mut self, node: Node<'_>, depth: u32) -> (Pattern, Option<Expression>) {
        if node.kind() != "assignment_pattern" {
            return (self.pattern(Some(node), depth), None);
        }
        let pattern = self.pattern(node.child_by_field_name("left"), depth);
        (pattern, node.child_by_field_name("right").map(|it| self.expression(it, depth)))
    }

    pub(super) fn expression(&mut self, node: Node<'_>, depth: u32) -> Expression {
        let depth = depth + 1;
        let span = self.span(node);
        if depth > MAX_DEPTH {
            return Expression { span, kind: Kind::Opaque(Vec::new()), broken: true };
        }
        let field = |name| node.child_by_field_name(name);
        let broken = node.has_error() || node.is_missing() || self.has_hole(node);
        let kind = match node.kind() {
            "string" => Kind::Text(self.string(node)),
            "number" => Kind::Number(number(self.text_of(node))),
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "null" => Kind::Null,
            "undefined" => Kind::Undefined,
            "template_string" => Kind::Template(self.template(node, depth)),
            "array" => Kind::Array(self.elements(node, depth)),
            "object" => Kind::Object(self.object(node, depth)),
            "identifier" if self.text_of(node) == "undefined" => Kind::Undefined,
            "identifier" | "shorthand_property_identifier" | "property_identifier" => {
                Kind::Identifier(self.text_of(node).into())
            }
            "this" => Kind::This,
            "super" => Kind::Identifier("super".into()),
            // What is awaited is what the call gives, as far as anything is known of it.
            "parenthesized_expression" | "non_null_expression" | "await_expression" => match node.named_child(0) {
                Some(it) => return self.expression(it, depth),
                None => Kind::Opaque(Vec::new()),
            },
            "as_expression" | "satisfies_expression" => match node.named_child(0) {
                Some(it) => return self.expression(it, depth),
                None => Kind::Opaque(Vec::new()),
            },
            "type_assertion" => match children(node).last() {
                Some(it) => return self.expression(*it, depth),
                None => Kind::Opaque(Vec::new()),
            },
            "member_expression" => match (field("object"), field("property")) {
                (Some(object), Some(property)) => Kind::Member {
                    object: Box::new(self.expression(object, depth)),
                    property: self.name(property),
                    optional: field("optional_chain").is_some(),
                },
                _ => self.opaque(node, depth),
            },
            "subscript_expression" => match (field("object"), field("index")) {
                (Some(object), Some(index)) => Kind::Index {
                    object: Box::new(self.expression(object, depth)),
                    index: Box::new(self.expression(index, depth)),
                },
                _ => self.opaque(node, depth),
            },
            "call_expression" => match (field("function"), field("arguments")) {
                (Some(callee), Some(arguments)) if arguments.kind() == "arguments" => {
                    let callee = self.expression(callee, depth);
                    let arguments = self.elements(arguments, depth);
                    self.changes(&callee, &arguments);
                    Kind::Call(Box::new(CallExpression { callee, arguments }))
                }
                _ => self.opaque(node, depth),
            },
            "new_expression" => match field("constructor") {
                Some(class) => {
                    let class = self.expression(class, depth);
                    self.makes(&class);
                    Kind::New(Box::new(NewExpression {
                        class,
                        arguments: field("arguments").map(|it| self.elements(it, depth)).unwrap_or_default(),
                        construct: self.constructs.contains(&node.id()),
                    }))
                }
                _ => self.opaque(node, depth),
            },
            "ternary_expression" => match (field("condition"), field("consequence"), field("alternative")) {
                (Some(test), Some(then), Some(otherwise)) => Kind::Ternary {
                    test: Box::new(self.expression(test, depth)),
                    then: Box::new(self.expression(then, depth)),
                    otherwise: Box::new(self.expression(otherwise, depth)),
                },
                _ => self.opaque(node, depth),
            },
            "binary_expression" => match (field("left"), field("operator"), field("right")) {
                (Some(left), Some(sign), Some(right)) if is_followed(sign.kind()) => {
                    let left = Box::new(self.expression(left, depth));
                    let right = Box::new(self.expression(right, depth));
                    match sign.kind() {
                        "+" => Kind::Plus { left, right },
                        "&&" => Kind::And { left, right },
                        kind => match (operator(kind), arithmetic(kind)) {
                            (Some(operator), _) => Kind::Compare { operator, left, right },
                            (_, Some(operator)) => Kind::Arithmetic { operator, left, right },
                            _ => Kind::Or { left, right, nullish: kind == "??" },
                        },
                    }
                }
                _ => self.opaque(node, depth),
            },
            "unary_expression" => match (field("operator").map(|it| it.kind()), field("argument")) {
                (Some("!"), Some(it)) => Kind::Not(Box::new(self.expression(it, depth))),
                (Some("-"), Some(it)) if it.kind() == "number" => Kind::Number(self.text_of(node).into()),
                (Some("-"), Some(it)) => Kind::Negative(Box::new(self.expression(it, depth))),
                (Some("delete"), Some(it)) => {
                    let target = self.expression(it, depth);
                    self.assigns(&target);
                    Kind::Opaque(vec![target])
                }
                (Some("void"), _) => Kind::Undefined,
                _ => self.opaque(node, depth),
            },
            "arrow_function" | "function_expression" | "function" | "generator_function" => {
                Kind::Function(Box::new(self.function(node, depth)))
            }
            "assignment_expression" | "augmented_assignment_expression" => match (field("left"), field("right")) {
                (Some(target), Some(value)) => {
                    let target = Box::new(self.expression(target, depth));
                    let value = self.expression(value, depth);
                    let value = match node.kind() {
                        "assignment_expression" => value,
                        _ => Expression { span: value.span, kind: Kind::Opaque(vec![value]), broken },
                    };
                    self.assigns(&target);
                    Kind::Assign { target, value: Box::new(value) }
                }
                _ => self.opaque(node, depth),
            },
            // It changes what it stands at; what to is not followed.
            "update_expression" => match field("argument") {
                Some(it) => {
                    let target = Box::new(self.expression(it, depth));
                    self.assigns(&target);
                    let value = Expression { span, kind: Kind::Opaque(Vec::new()), broken };
                    Kind::Assign { target, value: Box::new(value) }
                }
                None => Kind::Opaque(Vec::new()),
            },
            "class" => Kind::Opaque(Vec::new()),
            _ => self.opaque(node, depth),
        };
        Expression { span, kind, broken }
    }

    /// Takes note of what a call may change.
    fn changes(&mut self, callee: &Expression, arguments: &[Element]) {
        let Kind::Member { object, property, .. } = &callee.kind else { return };
        if matches!(
            &*property.text,
            "push" | "unshift" | "splice" | "pop" | "shift" | "sort" | "fill" | "reverse" | "copyWithin"
        ) {
            self.alters(object);
        }
        if property.text == "assign"
            && let Some(Expression { kind: Kind::Identifier(name), .. }) = Expression::argument(arguments, 0)
        {
            self.effects.changed.push(name.clone());
        }
    }

    /// Takes note that what `object` names is another thing after this.
    fn alters(&mut self, object: &Expression) {
        self.effects.changed.extend(object.root_name().cloned());
        let mut object = object;
        while let Kind::Index { object: list, .. } = &object.kind {
            object = list;
        }
        if let Kind::Member { property, .. } = &object.kind {
            self.effects.changed.push(property.text.clone());
        }
    }

    /// Takes note of what an assignment to `target` changes.
    fn assigns(&mut self, target: &Expression) {
        match &target.kind {
            Kind::Identifier(name) => self.effects.assigned.push(name.clone()),
            Kind::Member { object, .. } | Kind::Index { object, .. } => {
                self.alters(object);
            }
            // `[a, b] = [b, a]`
            _ => {
                let mut names = Vec::new();
                target.children(&mut |it| names.push(it));
                for name in names {
                    if let Kind::Identifier(name) = &name.kind {
                        self.effects.assigned.push(name.clone());
                    }
                }
            }
        }
    }

    fn opaque(&mut self, node: Node<'_>, depth: u32) -> Kind {
        let parts = children(node).into_iter().filter(|it| !is_type(it.kind()));
        Kind::Opaque(parts.map(|it| self.expression(it, depth)).collect())
    }

    fn elements(&mut self, node: Node<'_>, depth: u32) -> Vec<Element> {
        let items = children(node).into_iter().filter(|it| it.kind() != "comment");
        items
            .map(|it| match it.kind() {
                "spread_element" => match it.named_child(0) {
                    Some(inner) => Element::Spread(self.expression(inner, depth)),
                    None => Element::Spread(self.expression(it, depth)),
                },
                "ERROR" => Element::Spread(self.expression(it, depth)),
                _ => Element::Item(self.expression(it, depth)),
            })
            .collect()
    }

    fn object(&mut self, node: Node<'_>, depth: u32) -> Vec<Member> {
        let members = children(node).into_iter().filter(|it| it.kind() != "comment");
        members
            .map(|it| match it.kind() {
                "pair" => match (it.child_by_field_name("key"), it.child_by_field_name("value")) {
                    (Some(key), Some(value)) => {
                        let value = self.expression(value, depth);
                        match (key.kind(), key.named_child(0)) {
                            ("computed_property_name", Some(inner)) if inner.kind() == "string" => {
                                Member::Pair { key: self.name(inner), value }
                            }
                            ("computed_property_name", Some(inner)) => {
                                Member::Computed { key: self.expression(inner, depth), value }
                            }
                            ("computed_property_name", None) => Member::Opaque { value: Some(value) },
                            _ => Member::Pair { key: self.name(key), value },
                        }
                    }
                    _ => Member::Opaque { value: None },
                },
                "shorthand_property_identifier" => {
                    Member::Pair { key: self.name(it), value: self.expression(it, depth) }
                }
                "spread_element" => match it.named_child(0) {
                    Some(inner) => Member::Spread(self.expression(inner, depth)),
                    None => Member::Opaque { value: None },
                },
                "method_definition" => Member::Opaque { value: None },
                _ => Member::Opaque { value: None },
            })
            .collect()
    }

    fn template(&mut self, node: Node<'_>, depth: u32) -> Vec<TemplatePart> {
        let mut out: Vec<TemplatePart> = Vec::new();
        for part in children(node) {
            match part.kind() {
                "template_substitution" => {
                    let value = part.named_child(0).map(|it| self.expression(it, depth));
                    out.extend(value.map(TemplatePart::Value));
                }
                kind => {
                    let span = self.span(part);
                    let raw = self.text_of(part);
                    let text = if kind == "escape_sequence" { unescape(raw) } else { raw.to_owned() };
                    match out.last_mut() {
                        Some(TemplatePart::Text(last)) => {
                            last.text = format!("{}{text}", last.text).into();
                            last.span.range = last.span.range.cover(span.range);
                        }
                        _ => out.push(TemplatePart::Text(Name::new(text, span))),
                    }
                }
            }
        }
        out
    }

    fn string(&self, node: Node<'_>) -> SmolStr {
        let parts = children(node);
        match &parts[..] {
            [] => SmolStr::default(),
            [one] if one.kind() == "string_fragment" => self.text_of(*one).into(),
            _ => {
                let text = |it: &Node<'_>| match it.kind() {
                    "escape_sequence" => unescape(self.text_of(*it)),
                    _ => self.text_of(*it).to_owned(),
                };
                parts.iter().map(text).collect::<String>().into()
            }
        }
    }
}

/// What is between the quotes at `span`.
pub(crate) fn inside(span: Span) -> Span {
    let range = span.range;
    if u32::from(range.len()) < 2 {
        return span;
    }
    let one = text::size(1);
    Span::new(span.block, TextRange::new(range.start() + one, range.end() - one))
}

/// True when one of the words before its name is `word`.
fn has_word(node: Node<'_>, word: &str) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).take_while(|it| it.kind() != "formal_parameters").any(|it| it.kind() == word)
}

fn is_type(kind: &str) -> bool {
    matches!(kind, "type_arguments" | "type_annotation" | "comment")
}
