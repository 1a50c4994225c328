"""A healthy stack in moto, and the command that verifies it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from scripts import verify
from tests.scripts.deployed_stack import SERVICES, Run, Stack, answer, deployed, run_service
from tests.scripts.standins import Machine, Outcome


@pytest.fixture
def stack(machine: Machine) -> Iterator[Stack]:
    """A healthy stack; moto knows neither its service deployments nor tasks, so it has none of either."""
    machine.setenv(MOTO_ECS_SERVICE_RUNNING="1")
    machine.patch.setattr("time.sleep", lambda _: None)
    with deployed(machine) as healthy, ExitStack() as answers:
        answers.enter_context(answer("ecs.ListServiceDeployments", {"serviceDeployments": []}))
        answers.enter_context(answer("ecs.ListTasks", {"taskArns": []}))
        for app in SERVICES:
            run_service(healthy, app)
        yield healthy


@pytest.fixture
def run(machine: Machine) -> Run:
    """Verify dev."""

    def call(*options: str, sleep: Callable[[float], None] = lambda _: None, status: int = 0) -> Outcome:
        return machine.run(verify.main, "--stack", "dev", *options, sleep=sleep, status=status)

    return call
