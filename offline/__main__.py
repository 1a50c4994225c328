"""`python -m offline plan --stack dev`: shows what a stack would be, without AWS and without the Pulumi CLI."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent

DATA_LOSS = 3
"""Exit code for a difference that loses data, with `--fail-on-data-loss`."""


def main(argv: Sequence[str]) -> int:
    """Runs one command and returns the exit code: 1 with only the message when the program refuses its config."""
    parser = argparse.ArgumentParser(prog="python -m offline", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    plan = commands.add_parser("plan", help="show the stack's resources, services, routing and outputs")
    plan.add_argument("--stack", default="dev", help="name of a Pulumi.<stack>.yaml (default: dev)")
    plan.add_argument("--json", action="store_true", help="print JSON")
    plan.add_argument("--base", metavar="REF", default="", help="show only what differs from this git revision")
    plan.add_argument(
        "--fail-on-data-loss", action="store_true", help=f"with --base: exit with {DATA_LOSS} when data is lost"
    )
    options = parser.parse_args(argv)

    # Heavy imports follow the parsing, so that --help and a wrong option answer at once.
    from pulumi import RunError

    try:
        if options.base:
            loses = _difference(options.stack, options.base, as_json=options.json)
            return DATA_LOSS if loses and options.fail_on_data_loss else 0
        return _plan(options.stack, as_json=options.json)
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _plan(stack: str, *, as_json: bool) -> int:
    from rich.console import Console

    from offline import report
    from offline.engine import record_stack
    from offline.progress import progress
    from offline.sections import policy

    with progress(f"Planning stack {stack}"):
        recording = record_stack(ROOT, stack)
    refused = policy.mandatory(recording)
    if as_json:
        print(report.as_json(recording))
        return 1 if refused else 0
    # Without a terminal there is no width to fit; `COLUMNS` may give one.
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 120
    print(report.as_text(recording, Console(width=width, highlight=False)))
    if refused:
        print(f"error: the stack breaks {len(refused)} mandatory policies, see Policy above", file=sys.stderr)
    return 1 if refused else 0


def _difference(stack: str, ref: str, *, as_json: bool) -> bool:
    """Prints what differs from the revision `ref`, and tells whether data is lost."""
    from rich.console import Console

    from offline import revisions
    from offline.difference import compare
    from offline.progress import progress
    from offline.sections import difference as section

    base = revisions.describe(ROOT, ref)
    with progress(f"Planning stack {stack}, and as it is at {ref}"):
        difference = compare(*revisions.record_revisions(ROOT, ref, stack))
    if as_json:
        print(section.as_json(difference, base))
    else:
        changed = " with uncommitted changes" if revisions.has_local_changes(ROOT) else ""
        console = Console(highlight=False, soft_wrap=True)
        console.print(f"{difference.project}, stack {stack}: from {base}\nto the working tree{changed}\n", markup=False)
        console.print(section.render(difference))
    return bool(difference.data_losses)


def _run() -> NoReturn:
    # The garbage collector and the interpreter's shutdown would walk the SDK's classes: half of the whole time.
    gc.disable()
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as `head`, has had enough
        code = 1
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _run()
