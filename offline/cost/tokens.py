"""What the models cost by the token, where the stack says how many people write how much: its `usage` map.

Which models they are is read from the variables of Open WebUI and of the gateway. What has no price is named.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aws_rules import token_prices
from gateway_engines import litellm
from offline.cost.line import Line
from offline.cost.prices import OLD_DAYS, Prices
from offline.engine.recording import Recording
from offline.services import EcsService, services_of
from problems.clock import today

_CHAT: Final = "DEFAULT_MODELS"
_TASK: Final = "TASK_MODEL_EXTERNAL"
_EMBEDDING: Final = "RAG_EMBEDDING_MODEL"
"""Open WebUI's variables for the models of chats, of titles and the like, and of documents."""

_WITHOUT_USAGE: Final = "Bedrock tokens, usually the largest part of the bill (`usage` has them estimated)"


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """The lines of the models, and what to know when reading them."""

    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    not_counted: tuple[str, ...] = ()
    estimated: bool = True
    """False where models are called and nobody has said how much."""


@dataclass(frozen=True, kw_only=True)
class _Use:
    """A month's tokens of one model in one place."""

    model: str
    what_for: str
    input: float
    output: float


def estimate(recording: Recording, prices: Prices) -> Tokens:
    """A line for each model that is used, at the price of the region where the gateway calls it."""
    usage = json.loads(recording.config.get(f"{recording.project}:usage") or "{}")
    apps = {service.app: service for service in services_of(recording)}
    if "gateway" not in apps or "webui" not in apps:
        return Tokens()
    if not usage:
        return Tokens(not_counted=(_WITHOUT_USAGE,), estimated=False)
    month = usage["users"] * usage["messagesADay"] * usage["tokensAMessage"] * prices.days
    gateway = apps["gateway"].variables
    own = litellm.regions_of(gateway)
    lines, unpriced = [], []
    notes = [_divided(usage, month, prices)]
    for use in _uses(apps["webui"], month, prices.assumed):
        region = own.get(use.model) or gateway.get("AWS_REGION", recording.aws.region)
        price = token_prices.find(use.model, region)
        if price is None:
            unpriced.append(f"{_amount(use)} of {use.model}, which has no price in the table of tokens")
            continue
        lines.append(_line(use, price))
        if price.of_region:
            notes.append(f"{use.model} is priced as in {price.of_region}: the table has no price of it in {region}.")
    return Tokens(lines=tuple(lines), notes=(*notes, *_age()), not_counted=tuple(unpriced))


def _uses(webui: EcsService, month: float, assumed: Mapping[str, float]) -> Iterator[_Use]:
    chat = webui.variables.get(_CHAT, "").partition(",")[0]
    small = webui.variables.get(_TASK) or chat
    for model, what_for, tokens, share in (
        (chat, "chats", month, assumed["tokens_output_share"]),
        (small, "titles, tags, follow-ups", month * assumed["tokens_task_share"], assumed["tokens_task_output_share"]),
        (webui.variables.get(_EMBEDDING), "documents", month * assumed["tokens_embedded_share"], 0),
    ):
        if model:
            yield _Use(model=model, what_for=what_for, input=tokens * (1 - share), output=tokens * share)


def _line(use: _Use, price: token_prices.TokenPrice) -> Line:
    dollars = price.dollars(input_tokens=use.input, output_tokens=use.output)
    # Nobody writes to a stack that sleeps.
    return Line(
        part=use.model,
        detail=f"{use.what_for}: {_amount(use)}",
        at_min=dollars,
        at_max=dollars,
        with_spot=dollars,
        asleep=0,
    )


def _amount(use: _Use) -> str:
    written = f" and {_millions(use.output)} written" if use.output else ""
    return f"{_millions(use.input)} tokens read{written}"


def _divided(usage: Mapping[str, Any], month: float, prices: Prices) -> str:
    """How the tokens come about, and how they are divided among the models."""
    assumed = prices.assumed
    return (
        f"Tokens: {usage['users']:,} users x {usage['messagesADay']:g} messages a day x {usage['tokensAMessage']:,} "
        f"tokens x {prices.days:.1f} days are {_millions(month)}, all of the default model, "
        f"{assumed['tokens_output_share']:.0%} of them written by it. Assumed beside them: "
        f"{assumed['tokens_task_share']:.0%} as many for titles, tags and follow-ups, "
        f"{assumed['tokens_embedded_share']:.0%} as many for embeddings."
    )


def _age() -> Iterator[str]:
    age = (today() - token_prices.AS_OF).days
    old = f", {age} days old: renew them (make prices SRC=<LiteLLM's list>)" if age > OLD_DAYS else ""
    yield f"Prices of tokens as of {token_prices.AS_OF}, from {token_prices.SOURCE}{old}."


def _millions(tokens: float) -> str:
    return f"{tokens / token_prices.MILLION:,.1f} million"
