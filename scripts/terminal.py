"""The terminal itself, past where standard output and error are sent: for what must not land in a log."""

import os
from contextlib import suppress

from problems.command import lacking

DEVICE = "/dev/tty"


def confirm(question: str) -> bool:
    """Whether somebody at the terminal answers yes; no without a terminal."""
    with suppress(OSError):
        return _talk(f"{question} [y/N] ", answered=True).strip().lower() in {"y", "yes"}
    return False


def show(text: str) -> None:
    """Write a line that is for the person at the terminal alone. Raises OSError without one."""
    _talk(f"{text}\n")


def require_terminal(what_for: str) -> None:
    """Raise MissingError when nobody would see what is shown."""
    try:
        _talk("")
    except OSError as error:
        remedy = "Call it from a terminal: a password is neither printed nor written to a file."
        raise lacking(f"a terminal, on which {what_for} is shown", remedy) from error


def _talk(text: str, *, answered: bool = False) -> str:
    device = os.open(DEVICE, os.O_RDWR | os.O_NOCTTY)
    with os.fdopen(device, "r+b", buffering=0) as terminal:
        terminal.write(text.encode())
        return terminal.readline().decode(errors="replace") if answered else ""
