//! Other files that a file names: the templates of its nested stacks, the modules of its program.
//!
//! Nothing is read here: whoever knows the files answers for them, see [`Neighbours`].

use crate::{Analysis, Kind};
use model::{Interface, Lowered, Nested, ResourceView, SmolStr, Source, Stack};
use std::fmt::Debug;
use std::sync::Arc;
use template::TemplateFile;

/// Answers for the files around a document.
pub trait Neighbours: Debug + Send + Sync {
    /// What stands at `path`, which is written in the document and counts from its folder.
    fn look(&self, path: &str) -> Neighbour;

    /// Answers for the other files of the CDK program that the document is part of.
    fn program(&self) -> Option<&dyn cdk::Files> {
        None
    }
}

/// What stands at a path.
#[derive(Clone, Debug, PartialEq)]
pub enum Neighbour {
    /// A template.
    Template(Arc<Interface>),
    /// Something else, or something that cannot be read.
    Other,
    /// Nothing.
    Missing,
}

impl Neighbour {
    /// A file of this name with this text.
    pub fn of(path: &str, text: &str) -> Neighbour {
        if !Kind::may_be(path) || matches!(Kind::of(path, text), Some(Kind::Cdk(_))) {
            return Neighbour::Other;
        }
        // Named as a template it is one, however little is in it yet.
        let is_json = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        let format = if is_json { template::Format::Json } else { template::Format::Yaml };
        let lowered = TemplateFile::new(format).lower(&Arc::from(text));
        match lowered.stacks.first().filter(|it| it.sections.iter().any(|it| it.name.text == "Resources")) {
            Some(stack) => Neighbour::Template(Arc::new(interface(stack))),
            None => Neighbour::Other,
        }
    }
}

impl Analysis {
    /// What this file is for others that name it.
    pub fn as_neighbour(&self) -> Neighbour {
        match (self.kind, self.lowered.stacks.first()) {
            (Some(Kind::Template(_)), Some(stack)) => Neighbour::Template(Arc::new(interface(stack))),
            _ => Neighbour::Other,
        }
    }
}

fn interface(stack: &Stack) -> Interface {
    Interface {
        parameters: stack.declarations.parameters.clone(),
        outputs: stack.outputs.iter().map(|it| it.name.text.clone()).collect(),
        generated: stack.generated.clone(),
        open: stack.open || !stack.broken.is_empty(),
    }
}

/// Looks up the templates of nested stacks.
pub(crate) fn attach(lowered: &mut Lowered, neighbours: &dyn Neighbours) {
    for stack in &mut lowered.stacks {
        // A stack that was just lowered has no other owner.
        let Some(stack) = Arc::get_mut(stack).filter(|it| it.source == Source::Template) else { continue };
        for resource in &stack.resources {
            // A path that a loop puts together is none yet when templates are packaged.
            if resource.key != resource.id.text {
                continue;
            }
            let Some(path) = local_template(&ResourceView::new(resource, &stack.declarations)) else { continue };
            let interface = match neighbours.look(&path) {
                Neighbour::Template(interface) => Some(interface),
                Neighbour::Missing => None,
                Neighbour::Other => continue,
            };
            stack.nested.insert(resource.key.clone(), Nested { path, interface });
        }
    }
}

/// The path of the template of a nested stack, where that is a file as `aws cloudformation package` takes it.
fn local_template(resource: &ResourceView<'_>) -> Option<SmolStr> {
    let property = match resource.ty.text.as_str() {
        "AWS::CloudFormation::Stack" => "TemplateURL",
        "AWS::Serverless::Application" => "Location",
        _ => return None,
    };
    let property = resource.property(property);
    let path = property.as_str()?;
    let is_local = !path.trim().is_empty() && !path.contains(":/") && !path.starts_with("arn:") && !path.contains("${");
    is_local.then(|| path.into())
}
