"""A database is restored into a copy and looked into; the copy goes in any case."""

import json
import re
import time

import pytest

from scripts import restore
from tests.scripts.deployed_stack import LOG_GROUP, TASK_ID, Run, Stack
from tests.scripts.restore.database import (
    COPY,
    DRILL,
    MOMENT,
    NAME,
    SUBNETS,
    clusters,
    make_cluster,
    refusing,
    run_webui,
    snapshots,
)
from tests.scripts.standins import Body, Machine, listening


def test_a_drill_restores_looks_and_deletes(stack: Stack, run: Run, asked: list[Body]) -> None:
    restored: list[Body] = []
    logs, stream = stack.client("logs"), f"webui/webui/{TASK_ID}"
    logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName=stream)
    line = json.dumps({"level": "info", "msg": "webui-restored: chat: 2 rows, 3 in the database that runs"})
    event = {"timestamp": int(time.time() * 1000), "message": line}
    logs.put_log_events(logGroupName=LOG_GROUP, logStreamName=stream, logEvents=[event])
    with listening(
        "provide-client-params.rds.RestoreDBClusterToPointInTime", lambda params, **_: restored.append(params)
    ):
        told = run(*DRILL)
    assert (clusters(stack), snapshots(stack)) == ([NAME], [])
    assert "webui-restored: chat: 2 rows, 3 in the database that runs" in told.out.splitlines()
    assert told.out.endswith(f"The copy of {NAME} is good. Nothing was changed.\n")
    size = restored[0]["ServerlessV2ScalingConfiguration"]
    assert (restored[0]["Port"], restored[0]["DBSubnetGroupName"], size) == (
        5433,
        SUBNETS,
        {"MinCapacity": 0.5, "MaxCapacity": 4},
    )
    assert restored[0]["UseLatestRestorableTime"] is True
    overrides = {override["name"]: override for override in asked[0]["overrides"]["containerOverrides"]}
    assert overrides.keys() == {"migrate", "webui"}
    # ECS takes no other characters (RunTask.startedBy).
    assert re.fullmatch(r"[A-Za-z0-9/_-]{1,128}", asked[0]["startedBy"])
    assert all(override["environment"][0]["value"].startswith(f"{COPY}.") for override in overrides.values())
    assert overrides["webui"]["command"][-1].startswith(f"{NAME}.")


def test_a_copy_that_the_migration_does_not_take_fails_the_drill(stack: Stack, run: Run) -> None:
    told = run(*DRILL, status=restore.OLD, migrate=1, webui=137)
    assert f"The copy of {NAME} cannot take its place. {NAME} runs on" in told.out
    assert "migrate: exit code 1" in told.out
    assert clusters(stack) == [NAME]


@pytest.mark.parametrize(
    "operation",
    ["RestoreDBClusterToPointInTime", "CreateDBInstance", "ModifyDBCluster", "CreateDBClusterSnapshot"],
)
def test_a_refusal_on_the_way_leaves_the_old_database_and_no_copy(operation: str, stack: Stack, run: Run) -> None:
    with refusing(f"rds.{operation}"):
        told = run(*MOMENT, status=restore.OLD)
    assert "as injected" in told.err
    assert clusters(stack) == [NAME]


def test_a_copy_that_a_killed_run_left_is_replaced(stack: Stack, run: Run) -> None:
    make_cluster(stack, COPY, {"Key": "webui-bedrock:copy-of", "Value": NAME})
    run(*DRILL)
    assert clusters(stack) == [NAME]


def test_a_cluster_of_somebody_else_is_not_deleted(stack: Stack, run: Run) -> None:
    make_cluster(stack, COPY)
    told = run(*DRILL, status=restore.OLD)
    assert "a cluster that `make restore` has not made has it" in told.err
    assert clusters(stack) == [NAME, COPY]


def test_what_stands_in_the_way_is_said_before_anything_is_made(stack: Stack, run: Run, machine: Machine) -> None:
    database = "webui-bedrock:database: {finalSnapshot: false}"
    machine.write_stack(f"config:\n  aws:region: eu-west-1\n  webui-bedrock:protect: true\n  {database}\n")
    told = run(*MOMENT, status=restore.OLD)
    assert "the release of dev's protection" in told.err
    assert "make pulumi STACK=dev ARGS='config set --plaintext webui-bedrock:protect false'" in told.err
    assert "a final snapshot" in told.err
    assert clusters(stack) == [NAME]
    run(*DRILL)


def test_a_login_with_tokens_is_no_login_to_a_copy(stack: Stack, run: Run) -> None:
    run_webui(stack, stack.client("rds").describe_db_clusters()["DBClusters"][0]["Endpoint"], login="OPENAI_API_KEY")
    assert "a token of IAM opens the running database only" in run(*DRILL, status=restore.OLD).err


def test_a_stack_without_a_database_of_its_own_has_none_to_restore(stack: Stack, run: Run) -> None:
    run_webui(stack, "")
    assert "a database that dev has made" in run(*MOMENT, status=restore.OLD).err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "SNAPSHOT=<name>, TIME=2026-11-01T12:00:00Z or FILES=latest"),
        (("--snapshot", "a", "--time", "2026-11-01"), "a snapshot or a moment, not both"),
        (("--time", "noon"), "noon is no time like 2026-11-01T12:00:00Z"),
        (("--files", "noon"), "noon is no time like 2026-11-01T12:00:00Z"),
        (("--files", "latest", "--snapshot", "a"), "one of them after the other"),
        (("--files", "none"), "FILES=none is for make restore-drill"),
        (("--directory", "/webui", "--time", "2026-11-01"), "it goes with FILES=latest"),
        (("--files", "latest", "--app", "docs"), "Only Open WebUI's are restored (APP=webui)"),
    ],
    ids=str,
)
def test_what_to_restore_must_be_said(options: tuple[str, ...], said: str, machine: Machine) -> None:
    with pytest.raises(SystemExit):
        restore.main(["--stack", "dev", *options], machine.project)
    assert said in machine.capsys.readouterr().err
