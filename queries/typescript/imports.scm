; Finds the ways to name a library or something in it.
;
; Captures: @import.module, the library's name without quotes; @import.all, a local name for all of it; or
; @import.name, the name that the library gives to a part of it, with @import.alias, the local name where it is
; another one.

; import * as s3 from 'aws-cdk-lib/aws-s3';
(import_statement
  (import_clause (namespace_import (identifier) @import.all))
  source: (string (string_fragment) @import.module))

; import s3 from 'aws-cdk-lib/aws-s3';
(import_statement
  (import_clause (identifier) @import.all)
  source: (string (string_fragment) @import.module))

; import { Bucket, BucketEncryption as Encryption } from 'aws-cdk-lib/aws-s3';
(import_statement
  (import_clause (named_imports (import_specifier name: (identifier) @import.name alias: (identifier)? @import.alias)))
  source: (string (string_fragment) @import.module))

; import s3 = require('aws-cdk-lib/aws-s3');
(import_statement
  (import_require_clause (identifier) @import.all source: (string (string_fragment) @import.module)))

; const s3 = require('aws-cdk-lib/aws-s3');
(variable_declarator
  name: (identifier) @import.all
  value: (call_expression
    function: (identifier) @_require
    arguments: (arguments . (string (string_fragment) @import.module) .))
  (#eq? @_require "require"))

; const { Bucket } = require('aws-cdk-lib/aws-s3');
(variable_declarator
  name: (object_pattern (shorthand_property_identifier_pattern) @import.name)
  value: (call_expression
    function: (identifier) @_require
    arguments: (arguments . (string (string_fragment) @import.module) .))
  (#eq? @_require "require"))

; const { Bucket: Store } = require('aws-cdk-lib/aws-s3');
(variable_declarator
  name: (object_pattern (pair_pattern key: (property_identifier) @import.name value: (identifier) @import.alias))
  value: (call_expression
    function: (identifier) @_require
    arguments: (arguments . (string (string_fragment) @import.module) .))
  (#eq? @_require "require"))
