"""What ECS services cost: Fargate by the hour, on demand and on Spot, and their Container Insights."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from offline.cost.line import Line
from offline.cost.prices import Prices
from offline.engine.recording import Recording, Resource
from offline.plan.sections.services import SERVICE, TASK_DEFINITION, related

TARGET = "aws:appautoscaling/target:Target"
SCHEDULE = "aws:appautoscaling/scheduledAction:ScheduledAction"
CLUSTER = "aws:ecs/cluster:Cluster"
CPU_UNITS = 1024
MIB_PER_GB = 1024


@dataclass(frozen=True, kw_only=True)
class _Tasks:
    fewest: int
    most: int


def lines(recording: Recording, prices: Prices) -> Iterator[Line]:
    """Each service by name, then Container Insights for all of them."""
    services = sorted(recording.of_type(SERVICE), key=lambda service: str(service.inputs["name"]))
    for service in services:
        yield _fargate(recording, service, prices)
    for cluster in recording.of_type(CLUSTER):
        yield _insights(recording, cluster, services, prices)


def _tasks(recording: Recording, service: Resource) -> _Tasks:
    """The bounds of the scalable target, widened by its schedules; without a target, the desired count."""
    target = next((found for found in recording.of_type(TARGET) if service.urn in found.dependencies), None)
    if target is None:
        count = int(service.inputs.get("desiredCount", 1))
        return _Tasks(fewest=count, most=count)
    actions = [action for action in recording.of_type(SCHEDULE) if target.urn in action.dependencies]
    bounds = [target.inputs, *(action.inputs["scalableTargetAction"] for action in actions)]
    return _Tasks(
        fewest=min(int(bound["minCapacity"]) for bound in bounds if "minCapacity" in bound),
        most=max(int(bound["maxCapacity"]) for bound in bounds if "maxCapacity" in bound),
    )


def _task_definition(recording: Recording, service: Resource) -> dict[str, Any]:
    """Empty when the service runs one that this stack does not define: its size is not known then."""
    found = related(recording, service, "taskDefinition", TASK_DEFINITION)
    return found[0].inputs if found else {}


def _fargate(recording: Recording, service: Resource, prices: Prices) -> Line:
    task = _task_definition(recording, service)
    architecture = (task.get("runtimePlatform") or {}).get("cpuArchitecture", "X86_64")
    vcpu, gb = int(task.get("cpu") or 0) / CPU_UNITS, int(task.get("memory") or 0) / MIB_PER_GB
    hour = vcpu * prices[f"fargate.{architecture}_vcpu_hour"] + gb * prices[f"fargate.{architecture}_gb_hour"]
    month = hour * prices.hours
    spot_month = month * prices["fargate.spot_share"]
    tasks = _tasks(recording, service)
    strategies = {found["capacityProvider"]: found for found in service.inputs.get("capacityProviderStrategies") or []}

    def dollars(count: int) -> float:
        on_spot = _on_spot(count, strategies)
        return (count - on_spot) * month + on_spot * spot_month

    added_on_spot = tasks.fewest * month + (tasks.most - tasks.fewest) * spot_month
    count = f"{tasks.fewest}" if tasks.fewest == tasks.most else f"{tasks.fewest} to {tasks.most}"
    return Line(
        part=str(service.inputs["name"]),
        detail=f"{count} x {vcpu:g} vCPU, {gb:g} GB, {architecture}",
        at_min=dollars(tasks.fewest),
        at_max=dollars(tasks.most),
        with_spot=dollars(tasks.most) if "FARGATE_SPOT" in strategies else added_on_spot,
    )


def _on_spot(count: int, strategies: dict[str, dict[str, Any]]) -> float:
    """How many of `count` tasks run on Spot, on average: the bases first, the rest by weight."""
    spot, on_demand = strategies.get("FARGATE_SPOT", {}), strategies.get("FARGATE", {})
    weights = spot.get("weight", 0) + on_demand.get("weight", 0)
    if not weights:
        return 0
    base = min(count, spot.get("base", 0))
    rest = max(0, count - base - on_demand.get("base", 0))
    return float(base + rest * spot.get("weight", 0) / weights)


def _insights(recording: Recording, cluster: Resource, services: list[Resource], prices: Prices) -> Line:
    """Billed by metric: of the cluster and each service, and when enhanced of each task and container too."""
    settings = {found["name"]: found["value"] for found in cluster.inputs.get("settings") or []}
    level = settings.get("containerInsights", "disabled")
    assumed = prices.assumed
    least = most = assumed["insights_metrics_cluster"] + len(services) * assumed["insights_metrics_service"]
    if level == "enhanced":
        for service in services:
            containers = _running_containers(_task_definition(recording, service))
            per_task = assumed["insights_metrics_task"] + containers * assumed["insights_metrics_container"]
            tasks = _tasks(recording, service)
            least += tasks.fewest * per_task
            most += tasks.most * per_task
    price = {
        "enhanced": prices["cloudwatch.insights_metric_month"],
        "enabled": prices["cloudwatch.custom_metric_month"],
    }.get(level, 0)
    return Line(
        part="Container Insights",
        detail=f"{level}, {least:g} to {most:g} metrics",
        at_min=least * price,
        at_max=most * price,
        with_spot=most * price,
    )


def _running_containers(task: dict[str, Any]) -> int:
    """Those that run as long as the task; 1 when the definitions are unknown, as in a preview."""
    definitions = task.get("containerDefinitions")
    if not isinstance(definitions, str):
        return 1
    return sum(1 for container in json.loads(definitions) if container.get("essential", True))
