"""What AWS or Open WebUI refuses half way: changes of a deployed stack that neither Pulumi nor the provider stops."""

import json
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

from offline.engine.protobuf import Json
from offline.engine.recording import Recording

SECOND_STACK: Final = (
    "a second stack with another namePrefix, and the data moved over by backup and restore (docs/decisions/network.md)"
)


@dataclass(frozen=True, kw_only=True)
class ResourceInputs:
    """What must be known of a resource, whether it is deployed or planned."""

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
        return f"{self.what}: {self.old} -> {self.new}\n  why: {self.answer} ({self.source})\n  way out: {self.way_out}"


def _loses(old: Set[str], new: Set[str]) -> bool:
    return bool(old - new)


def _shrinks(old: Set[str], new: Set[str]) -> bool:
    return len(new) < len(old)


@dataclass(frozen=True, kw_only=True)
class _Fact:
    """Something that AWS cannot change while other resources stay."""

    what: str
    read_from: Mapping[str, str]
    """Type token to the property that tells it. A state has awsx's children, a plan its inputs."""
    answer: str
    source: str
    way_out: str = SECOND_STACK
    while_both_have: frozenset[str] = frozenset()
    """Only when the stack has a resource of one of these types before and after; empty: always."""
    differs: Callable[[Set[str], Set[str]], bool] = operator.ne
    """Whether AWS would have to change it, by its values before and after."""
    counted: bool = False
    """Told by its number: a plan makes the names up."""


_REGION: Final = _Fact(
    what="the region (aws:region)",
    read_from={"pulumi:providers:aws": "region"},
    answer="nothing moves between regions; Pulumi would replace every resource and lose the data",
    source="pulumi-aws: another region replaces the provider, and with it what it made",
)
_VPC: Final = _Fact(
    what="the VPC (network)",
    read_from={"aws:ec2/securityGroup:SecurityGroup": "vpcId"},
    answer="AWS moves no load balancer, database, cache or file system to another VPC: "
    '"The new Subnets are not in the same Vpc as the existing subnet group"',
    source="RDS ModifyDBSubnetGroup; EFS CreateMountTarget: mount targets in only one VPC",
)
_CIDR: Final = _Fact(
    what="the VPC's IPv4 range (network.cidr)",
    read_from={"awsx:ec2:Vpc": "cidrBlock", "aws:ec2/vpc:Vpc": "cidrBlock"},
    answer=f"another range is another VPC; {_VPC.answer}",
    source=_VPC.source,
)
_ZONES: Final = _Fact(
    what="the Availability Zones (network.availabilityZones)",
    read_from={"awsx:ec2:Vpc": "availabilityZoneNames", "aws:ec2/subnet:Subnet": "availabilityZone"},
    answer='AWS moves no node of database or cache: "Some of the subnets to be deleted are currently in use"',
    source="RDS ModifyDBSubnetGroup: SubnetAlreadyInUse; ElastiCache ModifyCacheSubnetGroup: SubnetInUse",
    way_out=f"keep them, more may be added; or {SECOND_STACK}",
    while_both_have=frozenset(
        {"aws:rds/clusterInstance:ClusterInstance", "aws:elasticache/replicationGroup:ReplicationGroup"}
    ),
    differs=_shrinks,
    counted=True,
)
_SUBNETS: Final = _Fact(
    what="the subnets of database and cache (network.privateSubnetIds)",
    read_from={
        "aws:rds/subnetGroup:SubnetGroup": "subnetIds",
        "aws:elasticache/subnetGroup:SubnetGroup": "subnetIds",
    },
    answer=_ZONES.answer,
    source=_ZONES.source,
    way_out=_ZONES.way_out,
    while_both_have=_ZONES.while_both_have,
    differs=_loses,
)


_VECTORS: Final = _Fact(
    what="the length of vectors (gateway.embeddingModel)",
    read_from={"aws:ecs/taskDefinition:TaskDefinition": "containerDefinitions"},
    answer="no task of Open WebUI starts while its table has vectors of another length",
    source="Open WebUI 0.12.4, retrieval/vector/dbs/pgvector.py, check_vector_length",
    way_out="shorter vectors fit when webui.env.PGVECTOR_INITIALIZE_MAX_VECTOR_LENGTH names the old length; for longer "
    "ones drop the table document_chunk, and have documents uploaded again",
)


_CREATES_VPC: Final = frozenset({"awsx:ec2:Vpc", "aws:ec2/vpc:Vpc"})


def refused(deployed: Iterable[ResourceInputs], planned: Recording) -> list[Refusal]:
    """What AWS would refuse on the way from a deployed stack to a plan; nothing when none is deployed.

    `exported` gives the deployed side from a state, `recorded` from another plan. Only what is plain on both sides
    is compared, never an id that a plan makes up.
    """
    before, after = list(deployed), recorded(planned)
    both = {resource.type for resource in before} & {resource.type for resource in after}
    # Where both create their VPC, subnet ids of a plan are made up; elsewhere there is no range and no zone to read.
    created = _creates_vpc(before) and _creates_vpc(after)
    network = ((_CIDR, _ZONES),) if created else ((_VPC,), (_SUBNETS,))
    for facts in ((_REGION,), *network, (_VECTORS,)):
        if found := [*_broken(facts, before, after, both)]:
            return found  # the rest only follows from it
    return []


def _broken(
    facts: Iterable[_Fact], before: Sequence[ResourceInputs], after: Sequence[ResourceInputs], both: Set[str]
) -> Iterator[Refusal]:
    for fact in facts:
        old, new = _values(fact, before), _values(fact, after)
        held = not fact.while_both_have or bool(fact.while_both_have & both)
        if old and new and held and fact.differs(old, new):
            yield Refusal(
                what=fact.what,
                old=str(len(old)) if fact.counted else ", ".join(sorted(old)),
                new=str(len(new)) if fact.counted else ", ".join(sorted(new)),
                answer=fact.answer,
                source=fact.source,
                way_out=fact.way_out,
            )


def _values(fact: _Fact, resources: Sequence[ResourceInputs]) -> set[str]:
    if fact is _VPC and _creates_vpc(resources):
        return {"one that the stack creates"}
    if fact is _VECTORS:
        return {length for resource in resources for length in _vector_lengths(resource)}
    told = [each.inputs.get(fact.read_from[each.type]) for each in resources if each.type in fact.read_from]
    flat = [item for value in told for item in (value if isinstance(value, list) else [value])]
    return {value for value in flat if isinstance(value, str)}


def _vector_lengths(resource: ResourceInputs) -> Iterator[str]:
    """What a task definition's containers are told of the column of vectors."""
    definitions = resource.inputs.get(_VECTORS.read_from.get(resource.type, ""))
    for container in json.loads(definitions) if isinstance(definitions, str) else ():
        for variable in container.get("environment") or []:
            if variable["name"] == "PGVECTOR_INITIALIZE_MAX_VECTOR_LENGTH":
                yield variable["value"]


def _creates_vpc(resources: Iterable[ResourceInputs]) -> bool:
    return any(resource.type in _CREATES_VPC for resource in resources)


def exported(deployment: Mapping[str, Any]) -> list[ResourceInputs]:
    """The resources in the JSON of `pulumi stack export`, without those that are only waiting for their deletion."""
    resources = deployment.get("deployment", {}).get("resources") or []
    return [ResourceInputs(type=r["type"], inputs=r.get("inputs") or {}) for r in resources if not r.get("delete")]


def recorded(plan: Recording) -> list[ResourceInputs]:
    """The resources of a plan, and the provider with the region that the stack's file names."""
    provider = ResourceInputs(type="pulumi:providers:aws", inputs={"region": plan.config.get("aws:region")})
    return [provider, *(ResourceInputs(type=r.type, inputs=r.inputs) for r in plan.resources if not r.read)]
