//! Names: of the library's classes, of constructs and of what is added.

use super::tidy::is_name;
use super::{Place, Raiser, object};
use crate::constructs;
use crate::imports::CORE;
use crate::scope::Frame;
use model::SmolStr;
use syntax::typescript::{Node, range};
use text::{TextEdit, TextRange, TextSize};

impl<'r> Raiser<'r, '_> {
    /// How the program names a class of the library, imported on the way when it is not yet.
    pub(super) fn library(&mut self, path: &str) -> Option<String> {
        if let Some((_, local)) = self.imported.iter().find(|(it, _)| it == path) {
            return Some(local.clone());
        }
        if let Some(local) = self.imports.local(path) {
            return Some(local.to_string());
        }
        let (module, class) = path.split_once('.')?;
        if let Some(local) = self.imports.local(module) {
            return Some(format!("{local}.{class}"));
        }
        if let Some((_, local)) = self.imported.iter().find(|(it, _)| it == module) {
            return Some(format!("{local}.{class}"));
        }
        if module != CORE
            && let Some(core) = self.imports.local(CORE)
        {
            return Some(format!("{core}.{}.{class}", module.replace('-', "_")));
        }
        self.import(module, class)
    }

    /// Adds an import in the form that the program's other imports have.
    fn import(&mut self, module: &str, class: &str) -> Option<String> {
        let top = class.split('.').next()?;
        let free = |name: &str| self.uses(name) == 0;
        // Beside other names from the same module.
        let neighbour = self.imports.all.iter().rev().find(|it| {
            it.path.strip_prefix(module).is_some_and(|rest| rest.starts_with('.')) && it.name.len() > text::size(0)
        });
        if let Some(neighbour) = neighbour.filter(|_| free(top)) {
            self.add_specifier(neighbour.name, top.to_owned())?;
            self.imported.push((format!("{module}.{top}").into(), top.to_owned()));
            return Some(class.to_owned());
        }
        let short = module.strip_prefix("aws-").unwrap_or(module).replace('-', "_");
        let local = match short.as_str() {
            "certificatemanager" => "acm".to_owned(),
            "cloudfront_origins" => "origins".to_owned(),
            "elasticloadbalancingv2" => "elbv2".to_owned(),
            CORE => "cdk".to_owned(),
            other => other.to_owned(),
        };
        if !free(&local) {
            return None;
        }
        // `import { aws_s3 as s3 } from 'aws-cdk-lib'`
        let collected = self.imports.all.iter().rev().find(|it| {
            it.path.starts_with("aws-")
                && !it.path.contains('.')
                && crate::convert::slice(self.text, it.name).starts_with("aws_")
        });
        if let Some(neighbour) = collected.filter(|_| module != CORE) {
            let name = neighbour.name;
            self.add_specifier(name, format!("{} as {local}", module.replace('-', "_")))?;
            self.imported.push((module.into(), local.clone()));
            return Some(format!("{local}.{class}"));
        }
        // Programs that import single names get a single name.
        let is_named = |it: &&crate::imports::Import| it.name.len() > text::size(0) && it.path.contains('.');
        let by_name = module == CORE && !self.imports.all.is_empty() && self.imports.all.iter().all(|it| is_named(&it));
        let last = self.imports.all.iter().map(|it| it.module).max_by_key(|it| it.end())?;
        let (statement, is_require) = self.statement_of(last)?;
        let by_name = by_name && !is_require && free(top);
        let old =
            self.imports.all.iter().any(|it| crate::convert::slice(self.text, it.module).starts_with("@aws-cdk/"));
        let source = match (module, old) {
            (CORE, true) => "@aws-cdk/core".to_owned(),
            (CORE, false) => "aws-cdk-lib".to_owned(),
            (_, true) => format!("@aws-cdk/{module}"),
            (_, false) => format!("aws-cdk-lib/{module}"),
        };
        let source = self.style.quoted(&source);
        let (newline, end) = (self.style.newline, self.style.end());
        let line = if is_require {
            format!("{newline}const {local} = require({source}){end}")
        } else if by_name {
            format!("{newline}import {{ {top} }} from {source}{end}")
        } else {
            format!("{newline}import * as {local} from {source}{end}")
        };
        self.edits.push(TextEdit::insert(range(statement).end(), line));
        if by_name {
            self.imported.push((format!("{module}.{top}").into(), top.to_owned()));
            return Some(class.to_owned());
        }
        self.imported.push((module.into(), local.clone()));
        Some(format!("{local}.{class}"))
    }

    fn add_specifier(&mut self, beside: TextRange, specifier: String) -> Option<()> {
        let node = self.root.descendant_for_byte_range(usize::from(beside.start()), usize::from(beside.end()))?;
        let mut node = node;
        while !matches!(node.parent()?.kind(), "named_imports" | "object_pattern") {
            node = node.parent()?;
        }
        if node.parent()?.kind() == "object_pattern" {
            return None;
        }
        let on_own_line =
            object::indent_of(self.text, node.start_byte()).len() == node.start_byte() - self.line_start(node);
        let separator = if on_own_line && object::ends_line(self.text, node) {
            format!(",{}{}", self.style.newline, object::indent_of(self.text, node.start_byte()))
        } else {
            ", ".to_owned()
        };
        self.edits.push(TextEdit::insert(range(node).end(), format!("{separator}{specifier}")));
        Some(())
    }

    fn line_start(&self, node: Node<'_>) -> usize {
        object::line_start(self.text, range(node).start())
    }

    fn statement_of(&self, module: TextRange) -> Option<(Node<'r>, bool)> {
        let mut node = self.root.descendant_for_byte_range(usize::from(module.start()), usize::from(module.end()))?;
        while node.parent().is_some_and(|it| it.kind() != "program") {
            node = node.parent()?;
        }
        Some((node, node.kind() != "import_statement"))
    }

    /// An expression for the construct that is called `key` in the stack, usable at `place`.
    pub(super) fn expression_of(&mut self, key: &str, place: Place) -> Option<String> {
        let lowering = self.lowering;
        let construct = lowering.constructs.iter().find(|it| it.key == key && it.place.stack == place.stack)?;
        let made = lowering.absolute(construct.place.at.span());
        let frame = self.frame_at(place.at)?;
        if made.contains(place.at) {
            return None;
        }
        if let Some((name, declared)) = lowering.scopes.variable_of(construct.place.at.expression, frame) {
            // In the function that declares it, only afterwards.
            let before = made.end() <= place.at || (declared != frame && !lowering.scopes.encloses(declared, frame));
            let in_other = name.starts_with("this.") && construct.place.at.frame != frame;
            return (before || in_other).then_some(name);
        }
        if let Some((_, name)) = self.named.iter().find(|(it, _)| *it == made) {
            return Some(name.clone());
        }
        // It has no variable yet: then it gets one, where it is a statement of its own.
        let visible = lowering.scopes.encloses(construct.place.at.frame, frame);
        let node = self.node(made)?;
        let statement = node.parent().filter(|it| it.kind() == "expression_statement");
        if statement.is_none() && node.kind() != "expression_statement" || !visible || made.end() > place.at {
            return None;
        }
        let name = self.variable_name(&construct.id.text)?;
        self.edits.push(TextEdit::insert(made.start(), format!("const {name} = ")));
        self.named.push((made, name.clone()));
        Some(name)
    }

    /// A free variable name made of an id.
    pub(super) fn variable_name(&self, id: &str) -> Option<String> {
        let mut name = String::new();
        let mut upper = false;
        for c in id.chars() {
            match c {
                c if c.is_alphanumeric() || c == '_' => {
                    if name.is_empty() {
                        name.extend(c.to_lowercase());
                    } else if upper {
                        name.extend(c.to_uppercase());
                    } else {
                        name.push(c);
                    }
                    upper = false;
                }
                _ => upper = true,
            }
        }
        // `HTTPListener` is `httpListener`.
        let capitals = id.chars().take_while(|it| it.is_uppercase()).count();
        if capitals > 1 {
            let lowered = if id.chars().count() > capitals { capitals - 1 } else { capitals };
            name =
                name.chars().enumerate().map(|(i, c)| if i < lowered { c.to_ascii_lowercase() } else { c }).collect();
        }
        if name.is_empty() || name.starts_with(|it: char| it.is_numeric()) || RESERVED.contains(&name.as_str()) {
            return None;
        }
        let taken = |name: &str| self.uses(name) > 0;
        if !taken(&name) {
            return Some(name);
        }
        (2..20).map(|number| format!("{name}{number}")).find(|it| !taken(it))
    }

    /// How often the program says `name` as a name of its own, its declaration included.
    pub(super) fn uses(&self, name: &str) -> usize {
        let mut uses = 0;
        let mut cursor = self.root.walk();
        loop {
            let node = cursor.node();
            if is_name(node.kind()) && self.source(node) == name {
                uses += 1;
            }
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return uses;
                }
            }
        }
    }

    /// The scope of the code at `offset`.
    pub(super) fn frame_at(&self, offset: TextSize) -> Option<Frame> {
        let lowering = self.lowering;
        let places = lowering.scopes.news.iter().chain(&lowering.scopes.calls);
        let around = places.map(|it| (lowering.absolute(it.at.span()), it.at.frame));
        around.filter(|(it, _)| it.contains_inclusive(offset)).min_by_key(|(it, _)| it.len()).map(|(_, frame)| frame)
    }

    /// Declares a parameter before the statement at `near`.
    pub(super) fn add_parameter(
        &mut self,
        name: &str,
        ty: &str,
        description: &str,
        default: Option<&str>,
        near: TextRange,
    ) -> Option<()> {
        let class = self.library("core.CfnParameter")?;
        let scope = self.scope_at(near)?;
        let variable = self.variable_name(name)?;
        let statement = self.outer_statement(near)?;
        let indent = object::indent_of(self.text, statement.start_byte()).to_owned();
        // Comments right above a statement stay with it.
        let mut first = statement;
        while let Some(above) = first
            .prev_sibling()
            .filter(|it| it.kind() == "comment" && it.end_position().row + 1 == first.start_position().row)
        {
            let line = object::line_start(self.text, range(above).start());
            if !self.text[line..above.start_byte()].trim().is_empty() {
                break;
            }
            first = above;
        }
        let start = object::line_start(self.text, range(first).start());
        if !self.text[start..first.start_byte()].trim().is_empty() {
            return None;
        }
        let (newline, end) = (self.style.newline, self.style.end());
        let (id, ty, description) = (self.style.quoted(name), self.style.quoted(ty), self.style.quoted(description));
        let inner = format!("{indent}{}", self.style.step);
        let default =
            default.map(|it| format!("{inner}default: {},{newline}", self.style.quoted(it))).unwrap_or_default();
        let text = format!(
            "{indent}const {variable} = new {class}({scope}, {id}, {{{newline}{inner}type: {ty},{newline}{inner}description: \
             {description},{newline}{default}{indent}}}){end}{newline}"
        );
        self.edits.push(TextEdit::insert(text::size(start), text));
        self.parameters.push((SmolStr::new(name), variable));
        Some(())
    }

    /// The scope that a construct beside the code at `near` is given: what its neighbours are given.
    pub(super) fn scope_at(&self, near: TextRange) -> Option<String> {
        let frame = self.frame_at(near.start())?;
        let lowering = self.lowering;
        if lowering.scopes.has_this(frame) {
            return Some("this".to_owned());
        }
        let beside = lowering
            .constructs
            .iter()
            .find(|it| it.place.at.frame == frame && !constructs::is_made_by_method(&it.class))?;
        let node = self.node(lowering.absolute(beside.place.at.span()))?;
        let arguments = node.child_by_field_name("arguments")?;
        Some(self.source(*object::items(arguments).first()?).to_owned())
    }

    /// The statement of the function, method or file that the code at `near` is part of: what runs once there.
    fn outer_statement(&self, near: TextRange) -> Option<Node<'r>> {
        let mut statement = self.statement_around(near)?;
        loop {
            let block = statement.parent()?;
            let owner = block.parent();
            let once = owner.is_none_or(|it| {
                matches!(it.kind(), "method_definition" | "function_declaration" | "function_expression")
            });
            if once {
                return Some(statement);
            }
            statement = self.statement_around(range(owner?))?;
        }
    }

    /// The statement that the code at `near` is part of.
    pub(super) fn statement_around(&self, near: TextRange) -> Option<Node<'r>> {
        let mut node = self.root.descendant_for_byte_range(usize::from(near.start()), usize::from(near.end()))?;
        loop {
            let parent = node.parent()?;
            if matches!(parent.kind(), "statement_block" | "program" | "switch_case") {
                return Some(node);
            }
            node = parent;
        }
    }
}

#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else", "enum",
    "export", "extends", "false", "finally", "for", "function", "if", "import", "in", "instanceof", "new", "null",
    "return", "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void", "while", "with", "yield",
    "let", "static", "await", "async", "package", "private", "protected", "public", "interface", "implements",
];
