"""The price table in `prices.yaml`: dated list prices for a region, and what an estimate has to assume."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from problems.clock import today
from problems.command import CommandError

TABLE = Path(__file__).parent / "prices.yaml"
_PLACE = "offline/cost/prices.yaml"

OLD_DAYS = 180
"""Days after which a table is too old to go by without a word."""


@dataclass(frozen=True, kw_only=True)
class Prices:
    """US dollars per unit, by `group.name`; CommandError for a name that the table does not have."""

    region: str
    listed: bool
    """False when the region is not in the table, and the prices are those of the table's first region."""
    reference_region: str
    as_of: date
    hours: float
    """Hours of a month."""
    by_name: Mapping[str, float]
    assumed: Mapping[str, float]
    not_counted: tuple[str, ...]
    lacking: tuple[str, ...] = ()
    """What AWS sells here and the table has no price of; the reference region's stands in its place."""

    @property
    def days_old(self) -> int:
        """Age of the table."""
        return (today() - self.as_of).days

    @property
    def days(self) -> float:
        """Days of a month."""
        return self.hours / 24

    def __getitem__(self, name: str) -> float:
        if name not in self.by_name:
            raise CommandError(f"{_PLACE} has no price {name}; put it back: git checkout {_PLACE}")
        return self.by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self.by_name


def prices_in(region: str) -> Prices:
    """The prices of a region, or an estimate of them."""
    table = _table()
    own: dict[str, float | None] = table["regions"].get(region) or {}
    everywhere = {
        f"{group}.{name}": float(price)
        for group, prices in table["prices"].items()
        for name, price in prices.items()
        if name != "source"
    }
    return Prices(
        region=region,
        listed=region in table["regions"],
        reference_region=next(iter(table["regions"])),
        as_of=table["as_of"],
        hours=float(table["hours_per_month"]),
        by_name=everywhere | {name: price for name, price in own.items() if price is not None},
        assumed=table["assumed"],
        not_counted=tuple(table["not_counted"]),
        lacking=tuple(name for name, price in own.items() if price is None),
    )


@cache
def _table() -> dict[str, Any]:
    try:
        table: dict[str, Any] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
        _check(table)
    except (yaml.YAMLError, AttributeError, TypeError, KeyError, ValueError) as error:
        words = " ".join(str(error).split())
        raise CommandError(f"{_PLACE} is no table of prices: {words}; put it back: git checkout {_PLACE}") from None
    return table


def _check(table: Mapping[str, Any]) -> None:
    """Raise one of several errors when a person's change has made something else of the file."""
    if not isinstance(table["as_of"], date):
        raise TypeError(f"as_of must be a date, not {table['as_of']}")
    groups = (prices.items() for prices in table["prices"].values())
    named = [(name, price) for group in groups for name, price in group if name != "source"]
    named += [(name, price) for own in table["regions"].values() for name, price in own.items() if price is not None]
    for name, price in (*named, *table["assumed"].items(), ("hours_per_month", table["hours_per_month"])):
        if isinstance(price, bool) or not isinstance(price, int | float) or price < 0:
            raise ValueError(f"{name} must be a number, not {price}")
