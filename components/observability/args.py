"""What `Observability` is told: which parts to watch, and where normal ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.support.location import Location


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """Where normal ends for every service."""

    cpu_percent: float = 90
    """Above what autoscaling holds (70 % by default): reached only when it cannot or may not add tasks."""
    memory_percent: float = 90
    """ECS kills a task at 100 %."""


@dataclass(frozen=True, kw_only=True)
class WatchedService:
    """An ECS service."""

    name: str
    service_name: pulumi.Input[str]
    target_group: pulumi.Input[str] | None = None
    """ARN suffix; None when the load balancer does not reach the service."""
    fewest_tasks: int
    """The lowest minimum that scaling, or one of its schedules, sets; 0 when no task may be running."""
    p95_seconds: float
    """Time to the first byte that 95 % of the requests stay under. Pages and API calls take well under a second."""


@dataclass(frozen=True, kw_only=True)
class WatchedFileSystem:
    """An EFS file system."""

    file_system_id: pulumi.Input[str]
    bursting: bool
    """Whether throughput comes from burst credits, which can run out."""


@dataclass(frozen=True, kw_only=True)
class WatchedDatabase:
    """An Aurora Serverless v2 cluster."""

    cluster_identifier: pulumi.Input[str]
    instances: int
    """Writer included."""
    max_connections: int


@dataclass(frozen=True, kw_only=True)
class WatchedCache:
    """An ElastiCache replication group with cluster mode off."""

    replication_group_id: pulumi.Input[str]
    nodes: int
    """Primary included."""
    cores: int
    """vCPUs of a node."""


@dataclass(frozen=True, kw_only=True)
class ObservabilityArgs:
    """Everything that alarms and dashboard show."""

    location: Location
    name_prefix: str
    """The dashboard's name, and what the alarms' names begin with."""
    topic_arn: pulumi.Input[str]
    cluster_name: pulumi.Input[str]
    load_balancer: pulumi.Input[str]
    """ARN suffix."""
    services: Sequence[WatchedService]
    file_system: WatchedFileSystem
    database: WatchedDatabase | None = None
    cache: WatchedCache | None = None
    bedrock: bool = True
    """Whether the stack calls Bedrock."""
    commands: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Troubleshooting commands by what they show, for the dashboard."""
    thresholds: Thresholds = field(default_factory=Thresholds)
