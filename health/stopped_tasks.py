"""Why the tasks of a service do not stay up: what ECS and the containers said last."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from health.aws import AWS_ERRORS
from health.deployed import Deployed
from health.service_health import Description

LOG_LINES = 10
LONGEST_LINE = 300
EVENTS = 3
STEADY = "has reached a steady state"


def tell_why(deployed: Deployed, app: str, service: Description) -> Iterator[str]:
    """Lines about the newest stopped task of the registered revision; without one, ECS's last events.

    ECS remembers stopped tasks for an hour. What cannot be read is said, and is no error.
    """
    try:
        task = _newest_stopped(deployed, app)
        if task is None:
            yield from (event["message"] for event in _telling_events(service))
            return
        task_id = task["taskArn"].rpartition("/")[2]
        stopped = task.get("stoppedAt")
        yield f"task {task_id} stopped{f' {stopped:%Y-%m-%d %H:%M:%S %Z}' if stopped else ''}: {task['stoppedReason']}"
        for container in _failed(task):
            yield f"container {container['name']}: {_end(container)}"
            yield from last_log_lines(deployed, f"{app}/{container['name']}/{task_id}")
    except AWS_ERRORS as error:
        yield f"the reason cannot be read: {error}"


def _newest_stopped(deployed: Deployed, app: str) -> Mapping[str, Any] | None:
    stopped = [task for task in deployed.tasks(app, "STOPPED") if task.get("stoppedReason")]
    failed = [task for task in stopped if task["taskDefinitionArn"] == deployed.task_definitions[app]]
    return max(failed, key=lambda task: task["stoppedAt"].timestamp() if "stoppedAt" in task else 0, default=None)


def _telling_events(service: Description) -> list[Mapping[str, Any]]:
    """The newest first, as ECS gives them."""
    return [event for event in service.get("events", []) if STEADY not in event["message"]][:EVENTS]


def _failed(task: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [container for container in task.get("containers", []) if container.get("exitCode") or "reason" in container]


def _end(container: Mapping[str, Any]) -> str:
    exit_code = f"exit code {container['exitCode']}" if "exitCode" in container else ""
    return ", ".join(part for part in (container.get("reason", ""), exit_code) if part)


def last_log_lines(deployed: Deployed, stream: str, most: int = LOG_LINES) -> Iterator[str]:
    """The last lines of a container's log, or why there are none. What cannot be read is said, and is no error."""
    logs = deployed.aws.client("logs")
    try:
        events = logs.get_log_events(logGroupName=deployed.log_group, logStreamName=stream, limit=most)["events"]
    except logs.exceptions.ResourceNotFoundException:
        yield f"it wrote no log ({deployed.log_group}, {stream})"
        return
    except ClientError as error:
        yield f"its log cannot be read: {error}"
        return
    yield from (f"| {event['message'].rstrip()[:LONGEST_LINE]}" for event in events)
