"""How each ECS service runs: size, scaling, image, storage and rollout."""

import json
from dataclasses import dataclass
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from offline.engine.recording import Recording, Resource
from offline.plan.sections.scaling import Scaling, scaling_of

SERVICE: Final = "aws:ecs/service:Service"
TASK_DEFINITION: Final = "aws:ecs/taskDefinition:TaskDefinition"
TARGET_GROUP: Final = "aws:lb/targetGroup:TargetGroup"
ACCESS_POINT: Final = "aws:efs/accessPoint:AccessPoint"
_ALL: Final = 100
"""Percent: a deployment that may go above it starts new tasks before it stops old ones."""


@dataclass(frozen=True, kw_only=True)
class Mount:
    """A folder of a file system in the containers of a task."""

    container_path: str
    file_system_path: str


@dataclass(frozen=True, kw_only=True)
class Service:
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
    scaling: Scaling
    mounts: tuple[Mount, ...]
    minimum_healthy_percent: int
    maximum_percent: int
    rolls_back: tuple[str, ...]
    """What makes a deployment roll back."""
    target_port: int | None
    health_path: str | None
    service_connect: tuple[str, ...]
    """`name:port` at which other tasks of the namespace reach it."""


def services_of(recording: Recording) -> list[Service]:
    """All ECS services, by name."""
    found = [_service(recording, resource) for resource in recording.of_type(SERVICE)]
    return sorted(found, key=lambda service: service.name)


def related(recording: Recording, resource: Resource, property_: str, token: str) -> list[Resource]:
    """Resources of one type whose outputs went into a property; works for unknown values too."""
    urns = resource.property_dependencies.get(property_, frozenset())
    return [other for other in recording.of_type(token) if other.urn in urns]


def _service(recording: Recording, resource: Resource) -> Service:
    inputs = resource.inputs
    tasks = related(recording, resource, "taskDefinition", TASK_DEFINITION)
    task: dict[str, Any] = tasks[0].inputs if tasks else {}
    containers = _containers(task)
    balancers = inputs.get("loadBalancers") or []
    app_name = balancers[0]["containerName"] if balancers else None
    app = next((c for c in containers if c["name"] == app_name), containers[-1] if containers else {})
    groups = related(recording, resource, "loadBalancers", TARGET_GROUP)
    return Service(
        name=str(inputs.get("name") or resource.outputs.get("name")),
        app=app.get("name", ""),
        image=app.get("image", ""),
        other_containers={c["name"]: c["image"] for c in containers if c is not app},
        cpu=int(task.get("cpu") or 0),
        memory=int(task.get("memory") or 0),
        architecture=(task.get("runtimePlatform") or {}).get("cpuArchitecture", "X86_64"),
        capacity=_capacity(inputs),
        scaling=scaling_of(recording, resource),
        mounts=_mounts(recording, tasks[0], app) if tasks else (),
        minimum_healthy_percent=inputs.get("deploymentMinimumHealthyPercent", 100),
        maximum_percent=inputs.get("deploymentMaximumPercent", 200),
        rolls_back=_rolls_back(inputs),
        target_port=balancers[0]["containerPort"] if balancers else None,
        health_path=(groups[0].inputs.get("healthCheck") or {}).get("path") if groups else None,
        service_connect=_service_connect(inputs),
    )


def _containers(task: dict[str, Any]) -> list[dict[str, Any]]:
    """Empty when the definitions depend on something unknown, as in a preview."""
    definitions = task.get("containerDefinitions")
    if not isinstance(definitions, str):
        return []
    containers: list[dict[str, Any]] = json.loads(definitions)
    return containers


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
    access_points = related(recording, task, "volumes", ACCESS_POINT)
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


def render(recording: Recording) -> RenderableType | None:
    """A block of facts per service."""
    blocks: list[RenderableType] = []
    for service in services_of(recording):
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for label, text in _rows(service):
            table.add_row(label, Text(text))
        blocks += [Text(service.name, style="bold"), table]
    return Group(*blocks) if blocks else None


def _rows(service: Service) -> list[tuple[str, str]]:
    return [
        ("runs", f"{service.scaling.text()}; {_size(service)}"),
        ("image", _image(service)),
        *[("storage", f"{m.container_path} is {m.file_system_path} of the file system") for m in service.mounts],
        ("called by", _callers(service)),
        ("rollout", _rollout(service)),
    ]


def _image(service: Service) -> str:
    others = service.other_containers
    first = ", ".join(name if image == service.image else f"{name} from {image}" for name, image in others.items())
    return f"{service.image}; runs {first} first" if others else service.image


def _size(service: Service) -> str:
    shared = len(service.capacity) > 1
    capacity = [f"{name} ({detail})" if shared else name for name, detail in service.capacity.items()]
    size = f"{service.cpu / 1024:g} vCPU, {service.memory / 1024:g} GB, {service.architecture}"
    return f"{size}, {' + '.join(capacity)}"


def _rollout(service: Service) -> str:
    order = "start, then stop" if service.maximum_percent > _ALL else "stop, then start"
    percent = f"{service.minimum_healthy_percent} to {service.maximum_percent} % of the tasks"
    back = f"rolled back for {' or '.join(service.rolls_back)}" if service.rolls_back else "never rolled back"
    return f"{order}, {percent}; {back}"


def _callers(service: Service) -> str:
    callers = []
    if service.target_port is not None:
        callers.append(f"the load balancer on port {service.target_port}, health check {service.health_path}")
    callers += [f"other tasks at {name}" for name in service.service_connect]
    return "; ".join(callers) or "nobody"
