//! Fixing files: wholly or not at all, and only what was asked for.

use super::{Folder, MENDED, MISTAKEN};
use expect_test::expect;
use std::fs;

#[test]
fn safe_fixes_are_written() {
    let folder = Folder::new(&[("a.yaml", MISTAKEN)]);
    let ran = folder.run("check --fix");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
    assert_eq!(ran.err, "2 findings fixed; no findings in 1 file\n");
    assert_eq!(folder.read("a.yaml"), MENDED);
    assert_eq!(folder.run("check --fix").err, "no findings in 1 file\n", "once is enough");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing else is left behind");
}

#[test]
fn a_difference_is_shown_and_nothing_written() {
    let folder = Folder::new(&[("lib/a.yaml", MISTAKEN), ("b.yaml", MENDED)]);
    let ran = folder.run("check --fix --diff");
    assert_eq!(ran.code, Some(1), "the findings are still there");
    expect![[r#"
        --- a/lib/a.yaml
        +++ b/lib/a.yaml
        @@ -5,6 +5,5 @@
             Type: AWS::SNS::TopicPolicy
             Properties:
               PolicyDocument: {Version: 2012-10-17, Statement: {Effect: Deny, Principal: '*', Action: 'sns:Publish', Resource: '*'}}
        -      # stacklint: allow syntax-error -- there is none
               Topics:
        -        - !Ref Topik
        +        - !Ref Topic
    "#]]
    .assert_eq(&ran.out);
    assert_eq!(folder.read("lib/a.yaml"), MISTAKEN);
    assert_eq!(folder.run("check --diff").out, ran.out);
}

#[test]
fn byte_order_marks_line_ends_and_permissions_are_kept() {
    let text = format!("\u{feff}{}", MISTAKEN.replace('\n', "\r\n"));
    let folder = Folder::new(&[("a.yaml", &text)]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let permissions = fs::Permissions::from_mode(0o640);
        fs::set_permissions(folder.path().join("a.yaml"), permissions).expect("permissions");
    }
    let ran = folder.run("check --fix");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(folder.read("a.yaml"), format!("\u{feff}{}", MENDED.replace('\n', "\r\n")));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.path().join("a.yaml")).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_one() {
    let folder = Folder::new(&[("real/a.yaml", MISTAKEN)]);
    std::os::unix::fs::symlink("real/a.yaml", folder.path().join("link.yaml")).expect("a link");
    assert_eq!(folder.run("check --fix link.yaml").code, Some(0));
    assert!(fs::symlink_metadata(folder.path().join("link.yaml")).expect("a link").is_symlink());
    assert_eq!(folder.read("real/a.yaml"), MENDED);
}

#[cfg(unix)]
#[test]
fn a_file_that_is_read_only_is_not_replaced() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("a.yaml", MISTAKEN), ("b.yaml", MISTAKEN)]);
    fs::set_permissions(folder.path().join("a.yaml"), fs::Permissions::from_mode(0o444)).expect("permissions");
    let ran = folder.run("check --fix");
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("a.yaml: cannot be fixed: the file is read-only"), "{}", ran.err);
    assert_eq!(folder.read("a.yaml"), MISTAKEN);
    assert_eq!(folder.read("b.yaml"), MENDED, "the others are fixed");
}

#[test]
fn unsafe_fixes_are_applied_on_request_only() {
    let text = "\
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: all
      VpcId: vpc-1
";
    let folder = Folder::new(&[("a.yaml", text)]);
    folder.run("check --fix");
    assert_eq!(folder.read("a.yaml"), text);
    // Whatever is unsafe here, asking for it must not fail.
    let ran = folder.run("check --unsafe-fixes");
    assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
}

#[test]
fn a_text_that_does_not_parse_is_not_made_worse() {
    let text = format!("{MISTAKEN}  Other: [\n");
    let folder = Folder::new(&[("a.yaml", &text)]);
    let ran = folder.run("check --fix");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(folder.read("a.yaml").ends_with("  Other: [\n"));
}
