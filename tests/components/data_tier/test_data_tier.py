"""A database and a cache that take TLS only, lose nothing by accident and answer who was let in."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pulumi
import pulumi_aws as aws
import pulumi_random as random
import pytest

from aws_rules.database import max_connections
from components.data_tier import DataTier
from offline.engine import record
from offline.engine.recording import Recording
from tests.support.component_args import DATA_TIER, KEY_ARN, LONGEST_PREFIX
from tests.support.component_recording import FACTS, depends_on, record_one
from tests.support.component_variants import recorded


@cache
def small() -> Recording:
    return recorded("data tier")


@cache
def large() -> Recording:
    return recorded("data tier with everything")


@cache
def used() -> Recording:
    """A data tier with a reader, and parameters that hold what a container would."""

    def program() -> None:
        tier = DataTier("data-tier", replace(DATA_TIER, instances=2))
        aws.ssm.Parameter("database-host", type="String", value=tier.database_endpoint)
        aws.ssm.Parameter("cache-host", type="String", value=tier.cache_endpoint)
        for connection in filter(None, (tier.database.connection, tier.cache.connection)):
            pulumi.export(connection.name, {"group": connection.security_group_id, "port": connection.port})
        pulumi.export("url_from", tier.cache.url.value_from)

    return record(program, aws=FACTS)


def random_value(recording: Recording, role: str) -> str:
    return str(recording.one(random.RandomPassword, f"data-tier-{role}-value").outputs["result"])


def test_the_database_refuses_connections_without_tls() -> None:
    group = small().one(aws.rds.ClusterParameterGroup)
    parameters = {parameter["name"]: parameter["value"] for parameter in group.inputs["parameters"]}
    assert parameters["rds.force_ssl"] == "1"
    cluster = small().one(aws.rds.Cluster).inputs
    assert cluster["dbClusterParameterGroupName"] == group.outputs["name"]
    assert group.inputs["family"] == f"aurora-postgresql{cluster['engineVersion'].split('.')[0]}"


def test_a_change_of_the_data_tier_does_not_wait_for_a_maintenance_window() -> None:
    """`make up` ends when what it shows is so."""
    found = [
        one
        for kind in (aws.rds.Cluster, aws.rds.ClusterInstance, aws.elasticache.ReplicationGroup)
        for one in large().of_type(kind)
    ]
    assert [one.name for one in found if one.inputs["applyImmediately"] is not True] == []


def test_schema_changes_and_slow_statements_are_logged() -> None:
    parameters = small().one(aws.rds.ClusterParameterGroup).inputs["parameters"]
    logged = {one["name"]: one["value"] for one in parameters if one["name"].startswith("log_")}
    assert logged == {"log_statement": "ddl", "log_min_duration_statement": "1000"}


def test_the_password_that_the_cluster_takes_is_the_one_that_containers_read() -> None:
    password = random_value(small(), "database-password")
    assert small().one(aws.rds.Cluster).inputs["masterPassword"] == password
    assert (
        small().one(aws.secretsmanager.SecretVersion, "data-tier-database-password-version").inputs["secretString"]
        == password
    )
    assert 8 <= len(password) <= 128


def test_the_host_is_handed_out_once_every_instance_accepts_connections() -> None:
    user = used().one(aws.ssm.Parameter, "database-host")
    assert {"data-tier-database-instance-1", "data-tier-database-instance-2"} <= depends_on(used(), user)
    assert user.inputs["value"] == used().one(aws.rds.Cluster).outputs["endpoint"]


@pytest.mark.parametrize(("recording", "protect"), [(small, False), (large, True)])
def test_a_database_leaves_a_final_snapshot_with_a_name_of_its_own_protected_or_not(
    recording: Callable[[], Recording], *, protect: bool
) -> None:
    cluster = recording().one(aws.rds.Cluster).inputs
    suffix = recording().one(random.RandomId).outputs["hex"]
    assert cluster["deletionProtection"] is protect
    assert cluster["skipFinalSnapshot"] is False
    assert cluster["clusterIdentifier"] == f"{LONGEST_PREFIX}-{suffix}"
    assert cluster["finalSnapshotIdentifier"] == f"{LONGEST_PREFIX}-{suffix}-final"


def test_a_database_goes_without_a_final_snapshot_only_where_that_was_said() -> None:
    cluster = record_one(DataTier, "data-tier", replace(DATA_TIER, final_snapshot=False)).one(aws.rds.Cluster).inputs
    assert cluster["skipFinalSnapshot"] is True
    assert "finalSnapshotIdentifier" not in cluster


def test_a_version_that_aurora_or_elasticache_raised_is_never_asked_back() -> None:
    assert small().one(aws.rds.Cluster).inputs["engineVersion"] == DATA_TIER.engine_version
    assert "engineVersion" in small().one(aws.rds.Cluster).ignore_changes
    assert "engineVersion" in small().one(aws.elasticache.ReplicationGroup).ignore_changes
    assert ["engineVersion" in instance.inputs for instance in large().of_type(aws.rds.ClusterInstance)] == [
        False,
        False,
    ]


def test_a_restored_database_keeps_the_names_that_its_snapshot_brought() -> None:
    assert {"databaseName", "masterUsername"} <= set(small().one(aws.rds.Cluster).ignore_changes)


def test_a_snapshot_makes_another_cluster_and_forgetting_it_changes_nothing() -> None:
    """The engine keeps an ignored input as the state has it: only a snapshot that is named is compared."""
    restored = record_one(DataTier, "data-tier", replace(DATA_TIER, snapshot_identifier="before")).one(random.RandomId)
    assert (restored.inputs["keepers"]["snapshot"], restored.ignore_changes) == ("before", ())
    assert small().one(random.RandomId).ignore_changes == ("keepers.snapshot",)


def test_a_new_cluster_and_its_log_group_stand_before_the_old_ones_go() -> None:
    logs = small().one(aws.cloudwatch.LogGroup)
    assert [logs.delete_before_replace, small().one(aws.rds.Cluster).delete_before_replace] == [False, False]


def test_instances_are_replaced_when_the_number_of_connections_changes_and_only_then() -> None:
    """A server reads max_connections when it starts; pools and alarm count with the new number at once."""

    def trigger(min_capacity: float, max_capacity: float) -> object:
        args = replace(DATA_TIER, min_capacity=min_capacity, max_capacity=max_capacity)
        return record_one(DataTier, "data-tier", args).one(aws.rds.ClusterInstance).replacement_trigger

    assert trigger(0.5, 4) == max_connections(0.5, 4)
    assert trigger(0.5, 8) == max_connections(0.5, 8) != trigger(0.5, 4)
    assert trigger(1, 4) == trigger(0.5, 4)


def test_the_databases_log_group_stands_encrypted_before_rds_would_make_one() -> None:
    cluster = small().one(aws.rds.Cluster)
    logs = small().one(aws.cloudwatch.LogGroup).inputs
    assert logs["name"] == f"/aws/rds/cluster/{cluster.inputs['clusterIdentifier']}/postgresql"
    assert (logs["kmsKeyId"], logs["retentionInDays"]) == (KEY_ARN, 365)
    assert "data-tier-database-logs" in depends_on(small(), cluster)
    assert cluster.inputs["enabledCloudwatchLogsExports"] == ["postgresql"]


def test_instances_wait_until_they_may_publish_their_metrics() -> None:
    instance = small().one(aws.rds.ClusterInstance)
    assert "data-tier-database-monitoring-policy" in depends_on(small(), instance)
    assert instance.inputs["monitoringInterval"] == 60
    attachment = small().one(aws.iam.RolePolicyAttachment).inputs
    assert attachment["policyArn"].endswith("service-role/AmazonRDSEnhancedMonitoringRole")


def test_the_cache_takes_encrypted_and_authenticated_connections_only() -> None:
    nodes = small().one(aws.elasticache.ReplicationGroup).inputs
    assert nodes["transitEncryptionEnabled"] is True
    assert nodes["transitEncryptionMode"] == "required"
    assert nodes["authToken"] == random_value(small(), "cache-token")
    assert 16 <= len(nodes["authToken"]) <= 128


def test_the_cache_is_valkey_encrypted_at_rest_with_the_stacks_key() -> None:
    nodes = small().one(aws.elasticache.ReplicationGroup).inputs
    parameters = small().one(aws.elasticache.ParameterGroup)
    assert (nodes["engine"], nodes["atRestEncryptionEnabled"], nodes["kmsKeyId"]) == ("valkey", True, KEY_ARN)
    assert parameters.inputs["family"] == f"valkey{nodes['engineVersion'].split('.')[0]}"
    assert nodes["parameterGroupName"] == parameters.outputs["name"]


def test_connections_of_tasks_that_are_gone_end_and_those_of_running_ones_stay() -> None:
    """Open WebUI asks after each of its connections every REDIS_HEALTH_CHECK_INTERVAL, 60 seconds."""
    group = small().one(aws.elasticache.ParameterGroup).inputs
    (timeout,) = [int(one["value"]) for one in group["parameters"] if one["name"] == "timeout"]
    assert 2 * 60 < timeout <= 3600


@pytest.mark.parametrize(("nodes", "replicated"), [(1, False), (2, True), (3, True)])
def test_a_cache_with_a_replica_fails_over_to_another_zone(nodes: int, *, replicated: bool) -> None:
    inputs = (
        record_one(DataTier, "data-tier", replace(DATA_TIER, cache_nodes=nodes))
        .one(aws.elasticache.ReplicationGroup)
        .inputs
    )
    assert inputs["numCacheClusters"] == nodes
    assert inputs["automaticFailoverEnabled"] is replicated
    assert inputs["multiAzEnabled"] is replicated


def test_the_caches_url_carries_its_token_and_is_itself_a_secret() -> None:
    url = used().one(aws.secretsmanager.SecretVersion, "data-tier-cache-url-version")
    host = used().one(aws.elasticache.ReplicationGroup).outputs["primaryEndpointAddress"]
    assert url.inputs["secretString"] == f"rediss://:{random_value(used(), 'cache-token')}@{host}:6379/0"
    assert "secretString" in url.secret_inputs
    assert used().outputs["url_from"] == used().one(aws.secretsmanager.Secret, "data-tier-cache-url-secret").id


def test_database_and_cache_each_have_a_group_that_nobody_is_in_yet() -> None:
    groups = {group.name: group.id for group in used().of_type(aws.ec2.SecurityGroup)}
    assert used().one(aws.rds.Cluster).inputs["vpcSecurityGroupIds"] == [groups["data-tier-database-sg"]]
    assert used().one(aws.elasticache.ReplicationGroup).inputs["securityGroupIds"] == [groups["data-tier-cache-sg"]]
    assert [r for r in used().resources if "IngressRule" in r.type] == []
    assert used().outputs["database"] == {"group": groups["data-tier-database-sg"], "port": 5433}
    assert used().outputs["cache"] == {"group": groups["data-tier-cache-sg"], "port": 6379}
