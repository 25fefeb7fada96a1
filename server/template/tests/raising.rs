//! What is written for a change, in every style; and that it shows as that change and nothing else.

mod support;

use expect_test::{Expect, expect};
use model::{Change, Literal, Lowered, Resource, Span};
use std::collections::BTreeMap;
use std::sync::Arc;
use support::{corpus, lower, resource, value};
use template::{Format, Source, raise};

fn of<'a>(lowered: &'a Lowered, key: &str) -> &'a Arc<Resource> {
    lowered.stacks[0].resource(key).unwrap()
}

fn origin(lowered: &Lowered, key: &str) -> Span {
    of(lowered, key).origin
}

fn set(lowered: &Lowered, key: &str, path: &str, value: Literal) -> Change {
    Change::Set { origin: origin(lowered, key), path: path.to_owned(), value }
}

fn append(lowered: &Lowered, key: &str, path: &str, value: Literal) -> Change {
    Change::Append { origin: origin(lowered, key), path: path.to_owned(), value }
}

fn remove(lowered: &Lowered, key: &str, path: &str) -> Change {
    Change::Remove { origin: origin(lowered, key), path: path.to_owned() }
}

fn span(lowered: &Lowered, key: &str, path: &str) -> Span {
    of(lowered, key).properties.get(path).unwrap().span
}

fn item(lowered: &Lowered, key: &str, path: &str, index: usize) -> Span {
    of(lowered, key).properties.get(path).unwrap().as_list().unwrap().items[index].span
}

fn format_of(text: &str) -> Format {
    if text.starts_with('{') { Format::Json } else { Format::Yaml }
}

fn apply(text: &str, changes: impl FnOnce(&Lowered) -> Vec<Change>) -> Option<String> {
    let format = format_of(text);
    let lowered = lower(text, format);
    let edits = raise(&Source::parse(text, format), &lowered, &changes(&lowered))?;
    let after = edits.apply(text);
    let problems = lower(&after, format).problems;
    assert!(problems.len() <= lowered.problems.len(), "{after}\n{problems:#?}");
    Some(after)
}

fn check(text: &str, changes: impl FnOnce(&Lowered) -> Vec<Change>, expected: Expect) {
    expected.assert_eq(&apply(text, changes).unwrap_or_else(|| "none".to_owned()));
}

const YAML: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Description: x # why

# What it is made of.
Resources:
  Bucket: # the bucket
    Type: AWS::S3::Bucket
    # Before the properties.
    Properties:
      BucketName: !Sub 'a-${AWS::Region}' # a name
      Versioning:
        # Inside.
        Status: Suspended
      # Before the tags.
      Tags:
        - Key: a
          Value: b
        - Key: c
          Value: d
      List: [a, b]

  Queue:
    Type: AWS::SQS::Queue
  Flow: {Type: AWS::X::Y, Properties: {A: 1}}
";

const JSON: &str = r#"{
  "Resources": {
    "Bucket": {
      "Type": "AWS::S3::Bucket",
      "Properties": {
        "BucketName": { "Ref": "Name" },
        "Versioning": {
          "Status": "Suspended"
        },
        "Tags": [
          { "Key": "a", "Value": "b" },
          {
            "Key": "c"
          }
        ]
      }
    },
    "Queue": {
      "Type": "AWS::SQS::Queue"
    }
  }
}
"#;

#[test]
fn set_in_yaml() {
    check(
        YAML,
        |it| {
            vec![
                set(it, "Bucket", "Versioning.Status", Literal::text("Enabled")),
                set(it, "Bucket", "Versioning.Mfa.Deep", Literal::text("on")),
                set(
                    it,
                    "Bucket",
                    "New",
                    Literal::List(vec![Literal::map([("K", Literal::text("*")), ("L", Literal::Bool(true))])]),
                ),
                set(it, "Queue", "Kms.Key", Literal::Ref("Key".into())),
                set(it, "Queue", "Kms.Other", Literal::GetAtt("Key".into(), "Arn".into())),
                set(it, "Flow", "B.C", Literal::Number(2)),
                set(it, "Flow", "A", Literal::text("x, y")),
            ]
        },
        expect![[r#"
            AWSTemplateFormatVersion: '2010-09-09'
            Description: x # why

            # What it is made of.
            Resources:
              Bucket: # the bucket
                Type: AWS::S3::Bucket
                # Before the properties.
                Properties:
                  BucketName: !Sub 'a-${AWS::Region}' # a name
                  Versioning:
                    # Inside.
                    Status: Enabled
                    Mfa:
                      Deep: 'on'
                  # Before the tags.
                  Tags:
                    - Key: a
                      Value: b
                    - Key: c
                      Value: d
                  List: [a, b]
                  New:
                    - K: '*'
                      L: true

              Queue:
                Type: AWS::SQS::Queue
                Properties:
                  Kms:
                    Key: !Ref Key
                    Other: !GetAtt Key.Arn
              Flow: {Type: AWS::X::Y, Properties: {A: 'x, y', B: {C: 2}}}
        "#]],
    );
}

#[test]
fn set_in_json() {
    check(
        JSON,
        |it| {
            vec![
                set(it, "Bucket", "Versioning.Status", Literal::text("Enabled")),
                set(
                    it,
                    "Bucket",
                    "New",
                    Literal::List(vec![Literal::map([("K", Literal::text("*")), ("L", Literal::Bool(true))])]),
                ),
                set(it, "Queue", "Kms.Key", Literal::Ref("Key".into())),
                set(it, "Queue", "Kms.Other", Literal::GetAtt("Key".into(), "Arn".into())),
                append(it, "Bucket", "Tags", Literal::map([("Key", Literal::text("e"))])),
                append(it, "Bucket", "BucketName", Literal::text("e")),
            ]
        },
        expect![[r#"
            {
              "Resources": {
                "Bucket": {
                  "Type": "AWS::S3::Bucket",
                  "Properties": {
                    "BucketName": [{ "Ref": "Name" }, "e"],
                    "Versioning": {
                      "Status": "Enabled"
                    },
                    "Tags": [
                      { "Key": "a", "Value": "b" },
                      {
                        "Key": "c"
                      },
                      {
                        "Key": "e"
                      }
                    ],
                    "New": [
                      {
                        "K": "*",
                        "L": true
                      }
                    ]
                  }
                },
                "Queue": {
                  "Type": "AWS::SQS::Queue",
                  "Properties": {
                    "Kms": {
                      "Key": { "Ref": "Key" },
                      "Other": { "Fn::GetAtt": ["Key", "Arn"] }
                    }
                  }
                }
              }
            }
        "#]],
    );
}

#[test]
fn append_in_yaml() {
    check(
        YAML,
        |it| {
            vec![
                append(
                    it,
                    "Bucket",
                    "Tags",
                    Literal::map([("Key", Literal::text("e")), ("Value", Literal::text("f"))]),
                ),
                append(it, "Bucket", "List", Literal::text("c: d")),
                append(it, "Bucket", "BucketName", Literal::text("second")),
                append(it, "Bucket", "Versioning", Literal::text("second")),
                append(it, "Queue", "New.List", Literal::text("012")),
                append(it, "Queue", "New.List", Literal::text("0.0.0.0/0")),
            ]
        },
        expect![[r#"
            AWSTemplateFormatVersion: '2010-09-09'
            Description: x # why

            # What it is made of.
            Resources:
              Bucket: # the bucket
                Type: AWS::S3::Bucket
                # Before the properties.
                Properties:
                  BucketName:
                    - !Sub 'a-${AWS::Region}' # a name
                    - second
                  Versioning:
                    # Inside.
                    - Status: Suspended
                    - second
                  # Before the tags.
                  Tags:
                    - Key: a
                      Value: b
                    - Key: c
                      Value: d
                    - Key: e
                      Value: f
                  List: [a, b, 'c: d']

              Queue:
                Type: AWS::SQS::Queue
                Properties:
                  New:
                    List:
                      - '012'
                      - 0.0.0.0/0
              Flow: {Type: AWS::X::Y, Properties: {A: 1}}
        "#]],
    );
}

#[test]
fn remove_in_yaml() {
    check(
        YAML,
        |it| {
            vec![
                remove(it, "Bucket", "BucketName"),
                remove(it, "Bucket", "Versioning.Status"),
                remove(it, "Flow", "A"),
                remove(it, "Flow", "NotThere"),
                Change::Delete { span: item(it, "Bucket", "Tags", 0) },
                Change::Delete { span: item(it, "Bucket", "List", 1) },
            ]
        },
        expect![[r#"
            AWSTemplateFormatVersion: '2010-09-09'
            Description: x # why

            # What it is made of.
            Resources:
              Bucket: # the bucket
                Type: AWS::S3::Bucket
                # Before the properties.
                Properties:
                  # Before the tags.
                  Tags:
                    - Key: c
                      Value: d
                  List: [a]

              Queue:
                Type: AWS::SQS::Queue
              Flow: {Type: AWS::X::Y}
        "#]],
    );
    check(
        YAML,
        |it| {
            let key = of(it, "Bucket").properties.get("Tags").unwrap().as_list().unwrap().items[0].get("Key").unwrap();
            vec![
                Change::Delete { span: key.span },
                Change::Delete { span: item(it, "Bucket", "Tags", 1) },
                Change::Delete { span: item(it, "Bucket", "List", 0) },
                Change::Delete { span: item(it, "Bucket", "List", 1) },
                Change::RemoveResource { origin: origin(it, "Queue") },
            ]
        },
        expect![[r#"
            AWSTemplateFormatVersion: '2010-09-09'
            Description: x # why

            # What it is made of.
            Resources:
              Bucket: # the bucket
                Type: AWS::S3::Bucket
                # Before the properties.
                Properties:
                  BucketName: !Sub 'a-${AWS::Region}' # a name
                  Versioning:
                    # Inside.
                    Status: Suspended
                  # Before the tags.
                  Tags:
                    - Value: b

              Flow: {Type: AWS::X::Y, Properties: {A: 1}}
        "#]],
    );
}

#[test]
fn remove_in_json() {
    check(
        JSON,
        |it| {
            vec![
                remove(it, "Bucket", "Versioning.Status"),
                Change::Delete { span: item(it, "Bucket", "Tags", 1) },
                Change::RemoveResource { origin: origin(it, "Queue") },
            ]
        },
        expect![[r#"
            {
              "Resources": {
                "Bucket": {
                  "Type": "AWS::S3::Bucket",
                  "Properties": {
                    "BucketName": { "Ref": "Name" },
                    "Tags": [
                      { "Key": "a", "Value": "b" }
                    ]
                  }
                }
              }
            }
        "#]],
    );
    check(
        JSON,
        |it| vec![remove(it, "Bucket", "BucketName")],
        expect![[r#"
        {
          "Resources": {
            "Bucket": {
              "Type": "AWS::S3::Bucket",
              "Properties": {
                "Versioning": {
                  "Status": "Suspended"
                },
                "Tags": [
                  { "Key": "a", "Value": "b" },
                  {
                    "Key": "c"
                  }
                ]
              }
            },
            "Queue": {
              "Type": "AWS::SQS::Queue"
            }
          }
        }
    "#]],
    );
}

#[test]
fn add_items() {
    let changes = |it: &Lowered| {
        let after = origin(it, "Bucket");
        vec![
            Change::AddResource {
                id: "First".into(),
                ty: "AWS::S3::BucketPolicy".into(),
                properties: Literal::map([
                    ("Bucket", Literal::Ref("Bucket".into())),
                    (
                        "Resource",
                        Literal::Sub(vec![Literal::GetAtt("Bucket".into(), "Arn".into()), Literal::text("/*")]),
                    ),
                ]),
                condition: None,
                after,
            },
            Change::AddResource {
                id: "Second".into(),
                ty: "AWS::X::Y".into(),
                properties: Literal::Map(Vec::new()),
                condition: None,
                after,
            },
            Change::AddParameter {
                name: "P".into(),
                ty: "String".into(),
                description: "What: it is".into(),
                default: None,
                near: after,
            },
            Change::AddParameter {
                name: "Q".into(),
                ty: "String".into(),
                description: String::new(),
                default: None,
                near: after,
            },
            Change::SetAttribute {
                origin: after,
                attribute: "DeletionPolicy".into(),
                path: String::new(),
                value: Literal::text("Retain"),
            },
        ]
    };
    check(
        YAML,
        changes,
        expect![[r#"
        AWSTemplateFormatVersion: '2010-09-09'
        Description: x # why

        Parameters:
          P:
            Type: String
            Description: 'What: it is'
          Q:
            Type: String

        # What it is made of.
        Resources:
          Bucket: # the bucket
            Type: AWS::S3::Bucket
            DeletionPolicy: Retain
            # Before the properties.
            Properties:
              BucketName: !Sub 'a-${AWS::Region}' # a name
              Versioning:
                # Inside.
                Status: Suspended
              # Before the tags.
              Tags:
                - Key: a
                  Value: b
                - Key: c
                  Value: d
              List: [a, b]

          First:
            Type: AWS::S3::BucketPolicy
            Properties:
              Bucket: !Ref Bucket
              Resource: !Sub ${Bucket.Arn}/*

          Second:
            Type: AWS::X::Y

          Queue:
            Type: AWS::SQS::Queue
          Flow: {Type: AWS::X::Y, Properties: {A: 1}}
    "#]],
    );
    check(
        JSON,
        changes,
        expect![[r#"
        {
          "Parameters": {
            "P": {
              "Type": "String",
              "Description": "What: it is"
            },
            "Q": {
              "Type": "String"
            }
          },
          "Resources": {
            "Bucket": {
              "Type": "AWS::S3::Bucket",
              "DeletionPolicy": "Retain",
              "Properties": {
                "BucketName": { "Ref": "Name" },
                "Versioning": {
                  "Status": "Suspended"
                },
                "Tags": [
                  { "Key": "a", "Value": "b" },
                  {
                    "Key": "c"
                  }
                ]
              }
            },
            "First": {
              "Type": "AWS::S3::BucketPolicy",
              "Properties": {
                "Bucket": { "Ref": "Bucket" },
                "Resource": { "Fn::Sub": "${Bucket.Arn}/*" }
              }
            },
            "Second": {
              "Type": "AWS::X::Y"
            },
            "Queue": {
              "Type": "AWS::SQS::Queue"
            }
          }
        }
    "#]],
    );
}

#[test]
fn line_endings_stay() {
    let text = YAML.replace('\n', "\r\n");
    let changes = |it: &Lowered| {
        vec![
            set(it, "Bucket", "Versioning.New", Literal::map([("A", Literal::text("b"))])),
            set(it, "Queue", "New", Literal::text("a")),
            remove(it, "Bucket", "BucketName"),
            Change::Delete { span: item(it, "Bucket", "Tags", 0) },
            Change::AddResource {
                id: "First".into(),
                ty: "AWS::X::Y".into(),
                properties: Literal::Map(Vec::new()),
                condition: None,
                after: origin(it, "Bucket"),
            },
            Change::AddParameter {
                name: "P".into(),
                ty: "String".into(),
                description: String::new(),
                default: None,
                near: origin(it, "Bucket"),
            },
        ]
    };
    let after = apply(&text, changes).unwrap();
    assert!(!after.replace("\r\n", "").contains(['\r', '\n']), "{after:?}");
    assert_eq!(after.replace("\r\n", "\n"), apply(YAML, changes).unwrap());
}

#[test]
fn replace_and_rename() {
    let text = "\
Resources:
  A:
    Type: AWS::X::Y
    Properties:
      Sub: !Sub \"arn:aws:s3:eu-west-1:${B.Arn}\"
      Old:
        - Statement:
            Deep: 1
            List:
              - x
      If: !If [C, a, b]
      Empty:
      None: # nothing
      Base: !Base64 x
      Text: |
        a
        b
  B:
    Type: AWS::X::Y
    DependsOn: A
    Properties: {}
";
    check(
        text,
        |it| {
            let properties = &of(it, "A").properties;
            let model::Value::Call(call) = &properties.get("Sub").unwrap().value else { panic!() };
            let model::Call::Sub(parts) = &**call else { panic!() };
            let model::Part::Text(first) = &parts[0] else { panic!() };
            let model::Value::Either(branches) = &properties.get("If").unwrap().value else { panic!() };
            let whole = Literal::Sub(vec![
                Literal::text("arn:"),
                Literal::Ref("AWS::Partition".into()),
                Literal::text(":s3:eu-west-1:"),
            ]);
            let mut changes = vec![
                Change::Replace { span: first.span, value: whole },
                Change::Delete { span: branches[1].node.span },
                Change::Replace { span: span(it, "A", "Empty"), value: Literal::map([("A", Literal::Bool(false))]) },
                Change::Replace { span: span(it, "A", "None"), value: Literal::map([("A", Literal::Bool(false))]) },
                Change::Replace { span: span(it, "A", "Text"), value: Literal::text("c\nd") },
                set(it, "B", "Copy", Literal::Existing(span(it, "A", "Old"))),
                set(it, "B", "Scalar", Literal::List(vec![Literal::Existing(item(it, "A", "Old", 0))])),
                remove(it, "A", "Old"),
            ];
            for (_, reference) in it.stacks[0].all_references() {
                if reference.target.text == "B" {
                    changes.push(Change::Rename { span: reference.target.span, to: "Renamed".into() });
                }
            }
            changes.push(Change::Rename { span: of(it, "B").id.span, to: "Renamed".into() });
            changes
        },
        expect![[r#"
            Resources:
              A:
                Type: AWS::X::Y
                Properties:
                  Sub: !Sub "arn:${AWS::Partition}:s3:eu-west-1:${Renamed.Arn}"
                  If: !If [C, a, !Ref AWS::NoValue]
                  Empty:
                    A: false
                  None: # nothing
                    A: false
                  Base: !Base64 x
                  Text: |-
                    c
                    d
              Renamed:
                Type: AWS::X::Y
                DependsOn: A
                Properties:
                  Copy:
                    - Statement:
                        Deep: 1
                        List:
                          - x
                  Scalar:
                    - Statement:
                        Deep: 1
                        List:
                          - x
        "#]],
    );
}

#[test]
fn what_cannot_be_said_is_not_written() {
    let text =
        "Resources:\n  A:\n    Type: AWS::X::Y\n    Properties:\n      P: !If [C, {A: 1}, {A: 2}]\n      Q: !Ref B\n";
    assert_eq!(apply(text, |it| vec![set(it, "A", "P.A", Literal::Bool(true))]), None);
    assert_eq!(apply(text, |it| vec![set(it, "A", "Q.A", Literal::Bool(true))]), None);
    assert_eq!(apply(text, |it| vec![append(it, "A", "P", Literal::Bool(true))]), None);
}

#[test]
fn long_forms_and_flush_dashes() {
    let text = "\
Resources:
    A:
        Type: AWS::X::Y
        Properties:
            R:
                Ref: B
            L:
            - a
";
    check(
        text,
        |it| {
            vec![
                set(
                    it,
                    "A",
                    "New",
                    Literal::List(vec![Literal::Ref("C".into()), Literal::map([("K", Literal::text("v"))])]),
                ),
                set(it, "A", "Att", Literal::GetAtt("B".into(), "Arn".into())),
                set(it, "A", "Sub", Literal::Sub(vec![Literal::Ref("B".into()), Literal::text("/*")])),
                append(it, "A", "L", Literal::text("it's: \"so\"")),
                append(it, "A", "R", Literal::text("x")),
            ]
        },
        expect![[r#"
            Resources:
                A:
                    Type: AWS::X::Y
                    Properties:
                        R:
                        - Ref: B
                        - x
                        L:
                        - a
                        - "it's: \"so\""
                        New:
                        - Ref: C
                        - K: v
                        Att:
                            Fn::GetAtt:
                            - B
                            - Arn
                        Sub:
                            Fn::Sub: ${B}/*
        "#]],
    );
}

#[test]
fn minified_json() {
    let text = r#"{"Resources":{"A":{"Type":"AWS::X::Y","Properties":{"P":[],"Q":"x"}}}}"#;
    check(
        text,
        |it| {
            vec![
                append(it, "A", "P", Literal::Ref("B".into())),
                append(it, "A", "P", Literal::text("b")),
                set(it, "A", "R.S", Literal::Bool(true)),
                remove(it, "A", "Q"),
                Change::AddResource {
                    id: "B".into(),
                    ty: "AWS::X::Y".into(),
                    properties: Literal::Map(Vec::new()),
                    condition: None,
                    after: origin(it, "A"),
                },
                Change::AddParameter {
                    name: "P".into(),
                    ty: "String".into(),
                    description: String::new(),
                    default: None,
                    near: origin(it, "A"),
                },
            ]
        },
        expect![[
            r#"{"Parameters":{"P":{"Type":"String"}},"Resources":{"A":{"Type":"AWS::X::Y","Properties":{"P":[{"Ref":"B"},"b"],"R":{"S":true}}},"B":{"Type":"AWS::X::Y"}}}"#
        ]],
    );
}

#[test]
fn delete_the_last_entry_of_a_section() {
    let yaml = "\
Parameters:
  P:
    Type: String
Conditions:
  C: !Equals [a, b]
Resources:
  A: {Type: AWS::X::Y}
Outputs:
  O:
    Value: a
";
    let json = r#"{
  "Parameters": {
    "P": { "Type": "String" }
  },
  "Resources": {
    "A": { "Type": "AWS::X::Y" }
  },
  "Outputs": {
    "O": {
      "Value": "a"
    }
  }
}
"#;
    let changes = |it: &Lowered| {
        let stack = &it.stacks[0];
        let conditions = stack.declarations.conditions.iter().map(|it| Change::Delete { span: it.node.span });
        let mut changes: Vec<_> = conditions.collect();
        changes.push(Change::Delete { span: stack.declarations.parameters[0].node.span });
        changes.push(Change::Delete { span: stack.outputs[0].node.span });
        changes
    };
    check(
        yaml,
        changes,
        expect![[r#"
        Resources:
          A: {Type: AWS::X::Y}
    "#]],
    );
    check(
        json,
        changes,
        expect![[r#"
        {
          "Resources": {
            "A": { "Type": "AWS::X::Y" }
          }
        }
    "#]],
    );
    check(
        yaml,
        |it| vec![Change::RemoveResource { origin: origin(it, "A") }],
        expect![[r#"
        Parameters:
          P:
            Type: String
        Conditions:
          C: !Equals [a, b]
        Resources: {}
        Outputs:
          O:
            Value: a
    "#]],
    );
}

#[test]
fn set_within_lists() {
    let text = "\
Resources:
  A:
    Type: AWS::X::Y
    Properties:
      L:
      - A: 1 # one
        B:
          C: 2
      -
        A: 3
      M:
        - {A: 1, B: [x]}
      # The end.
";
    check(
        text,
        |it| {
            let at = |path: &str, index, path_in: &str, value| Change::SetIn {
                map: item(it, "A", path, index),
                path: path_in.to_owned(),
                value,
            };
            vec![
                at("L", 0, "B.D", Literal::text("x")),
                at("L", 0, "A", Literal::map([("E", Literal::text("x"))])),
                at("L", 0, "Z", Literal::List(Vec::new())),
                at("L", 1, "Z.Y", Literal::Ref("A".into())),
                at("M", 0, "C.D", Literal::text("#")),
                Change::Delete { span: item(it, "A", "L", 1) },
            ]
        },
        expect![[r##"
            Resources:
              A:
                Type: AWS::X::Y
                Properties:
                  L:
                  - A:
                      E: x # one
                    B:
                      C: 2
                      D: x
                    Z: []
                  M:
                    - {A: 1, B: [x], C: {D: "#"}}
                  # The end.
        "##]],
    );
}

#[test]
fn json_that_is_read_as_yaml() {
    let lowered = lower(JSON, Format::Yaml);
    let after = origin(&lowered, "Bucket");
    let changes = [
        set(&lowered, "Queue", "Kms.Key", Literal::Ref("Key".into())),
        append(&lowered, "Bucket", "Tags", Literal::map([("Key", Literal::text("e"))])),
        Change::AddResource {
            id: "A".into(),
            ty: "AWS::X::Y".into(),
            properties: Literal::Map(Vec::new()),
            condition: None,
            after,
        },
        Change::AddParameter {
            name: "P".into(),
            ty: "String".into(),
            description: String::new(),
            default: None,
            near: after,
        },
        Change::Delete { span: item(&lowered, "Bucket", "Tags", 0) },
    ];
    let edits = raise(&Source::parse(JSON, Format::Yaml), &lowered, &changes).unwrap();
    expect![[r#"
        {
          "Parameters": {
            "P": {
              "Type": "String"
            }
          },
          "Resources": {
            "Bucket": {
              "Type": "AWS::S3::Bucket",
              "Properties": {
                "BucketName": { "Ref": "Name" },
                "Versioning": {
                  "Status": "Suspended"
                },
                "Tags": [
                  {
                    "Key": "c"
                  },
                  {
                    "Key": "e"
                  }
                ]
              }
            },
            "A": {
              "Type": "AWS::X::Y"
            },
            "Queue": {
              "Type": "AWS::SQS::Queue",
              "Properties": {
                "Kms": {
                  "Key": { "Ref": "Key" }
                }
              }
            }
          }
        }
    "#]]
    .assert_eq(&edits.apply(JSON));
}

#[test]
fn replace_a_part_of_a_template_string() {
    for (before, after) in [
        ("!Sub arn:aws:s3:::x", "!Sub arn:${AWS::Partition}:s3:::x"),
        ("!Sub 'arn:aws:s3:::x'", "!Sub 'arn:${AWS::Partition}:s3:::x'"),
        ("!Sub [\"arn:aws:s3:::x\", {}]", "!Sub [\"arn:${AWS::Partition}:s3:::x\", {}]"),
        ("{'Fn::Sub': arn:aws:s3:::x}", "{'Fn::Sub': \"arn:${AWS::Partition}:s3:::x\"}"),
        ("\n        Fn::Sub: arn:aws:s3:::x", "\n        Fn::Sub: arn:${AWS::Partition}:s3:::x"),
        ("!Sub |\n        arn:aws:s3:::x", "!Sub |\n        arn:${AWS::Partition}:s3:::x"),
    ] {
        let text = |value: &str| format!("Resources:\n  A:\n    Type: AWS::X::Y\n    Properties:\n      P: {value}\n");
        let partition = Literal::Ref("AWS::Partition".into());
        let value = Literal::Sub(vec![Literal::text("arn:"), partition, Literal::text(":s3:::x")]);
        let result = apply(&text(before), |it| {
            let model::Value::Call(call) = &of(it, "A").properties.get("P").unwrap().value else { panic!() };
            let model::Call::Sub(parts) = &**call else { panic!() };
            let model::Part::Text(part) = &parts[0] else { panic!() };
            vec![Change::Replace { span: part.span, value }]
        });
        assert_eq!(result, Some(text(after)));
    }
}

#[test]
fn what_stands_behind_an_alias_is_left_alone() {
    let text = "\
Resources:
  A:
    Type: AWS::X::Y
    Properties: &p
      Name: x
  B:
    Type: AWS::X::Y
    Properties: *p
  C:
    Type: AWS::X::Y
    Properties:
      <<: *p
";
    for (key, path) in [("B", "Name"), ("C", "Name")] {
        assert_eq!(
            apply(text, |it| vec![Change::Replace { span: span(it, key, path), value: Literal::text("y") }]),
            None
        );
        assert_eq!(apply(text, |it| vec![Change::Delete { span: span(it, key, path) }]), None);
    }
    assert_eq!(apply(text, |it| vec![set(it, "B", "Name", Literal::text("y"))]), None);
    assert_eq!(apply(text, |it| vec![set(it, "A", "Name", Literal::text("y"))]), None);
}

/// All items of a stack but one resource, in words.
fn others(lowered: &Lowered, but: &str) -> BTreeMap<String, String> {
    let stack = &lowered.stacks[0];
    let resources = stack.resources.iter().filter(|it| it.key != but).map(|it| (it.key.to_string(), resource(it)));
    let outputs = stack.outputs.iter().map(|it| (format!("output {}", it.name.text), value(&it.node)));
    let parameters = &stack.declarations.parameters;
    let parameters = parameters.iter().map(|it| (format!("parameter {}", it.name.text), value(&it.node)));
    resources.chain(outputs).chain(parameters).collect()
}

#[test]
fn changes_of_real_templates_show_and_nothing_else_changes() {
    let mut count = 0;
    // All of them take a minute; a part of them is as good while one works.
    let step = if std::env::var_os("SLOW").is_some() { 1 } else { 20 };
    for (path, format, text) in corpus() {
        let lowered = lower(&text, format);
        let write = |change: Change| {
            let edits = raise(&Source::parse(&text, format), &lowered, std::slice::from_ref(&change));
            let after = edits.unwrap_or_else(|| panic!("{path}: {change:?}")).apply(&text);
            let result = lower(&after, format);
            assert!(result.problems.is_empty(), "{path}: {change:?} {:#?}\n{after}", result.problems);
            (after, result)
        };
        for it in lowered.stacks[0].resources.iter().filter(|it| it.made.is_none() && it.id.text == it.key) {
            // What AWS::Serverless or a macro reads is not always a map of properties.
            count += 1;
            if it.ty.text.is_empty() || count % step != 0 {
                continue;
            }
            let key = it.key.as_str();
            let before = others(&lowered, key);
            for (path, literal) in [
                ("ZzTop", Literal::text("on")),
                (
                    "Zz.Deep.Er",
                    Literal::List(vec![Literal::map([("A", Literal::text("*")), ("B", Literal::Ref("X".into()))])]),
                ),
            ] {
                let (after, result) = write(set(&lowered, key, path, literal));
                assert_eq!(before, others(&result, key), "{after}");
                assert!(of(&result, key).properties.get(path).is_some(), "{after}");
                let removed = raise(&Source::parse(&after, format), &result, &[remove(&result, key, path)])
                    .unwrap()
                    .apply(&after);
                let back = lower(&removed, format);
                assert_eq!(resource(it), resource(of(&back, key)), "{removed}");
                assert_eq!(before, others(&back, key), "{removed}");
            }
            if let Some((name, _)) = it.properties.as_map().and_then(|it| it.entries.first()) {
                let (after, result) = write(remove(&lowered, key, &name.text));
                assert_eq!(before, others(&result, key), "{after}");
                assert!(of(&result, key).properties.get(&name.text).is_none(), "{after}");
                let left = of(&result, key).properties.as_map().unwrap().entries.len();
                assert_eq!(left, it.properties.as_map().unwrap().entries.len() - 1, "{after}");
            }
            let (after, result) = write(Change::AddResource {
                id: "Zz".into(),
                ty: "AWS::S3::Bucket".into(),
                properties: Literal::map([("BucketName", Literal::text("x"))]),
                condition: None,
                after: it.origin,
            });
            assert_eq!(others(&lowered, "Zz"), others(&result, "Zz"), "{after}");
            assert_eq!(resource(of(&result, "Zz")), "resource Zz AWS::S3::Bucket {BucketName: \"x\"}\n", "{after}");
            let order: Vec<_> = result.stacks[0].resources.iter().map(|it| it.key.as_str()).collect();
            let at = order.iter().position(|it| *it == "Zz").unwrap();
            assert_eq!(order[at - 1], key);
            if lowered.stacks[0].resources.len() > 1 {
                let (after, result) = write(Change::RemoveResource { origin: it.origin });
                assert_eq!(before, others(&result, key), "{after}");
                assert!(result.stacks[0].resource(key).is_none());
            }
        }
        if let Some(it) = lowered.stacks[0].resources.first() {
            count += 1;
            let (after, result) = write(Change::AddParameter {
                name: "Zz".into(),
                ty: "String".into(),
                description: "x".to_owned(),
                default: None,
                near: it.origin,
            });
            let mut wanted = others(&lowered, "");
            wanted.insert("parameter Zz".to_owned(), "{Type: \"String\", Description: \"x\"}".to_owned());
            assert_eq!(wanted, others(&result, ""), "{after}");
        }
    }
    eprintln!("{count} resources");
}
