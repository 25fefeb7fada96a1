import { Stack, StackProps, aws_ec2 as ec2, aws_iam as iam, aws_s3 as s3 } from 'aws-cdk-lib'
import { Construct } from 'constructs'

interface AccessProps extends StackProps {
  uploads: s3.IBucket
}

const OFFICE = '198.51.100.0/24'

export class AccessStack extends Stack {
  constructor(scope: Construct, id: string, props: AccessProps) {
    super(scope, id, props)
    const { uploads } = props

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 0 })
    const admin = new ec2.SecurityGroup(this, 'Admin', { vpc, description: 'Administration' })
    admin.addIngressRule(ec2.Peer.ipv4(OFFICE), ec2.Port.tcp(22), 'From the office')
    admin.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(22), 'From everywhere')
    const everyone = ec2.Peer.anyIpv6()
    admin.addIngressRule(everyone, ec2.Port.tcp(22))

    new ec2.CfnSecurityGroup(this, 'Bastion', {
      groupDescription: 'Bastion',
      vpcId: vpc.vpcId,
      securityGroupIngress: [
        { ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIp: '0.0.0.0/0' },
        { ipProtocol: 'tcp', fromPort: 443, toPort: 443, cidrIp: '0.0.0.0/0' }
      ]
    })

    const role = new iam.Role(this, 'Reader', {
      roleName: 'staff-portal-reader',
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com')
    })
    role.addToPolicy(new iam.PolicyStatement({
      actions: ['s3:GetObject', 's3:ListBucket'],
      resources: ['arn:aws:s3:::*']
    }))
    role.addToPolicy(new iam.PolicyStatement({ actions: ['dynamodb:*'], resources: ['*'] }))
    const statement = new iam.PolicyStatement()
    statement.addActions('s3:PutObject')
    statement.addResources('arn:aws:s3:::*/*')
    role.addToPrincipalPolicy(statement)

    const reports = new s3.Bucket(this, 'Reports', { accessControl: s3.BucketAccessControl.PUBLIC_READ })
    reports.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.AnyPrincipal()],
      actions: ['s3:GetObject'],
      resources: [reports.arnForObjects('*')]
    }))
    uploads.grantRead(role)

    const names = { userName: 'deploy' }
    new iam.User(this, 'Deploy', names)
    new iam.Group(this, 'Operators', { groupName: 'operators' })
  }
}
