//! The signs and literals of the language.

use crate::ast::{Arithmetic, Operator};
use model::SmolStr;

/// True for the signs between two values that are followed.
pub(super) fn is_followed(sign: &str) -> bool {
    matches!(sign, "??" | "||" | "&&" | "+") || operator(sign).is_some() || arithmetic(sign).is_some()
}

pub(super) fn arithmetic(sign: &str) -> Option<Arithmetic> {
    Some(match sign {
        "-" => Arithmetic::Minus,
        "*" => Arithmetic::Times,
        "/" => Arithmetic::Divide,
        "%" => Arithmetic::Remainder,
        "**" => Arithmetic::Power,
        _ => return None,
    })
}

pub(super) fn operator(sign: &str) -> Option<Operator> {
    Some(match sign {
        "===" | "==" => Operator::Equal,
        "!==" | "!=" => Operator::Unequal,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        _ => return None,
    })
}

/// Digits without separators, other bases as decimal.
pub(super) fn number(text: &str) -> SmolStr {
    let digits = text.replace('_', "");
    let radix = |digits: &str, radix| i64::from_str_radix(digits, radix).ok().map(|it| it.to_string());
    let lower = digits.to_ascii_lowercase();
    let value = if let Some(it) = lower.strip_prefix("0x") {
        radix(it, 16)
    } else if let Some(it) = lower.strip_prefix("0b") {
        radix(it, 2)
    } else if let Some(it) = lower.strip_prefix("0o") {
        radix(it, 8)
    } else {
        None
    };
    value.unwrap_or(digits).into()
}

/// The character that an escape sequence stands for.
pub(super) fn unescape(raw: &str) -> String {
    let body = raw.strip_prefix('\\').unwrap_or(raw);
    let code = |digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).map(String::from);
    let value = match body.chars().next() {
        Some('n') => Some("\n".to_owned()),
        Some('t') => Some("\t".to_owned()),
        Some('r') => Some("\r".to_owned()),
        Some('b') => Some("\u{8}".to_owned()),
        Some('f') => Some("\u{c}".to_owned()),
        Some('v') => Some("\u{b}".to_owned()),
        Some('0') if body.len() == 1 => Some("\0".to_owned()),
        Some('x') => code(&body[1..]),
        Some('u') => code(body[1..].trim_start_matches('{').trim_end_matches('}')),
        Some('\n' | '\r') => Some(String::new()),
        _ => None,
    };
    value.unwrap_or_else(|| body.to_owned())
}
