"""First look at what was given: secrets, nulls and what is nested deeper than any setting."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from problems import Advice, Path, Problem, Remove, Steps
from problems.redaction import kind
from settings.schema import schema_at

_DEEPEST = 12  # the deepest setting is services.<name>.scaling.schedules[0].<key>, six levels


def plain_copy(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration in text that UTF-8 can hold, cut off below any depth that a setting has.

    What was cut off stands where no setting accepts it, so it is reported all the same.
    """
    return {_text(key): _plain(value, 1) for key, value in raw.items()}


def unusable(data: dict[str, Any], secret_keys: Collection[str]) -> Iterator[Problem]:
    """Problems with what must be taken out before the models see the rest."""
    for key, value in data.items():
        if key in secret_keys:
            yield _secret_problem(key)
        elif value == "" and schema_at((key,)) is not None:
            # So the CLI hands over a key with nothing behind it.
            yield _without_value((key,), "nothing")
        else:
            yield from _nulls(value, (key,))


def _plain(value: Any, depth: int) -> Any:
    match value:
        case dict() | list() if depth >= _DEEPEST:
            return "..."
        case dict():
            return {_text(key): _plain(item, depth + 1) for key, item in value.items()}
        case list():
            return [_plain(item, depth + 1) for item in value]
        case str():
            return _text(value)
    return value


def _text(text: str) -> str:
    # As the CLI, whose JSON has half a surrogate pair replaced too.
    return text.encode("utf-8", "replace").decode()


def _nulls(value: Any, path: Path) -> Iterator[Problem]:
    """No setting takes null, which in a variable or a tag has a rule of its own."""
    if value is None and schema_at(path) is not None:
        yield _without_value(path, kind(value))
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _nulls(item, (*path, key))


def _without_value(path: Path, value: str) -> Problem:
    return Problem(path=path, value=value, rule="must have a value or be left out", fix=Remove(path))


def _secret_problem(key: str) -> Problem:
    rule = (
        "must not be encrypted configuration: this program takes secrets by the ARN of a Secrets Manager secret, "
        "as in webui.secrets"
    )
    anew = Advice("set it again without --secret and name secrets by their ARN")
    return Problem(path=(key,), value="an encrypted value", rule=rule, fix=Steps((Remove((key,)), anew)))
