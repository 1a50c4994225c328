"""What a change adds to the bill or saves, part by part: both bills by today's prices."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.text import Text

from offline.cost import Estimate, Line
from offline.cost.line import sum_of
from offline.table import Table

TITLE: Final = "Cost"
"""Begins the line that sums up; scripts/ci.py looks for it."""

_CENT: Final = 0.005
_NOTHING: Final = Line(part="", detail="", at_min=0, at_max=0, with_spot=0, asleep=0)


@dataclass(frozen=True, kw_only=True)
class PartChange:
    """One part of the bill that changes, in US dollars a month: more than zero where it costs more."""

    part: str
    before: str
    """What it was made of; empty when it is new."""
    after: str
    """What it is made of; empty when it goes."""
    at_min: float
    at_max: float


@dataclass(frozen=True, kw_only=True)
class BillChange:
    """All parts that change, and what the stack costs then."""

    parts: tuple[PartChange, ...]
    at_min: float
    at_max: float
    total: Line


def compare(old: Estimate, new: Estimate) -> BillChange:
    """From one bill to the other."""
    before, after = _by_part(old), _by_part(new)
    parts = tuple(_part_changes(before, after))
    was, total = old.total, new.total
    return BillChange(parts=parts, at_min=total.at_min - was.at_min, at_max=total.at_max - was.at_max, total=total)


def _by_part(bill: Estimate) -> dict[str, Line]:
    """A model that writes titles too has two lines."""
    names = dict.fromkeys(line.part for line in bill.lines)
    same = {name: [line for line in bill.lines if line.part == name] for name in names}
    return {name: sum_of(name, "; ".join(line.detail for line in lines), lines) for name, lines in same.items()}


def _part_changes(before: dict[str, Line], after: dict[str, Line]) -> Iterator[PartChange]:
    for part in dict.fromkeys((*before, *after)):
        old, new = before.get(part, _NOTHING), after.get(part, _NOTHING)
        at_min, at_max = new.at_min - old.at_min, new.at_max - old.at_max
        if max(abs(at_min), abs(at_max)) >= _CENT:
            yield PartChange(part=part, before=old.detail, after=new.detail, at_min=at_min, at_max=at_max)


def summary(change: BillChange) -> str:
    """One line."""
    if not change.parts:
        return f"{TITLE}: no change; {_range(change.total)}"
    more = f"{_signed(change.at_min)} at min and {_signed(change.at_max)} at max"
    return f"{TITLE}: {more}, in US dollars a month; {_range(change.total)}"


def render(change: BillChange) -> RenderableType:
    """The line, and a row for each part."""
    table = Table(box=None, pad_edge=False, show_header=bool(change.parts))
    for title in ("part", "", "at min", "at max"):
        table.add_column(title, justify="right" if title.startswith("at") else "left", overflow="fold")
    for part in change.parts:
        details = (part.before or "new", part.after or "gone")
        detail = details[0] if details[0] == details[1] else " -> ".join(details)
        table.add_row(part.part, detail, _signed(part.at_min), _signed(part.at_max))
    return Group(Text(summary(change), style="bold"), *([table] if change.parts else []))


def facts(change: BillChange) -> dict[str, Any]:
    """The same for programs."""
    return asdict(change)


def _range(total: Line) -> str:
    return f"{total.at_min:,.0f} to {total.at_max:,.0f} then"


def _signed(dollars: float) -> str:
    return f"{dollars:+,.2f}" if abs(dollars) >= _CENT else "0.00"
