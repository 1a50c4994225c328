"""First look at what was given: secrets, nulls and values that no configuration can hold."""

import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from problems import Advice, Path, Problem, Remove, Steps
from problems.redaction import kind
from settings.schema import schema_at

_DEEPEST = 12  # the deepest setting is services.<name>.scaling.schedules[0].<key>, six levels
_LARGEST = 2**63
TOP_LEVEL_FLAGS = ("protect", "cloudFormationExports")
"""Truth values that the CLI hands over as text, since they are not inside a map."""


def plain_copy(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration as dicts, lists and scalars only, cut off below any depth that a setting has.

    Whatever was cut off or replaced stands where no setting accepts it, so it is reported all the same.
    """
    data = {_text(key): _plain(value, 1) for key, value in raw.items()}
    for key in TOP_LEVEL_FLAGS:
        if isinstance(data.get(key), str):
            data[key] = {"true": True, "false": False}.get(data[key].lower(), data[key])
    return data


def unusable(data: dict[str, Any], secret_keys: Collection[str]) -> Iterator[Problem]:
    """Problems with what must be taken out before the models see the rest."""
    for key, value in data.items():
        if key in secret_keys:
            yield _secret_problem(key)
        else:
            yield from _unusable_values(value, (key,))


class _Unusable:
    """Stands for a value that is no text, number, truth value, list or map."""

    def __init__(self, rule: str) -> None:
        self.rule = rule


def _plain(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping | list | tuple) and depth >= _DEEPEST:
        return "..."
    if isinstance(value, Mapping) and all(isinstance(key, str) and _is_printable(key) for key in value):
        return {key: _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
    rule = _scalar_problem(value)
    return value if rule is None else _Unusable(rule)


def _scalar_problem(value: Any) -> str | None:
    match value:
        case None | bool():
            return None
        case str():
            return None if _is_printable(value) else "must be text that UTF-8 can hold"
        case int():
            return None if abs(value) < _LARGEST else "must be a number of at most 18 digits"
        case float():
            return None if math.isfinite(value) else "must be a finite number"
        case Mapping():
            return "must have keys that are text"
        case _:
            return "must be text, a number, true, false, a list or a map"


def _text(key: object) -> str:
    return str(key).encode("utf-8", "replace").decode() if isinstance(key, str) else kind(key)


def _is_printable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _unusable_values(value: Any, path: Path) -> Iterator[Problem]:
    if isinstance(value, _Unusable):
        yield Problem(path=path, value="something else", rule=value.rule, fix=Remove(path))
    elif value is None and schema_at(path) is not None:
        rule = "must have a value or be left out"
        yield Problem(path=path, value=kind(value), rule=rule, fix=Remove(path))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _unusable_values(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unusable_values(item, (*path, index))


def _secret_problem(key: str) -> Problem:
    rule = (
        "must not be encrypted configuration: this program takes secrets by the ARN of a Secrets Manager secret, "
        "as in webui.secrets"
    )
    anew = Advice("set it again without --secret and name secrets by their ARN")
    return Problem(path=(key,), value="an encrypted value", rule=rule, fix=Steps((Remove((key,)), anew)))
