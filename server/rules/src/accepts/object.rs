//! Maps: which keys they have, and what stands below each.

use super::walk::{Here, Walk};
use super::{Fault, pattern};
use model::{Map, Name, Source};
use schema::resources::{Keyword, Properties, Schema, Strings};

impl<'a> Walk<'a> {
    /// Judges a map.
    pub(super) fn object(&mut self, here: &Here<'a, '_>, map: &'a Map) {
        let mut form = Form::default();
        let mut missing = Vec::new();
        for keyword in here.schema.keywords() {
            match keyword {
                Keyword::Properties(it) => form.properties = Some(it),
                Keyword::PatternProperties(it) => form.patterns = Some(it),
                Keyword::Additional(it) => form.additional = Some(it),
                Keyword::Closed => form.is_closed = true,
                Keyword::PropertyNames(_) => self.is_uncertain = true,
                Keyword::Required(names) => missing.extend(names),
                Keyword::MinProperties(least) => self.entry_count(here, map, Some(least), None),
                Keyword::MaxProperties(most) => self.entry_count(here, map, None, Some(most)),
                Keyword::RequiredXor(names) => self.exactly_one(here, map, names),
                Keyword::RequiredOr(names) => self.at_least_one(here, map, &names.into_iter().collect::<Vec<_>>()),
                Keyword::DependentRequired(key, names) => self.dependent(here, map, key, names),
                Keyword::DependentExcluded(key, names) => self.excluded(here, map, key, names),
                _ => (),
            }
        }
        self.required(here, map, missing);
        for (name, property) in here.one.entries() {
            // Of two with one name the last counts.
            let Some((counted, node)) = map.entry(&name.text) else { continue };
            if std::ptr::eq(counted, name) {
                self.entry(here, map, &form, (name, node), &property);
            }
        }
    }

    fn entry(
        &mut self,
        here: &Here<'a, '_>,
        map: &'a Map,
        form: &Form,
        (name, node): (&'a Name, &'a model::Node),
        property: &model::Property<'a>,
    ) {
        let key = name.text.as_str();
        // What a tool or a macro replaces before CloudFormation sees it.
        if key.contains("::") {
            self.is_uncertain = true;
            return;
        }
        if let Some(schema) = form.properties.and_then(|it| it.get(key)) {
            self.marks(here, name, node);
            return self.below(key, property, name.span, schema);
        }
        let mut is_known = false;
        for (pattern, schema) in form.patterns.into_iter().flatten() {
            if pattern::may_match(pattern, key) {
                is_known = true;
                self.below("*", property, name.span, schema);
            }
        }
        if is_known {
            return;
        }
        if let Some(schema) = form.additional {
            return self.below("*", property, name.span, schema);
        }
        if form.is_closed {
            // The types of TypeScript refuse a prop that there is not; and what it is called here is derived. What an escape
            // hatch gives has names of its own.
            if self.source == Source::Cdk && self.resource.construct.is_none() {
                self.is_uncertain = true;
                return;
            }
            let all = form.properties.into_iter().flatten().map(|it| it.0);
            let free = all.filter(|it| map.get(it).is_none() && !self.is_read_only(it)).collect();
            self.report(here, name.span, Fault::Unknown(name, free));
        }
    }

    fn required(&mut self, here: &Here<'a, '_>, map: &'a Map, names: Vec<&'static str>) {
        let lacking = |it: &&'static str| map.get(it).is_none();
        let missing: Vec<&str> = names.iter().copied().filter(lacking).collect();
        // What a tool or a macro replaces may bring anything.
        let is_open = map.open || map.entries.iter().any(|(name, _)| name.text.contains("::"));
        if !missing.is_empty() {
            if is_open {
                self.is_uncertain = true;
            } else {
                self.report(here, here.anchor, Fault::Missing(missing));
            }
        }
        for name in names.into_iter().filter(|it| !lacking(it)) {
            self.left_out(here, name);
        }
    }

    fn entry_count(&mut self, here: &Here<'a, '_>, map: &'a Map, least: Option<u32>, most: Option<u32>) {
        let (certain, possible) = self.present(here, map);
        let too_few = least.is_some_and(|it| possible < it as usize) && !map.open;
        let too_many = most.is_some_and(|it| certain > it as usize);
        if too_few || too_many {
            self.report(here, here.anchor, Fault::Count(if too_few { possible } else { certain }, least, most));
        } else if map.open || certain != possible {
            self.is_uncertain = true;
        }
    }
}

/// What a schema says of keys.
#[derive(Default)]
struct Form {
    properties: Option<Properties>,
    patterns: Option<Properties>,
    additional: Option<Schema>,
    is_closed: bool,
}

/// The names of a list.
pub(super) fn names(strings: Strings) -> Vec<&'static str> {
    strings.into_iter().collect()
}
