"""The table of token prices, made from LiteLLM's: AWS's price list names models in words, LiteLLM's by their ids."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from aws_rules.models import MODELS
from aws_rules.regions import partition

Row = dict[str, Any]

_FIELDS: Final = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
}
_FIRST_KEY: Final = "as_of = "
_BASE_REGIONS: Final = ("us-east-1", "us-east-2", "us-west-2")


def rows_of(listed: Mapping[str, Any]) -> dict[str, Row]:
    """A row for each id that the table of models knows and LiteLLM prices by the token."""
    rows: dict[str, Row] = {}
    for model_id, model in MODELS.items():
        profiles = [f"{prefix}.{model_id}" for prefix in sorted(model.geographies)]
        # A model without a region for its own id is called by it at bedrock-mantle alone, whose prices are others.
        mantle_first = not model.regions
        own = _price(listed, model_id, mantle_first=mantle_first)
        if own:
            regions = dict(_regions(listed, model_id, mantle_first=mantle_first))
            rows[model_id] = own | ({"regions": regions} if regions else {})
        rows |= {name: price for name in profiles if (price := _price(listed, name))}
    return rows


def rendered(text: str, rows: Mapping[str, Row], source: str, today: date) -> str:
    """The table's file with other rows; the comment at its head stays."""
    head = text.partition(_FIRST_KEY)[0]
    facts = f"{today}\nsource = {json.dumps(source)}\nbase_regions = {json.dumps(list(_BASE_REGIONS))}\n"
    lines = (f'"{model_id}" = {_toml(row)}\n' for model_id, row in sorted(rows.items()))
    return f"{head}{_FIRST_KEY}{facts}\n[prices]\n{''.join(lines)}"


def _price(listed: Mapping[str, Any], name: str, *, mantle_first: bool = False, region: str = "") -> Row:
    place = f"{region}/" if region else ""
    runtime = f"bedrock/{place}{name}" if region else name
    names = [runtime, f"bedrock_mantle/{place}{name}"]
    if mantle_first:
        names.reverse()
    return next(filter(None, (_fields(listed.get(one, {})) for one in names)), {})


def _fields(entry: Mapping[str, Any]) -> Row:
    """Nothing without a price of input: such a model is billed by the image, the second or the search."""
    if not entry.get("input_cost_per_token"):
        return {}
    found = {key: entry.get(theirs) for key, theirs in _FIELDS.items()}
    if entry.get("mode") == "embedding":
        found["output"] = None
    # A millionth of a dollar per million tokens is less than the list's own rounding.
    return {key: round(price * 1_000_000, 6) for key, price in found.items() if price is not None}


def _regions(listed: Mapping[str, Any], model_id: str, *, mantle_first: bool) -> Iterator[tuple[str, Row]]:
    suffix = f"/{model_id}"
    places = {name.removesuffix(suffix).partition("/")[2] for name in listed if name.endswith(suffix)}
    for region in sorted(place for place in places if partition(place)):
        if price := _price(listed, model_id, mantle_first=mantle_first, region=region):
            yield region, price


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_toml(one)}' for key, one in value.items())} }}"
    return str(value)
