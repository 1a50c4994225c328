"""Subnet layout of a VPC that the stack creates, and the demands on one that it is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from aws_rules.zones import EXCLUDED_ZONE_IDS

MAX_ZONES = 6
# EC2 accepts VPCs from /16 down. An Application Load Balancer wants subnets of at least /27 (ELB user guide,
# "Subnets for your load balancer"), and a public subnet is 1/32 of the VPC.
LARGEST_VPC = 16
SMALLEST_VPC = 22
MOST_SUBNETS = 16
"""Subnets of an ECS service (ecs AwsVpcConfiguration)."""

FEWEST_ZONES = 2
"""Availability Zones of a load balancer, with a subnet in each (elbv2 CreateLoadBalancer)."""


@dataclass(frozen=True, kw_only=True)
class SubnetBlocks:
    """The CIDR blocks of one Availability Zone."""

    zone: str
    public: str
    private: str


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """An existing subnet, as DescribeSubnets reports it; `zone` names its Availability Zone."""

    id: str
    zone: str
    vpc_id: str
    cidr: str
    ipv6: bool = False
    """Whether it has an IPv6 range too."""


@dataclass(frozen=True, kw_only=True)
class ReportedVpc:
    """What AWS reports about a VPC that the stack did not create and the subnets chosen in it."""

    dns_support: bool
    dns_hostnames: bool
    private: tuple[Subnet, ...]
    public: tuple[Subnet, ...] = ()
    zone_ids: Mapping[str, str] = field(default_factory=dict)
    """Zone ids such as `use1-az3`, by subnet id."""


def carve(cidr: str, zones: Sequence[str]) -> tuple[SubnetBlocks, ...]:
    """Divide a VPC so that a further zone never moves the subnets of those before it.

    The VPC is cut in eight equal blocks, block i for zone i whatever the number of zones: half of a block is
    private, a quarter public, a quarter free. Raises ValueError outside /16-/22 or beyond six zones.
    """
    vpc = IPv4Network(cidr)
    if not LARGEST_VPC <= vpc.prefixlen <= SMALLEST_VPC:
        raise ValueError(f"{cidr} must be between /{LARGEST_VPC} and /{SMALLEST_VPC}")
    if len(zones) > MAX_ZONES:
        raise ValueError(f"{len(zones)} Availability Zones asked for, at most {MAX_ZONES} fit")
    blocks = vpc.subnets(prefixlen_diff=3)
    return tuple(_blocks(zone, block) for zone, block in zip(zones, blocks, strict=False))


def _blocks(zone: str, block: IPv4Network) -> SubnetBlocks:
    private, rest = block.subnets()
    public = next(rest.subnets())
    return SubnetBlocks(zone=zone, public=str(public), private=str(private))


def one_per_zone(subnets: Sequence[Subnet]) -> tuple[Subnet, ...]:
    """The first subnet of each Availability Zone, in the given order: an ALB and EFS take one per zone."""
    first: dict[str, Subnet] = {}
    for subnet in subnets:
        first.setdefault(subnet.zone, subnet)
    return tuple(first.values())


def given_vpc_problems(vpc_id: str, given: ReportedVpc) -> list[str]:
    """Everything that keeps this stack from running in the given VPC; empty when it can."""
    problems = [
        f"subnet {subnet.id} belongs to {subnet.vpc_id}, not to {vpc_id}"
        for subnet in (*given.private, *given.public)
        if subnet.vpc_id != vpc_id
    ]
    for kind, subnets in (("private", given.private), ("public", given.public)):
        zones = sorted({subnet.zone for subnet in subnets})
        if subnets and len(zones) < FEWEST_ZONES:
            problems.append(f"the {kind} subnets are all in {zones[0]}: an ALB needs {FEWEST_ZONES} zones")
    problems += [
        f"private subnet {subnet.id} is in {zone_id}, a zone that lacks Fargate or another service of the stack"
        for subnet in given.private
        if (zone_id := given.zone_ids.get(subnet.id)) in EXCLUDED_ZONE_IDS
    ]
    if not given.private:
        problems.append("no private subnets are given: tasks run in private subnets only")
    if len(given.private) > MOST_SUBNETS:
        problems.append(f"{len(given.private)} private subnets given: an ECS service takes {MOST_SUBNETS}")
    if not given.dns_support:
        problems.append(f"DNS support is off in {vpc_id}: tasks could not resolve EFS or the database")
    if not given.dns_hostnames:
        problems.append(f"DNS hostnames are off in {vpc_id}: EFS mount targets would have no name")
    return problems
