"""`make take-over` imports what was prepared and marks the names; `make up` refuses a state without the marks."""

import json

import pytest

from scripts import take_over
from scripts.exported_state import ExportedState
from scripts.refused import find_refusals
from tests.scripts.standins import Body, Machine
from tests.support.program import ROOT

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
URN = f"urn:pulumi:dev::webui-bedrock::{BALANCER}::load-balancer-alb"


def imported(*defaults: str) -> Body:
    return {"urn": URN, "type": BALANCER, "inputs": {"__defaults": [*defaults], "name": "old-alb"}}


@pytest.fixture
def prepared(machine: Machine) -> Machine:
    machine.keep_state()
    (machine.project / "import.json").write_text("{}")
    return machine


def test_the_state_is_imported_and_the_names_are_marked(prepared: Machine) -> None:
    prepared.install_pulumi(imported())
    told = prepared.run(take_over.main, "--stack", "dev")
    words = [call[1:] for call in prepared.commands]
    assert words[0][:3] == ["import", "--file", "import.json"]
    assert [word[:2] for word in words] == [["import", "--file"], ["stack", "import"]]
    written = json.loads((prepared.home / "imported").read_text())
    assert written["deployment"]["resources"] == [imported("name")]
    assert "1 resources keep their names: old-alb" in told.out


def test_what_the_cli_took_is_marked_although_it_refused_the_rest(prepared: Machine) -> None:
    prepared.install_pulumi(imported(), body='if [ "$1" = import ]; then exit 2; fi')
    prepared.run(take_over.main, "--stack", "dev", status=2)
    assert (prepared.home / "imported").is_file()


def test_a_state_whose_names_are_marked_is_not_written_again(prepared: Machine) -> None:
    prepared.install_pulumi(imported("name"))
    prepared.run(take_over.main, "--stack", "dev")
    assert not (prepared.home / "imported").exists()


def test_what_was_imported_otherwise_is_marked_too(machine: Machine) -> None:
    machine.keep_state()
    machine.install_pulumi(imported())
    machine.run(take_over.main, "--stack", "dev")
    assert [call[1:3] for call in machine.commands] == [["stack", "import"]]


def test_without_an_import_file_the_command_that_writes_one_is_told(machine: Machine) -> None:
    machine.keep_state()
    machine.install_pulumi(imported("name"))
    told = machine.run(take_over.main, "--stack", "dev", status=1)
    assert "make import CFN_STACK=<CloudFormation stack> STACK=dev" in told.err


@pytest.mark.parametrize(("defaults", "refused"), [((), 1), (("name",), 0)])
def test_up_refuses_a_state_whose_names_are_not_marked(defaults: tuple[str, ...], refused: int) -> None:
    state = ExportedState({"version": 3, "deployment": {"resources": [imported(*defaults)]}})
    found = list(find_refusals(ROOT, "dev", state))
    assert len(found) == refused
    assert all("old-alb would be replaced" in problem.rule for problem in found)
