"""The stack's applications on this machine, as the recorded task definitions say: `make try` and `make live`."""

from pathlib import Path
from typing import Final

from problems.command import CommandError

ROOT: Final = Path(__file__).resolve().parent.parent
"""The project's folder."""

LOOPBACK: Final = "127.0.0.1"
"""Everything listens here, so that nobody else on the network reaches it."""


class TryError(CommandError):
    """The stack cannot run here; the message says why and what helps, in one line."""
