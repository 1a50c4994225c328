"""Turns what pydantic reports into problems in the words of the configuration file."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from problems import Advice, Fix, Path, Problem, Remove, Set, key_of
from problems.fixes import STACK_FILE
from problems.redaction import HIDDEN, kind, shown
from settings.gateway import MODEL_SHAPES
from settings.network import NETWORK_SHAPES
from settings.schema import suggestion
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
_IN_FILE = f"in {STACK_FILE}"


def path_of(error: ErrorDetails) -> Path:
    """Where the refused value stands; pydantic names the shape that it took a value for in between, people do not."""
    path: Path = error["loc"]
    if path[:2] == ("gateway", "models") and path[3:4] and path[3] in MODEL_SHAPES:
        return (*path[:3], *path[4:])
    if path[:1] == ("network",) and len(path) > 1 and path[1] in NETWORK_SHAPES:
        return (path[0], *path[2:])
    return path


def worded(error: ErrorDetails, path: Path) -> Problem:
    """The problem that an error other than an unknown key means at `path`."""
    value = error["input"]
    if error["type"] == "missing":
        is_list = suggestion((*path, 0)) is not None
        fix = Advice(f"list {key_of(path)} {_IN_FILE}") if is_list else _fix(path)
        return Problem(path=path, value="nothing", rule="is required", fix=fix)
    context: dict[str, Any] = error.get("ctx", {})
    if error["type"] == REFUSED:
        fix = Set(path, context["meant"]) if context["meant"] else _fix(path)
        return Problem(path=path, value=shown(path, value), rule=context["rule"], fix=fix)
    if error["type"] == "enum" and isinstance(value, str):
        rule = f"must be {context['expected'].replace(chr(39), '')}"
        return Problem(path=path, value=shown(path, value), rule=rule, fix=_fix(path))
    expected = _EXPECTED.get(error["type"].partition("_")[0], "another value")
    return _type_problem(path, value, expected)


def _type_problem(path: Path, value: object, expected: str) -> Problem:
    # A text in place of a map or list may be anything, a secret included.
    text = kind(value) if expected in {"a map", "a list"} else shown(path, value)
    fix = _fix(path)
    if expected == "a map":
        fix = Advice(f"write {key_of(path)} as a map {_IN_FILE}")
    elif expected == "a list":
        fix = Advice(f"write {key_of(path)} as a list {_IN_FILE}, also when it holds one value")
    elif expected == "text" and isinstance(value, int | float):
        fix = Advice(f"put the value of {key_of(path)} in quotes {_IN_FILE}")
    elif text != HIDDEN and isinstance(value, str):
        fix = _retyped(path, value, expected) or fix
    return Problem(path=path, value=text, rule=f"must be {expected}", fix=fix)


def _retyped(path: Path, value: str, expected: str) -> Set | None:
    """The change that stores the same value as what it reads like: `"2"` as 2, `"true"` as true."""
    if expected == "an integer" and re.fullmatch(r"[1-9][0-9]{0,5}", value):
        return Set(path, int(value))
    if expected == "a number" and re.fullmatch(r"[0-9]{1,3}\.[0-9]", value):
        return Set(path, float(value))
    if expected == "true or false" and value.lower() in {"true", "false"}:
        return Set(path, value.lower() == "true")
    return None


def _fix(path: Path) -> Fix:
    accepted = suggestion(path)
    if accepted is None and (first := suggestion((*path, 0))) is not None:
        return Set((*path, 0), first)
    return Remove(path) if accepted is None else Set(path, accepted)
