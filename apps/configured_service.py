"""A service that the config alone describes."""

from collections.abc import Sequence
from dataclasses import replace

from apps import common, companions
from apps.images import Image
from apps.shared import SharedParts
from components.ecs_app_service.args import Container, ContainerHealthCheck, EcsAppServiceArgs, HealthCheck
from components.ecs_app_service.route import Route
from settings import StackSettings
from settings.formats import SERVICES_FOLDER
from settings.services import ServiceSettings

LONGEST_START = 300
"""Seconds in which a failing health command does not count: the most that ECS takes."""


def service_args(
    name: str, settings: StackSettings, shared: SharedParts, image: Image, rules: Sequence[Route]
) -> EcsAppServiceArgs:
    """The service `name` of the config; without rules the load balancer does not know it."""
    app = settings.further_services[name]
    volumes = [shared.file_system.volume_for(name, f"{SERVICES_FOLDER}/{name}")] if app.volume else []
    container = Container(
        name=name,
        image=image.uri,
        environment={**app.env, **companions.environment(name, settings)},
        secrets={**common.secrets_of(app, shared.facts), **companions.secrets(name, settings, shared)},
        entry_point=app.entry_point or None,
        command=app.command or None,
        user=app.user,
        readonly_root_filesystem=app.readonly_root_filesystem,
        mounts={volume.name: app.volume.path for volume in volumes if app.volume},
        health_check=_health_check(app),
    )
    check = HealthCheck(path=app.health_path)
    routing = None
    if rules and app.port is not None:
        routing = common.routing(app.port, rules, check, settings=settings, shared=shared)
    return replace(
        common.service(app, container, app.port, settings=settings, shared=shared, image=image),
        routing=routing,
        volumes=volumes,
    )


def _health_check(app: ServiceSettings) -> ContainerHealthCheck | None:
    """Patient: a task that takes minutes to start is told apart from one that hangs only by time."""
    if not app.health_command:
        return None
    return ContainerHealthCheck(
        command=["CMD", *app.health_command], interval=30, timeout=10, retries=5, start_period=LONGEST_START
    )
