"""What a run that died was creating: the id under which AWS knows it by now, if it does at all.

The CLI writes an id down when a creation has ended. Here it comes from what the creation was asked for, so that the
next refresh finds the resource, or finds that there is none.
"""

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from health.aws import CLIENT_CONFIG
from scripts.aws_access import account_id
from scripts.exported_state import StateResource

NAMED = {
    "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
    "aws:cloudwatch/logGroup:LogGroup": "name",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": "clusterName",
    "aws:elasticache/parameterGroup:ParameterGroup": "name",
    "aws:elasticache/replicationGroup:ReplicationGroup": "replicationGroupId",
    "aws:elasticache/subnetGroup:SubnetGroup": "name",
    "aws:iam/role:Role": "name",
    "aws:kms/alias:Alias": "name",
    "aws:rds/cluster:Cluster": "clusterIdentifier",
    "aws:rds/clusterInstance:ClusterInstance": "identifier",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": "name",
    "aws:rds/subnetGroup:SubnetGroup": "name",
    "aws:s3/bucket:Bucket": "bucket",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "bucket",
}
"""The input that is the provider's id of a resource: its `Import` section in the provider's documentation says so."""

ARNS = {
    "aws:ecs/cluster:Cluster": "arn:{partition}:ecs:{region}:{account}:cluster/{name}",
    "aws:ecs/service:Service": "arn:{partition}:ecs:{region}:{account}:service/{cluster}/{name}",
    "aws:sns/topic:Topic": "arn:{partition}:sns:{region}:{account}:{name}",
}
"""Ids that are ARNs made of names."""

LISTED = {
    "aws:ec2/securityGroup:SecurityGroup": ("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    "aws:lb/loadBalancer:LoadBalancer": ("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    "aws:lb/targetGroup:TargetGroup": ("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"),
}
"""Ids that AWS tells by name: service, operation, list in its answer, id in that."""

INSTANCE = "aws:rds/clusterInstance:ClusterInstance"


def find_id(resource: StateResource, session: boto3.Session | None) -> str | None:
    """Give the id of a resource that may exist, None when it cannot be told; without a session names alone tell.

    Raises one of AWS_ERRORS.
    """
    inputs, kind = resource.inputs, resource.type
    if kind in NAMED and inputs.get(NAMED[kind]):
        return str(inputs[NAMED[kind]])
    if session and kind == INSTANCE:
        return _find_instance(session, inputs)
    if session and kind in ARNS:
        return ARNS[kind].format(
            partition=session.get_partition_for_region(session.region_name),
            region=session.region_name,
            account=account_id(session),
            cluster=str(inputs.get("cluster")).rpartition("/")[2],
            name=inputs.get("name"),
        )
    if session and kind in LISTED:
        return _find_listed(session, kind, str(inputs.get("name")))
    return None


def _find_listed(session: boto3.Session, kind: str, name: str) -> str | None:
    service, operation, listed, identity = LISTED[kind]
    by_name = {"Filters": [{"Name": "group-name", "Values": [name]}]} if service == "ec2" else {"Names": [name]}
    try:
        entries = getattr(session.client(service, config=CLIENT_CONFIG), operation)(**by_name)[listed]
    except ClientError as error:
        if error.response["Error"]["Code"].endswith("NotFound"):
            return None
        raise
    return str(entries[0][identity]) if entries else None


def _find_instance(session: boto3.Session, inputs: Mapping[str, Any]) -> str | None:
    """The provider makes an instance's identifier up as it creates it, so that only its tag is known."""
    tag = {"Key": "Name", "Value": (inputs.get("tags") or {}).get("Name")}
    of_cluster = {"Name": "db-cluster-id", "Values": [str(inputs.get("clusterIdentifier"))]}
    instances = session.client("rds", config=CLIENT_CONFIG).describe_db_instances(Filters=[of_cluster])["DBInstances"]
    return next((str(entry["DBInstanceIdentifier"]) for entry in instances if tag in entry.get("TagList", [])), None)
