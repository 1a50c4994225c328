"""What single inputs promise, component by component: the table in promises.yaml."""

from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import yaml

from offline.engine.recording import Recording, Resource
from tests.support.component_variants import recorded

PROMISES = yaml.safe_load(Path(__file__).with_name("promises.yaml").read_text())


def resources(recording: Recording, words: str) -> list[Resource]:
    """Those of a type, or the one of a type and name."""
    kind, _, name = words.partition(" ")
    return [one for one in recording.resources if one.short_type == kind and name in {"", one.name}]


def at(inputs: Any, path: str) -> Any:
    """The value under a path such as `rules.0.status`; None where there is none."""

    def step(value: Any, key: str) -> Any:
        return value[int(key)] if isinstance(value, list) else (value or {}).get(key)

    return reduce(step, path.split("."), inputs)


@pytest.mark.parametrize("promise", PROMISES, ids=list(PROMISES))
def test_promised(promise: str) -> None:
    for variant, of_resources in PROMISES[promise].items():
        for words, properties in of_resources.items():
            chosen = resources(recorded(variant), words)
            assert chosen, f"{variant}: no {words}"
            for one in chosen:
                assert {path: at(one.inputs, path) for path in properties} == properties, f"{variant}: {one}"
