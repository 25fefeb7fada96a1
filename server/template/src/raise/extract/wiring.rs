//! What goes in and out of a nested stack.

use super::names::free;
use model::{Call, Change, Literal, Node, ReferenceKind, Resource, SmolStr, Span, Stack, Value};
use rustc_hash::FxHashSet;
use schema::resources::{Types, resource_type};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How the nested stack is connected.
#[derive(Debug, Default)]
pub(super) struct Wiring {
    /// The parameters of the new template.
    pub(super) parameters: Vec<Input>,
    /// Its outputs.
    pub(super) outputs: Vec<Give>,
    /// The conditions and mappings that it needs, in the order of the text.
    pub(super) conditions: Vec<SmolStr>,
    pub(super) mappings: Vec<SmolStr>,
    /// Those that nothing else here needs.
    pub(super) unneeded_conditions: Vec<SmolStr>,
    pub(super) unneeded_mappings: Vec<SmolStr>,
    /// What the nested stack is created after, without naming it.
    pub(super) depends_on: Vec<SmolStr>,
    /// The condition that it is created under.
    pub(super) condition: Option<SmolStr>,
    /// What changes in the resources that move.
    pub(super) inner: Vec<Change>,
    /// What changes in all that stays.
    pub(super) outer: Vec<Change>,
}

/// A parameter of the new template.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) name: SmolStr,
    /// Its type, where it is not declared as the parameter of that name is here.
    pub(super) ty: Option<SmolStr>,
    /// What is given for it.
    pub(super) value: Literal,
    /// True where the value is a list, which is given as a text with commas.
    pub(super) is_list: bool,
    /// The condition under which there is a value.
    pub(super) condition: Option<SmolStr>,
}

/// An output of the new template.
#[derive(Debug)]
pub(super) struct Give {
    pub(super) name: SmolStr,
    pub(super) value: Literal,
    pub(super) condition: Option<SmolStr>,
}

/// A place that names a resource or a parameter.
#[derive(Debug)]
struct Use {
    span: Span,
    target: SmolStr,
    attribute: Option<SmolStr>,
}

impl Wiring {
    /// `None` where a connection cannot be made, or cannot be made without doubt.
    pub(super) fn of(stack: &Stack, selected: &[&Arc<Resource>], nested: &SmolStr) -> Option<Wiring> {
        let moves = |key: &str| selected.iter().any(|it| it.key == key);
        if goes_around(stack, selected) {
            return None;
        }
        let mut wiring = Wiring::default();
        wiring.copy_declarations(stack, selected)?;
        wiring.find_inputs(stack, selected, &moves)?;
        wiring.find_outputs(stack, nested, &moves)?;
        wiring.find_order(stack, selected, nested, &moves)?;
        wiring.find_condition(selected)?;
        wiring.find_unneeded(stack, &moves);
        Some(wiring)
    }

    /// The conditions and mappings that the resources need, and the conditions and mappings that these need.
    fn copy_declarations(&mut self, stack: &Stack, selected: &[&Arc<Resource>]) -> Option<()> {
        let references = selected.iter().flat_map(|it| &it.references);
        let mut wanted: Vec<(ReferenceKind, SmolStr)> =
            references.map(|it| (it.kind, it.target.text.clone())).collect();
        let (mut conditions, mut mappings) = (BTreeSet::new(), BTreeSet::new());
        while let Some((kind, name)) = wanted.pop() {
            match kind {
                ReferenceKind::Condition if conditions.insert(name.clone()) => {
                    let condition = stack.declarations.condition(&name)?;
                    wanted.extend(condition.references.iter().map(|it| (it.kind, it.target.text.clone())));
                }
                ReferenceKind::FindInMap if mappings.insert(name.clone()) => {
                    stack.declarations.mapping(&name)?;
                }
                _ => (),
            }
        }
        let names = |it: &model::Name| it.text.clone();
        self.conditions = stack.declarations.conditions.iter().map(|it| names(&it.name)).collect();
        self.conditions.retain(|it| conditions.contains(it));
        self.mappings = stack.declarations.mappings.iter().map(|it| names(&it.name)).collect();
        self.mappings.retain(|it| mappings.contains(it));
        Some(())
    }

    /// What the resources name of what stays.
    fn find_inputs(&mut self, stack: &Stack, selected: &[&Arc<Resource>], moves: &dyn Fn(&str) -> bool) -> Option<()> {
        let mut parameters = BTreeSet::new();
        let mut resources = BTreeSet::new();
        let mut attributes: BTreeMap<(SmolStr, SmolStr), SmolStr> = BTreeMap::new();
        for condition in self.conditions.iter().filter_map(|it| stack.declarations.condition(it)) {
            let references = condition.references.iter().filter(|it| it.kind == ReferenceKind::Ref);
            parameters.extend(references.map(|it| it.target.text.clone()).filter(|it| !it.contains("::")));
        }
        let mut taken: BTreeSet<SmolStr> = selected.iter().map(|it| it.key.clone()).collect();
        taken.extend(stack.resources.iter().map(|it| it.key.clone()));
        taken.extend(stack.declarations.parameters.iter().map(|it| it.name.text.clone()));
        for it in uses_of(selected.iter().flat_map(|it| nodes(it)))? {
            if it.target.contains("::") || moves(&it.target) {
                continue;
            }
            let Some(attribute) = it.attribute else {
                match stack.resource(&it.target) {
                    Some(_) => resources.insert(it.target),
                    None => parameters.insert(it.target),
                };
                continue;
            };
            is_text(stack, &it.target, &attribute).then_some(())?;
            let key = (it.target.clone(), attribute.clone());
            let name = attributes.entry(key).or_insert_with(|| {
                let name = free(&joined(&it.target, &attribute), |it| !taken.contains(it));
                taken.insert(name.clone());
                name
            });
            self.inner.push(Change::Replace { span: it.span, value: Literal::Ref(name.clone()) });
        }
        for parameter in stack.declarations.parameters.iter().filter(|it| parameters.remove(&it.name.text)) {
            let resolved = parameter.ty.strip_prefix("AWS::SSM::Parameter::Value<").and_then(|it| it.strip_suffix('>'));
            let ty = resolved.map(|it| if it.starts_with("List<") { "CommaDelimitedList" } else { it });
            let is_list =
                parameter.is_list() || resolved.is_some_and(|it| it == "CommaDelimitedList" || it.starts_with("List<"));
            let name = parameter.name.text.clone();
            let value = Literal::Ref(name.clone());
            self.parameters.push(Input { name, ty: ty.map(Into::into), value, is_list, condition: None });
        }
        // What is named and not declared cannot be handed on.
        if !parameters.is_empty() {
            return None;
        }
        let text = || Some(SmolStr::new_static("String"));
        let condition = |key: &str| stack.resource(key).and_then(|it| it.condition.as_ref()).map(|it| it.text.clone());
        for name in resources {
            let (condition, value) = (condition(&name), Literal::Ref(name.clone()));
            self.parameters.push(Input { name, ty: text(), value, is_list: false, condition });
        }
        for ((resource, attribute), name) in attributes {
            let (condition, value) = (condition(&resource), Literal::GetAtt(resource, attribute));
            self.parameters.push(Input { name, ty: text(), value, is_list: false, condition });
        }
        Some(())
    }

    /// What all that stays names of the resources.
    fn find_outputs(&mut self, stack: &Stack, nested: &SmolStr, moves: &dyn Fn(&str) -> bool) -> Option<()> {
        let staying = stack.resources.iter().filter(|it| !moves(&it.key)).flat_map(|it| nodes(it));
        let outputs = stack.outputs.iter().map(|it| &it.node);
        let entries = stack.rules.iter().chain(&stack.hooks).map(|it| &it.node);
        let metadata = stack.metadata.iter();
        let mut names: BTreeMap<(SmolStr, Option<SmolStr>), SmolStr> = BTreeMap::new();
        for it in uses_of(staying.chain(outputs).chain(entries).chain(metadata))? {
            if !moves(&it.target) {
                continue;
            }
            if let Some(attribute) = &it.attribute {
                is_text(stack, &it.target, attribute).then_some(())?;
            }
            let key = (it.target.clone(), it.attribute.clone());
            let wanted = match &it.attribute {
                Some(attribute) => joined(&it.target, attribute),
                None => it.target.to_string(),
            };
            let known: BTreeSet<SmolStr> = names.values().cloned().collect();
            let name = names.entry(key).or_insert_with(|| free(&wanted, |it| !known.contains(it)));
            let attribute = format!("Outputs.{name}");
            let value = Literal::GetAtt(nested.clone(), attribute.into());
            self.outer.push(Change::Replace { span: it.span, value });
        }
        for ((target, attribute), name) in names {
            let condition = stack.resource(&target)?.condition.as_ref().map(|it| it.text.clone());
            let value = match attribute {
                Some(attribute) => Literal::GetAtt(target, attribute),
                None => Literal::Ref(target),
            };
            self.outputs.push(Give { name, value, condition });
        }
        Some(())
    }

    /// What comes before what: `DependsOn` from one side to the other.
    fn find_order(
        &mut self,
        stack: &Stack,
        selected: &[&Arc<Resource>],
        nested: &SmolStr,
        moves: &dyn Fn(&str) -> bool,
    ) -> Option<()> {
        for resource in selected {
            for item in depends_on(resource).iter().filter(|it| !moves(it.as_str().unwrap_or_default())) {
                let name = SmolStr::new(item.as_str()?);
                stack.resource(&name)?;
                self.inner.push(Change::Delete { span: item.span });
                let is_named = self.parameters.iter().any(|it| match &it.value {
                    Literal::Ref(it) | Literal::GetAtt(it, _) => *it == name,
                    _ => false,
                });
                if !is_named && !self.depends_on.contains(&name) {
                    self.depends_on.push(name);
                }
            }
        }
        for resource in stack.resources.iter().filter(|it| !moves(&it.key)) {
            let names_output = resource.references.iter().any(|it| {
                moves(&it.target.text) && !matches!(it.kind, ReferenceKind::DependsOn | ReferenceKind::Condition)
            });
            let mut is_said = names_output;
            for item in depends_on(resource).into_iter().filter(|it| moves(it.as_str().unwrap_or_default())) {
                let span = item.span;
                self.outer.push(match is_said {
                    true => Change::Delete { span },
                    false => Change::Replace { span, value: Literal::text(nested.as_str()) },
                });
                is_said = true;
            }
        }
        Some(())
    }

    /// A stack must have something in it: where all depends on one condition, so does the stack.
    fn find_condition(&mut self, selected: &[&Arc<Resource>]) -> Option<()> {
        let mut conditions: Vec<_> = selected.iter().map(|it| it.condition.as_ref().map(|it| &it.text)).collect();
        conditions.dedup();
        match conditions.as_slice() {
            [Some(condition)] => self.condition = Some((*condition).clone()),
            conditions if conditions.iter().all(Option::is_some) => return None,
            _ => (),
        }
        Some(())
    }

    /// The conditions and mappings of which nothing that stays speaks.
    fn find_unneeded(&mut self, stack: &Stack, moves: &dyn Fn(&str) -> bool) {
        let is_condition = |kind| kind == ReferenceKind::Condition;
        let stays = |it: &Option<&Arc<Resource>>| it.is_none_or(|it| !moves(&it.key));
        let in_conditions: FxHashSet<Span> =
            stack.declarations.conditions.iter().flat_map(|it| &it.references).map(|it| it.target.span).collect();
        let others =
            stack.all_references().filter(|(resource, it)| stays(resource) && !in_conditions.contains(&it.target.span));
        let mut needed: Vec<(bool, SmolStr)> = others
            .filter(|(_, it)| matches!(it.kind, ReferenceKind::Condition | ReferenceKind::FindInMap))
            .map(|(_, it)| (is_condition(it.kind), it.target.text.clone()))
            .collect();
        needed.extend(self.parameters.iter().filter_map(|it| it.condition.clone()).map(|it| (true, it)));
        needed.extend(self.condition.clone().map(|it| (true, it)));
        // What was of no use before is none of our business.
        let unused = stack.declarations.conditions.iter().filter(|it| !self.conditions.contains(&it.name.text));
        needed.extend(unused.map(|it| (true, it.name.text.clone())));
        let mut known = BTreeSet::new();
        while let Some(it) = needed.pop() {
            if known.insert(it.clone())
                && let (true, Some(condition)) = (it.0, stack.declarations.condition(&it.1))
            {
                needed.extend(condition.references.iter().filter_map(|it| match it.kind {
                    ReferenceKind::Condition | ReferenceKind::FindInMap => {
                        Some((is_condition(it.kind), it.target.text.clone()))
                    }
                    _ => None,
                }));
            }
        }
        let without = |all: &[SmolStr], kind: bool| -> Vec<SmolStr> {
            all.iter().filter(|it| !known.contains(&(kind, (*it).clone()))).cloned().collect()
        };
        self.unneeded_conditions = without(&self.conditions, true);
        self.unneeded_mappings = without(&self.mappings, false);
    }
}

/// Everything that is written about a resource and may name something by a function.
fn nodes(resource: &Resource) -> impl Iterator<Item = &Node> {
    let attributes = resource.attributes.entries.iter().filter(|(name, _)| name.text != "DependsOn");
    std::iter::once(&resource.properties).chain(attributes.map(|(_, node)| node))
}

/// The items of `DependsOn`.
fn depends_on(resource: &Resource) -> Vec<&Node> {
    match resource.attributes.get("DependsOn") {
        Some(Node { value: Value::List(list), .. }) => list.items.iter().collect(),
        Some(node) => vec![node],
        None => Vec::new(),
    }
}

/// Every place in `nodes` that names something, once; `None` where one names what is not known before deployment.
fn uses_of<'n>(nodes: impl Iterator<Item = &'n Node>) -> Option<Vec<Use>> {
    let mut out: Vec<Use> = Vec::new();
    let mut is_known = true;
    for node in nodes {
        node.walk(&mut |node| {
            let Value::Call(call) = &node.value else { return };
            let it = match &**call {
                Call::Ref(name) => Use { span: node.span, target: name.text.clone(), attribute: None },
                Call::GetAtt { resource, attribute: Some(attribute) } => {
                    Use { span: node.span, target: resource.text.clone(), attribute: Some(attribute.text.clone()) }
                }
                Call::GetAtt { attribute: None, .. } => return is_known = false,
                Call::FindInMap { map, .. } if map.as_str().is_none() => return is_known = false,
                Call::Other { function, .. } if function.text == "Fn::Transform" => return is_known = false,
                _ => return,
            };
            if !out.iter().any(|known| known.span == it.span) {
                out.push(it);
            }
        });
    }
    is_known.then_some(out)
}

/// True where an attribute is a text: a list would need to be joined and split again.
fn is_text(stack: &Stack, resource: &str, attribute: &str) -> bool {
    let Some(resource) = stack.resource(resource) else { return false };
    let schema = resource_type(&resource.ty.text).and_then(|it| it.attribute(attribute));
    schema.is_none_or(|it| !it.types().intersects(Types::ARRAY) && !it.types().intersects(Types::OBJECT))
}

/// `BucketArn` for the attribute `Arn` of `Bucket`.
fn joined(resource: &str, attribute: &str) -> String {
    let letters = attribute.chars().filter(char::is_ascii_alphanumeric);
    resource.chars().chain(letters).collect()
}

/// True where something that stays comes both after and before what moves: the two stacks would wait for each other.
fn goes_around(stack: &Stack, selected: &[&Arc<Resource>]) -> bool {
    let moves = |key: &str| selected.iter().any(|it| it.key == key);
    let targets = |resource: &Resource| -> Vec<SmolStr> {
        let named = resource.references.iter().filter(|it| !matches!(it.kind, ReferenceKind::Condition));
        named.map(|it| it.target.text.clone()).filter(|it| stack.resource(it).is_some()).collect()
    };
    let mut open: Vec<SmolStr> = selected.iter().flat_map(|it| targets(it)).filter(|it| !moves(it)).collect();
    let mut seen = BTreeSet::new();
    while let Some(key) = open.pop() {
        if !seen.insert(key.clone()) {
            continue;
        }
        for target in stack.resource(&key).map(|it| targets(it)).unwrap_or_default() {
            if moves(&target) {
                return true;
            }
            open.push(target);
        }
    }
    false
}
