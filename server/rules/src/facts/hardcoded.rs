//! What texts write out that the stack itself knows: regions, accounts and partitions; and how the stack's own get there.

use crate::facts::functions::{self, Site};
use model::{Change, Embedded, HOLE, Literal, Node, Part, Resource, Span, Value};
use std::ops::Range;

/// A value of a resource that is a text as a whole, with all that functions put into it.
#[derive(Clone)]
pub(crate) struct Text<'a> {
    root: &'a Node,
    embedded: Embedded<'a>,
    /// The keys that lead to it from `Properties`; lists and functions add none.
    pub(crate) path: Vec<&'a str>,
    /// The function that it is given to.
    pub(crate) function: Option<&'a str>,
}

/// Calls `visit` on each text among the properties of a resource that may hold one of `marks`, unless it is one of several
/// that `Fn::If` chooses from: such a branch may well be the one for this very Region.
pub(crate) fn texts<'a>(resource: &'a Resource, marks: &[&str], visit: &mut dyn FnMut(Text<'a>)) {
    functions::of_resource(resource, &mut |site| {
        if !site.is_value() || site.in_branch || !is_whole(site) || !may_hold(site.node, marks) {
            return;
        }
        if let Some(embedded) = Embedded::of(site.node, resource) {
            let path = site.path.get(1..).unwrap_or_default().to_vec();
            visit(Text { root: site.node, embedded, path, function: site.within.map(|it| it.function) });
        }
    });
}

/// False for what a function puts into another text.
fn is_whole(site: &Site<'_, '_>) -> bool {
    site.within.is_none_or(|it| {
        !matches!(it.function, "Fn::Sub" | "Fn::Join" | "Fn::Base64" | "Fn::FindInMap" | "Fn::ImportValue" | "Ref")
    })
}

/// Tells at little cost the texts that have nothing to say.
fn may_hold(node: &Node, marks: &[&str]) -> bool {
    let has_mark = |text: &str| marks.iter().any(|it| text.contains(it));
    match &node.value {
        Value::Scalar(scalar) => has_mark(&scalar.text),
        Value::Call(_) => {
            let mut found = false;
            node.walk(&mut |it| {
                let parts = functions::sub_parts(it).unwrap_or_default();
                found |= it.as_str().is_some_and(has_mark)
                    || parts.iter().any(|it| matches!(it, Part::Text(it) if has_mark(&it.text)));
            });
            found
        }
        _ => false,
    }
}

impl<'a> Text<'a> {
    /// The text as it will be read, with a [`HOLE`] for each value that is not known.
    pub(crate) fn text(&self) -> &str {
        &self.embedded.text
    }

    /// The last key on the way to it.
    pub(crate) fn key(&self) -> &'a str {
        self.path.last().copied().unwrap_or_default()
    }

    /// Where `range` stands, as far as somebody wrote it; and whether that is the exact place.
    pub(crate) fn place(&self, range: Range<usize>) -> Option<(Span, bool)> {
        let span = self.embedded.span(range.clone())?;
        Some((span, usize::from(span.range.len()) == range.len()))
    }

    /// The change that puts `value` in the place of `range`; `None` where that cannot be said.
    pub(crate) fn put(&self, range: Range<usize>, value: Literal) -> Option<Change> {
        let (piece, within) = self.embedded.written(range.clone())?;
        let mut change = None;
        self.root.walk(&mut |node| match &node.value {
            Value::Scalar(scalar) if node.span == piece => {
                let (Some(before), Some(after)) = (scalar.text.get(..within.start), scalar.text.get(within.end..))
                else {
                    return;
                };
                let value = match value.clone() {
                    Literal::Text(text) => Literal::Text(format!("{before}{text}{after}")),
                    value if before.is_empty() && after.is_empty() => value,
                    value => {
                        let texts = [before, after].map(|it| Some(Literal::text(it)).filter(|_| !it.is_empty()));
                        let [before, after] = texts;
                        Literal::Sub([before, Some(value), after].into_iter().flatten().collect())
                    }
                };
                change = Some(Change::Replace { span: node.span, value });
            }
            _ => {
                let parts = functions::sub_parts(node).unwrap_or_default();
                if parts.iter().any(|it| matches!(it, Part::Text(it) if it.span == piece)) {
                    let exact = self.place(range.clone()).filter(|it| it.1);
                    change = exact.map(|(span, _)| Change::Replace { span, value: value.clone() });
                }
            }
        });
        change
    }
}

/// An ARN in a text: where its fields are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arn {
    pub(crate) partition: Range<usize>,
    pub(crate) service: Range<usize>,
    pub(crate) region: Range<usize>,
    pub(crate) account: Range<usize>,
    /// From behind the account to the end of the word.
    pub(crate) resource: Range<usize>,
}

/// The ARNs in a text.
pub(crate) fn arns(text: &str) -> Vec<Arn> {
    const START: &str = "arn:";
    let starts = text.match_indices(START).map(|it| it.0);
    let starts = starts.filter(|at| !text[..*at].ends_with(|it: char| it.is_ascii_alphanumeric() || it == '-'));
    starts.filter_map(|at| arn(text, at + START.len())).collect()
}

fn arn(text: &str, start: usize) -> Option<Arn> {
    let is_of_field = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '*' | '?' | HOLE);
    let mut at = start;
    let mut field = || {
        let rest = text.get(at..)?;
        let length = rest.find(|it| !is_of_field(it)).unwrap_or(rest.len());
        let found = at..at + length;
        at += length + 1;
        rest[length..].starts_with(':').then_some(found)
    };
    let (partition, service, region, account) = (field()?, field()?, field()?, field()?);
    let rest = &text[at..];
    let length = rest.find(|it: char| it.is_whitespace() || matches!(it, '"' | '\'' | ',')).unwrap_or(rest.len());
    let name = &text[partition.clone()];
    let is_partition = name == "aws" || name.starts_with("aws-") || name.starts_with([HOLE, '*', '?']);
    (is_partition && !service.is_empty()).then_some(Arn {
        partition,
        service,
        region,
        account,
        resource: at..at + length,
    })
}

/// True for what names a Region as AWS does: `eu-west-1`, `us-gov-east-1`.
pub(crate) fn is_region(text: &str) -> bool {
    const AREAS: [&str; 14] =
        ["af", "ap", "ca", "cn", "eu", "eu-isoe", "eusc", "il", "me", "mx", "sa", "us", "us-gov", "us-iso"];
    const ISOLATED: [&str; 2] = ["us-isob", "us-isof"];
    const SIDES: [&str; 9] =
        ["central", "east", "north", "northeast", "northwest", "south", "southeast", "southwest", "west"];
    let mut words = text.rsplitn(3, '-');
    let (Some(number), Some(side), Some(area)) = (words.next(), words.next(), words.next()) else { return false };
    number.len() == 1
        && number.bytes().all(|it| it.is_ascii_digit())
        && (SIDES.contains(&side) || area == "eusc")
        && (AREAS.contains(&area) || ISOLATED.contains(&area) || area == "eusc-de")
}

/// True for twelve digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit())
}

/// A host name of AWS with a Region in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    /// All of it.
    pub(crate) name: Range<usize>,
    /// The Region in it.
    pub(crate) region: Range<usize>,
}

/// The host names of AWS in a text that name a Region, and the names of endpoint services (`com.amazonaws.eu-west-1.s3`).
pub(crate) fn hosts(text: &str) -> Vec<Host> {
    const ENDS: [&str; 6] =
        [".amazonaws.com", ".amazonaws.com.cn", ".on.aws", ".api.aws", ".aws.dev", ".compute.internal"];
    const STARTS: [&str; 3] = ["com.amazonaws.", "cn.com.amazonaws.", "aws.api."];
    let is_of_host = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '.' | '_' | '*' | HOLE);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(length) = text[at..].find(is_of_host) {
        let start = at + length;
        let rest = &text[start..];
        let end = start + rest.find(|it| !is_of_host(it)).unwrap_or(rest.len());
        at = end;
        let name = text[start..end].trim_end_matches('.');
        if !ENDS.iter().any(|it| name.ends_with(it)) && !STARTS.iter().any(|it| name.starts_with(it)) {
            continue;
        }
        let mut from = start;
        for label in name.split('.') {
            // The old names of Amazon S3: `s3-eu-west-1.amazonaws.com`.
            let prefix = ["s3-website-", "s3-"].into_iter().find(|it| label.starts_with(it)).map_or(0, str::len);
            if is_region(&label[prefix..]) {
                found.push(Host { name: start..start + name.len(), region: from + prefix..from + label.len() });
                break;
            }
            from += label.len() + 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_have_fields() {
        let fields = |text: &str| -> Vec<String> {
            let of = |it: Arn| {
                [it.partition, it.service, it.region, it.account, it.resource].map(|it| text[it].to_owned()).join("|")
            };
            arns(text).into_iter().map(of).collect()
        };
        assert_eq!(fields("arn:aws:s3:::a/*"), ["aws|s3|||a/*"]);
        let two = "a=arn:aws:sqs:eu-west-1:111122223333:q,arn:aws-cn:sns:*:*:t b";
        assert_eq!(fields(two), ["aws|sqs|eu-west-1|111122223333|q", "aws-cn|sns|*|*|t"]);
        assert_eq!(fields(&format!("arn:{HOLE}:iam::{HOLE}:root")), [format!("{HOLE}|iam||{HOLE}|root")]);
        for text in
            ["arn:", "arn:aws", "barn:aws:s3:::", "arn:aws:s3", "arn:azure:a:b:c:d", "arn:aws::::", "arn: aws:s3:::"]
        {
            assert_eq!(fields(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn regions_have_a_form() {
        for region in
            ["us-east-1", "ap-southeast-5", "us-gov-west-1", "eu-isoe-west-1", "cn-northwest-1", "eusc-de-east-1"]
        {
            assert!(is_region(region), "{region}");
        }
        for other in ["us-east", "us-east-1a", "my-east-1", "global", "us-middle-1", "-east-1", "east-1", ""] {
            assert!(!is_region(other), "{other}");
        }
    }

    #[test]
    fn hosts_name_regions() {
        let regions =
            |text: &str| -> Vec<String> { hosts(text).into_iter().map(|it| text[it.region].to_owned()).collect() };
        assert_eq!(regions("https://sqs.us-east-1.amazonaws.com/1/q"), ["us-east-1"]);
        assert_eq!(regions("curl http://s3-eu-west-1.amazonaws.com/a > b"), ["eu-west-1"]);
        assert_eq!(regions("com.amazonaws.us-west-2.s3"), ["us-west-2"]);
        assert_eq!(regions("https://sqs.amazonaws.com, us-east-1, a.us-east-1.example.com"), Vec::<String>::new());
    }
}
