//! What is made of small templates.

mod support;

use expect_test::expect;
use support::{lower, render};
use template::Format;

fn check(text: &str, expected: expect_test::Expect) {
    let lowered = lower(text, Format::Yaml);
    let mut out = render(&lowered.stacks[0]);
    for it in &lowered.problems {
        out.push_str(&format!("problem {}\n", it.message));
    }
    expected.assert_eq(&out);
}

#[test]
fn functions() {
    check(
        r#"
Transform: AWS::LanguageExtensions
Parameters:
  Env: {Type: String, Default: dev, AllowedValues: [dev, prod]}
Mappings:
  M: {a: {b: c}}
Conditions:
  Prod: !Equals [!Ref Env, prod]
  Both: !And [!Condition Prod, Condition: Prod]
Resources:
  A:
    Type: AWS::X::Y
    Condition: Prod
    DependsOn: [B, C]
    DeletionPolicy: Retain
    Properties:
      Ref: !Ref Env
      Att: !GetAtt B.Outputs.C
      AttList: {"Fn::GetAtt": [B, Arn]}
      Sub: !Sub "arn:${AWS::Partition}:s3:::${B}/${B.Arn}-${!Literal}"
      SubList: !Sub ["${V}-${W.X}", {V: !Ref Env}]
      Join: !Join ["-", [a, !Ref B]]
      Select: !Select [0, !GetAZs ""]
      Split: !Split [",", "a,b"]
      Map: !FindInMap [M, !Ref Env, b]
      MapDefault: !FindInMap [M, a, b, {DefaultValue: x}]
      If: !If [Prod, x, !Ref AWS::NoValue]
      Import: !ImportValue x
      Base64:
        Fn::Base64: !Sub |
          #!/bin/bash
          echo ${Env}
      Cidr: !Cidr [!GetAtt B.Block, 1, 8]
      Json: !ToJsonString {a: !Ref Env}
      Unknown: !Nope x
      Resolve: "{{resolve:ssm:x}}"
      ResolveSub: !Sub "{{resolve:ssm:${Env}}}"
      True: True
      Text: "true"
      Null: ~
      Missing:
      Include:
        Fn::Transform: {Name: AWS::Include, Parameters: {Location: x}}
        Other: 1
      Condition: {StringEquals: x}
      Fn::ForEach::Loop: [I, [a, b], {"P${I}": !Sub "${I}${Env}"}]
Outputs:
  O: {Value: !Ref A, Condition: Prod, Export: {Name: !Sub "${AWS::StackName}-O"}}
"#,
        expect![[r##"
            parameter Env {Type: "String", Default: "dev", AllowedValues: ["dev", "prod"]}
            mapping M {a: {b: "c"}}
            condition Prod Fn::Equals([ref(Env), "prod"]) Ref:Env
            condition Both Fn::And([Condition("Prod"), Condition("Prod")]) Condition:Prod Condition:Prod
            transform AWS::LanguageExtensions
            resource A AWS::X::Y {Ref: ref(Env), Att: att(B, Outputs.C), AttList: att(B, Arn), Sub: sub("arn:" ref(AWS::Partition) ":s3:::" ref(B) "/" att(B, Arn) "-${Literal}"), SubList: sub(ref(Env) "-" att(W, X)), Join: join("-", ["a", ref(B)]), Select: select("0", azs("")), Split: split(",", "a,b"), Map: find("M", ref(Env), "b"), MapDefault: find("M", "a", "b", "x"), If: either(Prod: "x", !Prod: absent), Import: import("x"), Base64: base64(sub("#!/bin/bash\necho " ref(Env) "\n")), Cidr: Fn::Cidr([att(B, Block), "1", "8"]), Json: Fn::ToJsonString({a: ref(Env)}), Unknown: Fn::Nope("x"), Resolve: dynamic("{{resolve:ssm:x}}"), ResolveSub: dynamic("{{resolve:ssm:" ref(Env) "}}"), True: true, Text: "true", Null: null, Missing: missing, Include: {Other: "1", ..}, Condition: {StringEquals: "x"}, Pa: sub("a" ref(Env)), Pb: sub("b" ref(Env))}
              Condition "Prod"
              DependsOn ["B", "C"]
              DeletionPolicy "Retain"
              Ref:Env GetAtt:B.Outputs.C GetAtt:B.Arn Sub:AWS::Partition Sub:B SubGetAtt:B.Arn Ref:Env SubGetAtt:W.X Ref:B FindInMap:M Ref:Env FindInMap:M Condition:Prod Ref:AWS::NoValue Sub:Env GetAtt:B.Block Ref:Env Sub:Env Sub:Env Sub:Env Condition:Prod DependsOn:B DependsOn:C
            output O {Value: ref(A), Condition: "Prod", Export: {Name: sub(ref(AWS::StackName) "-O")}} Ref:A Sub:AWS::StackName Condition:Prod
        "##]],
    );
}

#[test]
fn transforms_and_loops_leave_room_for_names() {
    check(
        r#"
Transform: [AWS::Serverless-2016-10-31]
Globals: {Function: {Role: !GetAtt R.Arn}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Events: {Tick: {Type: Schedule}}
  Api: {Type: AWS::Serverless::Api}
  Fn::ForEach::Buckets:
    - Name
    - [a, b]
    - Bucket${Name}:
        Type: AWS::S3::Bucket
        Properties: {BucketName: !Ref Name}
"#,
        expect![[r#"
            transform AWS::Serverless-2016-10-31
            resource F AWS::Serverless::Function {Events: {Tick: {Type: "Schedule"}}}
            resource Api AWS::Serverless::Api {}
            resource Bucketa of Bucket${Name} AWS::S3::Bucket {BucketName: "a"}
            resource Bucketb of Bucket${Name} AWS::S3::Bucket {BucketName: "b"}
            made F AWS::Lambda::Function {Code: {, ..}, Tags: [{Key: "lambda:createdBy", Value: "SAM"}], Role: att(FRole, Arn)}
              GetAtt:FRole.Arn
            made FTick AWS::Events::Rule {Targets: [{Arn: att(F, Arn), Id: "FTickLambdaTarget"}]}
              GetAtt:F.Arn
            made FTickPermission AWS::Lambda::Permission {Action: "lambda:InvokeFunction", FunctionName: ref(F), Principal: "events.amazonaws.com", SourceArn: att(FTick, Arn)}
              Ref:F GetAtt:FTick.Arn
            made FRole AWS::IAM::Role {AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: [{Action: ["sts:AssumeRole"], Effect: "Allow", Principal: {Service: ["lambda.amazonaws.com"]}}]}, ManagedPolicyArns: [sub("arn:" ref(AWS::Partition) ":iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")], Tags: [{Key: "lambda:createdBy", Value: "SAM"}]}
            made Api AWS::ApiGateway::RestApi {Body: unknown}
            made ApiDeployment AWS::ApiGateway::Deployment {RestApiId: ref(Api), ..}
              Ref:Api
            made ApiStage AWS::ApiGateway::Stage {RestApiId: ref(Api), DeploymentId: ref(ApiDeployment)}
              Ref:Api Ref:ApiDeployment
            global Function {Role: att(R, Arn)} GetAtt:R.Arn
            generated ApiDeployment Api.Deployment Api.Stage ApiStage
        "#]],
    );
    check(
        "Transform: Mine\nResources:\n  A: {Type: 'AWS::X::Y'}\n",
        expect![[r#"
        transform Mine
        resource A AWS::X::Y {}
        open
    "#]],
    );
}

#[test]
fn aliases_stand_for_what_they_name() {
    check(
        r#"
Resources:
  A:
    Type: AWS::X::Y
    Properties: &p
      Name: !Ref B
      Size: 1
  B:
    Type: AWS::X::Y
    Properties:
      <<: *p
      Size: 2
  C:
    Type: AWS::X::Y
    Properties: *p
  D:
    Type: AWS::X::Y
    Properties: *nothing
"#,
        expect![[r#"
            resource A AWS::X::Y {Name: ref(B), Size: "1"}
              Ref:B
            resource B AWS::X::Y {Size: "2", Name: ref(B)}
              Ref:B
            resource C AWS::X::Y {Name: ref(B), Size: "1"}
              Ref:B
            resource D AWS::X::Y {, ..}
            broken ["*nothing"]
            problem no anchor `&nothing` stands before this alias
        "#]],
    );
}

#[test]
fn a_bomb_is_not_blown_up() {
    let mut text = "Resources:\n  A0: &a0 {Type: x, Properties: {a: b}}\n".to_owned();
    for i in 1..40 {
        let last = i - 1;
        text.push_str(&format!("  A{i}: &a{i} [*a{last}, *a{last}, *a{last}, *a{last}, *a{last}, *a{last}]\n"));
    }
    text.push_str("  B:\n    Type: AWS::X::Y\n    Properties: {P: *a39}\n  C: &c {Type: x, Properties: {P: *c}}\n");
    assert_eq!(lower(&text, Format::Yaml).stacks[0].resources.len(), 42);
}

#[test]
fn half_typed_text_keeps_the_rest() {
    check(
        r#"
Resources:
  A:
    Type: AWS::X::Y
    Properties:
      Name: !Ref
      Att: !GetAtt B
      Ver
  Foo
  B:
    Type: AWS::X::Y
  A:
    Type: AWS::X::Z
"#,
        expect![[r#"
            resource A AWS::X::Y {Name: Ref(missing), Att: att(B, )}
              GetAtt:B.
            resource B AWS::X::Y {}
            resource A AWS::X::Z {}
            broken ["Ver", "Ver", "Foo", "Foo"]
            problem expected `:` after the key `Ver`
            problem expected `:` after the key `Foo`
            problem `A` stands twice in this mapping: CloudFormation takes this one and drops the one above
        "#]],
    );
}

#[test]
fn a_module_declares_resources_under_its_own_name() {
    let text = "Resources:\n  Net:\n    Type: My::Net::Vpc::MODULE\n  Web:\n    Type: !Rain::Module ../vpc.yml\n  Queue:\n    Type: AWS::SQS::Queue\n";
    let mut file = template::TemplateFile::new(template::Format::Yaml);
    let lowered = file.lower(&text.into());
    let stack = &lowered.stacks[0];
    assert!(stack.may_declare("NetVpc") && stack.may_declare("WebSubnet1") && !stack.may_declare("QueuePolicy"));
}

/// The text under the span of every reference.
fn names(text: &str, format: Format) -> Vec<String> {
    let lowered = lower(text, format);
    let slice = |span| {
        let range = lowered.map.resolve(span).unwrap();
        text[usize::from(range.start())..usize::from(range.end())].to_owned()
    };
    let all = lowered.stacks[0].all_references();
    all.flat_map(|(_, it)| {
        std::iter::once(&it.target).chain(&it.attribute).map(|it| slice(it.span)).collect::<Vec<_>>()
    })
    .collect()
}

#[test]
fn names_in_every_kind_of_string() {
    let text = r#"
Resources:
  A:
    Type: AWS::X::Y
    Properties:
      Plain: !Sub a ${One}
        folded ${Two.Att}
      Single: !Sub 'it''s ${Three} and ${ Four }'
      Double: !Sub "tab\t \"${Five}\" \
        joined ${Six}"
      Literal: !Sub |-
        ${!No} ${Seven}
          ${Eight}
      Folded: !Sub
        - >
          a
          ${Nine}${V}

          b ${Ten.A.B}
        - V: !Ref "Eleven"
      Att: !GetAtt 'Twelve.Arn'
      Escaped: !Sub "\x24{Hidden} ${Seen}"
"#;
    expect![[r#"
        One
        Two
        Att
        Three
        Four
        Five
        Six
        Seven
        Eight
        Eleven
        Nine
        Ten
        A.B
        Twelve
        Arn
        \x24{Hidden} ${Seen}
        \x24{Hidden} ${Seen}"#]]
    .assert_eq(&names(text, Format::Yaml).join("\n"));
}

#[test]
fn parts_of_a_template_string_stand_side_by_side() {
    let text = "Resources:\n  A:\n    Type: x\n    Properties:\n      S: !Sub \"a\\t${B}c${!D}${E.F}\"\n";
    let lowered = lower(text, Format::Yaml);
    let node = lowered.stacks[0].resources[0].properties.get("S").unwrap();
    let model::Value::Call(call) = &node.value else { panic!() };
    let model::Call::Sub(parts) = &**call else { panic!() };
    let slice = |span| &text[std::ops::Range::<usize>::from(lowered.map.resolve(span).unwrap())];
    let parts: Vec<&str> = parts
        .iter()
        .map(|it| match it {
            model::Part::Text(text) => slice(text.span),
            model::Part::Value(node) | model::Part::Unused(_, node) => slice(node.span),
        })
        .collect();
    assert_eq!(parts, ["a\\t", "${B}", "c${!D}", "${E.F}"]);
}

#[test]
fn json_and_the_short_forms_lower_alike() {
    let yaml = "
Conditions:
  C: !Or [!Not [!Equals [!Ref P, a]], !Condition D]
Resources:
  A:
    Type: AWS::X::Y
    DependsOn: B
    Properties:
      A: !Ref B
      B: !GetAtt B.C.D
      C: !Sub a${B}
      D: !Sub [\"${V}\", {V: !GetAtt [B, Arn]}]
      E: !If [C, !Ref 'AWS::NoValue', true]
      F: !Join ['', [a, !ImportValue x]]
      G: !Select [1, !Split [',', !FindInMap [M, a, b]]]
      H: !Base64 x
      I: !GetAZs ''
      J: !Cidr [a, 1, 2]
      K: !Transform {Name: x}
      L: ~
";
    let json = r#"{
  "Conditions": {
    "C": {"Fn::Or": [{"Fn::Not": [{"Fn::Equals": [{"Ref": "P"}, "a"]}]}, {"Condition": "D"}]}
  },
  "Resources": {
    "A": {
      "Type": "AWS::X::Y",
      "DependsOn": "B",
      "Properties": {
        "A": {"Ref": "B"},
        "B": {"Fn::GetAtt": ["B", "C.D"]},
        "C": {"Fn::Sub": "a${B}"},
        "D": {"Fn::Sub": ["${V}", {"V": {"Fn::GetAtt": ["B", "Arn"]}}]},
        "E": {"Fn::If": ["C", {"Ref": "AWS::NoValue"}, true]},
        "F": {"Fn::Join": ["", ["a", {"Fn::ImportValue": "x"}]]},
        "G": {"Fn::Select": [1, {"Fn::Split": [",", {"Fn::FindInMap": ["M", "a", "b"]}]}]},
        "H": {"Fn::Base64": "x"},
        "I": {"Fn::GetAZs": ""},
        "J": {"Fn::Cidr": ["a", 1, 2]},
        "K": {"Fn::Transform": {"Name": "x"}},
        "L": null
      }
    }
  }
}"#;
    assert_eq!(render(&lower(yaml, Format::Yaml).stacks[0]), render(&lower(json, Format::Json).stacks[0]));
    assert_eq!(names(yaml, Format::Yaml), names(json, Format::Json));
}

#[test]
fn comments_that_speak_to_a_tool() {
    let text = "# stacklint: allow-file x\nResources:\n  A: # checkov:skip=CKV_AWS_1\n    # Just words.\n    Type: AWS::X::Y # cfn-lint x\n";
    let lowered = lower(text, Format::Yaml);
    let comments: Vec<_> = lowered.comments.iter().map(|it| (it.text.as_str(), it.own_line)).collect();
    assert_eq!(comments, [("stacklint: allow-file x", true), ("checkov:skip=CKV_AWS_1", false), ("cfn-lint x", false)]);
}
