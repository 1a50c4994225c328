"""Takes refused values out of a configuration, so that the rest of it can still be checked."""

from collections.abc import Iterable
from typing import Any

from problems import Path


class Pruned:
    """A copy of `raw` without the values at the `refused` paths; paths in the copy lead back to `raw`."""

    def __init__(self, raw: Any, refused: Iterable[Path]) -> None:
        self._refused = frozenset(refused)
        self._kept_items: dict[Path, list[int]] = {}
        self.data = {} if () in self._refused else self._copy(raw, ())

    def original(self, path: Path) -> Path:
        """The path in `raw` of what stands at `path` in the copy; they differ behind a removed list item."""
        original: Path = ()
        for segment in path:
            kept = self._kept_items.get(original, [])
            moved = isinstance(segment, int) and segment < len(kept)
            original = (*original, kept[int(segment)] if moved else segment)
        return original

    def _copy(self, value: Any, path: Path) -> Any:
        if isinstance(value, dict):
            return {
                key: self._copy(item, (*path, key)) for key, item in value.items() if (*path, key) not in self._refused
            }
        if isinstance(value, list):
            kept = [index for index in range(len(value)) if (*path, index) not in self._refused]
            self._kept_items[path] = kept
            return [self._copy(value[index], (*path, index)) for index in kept]
        return value


def touches(path: Path, others: Iterable[Path]) -> bool:
    """Whether one of the other paths is the path itself, lies below it or holds it."""
    return any(path[: len(other)] == other[: len(path)] for other in others)


def value_at(raw: Any, path: Path, default: Any = None) -> Any:
    """The value at `path`, or `default` if there is none."""
    for segment in path:
        try:
            raw = raw[segment]
        except (KeyError, IndexError, TypeError):
            return default
    return raw
