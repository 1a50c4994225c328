"""`make verify` stays silent on a stack that runs what it registered, and names every fault that is injected."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.scripts.deployed_stack import CLUSTER, NOW, SERVICES, Body, Run, Stack, amend, answer, services

Change = Callable[[Body], None]
BEFORE = datetime.now(UTC) - timedelta(hours=1)


def deployment(**values: object) -> Change:
    return lambda service: service["deployments"][0].update(values)


def test_a_healthy_stack_gets_one_line_per_service(stack: Stack, run: Run) -> None:
    ended = run()
    assert ended.printed == (
        "webui    ok: 1 of 1 tasks run demo-webui-service:1\ngateway  ok: 1 of 1 tasks run demo-gateway-service:1\n"
    )


def test_tasks_that_failed_before_others_came_up_are_told_but_no_fault(stack: Stack, run: Run) -> None:
    with services(deployment(failedTasks=2)):
        ended = run()
    assert "demo-gateway-service:1 (2 failed while it was rolled out)" in ended.out


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            deployment(rolloutState="FAILED", rolloutStateReason="tasks failed to start"),
            "its deployment failed: tasks failed to start",
        ),
        (lambda service: service.update(desiredCount=2), "1 of 2 tasks run, 0 are starting"),
        (lambda service: service.update(status="DRAINING"), f"the service {SERVICES['gateway']} is DRAINING"),
        (
            lambda service: service.update(serviceName="gone"),
            f"gateway  FAILED\n         there is no service {SERVICES['gateway']} in {CLUSTER}",
        ),
    ],
    ids=["deployment failed", "too few tasks", "not active", "not there"],
)
def test_a_service_that_is_not_as_it_should_be_is_a_fault(stack: Stack, run: Run, change: Change, fault: str) -> None:
    with services(change):
        ended = run(status=1)
    assert fault in ended.out
    assert "webui    ok" in ended.out


def test_another_revision_than_the_registered_one_is_a_fault(stack: Stack, run: Run) -> None:
    stack.task_definitions["gateway"] = stack.register("gateway")
    stack.publish()
    ended = run(status=1)
    assert "it runs demo-gateway-service:1, the stack registered demo-gateway-service:2" in ended.out
    assert "webui    ok" in ended.out


def test_a_rollback_of_the_same_revision_is_a_fault(stack: Stack, run: Run) -> None:
    deployments = [
        {"status": "SUCCESSFUL", "createdAt": NOW.replace(hour=1)},
        {"status": "ROLLBACK_SUCCESSFUL", "createdAt": NOW, "statusReason": "circuit breaker: tasks failed to start"},
    ]
    with answer("ecs.ListServiceDeployments", {"serviceDeployments": deployments}):
        ended = run(status=1)
    assert "its last deployment ended as ROLLBACK_SUCCESSFUL: circuit breaker: tasks failed to start" in ended.out


def test_unhealthy_targets_are_a_fault_with_the_load_balancers_reason(stack: Stack, run: Run) -> None:
    health = {"State": "unhealthy", "Description": "Health checks failed with these codes: [502]"}

    def sicken(parsed: Body) -> None:
        parsed["TargetHealthDescriptions"][0]["TargetHealth"] = health

    with amend("elastic-load-balancing-v2.DescribeTargetHealth", sicken):
        ended = run(status=1)
    assert "0 healthy targets for 1 tasks (unhealthy: Health checks failed with these codes: [502])" in ended.out


def test_a_cluster_that_is_not_there_is_a_fault_of_every_service(stack: Stack, run: Run) -> None:
    stack.cluster = "another"
    stack.publish()
    ended = run(status=1)
    assert ended.out.count("there is no cluster another") == 2


def test_a_service_that_nothing_scales_is_a_fault(stack: Stack, run: Run) -> None:
    stack.client("application-autoscaling").deregister_scalable_target(**stack.scaled("gateway"))
    ended = run(status=1)
    assert f"service/{CLUSTER}/{SERVICES['gateway']} is no scalable target" in ended.out


def test_a_desired_count_beyond_scaling_and_suspended_scaling_are_faults(stack: Stack, run: Run) -> None:
    suspended = {"DynamicScalingInSuspended": True, "DynamicScalingOutSuspended": False}
    stack.client("application-autoscaling").register_scalable_target(
        **stack.scaled("gateway"), MinCapacity=2, MaxCapacity=3, SuspendedState=suspended
    )
    ended = run(status=1)
    assert "desired are 1 tasks, scaling allows 2 to 3" in ended.out
    assert "scaling is suspended: DynamicScalingInSuspended" in ended.out


def test_a_secret_that_was_rotated_is_a_fault_of_every_service_that_reads_it(stack: Stack, run: Run) -> None:
    stack.client("secretsmanager").put_secret_value(SecretId="api-key", SecretString="rotated")
    with services(deployment(createdAt=BEFORE)), services(deployment(createdAt=BEFORE), "webui"):
        ended = run(status=1)
    assert "OPENAI_API_KEY: the secret has another value since" in ended.out
    assert " API_KEY: the secret has another value since" in ended.out
    assert "rotated" not in ended.printed


def test_a_secret_that_was_rotated_before_the_tasks_were_started_anew_is_none(stack: Stack, run: Run) -> None:
    stack.client("secretsmanager").put_secret_value(SecretId="api-key", SecretString="rotated")
    later = deployment(createdAt=datetime.now(UTC) + timedelta(minutes=1))
    with services(later), services(later, "webui"):
        run()


def test_more_services_than_one_call_takes_are_asked_in_turn(stack: Stack, run: Run) -> None:
    asked: list[int] = []
    arn = stack.task_definitions["webui"].rpartition("/")[0]
    stack.task_definitions |= {f"extra-{n}": f"{arn}/extra-{n}:1" for n in range(10)}
    stack.publish()
    with amend("ecs.DescribeServices", lambda parsed: asked.append(len(parsed["services"] + parsed["failures"]))):
        ended = run(status=1)
    assert asked == [10, 2]
    assert ended.out.count("there is no service extra-") == 10
