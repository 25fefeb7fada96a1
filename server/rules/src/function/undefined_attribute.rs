use crate::accepts::references::type_of;
use crate::facts::functions::is_plain;
use crate::facts::rewriting::is_for_a_tool;
use crate::facts::spelling;
use crate::facts::wording::listed;
use crate::prelude::*;
use crate::rule::rule;
use rustc_hash::FxHashMap;
use schema::resources::{ResourceType, Types, resource_type};

/// More attributes than this are not listed.
const MAX_LISTED: usize = 8;

rule! {
    /// A resource is asked for an attribute that its type does not return.
    ///
    /// Each type of resource returns certain attributes to `Fn::GetAtt` and `${Resource.Attribute}` besides what `Ref` returns.
    /// They are listed under "Return values" on the page of the type in the AWS CloudFormation Template Reference. Properties
    /// that are set are not among them as a rule: the name of a bucket is what `Ref` returns.
    ///
    /// ## Why
    ///
    /// CloudFormation refuses the template: "Requested attribute Name must be a readonly property in schema", or "Resource type
    /// does not support attribute". The names are case-sensitive.
    ///
    /// ## What is not reported
    ///
    /// Nested stacks, custom resources, modules, provisioned products and types of third parties return what they like. A type
    /// that is not known, a template with a macro, and an attribute that is put together are left alone. In CDK, `attrArn` and
    /// its like are left to the types of TypeScript: only `getAtt('Arn')` is read.
    ///
    /// ## Fix
    ///
    /// Writes the one attribute that differs by a letter or two, or by case, and `Ref` for the name or id that it returns.
    name: "undefined-attribute",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_lint:E1010",
        "cfn_lint:E1017",
        "cfn_lint:E1019",
        "cfn_lint:E1021",
        "cfn_lint:E1022",
        "cfn_lint:E1031",
        "cfn_lint:E6101",
    ],
    founding: [],
    check: Check::Everywhere(resource, rest),
}

fn resource(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.made.is_some() || resource.construct.is_some() {
        return;
    }
    for reference in &resource.resource().references {
        check(reference, &[&resource.resource().properties], cx);
    }
}

fn rest(stack: &Stack, cx: &mut Context<'_>) {
    // There are as many outputs as there are resources, and most ask for the same few attributes.
    let mut known: FxHashMap<(&str, &str), bool> = FxHashMap::default();
    let of_outputs =
        stack.outputs.iter().flat_map(|it| it.references.iter().map(|reference| (reference, Some(&it.node))));
    for (reference, node) in of_outputs.chain(stack.references.iter().map(|it| (it, None))) {
        let Some(attribute) = reference.attribute.as_ref().map(|it| it.text.as_str()) else { continue };
        let Some(ty) = stack.resource(&reference.target.text).map(|it| it.ty.text.as_str()) else { continue };
        let is_wrong = || resource_type(ty).is_some_and(|it| !may_return(it, attribute));
        if *known.entry((ty, attribute)).or_insert_with(is_wrong) {
            check(reference, node.as_slice(), cx);
        }
    }
}

/// Judges a reference, which stands somewhere in `nodes`.
fn check(reference: &Reference, nodes: &[&Node], cx: &mut Context<'_>) {
    let (Some(attribute), ReferenceKind::GetAtt | ReferenceKind::SubGetAtt) = (&reference.attribute, reference.kind)
    else {
        return;
    };
    let written = attribute.text.as_str();
    // In CDK, the place of the attribute is told apart from that of the call only where the author wrote its name.
    let is_written = cx.source() == Source::Template || attribute.span != reference.target.span;
    if written.is_empty() || written.contains(['$', '{', '*']) || !is_written || !is_plain(cx.declarations()) {
        return;
    }
    let Some(ty) = type_of(&reference.target, cx).filter(|it| !may_return(*it, written)) else { return };
    // A transform takes `Function.Alias` for a resource that it makes; a tool fills in what it knows.
    let is_made = cx.target(&reference.target.text).is_some_and(|it| it.made.is_some());
    if is_made && written.split('.').next().is_some_and(is_made_by_name) || is_for_a_tool(cx.stack()) {
        return;
    }
    let name = &reference.target.text;
    let meant = spelling::nearest(written, ty.attributes()).or_else(|| only_ending(written, ty));
    let mut message = format!("`{}` has no attribute `{written}`, so the template cannot be deployed.", ty.name());
    let all: Vec<&str> = ty.attributes().collect();
    match (meant, all.len()) {
        (Some(meant), _) => message += &format!(" Did you mean `{meant}`?"),
        (None, _) if ty.identifier() == Some(written) => message += &format!(" `Ref` of `{name}` returns it."),
        (None, 0) => message += &format!(" It has none: `Ref` of `{name}` is all that there is."),
        (None, 1..=MAX_LISTED) => message += &format!(" It has {}.", listed(&all)),
        (None, _) => (),
    }
    let place = cx.target(&reference.target.text).map(|it| it.ty.span);
    let source = cx.source();
    let mut draft = cx.report(attribute.span, message);
    if let Some(place) = place {
        draft = draft.related(place, format!("`{name}` is of this type."));
    }
    if let Some(meant) = meant {
        let change = match source {
            Source::Template => Change::Rename { span: attribute.span, to: meant.into() },
            Source::Cdk => Change::Replace { span: attribute.span, value: Literal::text(meant) },
        };
        draft.fix(format!("Write `{meant}`"), vec![change]);
    } else if ty.identifier() == Some(written)
        && let Some(call) = nodes.iter().find_map(|it| call_of(it, attribute))
    {
        let change = Change::Replace { span: call, value: Literal::Ref(name.clone()) };
        draft.fix(format!("Write `Ref` of `{name}`"), vec![change]);
    }
}

/// The place of the function that names `attribute`.
fn call_of(node: &Node, attribute: &Name) -> Option<Span> {
    let mut found = None;
    node.walk(&mut |it| {
        if let Value::Call(call) = &it.value
            && let Call::GetAtt { attribute: Some(own), .. } = &**call
            && own.span == attribute.span
        {
            found = Some(it.span);
        }
    });
    found
}

/// What `AWS::Serverless` makes for a resource and lets templates name behind a dot.
fn is_made_by_name(word: &str) -> bool {
    matches!(
        word,
        "Alias" | "Version" | "Stage" | "Deployment" | "DomainName" | "BasePathMapping" | "UsagePlan" | "ApiKey"
    )
}

/// The one attribute that is called so with the name of the resource before it: `TopicArn` for `Arn`.
fn only_ending(written: &str, ty: ResourceType) -> Option<&'static str> {
    let is_it = |it: &&'static str| {
        it.len() > written.len()
            && it.ends_with(written)
            && !it.contains('.')
            && ty.name().contains(&it[..it.len() - written.len()])
    };
    let mut all = ty.attributes().filter(is_it);
    all.next().filter(|_| all.next().is_none())
}

/// True when resources of this type return `attribute`, or what is below an attribute that is not known in all parts.
fn may_return(ty: ResourceType, attribute: &str) -> bool {
    let mut prefix = attribute;
    loop {
        match ty.attribute(prefix) {
            Some(_) if prefix == attribute => return true,
            Some(schema) if schema.types().is_empty() || schema.types().contains(Types::OBJECT) => return true,
            _ => (),
        }
        match prefix.rsplit_once('.') {
            Some((before, _)) => prefix = before,
            None => return false,
        }
    }
}
