"""One account with both shapes of the former system, made and taken over once: moto needs seconds for each."""

import contextlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from offline.recording import Recording
from scripts import import_stack
from scripts.cloudformation.mapping import Plan, map_resources
from scripts.cloudformation.proposal import Proposal, propose
from scripts.cloudformation.stack import Aws, read_stack
from scripts.cloudformation.system import System, read_system
from tests.scripts.cloudformation.old_system import (
    ACCOUNT,
    REGION,
    OldStack,
    build_split,
    build_unsplit,
    cloudformation,
)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What one `make import` did."""

    folder: Path
    status: int
    printed: str
    system: System
    proposal: Proposal
    recording: Recording
    plan: Plan

    def text(self, name: str) -> str:
        return (self.folder / name).read_text()


@dataclass(frozen=True, kw_only=True)
class Account:
    """The account: CloudFormation's stacks, and what was made of the two that are whole."""

    aws: Aws
    stacks: dict[str, OldStack]
    calls: list[str]
    split: Taken
    unsplit: Taken


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in os.environ:
            if name.lower().endswith("_proxy") or name == "AWS_PROFILE":
                patch.delenv(name)
        patch.setenv("AWS_REGION", REGION)
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
        stacks = {"webui": build_split("webui", "webui-bedrock"), "solo": build_unsplit("solo", "solo")}
        calls: list[str] = []
        with cloudformation(stacks, calls):
            aws = Aws(boto3.Session(region_name=REGION))
            yield Account(
                aws=aws,
                stacks=stacks,
                calls=calls,
                split=_take_over(aws, "webui", tmp_path_factory.mktemp("split")),
                unsplit=_take_over(aws, "solo", tmp_path_factory.mktemp("unsplit")),
            )


def _take_over(aws: Aws, stack: str, folder: Path) -> Taken:
    """Run the command; then its steps once more, for what they give each other."""
    (folder / "Pulumi.yaml").write_text("name: webui-bedrock\nruntime: python\n")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = import_stack.main(["--cfn-stack", stack, "--stack", "demo"], folder)
    system = read_system(aws, read_stack(aws, stack, ACCOUNT))
    proposal = propose(system)
    recording = import_stack.run_program(import_stack.PROGRAM, proposal, system, "demo")
    return Taken(
        folder=folder,
        status=status,
        printed=printed.getvalue(),
        system=system,
        proposal=proposal,
        recording=recording,
        plan=map_resources(system, recording),
    )
