"""Deploy services of a stack once more, as they are registered: ECS does not try again what its circuit breaker ended.

Exit status: as `verify`'s.
"""

import argparse
import sys
import time
from collections.abc import Collection, Sequence
from pathlib import Path

from health.aws import AWS_ERRORS
from health.deployed import Deployed
from health.verdicts import PAUSE, Judgement, examine, lines
from problems.command import CommandError, command, leave
from scripts import stack_file, verify
from scripts.deployed import find_deployed, read_deployed, require_app
from scripts.verify import Sleep

WAIT = 1800
"""Seconds that a deployment may take: `make up` waits as long for a steady state."""


@command(failed=Judgement.CANNOT_TELL)
def main(arguments: Sequence[str], root: Path = stack_file.ROOT, sleep: Sleep = time.sleep) -> int:
    """Deploy one app once more, and wait for it."""
    parser = argparse.ArgumentParser(prog="python -m scripts.redeploy", description=__doc__)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--app", required=True, help="webui, gateway or a name from `services`")
    options = parser.parse_args(arguments)
    deployed = read_deployed("redeploy", options.stack, root)
    require_app(deployed, options.app)
    _deploy(deployed, [options.app], sleep)
    return verify.tell(deployed, [options.app], WAIT, sleep)


@command(failed=Judgement.CANNOT_TELL)
def settle(stack: str, failed_before: Collection[str], root: Path, sleep: Sleep = time.sleep) -> int:
    """After an `up` that ended well: wait until everything runs, and give `verify`'s status.

    Those ECS services whose deployment had failed in the run before, and that still do not run, are deployed first.
    """
    deployed = find_deployed("verify", stack, root)
    if deployed is None:
        return Judgement.RUNS  # `--target` left out what would run.
    again = [app for app, name in deployed.service_names.items() if name in failed_before]
    _deploy(deployed, [verdict.app for verdict in examine(deployed, again) if verdict.stands_still], sleep)
    return verify.tell(deployed, list(deployed.service_names), WAIT, sleep)


def explain(stack: str, root: Path) -> None:
    """After an `up` that failed: say of each service that does not run what is registered why that is so."""
    try:
        deployed = find_deployed("verify", stack, root)
        if deployed:
            wrong = [verdict for verdict in examine(deployed, list(deployed.service_names)) if verdict.faults]
            print(*lines(deployed, wrong), sep="\n", end="\n" if wrong else "")
    except (CommandError, *AWS_ERRORS):
        pass  # What the Pulumi CLI has said is all that there is.


def _deploy(deployed: Deployed, apps: Collection[str], sleep: Sleep) -> None:
    ecs = deployed.aws.client("ecs")
    for app in apps:
        print(f"Deploying {app} once more.", file=sys.stderr)
        ecs.update_service(
            cluster=deployed.cluster,
            service=deployed.service_names[app],
            taskDefinition=deployed.task_definitions[app],
            forceNewDeployment=True,
        )
    if apps:
        # ECS needs a moment to show the deployment that it has just accepted.
        sleep(PAUSE)


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
