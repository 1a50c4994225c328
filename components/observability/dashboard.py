"""The dashboard's body: one row of graphs for each service and shared part, commands below."""

from collections.abc import Mapping, Sequence

import pulumi

from aws_rules import cloudwatch
from components.observability import metrics
from components.observability.args import ObservabilityArgs, WatchedCache, WatchedDatabase, WatchedService
from components.observability.metrics import Metric
from components.observability.shared_alarms import cache_nodes

COLUMNS = 24
"""Width of CloudWatch's grid."""

ROW_HEIGHT = 6
PERIOD = 300
"""Seconds."""

MOST_SERVICES = cloudwatch.MOST_WIDGETS // 5
"""With four widgets for a service there is room for the rest."""

Graph = tuple[str, Sequence[tuple[str, Metric]]]
"""A title, and the series by their labels."""


def body(args: ObservabilityArgs) -> dict[str, object]:
    """The dashboard in CloudWatch's words; the same arguments give the same body."""
    rows = [_service_row(service, args) for service in args.services[:MOST_SERVICES]]
    rows.append(_load_balancer_row(args.load_balancer))
    if args.database:
        rows.append(_database_row(args.database))
    if args.cache:
        rows.append(_cache_row(args.cache))
    rows.append(_file_system_row(args.file_system.file_system_id))
    if args.bedrock:
        rows.append(_bedrock_row())
    widgets = [
        _graph(graph, args.location.region, x=position * COLUMNS // len(row), y=number * ROW_HEIGHT, of=len(row))
        for number, row in enumerate(rows)
        for position, graph in enumerate(row)
    ]
    left_out = len(args.services) - MOST_SERVICES
    text = _commands(args.commands, left_out, y=len(rows) * ROW_HEIGHT)
    return {"periodOverride": "inherit", "start": "-PT3H", "widgets": [*widgets, text]}


def _service_row(service: WatchedService, args: ObservabilityArgs) -> list[Graph]:
    name = service.name

    def tasks(metric: str) -> Metric:
        return metrics.of_tasks(metric, "Average", cluster=args.cluster_name, service=service.service_name)

    def use(metric: str, statistic: str) -> Metric:
        return metrics.of_service(metric, statistic, cluster=args.cluster_name, service=service.service_name)

    own: list[Graph] = [
        (
            f"{name}: CPU and memory (%)",
            [("CPU", use("CPUUtilization", "Average")), ("memory, fullest task", use("MemoryUtilization", "Maximum"))],
        ),
        (f"{name}: tasks", [("running", tasks("RunningTaskCount")), ("desired", tasks("DesiredTaskCount"))]),
    ]
    group = service.target_group
    if group is None:
        return own

    def requests(metric: str, statistic: str) -> Metric:
        return metrics.of_target_group(metric, statistic, load_balancer=args.load_balancer, target_group=group)

    return [
        (
            f"{name}: requests",
            [("requests", requests("RequestCount", "Sum")), ("5xx", requests("HTTPCode_Target_5XX_Count", "Sum"))],
        ),
        (
            f"{name}: time to the first byte (s)",
            [("p95", requests("TargetResponseTime", "p95")), ("p50", requests("TargetResponseTime", "p50"))],
        ),
        *own,
    ]


def _load_balancer_row(load_balancer: pulumi.Input[str]) -> list[Graph]:
    def metric(name: str) -> Metric:
        return metrics.of_load_balancer(name, "Sum", load_balancer=load_balancer)

    return [
        ("load balancer: requests", [("requests", metric("RequestCount"))]),
        (
            "load balancer: own answers",
            [("5xx", metric("HTTPCode_ELB_5XX_Count")), ("4xx", metric("HTTPCode_ELB_4XX_Count"))],
        ),
        (
            "load balancer: connections",
            [("active", metric("ActiveConnectionCount")), ("rejected", metric("RejectedConnectionCount"))],
        ),
    ]


def _database_row(database: WatchedDatabase) -> list[Graph]:
    def metric(name: str, statistic: str) -> Metric:
        return metrics.of_database(name, statistic, cluster=database.cluster_identifier)

    row: list[Graph] = [
        (
            "database: capacity (ACU)",
            [("average", metric("ServerlessDatabaseCapacity", "Average"))],
        ),
        ("database: capacity used (%)", [("busiest instance", metric("ACUUtilization", "Maximum"))]),
        ("database: connections", [("busiest instance", metric("DatabaseConnections", "Maximum"))]),
    ]
    if database.instances > 1:
        row.append(("database: replica lag (ms)", [("slowest", metric("AuroraReplicaLagMaximum", "Maximum"))]))
    return row


def _cache_row(cache: WatchedCache) -> list[Graph]:
    def per_node(name: str, statistic: str) -> list[tuple[str, Metric]]:
        nodes = cache_nodes(cache).items()
        return [(number, metrics.of_cache_node(name, statistic, node=node)) for number, node in nodes]

    return [
        ("cache: memory (%)", per_node("DatabaseMemoryUsagePercentage", "Maximum")),
        ("cache: engine CPU (%)", per_node("EngineCPUUtilization", "Average")),
        ("cache: connections", per_node("CurrConnections", "Maximum")),
    ]


def _file_system_row(file_system: pulumi.Input[str]) -> list[Graph]:
    def metric(name: str, statistic: str, period: int | None = None) -> Metric:
        return metrics.of_file_system(name, statistic, file_system=file_system, period=period)

    return [
        ("file system: I/O limit (%)", [("used", metric("PercentIOLimit", "Maximum"))]),
        ("file system: bytes", [("metered", metric("MeteredIOBytes", "Sum"))]),
        # EFS counts every client once a minute.
        ("file system: clients", [("connections", metric("ClientConnections", "Sum", period=60))]),
    ]


def _bedrock_row() -> list[Graph]:
    failures = ("InvocationThrottles", "InvocationServerErrors", "InvocationClientErrors")
    return [
        ("Bedrock, whole account: calls", [("calls", metrics.of_bedrock("Invocations", "Sum"))]),
        (
            "Bedrock, whole account: failures",
            [(name.removeprefix("Invocation"), metrics.of_bedrock(name, "Sum")) for name in failures],
        ),
        ("Bedrock, whole account: latency (ms)", [("p95", metrics.of_bedrock("InvocationLatency", "p95"))]),
        (
            "Bedrock, whole account: tokens",
            [
                ("input", metrics.of_bedrock("InputTokenCount", "Sum")),
                ("output", metrics.of_bedrock("OutputTokenCount", "Sum")),
            ],
        ),
    ]


def _graph(graph: Graph, region: str, *, x: int, y: int, of: int) -> dict[str, object]:
    title, series = graph
    return {
        "type": "metric",
        "x": x,
        "y": y,
        "width": COLUMNS // of,
        "height": ROW_HEIGHT,
        "properties": {
            "title": title,
            "region": region,
            "view": "timeSeries",
            "period": PERIOD,
            "metrics": [_series(label, metric) for label, metric in series],
            "yAxis": {"left": {"min": 0}},
        },
    }


def _series(label: str, metric: Metric) -> list[object]:
    dimensions = [part for pair in metric.dimensions.items() for part in pair]
    period = {"period": metric.period} if metric.period else {}
    return [metric.namespace, metric.name, *dimensions, {"label": label, "stat": metric.statistic, **period}]


def _commands(commands: Mapping[str, pulumi.Input[str]], left_out: int, *, y: int) -> dict[str, object]:
    lines: list[pulumi.Input[str]] = ["## Troubleshooting\n"]
    if left_out > 0:
        lines.append(f"\n{left_out} more services have alarms, but no room here.\n")
    for shows, command in commands.items():
        lines.append(pulumi.Output.concat(f"\n{shows}\n```\n", command, "\n```\n"))
    return {
        "type": "text",
        "x": 0,
        "y": y,
        "width": COLUMNS,
        "height": 2 * ROW_HEIGHT,
        "properties": {"markdown": pulumi.Output.concat(*lines)},
    }
