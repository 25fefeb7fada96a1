//! The names of a stack, those first that fit the place.

use super::list::{Draft, LIMIT, List, rank, score};
use super::{CompletionKind, Names, Topic};
use model::{Resource, SmolStr};
use rustc_hash::FxHashMap;
use schema::resources::{ResourceType, resource_type};
use schema::template::PSEUDO_PARAMETERS;
use template::Format;

/// What a place wants, as far as that tells which names fit.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// The formats of texts that are accepted: `AWS::EC2::SecurityGroup.Id`.
    pub(super) formats: Vec<&'static str>,
    /// A list is.
    pub(super) is_list: bool,
    /// The property.
    pub(super) name: String,
    /// It is known before there are resources: in conditions and rules.
    pub(super) before_resources: bool,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) struct Candidate<'s> {
    /// The name, and the attribute behind it.
    pub(super) name: SmolStr,
    pub(super) attribute: Option<SmolStr>,
    pub(super) kind: CompletionKind,
    /// The type.
    pub(super) detail: &'s str,
    pub(super) rank: u8,
}

impl Wanted {
    /// How well a text of this format fits.
    fn rank(&self, format: Option<&str>, name: &str) -> u8 {
        match format {
            Some(format) if self.formats.iter().any(|it| is_same(it, format)) => rank::FITTING,
            // It is the id of something else.
            Some(format) if !self.formats.is_empty() && format.contains("::") => rank::UNLIKELY,
            _ if self.formats.is_empty() && self.speaks_of(name) => rank::FITTING,
            _ => rank::USUAL,
        }
    }

    /// True when the property's name has this word in it: `TopicArn` speaks of topics.
    fn speaks_of(&self, word: &str) -> bool {
        word.len() > 2 && self.name.to_ascii_lowercase().contains(&word.to_ascii_lowercase())
    }
}

/// `AWS::EC2::VPC.Id` of schemas is `AWS::EC2::VPC::Id` of parameters.
fn is_same(a: &str, b: &str) -> bool {
    a.len() + 4 > b.len() && a.replace("::", ".") == b.replace("::", ".")
}

impl<'s> Names<'s> {
    /// The type of a resource.
    pub(super) fn type_of(self, resource: &str) -> Option<&'s str> {
        Some(self.resources().find(|it| it.key == resource)?.ty.text.as_str())
    }

    /// The resources that someone wrote.
    pub(super) fn resources(self) -> impl Iterator<Item = &'s Resource> {
        self.stack.resources.iter().filter(|it| it.made.is_none()).map(|it| &**it)
    }

    /// What `Ref` may name: parameters, resources but for `own`, pseudo parameters.
    pub(super) fn referable(self, wanted: &Wanted, own: Option<&str>) -> Vec<Candidate<'s>> {
        let mut out = Vec::new();
        for parameter in &self.stack.declarations.parameters {
            let rank = match parameter.ty.as_str() {
                "" | "String" | "Number"
                    if wanted.speaks_of(&parameter.name.text) || self.says(&parameter.name.text, wanted) =>
                {
                    rank::FITTING
                }
                ty if parameter.is_list() && !wanted.is_list && !ty.is_empty() => rank::OTHER,
                ty => wanted.rank(Some(value_type(ty)).filter(|it| it.contains("::")), &parameter.name.text),
            };
            out.push(Candidate {
                name: parameter.name.text.clone(),
                attribute: None,
                kind: CompletionKind::Name,
                detail: &parameter.ty,
                rank,
            });
        }
        let resources = self.resources().filter(|it| Some(it.key.as_str()) != own && !wanted.before_resources);
        // A stack has many resources of few types.
        let mut ranks: FxHashMap<&str, u8> = FxHashMap::default();
        for resource in resources {
            let ty = resource.ty.text.as_str();
            let rank = *ranks.entry(ty).or_insert_with(|| {
                let format = resource_type(ty).and_then(|it| it.reference()).and_then(|it| it.format());
                wanted.rank(format, last_word(ty))
            });
            out.push(Candidate {
                name: resource.key.clone(),
                attribute: None,
                kind: CompletionKind::Resource,
                detail: ty,
                rank,
            });
        }
        for name in PSEUDO_PARAMETERS {
            let rank = if wanted.formats.is_empty() { rank::OTHER } else { rank::UNLIKELY };
            let region = *name == "AWS::Region" && wanted.name.ends_with("Region");
            out.push(Candidate {
                name: SmolStr::new_static(name),
                attribute: None,
                kind: CompletionKind::Constant,
                detail: "pseudo parameter",
                rank: if region { rank::FITTING } else { rank },
            });
        }
        out
    }

    /// True when the property's name ends a parameter's: `DatabaseInstanceClass` is for `InstanceClass`.
    fn says(self, parameter: &str, wanted: &Wanted) -> bool {
        wanted.name.len() > 3 && parameter.to_ascii_lowercase().ends_with(&wanted.name.to_ascii_lowercase())
    }

    /// What `Fn::GetAtt` may name: the attributes of the resources but for `own`.
    pub(super) fn attributes(self, wanted: &Wanted, own: Option<&str>) -> Vec<Candidate<'s>> {
        let resources = self.resources().filter(|it| Some(it.key.as_str()) != own && !wanted.before_resources);
        let mut known = FxHashMap::default();
        resources.flat_map(|it| self.attributes_among(it, wanted, &mut known)).collect()
    }

    /// The attributes of one resource.
    pub(super) fn attributes_of(self, resource: &'s Resource, wanted: &Wanted) -> Vec<Candidate<'s>> {
        self.attributes_among(resource, wanted, &mut FxHashMap::default())
    }

    /// The attributes of one of many resources, where those of the types before are `known`.
    fn attributes_among(
        self,
        resource: &'s Resource,
        wanted: &Wanted,
        known: &mut FxHashMap<&'s str, Vec<(&'static str, u8)>>,
    ) -> Vec<Candidate<'s>> {
        let ty = resource.ty.text.as_str();
        let candidate = |name: SmolStr, rank: u8| Candidate {
            name: resource.key.clone(),
            attribute: Some(name),
            kind: CompletionKind::Attribute,
            detail: ty,
            rank,
        };
        let mut out = Vec::new();
        if let Some(interface) = self.stack.nested.get(&resource.key).and_then(|it| it.interface.as_ref()) {
            let outputs = interface.outputs.iter();
            out.extend(outputs.map(|it| candidate(format!("Outputs.{it}").into(), rank::USUAL)));
        }
        let attributes =
            known.entry(ty).or_insert_with(|| schema_of(ty).map(|it| ranked(it, wanted)).unwrap_or_default());
        out.extend(attributes.iter().map(|(name, rank)| candidate(SmolStr::new_static(name), *rank)));
        out
    }
}

/// The type of a resource; that of custom resources for those of the author's own.
pub(super) fn schema_of(ty: &str) -> Option<ResourceType> {
    let is_custom = ty.starts_with("Custom::");
    resource_type(if is_custom { "AWS::CloudFormation::CustomResource" } else { ty })
}

/// The attributes of a type, and how well each fits.
fn ranked(ty: ResourceType, wanted: &Wanted) -> Vec<(&'static str, u8)> {
    let (schema, read_only) = (ty.schema(), ty.read_only());
    let wants_arn = wanted.name.ends_with("Arn") || wanted.formats.iter().any(|it| it.ends_with("Arn"));
    let rank = |name: &str| {
        let format = ty.attribute(name).and_then(|it| it.format());
        let path = name.replace('.', "/");
        // Others can be read as well, but are known already: the template says them.
        let is_told = schema.at(&path).is_some() && !read_only.contains(&path);
        match wanted.rank(format, last_word(ty.name())) {
            rank::USUAL if is_told => rank::OTHER,
            rank::FITTING if wants_arn != name.ends_with("Arn") && format.is_none() => rank::USUAL,
            rank => rank,
        }
    };
    ty.attributes().map(|name| (name, rank(name))).collect()
}

impl Candidate<'_> {
    /// `Name` or `Name.Attribute`.
    pub(super) fn path(&self) -> String {
        match &self.attribute {
            Some(attribute) => format!("{}.{attribute}", self.name),
            None => self.name.to_string(),
        }
    }

    /// The function that refers to it, as it is typed in YAML.
    fn spelled(&self) -> String {
        let function = if self.attribute.is_some() { "!GetAtt" } else { "!Ref" };
        format!("{function} {}", self.path())
    }

    /// The name as it stands in `Ref`, or the path as it stands in the short form of `Fn::GetAtt`.
    pub(super) fn draft(&self) -> Draft {
        self.finish(Draft::text(self.path(), self.kind))
    }

    /// The name or path in a text of `Fn::Sub`.
    pub(super) fn substitution(&self) -> Draft {
        self.finish(Draft::raw(self.path(), self.kind))
    }

    /// The attribute alone, behind its resource.
    pub(super) fn attribute_draft(&self) -> Draft {
        self.finish(Draft::text(self.attribute.as_deref().unwrap_or_default(), self.kind))
    }

    /// The whole function that refers to it.
    pub(super) fn call(&self, format: Format) -> Draft {
        let path = self.path();
        let text = match (format, &self.attribute) {
            (Format::Yaml, None) => format!("!Ref {path}"),
            (Format::Yaml, Some(_)) => format!("!GetAtt {path}"),
            (Format::Json, None) => format!("{{\"Ref\": \"{path}\"}}"),
            (Format::Json, Some(attribute)) => format!("{{\"Fn::GetAtt\": [\"{}\", \"{attribute}\"]}}", self.name),
        };
        let label = match (format, &self.attribute) {
            (Format::Yaml, _) => text.clone(),
            (Format::Json, None) => format!("Ref {path}"),
            (Format::Json, Some(_)) => format!("Fn::GetAtt {path}"),
        };
        // Typed without the function, it is found by its name.
        let words = if format == Format::Json { vec![label.clone(), path] } else { vec![path] };
        self.finish(Draft::raw(text, self.kind).label(label).also(words))
    }

    fn finish(&self, draft: Draft) -> Draft {
        let draft = draft.detail(self.detail).rank(self.rank);
        let topic = match (&self.attribute, self.kind) {
            (Some(name), _) => Some(Topic::Attribute { ty: self.detail.to_owned(), name: name.to_string() }),
            (None, CompletionKind::Constant) => Some(Topic::Pseudo(self.name.to_string())),
            (None, CompletionKind::Resource) => topic_of(self.detail),
            (None, _) => None,
        };
        match topic {
            Some(topic) => draft.topic(topic),
            None => draft,
        }
    }
}

/// Adds candidates: of many those that fit best what has been typed.
pub(super) fn offer<'s>(
    list: &mut List<'_, '_>,
    mut candidates: Vec<Candidate<'s>>,
    draft: impl Fn(&Candidate<'s>) -> Draft,
) {
    if candidates.len() > LIMIT {
        let typed = list.typed();
        let key = |it: &Candidate<'_>| {
            let word = if typed.starts_with('!') { it.spelled() } else { it.path() };
            Some((score(typed, &word)?, it.rank))
        };
        // A stack of a thousand resources has ten thousand attributes.
        let mut keys: Vec<((u8, u8), usize)> = match typed {
            "" => candidates.iter().enumerate().map(|(index, it)| ((0, it.rank), index)).collect(),
            _ => candidates.iter().enumerate().filter_map(|(index, it)| Some((key(it)?, index))).collect(),
        };
        keys.sort_unstable();
        keys.truncate(LIMIT);
        let mut chosen: Vec<usize> = keys.into_iter().map(|it| it.1).collect();
        chosen.sort_unstable();
        candidates = chosen.into_iter().map(|it| candidates[it].clone()).collect();
        // Others come back when other letters are typed.
        list.cut();
    }
    for it in &candidates {
        list.add(draft(it));
    }
}

/// Adds the conditions.
pub(super) fn offer_conditions(list: &mut List<'_, '_>, names: Names<'_>, own: Option<&str>) {
    for condition in &names.stack.declarations.conditions {
        if Some(condition.name.text.as_str()) != own {
            list.add(Draft::text(condition.name.text.as_str(), CompletionKind::Name).detail("condition"));
        }
    }
}

/// Adds the resources, but for `own` and those in `present`.
pub(super) fn offer_resources(
    list: &mut List<'_, '_>,
    names: Names<'_>,
    own: Option<&str>,
    present: &[Option<SmolStr>],
) {
    for resource in names.resources() {
        let is_present = present.iter().flatten().any(|it| *it == resource.key);
        if Some(resource.key.as_str()) != own && !is_present {
            let draft = Draft::text(resource.key.as_str(), CompletionKind::Resource).detail(resource.ty.text.as_str());
            list.add(match topic_of(&resource.ty.text) {
                Some(topic) => draft.topic(topic),
                None => draft,
            });
        }
    }
}

fn topic_of(ty: &str) -> Option<Topic> {
    resource_type(ty).map(|it| Topic::Type(it.name().to_owned()))
}

/// The type of the value, or of each of the values, of a parameter of this type.
fn value_type(ty: &str) -> &str {
    let ty = ty.strip_prefix("AWS::SSM::Parameter::Value<").unwrap_or(ty);
    ty.strip_prefix("List<").unwrap_or(ty).trim_end_matches('>')
}

/// `Bucket` of `AWS::S3::Bucket`.
fn last_word(ty: &str) -> &str {
    ty.rsplit("::").next().unwrap_or_default()
}
