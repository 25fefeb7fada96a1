use crate::facts::below;
use crate::facts::region::Regions;
use crate::facts::spelling::{is_other_of_its_sort, nearest};
use crate::facts::wording::listed;
use crate::prelude::*;
use crate::rule::rule;
use schema::offers::{self, Offer};

rule! {
    /// A class of machines that does not exist, that the engine does not run on, or that a region does not offer.
    ///
    /// The type of an instance, the class of a database, the node type of a cluster: the service refuses what it does not
    /// have, after everything before it was made. The lists are those of the package that `server/schema/data/SOURCES.md`
    /// names, and new classes come every few weeks. So an error is only what no list can be waiting for: a size that no family
    /// of machines has, a name that has not the form of one. A size that this family does not have, a class that the engine of
    /// a database does not have, and one that a region does not have are warnings.
    ///
    /// For which regions a stack certainly is, `region-without-resource` tells.
    ///
    /// ## What is not reported
    ///
    /// Families that the lists do not name, since they may be new; regions of which no offers are listed; what is not known
    /// before deployment.
    ///
    /// ## Fix
    ///
    /// Writes the class that differs by a letter or two.
    name: "unavailable-instance-class",
    category: Deployment,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_lint:E3025",
        "cfn_lint:E3617",
        "cfn_lint:E3620",
        "cfn_lint:E3621",
        "cfn_lint:E3628",
        "cfn_lint:E3635",
        "cfn_lint:E3640",
        "cfn_lint:E3641",
        "cfn_lint:E3642",
        "cfn_lint:E3643",
        "cfn_lint:E3644",
        "cfn_lint:E3647",
        "cfn_lint:E3652",
        "cfn_lint:E3653",
        "cfn_lint:E3667",
        "cfn_lint:E3670",
        "cfn_lint:E3672",
        "cfn_lint:E3675",
        "cfn_lint:E3694",
    ],
    founding: [],
    check: Check::EveryResource(check),
}

/// No more regions than this are named in a message.
const MAX_NAMED: usize = 4;

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.made.is_some() {
        return;
    }
    let ty = resource.ty.text.as_str();
    for (place, offer) in offers::places(ty) {
        let (path, engine) = place.split_once('=').map_or((place, None), |(path, engine)| (path, Some(engine)));
        if engine.is_some_and(|it| !is_engine(resource, it)) {
            continue;
        }
        for property in below::at(&resource.all(), path) {
            for case in property.cases() {
                let (State::Known(node) | State::Default(node)) = case.state else { continue };
                if let Some(class) = node.as_str().filter(|it| is_plain(it)) {
                    judge(resource, case, node, class, &Place { path, engine, offer }, cx);
                }
            }
        }
    }
}

/// A property that holds a class, and the classes that there are.
struct Place<'a> {
    path: &'a str,
    engine: Option<&'a str>,
    offer: Offer,
}

impl Place<'_> {
    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

fn judge(
    resource: &ResourceView<'_>,
    case: &Case<'_>,
    node: &Node,
    class: &str,
    place: &Place<'_>,
    cx: &mut Context<'_>,
) {
    // What a deployment has only if nobody asks for another, or somebody for this.
    let is_asked_for = matches!(case.state, State::Default(_))
        || case.assumptions().iter().any(|it| matches!(it, Assumption::Value(..)));
    let most = if is_asked_for { Warning } else { Error };
    let Some(regions) = place.offer.regions_with(class) else {
        // A class of another engine is none that may be new.
        let is_of_others = place.engine.is_some()
            && offers::places(&resource.ty.text)
                .any(|(other, offer)| other.starts_with(place.path) && offer.regions_with(class).is_some());
        let of_others = is_of_others.then(|| (Warning, not_of_engine(class, place.engine.unwrap_or_default())));
        let Some((severity, mut message)) = of_others.or_else(|| unknown(class, place)) else { return };
        let meant = nearest(class, place.offer.values());
        let meant = meant.filter(|it| !is_of_others && !is_other_of_its_sort(class, it));
        if let Some(meant) = meant {
            message += &format!(" Did you mean `{meant}`?");
        }
        let draft = cx.report(case.span, message).at_most(severity.min(most));
        if let Some(meant) = meant.filter(|_| node.span == case.span && matches!(node.value, Value::Scalar(_))) {
            draft.fix(
                format!("Write `{meant}`"),
                vec![Change::Replace { span: node.span, value: Literal::text(meant) }],
            );
        }
        return;
    };
    let everywhere = place.offer.all_regions();
    if regions == everywhere {
        return;
    }
    let by_condition = Regions::of_condition(resource.condition.as_ref(), cx.declarations());
    let certain = by_condition.and(Regions::of_stack(cx.stack())).certain(cx.setting("regions"));
    let missing: Vec<&str> =
        certain.iter().map(SmolStr::as_str).filter(|it| everywhere.contains(it) && !regions.contains(it)).collect();
    if missing.is_empty() {
        return;
    }
    let named = match &missing[..] {
        few if few.len() <= MAX_NAMED => listed(few),
        [first, rest @ ..] => format!("`{first}` and {} other regions", rest.len()),
        [] => String::new(),
    };
    let message =
        format!("AWS does not offer `{class}` in {named}, where this is to be made. Choose another class or region.");
    cx.report(case.span, message).at_most(Warning);
}

/// How grave it is, and what to say, of a class that no list has; `None` for one that may be new.
fn unknown(class: &str, place: &Place<'_>) -> Option<(crate::Severity, String)> {
    let name = place.name();
    let Some((family, size)) = parts(class) else {
        // Classes without a size, such as `db.serverless`, are few and new.
        let message =
            || Some(format!("`{class}` has not the form of a value of `{name}`, such as `{}`.", example(place)?));
        return if class.contains('.') { None } else { message().map(|it| (Error, it)) };
    };
    let known: Vec<(&str, &str)> = place.offer.values().filter_map(parts).collect();
    let is_family = known.iter().any(|it| it.0 == family);
    let is_size = known.iter().any(|it| it.1 == size) || size.starts_with("metal");
    match (is_family, is_size, place.engine) {
        (true, _, Some(engine)) => Some((Warning, not_of_engine(class, engine))),
        (true, false, None) => {
            Some((Error, format!("There is no `{class}`: machines of `{family}` have no size `{size}`.")))
        }
        (true, true, None) => Some((
            Warning,
            format!(
                "`{class}` is not among the values of `{name}` that AWS offers: no region has that size of `{family}`."
            ),
        )),
        // As long as its size is one, it may be new.
        (false, true, _) => None,
        (false, false, _) => {
            let is_near = nearest(class, place.offer.values()).is_some();
            is_near.then(|| (Error, format!("There is no `{class}` for `{name}`.")))
        }
    }
}

fn not_of_engine(class: &str, engine: &str) -> String {
    format!("`{class}` is not among the classes that AWS offers for `{engine}`.")
}

/// The family and the size of a class: `m5` and `large` of `db.m5.large`, `m5.large.search`, `ml.m5.large`.
fn parts(class: &str) -> Option<(&str, &str)> {
    let inner = ["db.", "cache.", "dax.", "mq.", "ml.", "bc.", "stream."].iter().find_map(|it| class.strip_prefix(it));
    let mut words = inner.unwrap_or(class).split('.');
    // AppStream has families of two words: `stream.graphics.g4dn.xlarge`.
    match (words.next(), words.next(), words.next()) {
        (Some(family), Some(size), _) if !family.is_empty() && !size.is_empty() => Some((family, size)),
        _ => None,
    }
}

/// A class that most will know.
fn example(place: &Place<'_>) -> Option<&'static str> {
    place.offer.values().find(|it| it.contains("m5.large")).or_else(|| place.offer.values().next())
}

fn is_engine(resource: &ResourceView<'_>, engine: &str) -> bool {
    resource.property("Engine").as_str().is_some_and(|it| it.eq_ignore_ascii_case(engine))
}

/// False for what a tool or a macro replaces.
fn is_plain(class: &str) -> bool {
    !class.is_empty() && class.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'.' || it == b'-')
}
