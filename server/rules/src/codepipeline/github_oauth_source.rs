use crate::Tag;
use crate::facts::interface;
use crate::facts::names::free_name;
use crate::facts::origin_access::condition_of;
use crate::facts::policy::{self, Kind};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A pipeline reads from GitHub with somebody's token.
    ///
    /// A source action has the owner `ThirdParty` and the provider `GitHub`: GitHub version 1, by OAuth. In CDK these are
    /// `GitHubSourceAction` and `CodePipelineSource.gitHub`.
    ///
    /// ## Why
    ///
    /// The token belongs to a person and opens all that this person can reach; it has to be kept, passed and rotated, and the
    /// pipeline stops when the person leaves. AWS calls this the previous way and recommends a connection instead, which is a
    /// GitHub App that has access to chosen repositories and needs no secret. See "Update a GitHub (via OAuth app) source action to
    /// a GitHub (via GitHub App) source action" in the AWS CodePipeline User Guide.
    ///
    /// ## What is not reported
    ///
    /// GitHub Enterprise Server and actions whose provider is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Makes the action one of `CodeStarSourceConnection`, with the ARN of the connection in a parameter, or that which the
    /// template has already; lets the role of the pipeline use the connection; and takes out the webhook and the parameter for
    /// the token, which nothing needs any more. The connection has to be made once, in the console, and a person
    /// has to complete it there, so this is applied only on request.
    name: "codepipeline-github-oauth-source",
    category: Deprecation,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F23"],
    check: Check::ResourcesAndProgram(&[PIPELINE], check, check_program),
}

const PIPELINE: &str = "AWS::CodePipeline::Pipeline";
const PARAMETER: &str = "GitHubConnectionArn";
const MESSAGE: &str = "This source reads from GitHub with somebody's token, which opens all that this person can reach. AWS has \
                       replaced it: use a connection, which is for chosen repositories and needs no secret.";

fn check(pipeline: &ResourceView<'_>, cx: &mut Context<'_>) {
    // What constructs make of it stands in the program.
    if cx.source() == Source::Cdk && pipeline.construct.is_some() {
        return;
    }
    for stage in pipeline.property("Stages").items() {
        for action in stage.get("Actions").items() {
            let ty = action.get("ActionTypeId");
            let provider = ty.get("Provider");
            let is_old = provider.is("GitHub") && ty.get("Owner").is("ThirdParty") && ty.get("Category").is("Source");
            let Some(span) = provider.span().filter(|_| is_old) else { continue };
            let fix = if cx.wants_fixes() { fix(pipeline, &action, cx.stack()) } else { None };
            let draft = cx.report(span, MESSAGE).tag(Tag::Deprecated);
            if let Some((title, changes)) = fix {
                draft.fix(title, changes);
            }
        }
    }
}

fn check_program(program: &Program, cx: &mut Context<'_>) {
    for source in &program.token_sources {
        let intent = Intent::GitHubConnection { source: source.made, parameter: PARAMETER.into() };
        let changes = vec![parameter(PARAMETER.into(), source.made)];
        let draft = cx.report(source.name.span, MESSAGE).tag(Tag::Deprecated);
        draft.fix_as(Unsafe, "Use a connection from a parameter", changes, Some(intent));
    }
}

fn parameter(name: SmolStr, near: Span) -> Change {
    let description = "ARN of the connection to GitHub".to_owned();
    Change::AddParameter { name, ty: "String".into(), description, default: None, near }
}

fn fix(pipeline: &ResourceView<'_>, action: &Property<'_>, stack: &Stack) -> Option<(String, Vec<Change>)> {
    let written = action.written()?;
    let written_configuration = written.as_map()?.get("Configuration")?;
    let configuration = written_configuration.as_map().filter(|it| !it.open)?;
    let repository = repository(configuration)?;
    let mut changes = Vec::new();
    let (connection, title) = match declared_connection(stack) {
        Some(name) => (name.clone(), format!("Use the connection `{name}`")),
        None => {
            let name = free_name(stack, PARAMETER);
            changes.push(parameter(name.clone(), pipeline.origin));
            (name.clone(), format!("Use a connection from the new parameter `{name}`"))
        }
    };
    let set = |path: &str, value| Change::SetIn { map: written.span, path: path.to_owned(), value };
    changes.push(set("ActionTypeId.Owner", Literal::text("AWS")));
    changes.push(set("ActionTypeId.Provider", Literal::text("CodeStarSourceConnection")));
    let webhooks: Vec<_> = webhooks(pipeline, action, stack).collect();
    let mut has_branch = false;
    for (name, value) in &configuration.entries {
        let rename = |to: &str| Change::Rename { span: name.span, to: to.into() };
        let replace = |value: Literal, of: &Node| Change::Replace { span: of.span, value };
        match name.text.as_str() {
            "OAuthToken" => changes.extend([rename("ConnectionArn"), replace(Literal::Ref(connection.clone()), value)]),
            "Repo" => changes.extend([rename("FullRepositoryId"), replace(repository.clone(), value)]),
            "Branch" => {
                has_branch = true;
                changes.push(rename("BranchName"));
            }
            // Without a webhook nothing but this says whether a push starts the pipeline.
            "PollForSourceChanges" if webhooks.is_empty() => changes.push(rename("DetectChanges")),
            "Owner" | "PollForSourceChanges" => changes.push(Change::Delete { span: value.span }),
            _ => return None,
        }
    }
    if !has_branch {
        changes.push(set("Configuration.BranchName", Literal::text("master")));
    }
    changes.extend(allow_use(pipeline, &connection, stack));
    changes.extend(webhooks.iter().map(|it| Change::RemoveResource { origin: it.origin }));
    changes.extend(forget_token(configuration.get("OAuthToken")?, &webhooks, stack));
    Some((title, changes))
}

/// `owner/repository`.
fn repository(configuration: &Map) -> Option<Literal> {
    let mut parts = parts(configuration.get("Owner")?)?;
    parts.push(Literal::text("/"));
    parts.extend(self::parts(configuration.get("Repo")?)?);
    let text = |it: &Literal| if let Literal::Text(it) = it { Some(it.clone()) } else { None };
    let texts: Option<String> = parts.iter().map(text).collect();
    Some(texts.map_or_else(|| Literal::Sub(parts.clone()), Literal::Text))
}

/// The texts and references that a text is put together from.
fn parts(node: &Node) -> Option<Vec<Literal>> {
    Some(match &node.value {
        Value::Scalar(scalar) => vec![Literal::text(scalar.text.as_str())],
        Value::Call(call) => match &**call {
            Call::Ref(name) => vec![Literal::Ref(name.text.clone())],
            Call::GetAtt { resource, attribute } => {
                vec![Literal::GetAtt(resource.text.clone(), attribute.as_ref()?.text.clone())]
            }
            Call::Sub(parts) => {
                let mut out = Vec::new();
                for part in parts {
                    match part {
                        Part::Text(text) => out.push(Literal::text(text.text.as_str())),
                        Part::Value(node) => out.extend(self::parts(node)?),
                        Part::Unused(..) => (),
                    }
                }
                out
            }
            _ => return None,
        },
        _ => return None,
    })
}

/// The connection to use without asking: the only one that the stack makes, or a parameter that is for one.
fn declared_connection(stack: &Stack) -> Option<SmolStr> {
    let types = ["AWS::CodeConnections::Connection", "AWS::CodeStarConnections::Connection"];
    let mut made = types.iter().flat_map(|it| stack.resources_of(it)).filter(|it| it.condition.is_none());
    if let (Some(only), None) = (made.next(), made.next()) {
        return Some(only.key.clone());
    }
    let is_for_one = |it: &Parameter| it.ty == "String" && it.name.text.to_ascii_lowercase().contains("connectionarn");
    let mut parameters = stack.declarations.parameters.iter().filter(|it| is_for_one(it));
    match (parameters.next(), parameters.next()) {
        (Some(only), None) => Some(only.name.text.clone()),
        _ => None,
    }
}

/// The webhooks that start the pipeline at this action, and that nothing names.
fn webhooks<'s>(
    pipeline: &ResourceView<'_>,
    action: &Property<'_>,
    stack: &'s Stack,
) -> impl Iterator<Item = &'s Resource> + use<'s> {
    let (key, name) = (pipeline.key.clone(), action.get("Name").as_str().map(SmolStr::from));
    let webhooks = stack.resources_of("AWS::CodePipeline::Webhook").map(|it| &**it);
    webhooks.filter(move |it| {
        let view = ResourceView::new(it, &stack.declarations);
        let is_of_pipeline = view.property("TargetPipeline").target().is_some_and(|it| it.text == key);
        let is_of_action = name.as_ref().is_some_and(|name| view.property("TargetAction").is(name));
        is_of_pipeline && is_of_action && !stack.all_references().any(|(_, reference)| reference.target.text == it.key)
    })
}

/// Lets the role of the pipeline use the connection, where the role is here and does not say so yet.
fn allow_use(pipeline: &ResourceView<'_>, connection: &SmolStr, stack: &Stack) -> Option<Change> {
    let target = pipeline.property("RoleArn").target()?;
    let role = stack.resource(&target.text).filter(|it| it.ty.text == "AWS::IAM::Role")?;
    let view = ResourceView::new(role, &stack.declarations);
    let may_allow = |action: &str| {
        let action = action.to_ascii_lowercase();
        action == "*" || action.starts_with("codestar-connections:") || action.starts_with("codeconnections:")
    };
    let documents = policy::documents(&view, Kind::Identity);
    let mut statements = documents.iter().flat_map(|it| policy::statements(it, &stack.declarations));
    let is_allowed = statements.any(|it| it.allows() && it.texts("Action").iter().any(|it| may_allow(&it.shown())));
    let is_there = role.condition.is_none() || condition_of(role) == condition_of(pipeline.resource());
    if is_allowed || !is_there || !view.property("Policies").is_complete() {
        return None;
    }
    let actions = ["codeconnections:UseConnection", "codestar-connections:UseConnection"].map(Literal::text);
    let statement = Literal::map([
        ("Effect", Literal::text("Allow")),
        ("Action", Literal::List(actions.into())),
        ("Resource", Literal::Ref(connection.clone())),
    ]);
    let document =
        Literal::map([("Version", Literal::text("2012-10-17")), ("Statement", Literal::List(vec![statement]))]);
    let value = Literal::map([("PolicyName", Literal::text("UseConnection")), ("PolicyDocument", document)]);
    Some(Change::Append { origin: role.origin, path: "Policies".to_owned(), value })
}

/// Takes out the parameter that held the token, when nothing else needs it.
fn forget_token(token: &Node, webhooks: &[&Resource], stack: &Stack) -> Vec<Change> {
    let Value::Call(call) = &token.value else { return Vec::new() };
    let Call::Ref(name) = &**call else { return Vec::new() };
    let Some(parameter) = stack.declarations.parameter(&name.text) else { return Vec::new() };
    let goes = |holder: Option<&Resource>, place: Span| {
        token.span.contains(place) || holder.is_some_and(|it| webhooks.iter().any(|webhook| webhook.key == it.key))
    };
    let mut references = stack.all_references().filter(|(_, it)| it.target.text == name.text);
    if references.any(|(holder, it)| !goes(holder.map(|it| &**it), it.target.span)) {
        return Vec::new();
    }
    let mentions = interface::parameters(stack).filter(|it| it.name.text == name.text);
    let mentions = mentions.map(|it| Change::Delete { span: it.whole });
    std::iter::once(Change::Delete { span: parameter.node.span }).chain(mentions).collect()
}
