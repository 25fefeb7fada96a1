use super::*;

fn of(name: &str) -> ResourceType {
    resource_type(name).unwrap_or_else(|| panic!("{name}"))
}

fn unpacked() -> &'static [u8] {
    Packed::open(PACKED).unpack(0).expect("a block").leak()
}

#[test]
fn the_file_is_whole() {
    assert!(Data::open(unpacked()).is_some());
    assert!(embedded().count() > 1_800);
    assert!(embedded().resource_types().map(ResourceType::name).is_sorted());
    assert!(PACKED.len() < 700_000, "{} bytes", PACKED.len());
}

#[test]
fn what_is_no_file_is_not_opened() {
    assert!(Data::open(b"").is_none());
    assert!(Data::open(MAGIC).is_none());
    assert!(Data::open(&unpacked()[..unpacked().len() - 1]).is_none());
}

#[test]
fn every_type_can_be_read_to_its_end() {
    fn walk(schema: Schema, depth: usize, seen: &mut rustc_hash::FxHashSet<Schema>) {
        assert!(depth < 60, "a schema without end");
        if !seen.insert(schema) {
            return;
        }
        for keyword in schema.keywords() {
            match keyword {
                Keyword::Properties(named) | Keyword::PatternProperties(named) => {
                    for (name, schema) in named {
                        assert!(!name.is_empty());
                        walk(schema, depth + 1, seen);
                    }
                }
                Keyword::Items(schema) | Keyword::Additional(schema) | Keyword::Not(schema) => {
                    walk(schema, depth + 1, seen)
                }
                Keyword::AllOf(all) | Keyword::AnyOf(all) | Keyword::OneOf(all) => {
                    all.into_iter().for_each(|it| walk(it, depth + 1, seen));
                }
                Keyword::Minimum(value) | Keyword::Maximum(value) => assert!(!value.is_nan()),
                _ => (),
            }
        }
    }
    for ty in embedded().resource_types() {
        assert!(ty.schema().types().contains(Types::OBJECT) || !ty.schema().properties().is_empty(), "{ty:?}");
        walk(ty.schema(), 0, &mut rustc_hash::FxHashSet::default());
        assert!(ty.attributes().all(|it| ty.attribute(it).is_some()), "{ty:?}");
        assert!(ty.read_only().into_iter().all(|it| !it.starts_with("/properties")), "{ty:?}");
    }
}

#[test]
fn properties_say_what_they_accept() {
    let bucket = of("AWS::S3::Bucket").schema();
    assert!(bucket.is_closed());
    let status = bucket.at("VersioningConfiguration/Status").expect("a property");
    assert!(status.enum_values().contains("Enabled"));
    assert!(status.types().contains(Types::STRING));
    assert!(bucket.at("VersioningConfiguration").expect("a property").required().contains("Status"));
    assert!(bucket.at("LifecycleConfiguration/Rules/*/Id").is_some());
    assert!(bucket.at("No/Such").is_none());
    let queue = of("AWS::SQS::Queue").schema().property("DelaySeconds").expect("a property");
    assert!(queue.types().contains(Types::INTEGER));
    let groups = of("AWS::ApiGatewayV2::VpcLink").schema().at("SecurityGroupIds/*").expect("a property");
    assert_eq!(groups.format(), Some("AWS::EC2::SecurityGroup.Id"));
    // The schema itself does not say so: the specification does.
    let function = of("AWS::Lambda::Function").schema();
    let format = |path: &str| function.at(path).and_then(Schema::format);
    assert_eq!(format("VpcConfig/SubnetIds/*"), Some("AWS::EC2::Subnet.Id"));
    assert_eq!(format("Role"), Some("AWS::IAM::Role.Arn"));
}

#[test]
fn a_definition_can_refer_to_itself() {
    // A statement of a web ACL may hold statements.
    let acl = of("AWS::WAFv2::WebACL").schema();
    let deep = acl.at("Rules/*/Statement/NotStatement/Statement/AndStatement/Statements/*/NotStatement/Statement");
    assert!(deep.is_some_and(|it| it.property("GeoMatchStatement").is_some()));
}

#[test]
fn attributes_and_references() {
    let queue = of("AWS::SQS::Queue");
    assert!(queue.attribute("Arn").is_some());
    assert!(queue.attribute("No").is_none());
    assert!(of("AWS::RDS::DBInstance").attribute("Endpoint.Address").is_some());
    // What can be written can be read of some types.
    assert!(of("AWS::EC2::VPC").attribute("CidrBlock").is_some());
    assert_eq!(of("AWS::EC2::Subnet").reference().and_then(Schema::format), Some("AWS::EC2::Subnet.Id"));
    assert!(of("AWS::CloudFormation::Stack").has_open_attributes());
    assert_eq!(of("AWS::S3::Bucket").identifier(), Some("BucketName"));
    assert_eq!(of("AWS::Lambda::Permission").identifier(), None);
}

#[test]
fn what_an_update_does() {
    let queue = of("AWS::SQS::Queue");
    assert_eq!(queue.replacement_on("QueueName"), Replacement::Always);
    assert_eq!(queue.replacement_on("DelaySeconds"), Replacement::Never);
    assert_eq!(of("AWS::DynamoDB::Table").replacement_on("KeySchema/*/AttributeName"), Replacement::Always);
}

#[test]
fn what_nobody_can_use_is_not_offered() {
    assert!(resource_types().all(|it| it.name().starts_with("AWS::") || it.name().starts_with("Alexa::")));
    assert!(resource_type("AWS::Serverless::Function").is_some());
    assert!(resource_type("AWS::No::Such").is_none());
    assert!(of("AWS::AutoScaling::LaunchConfiguration").lifecycle().is_some());
}
