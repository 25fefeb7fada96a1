//! Classes and functions of the program, walked once for each time that they run.

mod support;

use expect_test::{Expect, expect};
use model::Lowered;
use std::fmt::Write;
use support::lower;

/// Shows what tells the instances apart: the stacks, their resources, and the properties that are known.
fn check(text: &str, expected: Expect) {
    expected.assert_eq(&brief(&lower(text)));
}

fn brief(lowered: &Lowered) -> String {
    let mut out = String::new();
    for stack in &lowered.stacks {
        let name = stack.name.as_ref().map_or("-", |it| &it.text);
        write!(out, "{name}{}", if stack.open { " (open)" } else { "" }).unwrap();
        for (word, value) in [("at", &stack.path), ("in", &stack.account), ("in", &stack.region)] {
            if let Some(value) = value {
                write!(out, " {word} {value}").unwrap();
            }
        }
        out.push('\n');
        for resource in &stack.resources {
            write!(out, "  {} {}", resource.key, resource.ty.text).unwrap();
            if let Some(condition) = &resource.condition {
                write!(out, " if {}", condition.text).unwrap();
            }
            for (name, node) in &resource.properties.as_map().unwrap().entries {
                let shown = support::value(node);
                if !matches!(&*shown, "absent" | "unknown") && !shown.starts_with('{') {
                    write!(out, " {}={shown}", name.text).unwrap();
                }
            }
            out.push('\n');
        }
    }
    out
}

const IMPORTS: &str = "import * as cdk from 'aws-cdk-lib';
import { Stack, StackProps, App } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
";

fn program(rest: &str) -> String {
    format!("{IMPORTS}{rest}")
}

#[test]
fn a_class_is_walked_for_each_instance() {
    check(
        &program(
            r"
interface Props { fifo?: boolean; name: string }
class Worker extends Construct {
  readonly queue: sqs.CfnQueue;
  constructor(scope: Construct, id: string, { fifo = false, name }: Props) {
    super(scope, id);
    this.queue = new sqs.CfnQueue(this, 'Queue', { fifoQueue: fifo, queueName: `${name}-jobs` });
    if (fifo) {
      new sqs.CfnQueue(this, 'Dead', { queueName: name });
    }
  }
}
class Jobs extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const first = new Worker(this, 'First', { name: 'one' });
    const second = new Worker(this, 'Second', { name: 'two', fifo: true });
    new sqs.CfnQueue(this, 'Other', { queueName: first.queue.ref, kmsMasterKeyId: second.queue.ref });
  }
}
const app = new App();
new Jobs(app, 'Jobs');
",
        ),
        expect![[r#"
            Jobs at Jobs
              Queue AWS::SQS::Queue FifoQueue=false QueueName="one-jobs"
              Second/Queue AWS::SQS::Queue FifoQueue=true QueueName="two-jobs"
              Dead AWS::SQS::Queue QueueName="two"
              Other AWS::SQS::Queue QueueName=Ref(Queue) KmsMasterKeyId=Ref(Second/Queue)
        "#]],
    );
}

#[test]
fn functions_give_what_they_return() {
    check(
        &program(
            r"
const queue = (scope: Construct, id: string, name = 'plain') => new sqs.CfnQueue(scope, id, { queueName: name });
function chosen(scope: Construct, large: boolean) {
  if (large) return queue(scope, 'Large', 'large');
  return queue(scope, 'Small');
}
class Jobs extends Stack {
  private readonly made: sqs.CfnQueue;
  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.made = this.make('made');
    const large = chosen(this, true);
    new sqs.CfnQueue(this, 'User', { queueName: this.made.ref, kmsMasterKeyId: large.ref, fifoQueue: this.isFifo });
  }
  private get isFifo() { return true; }
  private make(name: string) { return new sqs.CfnQueue(this, `Q-${name}`, { queueName: name }); }
  never(props: any) { new sqs.CfnQueue(this, 'Never', { queueName: props.name }); }
}
",
        ),
        expect![[r#"
            Jobs
              Large AWS::SQS::Queue QueueName="large"
              User AWS::SQS::Queue QueueName=Ref(Q-made) KmsMasterKeyId=Ref(Large) FifoQueue=true
              Q-made AWS::SQS::Queue QueueName="made"
              Never AWS::SQS::Queue
        "#]],
    );
}

#[test]
fn loops_are_walked_once_for_each_item() {
    check(
        &program(
            r"
const SIZES = { small: 1, large: 10 };
class Jobs extends Stack {
  constructor(scope: Construct, id: string, names: string[]) {
    super(scope, id);
    for (const name of ['a', 'b']) new sqs.CfnQueue(this, name, { queueName: name });
    Object.entries(SIZES).forEach(([name, size]) => {
      new sqs.CfnQueue(this, name, { delaySeconds: size });
    });
    const [first, second] = ['x', 'y'].map((name, i) => new sqs.CfnQueue(this, name, { delaySeconds: i }));
    for (let i = 0; i < 2; i++) new sqs.CfnQueue(this, `N${i}`, { queueName: second.ref });
    for (const name of names) new sqs.CfnQueue(this, `Each${name}`, { delaySeconds: 1 });
  }
}
",
        ),
        expect![[r#"
            Jobs
              a AWS::SQS::Queue QueueName="a"
              b AWS::SQS::Queue QueueName="b"
              small AWS::SQS::Queue DelaySeconds=1
              large AWS::SQS::Queue DelaySeconds=10
              x AWS::SQS::Queue DelaySeconds=0
              y AWS::SQS::Queue DelaySeconds=1
              N0 AWS::SQS::Queue QueueName=Ref(y)
              N1 AWS::SQS::Queue QueueName=Ref(y)
              Each${name} AWS::SQS::Queue if names DelaySeconds=1
        "#]],
    );
}

#[test]
fn base_classes_are_walked_too() {
    check(
        &program(
            r"
abstract class Base extends Stack {
  protected readonly dead: sqs.CfnQueue;
  constructor(scope: Construct, id: string, protected readonly stage: string) {
    super(scope, id);
    this.dead = new sqs.CfnQueue(this, 'Dead', { queueName: `${stage}-dead` });
    this.more();
  }
  protected abstract more(): void;
}
class Jobs extends Base {
  readonly extra = new sqs.CfnQueue(this, 'Extra', { queueName: this.dead.ref });
  constructor(scope: Construct, id: string) {
    super(scope, id, 'prod');
  }
  protected more() { new sqs.CfnQueue(this, 'More', { queueName: `${this.stage}-more` }); }
}
class Secure extends s3.Bucket {
  constructor(scope: Construct, id: string, props: s3.BucketProps = {}) {
    super(scope, id, { ...props, versioned: true });
  }
}
class Plain extends s3.Bucket {}
const app = new App();
const jobs = new Jobs(app, 'Jobs');
new Secure(jobs, 'Secure', { bucketName: 'secure' });
new Plain(jobs, 'Plain', { bucketName: 'plain' });
",
        ),
        expect![[r#"
            Jobs at Jobs
              Dead AWS::SQS::Queue QueueName="prod-dead"
              Extra AWS::SQS::Queue QueueName=Ref(Dead)
              More AWS::SQS::Queue QueueName="prod-more"
              Secure AWS::S3::Bucket BucketName="secure"
              Plain AWS::S3::Bucket BucketName="plain"
        "#]],
    );
}

#[test]
fn what_is_certain_decides_and_what_is_not_stays_open() {
    check(
        &program(
            r"
enum Stage { Dev, Prod }
class Jobs extends Stack {
  constructor(scope: Construct, id: string, stage: Stage, props?: { retain?: boolean }) {
    super(scope, id);
    if (stage === Stage.Prod) new sqs.CfnQueue(this, 'Prod', { delaySeconds: 1 });
    if (!props?.retain) new sqs.CfnQueue(this, 'Loose', { delaySeconds: props?.retain ? 1 : 2 });
    const small = stage !== Stage.Prod && new sqs.CfnQueue(this, 'Dev', {});
    if (process.env.SKIP) return;
    new sqs.CfnQueue(this, 'Last', {});
  }
}
const app = new App();
new Jobs(app, 'A', Stage.Dev);
new Jobs(app, 'B', Stage.Prod, { retain: true });
",
        ),
        expect![[r#"
            Jobs at A
              Loose AWS::SQS::Queue DelaySeconds=2
              Dev AWS::SQS::Queue
              Last AWS::SQS::Queue if !(process.env.SKIP)
            Jobs at B
              Prod AWS::SQS::Queue DelaySeconds=1
              Last AWS::SQS::Queue if !(process.env.SKIP)
        "#]],
    );
}

#[test]
fn what_never_ends_ends() {
    check(
        &program(
            r"
function down(scope: Construct, depth: number) { new sqs.CfnQueue(scope, `Q${depth}`, {}); down(scope, depth); down(scope, depth); }
class Loop extends Construct {
  constructor(scope: Construct, id: string) { super(scope, id); new Loop(this, id); }
}
class Jobs extends Stack {
  get it(): any { return this.it; }
  constructor(scope: Construct, id: string) {
    super(scope, id);
    down(this, 1);
    new Loop(this, 'Loop');
    const a = [...a]; for (const x of a) this.it.y(x);
  }
}
",
        ),
        expect![[r#"
            Jobs (open)
              Q1 AWS::SQS::Queue
              Q1~2 AWS::SQS::Queue
              Q1~3 AWS::SQS::Queue
              Q1~4 AWS::SQS::Queue
              Q1~5 AWS::SQS::Queue
              Q1~6 AWS::SQS::Queue
              Q1~7 AWS::SQS::Queue
        "#]],
    );
}

#[test]
fn constructs_have_the_paths_of_synthesis() {
    let text = program(
        r"
class Orders extends Construct {
  readonly table: dynamodb.Table;
  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
    new s3.CfnBucket(this.table, 'Raw');
  }
}
class Shop extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, { ...props, description: 'A shop' });
    new Orders(this, 'Orders');
    new Orders(this, 'Returns');
  }
}
class Live extends cdk.Stage {
  constructor(scope: Construct, id: string, props: cdk.StageProps) {
    super(scope, id, props);
    new Shop(this, 'Shop', {});
  }
}
const app = new App();
const env = { account: '111111111111', region: 'eu-west-1' };
new Shop(app, 'ShopStack', { env });
new Live(app, 'Live', { env: { ...env, region: 'us-east-1' } });
const plain = new cdk.Stack(app, 'Plain', { env: { region: process.env.REGION } });
new s3.Bucket(plain, 'Bucket', { bucketName: 'plain' });
",
    );
    let lowered = lower(&text);
    let mut out = String::new();
    for stack in &lowered.stacks {
        writeln!(out, "{:?} {:?} {:?}", stack.path, stack.account, stack.region).unwrap();
        for resource in &stack.resources {
            writeln!(out, "  {}: {}", resource.key, resource.path.as_deref().unwrap_or("?")).unwrap();
        }
    }
    expect![[r#"
        Some("ShopStack") Some("111111111111") Some("eu-west-1")
          Table: ShopStack/Orders/Table/Resource
          Returns/Table: ShopStack/Returns/Table/Resource
          Raw: ShopStack/Orders/Table/Raw
          Returns/Table/Raw: ShopStack/Returns/Table/Raw
        Some("Live/Shop") Some("111111111111") Some("us-east-1")
          Table: Live/Shop/Orders/Table/Resource
          Returns/Table: Live/Shop/Returns/Table/Resource
          Raw: Live/Shop/Orders/Table/Raw
          Returns/Table/Raw: Live/Shop/Returns/Table/Raw
        Some("Plain") None None
          Bucket: Plain/Bucket/Resource
    "#]]
    .assert_eq(&out);
}

#[test]
fn a_condition_is_another_one_where_its_names_are() {
    check(
        &program(
            r"
class Worker extends Construct {
  constructor(scope: Construct, id: string, name: string, props: { dead?: boolean }) {
    super(scope, id);
    if (props.dead) new sqs.CfnQueue(this, name, {});
    if (props.dead) new sqs.CfnQueue(this, `${name}-more`, {});
  }
}
class Jobs extends Stack {
  constructor(scope: Construct, id: string, a: any, b: any) {
    super(scope, id);
    new Worker(this, 'A', 'a', a);
    new Worker(this, 'B', 'b', b);
    for (const name of ['x', 'y']) if (a.many) new sqs.CfnQueue(this, name, {});
  }
}
const app = new App();
if (process.env.JOBS) new Jobs(app, 'Jobs', JSON.parse(process.env.A), JSON.parse(process.env.B));
",
        ),
        expect![[r#"
            Jobs at Jobs
              a AWS::SQS::Queue if props.dead
              b AWS::SQS::Queue if props.dead (2)
              a-more AWS::SQS::Queue if props.dead
              b-more AWS::SQS::Queue if props.dead (2)
              x AWS::SQS::Queue if a.many
              y AWS::SQS::Queue if a.many
        "#]],
    );
}
