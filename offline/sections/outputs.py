"""What the stack gives to other stacks and scripts."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from offline.recording import Recording
from offline.wire import Json


def render(recording: Recording) -> RenderableType | None:
    """One line per output, or per entry of a map; secrets are hidden."""
    rows = [
        row
        for name, value in recording.outputs.items()
        for row in _rows(name, "[secret]" if name in recording.secret_outputs else value)
    ]
    width = max((len(label) for label, _ in rows), default=0)
    lines = [Text.assemble((f"{label:{width}}  ", "bold"), value) for label, value in rows]
    return Text("\n").join(lines) if lines else None


def _rows(name: str, value: Json) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield name, ""
        for key, item in value.items():
            yield f"  {key}", str(item)
    else:
        yield name, str(value)
