use crate::facts::wording::listed;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The attributes that a table defines are not those of its keys.
    ///
    /// Amazon DynamoDB wants the type of every attribute that is part of a key, of the table or of an index, and of no other:
    /// all else that an item holds is not declared. It refuses the table otherwise.
    ///
    /// ## What is not reported
    ///
    /// Tables of which some attribute, key or index is not known before deployment, or is there in some deployments only.
    ///
    /// ## Fix
    ///
    /// Takes out a definition that no key uses.
    name: "dynamodb-mismatched-attributes",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3039"],
    founding: [],
    check: Check::Resources(&["AWS::DynamoDB::Table"], check),
}

fn check(table: &ResourceView<'_>, cx: &mut Context<'_>) {
    let is_written = table.made.is_none() && table.construct.is_none();
    if !is_written || table.properties.as_map().is_none_or(|it| it.open) {
        return;
    }
    let definitions = table.property("AttributeDefinitions");
    let keys = table.property("KeySchema");
    let (Some(defined), Some(mut used)) = (names(&definitions), names(&keys)) else { return };
    for path in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        let Some(indexes) = certain(&table.property(path)) else { return };
        for index in indexes {
            let Some(more) = names(&index.get("KeySchema")) else { return };
            used.extend(more);
        }
    }
    if defined.is_empty() || used.is_empty() {
        return;
    }
    for (name, span, _) in &used {
        if !defined.iter().any(|it| it.0 == *name) {
            let message = format!(
                "The key uses `{name}`, which `AttributeDefinitions` do not define. They have {}.",
                listed(&defined.iter().map(|it| it.0).collect::<Vec<_>>())
            );
            cx.report(*span, message);
        }
    }
    for (name, span, item) in &defined {
        if !used.iter().any(|it| it.0 == *name) {
            let message = format!("No key uses `{name}`, and only attributes of keys are defined.");
            cx.report(*span, message)
                .fix(format!("Delete the definition of `{name}`"), vec![Change::Delete { span: *item }]);
        }
    }
}

/// The items of a list, where it is certain which there are.
fn certain<'a>(list: &Property<'a>) -> Option<Vec<Property<'a>>> {
    if list.is_absent() {
        return Some(Vec::new());
    }
    let [case] = list.cases() else { return None };
    let written = case.node()?.as_list().filter(|it| !it.open)?;
    let is_map = |it: &Node| it.as_map().is_some_and(|it| !it.open);
    written.items.iter().all(is_map).then(|| list.items())
}

/// The names of attributes in a list, each with its place and that of the item.
fn names<'a>(list: &Property<'a>) -> Option<Vec<(&'a str, Span, Span)>> {
    let items = certain(list)?;
    items
        .iter()
        .map(|it| {
            let name = it.get("AttributeName");
            Some((name.as_str()?, name.span()?, it.span()?))
        })
        .collect()
}
