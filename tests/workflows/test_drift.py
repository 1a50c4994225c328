"""One issue is open for as long as a stack is not what the program says."""

import pytest

from scripts import ci
from tests.workflows.runner import Runner


def drift() -> int:
    return ci.main(["drift", "--stack", "dev"])


def test_drift_opens_an_issue_and_fails(runner: Runner) -> None:
    runner.drift()
    assert drift() == 2
    assert runner.read("make").splitlines()[-1] == "ARGS=--refresh --expect-no-changes --diff --color never"
    assert runner.read("sent") == "api --method POST --input - repos/team/webui/issues\n"
    assert runner.body["labels"] == ["drift"]
    assert runner.body["title"] == "Stack dev is not what the program says"


def test_drift_that_stays_updates_its_issue(runner: Runner) -> None:
    runner.drift()
    runner.found("<!-- drift check of dev -->")
    drift()
    assert runner.read("listed").split()[-1] == "repos/team/webui/issues?state=open&labels=drift"
    assert runner.read("sent") == "api --method PATCH --input - repos/team/webui/issues/7\n"


def test_drift_that_is_gone_closes_its_issue(runner: Runner) -> None:
    runner.found("<!-- drift check of dev -->")
    assert drift() == 0
    assert runner.body == {"state": "closed"}


def test_without_drift_no_issue_is_touched(runner: Runner) -> None:
    assert drift() == 0
    assert runner.read("sent") == ""


def test_a_check_that_could_not_run_is_no_drift(runner: Runner) -> None:
    runner.answer("output", "missing: AWS credentials that work\n")
    runner.answer("status", "2")
    runner.found("<!-- drift check of dev -->")
    assert drift() == 2
    assert runner.read("sent") == ""


def test_an_issue_that_cannot_be_opened_is_an_error(runner: Runner, capsys: pytest.CaptureFixture[str]) -> None:
    runner.drift()
    runner.answer("refused", "")
    assert drift() == 1
    assert "issues?state=open&labels=drift: HTTP 403\n" in capsys.readouterr().err
