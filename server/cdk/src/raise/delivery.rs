//! Sources of pipelines, in the words of their constructs.

use super::{Place, Raiser, object};
use crate::lower::Construct;
use model::{Change, Span};
use syntax::typescript::range;
use text::{TextEdit, TextRange};

impl Raiser<'_, '_> {
    /// A source that is taken from GitHub by a connection, in the place of one that is taken by a token.
    pub(super) fn github_connection(&mut self, source: Span, parameter: &str, changes: &[Change]) -> Option<()> {
        let place = self.resolve(source)?;
        let call = self.node(place)?;
        let (index, called) = match call.kind() {
            "new_expression" => (0, call.child_by_field_name("constructor")?),
            "call_expression" => (2, call.child_by_field_name("function")?),
            _ => return None,
        };
        let name = called.child_by_field_name("property").unwrap_or(called);
        let description = changes.iter().find_map(|it| match it {
            Change::AddParameter { description, .. } => Some(description.as_str()),
            _ => None,
        })?;
        // What is said in another object cannot be taken over.
        let options = match object::argument(self.text, call, index) {
            Some(it) if it.kind() == "object" => Some(it),
            Some(_) => return None,
            None => None,
        };
        let members = options.map(object::items).unwrap_or_default();
        if members.iter().any(|it| it.kind() == "spread_element") {
            return None;
        }
        let connection = self.connection(parameter, description, place)?;
        match (index, self.source(name)) {
            (0, "GitHubSourceAction") => {
                let class = self.library("aws-codepipeline-actions.CodeStarConnectionsSourceAction")?;
                self.edits.push(TextEdit::replace(range(called), class));
            }
            (2, "gitHub") => self.edits.push(TextEdit::replace(range(name), "connection")),
            _ => return None,
        }
        // The token and how it is told of changes go; the connection takes the place of the first of them.
        let mut is_written = false;
        for member in &members {
            let key = member.child_by_field_name("key").unwrap_or(*member);
            let key = self.source(key).trim_matches(['\'', '"']).to_owned();
            if !matches!(key.as_str(), "oauthToken" | "authentication" | "trigger") {
                continue;
            }
            if key != "trigger" && !std::mem::replace(&mut is_written, true) {
                self.edits.push(TextEdit::replace(range(*member), format!("connectionArn: {connection}")));
            } else {
                self.edits.push(TextEdit::delete(object::extent(self.text, options?, *member)?));
            }
        }
        match is_written {
            true => Some(()),
            false => self.set_prop(call, index, &["connectionArn".to_owned()], connection),
        }
    }

    /// The value of a parameter for a connection, which is declared where it is not yet.
    fn connection(&mut self, parameter: &str, description: &str, near: TextRange) -> Option<String> {
        let is_it = |it: &&Construct<'_>| it.class == "core.CfnParameter" && it.id.text == parameter;
        let lowering = self.lowering;
        if let Some(declared) = lowering.constructs.iter().find(is_it) {
            let place = Place { at: near.start(), stack: declared.place.stack };
            return Some(format!("{}.valueAsString", self.expression_of(&declared.key, place)?));
        }
        self.add_parameter(parameter, "String", description, None, near)?;
        Some(format!("{}.valueAsString", self.parameters.last()?.1))
    }
}
