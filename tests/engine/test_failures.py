"""What failed is sent again by the next `make up`, and what AWS does by itself is no drift."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engine.changes import Config
from tests.engine.machinery import Machinery
from tests.engine.stage import Stage

pytestmark = pytest.mark.engine

Fork = Callable[[str], Stage]
DOCS: Config = {"image": "docker.io/library/nginx:1.27.0", "port": 8000, "paths": ["/docs-api/*"]}


def database(stage: Stage) -> dict[str, Any]:
    clusters = stage.aws.client("rds").describe_db_clusters()["DBClusters"]
    found: dict[str, Any] = next(cluster for cluster in clusters if cluster["DBClusterIdentifier"] != "given")
    return found


def service(stage: Stage, app: str) -> dict[str, Any]:
    ecs = stage.aws.client("ecs")
    answer = ecs.describe_services(cluster="webui-bedrock-cluster", services=[f"webui-bedrock-{app}-service"])
    found: dict[str, Any] = answer["services"][0]
    return found


def newest_revision(stage: Stage, app: str) -> str:
    family = service(stage, app)["taskDefinition"].rpartition("/")[2].partition(":")[0]
    listed = stage.aws.client("ecs").list_task_definitions(familyPrefix=family)
    return str(max(listed["taskDefinitionArns"], key=lambda arn: int(arn.rpartition(":")[2])))


def changed(machinery: Machinery, stage: Stage, key: str, **values: object) -> None:
    """Write dev's file with some values of one top-level key."""
    dev = machinery.configs["dev"]
    stage.configure({**dev, key: {**dev.get(key, {}), **values}})


def fails_then_goes_on(stage: Stage, action: str, code: str) -> None:
    """Let AWS refuse an action once, in a way that no SDK tries again by itself."""
    stage.aws.control("inject", action=action, code=code)
    first = stage.up()
    assert not first.ok, first.text
    second = stage.make("up", "--skip-preview")
    assert second.ok, second.text


def test_a_failed_change_of_the_database_is_sent_again(machinery: Machinery, fork: Fork) -> None:
    stage = fork("dev")
    changed(machinery, stage, "database", backupDays=14)
    fails_then_goes_on(stage, "ModifyDBCluster", "KMSKeyNotAccessibleFault")
    assert database(stage)["BackupRetentionPeriod"] == 14


def test_a_failed_change_of_a_service_is_sent_again(machinery: Machinery, fork: Fork) -> None:
    stage = fork("dev")
    changed(machinery, stage, "webui", env={"RAG_FILE_MAX_SIZE": "100"})
    fails_then_goes_on(stage, "UpdateService", "ClientException")
    assert service(stage, "webui")["taskDefinition"] == newest_revision(stage, "webui")


def test_a_service_that_could_not_be_created_is_created(machinery: Machinery, fork: Fork) -> None:
    stage = fork("dev")
    changed(machinery, stage, "services", docs=DOCS)
    fails_then_goes_on(stage, "CreateService", "ClientException")
    assert service(stage, "docs")["status"] == "ACTIVE"


def test_a_failed_first_deployment_is_started_again(machinery: Machinery, fork: Fork) -> None:
    stage = fork("dev")
    changed(machinery, stage, "services", docs=DOCS)
    stage.aws.control("ecs_fail", services=["webui-bedrock-docs-service"])
    first = stage.up()
    assert not first.ok, first.text
    assert service(stage, "docs")["runningCount"] == 0
    stage.aws.control("ecs_fail", services=[])
    second = stage.make("up", "--skip-preview")
    assert second.ok, second.text
    assert service(stage, "docs")["runningCount"] == 1


def test_a_deployment_that_was_rolled_back_is_started_again(machinery: Machinery, fork: Fork) -> None:
    stage = fork("dev")
    changed(machinery, stage, "webui", env={"RAG_FILE_MAX_SIZE": "100"})
    stage.aws.control("ecs_fail", services=["webui-bedrock-webui-service"])
    stage.up()
    assert service(stage, "webui")["taskDefinition"] != newest_revision(stage, "webui")
    stage.aws.control("ecs_fail", services=[])
    second = stage.make("up", "--skip-preview")
    assert second.ok, second.text
    assert service(stage, "webui")["taskDefinition"] == newest_revision(stage, "webui")


def test_a_run_that_was_killed_in_the_middle_goes_on(machinery: Machinery, tmp_path: Path) -> None:
    stage = machinery.empty("sqlite", tmp_path / "stage")
    run = stage.popen("up", "--yes", "--skip-preview")
    while not any(kind == "file system" for kind, _ in stage.aws.inventory()):
        assert run.poll() is None, "the run ended before it could be killed"
        time.sleep(0.5)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    told = stage.make("up", "--skip-preview")
    assert told.ok, told.text
    again = stage.up("--expect-no-changes")
    assert again.ok, again.text


def test_a_minor_version_that_aws_raises_is_no_drift(machinery: Machinery, fork: Fork) -> None:
    stage = fork("dev")
    stage.aws.control("raise_versions", aurora="16.9", valkey="8.1")
    refresh = stage.refresh("--expect-no-changes")
    assert refresh.ok, refresh.text
    changed(machinery, stage, "database", backupDays=14)
    later = stage.up()
    assert later.ok, later.text
    assert later.done == {"changed": ["rds.Cluster data-tier-database-cluster"]}


def test_what_aws_does_by_itself_in_a_week_is_no_drift(fork: Fork) -> None:
    stage = fork("busy")
    targets = stage.aws.client("application-autoscaling").describe_scheduled_actions(ServiceNamespace="ecs")
    for action in targets["ScheduledActions"]:
        assert stage.aws.control("run_schedule", name=action["ScheduledActionName"])["ran"] == 1
    # Scaling by load, minor upgrades, and what a major version means to AWS by then.
    names = {"cluster": "webui-bedrock-cluster", "service": "webui-bedrock-gateway-service"}
    stage.aws.client("ecs").update_service(**names, desiredCount=3)
    stage.aws.control("raise_versions", aurora="16.9", valkey="8.1")
    for key, version in {"default_minor": "16.9", "valkey_minor": "8.1"}.items():
        stage.aws.control("set", key=key, value=version)
    looked = stage.preview("--refresh", "--expect-no-changes")
    assert looked.ok, looked.text
    refresh = stage.refresh("--expect-no-changes")
    assert refresh.ok, refresh.text
    again = stage.up("--expect-no-changes")
    assert again.ok, again.text
    assert service(stage, "gateway")["desiredCount"] == 3


def test_a_stack_comes_again_though_container_insights_wrote_after_it_had_gone(fork: Fork) -> None:
    stage = fork("sqlite")
    stage.aws.control("set", key="insights_late", value=True)
    gone = stage.destroy()
    assert gone.ok, gone.text
    again = stage.up()
    assert again.ok, again.text
    assert "was made by AWS for an earlier cluster of this name" in again.text


def test_a_service_that_is_told_to_be_replaced_runs_afterwards(fork: Fork) -> None:
    stage = fork("sqlite")
    replaced = stage.up("--replace", "**::gateway-service")
    assert replaced.ok, replaced.text
    assert "ecs.Service gateway-service" in replaced.done["replaced"]
    found = service(stage, "gateway")
    assert (found["status"], found["runningCount"]) == ("ACTIVE", found["desiredCount"])
