"""One task of Open WebUI's that runs once, beside its service, and what it said."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import WaiterError

from health.deployed import Deployed
from health.stopped_tasks import last_log_lines
from problems.command import CommandError

WEBUI: Final = "webui"
MOST_LINES: Final = 100
"""More than Open WebUI has tables: each has a line."""

LOOK: Final = {"Delay": 15, "MaxAttempts": 240}
"""An hour: a migration of large tables takes that long."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the task said of the copy."""

    good: bool
    lines: Sequence[str]


def run_once(deployed: Deployed, revision: str, does: str, overrides: Iterable[Mapping[str, Any]] = ()) -> Finding:
    """Run a revision in the network of Open WebUI's service, and read how it ended. Raises CommandError, one of
    AWS_ERRORS.
    """
    ecs, cluster = deployed.aws.client("ecs"), deployed.cluster
    service = ecs.describe_services(cluster=cluster, services=[deployed.service_names[WEBUI]])["services"][0]
    started = ecs.run_task(
        cluster=cluster,
        taskDefinition=revision,
        capacityProviderStrategy=[{"capacityProvider": "FARGATE", "weight": 1}],
        networkConfiguration=service["networkConfiguration"],
        overrides={"containerOverrides": [*overrides]},
        startedBy="make-restore",
    )
    if not started["tasks"]:
        raise CommandError(f"ECS starts no task that {does}: {started['failures']}")
    task = started["tasks"][0]["taskArn"]
    print(f"The task {task.rpartition('/')[2]} of Open WebUI {does}.", file=sys.stderr)
    try:
        ecs.get_waiter("tasks_stopped").wait(cluster=cluster, tasks=[task], WaiterConfig=LOOK)
    except WaiterError as error:
        ecs.stop_task(cluster=cluster, task=task, reason="make restore no longer waits for it")
        raise CommandError(f"The task that {does} did not end: {error}") from error
    return _finding(deployed, ecs.describe_tasks(cluster=cluster, tasks=[task])["tasks"][0])


def _finding(deployed: Deployed, task: Mapping[str, Any]) -> Finding:
    task_id = task["taskArn"].rpartition("/")[2]
    by_name = {container["name"]: container for container in task["containers"]}
    good = by_name[WEBUI].get("exitCode") == 0
    # A container that never started says nothing: one that ended before it tells why.
    failed = [name for name, container in by_name.items() if container.get("exitCode")]
    lines = [f"{name}: exit code {by_name[name]['exitCode']}" for name in failed]
    if not good and not failed:
        lines.append(f"the task stopped: {task.get('stoppedReason', 'ECS gives no reason')}")
    for name in [WEBUI] if good else failed:
        lines += map(_plain, last_log_lines(deployed, f"{WEBUI}/{name}/{task_id}", MOST_LINES))
    return Finding(good=good, lines=lines)


def _plain(line: str) -> str:
    """A log line's message, where it is JSON."""
    try:
        return str(json.loads(line.removeprefix("| "))["msg"])
    except (ValueError, KeyError, TypeError):
        return line
