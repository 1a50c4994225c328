"""The rule of every list: no item stands in it twice, since AWS or Open WebUI refuses or ignores the second one."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from problems import Path, Problem
from settings.network import GivenNetwork
from settings.providers import ProviderSettings
from settings.rules.parts import remove
from settings.stack import StackSettings
from settings.types import Section, Words

_RULES_OF_THEIR_OWN: Final = {
    (GivenNetwork, "private_subnet_ids"),
    (GivenNetwork, "public_subnet_ids"),
    (ProviderSettings, "models"),
}
"""Lists that share their items with others."""


def listed_twice(settings: StackSettings) -> Iterator[Problem]:
    """Every item once, e-mail addresses in any case."""
    for path, items in _lists(settings, ()):
        known: list[Any] = []
        for index, item in enumerate(items):
            same = _identity(item)
            if same in known:
                yield remove((*path, index), "is listed twice")
            known.append(same)


def _lists(value: object, path: Path) -> Iterator[tuple[Path, tuple[Any, ...]]]:
    """The lists that are given in a value, but the words of commands, which may repeat."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _lists(one, (*path, key))
    elif isinstance(value, tuple):
        yield path, value
        for index, one in enumerate(value):
            yield from _lists(one, (*path, index))
    elif isinstance(value, Section):
        for name in value.model_fields_set:
            field = type(value).model_fields[name]
            if field.annotation != Words and (type(value), name) not in _RULES_OF_THEIR_OWN:
                yield from _lists(getattr(value, name), (*path, str(field.alias)))


def _identity(item: Any) -> Any:
    """What an item is told from others by: a model by its id, which stands alone or with a name for people."""
    known = getattr(item, "id", item)
    return known.lower() if isinstance(known, str) and "@" in known else known
