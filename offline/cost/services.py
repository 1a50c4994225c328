"""What ECS services cost: Fargate by the hour, on demand and on Spot, and their Container Insights."""

from collections.abc import Iterator, Sequence
from typing import Any

import pulumi_aws as aws

from offline.cost.line import Line
from offline.cost.prices import Prices
from offline.engine.recording import Recording, Resource
from offline.services import EcsService, services_of

CPU_UNITS = 1024
MIB_PER_GB = 1024


def lines(recording: Recording, prices: Prices) -> Iterator[Line]:
    """Each service by name, then Container Insights for all of them."""
    services = services_of(recording)
    for service in services:
        yield _fargate(service, prices)
    for cluster in recording.of_type(aws.ecs.Cluster):
        yield _insights(cluster, services, prices)


def _fargate(service: EcsService, prices: Prices) -> Line:
    vcpu, gb = service.cpu / CPU_UNITS, service.memory / MIB_PER_GB
    kind = f"fargate.{service.architecture}"
    month = (vcpu * prices[f"{kind}_vcpu_hour"] + gb * prices[f"{kind}_gb_hour"]) * prices.hours
    spot_month = month * prices["fargate.spot_share"]
    fewest, most = service.scaling.fewest, service.scaling.most
    strategies = {
        strategy["capacityProvider"]: strategy
        for strategy in service.resource.inputs.get("capacityProviderStrategies") or []
    }

    def dollars(count: int) -> float:
        on_spot = _on_spot(count, strategies)
        return (count - on_spot) * month + on_spot * spot_month

    added_on_spot = fewest * month + (most - fewest) * spot_month
    count = f"{fewest}" if fewest == most else f"{fewest} to {most}"
    return Line(
        part=service.name,
        detail=f"{count} x {vcpu:g} vCPU, {gb:g} GB, {service.architecture}",
        at_min=dollars(fewest),
        at_max=dollars(most),
        with_spot=dollars(most) if "FARGATE_SPOT" in strategies else added_on_spot,
        asleep=0 if service.scaling.sleeps else dollars(fewest),
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


def _insights(cluster: Resource, services: Sequence[EcsService], prices: Prices) -> Line:
    """Billed by metric: of the cluster and each service, and when enhanced of each task and container too."""
    settings = {setting["name"]: setting["value"] for setting in cluster.inputs.get("settings") or []}
    level = settings.get("containerInsights", "disabled")
    assumed = prices.assumed
    idle = assumed["insights_metrics_cluster"] + len(services) * assumed["insights_metrics_service"]
    asleep, least, most = idle, idle, idle
    if level == "enhanced":
        for service in services:
            # One when the definitions are unknown, as in a preview.
            running = sum(container.get("essential", True) for container in service.containers or [{}])
            per_task = assumed["insights_metrics_task"] + running * assumed["insights_metrics_container"]
            asleep += 0 if service.scaling.sleeps else service.scaling.fewest * per_task
            least += service.scaling.fewest * per_task
            most += service.scaling.most * per_task
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
        asleep=asleep * price,
    )
