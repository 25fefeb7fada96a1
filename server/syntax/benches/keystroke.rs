//! What one keystroke costs: a file of many resources, of which one changes.

use criterion::{Criterion, criterion_group, criterion_main};
use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;
use syntax::data::{DataFile, Format};
use syntax::typescript::{Dialect, Program};

fn yaml(lines: usize) -> String {
    let mut text = String::from("AWSTemplateFormatVersion: '2010-09-09'\nResources:\n");
    for number in 0..lines / 14 {
        let _ = write!(
            text,
            "  Bucket{number}:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: !Sub \"${{AWS::StackName}}-{number}\"\n      \
             VersioningConfiguration:\n        Status: Enabled\n      Tags:\n        - Key: name\n          Value: bucket {number}\n        \
             - Key: stage\n          Value: !Ref Stage\n      PublicAccessBlockConfiguration:\n        BlockPublicAcls: true\n\n"
        );
    }
    text
}

fn json(lines: usize) -> String {
    let mut text = String::from("{\n  \"Resources\": {\n");
    let count = lines / 10;
    for number in 0..count {
        let comma = if number + 1 < count { "," } else { "" };
        let _ = write!(
            text,
            "    \"Bucket{number}\": {{\n      \"Type\": \"AWS::S3::Bucket\",\n      \"Properties\": {{\n        \"Tags\": [\n          \
             {{ \"Key\": \"name\", \"Value\": \"bucket {number}\" }},\n          {{ \"Key\": \"stage\", \"Value\": {{ \"Ref\": \"Stage\" }} }}\n        \
             ],\n        \"BucketName\": \"logs-{number}\"\n      }}\n    }}{comma}\n"
        );
    }
    text.push_str("  }\n}\n");
    text
}

fn typescript(lines: usize) -> String {
    let mut text =
        String::from("import * as s3 from 'aws-cdk-lib/aws-s3';\nclass S extends Stack {\n  constructor() {\n");
    for number in 0..lines / 4 {
        let _ = write!(
            text,
            "    new s3.Bucket(this, 'B{number}', {{\n      versioned: true,\n      bucketName: `b-{number}`,\n    }});\n"
        );
    }
    text.push_str("  }\n}\n");
    text
}

/// The text before and after a letter was typed in its middle.
fn states(text: String, word: &str) -> [Arc<str>; 2] {
    let middle = text[text.len() / 2..].find(word).map_or(0, |it| text.len() / 2 + it + word.len());
    let mut typed = text.clone();
    typed.insert(middle, 'x');
    [Arc::from(text), Arc::from(typed)]
}

fn keystroke(c: &mut Criterion) {
    for lines in [1_000, 10_000] {
        for (name, format, text) in [("yaml", Format::Yaml, yaml(lines)), ("json", Format::Json, json(lines))] {
            let states = states(text, "bucket");
            let mut file = DataFile::new(format);
            let mut turn = 0;
            c.bench_function(&format!("{name}, a keystroke in {lines} lines"), |bench| {
                bench.iter(|| {
                    turn += 1;
                    black_box(file.parse(&states[turn % 2]))
                });
            });
            c.bench_function(&format!("{name}, {lines} lines from nothing"), |bench| {
                bench.iter(|| black_box(DataFile::new(format).parse(&states[0])));
            });
        }
        let states = states(typescript(lines), "versioned");
        let mut program = Program::parse(Dialect::TypeScript, &states[0]);
        let mut turn = 0;
        c.bench_function(&format!("typescript, a keystroke in {lines} lines"), |bench| {
            bench.iter(|| {
                turn += 1;
                program.update(&states[turn % 2]);
                black_box(program.root().end_byte())
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_secs(2)).warm_up_time(std::time::Duration::from_millis(500));
    targets = keystroke
}
criterion_main!(benches);
