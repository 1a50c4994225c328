"""Tells people that something is still going on: on a terminal, and only when it takes longer than a second."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console

_PATIENCE: Final = 1.0
"""Seconds after which people wonder."""


@contextmanager
def progress(text: str) -> Iterator[None]:
    """Shows `text` and a spinner on the error stream while the body runs."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    status = console.status(text)
    timer = threading.Timer(_PATIENCE, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()
