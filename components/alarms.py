"""The alarms of each part of the stack: what is watched, where normal ends, and how long it may take."""

from collections.abc import Iterable
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import metrics
from components.metrics import Metric
from components.observability_args import (
    Thresholds,
    WatchedCache,
    WatchedDatabase,
    WatchedFileSystem,
    WatchedService,
)

MINUTE = 60
FIVE_MINUTES = 300

START_MINUTES = 15
"""What a deployment may take without an alarm: tasks that stop before others start, and a migration of ten minutes."""

ERRORS_PER_MINUTE = 5
"""5xx answers; one user's reload of a broken page makes more. Three such minutes fail a running deployment."""

LOAD_BALANCER_ERRORS = 25
"""5xx answers of the load balancer itself in five minutes, three times: less is a service between two versions."""

BEDROCK_CALLS = 5
"""Failed calls in five minutes, three times: single ones are what the gateway's eight retries are for."""

PERCENT_OF_LIMIT = 90
PERCENT_OF_CONNECTIONS = 80
"""Open WebUI's pools are sized to stay below the database's limit; somebody else is connected."""

PERCENT_OF_CACHE = 75
"""Nothing is evicted: a full cache refuses every write, and with it every login and every message."""

REPLICA_LAG = 2000
"""Milliseconds; Aurora's replicas share the storage and lag by tens of milliseconds."""

BURST_CREDITS = 3600 * 100 * 1024**2
"""Bytes: what is left for one hour at the burst rate of 100 MiB/s (Amazon EFS user guide, bursting throughput)."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One threshold on one metric. Without data it stays quiet, because idle parts publish none."""

    what: str
    """The end of its name, after the stack's prefix."""
    meaning: str
    """What the e-mail says: the state and what to look at."""
    metric: Metric
    threshold: float
    period: int
    """Seconds."""
    periods: int
    """Periods in a row; the alarm needs every one of them."""
    below: bool = False
    """Whether it fires under the threshold rather than from it on."""
    missing: str = "notBreaching"


def make_alarm(
    logical_name: str, name: str, alarm: Alarm, topic_arn: pulumi.Input[str], *, parent: pulumi.Resource
) -> aws.cloudwatch.MetricAlarm:
    """A CloudWatch alarm that tells the topic when it goes off and when it is over."""
    percentile = alarm.metric.statistic.startswith("p")
    return aws.cloudwatch.MetricAlarm(
        logical_name,
        name=name,
        alarm_description=alarm.meaning,
        namespace=alarm.metric.namespace,
        metric_name=alarm.metric.name,
        dimensions=alarm.metric.dimensions,
        statistic=None if percentile else alarm.metric.statistic,
        extended_statistic=alarm.metric.statistic if percentile else None,
        period=alarm.period,
        evaluation_periods=alarm.periods,
        datapoints_to_alarm=alarm.periods,
        threshold=alarm.threshold,
        comparison_operator="LessThanThreshold" if alarm.below else "GreaterThanOrEqualToThreshold",
        treat_missing_data=alarm.missing,
        actions_enabled=True,
        alarm_actions=[topic_arn],
        ok_actions=[topic_arn],
        opts=pulumi.ResourceOptions(parent=parent),
    )


def target_errors(load_balancer: pulumi.Input[str], target_group: pulumi.Input[str]) -> Alarm:
    """A service's tasks answer 5xx. It needs no service, which therefore can name it in its deployments."""
    metric = metrics.of_target_group(
        "HTTPCode_Target_5XX_Count", "Sum", load_balancer=load_balancer, target_group=target_group
    )
    return Alarm(
        what="5xx",
        meaning="Tasks answer with 5xx: read their log. A deployment that is running is rolled back.",
        metric=metric,
        threshold=ERRORS_PER_MINUTE,
        period=MINUTE,
        periods=3,
    )


def of_service(
    service: WatchedService, cluster: pulumi.Input[str], load_balancer: pulumi.Input[str], limits: Thresholds
) -> Iterable[Alarm]:
    """A service's alarms, but for the 5xx one that the service itself makes."""
    name = service.name
    if service.target_group is not None:
        unhealthy = metrics.of_target_group(
            "UnHealthyHostCount", "Maximum", load_balancer=load_balancer, target_group=service.target_group
        )
        response = metrics.of_target_group(
            "TargetResponseTime", "p95", load_balancer=load_balancer, target_group=service.target_group
        )
        yield Alarm(
            what=f"{name}-unhealthy",
            meaning="A task fails the load balancer's health checks for longer than a start takes.",
            metric=unhealthy,
            threshold=1,
            period=MINUTE,
            periods=START_MINUTES,
        )
        yield Alarm(
            what=f"{name}-p95",
            meaning="One request in twenty waits too long for its first byte (seconds).",
            metric=response,
            threshold=service.p95_seconds,
            period=FIVE_MINUTES,
            periods=3,
        )
    yield Alarm(
        what=f"{name}-cpu",
        meaning="The tasks' CPU is used up (percent): raise scaling.max or cpu.",
        metric=metrics.of_service("CPUUtilization", "Average", cluster=cluster, service=service.service_name),
        threshold=limits.cpu_percent,
        period=FIVE_MINUTES,
        periods=3,
    )
    yield Alarm(
        what=f"{name}-memory",
        meaning="A task's memory is nearly used up (percent): at 100 ECS kills it. Raise memory.",
        metric=metrics.of_service("MemoryUtilization", "Maximum", cluster=cluster, service=service.service_name),
        threshold=limits.memory_percent,
        period=FIVE_MINUTES,
        periods=3,
    )
    if service.fewest_tasks > 0:
        yield Alarm(
            what=f"{name}-running",
            meaning="Fewer tasks run than scaling.min, for longer than a deployment takes: see the service's events.",
            metric=metrics.of_tasks("RunningTaskCount", "Maximum", cluster=cluster, service=service.service_name),
            threshold=service.fewest_tasks,
            period=MINUTE,
            periods=START_MINUTES,
            below=True,
            # Container Insights counts the tasks of every service that exists: no count means no service.
            missing="breaching",
        )


def of_load_balancer(load_balancer: pulumi.Input[str]) -> Iterable[Alarm]:
    """The ALB's own failures."""
    yield Alarm(
        what="load-balancer-errors",
        meaning="The load balancer answers 5xx itself: no healthy task, or none that answers in time.",
        metric=metrics.of_load_balancer("HTTPCode_ELB_5XX_Count", "Sum", load_balancer=load_balancer),
        threshold=LOAD_BALANCER_ERRORS,
        period=FIVE_MINUTES,
        periods=3,
    )
    yield Alarm(
        what="load-balancer-rejected",
        meaning="The load balancer refuses connections: it has reached its maximum.",
        metric=metrics.of_load_balancer("RejectedConnectionCount", "Sum", load_balancer=load_balancer),
        threshold=1,
        period=FIVE_MINUTES,
        periods=1,
    )


def of_file_system(file_system: WatchedFileSystem) -> Iterable[Alarm]:
    """EFS at a limit."""
    yield Alarm(
        what="file-system-io-limit",
        meaning="The file system nears the I/O limit of its performance mode (percent): everything on it gets slow.",
        metric=metrics.of_file_system("PercentIOLimit", "Maximum", file_system=file_system.file_system_id),
        threshold=PERCENT_OF_LIMIT,
        period=FIVE_MINUTES,
        periods=3,
    )
    if file_system.bursting:
        yield Alarm(
            what="file-system-burst-credits",
            meaning="Burst credits run out (bytes): set fileSystem.throughput to elastic.",
            metric=metrics.of_file_system("BurstCreditBalance", "Minimum", file_system=file_system.file_system_id),
            threshold=BURST_CREDITS,
            period=FIVE_MINUTES,
            periods=3,
            below=True,
        )


def of_database(database: WatchedDatabase) -> Iterable[Alarm]:
    """Aurora at a limit. FreeLocalStorage is not among them: Serverless v2 does not publish it."""
    cluster = database.cluster_identifier
    yield Alarm(
        what="database-capacity",
        meaning="An instance runs at its maximum of ACUs (percent): raise database.maxCapacity.",
        metric=metrics.of_database("ACUUtilization", "Maximum", cluster=cluster),
        threshold=PERCENT_OF_LIMIT,
        period=FIVE_MINUTES,
        periods=3,
    )
    yield Alarm(
        what="database-connections",
        meaning=f"Of {database.max_connections} connections {PERCENT_OF_CONNECTIONS} % are open.",
        metric=metrics.of_database("DatabaseConnections", "Maximum", cluster=cluster),
        threshold=database.max_connections * PERCENT_OF_CONNECTIONS // 100,
        period=FIVE_MINUTES,
        periods=1,
    )
    if database.instances > 1:
        yield Alarm(
            what="database-replica-lag",
            meaning="A reader lags behind (milliseconds): a failover to it would take longer.",
            metric=metrics.of_database("AuroraReplicaLagMaximum", "Maximum", cluster=cluster),
            threshold=REPLICA_LAG,
            period=FIVE_MINUTES,
            periods=3,
        )


def cache_nodes(cache: WatchedCache) -> dict[str, pulumi.Output[str]]:
    """The nodes' ids by their number: with cluster mode off ElastiCache appends it to the group's id."""
    numbers = [f"{number:03d}" for number in range(1, cache.nodes + 1)]
    return {number: pulumi.Output.concat(cache.replication_group_id, "-", number) for number in numbers}


def of_cache(cache: WatchedCache) -> Iterable[Alarm]:
    """Valkey at a limit, node by node. Evictions are not among them: the parameter group allows none."""
    for number, node in cache_nodes(cache).items():
        yield Alarm(
            what=f"cache-{number}-used",
            meaning="Valkey's memory fills (percent); when full it refuses writes. Choose a larger cache.nodeType.",
            metric=metrics.of_cache_node("DatabaseMemoryUsagePercentage", "Maximum", node=node),
            threshold=PERCENT_OF_CACHE,
            period=FIVE_MINUTES,
            periods=1,
        )
        yield Alarm(
            what=f"cache-{number}-engine-busy",
            meaning="Valkey's one thread is busy (percent): choose a faster cache.nodeType.",
            metric=metrics.of_cache_node("EngineCPUUtilization", "Average", node=node),
            threshold=PERCENT_OF_LIMIT,
            period=FIVE_MINUTES,
            periods=3,
        )


def of_bedrock() -> Iterable[Alarm]:
    """Bedrock's refusals and failures, of the whole account in this region."""
    meanings = {
        "throttles": ("InvocationThrottles", "Bedrock throttles the account's calls: ask for a higher model quota."),
        "server-errors": ("InvocationServerErrors", "Bedrock fails to answer the account's calls."),
        "client-errors": (
            "InvocationClientErrors",
            "Bedrock refuses the account's calls: access to the model, a parameter it does not take, or its name.",
        ),
    }
    for what, (name, meaning) in meanings.items():
        yield Alarm(
            what=f"bedrock-{what}",
            meaning=meaning,
            metric=metrics.of_bedrock(name, "Sum"),
            threshold=BEDROCK_CALLS,
            period=FIVE_MINUTES,
            periods=3,
        )
