use crate::facts::rewriting::may_be_rewritten;
use crate::facts::spelling::nearest;
use crate::facts::wording::rename;
use crate::prelude::*;
use crate::rule::rule;
use schema::serverless::{PREFIX, TYPES, Type};

rule! {
    /// `Globals` holds something that resources cannot share.
    ///
    /// An entry of `Globals` is named after a type of AWS SAM without `AWS::Serverless::`, and not all types have one. It may
    /// give some properties of the type, and not those that belong to one resource alone: a function has `Role`, `Policies`,
    /// `FunctionName` and `Events` for itself. The transform refuses all others, and the template with them. See "Globals
    /// section of the AWS SAM template" in the AWS Serverless Application Model Developer Guide.
    ///
    /// A property that no version of SAM is known to have may belong to a newer one, so it is a warning.
    ///
    /// ## Fix
    ///
    /// Writes the name that differs by a letter or two.
    name: "serverless-unknown-global",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E3724"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    if stack.globals.is_empty() || may_be_rewritten(stack) {
        return;
    }
    let sharing = || TYPES.iter().filter(|it| !it.globals.is_empty());
    for entry in &stack.globals {
        let name = &entry.name;
        if name.text.starts_with("Fn::") {
            continue;
        }
        match sharing().find(|it| it.name == name.text) {
            Some(ty) => properties(ty, &entry.node, cx),
            None => {
                let mut message =
                    format!("`Globals` has no entry `{}`, so the transform refuses the template.", name.text);
                let is_free = |it: &&str| stack.globals.iter().all(|entry| entry.name.text != **it);
                match nearest(&name.text, sharing().map(|it| it.name).filter(is_free)) {
                    Some(word) => {
                        message += &format!(" Did you mean `{word}`?");
                        cx.report(name.span, message).fix(format!("Write `{word}`"), vec![rename(name, word)]);
                    }
                    None if TYPES.iter().any(|it| it.name == name.text) => {
                        message += &format!(" Write the properties in each `{PREFIX}{}`.", name.text);
                        cx.report(name.span, message);
                    }
                    None => {
                        cx.report(name.span, message);
                    }
                }
            }
        }
    }
}

fn properties(ty: &Type, node: &Node, cx: &mut Context<'_>) {
    let Some(map) = node.as_map() else { return };
    for (name, _) in map.entries.iter().filter(|(it, _)| !ty.globals.contains(&it.text.as_str())) {
        let full = format!("{PREFIX}{}", ty.name);
        if ty.properties.contains(&name.text.as_str()) {
            let message = format!(
                "`{}` cannot be shared by `Globals`, so the transform refuses the template. Write it in each `{full}`.",
                name.text
            );
            cx.report(name.span, message);
            continue;
        }
        let free = ty.globals.iter().copied().filter(|it| map.get(it).is_none());
        match nearest(&name.text, free) {
            Some(word) => {
                let message = format!(
                    "`{full}` has no property `{}` to share, so the transform refuses the template. Did you mean `{word}`?",
                    name.text
                );
                cx.report(name.span, message).fix(format!("Write `{word}`"), vec![rename(name, word)]);
            }
            None => {
                let message =
                    format!("`{full}` is not known to have a property `{}` that `Globals` may share.", name.text);
                cx.report(name.span, message).at_most(Warning);
            }
        }
    }
}
