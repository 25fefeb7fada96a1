use crate::facts::region::Regions;
use crate::facts::wording::listed;
use crate::prelude::*;
use crate::rule::rule;
use schema::regions::{is_partial, lacks, with};

rule! {
    /// A resource is of a type that CloudFormation does not offer in a region which it is made for.
    ///
    /// Services come to regions one after the other. A stack with a resource of a type that is not in its region fails:
    /// "Unrecognized resource types". Four things say for certain in which regions a resource is to be:
    ///
    /// - `regions` in the configuration, which lists where everything is deployed to.
    /// - The condition of the resource, where it compares `AWS::Region` with names of regions.
    /// - `Rules` of the template whose assertions do so.
    /// - The `env` that a CDK program gives the stack.
    ///
    /// A condition or a rule also takes regions out of those of the configuration.
    ///
    /// The lists of types are those of the package that `server/schema/data/regions.txt` names. A type may have come to a
    /// region since, so it is a warning.
    ///
    /// ## What is not reported
    ///
    /// Resources that nothing binds to a region, types that the lists do not name, and regions that they do not name, such as
    /// those of the partitions `aws-iso` and `aws-eusc`.
    name: "region-without-resource",
    category: Deployment,
    severity: Warning,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3006"],
    founding: ["F78"],
    check: Check::EveryResource(check),
}

/// No more regions than this are named in a message.
const MAX_NAMED: usize = 4;

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let ty = resource.ty.text.as_str();
    if !is_partial(ty) {
        return;
    }
    let by_condition = Regions::of_condition(resource.condition.as_ref(), cx.declarations());
    let allowed = by_condition.clone().and(Regions::of_stack(cx.stack()));
    let missing = missing(ty, &allowed, cx.setting("regions"));
    if missing.is_empty() || is_said_of_another(resource, &missing, cx) {
        return;
    }
    let others: Vec<&str> = with(ty).filter(|it| allowed.has(it)).collect();
    let elsewhere = match &others[..] {
        [] => String::new(),
        few if few.len() <= MAX_NAMED => format!(" It is offered in {}.", listed(few)),
        _ => " Choose another region, or a type that is offered there.".to_owned(),
    };
    let message = format!(
        "CloudFormation does not offer `{ty}` in {}, where this is to be made.{elsewhere}",
        shortened(&missing)
    );
    let draft = cx.report(resource.ty.span, message);
    if let Some(condition) = resource.condition.as_ref().filter(|_| by_condition.named().is_some()) {
        draft.related(condition.span, "this condition names the region");
    }
}

/// The regions that the resource is certainly made for and that do not have its type.
fn missing(ty: &str, allowed: &Regions, configured: &[String]) -> Vec<SmolStr> {
    allowed.certain(configured).into_iter().filter(|it| lacks(it, ty)).collect()
}

/// True for one of several that a transform makes of a resource when the others lack the same: one finding will do.
fn is_said_of_another(resource: &ResourceView<'_>, missing: &[SmolStr], cx: &Context<'_>) -> bool {
    let Some(made) = &resource.made else { return false };
    let lacks_all = |it: &Resource| missing.iter().all(|region| lacks(region, &it.ty.text));
    let mut others = cx.stack().resources.iter().filter(|it| it.made.as_ref().is_some_and(|it| it.of == made.of));
    others.find(|it| lacks_all(it)).is_some_and(|it| it.key != resource.key)
}

fn shortened(regions: &[SmolStr]) -> String {
    let named: Vec<&str> = regions.iter().take(MAX_NAMED).map(SmolStr::as_str).collect();
    match regions.len() - named.len() {
        0 => listed(&named),
        more => format!(
            "{} and {more} other regions",
            named.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
        ),
    }
}
