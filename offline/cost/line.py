"""A line of a monthly bill."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Line:
    """One part in US dollars a month: with the fewest tasks and the least capacity, and with the most."""

    part: str
    detail: str
    at_min: float
    at_max: float
    with_spot: float
    """As `at_max`, with every task above the minimum on Fargate Spot, or as the service's own strategy says."""


def sum_of(part: str, detail: str, lines: Collection[Line]) -> Line:
    """Several parts as one."""
    return Line(
        part=part,
        detail=detail,
        at_min=sum(line.at_min for line in lines),
        at_max=sum(line.at_max for line in lines),
        with_spot=sum(line.with_spot for line in lines),
    )


def fixed(part: str, detail: str, dollars: float) -> Line:
    """A part that costs the same however many tasks run."""
    return Line(part=part, detail=detail, at_min=dollars, at_max=dollars, with_spot=dollars)
