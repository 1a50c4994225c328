"""What rules walk through, with paths, and the short forms of what most of them yield."""

from collections.abc import Iterator

from aws_rules import image_reference
from aws_rules import models as catalog
from aws_rules.image_reference import ImageReference
from problems import Advice, Fix, Path, Problem, Remove, Scalar, Set, Steps
from settings.apps import AppSettings
from settings.gateway import ModelSettings
from settings.load_balancer import EXAMPLE_DOMAIN, EXAMPLE_ZONE
from settings.scaling import ScheduleSettings
from settings.services import ServiceSettings
from settings.sidecars import SidecarSettings
from settings.stack import GATEWAY, WEBUI, StackSettings

NEWER_MODEL = "name an active model; `make models CHECK=1 STACK=<stack>` tries those that the stack names"


def set_to(path: Path, value: Scalar, rule: str, *also: Path) -> Problem:
    """A value that breaks `rule`, and one that would not; `also` are the other keys that the verdict rests on."""
    return Problem(path=path, rule=rule, fix=Set(path, value), also=also)


def remove(path: Path, rule: str, *also: Path) -> Problem:
    """A value that must not be there."""
    return Problem(path=path, rule=rule, fix=Remove(path), also=also)


def advise(path: Path, rule: str, advice: str, *also: Path) -> Problem:
    """A value about which people have to think."""
    return Problem(path=path, rule=rule, fix=Advice(advice), also=also)


def own_domain(settings: StackSettings) -> Fix:
    """A certificate of the stack's own: a domain, and the zone in which it is validated."""
    domain = Set(("loadBalancer", "domain"), EXAMPLE_DOMAIN)
    zone = Set(("loadBalancer", "hostedZoneId"), EXAMPLE_ZONE)
    return domain if settings.load_balancer.hosted_zone_id else Steps((domain, zone))


def apps(settings: StackSettings) -> Iterator[tuple[Path, AppSettings]]:
    """Every app that runs: the WebUI, the gateway unless disabled, the services."""
    yield (WEBUI,), settings.webui
    if settings.gateway.enabled:
        yield (GATEWAY,), settings.gateway
    for path, _, service in services(settings):
        yield path, service


def services(settings: StackSettings) -> Iterator[tuple[Path, str, ServiceSettings]]:
    """Every further service, companions among them: its path, its name and what is said of it."""
    for name, service in settings.further_services.items():
        yield settings.path_of(name), name, service


def variables(settings: StackSettings) -> Iterator[tuple[Path, AppSettings | SidecarSettings]]:
    """Whatever has `env` and `secrets`: every app that runs, and what runs beside it."""
    for path, app in apps(settings):
        yield path, app
        yield from (((*path, "sidecars", name), sidecar) for name, sidecar in app.sidecars.items())


def images(settings: StackSettings) -> Iterator[tuple[Path, str, ImageReference]]:
    """Every image that the stack does not build itself: its path, its text and its parts."""
    for path, found in variables(settings):
        image = image_reference.parse(found.image) if isinstance(found, SidecarSettings) else None
        if image and isinstance(found, SidecarSettings):
            yield (*path, "image"), found.image, image
    collector = image_reference.parse(settings.telemetry.image)
    if settings.telemetry.on and collector:
        yield ("telemetry", "image"), settings.telemetry.image, collector
    for path, app in apps(settings):
        named = app.image_to_run if app.build is None else None
        image = image_reference.parse(named) if named else None
        if named and image:
            yield (*path, "image"), named, image


def schedules(settings: StackSettings) -> Iterator[tuple[Path, ScheduleSettings]]:
    """Every schedule of every app that runs."""
    for path, app in apps(settings):
        for index, schedule in enumerate(app.scaling.schedules):
            yield (*path, "scaling", "schedules", index), schedule


def named_models(settings: StackSettings) -> Iterator[tuple[Path, str]]:
    """Every id that the gateway's settings name or have by default, with its path."""
    gateway = settings.gateway
    if not gateway.enabled:
        return
    for index, model in enumerate(gateway.allowed_models):
        path: Path = (GATEWAY, "models", index)
        yield (*path, "id") if model in gateway.model_settings else path, model
    yield (GATEWAY, "defaultModel"), gateway.default_model
    yield (GATEWAY, "embeddingModel"), gateway.embedding_model
    if gateway.task_model:
        yield (GATEWAY, "taskModel"), gateway.task_model


def settings_of_models(settings: StackSettings) -> Iterator[tuple[Path, ModelSettings]]:
    """What is said of single models, with its path."""
    for index, entry in enumerate(settings.gateway.listed if settings.gateway.enabled else ()):
        if isinstance(entry, ModelSettings):
            yield (GATEWAY, "models", index), entry


def page(model: catalog.Model) -> str:
    """Where the dates of a model's life come from."""
    return f"Amazon Bedrock user guide, {model.source}, as of {catalog.RENEWED}"
