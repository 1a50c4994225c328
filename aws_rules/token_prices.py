"""What Amazon Bedrock's models cost by the token: rows of token_prices.toml, dated, with their source.

A model without a row has no price here: whoever tells of its cost names it instead of counting nothing.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from aws_rules.model_ids import geography

TABLE: Final = Path(__file__).with_name("token_prices.toml")
MILLION: Final = 1_000_000

_SYSTEM_ARN: Final = re.compile(r"arn:aws[a-z-]*:bedrock:[^:]*:[0-9]*:(?:inference-profile|foundation-model)/(.+)")


@dataclass(frozen=True, kw_only=True)
class TokenPrice:
    """US dollars per million tokens, on demand, in the standard tier."""

    input: float
    output: float | None = None
    """None for models that make embeddings, which write no tokens."""
    cache_read: float | None = None
    """Input that comes from the prompt cache; None when the table tells none, and it counts as other input."""
    cache_write: float | None = None
    """Input that goes into the prompt cache; None as above."""
    of_region: str | None = None
    """The region whose price this is, when the table has none of the region that was asked for."""

    def dollars(
        self, *, input_tokens: float = 0, output_tokens: float = 0, cache_read: float = 0, cache_write: float = 0
    ) -> float:
        """What these tokens cost; `input_tokens` are those beside the cache, as Bedrock counts them."""
        cached = cache_read * _given(self.cache_read, self.input) + cache_write * _given(self.cache_write, self.input)
        return (input_tokens * self.input + output_tokens * (self.output or 0) + cached) / MILLION


_FILE: Final = tomllib.loads(TABLE.read_text(encoding="utf-8"))

AS_OF: Final[date] = _FILE["as_of"]
"""The day on which the table was last brought up to date."""

SOURCE: Final[str] = _FILE["source"]

BASE_REGIONS: Final[tuple[str, ...]] = tuple(_FILE["base_regions"])
"""Where the price of a model's own id holds, if its row names no region; the first stands for all."""

_ROWS: Final[Mapping[str, Mapping[str, Any]]] = _FILE["prices"]

PRICED: Final = frozenset(_ROWS)
"""Ids of models and of system-defined inference profiles that have a price."""


def find(model_id: str, region: str) -> TokenPrice | None:
    """The price of an id, or of the ARN of a model or system-defined profile, called in a region; None without one.

    An inference profile has one price for its geography. A model's own id has one in each region; where the table
    lacks it, `of_region` names the region whose price it is.
    """
    arn = _SYSTEM_ARN.fullmatch(model_id)
    name = arn[1] if arn else model_id
    row = dict(_ROWS.get(name, {}))
    if not row:
        return None
    by_region = row.pop("regions", {})
    if region in by_region:
        return TokenPrice(**by_region[region])
    known = geography(name) or region in BASE_REGIONS
    return TokenPrice(**row, of_region=None if known else BASE_REGIONS[0])


def _given(price: float | None, otherwise: float) -> float:
    return otherwise if price is None else price
