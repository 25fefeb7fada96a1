use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The text does not parse.
    ///
    /// The finding is at the smallest piece that cannot be understood. The rest of the file stays analysed, so other
    /// findings stay where they are while a line is being typed.
    ///
    /// There is no fix, since what was meant is not known.
    name: "syntax-error",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E0000"],
    founding: ["F72"],
    check: Check::Elsewhere,
}
