"""Rules for what every application has: its image, its size, its share of Spot."""

from collections.abc import Iterator

from aws_rules import fargate
from problems import Problem, key_of
from settings.rules.parts import apps, remove, set_to
from settings.stack import GATEWAY, StackSettings


def image_or_build(settings: StackSettings) -> Iterator[Problem]:
    """An app names an image or a folder to build it from, not both."""
    for path, app in apps(settings):
        image, build = (*path, "image"), (*path, "build")
        if app.build is not None and "image" in app.model_fields_set:
            yield remove(image, f"cannot stand beside {key_of(build)}: an app has one image", build)
        elif app.build is None and app.image_to_run is None:
            is_gateway = path == (GATEWAY,)
            example = settings.gateway.runs.example_image if is_gateway else "registry.example.com/team/app:1.4.2"
            yield set_to(image, example, f"is required, or {key_of(build)}: there is no image to run by default", build)


def task_size(settings: StackSettings) -> Iterator[Problem]:
    """CPU and memory are one of Fargate's pairs."""
    for path, app in apps(settings):
        cpu, memory = (*path, "cpu"), (*path, "memory")
        if rule := fargate.cpu_problem(app.cpu):
            yield set_to(cpu, min(fargate.MEMORY_FOR_CPU, key=lambda size: abs(size - app.cpu)), rule)
        elif rule := fargate.memory_problem(app.cpu, app.memory):
            yield set_to(memory, fargate.nearest_memory(app.cpu, app.memory), rule, cpu)


def spot_shares(settings: StackSettings) -> Iterator[Problem]:
    """A capacity provider strategy needs a weight or a base above zero."""
    for path, app in apps(settings):
        if app.spot is not None and app.spot.weight == app.spot.base == 0:
            weight, base = (*path, "spot", "weight"), (*path, "spot", "base")
            yield set_to(weight, 1, f"must be 1 or more when {key_of(base)} is 0 (capacity provider strategy)", base)


def webui_on_spot(settings: StackSettings) -> Iterator[Problem]:
    """Spot takes tasks away at two minutes' notice; with SQLite there is only the one task."""
    if settings.webui.spot is not None and not settings.database.enabled:
        rule = "needs the database: without it one task holds the SQLite file, and Spot may stop it any time"
        yield remove(("webui", "spot"), rule, ("database", "enabled"), ("webui", "scaling", "max"))
