//! Other ways to write what is written: what is selected becomes a construct, a parameter, a stack of its own.

use crate::Analysis;
use crate::analysis::Source;
use model::Refactor;
use text::TextRange;

impl Analysis {
    /// What can be done with the text that is selected, or at the cursor where `range` is empty. All of it is written
    /// already: what cannot be written surely is not offered.
    pub fn refactors(&self, range: TextRange) -> Vec<Refactor> {
        let find = || match &self.source {
            Some(Source::Cdk(source)) => cdk::refactors(source, &self.lowered, range, &rules::environment_of),
            Some(Source::Template(source)) => template::refactors(source, &self.lowered, range),
            None => Vec::new(),
        };
        // As with fixes, one that cannot be written must not end the request that asked for it.
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(find)).unwrap_or_default()
    }
}
