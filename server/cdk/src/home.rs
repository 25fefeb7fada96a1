//! Values that come from other files: they are shown where they come into the file that uses them.

use model::{Call, Map, Name, Node, Part, Resource, Span, Value};

/// Gives every part of `resource` that lies elsewhere the nearest place around it that is at home.
pub(crate) fn settle(resource: &mut Resource, is_home: &dyn Fn(Span) -> bool) {
    let origin = resource.origin;
    for name in [&mut resource.id, &mut resource.ty].into_iter().chain(&mut resource.condition) {
        self::name(name, origin, is_home);
    }
    let id = resource.id.span;
    node(&mut resource.properties, id, is_home);
    map(&mut resource.attributes, id, is_home);
}

/// Gives `value` and everything in it the place `span`.
pub(crate) fn shown_at(value: &mut Node, span: Span) {
    node(value, span, &|it| it == span);
}

fn name(name: &mut Name, home: Span, is_home: &dyn Fn(Span) -> bool) {
    if !is_home(name.span) {
        name.span = home;
    }
}

fn map(map: &mut Map, home: Span, is_home: &dyn Fn(Span) -> bool) {
    for (key, value) in &mut map.entries {
        name(key, home, is_home);
        node(value, key.span, is_home);
    }
}

fn node(value: &mut Node, home: Span, is_home: &dyn Fn(Span) -> bool) {
    if !is_home(value.span) {
        value.span = home;
    }
    let home = value.span;
    let inner = |it: &mut Node| node(it, home, is_home);
    match &mut value.value {
        Value::List(list) => list.items.iter_mut().for_each(inner),
        Value::Map(it) => map(it, home, is_home),
        Value::Either(branches) => branches.iter_mut().for_each(|it| inner(&mut it.node)),
        Value::Call(call) => match &mut **call {
            Call::Ref(it) => name(it, home, is_home),
            Call::GetAtt { resource, attribute } => {
                name(resource, home, is_home);
                attribute.iter_mut().for_each(|it| name(it, home, is_home));
            }
            Call::Sub(parts) | Call::Dynamic(parts) => {
                for part in parts {
                    match part {
                        Part::Text(it) => name(it, home, is_home),
                        Part::Value(it) => inner(it),
                        Part::Unused(it, value) => {
                            name(it, home, is_home);
                            inner(value);
                        }
                    }
                }
            }
            Call::Join { delimiter: first, items: second }
            | Call::Select { index: first, list: second }
            | Call::Split { delimiter: first, text: second } => {
                inner(first);
                inner(second);
            }
            Call::FindInMap { map, first, second, default } => {
                [map, first, second].into_iter().chain(default).for_each(inner);
            }
            Call::ImportValue(it) | Call::Base64(it) | Call::GetAzs(it) => inner(it),
            Call::Other { function, argument } => {
                name(function, home, is_home);
                inner(argument);
            }
        },
        _ => (),
    }
}
