"""Another image of Open WebUI is preceded by a snapshot of its database and by muted alarms."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from moto import mock_aws

from apps.new_image import before_update
from health.aws import Aws
from health.before_upgrade import IMAGE_TAG, MUTED_FOR, mute_alarms
from tests.scripts.deployed_stack import answer
from tests.scripts.standins import listening

REGION = "eu-west-1"
OLD, NEW = "ghcr.io/open-webui/open-webui:v0.12.4", "ghcr.io/open-webui/open-webui:v0.13.0"
NOW = datetime(2026, 11, 1, 12, 0, 30, tzinfo=UTC)


def signed_in() -> Aws:
    """A session of its own: what botocore's events call is settled when one is opened."""
    return Aws(boto3.Session("made-up", "made-up", region_name=REGION))


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """An account with the database of one stack, and with the alarms of two."""
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    with mock_aws():
        account = signed_in()
        login = {"MasterUsername": "webui_admin", "MasterUserPassword": "made-up-password"}
        account.client("rds").create_db_cluster(DBClusterIdentifier="chat-1a2b3c", Engine="aurora-postgresql", **login)
        for name in ("chat-webui-running", "chat-webui-5xx", "chat-load-balancer-errors", "chat-gateway-5xx"):
            alarm(account, name)
        alarm(account, "chat-webui2-running")
        yield account


def deny(operation: str) -> Any:
    error = {"Error": {"Code": "AccessDenied", "Message": "as injected"}}
    return listening(f"before-call.{operation}", lambda **_: (AWSResponse("", 403, {}, None), error))


def alarm(aws: Aws, name: str) -> None:
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName=name, ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1, MetricName="m", Namespace="n",
        Period=60, Threshold=1, Statistic="Sum",
    )  # fmt: skip


@pytest.fixture
def muted(aws: Aws) -> Iterator[list[dict[str, Any]]]:
    """The rules that CloudWatch was asked for, which moto does not know."""
    rules: list[dict[str, Any]] = []
    asked = listening("provide-client-params.cloudwatch.PutAlarmMuteRule", lambda params, **_: rules.append(params))
    with asked, answer("cloudwatch.PutAlarmMuteRule", {}):
        yield rules


def revision(aws: Aws, image: str, host: str = "chat") -> str:
    variables = [{"name": "DATABASE_HOST", "value": host}]
    containers = [
        {"name": "migrate", "image": "another", "memory": 512},
        {"name": "webui", "image": image, "memory": 512, "environment": variables},
    ]
    made = aws.client("ecs").register_task_definition(family="webui", containerDefinitions=containers)
    return str(made["taskDefinition"]["taskDefinitionArn"])


def change(aws: Aws, old: str, new: str, cluster: str | None = "chat-1a2b3c") -> list[str]:
    told: list[str] = []
    before_update(signed_in(), revision(aws, old), revision(aws, new), cluster, "chat", told.append)
    return told


def snapshots(aws: Aws) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = aws.client("rds").describe_db_cluster_snapshots(SnapshotType="manual")[
        "DBClusterSnapshots"
    ]
    return found


def test_another_image_is_preceded_by_a_snapshot_that_names_the_image_before(aws: Aws, muted: list[Any]) -> None:
    told = change(aws, OLD, NEW)
    (snapshot,) = snapshots(aws)
    assert snapshot["DBClusterIdentifier"] == "chat-1a2b3c"
    assert {"Key": IMAGE_TAG, "Value": OLD} in snapshot["TagList"]
    assert told[-1] == f"the database of {OLD} is in the snapshot {snapshot['DBClusterSnapshotIdentifier']}"
    assert muted


def test_another_setting_of_the_same_image_needs_neither(aws: Aws, muted: list[Any]) -> None:
    assert change(aws, OLD, OLD) == []
    assert snapshots(aws) == muted == []


def test_a_database_that_is_replaced_as_well_leaves_its_final_snapshot(aws: Aws, muted: list[Any]) -> None:
    told: list[str] = []
    new = revision(aws, OLD, "restored")
    before_update(signed_in(), revision(aws, NEW), new, "chat-1a2b3c", "chat", told.append)
    assert snapshots(aws) == []
    assert told[-1] == "webui gets another database too, whose predecessor leaves a final snapshot"
    assert muted


def test_without_a_database_of_the_stack_only_the_alarms_are_muted(aws: Aws, muted: list[Any]) -> None:
    change(aws, OLD, NEW, cluster=None)
    assert snapshots(aws) == []
    assert len(muted) == 1


@pytest.mark.parametrize("operation", ["rds.CreateDBClusterSnapshot", "ecs.DescribeTaskDefinition"])
def test_without_a_snapshot_the_service_is_not_touched(aws: Aws, muted: list[Any], operation: str) -> None:
    del muted
    with deny(operation), pytest.raises(ClientError):
        change(aws, OLD, NEW)


def test_alarms_that_may_not_be_muted_are_told_and_stop_nothing(aws: Aws) -> None:
    with deny("cloudwatch.PutAlarmMuteRule"):
        told = change(aws, OLD, NEW)
    assert told[0].startswith("the alarms could not be muted, and may go off while webui is replaced")
    assert len(snapshots(aws)) == 1


@pytest.mark.usefixtures("aws")
def test_the_alarms_of_open_webui_and_the_load_balancer_are_quiet_for_its_deployment(
    muted: list[dict[str, Any]],
) -> None:
    names = mute_alarms(signed_in(), "chat", "webui", NOW)
    assert sorted(names) == ["chat-load-balancer-errors", "chat-webui-5xx", "chat-webui-running"]
    (rule,) = muted
    assert rule["MuteTargets"] == {"AlarmNames": names}
    # A whole minute, and one that is still to come: CloudWatch knows no seconds here.
    assert rule["Rule"]["Schedule"] == {"Expression": "at(2026-11-01T12:01)", "Duration": "PT40M"}
    assert rule["ExpireDate"] == NOW + timedelta(minutes=1) + MUTED_FOR
