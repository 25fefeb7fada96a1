//! The packages that a script installs, and through what.

use super::{Called, Script};
use std::ops::Range;
use syntax::shell::Word;

/// What a package comes through. Two of them do not know of each other's packages, or take them from different places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    /// The repositories of `yum` and `dnf`, which are one.
    Yum,
    /// `amazon-linux-extras`.
    Extras,
    /// An RPM file, by name or address.
    RpmFile,
    /// The repositories of `apt`.
    Apt,
    /// A Debian package file.
    DebFile,
    /// `zypper`.
    Zypper,
    /// `apk`.
    Apk,
    /// `snap`.
    Snap,
    /// `pip`.
    Pip,
    /// `npm`, for all users.
    Npm,
    /// `gem`.
    Gem,
}

/// A package that a script installs.
#[derive(Clone, Debug)]
pub(crate) struct Install {
    /// What it is called, without version.
    pub(crate) package: String,
    /// What it comes through.
    pub(crate) channel: Channel,
    /// The command, by index.
    pub(crate) command: usize,
    /// The word that names it.
    pub(crate) word: Range<usize>,
    /// The command installs nothing else.
    pub(crate) is_alone: bool,
}

impl Channel {
    /// What people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Channel::Yum => "yum",
            Channel::Extras => "amazon-linux-extras",
            Channel::RpmFile => "an RPM file",
            Channel::Apt => "apt",
            Channel::DebFile => "a package file",
            Channel::Zypper => "zypper",
            Channel::Apk => "apk",
            Channel::Snap => "snap",
            Channel::Pip => "pip",
            Channel::Npm => "npm",
            Channel::Gem => "gem",
        }
    }
}

/// Every package that the script installs by name.
pub(crate) fn installs(script: &Script) -> Vec<Install> {
    let mut out = Vec::new();
    for (index, command) in script.commands.iter().enumerate() {
        let Some(call) = Called::of(command) else { continue };
        let Some((channel, words)) = call.installed() else { continue };
        let is_alone = words.len() == 1;
        for word in words {
            let Some(text) = word.known() else { continue };
            if let Some((channel, package)) = package(text, channel) {
                out.push(Install { package, channel, command: index, word: word.range.clone(), is_alone });
            }
        }
    }
    out
}

/// True when a command between the two takes `package` away again.
pub(crate) fn is_removed_between(script: &Script, package: &str, commands: Range<usize>) -> bool {
    const REMOVES: &[&str] = &["remove", "erase", "autoremove", "purge", "uninstall", "disable", "-e", "-r", "swap"];
    script.commands[commands].iter().filter_map(Called::of).any(|call| {
        let removes = call.arguments.iter().any(|it| it.known().is_some_and(|it| REMOVES.contains(&it)));
        removes && call.arguments.iter().any(|it| it.text.to_ascii_lowercase().contains(package))
    })
}

impl<'c> Called<'c> {
    /// The words that name what is installed.
    fn installed(&self) -> Option<(Channel, Vec<&'c Word>)> {
        let (channel, verbs, valued): (_, &[&str], &[&str]) = match self.name {
            "yum" | "dnf" | "microdnf" | "tdnf" => (
                Channel::Yum,
                &["install", "localinstall", "reinstall"],
                &[
                    "--enablerepo",
                    "--disablerepo",
                    "-c",
                    "--config",
                    "--setopt",
                    "-x",
                    "--exclude",
                    "--releasever",
                    "--installroot",
                ],
            ),
            "apt" | "apt-get" | "aptitude" => {
                (Channel::Apt, &["install"], &["-t", "--target-release", "-o", "--option", "-c"])
            }
            "amazon-linux-extras" => (Channel::Extras, &["install"], &[]),
            "zypper" => (Channel::Zypper, &["install", "in"], &["-r", "--repo", "--from", "-t", "--type"]),
            "apk" => (Channel::Apk, &["add"], &["-X", "--repository", "-t", "--virtual"]),
            "snap" => (Channel::Snap, &["install"], &["--channel"]),
            "pip" | "pip2" | "pip3" => (Channel::Pip, &["install"], PIP_OPTIONS),
            "npm" => {
                let is_global = self.arguments.iter().any(|it| matches!(it.known(), Some("-g" | "--global")));
                (Channel::Npm, if is_global { &["install", "i", "add"] } else { &[] }, &["--prefix", "--registry"])
            }
            "gem" => (Channel::Gem, &["install"], &["-v", "--version", "-i", "-n", "--source"]),
            "rpm" => return self.files(Channel::RpmFile, &["-i", "-U", "-F", "--install", "--upgrade", "--freshen"]),
            "dpkg" => return self.files(Channel::DebFile, &["-i", "--install"]),
            "python" | "python2" | "python3" => {
                let is_pip =
                    self.arguments.first()?.known() == Some("-m") && self.arguments.get(1)?.known() == Some("pip");
                let inner = Called { name: "pip", arguments: self.arguments.get(2..)? };
                return is_pip.then(|| inner.installed()).flatten();
            }
            _ => return None,
        };
        let mut words = Vec::new();
        let mut is_install = false;
        let mut all = self.arguments.iter();
        while let Some(word) = all.next() {
            let text = word.known().unwrap_or_default();
            if valued.contains(&text) {
                all.next();
            } else if text.starts_with('-') {
                continue;
            } else if !is_install {
                is_install = verbs.contains(&text);
                if !is_install {
                    return None;
                }
            } else {
                words.push(word);
            }
        }
        Some((channel, words))
    }

    /// The files of `rpm -i` and `dpkg -i`.
    fn files(&self, channel: Channel, options: &[&str]) -> Option<(Channel, Vec<&'c Word>)> {
        let is_install = |it: &Word| {
            let text = it.known().unwrap_or_default();
            !text.starts_with("--import")
                && options.iter().any(|it| text == *it || it.len() == 2 && text.starts_with(it))
        };
        let installs = self.arguments.iter().any(is_install);
        installs.then(|| (channel, self.arguments.iter().filter(|it| !it.text.starts_with('-')).collect()))
    }
}

/// Options of `pip install` that a value follows.
const PIP_OPTIONS: &[&str] = &[
    "-r",
    "--requirement",
    "-c",
    "--constraint",
    "-e",
    "--editable",
    "-t",
    "--target",
    "--prefix",
    "--root",
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "--trusted-host",
    "--cache-dir",
    "--platform",
];

/// What a word of an installation names: the package, and what it comes through.
fn package(word: &str, channel: Channel) -> Option<(Channel, String)> {
    let word = word.trim();
    if word.starts_with('@') && channel != Channel::Npm || word.contains(['*', '$', '{']) {
        return None;
    }
    let is_file = |end: &str| word.ends_with(end);
    let (channel, name) = match channel {
        Channel::Yum | Channel::RpmFile | Channel::Zypper if is_file(".rpm") => {
            (Channel::RpmFile, file_name(word, ".rpm")?)
        }
        Channel::Apt | Channel::DebFile if is_file(".deb") => (Channel::DebFile, file_name(word, ".deb")?),
        Channel::RpmFile | Channel::DebFile => return None,
        _ if word.contains("://") || word.starts_with(['/', '.']) => return None,
        Channel::Yum => (channel, without_version(without_architecture(word))),
        Channel::Apt => (channel, word.split(['=', '/', ':']).next()?),
        Channel::Extras => {
            let topic = word.split('=').next()?;
            (channel, topic.trim_end_matches(|it: char| it.is_ascii_digit() || it == '.'))
        }
        Channel::Pip => (channel, word.split(['=', '<', '>', '!', '~', '[', ';', ' ', '@']).next()?),
        Channel::Npm => match word.strip_prefix('@') {
            Some(scoped) => (channel, &word[..1 + scoped.split('@').next()?.len()]),
            None => (channel, word.split('@').next()?),
        },
        Channel::Gem => (channel, word.split(':').next()?),
        Channel::Zypper | Channel::Apk | Channel::Snap => (channel, word.split(['=', '<', '>', '~']).next()?),
    };
    // A manager that brings itself up to date is meant to.
    let is_itself = match channel {
        Channel::Pip => matches!(name, "pip" | "setuptools" | "wheel" | "virtualenv"),
        Channel::Npm => matches!(name, "npm" | "yarn" | "n"),
        Channel::Gem => matches!(name, "bundler" | "rake"),
        _ => false,
    };
    let name = name.to_ascii_lowercase().replace('_', "-");
    let name = match &*name {
        "aws-cli" => "awscli".to_owned(),
        "epel-release" => "epel".to_owned(),
        _ => name,
    };
    (!is_itself && name.len() > 1).then_some((channel, name))
}

/// The package of `https://example.com/some-package-1.2-3.x86_64.rpm`.
fn file_name<'w>(word: &'w str, end: &str) -> Option<&'w str> {
    let file = word.rsplit('/').next()?.strip_suffix(end)?;
    let file = without_architecture(file);
    let file = file.strip_suffix("-latest").unwrap_or(file);
    let name = file.find(['-', '_']).map_or(file, |_| {
        let mut at = 0;
        while let Some(next) = file[at..].find(['-', '_']).map(|it| at + it) {
            let rest = &file[next + 1..];
            if rest.starts_with(|it: char| it.is_ascii_digit()) || rest.starts_with("latest") {
                return &file[..next];
            }
            at = next + 1;
        }
        file
    });
    (!name.is_empty()).then_some(name)
}

fn without_architecture(word: &str) -> &str {
    const ENDS: [&str; 10] =
        [".x86_64", ".aarch64", ".noarch", ".i686", ".amd64", "_amd64", "_arm64", "_all", ".arm64", "-x86_64"];
    ENDS.iter().find_map(|it| word.strip_suffix(it)).unwrap_or(word)
}

/// `nginx` of `nginx-1.12.2`, but all of `java-1.8.0-openjdk`.
fn without_version(word: &str) -> &str {
    let is_version = |it: &str| {
        it.starts_with(|it: char| it.is_ascii_digit())
            && it.chars().all(|it| it.is_ascii_digit() || ".-_*".contains(it))
    };
    let dashes = word.match_indices('-').map(|it| it.0);
    dashes.filter(|it| is_version(&word[it + 1..])).map(|it| &word[..it]).next().unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_lose_their_versions() {
        let name = |word, channel| package(word, channel).map(|it| it.1);
        let is = |it: &str| Some(it.to_owned());
        assert_eq!(name("nginx-1.12.2", Channel::Yum), is("nginx"));
        assert_eq!(name("java-1.8.0-openjdk", Channel::Yum), is("java-1.8.0-openjdk"));
        assert_eq!(name("nginx1", Channel::Extras), is("nginx"));
        assert_eq!(name("postgresql14=latest", Channel::Extras), is("postgresql"));
        assert_eq!(name("docker.io=1.2", Channel::Apt), is("docker.io"));
        assert_eq!(name("awscli>=1.16", Channel::Pip), is("awscli"));
        assert_eq!(name("@aws/cdk@2", Channel::Npm), is("@aws/cdk"));
        let agent =
            "https://s3.amazonaws.com/amazoncloudwatch-agent/amazon_linux/amd64/latest/amazon-cloudwatch-agent.rpm";
        assert_eq!(package(agent, Channel::Yum), Some((Channel::RpmFile, "amazon-cloudwatch-agent".to_owned())));
        assert_eq!(name("https://x/epel-release-latest-7.noarch.rpm", Channel::RpmFile), is("epel"));
        assert_eq!(name("./amazon-ssm-agent_3.1_amd64.deb", Channel::DebFile), is("amazon-ssm-agent"));
        assert_eq!(name("@development", Channel::Yum), None);
    }
}
