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

from health.aws import Aws
from offline.engine.recording import Recording
from scripts import import_stack
from scripts.cloudformation.mapping import Plan
from scripts.cloudformation.report import TakeOverReport
from scripts.cloudformation.system import System
from tests.scripts.cloudformation.answers import OldStack, cloudformation
from tests.scripts.cloudformation.old_system import ACCOUNT, REGION, Builder, build_split, build_unsplit


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What one `make import` did."""

    folder: Path
    status: int
    printed: str
    report: TakeOverReport

    @property
    def system(self) -> System:
        return self.report.system

    @property
    def recording(self) -> Recording:
        return self.report.recording

    @property
    def plan(self) -> Plan:
        return self.report.plan

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


@dataclass(frozen=True, kw_only=True)
class EmptyAccount:
    """An account in which a test lists stacks."""

    aws: Aws
    stacks: dict[str, OldStack]


@pytest.fixture
def empty_account() -> Iterator[EmptyAccount]:
    stacks: dict[str, OldStack] = {}
    with _signed_in(), cloudformation(stacks, []):
        yield EmptyAccount(aws=Aws(boto3.Session(region_name=REGION)), stacks=stacks)


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with _signed_in() as patch:
        stacks = {
            "webui": build_split(Builder(OldStack("webui"), "webui-bedrock")),
            "solo": build_unsplit(Builder(OldStack("solo"), "solo")),
        }
        calls: list[str] = []
        with cloudformation(stacks, calls):
            yield Account(
                aws=Aws(boto3.Session(region_name=REGION)),
                stacks=stacks,
                calls=calls,
                split=_take_over(patch, "webui", tmp_path_factory.mktemp("split")),
                unsplit=_take_over(patch, "solo", tmp_path_factory.mktemp("unsplit")),
            )


@contextlib.contextmanager
def _signed_in() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in os.environ:
            if name.lower().endswith("_proxy") or name == "AWS_PROFILE":
                patch.delenv(name)
        patch.setenv("AWS_REGION", REGION)
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
        yield patch


def _take_over(patch: pytest.MonkeyPatch, stack: str, folder: Path) -> Taken:
    """Run the command, and keep the report for what it was made of."""
    reports: list[TakeOverReport] = []

    @dataclass(frozen=True, kw_only=True)
    class KeptReport(TakeOverReport):
        def __post_init__(self) -> None:
            reports.append(self)

    (folder / "Pulumi.yaml").write_text("name: webui-bedrock\nruntime: python\n")
    kept = f'aws:allowedAccountIds: ["{ACCOUNT}"]\n  webui-bedrock:alarms: {{emails: [ops@example.com]}}'
    (folder / "Pulumi.demo.yaml").write_text(f"encryptionsalt: v1:made-up\nconfig:\n  {kept}\n")
    patch.setattr(import_stack, "TakeOverReport", KeptReport)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        status = import_stack.main(["--cfn-stack", stack, "--stack", "demo"], folder)
    return Taken(folder=folder, status=status, printed=printed.getvalue(), report=reports[0])
