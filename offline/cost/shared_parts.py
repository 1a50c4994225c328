"""What the parts cost that all services share: load balancer, network, data, keys, monitoring, firewall."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import pulumi_aws as aws
import pulumi_awsx as awsx

from offline.cost.line import Line, fixed
from offline.cost.prices import Prices
from offline.engine.recording import Recording, Resource
from offline.services import EcsService, services_of

_FIREWALL: Final = "aws:wafv2/webAcl:WebAcl"
"""Not the class: loading wafv2 for it takes a second, and a stack may have no firewall."""

LEAST_RUNNING_ACUS: Final = 0.5
"""What an Aurora instance of a minimum of 0 has while it runs (Aurora user guide, "Scaling to zero ACUs")."""

_USER_POOL: Final = "aws:cognito/userPool:UserPool"

AWSX_ZONES: Final = 3
"""Availability Zones of an `awsx.ec2.Vpc` that is given no number."""


def lines(recording: Recording, prices: Prices) -> Iterator[Line]:
    """Every part in the order of a request's way; parts that the stack does not have cost nothing."""
    yield _load_balancer(recording, prices)
    yield _nat(recording, prices)
    yield _endpoints(recording, prices)
    yield from (_database(recording, cluster, prices) for cluster in recording.of_type(aws.rds.Cluster))
    yield _cache(recording, prices)
    yield _file_system(recording, prices)
    yield _backups(recording, prices)
    yield _keys_and_secrets(recording, prices)
    yield _alarms_and_dashboards(recording, prices)
    yield _logs(recording, prices)
    yield _firewall(recording, prices)


def unpriced(recording: Recording, prices: Prices) -> list[str]:
    """What the stack has and the table does not."""
    types = {str(group.inputs["nodeType"]) for group in recording.of_type(aws.elasticache.ReplicationGroup)}
    unknown = sorted(type_ for type_ in types if not _priced(type_, prices))
    given = recording.of_type(aws.lb.ListenerRule) and not recording.of_type(aws.lb.LoadBalancer)
    shared = ["the load balancer that is given, and what the stack adds to its capacity units"] if given else []
    if any(resource.type == _USER_POOL for resource in recording.resources):
        shared.append("people who sign in with Amazon Cognito in a month, beyond the free ones")
    return shared + [f"cache nodes of type {type_}, which the price table lacks" for type_ in unknown]


def _count(number: int, noun: str, ending: str = "s") -> str:
    return f"{number} {noun}{'' if number == 1 else ending}"


def _priced(node_type: str, prices: Prices) -> bool:
    return f"valkey.{node_type}" in prices


def _zones(vpc: Resource) -> int:
    names = vpc.inputs.get("availabilityZoneNames")
    return len(names) if names else int(vpc.inputs.get("numberOfAvailabilityZones", AWSX_ZONES))


def _interfaces(recording: Recording, subnets: object) -> int:
    """One per subnet; in a preview the subnets of a VPC to create are unknown, and there is one in each zone."""
    return len(subnets) if isinstance(subnets, list) else sum(_zones(vpc) for vpc in recording.of_type(awsx.ec2.Vpc))


def _load_balancer(recording: Recording, prices: Prices) -> Line:
    balancers = recording.of_type(aws.lb.LoadBalancer)
    hour = prices["load_balancer.hour"] + prices.assumed["load_balancer_lcus"] * prices["load_balancer.lcu_hour"]
    addresses = sum(
        _interfaces(recording, balancer.inputs.get("subnets"))
        for balancer in balancers
        if not balancer.inputs.get("internal")
    )
    dollars = (len(balancers) * hour + addresses * prices["vpc.public_ipv4_hour"]) * prices.hours
    detail = f"{prices.assumed['load_balancer_lcus']:g} LCU, {_count(addresses, 'public address', 'es')}"
    return fixed("Load balancer", detail, dollars)


def _nat(recording: Recording, prices: Prices) -> Line:
    count = sum(_nat_gateways(vpc) for vpc in recording.of_type(awsx.ec2.Vpc))
    hour = prices["vpc.nat_gateway_hour"] + prices["vpc.public_ipv4_hour"]
    data = prices.assumed["nat_gb"] * prices["vpc.nat_gateway_gb"] if count else 0
    return fixed("NAT gateways", f"{count}, with their addresses", count * hour * prices.hours + data)


def _nat_gateways(vpc: Resource) -> int:
    """By awsx's strategy, which is one per zone unless it is given."""
    strategy = (vpc.inputs.get("natGateways") or {}).get("strategy", "OnePerAz")
    return {"None": 0, "Single": 1}.get(strategy, _zones(vpc))


def _endpoints(recording: Recording, prices: Prices) -> Line:
    interfaces = sum(
        _interfaces(recording, endpoint.inputs.get("subnetIds"))
        for endpoint in recording.of_type(aws.ec2.VpcEndpoint)
        if endpoint.inputs.get("vpcEndpointType") == "Interface"
    )
    return fixed(
        "Interface endpoints", _count(interfaces, "interface"), interfaces * prices["endpoint.zone_hour"] * prices.hours
    )


def _database(recording: Recording, cluster: Resource, prices: Prices) -> Line:
    capacity = cluster.inputs.get("serverlessv2ScalingConfiguration") or {}
    least, most = float(capacity.get("minCapacity", 0)), float(capacity.get("maxCapacity", 0))
    instances = len(recording.users_of(cluster, "clusterIdentifier", aws.rds.ClusterInstance))
    storage = prices.assumed["aurora_gb"] * prices["aurora.storage_gb_month"]

    def dollars(acus: float) -> float:
        return instances * acus * prices["aurora.acu_hour"] * prices.hours + storage

    # A paused instance costs its storage alone; one that a task is connected to has at least half a unit.
    sleeps = least == 0 and all(s.scaling.sleeps for s in services_of(recording) if _keeps_connections(s))
    awake = max(least, LEAST_RUNNING_ACUS)
    return Line(
        part="Aurora",
        detail=f"{instances} x {least:g} to {most:g} ACU, {prices.assumed['aurora_gb']:g} GB",
        at_min=dollars(awake),
        at_max=dollars(most),
        with_spot=dollars(most),
        asleep=dollars(0 if sleeps else awake),
    )


def _keeps_connections(service: EcsService) -> bool:
    """Open WebUI's tasks do, as long as they run."""
    return any(name.startswith("DATABASE_") for name in service.variables.keys() | service.secrets)


def _cache(recording: Recording, prices: Prices) -> Line:
    nodes: Counter[str] = Counter()
    for group in recording.of_type(aws.elasticache.ReplicationGroup):
        nodes[str(group.inputs["nodeType"])] += int(group.inputs.get("numCacheClusters", 1))
    hour = sum(count * prices[f"valkey.{kind}"] for kind, count in nodes.items() if _priced(kind, prices))
    return fixed("Valkey", ", ".join(f"{count} x {kind}" for kind, count in nodes.items()), hour * prices.hours)


def _file_system(recording: Recording, prices: Prices) -> Line:
    backups = len(recording.of_type(aws.efs.BackupPolicy))
    return fixed(
        "EFS",
        f"{prices.assumed['efs_gb']:g} GB, backed up" if backups else f"{prices.assumed['efs_gb']:g} GB",
        sum(_stored_and_moved(files.inputs, prices) for files in recording.of_type(aws.efs.FileSystem))
        + backups * prices.assumed["efs_gb"] * prices["efs.backup_gb_month"],
    )


def _stored_and_moved(file_system: dict[str, Any], prices: Prices) -> float:
    stored = prices.assumed["efs_gb"] * prices["efs.standard_gb_month"]
    if file_system.get("throughputMode") != "elastic":
        return stored
    read = prices.assumed["efs_read_gb"] * prices["efs.elastic_read_gb"]
    return stored + read + prices.assumed["efs_written_gb"] * prices["efs.elastic_write_gb"]


def _backups(recording: Recording, prices: Prices) -> Line:
    """One full backup in each vault; what changes from day to day is not known."""
    assumed, vaults = prices.assumed, len(recording.of_type("aws:backup/vault:Vault"))
    files = len(recording.of_type(aws.efs.FileSystem)) * assumed["efs_gb"] * prices["efs.backup_gb_month"]
    databases = len(recording.of_type(aws.rds.Cluster)) * assumed["aurora_gb"] * prices["aurora.backup_gb_month"]
    return fixed("Backups", f"in {_count(vaults, 'vault')}", vaults * (files + databases))


def _keys_and_secrets(recording: Recording, prices: Prices) -> Line:
    keys = len(recording.of_type(aws.kms.Key))
    secrets = len(recording.of_type(aws.secretsmanager.Secret))
    dollars = keys * prices["kms.key_month"] + secrets * prices["secrets.secret_month"]
    return fixed("KMS, Secrets Manager", f"{_count(keys, 'key')}, {_count(secrets, 'secret')}", dollars)


def _alarms_and_dashboards(recording: Recording, prices: Prices) -> Line:
    alarms = len(recording.of_type(aws.cloudwatch.MetricAlarm))
    dashboards = len(recording.of_type(aws.cloudwatch.Dashboard))
    dollars = alarms * prices["cloudwatch.alarm_month"] + dashboards * prices["cloudwatch.dashboard_month"]
    return fixed("Alarms, dashboard", f"{_count(alarms, 'alarm')}, {_count(dashboards, 'dashboard')}", dollars)


def _logs(recording: Recording, prices: Prices) -> Line:
    flows = len(recording.of_type(aws.ec2.FlowLog))
    groups = len(recording.of_type(aws.cloudwatch.LogGroup)) - flows
    assumed = prices.assumed
    gigabytes = (assumed["log_gb"] if groups > 0 else 0) + flows * assumed["flow_log_gb"]
    return fixed("Logs", f"{gigabytes:g} GB taken in", gigabytes * prices["cloudwatch.log_gb"])


def _firewall(recording: Recording, prices: Prices) -> Line:
    lists = recording.of_type(_FIREWALL)
    rules = sum(len(acl.inputs.get("rules") or []) for acl in lists)
    dollars = len(lists) * prices["waf.web_acl_month"] + rules * prices["waf.rule_month"]
    return fixed("WAF", _count(rules, "rule"), dollars)
