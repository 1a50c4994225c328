"""`make verify` tells apart what is wrong and what cannot be told."""

import pytest

from tests.scripts.deployed_stack import CLUSTER, TASK, Body, Run, Stack, answer, refuse, services


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
    assert ": no stack named 'dev' found" in printed


def test_a_stack_without_a_file_cannot_be_told(stack: Stack, run: Run) -> None:
    (stack.machine.project / "Pulumi.dev.yaml").unlink()
    status, printed = run()
    assert status == 2
    assert "Pulumi.dev.yaml" in printed


def test_the_outputs_are_read_as_make_outputs_reads_them(stack: Stack, run: Run) -> None:
    run()
    assert stack.machine.calls == [["pulumi", "stack", "output", "--json", "--stack", "dev"]]
    assert stack.machine.environments[0][0] == (stack.machine.project / ".pulumi-state").as_uri()


def test_a_stack_that_was_never_deployed_is_told_and_no_state_is_made(stack: Stack, run: Run) -> None:
    folder = stack.machine.project / ".pulumi-state"
    (folder / "passphrase").unlink()
    folder.rmdir()
    status, printed = run()
    assert status == 2
    assert f"missing: the state of stack dev: there is no {folder}" in printed
    assert not folder.exists()
    assert stack.machine.calls == []


def test_a_stack_that_the_backend_does_not_have_is_told(stack: Stack, run: Run) -> None:
    stack.machine.install("pulumi", body="exit 6")
    status, printed = run()
    assert status == 2
    assert "missing: the outputs of stack dev in file://" in printed
    assert "which is not there" in printed
