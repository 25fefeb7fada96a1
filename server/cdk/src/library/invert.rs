//! From a property back to the prop that decides it.

use super::read::{Class, Effect, Function, Row};
use super::{path, value};
use model::Literal;
use serde_json::Value;

/// How the value of a prop is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Words {
    /// As the property's.
    Same,
    Bool(bool),
    Number(String),
    /// A constant of the library: `aws-kms.KeySpec.RSA_2048`.
    Constant(String),
    /// A function of the library, applied to a number.
    Call(String, String),
    /// The construct whose resource has this key.
    Construct(String),
}

/// The rows that decide the property at `path` of a resource, or something below it, by props that are members of objects
/// and nothing else.
pub(crate) fn rows<'c>(class: &'c Class, resource: usize, path: &str) -> impl Iterator<Item = (&'c Row, &'c Function)> {
    let effects = class.rows.iter().flat_map(|row| row.set.iter().map(move |it| (row, it)));
    effects.filter_map(move |(row, Effect(of, target, function))| {
        let below = target.strip_prefix(path).is_some_and(|it| it.is_empty() || it.starts_with(['.', '[']));
        let is_plain = !row.prop.is_empty() && !row.prop.contains(['[', '{', '(']);
        (*of == resource && below && is_plain).then_some((row, function))
    })
}

/// How a prop is written for the property at `path` to be `value`, where `function` makes the one of the other.
pub(crate) fn words(
    class: &Class,
    resource: usize,
    path: &str,
    function: &Function,
    wanted: &Literal,
) -> Option<Words> {
    let number = || match wanted {
        Literal::Number(it) => Some(it.to_string()),
        Literal::Text(it) => it.parse::<f64>().is_ok().then(|| it.to_string()),
        _ => None,
    };
    Some(match function {
        Function::Same => Words::Same,
        Function::Text => Words::Number(number()?),
        Function::Map(map) => {
            let by_default = default(class, resource, path);
            let fits = |it: &Value| match it.get("$keep") {
                Some(_) => by_default.is_some_and(|it| equals(it, wanted)),
                None => equals(it, wanted),
            };
            let (key, _) = map.iter().find(|(_, it)| fits(it))?;
            match key.as_str() {
                "true" => Words::Bool(true),
                "false" => Words::Bool(false),
                constant if constant.contains('.') => Words::Constant(constant.to_owned()),
                _ => return None,
            }
        }
        Function::Duration(unit, _) => {
            let unit = match unit.as_str() {
                "milliseconds" => "millis",
                unit @ ("seconds" | "minutes" | "hours" | "days") => unit,
                _ => return None,
            };
            Words::Call(format!("core.Duration.{unit}"), number()?)
        }
        Function::Size(unit, _) => {
            let unit = match unit.as_str() {
                "KiB" => "kibibytes",
                "MiB" => "mebibytes",
                "GiB" => "gibibytes",
                _ => return None,
            };
            Words::Call(format!("core.Size.{unit}"), number()?)
        }
        Function::Enum(field, _) => {
            let module = class.name.split('.').next()?;
            Words::Constant(value::constant_that_is(module, |it| {
                let it = field.as_ref().map_or(Some(it), |field| it.get(field));
                it.is_some_and(|it| equals(it, wanted))
            })?)
        }
        Function::Ref(attribute) => match wanted {
            Literal::Ref(key) if attribute == "Ref" => Words::Construct(key.to_string()),
            Literal::GetAtt(key, name) if *attribute == name.as_str() => Words::Construct(key.to_string()),
            _ => return None,
        },
        Function::Linear(..) | Function::Template(_) | Function::Const(_) | Function::JsonText | Function::Unknown => {
            return None;
        }
    })
}

/// What the property at `path` is when no prop says anything.
fn default<'c>(class: &'c Class, resource: usize, path: &str) -> Option<&'c Value> {
    let resource = class.resources.get(resource)?;
    let (mut at, path) = match path.strip_prefix('@') {
        Some(path) => (&resource.attributes, path),
        None => (&resource.properties, path),
    };
    for step in path::steps(path) {
        let path::Step::Name(name) = step else { return None };
        at = at.get(&*path::plain(name))?;
    }
    Some(at)
}

fn equals(json: &Value, wanted: &Literal) -> bool {
    match (json, wanted) {
        (Value::Bool(a), Literal::Bool(b)) => a == b,
        (Value::String(a), Literal::Text(b)) => a == b.as_str(),
        (Value::Number(a), Literal::Number(b)) => a.as_i64() == Some(*b),
        (Value::Number(a), Literal::Text(b)) => a.to_string() == b.as_str(),
        (Value::Object(a), Literal::Map(b)) => {
            a.len() == b.len() && b.iter().all(|(name, it)| a.get(name).is_some_and(|a| equals(a, it)))
        }
        _ => false,
    }
}
