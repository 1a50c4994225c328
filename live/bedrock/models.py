"""Which models the region has, as far as a stack's own task role can tell."""

import json
from typing import Final

from live.bedrock.permissions import MANTLE_MODEL
from live.stack import Task

_EXAMPLES: Final = (
    "amazon.nova-pro-v1:0",
    "amazon.nova-lite-v1:0",
    "amazon.nova-micro-v1:0",
    "us.anthropic.claude-sonnet-5-5",
    "amazon.titan-embed-text-v2:0",
)
"""What the region has for a stack that allows all models; Bedrock has many more."""


def profiles_of(gateway: Task) -> dict[str, str]:
    """The models of the stack's own application inference profiles, by their ARNs, as LiteLLM is told them."""
    listed = json.loads(gateway.main.environment.get("LITELLM_CONFIG", "{}")).get("model_list", [])
    calls = [(model["litellm_params"].get("model_id"), model["model_name"]) for model in listed]
    return {arn: model for arn, model in calls if arn}


def models_of(gateway: Task) -> list[str]:
    """The models that the gateway's task role names, with some examples where it names none."""
    allowed = [
        resource.rsplit("/", 1)[-1]
        for statement in gateway.statements
        if "bedrock:InvokeModel" in statement["Action"] and "Condition" not in statement
        for resource in statement["Resource"]
    ]
    for statement in gateway.statements:
        allowed += statement.get("Condition", {}).get("StringEquals", {}).get(MANTLE_MODEL, [])
    profiles = profiles_of(gateway)
    ids = {arn.rpartition("/")[2]: model for arn, model in profiles.items()}
    allowed = [ids.get(model, model) for model in allowed]
    named = [model for model in allowed if "*" not in model]
    variables = gateway.main.environment
    defaults = [variables[name] for name in ("DEFAULT_MODEL", "DEFAULT_EMBEDDING_MODEL") if name in variables]
    return list(dict.fromkeys(named if len(named) == len(allowed) else [*defaults, *named, *_EXAMPLES]))
