"""Project and stack file are merged as the Pulumi CLI does, and the checked-in program runs from anywhere."""

import json
import sys
from pathlib import Path

import pytest

from offline import stack_files
from offline.engine import record_stack
from problems.command import CommandError

PROJECT = """
name: shop
runtime: python
config:
  size: {type: integer, default: 3, description: how many}
  webui: {type: object, default: {cpu: 256, memory: 512}}
  note: plain default
  domain: {type: string, description: no default}
  aws:region: {value: eu-west-1}
"""
STACK = """
config:
  shop:webui: {cpu: 1024}
  shop:domain: example.com
  shop:flags: [on, no, 12:30, 2026-01-02, 1.5]
  shop:token: {secure: v1:abc}
  aws:defaultTags: {tags: {Team: a}}
"""
PROGRAM = """
from pathlib import Path
import pulumi
from helper import NAME
pulumi.export("name", NAME)
pulumi.export("here", Path("Pulumi.yaml").is_file())
pulumi.export("webui", pulumi.Config().require_object("webui"))
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "Pulumi.dev.yaml").write_text(STACK)
    (tmp_path / "__main__.py").write_text(PROGRAM)
    (tmp_path / "helper.py").write_text("NAME = 'shop'\n")
    return tmp_path


def test_a_default_of_the_project_counts_only_when_the_whole_key_is_absent(root: Path) -> None:
    values = stack_files.load(root, "dev").values
    assert values["shop:size"] == "3"
    assert values["shop:note"] == "plain default"
    assert values["shop:webui"] == '{"cpu": 1024}'


def test_keys_of_other_namespaces_are_kept(root: Path) -> None:
    values = stack_files.load(root, "dev").values
    assert values["aws:region"] == "eu-west-1"
    assert json.loads(values["aws:defaultTags"]) == {"tags": {"Team": "a"}}


def test_words_times_and_dates_are_read_as_the_cli_reads_them(root: Path) -> None:
    assert json.loads(stack_files.load(root, "dev").values["shop:flags"]) == [
        "on",
        "no",
        "12:30",
        "2026-01-02",
        1.5,
    ]


def test_an_encrypted_value_is_a_placeholder_and_its_key_a_secret(root: Path) -> None:
    config = stack_files.load(root, "dev")
    assert config.values["shop:token"] == "[secret]"
    assert config.secret_keys == {"shop:token"}


def test_an_override_replaces_a_whole_key_and_none_takes_it_away(root: Path) -> None:
    config = stack_files.load(root, "dev", {"webui": {"memory": 1}, "size": None, "shop:flags": None})
    assert config.values["shop:webui"] == '{"memory": 1}'
    assert config.values["shop:size"] == "3"
    assert "shop:flags" not in config.values


def test_a_missing_stack_is_told_with_the_stacks_there_are(root: Path) -> None:
    with pytest.raises(CommandError, match=r"no stack named 'qa'.*Stacks there are: dev"):
        stack_files.load(root, "qa")


def test_all_keys_without_a_value_are_told_at_once(root: Path) -> None:
    (root / "Pulumi.yaml").write_text(PROJECT + "  other: {type: string}\n")
    with pytest.raises(CommandError, match="missing configuration values 'domain', 'other'"):
        stack_files.load(root, "dev", {"domain": None})


@pytest.mark.parametrize(("key", "value"), [("size", "many"), ("size", {}), ("webui", "cpu"), ("domain", [])])
def test_a_value_of_another_type_than_declared_is_refused(root: Path, key: str, value: object) -> None:
    with pytest.raises(CommandError, match=f"'shop:{key}' must be of type"):
        stack_files.load(root, "dev", {key: value})


def test_a_number_may_be_written_as_a_string(root: Path) -> None:
    assert stack_files.load(root, "dev", {"size": "12"}).values["shop:size"] == "12"


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("Pulumi.dev.yaml", "config: [", r"Pulumi\.dev\.yaml is not valid YAML"),
        ("Pulumi.dev.yaml", "config: 3", r"Pulumi\.dev\.yaml must be a mapping, and so must its config"),
        ("Pulumi.dev.yaml", "", "missing configuration value 'domain'"),
        ("Pulumi.yaml", "", r"Pulumi\.yaml has no name"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_by_its_name(root: Path, file: str, text: str, told: str) -> None:
    (root / file).write_text(text)
    with pytest.raises(CommandError, match=told):
        stack_files.load(root, "dev")


def test_the_program_of_a_folder_runs_from_anywhere_and_leaves_the_process_as_it_was(root: Path) -> None:
    before = (Path.cwd(), list(sys.path))
    try:
        recording = record_stack(root, "dev", preview=True)
    finally:
        sys.modules.pop("helper", None)
    assert recording.outputs == {"name": "shop", "here": True, "webui": {"cpu": 1024}}
    assert (recording.project, recording.stack, recording.preview) == ("shop", "dev", True)
    assert (Path.cwd(), sys.path) == before
