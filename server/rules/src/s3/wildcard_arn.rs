use crate::facts::policy::{self, Statement, Text, glob};
use crate::facts::s3_actions::Reach;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A policy allows actions on S3 buckets that it does not name.
    ///
    /// An `Allow` statement with S3 actions has a resource which covers more than certain buckets: `*`,
    /// `arn:aws:s3:::*`, or a name with a wildcard in it, such as `arn:aws:s3:::content-*`. Identity policies (inline,
    /// managed, of roles, users and groups, of SAM functions and permission sets) and bucket policies are looked at.
    ///
    /// ## Why
    ///
    /// Bucket names are shared by all accounts of a partition. A pattern does not stop at the buckets of a stack, nor at
    /// those of its account: anyone may create a bucket called `content-stolen`, and code that runs with the policy may
    /// then be led to read from it or to write to it. With `*` alone, one leaked credential opens every bucket of the
    /// account, the logs and backups of other teams included. AWS asks for least privilege in "Security best practices
    /// in IAM" and shows policies for one bucket in "Identity-based policy examples for Amazon S3".
    ///
    /// The same is true of `my-bucket*`, often written for "the bucket and its objects": it is also every other bucket
    /// whose name starts with `my-bucket`.
    ///
    /// ## What is not reported
    ///
    /// - `arn:aws:s3:::bucket/*`: a wildcard among the objects of one bucket.
    /// - Actions on the account, on jobs, access points and the like, such as `s3:ListAllMyBuckets`, and
    ///   `s3:GetBucketLocation` and `s3:CreateBucket`: they need `*` or a pattern, or do no harm with it. Which actions
    ///   work on buckets and objects is taken from the "Service Authorization Reference".
    /// - Patterns for access points, S3 on Outposts and S3 Express.
    /// - A statement with a condition on `aws:ResourceAccount`, `aws:ResourceOrgID`, a tag of the resource or an access
    ///   point: it holds the pattern to buckets that are one's own.
    /// - `Deny`, `NotResource`, and permissions boundaries, which allow nothing.
    /// - Buckets of AWS under `.amazonaws.com`, such as the package repositories of Amazon Linux.
    /// - `*` on `*`, which `iam-policy-service-wildcard-action` reports, and `NotAction` on `*`.
    ///
    /// ## Fix
    ///
    /// Where the stack declares a bucket that the pattern can mean, its ARN takes the pattern's place: the bucket's own
    /// for actions on buckets, `/*` below it for actions on objects, both where both are needed. Several such buckets
    /// are offered one by one. Where the bucket itself waits for the policy, as one that sends events to the function does,
    /// the ARN is put together from the bucket's name instead. The fix takes permissions away, so it is never applied
    /// unasked; there is none where the statement has actions that need the `*`.
    name: "s3-wildcard-arn",
    category: Security,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_nag:W11",
        "cfn_nag:W12",
        "cfn_nag:W13",
        "cdk_nag:IAMNoWildcardPermissions",
        "cdk_nag:AwsSolutions-IAM5",
        "guard:IAM_POLICYDOCUMENT_NO_WILDCARD_RESOURCE",
        "cfn_lint:I3510",
        "checkov:CKV_AWS_108",
    ],
    founding: ["F01"],
    check: Check::Resources(
        &[
            "AWS::IAM::Group",
            "AWS::IAM::GroupPolicy",
            "AWS::IAM::ManagedPolicy",
            "AWS::IAM::Policy",
            "AWS::IAM::Role",
            "AWS::IAM::RolePolicy",
            "AWS::IAM::User",
            "AWS::IAM::UserPolicy",
            "AWS::S3::BucketPolicy",
            "AWS::SSO::PermissionSet",
            "AWS::Serverless::Function",
            "AWS::Serverless::StateMachine",
        ],
        check,
    ),
}

/// Policy templates of SAM that take the name of a bucket.
///
/// See "AWS SAM policy template list" in the AWS Serverless Application Model Developer Guide.
const SAM_TEMPLATES: [&str; 4] = ["S3CrudPolicy", "S3FullAccessPolicy", "S3ReadPolicy", "S3WritePolicy"];

fn check(resource: &ResourceView<'_>, context: &mut Context<'_>) {
    // A document of an identity and the one of a bucket policy are found under the same name.
    for document in policy::identity_documents(resource) {
        for statement in policy::statements(&document, resource.declarations()) {
            check_statement(resource, &statement, context);
        }
        check_sam_templates(resource, &document, context);
    }
}

fn check_statement(resource: &ResourceView<'_>, statement: &Statement<'_>, context: &mut Context<'_>) {
    if !statement.allows() {
        return;
    }
    let granted = Granted::by(statement);
    if granted.reach.is_nothing() {
        return;
    }
    let resources = statement.texts("Resource");
    let patterns: Vec<Option<Pattern>> = resources.iter().map(|it| Pattern::parse(&it.value)).collect();
    for (text, pattern) in resources.iter().zip(&patterns) {
        let Some(pattern) = pattern.as_ref().filter(|it| it.has_wildcard()) else { continue };
        // A key after the bucket's name leaves nothing for actions on buckets.
        if pattern.key.is_some() && !granted.reach.objects {
            continue;
        }
        if pattern.whole && (granted.everything || granted.excepts) {
            continue;
        }
        if pattern.whole_arn && !is_bucket(&text.value, context) {
            continue;
        }
        if statement.is_limited_by(keeps_to_own_buckets) || policy::is_boundary(resource, context.stack()) {
            return;
        }
        let beside = resources.iter().zip(&patterns).any(|(other, it)| {
            !std::ptr::eq(other, text)
                && it.as_ref().is_some_and(|it| it.bucket == pattern.bucket && it.key.is_some())
        });
        let covers = Covers { reach: granted.reach, objects_beside: beside };
        report(resource, text, pattern, &granted, covers, context);
    }
}

/// What a statement allows, as far as buckets are concerned.
struct Granted {
    reach: Reach,
    /// The first action that reaches buckets, as written.
    on_buckets: Option<String>,
    /// The first action that reaches objects, as written.
    on_objects: Option<String>,
    /// All actions of all services.
    everything: bool,
    /// All actions but some.
    excepts: bool,
    /// Some action works on nothing but `*`, so far as S3 goes.
    needs_account: bool,
    /// Some action is one of another service.
    has_others: bool,
}

impl Granted {
    fn by(statement: &Statement<'_>) -> Granted {
        let mut granted = Granted {
            reach: Reach::default(),
            on_buckets: None,
            on_objects: None,
            everything: false,
            excepts: false,
            needs_account: false,
            has_others: false,
        };
        let excepted = statement.texts("NotAction");
        if !excepted.is_empty() && statement.element("NotAction").is_complete() {
            let literals: Vec<String> = excepted.iter().map(|it| it.with_holes("*")).collect();
            return Granted { reach: Reach::except(&literals), excepts: true, has_others: true, ..granted };
        }
        for text in statement.texts("Action") {
            let Some(action) = text.value.literal() else {
                granted.has_others = true;
                continue;
            };
            let reach = Reach::of(action);
            if reach.buckets && granted.on_buckets.is_none() {
                granted.on_buckets = Some(action.to_owned());
            }
            if reach.objects && granted.on_objects.is_none() {
                granted.on_objects = Some(action.to_owned());
            }
            granted.reach = granted.reach.or(reach);
            granted.everything |= matches!(action, "*" | "*:*");
            let is_s3 = action.get(..3).is_some_and(|it| it.eq_ignore_ascii_case("s3:"));
            granted.has_others |= !is_s3;
            granted.needs_account |=
                is_s3 && reach.is_nothing() && !action.eq_ignore_ascii_case("s3:GetBucketLocation");
        }
        granted.has_others |= !statement.element("Action").is_complete();
        granted
    }
}

/// A resource that stands for buckets or objects. References in it are characters for private use, one for each piece
/// of the text, so that the rest can be read as text.
struct Pattern {
    /// What the bucket's name must match.
    bucket: String,
    /// What the object's key must match, for an ARN of objects.
    key: Option<String>,
    /// All buckets, and more: `*`, `arn:*`.
    whole: bool,
    /// It starts with a reference which must be the ARN of a bucket, to be a pattern at all: `${Content.Arn}*`.
    whole_arn: bool,
}

const FIRST_HOLE: u32 = 0xE000;
/// A variable of the policy language, such as `${aws:username}`.
const VARIABLE: char = '\u{F8FF}';

impl Pattern {
    fn parse(text: &Interpolated) -> Option<Pattern> {
        let mut rendered = String::new();
        for (hole, piece) in (FIRST_HOLE..u32::from(VARIABLE)).zip(&text.pieces) {
            match piece {
                Piece::Literal(text) => rendered.push_str(&without_variables(text)),
                _ => rendered.extend(char::from_u32(hole)),
            }
        }
        if rendered == "*" {
            return Some(Pattern::whole());
        }
        if let (Some(Piece::GetAtt(_, attribute)), Some(rest)) = (text.pieces.first(), rendered.get(3..))
            && attribute == "Arn"
        {
            // The rest belongs to the name until a slash ends it.
            let (name, key) = split_key(rest);
            let bucket = format!("{}{name}", char::from_u32(FIRST_HOLE)?);
            return Some(Pattern { bucket, key, whole: false, whole_arn: true });
        }
        let segments: Vec<&str> = rendered.splitn(6, ':').collect();
        for (i, segment) in segments.iter().take(5).enumerate() {
            let fits = match i {
                0 => policy::matches(segment, "arn"),
                1 => is_partition(segment),
                2 => policy::matches(segment, "s3"),
                _ => policy::matches(segment, ""),
            };
            if !fits {
                return None;
            }
        }
        match segments.get(5) {
            Some(resource) => {
                let (bucket, key) = split_key(resource);
                Some(Pattern { bucket: bucket.to_owned(), key, whole: false, whole_arn: false })
            }
            // A wildcard at the end eats the colons that are missing.
            None => rendered.ends_with('*').then(Pattern::whole),
        }
    }

    fn whole() -> Pattern {
        Pattern { bucket: "*".to_owned(), key: None, whole: true, whole_arn: false }
    }

    /// True when buckets of different names match.
    fn has_wildcard(&self) -> bool {
        self.bucket.contains(['*', '?']) && !self.bucket.ends_with(".amazonaws.com")
    }

    /// True when every bucket matches.
    fn is_all(&self) -> bool {
        self.bucket.chars().all(|it| it == '*')
    }
}

fn is_partition(segment: &str) -> bool {
    let is_hole = |it: char| (FIRST_HOLE..=u32::from(VARIABLE)).contains(&u32::from(it));
    segment.starts_with("aws") || segment.contains('*') || (!segment.is_empty() && segment.chars().all(is_hole))
}

fn split_key(resource: &str) -> (&str, Option<String>) {
    match resource.split_once('/') {
        Some((bucket, key)) => (bucket, Some(key.to_owned())),
        None => (resource, None),
    }
}

/// `text` with [`VARIABLE`] for every `${...}`.
fn without_variables(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else { break };
        out.push_str(before);
        // `${*}` and its like are the characters themselves, for which no wildcard stands.
        out.push(if name.is_empty() { '_' } else { VARIABLE });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Condition keys that hold a statement to certain resources, whatever their ARN.
fn keeps_to_own_buckets(key: &str) -> bool {
    matches!(key, "aws:resourceaccount" | "s3:resourceaccount" | "aws:resourceorgid" | "aws:resourceorgpaths")
        || ["aws:resourcetag/", "s3:buckettag/", "s3:existingobjecttag/", "s3:dataaccesspoint", "s3:accesspoint"]
            .iter()
            .any(|it| key.starts_with(it))
}

fn is_bucket(text: &Interpolated, context: &Context<'_>) -> bool {
    let Some(Piece::GetAtt(key, _)) = text.pieces.first() else { return false };
    context.stack().resource(key).is_some_and(|it| it.ty.text == "AWS::S3::Bucket")
}

/// What must take a pattern's place, as far as the statement tells.
#[derive(Clone, Copy)]
struct Covers {
    reach: Reach,
    /// Another resource of the statement covers the objects of the same buckets.
    objects_beside: bool,
}

fn report(
    resource: &ResourceView<'_>,
    text: &Text<'_>,
    pattern: &Pattern,
    granted: &Granted,
    covers: Covers,
    context: &mut Context<'_>,
) {
    let shown = text.shown();
    // Objects are what matters, and all that a pattern for keys is about.
    let action = granted.on_objects.as_ref().or(granted.on_buckets.as_ref());
    let action = action.map_or("all actions but some".to_owned(), |it| format!("`{it}`"));
    let message = if pattern.is_all() {
        format!("`{shown}` lets {action} reach every bucket, not only those of this stack. Name the bucket's ARN instead.")
    } else {
        format!(
            "`{shown}` lets {action} reach any bucket whose name fits, in other accounts too, since all accounts share \
             the names. Name the bucket's ARN instead."
        )
    };
    let keeps_star = granted.needs_account || (pattern.whole && granted.has_others);
    let buckets = if keeps_star { Vec::new() } else { candidates(resource, &text.value, pattern, context.stack()) };
    let mut draft = context.report(text.span(), message);
    for it in &buckets {
        if let Some(change) = it.arn.as_ref().and_then(|arn| replacement(text, pattern, covers, arn)) {
            draft = draft.fix(format!("Name the ARN of `{}`", it.bucket.id.text), vec![change]);
        }
    }
    match &buckets[..] {
        [] => (),
        [Candidate { bucket, .. }] => {
            draft.related(bucket.id.span, format!("`{}` is the bucket that it can mean", bucket.id.text));
        }
        _ => drop(draft.ambiguous()),
    }
}

/// The change that puts `arn`, a bucket's, or the one of its objects, in the pattern's place.
fn replacement(text: &Text<'_>, pattern: &Pattern, covers: Covers, arn: &[Literal]) -> Option<Change> {
    let own = match arn {
        [single] => single.clone(),
        parts => Literal::Sub(joined(parts.to_vec())),
    };
    let below = |key: Vec<Literal>| {
        let slash = std::iter::once(Literal::text("/"));
        Literal::Sub(joined(arn.iter().cloned().chain(slash).chain(key).collect()))
    };
    let mut arns = Vec::new();
    match &pattern.key {
        Some(key) => arns.push(below(literals(key, &text.value)?)),
        None => {
            if covers.reach.buckets {
                arns.push(own.clone());
            }
            if covers.reach.objects && !(covers.reach.buckets && covers.objects_beside) {
                arns.push(below(vec![Literal::text("*")]));
            }
        }
    }
    let span = text.span();
    if let [_] = &arns[..] {
        return Some(Change::Replace { span, value: arns.pop()? });
    }
    let Some(list) = text.list else { return Some(Change::Replace { span, value: Literal::List(arns) }) };
    // Two take the place of one, which only works for an item of the list itself.
    let items = &list.as_list().filter(|it| !it.open)?.items;
    let index = items.iter().position(|it| it.span == span)?;
    let existing = |it: &Node| Literal::Existing(it.span);
    let (before, after) = (items[..index].iter().map(existing), items[index + 1..].iter().map(existing));
    Some(Change::Replace { span: list.span, value: Literal::List(before.chain(arns).chain(after).collect()) })
}

/// A text with holes, as values to write; `None` when a hole cannot be written again.
fn literals(text: &str, source: &Interpolated) -> Option<Vec<Literal>> {
    let mut out = Vec::new();
    for it in text.chars() {
        let hole = u32::from(it).checked_sub(FIRST_HOLE).and_then(|index| source.pieces.get(index as usize));
        match hole {
            Some(Piece::Ref(name)) => out.push(Literal::Ref(name.clone())),
            Some(Piece::GetAtt(resource, attribute)) => {
                out.push(Literal::GetAtt(resource.clone(), attribute.clone()));
            }
            _ if it == VARIABLE || hole.is_some() => return None,
            _ => out.push(Literal::Text(it.to_string())),
        }
    }
    Some(out)
}

/// The same with neighbouring texts as one.
fn joined(parts: Vec<Literal>) -> Vec<Literal> {
    let mut out: Vec<Literal> = Vec::new();
    for part in parts {
        match (out.last_mut(), part) {
            (Some(Literal::Text(last)), Literal::Text(text)) => last.push_str(&text),
            (_, part) => out.push(part),
        }
    }
    out
}

/// A bucket that a pattern can mean.
struct Candidate<'a> {
    bucket: &'a Resource,
    /// How the policy can name its ARN; `None` where it cannot.
    arn: Option<Vec<Literal>>,
}

/// The buckets of the stack that a pattern can mean.
fn candidates<'a>(
    policy: &ResourceView<'_>,
    text: &Interpolated,
    pattern: &Pattern,
    stack: &'a Stack,
) -> Vec<Candidate<'a>> {
    let named = |it: &Resource| {
        text.pieces.iter().any(|piece| matches!(piece, Piece::Ref(key) | Piece::GetAtt(key, _) if *key == it.key))
    };
    let buckets = || stack.resources_of("AWS::S3::Bucket").map(|it| &**it);
    let own = policy.property("Bucket");
    let mut found: Vec<&Resource> = buckets().filter(|it| named(it)).collect();
    if found.is_empty() {
        found = match own.target() {
            Some(name) if policy.resource().ty.text == "AWS::S3::BucketPolicy" => {
                buckets().filter(|it| it.key == name.text).collect()
            }
            _ => buckets().filter(|it| may_have_name(it, text, pattern, stack)).collect(),
        };
    }
    let arn = |bucket: &Resource| {
        // A bucket under a condition may not be there to be referred to.
        let condition = bucket.condition.as_ref();
        if condition.is_some_and(|name| policy.condition.as_ref().is_none_or(|own| own.text != name.text)) {
            return None;
        }
        match depends_on(bucket, &policy.key, stack) {
            false => Some(vec![Literal::GetAtt(bucket.key.clone(), "Arn".into())]),
            true => arn_by_name(bucket, stack),
        }
    };
    found.into_iter().map(|bucket| Candidate { bucket, arn: arn(bucket) }).collect()
}

/// The ARN of a bucket without a reference to it, for a policy which the bucket itself waits for.
fn arn_by_name(bucket: &Resource, stack: &Stack) -> Option<Vec<Literal>> {
    let [name] = &names(bucket, stack)[..] else { return None };
    let mut arn = vec![Literal::text("arn:"), Literal::Ref("AWS::Partition".into()), Literal::text(":s3:::")];
    for piece in &name.pieces {
        arn.push(match piece {
            Piece::Literal(text) => Literal::text(text.clone()),
            Piece::Ref(name) if stack.resource(name).is_none() => Literal::Ref(name.clone()),
            _ => return None,
        });
    }
    Some(arn)
}

/// The names that a bucket is given, parameters as such rather than by their defaults.
fn names(bucket: &Resource, stack: &Stack) -> Vec<Interpolated> {
    match bucket.properties.get("BucketName") {
        Some(Node { value: Value::Call(call), span }) if matches!(&**call, Call::Ref(_)) => {
            let Call::Ref(name) = &**call else { return Vec::new() };
            vec![Interpolated { pieces: vec![Piece::Ref(name.text.clone())], span: *span }]
        }
        _ => ResourceView::new(bucket, &stack.declarations).property("BucketName").texts(),
    }
}

/// True when the name of `bucket` fits the pattern. What a reference of the name stands for is not known: it fits a
/// wildcard and itself.
fn may_have_name(bucket: &Resource, text: &Interpolated, pattern: &Pattern, stack: &Stack) -> bool {
    if pattern.is_all() {
        return true;
    }
    let mut names = names(bucket, stack);
    if ResourceView::new(bucket, &stack.declarations).property("BucketName").is_absent() {
        names.push(generated_name(bucket));
    }
    names.iter().any(|name| {
        let name = tokens(&name.pieces);
        let in_pattern = |it: char| {
            let index = u32::from(it).checked_sub(FIRST_HOLE)?;
            text.pieces.get(index as usize)
        };
        let wanted: Vec<Token> = (pattern.bucket.chars())
            .map(|it| match in_pattern(it) {
                // What the name does not have may be anything.
                Some(piece) if name.contains(&Token::Piece(piece.clone())) => Token::Piece(piece.clone()),
                Some(_) => Token::Char('*'),
                None if it == VARIABLE => Token::Char('*'),
                None => Token::Char(it),
            })
            .collect();
        let is_star = |it: &Token| *it == Token::Char('*');
        let equal = |a: &Token, b: &Token| a == b || (*a == Token::Char('?') && matches!(b, Token::Char(_)));
        // A name that is all reference fits any pattern that is all reference, which says nothing.
        wanted.iter().any(|it| !is_star(it)) && glob(&wanted, &name, is_star, equal)
    })
}

#[derive(Clone, PartialEq)]
enum Token {
    Char(char),
    Piece(Piece),
}

fn tokens(pieces: &[Piece]) -> Vec<Token> {
    let mut out = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Literal(text) => out.extend(text.chars().map(Token::Char)),
            other => out.push(Token::Piece(other.clone())),
        }
    }
    out
}

/// The name that CloudFormation makes for a bucket without one.
fn generated_name(bucket: &Resource) -> Interpolated {
    let id = bucket.id.text.to_ascii_lowercase();
    let pieces = vec![Piece::Ref("AWS::StackName".into()), Piece::Literal(format!("-{id}-")), Piece::Unknown];
    Interpolated { pieces, span: bucket.id.span }
}

/// True when `resource` waits for the one called `key`, itself or by way of others.
fn depends_on(resource: &Resource, key: &str, stack: &Stack) -> bool {
    let mut seen: Vec<&str> = vec![&resource.key];
    let mut next = vec![resource];
    while let Some(it) = next.pop() {
        let references = it.references.iter().map(|reference| reference.target.text.as_str());
        for target in references.chain(functions_called_by(it, stack)) {
            if target == key {
                return true;
            }
            if !seen.contains(&target)
                && let Some(found) = stack.resource(target)
            {
                seen.push(target);
                next.push(found);
            }
        }
    }
    false
}

/// The serverless functions that a bucket sends events to: the transform lets the bucket wait for them.
fn functions_called_by<'a>(bucket: &'a Resource, stack: &'a Stack) -> impl Iterator<Item = &'a str> {
    let functions = stack.resources_of("AWS::Serverless::Function").filter(|_| bucket.ty.text == "AWS::S3::Bucket");
    functions.filter(|it| {
        let events = ResourceView::new(it, &stack.declarations).property("Events");
        events.entries().iter().any(|(_, event)| {
            event.get("Properties.Bucket").target().is_some_and(|name| name.text == bucket.key)
        })
    })
    .map(|it| it.key.as_str())
}

/// `S3ReadPolicy: { BucketName: '*' }` and its like in a list of SAM policies.
fn check_sam_templates(resource: &ResourceView<'_>, document: &Property<'_>, context: &mut Context<'_>) {
    if !resource.ty.text.starts_with("AWS::Serverless::") {
        return;
    }
    for template in SAM_TEMPLATES {
        for text in document.get(template).get("BucketName").texts() {
            let Some(name) = text.literal().filter(|it| it.contains(['*', '?'])) else { continue };
            let message = format!(
                "`{name}` opens any bucket whose name fits to `{template}`, in other accounts too, since all accounts \
                 share the names. Name the bucket instead."
            );
            let pattern = Pattern { bucket: name.to_owned(), key: None, whole: false, whole_arn: false };
            let buckets = candidates(resource, &text, &pattern, context.stack());
            let mut draft = context.report(text.span, message);
            for Candidate { bucket, arn } in &buckets {
                // The template takes a name; a bucket that has to be named by its parts is left to a person.
                if let Some([Literal::GetAtt(key, _)]) = arn.as_deref() {
                    let change = Change::Replace { span: text.span, value: Literal::Ref(key.clone()) };
                    draft = draft.fix(format!("Name `{}`", bucket.id.text), vec![change]);
                }
            }
            if buckets.len() > 1 {
                draft.ambiguous();
            }
        }
    }
}
