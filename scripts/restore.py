"""Restore a stack's database or files: a copy beside what runs, checked, then the stack's own. A drill only checks.

Exit status: 0 what was restored runs (drill: the copies are good), 1 what was there before runs, 2 what was restored is
the stack's and `make up` has to be called again, 3 it cannot be told.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from health.aws import AWS_ERRORS
from health.deployed import Deployed
from problems import Path as KeyPath
from problems import Problem, Set
from problems.command import CommandError, command, lacking, leave, missing, require
from problems.telling import make_command
from scripts import restore_files, restore_options, stack, stack_file, verify
from scripts.database_copy import Cluster, Source, copied, find_cluster, keep
from scripts.deployed import read_deployed
from scripts.restore_options import NONE
from scripts.restored_check import HOST, check
from scripts.run_once import WEBUI, Finding
from scripts.stack_file import StackFile

OLD, BETWEEN, CANNOT_TELL = 1, 2, 3

SNAPSHOT: Final[KeyPath] = ("database", "snapshotIdentifier")
PASSWORD: Final = "DATABASE_PASSWORD"  # noqa: S105  (a variable's name)
WAIT: Final = 1800


@command(failed=OLD)
def main(arguments: Sequence[str], root: Path = stack_file.ROOT) -> int:
    """Restore into a copy, check it, and unless it is a drill let the stack have what was checked."""
    options = restore_options.parse(arguments)
    deployed = read_deployed("restore", options.stack, root)
    if options.drill:
        return _drill(deployed, options, root)
    if options.files:
        return restore_files.restore(deployed, options.files, options.directory, root, ask=not options.yes)
    return _restore(deployed, options, root)


def _drill(deployed: Deployed, options: argparse.Namespace, root: Path) -> int:
    """Of database and files, or of what is named."""
    only_files = options.files not in (None, NONE)
    only_database = bool(options.files == NONE or options.snapshot or options.time)
    status = 0
    # Where SQLite keeps the database, it is a file.
    if only_database or (not only_files and _served(deployed)):
        status = _restore(deployed, options, root)
    if not only_database:
        status = restore_files.drill(deployed, options.files or datetime.now(UTC), options.directory) or status
    return status


def _restore(deployed: Deployed, options: argparse.Namespace, root: Path) -> int:
    """The database."""
    running = _running(deployed)
    require(_in_the_way(deployed, running, stack_file.read(root, options.stack), drill=options.drill))
    source = Source(snapshot=options.snapshot, time=options.time)
    name = running["DBClusterIdentifier"]
    print(f"Restoring {source} of {name} into a copy beside it.", file=sys.stderr)
    with copied(deployed.aws, running, source, _password(deployed)) as copy:
        kept = None if options.drill else options.snapshot or _keep(deployed, copy, name)
        finding = check(deployed, copy, running)
    for line in finding.lines:
        print(line)
    if options.drill or not finding.good:
        return _told(finding, name, kept)
    return _switch(deployed, running, str(kept), root, ask=not options.yes)


def _running(deployed: Deployed) -> Cluster:
    """The database that Open WebUI works with. Raises MissingError."""
    host = _served(deployed)
    if not host:
        raise lacking(
            f"a database that {deployed.stack} has made",
            "It keeps SQLite on the file system, or names a database that exists: restore that where it is managed.",
        )
    cluster = find_cluster(deployed.aws, host)
    if cluster is None:
        raise lacking(f"the database of {deployed.stack}: RDS has no cluster at {host}", "Look: make verify, make up.")
    return cluster


def _webui(deployed: Deployed, kind: str, revision: str = "") -> Mapping[str, str]:
    """Open WebUI's `environment`, or its `secrets` with their ARNs, as registered last or in another revision."""
    containers = deployed.containers(revision or deployed.task_definitions[WEBUI])
    entries = next(container.get(kind, []) for container in containers if container["name"] == WEBUI)
    return {entry["name"]: entry.get("value", entry.get("valueFrom")) for entry in entries}


def _in_the_way(deployed: Deployed, running: Cluster, config: StackFile, *, drill: bool) -> Iterator[Problem]:
    by_token = PASSWORD not in _webui(deployed, "secrets")
    protected = bool(running.get("DeletionProtection")) or str(config.get("protect")).lower() == "true"
    unkept = (config.get("database") or {}).get("finalSnapshot") is False
    first: tuple[tuple[bool, str, Set], ...] = (
        (
            by_token,
            "a login with a password: a token of IAM opens the running database only",
            Set(("database", "authentication"), "password"),
        ),
        (
            protected and not drill,
            f"the release of {deployed.stack}'s protection: the database is replaced",
            Set(("protect",), False),
        ),
        (
            unkept and not drill,
            "a final snapshot, which is what stays of the database that runs",
            Set(("database", "finalSnapshot"), True),
        ),
    )
    for applies, what, change in first:
        if applies:
            steps = f"{make_command(change, deployed.stack, deployed.project)}\nmake up STACK={deployed.stack}"
            yield missing(what, steps)


def _password(deployed: Deployed) -> str:
    """The one that Open WebUI's tasks read. Raises one of AWS_ERRORS."""
    # An ARN has seven parts; after them stand a key of JSON, a stage and a version (ECS).
    parts = _webui(deployed, "secrets")[PASSWORD].split(":")
    arn, key = ":".join(parts[:7]), "".join(parts[7:8])
    value = str(deployed.aws.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
    return str(json.loads(value)[key]) if key else value


def _keep(deployed: Deployed, copy: Cluster, name: str) -> str:
    """Before Open WebUI migrates the copy: what is restored is what was there."""
    snapshot = f"{name}-restored-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    print(f"Keeping the copy as snapshot {snapshot}.", file=sys.stderr)
    keep(deployed.aws, copy, snapshot)
    return snapshot


def _told(finding: Finding, name: str, kept: str | None) -> int:
    if finding.good:
        print(f"The copy of {name} is good. Nothing was changed.")
        return 0
    print(f"The copy of {name} cannot take its place. {name} runs on; nothing was changed.")
    if kept:
        print(f"What was restored is in snapshot {kept}.")
    return OLD


def _switch(deployed: Deployed, running: Cluster, snapshot: str, root: Path, *, ask: bool) -> int:
    """Let the stack's file name the snapshot, and deploy it."""
    name, call = running["DBClusterIdentifier"], ["--stack", deployed.stack]
    if ask and not _confirmed(name, snapshot):
        raise CommandError(f"{name} runs on; nothing was changed. Snapshot {snapshot} stays.")
    path = f"{deployed.project}:{'.'.join(map(str, SNAPSHOT))}"
    if stack.main(["pulumi", *call, "--", "config", "set", "--path", path, snapshot], root):
        raise CommandError(f"The stack's file could not be changed. {name} runs on.")
    # Twice: the provider turns on only then what RestoreDBClusterFromSnapshot leaves out.
    failed = any(stack.main(["up", *call, "--yes", "--", "--skip-preview"], root) for _ in range(2))
    try:
        now = read_deployed("restore", deployed.stack, root)
        served, old_is_there = _served(now), find_cluster(now.aws, running["Endpoint"]) is not None
    except (CommandError, *AWS_ERRORS) as error:
        print(f"Which database runs cannot be told: {error}")
        return CANNOT_TELL
    if served == running["Endpoint"] and old_is_there:
        print(f"{name} runs on, as before. The stack's file names {snapshot}: `make up` tries once more.")
        print("Leave the key in until one has ended well.")
        return OLD
    print(f"The restored database is the stack's. What {name} had last is in {name}-final.")
    if failed or verify.main([*call, "--wait", str(WAIT)], root):
        print("Not everything is in place yet: call `make up` again.")
        return BETWEEN
    print(f"Back to it: make restore STACK={deployed.stack} SNAPSHOT={name}-final")
    return 0


def _served(deployed: Deployed) -> str:
    """The host of the database that Open WebUI's service works with, whatever the stack has registered."""
    names = {"cluster": deployed.cluster, "services": [deployed.service_names[WEBUI]]}
    service = deployed.aws.client("ecs").describe_services(**names)["services"][0]
    return _webui(deployed, "environment", service["taskDefinition"]).get(HOST, "")


def _confirmed(name: str, snapshot: str) -> bool:
    if not sys.stdin.isatty():
        raise CommandError(f"Switching needs a terminal to confirm on, or YES=1. Snapshot {snapshot} stays.")
    print(f"The stack gets a new database from {snapshot}. What people write until then stays in {name}-final only.")
    return input("Switch? [y/N] ").strip().lower() in ("y", "yes")


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
