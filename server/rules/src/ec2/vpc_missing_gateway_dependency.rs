use crate::facts::graph::{self, DEPENDS_ON};
use crate::facts::written::{is_own, is_synthesised};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A resource needs the gateway of its VPC, but does not wait until it is attached.
    ///
    /// A route through an internet gateway refers to the gateway, not to the `AWS::EC2::VPCGatewayAttachment` that ties it to the
    /// VPC, and a public NAT gateway refers to neither. CloudFormation may then create it first, which fails with "The gateway
    /// ID does not exist" or "Network has no Internet gateway attached"; or it works by luck, until a stack is deleted in the
    /// other order. "Any resources that require the gateway are dependent on the gateway attachment": "DependsOn attribute",
    /// section "When a DependsOn attribute is required", in the AWS CloudFormation User Guide; "AWS::EC2::Route" says the same of
    /// transit gateways, "AWS::EC2::VPNGatewayRoutePropagation" of VPN gateways.
    ///
    /// Looked at are routes, VPN route propagations, public NAT gateways, Elastic IP addresses of instances, load balancers that
    /// face the internet, public databases, and instances with a public address, where the VPC and the attachment are in the
    /// same template.
    ///
    /// ## What is not reported
    ///
    /// A resource that reaches the attachment by any way of references, for instance by a route that depends on it; one whose
    /// VPC, gateway or kind is a matter of parameters; one that no deployment has together with the attachment; what the CDK
    /// wrote.
    ///
    /// ## Fix
    ///
    /// Adds the attachment to the resource's `DependsOn`.
    name: "vpc-missing-gateway-dependency",
    category: Reliability,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    founding: ["F79"],
    check: Check::Stack(check),
}

const ATTACHMENT: &str = "AWS::EC2::VPCGatewayAttachment";
const TRANSIT_ATTACHMENTS: [&str; 2] = ["AWS::EC2::TransitGatewayAttachment", "AWS::EC2::TransitGatewayVpcAttachment"];

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let types = [ATTACHMENT, TRANSIT_ATTACHMENTS[0], TRANSIT_ATTACHMENTS[1]];
    let attachments: Vec<&Resource> = types.iter().flat_map(|ty| stack.resources_of(ty)).map(|it| &**it).collect();
    if attachments.is_empty() || !graph::says_all(stack) {
        return;
    }
    let network = Network { stack };
    for resource in stack.resources.iter().filter(|it| is_own(stack, it) && !is_synthesised(it)) {
        let Some(need) = network.need(&network.view(resource)) else { continue };
        let together = |it: &Resource| {
            let conditions = [&resource.condition, &it.condition].into_iter().flatten();
            let all: Vec<_> = conditions.map(|it| Assumption::Condition(it, true)).collect();
            stack.declarations.can_hold(&all)
        };
        let fitting = attachments.iter().copied().filter(|it| network.gives(it, &need) && together(it));
        let needed: Vec<&Resource> = fitting.collect();
        let waits = |a: &Resource, b: &Resource| graph::reaches(stack, &a.key, &b.key);
        if needed.is_empty() || needed.iter().any(|it| waits(resource, it) || waits(it, resource)) {
            continue;
        }
        let names: Vec<String> = needed.iter().map(|it| format!("`{}`", it.id.text)).collect();
        let names = names.join(" and ");
        let message = format!(
            "{} may be created before {names} attaches {} to the VPC, and then fails. Make it depend on {names}.",
            need.what, need.gateway
        );
        let mut draft = cx.report(resource.id.span, message).about(resource);
        for it in &needed {
            draft = draft.related(it.id.span, "the gateway is attached here");
        }
        let change = |it: &&Resource| Change::AppendAttribute {
            origin: resource.origin,
            attribute: DEPENDS_ON.into(),
            value: Literal::text(it.key.as_str()),
        };
        draft.fix(format!("Add {names} to `DependsOn`"), needed.iter().map(change).collect());
    }
}

/// What a resource cannot be created without.
struct Need<'a> {
    /// The resource, for a message.
    what: &'static str,
    /// The gateway, for a message.
    gateway: &'static str,
    by: By<'a>,
}

/// How to tell the attachment.
enum By<'a> {
    /// It attaches this gateway.
    Gateway(&'a str),
    /// It attaches this transit gateway to the VPC.
    Transit(&'a str, &'a str),
    /// It attaches some internet gateway to this VPC.
    Vpc(&'a str),
}

/// The network that a template declares.
struct Network<'a> {
    stack: &'a Stack,
}

impl<'a> Network<'a> {
    fn view(&self, resource: &'a Resource) -> ResourceView<'a> {
        ResourceView::new(resource, &self.stack.declarations)
    }

    /// True when `attachment` is what `need` waits for.
    fn gives(&self, attachment: &'a Resource, need: &Need<'_>) -> bool {
        let attachment = self.view(attachment);
        let is = |property: &str, key: &str| attachment.property(property).target().is_some_and(|it| it.text == key);
        match need.by {
            By::Gateway(key) => {
                attachment.ty.text == ATTACHMENT && (is("InternetGatewayId", key) || is("VpnGatewayId", key))
            }
            By::Vpc(key) => {
                attachment.ty.text == ATTACHMENT
                    && is("VpcId", key)
                    && !attachment.property("InternetGatewayId").may_be_absent()
            }
            By::Transit(gateway, vpc) => {
                TRANSIT_ATTACHMENTS.contains(&&*attachment.ty.text)
                    && is("TransitGatewayId", gateway)
                    && is("VpcId", vpc)
            }
        }
    }

    fn need(&self, resource: &ResourceView<'a>) -> Option<Need<'a>> {
        let internet = |what, vpc| Some(Need { what, gateway: "an internet gateway", by: By::Vpc(vpc) });
        match resource.ty.text.as_str() {
            "AWS::EC2::Route" => {
                let what = "This route";
                if let Some(gateway) = resource.property("GatewayId").target() {
                    return Some(Need { what, gateway: "the gateway", by: By::Gateway(&gateway.text) });
                }
                let gateway = resource.property("TransitGatewayId").target()?;
                let table = self.resource_of(&resource.property("RouteTableId"), "AWS::EC2::RouteTable")?;
                let vpc = table.property("VpcId").target()?;
                Some(Need { what, gateway: "the transit gateway", by: By::Transit(&gateway.text, &vpc.text) })
            }
            "AWS::EC2::VPNGatewayRoutePropagation" => {
                let gateway = resource.property("VpnGatewayId").target()?;
                Some(Need { what: "This propagation", gateway: "the gateway", by: By::Gateway(&gateway.text) })
            }
            "AWS::EC2::NatGateway" if !resource.property("ConnectivityType").may_be("private") => {
                internet("This NAT gateway", self.vpc_of_subnet(&resource.property("SubnetId"))?)
            }
            "AWS::EC2::EIP" => internet("This address", self.vpc_of_instance(&resource.property("InstanceId"))?),
            "AWS::EC2::EIPAssociation" => {
                let of_instance = self.vpc_of_instance(&resource.property("InstanceId"));
                let interface = resource.property("NetworkInterfaceId");
                let of_interface = || {
                    let interface = self.resource_of(&interface, "AWS::EC2::NetworkInterface")?;
                    self.vpc_of_subnet(&interface.property("SubnetId"))
                };
                internet("This association", of_instance.or_else(of_interface)?)
            }
            "AWS::ElasticLoadBalancingV2::LoadBalancer" => {
                let is_private = resource.property("Type").may_be("gateway");
                let subnets = self.vpc_of_subnets(&resource.property("Subnets"));
                let mapped = || {
                    let items = resource.property("SubnetMappings").items();
                    items.iter().find_map(|it| self.vpc_of_subnet(&it.get("SubnetId")))
                };
                let vpc = subnets.or_else(mapped).filter(|_| !is_private && faces_the_internet(resource))?;
                internet("This load balancer", vpc)
            }
            "AWS::ElasticLoadBalancing::LoadBalancer" if faces_the_internet(resource) => {
                internet("This load balancer", self.vpc_of_subnets(&resource.property("Subnets"))?)
            }
            "AWS::RDS::DBInstance" if resource.property("PubliclyAccessible").is("true") => {
                let group = self.resource_of(&resource.property("DBSubnetGroupName"), "AWS::RDS::DBSubnetGroup")?;
                internet("This public database", self.vpc_of_subnets(&group.property("SubnetIds"))?)
            }
            "AWS::EC2::Instance" => {
                let interfaces = resource.property("NetworkInterfaces").items();
                let public = interfaces.iter().find(|it| it.get("AssociatePublicIpAddress").is("true"))?;
                internet("This public instance", self.vpc_of_subnet(&public.get("SubnetId"))?)
            }
            _ => None,
        }
    }

    fn resource_of(&self, property: &Property<'a>, ty: &str) -> Option<ResourceView<'a>> {
        let resource = self.stack.resource(&property.target()?.text)?;
        (resource.ty.text == ty).then(|| self.view(resource))
    }

    fn vpc_of_subnet(&self, subnet: &Property<'a>) -> Option<&'a str> {
        let subnet = self.resource_of(subnet, "AWS::EC2::Subnet")?;
        subnet.property("VpcId").target().map(|it| it.text.as_str())
    }

    /// The VPC of the first subnet of a list that is known: all are in one.
    fn vpc_of_subnets(&self, subnets: &Property<'a>) -> Option<&'a str> {
        subnets.items().iter().find_map(|it| self.vpc_of_subnet(it))
    }

    fn vpc_of_instance(&self, instance: &Property<'a>) -> Option<&'a str> {
        let instance = self.resource_of(instance, "AWS::EC2::Instance")?;
        let of_interfaces = || {
            let items = instance.property("NetworkInterfaces").items();
            items.iter().find_map(|it| self.vpc_of_subnet(&it.get("SubnetId")))
        };
        self.vpc_of_subnet(&instance.property("SubnetId")).or_else(of_interfaces)
    }
}

/// True when a load balancer is certainly not internal: that is what it is when nothing is said.
fn faces_the_internet(balancer: &ResourceView<'_>) -> bool {
    let scheme = balancer.property("Scheme");
    scheme.is_absent() || scheme.is("internet-facing")
}
