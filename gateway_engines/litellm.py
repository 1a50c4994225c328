"""LiteLLM's proxy, without database and administration (PyPI's litellm[proxy] 1.108.7 was read and run)."""

import json
from collections.abc import Mapping
from typing import Any, Final

from aws_rules.models import Api
from gateway_engines.engine import PROCESSES, Engine, Model, Run

VERSION: Final = "1.108.7"

_PREFIXES: Final = {
    Api.CONVERSE: "bedrock/converse/",
    Api.OPENAI_RUNTIME: "bedrock/chat_completions/",
    Api.OPENAI_MANTLE: "bedrock_mantle/",
    Api.INVOKE_MODEL: "bedrock/",
}
"""How a model's name tells LiteLLM which API of Bedrock to call; both OpenAI APIs are signed with SigV4."""

_CACHED: Final = ("anthropic.claude", "amazon.nova")
"""What the names of models contain whose prompts Bedrock caches; it refuses a cache point of others."""

_OTHER_CONFIGURATION: Final = "would win over the configuration that the stack makes from gateway.models"

_USER: Final = {"header_name": "X-OpenWebUI-User-Email", "litellm_user_role": "customer"}


def _model(model: Model, run: Run) -> dict[str, Any]:
    parameters: dict[str, Any] = {"model": f"{_PREFIXES[model.api]}{model.id}", "aws_region_name": model.region}
    if model.profile_arn:
        # People go on to see the model's own id, by which LiteLLM knows what it can do.
        parameters["model_id"] = model.profile_arn
    if model.role_arn:
        parameters |= {"aws_role_name": model.role_arn, "aws_session_name": "gateway"}
    named: dict[str, Any] = {"model_name": model.id, "litellm_params": parameters}
    if model.api is Api.INVOKE_MODEL:
        return {**named, "model_info": {"mode": "embedding"}}
    if run.guardrail:
        guardrail = {"guardrailIdentifier": run.guardrail.id, "guardrailVersion": run.guardrail.version}
        parameters["guardrailConfig"] = guardrail
    if run.prompt_caching and any(name in model.id for name in _CACHED):
        parameters["cache_control_injection_points"] = [{"location": "message", "role": "system"}]
    return named


def configuration(run: Run) -> dict[str, Any]:
    """What LiteLLM reads as its configuration file."""
    metadata = {"bedrock_request_metadata_fields": ["user_api_key_end_user_id"]} if run.user_metadata else {}
    users = {"user_header_mappings": [_USER]} if run.user_metadata else {}
    return {
        "model_list": [_model(model, run) for model in run.models],
        # Parameters that a model does not take are left out, and messages that it does not take are mended.
        "litellm_settings": {
            "drop_params": True,
            "modify_params": True,
            "request_timeout": run.client_timeout,
            **metadata,
        },
        # A model has one way to it: after a 429 the next request is sent all the same, and Bedrock decides.
        "router_settings": {"disable_cooldowns": True},
        "general_settings": {"master_key": "os.environ/LITELLM_MASTER_KEY", **users},
    }


def regions_of(variables: Mapping[str, str]) -> dict[str, str]:
    """Where each model is called by a gateway that has these variables; nothing of another engine's."""
    models = json.loads(variables.get("LITELLM_CONFIG") or "{}").get("model_list", [])
    return {model["model_name"]: model["litellm_params"]["aws_region_name"] for model in models}


def _environment(run: Run) -> dict[str, str]:
    return {
        "AWS_REGION": run.region,
        "AWS_STS_REGIONAL_ENDPOINTS": "regional",
        "DISABLE_ADMIN_UI": "True",
        "LITELLM_CONFIG": json.dumps(configuration(run), separators=(",", ":")),
        # Otherwise it asks a public host for prices as it starts.
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "PORT": str(run.port),
        **({"SHOWN_MODELS": run.shown} if run.shown else {}),
        "PYTHONDONTWRITEBYTECODE": "1",
        "UVICORN_TIMEOUT_KEEP_ALIVE": run.keep_alive,
        PROCESSES: str(run.processes),
    }


ENGINE = Engine(
    title="LiteLLM",
    image=f"ghcr.io/berriai/litellm-non_root:v{VERSION}",
    example_image=f"ghcr.io/berriai/litellm-non_root:v{VERSION}",
    repository="litellm",
    program="litellm_gateway",
    has_entry_point=True,
    user="65534:65534",
    health_path="/health/liveliness",
    key_variable="LITELLM_MASTER_KEY",
    origins_variable=None,
    needs_scratch=True,
    memory_at_rest=323,
    # 473 with 100 streams at once, of which half are no extra.
    worker_memory=400,
    # 20 steady streams took a fifth of a core, and each answer takes about 12 seconds.
    requests_per_worker=100,
    apis=frozenset(Api),
    calls_apart=True,
    answers_per_process=None,
    lists_all=False,
    settings=frozenset({"guardrail", "profiles", "promptCaching", "userMetadata"}),
    models_variable="LITELLM_CONFIG",
    environment=_environment,
    own=frozenset(
        {
            "AWS_REGION",
            "DISABLE_ADMIN_UI",
            "HOME",
            "LITELLM_CONFIG",
            "LITELLM_LOCAL_MODEL_COST_MAP",
            "LITELLM_MASTER_KEY",
            "PORT",
            "SHOWN_MODELS",
            "TMPDIR",
            "UVICORN_TIMEOUT_KEEP_ALIVE",
            PROCESSES,
        }
    ),
    forbidden={
        **dict.fromkeys(("CONFIG_FILE_PATH", "LITELLM_CONFIG_BUCKET_NAME", "WORKER_CONFIG"), _OTHER_CONFIGURATION),
        "DATABASE_URL": "must not be set: this program runs LiteLLM without a database",
        "NUM_WORKERS": "has a setting of its own, gateway.workers",
        "SERVER_ROOT_PATH": "must stay as it is: Open WebUI and the load balancer ask for /api/v1",
    },
)
