"""Imported load balancers, target groups and policies keep their names; nothing else in the state changes."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.cloudformation import keep_names

BALANCER = {"type": "aws:lb/loadBalancer:LoadBalancer", "inputs": {"__defaults": [], "name": "old-alb"}}
CLUSTER = {"type": "aws:ecs/cluster:Cluster", "inputs": {"__defaults": [], "name": "old-cluster"}}
COMPONENT = {"type": "webui-bedrock:compute:Cluster"}


def state(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"version": 3, "deployment": {"resources": list(resources)} if resources else {}}


def balancer(*defaults: str) -> dict[str, Any]:
    return {"type": BALANCER["type"], "inputs": {"__defaults": [*defaults], "name": "old-alb"}}


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ((BALANCER, CLUSTER, COMPONENT), (balancer("name"), CLUSTER, COMPONENT), ["old-alb"]),
        ((balancer("name"),), (balancer("name"),), []),
        ((balancer("idleTimeout"),), (balancer("idleTimeout", "name"),), ["old-alb"]),
        ((), (), []),
    ],
    ids=["a name that the program does not give", "a second time", "other defaults stay", "no resources"],
)
def test_a_name_becomes_a_default_where_the_program_gives_none(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    before: tuple[Any, ...],
    after: tuple[Any, ...],
    kept: list[str],
) -> None:
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state(*before)))
    assert keep_names.main([str(file)]) == 0
    assert json.loads(file.read_text()) == state(*after)
    assert capsys.readouterr().out.splitlines()[:-1] == [f"keeps its name: {name}" for name in kept]


@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", "{}", '{"deployment": 3}', '{"deployment": {"resources": [{}]}}']
)
def test_a_file_that_holds_no_state_is_told_with_the_command_that_writes_one_and_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None
) -> None:
    file = tmp_path / "state.json"
    if text is not None:
        file.write_text(text)
    assert keep_names.main([str(file)]) == 1
    assert 'make pulumi ARGS="stack export --file state.json"' in capsys.readouterr().err
    assert text is None or file.read_text() == text


def test_no_file_at_all_is_told_by_what_names_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert keep_names.main([""]) == 1
    assert "missing: the exported state STATE=<file>\n" in capsys.readouterr().err
