//! Edits of objects, arrays and argument lists that leave everything else as it is.

use super::Style;
use super::tidy::is_name;
use crate::convert::slice;
use syntax::typescript::{Node, range};
use text::{TextEdit, TextRange, TextSize};

/// Objects are not made longer than this on one line.
const MAX_WIDTH: usize = 120;

/// The path of a member and its value.
type Setting = (Vec<String>, String);

/// What is to be put into the objects of a program.
#[derive(Debug, Default)]
pub(super) struct Objects<'r> {
    /// Existing objects, with the members to set.
    objects: Vec<(Node<'r>, Vec<Setting>)>,
    /// Calls that get another argument, with the members that it is to have.
    arguments: Vec<(Node<'r>, Vec<Setting>)>,
    /// Expressions that stand for objects, and become a part of one with these members.
    parts: Vec<(Node<'r>, Vec<Setting>)>,
    /// Those of all these whose new members hold whatever a caller hands in.
    insisting: Vec<usize>,
}

impl<'r> Objects<'r> {
    /// Sets the member at `path` of the argument at `index` of the `new` or call `call`; in a constant that is there for
    /// it alone where the value may stand that far off.
    pub(super) fn set_argument(
        &mut self,
        text: &str,
        (call, index): (Node<'r>, usize),
        path: &[String],
        value: String,
        may_follow: bool,
    ) -> Option<()> {
        let arguments = call.child_by_field_name("arguments")?;
        let items = items(arguments);
        if items.iter().take(index + 1).any(|it| it.kind() == "spread_element") {
            return None;
        }
        let own = items.get(index).map(|it| unwrapped(*it));
        match argument(text, call, index).filter(|_| may_follow).or(own) {
            Some(it) => match it.kind() {
                "object" => self.set(text, it, path, value),
                _ if slice(text, range(it)) == "undefined" => {
                    add(&mut self.arguments, it, path, value);
                    Some(())
                }
                "identifier" | "member_expression" | "call_expression" => {
                    add(&mut self.parts, it, path, value);
                    Some(())
                }
                _ => None,
            },
            None if items.len() == index => {
                add(&mut self.arguments, arguments, path, value);
                Some(())
            }
            None => None,
        }
    }

    /// Lets what is put into `place` hold whatever a caller hands in beside it.
    pub(super) fn insist(&mut self, place: Option<Node<'r>>) {
        self.insisting.extend(place.map(|it| it.id()));
    }

    /// Sets the member at `path` of `object`.
    pub(super) fn set(&mut self, text: &str, object: Node<'r>, path: &[String], value: String) -> Option<()> {
        if object.has_error() {
            return None;
        }
        let (first, rest) = path.split_first()?;
        // Into an object that is there already, or in its place.
        if let Some(member) = own_member(text, object, first)
            && !rest.is_empty()
        {
            let inner = member.child_by_field_name("value").map(unwrapped).filter(|it| it.kind() == "object");
            return match inner {
                Some(inner) => self.set(text, inner, rest, value),
                None => None,
            };
        }
        add(&mut self.objects, object, path, value);
        Some(())
    }

    /// The edits that do all of it.
    pub(super) fn edits(self, text: &str, style: Style) -> Option<Vec<TextEdit>> {
        let mut out = Vec::new();
        for (object, members) in self.objects {
            let insists = self.insisting.contains(&object.id());
            set_members(text, (object, insists), &tree_of(members), style, &mut out)?;
        }
        for (place, members) in self.parts {
            let members: Vec<String> = tree_of(members).iter().map(|(name, it)| pair(name, it)).collect();
            let (part, members) = (slice(text, range(place)), members.join(", "));
            // What a caller hands in goes before what is put beside it.
            let object = match is_parameter(text, place) && !self.insisting.contains(&place.id()) {
                true => format!("{{ {members}, ...{part} }}"),
                false => format!("{{ ...{part}, {members} }}"),
            };
            out.push(TextEdit::replace(range(place), object));
        }
        for (place, members) in self.arguments {
            let object = render(&tree_of(members));
            if place.kind() != "arguments" {
                out.push(TextEdit::replace(range(place), object));
                continue;
            }
            match items(place).last() {
                Some(last) => out.push(TextEdit::insert(range(*last).end(), format!(", {object}"))),
                None => out.push(TextEdit::insert(range(place).start() + text::size(1), object)),
            }
        }
        Some(out)
    }
}

fn add<'r>(list: &mut Vec<(Node<'r>, Vec<Setting>)>, node: Node<'r>, path: &[String], value: String) {
    let index = list.iter().position(|(it, _)| it.id() == node.id()).unwrap_or_else(|| {
        list.push((node, Vec::new()));
        list.len() - 1
    });
    let entry = (path.to_vec(), value);
    if !list[index].1.contains(&entry) {
        list[index].1.push(entry);
    }
}

/// A member to write: a value, or an object of members.
enum Written {
    Value(String),
    Members(Vec<(String, Written)>),
}

fn tree_of(members: Vec<Setting>) -> Vec<(String, Written)> {
    let mut out = Vec::new();
    members.into_iter().for_each(|(path, value)| put(&mut out, &path, value));
    out
}

fn put(level: &mut Vec<(String, Written)>, path: &[String], value: String) {
    let Some((name, rest)) = path.split_first() else { return };
    let index = level.iter().position(|(it, _)| it == name).unwrap_or_else(|| {
        level.push((name.clone(), Written::Members(Vec::new())));
        level.len() - 1
    });
    let entry = &mut level[index].1;
    if rest.is_empty() {
        *entry = Written::Value(value);
        return;
    }
    if let Written::Value(_) = entry {
        *entry = Written::Members(Vec::new());
    }
    if let Written::Members(inner) = entry {
        put(inner, rest, value);
    }
}

fn render(members: &[(String, Written)]) -> String {
    let members: Vec<String> = members.iter().map(|(name, it)| pair(name, it)).collect();
    format!("{{ {} }}", members.join(", "))
}

fn pair(name: &str, written: &Written) -> String {
    match written {
        Written::Value(value) if value == name => name.to_owned(),
        Written::Value(value) => format!("{name}: {value}"),
        Written::Members(inner) => format!("{name}: {}", render(inner)),
    }
}

fn set_members(
    text: &str,
    (object, insists): (Node<'_>, bool),
    members: &[(String, Written)],
    style: Style,
    out: &mut Vec<TextEdit>,
) -> Option<()> {
    let mut new = Vec::new();
    for (name, written) in members {
        match own_member(text, object, name) {
            Some(member) if member.kind() == "pair" => {
                let value = member.child_by_field_name("value")?;
                let text = match written {
                    Written::Value(it) => it.clone(),
                    Written::Members(inner) => render(inner),
                };
                out.push(TextEdit::replace(range(value), text));
            }
            // `{ versioned }`
            Some(member) => out.push(TextEdit::replace(range(member), pair(name, written))),
            None => new.push(pair(name, written)),
        }
    }
    if new.is_empty() {
        return Some(());
    }
    let existing = items(object);
    let handed_in = existing
        .iter()
        .filter(|_| !insists)
        .find(|it| it.kind() == "spread_element" && it.named_child(0).is_some_and(|it| is_parameter(text, it)));
    if let Some(spread) = handed_in {
        // What a caller hands in goes before what is put beside it.
        let separator = match stands_alone(text, *spread) || ends_line(text, *spread) {
            true => format!(",{}{}", style.newline, indent_of(text, spread.start_byte())),
            false => ", ".to_owned(),
        };
        let new: String = new.iter().map(|it| format!("{it}{separator}")).collect();
        out.push(TextEdit::insert(range(*spread).start(), new));
        return Some(());
    }
    let Some(last) = existing.last() else {
        if comments(object) > 0 {
            // Behind the brace, on its own line or not, before the comment.
            let at = range(object).start() + text::size(1);
            out.push(TextEdit::insert(at, format!(" {},", new.join(", "))));
            return Some(());
        }
        out.push(TextEdit::replace(range(object), format!("{{ {} }}", new.join(", "))));
        return Some(());
    };
    let first = existing.first()?;
    let opening = &text[usize::from(range(object).start())..first.start_byte()];
    let end = last.end_byte();
    let closing = &text[end..object.end_byte()];
    let comma = comma_after(*last);
    if !opening.contains(['\n', '\r']) && !closing.contains(['\n', '\r']) {
        let at = comma.unwrap_or(end);
        let joined = new.join(", ");
        let line = text[object.start_byte()..].lines().next().map_or(0, str::len)
            + (object.start_byte() - line_start(text, range(object).start()));
        let whole = slice(text, range(object));
        let untouched = new.len() == members.len() && comments(object) == 0 && !whole.contains(['\n', '\r']);
        if line + joined.len() + 2 > MAX_WIDTH && untouched {
            // Too long for a line of its own: then each member has one.
            let indent = indent_of(text, object.start_byte());
            let members = existing.iter().map(|it| slice(text, range(*it)).to_owned()).chain(new);
            // What has lines of its own goes as deep as the member.
            let deeper = |it: String| it.replace('\n', &format!("\n{}", style.step));
            let members: String =
                members.map(|it| format!("{indent}{}{},{}", style.step, deeper(it), style.newline)).collect();
            out.push(TextEdit::replace(range(object), format!("{{{}{members}{indent}}}", style.newline)));
            return Some(());
        }
        let insertion = if comma.is_some() { format!(" {joined},") } else { format!(", {joined}") };
        out.push(TextEdit::insert(text::size(at), insertion));
        return Some(());
    }
    let indent = indent_of(text, first.start_byte());
    let lines: Vec<String> = new.iter().map(|it| format!("{}{indent}{it}", style.newline)).collect();
    // After a comment that ends the last member's line.
    let mut at = comma.unwrap_or(end);
    let line_end = text[at..].find(['\n', '\r']).map_or(text.len(), |it| at + it).min(object.end_byte() - 1);
    let rest = &text[at..line_end];
    if rest.trim_start().starts_with("//") || (rest.trim_start().starts_with("/*") && rest.trim_end().ends_with("*/")) {
        at += rest.trim_end().len();
    }
    match comma {
        Some(_) => {
            let insertion: String = lines.iter().map(|it| format!("{it},")).collect();
            out.push(TextEdit::insert(text::size(at), insertion));
        }
        None if at == end => out.push(TextEdit::insert(text::size(at), format!(",{}", lines.join(",")))),
        None => {
            out.push(TextEdit::insert(text::size(end), ","));
            out.push(TextEdit::insert(text::size(at), lines.join(",")));
        }
    }
    Some(())
}

/// The white space that the line of the byte at `offset` begins with.
pub(super) fn indent_of(text: &str, offset: usize) -> &str {
    let start = text[..offset].rfind(['\n', '\r']).map_or(0, |it| it + 1);
    let line = &text[start..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// The end of the comma behind `item`, where there is one.
fn comma_after(item: Node<'_>) -> Option<usize> {
    let mut next = item.next_sibling();
    while let Some(node) = next {
        match node.kind() {
            "," => return Some(node.end_byte()),
            "comment" => next = node.next_sibling(),
            _ => return None,
        }
    }
    None
}

/// What stands in brackets, without comments.
pub(super) fn items(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|it| it.kind() != "comment").collect()
}

/// How many comments stand directly in `node`.
pub(super) fn comments(node: Node<'_>) -> usize {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|it| it.kind() == "comment").count()
}

/// The expression within casts and parentheses.
pub(super) fn unwrapped(node: Node<'_>) -> Node<'_> {
    let mut node = node;
    while matches!(
        node.kind(),
        "as_expression" | "satisfies_expression" | "parenthesized_expression" | "non_null_expression"
    ) {
        match node.named_child(0) {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

/// What configures in the argument at `index` of `call`: itself, or the object in a constant that is there for it alone.
pub(super) fn argument<'r>(text: &str, call: Node<'r>, index: usize) -> Option<Node<'r>> {
    let argument = unwrapped(*items(call.child_by_field_name("arguments")?).get(index)?);
    Some(own_constant(text, argument).unwrap_or(argument))
}

/// The object that a name stands for, when nothing else uses the name.
fn own_constant<'r>(text: &str, name: Node<'r>) -> Option<Node<'r>> {
    if name.kind() != "identifier" {
        return None;
    }
    let mut others = names_of(text, name).into_iter().filter(|it| it.id() != name.id());
    let declared = others.next().filter(|_| others.next().is_none())?;
    let declarator = declared.parent().filter(|it| is_constant(*it))?;
    let value = declarator.child_by_field_name("value").map(unwrapped)?;
    (declarator.child_by_field_name("name") == Some(declared) && value.kind() == "object").then_some(value)
}

/// Everything in the file that has the same name.
fn names_of<'r>(text: &str, name: Node<'r>) -> Vec<Node<'r>> {
    let mut root = name;
    while let Some(parent) = root.parent() {
        root = parent;
    }
    let (wanted, mut todo, mut out) = (slice(text, range(name)), vec![root], Vec::new());
    while let Some(node) = todo.pop() {
        if is_name(node.kind()) && slice(text, range(node)) == wanted {
            out.push(node);
        }
        let mut cursor = node.walk();
        todo.extend(node.children(&mut cursor));
    }
    out
}

/// True for the declaration of a constant that no other file sees.
pub(super) fn is_constant(declarator: Node<'_>) -> bool {
    let declaration = declarator.parent().filter(|_| declarator.kind() == "variable_declarator");
    declaration.is_some_and(|it| {
        let is_const = it.child(0).is_some_and(|it| it.kind() == "const");
        is_const && it.parent().is_some_and(|it| matches!(it.kind(), "program" | "statement_block"))
    })
}

/// True when an expression is a parameter of a function around it, or a part of one.
pub(super) fn is_parameter(text: &str, expression: Node<'_>) -> bool {
    let mut root = unwrapped(expression);
    while root.kind() == "member_expression" {
        match root.child_by_field_name("object") {
            Some(object) => root = object,
            None => return false,
        }
    }
    let names = if root.kind() == "identifier" { names_of(text, root) } else { Vec::new() };
    names.into_iter().any(|it| {
        let mut node = it;
        while let Some(parent) = node.parent() {
            match parent.kind() {
                "formal_parameters" => {
                    let function = parent.parent();
                    return function.is_some_and(|it| range(it).contains_range(range(root)));
                }
                "required_parameter" | "optional_parameter" | "object_pattern" | "rest_pattern" | "pair_pattern" => {
                    node = parent;
                }
                _ => return false,
            }
        }
        false
    })
}

fn own_member<'r>(text: &str, object: Node<'r>, name: &str) -> Option<Node<'r>> {
    items(object).into_iter().find(|it| {
        let key = match it.kind() {
            "pair" => it.child_by_field_name("key"),
            "shorthand_property_identifier" => Some(*it),
            _ => None,
        };
        key.is_some_and(|it| slice(text, range(it)).trim_matches(['\'', '"']) == name)
    })
}

/// The member at `path` of the argument at `index` of `call`.
pub(super) fn member<'r>(text: &str, call: Node<'r>, index: usize, path: &[String]) -> Option<Node<'r>> {
    let mut object = argument(text, call, index)?;
    let (last, before) = path.split_last()?;
    for name in before {
        object = unwrapped(own_member(text, object, name)?.child_by_field_name("value")?);
    }
    own_member(text, object, last)
}

/// True when the argument at `index` of `call` has a member at `path`.
pub(super) fn has_member(text: &str, call: Node<'_>, index: usize, path: &[String]) -> bool {
    member(text, call, index, path).is_some()
}

/// What to take out so that `item` is gone from the list in brackets `list`.
pub(super) fn extent(text: &str, list: Node<'_>, item: Node<'_>) -> Option<TextRange> {
    let all = items(list);
    let index = all.iter().position(|it| it.id() == item.id())?;
    let (start, end) = (item.start_byte(), item.end_byte());
    let after = comma_after(item);
    let line_start = text[..start].rfind(['\n', '\r']).map_or(0, |it| it + 1);
    let own_start = text[line_start..start].trim().is_empty() && line_start > list.start_byte();
    let behind = after.unwrap_or(end);
    let line_end = text[behind..].find(['\n', '\r']).map_or(text.len(), |it| behind + it);
    let own_end = text[behind..line_end].trim().is_empty();
    if own_start && own_end {
        // Its lines as a whole. The comma before stays: a trailing one is welcome in TypeScript.
        let until = if text[line_end..].starts_with("\r\n") { line_end + 2 } else { (line_end + 1).min(text.len()) };
        if after.is_none() && index > 0 {
            // Unless the author writes none.
            let previous = comma_after(all[index - 1]).unwrap_or(all[index - 1].end_byte());
            let between = &text[previous..line_start];
            if between.trim().is_empty() {
                let comma = comma_after(all[index - 1]).map_or(previous, |it| it - 1);
                let newline = line_end;
                return Some(text::range(comma, newline));
            }
        }
        return Some(text::range(line_start, until));
    }
    if let Some(after) = after {
        let rest = &text[after..];
        let space = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        // The last of several that end in a comma: the one before gives its own.
        return Some(text::range(start, after + space));
    }
    match index.checked_sub(1).map(|it| all[it]) {
        Some(previous) => Some(text::range(previous.end_byte(), end)),
        None => {
            let open = list.start_byte() + 1;
            let inner = &text[open..list.end_byte().max(open + 1) - 1];
            // With the spaces around it, when nothing else is there.
            let only = inner.trim() == &text[start..end];
            Some(if only { text::range(open, open + inner.len()) } else { text::range(start, end) })
        }
    }
}

/// The lines of `place`, when nothing else stands on them; else `place` itself.
pub(super) fn lines_of(text: &str, place: TextRange) -> TextRange {
    let (start, end) = (usize::from(place.start()), usize::from(place.end()));
    let line_start = text[..start].rfind(['\n', '\r']).map_or(0, |it| it + 1);
    let line_end = text[end..].find(['\n', '\r']).map_or(text.len(), |it| end + it);
    if !text[line_start..start].trim().is_empty() || !text[end..line_end].trim().is_empty() {
        return place;
    }
    let until = if text[line_end..].starts_with("\r\n") { line_end + 2 } else { (line_end + 1).min(text.len()) };
    text::range(line_start, until)
}

/// True for what has its lines for itself.
pub(super) fn stands_alone(text: &str, node: Node<'_>) -> bool {
    lines_of(text, range(node)) != range(node)
}

/// True for what is the last on its line, but for a comma.
pub(super) fn ends_line(text: &str, node: Node<'_>) -> bool {
    let rest = text[node.end_byte()..].lines().next().unwrap_or_default();
    matches!(rest.trim(), "" | ",")
}

/// Whole lines that are taken out, and a blank one with them where two would meet or one would begin or end a block.
pub(super) fn with_blank_line(text: &str, lines: TextRange) -> TextRange {
    let (start, end) = (usize::from(lines.start()), usize::from(lines.end()));
    if line_start(text, lines.start()) != start || line_start(text, lines.end()) != end {
        return lines;
    }
    let before = text[..start].strip_suffix('\n').map(|it| it.strip_suffix('\r').unwrap_or(it));
    let above = before.map(|it| it.rsplit('\n').next().unwrap_or(it));
    let Some(below) = text[end..].split_inclusive('\n').next() else { return lines };
    if above.is_none_or(|it| it.trim().is_empty() || it.trim_end().ends_with('{')) && below.trim().is_empty() {
        return text::range(start, end + below.len());
    }
    match above {
        Some(blank) if blank.trim().is_empty() && below.trim_start().starts_with('}') => {
            text::range(before.map_or(0, str::len) - blank.len(), end)
        }
        _ => lines,
    }
}

/// The first byte of the line that `offset` is on.
pub(super) fn line_start(text: &str, offset: TextSize) -> usize {
    text[..usize::from(offset)].rfind(['\n', '\r']).map_or(0, |it| it + 1)
}
