//! Hosted zones of AWS itself, which alias records name.

/// The header says where it is from. Written by `cargo xtask refresh-schemas`.
const DATA: &str = include_str!("../data/zones.txt");

/// True for a zone that is known to belong to AWS. Services have others too: those of load balancers and endpoints, which
/// their own attributes give.
pub fn is_of_aws(zone: &str) -> bool {
    let entries = DATA.lines().filter(|it| it.starts_with(' '));
    entries.filter_map(|it| it.rsplit_once(' ')).any(|it| it.1 == zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_belong_to_services() {
        assert!(is_of_aws("Z2FDTNDATAQYW2") && is_of_aws("Z3AQBSTGFYJSTF") && is_of_aws("Z2BJ6XQ5FK7U4H"));
        assert!(!is_of_aws("Z0123456789EXAMPLE"));
    }
}
