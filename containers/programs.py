"""The programs of this folder as commands of containers."""

from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent


def command(name: str) -> list[str]:
    """The command that runs a program of Open WebUI's: as one text, since `python -c` has no folder to import from."""
    turns, text = ((_HERE / f"{part}.py").read_text() for part in ("webui_turns", name))
    lines = (line for line in text.splitlines() if not line.startswith("from containers."))
    return ["python", "-c", "\n".join([turns, *lines, ""])]
