"""Subnets stay where they are when a zone is added, and unfit ones are named."""

from dataclasses import replace
from ipaddress import IPv4Network
from itertools import combinations

import pytest

from aws_rules.subnets import ReportedVpc, Subnet, carve, given_vpc_problems, one_per_zone

ZONES = ("a", "b", "c", "d", "e", "f")


def subnet(name: str, zone: str, vpc_id: str = "vpc-1") -> Subnet:
    return Subnet(id=f"subnet-{name}", zone=zone, vpc_id=vpc_id, cidr="10.0.0.0/24")


GOOD = ReportedVpc(dns_support=True, dns_hostnames=True, private=(subnet("1", "a"), subnet("2", "b")))


@pytest.mark.parametrize("count", range(1, 6))
def test_a_further_zone_moves_no_subnet(count: int) -> None:
    assert carve("10.0.0.0/16", ZONES[: count + 1])[:count] == carve("10.0.0.0/16", ZONES[:count])


def test_the_layout_is_the_one_that_deployed_stacks_have() -> None:
    first, second = carve("10.0.0.0/16", ("a", "b"))
    assert (first.zone, first.private, first.public) == ("a", "10.0.0.0/20", "10.0.16.0/21")
    assert (second.zone, second.private, second.public) == ("b", "10.0.32.0/20", "10.0.48.0/21")


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "172.16.0.0/20", "192.168.4.0/22"])
def test_subnets_lie_in_the_vpc_and_apart(cidr: str) -> None:
    networks = [IPv4Network(block) for zone in carve(cidr, ZONES) for block in (zone.public, zone.private)]
    assert all(network.subnet_of(IPv4Network(cidr)) for network in networks)
    assert not any(a.overlaps(b) for a, b in combinations(networks, 2))


def test_the_smallest_vpc_still_has_public_subnets_that_a_load_balancer_takes() -> None:
    assert IPv4Network(carve("10.0.0.0/22", ZONES)[0].public).prefixlen == 27


@pytest.mark.parametrize("cidr", ["10.0.0.0/15", "10.0.0.0/23", "10.0.0.0/28"])
def test_a_vpc_of_another_size_is_refused(cidr: str) -> None:
    with pytest.raises(ValueError, match="between /16 and /22"):
        carve(cidr, ("a",))


def test_a_seventh_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 6"):
        carve("10.0.0.0/16", (*ZONES, "g"))


def test_host_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="host bits"):
        carve("10.0.0.1/16", ("a",))


def test_one_subnet_per_zone_is_the_first_given() -> None:
    given = (subnet("1", "b"), subnet("2", "a"), subnet("3", "b"))
    assert [chosen.id for chosen in one_per_zone(given)] == ["subnet-1", "subnet-2"]


def test_a_fit_vpc_has_no_problems() -> None:
    assert given_vpc_problems("vpc-1", GOOD) == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (replace(GOOD, public=(subnet("3", "a", "vpc-2"), subnet("4", "b"))), "subnet-3 belongs to vpc-2"),
        (replace(GOOD, private=(subnet("1", "a"), subnet("2", "a"))), "private subnets are all in a"),
        (replace(GOOD, public=(subnet("3", "c"),)), "public subnets are all in c"),
        (replace(GOOD, private=()), "no private subnets"),
        (replace(GOOD, private=tuple(subnet(str(i), ZONES[i % 3]) for i in range(17))), "17 private subnets"),
        (replace(GOOD, zone_ids={"subnet-1": "use1-az4", "subnet-2": "use1-az3"}), "subnet-2 is in use1-az3"),
        (replace(GOOD, dns_support=False), "DNS support is off"),
        (replace(GOOD, dns_hostnames=False), "DNS hostnames are off"),
    ],
)
def test_each_thing_that_makes_a_vpc_unfit_is_told(given: ReportedVpc, told: str) -> None:
    problems = given_vpc_problems("vpc-1", given)
    assert len(problems) == 1
    assert told in problems[0]


def test_a_public_subnet_may_be_in_a_zone_without_fargate() -> None:
    public = (subnet("3", "a"), subnet("4", "b"))
    assert given_vpc_problems("vpc-1", replace(GOOD, public=public, zone_ids={"subnet-3": "use1-az3"})) == []


def test_all_problems_are_told_at_once() -> None:
    broken = ReportedVpc(dns_support=False, dns_hostnames=False, private=(subnet("1", "a", "vpc-2"),))
    assert len(given_vpc_problems("vpc-1", broken)) == 4
