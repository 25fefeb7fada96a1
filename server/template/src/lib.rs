//! CloudFormation templates ⇄ the model.
//!
//! [`TemplateFile::lower`] reads a template into the model, [`raise`] writes a change of the model back into its text.

mod detect;
mod file;
mod lower;
mod raise;
mod serverless;
mod spot;

pub use detect::is_template;
pub use file::{Source, TemplateFile};
pub use raise::{raise, refactors};
pub use spot::{Spot, SpotKind, Step};
pub use syntax::data::Format;
