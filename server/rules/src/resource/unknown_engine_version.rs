use crate::facts::spelling::nearest;
use crate::facts::wording::listed;
use crate::facts::{branches, engine_versions};
use crate::prelude::*;
use crate::rule::rule;
use schema::offers::{self, Version};

rule! {
    /// A database or cache has an engine, or a cache a version of its engine, that AWS does not offer.
    ///
    /// The service refuses an engine that it does not have. It gives versions up some years after the engine's makers do:
    /// what is listed as deprecated can no longer be made, or will soon be upgraded by AWS. The lists are those of the package
    /// that `server/schema/data/SOURCES.md` names. Versions of databases are the matter of `rds-unavailable-engine-version`.
    ///
    /// ## What is not reported
    ///
    /// Versions above the highest of their series that is listed, and series above all that are listed: they are newer than the
    /// list. A series without the rest (`7.1`) stands for its newest version. Versions that a parameter allows but does not have
    /// as its default.
    ///
    /// ## Fix
    ///
    /// Writes the engine that differs by a letter or two.
    name: "unknown-engine-version",
    category: Deployment,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3690", "cfn_lint:E3691", "cfn_lint:E3695"],
    founding: [],
    check: Check::Resources(&["AWS::ElastiCache::CacheCluster", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"], check),
}

/// Engines of sister services, which some take for those of Amazon RDS; and it accepts them.
const OF_OTHERS: &[&str] = &["docdb", "neptune"];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.made.is_some() {
        return;
    }
    let ty = resource.ty.text.as_str();
    let property = resource.property("Engine");
    let Some(written) = property.as_str() else { return };
    let engine = written.to_ascii_lowercase();
    let Some(span) = property.span().filter(|_| engine_versions::is_plain(written)) else { return };
    if !offers::engines(ty).any(|it| it == engine) {
        if OF_OTHERS.contains(&engine.as_str()) || engine.starts_with("custom-") {
            return;
        }
        let known: Vec<&str> = offers::engines(ty).collect();
        let meant = nearest(&engine, known.iter().copied());
        let advice = match meant {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None => format!("It takes {}.", listed(&known).replace(" and ", " or ")),
        };
        let message = format!("`{ty}` has no engine `{written}`. {advice}");
        let node = property.written().filter(|it| it.span == span && matches!(it.value, Value::Scalar(_)));
        let draft = cx.report(span, message);
        if let (Some(meant), Some(_)) = (meant, node) {
            draft.fix(format!("Write `{meant}`"), vec![property.set(Literal::text(meant))]);
        }
        return;
    }
    if ty != "AWS::ElastiCache::CacheCluster" {
        return;
    }
    let versions: Vec<Version> = offers::versions(ty, &engine).collect();
    // What a parameter allows beside its default is for those who ask for it.
    for alternative in branches::of(resource, "EngineVersion") {
        let (State::Known(node) | State::Default(node)) = alternative.state else { continue };
        let Some(version) = node.as_str() else { continue };
        let Some(fault) = engine_versions::fault(version, &engine, &versions) else { continue };
        let other =
            engine_versions::nearest(version, &engine, &versions).or_else(|| engine_versions::newest(&versions));
        let advice = other.map(|it| format!(" Choose another, such as {it}.")).unwrap_or_default();
        let message = format!("{}{advice}", engine_versions::sentence(&fault, version, written));
        cx.report(alternative.span, message).at_most(Warning);
    }
}
