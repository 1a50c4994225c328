"""Findings of the scanner against the accepted ones; checkov itself is stood in for."""

import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import scan
from scan import Accepted, Finding, ScanError, findings_of, load_exceptions, problems
from tests.support.program import plan

ENTRY = "- {check: CKV_1, resources: [aws_lb.*], reason: because, option: none}\n"
FINDING = Finding(check="CKV_1", stack="dev", resource="aws_lb.alb", title="a title")
PROD = replace(FINDING, stack="prod")
ACCEPTED = Accepted(check="CKV_1", resources=("aws_lb.*",), reason="because", option="none")


def report(*failed: str, passed: int = 10, errors: int = 0) -> dict[str, Any]:
    checks = [{"check_id": check, "resource": "aws_lb.alb", "check_name": "a title"} for check in failed]
    return {"summary": {"passed": passed, "parsing_errors": errors}, "results": {"failed_checks": checks}}


REPORT = f"cat <<'END'\n{json.dumps(report('CKV_1'))}\nEND\nexit 1"
"""What a scanner does that found one thing."""


def test_a_failed_check_is_a_finding() -> None:
    assert findings_of(report("CKV_1"), "dev") == [FINDING]


@pytest.mark.parametrize("unread", [report(passed=0), report(errors=1), {"passed": 0, "failed": 0}])
def test_a_report_about_nothing_is_no_clean_bill(unread: dict[str, Any]) -> None:
    with pytest.raises(ScanError, match="dev"):
        findings_of(unread, "dev")


def but(**other: Any) -> Accepted:
    return replace(ACCEPTED, **other)


OWN = replace(FINDING, stack="mine")
OTHER_CHECK, OTHER_RESOURCE = replace(FINDING, check="CKV_2"), replace(FINDING, resource="aws_lb_listener.http")
STALE = "exception without a finding: CKV_1"


@pytest.mark.parametrize(
    ("findings", "accepted", "expected"),
    [
        pytest.param([FINDING, PROD], ACCEPTED, [], id="an accepted finding"),
        pytest.param([FINDING, PROD, OTHER_CHECK], ACCEPTED, [f"not accepted: {OTHER_CHECK}"], id="another check"),
        pytest.param(
            [FINDING, PROD, OTHER_RESOURCE], ACCEPTED, [f"not accepted: {OTHER_RESOURCE}"], id="another resource"
        ),
        pytest.param([FINDING, PROD], but(stacks=("dev",)), [f"not accepted: {PROD}"], id="dev does not excuse prod"),
        pytest.param(
            [FINDING, OWN], but(stacks=(scan.OTHERS,)), [f"not accepted: {FINDING}"], id="others excuse neither"
        ),
        pytest.param([], but(stacks=(scan.OTHERS,)), [], id="others are never stale"),
        pytest.param([], ACCEPTED, [f"{STALE} aws_lb.*", f"{STALE} dev", f"{STALE} prod"], id="matches nothing"),
        pytest.param(
            [FINDING, PROD], but(resources=("aws_lb.*", "aws_gone.*")), [f"{STALE} aws_gone.*"], id="one stale pattern"
        ),
    ],
)
def test_a_problem_is_a_finding_without_exception_or_the_reverse(
    findings: list[Finding], accepted: Accepted, expected: list[str]
) -> None:
    assert problems(findings, [accepted], complete=True) == expected


@pytest.mark.parametrize("findings", [[], [OWN]])
def test_with_dev_or_prod_left_out_no_exception_is_stale_and_all_hold_for_other_stacks(findings: list[Finding]) -> None:
    assert problems(findings, [ACCEPTED], complete=False) == []


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
    program.write_text(f"#!/bin/sh\n{REPORT}\n")
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


@pytest.mark.parametrize(
    ("scanner", "exceptions", "says"),
    [
        (REPORT, "[]", f"not accepted: {FINDING}"),
        ("echo broken >&2", ENTRY, "broken"),
        (None, ENTRY, "checkov"),
    ],
)
def test_the_scan_fails_and_says_why(
    checkov: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    scanner: str | None,
    exceptions: str,
    says: str,
) -> None:
    if scanner is None:
        checkov.unlink()
    else:
        checkov.write_text(f"#!/bin/sh\n{scanner}\n")
    assert run(checkov, monkeypatch, exceptions, "--stack", "dev") == 1
    assert says in "".join(capsys.readouterr())
