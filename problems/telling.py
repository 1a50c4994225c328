"""A problem with a stack's file as people read it: the line to change, and the command that changes it."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from problems.fixes import STACK_FILE, Advice, Fix, Remove, Set, Steps
from problems.keys import Path, Scalar, key_of
from problems.problem import Problem


@dataclass(frozen=True, kw_only=True)
class StackFileLines:
    """The file that problems are about."""

    stack: str
    project: str
    """The project's name: the namespace of its keys."""
    lines: Mapping[Path, int]
    """Where each key and list item stands, from 1; `()` is `config` itself. What is not known is not told."""

    @property
    def name(self) -> str:
        """The file's name; a stack of Pulumi Cloud may be given with its organization."""
        return f"Pulumi.{self.stack.rpartition('/')[2]}.yaml"

    def place(self, path: Path) -> str:
        """File and line of the key, or of what it would be added to."""
        line = self.lines.get(self.standing(path))
        return f"{self.name}:{line}" if line else self.name

    def standing(self, path: Path) -> Path:
        """The nearest part of the path that is in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return path

    def label(self, path: Path) -> str:
        """The last key of the path as the file has it."""
        if not path:
            return "config"
        if len(path) == 1:
            return f"{self.project}:{key_of(path)}"
        return key_of(path[-2:] if isinstance(path[-1], int) else path[-1:])


def told(problem: Problem, file: StackFileLines) -> str:
    """What is wrong, and below it every remedy on lines of its own: file and line, and a command that can be pasted."""
    lines = [problem.statement]
    for number, fix in enumerate(problem.fixes):
        lines += _remedy("or: " if number else "fix: ", fix, problem.path, file)
    return "\n".join(lines)


def make_command(fix: Set | Remove, stack: str, project: str) -> str:
    """The command of a fix, which runs with the state and the passphrase that `make` uses."""
    return f"make pulumi STACK={stack} ARGS={_quoted(fix.command(project))}"


def _remedy(introduction: str, fix: Fix, path: Path, file: StackFileLines) -> Iterator[str]:
    match fix:
        case Steps():
            for number, step in enumerate(fix.steps):
                yield from _remedy("and: " if number else introduction, step, path, file)
        case Advice():
            yield f"  {introduction}{fix.text.replace(STACK_FILE, file.place(path))}"
        case Set() | Remove():
            where = file.name if isinstance(fix, Remove) and fix.path not in file.lines else file.place(fix.path)
            yield f"  {introduction}{where}: {_edit(fix, file)}"
            yield f"    {make_command(fix, file.stack, file.project)}"


def _edit(fix: Set | Remove, file: StackFileLines) -> str:
    """What to do at the line."""
    if isinstance(fix, Remove):
        return f"delete `{file.label(fix.path)}`"
    standing = file.standing(fix.path)
    if standing == fix.path and isinstance(fix.path[-1], int):
        return f"write `{_scalar(fix.value)}` for `{file.label(standing)}`"
    if standing == fix.path:
        return f"write `{file.label(standing)}: {_scalar(fix.value)}`"
    return f"add `{_added(fix, standing, file)}` to `{file.label(standing)}`"


def _added(fix: Set, standing: Path, file: StackFileLines) -> str:
    """What the nearest part of the path that is in the file has to get, as YAML."""
    text = _scalar(fix.value)
    for end in range(len(fix.path), len(standing), -1):
        segment = fix.path[end - 1]
        key = file.label(fix.path[:end]) if end == 1 else _scalar(segment)
        outermost = end == len(standing) + 1
        if isinstance(segment, int):
            text = text if outermost else f"[{text}]"
        else:
            text = f"{key}: {text}" if outermost else f"{{{key}: {text}}}"
    return text


def _scalar(value: Scalar) -> str:
    """As YAML reads it back, with the same type."""
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z/](?:[\w./:@+-]*[\w/])?", value):
        words = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
        return json.dumps(value) if value.lower() in words else value
    return json.dumps(int(value) if isinstance(value, float) and value == int(value) else value, ensure_ascii=False)


def _quoted(words: str) -> str:
    """For a shell: the value of ARGS, whose own quotes the recipe's shell reads later."""
    plain = not re.search(r'["$`\\!]', words)
    return f'"{words}"' if "'" in words and plain else shlex.quote(words)
