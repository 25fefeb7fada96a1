//! Fixes that constructs have words of their own for.

use super::{Place, Raiser, object};
use crate::constructs::{self, elbv2};
use crate::l1;
use crate::lower::Construct;
use model::{Change, Intent, Literal, Span};
use syntax::typescript::{Node, range};
use text::{TextEdit, TextRange};

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
            Intent::PublicImage { resource, path, parameter } => Some(self.public_image(*resource, path, parameter)),
            Intent::RollBackDeployments { service } => self.roll_back_deployments(*service),
            Intent::ScaleOnCpu { group, percent } => self.scale_on_cpu(*group, *percent),
            Intent::RollingUpdate { group } => self.rolling_update(*group),
            Intent::GatewayInEachZone { network } => Some(self.gateway_in_each_zone(*network)),
            Intent::LimitStage { stage, rate, burst } => self.limit_stage(*stage, *rate, *burst),
            Intent::AccessLogs { balancer, bucket_parameter } => {
                let origin = self.resolve(*balancer)?;
                let draft = self.drafts(origin).next()?;
                if constructs::is_l1(&draft.words) {
                    return None;
                }
                Some(self.access_logs(origin, bucket_parameter, changes))
            }
            Intent::TagStack { maker, key, value } => Some(self.tag_stack(*maker, key, value.as_deref())),
            Intent::ApplyTags { tags, maker } => Some(self.apply_tags(*tags, *maker)),
            Intent::GenerateCredentials { password } => self.generate_credentials(*password, changes),
            Intent::LookUpZone { id } => Some(self.look_up_zone(*id)),
            Intent::ApproveStage { call, name } => Some(self.approve_stage(*call, name)),
            Intent::OriginAccessControl { distribution, identity } => {
                Some(self.origin_access_control(*distribution, *identity))
            }
            Intent::SignOrigin { distribution, origin, bucket } => {
                if self.is_written_out(*distribution)? {
                    return None;
                }
                Some(self.sign_origin(*origin, bucket.as_deref()))
            }
            Intent::SecurityHeaders { distribution, behavior } => {
                if self.is_written_out(*distribution)? {
                    return None;
                }
                Some(self.security_headers(*behavior))
            }
            Intent::DeadLetterQueue { queue, id, attempts } => Some(self.dead_letter_queue(*queue, id, *attempts)),
            Intent::GitHubConnection { source, parameter } => Some(self.github_connection(*source, parameter, changes)),
        }
    }

    /// True for a resource of which the program writes out all properties.
    fn is_written_out(&self, origin: Span) -> Option<bool> {
        let draft = self.drafts(self.resolve(origin)?).next()?;
        Some(constructs::is_l1(&draft.words))
    }

    /// `Credentials.fromPassword(name, SecretValue.unsafePlainText(...))` → `Credentials.fromGeneratedSecret(name)`; a secret
    /// loses the prop with its text. `None` for what a program writes out itself.
    fn generate_credentials(&mut self, password: Span, changes: &[Change]) -> Option<Option<()>> {
        let place = self.resolve(password)?;
        let text = self.root.descendant_for_byte_range(place.start().into(), place.end().into())?;
        // One switch for one password, where the password stood.
        if let [Change::Remove { .. }, Change::Set { path, value: Literal::Bool(true), .. }] = changes
            && let Some(pair) = text.parent().filter(|it| it.kind() == "pair")
        {
            self.edits.push(TextEdit::replace(range(pair), format!("{}: true", l1::prop("", path))));
            return Some(Some(()));
        }
        let method = |call: Node<'r>| call.child_by_field_name("function")?.child_by_field_name("property");
        let is_call_of = |call: Node<'r>, name: &str| {
            call.kind() == "call_expression" && method(call).is_some_and(|it| self.source(it) == name)
        };
        let plain = text.parent()?.parent().filter(|it| is_call_of(*it, "unsafePlainText"))?;
        let around = plain.parent()?;
        if around.kind() == "pair" {
            let is_secret = around.child_by_field_name("key").is_some_and(|it| self.source(it) == "secretStringValue");
            return is_secret.then(|| self.remove_member(around));
        }
        let call = around.parent().filter(|it| is_call_of(*it, "fromPassword"));
        Some(call.and_then(|call| {
            let arguments = call.child_by_field_name("arguments")?;
            let name = *object::items(arguments).first()?;
            self.edits.push(TextEdit::replace(range(method(call)?), "fromGeneratedSecret"));
            self.edits.push(TextEdit::replace(range(arguments), format!("({})", self.source(name))));
            Some(())
        }))
    }

    /// `HostedZone.fromHostedZoneAttributes(..., { hostedZoneId, zoneName })` → `HostedZone.fromLookup(..., { domainName })`.
    fn look_up_zone(&mut self, id: Span) -> Option<()> {
        let place = self.resolve(id)?;
        let mut call = self.root.descendant_for_byte_range(place.start().into(), place.end().into())?;
        while call.kind() != "call_expression" {
            call = call.parent()?;
        }
        let method = call.child_by_field_name("function")?.child_by_field_name("property")?;
        let attributes = *object::items(call.child_by_field_name("arguments")?).get(2)?;
        if self.source(method) != "fromHostedZoneAttributes"
            || attributes.kind() != "object"
            || object::comments(attributes) > 0
        {
            return None;
        }
        let member = object::member(self.text, call, 2, &["zoneName".to_owned()])?;
        let name = member.child_by_field_name("value").unwrap_or(member);
        self.edits.push(TextEdit::replace(range(method), "fromLookup"));
        let properties = format!("{{ domainName: {} }}", self.source(name));
        self.edits.push(TextEdit::replace(range(attributes), properties));
        Some(())
    }

    pub(super) fn construct_at(&self, origin: TextRange) -> Option<&'r Construct<'_>> {
        let lowering = self.lowering;
        lowering.constructs.iter().find(|it| lowering.absolute(it.place.at.span()) == origin)
    }

    /// Limits what a stage takes, in the props of the construct that makes it. `None` where its properties are its props.
    fn limit_stage(&mut self, stage: Span, rate: i64, burst: i64) -> Option<Option<()>> {
        let origin = self.resolve(stage)?;
        let index = self.drafts(origin).next()?.props_index;
        let path: &[&str] = match &*self.construct_at(origin)?.class {
            "aws-apigateway.Stage" => &[],
            "aws-apigateway.RestApi" | "aws-apigateway.LambdaRestApi" | "aws-apigateway.SpecRestApi" => {
                &["deployOptions"]
            }
            _ => return None,
        };
        let call = self.node(origin)?;
        let limits = [("throttlingRateLimit", rate), ("throttlingBurstLimit", burst)];
        Some(limits.into_iter().try_for_each(|(name, limit)| {
            let names: Vec<String> = path.iter().chain([&name]).map(|it| (*it).to_owned()).collect();
            self.set_prop(call, index, &names, limit.to_string())
        }))
    }

    /// Lets a load balancer log to the bucket that a parameter names. `logAccessLogs` would do it too, but refuses to where the
    /// region of the stack is not known, as in a stack for any environment.
    fn access_logs(&mut self, origin: TextRange, parameter: &str, changes: &[Change]) -> Option<()> {
        let description = changes.iter().find_map(|it| match it {
            Change::AddParameter { description, .. } => Some(description.clone()),
            _ => None,
        })?;
        let construct = self.construct_at(origin)?;
        let (key, is_pattern) = (construct.key.clone(), construct.class.starts_with("aws-ecs-patterns."));
        let statement = self.outer_statement(origin)?;
        let mut balancer = self.expression_of(&key, Place { at: origin.end(), stack: self.stack_at(origin) })?;
        if is_pattern {
            balancer.push_str(".loadBalancer");
        }
        self.add_parameter(parameter, "String", &description, None, origin)?;
        let bucket = format!("{}.valueAsString", self.parameters.last()?.1);
        let indent = object::indent_of(self.text, statement.start_byte()).to_owned();
        let enabled = self.style.quoted("true");
        let mut text = String::new();
        for (key, value) in [("access_logs.s3.enabled", enabled), ("access_logs.s3.bucket", bucket)] {
            let key = self.style.quoted(key);
            let (newline, stop) = (self.style.newline, self.style.end());
            text += &format!("{newline}{indent}{balancer}.setAttribute({key}, {value}){stop}");
        }
        self.edits.push(TextEdit::insert(range(statement).end(), text));
        Some(())
    }

    /// Makes the listener at `origin` redirect to HTTPS; what it forwarded to goes.
    fn redirect(&mut self, origin: TextRange) -> Option<()> {
        let construct = self.construct_at(origin)?;
        if construct.class != elbv2::APPLICATION_LISTENER {
            return None;
        }
        let call = self.node(origin)?;
        let index = super::https::props_index(call);
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

    pub(super) fn write_redirect(&mut self, call: Node<'r>, index: usize) -> Option<()> {
        let class = self.library("aws-elasticloadbalancingv2.ListenerAction")?;
        let (https, port) = (self.style.quoted("HTTPS"), self.style.quoted("443"));
        let action = format!("{class}.redirect({{ protocol: {https}, port: {port}, permanent: true }})");
        let groups = object::member(self.text, call, index, &["defaultTargetGroups".to_owned()]);
        if let Some(groups) = groups {
            self.edits.push(TextEdit::replace(range(groups), format!("defaultAction: {action}")));
            return Some(());
        }
        self.set_prop(call, index, &["defaultAction".to_owned()], action)
    }

    /// True when the code in `scope` names the variable that holds what is made at `place`.
    fn is_named_in(&self, place: TextRange, scope: TextRange) -> bool {
        let variable = self.node(place).and_then(|it| self.variable_of(it));
        variable.is_some_and(|variable| self.names_in(scope).into_iter().any(|it| self.source(it) == variable))
    }

    pub(super) fn variable_of(&self, call: Node<'r>) -> Option<&str> {
        let declarator = call.parent().filter(|it| it.kind() == "variable_declarator")?;
        Some(self.source(declarator.child_by_field_name("name")?))
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
            if !is_own || !legacy || scope.is_some_and(|it| !it.contains_range(at) && !self.is_named_in(at, it)) {
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
            let class = self.library("aws-cloudfront-origins.S3BucketOrigin")?;
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
        }
        if changed.is_empty() && identity.is_none() {
            return None;
        }
        Some(())
    }
}

fn is_identity_member(source: &str) -> bool {
    source.starts_with("originAccessIdentity")
}
