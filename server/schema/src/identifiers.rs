//! What tells the resources of a type apart, where the template says it.

use std::sync::LazyLock;

/// Written by `cargo xtask refresh-schemas`: a line for each type, with the properties that make up its identifier.
static LINES: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../data/identifiers.txt").lines().filter(|it| !it.starts_with('#')).collect());

/// The properties of which no two resources of a type can have the same values: none for a type that AWS itself gives its
/// identifiers.
pub fn identifiers(resource_type: &str) -> impl Iterator<Item = &'static str> {
    let name = |line: &&'static str| line.split(' ').next().unwrap_or_default();
    let line = LINES.binary_search_by(|it| name(it).cmp(resource_type)).map(|it| LINES[it]);
    line.unwrap_or_default().split(' ').skip(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_identifiers() {
        assert!(LINES.len() > 400 && LINES.is_sorted_by_key(|it| it.split(' ').next()));
        assert_eq!(identifiers("AWS::S3::Bucket").collect::<Vec<_>>(), ["BucketName"]);
        assert_eq!(identifiers("AWS::EC2::VPC").count(), 0);
        assert_eq!(identifiers("AWS::No::Such").count(), 0);
        assert!(identifiers("AWS::ApiGateway::Stage").count() == 2);
    }
}
