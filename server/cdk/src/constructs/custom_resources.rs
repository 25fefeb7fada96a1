//! Resources that functions of the program stand behind.

use crate::evaluate::Props;
use crate::lower::Lowering;

/// Custom resources are of the type that the program says, if it says one.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    if lowering.constructs[index].class != "core.CustomResource" {
        return;
    }
    let ty = props.value("resourceType").map(|it| lowering.node(it));
    if let Some(text) = ty.as_ref().and_then(|it| it.as_str()) {
        lowering.drafts[draft].resource.ty.text = text.into();
    }
}
