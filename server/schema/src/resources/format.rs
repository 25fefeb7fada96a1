//! The flat form of the data: read in place, nothing is decoded before it is asked for.
//!
//! A file is a magic word, the number of sections and their lengths (each a `u32`, the lowest byte first), then the
//! sections:
//!
//! | section | what |
//! | --- | --- |
//! | 0, 1 | the strings, and where each begins |
//! | 2, 3 | the nodes, and where each begins |
//! | 4, 5 | the records of the types in the order of their names, and where each begins |
//! | 6 | the numbers of their names |
//!
//! A node is a schema: tags with what belongs to them, up to [`Tag::End`]. Nodes and records are numbers in groups of seven
//! bits, the lowest first. A node that is equal to another is the same node, whichever type it is of.

/// What the file begins with.
pub const MAGIC: &[u8; 4] = b"STK1";

macro_rules! tags {
    ($($(#[$doc:meta])* $name:ident: $shape:ident,)*) => {
        /// What a node says, each with what follows it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Tag {
            $($(#[$doc])* $name,)*
        }

        impl Tag {
            const ALL: &[(Tag, Shape)] = &[$((Tag::$name, Shape::$shape),)*];
        }
    };
}

/// What follows a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Nothing,
    /// A number that stands for itself.
    Number,
    /// The number of a string.
    String,
    /// The number of a node.
    Node,
    /// A count and as many strings.
    Strings,
    /// A count and as many nodes.
    Nodes,
    /// A count and as many pairs of a string and a node.
    Named,
    /// A string, a count and as many strings.
    Dependent,
}

tags! {
    /// The node is over.
    End: Nothing,
    /// Nothing is accepted.
    Never: Nothing,
    /// The bits of the types.
    Type: Number,
    /// The name of the definition that this is.
    Definition: String,
    /// `properties`.
    Properties: Named,
    /// `patternProperties`.
    PatternProperties: Named,
    /// `additionalProperties: false`.
    Closed: Nothing,
    /// `additionalProperties` with a schema.
    Additional: Node,
    /// `required`.
    Required: Strings,
    /// `items`.
    Items: Node,
    /// `prefixItems`.
    PrefixItems: Nodes,
    /// `contains`.
    Contains: Node,
    /// `propertyNames`.
    PropertyNames: Node,
    /// `enum`.
    Enum: Strings,
    /// `enumCaseInsensitive`.
    EnumIgnoringCase: Strings,
    /// `const`.
    Const: String,
    /// `default`.
    Default: String,
    /// `pattern`.
    Pattern: String,
    /// `format`.
    Format: String,
    /// `minLength`.
    MinLength: Number,
    /// `maxLength`.
    MaxLength: Number,
    /// `minimum`.
    Minimum: String,
    /// `maximum`.
    Maximum: String,
    /// `exclusiveMinimum`.
    ExclusiveMinimum: String,
    /// `exclusiveMaximum`.
    ExclusiveMaximum: String,
    /// `multipleOf`.
    MultipleOf: String,
    /// `minItems`.
    MinItems: Number,
    /// `maxItems`.
    MaxItems: Number,
    /// `uniqueItems: true`.
    UniqueItems: Nothing,
    /// `uniqueKeys`.
    UniqueKeys: Strings,
    /// `maxUniqueItems`.
    MaxUniqueItems: Number,
    /// `minProperties`.
    MinProperties: Number,
    /// `maxProperties`.
    MaxProperties: Number,
    /// `requiredXor`.
    RequiredXor: Strings,
    /// `requiredOr`.
    RequiredOr: Strings,
    /// `dependentRequired`, of one property.
    DependentRequired: Dependent,
    /// `dependentExcluded`, of one property.
    DependentExcluded: Dependent,
    /// `allOf`.
    AllOf: Nodes,
    /// `anyOf`.
    AnyOf: Nodes,
    /// `oneOf`.
    OneOf: Nodes,
    /// `if`.
    If: Node,
    /// `then`.
    Then: Node,
    /// `else`.
    Else: Node,
    /// `not`.
    Not: Node,
    /// A schema further out, by its place among those that the record lists.
    Recursive: Number,
}

/// Reads numbers from a slice. What is cut off reads as zeros.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes }
    }

    pub(super) fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                *first
            }
            None => 0,
        }
    }

    pub(super) fn number(&mut self) -> u32 {
        let mut value = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.byte();
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        value
    }

    /// The next tag; what is no tag ends the node.
    pub(super) fn tag(&mut self) -> Tag {
        Tag::ALL.get(usize::from(self.byte())).map_or(Tag::End, |it| it.0)
    }

    /// Passes over what follows `tag`.
    pub(super) fn skip(&mut self, tag: Tag) {
        let numbers = match Tag::ALL[tag as usize].1 {
            Shape::Nothing => 0,
            Shape::Number | Shape::String | Shape::Node => 1,
            Shape::Strings | Shape::Nodes => self.number(),
            Shape::Named => 2 * self.number(),
            Shape::Dependent => {
                self.number();
                self.number()
            }
        };
        (0..numbers).for_each(|_| {
            self.number();
        });
    }
}

/// Calls `visit` with the number of each string that a node holds.
pub fn visit_strings(node: &[u8], visit: &mut dyn FnMut(u32)) {
    let mut reader = Reader::new(node);
    loop {
        let tag = reader.tag();
        match Tag::ALL[tag as usize].1 {
            _ if tag == Tag::End => return,
            Shape::String => visit(reader.number()),
            Shape::Strings => (0..reader.number()).for_each(|_| visit(reader.number())),
            Shape::Named => (0..reader.number()).for_each(|_| {
                visit(reader.number());
                reader.number();
            }),
            Shape::Dependent => {
                visit(reader.number());
                (0..reader.number()).for_each(|_| visit(reader.number()));
            }
            Shape::Nothing | Shape::Number | Shape::Node | Shape::Nodes => reader.skip(tag),
        }
    }
}
