"""Where the values of the stack that is being deployed stand in its file."""

from collections.abc import Iterator
from pathlib import Path as File

import pulumi
import yaml

from problems import Path
from problems.telling import StackFileLines

_DEEPEST = 12  # as raw_values.py: no setting is nested deeper


def deployed() -> StackFileLines:
    """The file of the program's own stack; without line numbers when it cannot be read from the working folder."""
    file = StackFileLines(stack=pulumi.get_stack(), project=pulumi.get_project(), lines={})
    try:
        text = File(file.name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return file
    return StackFileLines(stack=file.stack, project=file.project, lines=lines(text, file.project))


def lines(text: str, project: str) -> dict[Path, int]:
    """The line, from 1, of each of the project's keys and list items; `()` is that of `config`. Empty if no YAML."""
    try:
        document = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError:
        return {}
    found: dict[Path, int] = {}
    for key, value in document.value if isinstance(document, yaml.MappingNode) else ():
        if key.value == "config":
            found[()] = key.start_mark.line + 1
            found |= _of_project(_below(value, ()), project)
    return found


def _of_project(found: Iterator[tuple[Path, int]], project: str) -> dict[Path, int]:
    own = {}
    for (first, *below), line in found:
        namespace, colon, key = str(first).rpartition(":")
        if not colon or namespace == project:
            own[(key, *below)] = line
    return own


def _below(node: yaml.Node, path: Path) -> Iterator[tuple[Path, int]]:
    if len(path) >= _DEEPEST:
        return
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*path, str(key.value)), key.start_mark.line + 1
            yield from _below(value, (*path, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield (*path, index), item.start_mark.line + 1
            yield from _below(item, (*path, index))
