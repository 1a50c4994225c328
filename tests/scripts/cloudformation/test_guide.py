"""Every AWS and make command of the guide exists, with its options."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore import xform_name
from botocore.session import Session

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs/migrate-from-cloudformation.md").read_text()
TARGETS = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
OF_THE_CLI = {"query", "output", "cli-input-json"}
"""Options that are not an operation's."""


def commands(text: str) -> Iterator[str]:
    """The text's calls of the AWS CLI, each on one line."""
    joined = re.sub(r" *\\\n *|(?<=list-imports)\n *", " ", text)
    yield from (match.rstrip(")") for match in re.findall(r"aws [a-z-]+ [a-z-]+(?: .+)?", joined))


@pytest.mark.parametrize("command", sorted(set(commands(GUIDE))))
def test_every_aws_command_is_known_with_its_options(command: str) -> None:
    _, service, operation, *_ = command.replace("`", " ").split()
    model = Session().get_service_model(service)
    options = set(re.findall(r" --([a-z0-9-]+)", command)) - OF_THE_CLI
    if operation == "wait":
        # `aws ecs wait services-stable` polls describe-services and takes its options.
        operation = {"services-stable": "describe-services", "tasks-stopped": "describe-tasks"}[command.split()[3]]
    known = {xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(known[operation]).input_shape
    assert options <= {xform_name(member, "-") for member in shape.members}


def test_every_make_target_exists() -> None:
    named = set(re.findall(r"\bmake ([a-z-]+)", GUIDE))
    assert named <= {*TARGETS}
    assert {"import", "keep-names", "pulumi", "preview", "up", "verify"} <= named


def test_shell_blocks_can_be_read_by_a_shell() -> None:
    for block in re.findall(r"```bash\n(.*?)```", GUIDE, re.DOTALL):
        assert shlex.split(re.sub(r"<<JSON.*?^JSON$", "", block, flags=re.DOTALL | re.MULTILINE), comments=True)
