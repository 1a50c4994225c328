"""What AWS's documentation says of a value and no schema does."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.aws_schemas.models import Schema

EVERY_TYPE = "*"
EC2_TEXT = r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}$"
EC2_CHARACTERS = "a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*"
ECS_NAME = r"^[a-zA-Z0-9_-]{1,255}$"
ECS_CHARACTERS = "Up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens are allowed."
BALANCER_NAME = r"[a-zA-Z0-9-]{1,32}(?<!-)$"
BUCKET_NAME = r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"
IPV4_NETWORK = r"/(1[6-9]|2[0-8])$"
ANY_TEXT = r"^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$"
USER_GUIDES = "https://docs.aws.amazon.com"
S3_NAMES = f"{USER_GUIDES}/AmazonS3/latest/userguide/bucketnamingrules.html"
S3_POLICIES = f"{USER_GUIDES}/AmazonS3/latest/userguide/bucket-policies.html"
IAM_QUOTAS = f"{USER_GUIDES}/IAM/latest/UserGuide/reference_iam-quotas.html"
KMS_QUOTAS = f"{USER_GUIDES}/kms/latest/developerguide/resource-limits.html"
ECS_QUOTAS = f"{USER_GUIDES}/AmazonECS/latest/developerguide/service-quotas.html"
VPC_SIZES = f"{USER_GUIDES}/vpc/latest/userguide/vpc-cidr-blocks.html"
TAGS = f"{USER_GUIDES}/tag-editor/latest/userguide/best-practices-and-strats.html"


@dataclass(frozen=True, kw_only=True)
class Documented:
    """One sentence of AWS's documentation, and the schema that says the same."""

    says: str
    """The sentence, or its decisive words."""
    source: str
    """Where it stands: `service.Operation` or `service.Operation.Member` in botocore's model, or a page."""
    schema: Schema


def _rule(source: str, says: str, **schema: object) -> Documented:
    return Documented(says=says, source=source, schema=schema)


_EC2_RULE = "ec2.AuthorizeSecurityGroupIngress.IpPermissions.IpRanges.Description"
_BALANCER = "elbv2.ModifyLoadBalancerAttributes.Attributes.Key"
_ALIAS = "ecs.CreateService.serviceConnectConfiguration.services.clientAliases.dnsName"

DOCUMENTED: Mapping[tuple[str, str], Documented] = {
    (EVERY_TYPE, "tags"): _rule(
        TAGS,
        "up to 50 tags; keys of 1 to 128 and values of up to 256 letters, numbers, spaces or _ . : / = + - @; not aws:",
        maxProperties=50,
        propertyNames={"minLength": 1, "maxLength": 128, "pattern": f"(?i)^(?!aws:){ANY_TEXT[1:]}"},
        additionalProperties={"maxLength": 256, "pattern": ANY_TEXT},
    ),
    ("aws:cloudformation/stack:Stack", "name"): _rule(
        "cloudformation.CreateStack.StackName", "can't be longer than 128", pattern="^[a-zA-Z][a-zA-Z0-9-]{0,127}$"
    ),
    ("aws:cloudwatch/dashboard:Dashboard", "dashboardName"): _rule(
        "cloudwatch.PutDashboard.DashboardName", 'A-Z, a-z, 0-9, "-", and "_"', pattern=ECS_NAME
    ),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "name"): _rule(
        "cloudwatch.PutMetricAlarm.AlarmName", "can't contain ASCII control characters", pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
    ("aws:ec2/securityGroup:SecurityGroup", "name"): _rule(
        "ec2.CreateSecurityGroup.GroupName", "Can't start with sg-", pattern=f"^(?!sg-){EC2_TEXT}"
    ),
    ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "description"): _rule(
        _EC2_RULE, EC2_CHARACTERS, pattern=f"^{EC2_TEXT}"
    ),
    ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "description"): _rule(
        _EC2_RULE, EC2_CHARACTERS, pattern=f"^{EC2_TEXT}"
    ),
    ("aws:ecs/cluster:Cluster", "name"): _rule("ecs.CreateCluster.clusterName", ECS_CHARACTERS, pattern=ECS_NAME),
    ("aws:ecs/service:Service", "name"): _rule("ecs.CreateService.serviceName", ECS_CHARACTERS, pattern=ECS_NAME),
    ("aws:ecs/service:Service", "serviceConnectConfiguration.services[].clientAlias[].dnsName"): _rule(
        _ALIAS, "up to 127 characters", pattern=r"^(?!-)[a-z0-9_.-]{1,127}$"
    ),
    ("aws:ecs/taskDefinition:TaskDefinition", "family"): _rule(
        "ecs.RegisterTaskDefinition.family", ECS_CHARACTERS, pattern=ECS_NAME
    ),
    ("aws:ecs/taskDefinition:TaskDefinition", "volumes[].name"): _rule(
        "ecs.RegisterTaskDefinition.volumes.name", ECS_CHARACTERS, pattern=ECS_NAME
    ),
    ("aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions"): _rule(
        ECS_QUOTAS, "a task definition has at most 64 KiB", maxLength=64 * 1024
    ),
    ("aws:elasticache/replicationGroup:ReplicationGroup", "replicationGroupId"): _rule(
        "elasticache.CreateReplicationGroup.ReplicationGroupId",
        "from 1 to 40 alphanumeric characters or hyphens",
        pattern="^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{0,39}(?<!-)$",
    ),
    ("aws:elasticache/replicationGroup:ReplicationGroup", "authToken"): _rule(
        "elasticache.CreateReplicationGroup.AuthToken",
        "at least 16 characters and no more than 128",
        pattern="^[a-zA-Z0-9!&#$^<>-]{16,128}$",
    ),
    ("aws:elasticache/replicationGroup:ReplicationGroup", "numCacheClusters"): _rule(
        "elasticache.CreateReplicationGroup.NumCacheClusters",
        "The maximum permitted value for NumCacheClusters is 6",
        minimum=1,
        maximum=6,
    ),
    ("aws:elasticache/subnetGroup:SubnetGroup", "name"): _rule(
        "elasticache.CreateCacheSubnetGroup.CacheSubnetGroupName",
        "no more than 255 alphanumeric characters or hyphens",
        pattern="^[a-zA-Z0-9-]{1,255}$",
    ),
    ("aws:iam/role:Role", "assumeRolePolicy"): _rule(
        IAM_QUOTAS, "a trust policy has at most 2,048 characters", maxLength=2048
    ),
    ("aws:iam/rolePolicy:RolePolicy", "policy"): _rule(
        IAM_QUOTAS, "a role's inline policies have at most 10,240 characters", maxLength=10240
    ),
    ("aws:kms/alias:Alias", "name"): _rule(
        "kms.CreateAlias.AliasName", "cannot begin with alias/aws/", pattern="^alias/(?!aws/)"
    ),
    ("aws:kms/key:Key", "policy"): _rule(KMS_QUOTAS, "a key policy has at most 32 KB", maxLength=32 * 1024),
    ("aws:lb/listenerRule:ListenerRule", "conditions[].hostHeader.values[]"): _rule(
        "elbv2.CreateRule.Conditions.HostHeaderConfig.Values",
        "The maximum length of each string is 128 characters.",
        pattern=r"^[a-zA-Z0-9.*?-]{1,128}$",
    ),
    ("aws:lb/listenerRule:ListenerRule", "conditions[].pathPattern.values[]"): _rule(
        "elbv2.CreateRule.Conditions.PathPatternConfig.Values",
        "The maximum length of each string is 128 characters.",
        pattern=r"^[\x21-\x7e]{1,128}$",
    ),
    ("aws:lb/loadBalancer:LoadBalancer", "name"): _rule(
        "elbv2.CreateLoadBalancer.Name", 'must not begin with "internal-"', pattern=f"^(?!-|internal-){BALANCER_NAME}"
    ),
    ("aws:lb/loadBalancer:LoadBalancer", "accessLogs.bucket"): _rule(
        S3_NAMES, "3 to 63 lowercase letters, numbers, periods and hyphens", pattern=BUCKET_NAME
    ),
    ("aws:lb/loadBalancer:LoadBalancer", "desyncMitigationMode"): _rule(
        _BALANCER, "monitor , defensive , and strictest", enum=["monitor", "defensive", "strictest"]
    ),
    ("aws:lb/loadBalancer:LoadBalancer", "idleTimeout"): _rule(
        _BALANCER, "The valid range is 1-4000 seconds.", minimum=1, maximum=4000
    ),
    ("aws:lb/targetGroup:TargetGroup", "name"): _rule(
        "elbv2.CreateTargetGroup.Name", "must not begin or end with a hyphen", pattern=f"^(?!-){BALANCER_NAME}"
    ),
    ("aws:lb/targetGroup:TargetGroup", "deregistrationDelay"): _rule(
        "elbv2.ModifyTargetGroupAttributes.Attributes.Key",
        "The range is 0-3600 seconds.",
        minimum=0,
        maximum=3600,
    ),
    ("aws:rds/cluster:Cluster", "databaseName"): _rule(
        "rds.CreateDBCluster.DatabaseName", "up to 64 alphanumeric characters", pattern="^[a-zA-Z0-9]{1,64}$"
    ),
    ("aws:rds/cluster:Cluster", "finalSnapshotIdentifier"): _rule(
        "rds.DeleteDBCluster.FinalDBSnapshotIdentifier",
        "Must be 1 to 255 letters, numbers, or hyphens.",
        pattern="^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{0,254}(?<!-)$",
    ),
    ("aws:rds/cluster:Cluster", "masterPassword"): _rule(
        "rds.CreateDBCluster.MasterUserPassword",
        "from 8 to 41 characters",
        pattern=r'^[^/"@\x00-\x20\x7f-\uffff]{8,41}$',
    ),
    ("aws:rds/cluster:Cluster", "port"): _rule("rds.CreateDBCluster.Port", "1150-65535", minimum=1150, maximum=65535),
    ("aws:rds/clusterInstance:ClusterInstance", "monitoringInterval"): _rule(
        "rds.CreateDBInstance.MonitoringInterval", "0 | 1 | 5 | 10 | 15 | 30 | 60", enum=[0, 1, 5, 10, 15, 30, 60]
    ),
    ("aws:rds/subnetGroup:SubnetGroup", "name"): _rule(
        "rds.CreateDBSubnetGroup.DBSubnetGroupName",
        "no more than 255 letters, numbers, periods, underscores, spaces, or hyphens",
        pattern="^(?!default$)[a-zA-Z][a-zA-Z0-9._ -]{0,254}$",
    ),
    ("aws:s3/bucketPolicy:BucketPolicy", "policy"): _rule(
        S3_POLICIES, "a bucket policy has at most 20 KB", maxLength=20 * 1024
    ),
    ("aws:secretsmanager/secret:Secret", "name"): _rule(
        "secretsmanager.CreateSecret.Name", "the following characters: /_+=.@-", pattern=r"^[a-zA-Z0-9/_+=.@-]{1,512}$"
    ),
    ("aws:secretsmanager/secret:Secret", "recoveryWindowInDays"): _rule(
        "secretsmanager.DeleteSecret.RecoveryWindowInDays", "from 7 to 30", enum=[0, *range(7, 31)]
    ),
    ("aws:sns/topic:Topic", "name"): _rule(
        "sns.CreateTopic.Name", "between 1 and 256 characters long", pattern=r"^[a-zA-Z0-9_-]{1,256}$"
    ),
    ("awsx:ec2:Vpc", "cidrBlock"): _rule(
        VPC_SIZES, "between a /28 netmask (16 IP addresses) and /16 netmask", pattern=IPV4_NETWORK
    ),
    ("awsx:ec2:Vpc", "subnetSpecs[].cidrBlocks[]"): _rule(
        "ec2.CreateSubnet", "between a /28 netmask (16 IP addresses) and a /16 netmask", pattern=IPV4_NETWORK
    ),
}
