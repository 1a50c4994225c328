"""How a value from the configuration is shown in a message: short, on one line, and never a secret."""

import json
from collections.abc import Mapping, Sequence

from aws_rules import arns, secret_names

HIDDEN = "a value that is not shown"
_LONGEST = 60
_SECRET_MAPS = frozenset({"env", "secrets"})


def shown(path: Sequence[str | int], value: object) -> str:
    """What was read at `path`, as JSON cut to about 60 characters; maps and lists of maps by their kind.

    Values of environment variables, under keys that name a secret, or that look like a secret are hidden.
    An ARN in such a place is shown: it is a name.
    """
    if isinstance(value, list | tuple) and not any(isinstance(item, Mapping | list | tuple) for item in value):
        texts = [shown(path, item) for item in value]
        return HIDDEN if HIDDEN in texts else _cut(f"[{', '.join(texts)}]")
    if value is None or not isinstance(value, str | int | float):
        return kind(value)
    return HIDDEN if _is_hidden(path, value) else _cut(_on_one_line(json.dumps(value, ensure_ascii=False)))


def shown_segment(segment: str) -> str:
    """A key of the configuration, on one line and cut to about 60 characters."""
    if secret_names.may_be_secret(segment):
        return "..."
    return _cut(_on_one_line(segment))


def kind(value: object) -> str:
    """What sort of thing was read, without its content."""
    names: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (type(None), "null"),
        (bool, "true or false"),
        ((int, float), "a number"),
        (str, "text"),
        (Mapping, "a map"),
        ((list, tuple), "a list"),
    )
    return next((name for types, name in names if isinstance(value, types)), "something else")


def _is_hidden(path: Sequence[str | int], value: str | float) -> bool:
    if isinstance(value, bool) or (isinstance(value, str) and arns.secret_reference_problem(value) is None):
        return False
    return _is_secret_place(path) or (isinstance(value, str) and secret_names.may_be_secret(value))


def _is_secret_place(path: Sequence[str | int]) -> bool:
    named = (segment for position, segment in enumerate(path) if not (position == 1 and path[0] == "services"))
    return any(isinstance(segment, str) and (segment in _SECRET_MAPS or _says_secret(segment)) for segment in named)


def _says_secret(key: str) -> bool:
    # clientSecretArn says an ARN, but people paste the secret itself there.
    return secret_names.is_secret_name(key) or secret_names.is_secret_name(key.removesuffix("Arn"))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _on_one_line(text: str) -> str:
    return "".join(_escaped(character) for character in text[: 2 * _LONGEST])


def _escaped(character: str) -> str:
    # Control characters could drive the terminal, bidirectional and zero-width ones could disguise the text.
    return character if character.isprintable() else character.encode("unicode_escape").decode()
