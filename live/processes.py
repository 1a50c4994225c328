"""Processes that end when the command ends, each with a log of its own."""

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

from live import LOOPBACK, TryError

_GRACE: Final = 15
"""Seconds that a process gets to end by itself."""

_PAUSE: Final = 0.2
"""Seconds between two looks at whether something has started."""

_LAST_LINES: Final = 12
"""Lines of a log that an error shows."""


@dataclass(frozen=True, kw_only=True)
class User:
    """Whose process it is, where it may not be the caller's."""

    name: str
    group: int


class Processes:
    """What was started, in this order; it is stopped in the other."""

    def __init__(self, logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self.logs = logs
        self._started: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        folder: Path,
        user: User | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a process with exactly this environment; its output goes to `<logs>/<name>.log`."""
        with self.log(name).open("wb") as log:
            # A session of its own: Ctrl-C on the terminal reaches this command, which then stops all in order.
            process = subprocess.Popen(
                command,
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user.name if user else None,
                group=user.group if user else None,
                extra_groups=[] if user else None,
            )
        self._started.append((name, process))
        return process

    def log(self, name: str) -> Path:
        """Where a process writes to."""
        return self.logs / f"{name}.log"

    def failed(self, name: str, what: str) -> TryError:
        """The error for a process that did not do what it was started for, with the end of its log."""
        lines = self.log(name).read_text(errors="replace").splitlines()[-_LAST_LINES:]
        return TryError("\n".join([f"{name} {what}. The end of {self.log(name)}:", *(f"  {line}" for line in lines)]))

    def wait_until(self, name: str, is_ready: Callable[[], bool], seconds: float) -> None:
        """Wait until a started process is ready; TryError when it ends before, or after so many seconds."""
        process = self.latest(name)
        deadline = time.monotonic() + seconds
        while not is_ready():
            if process.poll() is not None:
                raise self.failed(name, f"ended with {process.returncode} before it was ready")
            if time.monotonic() > deadline:
                raise self.failed(name, f"was not ready after {seconds:g} s")
            time.sleep(_PAUSE)

    def latest(self, name: str) -> subprocess.Popen[bytes]:
        """The process that was started last under a name."""
        return next(process for started, process in reversed(self._started) if started == name)

    def runs(self, name: str) -> bool:
        """Whether a process of this name has been started and has not ended."""
        return any(started == name and process.poll() is None for started, process in self._started)

    def end(self, name: str, number: signal.Signals) -> None:
        """End a process before the others, in its own way, and forget it."""
        started = next(entry for entry in reversed(self._started) if entry[0] == name)
        self._started.remove(started)
        _signal(started[1], number)
        started[1].wait(_GRACE)

    def ended(self) -> str | None:
        """The name of a process that should run and does not; those that end with 0 have done their work."""
        return next((name for name, process in self._started if process.poll()), None)

    def stop(self) -> None:
        """End everything: asked first, newest first, and killed after a while."""
        for _, process in reversed(self._started):
            _signal(process, signal.SIGTERM)
            try:
                process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()
            _signal(process, signal.SIGKILL)  # what it has left behind in its session
        self._started.clear()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


_candidates: Final = itertools.count(20_000 + os.getpid() % 10_000)
"""Below the ports that Linux and macOS give to outgoing connections, one of which may take a port before its server."""


def free_port() -> int:
    """A port that nobody listens on now, another one at each call."""
    return next(port for port in _candidates if is_free(port))


def is_free(port: int) -> bool:
    """Whether one may listen on the port."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def answers(url: str) -> bool:
    """Whether a GET of the URL gives 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310  (addresses of our own)
            return bool(response.status == HTTPStatus.OK)
    except (OSError, urllib.error.URLError):
        return False
