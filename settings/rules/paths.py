"""The applications of a stack with their paths, for rules that hold for all of them."""

from collections.abc import Iterator

from problems import Path
from settings.apps import AppSettings
from settings.scaling import ScheduleSettings
from settings.stack import StackSettings


def apps(settings: StackSettings) -> Iterator[tuple[Path, AppSettings]]:
    """Every app that runs: the WebUI, the gateway unless disabled, the services."""
    yield ("webui",), settings.webui
    if settings.gateway.enabled:
        yield ("gateway",), settings.gateway
    for name, service in settings.services.items():
        yield ("services", name), service


def schedules(settings: StackSettings) -> Iterator[tuple[Path, ScheduleSettings]]:
    """Every schedule of every app that runs."""
    for path, app in apps(settings):
        for index, schedule in enumerate(app.scaling.schedules):
            yield (*path, "scaling", "schedules", index), schedule
