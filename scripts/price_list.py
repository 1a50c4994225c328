"""The dated price file, renewed by AWS's price list: what is asked, what is answered, and how the file is written."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from aws_rules.regions import partition

QUERIES: Final[Mapping[str, Mapping[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("price_queries.yaml").read_text(encoding="utf-8")
)

_REGION: Final = r"(?:EU-|[A-Z]{3,4}[0-9]-|[a-z]{2}(?:-[a-z]+)+-[0-9]-)?"
"""What precedes a usage type; nothing does in us-east-1, as a rule."""

EVERYWHERE: Final = ""
"""In place of a region: a price that holds in all of them."""

Prices = dict[str, dict[str, float]]
"""By region, then by name."""


@dataclass(kw_only=True)
class Renewal:
    """What the list answered."""

    prices: Prices = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    """What people should look at."""


def asked(pricing: Any) -> Renewal:
    """Ask for every price in all regions, by boto3's client `pricing`. Raises one of AWS_ERRORS."""
    renewal = Renewal()
    for name, query in QUERIES.items():
        for region, prices in _by_region(pricing, query).items():
            if len(prices) == 1:
                renewal.prices.setdefault(region, {})[name] = prices.pop()
            else:
                told = ", ".join(f"{price:g}" for price in sorted(prices))
                renewal.notes.append(f"{name} in {region or 'all regions'} has several prices: {told}; none was taken")
        if not any(name in prices for prices in renewal.prices.values()):
            renewal.notes.append(f"{name} was not found: is {query['usage']} still its usage type?")
    return renewal


def _by_region(pricing: Any, query: Mapping[str, Any]) -> dict[str, set[float]]:
    """The prices of what a query is for; the list answers with more."""
    filters = [
        {"Type": "CONTAINS", "Field": "usagetype", "Value": query["usage"]},
        *({"Type": "TERM_MATCH", "Field": key, "Value": value} for key, value in query.get("attributes", {}).items()),
    ]
    pages = pricing.get_paginator("get_products").paginate(ServiceCode=query["service"], Filters=filters)
    found: dict[str, set[float]] = {}
    for product in (json.loads(text) for page in pages for text in page["PriceList"]):
        attributes = product["product"]["attributes"]
        # A Local Zone has a region too, and prices of its own.
        if attributes.get("locationType", "AWS Region") not in {"AWS Region", "Other"}:
            continue
        region = attributes.get("regionCode") or EVERYWHERE
        wanted = re.fullmatch(_REGION + re.escape(query["usage"]), attributes["usagetype"])
        if wanted and (region == EVERYWHERE or partition(region)):
            found.setdefault(region, set()).update(_on_demand(product))
    return {region: prices for region, prices in found.items() if prices}


def changes(old: str, new: str) -> Iterator[str]:
    """A line for each price of the first region that is another one now."""
    before, after = _base(yaml.safe_load(old)), _base(yaml.safe_load(new))
    for name, price in after.items():
        if price != before[name]:
            yield f"{name}: {before[name]:g} -> {price:g}"


def by_hand(text: str) -> list[str]:
    """The prices that the list is not asked for."""
    return [name for name in _base(yaml.safe_load(text)) if name not in QUERIES]


def _on_demand(product: Mapping[str, Any]) -> Iterator[float]:
    """The dollars of the first tier that costs anything; China's list has none."""
    for term in product.get("terms", {}).get("OnDemand", {}).values():
        tiers = sorted(term["priceDimensions"].values(), key=lambda tier: float(tier.get("beginRange", 0)))
        paid = [dollars for tier in tiers if (dollars := float(tier["pricePerUnit"].get("USD", 0)))]
        yield from paid[:1]


def rendered(text: str, found: Prices, today: date) -> str:
    """The price file with these prices; what was not found in the first region, and comments, stay as they are."""
    table = yaml.safe_load(text)
    reference, *_ = table["regions"]
    everywhere = found.get(EVERYWHERE, {})
    base = _base(table) | everywhere | found.get(reference, {})
    regions = {**table["regions"], **_differences(base, found), reference: {}}
    text = re.sub(r"(?m)^as_of: .*$", f"as_of: {today}", text)
    head, begin, rest = text.partition("\nregions:\n")
    _, end, prices = rest.partition("\nprices:\n")
    prices = _numbers(prices, base)
    return f"{head}{begin}{_block(regions)}{end}{prices}"


def _base(table: Mapping[str, Any]) -> dict[str, float]:
    return {
        f"{group}.{name}": price
        for group, prices in table["prices"].items()
        for name, price in prices.items()
        if name != "source"
    }


def _differences(base: Mapping[str, float], found: Prices) -> dict[str, dict[str, float | None]]:
    """What each region has otherwise; nothing (null) where it has no price of what the first region has one of."""
    differences: dict[str, dict[str, float | None]] = {}
    for region in sorted(found.keys() - {EVERYWHERE}):
        own = found.get(EVERYWHERE, {}) | found[region]
        prices = {name: own.get(name) for name in QUERIES}
        differences[region] = {name: price for name, price in prices.items() if price != base[name]}
    return differences


def _block(regions: Mapping[str, Mapping[str, float | None]]) -> str:
    lines = []
    for region, prices in regions.items():
        lines.append(f"  {region}:{'' if prices else ' {}'}")
        lines += [f"    {name}: {'null' if price is None else _plain(price)}" for name, price in prices.items()]
    return "\n".join([*lines, ""])


def _numbers(text: str, base: Mapping[str, float]) -> str:
    """The lines of the groups with other numbers, and everything else as it is."""
    group = ""
    lines = []
    for line in text.split("\n"):
        if opened := re.fullmatch(r"  (\w+):", line):
            group = opened[1]
        named = re.match(r"    ([\w.]+): [0-9.]+", line)
        name = f"{group}.{named[1]}" if named else ""
        lines.append(f"    {named[1]}: {_plain(base[name])}{line[named.end() :]}" if named and name in base else line)
    return "\n".join(lines)


def _plain(price: float) -> str:
    return f"{price:.10f}".rstrip("0").rstrip(".")
