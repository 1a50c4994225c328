"""What is said of each service: it runs what was registered, is on the way there, or failed, and why."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from health.aws import AWS_ERRORS, message
from health.deployed import Deployed
from health.service_health import Description, Fault, find_faults, summary
from health.stopped_tasks import tell_why

PAUSE = 15
"""Seconds between two looks at a deployment that is in progress."""

MOST_SERVICES = 10
"""DescribeServices takes no more at once."""


class Judgement(IntEnum):
    """The whole of some verdicts; the exit status of `make verify` without make."""

    RUNS = 0
    FAILED = 1
    CANNOT_TELL = 2
    IN_PROGRESS = 3


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
    def judgement(self) -> Judgement:
        """One word for all of it."""
        if any(not fault.passes for fault in self.faults):
            return Judgement.FAILED
        if self.faults:
            return Judgement.IN_PROGRESS
        return Judgement.CANNOT_TELL if self.unknown else Judgement.RUNS

    @property
    def stands_still(self) -> bool:
        """Whether its tasks are not as they should be, and nothing is under way that could change it."""
        return any(fault.of_tasks for fault in self.faults) and not self.passes


def judge(verdicts: Collection[Verdict]) -> Judgement:
    """The worst of what was found: a failure, a deployment under way, what nobody can tell."""
    found = {verdict.judgement for verdict in verdicts}
    order = (Judgement.FAILED, Judgement.IN_PROGRESS, Judgement.CANNOT_TELL)
    return next((judgement for judgement in order if judgement in found), Judgement.RUNS)


def watch(
    deployed: Deployed,
    apps: Collection[str],
    wait: int,
    sleep: Callable[[float], None],
    progress: Callable[[str], None],
) -> list[Verdict]:
    """Look at services for at most `wait` seconds, as long as something passes; tell what changes meanwhile."""
    verdicts = examine(deployed, apps)
    told: dict[str, str] = {}
    try:
        for seconds in range(0, wait, PAUSE):
            waiting = {verdict.app: _under_way(verdict) for verdict in verdicts if verdict.passes}
            if not waiting:
                break
            for app, text in waiting.items():
                if told.get(app) != text:
                    progress(f"{seconds:4} s  {app}: {text}")
            told = waiting
            sleep(PAUSE)
            verdicts = examine(deployed, apps)
    except KeyboardInterrupt:
        progress("No longer waited for; as it was seen last:")
    return verdicts


def _under_way(verdict: Verdict) -> str:
    return "; ".join([verdict.summary, *(fault.text for fault in verdict.faults if fault.passes)])


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


_WORDS = {
    Judgement.RUNS: "ok",
    Judgement.FAILED: "FAILED",
    Judgement.CANNOT_TELL: "cannot tell",
    Judgement.IN_PROGRESS: "in progress",
}


def lines(deployed: Deployed, verdicts: Collection[Verdict]) -> Iterator[str]:
    """The verdicts for people: a line for a healthy service, the reasons for another."""
    width = max((len(verdict.app) for verdict in verdicts), default=0)
    for verdict in verdicts:
        yield f"{verdict.app.ljust(width)}  {_WORDS[verdict.judgement]}: {verdict.summary}".rstrip(": ")
        yield from (f"{' ' * (width + 2)}{line}" for line in _reasons(deployed, verdict))


def _reasons(deployed: Deployed, verdict: Verdict) -> Iterator[str]:
    yield from (fault.text for fault in verdict.faults)
    if verdict.unknown:
        yield f"AWS did not answer everything: {verdict.unknown}"
    if verdict.service and any(fault.of_tasks for fault in verdict.faults):
        yield from tell_why(deployed, verdict.app, verdict.service)
        if verdict.stands_still:
            again = f"make redeploy STACK={deployed.stack} APP={verdict.app}"
            yield f"When the cause lies outside of the stack and is gone: {again}"
