"""A terminal at which somebody sits: a command runs in it, its questions are answered, and its screen is read."""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

WIDTH: Final = 120
CTRL_C: Final = "\x03"
Answer = Callable[[str], str]
"""What is typed when a question is shown, by all that was shown until then."""
_ROWS: Final = 1000
"""More than any command needs: the Pulumi CLI shortens what does not fit."""
_SECONDS: Final = 600
"""A command that shows nothing for so long hangs."""
_AS_ITS_TERMINAL: Final = ': <>"$0"; exec bash -c "$1"'
"""The first terminal that a session's leader opens becomes the session's, /dev/tty."""
_PIECE: Final = re.compile(
    r"\x1b\[(?P<count>\d*)(?P<move>[AGK])|\x1b(?P<cursor>[78])|\x1b\[[0-9;?]*[@-~]|\x1b\].*?(?:\x1b\\|\x07)"
    r"|(?P<control>[\r\n\b])|(?P<text>[^\x1b\r\n\b]+)"
)


def run(
    command: str, dialogue: Sequence[tuple[str, Answer]], folder: Path, environment: Mapping[str, str]
) -> tuple[int, list[str]]:
    """Run a shell's command, each question of `dialogue` answered in its turn; give exit status and screen."""
    ours, its = os.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, WIDTH, 0, 0))
    process = subprocess.Popen(
        ["bash", "-c", _AS_ITS_TERMINAL, os.ttyname(its), command],
        cwd=folder,
        env={**environment, "TERM": "xterm"},
        start_new_session=True,
        stdin=its,
        stdout=its,
        stderr=its,
    )
    os.close(its)
    try:
        seen = _talk(ours, dialogue)
        return process.wait(), screen(seen)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(ours)


def _talk(terminal: int, dialogue: Sequence[tuple[str, Answer]]) -> str:
    """Answer, and give all that was shown."""
    seen, looked, waiting = "", 0, list(dialogue)
    while part := _read(terminal):
        seen += part
        while waiting and (found := seen.find(waiting[0][0], looked)) >= 0:
            looked = found + len(waiting[0][0])
            os.write(terminal, waiting.pop(0)[1](seen).encode())
    assert not waiting, f"nothing asked: {waiting[0][0]}\n{seen[-2000:]}"
    return seen


def _read(terminal: int) -> str:
    assert select.select([terminal], [], [], _SECONDS)[0], "it shows nothing any more: it may wait for an answer"
    try:
        return os.read(terminal, 65536).decode(errors="replace")
    except OSError:  # how Linux tells that nobody has the other end any more
        return ""


@dataclass
class _Screen:
    """Rows without end, and where the cursor is."""

    rows: list[str] = field(default_factory=lambda: [""])
    row: int = 0
    column: int = 0
    saved: tuple[int, int] = (0, 0)

    def write(self, text: str) -> None:
        before = self.rows[self.row].ljust(self.column)
        self.rows[self.row] = before[: self.column] + text + before[self.column + len(text) :]
        self.column += len(text)

    def control(self, sign: str) -> None:
        self.column = self.column - 1 if sign == "\b" else 0
        if sign == "\n":
            self.row += 1
            self.rows += [""] * (self.row == len(self.rows))

    def move(self, kind: str, count: str) -> None:
        if kind == "A":
            self.row -= int(count or 1)
        elif kind == "G":
            self.column = max(int(count or 1) - 1, 0)
        else:  # K erases: the whole row, or what is behind the cursor
            self.rows[self.row] = "" if count == "2" else self.rows[self.row][: self.column]

    def keep_cursor(self, sign: str) -> None:
        if sign == "7":
            self.saved = self.row, self.column
        else:
            self.row, self.column = self.saved


def screen(text: str) -> list[str]:
    """The rows that a terminal shows in the end of what was written to it."""
    shown = _Screen()
    for piece in _PIECE.finditer(text):
        if piece["text"]:
            shown.write(piece["text"])
        elif piece["control"]:
            shown.control(piece["control"])
        elif piece["move"]:
            shown.move(piece["move"], piece["count"])
        elif piece["cursor"]:
            shown.keep_cursor(piece["cursor"])
    return [row.rstrip() for row in shown.rows]
