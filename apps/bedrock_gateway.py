"""The Bedrock Access Gateway (aws-samples/bedrock-access-gateway): OpenAI's API in front of Amazon Bedrock."""

from collections.abc import Sequence

import pulumi

from apps.common import Image, deployment_alarm, keep_alive, python_get, scaling, secrets_of, sizing, spot
from apps.shared import SharedParts
from aws_rules import bedrock
from components.ecs_app_service.args import (
    Container,
    ContainerHealthCheck,
    EcsAppServiceArgs,
    HealthCheck,
    Route,
    Routing,
)
from settings import StackSettings, Transport

NAME = "gateway"
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
    return EcsAppServiceArgs(
        placement=shared.cluster.placement,
        service_name=f"{settings.name_prefix}-{NAME}-service",
        app=Container(
            name=NAME,
            image=image.uri,
            environment={**_environment(settings, shared), **app.env},
            secrets={"API_KEY": shared.secrets.gateway_api_key, **secrets_of(app, shared.facts)},
            # The image's command is a shell that keeps SIGTERM to itself: uvicorn would never finish its streams.
            command=["uvicorn", "api.app:app", "--host", EVERY_ADDRESS, "--port", str(app.port)],
            user="appuser",
            # A worker that waits for Bedrock answers nothing else: patience, or a thinking model costs its task.
            health_check=ContainerHealthCheck(
                command=python_get(app.port, HEALTH_PATH),
                interval=60,
                timeout=30,
                retries=5,
                start_period=120,
            ),
        ),
        port=app.port,
        image_repository_arn=image.repository_arn,
        sizing=sizing(app),
        scaling=scaling(app, requests_per_task=settings.gateway_requests_per_task),
        spot=spot(app),
        deployment_alarm=deployment_alarm(NAME, settings, shared),
        routing=None
        if by_service_connect
        else Routing(
            port=app.port,
            load_balancer_arn_suffix=shared.load_balancer.arn_suffix,
            load_balancer_scheme=settings.load_balancer.scheme.value,
            rules=rules,
            health_check=HealthCheck(path=HEALTH_PATH, interval=60, timeout=30, grace_period=120),
            deregistration_delay=LONGEST_STREAM,
        ),
        task_statements=bedrock.statements(
            location.partition, location.region, location.account_id, app.allowed_models
        ),
        exec_enabled=app.exec_enabled,
        service_connect_server=by_service_connect,
    )


def _environment(settings: StackSettings, shared: SharedParts) -> dict[str, pulumi.Input[str]]:
    app = settings.gateway
    return {
        "ALLOWED_ORIGINS": shared.load_balancer.url,
        "AWS_REGION": shared.facts.location.region,
        "DEBUG": "false",
        "DEFAULT_EMBEDDING_MODEL": app.embedding_model,
        "DEFAULT_MODEL": app.default_model,
        "ENABLE_APPLICATION_INFERENCE_PROFILES": "true",
        "ENABLE_CROSS_REGION_INFERENCE": "true",
        "PORT": str(app.port),
        "PYTHONDONTWRITEBYTECODE": "1",
        "UVICORN_TIMEOUT_KEEP_ALIVE": keep_alive(settings),
        "UVICORN_WORKERS": str(app.workers),
    }
