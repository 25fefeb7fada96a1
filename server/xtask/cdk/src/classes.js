/** The classes that tables are made of, those in most use first. */

export const CLASSES = `
aws-lambda.Function aws-iam.Role aws-iam.Policy aws-iam.ManagedPolicy aws-iam.User aws-iam.Group
aws-lambda-nodejs.NodejsFunction aws-lambda.DockerImageFunction
aws-s3.Bucket aws-s3.BucketPolicy aws-stepfunctions.StateMachine
aws-apigateway.RestApi aws-apigateway.LambdaRestApi aws-apigateway.SpecRestApi
aws-apigateway.ApiKey aws-apigateway.UsagePlan aws-apigateway.Deployment aws-apigateway.Stage aws-apigateway.DomainName
aws-apigateway.TokenAuthorizer aws-apigateway.RequestAuthorizer aws-apigateway.CognitoUserPoolsAuthorizer
aws-apigateway.RequestValidator aws-apigateway.Model
aws-sqs.Queue aws-sqs.QueuePolicy aws-dynamodb.Table aws-dynamodb.TableV2 aws-ec2.Vpc
aws-ecs-patterns.ApplicationLoadBalancedFargateService aws-ecs-patterns.NetworkLoadBalancedFargateService
aws-ecs-patterns.QueueProcessingFargateService
aws-ecs-patterns.ScheduledFargateTask
aws-cognito.UserPool aws-cognito.UserPoolClient aws-cognito.UserPoolDomain
aws-s3-deployment.BucketDeployment aws-cloudfront.Distribution aws-cloudfront.CloudFrontWebDistribution
aws-rds.DatabaseCluster aws-rds.DatabaseInstance aws-rds.ServerlessCluster aws-rds.DatabaseInstanceReadReplica
aws-rds.SubnetGroup aws-rds.ParameterGroup aws-rds.DatabaseProxy aws-rds.DatabaseSecret
aws-rds.DatabaseInstanceFromSnapshot aws-rds.ServerlessClusterFromSnapshot
aws-appsync.GraphqlApi aws-sns.Topic aws-sns.Subscription aws-sns.TopicPolicy
aws-ecs.Cluster aws-ecs.FargateTaskDefinition aws-ecs.Ec2TaskDefinition aws-ecs.FargateService aws-ecs.Ec2Service
aws-ecs.TaskDefinition
custom-resources.Provider custom-resources.AwsCustomResource core.CustomResource
aws-ec2.Instance aws-ec2.SecurityGroup aws-ec2.InterfaceVpcEndpoint aws-ec2.GatewayVpcEndpoint aws-ec2.LaunchTemplate
aws-ec2.BastionHostLinux aws-ec2.FlowLog aws-ec2.KeyPair aws-ec2.Subnet aws-ec2.Volume
aws-eks.Cluster
aws-codepipeline.Pipeline aws-codebuild.Project aws-codebuild.PipelineProject aws-codecommit.Repository
aws-kms.Key aws-kms.Alias aws-secretsmanager.Secret aws-logs.LogGroup aws-logs.LogStream aws-logs.MetricFilter
aws-logs.SubscriptionFilter aws-logs.LogRetention
aws-elasticloadbalancingv2.ApplicationLoadBalancer aws-elasticloadbalancingv2.NetworkLoadBalancer
aws-elasticloadbalancingv2.ApplicationListener aws-elasticloadbalancingv2.NetworkListener
aws-elasticloadbalancingv2.ApplicationTargetGroup aws-elasticloadbalancingv2.NetworkTargetGroup
aws-elasticloadbalancingv2.ApplicationListenerRule aws-elasticloadbalancing.LoadBalancer
aws-autoscaling.AutoScalingGroup aws-kinesis.Stream aws-kinesisfirehose.DeliveryStream aws-efs.FileSystem
aws-efs.AccessPoint aws-opensearchservice.Domain aws-events.Rule aws-events.EventBus
aws-events.Archive aws-events.Connection aws-events.ApiDestination
aws-apigatewayv2.HttpApi aws-apigatewayv2.WebSocketApi aws-apigatewayv2.HttpStage aws-apigatewayv2.WebSocketStage
aws-apigatewayv2.HttpRoute aws-apigatewayv2.DomainName aws-apigatewayv2.VpcLink
aws-cloudwatch.Alarm aws-cloudwatch.Dashboard aws-cloudwatch.CompositeAlarm
aws-ssm.StringParameter aws-ssm.StringListParameter aws-ecr.Repository aws-ecr-assets.DockerImageAsset
aws-s3-assets.Asset
aws-route53.HostedZone aws-route53.PublicHostedZone aws-route53.PrivateHostedZone aws-route53.ARecord
aws-route53.AaaaRecord aws-route53.CnameRecord aws-route53.MxRecord aws-route53.TxtRecord aws-route53.RecordSet
aws-certificatemanager.Certificate
aws-backup.BackupPlan aws-backup.BackupVault aws-docdb.DatabaseCluster
aws-synthetics.Canary aws-lambda.Alias aws-lambda.Version aws-lambda.LayerVersion aws-lambda.EventSourceMapping
aws-lambda.FunctionUrl aws-lambda.EventInvokeConfig
aws-cloudfront.Function aws-cloudfront.CachePolicy aws-cloudfront.ResponseHeadersPolicy
aws-cloudfront.OriginRequestPolicy aws-cloudfront.OriginAccessIdentity aws-cloudfront.S3OriginAccessControl
aws-cloudfront.KeyGroup aws-cloudfront.KeyValueStore
aws-scheduler.Schedule aws-scheduler.ScheduleGroup aws-cloudtrail.Trail aws-config.ManagedRule
aws-iam.InstanceProfile aws-iam.AccessKey aws-iam.OpenIdConnectProvider aws-iam.OidcProviderNative
aws-servicediscovery.PrivateDnsNamespace aws-servicediscovery.Service
aws-applicationautoscaling.ScalableTarget aws-codedeploy.LambdaDeploymentGroup aws-codedeploy.LambdaApplication
aws-codedeploy.ServerDeploymentGroup
aws-stepfunctions.Activity
`
  .trim()
  .split(/\s+/);
