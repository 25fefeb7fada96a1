use crate::facts::graph;
use crate::facts::written::is_own;
use crate::prelude::*;
use crate::rule::rule;

/// The longest logical id.
const MAX_LENGTH: usize = 255;

rule! {
    /// A logical id has characters that are not letters or digits, or too many of them.
    ///
    /// "The logical ID must be alphanumeric (A-Za-z0-9) and unique within the template" ("Resources", AWS CloudFormation User
    /// Guide), and no longer than 255 characters. CloudFormation refuses the whole template: "Template format error:
    /// Resource name my-bucket is non alphanumeric".
    ///
    /// ## What is not reported
    ///
    /// Ids that a loop puts together, and templates with a macro or with functions of another tool, which may write other
    /// ids before CloudFormation sees them.
    ///
    /// ## Fix
    ///
    /// Leaves the other characters out, and writes the letter behind each as a capital, wherever the resource is named. It is
    /// safe, because no stack can have been made of the template; where the id occurs in a text too, a script for
    /// `cfn-signal` for instance, a person has to look.
    name: "invalid-logical-id",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E3001", "cfn_lint:E3011"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    for resource in &stack.resources {
        let id = resource.key.as_str();
        let is_word = id.chars().all(|it| it.is_ascii_alphanumeric());
        if id.is_empty()
            || is_word && id.len() <= MAX_LENGTH
            || !is_own(stack, resource)
            || !graph::says_all(stack)
            || is_for_a_tool(resource)
        {
            continue;
        }
        let message = if is_word {
            format!("This logical id has {} characters, and CloudFormation allows {MAX_LENGTH}.", id.len())
        } else {
            format!("CloudFormation takes only letters and digits in a logical id, so `{id}` cannot be deployed.")
        };
        let draft = cx.report(resource.id.span, message).about(resource);
        if let Some(new) = plain(id).filter(|it| !is_word && !stack.open && is_free(stack, it)) {
            let in_text = graph::is_in_text(stack, id);
            let names = stack.all_references().map(|it| it.1).filter(|it| it.target.text == resource.key);
            let mut spans: Vec<Span> = names.map(|it| it.target.span).chain([resource.id.span]).collect();
            spans.sort_by_key(|it| (it.block, it.range.start()));
            spans.dedup();
            let changes = spans.into_iter().map(|span| Change::Rename { span, to: new.clone() }).collect();
            draft.fix_as(if in_text { Unsafe } else { Safe }, format!("Call it `{new}`"), changes, None);
        }
    }
}

/// True for a key that is no id at all: a function that a tool replaces by resources.
fn is_for_a_tool(resource: &Resource) -> bool {
    resource.id.text.starts_with("Fn::") || resource.ty.text.is_empty()
}

/// The id without what must not be in it: `my-bucket` becomes `myBucket`.
fn plain(id: &str) -> Option<SmolStr> {
    let mut out = String::new();
    for word in id.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty()) {
        match out.is_empty() {
            true => out.push_str(word),
            false => {
                out.push_str(&word[..1].to_ascii_uppercase());
                out.push_str(&word[1..]);
            }
        }
    }
    (!out.is_empty() && out.len() <= MAX_LENGTH).then(|| out.into())
}

fn is_free(stack: &Stack, name: &str) -> bool {
    let declarations = &stack.declarations;
    stack.item(name).is_none()
        && declarations.condition(name).is_none()
        && declarations.mapping(name).is_none()
        && !stack.may_declare(name)
}
