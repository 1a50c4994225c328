"""What was restored and looked into becomes the stack's; the command says which database runs in the end."""

import pytest

from scripts import restore
from scripts import stack as stack_command
from tests.scripts.deployed_stack import Run, Stack
from tests.scripts.restore.database import COPY, MOMENT, NAME, clusters, make_cluster, run_webui, snapshots
from tests.scripts.standins import Machine


@pytest.fixture
def ups(stack: Stack, machine: Machine) -> list[list[str]]:
    """What the stack's commands were called with; the first `up` replaces the database."""
    called: list[list[str]] = []

    def call(words: list[str], _: object) -> int:
        called.append(words)
        if words[0] == "up" and len(called) == len(("config", "up")):
            make_cluster(stack, "demo-new")
            new = stack.client("rds").describe_db_clusters(DBClusterIdentifier="demo-new")["DBClusters"][0]
            run_webui(stack, new["Endpoint"])
        return 0

    machine.patch.setattr("scripts.restore.stack.main", call)
    machine.patch.setattr("scripts.restore.verify.main", lambda *_: 0)
    return called


def test_a_restore_deploys_the_moment_that_was_checked(stack: Stack, run: Run, ups: list[list[str]]) -> None:
    told = run(*MOMENT)
    (kept,) = snapshots(stack)
    assert kept.startswith(f"{NAME}-restored-")
    assert ups[0][-4:] == ["set", "--path", "webui-bedrock:database.snapshotIdentifier", kept]
    assert [words[0] for words in ups] == ["pulumi", "up", "up"]
    assert told.out.endswith(f"Back to it: make restore STACK=dev SNAPSHOT={NAME}-final\n")
    assert COPY not in clusters(stack)


def test_a_snapshot_is_taken_as_it_is(stack: Stack, run: Run, ups: list[list[str]]) -> None:
    stack.client("rds").create_db_cluster_snapshot(DBClusterIdentifier=NAME, DBClusterSnapshotIdentifier="before")
    run("--snapshot", "before", "--yes")
    assert (snapshots(stack), ups[0][-1]) == (["before"], "before")


def test_an_update_that_fails_says_that_the_old_one_runs(stack: Stack, run: Run, machine: Machine) -> None:
    machine.patch.setattr("scripts.restore.stack.main", lambda words, _: int(words[0] == "up"))
    told = run(*MOMENT, status=restore.OLD)
    assert f"{NAME} runs on, as before." in told.out


def test_an_update_that_fails_late_says_that_the_new_one_is_the_stacks(
    stack: Stack, run: Run, ups: list[list[str]], machine: Machine
) -> None:
    before = stack_command.main
    machine.patch.setattr(
        "scripts.restore.stack.main", lambda words, root: before(words, root) or int(words[0] == "up")
    )
    told = run(*MOMENT, status=restore.BETWEEN)
    assert "The restored database is the stack's." in told.out
    assert "call `make up` again" in told.out


def test_nothing_is_switched_without_a_yes(stack: Stack, run: Run, ups: list[list[str]]) -> None:
    told = run(*MOMENT[:2], status=restore.OLD)
    assert "YES=1" in told.err
    assert ups == []
