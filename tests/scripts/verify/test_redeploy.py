"""`make redeploy`, and what `make up` does for a service whose deployment failed before: once more, and judged."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from health.verdicts import PAUSE
from scripts import redeploy
from tests.scripts.deployed_stack import CLUSTER, SERVICES, Body, Run, Stack, services
from tests.scripts.standins import Outcome, listening

Requests = list[Body]


@pytest.fixture
def deployments(stack: Stack) -> Iterator[Requests]:
    """The deployments that ECS was asked for."""
    asked: Requests = []
    with listening("provide-client-params.ecs.UpdateService", lambda params, **_: asked.append(dict(params))):
        yield asked


def stopped(service: Body) -> None:
    """No task, and a deployment that the circuit breaker has ended: a first one has nothing to go back to."""
    service["deployments"][0].update(rolloutState="FAILED", rolloutStateReason="tasks failed to start")
    service.update(runningCount=0)


def retry(stack: Stack, sleep: Callable[[float], None] = lambda _: None, status: int = 0) -> Outcome:
    def again(_words: object, root: Path) -> int:
        return redeploy.settle("dev", list(SERVICES.values()), root, sleep)

    return stack.machine.run(again, status=status)


def by_hand(stack: Stack, app: str, status: int = 0) -> Outcome:
    return stack.machine.run(redeploy.main, "--stack", "dev", "--app", app, sleep=lambda _: None, status=status)


def test_what_does_not_run_is_deployed_once_more_and_waited_for(stack: Stack, deployments: Requests) -> None:
    waits: list[float] = []

    def heal(service: Body) -> None:
        if not deployments:
            stopped(service)
        elif len(waits) < 3:
            service["deployments"][0].update(rolloutState="IN_PROGRESS")

    with services(heal):
        ended = retry(stack, waits.append)
    assert waits == [PAUSE] * 3
    assert deployments == [
        {
            "cluster": CLUSTER,
            "service": SERVICES["gateway"],
            "taskDefinition": stack.task_definitions["gateway"],
            "forceNewDeployment": True,
        }
    ]
    assert "Deploying gateway once more.\n" in ended.printed
    assert "gateway  ok: 1 of 1 tasks run" in ended.printed


def test_a_deployment_that_fails_again_is_a_failure_with_its_reason(stack: Stack, deployments: Requests) -> None:
    with services(stopped):
        ended = retry(stack, status=1)
    assert len(deployments) == 1
    assert "its deployment failed: tasks failed to start" in ended.printed
    assert "is gone: make redeploy STACK=dev APP=gateway" in ended.printed


def test_what_runs_by_now_is_left_alone(stack: Stack, deployments: Requests) -> None:
    ended = retry(stack)
    assert deployments == []
    assert "once more" not in ended.printed


def test_a_deployment_under_way_is_waited_for_and_not_started_again(stack: Stack, deployments: Requests) -> None:
    waits: list[float] = []
    states = ["IN_PROGRESS", "IN_PROGRESS", "COMPLETED"]
    with services(lambda service: service["deployments"][0].update(rolloutState=states[min(len(waits), 2)])):
        retry(stack, waits.append)
    assert waits == [PAUSE] * 2
    assert deployments == []


def test_an_app_is_redeployed_by_hand_whatever_it_runs(stack: Stack, deployments: Requests) -> None:
    by_hand(stack, "webui")
    assert [request["service"] for request in deployments] == [SERVICES["webui"]]


def test_an_unknown_app_is_answered_with_those_that_there_are(stack: Stack, deployments: Requests) -> None:
    ended = by_hand(stack, "wbui", status=2)
    assert "missing: an app wbui in dev\n      There are: gateway, webui" in ended.err
    assert deployments == []


def test_verify_names_the_way_for_a_service_that_stands_still(stack: Stack, run: Run) -> None:
    with services(stopped):
        ended = run(status=1)
    assert "make redeploy STACK=dev APP=gateway" in ended.printed
    assert "APP=webui" not in ended.printed
