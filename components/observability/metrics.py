"""The CloudWatch metrics that alarms and dashboard read: which namespace and dimensions each part publishes under."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One series of CloudWatch: without a dimension that it is published with, it would be another, empty one."""

    namespace: str
    name: str
    dimensions: Mapping[str, pulumi.Input[str]]
    statistic: str
    """`Sum`, `Average`, `Minimum`, `Maximum`, or a percentile such as `p95`."""
    period: int | None = None
    """Seconds, where the graph's own would add the same things up again."""


def of_load_balancer(name: str, statistic: str, *, load_balancer: pulumi.Input[str]) -> Metric:
    """A metric of an ALB as a whole, by its ARN suffix (`app/<name>/<id>`); health checks are not counted."""
    return Metric(
        namespace="AWS/ApplicationELB", name=name, dimensions={"LoadBalancer": load_balancer}, statistic=statistic
    )


def of_target_group(
    name: str, statistic: str, *, load_balancer: pulumi.Input[str], target_group: pulumi.Input[str]
) -> Metric:
    """A metric of one target group of an ALB, by both ARN suffixes (`targetgroup/<name>/<id>`)."""
    return Metric(
        namespace="AWS/ApplicationELB",
        name=name,
        dimensions={"LoadBalancer": load_balancer, "TargetGroup": target_group},
        statistic=statistic,
    )


def of_service(name: str, statistic: str, *, cluster: pulumi.Input[str], service: pulumi.Input[str]) -> Metric:
    """CPUUtilization or MemoryUtilization of an ECS service: percent of what its tasks reserve."""
    return Metric(
        namespace="AWS/ECS",
        name=name,
        dimensions={"ClusterName": cluster, "ServiceName": service},
        statistic=statistic,
    )


def of_service_connect(
    name: str, statistic: str, *, cluster: pulumi.Input[str], service: pulumi.Input[str], discovery_name: str
) -> Metric:
    """What Service Connect's proxies count of the requests to a service (ECS developer guide, "CloudWatch metrics")."""
    dimensions = {"ClusterName": cluster, "DiscoveryName": discovery_name, "ServiceName": service}
    return Metric(namespace="AWS/ECS", name=name, dimensions=dimensions, statistic=statistic)


def of_tasks(name: str, statistic: str, *, cluster: pulumi.Input[str], service: pulumi.Input[str]) -> Metric:
    """A count of an ECS service's tasks (RunningTaskCount, DesiredTaskCount), which only Container Insights has."""
    return Metric(
        namespace="ECS/ContainerInsights",
        name=name,
        dimensions={"ClusterName": cluster, "ServiceName": service},
        statistic=statistic,
    )


def of_database(name: str, statistic: str, *, cluster: pulumi.Input[str]) -> Metric:
    """A metric over the instances of an Aurora cluster, whichever of them is the writer at the time."""
    return Metric(namespace="AWS/RDS", name=name, dimensions={"DBClusterIdentifier": cluster}, statistic=statistic)


def of_cache_node(name: str, statistic: str, *, node: pulumi.Input[str]) -> Metric:
    """A metric of one ElastiCache node; it publishes none for the replication group."""
    return Metric(namespace="AWS/ElastiCache", name=name, dimensions={"CacheClusterId": node}, statistic=statistic)


def of_file_system(name: str, statistic: str, *, file_system: pulumi.Input[str], period: int | None = None) -> Metric:
    """A metric of an EFS file system."""
    dimensions = {"FileSystemId": file_system}
    return Metric(namespace="AWS/EFS", name=name, dimensions=dimensions, statistic=statistic, period=period)


def of_bedrock(name: str, statistic: str) -> Metric:
    """Bedrock's metric across all models: everything that the account calls in this region, without a dimension.

    Bedrock publishes it per ModelId too, but which models the gateway is asked for is known only at run time.
    """
    return Metric(namespace="AWS/Bedrock", name=name, dimensions={}, statistic=statistic)
