"""`make verify` stays silent on a stack that runs what it registered, and names every fault that is injected."""

from tests.scripts.deployed_stack import CLUSTER, NOW, SERVICES, Body, Run, Stack, amend, answer, services


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


def test_more_services_than_one_call_takes_are_asked_in_turn(stack: Stack, run: Run) -> None:
    asked: list[int] = []
    stack.outputs["ServiceNames"] |= {f"extra-{n}": f"extra-{n}" for n in range(10)}
    stack.publish()
    with amend("ecs.DescribeServices", lambda parsed: asked.append(len(parsed["services"] + parsed["failures"]))):
        _, printed = run()
    assert asked == [10, 2]
    assert printed.count("there is no service extra-") == 10
