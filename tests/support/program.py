"""The checked-in program, planned offline once per configuration, and typed ways into what it registered."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pulumi_aws as aws

from offline.engine import AwsFacts, record_stack
from offline.engine.recording import Recording, Resource

ROOT = Path(__file__).parents[2]

APP_SERVICE = "webui-bedrock:compute:EcsAppService"

GATEWAY_IMAGE = "{account}.dkr.ecr.{region}.amazonaws.com/bedrock-proxy-api-ecs:latest"
"""The gateway has no image by default, so every `gateway` override names one."""

Config = Mapping[str, object]
Json = dict[str, Any]


def plan(
    overrides: Config | None = None, *, stack: str = "dev", preview: bool = False, aws: AwsFacts | None = None
) -> Recording:
    """One run of `__main__.py`; `overrides` replace whole top-level keys of the stack's file, None takes one away.

    Equal arguments give the same recording, which nobody may change.
    """
    return _plan(json.dumps(overrides or {}, sort_keys=True), stack, preview, _Facts(aws))


def plan_afresh(overrides: Config | None = None, *, stack: str = "dev", aws: AwsFacts | None = None) -> Recording:
    """Another run, whatever has been planned before."""
    return record_stack(ROOT, stack, overrides=overrides, aws=aws)


class _Facts:
    """Facts as a key: `AwsFacts` holds dicts, which have no hash."""

    def __init__(self, aws: AwsFacts | None) -> None:
        self.aws = aws

    def __hash__(self) -> int:
        return hash(repr(self.aws))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Facts) and self.aws == other.aws


@cache
def _plan(overrides: str, stack: str, preview: bool, facts: _Facts) -> Recording:
    return record_stack(ROOT, stack, preview=preview, overrides=json.loads(overrides), aws=facts.aws)


def apps(recording: Recording) -> list[str]:
    """Names of everything that runs as an ECS service."""
    return sorted(component.name for component in recording.of_type(APP_SERVICE))


def service(recording: Recording, app: str) -> Resource:
    """The ECS service of one app."""
    return recording.one(aws.ecs.Service, f"{app}-service")


def task_definition(recording: Recording, app: str) -> Resource:
    """The task definition of one app."""
    return recording.one(aws.ecs.TaskDefinition, f"{app}-task")


def containers(recording: Recording, app: str) -> dict[str, Json]:
    """The container definitions of one app, by container name."""
    definitions = json.loads(task_definition(recording, app).inputs["containerDefinitions"])
    return {definition["name"]: definition for definition in definitions}


def environment(recording: Recording, app: str, container: str = "") -> dict[str, str]:
    """Plain environment variables of a container, by default the one that is named like its app."""
    return {pair["name"]: pair["value"] for pair in containers(recording, app)[container or app]["environment"]}


def secrets(recording: Recording, app: str, container: str = "") -> dict[str, str]:
    """Secret environment variables of a container: name to `valueFrom`."""
    return {pair["name"]: pair["valueFrom"] for pair in containers(recording, app)[container or app]["secrets"]}


def secret_arns(recording: Recording, app: str) -> set[str]:
    """ARNs of the secrets that any container of the app reads, without `:json-key:stage:version`."""
    read = (secrets(recording, app, container).values() for container in containers(recording, app))
    return {":".join(value_from.split(":")[:7]) for values in read for value_from in values}


def statements(recording: Recording, role_policy: str) -> dict[str, Json]:
    """The statements of an inline role policy, by Sid."""
    document = json.loads(recording.one(aws.iam.RolePolicy, role_policy).inputs["policy"])
    return {statement["Sid"]: statement for statement in document["Statement"]}


def waits_for(recording: Recording, resource: Resource) -> set[str]:
    """URNs of everything that exists before the engine creates `resource`."""
    reached: set[str] = set()
    waiting = [resource.urn]
    by_urn = {known.urn: known for known in recording.resources}
    while waiting:
        for urn in direct_dependencies(by_urn[waiting.pop()]) - reached:
            reached.add(urn)
            waiting.append(urn)
    return reached


def direct_dependencies(resource: Resource) -> set[str]:
    """URNs that a registration names: by `depends_on` and by the outputs in its inputs."""
    return set(resource.dependencies).union(*resource.property_dependencies.values())


def texts(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string in a JSON-like value, with its path such as `environment[0].value`; keys count as strings."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            here = f"{path}.{key}" if path else str(key)
            yield here, str(key)
            yield from texts(item, here)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from texts(item, f"{path}[{index}]")
