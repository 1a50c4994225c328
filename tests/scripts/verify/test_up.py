"""`make up` ends with the judgement of `make verify`, whether Pulumi had something to change or not."""

from collections.abc import Callable

import pytest

from scripts import stack as command
from tests.scripts.deployed_stack import SERVICES, TASK, Body, Run, Stack, answer, services, stopped
from tests.scripts.standins import Outcome


@pytest.fixture
def pauses() -> list[float]:
    """The pauses that were made."""
    return []


@pytest.fixture
def up(stack: Stack, pauses: list[float]) -> Run:
    """Call `make up` for dev."""
    stack.machine.write_stack("config: {aws:region: eu-west-1}\n")

    def call(status: int = 0, body: str = "") -> Outcome:
        stack.publish(body=body)
        words = ["up", "--stack", "dev", "--yes"]
        return stack.machine.run(command.main, *words, sleep=pauses.append, status=status)

    return call


def failed(service: Body) -> None:
    service["deployments"][0].update(rolloutState="FAILED", rolloutStateReason="tasks failed to start")
    service.update(runningCount=0)


def test_what_runs_is_said_at_the_end(up: Run) -> None:
    ended = up(body="echo unchanged")
    assert ended.out.splitlines() == [
        "webui    ok: 1 of 1 tasks run demo-webui-service:1",
        "gateway  ok: 1 of 1 tasks run demo-gateway-service:1",
    ]


def test_a_service_that_does_not_run_fails_an_up_that_changed_nothing(up: Run) -> None:
    with services(failed):
        for _ in range(2):
            ended = up(status=1)
            assert "gateway  FAILED" in ended.out
            assert "its deployment failed: tasks failed to start" in ended.out
            assert "make redeploy STACK=dev APP=gateway" in ended.out


def test_a_deployment_that_pulumi_gave_up_waiting_for_is_waited_for(up: Run, pauses: list[float]) -> None:
    def roll(service: Body) -> None:
        service["deployments"][0].update(rolloutState="IN_PROGRESS" if len(pauses) < 2 else "COMPLETED")

    with services(roll):
        ended = up()
    assert pauses == [15, 15]
    assert "0 s  gateway: 1 of 1 tasks run demo-gateway-service:1; its deployment is in progress" in ended.err


def test_an_up_that_failed_tells_why_tasks_stopped_and_keeps_the_clis_status(stack: Stack, up: Run) -> None:
    task = stopped(stack.task_definitions["gateway"], reason="CannotPullContainerError: not found")
    tasks = answer("ecs.ListTasks", {"taskArns": [TASK]}), answer("ecs.DescribeTasks", {"tasks": [task]})
    with services(failed), tasks[0], tasks[1]:
        ended = up(status=255, body="exit 255")
    assert "container gateway: CannotPullContainerError: not found" in ended.out
    assert "webui" not in ended.out


def test_an_up_that_failed_before_anything_could_run_has_said_why_itself(stack: Stack, up: Run) -> None:
    stack.task_definitions.clear()
    ended = up(status=255, body="exit 255")
    assert ended.printed == ""


@pytest.mark.parametrize("made", [True, False])
def test_a_first_deployment_that_failed_is_judged_by_the_state(stack: Stack, run: Run, made: bool) -> None:
    stack.publish(services=made)
    gone: Callable[[Body], None] = lambda service: service.update(serviceName="gone")  # noqa: E731
    with services(failed if made else gone):
        ended = run(status=1)
    told = "its deployment failed" if made else f"there is no service {SERVICES['gateway']} in demo-cluster"
    assert told in ended.out


def test_without_credentials_an_up_that_ended_well_is_no_success(stack: Stack, up: Run) -> None:
    definitions = stack.task_definitions.items()
    stack.task_definitions = {app: arn.replace("123456789012", "999999999999") for app, arn in definitions}
    ended = up(status=2)
    assert "credentials for account 999999999999" in ended.err
