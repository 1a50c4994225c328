"""The programs of this folder as commands of containers."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
_OWN: Final = re.compile(r"^from containers\.(\w+) import .*\n", re.MULTILINE)


def command(name: str, *, after: Sequence[str] = ()) -> list[str]:
    """The command that runs a program of Open WebUI's: as one text, since `python -c` has no folder to import from.

    The modules of this folder that it imports stand before it, and before them the programs `after` which it runs.
    """
    parts = [*after, *_OWN.findall((_HERE / f"{name}.py").read_text()), name]
    return ["python", "-c", "\n".join(_OWN.sub("", (_HERE / f"{part}.py").read_text()) for part in parts)]
