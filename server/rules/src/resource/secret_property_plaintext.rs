use crate::facts::names::free_name;
use crate::facts::{functions, secrets};
use crate::prelude::*;
use crate::rule::rule;
use schema::resource_type;

rule! {
    /// A password or a token is written out.
    ///
    /// Everyone who may read the template, its repository or the stack reads it too, and it stays in their history when it
    /// is changed. A dynamic reference to AWS Secrets Manager (`{{resolve:secretsmanager:Name:SecretString:Key}}`), or to a
    /// secure string of Systems Manager, names the secret without holding it; Amazon RDS and Amazon Redshift can make and keep
    /// the password themselves (`ManageMasterUserPassword`, `ManageMasterPassword`). A plain parameter of Systems Manager
    /// (`{{resolve:ssm:Name}}`) is no place for secrets: it is stored, and shown, as text. In the CDK
    /// `SecretValue.unsafePlainText` puts its text into the template as it is. See "Security best practices for
    /// CloudFormation" in the AWS CloudFormation User Guide.
    ///
    /// ## What is not reported
    ///
    /// What a parameter brings: see `secret-parameter-not-no-echo`. Text that is empty. A `SecretString` in JSON without a
    /// member that is called like a secret and has a value.
    ///
    /// ## Fix
    ///
    /// Lets the service make the password and keep it in AWS Secrets Manager, where it can; lets Secrets Manager make the text
    /// of a secret; and declares such a secret, with a dynamic reference to it, for everything else. In the CDK
    /// `Credentials.fromPassword` becomes `Credentials.fromGeneratedSecret`. The secret is another one then, so the fix is not
    /// applied unasked. What was written out should be changed in any case: it is in the history of the text.
    name: "secret-property-plaintext",
    category: Security,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:W2501"],
    founding: ["F11"],
    check: Check::EveryResource(check),
}

const SECRET: &str = "AWS::SecretsManager::Secret";

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    secrets::with_path(resource.resource(), &mut |node, path, is_all| {
        if let Some((text, span)) = functions::literal(node) {
            // `<your token>` is to be filled in.
            let is_open = text.trim().is_empty() || text.starts_with("<") && text.ends_with(">");
            if is_open || resource.ty.text == SECRET && !holds_secret(node, text, resource.resource()) {
                return;
            }
            let message = match resource.ty.text.as_str() {
                SECRET => {
                    "The text of this secret is written out for everyone who may read the template. Let AWS Secrets Manager make \
                     it: `GenerateSecretString`."
                }
                _ => {
                    "This secret is written out for everyone who may read the template. Keep it in AWS Secrets Manager, and name \
                     it by a dynamic reference: `{{resolve:secretsmanager:Name:SecretString:Key}}`."
                }
            };
            let mend = mend(resource, node, path, is_all, cx);
            let draft = cx.report(span, message);
            if let Some((title, changes)) = mend {
                let intent = Intent::GenerateCredentials { password: span };
                draft.fix_as(Unsafe, title, changes, Some(intent));
            }
        } else if is_plain_reference(node) {
            let message = "A plain parameter of Systems Manager is stored and shown as text. Keep the secret in a secure string \
                           (`ssm-secure`) or in AWS Secrets Manager (`secretsmanager`).";
            cx.report(node.span, message);
        }
    });
}

/// False for a text in JSON of which no member is a secret.
fn holds_secret(node: &Node, text: &str, resource: &Resource) -> bool {
    if !text.trim_start().starts_with('{') {
        return secrets::can_be_secret(text);
    }
    let Some(map) = resource.json_at(node.span).and_then(Node::as_map) else { return false };
    map.entries.iter().any(|(name, value)| value.as_str().is_some_and(|it| secrets::is_written_out(&name.text, it)))
}

/// A way to do without the text, in words and in changes.
fn mend(
    resource: &ResourceView<'_>,
    node: &Node,
    path: &str,
    is_all: bool,
    cx: &Context<'_>,
) -> Option<(String, Vec<Change>)> {
    let origin = resource.origin;
    let ty = resource.ty.text.as_str();
    let remove = || Change::Remove { origin, path: path.to_owned() };
    let set = |path: &str, value| Change::Set { origin, path: path.to_owned(), value };
    if ty == SECRET {
        let generated = generated(node, resource.resource())?;
        let changes = vec![remove(), set("GenerateSecretString", generated)];
        return is_all.then(|| ("Let Secrets Manager make the text".to_owned(), changes));
    }
    let managed = ["ManageMasterUserPassword", "ManageMasterPassword"].into_iter().find(|it| {
        is_all
            && path == "MasterUserPassword"
            && resource_type(ty).is_some_and(|ty| ty.schema().property(it).is_some())
            && resource.property(it).is_absent()
    });
    if let Some(managed) = managed {
        let changes = vec![remove(), set(managed, Literal::Bool(true))];
        return Some(("Let the service make and keep the password".to_owned(), changes));
    }
    if !cx.wants_fixes() {
        return None;
    }
    let name = free_name(cx.stack(), &format!("{}Secret", resource.id.text));
    let secret = secrets::declared(name.clone(), resource.condition.as_ref(), origin);
    let reference =
        vec![Literal::text("{{resolve:secretsmanager:"), Literal::Ref(name), Literal::text(":SecretString}}")];
    let changes = vec![secret, Change::Replace { span: node.span, value: Literal::Sub(reference) }];
    Some(("Let Secrets Manager make and keep it".to_owned(), changes))
}

/// What `GenerateSecretString` says for the same text with another secret in it; `None` where it cannot say that.
fn generated(node: &Node, resource: &Resource) -> Option<Literal> {
    let text = node.as_str()?;
    if !text.trim_start().starts_with('{') {
        return Some(Literal::map([("PasswordLength", Literal::Number(32))]));
    }
    let map = resource.json_at(node.span)?.as_map()?;
    let is_secret =
        |(name, value): &&(Name, Node)| value.as_str().is_some_and(|it| secrets::is_written_out(&name.text, it));
    let secret: Vec<&Name> = map.entries.iter().filter(is_secret).map(|it| &it.0).collect();
    let [secret] = secret[..] else { return None };
    let mut members = Vec::new();
    for (name, value) in map.entries.iter().filter(|it| it.0.text != secret.text) {
        let text = match &value.value {
            Value::Scalar(it) if it.plain => it.text.to_string(),
            Value::Scalar(it) => format!("\"{}\"", it.text.replace('\\', "\\\\").replace('"', "\\\"")),
            Value::Bool(it) => it.to_string(),
            _ => return None,
        };
        members.push(format!("\"{}\": {text}", name.text));
    }
    Some(Literal::map([
        ("SecretStringTemplate", Literal::text(format!("{{{}}}", members.join(", ")))),
        ("GenerateStringKey", Literal::text(secret.text.as_str())),
        ("PasswordLength", Literal::Number(32)),
    ]))
}

/// True for `{{resolve:ssm:Name}}`.
fn is_plain_reference(node: &Node) -> bool {
    let Value::Call(call) = &node.value else { return false };
    let Call::Dynamic(parts) = &**call else { return false };
    matches!(parts.first(), Some(Part::Text(it)) if it.text.starts_with("{{resolve:ssm:"))
}
