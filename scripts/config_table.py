"""Writes the table of the configuration in README.md: `make docs`.

What a key is comes from the settings' own descriptions, what a later change of it does from planned sample changes.
"""

import argparse
import gc
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from problems.command import CommandError, command, leave
from scripts import config_effects
from scripts.config_effects import COMMON
from settings.schema import Schema, every_path, is_required, keys_at, schema_at

README: Final = config_effects.ROOT / "README.md"
BEGIN, END = "<!-- Made by `make docs` -->", "<!-- The end of what `make docs` made -->"
_HEAD: Final = ("Key", "Type", "Default", "What it is", "A later change")
_BACK: Final = "; back: "
_COMPANIONS: Final = ("companions",)
_COMMON_TO: Final = ("webui", "gateway", "services.*")
_DEFAULT: Final = re.compile(r" \(default:? ((?:[^()]|\([^()]*\))*)\)")
_TYPES: Final = {"boolean": "true or false", "integer": "number", "number": "number", "string": "text", "object": "map"}

Key = tuple[str, ...]
Effects = tuple[set[str], set[str]]
"""Of a change, and of the way back."""


@command()
def main(argv: Sequence[str]) -> int:
    """Write the table into README.md."""
    parser = argparse.ArgumentParser(prog="make docs", description=__doc__)
    parser.add_argument("keys", nargs="*", help="plan only keys that begin so, and those that README lacks")
    begin = tuple(parser.parse_args(argv).keys)
    unknown = [start for start in begin if not any(key.startswith(start) for key in keys())]
    if unknown:
        raise CommandError(f"no key begins with {' or '.join(unknown)}; README's table has them all")
    text = README.read_text(encoding="utf-8")
    kept = written(text) if begin else {}
    anew = with_table(text, kept | planned([key for key in keys() if key not in kept or key.startswith(begin)]))
    README.write_text(anew, encoding="utf-8")
    print(f"README.md: {'up to date' if anew == text else 'written anew'}")
    return 0


def keys() -> list[str]:
    """Every key that holds a value, in the order of the settings; those that all services have stand once.

    Those that a companion has as a service are told of there.
    """
    paths = [tuple(str(segment) for segment in path) for path in every_path()]
    paths = [path for path in paths if path[:1] != _COMPANIONS or not schema_at(("services", *path[1:]))]
    leaves = [path for path in paths if not any(other[: len(path)] == path != other for other in paths)]
    names = []
    for path in leaves:
        section = next((place for place in _COMMON_TO if _below(path, place)), "")
        common = section and all(schema_at((*place.split("."), *_below(path, section))) for place in _COMMON_TO)
        names.append(".".join((COMMON, *_below(path, section)) if common else path))
    return list(dict.fromkeys(names))


def planned(wanted: Collection[str]) -> dict[str, Effects]:
    """What a change of each of these keys does: one plan for each sample change, a minute for all keys."""
    effects: dict[str, Effects] = {}
    for group in config_effects.groups():
        for key in group.changes.keys() & set(wanted):
            before, more = effects.get(key, (set(), set())), group.effects(key)
            effects[key] = (before[0] | more[0], before[1] | more[1])
    return effects


def with_table(readme: str, effects: Mapping[str, Effects]) -> str:
    """README with the table of these effects. Raises LookupError when there is no place for it or a key without any."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise LookupError(f"README.md has no line {END if begin else BEGIN}")
    rows = [_HEAD, ("---",) * len(_HEAD), *(_row(key, effects) for key in keys())]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def written(readme: str) -> dict[str, Effects]:
    """The effects that README tells."""
    table = readme.partition(BEGIN)[2].partition(END)[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.split("\n") if line[:3] == "| `"]
    return {row[0].strip("` ").replace("<name>", "*"): _read(row[-1].strip(" |")) for row in rows}


def _row(key: str, effects: Mapping[str, Effects]) -> tuple[str, ...]:
    if key not in effects:
        raise LookupError(f"{key} has no sample change in scripts/config_changes.yaml")
    path = tuple(key.replace(COMMON, "services.*").split("."))
    places = [tuple(key.replace(COMMON, place).split(".")) for place in (_COMMON_TO if COMMON in key else ("",))]
    what = _DEFAULT.sub("", _setting(path)["description"]).rstrip(".")
    return (
        f"`{key.replace('*', '<name>')}`",
        _type(path),
        _defaults(places),
        f"{what}.",
        _tell(effects[key]),
    )


def _setting(path: Key) -> Schema:
    setting = schema_at(path)
    if setting is None:
        raise LookupError(f"there is no setting {path}")
    return setting


def _defaults(places: list[tuple[str, ...]]) -> str:
    """One for all, or each place's own."""
    defaults = {place[0]: _default(place) for place in places}
    if len(set(defaults.values())) == 1:
        return next(iter(defaults.values()))
    return ", ".join(f"{default} ({place})" for place, default in defaults.items())


def _default(path: Key) -> str:
    told = _DEFAULT.search(_setting(path)["description"])
    return told[1] if told else "required" if is_required(path) else "none"


def _type(path: Key) -> str:
    setting = _setting(path)
    if "enum" in setting:
        return " or ".join(setting["enum"])
    if schema_at((*path, 0)) is not None:
        inner = ", ".join(keys_at((*path, 0)))
        return f"list of {inner}" if inner else "list"
    return _TYPES[setting["type"]]


def _tell(effects: Effects) -> str:
    change, back = (", ".join(sorted(side)) for side in effects)
    return change if change == back else f"{change}{_BACK}{back}"


def _read(told: str) -> Effects:
    change, _, back = told.partition(_BACK)
    return set(change.split(", ")), set((back or change).split(", "))


def _below(path: Key, place: str) -> Key:
    """The rest of a path below a place; nothing when it is elsewhere."""
    above = tuple(place.split("."))
    return path[len(above) :] if path[: len(above)] == above else ()


if __name__ == "__main__":
    # The collector would walk the plans that are kept again and again, for half of the time.
    gc.disable()
    leave(main(sys.argv[1:]))
