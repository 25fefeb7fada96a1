//! Pipelines that deploy the program itself.

use super::{Facts, deployments};
use crate::ast::Kind;
use crate::constructs::MethodCall;
use crate::evaluate::Given;
use crate::scope::At;
use model::program::{Certainty, Stage, TokenSource};

/// True when a file of the program has to do with a deployment pipeline.
pub(super) fn is_used(facts: &Facts<'_, '_>) -> bool {
    let scopes = &facts.lowering.scopes;
    let is_pipeline =
        |path: &str| path.split('.').next().is_some_and(|it| matches!(it, "pipelines" | "aws-codepipeline"));
    // By a member of the library as a whole, too: `cdk.pipelines.CodePipeline`.
    let by_member = || {
        let news = scopes.news.iter().filter_map(|it| match &it.at.expression.kind {
            Kind::New(new) => scopes.path(At { expression: &new.class, frame: it.at.frame }),
            _ => None,
        });
        news.into_iter().any(|it| is_pipeline(&it))
    };
    scopes.all_imports().any(|it| it.all.iter().any(|it| is_pipeline(&it.path)))
        || scopes.all_links().any(|it| it.module.as_ref().is_some_and(|it| it.contains("pipeline")))
        || by_member()
}

/// The stages that the program hands to pipelines.
pub(super) fn stages(facts: &Facts<'_, '_>) -> Vec<Stage> {
    let scopes = &facts.lowering.scopes;
    let mut out = Vec::new();
    for place in &scopes.calls {
        let Some(call) = MethodCall::of(*place).filter(|it| it.method.text == "addStage" && facts.is_own(it.place.at))
        else {
            continue;
        };
        let Some(around) = holder(facts, call.object) else { continue };
        let Some(stage) = call.argument(0).map(|it| scopes.follow(it)) else { continue };
        if scopes.base_of(stage).as_deref() != Some("core.Stage") {
            continue;
        }
        let Some(node) = scopes.node_of(stage) else { continue };
        let own = steps(facts, call.argument(1), call);
        out.push(Stage {
            call: call.span(),
            at: call.method.span,
            id: scopes.nodes[node].id.and_then(|it| facts.text(it)),
            labels: deployments::labels(facts, stage, node),
            has_steps: either(own, around),
        });
    }
    out
}

/// The sources that are taken from GitHub by a token, each once.
pub(super) fn token_sources(facts: &Facts<'_, '_>) -> Vec<TokenSource> {
    let scopes = &facts.lowering.scopes;
    let mut out: Vec<TokenSource> = Vec::new();
    for place in scopes.news.iter().chain(&scopes.calls).filter(|it| facts.is_own(it.at)) {
        let called = match &place.at.expression.kind {
            Kind::New(new) => &new.class,
            Kind::Call(call) => &call.callee,
            _ => continue,
        };
        let path = scopes.path(At { expression: called, frame: place.at.frame });
        let is_source = matches!(
            path.as_deref(),
            Some("aws-codepipeline-actions.GitHubSourceAction" | "pipelines.CodePipelineSource.gitHub")
        );
        let made = place.at.span();
        if is_source && !out.iter().any(|it| it.made == made) {
            out.push(TokenSource { made, name: facts.last_name(called) });
        }
    }
    out
}

/// Whether what a stage is added to has steps of its own; `None` when it is no pipeline.
fn holder<'a>(facts: &Facts<'_, 'a>, object: At<'a>) -> Option<Certainty> {
    let scopes = &facts.lowering.scopes;
    let at = scopes.follow(object);
    match &at.expression.kind {
        Kind::New(new) => {
            let path = scopes.path(At { expression: &new.class, frame: at.frame })?;
            path.starts_with("pipelines.").then_some(Certainty::No)
        }
        // `pipeline.addWave('Production')`
        Kind::Call(_) => {
            let place = scopes.calls.iter().find(|it| it.at.key() == at.key())?;
            let wave = MethodCall::of(*place).filter(|it| it.method.text == "addWave")?;
            holder(facts, wave.object)?;
            Some(steps(facts, wave.argument(1), wave))
        }
        _ => None,
    }
}

/// Whether there are steps in the options of a call, or are added to what it gives.
fn steps<'a>(facts: &Facts<'_, 'a>, options: Option<At<'a>>, call: MethodCall<'a>) -> Certainty {
    let scopes = &facts.lowering.scopes;
    let added = scopes.calls.iter().filter_map(|it| MethodCall::of(*it)).any(|it| {
        matches!(&*it.method.text, "addPre" | "addPost" | "addStackSteps")
            && scopes.follow(it.object).key() == call.place.at.key()
    });
    let props = facts.lowering.props(options);
    let given = ["pre", "post", "stackSteps"].map(|it| match props.get(it) {
        Given::Value(at) => match scopes.items(at) {
            Some(items) if items.is_empty() => Certainty::No,
            _ => Certainty::Yes,
        },
        Given::Absent => Certainty::No,
        Given::Unknown => Certainty::Unknown,
    });
    let added = if added { Certainty::Yes } else { Certainty::No };
    given.into_iter().fold(added, either)
}

fn either(a: Certainty, b: Certainty) -> Certainty {
    match (a, b) {
        (Certainty::Yes, _) | (_, Certainty::Yes) => Certainty::Yes,
        (Certainty::No, Certainty::No) => Certainty::No,
        _ => Certainty::Unknown,
    }
}
