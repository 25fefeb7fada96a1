use crate::facts::ingress::{Ingress, ingress};
use crate::facts::listeners::{self, Answer, Kind, LISTENER, LISTENER_RULE, Unencrypted};
use crate::facts::names::free_name;
use crate::prelude::*;
use crate::rule::rule;

/// What AWS gives an HTTPS listener that is made in the console: TLS 1.3 and 1.2.
const SECURITY_POLICY: &str = "ELBSecurityPolicy-TLS13-1-2-2021-06";

rule! {
    /// A load balancer that faces the internet has listeners, but none that encrypts.
    ///
    /// All listeners of an internet-facing application load balancer speak HTTP. Passwords, session cookies and whatever
    /// else its clients send can be read and changed by everyone on the way, and browsers mark the site as not secure. AWS
    /// asks for an HTTPS listener with a certificate, to which HTTP is redirected ("Create an HTTPS listener for your
    /// Application Load Balancer", Elastic Load Balancing User Guide; control ELB.1 of Security Hub). Certificates of AWS
    /// Certificate Manager cost nothing there.
    ///
    /// Without a `Scheme` a balancer faces the internet. A network load balancer is reported when it listens to TCP on
    /// port 80 and neither to TLS nor on port 443.
    ///
    /// ## What is not reported
    ///
    /// Internal balancers; balancers without a listener here; those whose HTTP listeners all redirect, since what they
    /// redirect to is then somewhere else. A listener that may be HTTPS, by a condition or a parameter, counts as HTTPS. So does
    /// what cannot be seen: a macro, a nested stack or custom code that is given the balancer, a listener of a balancer that is
    /// not known.
    ///
    /// ## Fix
    ///
    /// Adds an HTTPS listener on port 443 with the default actions of the HTTP one, and lets that redirect. The certificate is
    /// the one that the stack declares, or comes from a parameter without a default. Rules of the listener move along,
    /// `DependsOn` follows, and a security group of the balancer that lets in port 80 only gets the same for 443; where the
    /// group is not in the stack, see to that yourself. Where several HTTP listeners forward, there is no fix, since each needs a
    /// port of its own. The certificate must cover the names that clients use, so this is
    /// applied only on request.
    name: "alb-without-https-listener",
    category: Security,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F06"],
    check: Check::Resources(&[listeners::BALANCER], check),
}

fn check(balancer: &ResourceView<'_>, cx: &mut Context<'_>) {
    if listeners::kind(balancer).is_none() || listeners::internet_facing(balancer).is_none() {
        return;
    }
    let stack = cx.stack();
    let Some(found) = listeners::unencrypted(balancer, stack) else { return };
    let id = &balancer.id.text;
    let Unencrypted { circumstances, kind, listeners } = &found;
    let message = match kind {
        Kind::Application => format!(
            "{circumstances}`{id}` takes requests from the internet over plain HTTP only, so everyone on the way can read and \
             change them. Add an HTTPS listener and let HTTP redirect to it."
        ),
        Kind::Network => format!(
            "{circumstances}`{id}` takes connections from the internet on port 80 and none over TLS, so everyone on the way can \
             read and change them. Add a TLS listener."
        ),
    };
    let fix = if cx.wants_fixes() { fix(balancer, &found, stack) } else { None };
    let mut draft = cx.report(balancer.id.span, message);
    for listener in listeners.iter().filter(|it| it.id.span != balancer.id.span) {
        draft = draft.related(listener.id.span, format!("`{}` does not encrypt.", listener.id.text));
    }
    if let Some((title, changes, intent)) = fix {
        draft.fix_as(Unsafe, title, changes, Some(intent));
    }
}

fn fix(balancer: &ResourceView<'_>, found: &Unencrypted<'_>, stack: &Stack) -> Option<(String, Vec<Change>, Intent)> {
    let listener = main_listener(&found.listeners)?;
    let actions = listener.resource().properties.get("DefaultActions")?.span;
    let id = free_name(stack, &https_id(&listener.key, &balancer.key));
    let parameter_name = free_name(stack, "CertificateArn");
    let mut changes = Vec::new();
    let (certificate, source) = match declared_certificate(stack) {
        Some(name) => (name.clone(), format!("the certificate `{name}`")),
        None => {
            changes.push(Change::AddParameter {
                name: parameter_name.clone(),
                ty: "String".into(),
                description: format!("ARN of the certificate that {} shows to its clients", balancer.id.text),
                default: None,
                near: balancer.origin,
            });
            (parameter_name.clone(), format!("a certificate from the new parameter `{parameter_name}`"))
        }
    };
    let protocol = match found.kind {
        Kind::Application => "HTTPS",
        Kind::Network => "TLS",
    };
    let certificates = Literal::List(vec![Literal::map([("CertificateArn", Literal::Ref(certificate))])]);
    changes.push(Change::AddResource {
        id: id.clone(),
        ty: LISTENER.into(),
        properties: Literal::map([
            ("LoadBalancerArn", Literal::Ref(balancer.key.clone())),
            ("Port", Literal::Number(443)),
            ("Protocol", Literal::text(protocol)),
            ("SslPolicy", Literal::text(SECURITY_POLICY)),
            ("Certificates", certificates),
            ("DefaultActions", Literal::Existing(actions)),
        ]),
        // What refers to a resource under a condition must stand under that condition itself.
        condition: listener.condition.as_ref().or(balancer.condition.as_ref()).map(|it| it.text.clone()),
        after: listener.origin,
    });
    let mut title = format!("Add {} {protocol} listener with {source}", article(found.kind));
    if found.kind == Kind::Application {
        changes.push(listener.property("DefaultActions").set(redirect(443)));
        changes.extend(moved_rules(listener, &id, stack));
        changes.extend(moved_dependencies(listener, &id, stack));
        title += ", and redirect HTTP to it";
    }
    changes.extend(open_https(balancer, stack));
    let intent = Intent::HttpsListener {
        balancer: balancer.origin,
        listeners: found.listeners.iter().map(|it| it.origin).collect(),
        certificate_parameter: parameter_name,
    };
    Some((title, changes, intent))
}

fn article(kind: Kind) -> &'static str {
    match kind {
        Kind::Application => "an",
        Kind::Network => "a",
    }
}

/// The actions of a listener that redirects to HTTPS on `port` for good.
pub(crate) fn redirect(port: i64) -> Literal {
    let to = Literal::map([
        ("Protocol", Literal::text("HTTPS")),
        ("Port", Literal::Text(port.to_string())),
        ("StatusCode", Literal::text("HTTP_301")),
    ]);
    Literal::List(vec![Literal::map([("Type", Literal::text("redirect")), ("RedirectConfig", to)])])
}

/// The listener that the HTTPS one takes over from: the only one that forwards, or the only one there is.
fn main_listener<'l, 'a>(listeners: &'l [ResourceView<'a>]) -> Option<&'l ResourceView<'a>> {
    if let [only] = listeners {
        return Some(only);
    }
    // What another one forwards to is for other clients, who have to be sent to a port of their own.
    let mut forwarding = listeners.iter().filter(|it| matches!(listeners::answer(it), Answer::Forwards(_)));
    let first = forwarding.next()?;
    forwarding.next().is_none().then_some(first)
}

/// `HttpsListener` beside `HttpListener`, else a name made from the balancer's.
fn https_id(listener: &str, balancer: &str) -> String {
    for (plain, encrypted) in [("HTTP", "HTTPS"), ("Http", "Https")] {
        if listener.contains(plain) && !listener.contains(encrypted) {
            return listener.replacen(plain, encrypted, 1);
        }
    }
    format!("{balancer}HttpsListener")
}

/// The certificate to use without asking: the only one that the stack makes, or a parameter that is for one.
fn declared_certificate(stack: &Stack) -> Option<SmolStr> {
    let mut made = stack.resources_of("AWS::CertificateManager::Certificate").filter(|it| it.condition.is_none());
    if let (Some(only), None) = (made.next(), made.next()) {
        return Some(only.key.clone());
    }
    let is_for_one = |it: &Parameter| {
        let name = it.name.text.to_ascii_lowercase();
        name.ends_with("certificatearn") && it.ty == "String" && it.default.is_none()
    };
    let mut parameters = stack.declarations.parameters.iter().filter(|it| is_for_one(it));
    match (parameters.next(), parameters.next()) {
        (Some(only), None) => Some(only.name.text.clone()),
        _ => None,
    }
}

/// Moves the rules of a listener to another one, save those that redirect to HTTPS themselves.
fn moved_rules(listener: &ResourceView<'_>, to: &SmolStr, stack: &Stack) -> Vec<Change> {
    let rules = stack.resources_of(LISTENER_RULE).map(|it| ResourceView::new(it, &stack.declarations));
    rules
        .filter(|it| it.property("ListenerArn").target().is_some_and(|it| it.text == listener.key))
        .filter(|it| !it.property("Actions").items().iter().any(|it| it.get("RedirectConfig.Protocol").may_be("HTTPS")))
        .filter_map(|it| {
            let span = it.property("ListenerArn").written()?.span;
            Some(Change::Replace { span, value: Literal::Ref(to.clone()) })
        })
        .collect()
}

/// What waits for the listener, a service that needs its targets connected for instance, waits for the other one.
fn moved_dependencies(listener: &ResourceView<'_>, to: &SmolStr, stack: &Stack) -> Vec<Change> {
    let references = stack.resources.iter().flat_map(|it| &it.references);
    references
        .filter(|it| it.kind == ReferenceKind::DependsOn && it.target.text == listener.key)
        .map(|it| Change::Rename { span: it.target.span, to: to.clone() })
        .collect()
}

/// Lets in port 443 where a security group of the balancer lets in port 80 and not this.
fn open_https(balancer: &ResourceView<'_>, stack: &Stack) -> Vec<Change> {
    let mut out = Vec::new();
    for group in balancer.property("SecurityGroups").items() {
        let Some(group) = group.target().and_then(|it| stack.resource(&it.text)) else { continue };
        if group.ty.text != "AWS::EC2::SecurityGroup" {
            continue;
        }
        let inline = ingress(&ResourceView::new(group, &stack.declarations));
        let separate: Vec<_> = stack
            .resources_of("AWS::EC2::SecurityGroupIngress")
            .map(|it| ResourceView::new(it, &stack.declarations))
            .filter(|it| it.property("GroupId").target().is_none_or(|it| it.text == group.key))
            .map(|it| (it, ingress(&it)))
            .collect();
        let mut all = inline.iter().chain(separate.iter().flat_map(|it| &it.1));
        if all.any(|it| it.may_admit(443)) {
            continue;
        }
        for rule in inline.iter().filter(|it| it.is_for(80)) {
            let path = "SecurityGroupIngress".to_owned();
            out.push(Change::Append { origin: group.origin, path, value: Literal::Map(for_https(rule)) });
        }
        for (resource, rules) in &separate {
            for rule in rules.iter().filter(|it| it.is_for(80)) {
                let Some(id) = rule.written("GroupId") else { continue };
                let mut properties = vec![("GroupId".to_owned(), Literal::Existing(id.span))];
                properties.extend(for_https(rule));
                out.push(Change::AddResource {
                    id: free_name(stack, &format!("{}Https", resource.key)),
                    ty: "AWS::EC2::SecurityGroupIngress".into(),
                    properties: Literal::Map(properties),
                    condition: resource.condition.as_ref().map(|it| it.text.clone()),
                    after: resource.origin,
                });
            }
        }
    }
    out
}

/// What says of an ingress rule that it lets in port 443 instead, from the same source.
fn for_https(rule: &Ingress<'_>) -> Vec<(String, Literal)> {
    let mut out = vec![
        ("IpProtocol".to_owned(), Literal::text("tcp")),
        ("FromPort".to_owned(), Literal::Number(443)),
        ("ToPort".to_owned(), Literal::Number(443)),
    ];
    for key in ["CidrIp", "CidrIpv6", "SourcePrefixListId", "SourceSecurityGroupId"] {
        out.extend(rule.written(key).map(|it| (key.to_owned(), Literal::Existing(it.span))));
    }
    out
}
