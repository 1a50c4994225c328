"""From an app's settings to the parts of `EcsAppServiceArgs` that are made the same way for every app."""

from collections.abc import Mapping, Sequence

from apps.images import Image
from apps.lookups import Facts
from apps.shared import SharedParts
from components.ecs_app_service.args import (
    Container,
    DeploymentAlarm,
    EcsAppServiceArgs,
    Egress,
    HealthCheck,
    Routing,
    Scaling,
    Schedule,
    Sizing,
    Spot,
)
from components.ecs_app_service.route import Route
from components.support.secret_values import SecretReference
from settings import AppSettings, StackSettings
from settings.sidecars import SidecarSettings


def service(
    app: AppSettings,
    container: Container,
    port: int | None,
    *,
    settings: StackSettings,
    shared: SharedParts,
    image: Image,
) -> EcsAppServiceArgs:
    """The service that is called like its container; an app that needs more replaces it in the answer.

    Its deployments are rolled back by the alarm `<prefix>-<name>-5xx`.
    """
    name = container.name
    location = shared.facts.location
    alarm = DeploymentAlarm(name=f"{settings.name_prefix}-{name}-5xx", topic_arn=shared.alarm_topic_arn)
    return EcsAppServiceArgs(
        placement=shared.cluster.placement,
        service_name=f"{settings.name_prefix}-{name}-service",
        app=container,
        port=port,
        image_repository_arn=image.repository_arn,
        sizing=Sizing(cpu=app.cpu, memory=app.memory, architecture=app.architecture.value.upper()),
        scaling=scaling(app, requests_per_task=app.scaling.requests_per_task),
        spot=Spot(weight=app.spot.weight, base=app.spot.base) if app.spot else None,
        deployment_alarm=alarm,
        egress=[Egress(port=way.port, addresses=there) for way in app.ways_out for there in way.destinations],
        policies=app.policies,
        given_statements=[statement.document(location.account_id, location.region) for statement in app.statements],
        exec_enabled=app.exec_enabled,
    )


def scaling(app: AppSettings, *, requests_per_task: int | None, scale_in_cooldown: int = 300) -> Scaling:
    """The limits and targets of Application Auto Scaling."""
    return Scaling(
        min=app.scaling.min,
        max=app.scaling.max,
        cpu_target=app.scaling.cpu_target,
        memory_target=app.scaling.memory_target,
        requests_per_task=requests_per_task,
        schedules=[
            Schedule(
                name=schedule.name,
                cron=schedule.cron,
                timezone=schedule.timezone,
                min=schedule.min,
                max=schedule.max,
            )
            for schedule in app.scaling.schedules
        ],
        scale_in_cooldown=scale_in_cooldown,
    )


def routing(
    port: int,
    rules: Sequence[Route],
    health_check: HealthCheck,
    *,
    settings: StackSettings,
    shared: SharedParts,
    deregistration_delay: int = 60,
) -> Routing:
    """The place behind the shared load balancer."""
    given = shared.facts.given_alb
    return Routing(
        port=port,
        load_balancer_arn_suffix=shared.load_balancer.arn_suffix,
        load_balancer_scheme=given.arn if given else settings.load_balancer.scheme.value,
        rules=rules,
        health_check=health_check,
        deregistration_delay=deregistration_delay,
    )


def keep_alive(shared: SharedParts) -> str:
    """uvicorn's keep-alive in seconds: longer than the load balancer's, which otherwise reuses a closed connection."""
    return str(shared.load_balancer.idle_timeout + 10)


def secrets_of(app: AppSettings | SidecarSettings, facts: Facts) -> Mapping[str, SecretReference]:
    """The secrets that the user gives the app, by environment variable."""
    return {name: facts.secrets[reference] for name, reference in app.secrets.items()}


def python_get(port: int, path: str) -> Sequence[str]:
    """A health check command for images that have Python but perhaps no curl."""
    url = f"http://127.0.0.1:{port}{path}"
    return ["CMD", "python", "-c", f"import urllib.request; urllib.request.urlopen('{url}')"]
