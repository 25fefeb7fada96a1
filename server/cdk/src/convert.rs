//! Syntax tree → [`crate::ast`].

mod builder;
mod literal;

pub(crate) use builder::inside;

use crate::ast::{
    Class, ClassHead, Declarator, Effects, Field, Function, Method, MethodHead, Pattern, Role, Statement,
};
use crate::links::{self, Link};
use builder::{Builder, children};
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
    /// What kind of piece it is: the same text can be several.
    tag: u16,
    /// Where it has a tree of its own: which one.
    pub(crate) piece: Piece,
    pub(crate) effects: Arc<Effects>,
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
    pub(crate) links: Vec<Link>,
    /// The effects of all of it.
    pub(crate) effects: AllEffects,
}

/// The effects of a whole file, to be looked up.
#[derive(Debug, Default)]
pub(crate) struct AllEffects {
    pub(crate) assigned: FxHashSet<SmolStr>,
    pub(crate) changed: FxHashSet<SmolStr>,
    pub(crate) made: FxHashSet<SmolStr>,
}

/// The chunks of the last state of the file, by their text.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Those of one text stand in the order of the file, the last one first.
    chunks: FxHashMap<(u16, SmolStr), Vec<Known>>,
    length: usize,
}

/// What a text was converted to.
#[derive(Debug)]
struct Known {
    start: usize,
    block: BlockId,
    piece: Piece,
    effects: Arc<Effects>,
}

impl Kept {
    /// Keeps the chunks of `tree`, whose file reads `text`.
    pub(crate) fn new(tree: &Tree, text: &str) -> Kept {
        let mut kept = Kept { chunks: FxHashMap::default(), length: text.len() };
        for chunk in tree.chunks.iter().rev() {
            let key = (chunk.tag, SmolStr::new(slice(text, chunk.range)));
            kept.chunks.entry(key).or_default().push(Known {
                start: chunk.range.start().into(),
                block: chunk.block,
                piece: chunk.piece.clone(),
                effects: Arc::clone(&chunk.effects),
            });
        }
        kept
    }

    /// What was kept of a text that now begins at `start`, in a file that is so long. Of several chunks of the same text
    /// each stays what it was: it is as far from the start of the file or from its end.
    fn take(&mut self, key: &(u16, SmolStr), start: usize, length: usize) -> Option<Known> {
        let known = self.chunks.get_mut(key)?;
        if known.len() == 1 {
            return known.pop();
        }
        let at = |start: usize| known.binary_search_by(|it| start.cmp(&it.start)).ok();
        let index = at(start).or_else(|| at((start + self.length).checked_sub(length)?))?;
        Some(known.remove(index))
    }
}

/// Converts the tree below `root`, whose file reads `text` with `holes` in it, taking over what did not change.
pub(crate) fn convert(dialect: Dialect, root: Node<'_>, text: &str, kept: &mut Kept, holes: &[TextRange]) -> Tree {
    let mut converter = Converter { queries: QUERIES.get(dialect), text, kept, holes, tree: Tree::default() };
    let body = converter.container(root, 0);
    converter.tree.body = body;
    let mut tree = converter.tree;
    tree.chunks.sort_by_key(|it| (it.range.start(), it.range.end()));
    tree.links = links::of(root, text);
    for chunk in &tree.chunks {
        tree.effects.assigned.extend(chunk.effects.assigned.iter().cloned());
        tree.effects.changed.extend(chunk.effects.changed.iter().cloned());
        tree.effects.made.extend(chunk.effects.made.iter().cloned());
    }
    tree
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
                if let Some(value) = node.child_by_field_name("value")
                    && !matches!(value.kind(), "class" | "function_expression" | "generator_function")
                {
                    return self.default(value);
                }
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
                let function = Function { parameters: Arc::clone(&head.parameters), body };
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

    /// `export default value`: as if it were a variable of that name.
    fn default(&mut self, value: Node<'_>) -> Option<Arc<Statement>> {
        let piece = self.chunk(
            value.start_byte(),
            value.end_byte(),
            5,
            value.has_error(),
            |builder| {
                let pattern = Pattern::Name(Name::new("default", Span::new(builder.block, TextRange::default())));
                let value = Some(builder.expression(value, 0));
                Piece::Statement(Arc::new(Statement::Declare(vec![Declarator { pattern, value }])))
            },
            Some(value),
        );
        match piece {
            Piece::Statement(it) => Some(it),
            _ => None,
        }
    }

    fn class(&mut self, node: Node<'_>, depth: u32) -> Option<Class> {
        let body = node.child_by_field_name("body")?;
        let head = self.chunk(
            node.start_byte(),
            body.start_byte(),
            2,
            node.has_error(),
            |builder| Piece::ClassHead(Arc::new(builder.class_head(node))),
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
                        |builder| Piece::Field(Arc::new(builder.field(member))),
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
            |builder| Piece::MethodHead(Arc::new(builder.method_head(node))),
            None,
        );
        match head {
            Piece::MethodHead(it) => it,
            _ => Arc::new(MethodHead {
                name: SmolStr::default(),
                parameters: Arc::default(),
                role: Role::Method,
                fixed: false,
            }),
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
            if let Some(Known { block, piece, effects, .. }) =
                self.kept.take(&key, range.start().into(), self.text.len())
            {
                self.tree.chunks.push(Chunk { block, range, tag, piece: piece.clone(), effects });
                return piece;
            }
        }
        let block = BlockId::fresh();
        let constructs = constructs_in.map(|it| self.queries.constructs(it, self.text)).unwrap_or_default();
        let (text, effects) = (self.text, Effects::default());
        let mut builder = Builder { text, block, start, constructs, holes: self.holes, effects };
        let piece = build(&mut builder);
        let effects = Arc::new(builder.effects);
        self.tree.chunks.push(Chunk { block, range, tag, piece: piece.clone(), effects });
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
