"""What runs beside an application in its tasks: sidecars of the config, and the collector of telemetry."""

import json
from dataclasses import replace
from typing import Any, Literal

import pulumi

from apps import common
from apps.lookups import Facts
from apps.shared import SharedParts
from aws_rules import iam, image_reference
from components.ecs_app_service.args import Container, ContainerHealthCheck, EcsAppServiceArgs
from components.support.canonical_json import canonical_json
from settings import WEBUI, StackSettings
from settings.sidecars import COLLECTOR, SidecarSettings, TelemetrySettings

_NOBODY = "65534:65534"
"""The collector writes no file."""

_GRPC, _HTTP = "127.0.0.1:4317", "127.0.0.1:4318"


def with_sidecars(
    name: str, args: EcsAppServiceArgs, settings: StackSettings, shared: SharedParts
) -> EcsAppServiceArgs:
    """The service's arguments with all that runs beside its container."""
    app = settings.apps[name]
    sidecars = [_sidecar(one, of, shared.facts) for one, of in sorted(app.sidecars.items())]
    up: dict[str, Literal["HEALTHY"]] = {one.name: "HEALTHY" for one in sidecars if one.health_check}
    images = [one.image for one in app.sidecars.values()]
    args = replace(args, app=replace(args.app, depends_on={**args.app.depends_on, **up}))
    if settings.telemetry.on and name in settings.telemetry.services:
        sidecars.append(_collector(name, settings, shared))
        images.append(settings.telemetry.image)
        told = {**_variables(name, settings), **args.app.environment}
        args = replace(
            args,
            app=replace(args.app, environment=told),
            task_statements=[*args.task_statements, *_statements(name, settings.telemetry, shared)],
        )
    partition = shared.facts.location.partition
    arns = (image_reference.ecr_repository_arn(_filled(image, shared.facts), partition) for image in images)
    return replace(args, sidecars=sidecars, sidecar_repository_arns=sorted({arn for arn in arns if arn}))


def _filled(image: str, facts: Facts) -> str:
    location = facts.location
    return image_reference.filled_in(image, location.account_id, location.region, location.partition)


def _sidecar(name: str, sidecar: SidecarSettings, facts: Facts) -> Container:
    check = sidecar.health_command
    return Container(
        name=name,
        image=_filled(sidecar.image, facts),
        environment=sidecar.env,
        secrets=common.secrets_of(sidecar, facts),
        entry_point=sidecar.entry_point or None,
        command=sidecar.command or None,
        user=sidecar.user,
        readonly_root_filesystem=sidecar.readonly_root_filesystem,
        health_check=ContainerHealthCheck(command=["CMD", *check], retries=5) if check else None,
        essential=sidecar.essential,
    )


def _collector(name: str, settings: StackSettings, shared: SharedParts) -> Container:
    """No application waits for it, nor stops with it: without it nothing is told, and all else works."""
    return Container(
        name=COLLECTOR,
        image=_filled(settings.telemetry.image, shared.facts),
        environment={"AOT_CONFIG_CONTENT": canonical_json(_pipelines(name, settings, shared))},
        user=_NOBODY,
        essential=False,
    )


def _pipelines(name: str, settings: StackSettings, shared: SharedParts) -> dict[str, Any]:
    """The collector's configuration (JSON is YAML): what applications send by OTLP, to X-Ray and the log group.

    CloudWatch makes metrics of the log events that `awsemf` writes (Embedded Metric Format).
    """
    region, group = shared.facts.location.region, shared.cluster.log_group_name
    stream = f"{COLLECTOR}/{name}"
    exporters = {
        "traces": ("awsxray", {"region": region}),
        "metrics": (
            "awsemf",
            {
                "region": region,
                "namespace": settings.name_prefix,
                "log_group_name": group,
                "log_stream_name": f"{stream}/metrics",
            },
        ),
        "logs": (
            "awscloudwatchlogs",
            {"region": region, "log_group_name": group, "log_stream_name": f"{stream}/logs"},
        ),
    }
    on = {signal: exporter for signal, exporter in exporters.items() if getattr(settings.telemetry, signal)}
    return {
        "receivers": {"otlp": {"protocols": {"grpc": {"endpoint": _GRPC}, "http": {"endpoint": _HTTP}}}},
        "processors": {"batch": {}},
        "exporters": dict(on.values()),
        "service": {
            "pipelines": {
                signal: {"receivers": ["otlp"], "processors": ["batch"], "exporters": [exporter]}
                for signal, (exporter, _) in on.items()
            }
        },
    }


def _variables(name: str, settings: StackSettings) -> dict[str, str]:
    """OpenTelemetry's own names, and Open WebUI 0.12.4's switches (env.py)."""
    variables = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{_GRPC}",
        "OTEL_SERVICE_NAME": f"{settings.name_prefix}-{name}",
    }
    if name != WEBUI:
        return variables
    telemetry = settings.telemetry
    switches = {"TRACES": telemetry.traces, "METRICS": telemetry.metrics, "LOGS": telemetry.logs}
    return {
        **variables,
        "ENABLE_OTEL": "true",
        **{f"ENABLE_OTEL_{signal}": json.dumps(on) for signal, on in switches.items()},
        "OTEL_EXPORTER_OTLP_INSECURE": "true",
    }


def _statements(name: str, telemetry: TelemetrySettings, shared: SharedParts) -> list[iam.Statement]:
    statements = []
    if telemetry.traces:
        statements.append(iam.send_traces())
    if telemetry.metrics or telemetry.logs:
        own = pulumi.Output.concat(shared.cluster.placement.log_group_arn, f":log-stream:{COLLECTOR}/{name}/*")
        statements.append(iam.allow("SendTelemetry", ["logs:CreateLogStream", "logs:PutLogEvents"], [own]))
    return statements
