"""What somebody meant who wrote a key that does not exist."""

import difflib
import re
from functools import cache
from itertools import takewhile

from problems import Advice, Fix, Path, Problem, Remove, Set, Steps, key_of
from problems.redaction import kind
from settings.network import CREATED_KEYS, GIVEN_KEYS
from settings.schema import EACH, every_path, keys_at, suggestion


def unknown_key(path: Path, value: object) -> tuple[Problem, Path | None]:
    """The problem with a key that does not exist, and the setting that was probably meant."""
    if path[0] == "network" and path[1] in CREATED_KEYS:
        others = ", ".join(f"network.{key}" for key in sorted(GIVEN_KEYS))
        rule = f"belongs to a VPC that the stack creates and cannot stand beside the keys of a given VPC ({others})"
        return Problem(path=path, value=kind(value), rule=rule, fix=Remove(path)), None
    meant = _nearest(path)
    rule = "is not a setting"
    fix: Fix = Remove(path)
    if meant is not None:
        rule += f", did you mean {key_of(meant)}?"
        fix = Steps((fix, _how_to_set(meant, value)))
    return Problem(path=path, value=kind(value), rule=rule, fix=fix), meant


def _how_to_set(meant: Path, value: object) -> Fix:
    accepted = suggestion(meant)
    if accepted is None:
        return Advice(f"write {key_of(meant)} in its place")
    same_type = type(value) is type(accepted) and isinstance(value, int)
    return Set(meant, value if same_type and isinstance(value, int) else accepted)


def _nearest(path: Path) -> Path | None:
    """The best of: a like-named neighbour, the same name below this section, the same name anywhere."""
    above, name = path[:-1], _folded(path[-1])
    neighbours = {_folded(key): (*above, key) for key in keys_at(above)}
    if name in neighbours:
        return neighbours[name]
    like_here = difflib.get_close_matches(name, neighbours, n=1, cutoff=0.75)
    if like_here:
        return neighbours[like_here[0]]
    named_so = [_as_here(other, path) for other in _paths_by_name().get(name, ())]
    if named_so:
        return max(named_so, key=lambda other: (_shared(other, path), -len(other), other))
    loosely = difflib.get_close_matches(name, neighbours, n=1, cutoff=0.6)
    return neighbours[loosely[0]] if loosely else None


@cache
def _paths_by_name() -> dict[str, list[Path]]:
    paths: dict[str, list[Path]] = {}
    for path in every_path():
        paths.setdefault(_folded(path[-1]), []).append(path)
    return paths


def _as_here(setting: Path, here: Path) -> Path:
    """The setting's path with the service of `here` in the place of "any service"."""
    if EACH not in setting:
        return setting
    name = here[1] if len(here) > 1 and here[0] == setting[0] else "<name>"
    return (setting[0], name, *setting[2:])


def _shared(one: Path, other: Path) -> int:
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))


def _folded(key: str | int) -> str:
    return re.sub(r"[^a-z0-9]", "", str(key)[:100].lower())
