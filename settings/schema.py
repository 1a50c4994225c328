"""What editors and the Pulumi CLI need to know of the configuration: `python -m settings.schema` prints it."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from problems import NAMESPACE
from settings.stack import StackSettings

_PULUMI_TYPES = {str: "string", bool: "boolean"}


@dataclass(frozen=True, kw_only=True)
class ConfigKey:
    """A top-level key as the `config:` block of Pulumi.yaml declares it.

    Pulumi takes a declared key without a default for a required one, hence the default, which for a map is empty.
    """

    name: str
    type: str
    description: str
    default: str | bool | dict[str, Any]


class _Untitled(GenerateJsonSchema):
    """Titles would repeat the keys, badly spelt."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """No field gets one."""
        return False


def _config_keys() -> tuple[ConfigKey, ...]:
    keys = []
    for name, field in StackSettings.model_fields.items():
        scalar = _PULUMI_TYPES.get(field.annotation) if isinstance(field.annotation, type) else None
        keys.append(
            ConfigKey(
                name=field.alias or name,
                type=scalar or "object",
                description=field.description or "",
                default=field.default if scalar else {},
            )
        )
    return tuple(keys)


CONFIG_KEYS: tuple[ConfigKey, ...] = _config_keys()
"""Every top-level key, in the order of the models."""


def stack_file_schema() -> dict[str, Any]:
    """JSON Schema of `Pulumi.<stack>.yaml`: the keys of this project below `config:`, other namespaces untouched."""
    models = StackSettings.model_json_schema(by_alias=True, schema_generator=_Untitled)
    known = "|".join(models["properties"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Stack configuration of {NAMESPACE}",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "properties": {f"{NAMESPACE}:{key}": schema for key, schema in models["properties"].items()},
                "patternProperties": {f"^{NAMESPACE}:(?!({known})$)": False},
            }
        },
        "$defs": models["$defs"],
    }


if __name__ == "__main__":
    print(json.dumps(stack_file_schema(), indent=2))
