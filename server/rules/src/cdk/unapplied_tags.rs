use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Settings list tags that nothing puts on a resource.
    ///
    /// A `tags` member among the settings of a program looks as if everything were tagged, and reads so in a review. When no
    /// code reads it, what is deployed has no tags at all.
    ///
    /// Reported for members called `tags` of objects at the top of a file (at the first use of the object where the app is
    /// made, when its own file has nothing of the CDK), where the whole program can be followed and nothing
    /// in it reads a member of that name: not `settings.tags`, not a pattern, not the props of a stack. The fix applies them
    /// in the constructor of the file's stack, where there is one.
    name: "cdk-unapplied-tags",
    category: Maintainability,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Cdk,
    founding: ["F62"],
    check: Check::Program(check),
}

fn check(program: &Program, cx: &mut Context<'_>) {
    let makers: Vec<Span> = program.classes.iter().filter_map(|it| it.base_call).collect();
    for tags in &program.unread_tags {
        let whose = match &tags.settings {
            Some(settings) => format!("the `tags` of `{settings}`"),
            None => "these tags".to_owned(),
        };
        let message = format!(
            "Nothing reads {whose}, so no resource gets them. Apply them to the app or the stack: \
             `Tags.of(this).add(key, value)` for each."
        );
        let finding = cx.report(tags.span, message);
        if let ([maker], None) = (&makers[..], &tags.settings) {
            let intent = Intent::ApplyTags { tags: tags.span, maker: *maker };
            finding.fix_as(Safe, "Apply them in the constructor", Vec::new(), Some(intent));
        }
    }
}
