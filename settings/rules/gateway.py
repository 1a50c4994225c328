"""Rules for the Bedrock gateway."""

import re
from collections.abc import Iterator

from settings.apps import GatewaySettings, Transport
from settings.load_balancer import Scheme
from settings.problems import Finding, Path, remove, set_to
from settings.stack import StackSettings

_GEOGRAPHY = re.compile(r"(us|us-gov|eu|apac|ap|au|ca|jp|global|sa|me|af|il)\.")
_LIST: Path = ("gateway", "models")


def disabled(settings: StackSettings) -> Iterator[Finding]:
    """Settings of a gateway that does not run would have no effect."""
    gateway = settings.gateway
    if gateway.enabled:
        return
    for name, field in GatewaySettings.model_fields.items():
        if name in gateway.model_fields_set - {"enabled"}:
            key = ("gateway", str(field.alias))
            rule = "has no effect, since gateway.enabled is false"
            yield Finding(path=key, rule=rule, fix=remove(key), also=(("gateway", "enabled"),))


def models(settings: StackSettings) -> Iterator[Finding]:
    """The list names each model once, or is "*" alone."""
    given = settings.gateway.models
    if not given:
        rule = 'must name at least one Bedrock model, or be "*" for all'
        yield Finding(path=_LIST, rule=rule, fix=set_to(_LIST, "*"))
    for index, model in enumerate(given):
        here = (*_LIST, index)
        if model == "*" and len(given) > 1:
            rule = 'must not stand in a list with others: "*" alone means all models'
            yield Finding(path=here, rule=rule, fix=remove(here))
        elif model in given[:index]:
            yield Finding(path=here, rule="is listed twice", fix=remove(here))


def needed_models(settings: StackSettings) -> Iterator[Finding]:
    """The two models that the gateway answers for other names must be allowed, or every such call fails."""
    gateway = settings.gateway
    allowed = {_base(model) for model in gateway.allowed_models}
    if not gateway.enabled or not allowed or "*" in allowed or any(model.startswith("arn:") for model in allowed):
        return
    for key, model in (("defaultModel", gateway.default_model), ("embeddingModel", gateway.embedding_model)):
        if _base(model) not in allowed:
            rule = "must be one of gateway.models, which is all that the gateway may call"
            fix = set_to((*_LIST, len(gateway.models)), model)
            yield Finding(path=("gateway", key), rule=rule, fix=fix, also=(_LIST,))


def transport(settings: StackSettings) -> Iterator[Finding]:
    """The gateway has one static key: it is not published on the internet."""
    public = settings.load_balancer.scheme is Scheme.INTERNET_FACING
    if settings.gateway.enabled and public and settings.gateway.transport is Transport.LOAD_BALANCER:
        key = ("gateway", "transport")
        yield Finding(
            path=key,
            rule="must be serviceConnect when loadBalancer.scheme is internet-facing: "
            "the gateway's one key would be all that guards Bedrock",
            fix=set_to(key, "serviceConnect"),
            also=(("loadBalancer", "scheme"),),
        )


def _base(model: str) -> str:
    """The model behind a cross-region inference profile: `eu.amazon.nova-pro-v1:0` is Nova Pro."""
    return _GEOGRAPHY.sub("", model, count=1) if _GEOGRAPHY.match(model) else model
