use crate::facts::{branches, engine_versions, switch};
use crate::prelude::*;
use crate::rule::rule;
use schema::offers::{self, Version};

rule! {
    /// A database has a version of its engine that AWS does not offer, or not for long.
    ///
    /// Amazon RDS gives versions up some years after the engine's makers do. A database of one that is given up can no longer be
    /// made, and one that exists is upgraded in some maintenance window, with the template left behind; one that never was is
    /// refused. See "Release calendars" of each engine in the Amazon RDS and Amazon Aurora User Guides. The lists are those of
    /// the package that `server/schema/data/SOURCES.md` names.
    ///
    /// An engine that there is not is the matter of `unknown-engine-version`.
    ///
    /// ## What is not reported
    ///
    /// Versions above the highest of their series that is listed, and series above all that are listed: they are newer than the
    /// list. A series without the rest (`8.0`, `15`) stands for its newest version. Engines of versions that are not listed,
    /// such as Oracle. Versions that a parameter allows but does not have as its default.
    ///
    /// ## Fix
    ///
    /// Writes the nearest version of the same major version that is offered. It is unsafe: the database is upgraded, and is not
    /// there while that lasts. There is none where no version of the same major version is offered: that upgrade has to be
    /// prepared.
    name: "rds-unavailable-engine-version",
    category: Deprecation,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3690", "cfn_lint:E3691", "cfn_lint:W3690", "cfn_lint:W3691"],
    founding: ["F25"],
    check: Check::Resources(&["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"], check),
}

fn check(database: &ResourceView<'_>, cx: &mut Context<'_>) {
    if database.made.is_some() {
        return;
    }
    let engine = database.property("Engine");
    let Some(engine) = engine.as_str() else { return };
    let versions: Vec<Version> = offers::versions(&database.ty.text, &engine.to_ascii_lowercase()).collect();
    // What a parameter allows beside its default is for those who ask for it.
    for alternative in branches::of(database, "EngineVersion") {
        if switch::depends_on_choice(&alternative) {
            continue;
        }
        let (State::Known(node) | State::Default(node)) = alternative.state else { continue };
        let Some(version) = node.as_str() else { continue };
        let Some(fault) = engine_versions::fault(version, engine, &versions) else { continue };
        let nearest = engine_versions::nearest(version, engine, &versions);
        let advice = match (nearest, engine_versions::newest(&versions)) {
            (Some(nearest), _) => format!(" Choose another, such as {nearest}."),
            (None, Some(newest)) => {
                format!(" No version of the same major version is left: plan an upgrade, to {newest} for instance.")
            }
            (None, None) => String::new(),
        };
        let message = format!("{}{advice}", engine_versions::sentence(&fault, version, engine));
        let draft = cx.report(alternative.span, message);
        let Some(nearest) = nearest else { continue };
        switch::fix_value(draft, &alternative, database, nearest, format!("Write `{nearest}`"));
    }
}
