"""`make verify ARGS="--wait .."` waits for a deployment, and for nothing else."""

from tests.scripts.deployed_stack import Run, Stack, services


def test_a_deployment_in_progress_is_a_fault_unless_it_is_waited_for(stack: Stack, run: Run) -> None:
    states = ["IN_PROGRESS", "IN_PROGRESS", "COMPLETED"]
    waits: list[float] = []
    with services(lambda service: service["deployments"][0].update(rolloutState=states[len(waits)])):
        ended = run(status=1)
        assert "its deployment is in progress, 0 tasks failed so far" in ended.out
        ended = run("--wait", "600", sleep=waits.append)
    assert waits == [15, 15]


def test_waiting_ends_with_its_time(stack: Stack, run: Run) -> None:
    waits: list[float] = []
    with services(lambda service: service["deployments"][0].update(rolloutState="IN_PROGRESS")):
        run("--wait", "60", sleep=waits.append, status=1)
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
        ended = run("--wait", "60", sleep=interrupt, status=1)
    assert "its deployment is in progress" in ended.out
