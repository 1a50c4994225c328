"""The schema that editors read and the block of Pulumi.yaml agree with the models."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import stack_schema
from settings.schema import EACH, every_path, keys_at, schema_at, stack_file_schema, suggestion
from settings.stack import StackSettings

ROOT = Path(__file__).parents[2]


def test_pulumi_yaml_declares_every_key_as_the_models_do() -> None:
    """But for those that may be left out: the CLI asks for a value of whatever is declared without a default."""
    block = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    assert block == {
        name: {key: part.get(key, "object") for key in ("type", "description", "default")}
        for name, part in keys_at(()).items()
        if "default" in part
    }


def test_the_defaults_of_the_keys_say_nothing_new() -> None:
    raw = {name: part["default"] for name, part in keys_at(()).items() if "default" in part}
    assert StackSettings.model_validate_json(json.dumps(raw), strict=True) == StackSettings()


@pytest.mark.parametrize("path", list(every_path()), ids=".".join)
def test_every_setting_is_described(path: tuple[str, ...]) -> None:
    setting = schema_at(path)
    assert setting is not None
    assert setting["description"].endswith((".", ")."))


def test_the_tracked_schema_is_that_of_the_models() -> None:
    assert stack_schema.FILE.read_text() == stack_schema.text(), "run `make schema`"


@pytest.mark.parametrize("file", sorted(ROOT.glob("Pulumi.*.yaml")), ids=lambda file: file.name)
def test_each_stacks_file_names_the_schema_for_editors_and_keeps_to_it(file: Path) -> None:
    first, text = file.read_text().split("\n", 1)
    assert first == f"# yaml-language-server: $schema={stack_schema.FILE.name}"
    own = {key: value for key, value in yaml.safe_load(text)["config"].items() if key.startswith("webui-bedrock:")}
    assert own.keys() <= stack_file_schema()["properties"]["config"]["properties"].keys()


def test_the_schema_says_keys_limits_defaults_and_examples_as_an_editor_reads_them() -> None:
    whole: dict[str, Any] = json.loads(stack_schema.text())
    config = whole["properties"]["config"]
    assert list(config["patternProperties"].values()) == [False]
    assert all(part.get("additionalProperties") is False for part in whole["$defs"].values() if "properties" in part)
    assert whole["$defs"]["ServiceSettings"]["properties"]["port"] == {
        "description": "TCP port of the container; needed with paths, hosts or internal (default none).",
        "examples": [8080],
        "maximum": 65535,
        "minimum": 1,
        "type": "integer",
    }
    assert config["properties"]["webui-bedrock:services"]["default"] == {}
    # `pulumi config set webui-bedrock:protect true` writes "true".
    assert config["properties"]["webui-bedrock:protect"]["enum"] == [True, False, "true", "false"]
    assert '"null"' not in stack_schema.text()


def test_the_schema_follows_the_projects_name() -> None:
    config = stack_file_schema("acme.chat")["properties"]["config"]
    assert {key.partition(":")[0] for key in config["properties"]} == {"acme.chat"}
    assert re.search(next(iter(config["patternProperties"])), "acme.chat:webiu")
    assert not re.search(next(iter(config["patternProperties"])), "acme.chat:webui")


def test_a_setting_is_found_by_its_path() -> None:
    assert keys_at(("network",)).keys() >= {"cidr", "vpcId"}
    assert keys_at(("services", EACH, "scaling", "schedules", 0)).keys() >= {"cron", "timezone"}
    assert keys_at(("gateway", "models", 0)).keys() == {"id", "name", "description", "region", "assumeRole"}
    assert suggestion(("gateway", "models", 0)) == "amazon.nova-pro-v1:0"
    assert schema_at(("webui", "max")) is schema_at(("alarms", "emails", 0, "x")) is None
