"""What ECS does with a service: it runs at once, or its deployment fails and is rolled back."""

from datetime import UTC, datetime
from typing import Any

from botocore import xform_name

from tests.engine.stand_in.account import backend
from tests.engine.stand_in.knobs import KNOBS
from tests.engine.stand_in.rules import Params, answers, effect
from tests.engine.stand_in.services.ecs import service_named

TOLD_BACK = (
    "deploymentConfiguration",
    "capacityProviderStrategy",
    "healthCheckGracePeriodSeconds",
    "enableExecuteCommand",
    "enableECSManagedTags",
    "availabilityZoneRebalancing",
    "platformVersion",
    "propagateTags",
)
"""Parameters that a service is described with, and that moto forgets."""
WITHOUT_DEPLOYMENT = {"cluster", "service", "desiredCount"}
"""An update of these alone changes the number of tasks, not what they are."""
CIRCUIT_BREAKER = "ECS deployment circuit breaker was triggered."

_deployments: dict[str, list[dict[str, Any]]] = {}
"""Service ARN: its deployments as the API describes them, newest first."""
_configurations: dict[str, dict[str, Any]] = {}
"""Service ARN: its deployment configuration; what an update leaves out stays."""


@effect("ecs", "CreateService", "UpdateService")
def deploy(params: Params) -> None:
    """Start what the parameters ask for, and end it at once."""
    service = service_named(params)
    if "serviceName" in params:  # a new one: an inactive namesake has nothing to do with it
        _deployments.pop(service.arn, None)
        _configurations.pop(service.arn, None)
    _tell_back(service, params)
    if params.keys() <= WITHOUT_DEPLOYMENT:
        _run(service, service.desired_count)
        return
    made = _deployments.setdefault(service.arn, [])
    failed = service.name in KNOBS.failing_services or _runs_a_failing_image(service)
    previous = next((done["targetServiceRevision"] for done in made if done["status"] == "SUCCESSFUL"), None)
    status = "SUCCESSFUL" if not failed else "ROLLBACK_SUCCESSFUL" if previous else "STOPPED"
    made.insert(0, _deployment(service, len(made) + 1, status))
    if failed and previous:
        service.task_definition = previous["taskDefinition"]
    _run(service, 0 if failed and not previous else service.desired_count)


def _runs_a_failing_image(service: Any) -> bool:
    definition = backend("ecs").describe_task_definition(service.task_definition.rpartition("/")[2])
    images = [container["image"] for container in definition.container_definitions]
    return any(part in image for part in KNOBS.failing_images for image in images)


def _tell_back(service: Any, params: Params) -> None:
    for name in TOLD_BACK:
        if params.get(name) is not None:
            setattr(service, xform_name(name), params[name])
    configuration = _configurations.get(service.arn, {}) | params.get("deploymentConfiguration", {})
    service.deployment_configuration = _configurations[service.arn] = configuration
    shown = service.deployments[0]
    if params.get("capacityProviderStrategy"):
        service.launch_type = None
        shown.pop("launchType", None)
        shown["capacityProviderStrategy"] = params["capacityProviderStrategy"]
    if params.get("serviceConnectConfiguration"):
        shown["serviceConnectConfiguration"] = params["serviceConnectConfiguration"]


def _run(service: Any, count: int) -> None:
    """Let `count` tasks run of what the service is now; too few mean that its first deployment failed."""
    service.running_count, service.pending_count = count, 0
    well = count == service.desired_count
    service.deployments[0] |= {
        "taskDefinition": service.task_definition,
        "desiredCount": service.desired_count,
        "runningCount": count,
        "pendingCount": 0,
        "failedTasks": 0 if well else 3,
        "rolloutState": "COMPLETED" if well else "FAILED",
        "rolloutStateReason": "ECS deployment completed." if well else CIRCUIT_BREAKER,
    }


def _deployment(service: Any, number: int, status: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    revision = service.arn.replace(":service/", ":service-revision/") + f"/{number:016x}"
    return {
        "serviceDeploymentArn": service.arn.replace(":service/", ":service-deployment/") + f"/{number:016x}",
        "serviceArn": service.arn,
        "clusterArn": service.cluster_arn,
        "createdAt": now,
        "startedAt": now,
        "finishedAt": now,
        "status": status,
        "statusReason": None if status == "SUCCESSFUL" else CIRCUIT_BREAKER,
        "targetServiceRevision": {"arn": revision, "taskDefinition": service.task_definition},
        "targetServiceRevisionArn": revision,
    }


@answers("ecs", "ListServiceDeployments")
def list_deployments(params: Params) -> dict[str, Any]:
    """List the deployments of a service, newest first."""
    service = service_named(params)
    return {"serviceDeployments": _deployments.get(service.arn, []) if service else []}


@answers("ecs", "DescribeServiceDeployments")
def describe_deployments(params: Params) -> dict[str, Any]:
    """Describe deployments by their ARNs."""
    every = [deployment for of_service in _deployments.values() for deployment in of_service]
    return {
        "serviceDeployments": [d for d in every if d["serviceDeploymentArn"] in params["serviceDeploymentArns"]],
        "failures": [],
    }
