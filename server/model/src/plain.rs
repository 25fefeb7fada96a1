//! What YAML 1.1 makes of text without quotes.

use smol_str::{SmolStr, format_smolstr};
use std::fmt;

/// What CloudFormation takes plain text for, when that is something else than the text.
///
/// CloudFormation reads YAML 1.1 and hands everything on as text, written anew: `yes` becomes `true`, `010` becomes `8`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// `yes`, `no`, `on` and `off`.
    Bool(bool),
    /// A number in base 8: digits up to 7, with a zero in front.
    Octal(SmolStr),
    /// A number that loses the zeros in front of it. With many digits it comes out in scientific notation.
    LeadingZero,
    /// Minutes and seconds: `22:22`.
    Sexagesimal(SmolStr),
    /// A decimal number that loses the zeros at its end.
    Decimal(SmolStr),
}

impl Reading {
    /// What plain `text` is read as; `None` when it stays what it is.
    pub fn of(text: &str) -> Option<Reading> {
        match text {
            "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Some(Reading::Bool(true)),
            "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Some(Reading::Bool(false)),
            _ => {}
        }
        let is_digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        if is_digits(text) && text.starts_with('0') && text.len() > 1 {
            return Some(match i128::from_str_radix(text, 8) {
                Ok(value) => Reading::Octal(format_smolstr!("{value}")),
                Err(_) => Reading::LeadingZero,
            });
        }
        if let Some((whole, fraction)) = text.split_once('.') {
            let trimmed = fraction.trim_end_matches('0');
            let is_cut = is_digits(whole) && is_digits(fraction) && fraction.len() > trimmed.len().max(1);
            // Longer numbers are not written in full anyway.
            return (is_cut && text.len() < 9).then(|| {
                Reading::Decimal(format_smolstr!("{}.{}", whole, if trimmed.is_empty() { "0" } else { trimmed }))
            });
        }
        Reading::sexagesimal(text)
    }

    fn sexagesimal(text: &str) -> Option<Reading> {
        let mut parts = text.split(':');
        let first = parts.next()?;
        let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        if first.len() == text.len() || !is_number(first) || first.starts_with('0') {
            return None;
        }
        let mut value: u64 = first.parse().ok()?;
        for part in parts {
            let digit = part.parse().ok().filter(|it| is_number(part) && part.len() <= 2 && *it < 60_u64)?;
            value = value.checked_mul(60)?.checked_add(digit)?;
        }
        Some(Reading::Sexagesimal(format_smolstr!("{value}")))
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reading::Bool(value) => write!(f, "the boolean `{value}`"),
            Reading::Octal(value) => write!(f, "the octal number {value}"),
            Reading::LeadingZero => f.write_str("a number that loses its zero"),
            Reading::Sexagesimal(value) => write!(f, "{value}, a number to the base of 60"),
            Reading::Decimal(value) => write!(f, "the number `{value}`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Reading;

    #[test]
    fn plain_text_is_read_as_yaml_1_1_says() {
        let read = |text| Reading::of(text).map(|it| it.to_string());
        for (text, expected) in [
            ("012345670123", "the octal number 1402433619"),
            ("0755", "the octal number 493"),
            ("012345678901", "a number that loses its zero"),
            ("1:30", "90, a number to the base of 60"),
            ("22:22", "1342, a number to the base of 60"),
            ("3.10", "the number `3.1`"),
            ("5.00", "the number `5.0`"),
            ("Yes", "the boolean `true`"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "0",
            "10",
            "1.1",
            "1.0",
            "5.7.10",
            "80:80",
            "05:30",
            "22:60",
            "1:2:",
            ":1",
            "2010-09-09",
            "y",
            "n",
            "true",
            "1.",
            ".10",
            "",
            "99999999999999999999:1",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
