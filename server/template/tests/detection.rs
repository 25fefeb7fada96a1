//! Which files are templates.

use std::time::Instant;
use template::{Format, is_template};

fn yaml(text: &str) -> bool {
    is_template(text, Format::Yaml)
}

fn json(text: &str) -> bool {
    is_template(text, Format::Json)
}

#[test]
fn templates() {
    assert!(yaml("AWSTemplateFormatVersion: '2010-09-09'\n"));
    assert!(yaml("AWSTemplateFormatVersion"));
    assert!(yaml("\u{feff}# A comment\n---\n\"AWSTemplateFormatVersion\": x\n"));
    assert!(yaml("Resources:\n  A:\n    Type: AWS::S3::Bucket\n"));
    assert!(yaml("Resources:\n  A:\n    Type: \"Custom::Thing\"\n"));
    assert!(yaml("Resources: {A: {Type: Alexa::ASK::Skill}}\n"));
    assert!(yaml("Resources:\n  A:\n    Properties:\n  Ver\n    Foo: [\n  B:\n    Type: My::Own::Thing\n"));
    assert!(yaml("Transform:\n- AWS::Serverless-2016-10-31\n"));
    assert!(yaml("  Resources:\n    A:\n      Type: AWS::S3::Bucket\n"));
    assert!(yaml("{\"Resources\": {\"A\": {\"Type\": \"AWS::S3::Bucket\"}}}"));
    assert!(json("{\"Resources\": {\"A\": {\"Type\": \"AWS::S3::Bucket\"}}}"));
    assert!(json("{\n \"Description\": \"half,\n \"Resources\": {\n\"A\": {\"Type\" : \"AWS::S3::Bucket\""));
    assert!(json("{\"AWSTemplateFormatVersion\": \"2010-09-09\"}"));
}

#[test]
fn other_files() {
    assert!(!yaml(""));
    assert!(!yaml("services:\n  web:\n    image: x\n    deploy:\n      Resources:\n        Type: AWS::S3::Bucket\n"));
    assert!(!yaml("apiVersion: v1\nkind: ConfigMap\ndata:\n  x: |\n    AWSTemplateFormatVersion: '2010-09-09'\n"));
    assert!(!yaml("openapi: 3.0.0\ncomponents:\n  Resources:\n    Type: string\n"));
    assert!(!yaml("Resources:\n  A:\n    Type: string\n"));
    assert!(!yaml("version: 0.0\nResources:\n  - Service:\n      Type: AWS::ECS::Service\n"));
    assert!(!yaml("version: 0.0\nResources:\n# Which\n- Service:\n    Type: AWS::ECS::Service\n"));
    assert!(!json("{\"version\": 0.0, \"Resources\": [{\"Service\": {\"Type\": \"AWS::ECS::Service\"}}]}"));
    assert!(!yaml("resources:\n  Resources:\n    A:\n      Type: AWS::S3::Bucket\n"));
    assert!(!yaml("on: push\njobs:\n  a:\n    steps:\n      - run: echo AWS::Serverless\n"));
    assert!(!json("{\"app\": \"npx ts-node bin/app.ts\", \"context\": {\"@aws-cdk/core:Resources\": true}}"));
    assert!(!json("{\"version\": \"1\", \"tree\": {\"Resources\": {\"Type\": \"AWS::S3::Bucket\"}}}"));
    assert!(!json("{\"yaml.customTags\": [\"!Ref\"], \"x\": \"AWSTemplateFormatVersion\"}"));
}

#[test]
fn a_large_file_costs_little() {
    let line = "  - name: something that is not a template at all, with a value: 1234\n";
    let text = line.repeat(1_000_000 / line.len());
    let start = Instant::now();
    assert!(!yaml(&text));
    assert!(!json(&text));
    // A hundred times what it takes, so that a busy machine does not fail it.
    assert!(start.elapsed().as_millis() < 200, "{:?}", start.elapsed());
    eprintln!("{:?}", start.elapsed());
}
