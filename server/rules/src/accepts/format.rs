//! Formats: what kind of text it is, and how far that can be told from the text.

use std::net::Ipv6Addr;

/// How a format can be told from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nature {
    /// AWS gives it, and it shows what it is of.
    Id,
    /// The ARN of a resource of one type.
    Arn,
    /// People choose it: it may look like anything but an ARN.
    Name,
}

/// A format that says of which resource a text is the id, the name or the ARN.
struct Format {
    name: &'static str,
    nature: Nature,
    words: &'static str,
    form: Form,
}

/// What a text of a format looks like.
#[derive(Clone, Copy)]
enum Form {
    /// This word and a dash, then 8 or 17 digits, to the base of 16 or letters of any kind.
    Id(&'static str, bool),
    /// `arn:`, a partition, and this service; then a resource that begins with one of these words.
    Arn(&'static str, &'static [&'static str]),
    /// Letters, digits and these characters, at most as many.
    Letters(&'static str, usize),
    /// Services take more than the format says.
    Any,
}

const FORMATS: &[Format] = &[
    // Load balancers take the certificates of IAM as well.
    of("AWS::ACM::Certificate.Arn", Nature::Arn, "the ARN of a certificate", Form::Any),
    of("AWS::EC2::Image.Id", Nature::Id, "the id of an image", Form::Id("ami", false)),
    of("AWS::EC2::SecurityGroup.Id", Nature::Id, "the id of a security group", Form::Id("sg", true)),
    of(
        "AWS::EC2::SecurityGroup.Name",
        Nature::Name,
        "the name of a security group",
        Form::Letters(" ._-:/()#,@[]+=&;{}!$*", 255),
    ),
    of("AWS::EC2::Subnet.Id", Nature::Id, "the id of a subnet", Form::Id("subnet", true)),
    of("AWS::EC2::VPC.Id", Nature::Id, "the id of a VPC", Form::Id("vpc", true)),
    of("AWS::IAM::Role.Arn", Nature::Arn, "the ARN of a role", Form::Arn("iam", &["role/"])),
    of("AWS::KMS::Alias.AliasName", Nature::Name, "the name of an alias of a key", Form::Any),
    of("AWS::KMS::Key.Arn", Nature::Arn, "the ARN of a key", Form::Arn("kms", &["key/", "alias/"])),
    // Queues take any text.
    of("AWS::KMS::Key.Id", Nature::Id, "the id of a key", Form::Any),
    of("AWS::Lambda::Function.Arn", Nature::Arn, "the ARN of a function", Form::Arn("lambda", &["function:"])),
    of("AWS::Logs::LogGroup.Name", Nature::Name, "the name of a log group", Form::Letters("._-/#", 512)),
    of("AWS::Route53::HostedZone.Id", Nature::Id, "the id of a hosted zone", Form::Any),
    // Old buckets have names that new ones cannot have, and access points stand for their buckets.
    of("AWS::S3::Bucket.Name", Nature::Name, "the name of a bucket", Form::Any),
    of("AWS::SNS::Topic.Arn", Nature::Arn, "the ARN of a topic", Form::Arn("sns", &[""])),
    of("AWS::SQS::Queue.Arn", Nature::Arn, "the ARN of a queue", Form::Arn("sqs", &[""])),
];

const fn of(name: &'static str, nature: Nature, words: &'static str, form: Form) -> Format {
    Format { name, nature, words, form }
}

fn find(name: &str) -> Option<&'static Format> {
    let name = of_item(name);
    FORMATS.iter().find(|it| it.name == name)
}

/// The format of an item, for that of a list.
pub(crate) fn of_item(format: &str) -> &str {
    match format {
        "AWS::EC2::SecurityGroup.GroupId" | "AWS::EC2::SecurityGroup.Ids" => "AWS::EC2::SecurityGroup.Id",
        "AWS::EC2::SecurityGroup.Names" => "AWS::EC2::SecurityGroup.Name",
        "AWS::EC2::Subnet.Ids" => "AWS::EC2::Subnet.Id",
        other => other,
    }
}

/// How a format can be told from others, where it says of what resource a text is.
pub(crate) fn nature(format: &str) -> Option<Nature> {
    find(format).map(|it| it.nature)
}

/// Words for formats of which one must stand: `the id of a subnet`, `the ARN of a key or the id of a key`.
pub(crate) fn words(formats: &[&str]) -> String {
    let words: Vec<&str> = formats
        .iter()
        .map(|it| match *it {
            "ipv4-network" => "a block of IPv4 addresses",
            "ipv6-network" => "a block of IPv6 addresses",
            "date-time" => "a date with a time",
            other => find(other).map_or("something else", |it| it.words),
        })
        .collect();
    match &words[..] {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        all => all.concat(),
    }
}

/// An example of a text of this format, or its form in words.
pub(crate) fn example(format: &str) -> Option<String> {
    match format {
        "ipv4-network" => return Some("such as `10.0.0.0/16`".to_owned()),
        "ipv6-network" => return Some("such as `2001:db8::/56`".to_owned()),
        "date-time" => return Some("such as `2030-01-31T12:00:00Z`".to_owned()),
        _ => (),
    }
    match find(format)?.form {
        Form::Id(prefix, true) => Some(format!("`{prefix}-` and 8 or 17 hexadecimal digits")),
        Form::Id(prefix, false) => Some(format!("`{prefix}-` and 8 or 17 letters or digits")),
        Form::Arn(service, resources) => {
            let region = if service == "iam" { "" } else { "eu-west-1" };
            Some(format!("such as `arn:aws:{service}:{region}:123456789012:{}name`", resources[0]))
        }
        Form::Letters(others, most) => Some(format!("at most {most} letters, digits and `{others}`")),
        Form::Any => None,
    }
}

/// False for a text that no service takes for one of this format.
pub(super) fn may_be(format: &str, text: &str) -> bool {
    match format {
        "ipv4-network" => is_network(text, 32, |it| it.split('.').count() == 4 && it.split('.').all(is_octet)),
        "ipv6-network" => is_network(text, 128, |it| it.parse::<Ipv6Addr>().is_ok()),
        "ipv4" => text.split('.').count() == 4 && text.split('.').all(is_octet),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        // Services read several ways to write a time, but all begin with the day or count the seconds.
        "date-time" => text.trim().starts_with(|it: char| it.is_ascii_digit()),
        _ => find(format).is_none_or(|it| it.form.fits(text)),
    }
}

fn is_octet(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_digit()) && text.len() <= 3 && text.parse::<u8>().is_ok()
}

/// An address and a number of bits. What has no bits, and bits of a host, some services take.
fn is_network(text: &str, bits: u8, is_address: impl Fn(&str) -> bool) -> bool {
    match text.split_once('/') {
        Some((address, prefix)) => is_address(address) && prefix.parse::<u8>().is_ok_and(|it| it <= bits),
        None => is_address(text),
    }
}

impl Form {
    fn fits(self, text: &str) -> bool {
        match self {
            Form::Id(prefix, is_hexadecimal) => {
                // Launch templates look up images in Systems Manager.
                let is_looked_up = prefix == "ami" && text.starts_with("resolve:ssm:");
                let digits = text.strip_prefix(prefix).and_then(|it| it.strip_prefix('-'));
                let is_digit =
                    |it: u8| if is_hexadecimal { it.is_ascii_hexdigit() } else { it.is_ascii_alphanumeric() };
                is_looked_up || digits.is_some_and(|it| matches!(it.len(), 8 | 17) && it.bytes().all(is_digit))
            }
            Form::Arn(service, resources) => {
                let mut parts = text.splitn(6, ':');
                let starts = parts.next() == Some("arn") && parts.next().is_some_and(|it| it.starts_with("aws"));
                let is_of_service = parts.next() == Some(service);
                let has_account =
                    parts.nth(1).is_some_and(|it| it.len() == 12 && it.bytes().all(|it| it.is_ascii_digit()));
                let resource = parts.next().unwrap_or_default();
                let is_named = |it: &&str| resource.strip_prefix(*it).is_some_and(|it| !it.is_empty());
                starts && is_of_service && has_account && resources.iter().any(is_named)
            }
            Form::Letters(others, most) => {
                let is_one = |it: char| it.is_ascii_alphanumeric() || others.contains(it);
                text.chars().count() <= most && text.chars().all(is_one)
            }
            Form::Any => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_certainly_no_id() {
        assert!(may_be("AWS::EC2::Subnet.Id", "subnet-0123456789abcdef0"));
        assert!(may_be("AWS::EC2::Subnet.Id", "subnet-12345678"));
        assert!(!may_be("AWS::EC2::Subnet.Id", "subnet-1234567"));
        assert!(!may_be("AWS::EC2::Subnet.Id", "vpc-12345678"));
        assert!(may_be("AWS::EC2::Image.Id", "ami-12345678"));
        assert!(may_be("AWS::EC2::Image.Id", "resolve:ssm:/images/latest"));
        assert!(may_be("AWS::EC2::Instance.Id", "anything"));
    }

    #[test]
    fn what_is_certainly_no_arn() {
        let role = |text| may_be("AWS::IAM::Role.Arn", text);
        assert!(role("arn:aws:iam::123456789012:role/service/name"));
        assert!(role("arn:aws-us-gov:iam::123456789012:role/name"));
        assert!(!role("arn:aws:iam:::role/name"));
        assert!(!role("arn:aws:iam::123456789012:user/name"));
        assert!(!role("name"));
        assert!(may_be("AWS::SNS::Topic.Arn", "arn:aws:sns:eu-west-1:123456789012:news"));
        assert!(!may_be("AWS::SNS::Topic.Arn", "arn:aws:sns:eu-west-1:123456789012"));
        assert!(!may_be("AWS::KMS::Key.Arn", "alias/key"));
    }

    #[test]
    fn what_is_certainly_no_network() {
        let network = |text| may_be("ipv4-network", text);
        assert!(network("10.0.0.0/16") && network("10.0.0.1/16") && network("0.0.0.0/0"));
        assert!(!network("10.0.0/16") && !network("10.0.0.256/32") && !network("10.0.0.0/33") && !network("::/0"));
        assert!(may_be("ipv6-network", "::/0"));
        assert!(!may_be("ipv6-network", "10.0.0.0/8"));
    }

    #[test]
    fn every_format_has_words() {
        assert!(FORMATS.iter().all(|it| !words(&[it.name]).is_empty()));
        assert_eq!(words(&["AWS::KMS::Key.Arn", "AWS::KMS::Key.Id"]), "the ARN of a key or the id of a key");
    }
}
