//! Policy documents: what their statements allow, to whom, on what, and when.
//!
//! See "IAM JSON policy elements reference" in the AWS Identity and Access Management User Guide.

use crate::Context;
use model::{Case, Declarations, Interpolated, Literal, Node, Piece, Property, ResourceView, SmolStr, Span, State};
use schema::template::CLOSED_TRANSFORMS;

/// The types whose policies say what an identity may do.
pub(crate) const IDENTITY_TYPES: &[&str] = &[
    "AWS::IAM::Group",
    "AWS::IAM::GroupPolicy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::User",
    "AWS::IAM::UserPolicy",
    "AWS::SSO::PermissionSet",
];

/// What a policy document is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It says what the identity that it is attached to may do.
    Identity,
    /// It says who may do what with the resource that it is attached to.
    Resource,
    /// It says who may take on the role.
    Trust,
}

/// Where the policy documents of a type are: dotted paths, with `[]` behind each list.
const PLACES: &[(&str, &[(&str, Kind)])] = &[
    ("AWS::APS::ResourcePolicy", &[("PolicyDocument", Kind::Resource)]),
    ("AWS::ApiGateway::RestApi", &[("Policy", Kind::Resource)]),
    ("AWS::Backup::BackupVault", &[("AccessPolicy", Kind::Resource)]),
    ("AWS::Backup::LogicallyAirGappedBackupVault", &[("AccessPolicy", Kind::Resource)]),
    ("AWS::CloudTrail::ResourcePolicy", &[("ResourcePolicy", Kind::Resource)]),
    ("AWS::CodeArtifact::Domain", &[("PermissionsPolicyDocument", Kind::Resource)]),
    ("AWS::CodeArtifact::Repository", &[("PermissionsPolicyDocument", Kind::Resource)]),
    ("AWS::DynamoDB::GlobalTable", &[("Replicas[].ResourcePolicy.PolicyDocument", Kind::Resource)]),
    (
        "AWS::DynamoDB::Table",
        &[
            ("ResourcePolicy.PolicyDocument", Kind::Resource),
            ("StreamSpecification.ResourcePolicy.PolicyDocument", Kind::Resource),
        ],
    ),
    ("AWS::EC2::VPCEndpoint", &[("PolicyDocument", Kind::Resource)]),
    ("AWS::ECR::PublicRepository", &[("RepositoryPolicyText", Kind::Resource)]),
    ("AWS::ECR::RegistryPolicy", &[("PolicyText", Kind::Resource)]),
    ("AWS::ECR::Repository", &[("RepositoryPolicyText", Kind::Resource)]),
    ("AWS::EFS::FileSystem", &[("FileSystemPolicy", Kind::Resource)]),
    ("AWS::EKS::PodIdentityAssociation", &[("Policy", Kind::Identity)]),
    ("AWS::Elasticsearch::Domain", &[("AccessPolicies", Kind::Resource)]),
    ("AWS::EventSchemas::RegistryPolicy", &[("Policy", Kind::Resource)]),
    ("AWS::Events::EventBus", &[("Policy", Kind::Resource)]),
    // Its properties are those of a document.
    ("AWS::Events::EventBusPolicy", &[("", Kind::Resource)]),
    ("AWS::IAM::Group", &[("Policies[].PolicyDocument", Kind::Identity)]),
    ("AWS::IAM::GroupPolicy", &[("PolicyDocument", Kind::Identity)]),
    ("AWS::IAM::ManagedPolicy", &[("PolicyDocument", Kind::Identity)]),
    ("AWS::IAM::Policy", &[("PolicyDocument", Kind::Identity)]),
    ("AWS::IAM::Role", &[("Policies[].PolicyDocument", Kind::Identity), ("AssumeRolePolicyDocument", Kind::Trust)]),
    ("AWS::IAM::RolePolicy", &[("PolicyDocument", Kind::Identity)]),
    ("AWS::IAM::User", &[("Policies[].PolicyDocument", Kind::Identity)]),
    ("AWS::IAM::UserPolicy", &[("PolicyDocument", Kind::Identity)]),
    ("AWS::KMS::Key", &[("KeyPolicy", Kind::Resource)]),
    ("AWS::KMS::ReplicaKey", &[("KeyPolicy", Kind::Resource)]),
    ("AWS::Kinesis::ResourcePolicy", &[("ResourcePolicy", Kind::Resource)]),
    ("AWS::Lex::ResourcePolicy", &[("Policy", Kind::Resource)]),
    ("AWS::Logs::Destination", &[("DestinationPolicy", Kind::Resource)]),
    ("AWS::Logs::LogGroup", &[("ResourcePolicyDocument", Kind::Resource)]),
    ("AWS::Logs::ResourcePolicy", &[("PolicyDocument", Kind::Resource)]),
    ("AWS::MSK::ClusterPolicy", &[("Policy", Kind::Resource)]),
    ("AWS::MediaPackageV2::ChannelPolicy", &[("Policy", Kind::Resource)]),
    ("AWS::MediaPackageV2::OriginEndpointPolicy", &[("Policy", Kind::Resource)]),
    ("AWS::MediaStore::Container", &[("Policy", Kind::Resource)]),
    ("AWS::MediaTailor::ChannelPolicy", &[("Policy", Kind::Resource)]),
    ("AWS::Oam::Sink", &[("Policy", Kind::Resource)]),
    ("AWS::OpenSearchService::Domain", &[("AccessPolicies", Kind::Resource)]),
    ("AWS::Redshift::Cluster", &[("NamespaceResourcePolicy", Kind::Resource)]),
    ("AWS::RedshiftServerless::Namespace", &[("NamespaceResourcePolicy", Kind::Resource)]),
    ("AWS::RolesAnywhere::Profile", &[("SessionPolicy", Kind::Identity)]),
    ("AWS::S3::AccessPoint", &[("Policy", Kind::Resource)]),
    ("AWS::S3::BucketPolicy", &[("PolicyDocument", Kind::Resource)]),
    ("AWS::S3::MultiRegionAccessPointPolicy", &[("Policy", Kind::Resource)]),
    ("AWS::S3Express::AccessPoint", &[("Policy", Kind::Resource)]),
    ("AWS::S3Express::BucketPolicy", &[("PolicyDocument", Kind::Resource)]),
    ("AWS::S3ObjectLambda::AccessPointPolicy", &[("PolicyDocument", Kind::Resource)]),
    ("AWS::S3Outposts::AccessPoint", &[("Policy", Kind::Resource)]),
    ("AWS::S3Outposts::BucketPolicy", &[("PolicyDocument", Kind::Resource)]),
    ("AWS::S3Tables::TableBucketPolicy", &[("ResourcePolicy", Kind::Resource)]),
    ("AWS::S3Tables::TablePolicy", &[("ResourcePolicy", Kind::Resource)]),
    ("AWS::S3Vectors::VectorBucketPolicy", &[("Policy", Kind::Resource)]),
    ("AWS::SNS::TopicInlinePolicy", &[("PolicyDocument", Kind::Resource)]),
    ("AWS::SNS::TopicPolicy", &[("PolicyDocument", Kind::Resource)]),
    ("AWS::SQS::QueueInlinePolicy", &[("PolicyDocument", Kind::Resource)]),
    ("AWS::SQS::QueuePolicy", &[("PolicyDocument", Kind::Resource)]),
    ("AWS::SSM::ResourcePolicy", &[("Policy", Kind::Resource)]),
    ("AWS::SSO::PermissionSet", &[("InlinePolicy", Kind::Identity)]),
    ("AWS::SageMaker::ModelPackageGroup", &[("ModelPackageGroupPolicy", Kind::Resource)]),
    ("AWS::SecretsManager::ResourcePolicy", &[("ResourcePolicy", Kind::Resource)]),
    ("AWS::Transfer::User", &[("Policy", Kind::Identity)]),
    ("AWS::VpcLattice::AuthPolicy", &[("Policy", Kind::Resource)]),
    ("AWS::VpcLattice::ResourcePolicy", &[("Policy", Kind::Resource)]),
    ("AWS::XRay::ResourcePolicy", &[("PolicyDocument", Kind::Resource)]),
];

/// The types that hold policy documents.
pub(crate) const TYPES: &[&str] = &{
    let mut types = [""; PLACES.len()];
    let mut i = 0;
    while i < PLACES.len() {
        types[i] = PLACES[i].0;
        i += 1;
    }
    types
};

/// What a policy must say of principals or resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// It must name some.
    Required,
    /// It may name some, or it is not known whether it must.
    Optional,
    /// It must not name any.
    Refused,
}

/// A policy document, and what is known of where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Document<'a> {
    /// What it is for.
    pub(crate) kind: Kind,
    /// What stands there.
    pub(crate) property: Property<'a>,
    /// The type of the resource that has it.
    pub(crate) ty: &'a str,
}

impl Document<'_> {
    /// True where the document is a map of its own, and not the properties of the resource.
    pub(crate) fn is_closed(&self) -> bool {
        self.ty != "AWS::Events::EventBusPolicy"
    }

    /// Whether its statements name principals.
    pub(crate) fn principals(&self) -> Need {
        match self.kind {
            Kind::Identity => Need::Refused,
            Kind::Trust => Need::Required,
            Kind::Resource if self.names_resources() || self.ty == "AWS::ECR::Repository" => Need::Required,
            Kind::Resource => Need::Optional,
        }
    }

    /// Whether its statements name resources.
    pub(crate) fn resources(&self) -> Need {
        match self.kind {
            Kind::Identity => Need::Required,
            Kind::Trust => Need::Refused,
            Kind::Resource if self.names_resources() => Need::Required,
            Kind::Resource => Need::Optional,
        }
    }

    /// True for policies of resources in which each statement names principals and resources.
    fn names_resources(&self) -> bool {
        matches!(
            self.ty,
            "AWS::KMS::Key"
                | "AWS::OpenSearchService::Domain"
                | "AWS::S3::BucketPolicy"
                | "AWS::SNS::TopicPolicy"
                | "AWS::SQS::QueuePolicy"
        )
    }
}

/// All policy documents of a resource; none where a macro may make others of them.
pub(crate) fn all_documents<'a>(resource: &ResourceView<'a>) -> Vec<Document<'a>> {
    let is_closed = |name: &str| CLOSED_TRANSFORMS.iter().any(|it| name.starts_with(it));
    if !resource.declarations().transforms.iter().all(|it| is_closed(&it.text)) {
        return Vec::new();
    }
    let kinds = [Kind::Identity, Kind::Resource, Kind::Trust];
    let of_kind = |kind| documents(resource, kind).into_iter().map(move |it| (kind, it));
    let ty = resource.resource().ty.text.as_str();
    kinds.into_iter().flat_map(of_kind).map(|(kind, property)| Document { kind, property, ty }).collect()
}

/// What a property certainly is in some deployment, and where that is said.
pub(crate) fn known<'a>(property: &Property<'a>) -> Vec<(Span, &'a Node)> {
    let known = property.cases().iter().filter(|it| is_certain(it, property));
    known.filter_map(|it| Some((it.span, it.node()?))).collect()
}

/// True for what some deployment certainly has: no default of a parameter, which may be replaced, and nothing that stands in for
/// a value that is not known, as in `process.env.ARN ?? ''`.
fn is_certain(case: &Case<'_>, property: &Property<'_>) -> bool {
    let is_open = || property.cases().iter().any(|it| matches!(it.state, State::Unknown));
    matches!(case.state, State::Known(_)) && !(case.is_choice() && is_open())
}

/// The policy documents of a resource of this kind, wherever they stand and however they are written: as maps, or as JSON
/// in a text.
pub(crate) fn documents<'a>(resource: &ResourceView<'a>, kind: Kind) -> Vec<Property<'a>> {
    let places = PLACES.iter().find(|it| it.0 == resource.resource().ty.text).map(|it| it.1).unwrap_or_default();
    let places = places.iter().filter(|it| it.1 == kind);
    places.flat_map(|(path, _)| at_path(resource, resource.all(), path)).collect()
}

/// What stands at `path` below `property`, over the items of each list on the way.
fn at_path<'a>(resource: &ResourceView<'a>, property: Property<'a>, path: &str) -> Vec<Property<'a>> {
    match path.split_once("[]") {
        None => vec![resource.read_json(&property.get(path))],
        Some((list, rest)) => {
            let items = property.get(list).items();
            let rest = rest.trim_start_matches('.');
            items.into_iter().flat_map(|it| at_path(resource, it, rest)).collect()
        }
    }
}

/// True when the resource is a managed policy that serves as a permissions boundary, because the stack uses it as one
/// or its name says so: it limits what other policies allow and allows nothing by itself.
pub(crate) fn is_boundary(resource: &ResourceView<'_>, context: &Context<'_>) -> bool {
    if resource.ty.text != "AWS::IAM::ManagedPolicy" {
        return false;
    }
    // Boundaries are often made in one stack and used in all others.
    let names = resource.property("ManagedPolicyName").texts();
    let is_called_so = |name: &str| name.to_ascii_lowercase().contains("boundar");
    if is_called_so(&resource.id.text) || names.iter().any(|it| is_called_so(&it.render(|_| String::new()))) {
        return true;
    }
    let stack = context.stack();
    ["AWS::IAM::Role", "AWS::IAM::User"].iter().flat_map(|ty| stack.resources_of(ty)).any(|it| {
        let boundary = ResourceView::new(it, resource.declarations()).property("PermissionsBoundary");
        boundary.targets().iter().any(|name| name.text == resource.key)
    })
}

/// The statements of a policy document, over all its branches.
pub(crate) fn statements<'a>(document: &Property<'a>, declarations: &'a Declarations) -> Vec<Statement<'a>> {
    let items = document.get("Statement").items();
    let nodes = items.iter().flat_map(|it| it.nodes().collect::<Vec<_>>());
    nodes.filter(|it| it.as_map().is_some()).map(|node| Statement { node, declarations }).collect()
}

/// One statement of a policy document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement<'a> {
    /// The whole statement, a map.
    pub(crate) node: &'a Node,
    declarations: &'a Declarations,
}

/// Types of which a reference is no ARN, but a name, an id or an address; each has its ARN in the attribute `Arn`.
const NAMED_OTHERWISE: &[&str] = &[
    "AWS::CodeBuild::Project",
    "AWS::Cognito::UserPool",
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::ECR::Repository",
    "AWS::EFS::FileSystem",
    "AWS::IAM::Group",
    "AWS::IAM::InstanceProfile",
    "AWS::IAM::Role",
    "AWS::IAM::User",
    "AWS::KMS::Key",
    "AWS::Kinesis::Stream",
    "AWS::KinesisFirehose::DeliveryStream",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::OpenSearchService::Domain",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
];

/// One of the texts in an element of a statement: an action, a resource, a principal.
#[derive(Clone, Debug)]
pub(crate) struct Text<'a> {
    /// What it says.
    pub(crate) value: Interpolated,
    /// The list that it is in; `None` where it stands alone.
    pub(crate) list: Option<&'a Node>,
}

impl<'a> Statement<'a> {
    /// What is known of a statement in one case.
    pub(crate) fn of(case: &Case<'a>, declarations: &'a Declarations) -> Option<Statement<'a>> {
        let node = case.node().filter(|it| it.as_map().is_some())?;
        Some(Statement { node, declarations })
    }

    /// An element of the statement, such as `Action`.
    pub(crate) fn element(&self, name: &str) -> Property<'a> {
        Property::of(self.node, self.declarations, None).get(name)
    }

    /// True when the statement allows, in some branch.
    pub(crate) fn allows(&self) -> bool {
        self.element("Effect").can_be_seen_as("Allow")
    }

    /// The texts of an element, whether it holds one or a list.
    pub(crate) fn texts(&self, element: &str) -> Vec<Text<'a>> {
        texts(&self.element(element), self.declarations)
    }

    /// The texts that an element certainly has in some deployment, whether it holds one or a list.
    pub(crate) fn certain_texts(&self, element: &str) -> Vec<Text<'a>> {
        certain_texts(&self.element(element), self.declarations)
    }

    /// The principals of one kind, such as `AWS` or `Service`. A bare `*` counts as `AWS`, which it is the same as.
    pub(crate) fn principals(&self, kind: &str) -> Vec<Text<'a>> {
        let principal = self.element("Principal");
        let mut out = texts(&principal.get(kind), self.declarations);
        if kind == "AWS" {
            let bare = principal.texts().into_iter().filter(|it| it.literal() == Some("*"));
            out.extend(bare.map(|value| Text { value, list: None }));
        }
        out
    }

    /// True when a condition may hold the statement to certain values of a key for which `limits` says so: one that
    /// demands such a value, or one that is not known. Keys are given in lower case.
    pub(crate) fn is_limited_by(&self, limits: impl Fn(&str) -> bool) -> bool {
        let condition = self.element("Condition");
        if !self.is_closed() || !condition.is_complete() {
            return true;
        }
        condition.entries().iter().any(|(operator, keys)| {
            let demands = demands_a_value(&operator.text);
            let known = keys.entries();
            (demands && !keys.is_complete())
                || known.iter().any(|(key, values)| {
                    demands && limits(&key.text.to_ascii_lowercase()) && !admits_everything(values, self.declarations)
                })
        })
    }

    /// True when every element of the statement is one that the text shows.
    pub(crate) fn is_closed(&self) -> bool {
        self.node.as_map().is_some_and(|it| !it.open)
    }
}

impl Text<'_> {
    /// The resource that the text begins with a reference of, where that is certainly no ARN, and the text that has its ARN
    /// in the place of the reference.
    pub(crate) fn begins_with_name(&self, cx: &Context<'_>) -> Option<(SmolStr, Literal)> {
        let Some((Piece::Ref(name), rest)) = self.value.pieces.split_first() else { return None };
        let resource = cx.target(name)?;
        if !NAMED_OTHERWISE.contains(&resource.ty.text.as_str()) {
            return None;
        }
        let arn = Literal::GetAtt(name.clone(), "Arn".into());
        if rest.is_empty() {
            return Some((resource.ty.text.clone(), arn));
        }
        let literal = |it: &Piece| match it {
            Piece::Literal(text) => Some(Literal::text(text.as_str())),
            Piece::Ref(name) => Some(Literal::Ref(name.clone())),
            Piece::GetAtt(resource, attribute) => Some(Literal::GetAtt(resource.clone(), attribute.clone())),
            Piece::Unknown => None,
        };
        let rest = rest.iter().map(literal).collect::<Option<Vec<_>>>()?;
        Some((resource.ty.text.clone(), Literal::Sub(std::iter::once(arn).chain(rest).collect())))
    }

    /// The text with what is known of pseudo parameters in their places, and `hole` for what is not known: what
    /// CloudFormation puts in, and policy variables such as `${aws:username}`.
    pub(crate) fn filled(&self, hole: char) -> String {
        let text = self.value.render(|it| match it {
            Piece::Ref(name) => match name.as_str() {
                "AWS::AccountId" => "111122223333".to_owned(),
                "AWS::Partition" => "aws".to_owned(),
                "AWS::Region" => "us-east-1".to_owned(),
                "AWS::URLSuffix" => "amazonaws.com".to_owned(),
                _ => hole.to_string(),
            },
            _ => hole.to_string(),
        });
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("${") {
            out.push_str(before);
            out.push(hole);
            rest = after.split_once('}').map_or("", |it| it.1);
        }
        out + rest
    }

    /// Where it stands.
    pub(crate) fn span(&self) -> Span {
        self.value.span
    }

    /// The text, with `hole` for each piece that is not literal.
    pub(crate) fn with_holes(&self, hole: &str) -> String {
        self.value.render(|_| hole.to_owned())
    }

    /// The text as an author would write it, references as `${Name}`.
    pub(crate) fn shown(&self) -> String {
        self.value.render(|it| match it {
            Piece::Literal(text) => text.clone(),
            Piece::Ref(name) => format!("${{{name}}}"),
            Piece::GetAtt(resource, attribute) => format!("${{{resource}.{attribute}}}"),
            Piece::Unknown => "${...}".to_owned(),
        })
    }
}

/// When a statement lets everyone in: where it says so, and who that is in words.
///
/// A condition on the caller, or on where the call comes from, holds it to some. See "The meaning of public" in
/// "Blocking public access to your Amazon S3 storage", Amazon S3 User Guide.
pub(crate) fn everyone(statement: &Statement<'_>) -> Option<(Span, &'static str)> {
    if !statement.allows() {
        return None;
    }
    let principals = statement.principals("AWS");
    let found = principals.iter().find(|it| it.value.literal() == Some("*")).map(|it| (it.span(), "everyone"));
    let found = found.or_else(|| {
        let spared = statement.element("NotPrincipal");
        let written = spared.written().filter(|_| spared.is_complete())?;
        Some((written.span, "everyone but those named"))
    })?;
    (!statement.is_limited_by(limits_callers)).then_some(found)
}

/// True for the condition keys, in lower case, that tell callers apart in ways which a stranger cannot choose.
pub(crate) fn limits_callers(key: &str) -> bool {
    let prefixes =
        ["aws:principal", "aws:source", "aws:vpc", "s3:dataaccesspoint", "kms:calleraccount", "kms:viaservice"];
    matches!(
        key,
        "aws:userid" | "aws:username" | "aws:federatedprovider" | "sns:endpoint" | "lambda:functionurlauthtype"
    ) || prefixes.iter().any(|it| key.starts_with(it))
}

/// True when `text` matches `pattern`, in which `*` stands for any characters and `?` for any one.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    glob(&pattern, &text, |it| *it == '*', |pattern, it| *pattern == '?' || pattern == it)
}

/// The same over anything: `star` tells what stands for any number of items, `equal` what stands for one.
pub(crate) fn glob<P, T>(pattern: &[P], text: &[T], star: impl Fn(&P) -> bool, equal: impl Fn(&P, &T) -> bool) -> bool {
    let (mut p, mut t) = (0, 0);
    // The last star, and the text that it has not eaten yet.
    let mut resume = None;
    while t < text.len() {
        if p < pattern.len() && star(&pattern[p]) {
            resume = Some((p, t));
            p += 1;
        } else if p < pattern.len() && equal(&pattern[p], &text[t]) {
            p += 1;
            t += 1;
        } else if let Some((at, eaten)) = resume {
            resume = Some((at, eaten + 1));
            p = at + 1;
            t = eaten + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(star)
}

/// The texts that a property holds, one or a list of them.
fn texts<'a>(property: &Property<'a>, declarations: &'a Declarations) -> Vec<Text<'a>> {
    texts_by(property, declarations, Property::texts)
}

/// The texts that a property certainly holds in some deployment.
pub(crate) fn certain_texts<'a>(property: &Property<'a>, declarations: &'a Declarations) -> Vec<Text<'a>> {
    texts_by(property, declarations, |property| {
        let mut out: Vec<Interpolated> = Vec::new();
        for case in property.alternatives().filter(|it| is_certain(&it.cases()[0], property)) {
            // Each case of a function gives all texts of the function.
            let texts = case.texts();
            out.extend(texts.into_iter().filter(|it| !out.contains(it)).collect::<Vec<_>>());
        }
        out
    })
}

fn texts_by<'a>(
    property: &Property<'a>,
    declarations: &'a Declarations,
    read: impl Fn(&Property<'a>) -> Vec<Interpolated>,
) -> Vec<Text<'a>> {
    let mut out: Vec<Text<'a>> = read(property).into_iter().map(|value| Text { value, list: None }).collect();
    for (node, list) in property.nodes().filter_map(|node| Some((node, node.as_list()?))) {
        for item in &list.items {
            let values = read(&Property::of(item, declarations, None));
            out.extend(values.into_iter().map(|value| Text { value, list: Some(node) }));
        }
    }
    out
}

/// True for the operators of a condition which hold only for the values that are named: not for those that exclude
/// values, and not for `Null`.
fn demands_a_value(operator: &str) -> bool {
    let operator = operator.to_ascii_lowercase();
    !operator.contains("not") && operator != "null"
}

/// True when the values of a condition key shut nobody out.
fn admits_everything<'a>(values: &Property<'a>, declarations: &'a Declarations) -> bool {
    let texts = texts(values, declarations);
    texts.iter().any(|it| matches!(it.value.literal(), Some("*" | "0.0.0.0/0" | "::/0")))
}
