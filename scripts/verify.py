"""Compare what runs in AWS with what the stack registered last.

Exit status: 0 everything runs, 1 something failed (the reason is printed), 2 it cannot be told, 3 a deployment is
under way.
"""

import argparse
import sys
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from health.deployed import Deployed
from health.verdicts import Judgement, judge, lines, watch
from problems.command import command, leave
from scripts import stack_file
from scripts.deployed import read_deployed

Sleep = Callable[[float], None]


@command(failed=Judgement.CANNOT_TELL)
def main(arguments: Sequence[str], root: Path = stack_file.ROOT, sleep: Sleep = time.sleep) -> int:
    """Look at every service and print a line for a healthy one, the reasons for another."""
    options = parse(arguments)
    deployed = read_deployed("verify", options.stack, root)
    return tell(deployed, list(deployed.service_names), options.wait, sleep)


def tell(deployed: Deployed, apps: Collection[str], wait: int, sleep: Sleep) -> Judgement:
    """Watch services for at most `wait` seconds, print the verdicts, and give what they come to."""
    verdicts = watch(deployed, apps, wait, sleep, lambda text: print(text, file=sys.stderr, flush=True))
    for line in lines(deployed, verdicts):
        print(line)
    return judge(verdicts)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.verify", description=__doc__)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--wait", type=int, default=0, metavar="SECONDS", help="for a deployment in progress")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
