//! The walk along a value and its schema.

use super::{Fault, Violation, Way, scalar};
use crate::facts::spelling::nearest;
use model::{Call, Case, Map, Name, Node, Property, ResourceView, SmolStr, Source, Span, State, Value};
use schema::resources::{Keyword, ResourceType, Schema, Types};

/// Values nested deeper than this are not looked at.
const MAX_DEPTH: u32 = 48;
/// No more values than this are looked at in one resource, alternatives of a schema included.
const MAX_STEPS: u32 = 50_000;

/// The state of a walk.
pub(super) struct Walk<'a> {
    pub(super) resource: ResourceView<'a>,
    pub(super) ty: &'static str,
    pub(super) source: Source,
    /// Paths to properties that are read-only and that are deprecated.
    marked: Marked,
    /// The keys to where the walk is.
    pub(super) path: Vec<SmolStr>,
    pub(super) found: Vec<Violation<'a>>,
    /// Something may be wrong that is not known well enough to say so.
    pub(super) is_uncertain: bool,
    depth: u32,
    steps: u32,
}

#[derive(Default)]
struct Marked {
    read_only: Vec<&'static str>,
    deprecated: Vec<&'static str>,
}

/// A value in one of its alternatives, and what it must fulfil.
pub(super) struct Here<'a, 'w> {
    /// The alternative.
    pub(super) one: &'w Property<'a>,
    pub(super) node: &'a Node,
    /// Where to point at for what the value lacks: its name, or where it starts.
    pub(super) anchor: Span,
    pub(super) schema: Schema,
}

/// What a trial came to.
pub(super) struct Trial<'a> {
    pub(super) schema: Schema,
    pub(super) fit: Fit,
    pub(super) found: Vec<Violation<'a>>,
}

/// Whether a value fulfils a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    Yes,
    No,
    /// In some deployments, or that is not known.
    Maybe,
}

/// All that is wrong with the properties of `resource`.
pub(super) fn violations<'a>(resource: &ResourceView<'a>, ty: ResourceType, source: Source) -> Vec<Violation<'a>> {
    let marked = Marked {
        read_only: ty.read_only().into_iter().collect(),
        deprecated: ty.deprecated_properties().into_iter().collect(),
    };
    let mut walk = Walk::new(*resource, ty.name(), source, marked);
    walk.value(&resource.all(), resource.id.span, ty.schema());
    finished(walk.found)
}

/// All that `schema` does not accept of a property of `resource`, at the path from its properties. What it lacks is lacking at
/// the place that comes with the path.
pub(crate) fn against<'a>(
    resource: &ResourceView<'a>,
    property: &Property<'a>,
    (anchor, path): (Span, &str),
    schema: Schema,
    source: Source,
) -> Vec<Violation<'a>> {
    let ty = schema::resources::resource_type(&resource.ty.text).map_or("", |it| it.name());
    let mut walk = Walk::new(*resource, ty, source, Marked::default());
    walk.path = path.split('/').filter(|it| !it.is_empty()).map(SmolStr::from).collect();
    walk.value(property, anchor, schema);
    finished(walk.found)
}

/// Whether `node`, which stands nowhere, fulfils `schema`.
pub(super) fn fits(node: &Node, schema: Schema, resource: &ResourceView<'_>) -> bool {
    let property = Property::of(node, resource.declarations(), None);
    let mut walk = Walk::new(*resource, "", Source::Template, Marked::default());
    walk.value(&property, node.span, schema);
    walk.found.is_empty()
}

/// Whether `node`, a part of `resource`, fulfils `schema`.
pub(super) fn fit(node: &Node, schema: Schema, resource: &ResourceView<'_>) -> Fit {
    let property = Property::of(node, resource.declarations(), None);
    let (1, Some(only)) = (property.cases().len(), property.cases()[0].node()) else { return Fit::Maybe };
    let mut walk = Walk::new(*resource, "", Source::Template, Marked::default());
    walk.attempt(&Here { one: &property, node: only, anchor: only.span, schema }, schema).fit
}

/// What several parts of a schema say of one place is said once.
fn finished(found: Vec<Violation<'_>>) -> Vec<Violation<'_>> {
    let mut out: Vec<Violation<'_>> = Vec::with_capacity(found.len());
    for violation in found {
        // Of two that exclude each other each may say so.
        if let Fault::Conflict(names) = &violation.fault {
            let is_same = |it: &Violation<'_>| match &it.fault {
                Fault::Conflict(known) => {
                    std::ptr::eq(it.node, violation.node) && names.iter().all(|name| known.contains(name))
                }
                _ => false,
            };
            if out.iter().any(is_same) {
                continue;
            }
        }
        let same = out.iter_mut().find(|it| {
            it.span == violation.span && it.path == violation.path && it.fault.kind() == violation.fault.kind()
        });
        match (same.map(|it| &mut it.fault), &violation.fault) {
            (Some(Fault::Missing(known)), Fault::Missing(more)) => {
                let new: Vec<&str> = more.iter().copied().filter(|it| !known.contains(it)).collect();
                known.extend(new);
            }
            (Some(Fault::Conflict(_) | Fault::NoneOf(_) | Fault::Dependent(..)), _) | (None, _) => out.push(violation),
            (Some(_), _) => (),
        }
    }
    // What is there under a wrong name is not missing as well.
    let meant = |it: &Violation<'_>| match &it.fault {
        Fault::Unknown(name, free) => {
            nearest(&name.text, free.iter().copied()).map(|meant| (std::ptr::from_ref(it.node), meant))
        }
        _ => None,
    };
    let meant: Vec<_> = out.iter().filter_map(meant).collect();
    out.retain_mut(|it| match &mut it.fault {
        Fault::Missing(names) => {
            names.retain(|name| !meant.contains(&(std::ptr::from_ref(it.node), *name)));
            !names.is_empty()
        }
        _ => true,
    });
    out
}

impl<'a> Walk<'a> {
    fn new(resource: ResourceView<'a>, ty: &'static str, source: Source, marked: Marked) -> Walk<'a> {
        Walk {
            resource,
            ty,
            source,
            marked,
            path: Vec::new(),
            found: Vec::new(),
            is_uncertain: false,
            depth: 0,
            steps: 0,
        }
    }

    /// Judges every alternative of `property`. What it lacks is lacking at `anchor`.
    pub(super) fn value(&mut self, property: &Property<'a>, anchor: Span, schema: Schema) {
        self.depth += 1;
        if self.depth < MAX_DEPTH {
            for one in property.alternatives() {
                self.alternative(&one, property, anchor, schema);
            }
        } else {
            self.is_uncertain = true;
        }
        self.depth -= 1;
    }

    fn alternative(&mut self, one: &Property<'a>, all: &Property<'a>, anchor: Span, schema: Schema) {
        let case = &one.cases()[0];
        let Some(node) = case.node() else {
            self.is_uncertain |= matches!(case.state, State::Unknown);
            return;
        };
        if !self.counts(case, node, all) {
            self.is_uncertain = true;
            return;
        }
        // A branch lacks something itself, not the property that it is for.
        let is_branch = all.cases().len() > 1 && node.span == case.span;
        let start = node.as_map().and_then(|it| it.entries.first()).map_or(node.span, |(name, _)| name.span);
        let anchor = if is_branch { start } else { anchor };
        self.keywords(&Here { one, node, anchor, schema });
    }

    /// False for a value that perhaps no deployment has: whether a default is used, and which value of a mapping is looked up, is
    /// decided by what is not known here.
    fn counts(&self, case: &Case<'a>, node: &Node, all: &Property<'a>) -> bool {
        if matches!(case.state, State::Default(_)) {
            // The default of a list or text that is empty stands for none.
            let is_empty = node.as_str().is_some_and(|it| it.trim().is_empty());
            return case.is_unconditional() && self.resource.condition.is_none() && !is_empty;
        }
        let is_elsewhere = node.span != case.span;
        let is_chosen = case.assumptions().iter().any(|it| matches!(it, model::Assumption::Value(..)));
        !is_elsewhere || is_chosen || all.cases().iter().filter(|it| it.span == case.span).count() == 1
    }

    /// Judges a value by all keywords of its schema.
    pub(super) fn keywords(&mut self, here: &Here<'a, '_>) {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            self.is_uncertain = true;
            return;
        }
        match &here.node.value {
            Value::Null | Value::Missing | Value::Absent | Value::Unknown | Value::Either(_) => {
                self.is_uncertain = true
            }
            Value::Call(call) => {
                self.returned(here, call);
                self.is_uncertain = true;
            }
            Value::Map(map) if is_function(map) => self.is_uncertain = true,
            Value::Map(map) => {
                if self.has_type(here, Types::OBJECT) {
                    self.object(here, map);
                    self.alternatives(here);
                }
            }
            Value::List(list) => {
                if self.has_type(here, Types::ARRAY) {
                    self.list(here, list);
                    self.alternatives(here);
                }
            }
            Value::Scalar(_) | Value::Bool(_) => {
                if self.has_type(here, scalar::types(here.node)) {
                    self.scalar(here);
                    self.alternatives(here);
                }
            }
        }
    }

    /// False, with a violation, when none of `types` may stand here.
    fn has_type(&mut self, here: &Here<'a, '_>, types: Types) -> bool {
        let mut has = true;
        for keyword in here.schema.keywords() {
            match keyword {
                Keyword::Type(wanted) if !wanted.intersects(types) => {
                    has = false;
                    match self.is_packaged(here) {
                        // It becomes something else, and what that will hold is not known.
                        true => self.is_uncertain = true,
                        false => self.report(here, here.node.span, Fault::Type(wanted)),
                    }
                }
                Keyword::Never => {
                    has = false;
                    self.report(here, here.node.span, Fault::Form);
                }
                _ => (),
            }
        }
        has
    }

    /// True for the path of a local file, of which `aws cloudformation package` makes the place of an object.
    fn is_packaged(&self, here: &Here<'a, '_>) -> bool {
        let is_text = matches!(here.node.value, Value::Scalar(_));
        is_text && PACKAGED.iter().any(|(ty, path)| *ty == self.ty && self.path.iter().eq(path.split('/')))
    }

    /// What a function returns has a type, whatever its value.
    fn returned(&mut self, here: &Here<'a, '_>, call: &Call) {
        let types = match call {
            Call::Sub(_) | Call::Join { .. } | Call::Base64(_) => {
                Types::STRING.union(Types::INTEGER).union(Types::NUMBER).union(Types::BOOLEAN)
            }
            Call::Split { .. } | Call::GetAzs(_) => Types::ARRAY,
            Call::Other { function, .. } if function.text == "Fn::Cidr" => Types::ARRAY,
            _ => return,
        };
        if self.has_type(here, types) && matches!(call, Call::Sub(_) | Call::Join { .. }) {
            self.unfinished_text(here);
        }
    }

    /// Tries another schema on the same value.
    pub(super) fn attempt(&mut self, here: &Here<'a, '_>, schema: Schema) -> Trial<'a> {
        let outer = (std::mem::take(&mut self.found), std::mem::take(&mut self.is_uncertain));
        self.depth += 1;
        if self.depth < MAX_DEPTH {
            self.keywords(&Here { schema, ..*here });
        } else {
            self.is_uncertain = true;
        }
        self.depth -= 1;
        let found = std::mem::replace(&mut self.found, outer.0);
        let is_uncertain = std::mem::replace(&mut self.is_uncertain, outer.1);
        let case = &here.one.cases()[0];
        let fit = match () {
            () if found.iter().any(|it| it.way.is_all_of(case)) => Fit::No,
            () if found.is_empty() && !is_uncertain => Fit::Yes,
            () => Fit::Maybe,
        };
        Trial { schema, fit, found }
    }

    /// Judges what stands below a key.
    pub(super) fn below(&mut self, key: &str, property: &Property<'a>, anchor: Span, schema: Schema) {
        self.path.push(key.into());
        self.value(property, anchor, schema);
        self.path.pop();
    }

    /// Says what is marked about the property `name`, which stands in the map where the walk is.
    pub(super) fn marks(&mut self, here: &Here<'a, '_>, name: &'a Name, node: &'a Node) {
        if self.marked.read_only.is_empty() && self.marked.deprecated.is_empty() {
            return;
        }
        let fault = match () {
            () if self.is_among(&self.marked.read_only, &name.text) => Fault::ReadOnly,
            () if self.is_among(&self.marked.deprecated, &name.text) => Fault::Deprecated,
            () => return,
        };
        self.path.push(name.text.clone());
        let here = Here { node, ..*here };
        self.report(&here, name.span, fault);
        self.path.pop();
    }

    /// True when a property of the map where the walk is only shows what the service says.
    pub(super) fn is_read_only(&self, name: &str) -> bool {
        self.is_among(&self.marked.read_only, name)
    }

    /// True when one of `paths` leads to `name` in the map where the walk is.
    fn is_among(&self, paths: &[&str], name: &str) -> bool {
        let here = || self.path.iter().map(SmolStr::as_str).chain([name]);
        paths.iter().any(|it| it.split('/').eq(here()))
    }

    pub(super) fn report(&mut self, here: &Here<'a, '_>, span: Span, fault: Fault<'a>) {
        self.report_when(here, span, fault, Way::of(&here.one.cases()[0]));
    }

    pub(super) fn report_when(&mut self, here: &Here<'a, '_>, span: Span, fault: Fault<'a>, way: Way<'a>) {
        let case = &here.one.cases()[0];
        let is_elsewhere =
            here.node.span != case.span && span == here.node.span && !matches!(fault, Fault::Duplicate(..));
        self.found.push(Violation {
            fault,
            span,
            used: is_elsewhere.then_some(case.span),
            ty: self.ty,
            path: self.path.join("/").into(),
            schema: here.schema,
            node: here.node,
            way,
            is_evaluated: case.is_evaluated(),
        });
    }
}

/// True for the call of a function that nobody knows: of a macro or another tool.
fn is_function(map: &Map) -> bool {
    matches!(&map.entries[..], [(name, _)] if name.text.contains("::") || name.text == "Ref")
}

/// The properties that may hold the path of a local file until the template is packaged.
///
/// See "package" in the AWS CLI Command Reference.
const PACKAGED: &[(&str, &str)] = &[
    ("AWS::ApiGateway::RestApi", "BodyS3Location"),
    ("AWS::AppSync::FunctionConfiguration", "CodeS3Location"),
    ("AWS::AppSync::FunctionConfiguration", "RequestMappingTemplateS3Location"),
    ("AWS::AppSync::FunctionConfiguration", "ResponseMappingTemplateS3Location"),
    ("AWS::AppSync::GraphQLSchema", "DefinitionS3Location"),
    ("AWS::AppSync::Resolver", "CodeS3Location"),
    ("AWS::AppSync::Resolver", "RequestMappingTemplateS3Location"),
    ("AWS::AppSync::Resolver", "ResponseMappingTemplateS3Location"),
    ("AWS::CloudFormation::Stack", "TemplateURL"),
    ("AWS::CloudFormation::StackSet", "TemplateURL"),
    ("AWS::CodeCommit::Repository", "Code/S3"),
    ("AWS::ECR::Repository", "RepositoryName"),
    ("AWS::ElasticBeanstalk::ApplicationVersion", "SourceBundle"),
    ("AWS::Glue::Job", "Command/ScriptLocation"),
    ("AWS::Lambda::Function", "Code"),
    ("AWS::Lambda::LayerVersion", "Content"),
    ("AWS::StepFunctions::StateMachine", "DefinitionS3Location"),
];
