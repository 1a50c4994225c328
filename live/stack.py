"""What a recording says about the tasks to run: containers, their order, environment and secrets."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any, Final

import pulumi_aws as aws

from live import TryError
from offline.engine.recording import Recording, Resource
from offline.services import EcsService, role_statements, services_of

_READS: Final = frozenset({"secretsmanager:GetSecretValue", "ssm:GetParameters"})
_ARN_PARTS: Final = 7
"""`arn:aws:secretsmanager:<region>:<account>:secret:<name>`; a JSON key, stage and version may follow."""

Statement = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Container:
    """One container definition; `command` begins with the entry point; what is empty is the image's own."""

    name: str
    image: str
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Variable -> `valueFrom`."""
    port: int | None = None
    runs_to_its_end: bool = False
    """Whether another container waits for its SUCCESS."""
    health_check: tuple[str, ...] = ()
    """The command of an exec-form health check, which ends with 0 when the container is healthy."""
    stop_timeout: int = 30
    """Seconds from SIGTERM to SIGKILL."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What one ECS service runs."""

    app: str
    containers: tuple[Container, ...]
    """In the order in which `dependsOn` lets them start."""
    readable: frozenset[str]
    """ARNs of the secrets that the execution role may read."""
    statements: tuple[Statement, ...]
    """What the task role allows."""

    @property
    def main(self) -> Container:
        """The container that goes on running and has the app's name; without such a name the last one."""
        running = [container for container in self.containers if not container.runs_to_its_end]
        return next((container for container in running if container.name == self.app), running[-1])


def tasks_of(recording: Recording) -> dict[str, Task]:
    """The task of every ECS service, by the name of its app."""
    return {task.app: task for task in (_task(recording, service) for service in services_of(recording))}


def app_of(recording: Recording, resource: Resource) -> str:
    """The name of the component that made the resource, such as `webui`."""
    component = recording.component(resource.urn)
    return component.name if component else resource.name


def _task(recording: Recording, service: EcsService) -> Task:
    return Task(
        app=app_of(recording, service.resource),
        containers=in_order(service.containers),
        readable=frozenset(
            resource
            for statement in role_statements(recording, service.resource, "executionRoleArn")
            if statement["Effect"] == "Allow" and _READS & {*statement["Action"]}
            for resource in statement["Resource"]
        ),
        statements=tuple(role_statements(recording, service.resource, "taskRoleArn")),
    )


def in_order(definitions: Iterable[Mapping[str, Any]]) -> tuple[Container, ...]:
    """The containers, each after those that it depends on."""
    by_name = {definition["name"]: definition for definition in definitions}
    waits = {name: [on["containerName"] for on in d.get("dependsOn") or []] for name, d in by_name.items()}
    to_their_end = {
        on["containerName"]
        for definition in by_name.values()
        for on in definition.get("dependsOn") or []
        if on["condition"] in ("SUCCESS", "COMPLETE")
    }
    return tuple(
        _container(by_name[name], runs_to_its_end=name in to_their_end)
        for name in TopologicalSorter(waits).static_order()
    )


def _container(definition: Mapping[str, Any], *, runs_to_its_end: bool) -> Container:
    ports = definition.get("portMappings") or []
    check = (definition.get("healthCheck") or {}).get("command") or []
    return Container(
        name=definition["name"],
        image=definition["image"],
        command=(*(definition.get("entryPoint") or ()), *(definition.get("command") or ())),
        environment={pair["name"]: str(pair["value"]) for pair in definition.get("environment") or []},
        secrets={pair["name"]: pair["valueFrom"] for pair in definition.get("secrets") or []},
        port=ports[0]["containerPort"] if ports else None,
        runs_to_its_end=runs_to_its_end,
        health_check=tuple(check[1:]) if check[:1] == ["CMD"] else (),
        stop_timeout=definition.get("stopTimeout") or 30,
    )


def secret_values(recording: Recording) -> dict[str, str]:
    """The values that the stack gives its secrets, by ARN. Offline they are made up, and the same every time."""
    return {
        version.inputs["secretId"]: version.inputs["secretString"]
        for version in recording.of_type(aws.secretsmanager.SecretVersion)
    }


def secrets_for(
    task: Task, container: Container, values: Mapping[str, str], given: Mapping[str, str]
) -> dict[str, str]:
    """The container's secret variables, as ECS would hand them out.

    `given` has the values of secrets that the stack does not make, by variable: their owner keeps them in AWS.
    Raises TryError for one that the execution role may not read, or whose value nobody knows.
    """
    return {name: _secret(task, name, source, values, given) for name, source in container.secrets.items()}


def _secret(task: Task, name: str, source: str, values: Mapping[str, str], given: Mapping[str, str]) -> str:
    parts = source.split(":")
    arn, key = ":".join(parts[:_ARN_PARTS]), parts[_ARN_PARTS] if len(parts) > _ARN_PARTS else ""
    if arn not in task.readable:
        raise TryError(f"{task.app}: the execution role may not read the secret of {name}, so ECS would not start it")
    if arn not in values:
        if name in given:
            return given[name]
        raise TryError(
            f"{task.app}: the value of {name} is kept in AWS only ({arn}). Give one for here: {name}=... make try"
        )
    return str(json.loads(values[arn])[key]) if key else values[arn]
