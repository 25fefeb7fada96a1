//! The APIs that the transform makes for a template as a whole, of the events that name none.

use super::events::{HTTP_API, REST_API};
use super::maker::Sam;
use super::{Expansion, api, globals, is_same};
use model::{BlockId, Entry, Map, Name, Node, Resource, SmolStr, Span, Stack, Value};
use std::sync::Arc;
use text::TextRange;

/// One of these APIs over time.
#[derive(Debug, Default)]
pub(super) struct Implicit {
    routes: Vec<Arc<Resource>>,
    place: Option<Span>,
    globals: Option<Arc<Entry>>,
    expansion: Arc<Expansion>,
}

/// The API of the resources `routes`, whose first route stands at `place`: again only when these are other ones.
pub(super) fn implicit(
    kept: &mut Implicit,
    http: bool,
    routes: Vec<Arc<Resource>>,
    place: Option<Span>,
    stack: &Stack,
) -> Arc<Expansion> {
    let kind = if http { "HttpApi" } else { "Api" };
    let globals = stack.globals.iter().find(|it| it.name.text == kind);
    let same_routes =
        kept.routes.len() == routes.len() && kept.routes.iter().zip(&routes).all(|(kept, now)| Arc::ptr_eq(kept, now));
    if !(same_routes && kept.place == place && is_same(kept.globals.as_ref(), globals)) {
        let expansion = match place {
            Some(place) => expand(http, kind, &routes, place, globals),
            None => Expansion::default(),
        };
        *kept = Implicit { routes, place, globals: globals.cloned(), expansion: Arc::new(expansion) };
    }
    Arc::clone(&kept.expansion)
}

fn expand(http: bool, kind: &str, routes: &[Arc<Resource>], place: Span, globals: Option<&Arc<Entry>>) -> Expansion {
    let place = globals.map_or(place, |it| it.name.span);
    let name = if http { HTTP_API } else { REST_API };
    let mut properties = Map::default();
    if !http {
        properties.entries.push((Name::new("StageName", place), Node::text("Prod", place)));
    }
    let condition = match condition(routes) {
        Ok(condition) => condition,
        // It is made when any of several conditions holds.
        Err(()) => return Expansion { generated: vec![SmolStr::new_static(name)], ..Expansion::default() },
    };
    let resource = Resource {
        key: name.into(),
        id: Name::new(name, place),
        ty: Name::new(format!("{}{kind}", schema::serverless::PREFIX), place),
        properties: Node { value: Value::Map(properties), span: place },
        condition,
        attributes: Map::default(),
        references: Vec::new(),
        misfits: Vec::new(),
        texts: Default::default(),
        made: None,
        // Nobody wrote it, so nothing can be written there.
        origin: Span::new(BlockId::fresh(), TextRange::default()),
        construct: None,
    };
    let mut sam = Sam::new(&resource, globals::merge(&resource, globals.map(|it| &it.node)), &[]);
    if http {
        api::http(&mut sam)
    } else {
        api::rest(&mut sam)
    }
    sam.finish().0
}

/// The condition of an API with these routes: one that all of them have.
fn condition(routes: &[Arc<Resource>]) -> Result<Option<Name>, ()> {
    let mut names = routes.iter().map(|it| it.condition.as_ref());
    let first = names.next().flatten();
    if routes.iter().any(|it| it.condition.is_none()) {
        return Ok(None);
    }
    names.all(|it| it.map(|it| &it.text) == first.map(|it| &it.text)).then(|| first.cloned()).ok_or(())
}
