//! Where in a template the cursor is, found in its lines: the text at the cursor is half-typed and need not parse.

use super::{flow, yaml};
use model::SmolStr;
use schema::template::LOOP_PREFIX;
use template::Format;
use text::{TextRange, TextSize};

/// The cursor's place in the tree that the text is going to be.
#[derive(Debug)]
pub(super) struct Context<'t> {
    pub(super) text: &'t str,
    pub(super) format: Format,
    pub(super) cursor: usize,
    /// The way from the root to the map, list or value in which the cursor is.
    pub(super) path: Vec<Step>,
    /// What else is in each map or list on that way: one more than there are steps.
    pub(super) containers: Vec<Container>,
    pub(super) spot: Spot,
    pub(super) word: Word,
    /// Where the lines of what is typed here begin.
    pub(super) margin: Margin,
    /// The word is a name between `${` and `}`.
    pub(super) is_substitution: bool,
    /// The word is an attribute of this resource, which stands before it.
    pub(super) attribute_of: Option<SmolStr>,
}

/// A step, to be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At<'c> {
    Key(&'c str),
    Item(usize),
    Call(&'c str),
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// To the value of a key.
    Key(SmolStr),
    /// To an item of a list.
    Item(usize),
    /// To the argument of a function, in its short or its long form; the full name.
    Call(SmolStr),
}

/// What a map or a list holds beside what the cursor is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Container {
    /// The other entries of a map.
    pub(super) entries: Vec<Entry>,
    /// The items of a list in front of the cursor: their text, of those that are scalars or refer to something (`!Ref A`).
    pub(super) items: Vec<Option<SmolStr>>,
    /// The column of its keys or dashes, where they are in lines of their own; else a column that no line reaches.
    pub(super) column: usize,
    /// Other items of a list stand where a key would begin.
    pub(super) has_dashes: bool,
}

/// An entry of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: SmolStr,
    /// Its value, where that is a scalar.
    pub(super) value: Option<SmolStr>,
}

/// What is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// A key of the map at the path. The colon behind it may be there already.
    Key { has_colon: bool },
    /// The scalar at the path.
    Value,
    /// The first word at the path: it may become a scalar, the first key of a map or the first item of a list.
    Open,
    /// A line of a block scalar at the path.
    Block,
}

/// The word that a completion replaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// From its first byte to its last, of which some may be behind the cursor. Without quotes in YAML, with those that are
    /// there in JSON.
    pub(super) range: TextRange,
    /// The quote that it stands in.
    pub(super) quote: Option<char>,
    /// What must be written in front of it.
    pub(super) lead: &'static str,
    /// What must be written behind it.
    pub(super) trail: &'static str,
    /// Where a comma must be written behind the entry before.
    pub(super) comma: Option<TextSize>,
}

/// Where lines begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Margin {
    /// The width of the white space at the start of the line.
    pub(super) line: usize,
    /// The column of what is typed, behind dashes.
    pub(super) content: usize,
}

impl<'t> Context<'t> {
    /// The context of `cursor`, a byte of `text`; `None` where nothing can be completed: in comments, behind finished values.
    ///
    /// `known` is a place in front of it where an entry of a section begins, with the name of that section.
    pub(super) fn find(
        text: &'t str,
        format: Format,
        cursor: usize,
        known: Option<(usize, &str)>,
    ) -> Option<Context<'t>> {
        let mut cursor = cursor.min(text.len());
        while !text.is_char_boundary(cursor) {
            cursor -= 1;
        }
        let mut context = match format {
            Format::Yaml => yaml::find(text, cursor)?,
            Format::Json => flow::find_json(text, cursor, known)?,
        };
        for step in &mut context.path {
            if let Step::Key(key) = step
                && schema::template::is_function_key(key)
            {
                *step = Step::Call(key.clone());
            }
        }
        Some(context)
    }

    /// What has been typed of the word.
    pub(super) fn typed(&self) -> &'t str {
        self.text.get(usize::from(self.word.range.start())..self.cursor).unwrap_or_default()
    }

    /// The path, without the functions whose place is that of their value (`Fn::If`, loops); with each step, how many are
    /// before it.
    pub(super) fn way(&self) -> (Vec<At<'_>>, Vec<usize>) {
        let (mut way, mut depths) = (Vec::new(), Vec::new());
        let mut steps = self.path.iter().enumerate().peekable();
        while let Some((depth, step)) = steps.next() {
            let next = steps.peek().map(|it| it.1);
            let is_transparent = match step {
                Step::Call(name) if name == "Fn::If" => matches!(next, Some(Step::Item(1 | 2))),
                Step::Call(name) if name.starts_with(LOOP_PREFIX) => matches!(next, Some(Step::Item(2))),
                _ => false,
            };
            if is_transparent {
                steps.next();
                continue;
            }
            depths.push(depth);
            way.push(match step {
                Step::Key(key) => At::Key(key),
                Step::Item(index) => At::Item(*index),
                Step::Call(name) => At::Call(name),
            });
        }
        (way, depths)
    }

    /// True where a key may be typed.
    pub(super) fn takes_key(&self) -> bool {
        matches!(self.spot, Spot::Key { .. } | Spot::Open)
    }

    /// True where a scalar may be typed.
    pub(super) fn takes_value(&self) -> bool {
        matches!(self.spot, Spot::Value | Spot::Open)
    }

    /// Goes into the item of a list that begins with a dash, which is still to be written where there is none.
    pub(super) fn enter_item(&mut self) {
        let count = self.container().items.len();
        self.path.push(Step::Item(count));
        self.containers.push(Container { column: self.margin.content + 2, ..Container::default() });
        self.word.lead = if self.word.lead.is_empty() { "- " } else { self.word.lead };
    }

    /// What else is in the map or list in which the cursor is.
    pub(super) fn container(&self) -> &Container {
        // There is always one more container than steps.
        &self.containers[self.containers.len() - 1]
    }

    /// What else is in the resource in which the cursor is.
    pub(super) fn resource(&self) -> Option<&Container> {
        let (_, depths) = self.way();
        self.containers.get(depths.get(1)? + 1)
    }
}

impl Container {
    /// The text of an item in front of the cursor; `None` where it is not known before deployment.
    pub(super) fn item(&self, index: usize) -> Option<&str> {
        self.items.get(index)?.as_deref().filter(|it| !it.starts_with('!'))
    }

    /// What an item in front of the cursor refers to.
    pub(super) fn referred(&self, index: usize) -> Option<&str> {
        self.items.get(index)?.as_deref()?.strip_prefix("!Ref ")
    }
}

impl Default for Container {
    fn default() -> Container {
        Container { entries: Vec::new(), items: Vec::new(), column: usize::MAX, has_dashes: false }
    }
}

impl Container {
    /// True when there is an entry with this key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|it| it.key == key)
    }
}

/// A path that is found from the cursor outwards.
#[derive(Debug, Default)]
pub(super) struct Trail {
    steps: Vec<Step>,
    containers: Vec<Container>,
    /// The container that is being looked at, the outermost so far.
    pub(super) here: Container,
}

impl Trail {
    /// Goes out of `step`, into the container that it is in.
    pub(super) fn leave(&mut self, step: Step) {
        self.number();
        // What a function takes begins where the function does.
        let column = if matches!(step, Step::Call(_)) { self.here.column } else { usize::MAX };
        self.steps.push(step);
        self.containers.push(std::mem::take(&mut self.here));
        self.here.column = column;
    }

    /// Looks at a container that is known already, its entries in the order of the text.
    pub(super) fn put(&mut self, mut container: Container) {
        container.entries.reverse();
        container.items.reverse();
        self.here = container;
    }

    /// How many steps have been left.
    pub(super) fn depth(&self) -> usize {
        self.steps.len()
    }

    /// The column of the container that `depth` steps from the outermost lead to.
    pub(super) fn column(&self, depth: usize) -> usize {
        let container = match depth {
            0 => Some(&self.here),
            _ => self.steps.len().checked_sub(depth).and_then(|it| self.containers.get(it)),
        };
        container.map_or(usize::MAX, |it| it.column)
    }

    /// Notes an entry behind the cursor, of the container that `depth` steps from the outermost lead to.
    pub(super) fn add(&mut self, depth: usize, entry: Entry) {
        if depth == 0 {
            self.here.entries.insert(0, entry);
        } else if let Some(index) = self.steps.len().checked_sub(depth)
            && let Some(container) = self.containers.get_mut(index)
        {
            container.entries.push(entry);
        }
    }

    /// Forgets everything so far: it turned out to be the text of one scalar.
    pub(super) fn clear(&mut self) {
        *self = Trail::default();
    }

    /// The path and the containers from the outside inwards.
    pub(super) fn finish(mut self) -> (Vec<Step>, Vec<Container>) {
        self.number();
        self.containers.push(self.here);
        self.steps.reverse();
        self.containers.reverse();
        (self.steps, self.containers)
    }

    /// Puts entries and items into the order of the text, and numbers the item that was left last.
    fn number(&mut self) {
        self.here.entries.reverse();
        self.here.items.reverse();
        if let Some(Step::Item(index)) = self.steps.last_mut()
            && *index == usize::MAX
        {
            *index = self.here.items.len();
        }
    }

    /// An item of which it is not known yet how many are before it.
    pub(super) const ITEM: Step = Step::Item(usize::MAX);
}

/// The text that a scalar in one line stands for, as far as a word can be told from its quotes.
pub(super) fn plain(text: &str) -> Option<SmolStr> {
    let text = text.trim();
    let first = text.chars().next()?;
    match first {
        '"' | '\'' => {
            let inner = &text[1..];
            Some(inner.split(first).next().unwrap_or_default().into())
        }
        '!' => {
            let name = without_comment(text).strip_prefix("!Ref ")?.trim();
            Some(reference(name))
        }
        '&' | '*' | '|' | '>' | '{' | '[' | '#' => None,
        _ => Some(without_comment(text).into()),
    }
}

/// What a `Ref` is among scalars.
pub(super) fn reference(name: &str) -> SmolStr {
    format!("!Ref {name}").into()
}

/// The plain scalar at the start of `text`, which ends where a comment begins.
pub(super) fn without_comment(text: &str) -> &str {
    let mut end = text.len();
    for (at, _) in text.match_indices('#') {
        if at == 0 || text[..at].ends_with([' ', '\t']) {
            end = at;
            break;
        }
    }
    text[..end].trim_end()
}

/// The full name of the function with the tag `tag` (with its `!`).
pub(super) fn function_of(tag: &str) -> SmolStr {
    let short = tag.trim_start_matches('!');
    schema::template::function_of_tag(short).map_or_else(|| tag.into(), SmolStr::new_static)
}
