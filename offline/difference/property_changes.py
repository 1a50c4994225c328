"""Compares the inputs of a resource before and after: path by path, within JSON documents too, secrets hidden."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, Final

from offline.engine.protobuf import Json, with_leaves

_IDENTIFYING: Final = ("name", "Sid", "id", "key", "containerPath", "containerName", "title")
_PAIRS: Final = ({"name", "value"}, {"name", "valueFrom"})


class Absent:
    """Stands for a value that one of the sides does not have."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()


@dataclass(frozen=True, kw_only=True)
class PropertyChange:
    """One value that differs; `ABSENT` on the side that has none."""

    path: str
    """Such as `containerDefinitions[webui].environment.PORT`: list items are named by what identifies them."""
    old: Json
    new: Json
    forces_replacement: bool = False
    follows: tuple[str, ...] = ()
    """The replaced or renewed resources that give this property its new value, which only the deployment will know."""

    @property
    def property_(self) -> str:
        """The top-level property."""
        return self.path.replace("[", ".").split(".")[0]


@dataclass(frozen=True)
class _Secret:
    """A secret value: compared as what it holds, shown as nothing."""

    value: Json


def changes(old: Mapping[str, Json], new: Mapping[str, Json], *, secrets: Collection[str] = ()) -> list[PropertyChange]:
    """What differs between two sets of inputs; `secrets` are the paths that are secret on either side."""
    return list(_mappings("", _conceal(dict(old), "", secrets), _conceal(dict(new), "", secrets)))


def _conceal(value: Json, path: str, secrets: Collection[str]) -> Json:
    if path in secrets:
        return _Secret(value)
    if isinstance(value, dict):
        return {key: _conceal(item, f"{path}.{key}" if path else key, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [_conceal(item, f"{path}[{i}]", secrets) for i, item in enumerate(value)]
    return value


def _reveal(value: Json) -> Json:
    """The value as it may be shown."""
    return with_leaves(value, lambda leaf: "[secret]" if isinstance(leaf, _Secret) else leaf)


def _differences(path: str, old: Json, new: Json) -> Iterator[PropertyChange]:
    old, new = _parsed(old, new)
    if old == new:
        return
    inside: list[PropertyChange] = []
    if isinstance(old, dict) and isinstance(new, dict):
        inside = list(_mappings(path, old, new))
    elif isinstance(old, list) and isinstance(new, list):
        inside = list(_lists(path, old, new))
    # Equal in everything but the order of a list: both lists say so.
    yield from inside or [PropertyChange(path=path, old=_reveal(old), new=_reveal(new))]


def _parsed(old: Json, new: Json) -> tuple[Json, Json]:
    """Two JSON documents as what they say; other values as they are."""
    if isinstance(old, str) and isinstance(new, str) and old[:1] in ("{", "[") and new[:1] in ("{", "["):
        try:
            return json.loads(old), json.loads(new)
        except json.JSONDecodeError:
            pass
    return old, new


def _mappings(path: str, old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[PropertyChange]:
    for key in sorted(old.keys() | new.keys()):
        yield from _differences(f"{path}.{key}" if path else key, old.get(key, ABSENT), new.get(key, ABSENT))


def _lists(path: str, old: list[Json], new: list[Json]) -> Iterator[PropertyChange]:
    if all(isinstance(item, dict) and item.keys() in _PAIRS for item in (*old, *new)):
        before, after = _by("name", old), _by("name", new)
        if before is not None and after is not None:
            yield from _mappings(path, _paired(before), _paired(after))
            return
    for key in _IDENTIFYING:
        before, after = _by(key, old), _by(key, new)
        if before is not None and after is not None:
            for name in sorted(before.keys() | after.keys()):
                yield from _differences(f"{path}[{name}]", before.get(name, ABSENT), after.get(name, ABSENT))
            return
    if any(isinstance(item, dict | list) for item in (*old, *new)):
        yield from _aligned(path, old, new)
    else:
        yield from _scalars(path, old, new)


def _by(key: str, items: Sequence[Json]) -> dict[str, Any] | None:
    """The items by the value that identifies each; None when it does not."""
    by_name = {
        str(name): item for item in items if isinstance(item, dict) and (name := _identity(key, item)) is not None
    }
    return by_name if len(by_name) == len(items) else None


def _identity(key: str, item: Mapping[str, Json]) -> Json:
    """CloudWatch keeps the title of a dashboard's widget among its properties; a widget of text has none."""
    if key != "title" or key in item:
        return item.get(key)
    properties = item.get("properties") or {}
    return properties.get("title") or properties.get("markdown", "").split("\n")[0] or None


def _paired(items: Mapping[str, Mapping[str, Json]]) -> dict[str, Json]:
    return {name: item.get("value", item.get("valueFrom")) for name, item in items.items()}


def _scalars(path: str, old: list[Json], new: list[Json]) -> Iterator[PropertyChange]:
    hidden_old, hidden_new = [_reveal(item) for item in old], [_reveal(item) for item in new]
    gone, come = Counter(hidden_old) - Counter(hidden_new), Counter(hidden_new) - Counter(hidden_old)
    for before, after in zip_longest(gone.elements(), come.elements(), fillvalue=ABSENT):
        yield PropertyChange(path=f"{path}[]", old=before, new=after)


def _aligned(path: str, old: list[Json], new: list[Json]) -> Iterator[PropertyChange]:
    """Items without a name: what stays is found by its content, the rest is compared in order."""
    before, after = ([json.dumps(_reveal(item), sort_keys=True, default=str) for item in items] for items in (old, new))
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        pairs = zip_longest(old[old_from:old_to], new[new_from:new_to], fillvalue=ABSENT)
        for position, (was, becomes) in enumerate(pairs, start=new_from):
            yield from _differences(f"{path}[{position}]", was, becomes)
