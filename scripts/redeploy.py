"""Deploy services of a stack once more, as they are registered: ECS does not try again what its circuit breaker ended.

Exit status: as `verify`'s: 0 everything runs, 1 something differs (the reason is printed), 2 it cannot be told.
"""

import argparse
import sys
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from problems.command import command, leave
from scripts import stack_file, verify
from scripts.deployed import Deployed, read_deployed, require_app

WAIT = 1800
"""Seconds that a deployment may take: `make up` waits as long for a steady state."""

Sleep = Callable[[float], None]


@command(failed=verify.CANNOT_TELL)
def main(arguments: Sequence[str], root: Path = stack_file.ROOT, sleep: Sleep = time.sleep) -> int:
    """Deploy one app once more, and wait for it."""
    parser = argparse.ArgumentParser(prog="python -m scripts.redeploy", description=__doc__)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--app", required=True, help="webui, gateway or a name from `services`")
    options = parser.parse_args(arguments)
    deployed = read_deployed("redeploy", options.stack, root)
    require_app(deployed, options.app)
    return _deploy(deployed, [options.app], sleep)


@command(failed=verify.CANNOT_TELL)
def retry(stack: str, services: Collection[str], root: Path, sleep: Sleep = time.sleep) -> int:
    """Deploy those ECS services once more that do not run what is registered, and wait; give `verify`'s status."""
    deployed = read_deployed("redeploy", stack, root)
    apps = [app for app, name in deployed.service_names.items() if name in services]
    wrong = [app for app, verdict in zip(apps, verify.examine(deployed, apps), strict=True) if verdict.stands_still]
    return _deploy(deployed, wrong, sleep, watched=apps)


def _deploy(deployed: Deployed, apps: Collection[str], sleep: Sleep, watched: Collection[str] = ()) -> int:
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
        sleep(verify.PAUSE)
    return verify.watch(deployed, watched or apps, WAIT, sleep)


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
