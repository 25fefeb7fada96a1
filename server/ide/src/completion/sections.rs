//! The words of templates: sections, and what stands in parameters, resources and outputs.

use super::context::{At, Context, Spot};
use super::list::{Draft, List, Skeleton, rank};
use super::references::{self, Wanted};
use super::{CompletionKind, Names, Topic, functions, policies, properties, types};
use model::{Node, Stack};
use schema::template::{
    FORMAT_VERSION, OUTPUT_KEYS, PARAMETER_KEYS, RESOURCE_ATTRIBUTES, SECTIONS, SERVERLESS_ATTRIBUTES, shape,
    takes_snapshots,
};

/// The transforms that AWS runs.
const TRANSFORMS: &[&str] = &[
    "AWS::CodeDeployBlueGreen",
    "AWS::LanguageExtensions",
    "AWS::SecretsManager-2024-09-16",
    "AWS::Serverless-2016-10-31",
    "AWS::ServiceCatalog",
];

/// What the types that `Globals` speaks of are called there.
const GLOBALS: &[&str] =
    &["Api", "CapacityProvider", "Function", "HttpApi", "SimpleTable", "StateMachine", "WebSocketApi"];

/// Goes into an item where only a list is accepted, or where one is written already, but no dash has been typed yet.
pub(super) fn enter_list(context: &mut Context<'_>, stack: &Stack) {
    policies::rejoin(context);
    if context.spot == Spot::Open && (context.container().has_dashes || wants_list(context, stack)) {
        context.enter_item();
    }
    functions::narrow(context);
}

fn wants_list(context: &Context<'_>, stack: &Stack) -> bool {
    let (way, _) = context.way();
    match way.as_slice() {
        [.., At::Call(name)] => shape(name).is_some_and(|it| it.list.is_some() && it.map.is_none() && !it.text),
        [At::Key("Resources"), At::Key(id), At::Key("Properties"), rest @ ..] if !rest.is_empty() => {
            policies::wants_list(rest).unwrap_or_else(|| {
                let ty = resource_type(context, &Names { stack }, id);
                properties::wants_list(&ty, rest)
            })
        }
        [At::Key("Globals"), At::Key(kind), rest @ ..] if !rest.is_empty() => {
            properties::wants_list(&format!("AWS::Serverless::{kind}"), rest)
        }
        [At::Key("Rules"), _, At::Key("Assertions")] => true,
        _ => false,
    }
}

/// The type of the resource that the cursor is in: as it is written around the cursor, or as it was understood.
pub(super) fn resource_type(context: &Context<'_>, names: &Names<'_>, id: &str) -> String {
    let written = context.resource().and_then(|it| it.entries.iter().find(|it| it.key == "Type")?.value.clone());
    let written = written.map(|it| it.to_string());
    written.or_else(|| names.type_of(id).map(str::to_owned)).unwrap_or_default()
}

/// Everything that may be written at the place.
pub(super) fn offer(list: &mut List<'_, '_>, names: &Names<'_>) {
    let context = list.context;
    let (way, depths) = context.way();
    if let Some(at) = way.iter().rposition(|it| matches!(it, At::Call(_))) {
        return functions::offer(list, names, &way, at, depths[at]);
    }
    if context.spot == Spot::Block {
        return;
    }
    match way.as_slice() {
        [] => sections(list, names),
        [At::Key("AWSTemplateFormatVersion")] => words(list, &[FORMAT_VERSION]),
        [At::Key("Transform")] | [At::Key("Transform"), At::Item(_)] => transforms(list),
        [At::Key("Parameters"), At::Key(name), rest @ ..] => parameter(list, names, name, rest),
        [At::Key("Resources"), At::Key(id), rest @ ..] => resource(list, names, id, rest),
        [At::Key("Outputs"), At::Key(_), rest @ ..] => output(list, names, rest),
        [At::Key("Conditions"), At::Key(own), .., At::Key("Condition")] => {
            references::offer_conditions(list, *names, Some(own));
        }
        [At::Key("Conditions"), At::Key(_)] => functions::offer_conditions(list),
        [At::Key("Rules"), At::Key(_), rest @ ..] => rule(list, rest),
        [At::Key("Globals")] => {
            keys(list, GLOBALS, |_| (Skeleton::Map(Vec::new()), rank::USUAL, None));
        }
        [At::Key("Globals"), At::Key(kind), rest @ ..] => {
            properties::offer(list, names, &format!("AWS::Serverless::{kind}"), rest, None);
        }
        [At::Key("Metadata"), rest @ ..] => metadata(list, names, rest),
        _ => (),
    }
}

/// Adds keys, but for those that are there, each with its value, rank and topic.
pub(super) fn keys(list: &mut List<'_, '_>, keys: &[&str], describe: impl Fn(&str) -> (Skeleton, u8, Option<Topic>)) {
    if !list.context.takes_key() {
        return;
    }
    for key in keys.iter().filter(|it| !list.context.container().has(it)) {
        let (value, rank, topic) = describe(key);
        let draft = Draft::key(*key, value, CompletionKind::Keyword).rank(rank);
        list.add(match topic {
            Some(topic) => draft.topic(topic),
            None => draft,
        });
    }
}

/// Adds values.
pub(super) fn words(list: &mut List<'_, '_>, values: &[&str]) {
    if list.context.takes_value() {
        for value in values {
            list.add(Draft::text(*value, CompletionKind::Value).rank(rank::FITTING));
        }
    }
}

/// Adds `true` and `false`.
pub(super) fn booleans(list: &mut List<'_, '_>) {
    if list.context.takes_value() {
        for value in ["true", "false"] {
            list.add(Draft::raw(value, CompletionKind::Value).rank(rank::FITTING));
        }
    }
}

fn sections(list: &mut List<'_, '_>, names: &Names<'_>) {
    // One whose colon is there is itself among those that the template has.
    let is_new = list.context.spot != Spot::Key { has_colon: true };
    let there = |it: &&str| is_new && names.stack.sections.iter().any(|section| section.name.text == **it);
    let missing: Vec<&str> = SECTIONS.iter().copied().filter(|it| !there(it)).collect();
    keys(list, &missing, |name| {
        let value = match name {
            "AWSTemplateFormatVersion" => Skeleton::Given(FORMAT_VERSION),
            "Description" => Skeleton::Text,
            "Transform" => Skeleton::Text,
            _ => Skeleton::Map(Vec::new()),
        };
        let rank = match name {
            "Resources" => rank::REQUIRED,
            "Globals" | "Hooks" | "Rules" => rank::OTHER,
            _ => rank::USUAL,
        };
        (value, rank, Some(Topic::Section(name.to_owned())))
    });
}

fn transforms(list: &mut List<'_, '_>) {
    if list.context.takes_value() {
        for name in TRANSFORMS {
            list.add(Draft::text(*name, CompletionKind::Value).topic(Topic::Transform((*name).to_owned())));
        }
    }
}

fn parameter(list: &mut List<'_, '_>, names: &Names<'_>, name: &str, rest: &[At<'_>]) {
    match rest {
        [] => keys(list, PARAMETER_KEYS, |key| {
            let value = match key {
                "AllowedValues" => Skeleton::List(Box::new(Skeleton::Other)),
                "MaxLength" | "MaxValue" | "MinLength" | "MinValue" | "NoEcho" | "Default" => Skeleton::Other,
                _ => Skeleton::Text,
            };
            let rank = if key == "Type" { rank::REQUIRED } else { rank::USUAL };
            (value, rank, Some(Topic::ParameterKey(key.to_owned())))
        }),
        [At::Key("Type")] if list.context.takes_value() => types::offer_parameter_types(list),
        [At::Key("NoEcho")] => booleans(list),
        [At::Key("Default")] => {
            let parameter = names.stack.declarations.parameter(name);
            let allowed = parameter.and_then(|it| it.allowed_values.as_ref());
            let values: Vec<&str> = allowed.into_iter().flatten().filter_map(Node::as_str).collect();
            words(list, &values);
        }
        _ => (),
    }
}

fn resource(list: &mut List<'_, '_>, names: &Names<'_>, id: &str, rest: &[At<'_>]) {
    match rest {
        [] => {
            let ty = resource_type(list.context, names, id);
            let topic = |key: &str| Some(Topic::ResourceKey(key.to_owned()));
            let map = || Skeleton::Map(Vec::new());
            keys(list, &["Type"], |key| (Skeleton::Text, rank::REQUIRED, topic(key)));
            let required = properties::required_of(&ty);
            keys(list, &["Properties"], |key| (Skeleton::Map(required.clone()), rank::FITTING, topic(key)));
            keys(list, RESOURCE_ATTRIBUTES, |key| match key {
                "CreationPolicy" | "UpdatePolicy" | "Metadata" => (map(), rank::OTHER, topic(key)),
                _ => (Skeleton::Text, rank::USUAL, topic(key)),
            });
            if ty.starts_with("AWS::Serverless::") {
                keys(list, SERVERLESS_ATTRIBUTES, |key| (map(), rank::OTHER, topic(key)));
            }
        }
        [At::Key("Type")] if list.context.takes_value() => types::offer(list, names),
        [At::Key(key @ ("DeletionPolicy" | "UpdateReplacePolicy"))] => {
            words(list, &["Delete", "Retain"]);
            if *key == "DeletionPolicy" {
                words(list, &["RetainExceptOnCreate"]);
            }
            if takes_snapshots(&resource_type(list.context, names, id)) {
                words(list, &["Snapshot"]);
            }
        }
        [At::Key("DependsOn")] | [At::Key("DependsOn"), At::Item(_)] if list.context.takes_value() => {
            let depth = list.context.path.len().saturating_sub(1);
            let present = list.context.containers.get(depth).map(|it| it.items.clone()).unwrap_or_default();
            references::offer_resources(list, *names, Some(id), &present);
        }
        [At::Key("Condition")] if list.context.takes_value() => references::offer_conditions(list, *names, None),
        [At::Key("Properties"), rest @ ..] => {
            let ty = resource_type(list.context, names, id);
            properties::offer(list, names, &ty, rest, Some(id));
        }
        [At::Key(policy), rest @ ..] => {
            let ty = resource_type(list.context, names, id);
            let Some(known) = schema::policies::keys(policy, &ty) else { return };
            match rest {
                [] => {
                    let names: Vec<&str> = known.iter().map(|it| it.0).collect();
                    let is_map = |name: &str| known.iter().any(|it| it.0 == name && !it.1.is_empty());
                    keys(list, &names, |it| {
                        let value = if is_map(it) { Skeleton::Map(Vec::new()) } else { Skeleton::Other };
                        (value, rank::USUAL, None)
                    });
                }
                [At::Key(name)] => {
                    let inner = known.iter().find(|it| it.0 == *name).map(|it| it.1).unwrap_or_default();
                    if inner.is_empty() {
                        booleans(list);
                    }
                    keys(list, inner, |_| (Skeleton::Other, rank::USUAL, None));
                }
                [At::Key(_), At::Key(name)] => {
                    if matches!(*name, "WillReplace" | "WaitOnResourceSignals" | "IgnoreUnmodifiedGroupSizeProperties")
                    {
                        booleans(list);
                    }
                    functions::offer_values(list, names, &Wanted::default(), Some(id));
                }
                _ => (),
            }
        }
        _ => (),
    }
}

fn output(list: &mut List<'_, '_>, names: &Names<'_>, rest: &[At<'_>]) {
    match rest {
        [] => keys(list, OUTPUT_KEYS, |key| {
            let value = match key {
                "Export" => Skeleton::Map(vec![("Name".to_owned(), Skeleton::Other)]),
                "Value" => Skeleton::Other,
                _ => Skeleton::Text,
            };
            let rank = if key == "Value" { rank::REQUIRED } else { rank::USUAL };
            (value, rank, Some(Topic::OutputKey(key.to_owned())))
        }),
        [At::Key("Condition")] if list.context.takes_value() => references::offer_conditions(list, *names, None),
        [At::Key("Export")] => keys(list, &["Name"], |_| (Skeleton::Other, rank::REQUIRED, None)),
        [At::Key("Value")] | [At::Key("Export"), At::Key("Name")] => {
            functions::offer_values(list, names, &Wanted::default(), None);
        }
        _ => (),
    }
}

fn rule(list: &mut List<'_, '_>, rest: &[At<'_>]) {
    match rest {
        [] => keys(list, &["RuleCondition", "Assertions"], |key| match key {
            "Assertions" => (Skeleton::List(Box::new(Skeleton::Map(Vec::new()))), rank::REQUIRED, None),
            _ => (Skeleton::Map(Vec::new()), rank::USUAL, None),
        }),
        [At::Key("Assertions"), At::Item(_)] => keys(list, &["Assert", "AssertDescription"], |key| match key {
            "Assert" => (Skeleton::Map(Vec::new()), rank::REQUIRED, None),
            _ => (Skeleton::Text, rank::USUAL, None),
        }),
        [At::Key("RuleCondition")] | [At::Key("Assertions"), At::Item(_), At::Key("Assert")] => {
            functions::offer_conditions(list);
        }
        _ => (),
    }
}

fn metadata(list: &mut List<'_, '_>, names: &Names<'_>, rest: &[At<'_>]) {
    let map = || Skeleton::Map(Vec::new());
    let parameters: Vec<&str> = names.stack.declarations.parameters.iter().map(|it| it.name.text.as_str()).collect();
    match rest {
        [] => keys(list, &["AWS::CloudFormation::Interface"], |_| (map(), rank::USUAL, None)),
        [At::Key("AWS::CloudFormation::Interface"), rest @ ..] => match rest {
            [] => keys(list, &["ParameterGroups", "ParameterLabels"], |key| match key {
                "ParameterGroups" => (Skeleton::List(Box::new(map())), rank::USUAL, None),
                _ => (map(), rank::USUAL, None),
            }),
            [At::Key("ParameterGroups"), At::Item(_)] => keys(list, &["Label", "Parameters"], |key| match key {
                "Label" => (Skeleton::Map(vec![("default".to_owned(), Skeleton::Text)]), rank::USUAL, None),
                _ => (Skeleton::List(Box::new(Skeleton::Text)), rank::USUAL, None),
            }),
            [At::Key("ParameterGroups"), At::Item(_), At::Key("Parameters"), At::Item(_)] => {
                let depth = list.context.path.len().saturating_sub(1);
                let present = list.context.containers.get(depth).map(|it| it.items.clone()).unwrap_or_default();
                let rest = parameters.into_iter().filter(|it| !present.iter().flatten().any(|there| there == it));
                words(list, &rest.collect::<Vec<_>>());
            }
            [At::Key("ParameterLabels")] => keys(list, &parameters, |_| {
                (Skeleton::Map(vec![("default".to_owned(), Skeleton::Text)]), rank::USUAL, None)
            }),
            [At::Key("ParameterLabels"), At::Key(_)] | [At::Key("ParameterGroups"), At::Item(_), At::Key("Label")] => {
                keys(list, &["default"], |_| (Skeleton::Text, rank::REQUIRED, None));
            }
            _ => (),
        },
        _ => (),
    }
}
