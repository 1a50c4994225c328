"""Security group rules for one TCP port, each a resource of its own: rules within a group would overwrite these."""

import pulumi
import pulumi_aws as aws

from aws_rules import cidrs

GroupId = pulumi.Input[str]


def tcp_in(
    name: str,
    group_id: GroupId,
    port: int,
    *,
    description: str,
    child: pulumi.ResourceOptions,
    addresses: str | None = None,
    source_group_id: GroupId | None = None,
) -> aws.vpc.SecurityGroupIngressRule:
    """Let addresses, a range or a prefix list, or another group open connections to members of the group."""
    return aws.vpc.SecurityGroupIngressRule(
        name,
        security_group_id=group_id,
        description=description,
        cidr_ipv4=cidrs.only(cidrs.Kind.IPV4, addresses),
        cidr_ipv6=cidrs.only(cidrs.Kind.IPV6, addresses),
        prefix_list_id=cidrs.only(cidrs.Kind.PREFIX_LIST, addresses),
        referenced_security_group_id=source_group_id,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        opts=child,
    )


def tcp_out(
    name: str,
    group_id: GroupId,
    port: int,
    *,
    description: str,
    child: pulumi.ResourceOptions,
    addresses: str | None = None,
    target_group_id: GroupId | None = None,
) -> aws.vpc.SecurityGroupEgressRule:
    """Let members of the group open connections to addresses, a range or a prefix list, or to another group."""
    return aws.vpc.SecurityGroupEgressRule(
        name,
        security_group_id=group_id,
        description=description,
        cidr_ipv4=cidrs.only(cidrs.Kind.IPV4, addresses),
        cidr_ipv6=cidrs.only(cidrs.Kind.IPV6, addresses),
        prefix_list_id=cidrs.only(cidrs.Kind.PREFIX_LIST, addresses),
        referenced_security_group_id=target_group_id,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        opts=child,
    )
