; Finds what makes a construct: `new Class(scope, 'Id', props?)`, the shape that all constructs of the CDK share.
;
;   new s3.Bucket(this, 'Logs', { versioned: true })
;       ~~~~~~~~~ ~~~~   ~~~~   ~~~~~~~~~~~~~~~~~~~
;       .class    .scope .id    .props
;
; Captures: @construct, the whole expression; .class; .scope; .id; .props, where there is a third argument.
; What is no class of the library is told apart later: here only the shape counts.

(new_expression
  constructor: [(identifier) (member_expression)] @construct.class
  arguments: (arguments . (_) @construct.scope . (_) @construct.id . (_)? @construct.props)) @construct
