//! Values.

use super::for_each::has_variable;
use model::{
    BlockId, Call, Layout, List, Map, Name, Node, Part, Reference, ReferenceKind, Scalar, SmolStr, Span, Value,
};
use schema::template::{DYNAMIC_REFERENCE, LOOP_PREFIX, is_function_key};
use syntax::data::{self, Document, Kind, Pair, Placed, Style, Word};
use text::{TextRange, TextSize};

/// Values nested deeper than this are not read.
const MAX_DEPTH: u32 = 100;
/// Aliases within aliases deeper than this are not followed.
const MAX_ALIASES: u32 = 16;
/// What stands behind the aliases of one block is not read any further than to this many nodes.
const MAX_ALIASED_NODES: u32 = 10_000;

/// Reads the values of one block.
pub(super) struct Values<'a> {
    document: &'a Document,
    /// The block that is being read: this one, or the one that holds the anchor behind an alias.
    text: &'a str,
    start: TextSize,
    id: BlockId,
    /// The alias that all that is being read comes through; its place stands for all of it.
    alias: Option<Span>,
    aliases: u32,
    aliased_nodes: u32,
    depth: u32,
    /// The loops that were read, the inner ones first.
    pub(super) found_loops: Vec<(Name, Node)>,
    /// The variables of the loops around of which nothing is known.
    pub(super) loops: Vec<SmolStr>,
    /// True within the expression of a condition, where `Condition` is a function.
    pub(super) in_condition: bool,
    /// What was named since someone took these.
    pub(super) references: Vec<Reference>,
    /// How texts lie that were read since someone took these.
    pub(super) layouts: Vec<(Span, Layout)>,
    /// What could not be understood.
    pub(super) broken: Vec<SmolStr>,
}

impl<'a> Values<'a> {
    pub(super) fn new(document: &'a Document, placed: &'a Placed, id: BlockId) -> Values<'a> {
        Values {
            document,
            text: &placed.block.text,
            start: placed.start,
            id,
            alias: None,
            aliases: 0,
            aliased_nodes: 0,
            depth: 0,
            found_loops: Vec::new(),
            loops: Vec::new(),
            in_condition: false,
            references: Vec::new(),
            layouts: Vec::new(),
            broken: Vec::new(),
        }
    }

    /// A value, whatever it is.
    pub(super) fn node(&mut self, node: &'a data::Node) -> Node {
        let value = self.guarded(|it| it.value(node)).unwrap_or(Value::Unknown);
        if let (Value::Scalar(_), Kind::Scalar { text, style }) = (&value, &node.kind) {
            self.lay_out(text, *style, content(node, self.text), node.range);
        }
        Node { value, span: self.span(node.range) }
    }

    /// A value without its tag: what a short form is given.
    pub(super) fn untagged(&mut self, node: &'a data::Node) -> Node {
        let value = self.guarded(|it| it.plain(node)).unwrap_or(Value::Unknown);
        if let (Value::Scalar(_), Kind::Scalar { text, style }) = (&value, &node.kind) {
            self.lay_out(text, *style, content(node, self.text), node.inner);
        }
        Node { value, span: self.span(node.inner) }
    }

    /// Calls `read` with what stands behind `node`, when it is an alias, or with itself. `None`: it cannot be known.
    pub(super) fn resolve<T>(
        &mut self,
        node: &'a data::Node,
        read: impl FnOnce(&mut Self, &'a data::Node) -> T,
    ) -> Option<T> {
        let Kind::Alias(name) = &node.kind else { return Some(read(self, node)) };
        if self.aliases >= MAX_ALIASES {
            return None;
        }
        let (placed, target) = self.document.anchor(name, self.start + node.range.start())?;
        if matches!(target.kind, Kind::Alias(_)) {
            // An anchor on an alias is not YAML; it stands for nothing.
            return None;
        }
        let saved = (self.text, self.start, self.alias);
        self.alias = Some(self.span(node.range));
        self.text = &placed.block.text;
        self.start = placed.start;
        self.aliases += 1;
        let made = Some(read(self, target));
        self.aliases -= 1;
        (self.text, self.start, self.alias) = saved;
        made
    }

    /// The body of `Fn::ForEach::Name`: `[Identifier, Collection, {OutputKey: OutputValue}]`. Only what it names is
    /// of interest; its own variable is none of that.
    pub(super) fn for_each(&mut self, name: Name, node: &'a data::Node) {
        let variable = match &node.kind {
            Kind::Sequence { items, .. } => items.first().and_then(|it| self.scalar_name(it)),
            _ => None,
        };
        self.loops.push(variable.map(|it| it.text).unwrap_or_default());
        let node = self.node(node);
        self.loops.pop();
        self.found_loops.push((name, node));
    }

    /// The loops of a block, as they are written.
    pub(super) fn read_loops(&mut self, block: &'a data::Block) {
        for pair in &block.pairs {
            match pair.key.text.starts_with(LOOP_PREFIX) {
                true => self.for_each(self.name(&pair.key), &pair.value),
                false => drop(self.node(&pair.value)),
            }
        }
        block.root.iter().for_each(|it| drop(self.node(it)));
    }

    /// Notes that something is named here.
    pub(super) fn refer(&mut self, kind: ReferenceKind, target: &Name, attribute: Option<&Name>) {
        if !target.text.is_empty() && !self.is_of_loop(&target.text) {
            self.references.push(Reference { kind, target: target.clone(), attribute: attribute.cloned() });
        }
    }

    /// True for a variable of a loop around, of which nothing is known, and a name that is put together with one.
    pub(super) fn is_of_loop(&self, name: &str) -> bool {
        !self.loops.is_empty() && (self.loops.iter().any(|it| it == name) || has_variable(name))
    }

    /// The place of `range`, counted in the block that is being read.
    pub(super) fn span(&self, range: TextRange) -> Span {
        self.alias.unwrap_or_else(|| Span::new(self.id, range))
    }

    pub(super) fn name(&self, word: &Word) -> Name {
        Name::new(word.text.clone(), self.span(word.range))
    }

    /// Notes how `text`, the value at `whole`, lies in its `content`, when a reader may ask.
    pub(super) fn lay_out(&mut self, text: &str, style: Style, content: TextRange, whole: TextRange) {
        let is_long = text.contains([' ', '\n', '{', '[']);
        // What comes through an alias has one place.
        if is_long
            && self.alias.is_none()
            && let Some(layout) =
                super::layout::align(text, self.slice(content), style, content.start() - whole.start())
        {
            self.layouts.push((self.span(whole), layout));
        }
    }

    /// The text of a scalar, as a name.
    pub(super) fn scalar_name(&self, node: &data::Node) -> Option<Name> {
        match &node.kind {
            Kind::Scalar { text, .. } => {
                let span = self.span(content(node, self.text));
                let trimmed = text.trim();
                Some(Name::new(if trimmed.len() == text.len() { text.clone() } else { trimmed.into() }, span))
            }
            _ => None,
        }
    }

    /// The source text of `range`.
    pub(super) fn slice(&self, range: TextRange) -> &'a str {
        self.text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or_default()
    }

    /// The source text of the block that is being read.
    pub(super) fn source(&self) -> &'a str {
        self.text
    }

    /// Calls `read` unless it would lead too deep or too far.
    fn guarded<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH || self.aliased_nodes >= MAX_ALIASED_NODES {
            return None;
        }
        if self.aliases > 0 {
            self.aliased_nodes += 1;
        }
        self.depth += 1;
        let made = read(self);
        self.depth -= 1;
        Some(made)
    }

    fn value(&mut self, node: &'a data::Node) -> Value {
        match &node.tag {
            Some(tag) => self.tagged(tag, node),
            None => self.plain(node),
        }
    }

    fn tagged(&mut self, tag: &'a Word, node: &'a data::Node) -> Value {
        match tag.text.strip_prefix('!') {
            // A tag of YAML itself. `!!str true` is a string.
            Some(standard) if standard.starts_with('!') => match self.plain(node) {
                Value::Bool(_) | Value::Null if standard == "!str" => Value::Scalar(Scalar {
                    text: match &node.kind {
                        Kind::Scalar { text, .. } => text.clone(),
                        _ => SmolStr::default(),
                    },
                    plain: false,
                }),
                value => value,
            },
            Some(short) if !short.is_empty() => {
                let function = match schema::template::function_of_tag(short) {
                    Some(name) => SmolStr::new_static(name),
                    None => smol_str::format_smolstr!("Fn::{short}"),
                };
                self.function(Name::new(function, self.span(tag.range)), node, true)
            }
            _ => self.plain(node),
        }
    }

    fn plain(&mut self, node: &'a data::Node) -> Value {
        match &node.kind {
            Kind::Nothing => Value::Missing,
            Kind::Scalar { text, .. } if text.contains(DYNAMIC_REFERENCE) => {
                let text = Name::new(text.clone(), self.span(content(node, self.text)));
                Value::Call(Box::new(Call::Dynamic(vec![Part::Text(text)])))
            }
            Kind::Scalar { text, style } => scalar(text, *style),
            Kind::Sequence { items, .. } => {
                let items = items.iter().map(|it| self.node(it)).collect();
                Value::List(List { items, open: false })
            }
            Kind::Mapping { pairs, .. } => self.mapping(pairs),
            Kind::Alias(_) => self.resolve(node, |it, target| it.node(target).value).unwrap_or(Value::Unknown),
            Kind::Broken => {
                let text = self.slice(node.range).into();
                self.broken.push(text);
                Value::Missing
            }
        }
    }

    fn mapping(&mut self, pairs: &'a [Pair]) -> Value {
        if let [pair] = pairs
            && !pair.incomplete
            && !pair.key.text.starts_with(LOOP_PREFIX)
            && (is_function_key(&pair.key.text) || self.is_condition(pair))
        {
            let name = self.name(&pair.key);
            return self.function(name, &pair.value, false);
        }
        let mut map = Map { entries: Vec::with_capacity(pairs.len()), open: false };
        for pair in pairs {
            if pair.incomplete {
                // Text that may have held any number of entries, unless it is just a key that is being typed.
                map.open |= !matches!(pair.value.kind, Kind::Nothing);
                let text = self.slice(pair.range).into();
                self.broken.push(text);
            } else if pair.key.text.starts_with(LOOP_PREFIX) {
                map.open = true;
                let name = self.name(&pair.key);
                self.for_each(name, &pair.value);
            } else if pair.key.text == "Fn::Transform" {
                map.open = true;
                self.node(&pair.value);
            } else if !super::is_merge_key(pair) {
                let entry = (self.name(&pair.key), self.node(&pair.value));
                map.entries.push(entry);
            }
        }
        // What is written in the mapping itself goes before what it takes over.
        for pair in pairs.iter().filter(|it| super::is_merge_key(it) && !it.incomplete) {
            self.merge(&pair.value, &mut map);
        }
        Value::Map(map)
    }

    /// Takes over the entries of what `<<` names.
    fn merge(&mut self, node: &'a data::Node, map: &mut Map) {
        if let Kind::Sequence { items, .. } = &node.kind {
            items.iter().for_each(|it| self.merge(it, map));
            return;
        }
        match self.node(node).value {
            Value::Map(other) => {
                map.open |= other.open;
                for (name, node) in other.entries {
                    if map.get(&name.text).is_none() {
                        map.entries.push((name, node));
                    }
                }
            }
            Value::Missing | Value::Null => (),
            _ => map.open = true,
        }
    }

    /// True for `Condition: Name` where that is an expression.
    fn is_condition(&self, pair: &Pair) -> bool {
        self.in_condition && pair.key.text == "Condition" && matches!(pair.value.kind, Kind::Scalar { .. })
    }
}

/// The value of a scalar without a function. CloudFormation reads YAML 1.1, but hands on almost everything as text:
/// only what is certain is typed here, see [`Node::as_bool`] for the rest.
pub(super) fn scalar(text: &SmolStr, style: Style) -> Value {
    let plain = style == Style::Plain;
    match text.as_str() {
        "true" | "True" | "TRUE" if plain => Value::Bool(true),
        "false" | "False" | "FALSE" if plain => Value::Bool(false),
        "null" | "Null" | "NULL" | "~" if plain => Value::Null,
        _ => Value::Scalar(Scalar { text: text.clone(), plain }),
    }
}

/// Where the text of a scalar is, in `source`: without tag, quotes, the header of a block scalar and the white space
/// around it.
pub(crate) fn content(node: &data::Node, source: &str) -> TextRange {
    let Kind::Scalar { text, style } = &node.kind else { return node.inner };
    let (start, end) = (usize::from(node.inner.start()), usize::from(node.inner.end()));
    let inner = source.get(start..end).unwrap_or_default();
    match style {
        Style::Plain => node.inner,
        Style::Single | Style::Double => {
            let quote = if *style == Style::Single { '\'' } else { '"' };
            let Some(rest) = inner.strip_prefix(quote) else { return node.inner };
            let length = rest.strip_suffix(quote).unwrap_or(rest).len();
            text::range(start + 1, start + 1 + length)
        }
        Style::Literal | Style::Folded => {
            let text = text.trim();
            let Some(body) = inner.find('\n') else { return node.inner };
            match inner[body..].find(text) {
                Some(at) if !text.is_empty() => text::range(start + body + at, start + body + at + text.len()),
                _ => node.inner,
            }
        }
    }
}
