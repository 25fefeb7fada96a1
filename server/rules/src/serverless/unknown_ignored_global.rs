use crate::facts::rewriting::may_be_rewritten;
use crate::facts::spelling::nearest;
use crate::prelude::*;
use crate::rule::rule;
use schema::serverless::PREFIX;

rule! {
    /// `IgnoreGlobals` names what `Globals` does not share.
    ///
    /// A resource of AWS SAM may leave out some of what `Globals` gives to all of its type: `IgnoreGlobals` lists these
    /// properties, or is `"*"` for all. The transform refuses a template in which it lists one that `Globals` does not give, or
    /// is anything else: "invalid resource attribute 'IgnoreGlobals'". See "Globals section of the AWS SAM template" in the AWS
    /// Serverless Application Model Developer Guide.
    ///
    /// ## What is not reported
    ///
    /// Resources of a type for which `Globals` gives nothing: there the attribute is not read.
    ///
    /// ## Fix
    ///
    /// Writes the one name that differs by a letter or two, else takes the name out. It is safe: the template does not deploy
    /// as it is, and there is nothing to leave out.
    name: "serverless-unknown-ignored-global",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E3724"],
    founding: [],
    check: Check::EveryResource(check),
}

const ATTRIBUTE: &str = "IgnoreGlobals";

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(name) = resource.ty.text.strip_prefix(PREFIX).filter(|_| resource.made.is_none()) else { return };
    let Some(node) = resource.attributes.get(ATTRIBUTE) else { return };
    let stack = cx.stack();
    let Some(globals) = stack.globals.iter().find(|it| it.name.text == name) else { return };
    let Some(shared) = globals.node.as_map().filter(|it| !it.open && !may_be_rewritten(stack)) else { return };
    match &node.value {
        Value::List(list) => {
            let named: Vec<&str> = list.items.iter().filter_map(Node::as_str).collect();
            for item in &list.items {
                let Some(written) = item.as_str().filter(|it| shared.get(it).is_none()) else { continue };
                let mut message = format!(
                    "`Globals` gives no `{written}` to `{}`, so the transform refuses the template.",
                    resource.ty.text
                );
                let free = shared.entries.iter().map(|(it, _)| it.text.as_str()).filter(|it| !named.contains(it));
                let change = match nearest(written, free) {
                    Some(meant) => {
                        message += &format!(" Did you mean `{meant}`?");
                        let value = Literal::text(meant);
                        (format!("Write `{meant}`"), Change::Replace { span: item.span, value })
                    }
                    None => (format!("Take out `{written}`"), Change::Delete { span: item.span }),
                };
                cx.report(item.span, message).fix(change.0, vec![change.1]);
            }
        }
        Value::Scalar(scalar) if scalar.text != "*" && !scalar.text.trim().is_empty() => {
            let message = "`IgnoreGlobals` is a list of properties, or `\"*\"` for all of them.";
            cx.report(node.span, message);
        }
        _ => (),
    }
}
