"""The stand-in refuses what AWS refuses, in AWS's words, and accepts the same calls put right."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core.utils import get_service_model

from tests.engine.stand_in_data import World, scalable, service
from tests.engine.stand_in_world import build

ROOT = Path(__file__).parents[2]
DECLARED = yaml.safe_load((ROOT / "tests/engine/refused.yaml").read_text())
CASES = [case for kind, cases in DECLARED.items() if kind != "bases" for case in cases]
SESSION = boto3.Session("made-up", "made-up", region_name="us-east-1")


@dataclass(frozen=True)
class Account:
    """A stand-in that listens on a port."""

    port: int
    pid: int

    def __call__(self, service: str) -> Any:
        return SESSION.client(service, endpoint_url=f"http://127.0.0.1:{self.port}")

    def control(self, command: str, **more: Any) -> Any:
        body = json.dumps({"cmd": command, **more}).encode()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_strict", data=body, timeout=10) as answer:
            return json.load(answer)

    def fork(self) -> "Account":
        forked = self.control("fork", port=0)
        return Account(forked["port"], forked["pid"])


@pytest.fixture(scope="module")
def built() -> Iterator[tuple[Account, World]]:
    """An account with one of everything, which no test may change."""
    command = [sys.executable, "-m", "tests.engine.stand_in", "0"]
    environment = os.environ | {"MOTO_IAM_LOAD_MANAGED_POLICIES": "false"}  # AWS's own policies take seconds
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        account = Account(int(process.stdout.readline().split()[2].rstrip(":")), process.pid)
        try:
            yield account, build(account)
        finally:
            process.kill()


@pytest.fixture
def world(built: tuple[Account, World]) -> World:
    return built[1]


@pytest.fixture
def aws(built: tuple[Account, World]) -> Iterator[Account]:
    """A copy of the account for one test."""
    copy = built[0].fork()
    try:
        yield copy
    finally:
        os.kill(copy.pid, signal.SIGKILL)


def code_of(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


def filled(value: Any, world: World) -> Any:
    """A case's value with the world's ids in it."""
    if isinstance(value, dict):
        return {key: filled(member, world) for key, member in value.items() if member is not None}
    if isinstance(value, list):
        return [filled(member, world) for member in value]
    return world[value[1:]] if isinstance(value, str) and value.startswith("$") else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['call']} {case.get('by', '')}")
def test_a_wrong_call_is_refused_and_the_right_one_accepted(case: dict[str, Any], aws: Account, world: World) -> None:
    name, method = case["call"].split()
    call = getattr(aws(name), method)
    with pytest.raises(ClientError) as refused:
        call(**filled(case["wrong"], world))
    assert code_of(refused) == case["code"], refused.value
    assert aws.control("log", since=-1)["log"][0]["rule"] == case.get("by")
    call(**filled(case["wrong"] | case["right"], world))


def test_a_refused_call_changes_nothing_and_is_logged_with_its_rule(aws: Account) -> None:
    before = aws.control("inventory")["inventory"]
    with pytest.raises(ClientError):
        aws("rds").delete_db_cluster(DBClusterIdentifier="idle")
    assert aws.control("inventory")["inventory"] == before
    last = aws.control("log", since=-1)["log"][0]
    assert (last["action"], last["status"], last["rule"]) == ("DeleteDBCluster", 400, "final_snapshot_is_named")


def test_parameters_fit_the_model_of_the_service(aws: Account) -> None:
    unchecked = SESSION.client(
        "ecs", endpoint_url=f"http://127.0.0.1:{aws.port}", config=Config(parameter_validation=False)
    )
    with pytest.raises(ClientError, match="serviceName"):
        unchecked.create_service(cluster="cluster")
    with pytest.raises(ClientError, match="enum value set: ENABLED, DISABLED"):
        unchecked.update_service(cluster="cluster", service="web", availabilityZoneRebalancing="ON")


def test_throughput_changes_once_a_day(aws: Account, world: World) -> None:
    def change(mode: str) -> None:
        aws("efs").update_file_system(FileSystemId=world["system"], ThroughputMode=mode)

    change("bursting")
    with pytest.raises(ClientError) as refused:
        change("elastic")
    assert code_of(refused) == "TooManyRequests"
    aws.control("set", key="throughput_day", value=False)
    change("elastic")


def test_container_insights_makes_its_log_group_again(aws: Account) -> None:
    group = {"logGroupName": "/aws/ecs/containerinsights/a/performance"}
    aws.control("set", key="insights_late", value=True)
    aws("logs").create_log_group(**group)
    aws("logs").delete_log_group(**group)
    with pytest.raises(ClientError) as refused:
        aws("logs").create_log_group(**group)
    assert code_of(refused) == "ResourceAlreadyExistsException"


def test_a_scheduled_action_sets_the_capacity_of_its_target(aws: Account) -> None:
    scaling = aws("application-autoscaling")
    scaling.put_scheduled_action(
        **scalable("web"),
        ScheduledActionName="night",
        Schedule="cron(0 1 * * ? *)",
        ScalableTargetAction={"MinCapacity": 0, "MaxCapacity": 0},
    )
    assert aws.control("run_schedule", name="night")["ran"] == 1
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (0, 0)


def test_minor_versions_are_raised_and_never_lowered(aws: Account) -> None:
    aws.control("raise_versions", aurora="16.9", valkey="8.2")
    (cluster,) = aws("rds").describe_db_clusters(DBClusterIdentifier="idle")["DBClusters"]
    nodes = aws("elasticache").describe_cache_clusters()["CacheClusters"]
    assert cluster["EngineVersion"] == "16.9"
    assert {node["EngineVersion"] for node in nodes} == {"8.2.1"}
    with pytest.raises(ClientError, match=r"Cannot upgrade aurora-postgresql from 16\.9 to 16\.8"):
        aws("rds").modify_db_cluster(DBClusterIdentifier="idle", EngineVersion="16")


def test_engine_versions_are_full_ones(aws: Account) -> None:
    def versions(**asked: Any) -> list[str]:
        found = aws("rds").describe_db_engine_versions(Engine="aurora-postgresql", **asked)["DBEngineVersions"]
        return [version["EngineVersion"] for version in found]

    assert versions(DefaultOnly=True) == ["16.8"]
    assert (
        versions(EngineVersion="16")
        == versions(DBParameterGroupFamily="aurora-postgresql16")
        == ["16.6", "16.8", "16.9"]
    )
    assert versions(EngineVersion="16.9") == ["16.9"]
    assert versions(EngineVersion="17") == []


def test_a_deleted_database_leaves_its_final_snapshot(aws: Account) -> None:
    aws("rds").delete_db_cluster(DBClusterIdentifier="idle", FinalDBSnapshotIdentifier="last")
    (snapshot,) = aws("rds").describe_db_cluster_snapshots(DBClusterSnapshotIdentifier="last")["DBClusterSnapshots"]
    assert (snapshot["DBClusterIdentifier"], snapshot["EngineVersion"]) == ("idle", "16.8")


def test_a_snapshot_is_restored_by_its_arn_too(aws: Account, world: World) -> None:
    (kept,) = aws("rds").describe_db_cluster_snapshots(DBClusterSnapshotIdentifier="kept")["DBClusterSnapshots"]
    arn = kept["DBClusterSnapshotArn"]
    (same,) = aws("rds").describe_db_cluster_snapshots(DBClusterSnapshotIdentifier=arn)["DBClusterSnapshots"]
    assert same == kept
    wanted = filled(DECLARED["bases"]["restore"], world) | {"SnapshotIdentifier": arn}
    assert aws("rds").restore_db_cluster_from_snapshot(**wanted)["DBCluster"]["Engine"] == "aurora-postgresql"


def test_a_draining_service_is_gone_after_a_while(aws: Account, world: World) -> None:
    def status() -> str:
        (found,) = aws("ecs").describe_services(cluster="cluster", services=["leaving"])["services"]
        return str(found["status"])

    assert [status() for _ in range(3)] == ["DRAINING", "DRAINING", "INACTIVE"]
    aws("ecs").create_service(**service(world, "leaving"))
    assert status() == "ACTIVE"


def test_a_failed_first_deployment_runs_nothing_and_a_later_one_is_rolled_back(aws: Account, world: World) -> None:
    ecs = aws("ecs")

    def running(name: str) -> tuple[int, str]:
        (found,) = ecs.describe_services(cluster="cluster", services=[name])["services"]
        newest, *_ = ecs.list_service_deployments(cluster="cluster", service=name)["serviceDeployments"]
        return found["runningCount"], newest["status"]

    aws.control("ecs_fail", services=["new", "worker"])
    ecs.create_service(**service(world, "new"))
    ecs.register_task_definition(family="task", containerDefinitions=[{"name": "app", "image": "b", "memory": 128}])
    ecs.update_service(cluster="cluster", service="worker", taskDefinition="task")
    assert running("new") == (0, "STOPPED")
    assert running("worker") == (1, "ROLLBACK_SUCCESSFUL")
    aws.control("ecs_fail", services=[])
    ecs.update_service(cluster="cluster", service="new", forceNewDeployment=True)
    assert running("new") == (1, "SUCCESSFUL")


@pytest.mark.parametrize(("after", "left"), [(False, False), (True, True)])
def test_an_injected_error_comes_before_or_after_the_call(aws: Account, after: bool, left: bool) -> None:
    aws.control("inject", action="CreateCluster", match="hit", code="ServerException", after=after)
    aws("ecs").create_cluster(clusterName="other")
    with pytest.raises(ClientError) as refused:
        aws("ecs").create_cluster(clusterName="hit")
    assert code_of(refused) == "ServerException"
    assert ("hit" in aws.control("inventory")["inventory"]["cluster"]) == left
    aws("ecs").create_cluster(clusterName="hit")  # once only


def test_a_fork_goes_its_own_way(aws: Account) -> None:
    other = aws.fork()
    try:
        other("ecs").create_cluster(clusterName="there")
        assert "there" in other.control("inventory")["inventory"]["cluster"]
        assert "there" not in aws.control("inventory")["inventory"]["cluster"]
    finally:
        os.kill(other.pid, signal.SIGKILL)


def test_an_unknown_command_is_refused_with_those_that_there_are(aws: Account) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        aws.control("sing")
    assert "inject" in json.load(refused.value)["error"]


def test_every_rule_has_a_source_and_those_of_the_api_are_in_the_model(built: tuple[Account, World]) -> None:
    for rule in built[0].control("rules")["rules"][1:]:
        kind, told = rule["source"].split(" ", 1)
        assert kind in ("api", "guide", "seen"), rule
        if kind == "api":
            model = get_service_model(rule["service"])
            name = re.split(r"[.:,;]", told)[0]
            assert name in {*model.operation_names, *model.shape_names}, rule
        if "seen" in rule["source"]:
            assert re.search(r"[\w-]+/[\w-]+#\d+", rule["source"]), rule


def test_every_rule_is_broken_by_a_call_of_these_tests(built: tuple[Account, World]) -> None:
    rules = {rule["name"] for rule in built[0].control("rules")["rules"]}
    assert rules - {case.get("by") for case in CASES} == {"model", "mode_is_a_day_old"}  # which have tests of their own
