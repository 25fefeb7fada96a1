use crate::facts::functions::{self, Place, Site, called};
use crate::prelude::*;
use crate::rule::rule;
use schema::template::{is_function_key, shape};

rule! {
    /// A function stands where CloudFormation reads none.
    ///
    /// What CloudFormation must know before it reads a template's functions has to be written out: parameters, mappings, the
    /// type of a resource, its `DependsOn`, the name of a condition. Functions that make conditions (`Fn::Equals`, `Fn::And`)
    /// stand in `Conditions` and `Rules` only, and values depend on them by name, with `Fn::If`. Conditions themselves are
    /// decided before any resource exists, so they can use parameters and mappings, but no resources. See "Conditions",
    /// "Mappings" and "Rules" in "Template sections", and the pages of the functions in the "Intrinsic function reference"
    /// of the AWS CloudFormation User Guide.
    ///
    /// The key of a function beside other keys calls nothing; it is then handed to the resource as a property that it does
    /// not have.
    ///
    /// ## What is not reported
    ///
    /// Templates that a macro or another tool reads first. `Fn::Transform` is read before everything else and may stand
    /// anywhere. `DeletionPolicy` and `UpdateReplacePolicy` take functions as long as they depend on no resource.
    name: "function-not-allowed-here",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: [
        "cfn_lint:E1101",
        "cfn_lint:E2001",
        "cfn_lint:E3001",
        "cfn_lint:E3005",
        "cfn_lint:E6101",
        "cfn_lint:E7001",
        "cfn_lint:E8001",
        "cfn_lint:E8003",
    ],
    founding: [],
    check: Check::Everywhere(resource, rest),
}

fn resource(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if !functions::is_plain(cx.declarations()) {
        return;
    }
    entry(&resource.id, cx);
    functions::of_resource(resource.resource(), &mut |site| {
        attribute(site, cx);
        policy(site, cx);
        check(site, cx);
    });
}

fn rest(stack: &Stack, cx: &mut Context<'_>) {
    if !functions::is_plain(cx.declarations()) {
        return;
    }
    let declarations = &stack.declarations;
    let names = declarations.conditions.iter().map(|it| &it.name).chain(stack.outputs.iter().map(|it| &it.name));
    let names = names.chain(declarations.parameters.iter().map(|it| &it.name));
    names.for_each(|it| entry(it, cx));
    functions::of_rest(stack, &mut |site| {
        literal(site, cx);
        of_condition(site, stack, cx);
        check(site, cx);
    });
}

/// The name of an entry of a section.
fn entry(name: &Name, cx: &mut Context<'_>) {
    if is_function_key(&name.text) && name.text != "Ref" {
        let message = format!("`{}` stands where a name must: a section is not made by a function.", name.text);
        cx.report(name.span, message);
    }
}

/// The attributes of a resource that must be written out.
fn attribute(site: &Site<'_, '_>, cx: &mut Context<'_>) {
    let [attribute] = site.path else { return };
    let what = match *attribute {
        "Type" => "The type of a resource",
        "DependsOn" => "What a resource depends on",
        _ => return,
    };
    let Some(function) = called(site.node).filter(|it| is_known(it)) else { return };
    let is_of_loop = *attribute == "DependsOn" && functions::has_language_extensions(cx.declarations());
    if site.place != Place::Properties && site.within.is_none() && !is_of_loop {
        cx.report(site.node.span, format!("{what} must be written out. CloudFormation reads no `{function}` there."));
    }
}

/// What becomes of a resource, which must be known before anything is made.
fn policy(site: &Site<'_, '_>, cx: &mut Context<'_>) {
    let [attribute @ ("DeletionPolicy" | "UpdateReplacePolicy")] = site.path else { return };
    let Value::Call(call) = &site.node.value else { return };
    let what = match &**call {
        _ if site.place != Place::Attribute => return,
        Call::GetAtt { .. } | Call::GetAzs(_) | Call::ImportValue(_) => format!("`{}`", call.name()),
        Call::Ref(name) if cx.declarations().parameter(&name.text).is_none() => match cx.target(&name.text) {
            Some(_) => format!("the resource `{}`", name.text),
            None => return,
        },
        _ => return,
    };
    let message = format!(
        "`{attribute}` must not depend on {what}: CloudFormation reads it before it makes anything. Use parameters, pseudo \
         parameters, mappings and conditions."
    );
    cx.report(site.node.span, message);
}

/// Sections and attributes of entries that are read as they are written.
fn literal(site: &Site<'_, '_>, cx: &mut Context<'_>) {
    let Some(function) = called(site.node).filter(|it| is_known(it)) else { return };
    let is_dynamic = matches!(&site.node.value, Value::Call(call) if matches!(**call, Call::Dynamic(_)));
    if site.within.is_some() || is_dynamic && function == "Fn::Sub" && site.place == Place::Parameter {
        return;
    }
    let what = match (site.place, site.path) {
        (Place::Parameter, _) => "Parameters",
        (Place::Mapping, _) if is_dynamic || functions::has_language_extensions(cx.declarations()) => return,
        (Place::Mapping, _) => "The values of a mapping",
        (Place::Output, ["Description"]) => "The description of an output",
        (Place::Output, ["Condition"]) => "The name of an output's condition",
        (Place::Output, ["Value"]) if matches!(site.node.value, Value::Absent) => {
            let message =
                "An output must have a value. Put the output under a condition instead of leaving its value out.";
            cx.report(site.node.span, message);
            return;
        }
        _ => return,
    };
    cx.report(site.node.span, format!("{what} must be written out. CloudFormation reads no `{function}` there."));
}

/// Conditions, which no resource is there for yet.
fn of_condition(site: &Site<'_, '_>, stack: &Stack, cx: &mut Context<'_>) {
    if !matches!(site.place, Place::Condition | Place::Rule) {
        return;
    }
    let section = if site.place == Place::Rule { "Rules" } else { "Conditions" };
    let too_early = |name: &Name| {
        format!(
            "`{}` is a resource, and {section} are decided before any resource exists. They can use parameters, pseudo \
             parameters and mappings only.",
            name.text
        )
    };
    match &site.node.value {
        Value::Absent if site.within.is_some_and(|it| functions::is_condition(it.function)) => {
            let message = "`AWS::NoValue` takes a property out, and there is none here: a condition compares values.";
            cx.report(site.node.span, message).at_most(Warning);
        }
        Value::Call(call) => match &**call {
            Call::Ref(name)
                if stack.resource(&name.text).is_some() && stack.declarations.parameter(&name.text).is_none() =>
            {
                cx.report(name.span, too_early(name));
            }
            Call::GetAtt { resource, .. } if stack.resource(&resource.text).is_some() => {
                cx.report(resource.span, too_early(resource));
            }
            _ => (),
        },
        _ => (),
    }
}

/// What holds for every value: where conditions may be made, and that a function stands alone in its map.
fn check(site: &Site<'_, '_>, cx: &mut Context<'_>) {
    if matches!(site.place, Place::Metadata | Place::Parameter | Place::Mapping | Place::Hook) {
        return;
    }
    // A condition that is a map is none: `malformed-condition`.
    let is_condition_itself = site.place == Place::Condition && site.path.is_empty() && site.within.is_none();
    if let Value::Map(map) = &site.node.value
        && !is_condition_itself
    {
        for (key, _) in &map.entries {
            if key.text.starts_with("Fn::") && key.text != "Fn::Transform" && shape(&key.text).is_some() {
                let message = format!(
                    "`{}` stands beside other keys, so it calls nothing and becomes a property of this name. A function is the \
                     only key of its map.",
                    key.text
                );
                cx.report(key.span, message);
            }
        }
    }
    let Some((function, _)) = functions::other(site.node) else { return };
    let is_condition = functions::is_condition(&function.text);
    let is_of_rules = functions::is_of_rules(&function.text);
    let is_argument = site.within.is_some_and(|it| {
        // Those have been told already what they take.
        functions::is_condition(it.function) || functions::is_of_rules(it.function) || it.function == "Fn::If"
    });
    // The attribute as a whole has been told.
    let is_attribute = matches!(site.path, ["Condition" | "DependsOn" | "Type"]) && site.place != Place::Properties;
    let is_here = is_attribute
        || match site.place {
            // What stands in the place of a section, or where no section is, is read by nothing: `invalid-section`.
            Place::Rule | Place::Root => true,
            Place::Condition => !is_of_rules,
            _ => !is_condition && !is_of_rules,
        };
    if is_here || is_argument && !(is_of_rules && site.place == Place::Condition) {
        return;
    }
    let name = &function.text;
    let message = match is_condition {
        true => format!(
            "`{name}` makes a condition, and stands in `Conditions` only. Give the condition a name there, and choose a value by \
             it: `Fn::If: [Name, valueIfTrue, valueIfFalse]`."
        ),
        false => format!("`{name}` stands in `Rules` only, where it checks parameters."),
    };
    cx.report(function.span, message);
}

/// True for the functions of CloudFormation, except those that are read before the template is.
fn is_known(function: &str) -> bool {
    function != "Fn::Transform" && shape(function).is_some()
}
