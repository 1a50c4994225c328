"""What is wrong with a configuration and how to put it right, in words that are safe to print."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from settings.redaction import shown_segment

NAMESPACE = "webui-bedrock"
"""Namespace of the configuration keys: the project's name."""

Path = tuple[str | int, ...]
"""Where a value stands in the configuration: keys of maps and indexes of lists, outermost first."""

Scalar = str | int | float | bool


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong: the key, what was read there (never a secret), what is allowed, and the remedy."""

    key: str
    value: str
    rule: str
    fix: str

    def __str__(self) -> str:
        return f"{self.key}: read {self.value}; {self.rule}; fix: {self.fix}"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A rule's verdict on settings that are valid one by one; `also` are the other keys it rests on."""

    path: Path
    rule: str
    fix: str
    also: tuple[Path, ...] = ()


class SettingsError(pulumi.RunError):
    """The configuration cannot be deployed; the text lists every problem, by key."""

    def __init__(self, problems: Sequence[Problem], stack: str = "") -> None:
        self.problems = tuple(sorted(problems))
        where = f"the configuration of stack {stack}" if stack else "the configuration"
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__("\n".join([f"{count} in {where}:", *map(str, self.problems)]))


def key_of(path: Path) -> str:
    """The path as `pulumi config --path` takes it: `webui.scaling.max`, `alarms.emails[0]`, `tags["a.b"]`."""
    text = ""
    for segment in path:
        if isinstance(segment, int):
            text += f"[{segment}]"
        elif re.fullmatch(r"[\w$/:@+-]+", shown_segment(segment)):
            text += f".{segment}" if text else segment
        else:
            quoted = segment.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{shown_segment(quoted)}"]'
    return text


def set_to(path: Path, value: Scalar) -> str:
    """The command that gives the key this value, of this type."""
    if isinstance(value, bool):
        text, kind = str(value).lower(), ""
    elif isinstance(value, float) and value != int(value):
        text, kind = str(value), "--type float "
    elif isinstance(value, str):
        # With --path the CLI would store a text that reads as a number or a truth value as just that.
        reads_otherwise = len(path) > 1 and re.fullmatch(r"true|false|[0-9]+", value)
        text, kind = value, "--type string " if reads_otherwise else ""
    else:
        text, kind = str(int(value)), ""
    return f"pulumi config set {_path_flag(path)}{kind}{_full_key(path)} {shlex.quote(text)}"


def remove(path: Path) -> str:
    """The command that takes the key out of the configuration."""
    return f"pulumi config rm {_path_flag(path)}{_full_key(path)}"


def _path_flag(path: Path) -> str:
    return "--path " if len(path) > 1 else ""


def _full_key(path: Path) -> str:
    return shlex.quote(f"{NAMESPACE}:{key_of(path)}")
