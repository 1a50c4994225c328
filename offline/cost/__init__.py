"""What a stack costs in a month, from a recording and the price table only: `estimate` counts, `render` shows.

Imported by the plan; knows the engine and the reader of services.
"""

from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from offline.cost import services, shared_parts
from offline.cost.line import Line, sum_of
from offline.cost.prices import Prices, prices_in
from offline.engine.recording import Recording

__all__ = ["Estimate", "Line", "estimate", "render"]

_SMALL = 0.05
"""Share of the total below which a line is shown together with others like it."""

_FEWEST_TO_FOLD = 2


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """The bill in US dollars a month, and what to know when reading it."""

    region: str
    as_of: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    not_counted: tuple[str, ...]

    @property
    def total(self) -> Line:
        """All lines together."""
        return sum_of("total", "", self.lines)


def estimate(recording: Recording) -> Estimate:
    """The monthly cost of everything in the recording that the price table knows, in the recording's region."""
    prices = prices_in(recording.aws.region)
    lines = [*services.lines(recording, prices), *shared_parts.lines(recording, prices)]
    return Estimate(
        region=prices.region,
        as_of=prices.as_of,
        lines=tuple(line for line in lines if line.at_max > 0),
        notes=_notes(prices),
        not_counted=(*shared_parts.unpriced(recording, prices), *prices.not_counted),
    )


def _notes(prices: Prices) -> tuple[str, ...]:
    basis = f"List prices of {prices.as_of}, {prices.hours:g} hours a month, sizes of traffic and data assumed."
    if prices.listed:
        return (basis,)
    return (basis, f"{prices.region} is not in the price table: estimated with {prices.reference_region}'s prices.")


def render(costs: Estimate) -> RenderableType:
    """The bill as a table with its totals, and what it leaves out."""
    table = Table(box=None, pad_edge=False)
    table.add_column("part", overflow="fold")
    table.add_column("", style="dim", overflow="fold")
    for title in ("at min", "at max", "at max, Spot above min"):
        table.add_column(title, justify="right", overflow="fold")
    for line in _folded(costs):
        table.add_row(*_row(line))
    table.add_section()
    table.add_row(*_row(costs.total), style="bold")
    return Group(table, *(Text(note) for note in costs.notes), Text(f"Not counted: {'; '.join(costs.not_counted)}."))


def _folded(costs: Estimate) -> list[Line]:
    """The lines that matter one by one, the others as one."""
    whole = costs.total
    small = [
        line for line in costs.lines if line.at_min < _SMALL * whole.at_min and line.at_max < _SMALL * whole.at_max
    ]
    if len(small) < _FEWEST_TO_FOLD:
        return list(costs.lines)
    rest = sum_of("Others", ", ".join(line.part for line in small), small)
    return [*(line for line in costs.lines if line not in small), rest]


def _row(line: Line) -> list[str]:
    return [line.part, line.detail, *(f"{dollars:,.2f}" for dollars in (line.at_min, line.at_max, line.with_spot))]
