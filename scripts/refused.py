"""Whether AWS would refuse, half way, what the program wants of a stack that runs; told before anything is made."""

from collections.abc import Iterator
from pathlib import Path

from scripts.exported_state import ExportedState
from scripts.findings import Finding


def find_refusals(root: Path, stack: str, state: ExportedState) -> Iterator[Finding]:
    """Plan the stack, offline, and compare it with the state; nothing when the program refuses its config by itself."""
    if not state.entries:
        return
    # The SDK takes a second to load: commands that plan nothing do without.
    from pulumi import RunError

    from offline.difference.refusals import exported, refused
    from offline.engine import record_stack

    try:
        planned = record_stack(root, stack.rpartition("/")[2])
    except RunError:
        # The Pulumi CLI is about to say it.
        return
    for refusal in refused(exported(state.document), planned):
        yield Finding(
            f"a change that AWS finishes: {refusal.what}: {refusal.old} -> {refusal.new}",
            f"{refusal.answer} ({refusal.source})\n"
            f"Set it back to {refusal.old} in Pulumi.{stack.rpartition('/')[2]}.yaml, or: {refusal.way_out}",
        )
