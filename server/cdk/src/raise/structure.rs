//! Changes of what a program is made of: props of stacks, tags, steps of pipelines.

use super::{Raiser, object};
use model::{Literal, Span};
use syntax::typescript::{Node, range};
use text::{TextEdit, TextRange};

impl<'r> Raiser<'r, '_> {
    /// Sets a member of an argument of a call. Where the argument is a name, the new object has all that it has.
    pub(super) fn set_argument(&mut self, call: Span, index: usize, member: &str, value: &Literal) -> Option<()> {
        let call = self.node(self.resolve(call)?)?;
        let value = match value {
            Literal::Bool(it) => it.to_string(),
            Literal::Text(it) => self.style.quoted(it),
            _ => return None,
        };
        let items = object::items(call.child_by_field_name("arguments")?);
        match items.get(index).map(|it| object::unwrapped(*it)) {
            Some(it) if it.kind() == "identifier" && self.source(it) != "undefined" => {
                let text = format!("{{ ...{}, {member}: {value} }}", self.source(it));
                self.edits.push(TextEdit::replace(range(it), text));
                Some(())
            }
            Some(it) if it.kind() == "object" => {
                let path = [member.to_owned()];
                match object::member(self.text, call, index, &path) {
                    // What is there says that it is not so.
                    Some(pair) => {
                        let old = pair.child_by_field_name("value").filter(|it| it.kind() == "false")?;
                        self.edits.push(TextEdit::replace(range(old), value));
                        Some(())
                    }
                    None => self.set_prop(call, index, &path, value),
                }
            }
            _ => self.set_prop(call, index, &[member.to_owned()], value),
        }
    }

    /// Puts a part of a text in its place.
    pub(super) fn replace_by_part(&mut self, whole: Span, part: Span) -> Option<()> {
        let (whole, part) = (self.resolve(whole)?, self.resolve(part)?);
        let (before, after) = (TextRange::new(whole.start(), part.start()), TextRange::new(part.end(), whole.end()));
        self.edits.extend([before, after].into_iter().filter(|it| !it.is_empty()).map(TextEdit::delete));
        Some(())
    }

    /// `Tags.of(this).add('stack', this.stackName)`, right behind what makes the stack.
    pub(super) fn tag_stack(&mut self, maker: Span, key: &str, value: Option<&str>) -> Option<()> {
        let call = self.node(self.resolve(maker)?)?;
        let stack = match self.is_super(call) {
            true => "this".to_owned(),
            false => self.variable_of(call)?.to_owned(),
        };
        let tags = self.library("core.Tags")?;
        let key = self.style.quoted(key);
        let value = value.map_or_else(|| format!("{stack}.stackName"), |it| self.style.quoted(it));
        self.insert_behind(call, &[format!("{tags}.of({stack}).add({key}, {value}){}", self.style.end())])
    }

    /// A loop that applies the tags of a configuration object, right behind what makes the stack.
    pub(super) fn apply_tags(&mut self, tags: Span, maker: Span) -> Option<()> {
        let place = self.resolve(tags)?;
        let key = self.root.descendant_for_byte_range(place.start().into(), place.end().into())?;
        let listed = key.parent().filter(|it| it.kind() == "pair")?;
        let is_map = listed.child_by_field_name("value").is_some_and(|it| object::unwrapped(it).kind() == "object");
        let call = self.node(self.resolve(maker)?)?;
        if !is_map || !self.is_super(call) {
            return None;
        }
        let path = self.path_to(listed)?;
        // The names must be free where they go.
        if self.uses("key") > 0 || self.uses("value") > 0 {
            return None;
        }
        let (library, end) = (self.library("core.Tags")?, self.style.end());
        self.insert_behind(
            call,
            &[
                format!("for (const [key, value] of Object.entries({path})) {{"),
                format!("{}{library}.of(this).add(key, value){end}", self.style.step),
                "}".to_owned(),
            ],
        )
    }

    /// `pre: [new ManualApprovalStep(...)]` in the options of a stage.
    pub(super) fn approve_stage(&mut self, call: Span, name: &str) -> Option<()> {
        let call = self.node(self.resolve(call)?)?;
        let class = self.library("pipelines.ManualApprovalStep")?;
        let step = format!("[new {class}({})]", self.style.quoted(name));
        self.set_prop(call, 1, &["pre".to_owned()], step)
    }

    fn is_super(&self, call: Node<'r>) -> bool {
        call.child_by_field_name("function").is_some_and(|it| it.kind() == "super")
    }

    /// The words by which code reaches a member of an object at the top of the file: `settings.prod.tags`.
    fn path_to(&self, member: Node<'r>) -> Option<String> {
        let mut names = Vec::new();
        let mut node = member;
        loop {
            match node.kind() {
                "pair" => {
                    let key = node.child_by_field_name("key").filter(|it| it.kind() == "property_identifier")?;
                    names.push(self.source(key));
                }
                "variable_declarator" => {
                    names.push(self.source(node.child_by_field_name("name")?));
                    break;
                }
                "object" | "as_expression" | "satisfies_expression" | "parenthesized_expression" => (),
                _ => return None,
            }
            node = node.parent()?;
        }
        names.reverse();
        Some(names.join("."))
    }

    /// Inserts lines behind the statement that `call` is in.
    pub(super) fn insert_behind(&mut self, call: Node<'r>, lines: &[String]) -> Option<()> {
        let statement = self.statement_around(range(call))?;
        // A statement that goes on on the same line would go on behind these.
        let is_alone = object::ends_line(self.text, statement) || object::stands_alone(self.text, statement);
        if !is_alone || statement.kind() == "if_statement" {
            return None;
        }
        let indent = object::indent_of(self.text, statement.start_byte()).to_owned();
        let newline = self.style.newline;
        let text: String = lines.iter().map(|it| format!("{newline}{indent}{it}")).collect();
        self.edits.push(TextEdit::insert(range(statement).end(), text));
        Some(())
    }
}
