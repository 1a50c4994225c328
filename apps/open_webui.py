"""Open WebUI 0.12.4: what its tasks run, mount, read and reach."""

from collections.abc import Sequence
from dataclasses import replace

import pulumi

from apps import common, load_balancer_sign_in, people, sign_in, uploads, webui_data
from apps import webui_environment as environment
from apps.images import Image
from apps.model_sources import joins_keys, model_sources
from apps.model_sources import secrets as keys_of
from apps.shared import SharedParts
from components.ecs_app_service import EcsAppService
from components.ecs_app_service.args import (
    STOP_THEN_START,
    Container,
    ContainerHealthCheck,
    EcsAppServiceArgs,
    HealthCheck,
    Rollout,
    Volume,
)
from components.ecs_app_service.route import Route
from components.load_balancer import SharedLoadBalancer
from components.support.connections import Connection
from components.support.secret_values import SecretReference
from containers import programs
from settings import WEBUI, StackSettings, Transport

PORT = 8080
HEALTH_PATH = "/health"
"""Answers once the application has started; `/ready` asks the database too, and would drop every task at once."""

USER = "1000:1000"
BACKEND = "/app/backend"
SCRATCH = Volume(name="scratch")

LONGEST_MIGRATION = 600
"""Seconds in which a task may fail health checks: a large chat table takes minutes to migrate."""


def service_args(
    settings: StackSettings,
    shared: SharedParts,
    image: Image,
    rules: Sequence[Route],
    gateway: EcsAppService | None,
) -> EcsAppServiceArgs:
    """Open WebUI as an ECS service, on PostgreSQL and Valkey or alone with its SQLite file."""
    app = settings.webui
    files = shared.file_system.volume_for(WEBUI, settings.file_system.path)
    variables = {**environment.variables(settings, shared, gateway), **app.env, "WEBUI_IMAGE": image.uri}
    sources = model_sources(settings, shared, gateway)
    secrets = {**_secrets(settings, shared), **keys_of(sources), **common.secrets_of(app, shared.facts)}
    mounts = {files.name: environment.DATA_DIR, SCRATCH.name: environment.SCRATCH_DIR}
    joining = ["webui_keys"] if joins_keys(sources) else []
    init_containers = [_scratch_container(image)]
    if shared.data_tier is not None:
        admin_variables, admin_secrets = webui_data.administrator(settings, shared)
        migrating = {**variables, **admin_variables}, {**secrets, **admin_secrets}
        init_containers.append(_migration_container(image, joining, *migrating, mounts))
    container = Container(
        name=WEBUI,
        image=image.uri,
        command=programs.command("webui_serve", after=[*joining, *load_balancer_sign_in.programs(settings)]),
        working_directory=BACKEND,
        environment={**variables, **environment.migrations(enabled=shared.data_tier is None)},
        secrets=secrets,
        user=USER,
        mounts=mounts,
        depends_on={first.name: "SUCCESS" for first in init_containers},
        health_check=ContainerHealthCheck(
            command=common.python_get(PORT, HEALTH_PATH), interval=30, timeout=10, retries=5, start_period=300
        ),
    )
    check = HealthCheck(path=HEALTH_PATH, grace_period=LONGEST_MIGRATION)
    return replace(
        common.service(app, container, PORT, settings=settings, shared=shared, image=image),
        init_containers=init_containers,
        # Stopping a task ends the answers that it is writing, so few tasks stop, and late.
        scaling=common.scaling(app, requests_per_task=app.scaling.requests_per_task, scale_in_cooldown=600),
        # Two tasks cannot share a SQLite file; with a database, tasks of another image wait for their turn.
        rollout=STOP_THEN_START if shared.data_tier is None else Rollout(),
        routing=common.routing(PORT, rules, check, settings=settings, shared=shared),
        volumes=[files, SCRATCH],
        task_statements=[*webui_data.statements(settings, shared), *uploads.statements(settings, shared)],
        connections=_connections(settings, shared, gateway),
    )


def _scratch_container(image: Image) -> Container:
    """Fargate mounts scratch volumes as root's; the application runs as somebody else. It holds no secret."""
    return Container(
        name="scratch",
        image=image.uri,
        command=["chmod", "1777", environment.SCRATCH_DIR],
        user="0:0",
        mounts={SCRATCH.name: environment.SCRATCH_DIR},
        essential=False,
    )


def _migration_container(
    image: Image,
    joining: Sequence[str],
    variables: dict[str, pulumi.Input[str]],
    secrets: dict[str, SecretReference],
    mounts: dict[str, str],
) -> Container:
    """Migrates the schema, one task at a time, before any application container starts."""
    return Container(
        name="migrate",
        image=image.uri,
        command=programs.command("webui_migrate", after=joining),
        working_directory=BACKEND,
        environment={**variables, **environment.migrations(enabled=True)},
        secrets=secrets,
        user=USER,
        mounts=mounts,
        depends_on={"scratch": "SUCCESS"},
        essential=False,
    )


def _secrets(settings: StackSettings, shared: SharedParts) -> dict[str, SecretReference]:
    secrets = {
        "WEBUI_ADMIN_PASSWORD": shared.secrets.admin_password,
        "WEBUI_SECRET_KEY": shared.secrets.webui_secret_key,
        **webui_data.secrets(settings, shared),
    }
    if settings.gateway.enabled:
        secrets["RAG_OPENAI_API_KEY"] = shared.secrets.gateway_api_key
    return {**secrets, **people.secrets(settings, shared), **sign_in.secrets(settings, shared)}


def _connections(settings: StackSettings, shared: SharedParts, gateway: EcsAppService | None) -> list[Connection]:
    connections = webui_data.connections(shared)
    balancer = shared.load_balancer
    by_balancer = gateway is not None and settings.gateway_transport is Transport.LOAD_BALANCER
    if by_balancer and isinstance(balancer, SharedLoadBalancer):
        connections.append(Connection(name="load-balancer", security_group_id=balancer.security_group_id, port=80))
    return connections
