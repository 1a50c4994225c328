"""What the stack gives to other stacks and scripts."""

from rich.console import RenderableType
from rich.text import Text

from offline.recording import Recording
from offline.wire import Json

_LONGEST_KEYS = 100
"""Characters of a map's keys that are written out."""


def render(recording: Recording) -> RenderableType | None:
    """One line per output, of a map its keys; secrets are hidden."""
    rows = [
        (name, "[secret]" if name in recording.secret_outputs else _text(value))
        for name, value in recording.outputs.items()
    ]
    width = max((len(label) for label, _ in rows), default=0)
    lines = [Text.assemble((f"{label:{width}}  ", "bold"), value) for label, value in rows]
    return Text("\n").join(lines) if lines else None


def _text(value: Json) -> str:
    if not isinstance(value, dict):
        return str(value)
    keys = ", ".join(value)
    return f"map of {keys}" if len(keys) <= _LONGEST_KEYS else f"map of {len(value)} entries"
