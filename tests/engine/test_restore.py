"""`make restore` and its drill end in the old database or the new one, whatever fails on the way, and say in which."""

from collections.abc import Callable
from typing import Any

import pytest

from scripts import restore
from tests.engine.machinery import Machinery
from tests.engine.stage import Stage

pytestmark = pytest.mark.engine

Fork = Callable[[str], Stage]
MOMENT = ("--time", "2026-11-01T12:00:00Z", "--yes")
BEFORE_THE_SWITCH = {
    "the copy": "RestoreDBClusterToPointInTime",
    "its instance": "CreateDBInstance",
    "its password": "ModifyDBCluster",
    "the snapshot": "CreateDBClusterSnapshot",
    "the look": "RunTask",
}
DURING_THE_SWITCH = {
    "the new database": ("RestoreDBClusterFromSnapshot", ""),
    "the new revision": ("RegisterTaskDefinition", ""),
    "the tasks": ("UpdateService", ""),
    # The copy is deleted too, without a snapshot.
    "the end of the old database": ("DeleteDBCluster", "FinalDBSnapshotIdentifier"),
}
"""What fails, and what its request holds."""


def databases(stage: Stage) -> dict[str, str]:
    """By identifier, the hosts of the databases that the stack has, or `make restore` has made."""
    clusters = stage.aws.client("rds").describe_db_clusters()["DBClusters"]
    return {one["DBClusterIdentifier"]: one["Endpoint"] for one in clusters if one["DBClusterIdentifier"] != "given"}


def served(stage: Stage) -> str:
    """The host that Open WebUI's tasks work with."""
    ecs = stage.aws.client("ecs")
    names = {"cluster": "webui-bedrock-cluster", "services": ["webui-bedrock-webui-service"]}
    revision = ecs.describe_services(**names)["services"][0]["taskDefinition"]
    containers: list[dict[str, Any]] = ecs.describe_task_definition(taskDefinition=revision)["taskDefinition"][
        "containerDefinitions"
    ]
    variables = next(container["environment"] for container in containers if container["name"] == "webui")
    return next(str(variable["value"]) for variable in variables if variable["name"] == "DATABASE_HOST")


def config_after(machinery: Machinery, stage: Stage, **database: object) -> None:
    """Dev's file, with some keys of `database`."""
    dev = machinery.configs["dev"]
    stage.configure({**dev, "database": {**dev.get("database", {}), **database}})


def test_a_drill_changes_nothing(fork: Fork) -> None:
    stage = fork("dev")
    before = stage.aws.inventory()
    drill = stage.script("restore", "--drill")
    assert drill.ok, drill.text
    assert stage.aws.inventory() == before
    again = stage.up("--expect-no-changes")
    assert again.ok, again.text


def test_a_restore_ends_with_the_restored_database_and_the_key_may_go_again(machinery: Machinery, fork: Fork) -> None:
    stage = fork("dev")
    (old,) = databases(stage)
    restored = stage.script("restore", *MOMENT)
    assert restored.ok, restored.text
    ((new, host),) = databases(stage).items()
    assert (new != old, served(stage)) == (True, host)
    assert ("snapshot", f"{old}-final") in stage.aws.inventory()
    assert f"Back to it: make restore STACK=dev SNAPSHOT={old}-final" in restored.text
    config_after(machinery, stage)
    without = stage.up("--expect-no-changes")
    assert without.ok, without.text


@pytest.mark.parametrize("step", BEFORE_THE_SWITCH)
def test_what_fails_before_the_switch_leaves_all_as_it_was(step: str, fork: Fork) -> None:
    stage = fork("dev")
    before = databases(stage)
    stage.aws.control("inject", action=BEFORE_THE_SWITCH[step], code="AccessDeniedException")
    told = stage.script("restore", *MOMENT)
    assert told.status == restore.OLD, told.text
    assert databases(stage) == before
    again = stage.up("--expect-no-changes")
    assert again.ok, again.text


def test_a_copy_that_open_webui_does_not_take_is_not_switched_to(fork: Fork) -> None:
    stage = fork("dev")
    before = databases(stage)
    stage.aws.control("set", key="exit_codes", value={"webui": 1})
    told = stage.script("restore", *MOMENT)
    assert (told.status, databases(stage)) == (restore.OLD, before), told.text
    assert "runs on; nothing was changed" in told.text


@pytest.mark.parametrize("step", DURING_THE_SWITCH)
def test_what_fails_during_the_switch_is_told_and_the_next_up_ends_it(step: str, fork: Fork) -> None:
    stage = fork("dev")
    ((old, host),) = databases(stage).items()
    action, match = DURING_THE_SWITCH[step]
    stage.aws.control("inject", action=action, match=match, code="AccessDeniedException")
    told = stage.script("restore", *MOMENT)
    runs = "old" if served(stage) == host else "new"
    assert served(stage) in databases(stage).values(), told.text
    assert told.status == {"old": restore.OLD, "new": restore.BETWEEN}[runs], told.text
    assert (f"{old} runs on, as before." in told.text) is (runs == "old")
    assert ("The restored database is the stack's." in told.text) is (runs == "new")
    ended = stage.make("up", "--skip-preview")
    assert ended.ok, ended.text
    ((new, host),) = databases(stage).items()
    assert (new != old, served(stage)) == (True, host)


def test_after_a_restore_that_failed_no_empty_database_is_made(machinery: Machinery, fork: Fork) -> None:
    stage = fork("dev")
    before = databases(stage)
    stage.aws.control("inject", action="RestoreDBClusterFromSnapshot", code="KMSKeyNotAccessibleFault")
    told = stage.script("restore", *MOMENT)
    assert told.status == restore.OLD, told.text
    config_after(machinery, stage)
    refused = stage.make("up", "--skip-preview")
    assert not refused.ok
    assert "would be replaced by an empty database" in refused.text
    assert databases(stage) == before
