"""Every file in examples/ is a stack that plans, is priced, keeps the policies, and warns of nothing."""

from collections import defaultdict
from pathlib import Path

import pytest

from offline import cost
from offline.plan.sections import policy
from tests import inventories
from tests.support.examples import FILES, for_whom, planned, with_cost
from tests.support.program import apps

SHOWS: defaultdict[str, list[str]] = defaultdict(
    lambda: ["gateway", "webui"],
    {
        "companions": ["docling", "gateway", "mcpo", "pipelines", "playwright", "prices", "searxng", "webui"],
        "helm": ["gateway", "pipelines", "tika", "webui"],
        "own-service": ["gateway", "webui", "wiki"],
        "stdapi": ["playwright", "searxng", "stdapi", "webui"],
    },
)
"""What runs in each."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_an_example_plans_is_priced_and_keeps_the_policies(file: Path) -> None:
    recording = planned(file)
    assert apps(recording) == SHOWS[file.name.split(".")[1]]
    assert policy.mandatory(recording) == []
    assert cost.estimate(recording).total.at_min > 0


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_an_example_has_a_second_look_at_nothing(file: Path) -> None:
    told = [text for level, text in planned(file).log if level == "warning"]
    assert told == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_head_of_an_example_says_for_whom_it_is_and_what_it_costs(file: Path) -> None:
    assert for_whom(file)
    assert file.read_text(encoding="utf-8") == with_cost(file), inventories.advice(file)
