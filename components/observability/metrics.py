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


@dataclass(frozen=True)
class Source:
    """A part of the stack as it publishes its metrics."""

    namespace: str
    dimensions: Mapping[str, pulumi.Input[str]]

    def metric(self, name: str, statistic: str, *, period: int | None = None) -> Metric:
        """One of its metrics."""
        return Metric(
            namespace=self.namespace, name=name, dimensions=self.dimensions, statistic=statistic, period=period
        )


def load_balancer(arn_suffix: pulumi.Input[str]) -> Source:
    """An ALB as a whole, by its ARN suffix (`app/<name>/<id>`); health checks are not counted."""
    return Source("AWS/ApplicationELB", {"LoadBalancer": arn_suffix})


def target_group(load_balancer: pulumi.Input[str], arn_suffix: pulumi.Input[str]) -> Source:
    """One target group of an ALB, by both ARN suffixes (`targetgroup/<name>/<id>`)."""
    return Source("AWS/ApplicationELB", {"LoadBalancer": load_balancer, "TargetGroup": arn_suffix})


def service(cluster: pulumi.Input[str], name: pulumi.Input[str]) -> Source:
    """CPUUtilization and MemoryUtilization of an ECS service: percent of what its tasks reserve."""
    return Source("AWS/ECS", {"ClusterName": cluster, "ServiceName": name})


def service_connect(cluster: pulumi.Input[str], name: pulumi.Input[str], discovery_name: str) -> Source:
    """What Service Connect's proxies count of the requests to a service (ECS developer guide, "CloudWatch metrics")."""
    return Source("AWS/ECS", {"ClusterName": cluster, "DiscoveryName": discovery_name, "ServiceName": name})


def tasks(cluster: pulumi.Input[str], service: pulumi.Input[str]) -> Source:
    """The counts of an ECS service's tasks (RunningTaskCount, DesiredTaskCount), which only Container Insights has."""
    return Source("ECS/ContainerInsights", {"ClusterName": cluster, "ServiceName": service})


def database(cluster: pulumi.Input[str]) -> Source:
    """The instances of an Aurora cluster, whichever of them is the writer at the time."""
    return Source("AWS/RDS", {"DBClusterIdentifier": cluster})


def cache_node(node: pulumi.Input[str]) -> Source:
    """One ElastiCache node; the replication group publishes nothing."""
    return Source("AWS/ElastiCache", {"CacheClusterId": node})


def file_system(file_system_id: pulumi.Input[str]) -> Source:
    """An EFS file system."""
    return Source("AWS/EFS", {"FileSystemId": file_system_id})


BEDROCK = Source("AWS/Bedrock", {})
"""Bedrock across all models: everything that the account calls in this region, without a dimension.

Bedrock publishes per ModelId too, but which models the gateway is asked for is known only at run time.
"""
