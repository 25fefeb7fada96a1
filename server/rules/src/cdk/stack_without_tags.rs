use crate::prelude::*;
use crate::rule::{RuleOption, rule};
use model::program::Certainty;

rule! {
    /// A stack gets no tags by any way.
    ///
    /// Tags say what a resource belongs to: who owns it, who pays for it, which stack made it. Bills, access by attributes and
    /// every search through an account build on them, and they are put on most easily from the first deployment on. The CDK
    /// puts a tag of a stack on everything in it that can have tags.
    ///
    /// Reported once for each stack class, or each `new Stack`, and only where it is certain: the whole program can be
    /// followed from its entry to the stack, no `Tags.of` concerns the stack, anything around it or anything in it, no aspect
    /// is added there that might set tags, the props have no `tags`, `cdk.json` lists none, and the app is handed to no code
    /// that cannot be seen. Tags that are given on the command line (`cdk deploy --tags`) cannot be seen. Nested stacks have
    /// the tags of the stack around them. Stacks that tests make are not looked at: nobody deploys them.
    ///
    /// The fix tags everything in the stack with the stack's name, as a start.
    name: "cdk-stack-without-tags",
    category: Maintainability,
    severity: Info,
    fix: Some(Safe),
    front_ends: FrontEnds::Cdk,
    founding: ["F61"],
    options: &[RuleOption { name: "key", docs: "The key of the tag that the fix adds.", default: "stack" }],
    check: Check::Program(check),
}

fn check(program: &Program, cx: &mut Context<'_>) {
    if !program.whole {
        return;
    }
    let key: SmolStr = cx.option("key").first().map_or_else(|| "stack".into(), SmolStr::new);
    let mut report = |name: &Name, id: Option<&SmolStr>, maker: Option<Span>| {
        let message = format!(
            "No tags are put on `{}`, so nothing says who owns its resources and who pays for them. Tag the stack or the app \
             with `Tags.of(...).add(...)`.",
            id.unwrap_or(&name.text)
        );
        let finding = cx.report(name.span, message);
        if let Some(maker) = maker {
            let intent = Intent::TagStack { maker, key: key.clone(), value: None };
            finding.fix_as(Safe, format!("Tag everything in it with `{key}`"), Vec::new(), Some(intent));
        }
    };
    for (index, class) in program.classes.iter().enumerate() {
        let mut made = program.deployments.iter().filter(|it| it.declared == Some(index)).peekable();
        if made.peek().is_some() && made.all(|it| it.tagged == Certainty::No) {
            report(&class.name, None, class.base_call);
        }
    }
    for deployment in program.deployments.iter().filter(|it| it.plain && it.tagged == Certainty::No) {
        if let Some((maker, name)) = &deployment.made {
            report(name, deployment.id.as_ref(), Some(*maker));
        }
    }
}
