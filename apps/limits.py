"""What each user may ask in a day: what Open WebUI tells the gateway of who asks, and what the gateway holds it to."""

import json
from collections.abc import Mapping

from apps.shared import SharedParts
from aws_rules import models as catalog
from aws_rules import token_prices
from components.support.connections import Connection
from components.support.secret_values import SecretReference
from settings import StackSettings
from settings.money import LimitsSettings

HEADERS: Mapping[str, str] = {
    "X-Limits-User": "{{USER_ID}}",
    "X-Limits-Groups": "{{USER_GROUPS}}",
    "X-Limits-Task": "{{TASK}}",
}
"""What Open WebUI sends with each call of a model; it fills in the words in braces."""


def headers(settings: StackSettings) -> Mapping[str, str]:
    """The headers of the gateway's connection."""
    return HEADERS if settings.limits else {}


def variables(settings: StackSettings, region: str) -> dict[str, str]:
    """The limits as `containers/gateway_user_limits.py` reads them."""
    limits = settings.limits
    return {"LIMITS": json.dumps(_told(settings, limits, region), sort_keys=True)} if limits else {}


def _told(settings: StackSettings, limits: LimitsSettings, region: str) -> dict[str, object]:
    groups = {name: {"all": group.kinds, "each": group.members.kinds} for name, group in limits.groups.items()}
    return {"message": limits.message, "each": limits.kinds, "groups": groups, "prices": _prices(settings, region)}


def _prices(settings: StackSettings, region: str) -> dict[str, tuple[float, float, float]]:
    """US dollars per million tokens read, written and read from the prompt cache, by model, where dollars count."""
    limits, gateway = settings.limits, settings.gateway
    if not limits or all(allowance.dollars_a_day is None for _, allowance in limits.allowances):
        return {}
    found = {
        model: token_prices.find(model, gateway.region_of(model, region))
        for model in gateway.allowed_models
        if not catalog.is_embedding(model)
    }
    return {
        model: (price.input, price.output or 0, price.input if price.cache_read is None else price.cache_read)
        for model, price in found.items()
        if price
    }


def secrets(settings: StackSettings, shared: SharedParts) -> dict[str, SecretReference]:
    """Where the gateway counts: the Valkey that Open WebUI uses."""
    return {"LIMITS_REDIS_URL": shared.data_tier.cache.url} if settings.limits and shared.data_tier else {}


def connections(settings: StackSettings, shared: SharedParts) -> list[Connection]:
    """The way there."""
    way = shared.data_tier.cache.connection if settings.limits and shared.data_tier else None
    return [way] if way else []
