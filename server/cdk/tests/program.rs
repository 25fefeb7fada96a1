//! Programs of several files, each looked at by itself.

mod support;

use cdk::{CdkFile, Dialect, Files, Module};
use expect_test::{Expect, expect};
use model::Lowered;
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

#[derive(Debug)]
struct Disk {
    path: String,
    modules: HashMap<String, Arc<Module>>,
}

impl Files for Disk {
    fn path(&self) -> &str {
        &self.path
    }

    fn module(&self, path: &str) -> Option<Arc<Module>> {
        self.modules.get(path).cloned()
    }
}

/// The texts of files, each below a line with its path.
fn files(program: &str) -> HashMap<String, Arc<str>> {
    let parts = program.split("//// ").skip(1);
    parts.map(|it| it.split_once('\n').unwrap()).map(|(path, text)| (format!("/app/{path}"), text.into())).collect()
}

fn disk(program: &str, path: &str) -> (Disk, Arc<str>) {
    let texts = files(program);
    let modules = texts.iter().filter_map(|(path, text)| Some((path.clone(), Arc::new(Module::parse(path, text)?))));
    let path = format!("/app/{path}");
    (Disk { modules: modules.collect(), path: path.clone() }, Arc::clone(&texts[&path]))
}

fn lower(program: &str, path: &str) -> (Lowered, Arc<str>) {
    let (disk, text) = disk(program, path);
    (CdkFile::new(Dialect::TypeScript).lower_among(&text, Some(&disk)), text)
}

fn check(program: &str, path: &str, expected: Expect) {
    let (lowered, text) = lower(program, path);
    let mut out = String::new();
    for stack in &lowered.stacks {
        let name = stack.name.as_ref().map_or("-", |it| &it.text);
        let open = if stack.open { " (open)" } else { "" };
        writeln!(
            out,
            "{name} {} {}{open}",
            stack.path.as_deref().unwrap_or("?"),
            stack.region.as_deref().unwrap_or("?")
        )
        .unwrap();
        for resource in &stack.resources {
            let at = |span| lowered.map.resolve(span).map_or("elsewhere", |it| &text[it]);
            write!(out, "  {} [{}]", resource.path.as_ref().unwrap_or(&resource.key), at(resource.id.span)).unwrap();
            for (name, node) in &resource.properties.as_map().unwrap().entries {
                let shown = support::value(node);
                if !matches!(&*shown, "absent" | "unknown") {
                    write!(out, " {}={shown} at `{}`", name.text, at(node.span)).unwrap();
                }
            }
            out.push('\n');
        }
    }
    expected.assert_eq(&out);
}

const PROGRAM: &str = r#"
//// cdk.json
{
  // How it is run.
  "app": "npx ts-node --prefer-ts-exts bin/app.ts",
  "context": { "retention": 14, "@aws-cdk/aws-s3:createDefaultLoggingPolicy": true, },
}
//// tsconfig.json
{ "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["lib/*"] } } }
//// bin/app.ts
#!/usr/bin/env node
import 'source-map-support/register';
import * as cdk from 'aws-cdk-lib';
import { NetworkStack, QueueStack as Queues } from '../lib';
import settings from '../settings.json';

const app = new cdk.App();
const network = new NetworkStack(app, 'Network');
new Queues(app, 'Queues', { env: { region: settings.region }, vpc: network.vpc, prefix: 'shop', fifo: true });
new Queues(app, 'Others', { env: { region: 'us-east-1' }, vpc: network.vpc, prefix: 'other' });
//// settings.json
{ "region": "eu-west-1" }
//// lib/index.ts
export * from './network';
export { default as QueueStack } from './queue-stack';
//// lib/network.ts
import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
export class NetworkStack extends Stack {
  readonly vpc = new ec2.CfnVPC(this, 'Vpc', { cidrBlock: '10.0.0.0/16' });
}
//// lib/queue-stack.ts
import { Stack, StackProps } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { JobQueue } from '@lib/constructs/job-queue';
import * as names from './names';

export interface QueueProps extends StackProps { prefix: string; fifo?: boolean }

export default class QueueStack extends Stack {
  constructor(scope: Construct, id: string, props: QueueProps) {
    super(scope, id, props);
    const jobs = new JobQueue(this, 'Jobs', { fifo: props.fifo, name: `${props.prefix}-jobs` });
    new sqs.CfnQueue(this, 'Dead', { queueName: names.dead(props.prefix), kmsMasterKeyId: jobs.queue.ref, fifoQueue: names.FIFO });
  }
}
//// lib/names.ts
export const FIFO = false;
export const dead = (prefix: string) => `${prefix}-dead`;
//// lib/constructs/job-queue.ts
import { Construct } from 'constructs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
const helpers = require('./helpers');

export class JobQueue extends Construct {
  readonly queue: sqs.CfnQueue;
  constructor(scope: Construct, id: string, props: { fifo?: boolean; name: string }) {
    super(scope, id);
    this.queue = new sqs.CfnQueue(this, 'Queue', {
      fifoQueue: props.fifo ?? false,
      queueName: props.name,
      delaySeconds: helpers.DELAY,
      messageRetentionPeriod: this.node.tryGetContext('retention'),
    });
  }
}
//// lib/constructs/helpers.ts
export const DELAY = 5;
"#;

#[test]
fn a_stack_is_seen_with_the_constructs_of_other_files_in_it() {
    check(
        PROGRAM,
        "lib/queue-stack.ts",
        expect![[r#"
        QueueStack Queues eu-west-1
          Queues/Dead [Dead] QueueName="shop-dead" at `names.dead(props.prefix)` KmsMasterKeyId=Ref(Queue) at `jobs.queue.ref` FifoQueue=false at `names.FIFO`
          Queues/Jobs/Queue [elsewhere] FifoQueue=true at `elsewhere` QueueName="shop-jobs" at `elsewhere` DelaySeconds=5 at `elsewhere` MessageRetentionPeriod=14 at `elsewhere`
        QueueStack Others us-east-1
          Others/Dead [Dead] QueueName="other-dead" at `names.dead(props.prefix)` KmsMasterKeyId=Ref(Queue) at `jobs.queue.ref` FifoQueue=false at `names.FIFO`
          Others/Jobs/Queue [elsewhere] FifoQueue=false at `elsewhere` QueueName="other-jobs" at `elsewhere` DelaySeconds=5 at `elsewhere` MessageRetentionPeriod=14 at `elsewhere`
    "#]],
    );
}

#[test]
fn a_construct_is_seen_in_every_stack_that_it_is_part_of() {
    check(
        PROGRAM,
        "lib/constructs/job-queue.ts",
        expect![[r#"
        QueueStack Queues eu-west-1
          Queues/Jobs/Queue [Queue] FifoQueue=true at `props.fifo ?? false` QueueName="shop-jobs" at `props.name` DelaySeconds=5 at `helpers.DELAY` MessageRetentionPeriod=14 at `this.node.tryGetContext('retention')`
          Queues/Dead [elsewhere] QueueName="shop-dead" at `elsewhere` KmsMasterKeyId=Ref(Queue) at `elsewhere` FifoQueue=false at `elsewhere`
        QueueStack Others us-east-1
          Others/Jobs/Queue [Queue] FifoQueue=false at `false` QueueName="other-jobs" at `props.name` DelaySeconds=5 at `helpers.DELAY` MessageRetentionPeriod=14 at `this.node.tryGetContext('retention')`
          Others/Dead [elsewhere] QueueName="other-dead" at `elsewhere` KmsMasterKeyId=Ref(Queue) at `elsewhere` FifoQueue=false at `elsewhere`
    "#]],
    );
}

#[test]
fn a_stack_that_the_file_has_no_part_in_is_none_of_its_business() {
    check(
        PROGRAM,
        "lib/network.ts",
        expect![[r#"
        NetworkStack Network ?
          Network/Vpc [Vpc] CidrBlock="10.0.0.0/16" at `'10.0.0.0/16'`
    "#]],
    );
    check(PROGRAM, "bin/app.ts", expect![[r#""#]]);
}

#[test]
fn what_other_files_change_is_another_resource() {
    let (before, text) = disk(PROGRAM, "lib/queue-stack.ts");
    let (after, _) = disk(&PROGRAM.replace("FIFO = false", "FIFO = true"), "lib/queue-stack.ts");
    let mut file = CdkFile::new(Dialect::TypeScript);
    let find = |lowered: &Lowered| {
        let mut resources = lowered.stacks[0].resources.iter();
        Arc::clone(resources.find(|it| it.key == "Dead").unwrap())
    };
    let first = find(&file.lower_among(&text, Some(&before)));
    let same = find(&file.lower_among(&text, Some(&before)));
    let other = find(&file.lower_among(&text, Some(&after)));
    assert!(Arc::ptr_eq(&first, &same));
    assert_eq!(first.origin, other.origin);
    assert_ne!(first, other);
}

#[test]
fn what_a_test_makes_is_no_program() {
    let program = "
//// app.ts
import { App, Stack } from 'aws-cdk-lib';
new Stack(new App(), 'Shop');
//// shop.test.ts
import { App, Stack } from 'aws-cdk-lib';
new Stack(new App(), 'Shop');
";
    let is_whole = |path| lower(program, path).0.program.is_some_and(|it| it.whole);
    assert!(is_whole("app.ts"));
    assert!(!is_whole("shop.test.ts"));
}

#[test]
fn files_that_name_each_other_are_read_once() {
    let program = "
//// cdk.json
{ \"app\": \"node bin/app.js\" }
//// bin/app.ts
import { App } from 'aws-cdk-lib';
import { A } from '../lib/a.js';
new A(new App(), 'A');
//// lib/a.ts
import { Stack } from 'aws-cdk-lib';
import { name } from './b';
import * as sqs from 'aws-cdk-lib/aws-sqs';
export * from './b';
export const suffix = 'x';
export class A extends Stack {
  constructor(scope, id) { super(scope, id); new sqs.CfnQueue(this, 'Q', { queueName: name() }); }
}
//// lib/b.ts
import { suffix } from './a';
export * from './a';
export { nothing } from './a';
export const name = () => `name-${suffix}`;
";
    check(
        program,
        "lib/a.ts",
        expect![[r#"
        A A ?
          A/Q [Q] QueueName="name-x" at `name()`
    "#]],
    );
}

const TWO_STACKS: &str = r"
//// bin/app.ts
import * as cdk from 'aws-cdk-lib';
import { StorageStack } from '../lib/storage';
import { ReaderStack } from '../lib/reader';
const app = new cdk.App({ context: { topic: 'orders' } });
const storage = new StorageStack(app, 'Storage');
new ReaderStack(app, 'Reader', { bucket: storage.bucket });
new ReaderStack(app, 'Far', { bucket: storage.bucket, env: { region: 'us-east-1' } });
//// lib/storage.ts
import * as cdk from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
export class StorageStack extends cdk.Stack {
  readonly bucket: s3.Bucket;
  constructor(scope, id) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket');
  }
}
//// lib/reader.ts
import * as cdk from 'aws-cdk-lib';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
export class ReaderStack extends cdk.Stack {
  constructor(scope, id, props) {
    super(scope, id, props);
    new CfnTopic(this, 'Topic', { displayName: props.bucket.bucketArn, topicName: this.node.tryGetContext('topic') });
  }
}
";

/// Finds the only resource of each stack that is declared in the file, by the path of the stack.
fn properties(lowered: &Lowered) -> Vec<String> {
    let stacks = lowered.stacks.iter().filter(|it| it.path.is_some());
    let of = |it: &Arc<model::Stack>| {
        let resources: Vec<_> = it.resources.iter().map(|it| format!("{} {:?}", it.key, entries(it))).collect();
        format!("{}: {}", it.path.as_deref().unwrap_or("?"), resources.join(", "))
    };
    stacks.map(of).collect()
}

fn entries(resource: &model::Resource) -> Vec<String> {
    let model::Value::Map(map) = &resource.properties.value else { return Vec::new() };
    map.entries.iter().map(|(name, node)| format!("{}={}", name.text, shown(node))).collect()
}

fn shown(node: &model::Node) -> String {
    match &node.value {
        model::Value::Call(call) => match &**call {
            model::Call::ImportValue(_) => "import".to_owned(),
            model::Call::GetAtt { .. } | model::Call::Ref(_) => "reference".to_owned(),
            _ => "call".to_owned(),
        },
        model::Value::Unknown => "?".to_owned(),
        _ => node.as_str().unwrap_or("...").to_owned(),
    }
}

#[test]
fn what_another_stack_has_is_imported_where_both_go_to_the_same_place() {
    let (lowered, _) = lower(TWO_STACKS.trim_start(), "lib/reader.ts");
    // No `cdk.json` and no folder: the app is not found.
    assert_eq!(properties(&lowered), Vec::<String>::new());
    let settings = "//// cdk.json\n{ \"app\": \"node bin/app\" }\n";
    let (lowered, _) = lower(&(settings.to_owned() + TWO_STACKS.trim_start()), "lib/reader.ts");
    assert_eq!(
        properties(&lowered),
        [
            "Reader: Topic [\"DisplayName=import\", \"TopicName=orders\"]",
            "Far: Topic [\"DisplayName=?\", \"TopicName=orders\"]"
        ]
    );
}

/// Files whose folders can be read.
#[derive(Debug)]
struct Folders(Disk, cdk::Programs);

impl Files for Folders {
    fn path(&self) -> &str {
        self.0.path()
    }

    fn module(&self, path: &str) -> Option<Arc<Module>> {
        self.0.module(path)
    }

    fn names(&self, path: &str) -> Vec<String> {
        let name = |it: &String| {
            let name = it.strip_prefix(path)?.strip_prefix('/')?;
            (!name.contains('/')).then(|| name.to_owned())
        };
        self.0.modules.keys().filter_map(name).collect()
    }

    fn programs(&self) -> Option<&cdk::Programs> {
        Some(&self.1)
    }
}

#[test]
fn an_app_is_found_that_no_settings_name() {
    let program = format!("//// package.json\n{{}}\n{}", TWO_STACKS.trim_start());
    let (disk, text) = disk(&program, "lib/reader.ts");
    let files = Folders(disk, cdk::Programs::default());
    let lowered = CdkFile::new(Dialect::TypeScript).lower_among(&text, Some(&files));
    assert_eq!(properties(&lowered).len(), 2);
}

#[test]
fn a_program_that_is_lowered_as_a_whole_says_of_each_file_what_the_file_says_by_itself() {
    let settings = "//// cdk.json\n{ \"app\": \"ts-node bin/app.ts\" }\n";
    let program = settings.to_owned() + TWO_STACKS.trim_start();
    for path in ["bin/app.ts", "lib/storage.ts", "lib/reader.ts"] {
        let (alone, text) = lower(&program, path);
        let (disk, _) = disk(&program, path);
        let files = Folders(disk, cdk::Programs::default());
        let mut file = CdkFile::new(Dialect::TypeScript);
        let part = file.lower_among(&text, Some(&files));
        assert_eq!(properties(&part), properties(&alone), "{path}");
        let at = |it: &Lowered| -> Vec<_> {
            let resources = it.stacks.iter().flat_map(|stack| &stack.resources);
            resources.map(|resource| it.map.resolve(resource.origin)).collect()
        };
        assert_eq!(at(&part), at(&alone), "{path}");
        // The next state goes on from it.
        let next = file.lower_among(&format!("{text}\n").into(), Some(&files));
        assert_eq!(properties(&next), properties(&alone), "{path}");
        let blocks = |it: &Lowered| -> Vec<_> {
            it.stacks.iter().flat_map(|stack| &stack.resources).map(|it| it.origin.block).collect()
        };
        if path != "bin/app.ts" {
            assert_eq!(blocks(&next), blocks(&part), "{path}");
        }
    }
}
