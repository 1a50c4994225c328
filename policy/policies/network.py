"""Who may connect to what."""

import ipaddress
from collections.abc import Iterator
from typing import Any, Final

from .model import UNKNOWN, JudgedResource, Stack, known_items, look, mandatory

INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
OLD_RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
LOAD_BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"

_PORTS: Final = (80, 443)
_PRIVATE: Final = tuple(
    ipaddress.IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
_PRIVATE_V6: Final = ipaddress.IPv6Network("fc00::/7")
_DATA: Final = {
    "aws:rds/cluster:Cluster": "vpcSecurityGroupIds",
    "aws:rds/instance:Instance": "vpcSecurityGroupIds",
    "aws:elasticache/replicationGroup:ReplicationGroup": "securityGroupIds",
    "aws:elasticache/serverlessCache:ServerlessCache": "securityGroupIds",
    "aws:efs/mountTarget:MountTarget": "securityGroups",
}
"""What keeps data, and the property that names its security groups."""

_PUBLIC_ADDRESS: Final[dict[str, tuple[str, ...]]] = {
    "aws:ecs/service:Service": ("networkConfiguration", "assignPublicIp"),
    "aws:rds/clusterInstance:ClusterInstance": ("publiclyAccessible",),
    "aws:rds/instance:Instance": ("publiclyAccessible",),
}
"""What gets an address of its own, and where that is said."""


@mandatory(
    "public-ingress",
    "Only the load balancer may be reached from public addresses, on 80 and 443 (EC2.13, EC2.18, EC2.19): "
    "put the service behind it and name the sources in loadBalancer.allowedCidrs",
    whole_stack=True,
)
def public_ingress(resource: JudgedResource, stack: Stack) -> Iterator[str]:
    """Public addresses may connect to a load balancer, on the ports for the web."""
    for entry, group in _entries(resource):
        sources = [source for source in _ranges(entry) if _is_public(source)]
        if not sources:
            continue
        if not _belongs_to(resource, group, stack, LOAD_BALANCER, "securityGroups"):
            yield f"{', '.join(sources)} may connect to something that is no load balancer"
        elif not _is_web(entry):
            yield f"{', '.join(sources)} may connect to ports other than 80 and 443"


@mandatory(
    "data-ingress",
    "Data is open to the security groups of the services that need it only: give the service a Connection",
    whole_stack=True,
)
def data_ingress(resource: JudgedResource, stack: Stack) -> Iterator[str]:
    """Databases, caches and file systems admit security groups, never ranges of addresses."""
    for entry, group in _entries(resource):
        for token, property_ in _DATA.items():
            if any(_ranges(entry)) and _belongs_to(resource, group, stack, token, property_):
                yield f"{', '.join(_ranges(entry))} may connect to a {token.rsplit(':', 1)[-1]}"


@mandatory(
    "default-security-group", "Nothing may use the default security group (EC2.2): remove its rules", DEFAULT_GROUP
)
def default_group(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """The VPC's default security group lets nothing through."""
    if resource.get("ingress") or resource.get("egress"):
        yield "the default security group has rules"


@mandatory(
    "public-address",
    "Tasks and databases live in private subnets (ECS.2, RDS.2): turn the public address off",
    *_PUBLIC_ADDRESS,
)
def public_address(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """Tasks and databases have private addresses only."""
    path = _PUBLIC_ADDRESS[resource.type]
    if resource.get(*path) is True:
        yield f"{'.'.join(path)} is true"


def _entries(resource: JudgedResource) -> Iterator[tuple[Any, str | None]]:
    """Each ingress entry, with the property that names its group; None for an entry within the group itself."""
    if resource.type == INGRESS_RULE or (resource.type == OLD_RULE and resource.get("type") == "ingress"):
        yield resource.props, "securityGroupId"
    elif resource.type == GROUP:
        for entry in resource.items("ingress"):
            yield entry, None


def _ranges(entry: Any) -> list[str]:
    single = [look(entry, name) for name in ("cidrIpv4", "cidrIpv6")]
    several = [cidr for name in ("cidrBlocks", "ipv6CidrBlocks") for cidr in known_items(look(entry, name))]
    return [cidr for cidr in (*single, *several) if isinstance(cidr, str)]


def _is_public(cidr: str) -> bool:
    network = ipaddress.ip_network(cidr, strict=False)
    if isinstance(network, ipaddress.IPv6Network):
        return not network.subnet_of(_PRIVATE_V6)
    return not any(network.subnet_of(block) for block in _PRIVATE)


def _is_web(entry: Any) -> bool:
    first, last = look(entry, "fromPort"), look(entry, "toPort")
    return UNKNOWN in (first, last) or (first == last and first in _PORTS)


def _belongs_to(resource: JudgedResource, group: str | None, stack: Stack, token: str, property_: str) -> bool:
    """Whether a resource of the type uses the group that an entry is for."""
    urns = {resource.urn} if group is None else resource.sources.get(group, frozenset())
    id_ = group and resource.get(group)
    return any(
        urns & user.sources.get(property_, frozenset()) or (id_ and id_ in list(user.items(property_)))
        for user in stack.of_type(token)
    )
