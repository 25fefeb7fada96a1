//! The buckets of a stack that a pattern in a policy can mean.

use super::bucket_pattern::{Pattern, VARIABLE};
use super::policy::glob;
use model::{Call, Interpolated, Literal, Node, Piece, Resource, ResourceView, Stack, Value};

/// A bucket that a pattern can mean.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) bucket: &'a Resource,
    /// How the policy can name its ARN; `None` where it cannot.
    pub(crate) arn: Option<Vec<Literal>>,
}

/// The buckets of the stack that a pattern can mean.
pub(crate) fn candidates<'a>(
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
        let wanted: Vec<Token> = (pattern.bucket.chars())
            .map(|it| match Pattern::piece(it, text) {
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
    functions
        .filter(|it| {
            let events = ResourceView::new(it, &stack.declarations).property("Events");
            events
                .entries()
                .iter()
                .any(|(_, event)| event.get("Properties.Bucket").target().is_some_and(|name| name.text == bucket.key))
        })
        .map(|it| it.key.as_str())
}
