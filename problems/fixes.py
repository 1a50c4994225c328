"""How to put a problem right: changes of the stack's file as data, and the Pulumi CLI's words for each."""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace

from problems.keys import NAMESPACE, Path, Scalar, key_of

STACK_FILE = "Pulumi.<stack>.yaml"
"""Stands in an `Advice` for the file and the line; `problems.telling` puts them in where the stack is known."""


@dataclass(frozen=True)
class Set:
    """Give the key at `path` this value, of this type."""

    path: Path
    value: Scalar

    def command(self, namespace: str) -> str:
        """The Pulumi CLI's words, for a shell."""
        # Without it the CLI takes a secret's ARN for the secret; beside a type it takes no such word.
        plain = "" if _typed(self.path, self.value)[1] else "--plaintext "
        return f"config set {plain}{self._words(namespace)}"

    def __str__(self) -> str:
        return f"pulumi config set {self._words(NAMESPACE)}"

    def _words(self, namespace: str) -> str:
        text, kind = _typed(self.path, self.value)
        return f"{_path_flag(self.path)}{kind}{_full_key(self.path, namespace)} {shlex.quote(text)}"


@dataclass(frozen=True)
class Remove:
    """Take the key at `path` out of the file."""

    path: Path

    def command(self, namespace: str) -> str:
        """The Pulumi CLI's words, for a shell."""
        return f"config rm {_path_flag(self.path)}{_full_key(self.path, namespace)}"

    def __str__(self) -> str:
        return f"pulumi {self.command(NAMESPACE)}"


@dataclass(frozen=True)
class Advice:
    """What no command on the stack's file does."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Steps:
    """Several things that are all to be done, in this order."""

    steps: tuple["Fix", ...]

    def __str__(self) -> str:
        return "; ".join(map(str, self.steps))


Fix = Set | Remove | Advice | Steps


def relocated(fix: Fix, place: Callable[[Path], Path]) -> Fix:
    """The same fix with each of its paths where `place` says."""
    match fix:
        case Set() | Remove():
            return replace(fix, path=place(fix.path))
        case Steps():
            return Steps(tuple(relocated(step, place) for step in fix.steps))
        case Advice():
            return fix


def _typed(path: Path, value: Scalar) -> tuple[str, str]:
    """The value as text, and the flag without which the CLI would store it as another type."""
    if isinstance(value, bool):
        return str(value).lower(), ""
    if isinstance(value, str):
        # Below the top level the CLI would store a text that reads as a number or a truth value as just that.
        reads_otherwise = len(path) > 1 and re.fullmatch(r"true|false|[0-9]+", value)
        return value, "--type string " if reads_otherwise else ""
    if isinstance(value, float) and value != int(value):
        return str(value), "--type float "
    return str(int(value)), ""


def _path_flag(path: Path) -> str:
    return "--path " if len(path) > 1 else ""


def _full_key(path: Path, namespace: str) -> str:
    return shlex.quote(f"{namespace}:{key_of(path)}")
