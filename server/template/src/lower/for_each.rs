//! `Fn::ForEach`: loops are replaced by what they make before anything else is read.
//!
//! What a loop makes is a copy of its body for each item of its collection, with the item in the place of the variable. All
//! copies stand where the body stands, so that whatever is found in one of them is found there. A loop whose collection is
//! not known makes one copy, in which the variable is not known.
//!
//! See "Fn::ForEach" in the AWS CloudFormation Template Reference.

use super::Section;
use rustc_hash::FxHashSet;
use schema::template::{LOOP_PREFIX, function_of_tag};
use smol_str::SmolStr;
use std::sync::Arc;
use syntax::data::{Block, Document, Kind, Node, Pair, Placed, Role, Style, Word};
use text::TextRange;

/// More entries than this are not made of the loops of one block: no template may have as many.
const MAX_ENTRIES: usize = 1_000;
/// Copies of more values than this are not made of the loops of one block.
const MAX_NODES: usize = 200_000;
/// Loops within loops deeper than this are left alone.
const MAX_DEPTH: usize = 100;

/// A block without its loops.
#[derive(Debug)]
pub(crate) struct Expanded {
    /// The block, with the same text.
    pub(crate) placed: Placed,
    /// The collections that the loops went through.
    pub(crate) collections: Vec<Node>,
    /// What was asked of other blocks, and the answers.
    pub(crate) asked: Vec<Asked>,
    /// The variables of which nothing is known.
    pub(crate) unknown: Vec<SmolStr>,
    /// What the names start with that loops in sections give, where it is not certain which they give.
    pub(crate) generated: Vec<SmolStr>,
    /// Resources may come out of loops that do not show here.
    pub(crate) open: bool,
}

/// A collection that another block declares, and what it says.
#[derive(Debug, PartialEq)]
pub(crate) struct Asked {
    question: Question,
    answer: Option<Vec<SmolStr>>,
}

#[derive(Clone, Debug, PartialEq)]
enum Question {
    /// The default of a parameter, by name.
    Default(SmolStr),
    /// What a mapping has under its name and two keys.
    Mapping([SmolStr; 3]),
}

/// The items of a collection.
struct Collection {
    /// As it is written.
    node: Node,
    /// The items; `None` for one that is not known.
    items: Vec<Option<SmolStr>>,
    /// True when a deployment cannot bring others.
    certain: bool,
}

/// What stands for the variable of a loop in one of its copies; `None` when it is not known.
#[derive(Clone, Debug)]
struct Variable {
    name: SmolStr,
    item: Option<SmolStr>,
}

/// What a mapping has.
struct Made {
    pairs: Vec<Pair>,
    keys: FxHashSet<SmolStr>,
}

impl Asked {
    /// True when `document` still says the same.
    pub(crate) fn holds(&self, document: &Document) -> bool {
        self.question.answer(document) == self.answer
    }
}

/// True for a key or a name that a loop puts together.
pub(super) fn has_variable(text: &str) -> bool {
    text.contains("${") || text.contains("&{")
}

/// `placed` without its loops; `None` when it has none.
pub(super) fn expand(document: &Document, placed: &Placed, section: Option<Section>) -> Option<Expanded> {
    // An alias in a loop stands for what is written elsewhere, in which no variable is replaced.
    if !placed.block.text.contains(LOOP_PREFIX) || placed.block.has_aliases {
        return None;
    }
    let mut expansion = Expansion::new(document);
    let block = &placed.block;
    let (pairs, root) = match placed.role {
        Role::Entry => (expansion.entries(section?, &block.pairs)?, None),
        Role::Section => (expansion.sections(&block.pairs), None),
        Role::Root => {
            let root = block.root.as_ref()?;
            let Kind::Mapping { pairs, flow } = &root.kind else { return None };
            let kind = Kind::Mapping { pairs: expansion.sections(pairs), flow: *flow };
            (Vec::new(), Some(Node { kind, ..root.clone() }))
        }
        Role::Header | Role::Trivia => return None,
    };
    let block = Block {
        id: block.id,
        text: Arc::clone(&block.text),
        pairs,
        root,
        problems: block.problems.clone(),
        comments: block.comments.clone(),
        has_aliases: false,
    };
    Some(Expanded {
        placed: Placed { start: placed.start, role: placed.role, block: Arc::new(block) },
        collections: expansion.collections,
        asked: expansion.asked,
        unknown: expansion.unknown,
        generated: expansion.generated,
        open: expansion.open,
    })
}

struct Expansion<'d> {
    document: &'d Document,
    collections: Vec<Node>,
    asked: Vec<Asked>,
    unknown: Vec<SmolStr>,
    generated: Vec<SmolStr>,
    open: bool,
    variables: Vec<Variable>,
    entries: usize,
    nodes: usize,
}

impl<'d> Expansion<'d> {
    fn new(document: &'d Document) -> Expansion<'d> {
        Expansion {
            document,
            collections: Vec::new(),
            asked: Vec::new(),
            unknown: Vec::new(),
            generated: Vec::new(),
            open: false,
            variables: Vec::new(),
            entries: 0,
            nodes: 0,
        }
    }

    fn sections(&mut self, pairs: &[Pair]) -> Vec<Pair> {
        let expand = |pair: &Pair| match &pair.value.kind {
            Kind::Mapping { pairs, flow } if pair.value.tag.is_none() && !pair.incomplete => {
                let Some(pairs) = self.entries(Section::of(&pair.key.text), pairs) else { return pair.clone() };
                let value = Node { kind: Kind::Mapping { pairs, flow: *flow }, ..pair.value.clone() };
                Pair { value, ..pair.clone() }
            }
            _ => pair.clone(),
        };
        pairs.iter().map(expand).collect()
    }

    /// The entries of a section, `None` when a loop may not stand there.
    fn entries(&mut self, section: Section, pairs: &[Pair]) -> Option<Vec<Pair>> {
        if !matches!(section, Section::Conditions | Section::Resources | Section::Outputs) {
            return None;
        }
        let mut uncertain = Vec::new();
        let pairs = self.pairs(pairs, Some(&mut uncertain))?;
        if !uncertain.is_empty() {
            self.open |= section == Section::Resources;
            self.generated.extend(uncertain);
        }
        Some(pairs)
    }

    /// What a mapping has once its loops are replaced; `None` when it is too much.
    ///
    /// What the keys start with that a loop gives goes to `uncertain` where it is not certain which it gives. Without
    /// `uncertain` such a loop is left as it is.
    fn pairs(&mut self, pairs: &[Pair], mut uncertain: Option<&mut Vec<SmolStr>>) -> Option<Vec<Pair>> {
        let mut out = Made { pairs: Vec::with_capacity(pairs.len()), keys: FxHashSet::default() };
        out.keys.extend(pairs.iter().map(|it| it.key.text.clone()));
        for pair in pairs {
            let each = if self.variables.len() < MAX_DEPTH { Loop::of(pair) } else { None };
            let each = each.and_then(|it| Some((self.collection(it.collection)?, it)));
            match each {
                Some((collection, each)) if collection.certain || uncertain.is_some() => {
                    if let Some(uncertain) = uncertain.as_deref_mut().filter(|_| !collection.certain) {
                        uncertain.extend(prefixes(pair));
                    }
                    self.each(&each, &collection, &mut out, uncertain.as_deref_mut())?;
                    if !self.collections.contains(&collection.node) {
                        self.collections.push(collection.node);
                    }
                }
                _ => out.pairs.push(self.pair(pair)?),
            }
        }
        Some(out.pairs)
    }

    /// Adds what a loop makes to `out`.
    fn each(
        &mut self,
        each: &Loop<'_>,
        collection: &Collection,
        out: &mut Made,
        mut uncertain: Option<&mut Vec<SmolStr>>,
    ) -> Option<()> {
        for item in &collection.items {
            if item.is_none() && !self.unknown.contains(each.variable) {
                self.unknown.push(each.variable.clone());
            }
            self.variables.push(Variable { name: each.variable.clone(), item: item.clone() });
            let made = self.pairs(each.body, uncertain.as_deref_mut());
            self.variables.pop();
            for pair in made? {
                self.entries += 1;
                // Of two with one key the first counts.
                if out.keys.insert(pair.key.text.clone()) {
                    out.pairs.push(pair);
                }
            }
            if self.entries > MAX_ENTRIES {
                return None;
            }
        }
        Some(())
    }

    fn pair(&mut self, pair: &Pair) -> Option<Pair> {
        let text = self.replaced(&pair.key.text).unwrap_or_else(|| pair.key.text.clone());
        Some(Pair {
            key: Word { text, range: pair.key.range },
            value: self.node(&pair.value)?,
            range: pair.range,
            incomplete: pair.incomplete,
        })
    }

    fn node(&mut self, node: &Node) -> Option<Node> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return None;
        }
        if !self.variables.is_empty()
            && let Some(made) = self.of_variable(node)
        {
            return Some(made);
        }
        let kind = match &node.kind {
            Kind::Sequence { items, flow } => {
                let items = items.iter().map(|it| self.node(it)).collect::<Option<_>>()?;
                Kind::Sequence { items, flow: *flow }
            }
            Kind::Mapping { pairs, flow } => {
                let pairs = self.pairs(pairs, None)?;
                Kind::Mapping { pairs, flow: *flow }
            }
            kind => kind.clone(),
        };
        Some(Node { kind, ..node.clone() })
    }

    /// What comes of a string or a reference in which a variable stands; `None` for everything else.
    fn of_variable(&mut self, node: &Node) -> Option<Node> {
        if let Some(("Ref", argument)) = function(node)
            && let Kind::Scalar { text, .. } = &argument.kind
        {
            let variable = self.variables.iter().rev().find(|it| it.name == *text)?;
            return variable.item.clone().map(|item| literal(item, node.range));
        }
        if let Some(("Fn::Sub", argument)) = function(node) {
            return self.sub(node, argument);
        }
        let Kind::Scalar { text, style } = &node.kind else { return None };
        if let Some(text) = self.replaced(text) {
            let style = if *style == Style::Plain { Style::Double } else { *style };
            return Some(Node { kind: Kind::Scalar { text, style }, ..node.clone() });
        }
        let is_open = node.tag.is_none() && self.variables.iter().any(|it| it.item.is_none() && is_in(&it.name, text));
        // As the string that it is once the variable is known.
        is_open.then(|| {
            let tag = Word { text: SmolStr::new_static("!Sub"), range: TextRange::empty(node.range.start()) };
            Node { tag: Some(tag), ..node.clone() }
        })
    }

    /// `Fn::Sub` with the variables replaced that are known; the others are as good as any names in it.
    fn sub(&mut self, node: &Node, argument: &Node) -> Option<Node> {
        let template = match &argument.kind {
            Kind::Scalar { .. } => argument,
            Kind::Sequence { items, .. } => items.first()?,
            _ => return None,
        };
        let Kind::Scalar { text, style } = &template.kind else { return None };
        let text = self.replaced(text).unwrap_or_else(|| text.clone());
        if !text.contains("${") {
            // What is left of it when all is replaced is a string.
            return Some(literal(text, node.range));
        }
        let template = Node { kind: Kind::Scalar { text, style: *style }, ..template.clone() };
        let argument = match &argument.kind {
            Kind::Sequence { items, flow } => {
                let rest = items[1..].iter().map(|it| self.node(it));
                let items = std::iter::once(Some(template)).chain(rest).collect::<Option<_>>()?;
                Node { kind: Kind::Sequence { items, flow: *flow }, ..argument.clone() }
            }
            _ => template,
        };
        match &node.kind {
            Kind::Mapping { pairs, flow } if node.tag.is_none() => {
                let pairs = pairs.iter().map(|it| Pair { value: argument.clone(), ..it.clone() }).collect();
                Some(Node { kind: Kind::Mapping { pairs, flow: *flow }, ..node.clone() })
            }
            _ => Some(argument),
        }
    }

    /// `text` with the variables replaced that are known; `None` when none is in it.
    fn replaced(&self, text: &SmolStr) -> Option<SmolStr> {
        if !has_variable(text) {
            return None;
        }
        let mut out = text.to_string();
        for variable in self.variables.iter().rev() {
            if let Some(item) = &variable.item {
                out = out.replace(&format!("${{{}}}", variable.name), item);
                let plain: String = item.chars().filter(char::is_ascii_alphanumeric).collect();
                out = out.replace(&format!("&{{{}}}", variable.name), &plain);
            }
        }
        (out != text.as_str()).then(|| out.into())
    }

    /// The items of what a loop goes through; `None` for what is nothing to go through.
    fn collection(&mut self, node: &Node) -> Option<Collection> {
        let node = self.node(node)?;
        if let Some((name, argument)) = function(&node) {
            let question = match (name, &argument.kind) {
                ("Ref", Kind::Scalar { text, .. }) => Some(Question::Default(text.clone())),
                ("Fn::FindInMap", Kind::Sequence { items, .. }) => match items.as_slice() {
                    [map, first, second] => match (scalar(map), scalar(first), scalar(second)) {
                        (Some(map), Some(first), Some(second)) => Some(Question::Mapping([map, first, second])),
                        _ => None,
                    },
                    _ => None,
                },
                _ => None,
            };
            let certain = matches!(question, Some(Question::Mapping(_)));
            let answer = question.and_then(|it| self.ask(it));
            return Some(match answer {
                Some(items) => Collection { items: items.into_iter().map(Some).collect(), certain, node },
                None => Collection { items: vec![None], certain: false, node },
            });
        }
        let Kind::Sequence { items, .. } = &node.kind else { return None };
        let (mut found, mut certain) = (Vec::with_capacity(items.len()), true);
        for item in items {
            let known = scalar(item).filter(|it| !it.contains("{{resolve:"));
            certain &= known.is_some();
            found.push(known.or_else(|| match function(item) {
                Some(("Ref", Node { kind: Kind::Scalar { text, .. }, .. })) => {
                    let answer = self.ask(Question::Default(text.clone()));
                    answer.and_then(|it| <[SmolStr; 1]>::try_from(it).ok()).map(|[it]| it)
                }
                _ => None,
            }));
        }
        Some(Collection { items: found, certain, node })
    }

    fn ask(&mut self, question: Question) -> Option<Vec<SmolStr>> {
        let answer = question.answer(self.document);
        let asked = Asked { question, answer: answer.clone() };
        if !self.asked.contains(&asked) {
            self.asked.push(asked);
        }
        answer
    }
}

impl Question {
    fn answer(&self, document: &Document) -> Option<Vec<SmolStr>> {
        match self {
            Question::Default(name) => {
                let parameter = entry(document, "Parameters", name)?;
                let ty = scalar(value(parameter, "Type")?)?;
                let default = scalar(value(parameter, "Default")?)?;
                match ty.contains("List") {
                    // What is in the parameter store is not known.
                    _ if ty.starts_with("AWS::SSM::Parameter::Value") => None,
                    true => Some(default.split(',').map(|it| it.trim().into()).collect()),
                    false => Some(vec![default]),
                }
            }
            Question::Mapping([map, first, second]) => {
                let mapping = entry(document, "Mappings", map)?;
                match &value(value(mapping, first)?, second)?.kind {
                    Kind::Sequence { items, .. } => items.iter().map(scalar).collect(),
                    _ => None,
                }
            }
        }
    }
}

/// A loop: `[Variable, Collection, {Key: Value}]`.
struct Loop<'a> {
    variable: &'a SmolStr,
    collection: &'a Node,
    body: &'a [Pair],
}

impl<'a> Loop<'a> {
    fn of(pair: &'a Pair) -> Option<Loop<'a>> {
        if pair.incomplete || !pair.key.text.starts_with(LOOP_PREFIX) || pair.value.tag.is_some() {
            return None;
        }
        let Kind::Sequence { items, .. } = &pair.value.kind else { return None };
        let [variable, collection, body] = items.as_slice() else { return None };
        match (&variable.kind, &body.kind) {
            (Kind::Scalar { text, .. }, Kind::Mapping { pairs, .. }) if !text.is_empty() && variable.tag.is_none() => {
                Some(Loop { variable: text, collection, body: pairs })
            }
            _ => None,
        }
    }
}

/// What the names start with that a loop gives.
fn prefixes(pair: &Pair) -> Vec<SmolStr> {
    match Loop::of(pair) {
        Some(each) => each.body.iter().flat_map(prefixes).collect(),
        None => vec![prefix(&pair.key.text)],
    }
}

fn prefix(key: &str) -> SmolStr {
    key[..key.find(['$', '&']).unwrap_or(key.len())].into()
}

/// True when the variable called `name` stands in `text`.
fn is_in(name: &str, text: &str) -> bool {
    text.contains(&format!("${{{name}}}")) || text.contains(&format!("&{{{name}}}"))
}

/// The function that `node` is, in its short or long form, and its argument (which in the short form has the tag).
fn function(node: &Node) -> Option<(&str, &Node)> {
    if let Some(tag) = &node.tag {
        return Some((function_of_tag(tag.text.strip_prefix('!')?)?, node));
    }
    match &node.kind {
        Kind::Mapping { pairs, .. } => match pairs.as_slice() {
            [pair] if !pair.incomplete && pair.value.tag.is_none() => Some((&pair.key.text, &pair.value)),
            _ => None,
        },
        _ => None,
    }
}

/// The text of a scalar that stands for itself.
fn scalar(node: &Node) -> Option<SmolStr> {
    let is_function = node.tag.as_ref().is_some_and(|it| !it.text.starts_with("!!"));
    match &node.kind {
        Kind::Scalar { text, .. } if !is_function => Some(text.clone()),
        _ => None,
    }
}

fn literal(text: SmolStr, range: TextRange) -> Node {
    Node { kind: Kind::Scalar { text, style: Style::Double }, tag: None, anchor: None, range, inner: range }
}

fn value<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let Kind::Mapping { pairs, .. } = &node.kind else { return None };
    in_pairs(pairs, key)
}

fn in_pairs<'n>(pairs: &'n [Pair], key: &str) -> Option<&'n Node> {
    pairs.iter().find(|it| it.key.text == key && !it.incomplete).map(|it| &it.value)
}

/// What stands under `key` in a section.
fn entry<'d>(document: &'d Document, section: &str, key: &str) -> Option<&'d Node> {
    let mut is_within = false;
    document.blocks.iter().find_map(|placed| {
        let block = &*placed.block;
        match placed.role {
            Role::Trivia => None,
            Role::Root => value(value(block.root.as_ref()?, section)?, key),
            Role::Section => value(in_pairs(&block.pairs, section)?, key),
            Role::Header => {
                is_within = block.pairs.first().is_some_and(|it| it.key.text == section);
                None
            }
            Role::Entry if is_within => in_pairs(&block.pairs, key),
            Role::Entry => None,
        }
    })
}
