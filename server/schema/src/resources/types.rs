//! Types of resources.

use super::keywords::Strings;
use super::{Data, Schema};
use std::fmt;

/// A type of resource, such as `AWS::S3::Bucket`: a handle, to be copied.
#[derive(Clone, Copy)]
pub struct ResourceType {
    data: &'static Data,
    index: u32,
}

/// How much longer a type is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifecycle {
    /// `maintenance`, `sunset` or `shutdown`, as AWS calls it.
    pub status: &'static str,
    /// Since when, or from when on: `2026-05-20`.
    pub date: Option<&'static str>,
}

/// What an update of a property does to the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Replacement {
    /// The resource stays.
    Never,
    /// It depends on the values.
    Sometimes,
    /// Another resource takes its place.
    Always,
}

/// What a record says, decoded.
struct Record {
    identifier: Option<u32>,
    identifier_name: &'static str,
    is_taggable: bool,
    status: &'static str,
    date: &'static str,
    read_only: Strings,
    create_only: Strings,
    conditional_create_only: Strings,
    write_only: Strings,
    deprecated: Strings,
    replacing: Strings,
    sometimes_replacing: Strings,
    attributes: Vec<(&'static str, u32)>,
}

impl ResourceType {
    pub(super) fn new(data: &'static Data, index: u32) -> ResourceType {
        ResourceType { data, index }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.data.name(self.index as usize)
    }

    /// The service, `S3` for `AWS::S3::Bucket`.
    pub fn service(self) -> &'static str {
        self.name().split("::").nth(1).unwrap_or_default()
    }

    /// True for what AWS lists but nobody can use.
    pub fn is_internal(self) -> bool {
        let name = self.name();
        !(name.starts_with("AWS::") || name.starts_with("Alexa::"))
            || name.starts_with("AWS::GammaDilithium::")
            || name == "AWS::CDK::Metadata"
    }

    /// What is accepted under `Properties`.
    pub fn schema(self) -> Schema {
        self.schema_of(self.data.record(self.index).number())
    }

    /// What `Fn::GetAtt` returns, by name: `Arn`, `Endpoint.Address`.
    pub fn attributes(self) -> impl Iterator<Item = &'static str> {
        self.record().attributes.into_iter().map(|it| it.0)
    }

    /// What the attribute called `name` is: a schema without keywords where that is not known. `None` where there is no
    /// such attribute.
    pub fn attribute(self, name: &str) -> Option<Schema> {
        let attribute = self.record().attributes.into_iter().find(|it| it.0 == name)?;
        Some(self.schema_of(attribute.1))
    }

    /// True when it has attributes that no list has: what a nested stack or a custom resource returns is their own affair.
    pub fn has_open_attributes(self) -> bool {
        matches!(
            self.name(),
            "AWS::CloudFormation::Stack"
                | "AWS::CloudFormation::CustomResource"
                | "AWS::CloudFormation::Macro"
                | "AWS::Serverless::Application"
                | "AWS::ServiceCatalog::CloudFormationProvisionedProduct"
        )
    }

    /// What `Ref` returns, as far as the schema says it: the first part of the primary identifier.
    pub fn reference(self) -> Option<Schema> {
        self.record().identifier.map(|it| self.schema_of(it))
    }

    /// The property whose value `Ref` returns: `BucketName`. `None` for a type whose resources are known by several properties
    /// together.
    pub fn identifier(self) -> Option<&'static str> {
        Some(self.record().identifier_name).filter(|it| !it.is_empty())
    }

    /// The properties that only AWS sets: paths such as `Endpoint/Address` or `Rules/*/Id`.
    pub fn read_only(self) -> Strings {
        self.record().read_only
    }

    /// The properties of which an update replaces the resource.
    pub fn create_only(self) -> Strings {
        self.record().create_only
    }

    /// The properties of which some updates replace the resource.
    pub fn conditional_create_only(self) -> Strings {
        self.record().conditional_create_only
    }

    /// The properties that cannot be read back.
    pub fn write_only(self) -> Strings {
        self.record().write_only
    }

    /// The properties that AWS advises against.
    pub fn deprecated_properties(self) -> Strings {
        self.record().deprecated
    }

    /// How much longer it is offered; `None` where no end is known.
    pub fn lifecycle(self) -> Option<Lifecycle> {
        let record = self.record();
        let date = Some(record.date).filter(|it| !it.is_empty());
        Some(Lifecycle { status: record.status, date }).filter(|it| !it.status.is_empty())
    }

    /// True when its resources can carry tags.
    pub fn is_taggable(self) -> bool {
        self.record().is_taggable
    }

    /// What an update of the property at `path` does: `Endpoint/Address`, `Rules/*/Id`.
    pub fn replacement_on(self, path: &str) -> Replacement {
        let record = self.record();
        let is_within = |list: Strings| {
            list.into_iter()
                .any(|it| path.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
        };
        let mut found = Replacement::Never;
        if is_within(record.create_only) {
            return Replacement::Always;
        }
        if is_within(record.conditional_create_only) {
            found = Replacement::Sometimes;
        }
        let mut schema = self.schema();
        let mut definition = "";
        for word in path.split('/') {
            if word != "*" {
                let name = format!("{definition}.{word}");
                if record.replacing.contains(&name) {
                    return Replacement::Always;
                }
                if record.sometimes_replacing.contains(&name) {
                    found = Replacement::Sometimes;
                }
            }
            let Some(next) = schema.at(word) else { break };
            schema = next;
            definition = schema.definition().unwrap_or("-");
        }
        found
    }

    /// The node of a definition that refers to itself.
    pub(super) fn recursive(self, index: u32) -> Option<u32> {
        let mut reader = self.data.record(self.index);
        reader.number();
        let count = reader.number();
        (0..count).map(|_| reader.number()).nth(index as usize)
    }

    fn schema_of(self, node: u32) -> Schema {
        Schema::new(self.data, node, self.index)
    }

    fn record(self) -> Record {
        let data = self.data;
        let mut reader = data.record(self.index);
        reader.number();
        for _ in 0..reader.number() {
            reader.number();
        }
        let identifier = reader.number().checked_sub(1);
        let identifier_name = data.string(reader.number());
        let is_taggable = reader.number() == 1;
        let status = data.string(reader.number());
        let date = data.string(reader.number());
        let mut list = || Strings::read(data, &mut reader);
        let [read_only, create_only, conditional_create_only, write_only, deprecated] = std::array::from_fn(|_| list());
        let [replacing, sometimes_replacing] = std::array::from_fn(|_| list());
        let attributes = (0..reader.number()).map(|_| (data.string(reader.number()), reader.number()));
        let attributes = attributes.collect();
        Record {
            identifier,
            identifier_name,
            is_taggable,
            status,
            date,
            read_only,
            create_only,
            conditional_create_only,
            write_only,
            deprecated,
            replacing,
            sometimes_replacing,
            attributes,
        }
    }
}

impl PartialEq for ResourceType {
    fn eq(&self, other: &ResourceType) -> bool {
        std::ptr::eq(self.data, other.data) && self.index == other.index
    }
}

impl Eq for ResourceType {}

impl fmt::Debug for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResourceType({})", self.name())
    }
}
