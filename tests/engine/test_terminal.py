"""A screen shows what is left after a command has painted over what it wrote before."""

from pathlib import Path

import pytest

from tests.engine import terminal


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("one\r\ntwo", ["one", "two"]),
        ("three\rT", ["Three"]),
        ("\x1b[1m\x1b[38;5;13mbold\x1b[0m", ["bold"]),
        ("old row\r\nbelow\r\n\x1b[2Anew\x1b[K\r\n", ["new", "below"]),
        ("question\r\n> yes\x1b[0G\x1b[2K\x1b[1A\x1b[0G\x1b[2Kanswer", ["answer"]),
        ("ab\x1b7cd\r\n\x1b8C", ["abCd"]),
        ("ab\x1b7cd\r\n\x1b8C\r\n\x1b8D", ["abDd"]),
    ],
)
def test_the_screen_is_what_was_painted_last(written: str, shown: list[str]) -> None:
    assert terminal.screen(written) == shown


def test_a_question_on_the_terminal_itself_is_answered(tmp_path: Path) -> None:
    command = "echo 'Name? ' >/dev/tty; read name </dev/tty; echo hello $name; exit 3"
    dialogue = [("Name? ", lambda shown: f"{len(shown.strip())}\r")]
    assert terminal.run(command, dialogue, tmp_path, {"PATH": "/usr/bin:/bin"}) == (3, ["Name?", "5", "hello 5"])


def test_a_question_that_nobody_asks_is_told(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="nothing asked: Name"):
        terminal.run("echo hello", [("Name? ", str)], tmp_path, {"PATH": "/usr/bin:/bin"})


def test_a_command_that_ctrl_c_ends_has_the_signals_number_below_zero(tmp_path: Path) -> None:
    command, dialogue = "echo ready; exec sleep 60", [("ready", lambda _: terminal.CTRL_C)]
    assert terminal.run(command, dialogue, tmp_path, {"PATH": "/usr/bin:/bin"}) == (-2, ["ready", "^C"])
