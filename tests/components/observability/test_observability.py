"""Alarms that can fire, go to the topic and stay quiet when nothing happens; a dashboard that fits its grid."""

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from components.observability import Observability, alarms, dashboard
from components.observability.args import (
    ObservabilityArgs,
    WatchedCache,
    WatchedDatabase,
    WatchedFileSystem,
    WatchedService,
)
from offline.engine.recording import Recording, Resource
from tests.support.component_args import LOCATION, LONGEST_PREFIX, LONGEST_SERVICE
from tests.support.component_recording import record_one

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
TOPIC_ARN = LOCATION.arn("sns", "alarms")

WEB = WatchedService(
    name="web",
    service_name="stack-web-service",
    target_group="targetgroup/web/1",
    fewest_tasks=2,
    p95_seconds=10,
)
WORKER = WatchedService(name=LONGEST_SERVICE, service_name="stack-worker-service", fewest_tasks=0, p95_seconds=10)
SMALLEST = ObservabilityArgs(
    location=LOCATION,
    name_prefix=LONGEST_PREFIX,
    topic_arn=TOPIC_ARN,
    cluster_name="stack-cluster",
    load_balancer="app/alb/1",
    services=[WEB],
    file_system=WatchedFileSystem(file_system_id="fs-1", bursting=False),
    bedrock=False,
)
LARGEST = replace(
    SMALLEST,
    services=[WEB, WORKER],
    file_system=WatchedFileSystem(file_system_id="fs-1", bursting=True),
    database=WatchedDatabase(cluster_identifier="stack-db", instances=2, max_connections=1000),
    cache=WatchedCache(replication_group_id="cache-group", nodes=2, cores=2),
    bedrock=True,
    commands={"webLogs": "aws logs tail /ecs/stack"},
)
FOR_WEB = {"web-unhealthy", "web-p95", "web-cpu", "web-memory", "web-running"}
FOR_WORKER = {f"{LONGEST_SERVICE}-cpu", f"{LONGEST_SERVICE}-memory"}
FOR_BALANCER = {"load-balancer-errors", "load-balancer-rejected"}
FOR_DATA = {
    "database-capacity",
    "database-connections",
    "database-replica-lag",
    "cache-001-used",
    "cache-001-engine-busy",
    "cache-002-used",
    "cache-002-engine-busy",
}
FOR_BEDROCK = {"bedrock-throttles", "bedrock-server-errors", "bedrock-client-errors"}

PUBLISHED = {
    "AWS/ApplicationELB": {"LoadBalancer", "TargetGroup"},
    "AWS/Bedrock": set[str](),
    "AWS/ECS": {"ClusterName", "ServiceName"},
    "AWS/EFS": {"FileSystemId"},
    "AWS/ElastiCache": {"CacheClusterId"},
    "AWS/RDS": {"DBClusterIdentifier"},
    "ECS/ContainerInsights": {"ClusterName", "ServiceName"},
}
"""The dimensions in the services' metric tables; with others an alarm watches a series that never has data."""


@cache
def largest(*, preview: bool = False) -> Recording:
    return record_one(Observability, "observability", LARGEST, preview=preview)


@cache
def smallest() -> Recording:
    return record_one(Observability, "observability", SMALLEST)


def alarm(recording: Recording, what: str) -> dict[str, Any]:
    return recording.one(ALARM, f"observability-{what}").inputs


def whats(recording: Recording) -> set[str]:
    return {found.name.removeprefix("observability-") for found in recording.of_type(ALARM)}


def test_every_part_has_exactly_its_alarms() -> None:
    every = {*FOR_WEB, *FOR_WORKER, *FOR_BALANCER, *FOR_DATA, *FOR_BEDROCK}
    assert whats(largest()) == {*every, "file-system-io-limit", "file-system-burst-credits"}
    assert whats(smallest()) == {*FOR_WEB, *FOR_BALANCER, "file-system-io-limit"}


def test_the_type_token_and_registered_outputs_are_pinned() -> None:
    component = largest().one("webui-bedrock:monitoring:Observability", "observability")
    assert set(component.registered_outputs or {}) == {"alarm_names", "dashboard_name"}
    assert all(found.parent == component.urn for found in largest().resources if found is not component)


def test_a_preview_asks_for_the_same_resources_as_an_update() -> None:
    def asked(recording: Recording) -> list[tuple[str, dict[str, Any]]]:
        return [(found.urn, found.inputs) for found in recording.resources]

    assert asked(largest(preview=True)) == asked(largest())


@pytest.mark.parametrize("found", largest().of_type(ALARM), ids=lambda found: found.name)
def test_an_alarm_tells_the_topic_when_it_begins_and_when_it_ends(found: Resource) -> None:
    assert found.inputs["alarmActions"] == found.inputs["okActions"] == [TOPIC_ARN]
    assert found.inputs["actionsEnabled"] is True
    assert found.inputs["alarmDescription"]


@pytest.mark.parametrize("found", largest().of_type(ALARM), ids=lambda found: found.name)
def test_an_alarm_watches_a_series_that_aws_publishes(found: Resource) -> None:
    dimensions = set(found.inputs.get("dimensions") or {})
    of_the_balancer = {"load-balancer-errors", "load-balancer-rejected"}
    whole_balancer = found.name.removeprefix("observability-") in of_the_balancer
    assert dimensions == ({"LoadBalancer"} if whole_balancer else PUBLISHED[found.inputs["namespace"]])


@pytest.mark.parametrize(("cores", "metric", "threshold"), [(2, "CPUUtilization", 45), (4, "EngineCPUUtilization", 90)])
def test_one_busy_thread_of_the_cache_is_seen_on_few_cores_and_on_many(cores: int, metric: str, threshold: int) -> None:
    assert LARGEST.cache is not None
    args = replace(LARGEST, cache=replace(LARGEST.cache, cores=cores))
    found = alarm(record_one(Observability, "observability", args), "cache-001-engine-busy")
    assert (found["metricName"], found["threshold"]) == (metric, threshold)


def test_a_slow_answer_among_a_handful_raises_no_alarm() -> None:
    assert alarm(largest(), "web-p95")["evaluateLowSampleCountPercentiles"] == "ignore"
    assert "evaluateLowSampleCountPercentiles" not in alarm(largest(), "web-cpu")


@pytest.mark.parametrize("found", largest().of_type(ALARM), ids=lambda found: found.name)
def test_an_alarm_is_named_after_the_stack_within_the_limit(found: Resource) -> None:
    assert found.inputs["name"] == f"{LONGEST_PREFIX}-{found.name.removeprefix('observability-')}"
    assert len(found.inputs["name"]) <= 255


@pytest.mark.parametrize("found", largest().of_type(ALARM), ids=lambda found: found.name)
def test_an_idle_part_without_data_raises_no_alarm(found: Resource) -> None:
    expected = "breaching" if found.name == "observability-web-running" else "notBreaching"
    assert found.inputs["treatMissingData"] == expected


def test_a_deployment_that_stops_before_it_starts_raises_no_alarm() -> None:
    seconds = {
        what: alarm(largest(), what)["period"] * alarm(largest(), what)["datapointsToAlarm"]
        for what in ("web-running", "web-unhealthy", "load-balancer-errors")
    }
    assert set(seconds.values()) == {15 * 60}


def test_too_few_tasks_are_fewer_than_the_lowest_minimum() -> None:
    running = alarm(largest(), "web-running")
    assert (running["comparisonOperator"], running["threshold"]) == ("LessThanThreshold", 2)


def test_a_percentile_goes_where_cloudwatch_takes_percentiles() -> None:
    slow = alarm(largest(), "web-p95")
    assert (slow["extendedStatistic"], slow["threshold"]) == ("p95", 10)
    assert "statistic" not in slow
    assert alarm(largest(), "web-cpu")["statistic"] == "Average"


def test_connections_are_judged_by_the_limit_of_the_database() -> None:
    assert alarm(largest(), "database-connections")["threshold"] == 800


def test_each_cache_node_is_watched_under_its_own_id() -> None:
    assert alarm(largest(), "cache-002-used")["dimensions"] == {"CacheClusterId": "cache-group-002"}


def test_burst_credits_are_for_one_hour_at_the_burst_rate() -> None:
    credits = alarm(largest(), "file-system-burst-credits")
    assert (credits["threshold"], credits["comparisonOperator"]) == (377_487_360_000, "LessThanThreshold")


def test_5xx_of_a_target_group_fail_a_deployment_within_three_minutes() -> None:
    errors = alarms.target_errors("app/alb/1", "targetgroup/web/1")
    assert errors.metric.dimensions == {"LoadBalancer": "app/alb/1", "TargetGroup": "targetgroup/web/1"}
    assert (errors.metric.name, errors.metric.statistic) == ("HTTPCode_Target_5XX_Count", "Sum")
    assert errors.period * errors.periods == 180
    assert errors.missing == "notBreaching"


def widgets(args: ObservabilityArgs) -> list[dict[str, Any]]:
    body = json.loads(record_one(Observability, "observability", args).one(DASHBOARD).inputs["dashboardBody"])
    found: list[dict[str, Any]] = body["widgets"]
    return found


@pytest.mark.parametrize("args", [SMALLEST, LARGEST], ids=["smallest", "largest"])
def test_no_two_widgets_overlap_or_leave_the_grid(args: ObservabilityArgs) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in widgets(args):
        columns = range(widget["x"], widget["x"] + widget["width"])
        assert columns.stop <= dashboard.COLUMNS
        cells = {(x, y) for x in columns for y in range(widget["y"], widget["y"] + widget["height"])}
        assert not taken & cells
        taken |= cells


def test_each_service_and_part_has_a_row_of_its_own() -> None:
    rows: dict[int, set[str]] = {}
    for widget in widgets(LARGEST)[:-1]:
        rows.setdefault(widget["y"], set()).add(widget["properties"]["title"].split(":")[0])
    assert list(rows.values()) == [
        {"web"},
        {LONGEST_SERVICE},
        {"load balancer"},
        {"database"},
        {"cache"},
        {"file system"},
        {"Bedrock, whole account"},
    ]


def test_a_client_of_the_file_system_is_counted_once() -> None:
    """EFS counts each client every minute; the sum of five minutes would show five times as many."""
    body = json.loads(largest().one(DASHBOARD).inputs["dashboardBody"])
    [series] = [
        metric
        for widget in body["widgets"]
        for metric in widget["properties"].get("metrics", [])
        if "ClientConnections" in metric
    ]
    assert (series[-1]["stat"], series[-1]["period"]) == ("Sum", 60)


def test_the_dashboard_shows_the_commands_as_they_run() -> None:
    text = widgets(LARGEST)[-1]
    assert text["type"] == "text"
    assert "```\naws logs tail /ecs/stack\n```" in text["properties"]["markdown"]


def test_graphs_read_the_region_of_the_stack() -> None:
    assert {widget["properties"]["region"] for widget in widgets(LARGEST)[:-1]} == {LOCATION.region}


def test_the_body_is_the_same_text_for_the_same_stack() -> None:
    body = largest().one(DASHBOARD).inputs["dashboardBody"]
    assert body == json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))
    assert largest().one(DASHBOARD).inputs["dashboardName"] == LONGEST_PREFIX


def many_services(number: int) -> ObservabilityArgs:
    return replace(LARGEST, services=[replace(WEB, name=f"web-{position}") for position in range(number)])


def test_a_stack_of_two_hundred_services_stays_within_the_500_widgets_of_a_dashboard() -> None:
    found = dashboard.body(many_services(200))["widgets"]
    assert isinstance(found, list)
    assert len(found) <= 500


def test_a_dashboard_that_leaves_services_out_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard, "MOST_SERVICES", 2)
    text = widgets(many_services(5))[-1]["properties"]["markdown"]
    assert "3 more services have alarms" in text
