import functools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import botocore.hooks
import botocore.httpsession
import botocore.session
import pytest

from tests.scripts.standins import Aws, Machine, answering

PROJECT = "name: webui-bedrock\nruntime: python\n"
STACK = """config:
  aws:region: eu-west-1
  webui-bedrock:gateway:
    image: "{account}.dkr.ecr.{region}.amazonaws.com/bedrock-proxy-api-ecs:latest"
"""


@pytest.fixture(scope="session", autouse=True)
def botocore_set_up_once() -> Iterator[None]:
    """Let botocore read service models, look at event handlers and set up TLS once: that is most of a test's time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", functools.cache(botocore.session.create_loader))
        context = functools.cache(botocore.httpsession.create_urllib3_context)
        patch.setattr("botocore.httpsession.create_urllib3_context", context)
        patch.setattr("botocore.hooks.accepts_kwargs", functools.cache(botocore.hooks.accepts_kwargs))
        aliased = functools.cache(botocore.hooks.EventAliaser(None)._alias_event_name)
        patch.setattr("botocore.hooks.EventAliaser._alias_event_name", lambda _, event_name: aliased(event_name))
        yield


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Machine:
    """A machine with the project and its dev stack, but without Pulumi, Docker, curl or AWS credentials."""
    for name in os.environ:
        if name.startswith(("AWS_", "PULUMI_")) or name.lower().endswith("_proxy") or name == "CI":
            monkeypatch.delenv(name)
    # Every path holds a space: none of them may be split on the way to a program.
    machine = Machine(tmp_path / "a home", tmp_path / "a project", tmp_path / "bin", monkeypatch, capsys)
    for folder in (machine.home, machine.project, machine.bin):
        folder.mkdir()
    for tool in ("sh", "mkdir", "cat", "chmod", "git"):
        (machine.bin / tool).symlink_to(str(shutil.which(tool)))
    machine.setenv(PATH=str(machine.bin), HOME=str(machine.home), AWS_EC2_METADATA_DISABLED="true")
    # This project has no program that could be planned; what comes of a plan is test_refused.py's.
    monkeypatch.setattr("scripts.stack.find_refusals", lambda *_: iter(()))
    (machine.project / "Pulumi.yaml").write_text(PROJECT)
    machine.write_stack(STACK)
    # Nobody sits at it, whoever runs the tests.
    monkeypatch.setattr("scripts.terminal.DEVICE", "/dev/no-terminal")
    return machine


@pytest.fixture
def aws(machine: Machine) -> Iterator[Aws]:
    """An account that the machine is signed in to, holding the gateway's image."""
    account = Aws(images={"bedrock-proxy-api-ecs": {"latest"}})
    machine.sign_in()
    with answering(account):
        yield account
