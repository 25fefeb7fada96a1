//! The APIs that the transform makes for a template as a whole, of the events that name none.

use super::events::{HTTP_API, REST_API};
use super::maker::Sam;
use super::{Expansion, api, globals, is_same};
use model::{BlockId, Entry, Map, Name, Node, Resource, SmolStr, Span, Stack, Value};
use schema::serverless::PREFIX;
use std::sync::Arc;
use text::TextRange;

/// What is said of resources that are deleted or replaced, the strongest word first.
const KEPT: [(&str, &[&str]); 2] =
    [("DeletionPolicy", &["Retain", "Delete"]), ("UpdateReplacePolicy", &["Retain", "Snapshot", "Delete"])];

/// One of these APIs over time.
#[derive(Debug, Default)]
pub(super) struct Implicit {
    routes: Vec<Arc<Resource>>,
    place: Option<Span>,
    globals: Option<Arc<Entry>>,
    tagged: bool,
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
    let tagged = routes.iter().any(|it| hands_tags_on(it, stack));
    let is_same =
        same_routes && kept.place == place && kept.tagged == tagged && is_same(kept.globals.as_ref(), globals);
    if !is_same {
        let expansion = match place {
            Some(place) => expand(http, kind, &routes, place, globals, tagged),
            None => Expansion::default(),
        };
        *kept = Implicit { routes, place, globals: globals.cloned(), tagged, expansion: Arc::new(expansion) };
    }
    Arc::clone(&kept.expansion)
}

/// True when a resource may give its tags to what is made for it.
fn hands_tags_on(resource: &Resource, stack: &Stack) -> bool {
    let shared = stack.globals.iter().find(|it| resource.ty.text.strip_prefix(PREFIX) == Some(it.name.text.as_str()));
    let mut maps =
        [Some(&resource.properties), shared.map(|it| &it.node)].into_iter().flatten().filter_map(Node::as_map);
    maps.any(|it| it.open || it.get("PropagateTags").is_some_and(|it| it.as_bool() != Some(false)))
}

fn expand(
    http: bool,
    kind: &str,
    routes: &[Arc<Resource>],
    place: Span,
    globals: Option<&Arc<Entry>>,
    tagged: bool,
) -> Expansion {
    let place = globals.map_or(place, |it| it.name.span);
    let name = if http { HTTP_API } else { REST_API };
    let mut properties = Map::default();
    if !http {
        properties.entries.push((Name::new("StageName", place), Node::text("Prod", place)));
    }
    if tagged {
        let unknown = |name: &str| (Name::new(name, place), Node::unknown(place));
        properties.entries.extend([unknown("PropagateTags"), unknown("Tags")]);
    }
    let mut attributes = Map::default();
    for (name, words) in KEPT {
        if let Some(node) = strongest(routes, name, words) {
            attributes.insert(name, place, Node { span: place, ..node });
        }
    }
    let condition = match condition(routes) {
        Ok(condition) => condition,
        // It is made when any of several conditions holds.
        Err(()) => return Expansion { generated: vec![SmolStr::new_static(name)], ..Expansion::default() },
    };
    let resource = Resource {
        key: name.into(),
        id: Name::new(name, place),
        ty: Name::new(format!("{PREFIX}{kind}"), place),
        properties: Node { value: Value::Map(properties), span: place },
        condition,
        attributes,
        references: Vec::new(),
        logical_id: None,
        overridden: Vec::new(),
        misfits: Vec::new(),
        texts: Default::default(),
        made: None,
        // Nobody wrote it, so nothing can be written there.
        origin: Span::new(BlockId::fresh(), TextRange::default()),
        construct: None,
        path: None,
    };
    let mut sam = Sam::new(&resource, globals::merge(&resource, globals.map(|it| &it.node)), &[]);
    if http {
        api::http(&mut sam)
    } else {
        api::rest(&mut sam)
    }
    sam.finish().0
}

/// What becomes of an API with these routes: what is said of one of them, the first of `words` that there is.
fn strongest(routes: &[Arc<Resource>], name: &str, words: &[&str]) -> Option<Node> {
    let said: Vec<&Node> = routes.iter().filter_map(|it| it.attributes.get(name)).collect();
    let of_word = |word: &&str| said.iter().find(|it| it.as_str() == Some(word)).copied().cloned();
    let first = words.first().and_then(of_word);
    let unknown = || said.iter().find(|it| it.as_str().is_none()).map(|it| Node::unknown(it.span));
    first.or_else(unknown).or_else(|| words.iter().find_map(of_word))
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
