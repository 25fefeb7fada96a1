//! Schemas in their flat form. `server/schema/src/resources/format.rs` reads what is written here.

use super::sources::Sources;
use super::write::{Interned, file, number, table};
use schema::resources::format::{MAGIC, Tag};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// The compiled schemas.
pub(super) struct Compiled {
    pub bytes: Vec<u8>,
    /// What the schemas say that the form has no words for, with how often.
    pub skipped: Vec<String>,
}

pub(super) struct Compiler<'a> {
    sources: &'a Sources,
    schemas: &'a BTreeMap<String, Map<String, Value>>,
    strings: Interned<String>,
    nodes: Interned<Vec<u8>>,
    skipped: BTreeMap<String, usize>,
}

/// The type that is being compiled.
struct Type<'a> {
    root: &'a Map<String, Value>,
    done: HashMap<String, u32>,
    /// The pointers that are being compiled, from the outside in.
    open: Vec<String>,
    /// The pointers that something below them points back to.
    recursive: Vec<String>,
}

/// What describes a schema without saying anything about a value.
const SILENT: &[&str] = &[
    "$comment",
    "$schema",
    "$id",
    "description",
    "markdownDescription",
    "title",
    "examples",
    "insertionOrder",
    "arrayType",
    "handlers",
    "sourceUrl",
    "documentationUrl",
    "tagging",
    "taggable",
    "typeName",
    "definitions",
    "resourceLink",
    "replacementStrategy",
    "additionalIdentifiers",
    "primaryIdentifier",
    "readOnlyProperties",
    "createOnlyProperties",
    "writeOnlyProperties",
    "conditionalCreateOnlyProperties",
    "deprecatedProperties",
    "propertyTransform",
    "lifecycle",
    "typeConfiguration",
    "relationshipRef",
    "nonPublicProperties",
    "nonPublicDefinitions",
];

impl<'a> Compiler<'a> {
    /// Compiles `schemas`, by the names of their types.
    pub(super) fn compile(
        sources: &'a Sources,
        schemas: &'a BTreeMap<String, Map<String, Value>>,
    ) -> Result<Compiled, String> {
        // The first pass counts: what occurs often gets a short number in the second.
        let mut counts: HashMap<String, usize> = HashMap::new();
        let mut order = Interned::new();
        for pass in 0..2 {
            let compiler =
                Compiler { sources, schemas, strings: order, nodes: Interned::new(), skipped: BTreeMap::new() };
            let (compiler, records) = compiler.types();
            if pass == 1 {
                return Ok(compiler.finish(&records));
            }
            let strings = compiler.strings.all.clone();
            for node in &compiler.nodes.all {
                super::write::strings_of(node, |it| *counts.entry(strings[it as usize].clone()).or_default() += 1);
            }
            let mut strings = strings;
            strings.sort_by_key(|it| (std::cmp::Reverse(counts.get(it).copied().unwrap_or_default()), it.clone()));
            order = Interned::new();
            strings.into_iter().for_each(|it| {
                order.number(it);
            });
        }
        unreachable!("the second pass returns")
    }

    /// Compiles every type; the records are in the order of the names.
    fn types(mut self) -> (Compiler<'a>, Vec<(u32, Vec<u8>)>) {
        let mut records = Vec::new();
        for (name, schema) in self.schemas {
            let record = self.record(name, schema);
            records.push((self.strings.number(name.clone()), record));
        }
        (self, records)
    }

    fn finish(self, records: &[(u32, Vec<u8>)]) -> Compiled {
        let (string_bytes, string_offsets) = table(&self.strings.all);
        let (node_bytes, node_offsets) = table(&self.nodes.all);
        let (record_bytes, record_offsets) = table(&records.iter().map(|it| &it.1).collect::<Vec<_>>());
        let names = records.iter().flat_map(|it| it.0.to_le_bytes()).collect();
        let sections = [string_bytes, string_offsets, node_bytes, node_offsets, record_bytes, record_offsets, names];
        let skipped = self.skipped.iter().map(|(what, count)| format!("not taken over: {what} ({count} times)"));
        Compiled { bytes: file(MAGIC, &sections), skipped: skipped.collect() }
    }

    fn record(&mut self, name: &str, schema: &Map<String, Value>) -> Vec<u8> {
        let mut ty = Type { root: schema, done: HashMap::new(), open: Vec::new(), recursive: Vec::new() };
        let root = self.node(schema, &mut ty, None);
        let attributes = self.attributes(name, schema, &mut ty);
        let identifiers = pointers(schema, "primaryIdentifier");
        let identifier = identifiers.first().and_then(|it| self.pointer(it, &mut ty));
        let identifier_name = match &identifiers[..] {
            [only] => path_of(only),
            _ => String::new(),
        };
        let replacing = self.replacing(name);
        let mut out = Vec::new();
        number(&mut out, root);
        // What is recursive has been compiled by now, wherever it was met first.
        let recursive: Vec<u32> = ty.recursive.iter().map(|it| ty.done.get(it).copied().unwrap_or_default()).collect();
        number(&mut out, recursive.len() as u32);
        recursive.iter().for_each(|it| number(&mut out, *it));
        number(&mut out, identifier.map_or(0, |it| it + 1));
        number(&mut out, self.strings.number(identifier_name));
        let taggable = schema.get("tagging").and_then(|it| it.get("taggable")).or(schema.get("taggable"));
        number(&mut out, u32::from(taggable == Some(&Value::Bool(true))));
        let lifecycle = |key: &str| {
            let value = schema.get("lifecycle").and_then(|it| it.get(key));
            value.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        for key in ["status", "date"] {
            number(&mut out, self.strings.number(lifecycle(key)));
        }
        for key in [
            "readOnlyProperties",
            "createOnlyProperties",
            "conditionalCreateOnlyProperties",
            "writeOnlyProperties",
            "deprecatedProperties",
        ] {
            let paths = pointers(schema, key).into_iter().map(|it| path_of(&it)).collect();
            self.string_list(&mut out, paths);
        }
        for list in replacing {
            self.string_list(&mut out, list);
        }
        number(&mut out, attributes.len() as u32);
        for (attribute, node) in attributes {
            number(&mut out, self.strings.number(attribute));
            let node = node.unwrap_or_else(|| self.nodes.number(vec![Tag::End as u8]));
            number(&mut out, node);
        }
        out
    }

    fn string_list(&mut self, out: &mut Vec<u8>, list: Vec<String>) {
        number(out, list.len() as u32);
        for text in list {
            number(out, self.strings.number(text));
        }
    }

    /// What `Fn::GetAtt` returns, by name, with the schema of it where there is one.
    fn attributes(
        &mut self,
        name: &str,
        schema: &Map<String, Value>,
        ty: &mut Type<'_>,
    ) -> BTreeMap<String, Option<u32>> {
        let mut paths: Vec<String> = pointers(schema, "readOnlyProperties");
        let some = self.sources.readable.some.get(name).into_iter().flatten();
        paths.extend(some.map(|it| format!("/properties/{it}")));
        if self.sources.readable.all.contains(name) {
            let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
            for (property, value) in properties {
                leaves(value, schema, &format!("/properties/{property}"), 0, &mut paths);
            }
        }
        let mut out = BTreeMap::new();
        for pointer in paths {
            let node = self.pointer(&pointer, ty);
            out.insert(path_of(&pointer).replace("/*", "").replace('/', "."), node);
        }
        let specified = self.sources.specification.get(name).and_then(|it| it.get("attributes"));
        for (attribute, _) in specified.and_then(Value::as_object).into_iter().flatten() {
            if !out.contains_key(attribute) {
                let pointer = format!("/properties/{}", attribute.replace('.', "/"));
                let node = self.pointer(&pointer, ty);
                out.insert(attribute.clone(), node);
            }
        }
        out
    }

    /// The properties, as `Definition.Property`, of which the specification says that a change replaces the resource
    /// always, and sometimes.
    fn replacing(&self, name: &str) -> [Vec<String>; 2] {
        let mut out = [Vec::new(), Vec::new()];
        let Some(ty) = self.sources.specification.get(name) else { return out };
        let used = ty["$id"].as_str().and_then(|it| self.sources.definitions.get(it)).into_iter().flatten();
        let own = std::iter::once((String::new(), ty));
        for (definition, value) in own.chain(used.map(|it| (it["name"].as_str().unwrap_or_default().to_owned(), it))) {
            for (property, value) in value["properties"].as_object().into_iter().flatten() {
                let list = match value["causesReplacement"].as_str() {
                    Some("yes") => 0,
                    Some("maybe") => 1,
                    _ => continue,
                };
                out[list].push(format!("{definition}.{property}"));
            }
        }
        out
    }

    /// The schema at a pointer such as `/properties/Endpoint/Address`, by way of definitions.
    fn pointer(&mut self, pointer: &str, ty: &mut Type<'_>) -> Option<u32> {
        let mut schema: &Value = ty.root.get("properties")?;
        let mut definition = None;
        let mut words = pointer.strip_prefix("/properties/")?.split('/').peekable();
        schema = schema.get(words.next()?)?;
        loop {
            let mut hops = 0;
            while let Some(target) = schema.get("$ref").and_then(Value::as_str) {
                definition = target.strip_prefix("#/definitions/").map(str::to_owned);
                schema = resolve(ty.root, target)?;
                hops += 1;
                if hops > 8 {
                    return None;
                }
            }
            let Some(word) = words.next() else { break };
            definition = None;
            schema = match word {
                "*" => schema.get("items").or_else(|| schema.get("patternProperties")?.as_object()?.values().next())?,
                "properties" | "items" => schema.get(word)?,
                _ => schema.get("properties").and_then(|it| it.get(word)).or_else(|| schema.get(word))?,
            };
        }
        let schema = schema.as_object()?.clone();
        Some(self.node(&schema, ty, definition.as_deref()))
    }

    fn definition(&mut self, target: &str, ty: &mut Type<'_>) -> u32 {
        if let Some(done) = ty.done.get(target) {
            return *done;
        }
        if ty.open.iter().any(|it| it == target) {
            let known = ty.recursive.iter().position(|it| it == target);
            let index = known.unwrap_or_else(|| {
                ty.recursive.push(target.to_owned());
                ty.recursive.len() - 1
            });
            let mut bytes = vec![Tag::Recursive as u8];
            number(&mut bytes, index as u32);
            bytes.push(Tag::End as u8);
            return self.nodes.number(bytes);
        }
        let Some(schema) = resolve(ty.root, target).and_then(Value::as_object).cloned() else {
            *self.skipped.entry(format!("a reference to nothing: {target}")).or_default() += 1;
            return self.nodes.number(vec![Tag::End as u8]);
        };
        ty.open.push(target.to_owned());
        let name = target.rsplit('/').next().filter(|_| schema.contains_key("properties"));
        let name = name.map(str::to_owned);
        let node = self.node(&schema, ty, name.as_deref());
        ty.open.pop();
        ty.done.insert(target.to_owned(), node);
        node
    }

    fn any(&mut self, schema: &Value, ty: &mut Type<'_>) -> u32 {
        match schema {
            Value::Object(schema) => self.node(&schema.clone(), ty, None),
            Value::Bool(false) => self.nodes.number(vec![Tag::Never as u8, Tag::End as u8]),
            _ => self.nodes.number(vec![Tag::End as u8]),
        }
    }

    fn node(&mut self, schema: &Map<String, Value>, ty: &mut Type<'_>, name: Option<&str>) -> u32 {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let others: Vec<&String> =
                schema.keys().filter(|it| *it != "$ref" && !SILENT.contains(&it.as_str())).collect();
            if others.is_empty() || ty.open.iter().any(|it| it == target) {
                return self.definition(target, ty);
            }
            // What stands beside a reference counts as well, and before it.
            let mut merged = resolve(ty.root, target).and_then(Value::as_object).cloned().unwrap_or_default();
            let definition = target.rsplit('/').next().filter(|_| merged.contains_key("properties"));
            merged.extend(schema.iter().filter(|it| it.0 != "$ref").map(|(key, value)| (key.clone(), value.clone())));
            ty.open.push(target.to_owned());
            let node = self.node(&merged, ty, definition);
            ty.open.pop();
            return node;
        }
        let mut out = Vec::new();
        if let Some(name) = name {
            self.text(&mut out, Tag::Definition, name);
        }
        if let Some(types) = schema.get("type") {
            let types = match types {
                Value::Array(types) => types.iter().filter_map(Value::as_str).fold(0, |bits, it| bits | bit(it)),
                other => other.as_str().map_or(0, bit),
            };
            self.plain(&mut out, Tag::Type, types);
        }
        // What follows from a condition comes after it, whichever way it is written.
        let follows = |key: &str| matches!(key, "then" | "else");
        for (key, value) in schema.iter().filter(|it| !follows(it.0)).chain(schema.iter().filter(|it| follows(it.0))) {
            self.keyword(&mut out, key, value, ty);
        }
        out.push(Tag::End as u8);
        self.nodes.number(out)
    }

    fn keyword(&mut self, out: &mut Vec<u8>, key: &str, value: &Value, ty: &mut Type<'_>) {
        let whole = || value.as_f64().map(|it| it.clamp(0.0, f64::from(u32::MAX)) as u32);
        match (key, value) {
            ("type" | "$ref", _) => (),
            ("properties", Value::Object(map)) => self.named_nodes(out, Tag::Properties, map, ty),
            ("patternProperties", Value::Object(map)) => self.named_nodes(out, Tag::PatternProperties, map, ty),
            ("additionalProperties", Value::Bool(false)) => out.push(Tag::Closed as u8),
            ("additionalProperties", Value::Object(_)) => self.one(out, Tag::Additional, value, ty),
            ("items", Value::Object(_)) => self.one(out, Tag::Items, value, ty),
            ("contains", _) => self.one(out, Tag::Contains, value, ty),
            ("propertyNames", _) => self.one(out, Tag::PropertyNames, value, ty),
            ("if", _) => self.one(out, Tag::If, value, ty),
            ("then", _) => self.one(out, Tag::Then, value, ty),
            ("else", _) => self.one(out, Tag::Else, value, ty),
            ("not", _) => self.one(out, Tag::Not, value, ty),
            ("prefixItems", Value::Array(list)) => self.several(out, Tag::PrefixItems, list, ty),
            ("allOf", Value::Array(list)) => self.several(out, Tag::AllOf, list, ty),
            ("anyOf", Value::Array(list)) => self.several(out, Tag::AnyOf, list, ty),
            ("oneOf", Value::Array(list)) => self.several(out, Tag::OneOf, list, ty),
            ("required", Value::Array(list)) => self.texts(out, Tag::Required, list),
            ("enum", Value::Array(list)) => self.texts(out, Tag::Enum, list),
            ("enumCaseInsensitive", Value::Array(list)) => self.texts(out, Tag::EnumIgnoringCase, list),
            ("uniqueKeys", Value::Array(list)) => self.texts(out, Tag::UniqueKeys, list),
            ("requiredXor", Value::Array(list)) => self.texts(out, Tag::RequiredXor, list),
            ("requiredOr", Value::Array(list)) => self.texts(out, Tag::RequiredOr, list),
            ("const", _) => self.text(out, Tag::Const, &scalar(value)),
            ("default", Value::String(_) | Value::Number(_) | Value::Bool(_)) => {
                self.text(out, Tag::Default, &scalar(value));
            }
            ("pattern", Value::String(text)) => self.text(out, Tag::Pattern, text),
            ("format", Value::String(text)) => self.text(out, Tag::Format, text),
            ("minimum", Value::Number(_)) => self.text(out, Tag::Minimum, &scalar(value)),
            ("maximum", Value::Number(_)) => self.text(out, Tag::Maximum, &scalar(value)),
            ("exclusiveMinimum", Value::Number(_)) => self.text(out, Tag::ExclusiveMinimum, &scalar(value)),
            ("exclusiveMaximum", Value::Number(_)) => self.text(out, Tag::ExclusiveMaximum, &scalar(value)),
            ("multipleOf", Value::Number(_)) => self.text(out, Tag::MultipleOf, &scalar(value)),
            ("uniqueItems", Value::Bool(true)) => out.push(Tag::UniqueItems as u8),
            ("dependentRequired" | "dependencies", Value::Object(map)) => {
                self.dependent(out, key, Tag::DependentRequired, map);
            }
            ("dependentExcluded", Value::Object(map)) => self.dependent(out, key, Tag::DependentExcluded, map),
            (
                "minLength" | "maxLength" | "minItems" | "maxItems" | "maxUniqueItems" | "minProperties"
                | "maxProperties",
                Value::Number(_),
            ) => {
                let tag = match key {
                    "minLength" => Tag::MinLength,
                    "maxLength" => Tag::MaxLength,
                    "minItems" => Tag::MinItems,
                    "maxItems" => Tag::MaxItems,
                    "maxUniqueItems" => Tag::MaxUniqueItems,
                    "minProperties" => Tag::MinProperties,
                    _ => Tag::MaxProperties,
                };
                self.plain(out, tag, whole().unwrap_or_default());
            }
            ("additionalProperties" | "uniqueItems", Value::Bool(_)) => (),
            _ if SILENT.contains(&key) => (),
            _ => *self.skipped.entry(format!("`{key}` of {}", kind(value))).or_default() += 1,
        }
    }

    fn plain(&mut self, out: &mut Vec<u8>, tag: Tag, value: u32) {
        out.push(tag as u8);
        number(out, value);
    }

    fn text(&mut self, out: &mut Vec<u8>, tag: Tag, text: &str) {
        let text = self.strings.number(text.to_owned());
        self.plain(out, tag, text);
    }

    fn texts(&mut self, out: &mut Vec<u8>, tag: Tag, list: &[Value]) {
        self.plain(out, tag, list.len() as u32);
        for value in list {
            number(out, self.strings.number(scalar(value)));
        }
    }

    fn one(&mut self, out: &mut Vec<u8>, tag: Tag, schema: &Value, ty: &mut Type<'_>) {
        let node = self.any(schema, ty);
        self.plain(out, tag, node);
    }

    fn several(&mut self, out: &mut Vec<u8>, tag: Tag, list: &[Value], ty: &mut Type<'_>) {
        let nodes: Vec<u32> = list.iter().map(|it| self.any(it, ty)).collect();
        self.plain(out, tag, nodes.len() as u32);
        nodes.into_iter().for_each(|it| number(out, it));
    }

    fn named_nodes(&mut self, out: &mut Vec<u8>, tag: Tag, map: &Map<String, Value>, ty: &mut Type<'_>) {
        let nodes: Vec<(u32, u32)> =
            map.iter().map(|(name, it)| (self.strings.number(name.clone()), self.any(it, ty))).collect();
        self.plain(out, tag, nodes.len() as u32);
        for (name, node) in nodes {
            number(out, name);
            number(out, node);
        }
    }

    fn dependent(&mut self, out: &mut Vec<u8>, key: &str, tag: Tag, map: &Map<String, Value>) {
        for (name, list) in map {
            let Value::Array(list) = list else {
                *self.skipped.entry(format!("`{key}` of {}", kind(list))).or_default() += 1;
                continue;
            };
            self.text(out, tag, name);
            number(out, list.len() as u32);
            for value in list {
                number(out, self.strings.number(scalar(value)));
            }
        }
    }
}

fn bit(ty: &str) -> u32 {
    let names = ["string", "integer", "number", "boolean", "object", "array", "null"];
    names.iter().position(|it| *it == ty).map_or(0, |it| 1 << it)
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn resolve<'a>(root: &'a Map<String, Value>, target: &str) -> Option<&'a Value> {
    let mut words = target.strip_prefix("#/")?.split('/');
    let first = root.get(words.next()?)?;
    words.try_fold(first, |value, word| match value {
        Value::Array(list) => list.get(word.parse::<usize>().ok()?),
        _ => value.get(word),
    })
}

/// The pointers under a key of the schema; `/properties/A/*/B` loses nothing.
fn pointers(schema: &Map<String, Value>, key: &str) -> Vec<String> {
    let list = schema.get(key).and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// `/properties/Endpoint/Address` as `Endpoint/Address`.
fn path_of(pointer: &str) -> String {
    pointer
        .strip_prefix("/properties/")
        .unwrap_or(pointer)
        .replace("/items/properties/", "/*/")
        .replace("/properties/", "/")
}

/// The pointers of all that `Fn::GetAtt` can return below a property: it does not go into lists of objects.
fn leaves(schema: &Value, root: &Map<String, Value>, pointer: &str, depth: usize, out: &mut Vec<String>) {
    if depth > 8 {
        return;
    }
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        if let Some(schema) = resolve(root, target) {
            leaves(schema, root, pointer, depth + 1, out);
        }
        return;
    }
    let is = |ty: &str| match schema.get("type") {
        Some(Value::Array(types)) => types.iter().any(|it| it == ty),
        Some(one) => one == ty,
        None => false,
    };
    if is("object") {
        for (name, value) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            leaves(value, root, &format!("{pointer}/{name}"), depth + 1, out);
        }
        return;
    }
    let items = schema.get("items").and_then(|it| it.get("type")).and_then(Value::as_str);
    if !(is("array") && matches!(items, Some("object" | "array"))) {
        out.push(pointer.to_owned());
    }
}
