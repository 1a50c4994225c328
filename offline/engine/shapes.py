"""Which outputs each AWS resource type computes, and what they look like.

A shape maps a property to a template. Properties are computed in the order written, each may use those before
it and the resource's inputs; an input that the program gave always wins.
"""

from typing import Any, Final

AUTO: Final = "{auto}"
"""The name Pulumi gives when the program gives none: logical name, dash, seven hexadecimal digits."""

Shape = dict[str, Any]

_ARN: Final = "arn:{partition}:"
_HERE: Final = "{region}:{account}:"


def _named(arn: str, *, name: str = "name", id_: str = "{arn}", **more: str | list[str]) -> Shape:
    return {name: AUTO, "arn": _ARN + arn, "id": id_, **more}


SHAPES: Final[dict[str, Shape]] = {
    "aws:acm/certificateValidation:CertificateValidation": {"id": "{hex16}"},
    "aws:appautoscaling/target:Target": {
        "arn": f"{_ARN}application-autoscaling:{_HERE}scalable-target/{{hex32}}",
        "id": "{resourceId}",
    },
    "aws:appautoscaling/policy:Policy": _named(
        f"autoscaling:{_HERE}scalingPolicy:{{uuid}}:resource/ecs/{{resourceId}}:policyName/{{name}}",
        id_="{name}",
    ),
    "aws:appautoscaling/scheduledAction:ScheduledAction": _named(
        f"autoscaling:{_HERE}scheduledAction:{{uuid}}:resource/ecs/{{resourceId}}:scheduledActionName/{{name}}",
        id_="{name}",
    ),
    "aws:cloudformation/stack:Stack": {
        "name": AUTO,
        "id": f"{_ARN}cloudformation:{_HERE}stack/{{name}}/{{uuid}}",
        "outputs": {},
    },
    "aws:cloudwatch/logGroup:LogGroup": _named(f"logs:{_HERE}log-group:{{name}}", id_="{name}"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": _named(f"cloudwatch:{_HERE}alarm:{{name}}", id_="{name}"),
    "aws:cloudwatch/dashboard:Dashboard": {
        "dashboardName": AUTO,
        "dashboardArn": f"{_ARN}cloudwatch::{{account}}:dashboard/{{dashboardName}}",
        "id": "{dashboardName}",
    },
    "aws:ec2/securityGroup:SecurityGroup": {
        "name": AUTO,
        "id": "sg-{hex17}",
        "arn": f"{_ARN}ec2:{_HERE}security-group/{{id}}",
        "ownerId": "{account}",
    },
    "aws:ec2/vpcEndpoint:VpcEndpoint": {"id": "vpce-{hex17}", "arn": f"{_ARN}ec2:{_HERE}vpc-endpoint/{{id}}"},
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {"id": "sg-{hex17}", "name": "default"},
    "aws:ec2/flowLog:FlowLog": {"id": "fl-{hex17}"},
    "aws:ecr/repository:Repository": _named(
        f"ecr:{_HERE}repository/{{name}}",
        id_="{name}",
        repositoryUrl="{account}.dkr.ecr.{region}.{suffix}/{name}",
        registryId="{account}",
    ),
    "aws:ecs/cluster:Cluster": _named(f"ecs:{_HERE}cluster/{{name}}"),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {"id": "{clusterName}"},
    "aws:ecs/service:Service": _named(f"ecs:{_HERE}service/{{cluster_name}}/{{name}}"),
    "aws:ecs/taskDefinition:TaskDefinition": {
        "family": AUTO,
        "revision": 1,
        "arnWithoutRevision": f"{_ARN}ecs:{_HERE}task-definition/{{family}}",
        "arn": "{arnWithoutRevision}:1",
        "id": "{family}",
    },
    "aws:efs/accessPoint:AccessPoint": {
        "id": "fsap-{hex17}",
        "arn": f"{_ARN}elasticfilesystem:{_HERE}access-point/{{id}}",
        "fileSystemArn": f"{_ARN}elasticfilesystem:{_HERE}file-system/{{fileSystemId}}",
        "ownerId": "{account}",
    },
    "aws:efs/fileSystem:FileSystem": {
        "creationToken": AUTO,
        "id": "fs-{hex17}",
        "arn": f"{_ARN}elasticfilesystem:{_HERE}file-system/{{id}}",
        "dnsName": "{id}.efs.{region}.{suffix}",
        "ownerId": "{account}",
    },
    "aws:efs/backupPolicy:BackupPolicy": {"id": "{fileSystemId}"},
    "aws:efs/fileSystemPolicy:FileSystemPolicy": {"id": "{fileSystemId}"},
    "aws:efs/mountTarget:MountTarget": {
        "id": "fsmt-{hex17}",
        "dnsName": "{fileSystemId}.efs.{region}.{suffix}",
        "fileSystemArn": f"{_ARN}elasticfilesystem:{_HERE}file-system/{{fileSystemId}}",
        "networkInterfaceId": "eni-{hex17}",
    },
    "aws:elasticache/parameterGroup:ParameterGroup": _named(
        f"elasticache:{_HERE}parametergroup:{{name}}", id_="{name}"
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": {
        "replicationGroupId": AUTO,
        "id": "{replicationGroupId}",
        "arn": f"{_ARN}elasticache:{_HERE}replicationgroup:{{id}}",
        "port": 6379,
        "primaryEndpointAddress": "master.{id}.{hex6}.{region}.cache.{suffix}",
        "readerEndpointAddress": "replica.{id}.{hex6}.{region}.cache.{suffix}",
        "memberClusters": ["{id}-001"],
    },
    "aws:elasticache/subnetGroup:SubnetGroup": _named(f"elasticache:{_HERE}subnetgroup:{{name}}", id_="{name}"),
    "aws:iam/role:Role": _named("iam::{account}:role/{name}", id_="{name}", uniqueId="AROA{hex16}"),
    "aws:iam/rolePolicy:RolePolicy": {"name": AUTO, "id": "{role}:{name}"},
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {"id": "{role}/{policyArn}"},
    "aws:kms/alias:Alias": _named(f"kms:{_HERE}{{name}}", id_="{name}"),
    "aws:kms/key:Key": {"id": "{uuid}", "keyId": "{id}", "arn": f"{_ARN}kms:{_HERE}key/{{id}}"},
    "aws:lb/loadBalancer:LoadBalancer": _named(
        f"elasticloadbalancing:{_HERE}loadbalancer/app/{{name}}/{{hex16}}",
        arnSuffix="app/{name}/{hex16}",
        dnsName="{internal_prefix}{name}-{digits}.{region}.elb.{suffix}",
        zoneId="Z35SXDOTRQ7X7K",
    ),
    "aws:lb/listener:Listener": {"arn": "{load_balancer_path}/{hex16}", "id": "{arn}"},
    "aws:lb/listenerRule:ListenerRule": {"arn": "{listener_path}/{hex16}", "id": "{arn}"},
    "aws:lb/targetGroup:TargetGroup": _named(
        f"elasticloadbalancing:{_HERE}targetgroup/{{name}}/{{hex16}}", arnSuffix="targetgroup/{name}/{hex16}"
    ),
    "aws:rds/cluster:Cluster": {
        "clusterIdentifier": AUTO,
        "id": "{clusterIdentifier}",
        "arn": f"{_ARN}rds:{_HERE}cluster:{{id}}",
        "clusterResourceId": "cluster-{hex16}",
        "endpoint": "{id}.cluster-{hex12}.{region}.rds.{suffix}",
        "readerEndpoint": "{id}.cluster-ro-{hex12}.{region}.rds.{suffix}",
        "port": 5432,
        "masterUsername": "postgres",
    },
    "aws:rds/clusterInstance:ClusterInstance": {
        "identifier": AUTO,
        "id": "{identifier}",
        "arn": f"{_ARN}rds:{_HERE}db:{{id}}",
        "endpoint": "{id}.{hex12}.{region}.rds.{suffix}",
        "port": 5432,
    },
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": _named(f"rds:{_HERE}cluster-pg:{{name}}", id_="{name}"),
    "aws:rds/subnetGroup:SubnetGroup": _named(f"rds:{_HERE}subgrp:{{name}}", id_="{name}"),
    "aws:route53/record:Record": {"id": "{zoneId}_{name}_{type}", "fqdn": "{name}"},
    "aws:s3/bucket:Bucket": {
        "bucket": AUTO,
        "id": "{bucket}",
        "arn": f"{_ARN}s3:::{{bucket}}",
        "bucketDomainName": "{bucket}.s3.{suffix}",
        "bucketRegionalDomainName": "{bucket}.s3.{region}.{suffix}",
    },
    "aws:secretsmanager/secret:Secret": _named(f"secretsmanager:{_HERE}secret:{{name}}-{{hex6}}"),
    "aws:secretsmanager/secretVersion:SecretVersion": {
        "versionId": "{uuid}",
        "arn": "{secretId}",
        "id": "{secretId}|{versionId}",
        "versionStages": ["AWSCURRENT"],
    },
    "aws:servicediscovery/httpNamespace:HttpNamespace": {
        "name": AUTO,
        "id": "ns-{hex16}",
        "arn": f"{_ARN}servicediscovery:{_HERE}namespace/{{id}}",
        "httpName": "{name}",
    },
    "aws:sns/topic:Topic": _named(f"sns:{_HERE}{{name}}"),
    "aws:sns/topicSubscription:TopicSubscription": {"arn": "{topic}:{uuid}", "id": "{arn}"},
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
        "id": "sgr-{hex17}",
        "arn": f"{_ARN}ec2:{_HERE}security-group-rule/{{id}}",
        "securityGroupRuleId": "{id}",
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        "id": "sgr-{hex17}",
        "arn": f"{_ARN}ec2:{_HERE}security-group-rule/{{id}}",
        "securityGroupRuleId": "{id}",
    },
    "aws:wafv2/webAcl:WebAcl": {
        "name": AUTO,
        "id": "{uuid}",
        "arn": f"{_ARN}wafv2:{_HERE}regional/webacl/{{name}}/{{id}}",
        "capacity": 1,
    },
    "awsx:ecr:Image": {"imageUri": "{repositoryUrl}@sha256:{hex64}"},
    "random:index/randomId:RandomId": {"id": "{hex11}", "hex": "{hex16}", "b64Url": "{hex11}"},
}
