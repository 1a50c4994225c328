"""`make verify` stays silent on a stack that runs what it registered, and names every fault that is injected."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from moto import mock_aws

from scripts import verify
from tests.scripts.deployed_stack import (
    CLUSTER,
    LOG_GROUP,
    NOW,
    REGION,
    SERVICES,
    TASK,
    TASK_ID,
    Body,
    Stack,
    amend,
    answer,
    deploy,
    refuse,
    run_service,
)
from tests.scripts.standins import Machine

Run = Callable[..., tuple[int, str]]


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


def services(change: Callable[[Body], None], app: str = "gateway") -> Any:
    """Change the description of one app's service."""

    def apply(parsed: Body) -> None:
        for service in parsed["services"]:
            if service["serviceName"] == SERVICES[app]:
                change(service)

    return amend("ecs.DescribeServices", apply)


def stopped(task_definition: str, **container: object) -> Body:
    return {
        "taskArn": TASK,
        "taskDefinitionArn": task_definition,
        "stoppedAt": NOW,
        "stoppedReason": "Essential container in task exited",
        "containers": [{"name": "gateway", **container}, {"name": "sidecar", "exitCode": 0}],
    }


def test_a_healthy_stack_gets_one_line_per_service(stack: Stack, run: Run) -> None:
    assert run() == (
        0,
        "webui    ok: 1 of 1 tasks run demo-webui-service:1\ngateway  ok: 1 of 1 tasks run demo-gateway-service:1\n",
    )


def test_tasks_that_failed_before_others_came_up_are_told_but_no_fault(stack: Stack, run: Run) -> None:
    with services(lambda service: service["deployments"][0].update(failedTasks=2)):
        status, printed = run()
    assert status == 0
    assert "demo-gateway-service:1 (2 failed while it was rolled out)" in printed


def test_another_revision_than_the_registered_one_is_a_fault(stack: Stack, run: Run) -> None:
    stack.outputs["TaskDefinitions"]["gateway"] = stack.register("gateway")
    stack.publish()
    status, printed = run()
    assert status == 1
    assert "it runs demo-gateway-service:1, the stack registered demo-gateway-service:2" in printed
    assert "webui    ok" in printed


def test_the_reason_is_the_failed_task_of_the_registered_revision_and_its_last_log_lines(
    stack: Stack, run: Run
) -> None:
    old, new = stack.outputs["TaskDefinitions"]["gateway"], stack.register("gateway")
    stack.outputs["TaskDefinitions"]["gateway"] = new
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
        _, printed = run()
    assert f"task {TASK_ID} stopped 2026-11-01 12:00:00 UTC: Essential container in task exited" in printed
    assert "container gateway: OutOfMemoryError, exit code 1" in printed
    assert [line.strip() for line in printed.splitlines() if "|" in line] == [f"| line {n}" for n in range(2, 12)]
    assert "Scaling activity" not in printed
    assert "sidecar" not in printed


def test_a_failed_task_without_a_log_is_told_all_the_same(stack: Stack, run: Run) -> None:
    failed = stopped(stack.outputs["TaskDefinitions"]["gateway"], reason="CannotPullContainerError: not found")
    with (
        services(lambda service: service.update(runningCount=0)),
        answer("ecs.ListTasks", {"taskArns": [TASK]}),
        answer("ecs.DescribeTasks", {"tasks": [failed]}),
    ):
        _, printed = run()
    assert "container gateway: CannotPullContainerError: not found" in printed
    assert f"it wrote no log ({LOG_GROUP}, gateway/gateway/{TASK_ID})" in printed


def test_without_stopped_tasks_the_reason_is_in_the_services_events(stack: Stack, run: Run) -> None:
    messages = ["has reached a steady state", "is unable to place a task", "one", "two", "three"]
    events = [{"message": f"(service demo) {message}."} for message in messages]
    with services(lambda service: service.update(runningCount=0, events=events)):
        _, printed = run()
    assert [line.strip() for line in printed.splitlines() if "(service" in line] == [
        "(service demo) is unable to place a task.",
        "(service demo) one.",
        "(service demo) two.",
    ]


def test_a_rollback_of_the_same_revision_is_a_fault(stack: Stack, run: Run) -> None:
    deployments = [
        {"status": "SUCCESSFUL", "createdAt": NOW.replace(hour=1)},
        {"status": "ROLLBACK_SUCCESSFUL", "createdAt": NOW, "statusReason": "circuit breaker: tasks failed to start"},
    ]
    with answer("ecs.ListServiceDeployments", {"serviceDeployments": deployments}):
        status, printed = run()
    assert status == 1
    assert "its last deployment ended as ROLLBACK_SUCCESSFUL: circuit breaker: tasks failed to start" in printed


def test_a_failed_deployment_is_a_fault(stack: Stack, run: Run) -> None:
    failed = {"rolloutState": "FAILED", "rolloutStateReason": "tasks failed to start"}
    with services(lambda service: service["deployments"][0].update(failed)):
        status, printed = run()
    assert status == 1
    assert "its deployment failed: tasks failed to start" in printed


def test_unhealthy_targets_are_a_fault_with_the_load_balancers_reason(stack: Stack, run: Run) -> None:
    def sicken(parsed: Body) -> None:
        target = parsed["TargetHealthDescriptions"][0]
        target["TargetHealth"] = {"State": "unhealthy", "Description": "Health checks failed with these codes: [502]"}

    with amend("elastic-load-balancing-v2.DescribeTargetHealth", sicken):
        status, printed = run()
    assert status == 1
    assert "0 healthy targets for 1 tasks (unhealthy: Health checks failed with these codes: [502])" in printed


def test_fewer_tasks_than_desired_are_a_fault(stack: Stack, run: Run) -> None:
    with services(lambda service: service.update(desiredCount=2)):
        status, printed = run()
    assert status == 1
    assert "1 of 2 tasks run, 0 are starting" in printed


def test_a_service_that_is_not_there_is_a_fault(stack: Stack, run: Run) -> None:
    with amend("ecs.DescribeServices", lambda parsed: parsed["services"].pop()):
        status, printed = run()
    assert status == 1
    assert f"gateway  FAILED\n         there is no service {SERVICES['gateway']} in {CLUSTER}" in printed


def test_a_service_that_is_not_active_is_a_fault(stack: Stack, run: Run) -> None:
    with services(lambda service: service.update(status="DRAINING")):
        status, printed = run()
    assert status == 1
    assert f"the service {SERVICES['gateway']} is DRAINING" in printed


def test_a_cluster_that_is_not_there_is_a_fault_of_every_service(stack: Stack, run: Run) -> None:
    stack.outputs["ECSClusterName"] = "another"
    stack.publish()
    status, printed = run()
    assert status == 1
    assert printed.count("there is no cluster another") == 2


def test_a_service_that_nothing_scales_is_a_fault(stack: Stack, run: Run) -> None:
    stack.client("application-autoscaling").deregister_scalable_target(
        ServiceNamespace="ecs",
        ResourceId=f"service/{CLUSTER}/{SERVICES['gateway']}",
        ScalableDimension="ecs:service:DesiredCount",
    )
    status, printed = run()
    assert status == 1
    assert f"service/{CLUSTER}/{SERVICES['gateway']} is no scalable target" in printed


def test_a_desired_count_beyond_scaling_and_suspended_scaling_are_faults(stack: Stack, run: Run) -> None:
    stack.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId=f"service/{CLUSTER}/{SERVICES['gateway']}",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=2,
        MaxCapacity=3,
        SuspendedState={"DynamicScalingInSuspended": True, "DynamicScalingOutSuspended": False},
    )
    status, printed = run()
    assert status == 1
    assert "desired are 1 tasks, scaling allows 2 to 3" in printed
    assert "scaling is suspended: DynamicScalingInSuspended" in printed


def test_a_secret_that_was_rotated_is_a_fault_of_every_service_that_reads_it(stack: Stack, run: Run) -> None:
    stack.client("secretsmanager").put_secret_value(SecretId="api-key", SecretString="rotated")
    status, printed = run()
    assert status == 1
    assert "OPENAI_API_KEY: the secret has another value since" in printed
    assert " API_KEY: the secret has another value since" in printed
    assert "rotated" not in printed


def test_a_deployment_in_progress_is_a_fault_unless_it_is_waited_for(stack: Stack, run: Run) -> None:
    states = ["IN_PROGRESS", "IN_PROGRESS", "COMPLETED"]
    waits: list[float] = []
    with services(lambda service: service["deployments"][0].update(rolloutState=states[len(waits)])):
        status, printed = run()
        assert status == 1
        assert "its deployment is in progress, 0 tasks failed so far" in printed
        status, printed = run("--wait", "600", sleep=waits.append)
    assert status == 0
    assert waits == [15, 15]


def test_waiting_ends_with_its_time(stack: Stack, run: Run) -> None:
    waits: list[float] = []
    with services(lambda service: service["deployments"][0].update(rolloutState="IN_PROGRESS")):
        status, _ = run("--wait", "60", sleep=waits.append)
    assert status == 1
    assert sum(waits) == 60


def test_what_cannot_pass_is_not_waited_for(stack: Stack, run: Run) -> None:
    waits: list[float] = []
    with services(lambda service: service.update(status="INACTIVE")):
        run("--wait", "600", sleep=waits.append)
    assert waits == []


def test_a_throttled_call_is_tried_again(stack: Stack, run: Run) -> None:
    tries: list[str] = []
    with refuse("ecs.DescribeServices", "ThrottlingException", tries, times=3):
        assert run()[0] == 0
    assert len(tries) == 4


def test_calls_that_stay_throttled_mean_that_it_cannot_be_told(stack: Stack, run: Run) -> None:
    tries: list[str] = []
    with refuse("ecs.DescribeServices", "ThrottlingException", tries):
        status, printed = run()
    assert status == 2
    assert len(tries) == 5
    assert "cannot tell" in printed
    assert "(ThrottlingException)" in printed


def test_what_may_not_be_read_hides_no_fault(stack: Stack, run: Run) -> None:
    with (
        services(lambda service: service.update(runningCount=0), "webui"),
        refuse("application-auto-scaling.DescribeScalableTargets", "AccessDeniedException", []),
    ):
        status, printed = run()
    assert status == 1
    assert "webui    FAILED" in printed
    assert "gateway  cannot tell" in printed
    assert printed.count("AWS did not answer everything") == 2


def test_a_reason_that_may_not_be_read_is_said(stack: Stack, run: Run) -> None:
    with (
        services(lambda service: service.update(runningCount=0)),
        answer("ecs.ListTasks", {"taskArns": [TASK]}),
        refuse("ecs.DescribeTasks", "AccessDeniedException", []),
    ):
        status, printed = run()
    assert status == 1
    assert "the reason cannot be read: An error occurred (AccessDeniedException)" in printed


def test_more_services_than_one_call_takes_are_asked_in_turn(stack: Stack, run: Run) -> None:
    asked: list[int] = []
    stack.outputs["ServiceNames"] |= {f"extra-{n}": f"extra-{n}" for n in range(10)}
    stack.publish()
    with amend("ecs.DescribeServices", lambda parsed: asked.append(len(parsed["services"] + parsed["failures"]))):
        _, printed = run()
    assert asked == [10, 2]
    assert printed.count("there is no service extra-") == 10


def test_without_credentials_it_cannot_be_told(stack: Stack, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as signed_out:
        signed_out.delenv("AWS_ACCESS_KEY_ID")
        status, printed = run()
    assert status == 2
    assert "missing: AWS credentials that work: Unable to locate credentials" in printed


def test_credentials_of_another_account_are_refused(stack: Stack, run: Run) -> None:
    definitions = stack.outputs["TaskDefinitions"]
    stack.outputs["TaskDefinitions"] = {
        app: arn.replace("123456789012", "999999999999") for app, arn in definitions.items()
    }
    stack.publish()
    status, printed = run()
    assert status == 2
    assert "credentials for account 999999999999: these are for 123456789012" in printed


@pytest.mark.parametrize("outputs", [{}, {"ECSClusterName": CLUSTER}])
def test_a_stack_without_its_outputs_cannot_be_told(stack: Stack, run: Run, outputs: Body) -> None:
    stack.outputs.clear()
    stack.outputs.update(outputs)
    stack.publish()
    status, printed = run()
    assert status == 2
    assert "missing: outputs of stack dev (TaskDefinitions, " in printed


def test_a_failing_pulumi_cli_is_quoted(stack: Stack, run: Run) -> None:
    stack.machine.install("pulumi", body="echo \"error: no stack named 'dev' found\" >&2; exit 255")
    status, printed = run()
    assert status == 2
    assert "error: no stack named 'dev' found" in printed


def test_a_stack_without_a_file_cannot_be_told(stack: Stack, run: Run) -> None:
    (stack.machine.project / "Pulumi.dev.yaml").unlink()
    status, printed = run()
    assert status == 2
    assert "Pulumi.dev.yaml" in printed


def test_the_outputs_are_read_as_make_outputs_reads_them(stack: Stack, run: Run) -> None:
    run()
    assert stack.machine.calls == [["pulumi", "stack", "output", "--json", "--stack", "dev"]]
    assert stack.machine.environments[0][0] == (stack.machine.project / ".pulumi-state").as_uri()
