//! What goes with a grant on something that is encrypted: who may read it needs its key too.

use super::{MethodCall, policies};
use crate::evaluate::{Given, get_att};
use crate::lower::{Level, Lowering};
use model::{List, Map, Node, Span, Value};

/// What may be done with the key by whom a method grants something to: the start of the class's name, the prop that is the
/// key, the methods, the actions.
const KEYS: &[(&str, &str, &[&str], &[&str])] = &[
    ("aws-s3.Bucket", "encryptionKey", &["grantRead"], &["kms:Decrypt", "kms:DescribeKey"]),
    (
        "aws-s3.Bucket",
        "encryptionKey",
        &["grantPut", "grantWrite"],
        &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    ),
    (
        "aws-s3.Bucket",
        "encryptionKey",
        &["grantReadWrite"],
        &["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    ),
    ("aws-dynamodb.Table", "encryptionKey", &["grantReadData"], &["kms:Decrypt", "kms:DescribeKey"]),
    (
        "aws-dynamodb.Table",
        "encryptionKey",
        &["grantWriteData"],
        &["kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    ),
    (
        "aws-dynamodb.Table",
        "encryptionKey",
        &["grantFullAccess", "grantReadWriteData"],
        &["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    ),
    ("aws-kinesis.Stream", "encryptionKey", &["grantRead"], &["kms:Decrypt"]),
    (
        "aws-kinesis.Stream",
        "encryptionKey",
        &["grantWrite"],
        &["kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    ),
    (
        "aws-kinesis.Stream",
        "encryptionKey",
        &["grantReadWrite"],
        &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    ),
    ("aws-sns.Topic", "masterKey", &["grantPublish"], &["kms:Decrypt", "kms:GenerateDataKey*"]),
    ("aws-sqs.Queue", "encryptionMasterKey", &["grantConsumeMessages"], &["kms:Decrypt"]),
    (
        "aws-sqs.Queue",
        "encryptionMasterKey",
        &["grantSendMessages"],
        &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    ),
];

/// Lets `holder` use the key of the construct at `index` as it needs to for what `method` grants.
pub(crate) fn add<'a>(
    lowering: &mut Lowering<'a>,
    call: MethodCall<'a>,
    index: usize,
    method: &str,
    holder: &policies::Holder,
) {
    let class = lowering.constructs[index].class.clone();
    let found = KEYS.iter().find(|it| it.0 == class && it.2.contains(&method));
    let Some((_, prop, _, actions)) = found else { return };
    let stack = holder.stack(lowering);
    let Some(key) = key_of(lowering, index, prop, stack, call.span()) else { return };
    let span = call.span();
    let actions = actions.iter().map(|it| Node::text(*it, call.method.span)).collect();
    let mut statement = Map { entries: Vec::new(), open: true };
    statement.insert("Action", span, Node { value: Value::List(List { items: actions, open: false }), span });
    statement.insert("Effect", span, Node::text("Allow", span));
    statement.insert("Resource", span, key);
    let node = Node { value: Value::Map(statement), span };
    policies::add_statement(lowering, call.place, holder, call.method.span, node);
}

/// The ARN of the key that the construct at `index` is encrypted with: the one that it is given, or its own.
fn key_of(lowering: &Lowering<'_>, index: usize, prop: &str, stack: usize, span: Span) -> Option<Node> {
    match lowering.props_of(index).get(prop) {
        Given::Value(at) => match lowering.construct_of(at)? {
            (key, Level::Construct) if lowering.constructs[key].class == "aws-kms.Key" => {
                Some(policies::attribute(lowering, key, "Arn", stack, span))
            }
            _ => None,
        },
        Given::Absent => {
            let is_key = |it: &&crate::lower::Draft| {
                it.resource.ty.text == "AWS::KMS::Key" && it.table.is_some_and(|it| it.0 == index)
            };
            let key = lowering.drafts.iter().find(is_key).filter(|it| it.resource.condition.is_none())?;
            let producer = lowering.constructs[index].place.stack;
            lowering.across(get_att(&key.resource.key, "Arn", span), producer, stack)
        }
        Given::Unknown => None,
    }
}
