use crate::facts::spelling;
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;

/// What stands for a value that nobody but the author knows.
const PLACEHOLDER: &str = "CHANGE_ME";
/// More values than these are no help.
const MAX_SHOWN: usize = 8;

rule! {
    /// A nested stack is given other parameters than its template takes.
    ///
    /// The template of the nested stack is a file beside this one, and the parameters that it is given do not fit what it
    /// declares: one that it does not have, none for one that has no default, or a value that is not among its
    /// `AllowedValues`. Templates in an editor count as they are there, saved or not.
    ///
    /// ## Why
    ///
    /// CloudFormation finds out when it has created everything that comes before: "Parameters: [VpcCidr] do not exist in the
    /// template", "Parameters: [VpcId] must have values". Then all of it is rolled back. See "AWS::CloudFormation::Stack" in
    /// the AWS CloudFormation Template Reference.
    ///
    /// ## What is not reported
    ///
    /// - A template at an address, or one whose path is not certain: it is not known.
    /// - A template that a macro or `AWS::Include` completes, or that does not parse at the moment.
    /// - Values that are not known before deployment.
    ///
    /// ## Fix
    ///
    /// A parameter that is spelled otherwise gets its right name. A missing one is passed on from the parameter of this
    /// template that has the same name and type; where there is none, a placeholder or the first allowed value stands for the
    /// value to fill in.
    name: "nested-stack-parameter-mismatch",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E3043"],
    founding: [],
    check: Check::Resources(&["AWS::CloudFormation::Stack", "AWS::Serverless::Application"], check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(Nested { path, interface: Some(interface) }) = cx.stack().nested.get(&resource.key) else { return };
    let given = resource.property("Parameters");
    let mut reported: Vec<Span> = Vec::new();
    let mut meant = Vec::new();
    for (name, value) in given.entries() {
        match interface.parameter(&name.text) {
            // A parameter may stand in several branches, each once.
            None if !interface.open && !reported.contains(&name.span) => {
                reported.push(name.span);
                let around = when::around(resource.resource(), name.span);
                meant.extend(unknown(name, path, interface, &given, &around, cx));
            }
            Some(parameter) => {
                let around = when::around(resource.resource(), value.span().unwrap_or(name.span));
                not_allowed(name, &value, path, parameter, &around, cx);
            }
            None => (),
        }
    }
    missing(resource, path, interface, &meant, cx);
}

/// A parameter that the nested template does not have. Gives the one that was meant, if that is clear.
fn unknown<'i>(
    name: &Name,
    path: &str,
    interface: &'i Interface,
    given: &Property<'_>,
    around: &[(&Name, bool)],
    cx: &mut Context<'_>,
) -> Option<&'i str> {
    let is_free = |it: &str| given.get(it).is_absent();
    let names = interface.parameters.iter().map(|it| it.name.text.as_str()).filter(|it| is_free(it));
    let meant = spelling::nearest(&name.text, names);
    let mut message = format!("`{path}` has no parameter `{}`, so the stack cannot be deployed.", name.text);
    if let Some(meant) = meant {
        message += &format!(" Did you mean `{meant}`?");
    }
    let draft = cx.report(name.span, when::said(around, message));
    if let Some(meant) = meant {
        let change = Change::Rename { span: name.span, to: meant.into() };
        let applicability = if spelling::is_other_of_its_sort(&name.text, meant) { Unsafe } else { Safe };
        draft.fix_as(applicability, format!("Write `{meant}`"), vec![change], None);
    }
    meant
}

/// A value that the nested template does not allow.
fn not_allowed(
    name: &Name,
    value: &Property<'_>,
    path: &str,
    parameter: &Parameter,
    around: &[(&Name, bool)],
    cx: &mut Context<'_>,
) {
    let Some(allowed) = &parameter.allowed_values else { return };
    let is_text = matches!(parameter.ty.as_str(), "String" | "Number");
    let Some(allowed) = allowed.iter().map(Node::as_str).collect::<Option<Vec<_>>>().filter(|_| is_text) else {
        return;
    };
    let written = value.as_str().filter(|_| !allowed.is_empty());
    let (Some(written), Some(span)) = (written, value.span()) else { return };
    let number = |it: &str| it.trim().parse::<f64>().ok();
    let is_allowed = |it: &&str| {
        value.may_be(it) || (parameter.ty == "Number" && number(it).is_some() && number(it) == number(written))
    };
    if allowed.iter().any(is_allowed) {
        return;
    }
    let shown = match allowed.len() > MAX_SHOWN {
        true => format!("{} and {} others", quoted(&allowed[..MAX_SHOWN], ", "), allowed.len() - MAX_SHOWN),
        false => quoted(&allowed, " or "),
    };
    let message =
        format!("`{path}` takes {shown} for `{}`, not `{written}`, so the stack cannot be deployed.", name.text);
    let draft = cx.report(span, when::said(around, message));
    if let Some(meant) = spelling::nearest(written, allowed.iter().copied()) {
        let applicability = if spelling::is_other_of_its_sort(written, meant) { Unsafe } else { Safe };
        let change = Change::Replace { span, value: Literal::text(meant) };
        draft.fix_as(applicability, format!("Write `{meant}`"), vec![change], None);
    }
}

/// Parameters that have no default and get no value, but for those that are `meant` by another name.
fn missing(resource: &ResourceView<'_>, path: &str, interface: &Interface, meant: &[&str], cx: &mut Context<'_>) {
    let given = resource.property("Parameters");
    let is_missing = |it: &&Parameter| {
        let is_required = it.default.is_none() && it.node.as_map().is_some_and(|it| !it.open) && !it.ty.is_empty();
        is_required && !meant.contains(&it.name.text.as_str()) && given.get(&it.name.text).is_absent()
    };
    let missing: Vec<&Parameter> = interface.parameters.iter().map(|it| &**it).filter(is_missing).collect();
    if missing.is_empty() || interface.open {
        return;
    }
    let names: Vec<&str> = missing.iter().map(|it| it.name.text.as_str()).collect();
    let (parameters, values) =
        if names.len() == 1 { ("the parameter", "has no default") } else { ("the parameters", "have no defaults") };
    let message = format!(
        "`{path}` needs {parameters} {}, which {values}, so the stack cannot be deployed without.",
        quoted(&names, " and ")
    );
    let key = resource.properties.as_map().and_then(|it| it.entry("Parameters"));
    let span = key.map_or(resource.id.span, |(name, _)| name.span);

    let (mut changes, mut applicability, mut all_known) = (Vec::new(), Safe, true);
    for parameter in &missing {
        let name = &parameter.name.text;
        let own = cx.declarations().parameter(name).filter(|it| !it.ty.contains("List"));
        let value = match own {
            Some(own) => {
                applicability = applicability.min(if own.ty == parameter.ty { Safe } else { Unsafe });
                Literal::Ref(name.clone())
            }
            None => {
                (applicability, all_known) = (Unsafe, false);
                placeholder(parameter)
            }
        };
        let property = resource.property(&format!("Parameters.{name}"));
        changes.push(property.set(value));
    }
    let draft = cx.report(span, message);
    if changes.len() == missing.len() {
        let names = quoted(&names, " and ");
        let title =
            if all_known { format!("Pass {names} on") } else { format!("Pass {names}, with values to fill in") };
        draft.fix_as(applicability, title, changes, None);
    }
}

fn placeholder(parameter: &Parameter) -> Literal {
    let allowed = parameter.allowed_values.as_ref().and_then(|it| it.first()).and_then(Node::as_str);
    match (allowed, parameter.ty.as_str()) {
        (Some(first), _) => Literal::text(first),
        (None, "Number") => Literal::Number(0),
        _ => Literal::text(PLACEHOLDER),
    }
}

/// `a`, `b` and `c`, with that word before the last.
fn quoted(words: &[&str], last: &str) -> String {
    let words: Vec<String> = words.iter().map(|it| format!("`{it}`")).collect();
    match words.split_last() {
        Some((end, first)) if !first.is_empty() => format!("{}{last}{end}", first.join(", ")),
        _ => words.concat(),
    }
}
