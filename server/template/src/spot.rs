//! What stands at a place of a template, and the way that leads there.

use crate::Source;
use crate::lower::content;
use model::SmolStr;
use schema::template::{LOOP_PREFIX, function_of_tag};
use syntax::data::{self, Kind, Pair, Placed, Role};
use text::{TextRange, TextSize};

/// The word or value at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Where it is, in bytes of the file, without quotes.
    pub range: TextRange,
    /// The value that it belongs to, with its tag and quotes: of a key what stands under it, of a function all of the call,
    /// of a variable all of `${...}`.
    pub value: TextRange,
    /// The innermost call of a function around it, or that it is the name of.
    pub call: Option<TextRange>,
    /// The way from the root; the last step of a key or function is itself.
    pub path: Vec<Step>,
    /// What it is.
    pub kind: SpotKind,
}

/// What a [`Spot`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpotKind {
    /// A key of a map.
    Key,
    /// The name of a function, as a tag or as the key of its long form.
    Function,
    /// A scalar, with its text.
    Text(SmolStr),
    /// The name in a `${...}` of `Fn::Sub`.
    Variable {
        /// The name.
        name: SmolStr,
        /// What the map in the second argument of `Fn::Sub` gives it.
        given: Option<TextRange>,
    },
}

/// A step on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The value under a key.
    Key(SmolStr),
    /// The item of a list with this index.
    Item(usize),
    /// What a function is given, by its full name.
    Call(SmolStr),
}

impl Source {
    /// What stands at `offset`; `None` between words, and in text that could not be understood.
    pub fn spot(&self, offset: TextSize) -> Option<Spot> {
        let blocks = &self.document.blocks;
        let last = blocks.partition_point(|it| it.start <= offset).checked_sub(1)?;
        // A word may end where the next block starts.
        let earlier = last.checked_sub(1).filter(|_| blocks[last].start == offset);
        [Some(last), earlier].into_iter().flatten().find_map(|index| {
            let placed = &blocks[index];
            let mut walk = Walk { placed, offset: offset - placed.start, path: Vec::new(), call: None, variables: &[] };
            if placed.role == Role::Entry {
                let header = blocks[..index].iter().rev().find(|it| it.role == Role::Header)?;
                walk.path.push(Step::Key(header.block.pairs.first()?.key.text.clone()));
            }
            match &placed.block.root {
                Some(root) => walk.node(root),
                None => walk.pairs(&placed.block.pairs),
            }
        })
    }
}

struct Walk<'a> {
    placed: &'a Placed,
    /// Counted in the block.
    offset: TextSize,
    path: Vec<Step>,
    call: Option<TextRange>,
    /// The second argument of the innermost `Fn::Sub`.
    variables: &'a [Pair],
}

/// Where a walk goes on.
enum Next<'a> {
    Node(&'a data::Node),
    Found(Spot),
}

impl<'a> Walk<'a> {
    fn pairs(mut self, pairs: &'a [Pair]) -> Option<Spot> {
        match self.pair(pairs, None)? {
            Next::Found(spot) => Some(spot),
            Next::Node(node) => self.node(node),
        }
    }

    fn node(mut self, mut node: &'a data::Node) -> Option<Spot> {
        loop {
            if let Some(tag) = &node.tag
                && let Some(short) = tag.text.strip_prefix('!').filter(|it| !it.is_empty() && !it.starts_with('!'))
            {
                let function = match function_of_tag(short) {
                    Some(name) => SmolStr::new_static(name),
                    None => smol_str::format_smolstr!("Fn::{short}"),
                };
                self.path.push(Step::Call(function));
                self.call = Some(node.range);
                if tag.range.contains_inclusive(self.offset) {
                    return Some(self.found(tag.range, node.range, SpotKind::Function));
                }
            }
            match &node.kind {
                Kind::Mapping { pairs, .. } => match self.pair(pairs, Some(node.range))? {
                    Next::Found(spot) => return Some(spot),
                    Next::Node(next) => node = next,
                },
                Kind::Sequence { items, .. } => {
                    let index = items.iter().position(|it| it.range.contains_inclusive(self.offset))?;
                    self.variables = match items.get(1).map(|it| &it.kind) {
                        Some(Kind::Mapping { pairs, .. }) if self.path.last().is_some_and(is_sub) => pairs,
                        _ => &[],
                    };
                    self.path.push(Step::Item(index));
                    node = &items[index];
                }
                Kind::Scalar { text, .. } => {
                    // On a quote, or in the white space of a block scalar, it is the value as it is written.
                    let content = content(node, &self.placed.block.text);
                    let range = if content.contains_inclusive(self.offset) { content } else { node.range };
                    if let Some((name, whole)) = self.variable(node) {
                        let range = if name.contains_inclusive(self.offset) { name } else { whole };
                        let name = SmolStr::new(self.slice(name));
                        let given = self.variables.iter().find(|it| it.key.text == name).map(|it| it.value.range);
                        let given = given.map(|it| it + self.placed.start);
                        return Some(self.found(range, whole, SpotKind::Variable { name, given }));
                    }
                    return Some(self.found(range, node.range, SpotKind::Text(text.clone())));
                }
                Kind::Nothing | Kind::Alias(_) | Kind::Broken => return None,
            }
        }
    }

    /// `whole` is the mapping that they are, where that is a value of its own.
    fn pair(&mut self, pairs: &'a [Pair], whole: Option<TextRange>) -> Option<Next<'a>> {
        let at = |it: &&Pair| it.key.range.contains_inclusive(self.offset);
        let pair =
            pairs.iter().find(at).or_else(|| pairs.iter().find(|it| it.range.contains_inclusive(self.offset)))?;
        let is_function = self.is_function(pair, pairs.len() == 1);
        let name = pair.key.text.clone();
        if is_function {
            self.path.push(Step::Call(name));
            self.call = Some(whole.unwrap_or(pair.range));
        } else {
            self.path.push(Step::Key(name));
        }
        if !pair.key.range.contains_inclusive(self.offset) {
            return pair.value.range.contains_inclusive(self.offset).then_some(Next::Node(&pair.value));
        }
        Some(Next::Found(match is_function {
            true => self.found(pair.key.range, whole.unwrap_or(pair.range), SpotKind::Function),
            false => self.found(pair.key.range, pair.value.range, SpotKind::Key),
        }))
    }

    fn is_function(&self, pair: &Pair, is_only: bool) -> bool {
        match pair.key.text.as_str() {
            key if key.starts_with(LOOP_PREFIX) || key == "Fn::Transform" => true,
            key if schema::template::is_function_key(key) => is_only,
            "Condition" => {
                let in_conditions = matches!(&self.path[..], [Step::Key(first), _, ..] if first == "Conditions");
                let makes_condition =
                    |it: &Step| matches!(it, Step::Call(it) if ["Fn::And", "Fn::Or", "Fn::Not"].contains(&it.as_str()));
                is_only && (in_conditions || self.path.iter().any(makes_condition))
            }
            _ => false,
        }
    }

    /// The name at the place, and the `${...}` around it, in a text that `Fn::Sub` is given.
    fn variable(&self, node: &data::Node) -> Option<(TextRange, TextRange)> {
        let is_text = match &self.path[..] {
            [.., last] if is_sub(last) => true,
            [.., call, Step::Item(0)] => is_sub(call),
            _ => false,
        };
        if !is_text {
            return None;
        }
        // In the text as it is written, which no escape or fold makes another here: names have neither.
        let base = usize::from(node.range.start());
        let written = self.slice(node.range);
        let at = usize::from(self.offset).checked_sub(base)?;
        let start = written.get(..at)?.rfind("${").or_else(|| {
            // On the dollar or the brace.
            let near = at.saturating_sub(1);
            written.get(near..)?.find("${").map(|it| it + near).filter(|it| *it <= at)
        })?;
        let end = start + written[start..].find('}')?;
        let inside = &written[start + 2..end];
        if at > end + 1 || inside.starts_with('!') || inside.contains("${") {
            return None;
        }
        let name = start + 2 + (inside.len() - inside.trim_start().len());
        let name = text::range(base + name, base + name + inside.trim().len());
        Some((name, text::range(base + start, base + end + 1)))
    }

    fn slice(&self, range: TextRange) -> &'a str {
        self.placed.block.text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or_default()
    }

    fn found(&mut self, range: TextRange, value: TextRange, kind: SpotKind) -> Spot {
        let start = self.placed.start;
        let call = self.call.map(|it| it + start);
        Spot { range: range + start, value: value + start, call, path: std::mem::take(&mut self.path), kind }
    }
}

fn is_sub(step: &Step) -> bool {
    matches!(step, Step::Call(name) if name == "Fn::Sub")
}

#[cfg(test)]
mod tests {
    use super::*;
    use syntax::data::Format;

    /// The spot at the `|` of `text`, in words.
    fn spot(text: &str, format: Format) -> String {
        let at = text.find('|').expect("a cursor");
        let text = text.replacen('|', "", 1);
        let source = Source::parse(&text, format);
        let Some(spot) = source.spot(text::size(at)) else { return "nothing".to_owned() };
        let steps: Vec<String> = spot
            .path
            .iter()
            .map(|it| match it {
                Step::Key(key) => key.to_string(),
                Step::Item(index) => index.to_string(),
                Step::Call(name) => format!("{name}()"),
            })
            .collect();
        let slice = |it: TextRange| &text[usize::from(it.start())..usize::from(it.end())];
        let kind = match &spot.kind {
            SpotKind::Key => "key",
            SpotKind::Function => "function",
            SpotKind::Text(_) => "text",
            SpotKind::Variable { given: None, .. } => "variable",
            SpotKind::Variable { given: Some(_), .. } => "given variable",
        };
        format!("{kind} {:?} at {}: {:?}", slice(spot.range), steps.join("/"), slice(spot.value))
    }

    fn yaml(text: &str) -> String {
        spot(text, Format::Yaml)
    }

    #[test]
    fn words_are_found_with_the_way_to_them() {
        let with = |place: &str| format!("Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n    Properties:\n{place}");
        assert_eq!(yaml("Reso|urces:\n  A:\n    Type: B"), "key \"Resources\" at Resources: \"\"");
        assert_eq!(
            yaml(&with("      Tags:\n        - K|ey: a\n")),
            "key \"Key\" at Resources/Bucket/Properties/Tags/0/Key: \"a\""
        );
        assert_eq!(
            yaml(&with("      Name: !S|ub 'a-${B}'\n")),
            "function \"!Sub\" at Resources/Bucket/Properties/Name/Fn::Sub(): \"!Sub 'a-${B}'\""
        );
        assert_eq!(
            yaml(&with("      Name: !Sub 'a-${Bö.C|c}'\n")),
            "variable \"Bö.Cc\" at Resources/Bucket/Properties/Name/Fn::Sub(): \"${Bö.Cc}\""
        );
        assert_eq!(
            yaml(&with("      Name: {'Fn::Sub': ['a-${ B| }', {B: c}]}\n")),
            "given variable \"B\" at Resources/Bucket/Properties/Name/Fn::Sub()/0: \"${ B }\""
        );
        assert_eq!(
            yaml(&with("      Name: !If [A, !Ref \"B|\", c]\n")),
            "text \"B\" at Resources/Bucket/Properties/Name/Fn::If()/1/Ref(): \"!Ref \\\"B\\\"\""
        );
        assert_eq!(
            yaml("Conditions:\n  A: {Condi|tion: B}"),
            "function \"Condition\" at Conditions/A/Condition(): \"{Condition: B}\""
        );
        assert_eq!(yaml("Resources:\n  A: |  \n"), "nothing");
    }

    #[test]
    fn json_is_read_as_well() {
        let text =
            r#"{"Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": {"X": {"F|n::GetAtt": ["B", "Arn"]}}}}}"#;
        assert_eq!(
            spot(text, Format::Json),
            "function \"Fn::GetAtt\" at Resources/A/Properties/X/Fn::GetAtt(): \"{\\\"Fn::GetAtt\\\": [\\\"B\\\", \\\"Arn\\\"]}\""
        );
    }
}
