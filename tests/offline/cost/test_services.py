"""What a service is billed: its tasks by size, on demand and on Spot, and the metrics that they publish."""

import pulumi_aws as aws
import pytest

from offline.cost import Line, estimate
from tests.offline.cost.bills import ARM_TASK, HOURS, Strategy, bill, in_cents, line, service
from tests.support.program import plan

X86_TASK = (0.25 * 0.04048 + 0.5 * 0.004445) * HOURS
"""A quarter of a vCPU and half a GB on x86 for a month: 9.01 dollars."""


def test_a_service_costs_its_vcpus_and_gigabytes_by_the_hour() -> None:
    assert round(ARM_TASK, 2) == 34.03
    assert in_cents(line(bill(service), "web")) == (34.03, 170.16, 74.87)


def test_added_tasks_on_spot_cost_three_tenths() -> None:
    assert round(line(bill(service), "web").with_spot, 2) == round(ARM_TASK + 4 * ARM_TASK * 0.3, 2)


def test_a_service_without_scaling_costs_its_desired_count() -> None:
    assert in_cents(line(bill(lambda: service(scaled=False)), "web")) == (68.07, 68.07, 68.07)


def test_a_schedule_can_raise_the_most_that_a_service_costs() -> None:
    found = line(bill(lambda: service(schedule=True)), "web")
    assert in_cents(found)[:2] == (34.03, round(8 * ARM_TASK, 2))


def test_a_services_own_spot_strategy_counts_from_its_base_on() -> None:
    mixed = (
        Strategy(capacity_provider="FARGATE", weight=1, base=1),
        Strategy(capacity_provider="FARGATE_SPOT", weight=3),
    )
    found = line(bill(lambda: service(strategies=mixed)), "web")
    # One task on demand, of the other four one in four on demand: two on demand, three on Spot.
    assert round(found.at_max, 2) == round(2 * ARM_TASK + 3 * ARM_TASK * 0.3, 2)
    assert found.at_min == pytest.approx(ARM_TASK)
    assert found.with_spot == found.at_max


def test_a_base_on_spot_comes_before_the_weights() -> None:
    spot_first = (
        Strategy(capacity_provider="FARGATE", weight=1),
        Strategy(capacity_provider="FARGATE_SPOT", weight=0, base=2),
    )
    found = line(bill(lambda: service(strategies=spot_first)), "web")
    assert round(found.at_max, 2) == round(3 * ARM_TASK + 2 * ARM_TASK * 0.3, 2)


def test_x86_has_its_own_price() -> None:
    def small() -> None:
        task = aws.ecs.TaskDefinition("task", family="x", cpu="256", memory="512", container_definitions="[]")
        aws.ecs.Service("service", name="small", task_definition=task.arn, desired_count=1)

    assert round(X86_TASK, 2) == 9.01
    assert in_cents(line(bill(small), "small")) == (9.01, 9.01, 9.01)


@pytest.mark.parametrize(
    ("level", "at_min", "at_max"),
    # Cluster 30 and service 25 metrics; a task 20 and its one container that keeps running 20, when enhanced.
    [("enhanced", (30 + 25 + 40) * 0.07, (30 + 25 + 5 * 40) * 0.07), ("enabled", 55 * 0.30, 55 * 0.30)],
)
def test_container_insights_is_billed_by_metric(level: str, at_min: float, at_max: float) -> None:
    def observed() -> None:
        aws.ecs.Cluster("cluster", settings=[aws.ecs.ClusterSettingArgs(name="containerInsights", value=level)])
        service()

    assert in_cents(line(bill(observed), "Container Insights"))[:2] == (round(at_min, 2), round(at_max, 2))


def test_container_insights_that_are_off_cost_nothing() -> None:
    assert [found.part for found in bill(lambda: aws.ecs.Cluster("cluster")).lines] == []


NIGHT = {"name": "night", "cron": "cron(0 20 * * ? *)", "min": 0, "max": 0}
MORNING = {"name": "morning", "cron": "cron(0 7 * * ? *)", "min": 2, "max": 5}
SLEEPS = {"scaling": {"min": 2, "max": 5, "schedules": [NIGHT, MORNING]}}


def amounts(costs: Line) -> tuple[float, float, float]:
    return round(costs.at_min, 2), round(costs.at_max, 2), round(costs.asleep, 2)


def test_a_stack_that_its_schedules_stop_costs_no_task_and_no_capacity_asleep() -> None:
    gateway = {"image": "a.example.com/b/c:1.2.3", **SLEEPS}
    found = estimate(plan({"webui": SLEEPS, "gateway": gateway, "database": {"minCapacity": 0}}))
    assert amounts(line(found, "webui-bedrock-webui-service")) == (round(2 * ARM_TASK, 2), round(5 * ARM_TASK, 2), 0)
    # Awake a database of 0 has at least half a unit: 0.5 x 0.12 x 730, and 10 GB for 1.00; asleep its storage.
    assert amounts(line(found, "Aurora")) == (44.8, 351.4, 1.0)
    assert amounts(line(found, "Container Insights"))[2] == round(80 * 0.07, 2)
    assert found.sleeps
    # From 20:00 to 7:00 every day: 11 of 24 hours.
    least = found.total.at_min * 13 / 24 + found.total.asleep * 11 / 24
    assert found.notes[0].startswith(f"Asleep for 46% of each week, the stack costs {least:,.0f} to ")
    assert found.total.asleep < found.total.at_min / 2


def test_a_gateway_that_stays_awake_lets_the_database_sleep_but_a_minimum_does_not() -> None:
    paused = estimate(plan({"webui": SLEEPS, "database": {"minCapacity": 0}}))
    assert line(paused, "Aurora").asleep == pytest.approx(1.0)
    assert line(paused, "webui-bedrock-gateway-service").asleep == line(paused, "webui-bedrock-gateway-service").at_min
    assert line(estimate(plan({"webui": SLEEPS})), "Aurora").asleep == pytest.approx(44.8)
    assert not estimate(plan()).sleeps
    assert not estimate(plan()).notes[0].startswith("Asleep")


def test_schedules_that_do_not_tell_a_week_tell_no_share() -> None:
    monthly = {**NIGHT, "cron": "cron(0 20 1 * ? *)"}
    elsewhere = {**MORNING, "timezone": "Asia/Tokyo"}
    for night, morning in ((monthly, MORNING), (NIGHT, elsewhere)):
        found = estimate(plan({"webui": {"scaling": {"min": 2, "max": 5, "schedules": [night, morning]}}}))
        assert found.sleeps
        assert not found.notes[0].startswith("Asleep")
