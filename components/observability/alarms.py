"""What an alarm is, and the alarms of a service: where normal ends, and for how long that may be."""

from collections.abc import Iterable
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.observability import metrics
from components.observability.args import Thresholds, WatchedService
from components.observability.metrics import Metric

MINUTE = 60
FIVE_MINUTES = 300

START_MINUTES = 15
"""What a deployment may take without an alarm: tasks that stop before others start, and a migration of ten minutes."""

ERRORS_PER_MINUTE = 5
"""5xx answers; one user's reload of a broken page makes more. Three such minutes fail a running deployment."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One threshold on one metric. Without data it stays quiet, because idle parts publish none."""

    what: str
    """The end of its name, after the stack's prefix."""
    meaning: str
    """What the e-mail says: the state and what to look at."""
    metric: Metric
    threshold: float
    period: int = FIVE_MINUTES
    """Seconds."""
    periods: int = 3
    """Periods in a row; the alarm needs every one of them."""
    below: bool = False
    """Whether it fires under the threshold rather than from it on."""
    missing: str = "notBreaching"


def make_alarm(
    logical_name: str, name: str, alarm: Alarm, topic_arn: pulumi.Input[str], *, parent: pulumi.Resource
) -> aws.cloudwatch.MetricAlarm:
    """A CloudWatch alarm that tells the topic when it goes off and when it is over."""
    percentile = alarm.metric.statistic.startswith("p")
    return aws.cloudwatch.MetricAlarm(
        logical_name,
        name=name,
        alarm_description=alarm.meaning,
        namespace=alarm.metric.namespace,
        metric_name=alarm.metric.name,
        dimensions=alarm.metric.dimensions,
        statistic=None if percentile else alarm.metric.statistic,
        extended_statistic=alarm.metric.statistic if percentile else None,
        # Of a handful of requests one slow answer is the slowest twentieth: too few say nothing.
        evaluate_low_sample_count_percentiles="ignore" if percentile else None,
        period=alarm.period,
        evaluation_periods=alarm.periods,
        datapoints_to_alarm=alarm.periods,
        threshold=alarm.threshold,
        comparison_operator="LessThanThreshold" if alarm.below else "GreaterThanOrEqualToThreshold",
        treat_missing_data=alarm.missing,
        actions_enabled=True,
        alarm_actions=[topic_arn],
        ok_actions=[topic_arn],
        opts=pulumi.ResourceOptions(parent=parent),
    )


def target_errors(load_balancer: pulumi.Input[str], target_group: pulumi.Input[str]) -> Alarm:
    """A service's tasks answer 5xx. It needs no service, which therefore can name it in its deployments."""
    return Alarm(
        what="5xx",
        meaning="Tasks answer with 5xx: read their log. A deployment that is running is rolled back.",
        metric=metrics.target_group(load_balancer, target_group).metric("HTTPCode_Target_5XX_Count", "Sum"),
        threshold=ERRORS_PER_MINUTE,
        period=MINUTE,
    )


def of_service(
    service: WatchedService, cluster: pulumi.Input[str], load_balancer: pulumi.Input[str], limits: Thresholds
) -> Iterable[Alarm]:
    """A service's alarms, but for the 5xx one that the service itself makes."""
    name = service.name
    if service.target_group is not None:
        targets = metrics.target_group(load_balancer, service.target_group)
        yield Alarm(
            what=f"{name}-unhealthy",
            meaning="A task fails the load balancer's health checks for longer than a start takes.",
            metric=targets.metric("UnHealthyHostCount", "Maximum"),
            threshold=1,
            period=MINUTE,
            periods=START_MINUTES,
        )
        yield Alarm(
            what=f"{name}-p95",
            meaning="One request in twenty waits too long for its first byte (seconds).",
            metric=targets.metric("TargetResponseTime", "p95"),
            threshold=service.p95_seconds,
        )
    use = metrics.service(cluster, service.service_name)
    yield Alarm(
        what=f"{name}-cpu",
        meaning="The tasks' CPU is used up (percent): raise scaling.max or cpu.",
        metric=use.metric("CPUUtilization", "Average"),
        threshold=limits.cpu_percent,
    )
    yield Alarm(
        what=f"{name}-memory",
        meaning="A task's memory is nearly used up (percent): at 100 ECS kills it. Raise memory.",
        metric=use.metric("MemoryUtilization", "Maximum"),
        threshold=limits.memory_percent,
    )
    if service.fewest_tasks > 0:
        yield Alarm(
            what=f"{name}-running",
            meaning="Fewer tasks run than scaling.min, for longer than a deployment takes: see the service's events.",
            metric=metrics.tasks(cluster, service.service_name).metric("RunningTaskCount", "Maximum"),
            threshold=service.fewest_tasks,
            period=MINUTE,
            periods=START_MINUTES,
            below=True,
            # Container Insights counts the tasks of every service that exists: no count means no service.
            missing="breaching",
        )
