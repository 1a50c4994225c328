"""A terminal at which somebody sits: a command runs in it, its questions are answered, and its screen is read."""

import signal
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Final

import pexpect
import pyte

WIDTH: Final = 120
CTRL_C: Final = "\x03"
Answer = Callable[[str], str]
"""What is typed when a question is shown, by all that was shown until then."""
_ROWS: Final = 1000
"""More than any command needs: the Pulumi CLI shortens what does not fit."""
_SECONDS: Final = 600
"""A command that does not ask what it is to be asked for so long hangs."""


def run(
    command: str, dialogue: Sequence[tuple[str, Answer]], folder: Path, environment: Mapping[str, str]
) -> tuple[int, list[str]]:
    """Run a shell's command, each question of `dialogue` answered in its turn; give exit status and screen.

    A command that a signal has ended has the signal's number as its status, below zero.
    """
    seen = StringIO()
    process = pexpect.spawn(
        "bash",
        ["-c", command],
        cwd=folder,
        env={**environment, "TERM": "xterm"},
        dimensions=(_ROWS, WIDTH),
        encoding="utf-8",
        codec_errors="replace",
        timeout=_SECONDS,
        preexec_fn=_heed_ctrl_c,
    )
    process.logfile_read = seen
    try:
        for question, answer in dialogue:
            asked = process.expect_exact([question, pexpect.EOF]) == 0
            assert asked, f"nothing asked: {question}\n{seen.getvalue()[-2000:]}"
            process.send(answer(seen.getvalue()))
        process.expect(pexpect.EOF)
        process.wait()
    finally:
        process.close(force=True)
    status = -(process.signalstatus or 0) if process.exitstatus is None else process.exitstatus
    return status, screen(seen.getvalue())


class _Screen(pyte.Screen):
    """A terminal goes back to the place that it has saved as often as it is told; pyte's forgets it."""

    def restore_cursor(self) -> None:
        super().restore_cursor()
        self.save_cursor()


def _heed_ctrl_c() -> None:
    """A shell's background job ignores it, and so would all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def screen(text: str) -> list[str]:
    """The rows that a terminal shows in the end of what was written to it, up to the last one that is not empty.

    It is wider than what the command is told, so that a long line stays one.
    """
    shown = _Screen(10 * WIDTH, _ROWS)
    pyte.Stream(shown).feed(text)
    return "\n".join(row.rstrip() for row in shown.display).rstrip("\n").split("\n")
