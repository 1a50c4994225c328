"""Rules for what every application has: its image, its size, its share of Spot."""

from collections.abc import Iterator

from aws_rules import fargate
from problems import Problem, Remove, Set, key_of
from settings.rules.paths import apps
from settings.stack import StackSettings

UPSTREAM_GATEWAY_IMAGE = "{account}.dkr.ecr.{region}.amazonaws.com/bedrock-proxy-api-ecs:latest"
"""Where the gateway's own push script puts its image."""


def image_or_build(settings: StackSettings) -> Iterator[Problem]:
    """An app names an image or a folder to build it from, not both."""
    for path, app in apps(settings):
        image, build = (*path, "image"), (*path, "build")
        if app.build is not None and "image" in app.model_fields_set:
            rule = f"cannot stand beside {key_of(path)}.build: an app has one image"
            yield Problem(path=image, rule=rule, fix=Remove(image), also=(build,))
        elif app.build is None and app.image is None:
            example = UPSTREAM_GATEWAY_IMAGE if path == ("gateway",) else "registry.example.com/team/app:1.4.2"
            rule = f"is required, or {key_of(path)}.build: there is no image to run by default"
            yield Problem(path=image, rule=rule, fix=Set(image, example), also=(build,))


def task_size(settings: StackSettings) -> Iterator[Problem]:
    """CPU and memory are one of Fargate's pairs."""
    for path, app in apps(settings):
        cpu, memory = (*path, "cpu"), (*path, "memory")
        if rule := fargate.cpu_problem(app.cpu):
            nearest = min(fargate.MEMORY_FOR_CPU, key=lambda size: abs(size - app.cpu))
            yield Problem(path=cpu, rule=rule, fix=Set(cpu, nearest))
        elif rule := fargate.memory_problem(app.cpu, app.memory):
            fix = Set(memory, fargate.nearest_memory(app.cpu, app.memory))
            yield Problem(path=memory, rule=rule, fix=fix, also=(cpu,))


def spot_shares(settings: StackSettings) -> Iterator[Problem]:
    """A capacity provider strategy needs a weight or a base above zero."""
    for path, app in apps(settings):
        if app.spot is not None and app.spot.weight == app.spot.base == 0:
            weight, base = (*path, "spot", "weight"), (*path, "spot", "base")
            rule = f"must be 1 or more when {key_of(path)}.spot.base is 0 (capacity provider strategy)"
            yield Problem(path=weight, rule=rule, fix=Set(weight, 1), also=(base,))


def webui_on_spot(settings: StackSettings) -> Iterator[Problem]:
    """Spot takes tasks away at two minutes' notice; with SQLite there is only the one task."""
    if settings.webui.spot is not None and not settings.database.enabled:
        yield Problem(
            path=("webui", "spot"),
            rule="needs the database: without it one task holds the SQLite file, and Spot may stop it any time",
            fix=Remove(("webui", "spot")),
            also=(("database", "enabled"), ("webui", "scaling", "max")),
        )
