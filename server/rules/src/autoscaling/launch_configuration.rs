use crate::facts::names::free_name;
use crate::prelude::*;
use crate::rule::rule;

/// What takes its place.
const TEMPLATE: &str = "AWS::EC2::LaunchTemplate";
const CONFIGURATION: &str = "AWS::AutoScaling::LaunchConfiguration";

rule! {
    /// Machines of an Auto Scaling group are described by a launch configuration.
    ///
    /// AWS has replaced launch configurations by launch templates: they get no new instance types since 2023, accounts made after
    /// 2024-10-01 cannot create any, and what has come since (several instance types, versions, the newer kinds of volumes) needs
    /// a launch template. See "Auto Scaling launch configurations" in the Amazon EC2 Auto Scaling User Guide.
    ///
    /// In CDK, an `AutoScalingGroup` makes one when the feature flag
    /// `@aws-cdk/aws-autoscaling:generateLaunchTemplateInsteadOfLaunchConfig` of `cdk.json` is off, or not there.
    ///
    /// ## What is not reported
    ///
    /// A group that refers to a launch configuration of somewhere else.
    ///
    /// ## Fix
    ///
    /// Makes it a launch template that says the same, with what a launch configuration has by default, and lets the groups start
    /// from its newest version. It gets a name of its own, since CloudFormation cannot change the type of a resource; scripts that
    /// name it, for `cfn-init` for instance, follow. The groups go on and start new machines by the launch template; the old
    /// launch configuration is deleted. There is none where something else uses its name, or it copies an instance
    /// (`InstanceId`). For the construct of the CDK, turn on the flag.
    /// For `CfnLaunchConfiguration` in a program there is none: it is another class with another shape of props, and what
    /// names the construct in the program (`ref`, arguments, types of variables) would have to change with it.
    name: "autoscaling-launch-configuration",
    category: Deprecation,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:W3697"],
    founding: ["F27"],
    check: Check::Resources(&[CONFIGURATION], check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let id = &resource.id.text;
    let by_construct = cx.source() == Source::Cdk && resource.construct.is_some();
    let advice = if by_construct {
        "Turn on the feature flag `@aws-cdk/aws-autoscaling:generateLaunchTemplateInsteadOfLaunchConfig` in `cdk.json`."
    } else {
        "Use a launch template."
    };
    let message = format!(
        "`{id}` is a launch configuration: AWS adds no new instance types to these, and new accounts cannot create them. {advice}"
    );
    let fix = if cx.wants_fixes() && !by_construct { migration(resource, cx.stack()) } else { None };
    let place = if by_construct { resource.id.span } else { resource.ty.span };
    let draft = cx.report(place, message).tag(crate::Tag::Deprecated);
    if let Some(changes) = fix {
        draft.fix("Make it a launch template, and let its groups start from that", changes);
    }
}

/// The whole migration, in a template.
fn migration(resource: &ResourceView<'_>, stack: &Stack) -> Option<Vec<Change>> {
    if stack.source != Source::Template || resource.made.is_some() || resource.id.text != resource.key {
        return None;
    }
    let name = free_name(stack, &template_name(&resource.key));
    let data = data(resource, &name, stack)?;
    let mut properties = vec![("LaunchTemplateData".to_owned(), Literal::Map(data))];
    if let Some(written) = written(resource, "LaunchConfigurationName") {
        properties.insert(0, ("LaunchTemplateName".to_owned(), Literal::Existing(written.span)));
    }
    let mut changes = vec![
        Change::Replace { span: resource.properties.span, value: Literal::Map(properties) },
        Change::Replace { span: resource.ty.span, value: Literal::text(TEMPLATE) },
    ];
    changes.extend(references(resource, &name, stack)?);
    changes.push(Change::Rename { span: resource.id.span, to: name.clone() });
    // What `cfn-init` and `cfn-hup` are told about it.
    for (_, node) in &resource.attributes.entries {
        node.walk(&mut |it| {
            let is_text = match &it.value {
                Value::Scalar(_) => true,
                Value::Call(call) => matches!(**call, Call::Sub(_)),
                _ => false,
            };
            if is_text {
                for change in mentions(it, resource.resource(), &name) {
                    if !changes.contains(&change) {
                        changes.push(change);
                    }
                }
            }
        });
    }
    Some(changes)
}

/// `WebLaunchTemplate` for `WebLaunchConfig`.
fn template_name(key: &str) -> String {
    for word in ["LaunchConfiguration", "LaunchConfig", "Launchconfig"] {
        if key.contains(word) {
            return key.replacen(word, "LaunchTemplate", 1);
        }
    }
    for word in ["Configuration", "Config", "LC"] {
        if let Some(start) = key.strip_suffix(word) {
            return format!("{start}LaunchTemplate");
        }
    }
    format!("{key}LaunchTemplate")
}

/// Where a text of the resource names it.
fn mentions(node: &Node, resource: &Resource, to: &SmolStr) -> Vec<Change> {
    let Some(text) = Embedded::of(node, resource) else { return Vec::new() };
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    let key = resource.key.as_str();
    let found = text.text.match_indices(key).filter(|(at, _)| {
        let before = text.text[..*at].chars().next_back();
        let after = text.text[at + key.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    });
    let spans = found.filter_map(|(at, _)| text.span(at..at + key.len()));
    spans
        .filter(|it| usize::from(it.range.len()) == key.len())
        .map(|span| Change::Rename { span, to: to.clone() })
        .collect()
}

/// The property as it is written, as long as it is the same in all deployments or a value of its own.
fn written<'a>(resource: &ResourceView<'a>, key: &str) -> Option<&'a Node> {
    let node = resource.resource().properties.as_map()?.get(key)?;
    (!matches!(node.value, Value::Absent | Value::Null | Value::Missing)).then_some(node)
}

/// What the launch template says of its machines; `None` where it cannot say what the launch configuration says.
fn data(resource: &ResourceView<'_>, name: &SmolStr, stack: &Stack) -> Option<Vec<(String, Literal)>> {
    let map = resource.resource().properties.as_map().filter(|it| !it.open)?;
    const KNOWN: [&str; 17] = [
        "AssociatePublicIpAddress",
        "BlockDeviceMappings",
        "EbsOptimized",
        "IamInstanceProfile",
        "ImageId",
        "InstanceMonitoring",
        "InstanceType",
        "KernelId",
        "KeyName",
        "LaunchConfigurationName",
        "MetadataOptions",
        "PlacementTenancy",
        "RamDiskId",
        "RamdiskId",
        "SecurityGroups",
        "SpotPrice",
        "UserData",
    ];
    if map.entries.iter().any(|(key, _)| !KNOWN.contains(&key.text.as_str())) {
        return None;
    }
    // What is wrapped into something has to be there.
    let wrapped =
        ["AssociatePublicIpAddress", "IamInstanceProfile", "InstanceMonitoring", "PlacementTenancy", "SpotPrice"];
    let is_uncertain = |key: &&str| {
        let property = resource.property(key);
        property.cases().len() > 1 && property.cases().iter().any(|it| matches!(it.state, State::Absent))
    };
    if wrapped.iter().any(is_uncertain) {
        return None;
    }
    let existing = |key: &str| written(resource, key).map(|it| Literal::Existing(it.span));
    let mut out: Vec<(String, Literal)> = Vec::new();
    // In the order in which the author has them.
    for (key, _) in &map.entries {
        let key = key.text.as_str();
        let Some(value) = existing(key) else { continue };
        match key {
            "EbsOptimized" | "ImageId" | "InstanceType" | "KernelId" | "KeyName" | "MetadataOptions" => {
                out.push((key.to_owned(), value));
            }
            "RamDiskId" | "RamdiskId" => out.push(("RamDiskId".to_owned(), value)),
            "UserData" => {
                let existing = written(resource, key)?.span;
                let value = Literal::Renamed { existing, from: resource.key.clone(), to: name.clone() };
                out.push((key.to_owned(), value));
            }
            "BlockDeviceMappings" => out.push((key.to_owned(), devices(resource)?)),
            "IamInstanceProfile" => out.push((key.to_owned(), profile(resource, value))),
            "InstanceMonitoring" => out.push(("Monitoring".to_owned(), Literal::map([("Enabled", value)]))),
            "PlacementTenancy" => out.push(("Placement".to_owned(), Literal::map([("Tenancy", value)]))),
            "SpotPrice" => {
                let options = Literal::map([("MaxPrice", value)]);
                let market = [("MarketType", Literal::text("spot")), ("SpotOptions", options)];
                out.push(("InstanceMarketOptions".to_owned(), Literal::map(market)));
            }
            "AssociatePublicIpAddress" => {
                let mut interface = vec![
                    ("DeviceIndex".to_owned(), Literal::Number(0)),
                    ("AssociatePublicIpAddress".to_owned(), value),
                ];
                if written(resource, "SecurityGroups").is_some() {
                    let (kind, groups) = groups(resource, stack)?;
                    // An interface takes groups by their ids.
                    if kind != "SecurityGroupIds" {
                        return None;
                    }
                    interface.push(("Groups".to_owned(), groups));
                }
                out.push(("NetworkInterfaces".to_owned(), Literal::List(vec![Literal::Map(interface)])));
            }
            "SecurityGroups" if written(resource, "AssociatePublicIpAddress").is_none() => {
                let (kind, groups) = groups(resource, stack)?;
                out.push((kind.to_owned(), groups));
            }
            _ => (),
        }
    }
    // A launch configuration has detailed monitoring unless it says otherwise, a launch template has not.
    if existing("InstanceMonitoring").is_none() {
        out.push(("Monitoring".to_owned(), Literal::map([("Enabled", Literal::Bool(true))])));
    }
    Some(out)
}

/// The block devices: one that is not wanted is said by a boolean there and by a text here.
fn devices(resource: &ResourceView<'_>) -> Option<Literal> {
    let written = written(resource, "BlockDeviceMappings")?;
    let Some(list) = written.as_list() else { return Some(Literal::Existing(written.span)) };
    let mut any = false;
    let mut items = Vec::new();
    for item in &list.items {
        match item.get("NoDevice") {
            None => items.push(Literal::Existing(item.span)),
            Some(it) if it.as_bool() == Some(true) => {
                any = true;
                let name = Literal::Existing(item.get("DeviceName")?.span);
                items.push(Literal::map([("DeviceName", name), ("NoDevice", Literal::text(""))]));
            }
            Some(_) => return None,
        }
    }
    Some(if any { Literal::List(items) } else { Literal::Existing(written.span) })
}

/// The instance profile, by what is written: its name or its ARN.
fn profile(resource: &ResourceView<'_>, value: Literal) -> Literal {
    let names_arn = |it: &Name| it.text.to_ascii_lowercase().ends_with("arn");
    let mut is_arn = false;
    if let Some(node) = written(resource, "IamInstanceProfile") {
        node.walk(&mut |it| {
            is_arn |= it.as_str().is_some_and(|it| it.starts_with("arn:"));
            let Value::Call(call) = &it.value else { return };
            is_arn |= match &**call {
                Call::GetAtt { attribute, .. } => attribute.as_ref().is_some_and(|it| it.text == "Arn"),
                Call::Ref(name) => names_arn(name),
                Call::Sub(parts) => matches!(parts.first(), Some(Part::Text(it)) if it.text.starts_with("arn:")),
                _ => false,
            };
        });
    }
    Literal::map([(if is_arn { "Arn" } else { "Name" }, value)])
}

/// The security groups, and the property that takes them as they are named: by id or by name.
fn groups(resource: &ResourceView<'_>, stack: &Stack) -> Option<(&'static str, Literal)> {
    let written = written(resource, "SecurityGroups")?;
    let Some(list) = written.as_list() else { return Some(("SecurityGroupIds", Literal::Existing(written.span))) };
    let is_name = |it: &Node| it.as_str().is_some_and(|it| !it.starts_with("sg-"));
    let names = list.items.iter().filter(|it| is_name(it)).count();
    if names > 0 {
        return (names == list.items.len()).then_some(("SecurityGroups", Literal::Existing(written.span)));
    }
    // `Ref` of a group that says no VPC is its name.
    let is_named = |node: &Node| match &node.value {
        Value::Call(call) => match &**call {
            Call::Ref(name) => {
                let group = stack.resource(&name.text).filter(|it| it.ty.text == "AWS::EC2::SecurityGroup");
                group.filter(|it| it.properties.get("VpcId").is_none()).map(|it| it.key.clone())
            }
            _ => None,
        },
        _ => None,
    };
    if !list.items.iter().any(|it| is_named(it).is_some()) {
        return Some(("SecurityGroupIds", Literal::Existing(written.span)));
    }
    let item = |it: &Node| match is_named(it) {
        Some(key) => Literal::GetAtt(key, "GroupId".into()),
        None => Literal::Existing(it.span),
    };
    Some(("SecurityGroupIds", Literal::List(list.items.iter().map(item).collect())))
}

/// What names the launch configuration names the launch template; `None` where that would be something else.
fn references(resource: &ResourceView<'_>, name: &SmolStr, stack: &Stack) -> Option<Vec<Change>> {
    let mut out = Vec::new();
    for (from, reference) in stack.all_references().filter(|(_, it)| it.target.text == resource.key) {
        // What the launch configuration says of itself moves along.
        if from.is_some_and(|it| it.key == resource.key) {
            return None;
        }
        if reference.kind == ReferenceKind::DependsOn {
            out.push(Change::Rename { span: reference.target.span, to: name.clone() });
            continue;
        }
        let group = from.filter(|it| it.ty.text == "AWS::AutoScaling::AutoScalingGroup" && it.made.is_none())?;
        let (key, written) = group.properties.as_map()?.entry("LaunchConfigurationName")?;
        let is_plain = reference.kind == ReferenceKind::Ref && matches!(written.value, Value::Call(_));
        if !is_plain || !written.span.contains(reference.target.span) {
            return None;
        }
        // The newest version, as a launch configuration is always the newest.
        let template = Literal::map([
            ("LaunchTemplateId", Literal::Ref(name.clone())),
            ("Version", Literal::GetAtt(name.clone(), "LatestVersionNumber".into())),
        ]);
        out.push(Change::Replace { span: written.span, value: template });
        out.push(Change::Rename { span: key.span, to: "LaunchTemplate".into() });
    }
    Some(out)
}
