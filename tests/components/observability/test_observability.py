"""Alarms that can fire, go to the topic and stay quiet when nothing happens; a dashboard that fits its grid."""

import json
from dataclasses import replace
from typing import Any

import pulumi_aws as aws
import pytest

from components.observability import Observability, alarms, dashboard
from components.observability.args import ObservabilityArgs
from offline.engine.recording import Resource
from tests.support.component_args import ALL_WATCHED, LOCATION, LONGEST_PREFIX, LONGEST_SERVICE, TOPIC_ARN, WATCHED
from tests.support.component_recording import record_one
from tests.support.component_variants import recorded

EVERYTHING = "observability with everything"
ROUTED, _ = ALL_WATCHED.services

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


each_alarm = pytest.mark.parametrize(
    "one", recorded(EVERYTHING).of_type(aws.cloudwatch.MetricAlarm), ids=lambda one: one.name
)


def alarm(what: str) -> dict[str, Any]:
    return recorded(EVERYTHING).one(aws.cloudwatch.MetricAlarm, f"observability-{what}").inputs


@each_alarm
def test_an_alarm_tells_the_topic_when_it_begins_and_when_it_ends(one: Resource) -> None:
    assert one.inputs["alarmActions"] == one.inputs["okActions"] == [TOPIC_ARN]
    assert one.inputs["actionsEnabled"] is True
    assert one.inputs["alarmDescription"]


@each_alarm
def test_an_alarm_watches_a_series_that_aws_publishes(one: Resource) -> None:
    dimensions = set(one.inputs.get("dimensions") or {})
    of_the_balancer = {"load-balancer-errors", "load-balancer-rejected"}
    whole_balancer = one.name.removeprefix("observability-") in of_the_balancer
    assert dimensions == ({"LoadBalancer"} if whole_balancer else PUBLISHED[one.inputs["namespace"]])


@pytest.mark.parametrize(("cores", "metric", "threshold"), [(2, "CPUUtilization", 45), (4, "EngineCPUUtilization", 90)])
def test_one_busy_thread_of_the_cache_is_seen_on_few_cores_and_on_many(cores: int, metric: str, threshold: int) -> None:
    assert ALL_WATCHED.cache is not None
    args = replace(ALL_WATCHED, cache=replace(ALL_WATCHED.cache, cores=cores))
    found = (
        record_one(Observability, "observability", args)
        .one(aws.cloudwatch.MetricAlarm, "observability-cache-001-engine-busy")
        .inputs
    )
    assert (found["metricName"], found["threshold"]) == (metric, threshold)


@each_alarm
def test_an_alarm_is_named_after_the_stack_within_the_limit(one: Resource) -> None:
    assert one.inputs["name"] == f"{LONGEST_PREFIX}-{one.name.removeprefix('observability-')}"
    assert len(one.inputs["name"]) <= 255


@each_alarm
def test_an_idle_part_without_data_raises_no_alarm(one: Resource) -> None:
    expected = "breaching" if one.name == f"observability-{LONGEST_SERVICE}-running" else "notBreaching"
    assert one.inputs["treatMissingData"] == expected


def test_a_deployment_that_stops_before_it_starts_raises_no_alarm() -> None:
    seconds = {
        what: alarm(what)["period"] * alarm(what)["datapointsToAlarm"]
        for what in (f"{LONGEST_SERVICE}-running", f"{LONGEST_SERVICE}-unhealthy", "load-balancer-errors")
    }
    assert set(seconds.values()) == {15 * 60}


def test_5xx_of_a_target_group_fail_a_deployment_within_three_minutes() -> None:
    errors = alarms.target_errors("app/alb/1", "targetgroup/web/1")
    assert errors.metric.dimensions == {"LoadBalancer": "app/alb/1", "TargetGroup": "targetgroup/web/1"}
    assert (errors.metric.name, errors.metric.statistic) == ("HTTPCode_Target_5XX_Count", "Sum")
    assert errors.period * errors.periods == 180
    assert errors.missing == "notBreaching"


def widgets(args: ObservabilityArgs) -> list[dict[str, Any]]:
    body = json.loads(
        record_one(Observability, "observability", args).one(aws.cloudwatch.Dashboard).inputs["dashboardBody"]
    )
    found: list[dict[str, Any]] = body["widgets"]
    return found


@pytest.mark.parametrize("args", [WATCHED, ALL_WATCHED], ids=["smallest", "largest"])
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
    for widget in widgets(ALL_WATCHED)[:-1]:
        rows.setdefault(widget["y"], set()).add(widget["properties"]["title"].split(":")[0])
    assert list(rows.values()) == [
        {LONGEST_SERVICE},
        {"worker"},
        {"load balancer"},
        {"database"},
        {"cache"},
        {"file system"},
        {"Bedrock, whole account"},
    ]


def test_a_client_of_the_file_system_is_counted_once() -> None:
    """EFS counts each client every minute; the sum of five minutes would show five times as many."""
    graphs = [graph for widget in widgets(ALL_WATCHED) for graph in widget["properties"].get("metrics", [])]
    [series] = [graph for graph in graphs if "ClientConnections" in graph]
    assert (series[-1]["stat"], series[-1]["period"]) == ("Sum", 60)


def test_the_dashboard_shows_the_commands_as_they_run() -> None:
    text = widgets(ALL_WATCHED)[-1]
    assert text["type"] == "text"
    assert "```\naws logs tail /ecs/stack\n```" in text["properties"]["markdown"]


def test_graphs_read_the_region_of_the_stack() -> None:
    assert {widget["properties"]["region"] for widget in widgets(ALL_WATCHED)[:-1]} == {LOCATION.region}


def test_the_body_is_the_same_text_for_the_same_stack() -> None:
    body = recorded(EVERYTHING).one(aws.cloudwatch.Dashboard).inputs["dashboardBody"]
    assert body == json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))


def many_services(number: int) -> ObservabilityArgs:
    return replace(ALL_WATCHED, services=[replace(ROUTED, name=f"web-{position}") for position in range(number)])


def test_a_stack_of_two_hundred_services_stays_within_the_500_widgets_of_a_dashboard() -> None:
    found = dashboard.body(many_services(200))["widgets"]
    assert isinstance(found, list)
    assert len(found) <= 500


def test_a_dashboard_that_leaves_services_out_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard, "MOST_SERVICES", 2)
    text = widgets(many_services(5))[-1]["properties"]["markdown"]
    assert "3 more services have alarms" in text
