//! What is said about an offer, once somebody looks at it.

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
    /// A property of a type, in a definition of its schema where it is not one of the type itself.
    Property {
        /// The type of the resource.
        ty: String,
        /// The name of the definition.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        definition: Option<String>,
        /// The property.
        name: String,
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
            Topic::Type(ty) => return page(documentation::of_type(ty), guide::type_link(ty)),
            Topic::Property { ty, definition, name } => {
                let definition = definition.as_deref();
                let text = documentation::of_property(ty, definition, name);
                return page(text, guide::property_link(ty, definition, name));
            }
            Topic::Attribute { ty, name } => return page(documentation::of_attribute(ty, name), guide::type_link(ty)),
        };
        let word = word?;
        let mut text = word.text.to_owned();
        if let Some(example) = word.example {
            let _ = write!(text, "\n\nFor instance `{example}`.");
        }
        page(Some(text), Some(word.link()))
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
