"""What the provider does with a changed property: nothing, change in place, or replace the resource.

The Python SDK does not carry this. Each row was asked of the Terraform provider 5.100 itself, property by property
(`PlanResourceChange` and its `requires_replace`); pulumi-aws 7 wraps a later one of the same family. What is not
listed is changed in place.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from offline.engine.protobuf import Json
from offline.engine.recording import Resource
from offline.engine.shapes import AUTO, SHAPES

Condition: TypeAlias = Callable[[Json, Json], bool]
"""Of a property's value before and after; None where it has none."""

_NAME: Final = frozenset({"name", "namePrefix"})
_SCALED: Final = frozenset({"resourceId", "scalableDimension", "serviceNamespace"})
_BUCKET: Final = frozenset({"bucket"})

FORCES_REPLACEMENT: Final[Mapping[str, frozenset[str]]] = {
    "aws:acm/certificate:Certificate": frozenset(
        {"certificateAuthorityArn", "domainName", "keyAlgorithm", "subjectAlternativeNames", "validationMethod"}
        | {"validationOptions"}
    ),
    "aws:acm/certificateValidation:CertificateValidation": frozenset({"certificateArn", "validationRecordFqdns"}),
    "aws:appautoscaling/policy:Policy": _SCALED | {"name"},
    "aws:appautoscaling/scheduledAction:ScheduledAction": _SCALED | {"name"},
    "aws:appautoscaling/target:Target": _SCALED,
    "aws:budgets/budget:Budget": _NAME | {"accountId"},
    "aws:cloudformation/stack:Stack": frozenset({"disableRollback", "name", "onFailure", "timeoutInMinutes"}),
    "aws:cloudwatch/dashboard:Dashboard": frozenset({"dashboardName"}),
    "aws:cloudwatch/eventRule:EventRule": _NAME | {"eventBusName"},
    "aws:cloudwatch/logGroup:LogGroup": _NAME | {"logGroupClass"},
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": frozenset({"logGroupName", "name"}),
    "aws:cloudwatch/metricAlarm:MetricAlarm": frozenset({"name"}),
    "aws:cognito/userPool:UserPool": frozenset(
        {"aliasAttributes", "name", "usernameAttributes", "usernameConfiguration"}
    ),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": frozenset({"vpcId"}),
    "aws:ec2/securityGroup:SecurityGroup": _NAME | {"description", "vpcId"},
    "aws:ec2/vpcEndpoint:VpcEndpoint": frozenset(
        {"resourceConfigurationArn", "serviceName", "serviceNetworkArn", "serviceRegion", "vpcEndpointType", "vpcId"}
    ),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": frozenset({"policy", "repository"}),
    "aws:ecr/repository:Repository": frozenset({"encryptionConfigurations", "name"}),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": frozenset({"repository"}),
    "aws:ecs/cluster:Cluster": frozenset({"name"}),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": frozenset({"clusterName"}),
    "aws:ecs/service:Service": frozenset(
        {"cluster", "deploymentController", "iamRole", "launchType", "name", "schedulingStrategy"}
    ),
    "aws:efs/accessPoint:AccessPoint": frozenset({"fileSystemId", "posixUser", "rootDirectory"}),
    "aws:efs/backupPolicy:BackupPolicy": frozenset({"fileSystemId"}),
    "aws:efs/fileSystem:FileSystem": frozenset(
        {"availabilityZoneName", "creationToken", "encrypted", "kmsKeyId", "performanceMode"}
    ),
    "aws:efs/fileSystemPolicy:FileSystemPolicy": frozenset({"fileSystemId"}),
    "aws:efs/mountTarget:MountTarget": frozenset({"fileSystemId", "ipAddress", "subnetId"}),
    "aws:elasticache/parameterGroup:ParameterGroup": frozenset({"description", "family", "name"}),
    "aws:elasticache/replicationGroup:ReplicationGroup": frozenset(
        {"atRestEncryptionEnabled", "dataTieringEnabled", "globalReplicationGroupId", "kmsKeyId", "networkType", "port"}
        | {"replicationGroupId", "securityGroupNames", "snapshotArns", "snapshotName", "subnetGroupName"}
    ),
    "aws:elasticache/subnetGroup:SubnetGroup": frozenset({"name"}),
    "aws:iam/role:Role": _NAME | {"path"},
    "aws:iam/rolePolicy:RolePolicy": _NAME | {"role"},
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": frozenset({"policyArn", "role"}),
    "aws:kms/alias:Alias": _NAME,
    "aws:kms/key:Key": frozenset({"customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"}),
    "aws:lb/listener:Listener": frozenset({"loadBalancerArn"}),
    "aws:lb/listenerRule:ListenerRule": frozenset({"listenerArn"}),
    "aws:lb/loadBalancer:LoadBalancer": _NAME | {"customerOwnedIpv4Pool", "internal", "loadBalancerType"},
    "aws:lb/targetGroup:TargetGroup": _NAME
    | {"ipAddressType", "port", "protocol", "protocolVersion", "targetType", "vpcId"},
    "aws:rds/cluster:Cluster": frozenset(
        {"availabilityZones", "clusterIdentifier", "clusterIdentifierPrefix", "clusterScalabilityType", "databaseName"}
        | {"dbSubnetGroupName", "dbSystemId", "engine", "engineMode", "kmsKeyId", "masterUsername"}
        | {"restoreToPointInTime", "s3Import", "snapshotIdentifier", "sourceRegion", "storageEncrypted"}
    ),
    "aws:rds/clusterInstance:ClusterInstance": frozenset(
        {"availabilityZone", "clusterIdentifier", "customIamInstanceProfile", "dbSubnetGroupName", "engine"}
        | {"identifier", "identifierPrefix"}
    ),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": _NAME | {"description", "family"},
    "aws:rds/subnetGroup:SubnetGroup": _NAME,
    "aws:route53/record:Record": frozenset({"name", "zoneId"}),
    "aws:s3/bucket:Bucket": frozenset({"bucket", "bucketPrefix", "objectLockConfiguration", "objectLockEnabled"}),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _BUCKET | {"expectedBucketOwner"},
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _BUCKET,
    "aws:s3/bucketPolicy:BucketPolicy": _BUCKET,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _BUCKET,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _BUCKET,
    "aws:s3/bucketVersioning:BucketVersioning": _BUCKET,
    "aws:secretsmanager/secret:Secret": _NAME,
    "aws:secretsmanager/secretPolicy:SecretPolicy": frozenset({"secretArn"}),
    "aws:secretsmanager/secretVersion:SecretVersion": frozenset(
        {"secretBinary", "secretId", "secretString", "secretStringWoVersion"}
    ),
    "aws:servicediscovery/httpNamespace:HttpNamespace": frozenset({"description", "name"}),
    "aws:sns/topic:Topic": _NAME | {"fifoTopic"},
    "aws:sns/topicPolicy:TopicPolicy": frozenset({"arn"}),
    "aws:sns/topicSubscription:TopicSubscription": frozenset({"endpoint", "protocol", "topic"}),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": frozenset({"securityGroupId"}),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": frozenset({"securityGroupId"}),
    "aws:wafv2/webAcl:WebAcl": _NAME | {"scope"},
    "aws:wafv2/webAclAssociation:WebAclAssociation": frozenset({"resourceArn", "webAclArn"}),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": frozenset(
        {"logDestinationConfigs", "resourceArn"}
    ),
    # A plugin expands it; with another CIDR the VPC inside and all its subnets are new.
    "awsx:ec2:Vpc": frozenset({"cidrBlock"}),
}
"""Properties whose change replaces the resource, by type."""

_ALL_BUT: Final[Mapping[str, frozenset[str]]] = {
    "aws:ec2/flowLog:FlowLog": frozenset({"tags"}),
    "aws:ecs/taskDefinition:TaskDefinition": frozenset({"skipDestroy", "tags", "trackLatest"}),
    "random:index/randomId:RandomId": frozenset(),
    "random:index/randomPassword:RandomPassword": frozenset(),
    "random:index/randomString:RandomString": frozenset(),
    "random:index/randomUuid:RandomUuid": frozenset(),
}
"""Types of which every change is a replacement, save that of these properties."""


def _comes_or_goes(old: Json, new: Json) -> bool:
    return bool(old) != bool(new)


def _goes_back(old: Json, new: Json) -> bool:
    """To an older version."""
    return _numbers(new) < _numbers(old)


def _numbers(version: Json) -> list[int]:
    return [int(part) for part in str(version).split(".") if part.isdigit()]


_SOURCES: Final[Mapping[str, Condition]] = dict.fromkeys(
    ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"), _comes_or_goes
)
FORCES_WHEN: Final[Mapping[str, Mapping[str, Condition]]] = {
    # Another strategy is taken by a new deployment (`forceNewDeployment`); to or from none it is not.
    "aws:ecs/service:Service": {"capacityProviderStrategies": _comes_or_goes},
    "aws:elasticache/replicationGroup:ReplicationGroup": {
        "engine": lambda old, new: (old, new) == ("valkey", "redis"),
        "engineVersion": _goes_back,
    },
    # One kind of source in place of another; a value of the same kind changes in place.
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _SOURCES,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _SOURCES,
}
"""Properties of which some changes replace the resource, by type."""

NO_CHANGE_WHEN: Final[Mapping[str, Mapping[str, Condition]]] = {
    # A restored cluster stays when its snapshot is no longer named.
    "aws:rds/cluster:Cluster": {"snapshotIdentifier": lambda _old, new: not new},
}
"""Differences that the provider suppresses, by type and property."""

RENEWS_OUTPUTS: Final = frozenset({"awsx:ecr:Image"})
"""Types whose outputs are others after a change in place: an image that is built anew has another digest."""


def forces_replacement(type_: str, property_: str, old: Json, new: Json) -> bool:
    """Whether another value of a top-level property makes the provider replace the resource."""
    if type_ in _ALL_BUT:
        return property_ not in _ALL_BUT[type_]
    when = FORCES_WHEN.get(type_, {}).get(property_)
    return when(old, new) if when else property_ in FORCES_REPLACEMENT.get(type_, frozenset())


def is_suppressed(type_: str, property_: str, old: Json, new: Json) -> bool:
    """Whether the provider takes another value of a top-level property for no change."""
    when = NO_CHANGE_WHEN.get(type_, {}).get(property_)
    return when is not None and when(old, new)


def is_deleted_first(resource: Resource) -> bool:
    """Whether its replacement is made after its deletion.

    That is what the option says, else whether the program gives it a fixed name, which AWS takes once only
    (pulumi-terraform-bridge, `nameRequiresDeleteBeforeReplace`).
    """
    if resource.delete_before_replace is not None:
        return resource.delete_before_replace
    shape = SHAPES.get(resource.type, {})
    named = [key for key, template in shape.items() if template == AUTO and "revision" not in shape]
    return resource.type.startswith("aws:") and any(resource.inputs.get(key) is not None for key in named)
