"""Sums of what was used, by user, group, model or day, with what the tokens cost by the table of token prices."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from aws_rules.token_prices import TokenPrice
from scripts.usage_records import Used

NO_GROUP = "(no group)"

KEYS: Mapping[str, Callable[[Used], Sequence[str]]] = {
    "user": lambda used: [used.user],
    "group": lambda used: used.groups or [NO_GROUP],
    "model": lambda used: [used.model],
    "day": lambda used: [used.day],
}
"""By what can be summed, and where something counts; what a member of two groups used counts in both."""

Price = Callable[[str], TokenPrice | None]
"""The price of a model."""


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What was used together."""

    name: str
    answers: int = 0
    untold: int = 0
    read: int = 0
    written: int = 0
    dollars: float = 0
    """Of the tokens that have a price."""
    unpriced: int = 0
    """Tokens without a price."""

    def plus(self, used: Used, price: TokenPrice | None) -> "Sum":
        """With one row more."""
        tokens = used.read + used.written
        dollars = (
            price.dollars(input_tokens=used.read - used.cached, output_tokens=used.written, cache_read=used.cached)
            if price
            else 0
        )
        return replace(
            self,
            answers=self.answers + used.answers,
            untold=self.untold + used.untold,
            read=self.read + used.read,
            written=self.written + used.written,
            dollars=self.dollars + dollars,
            unpriced=self.unpriced + (0 if price else tokens),
        )


def sums(used: Iterable[Used], by: str, price: Price) -> list[Sum]:
    """One for each user, group, model or day: the dearest first, days in their order."""
    found: dict[str, Sum] = {}
    for row in used:
        for name in KEYS[by](row):
            found[name] = found.get(name, Sum(name=name)).plus(row, price(row.model))
    if by == "day":
        return [found[day] for day in sorted(found)]
    return sorted(found.values(), key=lambda one: (-one.dollars, -one.read - one.written, one.name))


def total(used: Iterable[Used], price: Price) -> Sum:
    """All of it, each answer once."""
    whole = Sum(name="total")
    for row in used:
        whole = whole.plus(row, price(row.model))
    return whole
