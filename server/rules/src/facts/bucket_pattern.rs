//! Resources of policies that stand for buckets: ARNs and patterns of ARNs.

use super::policy::matches;
use model::{Interpolated, Literal, Piece};

/// A resource that stands for buckets or objects. References in it are characters for private use, one for each piece
/// of the text, so that the rest can be read as text.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// What the bucket's name must match.
    pub(crate) bucket: String,
    /// What the object's key must match, for an ARN of objects.
    pub(crate) key: Option<String>,
    /// All buckets, and more: `*`, `arn:*`.
    pub(crate) whole: bool,
    /// It starts with a reference which must be the ARN of a bucket, to be a pattern at all: `${Content.Arn}*`.
    pub(crate) whole_arn: bool,
}

const FIRST_HOLE: u32 = 0xE000;
/// A variable of the policy language, such as `${aws:username}`.
pub(crate) const VARIABLE: char = '\u{F8FF}';

impl Pattern {
    /// The pattern that a resource of a statement is; `None` for what stands for no buckets, or is not known.
    pub(crate) fn parse(text: &Interpolated) -> Option<Pattern> {
        let mut rendered = String::new();
        for (hole, piece) in (FIRST_HOLE..u32::from(VARIABLE)).zip(&text.pieces) {
            match piece {
                Piece::Literal(text) => rendered.push_str(&without_variables(text)),
                _ => rendered.extend(char::from_u32(hole)),
            }
        }
        if rendered == "*" {
            return Some(Pattern::everything());
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
                0 => matches(segment, "arn"),
                1 => is_partition(segment),
                2 => matches(segment, "s3"),
                _ => matches(segment, ""),
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
            None => rendered.ends_with('*').then(Pattern::everything),
        }
    }

    /// A bare name, as policy templates of the serverless model take one.
    pub(crate) fn of_name(name: &str) -> Pattern {
        Pattern { bucket: name.to_owned(), key: None, whole: false, whole_arn: false }
    }

    fn everything() -> Pattern {
        Pattern { bucket: "*".to_owned(), key: None, whole: true, whole_arn: false }
    }

    /// True when buckets of different names match.
    pub(crate) fn has_wildcard(&self) -> bool {
        self.bucket.contains(['*', '?']) && !self.bucket.ends_with(".amazonaws.com")
    }

    /// The piece of the text that a character of the pattern stands for.
    pub(crate) fn piece(it: char, text: &Interpolated) -> Option<&Piece> {
        let index = u32::from(it).checked_sub(FIRST_HOLE)?;
        text.pieces.get(index as usize)
    }

    /// The key as values to write; `None` when a part of it cannot be written again.
    pub(crate) fn key_literals(key: &str, text: &Interpolated) -> Option<Vec<Literal>> {
        key.chars()
            .map(|it| match Pattern::piece(it, text) {
                Some(Piece::Ref(name)) => Some(Literal::Ref(name.clone())),
                Some(Piece::GetAtt(resource, attribute)) => Some(Literal::GetAtt(resource.clone(), attribute.clone())),
                Some(_) => None,
                None => (it != VARIABLE).then(|| Literal::Text(it.to_string())),
            })
            .collect()
    }

    /// True when every bucket matches.
    pub(crate) fn is_all(&self) -> bool {
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
