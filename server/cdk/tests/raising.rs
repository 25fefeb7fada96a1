//! Changes, and what they make of a program.

mod support;

use cdk::{CdkFile, Dialect, raise};
use expect_test::{Expect, expect};
use model::{Change, Intent, Literal, Lowered, Node, Resource, SmolStr, Value};
use std::sync::Arc;
use support::lower;

const IMPORTS: &str = "import * as cdk from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as sqs from 'aws-cdk-lib/aws-sqs';
";

fn program(statements: &str) -> String {
    let body: String = statements.lines().map(|it| format!("    {it}\n")).collect();
    format!(
        "{IMPORTS}\nexport class App extends cdk.Stack {{\n  constructor(scope, id, props) {{\n    super(scope, id, props);\n{body}  }}\n}}\n"
    )
}

/// Applies the changes that `changes` asks for, and shows the lines that are then new. A second time changes nothing
/// that was already so.
fn check(statements: &str, changes: impl Fn(&Lowered) -> (Vec<Change>, Option<Intent>), expected: Expect) {
    let text = program(statements);
    let after = apply(&text, changes);
    expected.assert_eq(&shown(&text, after.as_deref()));
    if let Some(after) = after {
        assert!(lower(&after).problems.is_empty(), "the result parses:\n{after}");
    }
}

fn apply(text: &str, changes: impl Fn(&Lowered) -> (Vec<Change>, Option<Intent>)) -> Option<String> {
    let mut file = CdkFile::new(Dialect::TypeScript);
    let lowered = file.lower(&text.into());
    let (changes, intent) = changes(&lowered);
    let edits = raise(file.source()?, &lowered, &changes, intent.as_ref())?;
    Some(edits.apply(text))
}

/// What comes after the head that all programs share, or all of it when the imports changed.
fn shown(before: &str, after: Option<&str>) -> String {
    let Some(after) = after else { return "cannot be said".to_owned() };
    assert_ne!(before, after);
    let (imports, body) = after.split_once("\nexport class").unwrap_or((after, ""));
    let new: String = imports.lines().filter(|it| !IMPORTS.contains(it)).map(|it| format!("{it}\n")).collect();
    let body: Vec<&str> = body.lines().skip(3).map(|it| it.strip_prefix("    ").unwrap_or(it)).collect();
    format!("{new}{}\n", body[..body.len() - 2].join("\n"))
}

fn resource(lowered: &Lowered, ty: &str) -> Arc<Resource> {
    let mut all = lowered.stacks.iter().flat_map(|it| &it.resources);
    Arc::clone(all.find(|it| it.ty.text == ty).unwrap())
}

fn set(ty: &'static str, path: &'static str, value: Literal) -> impl Fn(&Lowered) -> (Vec<Change>, Option<Intent>) {
    move |lowered| {
        let origin = resource(lowered, ty).origin;
        (vec![Change::Set { origin, path: path.to_owned(), value: value.clone() }], None)
    }
}

fn remove(ty: &'static str, path: &'static str) -> impl Fn(&Lowered) -> (Vec<Change>, Option<Intent>) {
    move |lowered| {
        let origin = resource(lowered, ty).origin;
        (vec![Change::Remove { origin, path: path.to_owned() }], None)
    }
}

/// The first node of the resource that is this text.
fn written(resource: &Resource, text: &str) -> Node {
    let mut found = None;
    resource.properties.walk(&mut |it| {
        if found.is_none() && it.as_str() == Some(text) {
            found = Some(it.clone());
        }
    });
    found.unwrap()
}

fn block() -> Literal {
    Literal::map(
        ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"]
            .map(|it| (it, Literal::Bool(true))),
    )
}

#[test]
fn a_prop_goes_where_props_are() {
    let versioning = || set("AWS::S3::Bucket", "VersioningConfiguration.Status", Literal::text("Enabled"));
    check(
        "new s3.Bucket(this, 'Logs');",
        versioning(),
        expect![[r#"
                new s3.Bucket(this, 'Logs', { versioned: true });
        "#]],
    );
    check(
        "new s3.Bucket(this, 'Logs', {});",
        versioning(),
        expect![[r#"
                new s3.Bucket(this, 'Logs', { versioned: true });
        "#]],
    );
    check(
        "new s3.Bucket(this, 'Logs', { bucketName: 'x' });",
        versioning(),
        expect![[r#"
                new s3.Bucket(this, 'Logs', { bucketName: 'x', versioned: true });
        "#]],
    );
    check(
        "new s3.Bucket(this, 'Logs', { versioned: false, });",
        versioning(),
        expect![[r#"
                new s3.Bucket(this, 'Logs', { versioned: true, });
        "#]],
    );
    check(
        "new s3.Bucket(this, 'Logs', undefined);",
        versioning(),
        expect![[r#"
                new s3.Bucket(this, 'Logs', { versioned: true });
        "#]],
    );
    check(
        "new s3.Bucket(this, 'Logs', {\n  bucketName: 'x', // the name\n});",
        versioning(),
        expect![[r#"
                new s3.Bucket(this, 'Logs', {
                  bucketName: 'x', // the name
                  versioned: true,
                });
        "#]],
    );
    check(
        "new s3.Bucket(this, 'Logs', {\n  bucketName: 'x' // the name\n});",
        versioning(),
        expect![[r#"
                new s3.Bucket(this, 'Logs', {
                  bucketName: 'x', // the name
                  versioned: true
                });
        "#]],
    );
    check(
        "new s3.Bucket(this, 'Logs', { ...props });",
        versioning(),
        expect![[r#"
                new s3.Bucket(this, 'Logs', { ...props, versioned: true });
        "#]],
    );
    check(
        "new s3.Bucket(this, 'Logs', props);",
        versioning(),
        expect![[r#"
        new s3.Bucket(this, 'Logs', { ...props, versioned: true });
    "#]],
    );
    check(
        "new s3.CfnBucket(this, 'Logs', {\n\tbucketName: 'x'\n});",
        versioning(),
        expect![[r#"
                new s3.CfnBucket(this, 'Logs', {
                	bucketName: 'x',
                	versioningConfiguration: { status: 'Enabled' }
                });
        "#]],
    );
}

#[test]
fn constants_of_the_library_are_used() {
    check(
        "new s3.Bucket(this, 'Logs');",
        set("AWS::S3::Bucket", "PublicAccessBlockConfiguration", block()),
        expect![[r#"
                new s3.Bucket(this, 'Logs', { blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL });
        "#]],
    );
    check(
        "new s3.CfnBucket(this, 'Logs', {});",
        set("AWS::S3::Bucket", "PublicAccessBlockConfiguration", block()),
        expect![[r#"
                new s3.CfnBucket(this, 'Logs', { publicAccessBlockConfiguration: { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true } });
        "#]],
    );
    check(
        "new kms.Key(this, 'Key', {});",
        set("AWS::KMS::Key", "EnableKeyRotation", Literal::Bool(true)),
        expect![[r#"
                new kms.Key(this, 'Key', { enableKeyRotation: true });
        "#]],
    );
    let recovery = || {
        set("AWS::DynamoDB::Table", "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", Literal::Bool(true))
    };
    check(
        "new dynamodb.Table(this, 'Table', { partitionKey: key });",
        recovery(),
        expect![[r#"
            new dynamodb.Table(this, 'Table', {
              partitionKey: key,
              pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
            });
        "#]],
    );
    check(
        "new dynamodb.Table(this, 'Table', { pointInTimeRecovery: false });",
        recovery(),
        expect![[r#"
                new dynamodb.Table(this, 'Table', { pointInTimeRecovery: true });
        "#]],
    );
}

#[test]
fn tables_are_read_backwards() {
    check(
        "new sqs.Queue(this, 'Jobs', { queueName: 'jobs' });",
        set("AWS::SQS::Queue", "VisibilityTimeout", Literal::Number(300)),
        expect![[r#"
            new sqs.Queue(this, 'Jobs', { queueName: 'jobs', visibilityTimeout: cdk.Duration.seconds(300) });
        "#]],
    );
    check(
        "new sqs.Queue(this, 'Jobs', {});",
        set("AWS::SQS::Queue", "KmsMasterKeyId", Literal::text("alias/aws/sqs")),
        expect![[r#"
            new sqs.Queue(this, 'Jobs', { encryption: sqs.QueueEncryption.KMS_MANAGED });
        "#]],
    );
    check(
        "new kms.Key(this, 'Key');",
        set("AWS::KMS::Key", "KeySpec", Literal::text("RSA_2048")),
        expect![[r#"
            new kms.Key(this, 'Key', { keySpec: kms.KeySpec.RSA_2048 });
        "#]],
    );
    check(
        "new s3.Bucket(this, 'Logs', { versioned: true, bucketName: 'logs' });",
        remove("AWS::S3::Bucket", "VersioningConfiguration"),
        expect![[r#"
            new s3.Bucket(this, 'Logs', { bucketName: 'logs' });
        "#]],
    );
    // The key of the queue, which no prop of the queue speaks of.
    check(
        "new sqs.Queue(this, 'Jobs', { encryption: sqs.QueueEncryption.KMS });",
        set("AWS::KMS::Key", "EnableKeyRotation", Literal::Bool(true)),
        expect!["cannot be said"],
    );
    // Its resource comes from another one's prop.
    check(
        "new kms.Key(this, 'Key', { alias: 'old' });",
        remove("AWS::KMS::Alias", "AliasName"),
        expect![[r#"
            new kms.Key(this, 'Key');
        "#]],
    );
}

#[test]
fn names_are_removed() {
    check(
        "new iam.Role(this, 'Role', {\n  assumedBy: x,\n  roleName: 'admin',\n});",
        remove("AWS::IAM::Role", "RoleName"),
        expect![[r#"
                new iam.Role(this, 'Role', {
                  assumedBy: x,
                });
        "#]],
    );
    check(
        "new iam.Role(this, 'Role', {\n  assumedBy: x,\n  roleName: 'admin'\n});",
        remove("AWS::IAM::Role", "RoleName"),
        expect![[r#"
                new iam.Role(this, 'Role', {
                  assumedBy: x
                });
        "#]],
    );
    check(
        "new iam.Role(this, 'Role', { roleName: 'admin', assumedBy: x });",
        remove("AWS::IAM::Role", "RoleName"),
        expect![[r#"
                new iam.Role(this, 'Role', { assumedBy: x });
        "#]],
    );
    check(
        "new iam.User(this, 'User', { userName: 'admin' });",
        remove("AWS::IAM::User", "UserName"),
        expect![[r#"
                new iam.User(this, 'User');
        "#]],
    );
}

#[test]
fn wildcards_become_constructs() {
    let replace = |value: Literal| {
        move |lowered: &Lowered| {
            let policy = resource(lowered, "AWS::IAM::Policy");
            let span = written(&policy, "arn:aws:s3:::content-*").span;
            (vec![Change::Replace { span, value: value.clone() }], None)
        }
    };
    let arn = || Literal::GetAtt(SmolStr::new("Content"), SmolStr::new("Arn"));
    let statement =
        "role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: ['arn:aws:s3:::content-*'] }));";
    check(
        &format!("const content = new s3.Bucket(this, 'Content');\n{statement}"),
        replace(arn()),
        expect![[r#"
                const content = new s3.Bucket(this, 'Content');
                role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: [content.bucketArn] }));
        "#]],
    );
    check(
        &format!("this.content = new s3.Bucket(this, 'Content');\n{statement}"),
        replace(Literal::Sub(vec![arn(), Literal::text("/*")])),
        expect![[r#"
                this.content = new s3.Bucket(this, 'Content');
                role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: [this.content.arnForObjects('*')] }));
        "#]],
    );
    check(
        &format!("new s3.Bucket(this, 'Content');\n{statement}"),
        replace(arn()),
        expect![[r#"
                const content = new s3.Bucket(this, 'Content');
                role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: [content.bucketArn] }));
        "#]],
    );
    check(
        &format!("{statement}\nconst content = new s3.Bucket(this, 'Content');"),
        replace(arn()),
        expect!["cannot be said"],
    );
}

#[test]
fn open_ports_take_a_parameter() {
    let parameter = |lowered: &Lowered| {
        let ingress = resource(lowered, "AWS::EC2::SecurityGroupIngress");
        let span = written(&ingress, "0.0.0.0/0").span;
        let add = Change::AddParameter {
            name: "SshCidr".into(),
            ty: "String".into(),
            description: "Addresses that may use SSH".into(),
            default: None,
            near: ingress.origin,
        };
        (vec![add, Change::Replace { span, value: Literal::Ref("SshCidr".into()) }], None)
    };
    check(
        "group.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(22), 'ssh');",
        parameter,
        expect![[r#"
                const sshCidr = new cdk.CfnParameter(this, 'SshCidr', {
                  type: 'String',
                  description: 'Addresses that may use SSH',
                });
                group.addIngressRule(ec2.Peer.ipv4(sshCidr.valueAsString), ec2.Port.tcp(22), 'ssh');
        "#]],
    );
    check(
        "group.addIngressRule(ec2.Peer.ipv4('0.0.0.0/0'), ec2.Port.tcp(22));",
        parameter,
        expect![[r#"
                const sshCidr = new cdk.CfnParameter(this, 'SshCidr', {
                  type: 'String',
                  description: 'Addresses that may use SSH',
                });
                group.addIngressRule(ec2.Peer.ipv4(sshCidr.valueAsString), ec2.Port.tcp(22));
        "#]],
    );
    check(
        "group.connections.allowFromAnyIpv4(ec2.Port.tcp(22));",
        parameter,
        expect![[r#"
                const sshCidr = new cdk.CfnParameter(this, 'SshCidr', {
                  type: 'String',
                  description: 'Addresses that may use SSH',
                });
                group.connections.allowFrom(ec2.Peer.ipv4(sshCidr.valueAsString), ec2.Port.tcp(22));
        "#]],
    );
    let remove = |lowered: &Lowered| {
        (vec![Change::RemoveResource { origin: resource(lowered, "AWS::EC2::SecurityGroupIngress").origin }], None)
    };
    check(
        "a();\ngroup.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(22));\nb();",
        remove,
        expect![[r#"
                a();
                b();
        "#]],
    );
}

fn https(lowered: &Lowered) -> (Vec<Change>, Option<Intent>) {
    let balancer = resource(lowered, "AWS::ElasticLoadBalancingV2::LoadBalancer");
    let listener = resource(lowered, "AWS::ElasticLoadBalancingV2::Listener");
    let intent = Intent::HttpsListener {
        balancer: balancer.origin,
        listeners: vec![listener.origin],
        certificate_parameter: "CertificateArn".into(),
    };
    (Vec::new(), Some(intent))
}

#[test]
fn balancers_get_https() {
    check(
        "const lb = new elbv2.ApplicationLoadBalancer(this, 'Balancer', { vpc, internetFacing: true });
const listener = lb.addListener('Http', { port: 80 });
listener.addTargets('Targets', { port: 80, targets: [asg] });",
        https,
        expect![[r#"
            const lb = new elbv2.ApplicationLoadBalancer(this, 'Balancer', { vpc, internetFacing: true });
            const certificateArn = new cdk.CfnParameter(this, 'CertificateArn', {
              type: 'String',
              description: 'ARN of the certificate for HTTPS',
            });
            lb.addListener('Http', {
              port: 80,
              defaultAction: elbv2.ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
            });
            const listener = lb.addListener('Https', {
              port: 443,
              certificates: [elbv2.ListenerCertificate.fromArn(certificateArn.valueAsString)],
              sslPolicy: elbv2.SslPolicy.RECOMMENDED_TLS,
            });
            listener.addTargets('Targets', { port: 80, targets: [asg] });
        "#]],
    );
    check(
        "const lb = new elbv2.ApplicationLoadBalancer(this, 'Balancer', { vpc, internetFacing: true });
lb.addListener('HttpListener', { port: 80, defaultTargetGroups: [group] });",
        https,
        expect![[r#"
                const lb = new elbv2.ApplicationLoadBalancer(this, 'Balancer', { vpc, internetFacing: true });
                const certificateArn = new cdk.CfnParameter(this, 'CertificateArn', {
                  type: 'String',
                  description: 'ARN of the certificate for HTTPS',
                });
                lb.addListener('HttpListener', { port: 80, defaultAction: elbv2.ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }) });
                lb.addListener('HttpsListener', {
                  port: 443,
                  certificates: [elbv2.ListenerCertificate.fromArn(certificateArn.valueAsString)],
                  sslPolicy: elbv2.SslPolicy.RECOMMENDED_TLS,
                  defaultTargetGroups: [group],
                });
        "#]],
    );
    check(
        "new cdk.aws_ecs_patterns.ApplicationLoadBalancedFargateService(this, 'Service', {
  cluster,
});",
        https,
        expect![[r#"
            const certificateArn = new cdk.CfnParameter(this, 'CertificateArn', {
              type: 'String',
              description: 'ARN of the certificate for HTTPS',
            });
            new cdk.aws_ecs_patterns.ApplicationLoadBalancedFargateService(this, 'Service', {
              cluster,
              certificate: cdk.aws_certificatemanager.Certificate.fromCertificateArn(this, 'ServiceCertificate', certificateArn.valueAsString),
              sslPolicy: elbv2.SslPolicy.RECOMMENDED_TLS,
              redirectHTTP: true,
            });
        "#]],
    );
}

#[test]
fn identities_become_access_control() {
    let control = |lowered: &Lowered| {
        let distribution = resource(lowered, "AWS::CloudFront::Distribution").origin;
        let mut all = lowered.stacks.iter().flat_map(|it| &it.resources);
        let identity = all.find(|it| it.ty.text.ends_with("OriginAccessIdentity")).map(|it| it.origin);
        (Vec::new(), Some(Intent::OriginAccessControl { distribution: Some(distribution), identity }))
    };
    check(
        "const bucket = new s3.Bucket(this, 'Site');
const oai = new cdk.aws_cloudfront.OriginAccessIdentity(this, 'Identity');
bucket.grantRead(oai);
new cdk.aws_cloudfront.Distribution(this, 'Site', {
  defaultBehavior: { origin: new cdk.aws_cloudfront_origins.S3Origin(bucket, { originAccessIdentity: oai }) },
});",
        control,
        expect![[r#"
                const bucket = new s3.Bucket(this, 'Site');
                new cdk.aws_cloudfront.Distribution(this, 'Site', {
                  defaultBehavior: { origin: cdk.aws_cloudfront_origins.S3BucketOrigin.withOriginAccessControl(bucket) },
                });
        "#]],
    );
    check(
        "new cdk.aws_cloudfront.Distribution(this, 'Site', {
  defaultBehavior: { origin: new cdk.aws_cloudfront_origins.S3Origin(bucket, { originPath: '/x' }) },
});",
        control,
        expect![[r#"
                new cdk.aws_cloudfront.Distribution(this, 'Site', {
                  defaultBehavior: { origin: cdk.aws_cloudfront_origins.S3BucketOrigin.withOriginAccessControl(bucket, { originPath: '/x' }) },
                });
        "#]],
    );
}

#[test]
fn replicas_are_set_one_by_one() {
    let each = |lowered: &Lowered| {
        let table = resource(lowered, "AWS::DynamoDB::GlobalTable");
        let Some(Value::List(list)) = table.properties.get("Replicas").map(|it| it.value.clone()) else { panic!() };
        let change = |node: &Node| Change::SetIn {
            map: node.span,
            path: "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled".to_owned(),
            value: Literal::Bool(true),
        };
        (list.items.iter().map(change).collect(), None)
    };
    check("new dynamodb.TableV2(this, 'T', { replicas: [{ region: 'eu-west-1' }] });", each, expect!["cannot be said"]);
}

/// As [`check`], for a whole file.
fn check_file(text: &str, changes: impl Fn(&Lowered) -> (Vec<Change>, Option<Intent>), expected: Expect) {
    let after = apply(text, changes).expect("it can be said");
    assert!(lower(&after).problems.is_empty(), "the result parses:\n{after}");
    expected.assert_eq(&after);
}

#[test]
fn imports_follow() {
    check_file(
        r#"import { Stack } from "aws-cdk-lib";
import { Distribution, OriginAccessIdentity } from "aws-cdk-lib/aws-cloudfront";
import { S3Origin } from "aws-cdk-lib/aws-cloudfront-origins";
import { Bucket } from "aws-cdk-lib/aws-s3";

class Site extends Stack {
  constructor(scope, id) {
    super(scope, id)
    const bucket = new Bucket(this, "Site")
    const identity = new OriginAccessIdentity(this, "Identity")
    bucket.grantRead(identity)
    // The site itself.
    new Distribution(this, "Distribution", {
      defaultBehavior: { origin: new S3Origin(bucket, { originAccessIdentity: identity }) },
    })
  }
}
"#,
        |lowered| {
            let distribution = resource(lowered, "AWS::CloudFront::Distribution").origin;
            let identity = resource(lowered, "AWS::CloudFront::CloudFrontOriginAccessIdentity").origin;
            let intent = Intent::OriginAccessControl { distribution: Some(distribution), identity: Some(identity) };
            (Vec::new(), Some(intent))
        },
        expect![[r#"
            import { Stack } from "aws-cdk-lib";
            import { Distribution } from "aws-cdk-lib/aws-cloudfront";
            import { S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
            import { Bucket } from "aws-cdk-lib/aws-s3";

            class Site extends Stack {
              constructor(scope, id) {
                super(scope, id)
                const bucket = new Bucket(this, "Site")
                // The site itself.
                new Distribution(this, "Distribution", {
                  defaultBehavior: { origin: S3BucketOrigin.withOriginAccessControl(bucket) },
                })
              }
            }
        "#]],
    );
    let block = |lowered: &Lowered| set("AWS::S3::Bucket", "PublicAccessBlockConfiguration", block())(lowered);
    let text =
        "import { Bucket } from 'aws-cdk-lib/aws-s3';\r\nnew Bucket(scope, 'A', {\r\n  versioned: true,\r\n});\r\n";
    let after = apply(text, block).unwrap();
    assert_eq!(
        after,
        "import { Bucket, BlockPublicAccess } from 'aws-cdk-lib/aws-s3';\r\nnew Bucket(scope, 'A', {\r\n  versioned: \
         true,\r\n  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,\r\n});\r\n"
    );
    check_file(
        "import { aws_s3 as s3, Stack } from 'aws-cdk-lib';\nconst { Bucket } = s3;\nnew Bucket(scope, 'A');\n",
        block,
        expect![[r#"
            import { aws_s3 as s3, Stack } from 'aws-cdk-lib';
            const { Bucket } = s3;
            new Bucket(scope, 'A', { blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL });
        "#]],
    );
}

#[test]
fn a_parameter_goes_above_the_comment_of_its_statement() {
    check(
        "const group = new ec2.SecurityGroup(this, 'Group', { vpc });
// The administrators.
if (props.open) {
  group.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(22));
}",
        |lowered| {
            let ingress = resource(lowered, "AWS::EC2::SecurityGroupIngress");
            let span = written(&ingress, "0.0.0.0/0").span;
            let add = Change::AddParameter {
                name: "SshCidr".into(),
                ty: "String".into(),
                description: "Addresses that may use SSH".into(),
                default: None,
                near: ingress.origin,
            };
            (vec![add, Change::Replace { span, value: Literal::Ref("SshCidr".into()) }], None)
        },
        expect![[r#"
            const group = new ec2.SecurityGroup(this, 'Group', { vpc });
            const sshCidr = new cdk.CfnParameter(this, 'SshCidr', {
              type: 'String',
              description: 'Addresses that may use SSH',
            });
            // The administrators.
            if (props.open) {
              group.addIngressRule(ec2.Peer.ipv4(sshCidr.valueAsString), ec2.Port.tcp(22));
            }
        "#]],
    );
}

#[test]
fn statements_are_deleted() {
    let delete = |lowered: &Lowered| {
        let policy = resource(lowered, "AWS::IAM::Policy");
        let Some(Value::List(list)) = policy.properties.get("PolicyDocument.Statement").map(|it| it.value.clone())
        else {
            panic!()
        };
        (vec![Change::Delete { span: list.items[0].span }], None)
    };
    check(
        "a();\nrole.addToPolicy(new iam.PolicyStatement({ actions: ['*'], resources: ['*'] }));\nb();",
        delete,
        expect![[r#"
            a();
            b();
        "#]],
    );
    check(
        "new iam.Policy(this, 'P', {\n  statements: [\n    new iam.PolicyStatement({ actions: ['*'] }),\n    other,\n  ],\n});",
        delete,
        expect![[r#"
            new iam.Policy(this, 'P', {
              statements: [
                other,
              ],
            });
        "#]],
    );
}

#[test]
fn a_prop_goes_where_it_is_written() {
    let rotate = || set("AWS::KMS::Key", "EnableKeyRotation", Literal::Bool(true));
    // In the object that is there for it alone.
    check(
        "const keyProps: kms.KeyProps = { alias: 'a' };\nnew kms.Key(this, 'Key', keyProps);",
        rotate(),
        expect![[r#"
        const keyProps: kms.KeyProps = { alias: 'a', enableKeyRotation: true };
        new kms.Key(this, 'Key', keyProps);
    "#]],
    );
    check(
        "const rest = { enableKeyRotation: false };\nnew kms.Key(this, 'Key', { alias: 'a', ...rest });",
        rotate(),
        expect![[r#"
            const rest = { enableKeyRotation: true };
            new kms.Key(this, 'Key', { alias: 'a', ...rest });
        "#]],
    );
    check(
        "const enableKeyRotation = false;\nnew kms.Key(this, 'Key', { enableKeyRotation, alias: 'a' });",
        rotate(),
        expect![[r#"
            new kms.Key(this, 'Key', { enableKeyRotation: true, alias: 'a' });
        "#]],
    );
    // In the call, where others use it too.
    check(
        "const shared = { alias: 'a' };\nnew kms.Key(this, 'Key', shared);\nnew kms.Key(this, 'Other', shared);",
        rotate(),
        expect![[r#"
            const shared = { alias: 'a' };
            new kms.Key(this, 'Key', { ...shared, enableKeyRotation: true });
            new kms.Key(this, 'Other', shared);
        "#]],
    );
    check(
        "const off = { enableKeyRotation: false };\nnew kms.Key(this, 'Key', { ...off });\nnew kms.Key(this, 'Other', off);",
        rotate(),
        expect![[r#"
            const off = { enableKeyRotation: false };
            new kms.Key(this, 'Key', { ...off, enableKeyRotation: true });
            new kms.Key(this, 'Other', off);
        "#]],
    );
    // Where code has the last word.
    check(
        "const key = new kms.Key(this, 'Key');\nconst raw = key.node.defaultChild as kms.CfnKey;\n\
         raw.addPropertyOverride('EnableKeyRotation', false);",
        rotate(),
        expect![[r#"
            const key = new kms.Key(this, 'Key');
            const raw = key.node.defaultChild as kms.CfnKey;
            raw.addPropertyOverride('EnableKeyRotation', true);
        "#]],
    );
    check(
        "const key = new kms.Key(this, 'Key');\n(key.node.defaultChild as kms.CfnKey).enableKeyRotation = false;",
        rotate(),
        expect![[r#"
            const key = new kms.Key(this, 'Key');
            (key.node.defaultChild as kms.CfnKey).enableKeyRotation = true;
        "#]],
    );
    let unnamed = || remove("AWS::IAM::Role", "RoleName");
    check(
        "const names = { roleName: 'r' };\nnew iam.CfnRole(this, 'Role', names);",
        unnamed(),
        expect![[r#"
        new iam.CfnRole(this, 'Role');
    "#]],
    );
}

#[test]
fn what_callers_hand_in_goes_before_what_is_put_beside_it() {
    let rotate = set("AWS::KMS::Key", "EnableKeyRotation", Literal::Bool(true));
    let file = "import { App, Stack } from 'aws-cdk-lib';
import { Key, KeyProps } from 'aws-cdk-lib/aws-kms';

class Secret extends Key {
\tconstructor(scope, id: string, props: KeyProps = {}) {
\t\tsuper(scope, id, {
\t\t\tdescription: 'secret',
\t\t\t...props,
\t\t});
\t}
}
const stack = new Stack(new App(), 'S');
new Secret(stack, 'A', { alias: 'a' });
";
    check_file(
        file,
        &rotate,
        expect![[r#"
        import { App, Stack } from 'aws-cdk-lib';
        import { Key, KeyProps } from 'aws-cdk-lib/aws-kms';

        class Secret extends Key {
        	constructor(scope, id: string, props: KeyProps = {}) {
        		super(scope, id, {
        			description: 'secret',
        			enableKeyRotation: true,
        			...props,
        		});
        	}
        }
        const stack = new Stack(new App(), 'S');
        new Secret(stack, 'A', { alias: 'a' });
    "#]],
    );
    // What the caller says is said there.
    check_file(
        &file.replace("alias: 'a'", "enableKeyRotation: false"),
        &rotate,
        expect![[r#"
        import { App, Stack } from 'aws-cdk-lib';
        import { Key, KeyProps } from 'aws-cdk-lib/aws-kms';

        class Secret extends Key {
        	constructor(scope, id: string, props: KeyProps = {}) {
        		super(scope, id, {
        			description: 'secret',
        			...props,
        		});
        	}
        }
        const stack = new Stack(new App(), 'S');
        new Secret(stack, 'A', { enableKeyRotation: true });
    "#]],
    );
}
