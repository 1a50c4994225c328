"""What is watched: from settings and the parts that exist to the arguments of topic, alarms and dashboard."""

from collections.abc import Mapping

import pulumi

from apps import outputs
from apps.given_parts import Key
from apps.lookups import Facts
from apps.shared import SharedParts
from aws_rules import budgets, database, elasticache
from components.alarm_topic import AlarmTopicArgs
from components.budget import BudgetArgs
from components.data_tier.args import GivenStore
from components.ecs_app_service import EcsAppService
from components.observability.args import (
    ObservabilityArgs,
    Thresholds,
    WatchedCache,
    WatchedDatabase,
    WatchedFileSystem,
    WatchedService,
)
from settings import GATEWAY, BudgetSettings, ScalingSettings, StackSettings, Throughput

Services = Mapping[str, EcsAppService]

MODEL_P95 = 60
"""Seconds to the gateway's first byte: an answer that is not streamed has none before the model has finished."""


def alarm_topic(settings: StackSettings, facts: Facts, key: Key) -> AlarmTopicArgs:
    """The topic of all alarms, encrypted with the stack's key."""
    return AlarmTopicArgs(
        location=facts.location,
        name_prefix=settings.name_prefix,
        kms_key_arn=key.key_arn,
        emails=settings.alarms.emails,
    )


def budget(settings: StackSettings, budget: BudgetSettings, shared: SharedParts, services: Services) -> BudgetArgs:
    """The month's budget, on the tags that every resource has."""
    tags = {"Project": pulumi.get_project(), "Environment": pulumi.get_stack(), **settings.tags}
    project, environment = budgets.COST_TAGS
    return BudgetArgs(
        location=shared.facts.location,
        name_prefix=settings.name_prefix,
        monthly=budget.monthly,
        emails=budget.emails,
        tags={tag: tags[tag] for tag in (project, environment)},
        anomaly_tag=project,
        stopped_role_arn=services[GATEWAY].task_role_arn if budget.stop else None,
    )


def observability(settings: StackSettings, shared: SharedParts, services: Services) -> ObservabilityArgs:
    """Every service and shared part of the stack."""
    limits = settings.alarms
    names = {app: service.service_name for app, service in services.items()}
    return ObservabilityArgs(
        location=shared.facts.location,
        name_prefix=settings.name_prefix,
        topic_arn=shared.alarm_topic_arn,
        cluster_name=shared.cluster.cluster_name,
        load_balancer=shared.load_balancer.arn_suffix,
        services=[
            WatchedService(
                name=app,
                service_name=service.service_name,
                target_group=service.target_group.arn_suffix if service.target_group else None,
                fewest_tasks=_fewest_tasks(settings.apps[app].scaling),
                p95_seconds=max(MODEL_P95, limits.p95_seconds) if app == GATEWAY else limits.p95_seconds,
            )
            for app, service in services.items()
        ],
        file_system=WatchedFileSystem(
            file_system_id=shared.file_system.file_system_id,
            bursting=settings.file_system.throughput is Throughput.BURSTING,
        ),
        database=_database(settings, shared),
        cache=_cache(settings, shared),
        bedrock=settings.gateway.enabled and not settings.gateway.calls_elsewhere,
        commands=outputs.troubleshooting_commands(shared, names),
        thresholds=Thresholds(cpu_percent=limits.cpu_percent, memory_percent=limits.memory_percent),
    )


def _fewest_tasks(scaling: ScalingSettings) -> int:
    return min(scaling.min, *(schedule.min for schedule in scaling.schedules)) if scaling.schedules else scaling.min


def _database(settings: StackSettings, shared: SharedParts) -> WatchedDatabase | None:
    made = shared.data_tier.database if shared.data_tier else None
    if made is None or isinstance(made, GivenStore):
        return None
    capacity = settings.database
    return WatchedDatabase(
        cluster_identifier=made.cluster_identifier,
        instances=capacity.instances,
        max_connections=database.max_connections(capacity.min_capacity, capacity.max_capacity),
    )


def _cache(settings: StackSettings, shared: SharedParts) -> WatchedCache | None:
    made = shared.data_tier.cache if shared.data_tier else None
    if made is None or isinstance(made, GivenStore):
        return None
    return WatchedCache(
        replication_group_id=made.replication_group_id,
        nodes=settings.cache.nodes,
        cores=elasticache.cores(settings.cache.node_type),
    )
