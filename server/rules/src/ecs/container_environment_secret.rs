use crate::facts::names::free_name;
use crate::facts::secrets;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// An environment variable of a container holds a secret as text.
    ///
    /// Everyone who may read the template, the stack or the task definition reads the secret too, and every revision keeps it.
    /// `Secrets` of the container gives it the value of a secret of AWS Secrets Manager, or of a secure string of Systems
    /// Manager, under the same name, when the task starts. See "Pass sensitive data to an Amazon ECS container" in the Amazon
    /// ECS Developer Guide.
    ///
    /// A variable is reported when its name ends in a word such as `PASSWORD`, `TOKEN`, `API_KEY` or `SECRET`, or when its value
    /// has the form of a credential of a known service, and the value is text. Other tools report every variable, or three
    /// names of AWS alone.
    ///
    /// ## What is not reported
    ///
    /// Dynamic references, parameters, functions; names of secrets and where they are kept (`DB_SECRET_ARN`, `/app/password`);
    /// numbers, empty text and words that say that something is to be filled in.
    ///
    /// ## Fix
    ///
    /// Declares a secret that Secrets Manager makes, and moves the variable to `Secrets`. It is another secret then, and the
    /// execution role has to be allowed to read it (`secretsmanager:GetSecretValue`), so the fix is not applied unasked. What
    /// was written out should be changed in any case.
    name: "ecs-container-environment-secret",
    category: Security,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cdk_nag:AwsSolutions-ECS2",
        "guard:ECS_TASK_DEFINITION_NO_ENVIRONMENT_VARIABLES",
        "security_hub:ECS.8",
    ],
    founding: ["F11"],
    check: Check::Resources(&["AWS::ECS::TaskDefinition"], check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    for container in resource.property("ContainerDefinitions").items() {
        for variable in container.get("Environment").items() {
            let (name, value) = (variable.get("Name"), variable.get("Value"));
            let Some(name) = name.as_str() else { continue };
            for case in value.cases() {
                let State::Known(node) = case.state else { continue };
                let Value::Scalar(Scalar { text, .. }) = &node.value else { continue };
                // What a function or a parameter brings is not written here.
                if case.is_evaluated() || case.span != node.span || !secrets::is_written_out(name, text) {
                    continue;
                }
                let message = format!(
                    "`{name}` is a secret that everyone reads who may see the template or the task definition. Keep it in AWS \
                     Secrets Manager, and name it under `Secrets` of the container."
                );
                let changes = match cx.wants_fixes() && case.is_unconditional() {
                    true => mend(resource, &container, &variable, name, cx).unwrap_or_default(),
                    false => Vec::new(),
                };
                let draft = cx.report(node.span, message);
                if !changes.is_empty() {
                    draft.fix("Let Secrets Manager make and keep it", changes).weighs_replacement();
                }
            }
        }
    }
}

/// Moves a variable to the secrets of its container.
fn mend(
    resource: &ResourceView<'_>,
    container: &Property<'_>,
    variable: &Property<'_>,
    name: &str,
    cx: &Context<'_>,
) -> Option<Vec<Change>> {
    let (container, variable) = (container.written()?, variable.written()?);
    let id = free_name(cx.stack(), &secrets::id_of(&resource.id.text, name));
    let secret = Literal::map([("Name", Literal::text(name)), ("ValueFrom", Literal::Ref(id.clone()))]);
    let others = container.get("Environment")?.as_list()?.items.len() - 1;
    let mut changes = vec![secrets::declared(id, resource.condition.as_ref(), resource.origin)];
    match container.get("Secrets") {
        None if others == 0 => {
            let environment = container.as_map()?.entry("Environment")?;
            changes.push(Change::Delete { span: environment.1.span });
            changes.push(set_secrets(container, vec![secret]));
        }
        None => {
            changes.push(Change::Delete { span: variable.span });
            changes.push(set_secrets(container, vec![secret]));
        }
        Some(secrets) => {
            let mut all: Vec<Literal> = secrets.as_list()?.items.iter().map(|it| Literal::Existing(it.span)).collect();
            all.push(secret);
            let is_last = others == 0;
            let gone = if is_last { container.get("Environment")?.span } else { variable.span };
            changes.push(Change::Delete { span: gone });
            changes.push(Change::Replace { span: secrets.span, value: Literal::List(all) });
        }
    }
    Some(changes)
}

fn set_secrets(container: &Node, secrets: Vec<Literal>) -> Change {
    Change::SetIn { map: container.span, path: "Secrets".to_owned(), value: Literal::List(secrets) }
}
