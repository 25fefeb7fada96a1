use crate::accepts::format::words;
use crate::accepts::references::{Identity, Named, Returned, Use, arn_of, fitting, is_possible, uses};
use crate::prelude::*;
use crate::rule::rule;
use schema::resources::ResourceType;

rule! {
    /// A reference returns the id, name or ARN of something else than what must stand there.
    ///
    /// A property that takes the id of a subnet takes no id of a security group, and one that takes the ARN of a role takes no
    /// name of a role. What `Ref` and an attribute return is known before there is a value: `Ref` of an `AWS::IAM::Role` is its
    /// name, its attribute `Arn` its ARN. Parameters say by their type what they hold, `AWS::EC2::VPC::Id` for instance.
    ///
    /// ## Why
    ///
    /// The service refuses the value in the middle of the deployment, and everything is rolled back.
    ///
    /// ## What is not reported
    ///
    /// Parameters of type `String`, what custom resources, nested stacks and modules return, and attributes of which nothing is
    /// said. A name that people choose may look like anything but an ARN. Properties that take several kinds of ids are judged by
    /// all of them, and those whose schema does not name what they take are left alone.
    ///
    /// ## Fix
    ///
    /// What the same resource returns in the form that is wanted, where there is such: `!GetAtt Role.Arn` for `!Ref Role`.
    name: "reference-of-wrong-format",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E1040", "cfn_lint:E1041"],
    founding: [],
    check: Check::EveryResource(check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    for it in uses(resource) {
        let wanted = it.place.formats();
        let takes_arn = wanted.is_empty() && it.place.takes_arn();
        if wanted.is_empty() && !takes_arn {
            continue;
        }
        let is_wrong = |identity: &Identity| identity.contradicts(&wanted) || takes_arn && identity.is_no_arn();
        let Some(returned) = it.returned(cx).filter(|it| is_wrong(&it.identity)) else { continue };
        // A list where one belongs, or the reverse, is another fault.
        let has_shape = |all: Vec<_>| returned.shape.is_some_and(|it| all.contains(&it));
        if it.place.shapes().is_some_and(has_shape) && is_possible(resource, it.node.span) {
            report(&it, &returned, &wanted, cx);
        }
    }
}

fn report(it: &Use<'_>, returned: &Returned, wanted: &[&'static str], cx: &mut Context<'_>) {
    let takes = if wanted.is_empty() { "an ARN".to_owned() } else { words(wanted) };
    let found = match &returned.identity {
        Identity::Formats(own) => words(own),
        Identity::Arn(ty) => format!("the ARN of an `{ty}`"),
        Identity::Name if returned.ty.and_then(ResourceType::identifier).is_some_and(|it| it.ends_with("Url")) => {
            "its address".to_owned()
        }
        Identity::Name => "its name".to_owned(),
        Identity::Other | Identity::Unknown => "something else".to_owned(),
    };
    let (meant, applicability) = match wanted {
        // It is not known of what the ARN must be.
        [] => (returned.ty.and_then(arn_of), Unsafe),
        _ => (returned.ty.and_then(|ty| fitting(ty, wanted)), Safe),
    };
    let key = &it.target().text;
    let mut message = format!("`{}` takes {takes}, and {} is {found}.", it.place.property(), returned.words);
    match meant {
        Some("") => message += &format!(" `Ref` of `{key}` returns what is meant."),
        Some(attribute) => message += &format!(" Its attribute `{attribute}` is what is meant."),
        None => (),
    }
    let place = cx.target(key).map(|it| it.ty.span);
    let mut draft = cx.report(it.node.span, message);
    if let Some(place) = place {
        draft = draft.related(place, format!("`{key}` is of this type."));
    }
    if let Some(attribute) = meant {
        draft.fix_as(applicability, title(it, attribute), vec![change(it, attribute)], None);
    }
}

fn title(it: &Use<'_>, attribute: &str) -> String {
    let key = &it.target().text;
    match attribute {
        "" => format!("Refer to `{key}` itself"),
        _ => format!("Refer to `{key}.{attribute}`"),
    }
}

fn change(it: &Use<'_>, attribute: &str) -> Change {
    let (Named::Ref(name) | Named::Attribute(name, _)) = it.named;
    let key = name.text.clone();
    let value = if attribute.is_empty() { Literal::Ref(key) } else { Literal::GetAtt(key, attribute.into()) };
    Change::Replace { span: it.whole.span, value }
}
