//! Fixes that replace a resource are not applied unasked.

use ide::{Applicability, Config, Document, Layer};
use text::Text;

fn fixed(source: &str, least: Applicability) -> String {
    let config = Config::new(Layer::parse("").expect("an empty configuration")).expect("good globs");
    let mut document = Document::new("a.yaml", config.selection("a.yaml"));
    document.fix(&Text::new(source, 0), least).text
}

const TOPIC: &str = "\
Parameters:
  Stage: { Type: String }
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: news-${Stage}
      DisplayName: News of ${Stage}
";

#[test]
fn what_replaces_a_resource_is_asked_for() {
    let safe = fixed(TOPIC, Applicability::Safe);
    assert!(safe.contains("TopicName: news-${Stage}"), "{safe}");
    assert!(safe.contains("DisplayName: !Sub News of ${Stage}"), "{safe}");
    let all = fixed(TOPIC, Applicability::Unsafe);
    assert!(all.contains("TopicName: !Sub news-${Stage}"), "{all}");
}

#[test]
fn a_value_that_was_never_accepted_replaces_nothing() {
    let volume = "\
Resources:
  Volume:
    Type: AWS::EC2::Volume
    Properties: { AvailabilityZone: !ImportValue zone, Siz: 10 }
";
    assert!(fixed(volume, Applicability::Safe).contains(" Size: 10"));
}
