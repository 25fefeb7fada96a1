//! Pipelines and builds: what the actions of the stages do, and what builds are given.

use super::{iam, policies};
use crate::ast::Kind;
use crate::evaluate::{Given, Made, Props, get_att, reference};
use crate::library::value::seconds;
use crate::lower::{Level, Lowering};
use crate::scope::At;
use crate::table::{self, Class, Form, row};
use model::{List, Map, Node, SmolStr, Span, Value};

const PIPELINE: &str = "aws-codepipeline.Pipeline";

pub(crate) const CLASSES: &[Class] = &[
    Class { name: "aws-codebuild.PipelineProject", ty: "AWS::CodeBuild::Project", retention: "", rows: BUILD },
    Class { name: "aws-codebuild.Project", ty: "AWS::CodeBuild::Project", retention: "", rows: BUILD },
    Class {
        name: PIPELINE,
        ty: "AWS::CodePipeline::Pipeline",
        retention: "",
        // Stages can be added later too.
        rows: &[row("stages", "Stages", Form::Code(|_, at| Node::unknown(at.span())))],
    },
];

const BUILD: &[table::Row] = &[
    row("environmentVariables", "Environment.EnvironmentVariables", Form::Code(variables)),
    row("environment.environmentVariables", "Environment.EnvironmentVariables", Form::Code(variables)),
    row("timeout", "TimeoutInMinutes", Form::Code(minutes)),
];

/// The variables of a build, which are given by name.
fn variables<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    lowering.alternatives(at, &|at| {
        let span = at.span();
        if !matches!(at.expression.kind, Kind::Object(_)) {
            return Node::unknown(span);
        }
        let props = lowering.props(Some(at));
        let items = props.iter().map(|(name, value)| {
            let mut map = Map::default();
            map.insert("Name", name.span, Node::text(name.text.clone(), name.span));
            let own = value.map(|it| lowering.props(Some(it))).filter(|it| !it.open);
            let (ty, value) = match own {
                Some(own) => {
                    let ty =
                        own.value("type").map_or_else(|| Node::text("PLAINTEXT", name.span), |it| lowering.node(it));
                    let value = own.value("value").map_or_else(|| Node::unknown(name.span), |it| lowering.node(it));
                    (ty, value)
                }
                None => (Node::unknown(name.span), Node::unknown(name.span)),
            };
            map.insert("Type", ty.span, ty);
            map.insert("Value", value.span, value);
            Node { value: Value::Map(map), span: name.span }
        });
        let list = List { items: items.collect(), open: true };
        Node { value: Value::List(list), span }
    })
}

fn minutes<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    match seconds(lowering, at) {
        Some(seconds) => Node::text((seconds / 60.0).to_string(), at.span()),
        None => Node::unknown(at.span()),
    }
}

/// What goes beyond rows: the stages of a pipeline, and the roles of their actions.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    if lowering.constructs[index].class != PIPELINE {
        return;
    }
    let mut stages = Stages { list: List::default(), roles: Vec::new() };
    match props.get("stages") {
        Given::Absent => (),
        Given::Unknown => stages.list.open = true,
        Given::Value(at) => match lowering.scopes.items(at) {
            Some(items) => items.into_iter().for_each(|it| stages.add(lowering, index, props, it)),
            None => stages.list.open = true,
        },
    }
    let region = lowering.constructs[index].place.region;
    let calls = lowering.scopes.calls.clone();
    let calls = calls.iter().filter_map(|it| super::MethodCall::of(*it)).filter(|it| it.method.text == "addStage");
    for call in calls {
        if lowering.construct_of(call.object).is_none_or(|it| it.0 != index) {
            continue;
        }
        match call.argument(0).filter(|_| lowering.scopes.covers(call.place.region, region)) {
            Some(stage) => stages.add(lowering, index, props, stage),
            None => stages.list.open = true,
        }
    }
    if stages.list.items.is_empty() {
        return;
    }
    let span = stages.list.items[0].span;
    table::insert(lowering.properties(draft), "Stages", span, Node { value: Value::List(stages.list), span });
    for role in stages.roles {
        add_role(lowering, index, role);
    }
}

/// A role that the library makes for an action.
struct Role {
    key: SmolStr,
    /// Its path below the pipeline.
    path: String,
    span: Span,
    /// What it may do, as far as that is known; `None` for one that may have no policy at all.
    statements: Option<Vec<Node>>,
}

struct Stages {
    list: List,
    roles: Vec<Role>,
}

impl Stages {
    fn add<'a>(&mut self, lowering: &Lowering<'a>, index: usize, props: &Props<'a>, at: At<'a>) {
        let at = lowering.scopes.follow(at);
        let span = at.span();
        let stage = lowering.props(Some(at));
        let name = match stage.get("stageName") {
            Given::Value(at) => lowering.node(at),
            Given::Absent | Given::Unknown => Node::unknown(span),
        };
        // It may be put elsewhere than behind the last, or be given more actions.
        let is_placed = !stage.is_absent("placement");
        let mut actions = List { items: Vec::new(), open: true };
        if let Given::Value(at) = stage.get("actions")
            && let Some(items) = lowering.scopes.items(at)
        {
            for at in items {
                match lowering.made(at) {
                    Some(made) => actions.items.push(self.action(lowering, index, props, &name, &made)),
                    None => actions.items.push(Node::unknown(at.span())),
                }
            }
        }
        let mut map = Map { entries: Vec::new(), open: true };
        map.insert("Name", name.span, name);
        map.insert("Actions", span, Node { value: Value::List(actions), span });
        self.list.open |= is_placed;
        self.list.items.push(Node { value: Value::Map(map), span });
    }

    fn action<'a>(
        &mut self,
        lowering: &Lowering<'a>,
        index: usize,
        pipeline: &Props<'a>,
        stage: &Node,
        made: &Made<'a>,
    ) -> Node {
        let span = made.at.span();
        let class = made.path.strip_prefix("aws-codepipeline-actions.");
        let Some(kind) = class.and_then(|class| KINDS.iter().find(|it| it.class == class)) else {
            return Node::unknown(span);
        };
        let props = lowering.props(made.argument(0));
        let mut map = Map { entries: Vec::new(), open: true };
        let name = props.value("actionName").map_or_else(|| Node::unknown(span), |it| lowering.node(it));
        let mut id = Map::default();
        let category = match kind.class {
            "CodeBuildAction" if !props.is_absent("type") => Node::unknown(span),
            _ => Node::text(kind.category, span),
        };
        id.insert("Category", span, category);
        id.insert("Owner", span, Node::text(kind.owner, span));
        id.insert("Provider", span, Node::text(kind.provider, span));
        id.insert("Version", span, Node::text("1", span));
        map.insert("ActionTypeId", span, Node { value: Value::Map(id), span });
        let configuration = configuration(lowering, kind, &props, span);
        map.insert("Configuration", span, Node { value: Value::Map(configuration), span });
        for (list, names) in [("InputArtifacts", kind.inputs), ("OutputArtifacts", kind.outputs)] {
            if let Some(node) = artifacts(lowering, &props, names, span) {
                map.insert(list, node.span, node);
            }
        }
        let order = match props.get("runOrder") {
            Given::Value(at) => lowering.node(at),
            Given::Absent => Node::text("1", span),
            Given::Unknown => Node::unknown(span),
        };
        map.insert("RunOrder", order.span, order);
        let has_own_role = kind.owner == "AWS" && props.is_absent("role");
        if let (true, Some(stage), Some(name)) = (has_own_role, stage.as_str(), name.as_str())
            && pipeline.is_absent("usePipelineRoleForActions")
        {
            let path = format!("{stage}/{name}/CodePipelineActionRole");
            let key = SmolStr::from(format!("{}/{path}", lowering.constructs[index].key));
            map.insert("RoleArn", span, get_att(&key, "Arn", span));
            let statements = statements(lowering, kind.class, &props, lowering.constructs[index].place.stack, span);
            self.roles.push(Role { key, path, span, statements });
        }
        map.insert("Name", name.span, name);
        Node { value: Value::Map(map), span }
    }
}

/// What the role of an action may do beside what it does with artifacts; `None` where it may be nothing.
fn statements<'a>(
    lowering: &Lowering<'a>,
    class: &str,
    props: &Props<'a>,
    stack: usize,
    span: Span,
) -> Option<Vec<Node>> {
    let of = |prop: &str| match props.value(prop).and_then(|it| lowering.construct_of(it)) {
        Some((of, Level::Construct)) => policies::attribute(lowering, of, "Arn", stack, span),
        _ => Node::unknown(span),
    };
    let allow = |actions: &[&str], resource: Node| {
        let actions = actions.iter().map(|it| Node::text(*it, span)).collect();
        let mut statement = Map { entries: Vec::new(), open: true };
        statement.insert("Action", span, Node { value: Value::List(List { items: actions, open: false }), span });
        statement.insert("Effect", span, Node::text("Allow", span));
        statement.insert("Resource", span, resource);
        Node { value: Value::Map(statement), span }
    };
    Some(match class {
        "CodeBuildAction" if props.is_absent("executeBatchBuild") => {
            let actions = &["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"];
            vec![allow(actions, of("project"))]
        }
        "CodeCommitSourceAction" if props.is_absent("codeBuildCloneOutput") => {
            let actions = &[
                "codecommit:CancelUploadArchive",
                "codecommit:GetBranch",
                "codecommit:GetCommit",
                "codecommit:GetUploadArchiveStatus",
                "codecommit:UploadArchive",
            ];
            vec![allow(actions, of("repository"))]
        }
        "CodeBuildAction" | "CodeCommitSourceAction" | "S3DeployAction" | "S3SourceAction" => Vec::new(),
        "LambdaInvokeAction" => vec![
            allow(&["lambda:ListFunctions"], Node::text("*", span)),
            allow(&["lambda:InvokeFunction"], of("lambda")),
        ],
        _ => return None,
    })
}

/// The artifacts that are given as the props of these names; `None` where that is not known.
fn artifacts<'a>(lowering: &Lowering<'a>, props: &Props<'a>, names: &[&str], span: Span) -> Option<Node> {
    let mut found = Vec::new();
    for name in names {
        match props.get(name) {
            Given::Absent => (),
            Given::Unknown => return None,
            Given::Value(at) => match lowering.scopes.items(at) {
                Some(items) => found.extend(items),
                None => found.push(at),
            },
        }
    }
    let mut items = Vec::new();
    for at in found {
        let made = lowering.made(at)?;
        let name = match &*made.path {
            "aws-codepipeline.Artifact" => lowering.node(made.argument(0)?),
            _ => return None,
        };
        let mut map = Map { entries: Vec::new(), open: true };
        map.insert("Name", at.span(), Node { value: name.value, span: at.span() });
        items.push(Node { value: Value::Map(map), span: at.span() });
    }
    (!items.is_empty()).then_some(Node { value: Value::List(List { items, open: false }), span })
}

fn configuration<'a>(lowering: &Lowering<'a>, kind: &Action, props: &Props<'a>, span: Span) -> Map {
    let mut map = Map { entries: Vec::new(), open: true };
    for (prop, name, form) in kind.configuration {
        let node = match (props.get(prop), form) {
            (Given::Unknown, _) => Node::unknown(span),
            (Given::Absent, Entry::Or(default)) => Node::text(*default, span),
            (Given::Absent, Entry::Switch) => Node::text("true", span),
            (Given::Absent, Entry::Same | Entry::Of(_)) => continue,
            (Given::Value(at), Entry::Same | Entry::Or(_)) => lowering.node(at),
            (Given::Value(at), Entry::Switch) => match lowering.node(at).value {
                Value::Bool(it) => Node::text(it.to_string(), at.span()),
                _ => Node::unknown(at.span()),
            },
            (Given::Value(at), Entry::Of(attribute)) => match lowering.construct_of(at) {
                Some((of, Level::Construct)) => {
                    policies::attribute(lowering, of, attribute, lowering.stack_of(at), at.span())
                }
                _ => Node::unknown(at.span()),
            },
        };
        map.insert(name, node.span, node);
    }
    if kind.class == "CodeStarConnectionsSourceAction"
        && let (Some(owner), Some(repository)) = (props.value("owner"), props.value("repo"))
    {
        let parts = [lowering.node(owner), lowering.node(repository)];
        if let [Some(owner), Some(repository)] = [parts[0].as_str(), parts[1].as_str()] {
            let node = Node::text(format!("{owner}/{repository}"), parts[1].span);
            map.insert("FullRepositoryId", node.span, node);
        }
    }
    map
}

/// Adds the role of an action, which the role of the pipeline may assume.
fn add_role(lowering: &mut Lowering<'_>, index: usize, role: Role) {
    const FLAG: &str = "@aws-cdk/pipelines:reduceStageRoleTrustScope";
    let span = role.span;
    let path = lowering.constructs[index].path.as_ref();
    let path = path.map(|it| SmolStr::from(format!("{it}/{}/Resource", role.path)));
    let mut properties = Map { entries: Vec::new(), open: true };
    if lowering.flag(FLAG, true) == Some(true)
        && let Some(holder) = policies::holder(lowering, index, Some("role"))
    {
        let mut statement = Map::default();
        statement.insert("Action", span, Node::text("sts:AssumeRole", span));
        statement.insert("Effect", span, Node::text("Allow", span));
        statement.insert("Principal.AWS", span, get_att(&holder.key, "Arn", span));
        let document = iam::document_of(vec![Node { value: Value::Map(statement), span }], span);
        properties.insert("AssumeRolePolicyDocument", span, document);
    }
    let draft = lowering.add(index, "AWS::IAM::Role", properties, "");
    let resource = &mut lowering.drafts[draft].resource;
    resource.origin = span;
    resource.key = role.key.clone();
    resource.path = path.clone();
    let Some(statements) = role.statements else { return };
    let statements = List { items: statements, open: true };
    let mut properties = Map { entries: Vec::new(), open: true };
    properties.insert("PolicyDocument", span, iam::whole(statements, span));
    let roles = List { items: vec![reference(&role.key, span)], open: false };
    properties.insert("Roles", span, Node { value: Value::List(roles), span });
    let draft = lowering.add(index, "AWS::IAM::Policy", properties, "");
    let origin = lowering.fresh_origin(span);
    let key = lowering.key(lowering.drafts[draft].stack, &format!("{}/DefaultPolicy", role.key));
    let resource = &mut lowering.drafts[draft].resource;
    resource.origin = origin;
    resource.key = key;
    resource.path =
        path.and_then(|it| Some(format!("{}/DefaultPolicy/Resource", it.strip_suffix("/Resource")?).into()));
}

/// What is known of a class of actions.
struct Action {
    class: &'static str,
    category: &'static str,
    owner: &'static str,
    provider: &'static str,
    inputs: &'static [&'static str],
    outputs: &'static [&'static str],
    configuration: &'static [(&'static str, &'static str, Entry)],
}

/// How a prop becomes an entry of the configuration.
enum Entry {
    Same,
    /// With this default.
    Or(&'static str),
    /// An attribute of the construct.
    Of(&'static str),
    /// A boolean as text, true where it is not given.
    Switch,
}

const KINDS: &[Action] = &[
    Action {
        class: "CodeBuildAction",
        category: "Build",
        owner: "AWS",
        provider: "CodeBuild",
        inputs: &["input", "extraInputs"],
        outputs: &["outputs"],
        configuration: &[("project", "ProjectName", Entry::Of("Ref"))],
    },
    Action {
        class: "CodeCommitSourceAction",
        category: "Source",
        owner: "AWS",
        provider: "CodeCommit",
        inputs: &[],
        outputs: &["output"],
        configuration: &[
            ("repository", "RepositoryName", Entry::Of("Name")),
            ("branch", "BranchName", Entry::Or("master")),
        ],
    },
    Action {
        class: "CodeStarConnectionsSourceAction",
        category: "Source",
        owner: "AWS",
        provider: "CodeStarSourceConnection",
        inputs: &[],
        outputs: &["output"],
        configuration: &[
            ("connectionArn", "ConnectionArn", Entry::Same),
            ("branch", "BranchName", Entry::Or("master")),
        ],
    },
    Action {
        class: "EcrSourceAction",
        category: "Source",
        owner: "AWS",
        provider: "ECR",
        inputs: &[],
        outputs: &["output"],
        configuration: &[("repository", "RepositoryName", Entry::Of("Ref"))],
    },
    Action {
        class: "GitHubSourceAction",
        category: "Source",
        owner: "ThirdParty",
        provider: "GitHub",
        inputs: &[],
        outputs: &["output"],
        configuration: &[
            ("owner", "Owner", Entry::Same),
            ("repo", "Repo", Entry::Same),
            ("branch", "Branch", Entry::Or("master")),
            ("oauthToken", "OAuthToken", Entry::Same),
        ],
    },
    Action {
        class: "LambdaInvokeAction",
        category: "Invoke",
        owner: "AWS",
        provider: "Lambda",
        inputs: &["inputs"],
        outputs: &["outputs"],
        configuration: &[("lambda", "FunctionName", Entry::Of("Ref"))],
    },
    Action {
        class: "ManualApprovalAction",
        category: "Approval",
        owner: "AWS",
        provider: "Manual",
        inputs: &[],
        outputs: &[],
        configuration: &[],
    },
    Action {
        class: "S3DeployAction",
        category: "Deploy",
        owner: "AWS",
        provider: "S3",
        inputs: &["input"],
        outputs: &[],
        configuration: &[
            ("bucket", "BucketName", Entry::Of("Ref")),
            ("extract", "Extract", Entry::Switch),
            ("objectKey", "ObjectKey", Entry::Same),
        ],
    },
    Action {
        class: "S3SourceAction",
        category: "Source",
        owner: "AWS",
        provider: "S3",
        inputs: &[],
        outputs: &["output"],
        configuration: &[("bucket", "S3Bucket", Entry::Of("Ref")), ("bucketKey", "S3ObjectKey", Entry::Same)],
    },
];
