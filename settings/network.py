"""The `network` map: a VPC that the stack creates, or one that is given by its ids."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from aws_rules import arns, cidrs
from aws_rules.subnets import FEWEST_ZONES, MAX_ZONES
from settings.types import Check, Section, between

VpcId = Annotated[str, Check(arns.vpc_id_problem, "vpc-0123456789abcdef0")]
Zones = Annotated[int, between(FEWEST_ZONES, MAX_ZONES, "a load balancer needs two, no region has more")]
SubnetId = Annotated[str, Check(arns.subnet_id_problem, "subnet-0123456789abcdef0")]


class NatGateways(StrEnum):
    """How the private subnets reach the internet."""

    NONE = "none"
    SINGLE = "single"
    ONE_PER_AZ = "onePerAz"


class CreatedNetwork(Section):
    """A VPC with public and private subnets that the stack creates and owns."""

    cidr: Annotated[str, Check(cidrs.vpc_cidr_problem, "10.0.0.0/16")] = Field(
        default="10.0.0.0/16", description="IPv4 range of the VPC, /16 to /22 (default 10.0.0.0/16)."
    )
    availability_zones: Zones = Field(default=2, description="Number of Availability Zones (default 2).")
    nat_gateways: NatGateways = Field(
        default=NatGateways.SINGLE,
        description="NAT gateways (default single); none needs endpoints.",
    )
    endpoints: bool = Field(
        default=False, description="Interface endpoints for the AWS APIs that the tasks call (default false)."
    )
    flow_logs: bool = Field(default=True, description="VPC flow logs (default true).")

    @property
    def closed(self) -> bool:
        """Whether the tasks reach nothing but AWS."""
        return self.nat_gateways is NatGateways.NONE


class GivenNetwork(Section):
    """A VPC that exists; its CIDRs and the subnets' Availability Zones are looked up, never typed."""

    vpc_id: VpcId = Field(description="A VPC that exists, instead of the keys above.")
    private_subnet_ids: tuple[SubnetId, ...] = Field(
        description="Subnets of the tasks, the data and an internal load balancer: 2 to 16, in 2 or more AZs."
    )
    public_subnet_ids: tuple[SubnetId, ...] = Field(
        default=(), description="Subnets of an internet-facing load balancer (default none)."
    )

    @property
    def closed(self) -> bool:
        """What its private subnets reach is not for the stack to say."""
        return False

    @property
    def subnet_ids(self) -> tuple[str, ...]:
        """The private ones, then the public ones."""
        return (*self.private_subnet_ids, *self.public_subnet_ids)


CREATED_KEYS = frozenset(str(field.alias) for field in CreatedNetwork.model_fields.values())
GIVEN_KEYS = frozenset(str(field.alias) for field in GivenNetwork.model_fields.values())
NETWORK_SHAPES: Mapping[str, type[Section]] = {"created": CreatedNetwork, "given": GivenNetwork}


def network_shape(raw: Any) -> str:
    """Which of the two shapes the map means: one id of a given VPC is enough to mean a given VPC."""
    if isinstance(raw, GivenNetwork) or (isinstance(raw, Mapping) and not GIVEN_KEYS.isdisjoint(raw)):
        return "given"
    return "created"


Network = Annotated[
    Annotated[CreatedNetwork, Tag("created")] | Annotated[GivenNetwork, Tag("given")],
    Discriminator(network_shape),
]
