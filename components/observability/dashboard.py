"""The dashboard's body: one row of graphs for each service and shared part, commands below."""

from collections.abc import Mapping, Sequence

import pulumi

from aws_rules import cloudwatch
from components.observability import metrics
from components.observability.args import ObservabilityArgs, WatchedCache, WatchedDatabase, WatchedService
from components.observability.metrics import Metric, Source
from components.observability.shared_alarms import cache_nodes

COLUMNS = 24
"""Width of CloudWatch's grid."""

ROW_HEIGHT = 6
PERIOD = 300
"""Seconds."""

MOST_SERVICES = cloudwatch.MOST_WIDGETS // 5
"""With four widgets for a service there is room for the rest."""

Series = tuple[str, Metric]
"""A label and what it shows."""

Graph = tuple[str, Sequence[Series]]
"""A title and what stands under it."""


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


def _series(source: Source, statistic: str, **names: str) -> list[Series]:
    """Metrics of one source by their labels, in which `_` stands for a space."""
    return [(label.replace("_", " "), source.metric(name, statistic)) for label, name in names.items()]


def _service_row(service: WatchedService, args: ObservabilityArgs) -> list[Graph]:
    name = service.name
    use = metrics.service(args.cluster_name, service.service_name)
    tasks = metrics.tasks(args.cluster_name, service.service_name)
    cpu = ("CPU", use.metric("CPUUtilization", "Average"))
    memory = ("memory, fullest task", use.metric("MemoryUtilization", "Maximum"))
    own: list[Graph] = [
        (f"{name}: CPU and memory (%)", [cpu, memory]),
        (f"{name}: tasks", _series(tasks, "Average", running="RunningTaskCount", desired="DesiredTaskCount")),
    ]
    if service.target_group is None:
        return own
    targets = metrics.target_group(args.load_balancer, service.target_group)
    requests = ("requests", targets.metric("RequestCount", "Sum"))
    errors = ("5xx", targets.metric("HTTPCode_Target_5XX_Count", "Sum"))
    times = [(percentile, targets.metric("TargetResponseTime", percentile)) for percentile in ("p95", "p50")]
    return [(f"{name}: requests", [requests, errors]), (f"{name}: time to the first byte (s)", times), *own]


def _load_balancer_row(load_balancer: pulumi.Input[str]) -> list[Graph]:
    balancer = metrics.load_balancer(load_balancer)
    answers = [(f"{kind}xx", balancer.metric(f"HTTPCode_ELB_{kind}XX_Count", "Sum")) for kind in (5, 4)]
    connections = _series(balancer, "Sum", active="ActiveConnectionCount", rejected="RejectedConnectionCount")
    return [
        ("load balancer: requests", _series(balancer, "Sum", requests="RequestCount")),
        ("load balancer: own answers", answers),
        ("load balancer: connections", connections),
    ]


def _database_row(database: WatchedDatabase) -> list[Graph]:
    cluster = metrics.database(database.cluster_identifier)
    row: list[Graph] = [
        ("database: capacity (ACU)", _series(cluster, "Average", average="ServerlessDatabaseCapacity")),
        ("database: capacity used (%)", _series(cluster, "Maximum", busiest_instance="ACUUtilization")),
        ("database: connections", _series(cluster, "Maximum", busiest_instance="DatabaseConnections")),
    ]
    if database.instances > 1:
        row.append(("database: replica lag (ms)", _series(cluster, "Maximum", slowest="AuroraReplicaLagMaximum")))
    return row


def _cache_row(cache: WatchedCache) -> list[Graph]:
    def per_node(name: str, statistic: str) -> list[Series]:
        nodes = cache_nodes(cache).items()
        return [(number, metrics.cache_node(node).metric(name, statistic)) for number, node in nodes]

    return [
        ("cache: memory (%)", per_node("DatabaseMemoryUsagePercentage", "Maximum")),
        ("cache: engine CPU (%)", per_node("EngineCPUUtilization", "Average")),
        ("cache: connections", per_node("CurrConnections", "Maximum")),
    ]


def _file_system_row(file_system: pulumi.Input[str]) -> list[Graph]:
    files = metrics.file_system(file_system)
    return [
        ("file system: I/O limit (%)", _series(files, "Maximum", used="PercentIOLimit")),
        ("file system: bytes", _series(files, "Sum", metered="MeteredIOBytes")),
        # EFS counts every client once a minute.
        ("file system: clients", [("connections", files.metric("ClientConnections", "Sum", period=60))]),
    ]


def _bedrock_row() -> list[Graph]:
    where = "Bedrock, whole account"
    failures = {name: f"Invocation{name}" for name in ("Throttles", "ServerErrors", "ClientErrors")}
    return [
        (f"{where}: calls", _series(metrics.BEDROCK, "Sum", calls="Invocations")),
        (f"{where}: failures", _series(metrics.BEDROCK, "Sum", **failures)),
        (f"{where}: latency (ms)", _series(metrics.BEDROCK, "p95", p95="InvocationLatency")),
        (f"{where}: tokens", _series(metrics.BEDROCK, "Sum", input="InputTokenCount", output="OutputTokenCount")),
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
            "metrics": [_as_json(label, metric) for label, metric in series],
            "yAxis": {"left": {"min": 0}},
        },
    }


def _as_json(label: str, metric: Metric) -> list[object]:
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
