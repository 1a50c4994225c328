"""The table of changes of one key: what is deployed before, what the stack's file says after."""

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

Config = dict[str, Any]
"""A stack's config by the short keys of the project's namespace."""

_TABLE: Final = Path(__file__).with_name("changes.yaml")
_PREFIX: Final = "webui-bedrock:"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One key that gets another value."""

    name: str
    base: str
    """The deployed stack that the change starts from."""
    ups: int
    """How often `before` is deployed on top of the base; 0 when it is the base itself."""
    before: Config
    after: Config


def bases(root: Path, account: Mapping[str, str]) -> dict[str, Config]:
    """The stacks that the changes start from, with the ids of `account` in place of $words."""
    seed = stack_file(root, "dev")
    return {name: _resolved(_laid_over(seed, more), account) for name, more in _table()["bases"].items()}


def changes(root: Path, account: Mapping[str, str]) -> list[Change]:
    """All rows of the table, in its order."""
    known = bases(root, account)
    return [_change(_resolved(row, account), known[row["base"]]) for row in _table()["changes"]]


def names() -> dict[str, str]:
    """The names of the changes in the table's order, each with its base."""
    return {row["name"]: row["base"] for row in _table()["changes"]}


def stack_file(root: Path, stack: str) -> Config:
    """The config of a tracked stack, without the region."""
    values = yaml.safe_load((root / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {key.removeprefix(_PREFIX): value for key, value in values.items() if key.startswith(_PREFIX)}


def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(_TABLE.read_text())
    return table


def _change(row: Mapping[str, Any], base: Config) -> Change:
    common = deepcopy(base)
    for key, value in row.get("with", {}).items():
        _put(common, key, value)
    before, after = deepcopy(common), deepcopy(common)
    if "from" in row:
        _put(before, row["key"], row["from"])
    _put(after, row["key"], row["to"])
    ups = 0 if before == base else row.get("ups", 1)
    return Change(name=row["name"], base=row["base"], ups=ups, before=before, after=after)


def _laid_over(below: Config, above: Mapping[str, Any]) -> Config:
    """Maps are merged, everything else is replaced."""
    merged = deepcopy(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _laid_over(under, value) if isinstance(under, dict) and isinstance(value, Mapping) else value
    return merged


def _put(config: Config, path: str, value: object) -> None:
    *maps, last = path.split(".")
    for key in maps:
        config = config.setdefault(key, {})
    if value is None:
        config.pop(last, None)
    else:
        config[last] = value


def _resolved(value: Any, account: Mapping[str, str]) -> Any:
    text = re.sub(r"\$([a-z0-9-]+)", lambda word: account[word[1]], json.dumps(value))
    return json.loads(text)
