"""Findings of the scanner against the accepted ones; checkov itself is stood in for."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

import scan
from scan import Accepted, Finding, ScanError, findings_of, load_exceptions, problems
from tests.support.program import plan

ENTRY = "- {check: CKV_1, resources: [aws_lb.*], reason: because, option: none}\n"
FINDING = Finding(check="CKV_1", stack="dev", resource="aws_lb.alb", title="a title")
PROD = Finding(check="CKV_1", stack="prod", resource="aws_lb.alb", title="a title")
ACCEPTED = Accepted(check="CKV_1", resources=("aws_lb.*",), reason="because", option="none")


def report(*failed: str, passed: int = 10, errors: int = 0) -> dict[str, Any]:
    checks = [{"check_id": check, "resource": "aws_lb.alb", "check_name": "a title"} for check in failed]
    return {"summary": {"passed": passed, "parsing_errors": errors}, "results": {"failed_checks": checks}}


def test_a_failed_check_is_a_finding() -> None:
    assert findings_of(report("CKV_1"), "dev") == [FINDING]


@pytest.mark.parametrize("unread", [report(passed=0), report(errors=1), {"passed": 0, "failed": 0}])
def test_a_report_about_nothing_is_no_clean_bill(unread: dict[str, Any]) -> None:
    with pytest.raises(ScanError, match="dev"):
        findings_of(unread, "dev")


def test_an_accepted_finding_is_no_problem() -> None:
    assert problems([FINDING, PROD], [ACCEPTED], complete=True) == []


@pytest.mark.parametrize(
    "other",
    [
        Finding(check="CKV_2", stack="dev", resource="aws_lb.alb", title="t"),
        Finding(check="CKV_1", stack="dev", resource="aws_lb_listener.http", title="t"),
    ],
)
def test_a_finding_of_another_check_or_resource_is_a_problem(other: Finding) -> None:
    found = problems([FINDING, PROD, other], [ACCEPTED], complete=True)
    assert found == [f"not accepted: {other}"]


def test_an_exception_for_dev_does_not_excuse_prod() -> None:
    only_dev = Accepted(check="CKV_1", resources=("aws_lb.*",), reason="r", option="o", stacks=("dev",))
    assert problems([FINDING, PROD], [only_dev], complete=True) == [f"not accepted: {PROD}"]


def test_exceptions_hold_for_a_stack_of_the_users_own() -> None:
    own = Finding(check="CKV_1", stack="mine", resource="aws_lb.alb", title="t")
    assert problems([own], [ACCEPTED], complete=False) == []


def test_an_exception_for_other_stacks_excuses_neither_dev_nor_prod_and_is_never_stale() -> None:
    others = Accepted(check="CKV_1", resources=("aws_lb.*",), reason="r", option="o", stacks=(scan.OTHERS,))
    own = Finding(check="CKV_1", stack="mine", resource="aws_lb.alb", title="t")
    assert problems([FINDING, own], [others], complete=True) == [f"not accepted: {FINDING}"]
    assert problems([], [others], complete=True) == []


def test_an_exception_that_matches_nothing_is_a_problem() -> None:
    assert problems([], [ACCEPTED], complete=True) == [
        "exception without a finding: CKV_1 aws_lb.*",
        "exception without a finding: CKV_1 dev",
        "exception without a finding: CKV_1 prod",
    ]


def test_one_stale_pattern_among_others_is_a_problem() -> None:
    two = Accepted(check="CKV_1", resources=("aws_lb.*", "aws_gone.*"), reason="r", option="o")
    assert problems([FINDING, PROD], [two], complete=True) == ["exception without a finding: CKV_1 aws_gone.*"]


def test_with_a_stack_left_out_no_exception_is_called_stale() -> None:
    assert problems([], [ACCEPTED], complete=False) == []


def test_exceptions_are_read_with_their_reasons() -> None:
    assert load_exceptions(ENTRY) == [ACCEPTED]


@pytest.mark.parametrize(
    "text",
    [
        "check: CKV_1\n",
        ENTRY.replace(", option: none", ""),
        ENTRY.replace("reason: because", "reason: ''"),
        ENTRY.replace("[aws_lb.*]", "aws_lb.*"),
        ENTRY.replace("[aws_lb.*]", "[]"),
        ENTRY.replace("check:", "severity: low, check:"),
        ENTRY.replace("check:", "stacks: [staging], check:"),
    ],
)
def test_an_exception_that_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(ScanError, match="exceptions"):
        load_exceptions(text)


def test_the_exceptions_of_this_project_are_whole_and_none_is_listed_twice() -> None:
    accepted = load_exceptions(scan.EXCEPTIONS.read_text())
    assert len({(entry.check, entry.stacks) for entry in accepted}) == len(accepted)


@pytest.fixture
def checkov(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that reads the plan it is given and reports one finding per load balancer."""
    monkeypatch.setattr(scan, "PLANS", tmp_path / "plans")
    monkeypatch.setattr(scan, "record_stack", lambda _root, stack: plan(stack=stack))  # planned once for all tests
    program = tmp_path / "checkov"
    program.write_text(f"#!/bin/sh\ncat <<'REPORT'\n{json.dumps(report('CKV_1'))}\nREPORT\nexit 1\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def run(checkov: Path, monkeypatch: pytest.MonkeyPatch, exceptions: str, *more: str) -> int:
    listed = checkov.with_name("exceptions.yaml")
    listed.write_text(exceptions)
    monkeypatch.setattr(scan, "EXCEPTIONS", listed)
    return scan.main(["--checkov", str(checkov), *more])


def test_the_scan_passes_when_all_findings_are_accepted(checkov: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(checkov, monkeypatch, ENTRY) == 0
    scanned = json.loads((scan.PLANS / "prod.json").read_text())
    assert scanned["planned_values"]["root_module"]["resources"]


def test_the_scan_fails_and_names_what_is_not_accepted(
    checkov: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(checkov, monkeypatch, "[]", "--stack", "dev") == 1
    assert f"not accepted: {FINDING}" in capsys.readouterr().out


def test_a_scanner_that_says_nothing_readable_fails_the_scan(
    checkov: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checkov.write_text("#!/bin/sh\necho broken >&2\n")
    assert run(checkov, monkeypatch, ENTRY, "--stack", "dev") == 1
    assert "broken" in capsys.readouterr().err


def test_a_scanner_that_is_not_there_fails_the_scan(
    checkov: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checkov.unlink()
    assert run(checkov, monkeypatch, ENTRY, "--stack", "dev") == 1
    assert "checkov" in capsys.readouterr().err
