"""Recorded inputs in the words of one of AWS's schemas: Pulumi's names and shapes, mapped by rule."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.aws_schemas.models import SAYS_NOTHING, Schema, resolved

Place = tuple[str | int, ...]
Json = Any
SUFFIXES = ("", "s", "es", "Document", "Id", "Arn", "Ids", "Arns", "Name", "Seconds", "Count", "Config")
DROPPED = ("s", "Id", "Arn", "Name")
SHORTEST_TAIL = 4
"""Letters of a name that may stand for the end of a longer one: `zoneId` for `HostedZoneId`."""
PAIR = 2
"""Properties of a tag, a dimension or a parameter: key or name, and value."""


@dataclass(frozen=True, kw_only=True)
class Translation:
    """One resource as a schema has it."""

    instance: dict[str, Json] = field(default_factory=dict)
    origins: dict[Place, str] = field(default_factory=dict)
    """Where a value stands in `instance`, and the Pulumi property that it came from."""
    silent: set[str] = field(default_factory=set)
    """Properties of whose value the schema says no more than the type."""
    unmapped: set[str] = field(default_factory=set)

    def property_at(self, place: Iterable[str | int]) -> str:
        """The Pulumi property that a value of the instance came from; of its nearest parent when it has none."""
        parts = tuple(place)
        while parts and parts not in self.origins:
            parts = parts[:-1]
        return self.origins.get(parts, "")


def general(path: str) -> str:
    """A property whatever its place in lists: `rules[].name`."""
    return re.sub(r"\[\d+\]", "[]", path)


@dataclass(frozen=True, kw_only=True)
class Translator:
    """Maps the inputs of one resource type into one schema."""

    schema: Schema
    class_name: str
    """`TargetGroup`: AWS may call its `name` TargetGroupName, or GroupName."""
    names: Mapping[str, str]
    """What the rule does not find: property -> the schema's, with dots between steps and `[]` after lists."""

    def translate(self, inputs: Mapping[str, Json], adds: Mapping[str, Json] | None = None) -> Translation:
        """The whole resource, and what the provider adds to it."""
        found = Translation()
        found.instance.update(adds or {})
        _Walk(self, found).members(inputs, self.schema, (), "", found.instance)
        return found


class _Walk:
    """One translation in the making; `at` is a place in the instance, `path` one in the inputs."""

    def __init__(self, by: Translator, into: Translation) -> None:
        self._by = by
        self._into = into

    def members(
        self, values: Mapping[str, Json], schema: Schema, at: Place, path: str, target: dict[str, Json]
    ) -> None:
        """Set what the values mean in an object of the schema."""
        for key, value in values.items():
            here = f"{path}.{key}" if path else key
            steps = self._steps(key, here, schema)
            if steps:
                self._put(value, steps, schema, at, here, target)
                continue
            # A block whose members AWS has one level up: healthCheck.path is HealthCheckPath.
            inner = value if isinstance(value, Mapping) else {}
            found = {
                name: self._steps(f"{key}{name[:1].upper()}{name[1:]}", f"{here}.{name}", schema)
                or self._steps(name, f"{here}.{name}", schema, tail=False)
                for name in inner
            }
            for name, way in found.items():
                if way:
                    self._put(inner[name], way, schema, at, f"{here}.{name}", target)
                elif any(found.values()):
                    self._into.unmapped.add(f"{here}.{name}")
            if not any(found.values()):
                self._into.unmapped.add(here)

    def _put(self, value: Json, steps: list[str], schema: Schema, at: Place, path: str, target: Json) -> None:
        """Set a value some steps below an object."""
        for step in steps[:-1]:
            name = step.removesuffix("[]")
            schema = self._property(schema, name)
            if name == step:
                target, at = target.setdefault(name, {}), (*at, name)
            else:
                target, at = target.setdefault(name, [{}])[0], (*at, name, 0)
                schema = self._resolved(schema["items"])
        name = steps[-1]
        property_ = self._property(schema, name)
        found = self._value(value, property_, (*at, name), path)
        if found is not None:
            target[name] = found

    def _value(self, value: Json, schema: Schema, at: Place, path: str) -> Json:
        """A value in the schema's shape; None for JSON text where the schema has the document that it holds."""
        self._into.origins[at] = path
        types = schema.get("type", [])
        types = [types] if isinstance(types, str) else types
        if isinstance(value, str) and value[:1] in ("{", "[") and "string" not in types and types:
            self._into.silent.add(path)
            return None
        if "array" in types or "items" in schema:
            return self._array(value, self._resolved(schema.get("items", {})), at, path)
        if isinstance(value, list) and "object" in types:
            if not self._properties(schema):
                return {item["name"]: item["value"] for item in value}
            (value,) = value
        if isinstance(value, Mapping) and types == ["string"]:
            # A document that CloudFormation takes as JSON text: of what is in it, it says nothing.
            self._into.silent.add(path)
            return json.dumps(value)
        if isinstance(value, Mapping):
            found: dict[str, Json] = {}
            if not self._properties(schema):
                return dict(value)
            self.members(value, schema, at, path, found)
            return found
        if set(schema) <= SAYS_NOTHING and not isinstance(value, bool):
            self._into.silent.add(path)
        return _converted(value, types, schema)

    def _array(self, value: Json, items: Schema, at: Place, path: str) -> list[Json]:
        names = self._properties(items)
        if isinstance(value, Mapping) and len(names) == PAIR and not set(value) & {"name", "value"}:
            word, content = sorted(names, key=lambda name: name.lower().endswith("value"))
            pairs = sorted(value.items())
            self._into.origins.update({(*at, place): f"{path}.{key}" for place, (key, _) in enumerate(pairs)})
            return [{word: key, content: item} for key, item in pairs]
        if not isinstance(value, list):
            return [self._value(value, items, (*at, 0), path)]
        return [self._value(item, items, (*at, place), f"{path}[{place}]") for place, item in enumerate(value)]

    def _steps(self, key: str, path: str, schema: Schema, *, tail: bool = True) -> list[str]:
        """Where a property stands in an object of the schema; nothing when it is not found."""
        given = self._spelled(self._by.names.get(general(path), "").split("."), schema)
        if given:
            return given
        here = self._properties(schema)
        found = _match(key, here, self._by.class_name, tail=tail)
        if found:
            return [found]
        below = [
            [name, inner]
            for name, child in here.items()
            for inner in self._properties(child)
            if inner.lower() == key.lower()
        ]
        return below[0] if len(below) == 1 else []

    def _spelled(self, steps: list[str], schema: Schema) -> list[str]:
        """A given way as this schema spells it; nothing when it is not there."""
        found = []
        for step in steps:
            word = step.removesuffix("[]")
            name = next((name for name in self._properties(schema) if name.lower() == word.lower()), None)
            if name is None:
                return []
            found.append(name + step.removeprefix(word))
            schema = self._property(schema, name)
            schema = schema["items"] if step != word else schema
        return found

    def _property(self, schema: Schema, name: str) -> Schema:
        return self._resolved(self._properties(schema)[name])

    def _properties(self, schema: Schema) -> Mapping[str, Schema]:
        """The properties of an object, in any of its alternatives."""
        schema = self._resolved(schema)
        found = dict(schema.get("properties", {}))
        for alternative in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
            found = {**self._properties(alternative), **found}
        return found

    def _resolved(self, schema: Schema) -> Schema:
        return resolved(schema, self._by.schema)


def _match(key: str, names: Iterable[str], class_name: str, *, tail: bool) -> str:
    """The property that a Pulumi name means: the same, with another ending, after its resource's name, or its end."""
    lower = {name.lower(): name for name in names}
    words = re.findall(r"[A-Z][a-z0-9]*", class_name)
    for first in ("", *("".join(words[start:]) for start in range(len(words)))):
        for asked in _spellings(first + key):
            if asked in lower:
                return lower[asked]
    ends = [name for low, name in lower.items() if tail and len(key) >= SHORTEST_TAIL and low.endswith(key.lower())]
    return ends[0] if len(ends) == 1 else ""


def _spellings(key: str) -> Iterator[str]:
    stems = [key, *(key.removesuffix(end) for end in DROPPED if key.endswith(end)), re.sub("ies$", "y", key)]
    if key.endswith("Enabled"):
        stems.append(f"Enable{key.removesuffix('Enabled')}")
    yield from (f"{stem}{suffix}".lower() for stem in stems if stem for suffix in SUFFIXES)


def _converted(value: Json, types: list[str], schema: Schema) -> Json:
    """A scalar in the type that the schema has: Terraform has numbers where AWS has texts, and the reverse."""
    if isinstance(value, bool) and types == ["string"]:
        words = {str(word).upper(): word for word in schema.get("enum", [])}
        return words.get("ENABLED" if value else "DISABLED", str(value).lower())
    if isinstance(value, int | float) and types == ["string"]:
        return str(value)
    if isinstance(value, float) and "integer" in types and value.is_integer():
        return int(value)
    if isinstance(value, str) and set(types) & {"integer", "number"} and re.fullmatch(r"-?\d+", value):
        return int(value)
    if isinstance(value, str) and "number" in types and re.fullmatch(r"\d+\.\d+", value):
        return float(value)
    return value
