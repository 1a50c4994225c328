"""What precedes another image of Open WebUI: a snapshot of its database, and quiet alarms while it is away."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from health.aws import Aws

IMAGE_TAG = "webui-bedrock:image"
"""Tag of a snapshot: the image of Open WebUI that its database belongs to."""

MUTED_FOR = timedelta(minutes=40)
"""ECS gives up after 30 minutes (`components/ecs_app_service`); two more are the old tasks' last answers."""

POLL = {"Delay": 15, "MaxAttempts": 240}
"""A snapshot of a large database takes longer than the half hour that botocore's waiter waits by itself."""


def image_of(aws: Aws, task_definition: str, container: str) -> str:
    """The image of a container in a revision. Raises one of AWS_ERRORS."""
    return str(_container(aws, task_definition, container).get("image", ""))


def host_of(aws: Aws, task_definition: str, container: str) -> str:
    """The host of the database that a container in a revision works with. Raises one of AWS_ERRORS."""
    variables = _container(aws, task_definition, container).get("environment", ())
    return next((str(entry["value"]) for entry in variables if entry["name"] == "DATABASE_HOST"), "")


def _container(aws: Aws, task_definition: str, name: str) -> Mapping[str, Any]:
    described = aws.client("ecs").describe_task_definition(taskDefinition=task_definition)["taskDefinition"]
    return next((entry for entry in described["containerDefinitions"] if entry["name"] == name), {})


def take_snapshot(aws: Aws, cluster: str, image: str, now: datetime | None = None) -> str:
    """Snapshot an Aurora cluster, wait until the snapshot can be restored, and give its name.

    Raises one of AWS_ERRORS, among them that of a snapshot that failed.
    """
    rds = aws.client("rds")
    name = f"{cluster}-before-{now or datetime.now(UTC):%Y%m%d-%H%M%S}"
    tags = [{"Key": IMAGE_TAG, "Value": image}]
    rds.create_db_cluster_snapshot(DBClusterIdentifier=cluster, DBClusterSnapshotIdentifier=name, Tags=tags)
    known = {"DBClusterIdentifier": cluster, "DBClusterSnapshotIdentifier": name}
    rds.get_waiter("db_cluster_snapshot_available").wait(**known, WaiterConfig=POLL)
    return name


def mute_alarms(aws: Aws, prefix: str, app: str, now: datetime | None = None) -> list[str]:
    """Keep the alarms of an app and those of the load balancer's errors quiet for a while; give their names.

    They go on to change their state, which ECS rolls a deployment back by. Raises one of AWS_ERRORS.
    """
    names = [name for beginning in (f"{prefix}-{app}-", f"{prefix}-load-balancer-") for name in _alarms(aws, beginning)]
    if names:
        start = (now or datetime.now(UTC)) + timedelta(minutes=1)
        minutes = int(MUTED_FOR.total_seconds() // 60)
        aws.client("cloudwatch").put_alarm_mute_rule(
            Name=f"{prefix}-{app}-new-image",
            Description=f"Another image of {app} takes its place: people see a page that says so",
            Rule={"Schedule": {"Expression": f"at({start:%Y-%m-%dT%H:%M})", "Duration": f"PT{minutes}M"}},
            MuteTargets={"AlarmNames": names},
            ExpireDate=start + MUTED_FOR,
        )
    return names


def _alarms(aws: Aws, beginning: str) -> Iterator[str]:
    pages: Any = aws.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix=beginning)
    yield from (alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"])
