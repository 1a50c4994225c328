"""A command tells a person what is wrong in a line, ends with a status that says so, and keeps faults' tracebacks."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pulumi
import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from problems.command import CommandError, MissingError, command, lacking, missing, require
from settings import SettingsError
from tests.support.program import ROOT

COMMANDS = [
    *(ROOT / folder / "__main__.py" for folder in ("live", "offline", "scan")),
    *(file for file in sorted((ROOT / "scripts").rglob("*.py")) if '__name__ == "__main__"' in file.read_text()),
    ROOT / "package/surface.py",
]
"""What people and workflows start by `python -m`."""


@pytest.mark.parametrize("file", COMMANDS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_command_runs_in_the_frame(file: Path) -> None:
    text = file.read_text() + (file.with_name("__init__.py").read_text() if file.name == "__main__.py" else "")
    assert re.search(r"^@command\(.*\)\ndef main\(", text, re.MULTILINE)
    assert re.search(r"^    leave\(main\(", text, re.MULTILINE)


def raising(error: BaseException) -> Callable[[], int]:
    def main() -> int:
        raise error

    return main


class CliError(CommandError):
    status = 6


@pytest.mark.parametrize(
    ("error", "text", "status"),
    [
        (CommandError("no such stack"), "no such stack", 2),
        (CliError("as the CLI"), "as the CLI", 6),
        (SettingsError([]), "0 problems in the configuration:", 2),
        (pulumi.RunError("refused"), "refused", 2),
        (NoCredentialsError(), "AWS refused: Unable to locate credentials", 2),
        (ClientError({"Error": {"Code": "AccessDenied"}}, "Call"), "AWS refused: An error occurred (AccessDenied)", 2),
        (subprocess.CalledProcessError(9, ["docker", "buildx", "build", "."]), "`docker buildx build` ended with ", 2),
        (FileNotFoundError(2, "No such file", "state.json"), "state.json: No such file", 2),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_error_for_people_is_one_message_and_the_commands_status(
    capsys: pytest.CaptureFixture[str], error: Exception, text: str, status: int
) -> None:
    assert command(failed=2)(raising(error))() == status
    printed = capsys.readouterr()
    assert printed.err.startswith(f"error: {text}")
    assert printed.out == ""


def test_what_was_noted_with_an_error_is_told_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    error = CommandError("no image")
    error.add_note("nothing reads imge")
    command()(raising(error))()
    assert capsys.readouterr().err == "error: no image\nnothing reads imge\n"


def test_a_fault_of_the_program_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        command()(raising(ZeroDivisionError()))()


def test_ctrl_c_ends_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert command()(raising(KeyboardInterrupt()))() == 130
    assert capsys.readouterr() == ("", "")


def test_a_reader_that_has_had_enough_is_no_error() -> None:
    code = "from problems.command import *\n@command()\ndef main():\n  print('x\\n' * 99999)\n  return 0\nleave(main())"
    line = f"'{sys.executable}' -c \"$CODE\" | head -1"
    done = subprocess.run(
        ["bash", "-c", line], cwd=ROOT, env={"CODE": code, "PATH": "/usr/bin:/bin"}, capture_output=True, check=False
    )
    assert (done.stdout, done.stderr) == (b"x\n", b"")


def test_what_a_command_printed_is_there_when_it_ends() -> None:
    code = "from problems.command import leave\nprint('the answer', end='')\nleave(3)"
    # Without PYTHONUNBUFFERED, which would hide that nothing is flushed.
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "the answer")


def test_everything_that_is_missing_is_told_at_once_with_its_remedy() -> None:
    with pytest.raises(MissingError) as raised:
        require([missing("docker", "Install it.\nThen start it."), missing("an image", "Push it.", blocks=False)])
    assert str(raised.value) == (
        "nothing was run; something is needed first\n"
        "  missing: docker\n      Install it.\n      Then start it.\n"
        "  note: an image\n      Push it."
    )
    assert str(lacking("docker", "Install it.")).endswith("  missing: docker\n      Install it.")


def test_what_does_not_block_is_told_and_the_command_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    require([missing("an image", "Push it.", blocks=False)])
    assert capsys.readouterr().err == "  note: an image\n      Push it.\n"
