"""The commands of docs/plain-pulumi.md, on a real CLI, in the order in which they stand there."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.engine.machinery import Machinery
from tests.engine.stage import ROOT, STACK, Stage

pytestmark = pytest.mark.engine

BLOCKS: Final = re.findall(r"```sh\n(.*?)```", (ROOT / "docs/plain-pulumi.md").read_text(), re.DOTALL)
LINES: Final = [
    line.partition("   #")[0].strip() for block in BLOCKS for line in block.splitlines() if "not run here" not in line
]
POLICY: Final = [line for line in LINES if "state.json" in line]
OF_MAKE: Final = [line for line in LINES if line.startswith("export ")]
PACK: Final = ROOT / "policy/.venv"


def run(stage: Stage, line: str) -> None:
    done = stage.shell(line)
    assert done.ok, f"{line}\n{done.text}"


def test_a_stack_comes_up_by_the_commands_as_printed(machinery: Machinery, tmp_path: Path) -> None:
    stage = machinery.empty("dev", tmp_path / "stage")
    run(stage, f"pulumi stack rm {STACK} --yes --preserve-config")
    of_make = stage.project / ".pulumi-state"
    of_make.mkdir()
    (of_make / "passphrase").write_text("made-up")
    for line in LINES:
        if line in (*POLICY, *OF_MAKE):
            continue
        run(stage, "; ".join([*OF_MAKE, line]) if line == "pulumi stack ls" else line)
    assert "acme-chat:webui:" in (stage.project / f"Pulumi.{STACK}.yaml").read_text()


def test_the_policy_pack_judges_a_state_without_aws(fork: Callable[[str], Stage]) -> None:
    if not PACK.is_dir():
        assert os.environ.get("REQUIRE_ENGINE") != "1", "`make policy-pack` sets up the policy pack"
        pytest.skip("there is no policy/.venv: `make policy-pack` sets it up")
    stage = fork("dev")
    (stage.project / "policy/.venv").symlink_to(PACK)
    stage.aws.stop()
    for line in POLICY:
        run(stage, line)
