"""What AWS refuses half way: changes of a deployed stack that neither Pulumi nor the provider stops."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final, Protocol

from offline.recording import Recording
from offline.wire import Json

SECOND_STACK: Final = (
    "give it a second stack (a stack file of its own with another namePrefix) and move the data: "
    "docs/decisions/network.md"
)


class Known(Protocol):
    """What must be known of a resource, whether it is deployed or planned."""

    @property
    def type(self) -> str:
        """Pulumi's type token."""

    @property
    def inputs(self) -> Mapping[str, Json]:
        """Its inputs, in Pulumi's camelCase."""


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A resource of a stack's state."""

    type: str
    inputs: Mapping[str, Json]


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A change that AWS does not finish."""

    what: str
    """Such as `the VPC's IPv4 range (network.cidr)`."""
    old: str
    new: str
    answer: str
    """What AWS answers, and to what."""
    source: str
    """Where AWS says so."""
    way_out: str

    def __str__(self) -> str:
        return f"{self.what}: {self.old} -> {self.new}: {self.answer} ({self.source}). Way out: {self.way_out}"


@dataclass(frozen=True, kw_only=True)
class _Fact:
    """Something that AWS cannot change while other resources stay."""

    what: str
    read_from: Mapping[str, str]
    """Type token to the property that tells it. A state has awsx's children, a plan its inputs."""
    answer: str
    source: str
    while_both_have: frozenset[str] = frozenset()
    """Only when the stack has a resource of one of these types before and after; empty: always."""
    only_when_lost: bool = False
    """More of it is no refusal: a zone or subnet that comes is taken."""


_REGION: Final = _Fact(
    what="the region (aws:region)",
    read_from={"pulumi:providers:aws": "region"},
    answer="nothing moves between regions: Pulumi replaces every resource, and the data is gone",
    source="pulumi-aws: a provider's region replaces it",
)
_VPC: Final = _Fact(
    what="the VPC (network)",
    read_from={"aws:ec2/securityGroup:SecurityGroup": "vpcId"},
    answer="the load balancer, the subnet groups of database and cache and the mount targets stay in the VPC that "
    'they are in: "The new Subnets are not in the same Vpc as the existing subnet group"',
    source="RDS ModifyDBSubnetGroup, EFS CreateMountTarget: mount targets in only one VPC",
)
_CIDR: Final = _Fact(
    what="the VPC's IPv4 range (network.cidr)",
    read_from={"awsx:ec2:Vpc": "cidrBlock", "aws:ec2/vpc:Vpc": "cidrBlock"},
    answer=f"another range is another VPC, and {_VPC.answer}",
    source=_VPC.source,
)
_ZONES: Final = _Fact(
    what="the Availability Zones (network.availabilityZones)",
    read_from={"awsx:ec2:Vpc": "availabilityZoneNames", "aws:ec2/subnet:Subnet": "availabilityZone"},
    answer='database and cache keep their subnets: "Some of the subnets to be deleted are currently in use"',
    source="RDS ModifyDBSubnetGroup: SubnetAlreadyInUse; ElastiCache ModifyCacheSubnetGroup: SubnetInUse",
    while_both_have=frozenset(
        {"aws:rds/clusterInstance:ClusterInstance", "aws:elasticache/replicationGroup:ReplicationGroup"}
    ),
    only_when_lost=True,
)
_SUBNETS: Final = _Fact(
    what="the subnets of database and cache (network.privateSubnetIds)",
    read_from={
        "aws:rds/subnetGroup:SubnetGroup": "subnetIds",
        "aws:elasticache/subnetGroup:SubnetGroup": "subnetIds",
    },
    answer=_ZONES.answer,
    source=_ZONES.source,
    while_both_have=_ZONES.while_both_have,
    only_when_lost=True,
)


_CREATES_VPC: Final = frozenset({"awsx:ec2:Vpc", "aws:ec2/vpc:Vpc"})


def refused(deployed: Iterable[Known], planned: Recording) -> list[Refusal]:
    """What AWS would refuse on the way from a deployed stack to a plan; nothing when none is deployed.

    `exported` gives the deployed side from a state, `recorded` from another plan. Only what is plain on both sides
    is compared, never an id that a plan makes up.
    """
    before, after = list(deployed), recorded(planned)
    both = {known.type for known in before} & {known.type for known in after}
    created = _creates_vpc(before) and _creates_vpc(after)
    # Where both create their VPC, subnet ids of a plan are made up; elsewhere there is no range and no zone to read.
    facts = (_CIDR, _ZONES, _REGION) if created else (_VPC, _REGION)
    found = [*_broken(facts, before, after, both)]
    if not created and not found:
        found = [*_broken((_SUBNETS,), before, after, both)]
    return found


def _broken(
    facts: Iterable[_Fact], before: Sequence[Known], after: Sequence[Known], both: Set[str]
) -> Iterator[Refusal]:
    for fact in facts:
        old, new = _values(fact, before), _values(fact, after)
        differs = bool(old - new) if fact.only_when_lost else old != new
        held = not fact.while_both_have or bool(fact.while_both_have & both)
        if old and new and differs and held:
            yield Refusal(
                what=fact.what,
                old=", ".join(sorted(old)),
                new=", ".join(sorted(new)),
                answer=fact.answer,
                source=fact.source,
                way_out=SECOND_STACK,
            )


def _values(fact: _Fact, resources: Sequence[Known]) -> set[str]:
    if fact is _VPC and _creates_vpc(resources):
        return {"one that the stack creates"}
    given = [known.inputs.get(fact.read_from[known.type]) for known in resources if known.type in fact.read_from]
    flat = [item for value in given for item in (value if isinstance(value, list) else [value])]
    return {value for value in flat if isinstance(value, str)}


def _creates_vpc(resources: Iterable[Known]) -> bool:
    return any(known.type in _CREATES_VPC for known in resources)


def exported(deployment: Mapping[str, Any]) -> list[Deployed]:
    """The resources in the JSON of `pulumi stack export`, without those that are only waiting for their deletion."""
    resources = deployment.get("deployment", {}).get("resources") or []
    return [Deployed(type=r["type"], inputs=r.get("inputs") or {}) for r in resources if not r.get("delete")]


def recorded(plan: Recording) -> list[Deployed]:
    """The resources of a plan, and the provider with the region that the stack's file names."""
    provider = Deployed(type="pulumi:providers:aws", inputs={"region": plan.config.get("aws:region")})
    return [provider, *(Deployed(type=r.type, inputs=r.inputs) for r in plan.resources if not r.read)]
