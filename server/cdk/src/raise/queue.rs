//! Queues for what fails, in the words of their construct.

use super::{Raiser, object};
use crate::constructs;
use model::Span;
use syntax::typescript::range;
use text::TextEdit;

/// What a dead-letter queue has in common with the queue that it is for.
const SHARED: [&str; 6] =
    ["fifo", "fifoQueue", "encryption", "encryptionMasterKey", "kmsMasterKeyId", "sqsManagedSseEnabled"];

impl Raiser<'_, '_> {
    /// Makes a queue before the statement that makes the one at `queue`, and has that one move to it what fails.
    pub(super) fn dead_letter_queue(&mut self, queue: Span, id: &str, attempts: i64) -> Option<()> {
        let origin = self.resolve(queue)?;
        let draft = self.drafts(origin).next()?;
        let (is_l1, index) = (constructs::is_l1(&draft.words), draft.props_index);
        let call = self.node(origin).filter(|it| it.kind() == "new_expression")?;
        let scope = self.source(*object::items(call.child_by_field_name("arguments")?).first()?).to_owned();
        let class = self.source(call.child_by_field_name("constructor")?).to_owned();
        let statement = self.statement_around(origin)?;
        let start = object::line_start(self.text, range(statement).start());
        let indent = object::indent_of(self.text, statement.start_byte()).to_owned();
        if !self.text[start..statement.start_byte()].trim().is_empty() {
            return None;
        }
        let variable = self.variable_name(id)?;
        let mut members = vec![match is_l1 {
            true => format!("messageRetentionPeriod: {}", 14 * 24 * 60 * 60),
            false => format!("retentionPeriod: {}.days(14)", self.library("core.Duration")?),
        }];
        for name in SHARED {
            if let Some(member) = object::member(self.text, call, index, &[name.to_owned()]) {
                members.push(self.source(member).to_owned());
            }
        }
        let (newline, end, inner) = (self.style.newline, self.style.end(), format!("{indent}{}", self.style.step));
        let members: String = members.iter().map(|it| format!("{inner}{it},{newline}")).collect();
        let made = format!(
            "{indent}const {variable} = new {class}({scope}, {}, {{{newline}{members}{indent}}}){end}{newline}",
            self.style.quoted(id)
        );
        self.edits.push(TextEdit::insert(text::size(start), made));
        let (prop, value) = match is_l1 {
            true => {
                ("redrivePolicy", format!("{{ deadLetterTargetArn: {variable}.attrArn, maxReceiveCount: {attempts} }}"))
            }
            false => ("deadLetterQueue", format!("{{ queue: {variable}, maxReceiveCount: {attempts} }}")),
        };
        self.set_prop(call, index, &[prop.to_owned()], value)
    }
}
