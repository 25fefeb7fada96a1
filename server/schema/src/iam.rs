//! The actions that policies of AWS Identity and Access Management can allow, and the resources that they work on.
//!
//! AWS adds actions every week, so one that is missing here may exist by now; what is said to be there is. Nothing is read
//! before it is asked for, and then no more than the actions of one service.

use std::sync::{Arc, OnceLock};

/// The header says where it is from. Written by `cargo xtask refresh-schemas`.
const DATA: &str = include_str!("../data/iam.txt");

/// The letters of coded words, in the order of their values. Digits tell how a name begins.
pub const LETTERS: &[u8] = b"!\"#$%&'()*+,-./:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/// The service whose actions begin with `prefix`, in whichever case: `s3`.
pub fn service(prefix: &str) -> Option<Service<'static>> {
    table().service(prefix)
}

/// The prefixes of all services, sorted.
pub fn services() -> impl Iterator<Item = &'static str> {
    table().services.iter().map(|it| it.name)
}

/// True when a service that is known has an action that `pattern` names, in which `*` stands for any letters and `?` for any
/// one. Case does not matter.
pub fn is_action(prefix: &str, pattern: &str) -> bool {
    service(prefix).is_some_and(|it| it.matching(pattern).next().is_some())
}

/// True when `text` matches `pattern`, in which `*` stands for any characters and `?` for any one. Case does not matter.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // The last star, and the text that it has not eaten yet.
    let mut resume = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                resume = Some((p, t));
                p += 1;
            }
            Some(it) if *it == b'?' || it.eq_ignore_ascii_case(&text[t]) => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((star, eaten)) = resume else { return false };
                resume = Some((star, eaten + 1));
                p = star + 1;
                t = eaten + 1;
            }
        }
    }
    pattern[p..].iter().all(|it| *it == b'*')
}

/// A service, by the prefix of its actions.
#[derive(Clone, Copy, Debug)]
pub struct Service<'t> {
    table: &'t Table<'t>,
    entry: &'t Entry<'t>,
}

/// An action of a service.
#[derive(Debug)]
pub struct Action {
    name: Box<str>,
    formats: Arc<[Arc<str>]>,
}

impl<'t> Service<'t> {
    /// The prefix: `s3`.
    pub fn name(self) -> &'t str {
        self.entry.name
    }

    /// Its actions, sorted by name.
    pub fn actions(self) -> &'t [Action] {
        self.entry.actions.get_or_init(|| self.table.decode(self.entry).unwrap_or_default())
    }

    /// The action called `name`, in whichever case.
    pub fn action(self, name: &str) -> Option<&'t Action> {
        self.actions().iter().find(|it| it.name.eq_ignore_ascii_case(name))
    }

    /// The actions that `pattern` names, in which `*` stands for any letters and `?` for any one.
    pub fn matching(self, pattern: &str) -> impl Iterator<Item = &'t Action> {
        self.actions().iter().filter(move |it| matches(pattern, &it.name))
    }
}

impl Action {
    /// The name without the service, as AWS spells it: `GetObject`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the ARNs of the resources that it works on look like, as in `arn:${Partition}:s3:::*`. None for an action that
    /// can't be held to resources: it needs the resource `*`.
    pub fn formats(&self) -> &[Arc<str>] {
        &self.formats
    }
}

/// The actions of all services, in the form in which they are kept.
///
/// Names are made of few words ("Get", "Bucket"), so each word is written down once and named by one or two letters.
#[derive(Debug, Default)]
pub struct Table<'d> {
    /// The words, those that are used most first.
    words: Vec<&'d str>,
    /// How many of the words have one letter for their name.
    short: usize,
    services: Vec<Entry<'d>>,
}

#[derive(Debug)]
struct Entry<'d> {
    name: &'d str,
    lines: &'d str,
    actions: OnceLock<Vec<Action>>,
}

impl<'d> Table<'d> {
    /// Finds the services in `data`; what each has is read when it is asked for.
    pub fn read(data: &'d str) -> Table<'d> {
        let mut data = data;
        while let Some(rest) = data.strip_prefix('#') {
            data = rest.split_once('\n').unwrap_or_default().1;
        }
        let (words, services) = data.split_once('\n').unwrap_or_default();
        let mut words = words.split(' ');
        let short = words.next().and_then(|it| it.parse().ok()).unwrap_or(0);
        let services = services.split("\n\n").filter_map(|it| {
            let (name, lines) = it.split_once('\n')?;
            Some(Entry { name, lines, actions: OnceLock::new() })
        });
        Table { words: words.collect(), short, services: services.collect() }
    }

    /// All services, sorted.
    pub fn services<'t>(&'t self) -> impl Iterator<Item = Service<'t>>
    where
        'd: 't,
    {
        self.services.iter().map(move |entry| Service { table: self, entry })
    }

    fn service(&self, prefix: &str) -> Option<Service<'_>> {
        let prefix = prefix.to_ascii_lowercase();
        let index = self.services.binary_search_by(|it| it.name.cmp(&prefix)).ok()?;
        Some(Service { table: self, entry: &self.services[index] })
    }

    /// The actions of a service: first the formats of ARNs, then a line for the actions of each set of them.
    fn decode(&self, entry: &Entry<'_>) -> Option<Vec<Action>> {
        let mut lines = entry.lines.lines();
        let formats: Vec<Arc<str>> =
            lines.next()?.split(' ').filter(|it| *it != "-").map(|it| long_format(it, entry.name).into()).collect();
        let mut actions = Vec::new();
        for line in lines {
            let (numbers, names) = line.split_once(' ')?;
            let number = |it: &str| it.parse::<usize>().ok().and_then(|it| formats.get(it)).cloned();
            let numbers = numbers.split(',').filter(|it| !it.is_empty());
            let formats: Arc<[Arc<str>]> = numbers.map(number).collect::<Option<Vec<_>>>()?.into();
            self.names(names, &mut |name| actions.push(Action { name: name.into(), formats: Arc::clone(&formats) }))?;
        }
        actions.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Some(actions)
    }

    /// Names, each a digit for the number of words that it shares with the one before it and the letters of the rest.
    fn names(&self, coded: &str, found: &mut dyn FnMut(String)) -> Option<()> {
        let mut words: Vec<&str> = Vec::new();
        let mut letters = coded.bytes().peekable();
        while let Some(digit) = letters.next() {
            words.truncate(usize::from(digit.checked_sub(b'0')?));
            while let Some(letter) = letters.next_if(|it| !it.is_ascii_digit()) {
                let first = value(letter)?;
                let index = match first.checked_sub(self.short) {
                    None => first,
                    Some(page) => self.short + page * LETTERS.len() + value(letters.next()?)?,
                };
                words.push(self.words.get(index)?);
            }
            found(words.concat());
        }
        Some(())
    }
}

/// The format that `short` stands for, of a service: the parts up to the resource are mostly the same.
fn long_format(short: &str, service: &str) -> String {
    match short.strip_prefix('~') {
        Some(resource) => format!("arn:${{Partition}}:{service}:${{Region}}:${{Account}}:{resource}"),
        None => format!("arn:${{Partition}}:{short}"),
    }
}

fn value(letter: u8) -> Option<usize> {
    LETTERS.iter().position(|it| *it == letter)
}

fn table() -> &'static Table<'static> {
    static TABLE: OnceLock<Table<'static>> = OnceLock::new();
    TABLE.get_or_init(|| Table::read(DATA))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_can_be_read() {
        let table = table();
        assert!(table.services.len() > 400);
        assert!(table.services.is_sorted_by_key(|it| it.name));
        let mut count = 0;
        for service in table.services() {
            let actions = table.decode(service.entry).unwrap_or_else(|| panic!("{} is damaged", service.name()));
            count += actions.len();
            assert!(!service.name().bytes().any(|it| it.is_ascii_uppercase()), "{}", service.name());
            for (action, next) in actions.iter().zip(actions.iter().skip(1)) {
                assert!(!action.name.eq_ignore_ascii_case(&next.name), "{} has {} twice", service.name(), action.name);
            }
            for action in &actions {
                assert!(action.name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-'), "{}", action.name);
                assert!(action.formats.iter().all(|it| it.starts_with("arn:") && it.splitn(6, ':').count() == 6));
            }
        }
        assert!(count > 20_000, "{count} actions");
    }

    #[test]
    fn words_are_used_most_first() {
        let table = table();
        assert!(table.short < LETTERS.len());
        assert!(table.words.len() <= table.short + (LETTERS.len() - table.short) * LETTERS.len());
        assert!(table.words[..50].contains(&"List") && table.words[..50].contains(&"Get"));
    }

    #[test]
    fn actions_are_found_in_any_case() {
        assert!(is_action("s3", "GetObject"));
        assert!(is_action("S3", "getobject"));
        assert!(is_action("s3", "Get*"));
        assert!(is_action("s3", "?etObject"));
        assert!(is_action("sqs", "*"));
        assert!(!is_action("s3", "GetObjects"));
        assert!(!is_action("s3", "Fetch*"));
        assert!(!is_action("s4", "*"));
        assert_eq!(service("DynamoDB").map(Service::name), Some("dynamodb"));
        assert!(services().any(|it| it == "lambda"));
    }

    #[test]
    fn actions_are_spelt_as_aws_does() {
        let names = |prefix: &str, pattern: &str| -> Vec<&str> {
            service(prefix)
                .into_iter()
                .flat_map(|it| it.matching(pattern).map(Action::name).collect::<Vec<_>>())
                .collect()
        };
        assert_eq!(names("rds", "describedbinst*"), ["DescribeDBInstanceAutomatedBackups", "DescribeDBInstances"]);
        assert_eq!(names("sts", "assumerole"), ["AssumeRole"]);
    }

    #[test]
    fn resources_have_the_formats_of_their_service() {
        let formats = |prefix: &str, action: &str| -> Vec<&str> {
            let action = service(prefix).and_then(|it| it.action(action));
            action.map(|it| it.formats().iter().map(|it| &**it).collect()).unwrap_or_default()
        };
        assert_eq!(formats("sqs", "SendMessage"), ["arn:${Partition}:sqs:${Region}:${Account}:*"]);
        assert!(formats("s3", "GetObject").contains(&"arn:${Partition}:s3:::*"));
        assert!(formats("s3", "ListAllMyBuckets").is_empty());
    }

    #[test]
    fn wildcards_stand_for_letters() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("?", "", false),
            ("G?t*", "GETOBJECT", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
