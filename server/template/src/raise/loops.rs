//! What may be written into the body of a loop: it stands for every copy that the loop makes of it.

use super::tree::{At, PairAt, Tree};
use model::{Change, Literal, Lowered, SmolStr};
use schema::template::LOOP_PREFIX;
use syntax::data::Kind;
use text::{Edits, TextRange};

/// The loops of a file.
pub(super) struct Loops {
    bodies: Vec<Body>,
}

struct Body {
    variable: SmolStr,
    range: TextRange,
}

/// The variable and the body of a loop.
pub(super) fn parts<'a>(pair: PairAt<'a>) -> Option<(&'a SmolStr, At<'a>)> {
    if !pair.key().starts_with(LOOP_PREFIX) {
        return None;
    }
    let items = pair.value().items()?;
    let [variable, _, body] = items.as_slice() else { return None };
    match &variable.node.kind {
        Kind::Scalar { text, .. } => Some((text, *body)),
        _ => None,
    }
}

impl Loops {
    pub(super) fn of(tree: &Tree<'_>) -> Loops {
        let mut bodies = Vec::new();
        for section in &tree.sections {
            match &section.entries {
                Some(entries) => entries.iter().for_each(|it| collect(*it, &mut bodies)),
                None => collect(section.pair, &mut bodies),
            }
        }
        Loops { bodies }
    }

    /// True when `edits`, which say `changes`, are right for every copy: they take out nothing that differs from copy to
    /// copy, and put in nothing that names one of them.
    pub(super) fn allow(&self, text: &str, edits: &Edits, changes: &[Change], lowered: &Lowered) -> bool {
        let mut is_in_loop = false;
        for edit in edits {
            let old = text.get(usize::from(edit.range.start())..usize::from(edit.range.end())).unwrap_or_default();
            for body in self.bodies.iter().filter(|it| it.range.intersect(edit.range).is_some()) {
                is_in_loop = true;
                if has_word(old, &body.variable) {
                    return false;
                }
            }
        }
        !is_in_loop || !changes.iter().any(|it| names_copy(it, lowered))
    }
}

fn collect(pair: PairAt<'_>, bodies: &mut Vec<Body>) {
    if let Some((variable, body)) = parts(pair) {
        bodies.push(Body { variable: variable.clone(), range: body.range() });
    }
    collect_in(pair.value(), bodies);
}

fn collect_in(value: At<'_>, bodies: &mut Vec<Body>) {
    value.pairs().into_iter().flatten().for_each(|it| collect(it, bodies));
    value.items().into_iter().flatten().for_each(|it| collect_in(it, bodies));
}

/// True when `word` stands in `text`, not as a part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let is_letter = |it: char| it.is_ascii_alphanumeric();
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(is_letter) && !text[at + word.len()..].starts_with(is_letter))
}

/// True when a change writes the name of a resource that a loop makes.
fn names_copy(change: &Change, lowered: &Lowered) -> bool {
    let is_copy = |name: &str| {
        let resources = lowered.stacks.iter().filter_map(|it| it.resource(name));
        resources.into_iter().any(|it| it.id.text != it.key || it.key.contains('{'))
    };
    let mut literals: Vec<&Literal> = Vec::new();
    match change {
        Change::Set { value, .. }
        | Change::SetAttribute { value, .. }
        | Change::Append { value, .. }
        | Change::SetIn { value, .. }
        | Change::Replace { value, .. }
        | Change::AddResource { properties: value, .. } => literals.push(value),
        Change::Rename { to, .. } => return is_copy(to),
        _ => (),
    }
    while let Some(literal) = literals.pop() {
        match literal {
            Literal::Ref(name) | Literal::GetAtt(name, _) if is_copy(name) => return true,
            Literal::List(items) | Literal::Sub(items) => literals.extend(items),
            Literal::Map(entries) => literals.extend(entries.iter().map(|it| &it.1)),
            _ => (),
        }
    }
    false
}
