// A construct is a `new` with a scope and an id, and perhaps props.
new s3.Bucket(this, 'Logs', { versioned: true });
// <- construct
//  ^^^^^^^^^ construct.class
//            ^^^^ construct.scope
//                  ^^^^^^ construct.id
//                          ^^^^^^^^^^^^^^^^^^^ construct.props

const topic = new Topic(stack, name);
//            ^ construct
//                ^^^^^ construct.class
//                      ^^^^^ construct.scope
//                             ^^^^ construct.id

// Inside of another call too, and with more than props.
add(new sns.Topic(scope, `topic-${n}`, props, more));
//      ^^^^^^^^^ construct.class
//                ^^^^^ construct.scope
//                       ^^^^^^^^^^^^ construct.id
//                                     ^^^^^ construct.props

// No id, no construct.
new cdk.App();
// ^ !construct
new iam.ServicePrincipal('lambda.amazonaws.com');
// ^ !construct
// Neither is a call.
Bucket(this, 'Logs');
// ^ !construct
