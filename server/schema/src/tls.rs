//! The policies that say which versions of TLS an endpoint speaks.

use std::sync::OnceLock;

/// The header says where it is from.
const DATA: &str = include_str!("../data/tls.txt");

/// What clients connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// A listener of an Application or Network Load Balancer.
    Listener,
    /// A CloudFront distribution with a certificate of its own.
    Viewer,
    /// A custom domain name of API Gateway.
    Domain,
    /// A domain of OpenSearch or Elasticsearch.
    Search,
}

/// A policy of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub name: &'static str,
    /// The lowest version that clients may speak, such as `1.0`; `SSL 3.0` for what is older than TLS.
    pub lowest: &'static str,
}

impl Policy {
    /// True when it lets in clients that speak less than TLS 1.2.
    pub fn is_weak(&self) -> bool {
        !matches!(self.lowest, "1.2" | "1.3")
    }

    /// The lowest version, for a sentence.
    pub fn version(&self) -> String {
        if self.lowest.starts_with("SSL") { self.lowest.to_owned() } else { format!("TLS {}", self.lowest) }
    }
}

/// The policy of `endpoint` that is called `name`.
pub fn policy(endpoint: Endpoint, name: &str) -> Option<Policy> {
    table(endpoint).policies.iter().find(|it| it.name == name).copied()
}

/// The policy that `endpoint` has where CloudFormation is not told one; `None` where that depends on more.
pub fn default(endpoint: Endpoint) -> Option<Policy> {
    policy(endpoint, table(endpoint).default)
}

/// The policy to use: it lets in no client below TLS 1.2, and all that speak this.
pub fn recommended(endpoint: Endpoint) -> &'static str {
    table(endpoint).recommended
}

/// What is known of the policies of one endpoint.
struct Table {
    default: &'static str,
    recommended: &'static str,
    policies: Vec<Policy>,
}

fn table(endpoint: Endpoint) -> &'static Table {
    static TABLES: [OnceLock<Table>; 4] = [const { OnceLock::new() }; 4];
    TABLES[endpoint as usize].get_or_init(|| read(endpoint))
}

fn read(endpoint: Endpoint) -> Table {
    let word = match endpoint {
        Endpoint::Listener => "listener ",
        Endpoint::Viewer => "viewer ",
        Endpoint::Domain => "domain ",
        Endpoint::Search => "search ",
    };
    let mut lines = DATA.lines().skip_while(|it| !it.starts_with(word));
    let head = lines.next().and_then(|it| it.strip_prefix(word)).unwrap_or_default();
    let (default, recommended) = head.split_once(' ').unwrap_or_default();
    let lines = lines.map_while(|it| it.strip_prefix(' ')?.split_once(' '));
    Table { default, recommended, policies: lines.map(|(name, lowest)| Policy { name, lowest }).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Endpoint; 4] = [Endpoint::Listener, Endpoint::Viewer, Endpoint::Domain, Endpoint::Search];

    #[test]
    fn every_line_can_be_read() {
        let read: usize = ALL.iter().map(|it| table(*it).policies.len()).sum();
        assert_eq!(read, DATA.lines().filter(|it| it.starts_with(' ')).count());
        for endpoint in ALL {
            assert!(policy(endpoint, recommended(endpoint)).is_some_and(|it| !it.is_weak()), "{endpoint:?}");
            assert!(table(endpoint).default == "-" || default(endpoint).is_some(), "{endpoint:?}");
        }
    }

    #[test]
    fn what_cloud_formation_gives_unasked_is_weak() {
        let weak = |it: Endpoint| default(it).is_some_and(|it| it.is_weak());
        assert!(weak(Endpoint::Listener) && weak(Endpoint::Viewer) && weak(Endpoint::Search));
        assert_eq!(policy(Endpoint::Viewer, "SSLv3").map(|it| it.version()).as_deref(), Some("SSL 3.0"));
    }
}
