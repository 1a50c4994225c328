"""The script behind the workflows, with stand-ins for make and gh."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from scripts import ci, github
from scripts.ci_report import LONGEST, Report
from scripts.github import BOT

MAKE = """#!/bin/sh
printf '%s\\n' "$@" > "$RECORDS/make"
printf '%s\\n' "$PULUMI_DEBUG_COMMANDS" > "$RECORDS/debug"
cat "$RECORDS/output"
for word in "$@"; do
    case "$word" in *--event-log*) cat "$RECORDS/events" > "${word##*--event-log }" ;; esac
done
exit "$(cat "$RECORDS/status")"
"""
GH = """#!/bin/sh
case "$*" in
    *"--paginate --slurp"*) echo "$*" > "$RECORDS/listed"; cat "$RECORDS/page" ;;
    *) echo "$*" >> "$RECORDS/sent"; cat >> "$RECORDS/body" ;;
esac
if [ -f "$RECORDS/refused" ]; then echo "HTTP 403" >&2; exit 1; fi
"""


class Runner:
    """A workflow's runner: what was called, and what its programs answer."""

    def __init__(self, records: Path) -> None:
        self.records = records
        self.answer("status", "0")
        self.answer("output", "Plan of the stack\n")
        self.answer("page", "[[]]")
        self.answer("events", "")

    def answer(self, name: str, text: str) -> None:
        (self.records / name).write_text(text)

    def read(self, name: str) -> str:
        file = self.records / name
        return file.read_text() if file.exists() else ""

    def found(self, marker: str, login: str = BOT) -> None:
        items = [{"id": 7, "number": 7, "user": {"login": login}, "body": f"{marker}\nold"}]
        self.answer("page", json.dumps([[{"id": 1, "number": 1, "user": {"login": BOT}, "body": None}], items]))

    def drift(self) -> None:
        self.answer("output", "error: no changes were expected for preview but changes were proposed\n")
        self.answer("status", "2")

    @property
    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.read("body"))
        return found


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    for name, program in {"make": MAKE, "gh": GH}.items():
        file = tmp_path / "bin" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(program)
        file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{Path(str(shutil.which('cat'))).parent}")
    for name in [name for name in os.environ if name.startswith("GITHUB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RECORDS", str(tmp_path))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    monkeypatch.setenv("GITHUB_REPOSITORY", "team/webui")
    monkeypatch.setenv("PULL_REQUEST", "12")
    monkeypatch.setenv("DATA_LOSS_ACCEPTED", "false")
    return Runner(tmp_path)


def plan() -> int:
    return ci.main(["plan", "--stack", "dev", "--base", "HEAD^1"])


def preview() -> int:
    return ci.main(["preview", "--stack", "dev"])


def drift() -> int:
    return ci.main(["drift", "--stack", "dev"])


def event(operation: str, type_: str, name: str = "files") -> str:
    urn = f"urn:pulumi:dev::webui-bedrock::webui-bedrock:storage:SharedFileSystem${type_}::{name}"
    return json.dumps({"resourcePreEvent": {"metadata": {"op": operation, "urn": urn, "type": type_}}}) + "\n"


FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"


def test_the_stacks_are_those_that_have_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("Pulumi.yaml", "Pulumi.prod.yaml", "Pulumi.dev.eu.yaml"):
        (tmp_path / name).touch()
    assert ci.main(["stacks"], tmp_path) == 0
    assert capsys.readouterr().out == 'stacks=["dev.eu", "prod"]\n'


def test_a_file_whose_name_is_no_stacks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.$(id).yaml").touch()
    with pytest.raises(SystemExit, match="letters, digits"):
        ci.main(["stacks"], tmp_path)


def test_a_plan_is_compared_with_its_base_and_shown_in_log_summary_and_comment(
    runner: Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan() == 0
    assert runner.read("make").splitlines() == ["plan", "STACK=dev", "BASE=HEAD^1", "ARGS=--fail-on-data-loss"]
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


def test_a_preview_that_fails_keeps_its_own_status(runner: Runner) -> None:
    runner.answer("status", "2")
    runner.answer("events", event("delete", FILE_SYSTEM))
    assert preview() == 2


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


def test_an_issue_that_cannot_be_opened_is_an_error(runner: Runner) -> None:
    runner.drift()
    runner.answer("refused", "")
    with pytest.raises(github.GitHubError, match="403"):
        drift()


def report(output: str) -> str:
    return Report(marker="<!-- m -->", title="Plan", command=["make"], output=output, status=0).markdown


def test_output_cannot_end_its_code_block() -> None:
    assert "\n`````text\n````\n[a link](x)\n`````\n" in report("````\n[a link](x)")


def test_output_longer_than_a_comment_may_be_is_cut_at_its_start() -> None:
    text = report("first\n" + "x" * LONGEST)
    assert len(text) < 65_536
    assert "first" not in text
    assert "the run's log has all" in text
