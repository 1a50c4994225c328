"""Tables of a report, whose cells break between words; a word that is wider than its column, after a mark in it."""

import re
from typing import Any, Final

from rich.console import Console, RenderableType
from rich.containers import Lines
from rich.table import Table as RichTable
from rich.text import Text

_MARKS: Final = "/:.,@_-"


class Table(RichTable):
    """A table whose cells are taken as they are written, without markup."""

    def add_row(self, *cells: RenderableType | None, **more: Any) -> None:
        """Add a row."""
        super().add_row(*map(_cell, cells), **more)


class _Cell(Text):
    def wrap(self, console: Console, width: int, **how: Any) -> Lines:
        divided = re.sub(r"\S+", lambda word: _divided(word.group(), width), self.plain)
        return Text(divided, style=self.style).wrap(console, width, **how)


def _cell(cell: RenderableType | None) -> RenderableType | None:
    if isinstance(cell, Text):
        return _Cell(cell.plain, style=cell.style)
    return _Cell(cell) if isinstance(cell, str) else cell


def _divided(word: str, width: int) -> str:
    """The word in lines of at most so many characters, as far as it has marks to break after."""
    lines = [""]
    for piece in re.findall(rf"[^{_MARKS}]*[{_MARKS}]+|[^{_MARKS}]+", word) if len(word) > width else [word]:
        if lines[-1] and len(lines[-1]) + len(piece) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)
