"""The account's state in moto, and who uses what of a network."""

from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from moto.backends import get_backend

ACCOUNT = "123456789012"
DEFAULT_REGION = "us-east-1"
REGION = ContextVar("region", default=DEFAULT_REGION)
"""Where the call that is being answered was sent."""


def backend(service: str) -> Any:
    """moto's state of a service (by moto's name for it) in the region of the call."""
    regions = get_backend(service)[ACCOUNT]
    return regions[REGION.get()] if REGION.get() in regions else regions["aws"]


def arn(service: str, resource: str) -> str:
    """The ARN of a resource of this account in the region of the call."""
    return f"arn:aws:{service}:{REGION.get()}:{ACCOUNT}:{resource}"


def load_balancers() -> list[Any]:
    return list(backend("elbv2").load_balancers.values())


def services() -> list[Any]:
    """ECS services that hold on to what they use."""
    return [service for service in backend("ecs").services.values() if service.status in ("ACTIVE", "DRAINING")]


def mount_targets() -> list[Any]:
    return [target for system in backend("efs").file_systems_by_id.values() for target in system.iter_mount_targets()]


def endpoints() -> list[Any]:
    return [endpoint for endpoint in backend("ec2").vpc_end_points.values() if endpoint.state != "deleted"]


def nat_gateways() -> list[Any]:
    return [gateway for gateway in backend("ec2").nat_gateways.values() if gateway.state != "deleted"]


def security_groups() -> list[Any]:
    return [group for of_vpc in backend("ec2").groups.values() for group in of_vpc.values()]


def awsvpc(service: Any) -> dict[str, list[str]]:
    """Subnets and security groups of an ECS service's tasks."""
    configuration: dict[str, list[str]] = (service.network_configuration or {}).get("awsvpcConfiguration") or {}
    return configuration


def vpc_of_group(group_id: str) -> str | None:
    group = backend("ec2").get_security_group_from_id(group_id)
    return group.vpc_id if group else None


def vpc_of_subnet(subnet_id: str) -> str:
    return str(backend("ec2").get_subnet(subnet_id).vpc_id)


def zone_of_subnet(subnet_id: str) -> str:
    return str(backend("ec2").get_subnet(subnet_id).availability_zone)


HOMES: dict[str, list[str]] = {}
"""Database instance or replication group: the subnets in which AWS has put its nodes."""


def users_of_group(group_id: str) -> Iterator[str]:
    """What has a network interface with the security group."""
    users = [
        *((balancer.name, balancer.security_groups) for balancer in load_balancers()),
        *((service.name, awsvpc(service).get("securityGroups")) for service in services()),
        *((target.mount_target_id, target.security_groups) for target in mount_targets()),
        *((endpoint.id, endpoint.security_group_ids) for endpoint in endpoints()),
        *((c.db_cluster_identifier, c.vpc_security_group_ids) for c in backend("rds").clusters.values()),
        *((r.replication_group_id, r.security_group_ids) for r in backend("elasticache").replication_groups.values()),
    ]
    yield from (name for name, groups in users if group_id in (groups or ()))


def users_of_subnet(subnet_id: str) -> Iterator[str]:
    """What has a network interface in the subnet."""
    users = [
        *((balancer.name, [subnet.id for subnet in balancer.subnets]) for balancer in load_balancers()),
        *((service.name, awsvpc(service).get("subnets")) for service in services()),
        *((target.mount_target_id, [target.subnet_id]) for target in mount_targets()),
        *((gateway.id, [gateway.subnet_id]) for gateway in nat_gateways()),
        *((e.id, e.subnet_ids) for e in endpoints() if str(e.vpc_endpoint_type).lower() == "interface"),
        *HOMES.items(),
    ]
    yield from (name for name, subnets in users if subnet_id in (subnets or ()))
