"""What a preview would destroy: reads the events that the Pulumi CLI logs, one JSON object a line."""

import json
from collections.abc import Iterable

from offline.difference.losses import HOLDS_DATA, SHOWS_DATA

WATCHED = {**HOLDS_DATA, **SHOWS_DATA}
DESTROYING = {"delete", "replace"}
"""Operations after which the resource that is there now is gone; a replacement's other steps come with `replace`."""


def find_losses(events: Iterable[str]) -> list[str]:
    """Give a line for every resource that holds or shows data and would be deleted or replaced."""
    losses = {}
    for line in events:
        planned = json.loads(line).get("resourcePreEvent", {}).get("metadata", {})
        if planned.get("op") in DESTROYING and planned.get("type") in WATCHED:
            operation = "deleted" if planned["op"] == "delete" else "replaced"
            name = planned["urn"].rpartition("::")[2]
            losses[planned["urn"]] = f"{planned['type']} `{name}` would be {operation}: {WATCHED[planned['type']]}"
    return list(losses.values())
