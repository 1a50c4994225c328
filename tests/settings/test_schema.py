"""The schema that editors read and the block of Pulumi.yaml agree with the models."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings import schema
from settings.schema_tree import EACH, every_path, field_at
from settings.stack import StackSettings

PULUMI_YAML = Path(__file__).parents[2] / "Pulumi.yaml"


def test_pulumi_yaml_declares_every_key_as_the_models_do() -> None:
    block = yaml.safe_load(PULUMI_YAML.read_text())["config"]
    assert block == {
        key.name: {"type": key.type, "description": key.description, "default": key.default}
        for key in schema.CONFIG_KEYS
    }


def test_the_keys_are_those_of_the_models() -> None:
    assert {key.name: key.type for key in schema.CONFIG_KEYS} == {
        "namePrefix": "string",
        "tags": "object",
        "protect": "boolean",
        "network": "object",
        "loadBalancer": "object",
        "webui": "object",
        "gateway": "object",
        "services": "object",
        "database": "object",
        "cache": "object",
        "fileSystem": "object",
        "alarms": "object",
        "cloudFormationExports": "boolean",
    }


def test_the_defaults_of_the_keys_say_nothing_new() -> None:
    raw = {key.name: key.default for key in schema.CONFIG_KEYS}
    assert StackSettings.model_validate_json(json.dumps(raw), strict=True) == StackSettings()


@pytest.mark.parametrize("path", list(every_path()), ids=".".join)
def test_every_setting_is_described(path: tuple[str, ...]) -> None:
    field = field_at(tuple("any" if segment == EACH else segment for segment in path))
    assert field is not None
    assert field.description
    assert field.description.endswith((".", ")."))


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def test_the_schema_holds_what_it_refers_to() -> None:
    whole = schema.stack_file_schema()
    names = {reference.removeprefix("#/$defs/") for reference in _references(whole)}
    assert names
    assert names <= whole["$defs"].keys()


def test_the_schema_refuses_unknown_keys_and_says_the_limits() -> None:
    whole = schema.stack_file_schema()
    config = whole["properties"]["config"]
    assert f"webui-bedrock:{schema.CONFIG_KEYS[0].name}" in config["properties"]
    assert list(config["patternProperties"].values()) == [False]
    assert all(part.get("additionalProperties") is False for part in whole["$defs"].values() if "properties" in part)
    port = whole["$defs"]["ServiceSettings"]["properties"]["port"]
    assert (port["type"], port["minimum"], port["maximum"]) == ("integer", 1, 65535)
    json.dumps(whole)
