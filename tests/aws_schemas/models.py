"""AWS's own models of its resources as JSON Schemas: CloudFormation's resource types, and the requests in botocore."""

import json
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any

import regex
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape
from botocore.session import Session
from cfnlint.context import Context
from cfnlint.jsonschema import StandardValidator, ValidationError
from cfnlint.rules import formats
from cfnlint.rules.formats.FormatKeyword import FormatKeyword
from cfnlint.template import Template

Schema = Mapping[str, Any]

DATA = files("cfnlint.data.schemas")
REGION = "us-east-1"
"""Regions differ in the types that they offer, not in what these types take."""
SAYS_NOTHING = {"type", "description", "default", "sensitive", "relationshipRef"}
NOT_ASKED = "_(deprecated|warning)|^snapshotidentifier"
"""Further rules that warn; and what a template must leave out beside a snapshot, which the provider does by itself."""
NAMING_PROPERTIES = {"required", "requiredXor", "dependentRequired", "dependentExcluded", "additionalProperties"}
"""Keywords whose messages say which properties are meant, and not what they hold."""
LIMITS = {"string": "Length", "list": "Items", "integer": "imum", "long": "imum", "double": "imum", "float": "imum"}
TYPES = {
    "list": "array",
    "blob": "string",
    "integer": "integer",
    "long": "integer",
    "double": "number",
    "float": "number",
}


@cache
def cloudformation(type_: str) -> Schema:
    """The schema of a resource type such as `AWS::ECS::Service`, with what cfn-lint knows beyond CloudFormation's."""
    found = _with_formats(_read("resources", f"{_types()[type_]}.json"))
    return {**found, "further": _further(type_)}


@cache
def request(service: str, name: str) -> Schema:
    """The request of an operation such as `elbv2`, `CreateTargetGroup`; or a shape in it."""
    model = _service(service)
    shape = model.shape_for(name) if name in model.shape_names else model.operation_model(name).input_shape
    definitions: dict[str, Any] = {}
    return {"definitions": definitions, **resolved(_defined(shape, definitions), {"definitions": definitions})}


def documentation(service: str, operation: str, *members: str) -> str:
    """What botocore's model says of an operation, or of a member of its request, as HTML."""
    found = _service(service).operation_model(operation)
    shape = found.input_shape
    for member in members:
        found = shape.members[member]
        shape = getattr(found, "member", found)
    return str(found.documentation)


def resolved(schema: Schema, root: Schema) -> Schema:
    """The schema itself, where it is a reference to a definition."""
    while "$ref" in schema:
        definition = root["definitions"][_definition(schema["$ref"])]
        schema = {**definition, **{key: item for key, item in schema.items() if key != "$ref"}}
    return schema


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A value that a schema does not take."""

    place: tuple[str | int, ...]
    value: Any
    rule: str
    """The keyword and what it asks for; never the value."""


def broken(instance: object, schema: Schema) -> Iterator[Broken]:
    """Everything that a schema finds wrong with an instance."""
    for part in (schema, *schema.get("further", ())):
        for error in _validator()(part, context=_plain()).iter_errors(instance):
            rule = f"{error.validator} {error.validator_value}"
            if error.validator in NAMING_PROPERTIES:
                rule = error.message
            if error.validator is None:
                rule = "not allowed beside the other properties"
            if part is not schema and "description" in part:
                rule = part["description"]
            yield Broken(place=tuple(error.path), value=error.instance, rule=rule)


@cache
def _validator() -> Any:
    """cfn-lint's validator, which knows `requiredXor` and the like, with a faster way to definitions."""

    def definition(validator: Any, reference: str, instance: object, _schema: Schema) -> Iterator[ValidationError]:
        yield from validator.descend(instance, validator.resolver.referrer["definitions"][_definition(reference)])

    return StandardValidator({}).extend(validators={"$ref": definition})


@cache
def _plain() -> Context:
    """Values are final: none is one of CloudFormation's functions."""
    return Template(None, {}).context.evolve(functions=[])


@cache
def _types() -> Mapping[str, str]:
    return _read("providers", f"{REGION}.json")


@cache
def _service(name: str) -> ServiceModel:
    return _session().get_service_model(name)


@cache
def _session() -> Session:
    return Session()


def _definition(reference: str) -> str:
    return reference.rpartition("/")[2]


def _further(type_: str) -> list[Schema]:
    """cfn-lint's rules about properties together, as far as one resource is enough to check them."""
    folder = DATA.joinpath("extensions", type_.replace("::", "_").lower())
    files_ = sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []
    found = [_read("extensions", folder.name, name) for name in files_ if not re.search(NOT_ASKED, name)]
    return [schema for schema in found if {"if", "allOf", "oneOf"} & set(schema)]


@cache
def _formats() -> Mapping[str, str]:
    """Patterns of the formats that cfn-lint knows beside JSON Schema's, such as `AWS::KMS::Key.Arn`."""
    for found in pkgutil.iter_modules(formats.__path__):
        import_module(f"{formats.__name__}.{found.name}")
    known = [kind() for kind in FormatKeyword.__subclasses__()]
    return {rule.format_keyword: rule.pattern for rule in known if rule.pattern}


def _with_formats(schema: Any) -> Any:
    """The schema with the pattern of each format, which a plain validator passes over."""
    if isinstance(schema, list):
        return [_with_formats(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _with_formats(item) for key, item in schema.items()}
    if isinstance(found.get("format"), str) and found["format"] in _formats():
        found["allOf"] = [*found.get("allOf", []), {"pattern": _formats()[found["format"]]}]
    return found


def _read(*path: str) -> dict[str, Any]:
    file = DATA.joinpath(*path)
    return dict(json.loads(file.read_text())) if file.name.endswith(".json") else {}


def _defined(shape: Shape, definitions: dict[str, Any]) -> dict[str, Any]:
    """A reference to a shape's schema, because shapes contain themselves."""
    if shape.name not in definitions:
        definitions[shape.name] = {}
        definitions[shape.name].update(_schema(shape, definitions))
    return {"$ref": f"#/definitions/{shape.name}"}


def _schema(shape: Shape, definitions: dict[str, Any]) -> dict[str, Any]:
    if isinstance(shape, StructureShape):
        return {"type": "object", "properties": {name: _defined(m, definitions) for name, m in shape.members.items()}}
    if isinstance(shape, MapShape):
        return {"type": "object", "additionalProperties": _defined(shape.value, definitions)}
    found = {"type": TYPES.get(shape.type_name, shape.type_name)}
    if isinstance(shape, ListShape):
        found["items"] = _defined(shape.member, definitions)
    given = shape.metadata
    for bound in ("min", "max"):
        if bound in given and shape.type_name in LIMITS:
            found[f"{bound}{LIMITS[shape.type_name]}"] = given[bound]
    if _can_be_matched(given.get("pattern", "(")):
        found["pattern"] = f"^(?:{given['pattern']})$"
    return found | ({"enum": given["enum"]} if "enum" in given else {})


def _can_be_matched(pattern: str) -> bool:
    """Some patterns are in a dialect of their own, such as those with halves of surrogate pairs."""
    try:
        regex.compile(pattern)
    except regex.error:
        return False
    return True
