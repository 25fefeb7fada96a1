//! Text → model, one block at a time.

pub(crate) mod for_each;
mod function;
mod layout;
mod resource;
mod sub;
mod value;

use crate::file::duplicate;
use model::{
    Alias, BlockId, Comment, Condition, Entry, Mapping, Name, Node, Output, Parameter, Problem, Reading, Reference,
    ReferenceKind, Resource, SmolStr,
};
use schema::template::LOOP_PREFIX;
use std::sync::Arc;
use syntax::data::{self, Document, Kind, Pair, Placed, ProblemKind};
use text::{TextRange, TextSize};
use value::Values;
pub(crate) use value::content;

/// What a block says, in the model's terms; made once for as long as its text and its place are the same.
#[derive(Debug)]
pub(crate) struct LoweredBlock {
    pub(crate) id: BlockId,
    pub(crate) place: Place,
    pub(crate) resources: Vec<Arc<Resource>>,
    pub(crate) parameters: Vec<Arc<Parameter>>,
    pub(crate) mappings: Vec<Arc<Mapping>>,
    pub(crate) conditions: Vec<Arc<Condition>>,
    pub(crate) outputs: Vec<Arc<Output>>,
    pub(crate) transforms: Vec<Name>,
    pub(crate) rules: Vec<Arc<Entry>>,
    pub(crate) hooks: Vec<Arc<Entry>>,
    pub(crate) globals: Vec<Arc<Entry>>,
    pub(crate) sections: Vec<Arc<model::Section>>,
    pub(crate) references: Vec<Reference>,
    pub(crate) loops: Vec<Arc<Entry>>,
    pub(crate) aliases: Vec<Alias>,
    pub(crate) broken: Vec<SmolStr>,
    pub(crate) generated: Vec<SmolStr>,
    pub(crate) open: bool,
    pub(crate) problems: Vec<Arc<Problem>>,
    pub(crate) comments: Vec<Comment>,
    /// The template's `Metadata`.
    pub(crate) metadata: Option<model::Node>,
    /// What the loops in it asked of other blocks: when one of these answers otherwise, the block says something else.
    pub(crate) asked: Vec<for_each::Asked>,
    /// The keys that must not stand twice in the file: of the root (`None`) and of each section.
    pub(crate) declared: Vec<(Option<Section>, Name)>,
}

impl LoweredBlock {
    /// True when values of other blocks may depend on what this one declares.
    pub(crate) fn declares(&self) -> bool {
        !(self.parameters.is_empty()
            && self.mappings.is_empty()
            && self.conditions.is_empty()
            && self.transforms.is_empty())
    }
}

/// Where a block stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Trivia,
    Root,
    Section,
    Header,
    Entry(Section),
}

/// The sections of a template that mean something to the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Section {
    Parameters,
    Mappings,
    Conditions,
    Resources,
    Outputs,
    Rules,
    Hooks,
    Globals,
    Transform,
    Metadata,
    Other,
}

impl Section {
    pub(crate) fn of(key: &str) -> Section {
        match key {
            "Parameters" => Section::Parameters,
            "Mappings" => Section::Mappings,
            "Conditions" => Section::Conditions,
            "Resources" => Section::Resources,
            "Outputs" => Section::Outputs,
            "Rules" => Section::Rules,
            "Hooks" => Section::Hooks,
            "Globals" => Section::Globals,
            "Transform" => Section::Transform,
            "Metadata" => Section::Metadata,
            _ => Section::Other,
        }
    }

    /// True for the sections whose entries name things and declare nothing.
    fn is_naming(self) -> bool {
        matches!(self, Section::Rules | Section::Hooks | Section::Globals)
    }

    /// True when its entries are items of the model.
    fn has_entries(self) -> bool {
        !matches!(self, Section::Transform | Section::Metadata | Section::Other)
    }
}

/// Comments with one of these speak to a tool.
const MARKERS: &[&str] = &["stacklint:", "checkov:skip", "cfn_nag", "cfn-lint", "guard"];

/// Lowers one block.
pub(crate) struct Lower<'a> {
    values: Values<'a>,
    block: LoweredBlock,
}

impl<'a> Lower<'a> {
    /// What `placed`, a block of `document`, says.
    pub(crate) fn block(document: &Document, placed: &Placed, place: Place) -> LoweredBlock {
        let section = match place {
            Place::Entry(section) => Some(section),
            _ => None,
        };
        match for_each::expand(document, placed, section) {
            None => Lower::new(document, placed, place).read(placed),
            Some(expanded) => {
                let mut lower = Lower::new(document, &expanded.placed, place);
                lower.values.loops.extend(expanded.unknown);
                lower.block.generated = expanded.generated;
                lower.block.open = expanded.open;
                lower.block.asked = expanded.asked;
                // As they are written, the ones within others too.
                let mut written = Values::new(document, placed, lower.block.id);
                written.read_loops(&placed.block);
                for collection in &expanded.collections {
                    lower.values.node(collection);
                }
                lower.block.references.append(&mut lower.values.references);
                let mut block = lower.read(&expanded.placed);
                block.loops = loops(written.found_loops);
                block
            }
        }
    }

    fn new(document: &'a Document, placed: &'a Placed, place: Place) -> Lower<'a> {
        let id = BlockId::fresh();
        let block = LoweredBlock {
            id,
            place,
            resources: Vec::new(),
            parameters: Vec::new(),
            mappings: Vec::new(),
            conditions: Vec::new(),
            outputs: Vec::new(),
            transforms: Vec::new(),
            rules: Vec::new(),
            hooks: Vec::new(),
            globals: Vec::new(),
            sections: Vec::new(),
            references: Vec::new(),
            loops: Vec::new(),
            aliases: Vec::new(),
            broken: Vec::new(),
            generated: Vec::new(),
            open: false,
            problems: Vec::new(),
            comments: Vec::new(),
            metadata: None,
            asked: Vec::new(),
            declared: Vec::new(),
        };
        Lower { values: Values::new(document, placed, id), block }
    }

    fn read(mut self, placed: &'a Placed) -> LoweredBlock {
        let lower = &mut self;
        match lower.block.place {
            Place::Trivia => (),
            Place::Root => {
                if let Some(Kind::Mapping { pairs, .. }) = placed.block.root.as_ref().map(|it| &it.kind) {
                    pairs.iter().for_each(|it| lower.section(it));
                }
            }
            Place::Section => placed.block.pairs.iter().for_each(|it| lower.section(it)),
            Place::Header => {
                for pair in &placed.block.pairs {
                    lower.declare(None, pair);
                    lower.root_key(pair, None);
                }
            }
            Place::Entry(section) => lower.entries(section, &placed.block.pairs),
        }
        placed.block.pairs.iter().for_each(|it| lower.aliases_of(it, false));
        placed.block.root.iter().for_each(|it| lower.aliases(it, false));
        lower.problems(&placed.block);
        lower.comments(&placed.block);
        lower.block.broken.append(&mut lower.values.broken);
        lower.block.loops = loops(std::mem::take(&mut lower.values.found_loops));
        self.block
    }

    /// A root pair with all that is in it.
    fn section(&mut self, pair: &'a Pair) {
        if pair.incomplete {
            self.block.broken.push(pair.key.text.clone());
            return;
        }
        self.declare(None, pair);
        let section = Section::of(&pair.key.text);
        let is_map = pair.value.tag.is_none() && matches!(pair.value.kind, Kind::Mapping { .. });
        if section.has_entries() && is_map {
            self.root_key(pair, None);
        } else {
            let node = self.values.node(&pair.value);
            // Nothing is resolved there.
            self.values.references.clear();
            if section == Section::Metadata {
                self.block.metadata = Some(node.clone());
            }
            self.root_key(pair, Some(node));
        }
        match section {
            Section::Transform => self.transforms(&pair.value),
            Section::Metadata | Section::Other => (),
            // A section that is written elsewhere and put in by a transform.
            _ if pair.value.tag.is_some() => {
                self.block.open = true;
                self.block.generated.push(SmolStr::default());
            }
            _ => match &pair.value.kind {
                Kind::Mapping { pairs, .. } => self.entries(section, pairs),
                Kind::Broken => self.block.broken.push(self.values.slice(pair.value.range).into()),
                _ => (),
            },
        }
    }

    fn root_key(&mut self, pair: &'a Pair, node: Option<Node>) {
        let name = self.values.name(&pair.key);
        self.block.sections.push(Arc::new(model::Section { name, node }));
    }

    /// The entries of a section.
    fn entries(&mut self, section: Section, pairs: &'a [Pair]) {
        for pair in pairs {
            if pair.incomplete {
                self.block.broken.push(self.values.slice(pair.range).into());
                continue;
            }
            if !for_each::has_variable(self.values.slice(pair.key.range)) {
                self.declare(Some(section), pair);
            }
            if pair.key.text.starts_with(LOOP_PREFIX) {
                self.entry_loop(section, pair);
            } else if pair.key.text == "Fn::Transform" && !section.is_naming() {
                self.block.open |= section == Section::Resources;
                self.block.generated.push(SmolStr::default());
                self.values.node(&pair.value);
                self.block.references.append(&mut self.values.references);
            } else {
                self.entry(section, pair);
            }
        }
    }

    fn entry(&mut self, section: Section, pair: &'a Pair) {
        let name = self.values.name(&pair.key);
        match section {
            Section::Resources => {
                let resource = self.resource(name, pair);
                self.block.resources.push(Arc::new(resource));
            }
            Section::Parameters => {
                let node = self.values.node(&pair.value);
                // What a parameter says is taken as it is.
                self.values.references.clear();
                let ty = node.get("Type").and_then(Node::as_str).unwrap_or_default().into();
                let default = node.get("Default").cloned();
                let allowed_values = node.get("AllowedValues").and_then(Node::as_list).map(|it| it.items.clone());
                self.block.parameters.push(Arc::new(Parameter { name, ty, default, allowed_values, node }));
            }
            Section::Mappings => {
                self.plain_keys(&pair.value);
                let node = self.values.node(&pair.value);
                self.block.references.append(&mut self.values.references);
                self.block.mappings.push(Arc::new(Mapping { name, node }));
            }
            Section::Conditions => {
                self.values.in_condition = true;
                let node = self.values.node(&pair.value);
                self.values.in_condition = false;
                let references = std::mem::take(&mut self.values.references);
                self.block.conditions.push(Arc::new(Condition { name, node, references }));
            }
            Section::Outputs => {
                let node = self.values.node(&pair.value);
                let mut references = std::mem::take(&mut self.values.references);
                let condition = self.condition_of(&pair.value, &mut references);
                self.block.outputs.push(Arc::new(Output { name, node, references, condition }));
            }
            Section::Rules | Section::Hooks | Section::Globals => {
                let node = self.values.node(&pair.value);
                let references = std::mem::take(&mut self.values.references);
                let entry = Arc::new(Entry { name, node, references });
                match section {
                    Section::Rules => self.block.rules.push(entry),
                    Section::Hooks => self.block.hooks.push(entry),
                    _ => self.block.globals.push(entry),
                }
            }
            Section::Transform | Section::Metadata | Section::Other => (),
        }
    }

    /// A loop as an entry of a section that could not be expanded: it declares entries whose names are put together from the loop's values.
    fn entry_loop(&mut self, section: Section, pair: &'a Pair) {
        self.block.open |= section == Section::Resources;
        let mut bodies = vec![&pair.value];
        while let Some(body) = bodies.pop() {
            let Kind::Sequence { items, .. } = &body.kind else { continue };
            let Some(Kind::Mapping { pairs, .. }) = items.get(2).map(|it| &it.kind) else { continue };
            for pair in pairs {
                if pair.key.text.starts_with(LOOP_PREFIX) {
                    bodies.push(&pair.value);
                } else {
                    let start = pair.key.text.find(['$', '&']).unwrap_or(pair.key.text.len());
                    self.block.generated.push(pair.key.text[..start].into());
                }
            }
        }
        self.values.in_condition = section == Section::Conditions;
        let name = self.values.name(&pair.key);
        self.values.for_each(name, &pair.value);
        self.values.in_condition = false;
        self.block.references.append(&mut self.values.references);
    }

    /// `Transform`: a name, or a name with parameters, or a list of these.
    fn transforms(&mut self, node: &'a data::Node) {
        match &node.kind {
            Kind::Scalar { text, style } if matches!(value::scalar(text, *style), model::Value::Null) => (),
            Kind::Scalar { .. } => self.block.transforms.extend(self.values.scalar_name(node)),
            Kind::Sequence { items, .. } => items.iter().for_each(|it| self.transforms(it)),
            Kind::Mapping { pairs, .. } => {
                // With parameters it may put in anything at all, `AWS::Include` too.
                self.block.open = true;
                self.block.generated.push(SmolStr::default());
                let name = pairs.iter().find(|it| it.key.text == "Name").or(pairs.first());
                if let Some(pair) = name {
                    let name = self.values.scalar_name(&pair.value).unwrap_or_else(|| self.values.name(&pair.key));
                    self.block.transforms.push(name);
                }
            }
            _ => (),
        }
    }

    /// What `Condition:` says in a resource or an output.
    fn condition_of(&self, node: &'a data::Node, references: &mut Vec<Reference>) -> Option<Name> {
        let Kind::Mapping { pairs, .. } = &node.kind else { return None };
        let pair = pairs.iter().find(|it| it.key.text == "Condition" && !it.incomplete)?;
        let name = self.values.scalar_name(&pair.value)?;
        if !self.values.is_of_loop(&name.text) {
            references.push(Reference { kind: ReferenceKind::Condition, target: name.clone(), attribute: None });
        }
        Some(name)
    }

    fn declare(&mut self, section: Option<Section>, pair: &'a Pair) {
        if !pair.incomplete && section.is_none_or(|it| it.has_entries() && !it.is_naming()) {
            let name = self.values.name(&pair.key);
            self.block.declared.push((section, name));
        }
    }

    /// Reports keys of a mapping that CloudFormation takes for something else: no look-up can find them.
    fn plain_keys(&mut self, node: &data::Node) {
        let Kind::Mapping { pairs, .. } = &node.kind else { return };
        for pair in pairs {
            let is_plain = pair.range.start() == pair.key.range.start() && !pair.incomplete;
            if let Some(reading) = Reading::of(&pair.key.text).filter(|_| is_plain) {
                let key = &pair.key.text;
                self.block.problems.push(Arc::new(Problem {
                    rule: "ambiguous-scalar",
                    span: self.values.span(pair.key.range),
                    message: format!(
                        "To CloudFormation, the key `{key}` without quotes is {reading}: no look-up finds `{key}`. Put it in quotes."
                    ),
                    related: Vec::new(),
                }));
            }
            self.plain_keys(&pair.value);
        }
    }

    /// Notes where the text repeats a part of itself, outer before inner.
    fn aliases(&mut self, node: &data::Node, is_merged: bool) {
        match &node.kind {
            Kind::Mapping { pairs, .. } => pairs.iter().for_each(|it| self.aliases_of(it, is_merged)),
            Kind::Sequence { items, .. } => items.iter().for_each(|it| self.aliases(it, is_merged)),
            // What a merge key takes over is no alias of its own.
            Kind::Alias(_) if !is_merged => {
                self.block.aliases.push(Alias { span: self.values.span(node.range), merge: false });
            }
            Kind::Alias(_) | Kind::Scalar { .. } | Kind::Nothing | Kind::Broken => (),
        }
    }

    fn aliases_of(&mut self, pair: &Pair, is_merged: bool) {
        let is_merge = is_merge_key(pair) && !pair.incomplete;
        if is_merge {
            self.block.aliases.push(Alias { span: self.values.span(pair.key.range), merge: true });
        }
        self.aliases(&pair.value, is_merged || is_merge);
    }

    fn problems(&mut self, block: &'a data::Block) {
        for problem in &block.problems {
            let span = self.values.span(problem.range);
            let made = match problem.kind {
                ProblemKind::DuplicateKey => {
                    let roots = block.pairs.iter().map(|it| &it.value).chain(&block.root);
                    let name = Name::new(self.values.slice(problem.range), span);
                    match roots.into_iter().find_map(|it| first_of(it, problem.range)) {
                        Some(first) => duplicate(&Name::new(first.text.clone(), span), self.values.span(first.range)),
                        None => duplicate(&name, span),
                    }
                }
                ProblemKind::Syntax | ProblemKind::Limit => {
                    self.block.broken.push(self.values.slice(problem.range).into());
                    Problem { rule: "syntax-error", span, message: problem.message.clone(), related: Vec::new() }
                }
                ProblemKind::UnknownAlias => {
                    Problem { rule: "syntax-error", span, message: problem.message.clone(), related: Vec::new() }
                }
            };
            self.block.problems.push(Arc::new(made));
        }
    }

    fn comments(&mut self, block: &'a data::Block) {
        for &range in &block.comments {
            let text = self.values.slice(range);
            if MARKERS.iter().any(|it| text.contains(it)) {
                let before = self.values.slice(TextRange::new(TextSize::default(), range.start()));
                let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
                self.block.comments.push(Comment {
                    span: self.values.span(range),
                    text: text.trim_start_matches('#').trim().to_owned(),
                    own_line: line.trim().is_empty(),
                });
            }
        }
    }
}

/// True for the key that takes over the entries of another mapping; in quotes it is a key like any other.
pub(crate) fn is_merge_key(pair: &Pair) -> bool {
    pair.key.text == "<<" && pair.range.start() == pair.key.range.start()
}

fn loops(found: Vec<(Name, Node)>) -> Vec<Arc<Entry>> {
    found.into_iter().map(|(name, node)| Arc::new(Entry { name, node, references: Vec::new() })).collect()
}

/// The first key with the name of the key at `second`, in the mapping that holds the latter.
fn first_of(node: &data::Node, second: TextRange) -> Option<&data::Word> {
    if !node.range.contains_range(second) {
        return None;
    }
    match &node.kind {
        Kind::Mapping { pairs, .. } => match pairs.iter().find(|it| it.key.range == second) {
            Some(pair) => pairs.iter().map(|it| &it.key).find(|it| it.text == pair.key.text),
            None => pairs.iter().find_map(|it| first_of(&it.value, second)),
        },
        Kind::Sequence { items, .. } => items.iter().find_map(|it| first_of(it, second)),
        _ => None,
    }
}
