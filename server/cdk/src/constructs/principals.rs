//! Whom the statements of policies speak of, and who may assume a role.

use super::iam::whole;
use crate::ast::{Element, Expression, Kind};
use crate::evaluate::{Given, Props, get_att, reference};
use crate::lower::{Level, Lowering, sub};
use crate::scope::At;
use model::{List, Map, Name, Node, Part, Span, Value};

/// Principals in principals are followed no deeper than this.
const MAX_DEPTH: u32 = 8;

/// The principal at `at`, as a statement has it.
pub(crate) fn principal<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    let mut who = Principals::default();
    who.add(lowering, at);
    let mut map = Map::default();
    who.finish("Principal", at.span(), &mut map);
    map.entries.pop().map_or_else(|| Node::unknown(at.span()), |it| it.1)
}

/// The policy that says who may assume a role with these props; `None` where they do not show it.
pub(super) fn trust<'a>(lowering: &Lowering<'a>, props: &Props<'a>) -> Option<Node> {
    let Given::Value(at) = props.get("assumedBy") else { return None };
    Some(lowering.alternatives(at, &|at| {
        let span = at.span();
        let mut statements = Vec::new();
        add_trust(lowering, at, &mut statements, 0);
        let mut items: Vec<Node> = Vec::new();
        for (actions, who) in merged(statements) {
            let mut statement = Map::default();
            let node = match actions {
                Some(actions) => one_or_list(actions, span),
                None => Node::unknown(span),
            };
            statement.insert("Action", span, node);
            statement.insert("Effect", span, Node::text("Allow", span));
            who.finish("Principal", span, &mut statement);
            external_ids(lowering, props, &mut statement);
            items.push(Node { value: Value::Map(statement), span });
        }
        // A role may be told later who else may assume it.
        whole(List { items, open: true }, span)
    }))
}

/// Adds the statements by which the principal at `at` may assume a role: one for each that it is made of.
fn add_trust<'a>(lowering: &Lowering<'a>, at: At<'a>, out: &mut Vec<Trust>, depth: u32) {
    if depth < MAX_DEPTH
        && let Some(made) = lowering.made(at)
        && made.path == "aws-iam.CompositePrincipal"
    {
        for element in made.arguments {
            if let Element::Item(expression) = element {
                add_trust(lowering, At { expression, frame: made.at.frame }, out, depth + 1);
            }
        }
        return;
    }
    let mut who = Principals::default();
    who.add(lowering, at);
    out.push((assuming(lowering, at, 0), who));
}

/// The actions by which a principal may assume a role, and the principal.
type Trust = (Option<Vec<Node>>, Principals);

/// Makes one of the statements that differ in nothing but their principals.
fn merged(statements: Vec<Trust>) -> Vec<Trust> {
    let mut out: Vec<Trust> = Vec::new();
    for (actions, who) in statements {
        let words = |it: &Option<Vec<Node>>| -> Option<Vec<String>> {
            it.as_ref()?.iter().map(|it| it.as_str().map(str::to_owned)).collect()
        };
        let own = words(&actions);
        let fitting = out
            .iter_mut()
            .find(|(others, other)| own.is_some() && words(others) == own && who.is_plain() && other.is_plain());
        match fitting {
            Some((_, other)) => other.join(who),
            None => out.push((actions, who)),
        }
    }
    out
}

/// The actions by which the principal at `at` may assume a role.
fn assuming<'a>(lowering: &Lowering<'a>, at: At<'a>, depth: u32) -> Option<Vec<Node>> {
    let at = lowering.scopes.follow(at);
    let span = at.span();
    if depth > MAX_DEPTH {
        return None;
    }
    let action = |name: &str| Some(vec![Node::text(name, span)]);
    let with_tags = |inner: Option<Vec<Node>>| {
        let mut actions = inner?;
        actions.push(Node::text("sts:TagSession", span));
        Some(actions)
    };
    if let Kind::Call(call) = &at.expression.kind
        && let Kind::Member { object, property, .. } = &call.callee.kind
    {
        let inner = || assuming(lowering, At { expression: object, frame: at.frame }, depth + 1);
        match &*property.text {
            "withConditions" | "inOrganization" => return inner(),
            "withSessionTags" => return with_tags(inner()),
            _ => (),
        }
    }
    let Some(made) = lowering.made(at) else {
        let (index, level) = lowering.construct_of(at)?;
        let is_identity = matches!(&*lowering.constructs[index].class, "aws-iam.Role" | "aws-iam.User");
        return action("sts:AssumeRole").filter(|_| is_identity && level == Level::Construct);
    };
    match made.path.strip_prefix("aws-iam.")? {
        "WebIdentityPrincipal" | "OpenIdConnectPrincipal" => action("sts:AssumeRoleWithWebIdentity"),
        "SamlPrincipal" | "SamlConsolePrincipal" => action("sts:AssumeRoleWithSAML"),
        "FederatedPrincipal" => match made.argument(2) {
            Some(at) => Some(vec![lowering.node(at)]),
            None => action("sts:AssumeRole"),
        },
        "PrincipalWithConditions" => assuming(lowering, made.argument(0)?, depth + 1),
        "SessionTagsPrincipal" => with_tags(assuming(lowering, made.argument(0)?, depth + 1)),
        "AccountPrincipal"
        | "AccountRootPrincipal"
        | "AnyPrincipal"
        | "Anyone"
        | "ArnPrincipal"
        | "CanonicalUserPrincipal"
        | "OrganizationPrincipal"
        | "Role"
        | "ServicePrincipal"
        | "StarPrincipal"
        | "User" => action("sts:AssumeRole"),
        _ => None,
    }
}

/// Adds what a role asks of those who assume it from elsewhere.
fn external_ids<'a>(lowering: &Lowering<'a>, props: &Props<'a>, statement: &mut Map) {
    let given = ["externalIds", "externalId"].map(|it| props.get(it));
    if given.iter().all(|it| matches!(it, Given::Absent)) {
        return;
    }
    let mut ids = List::default();
    let mut span = None;
    for given in given {
        match given {
            Given::Absent => (),
            Given::Unknown => ids.open = true,
            Given::Value(at) => {
                span = span.or(Some(at.span()));
                match lowering.node(at) {
                    Node { value: Value::List(list), .. } => {
                        ids.items.extend(list.items);
                        ids.open |= list.open;
                    }
                    Node { value: Value::Unknown, .. } => ids.open = true,
                    node => ids.items.push(node),
                }
            }
        }
    }
    let Some(span) = span else {
        statement.open = true;
        return;
    };
    let ids = match ids.open {
        true => Node::unknown(span),
        false => one_or_list(ids.items, span),
    };
    match statement.entries.iter_mut().find(|(it, _)| it.text == "Condition") {
        Some((_, node)) => *node = Node::unknown(node.span),
        None => {
            let equals = Map { entries: vec![(Name::new("sts:ExternalId", span), ids)], open: false };
            let node = Node { value: Value::Map(equals), span };
            let condition = Map { entries: vec![(Name::new("StringEquals", span), node)], open: false };
            statement.insert("Condition", span, Node { value: Value::Map(condition), span });
        }
    }
}

/// A list, of which the library writes the item where it has only one.
pub(super) fn one_or_list(mut items: Vec<Node>, span: Span) -> Node {
    match items.pop() {
        Some(only) if items.is_empty() => only,
        last => {
            items.extend(last);
            Node { value: Value::List(List { items, open: false }), span }
        }
    }
}

/// Whom a statement speaks of.
#[derive(Default)]
pub(super) struct Principals {
    pub(super) aws: Vec<Node>,
    pub(super) service: Vec<Node>,
    pub(super) federated: Vec<Node>,
    pub(super) canonical: Vec<Node>,
    star: Option<Node>,
    conditions: Option<Node>,
    pub(super) open: bool,
}

impl Principals {
    /// Adds the principal at `at`.
    pub(super) fn add<'a>(&mut self, lowering: &Lowering<'a>, at: At<'a>) {
        self.add_within(lowering, at, 0);
    }

    /// True when nothing but who they are is said of them.
    fn is_plain(&self) -> bool {
        self.conditions.is_none() && self.star.is_none() && !self.open
    }

    fn join(&mut self, other: Principals) {
        self.aws.extend(other.aws);
        self.service.extend(other.service);
        self.federated.extend(other.federated);
        self.canonical.extend(other.canonical);
    }

    fn add_within<'a>(&mut self, lowering: &Lowering<'a>, at: At<'a>, depth: u32) {
        let at = lowering.scopes.follow(at);
        if depth > MAX_DEPTH {
            self.open = true;
            return;
        }
        // `principal.withConditions({ ... })`
        if let Kind::Call(call) = &at.expression.kind
            && let Kind::Member { object, property, .. } = &call.callee.kind
            && matches!(&*property.text, "withConditions" | "withSessionTags" | "inOrganization")
        {
            self.add_within(lowering, At { expression: object, frame: at.frame }, depth + 1);
            let conditions = Expression::argument(&call.arguments, 0)
                .map(|expression| lowering.node(At { expression, frame: at.frame }));
            let more = match &*property.text {
                "withConditions" => conditions.unwrap_or_else(|| Node::unknown(at.span())),
                "inOrganization" => in_organization(conditions.unwrap_or_else(|| Node::unknown(at.span()))),
                _ => return,
            };
            self.conditions = Some(if self.conditions.is_none() { more } else { Node::unknown(at.span()) });
            return;
        }
        let Some(made) = lowering.made(at) else {
            self.construct(lowering, at);
            return;
        };
        let span = at.span();
        let first = || made.argument(0);
        match &*made.path {
            "aws-iam.AnyPrincipal" | "aws-iam.Anyone" => self.aws.push(Node::text("*", span)),
            "aws-iam.StarPrincipal" => self.star = Some(Node::text("*", span)),
            "aws-iam.ArnPrincipal" => self.aws.extend(first().map(|it| lowering.node(it))),
            "aws-iam.AccountPrincipal" => {
                let Some(account) = first() else { return };
                let node = lowering.node(account);
                self.aws.push(account_root(node));
            }
            "aws-iam.AccountRootPrincipal" => {
                self.aws.push(account_root(reference("AWS::AccountId", span)));
            }
            "aws-iam.ServicePrincipal" => {
                let options = lowering.props(made.argument(1));
                if let Some(at) = first() {
                    // Some regions have names of their own.
                    let node =
                        if options.is_absent("region") { service(lowering.node(at)) } else { Node::unknown(span) };
                    self.service.push(node);
                }
                match options.get("conditions") {
                    Given::Absent => (),
                    Given::Unknown => self.conditions = Some(Node::unknown(span)),
                    Given::Value(at) => self.conditions = Some(lowering.node(at)),
                }
            }
            "aws-iam.CanonicalUserPrincipal" => self.canonical.extend(first().map(|it| lowering.node(it))),
            "aws-iam.FederatedPrincipal" | "aws-iam.WebIdentityPrincipal" => {
                let node = first().map_or_else(|| Node::unknown(span), |it| lowering.node(it));
                self.federated.push(node);
                self.conditions = made.argument(1).map(|it| lowering.node(it));
            }
            "aws-iam.SamlPrincipal" | "aws-iam.OpenIdConnectPrincipal" => {
                self.federated.push(Node::unknown(span));
                self.conditions = made.argument(1).map(|it| lowering.node(it));
            }
            "aws-iam.SamlConsolePrincipal" => {
                self.federated.push(Node::unknown(span));
                self.conditions = Some(Node::unknown(span));
            }
            "aws-iam.CompositePrincipal" => made.arguments.iter().for_each(|it| match it {
                Element::Item(expression) => {
                    self.add_within(lowering, At { expression, frame: made.at.frame }, depth + 1);
                }
                Element::Spread(_) => self.open = true,
            }),
            "aws-iam.PrincipalWithConditions" => {
                match first() {
                    Some(it) => self.add_within(lowering, it, depth + 1),
                    None => self.open = true,
                }
                let more = made.argument(1).map(|it| lowering.node(it)).filter(|_| self.conditions.is_none());
                self.conditions = Some(more.unwrap_or_else(|| Node::unknown(span)));
            }
            "aws-iam.SessionTagsPrincipal" => match first() {
                Some(it) => self.add_within(lowering, it, depth + 1),
                None => self.open = true,
            },
            "aws-iam.OrganizationPrincipal" => {
                self.aws.push(Node::text("*", span));
                let id = first().map_or_else(|| Node::unknown(span), |it| lowering.node(it));
                self.conditions = Some(in_organization(id));
            }
            _ => self.construct(lowering, at),
        }
    }

    /// A role, a user or an identity of CloudFront that is given as the principal itself.
    fn construct<'a>(&mut self, lowering: &Lowering<'a>, at: At<'a>) {
        let object = match &at.expression.kind {
            Kind::Member { object, property, .. } if property.text == "grantPrincipal" => {
                At { expression: object, frame: at.frame }
            }
            _ => at,
        };
        let Some((index, Level::Construct)) = lowering.construct_of(object) else {
            self.open = true;
            return;
        };
        let construct = &lowering.constructs[index];
        let span = at.span();
        match &*construct.class {
            "aws-iam.Role" | "aws-iam.User" => {
                self.aws.push(get_att(&construct.key, "Arn", span));
            }
            "aws-cloudfront.OriginAccessIdentity" => {
                self.canonical.push(get_att(&construct.key, "S3CanonicalUserId", span));
            }
            _ => self.open = true,
        }
    }

    /// Puts them into a statement.
    pub(super) fn finish(self, name: &str, span: Span, statement: &mut Map) {
        if let Some(conditions) = self.conditions {
            match (statement.entries.iter_mut().find(|(it, _)| it.text == "Condition"), conditions.value) {
                (Some((_, Node { value: Value::Map(old), .. })), Value::Map(new)) => {
                    old.entries.extend(new.entries);
                    old.open |= new.open;
                }
                (Some((_, node)), _) => *node = Node::unknown(span),
                (None, value) => statement.insert("Condition", conditions.span, Node { value, span: conditions.span }),
            }
        }
        let mut map = Map { entries: Vec::new(), open: self.open };
        for (kind, nodes) in [
            ("AWS", self.aws),
            ("Service", self.service),
            ("Federated", self.federated),
            ("CanonicalUser", self.canonical),
        ] {
            let Some(first) = nodes.first().map(|it| it.span) else { continue };
            let node = Node { value: Value::List(List { items: nodes, open: self.open }), span: first };
            map.entries.push((Name::new(kind, first), node));
        }
        let node = match self.star {
            Some(star) if map.entries.is_empty() && !self.open => star,
            Some(star) => {
                let items = List { items: vec![star.clone()], open: self.open };
                map.entries.push((Name::new("AWS", star.span), Node { value: Value::List(items), span: star.span }));
                Node { value: Value::Map(map), span }
            }
            None => Node { value: Value::Map(map), span },
        };
        statement.insert(name, span, node);
    }
}

/// `arn:aws:iam::ACCOUNT:root`
fn account_root(account: Node) -> Node {
    let span = account.span;
    let account = match account {
        Node { value: Value::Scalar(it), span } => Part::Text(Name::new(it.text, span)),
        other => Part::Value(other),
    };
    sub(
        vec![
            Part::Text(Name::new("arn:", span)),
            Part::Value(reference("AWS::Partition", span)),
            Part::Text(Name::new(":iam::", span)),
            account,
            Part::Text(Name::new(":root", span)),
        ],
        span,
    )
}

/// The principal that a service is: `lambda` is `lambda.amazonaws.com`.
fn service(node: Node) -> Node {
    let Some(name) = node.as_str() else { return node };
    let endings = [".amazonaws.com.cn", ".amazonaws.com", ".c2s.ic.gov", ".sc2s.sgov.gov"];
    let short = endings.iter().find_map(|it| name.strip_suffix(it)).unwrap_or(name);
    if short.is_empty() || short.contains('.') {
        return node;
    }
    Node::text(format!("{short}.amazonaws.com"), node.span)
}

/// The condition that keeps a statement to one organization.
fn in_organization(id: Node) -> Node {
    let span = id.span;
    let equals = Map { entries: vec![(Name::new("aws:PrincipalOrgID", span), id)], open: false };
    let equals = Node { value: Value::Map(equals), span };
    let condition = Map { entries: vec![(Name::new("StringEquals", span), equals)], open: false };
    Node { value: Value::Map(condition), span }
}
