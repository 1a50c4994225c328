"""`make plan`, a preview of a real CLI and the program alone judge each configuration of the tables alike."""

import json
import re
from copy import deepcopy
from typing import Any, Final

import pulumi
import pytest
import yaml

from offline import stack_files
from offline.engine import record_stack
from problems import Advice
from problems.command import CommandError
from tests.engine.machinery import Machinery
from tests.engine.process import REGION
from tests.engine.stage import STACK, Stage
from tests.offline.test_stack_files import READ_ALIKE
from tests.program.test_accepted import DEV, TABLE
from tests.settings import samples
from tests.settings.samples import merged, problems, refused_rows, rows, valid
from tests.settings.test_refused import follow

pytestmark = pytest.mark.engine

REFUSED: Final[dict[str, dict[str, Any]]] = {
    row["promise"]: json.loads(json.dumps(valid(**row["config"]), sort_keys=True)) for row in refused_rows()
}
"""In the order of the CLI, which hands maps on with their keys sorted."""
ACCEPTED: Final = {row["promise"]: row for row in TABLE}
OF_EACH_KIND: Final = [rows(path)[0]["promise"] for path in sorted(samples.REFUSED.glob("*.yaml"))]
"""A preview takes seconds; what it is given and what the program says of it is compared for every row."""
LOOKED_UP: Final = "cannot be looked up"
COMMAND: Final = re.compile(r"^    (make pulumi STACK=.*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def stage(machinery: Machinery, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A stack that is never deployed."""
    return machinery.empty("dev", tmp_path_factory.mktemp("verdicts") / "stage")


def config_of(row: dict[str, Any]) -> dict[str, Any]:
    """What a row of the accepted table lays over dev's file."""
    config = {"gateway": {"enabled": False}, **merged(DEV, row["config"])}
    return {**config, "aws:region": row.get("region", REGION)}


def told_by_plan(stage: Stage) -> str:
    """Why `make plan` refuses what is in the stack's file; empty when it does not."""
    try:
        record_stack(stage.project, STACK)
    except (CommandError, pulumi.RunError) as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("promise", [*REFUSED, *ACCEPTED])
def test_the_cli_hands_the_program_what_plan_hands_it(promise: str, stage: Stage) -> None:
    stage.configure(REFUSED.get(promise) or config_of(ACCEPTED[promise]))
    told = stage.pulumi("config", "--json")
    assert told.ok, told.text
    by_cli = {key: entry.get("objectValue", entry["value"]) for key, entry in json.loads(told.text).items()}
    offline = stack_files.load(stage.project, STACK).values
    structured = {key for key, value in by_cli.items() if not isinstance(value, str)}
    assert by_cli == {key: json.loads(value) if key in structured else value for key, value in offline.items()}


@pytest.mark.parametrize("promise", REFUSED)
def test_what_the_program_refuses_plan_refuses_in_the_same_words(promise: str, stage: Stage) -> None:
    stage.configure(REFUSED[promise])
    statements = [problem.statement for problem in problems(REFUSED[promise], region=REGION)]
    told = told_by_plan(stage)
    assert statements
    assert [statement for statement in statements if statement not in told] == []


@pytest.mark.parametrize("promise", OF_EACH_KIND)
def test_a_preview_refuses_as_plan_does(promise: str, stage: Stage) -> None:
    stage.configure(REFUSED[promise])
    preview = stage.preview()
    assert told_by_plan(stage) in "\n".join(preview.errors)
    assert (preview.ok, preview.done) == (False, {})


@pytest.mark.parametrize("promise", REFUSED)
def test_the_printed_commands_change_the_file_as_the_fixes_say(promise: str, stage: Stage) -> None:
    stage.configure(REFUSED[promise])
    meant: dict[str, Any] = deepcopy(REFUSED[promise])
    fixes = [fix for problem in problems(meant, region=REGION) for fix in problem.fixes]
    for fix in fixes:
        if not isinstance(fix, Advice):
            follow(fix, meant)
    for command in COMMAND.findall(told_by_plan(stage)):
        done = stage.shell(command)
        assert done.ok, f"{command}: {done.text}"
    assert in_file(stage) == meant


def in_file(stage: Stage) -> dict[str, Any]:
    """The project's keys in the stack's file."""
    config = yaml.safe_load((stage.project / f"Pulumi.{STACK}.yaml").read_text())["config"]
    own = {key.removeprefix("webui-bedrock:"): value for key, value in config.items()}
    # `config set` writes every boolean of the first level anew, as a text.
    booleans = {"true": True, "false": False}
    return {key: booleans.get(str(value), value) for key, value in own.items() if ":" not in key}


@pytest.mark.parametrize("promise", ACCEPTED)
def test_what_the_program_accepts_plan_and_preview_accept(promise: str, stage: Stage) -> None:
    stage.configure(config_of(ACCEPTED[promise]))
    assert told_by_plan(stage) == ""
    preview = stage.preview()
    # What the stack's file names and the account lacks is looked up when nothing in the file is wrong.
    assert preview.ok or any(LOOKED_UP in error for error in preview.errors), preview.text


@pytest.mark.parametrize("text", READ_ALIKE, ids=str)
def test_the_cli_reads_a_value_as_it_is_read_offline(text: str, stage: Stage) -> None:
    value = text.replace("shop:", "webui-bedrock:")
    (stage.project / f"Pulumi.{STACK}.yaml").write_text(f"config:\n  webui-bedrock:flags:\t{value}\n")
    config = stage.pulumi("config", "--json")
    assert config.ok, config.text
    assert json.loads(json.loads(config.text)["webui-bedrock:flags"]["value"]) == READ_ALIKE[text]
