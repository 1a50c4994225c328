"""How many tasks an ECS service has, as Application Auto Scaling is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi_aws as aws

from aws_rules import schedules
from offline.engine.recording import Recording, Resource

_WEEK: Final = 7 * 24 * 60
"""Minutes."""

_METRICS: Final = {
    "ECSServiceAverageCPUUtilization": "CPU at {:g} %",
    "ECSServiceAverageMemoryUtilization": "memory at {:g} %",
    "ALBRequestCountPerTarget": "{:g} requests a minute per task",
}


@dataclass(frozen=True, kw_only=True)
class ServiceScaling:
    """Bounds and what moves the number of tasks between them."""

    minimum: int
    maximum: int
    scaled: bool
    """False when the number of tasks is fixed by the service itself."""
    targets: tuple[str, ...] = ()
    schedules: tuple[str, ...] = ()
    fewest: int
    """As `minimum`, or less by a schedule; of a service that a schedule stops, the fewest while it runs."""
    most: int
    """As `maximum`, or more by a schedule."""
    sleeps: bool = False
    """Whether a schedule stops every task."""
    asleep: float | None = None
    """Share of each week in which it is stopped; None where the schedules do not tell."""

    def text(self) -> str:
        """One line, e.g. `1 to 5 tasks; CPU at 70 %`."""
        if self.minimum == self.maximum:
            tasks = "1 task" if self.minimum == 1 else f"{self.minimum} tasks"
        else:
            tasks = f"{self.minimum} to {self.maximum} tasks"
        # A target between equal bounds moves nothing.
        targets = self.targets if self.minimum != self.maximum else ()
        return "; ".join([tasks if self.scaled else f"{tasks}, not scaled", *targets, *self.schedules])


def scaling_of(recording: Recording, service: Resource) -> ServiceScaling:
    """Reads the scalable target that depends on the service, and what depends on the target."""
    target = next(iter(recording.dependents_of(service, aws.appautoscaling.Target)), None)
    if target is None:
        count = int(service.inputs.get("desiredCount", 1))
        return ServiceScaling(minimum=count, maximum=count, fewest=count, most=count, scaled=False)
    policies = recording.dependents_of(target, aws.appautoscaling.Policy)
    actions = recording.dependents_of(target, aws.appautoscaling.ScheduledAction)
    bounds = [target.inputs, *(action.inputs["scalableTargetAction"] for action in actions)]
    awake = [bound for bound in bounds if bound.get("maxCapacity") != 0]
    return ServiceScaling(
        minimum=int(target.inputs["minCapacity"]),
        maximum=int(target.inputs["maxCapacity"]),
        fewest=min(int(bound["minCapacity"]) for bound in awake if "minCapacity" in bound),
        most=max(int(bound["maxCapacity"]) for bound in bounds if "maxCapacity" in bound),
        sleeps=len(awake) < len(bounds),
        asleep=_share_asleep([action.inputs for action in actions]),
        scaled=True,
        targets=tuple(_tracked(policy.inputs) for policy in policies),
        schedules=tuple(_schedule(action.inputs) for action in actions),
    )


def _tracked(policy: dict[str, Any]) -> str:
    configuration = policy.get("targetTrackingScalingPolicyConfiguration")
    if not configuration:
        return str(policy.get("policyType", "StepScaling"))
    predefined = (configuration.get("predefinedMetricSpecification") or {}).get("predefinedMetricType")
    custom = configuration.get("customizedMetricSpecification") or {}
    computed = next((query.get("label") for query in custom.get("metrics", []) if query.get("returnData")), None)
    template = _METRICS.get(str(predefined), f"{predefined or custom.get('metricName') or computed} at {{:g}}")
    return template.format(float(configuration["targetValue"]))


def _schedule(action: dict[str, Any]) -> str:
    bounds = action["scalableTargetAction"]
    if bounds.get("maxCapacity") == 0:
        return f"{action.get('name', 'schedule')}: stopped from {action['schedule']} {action.get('timezone', 'UTC')}"
    tasks = f"{bounds.get('minCapacity', '?')} to {bounds.get('maxCapacity', '?')} tasks"
    return f"{action.get('name', 'schedule')}: {tasks} from {action['schedule']} {action.get('timezone', 'UTC')}"


def _share_asleep(actions: Sequence[dict[str, Any]]) -> float | None:
    """From each action to the next one of the week, in one time zone."""
    events: dict[int, bool] = {}
    for action in actions:
        minutes = schedules.minutes_of_week(action["schedule"])
        if minutes is None:
            return None
        events |= dict.fromkeys(minutes, action["scalableTargetAction"].get("maxCapacity") == 0)
    if not events or len({action.get("timezone", "UTC") for action in actions}) > 1:
        return None
    times = sorted(events)
    following = [*times[1:], times[0] + _WEEK]
    return sum(end - start for start, end in zip(times, following, strict=True) if events[start]) / _WEEK
