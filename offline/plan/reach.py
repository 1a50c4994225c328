"""The graph of who may reach whom, by security groups, addresses and roles: exposure tells it, the diagrams draw it."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import pulumi_aws as aws

from offline.engine.recording import Recording, Resource
from offline.services import EcsService, role_statements, services_of

_TASKS: Final = "networkConfiguration"
"""The property that names the security groups of a service's tasks."""

_ADDRESSES: Final = ("cidrIpv4", "cidrIpv6", "prefixListId")

_IN_GROUPS: Final = (
    (aws.lb.LoadBalancer, "securityGroups", "load balancer"),
    (aws.rds.Cluster, "vpcSecurityGroupIds", "database"),
    (aws.elasticache.ReplicationGroup, "securityGroupIds", "cache"),
    (aws.efs.MountTarget, "securityGroups", "file system"),
    (aws.ec2.VpcEndpoint, "securityGroupIds", "AWS endpoints"),
)
"""What else is in security groups: the property that names them, and what people call it."""


@dataclass(frozen=True, kw_only=True)
class End:
    """One end of a way: a range of addresses, or a security group."""

    label: str
    """The range; of a group the parts that are in it, in people's words, or its logical name when nothing is."""
    parts: tuple[str, ...] = ()
    """URNs of what is in the group; the file system for its mount targets."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a rule of a security group lets through."""

    source: End
    target: End
    rule: Resource
    outside: bool
    """Whether one end is a range of addresses."""


@dataclass(frozen=True, kw_only=True, order=True)
class Edge:
    """A part of the stack that something may open connections to."""

    source: str
    """URN of the part that connects, or a CIDR."""
    target: str
    """URN."""
    port: int


@dataclass(frozen=True, kw_only=True)
class Call:
    """An address of another part of the stack that a service is told in its environment."""

    service: str
    """URN of the caller."""
    url: str
    variables: tuple[str, ...]


def openings_in(recording: Recording) -> list[Opening]:
    """What the ingress rules let in."""
    groups = _groups(recording)
    openings = []
    for rule in recording.of_type(aws.vpc.SecurityGroupIngressRule):
        addresses = _addresses(rule)
        source = End(label=addresses) if addresses else _end(rule, "referencedSecurityGroupId", groups)
        target = _end(rule, "securityGroupId", groups)
        openings.append(Opening(source=source, target=target, rule=rule, outside=addresses is not None))
    return openings


def openings_out(recording: Recording) -> list[Opening]:
    """The ranges of addresses that the egress rules let out to."""
    groups = _groups(recording)
    return [
        Opening(
            source=_end(rule, "securityGroupId", groups),
            target=End(label=addresses),
            rule=rule,
            outside=True,
        )
        for rule in recording.of_type(aws.vpc.SecurityGroupEgressRule)
        if (addresses := _addresses(rule))
    ]


def edges_of(recording: Recording) -> list[Edge]:
    """All ways in, part by part; a rule between shared groups counts only for services that listen on its port."""
    listening = {service.urn: service.ports for service in services_of(recording)}
    edges = set()
    for opening in openings_in(recording):
        port = int(opening.rule.inputs.get("fromPort", 0))
        for target in opening.target.parts:
            if port in listening.get(target, {port}):
                sources = [opening.source.label] if opening.outside else opening.source.parts
                edges |= {Edge(source=source, target=target, port=port) for source in sources}
    return sorted(edges)


def tasks_label(service: Resource) -> str:
    """What people call the tasks of an ECS service."""
    return f"{service.name.removesuffix('-service')} tasks"


def _addresses(rule: Resource) -> str | None:
    """The range or prefix list that a rule is about; None when it is about another group."""
    found = next((rule.inputs[key] for key in _ADDRESSES if rule.inputs.get(key)), None)
    return None if found is None else str(found)


def _groups(recording: Recording) -> dict[str, End]:
    return {group.urn: _members(recording, group) for group in recording.of_type(aws.ec2.SecurityGroup)}


def _members(recording: Recording, group: Resource) -> End:
    services = recording.users_of(group, _TASKS, aws.ecs.Service)
    parts = [service.urn for service in services]
    is_everybody = len(services) == len(recording.of_type(aws.ecs.Service)) > 1
    labels = ["all tasks"] if is_everybody else [tasks_label(service) for service in services]
    for kind, property_, label in _IN_GROUPS:
        if members := recording.users_of(group, property_, kind):
            labels.append(label)
        for member in members:
            files = recording.used_by(member, "fileSystemId", aws.efs.FileSystem)
            parts += [part.urn for part in files or [member]]
    return End(label=", ".join(labels) or group.name, parts=tuple(parts))


def _end(rule: Resource, property_: str, groups: dict[str, End]) -> End:
    urns = sorted(rule.property_dependencies.get(property_, frozenset()))
    return next((groups[urn] for urn in urns if urn in groups), End(label=str(rule.inputs.get(property_))))


def calls_of(recording: Recording) -> list[Call]:
    """URLs of a Service Connect name, or with a path on the load balancer, among the services' variables."""
    services = services_of(recording)
    hosts = {str(balancer.outputs.get("dnsName")) for balancer in recording.of_type(aws.lb.LoadBalancer)}
    names = {name.split(":")[0] for service in services for name in service.service_connect}
    variables: dict[tuple[str, str], set[str]] = {}
    for service in services:
        for variable in (variable for c in service.containers for variable in c.get("environment") or []):
            url = urlsplit(variable["value"])
            called = url.hostname in names or (url.hostname in hosts and url.path.strip("/"))
            if url.scheme in ("http", "https", "ws") and called:
                variables.setdefault((service.urn, variable["value"]), set()).add(variable["name"])
    return [Call(service=urn, url=url, variables=tuple(sorted(n))) for (urn, url), n in sorted(variables.items())]


def services_that_may(recording: Recording, action: str) -> list[EcsService]:
    """The services of which a policy of the task role allows an action, named in full."""
    return [
        service
        for service in services_of(recording)
        if any(
            action in statement["Action"] and statement["Effect"] == "Allow"
            for statement in role_statements(recording, service.resource, "taskRoleArn")
        )
    ]
