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


def test_the_comment_begins_with_the_verdict_and_what_the_change_costs(runner: Runner) -> None:
    verdict = (
        "webui-bedrock, stack dev: 191 to 680 US dollars a month without tokens, never asleep; 1 warning, 0 violations"
    )
    cost = "Cost: +34.03 at min and 0.00 at max, in US dollars a month; 191 to 680 then"
    runner.answer("output", f"{verdict}\nfrom abc\nto the working tree\n\n{cost}\npart  at min\n")
    assert plan() == 0
    assert (
        f"HEAD^1 ARGS=--fail-on-refusal --fail-on-data-loss`\n\n- {verdict}\n- {cost}\n\n<details>"
        in (runner.body["body"])
    )


@pytest.mark.parametrize(
    ("output", "label", "gates", "told"),
    [
        ("error: gateway.image", "false", "--fail-on-refusal --fail-on-data-loss", ""),
        (
            "DATA LOSS: 1 of the deleted resources holds data\n",
            "false",
            "--fail-on-refusal --fail-on-data-loss",
            "- The change loses data. If that is meant, a reviewer says so by the label `data-loss-accepted`.\n",
        ),
        ("REFUSED: AWS does not finish this\n", "true", "--fail-on-refusal", "- AWS does not finish the change; "),
    ],
    ids=["refused config", "data loss", "refused by AWS whatever the labels say"],
)
def test_a_plan_that_fails_fails_the_job_after_a_comment_that_says_why(
    runner: Runner, monkeypatch: pytest.MonkeyPatch, output: str, label: str, gates: str, told: str
) -> None:
    monkeypatch.setenv("DATA_LOSS_ACCEPTED", label)
    runner.answer("output", output)
    runner.answer("status", "2")
    assert plan() == 2
    assert runner.read("make").splitlines()[-1] == f"ARGS={gates}"
    body = runner.body["body"]
    assert "### Plan of dev: failed" in body
    assert told in body
    assert body.count("\n- ") == bool(told)


def test_the_workflow_script_needs_nothing_but_python() -> None:
    # -S: without installed packages.
    subprocess.run([sys.executable, "-S", "-m", "scripts.ci", "stacks"], cwd=ci.ROOT, check=True)


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


DELETED, REPLACED = (f"- {FILE_SYSTEM} `files` would be {how}: all files on it\n" for how in ("deleted", "replaced"))
STEPS = "".join(event(operation, FILE_SYSTEM) for operation in ("create-replacement", "replace", "delete-replaced"))


@pytest.mark.parametrize(
    ("events", "label", "make", "status", "told"),
    [
        (event("delete", FILE_SYSTEM), "false", "0", 3, [DELETED, "`data-loss-accepted`"]),
        (STEPS, "false", "0", 3, [REPLACED, "`data-loss-accepted`"]),
        (event("delete", FILE_SYSTEM), "true", "0", 0, [DELETED]),
        (event("delete", FILE_SYSTEM), "false", "2", 2, [DELETED]),
        ("", "false", "0", 3, ["whether data is lost could not be told"]),
    ],
    ids=["deleted", "replaced in three steps", "accepted by the label", "fails for itself", "no events"],
)
def test_a_preview_that_loses_data_or_cannot_tell_fails_and_names_each_loss_once(
    runner: Runner, monkeypatch: pytest.MonkeyPatch, events: str, label: str, make: str, status: int, told: list[str]
) -> None:
    monkeypatch.setenv("DATA_LOSS_ACCEPTED", label)
    runner.answer("status", make)
    runner.answer("events", events)
    assert preview() == status
    assert [runner.body["body"].count(text) for text in told] == [1] * len(told)
