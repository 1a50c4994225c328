"""What the stack gives to other stacks and scripts."""

from rich.console import RenderableType
from rich.text import Text

from offline.engine.recording import Recording


def render(recording: Recording) -> RenderableType | None:
    """One line per output, and one for all maps with the number of their entries; secrets are hidden."""
    shown = {
        name: "[secret]" if name in recording.secret_outputs else value for name, value in recording.outputs.items()
    }
    maps = [f"{name} ({len(value)})" for name, value in shown.items() if isinstance(value, dict)]
    rows = [(name, str(value)) for name, value in shown.items() if not isinstance(value, dict)]
    if maps:
        rows.append(("Maps", ", ".join(maps)))
    width = max((len(label) for label, _ in rows), default=0)
    lines = [Text.assemble((f"{label:{width}}  ", "bold"), value) for label, value in rows]
    return Text("\n").join(lines) if lines else None
