"""People on a terminal see that a long command works; logs and pipes stay clean."""

import io
import time

import pytest
from rich.console import Console

from offline import progress as module
from offline.progress import progress


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> io.StringIO:
    """What the error stream gets; `request.param` says whether it is a terminal."""
    written = io.StringIO()
    console = Console(file=written, force_terminal=request.param, width=80)
    monkeypatch.setattr(module, "Console", lambda **_: console)
    monkeypatch.setattr(module, "_PATIENCE", 0.01)
    return written


@pytest.mark.parametrize("stream", [True], indirect=True)
def test_what_takes_long_is_told_on_a_terminal(stream: io.StringIO) -> None:
    with progress("Planning"):
        deadline = time.monotonic() + 5
        while "Planning" not in stream.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert "Planning" in stream.getvalue()


@pytest.mark.parametrize("stream", [True], indirect=True)
def test_what_is_quick_is_not_told(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 60)
    with progress("Planning"):
        pass
    assert stream.getvalue() == ""


@pytest.mark.parametrize("stream", [False], indirect=True)
def test_without_a_terminal_nothing_is_told(stream: io.StringIO) -> None:
    with progress("Planning"):
        time.sleep(0.05)
    assert stream.getvalue() == ""
