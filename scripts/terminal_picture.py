"""Draw what a command shows in a terminal as SVG.

`python -m scripts.terminal_picture docs/try.svg --until Ctrl-C -- make try`
"""

import argparse
import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from problems.command import command, leave

WIDTH: Final = 120
_FONT_FACE: Final = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


@command()
def main(argv: Sequence[str]) -> int:
    """Runs the command in a terminal of its own and writes the picture."""
    parser = argparse.ArgumentParser(prog="python -m scripts.terminal_picture", description=__doc__)
    parser.add_argument("picture", type=Path, help="the file to write")
    parser.add_argument("--until", default="", help="press Ctrl-C when the command has printed this")
    parser.add_argument("--lines", type=int, help="how many lines to draw (default: all)")
    parser.add_argument("--title", help="what stands above it (default: the command)")
    parser.add_argument("command", nargs="+", help="what is run, after --")
    options = parser.parse_args(argv)
    shown = "\n".join(_run(options.command, options.until).splitlines()[: options.lines])
    options.picture.write_text(drawn(f"$ {options.title or ' '.join(options.command)}", shown), encoding="utf-8")
    return 0


def drawn(title: str, shown: str) -> str:
    """The picture of a terminal with a title and what was shown in it, escape sequences included."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    for line in shown.splitlines():
        # What a carriage return has painted over is not seen.
        console.print(Text.from_ansi(line.rsplit("\r", 1)[-1]), soft_wrap=True)
    # Browsers show no fonts of other hosts in a picture.
    return _FONT_FACE.sub("", console.export_svg(title=title, unique_id="terminal")) + "\n"


def _run(words: Sequence[str], until: str) -> str:
    """What the command prints, its answer as a terminal gets it, all else as a file does, without moving signs."""
    ours, its = pty.openpty()
    errors, theirs = os.pipe()
    environment = {**os.environ, "COLUMNS": str(WIDTH), "TERM": "xterm-256color"}
    process = subprocess.Popen(words, stdin=its, stdout=its, stderr=theirs, env=environment, start_new_session=True)
    os.close(its)
    os.close(theirs)
    sources = [ours, errors]
    seen = b""
    while sources:
        for source in select.select(sources, [], [])[0]:
            part = _read(source)
            seen += part
            if not part:
                sources.remove(source)
        if until and until.encode() in seen:
            os.killpg(process.pid, signal.SIGINT)
            until = ""
    process.wait()
    return seen.decode(errors="replace").replace("\r\n", "\n")


def _read(source: int) -> bytes:
    try:
        return os.read(source, 65536)
    except OSError:  # how Linux tells the end of a terminal
        return b""


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
