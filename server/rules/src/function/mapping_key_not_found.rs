use crate::diagnostic::Applicability;
use crate::facts::functions::{self, Place, Site, literal};
use crate::facts::spelling;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// `Fn::FindInMap` looks for a key that the mapping does not have.
    ///
    /// CloudFormation refuses to create or update the stack then: "Template error: Unable to get mapping for
    /// Mapping::Key::Key". The keys are case-sensitive. See "Fn::FindInMap" in the AWS CloudFormation User Guide.
    ///
    /// A key that comes from a parameter is looked at where the parameter says which values it may have: one that the mapping
    /// lacks is a warning, for the stack deploys with the others.
    ///
    /// ## What is not reported
    ///
    /// A key that depends on where or how the stack is deployed, such as `AWS::Region`; a `Fn::FindInMap` with a default
    /// value; values of a parameter where a condition may keep them away; mappings that a transform completes.
    ///
    /// ## Fix
    ///
    /// Writes the one key that differs by a letter or two, or by case.
    name: "mapping-key-not-found",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E1011"],
    founding: [],
    check: Check::Everywhere(resource, rest),
}

fn resource(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let is_conditional = resource.condition.is_some();
    functions::of_resource(resource.resource(), &mut |site| check(site, is_conditional, cx));
}

fn rest(stack: &Stack, cx: &mut Context<'_>) {
    functions::of_rest(stack, &mut |site| check(site, site.place == Place::Output, cx));
}

fn check(site: &Site<'_, '_>, is_conditional: bool, cx: &mut Context<'_>) {
    let Value::Call(call) = &site.node.value else { return };
    let Call::FindInMap { map, first, second, default: None } = &**call else { return };
    let Some((name, _)) = literal(map) else { return };
    let Some(mapping) = cx.declarations().mapping(name) else { return };
    let Some(rows) = mapping.node.as_map().filter(|it| !it.open && is_known(it)) else { return };
    let is_certain = !is_conditional && !site.in_branch;
    let of = Lookup { mapping, is_certain };

    // The rows that the first key may lead to.
    let keys = values(first, cx.declarations());
    let mut reached: Vec<&(Name, Node)> = Vec::new();
    match &keys {
        Some(Keys::Literal(key)) => match rows.entry(key) {
            Some(row) => reached.push(row),
            None => return of.missing(key, first, rows, None, cx),
        },
        Some(Keys::Parameter(parameter, values)) => {
            let (there, missing): (Vec<_>, Vec<_>) = values.iter().partition(|it| rows.get(it).is_some());
            of.missing_of_parameter(parameter, &missing, first, cx);
            reached.extend(there.into_iter().filter_map(|it| rows.entry(it)));
        }
        None => reached.extend(&rows.entries),
    }

    let is_one = matches!(keys, Some(Keys::Literal(_)));
    let mut columns = reached.iter().filter_map(|(name, row)| Some((name, row.as_map()?))).peekable();
    if reached.iter().any(|(_, row)| row.as_map().is_none_or(|it| it.open || !is_known(it))) || columns.peek().is_none()
    {
        return;
    }
    match values(second, cx.declarations()) {
        Some(Keys::Literal(key)) => {
            let columns: Vec<_> = columns.collect();
            // A row for each region need not have all: which are asked for is not known, unless all lack it.
            if columns.iter().all(|(_, it)| it.get(&key).is_none()) {
                let row = if is_one { columns.first().map(|it| it.0) } else { None };
                of.missing(&key, second, columns[0].1, row, cx);
            }
        }
        Some(Keys::Parameter(parameter, values)) => {
            let columns: Vec<_> = columns.collect();
            let is_missing = |it: &&SmolStr| columns.iter().all(|(_, columns)| columns.get(it).is_none());
            let missing: Vec<_> = values.iter().filter(is_missing).collect();
            of.missing_of_parameter(parameter, &missing, second, cx);
        }
        None => (),
    }
}

/// The mapping that is looked into.
struct Lookup<'a> {
    mapping: &'a Mapping,
    /// True when nothing can keep a value away from here.
    is_certain: bool,
}

impl Lookup<'_> {
    fn missing(&self, key: &str, node: &Node, there: &Map, row: Option<&Name>, cx: &mut Context<'_>) {
        let mapping = &self.mapping.name.text;
        let nearest = spelling::nearest(key, there.entries.iter().map(|(it, _)| it.text.as_str()));
        let place = match row {
            Some(row) => format!("`{}` of the mapping `{mapping}`", row.text),
            None => format!("The mapping `{mapping}`"),
        };
        let mut message = format!("{place} has no key `{key}`, so the template cannot be deployed.");
        if let Some(nearest) = nearest {
            message += &format!(" Did you mean `{nearest}`?");
        }
        let draft = cx.report(node.span, message).related(self.mapping.name.span, "The mapping is declared here.");
        if let Some(nearest) = nearest {
            // `eu-west-1` and `eu-west-2` are two words, not one with a letter wrong.
            let letters = |it: &str| it.chars().filter(|it| !it.is_ascii_digit()).collect::<String>();
            let applicability = if letters(nearest) == letters(key) { Applicability::Unsafe } else { Safe };
            let change = Change::Replace { span: node.span, value: Literal::text(nearest) };
            draft.fix_as(applicability, format!("Write `{nearest}`"), vec![change], None);
        }
    }

    fn missing_of_parameter(&self, parameter: &Parameter, missing: &[&SmolStr], node: &Node, cx: &mut Context<'_>) {
        if missing.is_empty() || !self.is_certain {
            return;
        }
        let words: Vec<String> = missing.iter().map(|it| format!("`{it}`")).collect();
        let message = format!(
            "`{}` may be {}, for which the mapping `{}` has no key: the stack cannot be deployed with it.",
            parameter.name.text,
            words.join(" or "),
            self.mapping.name.text
        );
        cx.report(node.span, message).at_most(Warning).related(parameter.name.span, "The parameter is declared here.");
    }
}

/// The keys that are looked for.
enum Keys<'a> {
    Literal(SmolStr),
    /// Those that a parameter may bring.
    Parameter(&'a Parameter, Vec<SmolStr>),
}

fn values<'a>(node: &Node, declarations: &'a Declarations) -> Option<Keys<'a>> {
    if let Some(text) = node.as_str() {
        return Some(Keys::Literal(text.into()));
    }
    let Value::Call(call) = &node.value else { return None };
    let Call::Ref(name) = &**call else { return None };
    let parameter = declarations.parameter(&name.text)?;
    if parameter.ty.starts_with("AWS::SSM::") {
        return None;
    }
    let texts = match (&parameter.allowed_values, &parameter.default) {
        (Some(values), _) => values.iter().map(|it| it.as_str().map(SmolStr::from)).collect::<Option<Vec<_>>>()?,
        // An empty default stands for a value that has to be given.
        (None, Some(value)) => vec![value.as_str().filter(|it| !it.is_empty())?.into()],
        (None, None) => return None,
    };
    Some(Keys::Parameter(parameter, texts))
}

/// True when all keys of a map are there: `Fn::Transform` puts in others.
fn is_known(map: &Map) -> bool {
    map.entries.iter().all(|(key, _)| !key.text.starts_with("Fn::"))
}
