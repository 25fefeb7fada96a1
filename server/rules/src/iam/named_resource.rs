use crate::facts::branches;
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// An IAM resource has a name of its own.
    ///
    /// A role, user, group, managed policy or instance profile is given a name instead of leaving it to CloudFormation.
    /// A name which is the same for every stack is a warning; one which contains the stack's name, the region or a
    /// parameter is advice, since two stacks can then exist side by side.
    ///
    /// ## Why
    ///
    /// - The stack can only be deployed with `CAPABILITY_NAMED_IAM`, which many pipelines do not give.
    /// - IAM names are unique in an account, over all regions. A second stack of the template, for another environment or
    ///   region, fails with "already exists"; so does the first one after a rollback that left the resource behind.
    /// - A change that needs a replacement fails, because the new resource cannot have the old one's name: "CloudFormation
    ///   cannot update a stack when a custom-named resource requires replacing".
    ///
    /// See the note on `RoleName` in "AWS::IAM::Role" and "Name type" in the AWS CloudFormation User Guide.
    ///
    /// ## What is not reported
    ///
    /// - A name that is a parameter and nothing else, or that is given under a condition and left out otherwise: whoever
    ///   deploys the stack chooses it.
    /// - Names by which a service finds a role, such as `AWSCloudFormationStackSetExecutionRole`, `dms-vpc-role` or
    ///   `vmimport`.
    /// - Names of inline policies (`PolicyName`), which are required and harmless.
    ///
    /// ## Fix
    ///
    /// Takes the name out. CloudFormation then makes a new resource, moves what refers to it and deletes the old one. That
    /// is as it should be where everything refers to it by `!Ref` or `!GetAtt`; where the stack also spells the name out,
    /// in an ARN for instance, that place must follow, so the fix is not applied unasked and the finding points there.
    /// Code outside of the stack that knows the name is not seen.
    name: "iam-named-resource",
    category: Deployment,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_nag:W28", "guard:CFN_NO_EXPLICIT_RESOURCE_NAMES"],
    founding: ["F64"],
    check: Check::Resources(
        &[
            "AWS::IAM::Group",
            "AWS::IAM::InstanceProfile",
            "AWS::IAM::ManagedPolicy",
            "AWS::IAM::Role",
            "AWS::IAM::User",
        ],
        check,
    ),
}

fn check(resource: &ResourceView<'_>, context: &mut Context<'_>) {
    let (path, kind) = match resource.ty.text.as_str() {
        "AWS::IAM::Group" => ("GroupName", "group"),
        "AWS::IAM::InstanceProfile" => ("InstanceProfileName", "instance profile"),
        "AWS::IAM::ManagedPolicy" => ("ManagedPolicyName", "managed policy"),
        "AWS::IAM::Role" => ("RoleName", "role"),
        _ => ("UserName", "user"),
    };
    let property = resource.property(path);
    // A name that can be left out is a choice of whoever deploys.
    if branches::of(resource, path).iter().any(|it| matches!(it.state, State::Absent | State::Unknown)) {
        return;
    }
    let texts = property.texts();
    let literals = |it: &Interpolated| it.pieces.iter().any(|it| matches!(it, Piece::Literal(_)));
    let Some(name) = texts.iter().find(|it| literals(it)) else { return };
    if property.written().is_none() || is_parameter(resource, path) || SERVICE_NAMES.iter().any(|it| name_is(name, it))
    {
        return;
    }
    // Other tools than CloudFormation fill in `${...}` in a plain string.
    let shared = name.literal().is_some_and(|it| !it.contains("${"));
    let message = if shared {
        format!(
            "This name makes the stack need CAPABILITY_NAMED_IAM, keeps a second stack out of the account, and blocks \
             changes that replace the {kind}. Leave the name to CloudFormation."
        )
    } else {
        format!(
            "A name of its own makes the stack need CAPABILITY_NAMED_IAM and blocks changes that replace the {kind}. \
             Leave the name to CloudFormation."
        )
    };
    let elsewhere = mentions(name, property.written(), context.stack());
    let applicability = if elsewhere.is_empty() && !context.stack().open { Safe } else { Unsafe };
    let around = when::around(resource.resource(), name.span);
    let mut draft = context.report(name.span, when::said(&around, message));
    if !shared {
        draft = draft.at_most(Info);
    }
    for span in elsewhere {
        draft = draft.related(span, "the name is spelled out here too");
    }
    draft.fix_as(applicability, "Remove the name", vec![property.remove()], None).weighs_replacement();
}

/// Names by which services find a role: anything else would not do.
const SERVICE_NAMES: [&str; 14] = [
    "AWS-SystemsManager-AutomationAdministrationRole",
    "AWS-SystemsManager-AutomationExecutionRole",
    "AWSCloudFormationStackSetAdministrationRole",
    "AWSCloudFormationStackSetExecutionRole",
    "AWSControlTowerExecution",
    "CloudWatch-CrossAccountSharingRole",
    "EMR_AutoScaling_DefaultRole",
    "EMR_DefaultRole",
    "EMR_EC2_DefaultRole",
    "OrganizationAccountAccessRole",
    "dms-access-for-endpoint",
    "dms-cloudwatch-logs-role",
    "dms-vpc-role",
    "vmimport",
];

fn name_is(name: &Interpolated, expected: &str) -> bool {
    name.literal() == Some(expected)
}

/// True when the property is a parameter and nothing else, with a default or allowed values.
fn is_parameter(resource: &ResourceView<'_>, path: &str) -> bool {
    let node = resource.properties.get(path);
    let Some(Node { value: Value::Call(call), .. }) = node else { return false };
    matches!(&**call, Call::Ref(name) if resource.declarations().parameter(&name.text).is_some())
}

/// Other places of the stack that spell the name out.
fn mentions(name: &Interpolated, own: Option<&Node>, stack: &Stack) -> Vec<Span> {
    let name = spelled(name);
    let mut out: Vec<Span> = Vec::new();
    let mut visit = |node: &Node| {
        match &node.value {
            Value::Scalar(scalar) if scalar.text.contains(&name) => (),
            Value::Call(_) => (),
            _ => return,
        }
        // What stands in a place that was found already is a part of it.
        let is_part = own.map(|it| it.span).iter().chain(&out).any(|it| it.contains(node.span));
        let texts = || Property::of(node, &stack.declarations, None).texts();
        if !is_part && texts().iter().any(|it| has_word(&spelled(it), &name)) {
            out.push(node.span);
        }
    };
    stack.resources.iter().for_each(|it| it.properties.walk(&mut visit));
    stack.outputs.iter().for_each(|it| it.node.walk(&mut visit));
    out
}

/// A text with its references spelled out, so that equal names are equal.
fn spelled(text: &Interpolated) -> String {
    text.render(|it| match it {
        Piece::Ref(name) => format!("${{{name}}}"),
        Piece::GetAtt(resource, attribute) => format!("${{{resource}.{attribute}}}"),
        _ => "${}".to_owned(),
    })
}

/// True when `word` stands in `text`, not as a part of a longer name.
fn has_word(text: &str, word: &str) -> bool {
    let continues = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || matches!(it, '-' | '_'));
    text.match_indices(word)
        .any(|(at, _)| !continues(text[..at].chars().next_back()) && !continues(text[at + word.len()..].chars().next()))
}
