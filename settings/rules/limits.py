"""Rules for what each user may ask of models in a day."""

import re
from collections.abc import Iterator

from aws_rules import models as catalog
from aws_rules.token_prices import PRICED
from problems import Path, Problem, Set, Steps
from settings.rules.parts import advise, remove, set_to
from settings.rules.providers import JOINED
from settings.stack import GATEWAY, WEBUI, StackSettings

_LIMITS: Path = ("limits",)
_GROUPS: Path = ("limits", "groups")
_DATABASE: Path = ("database", "enabled")
_PERSISTENT: Path = (WEBUI, "persistentConfig")
_MODELS: Path = (GATEWAY, "models")
# Open WebUI joins a user's groups by commas, and encodes what is no ASCII with a per cent sign.
_GROUP = re.compile(r"[^,%\s]([^,%]*[^,%\s])?")


def nothing_limited(settings: StackSettings) -> Iterator[Problem]:
    """A message, and nobody who would read it."""
    if settings.limits and not any(allowance.kinds for _, allowance in settings.limits.allowances):
        rule = "must limit requestsADay, tokensADay or dollarsADay, of everybody or of a group"
        yield Problem(path=_LIMITS, rule=rule, fix=Set((*_LIMITS, "requestsADay"), 200))


def nothing_that_counts(settings: StackSettings) -> Iterator[Problem]:
    """The gateway counts, in the cache that comes with the database."""
    if settings.limits and not settings.gateway.enabled:
        yield remove(_LIMITS, "cannot be held without the gateway, which counts", (GATEWAY, "enabled"))
    elif settings.limits and not settings.database.enabled:
        rule = "must be true for limits: they are counted in the cache that comes with the database"
        yield set_to(_DATABASE, True, rule, _LIMITS)


def calls_that_say_nobody(settings: StackSettings) -> Iterator[Problem]:
    """Open WebUI tells who asks where the stack's own connection is in effect."""
    if not settings.limits:
        return
    if settings.webui.persistent_config:
        rule = "must be false for limits: connections saved in the admin panel would not say who asks"
        yield set_to(_PERSISTENT, False, rule, _LIMITS)
    for place, given in (("env", settings.webui.env), ("secrets", settings.webui.secrets)):
        for name in sorted(set(given) & JOINED):
            yield remove((WEBUI, place, name), "cannot stand beside limits: the call would not say who asks", _LIMITS)


def group_names(settings: StackSettings) -> Iterator[Problem]:
    """Names as Open WebUI tells them."""
    for name in settings.limits.groups if settings.limits else ():
        if not _GROUP.fullmatch(name):
            rule = "must be the name of a group without commas, per cent signs and outer blanks"
            yield advise((*_GROUPS, name), rule, "rename the group in Open WebUI and in Pulumi.<stack>.yaml")


def dollars_without_a_price(settings: StackSettings) -> Iterator[Problem]:
    """Dollars are counted by the table of token prices."""
    limits, gateway = settings.limits, settings.gateway
    for path, allowance in limits.allowances if limits and gateway.enabled else ():
        if allowance.dollars_a_day is None:
            continue
        here: Path = (*_LIMITS, *path, "dollarsADay")
        chat = [model for model in gateway.allowed_models if not catalog.is_embedding(model)]
        if not gateway.allowed_models:
            rule = "needs gateway.models to name the models: only of those the price is known"
            named = (gateway.default_model, gateway.embedding_model)
            fix = Steps(tuple(Set((*_MODELS, index), model) for index, model in enumerate(named)))
            yield Problem(path=here, rule=rule, fix=fix, also=(_MODELS,))
        elif unpriced := [model for model in chat if model not in PRICED]:
            rule = f"cannot be counted: aws_rules/token_prices.toml has no price of {', '.join(unpriced)}"
            yield advise(here, rule, "limit tokensADay or requestsADay instead, or take the model out", _MODELS)
