"""`make verify` tells why tasks of a faulty service do not stay up."""

from datetime import UTC, datetime

from tests.scripts.deployed_stack import LOG_GROUP, TASK, TASK_ID, Run, Stack, answer, services, stopped


def test_the_reason_is_the_failed_task_of_the_registered_revision_and_its_last_log_lines(
    stack: Stack, run: Run
) -> None:
    old, new = stack.task_definitions["gateway"], stack.register("gateway")
    stack.task_definitions["gateway"] = new
    stack.publish()
    stream = {"logGroupName": LOG_GROUP, "logStreamName": f"gateway/gateway/{TASK_ID}"}
    stack.client("logs").create_log_stream(**stream)
    # CloudWatch Logs refuses lines of more than two weeks ago.
    now = int(datetime.now(UTC).timestamp() * 1000)
    lines = [{"timestamp": now + n, "message": f"line {n}"} for n in range(12)]
    stack.client("logs").put_log_events(**stream, logEvents=lines)
    scaled_in = stopped(old) | {"stoppedReason": "Scaling activity initiated by deployment"}
    failed = stopped(new, exitCode=1, reason="OutOfMemoryError")
    with (
        answer("ecs.ListTasks", {"taskArns": [TASK]}),
        answer("ecs.DescribeTasks", {"tasks": [scaled_in, failed]}),
    ):
        ended = run(status=1)
    assert f"task {TASK_ID} stopped 2026-11-01 12:00:00 UTC: Essential container in task exited" in ended.out
    assert "container gateway: OutOfMemoryError, exit code 1" in ended.out
    assert [line.strip() for line in ended.out.splitlines() if "|" in line] == [f"| line {n}" for n in range(2, 12)]
    assert "Scaling activity" not in ended.out
    assert "sidecar" not in ended.out


def test_a_failed_task_without_a_log_is_told_all_the_same(stack: Stack, run: Run) -> None:
    failed = stopped(stack.task_definitions["gateway"], reason="CannotPullContainerError: not found")
    with (
        services(lambda service: service.update(runningCount=0)),
        answer("ecs.ListTasks", {"taskArns": [TASK]}),
        answer("ecs.DescribeTasks", {"tasks": [failed]}),
    ):
        ended = run(status=1)
    assert "container gateway: CannotPullContainerError: not found" in ended.out
    assert f"it wrote no log ({LOG_GROUP}, gateway/gateway/{TASK_ID})" in ended.out


def test_without_stopped_tasks_the_reason_is_in_the_services_events(stack: Stack, run: Run) -> None:
    messages = ["has reached a steady state", "is unable to place a task", "one", "two", "three"]
    events = [{"message": f"(service demo) {message}."} for message in messages]
    with services(lambda service: service.update(runningCount=0, events=events)):
        ended = run(status=1)
    assert [line.strip() for line in ended.out.splitlines() if "(service" in line] == [
        "(service demo) is unable to place a task.",
        "(service demo) one.",
        "(service demo) two.",
    ]
