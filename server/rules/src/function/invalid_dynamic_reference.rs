use crate::facts::functions::{self, Place, Site};
use crate::facts::spelling;
use crate::prelude::*;
use crate::rule::rule;
use schema::template::{DYNAMIC_REFERENCE, SECURE_STRING_PROPERTIES};
use text::TextRange;

/// The services that a dynamic reference may name.
const SERVICES: &[&str] = &["ssm", "ssm-secure", "secretsmanager"];
/// Stands for what is not known in a string.
const HOLE: char = '\u{1}';

rule! {
    /// A dynamic reference (`{{resolve:...}}`) is malformed, or stands where CloudFormation looks nothing up.
    ///
    /// There are three forms, and CloudFormation takes no white space in them:
    ///
    /// - `{{resolve:ssm:Name:Version}}`, a parameter of Systems Manager, with or without a version;
    /// - `{{resolve:ssm-secure:Name:Version}}`, a secure one, in a few properties only, all of which hold passwords;
    /// - `{{resolve:secretsmanager:Secret:SecretString:Key:Stage:Id}}`, a secret by name or ARN, in properties of resources
    ///   only; what comes behind the secret may be left out or empty, and a version has either a stage or an id.
    ///
    /// What does not have one of these forms stays as it is, as a string. See "Get values stored in other services using
    /// dynamic references" in the AWS CloudFormation User Guide.
    ///
    /// ## What is not reported
    ///
    /// Parts of a reference that `Fn::Sub` puts in.
    ///
    /// ## Fix
    ///
    /// Writes the service that has a name like it; takes white space out of `{{ resolve: ...}}`. The second makes a reference
    /// of what was a string, so it is not applied unasked.
    name: "invalid-dynamic-reference",
    category: Correctness,
    severity: Error,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E1027", "cfn_lint:E1050", "cfn_lint:E1051", "cfn_lint:E1052", "cfn_lint:W1051", "cfn_lint:W1053"],
    founding: [],
    check: Check::Everywhere(resource, rest),
}

fn resource(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let ty = resource.ty.text.as_str();
    functions::of_resource(resource.resource(), &mut |site| check(site, ty, cx));
}

fn rest(stack: &Stack, cx: &mut Context<'_>) {
    functions::of_rest(stack, &mut |site| check(site, "", cx));
}

fn check(site: &Site<'_, '_>, ty: &str, cx: &mut Context<'_>) {
    if site.place == Place::Metadata {
        return;
    }
    if let Some((text, span)) = functions::literal(site.node) {
        if !matches!(site.place, Place::Parameter) || matches!(site.path, ["Default"]) {
            spaces(text, span, cx);
        }
        return;
    }
    let Value::Call(call) = &site.node.value else { return };
    let Call::Dynamic(parts) = &**call else { return };
    let text = Assembled::new(parts, site.node.span);
    let mut at = 0;
    while let Some(start) = text.text[at..].find(DYNAMIC_REFERENCE).map(|it| it + at) {
        let Some(end) = text.text[start..].find("}}").map(|it| it + start) else {
            // Another function may bring the end, as `Fn::Join` does.
            if site.within.is_some() {
                return;
            }
            let message = "This dynamic reference has no end, so it stays a string. Close it with `}}`.";
            cx.report(text.span(start, start + DYNAMIC_REFERENCE.len()), message);
            return;
        };
        let reference = Reference { text: &text, start, end: end + 2, inner: &text.text[start + 2..end] };
        if syntax(&reference, cx) {
            place(&reference, site, ty, cx);
        }
        at = end + 2;
    }
}

/// `{{ resolve : ssm...}}`, which is a string to CloudFormation.
fn spaces(text: &str, span: Span, cx: &mut Context<'_>) {
    let Some(start) = text.find("{{").filter(|_| text.contains("resolve")) else { return };
    let Some(end) = text[start..].find("}}").map(|it| it + start) else { return };
    let inner = &text[start + 2..end];
    let mut words = inner.split(':').map(str::trim);
    let is_reference = words.next() == Some("resolve") && words.next().is_some_and(|it| SERVICES.contains(&it));
    if !is_reference || !inner.contains(char::is_whitespace) {
        return;
    }
    let message = "With white space in it this is a string, not a dynamic reference. Take the white space out.";
    let compact = inner.split(':').map(str::trim).collect::<Vec<_>>().join(":");
    let value = Literal::text(format!("{}{{{{{compact}}}}}{}", &text[..start], &text[end + 2..]));
    let draft = cx.report(span, message).at_most(Warning);
    draft.fix("Take the white space out", vec![Change::Replace { span, value }]);
}

/// A dynamic reference in a string.
struct Reference<'a> {
    text: &'a Assembled,
    start: usize,
    end: usize,
    /// What is between the braces.
    inner: &'a str,
}

impl<'a> Reference<'a> {
    /// The parts between the colons, each with its place.
    fn parts(&self) -> Vec<(&'a str, Span)> {
        let mut at = self.start + 2;
        let mut out = Vec::new();
        for part in self.inner.split(':') {
            out.push((part, self.text.span(at, at + part.len())));
            at += part.len() + 1;
        }
        out
    }

    fn span(&self) -> Span {
        self.text.span(self.start, self.end)
    }
}

/// Reports what is wrong in a reference; true when nothing is.
fn syntax(reference: &Reference<'_>, cx: &mut Context<'_>) -> bool {
    let parts = reference.parts();
    let (service, span) = parts[1];
    let is_known = |it: &str| !it.contains(HOLE);
    if !is_known(service) {
        return false;
    }
    if !SERVICES.contains(&service) {
        let mut message = match service {
            "" => "A dynamic reference names a service first: `ssm`, `ssm-secure` or `secretsmanager`.".to_owned(),
            _ => format!("Dynamic references read `ssm`, `ssm-secure` and `secretsmanager`, and no `{service}`."),
        };
        let nearest = spelling::nearest(service, SERVICES.iter().copied());
        if let Some(nearest) = nearest {
            message += &format!(" Did you mean `{nearest}`?");
        }
        let draft = cx.report(span, message);
        if let Some(nearest) = nearest {
            draft.fix(format!("Write `{nearest}`"), vec![Change::Rename { span, to: nearest.into() }]);
        }
        return false;
    }
    let name = parts.get(2).map_or("", |it| it.0);
    if name.trim().is_empty() {
        let what = if service == "secretsmanager" { "the secret" } else { "the parameter" };
        cx.report(
            reference.span(),
            format!("This dynamic reference does not name {what}: `{{{{resolve:{service}:Name}}}}`."),
        );
        return false;
    }
    let all_known = is_known(reference.inner);
    match service {
        "secretsmanager" => secret(&parts, all_known, reference, cx),
        _ => parameter(&parts, service, all_known, cx),
    }
}

/// `ssm:Name:Version`. The name may be an ARN.
fn parameter(parts: &[(&str, Span)], service: &str, all_known: bool, cx: &mut Context<'_>) -> bool {
    let (name, span) = parts[2];
    if name == "arn" || !all_known {
        return true;
    }
    let is_letter = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '-' | '/');
    if !name.chars().all(is_letter) {
        let message =
            format!("`{name}` is no name of a parameter: it takes letters, digits, `_`, `.`, `-` and `/` only.");
        cx.report(span, message);
        return false;
    }
    if let Some((version, span)) = parts.get(3)
        && (version.is_empty() || !version.chars().all(|it| it.is_ascii_digit()))
    {
        cx.report(*span, format!("The version of a parameter is a whole number, and this is `{version}`."));
        return false;
    }
    if let Some((_, span)) = parts.get(4) {
        cx.report(*span, format!("Nothing comes behind the version: `{{{{resolve:{service}:Name:Version}}}}`."));
        return false;
    }
    true
}

/// `secretsmanager:Secret:SecretString:Key:Stage:Id`. An ARN has colons of its own.
fn secret(parts: &[(&str, Span)], all_known: bool, reference: &Reference<'_>, cx: &mut Context<'_>) -> bool {
    let form = "`{{resolve:secretsmanager:Secret:SecretString:Key:Stage:Id}}`";
    // A part that is put in may be a whole ARN.
    if parts[2].0.contains(HOLE) || (parts[2].0 == "arn" && !all_known) {
        return true;
    }
    let first = if parts[2].0 == "arn" { 9 } else { 3 };
    if parts.len() < first {
        let message = "This ARN of a secret is cut off: `arn:aws:secretsmanager:Region:Account:secret:Name`.";
        cx.report(reference.span(), message);
        return false;
    }
    let rest = &parts[first..];
    if let Some((kind, span)) = rest.first()
        && !matches!(*kind, "SecretString" | "")
        && !kind.contains(HOLE)
    {
        cx.report(*span, format!("Behind the secret comes `SecretString`, and this is `{kind}`: {form}."));
        return false;
    }
    if let Some((_, span)) = rest.get(4) {
        cx.report(*span, format!("Nothing comes behind the id of the version: {form}."));
        return false;
    }
    if let [_, _, (stage, _), (id, span)] = rest
        && !stage.is_empty()
        && !id.is_empty()
    {
        cx.report(*span, "A version of a secret has either a stage or an id here, and this has both.");
        return false;
    }
    true
}

/// Reports a reference where CloudFormation does not look it up.
fn place(reference: &Reference<'_>, site: &Site<'_, '_>, ty: &str, cx: &mut Context<'_>) {
    let parts = reference.parts();
    let in_properties = site.place == Place::Properties;
    match parts[1].0 {
        "ssm-secure" => {
            let path = site.path.get(1..).unwrap_or_default().join(".");
            let is_taken = in_properties && SECURE_STRING_PROPERTIES.contains(&(ty, path.as_str()));
            // What a transform makes of it is not known.
            let may_be = ty.starts_with("AWS::Serverless::") || site.place == Place::Globals;
            if !is_taken && !may_be {
                let message = "CloudFormation reads secure strings in a few properties only, most of them passwords of \
                               databases, and this is none of them. Use `secretsmanager`, or `ssm` for what is no secret.";
                cx.report(reference.span(), message);
            }
        }
        "secretsmanager" => {
            let is_here = in_properties
                || matches!(site.place, Place::Globals | Place::Mapping | Place::Hook)
                || site.place == Place::Parameter && matches!(site.path, ["Default" | "AllowedValues"]);
            if !is_here {
                let message =
                    "CloudFormation reads secrets in properties of resources only. Here the reference stays a string.";
                cx.report(reference.span(), message);
            } else if let Some(property) = site.path.iter().find(|it| in_properties && NEED_ARN.contains(it)) {
                let message = format!(
                    "`{property}` takes the ARN of a secret, and this is what the secret holds. Write its ARN or a `Ref` to it."
                );
                cx.report(reference.span(), message).at_most(Warning);
            }
        }
        _ if matches!(site.place, Place::Condition | Place::Rule) => {
            let message = "Conditions compare this as it is written: nothing is looked up before they are decided. Use a parameter \
                           of type `AWS::SSM::Parameter::Value<String>`.";
            cx.report(reference.span(), message);
        }
        _ => (),
    }
}

/// Properties that take the ARN of a secret, whatever they belong to.
const NEED_ARN: &[&str] = &[
    "SecretARN",
    "SecretArn",
    "SecretsManagerConfiguration",
    "SecretsManagerOracleAsmSecretId",
    "SecretsManagerSecretId",
    "SecretsManagerSecurityDbEncryptionSecretId",
];

/// A string of which some parts are not known, and where each of its bytes is.
struct Assembled {
    text: String,
    /// Where each text starts, and its place.
    starts: Vec<(usize, TextRange)>,
    whole: Span,
}

impl Assembled {
    fn new(parts: &[Part], whole: Span) -> Assembled {
        let mut out = Assembled { text: String::new(), starts: Vec::new(), whole };
        for part in parts {
            match part {
                Part::Text(text) => {
                    // Only what is written as it reads can be pointed at.
                    if usize::from(text.span.range.len()) == text.text.len() && text.span.block == whole.block {
                        out.starts.push((out.text.len(), text.span.range));
                    }
                    out.text.push_str(&text.text);
                }
                Part::Value(_) => out.text.push(HOLE),
                Part::Unused(..) => (),
            }
        }
        out
    }

    /// The place of these bytes of the text; the whole string where that is not known.
    fn span(&self, from: usize, to: usize) -> Span {
        let place = |at: usize| {
            let (start, range) = self.starts.iter().rev().find(|(start, _)| *start <= at)?;
            let offset = at - start;
            (offset <= usize::from(range.len())).then(|| usize::from(range.start()) + offset)
        };
        match (place(from), place(to)) {
            (Some(from), Some(to)) if from <= to => Span::new(self.whole.block, text::range(from, to)),
            _ => self.whole,
        }
    }
}
