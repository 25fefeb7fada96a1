//! Schemas: what a value must fulfil.

use super::Data;
use super::format::{Reader, Tag};
use std::fmt;

/// The schema of a value: a handle, to be copied.
///
/// Its keywords are those of JSON Schema, and those that the schemas of resource providers add (`dependentExcluded`,
/// `enumCaseInsensitive`, `requiredXor` ...).
#[derive(Clone, Copy)]
pub struct Schema {
    data: &'static Data,
    node: u32,
    /// The type that it was reached from: what is recursive is looked up there.
    ty: u32,
}

/// One thing that a value must fulfil.
#[derive(Clone, Copy, Debug)]
pub enum Keyword {
    /// No value is accepted.
    Never,
    /// The value is of one of these types.
    Type(Types),
    /// The name of the definition that this schema is, `LifecycleConfiguration` for instance. It asks for nothing.
    Definition(&'static str),
    /// The properties of an object.
    Properties(Properties),
    /// Those whose names match a pattern.
    PatternProperties(Properties),
    /// There are no other properties than those.
    Closed,
    /// What other properties have.
    Additional(Schema),
    /// These properties must be there.
    Required(Strings),
    /// Each item of a list.
    Items(Schema),
    /// The first items of a list, one by one.
    PrefixItems(Schemas),
    /// At least one item of a list.
    Contains(Schema),
    /// The names of an object's properties.
    PropertyNames(Schema),
    /// One of these values.
    Enum(Strings),
    /// One of these values, in upper or lower case.
    EnumIgnoringCase(Strings),
    /// This value.
    Const(&'static str),
    /// What counts where nothing is written. It asks for nothing.
    Default(&'static str),
    /// An ECMAScript regular expression that the text must match somewhere.
    Pattern(&'static str),
    /// What kind of text it is: `AWS::EC2::Subnet.Id`, `date-time`.
    Format(&'static str),
    /// At least as many characters.
    MinLength(u32),
    /// At most as many characters.
    MaxLength(u32),
    /// At least as much.
    Minimum(f64),
    /// At most as much.
    Maximum(f64),
    /// More than that.
    ExclusiveMinimum(f64),
    /// Less than that.
    ExclusiveMaximum(f64),
    /// A multiple of that.
    MultipleOf(f64),
    /// At least as many items.
    MinItems(u32),
    /// At most as many items.
    MaxItems(u32),
    /// No two items are equal.
    UniqueItems,
    /// No two items have equal values of these properties.
    UniqueKeys(Strings),
    /// At most as many different items.
    MaxUniqueItems(u32),
    /// At least as many properties.
    MinProperties(u32),
    /// At most as many properties.
    MaxProperties(u32),
    /// Exactly one of these properties.
    RequiredXor(Strings),
    /// At least one of these properties.
    RequiredOr(Strings),
    /// Where this property is, these must be.
    DependentRequired(&'static str, Strings),
    /// Where this property is, none of these may be.
    DependentExcluded(&'static str, Strings),
    /// All of these.
    AllOf(Schemas),
    /// At least one of these.
    AnyOf(Schemas),
    /// Exactly one of these.
    OneOf(Schemas),
    /// Where the value fulfils this, [`Keyword::Then`] counts, otherwise [`Keyword::Else`].
    If(Schema),
    /// See [`Keyword::If`].
    Then(Schema),
    /// See [`Keyword::If`].
    Else(Schema),
    /// Not this.
    Not(Schema),
}

/// A set of JSON's types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Types(u32);

/// Texts of the data.
#[derive(Clone, Copy)]
pub struct Strings {
    data: &'static Data,
    count: u32,
    reader: Reader<'static>,
}

/// Schemas of the data.
#[derive(Clone, Copy)]
pub struct Schemas {
    data: &'static Data,
    ty: u32,
    count: u32,
    reader: Reader<'static>,
}

/// Schemas by name.
#[derive(Clone, Copy)]
pub struct Properties {
    data: &'static Data,
    ty: u32,
    count: u32,
    reader: Reader<'static>,
}

impl Schema {
    pub(super) fn new(data: &'static Data, node: u32, ty: u32) -> Schema {
        Schema { data, node, ty }
    }

    /// All that a value must fulfil.
    pub fn keywords(self) -> Keywords {
        let mut reader = self.data.node(self.node);
        // At most once: what a record lists is a definition, not a way back to one.
        let mut start = reader;
        if start.tag() == Tag::Recursive {
            let index = start.number();
            reader = super::ResourceType::new(self.data, self.ty)
                .recursive(index)
                .map_or(Reader::new(&[]), |it| self.data.node(it));
        }
        Keywords { data: self.data, ty: self.ty, reader }
    }

    fn find<T>(self, pick: impl Fn(Keyword) -> Option<T>) -> Option<T> {
        self.keywords().find_map(pick)
    }

    /// The types that it names; none where it names none.
    pub fn types(self) -> Types {
        self.find(|it| if let Keyword::Type(types) = it { Some(types) } else { None }).unwrap_or_default()
    }

    /// The properties that it names itself.
    pub fn properties(self) -> Properties {
        let found = self.find(|it| if let Keyword::Properties(named) = it { Some(named) } else { None });
        found.unwrap_or(Properties { data: self.data, ty: self.ty, count: 0, reader: Reader::new(&[]) })
    }

    /// The property that it names itself.
    pub fn property(self, name: &str) -> Option<Schema> {
        self.properties().get(name)
    }

    /// The properties that must be there.
    pub fn required(self) -> Strings {
        let found = self.find(|it| if let Keyword::Required(names) = it { Some(names) } else { None });
        found.unwrap_or(Strings::none(self.data))
    }

    /// What each item of a list has.
    pub fn items(self) -> Option<Schema> {
        self.find(|it| if let Keyword::Items(schema) = it { Some(schema) } else { None })
    }

    /// The values that are accepted, where they are listed.
    pub fn enum_values(self) -> Strings {
        let found = self.find(|it| match it {
            Keyword::Enum(values) | Keyword::EnumIgnoringCase(values) => Some(values),
            _ => None,
        });
        found.unwrap_or(Strings::none(self.data))
    }

    /// The regular expression.
    pub fn pattern(self) -> Option<&'static str> {
        self.find(|it| if let Keyword::Pattern(text) = it { Some(text) } else { None })
    }

    /// The kind of text.
    pub fn format(self) -> Option<&'static str> {
        self.find(|it| if let Keyword::Format(text) = it { Some(text) } else { None })
    }

    /// What counts where nothing is written.
    pub fn default(self) -> Option<&'static str> {
        self.find(|it| if let Keyword::Default(text) = it { Some(text) } else { None })
    }

    /// The name of the definition that it is.
    pub fn definition(self) -> Option<&'static str> {
        self.find(|it| if let Keyword::Definition(text) = it { Some(text) } else { None })
    }

    /// True where no other properties than those that it names are accepted.
    pub fn is_closed(self) -> bool {
        self.keywords().any(|it| matches!(it, Keyword::Closed))
    }

    /// The schema at a path of property names, with `*` for the items of a list: `Rules/*/Id`. It looks into alternatives
    /// as well. The empty path is the schema itself.
    pub fn at(self, path: &str) -> Option<Schema> {
        path.split('/').filter(|it| !it.is_empty()).try_fold(self, |schema, word| schema.step(word, 0))
    }

    fn step(self, word: &str, depth: usize) -> Option<Schema> {
        if depth > 8 {
            return None;
        }
        // What a schema says itself counts before what it adds under conditions.
        if let Some(found) = self.property(word) {
            return Some(found);
        }
        let mut beside = None;
        for keyword in self.keywords() {
            match keyword {
                Keyword::Items(items) if word == "*" => return Some(items),
                Keyword::PatternProperties(named) => {
                    if let Some((_, schema)) = named.into_iter().next() {
                        beside = beside.or(Some(schema));
                    }
                }
                Keyword::Additional(schema) => beside = beside.or(Some(schema)),
                Keyword::AllOf(all) | Keyword::AnyOf(all) | Keyword::OneOf(all) => {
                    if let Some(found) = all.into_iter().find_map(|it| it.step(word, depth + 1)) {
                        return Some(found);
                    }
                }
                Keyword::Then(schema) | Keyword::Else(schema) => {
                    if let Some(found) = schema.step(word, depth + 1) {
                        beside = beside.or(Some(found));
                    }
                }
                _ => (),
            }
        }
        beside
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Schema) -> bool {
        std::ptr::eq(self.data, other.data) && self.node == other.node && self.ty == other.ty
    }
}

impl Eq for Schema {}

impl std::hash::Hash for Schema {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.node, self.ty).hash(state);
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schema({})", self.node)
    }
}

/// The keywords of a schema, in the order of the data.
#[derive(Clone, Copy)]
pub struct Keywords {
    data: &'static Data,
    ty: u32,
    reader: Reader<'static>,
}

impl Keywords {
    fn string(&mut self) -> &'static str {
        self.data.string(self.reader.number())
    }

    fn float(&mut self) -> f64 {
        self.string().parse().unwrap_or(f64::NAN)
    }

    fn schema(&mut self) -> Schema {
        Schema::new(self.data, self.reader.number(), self.ty)
    }

    fn strings(&mut self, tag: Tag) -> Strings {
        let list = Strings::read(self.data, &mut self.reader.clone());
        self.reader.skip(tag);
        list
    }

    fn schemas(&mut self, tag: Tag) -> Schemas {
        let mut reader = self.reader;
        let count = reader.number();
        self.reader.skip(tag);
        Schemas { data: self.data, ty: self.ty, count, reader }
    }

    fn named(&mut self, tag: Tag) -> Properties {
        let mut reader = self.reader;
        let count = reader.number();
        self.reader.skip(tag);
        Properties { data: self.data, ty: self.ty, count, reader }
    }

    fn dependent(&mut self, tag: Tag) -> (&'static str, Strings) {
        let mut reader = self.reader;
        let name = self.data.string(reader.number());
        let list = Strings::read(self.data, &mut reader);
        self.reader.skip(tag);
        (name, list)
    }
}

impl Iterator for Keywords {
    type Item = Keyword;

    fn next(&mut self) -> Option<Keyword> {
        let tag = self.reader.tag();
        Some(match tag {
            // A way back stands by itself, and has been followed.
            Tag::End | Tag::Recursive => {
                self.reader = Reader::new(&[]);
                return None;
            }
            Tag::Never => Keyword::Never,
            Tag::Type => Keyword::Type(Types(self.reader.number())),
            Tag::Definition => Keyword::Definition(self.string()),
            Tag::Properties => Keyword::Properties(self.named(tag)),
            Tag::PatternProperties => Keyword::PatternProperties(self.named(tag)),
            Tag::Closed => Keyword::Closed,
            Tag::Additional => Keyword::Additional(self.schema()),
            Tag::Required => Keyword::Required(self.strings(tag)),
            Tag::Items => Keyword::Items(self.schema()),
            Tag::PrefixItems => Keyword::PrefixItems(self.schemas(tag)),
            Tag::Contains => Keyword::Contains(self.schema()),
            Tag::PropertyNames => Keyword::PropertyNames(self.schema()),
            Tag::Enum => Keyword::Enum(self.strings(tag)),
            Tag::EnumIgnoringCase => Keyword::EnumIgnoringCase(self.strings(tag)),
            Tag::Const => Keyword::Const(self.string()),
            Tag::Default => Keyword::Default(self.string()),
            Tag::Pattern => Keyword::Pattern(self.string()),
            Tag::Format => Keyword::Format(self.string()),
            Tag::MinLength => Keyword::MinLength(self.reader.number()),
            Tag::MaxLength => Keyword::MaxLength(self.reader.number()),
            Tag::Minimum => Keyword::Minimum(self.float()),
            Tag::Maximum => Keyword::Maximum(self.float()),
            Tag::ExclusiveMinimum => Keyword::ExclusiveMinimum(self.float()),
            Tag::ExclusiveMaximum => Keyword::ExclusiveMaximum(self.float()),
            Tag::MultipleOf => Keyword::MultipleOf(self.float()),
            Tag::MinItems => Keyword::MinItems(self.reader.number()),
            Tag::MaxItems => Keyword::MaxItems(self.reader.number()),
            Tag::UniqueItems => Keyword::UniqueItems,
            Tag::UniqueKeys => Keyword::UniqueKeys(self.strings(tag)),
            Tag::MaxUniqueItems => Keyword::MaxUniqueItems(self.reader.number()),
            Tag::MinProperties => Keyword::MinProperties(self.reader.number()),
            Tag::MaxProperties => Keyword::MaxProperties(self.reader.number()),
            Tag::RequiredXor => Keyword::RequiredXor(self.strings(tag)),
            Tag::RequiredOr => Keyword::RequiredOr(self.strings(tag)),
            Tag::DependentRequired => {
                let (name, others) = self.dependent(tag);
                Keyword::DependentRequired(name, others)
            }
            Tag::DependentExcluded => {
                let (name, others) = self.dependent(tag);
                Keyword::DependentExcluded(name, others)
            }
            Tag::AllOf => Keyword::AllOf(self.schemas(tag)),
            Tag::AnyOf => Keyword::AnyOf(self.schemas(tag)),
            Tag::OneOf => Keyword::OneOf(self.schemas(tag)),
            Tag::If => Keyword::If(self.schema()),
            Tag::Then => Keyword::Then(self.schema()),
            Tag::Else => Keyword::Else(self.schema()),
            Tag::Not => Keyword::Not(self.schema()),
        })
    }
}

impl Types {
    /// `string`
    pub const STRING: Types = Types(1);
    /// `integer`
    pub const INTEGER: Types = Types(2);
    /// `number`
    pub const NUMBER: Types = Types(4);
    /// `boolean`
    pub const BOOLEAN: Types = Types(8);
    /// `object`
    pub const OBJECT: Types = Types(16);
    /// `array`
    pub const ARRAY: Types = Types(32);
    /// `null`
    pub const NULL: Types = Types(64);

    /// True when all of `types` are among these.
    pub fn contains(self, types: Types) -> bool {
        self.0 & types.0 == types.0
    }

    /// True when some of `types` is among these.
    pub fn intersects(self, types: Types) -> bool {
        self.0 & types.0 != 0
    }

    /// True when it names none: any will do.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The types of both.
    pub fn union(self, types: Types) -> Types {
        Types(self.0 | types.0)
    }

    /// The words for them, in the order of the constants.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let names = ["string", "integer", "number", "boolean", "object", "array", "null"];
        names.into_iter().enumerate().filter(move |(bit, _)| self.0 >> bit & 1 == 1).map(|it| it.1)
    }
}

impl Strings {
    pub(super) fn none(data: &'static Data) -> Strings {
        Strings { data, count: 0, reader: Reader::new(&[]) }
    }

    /// Reads a count and as many texts.
    pub(super) fn read(data: &'static Data, reader: &mut Reader<'static>) -> Strings {
        let count = reader.number();
        let list = Strings { data, count, reader: *reader };
        (0..count).for_each(|_| {
            reader.number();
        });
        list
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.count as usize
    }

    /// True when there are none.
    pub fn is_empty(self) -> bool {
        self.count == 0
    }

    /// True when `text` is one of them.
    pub fn contains(self, text: &str) -> bool {
        self.into_iter().any(|it| it == text)
    }
}

impl Schemas {
    /// How many there are.
    pub fn len(self) -> usize {
        self.count as usize
    }

    /// True when there are none.
    pub fn is_empty(self) -> bool {
        self.count == 0
    }
}

impl Properties {
    /// How many there are.
    pub fn len(self) -> usize {
        self.count as usize
    }

    /// True when there are none.
    pub fn is_empty(self) -> bool {
        self.count == 0
    }

    /// The schema under `name`.
    pub fn get(self, name: &str) -> Option<Schema> {
        self.into_iter().find(|it| it.0 == name).map(|it| it.1)
    }
}

impl IntoIterator for Strings {
    type Item = &'static str;
    type IntoIter = Counted<Strings>;

    fn into_iter(self) -> Counted<Strings> {
        Counted { left: self.count, list: self }
    }
}

impl IntoIterator for Schemas {
    type Item = Schema;
    type IntoIter = Counted<Schemas>;

    fn into_iter(self) -> Counted<Schemas> {
        Counted { left: self.count, list: self }
    }
}

impl IntoIterator for Properties {
    type Item = (&'static str, Schema);
    type IntoIter = Counted<Properties>;

    fn into_iter(self) -> Counted<Properties> {
        Counted { left: self.count, list: self }
    }
}

/// An iterator over a list of the data.
#[derive(Clone, Copy)]
pub struct Counted<L> {
    left: u32,
    list: L,
}

impl<L> Counted<L> {
    fn take(&mut self) -> Option<&mut L> {
        self.left = self.left.checked_sub(1)?;
        Some(&mut self.list)
    }
}

impl Iterator for Counted<Strings> {
    type Item = &'static str;

    fn next(&mut self) -> Option<&'static str> {
        let list = self.take()?;
        Some(list.data.string(list.reader.number()))
    }
}

impl Iterator for Counted<Schemas> {
    type Item = Schema;

    fn next(&mut self) -> Option<Schema> {
        let list = self.take()?;
        Some(Schema::new(list.data, list.reader.number(), list.ty))
    }
}

impl Iterator for Counted<Properties> {
    type Item = (&'static str, Schema);

    fn next(&mut self) -> Option<(&'static str, Schema)> {
        let list = self.take()?;
        let name = list.data.string(list.reader.number());
        Some((name, Schema::new(list.data, list.reader.number(), list.ty)))
    }
}

impl fmt::Debug for Strings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

impl fmt::Debug for Schemas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

impl fmt::Debug for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(*self).finish()
    }
}
