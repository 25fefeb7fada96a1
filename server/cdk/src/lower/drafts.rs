//! The resources that constructs make, from the first word of them to the stacks that they are in.

use super::Lowering;
use crate::{constructs, home, library, unique_id};
use model::{BlockId, Call, Map, Name, Node, Parameter, Reference, ReferenceKind, Resource, SmolStr, Span, Value};
use text::TextRange;

/// What a file was lowered to, before it is compared with its last state.
#[derive(Debug, Default)]
pub(crate) struct Drafts {
    pub(crate) stacks: Vec<StackDraft>,
    pub(crate) program: model::Program,
}

#[derive(Debug, Default)]
pub(crate) struct StackDraft {
    pub(crate) name: Option<Name>,
    pub(crate) resources: Vec<Draft>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) metadata: Option<Node>,
    pub(crate) open: bool,
    pub(crate) open_networks: bool,
    pub(crate) path: Option<SmolStr>,
    pub(crate) region: Option<SmolStr>,
    pub(crate) account: Option<SmolStr>,
}

/// A resource, and what raising a change of it needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) resource: Resource,
    pub(crate) stack: usize,
    /// The index of the argument that configures it, in the call or `new` that is its origin.
    pub(crate) props_index: usize,
    /// The class by whose words it is configured: `aws-s3.Bucket`, `aws-s3.CfnBucket`.
    pub(crate) words: SmolStr,
    /// Where the table of that class has it: the construct, and the resource's index in the table.
    pub(crate) table: Option<(usize, usize)>,
    /// The construct that makes it, where that is one.
    pub(crate) construct: Option<usize>,
}

impl Lowering<'_> {
    /// Adds a resource; the main one of the construct at `index` when it has none yet.
    pub(crate) fn add(&mut self, index: usize, ty: &str, properties: Map, words: &str) -> usize {
        let construct = &self.constructs[index];
        let main = construct.resource.is_none();
        let (key, id, class_span) = (construct.key.clone(), construct.id.clone(), construct.class_span);
        let origin = construct.place.at.span();
        let (stack, class) = (construct.place.stack, construct.class.clone());
        let condition = self.condition(construct.place.region);
        let path = self.path_of_resource(index, ty, main);
        let key = if main { key } else { self.key(stack, &format!("{key}/{}", ty.rsplit("::").next().unwrap_or(ty))) };
        let open = vec![
            (Name::new("DeletionPolicy", id.span), Node::unknown(id.span)),
            (Name::new("UpdateReplacePolicy", id.span), Node::unknown(id.span)),
        ];
        self.drafts.push(Draft {
            resource: Resource {
                key,
                ty: Name::new(ty, class_span),
                properties: Node { value: Value::Map(properties), span: id.span },
                condition,
                attributes: Map { entries: open, open: false },
                references: Vec::new(),
                origin,
                construct: (!constructs::is_l1(&class)).then_some(class),
                path,
                logical_id: None,
                overridden: Vec::new(),
                misfits: Vec::new(),
                texts: model::Texts::default(),
                made: None,
                id,
            },
            stack,
            props_index: 2,
            words: words.into(),
            table: None,
            construct: Some(index),
        });
        let draft = self.drafts.len() - 1;
        if main {
            self.constructs[index].resource = Some(draft);
        }
        draft
    }

    /// Adds a resource that the table of its class gives the construct at `index`.
    pub(crate) fn add_made(&mut self, index: usize, made: library::Made) -> usize {
        let words = self.constructs[index].class.clone();
        let draft = self.add(index, made.ty, made.properties, &words);
        let construct = &self.constructs[index];
        let (key, origin, stack) = (construct.key.clone(), construct.place.at.span(), construct.place.stack);
        let number = self.drafts.iter().rev().skip(1).take_while(|it| it.table.is_some_and(|it| it.0 == index)).count();
        let path = library::class(&words).and_then(|it| self.path_in_table(index, &it.resources[made.resource].path));
        let it = &mut self.drafts[draft];
        it.table = Some((index, made.resource));
        it.resource.path = path;
        it.props_index = library::class(&words).and_then(|it| usize::try_from(it.props).ok()).unwrap_or(2);
        it.resource.attributes = made.attributes;
        it.resource.condition = it.resource.condition.take().or(made.condition);
        if number > 0 {
            it.resource.key = made.key.clone();
            self.keys.insert((stack, made.key));
        }
        if number > 0 || self.constructs[index].inner {
            // Changes go by origin: each further resource has one of its own, within that of the construct.
            let own = self.fresh_origin(origin);
            let it = &mut self.drafts[draft].resource;
            it.origin = own;
            it.made = Some(model::Made { of: key, origin, paths: Vec::new() });
        }
        draft
    }

    /// Adds a resource that the construct at `index` makes at `path` below itself, for what stands at `id`.
    pub(crate) fn add_below(&mut self, index: usize, path: &str, ty: &str, id: Name, properties: Map) -> usize {
        let construct = &self.constructs[index];
        let (of, origin, stack) = (construct.key.clone(), construct.place.at.span(), construct.place.stack);
        let full = construct.path.as_ref().map(|it| format!("{it}/{path}").into());
        let is_of_it = |it: &&Draft| it.resource.origin.start() == origin.start();
        let number = self.drafts.iter().rev().take_while(is_of_it).count();
        let draft = self.add(index, ty, properties, "");
        let key: SmolStr = format!("{of}/{path}").into();
        self.keys.insert((stack, key.clone()));
        let it = &mut self.drafts[draft];
        // Changes go by origin, as far as there are places for it.
        let length = usize::from(origin.range.len());
        let end = origin.range.end() - text::size(number.min(length.saturating_sub(1)));
        it.resource.origin = Span::new(origin.block, TextRange::new(origin.range.start(), end));
        it.resource.made = Some(model::Made { of, origin, paths: Vec::new() });
        it.resource.key = key;
        it.resource.id = id;
        it.resource.path = full;
        it.resource.attributes.open = true;
        it.props_index = usize::MAX;
        draft
    }

    /// The stacks that the file has a part in, as it shows them.
    pub(super) fn finish(mut self) -> Drafts {
        let mut drafts = self.drafts_by_stack();
        for draft in std::mem::take(&mut self.drafts) {
            let is_own = self.starts.contains_key(&draft.resource.origin.block);
            let path = drafts.stacks[draft.stack].path.as_deref();
            let draft = self.settled(draft, path, &|it| self.starts.contains_key(&it.block) == is_own);
            drafts.stacks[draft.stack].resources.push(draft);
        }
        let starts = &self.starts;
        let place = |span: Span| {
            starts.get(&span.block).map_or(usize::MAX, |it| it.saturating_add(usize::from(span.range.start())))
        };
        for stack in &mut drafts.stacks {
            stack.resources.sort_by_key(|it| place(it.resource.origin));
        }
        // A class that extends nothing of the library and makes nothing is none of its business; nor is a stack in which
        // the file makes nothing.
        let mut stacks = self.scopes.stacks.iter();
        drafts.stacks.retain(|draft| {
            let is_own = |it: &Draft| starts.contains_key(&it.resource.origin.block);
            let declared = stacks.next().is_some_and(|it| it.module == 0 && it.of_library);
            declared || !draft.parameters.is_empty() || draft.resources.iter().any(is_own)
        });
        drafts
    }

    /// All stacks, with the file that declares each.
    pub(super) fn finish_whole(mut self, module_of: &dyn Fn(BlockId) -> usize) -> Vec<(StackDraft, Option<usize>)> {
        let mut drafts = self.drafts_by_stack();
        for draft in std::mem::take(&mut self.drafts) {
            let home = module_of(draft.resource.origin.block);
            let path = drafts.stacks[draft.stack].path.as_deref();
            let draft = self.settled(draft, path, &|it| module_of(it.block) == home);
            drafts.stacks[draft.stack].resources.push(draft);
        }
        let declares = self.scopes.stacks.iter().map(|it| it.of_library.then_some(it.module));
        drafts.stacks.into_iter().zip(declares).collect()
    }

    fn settled(&self, mut draft: Draft, stack: Option<&str>, is_home: &dyn Fn(Span) -> bool) -> Draft {
        if !self.program.files.is_empty() {
            home::settle(&mut draft.resource, is_home);
        }
        unique_id::settle(stack, &mut draft);
        draft.resource.references = references(&draft.resource);
        draft
    }

    /// The stacks, without their resources.
    fn drafts_by_stack(&mut self) -> Drafts {
        let mut drafts = Drafts::default();
        for stack in &self.scopes.stacks {
            let name = stack.class.and_then(|it| it.head.name.clone());
            let path = stack.node.and_then(|it| self.path(it));
            let [region, account] = ["region", "account"].map(|it| self.environment(stack.node?, it));
            drafts.stacks.push(StackDraft { name, path, region, account, ..StackDraft::default() });
        }
        for (stack, parameter) in std::mem::take(&mut self.parameters) {
            drafts.stacks[stack].parameters.push(parameter);
        }
        for (stack, metadata) in std::mem::take(&mut self.metadata) {
            drafts.stacks[stack].metadata = Some(metadata);
        }
        for stack in std::mem::take(&mut self.open).into_iter().chain(self.scopes.cut.iter().copied()) {
            drafts.stacks[stack].open = true;
        }
        for stack in std::mem::take(&mut self.open_networks) {
            drafts.stacks[stack].open_networks = true;
        }
        drafts
    }
}

/// Everything that the properties of `resource` name.
fn references(resource: &Resource) -> Vec<Reference> {
    let mut out = Vec::new();
    let reference = |kind, target: &Name, attribute: Option<&Name>| Reference {
        kind,
        target: target.clone(),
        attribute: attribute.cloned(),
    };
    resource.properties.walk(&mut |node| {
        let Value::Call(call) = &node.value else { return };
        match &**call {
            Call::Ref(name) => out.push(reference(ReferenceKind::Ref, name, None)),
            Call::GetAtt { resource, attribute } => {
                out.push(reference(ReferenceKind::GetAtt, resource, attribute.as_ref()));
            }
            _ => (),
        }
    });
    out
}
