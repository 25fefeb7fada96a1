//! Types of TypeScript, as far as refactors write them out: those of the library from its table, those of the program by
//! their names.

use super::names::source;
use model::SmolStr;
use rustc_hash::FxHashMap;
use schema::packed::Packed;
use std::sync::OnceLock;
use syntax::typescript::Node;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Number,
    Bool,
    Any,
    /// A class, interface or enum of the library.
    Library(SmolStr),
    /// One that the program declares or imports, by its name there.
    Own(String),
    List(Box<Type>),
    Map(Box<Type>),
    Either(Vec<Type>),
    /// The type of an object that is written out: its members, and which of them may be missing.
    Object(Vec<(String, Typed)>),
    /// Anything else, in the words of the program, which mean the same everywhere in the file.
    Written(String),
}

/// A type, and whether it may be undefined beside that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) ty: Type,
    pub(super) optional: bool,
}

impl From<Type> for Typed {
    fn from(ty: Type) -> Typed {
        Typed { ty, optional: false }
    }
}

impl Typed {
    /// The same, which may be undefined where `optional` says so.
    pub(super) fn or_undefined(self, optional: bool) -> Typed {
        Typed { optional: self.optional || optional, ..self }
    }

    /// What a value is that is one or the other.
    pub(super) fn join(self, other: Typed) -> Typed {
        let optional = self.optional || other.optional;
        Typed { ty: self.ty.join(other.ty), optional }
    }
}

impl Type {
    fn join(self, other: Type) -> Type {
        match (self, other) {
            (a, b) if a == b => a,
            (Type::Any, _) | (_, Type::Any) => Type::Any,
            (Type::Library(a), Type::Library(b)) if extends(&a, &b) => Type::Library(b),
            (Type::Library(a), Type::Library(b)) if extends(&b, &a) => Type::Library(a),
            (Type::Either(mut all), other) => {
                if !all.contains(&other) {
                    all.push(other);
                }
                Type::Either(all)
            }
            (a, b) => Type::Either(vec![a, b]),
        }
    }

    /// The type in TypeScript, where `library` names the library's.
    pub(super) fn render(&self, library: &mut dyn FnMut(&str) -> Option<String>) -> Option<String> {
        Some(match self {
            Type::Text => "string".to_owned(),
            Type::Number => "number".to_owned(),
            Type::Bool => "boolean".to_owned(),
            Type::Any => "any".to_owned(),
            Type::Library(path) => library(path)?,
            Type::Own(name) | Type::Written(name) => name.clone(),
            Type::List(item) => {
                let text = item.render(library)?;
                let is_simple = !matches!(**item, Type::Either(_) | Type::Written(_));
                if is_simple { format!("{text}[]") } else { format!("({text})[]") }
            }
            Type::Map(item) => format!("{{ [key: string]: {} }}", item.render(library)?),
            Type::Either(all) => {
                let all: Option<Vec<String>> = all.iter().map(|it| it.render(library)).collect();
                all?.join(" | ")
            }
            Type::Object(members) => {
                let mut out = Vec::new();
                for (name, typed) in members {
                    let sign = if typed.optional { "?" } else { "" };
                    out.push(format!("{name}{sign}: {}", typed.ty.render(library)?));
                }
                format!("{{ {} }}", out.join("; "))
            }
        })
    }
}

/// A type of the library, as its line has it.
#[derive(Debug, Default)]
struct Declared {
    is_enum: bool,
    bases: Vec<&'static str>,
    /// By what the line calls them: `.` before statics, `()` behind methods.
    members: FxHashMap<&'static str, (&'static str, bool)>,
}

/// The types of a module, by name.
type Module = FxHashMap<&'static str, Declared>;

/// What is asked of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask<'n> {
    Property(&'n str),
    Method(&'n str),
    Static(&'n str),
    StaticMethod(&'n str),
}

/// The type of a member of a type of the library, or what a method of it returns.
pub(super) fn library_member(path: &str, ask: Ask<'_>) -> Option<Typed> {
    let name = match ask {
        Ask::Property(name) => name.to_owned(),
        Ask::Method(name) => format!("{name}()"),
        Ask::Static(name) => format!(".{name}"),
        Ask::StaticMethod(name) => format!(".{name}()"),
    };
    let mut todo = vec![path.to_owned()];
    for _ in 0..MAX_BASES {
        let path = todo.pop()?;
        let (plain, declared) = (is_plain(&path), declared(&path));
        if let Some(declared) = declared {
            if let Some((ty, optional)) = declared.members.get(&*name) {
                return Some(Typed { ty: parse(ty)?, optional: *optional });
            }
            if declared.is_enum && matches!(ask, Ask::Static(_)) {
                return Some(Type::Library(path.into()).into());
            }
            todo.extend(declared.bases.iter().rev().map(|it| (*it).to_owned()));
        }
        if plain {
            // What is not listed is text.
            if matches!(ask, Ask::Property(name) if name.starts_with("attr")) {
                return Some(Type::Text.into());
            }
            todo.push("core.CfnResource".to_owned());
        }
    }
    None
}

/// More classes and interfaces than any type of the library extends.
const MAX_BASES: usize = 200;

/// True for a type of the library that is known.
pub(super) fn is_known(path: &str) -> bool {
    is_plain(path) || declared(path).is_some()
}

/// True where `path` is `base`, or extends it.
pub(super) fn extends(path: &str, base: &str) -> bool {
    let mut todo = vec![path];
    for _ in 0..MAX_BASES {
        let Some(path) = todo.pop() else { return false };
        if path == base {
            return true;
        }
        todo.extend(declared(path).into_iter().flat_map(|it| it.bases.iter().copied()));
        if is_plain(path) {
            todo.push("core.CfnResource");
        }
    }
    false
}

/// True for a plain resource: `aws-s3.CfnBucket`.
fn is_plain(path: &str) -> bool {
    path.split_once('.').is_some_and(|(module, name)| {
        let rest = name.strip_prefix("Cfn").unwrap_or_default();
        module.starts_with("aws-") && rest.starts_with(char::is_uppercase) && !name.contains('.')
    })
}

fn declared(path: &str) -> Option<&'static Declared> {
    static MODULES: OnceLock<(Packed, Vec<OnceLock<Module>>)> = OnceLock::new();
    let (packed, modules) = MODULES.get_or_init(|| {
        let packed = Packed::open(include_bytes!(concat!(env!("OUT_DIR"), "/types.bin")));
        let modules = packed.names().map(|_| OnceLock::new()).collect();
        (packed, modules)
    });
    let (module, name) = path.split_once('.')?;
    let position = packed.position(module)?;
    let types = modules[position].get_or_init(|| {
        let text = packed.unpack(position).and_then(|it| String::from_utf8(it).ok()).unwrap_or_default();
        // What is read of it refers to the text: both stay for as long as the process.
        let text: &'static str = text.leak();
        text.lines().filter_map(read).collect()
    });
    types.get(name)
}

fn read(line: &'static str) -> Option<(&'static str, Declared)> {
    let mut words = line.split(' ');
    let name = words.next()?;
    let mut declared = Declared::default();
    for word in words {
        if let Some(base) = word.strip_prefix('<') {
            declared.bases.push(base);
        } else if let Some((name, ty)) = word.split_once(':') {
            let required = name.strip_suffix('?');
            declared.members.insert(required.unwrap_or(name), (ty, required.is_some()));
        } else {
            declared.is_enum |= word == "=";
        }
    }
    Some((name, declared))
}

/// A type in the signs of the table.
fn parse(text: &str) -> Option<Type> {
    let inner = |open, close| text.strip_prefix(open)?.strip_suffix(close);
    if let Some(item) = inner('[', ']') {
        return Some(Type::List(Box::new(parse(item)?)));
    }
    if let Some(item) = inner('{', '}') {
        return Some(Type::Map(Box::new(parse(item)?)));
    }
    if text.contains('|') {
        // Alternatives that have alternatives in them are not told apart here.
        let all: Option<Vec<Type>> = text.split('|').map(parse).collect();
        return all.map(Type::Either);
    }
    match text {
        "s" => Some(Type::Text),
        "n" => Some(Type::Number),
        "b" => Some(Type::Bool),
        "a" => Some(Type::Any),
        // How a reference to another resource looks like has no name that programs import.
        _ if text.starts_with("interfaces.") && text.matches('.').count() > 1 => None,
        _ if text.contains(['[', ']', '{', '}']) => None,
        _ => Some(Type::Library(text.into())),
    }
}

/// What a text or a list says of itself.
pub(super) fn builtin(ty: &Type, ask: Ask<'_>) -> Option<Type> {
    const SAME: [&str; 6] = ["slice", "filter", "concat", "reverse", "sort", "flat"];
    const TEXTS: [&str; 19] = [
        "toLowerCase",
        "toUpperCase",
        "trim",
        "trimStart",
        "trimEnd",
        "replace",
        "replaceAll",
        "substring",
        "substr",
        "slice",
        "concat",
        "padStart",
        "padEnd",
        "repeat",
        "charAt",
        "toString",
        "normalize",
        "toLocaleLowerCase",
        "toLocaleUpperCase",
    ];
    match (ty, ask) {
        (Type::Text | Type::List(_), Ask::Property("length")) => Some(Type::Number),
        (Type::Text | Type::List(_), Ask::Method("includes" | "startsWith" | "endsWith" | "some" | "every")) => {
            Some(Type::Bool)
        }
        (Type::Text | Type::List(_), Ask::Method("indexOf" | "lastIndexOf")) => Some(Type::Number),
        (Type::Text, Ask::Method("split")) => Some(Type::List(Box::new(Type::Text))),
        (Type::Text, Ask::Method(name)) if TEXTS.contains(&name) => Some(Type::Text),
        (Type::Number, Ask::Method("toString" | "toFixed")) | (Type::List(_), Ask::Method("join")) => Some(Type::Text),
        (Type::List(_), Ask::Method(name)) if SAME.contains(&name) && name != "flat" => Some(ty.clone()),
        _ => None,
    }
}

/// The words of a type annotation (`: T`), without the colon.
pub(super) fn annotation<'r>(node: Node<'r>) -> Option<Node<'r>> {
    let node = node.child_by_field_name("type").or_else(|| node.child_by_field_name("return_type"))?;
    if node.kind() == "type_annotation" { node.named_child(0) } else { Some(node) }
}

/// True for the words of a type that says "nothing".
pub(super) fn is_nothing(text: &str, node: Node<'_>) -> bool {
    matches!(source(text, node), "undefined" | "null")
}
