//! The properties of resources and their values, as the schema of the type has them.

use super::context::At;
use super::list::{Draft, List, Skeleton, rank};
use super::references::{Wanted, schema_of};
use super::{CompletionKind, Names, Topic, functions, policies, sections};
use schema::regions;
use schema::resources::{Keyword, ResourceType, Schema, Types};

/// How deep alternatives of schemas are looked into.
const MAX_DEPTH: usize = 4;

/// A property of an object.
struct Property {
    name: &'static str,
    schema: Schema,
    is_required: bool,
}

/// What may be written at the place that `rest` leads to from the properties of a resource of the type `ty`.
pub(super) fn offer(list: &mut List<'_, '_>, names: &Names<'_>, ty: &str, rest: &[At<'_>], own: Option<&str>) {
    if policies::offer(list, names, rest, own) {
        return;
    }
    if let (Some(own), [At::Key("Parameters")], "AWS::CloudFormation::Stack") = (own, rest, ty) {
        return nested_parameters(list, names, own);
    }
    let wanted = wanted(ty, rest);
    let Some(ty) = schema_of(ty) else {
        if !rest.is_empty() {
            functions::offer_values(list, names, &wanted, own);
        }
        return;
    };
    let Some(schema) = locate(ty, rest) else {
        return functions::offer_values(list, names, &wanted, own);
    };
    let found = properties(schema);
    if list.context.takes_key() {
        offer_keys(list, ty, rest, &found);
    }
    let is_object = !found.is_empty() && !types(schema, 0).intersects(scalars());
    if rest.is_empty() {
        return;
    }
    if is_object {
        return functions::offer_objects(list);
    }
    offer_known_values(list, schema, &wanted);
    functions::offer_values(list, names, &wanted, own);
}

/// The types that a scalar may have.
fn scalars() -> Types {
    Types::STRING.union(Types::INTEGER).union(Types::NUMBER).union(Types::BOOLEAN)
}

/// The schema at a place below the properties of a type.
fn locate(ty: ResourceType, rest: &[At<'_>]) -> Option<Schema> {
    rest.iter().try_fold(ty.schema(), |schema, step| match step {
        At::Key(key) => schema.at(key),
        At::Item(_) => schema.at("*"),
        At::Call(_) => None,
    })
}

/// True where only a list is accepted.
pub(super) fn wants_list(ty: &str, rest: &[At<'_>]) -> bool {
    schema_of(ty).and_then(|it| locate(it, rest)).is_some_and(|it| {
        let types = types(it, 0);
        types.contains(Types::ARRAY) && !types.intersects(scalars().union(Types::OBJECT))
    })
}

/// What a place wants of references.
pub(super) fn wanted(ty: &str, rest: &[At<'_>]) -> Wanted {
    let schema = schema_of(ty).and_then(|it| locate(it, rest));
    let name = rest.iter().rev().find_map(|it| if let At::Key(key) = it { Some((*key).to_owned()) } else { None });
    let mut wanted = Wanted { name: name.unwrap_or_default(), ..Wanted::default() };
    if let Some(schema) = schema {
        wanted.is_list = types(schema, 0).contains(Types::ARRAY);
        let item = if wanted.is_list { schema.at("*") } else { Some(schema) };
        item.into_iter().for_each(|it| collect_formats(it, &mut wanted.formats, 0));
    }
    wanted
}

fn offer_keys(list: &mut List<'_, '_>, ty: ResourceType, rest: &[At<'_>], found: &[Property]) {
    let place = path(rest);
    let at = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}/{name}") };
    let (read_only, deprecated) = (ty.read_only(), ty.deprecated_properties());
    for property in found {
        let path = at(property.name);
        if list.context.container().has(property.name) || read_only.contains(&path) {
            continue;
        }
        let topic = Topic::Property { ty: ty.name().to_owned(), path: path.clone() };
        let is_deprecated = deprecated.contains(&path);
        let rank = match () {
            () if property.is_required => rank::REQUIRED,
            () if is_deprecated => rank::UNLIKELY,
            () => rank::USUAL,
        };
        let described = describe(property.schema);
        let detail = if property.is_required { format!("{described}, required") } else { described };
        list.add(
            Draft::key(property.name, skeleton(property.schema, 0), CompletionKind::Property)
                .detail(detail)
                .rank(rank)
                .deprecated(is_deprecated)
                .topic(topic),
        );
    }
}

fn offer_known_values(list: &mut List<'_, '_>, schema: Schema, wanted: &Wanted) {
    if !list.context.takes_value() {
        return;
    }
    let mut values = Vec::new();
    collect_values(schema, &mut values, 0);
    let types = types(schema, 0);
    let is_number = types.intersects(Types::INTEGER.union(Types::NUMBER)) && !types.contains(Types::STRING);
    for value in &values {
        let is_raw = is_number || (types.contains(Types::BOOLEAN) && !types.contains(Types::STRING));
        let draft = match is_raw {
            true => Draft::raw(*value, CompletionKind::Value),
            false => Draft::text(*value, CompletionKind::Value),
        };
        let detail = if schema.default() == Some(*value) { "default" } else { "" };
        list.add(draft.detail(detail).rank(rank::REQUIRED));
    }
    if values.is_empty() && types.contains(Types::BOOLEAN) {
        sections::booleans(list);
    }
    if values.is_empty() && wanted.name.ends_with("Region") {
        for region in regions::with("") {
            list.add(Draft::text(region, CompletionKind::Value).rank(rank::OTHER));
        }
    }
}

/// The parameters of a nested stack whose template is known.
fn nested_parameters(list: &mut List<'_, '_>, names: &Names<'_>, own: &str) {
    let Some(interface) = names.stack.nested.get(own).and_then(|it| it.interface.as_ref()) else { return };
    for (is_required, rank) in [(true, rank::REQUIRED), (false, rank::USUAL)] {
        let parameters = interface.parameters.iter().filter(|it| it.default.is_none() == is_required);
        let parameters: Vec<&str> = parameters.map(|it| it.name.text.as_str()).collect();
        sections::keys(list, &parameters, |_| (Skeleton::Other, rank, None));
    }
}

/// The entries that a resource of this type must have.
pub(super) fn required_of(ty: &str) -> Vec<(String, Skeleton)> {
    schema_of(ty).map(|it| required(it.schema(), 0)).unwrap_or_default()
}

/// The entries that an object must have.
pub(super) fn required(schema: Schema, depth: usize) -> Vec<(String, Skeleton)> {
    if depth > MAX_DEPTH {
        return Vec::new();
    }
    let mut names = Vec::new();
    collect_required(schema, &mut names, 0);
    names.sort_unstable();
    names.dedup();
    let found = names.into_iter().filter_map(|name| Some((name.to_owned(), skeleton(schema.at(name)?, depth + 1))));
    found.collect()
}

/// The names of the properties that must be there in any case.
fn collect_required(schema: Schema, names: &mut Vec<&'static str>, depth: usize) {
    for keyword in schema.keywords() {
        match keyword {
            Keyword::Required(required) => names.extend(required),
            Keyword::AllOf(all) if depth <= MAX_DEPTH => {
                all.into_iter().for_each(|it| collect_required(it, names, depth + 1));
            }
            _ => (),
        }
    }
}

/// What a value looks like.
fn skeleton(schema: Schema, depth: usize) -> Skeleton {
    let types = types(schema, 0);
    if types.contains(Types::OBJECT) || (types.is_empty() && !schema.properties().is_empty()) {
        return Skeleton::Map(required(schema, depth));
    }
    if types.contains(Types::ARRAY) {
        let item = schema.at("*").filter(|_| depth <= MAX_DEPTH);
        return Skeleton::List(Box::new(item.map_or(Skeleton::Other, |it| skeleton(it, depth + 1))));
    }
    let is_number = types.intersects(Types::INTEGER.union(Types::NUMBER).union(Types::BOOLEAN));
    if types.contains(Types::STRING) && !is_number { Skeleton::Text } else { Skeleton::Other }
}

/// The properties of an object, those that must be there first.
fn properties(schema: Schema) -> Vec<Property> {
    let (mut found, mut required) = (Vec::new(), Vec::new());
    collect_properties(schema, &mut found, &mut required, true, 0);
    for property in &mut found {
        property.is_required = required.contains(&property.name);
    }
    found.sort_by_key(|it| (!it.is_required, it.name));
    found.dedup_by_key(|it| it.name);
    found
}

/// `is_certain` is false in alternatives: what one of them asks for need not be there.
fn collect_properties(
    schema: Schema,
    found: &mut Vec<Property>,
    required: &mut Vec<&'static str>,
    is_certain: bool,
    depth: usize,
) {
    if depth > MAX_DEPTH {
        return;
    }
    for keyword in schema.keywords() {
        match keyword {
            Keyword::Properties(named) => {
                let named = named.into_iter();
                found.extend(named.map(|(name, schema)| Property { name, schema, is_required: false }));
            }
            Keyword::Required(names) if is_certain => required.extend(names),
            Keyword::AllOf(all) => {
                all.into_iter().for_each(|it| collect_properties(it, found, required, is_certain, depth + 1));
            }
            Keyword::AnyOf(all) | Keyword::OneOf(all) => {
                all.into_iter().for_each(|it| collect_properties(it, found, required, false, depth + 1));
            }
            _ => (),
        }
    }
}

fn collect_values(schema: Schema, values: &mut Vec<&'static str>, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    for keyword in schema.keywords() {
        match keyword {
            Keyword::Enum(all) | Keyword::EnumIgnoringCase(all) => {
                all.into_iter().for_each(|it| {
                    if !values.contains(&it) {
                        values.push(it)
                    }
                });
            }
            Keyword::Const(value) if !values.contains(&value) => values.push(value),
            Keyword::AllOf(all) | Keyword::AnyOf(all) | Keyword::OneOf(all) => {
                all.into_iter().for_each(|it| collect_values(it, values, depth + 1));
            }
            _ => (),
        }
    }
}

fn collect_formats(schema: Schema, formats: &mut Vec<&'static str>, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    for keyword in schema.keywords() {
        match keyword {
            Keyword::Format(format) => formats.push(format),
            Keyword::AllOf(all) | Keyword::AnyOf(all) | Keyword::OneOf(all) => {
                all.into_iter().for_each(|it| collect_formats(it, formats, depth + 1));
            }
            _ => (),
        }
    }
}

/// The types of all alternatives.
fn types(schema: Schema, depth: usize) -> Types {
    let mut types = schema.types();
    if types.is_empty() && depth <= MAX_DEPTH {
        for keyword in schema.keywords() {
            if let Keyword::AllOf(all) | Keyword::AnyOf(all) | Keyword::OneOf(all) = keyword {
                types = all.into_iter().fold(types, |types, it| types.union(self::types(it, depth + 1)));
            }
        }
    }
    types
}

/// The type of a value, in a word.
fn describe(schema: Schema) -> String {
    let types = types(schema, 0);
    if let Some(name) = schema.definition().filter(|_| types.contains(Types::OBJECT) || types.is_empty()) {
        return name.to_owned();
    }
    if types.contains(Types::ARRAY) {
        let item = schema.at("*").map(describe).filter(|it| !it.is_empty());
        return item.map_or("list".to_owned(), |it| format!("list of {it}"));
    }
    let values = schema.enum_values();
    if !values.is_empty() {
        return match values.len() {
            1..=3 => values.into_iter().collect::<Vec<_>>().join(" | "),
            count => format!("one of {count} values"),
        };
    }
    // A number may be written as a string everywhere, which says nothing about it.
    types.names().collect::<Vec<_>>().join(" or ")
}

fn path(rest: &[At<'_>]) -> String {
    let words = rest.iter().map(|it| match it {
        At::Key(key) => *key,
        At::Item(_) | At::Call(_) => "*",
    });
    words.collect::<Vec<_>>().join("/")
}
