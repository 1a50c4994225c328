"""Rules for the sources of models beside the gateway."""

import re
from collections.abc import Iterator

from aws_rules import models as catalog
from problems import Path, Problem
from settings.companions import PIPELINES, PIPELINES_KEY
from settings.rules.parts import advise, remove
from settings.stack import GATEWAY, WEBUI, StackSettings

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_PROVIDERS: Path = ("providers",)

JOINED = frozenset(
    {"OPENAI_API_BASE_URL", "OPENAI_API_BASE_URLS", "OPENAI_API_CONFIGS"}
    | {"OPENAI_API_KEY", "OPENAI_API_KEYS", "OPENAI_API_KEYS_FROM"}
    | {PIPELINES_KEY}
)
"""Variables of Open WebUI that this program makes of all sources: address, key and list stand at the same place."""


def provider_names(settings: StackSettings) -> Iterator[Problem]:
    """A provider's name becomes part of a variable's, and what users filter models by."""
    for name in settings.providers:
        if not _NAME.fullmatch(name):
            rule = "must be called by 1 to 32 lower-case letters, digits and hyphens, a letter first"
            yield advise((*_PROVIDERS, name), rule, "rename the provider in Pulumi.<stack>.yaml")


def joined_variables(settings: StackSettings) -> Iterator[Problem]:
    """One more address or key by hand would send keys to other hosts."""
    pipelines = f"companions.{PIPELINES}" if PIPELINES in settings.companions else ""
    beside = "providers" if settings.providers else pipelines
    for place, given in (("env", settings.webui.env), ("secrets", settings.webui.secrets)):
        for name in sorted(given) if beside else ():
            if name in JOINED or name.startswith("PROVIDER_KEY_"):
                rule = f"cannot stand beside {beside}: this program joins addresses, keys and lists of all sources"
                yield remove((WEBUI, place, name), rule, _PROVIDERS, ("companions", PIPELINES))


def models_of_two_sources(settings: StackSettings) -> Iterator[Problem]:
    """Of two sources of one id, Open WebUI asks the first and never shows the other's."""
    seen: dict[str, Path] = {}
    if settings.gateway.enabled:
        listed = enumerate(settings.gateway.allowed_models)
        seen = {model: (GATEWAY, "models", index) for index, model in listed if not catalog.is_embedding(model)}
    for name, provider in sorted(settings.providers.items()):
        for index, model in enumerate(provider.models):
            path: Path = (*_PROVIDERS, name, "models", index)
            if model in seen:
                yield remove(path, "is listed twice: Open WebUI would only ask the first source", seen[model])
            seen.setdefault(model, path)
