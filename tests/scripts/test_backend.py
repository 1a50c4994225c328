"""`make backend` tells where state and secrets are, and what decided that."""

import json
from collections.abc import Callable

import pytest

from scripts import show_backend, stack
from tests.scripts.standins import Aws, Machine

Shown = Callable[[], str]


@pytest.fixture
def shown(machine: Machine, capsys: pytest.CaptureFixture[str]) -> Shown:
    """Gives what is printed for the dev stack."""

    def show() -> str:
        assert show_backend.main(["--stack", "dev"], machine.project) == 0
        return capsys.readouterr().out

    return show


def test_by_default_the_state_is_a_folder_and_its_passphrase_a_file_in_it(machine: Machine, shown: Shown) -> None:
    text = shown()
    state = machine.project / ".pulumi-state"
    assert f"state    {state.as_uri()}\n         decided by the default" in text
    assert f"secrets  a passphrase, {state / 'passphrase'}" in text
    assert "decided when the stack is created" in text
    assert "SECRETS_PROVIDER=awskms://" in text
    assert not state.exists(), "showing creates nothing"


def test_the_environment_decides_before_the_project_file(
    machine: Machine, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = machine.project / "Pulumi.yaml"
    project.write_text(project.read_text() + "backend: {url: https://state.example.com}\n")
    assert "https://state.example.com\n         decided by `backend` in Pulumi.yaml" in shown()
    monkeypatch.setenv("PULUMI_BACKEND_URL", "https://api.pulumi.com")
    assert "https://api.pulumi.com\n         decided by PULUMI_BACKEND_URL" in shown()


def test_the_cli_is_called_with_the_backend_of_the_project_file(machine: Machine, aws: Aws) -> None:
    machine.install_pulumi()
    project = machine.project / "Pulumi.yaml"
    project.write_text(project.read_text() + "backend: {url: https://state.example.com}\n")
    assert stack.main(["preview", "--stack", "dev"], machine.project) == 0
    assert machine.environments[-1][0] == "https://state.example.com"


def test_a_login_is_shown_with_the_line_that_makes_it_count(machine: Machine, shown: Shown) -> None:
    credentials = machine.home / ".pulumi/credentials.json"
    credentials.parent.mkdir()
    credentials.write_text(json.dumps({"current": "https://api.pulumi.com"}))
    text = shown()
    assert "decided by the default" in text
    assert "to use it: export PULUMI_BACKEND_URL=https://api.pulumi.com\n" in text


def test_a_login_to_the_backend_in_use_is_not_worth_a_line(
    machine: Machine, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_HOME", str(machine.home / "elsewhere"))
    monkeypatch.setenv("PULUMI_BACKEND_URL", "https://api.pulumi.com")
    (machine.home / "elsewhere").mkdir()
    (machine.home / "elsewhere/credentials.json").write_text(json.dumps({"current": "https://api.pulumi.com"}))
    assert "pulumi login" not in shown()


def test_a_kms_key_is_the_stack_files_decision(machine: Machine, shown: Shown) -> None:
    machine.write_stack("secretsprovider: awskms://alias/state\nconfig: {}\n")
    assert "secrets  awskms://alias/state\n         decided by Pulumi.dev.yaml" in shown()


def test_pulumi_cloud_keeps_secrets_itself(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "https://api.pulumi.com")
    assert "secrets  a key of the service at https://api.pulumi.com" in shown()


def test_a_passphrase_of_the_environment_is_named_but_never_shown(
    machine: Machine, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "very secret")
    machine.write_stack("encryptionsalt: v1:made-up\nconfig: {}\n")
    text = shown()
    assert "a passphrase, PULUMI_CONFIG_PASSPHRASE\n         decided by Pulumi.dev.yaml" in text
    assert "very secret" not in text
