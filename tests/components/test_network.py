"""A VPC whose subnets never move, or one that is only read."""

import json
import sys
from dataclasses import replace
from functools import cache
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx
import pytest

from components.network import GivenVpc, Network, NetworkArgs, VpcToCreate
from offline.engine import record
from offline.engine.recording import Recording
from tests.support.component_args import CREATED_VPC, GIVEN_VPC, KEY_ARN, LOCATION, ZONES
from tests.support.component_recording import FACTS, depends_on, policy, record_one
from tests.support.component_variants import recorded


@cache
def created() -> Recording:
    return recorded("network created")


def with_vpc(vpc: VpcToCreate) -> Recording:
    return record_one(Network, "network", NetworkArgs(location=LOCATION, create=vpc))


def subnets_of(recording: Recording) -> dict[str, list[str]]:
    return {spec["type"]: spec["cidrBlocks"] for spec in recording.one(awsx.ec2.Vpc).inputs["subnetSpecs"]}


def seen(given: GivenVpc | None, vpc: VpcToCreate | None) -> dict[str, Any]:
    """What a consumer of the network is handed."""

    def program() -> None:
        network = Network("network", NetworkArgs(location=LOCATION, given=given, create=vpc))
        pulumi.export("vpc", network.vpc_id)
        pulumi.export("private", network.private_subnet_ids)
        pulumi.export("public", network.public_subnet_ids)
        pulumi.export("private per zone", network.private_subnet_per_zone())
        pulumi.export("public per zone", network.public_subnet_per_zone())

    return record(program, aws=FACTS).outputs


def test_every_subnet_has_an_explicit_block_inside_the_vpc() -> None:
    assert subnets_of(created()) == {
        "Public": ["10.0.16.0/21", "10.0.48.0/21"],
        "Private": ["10.0.0.0/20", "10.0.32.0/20"],
    }


def test_a_third_zone_moves_no_subnet_of_the_first_two() -> None:
    three = subnets_of(with_vpc(replace(CREATED_VPC, zones=(*ZONES, "eu-west-1c"))))
    two = subnets_of(created())
    assert {kind: blocks[:2] for kind, blocks in three.items()} == two
    assert {len(blocks) for blocks in three.values()} == {3}


def test_s3_is_reached_through_the_private_route_tables() -> None:
    gateway = created().one(aws.ec2.VpcEndpoint, "network-s3").inputs
    assert gateway["serviceName"] == "com.amazonaws.eu-west-1.s3"
    assert gateway["vpcEndpointType"] == "Gateway"
    [asked] = [invoke for invoke in created().invokes if invoke.token == "aws:ec2/getRouteTables:getRouteTables"]
    assert asked.args["filters"] == [{"name": "tag:SubnetType", "values": ["Private"]}]
    assert gateway["routeTableIds"] == asked.result["ids"]


def test_interface_endpoints_stand_in_every_private_subnet_with_private_dns() -> None:
    interfaces = [
        e.inputs for e in created().of_type(aws.ec2.VpcEndpoint) if e.inputs["vpcEndpointType"] == "Interface"
    ]
    assert {e["serviceName"].removeprefix("com.amazonaws.eu-west-1.") for e in interfaces} == {
        "bedrock",
        "bedrock-runtime",
        "ecr.api",
        "ecr.dkr",
        "logs",
        "secretsmanager",
        "ssmmessages",
    }
    private = created().one(awsx.ec2.Vpc).outputs["privateSubnetIds"]
    group = created().one(aws.ec2.SecurityGroup, "network-endpoints-sg")
    assert [e for e in interfaces if e["subnetIds"] != private or e["privateDnsEnabled"] is not True] == []
    assert [e for e in interfaces if e["securityGroupIds"] != [group.id]] == []


def test_where_tasks_may_be_entered_kms_has_an_endpoint_too() -> None:
    assert with_vpc(replace(CREATED_VPC, exec_enabled=True)).one(aws.ec2.VpcEndpoint, "network-kms").inputs[
        "serviceName"
    ] == ("com.amazonaws.eu-west-1.kms")


def test_what_else_tasks_call_has_an_endpoint_too() -> None:
    further = with_vpc(replace(CREATED_VPC, further_endpoints=["bedrock-mantle"]))
    assert further.one(aws.ec2.VpcEndpoint, "network-bedrock-mantle").inputs["serviceName"].endswith(".bedrock-mantle")


def test_endpoints_and_flow_logs_are_left_out_when_not_wanted() -> None:
    bare = with_vpc(replace(CREATED_VPC, interface_endpoints=False, flow_logs=False))
    assert {r.name for r in bare.resources} == {"network", "network-vpc", "network-default", "network-s3"}


def test_flow_logs_go_encrypted_into_a_group_that_only_their_role_writes_to() -> None:
    group = created().one(aws.cloudwatch.LogGroup)
    assert group.inputs["kmsKeyId"] == KEY_ARN
    assert group.inputs["retentionInDays"] == 365
    flows = created().one(aws.ec2.FlowLog)
    assert flows.inputs["trafficType"] == "ALL"
    assert flows.inputs["logDestination"] == group.outputs["arn"]
    assert "network-flows-policy" in depends_on(created(), flows)
    role = created().one(aws.iam.Role)
    trust = json.loads(role.inputs["assumeRolePolicy"])["Statement"][0]
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": LOCATION.account_id}
    statements = policy(created().one(aws.iam.RolePolicy))
    assert {resource for s in statements.values() for resource in s["Resource"]} == {f"{group.outputs['arn']}:*"}


def test_a_created_vpc_hands_out_its_subnets_by_zone() -> None:
    found = seen(None, replace(CREATED_VPC, interface_endpoints=False, flow_logs=False))
    assert list(found["private per zone"]) == list(found["public per zone"]) == list(ZONES)
    assert list(found["private per zone"].values()) == found["private"]
    assert list(found["public per zone"].values()) == found["public"]


def test_a_given_vpc_hands_out_the_first_private_subnet_of_each_zone() -> None:
    found = seen(GIVEN_VPC, None)
    assert found["vpc"] == "vpc-00000001"
    assert found["private"] == ["subnet-00000001", "subnet-00000002", "subnet-00000003"]
    assert found["private per zone"] == {"eu-west-1a": "subnet-00000001", "eu-west-1b": "subnet-00000002"}
    assert found["public"] == []
    assert found["public per zone"] == {}


def test_the_order_in_which_subnets_are_given_decides_nothing() -> None:
    """Another mount target in a zone, or another subnet group, would be a change that AWS refuses."""
    turned = replace(GIVEN_VPC, private_subnets=GIVEN_VPC.private_subnets[::-1])
    assert seen(turned, None) == seen(GIVEN_VPC, None)


def test_a_given_vpc_needs_no_awsx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pulumi_awsx", None)  # an import of it would now raise ImportError
    assert seen(GIVEN_VPC, None)["vpc"] == "vpc-00000001"


def test_a_network_that_is_neither_created_nor_given_is_refused() -> None:
    with pytest.raises(ValueError, match="create or given"):
        seen(None, None)
