"""Recorded task definitions and services as the requests that the AWS provider sends, checked by botocore's model."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape
from botocore.session import Session
from botocore.validate import ParamValidator

from offline.engine.recording import Resource
from tests.support.program import Json

OF_PULUMI = {"skipDestroy", "forceNewDeployment", "triggers", "waitForSteadyState"}
"""Inputs that only steer the provider."""

RENAMED = {
    "capacityProviderStrategies": "capacityProviderStrategy",
    "enableEcsManagedTags": "enableECSManagedTags",
    "name": "serviceName",
}
IN_DEPLOYMENT_CONFIGURATION = {
    "alarms": "alarms",
    "deploymentCircuitBreaker": "deploymentCircuitBreaker",
    "deploymentMaximumPercent": "maximumPercent",
    "deploymentMinimumHealthyPercent": "minimumHealthyPercent",
}


def register_task_definition(definition: Resource) -> Json:
    """The RegisterTaskDefinition request of a recorded task definition."""
    inputs = {key: value for key, value in definition.inputs.items() if key not in OF_PULUMI}
    inputs["containerDefinitions"] = json.loads(inputs["containerDefinitions"])
    return {**inputs, "tags": _tags(inputs)}


def create_service(service: Resource) -> Json:
    """The CreateService request of a recorded ECS service."""
    request: Json = {}
    rollout: Json = {}
    for key, value in service.inputs.items():
        if key in IN_DEPLOYMENT_CONFIGURATION:
            rollout[IN_DEPLOYMENT_CONFIGURATION[key]] = value
        elif key not in OF_PULUMI:
            request[RENAMED.get(key, key)] = value
    network = dict(request.pop("networkConfiguration"))
    network["assignPublicIp"] = "ENABLED" if network["assignPublicIp"] else "DISABLED"
    request["networkConfiguration"] = {"awsvpcConfiguration": network}
    if "serviceConnectConfiguration" in request:
        request["serviceConnectConfiguration"] = _service_connect(request["serviceConnectConfiguration"])
    return {**request, "deploymentConfiguration": rollout, "tags": _tags(request)}


def problems(operation: str, request: Json) -> list[str]:
    """What botocore's ECS model finds wrong: shapes, types, required members, limits, and values of enumerations."""
    shape = _model().operation_model(operation).input_shape
    report = ParamValidator().validate(request, shape).generate_report()
    return [*filter(None, report.split("\n")), *_wrong_words(shape, request, operation)]


@cache
def _model() -> ServiceModel:
    return Session().get_service_model("ecs")


def _tags(inputs: Json) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in sorted(inputs.get("tags", {}).items())]


def _service_connect(configuration: Json) -> Json:
    services = [
        {("clientAliases" if key == "clientAlias" else key): value for key, value in service.items()}
        for service in configuration.get("services", [])
    ]
    return {**configuration, "services": services}


def _wrong_words(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """botocore leaves enumerations to the server."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        for key, item in value.items():
            if key in shape.members:
                yield from _wrong_words(shape.members[key], item, f"{path}.{key}")
    elif isinstance(shape, ListShape) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _wrong_words(shape.member, item, f"{path}[{index}]")
    elif not isinstance(shape, MapShape) and getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{path}: {value!r} is none of {shape.enum}"
