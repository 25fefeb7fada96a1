//! Names: of the library's classes, of constructs and of what is added.

use super::import::{Importer, uses};
use super::{Place, Raiser, object};
use crate::constructs;
use crate::scope::Frame;
use model::SmolStr;
use syntax::typescript::{Node, range};
use text::{TextEdit, TextRange, TextSize};

impl<'r> Raiser<'r, '_> {
    /// How the program names a class of the library, imported on the way when it is not yet.
    pub(super) fn library(&mut self, path: &str) -> Option<String> {
        let mut importer = Importer {
            text: self.text,
            root: self.root,
            imports: self.imports,
            style: self.style,
            edits: std::mem::take(&mut self.edits),
            imported: std::mem::take(&mut self.imported),
        };
        let name = importer.library(path);
        (self.edits, self.imported) = (importer.edits, importer.imported);
        name
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
        let name = variable_name(id)?;
        let taken = |name: &str| self.uses(name) > 0;
        if !taken(&name) {
            return Some(name);
        }
        (2..20).map(|number| format!("{name}{number}")).find(|it| !taken(it))
    }

    /// How often the program says `name` as a name of its own, its declaration included.
    pub(super) fn uses(&self, name: &str) -> usize {
        uses(self.root, self.text, name)
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
    pub(super) fn outer_statement(&self, near: TextRange) -> Option<Node<'r>> {
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

/// What a variable for the construct with this id is called; `None` where nothing is left of it.
pub(crate) fn variable_name(id: &str) -> Option<String> {
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
        name = name.chars().enumerate().map(|(i, c)| if i < lowered { c.to_ascii_lowercase() } else { c }).collect();
    }
    if name.is_empty() || name.starts_with(|it: char| it.is_numeric()) || RESERVED.contains(&name.as_str()) {
        return None;
    }
    Some(name)
}

#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else", "enum",
    "export", "extends", "false", "finally", "for", "function", "if", "import", "in", "instanceof", "new", "null",
    "return", "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void", "while", "with", "yield",
    "let", "static", "await", "async", "package", "private", "protected", "public", "interface", "implements",
];
