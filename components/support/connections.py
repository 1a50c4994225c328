"""Things that tasks open connections to, and the two security group rules that each connection takes."""

from dataclasses import dataclass

import pulumi

from components.support.tcp_rules import GroupId, tcp_in, tcp_out


@dataclass(frozen=True, kw_only=True)
class Connection:
    """Something with a security group of its own that the service opens connections to."""

    name: str
    security_group_id: pulumi.Input[str]
    port: int


def open_connection(
    name: str, group_id: GroupId, connection: Connection, child: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    """Let members of the group, which belongs to the service `name`, reach the other end, and nobody else there."""
    return [
        tcp_out(
            f"{name}-to-{connection.name}",
            group_id,
            connection.port,
            description=f"To the {connection.name}",
            target_group_id=connection.security_group_id,
            child=child,
        ),
        tcp_in(
            f"{name}-into-{connection.name}",
            connection.security_group_id,
            connection.port,
            description=f"From {name}",
            source_group_id=group_id,
            child=child,
        ),
    ]
