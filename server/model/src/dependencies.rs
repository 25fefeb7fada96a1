//! Which resource of a stack names which.

use crate::{Reference, ReferenceKind, Stack};

/// Which resource of a stack names which, by index into [`Stack::resources`].
///
/// Made once for a stack, when someone asks for the first time.
#[derive(Debug, Default)]
pub struct Dependencies {
    of: Vec<Vec<Dependency>>,
    on: Vec<Vec<usize>>,
}

/// A reference from one resource to another, or to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The index of the resource that is named.
    pub to: usize,
    /// The index of the reference in [`Resource::references`](crate::Resource::references) of the one that names it.
    pub reference: usize,
}

impl Dependencies {
    /// Resolves the references of all resources.
    pub(crate) fn of_stack(stack: &Stack) -> Dependencies {
        let mut out = Dependencies { of: Vec::new(), on: vec![Vec::new(); stack.resources.len()] };
        for (from, resource) in stack.resources.iter().enumerate() {
            let mut of = Vec::new();
            for (index, reference) in resource.references.iter().enumerate() {
                if let Some(to) = resolve(stack, reference) {
                    of.push(Dependency { to, reference: index });
                    if out.on[to].last() != Some(&from) {
                        out.on[to].push(from);
                    }
                }
            }
            out.of.push(of);
        }
        out
    }

    /// What the resource with this index names, in the order of the text.
    pub fn of(&self, resource: usize) -> &[Dependency] {
        self.of.get(resource).map(Vec::as_slice).unwrap_or_default()
    }

    /// The resources that name the one with this index, in their order, each once.
    pub fn on(&self, resource: usize) -> &[usize] {
        self.on.get(resource).map(Vec::as_slice).unwrap_or_default()
    }

    /// The number of resources.
    pub fn len(&self) -> usize {
        self.of.len()
    }

    /// True for a stack without resources.
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }
}

fn resolve(stack: &Stack, reference: &Reference) -> Option<usize> {
    match reference.kind {
        ReferenceKind::Ref
        | ReferenceKind::GetAtt
        | ReferenceKind::Sub
        | ReferenceKind::SubGetAtt
        | ReferenceKind::DependsOn => stack.position(&reference.target.text),
        ReferenceKind::Condition | ReferenceKind::FindInMap => None,
    }
}
