use crate::diagnostic::Applicability;
use crate::facts::rewriting::{is_for_a_tool, may_be_rewritten};
use crate::facts::wording::{is_function, is_nothing, kind_of, rename, report_unknown_keys};
use crate::prelude::*;
use crate::rule::rule;
use schema::parameter::{FOREIGN_TYPES, Known, all, is_stored, known};
use schema::template::PARAMETER_KEYS;

/// Names of types are long: two of them that differ in no more letters than this may be the same word.
const MAX_DISTANCE_OF_TYPES: usize = 4;
/// The keys whose value is text, and only that.
const TEXTS: &[&str] = &["AllowedPattern", "ConstraintDescription", "Default", "Description"];

rule! {
    /// A parameter is declared in a way that CloudFormation refuses.
    ///
    /// A parameter has a name of letters and digits, a `Type` that CloudFormation knows, and takes a fixed set of keys, each
    /// with a value of one kind: see "Parameters" and "CloudFormation-supplied parameter types" in the AWS CloudFormation
    /// User Guide. Values are written out: no function can be used in a parameter, and nothing may be null. CloudFormation
    /// checks all of this before anything else and refuses the whole template ("Template format error: Unrecognized parameter
    /// type", "Invalid template parameter property", "Every Default member must be a string").
    ///
    /// A constraint that is not for the type is a warning: CloudFormation compares `MinValue` and `MaxValue` with numbers and
    /// the other constraints with text.
    ///
    /// CloudFormation takes every `List<...>` and every `AWS::SSM::Parameter::Value<...>`, but checks the values of those that
    /// are documented alone; another one is reported, as a warning, where a documented one is almost the same.
    ///
    /// ## What is not reported
    ///
    /// Templates that a macro or `AWS::Include` completes.
    ///
    /// ## Fix
    ///
    /// Writes the key or the type that is meant, takes the characters out of a name that it must not have, at all places that
    /// name it, and puts commas between the items of a default that is a list. `Type: String` for a parameter without a type is
    /// a guess, and so marked unsafe.
    name: "invalid-parameter",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E2001", "cfn_lint:E2002", "cfn_lint:E2003", "cfn_lint:W2002"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    if may_be_rewritten(stack) || is_for_a_tool(stack) {
        return;
    }
    for parameter in &stack.declarations.parameters {
        name(stack, parameter, cx);
        match &parameter.node.value {
            Value::Map(map) => body(parameter, map, cx),
            Value::Null | Value::Missing => {
                let name = &parameter.name;
                let message =
                    format!("The parameter `{}` is empty. It must have a `Type`, such as `String`.", name.text);
                cx.report(name.span, message);
            }
            Value::Unknown => (),
            _ if is_function(&parameter.node) => (),
            _ => {
                let kind = kind_of(&parameter.node);
                let name = &parameter.name.text;
                let message = format!("The parameter `{name}` is {kind}, where a map with its `Type` must stand.");
                cx.report(parameter.node.span, message);
            }
        }
    }
}

fn name(stack: &Stack, parameter: &Parameter, cx: &mut Context<'_>) {
    let name = &parameter.name;
    if name.text.chars().all(char::is_alphanumeric) {
        return;
    }
    let message = format!("The name `{}` is refused: the name of a parameter has only letters and digits.", name.text);
    let to: String = name.text.chars().filter(|it| it.is_alphanumeric()).collect();
    let is_free = !to.is_empty() && stack.item(&to).is_none() && stack.broken.is_empty();
    let draft = cx.report(name.span, message);
    if is_free {
        let of_interface = interface_names(stack).into_iter().filter(|it| it.text == name.text);
        let references = stack
            .all_references()
            .map(|(_, it)| it)
            .filter(|it| matches!(it.kind, ReferenceKind::Ref | ReferenceKind::Sub) && it.target.text == name.text);
        let mut changes = vec![rename(name, &to)];
        changes.extend(references.map(|it| rename(&it.target, &to)));
        changes.extend(of_interface.map(|it| rename(&it, &to)));
        changes.dedup();
        draft.fix(format!("Call it `{to}`"), changes);
    }
}

fn body(parameter: &Parameter, map: &Map, cx: &mut Context<'_>) {
    let name = &parameter.name;
    let meant = report_unknown_keys(cx, map, PARAMETER_KEYS, "a parameter");
    for (key, node) in &map.entries {
        if is_nothing(node) {
            let message = format!("`{}` has no value. Give it one, or take it out: null is refused.", key.text);
            let draft = cx.report(key.span, message);
            if key.text == "Default" && matches!(parameter.ty.as_str(), "String" | "CommaDelimitedList") {
                let change =
                    Change::SetIn { map: parameter.node.span, path: "Default".into(), value: Literal::text("") };
                draft.fix_as(Applicability::Unsafe, "Write an empty string", vec![change], None);
            }
        }
    }
    match map.entry("Type") {
        Some((_, node)) if is_nothing(node) || is_function(node) => (),
        Some((_, node)) => ty(node, cx),
        None if map.open || meant.contains(&"Type") => (),
        None => {
            let change =
                Change::SetIn { map: parameter.node.span, path: "Type".into(), value: Literal::text("String") };
            let message =
                format!("The parameter `{}` has no `Type`, so CloudFormation refuses the template.", name.text);
            cx.report(name.span, message).fix_as(Applicability::Unsafe, "Add `Type: String`", vec![change], None);
        }
    }
    for (key, node) in map.entries.iter().filter(|(_, node)| !is_nothing(node) && !is_function(node)) {
        match key.text.as_str() {
            it if TEXTS.contains(&it) => text(it, node, cx),
            "AllowedValues" => allowed_values(node, cx),
            "NoEcho" => no_echo(node, cx),
            it @ ("MinLength" | "MaxLength" | "MinValue" | "MaxValue") => number(it, node, cx),
            _ => (),
        }
    }
    bounds(map, "MinLength", "MaxLength", cx);
    bounds(map, "MinValue", "MaxValue", cx);
    unfit(&parameter.ty, map, cx);
}

/// The type.
fn ty(node: &Node, cx: &mut Context<'_>) {
    let Some(written) = node.as_str() else {
        if !matches!(node.value, Value::Unknown) {
            let message =
                format!("`Type` is {}, where the name of a type must stand, such as `String`.", kind_of(node));
            cx.report(node.span, message);
        }
        return;
    };
    let written = written.trim();
    let replace = |it: &str| vec![Change::Replace { span: node.span, value: Literal::text(it) }];
    let certainty = known(written);
    if certainty == Known::Documented {
        return;
    }
    let foreign = FOREIGN_TYPES.iter().find(|(foreign, _)| foreign.eq_ignore_ascii_case(written)).map(|(_, it)| *it);
    let by_name = nearest_type(written);
    let (suggestion, applicability) = match (foreign, by_name) {
        (Some(ty), _) => (Some(ty.to_owned()), Applicability::Safe),
        (None, Some((ty, distance))) => {
            (Some(ty), if distance <= 2 { Applicability::Safe } else { Applicability::Unsafe })
        }
        (None, None) => (None, Applicability::Unsafe),
    };
    match (certainty, suggestion) {
        (Known::Documented, _) | (Known::Unchecked, None) => (),
        (Known::Unchecked, Some(it)) => {
            let message = format!(
                "CloudFormation does not know the type `{written}` and checks no values of it. Did you mean `{it}`?"
            );
            let draft = cx.report(node.span, message).at_most(Warning);
            draft.fix_as(Applicability::Unsafe, format!("Write `{it}`"), replace(&it), None);
        }
        (Known::No, Some(it)) => {
            let how = match (foreign, it.as_str()) {
                (Some(_), "String") if written.to_ascii_lowercase().starts_with("bool") => {
                    " A `String` with `AllowedValues` of true and false takes its place.".to_owned()
                }
                (Some(_), "CommaDelimitedList") => format!(" `{it}` is the type of lists of strings."),
                (Some(_), _) => format!(" `{it}` takes its place."),
                (None, _) => format!(" Did you mean `{it}`?"),
            };
            let message = format!("There is no type `{written}`, so CloudFormation refuses the template.{how}");
            cx.report(node.span, message).fix_as(applicability, format!("Write `{it}`"), replace(&it), None);
        }
        (Known::No, None) => {
            let message = format!(
                "There is no type `{written}`, so CloudFormation refuses the template. Where no other type is meant, `String` \
                 takes any value."
            );
            cx.report(node.span, message);
        }
    }
}

/// The documented type that is most like what is written, and how far it is from it.
fn nearest_type(written: &str) -> Option<(String, usize)> {
    let small = written.to_ascii_lowercase();
    let distance = |it: &str| {
        if small == it.to_ascii_lowercase() {
            return 0;
        }
        // `AWS::EC2::VPC` for `AWS::EC2::VPC::Id`.
        if it.strip_prefix(written).is_some_and(|it| matches!(it, "::Id" | "::Name" | "::KeyName" | "::GroupName")) {
            return 1;
        }
        strsim::osa_distance(written, it)
    };
    let allowed = match written.chars().count() {
        0..=2 => return None,
        3..=11 => 2,
        _ => MAX_DISTANCE_OF_TYPES,
    };
    let best = all().map(|it| (distance(&it), it)).min()?;
    (best.0 <= allowed).then_some((best.1, best.0))
}

/// A value that must be text.
fn text(key: &str, node: &Node, cx: &mut Context<'_>) {
    match &node.value {
        Value::Map(_) | Value::Call(_) | Value::Either(_) | Value::Absent => {
            let message =
                format!("`{key}` is {}, where text must stand: a parameter cannot use functions.", kind_of(node));
            let message =
                if node.as_map().is_some() { format!("`{key}` is a map, where text must stand.") } else { message };
            cx.report(node.span, message);
        }
        Value::List(list) => {
            let items: Option<Vec<&str>> = list.items.iter().map(Node::as_str).collect();
            match items.filter(|items| key == "Default" && !list.open && items.iter().all(|it| !it.contains(','))) {
                Some(items) => {
                    let joined = items.join(",");
                    let message = "`Default` is a list, where text must stand: commas go between the items of a list.";
                    let change = Change::Replace { span: node.span, value: Literal::text(&joined) };
                    cx.report(node.span, message).fix(format!("Write `{joined}`"), vec![change]);
                }
                None => {
                    cx.report(node.span, format!("`{key}` is a list, where text must stand."));
                }
            }
        }
        _ => (),
    }
}

fn allowed_values(node: &Node, cx: &mut Context<'_>) {
    match &node.value {
        Value::List(list) => {
            for item in &list.items {
                match &item.value {
                    Value::Scalar(_) | Value::Bool(_) | Value::Unknown | Value::Missing => (),
                    _ if is_function(item) => (),
                    _ => {
                        let kind = kind_of(item);
                        cx.report(item.span, format!("An allowed value is {kind}, where text or a number must stand."));
                    }
                }
            }
        }
        Value::Scalar(_) | Value::Bool(_) => {
            let change = Change::Replace { span: node.span, value: Literal::List(vec![Literal::Existing(node.span)]) };
            let message = "`AllowedValues` must be a list, even of one value.";
            cx.report(node.span, message).fix("Make it a list", vec![change]);
        }
        Value::Unknown => (),
        _ => {
            let message = format!("`AllowedValues` is {}, where a list of values must stand.", kind_of(node));
            cx.report(node.span, message);
        }
    }
}

fn no_echo(node: &Node, cx: &mut Context<'_>) {
    match &node.value {
        Value::Unknown => (),
        _ if node.as_bool().is_some() => (),
        Value::Scalar(scalar) => {
            let message = format!("`NoEcho` is `{}`, where `true` or `false` must stand.", scalar.text);
            cx.report(node.span, message).at_most(Warning);
        }
        _ => {
            cx.report(node.span, format!("`NoEcho` is {}, where `true` or `false` must stand.", kind_of(node)));
        }
    }
}

fn number(key: &str, node: &Node, cx: &mut Context<'_>) {
    let is_length = key.ends_with("Length");
    let wanted = if is_length { "a whole number" } else { "a number" };
    match node.as_str() {
        Some(it) if is_length && it.trim().parse::<i64>().is_ok() => (),
        Some(it) if !is_length && it.trim().parse::<f64>().is_ok_and(f64::is_finite) => (),
        Some(it) => {
            cx.report(node.span, format!("`{key}` is `{it}`, where {wanted} must stand."));
        }
        None if matches!(node.value, Value::Unknown) => (),
        None => {
            cx.report(node.span, format!("`{key}` is {}, where {wanted} must stand.", kind_of(node)));
        }
    }
}

/// Two bounds between which no value lies.
fn bounds(map: &Map, low: &str, high: &str, cx: &mut Context<'_>) {
    let number = |key: &str| {
        let node = map.get(key)?;
        Some((node, node.as_str()?.trim().parse::<f64>().ok()?))
    };
    if let (Some((low_node, from)), Some((high_node, to))) = (number(low), number(high))
        && from > to
    {
        let message = format!("`{high}` is below `{low}`, so that no value is allowed.");
        cx.report(high_node.span, message).related(low_node.span, format!("`{low}` is here."));
    }
}

/// Constraints that CloudFormation does not compare with values of this type.
fn unfit(ty: &str, map: &Map, cx: &mut Context<'_>) {
    let is_number = matches!(ty, "Number" | "List<Number>");
    if known(ty) != Known::Documented || is_stored(ty) || ty == "List<Number>" {
        return;
    }
    for (key, _) in &map.entries {
        let (replacement, values) = match key.text.as_str() {
            "MinValue" if !is_number => ("MinLength", "numbers"),
            "MaxValue" if !is_number => ("MaxLength", "numbers"),
            "MinLength" if is_number => ("MinValue", "text"),
            "MaxLength" if is_number => ("MaxValue", "text"),
            "AllowedPattern" if is_number => ("MinValue` and `MaxValue", "text"),
            _ => continue,
        };
        let message = format!(
            "`{}` is for {values}, and a parameter of the type `{ty}` takes none. Use `{replacement}`, or another type.",
            key.text
        );
        cx.report(key.span, message).at_most(Warning);
    }
}

/// The names of parameters that the template's own metadata speaks of (`AWS::CloudFormation::Interface`).
fn interface_names(stack: &Stack) -> Vec<Name> {
    crate::facts::interface::parameters(stack).map(|it| it.name).collect()
}
