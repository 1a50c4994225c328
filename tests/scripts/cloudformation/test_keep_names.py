"""Imported load balancers, target groups and policies keep their names; nothing else in the state changes."""

import copy
import json
from pathlib import Path
from typing import Any

from scripts.cloudformation import keep_names

BALANCER = {"type": "aws:lb/loadBalancer:LoadBalancer", "inputs": {"__defaults": [], "name": "old-alb"}}
CLUSTER = {"type": "aws:ecs/cluster:Cluster", "inputs": {"__defaults": [], "name": "old-cluster"}}
COMPONENT = {"type": "webui-bedrock:compute:Cluster"}


def state(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"version": 3, "deployment": {"resources": copy.deepcopy(list(resources))}}


def test_a_name_becomes_a_default_where_the_program_gives_none() -> None:
    before = state(BALANCER, CLUSTER, COMPONENT)
    assert keep_names.keep_names(before) == ["old-alb"]
    kept = {"type": BALANCER["type"], "inputs": {"__defaults": ["name"], "name": "old-alb"}}
    assert before == state(kept, CLUSTER, COMPONENT)


def test_a_second_time_changes_nothing() -> None:
    before = state(BALANCER)
    keep_names.keep_names(before)
    after = copy.deepcopy(before)
    assert keep_names.keep_names(after) == []
    assert after == before


def test_other_defaults_stay() -> None:
    before = state({"type": BALANCER["type"], "inputs": {"__defaults": ["idleTimeout"], "name": "old-alb"}})
    keep_names.keep_names(before)
    assert before["deployment"]["resources"][0]["inputs"]["__defaults"] == ["idleTimeout", "name"]


def test_the_file_is_changed_in_place(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text(json.dumps(state(BALANCER)))
    assert keep_names.main([str(path)]) == 0
    assert json.loads(path.read_text())["deployment"]["resources"][0]["inputs"]["__defaults"] == ["name"]


def test_a_stack_without_resources_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text('{"version": 3, "deployment": {}}')
    assert keep_names.main([str(path)]) == 0
