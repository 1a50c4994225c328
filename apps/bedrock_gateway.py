"""The gateway: OpenAI's API in front of Amazon Bedrock, by the engine of the stack's choice."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pulumi

from apps import common
from apps.images import Image
from apps.shared import SharedParts
from aws_rules import bedrock, guardrails
from aws_rules import models as catalog
from aws_rules.iam import Statement
from aws_rules.models import Lane
from components.ecs_app_service.args import (
    Container,
    ContainerHealthCheck,
    EcsAppServiceArgs,
    HealthCheck,
    Route,
    Volume,
)
from components.support.location import Location
from containers import programs
from gateway_engines import Guardrail, Model, Run
from settings import CLIENT_TIMEOUT_SECONDS, GATEWAY, GatewaySettings, Residency, StackSettings, Transport

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
    words = programs.command(engine.program)
    scratch = [SCRATCH] if engine.needs_scratch else []
    init_containers = [_scratch_container(image)] if scratch else []
    container = Container(
        name=GATEWAY,
        image=image.uri,
        environment={**_environment(settings, shared), **app.env},
        secrets={engine.key_variable: shared.secrets.gateway_api_key, **common.secrets_of(app, shared.facts)},
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
        task_statements=_statements(settings, shared.facts.location),
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


def _environment(settings: StackSettings, shared: SharedParts) -> dict[str, pulumi.Input[str]]:
    app = settings.gateway
    engine = app.runs
    region = app.region or shared.facts.location.region
    run = Run(
        port=app.port,
        processes=app.processes,
        keep_alive=common.keep_alive(shared),
        client_timeout=CLIENT_TIMEOUT_SECONDS,
        region=region,
        role_arn=app.assume_role,
        models=tuple(
            Model(id=model, lane=lane, region=region, role_arn=app.assume_role) for model, lane in app.lanes.items()
        ),
        shown=_shown(app),
        default_model=app.default_model,
        embedding_model=app.embedding_model,
        guardrail=Guardrail(id=app.guardrail.id, version=app.guardrail.version) if app.guardrail else None,
        application_profiles=app.residency is None,
        geographic_profiles=app.residency is not Residency.REGION,
        prompt_caching=app.prompt_caching,
        user_metadata=app.user_metadata,
    )
    scratch = {"HOME": SCRATCH_DIR, "TMPDIR": SCRATCH_DIR} if engine.needs_scratch else {}
    origins = {engine.origins_variable: shared.url} if engine.origins_variable else {}
    return {**engine.environment(run), **scratch, **origins}


def _shown(app: GatewaySettings) -> str | None:
    """The chat models with their names for people, in the form of OpenAI's list and with what Open WebUI adds to it."""
    if not app.named_models:
        return None
    models = []
    for model in app.allowed_models:
        if not catalog.is_embedding(model):
            named = app.named_models.get(model)
            name = {"name": named.name} if named else {}
            about = {"info": {"meta": {"description": named.description}}} if named and named.description else {}
            models.append({"id": model, "object": "model", "created": 0, "owned_by": "bedrock", **name, **about})
    return json.dumps({"object": "list", "data": models})


def _statements(settings: StackSettings, location: Location) -> list[Statement]:
    """What the task role may do in its own account; another role has rights of its own."""
    app = settings.gateway
    region = app.region or location.region
    if app.assume_role:
        return [bedrock.assume(app.assume_role)]
    place = (location.partition, region, location.account_id)
    statements = [bedrock.list_models()] if app.runs.lists_all else []
    by_mantle = tuple(model for model, lane in app.lanes.items() if lane is Lane.OPENAI_MANTLE)
    others = tuple(model for model in app.allowed_models if model not in by_mantle)
    if others or not by_mantle:
        statements += bedrock.statements(*place, others, app.residency)
    if by_mantle:
        statements.append(bedrock.by_mantle(*place, by_mantle))
    if app.guardrail:
        statements.append(guardrails.apply(*place, app.guardrail.id))
    return statements
