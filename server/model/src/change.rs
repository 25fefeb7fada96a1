//! Changes to the model, which the front end that read a file writes back into its text.

use crate::Span;
use smol_str::SmolStr;

/// A change to the model.
///
/// A resource is named by its `origin`, a written value by its span. Paths are dotted and start at the resource's
/// properties.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Gives a property this value, whether or not one was written before.
    Set {
        /// The resource's origin.
        origin: Span,
        /// The path from its properties.
        path: String,
        /// The new value.
        value: Literal,
    },
    /// Takes a property out; and the maps around it that become empty.
    Remove {
        /// The resource's origin.
        origin: Span,
        /// The path from its properties.
        path: String,
    },
    /// Gives an attribute beside `Type`, such as `Metadata` or `DeletionPolicy`, or a part of it, this value.
    SetAttribute {
        /// The resource's origin.
        origin: Span,
        /// The attribute.
        attribute: SmolStr,
        /// The path within the attribute; empty for all of it.
        path: String,
        /// The new value.
        value: Literal,
    },
    /// Adds an item to an attribute beside `Type` such as `DependsOn`: to the end of a list, as the second item where there is
    /// a single value, as a single value where there is none.
    AppendAttribute {
        /// The resource's origin.
        origin: Span,
        /// The attribute.
        attribute: SmolStr,
        /// The new item.
        value: Literal,
    },
    /// Adds an item to the end of a list, making the list where there is none; a single value becomes a list first.
    Append {
        /// The resource's origin.
        origin: Span,
        /// The path from its properties.
        path: String,
        /// The new item.
        value: Literal,
    },
    /// Gives a key of a written map this value.
    SetIn {
        /// The span of the map's node.
        map: Span,
        /// The path from that map.
        path: String,
        /// The new value.
        value: Literal,
    },
    /// Gives a member of an argument of a call this value; what is there already stays. In CDK alone.
    SetArgument {
        /// The span of the call or `new`.
        call: Span,
        /// The index of the argument.
        index: usize,
        /// The member.
        member: SmolStr,
        /// Its value.
        value: Literal,
    },
    /// Puts another value in the place of a written one.
    Replace {
        /// The span of the value's node.
        span: Span,
        /// The new value.
        value: Literal,
    },
    /// Takes out the list item, map entry or statement whose node this is.
    Delete {
        /// The span of the item's or the entry's value.
        span: Span,
    },
    /// Declares another resource.
    AddResource {
        /// Its wanted logical id; the rule sees to it that it is free.
        id: SmolStr,
        /// Its type.
        ty: SmolStr,
        /// Its properties.
        properties: Literal,
        /// The name of the condition that it is created under.
        condition: Option<SmolStr>,
        /// The origin of the resource that it goes after.
        after: Span,
    },
    /// Takes a resource out, with the lines that belong to it.
    RemoveResource {
        /// Its origin.
        origin: Span,
    },
    /// Declares a parameter: in CDK a `CfnParameter` of the class that holds `near`.
    AddParameter {
        /// Its name; the rule sees to it that it is free.
        name: SmolStr,
        /// Its type, such as `String`.
        ty: SmolStr,
        /// What it is for.
        description: String,
        /// What it is where a deployment does not say; `None` for one that each deployment has to give.
        default: Option<SmolStr>,
        /// A place in the stack that needs it.
        near: Span,
    },
    /// Declares a condition. In a template alone.
    AddCondition {
        /// Its name; the rule sees to it that it is free.
        name: SmolStr,
        /// What is compared.
        expression: Literal,
    },
    /// Lets the template use another transform.
    AddTransform {
        /// Its name.
        name: SmolStr,
        /// True for one that goes behind those that the template uses already, false for one before them.
        last: bool,
    },
    /// Changes a part of a written text that is read in another language: a script in a string, for instance. What comes in
    /// is text as that reader sees it; the string's escapes and indentation are the front end's. Lines that come in where
    /// lines are items of a list become items; a line that goes goes with its break.
    EditText {
        /// What goes, or the place between two letters ([`Embedded::exact`](crate::Embedded::exact)).
        span: Span,
        /// What comes in: whole lines begin with a line break at the end of a line, or end with one at the start of a line.
        text: String,
    },
    /// Writes another name where one stands.
    Rename {
        /// The span of the name alone.
        span: Span,
        /// The new name.
        to: SmolStr,
    },
}

/// A value to write.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A string.
    Text(String),
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A list.
    List(Vec<Literal>),
    /// A map.
    Map(Vec<(String, Literal)>),
    /// A reference to a resource by key, a parameter or a pseudo parameter.
    Ref(SmolStr),
    /// An attribute of a resource.
    GetAtt(SmolStr, SmolStr),
    /// A string put together: of texts, references and attributes.
    Sub(Vec<Literal>),
    /// What is written at a place of the same file, copied or moved as it is.
    Existing(Span),
    /// The same, with another name wherever one stands in it as a word: for texts that name a resource without a reference.
    Renamed {
        /// The place.
        existing: Span,
        /// The name that stands there.
        from: SmolStr,
        /// The name that takes its place.
        to: SmolStr,
    },
}

impl Change {
    /// The value that it writes at a place of its own, and not as a new item of the stack.
    pub fn value(&self) -> Option<&Literal> {
        match self {
            Change::Set { value, .. }
            | Change::SetAttribute { value, .. }
            | Change::AppendAttribute { value, .. }
            | Change::Append { value, .. }
            | Change::SetIn { value, .. }
            | Change::SetArgument { value, .. }
            | Change::Replace { value, .. } => Some(value),
            _ => None,
        }
    }
}

impl Literal {
    /// True when it refers to what is called `key`.
    pub fn names(&self, key: &str) -> bool {
        match self {
            Literal::Ref(it) | Literal::GetAtt(it, _) => it == key,
            Literal::List(items) | Literal::Sub(items) => items.iter().any(|it| it.names(key)),
            Literal::Map(entries) => entries.iter().any(|(_, it)| it.names(key)),
            _ => false,
        }
    }

    /// A string.
    pub fn text(text: impl Into<String>) -> Literal {
        Literal::Text(text.into())
    }

    /// A map with these entries.
    pub fn map<const N: usize>(entries: [(&str, Literal); N]) -> Literal {
        Literal::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }
}

/// `text` with the name `to` wherever `from` stands as a word.
pub fn renamed(text: &str, from: &str, to: &str) -> String {
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(from).filter(|_| !from.is_empty()) {
        let (before, after) = (&rest[..at], &rest[at + from.len()..]);
        let is_inner = before.chars().next_back().or(out.chars().next_back()).is_some_and(is_part)
            || after.chars().next().is_some_and(is_part);
        out.push_str(before);
        out.push_str(if is_inner { from } else { to });
        rest = after;
    }
    out + rest
}

/// What a fix means as a whole, for constructs that have words of their own for it.
///
/// A front end whose constructs hide the resources that a [`Change`] would touch writes the intent instead; every
/// other one ignores it and writes the changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// Serve the S3 origins of a distribution through origin access control instead of an origin access identity.
    OriginAccessControl {
        /// The distribution's origin; `None` where the identity is used by none.
        distribution: Option<Span>,
        /// The identity's origin, when the file declares it.
        identity: Option<Span>,
    },
    /// Give a load balancer an HTTPS listener and let its HTTP listeners redirect to it.
    HttpsListener {
        /// The balancer's origin.
        balancer: Span,
        /// The origins of its HTTP listeners.
        listeners: Vec<Span>,
        /// A free name for the parameter which takes the certificate's ARN.
        certificate_parameter: SmolStr,
    },
    /// Limit the requests that a stage of a REST API takes.
    LimitStage {
        /// The stage's origin.
        stage: Span,
        /// How many in a second.
        rate: i64,
        /// How many at once.
        burst: i64,
    },
    /// Let a load balancer keep its access logs.
    AccessLogs {
        /// The balancer's origin.
        balancer: Span,
        /// A free name for the parameter which takes the name of the bucket.
        bucket_parameter: SmolStr,
    },
    /// Tag everything in a stack with the stack's name.
    TagStack {
        /// The `new` that makes the stack, or the call of the constructor of its base class.
        maker: Span,
        /// The tag's key.
        key: SmolStr,
        /// Its value; the name of the stack where there is none.
        value: Option<SmolStr>,
    },
    /// Apply the tags that a configuration object lists.
    ApplyTags {
        /// The name of the member that lists them.
        tags: Span,
        /// The call of the constructor of the base class of the stack that is to have them.
        maker: Span,
    },
    /// Let a person approve a stage of a pipeline before it is deployed.
    ApproveStage {
        /// The call that adds the stage.
        call: Span,
        /// What the approval is called.
        name: SmolStr,
    },
    /// Start from the newest image that a public parameter of Systems Manager names.
    PublicImage {
        /// The resource's origin.
        resource: Span,
        /// The path of the image from its properties.
        path: SmolStr,
        /// The name of the public parameter.
        parameter: SmolStr,
    },
    /// Let CloudFront sign its requests to one S3 origin, by an origin access control.
    SignOrigin {
        /// The distribution's origin.
        distribution: Span,
        /// The whole of the origin of the objects.
        origin: Span,
        /// The bucket of the stack that the objects come from.
        bucket: Option<SmolStr>,
    },
    /// Let a cache behaviour add the headers of the managed policy `SecurityHeadersPolicy` to its responses.
    SecurityHeaders {
        /// The distribution's origin.
        distribution: Span,
        /// The whole of the behaviour.
        behavior: Span,
    },
    /// Keep what fails in a queue in another one, which is made for it.
    DeadLetterQueue {
        /// The origin of the queue that things fail in.
        queue: Span,
        /// A free name for the other one.
        id: SmolStr,
        /// How often something is tried.
        attempts: i64,
    },
    /// Take a source from GitHub by a connection instead of a token.
    GitHubConnection {
        /// The call or `new` that makes the source.
        source: Span,
        /// A free name for the parameter which takes the connection's ARN.
        parameter: SmolStr,
    },
    /// Let an HTTP listener answer with a redirect to HTTPS.
    RedirectToHttps {
        /// The listener's origin.
        listener: Span,
    },
    /// Look a hosted zone up by its name instead of naming it by its id.
    LookUpZone {
        /// The id, as it is written.
        id: Span,
    },
    /// Roll a service of Amazon ECS back when a deployment of it fails.
    RollBackDeployments {
        /// The service's origin.
        service: Span,
    },
    /// Add and remove machines of an Auto Scaling group so that they are this busy.
    ScaleOnCpu {
        /// The group's origin.
        group: Span,
        /// How many percent of their processors are to be in use.
        percent: i64,
    },
    /// Replace the machines of an Auto Scaling group a few at a time when what they are made of changes.
    RollingUpdate {
        /// The group's origin.
        group: Span,
    },
    /// Give the subnets of each zone of a network a NAT gateway in that zone.
    GatewayInEachZone {
        /// The network's origin.
        network: Span,
    },
    /// Let the service make the password of a database, or the text of a secret.
    GenerateCredentials {
        /// The text, as it is written.
        password: Span,
    },
}
