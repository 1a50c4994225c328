"""Application Auto Scaling keeps a service between its limits."""

from dataclasses import replace
from functools import cache
from typing import Any

import pulumi_aws as aws
import pytest

from components.ecs_app_service import EcsAppService
from offline.engine.recording import Recording
from tests.support.component_args import LONGEST_SERVICE, WORKER
from tests.support.component_recording import depends_on, record_one
from tests.support.component_variants import recorded


@cache
def full() -> Recording:
    return recorded("service with everything")


def tracking(role: str, recording: Recording | None = None) -> dict[str, Any]:
    found = (recording or full()).one(aws.appautoscaling.Policy, f"{LONGEST_SERVICE}-scale-on-{role}")
    configuration = found.inputs["targetTrackingScalingPolicyConfiguration"]
    assert isinstance(configuration, dict)
    return configuration


def test_scaling_waits_for_the_service() -> None:
    assert f"{LONGEST_SERVICE}-service" in depends_on(full(), full().one(aws.appautoscaling.Target))


def test_every_policy_and_schedule_belongs_to_the_registered_target() -> None:
    for found in (*full().of_type(aws.appautoscaling.Policy), *full().of_type(aws.appautoscaling.ScheduledAction)):
        assert found.inputs["resourceId"] == full().one(aws.appautoscaling.Target).inputs["resourceId"]
        assert f"{LONGEST_SERVICE}-scaling" in depends_on(full(), found)


def test_where_schedules_set_the_limits_pulumi_leaves_them_alone() -> None:
    assert full().one(aws.appautoscaling.Target).ignore_changes == ("minCapacity", "maxCapacity")
    assert recorded("worker").one(aws.appautoscaling.Target).ignore_changes == ()


def test_memory_and_requests_are_tracked_when_they_have_a_target() -> None:
    assert tracking("memory")["targetValue"] == 80
    memory = tracking("memory")["predefinedMetricSpecification"]
    assert memory == {"predefinedMetricType": "ECSServiceAverageMemoryUtilization"}
    assert tracking("requests")["targetValue"] == 20
    assert [found.name for found in recorded("worker").of_type(aws.appautoscaling.Policy)] == [
        f"{LONGEST_SERVICE}-scale-on-cpu"
    ]


def test_requests_are_counted_at_the_services_own_target_group() -> None:
    group = full().one(aws.lb.TargetGroup).outputs["arnSuffix"]
    assert tracking("requests")["predefinedMetricSpecification"] == {
        "predefinedMetricType": "ALBRequestCountPerTarget",
        "resourceLabel": f"app/alb/0123/{group}",
    }


def test_behind_service_connect_requests_per_task_are_what_its_proxies_count() -> None:
    scaling = replace(WORKER.scaling, requests_per_task=20)
    args = replace(WORKER, scaling=scaling, port=8080, service_connect_server=True)
    found = record_one(EcsAppService, "app", args).one(aws.appautoscaling.Policy, "app-scale-on-requests")
    configuration = found.inputs["targetTrackingScalingPolicyConfiguration"]
    per_task, requests, tasks = configuration["customizedMetricSpecification"]["metrics"]
    assert (per_task["expression"], per_task["returnData"]) == ("requests / tasks", True)
    assert (requests["metricStat"]["metric"]["metricName"], requests["metricStat"]["stat"]) == ("RequestCount", "Sum")
    assert {d["name"]: d["value"] for d in requests["metricStat"]["metric"]["dimensions"]} == {
        "ClusterName": "stack-cluster",
        "DiscoveryName": "app",
        "ServiceName": "stack-app-service",
    }
    assert (tasks["metricStat"]["metric"]["metricName"], tasks["returnData"]) == ("RunningTaskCount", False)


def test_nobody_counts_the_requests_of_a_service_that_gets_none() -> None:
    args = replace(WORKER, scaling=replace(WORKER.scaling, requests_per_task=20))
    with pytest.raises(ValueError, match="counted by a load balancer or by Service Connect"):
        record_one(EcsAppService, "app", args)
