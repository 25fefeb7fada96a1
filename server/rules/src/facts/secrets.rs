//! Properties that hold secrets.

use super::functions::{self, Place};
use model::{Call, Change, Literal, Name, Node, Resource, SmolStr, Span, Value};
use schema::template::SECURE_STRING_PROPERTIES;

/// Those that take no secure strings of Systems Manager, by type, with the keys on the way; lists count for their items.
const OTHERS: &[(&str, &str)] = &[
    ("AWS::AmazonMQ::Broker", "Users.Password"),
    ("AWS::Amplify::App", "AccessToken"),
    ("AWS::Amplify::App", "BasicAuthConfig.Password"),
    ("AWS::Amplify::App", "OauthToken"),
    ("AWS::Amplify::Branch", "BasicAuthConfig.Password"),
    ("AWS::AppStream::DirectoryConfig", "ServiceAccountCredentials.AccountPassword"),
    ("AWS::DMS::Endpoint", "MongoDbSettings.Password"),
    ("AWS::DMS::Endpoint", "Password"),
    ("AWS::DocDB::DBCluster", "MasterUserPassword"),
    ("AWS::EMR::Cluster", "KerberosAttributes.ADDomainJoinPassword"),
    ("AWS::EMR::Cluster", "KerberosAttributes.CrossRealmTrustPrincipalPassword"),
    ("AWS::EMR::Cluster", "KerberosAttributes.KdcAdminPassword"),
    ("AWS::ElastiCache::User", "Passwords"),
    ("AWS::FSx::FileSystem", "WindowsConfiguration.SelfManagedActiveDirectoryConfiguration.Password"),
    ("AWS::Lightsail::Database", "MasterUserPassword"),
    (
        "AWS::ManagedBlockchain::Member",
        "MemberConfiguration.MemberFrameworkConfiguration.MemberFabricConfiguration.AdminPassword",
    ),
    ("AWS::RDS::DBInstance", "TdeCredentialPassword"),
    ("AWS::SecretsManager::Secret", "SecretString"),
];

/// What kind of secret a name speaks of, where it is the secret itself and not where one is kept or how one looks:
/// `DB_PASSWORD`, `apiKey`, not `SECRET_ARN` or `PASSWORD_LENGTH`.
pub(crate) fn named(name: &str) -> Option<Named> {
    const PASSWORDS: [&str; 4] = ["password", "passwd", "passphrase", "pwd"];
    const KEYS: [&str; 9] = [
        "apikey",
        "apisecret",
        "apitoken",
        "clientsecret",
        "privatekey",
        "secretaccesskey",
        "secretkey",
        "sharedsecret",
        "webhooksecret",
    ];
    // `DB_PASSWORD`, `db-password` and `DbPassword` are one name.
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let ends = |words: &[&str]| words.iter().any(|it| plain.ends_with(it));
    let is_word = |word: &str| {
        let Some(at) = plain.len().checked_sub(word.len()) else { return false };
        plain.ends_with(word) && (at == 0 || starts_word(name, word))
    };
    match () {
        () if PASSWORDS.iter().any(|it| if it.len() > 3 { plain.ends_with(it) } else { is_word(it) }) => {
            Some(Named::Password)
        }
        () if ends(&KEYS) => Some(Named::Key),
        () if is_word("token") => Some(Named::Token),
        () if is_word("secret") => Some(Named::Secret),
        () => None,
    }
}

/// True when the last word of `name` is `word`.
fn starts_word(name: &str, word: &str) -> bool {
    let at = name.len() - word.len();
    let Some((before, last)) = name.split_at_checked(at) else { return false };
    if !last.eq_ignore_ascii_case(word) {
        return false;
    }
    let is_capital = last.starts_with(|it: char| it.is_ascii_uppercase());
    match before.chars().next_back() {
        Some(it) if it.is_ascii_lowercase() || it.is_ascii_digit() => is_capital,
        // `APITOKEN` says nothing of where a word begins; `ApiToken` and `API_TOKEN` do.
        Some(it) if it.is_ascii_uppercase() => last[1..].starts_with(|it: char| it.is_ascii_lowercase()) && is_capital,
        _ => true,
    }
}

/// What a name says that its value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Password,
    /// A key, or a secret that a name says more of.
    Key,
    Token,
    /// No more than that: it may be the name of one, too.
    Secret,
}

/// True when `value`, written out for something called `name`, is a secret.
pub(crate) fn is_written_out(name: &str, value: &str) -> bool {
    let value = value.trim();
    if is_credential(value) {
        return true;
    }
    let Some(named) = named(name) else { return false };
    let is_number = value.parse::<f64>().is_ok();
    match named {
        _ if !can_be_secret(value) => false,
        Named::Password => true,
        Named::Key | Named::Token => !is_number,
        // `app/db-credentials` and `my-secret` are names.
        Named::Secret => !is_number && !value.contains(['/', '-', ' ']),
    }
}

/// False for what is nothing, a place, a reference of some kind, or a word that says that something is to be filled in.
pub(crate) fn can_be_secret(value: &str) -> bool {
    const STARTS: [&str; 13] =
        ["/", "<", "[", "{", "$", "%", "arn:", "http://", "https://", "ssm:", "secretsmanager:", "sm://", "file:"];
    const FILLERS: [&str; 12] = [
        "true",
        "false",
        "null",
        "none",
        "undefined",
        "placeholder",
        "replace",
        "todo",
        "your",
        "xxx",
        "dummy",
        "example",
    ];
    let lower = value.trim().to_ascii_lowercase();
    lower.len() > 2
        && !STARTS.iter().any(|it| lower.starts_with(it))
        && !FILLERS.iter().any(|it| lower.starts_with(it))
        && !lower.ends_with("placeholder")
        && !lower.bytes().all(|it| matches!(it, b'*' | b'x' | b'.' | b'-' | b'_' | b'0'))
}

/// True for what has the form of a credential of a known service, whatever it is called.
pub(crate) fn is_credential(value: &str) -> bool {
    const FORMS: [(&str, usize); 14] = [
        ("AKIA", 20),
        ("ASIA", 20),
        ("AIza", 39),
        ("ghp_", 40),
        ("gho_", 40),
        ("ghs_", 40),
        ("github_pat_", 60),
        ("glpat-", 26),
        ("sk_live_", 24),
        ("rk_live_", 24),
        ("xoxb-", 24),
        ("xoxp-", 24),
        ("npm_", 40),
        ("-----BEGIN ", 60),
    ];
    let fits = |(start, length): &(&str, usize)| {
        let is_key = *start == "-----BEGIN " && value.contains("PRIVATE KEY-----");
        let is_word = value.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-'));
        value.starts_with(start) && value.len() >= *length && (is_key || is_word)
    };
    // AWS's documentation ends all of its own so.
    FORMS.iter().any(fits) && !value.ends_with("EXAMPLE")
}

/// Calls `visit` on each value that is written for a secret of the resource, in each branch of `Fn::If`.
pub(crate) fn of_resource<'a>(resource: &'a Resource, visit: &mut dyn FnMut(&'a Node)) {
    with_path(resource, &mut |node, _, _| visit(node));
}

/// The same, with the path of the property, and whether the value is all of it.
pub(crate) fn with_path<'a>(resource: &'a Resource, visit: &mut dyn FnMut(&'a Node, &str, bool)) {
    let all = || SECURE_STRING_PROPERTIES.iter().chain(OTHERS).filter(|(ty, _)| *ty == resource.ty.text);
    if resource.made.is_some() || all().next().is_none() {
        return;
    }
    functions::of_resource(resource, &mut |site| {
        let is_branch = |function: &str, argument: usize| function == "Fn::If" && argument > 0;
        let is_whole = site.within.is_none_or(|it| is_branch(it.function, it.argument));
        if site.place == Place::Properties && is_whole {
            let path = site.path.get(1..).unwrap_or_default().join(".");
            if all().any(|(_, it)| *it == path) {
                let is_all =
                    site.within.is_none() && resource.properties.get(&path).is_some_and(|it| it.span == site.node.span);
                visit(site.node, &path, is_all);
            }
        }
    });
}

/// A name for the secret of the variable called `name` of the resource called `of`.
pub(crate) fn id_of(of: &str, name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|it| it.to_ascii_uppercase());
        let rest = letters.as_str();
        let rest =
            if word.chars().any(|it| it.is_ascii_lowercase()) { rest.to_owned() } else { rest.to_ascii_lowercase() };
        first.into_iter().chain(rest.chars()).collect::<String>()
    };
    let words = name.split(|it: char| !it.is_ascii_alphanumeric()).map(word).collect::<String>();
    format!("{of}{words}")
}

/// Declares a secret whose text Secrets Manager makes.
pub(crate) fn declared(id: SmolStr, condition: Option<&Name>, after: Span) -> Change {
    let options = [("PasswordLength", Literal::Number(32)), ("ExcludePunctuation", Literal::Bool(true))];
    Change::AddResource {
        id,
        ty: "AWS::SecretsManager::Secret".into(),
        properties: Literal::map([("GenerateSecretString", Literal::map(options))]),
        condition: condition.map(|it| it.text.clone()),
        after,
    }
}

/// The name that a `Ref` names.
pub(crate) fn reference(node: &Node) -> Option<&Name> {
    match &node.value {
        Value::Call(call) => match &**call {
            Call::Ref(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_speak_of_secrets() {
        for (name, what) in [
            ("DB_PASSWORD", Some(Named::Password)),
            ("dbPassword", Some(Named::Password)),
            ("DBPASSWORD", Some(Named::Password)),
            ("apiKey", Some(Named::Key)),
            ("X_API_KEY", Some(Named::Key)),
            ("AWS_SECRET_ACCESS_KEY", Some(Named::Key)),
            ("GITHUB_TOKEN", Some(Named::Token)),
            ("GitHubToken", Some(Named::Token)),
            ("JWT_SECRET", Some(Named::Secret)),
            ("SECRET_ARN", None),
            ("PASSWORD_LENGTH", None),
            ("TOKEN_URL", None),
            ("Tokens", None),
            ("PARTITION_KEY", None),
            ("", None),
        ] {
            assert_eq!(named(name), what, "{name}");
        }
    }

    #[test]
    fn values_can_be_secrets() {
        assert!(is_written_out("DB_PASSWORD", "hunter2"));
        assert!(is_written_out("ANY", "ghp_0123456789abcdef0123456789abcdef0123"));
        assert!(is_written_out("JWT_SECRET", "c2VjcmV0"));
        for (name, value) in [
            ("DB_PASSWORD", "/prod/db/password"),
            ("DB_PASSWORD", "<password>"),
            ("DB_SECRET", "prod/db"),
            ("JWT_SECRET", "my-secret"),
            ("MAX_TOKEN", "2048"),
            ("KEY", "AKIAIOSFODNN7EXAMPLE"),
            ("API_KEY", "your-api-key"),
            ("NAME", "hunter2"),
        ] {
            assert!(!is_written_out(name, value), "{name}={value}");
        }
    }
}
