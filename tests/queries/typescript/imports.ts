import * as s3 from 'aws-cdk-lib/aws-s3';
//          ^^ import.all
//                   ^^^^^^^^^^^^^^^^^^ import.module

import lambda from '@aws-cdk/aws-lambda';
//     ^^^^^^ import.all
//                  ^^^^^^^^^^^^^^^^^^^ import.module

import { Bucket, BucketEncryption as Encryption } from 'aws-cdk-lib/aws-s3';
//       ^^^^^^ import.name
//               ^^^^^^^^^^^^^^^^ import.name
//                                   ^^^^^^^^^^ import.alias
//                                                      ^^^^^^^^^^^^^^^^^^ import.module

import sns = require('aws-cdk-lib/aws-sns');
//     ^^^ import.all
//                    ^^^^^^^^^^^^^^^^^^^ import.module

const sqs = require('aws-cdk-lib/aws-sqs');
//    ^^^ import.all
//                   ^^^^^^^^^^^^^^^^^^^ import.module

const { Queue } = require('aws-cdk-lib/aws-sqs');
//      ^^^^^ import.name
//                         ^^^^^^^^^^^^^^^^^^^ import.module

const { Table: Orders } = require('aws-cdk-lib/aws-dynamodb');
//      ^^^^^ import.name
//             ^^^^^^ import.alias
//                                 ^^^^^^^^^^^^^^^^^^^^^^^^ import.module

// What is imported for its effect alone gets no name.
import 'aws-cdk-lib/assertions';
//      ^^^^^^^^^^^^^^^^^^^^^^ !import.module

// Another function is not `require`.
const other = load('aws-cdk-lib');
//    ^^^^^ !import.all
