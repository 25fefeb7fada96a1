//! Intrinsic functions, and what they are given.

use super::context::{At, Container, Context, Spot};
use super::list::{Draft, List, Skeleton, rank};
use super::references::{self, Candidate, Wanted};
use super::{CompletionKind, Names, Topic, properties, sections};
use ::template::Format;
use model::Node;
use schema::regions;
use schema::template::{self, shape};
use text::range;

/// The functions that are true or false.
const CONDITIONS: &[&str] = &["Condition", "Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"];
/// Those that stand in `Rules` alone.
const OF_RULES: &[&str] =
    &["Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn", "Fn::RefAll", "Fn::ValueOf", "Fn::ValueOfAll"];
/// Those that templates are full of.
const USUAL: &[&str] =
    &["Ref", "Fn::GetAtt", "Fn::Sub", "Fn::If", "Fn::Join", "Fn::FindInMap", "Fn::Select", "Fn::ImportValue"];

/// Makes the word that is replaced the one that is meant: the name within `${...}`, the attribute behind a resource.
pub(super) fn narrow(context: &mut Context<'_>) {
    let (way, _) = context.way();
    let is_sub = matches!(way.as_slice(), [.., At::Call("Fn::Sub")] | [.., At::Call("Fn::Sub"), At::Item(0)]);
    let is_attribute = matches!(way.as_slice(), [.., At::Call("Fn::GetAtt")]) && context.format == Format::Yaml;
    let start = usize::from(context.word.range.start());
    let typed = context.typed();
    if is_sub && matches!(context.spot, Spot::Value | Spot::Open | Spot::Block) {
        context.is_substitution = narrow_substitution(context);
    } else if is_attribute && let Some(dot) = typed.find('.') {
        context.attribute_of = Some(typed[..dot].into());
        context.word.range = range(start + dot + 1, context.word.range.end().into());
    }
}

/// True when the cursor is in a name that `Fn::Sub` replaces.
fn narrow_substitution(context: &mut Context<'_>) -> bool {
    let typed = context.typed();
    let (text, cursor) = (context.text, context.cursor);
    let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | ':');
    if typed.ends_with('$') {
        context.word.range = range(cursor, cursor);
        context.word.lead = "{";
        context.word.trail = "}";
        return true;
    }
    let Some(open) = typed.rfind("${") else { return false };
    let name = &typed[open + 2..];
    if !name.chars().all(is_name) {
        return false;
    }
    let behind = &text[cursor..];
    let length = behind.find(|it| !is_name(it)).unwrap_or(behind.len());
    let is_closed = behind[length..].starts_with('}');
    let end = if is_closed { cursor + length } else { cursor };
    context.word.range = range(cursor - name.len(), end);
    context.word.lead = "";
    context.word.trail = if is_closed { "" } else { "}" };
    true
}

/// What may stand in the function at the step `at`, whose own depth is `depth`.
pub(super) fn offer(list: &mut List<'_, '_>, names: &Names<'_>, way: &[At<'_>], at: usize, depth: usize) {
    let At::Call(function) = way[at] else { return };
    let (outer, arguments) = (&way[..at], &way[at + 1..]);
    let context = list.context;
    let own = match outer {
        [At::Key("Resources"), At::Key(own), ..] => Some(*own),
        _ => None,
    };
    let wanted = wanted(context, names, outer);
    // What a function takes is another thing than what it comes to.
    let any = Wanted { before_resources: wanted.before_resources, ..Wanted::default() };
    let nothing = Container::default();
    let before = context.containers.get(depth + 1).unwrap_or(&nothing);
    let is_value = context.takes_value();
    match (function, arguments) {
        ("Fn::Sub", [] | [At::Item(0)]) if !context.is_substitution => (),
        ("Fn::Sub", [] | [At::Item(0)]) => substitutions(list, names, &any, own),
        ("Fn::Sub", [At::Item(1)]) if context.takes_key() => variables(list, before),
        ("Ref", []) if is_value => {
            references::offer(list, names.referable(&wanted, own), Candidate::draft);
        }
        ("Fn::GetAtt", []) if is_value => match &context.attribute_of {
            Some(resource) => attributes(list, names, resource, &wanted),
            None => {
                references::offer(list, names.attributes(&wanted, own), Candidate::draft);
                open_resources(list, names, own);
            }
        },
        ("Fn::GetAtt", [At::Item(0)]) if is_value => references::offer_resources(list, *names, own, &[]),
        ("Fn::GetAtt", [At::Item(1)]) if is_value => {
            if let Some(resource) = before.item(0) {
                attributes(list, names, resource, &wanted);
            }
        }
        ("Fn::FindInMap", [At::Item(index)]) if is_value => mapping(list, names, *index, before, &any),
        ("Fn::If", [At::Item(0)]) | ("Condition", []) if is_value => {
            references::offer_conditions(list, *names, own_condition(outer));
        }
        ("Fn::And" | "Fn::Or" | "Fn::Not", [At::Item(_)]) => offer_conditions(list),
        ("Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals", [.., At::Key("Condition")]) if is_value => {
            references::offer_conditions(list, *names, own_condition(outer));
        }
        ("Fn::Equals", [At::Item(_)]) => {
            let compared = before.referred(0).and_then(|it| names.stack.declarations.parameter(it));
            let allowed = compared.and_then(|it| it.allowed_values.as_ref()).into_iter().flatten();
            sections::words(list, &allowed.filter_map(Node::as_str).collect::<Vec<_>>());
            offer_values(list, names, &any, own);
        }
        ("Fn::GetAZs", []) if is_value => {
            for region in regions::with("") {
                list.add(Draft::text(region, CompletionKind::Value));
            }
        }
        ("Fn::Transform", []) => sections::keys(list, &["Name", "Parameters"], |key| match key {
            "Name" => (Skeleton::Text, rank::REQUIRED, None),
            _ => (Skeleton::Map(Vec::new()), rank::USUAL, None),
        }),
        ("Fn::Transform", [At::Key("Name")]) => sections::words(list, &["AWS::Include"]),
        ("Fn::GetStackOutput", []) => {
            let shape = shape(function).and_then(|it| it.map).unwrap_or_default();
            for (keys, rank) in [(shape.0, rank::REQUIRED), (shape.1, rank::USUAL)] {
                sections::keys(list, keys, |_| (Skeleton::Text, rank, None));
            }
        }
        ("Fn::Join" | "Fn::Split" | "Fn::Select", [At::Item(0)]) => (),
        ("Fn::Join", [At::Item(1), At::Item(_)]) => {
            offer_values(list, names, &Wanted { is_list: false, ..wanted }, own);
        }
        (_, [] | [At::Item(_)] | [At::Item(_), At::Item(_)] | [At::Item(1), At::Key(_)]) => {
            offer_values(list, names, &any, own);
        }
        _ => (),
    }
}

/// What the place of a function wants.
fn wanted(context: &Context<'_>, names: &Names<'_>, outer: &[At<'_>]) -> Wanted {
    match outer {
        [At::Key("Resources"), At::Key(id), At::Key("Properties"), rest @ ..] => {
            properties::wanted(&sections::resource_type(context, names, id), rest)
        }
        [At::Key("Conditions" | "Rules"), ..] => Wanted { before_resources: true, ..Wanted::default() },
        _ => Wanted::default(),
    }
}

fn own_condition<'w>(outer: &[At<'w>]) -> Option<&'w str> {
    match outer {
        [At::Key("Conditions"), At::Key(own), ..] => Some(own),
        _ => None,
    }
}

/// What a text of `Fn::Sub` may name.
fn substitutions(list: &mut List<'_, '_>, names: &Names<'_>, wanted: &Wanted, own: Option<&str>) {
    let mut candidates = names.referable(wanted, own);
    candidates.extend(names.attributes(wanted, own));
    references::offer(list, candidates, Candidate::substitution);
}

/// The names in a text of `Fn::Sub` that stand for nothing in the template: its map says what for.
fn variables(list: &mut List<'_, '_>, before: &Container) {
    let Some(text) = before.item(0) else { return };
    let names = text.split("${").skip(1).filter_map(|it| it.split_once('}')).map(|it| it.0);
    let names: Vec<&str> = names.filter(|it| !it.is_empty() && !it.contains(['.', ':', '!'])).collect();
    sections::keys(list, &names, |_| (Skeleton::Other, rank::FITTING, None));
}

/// The attributes of a resource.
fn attributes(list: &mut List<'_, '_>, names: &Names<'_>, resource: &str, wanted: &Wanted) {
    let Some(resource) = names.resources().find(|it| it.key == resource) else { return };
    for it in names.attributes_of(resource, wanted) {
        list.add(it.attribute_draft());
    }
}

/// The resources whose attributes are their own affair, up to the dot.
fn open_resources(list: &mut List<'_, '_>, names: &Names<'_>, own: Option<&str>) {
    for resource in names.resources().filter(|it| Some(it.key.as_str()) != own) {
        if !resource.ty.text.starts_with("AWS::") {
            let text = format!("{}.", resource.key);
            list.add(Draft::text(text, CompletionKind::Resource).detail(resource.ty.text.as_str()).rank(rank::OTHER));
        }
    }
}

fn mapping(list: &mut List<'_, '_>, names: &Names<'_>, index: usize, before: &Container, any: &Wanted) {
    let declarations = &names.stack.declarations;
    let keys = |node: &Node| -> Vec<String> {
        node.as_map().into_iter().flat_map(|it| &it.entries).map(|it| it.0.text.to_string()).collect()
    };
    let entries = |node: &'_ Node| node.as_map().map(|it| it.entries.clone()).unwrap_or_default();
    let mapping = before.item(0).and_then(|it| declarations.mapping(it));
    let mut found: Vec<String> = match (index, mapping) {
        (0, _) => declarations.mappings.iter().map(|it| it.name.text.to_string()).collect(),
        (1, Some(mapping)) => keys(&mapping.node),
        (2, Some(mapping)) => {
            // A key that is only known when the stack is deployed may be any of them.
            let first = before.item(1);
            let entries = entries(&mapping.node).into_iter().filter(|it| first.is_none_or(|first| it.0.text == first));
            entries.flat_map(|it| keys(&it.1)).collect()
        }
        _ => Vec::new(),
    };
    let mut seen = std::collections::HashSet::new();
    found.retain(|it| seen.insert(it.clone()));
    for name in found {
        list.add(Draft::text(name, CompletionKind::Name).rank(rank::FITTING));
    }
    if index > 0 {
        offer_values(list, names, any, None);
    }
}

/// What may stand where a value is wanted, beside those that are known: functions, and references as a whole.
pub(super) fn offer_values(list: &mut List<'_, '_>, names: &Names<'_>, wanted: &Wanted, own: Option<&str>) {
    let context = list.context;
    // A tag in quotes is text.
    if context.takes_value() && (context.format == Format::Json || context.word.quote.is_none()) {
        let mut candidates = names.referable(wanted, own);
        candidates.extend(names.attributes(wanted, own).into_iter().filter(|it| it.rank <= rank::USUAL));
        references::offer(list, candidates, |it| it.call(context.format));
        for function in functions().filter(|it| !wanted.before_resources || *it != "Fn::GetAtt") {
            let rank = if USUAL.contains(&function) { rank::FUNCTION } else { rank::OTHER };
            list.add(call(function, context.format).rank(rank));
        }
    }
    offer_keys(list, functions());
}

/// What may stand for an object: one of several, or what a macro makes.
pub(super) fn offer_objects(list: &mut List<'_, '_>) {
    const OBJECTS: &[&str] = &["Fn::If", "Fn::Transform"];
    let context = list.context;
    if context.takes_value() && (context.format == Format::Json || context.word.quote.is_none()) {
        for function in OBJECTS {
            list.add(call(function, context.format).rank(rank::OTHER));
        }
    }
    offer_keys(list, OBJECTS.iter().copied());
}

/// The functions whose value is no condition, those that are used most first.
fn functions() -> impl Iterator<Item = &'static str> {
    let all = template::FUNCTIONS.iter().map(|it| it.1);
    let others = all.filter(|it| !USUAL.contains(it) && !CONDITIONS.contains(it) && !OF_RULES.contains(it));
    USUAL.iter().copied().chain(others)
}

/// The functions that are true or false.
pub(super) fn offer_conditions(list: &mut List<'_, '_>) {
    let context = list.context;
    if context.takes_value() && (context.format == Format::Json || context.word.quote.is_none()) {
        for function in CONDITIONS {
            list.add(call(function, context.format));
        }
    }
    offer_keys(list, CONDITIONS.iter().copied());
}

/// The long forms, for a map that has nothing else.
fn offer_keys(list: &mut List<'_, '_>, functions: impl Iterator<Item = &'static str>) {
    if !list.context.takes_key() || !list.context.container().entries.is_empty() {
        return;
    }
    let functions: Vec<&str> = functions.collect();
    sections::keys(list, &functions, |name| {
        let is_list = shape(name).is_some_and(|it| it.list.is_some() && !it.text);
        let value = if is_list { Skeleton::List(Box::new(Skeleton::Other)) } else { Skeleton::Text };
        (value, rank::UNLIKELY, Some(Topic::Function(name.to_owned())))
    });
}

/// A function as a value: in its short form where there is one.
fn call(function: &'static str, format: Format) -> Draft {
    // What it takes, as tab stops.
    let list = match function {
        "Fn::And" | "Fn::Or" | "Fn::Equals" | "Fn::Select" => Some("$1, $2"),
        "Fn::Cidr" | "Fn::FindInMap" | "Fn::If" => Some("$1, $2, $3"),
        "Fn::Not" => Some("$1"),
        "Fn::Join" => Some("\"$1\", [$2]"),
        "Fn::Split" => Some("\"$1\", $2"),
        _ => None,
    };
    let topic = Topic::Function(function.to_owned());
    let draft = match format {
        Format::Yaml => {
            let tag = template::tag_of_function(function).unwrap_or_default();
            let plain = format!("!{tag} ");
            let snippet = match (function, list) {
                ("Fn::Sub", _) => "!Sub \"$1\"".to_owned(),
                (_, Some(list)) => format!("!{tag} [{list}]"),
                _ => plain.clone(),
            };
            Draft::snippet(format!("!{tag}"), plain, snippet, CompletionKind::Function)
        }
        Format::Json => {
            let plain = format!("{{\"{function}\": ");
            let argument = match (function, list) {
                ("Fn::GetAtt", _) => "[\"$1\", \"$2\"]".to_owned(),
                (_, Some(list)) => format!("[{list}]"),
                _ => "\"$1\"".to_owned(),
            };
            let snippet = format!("{{\"{function}\": {argument}}}");
            Draft::snippet(function, plain, snippet, CompletionKind::Function)
        }
    };
    draft.topic(topic).rank(rank::FUNCTION)
}
