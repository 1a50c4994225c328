"""Every file in examples/ is a stack that plans, is priced, keeps the policies, and warns of nothing."""

from pathlib import Path
from typing import Any

import pytest

from offline import cost
from offline.engine import record
from offline.engine.recording import Recording
from offline.plan.sections import policy
from offline.stack_files import encode, project_name, read
from tests.support.program import ROOT, apps

FILES = sorted((ROOT / "examples").glob("Pulumi.*.yaml"))
SHOWS: dict[str, list[str]] = {
    "companions": ["docling", "gateway", "mcpo", "pipelines", "playwright", "prices", "searxng", "webui"],
    "umbc": ["gateway", "webui"],
    "stdapi": ["playwright", "searxng", "stdapi", "webui"],
    **{name: ["gateway", "webui"] for name in ("cognito", "entra", "google", "okta")},
    "helm": ["gateway", "pipelines", "tika", "webui"],
}
"""What runs in each."""


def planned(file: Path) -> Recording:
    values: dict[str, Any] = dict(read(file)["config"])
    project = project_name(ROOT)
    return record(ROOT / "__main__.py", config=encode(values, project), project=project)


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
