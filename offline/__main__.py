"""`python -m offline plan --stack dev`: shows what a stack would be, without AWS and without the Pulumi CLI."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent


def main(argv: Sequence[str]) -> int:
    """Runs one command and returns the exit code: 1 with only the message when the program refuses its config."""
    parser = argparse.ArgumentParser(prog="python -m offline", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    plan = commands.add_parser("plan", help="show the stack's resources, services, routing and outputs")
    plan.add_argument("--stack", default="dev", help="name of a Pulumi.<stack>.yaml (default: dev)")
    plan.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(argv)

    # Heavy imports follow the parsing, so that --help and a wrong option answer at once.
    from pulumi import RunError

    try:
        return _plan(options.stack, as_json=options.json)
    except RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _plan(stack: str, *, as_json: bool) -> int:
    from rich.console import Console

    from offline import report
    from offline.engine import record_stack

    recording = record_stack(ROOT, stack)
    if as_json:
        print(report.as_json(recording))
        return 0
    # Without a terminal there is no width to fit; `COLUMNS` may give one.
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 120
    print(report.as_text(recording, Console(width=width, highlight=False)))
    return 0


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
