use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A key stands twice in one mapping.
    ///
    /// CloudFormation accepts it, in YAML and in JSON, and takes the last without a word: `validate-template` passes a
    /// property or a logical id that stands twice, and `get-template-summary` shows the last of two defaults. So what the
    /// first says is never deployed, and a second resource under the same logical id takes the place of the first. Other
    /// readers of the same text refuse it, or take the first.
    ///
    /// Of a section that stands twice the manual says: "Although CloudFormation might accept the template, it will have an
    /// undefined behavior when processing the template, and might incorrectly provision resources, or return inexplicable
    /// errors" ("CloudFormation template format", AWS CloudFormation User Guide).
    ///
    /// There is no fix, since which of the two was meant is not known.
    name: "duplicate-key",
    category: Correctness,
    severity: Warning,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E0000"],
    founding: [],
    check: Check::Elsewhere,
}
