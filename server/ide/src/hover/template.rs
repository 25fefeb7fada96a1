//! What stands at a place of a template.

use super::markdown::{Page, code, plain};
use super::{Hover, declaration, name, resource, value};
use crate::Analysis;
use model::{Node, Property, Resource, ResourceView, SmolStr, Span, Stack};
use schema::guide::{self, Entry};
use schema::template::DYNAMIC_REFERENCE;
use template::{Spot, SpotKind, Step};
use text::{TextRange, TextSize};

/// What stands at `offset`.
pub(super) fn hover(analysis: &Analysis, source: &template::Source, offset: TextSize) -> Option<Hover> {
    let spot = source.spot(offset)?;
    let stack = analysis.lowered.stacks.first()?;
    let here = Here { analysis, stack, way: plain_way(&spot.path), offset, spot: &spot };
    let (range, markdown) = match &spot.kind {
        SpotKind::Key => (spot.range, here.key()?),
        SpotKind::Function => (spot.range, here.function()?),
        SpotKind::Variable { name, given } => here.variable(name, *given)?,
        SpotKind::Text(text) => here.text(text)?,
    };
    Some(Hover { range, markdown })
}

/// A place of a template, and what is asked of it.
struct Here<'a> {
    analysis: &'a Analysis,
    stack: &'a Stack,
    spot: &'a Spot,
    /// The way as it is for a reader who looks through conditions and loops.
    way: Vec<Step>,
    offset: TextSize,
}

/// Leaves out of a way that it leads through a branch of `Fn::If` or the body of a loop.
fn plain_way(path: &[Step]) -> Vec<Step> {
    let mut out = Vec::with_capacity(path.len());
    let mut steps = path.iter().peekable();
    while let Some(step) = steps.next() {
        let is_looked_through = match (step, steps.peek()) {
            (Step::Call(name), Some(Step::Item(1 | 2))) if name == "Fn::If" => true,
            (Step::Call(name), Some(Step::Item(2))) => name.starts_with(schema::template::LOOP_PREFIX),
            _ => false,
        };
        if is_looked_through {
            steps.next();
        } else {
            out.push(step.clone());
        }
    }
    out
}

fn key(step: &Step) -> Option<&SmolStr> {
    match step {
        Step::Key(key) => Some(key),
        Step::Item(_) | Step::Call(_) => None,
    }
}

impl<'a> Here<'a> {
    /// The page of a key.
    fn key(&self) -> Option<String> {
        let declarations = &self.stack.declarations;
        let section = key(self.way.first()?)?;
        let rest = &self.way[1..];
        match (section.as_str(), rest) {
            (_, []) => self.word(guide::section(section)?, "of a template"),
            ("Parameters", [Step::Key(name)]) => {
                Some(declaration::parameter(declarations.parameter(name)?, self.stack))
            }
            ("Parameters", [_, Step::Key(key)]) => self.word(guide::parameter_key(key)?, "of a parameter"),
            ("Mappings", [Step::Key(name)]) => Some(declaration::mapping(declarations.mapping(name)?, self.stack)),
            ("Conditions", [Step::Key(name)]) => {
                Some(declaration::condition(declarations.condition(name)?, self.stack))
            }
            ("Outputs", [Step::Key(name)]) => self.output(name),
            ("Outputs", [_, Step::Key(key)]) => self.word(guide::output_key(key)?, "of an output"),
            ("Resources", [Step::Key(name)]) => resource::declared(&self.resources(name), self.stack),
            ("Resources", [_, Step::Key(key)]) => self.word(guide::resource_attribute(key)?, "of a resource"),
            _ => self.property(),
        }
    }

    /// The page of a word of templates, with what its value comes to.
    fn word(&self, entry: &'static Entry, what: &str) -> Option<String> {
        let mut page = Page::new(format!("**{}** {what}", plain(entry.name)));
        page.paragraph(entry.text);
        self.show_value(self.spot.value, &mut page);
        page.link(entry.link());
        Some(page.finish())
    }

    fn output(&self, name: &str) -> Option<String> {
        let output = self.stack.outputs.iter().rfind(|it| it.name.text == *name)?;
        let mut page = Page::new(format!("output **{}**", plain(name)));
        if let Some(description) = output.node.get("Description").and_then(Node::as_str) {
            page.paragraph(&plain(description));
        }
        if let Some(condition) = &output.condition {
            page.fact(format!("there when {} holds", code(&condition.text)));
        }
        let given = output.condition.as_ref();
        let declarations = &self.stack.declarations;
        if let Some(export) = output.node.get("Export.Name") {
            let names = declarations.value_at(&output.node, export.span, given).map(|it| it.1);
            value::show_as("Exported as", names.as_slice(), Some(export), declarations, &mut page);
        }
        if let Some(node) = output.node.get("Value") {
            let values = declarations.value_at(&output.node, node.span, given).map(|it| it.1);
            value::show(values.as_slice(), Some(node), declarations, &mut page);
        }
        Some(page.finish())
    }

    /// The page of the function here.
    fn function(&self) -> Option<String> {
        let Some(Step::Call(name)) = self.spot.path.last() else { return None };
        let makes_condition = matches!(name.as_str(), "Condition" | "Fn::And" | "Fn::Equals" | "Fn::Not" | "Fn::Or");
        name::function(name, |page| match makes_condition {
            true => self.show_condition(page),
            false => self.show_value(self.spot.value, page),
        })
    }

    /// The page of what a `${...}` names.
    fn variable(&self, name: &str, given: Option<TextRange>) -> Option<(TextRange, String)> {
        if let Some(given) = given {
            let mut page = Page::new(format!("variable **{}** of this `Fn::Sub`", plain(name)));
            self.show_any(given, &mut page);
            return Some((self.spot.range, page.finish()));
        }
        match name.find('.') {
            Some(_) => self.attribute(name),
            None => Some((self.spot.range, self.referred(name)?)),
        }
    }

    /// What `Ref` of `name` is about here.
    fn referred(&self, name: &str) -> Option<String> {
        match name::reference(name, self.stack) {
            Some(page) => Some(page),
            None => self.loop_variable(name),
        }
    }

    /// The variable of a loop around: what it comes to.
    fn loop_variable(&self, name: &str) -> Option<String> {
        let is_loop = |it: &&Step| matches!(it, Step::Call(it) if it.starts_with(schema::template::LOOP_PREFIX));
        self.spot.path.iter().find(is_loop)?;
        let mut page = Page::new(format!("variable **{}** of a loop", plain(name)));
        self.show_any(self.spot.call?, &mut page);
        Some(page.finish())
    }

    /// `Resource.Attribute`, written as one: each of the two has a page.
    fn attribute(&self, whole: &str) -> Option<(TextRange, String)> {
        let dot = whole.find('.')?;
        let range = self.spot.range;
        // An escape or a fold in it: the whole stands for both.
        let is_verbatim = usize::from(range.len()) == whole.len();
        let at = range.start() + text::size(dot);
        let (of_resource, of_attribute) = match is_verbatim {
            true => (TextRange::new(range.start(), at), TextRange::new(at + text::size(1), range.end())),
            false => (range, range),
        };
        if is_verbatim && self.offset <= at {
            return Some((of_resource, resource::named(&whole[..dot], self.stack)?));
        }
        Some((of_attribute, resource::attribute(&whole[..dot], &whole[dot + 1..], self.stack)?))
    }

    /// The page of a scalar.
    fn text(&self, text: &str) -> Option<(TextRange, String)> {
        if let Some(found) = self.dynamic_reference() {
            return Some(found);
        }
        let declarations = &self.stack.declarations;
        let word = text.trim();
        let markdown = match &self.spot.path[..] {
            [.., Step::Call(function)] => match function.as_str() {
                "Ref" => self.referred(word),
                "Fn::GetAtt" => return self.attribute(word),
                "Condition" => Some(declaration::condition(declarations.condition(word)?, self.stack)),
                _ => self.call(function),
            },
            [.., Step::Call(function), Step::Item(index)] => match (function.as_str(), index) {
                ("Fn::GetAtt", 0) => resource::named(word, self.stack),
                ("Fn::GetAtt", _) => resource::attribute(self.resource_of_attribute()?.as_str(), word, self.stack),
                ("Fn::FindInMap", 0) => Some(declaration::mapping(declarations.mapping(word)?, self.stack)),
                ("Fn::If", 0) => Some(declaration::condition(declarations.condition(word)?, self.stack)),
                ("Fn::If", _) => self.place(word),
                (function, _) if function.starts_with(schema::template::LOOP_PREFIX) => None,
                _ => self.call(function),
            },
            _ => self.place(word),
        };
        Some((self.spot.range, markdown?))
    }

    /// The page of the `{{resolve:...}}` here.
    fn dynamic_reference(&self) -> Option<(TextRange, String)> {
        let base = usize::from(self.spot.range.start());
        let text = &self.analysis.contiguous[self.spot.range];
        let at = usize::from(self.offset).checked_sub(base)?;
        let starts = text.match_indices(DYNAMIC_REFERENCE).map(|it| it.0);
        let start = starts.take_while(|it| *it <= at).last()?;
        let end = start + text[start..].find("}}")? + 2;
        let page = name::dynamic_reference(&text[start + DYNAMIC_REFERENCE.len()..end - 2])?;
        (at <= end).then(|| (text::range(base + start, base + end), page))
    }

    /// The page of a scalar that no function takes.
    fn place(&self, word: &str) -> Option<String> {
        let declarations = &self.stack.declarations;
        let section = key(self.way.first()?)?;
        match (section.as_str(), &self.way[1..]) {
            ("Resources", [_, Step::Key(key)]) if key == "Type" => resource::ty(word),
            ("Resources" | "Outputs", [_, Step::Key(key)]) if key == "Condition" => {
                Some(declaration::condition(declarations.condition(word)?, self.stack))
            }
            ("Resources", [_, Step::Key(key)] | [_, Step::Key(key), Step::Item(_)]) if key == "DependsOn" => {
                resource::named(word, self.stack)
            }
            ("Resources", [_, Step::Key(key)]) => self.word(guide::resource_attribute(key)?, "of a resource"),
            ("Parameters", [_, Step::Key(key)]) if key == "Type" => declaration::parameter_type(word),
            ("Transform", [] | [Step::Item(_)] | [Step::Key(_)] | [Step::Item(_), Step::Key(_)]) => {
                let entry = guide::transform(word)?;
                let mut page = Page::new(format!("transform **{}**", plain(word)));
                page.paragraph(entry.text).link(entry.link());
                Some(page.finish())
            }
            (_, []) => self.word(guide::section(section)?, "of a template"),
            (_, way) => {
                let last = way.iter().rev().find_map(key);
                let action = last.filter(|it| matches!(it.as_str(), "Action" | "NotAction"));
                action.and_then(|_| name::action(word)).or_else(|| self.property())
            }
        }
    }

    /// The page of a text that a function is given: the property that it is for, and what the function comes to.
    fn call(&self, function: &str) -> Option<String> {
        let outer = self.way.iter().position(|it| matches!(it, Step::Call(_)));
        let property = outer.and_then(|it| self.property_path(&self.way[..it]));
        let property = property.and_then(|(ty, path)| resource::property(&ty, &path));
        let is_known = property.is_some();
        let mut page = property.unwrap_or_else(|| Page::new(format!("in {}", code(function))));
        let before = page.len();
        self.show_value(self.spot.call?, &mut page);
        (is_known || page.len() > before).then(|| page.finish())
    }

    /// The page of a property, at any depth.
    fn property(&self) -> Option<String> {
        let (ty, path) = self.property_path(&self.way)?;
        let mut page = resource::property(&ty, &path)?;
        if self.spot.kind == SpotKind::Key {
            self.show_value(self.spot.value, &mut page);
        }
        Some(page.finish())
    }

    /// The type of the resource around, and the keys from its properties to here, `*` for the items of lists.
    fn property_path<'w>(&self, way: &'w [Step]) -> Option<(SmolStr, Vec<&'w str>)> {
        let (ty, rest) = match way {
            [Step::Key(section), Step::Key(name), Step::Key(key), rest @ ..]
                if section == "Resources" && key == "Properties" =>
            {
                (self.resources(name).first()?.ty.text.clone(), rest)
            }
            [Step::Key(section), Step::Key(name), rest @ ..] if section == "Globals" => {
                (smol_str::format_smolstr!("AWS::Serverless::{name}"), rest)
            }
            _ => return None,
        };
        let steps = rest.iter().map(|it| match it {
            Step::Key(key) => Some(key.as_str()),
            Step::Item(_) => Some("*"),
            Step::Call(_) => None,
        });
        let path: Vec<&str> = steps.collect::<Option<_>>()?;
        (!path.is_empty() && !ty.is_empty()).then_some((ty, path))
    }

    /// The resource that `Fn::GetAtt` with a list names: the first item.
    fn resource_of_attribute(&self) -> Option<SmolStr> {
        let call = self.spot.call?;
        self.with_values(call, |values, _| {
            values.iter().flat_map(Property::nodes).find_map(|it| match &it.value {
                model::Value::Call(call) => match &**call {
                    model::Call::GetAtt { resource, .. } => Some(resource.text.clone()),
                    _ => None,
                },
                _ => None,
            })
        })
        .flatten()
    }

    /// The resources that are declared under this key: several for one in a loop.
    fn resources(&self, key: &str) -> Vec<&'a Resource> {
        let own = self.stack.resources.iter().filter(|it| it.made.is_none() && (it.id.text == key || it.key == key));
        own.map(|it| &**it).collect()
    }

    /// Says in words when the condition here holds.
    fn show_condition(&self, page: &mut Page) {
        let words = self.with_values(self.spot.value, |_, node| declaration::in_words(node)).flatten();
        if let Some(words) = words {
            page.paragraph(&format!("True here when {words}."));
        }
    }

    /// Says what the value at `range` comes to, where a function makes it.
    fn show_value(&self, range: TextRange, page: &mut Page) {
        self.with_values(range, |values, node| {
            if value::is_made(node) {
                value::show(values, Some(node), &self.stack.declarations, page);
            }
        });
    }

    /// Says what the value at `range` comes to.
    fn show_any(&self, range: TextRange, page: &mut Page) {
        self.with_values(range, |values, node| value::show(values, Some(node), &self.stack.declarations, page));
    }

    /// Calls `read` with the value at `range`, under each way in which it comes about, and with one of them as written.
    fn with_values<T>(&self, range: TextRange, read: impl FnOnce(&[Property<'a>], &'a Node) -> T) -> Option<T> {
        let map = &self.analysis.lowered.map;
        let declarations = &*self.stack.declarations;
        let span = |origin: Span| {
            let start = map.start(origin.block).filter(|it| *it <= range.start())?;
            Some(Span::new(origin.block, range - start))
        };
        let mut values = Vec::new();
        let own = self.stack.resources.iter().filter(|it| it.made.is_none());
        for resource in own.filter(|it| map.resolve(it.origin).is_some_and(|it| it.contains_range(range))) {
            let span = span(resource.origin);
            values.extend(span.and_then(|it| ResourceView::new(resource, declarations).value_at(it)));
        }
        let outputs = self.stack.outputs.iter().map(|it| (&it.node, it.condition.as_ref()));
        let conditions = declarations.conditions.iter().map(|it| (&it.node, None));
        for (node, given) in outputs.chain(conditions) {
            if map.resolve(node.span).is_some_and(|it| it.contains_range(range)) {
                values.extend(span(node.span).and_then(|it| declarations.value_at(node, it, given)));
            }
        }
        let written = values.first()?.0;
        let values: Vec<Property<'a>> = values.into_iter().map(|it| it.1).collect();
        Some(read(&values, written))
    }
}
