//! Images by public parameters of Systems Manager, in the words of the library.

use super::{Raiser, object};
use crate::constructs::{self, images};
use crate::l1;
use model::Span;
use text::TextEdit;

/// What the names of public parameters begin with that the library has words for.
const AMAZON_LINUX: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-";
const WINDOWS: &str = "/aws/service/ami-windows-latest/";

impl<'r> Raiser<'r, '_> {
    /// Lets machines start from the image that the public parameter `parameter` names.
    pub(super) fn public_image(&mut self, resource: Span, path: &str, parameter: &str) -> Option<()> {
        let origin = self.resolve(resource)?;
        let draft = self.drafts(origin).next()?;
        let call = self.call_of(draft, origin)?;
        let (index, ty) = (draft.props_index, draft.resource.ty.text.clone());
        let scope = self.source(*object::items(call.child_by_field_name("arguments")?).first()?).to_owned();
        let written = draft.resource.properties.get(path).map(|it| self.lowering.absolute(it.span));
        // Code may have the last word on the property, whatever the construct was given.
        let written = written.and_then(|it| self.node(it)).filter(|it| self.is_override(*it));
        if let Some(written) = written {
            let image = self.image(parameter)?;
            let text = format!("{image}.getImage({scope}).imageId");
            self.edits.push(TextEdit::replace(syntax::typescript::range(written), text));
            return Some(());
        }
        if constructs::is_l1(&draft.words) {
            let image = self.image(parameter)?;
            let props: Vec<String> = path.split('.').map(|it| l1::prop(&ty, it)).collect();
            return self.set_prop(call, index, &props, format!("{image}.getImage({scope}).imageId"));
        }
        let construct = self.construct_at(super::range(call))?;
        let props = self.lowering.constructs.iter().position(|it| std::ptr::eq(it, construct))?;
        let given = self.lowering.props_of(props).value("machineImage")?;
        let made = self.lowering.made(given)?;
        // User data of one system is nothing to the other.
        if !images::fits(&made.path, parameter.starts_with(WINDOWS)) {
            return None;
        }
        let image = self.image(parameter)?;
        self.set_prop(call, index, &["machineImage".to_owned()], image)
    }

    /// The image that a public parameter names, as an expression.
    fn image(&mut self, parameter: &str) -> Option<String> {
        let class = self.library("aws-ec2.MachineImage")?;
        if let Some(processors) = parameter.strip_prefix(AMAZON_LINUX) {
            let argument = match processors {
                "arm64" => format!("{{ cpuType: {}.ARM_64 }}", self.library("aws-ec2.AmazonLinuxCpuType")?),
                _ => String::new(),
            };
            return Some(format!("{class}.latestAmazonLinux2023({argument})"));
        }
        if let Some(version) = parameter.strip_prefix(WINDOWS) {
            let constant = version.to_ascii_uppercase().replace('-', "_");
            return Some(format!("{class}.latestWindows({}.{constant})", self.library("aws-ec2.WindowsVersion")?));
        }
        Some(format!("{class}.fromSsmParameter({})", self.style.quoted(parameter)))
    }
}
