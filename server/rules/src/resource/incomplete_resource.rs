use crate::accepts::placeholder;
use crate::diagnostic::Applicability;
use crate::facts::functions;
use crate::prelude::*;
use crate::rule::rule;
use schema::resources::{Schema, resource_type};
use schema::template::shape;

rule! {
    /// A resource is cut off in mid-definition.
    ///
    /// It has no body or no `Type`, a key without a value, or a function without an argument. CloudFormation refuses such a
    /// template as a whole: every resource must have a `Type` ("Resources syntax", AWS CloudFormation User Guide), and a
    /// key without a value is a null to YAML and JSON, for which it answers "'null' values are not allowed in templates".
    ///
    /// Text is cut off when it was pasted in part, when a generator ran out of room, or when a person was called away.
    ///
    /// ## What is not reported
    ///
    /// A resource that a macro or a loop completes, nulls within a resource of a transform (`AWS::Serverless::Function`),
    /// which reads them first, and text that does not parse: that is a `syntax-error`.
    ///
    /// ## Fix
    ///
    /// Where the type requires the property, or `Properties` are empty and the type requires some, writes a value of the right
    /// form: the only one that is accepted, the one resource or parameter of the stack that fits, else a placeholder that a
    /// person replaces. Nothing could be deployed before. Otherwise takes out the key that has no value; what was to stand there is
    /// not known, so a person has to decide. The null that
    /// `Fn::GetAZs` is given becomes an empty string, which stands for the region of the stack, and a branch of `Fn::If` that
    /// is null `AWS::NoValue`, which takes the property out.
    name: "incomplete-resource",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E0000", "cfn_lint:E1015", "cfn_lint:E1017", "cfn_lint:E3001"],
    founding: ["F73"],
    check: Check::EveryResource(check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.made.is_some() {
        return;
    }
    let id = &resource.id;
    for (key, node) in &resource.misfits {
        misfit(resource, key, node, cx);
    }
    let has = |key: &str| resource.misfits.iter().any(|(it, _)| it.text == key);
    if resource.ty.text.is_empty() && !resource.attributes.open && !has("Type") && !has(&id.text) {
        cx.report(id.span, format!("`{}` has no `Type`, so CloudFormation cannot tell what to create.", id.text));
    }
    functions::of_resource(resource.resource(), &mut |site| unfinished(site.node, cx));
    if !resource.ty.text.starts_with("AWS::Serverless::") {
        match resource.properties.as_map() {
            Some(map) => map.entries.iter().for_each(|(key, it)| property(resource, key, it, cx)),
            None => Holes { resource, cx }.below(&resource.properties, None),
        }
        let mut holes = Holes { resource, cx };
        resource.attributes.entries.iter().for_each(|(key, node)| holes.under(key, node, None));
    }
}

/// What has the wrong shape at the level of the resource itself.
fn misfit(resource: &ResourceView<'_>, key: &Name, node: &Node, cx: &mut Context<'_>) {
    let id = &resource.id.text;
    let is_empty = functions::is_hole(node);
    match key.text.as_str() {
        "Type" if is_empty => {
            cx.report(key.span, format!("`{id}` names no `Type`, so CloudFormation cannot tell what to create."));
        }
        "Type" if !matches!(node.value, Value::Call(_) | Value::Missing) && !is_for_a_tool(node) => {
            cx.report(
                node.span,
                format!("The `Type` of `{id}` must be the name of a type, such as `AWS::S3::Bucket`."),
            );
        }
        "Properties" if is_empty => {
            let message = format!(
                "`{id}` has `Properties` without any, and CloudFormation refuses null values: write them or take the key out."
            );
            let change = Change::Delete { span: node.span };
            // Without what the type requires the resource would still be incomplete.
            let requires = resource_type(&resource.ty.text).is_some_and(|it| !it.schema().required().is_empty());
            let required = if requires { required(resource, &[], cx) } else { None };
            let draft = cx.report(key.span, message);
            match required {
                Some(changes) => drop(draft.fix("Write the required properties", changes)),
                None if requires => (),
                None => drop(draft.fix_as(Applicability::Unsafe, "Remove `Properties`", vec![change], None)),
            }
        }
        "Properties" if matches!(node.value, Value::List(_) | Value::Scalar(_) | Value::Bool(_)) => {
            cx.report(node.span, format!("The `Properties` of `{id}` must be a map of names to values."));
        }
        text if text == id && is_empty => {
            cx.report(
                key.span,
                format!("`{id}` is not written yet: a resource needs a `Type`, and mostly `Properties`."),
            );
        }
        text if text == id && !matches!(node.value, Value::Call(_) | Value::Missing) => {
            cx.report(node.span, format!("`{id}` must be a map with a `Type`."));
        }
        _ => (),
    }
}

/// Reports a property without a value; else the holes in it.
fn property(resource: &ResourceView<'_>, key: &Name, node: &Node, cx: &mut Context<'_>) {
    let name = &key.text;
    let schema = resource_type(&resource.ty.text).map(|it| it.schema());
    if !functions::is_hole(node) || !schema.is_some_and(|it| it.required().contains(name)) {
        return Holes { resource, cx }.under(key, node, schema.map(|it| (resource.properties.span, it)));
    }
    let changes = required(resource, &[name.as_str()], cx);
    let message = format!("`{name}` has no value, and every `{}` must have one: complete it.", resource.ty.text);
    let draft = cx.report(key.span, message);
    if let Some(changes) = changes {
        draft.fix(format!("Write a value for `{name}`"), changes);
    }
}

/// The changes that write what the type of `resource` requires of `names`, or all of it.
fn required(resource: &ResourceView<'_>, names: &[&str], cx: &Context<'_>) -> Option<Vec<Change>> {
    if cx.wants_fixes() { placeholder::required(resource, names, cx.stack()) } else { None }
}

/// The holes in a resource.
struct Holes<'h, 'r, 'c> {
    resource: &'h ResourceView<'r>,
    cx: &'h mut Context<'c>,
}

impl Holes<'_, '_, '_> {
    /// Reports `node`, which stands under `key` in a map with this schema, when it is a hole; else the holes in it.
    fn under(&mut self, key: &Name, node: &Node, map: Option<(Span, Schema)>) {
        let name = &key.text;
        if !functions::is_hole(node) {
            return self.below(node, map.and_then(|it| it.1.at(name)));
        }
        if let Some(map) = map.filter(|it| it.1.required().contains(name)) {
            let change = match self.cx.wants_fixes() {
                true => placeholder::within(self.resource, map, name, self.cx.stack()),
                false => None,
            };
            let message = format!("`{name}` has no value, and what it belongs to must have one: complete it.");
            let draft = self.cx.report(key.span, message);
            if let Some(change) = change {
                draft.fix_as(Applicability::Unsafe, format!("Write a value for `{name}`"), vec![change], None);
            }
            return;
        }
        let change = Change::Delete { span: node.span };
        let message =
            format!("`{name}` has no value, and CloudFormation refuses null values: complete it or take the key out.");
        let draft = self.cx.report(key.span, message);
        draft.fix_as(Applicability::Unsafe, format!("Remove `{name}`"), vec![change], None);
    }

    /// Reports the holes in `node`, which has this schema.
    fn below(&mut self, node: &Node, schema: Option<Schema>) {
        match &node.value {
            Value::Map(map) => {
                map.entries.iter().for_each(|(key, it)| self.under(key, it, schema.map(|it| (node.span, it))));
            }
            Value::List(list) => list.items.iter().for_each(|it| self.item(it, schema.and_then(|it| it.at("*")))),
            Value::Either(branches) => branches.iter().for_each(|it| self.argument("Fn::If", &it.node, schema)),
            Value::Call(call) => match &**call {
                Call::Other { argument, .. } | Call::GetAzs(argument) => self.below(argument, None),
                call => call.arguments(&mut |it| self.argument(call.name(), it, None)),
            },
            _ => (),
        }
    }

    fn item(&mut self, node: &Node, schema: Option<Schema>) {
        if !functions::is_hole(node) {
            return self.below(node, schema);
        }
        let change = Change::Delete { span: node.span };
        let message = "This item has no value, and CloudFormation refuses null values: complete it or take it out.";
        let draft = self.cx.report(node.span, message);
        draft.fix_as(Applicability::Unsafe, "Remove the empty item", vec![change], None);
    }

    /// Reports `node`, one argument of several, when it is a null; else the holes in it.
    fn argument(&mut self, function: &str, node: &Node, schema: Option<Schema>) {
        if !matches!(node.value, Value::Null) {
            return self.below(node, schema);
        }
        if function != "Fn::If" {
            let message =
                format!("This argument of `{function}` has no value, and CloudFormation refuses null values.");
            self.cx.report(node.span, message);
            return;
        }
        let message = "This branch of `Fn::If` has no value, and CloudFormation refuses null values: `AWS::NoValue` takes \
                       the property out.";
        let change = Change::Replace { span: node.span, value: Literal::Ref("AWS::NoValue".into()) };
        let draft = self.cx.report(node.span, message);
        draft.fix_as(Applicability::Unsafe, "Write `AWS::NoValue`", vec![change], None);
    }
}

/// Reports a function that is given nothing.
fn unfinished(node: &Node, cx: &mut Context<'_>) {
    let Some((function, argument)) = functions::other(node).filter(|(_, argument)| functions::is_hole(argument)) else {
        return;
    };
    let name = function.text.as_str();
    if functions::is_foreign(name) {
        return;
    }
    if name == "Fn::GetAZs" && matches!(argument.value, Value::Null) {
        let message = "`Fn::GetAZs` is given null, and CloudFormation refuses null values: the region of the stack is an empty \
                       string.";
        let change = Change::Replace { span: argument.span, value: Literal::text("") };
        cx.report(function.span, message).fix_as(Applicability::Safe, "Write an empty string", vec![change], None);
        return;
    }
    let message = match shape(name) {
        Some(shape) => format!("`{name}` is not finished: it takes {}, `{}`.", shape.takes, shape.form),
        None => format!("`{name}` is not finished: it has no argument."),
    };
    cx.report(function.span, message);
}

/// True for `Rain::Module: …` and its like: a function that some tool replaces before it deploys.
fn is_for_a_tool(node: &Node) -> bool {
    matches!(node.as_map().map(|it| &it.entries[..]), Some([(key, _)]) if key.text.contains("::"))
}
