"""The Bedrock Access Gateway (aws-samples/bedrock-access-gateway): OpenAI's API in front of Amazon Bedrock."""

from collections.abc import Sequence
from dataclasses import replace

import pulumi

from apps import common
from apps.images import Image
from apps.shared import SharedParts
from aws_rules import bedrock
from components.ecs_app_service.args import Container, ContainerHealthCheck, EcsAppServiceArgs, HealthCheck, Route
from settings import GATEWAY, Residency, StackSettings, Transport

HEALTH_PATH = "/health"

EVERY_ADDRESS = "0.0.0.0"  # noqa: S104  (of the task, which has one of its own that nobody knows before it starts)

LONGEST_STREAM = 300
"""Seconds that a stopping task may go on streaming an answer."""


def service_args(
    settings: StackSettings, shared: SharedParts, image: Image, rules: Sequence[Route]
) -> EcsAppServiceArgs:
    """The gateway as an ECS service: stateless, allowed to call the configured models and nothing else."""
    app = settings.gateway
    location = shared.facts.location
    by_service_connect = settings.gateway_transport is Transport.SERVICE_CONNECT
    container = Container(
        name=GATEWAY,
        image=image.uri,
        environment={**_environment(settings, shared), **app.env},
        secrets={"API_KEY": shared.secrets.gateway_api_key, **common.secrets_of(app, shared.facts)},
        # The image's command is a shell that keeps SIGTERM to itself: uvicorn would never finish its streams.
        command=["uvicorn", "api.app:app", "--host", EVERY_ADDRESS, "--port", str(app.port)],
        user="appuser",
        # A worker that waits for Bedrock answers nothing else: patience, or a thinking model costs its task.
        health_check=ContainerHealthCheck(
            command=common.python_get(app.port, HEALTH_PATH), interval=60, timeout=30, retries=5, start_period=120
        ),
    )
    check = HealthCheck(path=HEALTH_PATH, interval=60, timeout=30, grace_period=120)
    behind = common.routing(
        app.port, rules, check, settings=settings, shared=shared, deregistration_delay=LONGEST_STREAM
    )
    return replace(
        common.service(app, container, app.port, settings=settings, shared=shared, image=image),
        scaling=common.scaling(app, requests_per_task=settings.gateway_requests_per_task),
        routing=None if by_service_connect else behind,
        task_statements=bedrock.statements(
            location.partition, location.region, location.account_id, app.allowed_models, app.residency
        ),
    )


def _environment(settings: StackSettings, shared: SharedParts) -> dict[str, pulumi.Input[str]]:
    app = settings.gateway
    return {
        "ALLOWED_ORIGINS": shared.load_balancer.url,
        "AWS_REGION": shared.facts.location.region,
        "DEBUG": "false",
        "DEFAULT_EMBEDDING_MODEL": app.embedding_model,
        "DEFAULT_MODEL": app.default_model,
        # It lists what it finds: no profile that its role may not call, as far as these two can tell.
        "ENABLE_APPLICATION_INFERENCE_PROFILES": "false" if app.residency else "true",
        "ENABLE_CROSS_REGION_INFERENCE": "false" if app.residency is Residency.REGION else "true",
        "PORT": str(app.port),
        "PYTHONDONTWRITEBYTECODE": "1",
        "UVICORN_TIMEOUT_KEEP_ALIVE": common.keep_alive(shared),
        "UVICORN_WORKERS": str(app.processes),
    }
