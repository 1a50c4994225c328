"""Rules for the number of tasks and for the schedules that change it."""

from collections import Counter
from collections.abc import Iterator

from settings.apps import ServiceSettings
from settings.problems import Finding, key_of, remove, set_to
from settings.rules.paths import apps, schedules
from settings.stack import StackSettings


def limits(settings: StackSettings) -> Iterator[Finding]:
    """The fewest tasks are not more than the most."""
    for path, app in apps(settings):
        scaling = app.scaling
        if scaling.min > scaling.max:
            least, most = (*path, "scaling", "min"), (*path, "scaling", "max")
            rule = f"must be at most {key_of(path)}.scaling.max, which is {scaling.max} (RegisterScalableTarget)"
            yield Finding(path=least, rule=rule, fix=set_to(most, scaling.min), also=(most,))


def nobody_wakes_zero_tasks(settings: StackSettings) -> Iterator[Finding]:
    """Without tasks there are no metrics, so an app that serves requests would sleep for ever."""
    for path, app in apps(settings):
        if app.scaling.min == 0 and not _is_background(app):
            least = (*path, "scaling", "min")
            rule = "must be 1 or more: with no task there is no load to measure, and nothing starts one again"
            also = ((*path, "paths"), (*path, "hosts"))
            yield Finding(path=least, rule=rule, fix=set_to(least, 1), also=also)


def requests_per_task(settings: StackSettings) -> Iterator[Finding]:
    """Load balancer and Service Connect count requests; nobody sends any to a background service."""
    for path, app in apps(settings):
        key = (*path, "scaling", "requestsPerTask")
        if app.scaling.requests_per_task is None:
            continue
        if _is_background(app):
            rule = "needs a service with paths or hosts: the load balancer counts the requests"
            yield Finding(path=key, rule=rule, fix=remove(key), also=((*path, "paths"), (*path, "hosts")))


def schedule_limits(settings: StackSettings) -> Iterator[Finding]:
    """The fewest tasks of a schedule are not more than its most."""
    for path, schedule in schedules(settings):
        if schedule.min > schedule.max:
            least, most = (*path, "min"), (*path, "max")
            rule = f"must be at most the schedule's max, which is {schedule.max} (PutScheduledAction)"
            yield Finding(path=least, rule=rule, fix=set_to(most, schedule.min), also=(most,))


def schedules_told_apart(settings: StackSettings) -> Iterator[Finding]:
    """Names are unique, and no two schedules of an app act at the same times."""
    for path, app in apps(settings):
        names = Counter(schedule.name for schedule in app.scaling.schedules)
        times = Counter((schedule.cron, schedule.timezone) for schedule in app.scaling.schedules)
        for index, schedule in enumerate(app.scaling.schedules):
            here = (*path, "scaling", "schedules", index)
            if names[schedule.name] > 1:
                rule = f"must be unique within {key_of(path)}.scaling.schedules (scheduled action name)"
                fix = set_to((*here, "name"), f"{schedule.name[:60]}-{index}")
                yield Finding(path=(*here, "name"), rule=rule, fix=fix)
            elif times[schedule.cron, schedule.timezone] > 1:
                rule = "must differ from the other schedules: of two at the same time either may win"
                yield Finding(path=(*here, "cron"), rule=rule, fix=remove(here))


def schedules_of_zero_tasks(settings: StackSettings) -> Iterator[Finding]:
    """A schedule may send an app to sleep, if it sleeps wholly and another schedule wakes it."""
    for path, app in apps(settings):
        wakes = any(schedule.min > 0 for schedule in app.scaling.schedules)
        for index, schedule in enumerate(app.scaling.schedules):
            if schedule.min > 0 or _is_background(app) or (schedule.max == 0 and wakes):
                continue
            here = (*path, "scaling", "schedules", index, "min")
            rule = "must be 1 or more, unless max is 0 too and another schedule starts tasks again"
            also = ((*path, "paths"), (*path, "hosts"), (*path, "scaling", "schedules"))
            yield Finding(path=here, rule=rule, fix=set_to(here, 1), also=also)


def _is_background(app: object) -> bool:
    return isinstance(app, ServiceSettings) and not app.routed
