"""Whatever is thrown at the parser, nothing but a SettingsError comes out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import settings
from tests.settings.samples import FULL, problems

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
PATHS = [(key,) for key in FULL] + [
    (key, inner) for key, section in FULL.items() if isinstance(section, dict) for inner in section
]


def _fails_only_as_settings_error(raw: dict[str, Any]) -> None:
    found: settings.SettingsError | None = None
    try:
        settings.warnings(settings.parse(raw))
    except settings.SettingsError as error:
        found = error
    if found:
        assert found.problems
        printed = str(found).split("\n")
        assert len(printed) == len(found.problems) + 1
        assert all(line.isprintable() for line in printed)


@given(st.dictionaries(st.sampled_from([*FULL, "x"]) | st.text(max_size=5), ANYTHING, max_size=4))
@hypothesis_settings(max_examples=40, deadline=None, derandomize=True)
def test_junk_fails_as_a_settings_error_and_nothing_else(raw: dict[str, Any]) -> None:
    _fails_only_as_settings_error(raw)


@given(st.lists(st.tuples(st.sampled_from(PATHS), ANYTHING), min_size=1, max_size=3))
@hypothesis_settings(max_examples=40, deadline=None, derandomize=True)
def test_junk_in_a_valid_configuration_fails_as_a_settings_error(junk: list[tuple[tuple[str, ...], Any]]) -> None:
    raw = FULL
    for path, value in junk:
        head, *rest = path
        raw = {**raw, head: {**FULL[head], rest[0]: value} if rest else value}
    _fails_only_as_settings_error(raw)


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [leaf for key, item in inner for leaf in _leaves(item, (*path, key))] or [path]


def _replaced(value: Any, path: tuple[Any, ...], new: object) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("leaf", _leaves(FULL), ids=str)
def test_any_one_value_of_the_wrong_type_is_refused(leaf: tuple[str | int, ...]) -> None:
    for wrong in ({"a": 1}, [[1]], None):
        raw = _replaced(FULL, leaf, wrong)
        if isinstance(raw.get("gateway"), dict):
            assert problems(raw), (leaf, wrong)
