//! Types of machines, in the words of `InstanceType`.

use super::Raiser;
use crate::library;
use crate::lower::Draft;
use text::TextEdit;

/// The prop that is one.
const PROP: &str = "instanceType";

/// True for the path of a property that says which machines a resource has.
pub(super) fn is_at(path: &str) -> bool {
    ["InstanceType", "DBInstanceClass"].iter().any(|it| path.ends_with(it))
}

impl<'r> Raiser<'r, '_> {
    /// Lets the construct that makes `draft` have machines of the class `wanted`, such as `t3.micro` or `db.t3.micro`, of the size
    /// that they have. `None` where this is not said by an `InstanceType`.
    pub(super) fn set_instance_type(&mut self, draft: &Draft, wanted: &str) -> Option<()> {
        let (index, _) = draft.table?;
        let (family, size) = {
            let mut words = wanted.rsplitn(3, '.');
            let size = words.next()?;
            (words.next()?, size)
        };
        let lowering = self.lowering;
        let made = lowering.made(lowering.props_of(index).value(PROP)?)?;
        let argument = lowering.scopes.follow(made.argument(0)?);
        let place = lowering.absolute(argument.span());
        let node = self.node(place)?;
        match &*made.path {
            "aws-ec2.InstanceType.of" => {
                let known =
                    lowering.made(made.argument(1)?).and_then(|it| library::value::constant(&it.path)?.as_str());
                let constant = family.to_ascii_uppercase().replace('-', "_");
                let path = format!("aws-ec2.InstanceClass.{constant}");
                if node.kind() != "member_expression"
                    || known != Some(size)
                    || library::value::constant(&path).is_none()
                {
                    return None;
                }
                let class = self.library("aws-ec2.InstanceClass")?;
                self.edits.push(TextEdit::replace(place, format!("{class}.{constant}")));
            }
            "aws-ec2.InstanceType" => {
                let is_type =
                    node.kind() == "string" && self.source(node).ends_with(&format!(".{size}{}", self.style.quote));
                if !is_type {
                    return None;
                }
                self.edits.push(TextEdit::replace(place, self.style.quoted(&format!("{family}.{size}"))));
            }
            _ => return None,
        }
        Some(())
    }
}
