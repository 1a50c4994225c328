"""What is in the account: what a stack leaves behind is the difference of two of these."""

from collections.abc import Callable, Iterable
from typing import Any

from tests.engine.stand_in.account import backend, endpoints, nat_gateways, security_groups, services
from tests.engine.stand_in.services.cloudformation import live_stacks
from tests.engine.stand_in.services.elasticache_parameters import parameter_groups

KINDS: dict[str, Callable[[], Iterable[Any]]] = {
    "acm certificate": lambda: backend("acm")._certificates,
    "alarm": lambda: backend("cloudwatch").alarms,
    "cache parameter group": parameter_groups,
    "cache subnet group": lambda: backend("elasticache").cache_subnet_groups,
    "cluster": lambda: (c.name for c in backend("ecs").clusters.values() if c.status == "ACTIVE"),
    "cloudformation stack": live_stacks,
    "dashboard": lambda: backend("cloudwatch").dashboards,
    "database cluster": lambda: backend("rds").clusters,
    "database instance": lambda: backend("rds").databases,
    "database parameter group": lambda: backend("rds").db_cluster_parameter_groups,
    "database subnet group": lambda: backend("rds").subnet_groups,
    "elastic ip": lambda: (address.allocation_id for address in backend("ec2").addresses),
    "file system": lambda: backend("efs").file_systems_by_id,
    "access point": lambda: backend("efs").access_points,
    "flow log": lambda: backend("ec2").flow_logs,
    "iam policy": lambda: (p.name for p in backend("iam").managed_policies.values() if ":aws:policy" not in p.arn),
    "iam role": lambda: (role.name for role in backend("iam").roles.values()),
    "internet gateway": lambda: backend("ec2").internet_gateways,
    "kms key": lambda: (f"{k.id} {k.key_state}" for k in backend("kms").keys.values()),
    "load balancer": lambda: (b.name for b in backend("elbv2").load_balancers.values()),
    "log group": lambda: backend("logs").groups,
    "namespace": lambda: (n.name for n in backend("servicediscovery").namespaces.values()),
    "nat gateway": lambda: (gateway.id for gateway in nat_gateways()),
    "record": lambda: (f"{r.name} {r.type}" for zone in backend("route53").zones.values() for r in zone.rrsets),
    "replication group": lambda: backend("elasticache").replication_groups,
    "backup vault": lambda: backend("backup").vaults,
    "bucket": lambda: backend("s3").buckets,
    "scalable target": lambda: (r for targets in backend("applicationautoscaling").targets.values() for r in targets),
    "secret": lambda: (
        f"{s.name} pending deletion" if s.is_deleted() else s.name
        for s in dict.values(backend("secretsmanager").secrets)
    ),
    "security group": lambda: (group.id for group in security_groups() if group.name != "default"),
    "service": lambda: (service.name for service in services()),
    "snapshot": lambda: (name for name, s in backend("rds").cluster_snapshots.items() if s.snapshot_type == "manual"),
    "subnet": lambda: (s for of_zone in backend("ec2").subnets.values() for s in of_zone),
    "target group": lambda: (group.name for group in backend("elbv2").target_groups.values()),
    "task definition": lambda: (
        f"{name}:{number}"
        for name, revisions in backend("ecs").task_definitions.items()
        for number, definition in revisions.items()
        if definition.status == "ACTIVE"
    ),
    "topic": lambda: backend("sns").topics,
    "user pool": lambda: backend("cognito-idp").user_pools,
    "vpc": lambda: backend("ec2").vpcs,
    "vpc endpoint": lambda: (endpoint.id for endpoint in endpoints()),
    "web acl": lambda: (acl.name for acl in backend("wafv2").wacls.values()),
}


def inventory() -> dict[str, list[str]]:
    """Names by kind, in order; kinds that are empty are left out."""
    found = {kind: sorted(str(name) for name in names()) for kind, names in KINDS.items()}
    return {kind: names for kind, names in found.items() if names}
