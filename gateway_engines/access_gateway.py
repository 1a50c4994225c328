"""The Bedrock Access Gateway (aws-samples/bedrock-access-gateway, read at 9579458)."""

from aws_rules.models import ACCESS_GATEWAY_EMBEDDINGS, Api
from gateway_engines.engine import PROCESSES, Engine, Run

_OTHER_KEY = "would win over the key that the stack gives the gateway"


def _environment(run: Run) -> dict[str, str]:
    return {
        "AWS_REGION": run.region,
        "DEBUG": "false",
        "DEFAULT_EMBEDDING_MODEL": run.embedding_model,
        "DEFAULT_MODEL": run.default_model,
        # It lists what it finds: no profile that its role may not call, as far as these two can tell.
        "ENABLE_APPLICATION_INFERENCE_PROFILES": "true" if run.application_profiles else "false",
        "ENABLE_CROSS_REGION_INFERENCE": "true" if run.geographic_profiles else "false",
        **({"ENABLE_PROMPT_CACHING": "true"} if run.prompt_caching else {}),
        **({"ASSUME_ROLE_ARN": run.role_arn} if run.role_arn else {}),
        "PORT": str(run.port),
        **({"SHOWN_MODELS": run.shown} if run.shown else {}),
        "PYTHONDONTWRITEBYTECODE": "1",
        "UVICORN_TIMEOUT_KEEP_ALIVE": run.keep_alive,
        PROCESSES: str(run.processes),
    }


ENGINE = Engine(
    title="the Bedrock Access Gateway",
    image=None,
    # Where its own push script puts the image.
    example_image="{account}.dkr.ecr.{region}.amazonaws.com/bedrock-proxy-api-ecs:latest",
    repository="bedrock-proxy-api",
    program="access_gateway",
    has_entry_point=False,
    user="appuser",
    health_path="/health",
    key_variable="API_KEY",
    origins_variable="ALLOWED_ORIGINS",
    needs_scratch=False,
    memory_at_rest=122,
    worker_memory=136,
    # It is busy for about 12 seconds with one answer, and answers one at a time.
    requests_per_worker=5,
    apis=frozenset({Api.CONVERSE, Api.INVOKE_MODEL}),
    calls_apart=False,
    # It reads Bedrock's stream without awaiting, so that a pause is its whole process's.
    answers_per_process=1,
    lists_all=True,
    only_embeddings=ACCESS_GATEWAY_EMBEDDINGS,
    settings=frozenset({"promptCaching"}),
    environment=_environment,
    own=frozenset(
        {
            "ALLOWED_ORIGINS",
            "API_KEY",
            "AWS_REGION",
            "DEFAULT_EMBEDDING_MODEL",
            "DEFAULT_MODEL",
            "PORT",
            "SHOWN_MODELS",
            "UVICORN_TIMEOUT_KEEP_ALIVE",
            PROCESSES,
        }
    ),
    forbidden={
        "ASSUME_ROLE_ARN": "has a setting of its own, gateway.assumeRole",
        "API_KEY_PARAM_NAME": _OTHER_KEY,
        "API_KEY_SECRET_ARN": _OTHER_KEY,
        "API_ROUTE_PREFIX": "must stay as it is: Open WebUI and the load balancer ask for /api/v1",
        "WEB_CONCURRENCY": "has a setting of its own, gateway.workers",
    },
)
