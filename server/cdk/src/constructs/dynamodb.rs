//! Tables.

use crate::ast::{Element, Kind};
use crate::evaluate::Given;
use crate::lower::Lowering;
use crate::scope::At;
use crate::table::{Class, Form, row};
use model::{List, Map, Name, Node, Value};

pub(crate) const CLASSES: &[Class] = &[
    Class {
        name: "aws-dynamodb.Table",
        ty: "AWS::DynamoDB::Table",
        retention: "Retain",
        rows: &[
            // The second spelling replaces the first, which is deprecated.
            row("pointInTimeRecovery", "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", Form::Same),
            row(
                "pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled",
                "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
                Form::Same,
            ),
            row("tableName", "TableName", Form::Same),
            row("billingMode", "BillingMode", Form::Choice(BILLING)),
            row("deletionProtection", "DeletionProtectionEnabled", Form::Same),
            row("encryption", "SSESpecification.SSEEnabled", Form::Choice(ENCRYPTION)),
            row("timeToLiveAttribute", "TimeToLiveSpecification.AttributeName", Form::Same),
            row("stream", "StreamSpecification.StreamViewType", Form::Choice(STREAMS)),
            row("kinesisStream", "KinesisStreamSpecification", Form::Given),
            row("contributorInsightsEnabled", "ContributorInsightsSpecification.Enabled", Form::Same),
        ],
    },
    Class {
        name: "aws-dynamodb.TableV2",
        ty: "AWS::DynamoDB::GlobalTable",
        retention: "Retain",
        rows: &[
            row("tableName", "TableName", Form::Same),
            row("timeToLiveAttribute", "TimeToLiveSpecification.AttributeName", Form::Same),
        ],
    },
];

const BILLING: &[(&str, &str)] = &[("PAY_PER_REQUEST", "PAY_PER_REQUEST"), ("PROVISIONED", "PROVISIONED")];
const ENCRYPTION: &[(&str, &str)] = &[("DEFAULT", ""), ("AWS_MANAGED", "true"), ("CUSTOMER_MANAGED", "true")];
const STREAMS: &[(&str, &str)] = &[
    ("KEYS_ONLY", "KEYS_ONLY"),
    ("NEW_IMAGE", "NEW_IMAGE"),
    ("OLD_IMAGE", "OLD_IMAGE"),
    ("NEW_AND_OLD_IMAGES", "NEW_AND_OLD_IMAGES"),
];

/// The replicas of a `TableV2`: those of `replicas`, which take over what they do not say themselves, then the one in the
/// stack's own region.
pub(crate) fn complete(lowering: &mut Lowering<'_>, index: usize, draft: usize) {
    if lowering.constructs[index].class != "aws-dynamodb.TableV2" {
        return;
    }
    let id = lowering.constructs[index].id.span;
    let props = lowering.props_of(index);
    let recovery = recovery(lowering, &props);
    let own = replica(lowering, recovery, props.get("deletionProtection"), id);
    let mut list = List::default();
    match props.get("replicas") {
        Given::Absent => (),
        Given::Unknown => list.open = true,
        Given::Value(at) => {
            let at = lowering.scopes.follow(at);
            match &at.expression.kind {
                Kind::Array(items) => {
                    for item in items {
                        let Element::Item(item) = item else {
                            list.open = true;
                            continue;
                        };
                        let item = At { expression: item, frame: at.frame };
                        let props = lowering.props(Some(item));
                        let own = self::recovery(lowering, &props);
                        let own = if matches!(own, Given::Absent) { recovery } else { own };
                        let mut map = replica(lowering, own, props.get("deletionProtection"), item.span());
                        if let Some(region) = props.value("region") {
                            map.insert("Region", region.span(), lowering.node(region));
                        }
                        map.open = true;
                        list.items.push(Node { value: Value::Map(map), span: item.span() });
                    }
                }
                _ => list.open = true,
            }
        }
    }
    // `addReplica` brings more.
    let added = lowering.scopes.calls.iter().filter_map(|it| super::MethodCall::of(*it)).any(|call| {
        call.method.text == "addReplica" && lowering.construct_of(call.object).is_some_and(|it| it.0 == index)
    });
    list.open |= added;
    list.items.push(Node { value: Value::Map(own), span: id });
    let node = Node { value: Value::List(list), span: id };
    lowering.properties(draft).entries.push((Name::new("Replicas", id), node));
}

/// What the props of a table or replica say about point-in-time recovery.
fn recovery<'a>(lowering: &Lowering<'a>, props: &crate::evaluate::Props<'a>) -> Given<'a> {
    match crate::table::given(lowering, props, "pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled") {
        Given::Absent => props.get("pointInTimeRecovery"),
        other => other,
    }
}

fn replica<'a>(lowering: &Lowering<'a>, recovery: Given<'a>, protection: Given<'a>, span: model::Span) -> Map {
    let mut map = Map { entries: Vec::new(), open: true };
    let node = |given: Given<'a>| match given {
        Given::Value(at) => lowering.node(at),
        Given::Absent => Node { value: Value::Absent, span },
        Given::Unknown => Node::unknown(span),
    };
    let enabled = match recovery {
        Given::Absent => "PointInTimeRecoverySpecification",
        Given::Value(_) | Given::Unknown => "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
    };
    map.insert(enabled, span, node(recovery));
    map.insert("DeletionProtectionEnabled", span, node(protection));
    map
}
