"""Every setting arrives: what a stack's file says stands in the resource that it is for."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from offline.cost import estimate
from offline.engine.recording import Recording
from scripts.config_effects import COMMON, PLACES, groups
from scripts.config_table import keys
from settings.schema import schema_at

ROWS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("arrivals.yaml").read_text())
GROUPS = {key: group for group in groups() for key in group.changes}


def test_every_key_of_the_settings_has_a_row() -> None:
    assert sorted(ROWS) == sorted(keys())


def test_no_value_that_has_to_arrive_is_the_default() -> None:
    for key, group in GROUPS.items():
        for section in PLACES.values() if key.startswith(COMMON) else [""]:
            setting = schema_at(tuple(key.replace(COMMON, section).split(".")))
            assert setting is not None, key
            assert group.changes[key] != setting.get("default"), key


@pytest.mark.parametrize("key", ROWS)
def test_a_setting_arrives(key: str) -> None:
    group = GROUPS[key]
    _, recording = group.plans(*group.changes)
    arrived = dict(expected(key, group.changes[key]))
    assert {place: at(recording, place) for place in arrived} == arrived, f"{key} is lost on its way"


def expected(key: str, configured: object) -> Iterator[tuple[str, object]]:
    """Places, and what has to stand there."""
    row = ROWS[key]
    places = row if isinstance(row, dict) else dict.fromkeys(row if isinstance(row, list) else [row], configured)
    for app in PLACES if key.startswith(COMMON) else [""]:
        yield from ((place.replace("{app}", app), value) for place, value in places.items())


def at(recording: Recording, place: str) -> object:
    """What stands at a place; `gone` when the resource or the property does not exist."""
    kind, name, *path = place.split(" ")
    if kind == "cost":
        return {line.part: round(getattr(line, path[0]), 2) for line in estimate(recording).lines}.get(name, "gone")
    found = next((one for one in recording.resources if one.name == name and one.short_type == kind), None)
    if found is None or not path:
        return "there" if found else "gone"
    value: Any = {**found.inputs, "protect": found.protect}
    for segment in path[0].split("."):
        value = inside(json.loads(value) if isinstance(value, str) else value, segment)
    return value


def inside(value: Any, segment: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(segment, "gone")
    if segment.isdigit():
        return value[int(segment)]
    return next((item for item in value if segment in {item.get("name"), item.get("Sid")}), {})
