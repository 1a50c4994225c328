"""The gateway: OpenAI's API in front of Amazon Bedrock, by the engine of the stack's choice."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pulumi

from apps import common, limits
from apps.images import Image
from apps.shared import SharedParts
from components.ecs_app_service.args import Container, ContainerHealthCheck, EcsAppServiceArgs, HealthCheck, Volume
from components.ecs_app_service.route import Route
from containers import programs
from settings import GATEWAY, StackSettings, Transport, gateway_run

SCRATCH = Volume(name="scratch")
SCRATCH_DIR = "/scratch"

LONGEST_STREAM = 300
"""Seconds that a stopping task may go on streaming an answer."""


def service_args(
    settings: StackSettings, shared: SharedParts, image: Image, rules: Sequence[Route]
) -> EcsAppServiceArgs:
    """The gateway as an ECS service: stateless, allowed to call the configured models and nothing else."""
    app = settings.gateway
    engine = app.runs
    by_service_connect = settings.gateway_transport is Transport.SERVICE_CONNECT
    location = shared.facts.location
    words = programs.command(engine.program)
    scratch = [SCRATCH] if engine.needs_scratch else []
    init_containers = [_scratch_container(image)] if scratch else []
    container = Container(
        name=GATEWAY,
        image=image.uri,
        environment={**_environment(settings, shared), **app.env},
        secrets={
            engine.key_variable: shared.secrets.gateway_api_key,
            **limits.secrets(settings, shared),
            **common.secrets_of(app, shared.facts),
        },
        entry_point=words[:1] if engine.has_entry_point else None,
        command=words[1:] if engine.has_entry_point else words,
        user=engine.user,
        mounts={volume.name: SCRATCH_DIR for volume in scratch},
        depends_on={first.name: "SUCCESS" for first in init_containers},
        # A worker that waits for Bedrock may answer nothing else: patience, or a thinking model costs its task.
        health_check=ContainerHealthCheck(
            command=common.python_get(app.port, engine.health_path),
            interval=60,
            timeout=30,
            retries=5,
            start_period=120,
        ),
    )
    check = HealthCheck(path=engine.health_path, interval=60, timeout=30, grace_period=120)
    behind = common.routing(
        app.port, rules, check, settings=settings, shared=shared, deregistration_delay=LONGEST_STREAM
    )
    return replace(
        common.service(app, container, app.port, settings=settings, shared=shared, image=image),
        init_containers=init_containers,
        volumes=scratch,
        scaling=common.scaling(app, requests_per_task=settings.gateway_requests_per_task),
        routing=None if by_service_connect else behind,
        connections=limits.connections(settings, shared),
        task_statements=gateway_run.rights(
            app, location.partition, location.region, location.account_id, _profiles(shared)
        ),
    )


def _scratch_container(image: Image) -> Container:
    """Fargate mounts scratch volumes as root's; the engine runs as somebody else. It holds no secret."""
    return Container(
        name="scratch",
        image=image.uri,
        entry_point=["python"],
        command=["-c", "import os, sys; os.chmod(sys.argv[1], 0o1777)", SCRATCH_DIR],
        user="0:0",
        mounts={SCRATCH.name: SCRATCH_DIR},
        essential=False,
    )


def _profiles(shared: SharedParts) -> Mapping[str, pulumi.Output[str]]:
    return shared.profiles.by_model if shared.profiles else {}


def _environment(settings: StackSettings, shared: SharedParts) -> dict[str, pulumi.Input[str]]:
    engine = settings.gateway.runs
    told: dict[str, pulumi.Input[str]] = {**_told(settings, shared, {})}
    if shared.profiles and engine.models_variable:
        named = engine.models_variable
        told[named] = shared.profiles.arns.apply(lambda arns: _told(settings, shared, arns)[named])
    scratch = {"HOME": SCRATCH_DIR, "TMPDIR": SCRATCH_DIR} if engine.needs_scratch else {}
    origins = {engine.origins_variable: shared.url} if engine.origins_variable else {}
    tokens = {"TOKENS_USER_CLAIM": settings.gateway.tokens.user_claim} if settings.gateway.tokens else {}
    return {**told, **tokens, **limits.variables(settings, shared.facts.location.region), **scratch, **origins}


def _told(settings: StackSettings, shared: SharedParts, profiles: Mapping[str, str]) -> Mapping[str, str]:
    region, keep_alive = shared.facts.location.region, common.keep_alive(shared)
    return gateway_run.variables(settings.gateway, region, keep_alive, profiles)
