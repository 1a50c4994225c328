"""A healthy stack in moto, and the command that verifies it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from moto import mock_aws

from scripts import verify
from tests.scripts.deployed_stack import REGION, SERVICES, Run, Stack, answer, deploy, run_service
from tests.scripts.standins import Machine


@pytest.fixture
def stack(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """A healthy stack; moto knows neither its service deployments nor tasks, so it has none of either."""
    monkeypatch.setenv("MOTO_ECS_SERVICE_RUNNING", "1")
    # Most of moto's own time otherwise.
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    monkeypatch.setattr("time.sleep", lambda _: None)
    (machine.project / ".pulumi-state").mkdir()
    (machine.project / ".pulumi-state/passphrase").write_text("made-up")
    with mock_aws(), ExitStack() as answers:
        monkeypatch.setenv("AWS_REGION", REGION)
        answers.enter_context(answer("ecs.ListServiceDeployments", {"serviceDeployments": []}))
        answers.enter_context(answer("ecs.ListTasks", {"taskArns": []}))
        healthy = deploy(machine)
        for app in SERVICES:
            run_service(healthy, app)
        yield healthy


@pytest.fixture
def run(machine: Machine, capsys: pytest.CaptureFixture[str]) -> Run:
    """Verify dev; give status and everything printed."""

    def call(*options: str, sleep: Callable[[float], None] = lambda _: None) -> tuple[int, str]:
        status = verify.main(["--stack", "dev", *options], machine.project, sleep)
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return call
