use crate::facts::related;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A machine has no image to start from, neither itself nor by its launch template.
    ///
    /// Amazon EC2 refuses an instance without `ImageId` unless the launch template that it names has one.
    ///
    /// ## What is not reported
    ///
    /// Launch templates of other stacks, and versions of them that are not known to be the one of this stack.
    name: "ec2-instance-without-image",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E3673"],
    founding: [],
    check: Check::Resources(&["AWS::EC2::Instance"], check),
}

fn check(instance: &ResourceView<'_>, cx: &mut Context<'_>) {
    let is_open = instance.properties.as_map().is_none_or(|it| it.open);
    if is_open || instance.made.is_some() || !instance.property("ImageId").is_absent() {
        return;
    }
    let template = instance.property("LaunchTemplate");
    if template.is_absent() {
        let message = format!("`{}` has no image to start from: write `ImageId`.", instance.id.text);
        cx.report(instance.id.span, message);
        return;
    }
    if template.get("LaunchTemplateId").target().is_none() {
        return;
    }
    let Some(instance) = related::itself(instance, cx) else { return };
    let of_template = instance.property("LaunchTemplate.LaunchTemplateId");
    let Some(template) = related::resource(&of_template, "AWS::EC2::LaunchTemplate", cx) else { return };
    if template.property("LaunchTemplateData.ImageId").is_absent() {
        let message = format!(
            "`{}` has no image to start from, and its launch template `{}` has none either.",
            instance.id.text, template.id.text
        );
        cx.report(instance.id.span, message).related(template.id.span, "the launch template");
    }
}
