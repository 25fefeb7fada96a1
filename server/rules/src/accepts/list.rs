//! Lists: how many items they have, which, and what each is.

use super::scenario::is_same as is_same_assumption;
use super::walk::{Fit, Here, Walk};
use super::{Fault, Way, scalar};
use model::{Case, List, Node, Property, Value};
use schema::resources::{Keyword, Schema};

/// Longer lists are not searched for what stands in them twice.
const MAX_COMPARED: usize = 256;
/// What is nested deeper than this is not compared.
const MAX_DEPTH: u32 = 24;

impl<'a> Walk<'a> {
    /// Judges a list.
    pub(super) fn list(&mut self, here: &Here<'a, '_>, list: &'a List) {
        let items: Vec<(Property<'a>, &'a Node)> = {
            let written = list.items.iter().filter(|it| !matches!(it.value, Value::Absent));
            here.one.items().into_iter().zip(written).collect()
        };
        let mut first: Vec<Schema> = Vec::new();
        let mut rest = None;
        for keyword in here.schema.keywords() {
            match keyword {
                Keyword::PrefixItems(schemas) => first = schemas.into_iter().collect(),
                Keyword::Items(schema) => rest = Some(schema),
                Keyword::MinItems(least) => self.item_count(here, list, &items, Some(least), None),
                Keyword::MaxItems(most) => self.item_count(here, list, &items, None, Some(most)),
                Keyword::MaxUniqueItems(most) => self.unique_count(here, &items, most),
                Keyword::UniqueItems => self.duplicates(here, &items, &[]),
                Keyword::UniqueKeys(keys) => self.duplicates(here, &items, &keys.into_iter().collect::<Vec<_>>()),
                Keyword::Contains(schema) => self.contains(here, list, &items, schema),
                _ => (),
            }
        }
        // No service takes two tags with one key, whatever its schema says.
        let is_tags = self.path.len() == 1 && self.path[0] == "Tags";
        if is_tags && rest.is_some_and(|it| it.property("Key").is_some() && it.property("Value").is_some()) {
            self.duplicates(here, &items, &["Key"]);
        }
        self.is_uncertain |= list.open;
        for (index, (property, node)) in items.iter().enumerate() {
            if let Some(schema) = first.get(index).copied().or(rest) {
                let start = node.as_map().and_then(|it| it.entries.first()).map_or(node.span, |(name, _)| name.span);
                self.below("*", property, start, schema);
            }
        }
    }

    fn item_count(
        &mut self,
        here: &Here<'a, '_>,
        list: &List,
        items: &[(Property<'a>, &'a Node)],
        least: Option<u32>,
        most: Option<u32>,
    ) {
        let certain = items.iter().filter(|(it, _)| it.cases().iter().all(|it| it.node().is_some())).count();
        let possible = items.iter().filter(|(it, _)| !it.is_absent()).count();
        let too_few = least.is_some_and(|it| possible < it as usize) && !list.open;
        let too_many = most.is_some_and(|it| certain > it as usize);
        if too_few || too_many {
            let count = if too_few { possible } else { certain };
            self.report(here, here.anchor, Fault::Count(count, least, most));
        } else if certain != possible {
            self.is_uncertain = true;
        }
    }

    fn unique_count(&mut self, here: &Here<'a, '_>, items: &[(Property<'a>, &'a Node)], most: u32) {
        let mut texts: Vec<&str> = items.iter().filter_map(|(_, it)| it.as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        if texts.len() > most as usize {
            self.report(here, here.anchor, Fault::Count(texts.len(), None, Some(most)));
        }
    }

    /// Reports each item that stands in the list before, as far as it is certainly the same.
    fn duplicates(&mut self, here: &Here<'a, '_>, items: &[(Property<'a>, &'a Node)], keys: &[&'static str]) {
        if items.len() > MAX_COMPARED {
            self.is_uncertain = true;
            return;
        }
        for (index, (property, _)) in items.iter().enumerate() {
            let earlier = items[..index].iter().flat_map(|(it, _)| it.cases());
            let pairs = earlier.flat_map(|one| property.cases().iter().map(move |other| (one, other)));
            // The default of a parameter may be another value in the next deployment, and what a mapping has elsewhere.
            let is_written = |it: &Case<'a>| it.node().filter(|node| node.span == it.span && !it.is_choice());
            let same = pairs.filter_map(|(one, other)| {
                let (first, second) = (is_written(one)?, is_written(other)?);
                (is_same_item(first, second, keys) && !one.excludes(other)).then_some((one, first, other, second))
            });
            let Some((one, first, other, second)) = same.into_iter().next() else { continue };
            let mut way = Way::of(other);
            for assumption in one.assumptions() {
                if !way.assumptions.iter().any(|it| is_same_assumption(it, assumption)) {
                    way.assumptions.push(*assumption);
                }
            }
            let here = Here { node: second, ..*here };
            let fault = Fault::Duplicate(first.span, keys.to_vec());
            self.report_when(&here, other.span, fault, way);
        }
        self.is_uncertain |= items.iter().any(|(_, it)| !is_literal(it, 0));
    }

    fn contains(&mut self, here: &Here<'a, '_>, list: &List, items: &[(Property<'a>, &'a Node)], schema: Schema) {
        let mut best = if list.open { Fit::Maybe } else { Fit::No };
        for (property, node) in items {
            for one in property.alternatives() {
                let here = Here { one: &one, node, anchor: node.span, schema };
                match (self.attempt(&here, schema).fit, best) {
                    (Fit::Yes, _) if property.cases().len() == 1 => return,
                    (Fit::Yes | Fit::Maybe, _) => best = Fit::Maybe,
                    (Fit::No, _) => (),
                }
            }
        }
        match best {
            Fit::No => self.report(here, here.anchor, Fault::Form),
            _ => self.is_uncertain = true,
        }
    }
}

fn is_same_item(a: &Node, b: &Node, keys: &[&'static str]) -> bool {
    if keys.is_empty() {
        return is_same(a, b, 0);
    }
    let (Some(a), Some(b)) = (a.as_map(), b.as_map()) else { return false };
    keys.iter().all(|key| match (a.get(key), b.get(key)) {
        (Some(a), Some(b)) => is_same(a, b, 0),
        _ => false,
    })
}

/// True when two values are certainly the same, wherever they are written.
fn is_same(a: &Node, b: &Node, depth: u32) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    match (&a.value, &b.value) {
        (Value::Scalar(_) | Value::Bool(_), Value::Scalar(_) | Value::Bool(_)) => {
            scalar::text(a).is_some() && scalar::text(a) == scalar::text(b)
        }
        (Value::List(a), Value::List(b)) => {
            !a.open
                && !b.open
                && a.items.len() == b.items.len()
                && a.items.iter().zip(&b.items).all(|(a, b)| is_same(a, b, depth + 1))
        }
        (Value::Map(a), Value::Map(b)) => {
            let same = |(name, a): &(model::Name, Node)| b.get(&name.text).is_some_and(|b| is_same(a, b, depth + 1));
            !a.open && !b.open && a.entries.len() == b.entries.len() && a.entries.iter().all(same)
        }
        (Value::Call(a), Value::Call(b)) => match (&**a, &**b) {
            (model::Call::Ref(a), model::Call::Ref(b)) => a.text == b.text,
            (
                model::Call::GetAtt { resource: a, attribute: Some(one) },
                model::Call::GetAtt { resource: b, attribute: Some(other) },
            ) => a.text == b.text && one.text == other.text,
            _ => false,
        },
        _ => false,
    }
}

/// True for a value in which nothing has to be evaluated.
fn is_literal(node: &Node, depth: u32) -> bool {
    match &node.value {
        _ if depth > MAX_DEPTH => false,
        Value::Scalar(_) | Value::Bool(_) => true,
        Value::List(list) => !list.open && list.items.iter().all(|it| is_literal(it, depth + 1)),
        Value::Map(map) => !map.open && map.entries.iter().all(|(_, it)| is_literal(it, depth + 1)),
        _ => false,
    }
}
