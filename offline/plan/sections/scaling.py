"""How many tasks an ECS service has, as Application Auto Scaling is told."""

from dataclasses import dataclass
from typing import Any, Final

from offline.engine.recording import Recording, Resource

TARGET: Final = "aws:appautoscaling/target:Target"
POLICY: Final = "aws:appautoscaling/policy:Policy"
SCHEDULE: Final = "aws:appautoscaling/scheduledAction:ScheduledAction"
_METRICS: Final = {
    "ECSServiceAverageCPUUtilization": "CPU at {:g} %",
    "ECSServiceAverageMemoryUtilization": "memory at {:g} %",
    "ALBRequestCountPerTarget": "{:g} requests a minute per task",
}


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """Bounds and what moves the number of tasks between them."""

    minimum: int
    maximum: int
    scaled: bool
    """False when the number of tasks is fixed by the service itself."""
    targets: tuple[str, ...]
    schedules: tuple[str, ...]

    def text(self) -> str:
        """One line, e.g. `1 to 5 tasks; CPU at 70 %`."""
        if self.minimum == self.maximum:
            tasks = "1 task" if self.minimum == 1 else f"{self.minimum} tasks"
        else:
            tasks = f"{self.minimum} to {self.maximum} tasks"
        # A target between equal bounds moves nothing.
        targets = self.targets if self.minimum != self.maximum else ()
        return "; ".join([tasks if self.scaled else f"{tasks}, not scaled", *targets, *self.schedules])


def scaling_of(recording: Recording, service: Resource) -> Scaling:
    """Reads the scalable target that depends on the service, and what depends on the target."""
    target = next((t for t in recording.of_type(TARGET) if service.urn in t.dependencies), None)
    if target is None:
        count = int(service.inputs.get("desiredCount", 1))
        return Scaling(minimum=count, maximum=count, scaled=False, targets=(), schedules=())
    return Scaling(
        minimum=int(target.inputs["minCapacity"]),
        maximum=int(target.inputs["maxCapacity"]),
        scaled=True,
        targets=tuple(_target(p.inputs) for p in recording.of_type(POLICY) if target.urn in p.dependencies),
        schedules=tuple(_schedule(a.inputs) for a in recording.of_type(SCHEDULE) if target.urn in a.dependencies),
    )


def _target(policy: dict[str, Any]) -> str:
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
    tasks = f"{bounds.get('minCapacity', '?')} to {bounds.get('maxCapacity', '?')} tasks"
    return f"{action.get('name', 'schedule')}: {tasks} from {action['schedule']} {action.get('timezone', 'UTC')}"
