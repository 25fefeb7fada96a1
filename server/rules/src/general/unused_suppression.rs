use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A suppression that suppresses nothing.
    ///
    /// A comment `stacklint: allow RULE` stands where the rule finds nothing, or names a rule that does not exist. It may
    /// be left over from a fault that was mended, or it may be misspelt and leave a fault unexplained. A suppression of a
    /// rule that the configuration switches off is not reported.
    ///
    /// The fix takes the name out of the comment, or the whole comment when it names nothing else.
    name: "unused-suppression",
    category: Maintainability,
    severity: Info,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    founding: [],
    check: Check::Elsewhere,
}
