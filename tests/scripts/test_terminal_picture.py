"""A picture of a terminal shows what the command prints, with its colours, and nothing of other hosts."""

import sys
from pathlib import Path

from scripts import terminal_picture

PROGRAM = """
import sys, time
print("\\x1b[1mbold\\x1b[0m" if sys.stdout.isatty() else "no terminal")
print("moving" if sys.stderr.isatty() else "progress", file=sys.stderr)
print("third", flush=True)
time.sleep(60 if "waits" in sys.argv else 0)
"""


def picture(folder: Path, *options: str, waits: str = "") -> str:
    file, program = folder / "picture.svg", folder / "program.py"
    program.write_text(PROGRAM)
    words = [str(file), *options, "--", sys.executable, str(program), waits]
    assert terminal_picture.main(words) == 0
    return file.read_text().replace("&#160;", " ")


def test_it_shows_what_a_terminal_gets(tmp_path: Path) -> None:
    shown = picture(tmp_path)
    assert all(word in shown for word in ("bold", "progress", "third", "font-weight: bold"))
    assert "url(http" not in shown


def test_a_command_that_goes_on_is_ended_and_only_the_first_lines_are_drawn(tmp_path: Path) -> None:
    shown = picture(tmp_path, "--until", "third", "--lines", "1", waits="waits")
    assert ("bold" in shown) != ("progress" in shown)
    assert "third" not in shown
