//! Resources.

use super::Lower;
use super::for_each::has_variable;
use model::{Map, Name, Node, Reference, ReferenceKind, Resource, Texts, Value};
use schema::template::LOOP_PREFIX;
use syntax::data::{self, Kind, Pair};

impl<'a> Lower<'a> {
    pub(super) fn resource(&mut self, mut name: Name, pair: &'a Pair) -> Resource {
        let key = name.text.clone();
        // One of several that a loop makes is known by what is written there.
        let written = self.values.slice(pair.key.range);
        if has_variable(written) {
            name.text = written.into();
        }
        let mut resource = Resource {
            key,
            ty: Name::new("", name.span),
            properties: Node::empty_map(name.span),
            condition: None,
            attributes: Map::default(),
            references: Vec::new(),
            logical_id: None,
            overridden: Vec::new(),
            misfits: Vec::new(),
            texts: Texts::default(),
            made: None,
            origin: self.values.span(pair.range),
            construct: None,
            path: None,
            id: name,
        };
        let made = self.values.resolve(&pair.value, |values, node| {
            let mut references = Vec::new();
            match &node.kind {
                Kind::Mapping { pairs, .. } => {
                    for pair in pairs {
                        read(values, pair, &mut resource, &mut references);
                    }
                }
                Kind::Broken => values.broken.push(values.slice(node.range).into()),
                _ => {
                    let misfit = values.node(node);
                    resource.misfits.push((resource.id.clone(), misfit));
                }
            }
            let mut all = std::mem::take(&mut values.references);
            all.append(&mut references);
            all
        });
        match made {
            Some(references) => resource.references = references,
            // What it is made of is not known.
            None => resource.properties.value = Value::Map(Map { entries: Vec::new(), open: true }),
        }
        resource.texts = Texts::new(std::mem::take(&mut self.values.layouts));
        self.generated(&resource);
        resource
    }

    /// The names of what takes the place of a resource: the resources of a module. What `AWS::Serverless` makes is found
    /// where all of the template is known.
    fn generated(&mut self, resource: &Resource) {
        if is_module(&resource.ty.text) {
            self.block.generated.push(resource.key.clone());
        }
    }
}

/// True for a module of the CloudFormation registry, whose resources are named after the resource that stands for it (see
/// "Using modules" in the AWS CloudFormation User Guide), and for a type that is not a word: what a packaging tool such as
/// Rain puts there before it deploys does the same.
fn is_module(ty: &str) -> bool {
    ty.is_empty() || ty.ends_with("::MODULE")
}

/// Reads what stands under one key of a resource.
fn read<'a>(
    values: &mut super::value::Values<'a>,
    pair: &'a Pair,
    resource: &mut Resource,
    references: &mut Vec<Reference>,
) {
    let name = values.name(&pair.key);
    let is_open = |node: &Node| Node {
        value: Value::Map(Map { entries: node.as_map().map(|it| it.entries.clone()).unwrap_or_default(), open: true }),
        span: node.span,
    };
    match pair.key.text.as_str() {
        _ if pair.incomplete => values.broken.push(values.slice(pair.range).into()),
        "Type" => {
            resource.ty = match values.scalar_name(&pair.value) {
                Some(ty) if pair.value.tag.is_none() && !ty.text.is_empty() => ty,
                _ => {
                    let node = values.node(&pair.value);
                    let span = node.span;
                    resource.misfits.push((name, node));
                    Name::new("", span)
                }
            };
        }
        "Properties" => {
            let node = values.node(&pair.value);
            if !matches!(node.value, Value::Map(_)) {
                // Its first property may be half typed, and may name anything.
                values.broken.push(values.slice(pair.value.range).into());
                resource.misfits.push((name, node.clone()));
            }
            resource.properties = match node.value {
                Value::Map(_) => node,
                Value::Missing | Value::Null => Node::empty_map(node.span),
                _ => is_open(&node),
            };
        }
        "Fn::Transform" => {
            values.node(&pair.value);
            resource.attributes.open = true;
            resource.properties = is_open(&resource.properties);
        }
        key if key.starts_with(LOOP_PREFIX) => {
            values.for_each(name, &pair.value);
            resource.attributes.open = true;
        }
        key => {
            match key {
                "Condition" => {
                    resource.condition = values.scalar_name(&pair.value);
                    let kind = ReferenceKind::Condition;
                    let condition = resource.condition.clone().filter(|it| !values.is_of_loop(&it.text));
                    references.extend(condition.map(|it| Reference { kind, target: it, attribute: None }));
                }
                "DependsOn" => depends_on(values, &pair.value, references),
                _ => (),
            }
            let node = values.node(&pair.value);
            resource.attributes.entries.push((name, node));
        }
    }
}

fn depends_on<'a>(values: &super::value::Values<'a>, node: &'a data::Node, references: &mut Vec<Reference>) {
    match &node.kind {
        Kind::Sequence { items, .. } if node.tag.is_none() => {
            items.iter().for_each(|it| depends_on(values, it, references));
        }
        _ => {
            let name = values.scalar_name(node).filter(|it| !it.text.is_empty() && !values.is_of_loop(&it.text));
            references.extend(name.map(|target| Reference { kind: ReferenceKind::DependsOn, target, attribute: None }));
        }
    }
}
