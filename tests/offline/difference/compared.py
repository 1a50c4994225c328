"""Two programs, compared."""

from collections.abc import Callable, Iterable

from offline.difference import compare
from offline.difference.property_changes import PropertyChange
from offline.difference.resource_changes import Action, Difference
from offline.engine import record

Program = Callable[[], object]


def difference(before: Program, after: Program) -> Difference:
    return compare(record(before), record(after))


def told(difference: Difference) -> dict[str, Action]:
    """What happens to each resource, by its name."""
    return {change.name: change.action for change in difference.resources}


def values(changes: Iterable[PropertyChange]) -> dict[str, tuple[object, object]]:
    """Old and new of each property, by its path."""
    return {change.path: (change.old, change.new) for change in changes}
