//! Stacks and what they consist of.

use crate::condition::Logic;
use crate::evaluated::Evaluated;
use crate::{BlockId, Call, Dependencies, Map, Name, Node, Part, Span, Texts, Value};
use rustc_hash::{FxHashMap, FxHasher};
use smol_str::SmolStr;
use std::hash::Hasher;
use std::sync::{Arc, OnceLock};

/// A stack, as a template states it or as CDK code would synthesise it.
///
/// Its items are shared with the stacks of earlier states of the file: an item whose text did not change is the same
/// one.
#[derive(Debug, Default)]
pub struct Stack {
    /// What it was written in.
    pub source: Source,
    /// The stack's class in CDK; `None` for a template.
    pub name: Option<Name>,
    /// In CDK, the path of this instance of the class in the tree of constructs; `None` where nothing makes one.
    pub path: Option<SmolStr>,
    /// The region that a CDK program says it goes to.
    pub region: Option<SmolStr>,
    /// The account that a CDK program says it goes to.
    pub account: Option<SmolStr>,
    /// The resources, in the order of the text.
    pub resources: Vec<Arc<Resource>>,
    /// What values may depend on without depending on other resources.
    pub declarations: Arc<Declarations>,
    /// The outputs.
    pub outputs: Vec<Arc<Output>>,
    /// The entries of `Rules`.
    pub rules: Vec<Arc<Entry>>,
    /// The entries of `Hooks`.
    pub hooks: Vec<Arc<Entry>>,
    /// The entries of `Globals`, which `AWS::Serverless` merges into its resources.
    pub globals: Vec<Arc<Entry>>,
    /// The loops (`Fn::ForEach`) as they are written, wherever they stand. What they make is among the resources, outputs,
    /// conditions and values, as far as it is known; what they name is noted with it.
    pub loops: Vec<Arc<Entry>>,
    /// References that stand outside of all resources, outputs, declarations and entries.
    pub references: Vec<Reference>,
    /// The number of lines of a template in YAML; `None` for JSON, where a tool decides on it, and for CDK.
    pub lines: Option<usize>,
    /// The root keys as written, in their order.
    pub sections: Vec<Arc<Section>>,
    /// The template's own `Metadata`.
    pub metadata: Option<Node>,
    /// The nested stacks whose template is a local file, by the key of the resource.
    pub nested: FxHashMap<SmolStr, Nested>,
    /// How many bytes the template has.
    pub size: usize,
    /// Where the text repeats a part of itself: a tool has to write these out before CloudFormation sees the template.
    pub aliases: Vec<Alias>,
    /// The text of pieces that could not be understood. A name that occurs in one may be declared there.
    pub broken: Vec<SmolStr>,
    /// More resources may exist than the text shows: made by a macro, a loop, or a construct that is not known.
    pub open: bool,
    /// More subnets may exist than the text shows, with the routes, gateways and whatever else belongs to them: in CDK, a VPC
    /// that lies in as many zones as it finds.
    pub open_networks: bool,
    /// What the names of resources and other items start with that a transform makes and the text does not show.
    pub generated: Vec<SmolStr>,
    index: OnceLock<Index>,
    dependencies: OnceLock<Dependencies>,
}

/// The language that a stack was written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// A CloudFormation template.
    #[default]
    Template,
    /// An AWS CDK program.
    Cdk,
}

/// Parameters, mappings, conditions: what a value may depend on besides other resources. Of two with one name the last
/// counts.
///
/// Equal when built from the same blocks, so that a rule which looks at one resource and at these need not run again
/// when neither has changed.
#[derive(Debug, Default)]
pub struct Declarations {
    /// The parameters.
    pub parameters: Vec<Arc<Parameter>>,
    /// The mappings.
    pub mappings: Vec<Arc<Mapping>>,
    /// The named conditions.
    pub conditions: Vec<Arc<Condition>>,
    /// The transforms, as written: `AWS::Serverless-2016-10-31`, `AWS::LanguageExtensions`, names of macros.
    pub transforms: Vec<Name>,
    /// The blocks that all of these were read from, in order.
    pub blocks: Vec<BlockId>,
    /// The conditions as formulas.
    pub(crate) logic: Arc<OnceLock<Logic>>,
    /// What evaluation made for this state of the file.
    pub(crate) evaluated: Evaluated,
    names: OnceLock<Names>,
}

/// Where each name is.
#[derive(Debug, Default)]
struct Names {
    parameters: FxHashMap<SmolStr, usize>,
    mappings: FxHashMap<SmolStr, usize>,
    conditions: FxHashMap<SmolStr, usize>,
}

impl PartialEq for Declarations {
    fn eq(&self, other: &Declarations) -> bool {
        self.blocks == other.blocks
    }
}

/// A resource, in CloudFormation's shape whichever way it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// What references to it say: the logical id in a template; in CDK a name that is unique in its stack.
    pub key: SmolStr,
    /// The logical id in a template, as it is written where a loop puts it together (`Bucket${Name}`); the construct id in
    /// CDK: what people know it by, and where to point at.
    pub id: Name,
    /// The CloudFormation type, and the place that names it: the value of `Type`, the class of a construct.
    pub ty: Name,
    /// The properties: a [`Map`], open where the text does not show all.
    pub properties: Node,
    /// The condition that it is created under.
    pub condition: Option<Name>,
    /// `DeletionPolicy` and the other attributes beside `Type` and `Properties`.
    pub attributes: Map,
    /// Everything that it names.
    pub references: Vec<Reference>,
    /// What stands under `Type`, `Properties` or the resource's own id without having the shape that must stand there.
    pub misfits: Vec<(Name, Node)>,
    /// How its longer texts lie in the file.
    pub texts: Texts,
    /// Set for a resource that a transform makes, and that no one wrote.
    pub made: Option<Made>,
    /// The whole declaration, for the front end that wrote it. A resource that a transform makes has one of its own, which
    /// lies in no file.
    pub origin: Span,
    /// In CDK, the class of the library that makes this resource (`aws-s3.Bucket`), `None` for a template or an L1.
    /// Rules don't ask for it; a fix that speaks of constructs may.
    pub construct: Option<SmolStr>,
    /// In CDK, its path in the tree of constructs, as synthesis names it: `Shop/Orders/Table/Resource`. `None` where it is
    /// not known, and for a template.
    pub path: Option<SmolStr>,
    /// In CDK, what synthesis calls it in the template: `OrdersTable1A2B3C4D`. `None` where that is not known, and for a
    /// template, where it is the key.
    pub logical_id: Option<SmolStr>,
    /// In CDK, the properties that the program itself gives the resource of a construct, by an escape hatch such as
    /// `addPropertyOverride`. A template and an L1, of which all are the author's own, have none.
    pub overridden: Vec<Overridden>,
}

/// A property that a program gives a resource past the construct that makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overridden {
    /// Its dotted path; empty for all properties.
    pub path: SmolStr,
    /// True when all names are CloudFormation's own; false where they are those of props.
    pub is_verbatim: bool,
}

/// How a resource comes about that no one wrote: `AWS::Serverless` makes it of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// The key of the resource that it is made of; empty where the stack has it for all that ask for it.
    pub of: SmolStr,
    /// The origin of that resource.
    pub origin: Span,
    /// Where a property of this one is written in that one: pairs of dotted paths, from here to there, the longest that
    /// fits counts. A property that none fits cannot be written.
    pub paths: Vec<(SmolStr, SmolStr)>,
}

impl Made {
    /// Made for a whole stack; what was the first to ask for it is at `origin`.
    pub fn of_stack(origin: Span) -> Made {
        Made { of: SmolStr::default(), origin, paths: Vec::new() }
    }
}

/// A root key of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The key.
    pub name: Name,
    /// What stands there; `None` for the map of a section whose entries are items of their own.
    pub node: Option<Node>,
}

/// A place where the text repeats a part of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The alias, or the key that takes over the entries of a map.
    pub span: Span,
    /// True when it takes over the entries of a map (`<<`), false when it stands for a value.
    pub merge: bool,
}

/// An entry of a section that declares nothing, but names things.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its key.
    pub name: Name,
    /// Everything written about it.
    pub node: Node,
    /// What it names.
    pub references: Vec<Reference>,
}

/// A nested stack whose template is a file, to be packaged before it is deployed.
#[derive(Clone, Debug, PartialEq)]
pub struct Nested {
    /// The path of the template, as written.
    pub path: SmolStr,
    /// What it takes and gives; `None` when there is no such file.
    pub interface: Option<Arc<Interface>>,
}

/// What the template of a nested stack takes and gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Interface {
    /// Its parameters.
    pub parameters: Vec<Arc<Parameter>>,
    /// The names of its outputs.
    pub outputs: Vec<SmolStr>,
    /// What the names of things start with that may be in it although it does not show them.
    pub generated: Vec<SmolStr>,
    /// True when a transform or a part that could not be understood may add to either.
    pub open: bool,
}

/// A parameter of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its type, such as `String` or `AWS::EC2::VPC::Id`.
    pub ty: SmolStr,
    /// Its default.
    pub default: Option<Node>,
    /// The values that it may have; `None` when any will do.
    pub allowed_values: Option<Vec<Node>>,
    /// Everything written about it.
    pub node: Node,
}

/// A mapping of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// Its name.
    pub name: Name,
    /// The two levels of keys.
    pub node: Node,
}

/// A named condition of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Its name.
    pub name: Name,
    /// The expression.
    pub node: Node,
    /// What the expression names.
    pub references: Vec<Reference>,
}

/// An output of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Its name.
    pub name: Name,
    /// Everything written about it.
    pub node: Node,
    /// What it names.
    pub references: Vec<Reference>,
    /// The condition that it is made under.
    pub condition: Option<Name>,
}

/// A place that names something by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The way in which it does so.
    pub kind: ReferenceKind,
    /// The name; its span covers just the name.
    pub target: Name,
    /// The attribute, for those that name one.
    pub attribute: Option<Name>,
}

/// The ways to name something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceKind {
    /// `Ref`: parameters, pseudo parameters and resources.
    Ref,
    /// `Fn::GetAtt`: resources.
    GetAtt,
    /// `${Name}` in `Fn::Sub`: parameters, pseudo parameters and resources.
    Sub,
    /// `${Name.Attribute}` in `Fn::Sub`: resources.
    SubGetAtt,
    /// `DependsOn`: resources.
    DependsOn,
    /// `Condition:`, `Fn::If` and `Condition` in an expression: conditions.
    Condition,
    /// `Fn::FindInMap`: mappings.
    FindInMap,
}

/// What a name in a stack stands for.
#[derive(Clone, Debug)]
pub enum Item<'a> {
    /// A resource.
    Resource(&'a Arc<Resource>),
    /// A parameter.
    Parameter(&'a Arc<Parameter>),
}

impl Interface {
    /// The parameter called `name`.
    pub fn parameter(&self, name: &str) -> Option<&Arc<Parameter>> {
        self.parameters.iter().find(|it| it.name.text == name)
    }

    /// True when it may have an output called `name`.
    pub fn may_give(&self, name: &str) -> bool {
        self.open || self.outputs.iter().any(|it| it == name) || self.generated.iter().any(|it| name.starts_with(&**it))
    }
}

#[derive(Debug, Default)]
struct Index {
    by_key: FxHashMap<SmolStr, usize>,
    by_type: FxHashMap<SmolStr, Vec<usize>>,
}

impl Stack {
    /// The resource that references know as `key`: what is made of it, where a transform makes another of that name.
    pub fn resource(&self, key: &str) -> Option<&Arc<Resource>> {
        self.position(key).map(|it| &self.resources[it])
    }

    /// The index, among the resources, of the one that references know as `key`.
    pub fn position(&self, key: &str) -> Option<usize> {
        self.index().by_key.get(key).copied()
    }

    /// Which resource names which.
    pub fn dependencies(&self) -> &Dependencies {
        self.dependencies.get_or_init(|| Dependencies::of_stack(self))
    }

    /// The resources of a type, in the order of the text.
    pub fn resources_of<'a>(&'a self, ty: &str) -> impl Iterator<Item = &'a Arc<Resource>> + use<'a> {
        let indices = self.index().by_type.get(ty).map(Vec::as_slice).unwrap_or_default();
        indices.iter().map(|it| &self.resources[*it])
    }

    /// The types of the resources, each once, in no particular order.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.index().by_type.keys().map(SmolStr::as_str)
    }

    /// The resource or parameter called `name`.
    pub fn item(&self, name: &str) -> Option<Item<'_>> {
        self.resource(name).map(Item::Resource).or_else(|| self.declarations.parameter(name).map(Item::Parameter))
    }

    /// Every reference that someone wrote, with the resource that it stands in.
    pub fn all_references(&self) -> impl Iterator<Item = (Option<&Arc<Resource>>, &Reference)> {
        let written = self.resources.iter().filter(|it| it.made.is_none());
        let of_resources = written.flat_map(|it| it.references.iter().map(move |r| (Some(it), r)));
        let conditions = self.declarations.conditions.iter().flat_map(|it| &it.references);
        let outputs = self.outputs.iter().flat_map(|it| &it.references);
        let entries = self.rules.iter().chain(&self.hooks).chain(&self.globals).flat_map(|it| &it.references);
        of_resources.chain(conditions.chain(outputs).chain(entries).chain(&self.references).map(|it| (None, it)))
    }

    /// True when something called `name` may exist although the text does not show it: it occurs in a piece that
    /// could not be understood, or a transform makes it.
    pub fn may_declare(&self, name: &str) -> bool {
        self.broken.iter().any(|it| it.contains(name)) || self.generated.iter().any(|it| name.starts_with(&**it))
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let mut index = Index::default();
            for (i, resource) in self.resources.iter().enumerate() {
                // Of two with one key the last counts.
                index.by_key.insert(resource.key.clone(), i);
                index.by_type.entry(resource.ty.text.clone()).or_default().push(i);
            }
            index
        })
    }
}

impl Resource {
    /// True for what a stack has because some construct asked for it: nobody wrote it and nobody can change it.
    pub fn is_of_stack(&self) -> bool {
        self.made.as_ref().is_some_and(|it| it.of.is_empty())
    }

    /// Something about the resource as it is written that takes a walk to find out: found once, and kept for as long as the
    /// resource stays the same. All who ask must ask for the same thing.
    pub fn facts(&self, find: impl FnOnce(&Resource) -> u8) -> u8 {
        *self.texts.facts.get_or_init(|| find(self))
    }

    /// Those of `sought` that may stand in a text of its properties and attributes, of which `DependsOn` is none: at least
    /// their first word does. What the texts say is found once.
    pub fn may_say<'n>(&self, sought: &Sought<'n>) -> Vec<&'n str> {
        let words = self.texts.words.get_or_init(|| self.words());
        let found = words.iter().filter_map(|it| sought.by_word.get(it)).flatten();
        found.chain(&sought.without_words).copied().collect()
    }

    fn words(&self) -> Box<[u32]> {
        let mut words = Vec::new();
        let mut visit = |node: &Node| match &node.value {
            Value::Scalar(scalar) => words.extend(words_of(&scalar.text)),
            Value::Call(call) => {
                if let Call::Sub(parts) | Call::Dynamic(parts) = &**call {
                    let texts = parts.iter().filter_map(|it| match it {
                        Part::Text(text) => Some(text),
                        _ => None,
                    });
                    words.extend(texts.flat_map(|it| words_of(&it.text)));
                }
            }
            _ => (),
        };
        self.properties.walk(&mut visit);
        self.attributes.entries.iter().filter(|it| it.0.text != "DependsOn").for_each(|it| it.1.walk(&mut visit));
        words.sort_unstable();
        words.dedup();
        words.into()
    }
}

/// Names to be looked for in texts.
#[derive(Debug, Default)]
pub struct Sought<'n> {
    /// By the hash of the first word.
    by_word: FxHashMap<u32, Vec<&'n str>>,
    without_words: Vec<&'n str>,
}

impl<'n> Sought<'n> {
    /// These names.
    pub fn new(names: impl IntoIterator<Item = &'n str>) -> Sought<'n> {
        let mut sought = Sought::default();
        for name in names {
            match words_of(name).next() {
                Some(word) => sought.by_word.entry(word).or_default().push(name),
                None => sought.without_words.push(name),
            }
        }
        sought
    }
}

/// The hashes of the words of a text: of the letters and digits between all else.
fn words_of(text: &str) -> impl Iterator<Item = u32> + '_ {
    let words = text.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    words.map(|it| {
        let mut hasher = FxHasher::default();
        hasher.write(it.as_bytes());
        // The upper half is the better mixed.
        (hasher.finish() >> 32) as u32
    })
}

impl Parameter {
    /// The values that a `Ref` of it may come to, where only these can be; `None` for any. What an SSM parameter or a list
    /// allows is not its value, but the name or an item.
    pub fn domain(&self) -> Option<&[Node]> {
        let is_text = !self.ty.starts_with("AWS::SSM::") && !self.is_list();
        self.allowed_values.as_deref().filter(|it| is_text && !it.is_empty())
    }

    /// True when its value is a list, given as one text with commas.
    pub fn is_list(&self) -> bool {
        self.ty == "CommaDelimitedList" || self.ty.starts_with("List<")
    }
}

impl Declarations {
    /// Takes over what was found out about equal declarations of an earlier state, but not the values that were made with
    /// them: those go when that state goes.
    pub fn follow(&mut self, earlier: &Declarations) {
        self.logic = Arc::clone(&earlier.logic);
    }

    /// The parameter called `name`.
    pub fn parameter(&self, name: &str) -> Option<&Arc<Parameter>> {
        self.names().parameters.get(name).map(|it| &self.parameters[*it])
    }

    /// The mapping called `name`.
    pub fn mapping(&self, name: &str) -> Option<&Arc<Mapping>> {
        self.names().mappings.get(name).map(|it| &self.mappings[*it])
    }

    /// The condition called `name`.
    pub fn condition(&self, name: &str) -> Option<&Arc<Condition>> {
        self.names().conditions.get(name).map(|it| &self.conditions[*it])
    }

    /// The names, found once: a template has as many references as lines. Of two with one name the last counts.
    fn names(&self) -> &Names {
        fn indices<'a>(names: impl Iterator<Item = &'a Name>) -> FxHashMap<SmolStr, usize> {
            names.enumerate().map(|(index, it)| (it.text.clone(), index)).collect()
        }
        self.names.get_or_init(|| Names {
            parameters: indices(self.parameters.iter().map(|it| &it.name)),
            mappings: indices(self.mappings.iter().map(|it| &it.name)),
            conditions: indices(self.conditions.iter().map(|it| &it.name)),
        })
    }

    /// True when the stack uses this transform.
    pub fn has_transform(&self, name: &str) -> bool {
        self.transforms.iter().any(|it| it.text == name)
    }
}
