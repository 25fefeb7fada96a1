import * as cdk from "aws-cdk-lib";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as patterns from "aws-cdk-lib/aws-ecs-patterns";
import * as elbv2 from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { Construct } from "constructs";

export class WebStack extends cdk.Stack {
    constructor(scope: Construct, id: string) {
        super(scope, id);

        const vpc = new ec2.Vpc(this, "Vpc", { maxAzs: 2 });
        const cluster = new ecs.Cluster(this, "Cluster", { vpc });
        const image = ecs.ContainerImage.fromRegistry("nginx");

        const portal = new elbv2.ApplicationLoadBalancer(this, "Portal", { vpc, internetFacing: true });
        const pages = new elbv2.ApplicationTargetGroup(this, "Pages", { vpc, port: 8080, targetType: elbv2.TargetType.IP });
        portal.addListener("Http", { port: 80, defaultTargetGroups: [pages] });
        portal.addListener("Alternative", { port: 8080, protocol: elbv2.ApplicationProtocol.HTTP, defaultTargetGroups: [pages] });

        const api = new elbv2.ApplicationLoadBalancer(this, "Api", {
            vpc,
            internetFacing: true,
        });
        const http = api.addListener("Listener", { port: 80, open: true });
        http.addTargets("Fleet", { port: 80, targetType: elbv2.TargetType.IP, targets: [] } as elbv2.AddApplicationTargetsProps);

        const wiki = new patterns.ApplicationLoadBalancedFargateService(this, "Wiki", {
            cluster,
            taskImageOptions: { image },
        });
        wiki.targetGroup.configureHealthCheck({ path: "/health" });

        const shared: patterns.ApplicationLoadBalancedFargateServiceProps = { cluster, taskImageOptions: { image }, cpu: 512 };
        new patterns.ApplicationLoadBalancedFargateService(this, "Calendar", shared);

        new patterns.ApplicationMultipleTargetGroupsFargateService(this, "Rooms", {
            cluster,
            taskImageOptions: { image },
        });

        const edge = new elbv2.NetworkLoadBalancer(this, "Edge", { vpc, internetFacing: true });
        const group = new elbv2.NetworkTargetGroup(this, "Group", { vpc, port: 80 });
        edge.addListener("Tcp", { port: 80, defaultTargetGroups: [group] });
        new patterns.NetworkLoadBalancedFargateService(this, "Relay", { cluster, taskImageOptions: { image } });
    }
}
