"""The price table in `prices.yaml`: dated list prices for a region, and what an estimate has to assume."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

TABLE = Path(__file__).parent / "prices.yaml"


@dataclass(frozen=True, kw_only=True)
class Prices:
    """US dollars per unit, by `group.name`; KeyError for a name that the table does not have."""

    region: str
    listed: bool
    """False when the region is not in the table, and the prices are those of the table's first region."""
    reference_region: str
    as_of: str
    hours: float
    """Hours of a month."""
    by_name: Mapping[str, float]
    assumed: Mapping[str, float]
    not_counted: tuple[str, ...]

    def __getitem__(self, name: str) -> float:
        return self.by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self.by_name


def prices_in(region: str) -> Prices:
    """The prices of a region, or an estimate of them."""
    table = _table()
    regions: dict[str, dict[str, float]] = table["regions"]
    everywhere = {
        f"{group}.{name}": float(price)
        for group, prices in table["prices"].items()
        for name, price in prices.items()
        if name != "source"
    }
    return Prices(
        region=region,
        listed=region in regions,
        reference_region=next(iter(regions)),
        as_of=str(table["as_of"]),
        hours=float(table["hours_per_month"]),
        by_name=everywhere | regions.get(region, {}),
        assumed=table["assumed"],
        not_counted=tuple(table["not_counted"]),
    )


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(TABLE.read_text())
    return table
