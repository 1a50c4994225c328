"""`load` reads all keys of the project as Pulumi hands them over."""

import contextvars
import json
from collections.abc import Callable
from pathlib import Path

import pulumi
import pytest
from pulumi.runtime import set_all_config
from pulumi.runtime import settings as runtime_settings

import settings
from tests.settings.samples import IMAGE, SECRET

GATEWAY = {"webui-bedrock:gateway": json.dumps({"image": IMAGE})}


def load(config: dict[str, str], secret_keys: list[str] | None = None) -> settings.StackSettings:
    """`settings.load()` of a program to which Pulumi gave this configuration."""

    def run() -> settings.StackSettings:
        runtime_settings.reset_options(project="webui-bedrock", stack="dev", preview=True)
        set_all_config(config, secret_keys or [])
        return settings.load()

    return _isolated(run)


def _isolated(run: Callable[[], settings.StackSettings]) -> settings.StackSettings:
    return contextvars.copy_context().run(run)


def test_maps_arrive_as_json_and_scalars_as_text() -> None:
    stack = load({**GATEWAY, "webui-bedrock:namePrefix": "team-chat", "webui-bedrock:cloudFormationExports": "true"})
    assert (stack.name_prefix, stack.cloud_formation_exports, stack.gateway.image) == ("team-chat", True, IMAGE)


@pytest.mark.parametrize("text", ["true", "True", "TRUE"])
def test_a_truth_value_arrives_as_text_in_any_case(text: str) -> None:
    assert load({**GATEWAY, "webui-bedrock:cloudFormationExports": text}).cloud_formation_exports


def test_a_prefix_that_reads_as_a_number_stays_text() -> None:
    with pytest.raises(settings.SettingsError, match=r'namePrefix: read "12"; must be lower-case letters'):
        load({**GATEWAY, "webui-bedrock:namePrefix": "12"})


def test_keys_of_other_namespaces_are_not_ours() -> None:
    assert load({**GATEWAY, "aws:region": "eu-central-1", "other:webui": "x"}).webui.cpu == 1024


def test_a_key_that_nobody_knows_is_refused_and_the_stack_named() -> None:
    with pytest.raises(settings.SettingsError) as caught:
        load({**GATEWAY, "webui-bedrock:webiu": "{}"})
    assert str(caught.value).splitlines() == [
        "1 problem in the configuration of stack dev:",
        "webiu: read a map; is not a setting, did you mean webui?",
        "  fix: Pulumi.dev.yaml: delete `webui-bedrock:webiu`",
        "    make pulumi STACK=dev ARGS='config rm webui-bedrock:webiu'",
        "  and: write webui in its place",
    ]


def test_an_error_names_the_line_of_the_stacks_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.dev.yaml").write_text("# ours\nconfig:\n  webui-bedrock:gateway:\n    image: x\n")
    with pytest.raises(settings.SettingsError, match=r"\n  fix: Pulumi\.dev\.yaml:4: write `image: "):
        load({"webui-bedrock:gateway": json.dumps({"image": "not an image"})})


@pytest.mark.parametrize("text", ["config: [", "- a", "\x00", ""])
def test_an_error_does_without_lines_where_the_file_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.dev.yaml").write_text(text)
    with pytest.raises(settings.SettingsError, match=r"\n  fix: Pulumi\.dev\.yaml: add "):
        load({})


@pytest.mark.parametrize("text", ["{", "", "hunter2", "[" * 100_000, "9" * 5000, '{"a": NaN}'])
def test_a_map_that_is_no_json_is_refused_without_its_text(text: str) -> None:
    with pytest.raises(settings.SettingsError) as caught:
        load({**GATEWAY, "webui-bedrock:webui": text})
    assert "webui" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_an_encrypted_key_is_refused_and_never_shown() -> None:
    webui = json.dumps({"env": {"A": "hunter2"}, "cpu": "hunter2"})
    with pytest.raises(settings.SettingsError, match="webui: read an encrypted value") as caught:
        load({**GATEWAY, "webui-bedrock:webui": webui}, ["webui-bedrock:webui"])
    assert "hunter2" not in str(caught.value)


def test_keys_from_the_environment_are_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(GATEWAY))
    assert load({}).gateway.image == IMAGE


def test_the_region_of_the_provider_is_the_stacks() -> None:
    webui = json.dumps({"secrets": {"A": SECRET}})
    with pytest.raises(settings.SettingsError, match="must lie in us-east-1"):
        load({**GATEWAY, "aws:region": "us-east-1", "webui-bedrock:webui": webui})


def test_the_error_ends_the_program_without_a_traceback() -> None:
    with pytest.raises(pulumi.RunError):
        load({})
