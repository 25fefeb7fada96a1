use crate::facts::functions::{self, Place};
use crate::facts::secrets::reference;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A parameter that brings the id of an image is of a type that takes any text.
    ///
    /// With the type `AWS::EC2::Image::Id` CloudFormation refuses an image that the account does not have in this region
    /// before it makes anything, and the console offers those that there are; with
    /// `AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>` it looks up the id of the newest one itself. With `String` an image of
    /// another region is found out when the instance is made, in the middle of the deployment. See "Parameters" in the AWS
    /// CloudFormation User Guide.
    ///
    /// ## Fix
    ///
    /// Writes the type. It is unsafe: what is given for the parameter must then be the id of an image.
    name: "image-id-without-type",
    category: Maintainability,
    severity: Info,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W2506"],
    founding: [],
    check: Check::Resources(
        &[
            "AWS::AutoScaling::LaunchConfiguration",
            "AWS::Batch::ComputeEnvironment",
            "AWS::Cloud9::EnvironmentEC2",
            "AWS::EC2::Instance",
            "AWS::EC2::LaunchTemplate",
            "AWS::EC2::SpotFleet",
        ],
        check
    ),
}

/// Where images stand below the properties of these types.
const PATHS: &[&str] = &[
    "ComputeResources.ImageId",
    "ImageId",
    "LaunchTemplateData.ImageId",
    "SpotFleetRequestConfigData.LaunchSpecifications.ImageId",
];
const TYPE: &str = "AWS::EC2::Image::Id";

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let declarations = resource.declarations();
    functions::of_resource(resource.resource(), &mut |site| {
        let is_image = || PATHS.contains(&site.path.get(1..).unwrap_or_default().join(".").as_str());
        if site.place != Place::Properties || site.within.is_some() || !is_image() {
            return;
        }
        let Some(name) = reference(site.node) else { return };
        let Some(parameter) = declarations.parameter(&name.text) else { return };
        let Some(ty) = parameter.node.get("Type") else { return };
        // A name that is looked up, and what is no type, are other matters.
        if parameter.ty != "String" {
            return;
        }
        let message = format!(
            "`{}` brings the id of an image, but takes any text. With the type `{TYPE}` CloudFormation refuses what is none \
             before it makes anything.",
            parameter.name.text
        );
        let change = Change::Replace { span: ty.span, value: Literal::text(TYPE) };
        cx.report(ty.span, message)
            .related(name.span, "it is used as an image here")
            .fix(format!("Write `{TYPE}`"), vec![change]);
    });
}
