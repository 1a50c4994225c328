"""What the stack gives to other stacks and scripts."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from offline.recording import Recording
from offline.wire import Json


def render(recording: Recording) -> RenderableType | None:
    """One row per output; maps are spread over several rows and secrets hidden."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", overflow="fold")
    table.add_column(overflow="fold")
    for name, value in recording.outputs.items():
        for label, text in _rows(name, "[secret]" if name in recording.secret_outputs else value):
            table.add_row(label, Text(text))
    return table if table.row_count else None


def _rows(name: str, value: Json) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield name, ""
        for key, item in value.items():
            yield f"  {key}", str(item)
    else:
        yield name, str(value)
