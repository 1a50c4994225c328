"""Plan and preview of a pull request, with stand-ins for make and gh."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import ci
from scripts.github import BOT
from tests.workflows.runner import Runner

FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"


def plan() -> int:
    return ci.main(["plan", "--stack", "dev", "--base", "HEAD^1"])


def preview() -> int:
    return ci.main(["preview", "--stack", "dev"])


def event(operation: str, type_: str, name: str = "files") -> str:
    urn = f"urn:pulumi:dev::webui-bedrock::webui-bedrock:storage:SharedFileSystem${type_}::{name}"
    return json.dumps({"resourcePreEvent": {"metadata": {"op": operation, "urn": urn, "type": type_}}}) + "\n"


def test_the_stacks_are_those_that_have_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("Pulumi.yaml", "Pulumi.prod.yaml", "Pulumi.dev.eu.yaml"):
        (tmp_path / name).touch()
    assert ci.main(["stacks"], tmp_path) == 0
    assert capsys.readouterr().out == 'stacks=["dev.eu", "prod"]\n'


def test_a_file_whose_name_is_no_stacks_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "Pulumi.$(id).yaml").touch()
    assert ci.main(["stacks"], tmp_path) == 1
    assert "letters, digits" in capsys.readouterr().err


def test_a_plan_is_compared_with_its_base_and_shown_in_log_summary_and_comment(
    runner: Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan() == 0
    assert runner.read("make").splitlines() == [
        "plan",
        "STACK=dev",
        "BASE=HEAD^1",
        "ARGS=--fail-on-refusal --fail-on-data-loss",
    ]
    assert "Plan of the stack" in capsys.readouterr().out
    assert "### Plan of dev: passed" in runner.read("summary")
    assert "Plan of the stack" in runner.body["body"]


def test_a_plan_that_fails_fails_the_job_after_its_comment(runner: Runner) -> None:
    runner.answer("status", "2")
    assert plan() == 2
    assert "### Plan of dev: failed" in runner.body["body"]


def test_a_plan_that_fails_over_data_names_the_label_that_accepts_it(runner: Runner) -> None:
    runner.answer("status", "2")
    plan()
    assert "data-loss-accepted" not in runner.body["body"]
    (runner.records / "body").unlink()
    runner.answer("output", "DATA LOSS: 1 of the deleted resources holds data\n")
    plan()
    assert "- The change loses data. If that is meant" in runner.body["body"]


def test_the_workflow_script_needs_nothing_but_python() -> None:
    code = "import sys, scripts.ci; sys.exit(bool({'pulumi', 'google', 'yaml'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ci.ROOT, check=False).returncode == 0


def test_a_plan_that_aws_does_not_finish_fails_whatever_the_labels_say(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_LOSS_ACCEPTED", "true")
    runner.answer("output", "REFUSED: AWS does not finish this change\n")
    runner.answer("status", "2")
    assert plan() == 2
    assert "--fail-on-refusal" in runner.read("make")
    assert "- AWS does not finish the change" in runner.body["body"]


def test_with_the_label_a_plan_may_lose_data(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_LOSS_ACCEPTED", "true")
    plan()
    assert "--fail-on-data-loss" not in runner.read("make")


def test_a_comment_is_edited_in_place(runner: Runner) -> None:
    runner.found("<!-- plan of dev -->")
    plan()
    assert runner.read("listed").split()[-1] == "repos/team/webui/issues/12/comments"
    assert runner.read("sent") == "api --method PATCH --input - repos/team/webui/issues/comments/7\n"
    assert runner.body["body"].startswith("<!-- plan of dev -->\n")


@pytest.mark.parametrize(("marker", "login"), [("<!-- plan of prod -->", BOT), ("<!-- plan of dev -->", "somebody")])
def test_the_comment_of_another_stack_or_person_is_left_alone(runner: Runner, marker: str, login: str) -> None:
    runner.found(marker, login)
    plan()
    assert runner.read("sent") == "api --method POST --input - repos/team/webui/issues/12/comments\n"


def test_a_fork_gets_the_summary_but_no_comment(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULL_REQUEST", "")
    assert plan() == 0
    assert runner.read("summary")
    assert runner.read("listed") + runner.read("sent") == ""


def test_a_comment_that_is_refused_is_told_and_fails_nothing(
    runner: Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    runner.answer("refused", "")
    assert plan() == 0
    assert "::warning::The comment could not be written: gh api" in capsys.readouterr().out


def test_without_gh_a_plan_still_ends_well(runner: Runner, capsys: pytest.CaptureFixture[str]) -> None:
    (runner.records / "bin/gh").unlink()
    assert plan() == 0
    assert "gh, GitHub's own CLI, is not installed" in capsys.readouterr().out


def test_a_preview_shows_the_difference_judged_by_the_policy_pack(runner: Runner) -> None:
    runner.answer("events", event("update", FILE_SYSTEM) + event("delete", "aws:ecs/service:Service"))
    assert preview() == 0
    target, stack, arguments = runner.read("make").splitlines()
    assert (target, stack) == ("preview", "STACK=dev")
    assert arguments.startswith("ARGS=--diff --color never --policy-pack policy --event-log ")
    assert runner.read("debug") == "true\n"


@pytest.mark.parametrize(("operation", "word"), [("delete", "deleted"), ("replace", "replaced")])
def test_a_preview_that_loses_data_fails_and_names_it(runner: Runner, operation: str, word: str) -> None:
    runner.answer("events", event(operation, FILE_SYSTEM))
    assert preview() == 3
    assert f"- {FILE_SYSTEM} `files` would be {word}: all files on it\n" in runner.body["body"]
    assert "`data-loss-accepted`" in runner.body["body"]


def test_a_replacement_counts_once(runner: Runner) -> None:
    events = [event(operation, FILE_SYSTEM) for operation in ("create-replacement", "replace", "delete-replaced")]
    runner.answer("events", "".join(events))
    preview()
    assert runner.body["body"].count("would be replaced") == 1


def test_with_the_label_a_preview_names_the_loss_and_passes(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_LOSS_ACCEPTED", "true")
    runner.answer("events", event("delete", FILE_SYSTEM))
    assert preview() == 0
    assert "would be deleted" in runner.body["body"]


def test_a_preview_that_logs_no_events_does_not_pass(runner: Runner) -> None:
    runner.answer("events", "")
    assert preview() == 3
    assert "whether data is lost could not be told" in runner.body["body"]


def test_a_preview_that_fails_keeps_its_own_status(runner: Runner) -> None:
    runner.answer("status", "2")
    runner.answer("events", event("delete", FILE_SYSTEM))
    assert preview() == 2
