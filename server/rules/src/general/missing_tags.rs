use crate::Applicability;
use crate::facts::wording::listed;
use crate::prelude::*;
use crate::rule::rule;
use schema::resource_type;
use schema::resources::Types;

rule! {
    /// A resource does not have the tags that all must have.
    ///
    /// Bills, access by attributes and every search through an account build on tags. Which ones everything must have is said
    /// once, by `required-tags` of the configuration: `required-tags: [team, cost-center]`, or with the values that they are to
    /// have, `required-tags: [team=orders, cost-center]`. Without such a list the rule is silent, and it is off unless it is
    /// asked for.
    ///
    /// Which types can have tags, and in which form, the schemas of CloudFormation say. In the CDK, where a tag of a scope is on
    /// everything below it, a stack is reported once for each key that no `Tags.of(...).add(...)`, no `tags` of its props and
    /// none in `cdk.json` puts on it, on anything around it or on anything in it, provided that the whole program can be
    /// followed.
    ///
    /// ## What is not reported
    ///
    /// Tags that cannot be known, by a parameter, a function or a macro; types that take their tags in another form than keys
    /// and values, such as launch templates; what a transform makes. Tags of the stack itself, which are given when it is
    /// deployed (`--tags`), cannot be seen.
    ///
    /// ## Fix
    ///
    /// Adds the tags: with the value that the configuration gives, or the one that another resource of the stack has. Where
    /// neither is known, a person has to say one: the value is empty then, in the CDK the name of the stack, and the fix is not
    /// applied unasked.
    name: "missing-tags",
    category: Maintainability,
    severity: Info,
    default_on: false,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["guard:REQUIRED_TAGS"],
    founding: ["F60"],
    check: Check::EveryResourceAndProgram(check, check_program),
}

/// The keys that are required, each with the value that it is to have.
fn required<'a>(cx: &Context<'a>) -> Vec<(&'a str, Option<&'a str>)> {
    let keys = cx.setting("required-tags").iter();
    keys.map(|it| it.split_once('=').map_or((it.as_str(), None), |(key, value)| (key, Some(value)))).collect()
}

/// How a type takes its tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// A list of maps with `Key` and `Value`.
    List,
    /// The same, with `PropagateAtLaunch`.
    Launch,
    /// A map from keys to values.
    Map,
}

/// The property that takes the tags of a type.
fn tags_of(ty: &str) -> Option<(&'static str, Form)> {
    let ty = resource_type(ty).filter(|it| it.is_taggable() || it.name().starts_with("AWS::Serverless::"))?;
    let properties = ty.schema().properties();
    let is_name = |it: &str| it == "Tags" || it.ends_with("Tags");
    let named = properties.into_iter().filter(|it| is_name(it.0) && !ty.read_only().contains(it.0));
    // `Tags` before `UserPoolTags`.
    let (name, schema) = named.min_by_key(|it| (it.0 != "Tags", it.0.len()))?;
    let items = schema.items();
    let has = |key: &str| items.is_some_and(|it| it.property(key).is_some());
    let form = match () {
        () if has("Key") && has("Value") && has("PropagateAtLaunch") => Form::Launch,
        () if has("Key") && has("Value") => Form::List,
        () if items.is_none() && schema.types().contains(Types::OBJECT) => Form::Map,
        () => return None,
    };
    Some((name, form))
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let required = required(cx);
    if required.is_empty() || cx.source() == Source::Cdk || resource.made.is_some() {
        return;
    }
    let Some((property, form)) = tags_of(&resource.ty.text) else { return };
    let tags = resource.property(property);
    let missing: Vec<_> = required.into_iter().filter(|it| !may_have(&tags, form, it.0)).collect();
    if missing.is_empty() || is_tagged_by_globals(resource, cx) {
        return;
    }
    let keys: Vec<&str> = missing.iter().map(|it| it.0).collect();
    let message = format!(
        "`{}` does not have the {} {}, which everything must have so that it is known whose it is and who pays for it.",
        resource.id.text,
        if keys.len() == 1 { "tag" } else { "tags" },
        listed(&keys)
    );
    let fix = if cx.wants_fixes() { mend(&tags, form, &missing, property, resource, cx) } else { None };
    let draft = cx.report(resource.id.span, message);
    if let Some((applicability, changes)) = fix {
        let title = if keys.len() == 1 { "Add the tag" } else { "Add the tags" };
        draft.fix_as(applicability, title, changes, None);
    }
}

/// True when some deployment may have a tag of this key.
fn may_have(tags: &Property<'_>, form: Form, key: &str) -> bool {
    if tags.is_absent() {
        return false;
    }
    // Of a choice of lists each has to have it, of which one is asked after the other.
    if !tags.is_complete() || tags.is_uncertain() {
        return true;
    }
    match form {
        Form::Map => tags.get(key).may_be_set(),
        Form::List | Form::Launch => tags.items().iter().any(|it| it.is_uncertain() || it.get("Key").may_be(key)),
    }
}

/// True when `Globals` of AWS SAM, which is merged into the resource, says something of tags.
fn is_tagged_by_globals(resource: &ResourceView<'_>, cx: &Context<'_>) -> bool {
    let Some(kind) = resource.ty.text.strip_prefix("AWS::Serverless::") else { return false };
    cx.stack().globals.iter().any(|it| it.name.text == kind && it.node.get("Tags").is_some())
}

fn mend(
    tags: &Property<'_>,
    form: Form,
    missing: &[(&str, Option<&str>)],
    property: &str,
    resource: &ResourceView<'_>,
    cx: &Context<'_>,
) -> Option<(Applicability, Vec<Change>)> {
    let mut applicability = Safe;
    let mut values = Vec::new();
    for (key, value) in missing {
        let value = value.map(Literal::text).or_else(|| value_elsewhere(key, cx.stack())).unwrap_or_else(|| {
            applicability = Unsafe;
            Literal::text("")
        });
        values.push(((*key).to_owned(), value));
    }
    if tags.is_absent() {
        let value = match form {
            Form::Map => Literal::Map(values),
            Form::List | Form::Launch => {
                Literal::List(values.into_iter().map(|(key, value)| item(key, value, form)).collect())
            }
        };
        return Some((applicability, vec![tags.set(value)]));
    }
    // What is not one list, or one map, has no place where another could go.
    let [only] = tags.cases() else { return None };
    let written = only.node().filter(|it| it.span == only.span && only.is_unconditional())?;
    let changes = values.into_iter().map(|(key, value)| match form {
        Form::Map => Change::SetIn { map: written.span, path: key, value },
        Form::List | Form::Launch => {
            Change::Append { origin: resource.origin, path: property.to_owned(), value: item(key, value, form) }
        }
    });
    Some((applicability, changes.collect()))
}

fn item(key: String, value: Literal, form: Form) -> Literal {
    let mut entries = vec![("Key".to_owned(), Literal::Text(key)), ("Value".to_owned(), value)];
    if form == Form::Launch {
        entries.push(("PropagateAtLaunch".to_owned(), Literal::Bool(true)));
    }
    Literal::Map(entries)
}

/// The value that all other resources of the stack which have the tag give it.
fn value_elsewhere(key: &str, stack: &Stack) -> Option<Literal> {
    let mut found: Option<&Node> = None;
    for resource in stack.resources.iter().filter(|it| it.made.is_none()) {
        let Some((property, form)) = tags_of(&resource.ty.text) else { continue };
        let Some(tags) = resource.properties.get(property) else { continue };
        let value = match form {
            Form::Map => tags.as_map().and_then(|it| it.get(key)),
            Form::List | Form::Launch => tags
                .as_list()
                .and_then(|it| it.items.iter().find(|it| it.get("Key").and_then(Node::as_str) == Some(key)))
                .and_then(|it| it.get("Value")),
        };
        let Some(value) = value else { continue };
        if found.is_some_and(|it| literal(it) != literal(value)) {
            return None;
        }
        found = Some(value);
    }
    found.and_then(literal)
}

/// A value that can be written again: a text, or a reference to a parameter.
fn literal(node: &Node) -> Option<Literal> {
    match &node.value {
        Value::Scalar(scalar) => Some(Literal::text(scalar.text.as_str())),
        Value::Call(call) => match &**call {
            Call::Ref(name) => Some(Literal::Ref(name.text.clone())),
            _ => None,
        },
        _ => None,
    }
}

fn check_program(program: &Program, cx: &mut Context<'_>) {
    let required = required(cx);
    if required.is_empty() || !program.whole {
        return;
    }
    let lacks = |it: &model::program::Deployment, key: &str| {
        it.tag_keys.as_ref().is_some_and(|keys| !keys.iter().any(|it| it == key))
    };
    let mut report = |name: &Name, maker: Option<Span>, key: &str, value: Option<&str>| {
        let message = format!(
            "Nothing puts the tag `{key}`, which everything must have, on the resources of `{}`. Tag the stack or the app with \
             `Tags.of(...).add(...)`.",
            name.text
        );
        let draft = cx.report(name.span, message);
        if let Some(maker) = maker {
            let intent = Intent::TagStack { maker, key: key.into(), value: value.map(SmolStr::new) };
            let applicability = if value.is_some() { Safe } else { Unsafe };
            draft.fix_as(applicability, format!("Tag everything in it with `{key}`"), Vec::new(), Some(intent));
        }
    };
    for (key, value) in required {
        for (index, class) in program.classes.iter().enumerate() {
            let mut made = program.deployments.iter().filter(|it| it.declared == Some(index)).peekable();
            if made.peek().is_some() && made.all(|it| lacks(it, key)) {
                report(&class.name, class.base_call, key, value);
            }
        }
        for deployment in program.deployments.iter().filter(|it| it.plain && lacks(it, key)) {
            if let Some((maker, name)) = &deployment.made {
                let name = deployment.id.as_ref().map_or(name.clone(), |it| Name::new(it.clone(), name.span));
                report(&name, Some(*maker), key, value);
            }
        }
    }
}
