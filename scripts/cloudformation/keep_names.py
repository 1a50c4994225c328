"""Let imported resources keep their names in an exported state.

An import records a resource's name as if the program had given it. This program gives none to what Pulumi names by
itself, so the next `up` would replace the load balancer for the sake of a new name (pulumi/pulumi#9210). Marked as a
default, as after a creation, the name stays.
"""

import argparse
import copy
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from problems.command import CommandError, command, lacking, leave

AUTO_NAMED = {
    "aws:appautoscaling/policy:Policy",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/targetGroup:TargetGroup",
}
"""Types that are imported and that the program leaves the naming of to Pulumi."""

EXPORT = 'Export it: make pulumi ARGS="stack export --file state.json"'

DEFAULTS = "__defaults"
"""Where the Terraform bridge notes in a resource's inputs which of them nobody has given."""


@command()
def main(arguments: Sequence[str]) -> int:
    """Change the file in place and tell what was changed."""
    parser = argparse.ArgumentParser(prog="python -m scripts.cloudformation.keep_names", description=__doc__)
    parser.add_argument("state", type=Path, help="a stack's state, as `pulumi stack export` writes it")
    path = parser.parse_args(arguments).state
    state = _read(path)
    kept = keep_names(state)
    path.write_text(json.dumps(state, indent=4) + "\n", encoding="utf-8")
    for name in kept:
        print(f"keeps its name: {name}")
    print(f"{len(kept)} changed in {path}.")
    return 0


def _read(path: Path) -> dict[str, Any]:
    """The state. Raises CommandError when the file holds none."""
    if not path.is_file():
        named = path if path.name else "STATE=<file>"
        raise lacking(f"the exported state {named}", f"{EXPORT}, then: make keep-names STATE=state.json")
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        keep_names(copy.deepcopy(state))
    except (ValueError, AttributeError, LookupError, TypeError):
        raise CommandError(f"{path} holds no stack's state. {EXPORT}") from None
    return dict(state)


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


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
