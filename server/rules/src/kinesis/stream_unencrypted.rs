use crate::facts::branches;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A stream of Amazon Kinesis does not encrypt its records.
    ///
    /// It has no `StreamEncryption`, and there is no other default: its records are kept as they are for as long as the stream
    /// keeps them, up to a year. See "What is server-side encryption for Kinesis Data Streams?" in its Developer Guide, and
    /// control Kinesis.1 of AWS Security Hub. The CDK encrypts a stream wherever the Region can, unless it is told not to.
    ///
    /// ## What is not reported
    ///
    /// A value that is not known before deployment; and delivery streams of Amazon Data Firehose, which are another service.
    ///
    /// ## Fix
    ///
    /// Encrypts with the key that AWS manages for Amazon Kinesis (`alias/aws/kinesis`): the stream is changed in place, and
    /// producers and consumers of the account need nothing. Readers of another account cannot use that key, so the fix is unsafe
    /// where the stack gives the stream a policy of its own.
    name: "kinesis-stream-unencrypted",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_43",
        "cfn_nag:W49",
        "cdk_nag:KinesisDataStreamSSE",
        "cdk_nag:AwsSolutions-KDS1",
        "guard:KINESIS_STREAM_ENCRYPTION_RULE",
        "security_hub:Kinesis.1",
    ],
    founding: ["F13"],
    check: Check::Resources(&["AWS::Kinesis::Stream"], check),
}

fn check(stream: &ResourceView<'_>, cx: &mut Context<'_>) {
    let alternatives = branches::of(stream, "StreamEncryption.EncryptionType");
    let is_off = |it: State<'_>| match it {
        State::Absent => true,
        State::Unknown => false,
        State::Known(node) | State::Default(node) => node.as_str() == Some("NONE"),
    };
    let Some(off) = alternatives.iter().find(|it| is_off(it.state)) else { return };
    let encryption = stream.property("StreamEncryption");
    let id = &stream.id;
    let message = format!(
        "`{}` keeps its records unencrypted{}. Let Amazon Kinesis encrypt them: nothing that reads or writes them has to change.",
        id.text,
        off.when()
    );
    let has_policy = cx.wants_fixes() && cx.stack().resources_of("AWS::Kinesis::ResourcePolicy").next().is_some();
    let applicability = if has_policy { Unsafe } else { Safe };
    let key = [("EncryptionType", Literal::text("KMS")), ("KeyId", Literal::text("alias/aws/kinesis"))];
    let span = if encryption.is_absent() { id.span } else { off.span };
    let change = encryption.set(Literal::map(key));
    cx.report(span, message).fix_as(applicability, "Encrypt with the key of Amazon Kinesis", vec![change], None);
}
