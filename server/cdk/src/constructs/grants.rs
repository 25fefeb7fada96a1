//! `bucket.grantRead(role)` and its like: what the library lets a principal do with a construct.

use super::{MethodCall, key_grants, policies, principals};
use crate::ast::Element;
use crate::evaluate::{Given, reference};
use crate::lower::{Level, Lowering, sub};
use crate::scope::At;
use model::{List, Map, Name, Node, Part, Value};

/// What a method grants: the classes that have it, its name, and a statement for each line.
struct Grant {
    classes: &'static [&'static str],
    method: &'static str,
    statements: &'static [Statement],
}

/// Actions, and what they are for: `${Arn}` and `${Ref}` are those of the construct, `{1:*}` is the argument at 1, or `*`
/// without it.
struct Statement {
    actions: &'static [&'static str],
    resources: &'static [&'static str],
}

const fn grant(classes: &'static [&'static str], method: &'static str, statements: &'static [Statement]) -> Grant {
    Grant { classes, method, statements }
}

const fn on(resources: &'static [&'static str], actions: &'static [&'static str]) -> Statement {
    Statement { actions, resources }
}

/// Adds what `call` grants, if it grants anything, to the policy of whom it is granted to.
pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let method = &*call.method.text;
    if !method.starts_with("grant") {
        return;
    }
    let Some((index, Level::Construct)) = lowering.construct_of(call.object) else { return };
    let class = lowering.constructs[index].class.clone();
    let (first, statements) = match GRANTS.iter().find(|it| it.method == method && it.classes.contains(&&*class)) {
        Some(found) => (None, found.statements),
        // The actions are arguments.
        None if method == "grant" => match ANY.iter().find(|it| it.classes.contains(&&*class)) {
            Some(found) => (Some(1), found.statements),
            None => return,
        },
        None => return,
    };
    let Some(grantee) = call.argument(0) else { return };
    let stack = match policies::holder_at(lowering, grantee) {
        Some(holder) => holder.stack(lowering),
        None => lowering.constructs[index].place.stack,
    };
    for statement in statements {
        let node = lowering.in_stack(Some(stack), |it| statement_node(it, call, index, statement, first, stack));
        match policies::holder_at(lowering, grantee) {
            Some(holder) => {
                policies::add_statement(lowering, call.place, &holder, call.method.span, node);
            }
            None if is_principal(lowering, grantee) => {
                let node = with_principal(lowering, node, grantee);
                if class != "aws-s3.Bucket" {
                    policies::add_to_resource(lowering, call.place, index, node);
                } else if lowering.scopes.covers(call.place.region, lowering.constructs[index].place.region) {
                    super::s3::add_statement(lowering, index, node);
                }
            }
            None => (),
        }
    }
    if let Some(holder) = policies::holder_at(lowering, grantee) {
        key_grants::add(lowering, call, index, method, &holder);
    }
}

/// Adds what `method` of the construct at `index` grants to the policy of `holder`, where code at `call` has it called.
pub(crate) fn give<'a>(
    lowering: &mut Lowering<'a>,
    call: MethodCall<'a>,
    index: usize,
    method: &str,
    holder: &policies::Holder,
) {
    let class = lowering.constructs[index].class.clone();
    let Some(found) = GRANTS.iter().find(|it| it.method == method && it.classes.contains(&&*class)) else { return };
    let stack = holder.stack(lowering);
    for statement in found.statements {
        let node = statement_node(lowering, call, index, statement, None, stack);
        policies::add_statement(lowering, call.place, holder, call.method.span, node);
    }
    key_grants::add(lowering, call, index, method, holder);
}

/// True for a principal that has no policies of its own: what it may do is said where the resource is.
fn is_principal<'a>(lowering: &Lowering<'a>, at: At<'a>) -> bool {
    if let Some((index, Level::Construct)) = lowering.construct_of(at) {
        return lowering.constructs[index].class == super::cloudfront::IDENTITY;
    }
    let made = lowering.made(at);
    made.is_some_and(|it| {
        it.path.strip_prefix("aws-iam.").is_some_and(|it| it == "Anyone" || it.ends_with("Principal"))
    })
}

fn with_principal<'a>(lowering: &Lowering<'a>, statement: Node, at: At<'a>) -> Node {
    let Value::Map(mut map) = statement.value else { return statement };
    let principal = principals::principal(lowering, at);
    map.insert("Principal", at.span(), principal);
    Node { value: Value::Map(map), span: statement.span }
}

fn statement_node<'a>(
    lowering: &Lowering<'a>,
    call: MethodCall<'a>,
    index: usize,
    statement: &Statement,
    first: Option<usize>,
    stack: usize,
) -> Node {
    let span = call.span();
    let list = |mut items: Vec<Node>, open: bool| match (items.pop(), items.is_empty(), open) {
        // The library writes a list of one as its item.
        (Some(only), true, false) => only,
        (last, ..) => {
            items.extend(last);
            Node { value: Value::List(List { items, open }), span }
        }
    };
    let mut actions: Vec<Node> = statement.actions.iter().map(|it| Node::text(*it, call.method.span)).collect();
    let mut open = false;
    for element in first.and_then(|it| call.call.arguments.get(it..)).into_iter().flatten() {
        match element {
            Element::Item(expression) => actions.push(lowering.node(At { expression, frame: call.place.at.frame })),
            Element::Spread(_) => open = true,
        }
    }
    let resources = statement.resources.iter().map(|it| resource(lowering, call, index, it, stack)).collect();
    let mut map = Map { entries: Vec::new(), open: true };
    map.insert("Action", span, list(actions, open));
    map.insert("Effect", span, Node::text("Allow", span));
    map.insert("Resource", span, list(resources, false));
    Node { value: Value::Map(map), span }
}

/// What a pattern of the table stands for.
fn resource<'a>(lowering: &Lowering<'a>, call: MethodCall<'a>, index: usize, pattern: &str, stack: usize) -> Node {
    let span = call.span();
    let mut parts: Vec<Part> = Vec::new();
    let mut rest = match pattern == PARAMETER[0] {
        true => match name_of_parameter(lowering, index) {
            Some(name) if name.starts_with('/') => {
                "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${Ref}"
            }
            Some(_) => pattern,
            None => return Node::unknown(span),
        },
        false => pattern,
    };
    while let Some(at) = rest.find('{') {
        let text = rest[..at].trim_end_matches('$');
        if !text.is_empty() {
            parts.push(Part::Text(Name::new(text, span)));
        }
        let end = rest.find('}').unwrap_or(rest.len() - 1);
        let inner = &rest[at + 1..end];
        rest = &rest[end + 1..];
        parts.push(match inner.split_once(':') {
            Some(("1", default)) => match call.argument(1) {
                Some(argument) => match lowering.node(argument) {
                    Node { value: Value::Scalar(it), span } => Part::Text(Name::new(it.text, span)),
                    Node { value: Value::Absent, .. } => Part::Text(Name::new(default, span)),
                    other => Part::Value(other),
                },
                None => Part::Text(Name::new(default, span)),
            },
            Some(_) => Part::Value(reference(inner, span)),
            None => Part::Value(policies::attribute(lowering, index, inner, stack, span)),
        });
    }
    if !rest.is_empty() {
        parts.push(Part::Text(Name::new(rest, span)));
    }
    match &parts[..] {
        [Part::Value(only)] => only.clone(),
        [Part::Text(only)] => Node::text(only.text.clone(), span),
        _ => sub(parts, span),
    }
}

/// The name that a parameter is given, none for one that gets its name when it is deployed; `None` where nobody knows.
fn name_of_parameter(lowering: &Lowering<'_>, index: usize) -> Option<String> {
    let props = lowering.props_of(index);
    match props.get("parameterName") {
        Given::Absent => Some(String::new()),
        // A name with references in it is what the program says it is.
        Given::Value(at) if props.is_absent("simpleName") => lowering.node(at).as_str().map(str::to_owned),
        Given::Value(_) | Given::Unknown => None,
    }
}

const OBJECTS: &[&str] = &["${Arn}/{1:*}"];
const BUCKET: &[&str] = &["${Arn}", "${Arn}/{1:*}"];
const ARN: &[&str] = &["${Arn}"];
const STREAM: &[&str] = &["${StreamArn}"];
const REF: &[&str] = &["${Ref}"];
const PARAMETER: &[&str] = &["arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${Ref}"];
const DOMAIN: &[&str] = &["${Arn}", "${Arn}/*"];
const DISTRIBUTION: &[&str] = &["arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Ref}"];

const BUCKETS: &[&str] = &["aws-s3.Bucket"];
const TABLES: &[&str] = &["aws-dynamodb.Table", "aws-dynamodb.TableV2"];
const QUEUES: &[&str] = &["aws-sqs.Queue"];
const TOPICS: &[&str] = &["aws-sns.Topic"];
const KEYS: &[&str] = &["aws-kms.Key"];
const SECRETS: &[&str] = &["aws-secretsmanager.Secret", "aws-rds.DatabaseSecret", "aws-docdb.DatabaseSecret"];
pub(crate) const FUNCTIONS: &[&str] = &[
    "aws-lambda-go-alpha.GoFunction",
    "aws-lambda-nodejs.NodejsFunction",
    "aws-lambda-python-alpha.PythonFunction",
    "aws-lambda.DockerImageFunction",
    "aws-lambda.Function",
];
const ROLES: &[&str] = &["aws-iam.Role"];
const STREAMS: &[&str] = &["aws-kinesis.Stream"];
const LOGS: &[&str] = &["aws-logs.LogGroup"];
const REPOSITORIES: &[&str] = &["aws-ecr.Repository"];
const PARAMETERS: &[&str] = &["aws-ssm.StringParameter", "aws-ssm.StringListParameter"];
const BUSES: &[&str] = &["aws-events.EventBus"];
const MACHINES: &[&str] = &["aws-stepfunctions.StateMachine"];
const POOLS: &[&str] = &["aws-cognito.UserPool"];
const DOMAINS: &[&str] = &["aws-opensearchservice.Domain"];
const DISTRIBUTIONS: &[&str] = &["aws-cloudfront.Distribution"];

/// The classes with a method `grant` that takes the actions.
const ANY: &[Grant] = &[
    grant(TABLES, "grant", &[on(ARN, &[])]),
    grant(QUEUES, "grant", &[on(ARN, &[])]),
    grant(KEYS, "grant", &[on(ARN, &[])]),
    grant(ROLES, "grant", &[on(ARN, &[])]),
    grant(STREAMS, "grant", &[on(ARN, &[])]),
    grant(REPOSITORIES, "grant", &[on(ARN, &[])]),
    grant(POOLS, "grant", &[on(ARN, &[])]),
    grant(MACHINES, "grant", &[on(REF, &[])]),
    grant(DISTRIBUTIONS, "grant", &[on(DISTRIBUTION, &[])]),
];

/// What may be done with a bucket and what is in it, where all of that is granted.
pub(super) const READ_WRITE: &[&str] = &[
    "s3:Abort*",
    "s3:DeleteObject*",
    "s3:GetBucket*",
    "s3:GetObject*",
    "s3:List*",
    "s3:PutObject",
    "s3:PutObjectLegalHold",
    "s3:PutObjectRetention",
    "s3:PutObjectTagging",
    "s3:PutObjectVersionTagging",
];

/// Found by calling the methods of version 2.276.0.
const GRANTS: &[Grant] = &[
    grant(BUCKETS, "grantDelete", &[on(OBJECTS, &["s3:DeleteObject*"])]),
    grant(
        BUCKETS,
        "grantPut",
        &[on(
            OBJECTS,
            &[
                "s3:Abort*",
                "s3:PutObject",
                "s3:PutObjectLegalHold",
                "s3:PutObjectRetention",
                "s3:PutObjectTagging",
                "s3:PutObjectVersionTagging",
            ],
        )],
    ),
    grant(BUCKETS, "grantPutAcl", &[on(OBJECTS, &["s3:PutObjectAcl", "s3:PutObjectVersionAcl"])]),
    grant(BUCKETS, "grantRead", &[on(BUCKET, &["s3:GetBucket*", "s3:GetObject*", "s3:List*"])]),
    grant(BUCKETS, "grantReadWrite", &[on(BUCKET, READ_WRITE)]),
    grant(
        BUCKETS,
        "grantWrite",
        &[on(
            BUCKET,
            &[
                "s3:Abort*",
                "s3:DeleteObject*",
                "s3:PutObject",
                "s3:PutObjectLegalHold",
                "s3:PutObjectRetention",
                "s3:PutObjectTagging",
                "s3:PutObjectVersionTagging",
            ],
        )],
    ),
    grant(TABLES, "grantFullAccess", &[on(ARN, &["dynamodb:*"])]),
    grant(
        TABLES,
        "grantReadData",
        &[on(
            ARN,
            &[
                "dynamodb:BatchGetItem",
                "dynamodb:ConditionCheckItem",
                "dynamodb:DescribeTable",
                "dynamodb:GetItem",
                "dynamodb:GetRecords",
                "dynamodb:GetShardIterator",
                "dynamodb:Query",
                "dynamodb:Scan",
            ],
        )],
    ),
    grant(
        TABLES,
        "grantReadWriteData",
        &[on(
            ARN,
            &[
                "dynamodb:BatchGetItem",
                "dynamodb:BatchWriteItem",
                "dynamodb:ConditionCheckItem",
                "dynamodb:DeleteItem",
                "dynamodb:DescribeTable",
                "dynamodb:GetItem",
                "dynamodb:GetRecords",
                "dynamodb:GetShardIterator",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:Scan",
                "dynamodb:UpdateItem",
            ],
        )],
    ),
    grant(
        TABLES,
        "grantWriteData",
        &[on(
            ARN,
            &[
                "dynamodb:BatchWriteItem",
                "dynamodb:DeleteItem",
                "dynamodb:DescribeTable",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
            ],
        )],
    ),
    grant(
        &["aws-dynamodb.Table"],
        "grantStreamRead",
        &[
            on(&["*"], &["dynamodb:ListStreams"]),
            on(STREAM, &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]),
        ],
    ),
    grant(
        &["aws-dynamodb.TableV2"],
        "grantStreamRead",
        &[on(
            STREAM,
            &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
        )],
    ),
    grant(
        QUEUES,
        "grantConsumeMessages",
        &[on(
            ARN,
            &[
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
                "sqs:ReceiveMessage",
            ],
        )],
    ),
    grant(QUEUES, "grantPurge", &[on(ARN, &["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:PurgeQueue"])]),
    grant(QUEUES, "grantSendMessages", &[on(ARN, &["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"])]),
    grant(TOPICS, "grantPublish", &[on(REF, &["sns:Publish"])]),
    grant(TOPICS, "grantSubscribe", &[on(REF, &["sns:Subscribe"])]),
    grant(
        KEYS,
        "grantAdmin",
        &[on(
            ARN,
            &[
                "kms:CancelKeyDeletion",
                "kms:Create*",
                "kms:Delete*",
                "kms:Describe*",
                "kms:Disable*",
                "kms:Enable*",
                "kms:Get*",
                "kms:List*",
                "kms:Put*",
                "kms:Revoke*",
                "kms:ScheduleKeyDeletion",
                "kms:TagResource",
                "kms:UntagResource",
                "kms:Update*",
            ],
        )],
    ),
    grant(KEYS, "grantDecrypt", &[on(ARN, &["kms:Decrypt"])]),
    grant(KEYS, "grantEncrypt", &[on(ARN, &["kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"])]),
    grant(
        KEYS,
        "grantEncryptDecrypt",
        &[on(ARN, &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"])],
    ),
    grant(KEYS, "grantGenerateMac", &[on(ARN, &["kms:GenerateMac"])]),
    grant(KEYS, "grantSign", &[on(ARN, &["kms:Sign"])]),
    grant(KEYS, "grantSignVerify", &[on(ARN, &["kms:Sign", "kms:Verify"])]),
    grant(KEYS, "grantVerify", &[on(ARN, &["kms:Verify"])]),
    grant(KEYS, "grantVerifyMac", &[on(ARN, &["kms:VerifyMac"])]),
    grant(SECRETS, "grantRead", &[on(REF, &["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"])]),
    grant(
        SECRETS,
        "grantWrite",
        &[on(
            REF,
            &[
                "secretsmanager:PutSecretValue",
                "secretsmanager:UpdateSecret",
                "secretsmanager:UpdateSecretVersionStage",
            ],
        )],
    ),
    grant(FUNCTIONS, "grantInvoke", &[on(&["${Arn}", "${Arn}:*"], &["lambda:InvokeFunction"])]),
    grant(FUNCTIONS, "grantInvokeLatestVersion", &[on(&["${Arn}", "${Arn}:$LATEST"], &["lambda:InvokeFunction"])]),
    grant(ROLES, "grantAssumeRole", &[on(ARN, &["sts:AssumeRole"])]),
    grant(ROLES, "grantPassRole", &[on(ARN, &["iam:PassRole"])]),
    grant(
        STREAMS,
        "grantRead",
        &[on(
            ARN,
            &[
                "kinesis:DescribeStream",
                "kinesis:DescribeStreamConsumer",
                "kinesis:DescribeStreamSummary",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards",
                "kinesis:ListStreams",
                "kinesis:SubscribeToShard",
            ],
        )],
    ),
    grant(
        STREAMS,
        "grantReadWrite",
        &[on(
            ARN,
            &[
                "kinesis:DescribeStream",
                "kinesis:DescribeStreamConsumer",
                "kinesis:DescribeStreamSummary",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards",
                "kinesis:ListStreams",
                "kinesis:PutRecord",
                "kinesis:PutRecords",
                "kinesis:SubscribeToShard",
            ],
        )],
    ),
    grant(STREAMS, "grantWrite", &[on(ARN, &["kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"])]),
    grant(
        LOGS,
        "grantRead",
        &[on(
            &["${Arn}", "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Ref}"],
            &[
                "logs:DescribeLogGroups",
                "logs:DescribeLogStreams",
                "logs:FilterLogEvents",
                "logs:GetLogEvents",
                "logs:GetLogGroupFields",
            ],
        )],
    ),
    grant(LOGS, "grantWrite", &[on(ARN, &["logs:CreateLogStream", "logs:PutLogEvents"])]),
    grant(
        REPOSITORIES,
        "grantPull",
        &[
            on(ARN, &["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]),
            on(&["*"], &["ecr:GetAuthorizationToken"]),
        ],
    ),
    grant(
        REPOSITORIES,
        "grantPullPush",
        &[
            on(
                ARN,
                &[
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:CompleteLayerUpload",
                    "ecr:GetDownloadUrlForLayer",
                    "ecr:InitiateLayerUpload",
                    "ecr:PutImage",
                    "ecr:UploadLayerPart",
                ],
            ),
            on(&["*"], &["ecr:GetAuthorizationToken"]),
        ],
    ),
    grant(
        REPOSITORIES,
        "grantPush",
        &[
            on(
                ARN,
                &[
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:CompleteLayerUpload",
                    "ecr:InitiateLayerUpload",
                    "ecr:PutImage",
                    "ecr:UploadLayerPart",
                ],
            ),
            on(&["*"], &["ecr:GetAuthorizationToken"]),
        ],
    ),
    grant(REPOSITORIES, "grantRead", &[on(ARN, &["ecr:DescribeImages", "ecr:DescribeRepositories"])]),
    grant(
        PARAMETERS,
        "grantRead",
        &[on(
            PARAMETER,
            &["ssm:DescribeParameters", "ssm:GetParameter", "ssm:GetParameterHistory", "ssm:GetParameters"],
        )],
    ),
    grant(PARAMETERS, "grantWrite", &[on(PARAMETER, &["ssm:PutParameter"])]),
    grant(BUSES, "grantPutEventsTo", &[on(ARN, &["events:PutEvents"])]),
    grant(MACHINES, "grantStartExecution", &[on(REF, &["states:StartExecution"])]),
    grant(MACHINES, "grantStartSyncExecution", &[on(REF, &["states:StartSyncExecution"])]),
    grant(
        MACHINES,
        "grantTaskResponse",
        &[on(REF, &["states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess"])],
    ),
    grant(DOMAINS, "grantRead", &[on(DOMAIN, &["es:ESHttpGet", "es:ESHttpHead"])]),
    grant(
        DOMAINS,
        "grantReadWrite",
        &[on(
            DOMAIN,
            &["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPatch", "es:ESHttpPost", "es:ESHttpPut"],
        )],
    ),
    grant(
        DOMAINS,
        "grantWrite",
        &[on(DOMAIN, &["es:ESHttpDelete", "es:ESHttpPatch", "es:ESHttpPost", "es:ESHttpPut"])],
    ),
    grant(DISTRIBUTIONS, "grantCreateInvalidation", &[on(DISTRIBUTION, &["cloudfront:CreateInvalidation"])]),
];
