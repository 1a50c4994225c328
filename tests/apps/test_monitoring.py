"""The program watches what it runs: which alarms a configuration has, and which of them roll a deployment back."""

import json

import pulumi
import pulumi_aws as aws
import pytest

from apps.outputs import dashboard_url
from components.support.location import Location
from offline.engine import record
from offline.engine.recording import Recording
from tests.support.program import GATEWAY_IMAGE, Config, plan, service, waits_for

LIKE_SHARED_PARTS = ("database", "cache-001", "cache-001-engine", "bedrock", "bedrock-server")
APP = {"image": "example/app:1", "port": 8080}
AT_NIGHT = {"cron": "cron(0 20 * * ? *)", "min": 1, "max": 1}
BUSY: Config = {
    "alarms": {"emails": ["a-at-b@c.example", "a@b-at-c.example"]},
    "database": {"minCapacity": 0.5, "maxCapacity": 4},
    "fileSystem": {"throughput": "bursting"},
    "gateway": {"image": GATEWAY_IMAGE, "transport": "serviceConnect"},
    "services": {
        **{name: {**APP, "paths": [f"/{name}/*"]} for name in LIKE_SHARED_PARTS},
        "worker": {"image": "example/worker:1", "port": 8080, "scaling": {"min": 0, "max": 1}},
        "a": {**APP, "scaling": {"schedules": [{**AT_NIGHT, "name": "b-schedule-c"}]}},
        "a-schedule-b": {**APP, "scaling": {"schedules": [{**AT_NIGHT, "name": "c"}]}},
    },
    "webui": {
        "scaling": {
            "min": 3,
            "max": 5,
            "schedules": [
                {**AT_NIGHT, "name": "night", "max": 2},
                {"name": "day", "cron": "cron(0 6 * * ? *)", "min": 3, "max": 5},
            ],
        }
    },
}


@pytest.fixture(scope="module")
def busy() -> Recording:
    """A stack with much to watch."""
    return plan(BUSY)


def alarm_names(recording: Recording) -> set[str]:
    return {found.inputs["name"] for found in recording.of_type(aws.cloudwatch.MetricAlarm)}


@pytest.mark.parametrize("app", ["webui", "gateway"])
def test_5xx_of_the_new_tasks_roll_a_deployment_back(app: str) -> None:
    recording = plan()
    name = f"webui-bedrock-{app}-5xx"
    assert service(recording, app).inputs["alarms"] == {"alarmNames": [name], "enable": True, "rollback": True}
    errors = recording.one(aws.cloudwatch.MetricAlarm, f"{app}-5xx")
    assert errors.inputs["name"] == name
    assert errors.inputs["treatMissingData"] == "notBreaching"
    assert errors.urn in waits_for(recording, service(recording, app))


def test_the_alarm_of_a_service_waits_for_nothing_that_waits_for_the_service() -> None:
    recording = plan()
    waited = waits_for(recording, recording.one(aws.cloudwatch.MetricAlarm, "webui-5xx"))
    assert service(recording, "webui").urn not in waited


def test_a_service_that_the_load_balancer_does_not_reach_has_no_5xx_alarm(busy: Recording) -> None:
    assert "alarms" not in service(busy, "gateway").inputs
    watched = {name for name in alarm_names(busy) if name.startswith("webui-bedrock-gateway-")}
    assert watched == {f"webui-bedrock-gateway-{what}" for what in ("cpu", "memory", "running")}


def test_every_alarm_and_every_address_hang_on_one_topic(busy: Recording) -> None:
    topic = busy.one(aws.sns.Topic).outputs["arn"]
    assert {tuple(found.inputs["alarmActions"]) for found in busy.of_type(aws.cloudwatch.MetricAlarm)} == {(topic,)}
    subscriptions = busy.of_type(aws.sns.TopicSubscription)
    assert [found.inputs["topic"] for found in subscriptions] == [topic, topic]


def test_names_that_hold_two_values_of_the_config_are_told_apart(busy: Recording) -> None:
    actions = busy.of_type(aws.appautoscaling.ScheduledAction)
    assert sorted(found.inputs["name"] for found in actions) == ["b-schedule-c", "c", "day", "night"]
    assert len(busy.of_type(aws.sns.TopicSubscription)) == 2


def test_no_two_alarms_share_a_name_whatever_the_services_are_called(busy: Recording) -> None:
    found = [resource.inputs["name"] for resource in busy.of_type(aws.cloudwatch.MetricAlarm)]
    assert len(found) == len(set(found))


def test_too_few_tasks_are_judged_by_the_lowest_minimum_of_all_schedules(busy: Recording) -> None:
    assert busy.one(aws.cloudwatch.MetricAlarm, "observability-webui-running").inputs["threshold"] == 1


def test_a_service_that_may_run_no_task_is_not_missed(busy: Recording) -> None:
    assert {"webui-bedrock-worker-cpu", "webui-bedrock-worker-running"} & alarm_names(busy) == {
        "webui-bedrock-worker-cpu"
    }


def test_a_model_may_think_before_its_first_byte_and_the_webui_may_not() -> None:
    recording = plan()
    seconds = {
        app: recording.one(aws.cloudwatch.MetricAlarm, f"observability-{app}-p95").inputs["threshold"]
        for app in ("webui", "gateway")
    }
    assert seconds == {"webui": 10, "gateway": 60}


def test_a_stack_without_database_and_gateway_watches_neither() -> None:
    recording = plan({"database": {"enabled": False}, "webui": {"scaling": {"max": 1}}, "gateway": {"enabled": False}})
    prefixes = ("webui-bedrock-database", "webui-bedrock-cache", "webui-bedrock-bedrock", "webui-bedrock-gateway")
    assert not [name for name in alarm_names(recording) if name.startswith(prefixes)]


def test_only_a_bursting_file_system_can_run_out_of_credits(busy: Recording) -> None:
    credits = "webui-bedrock-file-system-burst-credits"
    assert credits in alarm_names(busy)
    assert credits not in alarm_names(plan())


def test_connections_are_judged_by_the_limit_of_the_largest_capacity(busy: Recording) -> None:
    assert busy.one(aws.cloudwatch.MetricAlarm, "observability-database-connections").inputs["threshold"] == 657


def test_the_dashboard_shows_the_commands_that_the_stack_gives_out() -> None:
    recording = plan()
    body = json.loads(recording.one(aws.cloudwatch.Dashboard).inputs["dashboardBody"])
    markdown = body["widgets"][-1]["properties"]["markdown"]
    assert all(command in markdown for command in recording.outputs["TroubleshootingCommands"].values())


def test_the_dashboard_is_one_click_away() -> None:
    assert plan().outputs["DashboardURL"] == (
        "https://console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/webui-bedrock"
    )


def console(region: str, partition: str) -> object:
    """The dashboard's address in a partition."""
    there = Location(account_id="123456789012", region=region, partition=partition)
    return record(lambda: pulumi.export("url", dashboard_url(there, "d"))).outputs["url"]


@pytest.mark.parametrize(
    ("region", "partition", "host"),
    [
        ("cn-north-1", "aws-cn", "console.amazonaws.cn"),
        ("us-gov-west-1", "aws-us-gov", "console.amazonaws-us-gov.com"),
    ],
)
def test_the_console_is_that_of_the_partition(region: str, partition: str, host: str) -> None:
    assert console(region, partition) == f"https://{host}/cloudwatch/home?region={region}#dashboards/dashboard/d"


def test_a_partition_without_a_public_console_gives_no_address() -> None:
    assert console("us-iso-east-1", "aws-iso") == ""


@pytest.mark.parametrize(
    ("elsewhere", "alarms"),
    [
        ({}, 3),
        ({"region": "us-west-2"}, 0),
        ({"assumeRole": "arn:aws:iam::210987654321:role/bedrock-caller"}, 0),
    ],
)
def test_bedrock_is_watched_where_its_metrics_are(elsewhere: Config, alarms: int) -> None:
    named = alarm_names(plan({"gateway": {"image": GATEWAY_IMAGE, **elsewhere}}))
    assert len([name for name in named if name.startswith("webui-bedrock-bedrock-")]) == alarms
