"""Let imported resources keep their names in an exported state.

An import records a resource's name as if the program had given it. This program gives none to what Pulumi names by
itself, so the next `up` would replace the load balancer for the sake of a new name (pulumi/pulumi#9210). Marked as a
default, as after a creation, the name stays.
"""

import copy
from collections.abc import Mapping
from typing import Any

AUTO_NAMED = {
    "aws:appautoscaling/policy:Policy",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/targetGroup:TargetGroup",
}
"""Types that are imported and that the program leaves the naming of to Pulumi."""

DEFAULTS = "__defaults"
"""Where the Terraform bridge notes in a resource's inputs which of them nobody has given."""


def keep_names(state: dict[str, Any]) -> list[str]:
    """Mark the names of imported resources as defaults in a state as `pulumi stack export` writes it; give them."""
    kept = []
    for resource in state["deployment"].get("resources", []):
        inputs = resource.get("inputs", {})
        defaults = inputs.get(DEFAULTS, [])
        if resource["type"] in AUTO_NAMED and "name" in inputs and "name" not in defaults:
            inputs[DEFAULTS] = [*defaults, "name"]
            kept.append(str(inputs["name"]))
    return kept


def nameless(state: Mapping[str, Any]) -> list[str]:
    """The names that an import has left unmarked: the next `up` would replace what has them."""
    return keep_names(copy.deepcopy(dict(state)))
