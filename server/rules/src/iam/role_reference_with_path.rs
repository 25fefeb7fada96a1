use crate::facts::policy::known;
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A role with a path is named by its name alone.
    ///
    /// `Ref` of a role is its name, without its path. A build project of AWS CodeBuild that is given a name looks for a role
    /// of that name with the path `/`, and finds none.
    ///
    /// ## Why
    ///
    /// The deployment fails: CodeBuild may not assume a role that is not there. The ARN of the role holds its path.
    ///
    /// ## What is not reported
    ///
    /// Paths that are known at deployment only, and roles of other stacks.
    ///
    /// ## Fix
    ///
    /// Gives the ARN of the role.
    name: "iam-role-reference-with-path",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3050"],
    founding: [],
    check: Check::Resources(&["AWS::CodeBuild::Project"], check),
}

fn check(project: &ResourceView<'_>, cx: &mut Context<'_>) {
    for (span, node) in known(&project.property("ServiceRole")) {
        let Value::Call(call) = &node.value else { continue };
        let Call::Ref(name) = &**call else { continue };
        let Some(role) = cx.target(&name.text).filter(|it| it.ty.text == "AWS::IAM::Role") else { continue };
        let path = cx.view(role).property("Path");
        let Some((text, place)) = path.as_str().zip(path.span()).filter(|it| it.0 != "/") else { continue };
        let message = format!(
            "`{}` stands here for the name of the role, without its path `{text}`, so CodeBuild does not find it. Its ARN \
             holds the path.",
            name.text
        );
        let around = when::around(project.resource(), span);
        let change = Change::Replace { span, value: Literal::GetAtt(name.text.clone(), "Arn".into()) };
        cx.report(span, when::said(&around, message))
            .related(place, "the path of the role")
            .fix("Give the ARN of the role", vec![change]);
    }
}
