"""What a stack costs in a month, from a recording and the price table only: `estimate` counts, `render` shows.

Imported by the plan; knows the engine and the reader of services.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.text import Text

from offline.cost import services, shared_parts, tokens
from offline.cost.line import AMOUNTS, Line, sum_of
from offline.cost.prices import OLD_DAYS, Prices, prices_in
from offline.engine.recording import Recording
from offline.services import EcsService, services_of
from offline.table import Table

__all__ = ["AMOUNTS", "Estimate", "Line", "estimate", "render"]

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
    sleeps: bool
    """Whether schedules stop a service."""
    prices_of: str
    """The region whose prices these are."""
    models: frozenset[str]
    """The parts that are models of Bedrock."""
    tokens_estimated: bool
    """False where models are called and their cost is not among the lines."""

    @property
    def total(self) -> Line:
        """All lines together."""
        return sum_of("total", "", self.lines)


def estimate(recording: Recording) -> Estimate:
    """The monthly cost of everything in the recording that the price table knows, in the recording's region."""
    prices = prices_in(recording.aws.region)
    used = tokens.estimate(recording, prices)
    lines = [*services.lines(recording, prices), *shared_parts.lines(recording, prices), *used.lines]
    return Estimate(
        region=prices.region,
        as_of=str(prices.as_of),
        lines=tuple(line for line in lines if line.at_max > 0),
        notes=(*_scheduled(sum_of("", "", lines), services_of(recording)), *_notes(prices), *used.notes),
        not_counted=(*used.not_counted, *shared_parts.unpriced(recording, prices), *prices.not_counted),
        sleeps=any(service.scaling.sleeps for service in services_of(recording)),
        prices_of=prices.region if prices.listed else prices.reference_region,
        models=frozenset(line.part for line in used.lines),
        tokens_estimated=used.estimated and not used.not_counted,
    )


def _scheduled(total: Line, every: Sequence[EcsService]) -> Iterator[str]:
    """What the month comes to between awake and asleep; the service that sleeps least decides."""
    shares = [service.scaling.asleep for service in every if service.scaling.sleeps]
    known = [share for share in shares if share is not None]
    if known and len(known) == len(shares):
        share = min(known)
        least, most = (awake * (1 - share) + total.asleep * share for awake in (total.at_min, total.at_max))
        yield f"Asleep for {share:.0%} of each week, the stack costs {least:,.0f} to {most:,.0f} a month."


def _notes(prices: Prices) -> Iterator[str]:
    yield f"List prices of {prices.as_of}, {prices.hours:g} hours a month, sizes of traffic and data assumed."
    if prices.days_old > OLD_DAYS:
        yield f"They are {prices.days_old} days old: renew them with credentials of AWS (make prices)."
    if not prices.listed:
        yield f"{prices.region} is not in the price table: estimated with {prices.reference_region}'s prices."
    if prices.lacking:
        names = ", ".join(prices.lacking)
        yield f"Of {prices.region} the table has no price of {names}: estimated with {prices.reference_region}'s."


def render(costs: Estimate) -> RenderableType:
    """The bill as a table with its totals, and what it leaves out."""
    table = Table(box=None, pad_edge=False)
    table.add_column("part", overflow="fold")
    table.add_column("", style="dim", overflow="fold")
    titles = ("at min", "at max", "at max, Spot above min", *(["asleep"] if costs.sleeps else []))
    for title in titles:
        table.add_column(title, justify="right", overflow="fold")
    for line in _folded(costs):
        table.add_row(*_row(line, len(titles)))
    table.add_section()
    table.add_row(*_row(costs.total, len(titles)), style="bold")
    return Group(table, *(Text(note) for note in costs.notes), Text(f"Not counted: {'; '.join(costs.not_counted)}."))


def _folded(costs: Estimate) -> list[Line]:
    """The lines that matter one by one, the others as one."""
    whole = costs.total
    small = [line for line in costs.lines if line.part not in costs.models and _is_small(line, whole)]
    if len(small) < _FEWEST_TO_FOLD:
        return list(costs.lines)
    rest = sum_of("Others", ", ".join(line.part for line in small), small)
    return [*(line for line in costs.lines if line not in small), rest]


def _is_small(line: Line, whole: Line) -> bool:
    return line.at_min < _SMALL * whole.at_min and line.at_max < _SMALL * whole.at_max


def _row(line: Line, columns: int) -> list[str]:
    return [line.part, line.detail, *(f"{getattr(line, amount):,.2f}" for amount in AMOUNTS[:columns])]
