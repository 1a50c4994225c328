"""Application Auto Scaling of an ECS service."""

import pulumi
import pulumi_aws as aws

from components.service_args import Scaling

SERVICE_NAMESPACE = "ecs"
DESIRED_COUNT = "ecs:service:DesiredCount"


def scale_service(
    name: str,
    scaling: Scaling,
    *,
    resource_id: pulumi.Input[str],
    request_label: pulumi.Input[str] | None,
    parent: pulumi.Resource,
) -> None:
    """Register the service as a scalable target, with a policy per configured metric and an action per schedule.

    `resource_id` is `service/<cluster>/<service>`; `request_label` is `<ALB suffix>/<target group suffix>`.
    """
    target = aws.appautoscaling.Target(
        f"{name}-scaling",
        service_namespace=SERVICE_NAMESPACE,
        scalable_dimension=DESIRED_COUNT,
        resource_id=resource_id,
        min_capacity=scaling.min,
        max_capacity=scaling.max,
        opts=pulumi.ResourceOptions(
            # A scheduled action sets both in AWS, and from then on the schedules say how many tasks there are.
            parent=parent,
            ignore_changes=["minCapacity", "maxCapacity"] if scaling.schedules else None,
        ),
    )
    _track(name, "cpu", "ECSServiceAverageCPUUtilization", scaling.cpu_target, scaling, target, parent)
    if scaling.memory_target is not None:
        _track(
            name,
            "memory",
            "ECSServiceAverageMemoryUtilization",
            scaling.memory_target,
            scaling,
            target,
            parent,
        )
    if scaling.requests_per_task is not None:
        requests = scaling.requests_per_task
        _track(
            name,
            "requests",
            "ALBRequestCountPerTarget",
            requests,
            scaling,
            target,
            parent,
            label=request_label,
        )
    for schedule in scaling.schedules:
        aws.appautoscaling.ScheduledAction(
            # No service's name has a dot, so that schedules of two services never share a name.
            f"{name}-schedule.{schedule.name}",
            name=schedule.name,
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            schedule=schedule.cron,
            timezone=schedule.timezone,
            scalable_target_action=aws.appautoscaling.ScheduledActionScalableTargetActionArgs(
                min_capacity=schedule.min, max_capacity=schedule.max
            ),
            opts=pulumi.ResourceOptions(parent=parent),
        )


def _track(
    name: str,
    role: str,
    metric: str,
    value: int,
    scaling: Scaling,
    target: aws.appautoscaling.Target,
    parent: pulumi.Resource,
    label: pulumi.Input[str] | None = None,
) -> None:
    aws.appautoscaling.Policy(
        f"{name}-scale-on-{role}",
        policy_type="TargetTrackingScaling",
        service_namespace=target.service_namespace,
        scalable_dimension=target.scalable_dimension,
        resource_id=target.resource_id,
        target_tracking_scaling_policy_configuration=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
            target_value=value,
            scale_in_cooldown=scaling.scale_in_cooldown,
            scale_out_cooldown=scaling.scale_out_cooldown,
            predefined_metric_specification=(
                aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs(
                    predefined_metric_type=metric, resource_label=label
                )
            ),
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )
