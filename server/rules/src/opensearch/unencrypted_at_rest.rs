use crate::facts::switch;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A search domain does not encrypt its indexes and snapshots.
    ///
    /// A domain of Amazon OpenSearch Service, or an older one of Elasticsearch, has no `EncryptionAtRestOptions`, or has them
    /// disabled, which is the default. Indexes, logs, swap files and automated snapshots are then kept as they are. See
    /// "Encryption of data at rest for Amazon OpenSearch Service" in its Developer Guide, and controls Opensearch.1 and ES.1 of
    /// AWS Security Hub.
    ///
    /// ## What is not reported
    ///
    /// A value that is not known before deployment. Collections of OpenSearch Serverless, which are always encrypted.
    ///
    /// ## Fix
    ///
    /// Turns encryption on. OpenSearch, and Elasticsearch from 6.7, copies the indexes of a domain that exists to new nodes; the fix is
    /// unsafe where CloudFormation makes another domain. Where the default of a parameter decides, that is changed. There is
    /// none for instances that cannot encrypt (`t2`, `m3`, `r3`) and for versions of Elasticsearch before 5.1.
    name: "opensearch-unencrypted-at-rest",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_5",
        "cfn_nag:W54",
        "cdk_nag:OpenSearchEncryptedAtRest",
        "cdk_nag:AwsSolutions-OS8",
        "cdk_nag:HIPAA.Security-OpenSearchEncryptedAtRest",
        "cdk_nag:NIST.800.53.R4-OpenSearchEncryptedAtRest",
        "cdk_nag:NIST.800.53.R5-OpenSearchEncryptedAtRest",
        "cdk_nag:PCI.DSS.321-OpenSearchEncryptedAtRest",
        "guard:OPENSEARCH_ENCRYPTED_AT_REST",
        "guard:ELASTICSEARCH_ENCRYPTED_AT_REST",
        "security_hub:ES.1",
        "security_hub:Opensearch.1",
    ],
    founding: ["F13"],
    check: Check::Resources(&["AWS::Elasticsearch::Domain", "AWS::OpenSearchService::Domain"], check),
}

fn check(domain: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(off) = switch::off(domain, "EncryptionAtRestOptions.Enabled") else { return };
    let message = format!(
        "`{}` keeps its indexes and snapshots unencrypted{}. Turn on encryption at rest: it costs nothing, and nothing that \
         uses the domain has to change.",
        domain.id.text, off.when
    );
    let draft = cx.report(off.span, message);
    if can_encrypt(domain) {
        off.fix(draft, "Encrypt at rest");
    }
}

/// False where the service would refuse.
fn can_encrypt(domain: &ResourceView<'_>) -> bool {
    let (cluster, is_elasticsearch) = match domain.ty.text == "AWS::Elasticsearch::Domain" {
        true => (domain.property("ElasticsearchClusterConfig"), true),
        false => (domain.property("ClusterConfig"), false),
    };
    // What is not written is `m4.large.elasticsearch` or `r5.large.search`, and version 1.5 of Elasticsearch.
    let cannot = |it: &Node| it.as_str().is_some_and(|it| ["t2.", "m3.", "r3."].iter().any(|old| it.starts_with(old)));
    let version = domain.property("ElasticsearchVersion");
    let number = version.as_str().and_then(|it| {
        let (major, minor) = it.split_once('.')?;
        Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?))
    });
    let is_too_old = is_elasticsearch && (version.is_absent() || number.is_some_and(|it| it < (5, 1)));
    !is_too_old && !cluster.get("InstanceType").nodes().any(cannot)
}
