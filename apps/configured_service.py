"""A service that the config alone describes."""

from collections.abc import Sequence

from apps.common import Image, deployment_alarm, scaling, secrets_of, sizing, spot
from apps.shared import SharedParts
from components.ecs_app_service.args import Container, EcsAppServiceArgs, HealthCheck, Route, Routing, Volume
from settings import StackSettings


def service_args(
    name: str, settings: StackSettings, shared: SharedParts, image: Image, rules: Sequence[Route]
) -> EcsAppServiceArgs:
    """The service `name` of the config; without rules it is a background worker that nobody calls."""
    app = settings.services[name]
    volumes: list[Volume] = []
    mounts: dict[str, str] = {}
    if app.volume:
        volumes.append(shared.file_system.volume_for(name, f"/services/{name}"))
        mounts[volumes[0].name] = app.volume.path
    return EcsAppServiceArgs(
        placement=shared.cluster.placement,
        service_name=f"{settings.name_prefix}-{name}-service",
        app=Container(
            name=name,
            image=image.uri,
            environment=app.env,
            secrets=secrets_of(app, shared.facts),
            command=app.command or None,
            user=app.user,
            readonly_root_filesystem=app.readonly_root_filesystem,
            mounts=mounts,
        ),
        port=app.port,
        image_repository_arn=image.repository_arn,
        sizing=sizing(app),
        scaling=scaling(app, requests_per_task=app.scaling.requests_per_task),
        spot=spot(app),
        deployment_alarm=deployment_alarm(name, settings, shared),
        routing=Routing(
            port=app.port,
            load_balancer_arn_suffix=shared.load_balancer.arn_suffix,
            load_balancer_scheme=settings.load_balancer.scheme.value,
            rules=rules,
            health_check=HealthCheck(path=app.health_path),
        )
        if rules
        else None,
        volumes=volumes,
        exec_enabled=app.exec_enabled,
    )
