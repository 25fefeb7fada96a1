//! Nested stacks: files that name other files.

use super::Folder;

const CHILD: &str = "\
Parameters:
  Name:
    Type: String
Resources:
  Topic:
    Type: AWS::SNS::Topic
Outputs:
  Arn:
    Value: !Ref Topic
";

fn parent(path: &str, name: &str) -> String {
    format!(
        "Resources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {path}\n      \
         Parameters:\n        {name}: a\nOutputs:\n  Arn:\n    Value: !GetAtt Child.Outputs.Arn\n"
    )
}

#[test]
fn templates_count_from_the_folder_of_the_one_that_names_them() {
    let folder = Folder::new(&[
        ("shared/child.yaml", CHILD),
        ("stacks/good.yaml", &parent("../shared/child.yaml", "Name")),
        ("stacks/bad.yaml", &parent("../shared/child.yaml", "Nam")),
        ("stacks/lost.yaml", &parent("child.yaml", "Nam")),
    ]);
    let found = |arguments: &str| -> Vec<String> {
        let out = folder.run(arguments).out;
        out.lines()
            .map(|it| it.rsplit(['[', ' ']).next().unwrap_or_default().trim_end_matches(']').to_owned())
            .collect()
    };
    assert_eq!(found("check --format concise stacks/good.yaml"), [""; 0]);
    assert_eq!(found("check --format concise stacks/bad.yaml").len(), 1);
    assert!(folder.run("check --format concise stacks/bad.yaml").out.contains("nested-stack-parameter-mismatch"));
    assert!(folder.run("check --format concise stacks/lost.yaml").out.contains("missing-nested-template"));

    // From standard input too, by its name.
    let ran =
        folder.run_with("check --format concise - --stdin-filename stacks/new.yaml", &folder.read("stacks/bad.yaml"));
    assert!(ran.out.contains("nested-stack-parameter-mismatch"), "{ran:?}");

    folder.run("check --fix stacks/bad.yaml");
    assert_eq!(folder.read("stacks/bad.yaml"), folder.read("stacks/good.yaml"));
}

#[test]
fn a_template_that_nests_itself_is_no_problem() {
    let text = parent("./self.yaml", "Name").replace("Resources:", "Parameters:\n  Name: {Type: String}\nResources:");
    let folder = Folder::new(&[("self.yaml", &text)]);
    assert_eq!(folder.run("check").code, Some(0));
}

#[test]
fn a_child_that_is_hardly_begun_is_a_template_all_the_same() {
    let child = "Parameters:\n  One: {Type: String}\nResources: {}\n";
    let folder = Folder::new(&[("child.yaml", child), ("parent.yaml", &parent("child.yaml", "Two"))]);
    let out = folder.run("check --format concise parent.yaml").out;
    assert_eq!(out.matches("nested-stack-parameter-mismatch").count(), 2, "{out}");
    assert_eq!(out.matches("undefined-nested-output").count(), 1, "{out}");
}
