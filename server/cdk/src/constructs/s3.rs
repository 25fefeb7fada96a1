//! Buckets.

use super::{MethodCall, iam, policies};
use crate::evaluate::{Given, Props, get_att, reference};
use crate::library::value::seconds;
use crate::lower::{Level, Lowering, sub};
use crate::scope::At;
use crate::table::{self, Class, Form, row};
use model::{List, Map, Name, Node, Part, SmolStr, Span, Value};

pub(crate) const CLASSES: &[Class] = &[
    Class {
        name: "aws-s3.Bucket",
        ty: "AWS::S3::Bucket",
        retention: "Retain",
        rows: &[
            // What the four switches are depends on the version of the library too.
            row("blockPublicAccess", "PublicAccessBlockConfiguration", Form::Code(block)),
            row("lifecycleRules", "LifecycleConfiguration.Rules", Form::Code(lifecycle_rules)),
            // Nothing else replicates a bucket; where it is replicated to is known when the buckets are.
            row("replicationRules", "ReplicationConfiguration", Form::Given),
            row("replicationRules", "ReplicationConfiguration", Form::Code(replication)),
            row("objectLockDefaultRetention", "ObjectLockConfiguration", Form::Given),
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

/// The lifecycle rules: whether they are on, and what they do when.
fn lifecycle_rules<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    const DAYS: [(&str, &str); 3] = [
        ("expiration", "ExpirationInDays"),
        ("abortIncompleteMultipartUploadAfter", "AbortIncompleteMultipartUpload.DaysAfterInitiation"),
        ("noncurrentVersionExpiration", "NoncurrentVersionExpiration.NoncurrentDays"),
    ];
    each(lowering, at, &|at, props, map| {
        let status = match props.get("enabled") {
            Given::Absent => Node::text("Enabled", at.span()),
            Given::Unknown => Node::unknown(at.span()),
            Given::Value(at) => match lowering.node(at).as_bool() {
                Some(true) => Node::text("Enabled", at.span()),
                Some(false) => Node::text("Disabled", at.span()),
                None => Node::unknown(at.span()),
            },
        };
        map.insert("Status", status.span, status);
        for (prop, name) in DAYS {
            let node = days(lowering, props, prop, at.span());
            let name = if matches!(node.value, Value::Absent) { name.split('.').next().unwrap_or(name) } else { name };
            map.insert(name, node.span, node);
        }
        let date = if props.is_absent("expirationDate") { Value::Absent } else { Value::Unknown };
        map.insert("ExpirationDate", at.span(), Node { value: date, span: at.span() });
        let transitions = match props.get("transitions") {
            Given::Absent => Node { value: Value::Absent, span: at.span() },
            Given::Unknown => Node::unknown(at.span()),
            Given::Value(at) => each(lowering, at, &|at, props, map| {
                let after = days(lowering, props, "transitionAfter", at.span());
                map.insert("TransitionInDays", after.span, after);
            }),
        };
        map.insert("Transitions", transitions.span, transitions);
        map.insert("Transition", at.span(), Node { value: Value::Absent, span: at.span() });
    })
}

/// A list of maps, of which `fill` says what is known.
fn each<'a>(lowering: &Lowering<'a>, at: At<'a>, fill: &dyn Fn(At<'a>, &Props<'a>, &mut Map)) -> Node {
    lowering.alternatives(at, &|at| {
        let Some(items) = lowering.scopes.items(at) else { return Node::unknown(at.span()) };
        let items = items.into_iter().map(|at| {
            let mut map = Map { entries: Vec::new(), open: true };
            fill(at, &lowering.props(Some(at)), &mut map);
            Node { value: Value::Map(map), span: at.span() }
        });
        Node { value: Value::List(List { items: items.collect(), open: false }), span: at.span() }
    })
}

/// A prop that is a duration, in whole days.
fn days<'a>(lowering: &Lowering<'a>, props: &Props<'a>, prop: &str, span: Span) -> Node {
    match props.get(prop) {
        Given::Absent => Node { value: Value::Absent, span },
        Given::Unknown => Node::unknown(span),
        Given::Value(at) => match seconds(lowering, at).filter(|it| *it % 86_400.0 == 0.0) {
            Some(seconds) => Node::text((seconds / 86_400.0).to_string(), at.span()),
            None => Node::unknown(at.span()),
        },
    }
}

/// How a bucket is replicated: where to.
fn replication<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    lowering.alternatives(at, &|at| {
        let Some(items) = lowering.scopes.items(at) else { return Node::unknown(at.span()) };
        let items = items.into_iter().map(|at| {
            let mut map = Map { entries: Vec::new(), open: true };
            let target = lowering.props(Some(at)).value("destination");
            let bucket = match target.and_then(|it| lowering.construct_of(it)) {
                Some((index, Level::Construct)) => {
                    policies::attribute(lowering, index, "Arn", lowering.stack_of(at), at.span())
                }
                _ => Node::unknown(at.span()),
            };
            map.insert("Destination.Bucket", bucket.span, bucket);
            Node { value: Value::Map(map), span: at.span() }
        });
        let rules = Node { value: Value::List(List { items: items.collect(), open: false }), span: at.span() };
        let mut map = Map { entries: Vec::new(), open: true };
        map.insert("Rules", rules.span, rules);
        Node { value: Value::Map(map), span: at.span() }
    })
}

/// What goes beyond rows: public read access.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    if lowering.constructs[index].class != "aws-s3.Bucket" {
        return;
    }
    // Without a feature flag, logs are let in by the access control of the bucket that takes them.
    if let Some(at) = props.value("serverAccessLogsBucket")
        && let Some(logs) = lowering.construct_of(at).and_then(|(it, _)| lowering.constructs[it].resource)
        && let Some((_, node)) =
            lowering.properties(logs).entries.iter_mut().find(|(name, _)| name.text == "AccessControl")
        && matches!(node.value, Value::Absent)
    {
        node.value = Value::Unknown;
    }
    let unknown = |lowering: &mut Lowering<'a>, name: &str, at: Span| {
        table::insert(lowering.properties(draft), name, at, Node::unknown(at));
    };
    match props.get("publicReadAccess") {
        Given::Value(at) => {
            let node = lowering.node(at);
            if node.as_bool() == Some(true) {
                if !has_public_policy(lowering, index) {
                    let key = lowering.constructs[index].key.clone();
                    let statement = public_statement(&key, node.span);
                    add_policy(lowering, index, vec![statement], node.span);
                }
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

/// True when the table gives the bucket the policy that makes it public.
fn has_public_policy(lowering: &Lowering<'_>, index: usize) -> bool {
    lowering.drafts.iter().filter(|it| it.table.is_some_and(|it| it.0 == index)).any(|draft| {
        let statements = draft.resource.properties.get("PolicyDocument.Statement").and_then(Node::as_list);
        let is_public = |it: &Node| it.get("Action").and_then(Node::as_str) == Some("s3:GetObject");
        statements.is_some_and(|it| it.items.iter().any(is_public))
    })
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

/// Adds a statement to the policy that the bucket at `index` has, or to one that it gets for that.
pub(super) fn add_statement(lowering: &mut Lowering<'_>, index: usize, statement: Node) {
    let origin = statement.span;
    let own = |it: &crate::lower::Draft| {
        it.construct == Some(index) && it.resource.ty.text == "AWS::S3::BucketPolicy" && it.resource.condition.is_none()
    };
    match lowering.drafts.iter().position(own) {
        Some(draft) => super::policies::push_statement(lowering, draft, "PolicyDocument", statement),
        None => {
            add_policy(lowering, index, vec![statement], origin);
        }
    }
}

/// Adds a policy of the bucket at `index`, which code at `origin` makes.
fn add_policy(lowering: &mut Lowering<'_>, index: usize, statements: Vec<Node>, origin: Span) -> usize {
    let key = lowering.constructs[index].key.clone();
    let mut properties = Map { entries: Vec::new(), open: true };
    properties.insert("Bucket", origin, reference(&key, origin));
    // What else is said of the bucket is in the same policy.
    let statements = List { items: statements, open: true };
    properties.insert("PolicyDocument", origin, iam::whole(statements, origin));
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
