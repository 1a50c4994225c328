"""Turns what pydantic reports into problems in the words of the configuration file."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from settings.network import NETWORK_SHAPES
from settings.problems import Path, Problem, key_of, remove, set_to
from settings.redaction import HIDDEN, kind, shown
from settings.schema_tree import suggestion
from settings.types import REFUSED

_EXPECTED: Mapping[str, str] = {
    "int": "an integer",
    "float": "a number",
    "finite": "a finite number",
    "bool": "true or false",
    "string": "text",
    "enum": "text",
    "dict": "a map",
    "model": "a map",
    "tuple": "a list",
}
_IN_FILE = "in Pulumi.<stack>.yaml"


def path_of(error: ErrorDetails) -> Path:
    """Where the refused value stands; pydantic names the shape of the network in between, people do not."""
    path: Path = error["loc"]
    if path[:1] == ("network",) and len(path) > 1 and path[1] in NETWORK_SHAPES:
        return (path[0], *path[2:])
    return path


def worded(error: ErrorDetails, path: Path) -> Problem:
    """The problem that an error other than an unknown key means at `path`."""
    value = error["input"]
    if error["type"] == "missing":
        return Problem(key_of(path), "nothing", "is required", _fix(path))
    context: dict[str, Any] = error.get("ctx", {})
    if error["type"] == REFUSED:
        meant = context["meant"]
        return Problem(key_of(path), shown(path, value), context["rule"], set_to(path, meant) if meant else _fix(path))
    if error["type"] == "enum" and isinstance(value, str):
        rule = f"must be {context['expected'].replace(chr(39), '')}"
        return Problem(key_of(path), shown(path, value), rule, _fix(path))
    expected = _EXPECTED.get(error["type"].partition("_")[0], "another value")
    return _type_problem(path, value, expected)


def _type_problem(path: Path, value: object, expected: str) -> Problem:
    # A text in place of a map or list may be anything, a secret included.
    text = kind(value) if expected in {"a map", "a list"} else shown(path, value)
    fix = _fix(path)
    if expected == "a map":
        fix = f"write {key_of(path)} as a map {_IN_FILE}"
    elif expected == "a list":
        fix = f"write {key_of(path)} as a list {_IN_FILE}, also when it holds one value"
    elif expected == "text" and isinstance(value, int | float):
        fix = f"put the value of {key_of(path)} in quotes {_IN_FILE}"
    elif text != HIDDEN and isinstance(value, str):
        fix = _retyped(path, value, expected) or fix
    return Problem(key_of(path), text, f"must be {expected}", fix)


def _retyped(path: Path, value: str, expected: str) -> str | None:
    """The command that stores the same value as what it reads like: `"2"` as 2, `"true"` as true."""
    if expected == "an integer" and re.fullmatch(r"[1-9][0-9]{0,5}", value):
        return set_to(path, int(value))
    if expected == "a number" and re.fullmatch(r"[0-9]{1,3}\.[0-9]", value):
        return set_to(path, float(value))
    if expected == "true or false" and value.lower() in {"true", "false"}:
        return set_to(path, value.lower() == "true")
    return None


def _fix(path: Path) -> str:
    accepted = suggestion(path)
    if accepted is None and (first := suggestion((*path, 0))) is not None:
        return set_to((*path, 0), first)
    return remove(path) if accepted is None else set_to(path, accepted)
