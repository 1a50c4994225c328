"""`make up` and `make preview` stop ahead of a change that AWS would refuse half way."""

import pytest

from problems.command import missing
from scripts import stack
from scripts.exported_state import ExportedState
from scripts.refused import find_refusals
from tests.scripts.standins import Aws, Body, Machine
from tests.support.program import ROOT

CLUSTER = "aws:rds/cluster:Cluster"
VPC = "aws:ec2/vpc:Vpc"


def state(*resources: Body) -> ExportedState:
    return ExportedState({"version": 3, "deployment": {"resources": list(resources)}})


def vpc(cidr: str) -> Body:
    return {"urn": f"urn:pulumi:dev::webui-bedrock::{VPC}::network", "type": VPC, "inputs": {"cidrBlock": cidr}}


def test_another_range_of_the_vpc_is_refused_with_the_value_that_stays() -> None:
    (problem,) = find_refusals(ROOT, "dev", state(vpc("10.99.0.0/16")))
    assert "network.cidr" in problem.rule
    assert "10.99.0.0/16 -> 10.0.0.0/16" in problem.rule
    assert "Set it back to 10.99.0.0/16 in Pulumi.dev.yaml" in problem.remedy


def test_a_stack_that_stays_as_it_is_is_not_refused() -> None:
    assert list(find_refusals(ROOT, "organization/dev", state(vpc("10.0.0.0/16")))) == []
    assert list(find_refusals(ROOT, "dev", state())) == []


def restored(identifier: str, number: str) -> list[Body]:
    """A cluster, and the number that the program has for its next identifier."""
    urn = "urn:pulumi:dev::webui-bedrock::"
    cluster = {
        "urn": f"{urn}{CLUSTER}::data-tier-database-cluster",
        "type": CLUSTER,
        "inputs": {"clusterIdentifier": identifier},
    }
    suffix = {"urn": f"{urn}random::data-tier-database-suffix", "type": "random", "outputs": {"hex": number}}
    return [cluster, suffix]


def test_a_restore_that_failed_is_not_left_for_an_empty_database() -> None:
    found = find_refusals(ROOT, "dev", state(*restored("webui-bedrock-aaaaaa", "bbbbbb")))
    (problem,) = [problem for problem in found if problem.blocks]
    assert "webui-bedrock-aaaaaa would be replaced by an empty database" in problem.rule
    again = find_refusals(ROOT, "dev", state(*restored("webui-bedrock-aaaaaa", "aaaaaa")))
    assert [problem for problem in again if problem.blocks] == []


def test_data_that_would_be_lost_is_told_with_the_way_out_and_stops_nothing() -> None:
    (database,) = [
        p for p in find_refusals(ROOT, "dev", state(*restored("chat", "x"))) if p.rule.startswith("DATA LOSS")
    ]
    assert database.rule.startswith("DATA LOSS: rds.Cluster data-tier-database-cluster is removed: the databases in it")
    assert "make restore SNAPSHOT=<final>" in database.remedy
    assert not database.blocks


@pytest.mark.parametrize("command", ["up", "preview"])
def test_a_refused_change_is_told_before_anything_runs(machine: Machine, aws: Aws, command: str) -> None:
    machine.install_pulumi(vpc("10.99.0.0/16") | {"initErrors": ["failed"]})
    machine.patch.setattr("scripts.stack.find_refusals", lambda *_: iter([missing("a change", "The way out.")]))
    ended = machine.run(stack.main, command, "--stack", "dev", "--yes", status=1)
    assert machine.commands == []
    assert "missing: a change\n      The way out.\n" in ended.err
