//! Accounts of AWS itself: by them services write logs into the buckets of others, and hold images and layers for everyone.

/// The header says where it is from. Written by `cargo xtask refresh-schemas`.
const DATA: &str = include_str!("../data/accounts.txt");

/// Accounts that no package lists, by which services of AWS write into buckets or offer what they publish; sorted.
///
/// Kept by hand, as known on 2026-11-22, and not compared with AWS's pages entry by entry: an account that is missing here is
/// reported as one that is written out, and one that is too much is not. What tells them: "Database audit logging" in the Amazon
/// Redshift Management Guide, "Amazon S3 bucket policy for CloudTrail" in the AWS CloudTrail User Guide (policies from before
/// the service principal), "What are AWS Cost and Usage Reports?" in the AWS Data Exports User Guide (billing), "AWS IP address
/// ranges notifications" in the Amazon VPC User Guide, and "View Amazon container image registries for Amazon EKS add-ons" in
/// the Amazon EKS User Guide.
const OTHERS: [&str; 60] = [
    "013126148197",
    "017000801446",
    "034638983726",
    "035351147821",
    "053454850223",
    "075028567923",
    "077246666028",
    "086441151436",
    "090321488786",
    "111890595117",
    "113285607260",
    "119688915426",
    "193415116832",
    "193672423079",
    "210876761215",
    "216624486486",
    "262260360010",
    "262312530599",
    "282025262664",
    "284668455005",
    "297356227824",
    "307160386991",
    "313564881002",
    "361669875840",
    "365689465814",
    "386209384616",
    "388731089494",
    "391106570357",
    "404641285394",
    "475085895292",
    "492519147666",
    "525921808201",
    "558608220178",
    "580247275435",
    "602401143452",
    "608710470296",
    "660998842044",
    "665727464434",
    "669305197877",
    "681348832753",
    "729911121831",
    "760740231472",
    "762762565011",
    "763104351884",
    "765225791966",
    "800184023465",
    "806199016981",
    "814480443879",
    "819402241893",
    "829690693026",
    "859597730677",
    "865932855811",
    "877085696533",
    "902366379725",
    "903692715234",
    "907379612154",
    "915173422425",
    "918309763551",
    "945612479654",
    "977081816279",
];

/// True for an account that belongs to AWS, as far as it is known.
pub fn is_of_aws(account: &str) -> bool {
    entries().any(|it| it.2 == account) || OTHERS.binary_search(&account).is_ok()
}

/// The account by which load balancers in `region` write their logs; `None` where a service principal does, or for a region
/// that is not known.
pub fn load_balancer_logs(region: &str) -> Option<&'static str> {
    entries().find(|it| it.0 == "load-balancer-logs" && it.1 == region).map(|it| it.2)
}

/// The region in which load balancers write their logs by `account`.
pub fn region_of_load_balancer_logs(account: &str) -> Option<&'static str> {
    entries().find(|it| it.0 == "load-balancer-logs" && it.2 == account).map(|it| it.1)
}

/// The day on which the data was read.
pub fn date() -> &'static str {
    DATA.lines().find(|it| !it.starts_with('#')).unwrap_or_default()
}

/// Purpose, region, account.
fn entries() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let mut purpose = "";
    DATA.lines().filter(|it| !it.starts_with('#')).filter_map(move |line| match line.strip_prefix(' ') {
        Some(entry) => entry.split_once(' ').map(|(region, account)| (purpose, region, account)),
        None => {
            purpose = line;
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_an_account() {
        assert!(entries().count() > 100);
        let is_account = |it: &str| it.len() == 12 && it.bytes().all(|it| it.is_ascii_digit());
        assert!(entries().all(|it| is_account(it.2)) && OTHERS.iter().all(|it| is_account(it)));
        assert!(OTHERS.is_sorted());
        assert_eq!(date().len(), "2026-11-22".len());
    }

    #[test]
    fn services_have_accounts() {
        assert_eq!(load_balancer_logs("us-east-1"), Some("127311923021"));
        assert_eq!(load_balancer_logs("nowhere-1"), None);
        assert_eq!(region_of_load_balancer_logs("127311923021"), Some("us-east-1"));
        assert!(is_of_aws("127311923021") && is_of_aws("193672423079") && !is_of_aws("111122223333"));
    }
}
