//! What the library makes of the props of its constructs, class by class, as it was found by experiment.
//!
//! The tables are lines of JSON in `data/`, one for each class, sorted by the class's name. A line is read when the first
//! construct of its class is met, and kept: a program needs few of the classes, and most programs need none.

mod apply;
mod call;
mod cursor;
mod function;
pub(crate) mod invert;
mod lines;
mod memory;
mod method;
mod path;
mod read;
#[cfg(test)]
mod tests;
pub(crate) mod value;

pub(crate) use apply::{Made, member, member_of_part};
pub(crate) use call::{called, merge};
pub(crate) use memory::{Memory, lower};
pub(crate) use read::Class;

use lines::Lines;

static CLASSES: Lines<Class> = Lines::new(include_bytes!(concat!(env!("OUT_DIR"), "/classes.bin")), Class::read);

/// The table of the class called `name` (`aws-s3.Bucket`).
pub(crate) fn class(name: &str) -> Option<&'static Class> {
    CLASSES.get(name)
}

/// True when there is a table of the class called `name`. It is not read for that.
pub(crate) fn has_class(name: &str) -> bool {
    CLASSES.has(name)
}
