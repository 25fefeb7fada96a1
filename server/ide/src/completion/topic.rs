//! What is said about an offer, once somebody looks at it.

use crate::hover;
use schema::{documentation, guide};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// What an offer is, for its documentation to be found without the text that it was offered for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Topic {
    /// A section of a template.
    Section(String),
    /// A key of a resource.
    ResourceKey(String),
    /// A key of a parameter.
    ParameterKey(String),
    /// A key of an output.
    OutputKey(String),
    /// A type of parameters.
    ParameterType(String),
    /// A transform.
    Transform(String),
    /// A function, by its full name.
    Function(String),
    /// A pseudo parameter.
    Pseudo(String),
    /// A type of resources.
    Type(String),
    /// A property of a type.
    Property {
        /// The type of the resource.
        ty: String,
        /// The way to the property: names, and `*` for the items of lists, with slashes between them.
        path: String,
    },
    /// An attribute of a type.
    Attribute {
        /// The type of the resource.
        ty: String,
        /// The attribute.
        name: String,
    },
}

impl Topic {
    /// What is to be said about it, in Markdown; `None` where nothing is known.
    pub fn documentation(&self) -> Option<String> {
        let word = match self {
            Topic::Section(name) => guide::section(name),
            Topic::ResourceKey(name) => guide::resource_attribute(name),
            Topic::ParameterKey(name) => guide::parameter_key(name),
            Topic::OutputKey(name) => guide::output_key(name),
            Topic::ParameterType(name) => guide::parameter_type(inner(name)),
            Topic::Transform(name) => guide::transform(name),
            Topic::Function(name) => guide::function(name),
            Topic::Pseudo(name) => guide::pseudo_parameter(name),
            Topic::Type(ty) => return hover::of_type(ty),
            Topic::Property { ty, path } => return hover::of_property(ty, &path.split('/').collect::<Vec<_>>()),
            Topic::Attribute { ty, name } => return page(documentation::of_attribute(ty, name), guide::type_link(ty)),
        };
        let word = word?;
        let mut text = word.text.to_owned();
        if let Some(example) = word.example {
            let _ = write!(text, "\n\nFor instance `{example}`.");
        }
        page(Some(text), Some(word.link()))
    }

    /// The same for those who cannot show Markdown.
    pub fn plain_documentation(&self) -> Option<String> {
        self.documentation().map(|it| hover::without_marks(&it))
    }
}

fn page(text: Option<String>, link: Option<String>) -> Option<String> {
    let link = link.map(|it| format!("[AWS documentation]({it})"));
    let parts: Vec<String> = text.into_iter().chain(link).collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// What a type of lists or of stored values is of.
fn inner(name: &str) -> &str {
    let name = name.strip_prefix("AWS::SSM::Parameter::Value<").unwrap_or(name);
    let name = name.strip_prefix("List<").unwrap_or(name);
    name.trim_end_matches('>')
}
