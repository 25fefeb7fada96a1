//! Questions about what a program is made of, rather than about values.

use super::{At, Bound, Frame, Module, Scopes};
use crate::ast::{Class, Kind, Statement};
use crate::convert::Tree;
use crate::imports::Imports;
use crate::links::Link;
use model::SmolStr;
use std::sync::Arc;

impl<'a> Scopes<'a> {
    /// True when every file that the program names was read, and all that runs was walked.
    pub(crate) fn is_whole(&self) -> bool {
        let is_missing = |(link, target): (&Link, Option<usize>)| {
            target.is_none() && link.module.as_ref().is_some_and(|it| it.starts_with('.'))
        };
        let makes_app = || {
            self.news
                .iter()
                .any(|it| self.base_of(it.at).as_deref() == Some("core.App") && self.is_in_focus(it.at.frame))
        };
        self.budget > 0
            && self.modules.iter().all(|it| !it.links().any(is_missing))
            && (self.program.whole || !self.program.entries.is_empty() || makes_app())
    }

    /// The class of the program that the `new` at `at` makes an instance of.
    pub(crate) fn class_of(&self, at: At<'a>) -> Option<&'a Class> {
        let Kind::New(new) = &at.expression.kind else { return None };
        self.class_at(At { expression: &new.class, ..at }).map(|it| self.classes[it].class)
    }

    /// The class of the library that the `new` at `at` makes an instance of, by whatever classes of the program.
    pub(crate) fn base_of(&self, at: At<'a>) -> Option<SmolStr> {
        let Kind::New(new) = &at.expression.kind else { return None };
        let class = At { expression: &new.class, ..at };
        match self.class_at(class) {
            Some(class) => self.library_base(class),
            None => self.path(class),
        }
    }

    /// True when what the `new` at `at` runs was walked, or is all the library's.
    pub(crate) fn is_seen(&self, at: At<'a>) -> bool {
        self.class_of(at).is_none() || self.objects.contains_key(&at.key())
    }

    /// The call by which the class of the instance that `at` makes calls the library's constructor.
    pub(crate) fn base_call(&self, at: At<'a>) -> Option<At<'a>> {
        self.instances[*self.objects.get(&at.key())?].library
    }

    /// The stack that a construct is in, or is.
    pub(crate) fn stack_of_node(&self, node: usize) -> usize {
        self.nodes[node].stack
    }

    /// The classes that the file itself declares, with what each comes from.
    pub(crate) fn own_classes(&self) -> Vec<(&'a Class, Option<SmolStr>)> {
        let mut out: Vec<(&'a Class, Option<SmolStr>)> = Vec::new();
        for (index, data) in self.classes.iter().enumerate().filter(|(_, it)| self.is_in_focus(it.frame)) {
            if !out.iter().any(|it| std::ptr::eq(it.0, data.class)) {
                out.push((data.class, self.library_base(index)));
            }
        }
        out
    }

    /// What names stand for in the file itself, apart from what is computed.
    pub(crate) fn own_values(&self) -> impl Iterator<Item = At<'a>> + '_ {
        let own = self.frames.iter().filter(|it| it.module == self.focus);
        let names = own.flat_map(|it| it.names.values());
        let names = names.filter_map(|it| match it {
            Bound::Value(at) | Bound::Fixed(at) => Some(*at),
            _ => None,
        });
        names.chain(self.instances.iter().flat_map(|it| it.members.values().filter_map(|it| *it)))
    }

    /// The outermost scope of the file itself.
    pub(crate) fn top(&self) -> Frame {
        self.modules[self.focus].top
    }

    /// The statements of all files, apart from settings.
    pub(crate) fn bodies(&self) -> impl Iterator<Item = &'a [Arc<Statement>]> + '_ {
        let files = self.program.files.len() + 1;
        self.modules.iter().take(files).map(|it: &Module<'a>| &it.tree.body[..])
    }

    /// What the file itself takes from each other file, with that file's code and imports.
    pub(crate) fn own_links(&self) -> impl Iterator<Item = (&'a Link, &'a Tree, &'a Imports)> + '_ {
        let modules = &self.modules;
        modules[self.focus].links().filter_map(|(link, target)| {
            let module = &modules[target?];
            Some((link, module.tree, module.imports))
        })
    }

    /// What all files import from the library.
    pub(crate) fn all_imports(&self) -> impl Iterator<Item = &'a Imports> + '_ {
        self.modules.iter().map(|it| it.imports)
    }

    /// What all files import from elsewhere.
    pub(crate) fn all_links(&self) -> impl Iterator<Item = &'a Link> + '_ {
        self.modules.iter().flat_map(|it| it.tree.links.iter())
    }
}
