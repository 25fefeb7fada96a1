//! Which actions of S3 work on buckets, and which on objects.
//!
//! From "Actions, resources, and condition keys for Amazon S3" in the Service Authorization Reference. Actions on access
//! points, jobs, grants, storage lenses and the account are left out: the ARN of a bucket means nothing to them. So are
//! two which do no more with a bucket that exists than its name does: `GetBucketLocation` and `CreateBucket`.

use super::policy::matches;

/// What an action of a policy reaches in S3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Buckets themselves: their listing, configuration, existence.
    pub(crate) buckets: bool,
    /// The objects in them.
    pub(crate) objects: bool,
}

impl Reach {
    /// What an action such as `s3:GetObject`, `S3:Put*` or `*` reaches.
    pub(crate) fn of(action: &str) -> Reach {
        let action = action.to_ascii_lowercase();
        let Some(pattern) = name_in_s3(&action) else { return Reach::default() };
        let reaches = |names: &[&str]| names.iter().any(|name| matches(pattern, name));
        Reach { buckets: reaches(BUCKET_ACTIONS), objects: reaches(OBJECT_ACTIONS) }
    }

    /// What all actions but these reach, as with `NotAction`.
    pub(crate) fn except(actions: &[String]) -> Reach {
        let actions: Vec<String> = actions.iter().map(|it| it.to_ascii_lowercase()).collect();
        let patterns: Vec<&str> = actions.iter().filter_map(|it| name_in_s3(it)).collect();
        let leaves = |names: &[&str]| names.iter().any(|name| !patterns.iter().any(|it| matches(it, name)));
        Reach { buckets: leaves(BUCKET_ACTIONS), objects: leaves(OBJECT_ACTIONS) }
    }

    /// True when it reaches neither.
    pub(crate) fn is_nothing(self) -> bool {
        !self.buckets && !self.objects
    }

    /// What one of the two reaches.
    pub(crate) fn or(self, other: Reach) -> Reach {
        Reach { buckets: self.buckets || other.buckets, objects: self.objects || other.objects }
    }
}

/// The part of an action that names what it does, when its service can be S3.
fn name_in_s3(action: &str) -> Option<&str> {
    match action.split_once(':') {
        Some((service, name)) => matches(service, "s3").then_some(name),
        // A star alone eats the colon too.
        None => action.ends_with('*').then_some("*").filter(|_| matches(action, "s3:")),
    }
}

/// Actions on a bucket, in lower case.
const BUCKET_ACTIONS: &[&str] = &[
    "createbucketmetadatatableconfiguration",
    "deletebucket",
    "deletebucketmetadatatableconfiguration",
    "deletebucketpolicy",
    "deletebucketwebsite",
    "getaccelerateconfiguration",
    "getanalyticsconfiguration",
    "getbucketabac",
    "getbucketacl",
    "getbucketcors",
    "getbucketlogging",
    "getbucketmetadatatableconfiguration",
    "getbucketnotification",
    "getbucketobjectlockconfiguration",
    "getbucketownershipcontrols",
    "getbucketpolicy",
    "getbucketpolicystatus",
    "getbucketpublicaccessblock",
    "getbucketrequestpayment",
    "getbuckettagging",
    "getbucketversioning",
    "getbucketwebsite",
    "getencryptionconfiguration",
    "getintelligenttieringconfiguration",
    "getinventoryconfiguration",
    "getlifecycleconfiguration",
    "getmetricsconfiguration",
    "getreplicationconfiguration",
    "listbucket",
    "listbucketmultipartuploads",
    "listbucketversions",
    "pausereplication",
    "putaccelerateconfiguration",
    "putanalyticsconfiguration",
    "putbucketabac",
    "putbucketacl",
    "putbucketcors",
    "putbucketlogging",
    "putbucketnotification",
    "putbucketobjectlockconfiguration",
    "putbucketownershipcontrols",
    "putbucketpolicy",
    "putbucketpublicaccessblock",
    "putbucketrequestpayment",
    "putbuckettagging",
    "putbucketversioning",
    "putbucketwebsite",
    "putencryptionconfiguration",
    "putintelligenttieringconfiguration",
    "putinventoryconfiguration",
    "putlifecycleconfiguration",
    "putmetricsconfiguration",
    "putreplicationconfiguration",
    "updatebucketmetadatainventorytableconfiguration",
    "updatebucketmetadatajournaltableconfiguration",
];

/// Actions on an object, in lower case.
const OBJECT_ACTIONS: &[&str] = &[
    "abortmultipartupload",
    "bypassgovernanceretention",
    "deleteobject",
    "deleteobjecttagging",
    "deleteobjectversion",
    "deleteobjectversiontagging",
    "getobject",
    "getobjectacl",
    "getobjectattributes",
    "getobjectlegalhold",
    "getobjectretention",
    "getobjecttagging",
    "getobjecttorrent",
    "getobjectversion",
    "getobjectversionacl",
    "getobjectversionattributes",
    "getobjectversionforreplication",
    "getobjectversiontagging",
    "getobjectversiontorrent",
    "initiatereplication",
    "listmultipartuploadparts",
    "objectowneroverridetobucketowner",
    "putobject",
    "putobjectacl",
    "putobjectlegalhold",
    "putobjectretention",
    "putobjecttagging",
    "putobjectversionacl",
    "putobjectversiontagging",
    "replicatedelete",
    "replicateobject",
    "replicatetags",
    "restoreobject",
    "updateobjectencryption",
];
