"""The frame of every command that `python -m` starts: what a person is told in place of a traceback, and how it ends.

The answer of a command goes to standard output, everything else to standard error. It needs nothing but Python itself,
so that a workflow's step runs without an installation.
"""

import functools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn, ParamSpec

from problems import Advice, Problem

P = ParamSpec("P")

FAILED: Final = 1
INTERRUPTED: Final = 130
"""Exit status after Ctrl-C, as shells give it: 128 and the signal's number."""

_OTHERS: Final = (
    ("pulumi", "RunError", ""),
    ("botocore.exceptions", "BotoCoreError", "AWS refused: "),
    ("botocore.exceptions", "ClientError", "AWS refused: "),
    ("botocore.parsers", "ResponseParserError", "AWS refused: "),
)
"""Errors of packages that are for people too: module, class, what precedes the text. None is there unless loaded."""


class CommandError(Exception):
    """What a command tells instead of a traceback; the text says what is wrong and what helps."""

    status: int | None = None
    """The command's exit status; None for the one by which the command fails otherwise."""


class MissingError(CommandError):
    """What a command needs is not there."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(["nothing was run; something is needed first", *map(_told, problems)]))
        self.problems = problems


def missing(what: str, remedy: str, *, blocks: bool = True) -> Problem:
    """A problem with what is there rather than with the stack's file."""
    return Problem(rule=what, fix=Advice(remedy), blocks=blocks)


def lacking(what: str, remedy: str) -> MissingError:
    """The error of one missing thing, to be raised."""
    return MissingError(missing(what, remedy))


def require(problems: Iterable[Problem]) -> None:
    """Raise MissingError with all of the problems when one of them blocks, else tell of them."""
    problems = tuple(problems)
    if any(problem.blocks for problem in problems):
        raise MissingError(*problems)
    for problem in problems:
        print(_told(problem), file=sys.stderr)


def command(failed: int = FAILED) -> Callable[[Callable[P, int]], Callable[P, int]]:
    """Let a command's `main` return its exit status always: `failed` after an error that was for a person."""

    def frame(main: Callable[P, int]) -> Callable[P, int]:
        @functools.wraps(main)
        def run(*args: P.args, **kwargs: P.kwargs) -> int:
            try:
                return main(*args, **kwargs)
            except KeyboardInterrupt:
                return INTERRUPTED
            except BrokenPipeError:
                # The reader, such as `head`, has had enough.
                return FAILED
            except Exception as error:
                text = _text(error)
                if text is None:
                    raise
                print("\n".join([f"error: {text}", *getattr(error, "__notes__", [])]), file=sys.stderr)
                return getattr(error, "status", None) or failed

        return run

    return frame


def hand_over(command: Sequence[str], *, cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> int:
    """Run another program in this one's place and give its exit status; Ctrl-C means what that program makes of it."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(command, cwd=cwd, env=environment, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def leave(status: int) -> NoReturn:
    """End the process at once: the interpreter would first walk every class of the SDKs, for a tenth of a second."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        status = status or FAILED
    sys.stderr.flush()
    os._exit(status)


def _told(problem: Problem) -> str:
    indented = problem.remedy.replace("\n", "\n      ")
    return f"  {'missing' if problem.blocks else 'note'}: {problem.rule}\n      {indented}"


def _text(error: Exception) -> str | None:
    """What to say of an error; None when it is a fault of the program, whose traceback is wanted."""
    if isinstance(error, CommandError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    if isinstance(error, subprocess.CalledProcessError):
        words = [error.cmd] if isinstance(error.cmd, str) else map(str, error.cmd[:3])
        return f"`{' '.join(words)}` ended with status {error.returncode}"
    for module, name, introduction in _OTHERS:
        if isinstance(error, getattr(sys.modules.get(module), name, ())):
            return f"{introduction}{error}"
    return None
