"""Compare what runs in AWS with what the stack registered last: a rolled-back deployment looks like success to Pulumi.

Exit status: 0 everything runs, 1 something differs (the reason is printed), 2 it cannot be told.
"""

import argparse
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from problems.command import command, leave
from scripts import stack_file
from scripts.aws_access import AWS_ERRORS, message
from scripts.deployed import Deployed, read_deployed
from scripts.service_health import Description, Fault, find_faults, summary
from scripts.stopped_tasks import tell_why

CANNOT_TELL = 2

PAUSE = 15
"""Seconds between two looks at a deployment that is in progress."""

MOST_SERVICES = 10
"""DescribeServices takes no more at once."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was found out about one service."""

    app: str
    summary: str = ""
    faults: Sequence[Fault] = ()
    unknown: str = ""
    """Why nothing can be told, as AWS puts it."""
    service: Description | None = None

    @property
    def passes(self) -> bool:
        """Whether another look in a while may find less."""
        return any(fault.passes for fault in self.faults)

    @property
    def stands_still(self) -> bool:
        """Whether its tasks are not as they should be, and nothing is under way that could change it."""
        return any(fault.of_tasks for fault in self.faults) and not self.passes


@command(failed=CANNOT_TELL)
def main(arguments: Sequence[str], root: Path = stack_file.ROOT, sleep: Callable[[float], None] = time.sleep) -> int:
    """Look at every service and print a line for a healthy one, the reasons for another."""
    options = parse(arguments)
    deployed = read_deployed("verify", options.stack, root)
    return watch(deployed, list(deployed.service_names), options.wait, sleep)


def watch(deployed: Deployed, apps: Collection[str], wait: int, sleep: Callable[[float], None]) -> int:
    """Look at services for at most `wait` seconds, as long as something passes; print and give the verdict."""
    verdicts = examine(deployed, apps)
    try:
        for _ in range(0, wait, PAUSE):
            if not any(verdict.passes for verdict in verdicts):
                break
            sleep(PAUSE)
            verdicts = examine(deployed, apps)
    except KeyboardInterrupt:
        print("No longer waited for; as it was seen last:", file=sys.stderr)
    width = max(len(verdict.app) for verdict in verdicts)
    for verdict in verdicts:
        for line in _lines(deployed, verdict, width):
            print(line)
    if any(verdict.faults for verdict in verdicts):
        return 1
    return CANNOT_TELL if any(verdict.unknown for verdict in verdicts) else 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.verify", description=__doc__)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--wait", type=int, default=0, metavar="SECONDS", help="for a deployment in progress")
    return parser.parse_args(arguments)


def examine(deployed: Deployed, apps: Collection[str]) -> list[Verdict]:
    """Judge services as they are now, one verdict an app, in their order."""
    ecs = deployed.aws.client("ecs")
    names = [deployed.service_names[app] for app in apps]
    by_name: dict[str, Description] = {}
    try:
        for start in range(0, len(names), MOST_SERVICES):
            batch = names[start : start + MOST_SERVICES]
            services = ecs.describe_services(cluster=deployed.cluster, services=batch)["services"]
            by_name |= {service["serviceName"]: service for service in services}
    except ecs.exceptions.ClusterNotFoundException:
        fault = Fault(f"there is no cluster {deployed.cluster}")
        return [Verdict(app=app, faults=[fault]) for app in apps]
    except AWS_ERRORS as error:
        return [Verdict(app=app, unknown=message(error)) for app in apps]
    return [_judge(deployed, app, by_name.get(name), name) for app, name in zip(apps, names, strict=True)]


def _judge(deployed: Deployed, app: str, service: Mapping[str, Any] | None, name: str) -> Verdict:
    if service is None:
        return Verdict(app=app, faults=[Fault(f"there is no service {name} in {deployed.cluster}")])
    if service["status"] != "ACTIVE":
        return Verdict(app=app, faults=[Fault(f"the service {name} is {service['status']}")])
    faults: list[Fault] = []
    unknown = ""
    try:
        faults.extend(find_faults(deployed, app, service))
    except AWS_ERRORS as error:
        unknown = message(error)
    return Verdict(app=app, summary=summary(service), faults=faults, unknown=unknown, service=service)


def _lines(deployed: Deployed, verdict: Verdict, width: int) -> Iterator[str]:
    app, indent = verdict.app.ljust(width), " " * (width + 2)
    if not (verdict.faults or verdict.unknown):
        yield f"{app}  ok: {verdict.summary}"
        return
    yield f"{app}  {'FAILED' if verdict.faults else 'cannot tell'}: {verdict.summary}".rstrip(": ")
    yield from (f"{indent}{fault.text}" for fault in verdict.faults)
    if verdict.unknown:
        yield f"{indent}AWS did not answer everything: {verdict.unknown}"
    if verdict.service and any(fault.of_tasks for fault in verdict.faults):
        yield from (f"{indent}{line}" for line in tell_why(deployed, verdict.app, verdict.service))
        if verdict.stands_still:
            again = f"make redeploy STACK={deployed.stack} APP={verdict.app}"
            yield f"{indent}When the cause lies outside of the stack and is mended: {again}"


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
