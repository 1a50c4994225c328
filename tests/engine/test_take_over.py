"""A state as an import leaves it: `make up` would replace what has a name in it, until `make take-over` marks them."""

import json
from collections.abc import Callable

import pytest

from scripts.cloudformation.keep_names import AUTO_NAMED
from tests.engine.stage import STACK, Stage

pytestmark = pytest.mark.engine

BALANCER = "lb.LoadBalancer load-balancer-alb"


def test_names_that_an_import_has_left_unmarked_are_kept(fork: Callable[[str], Stage]) -> None:
    stage = fork("sqlite")
    file = stage.folder / "state.json"
    exported = stage.pulumi("stack", "export", "--stack", STACK, "--file", str(file))
    assert exported.ok, exported.text
    state = json.loads(file.read_text())
    for resource in state["deployment"]["resources"]:
        if resource["type"] in AUTO_NAMED:
            resource["inputs"]["__defaults"] = []
            resource["inputs"].pop("__name_key", None)
    file.write_text(json.dumps(state))
    unmarked = stage.pulumi("stack", "import", "--stack", STACK, "--file", str(file))
    assert unmarked.ok, unmarked.text
    assert BALANCER in stage.preview().done["replaced"]
    refused = stage.make("up", "--skip-preview")
    assert not refused.ok
    assert "would be replaced" in refused.text
    assert f"make take-over STACK={STACK}" in refused.text
    marked = stage.script("take_over")
    assert marked.ok, marked.text
    again = stage.up("--expect-no-changes")
    assert again.ok, again.text
