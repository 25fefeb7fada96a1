use crate::facts::java_pattern::{Match, matches};
use crate::facts::rewriting::may_be_rewritten;
use crate::facts::spelling::nearest;
use crate::prelude::*;
use crate::rule::rule;
use schema::parameter::{is_list, is_stored};

rule! {
    /// The default of a parameter is not one of the values that it allows.
    ///
    /// The `Default` of a parameter must keep to its own constraints ("Parameters", AWS CloudFormation User Guide):
    /// `AllowedValues`, `AllowedPattern`, which must match all of it, `MinLength` and `MaxLength`, `MinValue` and `MaxValue`; and
    /// the default of a `Number` must be one. Otherwise no stack can be created without naming another value. For a list, each of
    /// its items counts.
    ///
    /// A pattern that matches only the start of the default is a warning: it may have been meant to be enough.
    ///
    /// ## What is not reported
    ///
    /// What is not certain: patterns with parts that Java reads otherwise than other dialects, values that YAML may read as a
    /// number, a date or a boolean, and parameters of Systems Manager, whose default is a name.
    ///
    /// ## Fix
    ///
    /// Writes the allowed value that differs by a letter or two, or by case.
    name: "parameter-default-not-allowed",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E2015"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    if may_be_rewritten(stack) {
        return;
    }
    for parameter in &stack.declarations.parameters {
        let (Some(default), Some(map)) = (&parameter.default, parameter.node.as_map()) else { continue };
        let Some(text) = default.as_str() else { continue };
        // What it is compared with is another parameter, or the name of one.
        if is_stored(&parameter.ty) || parameter.ty.is_empty() {
            continue;
        }
        let is_list = is_list(&parameter.ty);
        let items: Vec<&str> = if is_list { text.split(',').map(str::trim).collect() } else { vec![text] };
        if let Some(fault) = fault(parameter, map, default, text, &items) {
            report(fault, default, cx);
        }
    }
}

/// What is wrong with a default.
struct Fault<'a> {
    message: String,
    /// What it breaks: the key, and what stands there.
    constraint: Option<(&'static str, &'a Node)>,
    suggestion: Option<&'a str>,
    gravity: crate::rule::Severity,
}

fn report(fault: Fault<'_>, default: &Node, cx: &mut Context<'_>) {
    let mut draft = cx.report(default.span, fault.message).at_most(fault.gravity);
    if let Some((key, node)) = fault.constraint {
        draft = draft.related(node.span, format!("`{key}` is here."));
    }
    if let Some(suggestion) = fault.suggestion {
        let change = Change::Replace { span: default.span, value: Literal::text(suggestion) };
        draft.fix(format!("Write `{suggestion}`"), vec![change]);
    }
}

/// The first thing that is wrong with it.
fn fault<'a>(parameter: &Parameter, map: &'a Map, default: &Node, text: &str, items: &[&str]) -> Option<Fault<'a>> {
    let is_list = is_list(&parameter.ty);
    let fault = |message: String, constraint| Some(Fault { message, constraint, suggestion: None, gravity: Error });
    let shown =
        |it: &str| if is_list { format!("The item `{it}` of the default") } else { format!("The default `{it}`") };
    if matches!(parameter.ty.as_str(), "Number" | "List<Number>")
        && let Some(wrong) = items.iter().find(|it| !may_be_number(it))
    {
        return fault(
            format!("{} is no number, and the parameter is of the type `{}`.", shown(wrong), parameter.ty),
            None,
        );
    }
    if let Some(allowed) = map.get("AllowedValues")
        && let Some(list) = allowed.as_list()
        && !list.open
        && !list.items.is_empty()
        && list.items.iter().all(|it| it.as_str().is_some())
    {
        let is_allowed = |it: &str| list.items.iter().any(|allowed| may_be_same(allowed, default, it));
        // The whole of a list may be one of the values too.
        if let Some(wrong) = items.iter().find(|it| !is_allowed(it)).filter(|_| !is_allowed(text)) {
            let suggestion = nearest(wrong, list.items.iter().filter_map(Node::as_str));
            let mut message = format!("{} is not among the allowed values.", shown(wrong));
            if let Some(it) = suggestion {
                message += &format!(" Did you mean `{it}`?");
            }
            let suggestion = suggestion.filter(|_| !is_list || items.len() == 1);
            return Some(Fault { message, constraint: Some(("AllowedValues", allowed)), suggestion, gravity: Error });
        }
    }
    if let Some(pattern) = map.get("AllowedPattern")
        && matches!(parameter.ty.as_str(), "String" | "CommaDelimitedList")
        && let Some(source) = pattern.as_str()
    {
        let of_item = |it: &&str| matches(source, it);
        let worst = items.iter().map(|it| (of_item(it), *it)).find(|(it, _)| *it != Match::Possible);
        if let Some((found, wrong)) = worst
            && matches(source, text) != Match::Possible
        {
            let (how, gravity) = match found {
                Match::Part => ("only in part, and CloudFormation asks for all of it", Warning),
                _ => ("not at all", Error),
            };
            let message = format!("The allowed pattern matches {} {how}.", lower(&shown(wrong)));
            return Some(Fault { message, constraint: Some(("AllowedPattern", pattern)), suggestion: None, gravity });
        }
    }
    if !is_list && parameter.ty != "Number" {
        // Java counts in UTF-16.
        let length = text.encode_utf16().count() as i64;
        if let Some((node, least)) = bound(map, "MinLength", Node::as_int).filter(|(_, it)| length < *it) {
            let message = format!("The default has {length} characters, and `MinLength` asks for {least}.");
            return fault(message, Some(("MinLength", node)));
        }
        if let Some((node, most)) = bound(map, "MaxLength", Node::as_int).filter(|(_, it)| length > *it) {
            let message = format!("The default has {length} characters, and `MaxLength` allows {most}.");
            return fault(message, Some(("MaxLength", node)));
        }
    }
    if parameter.ty == "Number"
        && let Ok(number) = text.trim().parse::<f64>()
    {
        let number_of = |it: &Node| it.as_str()?.trim().parse::<f64>().ok();
        if let Some((node, _)) = bound(map, "MinValue", number_of).filter(|(_, it)| number < *it) {
            return fault(format!("The default `{text}` is below `MinValue`."), Some(("MinValue", node)));
        }
        if let Some((node, _)) = bound(map, "MaxValue", number_of).filter(|(_, it)| number > *it) {
            return fault(format!("The default `{text}` is above `MaxValue`."), Some(("MaxValue", node)));
        }
    }
    None
}

fn lower(sentence: &str) -> String {
    sentence.replacen("The ", "the ", 1)
}

fn bound<'a, T>(map: &'a Map, key: &str, read: impl Fn(&Node) -> Option<T>) -> Option<(&'a Node, T)> {
    let node = map.get(key)?;
    Some((node, read(node)?))
}

/// False for what is certainly no number in any notation of YAML.
fn may_be_number(text: &str) -> bool {
    let text = text.trim();
    let starts_like_one = text.trim_start_matches(['+', '-']).starts_with(|it: char| it.is_ascii_digit() || it == '.');
    text.parse::<f64>().is_ok_and(f64::is_finite)
        || (starts_like_one && text.chars().all(|it| it.is_ascii_hexdigit() || "+-._xXoO:".contains(it)))
}

/// False where `text`, which is `default` or an item of it, is certainly not what is `allowed`.
fn may_be_same(allowed: &Node, default: &Node, text: &str) -> bool {
    let Some(word) = allowed.as_str() else { return true };
    if word.trim() == text.trim() {
        return true;
    }
    let is_typed = |it: &Node| match &it.value {
        Value::Bool(_) => true,
        Value::Scalar(scalar) => scalar.plain,
        _ => false,
    };
    if !is_typed(allowed) && !is_typed(default) {
        return false;
    }
    // YAML may have read one of them as something that is written in several ways.
    let boolean =
        |it: &str| ["true", "yes", "on", "false", "no", "off", "y", "n"].iter().any(|b| b.eq_ignore_ascii_case(it));
    let number = |it: &str| it.trim().parse::<f64>().ok();
    let special =
        |it: &str| it.starts_with(|it: char| it.is_ascii_digit() || "+-.".contains(it)) && number(it).is_none();
    (boolean(word) && boolean(text))
        || number(word).is_some_and(|it| number(text) == Some(it))
        || (special(word) && number(text).is_some() && may_be_number(word))
        || (special(text) && number(word).is_some() && may_be_number(text))
}
