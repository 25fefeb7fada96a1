//! The regions that something may be deployed to, as far as conditions and rules of the template say.

use model::{Call, Declarations, Name, Node, SmolStr, Stack, Value};
use std::cell::Cell;
use std::collections::BTreeSet;

/// Conditions that are nested or chained deeper than this say nothing.
const MAX_DEPTH: u32 = 32;
/// No more expressions than this are read for one answer; the others say nothing.
const MAX_STEPS: u32 = 2_000;

/// A set of regions: those that are named, or all but those.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Regions {
    named: BTreeSet<SmolStr>,
    /// All but those that are named.
    is_rest: bool,
}

impl Regions {
    /// Those in which the condition called `name` may hold.
    pub(crate) fn of_condition(name: Option<&Name>, declarations: &Declarations) -> Regions {
        let condition = name.and_then(|it| declarations.condition(&it.text));
        condition.map_or_else(Regions::all, |it| reading(declarations).expression(&it.node, true, 0))
    }

    /// Those to which the stack may be deployed: the one that the program names, and those that the `Rules` of the template
    /// let through.
    pub(crate) fn of_stack(stack: &Stack) -> Regions {
        let reading = reading(&stack.declarations);
        let mut out = match &stack.region {
            Some(region) => Regions { named: BTreeSet::from([region.clone()]), is_rest: false },
            None => Regions::all(),
        };
        for rule in &stack.rules {
            // Where its condition does not hold, a rule asserts nothing.
            let unless = match rule.node.get("RuleCondition") {
                Some(condition) => reading.expression(condition, false, 0),
                None => Regions::none(),
            };
            for assertion in rule.node.get("Assertions").and_then(Node::as_list).iter().flat_map(|it| &it.items) {
                if let Some(node) = assertion.get("Assert") {
                    out = out.and(reading.expression(node, true, 0).or(unless.clone()));
                }
            }
        }
        out
    }

    /// The names, where no other region can be it.
    pub(crate) fn named(&self) -> Option<&BTreeSet<SmolStr>> {
        (!self.is_rest).then_some(&self.named)
    }

    /// Those in which something is certainly made: those of the configuration that are among them, else the names, where no
    /// other region can be it.
    pub(crate) fn certain(&self, configured: &[String]) -> Vec<SmolStr> {
        match self.named() {
            Some(named) if configured.is_empty() => named.iter().cloned().collect(),
            _ => configured.iter().filter(|it| self.has(it)).map(SmolStr::from).collect(),
        }
    }

    /// True when the region is one of them.
    pub(crate) fn has(&self, region: &str) -> bool {
        self.named.contains(region) != self.is_rest
    }

    /// Those that are in both.
    pub(crate) fn and(self, other: Regions) -> Regions {
        let (named, is_rest) = match (self.is_rest, other.is_rest) {
            (true, true) => (&self.named | &other.named, true),
            (false, true) => (&self.named - &other.named, false),
            (true, false) => (&other.named - &self.named, false),
            (false, false) => (&self.named & &other.named, false),
        };
        Regions { named, is_rest }
    }

    /// Those that are in one or the other.
    fn or(self, other: Regions) -> Regions {
        !((!self).and(!other))
    }

    fn all() -> Regions {
        Regions { named: BTreeSet::new(), is_rest: true }
    }

    fn none() -> Regions {
        !Regions::all()
    }
}

impl std::ops::Not for Regions {
    type Output = Regions;

    fn not(self) -> Regions {
        Regions { is_rest: !self.is_rest, ..self }
    }
}

fn reading(declarations: &Declarations) -> Reading<'_> {
    Reading { declarations, steps: Cell::new(0) }
}

struct Reading<'a> {
    declarations: &'a Declarations,
    steps: Cell<u32>,
}

impl Reading<'_> {
    /// The regions in which an expression may be true, or false for `wanted == false`; rather too many than too few.
    fn expression(&self, node: &Node, wanted: bool, depth: u32) -> Regions {
        let Value::Call(call) = &node.value else { return Regions::all() };
        let Call::Other { function, argument } = &**call else { return Regions::all() };
        self.steps.set(self.steps.get() + 1);
        if depth > MAX_DEPTH || self.steps.get() > MAX_STEPS {
            return Regions::all();
        }
        if function.text == "Condition" {
            let condition = argument.as_str().and_then(|it| self.declarations.condition(it));
            return condition.map_or_else(Regions::all, |it| self.expression(&it.node, wanted, depth + 1));
        }
        let Some(list) = argument.as_list().filter(|it| !it.open) else { return Regions::all() };
        let each = || list.items.iter().map(|it| self.expression(it, wanted, depth + 1));
        let named = match (function.text.as_str(), &list.items[..]) {
            ("Fn::Not", [only]) => return self.expression(only, !wanted, depth + 1),
            ("Fn::And", _) if wanted => return each().fold(Regions::all(), Regions::and),
            ("Fn::Or", _) if !wanted => return each().fold(Regions::all(), Regions::and),
            ("Fn::And" | "Fn::Or", _) => return each().fold(Regions::none(), Regions::or),
            ("Fn::Equals", [region, name] | [name, region]) if is_region(region) => name.as_str().map(|it| vec![it]),
            ("Fn::Contains", [names, region]) if is_region(region) => {
                let names = names.as_list().filter(|it| !it.open);
                names.and_then(|it| it.items.iter().map(Node::as_str).collect())
            }
            _ => None,
        };
        let Some(named) = named else { return Regions::all() };
        let regions = Regions { named: named.into_iter().map(SmolStr::from).collect(), is_rest: false };
        if wanted { regions } else { !regions }
    }
}

fn is_region(node: &Node) -> bool {
    matches!(&node.value, Value::Call(call) if matches!(&**call, Call::Ref(name) if name.text == "AWS::Region"))
}
