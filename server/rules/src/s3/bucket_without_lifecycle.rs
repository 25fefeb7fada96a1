use crate::facts::bucket_use::{self, BUCKET};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Objects stay in a bucket for ever, at the highest price.
    ///
    /// No enabled rule of the bucket's `LifecycleConfiguration` expires its current objects or moves them to another storage
    /// class. Rules for noncurrent versions, delete markers and incomplete uploads alone do neither.
    ///
    /// ## Why
    ///
    /// What is written to a bucket and never deleted is paid for every month, in the storage class for frequent access.
    /// S3 Intelligent-Tiering moves each object to where it costs least by how it is used, without a fee for retrieval;
    /// logs and temporary files are better expired. What a broken multipart upload leaves behind is invisible and paid for,
    /// too. See "Managing the lifecycle of objects" and "How S3 Intelligent-Tiering works" in the Amazon S3 User Guide; controls
    /// S3.10 and S3.13 of AWS Security Hub ask for lifecycle rules.
    ///
    /// ## What is not reported
    ///
    /// - A bucket with one rule that expires or moves current objects, also where it is for some of them only (a prefix, a tag).
    /// - A bucket with an `IntelligentTieringConfigurations`: its objects are written into that class.
    /// - A bucket that is a website: its files are those of the site, which replaces and deletes them itself.
    /// - Rules that only some deployments have, or that are not known before deployment.
    ///
    /// ## Fix
    ///
    /// Adds a rule that moves objects to S3 Intelligent-Tiering at once and aborts incomplete uploads after 7 days. No
    /// object is deleted. Objects of less than 128 KB stay where they are and cost nothing extra; for each larger one there is a
    /// small monthly fee, which is less than what an object saves that is not used for a month.
    name: "s3-bucket-without-lifecycle",
    category: Cost,
    severity: Hint,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["security_hub:S3.10", "security_hub:S3.13"],
    founding: ["F52"],
    check: Check::Resources(&[BUCKET], check),
}

const CONFIGURATION: &str = "LifecycleConfiguration";

/// What a rule says that expires or moves current objects. `Transition` is the older spelling.
const CURRENT: [&str; 4] = ["ExpirationDate", "ExpirationInDays", "Transition", "Transitions"];

fn check(bucket: &ResourceView<'_>, cx: &mut Context<'_>) {
    let is_set = |name: &&str| bucket.property(name).may_be_set();
    if ["IntelligentTieringConfigurations", "WebsiteConfiguration"].iter().any(is_set) {
        return;
    }
    let configuration = bucket.property(CONFIGURATION);
    let rules = configuration.get("Rules");
    if !rules.is_complete() || rules.items().iter().any(may_handle_current_objects) {
        return;
    }
    let id = &bucket.id.text;
    let (message, change) = match rules.is_absent() {
        true => {
            let message = format!(
                "Nothing expires the objects of `{id}` or moves them to a cheaper storage class, so each is paid for in full \
                 for ever. Add a lifecycle rule."
            );
            (message, configuration.set(Literal::map([("Rules", Literal::List(vec![new_rule()]))])))
        }
        false => {
            let message = format!(
                "No lifecycle rule of `{id}` expires current objects or moves them to a cheaper storage class, so each is paid \
                 for in full for ever. Add one that does."
            );
            let path = format!("{CONFIGURATION}.Rules");
            (message, Change::Append { origin: bucket.origin, path, value: new_rule() })
        }
    };
    let span = bucket_use::name_of(bucket, CONFIGURATION);
    cx.report(span, message).fix("Move objects to Intelligent-Tiering", vec![change]);
}

fn may_handle_current_objects(rule: &Property<'_>) -> bool {
    rule.get("Status").may_be("Enabled") && CURRENT.iter().any(|it| rule.get(it).may_be_set())
}

fn new_rule() -> Literal {
    let transition = Literal::map([
        ("StorageClass", Literal::text("INTELLIGENT_TIERING")),
        ("TransitionInDays", Literal::Number(0)),
    ]);
    Literal::map([
        ("Id", Literal::text("IntelligentTiering")),
        ("Status", Literal::text("Enabled")),
        ("Transitions", Literal::List(vec![transition])),
        ("AbortIncompleteMultipartUpload", Literal::map([("DaysAfterInitiation", Literal::Number(7))])),
    ])
}
