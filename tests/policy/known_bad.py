"""Every way of breaking a rule: the production stack as it is planned, with one thing changed for the worse."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from policy.policies import JudgedResource

Resources = list[JudgedResource]
Props = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A change that a rule must catch."""

    rule: str
    what: str
    change: Callable[[Resources], Resources]

    def __str__(self) -> str:
        return f"{self.rule}: {self.what}"


def case(rule: str, what: str, change: Callable[[Resources], Resources]) -> Case:
    """Shorter to read in a table."""
    return Case(rule=rule, what=what, change=change)


def of(type_: str, name: str, change: Callable[[Props], Props]) -> Callable[[Resources], Resources]:
    """Change the inputs of one resource, given by the end of its type and its name."""

    def changed(resources: Resources) -> Resources:
        assert any(_is(resource, type_, name) for resource in resources), f"no {type_} {name}"
        return [
            replace(resource, props=change(dict(resource.props))) if _is(resource, type_, name) else resource
            for resource in resources
        ]

    return changed


def set_to(**values: Any) -> Callable[[Props], Props]:
    """Other values of inputs."""
    return lambda props: props | values


def without(*names: str) -> Callable[[Props], Props]:
    """Inputs left out."""
    return lambda props: {name: value for name, value in props.items() if name not in names}


def container(name: str, **values: Any) -> Callable[[Props], Props]:
    """Other values in the definition of one container; None leaves one out."""

    def changed(props: Props) -> Props:
        definitions = json.loads(props["containerDefinitions"])
        for definition in definitions:
            if definition["name"] == name:
                definition.update(values)
                for key in [key for key, value in values.items() if value is None]:
                    del definition[key]
        return props | {"containerDefinitions": json.dumps(definitions)}

    return changed


def statement(sid: str, **values: Any) -> Callable[[Props], Props]:
    """Other values in one statement of the policy."""
    return in_policy("policy", sid, values)


def in_policy(key: str, sid: str, values: Mapping[str, Any]) -> Callable[[Props], Props]:
    """The same in any property that holds a policy; None leaves a part out."""

    def changed(props: Props) -> Props:
        document = json.loads(props[key])
        found = [statement for statement in document["Statement"] if statement["Sid"] == sid]
        assert found, f"no statement {sid}"
        found[0].update(values)
        for name in [name for name, value in values.items() if value is None]:
            del found[0][name]
        return props | {key: json.dumps(document)}

    return changed


def gone(type_: str, name: str) -> Callable[[Resources], Resources]:
    """A resource left out."""
    return lambda resources: [resource for resource in resources if not _is(resource, type_, name)]


def added(type_: str, props: Props, **sources: tuple[str, str]) -> Callable[[Resources], Resources]:
    """A further resource; `sources` are type and name of what its properties come from."""

    def more(resources: Resources) -> Resources:
        urns = {
            name: frozenset(resource.urn for resource in resources if _is(resource, *origin))
            for name, origin in sources.items()
        }
        assert all(urns.values()), f"unknown source in {sources}"
        bad = JudgedResource(type=type_, name="bad", urn="urn:pulumi:prod::p::bad::bad", props=props, sources=urns)
        return [*resources, bad]

    return more


def together(*changes: Callable[[Resources], Resources]) -> Callable[[Resources], Resources]:
    """Several changes that are bad only at once."""

    def all_of_them(resources: Resources) -> Resources:
        for change in changes:
            resources = change(resources)
        return resources

    return all_of_them


def unprotected(type_: str, name: str) -> Callable[[Resources], Resources]:
    """A resource that Pulumi may delete."""
    return lambda resources: [replace(r, protect=False) if _is(r, type_, name) else r for r in resources]


def _is(resource: JudgedResource, type_: str, name: str) -> bool:
    return resource.type.endswith(f":{type_}") and resource.name == name
