//! Origins and behaviours of distributions, in the words of their construct.

use super::{Place, Raiser, object};
use model::Span;
use syntax::typescript::range;
use text::TextEdit;

impl Raiser<'_, '_> {
    /// `S3BucketOrigin.withOriginAccessControl(bucket)` in the place of an origin that signs nothing.
    pub(super) fn sign_origin(&mut self, origin: Span, bucket: Option<&str>) -> Option<()> {
        let place = self.resolve(origin)?;
        let node = self.node(place)?;
        if node.kind() == "call_expression" {
            let method = node.child_by_field_name("function")?.child_by_field_name("property")?;
            if self.source(method) != "withBucketDefaults" {
                return None;
            }
            self.edits.push(TextEdit::replace(range(method), "withOriginAccessControl"));
            return Some(());
        }
        // `new HttpOrigin(bucket.bucketRegionalDomainName)`
        let items = object::items(node.child_by_field_name("arguments").filter(|_| node.kind() == "new_expression")?);
        if items.len() != 1 {
            return None;
        }
        let at = Place { at: place.start(), stack: self.stack_at(place) };
        let bucket = self.expression_of(bucket?, at)?;
        let class = self.library("aws-cloudfront-origins.S3BucketOrigin")?;
        self.edits.push(TextEdit::replace(place, format!("{class}.withOriginAccessControl({bucket})")));
        Some(())
    }

    /// `responseHeadersPolicy: ResponseHeadersPolicy.SECURITY_HEADERS` in the options of a behaviour.
    pub(super) fn security_headers(&mut self, behavior: Span) -> Option<()> {
        let node = self.node(self.resolve(behavior)?)?;
        let class = self.library("aws-cloudfront.ResponseHeadersPolicy")?;
        let (path, value) = (["responseHeadersPolicy".to_owned()], format!("{class}.SECURITY_HEADERS"));
        match node.kind() {
            "object" => self.objects.set(self.text, node, &path, value),
            // `distribution.addBehavior('/images/*', origin)`
            "call_expression" => self.set_prop(node, 2, &path, value),
            _ => None,
        }
    }
}
