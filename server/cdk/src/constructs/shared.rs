//! What the library makes once for a whole stack, when the first construct of it asks: the functions behind its custom
//! resources, with their roles.
//!
//! Nobody wrote them and nobody can change them. They are there for what refers to them, and because synthesis has them.

use super::{grants, iam, policies};
use crate::evaluate::{get_att, reference};
use crate::lower::{Draft, Level, Lowering, sub};
use model::{List, Made, Map, Name, Node, Part, Resource, SmolStr, Span, Value};
use std::collections::BTreeMap;

/// A function behind custom resources, and what belongs to it.
struct Provider {
    /// The type of the custom resources.
    of: &'static str,
    /// Its path in the stack.
    path: &'static str,
    form: Form,
    /// What is known of the function, beside its role.
    function: &'static [(&'static str, &'static str)],
    /// What its own policy allows, on everything.
    actions: &'static [&'static str],
    /// It has a group for its logs where functions have one.
    logs: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Plain resources called `Role` and `Handler`.
    Plain,
    /// A function as programs have them, with its role at this path.
    Function(&'static str),
}

/// The function that puts notifications into buckets.
pub(crate) const NOTIFICATIONS: &str = "BucketNotificationsHandler050a0587b7544547bf325f094a3db834";

/// The custom resource that puts files into a bucket.
const DEPLOYMENT: &str = "Custom::CDKBucketDeployment";

/// Whether functions have groups for their logs.
const LOG_GROUPS: &str = "@aws-cdk/aws-lambda:useCdkManagedLogGroup";

/// Which version of the language a function runs on, and its code, depend on the version of the library.
const PROVIDERS: &[Provider] = &[
    plain("Custom::AWSCDKOpenIdConnectProvider", "Custom::AWSCDKOpenIdConnectProviderCustomResourceProvider"),
    plain("Custom::S3AutoDeleteObjects", "Custom::S3AutoDeleteObjectsCustomResourceProvider"),
    plain("Custom::VpcRestrictDefaultSG", "Custom::VpcRestrictDefaultSGCustomResourceProvider"),
    Provider {
        of: "Custom::AWS",
        path: "AWS679f53fac002430cb0da5b7982bd2287",
        form: Form::Function("ServiceRole"),
        function: &[("Handler", "index.handler")],
        actions: &[],
        logs: true,
    },
    Provider {
        of: DEPLOYMENT,
        path: "Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C",
        form: Form::Function("ServiceRole"),
        function: &[("Handler", "index.handler"), ("Timeout", "900")],
        actions: &[],
        logs: true,
    },
    Provider {
        of: "Custom::LogRetention",
        path: "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a",
        form: Form::Function("ServiceRole"),
        function: &[("Handler", "index.handler")],
        actions: &["logs:DeleteRetentionPolicy", "logs:PutRetentionPolicy"],
        logs: false,
    },
    Provider {
        of: "Custom::S3BucketNotifications",
        path: NOTIFICATIONS,
        form: Form::Function("Role"),
        function: &[("Handler", "index.handler"), ("Timeout", "300")],
        actions: &[],
        logs: false,
    },
];

const fn plain(of: &'static str, path: &'static str) -> Provider {
    let function = &[("MemorySize", "128"), ("Timeout", "900")];
    Provider { of, path, form: Form::Plain, function, actions: &[], logs: false }
}

/// What the resource at `path` in the tables, which begins at the stack, is called in any stack; `None` for one that is
/// not made here.
pub(crate) fn key_of(path: &str) -> Option<SmolStr> {
    let path = path.strip_prefix('/')?;
    let is_of = |it: &Provider| path.strip_prefix(it.path).is_some_and(|it| it.starts_with('/'));
    PROVIDERS.iter().any(is_of).then(|| path.strip_suffix("/Resource").unwrap_or(path).into())
}

/// True for a resource of such a path that is made as a plain resource of no class, which has no tags.
pub(crate) fn is_plain(path: &str) -> bool {
    path.split('/').any(|id| PROVIDERS.iter().any(|it| it.form == Form::Plain && it.path == id))
}

/// Adds what the custom resources that are there need, once for each stack.
pub(crate) fn complete(lowering: &mut Lowering<'_>) {
    // By stack, in the order of the table: the first custom resource, and whether all depend on something.
    let mut wanted: BTreeMap<(usize, usize), (usize, bool)> = BTreeMap::new();
    for (index, draft) in lowering.drafts.iter().enumerate() {
        let Some(provider) = PROVIDERS.iter().position(|it| it.of == draft.resource.ty.text) else { continue };
        let depends = draft.resource.condition.is_some();
        // With more memory or in a network it is done by another function.
        let is_usual = || draft.resource.path.as_ref().is_some_and(|it| it.ends_with("/CustomResource/Default"));
        if PROVIDERS[provider].of == DEPLOYMENT && !is_usual() {
            continue;
        }
        let known = wanted.entry((draft.stack, provider)).or_insert((index, depends));
        if known.1 && !depends {
            *known = (index, false);
        }
    }
    for ((_, provider), (draft, _)) in wanted {
        add(lowering, &PROVIDERS[provider], draft);
    }
}

/// Adds a provider, which the draft at `index` asks for.
fn add(lowering: &mut Lowering<'_>, provider: &Provider, index: usize) {
    let first = Asker::of(lowering, index);
    let span = first.span;
    // What a construct is given in its place is in the program already.
    let takes_role = matches!(provider.of, "Custom::AWS" | DEPLOYMENT);
    let has_role = !takes_role || first.is_without(lowering, &["role"]);
    let (role, function) = match provider.form {
        Form::Plain => ("Role".to_owned(), "Handler".to_owned()),
        Form::Function(role) => (format!("{role}/Resource"), "Resource".to_owned()),
    };
    let key = |below: &str| key_of(&format!("/{}/{below}", provider.path));
    let (Some(role_key), Some(function_key)) = (key(&role), key(&function)) else { return };
    let mut properties = Map { entries: Vec::new(), open: true };
    for (name, value) in provider.function {
        properties.insert(name, span, Node::text(*value, span));
    }
    if has_role {
        let mut trust = Map::default();
        trust.insert("Action", span, Node::text("sts:AssumeRole", span));
        trust.insert("Effect", span, Node::text("Allow", span));
        trust.insert("Principal.Service", span, Node::text("lambda.amazonaws.com", span));
        let mut of_role = Map { entries: Vec::new(), open: true };
        let trust = iam::document_of(vec![Node { value: Value::Map(trust), span }], span);
        of_role.insert("AssumeRolePolicyDocument", span, trust);
        of_role.insert("ManagedPolicyArns", span, list(vec![basic_execution(span)], true, span));
        if let Some(group) = lowering.drafts[index].resource.properties.get("DefaultSecurityGroupId").cloned() {
            of_role.insert("Policies", span, restricts(group, span));
        }
        first.add(lowering, provider, &role, "AWS::IAM::Role", of_role);
        properties.insert("Role", span, get_att(&role_key, "Arn", span));
    }
    let statement = match provider.of {
        DEPLOYMENT => first.deploys_to(lowering).map(|it| allow(grants::READ_WRITE, it, span)),
        _ if provider.actions.is_empty() => None,
        _ => Some(allow(provider.actions, Node::text("*", span), span)),
    };
    if let Some(statement) = statement.filter(|_| has_role) {
        let statements = List { items: vec![statement], open: true };
        let mut of_policy = Map { entries: Vec::new(), open: true };
        of_policy.insert("PolicyDocument", span, iam::whole(statements, span));
        of_policy.insert("Roles", span, list(vec![reference(&role_key, span)], false, span));
        let path = role.replace("/Resource", "/DefaultPolicy/Resource");
        first.add(lowering, provider, &path, "AWS::IAM::Policy", of_policy);
    }
    let has_logs = || lowering.flag(LOG_GROUPS, false) == Some(true);
    if provider.logs && has_logs() && first.is_without(lowering, &["logGroup", "logRetention"]) {
        let name = vec![Part::Text(Name::new("/aws/lambda/", span)), Part::Value(reference(&function_key, span))];
        let mut of_logs = Map { entries: Vec::new(), open: true };
        of_logs.insert("LogGroupName", span, sub(name, span));
        of_logs.insert("RetentionInDays", span, Node::text("731", span));
        first.add(lowering, provider, "LogGroup/Resource", "AWS::Logs::LogGroup", of_logs);
    }
    let draft = first.add(lowering, provider, &function, "AWS::Lambda::Function", properties);
    debug_assert_eq!(lowering.drafts[draft].resource.key, function_key, "it is known by this name beforehand");
}

/// The custom resource that is the first to ask.
struct Asker {
    stack: usize,
    /// The construct that makes it.
    construct: Option<usize>,
    class: Option<SmolStr>,
    /// Where to point at.
    span: Span,
    origin: Span,
    condition: Option<Name>,
    /// The path of its stack.
    path: Option<SmolStr>,
}

impl Asker {
    fn of(lowering: &Lowering<'_>, index: usize) -> Asker {
        let draft = &lowering.drafts[index];
        let resource = &draft.resource;
        let origin = resource.made.as_ref().map_or(resource.origin, |it| it.origin);
        let path = lowering.scopes.stacks[draft.stack].node.and_then(|it| lowering.path(it));
        Asker {
            stack: draft.stack,
            construct: draft.construct,
            class: resource.construct.clone(),
            span: resource.id.span,
            origin,
            condition: resource.condition.clone(),
            path,
        }
    }

    /// True when it certainly is given none of these props.
    fn is_without(&self, lowering: &Lowering<'_>, props: &[&str]) -> bool {
        self.construct.is_some_and(|it| {
            let own = lowering.props_of(it);
            props.iter().all(|it| own.is_absent(it))
        })
    }

    /// The bucket that it puts files into, and what is in it.
    fn deploys_to(&self, lowering: &Lowering<'_>) -> Option<Node> {
        let bucket = lowering.props_of(self.construct?).value("destinationBucket")?;
        let (bucket, _) = lowering.construct_of(bucket).filter(|it| it.1 == Level::Construct)?;
        let arn = policies::attribute(lowering, bucket, "Arn", self.stack, self.span);
        let objects = vec![Part::Value(arn.clone()), Part::Text(Name::new("/*", self.span))];
        Some(list(vec![arn, sub(objects, self.span)], false, self.span))
    }

    fn add(&self, lowering: &mut Lowering<'_>, provider: &Provider, below: &str, ty: &str, properties: Map) -> usize {
        let path = format!("{}/{below}", provider.path);
        let key = lowering.key(self.stack, path.strip_suffix("/Resource").unwrap_or(&path));
        let origin = lowering.fresh_origin(self.origin);
        let span = self.span;
        lowering.drafts.push(Draft {
            resource: Resource {
                id: Name::new(key.clone(), span),
                key,
                ty: Name::new(ty, span),
                properties: Node { value: Value::Map(properties), span },
                condition: self.condition.clone(),
                attributes: Map { entries: Vec::new(), open: true },
                references: Vec::new(),
                origin,
                construct: self.class.clone(),
                path: self.path.as_ref().map(|it| format!("{it}/{path}").into()),
                logical_id: None,
                overridden: Vec::new(),
                misfits: Vec::new(),
                texts: model::Texts::default(),
                made: Some(Made::of_stack(self.origin)),
            },
            stack: self.stack,
            props_index: usize::MAX,
            words: SmolStr::default(),
            table: None,
            construct: None,
        });
        lowering.drafts.len() - 1
    }
}

/// The policy by which rules are taken out of a security group.
fn restricts(group: Node, span: Span) -> Node {
    let text = |it: &str| Part::Text(Name::new(it, span));
    let pseudo = |it: &str| Part::Value(reference(it, span));
    let arn = vec![
        text("arn:"),
        pseudo("AWS::Partition"),
        text(":ec2:"),
        pseudo("AWS::Region"),
        text(":"),
        pseudo("AWS::AccountId"),
        text(":security-group/"),
        Part::Value(group),
    ];
    let actions = &[
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:RevokeSecurityGroupEgress",
    ];
    // There is a statement for each network.
    let statements = List { items: vec![allow(actions, list(vec![sub(arn, span)], false, span), span)], open: true };
    let mut policy = Map::default();
    policy.insert("PolicyName", span, Node::text("Inline", span));
    policy.insert("PolicyDocument", span, iam::whole(statements, span));
    list(vec![Node { value: Value::Map(policy), span }], false, span)
}

/// A statement that allows this.
fn allow(actions: &[&'static str], resources: Node, span: Span) -> Node {
    let mut statement = Map::default();
    let actions = actions.iter().map(|it| Node::text(*it, span)).collect();
    statement.insert("Action", span, list(actions, false, span));
    statement.insert("Effect", span, Node::text("Allow", span));
    statement.insert("Resource", span, resources);
    Node { value: Value::Map(statement), span }
}

fn basic_execution(span: Span) -> Node {
    sub(
        vec![
            Part::Text(Name::new("arn:", span)),
            Part::Value(reference("AWS::Partition", span)),
            Part::Text(Name::new(":iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", span)),
        ],
        span,
    )
}

fn list(items: Vec<Node>, open: bool, span: Span) -> Node {
    Node { value: Value::List(List { items, open }), span }
}
