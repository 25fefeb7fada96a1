//! What becomes of the objects of a bucket, in the words of its construct.

use super::{Raiser, object};
use model::Literal;
use syntax::typescript::Node;

impl<'r> Raiser<'r, '_> {
    /// A `LifecycleConfiguration` as the prop `lifecycleRules` of what `call` makes.
    pub(super) fn lifecycle_rules(&mut self, value: &Literal, call: Node<'r>, index: usize) -> Option<String> {
        let Literal::List(rules) = entry(value, "Rules")? else { return None };
        // Behind the first of the other props, where these have lines of their own.
        let beside = object::argument(self.text, call, index).and_then(|it| object::items(it).first().copied());
        let beside = beside.filter(|it| object::stands_alone(self.text, *it) || object::ends_line(self.text, *it));
        let indent = object::indent_of(self.text, beside.unwrap_or(call).start_byte()).to_owned();
        let rules: Option<Vec<String>> = rules.iter().map(|it| self.lifecycle_rule(it, &indent)).collect();
        Some(format!("[{}]", rules?.join(", ")))
    }

    /// A rule of a `LifecycleConfiguration` as a `LifecycleRule`, in lines below one that is indented by `indent`.
    pub(super) fn lifecycle_rule(&mut self, value: &Literal, indent: &str) -> Option<String> {
        let Literal::Map(entries) = value else { return None };
        let mut members = Vec::new();
        for (name, value) in entries {
            members.push(match (name.as_str(), value) {
                ("Id", Literal::Text(id)) => format!("id: {}", self.style.quoted(id)),
                // Which it is unless it says something else.
                ("Status", Literal::Text(status)) if status == "Enabled" => continue,
                ("Transitions", Literal::List(transitions)) => {
                    let transitions: Option<Vec<String>> = transitions.iter().map(|it| self.transition(it)).collect();
                    format!("transitions: [{}]", transitions?.join(", "))
                }
                ("AbortIncompleteMultipartUpload", value) => {
                    let days = self.days(entry(value, "DaysAfterInitiation")?)?;
                    format!("abortIncompleteMultipartUploadAfter: {days}")
                }
                _ => return None,
            });
        }
        let (newline, step) = (self.style.newline, self.style.step);
        let members: String = members.iter().map(|it| format!("{indent}{step}{it},{newline}")).collect();
        Some(format!("{{{newline}{members}{indent}}}"))
    }

    fn transition(&mut self, value: &Literal) -> Option<String> {
        let Literal::Text(class) = entry(value, "StorageClass")? else { return None };
        let library = self.library("aws-s3.StorageClass")?;
        let days = self.days(entry(value, "TransitionInDays")?)?;
        Some(format!("{{ storageClass: {library}.{class}, transitionAfter: {days} }}"))
    }

    fn days(&mut self, value: &Literal) -> Option<String> {
        let Literal::Number(days) = value else { return None };
        Some(format!("{}.days({days})", self.library("core.Duration")?))
    }
}

fn entry<'l>(value: &'l Literal, key: &str) -> Option<&'l Literal> {
    let Literal::Map(entries) = value else { return None };
    entries.iter().find(|(name, _)| name == key).map(|(_, it)| it)
}
