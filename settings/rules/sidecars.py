"""Rules for what runs beside an application in its tasks."""

from collections.abc import Iterator

from aws_rules.names import service_name_problem
from problems import Path, Problem, Remove, Set
from settings.rules.parts import advise, apps, remove
from settings.sidecars import COLLECTOR, TelemetrySettings
from settings.stack import StackSettings

OWN_CONTAINERS = frozenset({COLLECTOR, "certificates", "certificates-volume", "migrate", "scratch"})
"""Containers that the program puts beside applications."""

_TELEMETRY: Path = ("telemetry",)
_SERVICES: Path = ("telemetry", "services")
_OF_TELEMETRY = ("ENABLE_OTEL", "OTEL_EXPORTER_OTLP_", "OTEL_LOGS_EXPORTER_", "OTEL_METRICS_EXPORTER_")
_MODES = ("OTEL_OTLP_SPAN_EXPORTER", "OTEL_METRICS_OTLP_SPAN_EXPORTER", "OTEL_LOGS_OTLP_SPAN_EXPORTER")


def sidecar_names(settings: StackSettings) -> Iterator[Problem]:
    """ECS takes a container's name once in a task."""
    for path, app in apps(settings):
        for name in app.sidecars:
            rule = service_name_problem(name)
            if name in OWN_CONTAINERS | {path[-1]}:
                rule = "must have another name: a container of this program has it"
            if rule:
                yield advise((*path, "sidecars", name), rule, "rename the sidecar in Pulumi.<stack>.yaml")


def collected_services(settings: StackSettings) -> Iterator[Problem]:
    """A collector stands beside services that there are."""
    for index, name in enumerate(settings.telemetry.services):
        if name not in settings.apps:
            yield remove((*_SERVICES, index), f"must be one of {', '.join(sorted(settings.apps))}")


def nothing_to_collect(settings: StackSettings) -> Iterator[Problem]:
    """Settings of a collector that does not run."""
    told = settings.telemetry.model_fields_set - {"traces", "metrics", "logs"}
    for name in sorted(told) if not settings.telemetry.on else ():
        key = (*_TELEMETRY, str(TelemetrySettings.model_fields[name].alias))
        rule = "has no effect: telemetry.traces, telemetry.metrics and telemetry.logs are false"
        yield Problem(path=key, rule=rule, fix=(Remove(key), Set((*_TELEMETRY, "traces"), True)))


def telemetry_by_hand(settings: StackSettings) -> Iterator[Problem]:
    """What is set for the collector beside the service would not reach it, or go elsewhere."""
    for path, app in apps(settings):
        if not (settings.telemetry.on and path[-1] in settings.telemetry.services):
            continue
        for place, given in (("env", app.env), ("secrets", app.secrets)):
            for name in sorted(name for name in given if name.startswith(_OF_TELEMETRY) or name in _MODES):
                rule = f"is set by this program for telemetry, whose services hold {path[-1]}"
                yield remove((*path, place, name), rule, _SERVICES)
