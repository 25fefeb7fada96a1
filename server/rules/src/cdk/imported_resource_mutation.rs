use crate::prelude::*;
use crate::rule::rule;
use model::program::Why;

rule! {
    /// A construct that was looked up is configured, which changes nothing.
    ///
    /// `Bucket.fromBucketName` and its like give a construct for something that exists elsewhere. The stack does not own it:
    /// its template holds no such resource, so there is nothing to configure. `addToResourcePolicy` on it returns without a
    /// word, `node.defaultChild` is `undefined` (and a cast of it to an L1 fails when it is used), `applyRemovalPolicy`
    /// throws. The policy, the rule or the setting that the code asks for never exists.
    ///
    /// Reported for the calls that the library ignores or refuses. Grants to an identity, notifications, added targets and
    /// whatever makes resources of its own work, and are not reported. There is no fix: the configuration belongs into the
    /// program that owns the resource.
    name: "cdk-imported-resource-mutation",
    category: Correctness,
    severity: Warning,
    fix: None,
    front_ends: FrontEnds::Cdk,
    founding: ["F71"],
    check: Check::Program(check),
}

fn check(program: &Program, cx: &mut Context<'_>) {
    for it in &program.ineffective {
        let message = match it.why {
            Why::Ignored => format!(
                "`{}` does nothing here: what `{}` returns belongs to another stack, and the library ignores the call. \
                 Configure it where it is declared.",
                it.what, it.imported_by
            ),
            Why::NoResource => format!(
                "`{}` is `undefined` here: what `{}` returns belongs to another stack, and this one has no resource to \
                 configure. Configure it where it is declared.",
                it.what, it.imported_by
            ),
            Why::Fails => format!(
                "`{}` fails here: what `{}` returns belongs to another stack, and this one has no resource to configure. \
                 Configure it where it is declared.",
                it.what, it.imported_by
            ),
        };
        let finding = cx.report(it.span, message);
        if let Some(imported) = it.imported {
            finding.related(imported, "It is looked up here.");
        }
    }
}
