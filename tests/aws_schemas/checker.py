"""Everything that AWS's models and documentation find wrong with what a program registered."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from offline.engine.recording import Resource
from offline.engine.shapes import AUTO, SHAPES
from tests.aws_schemas import models
from tests.aws_schemas.documented import DOCUMENTED, EVERY_TYPE
from tests.aws_schemas.kinds import KINDS, Kind
from tests.aws_schemas.translate import Translator, general

OF_THE_WHOLE = {"required", "requiredXor", "requiredOr", "oneOf", "anyOf", "dependentRequired", "further"}
"""Keywords about what stands together in a resource, which one of its parts cannot meet."""
LONGEST = 200
"""Characters of a value in a message."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One value that AWS would not take."""

    resource: Resource
    property: str
    """Empty when the resource as a whole is at fault, such as for a property that is missing."""
    value: Any
    rule: str
    source: str

    def __str__(self) -> str:
        secret = self.property in self.resource.secret_paths or self.property in self.resource.secret_inputs
        value = "(secret)" if secret else json.dumps(self.value, default=str)[:LONGEST]
        place = f"{self.property} = {value}: " if self.property else ""
        return f"{self.resource}: {place}{self.rule} ({self.source})"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What came out for one resource."""

    found: list[tuple[str, Any, str, str]] = field(default_factory=list)
    """Property, value, rule, source."""
    unmapped: set[str] = field(default_factory=set)


_CHECKED: dict[tuple[str, str], Checked] = {}
"""By type and inputs: plans have most of their resources in common."""


def refusals(resources: Iterable[Resource]) -> list[Refusal]:
    """What AWS would not take of these resources."""
    return [
        Refusal(resource=resource, property=path, value=value, rule=rule, source=source)
        for resource in resources
        for path, value, rule, source in _checked(resource).found
    ]


def unmapped(resources: Iterable[Resource]) -> set[str]:
    """Types and properties of AWS that none of its models has: nothing of theirs is checked."""
    return {
        f"{resource.type} {general(path)}".rstrip() for resource in resources for path in _checked(resource).unmapped
    }


def _checked(resource: Resource) -> Checked:
    inputs = _sent(resource)
    key = (resource.type, json.dumps(inputs, sort_keys=True, default=str))
    if key not in _CHECKED:
        _CHECKED[key] = _check(resource.type, inputs)
    return _CHECKED[key]


def _sent(resource: Resource) -> dict[str, Any]:
    """The inputs, and the name that Pulumi gives where the program gives none."""
    automatic = [name for name, shape in SHAPES.get(resource.type, {}).items() if shape == AUTO]
    return {**{name: resource.outputs[name] for name in automatic if name in resource.outputs}, **resource.inputs}


def _check(token: str, inputs: Mapping[str, Any]) -> Checked:
    checked = Checked()
    covered = set()
    for path, value in _nodes(inputs):
        documented = DOCUMENTED.get((token, general(path))) or DOCUMENTED.get((EVERY_TYPE, path))
        if documented:
            covered.add(path)
            if any(models.broken(value, documented.schema)):
                checked.found.append((path, value, documented.says, documented.source))
    if token in KINDS:
        _check_models(token, KINDS[token], inputs, checked)
    elif token.startswith(("aws:", "awsx:")):
        checked.unmapped.add("")
    checked.unmapped.difference_update(covered, {path.partition(".")[0].partition("[")[0] for path in covered})
    return checked


def _check_models(token: str, kind: Kind, inputs: Mapping[str, Any], checked: Checked) -> None:
    """CloudFormation's schema first; what it says nothing of, botocore's model may."""
    class_name, type_ = token.rpartition(":")[2], f"AWS::{kind.cloudformation}"
    schema = models.cloudformation(type_)
    own = Translator(schema=schema, class_name=class_name, names=kind.names).translate(inputs, kind.adds)
    # CloudFormation's limits of tags are its own: it takes shorter keys and no empty values.
    tags = {path for path in own.origins.values() if path.partition(".")[0] == "tags"}
    asked = {key: item for key, item in schema.items() if not (kind.part and key in OF_THE_WHOLE)}
    for broken in models.broken(own.instance, asked):
        path = own.property_at(broken.place)
        if path in tags:
            continue
        checked.found.append((path, broken.value, broken.rule, f"CloudFormation's schema of {type_}"))
    service, _, operation = kind.request.partition(".")
    open_ = own.silent | own.unmapped | tags
    rest = {key: item for key, item in inputs.items() if any(path.startswith(key) for path in open_)}
    request = models.request(service, operation)
    further = Translator(schema=request, class_name=class_name, names=kind.names).translate(rest)
    for broken in models.broken(further.instance, request):
        path = further.property_at(broken.place)
        if path in open_:
            checked.found.append((path, broken.value, broken.rule, f"botocore's model of {kind.request}"))
    checked.unmapped.update(own.unmapped & further.unmapped)


def _nodes(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value within the inputs with its property, the containers too."""
    if path:
        yield path, value
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _nodes(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _nodes(item, f"{path}[{place}]")
