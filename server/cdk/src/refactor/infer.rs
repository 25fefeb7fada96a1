//! The types of expressions: from annotations, from what is made with `new`, from what the library declares, from literals.
//!
//! What none of these says is not known; a refactor that would have to write it is not offered.

use super::names::{Names, around, children, is_class, source};
use super::types::{Ask, Type, Typed, annotation, builtin, is_known, is_nothing, library_member};
use crate::imports::{Imports, member};
use model::SmolStr;
use syntax::typescript::Node;

/// No expression needs more steps from a use to what it is made of.
const MAX_DEPTH: u32 = 40;

/// Finds types in a file.
pub(super) struct Types<'r> {
    pub(super) text: &'r str,
    pub(super) root: Node<'r>,
    pub(super) imports: &'r Imports,
    pub(super) names: &'r Names<'r>,
    /// The class that `this` is of.
    pub(super) class: Node<'r>,
}

impl<'r> Types<'r> {
    /// The type of what an expression gives.
    pub(super) fn of(&self, node: Node<'r>) -> Option<Typed> {
        self.expression(node, 0)
    }

    /// The type of what a name holds that is declared at `name`.
    pub(super) fn of_declared(&self, name: Node<'r>) -> Option<Typed> {
        self.binding(name, 0)
    }

    /// The type of a field of the class that `this` is of.
    pub(super) fn of_field(&self, name: &str) -> Option<Typed> {
        self.class_member(self.class, Ask::Property(name), 0)
    }

    /// The path in the library that an expression names: `aws-s3.Bucket`.
    pub(super) fn library_path(&self, node: Node<'r>) -> Option<SmolStr> {
        match node.kind() {
            "identifier" | "type_identifier" => {
                let is_import = self.names.declared(node).is_none_or(|it| it.is_global());
                self.imports.get(source(self.text, node)).filter(|_| is_import).cloned()
            }
            "member_expression" => {
                let object = self.library_path(node.child_by_field_name("object")?)?;
                Some(member(&object, source(self.text, node.child_by_field_name("property")?)))
            }
            "nested_type_identifier" => {
                let module = self.library_path(node.child_by_field_name("module")?)?;
                Some(member(&module, source(self.text, node.child_by_field_name("name")?)))
            }
            "nested_identifier" => {
                let object = self.library_path(node.child_by_field_name("object")?)?;
                Some(member(&object, source(self.text, node.child_by_field_name("property")?)))
            }
            _ => None,
        }
    }

    fn expression(&self, node: Node<'r>, depth: u32) -> Option<Typed> {
        if depth > MAX_DEPTH {
            return None;
        }
        let field = |name| node.child_by_field_name(name);
        let operand = |name| self.expression(field(name)?, depth + 1);
        match node.kind() {
            "string" | "template_string" => Some(Type::Text.into()),
            "number" => Some(Type::Number.into()),
            "true" | "false" => Some(Type::Bool.into()),
            "parenthesized_expression" => self.expression(node.named_child(0)?, depth + 1),
            "non_null_expression" => {
                Some(Typed { optional: false, ..self.expression(node.named_child(0)?, depth + 1)? })
            }
            "as_expression" => {
                let ty = children(node).into_iter().nth(1)?;
                self.annotated(ty)
            }
            "satisfies_expression" => self.expression(node.named_child(0)?, depth + 1),
            "identifier" | "shorthand_property_identifier" => {
                let declared = self.names.declared(node)?;
                self.binding(declared.name, depth + 1)
            }
            "this" => None,
            "new_expression" => self.made(node),
            "call_expression" => self.called(node, depth),
            "member_expression" => {
                let name = source(self.text, field("property")?);
                if let Some(it) = self.static_member(node, false) {
                    return Some(it);
                }
                let object = field("object")?;
                let optional = is_optional(node);
                if object.kind() == "this" {
                    return self.class_member(self.class, Ask::Property(name), depth + 1);
                }
                if source(self.text, object) == "process.env" {
                    return Some(Typed { ty: Type::Text, optional: true });
                }
                let object = self.expression(object, depth + 1)?;
                Some(self.member(&object.ty, Ask::Property(name), depth + 1)?.or_undefined(optional))
            }
            "subscript_expression" => {
                let object = field("object")?;
                if source(self.text, object) == "process.env" {
                    return Some(Typed { ty: Type::Text, optional: true });
                }
                match (self.expression(object, depth + 1)?.ty, field("index")?.kind()) {
                    (Type::List(item), "number") => Some((*item).into()),
                    (Type::Any, _) => Some(Type::Any.into()),
                    _ => None,
                }
            }
            "ternary_expression" => {
                let (then, other) = (field("consequence")?, field("alternative")?);
                match (is_nothing(self.text, then), is_nothing(self.text, other)) {
                    // `null` is not `undefined` to the compiler.
                    (true, true) => None,
                    (true, false) if source(self.text, then) == "undefined" => {
                        Some(operand("alternative")?.or_undefined(true))
                    }
                    (false, true) if source(self.text, other) == "undefined" => {
                        Some(operand("consequence")?.or_undefined(true))
                    }
                    (false, false) => Some(operand("consequence")?.join(operand("alternative")?)),
                    _ => None,
                }
            }
            "binary_expression" => {
                let operator = source(self.text, field("operator")?);
                match operator {
                    "==" | "===" | "!=" | "!==" | "<" | ">" | "<=" | ">=" | "in" | "instanceof" => {
                        Some(Type::Bool.into())
                    }
                    "-" | "*" | "/" | "%" | "**" => Some(Type::Number.into()),
                    "+" => {
                        let (left, right) = (operand("left"), operand("right"));
                        let is_text = |it: &Option<Typed>| it.as_ref().is_some_and(|it| it.ty == Type::Text);
                        if is_text(&left) || is_text(&right) {
                            return Some(Type::Text.into());
                        }
                        let is_number = |it: Option<Typed>| it.is_some_and(|it| it.ty == Type::Number);
                        (is_number(left) && is_number(right)).then(|| Type::Number.into())
                    }
                    "??" | "||" => {
                        let left = Typed { optional: false, ..operand("left")? };
                        if is_nothing(self.text, field("right")?) {
                            return (source(self.text, field("right")?) == "undefined")
                                .then(|| left.or_undefined(true));
                        }
                        Some(left.join(operand("right")?))
                    }
                    "&&" => match (operand("left")?, operand("right")?) {
                        (left, right) if left == right && left.ty == Type::Bool => Some(left),
                        _ => None,
                    },
                    _ => None,
                }
            }
            "unary_expression" => match source(self.text, field("operator")?) {
                "!" => Some(Type::Bool.into()),
                "-" | "+" => Some(Type::Number.into()),
                "typeof" => Some(Type::Text.into()),
                _ => None,
            },
            "array" => {
                let mut items = children(node).into_iter().map(|it| match it.kind() {
                    "spread_element" => match self.expression(it.named_child(0)?, depth + 1)?.ty {
                        Type::List(item) => Some((*item).into()),
                        _ => None,
                    },
                    _ => self.expression(it, depth + 1),
                });
                let first = items.next()??;
                let joined = items.try_fold(first, |all, it| Some(all.join(it?)))?;
                (!joined.optional).then(|| Type::List(Box::new(joined.ty)).into())
            }
            "object" => {
                let mut members = Vec::new();
                for it in children(node) {
                    let (key, value) = match it.kind() {
                        "pair" => (it.child_by_field_name("key")?, it.child_by_field_name("value")?),
                        "shorthand_property_identifier" => (it, it),
                        _ => return None,
                    };
                    if key.kind() == "computed_property_name" {
                        return None;
                    }
                    members.push((source(self.text, key).to_owned(), self.expression(value, depth + 1)?));
                }
                (!members.is_empty()).then(|| Type::Object(members).into())
            }
            _ => None,
        }
    }

    /// The type of what `new` makes.
    fn made(&self, node: Node<'r>) -> Option<Typed> {
        let class = node.child_by_field_name("constructor")?;
        if node.child_by_field_name("type_arguments").is_some() {
            return None;
        }
        match self.library_path(class) {
            Some(path) => is_known(&path).then(|| Type::Library(path).into()),
            None if class.kind() == "identifier" => {
                let declared = self.names.declared(class)?;
                let has_parameters =
                    declared.name.parent().is_some_and(|it| it.child_by_field_name("type_parameters").is_some());
                (declared.is_global() && !has_parameters).then(|| Type::Own(source(self.text, class).to_owned()).into())
            }
            None => None,
        }
    }

    fn called(&self, node: Node<'r>, depth: u32) -> Option<Typed> {
        let function = node.child_by_field_name("function")?;
        if function.kind() == "identifier" {
            let name = source(self.text, function);
            let Some(declared) = self.names.declared(function) else {
                return Some(
                    match name {
                        "String" => Type::Text,
                        "Number" | "parseInt" | "parseFloat" => Type::Number,
                        "Boolean" => Type::Bool,
                        "require" => Type::Any,
                        _ => return None,
                    }
                    .into(),
                );
            };
            return self.returned(declared.name);
        }
        if function.kind() != "member_expression" {
            return None;
        }
        if let Some(it) = self.static_member(function, true) {
            return Some(it);
        }
        let (object, name) = (function.child_by_field_name("object")?, function.child_by_field_name("property")?);
        let (name, optional) = (source(self.text, name), is_optional(function));
        if object.kind() == "this" {
            return self.class_member(self.class, Ask::Method(name), depth + 1);
        }
        if object.kind() == "identifier" && self.imports.get(source(self.text, object)).is_none() {
            let declared = self.names.declared(object);
            let known = match (source(self.text, object), name) {
                ("JSON", "stringify") => Some(Type::Text),
                ("JSON", "parse") => Some(Type::Any),
                ("Object", "keys") => Some(Type::List(Box::new(Type::Text))),
                ("Math", _) | ("Date", "now") => Some(Type::Number),
                _ => None,
            };
            if let (None, Some(known)) = (&declared, known) {
                return Some(known.into());
            }
            let is_path = declared.is_some_and(|it| matches!(self.imported_from(it.name), Some("path" | "node:path")));
            if is_path && matches!(name, "join" | "resolve" | "dirname" | "basename" | "normalize" | "relative") {
                return Some(Type::Text.into());
            }
        }
        let object = self.expression(object, depth + 1)?;
        Some(self.member(&object.ty, Ask::Method(name), depth + 1)?.or_undefined(optional))
    }

    /// The type of a static member of a class of the library, or what a static method returns.
    fn static_member(&self, node: Node<'r>, called: bool) -> Option<Typed> {
        let class = self.library_path(node.child_by_field_name("object")?)?;
        let name = source(self.text, node.child_by_field_name("property")?);
        library_member(&class, if called { Ask::StaticMethod(name) } else { Ask::Static(name) })
    }

    /// The module that a name is imported from.
    pub(super) fn imported_from(&self, name: Node<'r>) -> Option<&'r str> {
        let statement = around(name, &["import_statement"])?;
        let quoted = source(self.text, statement.child_by_field_name("source")?);
        Some(quoted.trim_matches(['\'', '"']))
    }

    /// What the function that is declared at `name` says that it returns.
    fn returned(&self, name: Node<'r>) -> Option<Typed> {
        let declaration = name.parent()?;
        let function = match declaration.kind() {
            "function_declaration" => declaration,
            "variable_declarator" => {
                declaration.child_by_field_name("value").filter(|it| it.kind() == "arrow_function")?
            }
            _ => return None,
        };
        if function.child_by_field_name("type_parameters").is_some() || is_async(function) {
            return None;
        }
        self.annotated(annotation(function)?)
    }

    /// The type of what the name at `name`, a declaration, holds.
    fn binding(&self, name: Node<'r>, depth: u32) -> Option<Typed> {
        if depth > MAX_DEPTH {
            return None;
        }
        let parent = name.parent()?;
        match parent.kind() {
            "variable_declarator" => match annotation(parent) {
                Some(it) => self.annotated(it),
                None => self.expression(parent.child_by_field_name("value")?, depth + 1),
            },
            "required_parameter" | "optional_parameter" => {
                let optional = parent.kind() == "optional_parameter";
                Some(self.annotated(annotation(parent)?)?.or_undefined(optional))
            }
            // `const { vpc } = props`
            "object_pattern" if name.kind() == "shorthand_property_identifier_pattern" => {
                let declarator = parent.parent().filter(|it| it.kind() == "variable_declarator")?;
                if annotation(declarator).is_some() {
                    return None;
                }
                let object = self.expression(declarator.child_by_field_name("value")?, depth + 1)?;
                self.member(&object.ty, Ask::Property(source(self.text, name)), depth + 1)
            }
            "enum_declaration" => None,
            _ => None,
        }
    }

    /// The type that the words of an annotation mean.
    fn annotated(&self, node: Node<'r>) -> Option<Typed> {
        let text = source(self.text, node);
        Some(match node.kind() {
            "predefined_type" => match text {
                "string" => Type::Text.into(),
                "number" => Type::Number.into(),
                "boolean" => Type::Bool.into(),
                "any" => Type::Any.into(),
                _ => return None,
            },
            "type_identifier" | "nested_type_identifier" => {
                if let Some(path) = self.library_path(node) {
                    return Some(Type::Library(path).into());
                }
                if !self.is_visible(node) {
                    return None;
                }
                if node.kind() == "type_identifier" {
                    Type::Own(text.to_owned()).into()
                } else {
                    Type::Written(text.to_owned()).into()
                }
            }
            "array_type" => {
                let item = self.annotated(node.named_child(0)?)?;
                if item.optional {
                    return None;
                }
                Type::List(Box::new(item.ty)).into()
            }
            "parenthesized_type" => return self.annotated(node.named_child(0)?),
            "union_type" => {
                let parts = alternatives(node);
                let (nothing, kept): (Vec<_>, Vec<_>) =
                    parts.into_iter().partition(|it| source(self.text, *it) == "undefined");
                let typed = match kept.as_slice() {
                    [one] => self.annotated(*one)?,
                    _ if !kept.iter().all(|it| self.is_visible(*it)) => return None,
                    _ => {
                        let words: Vec<&str> = kept.iter().map(|it| source(self.text, *it)).collect();
                        Type::Written(words.join(" | ")).into()
                    }
                };
                typed.or_undefined(!nothing.is_empty())
            }
            _ if self.is_visible(node) && !text.contains('\n') && text != "const" => {
                Type::Written(text.to_owned()).into()
            }
            _ => return None,
        })
    }

    /// True when every name in a type means the same in the whole file.
    fn is_visible(&self, ty: Node<'r>) -> bool {
        super::names::descendants(ty).into_iter().filter(|it| super::names::is_use(*it)).all(|it| {
            match self.names.declared(it) {
                Some(declared) => declared.is_global(),
                // `Record`, `Map`; not a parameter of a class or function.
                None => !self.is_parameter(it),
            }
        })
    }

    /// True for the name of a type parameter of something around it.
    fn is_parameter(&self, ty: Node<'r>) -> bool {
        let name = source(self.text, ty);
        let mut node = ty.parent();
        while let Some(it) = node {
            let parameters = it.child_by_field_name("type_parameters").into_iter().flat_map(children);
            if parameters.filter_map(|it| it.child_by_field_name("name")).any(|it| source(self.text, it) == name) {
                return true;
            }
            node = it.parent();
        }
        false
    }

    /// The type of a member, or what a method returns.
    fn member(&self, ty: &Type, ask: Ask<'_>, depth: u32) -> Option<Typed> {
        if depth > MAX_DEPTH {
            return None;
        }
        match ty {
            Type::Any => Some(Type::Any.into()),
            Type::Library(path) => library_member(path, ask),
            Type::Object(members) => match ask {
                Ask::Property(name) => members.iter().find(|it| it.0 == name).map(|it| it.1.clone()),
                _ => None,
            },
            Type::Map(item) => matches!(ask, Ask::Property(_)).then(|| (**item).clone().into()),
            Type::Own(name) => self.own_member(name, ask, depth),
            _ => builtin(ty, ask).map(Typed::from),
        }
    }

    /// The type of a member of a class or interface of the program.
    fn own_member(&self, name: &str, ask: Ask<'_>, depth: u32) -> Option<Typed> {
        let declared = self.global(name)?;
        let declaration = declared.parent()?;
        let found = match declaration.kind() {
            "interface_declaration" => {
                return self.interface_member(declaration, ask, depth).or_else(|| self.indexed(name, declaration, ask));
            }
            kind if is_class(kind) => self.class_member(declaration, ask, depth),
            "enum_declaration" => matches!(ask, Ask::Property(_)).then(|| Type::Own(name.to_owned()).into()),
            _ => None,
        };
        found.or_else(|| self.indexed(name, declaration, ask))
    }

    /// `Settings['zone']`: so a type that another file declares is told.
    fn indexed(&self, name: &str, declaration: Node<'r>, ask: Ask<'_>) -> Option<Typed> {
        let Ask::Property(property) = ask else { return None };
        let is_elsewhere = declaration.kind() == "import_specifier"
            || (declaration.kind() == "interface_declaration" && !self.extends_only_known(declaration));
        is_elsewhere.then(|| Type::Written(format!("{name}['{property}']")).into())
    }

    fn interface_member(&self, interface: Node<'r>, ask: Ask<'_>, depth: u32) -> Option<Typed> {
        if depth > MAX_DEPTH || interface.child_by_field_name("type_parameters").is_some() {
            return None;
        }
        let body = interface.child_by_field_name("body")?;
        for it in children(body) {
            let name = it.child_by_field_name("name").map(|it| source(self.text, it));
            match (ask, it.kind()) {
                (Ask::Property(wanted), "property_signature") if name == Some(wanted) => {
                    let optional = has_token(it, "?");
                    return Some(self.annotated(annotation(it)?)?.or_undefined(optional));
                }
                (Ask::Method(wanted), "method_signature") if name == Some(wanted) => {
                    return self.annotated(annotation(it)?);
                }
                _ => {}
            }
        }
        self.bases(interface).into_iter().find_map(|base| match self.library_path(base) {
            Some(path) => library_member(&path, ask),
            None => {
                let declared = self.global(source(self.text, base))?.parent()?;
                match declared.kind() {
                    "interface_declaration" => self.interface_member(declared, ask, depth + 1),
                    _ => None,
                }
            }
        })
    }

    /// True when all that an interface extends is declared here or by the library, so that what it has is known.
    fn extends_only_known(&self, interface: Node<'r>) -> bool {
        self.bases(interface).into_iter().all(|base| match self.library_path(base) {
            Some(path) => is_known(&path),
            None => self.global(source(self.text, base)).and_then(|it| it.parent()).is_some_and(|it| {
                it.kind() == "interface_declaration" && it.id() != interface.id() && self.bases(it).is_empty()
            }),
        })
    }

    fn bases(&self, interface: Node<'r>) -> Vec<Node<'r>> {
        let clauses = children(interface).into_iter().filter(|it| it.kind() == "extends_type_clause");
        clauses.flat_map(children).collect()
    }

    fn class_member(&self, class: Node<'r>, ask: Ask<'_>, depth: u32) -> Option<Typed> {
        if depth > MAX_DEPTH || class.child_by_field_name("type_parameters").is_some() {
            return None;
        }
        for it in class.child_by_field_name("body").into_iter().flat_map(children) {
            let name = it.child_by_field_name("name").map(|it| source(self.text, it));
            match (ask, it.kind()) {
                (Ask::Property(wanted), "public_field_definition") if name == Some(wanted) => {
                    let optional = has_token(it, "?");
                    return match annotation(it) {
                        Some(ty) => Some(self.annotated(ty)?.or_undefined(optional)),
                        None => self.expression(it.child_by_field_name("value")?, depth + 1),
                    };
                }
                (Ask::Property(wanted), "method_definition") if name == Some(wanted) => {
                    return if has_token(it, "get") { self.annotated(annotation(it)?) } else { None };
                }
                (Ask::Method(wanted), "method_definition") if name == Some(wanted) => {
                    return if is_async(it) { None } else { self.annotated(annotation(it)?) };
                }
                (Ask::Property(wanted), "method_definition") if name == Some("constructor") => {
                    let parameters = it.child_by_field_name("parameters").into_iter().flat_map(children);
                    let mut fields = parameters.filter(|it| {
                        has_token(*it, "readonly")
                            || children(*it).iter().any(|it| it.kind() == "accessibility_modifier")
                    });
                    let field = fields.find_map(|it| {
                        let pattern = it.child_by_field_name("pattern")?;
                        (source(self.text, pattern) == wanted).then_some(pattern)
                    });
                    if let Some(field) = field {
                        return self.binding(field, depth + 1);
                    }
                }
                _ => {}
            }
        }
        let base = self.base_of(class)?;
        match self.library_path(base) {
            Some(path) => library_member(&path, ask),
            None => {
                let declared = self.global(source(self.text, base))?.parent()?;
                is_class(declared.kind()).then(|| self.class_member(declared, ask, depth + 1)).flatten()
            }
        }
    }

    /// What a class extends.
    pub(super) fn base_of(&self, class: Node<'r>) -> Option<Node<'r>> {
        let heritage = children(class).into_iter().find(|it| it.kind() == "class_heritage")?;
        let clause = children(heritage).into_iter().find(|it| it.kind() == "extends_clause")?;
        clause.child_by_field_name("value")
    }

    /// Where the file declares a name.
    pub(super) fn global(&self, name: &str) -> Option<Node<'r>> {
        let first = self.root.named_child(0)?;
        self.names.look_up(first, name).map(|it| it.name)
    }
}

/// True for `object?.member`.
pub(super) fn is_optional(node: Node<'_>) -> bool {
    node.child_by_field_name("optional_chain").is_some() || has_token(node, "?.") || has_kind(node, "optional_chain")
}

/// True when one of these stands right in `node`.
pub(super) fn has_token(node: Node<'_>, token: &str) -> bool {
    has_kind(node, token)
}

fn has_kind(node: Node<'_>, kind: &str) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|it| it.kind() == kind)
}

pub(super) fn is_async(function: Node<'_>) -> bool {
    has_kind(function, "async")
}

/// The types that a union is of.
fn alternatives(union: Node<'_>) -> Vec<Node<'_>> {
    let (mut out, mut todo) = (Vec::new(), vec![union]);
    while let Some(node) = todo.pop() {
        if node.kind() == "union_type" {
            todo.extend(children(node).into_iter().rev());
        } else {
            out.push(node);
        }
    }
    out
}
