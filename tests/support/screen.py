"""A terminal at which somebody sits, for commands that show there what must not land in a log."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

_END = b"<end>"


@dataclass(frozen=True)
class Screen:
    """The two ends of a pseudoterminal."""

    ours: int
    theirs: int

    @property
    def shown(self) -> str:
        """What the terminal shows since the last look; for after the command."""
        os.write(self.theirs, _END)
        shown = b""
        while not shown.endswith(_END):
            shown += os.read(self.ours, 4096)
        return shown.decode()


@contextmanager
def screen(patch: pytest.MonkeyPatch, answer: str = "y") -> Iterator[Screen]:
    """Let commands find this terminal, at which a question gets this answer."""
    ours, theirs = os.openpty()
    patch.setattr("scripts.terminal.DEVICE", os.ttyname(theirs))
    os.write(ours, f"{answer}\n".encode())
    yield Screen(ours, theirs)
    os.close(theirs)
    os.close(ours)
