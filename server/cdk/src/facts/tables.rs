//! Objects with an entry for each of several keys, one of which is chosen when the program runs.

use super::visit::{self, Part};
use super::{Facts, deployments};
use crate::ast::{Kind, Member};
use crate::scope::At;
use model::Name;
use model::program::{Table, Zones};

/// Objects with more entries than this are no choice between environments.
const MAX_ENTRIES: usize = 20;

/// `settings[app.node.tryGetContext('stage')]`: the objects out of which the file chooses.
pub(super) fn find<'a>(facts: &Facts<'_, 'a>) -> Vec<Table> {
    let scopes = &facts.lowering.scopes;
    let makes_stacks = scopes
        .news
        .iter()
        .any(|it| facts.is_own(it.at) && matches!(scopes.base_of(it.at).as_deref(), Some("core.Stack" | "core.Stage")));
    let mut chosen = Vec::new();
    visit::all(&facts.tree.body, &mut |part| {
        let Part::Expression(expression) = part else { return };
        if let Kind::Index { object, index } = &expression.kind
            && !matches!(index.kind, Kind::Text(_) | Kind::Number(_))
            && matches!(object.kind, Kind::Identifier(_) | Kind::Member { .. })
        {
            chosen.push((expression.span, &**object));
        }
    });
    let mut out: Vec<Table> = Vec::new();
    for (span, object) in chosen {
        // In the outermost scope: what is chosen from is known when the program starts.
        let object = scopes.follow(At { expression: object, frame: scopes.top() });
        let Kind::Object(members) = &object.expression.kind else { continue };
        let mut table = Table {
            keys: Vec::new(),
            accounts: Vec::new(),
            zones: Vec::new(),
            selects_stack: makes_stacks,
            selected: span,
        };
        for member in members {
            let Member::Pair { key, value } = member else { break };
            let entry = At { expression: value, frame: object.frame };
            table.keys.push(key.clone());
            table.accounts.push(account(facts, entry));
            table.zones.push(zones(facts, entry));
        }
        let is_all = table.keys.len() == members.len() && (2..=MAX_ENTRIES).contains(&members.len());
        if is_all && !out.iter().any(|it| it.keys == table.keys) {
            out.push(table);
        }
    }
    out
}

/// The account in the settings of an environment: `account`, or `env.account`.
fn account<'a>(facts: &Facts<'_, 'a>, entry: At<'a>) -> Option<Name> {
    let entry = facts.lowering.props(Some(entry));
    let inner = entry.value("env").map(|it| facts.lowering.props(Some(it)));
    let value = ["account", "accountId", "awsAccount", "awsAccountId"].iter().find_map(|it| entry.value(it));
    let value = value.or_else(|| inner.as_ref()?.value("account"))?;
    deployments::account_at(facts, value)
}

/// The zones in the settings of an environment: `maxAzs`, or `vpc.maxAzs`.
fn zones<'a>(facts: &Facts<'_, 'a>, entry: At<'a>) -> Option<Zones> {
    let entry = facts.lowering.props(Some(entry));
    let inner = ["network", "vpc"].iter().find_map(|it| entry.value(it)).map(|it| facts.lowering.props(Some(it)));
    let value = entry.value("maxAzs").or_else(|| inner.as_ref()?.value("maxAzs"))?;
    deployments::zones_at(facts, value, "")
}
