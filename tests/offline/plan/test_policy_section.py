"""The policy pack within the plan: a mandatory violation is shown and fails the command."""

import json
from pathlib import Path

import pytest

import offline.__main__ as command
from offline.engine import record
from offline.plan.sections.policy import mandatory, render
from tests.support.program import plan

PROGRAM = """
import pulumi_aws as aws

aws.cloudwatch.LogGroup("kept-for-ever", kms_key_id="arn:aws:kms:eu-west-1:123456789012:key/1")
"""


@pytest.fixture
def bad_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project whose stack `dev` breaks one mandatory rule."""
    (tmp_path / "__main__.py").write_text(PROGRAM)
    (tmp_path / "Pulumi.yaml").write_text("name: bad\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  aws:region: eu-west-1\n")
    monkeypatch.setattr(command, "ROOT", tmp_path)


@pytest.mark.usefixtures("bad_project")
def test_a_mandatory_violation_fails_the_plan_and_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["plan", "--stack", "dev"]) == 1
    printed = capsys.readouterr()
    assert "log-retention: kept-for-ever" in printed.out
    assert "1 mandatory" in printed.err


@pytest.mark.usefixtures("bad_project")
def test_a_mandatory_violation_fails_the_plan_in_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["plan", "--stack", "dev", "--json"]) == 1
    (violation,) = json.loads(capsys.readouterr().out)["violations"]
    assert violation["level"] == "mandatory"


@pytest.mark.usefixtures("planned_once")
def test_an_advisory_violation_does_not_fail_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["plan", "--stack", "dev"]) == 0
    assert "advisory" in capsys.readouterr().out
    assert mandatory(plan(stack="dev")) == []


def test_a_stack_that_breaks_no_rule_has_no_section() -> None:
    assert render(record(lambda: None)) is None
