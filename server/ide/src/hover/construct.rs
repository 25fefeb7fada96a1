//! Constructs: the resources that they make, and the properties of those that are resources as they are.

use super::markdown::{Page, code, counted, cut, plain};
use super::{Hover, declaration, resource, yaml};
use crate::Analysis;
use model::{Map, Node, Resource, SourceMap, Stack, Value};
use text::{TextRange, TextSize};

/// No more resources than this are shown with their values.
const MAX_SHOWN: usize = 4;
/// No more lines than this are shown of all.
const MAX_LINES: usize = 40;

/// What the construct, or the property of one, at `offset` becomes.
pub(super) fn hover(analysis: &Analysis, offset: TextSize) -> Option<Hover> {
    let map = &analysis.lowered.map;
    let mut named: Option<(TextRange, Vec<(&Stack, &Resource)>)> = None;
    let mut around: Option<(TextRange, &Resource)> = None;
    for stack in &analysis.lowered.stacks {
        for parameter in &stack.declarations.parameters {
            if let Some(range) = map.resolve(parameter.name.span).filter(|it| it.contains_inclusive(offset)) {
                return Some(Hover { range, markdown: declaration::parameter(parameter, stack) });
            }
        }
        for resource in &stack.resources {
            let names = [resource.id.span, resource.ty.span].into_iter().filter_map(|it| map.resolve(it));
            let names = names.map(|it| called(it, &analysis.contiguous));
            // Of what stands where, the smallest is meant.
            for range in names.filter(|it| it.contains_inclusive(offset)) {
                match &mut named {
                    Some((known, all)) if *known == range => {
                        if !all.iter().any(|it| std::ptr::eq(it.1, &raw const **resource)) {
                            all.push((stack, resource));
                        }
                    }
                    Some((known, _)) if known.len() <= range.len() => (),
                    _ => named = Some((range, vec![(stack, resource)])),
                }
            }
            let is_l1 = resource.construct.is_none();
            if let Some(range) = map.resolve(resource.origin).filter(|it| is_l1 && it.contains_inclusive(offset))
                && around.is_none_or(|(known, _)| range.len() < known.len())
            {
                around = Some((range, resource));
            }
        }
    }
    if let Some((range, resources)) = named {
        return Some(Hover { range, markdown: page(&resources, &analysis.contiguous, map) });
    }
    let Some((_, resource)) = around else { return prop(analysis, offset) };
    let mut path = Vec::new();
    let range = property(resource.properties.as_map()?, map, &analysis.contiguous, offset, &mut path)?;
    Some(Hover { range, markdown: resource::property(&resource.ty.text, &path)?.finish() })
}

/// What the prop at `offset` leads to: the properties whose values are where its value is.
fn prop(analysis: &Analysis, offset: TextSize) -> Option<Hover> {
    let (map, text) = (&analysis.lowered.map, &*analysis.contiguous);
    let at = usize::from(offset);
    let is_word = |it: char| it.is_alphanumeric() || it == '_' || it == '$';
    let start = text
        .get(..at)?
        .rfind(|it| !is_word(it))
        .map_or(0, |it| it + text[it..].chars().next().map_or(1, char::len_utf8));
    let end = text[at..].find(|it| !is_word(it)).map_or(text.len(), |it| at + it);
    let word = text.get(start..end).filter(|it| !it.is_empty())?;
    let value = text[end..].strip_prefix(':')?.trim_start();
    let value = text::size(text.len() - value.len());
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for resource in analysis.lowered.stacks.iter().flat_map(|it| &it.resources).filter(|it| it.construct.is_some()) {
        if map.resolve(resource.origin).is_some_and(|it| it.contains(offset)) {
            let mut path = Vec::new();
            made_of(&resource.properties, map, value, &mut path, &mut |path| {
                let property = (resource.ty.text.as_str(), path.to_vec());
                if !found.contains(&property) {
                    found.push(property);
                }
            });
        }
    }
    let mut page = match &found[..] {
        [] => return None,
        [(ty, path)] => resource::property(ty, path)?,
        _ => Page::new(format!("prop **{}**", plain(word))),
    };
    // The page of the one property that it is says so itself.
    let is_said = matches!(&found[..], [(_, path)] if path.len() == 1);
    for (ty, path) in found.iter().filter(|_| !is_said) {
        page.fact(format!("leads to {} of {}", code(&path.join(".").replace(".*", "[]")), code(ty)));
    }
    Some(Hover { range: text::range(start, end), markdown: page.finish() })
}

/// Calls `visit` with the way to each value of a property that is at `place`, the innermost ones.
fn made_of<'a>(
    node: &'a Node,
    map: &SourceMap,
    place: TextSize,
    path: &mut Vec<&'a str>,
    visit: &mut dyn FnMut(&[&'a str]),
) -> bool {
    if path.len() > 64 {
        return false;
    }
    let mut is_found = false;
    match &node.value {
        Value::Map(entries) => {
            for (name, value) in &entries.entries {
                path.push(&name.text);
                let is_within = made_of(value, map, place, path, visit);
                let is_here = map.resolve(name.span).is_some_and(|it| it.start() == place && !it.is_empty());
                if is_here && !is_within && !matches!(value.value, Value::Absent) {
                    visit(path);
                }
                is_found |= is_here || is_within;
                path.pop();
            }
        }
        Value::List(list) => {
            path.push("*");
            for item in &list.items {
                is_found |= made_of(item, map, place, path, visit);
            }
            path.pop();
        }
        _ => (),
    }
    is_found
}

/// The name of what is called, where the place of a resource is all of the call.
fn called(range: TextRange, text: &str) -> TextRange {
    let whole = &text[range];
    let Some(end) = whole.find('(') else { return range };
    let name = whole[..end].trim_end();
    let start = name.rfind([' ', '\t', '\n', '.']).map_or(0, |it| it + 1);
    let base = usize::from(range.start());
    text::range(base + start, base + name.len())
}

/// The key at `offset`, with the way to it in `path`, by the names of CloudFormation.
fn property<'a>(
    properties: &'a Map,
    map: &SourceMap,
    text: &str,
    offset: TextSize,
    path: &mut Vec<&'a str>,
) -> Option<TextRange> {
    for (name, value) in &properties.entries {
        path.push(&name.text);
        let key = map.resolve(name.span).filter(|it| it.contains_inclusive(offset));
        // A value that comes from somewhere else has its place there, and no key of its own.
        if let Some(range) = key.filter(|it| is_key(&text[*it], &name.text)) {
            return Some(range);
        }
        if let Some(range) = within(value, map, text, offset, path) {
            return Some(range);
        }
        path.pop();
    }
    None
}

fn within<'a>(
    value: &'a Node,
    map: &SourceMap,
    text: &str,
    offset: TextSize,
    path: &mut Vec<&'a str>,
) -> Option<TextRange> {
    if path.len() > 64 || !map.resolve(value.span).is_some_and(|it| it.contains_inclusive(offset)) {
        return None;
    }
    match &value.value {
        Value::Map(entries) => property(entries, map, text, offset, path),
        Value::List(list) => {
            path.push("*");
            let found = list.items.iter().find_map(|it| within(it, map, text, offset, path));
            if found.is_none() {
                path.pop();
            }
            found
        }
        Value::Either(branches) => branches.iter().find_map(|it| within(&it.node, map, text, offset, path)),
        _ => None,
    }
}

/// True for a word of the program that stands for the property called `name`: `bucketName` for `BucketName`.
fn is_key(word: &str, name: &str) -> bool {
    word.trim_matches(['\'', '"']).eq_ignore_ascii_case(name)
}

/// The page of what makes `resources`.
fn page(resources: &[(&Stack, &Resource)], text: &str, map: &SourceMap) -> String {
    let (stack, first) = resources[0];
    // The same construct in several stacks, or in several instances of one, has its resources several times.
    let mut shown: Vec<(&Stack, &Resource)> = Vec::new();
    for (other, resource) in resources.iter().filter(|it| std::ptr::eq(it.0, stack)) {
        if !shown.iter().any(|it| it.1.key == resource.key && it.1.ty.text == resource.ty.text) {
            shown.push((other, resource));
        }
    }
    let word = map.resolve(first.ty.span).map_or("", |it| &text[called(it, text)]);
    let last = word.rsplit('.').next().unwrap_or_default();
    let kind = if last.starts_with(|it: char| it.is_lowercase()) { "method" } else { "construct" };
    let what = format!("{kind} {}", code(word));
    let mut page = Page::new(match &shown[..] {
        [(_, only)] => format!("{what}: {}", code(&only.ty.text)),
        _ => format!("{what}: {}", counted(shown.len(), "resource")),
    });
    if let [(_, only)] = &shown[..]
        && only.construct.is_none()
    {
        page.paragraph(&resource::text_of_type(&only.ty.text));
    }
    let mut lines = Vec::new();
    let mut room = MAX_LINES;
    for (stack, resource) in shown.iter().take(MAX_SHOWN) {
        let text = yaml::resource(resource, stack, room);
        room = room.saturating_sub(text.lines().count());
        lines.push(text);
    }
    page.block("yaml", &lines.join("\n"));
    let mut rest: Vec<(&str, usize)> = Vec::new();
    for (_, resource) in shown.iter().skip(MAX_SHOWN) {
        match rest.iter_mut().find(|it| it.0 == resource.ty.text) {
            Some((_, count)) => *count += 1,
            None => rest.push((&resource.ty.text, 1)),
        }
    }
    if !rest.is_empty() {
        let times = |count: usize| if count > 1 { format!("{count} × ") } else { String::new() };
        let mut rest: Vec<String> = rest.into_iter().map(|(ty, count)| times(count) + &code(ty)).collect();
        cut(&mut rest);
        page.fact(format!("and {}", rest.join(", ")));
    }
    if let Some(path) = &first.path {
        page.fact(format!("path: {}", code(path)));
    }
    let others = resources.iter().filter(|it| it.1.ty.text == first.ty.text && it.1.id.span == first.id.span).count();
    if others > 1 {
        page.fact(format!("made {others} times in this program"));
    }
    page.finish()
}
