use crate::facts::spelling;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A template reads an output that the nested stack does not have.
    ///
    /// `Fn::GetAtt` and `${Stack.Outputs.Name}` read the outputs of a nested stack. Its template is a file beside this one,
    /// and has no output of that name. Templates in an editor count as they are there, saved or not.
    ///
    /// ## Why
    ///
    /// CloudFormation finds out when the nested stack is complete: "Output 'VpcID' not found in stack". Then everything is
    /// rolled back. Names of outputs are case-sensitive.
    ///
    /// ## What is not reported
    ///
    /// - A template at an address, or one whose path is not certain: it is not known.
    /// - A template that a macro or `AWS::Include` completes, outputs of a loop whose items are not known, and a template
    ///   that does not parse at the moment.
    /// - An output under a condition.
    ///
    /// ## Fix
    ///
    /// Writes the one output that differs by a letter or two, or by case. Where only a number differs (`SubnetA`,
    /// `SubnetB`), a person has to choose.
    name: "undefined-nested-output",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    if stack.nested.is_empty() {
        return;
    }
    for (resource, reference) in stack.all_references() {
        let Some(attribute) = &reference.attribute else { continue };
        let Some(output) = attribute.text.strip_prefix("Outputs.") else { continue };
        let Some(Nested { path, interface: Some(interface) }) = stack.nested.get(&reference.target.text) else {
            continue;
        };
        if output.is_empty() || output.contains('$') || interface.may_give(output) {
            continue;
        }
        let meant = spelling::nearest(output, interface.outputs.iter().map(|it| it.as_str()));
        let mut message = format!("`{path}` has no output `{output}`, so the stack cannot be deployed.");
        if let Some(meant) = meant {
            message += &format!(" Did you mean `{meant}`?");
        }
        let mut draft = cx.report(attribute.span, message);
        if let Some(resource) = resource {
            draft = draft.about(resource);
        }
        if let Some(meant) = meant {
            let applicability = if spelling::is_other_of_its_sort(output, meant) { Unsafe } else { Safe };
            let change = Change::Rename { span: attribute.span, to: format!("Outputs.{meant}").into() };
            draft.fix_as(applicability, format!("Write `{meant}`"), vec![change], None);
        }
    }
}
