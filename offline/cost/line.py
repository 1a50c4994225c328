"""A line of a monthly bill."""

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


def fixed(part: str, detail: str, dollars: float) -> Line:
    """A part that costs the same however many tasks run."""
    return Line(part=part, detail=detail, at_min=dollars, at_max=dollars, with_spot=dollars)
