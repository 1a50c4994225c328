"""`make verify ARGS="--wait .."` waits for a deployment, and for nothing else."""

from tests.scripts.deployed_stack import NOW, Body, Run, Stack, answer, services


def test_a_deployment_in_progress_is_a_fault_unless_it_is_waited_for(stack: Stack, run: Run) -> None:
    states = ["IN_PROGRESS", "IN_PROGRESS", "COMPLETED"]
    waits: list[float] = []
    with services(lambda service: service["deployments"][0].update(rolloutState=states[len(waits)])):
        ended = run(status=3)
        assert "gateway  in progress: 1 of 1 tasks run" in ended.out
        assert "its deployment is in progress, 0 tasks failed so far" in ended.out
        assert "FAILED" not in ended.printed
        ended = run("--wait", "600", sleep=waits.append)
    assert waits == [15, 15]


def test_waiting_ends_with_its_time(stack: Stack, run: Run) -> None:
    waits: list[float] = []
    with services(lambda service: service["deployments"][0].update(rolloutState="IN_PROGRESS")):
        run("--wait", "60", sleep=waits.append, status=3)
    assert sum(waits) == 60


def test_what_cannot_pass_is_not_waited_for(stack: Stack, run: Run) -> None:
    waits: list[float] = []
    with services(lambda service: service.update(status="INACTIVE")):
        run("--wait", "600", sleep=waits.append, status=1)
    assert waits == []


def test_ctrl_c_ends_the_waiting_with_what_was_seen_last(stack: Stack, run: Run) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    with services(lambda service: service["deployments"][0].update(rolloutState="IN_PROGRESS")):
        ended = run("--wait", "60", sleep=interrupt, status=3)
    assert "its deployment is in progress" in ended.out


def test_what_changes_while_it_waits_is_told_once(stack: Stack, run: Run) -> None:
    waits: list[float] = []

    def start(service: Body) -> None:
        service.update(runningCount=min(len(waits) // 2, 1), pendingCount=1)
        service["deployments"][0].update(rolloutState="IN_PROGRESS" if len(waits) < 4 else "COMPLETED")

    with services(start):
        ended = run("--wait", "600", sleep=waits.append)
    told = [line.split(",")[0].strip() for line in ended.err.splitlines()]
    assert told == [
        "0 s  gateway: 0 of 1 tasks run demo-gateway-service:1; its deployment is in progress",
        "30 s  gateway: 1 of 1 tasks run demo-gateway-service:1; its deployment is in progress",
    ]


def test_a_deployment_that_is_rolled_back_has_failed_before_it_has_ended(stack: Stack, run: Run) -> None:
    newest = {"status": "ROLLBACK_IN_PROGRESS", "createdAt": NOW, "statusReason": "tasks failed to start"}
    with answer("ecs.ListServiceDeployments", {"serviceDeployments": [newest]}):
        ended = run(status=1)
    assert "its deployment failed and is rolled back: tasks failed to start" in ended.out
    assert "make redeploy" not in ended.out
