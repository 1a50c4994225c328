"""`make verify` tells apart what is wrong and what cannot be told."""

import shutil
from collections.abc import Callable

import pytest

from tests.scripts.deployed_stack import TASK, Body, Run, Stack, answer, refuse, services


def without_tasks(service: Body) -> None:
    service.update(runningCount=0)


def test_a_throttled_call_is_tried_again(stack: Stack, run: Run) -> None:
    tries: list[str] = []
    with refuse("ecs.DescribeServices", "ThrottlingException", tries, times=3):
        run()
    assert len(tries) == 4


def test_calls_that_stay_throttled_mean_that_it_cannot_be_told(stack: Stack, run: Run) -> None:
    tries: list[str] = []
    with refuse("ecs.DescribeServices", "ThrottlingException", tries):
        ended = run(status=2)
    assert len(tries) == 5
    assert "cannot tell" in ended.out
    assert "(ThrottlingException)" in ended.out


def test_what_may_not_be_read_hides_no_fault(stack: Stack, run: Run) -> None:
    unreadable = refuse("application-auto-scaling.DescribeScalableTargets", "AccessDeniedException", [])
    with services(without_tasks, "webui"), unreadable:
        ended = run(status=1)
    assert "webui    FAILED" in ended.out
    assert "gateway  cannot tell" in ended.out
    assert ended.out.count("AWS did not answer everything") == 2


def test_a_reason_that_may_not_be_read_is_said(stack: Stack, run: Run) -> None:
    tasks = answer("ecs.ListTasks", {"taskArns": [TASK]})
    with services(without_tasks), tasks, refuse("ecs.DescribeTasks", "AccessDeniedException", []):
        ended = run(status=1)
    assert "the reason cannot be read: An error occurred (AccessDeniedException)" in ended.out


def forget(stack: Stack) -> None:
    stack.task_definitions.clear()
    stack.publish()


def fail_with(body: str) -> Callable[[Stack], None]:
    return lambda stack: stack.machine.install("pulumi", body=body)


def move_to_another_account(stack: Stack) -> None:
    definitions = stack.task_definitions.items()
    stack.task_definitions = {app: arn.replace("123456789012", "999999999999") for app, arn in definitions}
    stack.publish()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (forget, "missing: an app in stack dev: no task definition was registered"),
        (move_to_another_account, "credentials for account 999999999999: these are for 123456789012"),
        (fail_with('echo "error: it broke" >&2; exit 255'), ": it broke\n"),
        (fail_with("exit 6"), "/.pulumi-state, which is not there\n"),
        (lambda stack: (stack.machine.project / "Pulumi.dev.yaml").unlink(), "the stack's config Pulumi.dev.yaml"),
        (lambda stack: shutil.rmtree(stack.machine.state), "missing: the state of stack dev: there is no "),
    ],
    ids=[
        "no app",
        "another account",
        "a failing CLI",
        "no stack",
        "no file",
        "no state",
    ],
)
def test_a_stack_that_cannot_be_read_is_told_with_what_is_missing(
    stack: Stack, run: Run, change: Callable[[Stack], None], told: str
) -> None:
    change(stack)
    ended = run(status=2)
    assert told in ended.err


def test_without_credentials_it_cannot_be_told(stack: Stack, run: Run) -> None:
    with stack.machine.patch.context() as signed_out:
        signed_out.delenv("AWS_ACCESS_KEY_ID")
        run(status=2)


def test_looking_makes_no_state(stack: Stack, run: Run) -> None:
    shutil.rmtree(stack.machine.state)
    run(status=2)
    assert not stack.machine.state.exists()
    assert stack.machine.calls == []


def test_the_state_is_read_where_make_up_keeps_it(stack: Stack, run: Run) -> None:
    run()
    assert stack.machine.calls == [["pulumi", "stack", "export", "--stack", "dev"]]
    assert stack.machine.environments[0][0] == stack.machine.state.as_uri()
