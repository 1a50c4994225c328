"""What `make restore` and `make restore-drill` can be asked for."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from scripts.recovery_points import Wanted
from scripts.run_once import WEBUI

LATEST: Final = "latest"
NONE: Final = "none"
"""A drill without files."""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the options; one that is wrong, or that goes with no other, ends the command."""
    parser = argparse.ArgumentParser(prog="python -m scripts.restore")
    parser.add_argument("--stack", required=True)
    parser.add_argument("--snapshot", help="a cluster snapshot of this database, by name or ARN")
    parser.add_argument("--time", type=_moment, help="a moment within the database's backups: 2026-11-01T12:00:00Z")
    parser.add_argument("--files", type=_files, help="a backup of the files: latest, a recovery point's ARN, a moment")
    parser.add_argument("--directory", help="where the files were then, if not where they are now: /webui")
    parser.add_argument("--app", default=WEBUI, help="whose files (default and only one: webui)")
    parser.add_argument("--drill", action="store_true", help="delete the copy once it is checked, and change nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args(arguments)
    if problem := _problem(options):
        parser.error(problem)
    return options


def _problem(options: argparse.Namespace) -> str:
    if options.snapshot and options.time:
        return "a snapshot or a moment, not both"
    if options.files and (options.snapshot or options.time):
        return "FILES restores files, SNAPSHOT and TIME the database: one of them after the other"
    if options.files == NONE and not options.drill:
        return "FILES=none is for make restore-drill"
    if options.directory and not options.files:
        return "DIRECTORY says which files: it goes with FILES=latest"
    if options.files and options.app != WEBUI:
        return (
            f"files of {options.app}: no key chooses a service's directory. Only Open WebUI's are restored (APP=webui)"
        )
    if not (options.drill or options.snapshot or options.time or options.files):
        return "say what to restore: SNAPSHOT=<name>, TIME=2026-11-01T12:00:00Z or FILES=latest"
    return ""


def _files(text: str) -> Wanted:
    if text == LATEST:
        return datetime.now(UTC)
    return text if text == NONE or text.startswith("arn:") else _moment(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no time like 2026-11-01T12:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
