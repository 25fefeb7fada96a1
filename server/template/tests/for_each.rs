//! What is made of loops.

mod support;

use expect_test::{Expect, expect};
use model::{Change, Literal};
use std::fmt::Write;
use std::sync::Arc;
use support::{lower, render};
use template::{Format, Source, TemplateFile, raise};

fn check(text: &str, expected: Expect) {
    let lowered = lower(text, Format::Yaml);
    let mut out = render(&lowered.stacks[0]);
    lowered.problems.iter().for_each(|it| writeln!(out, "problem {}", it.message).unwrap());
    expected.assert_eq(&out);
}

#[test]
fn a_literal_collection_gives_what_is_deployed() {
    check(
        r#"
Transform: AWS::LanguageExtensions
Conditions:
  Fn::ForEach::Checks:
    - Zone
    - [a, b]
    - Is${Zone}: !Equals [!Ref AWS::Region, !Sub "eu-${Zone}"]
Resources:
  Fn::ForEach::Tables:
    - Name
    - [Points, Score-Board]
    - Table&{Name}:
        Type: AWS::DynamoDB::Table
        Condition: Isa
        DependsOn: Role&{Name}
        Properties:
          TableName: !Ref Name
          Plain: x-${Name}
          Sub: !Sub "${AWS::StackName}-${Name}"
          Long: {"Fn::Sub": "t-${Name}"}
          Att: !GetAtt Role&{Name}.Arn
          Attribute: !GetAtt [!Sub "Role&{Name}", Arn]
          Fn::ForEach::Inner: [I, [x, y], {"P${I}": !Sub "${I}${Name}"}]
      Role&{Name}:
        Type: AWS::IAM::Role
Outputs:
  Fn::ForEach::Outer:
    - Name
    - [Points]
    - Fn::ForEach::Attributes:
        - Attribute
        - [Arn, StreamArn]
        - "${Name}${Attribute}":
            Value: !GetAtt [!Sub "Table${Name}", !Ref Attribute]
"#,
        expect![[r#"
            condition Isa Fn::Equals([ref(AWS::Region), "eu-a"]) Ref:AWS::Region
            condition Isb Fn::Equals([ref(AWS::Region), "eu-b"]) Ref:AWS::Region
            transform AWS::LanguageExtensions
            resource TablePoints of Table&{Name} AWS::DynamoDB::Table {TableName: "Points", Plain: "x-Points", Sub: sub(ref(AWS::StackName) "-Points"), Long: "t-Points", Att: att(RolePoints, Arn), Attribute: att(RolePoints, Arn), Px: "xPoints", Py: "yPoints"}
              Condition "Isa"
              DependsOn "RolePoints"
              Sub:AWS::StackName GetAtt:RolePoints.Arn GetAtt:RolePoints.Arn Condition:Isa DependsOn:RolePoints
            resource RolePoints of Role&{Name} AWS::IAM::Role {}
            resource TableScoreBoard of Table&{Name} AWS::DynamoDB::Table {TableName: "Score-Board", Plain: "x-Score-Board", Sub: sub(ref(AWS::StackName) "-Score-Board"), Long: "t-Score-Board", Att: att(RoleScoreBoard, Arn), Attribute: att(RoleScoreBoard, Arn), Px: "xScore-Board", Py: "yScore-Board"}
              Condition "Isa"
              DependsOn "RoleScoreBoard"
              Sub:AWS::StackName GetAtt:RoleScoreBoard.Arn GetAtt:RoleScoreBoard.Arn Condition:Isa DependsOn:RoleScoreBoard
            resource RoleScoreBoard of Role&{Name} AWS::IAM::Role {}
            output PointsArn {Value: att(TablePoints, Arn)} GetAtt:TablePoints.Arn
            output PointsStreamArn {Value: att(TablePoints, StreamArn)} GetAtt:TablePoints.StreamArn
        "#]],
    );
}

#[test]
fn json_is_the_same() {
    let text = r#"{"Resources": {"Fn::ForEach::T": ["N", ["A", "B"], {"T${N}": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "N"}}}}]}}"#;
    let lowered = lower(text, Format::Json);
    expect![[r#"
        resource TA of T${N} AWS::SNS::Topic {TopicName: "A"}
        resource TB of T${N} AWS::SNS::Topic {TopicName: "B"}
    "#]]
    .assert_eq(&render(&lowered.stacks[0]));
}

#[test]
fn the_default_of_a_list_is_only_likely() {
    check(
        r#"
Parameters:
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  First: {Type: String, Default: c}
Mappings:
  M: {Prod: {Names: [d]}}
Resources:
  Fn::ForEach::A: [N, !Ref Names, {"A${N}": {Type: AWS::SNS::Topic, Properties: {Name: !Ref N}}}]
  Fn::ForEach::B: [N, [!Ref First, e], {"B${N}": {Type: AWS::SNS::Topic, Properties: {Name: !Ref N}}}]
  Fn::ForEach::C: [N, !FindInMap [M, Prod, Names], {"C${N}": {Type: AWS::SNS::Topic, Properties: {Name: !Ref N}}}]
"#,
        expect![[r#"
            parameter Names {Type: "CommaDelimitedList", Default: "a, b"}
            parameter First {Type: "String", Default: "c"}
            mapping M {Prod: {Names: ["d"]}}
            resource Aa of A${N} AWS::SNS::Topic {Name: "a"}
            resource Ab of A${N} AWS::SNS::Topic {Name: "b"}
            resource Bc of B${N} AWS::SNS::Topic {Name: "c"}
            resource Be of B${N} AWS::SNS::Topic {Name: "e"}
            resource Cd of C${N} AWS::SNS::Topic {Name: "d"}
            others Ref:Names Ref:First FindInMap:M
            open
            generated A B
        "#]],
    );
}

#[test]
fn what_is_not_known_is_one_copy_without_names() {
    check(
        r#"
Parameters:
  Names: {Type: CommaDelimitedList}
Resources:
  Fn::ForEach::A:
    - N
    - !Ref Names
    - A${N}:
        Type: AWS::SNS::Topic
        DependsOn: B${N}
        Properties:
          Name: !Ref N
          Plain: x-${N}
          Sub: !Sub "${AWS::StackName}-${N}"
          Att: !GetAtt "B${N}.Arn"
          Fn::ForEach::Inner: [I, !Ref Names, {"P${I}": !Sub "${I}${N}"}]
"#,
        expect![[r#"
            parameter Names {Type: "CommaDelimitedList"}
            resource A${N} of A${N} AWS::SNS::Topic {Name: ref(N), Plain: sub("x-" ref(N)), Sub: sub(ref(AWS::StackName) "-" ref(N)), Att: att(B${N}, Arn), ..}
              DependsOn sub("B" ref(N))
              Sub:AWS::StackName Ref:Names
            others Ref:Names
            open
            generated A
        "#]],
    );
}

#[test]
fn what_is_no_loop_is_left_alone() {
    check(
        r#"
Resources:
  Fn::ForEach::A: [N, [a]]
  Fn::ForEach::B: x
  Fn::ForEach::C:
  Fn::ForEach::D: [N, "a", {"D${N}": {Type: AWS::SNS::Topic}}]
  Fn::ForEach::E: [N, [a, b], {Same: {Type: AWS::SNS::Topic}}]
  Fn::ForEach::F: [N, [a, b], {"Q${N}": {Type: AWS::SNS::Topic}}]
  Qa: {Type: AWS::SNS::Topic}
"#,
        expect![[r#"
            resource Same AWS::SNS::Topic {}
            resource Qa of Q${N} AWS::SNS::Topic {}
            resource Qb of Q${N} AWS::SNS::Topic {}
            resource Qa AWS::SNS::Topic {}
            open
            generated D
        "#]],
    );
}

#[test]
fn no_loop_is_expanded_without_end() {
    let items: Vec<String> = (0..100).map(|it| format!("i{it}")).collect();
    let items = items.join(", ");
    let text = format!(
        "Resources:\n  Fn::ForEach::A: [A, [{items}], {{Fn::ForEach::B: [B, [{items}], {{\"T${{A}}${{B}}\": {{Type: AWS::SNS::Topic}}}}]}}]\n"
    );
    let lowered = lower(&text, Format::Yaml);
    assert!(lowered.stacks[0].open && lowered.stacks[0].resources.is_empty());
}

#[test]
fn another_default_gives_other_resources() {
    let text = |default: &str| -> Arc<str> {
        format!(
            "Parameters:\n  P:\n    Type: CommaDelimitedList\n    Default: {default}\nResources:\n  Fn::ForEach::A:\n    - N\n    - !Ref P\n    - T${{N}}:\n        Type: AWS::SNS::Topic\n"
        )
        .into()
    };
    let mut file = TemplateFile::new(Format::Yaml);
    let mut keys = |default: &str| -> Vec<String> {
        let lowered = file.lower(&text(default));
        lowered.stacks[0].resources.iter().map(|it| it.key.to_string()).collect()
    };
    assert_eq!(keys("a,b"), ["Ta", "Tb"]);
    assert_eq!(keys("a"), ["Ta"]);
}

#[test]
fn what_does_not_depend_on_the_variable_is_written_into_the_body() {
    let text = r#"Resources:
  Fn::ForEach::Tables:
    - Name
    - [a, b]
    - Fn::ForEach::Kinds:
        - Kind
        - [x]
        - Table${Name}${Kind}:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: !Ref Name
              BillingMode: PROVISIONED
"#;
    let lowered = lower(text, Format::Yaml);
    let source = Source::parse(text, Format::Yaml);
    let table = lowered.stacks[0].resource("Tableax").unwrap();
    let origin = table.origin;
    let raise = |change: Change| raise(&source, &lowered, &[change]).map(|it| it.apply(text));
    let set = |path: &str, value| Change::Set { origin, path: path.to_owned(), value };

    expect![[r#"
        Resources:
          Fn::ForEach::Tables:
            - Name
            - [a, b]
            - Fn::ForEach::Kinds:
                - Kind
                - [x]
                - Table${Name}${Kind}:
                    Type: AWS::DynamoDB::Table
                    Properties:
                      TableName: !Ref Name
                      BillingMode: PROVISIONED
                      SSESpecification:
                        SSEEnabled: true
    "#]]
    .assert_eq(&raise(set("SSESpecification.SSEEnabled", Literal::Bool(true))).unwrap());
    expect![[r#"
        Resources:
          Fn::ForEach::Tables:
            - Name
            - [a, b]
            - Fn::ForEach::Kinds:
                - Kind
                - [x]
                - Table${Name}${Kind}:
                    Type: AWS::DynamoDB::Table
                    Properties:
                      TableName: !Ref Name
                      BillingMode: PAY_PER_REQUEST
    "#]]
    .assert_eq(&raise(set("BillingMode", Literal::text("PAY_PER_REQUEST"))).unwrap());
    expect![[r#"
        Resources:
          Fn::ForEach::Tables:
            - Name
            - [a, b]
            - Fn::ForEach::Kinds:
                - Kind
                - [x]
                - Table${Name}${Kind}:
                    Type: AWS::DynamoDB::Table
                    DeletionPolicy: Retain
                    Properties:
                      TableName: !Ref Name
                      BillingMode: PROVISIONED
    "#]]
    .assert_eq(
        &raise(Change::SetAttribute {
            origin,
            attribute: "DeletionPolicy".into(),
            path: String::new(),
            value: Literal::text("Retain"),
        })
        .unwrap(),
    );

    let refused = [
        // It differs from copy to copy.
        set("TableName", Literal::text("c")),
        Change::Remove { origin, path: "TableName".to_owned() },
        // It names one copy.
        set("Other", Literal::Ref("Tableax".into())),
        // It would go with one copy, or leave a loop without any.
        Change::AddResource {
            id: "Key".into(),
            ty: "AWS::KMS::Key".into(),
            properties: Literal::Map(Vec::new()),
            condition: None,
            after: origin,
        },
        Change::RemoveResource { origin },
    ];
    for change in refused {
        assert_eq!(raise(change.clone()), None, "{change:?}");
    }
}
