//! JSON and scripts within texts: what they say, and where each word of them is written.

use model::{Embedded, Lowered, Node, ResourceView, Value};
use std::sync::Arc;
use template::{Format, TemplateFile};

fn lower(text: &str) -> Lowered {
    let format = if text.starts_with('{') { Format::Json } else { Format::Yaml };
    TemplateFile::new(format).lower(&Arc::from(text))
}

/// What stands in the file at the place of the value at `path` of the JSON in `property` of the first resource.
fn written<'t>(text: &'t str, property: &str, path: &str) -> &'t str {
    let lowered = lower(text);
    let stack = &lowered.stacks[0];
    let view = ResourceView::new(&stack.resources[0], &stack.declarations);
    let read = view.read_json(&view.property(property));
    let value = path.split('.').fold(read, |it, key| match key.parse::<usize>() {
        Ok(index) => it.items().swap_remove(index),
        Err(_) => it.get(key),
    });
    let node: &Node = value.written().expect("a value");
    let range = lowered.map.resolve(node.span).expect("a place");
    &text[usize::from(range.start())..usize::from(range.end())]
}

#[test]
fn json_in_a_block_scalar() {
    let text = r#"
Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionString: !Sub |
        {
          "StartAt": "Wait",
          "States": {
            "Wait": {"Type": "Wait", "Seconds": ${Seconds}, "Next": "Done-${AWS::Region}"},
            "Done": {"Type": "Succeed", "End": true}
          }
        }
"#;
    assert_eq!(written(text, "DefinitionString", "StartAt"), r#""Wait""#);
    assert_eq!(written(text, "DefinitionString", "States.Wait.Seconds"), "${Seconds}");
    assert_eq!(written(text, "DefinitionString", "States.Wait.Next"), r#""Done-${AWS::Region}""#);
    assert_eq!(written(text, "DefinitionString", "States.Done.End"), "true");
    assert!(written(text, "DefinitionString", "States.Done").starts_with(r#"{"Type""#));
}

#[test]
fn json_in_json() {
    let text = r#"{"Resources": {"P": {"Type": "AWS::Logs::ResourcePolicy", "Properties": {
        "PolicyDocument": "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"logs:*\", \"sqs:\\u0053end\"]}]}"}}}}"#;
    assert_eq!(written(text, "PolicyDocument", "Statement.0.Effect"), r#"\"Allow\""#);
    assert_eq!(written(text, "PolicyDocument", "Statement.0.Action.1"), r#"\"sqs:\\u0053end\""#);
}

#[test]
fn json_that_is_joined() {
    let text = r#"{"Resources": {"P": {"Type": "AWS::Logs::ResourcePolicy", "Properties": {
        "PolicyDocument": {"Fn::Join": ["", ["{\"Statement\": [{\"Resource\": \"", {"Ref": "Topic"}, "/*\", \"Action\": \"a:b\"}]}"]]}}}}}"#;
    assert_eq!(written(text, "PolicyDocument", "Statement.0.Action"), r#"\"a:b\""#);
    let lowered = lower(text);
    let stack = &lowered.stacks[0];
    let view = ResourceView::new(&stack.resources[0], &stack.declarations);
    let statement = view.read_json(&view.property("PolicyDocument")).get("Statement").items().swap_remove(0);
    let texts = statement.get("Resource").texts();
    assert_eq!(texts[0].render(|it| format!("<{it:?}>")), "<Ref(\"Topic\")>/*");
}

#[test]
fn what_is_no_json_is_unknown() {
    let text = "Resources: {P: {Type: 'AWS::Logs::ResourcePolicy', Properties: {PolicyDocument: '{\"a\": }'}}}";
    let lowered = lower(text);
    let stack = &lowered.stacks[0];
    let view = ResourceView::new(&stack.resources[0], &stack.declarations);
    let read = view.read_json(&view.property("PolicyDocument"));
    assert!(read.is_uncertain() && read.get("Statement").may_be("x"));
}

#[test]
fn each_word_of_a_script_has_its_place() {
    let text = r#"
Resources:
  Instance:
    Type: AWS::EC2::Instance
    Properties:
      UserData:
        Fn::Base64: !Sub
          - |
            #!/bin/bash -xe
            yum install -y ${Package}
            # indented
              cfn-signal -e $? --stack ${AWS::StackName} ${!HOME}
          - Package: httpd
"#;
    let lowered = lower(text);
    let resource = &lowered.stacks[0].resources[0];
    let node = resource.properties.get("UserData").expect("user data");
    assert!(matches!(node.value, Value::Call(_)));
    let script = Embedded::of(node, resource).expect("a text");
    assert_eq!(
        script.text,
        "#!/bin/bash -xe\nyum install -y httpd\n# indented\n  cfn-signal -e $? --stack \u{fffc} ${HOME}\n"
    );
    for (word, expected) in
        [("#!/bin", "#!/bin"), ("yum install", "yum install"), ("httpd", "httpd"), ("cfn-signal -e", "cfn-signal -e")]
    {
        let start = script.text.find(word).expect("a word");
        let span = script.span(start..start + word.len()).expect("a place");
        let range = lowered.map.resolve(span).expect("in the file");
        assert_eq!(&text[usize::from(range.start())..usize::from(range.end())], expected);
    }
}
