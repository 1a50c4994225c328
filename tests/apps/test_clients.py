"""Who may connect: prefix lists looked up and counted, and IPv6 only where the load balancer can have it."""

from typing import Any

import pytest

from offline.engine import AwsFacts
from tests.program.test_lookups import refused
from tests.program.variants import DOMAIN, Variant, given_vpc
from tests.settings.samples import valid
from tests.support.program import plan

LIST = "pl-0123456789abcdef0"
LIST_OF_6 = {LIST: {"addressFamily": "IPv6"}}
CLOUDFRONT = {"name": "com.amazonaws.global.cloudfront.origin-facing", "maxEntries": None}
OFFICE = "2001:db8::/32"


def on_the_internet(*clients: str, **facts: Any) -> Variant:
    """In a VPC that exists, of which `facts` tell of each subnet."""
    balancer = {"scheme": "internet-facing", "allowedCidrs": list(clients), **DOMAIN}
    services = {"docs": {"image": "team/docs:1", "port": 80, "healthPath": "/", "hosts": ["docs.example.com"]}}
    found = given_vpc("ab", public="ab", more={"loadBalancer": balancer, "services": services})
    assert found.aws
    subnets = {name: {**subnet, **facts} for name, subnet in found.aws.subnets.items()}
    return Variant(overrides=found.overrides, aws=AwsFacts(vpcs=found.aws.vpcs, subnets=subnets, others=LIST_OF_6))


def warned(facts: dict[str, Any], *ranges: str) -> list[str]:
    recording = plan({"loadBalancer": {"allowedCidrs": [LIST, *ranges]}}, aws=AwsFacts(others={LIST: facts}))
    return [message for _, message in recording.log if message.startswith("loadBalancer.allowedCidrs")]


@pytest.mark.parametrize("client", [OFFICE, LIST])
def test_a_client_of_ipv6_finds_an_address_and_a_name_and_is_let_in(client: str) -> None:
    recording = on_the_internet("203.0.113.0/24", client).plan()
    (balancer,) = recording.of_type("aws:lb/loadBalancer:LoadBalancer")
    assert balancer.inputs["ipAddressType"] == "dualstack"
    records = {(each.inputs["name"], each.inputs["type"]) for each in recording.of_type("aws:route53/record:Record")}
    names = ("chat.example.com", "docs.example.com")
    assert {(name, family) for name in names for family in ("A", "AAAA")} <= records
    rules = recording.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    ways = [
        rule.inputs["fromPort"]
        for rule in rules
        if client in (rule.inputs.get("cidrIpv6"), rule.inputs.get("prefixListId"))
    ]
    assert sorted(ways) == [80, 443]


def test_without_clients_of_ipv6_there_is_no_address_for_them() -> None:
    recording = on_the_internet("203.0.113.0/24").plan()
    (balancer,) = recording.of_type("aws:lb/loadBalancer:LoadBalancer")
    assert "ipAddressType" not in balancer.inputs
    assert "AAAA" not in {each.inputs["type"] for each in recording.of_type("aws:route53/record:Record")}


@pytest.mark.parametrize("client", [OFFICE, LIST])
def test_subnets_without_ipv6_are_told_before_anything_is_made(client: str) -> None:
    variant = on_the_internet("203.0.113.0/24", client, ipv6CidrBlock="")
    assert variant.aws
    public = ", ".join(name for name in variant.subnets if name.startswith("subnet-b"))
    assert refused(valid(**variant.overrides), variant.aws) == [
        f"loadBalancer.allowedCidrs[1]: read {client}; needs public subnets with IPv6, which {public} has not; "
        "fix: pulumi config rm --path 'webui-bedrock:loadBalancer.allowedCidrs[1]'"
    ]


def test_a_list_of_ipv6_is_refused_inside_the_vpc() -> None:
    (problem,) = refused(valid(loadBalancer={"allowedCidrs": [LIST]}), AwsFacts(others=LIST_OF_6))
    assert problem.startswith(f"loadBalancer.allowedCidrs[0]: read {LIST}; must be IPv4 while loadBalancer.scheme is")


@pytest.mark.parametrize(
    ("facts", "ranges", "rules"),
    [
        ({"maxEntries": 60}, (), None),
        ({"maxEntries": 60}, ("10.0.0.0/8",), 61),
        (CLOUDFRONT, (), None),
        (CLOUDFRONT, tuple(f"10.{n}.0.0/16" for n in range(6)), 61),
    ],
)
def test_a_list_counts_as_many_rules_as_it_may_have_entries(
    facts: dict[str, Any], ranges: tuple[str, ...], rules: int | None
) -> None:
    told = warned(facts, *ranges)
    assert [f"takes {rules} rules" in message for message in told] == ([True] if rules else [])
