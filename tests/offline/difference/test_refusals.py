"""What AWS does not finish is refused before anything is made, with a way out; what it finishes is not."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from offline.difference import compare
from offline.difference.refusals import exported, recorded, refused
from offline.engine.recording import Recording
from tests.program.variants import VPC_ID, given_vpc, subnet_id
from tests.support.program import GATEWAY_IMAGE, plan

Plan = Callable[[], Recording]

ABC = given_vpc("abc")
given: Plan = ABC.plan
three_zones: Plan = partial(plan, {"network": {"availabilityZones": 3}})
SQLITE = {"webui": {"scaling": {"max": 1}}, "database": {"enabled": False}}


def fewer_given() -> Recording:
    network = {"vpcId": VPC_ID, "privateSubnetIds": [subnet_id("private", number) for number in (0, 1)]}
    return replace(ABC, overrides={"network": network}).plan()


REFUSED: dict[str, tuple[Plan, Plan, str]] = {
    "another CIDR": (plan, partial(plan, {"network": {"cidr": "10.9.0.0/16"}}), "network.cidr"),
    "a created VPC to a given one": (plan, given, "(network)"),
    "a given VPC to a created one": (given, plan, "(network)"),
    "fewer zones": (three_zones, plan, "network.availabilityZones"),
    "fewer given subnets": (given, fewer_given, "network.privateSubnetIds"),
    "another region": (plan, partial(plan, {"aws:region": "eu-central-1"}), "aws:region"),
}
FINISHED: dict[str, tuple[Plan, Plan]] = {
    "more zones": (plan, three_zones),
    "fewer zones without database and cache": (
        partial(plan, {**SQLITE, "network": {"availabilityZones": 3}}),
        partial(plan, SQLITE),
    ),
    "more given subnets": (fewer_given, given),
    "a database": (partial(plan, SQLITE), plan),
}


@pytest.mark.parametrize("change", REFUSED)
def test_what_aws_does_not_finish_is_refused_with_its_key_and_a_way_out(change: str) -> None:
    before, after, key = REFUSED[change]
    (refusal,) = compare(before(), after()).refusals
    assert key in refusal.what
    assert refusal.source
    assert "a second stack" in refusal.way_out


LONGER = {"gateway": {"image": GATEWAY_IMAGE, "embeddingModel": "amazon.titan-embed-text-v1"}}
"""Vectors of 1536 numbers in place of 1024."""


def test_vectors_of_another_length_than_the_tables_are_refused() -> None:
    (refusal,) = compare(plan(), plan(LONGER)).refusals
    assert (refusal.old, refusal.new) == ("1024", "1536")
    assert "gateway.embeddingModel" in refusal.what
    assert "document_chunk" in refusal.way_out
    kept = {"webui": {"env": {"PGVECTOR_INITIALIZE_MAX_VECTOR_LENGTH": "1024"}}}
    assert compare(plan(), plan({**LONGER, **kept})).refusals == ()
    assert compare(plan(SQLITE), plan({**SQLITE, **LONGER})).refusals == ()


@pytest.mark.parametrize("change", FINISHED)
def test_what_aws_finishes_is_not_refused(change: str) -> None:
    before, after = FINISHED[change]
    assert compare(before(), after()).refusals == ()


STATE = {
    "deployment": {
        "resources": [
            {"type": "pulumi:providers:aws", "urn": "u::default", "inputs": {"region": "us-east-1"}},
            {"type": "awsx:ec2:Vpc", "urn": "u::network-vpc"},
            {"type": "aws:ec2/vpc:Vpc", "urn": "u::network-vpc", "inputs": {"cidrBlock": "10.0.0.0/16"}},
            {"type": "aws:ec2/subnet:Subnet", "urn": "u::a", "inputs": {"availabilityZone": "us-east-1d"}},
            {"type": "aws:ec2/subnet:Subnet", "urn": "u::b", "inputs": {"availabilityZone": "us-east-1b"}},
            {"type": "aws:ec2/subnet:Subnet", "urn": "u::c", "inputs": {"availabilityZone": "us-east-1c"}},
            {
                "type": "aws:ec2/securityGroup:SecurityGroup",
                "urn": "u::sg",
                "inputs": {"vpcId": "vpc-0aaaaaaaaaaaaaaaa"},
            },
            {
                "type": "aws:rds/subnetGroup:SubnetGroup",
                "urn": "u::g",
                "inputs": {"subnetIds": ["subnet-0a", "subnet-0b"]},
            },
            {"type": "aws:rds/clusterInstance:ClusterInstance", "urn": "u::i", "inputs": {}},
        ]
    }
}
"""What `pulumi stack export` prints of a stack that creates its VPC: awsx's children tell what its inputs would."""


def test_a_state_is_refused_what_a_plan_of_it_would_be_and_nothing_by_an_id_that_a_plan_makes_up() -> None:
    deployed = exported(STATE)
    assert [refusal.new for refusal in refused(deployed, plan())] == ["2"]
    assert refused(deployed, three_zones()) == []
    other = plan({"network": {"availabilityZones": 3, "cidr": "10.9.0.0/16"}})
    assert [refusal.old for refusal in refused(deployed, other)] == ["10.0.0.0/16"]
    assert [refusal.new for refusal in refused(deployed, given())] == ["vpc-0123456789abcdef0"]


def test_what_is_waiting_for_its_deletion_is_no_longer_deployed() -> None:
    leaving = json.loads(json.dumps(STATE).replace('"urn": "u::c"', '"delete": true'))
    assert refused(exported(leaving), plan()) == []


@pytest.mark.parametrize("state", [{}, {"deployment": {"resources": None}}, {"deployment": {}}])
def test_a_stack_that_is_not_deployed_may_become_anything(state: dict[str, object]) -> None:
    assert refused(exported(state), plan()) == []


def test_a_region_that_no_stack_file_names_is_not_compared() -> None:
    """It comes from the environment then, which a plan does not read."""
    elsewhere = json.loads(json.dumps(STATE).replace('"region": "us-east-1"', '"region": "eu-west-1"'))
    assert [r.what for r in refused(exported(elsewhere), three_zones())] == ["the region (aws:region)"]
    assert refused(exported(elsewhere), plan({"aws:region": None, "network": {"availabilityZones": 3}})) == []


def test_a_refusal_says_what_why_and_the_way_out_in_three_lines() -> None:
    (refusal,) = refused(recorded(three_zones()), plan())
    what, why, way_out = str(refusal).split("\n")
    assert what.endswith("(network.availabilityZones): 3 -> 2")
    assert why.startswith("  why: AWS moves no node")
    assert way_out.startswith("  way out: keep them")
