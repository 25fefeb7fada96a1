//! Buckets.

use super::{MethodCall, iam};
use crate::evaluate::{Given, Props, get_att, reference};
use crate::lower::{Lowering, sub};
use crate::scope::At;
use crate::table::{self, Class, Form, row};
use model::{List, Map, Name, Node, Part, SmolStr, Span, Value};

pub(crate) const CLASSES: &[Class] = &[
    Class {
        name: "aws-s3.Bucket",
        ty: "AWS::S3::Bucket",
        retention: "Retain",
        rows: &[
            row("bucketName", "BucketName", Form::Same),
            row("versioned", "VersioningConfiguration.Status", Form::Switch { on: "Enabled", off: "Suspended" }),
            row("encryption", "BucketEncryption", Form::Code(encryption)),
            row("blockPublicAccess", "PublicAccessBlockConfiguration", Form::Code(block)),
            row("accessControl", "AccessControl", Form::Choice(ACLS)),
            row("lifecycleRules", "LifecycleConfiguration", Form::Given),
            row("serverAccessLogsBucket", "LoggingConfiguration.DestinationBucketName", Form::Reference("Ref")),
            row("serverAccessLogsPrefix", "LoggingConfiguration.LogFilePrefix", Form::Same),
            row("websiteIndexDocument", "WebsiteConfiguration.IndexDocument", Form::Same),
            row("websiteErrorDocument", "WebsiteConfiguration.ErrorDocument", Form::Same),
            row("websiteRedirect", "WebsiteConfiguration.RedirectAllRequestsTo", Form::Given),
            row("replicationRules", "ReplicationConfiguration", Form::Given),
            row("cors", "CorsConfiguration", Form::Given),
            row("inventories", "InventoryConfigurations", Form::Given),
            row("metrics", "MetricsConfigurations", Form::Given),
            row("objectLockEnabled", "ObjectLockEnabled", Form::Same),
            row("objectLockDefaultRetention", "ObjectLockConfiguration", Form::Given),
            row("objectOwnership", "OwnershipControls", Form::Given),
            row(
                "transferAcceleration",
                "AccelerateConfiguration.AccelerationStatus",
                Form::Switch { on: "Enabled", off: "" },
            ),
            row("intelligentTieringConfigurations", "IntelligentTieringConfigurations", Form::Given),
        ],
    },
    Class {
        name: "aws-s3.BucketPolicy",
        ty: "AWS::S3::BucketPolicy",
        retention: "",
        rows: &[
            row("bucket", "Bucket", Form::Reference("Ref")),
            row("document", "PolicyDocument", Form::Code(iam::document)),
        ],
    },
];

const ACLS: &[(&str, &str)] = &[
    ("PRIVATE", "Private"),
    ("PUBLIC_READ", "PublicRead"),
    ("PUBLIC_READ_WRITE", "PublicReadWrite"),
    ("AUTHENTICATED_READ", "AuthenticatedRead"),
    ("LOG_DELIVERY_WRITE", "LogDeliveryWrite"),
    ("BUCKET_OWNER_READ", "BucketOwnerRead"),
    ("BUCKET_OWNER_FULL_CONTROL", "BucketOwnerFullControl"),
    ("AWS_EXEC_READ", "AwsExecRead"),
];

/// The four switches, as props and as properties.
pub(crate) const SWITCHES: &[(&str, &str)] = &[
    ("blockPublicAcls", "BlockPublicAcls"),
    ("blockPublicPolicy", "BlockPublicPolicy"),
    ("ignorePublicAcls", "IgnorePublicAcls"),
    ("restrictPublicBuckets", "RestrictPublicBuckets"),
];

fn block<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    lowering.alternatives(at, &|at| {
        let span = at.span();
        let Some(made) = lowering.made(at) else { return Node::unknown(span) };
        let value = |node: Node| node;
        let on = |yes: bool| value(Node { value: Value::Bool(yes), span });
        let map = |nodes: [Node; 4]| {
            let entries = SWITCHES.iter().zip(nodes).map(|((_, name), node)| (Name::new(*name, node.span), node));
            Node { value: Value::Map(Map { entries: entries.collect(), open: false }), span }
        };
        match &*made.path {
            "aws-s3.BlockPublicAccess.BLOCK_ALL" => map([on(true), on(true), on(true), on(true)]),
            // What the other two are depends on the version and on a feature flag.
            "aws-s3.BlockPublicAccess.BLOCK_ACLS" => {
                map([on(true), Node::unknown(span), on(true), Node::unknown(span)])
            }
            "aws-s3.BlockPublicAccess.BLOCK_ACLS_ONLY" => map([on(true), on(false), on(true), on(false)]),
            "aws-s3.BlockPublicAccess" => {
                let props = lowering.props(made.argument(0));
                let nodes = SWITCHES.iter().map(|(prop, _)| match props.get(prop) {
                    Given::Value(at) => lowering.node(at),
                    Given::Absent | Given::Unknown => Node::unknown(span),
                });
                let nodes: Vec<Node> = nodes.collect();
                nodes.try_into().map_or_else(|_| Node::unknown(span), map)
            }
            _ => Node::unknown(span),
        }
    })
}

fn encryption<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    lowering.alternatives(at, &|at| {
        let span = at.span();
        let made = lowering.made(at);
        let word = made.as_ref().and_then(|it| it.path.strip_prefix("aws-s3.BucketEncryption."));
        let algorithm = match word {
            Some("UNENCRYPTED") => return Node { value: Value::Absent, span },
            Some("S3_MANAGED") => "AES256",
            Some("KMS" | "KMS_MANAGED") => "aws:kms",
            Some("DSSE" | "DSSE_MANAGED") => "aws:kms:dsse",
            _ => return Node::unknown(span),
        };
        let mut rule = Map { entries: Vec::new(), open: true };
        rule.insert("ServerSideEncryptionByDefault.SSEAlgorithm", span, Node::text(algorithm, span));
        if let Some(Value::Map(inner)) = rule.entries.first_mut().map(|(_, node)| &mut node.value) {
            inner.open = true;
        }
        let rules = List { items: vec![Node { value: Value::Map(rule), span }], open: false };
        let mut map = Map::default();
        map.insert("ServerSideEncryptionConfiguration", span, Node { value: Value::List(rules), span });
        Node { value: Value::Map(map), span }
    })
}

/// What goes beyond rows: a key that implies encryption, logging by prefix alone, public read access.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    if lowering.constructs[index].class != "aws-s3.Bucket" {
        return;
    }
    let unknown = |lowering: &mut Lowering<'a>, name: &str, at: Span| {
        table::insert(lowering.properties(draft), name, at, Node::unknown(at));
    };
    let by_hand = !crate::library::has_class("aws-s3.Bucket");
    if let (Given::Value(at), true, true) = (props.get("encryptionKey"), props.is_absent("encryption"), by_hand) {
        unknown(lowering, "BucketEncryption", at.span());
    }
    if by_hand && !props.is_absent("serverAccessLogsPrefix") && props.is_absent("serverAccessLogsBucket") {
        let id = lowering.constructs[index].id.span;
        unknown(lowering, "LoggingConfiguration", id);
    }
    match props.get("publicReadAccess") {
        Given::Value(at) => {
            let node = lowering.node(at);
            if node.as_bool() == Some(true) {
                let key = lowering.constructs[index].key.clone();
                let statement = public_statement(&key, node.span);
                add_policy(lowering, index, vec![statement], node.span);
                // Newer versions then open what would block the policy.
                if props.is_absent("blockPublicAccess") {
                    unknown(lowering, "PublicAccessBlockConfiguration", node.span);
                }
            } else if node.as_bool().is_none() && props.is_absent("blockPublicAccess") {
                unknown(lowering, "PublicAccessBlockConfiguration", node.span);
            }
        }
        Given::Unknown if props.is_absent("blockPublicAccess") => {
            let id = lowering.constructs[index].id.span;
            unknown(lowering, "PublicAccessBlockConfiguration", id);
        }
        Given::Unknown | Given::Absent => (),
    }
}

fn public_statement(bucket: &SmolStr, span: Span) -> Node {
    let objects = sub(vec![Part::Value(get_att(bucket, "Arn", span)), Part::Text(Name::new("/*", span))], span);
    let mut map = Map::default();
    map.insert("Effect", span, Node::text("Allow", span));
    map.insert("Principal.AWS", span, Node::text("*", span));
    map.insert("Action", span, Node::text("s3:GetObject", span));
    map.insert("Resource", span, objects);
    Node { value: Value::Map(map), span }
}

/// Adds a policy of the bucket at `index`, which code at `origin` makes.
fn add_policy(lowering: &mut Lowering<'_>, index: usize, statements: Vec<Node>, origin: Span) -> usize {
    let key = lowering.constructs[index].key.clone();
    let mut properties = Map { entries: Vec::new(), open: true };
    properties.insert("Bucket", origin, reference(&key, origin));
    properties.insert("PolicyDocument", origin, iam::document_of(statements, origin));
    let draft = lowering.add(index, "AWS::S3::BucketPolicy", properties, "");
    lowering.drafts[draft].resource.origin = origin;
    draft
}

pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let method = &*call.method.text;
    if !matches!(method, "addToResourcePolicy" | "grantPublicAccess" | "addLifecycleRule" | "enforceSSL") {
        return;
    }
    let Some((index, _)) = lowering.construct_of(call.object) else { return };
    if lowering.constructs[index].class != "aws-s3.Bucket" {
        return;
    }
    match method {
        "addToResourcePolicy" => {
            let Some(argument) = call.argument(0) else { return };
            let Some(statement) = iam::statement(lowering, argument) else { return };
            let draft = add_policy(lowering, index, vec![statement], call.span());
            lowering.drafts[draft].words = "aws-s3.Bucket.addToResourcePolicy".into();
        }
        "grantPublicAccess" => {
            let key = lowering.constructs[index].key.clone();
            // With arguments it grants other actions, or to a prefix alone.
            if call.call.arguments.is_empty() {
                add_policy(lowering, index, vec![public_statement(&key, call.span())], call.span());
            }
        }
        "addLifecycleRule" => {
            let node = Node::unknown(call.span());
            lowering.override_property(index, "LifecycleConfiguration", call.place, node);
        }
        _ => (),
    }
}
