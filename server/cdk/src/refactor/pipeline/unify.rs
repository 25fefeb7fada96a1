//! Statements that say the same for each environment become one, with props for what differs.

use super::find::rendered;
use super::{Body, Prop};
use crate::raise::{Importer, variable_name};
use crate::refactor::infer::Types;
use crate::refactor::names::{children, descendants, is_use, source};
use crate::refactor::types::Typed;
use syntax::typescript::{Node, range};

/// The code for all environments, from that of each.
pub(super) fn body<'r>(
    types: &Types<'r>,
    groups: &[Vec<Node<'r>>],
    names: &[String],
    importer: &mut Importer<'r>,
) -> Option<Body<'r>> {
    let first = groups.first()?;
    let mut unifier = Unifier { types, importer, names, groups, body: Body::default(), renamed: Vec::new() };
    unifier.body.statements.clone_from(first);
    for index in 0..first.len() {
        let all: Vec<Node<'r>> = groups.iter().map(|it| it[index]).collect();
        unifier.unify(&all)?;
    }
    Some(unifier.body)
}

struct Unifier<'r, 'a> {
    types: &'a Types<'r>,
    importer: &'a mut Importer<'r>,
    names: &'a [String],
    groups: &'a [Vec<Node<'r>>],
    body: Body<'r>,
    /// The variables that hold the same in each environment, and what they are called now.
    renamed: Vec<(Vec<&'r str>, String)>,
}

impl<'r> Unifier<'r, '_> {
    fn source(&self, node: Node<'_>) -> &'r str {
        source(self.types.text, node)
    }

    /// Finds what differs between the same piece of code for each environment.
    fn unify(&mut self, all: &[Node<'r>]) -> Option<()> {
        let first = *all.first()?;
        let is_same = all.iter().all(|it| self.source(*it) == self.source(first));
        if is_same && !self.says_own(first) {
            return Some(());
        }
        if first.kind() == "identifier" && self.is_own(first) {
            return self.rename(all);
        }
        let parts: Vec<Vec<Node<'r>>> = all.iter().map(|it| children(*it)).collect();
        let is_whole =
            matches!(first.kind(), "string" | "template_string" | "number" | "identifier" | "true" | "false");
        let is_alike = all.iter().all(|it| it.kind() == first.kind())
            && parts.iter().all(|it| it.len() == parts[0].len())
            && !parts[0].is_empty()
            && !is_whole;
        if is_alike {
            let (rewrites, props) = (self.body.rewrites.len(), self.body.props.len());
            let done = (0..parts[0].len()).try_for_each(|index| {
                let part: Vec<Node<'r>> = parts.iter().map(|it| it[index]).collect();
                self.unify(&part)
            });
            if done.is_some() {
                return done;
            }
            self.body.rewrites.truncate(rewrites);
            self.body.props.truncate(props);
        }
        self.differ(all)
    }

    /// A value that is another in each environment.
    fn differ(&mut self, all: &[Node<'r>]) -> Option<()> {
        let first = *all.first()?;
        let parent = first.parent()?;
        let is_value = match parent.kind() {
            "pair" => parent.child_by_field_name("value") == Some(first),
            "arguments" | "array" => true,
            _ => false,
        };
        if !is_value || all.iter().any(|it| self.says_own(*it)) {
            return None;
        }
        let call = parent.parent().filter(|it| parent.kind() == "arguments" && it.kind() == "new_expression");
        let is_id = call.is_some() && children(parent).get(1) == Some(&first) && first.kind() == "string";
        let values: Vec<String> = all.iter().map(|it| self.source(*it).to_owned()).collect();
        if is_id {
            return self.name(first, &values);
        }
        let typed = all.iter().map(|it| self.types.of(*it)).reduce(|a, b| Some(Typed::join(a?, b?)))??;
        if typed.optional {
            return None;
        }
        let ty = rendered(&typed.ty, self.importer)?;
        let key = parent.child_by_field_name("key").filter(|_| parent.kind() == "pair");
        let key = key.filter(|it| it.kind() == "property_identifier").map(|it| self.source(it));
        let speaks = values.iter().zip(self.names).all(|(value, name)| value.trim_matches(['\'', '"']) == name);
        let name = if speaks { "environment" } else { key.unwrap_or("value") };
        let name = self.prop(name, ty, values)?;
        self.body.rewrites.push((range(first), format!("props.{name}")));
        Some(())
    }

    /// The id of a stack: what the ids have in common. The stack keeps its name.
    fn name(&mut self, id: Node<'r>, values: &[String]) -> Option<()> {
        let ids: Vec<&str> = values.iter().map(|it| it.trim_matches(['\'', '"'])).collect();
        let is_sign = |it: char| !it.is_alphanumeric();
        let first = ids.first()?;
        let prefix = (0..=first.len())
            .rev()
            .filter_map(|it| first.get(..it))
            .find(|prefix| ids.iter().all(|it| it.starts_with(prefix)))
            .unwrap_or_default();
        let suffix = (0..=first.len())
            .filter_map(|it| first.get(it..))
            .find(|suffix| ids.iter().all(|it| it.ends_with(suffix)))
            .unwrap_or_default();
        let longest = if prefix.len() >= suffix.len() { prefix } else { suffix };
        let common = longest.trim_matches(is_sign);
        let common = if common.len() > 1 { common } else { "Stack" };
        let is_taken = self.body.rewrites.iter().any(|it| it.1 == self.importer.style.quoted(common));
        if is_taken {
            return None;
        }
        let several =
            self.groups[0].iter().filter(|it| descendants(**it).iter().any(|it| it.kind() == "new_expression"));
        let name = if several.count() > 1 { format!("{}Name", variable_name(common)?) } else { "stackName".to_owned() };
        self.prop(&name, "string".to_owned(), values.to_vec())?;
        self.body.rewrites.push((range(id), self.importer.style.quoted(common)));
        Some(())
    }

    /// A prop with these values, the same for the same.
    fn prop(&mut self, name: &str, ty: String, values: Vec<String>) -> Option<String> {
        if let Some(known) = self.body.props.iter().find(|it| it.values == values && it.ty == ty) {
            return Some(known.name.clone());
        }
        let others = (2..20).map(|it| format!("{name}{it}"));
        let mut all = std::iter::once(name.to_owned()).chain(others);
        let name = all.find(|name| self.body.props.iter().all(|it| it.name != *name))?;
        self.body.props.push(Prop { name: name.clone(), ty, values });
        Some(name)
    }

    /// True for a variable that the statements declare.
    fn is_own(&self, node: Node<'r>) -> bool {
        let declared = is_use(node).then(|| self.types.names.declared(node)).flatten();
        declared.is_some_and(|declared| {
            self.groups.iter().flatten().any(|it| range(*it).contains_range(range(declared.name)))
                && declared.is_global()
        })
    }

    fn says_own(&self, node: Node<'r>) -> bool {
        descendants(node).into_iter().any(|it| self.is_own(it))
    }

    /// `devShop` and `prodShop` become `shop`.
    fn rename(&mut self, all: &[Node<'r>]) -> Option<()> {
        let words: Vec<&'r str> = all.iter().map(|it| self.source(*it)).collect();
        let known = self.renamed.iter().find(|it| it.0 == words).map(|it| it.1.clone());
        let name = match known {
            Some(name) => name,
            None => {
                let first = words.first()?;
                let suffix = (0..=first.len())
                    .filter_map(|it| first.get(it..))
                    .find(|suffix| words.iter().all(|it| it.ends_with(suffix)))
                    .unwrap_or_default();
                let prefix = (0..=first.len())
                    .rev()
                    .filter_map(|it| first.get(..it))
                    .find(|prefix| words.iter().all(|it| it.starts_with(prefix)))
                    .unwrap_or_default();
                let common = if prefix.len() >= suffix.len() { prefix } else { suffix };
                let name = variable_name(common.trim_matches('_')).unwrap_or_else(|| (*first).to_owned());
                let is_taken = self.types.global(&name).is_some_and(|it| !self.is_declared_here(it))
                    || self.renamed.iter().any(|it| it.1 == name);
                let name =
                    if is_taken || matches!(&*name, "props" | "scope" | "id") { (*first).to_owned() } else { name };
                self.renamed.push((words, name.clone()));
                name
            }
        };
        self.body.rewrites.push((range(*all.first()?), name));
        Some(())
    }

    fn is_declared_here(&self, name: Node<'r>) -> bool {
        self.groups.iter().flatten().any(|it| range(*it).contains_range(range(name)))
    }
}
