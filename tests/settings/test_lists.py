"""No list of a stack's file takes an item twice, but the words of a command."""

from collections.abc import Iterator
from copy import deepcopy
from functools import reduce
from operator import getitem
from typing import Any

import pytest

from offline.stack_files import read
from problems import Path, key_of
from tests.settings.samples import FULL, problems
from tests.support.examples import FILES

WORDS = {"args", "command", "entryPoint", "healthCommand"}


def lists(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of all lists with something in them."""
    if isinstance(value, list) and value:
        yield path
    for key, below in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from lists(below, (*path, key))


VALID = [FULL, *({key.partition(":")[2]: value for key, value in read(file)["config"].items()} for file in FILES)]
CASES = {key_of(path): (config, path) for config in VALID for path in lists(config)}


@pytest.mark.parametrize("key", CASES)
def test_an_item_twice_is_refused_unless_it_is_a_word(key: str) -> None:
    config, path = CASES[key]
    twice = deepcopy(config)
    items: list[Any] = reduce(getitem, path, twice)  # type: ignore[arg-type]
    items.append(items[-1])
    told = {problem.path for problem in problems(twice)} - {problem.path for problem in problems(config)}
    assert any(found[: len(path)] == path for found in told) is (path[-1] not in WORDS)
