"""What a stack's gateway is told and may do: from its settings to its engine's variables and its role's rights."""

import json
from collections.abc import Mapping, Sequence

from aws_rules import bedrock, guardrails
from aws_rules import models as catalog
from aws_rules.iam import Statement
from aws_rules.models import Api
from gateway_engines import Guardrail, Model, Run
from settings.gateway import GatewaySettings, Residency
from settings.load_balancer import CLIENT_TIMEOUT_SECONDS

_NONE: Mapping[str, str] = {}


def variables(
    gateway: GatewaySettings, region: str, keep_alive: str, profiles: Mapping[str, str] = _NONE
) -> Mapping[str, str]:
    """The variables that make the engine call what the stack lists, in a stack of `region`.

    `keep_alive` is how many seconds an idle connection stays open, `profiles` are the application inference profiles
    by which models are called.
    """
    run = Run(
        port=gateway.port,
        processes=gateway.processes,
        keep_alive=keep_alive,
        client_timeout=CLIENT_TIMEOUT_SECONDS,
        region=gateway.region or region,
        role_arn=gateway.assume_role,
        models=tuple(
            Model(
                id=model,
                api=api,
                region=gateway.region_of(model, region),
                role_arn=gateway.role_of(model),
                profile_arn=profiles.get(model),
            )
            for model, api in gateway.apis.items()
        ),
        shown=_shown(gateway),
        default_model=gateway.default_model,
        embedding_model=gateway.embedding_model,
        guardrail=Guardrail(id=gateway.guardrail.id, version=gateway.guardrail.version) if gateway.guardrail else None,
        application_profiles=gateway.residency is None,
        geographic_profiles=gateway.residency is not Residency.REGION,
        prompt_caching=gateway.prompt_caching,
        user_metadata=gateway.user_metadata,
    )
    return gateway.runs.environment(run)


def _shown(gateway: GatewaySettings) -> str | None:
    """The chat models with their names for people, in the form of OpenAI's list and with what Open WebUI adds to it."""
    if not gateway.has_names:
        return None
    models = []
    for model in gateway.allowed_models:
        if not catalog.is_embedding(model):
            own = gateway.model_settings.get(model)
            name = {"name": own.name} if own and own.name else {}
            about = {"info": {"meta": {"description": own.description}}} if own and own.description else {}
            models.append({"id": model, "object": "model", "created": 0, "owned_by": "bedrock", **name, **about})
    return json.dumps({"object": "list", "data": models})


def rights(
    gateway: GatewaySettings, partition: str, region: str, account_id: str, profiles: Mapping[str, object] = _NONE
) -> list[Statement]:
    """What the task role may do in its own account, in a stack of `region`; other roles have rights of their own."""
    statements = [bedrock.assume(*gateway.roles)] if gateway.roles else []
    if gateway.assume_role:
        return statements
    if gateway.runs.lists_all:
        statements.append(bedrock.list_models())
    own = gateway.region or region
    called: dict[str, list[str]] = {} if gateway.allowed_models else {own: []}
    for model in gateway.allowed_models:
        if gateway.role_of(model) is None:
            called.setdefault(gateway.region_of(model, region), []).append(model)
    for place, models in called.items():
        own_profiles = {model: profiles[model] for model in models if model in profiles}
        others = [model for model in models if model not in profiles]
        calls = _calls(gateway, (partition, place, account_id), others) if others or not models else []
        if own_profiles:
            calls += bedrock.by_profiles(partition, place, own_profiles, gateway.residency)
        statements += calls if place == own else [_named_for(place, one) for one in calls]
    if gateway.guardrail:
        statements.append(guardrails.apply(partition, own, account_id, gateway.guardrail.id))
    return statements


def _calls(gateway: GatewaySettings, place: tuple[str, str, str], models: Sequence[str]) -> list[Statement]:
    """Call these models, or all when none is named, at this place: partition, region and account."""
    by_mantle = tuple(model for model in models if gateway.apis.get(model) is Api.OPENAI_MANTLE)
    others = tuple(model for model in models if model not in by_mantle)
    statements = bedrock.statements(*place, others, gateway.residency) if others or not by_mantle else []
    return [*statements, *([bedrock.by_mantle(*place, by_mantle)] if by_mantle else [])]


def _named_for(region: str, statement: Statement) -> Statement:
    """The statement by a name that no other region's has; IAM takes letters and digits."""
    return {**statement, "Sid": f"{statement['Sid']}{region.title().replace('-', '')}"}
