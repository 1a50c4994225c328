"""Questions to AWS that end in one line, not a traceback, when they cannot be answered."""

from collections.abc import Callable
from typing import TypeVar

import pulumi

Answer = TypeVar("Answer")


def look_up(what: str, ask: Callable[[], Answer], *, remedy: str) -> Answer:
    """What `ask` returns. Raises `pulumi.RunError`, naming `what` and the remedy, when AWS or the provider refuses."""
    try:
        return ask()
    except Exception as error:  # noqa: BLE001  (a failed invoke raises nothing narrower)
        reason = " ".join(str(error).split())
        raise pulumi.RunError(f"{what}: cannot be looked up ({reason}); {remedy}") from None
