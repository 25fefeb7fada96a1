use crate::Applicability;
use crate::engine::Draft;
use crate::facts::policy::{self, Document, Kind, Need, Statement, known};
use crate::facts::spelling::nearest;
use crate::facts::when;
use crate::facts::wording::listed;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A policy document has a shape that AWS refuses.
    ///
    /// An element is misspelt, missing or not allowed in a policy of this kind, `Action` stands beside `NotAction`, or an
    /// element has a value that it cannot have: another `Version` than `2008-10-17` and `2012-10-17`, another `Effect` than
    /// `Allow` and `Deny`, an action without its service, a `Sid` that another statement has too.
    ///
    /// ## Why
    ///
    /// CloudFormation hands the document on as it is, so the mistake comes to light when the stack is deployed:
    /// "MalformedPolicyDocument", "Unknown field statement", "Policy document should not specify a principal". The names of
    /// elements are written in large and small letters as in "IAM JSON policy elements reference" in the AWS Identity and
    /// Access Management User Guide.
    ///
    /// ## What is not reported
    ///
    /// Elements and values that are known at deployment only, and templates that a macro may rewrite. That an element is
    /// missing is said of statements that are written out as maps; `PolicyStatement` of the CDK checks that itself. In
    /// policies of resources a missing `Principal` or `Resource` is reported where the service certainly wants one: for
    /// buckets, topics, queues, keys and OpenSearch domains, and the principal for ECR repositories.
    ///
    /// ## Fix
    ///
    /// Writes the element or the value that was meant, where that is certain. Taking out what is not allowed is offered, and
    /// never done unasked.
    name: "iam-malformed-policy",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3510", "cfn_lint:E3512", "cfn_lint:E3513", "cfn_lint:E3530", "cfn_lint:W3037"],
    founding: [],
    check: Check::Resources(policy::TYPES, check),
}

const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];
const EFFECTS: [&str; 2] = ["Allow", "Deny"];
const OF_DOCUMENTS: [&str; 3] = ["Id", "Statement", "Version"];
const OF_STATEMENTS: [&str; 9] =
    ["Action", "Condition", "Effect", "NotAction", "NotPrincipal", "NotResource", "Principal", "Resource", "Sid"];
const OF_PRINCIPALS: [&str; 4] = ["AWS", "CanonicalUser", "Federated", "Service"];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    for document in policy::all_documents(resource) {
        let mut found = Found { resource, cx };
        for (span, node) in known(&document.property) {
            match &node.value {
                Value::Map(map) => found.document(&document, span, map),
                Value::List(_) => {
                    found.report(span, "A policy document is a map with `Version` and `Statement`.");
                }
                _ => (),
            }
        }
        found.repeated_sids(&document);
    }
}

/// A change, what it is called, and what it may be used for.
type Repair = (Applicability, String, Change);

/// What is found in the documents of a resource.
struct Found<'f, 'a, 'c> {
    resource: &'f ResourceView<'a>,
    cx: &'f mut Context<'c>,
}

impl<'a> Found<'_, 'a, '_> {
    /// Reports `message`, with the conditions under which it holds.
    fn report(&mut self, span: Span, message: impl Into<String>) -> Draft<'_> {
        let around = when::around(self.resource.resource(), span);
        self.cx.report(span, when::said(&around, message.into()))
    }

    /// The same, with a way to mend it where there is one.
    fn with_fix(&mut self, span: Span, message: impl Into<String>, fix: Option<Repair>) -> Draft<'_> {
        let draft = self.report(span, message);
        match fix {
            Some((applicability, title, change)) => draft.fix_as(applicability, title, vec![change], None),
            None => draft,
        }
    }

    fn document(&mut self, document: &Document<'a>, span: Span, map: &'a Map) {
        let declarations = self.resource.declarations();
        if document.is_closed() {
            let misspelt = self.names(map, &OF_DOCUMENTS, "a policy document", &|_| None);
            if map.get("Statement").is_none() && !map.open && !misspelt.contains(&"Statement") {
                let place = map.entries.first().map_or(span, |it| it.0.span);
                self.report(place, "This policy has no `Statement`, so AWS refuses it.");
            }
            if let Some(version) = map.get("Version").filter(|_| !self.is_by_library()) {
                self.one_of(&Property::of(version, declarations, None), "Version", &VERSIONS);
            }
        }
        let Some(statement) = map.get("Statement") else { return };
        let statement = Property::of(statement, declarations, None);
        for (span, node) in known(&statement) {
            if matches!(node.value, Value::Scalar(_) | Value::Bool(_)) {
                self.report(
                    span,
                    "`Statement` is a list of statements, each of them a map with `Effect` and `Action`.",
                );
            }
        }
        for item in statement.items() {
            for (span, node) in known(&item) {
                match &node.value {
                    Value::Map(map) => self.statement(document, span, map),
                    Value::List(_) => {
                        self.report(span, "A statement is a map with `Effect` and `Action`, not a list.");
                    }
                    _ => (),
                }
            }
        }
    }

    fn statement(&mut self, document: &Document<'a>, span: Span, map: &'a Map) {
        let principals = document.principals();
        let is_written_out = is_written_out(map);
        let is_refused = |name: &str| match name {
            // A statement that the CDK makes may be of another policy than it seems, and the CDK itself checks that.
            "Principal" | "NotPrincipal" if principals == Need::Refused && is_written_out => Some(
                "A policy of an identity applies to whoever has it, so IAM refuses one that names a principal. Principals \
                 belong in trust policies and policies of resources.",
            ),
            "Resource" | "NotResource" if document.resources() == Need::Refused => Some(
                "A trust policy is about its own role, so IAM refuses one that names resources. They belong in the \
                 policies of the role.",
            ),
            _ => None,
        };
        let misspelt = self.names(map, &OF_STATEMENTS, "a statement", &is_refused);
        let place = map.entries.first().map_or(span, |it| it.0.span);
        let is_missing =
            |names: &[&str]| is_written_out && !names.iter().any(|it| map.get(it).is_some() || misspelt.contains(it));
        if !self.is_by_library() && is_missing(&["Effect"]) {
            self.report(place, "This statement has no `Effect`, so AWS refuses the policy: it is `Allow` or `Deny`.");
        }
        for (name, opposite, need) in [
            ("Action", "NotAction", Need::Required),
            ("Resource", "NotResource", document.resources()),
            ("Principal", "NotPrincipal", principals),
        ] {
            if need == Need::Required && is_missing(&[name, opposite]) {
                let message =
                    format!("This statement has neither `{name}` nor `{opposite}`, so AWS refuses the policy.");
                self.report(place, message);
            }
            if let (Some((first, one)), Some((second, other))) = (map.entry(name), map.entry(opposite))
                && need != Need::Refused
                && self.is_there(one)
                && self.is_there(other)
            {
                let later =
                    if second.span.start().range.start() > first.span.start().range.start() { second } else { first };
                let message =
                    format!("A statement has either `{name}` or `{opposite}`. AWS refuses a policy with both.");
                self.report(later.span, message);
            }
        }
        self.elements(document, map);
    }

    /// The values of a statement's elements.
    fn elements(&mut self, document: &Document<'a>, map: &'a Map) {
        let declarations = self.resource.declarations();
        for (name, node) in &map.entries {
            let property = Property::of(node, declarations, None);
            match name.text.as_str() {
                "Effect" => self.one_of(&property, "Effect", &EFFECTS),
                "Action" | "NotAction" => self.actions(document, &name.text, &property),
                "Resource" | "NotResource" if document.resources() != Need::Refused => {
                    self.texts(&name.text, &property, "the ARN of a resource or a list of them");
                }
                "Principal" | "NotPrincipal" if document.principals() != Need::Refused => {
                    self.principals(&name.text, &property);
                }
                "Condition" => {
                    for (span, _) in known(&property).iter().filter(|it| !is_map(it.1)) {
                        self.report(
                            *span,
                            "`Condition` is a map of operators, such as `StringEquals`, each with a map.",
                        );
                    }
                }
                "Sid" => self.sid(document, &property),
                _ => (),
            }
        }
    }

    /// Reports keys that are none of `names`, and gives the names that were meant.
    fn names(
        &mut self,
        map: &'a Map,
        names: &[&'static str],
        of: &str,
        refused: &dyn Fn(&str) -> Option<&'static str>,
    ) -> Vec<&'static str> {
        let mut misspelt = Vec::new();
        let is_allowed = |it: &&str| refused(it).is_none();
        for (name, value) in &map.entries {
            if let Some(message) = refused(&name.text) {
                let fix = (Unsafe, format!("Take `{}` out", name.text), Change::Delete { span: value.span });
                self.with_fix(name.span, message, Some(fix));
                continue;
            }
            // A function in the place of an element is the front end's to report.
            if names.contains(&name.text.as_str()) || name.text.starts_with("Fn::") || name.text == "Ref" {
                continue;
            }
            let (severity, consequence) = match self.is_by_library() {
                true => (Warning, "the CDK leaves it out"),
                false => (Error, "AWS refuses the policy"),
            };
            let message = format!("`{}` is no element of {of}, so {consequence}.", name.text);
            let free = names.iter().copied().filter(|it| map.get(it).is_none()).filter(is_allowed);
            match nearest(&name.text, free) {
                Some(meant) => {
                    misspelt.push(meant);
                    let change = Change::Rename { span: name.span, to: meant.into() };
                    let fix = (Safe, format!("Write `{meant}`"), change);
                    self.with_fix(name.span, format!("{message} Did you mean `{meant}`?"), Some(fix)).at_most(severity);
                }
                None => {
                    let known: Vec<&str> = names.iter().copied().filter(is_allowed).collect();
                    self.report(name.span, format!("{message} There are {}.", listed(&known))).at_most(severity);
                }
            }
        }
        misspelt
    }

    /// Reports a value that is none of `values`; the first of them takes the place of what is like none.
    fn one_of(&mut self, property: &Property<'a>, name: &str, values: &[&'static str]) {
        for (span, node) in known(property) {
            let message = match &node.value {
                Value::Scalar(_) | Value::Bool(_) => {
                    let text = node.as_str().unwrap_or_default();
                    if values.contains(&text) {
                        continue;
                    }
                    format!("There is no `{name}` `{text}`, so AWS refuses the policy.")
                }
                Value::Map(_) | Value::List(_) => format!("`{name}` is a single word."),
                _ => continue,
            };
            let either = values.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" or ");
            let meant = match name {
                // With any other version variables such as `${aws:username}` mean themselves.
                "Version" => values.first().copied(),
                _ => node.as_str().and_then(|it| nearest(it, values.iter().copied())),
            };
            let change = |it: &str| Change::Replace { span, value: Literal::text(it) };
            let fix = meant.map(|it| (Safe, format!("Write `{it}`"), change(it)));
            self.with_fix(span, format!("{message} It is {either}."), fix);
        }
    }

    /// Reports maps where texts belong, and lists without any.
    fn texts(&mut self, name: &str, property: &Property<'a>, what: &str) {
        for (span, node) in known(property) {
            match &node.value {
                Value::Map(_) => {
                    self.report(span, format!("`{name}` is {what}, not a map."));
                }
                Value::List(list) if list.items.is_empty() && !list.open => {
                    self.report(span, format!("This list of `{name}` is empty, so AWS refuses the policy."));
                }
                Value::List(list) => {
                    let maps = list.items.iter().filter(|it| matches!(it.value, Value::Map(_) | Value::List(_)));
                    for item in maps {
                        self.report(item.span, format!("`{name}` is {what}: each item is a text."));
                    }
                }
                _ => (),
            }
        }
    }

    fn actions(&mut self, document: &Document<'a>, name: &str, property: &Property<'a>) {
        self.texts(name, property, "an action such as `s3:GetObject` or a list of them");
        let services: &[&str] = match document.ty {
            "AWS::S3::BucketPolicy" => &["s3"],
            "AWS::SNS::TopicPolicy" => &["sns"],
            "AWS::SQS::QueuePolicy" => &["sqs"],
            _ if document.kind == Kind::Trust => &["sts"],
            _ => &[],
        };
        let texts = policy::certain_texts(property, self.resource.declarations());
        for (text, span) in texts.iter().filter_map(|it| Some((it.value.literal()?, it.span()))) {
            if text.bytes().all(|it| matches!(it, b'*' | b'?')) && !text.is_empty() || text.contains("${") {
                continue;
            }
            let Some((service, _)) = text.split_once(':') else {
                let message = format!(
                    "`{text}` is no action: the service that it is of goes before it, as in `s3:GetObject`. AWS refuses the \
                     policy."
                );
                let change = |it: &str| Change::Replace { span, value: Literal::text(it) };
                let meant = only_action(text, services);
                let fix = meant.map(|it| (Unsafe, format!("Write `{it}`"), change(&it)));
                self.with_fix(span, message, fix);
                continue;
            };
            let is_other = |it: &&str| !schema::iam::matches(service, it);
            if let [of_type] = services
                && is_other(of_type)
            {
                let what = match document.kind {
                    Kind::Trust => "A trust policy".to_owned(),
                    _ => format!("The policy of `{}`", document.ty),
                };
                let message =
                    format!("{what} can only speak of actions of `{of_type}`, so `{text}` has no place in it.");
                // Certainly refused: "Policy has invalid action", "AssumeRole policy may only specify STS AssumeRole actions".
                self.report(span, message).at_most(if matches!(*of_type, "s3" | "sts") { Error } else { Warning });
            }
        }
    }

    fn principals(&mut self, name: &str, property: &Property<'a>) {
        for (span, node) in known(property) {
            match &node.value {
                Value::Scalar(scalar) if scalar.text != "*" => {
                    let text = scalar.text.as_str();
                    let kind = match text {
                        _ if text.ends_with(".amazonaws.com") => Some("Service"),
                        _ if text.starts_with("arn:") && text.contains("-provider/") => Some("Federated"),
                        _ if is_account(text.split(':').nth(4).unwrap_or(text)) => Some("AWS"),
                        _ => None,
                    };
                    let value = |kind: &str| Literal::Map(vec![(kind.to_owned(), Literal::text(text))]);
                    let fix = |kind: &str| {
                        (Safe, format!("Write it under `{kind}`"), Change::Replace { span, value: value(kind) })
                    };
                    let message = format!(
                        "`{name}` says of what kind the principal is, as in `{}: {text}`. Only `*` stands alone, so AWS \
                         refuses the policy.",
                        kind.unwrap_or("AWS")
                    );
                    self.with_fix(span, message, kind.map(fix));
                }
                Value::List(_) => {
                    let message = format!(
                        "`{name}` is `*` or a map of {}, each with one principal or a list of them.",
                        listed(&OF_PRINCIPALS)
                    );
                    self.report(span, message);
                }
                Value::Map(map) => {
                    self.names(map, &OF_PRINCIPALS, "a principal", &|_| None);
                    for (kind, node) in &map.entries {
                        let property = Property::of(node, self.resource.declarations(), None);
                        for (span, _) in known(&property).iter().filter(|it| is_map(it.1)) {
                            self.report(*span, format!("`{}` is one principal or a list of them.", kind.text));
                        }
                    }
                }
                _ => (),
            }
        }
    }

    fn sid(&mut self, document: &Document<'a>, property: &Property<'a>) {
        for (span, node) in known(property) {
            let Some(text) = node.as_str() else { continue };
            let is_allowed = |it: &char| it.is_ascii_alphanumeric();
            if document.kind != Kind::Identity || text.chars().all(|it| is_allowed(&it)) {
                continue;
            }
            let message = format!(
                "The `Sid` `{text}` holds other characters than letters and digits, so IAM refuses the policy."
            );
            let meant: String = text.chars().filter(is_allowed).collect();
            let is_free = !meant.is_empty() && sids(document, self.resource).iter().all(|it| it.1 != meant);
            let change = Change::Replace { span, value: Literal::text(meant.clone()) };
            self.with_fix(span, message, is_free.then(|| (Safe, format!("Write `{meant}`"), change)));
        }
    }

    /// Reports a `Sid` that an earlier statement of the same document has.
    fn repeated_sids(&mut self, document: &Document<'a>) {
        if matches!(document.ty, "AWS::ECR::Repository" | "AWS::S3::BucketPolicy")
            || document.kind == Kind::Resource && document.resources() == Need::Optional
        {
            return;
        }
        let sids = sids(document, self.resource);
        for (index, (_, sid, span)) in sids.iter().enumerate().filter(|it| !it.1.1.is_empty()) {
            let is_same =
                |it: &&(Case<'_>, &str, Span)| it.1 == *sid && it.2 != *span && !it.0.excludes(&sids[index].0);
            if let Some((.., first)) = sids[..index].iter().find(is_same) {
                let around = when::around(self.resource.resource(), *span);
                let message =
                    format!("Another statement of this policy has the `Sid` `{sid}`, so AWS refuses the policy.");
                self.cx.report(*span, when::said(&around, message)).related(*first, "it is used here first");
            }
        }
    }

    /// True where the library of the CDK reads the document and writes another: of elements that it does not know it keeps
    /// none, it writes the version itself, and `Allow` where there is no effect.
    fn is_by_library(&self) -> bool {
        self.resource.construct.is_some()
    }

    /// True for a value that is there in every deployment.
    fn is_there(&self, node: &Node) -> bool {
        !Property::of(node, self.resource.declarations(), None).may_be_absent()
    }
}

/// The `Sid`s of a document, each with the case of the statement that has it.
fn sids<'a>(document: &Document<'a>, resource: &ResourceView<'a>) -> Vec<(Case<'a>, &'a str, Span)> {
    let mut out = Vec::new();
    for item in document.property.get("Statement").items() {
        for case in item.cases() {
            let Some(statement) = Statement::of(case, resource.declarations()) else { continue };
            // Of equal statements the CDK keeps one.
            if !statement.node.as_map().is_some_and(is_written_out) {
                continue;
            }
            let sid = statement.element("Sid");
            if let (Some(text), Some(span)) = (sid.as_str(), sid.span()) {
                out.push((case.clone(), text, span));
            }
        }
    }
    out
}

/// True for a map that someone wrote as such, all of it: what makes one out of other words has the same place for a key as for
/// its value.
fn is_written_out(map: &Map) -> bool {
    !map.open && map.entries.iter().all(|(name, node)| name.span != node.span)
}

fn is_map(node: &Node) -> bool {
    matches!(node.value, Value::Map(_))
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit())
}

/// The action called `name` of the one service that has it.
fn only_action(name: &str, services: &[&str]) -> Option<String> {
    let is_asked = |it: &&str| services.is_empty() || services.contains(it);
    let services = schema::iam::services().filter(is_asked).filter_map(schema::iam::service);
    let mut found = services.filter_map(|it| Some((it.name(), it.action(name)?.name())));
    let (service, action) = found.next()?;
    found.next().is_none().then(|| format!("{service}:{action}"))
}
