//! The scripts that instances start with: `UserData`, and the commands that are added to it.

use super::MethodCall;
use crate::ast::{Element, Expression};
use crate::evaluate::{Given, Made};
use crate::lower::{Level, Lowering};
use crate::scope::{At, Place};
use crate::table;
use model::{Call, Layout, Name, Node, Part, SmolStr, Span, Texts, Value};

/// The classes whose instances start with a script, and the properties that may hold it.
const MACHINES: &[(&str, &[(&str, &str)])] = &[
    ("aws-ec2.Instance", &[("AWS::EC2::Instance", "UserData")]),
    ("aws-ec2.LaunchTemplate", &[("AWS::EC2::LaunchTemplate", "LaunchTemplateData.UserData")]),
    (
        "aws-autoscaling.AutoScalingGroup",
        &[
            ("AWS::EC2::LaunchTemplate", "LaunchTemplateData.UserData"),
            ("AWS::AutoScaling::LaunchConfiguration", "UserData"),
        ],
    ),
];

/// What makes user data for Linux, and what makes it of a text.
const LINUX: &str = "aws-ec2.UserData.forLinux";
const CUSTOM: &str = "aws-ec2.UserData.custom";

/// Puts the script of each machine together.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, calls: &[Place<'a>]) {
    for index in 0..lowering.constructs.len() {
        let class = lowering.constructs[index].class.clone();
        let Some((_, places)) = MACHINES.iter().find(|it| it.0 == class) else { continue };
        let stack = lowering.constructs[index].place.stack;
        let Some(node) = lowering.in_stack(Some(stack), |it| script(it, index, calls)) else { continue };
        let is_place = |draft: usize, lowering: &Lowering<'a>| {
            let draft = &lowering.drafts[draft];
            let is_own = draft.construct == Some(index) || draft.table.is_some_and(|it| it.0 == index);
            places.iter().find(|it| is_own && it.0 == draft.resource.ty.text).map(|it| it.1)
        };
        let found = (0..lowering.drafts.len()).find_map(|it| Some((it, is_place(it, lowering)?)));
        let Some((draft, path)) = found else { continue };
        table::insert(lowering.properties(draft), path, node.span, node);
    }
    for draft in 0..lowering.drafts.len() {
        let resource = &lowering.drafts[draft].resource;
        let places = MACHINES.iter().flat_map(|it| it.1).filter(|it| it.0 == resource.ty.text);
        let layouts = places.filter_map(|it| Some(layouts(lowering, resource.properties.get(it.1)?))).next();
        if let Some(layouts) = layouts {
            lowering.drafts[draft].resource.texts = Texts::new(layouts);
        }
    }
}

/// The script of the machine at `index`; `None` where nothing is known of it.
fn script<'a>(lowering: &Lowering<'a>, index: usize, calls: &[Place<'a>]) -> Option<Node> {
    let props = lowering.props_of(index);
    let (object, made) = match props.get("userData") {
        Given::Value(at) => {
            let made = lowering.made(at).filter(|it| matches!(&*it.path, LINUX | CUSTOM))?;
            (Some(made.at), Some(made))
        }
        Given::Absent if starts_linux(lowering, &props) => (None, None),
        Given::Absent | Given::Unknown => return None,
    };
    let mut lines = Lines { lowering, parts: Vec::new(), span: lowering.constructs[index].id.span };
    match &made {
        Some(made) => lines.first(made)?,
        None => lines.parts.push(Part::Text(Name::new("#!/bin/bash", lines.span))),
    }
    let before = lines.parts.len();
    for call in calls.iter().filter_map(|it| MethodCall::of(*it)) {
        if is_of(lowering, call, index, object) {
            lines.add(call, index);
        } else if object.is_some_and(|it| is_handed_on(lowering, call, it)) {
            lines.unknown(call.span());
        }
    }
    if !props.is_absent("init") || is_served(lowering, index, calls) {
        lines.unknown(lines.span);
    }
    // What nothing is added to is as the tables have it.
    if made.is_none() && lines.parts.len() == before {
        return None;
    }
    let span = made.map_or(lines.span, |it| it.at.span());
    let text = Node { value: Value::Call(Box::new(Call::Sub(lines.parts))), span };
    Some(Node { value: Value::Call(Box::new(Call::Base64(text))), span })
}

/// True for a machine whose image is certainly one of Linux.
fn starts_linux<'a>(lowering: &Lowering<'a>, props: &crate::evaluate::Props<'a>) -> bool {
    let image = props.value("machineImage").and_then(|it| lowering.made(it));
    image.is_some_and(|it| {
        let name = it.path.strip_prefix("aws-ec2.").unwrap_or_default();
        name.starts_with("MachineImage.latestAmazonLinux")
            || name == "MachineImage.genericLinux"
            || matches!(name, "AmazonLinuxImage" | "AmazonLinux2ImageSsmParameter" | "AmazonLinux2023ImageSsmParameter")
            || name == "GenericLinuxImage"
    })
}

/// True for a method of the user data at `object`, of that of the machine at `index`, or of the machine that adds to it.
fn is_of<'a>(lowering: &Lowering<'a>, call: MethodCall<'a>, index: usize, object: Option<At<'a>>) -> bool {
    if object.is_some_and(|it| lowering.scopes.follow(call.object).key() == it.key()) {
        return true;
    }
    let is_machine = |at: At<'a>| matches!(lowering.construct_of(at), Some((it, Level::Construct)) if it == index);
    if matches!(&*call.method.text, "addUserData" | "applyCloudFormationInit") {
        return is_machine(call.object);
    }
    match &lowering.scopes.follow(call.object).expression.kind {
        crate::ast::Kind::Member { object, property, .. } if property.text == "userData" => {
            is_machine(At { expression: object, frame: call.object.frame })
        }
        _ => false,
    }
}

/// True when the user data is given to code that is not followed, which may add to it.
fn is_handed_on<'a>(lowering: &Lowering<'a>, call: MethodCall<'a>, object: At<'a>) -> bool {
    let frame = call.place.at.frame;
    let is_object = |it: &'a Element| match it {
        Element::Item(expression) | Element::Spread(expression) => {
            lowering.scopes.follow(At { expression, frame }).key() == object.key()
        }
    };
    !lowering.scopes.is_followed(call.place.at) && call.call.arguments.iter().any(is_object)
}

/// True for a group of machines that a cluster takes in, which has them register with it.
fn is_served<'a>(lowering: &Lowering<'a>, index: usize, calls: &[Place<'a>]) -> bool {
    let is_group = |at: At<'a>| matches!(lowering.construct_of(at), Some((it, Level::Construct)) if it == index);
    let takes = |call: MethodCall<'a>| {
        matches!(&*call.method.text, "addAutoScalingGroup" | "connectAutoScalingGroupCapacity")
            && call.argument(0).is_some_and(is_group)
    };
    calls.iter().filter_map(|it| MethodCall::of(*it)).any(takes)
        || lowering.constructs.iter().enumerate().any(|(other, it)| {
            it.class == "aws-ecs.AsgCapacityProvider"
                && lowering.props_of(other).value("autoScalingGroup").is_some_and(is_group)
        })
}

/// A script that is being put together.
struct Lines<'l, 'a> {
    lowering: &'l Lowering<'a>,
    parts: Vec<Part>,
    span: Span,
}

impl<'a> Lines<'_, 'a> {
    /// What the user data starts with.
    fn first(&mut self, made: &Made<'a>) -> Option<()> {
        if made.path == CUSTOM {
            self.push(self.lowering.node(made.argument(0)?));
            return Some(());
        }
        match self.lowering.props(made.argument(0)).get("shebang") {
            Given::Value(at) => self.push(self.lowering.node(at)),
            Given::Absent => self.parts.push(Part::Text(Name::new("#!/bin/bash", made.at.span()))),
            Given::Unknown => return None,
        }
        Some(())
    }

    /// What `call` adds.
    fn add(&mut self, call: MethodCall<'a>, index: usize) {
        let region = self.lowering.constructs[index].place.region;
        let is_certain = self.lowering.scopes.covers(call.place.region, region);
        match &*call.method.text {
            "render" => (),
            "addCommands" | "addUserData" if is_certain => {
                for argument in &call.call.arguments {
                    let at = |expression: &'a Expression| At { expression, frame: call.place.at.frame };
                    match argument {
                        Element::Item(it) => self.line(self.lowering.node(at(it))),
                        Element::Spread(it) => match self.lowering.scopes.items(at(it)) {
                            Some(items) => items.into_iter().for_each(|it| self.line(self.lowering.node(it))),
                            None => self.unknown(call.span()),
                        },
                    }
                }
            }
            _ => self.unknown(call.span()),
        }
    }

    fn line(&mut self, node: Node) {
        self.parts.push(Part::Text(Name::new("\n", self.span)));
        self.push(node);
    }

    /// Lines of which nothing is known.
    fn unknown(&mut self, span: Span) {
        self.line(Node::unknown(span));
    }

    fn push(&mut self, node: Node) {
        match node.value {
            Value::Scalar(scalar) => self.parts.push(Part::Text(Name::new(scalar.text, node.span))),
            Value::Call(call) => match *call {
                Call::Sub(parts) => self.parts.extend(parts),
                call => self.parts.push(Part::Value(Node { value: Value::Call(Box::new(call)), span: node.span })),
            },
            _ => self.parts.push(Part::Value(node)),
        }
    }
}

/// How the texts of a script lie in the strings that they are written in.
fn layouts(lowering: &Lowering<'_>, node: &Node) -> Vec<(Span, Layout)> {
    let mut out = Vec::new();
    let mut add = |text: &SmolStr, span: Span| out.extend(layout(text, lowering.source(span)).map(|it| (span, it)));
    node.walk(&mut |node| match &node.value {
        Value::Scalar(scalar) => add(&scalar.text, node.span),
        Value::Call(call) => {
            if let Call::Sub(parts) = &**call {
                for part in parts {
                    if let Part::Text(Name { text, span }) = part {
                        add(text, *span);
                    }
                }
            }
        }
        _ => (),
    });
    out
}

/// Aligns a text with what it was read from: a part of a template, a string, or strings that line breaks join.
fn layout(text: &SmolStr, source: &str) -> Option<Layout> {
    let mut layout = Layout::new();
    let mut at = 0;
    if align(text, &mut at, (source, 0), &mut layout).is_some() && at == text.len() {
        return Some(layout);
    }
    layout.clear();
    at = 0;
    let mut place = 0;
    while at < text.len() {
        place += source[place..].find(['\'', '"', '`', '/'])?;
        let rest = &source[place..];
        if let Some(comment) = rest.strip_prefix("//") {
            place += comment.find('\n')? + 2;
            continue;
        }
        if let Some(comment) = rest.strip_prefix("/*") {
            place += comment.find("*/")? + 4;
            continue;
        }
        let length = literal(rest)?;
        if at > 0 {
            at += usize::from(text[at..].strip_prefix('\n').map(|_| 1u8)?);
        }
        align(text, &mut at, (&rest[1..length - 1], place + 1), &mut layout)?;
        place += length;
    }
    Some(layout)
}

/// How long the string is that `source` starts with.
fn literal(source: &str) -> Option<usize> {
    let quote = source.chars().next()?;
    let mut letters = source.char_indices().skip(1);
    while let Some((index, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            it if it == quote => return Some(index + 1),
            _ => (),
        }
    }
    None
}

/// Aligns what follows in `text` behind `at` with the inside of a string, which starts at a place. White space around it may
/// have been trimmed.
fn align(text: &str, at: &mut usize, (source, start): (&str, usize), layout: &mut Layout) -> Option<()> {
    let mut place = 0;
    let mut in_step = false;
    while place < source.len() {
        let (written, length) = match source[place..].chars().next()? {
            '\\' => escape(&source[place..])?,
            '\r' if source[place..].starts_with("\r\n") => ("\n".to_owned(), 2),
            it => (it.to_string(), it.len_utf8()),
        };
        let is_plain = written.len() == length;
        if !text[*at..].starts_with(&*written) || *at == text.len() && !written.is_empty() {
            let is_trimmed = (*at == 0 || *at == text.len()) && written.trim().is_empty();
            in_step = false;
            place += is_trimmed.then_some(length)?;
            continue;
        }
        if !in_step || !is_plain {
            layout.push((u32::try_from(*at).ok()?, u32::try_from(start + place).ok()?));
        }
        in_step = is_plain;
        *at += written.len();
        place += length;
    }
    if !in_step && *at < text.len() {
        layout.push((u32::try_from(*at).ok()?, u32::try_from(start + place).ok()?));
    }
    Some(())
}

/// What an escape at the start of `source` stands for, and how long it is.
fn escape(source: &str) -> Option<(String, usize)> {
    let letter = source[1..].chars().next()?;
    let one = |it: &str| Some((it.to_owned(), 1 + letter.len_utf8()));
    match letter {
        'n' => one("\n"),
        't' => one("\t"),
        'r' => one("\r"),
        '0' => one("\0"),
        'b' => one("\u{8}"),
        'f' => one("\u{c}"),
        'v' => one("\u{b}"),
        '\n' => one(""),
        'u' | 'x' => {
            let digits = match source[2..].strip_prefix('{') {
                Some(rest) => rest.split_once('}').map(|it| (it.0, it.0.len() + 4))?,
                None if letter == 'x' => (source.get(2..4)?, 4),
                None => (source.get(2..6)?, 6),
            };
            let letter = char::from_u32(u32::from_str_radix(digits.0, 16).ok()?)?;
            Some((letter.to_string(), digits.1))
        }
        it => one(it.encode_utf8(&mut [0; 4])),
    }
}
