"""Security Hub controls that one property of a resource decides, in production and wherever they hold in dev too."""

from typing import Any

import pytest

from offline.engine.recording import Recording
from tests.support.program import plan

CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
SERVICE = "aws:ecs/service:Service"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"

CONTROLS: dict[str, tuple[str, str, object]] = {
    "ECS.10": (SERVICE, "platformVersion", "LATEST"),
    "ECS.12": ("aws:ecs/cluster:Cluster", "settings", [{"name": "containerInsights", "value": "enhanced"}]),
    "ECS.17": ("aws:ecs/taskDefinition:TaskDefinition", "networkMode", "awsvpc"),
    "ELB.4": (BALANCER, "dropInvalidHeaderFields", True),
    "ELB.12": (BALANCER, "desyncMitigationMode", "defensive"),
    "RDS.2": (INSTANCE, "publiclyAccessible", False),
    "RDS.6": (INSTANCE, "monitoringInterval", 60),
    "RDS.12": (CLUSTER, "iamDatabaseAuthenticationEnabled", True),
    "RDS.13": (INSTANCE, "autoMinorVersionUpgrade", True),
    "RDS.16": (CLUSTER, "copyTagsToSnapshot", True),
    "RDS.23": (CLUSTER, "port", 5433),
    "RDS.24": (CLUSTER, "masterUsername", "webui_admin"),
    "RDS.27": (CLUSTER, "storageEncrypted", True),
    "RDS.37": (CLUSTER, "enabledCloudwatchLogsExports", ["postgresql"]),
    "ElastiCache.1": (CACHE, "snapshotRetentionLimit", 1),
    "ElastiCache.2": (CACHE, "autoMinorVersionUpgrade", True),
    "ElastiCache.4": (CACHE, "atRestEncryptionEnabled", True),
    "ElastiCache.5": (CACHE, "transitEncryptionMode", "required"),
    "EFS.1": ("aws:efs/fileSystem:FileSystem", "encrypted", True),
    "KMS.4": ("aws:kms/key:Key", "enableKeyRotation", True),
    "CloudWatch.16": ("aws:cloudwatch/logGroup:LogGroup", "retentionInDays", 365),
}
"""Control -> type, property and the value that it must have in every stack."""

OF_PRODUCTION: dict[str, tuple[str, str, object]] = {
    "ELB.6": (BALANCER, "enableDeletionProtection", True),
    "ElastiCache.3": (CACHE, "automaticFailoverEnabled", True),
    "RDS.7": (CLUSTER, "deletionProtection", True),
    "RDS.50": (CLUSTER, "backupRetentionPeriod", 14),
}
"""Controls that cost money or a second step to destroy, so that dev goes without."""


def values(recording: Recording, token: str, property_: str) -> list[Any]:
    found = [resource.inputs.get(property_) for resource in recording.of_type(token)]
    assert found, f"there is no {token}"
    return found


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_a_control_of_one_property_holds_in_both_stacks(stack: str, control: str) -> None:
    token, property_, wanted = CONTROLS[control]
    assert all(value == wanted for value in values(plan(stack=stack), token, property_))


@pytest.mark.parametrize("control", OF_PRODUCTION)
def test_a_control_of_production_holds_in_prod(control: str) -> None:
    token, property_, wanted = OF_PRODUCTION[control]
    assert all(value == wanted for value in values(plan(stack="prod"), token, property_))


def test_the_database_of_prod_has_instances_to_fail_over_to() -> None:
    assert len(plan(stack="prod").of_type(INSTANCE)) > 1
