//! Known texts and numbers, and what the language computes with them.

use std::ops::Range;

/// Texts that are longer than this are not made.
pub(super) const MAX_TEXT: usize = 20_000;

/// A value that is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Known {
    Text(String),
    Number(f64),
    Bool(bool),
    Null,
    Undefined,
    Texts(Vec<String>),
}

impl Known {
    /// As `String(value)` writes it. What is not there has no text: whoever puts it into one did not mean to.
    pub(super) fn to_text(&self) -> Option<String> {
        match self {
            Known::Text(text) => Some(text.clone()),
            Known::Number(number) => digits(*number),
            Known::Bool(it) => Some(it.to_string()),
            Known::Null | Known::Undefined | Known::Texts(_) => None,
        }
    }

    /// As `Number(value)` reads it, when that is a number.
    pub(super) fn to_number(&self) -> Option<f64> {
        match self {
            Known::Text(text) if text.trim().is_empty() => Some(0.0),
            Known::Text(text) => decimal(text.trim()),
            Known::Number(number) => Some(*number),
            Known::Bool(it) => Some(f64::from(u8::from(*it))),
            Known::Null => Some(0.0),
            Known::Undefined | Known::Texts(_) => None,
        }
    }

    /// The sum of two numbers, or two texts in a row.
    pub(super) fn plus(self, other: Known) -> Option<Known> {
        Some(match (self, other) {
            (Known::Number(left), Known::Number(right)) => Known::Number(left + right),
            (Known::Text(left), right) => Known::Text(left + &right.to_text()?),
            (left, Known::Text(right)) => Known::Text(left.to_text()? + &right),
            _ => return None,
        })
    }

    /// What `method`, called on it, gives.
    pub(super) fn call(&self, method: &str, arguments: &[Known]) -> Option<Known> {
        match self {
            Known::Text(text) => call_of_text(text, method, arguments),
            Known::Number(_) | Known::Bool(_) if method == "toString" && arguments.is_empty() => {
                self.to_text().map(Known::Text)
            }
            _ => None,
        }
    }
}

/// True for the methods of texts and numbers that are known.
pub(super) fn is_method(name: &str) -> bool {
    matches!(
        name,
        "at" | "charAt"
            | "concat"
            | "endsWith"
            | "includes"
            | "indexOf"
            | "padEnd"
            | "padStart"
            | "repeat"
            | "replace"
            | "replaceAll"
            | "slice"
            | "split"
            | "startsWith"
            | "substr"
            | "substring"
            | "toLowerCase"
            | "toString"
            | "toUpperCase"
            | "trim"
            | "trimEnd"
            | "trimStart"
            | "valueOf"
    )
}

fn call_of_text(text: &str, method: &str, arguments: &[Known]) -> Option<Known> {
    let argument = |index: usize| match arguments.get(index) {
        Some(Known::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let one = || argument(0).filter(|_| arguments.len() == 1);
    let plain = |text: &str| Some(Known::Text(text.to_owned()));
    let is_space = |it: char| it.is_whitespace() || it == '\u{feff}';
    match (method, arguments.len()) {
        ("toLowerCase", 0) => Some(Known::Text(text.to_lowercase())),
        ("toUpperCase", 0) => Some(Known::Text(text.to_uppercase())),
        ("toString" | "valueOf", 0) => plain(text),
        ("trim", 0) => plain(text.trim_matches(is_space)),
        ("trimStart", 0) => plain(text.trim_start_matches(is_space)),
        ("trimEnd", 0) => plain(text.trim_end_matches(is_space)),
        ("startsWith", 1) => Some(Known::Bool(text.starts_with(one()?))),
        ("endsWith", 1) => Some(Known::Bool(text.ends_with(one()?))),
        ("includes", 1) => Some(Known::Bool(text.contains(one()?))),
        ("indexOf", 1) => {
            let index = text.find(one()?).map(|it| text[..it].encode_utf16().count());
            Some(Known::Number(index.map_or(-1.0, |it| it as f64)))
        }
        ("concat", _) => {
            let mut out = text.to_owned();
            for it in arguments {
                out.push_str(&it.to_text()?);
            }
            Some(Known::Text(out))
        }
        ("replace" | "replaceAll", 2) => {
            let (from, to) = (argument(0)?, argument(1)?);
            // An empty text is everywhere, and a dollar sign stands for what was found.
            if from.is_empty() || to.contains('$') {
                return None;
            }
            Some(Known::Text(if method == "replace" { text.replacen(from, to, 1) } else { text.replace(from, to) }))
        }
        ("split", 1) => match one()? {
            "" => None,
            separator => Some(Known::Texts(text.split(separator).map(str::to_owned).collect())),
        },
        ("repeat", 1) => {
            let times = index_of(arguments.first())?;
            if times < 0.0 || times * text.len() as f64 > MAX_TEXT as f64 {
                return None;
            }
            Some(Known::Text(text.repeat(times as usize)))
        }
        ("padStart" | "padEnd", 1 | 2) => {
            let fill = if arguments.len() == 2 { argument(1)? } else { " " };
            let length = index_of(arguments.first())?;
            if fill.is_empty() || !text.is_ascii() || !fill.is_ascii() || length > MAX_TEXT as f64 {
                return None;
            }
            let missing = (length.max(0.0) as usize).saturating_sub(text.len());
            let padding: String = fill.chars().cycle().take(missing).collect();
            Some(Known::Text(if method == "padStart" { padding + text } else { text.to_owned() + &padding }))
        }
        ("slice" | "substring" | "substr" | "charAt" | "at", _) => part_of_text(text, method, arguments),
        _ => None,
    }
}

/// The parts of a text that are named by the numbers of its units.
fn part_of_text(text: &str, method: &str, arguments: &[Known]) -> Option<Known> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = units.len() as f64;
    let start = index_of(arguments.first())?;
    let range = match (method, arguments.len()) {
        ("slice", 0..=2) => range(arguments, units.len())?,
        ("substring", 1..=2) => {
            let end = if arguments.len() == 2 { index_of(arguments.get(1))? } else { length };
            let (start, end) = (start.clamp(0.0, length), end.clamp(0.0, length));
            start.min(end) as usize..start.max(end) as usize
        }
        ("substr", 1..=2) => {
            let start = if start < 0.0 { (start + length).max(0.0) } else { start.min(length) };
            let count = if arguments.len() == 2 { index_of(arguments.get(1))? } else { length };
            start as usize..(start + count.max(0.0)).min(length) as usize
        }
        ("charAt" | "at", 0..=1) => {
            let start = if start < 0.0 && method == "at" { start + length } else { start };
            if !(0.0..length).contains(&start) {
                return Some(if method == "at" { Known::Undefined } else { Known::Text(String::new()) });
            }
            start as usize..start as usize + 1
        }
        _ => return None,
    };
    // Half of a character is none.
    String::from_utf16(units.get(range)?).ok().map(Known::Text)
}

/// What `slice` with these arguments takes of so many items.
pub(super) fn range(arguments: &[Known], length: usize) -> Option<Range<usize>> {
    let length = length as f64;
    let place = |index: f64| if index < 0.0 { (index + length).max(0.0) } else { index.min(length) };
    let start = place(index_of(arguments.first())?);
    let end = match arguments.get(1) {
        None | Some(Known::Undefined) => length,
        end => place(index_of(end)?),
    };
    Some(start as usize..end.max(start) as usize)
}

/// A whole number; 0 where there is none.
fn index_of(argument: Option<&Known>) -> Option<f64> {
    match argument {
        None | Some(Known::Undefined) => Some(0.0),
        Some(Known::Number(number)) => Some(number.trunc()),
        Some(_) => None,
    }
}

/// A number as the language writes it, where it does so without an exponent.
pub(crate) fn digits(number: f64) -> Option<String> {
    if number == 0.0 {
        return Some("0".to_owned());
    }
    (number.is_finite() && (1e-6..1e21).contains(&number.abs())).then(|| number.to_string())
}

/// The number that a text in decimal digits says.
fn decimal(text: &str) -> Option<f64> {
    let is_number = text.bytes().any(|it| it.is_ascii_digit())
        && text.bytes().all(|it| it.is_ascii_digit() || matches!(it, b'.' | b'-' | b'+' | b'e' | b'E'));
    text.parse().ok().filter(|_| is_number)
}

/// `parseInt(text)`, to the base of ten.
pub(super) fn parse_int(arguments: &[Known]) -> Option<Known> {
    let text = match arguments {
        [text] => text.to_text()?,
        [text, Known::Number(base)] if *base == 10.0 => text.to_text()?,
        _ => return None,
    };
    let text = text.trim_start();
    let sign = usize::from(text.starts_with(['-', '+']));
    let digits = text[sign..].bytes().take_while(u8::is_ascii_digit).count();
    // `0x` says another base.
    if digits == 0 || text[sign..].get(..2).is_some_and(|it| it.eq_ignore_ascii_case("0x")) {
        return None;
    }
    text[..sign + digits].parse().ok().map(Known::Number)
}

pub(super) fn parse_float(text: &str) -> Option<Known> {
    decimal(text.trim()).map(Known::Number)
}

/// A function of `Math`.
pub(super) fn math(function: &str, numbers: &[f64]) -> Option<f64> {
    match (function, numbers) {
        ("min", [_, ..]) => Some(numbers.iter().copied().fold(f64::INFINITY, f64::min)),
        ("max", [_, ..]) => Some(numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
        ("floor", [it]) => Some(it.floor()),
        ("ceil", [it]) => Some(it.ceil()),
        ("round", [it]) => Some((it + 0.5).floor()),
        ("trunc", [it]) => Some(it.trunc()),
        ("abs", [it]) => Some(it.abs()),
        ("pow", [base, exponent]) => Some(base.powf(*exponent)),
        _ => None,
    }
}
