"""Whether AWS would refuse, half way, what the program wants of a stack that runs; told before anything is made."""

from collections.abc import Iterator
from pathlib import Path

from offline.stack_files import short_name
from problems import Problem
from problems.command import CommandError, missing
from scripts.exported_state import ExportedState


def find_refusals(root: Path, stack: str, state: ExportedState) -> Iterator[Problem]:
    """Plan the stack, offline, and compare it with the state; nothing when the program refuses its config by itself."""
    if not state.entries:
        return
    # The SDK takes a second to load: commands that plan nothing do without.
    from pulumi import RunError

    from offline.difference.refusals import exported, refused
    from offline.engine import record_stack

    try:
        planned = record_stack(root, short_name(stack))
    except (RunError, CommandError):
        # The Pulumi CLI is about to say it.
        return
    for refusal in refused(exported(state.document), planned):
        yield missing(
            f"a change that AWS finishes: {refusal.what}: {refusal.old} -> {refusal.new}",
            f"{refusal.answer} ({refusal.source})\n"
            f"Set it back to {refusal.old} in Pulumi.{short_name(stack)}.yaml, or: {refusal.way_out}",
        )
