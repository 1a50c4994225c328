"""Valkey on ElastiCache, cluster mode off: Open WebUI's websocket fan-out, locks and caches."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.data_tier.args import DataTierArgs
from components.support.connections import Connection
from components.support.secret_values import SecretReference, keep_secret, random_value

ENGINE_VERSION = "8.0"
"""Of a new group: ElastiCache raises it, and nothing lowers it again."""

PORT = 6379
TOKEN_LENGTH = 64
"""ElastiCache takes 16 to 128 characters."""


@dataclass(frozen=True, kw_only=True)
class Cache:
    """What a client needs; `url` is a secret because it holds the AUTH token."""

    host: pulumi.Output[str]
    url: SecretReference
    connection: Connection
    replication_group_id: pulumi.Output[str]


def make_cache(name: str, args: DataTierArgs, *, parent: pulumi.Resource) -> Cache:
    """One primary, and from the second node on a replica in another zone that takes over by itself."""
    child = pulumi.ResourceOptions(parent=parent)
    group = aws.ec2.SecurityGroup(f"{name}-sg", vpc_id=args.vpc_id, description="Valkey", opts=child)
    token = random_value(f"{name}-token", length=TOKEN_LENGTH, parent=parent)
    replicated = args.cache_nodes > 1
    nodes = aws.elasticache.ReplicationGroup(
        f"{name}-nodes",
        description="Open WebUI: websocket rooms, locks and caches",
        engine="valkey",
        engine_version=ENGINE_VERSION,
        node_type=args.cache_node_type,
        num_cache_clusters=args.cache_nodes,
        automatic_failover_enabled=replicated,
        multi_az_enabled=replicated,
        port=PORT,
        parameter_group_name=_make_parameter_group(name, child).name,
        subnet_group_name=aws.elasticache.SubnetGroup(f"{name}-subnets", subnet_ids=args.subnet_ids, opts=child).name,
        security_group_ids=[group.id],
        transit_encryption_enabled=True,
        transit_encryption_mode="required",
        auth_token=token,
        at_rest_encryption_enabled=True,
        kms_key_id=args.keeping.kms_key_arn,
        auto_minor_version_upgrade=True,
        snapshot_retention_limit=1,
        apply_immediately=True,
        opts=pulumi.ResourceOptions(parent=parent, ignore_changes=["engineVersion"]),
    )
    host = nodes.primary_endpoint_address
    url = keep_secret(
        f"{name}-url",
        pulumi.Output.concat("rediss://:", token, "@", host, f":{PORT}/0"),
        description="Valkey's URL with its AUTH token",
        keeping=args.keeping,
        parent=parent,
    )
    return Cache(
        host=host,
        url=url,
        connection=Connection(name="cache", security_group_id=group.id, port=PORT),
        replication_group_id=nodes.id,
    )


def _make_parameter_group(name: str, child: pulumi.ResourceOptions) -> aws.elasticache.ParameterGroup:
    return aws.elasticache.ParameterGroup(
        f"{name}-parameters",
        family="valkey8",
        description="Nothing is evicted; idle connections end after half an hour",
        parameters=[
            {"name": "maxmemory-policy", "value": "noeviction"},
            {"name": "timeout", "value": "1800"},
        ],
        opts=child,
    )
