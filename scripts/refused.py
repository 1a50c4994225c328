"""What is told of a change before anything is made: that AWS would refuse it half way, and what data it loses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from offline.stack_files import short_name
from problems import Problem
from problems.command import CommandError, missing
from scripts.cloudformation.keep_names import nameless
from scripts.exported_state import ExportedState

if TYPE_CHECKING:  # It loads the SDK.
    from offline.engine.recording import Recording


CLUSTER: Final = "aws:rds/cluster:Cluster"
SUFFIX: Final = "database-suffix"
"""How the name of the number ends that a cluster's identifier ends with: another one for each restore."""


def find_refusals(root: Path, stack: str, state: ExportedState) -> Iterator[Problem]:
    """Plan the stack, offline, and compare it with the state; nothing when the program refuses its config by itself."""
    if not state.entries:
        return
    # The SDK takes a second to load: commands that plan nothing do without.
    from pulumi import RunError

    from offline.difference.deployed import lost
    from offline.difference.refusals import exported, refused
    from offline.engine import record_stack

    try:
        planned = record_stack(root, short_name(stack))
    except (RunError, CommandError):
        # The Pulumi CLI is about to say it.
        return
    yield from _unfinished_restore(state, planned)
    yield from _unmarked_names(stack, state)
    for loss in lost(state.document, planned):
        yield missing(f"DATA LOSS: {loss.what_happens}", f"Way out: {loss.way_out}", blocks=False)
    for refusal in refused(exported(state.document), planned):
        yield missing(
            f"a change that AWS finishes: {refusal.what}: {refusal.old} -> {refusal.new}",
            f"{refusal.answer} ({refusal.source})\n"
            f"Set it back to {refusal.old} in Pulumi.{short_name(stack)}.yaml, or: {refusal.way_out}",
        )


def _unmarked_names(stack: str, state: ExportedState) -> Iterator[Problem]:
    """An import records names as if the program had given them (`scripts/cloudformation/keep_names.py`)."""
    if names := nameless(state.document):
        yield missing(
            f"marks on the names of what was imported: {', '.join(names)} would be replaced",
            f"make take-over STACK={stack} marks them, and imports nothing twice",
        )


def _unfinished_restore(state: ExportedState, planned: Recording) -> Iterator[Problem]:
    """A restore that failed has numbered a new cluster; without a snapshot the next `up` would make that one empty."""
    clusters = [resource for resource in state.resources() if resource.type == CLUSTER]
    numbers = {r.entry.get("outputs", {}).get("hex") for r in state.resources() if r.name.endswith(SUFFIX)}
    wanted = [cluster for cluster in planned.resources if cluster.type == CLUSTER]
    for cluster in clusters:
        identifier = str(cluster.inputs.get("clusterIdentifier"))
        kept = not numbers or identifier.rpartition("-")[2] in numbers
        if not kept and wanted and not wanted[0].inputs.get("snapshotIdentifier"):
            yield missing(
                f"database.snapshotIdentifier: a restore has failed, and without a snapshot {identifier} would be "
                "replaced by an empty database",
                "Name the snapshot once more, or, to go on with what the database has now, a new one of it:\n"
                f"aws rds create-db-cluster-snapshot --db-cluster-identifier {identifier} "
                f"--db-cluster-snapshot-identifier {identifier}-kept",
            )
