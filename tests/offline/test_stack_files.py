"""Project and stack file are merged as the Pulumi CLI does, and the checked-in program runs from anywhere."""

import json
import re
import sys
from pathlib import Path

import pulumi
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
  shop:flags: [on, no, 12:30, 1.5]
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


READ_ALIKE = {
    "[on, no, y, 12:30, True, TRUE, ~]": ["on", "no", "y", "12:30", True, True, None],
    "[0o12, 0x1F, 0b11, -0, .5, +1, 1.50, 1e3, 4.0]": [10, 31, 3, 0, 0.5, 1, 1.5, 1000, 4],
    "[99999999999999999999, _1, 1a, 1.2.3]": [10**20, "_1", "1a", "1.2.3"],
    '["012", "1_000", "2026-01-02", 2026-01]': ["012", "1_000", "2026-01-02", "2026-01"],
    "[!!str 012, !!int '2', !!binary aGk=, !own 1, !own {a: 1}, !!set {x}]": [
        "012",
        2,
        "hi",
        "1",
        {"a": 1},
        {"x": None},
    ],
    "{1: a, null: b}": {"1": "a", "<nil>": "b"},
    "{a:\t1}\t": {"a": 1},
    "{<<: {a: 1, b: 1}, b: 2}": {"a": 1, "b": 2},
    "{<<: [{a: 1}, {a: 2, b: 2}]}": {"a": 1, "b": 2},
    "[1]\n---\nconfig: {shop:flags: [2]}": [1],
}
"""YAML and what the Pulumi CLI 3.260 makes of it, by `pulumi config --json`."""


@pytest.mark.parametrize("text", READ_ALIKE, ids=str)
def test_a_value_is_read_as_the_cli_reads_it(root: Path, text: str) -> None:
    (root / "Pulumi.dev.yaml").write_text(f"config:\n  shop:domain: a\n  shop:flags:\t{text}\n")
    assert json.loads(stack_files.load(root, "dev").values["shop:flags"]) == READ_ALIKE[text]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\n    b: 2\n    a: 3", r"Pulumi\.dev\.yaml:5:5: .* the key `a` is there already, in line 3"),
        ("a: 2026-01-02", "put the date in quotes"),
        ("a: 2026-01-02T03:04:05Z", "put the date in quotes"),
        ("a: 012345678901", "put the number in quotes"),
        ("a: [-08]", "put the number in quotes"),
        ("a: 1_000", "put the number in quotes"),
        ("a: 1_0.5", "put the number in quotes"),
        ("a: .inf", r"yaml:3:8: .* no number that"),
        ("a: -.INF", "no number that"),
        ("a: 1e400", "no number that"),
        ("a: &a [*a]", "not valid YAML"),
        ("a: [\n\t1]\n\tb: 1", "character '\\\\t' that cannot start any token"),
    ],
    ids=str,
)
def test_what_the_cli_refuses_or_nobody_means_is_refused_with_its_line(root: Path, text: str, told: str) -> None:
    (root / "Pulumi.dev.yaml").write_text(f"config:\n  shop:flags:\n    {text}\n")
    with pytest.raises(CommandError, match=told):
        stack_files.load(root, "dev")


@pytest.mark.parametrize("value", ["0123_4567", "{ hunter2", "2026-01-02", "!!int hunter2"])
def test_what_is_told_of_a_broken_file_holds_none_of_its_values(root: Path, value: str) -> None:
    (root / "Pulumi.dev.yaml").write_text(f"config:\n  shop:webui:\n    password: {value}\n")
    with pytest.raises(CommandError) as raised:
        stack_files.load(root, "dev")
    assert value.strip("{! int") not in str(raised.value)


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("a:b:c: 1", "'a:b:c' is no configuration key"),
        ("':a': 1", "':a' is no configuration key"),
        ("domain: a\n  shop:domain: b", "gives shop:domain twice"),
        ("shop:domain: a\n  shop:domain: b", "line 2"),
        ("domain: a\n  shop:config:domain: b", "gives shop:domain twice"),
    ],
)
def test_a_key_that_is_none_or_stands_twice_is_refused(root: Path, config: str, told: str) -> None:
    (root / "Pulumi.dev.yaml").write_text(f"config:\n  {config}\n")
    with pytest.raises(CommandError, match=told):
        stack_files.load(root, "dev")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("environment: [team]\n", "`environment` (Pulumi ESC)"),
        ("confg: {shop:size: 4}\n", "nothing reads `confg`, which stands beside `config`"),
        ("config: {shap:size: 4}\n", "nothing reads shap:size: neither .* `shap`, did you mean shop:size?"),
        ("config: {Shop:size: 4}\n", "did you mean shop:size?"),
        ("config: {old-name:domain: a}\n", "did you mean shop:domain?"),
        ("config: {gcp:project: a}\n", "neither this project nor a provider of it is `gcp`"),
        ("config: {size: 4}\n---\nconfig: {}\n", "nothing reads what follows a second `---`"),
        ("---\nconfig: {size: 4}\n", ""),
        ("secretsprovider: awskms://a\nencryptedkey: b\nconfig: {aws:region: a, awsx:b: c, pulumi:tags: {}}\n", ""),
    ],
)
def test_what_nothing_reads_is_doubted(root: Path, text: str, told: str) -> None:
    (root / "Pulumi.dev.yaml").write_text(text)
    doubts = stack_files.load(root, "dev", {"domain": "a"}).doubts
    assert len(doubts) == bool(told)
    assert all(re.search(told.replace("(", r"\(").replace(")", r"\)").replace("?", r"\?"), doubt) for doubt in doubts)


def test_a_doubt_is_told_by_plan_and_error_and_a_file_is_found_by_the_stacks_own_name(root: Path) -> None:
    (root / "Pulumi.dev.yaml").write_text("config: {domain: a, shup:size: 4}\n")
    (root / "__main__.py").write_text("")
    recording = record_stack(root, "team/shop/dev")
    assert recording.stack == "dev"
    doubts = list(stack_files.load(root, "team/dev").doubts)
    assert [message for _, message in recording.log] == doubts
    (root / "__main__.py").write_text("import pulumi\nraise pulumi.RunError('a problem')\n")
    with pytest.raises(pulumi.RunError) as raised:
        record_stack(root, "dev")
    assert raised.value.__notes__ == doubts


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
    (told,) = stack_files.load(root, "dev", {key: value}).mistyped
    assert f"'shop:{key}' must be of type" in told


@pytest.mark.parametrize("key", ["size", "webui"])
def test_a_key_without_a_value_is_an_empty_text_and_not_the_default(root: Path, key: str) -> None:
    (root / "Pulumi.dev.yaml").write_text(f"config:\n  domain: a\n  {key}:\n    # nothing\n")
    config = stack_files.load(root, "dev")
    assert config.values[f"shop:{key}"] == ""
    assert len(config.mistyped) == 1


def test_a_value_of_another_type_hides_nothing_that_the_program_refuses(root: Path) -> None:
    (root / "__main__.py").write_text("import pulumi\nraise pulumi.RunError('three problems')\n")
    with pytest.raises(pulumi.RunError, match="three problems"):
        record_stack(root, "dev", overrides={"webui": "cpu"})
    (root / "__main__.py").write_text("")
    with pytest.raises(CommandError, match="must be of type 'object'"):
        record_stack(root, "dev", overrides={"webui": "cpu"})


def test_a_number_may_be_written_as_a_string(root: Path) -> None:
    assert stack_files.load(root, "dev", {"size": "12"}).values["shop:size"] == "12"


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("Pulumi.dev.yaml", "config: [", r"Pulumi\.dev\.yaml:1:10: not valid YAML: while parsing a flow node"),
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
