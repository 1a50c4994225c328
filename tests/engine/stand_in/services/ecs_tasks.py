"""Tasks: those of a service run as it is now; one that runs once ends at once, as `Knobs.exit_codes` says."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tests.engine.stand_in.account import backend, services
from tests.engine.stand_in.knobs import KNOBS
from tests.engine.stand_in.rules import Params, answers
from tests.engine.stand_in.services.ecs import service_named

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


@answers("ecs", "ListTasks")
def list_tasks(params: Params) -> dict[str, Any]:
    """List what runs in a service, which moto does not start; none has stopped."""
    service = service_named({"cluster": params["cluster"], "serviceName": params["serviceName"]})
    wanted = service is not None and params.get("desiredStatus", "RUNNING") == "RUNNING"
    return {"taskArns": [task["taskArn"] for task in _running(service)] if wanted else []}


@answers("ecs", "DescribeTasks")
def describe_tasks(params: Params) -> dict[str, Any]:
    """Describe tasks by their ARNs."""
    known = _tasks | {task["taskArn"]: task for service in services() for task in _running(service)}
    return {"tasks": [known[arn] for arn in params["tasks"] if arn in known], "failures": []}


def _running(service: Any) -> Iterator[dict[str, Any]]:
    """The tasks of a service: another revision has others."""
    definition = backend("ecs").describe_task_definition(service.task_definition)
    for number in range(service.running_count):
        task_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{service.arn} {definition.arn} {number}").hex
        exec_on = bool(getattr(service, "enable_execute_command", False))
        yield {
            "taskArn": f"{service.cluster_arn.replace(':cluster/', ':task/')}/{task_id}",
            "clusterArn": service.cluster_arn,
            "taskDefinitionArn": definition.arn,
            "lastStatus": "RUNNING",
            "desiredStatus": "RUNNING",
            "enableExecuteCommand": exec_on,
            "containers": [*_containers(definition.container_definitions, task_id, exec_on)],
        }


def _containers(definitions: list[dict[str, Any]], task_id: str, exec_on: bool) -> Iterator[dict[str, Any]]:
    """Those that others wait for to end have ended well."""
    after = [needed for one in definitions for needed in one.get("dependsOn", [])]
    ended = {needed["containerName"] for needed in after if needed["condition"] in ("SUCCESS", "COMPLETE")}
    for number, name in enumerate(one["name"] for one in definitions):
        runtime = {"name": name, "runtimeId": f"{task_id}-{number:010}"}
        agents = [{"name": "ExecuteCommandAgent", "lastStatus": "RUNNING"}] if exec_on else []
        now = {"lastStatus": "STOPPED", "exitCode": 0} if name in ended else {"lastStatus": "RUNNING"}
        yield {**runtime, **now, "managedAgents": agents}
