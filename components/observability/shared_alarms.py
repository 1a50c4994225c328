"""The alarms of the parts that all services share: load balancer, file system, database, cache and Bedrock."""

from collections.abc import Iterable

import pulumi

from aws_rules import elasticache
from components.observability import metrics
from components.observability.alarms import Alarm
from components.observability.args import WatchedCache, WatchedDatabase, WatchedFileSystem

LOAD_BALANCER_ERRORS = 25
"""5xx answers of the load balancer itself in five minutes, three times: less is a service between two versions."""

BEDROCK_CALLS = 5
"""Failed calls in five minutes, three times: single ones are what the gateway's eight retries are for."""

PERCENT_OF_LIMIT = 90
PERCENT_OF_CONNECTIONS = 80
"""A further task may find too few left for its pools, and Aurora refuses a connection rather than let it wait."""

PERCENT_OF_CACHE = 75
"""Nothing is evicted: a full cache refuses every write, and with it every login and every message."""

REPLICA_LAG = 2000
"""Milliseconds; Aurora's replicas share the storage and lag by tens of milliseconds."""

BURST_CREDITS = 3600 * 100 * 1024**2
"""Bytes: what is left for one hour at the burst rate of 100 MiB/s (Amazon EFS user guide, bursting throughput)."""


def of_load_balancer(load_balancer: pulumi.Input[str]) -> Iterable[Alarm]:
    """The ALB's own failures."""
    balancer = metrics.load_balancer(load_balancer)
    yield Alarm(
        what="load-balancer-errors",
        meaning="The load balancer answers 5xx itself: no healthy task, or none that answers in time.",
        metric=balancer.metric("HTTPCode_ELB_5XX_Count", "Sum"),
        threshold=LOAD_BALANCER_ERRORS,
    )
    yield Alarm(
        what="load-balancer-rejected",
        meaning="The load balancer refuses connections: it has reached its maximum.",
        metric=balancer.metric("RejectedConnectionCount", "Sum"),
        threshold=1,
        periods=1,
    )


def of_file_system(file_system: WatchedFileSystem) -> Iterable[Alarm]:
    """EFS at a limit."""
    files = metrics.file_system(file_system.file_system_id)
    yield Alarm(
        what="file-system-io-limit",
        meaning="The file system nears the I/O limit of its performance mode (percent): everything on it gets slow.",
        metric=files.metric("PercentIOLimit", "Maximum"),
        threshold=PERCENT_OF_LIMIT,
    )
    if file_system.bursting:
        yield Alarm(
            what="file-system-burst-credits",
            meaning="Burst credits run out (bytes): set fileSystem.throughput to elastic.",
            metric=files.metric("BurstCreditBalance", "Minimum"),
            threshold=BURST_CREDITS,
            below=True,
        )


def of_database(database: WatchedDatabase) -> Iterable[Alarm]:
    """Aurora at a limit. FreeLocalStorage is not among them: Serverless v2 does not publish it."""
    cluster = metrics.database(database.cluster_identifier)
    yield Alarm(
        what="database-capacity",
        meaning="An instance runs at its maximum of ACUs (percent): raise database.maxCapacity.",
        metric=cluster.metric("ACUUtilization", "Maximum"),
        threshold=PERCENT_OF_LIMIT,
    )
    yield Alarm(
        what="database-connections",
        meaning=f"Of {database.max_connections} connections {PERCENT_OF_CONNECTIONS} % are open.",
        metric=cluster.metric("DatabaseConnections", "Maximum"),
        threshold=database.max_connections * PERCENT_OF_CONNECTIONS // 100,
        periods=1,
    )
    if database.instances > 1:
        yield Alarm(
            what="database-replica-lag",
            meaning="A reader lags behind (milliseconds): a failover to it would take longer.",
            metric=cluster.metric("AuroraReplicaLagMaximum", "Maximum"),
            threshold=REPLICA_LAG,
        )


def cache_nodes(cache: WatchedCache) -> dict[str, pulumi.Output[str]]:
    """The nodes' ids by their number: with cluster mode off ElastiCache appends it to the group's id."""
    numbers = [f"{number:03d}" for number in range(1, cache.nodes + 1)]
    return {number: pulumi.Output.concat(cache.replication_group_id, "-", number) for number in numbers}


def of_cache(cache: WatchedCache) -> Iterable[Alarm]:
    """Valkey at a limit, node by node. Evictions are not among them: the parameter group allows none.

    On a small node the rest takes a share that EngineCPUUtilization does not show; one busy thread is then a share of
    all cores.
    """
    cpu, busy = "EngineCPUUtilization", PERCENT_OF_LIMIT
    if cache.cores <= elasticache.SMALL_NODE_CORES:
        cpu, busy = "CPUUtilization", PERCENT_OF_LIMIT // cache.cores
    for number, node in cache_nodes(cache).items():
        yield Alarm(
            what=f"cache-{number}-used",
            meaning="Valkey's memory fills (percent); when full it refuses writes. Choose a larger cache.nodeType.",
            metric=metrics.cache_node(node).metric("DatabaseMemoryUsagePercentage", "Maximum"),
            threshold=PERCENT_OF_CACHE,
            periods=1,
        )
        yield Alarm(
            what=f"cache-{number}-engine-busy",
            meaning="Valkey's one thread is busy (percent): choose a faster cache.nodeType.",
            metric=metrics.cache_node(node).metric(cpu, "Average"),
            threshold=busy,
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
            metric=metrics.BEDROCK.metric(name, "Sum"),
            threshold=BEDROCK_CALLS,
        )
