use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A value without quotes is something else to CloudFormation than what was written.
    ///
    /// CloudFormation reads YAML 1.1 ("Template format", AWS CloudFormation User Guide) and hands every value on as text,
    /// written anew from what it was taken for:
    ///
    /// - `012345670123` is an octal number, `1402433619`; with an 8 or a 9 in it, `012345678901` becomes `1.2345678901E10`.
    ///   No account id survives that.
    /// - `22:22` is a number to the base of 60, `1342`.
    /// - `3.10` is the number `3.1`, another version.
    /// - `yes`, `no`, `on` and `off` are `true` and `false`.
    ///
    /// ## What is not reported
    ///
    /// Zeros at the end of a decimal number and `yes` or `no` count only where text is plainly meant: tags, environment
    /// variables, versions, defaults and allowed values of parameters of type `String`. Dates are fine, since CloudFormation
    /// knows no timestamps: `AWSTemplateFormatVersion: 2010-09-09` stays what it is. Metadata is not looked at.
    ///
    /// ## Fix
    ///
    /// Puts the value in quotes. For numbers this is safe: what CloudFormation makes of them is not what was written. For
    /// `yes` and `no` it is unsafe, because conditions, or those who set a parameter, may have come to rely on `true` and
    /// `false`. Keys of mappings have no fix.
    name: "ambiguous-scalar",
    category: Correctness,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    founding: [],
    check: Check::Everywhere(check_resource, check),
}

fn check_resource(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.made.is_none() {
        visit(&resource.properties, Meant::Anything, cx);
    }
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    for parameter in &stack.declarations.parameters {
        let is_text = parameter.ty == "String";
        for value in parameter.default.iter().chain(parameter.allowed_values.iter().flatten()) {
            visit(value, if is_text { Meant::Version } else { Meant::Anything }, cx);
        }
        if is_text {
            words(parameter, cx);
        }
    }
    for mapping in &stack.declarations.mappings {
        visit(&mapping.node, Meant::Anything, cx);
    }
    for output in &stack.outputs {
        output.node.get("Value").into_iter().for_each(|it| visit(it, Meant::Anything, cx));
    }
}

/// `yes` and `no` as values of a parameter: one finding and one fix for all of them. A parameter is mostly set and compared
/// in the same words, so that it works all the same.
fn words(parameter: &Parameter, cx: &mut Context<'_>) {
    let values = parameter.allowed_values.iter().flatten().chain(&parameter.default);
    let words: Vec<(&Node, &str)> = values
        .filter_map(|it| match &it.value {
            Value::Scalar(scalar) if scalar.plain => Some((it, scalar.text.as_str())),
            _ => None,
        })
        .filter(|(_, text)| matches!(Reading::of(text), Some(Reading::Bool(_))))
        .collect();
    let Some(&(first, text)) = words.first() else { return };
    let Some(reading) = Reading::of(text) else { return };
    let change = |(node, text): &(&Node, &str)| Change::Replace { span: node.span, value: Literal::text(*text) };
    let changes = words.iter().map(change).collect();
    cx.report(first.span, message(text, &reading)).at_most(Info).fix_as(
        Unsafe,
        "Put the words in quotes",
        changes,
        None,
    );
}

/// What a value is plainly meant to be, by its place.
#[derive(Clone, Copy, PartialEq)]
enum Meant {
    Anything,
    /// A list of pairs of a name and a text, or a map of texts.
    Texts,
    /// One of these pairs.
    NamedText,
    Text,
    Version,
}

impl Meant {
    /// What is meant under the key `name`.
    fn under(self, name: &str) -> Meant {
        match (self, name) {
            (Meant::NamedText, "Key" | "Value" | "Name") | (Meant::Texts, _) => Meant::Text,
            (Meant::NamedText, _) => Meant::Anything,
            (_, "Tags" | "Variables" | "Environment" | "EnvironmentVariables") => Meant::Texts,
            (_, name) if name.ends_with("Version") => Meant::Version,
            _ => Meant::Anything,
        }
    }
}

fn visit(node: &Node, meant: Meant, cx: &mut Context<'_>) {
    match &node.value {
        Value::Map(map) => {
            // `Environment: {Variables: {...}}`
            let meant = if map.get("Variables").is_some() { Meant::Anything } else { meant };
            map.entries.iter().for_each(|(name, it)| visit(it, meant.under(&name.text), cx));
        }
        Value::List(list) => {
            let item = if meant == Meant::Texts { Meant::NamedText } else { meant };
            list.items.iter().for_each(|it| visit(it, item, cx));
        }
        Value::Either(branches) => branches.iter().for_each(|it| visit(&it.node, meant, cx)),
        Value::Call(call) => call.arguments(&mut |it| visit(it, Meant::Anything, cx)),
        Value::Scalar(scalar) if scalar.plain => report(node, scalar, meant, cx),
        _ => (),
    }
}

fn report(node: &Node, scalar: &Scalar, meant: Meant, cx: &mut Context<'_>) {
    let Some(reading) = Reading::of(&scalar.text) else { return };
    let counts = match reading {
        Reading::Octal(_) | Reading::LeadingZero | Reading::Sexagesimal(_) => true,
        Reading::Decimal(_) => matches!(meant, Meant::Text | Meant::Version),
        Reading::Bool(_) => meant == Meant::Text,
    };
    if !counts {
        return;
    }
    let text = &scalar.text;
    let change = Change::Replace { span: node.span, value: Literal::text(text.as_str()) };
    let applicability = if matches!(reading, Reading::Bool(_)) { Unsafe } else { Safe };
    let draft = cx.report(node.span, message(text, &reading));
    draft.fix_as(applicability, format!("Put `{text}` in quotes"), vec![change], None);
}

fn message(text: &str, reading: &Reading) -> String {
    format!("To CloudFormation, `{text}` without quotes is {reading}. Put it in quotes to keep the text.")
}
