//! What the library makes once for a stack, whichever constructs ask for it.

mod support;

use expect_test::{Expect, expect};
use std::fmt::Write;

/// Lowers a program, and lists its resources with what decides whether they are there.
fn check(text: &str, expected: Expect) {
    let lowered = support::lower(text);
    let mut out = String::new();
    for stack in &lowered.stacks {
        for resource in &stack.resources {
            let condition = resource.condition.as_ref().map_or(String::new(), |it| format!(" if {}", it.text));
            let shared = if resource.is_of_stack() { " of the stack" } else { "" };
            writeln!(out, "{} {}{condition}{shared}", resource.key, resource.ty.text)
                .expect("a string takes everything");
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn buckets_share_what_empties_them() {
    check(
        r#"
import * as cdk from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
const emptied = { removalPolicy: cdk.RemovalPolicy.DESTROY, autoDeleteObjects: true };
export class S extends cdk.Stack {
  constructor(scope: any, id: string, props: any) {
    super(scope, id);
    if (props.drafts) {
      new s3.Bucket(this, 'Drafts', emptied);
    }
    new s3.Bucket(this, 'Pages', emptied);
    new s3.Bucket(this, 'Kept');
  }
}
export class T extends cdk.Stack {
  constructor(scope: any, id: string, props: any) {
    super(scope, id);
    if (props.drafts) {
      new s3.Bucket(this, 'Drafts', emptied);
    }
  }
}
"#,
        expect![[r#"
            Drafts AWS::S3::Bucket if props.drafts
            Drafts/Policy AWS::S3::BucketPolicy if props.drafts
            Drafts/AutoDeleteObjectsCustomResource/Default Custom::S3AutoDeleteObjects if props.drafts
            Pages AWS::S3::Bucket
            Pages/Policy AWS::S3::BucketPolicy
            Pages/AutoDeleteObjectsCustomResource/Default Custom::S3AutoDeleteObjects
            Custom::S3AutoDeleteObjectsCustomResourceProvider/Role AWS::IAM::Role of the stack
            Custom::S3AutoDeleteObjectsCustomResourceProvider/Handler AWS::Lambda::Function of the stack
            Kept AWS::S3::Bucket
            Drafts AWS::S3::Bucket if props.drafts
            Drafts/Policy AWS::S3::BucketPolicy if props.drafts
            Drafts/AutoDeleteObjectsCustomResource/Default Custom::S3AutoDeleteObjects if props.drafts
            Custom::S3AutoDeleteObjectsCustomResourceProvider/Role AWS::IAM::Role if props.drafts of the stack
            Custom::S3AutoDeleteObjectsCustomResourceProvider/Handler AWS::Lambda::Function if props.drafts of the stack
        "#]],
    );
}

#[test]
fn notifications_of_a_bucket_are_one_resource() {
    check(
        r#"
import * as cdk from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as n from 'aws-cdk-lib/aws-s3-notifications';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
export class S extends cdk.Stack {
  constructor(scope: any, id: string) {
    super(scope, id);
    const bucket = new s3.Bucket(this, 'Uploads');
    bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new n.SqsDestination(new sqs.Queue(this, 'New')));
    bucket.addObjectRemovedNotification(new n.SnsDestination(new sns.Topic(this, 'Gone')), { prefix: 'a/' });
  }
}
"#,
        expect![[r#"
            Uploads AWS::S3::Bucket
            BucketNotificationsHandler050a0587b7544547bf325f094a3db834/Role AWS::IAM::Role of the stack
            BucketNotificationsHandler050a0587b7544547bf325f094a3db834 AWS::Lambda::Function of the stack
            Uploads/Notifications/HandlerPolicy AWS::IAM::Policy
            Uploads/Notifications Custom::S3BucketNotifications
            New/Policy AWS::SQS::QueuePolicy
            New AWS::SQS::Queue
            Gone/Policy AWS::SNS::TopicPolicy
            Gone AWS::SNS::Topic
        "#]],
    );
}
