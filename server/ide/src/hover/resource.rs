//! Resources, their types, properties and attributes.

use super::declaration;
use super::markdown::{Page, code, codes, plain, shortened};
use model::{Name, Node, ReferenceKind, Resource, Stack};
use schema::resources::{Keyword, Replacement, ResourceType, Schema, Types, resource_type};
use schema::{documentation, guide, regions};

/// The page of a resource that something refers to.
pub(super) fn named(name: &str, stack: &Stack) -> Option<String> {
    let written = stack.resources.iter().find(|it| it.key == name && it.made.is_none());
    let resource = written.or_else(|| stack.resource(name))?;
    Some(page(&[resource], stack))
}

/// The page of the resources that are declared at one place.
pub(super) fn declared(resources: &[&Resource], stack: &Stack) -> Option<String> {
    (!resources.is_empty()).then(|| page(resources, stack))
}

fn page(resources: &[&Resource], stack: &Stack) -> String {
    let first = resources[0];
    let ty = if first.ty.text.is_empty() { "without a type".to_owned() } else { code(&first.ty.text) };
    let mut page = Page::new(format!("resource **{}**: {ty}", plain(&first.id.text)));
    page.paragraph(&text_of_type(&first.ty.text));
    if resources.len() > 1 {
        page.fact(format!("made {} times by a loop", resources.len()));
    }
    if let Some(made) = first.made.as_ref().filter(|it| !it.of.is_empty()) {
        page.fact(format!("made of {} by a transform", code(&made.of)));
    }
    let mut makes: Vec<&str> = Vec::new();
    for it in &stack.resources {
        if it.made.as_ref().is_some_and(|made| made.of == first.key) && !makes.contains(&it.ty.text.as_str()) {
            makes.push(&it.ty.text);
        }
    }
    if !makes.is_empty() {
        page.fact(format!("becomes {}", codes(makes.into_iter())));
    }
    if let Some(condition) = &first.condition {
        page.fact(format!("made when {} holds", code(&condition.text)));
    }
    for key in ["DeletionPolicy", "UpdateReplacePolicy"] {
        if let Some(policy) = first.attributes.get(key).and_then(Node::as_str) {
            page.fact(format!("{key}: {}", code(policy)));
        }
    }
    if let Some(identifier) = resource_type(&first.ty.text).and_then(ResourceType::identifier) {
        page.fact(format!("`Ref` gives its {}", code(identifier)));
    }
    let kinds = [
        ReferenceKind::Ref,
        ReferenceKind::Sub,
        ReferenceKind::GetAtt,
        ReferenceKind::SubGetAtt,
        ReferenceKind::DependsOn,
    ];
    page.fact(declaration::used(stack, &Name::new(first.key.clone(), first.id.span), &kinds));
    page.finish()
}

/// The beginning of what AWS says of a type.
pub(super) fn text_of_type(ty: &str) -> String {
    match documentation::of_type(ty) {
        // Some have the address of a page in place of a text.
        Some(text) if !text.starts_with("http") => shortened(&text),
        _ if ty.starts_with("Custom::") => {
            "What this is, is decided by the function or topic in `ServiceToken`.".to_owned()
        }
        _ => String::new(),
    }
}

/// The page of a type of resource.
pub(super) fn ty(name: &str) -> Option<String> {
    let known = resource_type(name);
    if known.is_none() && !name.starts_with("Custom::") {
        return None;
    }
    let mut page = Page::new(format!("type {}", code(name)));
    page.paragraph(&text_of_type(name));
    if let Some(ty) = known {
        if let Some(lifecycle) = ty.lifecycle() {
            let date = lifecycle.date.map(|it| format!(", {it}")).unwrap_or_default();
            page.fact(format!("AWS phases it out: **{}**{date}", plain(lifecycle.status)));
        }
        let required = ty.schema().required();
        if !required.is_empty() {
            page.fact(format!("required: {}", codes(required.into_iter())));
        }
        if let Some(identifier) = ty.identifier() {
            page.fact(format!("`Ref` gives its {}", code(identifier)));
        }
        let attributes: Vec<&str> = ty.attributes().collect();
        if !attributes.is_empty() {
            page.fact(format!("attributes: {}", codes(attributes.into_iter())));
        }
    }
    if regions::is_partial(name) {
        let with: Vec<&str> = regions::with(name).collect();
        // Of a type that is not known all regions are given.
        let without: Vec<&str> = regions::with("").filter(|it| !with.contains(it)).collect();
        match without.len() <= with.len() {
            true => page.fact(format!("not in {}", codes(without.into_iter()))),
            false => page.fact(format!("only in {}", codes(with.into_iter()))),
        };
    }
    if let Some(link) = guide::type_link(name) {
        page.link(link);
    }
    Some(page.finish())
}

/// The page of an attribute of a resource.
pub(super) fn attribute(resource: &str, attribute: &str, stack: &Stack) -> Option<String> {
    let ty = stack.resource(resource)?.ty.text.as_str();
    let mut page = Page::new(format!("attribute **{}** of {}", plain(attribute), code(ty)));
    let Some(known) = resource_type(ty) else {
        return ty.starts_with("Custom::").then(|| page.finish());
    };
    match known.attribute(attribute) {
        Some(schema) => {
            page.paragraph(&documentation::of_attribute(ty, attribute).map(|it| shortened(&it)).unwrap_or_default());
            let words = type_in_words(schema);
            if !words.is_empty() {
                page.fact(format!("type: {words}"));
            }
            if let Some(format) = schema.format() {
                page.fact(format!("kind: {}", code(format)));
            }
        }
        None if known.has_open_attributes() => {
            let output = attribute.strip_prefix("Outputs.")?;
            page.paragraph(&format!("The output {} of the stack.", code(output)));
        }
        None => return None,
    }
    if let Some(link) = guide::type_link(ty) {
        page.link(format!("{link}#{}-return-values", anchor(ty)));
    }
    Some(page.finish())
}

fn anchor(ty: &str) -> String {
    ty.replacen("AWS::", "aws-resource-", 1).replace("::", "-").to_ascii_lowercase()
}

/// The page of the property at `path` of a type: names, and `*` for the items of lists.
pub(super) fn property(ty: &str, path: &[&str]) -> Option<Page> {
    let known = resource_type(ty)?;
    // An item is what its list says.
    let path = &path[..path.iter().rposition(|it| *it != "*")? + 1];
    let (name, parents) = path.split_last()?;
    let parent = known.schema().at(&parents.join("/"))?;
    let whole = path.join("/");
    let schema = known.schema().at(&whole)?;
    let words = type_in_words(schema);
    let is_required = parent.required().contains(name);
    let mut title = format!("property **{}** of {}", plain(name), code(ty));
    match (words.is_empty(), is_required) {
        (true, false) => (),
        (true, true) => title += ": required",
        (false, true) => title += &format!(": {words}, required"),
        (false, false) => title += &format!(": {words}"),
    }
    let mut page = Page::new(title);
    let (definition, text) = documented(ty, parent, parents, name);
    page.paragraph(&text.map(|it| shortened(&it)).unwrap_or_default());
    constraints(schema, &mut page);
    required_with(parent, name, &mut page);
    life(known, &whole, &mut page);
    let definition = if parents.is_empty() { None } else { Some(definition?) };
    if let Some(link) = guide::property_link(ty, definition.as_deref(), name) {
        page.link(link);
    }
    Some(page)
}

/// What AWS says of a property, and the definition that it is of. Where the schema has no name for it, it is named after the
/// property that it is the value of.
fn documented(ty: &str, parent: Schema, parents: &[&str], name: &str) -> (Option<String>, Option<String>) {
    let Some(owner) = parents.iter().rfind(|it| **it != "*") else {
        return (None, documentation::of_property(ty, None, name));
    };
    let names = [parent.definition(), Some(owner), owner.strip_suffix('s')];
    for definition in names.into_iter().flatten() {
        if let Some(text) = documentation::of_property(ty, Some(definition), name) {
            return (Some(definition.to_owned()), Some(text));
        }
    }
    (parent.definition().map(str::to_owned), None)
}

/// The type of a value: `string`, `list of Tag`.
pub(super) fn type_in_words(schema: Schema) -> String {
    let mut types = schema.types();
    if types.is_empty() {
        // Each of several ways has a type of its own.
        for keyword in schema.keywords() {
            if let Keyword::AnyOf(ways) | Keyword::OneOf(ways) = keyword {
                let of_ways: Vec<Types> = ways.into_iter().map(Schema::types).collect();
                if of_ways.iter().all(|it| !it.is_empty()) {
                    types = of_ways.into_iter().fold(types, Types::union);
                }
            }
        }
    }
    if types.is_empty() {
        return String::new();
    }
    if types == Types::ARRAY {
        let items = schema.items();
        let of = items.and_then(Schema::definition).map(str::to_owned);
        let of = of.or_else(|| items.map(|it| it.types().names().collect::<Vec<_>>().join(" or ")));
        return match of.filter(|it| !it.is_empty()) {
            Some(of) => format!("list of {}", code(&of)),
            None => "list".to_owned(),
        };
    }
    if let (Types::OBJECT, Some(definition)) = (types, schema.definition()) {
        return code(definition);
    }
    let names = types.names().map(|it| if it == "array" { "list" } else { it });
    names.collect::<Vec<_>>().join(" or ")
}

/// What a value must fulfil.
pub(super) fn constraints(schema: Schema, page: &mut Page) {
    let mut length = (None, None);
    let mut value = (None, None);
    let mut items = (None, None);
    let keywords: Vec<Keyword> = schema.keywords().collect();
    for keyword in &keywords {
        match keyword {
            Keyword::Enum(values) => {
                page.fact(format!("allowed: {}", codes(values.into_iter())));
            }
            Keyword::EnumIgnoringCase(values) => {
                page.fact(format!("allowed, in upper or lower case: {}", codes(values.into_iter())));
            }
            Keyword::Const(value) => {
                page.fact(format!("always {}", code(value)));
            }
            Keyword::Default(value) => {
                page.fact(format!("default: {}", code(value)));
            }
            Keyword::Pattern(pattern) => {
                page.fact(format!("must match {}", code(pattern)));
            }
            Keyword::Format(format) => {
                page.fact(format!("kind: {}", code(format)));
            }
            Keyword::MinLength(least) => length.0 = (*least > 0).then(|| least.to_string()),
            Keyword::MaxLength(most) => length.1 = Some(most.to_string()),
            Keyword::Minimum(least) => value.0 = Some(least.to_string()),
            Keyword::Maximum(most) => value.1 = Some(most.to_string()),
            Keyword::MinItems(least) => items.0 = (*least > 0).then(|| least.to_string()),
            Keyword::MaxItems(most) => items.1 = Some(most.to_string()),
            Keyword::MultipleOf(of) => {
                page.fact(format!("a multiple of {of}"));
            }
            Keyword::UniqueItems => {
                page.fact("no two items are the same");
            }
            _ => (),
        }
    }
    for (what, (least, most)) in [("length", length), ("value", value), ("items", items)] {
        if let Some(range) = declaration::range(least.as_deref(), most.as_deref()) {
            page.fact(format!("{what}: {range}"));
        }
    }
    if let Some(items) = schema.items().filter(|_| schema.types() == Types::ARRAY) {
        let values = items.enum_values();
        if !values.is_empty() {
            page.fact(format!("allowed items: {}", codes(values.into_iter())));
        }
        if let Some(format) = items.format() {
            page.fact(format!("kind of its items: {}", code(format)));
        }
    }
    let required = schema.required();
    if !required.is_empty() && schema.types() == Types::OBJECT {
        page.fact(format!("needs {}", codes(required.into_iter())));
    }
}

/// Which other properties decide on this one.
fn required_with(parent: Schema, name: &str, page: &mut Page) {
    for keyword in parent.keywords() {
        match keyword {
            Keyword::RequiredXor(names) if names.contains(name) => {
                page.fact(format!("exactly one of {} is required", codes(names.into_iter())));
            }
            Keyword::RequiredOr(names) if names.contains(name) => {
                page.fact(format!("at least one of {} is required", codes(names.into_iter())));
            }
            Keyword::DependentRequired(of, names) if of == name => {
                page.fact(format!("needs {} beside it", codes(names.into_iter())));
            }
            Keyword::DependentExcluded(of, names) if of == name => {
                page.fact(format!("cannot stand beside {}", codes(names.into_iter())));
            }
            _ => (),
        }
    }
}

/// Who sets it, how long it is there, and what an update of it means.
fn life(ty: ResourceType, path: &str, page: &mut Page) {
    if ty.deprecated_properties().contains(path) {
        page.fact("**deprecated**");
    }
    if ty.read_only().contains(path) {
        page.fact("set by AWS: it cannot be given");
        return;
    }
    // What an update of a resource of AWS SAM does is decided by what it becomes.
    if ty.service() == "Serverless" {
        return;
    }
    match ty.replacement_on(path) {
        Replacement::Always => page.fact("update: **replaces** the resource"),
        Replacement::Sometimes => page.fact("update: replaces the resource, depending on the values"),
        Replacement::Never => page.fact("update: without replacement"),
    };
}
