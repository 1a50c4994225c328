"""Imported load balancers, target groups and policies keep their names; nothing else in the state changes."""

from copy import deepcopy
from typing import Any

import pytest

from scripts.cloudformation.keep_names import keep_names, nameless

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
    before: tuple[Any, ...], after: tuple[Any, ...], kept: list[str]
) -> None:
    changed = deepcopy(state(*before))
    assert nameless(changed) == kept
    assert changed == state(*before)
    assert keep_names(changed) == kept
    assert changed == state(*after)
    assert nameless(changed) == []
