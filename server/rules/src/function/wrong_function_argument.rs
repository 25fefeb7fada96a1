use crate::diagnostic::Applicability;
use crate::facts::functions::{self, Kind, Place, Site, kind, literal};
use crate::prelude::*;
use crate::rule::rule;
use schema::template::{Shape, is_substitution, shape};

rule! {
    /// A function is given what it does not take.
    ///
    /// Each intrinsic function takes arguments of a certain number and kind: `Fn::Join` a delimiter and a list, `Fn::If` the
    /// name of a condition and two values, `Fn::GetAtt` a resource and an attribute. CloudFormation refuses a template that
    /// gives it something else, before it makes anything: "Template error: every Fn::Join object requires two parameters".
    /// Each function has a page in the "Intrinsic function reference" of the AWS CloudFormation User Guide.
    ///
    /// Reported are a wrong number of arguments; a list, a map or a string where another must stand, also through a
    /// parameter of such a type; an index of `Fn::Select` that is no number, or behind the end of the list; numbers of
    /// `Fn::Cidr` out of range; names in `${...}` with characters that no name has; and `${` without its `}`, which stays as
    /// it is.
    ///
    /// ## What is not reported
    ///
    /// What a function returns, where that depends on what it is given; what a macro may replace. A function in a resource
    /// that is given nothing at all is an `incomplete-resource`.
    ///
    /// ## Fix
    ///
    /// `${!...}` keeps as text what `Fn::Sub` cannot read as a name, a variable of a shell script for instance. The name of
    /// a condition where an expression must stand is written as `Condition`.
    name: "wrong-function-argument",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: [
        "cfn_lint:E1010",
        "cfn_lint:E1011",
        "cfn_lint:E1015",
        "cfn_lint:E1016",
        "cfn_lint:E1017",
        "cfn_lint:E1018",
        "cfn_lint:E1019",
        "cfn_lint:E1020",
        "cfn_lint:E1021",
        "cfn_lint:E1022",
        "cfn_lint:E1024",
        "cfn_lint:E1028",
        "cfn_lint:E1030",
        "cfn_lint:E1031",
        "cfn_lint:E1032",
        "cfn_lint:E1033",
        "cfn_lint:E8003",
        "cfn_lint:E8004",
        "cfn_lint:E8005",
        "cfn_lint:E8006",
        "cfn_lint:E8007",
    ],
    founding: [],
    check: Check::Everywhere(resource, rest),
}

fn resource(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    functions::of_resource(resource.resource(), &mut |site| check(site, cx));
}

fn rest(stack: &Stack, cx: &mut Context<'_>) {
    functions::of_rest(stack, &mut |site| check(site, cx));
    for entry in &stack.loops {
        check_loop(entry, cx);
    }
}

fn check(site: &Site<'_, '_>, cx: &mut Context<'_>) {
    let Value::Call(call) = &site.node.value else { return };
    // Nothing is called there.
    if matches!(site.place, Place::Metadata | Place::Parameter) {
        return;
    }
    let of = |function| Arguments { function };
    match &**call {
        Call::Join { delimiter, items } => {
            of("Fn::Join").literal(delimiter, "delimiter", cx);
            of("Fn::Join").list(items, "a list of what to join", cx);
            of("Fn::Join").texts(items, cx);
        }
        Call::Select { index, list } => select(index, list, cx),
        Call::Split { delimiter, text } => {
            of("Fn::Split").literal(delimiter, "delimiter", cx);
            of("Fn::Split").text(text, "a string to split", cx);
        }
        Call::FindInMap { map, first, second, .. } => {
            of("Fn::FindInMap").text(map, "the name of a mapping", cx);
            of("Fn::FindInMap").text(first, "a key of the first level", cx);
            of("Fn::FindInMap").text(second, "a key of the second level", cx);
        }
        Call::ImportValue(node) => of("Fn::ImportValue").text(node, "the name of an export", cx),
        Call::Base64(node) => of("Fn::Base64").text(node, "a string", cx),
        Call::GetAzs(node) => {
            of("Fn::GetAZs").text(node, "the name of a region, or an empty string", cx);
            region(node, cx);
        }
        Call::GetAtt { resource, attribute } => get_att(resource, attribute.as_ref(), cx),
        Call::Sub(parts) | Call::Dynamic(parts) => parts.iter().for_each(|it| sub_part(it, cx)),
        Call::Other { function, argument } => {
            if let Some(shape) = shape(&function.text) {
                let is_in_resource = matches!(site.place, Place::Properties | Place::Attribute);
                other(function, argument, shape, is_in_resource, cx);
            }
        }
        Call::Ref(_) => (),
    }
}

/// The arguments of one function.
#[derive(Clone, Copy)]
struct Arguments<'a> {
    function: &'a str,
}

impl Arguments<'_> {
    /// Reports `node` unless it may be a string.
    fn text(self, node: &Node, what: &str, cx: &mut Context<'_>) {
        if let Some((Kind::List | Kind::Map, found)) = kind(node, cx.declarations()) {
            let function = self.function;
            cx.report(node.span, format!("`{function}` takes {what} here, but is given {found}."));
        }
    }

    /// Reports `node` unless it may be a list.
    fn list(self, node: &Node, what: &str, cx: &mut Context<'_>) {
        if let Some((Kind::Text | Kind::Map, found)) = kind(node, cx.declarations()) {
            let function = self.function;
            cx.report(node.span, format!("`{function}` takes {what} here, but is given {found}."));
        }
    }

    /// Reports the items of a list that cannot be strings.
    fn texts(self, node: &Node, cx: &mut Context<'_>) {
        for item in node.as_list().map(|it| it.items.as_slice()).unwrap_or_default() {
            if let Some((Kind::List | Kind::Map, found)) = kind(item, cx.declarations()) {
                let function = self.function;
                cx.report(item.span, format!("The list of `{function}` must hold strings only. This is {found}."));
            }
        }
    }

    /// Reports `node` unless it is a string without functions.
    fn literal(self, node: &Node, what: &str, cx: &mut Context<'_>) {
        let is_function = matches!(node.value, Value::Call(_) | Value::Either(_));
        let may_be_replaced = has_helpers(cx) || functions::other(node).is_some_and(|it| it.0.text == "Fn::Transform");
        if is_function && !may_be_replaced {
            let message = format!(
                "The {what} of `{}` must be written out. CloudFormation takes no function in its place.",
                self.function
            );
            cx.report(node.span, message);
        } else if let Some((Kind::List | Kind::Map, found)) = kind(node, cx.declarations()) {
            cx.report(node.span, format!("The {what} of `{}` must be a string. This is {found}.", self.function));
        }
    }

    /// Reports `node` unless it may be a whole number of this range.
    fn number(self, node: &Node, what: &str, range: std::ops::RangeInclusive<i64>, cx: &mut Context<'_>) {
        self.text(node, what, cx);
        let Some((text, span)) = literal(node) else { return };
        if node.as_int().is_none_or(|it| !range.contains(&it)) {
            let message = format!(
                "`{}` takes {what} here, a whole number from {} to {}. This is `{text}`.",
                self.function,
                range.start(),
                range.end()
            );
            cx.report(span, message);
        }
    }

    /// Reports `node` unless it may be a condition.
    fn condition(self, node: &Node, cx: &mut Context<'_>) {
        let function = self.function;
        let takes =
            format!("`{function}` takes conditions: `Condition`, `Fn::Equals`, `Fn::And`, `Fn::Or` or `Fn::Not`");
        match &node.value {
            Value::Scalar(scalar) if node.as_bool().is_none() => {
                let name = &scalar.text;
                let is_declared = cx.declarations().condition(name).is_some();
                let message = match is_declared {
                    true => format!("{takes}. To use the condition `{name}`, write `Condition: {name}`."),
                    false => format!("{takes}. This is the string `{name}`."),
                };
                let draft = cx.report(node.span, message);
                if is_declared {
                    let value = Literal::map([("Condition", Literal::text(name.as_str()))]);
                    let change = Change::Replace { span: node.span, value };
                    draft.fix(format!("Write `Condition: {name}`"), vec![change]);
                }
            }
            Value::List(_) => drop(cx.report(node.span, format!("{takes}. This is a list."))),
            // `AWS::Serverless` itself makes conditions in this shape.
            Value::Map(map) if map.get("Condition").is_some() => (),
            Value::Map(map) if !map.open => drop(cx.report(node.span, format!("{takes}. This is a map."))),
            Value::Call(call) if !matches!(**call, Call::Other { .. }) => {
                let found = call.name();
                cx.report(node.span, format!("{takes}. This is `{found}`, which returns a value."));
            }
            _ => (),
        }
    }
}

fn select(index: &Node, list: &Node, cx: &mut Context<'_>) {
    let of = Arguments { function: "Fn::Select" };
    of.text(index, "an index", cx);
    of.list(list, "a list to select from", cx);
    let Some((text, span)) = literal(index) else { return };
    let Some(number) = index.as_int().filter(|it| *it >= 0) else {
        cx.report(
            span,
            format!("The index of `Fn::Select` must be a whole number, and the first item is 0. This is `{text}`."),
        );
        return;
    };
    if let Value::List(list) = &list.value
        && !list.open
        && usize::try_from(number).is_ok_and(|it| it >= list.items.len())
        && list.items.iter().all(|it| !matches!(it.value, Value::Missing | Value::Unknown))
    {
        let message = match list.items.len() {
            0 => "There is nothing to select from an empty list.".to_owned(),
            1 => format!("There is no item {number}: the list has one item, which is item 0."),
            count => format!("There is no item {number}: the list has {count} items, and the first is 0."),
        };
        cx.report(span, message);
    }
}

/// `eu-west-1`: words and a digit. A zone has a letter behind it.
fn region(node: &Node, cx: &mut Context<'_>) {
    let Some((text, span)) = literal(node).filter(|(text, _)| !text.trim().is_empty()) else { return };
    let has_form = text.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-');
    let mut words = text.rsplit('-');
    let is_number = words.next().is_some_and(|it| !it.is_empty() && it.chars().all(|it| it.is_ascii_digit()));
    if !has_form || !is_number || words.count() < 2 {
        let message = format!("`Fn::GetAZs` takes the name of a region, such as `eu-west-1`, and this is `{text}`.");
        cx.report(span, message);
    }
}

fn get_att(resource: &Name, attribute: Option<&Name>, cx: &mut Context<'_>) {
    if attribute.is_some_and(|it| it.text.is_empty()) && !resource.text.is_empty() {
        let name = &resource.text;
        let message = format!(
            "`Fn::GetAtt` takes a resource and one of its attributes, and there is no attribute behind `{name}`. Write \
             `{name}.Attribute`; for what the resource is known by, `Ref`."
        );
        cx.report(resource.span, message);
    }
}

fn sub_part(part: &Part, cx: &mut Context<'_>) {
    match part {
        Part::Text(text) => {
            if let Some(start) = text.text.rfind("${").filter(|it| !text.text[*it..].contains('}')) {
                // Told from the end: a literal `${!Name}` before it is longer in the source than here.
                let length = text.text.len() - start;
                let end = usize::from(text.span.range.len());
                let is_verbatim = length <= end && !text.text[start..].contains('\n');
                let from = end - if is_verbatim { length } else { end };
                let to = if is_verbatim { from + 2 } else { end };
                let place = text.span.inner(text::range(from, to));
                let message = "This `${` has no `}`, so `Fn::Sub` puts nothing in its place.";
                cx.report(place, message).at_most(Warning);
            }
        }
        Part::Value(node) => match &node.value {
            Value::Missing => {
                let message = "`${}` names nothing. Write the name of a parameter, a resource or a variable in it.";
                cx.report(node.span, message);
            }
            Value::Call(call) => {
                let written = match &**call {
                    Call::Ref(name) => name.text.clone(),
                    Call::GetAtt { resource, attribute: Some(attribute) } => {
                        SmolStr::from(format!("{}.{}", resource.text, attribute.text))
                    }
                    _ => return sub_value(node, cx),
                };
                if is_substitution(&written) {
                    return sub_value(node, cx);
                }
                let message = format!(
                    "`${{{written}}}` is no name: `Fn::Sub` takes letters, digits, `_`, `.` and `:` only. For the text itself, \
                     write `${{!{written}}}`."
                );
                let value = Literal::text(format!("${{{written}}}"));
                let change = Change::Replace { span: node.span, value };
                let title = format!("Keep `${{{written}}}` as text");
                cx.report(node.span, message).fix_as(Applicability::Unsafe, title, vec![change], None);
            }
            _ => sub_value(node, cx),
        },
        Part::Unused(_, node) => sub_value(node, cx),
    }
}

fn sub_value(node: &Node, cx: &mut Context<'_>) {
    if let Some((Kind::List | Kind::Map, found)) = kind(node, cx.declarations()) {
        cx.report(node.span, format!("`Fn::Sub` puts strings together. This is {found}."));
    }
}

/// A call that has no form of its own in the model: it takes any number of arguments, or is wrong.
fn other(function: &Name, argument: &Node, shape: &Shape, is_in_resource: bool, cx: &mut Context<'_>) {
    let name = function.text.as_str();
    let takes = format!("`{name}` takes {}, `{}`", shape.takes, shape.form);
    let of = Arguments { function: name };
    if functions::is_for_a_tool(argument) {
        return;
    }
    match &argument.value {
        Value::Unknown => (),
        // In a resource it is left to `incomplete-resource`.
        Value::Missing | Value::Null if is_in_resource || !functions::is_hole(argument) => (),
        Value::Missing | Value::Null | Value::Absent => {
            cx.report(function.span, format!("{takes}, but is given nothing."));
        }
        Value::List(list) if shape.list.is_some() => {
            let (least, most) = shape.list.unwrap_or_default();
            let count = list.items.len();
            if count < least {
                cx.report(function.span, format!("{takes}, but is given {}.", arguments(count)));
            } else if count > most {
                cx.report(list.items[most].span, format!("{takes}, but is given {}.", arguments(count)));
            } else {
                each(of, function, &list.items, &takes, cx);
            }
        }
        Value::Map(map) if shape.map.is_some() => {
            if !map.open {
                check_map(function, map, shape.map.unwrap_or_default(), &takes, cx);
            }
        }
        Value::Scalar(_) | Value::Bool(_) if shape.text => {
            // An empty string is the only one that none of them takes.
            if argument.as_str().is_some_and(|it| it.trim().is_empty()) && name != "Fn::GetAZs" {
                cx.report(argument.span, format!("{takes}, but is given an empty string."));
            }
        }
        Value::Call(_) | Value::Either(_) if shape.function_argument || has_helpers(cx) => {
            single(of, argument, &takes, cx)
        }
        _ if functions::other(argument).is_some_and(|it| it.0.text == "Fn::Transform") => (),
        // Allowed with the language extensions, which another rule speaks of.
        Value::Call(_) | Value::Either(_) if name == "Ref" => (),
        Value::Call(call) => {
            let found = call.name();
            cx.report(argument.span, format!("{takes}, written out, but is given `{found}`."));
        }
        Value::Either(_) => drop(cx.report(argument.span, format!("{takes}, written out, but is given `Fn::If`."))),
        Value::List(_) => drop(cx.report(function.span, format!("{takes}, but is given a list."))),
        Value::Map(_) => drop(cx.report(function.span, format!("{takes}, but is given a map."))),
        Value::Scalar(_) | Value::Bool(_) => drop(cx.report(argument.span, format!("{takes}, but is given a string."))),
    }
}

/// The arguments of a function that takes several, of which there are as many as there must be.
fn each(of: Arguments<'_>, function: &Name, items: &[Node], takes: &str, cx: &mut Context<'_>) {
    match function.text.as_str() {
        "Fn::And" | "Fn::Or" | "Fn::Not" => items.iter().for_each(|it| of.condition(it, cx)),
        "Fn::Equals" => items.iter().for_each(|it| of.text(it, "a string", cx)),
        "Fn::If" => {
            let condition = &items[0];
            let message = match &condition.value {
                Value::Missing | Value::Unknown => return,
                Value::Call(call) => format!(
                    "{takes}. This is `{}`: give the condition a name in `Conditions`, and write the name.",
                    call.name()
                ),
                _ => format!("{takes}. This is no name."),
            };
            if !has_helpers(cx) {
                cx.report(condition.span, message);
            }
        }
        "Fn::Cidr" => {
            of.text(&items[0], "a CIDR block", cx);
            of.number(&items[1], "the count of blocks", 1..=256, cx);
            if let Some(bits) = items.get(2) {
                of.number(bits, "the count of bits of an address in each block", 1..=128, cx);
            }
        }
        "Fn::Sub" => match &items[0].value {
            Value::Missing | Value::Unknown => (),
            Value::Scalar(_) | Value::Bool(_) => {
                cx.report(items[1].span, format!("{takes}. The second of the two must be a map."));
            }
            _ => of.literal(&items[0], "template", cx),
        },
        "Fn::FindInMap" => {
            let message =
                "The fourth argument of `Fn::FindInMap` is a map with the key `DefaultValue`, and nothing else.";
            cx.report(items[3].span, message);
        }
        "Fn::GetAtt" => {
            let is_wrong = |it: &&Node| matches!(it.value, Value::List(_) | Value::Map(_));
            if let Some(item) = items.iter().find(is_wrong) {
                cx.report(item.span, format!("{takes}. Both must be strings."));
            }
        }
        "Fn::Contains" | "Fn::EachMemberEquals" => {
            of.list(&items[0], "a list", cx);
            of.text(&items[1], "a value", cx);
        }
        "Fn::EachMemberIn" => items.iter().for_each(|it| of.list(it, "a list", cx)),
        "Fn::ValueOf" | "Fn::ValueOfAll" => items.iter().for_each(|it| of.literal(it, "argument", cx)),
        _ => (),
    }
}

/// The argument of a function that takes one, where it is a function too.
fn single(of: Arguments<'_>, argument: &Node, takes: &str, cx: &mut Context<'_>) {
    let found = kind(argument, cx.declarations());
    let found = match (of.function, found) {
        ("Fn::Length", Some((Kind::Text | Kind::Map, found))) => found,
        ("Fn::ToJsonString", Some((Kind::Text, found))) => found,
        _ => return,
    };
    cx.report(argument.span, format!("{takes}, but is given {found}."));
}

/// The keys of a function that takes a map: those that must be there, and those that may.
fn check_map(function: &Name, map: &Map, (must, may): (&[&str], &[&str]), takes: &str, cx: &mut Context<'_>) {
    if must.is_empty() && may.is_empty() {
        if map.entries.is_empty() {
            cx.report(function.span, format!("{takes}, but is given an empty one."));
        }
        return;
    }
    for key in must.iter().filter(|it| map.get(it).is_none()) {
        cx.report(function.span, format!("{takes}. `{key}` is missing."));
    }
    for (key, _) in map.entries.iter().filter(|(it, _)| !must.contains(&&*it.text) && !may.contains(&&*it.text)) {
        cx.report(key.span, format!("{takes}. It knows no `{}`.", key.text));
    }
}

/// `Fn::ForEach::Name: [Identifier, Collection, {Key: Value}]`.
fn check_loop(entry: &Entry, cx: &mut Context<'_>) {
    let takes =
        "`Fn::ForEach` takes a variable, a list of values and a map to repeat, `[Name, [a, b], {Key${Name}: ...}]`";
    let name = entry.name.text.strip_prefix(schema::template::LOOP_PREFIX).unwrap_or_default();
    if name.is_empty() || !name.chars().all(|it| it.is_ascii_alphanumeric()) {
        let message =
            format!("The name of a loop, behind `Fn::ForEach::`, takes letters and digits only. This is `{name}`.");
        cx.report(entry.name.span, message);
    }
    let items = match &entry.node.value {
        Value::List(list) => &list.items,
        Value::Unknown | Value::Either(_) => return,
        Value::Missing | Value::Null => {
            cx.report(entry.name.span, format!("{takes}, but is given nothing."));
            return;
        }
        _ => {
            cx.report(entry.name.span, format!("{takes}, but is given no list."));
            return;
        }
    };
    let [variable, values, body] = items.as_slice() else {
        let span = items.get(3).map_or(entry.name.span, |it| it.span);
        cx.report(span, format!("{takes}, but is given {}.", arguments(items.len())));
        return;
    };
    if !matches!(variable.value, Value::Scalar(_) | Value::Missing | Value::Unknown) {
        cx.report(variable.span, "The variable of a loop is a name, and must be written out.");
    }
    Arguments { function: "Fn::ForEach" }.list(values, "a list of values", cx);
    if matches!(body.value, Value::Scalar(_) | Value::Bool(_) | Value::List(_)) {
        cx.report(body.span, format!("{takes}. This is no map."));
    }
}

/// True when something reads functions in more places than CloudFormation does.
fn has_helpers(cx: &Context<'_>) -> bool {
    functions::has_language_extensions(cx.declarations()) || !functions::is_plain(cx.declarations())
}

/// "two arguments".
fn arguments(count: usize) -> String {
    match count {
        0 => "an empty list".to_owned(),
        1 => "one argument".to_owned(),
        2 => "two arguments".to_owned(),
        3 => "three arguments".to_owned(),
        4 => "four arguments".to_owned(),
        _ => format!("{count} arguments"),
    }
}
