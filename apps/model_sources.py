"""Whom Open WebUI asks for models: the gateway, and the providers beside it, each with a key of its own."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from apps import limits
from apps.given_listener import Balancer
from apps.shared import SharedParts
from aws_rules import models as catalog
from components.ecs_app_service import EcsAppService
from components.support.secret_values import SecretReference
from settings import GATEWAY, StackSettings, Transport
from settings.companions import PIPELINES, PIPELINES_KEY

Variables = dict[str, pulumi.Input[str]]


@dataclass(frozen=True, kw_only=True)
class ModelSource:
    """An API like OpenAI's."""

    name: str
    """What people filter models by; empty for the gateway."""
    url: pulumi.Input[str]
    key: SecretReference
    key_variable: str
    """The variable of Open WebUI's containers that holds the key."""
    models: Sequence[str]
    """The ids that users see; none means all that the source lists."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """What Open WebUI sends along beside the key."""

    @property
    def says_more(self) -> bool:
        """Whether there is more to say than address and key."""
        return bool(self.models or self.name or self.headers)


def model_sources(settings: StackSettings, shared: SharedParts, gateway: EcsAppService | None) -> list[ModelSource]:
    """All of a stack, the gateway first: of two sources of one id, Open WebUI takes the first."""
    sources = []
    if gateway is not None:
        # Open WebUI takes a name only from a list that it asks for, and then the gateway lists what is to be seen.
        listed = () if settings.gateway.has_names else settings.gateway.allowed_models
        chat = [model for model in listed if not catalog.is_embedding(model)]
        url = gateway_url(settings, shared.load_balancer)
        key = shared.secrets.gateway_api_key
        told = limits.headers(settings)
        variable = "OPENAI_API_KEY"
        sources.append(ModelSource(name="", url=url, key=key, key_variable=variable, models=chat, headers=told))
    for name, provider in sorted(settings.providers.items()):
        variable = f"PROVIDER_KEY_{re.sub('[^A-Z0-9]', '_', name.upper())}"
        key = shared.facts.secrets[provider.key_secret_arn]
        sources.append(ModelSource(name=name, url=provider.url, key=key, key_variable=variable, models=provider.models))
    if PIPELINES in settings.companions:
        url = f"http://{PIPELINES}:{settings.private_names[PIPELINES].port}"
        key = shared.secrets.pipelines_api_key
        sources.append(ModelSource(name=PIPELINES, url=url, key=key, key_variable=PIPELINES_KEY, models=()))
    return sources


def variables(sources: Sequence[ModelSource]) -> Variables:
    """Addresses and lists. Several keys are joined by the containers' program (containers/webui_keys.py)."""
    configs = {str(index): _config(source) for index, source in enumerate(sources) if source.says_more}
    several: Variables = {}
    if joins_keys(sources):
        several["OPENAI_API_BASE_URLS"] = pulumi.Output.concat(*_joined([source.url for source in sources]))
        several["OPENAI_API_KEYS_FROM"] = ";".join(source.key_variable for source in sources)
    elif sources:
        several["OPENAI_API_BASE_URL"] = sources[0].url
    if configs:
        several["OPENAI_API_CONFIGS"] = json.dumps(configs)
    return several


def joins_keys(sources: Sequence[ModelSource]) -> bool:
    """Whether the containers have to join keys; the gateway's alone is in Open WebUI's own variable."""
    return any(source.name for source in sources)


def secrets(sources: Sequence[ModelSource]) -> dict[str, SecretReference]:
    """The keys, each under its variable."""
    return {source.key_variable: source.key for source in sources}


def gateway_url(settings: StackSettings, balancer: Balancer) -> pulumi.Input[str]:
    """The gateway's base URL as tasks reach it."""
    if settings.gateway_transport is Transport.SERVICE_CONNECT:
        return f"http://{GATEWAY}:{settings.gateway.port}/api/v1"
    return pulumi.Output.concat("http://", balancer.dns_name, "/api/v1")


def _config(source: ModelSource) -> dict[str, object]:
    tags = {"tags": [{"name": source.name}]} if source.name else {}
    headers = {"headers": dict(source.headers)} if source.headers else {}
    return {"enable": True, "model_ids": list(source.models), **tags, **headers}


def _joined(urls: Sequence[pulumi.Input[str]]) -> list[pulumi.Input[str]]:
    first, *others = urls
    return [first, *(part for url in others for part in (";", url))]
