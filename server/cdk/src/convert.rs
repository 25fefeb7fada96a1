//! Syntax tree → [`crate::ast`].

use crate::ast::{
    CallExpression, Class, ClassHead, Declarator, Element, Expression, Field, Function, Kind, Member, Method,
    MethodHead, NewExpression, Pattern, Statement, TemplatePart,
};
use model::{BlockId, Name, SmolStr, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;
use syntax::query::{Capture, PerDialect, Query};
use syntax::typescript::{Dialect, Node};
use text::TextRange;

/// Code nested deeper than this is not followed.
const MAX_DEPTH: u32 = 150;

/// A piece of a file that is converted, and later recognised, by itself.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    pub(crate) block: BlockId,
    pub(crate) range: TextRange,
    /// Where it has a tree of its own: which one.
    pub(crate) piece: Piece,
}

/// What a chunk became.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Statement(Arc<Statement>),
    Field(Arc<Field>),
    ClassHead(Arc<ClassHead>),
    MethodHead(Arc<MethodHead>),
    Comment,
}

/// A whole file, converted.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) body: Vec<Arc<Statement>>,
    pub(crate) chunks: Vec<Chunk>,
}

/// The chunks of the last state of the file, by their text.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    chunks: FxHashMap<(u16, SmolStr), Vec<(BlockId, Piece)>>,
}

impl Kept {
    /// Keeps the chunks of `tree`, whose file reads `text`, but none of the blocks in `but`.
    pub(crate) fn new(tree: &Tree, text: &str, but: &FxHashSet<BlockId>) -> Kept {
        let mut kept = Kept::default();
        for chunk in tree.chunks.iter().rev().filter(|it| !but.contains(&it.block)) {
            let key = (chunk.piece.tag(), SmolStr::new(slice(text, chunk.range)));
            kept.chunks.entry(key).or_default().push((chunk.block, chunk.piece.clone()));
        }
        kept
    }
}

impl Piece {
    fn tag(&self) -> u16 {
        match self {
            Piece::Statement(_) => 0,
            Piece::Field(_) => 1,
            Piece::ClassHead(_) => 2,
            Piece::MethodHead(_) => 3,
            Piece::Comment => 4,
        }
    }
}

/// Converts the tree below `root`, whose file reads `text` with `holes` in it, taking over what did not change.
pub(crate) fn convert(dialect: Dialect, root: Node<'_>, text: &str, kept: &mut Kept, holes: &[TextRange]) -> Tree {
    let mut converter = Converter { queries: QUERIES.get(dialect), text, kept, holes, tree: Tree::default() };
    let body = converter.container(root, 0);
    converter.tree.body = body;
    converter.tree.chunks.sort_by_key(|it| (it.range.start(), it.range.end()));
    converter.tree
}

/// The text of `range`; empty where it is none of whole characters.
pub(crate) fn slice(text: &str, range: TextRange) -> &str {
    text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or_default()
}

/// Splits a file at its outer levels: statements of the file, of functions and of methods, and members of classes are
/// chunks; what is in them is converted as one.
struct Converter<'a> {
    queries: &'static Queries,
    text: &'a str,
    kept: &'a mut Kept,
    holes: &'a [TextRange],
    tree: Tree,
}

impl Converter<'_> {
    /// The statements directly in `node`.
    fn container(&mut self, node: Node<'_>, depth: u32) -> Vec<Arc<Statement>> {
        let mut out = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if depth > MAX_DEPTH {
                break;
            }
            match child.kind() {
                "comment" => self.comment(child),
                // What an error covers may still hold whole statements.
                "ERROR" => out.extend(self.container(child, depth + 1)),
                "import_statement" | "empty_statement" => (),
                _ => out.extend(self.statement(child, depth + 1)),
            }
        }
        out
    }

    fn statement(&mut self, node: Node<'_>, depth: u32) -> Option<Arc<Statement>> {
        match node.kind() {
            "export_statement" => {
                let inner = node.child_by_field_name("declaration").or_else(|| node.child_by_field_name("value"));
                inner.and_then(|it| self.statement(it, depth + 1))
            }
            "class_declaration" | "abstract_class_declaration" | "class" => {
                let class = self.class(node, depth)?;
                Some(Arc::new(Statement::Class(class)))
            }
            "function_declaration" | "generator_function_declaration" => {
                let body = node.child_by_field_name("body")?;
                let head = self.method_head(node, body);
                let span = Span::new(self.tree.chunks.last()?.block, TextRange::default());
                let body = self.container(body, depth + 1);
                let function = Function { parameters: head.parameters.clone(), body };
                Some(Arc::new(Statement::Function(Name::new(head.name.clone(), span), function)))
            }
            "ambient_declaration" | "interface_declaration" | "type_alias_declaration" => None,
            _ => {
                let piece = self.chunk(
                    node.start_byte(),
                    node.end_byte(),
                    0,
                    node.has_error(),
                    |builder| {
                        let statement = if node.kind().ends_with("_statement") || node.kind().ends_with("_declaration")
                        {
                            builder.statement(node, 0)
                        } else {
                            Statement::Expression(builder.expression(node, 0))
                        };
                        Piece::Statement(Arc::new(statement))
                    },
                    Some(node),
                );
                match piece {
                    Piece::Statement(it) => Some(it),
                    _ => None,
                }
            }
        }
    }

    fn class(&mut self, node: Node<'_>, depth: u32) -> Option<Class> {
        let body = node.child_by_field_name("body")?;
        let head = self.chunk(
            node.start_byte(),
            body.start_byte(),
            2,
            node.has_error(),
            |builder| {
                let name = node.child_by_field_name("name").map(|it| builder.name(it));
                let base = children(node).into_iter().find(|it| it.kind() == "class_heritage").and_then(|heritage| {
                    let clause = children(heritage).into_iter().find(|it| it.kind() == "extends_clause")?;
                    Some(builder.expression(clause.child_by_field_name("value")?, 0))
                });
                Piece::ClassHead(Arc::new(ClassHead { name, base }))
            },
            None,
        );
        let Piece::ClassHead(head) = head else { return None };
        let mut class = Class { head, fields: Vec::new(), methods: Vec::new() };
        self.members(body, &mut class, depth + 1);
        Some(class)
    }

    fn members(&mut self, body: Node<'_>, class: &mut Class, depth: u32) {
        if depth > MAX_DEPTH {
            return;
        }
        for member in children(body) {
            match member.kind() {
                "comment" => self.comment(member),
                "ERROR" => self.members(member, class, depth + 1),
                "public_field_definition" => {
                    let piece = self.chunk(
                        member.start_byte(),
                        member.end_byte(),
                        1,
                        member.has_error(),
                        |builder| {
                            let name = member.child_by_field_name("name");
                            let name = name.map_or_else(|| builder.empty_name(), |it| builder.name(it));
                            let value = member.child_by_field_name("value").map(|it| builder.expression(it, 0));
                            Piece::Field(Arc::new(Field { name, value }))
                        },
                        Some(member),
                    );
                    if let Piece::Field(field) = piece {
                        class.fields.push(field);
                    }
                }
                "method_definition" => {
                    let Some(body) = member.child_by_field_name("body") else { continue };
                    let head = self.method_head(member, body);
                    let body = self.container(body, depth + 1);
                    class.methods.push(Method { head, body });
                }
                _ => (),
            }
        }
    }

    fn method_head(&mut self, node: Node<'_>, body: Node<'_>) -> Arc<MethodHead> {
        let head = self.chunk(
            node.start_byte(),
            body.start_byte(),
            3,
            node.has_error(),
            |builder| {
                let name = node.child_by_field_name("name").map(|it| builder.text_of(it));
                let parameters = builder.parameters(node);
                Piece::MethodHead(Arc::new(MethodHead { name: name.unwrap_or_default().into(), parameters }))
            },
            None,
        );
        match head {
            Piece::MethodHead(it) => it,
            _ => Arc::new(MethodHead { name: SmolStr::default(), parameters: Vec::new() }),
        }
    }

    fn comment(&mut self, node: Node<'_>) {
        self.chunk(node.start_byte(), node.end_byte(), 4, false, |_| Piece::Comment, None);
    }

    /// The chunk at `start..end`: the one that was there before, or what `build` makes of it.
    fn chunk(
        &mut self,
        start: usize,
        end: usize,
        tag: u16,
        broken: bool,
        build: impl FnOnce(&mut Builder<'_>) -> Piece,
        constructs_in: Option<Node<'_>>,
    ) -> Piece {
        let range = text::range(start, end);
        let broken = broken || self.holes.iter().any(|it| range.contains_range(*it));
        if !broken {
            let key = (tag, SmolStr::new(slice(self.text, range)));
            if let Some((block, piece)) = self.kept.chunks.get_mut(&key).and_then(Vec::pop) {
                self.tree.chunks.push(Chunk { block, range, piece: piece.clone() });
                return piece;
            }
        }
        let block = BlockId::fresh();
        let constructs = constructs_in.map(|it| self.queries.constructs(it, self.text)).unwrap_or_default();
        let mut builder = Builder { text: self.text, block, start, constructs, holes: self.holes };
        let piece = build(&mut builder);
        self.tree.chunks.push(Chunk { block, range, piece: piece.clone() });
        piece
    }
}

static QUERIES: PerDialect<Queries> =
    PerDialect::new(|| Queries::new(Dialect::TypeScript), || Queries::new(Dialect::Tsx));

struct Queries {
    constructs: Query,
    construct: Capture,
}

impl Queries {
    fn new(dialect: Dialect) -> Queries {
        let constructs = Query::new(dialect, include_str!("../../../queries/typescript/constructs.scm"));
        let construct = constructs.capture("construct");
        Queries { constructs, construct }
    }

    /// The nodes in `node` that have the shape of a construct.
    fn constructs(&self, node: Node<'_>, text: &str) -> FxHashSet<usize> {
        let mut out = FxHashSet::default();
        self.constructs.matches(node, text, &mut |it| out.extend(it.get(self.construct).map(|it| it.id())));
        out
    }
}

/// Converts one chunk.
struct Builder<'a> {
    text: &'a str,
    block: BlockId,
    /// The chunk's first byte in the file.
    start: usize,
    constructs: FxHashSet<usize>,
    holes: &'a [TextRange],
}

fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

impl Builder<'_> {
    fn span(&self, node: Node<'_>) -> Span {
        let (start, end) = (node.start_byte().max(self.start), node.end_byte().max(self.start));
        Span::new(self.block, text::range(start - self.start, end - self.start))
    }

    /// True when something in `node` is hidden.
    fn has_hole(&self, node: Node<'_>) -> bool {
        !self.holes.is_empty() && self.holes.iter().any(|it| syntax::typescript::range(node).contains_range(*it))
    }

    fn text_of(&self, node: Node<'_>) -> &str {
        self.text.get(node.start_byte()..node.end_byte()).unwrap_or_default()
    }

    fn name(&self, node: Node<'_>) -> Name {
        match node.kind() {
            "string" => Name::new(self.string(node), inside(self.span(node))),
            _ => Name::new(self.text_of(node), self.span(node)),
        }
    }

    fn empty_name(&self) -> Name {
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

    fn statement(&mut self, node: Node<'_>, depth: u32) -> Statement {
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
                        pattern: self.pattern(it.child_by_field_name("name")),
                        value: it.child_by_field_name("value").map(|it| self.expression(it, depth)),
                    })
                    .collect();
                Statement::Declare(declarators)
            }
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
                let deciders = field("condition").map(|it| self.expression(it, depth)).into_iter().collect();
                let branches = [field("consequence"), field("alternative")].into_iter().flatten();
                let bodies = branches.map(|it| self.branch(it, depth)).collect();
                Statement::Sometimes { bindings: Vec::new(), deciders, bodies }
            }
            "for_in_statement" => {
                let bindings = field("left").map(|it| self.bound(it)).unwrap_or_default();
                let deciders = field("right").map(|it| self.expression(it, depth)).into_iter().collect();
                let bodies = field("body").map(|it| self.body(it, depth)).into_iter().collect();
                Statement::Sometimes { bindings, deciders, bodies }
            }
            "for_statement" => {
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
                    let function = self.function(node, depth);
                    Statement::Function(name, function)
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
            | "break_statement"
            | "continue_statement"
            | "debugger_statement"
            | "comment" => Statement::Nothing,
            "throw_statement" => match node.named_child(0) {
                Some(it) => Statement::Expression(self.expression(it, depth)),
                None => Statement::Nothing,
            },
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
        let name = node.child_by_field_name("name").map(|it| self.name(it));
        let heritage = children(node).into_iter().find(|it| it.kind() == "class_heritage");
        let clause = heritage.and_then(|it| children(it).into_iter().find(|it| it.kind() == "extends_clause"));
        let base = clause.and_then(|it| it.child_by_field_name("value")).map(|it| self.expression(it, depth));
        let mut class = Class { head: Arc::new(ClassHead { name, base }), fields: Vec::new(), methods: Vec::new() };
        for member in node.child_by_field_name("body").map(children).unwrap_or_default() {
            match member.kind() {
                "public_field_definition" => {
                    let Some(name) = member.child_by_field_name("name") else { continue };
                    let value = member.child_by_field_name("value").map(|it| self.expression(it, depth));
                    class.fields.push(Arc::new(Field { name: self.name(name), value }));
                }
                "method_definition" => {
                    let name = member.child_by_field_name("name").map(|it| self.text_of(it)).unwrap_or_default();
                    let name = SmolStr::new(name);
                    let function = self.function(member, depth);
                    let head = Arc::new(MethodHead { name, parameters: function.parameters });
                    class.methods.push(Method { head, body: function.body });
                }
                _ => (),
            }
        }
        class
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

    fn parameters(&self, node: Node<'_>) -> Vec<Name> {
        if let Some(one) = node.child_by_field_name("parameter") {
            return vec![self.name(one)];
        }
        let Some(list) = node.child_by_field_name("parameters") else { return Vec::new() };
        let parameters = children(list).into_iter().filter_map(|it| it.child_by_field_name("pattern"));
        parameters.flat_map(|it| self.bound(it)).collect()
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

    fn pattern(&self, node: Option<Node<'_>>) -> Pattern {
        let Some(node) = node else { return Pattern::Opaque(Vec::new()) };
        match node.kind() {
            "identifier" => Pattern::Name(self.name(node)),
            "object_pattern" => {
                let members = children(node);
                let entries: Option<Vec<_>> = members
                    .iter()
                    .filter(|it| it.kind() != "comment")
                    .map(|it| match it.kind() {
                        "shorthand_property_identifier_pattern" => Some((self.name(*it), self.name(*it))),
                        "pair_pattern" => {
                            let value = it.child_by_field_name("value")?;
                            let key = it.child_by_field_name("key")?;
                            let simple = value.kind() == "identifier" && key.kind() != "computed_property_name";
                            simple.then(|| (self.name(key), self.name(value)))
                        }
                        _ => None,
                    })
                    .collect();
                entries.map_or_else(|| Pattern::Opaque(self.bound(node)), Pattern::Object)
            }
            _ => Pattern::Opaque(self.bound(node)),
        }
    }

    fn expression(&mut self, node: Node<'_>, depth: u32) -> Expression {
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
            "parenthesized_expression" | "non_null_expression" => match node.named_child(0) {
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
                    Kind::Call(Box::new(CallExpression {
                        callee: self.expression(callee, depth),
                        arguments: self.elements(arguments, depth),
                    }))
                }
                _ => self.opaque(node, depth),
            },
            "new_expression" => match field("constructor") {
                Some(class) => Kind::New(Box::new(NewExpression {
                    class: self.expression(class, depth),
                    arguments: field("arguments").map(|it| self.elements(it, depth)).unwrap_or_default(),
                    construct: self.constructs.contains(&node.id()),
                })),
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
                (Some(left), Some(operator), Some(right)) if matches!(operator.kind(), "??" | "||" | "+") => {
                    let left = Box::new(self.expression(left, depth));
                    let right = Box::new(self.expression(right, depth));
                    match operator.kind() {
                        "+" => Kind::Plus { left, right },
                        kind => Kind::Or { left, right, nullish: kind == "??" },
                    }
                }
                _ => self.opaque(node, depth),
            },
            "unary_expression" => match (field("operator").map(|it| it.kind()), field("argument")) {
                (Some("!"), Some(it)) => Kind::Not(Box::new(self.expression(it, depth))),
                (Some("-"), Some(it)) if it.kind() == "number" => Kind::Number(self.text_of(node).into()),
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
                    Kind::Assign { target, value: Box::new(value) }
                }
                _ => self.opaque(node, depth),
            },
            // It changes what it stands at; what to is not followed.
            "update_expression" => match field("argument") {
                Some(it) => {
                    let target = Box::new(self.expression(it, depth));
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
                        let constant = match key.kind() {
                            "computed_property_name" => key.named_child(0).filter(|it| it.kind() == "string"),
                            _ => Some(key),
                        };
                        match constant {
                            Some(key) => Member::Pair { key: self.name(key), value },
                            None => Member::Opaque { value: Some(value) },
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

fn is_type(kind: &str) -> bool {
    matches!(kind, "type_arguments" | "type_annotation" | "comment")
}

/// Digits without separators, other bases as decimal.
fn number(text: &str) -> SmolStr {
    let digits = text.replace('_', "");
    let radix = |digits: &str, radix| i64::from_str_radix(digits, radix).ok().map(|it| it.to_string());
    let lower = digits.to_ascii_lowercase();
    let value = if let Some(it) = lower.strip_prefix("0x") {
        radix(it, 16)
    } else if let Some(it) = lower.strip_prefix("0b") {
        radix(it, 2)
    } else if let Some(it) = lower.strip_prefix("0o") {
        radix(it, 8)
    } else {
        None
    };
    value.unwrap_or(digits).into()
}

/// The character that an escape sequence stands for.
fn unescape(raw: &str) -> String {
    let body = raw.strip_prefix('\\').unwrap_or(raw);
    let code = |digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).map(String::from);
    let value = match body.chars().next() {
        Some('n') => Some("\n".to_owned()),
        Some('t') => Some("\t".to_owned()),
        Some('r') => Some("\r".to_owned()),
        Some('b') => Some("\u{8}".to_owned()),
        Some('f') => Some("\u{c}".to_owned()),
        Some('v') => Some("\u{b}".to_owned()),
        Some('0') if body.len() == 1 => Some("\0".to_owned()),
        Some('x') => code(&body[1..]),
        Some('u') => code(body[1..].trim_start_matches('{').trim_end_matches('}')),
        Some('\n' | '\r') => Some(String::new()),
        _ => None,
    };
    value.unwrap_or_else(|| body.to_owned())
}
