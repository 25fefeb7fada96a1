//! Fixes that constructs have words of their own for.

use super::{Place, Raiser, object};
use crate::constructs::{self, elbv2};
use crate::lower::Construct;
use model::{Change, Intent, Literal, Span};
use syntax::typescript::{Node, range};
use text::{TextEdit, TextRange};

const PATTERNS: &str = "aws-ecs-patterns.ApplicationLoadBalanced";

impl<'r> Raiser<'r, '_> {
    /// Writes an intent. `None`: the changes say it well enough; `Some(None)`: it cannot be said.
    pub(super) fn intend(&mut self, intent: &Intent, changes: &[Change]) -> Option<Option<()>> {
        match intent {
            Intent::RedirectToHttps { listener } => {
                let origin = self.resolve(*listener)?;
                let draft = self.drafts(origin).next()?;
                if constructs::is_l1(&draft.words) {
                    return None;
                }
                Some(self.redirect(origin))
            }
            Intent::HttpsListener { balancer, listeners, certificate_parameter } => {
                let origin = self.resolve(*balancer)?;
                let draft = self.drafts(origin).next()?;
                if constructs::is_l1(&draft.words) {
                    return None;
                }
                Some(self.https_listener(origin, listeners, certificate_parameter, changes))
            }
            Intent::OriginAccessControl { distribution, identity } => {
                Some(self.origin_access_control(*distribution, *identity))
            }
        }
    }

    fn construct_at(&self, origin: TextRange) -> Option<&'r Construct<'_>> {
        let lowering = self.lowering;
        lowering.constructs.iter().find(|it| lowering.absolute(it.place.at.span()) == origin)
    }

    /// Makes the listener at `origin` redirect to HTTPS; what it forwarded to goes.
    fn redirect(&mut self, origin: TextRange) -> Option<()> {
        let construct = self.construct_at(origin)?;
        if construct.class != elbv2::APPLICATION_LISTENER {
            return None;
        }
        let call = self.node(origin)?;
        let index = if call.kind() == "new_expression" { 2 } else { 1 };
        // Targets that are added elsewhere would have nowhere to go.
        let variable = self.variable_of(call);
        let used = variable.is_some_and(|it| self.uses(it) > 1);
        if used || !self.forwards_in_props(call, index) {
            return None;
        }
        self.write_redirect(call, index)
    }

    fn forwards_in_props(&self, call: Node<'r>, index: usize) -> bool {
        ["defaultAction", "defaultTargetGroups"]
            .iter()
            .any(|it| object::has_member(self.text, call, index, &[(*it).to_owned()]))
    }

    fn write_redirect(&mut self, call: Node<'r>, index: usize) -> Option<()> {
        let class = self.library("aws-elasticloadbalancingv2.ListenerAction")?;
        let (https, port) = (self.style.quoted("HTTPS"), self.style.quoted("443"));
        let action = format!("{class}.redirect({{ protocol: {https}, port: {port}, permanent: true }})");
        let groups = object::member(self.text, call, index, &["defaultTargetGroups".to_owned()]);
        if let Some(groups) = groups {
            self.edits.push(TextEdit::replace(range(groups), format!("defaultAction: {action}")));
            return Some(());
        }
        self.objects.set_argument(self.text, call, index, &["defaultAction".to_owned()], action)
    }

    fn variable_of(&self, call: Node<'r>) -> Option<&str> {
        let declarator = call.parent().filter(|it| it.kind() == "variable_declarator")?;
        Some(self.source(declarator.child_by_field_name("name")?))
    }

    fn https_listener(
        &mut self,
        balancer: TextRange,
        listeners: &[Span],
        parameter: &str,
        changes: &[Change],
    ) -> Option<()> {
        let construct = self.construct_at(balancer)?;
        let class = construct.class.clone();
        let description = changes.iter().find_map(|it| match it {
            Change::AddParameter { description, .. } => Some(description.clone()),
            _ => None,
        });
        let description = description.unwrap_or_else(|| "ARN of the certificate for HTTPS".to_owned());
        if class.starts_with(PATTERNS) {
            return self.https_pattern(balancer, parameter, &description, changes);
        }
        // One listener that is made by the balancer's own method, in the same block of statements.
        let [listener] = listeners else { return None };
        let origin = self.resolve(*listener)?;
        let call = self.node(origin)?;
        if self.construct_at(origin)?.class != elbv2::APPLICATION_LISTENER || call.kind() != "call_expression" {
            return None;
        }
        let arguments = object::items(call.child_by_field_name("arguments")?);
        let [id, props] = arguments[..] else { return None };
        let props = object::unwrapped(props);
        if id.kind() != "string" || props.kind() != "object" {
            return None;
        }
        let receiver = call.child_by_field_name("function")?.child_by_field_name("object")?;
        let old_id = self.source(id).trim_matches(['\'', '"']).to_owned();
        let new_id = match ["HTTP", "Http"].iter().find(|it| old_id.contains(**it)) {
            Some(&"HTTP") => old_id.replacen("HTTP", "HTTPS", 1),
            Some(_) => old_id.replacen("Http", "Https", 1),
            None => "HttpsListener".to_owned(),
        };
        let variable = self.variable_of(call).map(str::to_owned);
        let statement = self.statement_around(origin)?;
        let certificate = match existing_certificate(changes) {
            Some(name) => self.listener_certificate(name, origin)?,
            None => {
                self.add_parameter(parameter, "String", &description, origin)?;
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
            if let Some(member) = object::member(self.text, call, 1, &[name.to_owned()]) {
                members.push(self.source(member).to_owned());
            }
        }
        let indent = object::indent_of(self.text, statement.start_byte()).to_owned();
        let inner = format!("{indent}{}", if indent.contains('\t') { "\t" } else { "  " });
        let newline = self.style.newline;
        let members: String = members.iter().map(|it| format!("{inner}{it},{newline}")).collect();
        let made = format!(
            "{}.addListener({}, {{{newline}{members}{indent}}}){}",
            self.source(receiver),
            self.style.quoted(&new_id),
            self.style.end()
        );
        let text = match &variable {
            // What is added to the old one by its variable goes to the new one.
            Some(variable) => {
                let name = self.variable_name(&https_name(variable))?;
                self.repoint(variable, call, &name)?;
                format!("{newline}{indent}const {name} = {made}")
            }
            None => format!("{newline}{indent}{made}"),
        };
        self.edits.push(TextEdit::insert(range(statement).end(), text));
        self.write_redirect(call, 1)
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
                        self.add_parameter(parameter, "String", description, origin)?;
                        self.parameters.last()?.1.clone()
                    }
                };
                let id = self.style.quoted(&format!("{}Certificate", self.construct_at(origin)?.id.text));
                let class = self.library("aws-certificatemanager.Certificate")?;
                format!("{class}.fromCertificateArn({scope}, {id}, {held}.valueAsString)")
            }
        };
        self.objects.set_argument(self.text, call, 2, &["certificate".to_owned()], certificate)?;
        self.objects.set_argument(self.text, call, 2, &["redirectHTTP".to_owned()], "true".to_owned())
    }

    /// Origins by identity become origins by access control; an identity that nothing else uses goes.
    fn origin_access_control(&mut self, distribution: Option<Span>, identity: Option<Span>) -> Option<()> {
        let identity = match identity {
            Some(span) => Some(self.resolve(span)?),
            None => None,
        };
        let scope = match distribution {
            Some(span) => Some(self.resolve(span)?),
            None => None,
        };
        if let Some(scope) = scope {
            let construct = self.construct_at(scope)?;
            if construct.class != "aws-cloudfront.Distribution" {
                return None;
            }
        }
        let lowering = self.lowering;
        let places: Vec<_> = lowering.scopes.news.iter().chain(&lowering.scopes.calls).collect();
        let mut changed = Vec::new();
        for place in places {
            let Some(made) = lowering.made(place.at) else { continue };
            let is_own = std::ptr::eq(made.at.expression, place.at.expression);
            let legacy = matches!(
                &*made.path,
                "aws-cloudfront-origins.S3Origin" | "aws-cloudfront-origins.S3BucketOrigin.withOriginAccessIdentity"
            );
            let at = lowering.absolute(place.at.span());
            if !is_own || !legacy || scope.is_some_and(|it| !it.contains_range(at)) {
                continue;
            }
            changed.push(at);
        }
        if changed.is_empty() && scope.is_some() {
            return None;
        }
        let mut removed = Vec::new();
        for at in &changed {
            let node = self.node(*at)?;
            let arguments = node.child_by_field_name("arguments")?;
            let items = object::items(arguments);
            let bucket = *items.first()?;
            removed.push(*at);
            let class = self.origin_class()?;
            let mut text = format!("{class}.withOriginAccessControl({}", self.source(bucket));
            if let Some(options) = items.get(1) {
                if options.kind() != "object" {
                    return None;
                }
                let kept: Vec<&str> = object::items(*options)
                    .into_iter()
                    .filter(|it| !is_identity_member(self.source(*it)))
                    .map(|it| self.source(it))
                    .collect();
                if !kept.is_empty() {
                    text.push_str(&format!(", {{ {} }}", kept.join(", ")));
                }
            }
            text.push(')');
            self.edits.push(TextEdit::replace(*at, text));
        }
        if let Some(identity) = identity {
            self.remove_identity(identity, &removed)?;
            self.remove_import("aws-cloudfront.OriginAccessIdentity", 1);
        }
        if changed.is_empty() && identity.is_none() {
            return None;
        }
        Some(())
    }

    /// `origins.S3BucketOrigin`, imported in the place of `S3Origin` where that was imported by name.
    fn origin_class(&mut self) -> Option<String> {
        let new = "aws-cloudfront-origins.S3BucketOrigin";
        if let Some(local) = self.imports.local("aws-cloudfront-origins.S3Origin")
            && self.imports.local(new).is_none()
            && self.imports.local("aws-cloudfront-origins").is_none()
        {
            let uses = self.uses(local);
            let import = self.imports.all.iter().find(|it| it.local == *local)?;
            // Only its import and one use: then it is not needed any more.
            if uses == 2 && crate::convert::slice(self.text, import.name) == local.as_str() {
                self.edits.push(TextEdit::replace(import.name, "S3BucketOrigin"));
                self.imported.push((new.into(), "S3BucketOrigin".to_owned()));
            }
        }
        self.library(new)
    }

    /// Takes out an identity, with the grants to it, when nothing else uses it.
    fn remove_identity(&mut self, origin: TextRange, replaced: &[TextRange]) -> Option<()> {
        let node = self.node(origin)?;
        let parent = node.parent()?;
        if parent.kind() == "expression_statement" {
            return self.remove_statement(origin);
        }
        let variable = self.variable_of(node)?.to_owned();
        let declaration = parent.parent()?;
        let block = declaration.parent()?;
        let mut uses = Vec::new();
        let mut todo = vec![block];
        while let Some(it) = todo.pop() {
            if matches!(it.kind(), "identifier" | "shorthand_property_identifier") && self.source(it) == variable {
                uses.push(it);
            }
            let mut cursor = it.walk();
            todo.extend(it.children(&mut cursor));
        }
        let mut grants: Vec<TextRange> = Vec::new();
        for it in uses {
            let place = range(it);
            if range(parent).contains_range(place) || replaced.iter().any(|it| it.contains_range(place)) {
                continue;
            }
            // A grant to it is all that the statement does.
            let statement = self.statement_around(place)?;
            let call = statement.named_child(0).filter(|_| statement.kind() == "expression_statement")?;
            let function = call.child_by_field_name("function").filter(|it| it.kind() == "member_expression")?;
            let method = self.source(function.child_by_field_name("property")?);
            let direct = it.parent().is_some_and(|it| it.kind() == "arguments" && it.parent() == Some(call));
            let grants_it = matches!(method, "grantRead" | "grantReadWrite") && direct;
            let policy = method == "addToResourcePolicy" && self.source(statement).contains(&format!("{variable}."));
            if !grants_it && !policy {
                return None;
            }
            grants.push(range(statement));
        }
        grants.sort_by_key(|it| it.start());
        grants.dedup();
        self.edits.push(TextEdit::delete(object::lines_of(self.text, range(declaration))));
        for it in grants {
            self.edits.push(TextEdit::delete(object::lines_of(self.text, it)));
        }
        Some(())
    }
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

fn is_identity_member(source: &str) -> bool {
    source.starts_with("originAccessIdentity")
}

/// `httpsListener` for `httpListener`.
fn https_name(variable: &str) -> String {
    for (plain, encrypted) in [("http", "https"), ("Http", "Https"), ("HTTP", "HTTPS")] {
        if variable.contains(plain) && !variable.contains(encrypted) {
            return variable.replacen(plain, encrypted, 1);
        }
    }
    "httpsListener".to_owned()
}
