"""Which of AWS's models a Pulumi resource type means, and the names that the rule does not find."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One resource type in AWS's words."""

    cloudformation: str
    """CloudFormation's resource type."""
    request: str
    """botocore's service and the operation that creates it, or the shape in its request."""
    part: bool = False
    """CloudFormation has it as some properties of a larger resource."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Pulumi property -> CloudFormation property, with dots between steps and `[]` after lists."""
    adds: Mapping[str, Any] = field(default_factory=dict)
    """What the provider says beside the inputs."""


def _kind(
    cloudformation: str,
    request: str,
    names: Mapping[str, str] | None = None,
    *,
    part: bool = False,
    adds: Mapping[str, Any] | None = None,
) -> Kind:
    return Kind(cloudformation=f"AWS::{cloudformation}", request=request, part=part, names=names or {}, adds=adds or {})


KINDS = {
    "aws:acm/certificate:Certificate": _kind("CertificateManager::Certificate", "acm.RequestCertificate"),
    "aws:appautoscaling/policy:Policy": _kind(
        "ApplicationAutoScaling::ScalingPolicy", "application-autoscaling.PutScalingPolicy"
    ),
    "aws:appautoscaling/scheduledAction:ScheduledAction": _kind(
        "ApplicationAutoScaling::ScalableTarget",
        "application-autoscaling.PutScheduledAction",
        {
            "name": "ScheduledActions[].ScheduledActionName",
            "scalableTargetAction": "ScheduledActions[].ScalableTargetAction",
            "schedule": "ScheduledActions[].Schedule",
            "timezone": "ScheduledActions[].Timezone",
        },
        part=True,
    ),
    "aws:appautoscaling/target:Target": _kind(
        "ApplicationAutoScaling::ScalableTarget", "application-autoscaling.RegisterScalableTarget"
    ),
    "aws:cloudformation/stack:Stack": _kind("CloudFormation::Stack", "cloudformation.CreateStack", part=True),
    "aws:cloudwatch/dashboard:Dashboard": _kind("CloudWatch::Dashboard", "cloudwatch.PutDashboard"),
    "aws:cloudwatch/logGroup:LogGroup": _kind("Logs::LogGroup", "logs.CreateLogGroup"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": _kind("CloudWatch::Alarm", "cloudwatch.PutMetricAlarm"),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _kind(
        "EC2::SecurityGroup", "ec2.CreateSecurityGroup", part=True
    ),
    "aws:ec2/flowLog:FlowLog": _kind(
        "EC2::FlowLog",
        "ec2.CreateFlowLogs",
        {"iamRoleArn": "DeliverLogsPermissionArn", "vpcId": "ResourceId"},
        adds={"ResourceType": "VPC"},
    ),
    "aws:ec2/securityGroup:SecurityGroup": _kind("EC2::SecurityGroup", "ec2.CreateSecurityGroup"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _kind("EC2::VPCEndpoint", "ec2.CreateVpcEndpoint"),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": _kind(
        "ECR::Repository", "ecr.PutLifecyclePolicy", {"policy": "LifecyclePolicy.LifecyclePolicyText"}, part=True
    ),
    "aws:ecr/repository:Repository": _kind(
        "ECR::Repository",
        "ecr.CreateRepository",
        {"imageTagMutabilityExclusionFilters[].filter": ("ImageTagMutabilityExclusionFilterValue")},
    ),
    "aws:ecs/cluster:Cluster": _kind("ECS::Cluster", "ecs.CreateCluster"),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": _kind(
        "ECS::ClusterCapacityProviderAssociations",
        "ecs.PutClusterCapacityProviders",
        adds={"DefaultCapacityProviderStrategy": []},
    ),
    "aws:ecs/service:Service": _kind(
        "ECS::Service",
        "ecs.CreateService",
        {
            "deploymentMaximumPercent": "DeploymentConfiguration.MaximumPercent",
            "deploymentMinimumHealthyPercent": "DeploymentConfiguration.MinimumHealthyPercent",
            "forceNewDeployment": "ForceNewDeployment.EnableForceNewDeployment",
            "name": "ServiceName",
        },
    ),
    "aws:ecs/taskDefinition:TaskDefinition": _kind("ECS::TaskDefinition", "ecs.RegisterTaskDefinition"),
    "aws:efs/accessPoint:AccessPoint": _kind("EFS::AccessPoint", "efs.CreateAccessPoint"),
    "aws:efs/backupPolicy:BackupPolicy": _kind("EFS::FileSystem", "efs.PutBackupPolicy", part=True),
    "aws:efs/fileSystem:FileSystem": _kind("EFS::FileSystem", "efs.CreateFileSystem"),
    "aws:efs/fileSystemPolicy:FileSystemPolicy": _kind("EFS::FileSystem", "efs.PutFileSystemPolicy", part=True),
    "aws:efs/mountTarget:MountTarget": _kind("EFS::MountTarget", "efs.CreateMountTarget"),
    "aws:elasticache/parameterGroup:ParameterGroup": _kind(
        "ElastiCache::ParameterGroup", "elasticache.CreateCacheParameterGroup", {"parameters": "Properties"}
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": _kind(
        "ElastiCache::ReplicationGroup", "elasticache.CreateReplicationGroup"
    ),
    "aws:elasticache/subnetGroup:SubnetGroup": _kind("ElastiCache::SubnetGroup", "elasticache.CreateCacheSubnetGroup"),
    "aws:iam/role:Role": _kind("IAM::Role", "iam.CreateRole"),
    "aws:iam/rolePolicy:RolePolicy": _kind("IAM::RolePolicy", "iam.PutRolePolicy"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _kind(
        "IAM::Role", "iam.AttachRolePolicy", {"policyArn": "ManagedPolicyArns", "role": "RoleName"}, part=True
    ),
    "aws:kms/alias:Alias": _kind("KMS::Alias", "kms.CreateAlias"),
    "aws:kms/key:Key": _kind("KMS::Key", "kms.CreateKey", {"deletionWindowInDays": "PendingWindowInDays"}),
    "aws:lb/listener:Listener": _kind(
        "ElasticLoadBalancingV2::Listener", "elbv2.CreateListener", {"certificateArn": "Certificates[].CertificateArn"}
    ),
    "aws:lb/listenerRule:ListenerRule": _kind("ElasticLoadBalancingV2::ListenerRule", "elbv2.CreateRule"),
    "aws:lb/loadBalancer:LoadBalancer": _kind(
        "ElasticLoadBalancingV2::LoadBalancer", "elbv2.CreateLoadBalancer", {"loadBalancerType": "Type", "name": "Name"}
    ),
    "aws:lb/targetGroup:TargetGroup": _kind(
        "ElasticLoadBalancingV2::TargetGroup",
        "elbv2.CreateTargetGroup",
        {"healthCheck.matcher": "Matcher.HttpCode", "name": "Name"},
    ),
    "aws:rds/cluster:Cluster": _kind(
        "RDS::DBCluster",
        "rds.CreateDBCluster",
        {
            "clusterIdentifier": "DBClusterIdentifier",
            "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
            "masterPassword": "MasterUserPassword",
        },
    ),
    "aws:rds/clusterInstance:ClusterInstance": _kind(
        "RDS::DBInstance",
        "rds.CreateDBInstance",
        {"clusterIdentifier": "DBClusterIdentifier", "identifier": "DBInstanceIdentifier"},
    ),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": _kind(
        "RDS::DBClusterParameterGroup", "rds.CreateDBClusterParameterGroup"
    ),
    "aws:rds/subnetGroup:SubnetGroup": _kind("RDS::DBSubnetGroup", "rds.CreateDBSubnetGroup"),
    "aws:route53/record:Record": _kind("Route53::RecordSet", "route53.ResourceRecordSet", {"aliases": "AliasTarget"}),
    "aws:s3/bucket:Bucket": _kind("S3::Bucket", "s3.CreateBucket"),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _kind(
        "S3::Bucket", "s3.PutBucketLifecycleConfiguration", {"rules": "LifecycleConfiguration.Rules"}, part=True
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _kind(
        "S3::Bucket", "s3.PutBucketOwnershipControls", {"rule": "OwnershipControls.Rules"}, part=True
    ),
    "aws:s3/bucketPolicy:BucketPolicy": _kind("S3::BucketPolicy", "s3.PutBucketPolicy"),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _kind("S3::Bucket", "s3.PutPublicAccessBlock", part=True),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _kind(
        "S3::Bucket",
        "s3.PutBucketEncryption",
        {"rules": "BucketEncryption.ServerSideEncryptionConfiguration"},
        part=True,
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _kind("S3::Bucket", "s3.PutBucketVersioning", part=True),
    "aws:secretsmanager/secret:Secret": _kind("SecretsManager::Secret", "secretsmanager.CreateSecret"),
    "aws:secretsmanager/secretVersion:SecretVersion": _kind(
        "SecretsManager::Secret", "secretsmanager.PutSecretValue", part=True
    ),
    "aws:servicediscovery/httpNamespace:HttpNamespace": _kind(
        "ServiceDiscovery::HttpNamespace", "servicediscovery.CreateHttpNamespace"
    ),
    "aws:sns/topic:Topic": _kind("SNS::Topic", "sns.CreateTopic"),
    "aws:sns/topicPolicy:TopicPolicy": _kind("SNS::TopicPolicy", "sns.SetTopicAttributes", {"arn": "Topics"}),
    "aws:sns/topicSubscription:TopicSubscription": _kind("SNS::Subscription", "sns.Subscribe"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _kind(
        "EC2::SecurityGroupEgress",
        "ec2.AuthorizeSecurityGroupEgress",
        {
            "cidrIpv4": "CidrIp",
            "securityGroupId": "GroupId",
            "referencedSecurityGroupId": "DestinationSecurityGroupId",
        },
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _kind(
        "EC2::SecurityGroupIngress",
        "ec2.AuthorizeSecurityGroupIngress",
        {
            "cidrIpv4": "CidrIp",
            "securityGroupId": "GroupId",
            "referencedSecurityGroupId": "SourceSecurityGroupId",
        },
    ),
    "aws:wafv2/webAcl:WebAcl": _kind("WAFv2::WebACL", "wafv2.CreateWebACL"),
    "aws:wafv2/webAclAssociation:WebAclAssociation": _kind("WAFv2::WebACLAssociation", "wafv2.AssociateWebACL"),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": _kind(
        "WAFv2::LoggingConfiguration", "wafv2.LoggingConfiguration"
    ),
    "awsx:ec2:Vpc": _kind("EC2::VPC", "ec2.CreateVpc", part=True),
}
