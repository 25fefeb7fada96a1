//! Questions about a program that was walked.

use super::known::Known;
use super::{At, Bound, Frame, MAX_DEPTH, MAX_STEPS, Scopes};
use crate::ast::{Expression, Kind, Operator};
use model::SmolStr;

impl<'a> Scopes<'a> {
    /// Whether the condition at `at` certainly holds or certainly fails.
    pub(crate) fn truth(&self, at: At<'a>) -> Option<bool> {
        self.within(|| self.truth_within(at))?
    }

    fn truth_within(&self, at: At<'a>) -> Option<bool> {
        let mut at = at;
        for _ in 0..MAX_STEPS {
            // These are asked as they are: to follow them is to ask the same.
            if let Kind::Not(_) | Kind::And { .. } | Kind::Or { nullish: false, .. } | Kind::Compare { .. } =
                at.expression.kind
            {
                return self.truth_of_logic(at);
            }
            match self.step(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        match &at.expression.kind {
            Kind::Bool(it) => Some(*it),
            Kind::Undefined | Kind::Null => Some(false),
            Kind::Text(text) => Some(!text.is_empty()),
            Kind::Number(number) => number.parse::<f64>().ok().map(|it| it != 0.0),
            Kind::Object(_) | Kind::Array(_) | Kind::New(_) | Kind::Function(_) | Kind::This => Some(true),
            _ => None,
        }
    }

    fn truth_of_logic(&self, at: At<'a>) -> Option<bool> {
        let part = |expression| At { expression, ..at };
        match &at.expression.kind {
            Kind::Not(it) => self.truth(part(it)).map(|it| !it),
            Kind::And { left, right } => match (self.truth(part(left)), self.truth(part(right))) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Kind::Or { left, right, nullish: false } => match (self.truth(part(left)), self.truth(part(right))) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Kind::Compare { operator, left, right } => self.compare(*operator, part(left), part(right)),
            _ => None,
        }
    }

    fn compare(&self, operator: Operator, left: At<'a>, right: At<'a>) -> Option<bool> {
        let (left, right) = (self.follow(left), self.follow(right));
        let (a, b) = (&left.expression.kind, &right.expression.kind);
        if let (Kind::Number(a), Kind::Number(b)) = (a, b) {
            let (a, b) = (a.parse::<f64>().ok()?, b.parse::<f64>().ok()?);
            return Some(match operator {
                Operator::Equal => a == b,
                Operator::Unequal => a != b,
                Operator::Less => a < b,
                Operator::LessOrEqual => a <= b,
                Operator::Greater => a > b,
                Operator::GreaterOrEqual => a >= b,
            });
        }
        if let (Kind::Text(a), Kind::Text(b)) = (a, b)
            && !matches!(operator, Operator::Equal | Operator::Unequal)
        {
            let order = a.encode_utf16().cmp(b.encode_utf16());
            return Some(match operator {
                Operator::Less => order.is_lt(),
                Operator::LessOrEqual => order.is_le(),
                Operator::Greater => order.is_gt(),
                _ => order.is_ge(),
            });
        }
        let equal = match (a, b) {
            (Kind::Text(a), Kind::Text(b)) => a == b,
            (Kind::Bool(a), Kind::Bool(b)) => a == b,
            (Kind::Undefined | Kind::Null, Kind::Undefined | Kind::Null) => {
                if std::mem::discriminant(a) != std::mem::discriminant(b) {
                    // It depends on how many `=` there are.
                    return None;
                }
                true
            }
            // How many `=` there are decides, unless the two are different numbers too.
            (Kind::Text(text), Kind::Number(number)) | (Kind::Number(number), Kind::Text(text)) => {
                let text = Known::Text(text.to_string()).to_number();
                if text.is_some() && text == number.parse().ok() {
                    return None;
                }
                false
            }
            _ => match (self.is_nothing(left)?, self.is_nothing(right)?) {
                (true, false) | (false, true) => false,
                _ => return None,
            },
        };
        match operator {
            Operator::Equal => Some(equal),
            Operator::Unequal => Some(!equal),
            _ => None,
        }
    }

    /// Whether two values are the same, when that is certain.
    pub(super) fn equal(&self, left: At<'a>, right: At<'a>) -> Option<bool> {
        self.compare(Operator::Equal, left, right)
    }

    /// Whether the value at `at` is `undefined` or `null`, when that is certain.
    pub(crate) fn is_nothing(&self, at: At<'a>) -> Option<bool> {
        match &self.follow(at).expression.kind {
            Kind::Undefined | Kind::Null => Some(true),
            Kind::Bool(_)
            | Kind::Text(_)
            | Kind::Number(_)
            | Kind::Template(_)
            | Kind::Object(_)
            | Kind::Array(_)
            | Kind::New(_)
            | Kind::Function(_)
            | Kind::This
            | Kind::Not(_)
            | Kind::Compare { .. }
            | Kind::Arithmetic { .. }
            | Kind::Negative(_)
            | Kind::Plus { .. } => Some(false),
            _ => None,
        }
    }

    /// The class of the library that a `new` makes an instance of, or a class of the program that has nothing of its
    /// own to make one by.
    pub(crate) fn library_class(&self, class: At<'a>) -> Option<SmolStr> {
        match self.class_at(class) {
            Some(class) => {
                let own = self.constructor_of(class).is_some();
                if own { None } else { self.library_base(class) }
            }
            None => self.path(class),
        }
    }

    /// The class of the library that the class around `frame` extends.
    pub(crate) fn base_in(&self, frame: Frame) -> Option<SmolStr> {
        let instance = self.instance_of(frame)?;
        self.library_base(self.instances[instance].class)
    }

    /// The class of the library that a class of the program comes from, over its base classes in the program.
    pub(super) fn library_base(&self, class: usize) -> Option<SmolStr> {
        let mut class = class;
        for _ in 0..16 {
            match self.base_class(class) {
                Some(base) => class = base,
                None => {
                    let data = &self.classes[class];
                    let expression = data.class.head.base.as_ref()?;
                    return self.path(At { expression, frame: data.frame });
                }
            }
        }
        None
    }

    /// The expression that makes the construct of the library which the instance at `at` is.
    pub(crate) fn library_of(&self, at: At<'a>) -> Option<At<'a>> {
        self.instances[self.instance_at(at)?].library
    }

    /// True when what the expression at `at` runs was walked.
    pub(crate) fn is_followed(&self, at: At<'a>) -> bool {
        self.returns.contains_key(&at.key()) || self.objects.contains_key(&at.key())
    }

    /// The construct that the expression at `at` makes, among all constructs.
    pub(crate) fn node_of(&self, at: At<'a>) -> Option<usize> {
        if let Kind::Call(call) = &at.expression.kind {
            let is_super = matches!(&call.callee.kind, Kind::Identifier(name) if name == "super");
            let instance = self.instance_of(at.frame).filter(|_| is_super)?;
            return self.instances[instance].node;
        }
        self.made.get(&at.key()).copied()
    }

    /// The construct that the value at `at` is, among all constructs.
    pub(crate) fn node_at(&self, at: At<'a>) -> Option<usize> {
        match self.instance_at(at) {
            Some(instance) => self.instances[instance].node,
            None => self.node_of(self.follow(at)),
        }
    }

    /// The construct that the value at `at` is, among all constructs.
    pub(crate) fn scope_node(&self, at: At<'a>) -> Option<usize> {
        self.construct_at(at)
    }

    /// True when something may be put into what `name` stands for in `frame`.
    pub(crate) fn is_changed(&self, name: &str, frame: Frame) -> bool {
        let frame = self.lookup_in(name, frame).map_or(frame, |it| it.1);
        self.module(frame).effects().changed.contains(name)
    }

    /// True when `name` stands for nothing that is known.
    pub(crate) fn is_unbound(&self, name: &str, frame: Frame) -> bool {
        matches!(self.lookup(name, frame), None | Some(Bound::Opaque))
    }

    /// Has the questions about one file be about the one of this number.
    pub(crate) fn set_focus(&mut self, module: usize) {
        self.focus = module;
    }

    /// True when code in `frame` is in the file that questions are about.
    pub(crate) fn is_in_focus(&self, frame: Frame) -> bool {
        self.frames[frame].module == self.focus
    }

    /// True when all of the program was walked.
    pub(crate) fn is_complete(&self) -> bool {
        self.budget > 0
    }

    /// True when code in `frame` is in the file that is looked at.
    pub(crate) fn is_looked_at(&self, frame: Frame) -> bool {
        self.program.whole || self.frames[frame].module == 0
    }

    /// The file that code in `frame` stands in.
    pub(crate) fn module_of(&self, frame: Frame) -> usize {
        self.frames[frame].module
    }

    /// The scopes that bind the names in the expression at `at`: where these are the same, so is its value.
    pub(crate) fn bindings_of(&self, at: At<'a>) -> Vec<usize> {
        let mut out = Vec::new();
        let mut todo = vec![at.expression];
        while let Some(expression) = todo.pop() {
            match &expression.kind {
                Kind::Identifier(name) => out.push(self.lookup_in(name, at.frame).map_or(usize::MAX, |it| it.1)),
                Kind::This => out.push(self.instance_of(at.frame).unwrap_or(usize::MAX)),
                _ => expression.children(&mut |it| todo.push(it)),
            }
        }
        out
    }

    /// The stack that code in `frame` belongs to.
    pub(crate) fn stack_of(&self, frame: Frame) -> usize {
        self.frames[frame].stack
    }

    /// True when the class around `frame` is, or may be, a stack itself, so that `this.region` is the stack's.
    pub(crate) fn is_stack(&self, frame: Frame) -> bool {
        matches!(self.base_in(frame).as_deref(), Some("core.Stack" | "core.NestedStack"))
    }

    /// The name by which code in `frame` reaches the value that `expression` gives, and the scope that declares it.
    pub(crate) fn variable_of(&self, expression: &Expression, frame: Frame) -> Option<(String, Frame)> {
        let is = |at: &At<'_>| std::ptr::eq(at.expression, expression);
        let mut next = Some(frame);
        while let Some(it) = next {
            let data = &self.frames[it];
            let assigned = &self.module(it).effects().assigned;
            let mut names: Vec<&str> = data
                .names
                .iter()
                .filter(|(name, bound)| matches!(bound, Bound::Value(at) if is(at)) && !assigned.contains(**name))
                .map(|(name, _)| *name)
                .collect();
            names.sort_unstable();
            if let Some(name) = names.first() {
                return Some(((*name).to_owned(), it));
            }
            if let Some(instance) = data.instance {
                let members = &self.instances[instance].members;
                let mut names: Vec<&str> =
                    members.iter().filter(|(_, at)| at.as_ref().is_some_and(is)).map(|(name, _)| *name).collect();
                names.sort_unstable();
                if let Some(name) = names.first() {
                    return Some((format!("this.{name}"), it));
                }
            }
            next = data.parent;
        }
        None
    }

    /// True when `outer` is `inner` or around it.
    pub(crate) fn encloses(&self, outer: Frame, inner: Frame) -> bool {
        let mut next = Some(inner);
        while let Some(it) = next {
            if it == outer {
                return true;
            }
            next = self.frames[it].parent;
        }
        false
    }

    /// True when code in `frame` is in a class.
    pub(crate) fn has_this(&self, frame: Frame) -> bool {
        self.instance_of(frame).is_some()
    }

    /// True when what happens in region `outer` certainly happens too whenever `inner` runs.
    pub(crate) fn covers(&self, outer: usize, inner: usize) -> bool {
        let mut at = inner;
        for _ in 0..MAX_DEPTH {
            if at == outer {
                return true;
            }
            if at == 0 {
                return false;
            }
            at = self.regions[at].parent;
        }
        false
    }

    /// The expression that decides whether what happens in `region` happens at all, and whether it must hold.
    pub(crate) fn decider(&self, region: usize) -> Option<(At<'a>, bool)> {
        let mut at = region;
        for _ in 0..MAX_DEPTH {
            let region = &self.regions[at];
            if region.decider.is_some() || at == 0 {
                return region.decider;
            }
            at = region.parent;
        }
        None
    }
}
