"""A line of a monthly bill."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Line:
    """One part in US dollars a month: with the fewest tasks and the least capacity, and with the most."""

    part: str
    detail: str
    at_min: float
    """With the fewest tasks that run while the stack serves people."""
    at_max: float
    with_spot: float
    """As `at_max`, with every task above the minimum on Fargate Spot, or as the service's own strategy says."""
    asleep: float
    """While the schedules have stopped what they stop."""


AMOUNTS = ("at_min", "at_max", "with_spot", "asleep")
"""The fields of a line that are dollars."""


def sum_of(part: str, detail: str, lines: Collection[Line]) -> Line:
    """Several parts as one."""
    return Line(
        part=part, detail=detail, **{amount: sum(getattr(line, amount) for line in lines) for amount in AMOUNTS}
    )


def fixed(part: str, detail: str, dollars: float) -> Line:
    """A part that costs the same however many tasks run."""
    return Line(part=part, detail=detail, at_min=dollars, at_max=dollars, with_spot=dollars, asleep=dollars)
