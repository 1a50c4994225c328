"""The plan tells what the recording holds, in the words of AWS and in the order AWS acts."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pulumi
import pytest
from rich.console import Console

from offline.__main__ import main
from offline.engine import record
from offline.engine.recording import Recording
from offline.plan import as_json, as_text
from offline.plan.sections import resources, routing
from offline.services import Mount, services_of
from tests.offline.sample import IMAGE, two_services
from tests.support.program import plan

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def recording() -> Recording:
    return record(two_services, project="shop", config={"aws:region": "us-east-1"})


def text_of(recording: Recording, width: int = 120) -> str:
    return as_text(recording, Console(file=io.StringIO(), width=width, highlight=False))


def test_a_service_is_told_with_its_size_scaling_image_and_storage(recording: Recording) -> None:
    web = services_of(recording)[0]
    assert (web.name, web.app, web.image) == ("shop-web", "web", IMAGE)
    assert (web.cpu, web.memory, web.architecture) == (1024, 4096, "ARM64")
    assert web.other_containers == {"migrate": IMAGE}
    assert web.mounts == (Mount(container_path="/srv", file_system_path="/data"),)
    assert (web.minimum_healthy_percent, web.maximum_percent) == (0, 100)
    assert (web.target_port, web.health_path) == (8080, "/health")
    assert web.scaling.text() == (
        "1 to 5 tasks; CPU at 70 %; morning: 3 to 8 tasks from cron(0 7 * * ? *) Europe/Berlin"
    )


def test_a_service_without_a_scalable_target_has_its_desired_count(recording: Recording) -> None:
    worker = services_of(recording)[1]
    assert worker.scaling.text() == "2 tasks, not scaled"
    assert worker.target_port is None


def test_the_containers_of_a_preview_may_be_unknown() -> None:
    preview = record(two_services, project="shop", preview=True)
    assert [service.name for service in services_of(preview)] == ["shop-web", "shop-worker"]
    assert services_of(preview)[0].scaling.maximum == 5


def test_rules_come_in_the_order_of_evaluation_and_the_default_last(recording: Recording) -> None:
    http, https = routing.listeners_of(recording)
    assert [rule.priority for rule in https.rules] == [90, 1000, None]
    assert https.rules[0].conditions == {
        "host": ("shop.example.com",),
        "path": ("/api", "/api/*"),
        "from": ("10.0.0.0/16",),
    }
    assert https.rules[0].services == ("shop-web",)
    assert https.rules[-1].action == "answer 404"
    assert [rule.action for rule in http.rules] == ["redirect to HTTPS://#{host}:443 (301)"]


def test_resources_are_counted_under_their_component(recording: Recording) -> None:
    counts = {owned.name: owned.count for owned in resources.owned_resources(recording)}
    assert (counts["worker"], counts[""]) == (2, 6)


def test_the_text_has_every_section_with_warnings_at_the_end(recording: Recording) -> None:
    text = text_of(recording)
    first, second = text.splitlines()[:2]
    verdict = r"[\d,]+ to [\d,]+ US dollars a month, never asleep; 1 warning, \d+ violations?"
    assert re.fullmatch(rf"shop, stack dev: {verdict}", first)
    assert second.startswith("16 resources, 1 of them protected; in us-east-1, account 123456789012")
    positions = [text.index(word) for word in ("Resources", "Services", "Routing", "Outputs", "Warnings")]
    assert positions == sorted(positions)
    assert text.endswith("- worker has one warning")
    unwrapped = " ".join(text.split())
    assert "1 vCPU, 4 GB, ARM64, FARGATE (weight 1, first 1) + FARGATE_SPOT (weight 4)" in unwrapped
    assert "stop, then start, 0 to 100 % of the tasks; rolled back for tasks that do not start" in text


def test_the_first_line_names_the_region_whose_prices_stand_in() -> None:
    first = text_of(record(two_services, config={"aws:region": "eu-north-1"}), 200).splitlines()[0]
    assert " US dollars a month by the prices of us-east-1, never asleep; " in first


def test_the_first_line_says_when_tokens_are_not_in_it() -> None:
    usage = {"users": 100, "messagesADay": 20, "tokensAMessage": 2000}
    assert " US dollars a month without tokens, never asleep; " in text_of(plan(), 200).splitlines()[0]
    assert " US dollars a month, never asleep; " in text_of(plan({"usage": usage}), 200).splitlines()[0]


def test_a_secret_output_is_never_printed(recording: Recording) -> None:
    assert "do-not-print" not in text_of(recording)
    assert "do-not-print" not in as_json(recording)


def test_square_brackets_in_an_output_are_printed_as_they_are(recording: Recording) -> None:
    assert "aws logs tail [x]" in text_of(recording)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut(recording: Recording, width: int) -> None:
    text = text_of(recording, width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "…" not in text


def test_a_command_among_the_outputs_stays_on_one_line() -> None:
    command = f"aws logs tail {'x' * 100} --follow"
    recording = record(lambda: pulumi.export("Logs", command))
    assert f"  Logs  {command}" in text_of(recording, 40).splitlines()


def test_maps_among_the_outputs_are_told_by_their_size() -> None:
    def program() -> None:
        pulumi.export("Commands", {"logs": "aws logs tail", "status": "aws ecs"})
        pulumi.export("Names", {"web": "shop-web"})

    assert "  Maps  Commands (2), Names (1)" in text_of(record(program)).splitlines()


def test_the_json_holds_the_same_facts(recording: Recording) -> None:
    facts = json.loads(as_json(recording))
    assert [service["name"] for service in facts["services"]] == ["shop-web", "shop-worker"]
    assert [rule["priority"] for rule in facts["listeners"][1]["rules"]] == [90, 1000, None]
    assert facts["warnings"] == ["worker has one warning"]
    assert {"type": "aws:lb/targetGroup:TargetGroup", "name": "web-tg", "component": "web", "protect": False} in (
        facts["resources"]
    )


@pytest.mark.usefixtures("planned_once")
@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_checked_in_stacks_are_planned(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--stack", stack, "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["stack"] == stack
    assert len(plan["services"]) >= 2


def test_a_missing_stack_is_one_line_and_exit_code_1() -> None:
    environment = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    done = subprocess.run(
        [sys.executable, "-m", "offline", "plan", "--stack", "no-such-stack"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: no stack named 'no-such-stack'")
    assert done.stderr.count("\n") == 1
