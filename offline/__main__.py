"""`python -m offline plan --stack dev`: shows what a stack would be, without AWS and without the Pulumi CLI."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from problems.command import command, leave

ROOT = Path(__file__).resolve().parent.parent

DATA_LOSS = 3
"""Exit code for a difference that loses data or puts it out of sight, with `--fail-on-data-loss`."""

REFUSED = 4
"""Exit code for a difference that AWS does not finish, with `--fail-on-refusal`."""


@command()
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
    plan.add_argument(
        "--fail-on-refusal", action="store_true", help=f"with --base: exit with {REFUSED} when AWS would refuse"
    )
    commands.add_parser("diagram", help="draw the diagrams of the dev stack in docs/architecture.md anew")
    bench = commands.add_parser("bench", help="measure time and memory of plans as services are added")
    bench.add_argument("--sizes", type=int, nargs="+", default=[2, 10, 50, 200], help="numbers of services")
    bench.add_argument("--runs", type=int, default=3, help="runs of each, of which the median counts")
    options = parser.parse_args(argv)

    # Heavy imports follow the parsing, so that --help and a wrong option answer at once.
    if options.command == "diagram":
        return _draw()
    if options.command == "bench":
        return _bench(options)
    if options.base:
        return _difference(options)
    return _plan(options.stack, as_json=options.json)


def _plan(stack: str, *, as_json: bool) -> int:
    from rich.console import Console

    from offline import plan
    from offline.engine import record_stack
    from offline.plan.sections import policy

    with Console(stderr=True).status(f"Planning stack {stack}"):
        recording = record_stack(ROOT, stack)
    refused = policy.mandatory(recording)
    if as_json:
        print(plan.as_json(recording))
        return 1 if refused else 0
    # Without a terminal there is no width to fit; `COLUMNS` may give one.
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 120
    print(plan.as_text(recording, Console(width=width, highlight=False)))
    if refused:
        print(f"error: the stack breaks {len(refused)} mandatory rules, see Policy above", file=sys.stderr)
    return 1 if refused else 0


def _difference(options: argparse.Namespace) -> int:
    """Prints what differs from the revision `base`; the exit code tells what is refused or lost, where asked."""
    from rich.console import Console

    from offline import cost, plan
    from offline.cost import change
    from offline.difference import compare, revisions
    from offline.difference import render as section
    from offline.stack_files import short_name

    base = revisions.describe(ROOT, options.base)
    with Console(stderr=True).status(f"Planning stack {options.stack}, and as it is at {options.base}"):
        both = revisions.record_revisions(ROOT, options.base, short_name(options.stack))
        difference = compare(*both)
    bill = change.compare(*map(cost.estimate, both))
    if options.json:
        print(section.as_json(difference, base, cost=change.facts(bill)))
    else:
        changed = " with uncommitted changes" if revisions.has_local_changes(ROOT) else ""
        console = Console(highlight=False, soft_wrap=True)
        console.print(f"{difference.project}, stack {difference.stack}: {plan.verdict(both[1])}", markup=False)
        console.print(f"from {base}\nto the working tree{changed}\n", markup=False)
        console.print(change.render(bill))
        console.print()
        console.print(section.render(difference))
    if difference.refusals and options.fail_on_refusal:
        return REFUSED
    lost = difference.data_losses or difference.out_of_sight
    return DATA_LOSS if lost and options.fail_on_data_loss else 0


def _draw() -> int:
    from offline import diagram
    from offline.engine import record_stack

    document = ROOT / "docs" / "architecture.md"
    changed = diagram.write(document, record_stack(ROOT, "dev"))
    print(f"{document.relative_to(ROOT)}: {'drawn anew' if changed else 'up to date'}")
    return 0


def _bench(options: argparse.Namespace) -> int:
    from rich.console import Console

    from offline import bench

    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False)
    bench.run(console, sizes=options.sizes, runs=options.runs)
    return 0


if __name__ == "__main__":
    # The collector would walk the SDK's classes again and again while they are loaded.
    gc.disable()
    leave(main(sys.argv[1:]))
