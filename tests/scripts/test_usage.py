"""`make usage`: who used what, for how many dollars, beside Bedrock's own count, or one line that says why not."""

import csv
import json
import shlex
import zlib
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from scripts import usage
from scripts.usage_records import remote_command, understood
from tests.scripts.deployed_stack import CLUSTER, NOW, REGION, TASK, TASK_ID, Body, Stack, answer, deployed, refuse
from tests.scripts.standins import Machine, Outcome

NOVA, HAIKU, HOUSE = "amazon.nova-pro-v1:0", "eu.anthropic.claude-haiku-4-5-20251001-v1:0", "house-model"
MONTH = "2026-10"


def amounts(read: int, written: int, cached: int = 0, answers: int = 1, untold: int = 0) -> dict[str, int]:
    return {"read": read, "written": written, "cached": cached, "answers": answers, "untold": untold}


TOLD: dict[str, Any] = {
    "rows": [
        ["u1", NOVA, "2026-10-01", amounts(1_000_000, 500_000, cached=400_000, answers=9, untold=2)],
        ["u1", "helper", "2026-10-02", amounts(100, 50)],
        ["u2", HAIKU, "2026-10-02", amounts(2_000_000, 0)],
        ["u3", HOUSE, "2026-10-03", amounts(70, 7)],
    ],
    "users": {"u1": "ann@example.com", "u2": "=ben@example.com"},
    "groups": {"u1": ["Lab", "Research"], "u2": ["Research"]},
    "bases": {"helper": NOVA},
    "answers": ["2026-09", "2026-10"],
}
DOLLARS = {"ann": (0.6 * 0.8 + 0.4 * 0.2 + 0.5 * 3.2) + (100 * 0.8 + 50 * 3.2) / 1e6, "ben": 2 * 1.1}
"""By hand, for a million tokens: Nova Pro is 0.8 read, 3.2 written, 0.2 from the cache; Haiku's profile is 1.1 read."""


def printed(told: dict[str, Any]) -> str:
    """What a session says, with the program's answer in it."""
    packed = b64encode(zlib.compress(json.dumps(told).encode())).decode()
    lines = ["", "Starting session with SessionId: ecs-execute-command-1", f"webui-usage:{packed[:300]}"]
    return "\r\n".join([*lines, f"webui-usage:{packed[300:]}", "webui-usage:end", "", "Exiting session", ""])


@pytest.fixture
def stack(machine: Machine) -> Iterator[Stack]:
    """A deployed stack with a task of Open WebUI that can be reached."""
    machine.install("session-manager-plugin")
    with deployed(machine) as stack:
        agents = [{"name": "ExecuteCommandAgent", "lastStatus": "RUNNING"}]
        task: Body = {
            "taskArn": TASK,
            "taskDefinitionArn": stack.task_definitions["webui"],
            "lastStatus": "RUNNING",
            "startedAt": NOW,
            "enableExecuteCommand": True,
            "containers": [{"name": "webui", "runtimeId": f"{TASK_ID}-1", "managedAgents": agents}],
        }
        with answer("ecs.ListTasks", {"taskArns": [TASK]}), answer("ecs.DescribeTasks", {"tasks": [task]}):
            yield stack


def run(stack: Stack, *words: str, told: dict[str, Any] | str = TOLD, status: int = 0) -> Outcome:
    text = printed(told) if isinstance(told, dict) else told
    file = stack.machine.home / "session"
    file.write_text(f"{text}\n")
    stack.machine.install(
        "aws",
        body=f'[ "$1" = --version ] && echo aws-cli/2.1 || while read -r line; do echo "$line"; done < \'{file}\'',
    )
    return stack.machine.run(usage.main, "--stack", "dev", *words, status=status)


def listed(outcome: Outcome) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in csv.reader(outcome.out.splitlines())}


def test_each_user_has_the_sum_of_what_the_answers_used_and_cost(stack: Stack) -> None:
    rows = listed(run(stack, "--month", MONTH, "--format", "csv"))
    assert rows["ann@example.com"] == [MONTH, "10", "1000100", "500050", f"{DOLLARS['ann']:.6f}", "0"]
    assert rows["'=ben@example.com"] == [MONTH, "1", "2000000", "0", f"{DOLLARS['ben']:.6f}", "0"]
    assert rows["u3 (account is gone)"] == [MONTH, "1", "70", "7", "0.000000", "77"]


def test_a_member_of_two_groups_counts_in_both_and_once_in_the_total(stack: Stack) -> None:
    ended = run(stack, "--month", MONTH, "--by", "group", "--format", "json")
    told = json.loads(ended.out)
    dollars = {line["name"]: line["dollars"] for line in told["lines"]}
    assert dollars == pytest.approx({"Research": sum(DOLLARS.values()), "Lab": DOLLARS["ann"], "(no group)": 0})
    assert told["total"]["dollars"] == pytest.approx(sum(DOLLARS.values()))
    assert "counts in each" in ended.err


def test_a_model_of_the_workspace_counts_as_the_one_behind_it_and_days_come_in_their_order(stack: Stack) -> None:
    models = listed(run(stack, "--month", MONTH, "--by", "model", "--format", "csv"))
    assert models[NOVA][1:4] == ["10", "1000100", "500050"]
    days = listed(run(stack, "--month", MONTH, "--by", "day", "--format", "csv"))
    assert list(days)[1:] == ["2026-10-01", "2026-10-02", "2026-10-03"]


def test_a_model_without_a_price_is_named_and_not_counted_as_free(stack: Stack) -> None:
    ended = run(stack, "--month", MONTH)
    assert f"Without a price, and so without dollars: {HOUSE}" in ended.err
    head, *rows = ended.out.split("\n\n")[0].splitlines()
    assert head.endswith("without price")
    assert rows[-1].split() == ["total", "12", "3,000,170", "500,057", f"{sum(DOLLARS.values()):,.2f}", "77"]
    assert "2 of 12 answers have no tokens" in ended.err


def test_the_difference_to_bedrocks_own_count_is_shown(stack: Stack) -> None:
    put = stack.client("cloudwatch").put_metric_data
    for name, value in (("InputTokenCount", 600_500), ("CacheReadInputTokenCount", 400_000), ("OutputTokenCount", 9)):
        data = {
            "MetricName": name,
            "Dimensions": [{"Name": "ModelId", "Value": NOVA}],
            "Timestamp": datetime(2026, 10, 15, tzinfo=UTC),
            "Value": value,
        }
        put(Namespace="AWS/Bedrock", MetricData=[data])
    table = run(stack, "--month", MONTH).out.split("\n\n")[1].splitlines()
    (row,) = [line.split() for line in table if line.startswith(NOVA)]
    assert row[1:] == ["1,000,100", "1,000,500", "+400", "500,050", "9", "-500,041"]


def test_without_the_right_to_read_metrics_the_sums_are_told_and_why_they_are_not_compared(stack: Stack) -> None:
    with refuse("cloudwatch.ListMetrics", "AccessDeniedException", []):
        ended = run(stack, "--month", MONTH)
    assert "total" in ended.out
    assert "Not compared with Bedrock's own count. CloudWatch was not read: " in ended.err


@pytest.mark.parametrize(
    ("month", "told"),
    [
        ("", "MONTH must be a year and a month such as 20"),
        ("2026-13", "MONTH must be a year and a month such as 20"),
        ("October", "read 'October'"),
        ("2099-01", "MONTH 2099-01 has not begun"),
    ],
)
def test_a_month_that_is_none_is_one_line_and_nothing_is_asked(machine: Machine, month: str, told: str) -> None:
    ended = machine.run(usage.main, "--stack", "dev", "--month", month, status=1)
    assert told in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([None, None], "error: nobody has been answered in 2026-10: Open WebUI's database has no answer at all\n"),
        (["2026-07", "2026-09"], "the answers in Open WebUI's database are from 2026-07 to 2026-09\n"),
    ],
)
def test_a_month_without_answers_is_one_line(stack: Stack, answers: list[str | None], told: str) -> None:
    empty = {**TOLD, "rows": [], "users": {}, "groups": {}, "answers": answers}
    assert told in run(stack, "--month", MONTH, told=empty, status=1).err


@pytest.mark.parametrize("cut", ["nothing", "the end", "the beginning"])
def test_what_a_session_says_instead_of_an_answer_is_shown(stack: Stack, cut: str) -> None:
    whole = printed(TOLD)
    said = {
        "nothing": "An error occurred (AccessDeniedException) when calling ExecuteCommand: not authorized",
        "the end": whole[: whole.index("webui-usage:end")] + "connection lost",
        "the beginning": "Traceback: no such table\r\n" + whole[whole.rindex("webui-usage:", 0, -30) :],
    }[cut]
    ended = run(stack, "--month", MONTH, told=said, status=1)
    assert ended.err.startswith("error: Open WebUI's task did not tell what was used:\n")
    assert {"nothing": "not authorized", "the end": "connection lost", "the beginning": "no such table"}[
        cut
    ] in ended.err


def test_the_program_goes_through_ecs_exec_to_the_running_task_as_one_command(stack: Stack) -> None:
    run(stack, "--month", MONTH)
    (call,) = [call for call in stack.machine.calls if call[1:3] == ["ecs", "execute-command"]]
    here = ["--cluster", CLUSTER, "--task", TASK_ID, "--container", "webui"]
    assert call == [
        "aws",
        "ecs",
        "execute-command",
        *here,
        "--interactive",
        "--command",
        remote_command(MONTH),
        "--region",
        REGION,
    ]
    python, option, code, month = shlex.split(remote_command(MONTH))
    assert (python, option, month) == ("python", "-c", MONTH)
    compile(code, "remote", "exec")


def test_what_was_understood_is_what_the_program_told() -> None:
    records = understood(printed(TOLD).splitlines())
    assert [(row.user, row.model, row.day) for row in records.used][1] == ("ann@example.com", NOVA, "2026-10-02")
    assert (records.first_month, records.last_month) == ("2026-09", "2026-10")
