"""Application Auto Scaling of an ECS service."""

from collections.abc import Iterator
from dataclasses import dataclass

import pulumi
from pulumi_aws import appautoscaling as aas

from components.ecs_app_service.args import Scaling, Schedule
from components.observability import metrics
from components.observability.metrics import Metric

SERVICE_NAMESPACE = "ecs"
DESIRED_COUNT = "ecs:service:DesiredCount"

Tracking = aas.PolicyTargetTrackingScalingPolicyConfigurationArgsDict
Predefined = aas.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgsDict
Customized = aas.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationArgsDict
Stat = aas.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatArgsDict


@dataclass(frozen=True, kw_only=True)
class ScaledService:
    """The service to scale, as its metrics name it."""

    cluster: pulumi.Input[str]
    service: pulumi.Input[str]
    target_label: pulumi.Input[str] | None
    """`<ALB suffix>/<target group suffix>`; None behind no load balancer."""
    discovery_name: str | None
    """Its name in Service Connect; None where it serves nobody there."""


def scale_service(name: str, scaling: Scaling, scaled: ScaledService, *, parent: pulumi.Resource) -> None:
    """Register the service as a scalable target, with a policy per configured metric and an action per schedule."""
    target = aas.Target(
        f"{name}-scaling",
        service_namespace=SERVICE_NAMESPACE,
        scalable_dimension=DESIRED_COUNT,
        resource_id=pulumi.Output.concat("service/", scaled.cluster, "/", scaled.service),
        min_capacity=scaling.min,
        max_capacity=scaling.max,
        opts=pulumi.ResourceOptions(
            # A scheduled action sets both in AWS, and from then on the schedules say how many tasks there are.
            parent=parent,
            ignore_changes=["minCapacity", "maxCapacity"] if scaling.schedules else None,
        ),
    )

    for role, tracking in _trackings(scaling, scaled):
        aas.Policy(
            f"{name}-scale-on-{role}",
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration={
                **tracking,
                "scale_in_cooldown": scaling.scale_in_cooldown,
                "scale_out_cooldown": scaling.scale_out_cooldown,
            },
            opts=pulumi.ResourceOptions(parent=parent),
        )
    for schedule in scaling.schedules:
        _schedule(name, schedule, target, parent)


def _trackings(scaling: Scaling, scaled: ScaledService) -> Iterator[tuple[str, Tracking]]:
    """The metrics that are held, each by a policy of its own."""
    yield "cpu", _predefined(scaling.cpu_target, "ECSServiceAverageCPUUtilization")
    if scaling.memory_target is not None:
        yield "memory", _predefined(scaling.memory_target, "ECSServiceAverageMemoryUtilization")
    if scaling.requests_per_task is not None:
        yield "requests", _requests(scaling.requests_per_task, scaled)


def _predefined(target: int, metric: str, label: pulumi.Input[str] | None = None) -> Tracking:
    specification: Predefined = {"predefined_metric_type": metric}
    if label is not None:
        specification["resource_label"] = label
    return {"target_value": target, "predefined_metric_specification": specification}


def _requests(target: int, scaled: ScaledService) -> Tracking:
    if scaled.target_label is not None:
        return _predefined(target, "ALBRequestCountPerTarget", scaled.target_label)
    return {"target_value": target, "customized_metric_specification": _requests_by_service_connect(scaled)}


def _schedule(name: str, schedule: Schedule, target: aas.Target, parent: pulumi.Resource) -> None:
    aas.ScheduledAction(
        # No service's name has a dot, so that schedules of two services never share a name.
        f"{name}-schedule.{schedule.name}",
        name=schedule.name,
        service_namespace=target.service_namespace,
        scalable_dimension=target.scalable_dimension,
        resource_id=target.resource_id,
        schedule=schedule.cron,
        timezone=schedule.timezone,
        scalable_target_action={"min_capacity": schedule.min, "max_capacity": schedule.max},
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _requests_by_service_connect(scaled: ScaledService) -> Customized:
    """Requests per task and minute, what ALBRequestCountPerTarget is behind a load balancer.

    Raises ValueError for a service that nobody sends requests to.
    """
    if scaled.discovery_name is None:
        raise ValueError(
            "requests per task are counted by a load balancer or by Service Connect: this service has none"
        )
    proxies = metrics.service_connect(scaled.cluster, scaled.service, scaled.discovery_name)
    requests = proxies.metric("RequestCount", "Sum")
    tasks = metrics.tasks(scaled.cluster, scaled.service).metric("RunningTaskCount", "Average")
    return {
        "metrics": [
            {
                "id": "per_task",
                "expression": "requests / tasks",
                "label": "requests a minute per task",
                "return_data": True,
            },
            {"id": "requests", "metric_stat": _stat(requests), "return_data": False},
            {"id": "tasks", "metric_stat": _stat(tasks), "return_data": False},
        ]
    }


def _stat(metric: Metric) -> Stat:
    return {
        "metric": {
            "namespace": metric.namespace,
            "metric_name": metric.name,
            "dimensions": [{"name": name, "value": value} for name, value in metric.dimensions.items()],
        },
        "stat": metric.statistic,
    }
