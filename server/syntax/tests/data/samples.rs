//! Templates to try things on.

use syntax::data::Format;

/// Written as people write them.
pub(crate) const YAML: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Description: >-
  A site, folded
  over lines

Parameters:
  Stage:
    Type: String
    Default: dev
  # Where to send alarms.
  Mail: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  # The content.
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub "${Stage}-inhalt-größe"
      Tags:
      - Key: a
        Value: 'it''s'
      - {Key: b, Value: "x: y"}
      VersioningConfiguration:
        Status: Enabled # always

  Function:
    Type: AWS::Lambda::Function
    DependsOn: [Bucket]
    Properties:
      Code:
        ZipFile: |
          # not a comment
          def handler(event, context):
              return {"a": 1}

      Handler: index.handler
      Environment:
        Variables:
          EMPTY:
          LIST: !Join
            - ","
            - - a
              - b
  Topic:
    Type: AWS::SNS::Topic
    Condition: IsProd
    Properties:
      DisplayName: two
        lines 🎉
      Subscription:
        -
          Endpoint: !Ref Mail
          Protocol: email
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {
        "Version": "2012-10-17",
        "Statement": [
          {"Effect": "Allow"}
        ]
      }
Outputs:
  Name:
    Value: !GetAtt Bucket.Arn
"#;

/// The same in JSON.
pub(crate) const JSON: &str = r#"{
  "AWSTemplateFormatVersion": "2010-09-09",
  "Parameters": {
    "Stage": { "Type": "String", "Default": "dev" }
  },
  "Resources": {
    "Bucket": {
      "Type": "AWS::S3::Bucket",
      "Properties": {
        "BucketName": { "Fn::Sub": "${Stage}-inhalt-gr\u00f6ße" },
        "Tags": [
          { "Key": "a", "Value": "it's \"quoted\" \ud83c\udf89" },
          { "Key": "b", "Value": "{[" }
        ]
      }
    },
    "Topic": {
      "Type": "AWS::SNS::Topic",
      "Properties": {
        "FifoTopic": true,
        "Limit": -1.5e3,
        "Nothing": null
      }
    },
    "Transform": {
      "Type": "AWS::SQS::Queue",
      "Properties": { "DelaySeconds": 5 }
    }
  },
  "Outputs": {
    "Name": { "Value": { "Fn::GetAtt": ["Bucket", "Arn"] } }
  }
}
"#;

/// Odd, but well formed.
pub(crate) const ODD: &[&str] = &[
    "",
    "\n",
    "# only a comment",
    "\u{feff}Resources:\n  A:\n    Type: X::Y\n",
    "Resources:\r\n  A:\r\n    Type: X::Y\r\n    Text: |\r\n      a\r\n      b\r\n    F: two\r\n      lines\r\n",
    "---\nResources:\n  A: {}\n...\n",
    "%YAML 1.1\n---\nResources:\n  A: {}\n---\nother: 1\n",
    "Resources:\n  ? A\n  : Type: X\n  ? |\n    long\n  : 1\n",
    "Resources: {A: {Type: X::Y}, B: }\n",
    "Resources:\n  A: &a\n    Type: X\n  B: *a\n  C:\n    <<: *a\n    Y: 1\n",
    "{\"Resources\": {\"A\": {\"Type\": \"X\"}}}",
    "[1, two, {three: 4}]",
    "- a\n- b: c\n  d: e\n-\n",
    "plain",
    "a: |+\n  text\n\n\nb: >-\n  folded\n  text\n\n  para\n   more\n  less\n",
    "Outputs:\n  A:\n    Value: |2\n        two more\n      less\n",
    "Outputs:\n  A: |+\n    keep\n\n\n  # comment\n  B: 1\n",
    "Outputs:\n  A: |\n\n    # content\n    x\n  B: |-\n    no end",
    "a: \"esc \\x41 \\u00e9 \\U0001F600 \\t \\\\ \\\" \\/ \\\n   joined\"\nb: \"fold\n\n  ed \\\n  x\"\nc: 'it''s\n  folded'\n",
    "  Resources:\n    A:\n      Type: X\n  Outputs:\n    B: 1\n",
    "a: !!str 12\nb: !Foo {x: 1}\nc: !Bar\nd: !Baz\n  e: f\n",
    "a:\n- b\n-  - c\n   - d\n- e: f\n  g:\n  - h\n",
    "Mappings:\n  A:\n    \"us-east-1\": {a: b}\n    'eu': {c: d}\n    12: {e: f}\n",
    "a: http://x.y/z?q=1#frag\nb: a:b\nc: -1\nd: - \n",
    "x: [a, b: c, {d, e: }, \"f\": g]\n",
];

/// All samples.
pub(crate) fn all() -> Vec<(Format, &'static str)> {
    let odd = ODD.iter().map(|it| (Format::Yaml, *it));
    [(Format::Yaml, YAML), (Format::Json, JSON), (Format::Yaml, JSON)].into_iter().chain(odd).collect()
}
