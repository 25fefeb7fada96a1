//! What expressions come to: each beside the value that a property gets from it.

mod support;

use model::Value;
use support::{lower, value};

/// What each expression of a program is, as the property of a resource.
fn values(declarations: &str, expressions: &[&str]) -> Vec<String> {
    let properties: Vec<String> =
        expressions.iter().enumerate().map(|(i, expression)| format!("      p{i}: {expression},\n")).collect();
    let text = format!(
        "import * as cdk from 'aws-cdk-lib';
import {{ Stack, Fn, Token, Lazy, Aws, SecretValue, Arn, ArnFormat, CfnResource }} from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as path from 'path';
import * as fs from 'fs';
{declarations}
class Main extends Stack {{
  readonly names: string[] = [];
  constructor(scope, id, props) {{
    super(scope, id, props);
    this.names.push(props.name);
    const bucket = new s3.Bucket(this, 'Bucket');
    const raw = new s3.CfnBucket(this, 'Raw');
    new s3.CfnBucket(this, 'Subject', {{
{}    }});
  }}
}}
",
        properties.concat()
    );
    let lowered = lower(&text);
    let stack = lowered.stacks.iter().find(|it| it.name.as_ref().is_some_and(|it| it.text == "Main")).unwrap();
    let subject = stack.resources.iter().find(|it| it.key == "Subject").unwrap();
    let properties = subject.properties.as_map().unwrap();
    let shown = |i: usize| match properties.get(&format!("P{i}")) {
        Some(node) if matches!(node.value, Value::Absent) => "absent".to_owned(),
        Some(node) => value(node),
        None => "nothing".to_owned(),
    };
    (0..expressions.len()).map(shown).collect()
}

/// Compares each expression of a table with what it comes to.
fn check(declarations: &str, table: &[(&str, &str)]) {
    let expressions: Vec<&str> = table.iter().map(|it| it.0).collect();
    let found = values(declarations, &expressions);
    let wrong: Vec<String> = table
        .iter()
        .zip(found)
        .filter(|((_, expected), found)| expected != found)
        .map(|((expression, expected), found)| format!("{expression}\n  expected {expected}\n  found    {found}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn texts() {
    check(
        "const name = 'My Service'; const stage: string = process.env.STAGE;",
        &[
            ("name.toLowerCase()", r#""my service""#),
            ("name.toUpperCase().trim()", r#""MY SERVICE""#),
            ("'  x '.trim()", r#""x""#),
            ("name.slice(0, 2)", r#""My""#),
            ("name.slice(-7)", r#""Service""#),
            ("name.substring(3)", r#""Service""#),
            ("name.substring(5, 3)", r#""Se""#),
            ("name.substr(3, 4)", r#""Serv""#),
            ("name.charAt(0)", r#""M""#),
            ("name.replace(' ', '-').toLowerCase()", r#""my-service""#),
            ("'a.b.c'.replaceAll('.', '')", r#""abc""#),
            ("'a.b.c'.replace('.', '')", r#""ab.c""#),
            ("'a.b.c'.split('.')", r#"["a", "b", "c"]"#),
            ("'a.b.c'.split('.')[1]", r#""b""#),
            ("'a.b.c'.split('.').join('/')", r#""a/b/c""#),
            ("'a'.concat('b', 'c')", r#""abc""#),
            ("'7'.padStart(3, '0')", r#""007""#),
            ("'ab'.padEnd(4, '-')", r#""ab--""#),
            ("'ab'.repeat(2)", r#""abab""#),
            ("name.length", "10"),
            ("'😀'.length", "2"),
            ("name.startsWith('My')", "true"),
            ("name.endsWith('My')", "false"),
            ("name.includes('Serv') ? 'yes' : 'no'", r#""yes""#),
            ("name.indexOf('S')", "3"),
            ("`${name}-${1 + 1}-${true}`", r#""My Service-2-true""#),
            ("`${name.toLowerCase()}-${this.region}`", "`my service-${Ref(AWS::Region)}`"),
            ("`a-${true}-${this.region}`", "`a-true-${Ref(AWS::Region)}`"),
            ("'a-'.concat(this.region)", "`a-${Ref(AWS::Region)}`"),
            ("(name as any)!.length", "10"),
            ("name?.toUpperCase()", r#""MY SERVICE""#),
            // What is not known before the program runs.
            ("stage.toLowerCase()", "unknown"),
            ("stage.length", "unknown"),
            ("`${stage}`.length", "unknown"),
            ("name.replace(/ /g, '-')", "unknown"),
            ("name.replace(' ', stage)", "unknown"),
            ("name.replace(' ', '$&$&')", "unknown"),
            ("name.localeCompare('x')", "unknown"),
            ("'😀'.slice(0, 1)", "unknown"),
            ("'x'.repeat(1e9)", "unknown"),
            ("'x'.repeat(-1)", "unknown"),
            ("this.region.toUpperCase()", "unknown"),
            ("name.slice(...props.range)", "unknown"),
        ],
    );
}

#[test]
fn numbers() {
    check(
        "const days = 7; const port = Number(process.env.PORT);",
        &[
            ("days * 24 * 60", "10080"),
            ("days - 10", "-3"),
            ("days / 2", "3.5"),
            ("days % 4", "3"),
            ("2 ** 10", "1024"),
            ("-days", "-7"),
            ("days + 1", "8"),
            ("days + '1'", r#""71""#),
            ("1 + 2 + 'a' + 1 + 2", r#""3a12""#),
            ("parseInt('42px')", "42"),
            ("parseInt('08', 10)", "8"),
            ("Number('1.50')", "1.5"),
            ("parseFloat('2.5')", "2.5"),
            ("String(5)", r#""5""#),
            ("(5).toString()", r#""5""#),
            ("Boolean('')", "false"),
            ("Boolean(days)", "true"),
            ("Math.min(3, days, 5)", "3"),
            ("Math.max(...[1, 9, 4])", "9"),
            ("Math.floor(7 / 2)", "3"),
            ("Math.ceil(7 / 2)", "4"),
            ("Math.round(2.5)", "3"),
            ("`${0.1 + 0.2}`", r#""0.30000000000000004""#),
            ("1_000 * 2", "2000"),
            ("String(bucket.bucketArn)", "Bucket.Arn"),
            // What is not known before the program runs.
            ("port * 2", "unknown"),
            ("port + 1", "unknown"),
            ("Math.random()", "unknown"),
            ("Math.min(1, port)", "unknown"),
            ("1 / 0", "unknown"),
            ("Number('x')", "unknown"),
            ("parseInt('x')", "unknown"),
            ("parseInt('ff', 16)", "unknown"),
            ("parseInt('0x10')", "unknown"),
            ("new Date().getFullYear()", "unknown"),
            ("Date.now()", "unknown"),
            ("10n * 2n", "unknown"),
        ],
    );
    // A name of the program's own.
    check("function parseInt(x) { return process.env[x]; }", &[("parseInt('42')", "unknown")]);
    check("import { Math } from './math';", &[("Math.min(1, 2)", "unknown")]);
}

#[test]
fn choices() {
    check(
        "enum Size { Small, Medium, Large } enum Start { A = 5, B, C = 'c' }
enum Stage { Dev = 'dev', Prod = 'prod' }
const size: Size = Size.Medium; const stage = 'prod' as const; const unknown = process.env.X;
class Config { static readonly days = 3; static labels = { a: 'x' } }
class State { static later = 1; mode = 'a'; kind = 'k'; constructor() { this.sure = 's'; if (unknown) this.maybe = 'm'; } }
State.later = 2;
function pick(it) { if (it) { return { days: 1 }; } return { days: 2 }; }
const settings3 = { days: 3 };
const state = new State(); state.mode = 'b';
const settings = { a: 1, b: 2 }; delete settings.a;",
        &[
            ("stage === 'prod' ? 1 : 2", "1"),
            ("stage !== Stage.Prod", "false"),
            ("stage === 'prod' && size > 0", "true"),
            ("!(stage === 'dev')", "true"),
            ("!!stage", "true"),
            ("3 > 2", "true"),
            ("'a' < 'b'", "true"),
            ("'b' <= 'a'", "false"),
            ("size === Size.Medium ? 'm' : 'x'", r#""m""#),
            ("size === Size.Large ? 'm' : 'x'", r#""x""#),
            ("Size.Large", "2"),
            ("Start.B", "6"),
            ("Start.C", r#""c""#),
            ("Stage.Dev", r#""dev""#),
            ("state.kind", r#""k""#),
            ("state.sure", r#""s""#),
            ("Object.values(Stage)", r#"["dev", "prod"]"#),
            ("Object.keys(Stage)", r#"["Dev", "Prod"]"#),
            ("Config.days", "3"),
            ("Config.labels.a", r#""x""#),
            ("undefined ?? 'b'", r#""b""#),
            ("'' || 'b'", r#""b""#),
            ("0 ?? 1", "0"),
            ("stage && 'b'", r#""b""#),
            ("(null as any)?.x ?? 'd'", r#""d""#),
            ("unknown ?? 'default'", r#"unknown | "default""#),
            ("process.env.X || 'default'", r#"unknown | "default""#),
            ("`a` === 'a' && ['a', 'b'].includes(stage)", "false"),
            ("['dev', 'prod'].includes(stage)", "true"),
            ("[].length > 0 ? 1 : 2", "2"),
            ("Token.isUnresolved('x')", "false"),
            ("Token.isUnresolved(Aws.REGION)", "true"),
            ("(unknown ? settings3 : { days: 4 }).days", "3 | 4"),
            ("pick(unknown).days", "1 | 2"),
            ("pick(unknown).other", "absent | absent"),
            // What is not known before the program runs.
            ("(unknown ? { a: 1 } : props).a", "unknown"),
            ("unknown === 'x'", "unknown"),
            ("unknown && 'b'", "unknown"),
            ("['dev', unknown].includes('x')", "unknown"),
            ("'5' == 5", "unknown"),
            ("State.later", "unknown"),
            ("state.mode", "unknown"),
            ("state.maybe", "unknown"),
            ("settings.a ?? 3", r#"unknown | 3"#),
            ("this.names.length === 0", "unknown"),
            ("this.names", "unknown"),
            ("Object.values(Size)", "unknown"),
            ("Token.isUnresolved(props.x)", "unknown"),
            ("/x/.test('x')", "unknown"),
        ],
    );
}

#[test]
fn lists() {
    check(
        "const zones = ['a', 'b', 'c']; const more = [...zones, 'd']; const some = ['a', ...process.argv];
const items = []; items.push('x'); const config = { list: [], map: {} }; config.list.push('x');
class Registry { all = []; byName = {}; byKind = {}; fixed = ['f']; add() { this.all.push('x'); this.byName['k'] = 'x'; this.byKind['k'].push('x'); } }
const registry = new Registry();",
        &[
            ("zones.concat(['d'])", r#"["a", "b", "c", "d"]"#),
            ("more.length", "4"),
            ("more[3]", r#""d""#),
            ("more.at(-1)", r#""d""#),
            ("more.slice(1, 3)", r#"["b", "c"]"#),
            ("more.slice(-1)[0]", r#""d""#),
            ("zones.join()", r#""a,b,c""#),
            ("[1, 'x', undefined].join('-')", r#""1-x-""#),
            ("['a', this.region].join('-')", "`a-${Ref(AWS::Region)}`"),
            ("[['a'], 'b'].flat()", r#"["a", "b"]"#),
            ("zones.map(z => z.toUpperCase())", r#"["A", "B", "C"]"#),
            ("zones.filter(z => z !== 'b').join('')", r#""ac""#),
            ("['a', '', undefined].filter(Boolean)", r#"["a"]"#),
            ("[1, 2].map(String)", r#"["1", "2"]"#),
            ("zones.indexOf('c')", "2"),
            ("registry.fixed.length", "1"),
            ("Array.isArray(zones)", "true"),
            ("[...Array(3).keys()]", "[0, 1, 2]"),
            ("Array.from({ length: 2 })", "[absent, absent]"),
            ("Array.from({ length: 3 }, (_, i) => `n${i + 1}`)", r#"["n1", "n2", "n3"]"#),
            ("[...zones.entries()].map(([i, z]) => `${i}${z}`)", r#"["0a", "1b", "2c"]"#),
            ("zones.map((z, i) => i % 2 === 0 ? z : z + i)", r#"["a", "b1", "c"]"#),
            // What is not known before the program runs.
            ("some.length", "unknown"),
            ("some.join()", "unknown"),
            ("some.slice(0, 1)", "unknown"),
            ("items.length", "unknown"),
            ("config.list.length", "unknown"),
            ("registry.all.length", "unknown"),
            ("Object.keys(registry.byName)", "unknown"),
            ("Object.keys(registry.byKind)", "unknown"),
            ("items.join()", "unknown"),
            ("[[process.argv], 'b'].join()", "unknown"),
            ("Array(1e9).keys()", "unknown"),
        ],
    );
}

#[test]
fn objects() {
    check(
        "const key = 'a'; const limits = { dev: 1, prod: 2 }; const stage = 'prod'; const unknown = process.env.X;",
        &[
            ("{ [key]: 1, [`${key}b`]: 2 }", "{A: 1, Ab: 2}"),
            ("{ a: 1, [key]: 2 }", "{A: 2}"),
            ("{ a: 1, ['b' + 1]: 2 }.b1", "2"),
            ("limits[stage]", "2"),
            ("({ 1: 'x' })[1]", r#""x""#),
            ("Object.keys(limits)", r#"["dev", "prod"]"#),
            ("Object.values(limits).length", "2"),
            ("Object.entries(limits).map(([k, v]) => `${k}=${v}`).join('&')", r#""dev=1&prod=2""#),
            ("Object.freeze({ a: 1 }).a", "1"),
            ("Object.assign({}, limits, { dev: 5 }).dev", "5"),
            ("Object.fromEntries([['x', 1], ['y', 2]])", "{X: 1, Y: 2}"),
            (
                "Object.fromEntries(Object.entries(limits).map(([k, v]) => [k.toUpperCase(), v * 2]))",
                "{DEV: 2, PROD: 4}",
            ),
            ("({ a: 1, ...(stage === 'prod' && { b: 2 }) })", "{A: 1, B: 2}"),
            ("({ a: 1, ...(stage === 'dev' && { b: 2 }) })", "{A: 1}"),
            // What is not known before the program runs.
            ("{ [unknown]: 1 }", "{...}"),
            ("Object.fromEntries([[unknown, 1]])", "unknown"),
            ("({ a: 1, ...(unknown && { a: 2 }) })", "{A: unknown, ...}"),
        ],
    );
}

#[test]
fn functions_of_the_library() {
    check(
        "",
        &[
            ("Fn.join('-', ['a', 'b'])", "Join"),
            ("Fn.select(0, Fn.getAzs())", "Select"),
            ("Fn.getAzs('us-east-1')", "GetAzs"),
            ("Fn.split(',', Fn.importValue('x'))", "Split"),
            ("Fn.importValue('x')", "ImportValue"),
            ("cdk.Fn.base64('x')", "Base64"),
            ("Fn.cidr('10.0.0.0/16', 4, '8')", "Other"),
            ("Fn.ref('AWS::Region')", "Ref(AWS::Region)"),
            ("Fn.ref(raw.logicalId)", "Ref(Raw)"),
            ("Fn.getAtt(raw.logicalId, 'Arn')", "Raw.Arn"),
            (
                "Fn.sub('${AWS::Region}-${!x}-${Name}', { Name: bucket.bucketName })",
                "`${Ref(AWS::Region)}-${x}-${Ref(Bucket)}`",
            ),
            ("Fn.sub('plain')", r#""plain""#),
            ("Fn.sub('${Other}')", "`${unknown}`"),
            ("Fn.conditionIf('C', 'a', Aws.NO_VALUE)", r#""a" | absent"#),
            ("Fn.conditionIf('C', 'a', 'b').toString()", r#""a" | "b""#),
            ("Aws.NO_VALUE", "absent"),
            ("Aws.ACCOUNT_ID", "Ref(AWS::AccountId)"),
            ("Stack.of(this).region", "Ref(AWS::Region)"),
            ("bucket.stack.partition", "Ref(AWS::Partition)"),
            ("Token.asString(bucket.bucketArn)", "Bucket.Arn"),
            ("Token.asString(Fn.conditionIf('C', 'a', 'b'))", r#""a" | "b""#),
            ("Token.asList(Fn.split(',', 'a,b'))", "Split"),
            (
                "this.formatArn({ service: 's3', region: '', account: '', resource: 'b' })",
                "`arn:${Ref(AWS::Partition)}:s3:::b`",
            ),
            (
                "Stack.of(this).formatArn({ service: 'sns', resource: 'topic', resourceName: 'x' })",
                "`arn:${Ref(AWS::Partition)}:sns:${Ref(AWS::Region)}:${Ref(AWS::AccountId)}:topic/x`",
            ),
            (
                "Arn.format({ partition: 'aws', service: 'logs', region: 'r', account: '1', resource: 'log-group', resourceName: 'x', arnFormat: ArnFormat.COLON_RESOURCE_NAME }, this)",
                r#""arn:aws:logs:r:1:log-group:x""#,
            ),
            (
                "JSON.stringify({ a: [1, 'x', true, null], b: undefined, c: {} })",
                r#""{\"a\":[1,\"x\",true,null],\"c\":{}}""#,
            ),
            ("JSON.stringify({ a: 1 }, null, 2)", r#""{\n  \"a\": 1\n}""#),
            ("JSON.stringify('a\"b')", r#""\"a\\\"b\"""#),
            ("JSON.stringify({ arn: bucket.bucketArn })", r#"`{"arn":"${Bucket.Arn}"}`"#),
            ("this.toJsonString({ arn: `${bucket.bucketArn}/*` })", r#"`{"arn":"${Bucket.Arn}/*"}`"#),
            ("SecretValue.unsafePlainText('x')", r#""x""#),
            ("cdk.Duration.days(2).toSeconds()", "172800"),
            ("cdk.Duration.minutes(90).toIsoString()", r#""PT1H30M""#),
            ("cdk.Size.gibibytes(2).toMebibytes()", "2048"),
            ("SecretValue.secretsManager('id', { jsonField: 'p' }).unsafeUnwrap()", "Dynamic"),
            ("SecretValue.ssmSecure('name', '1').toString()", "Dynamic"),
            ("'{{resolve:ssm:x}}'", "Dynamic"),
            // What is not known before the program is synthesised, or deployed.
            ("Fn.ref('Bucket')", "unknown"),
            ("cdk.Duration.seconds(90).toMinutes()", "unknown"),
            ("cdk.Duration.days(props.days).toSeconds()", "unknown"),
            ("Fn.findInMap('M', 'a', 'b')", "unknown"),
            ("Fn.len(Fn.split(',', 'a'))", "unknown"),
            ("Token.asString(props.x)", "unknown"),
            ("Token.asNumber(props.x)", "unknown"),
            ("Lazy.string({ produce: () => 'x' })", "unknown"),
            ("cdk.Names.uniqueId(this)", "unknown"),
            ("this.formatArn(props.arn)", "unknown"),
            ("this.formatArn({ service: 's3', resource: 'b', arnFormat: props.format })", "unknown"),
            ("props.formatArn({ service: 's3', resource: 'b' })", "unknown"),
            ("JSON.stringify(props)", "unknown"),
            ("JSON.stringify({ a: props.x })", "unknown"),
            ("JSON.stringify({ a: 1 }, ['a'])", "unknown"),
            ("JSON.stringify({ b: 1, 1: 2 })", "unknown"),
            ("fs.readFileSync('x', 'utf8')", "unknown"),
            ("path.join(__dirname, 'x')", "unknown"),
            ("SecretValue.cfnDynamicReference(props.x)", "unknown"),
        ],
    );
}

#[test]
fn what_grows_ends() {
    let chain = |operator: &str, start: &str| {
        let next = |i: usize| format!("const a{} = a{i} {operator} a{i};\n", i + 1);
        format!("const a0 = {start};\n{}", (0..60).map(next).collect::<String>())
    };
    check(&chain("+", "'text'"), &[("a3.length", "32"), ("a60", "unknown"), ("a60.length", "unknown")]);
    check(&chain("+", "process.env.X"), &[("a60", "unknown")]);
    check(&chain("*", "3"), &[("a2", "81"), ("a60", "unknown")]);
    check(&chain("&&", "process.env.X"), &[("a60 ? 1 : 2", "1 | 2")]);
    check(&chain("===", "process.env.X"), &[("a60 ? 1 : 2", "1 | 2")]);
    check(
        "const loop = loop + 1; const list = [...list, list.length];",
        &[("loop", "unknown"), ("list.length", "unknown")],
    );
    let deep = format!("{}'x'{}", "(".repeat(100), ").trim()".repeat(100));
    check("", &[(&deep, "unknown")]);
    let long = format!("({}).length", vec!["'x'"; 120].join(" + "));
    check("", &[(&long, "120")]);
}
