"""Tasks that run once, outside of a service: each ends at once, as `Knobs.exit_codes` says."""

import uuid
from datetime import UTC, datetime
from typing import Any

from tests.engine.stand_in.account import backend
from tests.engine.stand_in.knobs import KNOBS
from tests.engine.stand_in.rules import Params, answers

_tasks: dict[str, dict[str, Any]] = {}
"""As the API describes them, by ARN."""


@answers("ecs", "RunTask")
def run_task(params: Params) -> dict[str, Any]:
    """Run the containers of a task definition to their end."""
    definition = backend("ecs").describe_task_definition(params["taskDefinition"])
    cluster = backend("ecs")._get_cluster(params["cluster"])
    arn = f"{cluster.arn.replace(':cluster/', ':task/')}/{uuid.uuid4().hex}"
    names = [container["name"] for container in definition.container_definitions]
    _tasks[arn] = {
        "taskArn": arn,
        "clusterArn": cluster.arn,
        "taskDefinitionArn": definition.arn,
        "lastStatus": "STOPPED",
        "desiredStatus": "STOPPED",
        "stoppedAt": datetime.now(UTC),
        "stoppedReason": "Essential container in task exited",
        "overrides": params.get("overrides", {}),
        "containers": [{"name": name, "exitCode": KNOBS.exit_codes.get(name, 0)} for name in names],
    }
    return {"tasks": [_tasks[arn]], "failures": []}


@answers("ecs", "DescribeTasks")
def describe_tasks(params: Params) -> dict[str, Any]:
    """Describe tasks by their ARNs."""
    return {"tasks": [_tasks[arn] for arn in params["tasks"] if arn in _tasks], "failures": []}
