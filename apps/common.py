"""From an app's settings to the parts of `EcsAppServiceArgs` that are made the same way for every app."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from apps.lookups import Facts
from apps.shared import SharedParts
from aws_rules import image_reference
from components.container_image import ContainerImage, ContainerImageArgs
from components.ecs_app_service.args import DeploymentAlarm, Scaling, Schedule, Sizing, Spot
from components.encryption_key import EncryptionKey
from components.support.location import Location
from components.support.secret_values import SecretReference
from settings import AppSettings, StackSettings


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image to run, and the private repository it is pulled from, if it is one."""

    uri: pulumi.Input[str]
    repository_arn: pulumi.Input[str] | None
    repository_uri: pulumi.Input[str]
    """The URI without tag and digest."""


def keep_alive(settings: StackSettings) -> str:
    """uvicorn's keep-alive in seconds: longer than the load balancer's, which otherwise reuses a closed connection."""
    return str(settings.load_balancer.idle_timeout + 10)


def image_to_build(
    app: AppSettings, settings: StackSettings, facts: Facts, key: EncryptionKey
) -> ContainerImageArgs | None:
    """What to build for an app that has a `build`."""
    if app.build is None:
        return None
    return ContainerImageArgs(
        location=facts.location,
        context=app.build.context,
        dockerfile=app.build.dockerfile,
        architecture=app.architecture.value.upper(),
        kms_key_arn=key.key_arn,
        protect=settings.protect,
    )


def image_of(app: AppSettings, built: ContainerImage | None, location: Location) -> Image:
    """The image that was built, or the configured one with its placeholders filled in."""
    if built is not None:
        repository_uri = built.image_uri.apply(image_reference.repository_uri)
        return Image(uri=built.image_uri, repository_arn=built.repository_arn, repository_uri=repository_uri)
    uri = (app.image or "").replace("{account}", location.account_id).replace("{region}", location.region)
    return Image(
        uri=uri,
        repository_arn=image_reference.ecr_repository_arn(uri, location.partition),
        repository_uri=image_reference.repository_uri(uri),
    )


def sizing(app: AppSettings) -> Sizing:
    """The task size in ECS's words."""
    return Sizing(cpu=app.cpu, memory=app.memory, architecture=app.architecture.value.upper())


def scaling(app: AppSettings, *, requests_per_task: int | None, scale_in_cooldown: int = 300) -> Scaling:
    """The limits and targets of Application Auto Scaling."""
    wanted = app.scaling
    return Scaling(
        min=wanted.min,
        max=wanted.max,
        cpu_target=wanted.cpu_target,
        memory_target=wanted.memory_target,
        requests_per_task=requests_per_task,
        schedules=[
            Schedule(
                name=schedule.name,
                cron=schedule.cron,
                timezone=schedule.timezone,
                min=schedule.min,
                max=schedule.max,
            )
            for schedule in wanted.schedules
        ],
        scale_in_cooldown=scale_in_cooldown,
    )


def spot(app: AppSettings) -> Spot | None:
    """The share of Fargate Spot, if any."""
    return Spot(weight=app.spot.weight, base=app.spot.base) if app.spot else None


def deployment_alarm(name: str, settings: StackSettings, shared: SharedParts) -> DeploymentAlarm:
    """The alarm that rolls a deployment of the service back, `<prefix>-<name>-5xx`."""
    return DeploymentAlarm(name=f"{settings.name_prefix}-{name}-5xx", topic_arn=shared.alarm_topic_arn)


def secrets_of(app: AppSettings, facts: Facts) -> Mapping[str, SecretReference]:
    """The secrets that the user gives the app, by environment variable."""
    return {name: facts.secrets[reference] for name, reference in app.secrets.items()}


def python_get(port: int, path: str) -> Sequence[str]:
    """A health check command for images that have Python but perhaps no curl."""
    url = f"http://127.0.0.1:{port}{path}"
    return ["CMD", "python", "-c", f"import urllib.request; urllib.request.urlopen('{url}')"]
