//! Sessions with the server, over pipes, with the real binary.

mod actions;
mod completion;
mod configuration;
mod diagnostics;
mod encodings;
mod hover;
mod lifecycle;
mod malformed;
mod nested;
mod order;
mod recording;

/// A template with one mistake: `Topik` is not declared.
const MISTAKEN: &str = "\
Resources:
  Topic:
    Type: AWS::SNS::Topic
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      PolicyDocument: !ImportValue topic-policy
      Topics:
        - !Ref Topik
";

/// The same without the mistake.
fn mended() -> String {
    MISTAKEN.replace("Topik", "Topic")
}

/// The names of the rules that found something.
fn rules(diagnostics: &[serde_json::Value]) -> Vec<&str> {
    diagnostics.iter().filter_map(|it| it["code"].as_str()).collect()
}
