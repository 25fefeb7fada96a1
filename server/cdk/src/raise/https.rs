//! HTTPS for load balancers, in the words of their constructs.

use super::{Place, Raiser, object};
use crate::constructs::elbv2;
use model::{Change, Literal, Span};
use syntax::typescript::{Node, range};
use text::{TextEdit, TextRange};

const PATTERNS: &str = "aws-ecs-patterns.ApplicationLoadBalanced";

/// Where a listener's props are among the arguments of what makes it.
pub(super) fn props_index(call: Node<'_>) -> usize {
    // `new ApplicationListener(scope, id, props)`, `balancer.addListener(id, props)`
    if call.kind() == "new_expression" { 2 } else { 1 }
}

impl<'r> Raiser<'r, '_> {
    /// Adds a listener with a certificate beside the one that has none. That of an application load balancer redirects
    /// afterwards, and what held it holds the new one.
    pub(super) fn https_listener(
        &mut self,
        balancer: TextRange,
        listeners: &[Span],
        parameter: &str,
        changes: &[Change],
    ) -> Option<()> {
        let description = changes.iter().find_map(|it| match it {
            Change::AddParameter { description, .. } => Some(description.clone()),
            _ => None,
        });
        let description = description.unwrap_or_else(|| "ARN of the certificate for HTTPS".to_owned());
        if self.construct_at(balancer)?.class.starts_with(PATTERNS) {
            return self.https_pattern(balancer, parameter, &description, changes);
        }
        let [listener] = listeners else { return None };
        let origin = self.resolve(*listener)?;
        let call = self.node(origin)?;
        let class = self.construct_at(origin)?.class.clone();
        let is_network = class == elbv2::NETWORK_LISTENER;
        if class != elbv2::APPLICATION_LISTENER && !is_network {
            return None;
        }
        let index = props_index(call);
        let arguments = object::items(call.child_by_field_name("arguments")?);
        let (props, before) = arguments.split_last()?;
        let id = *before.last().filter(|_| before.len() == index)?;
        if id.kind() != "string" || object::unwrapped(*props).kind() != "object" {
            return None;
        }
        let held = self.holder_of(call)?;
        // Both listeners of a network load balancer forward, so both have to be able to say where to.
        if is_network && !self.targets_can_be_shared(call, index) {
            return None;
        }
        let certificate = match existing_certificate(changes) {
            Some(name) => self.listener_certificate(name, origin)?,
            None => {
                self.add_parameter(parameter, "String", &description, None, origin)?;
                let held = self.parameters.last()?.1.clone();
                let class = self.library("aws-elasticloadbalancingv2.ListenerCertificate")?;
                format!("{class}.fromArn({held}.valueAsString)")
            }
        };
        let policy = self.library("aws-elasticloadbalancingv2.SslPolicy")?;
        let mut members = vec![
            "port: 443".to_owned(),
            format!("certificates: [{certificate}]"),
            format!("sslPolicy: {policy}.RECOMMENDED_TLS"),
        ];
        // What the old one did by its props, the new one does.
        for name in ["defaultAction", "defaultTargetGroups", "open"] {
            if let Some(member) = object::member(self.text, call, index, &[name.to_owned()]) {
                members.push(self.source(member).to_owned());
            }
        }
        if let Some(member) = object::member(self.text, call, index, &["loadBalancer".to_owned()]) {
            members.insert(0, self.source(member).to_owned());
        }
        let new_id = https_id(self.source(id).trim_matches(['\'', '"']), is_network);
        let mut new_arguments: Vec<String> = before.iter().map(|it| self.source(*it).to_owned()).collect();
        *new_arguments.last_mut()? = self.style.quoted(&new_id);
        let indent = object::indent_of(self.text, held.statement.start_byte()).to_owned();
        let inner = format!("{indent}{}", self.style.step);
        let newline = self.style.newline;
        let members: String = members.iter().map(|it| format!("{inner}{it},{newline}")).collect();
        let made = format!(
            "{}({}, {{{newline}{members}{indent}}}){}",
            &self.text[call.start_byte()..call.child_by_field_name("arguments")?.start_byte()],
            new_arguments.join(", "),
            self.style.end()
        );
        if is_network {
            self.edits.push(TextEdit::insert(range(held.statement).end(), format!("{newline}{indent}{made}")));
            return Some(());
        }
        // What is added to the old one by its name goes to the new one, which gets that name.
        let start = held.statement.start_byte();
        let mut holder = self.text[start..call.start_byte()].to_owned();
        if let Some(name) = held.variable
            && let Some(encrypted) = https_name(self.source(name))
        {
            let encrypted = self.variable_name(&encrypted)?;
            self.repoint(self.source(name), call, &encrypted)?;
            holder.replace_range(name.start_byte() - start..name.end_byte() - start, &encrypted);
        }
        self.edits.push(TextEdit::delete(text::range(start, call.start_byte())));
        self.edits.push(TextEdit::insert(range(held.statement).end(), format!("{newline}{indent}{holder}{made}")));
        self.write_redirect(call, index)
    }

    /// The statement that `call` is alone in, but for what it is assigned to.
    fn holder_of(&self, call: Node<'r>) -> Option<Holder<'r>> {
        let parent = call.parent()?;
        match parent.kind() {
            "expression_statement" => Some(Holder { statement: parent, variable: None }),
            // `this.listener = balancer.addListener(...)`
            "assignment_expression" if parent.child_by_field_name("right") == Some(call) => {
                let statement = parent.parent().filter(|it| it.kind() == "expression_statement")?;
                Some(Holder { statement, variable: None })
            }
            "variable_declarator" => {
                let declaration = parent.parent().filter(|it| object::items(*it).len() == 1)?;
                let in_block =
                    declaration.parent().is_some_and(|it| matches!(it.kind(), "statement_block" | "program"));
                let name = parent.child_by_field_name("name").filter(|it| it.kind() == "identifier")?;
                in_block.then_some(Holder { statement: declaration, variable: Some(name) })
            }
            _ => None,
        }
    }

    /// True when the props say where to forward to, by nothing that can be made only once.
    fn targets_can_be_shared(&self, call: Node<'r>, index: usize) -> bool {
        let members = ["defaultAction", "defaultTargetGroups"]
            .map(|it| object::member(self.text, call, index, &[it.to_owned()]))
            .into_iter()
            .flatten();
        let mut any = false;
        for member in members {
            any = true;
            let mut todo = vec![member];
            while let Some(node) = todo.pop() {
                if node.kind() == "new_expression" {
                    return false;
                }
                let mut cursor = node.walk();
                todo.extend(node.children(&mut cursor));
            }
        }
        any
    }

    /// A certificate that the program has already, as a listener takes it.
    fn listener_certificate(&mut self, key: &str, origin: TextRange) -> Option<String> {
        let place = Place { at: origin.start(), stack: self.stack_at(origin) };
        let lowering = self.lowering;
        let construct = lowering.constructs.iter().find(|it| it.key == key && it.place.stack == place.stack)?;
        let expression = self.expression_of(key, place)?;
        match &*construct.class {
            "aws-certificatemanager.Certificate" => Some(expression),
            "core.CfnParameter" => {
                let class = self.library("aws-elasticloadbalancingv2.ListenerCertificate")?;
                Some(format!("{class}.fromArn({expression}.valueAsString)"))
            }
            _ => None,
        }
    }

    /// Gives every use of `variable` but its declaration the name `to`.
    fn repoint(&mut self, variable: &str, call: Node<'r>, to: &str) -> Option<()> {
        let block = self.statement_around(range(call))?.parent()?;
        let mut todo = vec![block];
        while let Some(node) = todo.pop() {
            let is_use = matches!(node.kind(), "identifier" | "shorthand_property_identifier");
            if is_use
                && self.source(node) == variable
                && node
                    .parent()
                    .is_none_or(|it| it.kind() != "variable_declarator" || it.child_by_field_name("name") != Some(node))
            {
                if node.start_byte() < call.end_byte() {
                    return None;
                }
                let text = if node.kind() == "identifier" { to.to_owned() } else { format!("{variable}: {to}") };
                self.edits.push(TextEdit::replace(range(node), text));
            }
            let mut cursor = node.walk();
            todo.extend(node.children(&mut cursor));
        }
        Some(())
    }

    fn https_pattern(
        &mut self,
        origin: TextRange,
        parameter: &str,
        description: &str,
        changes: &[Change],
    ) -> Option<()> {
        let call = self.node(origin)?;
        let props = |name: &str| object::has_member(self.text, call, 2, &[name.to_owned()]);
        // They would say otherwise.
        if props("protocol") || props("listenerPort") || props("certificate") {
            return None;
        }
        let existing = existing_certificate(changes);
        let place = Place { at: origin.start(), stack: self.stack_at(origin) };
        let lowering = self.lowering;
        let construct = existing
            .map(|key| lowering.constructs.iter().find(|it| it.key == key && it.place.stack == place.stack))
            .map_or(Some(None), |it| it.map(Some))?;
        let certificate = match construct {
            Some(it) if it.class == "aws-certificatemanager.Certificate" => self.expression_of(&it.key, place)?,
            _ => {
                let scope = self.scope_at(origin)?;
                let held = match construct {
                    Some(it) => self.expression_of(&it.key, place)?,
                    None => {
                        self.add_parameter(parameter, "String", description, None, origin)?;
                        self.parameters.last()?.1.clone()
                    }
                };
                let id = self.style.quoted(&format!("{}Certificate", self.construct_at(origin)?.id.text));
                let class = self.library("aws-certificatemanager.Certificate")?;
                format!("{class}.fromCertificateArn({scope}, {id}, {held}.valueAsString)")
            }
        };
        self.set_prop(call, 2, &["certificate".to_owned()], certificate)?;
        // Without it the listener takes what was considered safe in 2016.
        if !props("sslPolicy") {
            let policy = self.library("aws-elasticloadbalancingv2.SslPolicy")?;
            self.set_prop(call, 2, &["sslPolicy".to_owned()], format!("{policy}.RECOMMENDED_TLS"))?;
        }
        self.set_prop(call, 2, &["redirectHTTP".to_owned()], "true".to_owned())
    }
}

/// What a listener is made in.
struct Holder<'r> {
    statement: Node<'r>,
    variable: Option<Node<'r>>,
}

/// The certificate that the changes use without adding a parameter for it.
fn existing_certificate(changes: &[Change]) -> Option<&str> {
    if changes.iter().any(|it| matches!(it, Change::AddParameter { .. })) {
        return None;
    }
    let properties = changes.iter().find_map(|it| match it {
        Change::AddResource { properties: Literal::Map(entries), .. } => Some(entries),
        _ => None,
    })?;
    let (_, Literal::List(certificates)) = properties.iter().find(|(name, _)| name == "Certificates")? else {
        return None;
    };
    let Literal::Map(entries) = certificates.first()? else { return None };
    match &entries.first()?.1 {
        Literal::Ref(name) => Some(name),
        _ => None,
    }
}

/// `HttpsListener` beside `HttpListener`.
fn https_id(id: &str, is_network: bool) -> String {
    if is_network {
        return "TlsListener".to_owned();
    }
    https_name(id).unwrap_or_else(|| "HttpsListener".to_owned())
}

/// `httpsListener` for `httpListener`; none for a name that does not speak of HTTP.
fn https_name(name: &str) -> Option<String> {
    let (plain, encrypted) = [("http", "https"), ("Http", "Https"), ("HTTP", "HTTPS")]
        .into_iter()
        .find(|(plain, encrypted)| name.contains(plain) && !name.contains(encrypted))?;
    Some(name.replacen(plain, encrypted, 1))
}
