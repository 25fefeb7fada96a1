//! Databases: the credentials that they are given or make, and the groups of parameters that they need.

use super::inner::{self, node, value_or};
use crate::evaluate::{Given, Props};
use crate::library::{self, value};
use crate::lower::Lowering;
use crate::scope::At;
use crate::table::{self, Form};
use model::{Map, Name, Node, SmolStr, Value};

const INSTANCE: &str = "aws-rds.DatabaseInstance";
const CLUSTER: &str = "aws-rds.DatabaseCluster";

/// Who administers a database.
enum Credentials<'a> {
    /// The library makes a secret for somebody of this name.
    Generated {
        name: Option<At<'a>>,
        options: Option<At<'a>>,
    },
    /// The secret is there already, or the password is said.
    Given {
        secret: Option<At<'a>>,
        name: Option<At<'a>>,
        password: Option<At<'a>>,
    },
    Unknown,
}

fn credentials<'a>(lowering: &Lowering<'a>, props: &Props<'a>) -> Option<Credentials<'a>> {
    let at = match props.get("credentials") {
        Given::Absent => return None,
        Given::Unknown => return Some(Credentials::Unknown),
        Given::Value(at) => at,
    };
    let Some(made) = lowering.made(at) else { return Some(Credentials::Unknown) };
    let [first, second] = [0, 1].map(|it| made.argument(it));
    Some(match made.path.strip_prefix("aws-rds.Credentials.") {
        Some("fromGeneratedSecret") => Credentials::Generated { name: first, options: second },
        Some("fromUsername") if lowering.props(second).is_absent("password") => {
            Credentials::Generated { name: first, options: second }
        }
        Some("fromUsername") => {
            Credentials::Given { secret: None, name: first, password: lowering.props(second).value("password") }
        }
        Some("fromPassword") => Credentials::Given { secret: None, name: first, password: second },
        Some("fromSecret") => Credentials::Given { secret: first, name: second, password: None },
        _ => Credentials::Unknown,
    })
}

/// False for a resource of the table that the construct at `index` certainly does not have.
pub(crate) fn has(lowering: &Lowering<'_>, index: usize, class: &library::Class, made: &library::Made) -> bool {
    // Instances are called as the program says, see below.
    if class.name == CLUSTER && class.resources[made.resource].path.starts_with("Value") {
        return false;
    }
    let is_secret = class.name == INSTANCE && class.resources[made.resource].path.starts_with("Secret/");
    !is_secret || !matches!(credentials(lowering, &lowering.props_of(index)), Some(Credentials::Given { .. }))
}

/// False for what a call makes below the secret of an instance that has no secret of its own.
pub(crate) fn is_below(lowering: &Lowering<'_>, index: usize, path: &str) -> bool {
    let is_of_secret = lowering.constructs[index].class == INSTANCE && path.starts_with("Secret/");
    !is_of_secret
        || matches!(credentials(lowering, &lowering.props_of(index)), None | Some(Credentials::Generated { .. }))
}

/// What goes beyond tables.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    let class = lowering.constructs[index].class.clone();
    match &*class {
        INSTANCE => {
            administer(lowering, index, draft, props);
            bind(lowering, index, draft, ("AWS::RDS::DBParameterGroup", "DBParameterGroupName"));
        }
        "aws-rds.DatabaseInstanceFromSnapshot" | "aws-rds.DatabaseInstanceReadReplica" => {
            bind(lowering, index, draft, ("AWS::RDS::DBParameterGroup", "DBParameterGroupName"));
        }
        "aws-rds.DatabaseCluster" | "aws-rds.DatabaseClusterFromSnapshot" | "aws-rds.ServerlessCluster" => {
            bind(lowering, index, draft, ("AWS::RDS::DBClusterParameterGroup", "DBClusterParameterGroupName"));
            if class == CLUSTER {
                if let Some(Credentials::Given { password: Some(password), .. }) = credentials(lowering, props) {
                    let password = lowering.node(password);
                    put(lowering, draft, "MasterUserPassword", password);
                }
                scale(lowering, draft, props);
                instances(lowering, index, draft, props);
            }
        }
        "aws-rds.SubnetGroup" => {
            let name = lowering.properties(draft).get("DBSubnetGroupName").cloned();
            if let Some(name) = name
                && let Some(text) = name.as_str()
            {
                let lowered = Node::text(text.to_lowercase(), name.span);
                put(lowering, draft, "DBSubnetGroupName", lowered);
            }
        }
        "aws-ecs.Cluster" => associate(lowering, index, props),
        "aws-secretsmanager.Secret" => {
            let made = props
                .value("secretStringValue")
                .filter(|at| lowering.made(*at).is_some_and(|it| it.path == "core.SecretValue.unsafePlainText"));
            if let Some(value) = made.map(|it| lowering.node(it)) {
                put(lowering, draft, "SecretString", value);
            }
        }
        _ => (),
    }
}

fn put(lowering: &mut Lowering<'_>, draft: usize, path: &str, node: Node) {
    let span = node.span;
    table::insert(lowering.properties(draft), path, span, node);
}

/// How far a cluster scales, which matters where an instance of it does.
fn scale<'a>(lowering: &mut Lowering<'a>, draft: usize, props: &Props<'a>) {
    const SCALING: &str = "ServerlessV2ScalingConfiguration";
    if lowering.properties(draft).get(SCALING).and_then(Node::as_map).is_none() {
        return;
    }
    for (prop, property) in [
        ("serverlessV2MaxCapacity", "MaxCapacity"),
        ("serverlessV2MinCapacity", "MinCapacity"),
        ("serverlessV2AutoPauseDuration", "SecondsUntilAutoPause"),
    ] {
        let node = match props.get(prop) {
            Given::Absent => continue,
            Given::Value(at) if property != "SecondsUntilAutoPause" => lowering.node(at),
            Given::Value(at) => Node::unknown(at.span()),
            Given::Unknown => Node::unknown(lowering.drafts[draft].resource.id.span),
        };
        put(lowering, draft, &format!("{SCALING}.{property}"), node);
    }
}

fn administer<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    let Some(credentials) = credentials(lowering, props) else { return };
    let span = lowering.constructs[index].id.span;
    let is_own = |it: &crate::lower::Draft| it.construct == Some(index) && it.resource.ty.text.contains("::Secret");
    let secrets: Vec<usize> = (0..lowering.drafts.len()).filter(|it| is_own(&lowering.drafts[*it])).collect();
    match credentials {
        Credentials::Generated { name, options } => {
            let name = name.map_or_else(|| Node::unknown(span), |it| lowering.node(it));
            let template = match name.as_str() {
                Some(text) => serde_json::json!({ "username": text }).to_string(),
                None => String::new(),
            };
            let template = if template.is_empty() { Node::unknown(span) } else { Node::text(template, name.span) };
            put(lowering, draft, "MasterUsername", name);
            let Some(secret) = secrets.first().copied() else { return };
            put(lowering, secret, "GenerateSecretString.SecretStringTemplate", template);
            let options = lowering.props(options);
            for (prop, path) in
                [("excludeCharacters", "GenerateSecretString.ExcludeCharacters"), ("secretName", "Name")]
            {
                match options.get(prop) {
                    Given::Absent => (),
                    given => {
                        let value = value_or(lowering, given, Node::unknown(span));
                        put(lowering, secret, path, value);
                    }
                }
            }
            match options.get("encryptionKey") {
                Given::Absent => (),
                Given::Value(at) => {
                    let key = table::value(lowering, Form::Reference("Arn"), at);
                    put(lowering, secret, "KmsKeyId", key);
                }
                Given::Unknown => put(lowering, secret, "KmsKeyId", Node::unknown(span)),
            }
        }
        Credentials::Given { secret, name, password } => {
            let name = name.map_or_else(|| Node::unknown(span), |it| lowering.node(it));
            put(lowering, draft, "MasterUsername", name);
            let password = password.map_or_else(|| Node::unknown(span), |it| lowering.node(it));
            put(lowering, draft, "MasterUserPassword", password);
            if let Some(secret) = secret {
                attach(lowering, index, secret);
            }
        }
        Credentials::Unknown => {
            put(lowering, draft, "MasterUsername", Node::unknown(span));
            put(lowering, draft, "MasterUserPassword", Node::unknown(span));
            for secret in secrets {
                let resource = &mut lowering.drafts[secret].resource;
                resource.properties = Node::unknown(span);
                let may_be = || Name::new("credentials", span);
                resource.condition = Some(resource.condition.take().unwrap_or_else(may_be));
            }
        }
    }
}

/// Adds the instances of a cluster: `ClusterInstance.provisioned('Writer', { ... })`.
fn instances<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    let (place, span) = (lowering.constructs[index].place, lowering.constructs[index].id.span);
    let readers = props.value("readers").and_then(|it| lowering.scopes.items(it)).unwrap_or_default();
    for at in props.value("writer").into_iter().chain(readers) {
        let Some(made) = lowering.made(at) else { continue };
        let class = match made.path.strip_prefix("aws-rds.ClusterInstance.") {
            Some("serverlessV2") => Node::text("db.serverless", at.span()),
            Some("provisioned") => Node::unknown(at.span()),
            _ => continue,
        };
        let Some(id) = made.argument(0).map(|it| lowering.node(it)) else { continue };
        let Some(id) = id.as_str().map(SmolStr::new) else { continue };
        let engine = lowering.properties(draft).get("Engine").cloned().unwrap_or_else(|| Node::unknown(span));
        let cluster = inner::reference_to(lowering, draft, "Ref", span);
        let entries = vec![("DBClusterIdentifier", cluster), ("DBInstanceClass", class), ("Engine", engine)];
        let properties = Map { open: true, ..inner::map(entries, span) };
        inner::resource(lowering, index, place, &format!("{id}/Resource"), "AWS::RDS::DBInstance", properties);
    }
}

/// A secret that a database is given knows the database.
fn attach<'a>(lowering: &mut Lowering<'a>, index: usize, secret: At<'a>) {
    let Some((secret, _)) = lowering.construct_of(secret) else { return };
    let (span, place) = (lowering.constructs[index].id.span, lowering.constructs[index].place);
    let near = lowering.constructs[secret].place.stack == place.stack;
    let reference = |of: usize| match near {
        true => crate::evaluate::reference(&lowering.constructs[of].key, span),
        false => Node::unknown(span),
    };
    let own = crate::evaluate::reference(&lowering.constructs[secret].key, span);
    let entries = vec![
        ("SecretId", own),
        ("TargetId", reference(index)),
        ("TargetType", Node::text("AWS::RDS::DBInstance", span)),
    ];
    let properties = Map { open: true, ..inner::map(entries, span) };
    inner::resource(
        lowering,
        secret,
        place,
        "Attachment/Resource",
        "AWS::SecretsManager::SecretTargetAttachment",
        properties,
    );
}

/// A group of parameters is made when the first database needs it.
fn bind(lowering: &mut Lowering<'_>, index: usize, draft: usize, (ty, property): (&str, &str)) {
    let group = lowering.props_of(index).value("parameterGroup").and_then(|it| lowering.construct_of(it));
    let Some((group, _)) = group else { return };
    let construct = &lowering.constructs[group];
    if construct.class != "aws-rds.ParameterGroup" {
        return;
    }
    let (place, span) = (construct.place, construct.id.span);
    let near = place.stack == lowering.constructs[index].place.stack;
    let made = match construct.resource {
        Some(made) => made,
        None => {
            let props = lowering.props_of(group);
            let family = props.value("engine").and_then(|it| family(lowering, it));
            let start = if ty.contains("Cluster") { "Cluster parameter group for" } else { "Parameter group for" };
            let description = match &family {
                Some(family) => Node::text(format!("{start} {family}"), span),
                None => Node::unknown(span),
            };
            let mut parameters = value_or(lowering, props.get("parameters"), node(Map::default(), span));
            // Others may be added.
            if let Value::Map(map) = &mut parameters.value {
                map.open = true;
            }
            let entries = vec![
                ("Description", value_or(lowering, props.get("description"), description)),
                ("Family", family.map_or_else(|| Node::unknown(span), |it| Node::text(it, span))),
                ("Parameters", parameters),
            ];
            let properties = Map { open: true, ..inner::map(entries, span) };
            let made = inner::resource(lowering, group, place, "Resource", ty, properties);
            lowering.constructs[group].resource = Some(made);
            made
        }
    };
    if lowering.drafts[made].resource.ty.text == ty {
        let span = lowering.constructs[index].id.span;
        let name = if near { inner::reference_to(lowering, made, "Ref", span) } else { Node::unknown(span) };
        put(lowering, draft, property, name);
    }
}

/// How engines are called in the families of parameters, by what makes them.
const FAMILIES: &[(&str, &str)] = &[
    ("DatabaseClusterEngine.auroraMysql", "aurora-mysql"),
    ("DatabaseClusterEngine.auroraPostgres", "aurora-postgresql"),
    ("DatabaseInstanceEngine.mariaDb", "mariadb"),
    ("DatabaseInstanceEngine.mysql", "mysql"),
    ("DatabaseInstanceEngine.oracleEe", "oracle-ee-"),
    ("DatabaseInstanceEngine.oracleSe2", "oracle-se2-"),
    ("DatabaseInstanceEngine.postgres", "postgres"),
    ("DatabaseInstanceEngine.sqlServerEe", "sqlserver-ee-"),
    ("DatabaseInstanceEngine.sqlServerEx", "sqlserver-ex-"),
    ("DatabaseInstanceEngine.sqlServerSe", "sqlserver-se-"),
    ("DatabaseInstanceEngine.sqlServerWeb", "sqlserver-web-"),
];

/// The family of parameters of the engine at `at`: `postgres16`.
fn family<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<String> {
    let made = lowering.made(at)?;
    let engine = made.path.strip_prefix("aws-rds.")?;
    let (_, start) = FAMILIES.iter().find(|(name, _)| *name == engine)?;
    let version = lowering.props(made.argument(0)).value("version")?;
    let version = lowering.made(version)?;
    let major = match value::constant(&version.path) {
        Some(constant) => {
            let mut fields = constant.as_object()?.iter();
            SmolStr::new(fields.find(|(name, _)| name.ends_with("MajorVersion"))?.1.as_str()?)
        }
        None if version.path.ends_with(".of") => SmolStr::new(lowering.node(version.argument(1)?).as_str()?),
        None => return None,
    };
    Some(format!("{start}{major}"))
}

/// Tells a cluster where its tasks may run.
fn associate<'a>(lowering: &mut Lowering<'a>, index: usize, props: &Props<'a>) {
    let construct = &lowering.constructs[index];
    let (place, span, id) = (construct.place, construct.id.span, construct.id.text.clone());
    let called = lowering.methods.get(&index).into_iter().flatten();
    let is_called = called.into_iter().any(|it| it.text == "enableFargateCapacityProviders");
    let others = lowering.methods.get(&index).is_some_and(|it| it.iter().any(|it| it.text == "addAsgCapacityProvider"));
    let is_given = match props.get("enableFargateCapacityProviders") {
        Given::Absent => Some(false),
        Given::Value(at) => lowering.node(at).as_bool(),
        Given::Unknown => None,
    };
    if is_given != Some(true) || is_called {
        return;
    }
    let mut providers = inner::list(["FARGATE", "FARGATE_SPOT"].map(|it| Node::text(it, span)).to_vec(), span);
    if let Value::List(list) = &mut providers.value {
        list.open = others;
    }
    let mut strategy = inner::list(Vec::new(), span);
    let may_change =
        lowering.methods.get(&index).is_some_and(|it| it.iter().any(|it| it.text.starts_with("addDefault")));
    if may_change {
        strategy = Node::unknown(span);
    }
    let entries = vec![
        ("CapacityProviders", providers),
        ("Cluster", crate::evaluate::reference(&lowering.constructs[index].key, span)),
        ("DefaultCapacityProviderStrategy", strategy),
    ];
    let properties = Map { open: true, ..inner::map(entries, span) };
    inner::resource(lowering, index, place, &id, "AWS::ECS::ClusterCapacityProviderAssociations", properties);
}
