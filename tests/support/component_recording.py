"""Records one component by itself, and names its resources the way people speak of them."""

import json
from collections.abc import Callable
from typing import Any

import pulumi

from offline.engine import AwsFacts, record
from offline.engine.recording import Recording, Resource
from tests.support.component_args import REGION

FACTS = AwsFacts(region=REGION)

Component = Callable[..., pulumi.ComponentResource]
"""A component's class: called with name, arguments and options."""


def record_one(component: Component, name: str, args: object, *, preview: bool = False) -> Recording:
    """What one instance of a component asks the engine for."""
    return record(lambda: component(name, args), aws=FACTS, preview=preview)


def component_of(recording: Recording) -> Resource:
    """The one component of a recording that `record_one` made."""
    [component] = recording.children(None)
    return component


def policy(resource: Resource, key: str = "policy") -> dict[str, dict[str, Any]]:
    """The statements of a policy document by their Sid."""
    return {statement["Sid"]: statement for statement in json.loads(resource.inputs[key])["Statement"]}


def depends_on(recording: Recording, resource: Resource) -> set[str]:
    """The names of the resources that `resource` waits for, directly."""
    return {recording.by_urn(urn).name for urn in resource.dependencies}
