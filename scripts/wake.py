"""Start what a schedule has stopped: every service of a stack gets its tasks back, until the next schedule.

The database, where it sleeps too, wakes at the first connection. Exit status: as `verify`'s.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import settings
from health.deployed import Deployed
from health.verdicts import PAUSE, Judgement
from problems.command import command, leave
from scripts import stack_file, verify
from scripts.deployed import read_deployed
from scripts.verify import Sleep
from settings import ScalingSettings

WAIT = 900
"""Seconds that tasks may take: images are pulled, and a database that was paused for a day takes half a minute more."""


@command(failed=Judgement.CANNOT_TELL)
def main(arguments: Sequence[str], root: Path = stack_file.ROOT, sleep: Sleep = time.sleep) -> int:
    """Raise the bounds of every sleeping service to those of the stack's file, and wait for the tasks."""
    parser = argparse.ArgumentParser(prog="python -m scripts.wake", description=__doc__)
    parser.add_argument("--stack", required=True)
    options = parser.parse_args(arguments)
    deployed = read_deployed("wake", options.stack, root)
    file = stack_file.read(root, options.stack)
    own = {key.partition(":")[2]: value for key, value in file.values.items() if key.startswith(f"{file.project}:")}
    apps = settings.parse(own, region=deployed.aws.session.region_name).apps
    sleeping = {app: target for app, target in _sleeping(deployed) if app in apps}
    if not sleeping:
        print(f"Nothing sleeps in {options.stack}.")
        return Judgement.RUNS
    for app, target in sleeping.items():
        _wake(deployed, app, target, apps[app].scaling)
    # ECS needs a moment to start what it is asked for.
    sleep(PAUSE)
    return verify.tell(deployed, list(sleeping), WAIT, sleep)


def _sleeping(deployed: Deployed) -> Iterator[tuple[str, dict[str, Any]]]:
    """The scalable targets that may have no task, by app."""
    scaling = deployed.aws.client("application-autoscaling")
    for app, name in deployed.service_names.items():
        found = scaling.describe_scalable_targets(
            ServiceNamespace="ecs", ResourceIds=[f"service/{deployed.cluster}/{name}"]
        )
        yield from ((app, target) for target in found["ScalableTargets"] if target["MaxCapacity"] == 0)


def _wake(deployed: Deployed, app: str, target: dict[str, Any], scaling: ScalingSettings) -> None:
    deployed.aws.client("application-autoscaling").register_scalable_target(
        ServiceNamespace=target["ServiceNamespace"],
        ResourceId=target["ResourceId"],
        ScalableDimension=target["ScalableDimension"],
        MinCapacity=scaling.min,
        MaxCapacity=scaling.max,
    )
    print(f"{app}: {scaling.min} to {scaling.max} tasks, until its next schedule", file=sys.stderr)


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
