"""What a recording says of an ECS service and of its task definition."""

import json
from dataclasses import asdict, dataclass
from typing import Any

import pulumi_aws as aws

from offline.engine.recording import Recording, Resource
from offline.services.scaling import ServiceScaling, scaling_of


@dataclass(frozen=True, kw_only=True)
class Mount:
    """A folder of a file system in the containers of a task."""

    container_path: str
    file_system_path: str


@dataclass(frozen=True, kw_only=True)
class EcsService:
    """What the ECS service and its task definition say."""

    name: str
    app: str
    """Name of the container that the service is about."""
    image: str
    other_containers: dict[str, str]
    """Image of each other container, e.g. one that runs before the application."""
    cpu: int
    """CPU units; 1024 are one vCPU."""
    memory: int
    """MiB."""
    architecture: str
    capacity: dict[str, str]
    """Capacity provider -> its weight and base."""
    scaling: ServiceScaling
    mounts: tuple[Mount, ...]
    minimum_healthy_percent: int
    maximum_percent: int
    rolls_back: tuple[str, ...]
    """What makes a deployment roll back."""
    target_port: int | None
    health_path: str | None
    service_connect: tuple[str, ...]
    """`name:port` at which other tasks of the namespace reach it."""
    resource: Resource
    containers: tuple[dict[str, Any], ...]
    """All definitions; empty when they depend on something unknown, as in a preview."""

    @property
    def urn(self) -> str:
        """URN of the ECS service."""
        return self.resource.urn

    @property
    def ports(self) -> set[int]:
        """Where its tasks are called, by the load balancer and by others."""
        called = {int(name.rpartition(":")[2]) for name in self.service_connect}
        return called if self.target_port is None else {self.target_port, *called}

    @property
    def variables(self) -> dict[str, str]:
        """The application's environment, without secrets."""
        return {one["name"]: one["value"] for one in self._application.get("environment", [])}

    @property
    def secrets(self) -> set[str]:
        """The names of the variables that come from Secrets Manager."""
        return {one["name"] for one in self._application.get("secrets", [])}

    @property
    def _application(self) -> dict[str, Any]:
        return next((container for container in self.containers if container["name"] == self.app), {})

    def facts(self) -> dict[str, Any]:
        """What the plan tells programs."""
        facts = asdict(self)
        del facts["resource"], facts["containers"], facts["scaling"]["fewest"], facts["scaling"]["most"]
        del facts["scaling"]["sleeps"], facts["scaling"]["asleep"]
        return facts


def services_of(recording: Recording) -> list[EcsService]:
    """All ECS services, by name."""
    services = [_service(recording, resource) for resource in recording.of_type(aws.ecs.Service)]
    return sorted(services, key=lambda service: service.name)


def service_name(resource: Resource) -> str:
    """The name that an ECS service has or, when the program gives none, gets."""
    return str(resource.inputs.get("name") or resource.outputs.get("name"))


def task_definition(recording: Recording, service: Resource) -> Resource | None:
    """What the service runs; None when this stack does not define it."""
    return next(iter(recording.used_by(service, "taskDefinition", aws.ecs.TaskDefinition)), None)


def role_statements(recording: Recording, service: Resource, property_: str) -> list[dict[str, Any]]:
    """What the inline policies of a role say that the task definition names as `taskRoleArn` or `executionRoleArn`."""
    task = task_definition(recording, service)
    roles = recording.used_by(task, property_, aws.iam.Role) if task else []
    policies = [policy for role in roles for policy in recording.users_of(role, "role", aws.iam.RolePolicy)]
    return [statement for policy in policies for statement in json.loads(policy.inputs["policy"])["Statement"]]


def _service(recording: Recording, resource: Resource) -> EcsService:
    inputs = resource.inputs
    definition = task_definition(recording, resource)
    task = definition.inputs if definition else {}
    containers = _containers(task)
    balancers = inputs.get("loadBalancers") or [{}]
    last = containers[-1] if containers else {}
    app = next((c for c in containers if c["name"] == balancers[0].get("containerName")), last)
    groups = recording.used_by(resource, "loadBalancers", aws.lb.TargetGroup)
    return EcsService(
        name=service_name(resource),
        app=app.get("name", ""),
        image=app.get("image", ""),
        other_containers={c["name"]: c["image"] for c in containers if c is not app},
        cpu=int(task.get("cpu") or 0),
        memory=int(task.get("memory") or 0),
        architecture=(task.get("runtimePlatform") or {}).get("cpuArchitecture", "X86_64"),
        capacity=_capacity(inputs),
        scaling=scaling_of(recording, resource),
        mounts=_mounts(recording, definition, app) if definition else (),
        minimum_healthy_percent=inputs.get("deploymentMinimumHealthyPercent", 100),
        maximum_percent=inputs.get("deploymentMaximumPercent", 200),
        rolls_back=_rolls_back(inputs),
        target_port=balancers[0].get("containerPort"),
        health_path=(groups[0].inputs.get("healthCheck") or {}).get("path") if groups else None,
        service_connect=_service_connect(inputs),
        resource=resource,
        containers=tuple(containers),
    )


def _containers(task: dict[str, Any]) -> list[dict[str, Any]]:
    definitions = task.get("containerDefinitions")
    return list(json.loads(definitions)) if isinstance(definitions, str) else []


def _capacity(inputs: dict[str, Any]) -> dict[str, str]:
    strategies = inputs.get("capacityProviderStrategies") or []
    if not strategies:
        return {str(inputs.get("launchType", "FARGATE")): ""}
    return {
        strategy["capacityProvider"]: f"weight {strategy.get('weight', 0)}"
        + (f", first {strategy['base']}" if strategy.get("base") else "")
        for strategy in strategies
    }


def _mounts(recording: Recording, task: Resource, app: dict[str, Any]) -> tuple[Mount, ...]:
    access_points = recording.used_by(task, "volumes", aws.efs.AccessPoint)
    roots = {point.id: (point.inputs.get("rootDirectory") or {}).get("path", "/") for point in access_points}
    folders: dict[str, str] = {}
    for volume in task.inputs.get("volumes") or []:
        if efs := volume.get("efsVolumeConfiguration"):
            access_point = str((efs.get("authorizationConfig") or {}).get("accessPointId"))
            folders[volume["name"]] = roots.get(access_point, efs.get("rootDirectory") or "/")
    return tuple(
        Mount(container_path=point["containerPath"], file_system_path=folders[point["sourceVolume"]])
        for point in app.get("mountPoints", [])
        if point["sourceVolume"] in folders
    )


def _rolls_back(inputs: dict[str, Any]) -> tuple[str, ...]:
    breaker, alarms = inputs.get("deploymentCircuitBreaker") or {}, inputs.get("alarms") or {}
    reasons = {
        "tasks that do not start": breaker.get("enable") and breaker.get("rollback"),
        "an alarm": alarms.get("enable") and alarms.get("rollback"),
    }
    return tuple(reason for reason, applies in reasons.items() if applies)


def _service_connect(inputs: dict[str, Any]) -> tuple[str, ...]:
    configuration = inputs.get("serviceConnectConfiguration") or {}
    return tuple(
        f"{alias.get('dnsName') or service['portName']}:{alias['port']}"
        for service in configuration.get("services") or []
        for alias in service.get("clientAlias") or []
    )
