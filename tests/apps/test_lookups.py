"""What the account already has decides before anything is registered."""

from typing import Any

import grpc
import pulumi_aws as aws
import pytest
from pulumi import RunError

from offline.engine import AwsFacts
from offline.engine.recording import Recording
from settings import SettingsError
from tests.support.program import plan, plan_afresh

INSIGHTS = "/aws/ecs/containerinsights/webui-bedrock-cluster/performance"
RESTORED = {"database": {"snapshotIdentifier": "before-upgrade"}}


def restored_from(**snapshot: str) -> Recording:
    return plan_afresh(RESTORED, aws=AwsFacts(snapshots={"before-upgrade": snapshot}))


def test_a_new_database_gets_a_full_version_of_the_major_one() -> None:
    major, _, minor = plan().one(aws.rds.Cluster).inputs["engineVersion"].partition(".")
    assert (major, minor.isdigit()) == ("16", True)


def test_a_database_is_restored_from_an_older_minor_version_too() -> None:
    assert restored_from(engineVersion="16.4").one(aws.rds.Cluster).inputs["snapshotIdentifier"] == "before-upgrade"


@pytest.mark.parametrize(
    ("snapshot", "rule"),
    [
        ({"engineVersion": "15.8"}, "must be of aurora-postgresql 16, not of aurora-postgresql 15.8"),
        ({"engineVersion": "17.4"}, "must be of aurora-postgresql 16, not of aurora-postgresql 17.4"),
        ({"engine": "aurora-mysql"}, "must be of aurora-postgresql 16, not of aurora-mysql 16.9"),
        ({"status": "creating"}, "must be available, it is creating"),
    ],
)
def test_a_snapshot_that_cannot_be_restored_here_is_refused(snapshot: dict[str, str], rule: str) -> None:
    with pytest.raises(SettingsError) as refused:
        restored_from(**snapshot)
    [problem] = refused.value.problems
    assert (problem.key, problem.value, problem.rule) == ("database.snapshotIdentifier", "before-upgrade", rule)
    assert problem.remedy == "pulumi config rm --path webui-bedrock:database.snapshotIdentifier"


Absent: Any = type(
    "Absent",
    (grpc.RpcError,),
    {
        "code": lambda _: grpc.StatusCode.UNKNOWN,
        "details": lambda _: "no matching DB Cluster Snapshot found",
        "__doc__": "What a provider answers to a look-up of nothing.",
    },
)


def test_a_snapshot_that_does_not_exist_is_refused_with_the_key_and_the_way_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent(*_: object) -> None:
        raise Absent

    monkeypatch.setattr("offline.engine.answers.Answers._cluster_snapshot", absent)
    with pytest.raises(RunError) as refused:
        plan_afresh(RESTORED)
    told = str(refused.value)
    assert told.startswith("database.snapshotIdentifier before-upgrade: cannot be looked up (")
    assert "no matching DB Cluster Snapshot found" in told
    assert "pulumi config rm --path webui-bedrock:database.snapshotIdentifier" in told


def test_a_stack_without_database_asks_for_no_version_of_one() -> None:
    sqlite = plan({"database": {"enabled": False}, "webui": {"scaling": {"min": 1, "max": 1}}})
    assert [invoke.token for invoke in sqlite.invokes if "rds" in invoke.token] == []


def test_a_log_group_that_container_insights_made_stays_and_is_told_of() -> None:
    found = plan_afresh(aws=AwsFacts(log_groups={INSIGHTS: {}}))
    assert INSIGHTS not in {group.inputs.get("name") for group in found.of_type(aws.cloudwatch.LogGroup)}
    [(severity, message)] = [(kind, text) for kind, text in found.log if INSIGHTS in text]
    assert severity == "warning"
    assert f"aws logs put-retention-policy --log-group-name {INSIGHTS} --retention-in-days 365" in message


def test_the_stacks_own_log_group_stays_the_stacks() -> None:
    own = AwsFacts(log_groups={INSIGHTS: {"Project": "webui-bedrock"}, f"{INSIGHTS}-2": {}})
    found = plan_afresh(aws=own)
    assert INSIGHTS in {group.inputs.get("name") for group in found.of_type(aws.cloudwatch.LogGroup)}
    assert found.log == plan().log
