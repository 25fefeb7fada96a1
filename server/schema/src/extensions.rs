//! What single services accept beyond their schemas: each extension is a schema more for one property of a type.
//!
//! The data is compiled from the extensions of cfn-lint (see `data/SOURCES.md`) into the form of the schemas of resources.

use crate::resources::{Data, ResourceType, Schema};
use std::sync::LazyLock;

/// Written by `cargo xtask refresh-schemas`. A record is called by the type, the path and the name of the extension.
static EMBEDDED: LazyLock<Data> = LazyLock::new(|| Data::embed(include_bytes!("../data/extensions.bin")));

/// A schema that the value at a path must fulfil as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension(ResourceType);

/// The extensions of a type of resources: `AWS::EC2::SecurityGroup`.
pub fn of(resource_type: &str) -> impl Iterator<Item = Extension> {
    let first = EMBEDDED.resource_types_from(resource_type);
    first
        .map(Extension)
        .take_while(move |it| it.resource_type().starts_with(resource_type))
        .filter(move |it| it.resource_type() == resource_type)
}

/// All of them, sorted by type.
pub fn all() -> impl Iterator<Item = Extension> {
    embedded().resource_types().map(Extension)
}

/// The data that is built in.
pub fn embedded() -> &'static Data {
    &EMBEDDED
}

impl Extension {
    /// The type of the resources that it is for.
    pub fn resource_type(self) -> &'static str {
        self.part(0)
    }

    /// The property that it is for, with `*` for the items of a list: `SecurityGroupIngress/*`. Empty for all of them.
    pub fn path(self) -> &'static str {
        self.part(1)
    }

    /// Its name: `ec2_securitygroup/all_to_and_from_ports`.
    pub fn name(self) -> &'static str {
        self.part(2)
    }

    /// What a value must fulfil.
    pub fn schema(self) -> Schema {
        self.0.schema()
    }

    fn part(self, index: usize) -> &'static str {
        self.0.name().split(' ').nth(index).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::Keyword;

    #[test]
    fn the_file_is_whole() {
        assert!(all().count() > 60);
        for extension in all() {
            assert!(extension.resource_type().starts_with("AWS::"), "{extension:?}");
            assert!(extension.name().contains('/'), "{extension:?}");
            assert!(extension.schema().keywords().count() > 0, "{extension:?}");
        }
    }

    #[test]
    fn a_type_has_its_own_only() {
        let names: Vec<&str> = of("AWS::EC2::SecurityGroup").map(Extension::name).collect();
        assert_eq!(names.len(), 6);
        assert!(of("AWS::EC2::SecurityGroup").all(|it| it.path().starts_with("SecurityGroup")));
        assert_eq!(of("AWS::EC2").count(), 0);
        let period = of("AWS::CloudWatch::Alarm").next().expect("an extension");
        assert_eq!((period.path(), period.name()), ("", "cloudwatch_alarm/period"));
        assert!(period.schema().keywords().any(|it| matches!(it, Keyword::If(_))));
    }
}
