"""The stand-in refuses what AWS refuses, in AWS's words, and accepts the same calls put right."""

import json
import re
import urllib.error
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core.utils import get_service_model

from tests.engine.process import StandIn
from tests.engine.stand_in_data import DECLARED, World, base, filled
from tests.engine.stand_in_world import build

CASES = [case for kind, cases in DECLARED.items() if kind != "bases" for case in cases]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StandIn, World]]:
    """An account with one of everything, which no test may change."""
    # AWS's own policies take seconds to load.
    account = StandIn.start(tmp_path_factory.mktemp("stand-in") / "log", MOTO_IAM_LOAD_MANAGED_POLICIES="false")
    try:
        yield account, build(account.client)
    finally:
        account.stop()


@pytest.fixture
def world(built: tuple[StandIn, World]) -> World:
    return built[1]


@pytest.fixture
def aws(built: tuple[StandIn, World]) -> Iterator[StandIn]:
    """A copy of the account for one test."""
    copy = built[0].fork()
    try:
        yield copy
    finally:
        copy.stop()


def code_of(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['call']} {case.get('by', '')}")
def test_a_wrong_call_is_refused_and_the_right_one_accepted(case: dict[str, Any], aws: StandIn, world: World) -> None:
    name, method = case["call"].split()
    call = getattr(aws.client(name), method)
    with pytest.raises(ClientError) as refused:
        call(**filled(case["wrong"], world))
    assert code_of(refused) == case["code"], refused.value
    assert aws.control("log", since=-1)["log"][0]["rule"] == case.get("by")
    call(**filled(case["wrong"] | case["right"], world))


def test_a_refused_call_changes_nothing_and_is_logged_with_its_rule(aws: StandIn) -> None:
    before = aws.control("inventory")["inventory"]
    with pytest.raises(ClientError):
        aws.client("rds").delete_db_cluster(DBClusterIdentifier="idle")
    assert aws.control("inventory")["inventory"] == before
    last = aws.control("log", since=-1)["log"][0]
    assert (last["action"], last["status"], last["rule"]) == ("DeleteDBCluster", 400, "final_snapshot_is_named")


def test_parameters_fit_the_model_of_the_service(aws: StandIn) -> None:
    unchecked = aws.client("ecs", Config(parameter_validation=False))
    with pytest.raises(ClientError, match="serviceName"):
        unchecked.create_service(cluster="cluster")
    with pytest.raises(ClientError, match="enum value set: ENABLED, DISABLED"):
        unchecked.update_service(cluster="cluster", service="web", availabilityZoneRebalancing="ON")


@pytest.mark.parametrize("ends", ["COMPLETED", "FAILED"])
def test_a_file_systems_backup_is_restored_or_not(ends: str, aws: StandIn, world: World) -> None:
    backup = aws.client("backup")
    system = f"arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/{world['system']}"
    (point,) = backup.list_recovery_points_by_resource(ResourceArn=system)["RecoveryPoints"]
    aws.control("set", key="restore_job", value=ends)
    job = backup.start_restore_job(**base("files", world, RecoveryPointArn=point["RecoveryPointArn"]))
    assert backup.describe_restore_job(RestoreJobId=job["RestoreJobId"])["Status"] == ends


def test_throughput_changes_once_a_day(aws: StandIn, world: World) -> None:
    def change(mode: str) -> None:
        aws.client("efs").update_file_system(FileSystemId=world["system"], ThroughputMode=mode)

    change("bursting")
    with pytest.raises(ClientError) as refused:
        change("elastic")
    assert code_of(refused) == "TooManyRequests"
    aws.control("set", key="throughput_day", value=False)
    change("elastic")


def test_container_insights_makes_its_log_group_again(aws: StandIn) -> None:
    group = {"logGroupName": "/aws/ecs/containerinsights/a/performance"}
    aws.control("set", key="insights_late", value=True)
    aws.client("logs").create_log_group(**group)
    aws.client("logs").delete_log_group(**group)
    with pytest.raises(ClientError) as refused:
        aws.client("logs").create_log_group(**group)
    assert code_of(refused) == "ResourceAlreadyExistsException"


def test_a_scheduled_action_sets_the_capacity_of_its_target(aws: StandIn, world: World) -> None:
    scaling = aws.client("application-autoscaling")
    scaling.put_scheduled_action(
        **base("target", world),
        ScheduledActionName="night",
        Schedule="cron(0 1 * * ? *)",
        ScalableTargetAction={"MinCapacity": 0, "MaxCapacity": 0},
    )
    assert aws.control("run_schedule", name="night")["ran"] == 1
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (0, 0)


def test_minor_versions_are_raised_and_never_lowered(aws: StandIn) -> None:
    aws.control("raise_versions", aurora="16.9", valkey="8.2")
    (cluster,) = aws.client("rds").describe_db_clusters(DBClusterIdentifier="idle")["DBClusters"]
    nodes = aws.client("elasticache").describe_cache_clusters()["CacheClusters"]
    assert cluster["EngineVersion"] == "16.9"
    assert {node["EngineVersion"] for node in nodes} == {"8.2.1"}
    with pytest.raises(ClientError, match=r"Cannot upgrade aurora-postgresql from 16\.9 to 16\.8"):
        aws.client("rds").modify_db_cluster(DBClusterIdentifier="idle", EngineVersion="16")


def test_engine_versions_are_full_ones(aws: StandIn) -> None:
    def versions(**asked: Any) -> list[str]:
        found = aws.client("rds").describe_db_engine_versions(Engine="aurora-postgresql", **asked)["DBEngineVersions"]
        return [version["EngineVersion"] for version in found]

    assert versions(DefaultOnly=True) == ["16.8"]
    assert (
        versions(EngineVersion="16")
        == versions(DBParameterGroupFamily="aurora-postgresql16")
        == ["16.6", "16.8", "16.9"]
    )
    assert versions(EngineVersion="16.9") == ["16.9"]
    assert versions(EngineVersion="17") == []


def test_a_deleted_database_leaves_its_final_snapshot(aws: StandIn) -> None:
    aws.client("rds").delete_db_cluster(DBClusterIdentifier="idle", FinalDBSnapshotIdentifier="last")
    (snapshot,) = aws.client("rds").describe_db_cluster_snapshots(DBClusterSnapshotIdentifier="last")[
        "DBClusterSnapshots"
    ]
    assert (snapshot["DBClusterIdentifier"], snapshot["EngineVersion"]) == ("idle", "16.8")


def test_a_moment_is_restored_beside_its_source(aws: StandIn, world: World) -> None:
    rds, network = aws.client("rds"), {"DBSubnetGroupName": "db", "VpcSecurityGroupIds": [world["vpc-used"]]}
    rds.modify_db_cluster(DBClusterIdentifier="db", DeletionProtection=True)
    rds.restore_db_cluster_to_point_in_time(
        DBClusterIdentifier="copy", SourceDBClusterIdentifier="db", UseLatestRestorableTime=True, **network
    )
    (copy,) = rds.describe_db_clusters(DBClusterIdentifier="copy")["DBClusters"]
    (source,) = rds.describe_db_clusters(DBClusterIdentifier="db")["DBClusters"]
    assert (copy["EngineVersion"], copy["DBSubnetGroup"]) == (source["EngineVersion"], "db")
    assert copy["Endpoint"] != source["Endpoint"]
    rds.delete_db_cluster(DBClusterIdentifier="copy", SkipFinalSnapshot=True)


def test_a_vault_has_its_tags(aws: StandIn) -> None:
    made = aws.client("backup").create_backup_vault(BackupVaultName="tagged", BackupVaultTags={"Team": "a"})
    assert aws.client("backup").list_tags(ResourceArn=made["BackupVaultArn"])["Tags"] == {"Team": "a"}


@pytest.mark.parametrize("code", [0, 1])
def test_a_task_that_runs_once_ends_as_it_is_told(code: int, aws: StandIn) -> None:
    ecs = aws.client("ecs")
    aws.control("set", key="exit_codes", value={"app": code})
    (started,) = ecs.run_task(cluster="cluster", taskDefinition="task", count=1)["tasks"]
    (ended,) = ecs.describe_tasks(cluster="cluster", tasks=[started["taskArn"]])["tasks"]
    assert (ended["lastStatus"], ended["containers"][0]["exitCode"]) == ("STOPPED", code)


def test_a_service_runs_tasks_of_its_revision_that_exec_reaches(aws: StandIn) -> None:
    ecs = aws.client("ecs")
    first = {"name": "first", "image": "a", "memory": 128, "essential": False}
    waits = {"dependsOn": [{"containerName": "first", "condition": "SUCCESS"}]}
    app = {"name": "app", "image": "a", "memory": 128, **waits}
    revision = ecs.register_task_definition(family="task", containerDefinitions=[first, app])["taskDefinition"]
    wanted = {"taskDefinition": "task", "desiredCount": 2, "enableExecuteCommand": True}
    ecs.update_service(cluster="cluster", service="worker", **wanted)
    arns = ecs.list_tasks(cluster="cluster", serviceName="worker")["taskArns"]
    tasks = ecs.describe_tasks(cluster="cluster", tasks=arns)["tasks"]
    assert [task["taskDefinitionArn"] for task in tasks] == [revision["taskDefinitionArn"]] * 2
    assert [one["lastStatus"] for one in tasks[0]["containers"]] == ["STOPPED", "RUNNING"]
    assert tasks[0]["containers"][1]["managedAgents"] == [{"name": "ExecuteCommandAgent", "lastStatus": "RUNNING"}]
    assert ecs.list_tasks(cluster="cluster", serviceName="worker", desiredStatus="STOPPED")["taskArns"] == []


def test_a_snapshot_is_restored_by_its_arn_too(aws: StandIn, world: World) -> None:
    (kept,) = aws.client("rds").describe_db_cluster_snapshots(DBClusterSnapshotIdentifier="kept")["DBClusterSnapshots"]
    arn = kept["DBClusterSnapshotArn"]
    (same,) = aws.client("rds").describe_db_cluster_snapshots(DBClusterSnapshotIdentifier=arn)["DBClusterSnapshots"]
    assert same == kept
    wanted = base("restore", world, SnapshotIdentifier=arn)
    assert aws.client("rds").restore_db_cluster_from_snapshot(**wanted)["DBCluster"]["Engine"] == "aurora-postgresql"


def test_a_draining_service_is_gone_after_a_while(aws: StandIn, world: World) -> None:
    def status() -> str:
        (found,) = aws.client("ecs").describe_services(cluster="cluster", services=["leaving"])["services"]
        return str(found["status"])

    assert [status() for _ in range(3)] == ["DRAINING", "DRAINING", "INACTIVE"]
    aws.client("ecs").create_service(**base("service", world, serviceName="leaving"))
    assert status() == "ACTIVE"


def test_a_failed_first_deployment_runs_nothing_and_a_later_one_is_rolled_back(aws: StandIn, world: World) -> None:
    ecs = aws.client("ecs")

    def running(name: str) -> tuple[int, str]:
        (found,) = ecs.describe_services(cluster="cluster", services=[name])["services"]
        newest, *_ = ecs.list_service_deployments(cluster="cluster", service=name)["serviceDeployments"]
        return found["runningCount"], newest["status"]

    aws.control("ecs_fail", services=["new", "worker"])
    ecs.create_service(**base("service", world))
    ecs.register_task_definition(family="task", containerDefinitions=[{"name": "app", "image": "b", "memory": 128}])
    ecs.update_service(cluster="cluster", service="worker", taskDefinition="task")
    assert running("new") == (0, "STOPPED")
    assert running("worker") == (1, "ROLLBACK_SUCCESSFUL")
    aws.control("ecs_fail", services=[])
    ecs.update_service(cluster="cluster", service="new", forceNewDeployment=True)
    assert running("new") == (1, "SUCCESSFUL")


@pytest.mark.parametrize(("after", "left"), [(False, False), (True, True)])
def test_an_injected_error_comes_before_or_after_the_call(aws: StandIn, after: bool, left: bool) -> None:
    aws.control("inject", action="CreateCluster", match="hit", code="ServerException", after=after)
    aws.client("ecs").create_cluster(clusterName="other")
    with pytest.raises(ClientError) as refused:
        aws.client("ecs").create_cluster(clusterName="hit")
    assert code_of(refused) == "ServerException"
    assert ("hit" in aws.control("inventory")["inventory"]["cluster"]) == left
    aws.client("ecs").create_cluster(clusterName="hit")  # once only


def test_a_fork_goes_its_own_way(aws: StandIn) -> None:
    other = aws.fork()
    try:
        other.client("ecs").create_cluster(clusterName="there")
        assert "there" in other.control("inventory")["inventory"]["cluster"]
        assert "there" not in aws.control("inventory")["inventory"]["cluster"]
    finally:
        other.stop()


def test_an_unknown_command_is_refused_with_those_that_there_are(aws: StandIn) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        aws.control("sing")
    assert "inject" in json.load(refused.value)["error"]


def test_every_rule_has_a_source_and_those_of_the_api_are_in_the_model(built: tuple[StandIn, World]) -> None:
    for rule in built[0].control("rules")["rules"][1:]:
        kind, told = rule["source"].split(" ", 1)
        assert kind in ("api", "guide", "seen"), rule
        if kind == "api":
            model = get_service_model(rule["service"])
            name = re.split(r"[.:,;]", told)[0]
            assert name in {*model.operation_names, *model.shape_names}, rule
        if "seen" in rule["source"]:
            assert re.search(r"[\w-]+/[\w-]+#\d+", rule["source"]), rule


def test_every_rule_is_broken_by_a_call_of_these_tests(built: tuple[StandIn, World]) -> None:
    rules = {rule["name"] for rule in built[0].control("rules")["rules"]}
    assert rules - {case.get("by") for case in CASES} == {"model", "mode_is_a_day_old"}  # which have tests of their own
