"""What differs between two recordings of a stack, and what AWS makes of it: `compare` finds it, `render` tells it.

Reads recordings only: it may import the engine, and nobody in `offline` imports it. `scripts` reads the tables in
`losses` without the Pulumi SDK, so nothing is loaded before it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offline.difference.resource_changes import Difference
    from offline.engine import Recording


def compare(old: Recording, new: Recording) -> Difference:
    """The way from `old` to `new`, two runs that were no previews."""
    from offline.difference.resource_changes import difference_between

    return difference_between(old, new)
