use crate::facts::branches;
use crate::facts::spelling::nearest;
use crate::facts::wording::listed;
use crate::prelude::*;
use crate::rule::rule;
use schema::offers::{self, Version};

rule! {
    /// A database or cache has an engine that there is not, or a version of it that is not offered or will not be for long.
    ///
    /// The service refuses an engine that it does not have. It gives versions up some years after the engine's makers do:
    /// what is listed as deprecated can no longer be made, or will soon be upgraded by AWS. The lists are those of the package
    /// that `server/schema/data/SOURCES.md` names.
    ///
    /// ## What is not reported
    ///
    /// Versions above the highest of their series that is listed, and series above all that are listed: they are newer than the
    /// list. A series without the rest (`8.0`, `15`) stands for its newest version. Engines of versions that are not listed,
    /// such as Oracle. Versions that a parameter allows but does not have as its default.
    ///
    /// ## Fix
    ///
    /// Writes the engine that differs by a letter or two.
    name: "unknown-engine-version",
    category: Deployment,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3690", "cfn_lint:E3691", "cfn_lint:E3695", "cfn_lint:W3690", "cfn_lint:W3691"],
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
    let Some(span) = property.span().filter(|_| is_plain(written)) else { return };
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
    let versions: Vec<Version> = offers::versions(ty, &engine).collect();
    // What a parameter allows beside its default is for those who ask for it.
    for alternative in branches::of(resource, "EngineVersion") {
        let (State::Known(node) | State::Default(node)) = alternative.state else { continue };
        if let Some(version) = node.as_str().filter(|it| is_plain(it)) {
            judge(version, written, alternative.span, &versions, cx);
        }
    }
}

fn judge(version: &str, engine: &str, span: Span, versions: &[Version], cx: &mut Context<'_>) {
    if is_series(version, versions) {
        return;
    }
    let message = match versions.iter().find(|it| it.name == version) {
        Some(known) if known.is_deprecated => format!(
            "AWS gives up version {version} of `{engine}`: it can no longer be chosen, or not for long.{}",
            advice(version, versions)
        ),
        Some(_) => return,
        None if versions.is_empty() || is_newer(version, versions) => return,
        None => {
            format!("Version {version} of `{engine}` is not among those that AWS offers.{}", advice(version, versions))
        }
    };
    cx.report(span, message).at_most(Warning);
}

/// The newest version of the same series, else of all.
fn advice(version: &str, versions: &[Version]) -> String {
    let offered = || versions.iter().rev().filter(|it| !it.is_deprecated && numbers(it.name).len() > 1);
    let major = numbers(version).first().copied();
    let same = offered().find(|it| numbers(it.name).first().copied() == major);
    match same.or_else(|| offered().next()) {
        Some(it) => format!(" Choose another, such as {}.", it.name),
        None => String::new(),
    }
}

/// True for a version above all of its series, or of a series above all.
fn is_newer(version: &str, versions: &[Version]) -> bool {
    let own = numbers(version);
    let Some(major) = own.first() else { return false };
    let of_series = |it: &&Version| numbers(it.name).first() == Some(major);
    let highest = versions.iter().filter(of_series).map(|it| numbers(it.name)).max();
    match highest {
        Some(highest) => own > highest,
        None => versions.iter().filter_map(|it| numbers(it.name).first().copied()).max().is_none_or(|it| *major > it),
    }
}

/// True for the beginning of a version that is offered: `8.0` of `8.0.36`.
fn is_series(version: &str, versions: &[Version]) -> bool {
    let mut offered = versions.iter().filter(|it| !it.is_deprecated);
    offered.any(|it| it.name.strip_prefix(version).is_some_and(|rest| rest.starts_with(['.', '-'])))
}

fn numbers(version: &str) -> Vec<u64> {
    version.split(|it: char| !it.is_ascii_digit()).filter_map(|it| it.parse().ok()).collect()
}

/// False for what a tool or a macro replaces.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it))
}
