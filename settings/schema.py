"""What may stand in a stack's file, as JSON Schema: for editors, and to say what somebody meant who wrote it wrong."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, NoDefault
from pydantic_core import core_schema

from problems import NAMESPACE, Path, Scalar
from settings.stack import StackSettings

EACH = "*"
"""Stands in a path for the name of any entry of a map that people fill, such as `services`."""

Schema = Mapping[str, Any]


class _Plain(GenerateJsonSchema):
    """Says of a key what people may write: never null, and `{}` where every key below has its own default."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> dict[str, Any]:
        """A key that need not be there is left out."""
        return self.generate_inner(schema["schema"])

    def get_default_value(self, schema: core_schema.WithDefaultSchema) -> Any:
        """No default is shown for a key that is left out."""
        default = {} if "default_factory" in schema else schema.get("default")
        return NoDefault if default is None else default

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Titles would repeat the keys, badly spelt."""
        return False


def stack_file_schema(project: str = NAMESPACE) -> Schema:
    """The schema of `Pulumi.<stack>.yaml`: the keys of this project below `config:`, other namespaces untouched."""
    pattern = project.replace(".", r"\.")
    keys, names = _models()["properties"], "|".join(_models()["properties"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Stack configuration of {project}",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "properties": {f"{project}:{key}": _as_the_cli_writes(schema) for key, schema in keys.items()},
                "patternProperties": {f"^{pattern}:(?!({names})$)": False},
            }
        },
        "$defs": _models()["$defs"],
    }


def schema_at(path: Path) -> Schema | None:
    """The schema of the value at `path`, or None if there is no such setting."""
    schema: Schema | None = _models()
    for segment in path:
        schema = None if schema is None else _below(schema, segment)
    return schema


def keys_at(path: Path) -> dict[str, Schema]:
    """The keys that the map at `path` may have; none when it is no map or people choose its keys."""
    return _keys(schema_at(path) or {})


def is_required(path: Path) -> bool:
    """Whether the map around the setting at `path` needs it."""
    return any(path[-1] in shape.get("required", ()) for shape in _shapes(schema_at(path[:-1]) or {}))


def suggestion(path: Path) -> Scalar | None:
    """A value that would be accepted at `path`: the default, else an example."""
    schema = schema_at(path) or {}
    examples = [schema.get("default"), *(example for shape in _shapes(schema) for example in shape.get("examples", []))]
    examples.append(True if schema.get("type") == "boolean" else None)
    return next((example for example in examples if isinstance(example, str | int | float)), None)


def every_path(above: Path = ()) -> Iterator[Path]:
    """All paths at which there is a setting, sections included, with `EACH` for names that people choose."""
    for key in keys_at(above):
        yield (*above, key)
        yield from every_path((*above, key))
    if not keys_at(above) and keys_at((*above, EACH)):
        yield from every_path((*above, EACH))


@cache
def _models() -> Schema:
    return StackSettings.model_json_schema(by_alias=True, schema_generator=_Plain)


def _as_the_cli_writes(schema: Schema) -> Schema:
    """The schema of a top-level key: `pulumi config set` writes a truth value there as text."""
    truth = {"type": ["boolean", "string"], "enum": [True, False, "true", "false"]}
    return {**schema, **truth} if schema.get("type") == "boolean" else schema


def _below(schema: Schema, segment: str | int) -> Schema | None:
    if isinstance(segment, str) and segment in (keys := _keys(schema)):
        return keys[segment]
    entry = "items" if isinstance(segment, int) else "additionalProperties"
    return next((_resolved(shape[entry]) for shape in _shapes(schema) if shape.get(entry)), None)


def _keys(schema: Schema) -> dict[str, Schema]:
    return {key: _resolved(part) for shape in _shapes(schema) for key, part in shape.get("properties", {}).items()}


def _shapes(schema: Schema) -> list[Schema]:
    """What a value may look like; more than one for the network and for `gateway.models`."""
    return [_resolved(shape) for shape in schema.get("oneOf", schema.get("anyOf", [schema]))]


def _resolved(schema: Schema) -> Schema:
    name = schema.get("$ref", "").rpartition("/")[2]
    return {**_models()["$defs"][name], **schema} if name else schema
