"""How the parts of a stack are connected, read from a recording: who may reach whom, and what each part is."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from offline.engine.recording import Recording, Resource
from offline.plan.sections.routing import related_to
from offline.plan.sections.services import SERVICE, TASK_DEFINITION, related, services_of

BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
DATABASE: Final = "aws:rds/cluster:Cluster"
CACHE: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
FILE_SYSTEM: Final = "aws:efs/fileSystem:FileSystem"
SECURITY_GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
_MOUNT_TARGET: Final = "aws:efs/mountTarget:MountTarget"
_INGRESS: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_ROLE: Final = "aws:iam/role:Role"
_ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
_GROUPS_OF: Final = {
    BALANCER: "securityGroups",
    SERVICE: "networkConfiguration",
    DATABASE: "vpcSecurityGroupIds",
    CACHE: "securityGroupIds",
    _MOUNT_TARGET: "securityGroups",
}
"""The property that puts a resource into security groups."""


@dataclass(frozen=True, kw_only=True, order=True)
class Connection:
    """What a security group lets in."""

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


def connections_of(recording: Recording) -> list[Connection]:
    """All ways in; a rule between shared security groups counts only for services that listen on its port."""
    members = _members(recording)
    ports = {resource.urn: resource_ports(resource) for resource in recording.of_type(SERVICE)}
    found: set[Connection] = set()
    for rule in recording.of_type(_INGRESS):
        port = int(rule.inputs.get("fromPort", 0))
        for target in _named(rule, "securityGroupId", members):
            if target in ports and port not in ports[target]:
                continue
            sources = _named(rule, "referencedSecurityGroupId", members)
            cidr = rule.inputs.get("cidrIpv4") or rule.inputs.get("cidrIpv6")
            for source in [str(cidr)] if cidr else sources:
                found.add(Connection(source=source, target=target, port=port))
    return sorted(found)


def resource_ports(service: Resource) -> set[int]:
    """Ports at which a service's tasks are called."""
    connect = service.inputs.get("serviceConnectConfiguration") or {}
    aliases = [alias for offered in connect.get("services") or [] for alias in offered.get("clientAlias") or []]
    balancers = service.inputs.get("loadBalancers") or []
    return {int(b["containerPort"]) for b in balancers} | {int(alias["port"]) for alias in aliases}


def _members(recording: Recording) -> dict[str, set[str]]:
    """Security group -> the parts in it; a mount target stands for its file system."""
    members: dict[str, set[str]] = {}
    for token, property_ in _GROUPS_OF.items():
        for resource in recording.of_type(token):
            parts = related(recording, resource, "fileSystemId", FILE_SYSTEM) if token == _MOUNT_TARGET else [resource]
            for group in related(recording, resource, property_, SECURITY_GROUP):
                members.setdefault(group.urn, set()).update(part.urn for part in parts)
    return members


def _named(rule: Resource, property_: str, members: dict[str, set[str]]) -> list[str]:
    groups = rule.property_dependencies.get(property_, frozenset())
    return sorted({part for group in groups for part in members.get(group, set())})


def calls_of(recording: Recording) -> list[Call]:
    """URLs with a path on the load balancer, or on a Service Connect name, among the services' variables."""
    hosts = {str(balancer.outputs.get("dnsName")) for balancer in recording.of_type(BALANCER)}
    hosts |= {name.split(":")[0] for service in services_of(recording) for name in service.service_connect}
    found: dict[tuple[str, str], set[str]] = {}
    for service in recording.of_type(SERVICE):
        for name, value in _variables(recording, service):
            url = urlsplit(value)
            if url.scheme in ("http", "https") and url.hostname in hosts and url.path.strip("/"):
                found.setdefault((service.urn, value), set()).add(name)
    return [Call(service=urn, url=url, variables=tuple(sorted(names))) for (urn, url), names in sorted(found.items())]


def _variables(recording: Recording, service: Resource) -> Iterator[tuple[str, str]]:
    for container in containers_of(recording, service):
        for variable in container.get("environment") or []:
            yield variable["name"], variable["value"]


def containers_of(recording: Recording, service: Resource) -> list[dict[str, Any]]:
    """The container definitions of a service's tasks."""
    tasks = related(recording, service, "taskDefinition", TASK_DEFINITION)
    return [container for task in tasks for container in json.loads(task.inputs["containerDefinitions"])]


def may(recording: Recording, service: Resource, action: str) -> bool:
    """Whether a policy of the service's task role allows an action, named in full."""
    tasks = related(recording, service, "taskDefinition", TASK_DEFINITION)
    roles = [role for task in tasks for role in related(recording, task, "taskRoleArn", _ROLE)]
    policies = [p for p in recording.of_type(_ROLE_POLICY) if any(related_to(p, "role", role) for role in roles)]
    statements = [statement for policy in policies for statement in json.loads(policy.inputs["policy"])["Statement"]]
    return any(action in statement["Action"] and statement["Effect"] == "Allow" for statement in statements)
