use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A notebook or a domain of Amazon SageMaker AI is encrypted with a key of AWS and not with one of your own.
    ///
    /// Amazon SageMaker AI encrypts the volumes of every notebook and the file system of every domain. Without `KmsKeyId` it does
    /// so with a key of the service, whose use nobody in the account can restrict, log or withdraw. See "Protect Data at Rest
    /// Using Encryption" in the Amazon SageMaker AI Developer Guide.
    ///
    /// The rule is off by default: nothing is left unencrypted, and whether that key is enough is a question of policy.
    ///
    /// ## Fix
    ///
    /// None: which key it is to be, and who may use it, nobody else can say.
    name: "sagemaker-notebook-without-cmk",
    category: Security,
    severity: Hint,
    default_on: false,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_187",
        "cfn_nag:W1201",
        "cdk_nag:SageMakerNotebookInstanceKMSKeyConfigured",
        "cdk_nag:AwsSolutions-SM2",
        "cdk_nag:HIPAA.Security-SageMakerNotebookInstanceKMSKeyConfigured",
        "cdk_nag:NIST.800.53.R4-SageMakerNotebookInstanceKMSKeyConfigured",
        "cdk_nag:NIST.800.53.R5-SageMakerNotebookInstanceKMSKeyConfigured",
        "cdk_nag:PCI.DSS.321-SageMakerNotebookInstanceKMSKeyConfigured",
        "guard:SAGEMAKER_NOTEBOOK_INSTANCE_KMS_KEY_CONFIGURED",
    ],
    founding: ["F13"],
    check: Check::Resources(&["AWS::SageMaker::Domain", "AWS::SageMaker::NotebookInstance"], check),
}

fn check(notebook: &ResourceView<'_>, cx: &mut Context<'_>) {
    if notebook.property("KmsKeyId").is_absent() {
        let message = format!(
            "`{}` is encrypted with a key of the service, whose use you can neither restrict nor withdraw. Name one of your \
             own in `KmsKeyId`.",
            notebook.id.text
        );
        cx.report(notebook.id.span, message);
    }
}
