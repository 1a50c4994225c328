"""Which changes make the provider replace a resource, and which resources hold data that a replacement loses.

The Python SDK does not carry this: the lists follow the `ForceNew` marks in the source of the Terraform provider
that pulumi-aws 7 wraps. A type that is not listed is taken to be updated in place; `pulumi preview` decides.
"""

from typing import Final

_NAME: Final = frozenset({"name", "namePrefix"})

FORCES_REPLACEMENT: Final[dict[str, frozenset[str]]] = {
    "aws:acm/certificate:Certificate": frozenset({"domainName", "subjectAlternativeNames", "validationMethod"}),
    "aws:acm/certificateValidation:CertificateValidation": frozenset({"certificateArn", "validationRecordFqdns"}),
    "aws:appautoscaling/policy:Policy": frozenset({"name", "resourceId", "scalableDimension", "serviceNamespace"}),
    "aws:appautoscaling/scheduledAction:ScheduledAction": frozenset(
        {"name", "resourceId", "scalableDimension", "serviceNamespace"}
    ),
    "aws:appautoscaling/target:Target": frozenset({"resourceId", "scalableDimension", "serviceNamespace"}),
    "aws:cloudformation/stack:Stack": frozenset({"name", "onFailure", "disableRollback", "timeoutInMinutes"}),
    "aws:cloudwatch/dashboard:Dashboard": frozenset({"dashboardName"}),
    "aws:cloudwatch/logGroup:LogGroup": _NAME | {"logGroupClass"},
    "aws:cloudwatch/metricAlarm:MetricAlarm": frozenset({"name"}),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": frozenset({"vpcId"}),
    "aws:ec2/securityGroup:SecurityGroup": _NAME | {"description", "vpcId"},
    "aws:ec2/vpcEndpoint:VpcEndpoint": frozenset({"serviceName", "vpcEndpointType", "vpcId"}),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": frozenset({"policy", "repository"}),
    "aws:ecr/repository:Repository": frozenset({"name", "encryptionConfigurations"}),
    "aws:ecs/cluster:Cluster": frozenset({"name"}),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": frozenset({"clusterName"}),
    "aws:ecs/service:Service": frozenset({"cluster", "iamRole", "launchType", "name", "schedulingStrategy"}),
    "aws:efs/accessPoint:AccessPoint": frozenset({"fileSystemId", "posixUser", "rootDirectory"}),
    "aws:efs/backupPolicy:BackupPolicy": frozenset({"fileSystemId"}),
    "aws:efs/fileSystem:FileSystem": frozenset(
        {"availabilityZoneName", "creationToken", "encrypted", "kmsKeyId", "performanceMode"}
    ),
    "aws:efs/fileSystemPolicy:FileSystemPolicy": frozenset({"fileSystemId"}),
    "aws:efs/mountTarget:MountTarget": frozenset({"fileSystemId", "ipAddress", "subnetId"}),
    "aws:elasticache/parameterGroup:ParameterGroup": frozenset({"name", "description", "family"}),
    "aws:elasticache/replicationGroup:ReplicationGroup": frozenset(
        {"atRestEncryptionEnabled", "dataTieringEnabled", "kmsKeyId", "networkType", "port", "replicationGroupId"}
        | {"snapshotArns", "snapshotName", "subnetGroupName"}
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
        | {"restoreToPointInTime", "s3Import", "snapshotIdentifier", "storageEncrypted"}
    ),
    "aws:rds/clusterInstance:ClusterInstance": frozenset(
        {"availabilityZone", "clusterIdentifier", "dbSubnetGroupName", "engine", "identifier", "identifierPrefix"}
    ),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": _NAME | {"description", "family"},
    "aws:rds/subnetGroup:SubnetGroup": _NAME,
    "aws:route53/record:Record": frozenset({"name", "setIdentifier", "zoneId"}),
    "aws:s3/bucket:Bucket": frozenset({"bucket", "bucketPrefix", "objectLockEnabled"}),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": frozenset({"bucket"}),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": frozenset({"bucket"}),
    "aws:s3/bucketPolicy:BucketPolicy": frozenset({"bucket"}),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": frozenset({"bucket"}),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": frozenset({"bucket"}),
    "aws:s3/bucketVersioning:BucketVersioning": frozenset({"bucket"}),
    "aws:secretsmanager/secret:Secret": _NAME,
    "aws:secretsmanager/secretVersion:SecretVersion": frozenset({"secretBinary", "secretId", "secretString"}),
    "aws:servicediscovery/httpNamespace:HttpNamespace": frozenset({"name"}),
    "aws:sns/topic:Topic": _NAME | {"fifoTopic"},
    "aws:sns/topicPolicy:TopicPolicy": frozenset({"arn"}),
    "aws:sns/topicSubscription:TopicSubscription": frozenset({"endpoint", "protocol", "topic"}),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": frozenset({"securityGroupId"}),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": frozenset({"securityGroupId"}),
    "aws:wafv2/webAcl:WebAcl": _NAME | {"scope"},
    "aws:wafv2/webAclAssociation:WebAclAssociation": frozenset({"resourceArn", "webAclArn"}),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": frozenset({"resourceArn"}),
    # A plugin expands it; with another CIDR the VPC inside and all its subnets are new.
    "awsx:ec2:Vpc": frozenset({"cidrBlock"}),
}
"""Properties whose change replaces the resource, by type."""

_ALL_BUT: Final[dict[str, frozenset[str]]] = {
    "aws:ec2/flowLog:FlowLog": frozenset({"tags"}),
    "aws:ecs/taskDefinition:TaskDefinition": frozenset({"skipDestroy", "tags", "trackLatest"}),
    "random:index/randomId:RandomId": frozenset(),
    "random:index/randomPassword:RandomPassword": frozenset(),
    "random:index/randomString:RandomString": frozenset(),
    "random:index/randomUuid:RandomUuid": frozenset(),
}
"""Types of which every change is a replacement, save that of these properties."""

HOLDS_DATA: Final = {
    "aws:cloudwatch/logGroup:LogGroup": "the logs in it",
    "aws:ecr/repository:Repository": "the images in it",
    "aws:efs/fileSystem:FileSystem": "all files on it",
    "aws:elasticache/replicationGroup:ReplicationGroup": "the cache's contents and its snapshots",
    "aws:kms/key:Key": "whatever is encrypted with it becomes unreadable",
    "aws:rds/cluster:Cluster": "the databases in it",
    "aws:s3/bucket:Bucket": "the objects in it",
    "aws:secretsmanager/secret:Secret": "the secret's value and its ARN",
    "awsx:ecr:Repository": "the images in it",
    "random:index/randomPassword:RandomPassword": "the generated value, which all users of it must get anew",
}
"""What is lost with a resource of these types."""


def forces_replacement(type_: str, property_: str) -> bool:
    """Whether a change of a top-level property makes the provider replace the resource."""
    if type_ in _ALL_BUT:
        return property_ not in _ALL_BUT[type_]
    return property_ in FORCES_REPLACEMENT.get(type_, frozenset())
