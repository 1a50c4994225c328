"""`make backend` tells where state and secrets are, and what decided that."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import show_backend, stack
from tests.scripts.standins import Aws, Machine

CLOUD = "https://api.pulumi.com"
Shown = Callable[[], str]


@pytest.fixture
def shown(machine: Machine) -> Shown:
    """Gives what is printed for the dev stack."""
    return lambda: machine.run(show_backend.main, "--stack", "dev").out


def log_in(home: Path) -> None:
    home.mkdir()
    (home / "credentials.json").write_text(json.dumps({"current": CLOUD}))


def test_by_default_the_state_is_a_folder_and_its_passphrase_a_file_in_it(machine: Machine, shown: Shown) -> None:
    text = shown()
    assert f"state    {machine.state.as_uri()}\n         decided by the default" in text
    assert f"secrets  a passphrase, {machine.state / 'passphrase'}" in text
    assert "decided when the stack is created" in text
    assert "SECRETS_PROVIDER=awskms://" in text
    assert not machine.state.exists(), "showing creates nothing"


def test_the_environment_decides_before_the_project_file(machine: Machine, aws: Aws, shown: Shown) -> None:
    project = machine.project / "Pulumi.yaml"
    project.write_text(project.read_text() + "backend: {url: https://state.example.com}\n")
    assert "https://state.example.com\n         decided by `backend` in Pulumi.yaml" in shown()
    machine.install_pulumi()
    machine.run(stack.main, "preview", "--stack", "dev")
    assert machine.environments[-1][0] == "https://state.example.com", "the CLI is called with it"
    machine.setenv(PULUMI_BACKEND_URL=CLOUD)
    assert f"{CLOUD}\n         decided by PULUMI_BACKEND_URL" in shown()


def test_a_login_is_shown_with_the_line_that_makes_it_count(machine: Machine, shown: Shown) -> None:
    log_in(machine.home / ".pulumi")
    text = shown()
    assert "decided by the default" in text
    assert f"to use it: export PULUMI_BACKEND_URL={CLOUD}\n" in text


def test_a_login_to_the_backend_in_use_is_not_worth_a_line(machine: Machine, shown: Shown) -> None:
    log_in(machine.home / "elsewhere")
    machine.setenv(PULUMI_HOME=str(machine.home / "elsewhere"), PULUMI_BACKEND_URL=CLOUD)
    assert "pulumi login" not in shown()


@pytest.mark.parametrize(
    ("stack_file", "environment", "told"),
    [
        (
            "secretsprovider: awskms://alias/state\nconfig: {}\n",
            {},
            "secrets  awskms://alias/state\n         decided by Pulumi.dev.yaml",
        ),
        ("config: {}\n", {"PULUMI_BACKEND_URL": CLOUD}, f"secrets  a key of the service at {CLOUD}"),
        (
            "encryptionsalt: v1:made-up\nconfig: {}\n",
            {"PULUMI_CONFIG_PASSPHRASE": "very secret"},
            "a passphrase, PULUMI_CONFIG_PASSPHRASE\n         decided by Pulumi.dev.yaml",
        ),
    ],
)
def test_what_encrypts_the_secrets_is_told_and_a_passphrase_never_shown(
    machine: Machine, shown: Shown, stack_file: str, environment: dict[str, str], told: str
) -> None:
    machine.write_stack(stack_file)
    machine.setenv(**environment)
    text = shown()
    assert told in text
    assert "very secret" not in text
