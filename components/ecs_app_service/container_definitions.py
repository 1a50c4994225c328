"""Container definitions in the form that ECS hands back, so that planning twice shows no difference."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.ecs_app_service.args import Container, ContainerHealthCheck, EcsAppServiceArgs
from components.support.canonical_json import canonical_json


def container_definitions(args: EcsAppServiceArgs) -> pulumi.Output[str]:
    """The canonical JSON of all containers: sorted keys and lists, defaults spelt out, no nulls."""
    definitions = [
        _definition(container, args, port=args.port if container is args.app else None) for container in args.containers
    ]
    return canonical_json(definitions)


def _definition(container: Container, args: EcsAppServiceArgs, port: int | None) -> dict[str, Any]:
    optional = {
        "command": container.command and list(container.command),
        "entryPoint": container.entry_point and list(container.entry_point),
        "workingDirectory": container.working_directory,
        "user": container.user,
        "healthCheck": container.health_check and _health_check(container.health_check),
        "dependsOn": [
            {"containerName": name, "condition": condition} for name, condition in sorted(container.depends_on.items())
        ]
        or None,
    }
    return {
        "name": container.name,
        "image": container.image,
        "essential": container.essential,
        "cpu": 0,
        "environment": _pairs(container.environment, "value"),
        "secrets": _pairs({name: secret.value_from for name, secret in container.secrets.items()}, "valueFrom"),
        "portMappings": _port_mappings(container.name, port, http=args.service_connect_http),
        "mountPoints": [
            {"sourceVolume": volume, "containerPath": path, "readOnly": False}
            for volume, path in sorted(container.mounts.items())
        ],
        "volumesFrom": [],
        "systemControls": [],
        # The SSM agent of ECS Exec writes to the root file system of the container that people work in.
        "readonlyRootFilesystem": container.readonly_root_filesystem
        and not (args.exec_enabled and container is args.app),
        "privileged": False,
        "linuxParameters": {"initProcessEnabled": True},
        "stopTimeout": container.stop_timeout,
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": args.placement.log_group_name,
                "awslogs-region": args.placement.location.region,
                "awslogs-stream-prefix": args.app.name,
            },
        },
        **{key: value for key, value in optional.items() if value is not None},
    }


def _pairs(values: Mapping[str, pulumi.Input[str]], value_key: str) -> list[dict[str, Any]]:
    return [{"name": name, value_key: value} for name, value in sorted(values.items())]


def _port_mappings(name: str, port: int | None, *, http: bool) -> Sequence[dict[str, Any]]:
    if port is None:
        return []
    mapping = {"name": name, "containerPort": port, "hostPort": port, "protocol": "tcp"}
    return [mapping | ({"appProtocol": "http"} if http else {})]


def _health_check(check: ContainerHealthCheck) -> dict[str, Any]:
    return {
        "command": list(check.command),
        "interval": check.interval,
        "timeout": check.timeout,
        "retries": check.retries,
        "startPeriod": check.start_period,
    }
