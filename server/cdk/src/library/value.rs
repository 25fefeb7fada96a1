//! What the library's own constants, durations, sizes and factories come to.

use super::cursor::Cursor;
use super::lines::Lines;
use crate::evaluate::Made;
use crate::lower::Lowering;
use crate::scope::At;
use model::{Node, Scalar, Span, Value as Known};
use serde::Deserialize;
use serde_json::{Map, Value};
use smol_str::{SmolStr, format_smolstr};

static TYPES: Lines<Constants> =
    Lines::new(include_bytes!(concat!(env!("OUT_DIR"), "/values.bin")), serde_json::from_str);

/// The constants of an enum or a class.
#[derive(Debug, Deserialize)]
pub(super) struct Constants {
    pub(super) values: Map<String, Value>,
}

/// The constants of the enum or class at `path`.
pub(super) fn constants(path: &str) -> Option<&'static Constants> {
    TYPES.get(path)
}

/// What the constant at `path` is: `aws-lambda.Runtime.NODEJS_20_X` is `nodejs20.x`.
pub(crate) fn constant(path: &str) -> Option<&'static Value> {
    let (ty, name) = path.rsplit_once('.')?;
    constants(ty)?.values.get(name)
}

/// The text or number that a constant is, by its path or by that of its `name` or `value`.
pub(crate) fn plain(path: &str) -> Option<Known> {
    let constant = constant(path).or_else(|| {
        let (of, member) = path.rsplit_once('.')?;
        let constant = constant(of)?;
        match member {
            "name" | "value" if constant.is_string() => Some(constant),
            member => constant.get(member),
        }
    })?;
    match constant {
        Value::String(it) => Some(Known::Scalar(Scalar { text: it.into(), plain: false })),
        Value::Number(it) => Some(Known::Scalar(Scalar { text: it.to_string().into(), plain: true })),
        Value::Bool(it) => Some(Known::Bool(*it)),
        _ => None,
    }
}

/// The constant of a class that stands for a text.
pub(crate) fn constant_of(class: &str, text: &str) -> Option<&'static str> {
    let is = |it: &Value| match it {
        Value::String(it) => it == text,
        Value::Object(fields) => fields.values().any(|it| it.as_str() == Some(text)),
        _ => false,
    };
    constants(class)?.values.iter().find(|(_, it)| is(it)).map(|(name, _)| name.as_str())
}

/// The constant of a module that is what is asked for, where no other enum or class of it has one.
pub(super) fn constant_that_is(module: &str, is: impl Fn(&Value) -> bool) -> Option<String> {
    let in_module = |ty: &&&str| ty.strip_prefix(module).is_some_and(|it| it.starts_with('.'));
    let mut found = None;
    for ty in TYPES.names().collect::<Vec<_>>().iter().filter(in_module) {
        let Some((name, _)) = constants(ty)?.values.iter().find(|(_, it)| is(it)) else { continue };
        if found.is_some() {
            return None;
        }
        found = Some(format!("{ty}.{name}"));
    }
    found
}

/// A number as it is written.
pub(crate) fn number(value: f64) -> Known {
    let rounded = (value * 1e6).round() / 1e6;
    Known::Scalar(Scalar { text: rounded.to_string().into(), plain: true })
}

/// How many seconds the duration at `at` is.
pub(crate) fn seconds<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<f64> {
    let made = lowering.made(at)?;
    let unit = match made.path.strip_prefix("core.Duration.")? {
        "millis" => 0.001,
        "seconds" => 1.0,
        "minutes" => 60.0,
        "hours" => 3600.0,
        "days" => 86_400.0,
        "parse" => return iso_seconds(lowering.node(made.argument(0)?).as_str()?),
        _ => return None,
    };
    Some(amount(lowering, &made)? * unit)
}

/// How many mebibytes the size at `at` is.
pub(crate) fn mebibytes<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<f64> {
    let made = lowering.made(at)?;
    let unit = match made.path.strip_prefix("core.Size.")? {
        "bytes" => 1.0 / 1_048_576.0,
        "kibibytes" => 1.0 / 1024.0,
        "mebibytes" => 1.0,
        "gibibytes" => 1024.0,
        "tebibytes" => 1_048_576.0,
        "pebibytes" => 1_073_741_824.0,
        _ => return None,
    };
    Some(amount(lowering, &made)? * unit)
}

fn amount<'a>(lowering: &Lowering<'a>, made: &Made<'a>) -> Option<f64> {
    lowering.node(made.argument(0)?).as_str()?.parse().ok()
}

/// `P1DT2H3M4S`
fn iso_seconds(text: &str) -> Option<f64> {
    let text = text.strip_prefix('P')?;
    let (mut total, mut digits, mut in_time) = (0.0, String::new(), false);
    for c in text.chars() {
        let unit = match c {
            'T' => {
                in_time = true;
                continue;
            }
            'D' => 86_400.0,
            'H' => 3600.0,
            'M' if in_time => 60.0,
            'S' => 1.0,
            _ => {
                digits.push(c);
                continue;
            }
        };
        total += digits.parse::<f64>().ok()? * unit;
        digits.clear();
    }
    digits.is_empty().then_some(total)
}

/// A duration of so many seconds as the library writes it: `PT1H30M`.
pub(crate) fn iso(seconds: f64) -> String {
    let mut rest = seconds.round() as u64;
    let mut text = String::from("P");
    let days = rest / 86_400;
    rest %= 86_400;
    if days > 0 {
        text.push_str(&format!("{days}D"));
    }
    if rest > 0 || days == 0 {
        text.push('T');
        for (unit, letter) in [(3600, 'H'), (60, 'M')] {
            if rest >= unit {
                text.push_str(&format!("{}{letter}", rest / unit));
                rest %= unit;
            }
        }
        if rest > 0 || text.ends_with('T') {
            text.push_str(&format!("{rest}S"));
        }
    }
    text
}

/// True when what `path` makes is what `other` would make, from arguments that [`argument`] knows.
pub(super) fn stands_for(path: &str, other: &str) -> bool {
    let is_constant = || path.rsplit_once('.').is_some_and(|it| it.0 == other) && plain(path).is_some();
    (path == "aws-ec2.InstanceType.of" && other == "aws-ec2.InstanceType") || is_constant()
}

/// Gives the type of an instance (`m5.nano`, `db.m5.nano`) the size that is said beside the family.
pub(super) fn resize<'a>(node: &mut Node, size: &Cursor<'a>, lowering: &Lowering<'a>) {
    let size = match size {
        Cursor::Value(at) => lowering.made(*at).and_then(|it| constant(&it.path)?.as_str()),
        Cursor::Made(_) | Cursor::Absent | Cursor::Unknown => None,
    };
    node.value = match (node.as_str().and_then(|it| it.rsplit_once('.')), size) {
        (Some((family, _)), Some(size)) => {
            Known::Scalar(Scalar { text: format!("{family}.{size}").into(), plain: false })
        }
        _ => Known::Unknown,
    };
}

/// The property that the family at `class` (`aws-ec2.InstanceClass.M5`) makes, of some size, after samples of what others make:
/// they show what goes before it, such as `db.`.
pub(super) fn instance_type(samples: &Map<String, Value>, class: &str, span: Span) -> Node {
    if let Some(sample) = samples.get(class).and_then(Value::as_str) {
        return Node::text(sample, span);
    }
    let before = samples.iter().find_map(|(path, sample)| {
        let sample = sample.as_str()?;
        sample.split_once(&format!("{}.", family_of(path)?)).map(|it| it.0)
    });
    match (before, family_of(class)) {
        (Some(before), Some(family)) => Node::text(format!("{before}{family}.size"), span),
        _ => Node::unknown(span),
    }
}

/// The family that a constant of `InstanceClass` stands for.
fn family_of(path: &str) -> Option<SmolStr> {
    let word = constant(path)?.as_str()?;
    let Some(nickname) = NICKNAMES.iter().find(|it| word.starts_with(**it)) else { return Some(word.into()) };
    let letter = match *nickname {
        "burstable" => 't',
        "compute" => 'c',
        "memory" => 'r',
        "standard" => 'm',
        _ => return None,
    };
    // `burstable3-amd` is one that goes by no rule.
    let number = &word[nickname.len()..];
    number.bytes().all(|it| it.is_ascii_digit()).then(|| format_smolstr!("{letter}{number}"))
}

/// Families of instances that go by another name than their own.
const NICKNAMES: &[&str] =
    &["burstable", "compute", "graphics", "inference", "io", "memory", "parallel", "standard", "storage"];

/// An argument that stands in no one place.
pub(super) fn argument<'a>(lowering: &Lowering<'a>, made: &Made<'a>, index: usize) -> Option<Node> {
    if made.path != "aws-ec2.InstanceType.of" || index > 0 {
        // A constant of a class is made by its first argument.
        let value = plain(&made.path).filter(|_| made.arguments.is_empty())?;
        let span = made.at.span();
        return Some(if index == 0 { Node { value, span } } else { Node::unknown(span) });
    }
    let word = |index| {
        let constant = lowering.made(made.argument(index)?)?;
        self::constant(&constant.path)?.as_str()
    };
    let span = made.at.span();
    Some(match (word(0), word(1)) {
        (Some(class), Some(size)) if !NICKNAMES.iter().any(|it| class.starts_with(it)) => {
            Node::text(format!("{class}.{size}"), span)
        }
        _ => Node::unknown(span),
    })
}

/// The enums and classes that have constants.
#[cfg(test)]
pub(super) fn types() -> impl Iterator<Item = &'static str> {
    TYPES.names()
}
