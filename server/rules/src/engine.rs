//! Runs rules over a stack, and keeps what cannot have changed since the last time.

use crate::accepts::{self, Violation};
use crate::diagnostic::Later;
use crate::replacement;
use crate::{Applicability, Category, Check, Diagnostic, Fix, FrontEnds, Rule, Selection, Severity, Tag};
use model::{Change, Declarations, Intent, Program, Resource, ResourceView, SmolStr, Source, Span, Stack};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::cell::{Cell, OnceCell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Whether fixes that cost something are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fixes {
    Now,
    Later,
}

/// What a rule is given besides the thing to look at: the rest of the stack, and a place to report.
pub struct Context<'a> {
    rule: &'static Rule,
    severity: Severity,
    selection: &'a Selection,
    stack: &'a Stack,
    looked_beyond: &'a Cell<bool>,
    targets: &'a RefCell<Vec<LookedAt>>,
    fixes: Fixes,
    deferred: Cell<bool>,
    resource: Option<&'a Resource>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Context<'a> {
    /// The whole stack. Asking for it means that the findings depend on other resources too: they are then computed
    /// again for every state of the text. So ask late, after what is cheap has shown that there is something to say.
    pub fn stack(&self) -> &'a Stack {
        self.looked_beyond.set(true);
        self.stack
    }

    /// The resource that references know as `key`. Asking for it means that the findings depend on that one too: they are
    /// kept until it changes, which is much cheaper than [`Context::stack`].
    pub fn target(&self, key: &str) -> Option<&'a Arc<Resource>> {
        self.look_at(Question::Key(key.into())).next()
    }

    /// The resources of a type, in the order of the text. Asking for them means that the findings depend on these too: they
    /// are kept until one of them changes, comes or goes.
    pub fn resources_of(&self, ty: &str) -> impl Iterator<Item = &'a Arc<Resource>> + use<'a> {
        self.look_at(Question::Type(ty.into()))
    }

    /// The resources that name the one that references know as `key`, in the order of the text, each once. Asking for them
    /// means that the findings depend on these too: they are kept until one of them changes, comes or goes.
    pub fn dependents(&self, key: &str) -> impl Iterator<Item = &'a Arc<Resource>> + use<'a> {
        self.look_at(Question::Dependents(key.into()))
    }

    /// True when more resources may exist than the text shows: made by a macro, a loop, or a construct that is not known.
    /// Free to ask.
    pub fn is_open(&self) -> bool {
        self.stack.open
    }

    /// True when more subnets, routes and gateways may exist than the text shows. Free to ask.
    pub fn has_open_networks(&self) -> bool {
        self.stack.open || self.stack.open_networks
    }

    fn look_at(&self, question: Question) -> std::vec::IntoIter<&'a Arc<Resource>> {
        let found: Vec<_> = question.answer(self.stack, |it| it.collect());
        let mut targets = self.targets.borrow_mut();
        if !targets.iter().any(|it| it.question == question) {
            targets.push(LookedAt { question, resources: found.iter().map(|it| Arc::clone(it)).collect() });
        }
        found.into_iter()
    }

    /// False while a text is being typed, where only the findings themselves count. A rule asks before it goes looking
    /// for a fix through the whole stack; it is called once more, for this one resource, when somebody wants the fixes.
    /// What else it reports must not depend on the answer.
    pub fn wants_fixes(&self) -> bool {
        let now = self.fixes == Fixes::Now;
        if !now {
            self.deferred.set(true);
        }
        now
    }

    /// Parameters, mappings and conditions. Free to ask for.
    pub fn declarations(&self) -> &'a Declarations {
        &self.stack.declarations
    }

    /// The language of the stack.
    pub fn source(&self) -> Source {
        self.stack.source
    }

    /// `resource`, with the declarations that its values depend on.
    pub fn view<'r>(&self, resource: &'r Resource) -> ResourceView<'r>
    where
        'a: 'r,
    {
        ResourceView::new(resource, &self.stack.declarations)
    }

    /// The value of an option that the rule declares.
    pub fn option(&self, name: &str) -> Vec<String> {
        self.selection.option(self.rule, name)
    }

    /// What the configuration says for all rules under this key, such as `regions`.
    pub fn setting(&self, key: &str) -> &'a [String] {
        self.selection.setting(key)
    }

    /// Reports the fault at `span`.
    pub fn report(&mut self, span: Span, message: impl Into<String>) -> Draft<'_> {
        self.diagnostics.push(Diagnostic {
            rule: self.rule,
            severity: self.severity,
            span,
            message: message.into(),
            related: Vec::new(),
            fixes: Vec::new(),
            resource: self.resource.map(|it| (it.id.text.clone(), it.ty.text.clone())),
            tag: None,
            weighs_replacement: false,
            later: None,
        });
        Draft { diagnostic: self.diagnostics.last_mut().expect("just pushed"), limit: self.rule.fix }
    }
}

/// A finding that is being put together.
pub struct Draft<'a> {
    diagnostic: &'a mut Diagnostic,
    limit: Option<Applicability>,
}

impl Draft<'_> {
    /// Names another place that belongs to the finding.
    pub fn related(self, span: Span, message: impl Into<String>) -> Self {
        self.diagnostic.related.push((span, message.into()));
        self
    }

    /// Says which resource the finding is about, where it is not the one that is looked at.
    pub fn about(self, resource: &Resource) -> Self {
        self.diagnostic.resource = Some((resource.id.text.clone(), resource.ty.text.clone()));
        self
    }

    /// Reports less gravely than the rule's own level, `Info` for instance; never more gravely than configured.
    pub fn at_most(self, severity: Severity) -> Self {
        self.diagnostic.severity = self.diagnostic.severity.min(severity);
        self
    }

    /// True when the rule offers fixes at all.
    pub fn has_fixes(&self) -> bool {
        self.limit.is_some()
    }

    /// How editors may show it.
    pub fn tag(self, tag: Tag) -> Self {
        self.diagnostic.tag = Some(tag);
        self
    }

    /// Offers a fix, as applicable as the rule declares.
    pub fn fix(self, title: impl Into<String>, changes: Vec<Change>) -> Self {
        let applicability = self.limit.expect("a rule that offers a fix declares it");
        self.fix_as(applicability, title, changes, None)
    }

    /// Offers a fix that is at most as applicable as the rule declares, with its meaning for constructs.
    pub fn fix_as(
        self,
        applicability: Applicability,
        title: impl Into<String>,
        changes: Vec<Change>,
        intent: Option<Intent>,
    ) -> Self {
        let limit = self.limit.expect("a rule that offers a fix declares it");
        let applicability = applicability.min(limit);
        let preferred = self.diagnostic.fixes.is_empty();
        self.diagnostic.fixes.push(Fix { title: title.into(), applicability, changes, intent, preferred, edits: None });
        self
    }

    /// Says that it was weighed what a fix does to resources: it stays as applicable as it is even where it replaces one.
    pub(crate) fn weighs_replacement(self) -> Self {
        self.diagnostic.weighs_replacement = true;
        self
    }

    /// Says that the fixes offered so far are candidates between which a person must choose: none is applied unasked.
    pub fn ambiguous(self) -> Self {
        self.diagnostic.fixes.iter_mut().for_each(|it| it.preferred = false);
        self
    }
}

/// The findings of one stack, and what went wrong in finding them.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings, in no particular order.
    pub diagnostics: Vec<Arc<[Diagnostic]>>,
    /// Rules that panicked: name and message. The rest ran.
    pub panics: Vec<(&'static str, String)>,
}

/// Findings about single resources, kept for as long as neither the resource nor the declarations change.
#[derive(Debug, Default)]
pub struct Cache {
    declarations: Option<Arc<Declarations>>,
    open: (bool, bool),
    kept: FxHashMap<(Span, SmolStr), Kept>,
}

/// What is known of one resource.
#[derive(Debug)]
struct Kept {
    resource: Arc<Resource>,
    /// The findings of the rules that looked at nothing else.
    findings: Arc<[Diagnostic]>,
    /// What the rules found that looked at others by name, and all that they looked at.
    near: Vec<Near>,
    targets: Vec<LookedAt>,
    /// The rules that looked beyond it, to be run again.
    beyond: Vec<(&'static Rule, Severity)>,
}

/// What a rule found that looked at some other resources.
#[derive(Debug)]
struct Near {
    rule: &'static Rule,
    severity: Severity,
    findings: Arc<[Diagnostic]>,
}

/// What a rule looked at besides its resource, and what it saw.
#[derive(Debug)]
struct LookedAt {
    question: Question,
    resources: SmallVec<[Arc<Resource>; 1]>,
}

/// What a rule can ask of a stack without looking at all of it.
#[derive(Debug, PartialEq, Eq)]
enum Question {
    /// The resource of this key.
    Key(SmolStr),
    /// The resources of this type.
    Type(SmolStr),
    /// The resources that name the one of this key.
    Dependents(SmolStr),
}

/// What a rule looked at.
enum Reach {
    /// The resource and the declarations.
    Resource,
    /// Those, and these resources.
    Targets(Vec<LookedAt>),
    /// All of the stack.
    Stack,
}

impl Question {
    /// Hands the answer to `look`.
    fn answer<'a, R>(
        &self,
        stack: &'a Stack,
        look: impl FnOnce(&mut dyn Iterator<Item = &'a Arc<Resource>>) -> R,
    ) -> R {
        match self {
            Question::Key(key) => look(&mut stack.resource(key).into_iter()),
            Question::Type(ty) => look(&mut stack.resources_of(ty)),
            Question::Dependents(key) => {
                let on = stack.position(key).map(|it| stack.dependencies().on(it)).unwrap_or_default();
                look(&mut on.iter().map(|it| &stack.resources[*it]))
            }
        }
    }
}

impl LookedAt {
    /// True when a rule that asks again sees the same.
    fn is_same(&self, stack: &Stack) -> bool {
        self.question.answer(stack, |now| {
            let is_known = |known| now.next().is_some_and(|it| Arc::ptr_eq(known, it) || known == it);
            self.resources.iter().all(is_known) && now.next().is_none()
        })
    }
}

impl Kept {
    /// Keeps what was found for as long as it is true.
    fn add(&mut self, rule: &'static Rule, severity: Severity, findings: Arc<[Diagnostic]>, reach: Reach) {
        match reach {
            // It may look elsewhere the next time.
            Reach::Resource => self.near.push(Near { rule, severity, findings }),
            Reach::Targets(targets) => {
                self.near.push(Near { rule, severity, findings });
                for target in targets {
                    if !self.targets.iter().any(|it| it.question == target.question) {
                        self.targets.push(target);
                    }
                }
            }
            Reach::Stack => self.beyond.push((rule, severity)),
        }
    }
}

impl Outcome {
    fn add(&mut self, found: Vec<Diagnostic>) -> Arc<[Diagnostic]> {
        let found: Arc<[Diagnostic]> = found.into();
        self.share(&found);
        found
    }

    fn share(&mut self, found: &Arc<[Diagnostic]>) {
        if !found.is_empty() {
            self.diagnostics.push(Arc::clone(found));
        }
    }
}

impl Cache {
    /// Forgets everything, after a change of configuration for instance.
    pub fn clear(&mut self) {
        self.kept.clear();
    }
}

/// Runs the selected rules over `stack`.
///
/// Fixes that cost something are left for [`fixes`].
pub fn check(stack: &Stack, selection: &Selection, cache: &mut Cache) -> Outcome {
    let open = (stack.open, stack.open_networks);
    if cache.declarations.as_ref() != Some(&stack.declarations) || cache.open != open {
        cache.kept.clear();
        cache.declarations = Some(Arc::clone(&stack.declarations));
        cache.open = open;
    }
    let mut by_type: FxHashMap<&str, Vec<(&'static Rule, Severity)>> = FxHashMap::default();
    let mut of_every_type = Vec::new();
    let mut of_stacks = Vec::new();
    let fits = |rule: &Rule| match rule.front_ends {
        FrontEnds::Both => true,
        FrontEnds::Template => stack.source == Source::Template,
        FrontEnds::Cdk => stack.source == Source::Cdk,
    };
    for &(rule, severity) in selection.rules().iter().filter(|(rule, _)| fits(rule)) {
        match rule.check {
            Check::Resources(types, _) | Check::ResourcesAndProgram(types, ..) => {
                types.iter().for_each(|ty| by_type.entry(ty).or_default().push((rule, severity)));
            }
            Check::EveryResource(_) | Check::EveryResourceAndProgram(..) | Check::Accepts(..) => {
                of_every_type.push((rule, severity));
            }
            Check::Everywhere(..) => {
                of_every_type.push((rule, severity));
                of_stacks.push((rule, severity));
            }
            Check::Stack(_) => of_stacks.push((rule, severity)),
            Check::Program(_) | Check::Elsewhere => (),
        }
    }

    let call = |rule, severity| Call { rule, severity, stack, selection, fixes: Fixes::Later };
    let mut outcome = Outcome::default();
    let mut kept = FxHashMap::default();
    // About what nobody can change there is nothing to say.
    for resource in stack.resources.iter().filter(|it| !it.is_of_stack()) {
        let of_type = by_type.get(resource.ty.text.as_str()).map(Vec::as_slice).unwrap_or_default();
        if of_type.is_empty() && of_every_type.is_empty() {
            continue;
        }
        let key = (resource.origin, resource.key.clone());
        // The text of a resource can be the same and mean something else, because of a constant elsewhere.
        let same = |it: &Kept| Arc::ptr_eq(&it.resource, resource) || it.resource == *resource;
        if let Some(mut known) = cache.kept.remove(&key).filter(same) {
            outcome.share(&known.findings);
            let seen = Seen::new(stack, resource);
            let mut reruns = std::mem::take(&mut known.beyond);
            if known.targets.iter().all(|it| it.is_same(stack)) {
                known.near.iter().for_each(|it| outcome.share(&it.findings));
            } else {
                known.targets.clear();
                reruns.extend(known.near.drain(..).map(|it| (it.rule, it.severity)));
            }
            for (rule, severity) in reruns {
                let (found, reach) = call(rule, severity).run(Some(&seen), &mut outcome.panics);
                known.add(rule, severity, outcome.add(found), reach);
            }
            kept.insert(key, known);
            continue;
        }
        // What looked at nothing but the resource is kept together.
        let mut local = Vec::new();
        let seen = Seen::new(stack, resource);
        let mut new = Kept {
            resource: Arc::clone(resource),
            findings: Arc::new([]),
            near: Vec::new(),
            targets: Vec::new(),
            beyond: Vec::new(),
        };
        for &(rule, severity) in of_type.iter().chain(&of_every_type) {
            let (found, reach) = call(rule, severity).run(Some(&seen), &mut outcome.panics);
            match reach {
                Reach::Resource => local.extend(found),
                reach => new.add(rule, severity, outcome.add(found), reach),
            }
        }
        new.findings = outcome.add(local);
        kept.insert(key, new);
    }
    cache.kept = kept;
    for (rule, severity) in of_stacks {
        let (found, _) = call(rule, severity).run(None, &mut outcome.panics);
        outcome.add(found);
    }
    outcome
}

/// Runs the selected rules that look at programs. What they find is found anew for each state of a file.
pub fn check_program(program: &Program, selection: &Selection) -> Outcome {
    let mut nowhere = Stack::default();
    nowhere.source = Source::Cdk;
    let mut outcome = Outcome::default();
    for &(rule, severity) in selection.rules() {
        let (Check::Program(check)
        | Check::ResourcesAndProgram(_, _, check)
        | Check::EveryResourceAndProgram(_, check)) = rule.check
        else {
            continue;
        };
        let call = Call { rule, severity, stack: &nowhere, selection, fixes: Fixes::Now };
        let (found, _) = call.isolated(None, &mut outcome.panics, |context| check(program, context));
        outcome.add(found);
    }
    outcome
}

/// The fixes of a finding that [`check`] left for later; `stack` and `selection` are those it was found with.
pub fn fixes(diagnostic: &Diagnostic, stack: &Stack, selection: &Selection) -> Vec<Fix> {
    let Some(later) = &diagnostic.later else { return diagnostic.fixes.clone() };
    let is_meant = |it: &&Arc<Resource>| {
        later.resource.as_ref().is_some_and(|(origin, key)| it.origin == *origin && it.key == *key)
    };
    let resource = stack.resources.iter().find(is_meant);
    let call = Call { rule: diagnostic.rule, severity: diagnostic.severity, stack, selection, fixes: Fixes::Now };
    let seen = resource.map(|it| Seen::new(stack, it));
    let (found, _) = call.run(seen.as_ref(), &mut Vec::new());
    let same = |it: &Diagnostic| it.span == diagnostic.span && it.message == diagnostic.message;
    found.into_iter().find(same).map(|it| it.fixes).unwrap_or_default()
}

/// A resource as rules see it, with what all that look at it share.
struct Seen<'a> {
    resource: &'a Arc<Resource>,
    view: ResourceView<'a>,
    source: Source,
    violations: OnceCell<Vec<Violation<'a>>>,
}

impl<'a> Seen<'a> {
    fn new(stack: &'a Stack, resource: &'a Arc<Resource>) -> Seen<'a> {
        let view = ResourceView::new(resource, &stack.declarations);
        Seen { resource, view, source: stack.source, violations: OnceCell::new() }
    }

    /// Where it does not have the form that its type demands.
    fn violations(&self) -> &[Violation<'a>] {
        self.violations.get_or_init(|| accepts::violations(&self.view, self.source))
    }
}

/// One call of one rule, isolated.
struct Call<'a> {
    rule: &'static Rule,
    severity: Severity,
    stack: &'a Stack,
    selection: &'a Selection,
    fixes: Fixes,
}

impl Call<'_> {
    /// The findings, and what the rule looked at besides the resource.
    fn run(&self, seen: Option<&Seen<'_>>, panics: &mut Vec<(&'static str, String)>) -> (Vec<Diagnostic>, Reach) {
        self.isolated(seen.map(|it| it.resource), panics, |context| match (self.rule.check, seen) {
            (
                Check::Resources(_, check)
                | Check::ResourcesAndProgram(_, check, _)
                | Check::EveryResource(check)
                | Check::EveryResourceAndProgram(check, _)
                | Check::Everywhere(check, _),
                Some(it),
            ) => check(&it.view, context),
            (Check::Accepts(kind, check), Some(it)) => {
                let violations = it.violations().iter().filter(|it| it.fault.kind() == kind);
                violations.for_each(|violation| check(violation, &it.view, context));
            }
            (Check::Stack(check) | Check::Everywhere(_, check), _) => check(self.stack, context),
            _ => (),
        })
    }

    /// No fix that replaces a resource is applied unasked. What cannot be deployed has no resource yet that could be replaced, and
    /// what is only written otherwise comes to the same value.
    fn spare_resources(&self, diagnostic: &mut Diagnostic) {
        let is_undeployable = self.rule.category == Category::Correctness && self.rule.severity == Severity::Error;
        let keeps_values = self.rule.category == Category::Maintainability;
        if diagnostic.weighs_replacement || is_undeployable || keeps_values {
            return;
        }
        for fix in diagnostic.fixes.iter_mut().filter(|it| it.applicability == Applicability::Safe) {
            if fix.changes.iter().any(|it| replacement::replaces(it, self.stack)) {
                fix.applicability = Applicability::Unsafe;
            }
        }
    }

    /// Runs `check`; a panic costs its findings only.
    fn isolated(
        &self,
        resource: Option<&Arc<Resource>>,
        panics: &mut Vec<(&'static str, String)>,
        check: impl FnOnce(&mut Context<'_>),
    ) -> (Vec<Diagnostic>, Reach) {
        let looked_beyond = Cell::new(false);
        let targets = RefCell::default();
        let called = catch_unwind(AssertUnwindSafe(|| {
            let mut context = Context {
                rule: self.rule,
                severity: self.severity,
                selection: self.selection,
                stack: self.stack,
                looked_beyond: &looked_beyond,
                targets: &targets,
                fixes: self.fixes,
                deferred: Cell::new(false),
                resource: resource.map(|it| &**it),
                diagnostics: Vec::new(),
            };
            check(&mut context);
            context.diagnostics.iter_mut().for_each(|it| self.spare_resources(it));
            if context.deferred.get() {
                let later = Later { resource: resource.map(|it| (it.origin, it.key.clone())) };
                context.diagnostics.iter_mut().for_each(|it| it.later = Some(later.clone()));
            }
            context.diagnostics
        }));
        let found = called.unwrap_or_else(|panic| {
            panics.push((self.rule.name, panic_message(&*panic)));
            Vec::new()
        });
        let reach = match targets.into_inner() {
            _ if looked_beyond.get() => Reach::Stack,
            targets if targets.is_empty() => Reach::Resource,
            targets => Reach::Targets(targets),
        };
        (found, reach)
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|it| (*it).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without a message".to_owned())
}
