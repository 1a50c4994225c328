"""The way over from CloudFormation, walked as `make import` prints it, line by line."""

import json
import os
import re
import shutil
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.engine.given_account import push
from tests.engine.machinery import Machinery
from tests.engine.outcome import Outcome
from tests.engine.process import REGION, StandIn
from tests.engine.stage import Stage
from tests.scripts.cloudformation.answers import OldStack
from tests.scripts.cloudformation.old_system import Builder, build_split, build_unsplit

pytestmark = pytest.mark.engine

RETAIN = "Let CloudFormation keep everything"
PREPARE = "Prepare what the import cannot change"
IMPORT = "make import CFN_STACK=webui STACK=dev"
AGAIN = f"rm import.json dev.imported.yaml && {IMPORT}"


@pytest.fixture(params=(build_split, build_unsplit))
def stage(machinery: Machinery, request: pytest.FixtureRequest, tmp_path: Path) -> Stage:
    """An empty Pulumi stack in an account where the former template runs."""
    if not shutil.which("aws"):
        lacking = pytest.fail if os.environ.get("REQUIRE_ENGINE") == "1" else pytest.skip
        lacking("the report's lines need the AWS CLI")
    stage = machinery.empty("dev", tmp_path / "stage")
    stage.configure({})
    deploy(request.param(Builder(OldStack("webui"), "webui-bedrock", stage.aws.client, REGION)), stage.aws)
    for image in ("open-webui", "gateway"):
        push(stage.aws.client("ecr"), f"webui-bedrock-{image}", "1.0")
    return stage


def deploy(old: OldStack, aws: StandIn) -> None:
    """Let CloudFormation own what was made."""
    resources = {
        name: {"Type": kind, "Metadata": {"PhysicalResourceId": id_}} for name, (kind, id_) in old.resources.items()
    }
    outputs = {f"Output{n}": {"Value": v, "Export": {"Name": k}} for n, (k, v) in enumerate(old.exports.items())}
    template = json.dumps({"Resources": resources, "Outputs": outputs})
    aws.client("cloudformation").create_stack(StackName=old.name, TemplateBody=template)


def steps(report: str) -> dict[str, list[str]]:
    """The commands of each step, by the beginning of its title."""
    found: dict[str, list[str]] = {}
    for line in report.partition("Steps, in this order")[2].splitlines():
        if title := re.match(r"  \d+\. (.*)", line):
            commands = found[title[1]] = []
        elif line.startswith(" " * 7) and found:
            commands.append(line.strip())
        elif found and line and not line.startswith(" "):
            break
    return found


def step(report: str, title: str) -> list[str]:
    """The commands of one step; none where the report has no such step."""
    return next((commands for found, commands in steps(report).items() if found.startswith(title)), [])


def run(stage: Stage, command: str) -> Outcome:
    """One line of the report, with the answers that a person gives: yes."""
    answered = f"yes | {command}" if command.startswith("mv -i") else command
    told = stage.shell(f"{answered} YES=1" if command.startswith("make up") else answered)
    assert told.ok, f"{command}\n{told.text}"
    return told


def retain(template: Path) -> None:
    """What the guide asks for: both policies for each resource, and what CloudFormation takes for a change."""
    document = json.loads(template.read_text())
    for resource in document["Resources"].values():
        resource |= {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
        resource["Metadata"] |= {"KeptFor": "pulumi"}
    template.write_text(json.dumps(document))


def kept(aws: StandIn) -> dict[str, Any]:
    """What must be the same at the end: people's address and their files."""
    balancers = aws.client("elbv2").describe_load_balancers()["LoadBalancers"]
    files = aws.client("efs").describe_file_systems()["FileSystems"]
    return {
        "address": next(one["DNSName"] for one in balancers if one["LoadBalancerName"] == "webui-bedrock-alb"),
        "files": [one["FileSystemId"] for one in files],
    }


def test_who_follows_the_report_replaces_and_deletes_nothing(stage: Stage) -> None:
    before = kept(stage.aws)
    first = run(stage, IMPORT).text
    fetch, update = step(first, RETAIN)
    run(stage, fetch)
    retain(stage.project / "template.json")
    run(stage, update)
    # The template before the split has nothing to prepare, and exports nothing.
    *prepare, again = step(first, PREPARE) or [AGAIN]
    for command in prepare:
        run(stage, command)
    report = run(stage, again).text
    assert "done, all have it" in report
    assert PREPARE not in report
    place, take_over, look, *others = list(steps(report).values())[1:]
    for command in (*place, *take_over, *look):
        run(stage, command)
    expected = stage.preview()
    assert not {"replaced", "removed"} & expected.done.keys(), expected.text
    (created,) = re.findall(r"\+ (\d+) to create", expected.text)
    assert f"{created} to create, " in next(title for title in steps(report) if title.startswith("Look"))
    for command in chain.from_iterable(others):
        run(stage, command)
    assert kept(stage.aws) == before
    again_up = stage.up("--expect-no-changes")
    assert again_up.ok, again_up.text
