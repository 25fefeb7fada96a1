//! A lowered file → what it shows of its program: see [`model::program`].

mod casts;
mod deployments;
mod imported;
mod pipelines;
mod tables;
mod tags;
mod visit;
mod written;

pub(crate) use written::Written;

use crate::ast::{Expression, Kind};
use crate::convert::Tree;
use crate::lower::Lowering;
use crate::scope::At;
use deployments::Deployments;
use model::program::{Certainty, Deployment, StackClass};
use model::{Name, Program, SmolStr, Span};
use std::cell::OnceCell;
use std::collections::BTreeSet;
use text::TextRange;

/// What a file shows of its program. Not `whole` while something in it cannot be read.
pub(crate) fn of<'a>(lowering: &Lowering<'a>, tree: &'a Tree, written: &Written, readable: bool) -> Program {
    let facts = Facts { lowering, tree, written };
    let classes = facts.classes();
    let deployments = deployments::find(&facts, &classes);
    facts.program(readable, classes, deployments)
}

/// What a file shows of its program, where it is one of many that are looked at. `common` is what is known of the stacks
/// for all files that have nothing to do with them by themselves.
pub(crate) fn of_many<'a>(
    lowering: &Lowering<'a>,
    tree: &'a Tree,
    written: &Written,
    common: &OnceCell<Vec<Deployment>>,
) -> Program {
    let facts = Facts { lowering, tree, written };
    let classes = facts.classes();
    if !classes.is_empty() || facts.makes_stacks() || tags::are_given(&facts) {
        let deployments = deployments::find(&facts, &classes);
        return facts.program(true, classes, deployments);
    }
    let mut program = facts.program(true, classes, Deployments::default());
    let common =
        common.get_or_init(|| deployments::find(&facts, &[]).stacks.into_iter().map(|it| it.deployment).collect());
    program.deployments.clone_from(common);
    program
}

/// What facts are found in.
struct Facts<'f, 'a> {
    lowering: &'f Lowering<'a>,
    tree: &'a Tree,
    written: &'f Written,
}

impl<'a> Facts<'_, 'a> {
    /// The place of `range` in the file as a span.
    fn span(&self, range: TextRange) -> Option<Span> {
        let chunks = self.tree.chunks.iter();
        let chunk = chunks.filter(|it| it.range.contains_range(range)).min_by_key(|it| it.range.len())?;
        Some(Span::new(chunk.block, range - chunk.range.start()))
    }

    /// All of them together.
    fn program(&self, readable: bool, classes: Vec<StackClass>, deployments: Deployments<'a>) -> Program {
        let whole = readable && self.lowering.scopes.is_whole();
        Program {
            whole,
            stages: pipelines::stages(self),
            has_pipeline: pipelines::is_used(self),
            tables: tables::find(self),
            unread_tags: if whole { tags::unread(self, &deployments.stacks) } else { Vec::new() },
            casts: casts::find(self),
            token_sources: pipelines::token_sources(self),
            ineffective: imported::find(self),
            deployments: deployments.stacks.into_iter().map(|it| it.deployment).collect(),
            classes,
        }
    }

    /// True when the file makes stacks, or what holds them.
    fn makes_stacks(&self) -> bool {
        let scopes = &self.lowering.scopes;
        let holds =
            |it: At<'a>| matches!(scopes.base_of(it).as_deref(), Some("core.App" | "core.Stage" | "core.Stack"));
        scopes.news.iter().any(|it| self.is_own(it.at) && holds(it.at))
    }

    /// True for what stands in the file itself.
    fn is_own(&self, at: At<'a>) -> bool {
        self.lowering.scopes.is_in_focus(at.frame)
    }

    /// The text that the value at `at` certainly is.
    fn text(&self, at: At<'a>) -> Option<SmolStr> {
        self.lowering.node(at).as_str().map(SmolStr::new)
    }

    fn certainty(&self, at: At<'a>) -> Certainty {
        match self.lowering.scopes.truth(at) {
            Some(true) => Certainty::Yes,
            Some(false) => Certainty::No,
            None => Certainty::Unknown,
        }
    }

    /// The name at the end of `a.b.Class`.
    fn last_name(&self, class: &Expression) -> Name {
        match &class.kind {
            Kind::Member { property, .. } => property.clone(),
            Kind::Identifier(name) => Name::new(name.clone(), class.span),
            _ => Name::new(self.lowering.source(class.span), class.span),
        }
    }

    /// The stack classes of the file.
    fn classes(&self) -> Vec<StackClass> {
        let mut out = Vec::new();
        for (class, base) in self.lowering.scopes.own_classes() {
            let Some(name) = class.head.name.as_ref().filter(|_| base.as_deref() == Some("core.Stack")) else {
                continue;
            };
            let at = self.lowering.absolute(name.span);
            let Some(written) = self.written.classes.iter().find(|it| it.name == at) else { continue };
            let supers = self.lowering.scopes.supers.iter().map(|it| it.at.span());
            let base_call = supers.into_iter().find(|it| written.range.contains_range(self.lowering.absolute(*it)));
            let made = self.lowering.constructs.iter();
            let made = made.filter(|it| written.range.contains_range(self.lowering.absolute(it.place.at.span())));
            let services: BTreeSet<SmolStr> = made.filter_map(|it| service(&it.class)).collect();
            out.push(StackClass {
                name: name.clone(),
                base_call,
                lines: written.lines,
                services: services.into_iter().collect(),
            });
        }
        out
    }
}

/// The service that constructs of a class of the library are for; `None` for what belongs to none, or helps another.
fn service(class: &str) -> Option<SmolStr> {
    let (module, _) = class.split_once('.')?;
    let service = module.strip_prefix("aws-")?;
    const HELPERS: [&str; 14] = [
        "-actions",
        "-alpha",
        "-assets",
        "-authorizers",
        "-deployment",
        "-destinations",
        "-event-sources",
        "-integrations",
        "-nodejs",
        "-notifications",
        "-patterns",
        "-subscriptions",
        "-targets",
        "-tasks",
    ];
    let service = HELPERS.iter().find_map(|it| service.strip_suffix(it)).unwrap_or(service);
    // What stands beside something else in every stack.
    let is_beside = matches!(
        service,
        "cloudwatch" | "iam" | "kms" | "logs" | "secretsmanager" | "ssm" | "cloudformation" | "applicationautoscaling"
    );
    let service = match service {
        "apigatewayv2" => "apigateway",
        "cloudfront-origins" => "cloudfront",
        "elasticloadbalancingv2" => "elasticloadbalancing",
        "route53resolver" => "route53",
        other => other,
    };
    (!is_beside).then(|| service.into())
}
