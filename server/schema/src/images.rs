//! The names under which public parameters of Systems Manager keep the newest image of each system.
//!
//! No package lists them, so this table is kept by hand, as known on 2026-11-22. What tells them: "Reference the latest AMIs using
//! Systems Manager public parameters" (Amazon EC2 User Guide), "Retrieving Amazon ECS-optimized Linux AMI metadata" (Amazon ECS Developer
//! Guide), and "Finding images with SSM" (Ubuntu on AWS documentation).

/// A system that machines start with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Amazon Linux 2023.
    AmazonLinux,
    /// Ubuntu Server, the newest release with long-term support.
    Ubuntu,
    /// Windows Server.
    Windows,
    /// Amazon Linux 2023 with the agent of Amazon ECS.
    Ecs,
}

/// What a processor understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// Intel and AMD.
    X86,
    /// AWS Graviton.
    Arm,
}

impl System {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            System::AmazonLinux => "Amazon Linux 2023",
            System::Ubuntu => "Ubuntu 24.04",
            System::Windows => "Windows Server 2022",
            System::Ecs => "Amazon Linux 2023 for ECS",
        }
    }

    /// The public parameter that names its newest image; `None` where there is none for such processors.
    pub fn parameter(self, architecture: Architecture) -> Option<&'static str> {
        Some(match (self, architecture) {
            (System::AmazonLinux, Architecture::X86) => {
                "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
            }
            (System::AmazonLinux, Architecture::Arm) => {
                "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
            }
            (System::Ubuntu, Architecture::X86) => {
                "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id"
            }
            (System::Ubuntu, Architecture::Arm) => {
                "/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id"
            }
            (System::Windows, Architecture::X86) => {
                "/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base"
            }
            (System::Windows, Architecture::Arm) => return None,
            (System::Ecs, Architecture::X86) => "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
            (System::Ecs, Architecture::Arm) => {
                "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"
            }
        })
    }
}

impl Architecture {
    /// The processors of machines of an instance type such as `t4g.micro`.
    pub fn of_instance_type(name: &str) -> Architecture {
        let family = name.split('.').next().unwrap_or_default();
        // `m6g`, `c7gd`, `im4gn`, `x2gd`: what stands behind the generation begins with `g`. The first of all was `a1`.
        let behind = family.trim_start_matches(|it: char| it.is_ascii_alphabetic());
        let behind = behind.trim_start_matches(|it: char| it.is_ascii_digit());
        if family == "a1" || behind.starts_with('g') { Architecture::Arm } else { Architecture::X86 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instance_types_tell_their_processors() {
        for name in ["t4g.micro", "m6gd.large", "c7gn.xlarge", "im4gn.large", "a1.medium", "g5g.xlarge"] {
            assert_eq!(Architecture::of_instance_type(name), Architecture::Arm, "{name}");
        }
        for name in ["t3.micro", "m5.large", "g4dn.xlarge", "c5n.large", "u-6tb1.metal", "m7i-flex.large", ""] {
            assert_eq!(Architecture::of_instance_type(name), Architecture::X86, "{name}");
        }
    }

    #[test]
    fn windows_runs_on_no_graviton() {
        assert_eq!(System::Windows.parameter(Architecture::Arm), None);
        assert!(System::Ubuntu.parameter(Architecture::Arm).is_some_and(|it| it.contains("arm64")));
    }
}
