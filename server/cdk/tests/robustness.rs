//! Texts that are being typed: nothing panics, and a state that was reached by edits is like a fresh one.

mod support;

use cdk::{CdkFile, Dialect};
use std::sync::Arc;
use support::{lower, render};

const PROGRAM: &str = r#"import { Stack, RemovalPolicy, aws_iam as iam } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ec2 from "aws-cdk-lib/aws-ec2";
const { Table, TableV2: Two } = require('aws-cdk-lib/aws-dynamodb');
// stacklint: allow everything
enum Names { Logs = 'logs-é' }
const shared = { ...(other ? {} : { bucketName: Names.Logs }), versioned: true } as const;
const a = a.b, b = { c: b.c };

export class Storage extends Stack {
  private readonly logs = new s3.Bucket(this, 'Logs', shared);
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    /* grüße */
    const data = new s3.Bucket(this, `Data${id}`, {
      versioned: props.prod ? true : undefined,
      blockPublicAccess: new s3.BlockPublicAccess({ blockPublicAcls: false }),
    });
    for (const name of ['a', 'b']) {
      new Table(this, name, { tableName: `${name}-\u{1F600}` });
    }
    const statement = new iam.PolicyStatement({ actions: ['s3:*'] });
    statement.addResources(data.bucketArn, data.arnForObjects('*'));
    new Two(this, 'Two', { replicas: [{ region: 'eu-west-1' }, ...more] });
    const group = new ec2.SecurityGroup(this, 'Group', { vpc });
    group.addIngressRule(ec2.Peer.ipv4("0.0.0.0/0"), ec2.Port.tcp(22));
    (data.node.defaultChild as s3.CfnBucket).addPropertyOverride('A.0.B', [1, 0x10, -1]);
  }
}
"#;

#[test]
fn no_prefix_panics() {
    let mut file = CdkFile::new(Dialect::TypeScript);
    for (at, _) in PROGRAM.char_indices() {
        file.lower(&Arc::from(&PROGRAM[..at]));
    }
    let whole = file.lower(&Arc::from(PROGRAM));
    assert_eq!(render(PROGRAM, &whole), render(PROGRAM, &lower(PROGRAM)));
}

#[test]
fn no_suffix_and_no_gap_panics() {
    let boundaries: Vec<usize> = PROGRAM.char_indices().map(|(at, _)| at).collect();
    for at in boundaries.iter().step_by(3) {
        let text = &PROGRAM[*at..];
        CdkFile::new(Dialect::Tsx).lower(&Arc::from(text));
        let end = boundaries.iter().find(|it| **it >= at + 12).copied().unwrap_or(PROGRAM.len());
        let gap = format!("{}{}", &PROGRAM[..*at], &PROGRAM[end..]);
        CdkFile::new(Dialect::TypeScript).lower(&Arc::from(&*gap));
    }
}

#[test]
fn a_state_that_was_edited_is_like_a_fresh_one() {
    let mut file = CdkFile::new(Dialect::TypeScript);
    file.lower(&Arc::from(PROGRAM));
    for (from, to) in [
        ("Names { Logs = 'logs-é' }", "Names { Logs = 'other' }"),
        ("'Logs'", "'Log'"),
        ("enum Names { Logs = 'other' }\n", ""),
        ("tcp(22)", "tcp(22, 'x')"),
        ("    const data", "    foo();\n    const data"),
        ("versioned: true }", "versioned: false }"),
    ] {
        let text = file_text(from, to);
        let lowered = file.lower(&text);
        assert_eq!(render(&text, &lowered), render(&text, &lower(&text)), "after {from:?} became {to:?}");
    }
}

#[test]
fn a_letter_anywhere_changes_what_it_changes_in_a_fresh_state() {
    const REFERRING: &str = "import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
const settings = { versions: true, days: [1, 7] };
const large = { memorySize: 1024, timeout: cdk.Duration.minutes(settings.days[1]) };
export class One extends cdk.Stack {
  private readonly days = 3;
  constructor(scope: any, id: string) {
    super(scope, id);
    const size = settings.versions ? 256 : 512;
    const bucket = new s3.Bucket(this, 'Logs', { versioned: settings.versions, bucketName: `logs-${size}` });
    const table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      pointInTimeRecovery: !settings.versions,
    });
    const handler = new lambda.Function(this, 'Handler', {
      ...large,
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset('lambda'),
      memorySize: size,
      environment: { BUCKET: bucket.bucketName, TABLE: table.tableArn, DAYS: `${this.days}` },
    });
    for (const name of ['A', 'B']) {
      new s3.Bucket(this, name, { bucketName: `x-${name}`, serverAccessLogsBucket: bucket });
    }
    handler.addEnvironment('KEY', 'value');
  }
}
";
    for program in [PROGRAM, REFERRING] {
        let mut file = CdkFile::new(Dialect::TypeScript);
        file.lower(&Arc::from(program));
        for at in (0..program.len()).step_by(7).filter(|it| program.is_char_boundary(*it)) {
            let typed = match program[at..].chars().next() {
                Some(it) if it.is_alphabetic() => "x",
                Some(it) if it.is_numeric() => "1",
                _ => continue,
            };
            let text: Arc<str> = format!("{}{typed}{}", &program[..at], &program[at..]).into();
            let lowered = file.lower(&text);
            // Of what does not parse, an edited state knows more.
            if lowered.problems.is_empty() {
                assert_eq!(render(&text, &lowered), render(&text, &lower(&text)), "with {typed:?} at {at}");
            }
        }
    }
}

/// The program after all edits until now.
fn file_text(from: &str, to: &str) -> Arc<str> {
    use std::cell::RefCell;
    thread_local!(static TEXT: RefCell<String> = RefCell::new(PROGRAM.to_owned()));
    TEXT.with(|text| {
        let next = text.borrow().replacen(from, to, 1);
        assert_ne!(*text.borrow(), next);
        text.replace(next.clone());
        next.into()
    })
}

#[test]
fn what_did_not_change_is_shared() {
    let mut file = CdkFile::new(Dialect::TypeScript);
    let before = file.lower(&Arc::from(PROGRAM));
    let text: Arc<str> = PROGRAM.replace("tcp(22)", "tcp(23)").into();
    let after = file.lower(&text);
    let mut shared = 0;
    for (a, b) in before.stacks.iter().zip(&after.stacks) {
        for (a, b) in a.resources.iter().zip(&b.resources) {
            if Arc::ptr_eq(a, b) {
                shared += 1;
            } else {
                // The group has the rule that was changed.
                assert_eq!(a.ty.text, "AWS::EC2::SecurityGroup");
                assert_ne!(a.properties, b.properties);
            }
        }
    }
    assert!(shared >= 5, "{shared} are shared");
    // Of what uses a constant that changes elsewhere something else is said.
    let text: Arc<str> = text.replace("versioned: true }", "versioned: false }").into();
    let last = file.lower(&text);
    let logs = |it: &model::Lowered| {
        let mut all = it.stacks.iter().flat_map(|it| &it.resources);
        Arc::clone(all.find(|it| it.key == "Logs").unwrap())
    };
    assert_eq!(logs(&after).origin, logs(&last).origin);
    assert_ne!(logs(&after), logs(&last));
}

#[test]
fn deep_nesting_is_no_danger() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{a:", "}"), ("f(", ")"), ("new X(", ")"), ("`${", "}`"), ("()=>", "1")]
    {
        let text = format!(
            "import * as s3 from 'aws-cdk-lib/aws-s3';\nconst x = {}1{};\n",
            open.repeat(3000),
            close.repeat(3000)
        );
        lower(&text);
    }
    let chain = format!("import * as s3 from 'aws-cdk-lib/aws-s3';\nx{};\n", ".a()".repeat(3000));
    lower(&chain);
    let sum = format!(
        "import * as s3 from 'aws-cdk-lib/aws-s3';\nconst x = 'a'{};\nnew s3.Bucket(this, 'B', {{ bucketName: x }});\n",
        " + 'b'".repeat(3000)
    );
    lower(&sum);
}

/// Types `typed` letter by letter after `before`, and asks `holds` of every state.
fn type_after(before: &str, typed: &str, holds: impl Fn(&str, &model::Lowered)) {
    let mut file = CdkFile::new(Dialect::TypeScript);
    file.lower(&Arc::from(PROGRAM));
    let at = PROGRAM.find(before).unwrap() + before.len();
    for (end, c) in typed.char_indices() {
        let text = format!("{}{}{}", &PROGRAM[..at], &typed[..end + c.len_utf8()], &PROGRAM[at..]);
        let lowered = file.lower(&Arc::from(&*text));
        holds(&text, &lowered);
    }
}

#[test]
fn what_is_not_being_typed_stays() {
    let count = lower(PROGRAM).stacks.iter().map(|it| it.resources.len()).sum::<usize>();
    let stays = |text: &str, lowered: &model::Lowered| {
        let now = lowered.stacks.iter().map(|it| it.resources.len()).sum::<usize>();
        assert!(now >= count, "{now} of {count} resources are left:\n{text}");
    };
    type_after("/* grüße */", "\n    const x = new s3.Bucket(this, 'X', {\n      versioned: true,\n    });\n", stays);
    type_after("/* grüße */", "\n    if (a < b) {\n  `x${", stays);
    type_after(
        "    const data = new s3.Bucket(this, `Data${id}`, {",
        "\n      encryption: s3.BucketEncryption.KMS,",
        stays,
    );
}

#[test]
fn what_is_being_typed_is_not_missing_anything() {
    let nothing_is_missing = |text: &str, lowered: &model::Lowered| {
        let mut all = lowered.stacks.iter().flat_map(|it| &it.resources);
        let Some(table) = all.find(|it| it.id.text == "New") else { return };
        let map = table.properties.as_map().unwrap();
        let absent = map.get("PointInTimeRecoverySpecification");
        let absent = absent.is_some_and(|it| it.value == model::Value::Absent);
        assert!(!absent || lowered.problems.is_empty(), "{text}\n{:?}", lowered.problems);
    };
    type_after(
        "/* grüße */",
        "\n    new Table(this, 'New', { partitionKey: key, tableName: 'x' });",
        nothing_is_missing,
    );
}
