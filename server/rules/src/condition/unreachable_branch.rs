use crate::diagnostic::Tag;
use crate::facts::functions;
use crate::facts::when::all_of;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A branch of `Fn::If` is never taken.
    ///
    /// The condition of the resource or the output around, or an `Fn::If` further out, decides already what the condition
    /// asks, directly or by what the conditions are made of. The branch does nothing; it tells a reader of deployments that do
    /// not exist, or it was meant for another condition.
    ///
    /// ## What is not reported
    ///
    /// - A condition that has the same truth everywhere: see `constant-condition`.
    /// - Loops whose copies differ, and templates that a macro reads first.
    ///
    /// ## Fix
    ///
    /// Puts the other branch in the place of the `Fn::If`. Nothing that is deployed changes.
    name: "unreachable-branch",
    category: Maintainability,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W1028"],
    founding: [],
    check: Check::Everywhere(resource, rest),
}

fn resource(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.made.is_some() || !functions::is_plain(cx.declarations()) {
        return;
    }
    let resource = resource.resource();
    let mut walk = Walk::new(cx.declarations(), resource.condition.as_ref());
    walk.node(&resource.properties);
    resource.attributes.entries.iter().for_each(|(_, it)| walk.node(it));
    if walk.is_quiet() {
        return;
    }
    // The copies of a loop share their text.
    if cx.stack().loops.iter().all(|it| !it.node.span.contains(resource.origin)) {
        walk.report(&resource.id.text, cx);
    }
}

fn rest(stack: &Stack, cx: &mut Context<'_>) {
    if !functions::is_plain(cx.declarations()) {
        return;
    }
    for output in &stack.outputs {
        let mut walk = Walk::new(&stack.declarations, output.condition.as_ref());
        walk.node(&output.node);
        if !walk.is_quiet() && stack.loops.iter().all(|it| !it.node.span.contains(output.name.span)) {
            walk.report(&output.name.text, cx);
        }
    }
}

/// A branch, and what is known where it stands.
struct Found<'a> {
    choice: &'a Node,
    branch: &'a Branch,
    other: &'a Branch,
    around: Vec<(&'a Name, bool)>,
}

struct Walk<'a> {
    declarations: &'a Declarations,
    given: Option<&'a Name>,
    around: Vec<(&'a Name, bool)>,
    found: Vec<Found<'a>>,
    /// Branches that are taken, for text that stands for several values.
    taken: Vec<Span>,
}

impl<'a> Walk<'a> {
    fn new(declarations: &'a Declarations, given: Option<&'a Name>) -> Walk<'a> {
        Walk { declarations, given, around: Vec::new(), found: Vec::new(), taken: Vec::new() }
    }

    fn is_quiet(&self) -> bool {
        self.found.is_empty()
    }

    fn can_hold(&self, more: &[(&'a Name, bool)]) -> bool {
        let given = self.given.map(|it| (it, true));
        let all = given.iter().chain(&self.around).chain(more);
        let all: Vec<_> = all.map(|(name, holds)| Assumption::Condition(name, *holds)).collect();
        self.declarations.can_hold(&all)
    }

    fn node(&mut self, node: &'a Node) {
        match &node.value {
            Value::Either(branches) => self.choice(node, branches),
            Value::List(list) => list.items.iter().for_each(|it| self.node(it)),
            Value::Map(map) => map.entries.iter().for_each(|(_, it)| self.node(it)),
            Value::Call(call) => call.arguments(&mut |it| self.node(it)),
            _ => (),
        }
    }

    fn choice(&mut self, node: &'a Node, branches: &'a [Branch]) {
        for (i, branch) in branches.iter().enumerate() {
            let Some((name, holds)) = branch.condition.as_ref().map(|(name, holds)| (name, *holds)) else {
                self.node(&branch.node);
                continue;
            };
            if self.can_hold(&[(name, holds)]) {
                self.taken.push(branch.node.span);
                self.around.push((name, holds));
                self.node(&branch.node);
                self.around.pop();
                continue;
            }
            // That a condition is constant is told of the condition, unless what is around asks it already.
            let is_asked =
                self.given.into_iter().chain(self.around.iter().map(|it| it.0)).any(|it| it.text == name.text);
            let is_constant = !self.declarations.can_hold(&[Assumption::Condition(name, holds)]);
            // Where nothing at all is ever, that has been told of what is around.
            if let [first, second] = branches
                && (is_asked || !is_constant)
                && self.can_hold(&[])
            {
                let other = if i == 0 { second } else { first };
                self.found.push(Found { choice: node, branch, other, around: self.around.clone() });
            }
        }
    }

    fn report(self, user: &str, cx: &mut Context<'_>) {
        for it in &self.found {
            let Some((name, holds)) = &it.branch.condition else { continue };
            if self.taken.contains(&it.branch.node.span) {
                continue;
            }
            let truth = if *holds { "never holds" } else { "always holds" };
            let given = self.given.filter(|given| {
                let mut all = vec![Assumption::Condition(given, true)];
                all.push(Assumption::Condition(name, *holds));
                !self.declarations.can_hold(&all)
            });
            let (reason, place) = match (given, it.around.last()) {
                (Some(given), _) => (format!("`{user}` exists only when `{}` holds", given.text), Some(given.span)),
                (None, around) => (format!("this is read only {}", all_of(&it.around)), around.map(|it| it.0.span)),
            };
            let message = format!(
                "This branch is never taken: `{}` {truth} here, since {reason}. Write the other branch alone.",
                name.text
            );
            let change = match it.other.node.value {
                Value::Absent => Change::Delete { span: it.choice.span },
                _ => Change::Replace { span: it.choice.span, value: Literal::Existing(it.other.node.span) },
            };
            let mut draft = cx.report(it.branch.node.span, message).tag(Tag::Unnecessary);
            if let Some(place) = place {
                draft = draft.related(place, "this decides it");
            }
            draft.fix("Write the other branch alone", vec![change]);
        }
    }
}
