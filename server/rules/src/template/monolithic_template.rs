use crate::facts::written::is_synthesised;
use crate::prelude::*;
use crate::rule::{RuleOption, rule};
use rustc_hash::FxHashSet;

rule! {
    /// A template declares too much to be understood, deployed and rolled back as one.
    ///
    /// Everything in a stack is deployed together: a change to one queue waits for, and may roll back, everything else. A
    /// template that declares many resources of many services, or that runs over many lines, usually holds several parts
    /// with lives of their own: a network, a data store, an application. "Organize your stacks by lifecycle and ownership"
    /// and "Use nested stacks to reuse common template patterns" (AWS CloudFormation best practices); a stack cannot have more
    /// than 500 resources.
    ///
    /// Reported once, at `Resources`. What the CDK or another tool wrote, and what transforms and loops add, does not count.
    ///
    /// ## Fix
    ///
    /// Which resources belong together, only their author knows: select some of them in the editor and choose "Extract the
    /// selected resources into a nested stack". They move into a template beside this one, with parameters, outputs,
    /// conditions and mappings wired on both sides. It is offered where two templates surely mean what the one did: not with
    /// transforms, loops, aliases or `Rules`, nor where the two stacks would have to wait for each other.
    name: "monolithic-template",
    category: Maintainability,
    severity: Info,
    fix: None,
    front_ends: FrontEnds::Template,
    founding: ["F82"],
    options: &[
        RuleOption {
            name: "resources",
            docs: "More resources than this are many, when they belong to many services too.",
            default: "60",
        },
        RuleOption { name: "services", docs: "As many services as this are many.", default: "5" },
        RuleOption { name: "lines", docs: "More lines of YAML than this are too many, whatever they declare.", default: "800" },
    ],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let lines = stack.lines.unwrap_or(0);
    let too_long = lines > limit(cx, "lines");
    if !too_long && stack.resources.len() <= limit(cx, "resources") {
        return;
    }
    let Some(section) = stack.sections.iter().find(|it| it.name.text == "Resources") else { return };
    if stack.resources.iter().any(|it| is_synthesised(it)) {
        return;
    }
    // What a loop makes stands in one place, however often it makes it.
    let mut written = FxHashSet::default();
    let mut services = FxHashSet::default();
    for resource in stack.resources.iter().filter(|it| it.made.is_none()) {
        written.insert((resource.origin.block, resource.origin.range.start()));
        let mut words = resource.ty.text.split("::");
        if let (Some("AWS"), Some(service)) = (words.next(), words.next()) {
            services.insert(service);
        }
    }
    let too_many = written.len() > limit(cx, "resources") && services.len() >= limit(cx, "services");
    let what = match (too_many, too_long) {
        (true, _) => format!("{} resources of {} services", written.len(), services.len()),
        (false, true) => format!("{lines} lines"),
        (false, false) => return,
    };
    let message = format!(
        "This template has {what}, which are deployed and rolled back as one. Move parts with a life of their own into nested \
         stacks, or into stacks that export what others need."
    );
    cx.report(section.name.span, message);
}

fn limit(cx: &Context<'_>, option: &str) -> usize {
    cx.option(option).first().and_then(|it| it.parse().ok()).unwrap_or(usize::MAX)
}
