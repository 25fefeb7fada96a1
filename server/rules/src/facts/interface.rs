//! `AWS::CloudFormation::Interface` in the metadata of a template: how the console shows its parameters.
//!
//! See "AWS::CloudFormation::Interface" in the AWS CloudFormation User Guide.

use model::{Name, Node, Span, Stack, Value};

/// A place that speaks of a parameter.
#[derive(Clone, Debug)]
pub(crate) struct Mention {
    /// The parameter's name as written.
    pub(crate) name: Name,
    /// The item or the label's value, to be taken out as a whole.
    pub(crate) whole: Span,
    /// True where it is given a label, false where a group lists it.
    pub(crate) is_label: bool,
}

/// What the template says about its interface.
pub(crate) fn interface(stack: &Stack) -> Option<&Node> {
    stack.metadata.as_ref()?.as_map()?.get("AWS::CloudFormation::Interface")
}

/// Every place in the interface that speaks of a parameter, in the order of the text of each part.
pub(crate) fn parameters(stack: &Stack) -> impl Iterator<Item = Mention> {
    let interface = interface(stack);
    let groups = interface.and_then(|it| it.get("ParameterGroups")).and_then(Node::as_list);
    let listed = groups.into_iter().flat_map(|it| &it.items).flat_map(|it| {
        let list = it.get("Parameters").and_then(Node::as_list);
        list.into_iter().flat_map(|it| &it.items).filter_map(|it| {
            Some(Mention { name: Name::new(it.as_str()?, unquoted(it)), whole: it.span, is_label: false })
        })
    });
    let labels = interface.and_then(|it| it.get("ParameterLabels")).and_then(Node::as_map);
    let labelled = labels.into_iter().flat_map(|it| &it.entries).map(|(name, node)| Mention {
        name: name.clone(),
        whole: node.span,
        is_label: true,
    });
    listed.chain(labelled)
}

/// Where the text of a scalar is: within its quotes.
fn unquoted(node: &Node) -> Span {
    let length = node.as_str().map_or(0, str::len);
    match &node.value {
        Value::Scalar(scalar) if !scalar.plain && usize::from(node.span.range.len()) == length + 2 => {
            node.span.inner(text::range(1, 1 + length))
        }
        _ => node.span,
    }
}
