//! Changes of the model → edits of the program, in the words of its constructs and in its own style.

mod delivery;
mod distribution;
mod embedded;
mod https;
mod image;
mod import;
mod instance_type;
mod intent;
mod library;
mod object;
mod prop;
mod queue;
mod removal;
mod scaling;
mod storage;
mod structure;
mod tidy;

pub(crate) use import::{Importer, uses};
pub(crate) use library::variable_name;

use crate::constructs::{self, MethodCall, attribute};
use crate::convert::slice;
use crate::evaluate::Given;
use crate::file::Source;
use crate::imports::Imports;
use crate::l1;
use crate::library::class as table_of;
use crate::library::invert::{self, Words};
use crate::lower::{Doubts, Draft, Lowering};
use crate::scope::Arena;
use crate::table::Form;
use model::{Change, Intent, Literal, Lowered, SmolStr, Span, renamed};
use object::Objects;
use syntax::typescript::{Node, range};
use text::{Edits, TextEdit, TextRange, TextSize};

/// Writes `changes`, or the `intent` that they have together.
pub(crate) fn raise(source: &Source, lowered: &Lowered, changes: &[Change], intent: Option<&Intent>) -> Option<Edits> {
    let syntax = source.syntax();
    let text: &str = syntax.text();
    let (imports, tree) = source.converted();
    let arena = Arena::default();
    let lowering = Lowering::of(text, tree, imports, source.program(), &arena, Doubts::default());
    let raiser = || Raiser {
        text,
        root: syntax.root(),
        lowered,
        lowering: &lowering,
        imports,
        style: Style::of(text),
        edits: Vec::new(),
        objects: Objects::default(),
        parameters: Vec::new(),
        added: Vec::new(),
        imported: Vec::new(),
        named: Vec::new(),
    };
    // The intent is what is meant; the changes say it for resources that the program writes out itself.
    if let Some(intent) = intent {
        let mut raiser = raiser();
        if let Some(done) = raiser.intend(intent, changes) {
            done?;
            return raiser.finish();
        }
    }
    let mut raiser = raiser();
    // Parameters and resources first: what they are called is needed by the rest.
    let (first, rest): (Vec<&Change>, Vec<&Change>) =
        changes.iter().partition(|it| matches!(it, Change::AddParameter { .. }));
    let (added, rest): (Vec<&Change>, Vec<&Change>) =
        rest.into_iter().partition(|it| matches!(it, Change::AddResource { .. }));
    for change in first.into_iter().chain(added).chain(rest) {
        raiser.change(change, changes)?;
    }
    raiser.finish()
}

/// The switches of `aws-s3.BlockPublicAccess`.
const SWITCHES: [&str; 4] = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

/// How the program is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    quote: char,
    semicolons: bool,
    pub(crate) newline: &'static str,
    /// What a line is indented by below another.
    pub(crate) step: &'static str,
}

impl Style {
    pub(crate) fn of(text: &str) -> Style {
        let count = |it: char| text.lines().take(200).filter(|line| line.contains(it)).count();
        let newline = match text.find('\n') {
            Some(at) if text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        };
        let ends = |it: &str| text.lines().filter(|line| line.trim_end().ends_with(it)).count();
        let quote = if count('"') > count('\'') { '"' } else { '\'' };
        Style { quote, semicolons: ends(";") >= ends(")"), newline, step: step_of(text) }
    }

    pub(crate) fn end(self) -> &'static str {
        if self.semicolons { ";" } else { "" }
    }

    pub(crate) fn quoted(self, text: &str) -> String {
        let mut out = String::from(self.quote);
        for c in text.chars() {
            match c {
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\\' => out.push_str("\\\\"),
                c if c == self.quote => {
                    out.push('\\');
                    out.push(c);
                }
                c => out.push(c),
            }
        }
        out.push(self.quote);
        out
    }
}

/// The indentation that most lines behind an opening bracket have over the line of the bracket.
fn step_of(text: &str) -> &'static str {
    const STEPS: [&str; 4] = ["  ", "    ", "\t", "   "];
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut counts = [0; STEPS.len()];
    for (line, next) in text.lines().zip(text.lines().skip(1)).take(500) {
        let inner = next.get(indent(line)..indent(next)).filter(|_| line.trim_end().ends_with(['{', '(', '[']));
        if let Some(index) = inner.and_then(|inner| STEPS.iter().position(|it| *it == inner)) {
            counts[index] += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    STEPS.into_iter().zip(counts).find(|it| it.1 == most).map_or("  ", |it| it.0)
}

struct Raiser<'r, 'a> {
    text: &'a str,
    root: Node<'r>,
    lowered: &'r Lowered,
    lowering: &'r Lowering<'a>,
    imports: &'r Imports,
    style: Style,
    edits: Vec<TextEdit>,
    /// What is to be put into objects; written together, so that several changes of one object agree.
    objects: Objects<'r>,
    /// Parameters that are added, and the variables that hold them.
    parameters: Vec<(SmolStr, String)>,
    /// Library paths that are imported on the way, with their local names.
    imported: Vec<(SmolStr, String)>,
    /// Resources that are added, and the variables that hold them.
    added: Vec<(SmolStr, String)>,
    /// Constructs that get a variable on the way: their `new`, and the variable.
    named: Vec<(TextRange, String)>,
}

impl<'r, 'a> Raiser<'r, 'a> {
    fn finish(mut self) -> Option<Edits> {
        let objects = std::mem::take(&mut self.objects);
        self.edits.extend(objects.edits(self.text, self.style)?);
        let untidy = Edits::new(self.edits.clone()).ok()?;
        self.tidy();
        Some(Edits::new(self.edits).unwrap_or(untidy))
    }

    fn change(&mut self, change: &Change, all: &[Change]) -> Option<()> {
        match change {
            Change::Set { origin, path, value } => self.set(*origin, path, value),
            Change::Remove { origin, path } => self.remove(*origin, path),
            Change::SetAttribute { origin, attribute, path, value } if path.is_empty() => {
                self.set_attribute(*origin, attribute, value)
            }
            Change::SetIn { map, path, value } => self.set_in(*map, path, value),
            Change::SetArgument { call, index, member, value } => self.set_argument(*call, *index, member, value),
            Change::Replace { span, value: Literal::Existing(part) } if span.contains(*part) => {
                self.replace_by_part(*span, *part)
            }
            Change::Replace { span, value } => self.replace(*span, value),
            Change::Delete { span } => self.delete(self.resolve(*span)?),
            Change::RemoveResource { origin } => self.remove_statement(self.resolve(*origin)?),
            Change::AddParameter { name, ty, description, default, near } => {
                self.add_parameter(name, ty, description, default.as_deref(), self.resolve(*near)?)
            }
            Change::Append { origin, path, value } => self.append(*origin, path, value),
            Change::AddResource { id, ty, properties, condition, after } => {
                let named = all.iter().any(|it| it.value().is_some_and(|it| it.names(id)));
                self.add_resource(id, ty, properties, condition.as_deref(), self.resolve(*after)?, named)
            }
            Change::EditText { span, text } => self.edit_text(self.resolve(*span)?, text),
            Change::SetAttribute { .. }
            | Change::AppendAttribute { .. }
            | Change::AddCondition { .. }
            | Change::AddTransform { .. } => None,
            Change::Rename { span, to } => self.rename(self.resolve(*span)?, to),
        }
    }

    /// Writes another name where one stands.
    fn rename(&mut self, place: TextRange, to: &str) -> Option<()> {
        let name = self.node(place).filter(|it| it.kind().ends_with("identifier") && range(*it) == place)?;
        self.edits.push(TextEdit::replace(range(name), to.to_owned()));
        Some(())
    }

    fn resolve(&self, span: Span) -> Option<TextRange> {
        self.lowered.map.resolve(span)
    }

    /// The resources that the expression at `origin` makes.
    fn drafts(&self, origin: TextRange) -> impl Iterator<Item = &'r Draft> + use<'r, 'a> {
        let lowering = self.lowering;
        // Of what nobody wrote nothing can be changed.
        let is_written = |it: &Draft| it.construct.is_none_or(|it| !lowering.constructs[it].inner);
        lowering.drafts.iter().filter(move |it| is_written(it) && lowering.absolute(it.resource.origin) == origin)
    }

    /// The node that is all of `place` and nothing else.
    fn node(&self, place: TextRange) -> Option<Node<'r>> {
        let (start, end) = (usize::from(place.start()), usize::from(place.end()));
        let mut node = self.root.descendant_for_byte_range(start, end)?;
        if range(node) != place {
            // The inside of a string.
            return (node.kind() == "string_fragment" || node.kind() == "string").then_some(node);
        }
        // A statement that no semicolon ends is no more than its expression.
        let is_more = |it: &Node<'_>| matches!(it.kind(), "program" | "expression_statement");
        while let Some(parent) = node.parent().filter(|it| range(*it) == place && !is_more(it)) {
            node = parent;
        }
        Some(node)
    }

    fn source(&self, node: Node<'_>) -> &'a str {
        slice(self.text, range(node))
    }

    /// `Set`, where the resource's construct has words for it.
    fn set(&mut self, origin: Span, path: &str, value: &Literal) -> Option<()> {
        let origin = self.resolve(origin)?;
        let draft = self.drafts(origin).next()?;
        let (words, index, stack) = (draft.words.clone(), draft.props_index, draft.stack);
        let ty = draft.resource.ty.text.clone();
        let place = Place { at: origin.start(), stack };
        let call = self.call_of(draft, origin)?;
        if let Some(written) = draft.resource.properties.get(path).map(|it| self.lowering.absolute(it.span))
            && self.set_override(written, value).is_some()
        {
            return Some(());
        }
        if constructs::is_l1(&words) {
            let props: Vec<String> = path.split('.').map(|it| l1::prop(&ty, it)).collect();
            let value = self.literal(value, place, &Keys::Props(&ty))?;
            return self.set_prop(call, index, &props, value);
        }
        if let Literal::Text(text) = value
            && instance_type::is_at(path)
            && self.set_instance_type(draft, text).is_some()
        {
            return Some(());
        }
        if draft.resource.made.is_some() {
            let mut leaves = Vec::new();
            leaves_of(path, value, &mut leaves);
            return leaves.into_iter().try_for_each(|(path, it)| self.set_by_table(draft, call, &path, it, place));
        }
        if ty == "AWS::S3::Bucket"
            && let Some(block) = self.block_public_access(path, value)
        {
            // The library refuses a bucket that is to be both public and blocked.
            if self.is_made_public(origin) {
                return None;
            }
            let prop = ["blockPublicAccess".to_owned()];
            if let Some(switches) = self.commented_switches(call, index, &prop) {
                return SWITCHES.into_iter().try_for_each(|it| {
                    self.objects.set_argument(self.text, (switches, 0), &[it.to_owned()], "true".to_owned(), true)
                });
            }
            let block = self.library(block)?;
            return self.set_prop(call, index, &prop, block);
        }
        if ty == "AWS::S3::Bucket" && path == "LifecycleConfiguration" {
            let rules = self.lifecycle_rules(value, call, index)?;
            return self.set_prop(call, index, &["lifecycleRules".to_owned()], rules);
        }
        if ty == "AWS::CodeDeploy::DeploymentGroup" && path == "AutoRollbackConfiguration" {
            let prop = ["autoRollback".to_owned(), "failedDeployment".to_owned()];
            return self.set_prop(call, index, &prop, "true".to_owned());
        }
        if matches!(value, Literal::Map(_)) && self.set_by_constant(draft, call, path, value).is_some() {
            return Some(());
        }
        let mut leaves = Vec::new();
        leaves_of(path, value, &mut leaves);
        for (path, value) in leaves {
            // Rows that were written by hand know what is deprecated.
            match self.set_by_row(&words, call, index, (&path, value), place) {
                Some(()) => (),
                None => self.set_by_table(draft, call, &path, value, place)?,
            }
        }
        Some(())
    }

    /// The call or `new` that configures `draft`.
    fn call_of(&self, draft: &Draft, origin: TextRange) -> Option<Node<'r>> {
        let construct = draft.table.map(|(index, _)| &self.lowering.constructs[index]);
        self.node(construct.map_or(origin, |it| self.lowering.absolute(it.place.at.span())))
    }

    /// Sets the prop that decides the property at `path`, as the table of the class has it.
    fn set_by_table(&mut self, draft: &Draft, call: Node<'r>, path: &str, value: &Literal, place: Place) -> Option<()> {
        let class = table_of(&draft.words)?;
        let (_, resource) = draft.table?;
        let names = |prop: &str| -> Vec<String> { prop.split('.').map(str::to_owned).collect() };
        let mut found: Option<(Vec<String>, Words)> = None;
        for (row, function) in invert::rows(class, resource, path) {
            let Some(words) = invert::words(class, resource, path, function, value) else { continue };
            let names = names(&row.prop);
            // The prop that the author uses already, else the first.
            if object::has_member(self.text, call, draft.props_index, &names) {
                found = Some((names, words));
                break;
            }
            if found.is_none() && row.when.is_empty() {
                found = Some((names, words));
            }
        }
        let (names, words) = found?;
        let text = match words {
            Words::Same => self.literal(value, place, &Keys::Verbatim)?,
            Words::Bool(it) => it.to_string(),
            Words::Number(it) => it,
            Words::Constant(path) => self.member_of_library(&path)?,
            Words::Call(path, argument) => format!("{}({argument})", self.member_of_library(&path)?),
            Words::Construct(key) => self.expression_of(&key, place)?,
        };
        self.set_prop(call, draft.props_index, &names, text)
    }

    /// How the program names a constant or function of a class of the library.
    fn member_of_library(&mut self, path: &str) -> Option<String> {
        let (class, member) = path.rsplit_once('.')?;
        Some(format!("{}.{member}", self.library(class)?))
    }

    /// Sets the prop that a row which was written by hand has for the property.
    fn set_by_row(
        &mut self,
        words: &str,
        call: Node<'r>,
        index: usize,
        (path, value): (&str, &Literal),
        place: Place,
    ) -> Option<()> {
        let class = constructs::class(words)?;
        let rows: Vec<_> = class.rows.iter().filter(|it| it.path == path).collect();
        // The prop that the author uses already; else the newest.
        let used = rows.iter().find(|it| {
            let props: Vec<String> = it.prop.split('.').map(str::to_owned).collect();
            object::has_member(self.text, call, index, &props)
        });
        let row = used.or(rows.last())?;
        let text = match (row.form, value) {
            (Form::Same, value) => self.literal(value, place, &Keys::Verbatim)?,
            (Form::Switch { on, .. }, Literal::Text(it)) if it == on => "true".to_owned(),
            (Form::Switch { off, .. }, Literal::Text(it)) if it == off => "false".to_owned(),
            (Form::Choice(words), Literal::Text(it)) => {
                let (word, _) = words.iter().find(|(_, text)| text == it)?;
                let class = self.library(choice_class(module_of(class.name), row.prop)?)?;
                format!("{class}.{word}")
            }
            _ => return None,
        };
        let props: Vec<String> = row.prop.split('.').map(str::to_owned).collect();
        self.set_prop(call, index, &props, text)
    }

    /// All four switches, one by one or together, are a constant of the library.
    fn block_public_access(&self, path: &str, value: &Literal) -> Option<&'static str> {
        let all = "aws-s3.BlockPublicAccess.BLOCK_ALL";
        let name = "PublicAccessBlockConfiguration";
        match value {
            Literal::Map(entries) if path == name => {
                entries.iter().all(|(_, it)| *it == Literal::Bool(true)).then_some(all)
            }
            Literal::Bool(true) if path.starts_with(name) => Some(all),
            _ => None,
        }
    }

    /// `new BlockPublicAccess({ ... })` with comments in it, which the constant in its place would lose.
    fn commented_switches(&self, call: Node<'r>, index: usize, prop: &[String]) -> Option<Node<'r>> {
        let value = object::member(self.text, call, index, prop)?.child_by_field_name("value")?;
        let value = object::unwrapped(value);
        let switches = object::items(value.child_by_field_name("arguments")?).first().copied()?;
        let is_commented = switches.kind() == "object" && object::comments(switches) > 0;
        (value.kind() == "new_expression" && is_commented).then_some(value)
    }

    /// True when the program asks for public reading of the bucket that the expression at `origin` makes.
    fn is_made_public(&self, origin: TextRange) -> bool {
        let lowering = self.lowering;
        let made = lowering.constructs.iter().position(|it| lowering.absolute(it.place.at.span()) == origin);
        let Some(index) = made else { return false };
        let asks = match lowering.props_of(index).get("publicReadAccess") {
            Given::Value(at) => lowering.node(at).as_bool() != Some(false),
            Given::Absent | Given::Unknown => false,
        };
        let grants = lowering.scopes.calls.iter().filter_map(|it| MethodCall::of(*it)).any(|call| {
            call.method.text == "grantPublicAccess"
                && lowering.construct_of(call.object).is_some_and(|it| it.0 == index)
        });
        asks || grants
    }

    fn remove(&mut self, origin: Span, path: &str) -> Option<()> {
        let origin = self.resolve(origin)?;
        let draft = self.drafts(origin).next()?;
        let call = self.call_of(draft, origin)?;
        let index = draft.props_index;
        if constructs::is_l1(&draft.words) {
            let ty = &draft.resource.ty.text;
            let props: Vec<String> = path.split('.').map(|it| l1::prop(ty, it)).collect();
            return self.remove_prop(call, index, object::member(self.text, call, index, &props)?);
        }
        let mut props: Vec<&str> = Vec::new();
        match (table_of(&draft.words), draft.table) {
            (Some(class), Some((_, resource))) => {
                props.extend(invert::rows(class, resource, path).map(|(row, _)| &*row.prop));
            }
            _ => {
                let below = format!("{path}.");
                let class = constructs::class(&draft.words)?;
                let rows = class.rows.iter().filter(|it| it.path == path || it.path.starts_with(&below));
                props.extend(rows.map(|it| it.prop));
            }
        }
        let mut members: Vec<Node<'r>> = Vec::new();
        for prop in props {
            let names: Vec<String> = prop.split('.').map(str::to_owned).collect();
            members.extend(object::member(self.text, call, index, &names));
        }
        members.dedup_by_key(|it| it.id());
        if members.is_empty() {
            return None;
        }
        members.into_iter().try_for_each(|it| self.remove_prop(call, index, it))
    }

    /// Takes a prop out, and the variable with it that was there for it alone.
    fn remove_prop(&mut self, call: Node<'r>, index: usize, member: Node<'r>) -> Option<()> {
        let arguments = call.child_by_field_name("arguments")?;
        let items = object::items(arguments);
        let is_last = items.len() == index + 1;
        let variable = items.get(index).filter(|it| is_last && it.kind() == "identifier");
        let object = member.parent().filter(|it| object::items(*it).len() == 1 && object::comments(*it) == 0);
        match variable.filter(|_| object.is_some() && object == object::argument(self.text, call, index)) {
            Some(variable) => self.delete_item(arguments, *variable),
            None => self.remove_member(member),
        }
    }

    /// Takes a member out of its object; and the object with it when it was the last and an argument that may go.
    fn remove_member(&mut self, member: Node<'r>) -> Option<()> {
        let object = member.parent().filter(|it| it.kind() == "object")?;
        let alone = object::items(object).len() == 1;
        let in_arguments = object.parent().filter(|it| it.kind() == "arguments");
        match in_arguments {
            Some(arguments)
                if alone && object::comments(object) == 0 && object::items(arguments).last() == Some(&object) =>
            {
                self.delete_item(arguments, object)
            }
            _ => self.delete_item(object, member),
        }
    }

    /// Takes an item out of a list in brackets, with the comma and the line that are its own.
    fn delete_item(&mut self, list: Node<'r>, item: Node<'r>) -> Option<()> {
        self.edits.push(TextEdit::delete(object::extent(self.text, list, item)?));
        Some(())
    }

    fn set_attribute(&mut self, origin: Span, attribute: &str, value: &Literal) -> Option<()> {
        if !matches!(attribute, "DeletionPolicy" | "UpdateReplacePolicy") {
            return None;
        }
        let origin = self.resolve(origin)?;
        let draft = self.drafts(origin).next()?;
        if draft.table.is_some() {
            let place = Place { at: origin.start(), stack: draft.stack };
            return self.set_by_table(draft, self.call_of(draft, origin)?, &format!("@{attribute}"), value, place);
        }
        if constructs::is_l1(&draft.words) && draft.resource.attributes.get(attribute).is_none() {
            return self.apply_removal_policy(self.node(origin)?, value);
        }
        let class = constructs::class(&draft.words).filter(|it| !it.retention.is_empty())?;
        let word = match value {
            Literal::Text(it) if it == "Retain" => "RETAIN",
            Literal::Text(it) if it == "Delete" => "DESTROY",
            Literal::Text(it) if it == "Snapshot" && class.retention == "Snapshot" => "SNAPSHOT",
            _ => return None,
        };
        let index = draft.props_index;
        let call = self.node(origin)?;
        let policy = self.library("core.RemovalPolicy")?;
        self.set_prop(call, index, &["removalPolicy".to_owned()], format!("{policy}.{word}"))
    }

    fn set_in(&mut self, map: Span, path: &str, value: &Literal) -> Option<()> {
        let place = self.resolve(map)?;
        let node = self.node(place)?;
        let at = Place { at: place.start(), stack: self.stack_at(place) };
        if let Some(done) = self.set_in_statement(node, path, value, at) {
            return done;
        }
        let names: Vec<String> = path.split('.').map(|it| l1::prop("", it)).collect();
        let value = self.literal(value, at, &Keys::Props(""))?;
        if node.kind() == "object" {
            return self.objects.set(self.text, node, &names, value);
        }
        if let Some(call) = self.volume_around(node) {
            return self.objects.set_argument(self.text, (call, 1), &names, value, true);
        }
        // What stands for a part of a construct stands at its id.
        let construct = self.lowering.constructs.iter().find(|it| self.lowering.absolute(it.id.span) == place)?;
        let call = self.node(self.lowering.absolute(construct.place.at.span()))?;
        self.set_prop(call, 2, &names, value)
    }

    /// Adds a condition to the statement of a policy: the keys of policies are written as they are. `None` for what is none.
    fn set_in_statement(&mut self, node: Node<'r>, path: &str, value: &Literal, place: Place) -> Option<Option<()>> {
        let path = path.strip_prefix("Condition.")?;
        let keys: Vec<String> = path.split('.').map(|it| self.key(it)).collect();
        let names = |first: &str| std::iter::once(first.to_owned()).chain(keys).collect::<Vec<_>>();
        let Some(value) = self.literal(value, place, &Keys::Verbatim) else { return Some(None) };
        match node.kind() {
            "object" => Some(self.objects.set(self.text, node, &names("Condition"), value)),
            "new_expression" => {
                Some(self.objects.set_argument(self.text, (node, 0), &names("conditions"), value, false))
            }
            _ => None,
        }
    }

    /// Adds an item to a list of a resource that the program writes out itself, or to the lifecycle rules of a bucket.
    fn append(&mut self, origin: Span, path: &str, value: &Literal) -> Option<()> {
        let origin = self.resolve(origin)?;
        let draft = self.drafts(origin).next()?;
        let ty = draft.resource.ty.text.clone();
        let is_l1 = constructs::is_l1(&draft.words);
        let (written_out, keys) = Keys::at(&ty, path);
        let props: Vec<String> = match is_l1 {
            true => written_out,
            false if ty == "AWS::S3::Bucket" && path == "LifecycleConfiguration.Rules" => {
                vec!["lifecycleRules".to_owned()]
            }
            false => return None,
        };
        let member = object::member(self.text, self.node(origin)?, draft.props_index, &props)?;
        let list = object::unwrapped(member.child_by_field_name("value")?);
        let last = object::items(list).pop().filter(|_| list.kind() == "array")?;
        let text = match is_l1 {
            true => {
                let place = Place { at: origin.start(), stack: draft.stack };
                self.literal(value, place, &keys)?
            }
            false => self.lifecycle_rule(value, object::indent_of(self.text, last.start_byte()))?,
        };
        let separator = if object::stands_alone(self.text, last) || object::ends_line(self.text, last) {
            format!("{}{}", self.style.newline, object::indent_of(self.text, last.start_byte()))
        } else {
            " ".to_owned()
        };
        self.edits.push(TextEdit::insert(range(last).end(), format!(",{separator}{text}")));
        Some(())
    }

    /// Writes out another resource, after one that is written out itself.
    fn add_resource(
        &mut self,
        id: &SmolStr,
        ty: &str,
        properties: &Literal,
        condition: Option<&str>,
        after: TextRange,
        named: bool,
    ) -> Option<()> {
        let draft = self.drafts(after).next().filter(|it| constructs::is_l1(&it.words))?;
        let service = |ty: &str| ty.split("::").nth(1).map(str::to_owned);
        let decided = draft.resource.condition.as_ref().map(|it| &*it.text);
        if condition.is_some() && condition != decided || service(&draft.resource.ty.text) != service(ty) {
            return None;
        }
        let class = format!("{}.Cfn{}", module_of(&draft.words), ty.rsplit("::").next()?);
        let class = self.library(&class)?;
        let place = Place { at: after.end(), stack: draft.stack };
        let call = self.node(after)?;
        let scope = self.source(*object::items(call.child_by_field_name("arguments")?).first()?).to_owned();
        let statement = self.statement_around(after)?;
        let indent = object::indent_of(self.text, statement.start_byte()).to_owned();
        let inner = format!("{indent}{}", self.style.step);
        let newline = self.style.newline;
        let Literal::Map(entries) = properties else { return None };
        let mut members = String::new();
        for (name, value) in entries {
            let prop = l1::prop(ty, name);
            let value = self.literal(value, place, &Keys::Props(ty).below(&prop))?;
            members.push_str(&format!("{inner}{prop}: {value},{newline}"));
        }
        let held = match named {
            true => {
                let variable = self.variable_name(id)?;
                self.added.push((id.clone(), variable.clone()));
                format!("const {variable} = ")
            }
            false => String::new(),
        };
        let id = self.style.quoted(id);
        let text = format!(
            "{newline}{indent}{held}new {class}({scope}, {id}, {{{newline}{members}{indent}}}){}",
            self.style.end()
        );
        self.edits.push(TextEdit::insert(range(statement).end(), text));
        Some(())
    }

    fn replace(&mut self, span: Span, value: &Literal) -> Option<()> {
        let place = self.resolve(span)?;
        let node = self.node(place)?;
        let at = Place { at: place.start(), stack: self.stack_at(place) };
        let text = self.literal(value, at, &Keys::Verbatim)?;
        let source = self.source(node);
        // An address that a function of the library gives is replaced together with the function.
        for (any, with) in [("anyIpv4", "ipv4"), ("anyIpv6", "ipv6")] {
            if node.kind() == "call_expression"
                && let Some(function) = node.child_by_field_name("function")
                && let Some(peer) = self.source(function).strip_suffix(&format!(".{any}"))
            {
                self.edits.push(TextEdit::replace(place, format!("{peer}.{with}({text})")));
                return Some(());
            }
        }
        for (method, with, peer) in [
            ("allowFromAnyIpv4", "allowFrom", "ipv4"),
            ("allowFromAnyIpv6", "allowFrom", "ipv6"),
            ("allowDefaultPortFromAnyIpv4", "allowDefaultPortFrom", "ipv4"),
        ] {
            if source == method && node.kind() == "property_identifier" {
                let call = node.parent()?.parent().filter(|it| it.kind() == "call_expression")?;
                let arguments = call.child_by_field_name("arguments")?;
                let class = self.library("aws-ec2.Peer")?;
                let comma = if object::items(arguments).is_empty() { "" } else { ", " };
                self.edits.push(TextEdit::replace(place, with));
                let start = range(arguments).start() + text::size(1);
                self.edits.push(TextEdit::insert(start, format!("{class}.{peer}({text}){comma}")));
                return Some(());
            }
        }
        if let (Literal::Text(text), "string_fragment") = (value, node.kind())
            && range(node) != place
        {
            // A part of a string stays within it.
            let is_plain = !text.contains(['\'', '"', '`', '\\', '$', '\n']);
            return is_plain.then(|| self.edits.push(TextEdit::replace(place, text.clone())));
        }
        if node.kind() == "string_fragment"
            && matches!(value, Literal::Ref(_) | Literal::GetAtt(..))
            && let Some(whole) = node.parent()
        {
            return self.interpolate(whole, range(node), place, text, value, at);
        }
        if let (Literal::Text(wanted), "member_expression") = (value, node.kind()) {
            return self.replace_constant(node, wanted);
        }
        let is_text = matches!(
            node.kind(),
            "string" | "template_string" | "string_fragment" | "array" | "number" | "true" | "false"
        );
        // `listener.ref`, which says no more than the name of a resource.
        let is_reference = node.kind() == "member_expression"
            && matches!(value, Literal::Ref(_))
            && node.child_by_field_name("property").is_some_and(|it| self.source(it) == "ref");
        if !is_text && !is_reference {
            return None;
        }
        let node = if node.kind() == "string_fragment" { node.parent()? } else { node };
        // A list in the place of an item of a list is its items.
        self.edits.push(TextEdit::replace(range(node), text));
        Some(())
    }

    /// Puts an expression in the place of a part of a string, which becomes a template for it.
    fn interpolate(
        &mut self,
        whole: Node<'r>,
        fragment: TextRange,
        place: TextRange,
        text: String,
        value: &Literal,
        at: Place,
    ) -> Option<()> {
        if whole.kind() == "template_string" {
            self.edits.push(TextEdit::replace(place, format!("${{{text}}}")));
            return Some(());
        }
        let is_plain = whole.kind() == "string" && whole.named_child_count() == 1 && fragment.contains_range(place);
        if !is_plain {
            return None;
        }
        let before = slice(self.text, TextRange::new(fragment.start(), place.start()));
        let after = slice(self.text, TextRange::new(place.end(), fragment.end()));
        let text = match (before, after) {
            ("", "") => text,
            _ => self.interpolated(&[Literal::text(before), value.clone(), Literal::text(after)], at)?,
        };
        self.edits.push(TextEdit::replace(range(whole), text));
        Some(())
    }

    fn delete(&mut self, place: TextRange) -> Option<()> {
        let node = self.node(place)?;
        let parent = node.parent()?;
        match parent.kind() {
            "array" => self.delete_item(parent, node),
            "pair" => self.remove_member(parent),
            // A statement that is all that a call is about.
            "arguments" if object::items(parent).len() == 1 => self.remove_statement(range(parent.parent()?)),
            "arguments" if node.kind() == "new_expression" => self.delete_item(parent, node),
            // A call that adds the item.
            "expression_statement" if node.kind() == "call_expression" => self.remove_statement(place),
            _ => None,
        }
    }

    /// The stack of the class around `place`.
    fn stack_at(&self, place: TextRange) -> usize {
        self.frame_at(place.start()).map_or(0, |frame| self.lowering.scopes.stack_of(frame))
    }

    /// A value as an expression, used at `place`.
    fn literal(&mut self, value: &Literal, place: Place, keys: &Keys<'_>) -> Option<String> {
        Some(match value {
            Literal::Text(text) => self.style.quoted(text),
            Literal::Bool(it) => it.to_string(),
            Literal::Number(it) => it.to_string(),
            Literal::List(items) => {
                let items: Option<Vec<String>> = items.iter().map(|it| self.literal(it, place, keys)).collect();
                format!("[{}]", items?.join(", "))
            }
            Literal::Map(entries) => {
                let mut out = Vec::new();
                for (name, value) in entries {
                    let name = match keys {
                        Keys::Props(ty) => l1::prop(ty, name),
                        Keys::Verbatim => name.clone(),
                    };
                    let value = self.literal(value, place, &keys.below(&name))?;
                    out.push(format!("{}: {value}", self.key(&name)));
                }
                if out.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", out.join(", ")) }
            }
            Literal::Ref(name) => self.reference(name, place)?,
            Literal::GetAtt(key, name) => self.attribute(key, name, place)?,
            Literal::Sub(parts) => self.interpolated(parts, place)?,
            Literal::Existing(span) => slice(self.text, self.resolve(*span)?).to_owned(),
            Literal::Renamed { existing, from, to } => renamed(slice(self.text, self.resolve(*existing)?), from, to),
        })
    }

    fn key(&self, name: &str) -> String {
        let plain = name.chars().all(|it| it.is_alphanumeric() || it == '_' || it == '$')
            && name.starts_with(|it: char| !it.is_numeric());
        if plain { name.to_owned() } else { self.style.quoted(name) }
    }

    fn interpolated(&mut self, parts: &[Literal], place: Place) -> Option<String> {
        if let [Literal::GetAtt(key, name), Literal::Text(path), rest @ ..] = parts
            && name == "Arn"
            && let Some(path) = path.strip_prefix('/')
        {
            let construct =
                self.lowering.constructs.iter().find(|it| it.key == *key && it.place.stack == place.stack)?;
            if construct.class == "aws-s3.Bucket" {
                let bucket = self.expression_of(key, place)?;
                let below = match rest {
                    [] => self.style.quoted(path),
                    rest => {
                        let mut all = vec![Literal::text(path)];
                        all.extend_from_slice(rest);
                        self.interpolated(&all, place)?
                    }
                };
                return Some(format!("{bucket}.arnForObjects({below})"));
            }
        }
        let mut out = String::from('`');
        for part in parts {
            match part {
                Literal::Text(text) => {
                    out.push_str(&text.replace('\\', "\\\\").replace('`', "\\`").replace("${", "\\${"))
                }
                other => {
                    out.push_str("${");
                    out.push_str(&self.literal(other, place, &Keys::Verbatim)?);
                    out.push('}');
                }
            }
        }
        out.push('`');
        Some(out)
    }

    /// `Ref` of a parameter, a pseudo parameter or a resource.
    fn reference(&mut self, name: &str, place: Place) -> Option<String> {
        if let Some((_, variable)) = self.parameters.iter().find(|(it, _)| it == name) {
            return Some(format!("{variable}.valueAsString"));
        }
        if let Some((_, variable)) = self.added.iter().find(|(it, _)| it == name) {
            return Some(format!("{variable}.ref"));
        }
        if let Some(constant) = pseudo_parameter(name) {
            if let Some(member) = member_of_stack(name)
                && self.frame_at(place.at).is_some_and(|it| self.lowering.scopes.is_stack(it))
            {
                return Some(format!("this.{member}"));
            }
            let class = self.library("core.Aws")?;
            return Some(format!("{class}.{constant}"));
        }
        let construct = self.lowering.constructs.iter().find(|it| it.key == name && it.place.stack == place.stack)?;
        let member = if construct.class == "core.CfnParameter" {
            "valueAsString"
        } else if constructs::is_l1(&construct.class) {
            "ref"
        } else {
            attribute::member_for(&construct.class, "Ref")?
        };
        Some(format!("{}.{member}", self.expression_of(name, place)?))
    }

    fn attribute(&mut self, key: &str, name: &str, place: Place) -> Option<String> {
        let construct = self.lowering.constructs.iter().find(|it| it.key == key && it.place.stack == place.stack)?;
        let member = if constructs::is_l1(&construct.class) {
            attribute::member_of_resource(&constructs::type_of(&construct.class)?, name)
        } else {
            attribute::member_for(&construct.class, name)?.into()
        };
        Some(format!("{}.{member}", self.expression_of(key, place)?))
    }
}

/// Where a value is to be written.
#[derive(Clone, Copy, Debug)]
struct Place {
    at: TextSize,
    stack: usize,
}

/// What the keys of maps are written as.
#[derive(Clone, Copy)]
enum Keys<'t> {
    /// As props of a resource of this type.
    Props(&'t str),
    Verbatim,
}

impl<'t> Keys<'t> {
    /// How the keys below the prop `name` are written.
    fn below(self, name: &str) -> Keys<'t> {
        match self {
            Keys::Props(ty) if !l1::is_verbatim(ty, name) => self,
            _ => Keys::Verbatim,
        }
    }

    /// The props at a dotted path of a resource of type `ty`, and how the keys below them are written.
    fn at(ty: &'t str, path: &str) -> (Vec<String>, Keys<'t>) {
        let mut keys = Keys::Props(ty);
        let mut props = Vec::new();
        for name in path.split('.') {
            props.push(match keys {
                Keys::Props(ty) => l1::prop(ty, name),
                Keys::Verbatim => name.to_owned(),
            });
            keys = keys.below(&props[props.len() - 1]);
        }
        (props, keys)
    }
}

/// The single values in `value`, each with its path.
fn leaves_of<'l>(path: &str, value: &'l Literal, out: &mut Vec<(String, &'l Literal)>) {
    match value {
        Literal::Map(entries) if !entries.is_empty() => {
            entries.iter().for_each(|(name, value)| leaves_of(&format!("{path}.{name}"), value, out));
        }
        _ => out.push((path.to_owned(), value)),
    }
}

/// The module of a class.
fn module_of(class: &str) -> &str {
    class.split('.').next().unwrap_or_default()
}

/// The class whose constants a prop takes.
fn choice_class(module: &str, prop: &str) -> Option<&'static str> {
    Some(match (module, prop) {
        ("aws-s3", "accessControl") => "aws-s3.BucketAccessControl",
        ("aws-kms", "keySpec") => "aws-kms.KeySpec",
        ("aws-kms", "keyUsage") => "aws-kms.KeyUsage",
        ("aws-dynamodb", "billingMode") => "aws-dynamodb.BillingMode",
        ("aws-dynamodb", "encryption") => "aws-dynamodb.TableEncryption",
        ("aws-dynamodb", "stream") => "aws-dynamodb.StreamViewType",
        ("aws-elasticloadbalancingv2", "protocol") => "aws-elasticloadbalancingv2.ApplicationProtocol",
        ("aws-cloudfront", "minimumProtocolVersion") => "aws-cloudfront.SecurityPolicyProtocol",
        ("aws-route53", "type") => "aws-route53.HealthCheckType",
        ("aws-elasticloadbalancingv2", "sslPolicy") => "aws-elasticloadbalancingv2.SslPolicy",
        _ => return None,
    })
}

/// The member of a stack that has the value of a pseudo parameter.
fn member_of_stack(name: &str) -> Option<&'static str> {
    Some(match name {
        "AWS::AccountId" => "account",
        "AWS::Partition" => "partition",
        "AWS::Region" => "region",
        _ => return None,
    })
}

fn pseudo_parameter(name: &str) -> Option<&'static str> {
    Some(match name {
        "AWS::AccountId" => "ACCOUNT_ID",
        "AWS::Partition" => "PARTITION",
        "AWS::Region" => "REGION",
        "AWS::StackId" => "STACK_ID",
        "AWS::StackName" => "STACK_NAME",
        "AWS::URLSuffix" => "URL_SUFFIX",
        _ => return None,
    })
}
