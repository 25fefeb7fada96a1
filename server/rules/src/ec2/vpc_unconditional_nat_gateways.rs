use crate::facts::environments::{self, ENVIRONMENTS, PRODUCTION};
use crate::facts::names::free_name;
use crate::facts::zones::{NAT_GATEWAY, ROUTE};
use crate::prelude::*;
use crate::rule::{RuleOption, rule};

rule! {
    /// Every environment pays for several NAT gateways, although the template knows which environment it is for.
    ///
    /// A NAT gateway costs by the hour, whether anything goes through it or not ("You are charged for each hour that your NAT
    /// gateway is available", Pricing for NAT gateways, Amazon VPC User Guide). Production needs one in each zone; a test
    /// environment, which may well lose the internet together with a zone, does not. A template with a parameter for the environment
    /// can tell them apart by a condition.
    ///
    /// A parameter is for the environment when it is called so (`Environment`, `EnvType`, `Stage`) and two of its allowed values, or
    /// its default, are words for environments.
    ///
    /// ## What is not reported
    ///
    /// A template in which no more than one NAT gateway is without a condition, or one whose gateways are all regional; one
    /// that cannot be for production and for something else.
    ///
    /// ## Fix
    ///
    /// Makes the gateways after the first one for production only, with their addresses, and leads their routes to the first one
    /// elsewhere. The condition is one that compares the parameter already, or a new one. There is no fix where something else
    /// names the gateway or its address, nor in the CDK: there the number of gateways is decided when the program runs, before
    /// any parameter has a value; use a prop of the stack instead.
    name: "vpc-unconditional-nat-gateways",
    category: Cost,
    severity: Info,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F49"],
    options: &[
        RuleOption { name: "environments", docs: "What environments are called.", default: ENVIRONMENTS },
        RuleOption { name: "production", docs: "What production is called.", default: PRODUCTION },
    ],
    check: Check::Resources(&[NAT_GATEWAY], check),
}

fn check(gateway: &ResourceView<'_>, cx: &mut Context<'_>) {
    if !is_always_there(gateway) {
        return;
    }
    let names = (cx.option("environments"), cx.option("production"));
    let declarations = cx.declarations();
    let Some(parameter) = declarations.parameters.iter().find(|it| chooses_environment(it, &names.0)) else { return };
    let gateways: Vec<_> = cx.resources_of(NAT_GATEWAY).map(|it| cx.view(it)).filter(is_always_there).collect();
    // The second speaks for all of them.
    let [first, second, ..] = &gateways[..] else { return };
    if second.key != gateway.key {
        return;
    }
    let all = match gateways.len() {
        2 => "Both NAT gateways".to_owned(),
        count => format!("All {count} NAT gateways"),
    };
    let message = format!(
        "{all} are there in every environment, though `{}` says which one it is, and each costs by the hour. Make those after the \
         first for production only.",
        parameter.name.text
    );
    let fix = if cx.wants_fixes() { fix(&gateways, parameter, &names.1, cx.stack()) } else { None };
    let mut draft = cx.report(gateway.id.span, message).related(parameter.name.span, "the environment");
    if first.id.span != gateway.id.span {
        draft = draft.related(first.id.span, "the first NAT gateway");
    }
    if let Some(changes) = fix {
        draft.fix("Make one NAT gateway where it is not for production", changes);
    }
}

/// True for a gateway in one zone that no condition decides.
fn is_always_there(gateway: &ResourceView<'_>) -> bool {
    let mode = gateway.property("AvailabilityMode");
    gateway.resource().condition.is_none() && (mode.is_absent() || mode.is("zonal") || gateway.made.is_some())
}

/// True for a parameter that chooses among environments.
fn chooses_environment(parameter: &Parameter, environments: &[String]) -> bool {
    let is_one = |it: &Node| it.as_str().is_some_and(|it| environments::is_one_of([&SmolStr::new(it)], environments));
    let allowed = parameter.allowed_values.iter().flatten().filter(|it| is_one(it)).count();
    let is_default = parameter.default.as_ref().is_some_and(is_one) && parameter.allowed_values.is_none();
    environments::is_environment(&parameter.name.text) && (allowed > 1 || is_default)
}

fn fix(
    gateways: &[ResourceView<'_>],
    parameter: &Parameter,
    production: &[String],
    stack: &Stack,
) -> Option<Vec<Change>> {
    if stack.source != Source::Template {
        return None;
    }
    let (condition, added) = condition(parameter, production, stack)?;
    let (first, others) = gateways.split_first()?;
    let mut changes: Vec<Change> = added.into_iter().collect();
    for gateway in others {
        changes.push(under(gateway.resource(), &condition));
        let address = gateway.property("AllocationId").target().and_then(|it| stack.resource(&it.text));
        let address = address.filter(|it| it.ty.text == "AWS::EC2::EIP" && it.condition.is_none());
        if let Some(address) = address {
            changes.push(under(address, &condition));
        }
        for (user, reference) in stack.all_references() {
            let is_address = address.is_some_and(|it| it.key == reference.target.text)
                && user.is_none_or(|it| it.key != gateway.key);
            if is_address {
                return None;
            }
            if reference.target.text != gateway.key {
                continue;
            }
            let route = ResourceView::new(user?, &stack.declarations);
            let written = route.property("NatGatewayId");
            let [case] = written.cases() else { return None };
            let is_route = route.ty.text == ROUTE && case.span.contains(reference.target.span);
            if !is_route || route.resource().condition.is_some() {
                return None;
            }
            let branches = vec![
                Literal::text(condition.as_str()),
                Literal::Ref(gateway.key.clone()),
                Literal::Ref(first.key.clone()),
            ];
            let value = Literal::Map(vec![("Fn::If".to_owned(), Literal::List(branches))]);
            changes.push(Change::Replace { span: case.span, value });
        }
    }
    Some(changes)
}

fn under(resource: &Resource, condition: &SmolStr) -> Change {
    Change::SetAttribute {
        origin: resource.origin,
        attribute: "Condition".into(),
        path: String::new(),
        value: Literal::text(condition.as_str()),
    }
}

/// The condition that the environment is production: one that says so already, or a new one.
fn condition(parameter: &Parameter, production: &[String], stack: &Stack) -> Option<(SmolStr, Option<Change>)> {
    let is_production = |it: &str| environments::is_one_of([&SmolStr::new(it)], production);
    let compares = |it: &Condition| {
        let Value::Call(call) = &it.node.value else { return false };
        let Call::Other { function, argument } = &**call else { return false };
        let items = argument.as_list().map(|it| it.items.as_slice()).unwrap_or_default();
        let is_parameter = |it: &Node| matches!(&it.value, Value::Call(call) if matches!(&**call, Call::Ref(name) if name.text == parameter.name.text));
        function.text == "Fn::Equals"
            && items.len() == 2
            && items.iter().any(is_parameter)
            && items.iter().any(|it| it.as_str().is_some_and(is_production))
    };
    if let Some(condition) = stack.declarations.conditions.iter().find(|it| compares(it)) {
        return Some((condition.name.text.clone(), None));
    }
    let values = parameter.allowed_values.iter().flatten().filter_map(Node::as_str);
    let value = values.into_iter().find(|it| is_production(it))?;
    let wanted = "IsProduction";
    let name = match stack.declarations.condition(wanted) {
        Some(_) => free_name(stack, &format!("{wanted}{}", parameter.name.text)),
        None => wanted.into(),
    };
    let operands = vec![Literal::Ref(parameter.name.text.clone()), Literal::text(value)];
    let expression = Literal::Map(vec![("Fn::Equals".to_owned(), Literal::List(operands))]);
    Some((name.clone(), Some(Change::AddCondition { name, expression })))
}
