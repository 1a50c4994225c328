"""ElastiCache: replication groups whose nodes have homes, and which moto can neither resize nor forget."""

from typing import Any

from moto.elasticache.models import CacheSubnetGroup

from tests.engine.stand_in.account import ACCOUNT, HOMES, REGION, backend, vpc_of_group, vpc_of_subnet
from tests.engine.stand_in.knobs import KNOBS
from tests.engine.stand_in.rules import Params, answers, effect, refuse, rule
from tests.engine.stand_in.services.rds import IDENTIFIER, home_of_node, order

LEAST_NODES_OF_MULTI_AZ = 2
LONGEST_IDENTIFIER = 40


def _group(params: Params) -> Any:
    name = params["ReplicationGroupId"]
    groups = backend("elasticache").replication_groups
    if name not in groups:
        refuse("ReplicationGroupNotFoundFault", f"ReplicationGroup {name} not found")
    return groups[name]


def _nodes(group: Any) -> int:
    return len(group.member_clusters)


@rule("elasticache", "CreateReplicationGroup", source="api CreateReplicationGroupMessage.ReplicationGroupId")
def identifier_of_group_is_valid(params: Params) -> None:
    name = params["ReplicationGroupId"]
    if len(name) > LONGEST_IDENTIFIER or not IDENTIFIER.fullmatch(name):
        told = (
            "must begin with a letter, hold letters, digits and single hyphens only, 40 at most, and not end with one"
        )
        refuse("InvalidParameterValue", f"The parameter ReplicationGroupId {told}.")


@rule(
    "elasticache",
    "CreateReplicationGroup",
    source="api CreateReplicationGroupMessage.MultiAZEnabled, .NumCacheClusters",
)
def multi_az_has_two_nodes(params: Params) -> None:
    if params.get("MultiAZEnabled") and params.get("NumCacheClusters", 1) < LEAST_NODES_OF_MULTI_AZ:
        told = "Must specify at least two cache clusters in order to enable Multi-AZ"
        refuse("InvalidParameterCombination", told)


@rule(
    "elasticache",
    "CreateReplicationGroup",
    source="api CreateReplicationGroupMessage.AuthToken: only with TransitEncryptionEnabled",
)
def token_is_encrypted(params: Params) -> None:
    if params.get("AuthToken") and not params.get("TransitEncryptionEnabled"):
        told = "Auth token can only be enabled if TransitEncryptionEnabled is set to true"
        refuse("InvalidParameterCombination", told)


@rule("elasticache", "ModifyReplicationGroup", source="api ModifyReplicationGroupMessage.MultiAZEnabled")
def multi_az_has_a_replica(params: Params) -> None:
    if params.get("MultiAZEnabled") and _nodes(_group(params)) < LEAST_NODES_OF_MULTI_AZ:
        refuse("InvalidParameterCombination", "Multi-AZ needs at least one replica")


@rule("elasticache", "ModifyReplicationGroup", source="api ModifyReplicationGroup: InvalidVPCNetworkStateFault")
def groups_are_of_its_vpc(params: Params) -> None:
    homes = HOMES.get(_group(params).replication_group_id, [])
    if homes and any(vpc_of_group(group) != vpc_of_subnet(homes[0]) for group in params.get("SecurityGroupIds", [])):
        refuse("InvalidVPCNetworkStateFault", "The security groups are not in the VPC of the replication group")


@rule(
    "elasticache",
    "ModifyReplicationGroup",
    source="api ModifyReplicationGroupMessage.EngineVersion: you cannot downgrade to an earlier engine version",
)
def version_does_not_go_down(params: Params) -> None:
    group, wanted = _group(params), params.get("EngineVersion")
    if wanted and order(wanted) < order(group.engine_version):
        told = f"Downgrade from {group.engine_version} to {wanted} is not supported"
        refuse("InvalidParameterCombination", told)


@rule(
    "elasticache",
    "DecreaseReplicaCount",
    source="api DecreaseReplicaCountMessage.NewReplicaCount: 1 with automatic failover",
)
def failover_keeps_a_replica(params: Params) -> None:
    group = _group(params)
    if not params["NewReplicaCount"] and "enabled" in (group.multi_az, group.automatic_failover):
        refuse("InvalidParameterCombination", "Automatic failover and Multi-AZ need a replica")


@rule("elasticache", "ModifyCacheSubnetGroup", source="api InvalidSubnet, SubnetInUse")
def subnets_may_change(params: Params) -> None:
    state, new = backend("elasticache"), params["SubnetIds"]
    old = state.cache_subnet_groups[params["CacheSubnetGroupName"]].subnet_ids
    if {*map(vpc_of_subnet, new)} != {*map(vpc_of_subnet, old)}:
        refuse("InvalidSubnet", "The subnets are not in the VPC of the cache subnet group")
    inside = [
        name
        for name, group in state.replication_groups.items()
        if group.cache_subnet_group_name == params["CacheSubnetGroupName"]
    ]
    homes = {home for name in inside for home in HOMES.get(name, [])}
    if used := sorted(homes & (set(old) - set(new))):
        refuse("SubnetInUse", f"The subnet ID: {used[0]} is in use.")


@rule("elasticache", "DeleteCacheSubnetGroup", source="api CacheSubnetGroupInUse")
def subnet_group_is_unused(params: Params) -> None:
    name = params["CacheSubnetGroupName"]
    if any(group.cache_subnet_group_name == name for group in backend("elasticache").replication_groups.values()):
        refuse("CacheSubnetGroupInUse", f"Cache subnet group {name} is currently in use by a cache cluster.")


@answers("elasticache", "ModifyCacheSubnetGroup")
def modify_subnet_group(params: Params) -> dict[str, Any]:
    """Change subnets and description, which moto cannot."""
    groups, name = backend("elasticache").cache_subnet_groups, params["CacheSubnetGroupName"]
    groups[name] = CacheSubnetGroup(
        account_id=ACCOUNT,
        region_name=REGION.get(),
        cache_subnet_group_name=name,
        cache_subnet_group_description=params.get(
            "CacheSubnetGroupDescription", groups[name].cache_subnet_group_description
        ),
        subnet_ids=params["SubnetIds"],
        tags=groups[name].tags,
    )
    return {"CacheSubnetGroup": groups[name]}


@answers("elasticache", "DeleteCacheSubnetGroup")
def delete_subnet_group(params: Params) -> dict[str, Any]:
    """Delete the group, which moto cannot."""
    backend("elasticache").cache_subnet_groups.pop(params["CacheSubnetGroupName"], None)
    return {}


@effect("elasticache", "CreateReplicationGroup")
def settle(params: Params) -> None:
    """Place the nodes, and keep what moto forgets."""
    group = _group(params)
    group.engine_version = params.get("EngineVersion") or KNOBS.valkey_minor
    group.transit_encryption_mode = params.get("TransitEncryptionMode", "required")
    group.parameter_group = params.get("CacheParameterGroupName", "default")
    group.cache_subnet_group_name = params.get("CacheSubnetGroupName")
    _resize(group, params.get("NumCacheClusters", 1))


def _resize(group: Any, count: int) -> None:
    name = group.replication_group_id
    subnets = backend("elasticache").cache_subnet_groups.get(group.cache_subnet_group_name)
    if subnets:
        HOMES[name] = [home_of_node(subnets.subnet_ids, number) for number in range(count)]
    group.num_cache_clusters, group.member_clusters = count, [f"{name}-{number:03d}" for number in range(1, count + 1)]
    for shard in group.node_groups:
        template = (shard["node_group_members"] or [{}])[0]
        shard["node_group_members"] = [
            {**template, "cache_cluster_id": member, "current_role": "replica" if number else "primary"}
            for number, member in enumerate(group.member_clusters)
        ]


@answers("elasticache", "IncreaseReplicaCount", "DecreaseReplicaCount")
def change_replicas(params: Params) -> dict[str, Any]:
    """Change the number of replicas, which moto cannot."""
    group = _group(params)
    _resize(group, params["NewReplicaCount"] + 1)
    return {"ReplicationGroup": group}


@effect("elasticache", "ModifyReplicationGroup")
def keep_changes(params: Params) -> None:
    """Keep what moto forgets of a change."""
    group = _group(params)
    group.security_group_ids = params.get("SecurityGroupIds", group.security_group_ids)
    group.parameter_group = params.get("CacheParameterGroupName", group.parameter_group)
    group.transit_encryption_mode = params.get("TransitEncryptionMode", group.transit_encryption_mode)
    group.engine_version = params.get("EngineVersion", group.engine_version)


@answers("elasticache", "DeleteReplicationGroup")
def delete_group(params: Params) -> dict[str, Any]:
    """Delete the group; moto keeps it for ever."""
    group = _group(params)
    del backend("elasticache").replication_groups[group.replication_group_id]
    HOMES.pop(group.replication_group_id, None)
    group.status = "deleting"
    return {"ReplicationGroup": group}


@answers("elasticache", "DescribeCacheClusters")
def cache_clusters(params: Params) -> dict[str, Any]:
    """Describe the nodes of replication groups, which moto does not know as cache clusters."""
    every = {
        member: group
        for group in backend("elasticache").replication_groups.values()
        for member in group.member_clusters
    }
    asked = params.get("CacheClusterId")
    if asked and asked not in every:
        refuse("CacheClusterNotFoundFault", f"CacheCluster not found: {asked}")
    return {"CacheClusters": [_cluster(name, group) for name, group in every.items() if asked in (None, name)]}


def _cluster(name: str, group: Any) -> dict[str, Any]:
    return {
        "CacheClusterId": name,
        "ReplicationGroupId": group.replication_group_id,
        "CacheNodeType": group.cache_node_type,
        "Engine": group.engine or "valkey",
        "EngineVersion": f"{group.engine_version}.1",
        "CacheClusterStatus": "available",
        "NumCacheNodes": 1,
        "CacheParameterGroup": {"CacheParameterGroupName": group.parameter_group, "ParameterApplyStatus": "in-sync"},
        "SecurityGroups": [{"SecurityGroupId": g, "Status": "active"} for g in group.security_group_ids or []],
        "CacheSubnetGroupName": group.cache_subnet_group_name,
        "TransitEncryptionEnabled": True,
        "TransitEncryptionMode": group.transit_encryption_mode,
        "AuthTokenEnabled": True,
        "AtRestEncryptionEnabled": True,
        "AutoMinorVersionUpgrade": True,
        "PreferredMaintenanceWindow": "sun:05:00-sun:06:00",
        "SnapshotRetentionLimit": 0,
        "NetworkType": "ipv4",
        "IpDiscovery": "ipv4",
    }
